//! GIF: the first frame.

use std::io::Cursor;

use image::codecs::gif::GifDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, Limits as ImageLimits};

use super::{Format, Straight, check_size, damaged, decoder_error, truncated};
use crate::assets::error::AssetError;
use crate::assets::limits::Limits;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Straight, AssetError> {
    let frames = frames(bytes, limits)?;
    let fail = |error: image::ImageError| decoder_error(Format::Gif, &error);
    let mut decoder = GifDecoder::new(Cursor::new(bytes)).map_err(fail)?;
    let mut image_limits = ImageLimits::no_limits();
    image_limits.max_alloc = Some(limits.decoded_bytes as u64);
    decoder.set_limits(image_limits).map_err(fail)?;
    let image = DynamicImage::from_decoder(decoder).map_err(fail)?.into_rgba8();
    let mut notes = Vec::new();
    if frames > 1 {
        notes.push("animation: only the first frame is used".to_owned());
    }
    Ok(Straight { image, orientation: Orientation::NoTransforms, notes })
}

/// Width and height of the canvas in pixels.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), AssetError> {
    let Some(&[w0, w1, h0, h1]) = bytes.get(6..10) else { return Err(truncated(Format::Gif)) };
    Ok((u16::from_le_bytes([w0, w1]).into(), u16::from_le_bytes([h0, h1]).into()))
}

/// Walks over all blocks and counts the frames. The trailer has to be there: the decoder leaves what is missing blank.
fn frames(bytes: &[u8], limits: &Limits) -> Result<usize, AssetError> {
    let cut = || truncated(Format::Gif);
    let side = |at: usize| Some(u32::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
    let size = |at: usize| Some((side(at)?, side(at + 2)?));
    let check = |at: usize| {
        let (width, height) = size(at).ok_or_else(cut)?;
        // Canvas and frame, four bytes each.
        check_size(width, height, 8, limits)
    };
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3 << ((flags & 7) + 1) };
    check(6)?;
    let mut at = 13 + table(*bytes.get(10).ok_or_else(cut)?);
    let mut frames = 0;
    loop {
        match *bytes.get(at).ok_or_else(cut)? {
            0x3b => break,
            0x21 => at += 2,
            0x2c => {
                check(at + 5)?;
                frames += 1;
                // The descriptor, its colour table, and the code size.
                at += 10 + table(*bytes.get(at + 9).ok_or_else(cut)?) + 1;
            }
            _ => return Err(damaged(Format::Gif, "a block of an unknown kind")),
        }
        loop {
            let length = usize::from(*bytes.get(at).ok_or_else(cut)?);
            at += 1 + length;
            if length == 0 {
                break;
            }
        }
    }
    if frames == 0 {
        return Err(damaged(Format::Gif, "it holds no picture"));
    }
    Ok(frames)
}
