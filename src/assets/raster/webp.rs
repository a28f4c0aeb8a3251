//! WebP: lossy, lossless, and the first frame of animations.

use std::io::Cursor;

use image::codecs::webp::WebPDecoder;
use image::{DynamicImage, ImageDecoder};

use super::{Format, Straight, check_size, color, damaged, decoder_error, orientation, truncated};
use crate::assets::error::AssetError;
use crate::assets::limits::Limits;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Straight, AssetError> {
    let declared = u32::from_le_bytes([bytes[4], bytes[5], bytes[6], bytes[7]]) as usize;
    let body = bytes.get(12..(declared + 8).min(bytes.len())).unwrap_or_default();
    if declared + 8 > bytes.len() {
        return Err(truncated(Format::Webp));
    }
    check_chunks(body, limits)?;

    let fail = |error: image::ImageError| decoder_error(Format::Webp, &error);
    let mut decoder = WebPDecoder::new(Cursor::new(bytes)).map_err(fail)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height, BYTES_PER_PIXEL, limits)?;
    let mut notes = Vec::new();
    if decoder.has_animation() {
        notes.push("animation: only the first frame is used".to_owned());
    }
    let icc = decoder.icc_profile().map_err(fail)?;
    let exif = decoder.exif_metadata().map_err(fail)?;
    let mut image = DynamicImage::from_decoder(decoder).map_err(fail)?.into_rgba8();
    if let Some(icc) = icc {
        notes.extend(color::to_srgb(&mut image, &icc));
    }
    Ok(Straight { image, orientation: orientation(exif.as_deref()), notes })
}

/// Width and height in pixels: those of the canvas if there is one.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), AssetError> {
    let Some((kind, payload)) = bytes.get(12..20).zip(bytes.get(20..)) else { return Err(truncated(Format::Webp)) };
    stated_size(&kind[..4], payload)?.ok_or_else(|| damaged(Format::Webp, "it holds no picture"))
}

/// The decoder's own pixels and what it hands over, or that and the RGBA that it becomes; for animations, a frame beside
/// the canvas.
const BYTES_PER_PIXEL: u64 = 8;

/// Checks the size that each bitstream up to the first frame states: it may differ from the canvas, and the decoder
/// allocates by it before it compares.
fn check_chunks(mut body: &[u8], limits: &Limits) -> Result<(), AssetError> {
    while let [a, b, c, d, s0, s1, s2, s3, rest @ ..] = body {
        let length = u32::from_le_bytes([*s0, *s1, *s2, *s3]) as usize;
        let payload = rest.get(..length).ok_or_else(|| truncated(Format::Webp))?;
        let kind = [*a, *b, *c, *d];
        if let Some((width, height)) = stated_size(&kind, payload)? {
            check_size(width, height, BYTES_PER_PIXEL, limits)?;
        }
        body = match &kind {
            // Into the frame, which holds chunks of its own; a loop, since frames can be nested without end.
            b"ANMF" => payload.get(16..).unwrap_or_default(),
            _ => rest.get(length + length % 2..).unwrap_or_default(),
        };
    }
    Ok(())
}

/// The size that a chunk states, if it is of a kind that does.
fn stated_size(kind: &[u8], payload: &[u8]) -> Result<Option<(u32, u32)>, AssetError> {
    Ok(match (kind, payload) {
        (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            Some((side(*w0, *w1, *w2), side(*h0, *h1, *h2)))
        }
        (b"VP8X", _) => return Err(damaged(Format::Webp, "its header has a wrong length")),
        (b"VP8 ", [_, _, _, 0x9d, 0x01, 0x2a, w0, w1, h0, h1, ..]) => {
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3fff);
            Some((side(*w0, *w1), side(*h0, *h1)))
        }
        (b"VP8L", [0x2f, b0, b1, b2, b3, ..]) => {
            let bits = u32::from_le_bytes([*b0, *b1, *b2, *b3]);
            Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1))
        }
        _ => None,
    })
}
