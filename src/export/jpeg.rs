//! JPEG for previews, coded in bands.
//!
//! Every band of 32 rows is coded by itself, with the same tables, and ends in a restart marker (ITU-T T.81, B.2.1),
//! so that bands are coded in parallel, and the bands that a print does not touch are coded once for a garment and
//! kept.

use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

use jpeg_encoder::{ChromaSubsamplingMethod, ColorType, Encoder, SamplingFactor};
use rayon::prelude::*;

use crate::export::{ExportError, check_length};

/// Rows of a band: whole blocks with and without halved colours.
pub const BAND_ROWS: u32 = 32;

/// The most pixels along a side that the format holds.
const LIMIT: u32 = 65_535;

/// How a JPEG is coded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct JpegOptions {
    /// 1 (smallest) to 100 (best); others are brought into that range. Default: 85.
    pub quality: u8,
    /// How finely colours are kept. Default: [`Chroma::Full`], since lettering in strong colours smears otherwise.
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

/// Codes opaque sRGB pixels of three bytes each and writes them.
///
/// # Errors
/// Fails if `rgb` does not hold `width * height` pixels, a side is zero or longer than 65535 pixels, or `out` fails.
pub fn write_rgb(
    width: u32,
    height: u32,
    rgb: &[u8],
    options: JpegOptions,
    out: impl Write,
) -> Result<(), ExportError> {
    CodedBands::encode(width, height, rgb, options)?.write(out)
}

/// A picture coded in bands of [`BAND_ROWS`] rows, which later pictures may share.
#[derive(Debug, Clone)]
pub struct CodedBands {
    width: u32,
    height: u32,
    options: JpegOptions,
    /// From the start of the file to the first coded byte.
    head: Arc<[u8]>,
    bands: Vec<Arc<[u8]>>,
}

impl CodedBands {
    /// Codes opaque sRGB pixels of three bytes each.
    ///
    /// # Errors
    /// Fails if `rgb` does not hold `width * height` pixels, or a side is zero or longer than 65535 pixels.
    pub fn encode(width: u32, height: u32, rgb: &[u8], options: JpegOptions) -> Result<Self, ExportError> {
        check_length(width, height, 3, rgb.len())?;
        if width > LIMIT || height > LIMIT {
            return Err(ExportError::TooLarge { format: "JPEG", width, height, limit: LIMIT });
        }
        let mut coded: Vec<(Vec<u8>, usize)> = (0..height.div_ceil(BAND_ROWS).max(1))
            .into_par_iter()
            .map(|index| encode_band(width, rows_of(rgb, width, index), options))
            .collect::<Result<_, _>>()?;
        let head = head(&coded[0].0[..coded[0].1], width, height, options);
        let bands = coded.drain(..).map(|(bytes, start)| entropy_coded(&bytes, start)).collect();
        Ok(Self { width, height, options, head, bands })
    }

    /// Codes a picture of the same size of which only the rows in `changed` differ; the other bands are shared.
    ///
    /// # Errors
    /// Fails if `rgb` does not hold as many pixels as this picture.
    pub fn recode(&self, rgb: &[u8], changed: Range<u32>) -> Result<Self, ExportError> {
        check_length(self.width, self.height, 3, rgb.len())?;
        let touched = |index: u32| index * BAND_ROWS < changed.end && (index + 1) * BAND_ROWS > changed.start;
        let bands = self
            .bands
            .par_iter()
            .zip(0..self.bands.len() as u32)
            .map(|(kept, index)| {
                if changed.is_empty() || !touched(index) {
                    return Ok(kept.clone());
                }
                let (bytes, start) = encode_band(self.width, rows_of(rgb, self.width, index), self.options)?;
                Ok(entropy_coded(&bytes, start))
            })
            .collect::<Result<_, ExportError>>()?;
        Ok(Self { bands, head: self.head.clone(), ..*self })
    }

    /// Writes the file.
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn write(&self, mut out: impl Write) -> Result<(), ExportError> {
        out.write_all(&self.head)?;
        for (index, band) in self.bands.iter().enumerate() {
            if index > 0 {
                // RST0 to RST7, in turn.
                out.write_all(&[0xff, 0xd0 + ((index - 1) % 8) as u8])?;
            }
            out.write_all(band)?;
        }
        out.write_all(&[0xff, EOI])?;
        Ok(())
    }

    /// Bytes of the file.
    #[must_use]
    pub fn length(&self) -> usize {
        self.head.len() + self.bands.iter().map(|band| band.len() + 2).sum::<usize>()
    }
}

const SOF0: u8 = 0xc0;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

