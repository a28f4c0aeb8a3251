//! JPEG for previews, coded in tiles.
//!
//! Every tile, one coded unit high and some units wide, is coded by itself, with the same tables, and ends in a restart
//! marker (ITU-T T.81, B.2.1), so that tiles are coded in parallel, and the tiles that a print does not touch are coded
//! once for a garment and kept.

use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, EncodingError, SamplingFactor};
use rayon::prelude::*;

use crate::export::{ExportError, check_length, hash_line};

/// Fewest pixels of a tile: few enough to follow a print's sides, enough that the restart markers and the colours that
/// start anew after each add only about 2 % to the file.
const TILE_PIXELS: u32 = 3000;
/// Tiles that one task codes.
const TILES_AT_ONCE: usize = 24;
/// Blanks whose codes are kept.
const KEPT_BLANKS: usize = 32;

/// The most pixels along a side that the format holds.
const LIMIT: u32 = 65_535;

/// How a JPEG is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JpegOptions {
    /// 1 (smallest) to 100 (best); others are brought into that range. Default: 85.
    pub quality: u8,
    /// How finely colours are kept. Default: [`Chroma::Full`]: halved, small red lettering on navy is visibly duller
    /// and its edges smear, for a file a quarter smaller.
    pub chroma: Chroma,
}

impl Default for JpegOptions {
    fn default() -> Self {
        Self { quality: 85, chroma: Chroma::Full }
    }
}

/// How finely colours are kept beside brightness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Chroma {
    /// For every pixel (4:4:4).
    Full,
    /// For every square of four pixels (4:2:0).
    Halved,
}

impl Chroma {
    /// Pixels along a side of the smallest coded unit.
    const fn unit(self) -> u32 {
        match self {
            Self::Full => 8,
            Self::Halved => 16,
        }
    }
}

/// Codes opaque sRGB pixels of three bytes each and writes them; `artwork_hash` goes under
/// [`crate::export::HASH_KEYWORD`] into a comment unless it is empty.
///
/// # Errors
/// Fails if `rgb` does not hold `width * height` pixels, a side is zero or longer than 65535 pixels, or `out` fails.
pub fn write_rgb(
    width: u32,
    height: u32,
    rgb: &[u8],
    artwork_hash: &str,
    options: JpegOptions,
    out: impl Write,
) -> Result<(), ExportError> {
    CodedTiles::encode(width, height, rgb, options)?.write(artwork_hash, out)
}

/// A picture coded in tiles, which later pictures may share.
#[derive(Debug, Clone)]
pub struct CodedTiles {
    grid: Grid,
    options: JpegOptions,
    /// From the start of the file to the first coded byte.
    head: Arc<[u8]>,
    /// Row by row.
    tiles: Vec<Arc<[u8]>>,
}

impl CodedTiles {
    /// Codes opaque sRGB pixels of three bytes each.
    ///
    /// # Errors
    /// Fails if `rgb` does not hold `width * height` pixels, or a side is zero or longer than 65535 pixels.
    pub fn encode(width: u32, height: u32, rgb: &[u8], options: JpegOptions) -> Result<Self, ExportError> {
        check_length(width, height, 3, rgb.len())?;
        if width > LIMIT || height > LIMIT {
            return Err(ExportError::TooLarge { format: "JPEG", width, height, limit: LIMIT });
        }
        if width == 0 || height == 0 {
            let (width, height) = (width as u16, height as u16);
            return Err(ExportError::Jpeg(EncodingError::ZeroImageDimensions { width, height }));
        }
        let grid = Grid::new(width, height, options.chroma);
        let wanted: Vec<u32> = (0..grid.columns * grid.rows).collect();
        let coded = encode_tiles(&grid, rgb, &wanted, options)?;
        let head = head(&coded[0].0, &grid);
        Ok(Self { grid, options, head, tiles: coded.into_iter().flat_map(|(_, tiles)| tiles).collect() })
    }

