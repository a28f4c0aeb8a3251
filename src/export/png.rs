//! PNG: print files that are encoded while they are drawn, and previews.
//!
//! A print file's bands are drawn, filtered and deflated on several threads; the pieces are joined to one stream. Each
//! piece is made of whole deflate blocks and ends on a byte, so the pieces need not know each other.

use std::io::Write;

use fearless_simd::{Level, dispatch};
use png::{BitDepth, ColorType, Encoder, PixelDimensions, SrgbRenderingIntent, Unit, chunk};

use crate::artwork::{Artwork, Band, map_bands};
use crate::cancel::Cancel;
use crate::export::{ExportError, HASH_KEYWORD, check_length};
use crate::pixels::Pixmap;
use crate::pixels::blend::unpremultiply;
use crate::scene::{ArtworkHash, Scene};
use crate::units::Dpi;

/// How much time a print file's size is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Effort {
    /// For presses on the same network: a fixed Huffman table.
    #[default]
    Fast,
    /// For sending and keeping: a search for repetitions; some times slower, a sixth smaller or more.
    Small,
}

/// Draws `scene` at `dpi` and writes it as a print file: straight alpha, eight bits, sRGB, its resolution in the pHYs
/// chunk and the artwork's hash in the text chunk [`HASH_KEYWORD`]. Memory does not grow with the height.
///
/// # Errors
/// Fails if `out` does.
pub fn write_print(scene: &Scene, dpi: Dpi, effort: Effort, out: impl Write) -> Result<(), ExportError> {
    write_print_unless(scene, (dpi, effort), &Cancel::NEVER, out)
}

/// As [`write_print`], but looks at `cancel` before each band of rows.
///
/// # Errors
/// Fails if `out` does, or with [`ExportError::CalledOff`] once `cancel` is set; then the file is not whole.
pub fn write_print_unless(
    scene: &Scene,
    (dpi, effort): (Dpi, Effort),
    cancel: &Cancel,
    out: impl Write,
) -> Result<(), ExportError> {
    let mut stream = Stream::begin(out, scene.size.to_px(dpi), Some((dpi, &scene.hash.to_string())))?;
    let prepare = |band: &Band<'_>| (!cancel.is_set()).then(|| Piece::of(band, effort));
    let consume = |_: &Band<'_>, piece: Option<Piece>| match piece {
        Some(piece) => stream.add(&piece),
        None => Err(ExportError::CalledOff),
    };
    map_bands(scene, dpi, cancel, prepare, consume).unwrap_or(Err(ExportError::CalledOff))?;
    stream.end()
}

/// Writes an artwork that was drawn before as a print file; the same bytes as [`write_print`] but for the cuts between
/// its pieces.
///
/// # Errors
/// Fails if `out` does.
pub fn write_artwork(artwork: &Artwork, effort: Effort, out: impl Write) -> Result<(), ExportError> {
    write_whole(&artwork.pixels, Some((artwork.dpi, artwork.hash)), (effort, &Cancel::NEVER), out)
}

/// Writes pixels with straight alpha and without a resolution, for a place in another file; looks at `cancel` every some
/// rows.
///
/// # Errors
/// Fails if `out` does, or with [`ExportError::CalledOff`] once `cancel` is set.
pub(super) fn write_part_unless(pixels: &Pixmap, cancel: &Cancel, out: impl Write) -> Result<(), ExportError> {
    write_whole(pixels, None, (Effort::Fast, cancel), out)
}

fn write_whole(
    pixels: &Pixmap,
    print: Option<(Dpi, ArtworkHash)>,
    (effort, cancel): (Effort, &Cancel),
    out: impl Write,
) -> Result<(), ExportError> {
    let (width, height) = (pixels.width(), pixels.height());
    let hash = print.map(|(dpi, hash)| (dpi, hash.to_string()));
    let mut stream = Stream::begin(out, (width, height), hash.as_ref().map(|(dpi, hash)| (*dpi, hash.as_str())))?;
    const ROWS: usize = 128;
    for (index, pixels) in pixels.data().chunks(width as usize * 4 * ROWS).enumerate() {
        if cancel.is_set() {
            return Err(ExportError::CalledOff);
        }
        let band = Band { width, height, top: (index * ROWS) as u32, pixels, is_blank: false };
        stream.add(&Piece::of(&band, effort))?;
    }
    stream.end()
}