fn rows_of(rgb: &[u8], width: u32, index: u32) -> &[u8] {
    let stride = width as usize * 3;
    let start = (index * BAND_ROWS) as usize * stride;
    &rgb[start..rgb.len().min(start + BAND_ROWS as usize * stride)]
}

/// A whole small file of some rows, and where its coded pixels start.
fn encode_band(width: u32, rows: &[u8], options: JpegOptions) -> Result<(Vec<u8>, usize), ExportError> {
    let mut file = Vec::with_capacity(rows.len() / 6 + 1024);
    let mut encoder = Encoder::new(&mut file, options.quality.clamp(1, 100));
    encoder.set_sampling_factor(match options.chroma {
        Chroma::Full => SamplingFactor::F_1_1,
        Chroma::Halved => SamplingFactor::F_2_2,
    });
    encoder.set_chroma_subsampling_method(ChromaSubsamplingMethod::Average);
    let height = rows.len() / (width as usize * 3).max(1);
    encoder.encode(rows, width as u16, height as u16, ColorType::Rgb).map_err(ExportError::Jpeg)?;
    let start = segments(&file)
        .find(|segment| segment.marker == SOS)
        .map(|segment| segment.end)
        .expect("the encoder writes a scan");
    Ok((file, start))
}

/// The coded pixels between the scan's header and the end of the file.
fn entropy_coded(file: &[u8], start: usize) -> Arc<[u8]> {
    file[start..file.len() - 2].into()
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

/// The header of one band's file turned into that of the whole: its height, and the length of a restart interval.
fn head(of_band: &[u8], width: u32, height: u32, options: JpegOptions) -> Arc<[u8]> {
    let unit = options.chroma.unit();
    let interval = width.div_ceil(unit) * (BAND_ROWS / unit);
    let mut head = of_band[..2].to_vec();
    for segment in segments(of_band).take_while(|segment| segment.end <= of_band.len()) {
        let mut bytes = of_band[segment.start..segment.end].to_vec();
        if segment.marker == SOF0 {
            bytes[5..7].copy_from_slice(&(height as u16).to_be_bytes());
        }
        if segment.marker == SOS {
            // DRI: restart markers come every so many units.
            head.extend([0xff, 0xdd, 0, 4]);
            head.extend((interval as u16).to_be_bytes());
        }
        head.extend(bytes);
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

    fn written(coded: &CodedBands) -> Vec<u8> {
        let mut file = Vec::new();
        coded.write(&mut file).unwrap();
        assert_eq!(file.len(), coded.length());
        file
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn the_joined_bands_decode_as_each_band_does(width in 1..90_u32, height in 1..140_u32) {
            let rgb = picture(width, height);
            // Full colours: a decoder smooths halved ones across the seam, so only these can be equal to the byte.
            let options = JpegOptions::default();
            let file = written(&CodedBands::encode(width, height, &rgb, options).unwrap());
            let mut expected = Vec::new();
            for rows in rgb.chunks((width * BAND_ROWS * 3) as usize) {
                expected.extend(decode(&encode_band(width, rows, options).unwrap().0).2);
            }
            prop_assert_eq!(decode(&file), (width, height, expected));
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
            write_rgb(width, height, &rgb, options, &mut file).unwrap();
            let (decoded_width, decoded_height, decoded) = decode(&file);
            prop_assert_eq!((decoded_width, decoded_height), (width, height));
            prop_assert!(decoded.iter().zip(&rgb).all(|(a, b)| a.abs_diff(*b) < 16));
        }
    }

    #[test]
    fn recoding_changes_the_touched_bands_only() {
        let before = picture(100, 200);
        let mut after = before.clone();
        after[100 * 3 * 70..100 * 3 * 90].fill(17);
        for chroma in [Chroma::Full, Chroma::Halved] {
            let options = JpegOptions { chroma, ..JpegOptions::default() };
            let blank = CodedBands::encode(100, 200, &before, options).unwrap();
            let printed = blank.recode(&after, 70..90).unwrap();
            assert_eq!(written(&printed), written(&CodedBands::encode(100, 200, &after, options).unwrap()));
            let shared = blank.bands.iter().zip(&printed.bands).filter(|(a, b)| Arc::ptr_eq(a, b)).count();
            assert_eq!((shared, blank.bands.len()), (6, 7));
        }
    }

    #[test]
    fn sizes_that_the_format_cannot_hold_are_refused() {
        let refused = CodedBands::encode(65_536, 1, &vec![0; 65_536 * 3], JpegOptions::default());
        assert!(matches!(refused, Err(ExportError::TooLarge { limit: 65_535, .. })));
        assert!(CodedBands::encode(0, 0, &[], JpegOptions::default()).is_err());
    }
}