    /// Codes a picture of the same size that differs in the rectangle of `columns` and `rows` at most; the tiles beside
    /// it are shared.
    ///
    /// # Errors
    /// Fails if `rgb` does not hold as many pixels as this picture.
    pub fn recode(&self, rgb: &[u8], columns: &Range<u32>, rows: &Range<u32>) -> Result<Self, ExportError> {
        let grid = &self.grid;
        check_length(grid.width, grid.height, 3, rgb.len())?;
        let mut recoded = self.clone();
        if columns.is_empty() || rows.is_empty() {
            return Ok(recoded);
        }
        let across = columns.start / grid.tile_px..columns.end.div_ceil(grid.tile_px).min(grid.columns);
        let down = rows.start / grid.unit..rows.end.div_ceil(grid.unit).min(grid.rows);
        let wanted: Vec<u32> = down.flat_map(|y| across.clone().map(move |x| y * grid.columns + x)).collect();
        let coded = encode_tiles(grid, rgb, &wanted, self.options)?;
        for (index, tile) in wanted.iter().zip(coded.into_iter().flat_map(|(_, tiles)| tiles)) {
            recoded.tiles[*index as usize] = tile;
        }
        Ok(recoded)
    }

    /// Writes the file; `artwork_hash` as in [`write_rgb`].
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn write(&self, artwork_hash: &str, mut out: impl Write) -> Result<(), ExportError> {
        let comment = comment(artwork_hash);
        let mut file = Vec::with_capacity(self.length() + comment.len());
        // JFIF wants its own segment to come first.
        let (jfif, rest) = self.head.split_at(segments(&self.head).next().map_or(2, |segment| segment.end));
        for part in [jfif, &comment, rest] {
            file.extend_from_slice(part);
        }
        for (index, tile) in self.tiles.iter().enumerate() {
            if index > 0 {
                // RST0 to RST7, in turn.
                file.extend([0xff, RST0 + ((index - 1) % 8) as u8]);
            }
            file.extend_from_slice(tile);
        }
        file.extend([0xff, EOI]);
        out.write_all(&file)?;
        Ok(())
    }

    /// Bytes of the file without a comment.
    #[must_use]
    pub fn length(&self) -> usize {
        self.head.len() + self.tiles.iter().map(|tile| tile.len() + 2).sum::<usize>()
    }
}

/// A picture on a blank, and where it differs from it.
#[derive(Debug, Clone)]
pub struct Printed<'a> {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Opaque sRGB, three bytes a pixel.
    pub rgb: &'a [u8],
    /// Columns beside which the picture equals the blank's.
    pub columns: Range<u32>,
    /// Rows beside which the picture equals the blank's.
    pub rows: Range<u32>,
    /// Names the artworks that it shows, as in [`write_rgb`].
    pub artwork_hash: &'a str,
}

/// The coded pictures of blanks `B` (whatever holds such a picture), each kept while somebody else holds the blank.
/// Share it by reference.
#[derive(Debug)]
pub struct BlankCodes<B> {
    entries: Mutex<Vec<(Weak<B>, Arc<CodedTiles>)>>,
}

impl<B> Default for BlankCodes<B> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

impl<B> BlankCodes<B> {
    /// Writes a picture on `blank`, whose own picture `rgb_of` gives: it is coded once, and then only what differs.
    ///
    /// # Errors
    /// Fails if one of the pictures has not the stated size, a side is zero or longer than 65535 pixels, or `out` fails.
    pub fn write(
        &self,
        blank: &Arc<B>,
        rgb_of: impl FnOnce(&B) -> &[u8],
        printed: &Printed<'_>,
        options: JpegOptions,
        out: impl Write,
    ) -> Result<(), ExportError> {
        let coded = match self.find(blank, options) {
            Some(coded) => coded,
            None => {
                let coded = Arc::new(CodedTiles::encode(printed.width, printed.height, rgb_of(blank), options)?);
                self.keep(blank, &coded);
                coded
            }
        };
        coded.recode(printed.rgb, &printed.columns, &printed.rows)?.write(printed.artwork_hash, out)
    }