/// Writes opaque sRGB pixels of three bytes each, as previews are; `artwork_hash` goes under [`HASH_KEYWORD`] unless it is
/// empty.
///
/// # Errors
/// Fails if `rgb` does not hold `width * height` pixels, or if `out` fails.
pub fn write_rgb(width: u32, height: u32, rgb: &[u8], artwork_hash: &str, out: impl Write) -> Result<(), ExportError> {
    check_length(width, height, 3, rgb.len())?;
    write_plain(Encoder::new(out, width, height), ColorType::Rgb, rgb, artwork_hash)
}

/// Writes sRGB pixels with straight alpha, four bytes each; `artwork_hash` as in [`write_rgb`].
///
/// # Errors
/// Fails if `rgba` does not hold `width * height` pixels, or if `out` fails.
pub fn write_rgba(
    width: u32,
    height: u32,
    rgba: &[u8],
    artwork_hash: &str,
    out: impl Write,
) -> Result<(), ExportError> {
    check_length(width, height, 4, rgba.len())?;
    write_plain(Encoder::new(out, width, height), ColorType::Rgba, rgba, artwork_hash)
}

fn write_plain(
    mut encoder: Encoder<'_, impl Write>,
    color: ColorType,
    bytes: &[u8],
    artwork_hash: &str,
) -> Result<(), ExportError> {
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
    if !artwork_hash.is_empty() {
        encoder.add_text_chunk(HASH_KEYWORD.to_owned(), artwork_hash.to_owned())?;
    }
    let mut writer = encoder.write_header()?;
    writer.write_image_data(bytes)?;
    Ok(writer.finish()?)
}

/// A print file that is put together of rows that were coded apart, as a sheet of many prints is.
pub struct Sheet<W: Write>(Stream<W>);

/// Rows of a [`Sheet`].
pub struct Rows(Piece);

impl<W: Write> std::fmt::Debug for Sheet<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sheet({} bytes)", self.0.checksum.length)
    }
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rows({} bytes)", self.0.deflated.len())
    }
}

/// Codes rows of a sheet. Any thread may do that, in any order.
#[must_use]
pub fn code(band: &Band<'_>) -> Rows {
    Rows(Piece::of(band, Effort::Fast))
}

impl<W: Write> Sheet<W> {
    /// Begins a file; `artwork_hash` goes under [`HASH_KEYWORD`].
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn begin(out: W, size: (u32, u32), dpi: Dpi, artwork_hash: &str) -> Result<Self, ExportError> {
        Ok(Self(Stream::begin(out, size, Some((dpi, artwork_hash)))?))
    }

    /// Adds the next rows.
    ///
    /// # Errors
    /// Fails if the file does.
    pub fn add(&mut self, rows: &Rows) -> Result<(), ExportError> {
        self.0.add(&rows.0)
    }

    /// Ends the file, to which rows of its whole height were added.
    ///
    /// # Errors
    /// Fails if the file does.
    pub fn finish(self) -> Result<(), ExportError> {
        self.0.end()
    }
}

/// A file whose picture data is being written.
struct Stream<W: Write> {
    writer: png::Writer<W>,
    checksum: Checksum,
}

impl<W: Write> Stream<W> {
    fn begin(out: W, (width, height): (u32, u32), print: Option<(Dpi, &str)>) -> Result<Self, ExportError> {
        let mut encoder = Encoder::new(out, width, height);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_source_srgb(SrgbRenderingIntent::Perceptual);
        if let Some((dpi, hash)) = print {
            let density = dpi.px_per_metre();
            encoder.set_pixel_dims(Some(PixelDimensions { xppu: density, yppu: density, unit: Unit::Meter }));
            encoder.add_text_chunk(HASH_KEYWORD.to_owned(), hash.to_owned())?;
        }
        let mut writer = encoder.write_header()?;
        // The zlib header (RFC 1950): deflate, a window of 32 KiB, fastest level.
        writer.write_chunk(chunk::IDAT, &[0x78, 0x01])?;
        Ok(Self { writer, checksum: Checksum::default() })
    }

