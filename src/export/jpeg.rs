//! JPEG for previews, coded in tiles.
//!
//! Every tile, one coded unit high and some units wide, is coded by itself, with the same tables, and ends in a restart
//! marker (ITU-T T.81, B.2.1), so that tiles are coded in parallel, and the tiles that a print does not touch are coded
//! once for a garment and kept.

mod block;
mod samples;
mod scan;
mod tables;

use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use fearless_simd::{Level, Simd, dispatch};
use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};
use rayon::prelude::*;

use crate::export::jpeg::block::Block;
use crate::export::jpeg::samples::Samples;
use crate::export::jpeg::scan::Scan;
use crate::export::jpeg::tables::{SIDE, Tables};
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

/// A picture coded in tiles.
#[derive(Debug)]
struct CodedTiles {
    form: Arc<Form>,
    /// Row by row.
    tiles: Vec<Arc<[u8]>>,
}

impl CodedTiles {
    fn encode(width: u32, height: u32, rgb: &[u8], options: JpegOptions) -> Result<Self, ExportError> {
        check_length(width, height, 3, rgb.len())?;
        let form = Form::new(width, height, options)?;
        let wanted: Vec<u32> = (0..form.grid.columns * form.grid.rows).collect();
        let tiles = encode_tiles(&form, rgb, &wanted);
        Ok(Self { form: Arc::new(form), tiles })
    }