    fn find(&self, blank: &Arc<B>, options: JpegOptions) -> Option<Arc<CodedTiles>> {
        // A weak reference keeps the address from being used again, so that equal addresses are the same blank.
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let same = |entry: &&(Weak<B>, Arc<CodedTiles>)| {
            std::ptr::eq(entry.0.as_ptr(), Arc::as_ptr(blank)) && entry.1.options == options
        };
        entries.iter().find(same).map(|entry| Arc::clone(&entry.1))
    }

    fn keep(&self, blank: &Arc<B>, coded: &Arc<CodedTiles>) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have coded the same blank meanwhile; one of the two is enough.
        let is_same = |entry: &(Weak<B>, Arc<CodedTiles>)| {
            std::ptr::eq(entry.0.as_ptr(), Arc::as_ptr(blank)) && entry.1.options == coded.options
        };
        entries.retain(|entry| entry.0.strong_count() > 0 && !is_same(entry));
        let surplus = (entries.len() + 1).saturating_sub(KEPT_BLANKS);
        entries.drain(..surplus);
        entries.push((Arc::downgrade(blank), Arc::clone(coded)));
    }
}

const RST0: u8 = 0xd0;
const SOF0: u8 = 0xc0;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;
const COM: u8 = 0xfe;

/// A comment segment, or nothing.
fn comment(artwork_hash: &str) -> Vec<u8> {
    if artwork_hash.is_empty() {
        return Vec::new();
    }
    let text = hash_line(artwork_hash);
    // A segment holds 65533 bytes: more hashes than a garment has print areas.
    let text = &text.as_bytes()[..text.len().min(65_533)];
    let length = (text.len() as u16 + 2).to_be_bytes();
    [&[0xff, COM], &length[..], text].concat()
}

/// How a picture is cut into tiles.
#[derive(Debug, Clone, Copy)]
struct Grid {
    width: u32,
    height: u32,
    /// Pixels along a side of the smallest coded unit, which is a tile's height.
    unit: u32,
    /// Width of a tile.
    tile_px: u32,
    columns: u32,
    rows: u32,
}

impl Grid {
    /// Tiles must share out the units of a row evenly: restart markers come after equally many.
    fn new(width: u32, height: u32, chroma: Chroma) -> Self {
        let unit = chroma.unit();
        let units = width.div_ceil(unit).max(1);
        let wide_enough = |tile: &u32| tile * unit * unit >= TILE_PIXELS && units.is_multiple_of(*tile);
        let tile = (1..=units).find(wide_enough).unwrap_or(units);
        let rows = height.div_ceil(unit).max(1);
        Self { width, height, unit, tile_px: tile * unit, columns: units / tile, rows }
    }

    /// Copies a tile; what reaches over the picture's edge repeats the last pixels.
    fn copy(&self, rgb: &[u8], index: u32, tile: &mut [u8]) {
        let (left, top) = (index % self.columns * self.tile_px, index / self.columns * self.unit);
        let inside = (self.width - left).min(self.tile_px) as usize * 3;
        for (y, line) in (top..).zip(tile.chunks_exact_mut(self.tile_px as usize * 3)) {
            let y = y.min(self.height - 1);
            let start = (y * self.width + left) as usize * 3;
            let (copied, beside) = line.split_at_mut(inside);
            copied.copy_from_slice(&rgb[start..start + inside]);
            let last = [copied[inside - 3], copied[inside - 2], copied[inside - 1]];
            beside.as_chunks_mut::<3>().0.fill(last);
        }
    }
}

/// The header of a small file, and the tiles that it holds.
type CodedStack = (Vec<u8>, Vec<Arc<[u8]>>);

/// Codes some tiles, several at once.
fn encode_tiles(grid: &Grid, rgb: &[u8], wanted: &[u32], options: JpegOptions) -> Result<Vec<CodedStack>, ExportError> {
    wanted.par_chunks(TILES_AT_ONCE).map(|tiles| encode_stack(grid, rgb, tiles, options)).collect()
}

const fn sampling(chroma: Chroma) -> SamplingFactor {
    match chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Halved => SamplingFactor::F_2_2,
    }
}