    fn add(&mut self, piece: &Piece) -> Result<(), ExportError> {
        self.writer.write_chunk(chunk::IDAT, &piece.deflated)?;
        self.checksum = self.checksum.followed_by(piece.checksum);
        Ok(())
    }

    fn end(mut self) -> Result<(), ExportError> {
        // A last, empty stored block, and the checksum.
        let mut tail = vec![0x01, 0x00, 0x00, 0xff, 0xff];
        tail.extend(self.checksum.sum.to_be_bytes());
        self.writer.write_chunk(chunk::IDAT, &tail)?;
        Ok(self.writer.finish()?)
    }
}

/// A band's rows: straight alpha, filtered, in whole deflate blocks that end on a byte, none of them the last.
struct Piece {
    deflated: Vec<u8>,
    checksum: Checksum,
}

impl Piece {
    fn of(band: &Band<'_>, effort: Effort) -> Self {
        match effort {
            Effort::Fast => {
                let new = fdeflate::Compressor::new(Vec::with_capacity(band.pixels.len() / 8 + 128));
                let mut compressor = new.expect(NEVER_FULL);
                each_line(effort, band, |line| compressor.write_data(line).expect(NEVER_FULL));
                let (deflated, sum) = open_end(compressor.finish().expect(NEVER_FULL));
                let length = (band.pixels.len() + band.pixels.len() / (band.width as usize * 4)) as u64;
                Self { deflated, checksum: Checksum { sum, length } }
            }
            Effort::Small => {
                let mut filtered =
                    Vec::with_capacity(band.pixels.len() + band.pixels.len() / (band.width as usize * 4));
                each_line(effort, band, |line| filtered.extend_from_slice(line));
                let mut adler = simd_adler32::Adler32::new();
                adler.write(&filtered);
                let checksum = Checksum { sum: adler.finish(), length: filtered.len() as u64 };
                Self { deflated: deflate_small(&filtered), checksum }
            }
        }
    }
}

const NEVER_FULL: &str = "a vector takes all bytes";

/// How a row is made from the differences to its neighbours (PNG, 9.2).
#[derive(Debug, Clone, Copy)]
enum Filter {
    /// To the pixel at the left.
    Sub = 1,
    /// To the pixel above.
    Up = 2,
    /// To the mean of both.
    Average = 3,
}

/// To whichever neighbour is nearest to what they predict.
const PAETH: u8 = 4;

/// Calls `take` with the band's rows, straight alpha, each after its filter byte. The first row must not look at the band
/// above. The nearest neighbour makes photographs an eighth smaller than the row above, and areas of one colour as small; small
/// files take the row above where repetitions can be found, and the mean where the picture is soft: whichever leaves less.
fn each_line(effort: Effort, band: &Band<'_>, mut take: impl FnMut(&[u8])) {
    let level = Level::new();
    let stride = band.width as usize * 4;
    let rows = band.pixels.chunks_exact(stride);
    let (mut line, mut other) = (vec![0; stride + 1], vec![0; stride + 1]);
    // What is left over of a row that is the one above it.
    let mut nothing = vec![0; stride + 1];
    nothing[0] = PAETH;
    if band.is_blank {
        return rows.for_each(|_| take(&line));
    }
    let (mut above, mut row) = (vec![0; stride], vec![0; stride]);
    let mut last: Option<&[u8]> = None;
    for pixels in rows {
        match (last.replace(pixels), effort) {
            (None, _) => {
                unpremultiply(pixels, &mut row);
                dispatch!(level, _ => filter_row(Filter::Sub, &row, &above, &mut line));
            }
            (Some(last), Effort::Fast) if *last == *pixels => {
                take(&nothing);
                continue;
            }
            (Some(last), Effort::Fast) => {
                dispatch!(level, _ => paeth_row((pixels, last), (&mut row, &above), &mut line));
            }
            (Some(_), Effort::Small) => {
                unpremultiply(pixels, &mut row);
                dispatch!(level, _ => filter_row(Filter::Up, &row, &above, &mut line));
                dispatch!(level, _ => filter_row(Filter::Average, &row, &above, &mut other));
                if remainder(&other) < remainder(&line) {
                    std::mem::swap(&mut line, &mut other);
                }
            }
        }
        take(&line);
        std::mem::swap(&mut above, &mut row);
    }
}

