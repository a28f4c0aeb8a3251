//! JPEG: baseline and progressive, grey, YCbCr, RGB, CMYK and YCCK.

mod bits;
mod entropy;
mod segments;

use std::io::Cursor;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{Format, Straight, check_size, color, damaged, orientation, rgba_image, truncated};
use crate::assets::error::{AssetError, within};
use crate::assets::limits::Limits;
use crate::assets::raster::jpeg::segments::Segments;

/// Scans of a progressive file; each passes over all coefficients again, and encoders write about ten.
const MAX_SCANS: usize = 64;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Straight, AssetError> {
    let structure = Structure::read(bytes)?;
    // Progressive files keep 16-bit coefficients of every component beside the pixels.
    let per_pixel = if structure.progressive { 4 + 2 * u64::from(structure.components) } else { 4 };
    check_size(structure.width, structure.height, per_pixel, limits)?;
    within("scans of the JPEG", structure.scans as u64, MAX_SCANS as u64)?;
    entropy::check(&bytes[..structure.end])?;

    let source = structure.inks();
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(structure.width as usize)
        .set_max_height(structure.height as usize)
        .jpeg_set_max_scans(MAX_SCANS + 1)
        .jpeg_set_out_colorspace(source.unwrap_or(ColorSpace::RGBA));
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(&bytes[..structure.end]), options);
    let mut data = decoder.decode().map_err(|error| damaged(Format::Jpeg, error))?;
    let icc = decoder.icc_profile();
    let mut notes = Vec::new();
    if let Some(source) = source {
        to_ink_amounts(&mut data, source, structure.adobe.is_some());
        notes.push(color::cmyk_to_srgb(&mut data, icc.as_deref()));
    } else if let Some(icc) = &icc {
        notes.extend(color::to_srgb(&mut data, icc));
    }
    Ok(Straight {
        image: rgba_image(Format::Jpeg, structure.width, structure.height, data)?,
        orientation: orientation(decoder.exif().map(Vec::as_slice)),
        notes,
    })
}

/// Width and height in pixels.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), AssetError> {
    Structure::read(bytes).map(|structure| (structure.width, structure.height))
}

/// Makes four-channel samples ink amounts, 255 being full.
///
/// Adobe's programs write CMYK inverted and say so by their marker. YCCK is the YCbCr form of the stored CMY.
fn to_ink_amounts(data: &mut [u8], source: ColorSpace, adobe: bool) {
    for pixel in data.chunks_exact_mut(4) {
        if source == ColorSpace::YCCK {
            let (y, cb, cr) = (i32::from(pixel[0]), i32::from(pixel[1]) - 128, i32::from(pixel[2]) - 128);
            // ITU-T T.871 in 16-bit fixed point.
            let clamp = |v: i32| ((v + 32_768) >> 16).clamp(0, 255) as u8;
            pixel[0] = clamp(y * 65_536 + 91_881 * cr);
            pixel[1] = clamp(y * 65_536 - 22_554 * cb - 46_802 * cr);
            pixel[2] = clamp(y * 65_536 + 116_130 * cb);
        }
        if adobe {
            for channel in pixel {
                *channel = 255 - *channel;
            }
        }
    }
}

/// What the markers of a file say, read without decoding.
struct Structure {
    width: u32,
    height: u32,
    components: u8,
    progressive: bool,
    scans: usize,
    /// The colour transform that Adobe's APP14 marker names, if the marker is there.
    adobe: Option<u8>,
    /// Just behind the end marker; cameras hang further pictures on.
    end: usize,
}

impl Structure {
    /// Walks over all markers up to the end of the picture, which has to be there: decoders fill what is missing
    /// with grey, and a half grey shirt would be printed.
    fn read(bytes: &[u8]) -> Result<Self, AssetError> {
        let mut structure =
            Self { width: 0, height: 0, components: 0, progressive: false, scans: 0, adobe: None, end: 0 };
        let mut segments = Segments::new(bytes);
        while let Some(segment) = segments.next()? {
            structure.note(segment.marker, segment.payload)?;
        }
        structure.end = segments.at;
        if structure.width == 0 || structure.height == 0 || structure.scans == 0 {
            return Err(damaged(Format::Jpeg, "it holds no picture"));
        }
        Ok(structure)
    }

    /// How the samples hold amounts of four inks, if they do.
    fn inks(&self) -> Option<ColorSpace> {
        let space = if self.adobe == Some(2) { ColorSpace::YCCK } else { ColorSpace::CMYK };
        (self.components == 4).then_some(space)
    }

    fn note(&mut self, marker: u8, payload: &[u8]) -> Result<(), AssetError> {
        match marker {
            segments::FRAME..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let [_, h1, h0, w1, w0, components, ..] = *payload else { return Err(truncated(Format::Jpeg)) };
                // A decoder may size its buffers by another frame than the one that was checked.
                if self.components != 0 {
                    return Err(damaged(Format::Jpeg, "it has two frames"));
                }
                self.height = u32::from(u16::from_be_bytes([h1, h0]));
                self.width = u32::from(u16::from_be_bytes([w1, w0]));
                self.components = components;
                self.progressive = marker == segments::PROGRESSIVE_FRAME;
            }
            segments::SCAN => self.scans += 1,
            segments::ADOBE if payload.starts_with(b"Adobe") => self.adobe = payload.get(11).copied(),
            _ => {}
        }
        Ok(())
    }
}