/// Codes a few tiles as one picture in which they lie below each other, and takes it apart.
fn encode_stack(grid: &Grid, rgb: &[u8], wanted: &[u32], options: JpegOptions) -> Result<CodedStack, ExportError> {
    let length = (grid.tile_px * grid.unit) as usize * 3;
    let mut stack = vec![0; length * wanted.len()];
    for (tile, index) in stack.chunks_exact_mut(length).zip(wanted) {
        grid.copy(rgb, *index, tile);
    }
    let mut file = Vec::with_capacity(stack.len() / 6 + 1024);
    let mut encoder = Encoder::new(&mut file, options.quality.clamp(1, 100));
    encoder.set_sampling_factor(sampling(options.chroma));
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    encoder.set_restart_interval((grid.tile_px / grid.unit) as u16);
    let height = grid.unit * wanted.len() as u32;
    encoder.encode(&stack, grid.tile_px as u16, height as u16, ColorType::Rgb).map_err(ExportError::Jpeg)?;
    let start = segments(&file)
        .find(|segment| segment.marker == SOS)
        .map(|segment| segment.end)
        .expect("the encoder writes a scan");
    let tiles = at_restarts(&file[start..file.len() - 2]).map(Arc::from).collect();
    file.truncate(start);
    Ok((file, tiles))
}

/// The parts of coded pixels between restart markers.
fn at_restarts(mut coded: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        if coded.is_empty() {
            return None;
        }
        let is_restart = |pair: &[u8]| pair[0] == 0xff && (RST0..RST0 + 8).contains(&pair[1]);
        let end = coded.windows(2).position(is_restart).unwrap_or(coded.len());
        let tile = &coded[..end];
        coded = coded.get(end + 2..).unwrap_or_default();
        Some(tile)
    })
}

/// A marker segment of a file: from its marker to its end.
struct Segment {
    marker: u8,
    start: usize,
    end: usize,
}

/// The segments between the start of the file and the coded pixels.
fn segments(file: &[u8]) -> impl Iterator<Item = Segment> + '_ {
    let mut start = 2;
    std::iter::from_fn(move || {
        let header = file.get(start..start + 4)?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        let segment = Segment { marker: header[1], start, end: start + 2 + length };
        start = segment.end;
        Some(segment)
    })
}