/// Makes a row straight and filters it by its nearest neighbours, after its filter byte. Most of a print repeats the row above,
/// and where it does, and one pixel further to the left, nothing is left over: it is the nearest to itself.
#[inline(always)]
fn paeth_row((pixels, before): (&[u8], &[u8]), (row, above): (&mut [u8], &[u8]), line: &mut [u8]) {
    const BLOCK: usize = 256;
    let Some((kind, target)) = line.split_first_mut() else { return };
    *kind = PAETH;
    for begin in (0..pixels.len()).step_by(BLOCK) {
        let (left, end) = (begin.saturating_sub(4), (begin + BLOCK).min(pixels.len()));
        if pixels[left..end] == before[left..end] {
            row[begin..end].copy_from_slice(&above[begin..end]);
            target[begin..end].fill(0);
            continue;
        }
        unpremultiply(&pixels[begin..end], &mut row[begin..end]);
        let (row, above) = (&row[left..end], &above[left..end]);
        if begin == 0 {
            for ((to, value), up) in target.iter_mut().zip(row).zip(above).take(4) {
                *to = value.wrapping_sub(*up);
            }
        }
        let neighbours = row.iter().zip(&above[4..]).zip(above);
        for ((to, value), ((left, up), corner)) in target[left + 4..end].iter_mut().zip(&row[4..]).zip(neighbours) {
            *to = value.wrapping_sub(paeth(*left, *up, *corner));
        }
    }
}

/// How far a filtered row is from zeros.
fn remainder(line: &[u8]) -> u32 {
    line.iter().map(|byte| u32::from(byte.cast_signed().unsigned_abs())).sum()
}

/// Filters a row of four bytes a pixel, after its filter byte.
#[inline(always)]
fn filter_row(filter: Filter, row: &[u8], above: &[u8], line: &mut [u8]) {
    let Some((kind, target)) = line.split_first_mut() else { return };
    *kind = filter as u8;
    let (first, rest) = target.split_at_mut(4);
    let neighbours = row.iter().zip(&above[4..]).zip(above);
    let values = rest.iter_mut().zip(&row[4..]).zip(neighbours);
    let firsts = first.iter_mut().zip(row).zip(above);
    match filter {
        Filter::Sub => {
            firsts.for_each(|((to, value), _)| *to = *value);
            values.for_each(|((to, value), ((left, _), _))| *to = value.wrapping_sub(*left));
        }
        Filter::Up => {
            firsts.for_each(|((to, value), up)| *to = value.wrapping_sub(*up));
            values.for_each(|((to, value), ((_, up), _))| *to = value.wrapping_sub(*up));
        }
        Filter::Average => {
            firsts.for_each(|((to, value), up)| *to = value.wrapping_sub(*up / 2));
            values.for_each(|((to, value), ((left, up), _))| *to = value.wrapping_sub(left.midpoint(*up)));
        }
    }
}

/// The neighbour that is nearest to `left + up - corner` (PNG, 9.4).
#[inline(always)]
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (along, down) = (i16::from(up) - i16::from(corner), i16::from(left) - i16::from(corner));
    let (to_left, to_up, to_corner) = (along.abs(), down.abs(), (along + down).abs());
    let other = if to_up <= to_corner { up } else { corner };
    if to_left <= to_up && to_left <= to_corner { left } else { other }
}

/// Turns fdeflate's whole stream into a block with its fixed table, closed on a byte, and gives the Adler-32 of the
/// data.
fn open_end(mut stream: Vec<u8>) -> (Vec<u8>, u32) {
    let end = stream.len() - 4;
    let sum = u32::from_be_bytes([stream[end], stream[end + 1], stream[end + 2], stream[end + 3]]);
    stream.truncate(end);
    // Its only block says that it is the last: the first bit after the zlib header.
    stream[2] &= !1;
    // An empty stored block follows: three zero bits, zeros up to the byte, and an empty length. fdeflate's code for
    // "end of block" ends in a one, so the zeros after the last one are padding, and the three bits may be among them.
    if stream[end - 1].leading_zeros() < 3 {
        stream.push(0);
    }
    stream.extend([0x00, 0x00, 0xff, 0xff]);
    stream.drain(..2);
    (stream, sum)
}

