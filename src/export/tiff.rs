//! TIFF: plates, films and all plates of a job in one file.
//!
//! Rows are compressed as they come, strip by strip; the file is put together at the end.

use std::io::{Cursor, Seek, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use tiff::Directory;
use tiff::encoder::{Rational, TiffEncoder};
use tiff::tags::{Tag, Type};

use crate::export::g4::Coder;
use crate::export::{ExportError, HASH_KEYWORD};
use crate::units::Dpi;

/// What a file says about itself.
#[derive(Debug, Clone)]
pub struct Facts {
    /// Width and height in pixels.
    pub size: (usize, usize),
    /// Its resolution.
    pub dpi: Dpi,
    /// What it is: goes into the description, before the artwork's hash.
    pub title: String,
    /// The hash of the artwork.
    pub artwork_hash: String,
}

/// What the samples of a file mean.
#[derive(Debug, Clone)]
pub enum Samples {
    /// One byte a pixel, 0 is black; by deflate.
    Grey,
    /// One bit a pixel, 1 is black; by Group 4.
    Film,
    /// One byte for each of these inks, 0 is none, 255 is full; by deflate.
    Inks(Vec<String>),
}

/// A file in the making.
#[derive(Debug)]
pub struct Strips {
    facts: Facts,
    samples: Samples,
    /// Strips that are whole.
    done: Vec<Vec<u8>>,
    open: Open,
    /// Rows in the open strip.
    rows: usize,
}

#[derive(Debug)]
enum Open {
    Deflate(ZlibEncoder<Vec<u8>>),
    G4(Coder),
}

/// Rows of a strip. Readers that want one row read one strip.
const ROWS: usize = 512;
/// Adobe's deflate.
const DEFLATE: u16 = 8;
const GROUP_4: u16 = 4;
/// Tags of separated pictures (TIFF 6.0, section 16).
const INK_SET: Tag = Tag::Unknown(332);
const INK_NAMES: Tag = Tag::Unknown(333);
const NUMBER_OF_INKS: Tag = Tag::Unknown(334);
const NOT_CMYK: u16 = 2;
const SEPARATED: u16 = 5;

impl Strips {
    /// A file without rows yet.
    #[must_use]
    pub fn new(facts: Facts, samples: Samples) -> Self {
        let open = Open::new(&samples, facts.size.0);
        Self { facts, samples, done: Vec::new(), open, rows: 0 }
    }

    /// Adds one row.
    ///
    /// # Errors
    /// None that is known: rows go to memory.
    pub fn row(&mut self, row: &[u8]) -> Result<(), ExportError> {
        if self.rows == ROWS {
            self.close()?;
        }
        match &mut self.open {
            Open::Deflate(encoder) => encoder.write_all(row)?,
            Open::G4(coder) => coder.row(row),
        }
        self.rows += 1;
        Ok(())
    }

    fn close(&mut self) -> Result<(), ExportError> {
        let next = Open::new(&self.samples, self.facts.size.0);
        self.done.push(match std::mem::replace(&mut self.open, next) {
            Open::Deflate(encoder) => encoder.finish()?,
            Open::G4(coder) => coder.finish(),
        });
        self.rows = 0;
        Ok(())
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Fails if `out` does, or if the file is larger than TIFF can hold (4 GiB).
    pub fn finish(mut self, mut out: impl Write) -> Result<(), ExportError> {
        self.close()?;
        let mut file = Cursor::new(Vec::with_capacity(self.done.iter().map(Vec::len).sum::<usize>() + 4096));
        self.write(&mut file)?;
        out.write_all(file.get_ref())?;
        // What is left in a buffer and does not fit on the disk is told here or never.
        Ok(out.flush()?)
    }

    fn write(&self, file: impl Write + Seek) -> Result<(), ExportError> {
        let mut encoder = TiffEncoder::new(file)?;
        let mut directory = encoder.image_directory()?;
        let mut offsets = Vec::with_capacity(self.done.len());
        for strip in &self.done {
            let offset = directory.write_data(strip.as_slice())?;
            offsets.push(u32::try_from(offset).map_err(|_| too_large(self.facts.size))?);
        }
        let lengths: Vec<u32> = self.done.iter().map(|strip| strip.len() as u32).collect();
        let (width, height) = self.facts.size;
        let (bits, compression, photometric, samples): (u16, u16, u16, usize) = match &self.samples {
            Samples::Grey => (8, DEFLATE, 1, 1),
            Samples::Film => (1, GROUP_4, 0, 1),
            Samples::Inks(names) => (8, DEFLATE, SEPARATED, names.len()),
        };
        let ratio = Rational { n: (self.facts.dpi.get() * 1000.0).round() as u32, d: 1000 };
        let description = format!("{}; {HASH_KEYWORD}: {}", self.facts.title, self.facts.artwork_hash);
        directory.write_tag(Tag::ImageWidth, width as u32)?;
        directory.write_tag(Tag::ImageLength, height as u32)?;
        directory.write_tag(Tag::BitsPerSample, vec![bits; samples].as_slice())?;
        directory.write_tag(Tag::Compression, compression)?;
        directory.write_tag(Tag::PhotometricInterpretation, photometric)?;
        directory.write_tag(Tag::ImageDescription, ascii(&description).as_str())?;
        directory.write_tag(Tag::StripOffsets, offsets.as_slice())?;
        directory.write_tag(Tag::SamplesPerPixel, samples as u16)?;
        directory.write_tag(Tag::RowsPerStrip, ROWS as u32)?;
        directory.write_tag(Tag::StripByteCounts, lengths.as_slice())?;
        directory.write_tag(Tag::XResolution, ratio.clone())?;
        directory.write_tag(Tag::YResolution, ratio)?;
        directory.write_tag(Tag::PlanarConfiguration, 1_u16)?;
        directory.write_tag(Tag::ResolutionUnit, 2_u16)?;
        directory.write_tag(Tag::Software, "Platen")?;
        if let Samples::Inks(names) = &self.samples {
            let names: Vec<String> = names.iter().map(|name| ascii(name)).collect();
            directory.write_tag(INK_SET, NOT_CMYK)?;
            // Texts one after the other, a zero behind each.
            let entry = directory.write_entry_bytes(Type::ASCII, format!("{}\0", names.join("\0")).as_bytes())?;
            let mut named = Directory::empty();
            named.extend([(INK_NAMES, entry)]);
            directory.extend_from(&named);
            directory.write_tag(NUMBER_OF_INKS, samples as u16)?;
        }
        Ok(directory.finish()?)
    }
}

impl Open {
    fn new(samples: &Samples, width: usize) -> Self {
        match samples {
            Samples::Film => Self::G4(Coder::new(width)),
            Samples::Grey | Samples::Inks(_) => Self::Deflate(ZlibEncoder::new(Vec::new(), Compression::new(1))),
        }
    }
}

/// TIFF's texts are ASCII.
fn ascii(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii() && c != '\0' { c } else { '?' }).collect()
}

fn too_large((width, height): (usize, usize)) -> ExportError {
    ExportError::TooLarge { format: "TIFF", width: width as u32, height: height as u32, limit: u32::MAX }
}

#[cfg(test)]
mod tests {
    use tiff::decoder::Decoder;
    use tiff::tags::Tag;

    use super::*;

    fn facts(size: (usize, usize)) -> Facts {
        Facts { size, dpi: Dpi::new(720.0).unwrap(), title: "Scarlet".to_owned(), artwork_hash: "ab".repeat(32) }
    }

    fn file(facts: Facts, samples: Samples, rows: &[u8]) -> Vec<u8> {
        let stride = rows.len() / facts.size.1;
        let mut strips = Strips::new(facts, samples);
        rows.chunks_exact(stride).for_each(|row| strips.row(row).unwrap());
        let mut file = Vec::new();
        strips.finish(&mut file).unwrap();
        file
    }

    #[test]
    fn a_file_says_its_size_resolution_and_inks() {
        let rows: Vec<u8> = (0..40 * 700 * 2).map(|at| (at / 7) as u8).collect();
        let names = vec!["White".to_owned(), "Scarlet".to_owned()];
        let file = file(facts((40, 700)), Samples::Inks(names), &rows);
        let names = b"White\0Scarlet\0";
        assert!(file.windows(names.len()).any(|part| part == names));
        let mut decoder = Decoder::new(Cursor::new(file)).unwrap();
        assert_eq!(decoder.dimensions().unwrap(), (40, 700));
        assert_eq!(decoder.get_tag_u32(NUMBER_OF_INKS).unwrap(), 2);
        assert_eq!(decoder.get_tag_u32(Tag::PhotometricInterpretation).unwrap(), 5);
        assert!(decoder.get_tag_ascii_string(Tag::ImageDescription).unwrap().contains(&"ab".repeat(32)));
        assert_eq!(decoder.get_tag_u32_vec(Tag::StripOffsets).unwrap().len(), 2);
    }
}
