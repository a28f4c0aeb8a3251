//! TIFF of a print that is too long to be held: strips are written as they come, the directory at the end.
//!
//! `tiff.rs` keeps its strips until the end, which a plate's bits allow; here a sheet has gigabytes before it is deflated.

use std::io::{Seek, SeekFrom, Write};

use crate::export::{ExportError, HASH_KEYWORD};
use crate::pixels::blend::unpremultiply;
use crate::units::Dpi;

/// Rows with straight alpha, differences to the pixel before, deflated.
#[derive(Debug)]
pub struct Strip(Vec<u8>);

/// Codes rows of `width` premultiplied pixels.
#[must_use]
pub fn code(width: u32, pixels: &[u8]) -> Strip {
    let stride = width as usize * 4;
    let mut rows = vec![0; pixels.len()];
    for (from, to) in pixels.chunks_exact(stride).zip(rows.chunks_exact_mut(stride)) {
        unpremultiply(from, to);
        // From the right, so that each still meets what stood before it.
        for at in (4..stride).rev() {
            to[at] = to[at].wrapping_sub(to[at - 4]);
        }
    }
    Strip(fdeflate::compress_to_vec(&rows))
}

/// A file that is being written. Eight bits a channel, straight alpha, sRGB values.
#[derive(Debug)]
pub struct SheetTiff<W: Write + Seek> {
    out: W,
    at: u64,
    size: (u32, u32),
    dpi: Dpi,
    description: String,
    rows_per_strip: u32,
    offsets: Vec<u32>,
    lengths: Vec<u32>,
}

/// An entry of the directory: tag, type, how many, and their bytes.
type Entry = (u16, u16, u32, Vec<u8>);

const ASCII: u16 = 2;
const SHORT: u16 = 3;
const LONG: u16 = 4;
const RATIONAL: u16 = 5;

impl<W: Write + Seek> SheetTiff<W> {
    /// Begins a file whose strips have `rows_per_strip` rows, but for the last one.
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn begin(
        mut out: W,
        size: (u32, u32),
        dpi: Dpi,
        rows_per_strip: u32,
        artwork_hash: &str,
    ) -> Result<Self, ExportError> {
        // Where the directory begins is filled in at the end.
        out.write_all(b"II*\0\0\0\0\0")?;
        let description = format!("{HASH_KEYWORD}: {artwork_hash}");
        Ok(Self { out, at: 8, size, dpi, description, rows_per_strip, offsets: Vec::new(), lengths: Vec::new() })
    }

    /// Adds the next strip.
    ///
    /// # Errors
    /// Fails if the file does, or once it is larger than TIFF can hold (4 GiB).
    pub fn add(&mut self, strip: &Strip) -> Result<(), ExportError> {
        self.offsets.push(self.offset()?);
        self.lengths.push(strip.0.len() as u32);
        self.bytes(&strip.0)
    }

    fn offset(&self) -> Result<u32, ExportError> {
        let (width, height) = self.size;
        let too_large = ExportError::TooLarge { format: "TIFF", width, height, limit: u32::MAX };
        u32::try_from(self.at).map_err(|_| too_large)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.out.write_all(bytes)?;
        self.at += bytes.len() as u64;
        if self.at % 2 == 1 {
            self.out.write_all(&[0])?;
            self.at += 1;
        }
        Ok(())
    }

    /// Writes the directory.
    ///
    /// # Errors
    /// Fails if the file does, or if it is larger than TIFF can hold.
    pub fn finish(mut self) -> Result<(), ExportError> {
        let entries = self.entries();
        let mut directory = (entries.len() as u16).to_le_bytes().to_vec();
        for (tag, kind, count, bytes) in &entries {
            directory.extend(tag.to_le_bytes());
            directory.extend(kind.to_le_bytes());
            directory.extend(count.to_le_bytes());
            if bytes.len() <= 4 {
                directory.extend(bytes);
                directory.resize(directory.len() + 4 - bytes.len(), 0);
            } else {
                directory.extend(self.offset()?.to_le_bytes());
                self.bytes(bytes)?;
            }
        }
        directory.extend([0; 4]);
        let at = self.offset()?;
        self.bytes(&directory)?;
        self.offset()?;
        self.out.seek(SeekFrom::Start(4))?;
        self.out.write_all(&at.to_le_bytes())?;
        // What is left in a buffer and does not fit on the disk is told here or never.
        Ok(self.out.flush()?)
    }