/// Blocks of repetitions and fitted tables, closed on a byte.
fn deflate_small(filtered: &[u8]) -> Vec<u8> {
    // the next level takes half as long again for a fiftieth
    const LEVEL: u32 = 5;
    let mut compress = flate2::Compress::new(flate2::Compression::new(LEVEL), false);
    let mut deflated = Vec::with_capacity(filtered.len() / 4 + 1024);
    loop {
        let from = compress.total_in() as usize;
        compress
            .compress_vec(&filtered[from..], &mut deflated, flate2::FlushCompress::Sync)
            .expect("deflating plain bytes cannot fail");
        // Room left over means that everything was flushed.
        if deflated.len() < deflated.capacity() && compress.total_in() as usize == filtered.len() {
            return deflated;
        }
        deflated.reserve(deflated.capacity());
    }
}

/// Adler-32 (RFC 1950) of some bytes.
#[derive(Debug, Clone, Copy)]
struct Checksum {
    sum: u32,
    /// How many bytes.
    length: u64,
}

impl Default for Checksum {
    fn default() -> Self {
        Self { sum: 1, length: 0 }
    }
}

impl Checksum {
    /// The sum of these bytes followed by those of `next`.
    fn followed_by(self, next: Self) -> Self {
        const MODULUS: u64 = 65_521;
        let halves = |sum: u32| (u64::from(sum & 0xffff), u64::from(sum >> 16));
        let ((low, high), (next_low, next_high)) = (halves(self.sum), halves(next.sum));
        // The second part started from 1; in the whole it starts from `low`.
        let shift = low + MODULUS - 1;
        let joined_low = (shift + next_low) % MODULUS;
        let joined_high = (high + next_high + next.length % MODULUS * (shift % MODULUS)) % MODULUS;
        Self { sum: (joined_high << 16 | joined_low) as u32, length: self.length + next.length }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;
    use std::sync::Arc;

    use kurbo::{Point, Rect, Shape};
    use proptest::prelude::*;

    use super::*;
    use crate::artwork::rasterize;
    use crate::color::Color;
    use crate::scene::{FillRule, Item, LayerFacts, Paint, SceneLayer};
    use crate::units::PhysicalSize;

    /// Stripes with soft edges over the full height, and an empty lower half.
    fn stripes(width_mm: f64, height_mm: f64) -> Scene {
        let stripe = |index: u32| Item::Fill {
            path: Arc::new(
                Rect::new(f64::from(index) * 3.3, 1.7, f64::from(index) * 3.3 + 1.9, height_mm / 2.0).to_path(0.1),
            ),
            rule: FillRule::NonZero,
            paint: Paint::Solid(Color::new(200, (index * 40) as u8, 46), 0.3 + index as f32 / 10.0),
        };
        let layer = SceneLayer {
            id: "a".to_owned(),
            pointer: "/placements/0/layers/0".to_owned(),
            items: (0..6).map(stripe).collect(),
            frame: [Point::ZERO; 4],
            ink: Rect::ZERO,
            facts: LayerFacts::default(),
        };
        Scene {
            size: PhysicalSize::from_mm(width_mm, height_mm),
            layers: vec![layer],
            finish: None,
            hash: ArtworkHash([0xab; 32]),
        }
    }

    fn decode(file: &[u8]) -> (png::Info<'static>, Vec<u8>) {
        let mut reader = png::Decoder::new(Cursor::new(file)).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut bytes).unwrap();
        reader.finish().unwrap();
        (reader.info().clone(), bytes)
    }

    #[test]
    fn a_print_file_decodes_to_the_artwork_with_straight_alpha() {
        let scene = stripes(25.0, 120.0);
        let dpi = Dpi::new(254.0).unwrap();
        let mut expected = vec![0; 250 * 1200 * 4];
        unpremultiply(rasterize(&scene, dpi).pixels.data(), &mut expected);
        for effort in [Effort::Fast, Effort::Small] {
            let mut file = Vec::new();
            write_print(&scene, dpi, effort, &mut file).unwrap();
            assert_eq!(decode(&file).1, expected, "{effort:?}");
        }
        let mut file = Vec::new();
        write_artwork(&rasterize(&scene, dpi), Effort::Fast, &mut file).unwrap();
        assert_eq!(decode(&file).1, expected);
    }