    /// Writes the file; `artwork_hash` as in [`write_rgb`].
    fn write(&self, artwork_hash: &str, mut out: impl Write) -> Result<(), ExportError> {
        let comment = comment(artwork_hash);
        let mut file = Vec::with_capacity(self.length() + comment.len());
        // JFIF wants its own segment to come first.
        let (jfif, rest) = self.form.head.split_at(segments(&self.form.head).next().map_or(2, |segment| segment.end));
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
    fn length(&self) -> usize {
        self.form.head.len() + self.tiles.iter().map(|tile| tile.len() + 2).sum::<usize>()
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

/// The codes of blanks `B` (whatever holds their pictures), each kept while somebody else holds the blank. Share it by
/// reference.
#[derive(Debug)]
pub struct BlankCodes<B> {
    entries: Mutex<Vec<(Weak<B>, Arc<BlankTiles>)>>,
}

/// The tiles of a blank, those that were needed so far.
#[derive(Debug)]
struct BlankTiles {
    form: Arc<Form>,
    tiles: Vec<OnceLock<Arc<[u8]>>>,
}

impl<B> Default for BlankCodes<B> {
    fn default() -> Self {
        Self { entries: Mutex::default() }
    }
}

impl<B> BlankCodes<B> {
    /// Writes a picture on `blank`. Tiles that differ from the blank's own picture are coded, the others once, or taken
    /// from another blank where it looks the same: the wall does behind garments of all colours. `rgb_of` gives the
    /// picture of a blank.
    ///
    /// # Errors
    /// Fails if the picture has not the stated size or not its blank's, a side is zero or longer than 65535 pixels, or
    /// `out` fails.
    pub fn write(
        &self,
        blank: &Arc<B>,
        rgb_of: impl Fn(&B) -> &[u8],
        printed: &Printed<'_>,
        options: JpegOptions,
        out: impl Write,
    ) -> Result<(), ExportError> {
        check_length(printed.width, printed.height, 3, printed.rgb.len())?;
        let bare = self.tiles_of(blank, rgb_of, printed, options)?;
        let grid = &bare.form.grid;
        // The grid is that of the picture that the blank came with first.
        if (grid.width, grid.height) != (printed.width, printed.height) {
            let (blank, found) = ((grid.width, grid.height), (printed.width, printed.height));
            return Err(ExportError::WrongSize { blank, found });
        }
        let is_printed = grid.printed(printed);
        let is_wanted = |tile: &u32| is_printed[*tile as usize] || bare.tiles[*tile as usize].get().is_none();
        let wanted: Vec<u32> = (0..grid.columns * grid.rows).filter(is_wanted).collect();
        let mut tiles: Vec<Option<Arc<[u8]>>> = bare.tiles.iter().map(|tile| tile.get().cloned()).collect();
        for (tile, coded) in
            wanted.iter().map(|tile| *tile as usize).zip(encode_tiles(&bare.form, printed.rgb, &wanted))
        {
            if !is_printed[tile] {
                // another thread may have coded the same tile, to the same bytes
                bare.tiles[tile].get_or_init(|| Arc::clone(&coded));
            }
            tiles[tile] = Some(coded);
        }
        let tiles = tiles.into_iter().flatten().collect();
        CodedTiles { form: Arc::clone(&bare.form), tiles }.write(printed.artwork_hash, out)
    }

    /// The tiles of a blank. Those of a new one that look as on another blank beside the print are taken from there.
    fn tiles_of(
        &self,
        blank: &Arc<B>,
        rgb_of: impl Fn(&B) -> &[u8],
        printed: &Printed<'_>,
        options: JpegOptions,
    ) -> Result<Arc<BlankTiles>, ExportError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.0.strong_count() > 0);
        // A weak reference keeps the address from being used again, so that equal addresses are the same blank.
        let is_same = |entry: &&(Weak<B>, Arc<BlankTiles>)| {
            std::ptr::eq(entry.0.as_ptr(), Arc::as_ptr(blank)) && entry.1.form.options == options
        };
        if let Some((_, tiles)) = entries.iter().find(is_same) {
            return Ok(Arc::clone(tiles));
        }
        let form = Form::new(printed.width, printed.height, options)?;
        let grid = form.grid;
        let tiles = vec![OnceLock::new(); (grid.columns * grid.rows) as usize];
        let akin = entries.iter().rev().find(|entry| entry.1.form.options == options && entry.1.form.grid == grid);
        if let Some((other, known)) = akin.and_then(|(other, known)| Some((other.upgrade()?, known))) {
            let is_printed = grid.printed(printed);
            for (index, (slot, known)) in tiles.iter().zip(&known.tiles).enumerate() {
                if let Some(code) = known.get().filter(|_| !is_printed[index])
                    && grid.is_same(rgb_of(&other), printed.rgb, index as u32)
                {
                    slot.get_or_init(|| Arc::clone(code));
                }
            }
        }
        let tiles = Arc::new(BlankTiles { form: Arc::new(form), tiles });
        let surplus = (entries.len() + 1).saturating_sub(KEPT_BLANKS);
        entries.drain(..surplus);
        entries.push((Arc::downgrade(blank), Arc::clone(&tiles)));
        Ok(tiles)
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

/// What all tiles of a picture have in common.
#[derive(Debug)]
struct Form {
    grid: Grid,
    options: JpegOptions,
    /// From the start of the file to the first coded byte.
    head: Vec<u8>,
    tables: Tables,
}

impl Form {
    fn new(width: u32, height: u32, options: JpegOptions) -> Result<Self, ExportError> {
        if width > LIMIT || height > LIMIT {
            return Err(ExportError::TooLarge { format: "JPEG", width, height, limit: LIMIT });
        }
        if width == 0 || height == 0 {
            let (width, height) = (width as u16, height as u16);
            return Err(ExportError::Jpeg(EncodingError::ZeroImageDimensions { width, height }));
        }
        let grid = Grid::new(width, height, options.chroma);
        let head = head(&grid, options)?;
        Ok(Self { grid, options, tables: Tables::of_header(&head), head })
    }
}

/// How a picture is cut into tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    /// The tiles that a rectangle of pixels touches.
    fn touched(&self, columns: &Range<u32>, rows: &Range<u32>) -> impl Iterator<Item = u32> {
        let is_empty = columns.is_empty() || rows.is_empty();
        let across = columns.start / self.tile_px..columns.end.div_ceil(self.tile_px).min(self.columns);
        let down = rows.start / self.unit..rows.end.div_ceil(self.unit).min(self.rows);
        let n_columns = self.columns;
        let tiles = down.flat_map(move |y| across.clone().map(move |x| y * n_columns + x));
        tiles.filter(move |_| !is_empty)
    }

    /// Which tiles a print touches.
    fn printed(&self, printed: &Printed<'_>) -> Vec<bool> {
        let mut is_printed = vec![false; (self.columns * self.rows) as usize];
        self.touched(&printed.columns, &printed.rows).for_each(|tile| is_printed[tile as usize] = true);
        is_printed
    }

    /// Whether two pictures look the same in a tile.
    fn is_same(&self, a: &[u8], b: &[u8], tile: u32) -> bool {
        let (inside, starts) = self.lines(tile);
        a.len() == b.len() && starts.map(|start| start..start + inside * 3).all(|line| a[line.clone()] == b[line])
    }

    /// How many pixels of each row of a tile lie inside the picture, and where the rows start among the picture's bytes.
    /// Below the picture its last row is repeated.
    fn lines(&self, tile: u32) -> (usize, impl Iterator<Item = usize>) {
        let Self { width, height, unit, .. } = *self;
        let (left, top) = (tile % self.columns * self.tile_px, tile / self.columns * unit);
        let starts = (top..top + unit).map(move |y| (y.min(height - 1) * width + left) as usize * 3);
        ((width - left).min(self.tile_px) as usize, starts)
    }
}

/// Codes some tiles.
fn encode_tiles(form: &Form, rgb: &[u8], wanted: &[u32]) -> Vec<Arc<[u8]>> {
    let level = Level::new();
    let codes = wanted.par_chunks(TILES_AT_ONCE).flat_map_iter(|tiles| {
        let Grid { tile_px, unit, .. } = form.grid;
        let mut samples = Samples::new((tile_px as usize, unit as usize), form.options.chroma);
        let mut scan = Scan::default();
        let code = move |tile: &u32| {
            dispatch!(level, simd => encode_tile(simd, form, (rgb, *tile), &mut samples, &mut scan));
            scan.take()
        };
        tiles.iter().map(code)
    });
    codes.collect()
}

/// Codes a tile: in every unit the blocks of brightness, row by row, then those of the colours.
#[inline(always)]
fn encode_tile<S: Simd>(simd: S, form: &Form, (rgb, tile): (&[u8], u32), samples: &mut Samples, scan: &mut Scan) {
    let (inside, starts) = form.grid.lines(tile);
    samples.fill(simd, starts.map(|start| &rgb[start..]), inside);
    let Tables { brightness, color } = &form.tables;
    let unit = form.grid.unit as usize;
    let mut last = [0; 3];
    for column in 0..samples.size.0 / unit {
        for top in (0..unit).step_by(SIDE) {
            for left in (column * unit..(column + 1) * unit).step_by(SIDE) {
                let plane = (&*samples.brightness, samples.size.0);
                let block = Block::of(simd, plane, (left, top), &brightness.divisors);
                scan.block(&block, &mut last[0], brightness);
            }
        }
        for (plane, last) in samples.colors.iter().zip(&mut last[1..]) {
            let block = Block::of(simd, (plane, samples.color_width()), (column * SIDE, 0), &color.divisors);
            scan.block(&block, last, color);
        }
    }
}

/// The header of a picture: that of one coded unit, with the picture's size.
fn head(grid: &Grid, options: JpegOptions) -> Result<Vec<u8>, ExportError> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, options.quality.clamp(1, 100));
    encoder.set_sampling_factor(sampling(options.chroma));
    encoder.set_restart_interval((grid.tile_px / grid.unit) as u16);
    encoder.encode(&[0; 3], 1, 1, ColorType::Rgb).map_err(ExportError::Jpeg)?;
    let segment = |marker| segments(&file).find(|segment| segment.marker == marker);
    let (frame, scan) = segment(SOF0).zip(segment(SOS)).expect("the encoder writes a frame and a scan");
    file.truncate(scan.end);
    let size = &mut file[frame.start + 5..frame.start + 9];
    size[..2].copy_from_slice(&(grid.height as u16).to_be_bytes());
    size[2..].copy_from_slice(&(grid.width as u16).to_be_bytes());
    Ok(file)
}