    fn entries(&self) -> Vec<Entry> {
        let short = |tag: u16, value: u16| (tag, SHORT, 1, value.to_le_bytes().to_vec());
        let long = |tag: u16, value: u32| (tag, LONG, 1, value.to_le_bytes().to_vec());
        let longs = |tag: u16, values: &[u32]| {
            (tag, LONG, values.len() as u32, values.iter().flat_map(|value| value.to_le_bytes()).collect())
        };
        let text = |tag: u16, text: &str| {
            let mut bytes: Vec<u8> = text.bytes().filter(|byte| (b' '..=b'~').contains(byte)).collect();
            bytes.push(0);
            (tag, ASCII, bytes.len() as u32, bytes)
        };
        let ratio = |tag: u16| {
            let parts = [(self.dpi.get() * 1000.0).round() as u32, 1000];
            (tag, RATIONAL, 1, parts.iter().flat_map(|part| part.to_le_bytes()).collect())
        };
        let (width, height) = self.size;
        // In the order of their tags, as TIFF 6.0 asks.
        vec![
            long(256, width),
            long(257, height),
            (258, SHORT, 4, [8_u16; 4].iter().flat_map(|bits| bits.to_le_bytes()).collect()),
            short(259, 8), // Adobe's deflate
            short(262, 2), // RGB
            text(270, &self.description),
            longs(273, &self.offsets),
            short(277, 4), // samples of a pixel
            long(278, self.rows_per_strip),
            longs(279, &self.lengths),
            ratio(282),
            ratio(283),
            short(284, 1), // samples of a pixel beside each other
            short(296, 2), // to the inch
            text(305, "Platen"),
            short(317, 2), // differences to the pixel before
            short(338, 2), // the fourth sample is straight alpha
        ]
    }
}

#[cfg(test)]
#[path = "../../tests/it/sheet_pixels.rs"]
mod sheet_pixels;

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn rows_come_back_with_straight_alpha_whatever_the_strips() {
        let (width, height) = (37_u32, 21_u32);
        let pixel = |at: u32| {
            let alpha = (at * 7 % 256) as u8;
            [alpha / 2, alpha, alpha / 3, alpha]
        };
        let pixels: Vec<u8> = (0..width * height).flat_map(pixel).collect();
        let mut expected = vec![0; pixels.len()];
        unpremultiply(&pixels, &mut expected);
        for rows in [1, 8, 21] {
            let mut file = Cursor::new(Vec::new());
            let mut tiff = SheetTiff::begin(&mut file, (width, height), Dpi::PRINT, rows, "ab cd").unwrap();
            for strip in pixels.chunks(width as usize * 4 * rows as usize) {
                tiff.add(&code(width, strip)).unwrap();
            }
            tiff.finish().unwrap();
            assert!(sheet_pixels::of(&file.into_inner(), (width, height)) == expected, "strips of {rows} rows");
        }
    }

    #[test]
    fn a_file_that_grows_beyond_four_gigabytes_is_refused() {
        let mut tiff = SheetTiff::begin(Cursor::new(Vec::new()), (6600, 144_000), Dpi::PRINT, 64, "").unwrap();
        tiff.at = u64::from(u32::MAX) + 1;
        let error = tiff.add(&Strip(vec![0; 8])).unwrap_err().to_string();
        assert!(error.contains("TIFF") && error.contains("144000"), "{error}");
    }
}