/// The header of a stack of tiles turned into that of the whole picture.
fn head(of_stack: &[u8], grid: &Grid) -> Arc<[u8]> {
    let mut head = of_stack.to_vec();
    for segment in segments(of_stack).filter(|segment| segment.marker == SOF0) {
        let size = &mut head[segment.start + 5..segment.start + 9];
        size[..2].copy_from_slice(&(grid.height as u16).to_be_bytes());
        size[2..].copy_from_slice(&(grid.width as u16).to_be_bytes());
    }
    head.into()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn picture(width: u32, height: u32) -> Vec<u8> {
        let pixel = |index: u32| {
            let (x, y) = (index % width, index / width);
            [(x * 5) as u8, (y * 3) as u8, (x * y / 7) as u8]
        };
        (0..width * height).flat_map(pixel).collect()
    }

    fn decode(file: &[u8]) -> (u32, u32, Vec<u8>) {
        let picture = image::load_from_memory_with_format(file, image::ImageFormat::Jpeg).unwrap().to_rgb8();
        (picture.width(), picture.height(), picture.into_raw())
    }

    fn written(coded: &CodedTiles) -> Vec<u8> {
        let mut file = Vec::new();
        coded.write("", &mut file).unwrap();
        assert_eq!(file.len(), coded.length());
        file
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn tiles_decode_as_the_encoders_own_file_does(width in 1..90_u32, height in 1..140_u32, wide in any::<bool>()) {
            let width = if wide { width * 11 } else { width };
            let rgb = picture(width, height);
            for chroma in [Chroma::Full, Chroma::Halved] {
                let options = JpegOptions { chroma, ..JpegOptions::default() };
                let file = written(&CodedTiles::encode(width, height, &rgb, options).unwrap());
                let mut plain = Vec::new();
                let mut encoder = Encoder::new(&mut plain, options.quality);
                encoder.set_sampling_factor(sampling(chroma));
                encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
                encoder.encode(&rgb, width as u16, height as u16, ColorType::Rgb).unwrap();
                prop_assert!(decode(&file) == decode(&plain));
            }
        }

        #[test]
        fn every_size_decodes_near_the_source(
            width in 1..90_u32,
            height in 1..140_u32,
            chroma in prop::sample::select(vec![Chroma::Full, Chroma::Halved]),
        ) {
            let rgb: Vec<u8> = (0..width * height).flat_map(|i| [(i % width) as u8, 100, (i / width) as u8]).collect();
            let options = JpegOptions { quality: 95, chroma };
            let mut file = Vec::new();
            write_rgb(width, height, &rgb, "", options, &mut file).unwrap();
            let (decoded_width, decoded_height, decoded) = decode(&file);
            prop_assert_eq!((decoded_width, decoded_height), (width, height));
            prop_assert!(decoded.iter().zip(&rgb).all(|(a, b)| a.abs_diff(*b) < 16));
        }
    }

    #[test]
    fn recoding_changes_the_touched_tiles_only() {
        let (width, height) = (960, 100);
        let before = picture(width, height);
        let mut after = before.clone();
        for y in 40..60 {
            let start = (y * width as usize + 500) * 3;
            after[start..start + 200 * 3].fill(17);
        }
        for (chroma, tiles, kept) in [(Chroma::Full, 26, 23), (Chroma::Halved, 35, 31)] {
            let options = JpegOptions { chroma, ..JpegOptions::default() };
            let blank = CodedTiles::encode(width, height, &before, options).unwrap();
            let printed = blank.recode(&after, &(500..700), &(40..60)).unwrap();
            assert_eq!(written(&printed), written(&CodedTiles::encode(width, height, &after, options).unwrap()));
            let shared = blank.tiles.iter().zip(&printed.tiles).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
            assert_eq!((blank.tiles.len(), shared), (tiles, kept), "{:?}", blank.grid);
        }
    }

    #[test]
    fn a_blank_is_coded_once_while_somebody_holds_it() {
        let codes = BlankCodes::default();
        let blank = Arc::new(picture(64, 64));
        let mut after = blank.to_vec();
        after[..64 * 3 * 8].fill(200);
        let printed = Printed { width: 64, height: 64, rgb: &after, columns: 0..64, rows: 0..8, artwork_hash: "" };
        let mut files = [Vec::new(), Vec::new()];
        for (round, file) in files.iter_mut().enumerate() {
            // what would be coded the second time is of the wrong size
            let end = if round == 0 { usize::MAX } else { 0 };
            codes.write(&blank, |rgb| &rgb[..rgb.len().min(end)], &printed, JpegOptions::default(), file).unwrap();
        }
        let mut whole = Vec::new();
        write_rgb(64, 64, &after, "", JpegOptions::default(), &mut whole).unwrap();
        assert!(files.iter().all(|file| *file == whole));
        let again = CodedTiles::encode(64, 64, &blank, JpegOptions::default()).unwrap();
        codes.keep(&blank, &Arc::new(again));
        assert_eq!(codes.entries.lock().unwrap().len(), 1, "two threads that coded one blank leave one entry");
        drop(blank);
        let other = Arc::new(picture(64, 64));
        let bare = Printed { rgb: &other.clone(), columns: 0..0, rows: 0..0, ..printed };
        codes.write(&other, |blank| blank, &bare, JpegOptions::default(), Vec::new()).unwrap();
        assert_eq!(codes.entries.lock().unwrap().len(), 1);
    }

    #[test]
    fn sizes_that_the_format_cannot_hold_are_refused() {
        let refused = CodedTiles::encode(65_536, 1, &vec![0; 65_536 * 3], JpegOptions::default());
        assert!(matches!(refused, Err(ExportError::TooLarge { limit: 65_535, .. })));
        assert!(CodedTiles::encode(0, 0, &[], JpegOptions::default()).is_err());
    }
}