const fn sampling(chroma: Chroma) -> SamplingFactor {
    match chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Halved => SamplingFactor::F_2_2,
    }
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

#[cfg(test)]
mod tests {
    use jpeg_encoder::ChromaSubsamplingMethod;
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
    fn every_kind_of_processor_codes_the_same_bytes() {
        let rgb = picture(200, 33);
        for chroma in [Chroma::Full, Chroma::Halved] {
            let form = Form::new(200, 33, JpegOptions { chroma, ..JpegOptions::default() }).unwrap();
            let coded = [Level::new(), Level::baseline()].map(|level| {
                let size = (form.grid.tile_px as usize, form.grid.unit as usize);
                let (mut samples, mut scan) = (Samples::new(size, chroma), Scan::default());
                let tiles = (0..form.grid.columns * form.grid.rows).map(|tile| {
                    dispatch!(level, simd => encode_tile(simd, &form, (&rgb, tile), &mut samples, &mut scan));
                    scan.take()
                });
                tiles.collect::<Vec<_>>()
            });
            assert_eq!(coded[0], coded[1]);
        }
    }

    #[test]
    fn a_blank_is_coded_once_while_somebody_holds_it() {
        let codes = BlankCodes::default();
        let blank = Arc::new(picture(64, 64));
        let mut after = blank.to_vec();
        after[..64 * 3 * 8].fill(200);
        let mut whole = Vec::new();
        write_rgb(64, 64, &after, "", JpegOptions::default(), &mut whole).unwrap();
        for _ in 0..2 {
            let printed = Printed { width: 64, height: 64, rgb: &after, columns: 0..64, rows: 0..8, artwork_hash: "" };
            let mut file = Vec::new();
            codes.write(&blank, |rgb| rgb, &printed, JpegOptions::default(), &mut file).unwrap();
            assert_eq!(file, whole);
            // what lies beside the print is not looked at again
            after[64 * 3 * 8..].fill(0);
        }
        assert_eq!(codes.entries.lock().unwrap().len(), 1);
        drop(blank);
        let other = Arc::new(picture(64, 64));
        let bare = Printed { width: 64, height: 64, rgb: &other.clone(), columns: 0..0, rows: 0..0, artwork_hash: "" };
        codes.write(&other, |blank| blank, &bare, JpegOptions::default(), Vec::new()).unwrap();
        assert_eq!(codes.entries.lock().unwrap().len(), 1);
    }