    #[test]
    fn a_print_file_tells_its_size_colors_and_artwork() {
        let mut file = Vec::new();
        write_print(&stripes(25.4, 50.8), Dpi::PRINT, Effort::Fast, &mut file).unwrap();
        let (info, _) = decode(&file);
        assert_eq!((info.width, info.height), (300, 600));
        let density = info.pixel_dims.unwrap();
        assert_eq!((density.xppu, density.yppu, density.unit), (11811, 11811, Unit::Meter));
        assert!(info.srgb.is_some());
        let text = &info.uncompressed_latin1_text[0];
        assert_eq!((text.keyword.as_str(), text.text.as_str()), (HASH_KEYWORD, "ab".repeat(32).as_str()));
    }

    #[test]
    fn a_print_file_that_is_called_off_is_an_error() {
        /// Calls the work off at the first picture data.
        struct Leaving(Cancel);
        impl Write for Leaving {
            fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
                if bytes == b"IDAT" {
                    self.0.set();
                }
                Ok(bytes.len())
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        let cancel = Cancel::new();
        let out = Leaving(cancel.clone());
        let end = write_print_unless(&stripes(25.0, 120.0), (Dpi::PRINT, Effort::Fast), &cancel, out);
        assert!(cancel.is_set() && matches!(end, Err(ExportError::CalledOff)), "{end:?}");
        let part = write_part_unless(&Pixmap::new(3, 3), &cancel, Vec::new());
        assert!(matches!(part, Err(ExportError::CalledOff)));
    }

    #[test]
    fn previews_are_kept_exactly() {
        let rgb: Vec<u8> = (0..7 * 5 * 3).map(|index| (index * 17) as u8).collect();
        let mut file = Vec::new();
        write_rgb(7, 5, &rgb, "front=ab", &mut file).unwrap();
        assert_eq!(decode(&file).1, rgb);
        let rgba: Vec<u8> = (0..7 * 5 * 4).map(|index| (index * 17) as u8).collect();
        file.clear();
        write_rgba(7, 5, &rgba, "", &mut file).unwrap();
        assert_eq!(decode(&file).1, rgba);
    }

    #[test]
    fn bytes_that_do_not_fit_the_size_are_refused() {
        let error = write_rgb(7, 5, &[0; 104], "", Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "7 x 5 pixels need 105 bytes, not 104");
    }

    #[test]
    fn a_full_disk_is_an_error() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("disk full"))
            }
            fn flush(&mut self) -> std::io::Result<()> {
                Ok(())
            }
        }
        assert!(matches!(write_print(&stripes(9.0, 9.0), Dpi::PRINT, Effort::Fast, Full), Err(ExportError::Write(_))));
    }

    proptest! {
        /// Guards what the joint of two pieces assumes about the last bits of a block.
        #[test]
        fn pieces_of_any_bytes_join(
            first in prop::collection::vec(any::<u8>(), 4..400),
            second in prop::collection::vec(prop_oneof![Just(0), any::<u8>()], 4..400),
            effort in prop::sample::select(vec![Effort::Fast, Effort::Small]),
        ) {
            let mut bytes = first[..first.len() / 4 * 4].to_vec();
            bytes.extend(&second[..second.len() / 4 * 4]);
            bytes.chunks_exact_mut(4).for_each(|pixel| pixel[3] = 255);
            let rows = (bytes.len() / 4) as u32;
            let pixels = Pixmap::from_premultiplied(1, rows, bytes.clone()).unwrap();
            let artwork = Artwork { dpi: Dpi::PRINT, pixels, hash: ArtworkHash([0; 32]) };
            let mut file = Vec::new();
            write_artwork(&artwork, effort, &mut file).unwrap();
            prop_assert_eq!(decode(&file).1, bytes);
        }

        #[test]
        fn checksums_join(first in prop::collection::vec(any::<u8>(), 0..300), second in prop::collection::vec(any::<u8>(), 0..300)) {
            let of = |bytes: &[u8]| {
                let mut adler = simd_adler32::Adler32::new();
                adler.write(bytes);
                Checksum { sum: adler.finish(), length: bytes.len() as u64 }
            };
            let joined = of(&first).followed_by(of(&second));
            prop_assert_eq!(joined.sum, of(&[first, second].concat()).sum);
        }
    }
}