    #[test]
    fn blanks_share_what_looks_the_same() {
        let (width, height) = (960, 100);
        let codes = BlankCodes::default();
        let blanks = [60, 200].map(|value| {
            let mut blank = picture(width, height);
            for y in 40..60 {
                let start = (y * width as usize + 500) * 3;
                blank[start..start + 200 * 3].fill(value);
            }
            Arc::new(blank)
        });
        for (blank, rows) in blanks.iter().zip([8..16, 80..84]) {
            let mut rgb = blank.to_vec();
            let row = width as usize * 3;
            rgb[rows.start as usize * row..rows.end as usize * row].fill(9);
            let printed = Printed { width, height, rgb: &rgb, columns: 0..width, rows, artwork_hash: "" };
            let (mut file, mut whole) = (Vec::new(), Vec::new());
            codes.write(blank, |blank| blank, &printed, JpegOptions::default(), &mut file).unwrap();
            write_rgb(width, height, &rgb, "", JpegOptions::default(), &mut whole).unwrap();
            assert_eq!(file, whole);
        }
        let entries = codes.entries.lock().unwrap();
        let pairs = entries[0].1.tiles.iter().zip(&entries[1].1.tiles);
        let shared = pairs.filter(|(a, b)| a.get().zip(b.get()).is_some_and(|(a, b)| Arc::ptr_eq(a, b))).count();
        // of 13 rows of 2 tiles, two rows are printed and in three the right tile differs
        assert_eq!((entries[0].1.tiles.len(), shared), (26, 19));
    }

    #[test]
    fn a_picture_of_another_size_than_its_blank_is_refused() {
        let codes = BlankCodes::default();
        let blank = Arc::new(picture(640, 64));
        for (width, height) in [(640, 64), (640, 8), (8, 8), (64, 640), (640, 72)] {
            let rgb = picture(width, height);
            let printed = Printed { width, height, rgb: &rgb, columns: 0..width, rows: 0..height, artwork_hash: "" };
            let written = codes.write(&blank, |blank| blank, &printed, JpegOptions::default(), Vec::new());
            assert_eq!(written.is_ok(), (width, height) == (640, 64), "{width} x {height}");
        }
    }

    #[test]
    fn sizes_that_the_format_cannot_hold_are_refused() {
        let refused = CodedTiles::encode(65_536, 1, &vec![0; 65_536 * 3], JpegOptions::default());
        assert!(matches!(refused, Err(ExportError::TooLarge { limit: 65_535, .. })));
        assert!(CodedTiles::encode(0, 0, &[], JpegOptions::default()).is_err());
    }
}
