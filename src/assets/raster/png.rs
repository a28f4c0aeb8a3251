//! PNG, of every kind that the standard knows.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Info, Limits as PngLimits, Transformations};

use super::{Format, Straight, check_size, color, damaged, orientation, rgba_image, truncated};
use crate::assets::error::AssetError;
use crate::assets::limits::Limits;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Straight, AssetError> {
    let (width, height) = size(bytes)?;
    let depth = *bytes.get(24).ok_or_else(|| truncated(Format::Png))?;
    // RGBA is four samples; the row buffers and the 8-bit result come on top of 16-bit samples.
    check_size(width, height, if depth == 16 { 12 } else { 5 }, limits)?;

    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    // A damaged chunk may hold the transparency, which would be printed as a background.
    options.set_skip_ancillary_crc_failures(false);
    options.set_ignore_checksums(false);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    decoder.set_limits(PngLimits { bytes: limits.decoded_bytes });
    decoder.set_transformations(Transformations::EXPAND);
    let mut reader = decoder.read_info().map_err(|error| png_error(&error, limits))?;
    let size = reader.output_buffer_size().ok_or_else(|| damaged(Format::Png, "its size overflows"))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(|error| png_error(&error, limits))?;
    samples.truncate(frame.buffer_size());
    let mut notes = Vec::new();
    if reader.info().animation_control().is_some_and(|control| control.num_frames > 1) {
        notes.push("animation: only the first frame is used".to_owned());
    } else {
        reader.finish().map_err(|error| png_error(&error, limits))?;
    }
    let mut rgba = to_rgba(samples, frame.color_type, frame.bit_depth);
    notes.extend(correct_color(&mut rgba, reader.info()));
    // The decoder passes over a profile that it cannot unpack within the limits.
    if reader.info().icc_profile.is_none() && has_profile(bytes) {
        notes.push(color::UNUSABLE.to_owned());
    }
    Ok(Straight {
        image: rgba_image(Format::Png, frame.width, frame.height, rgba)?,
        orientation: orientation(reader.info().exif_metadata.as_deref()),
        notes,
    })
}

/// Width and height in pixels.
pub(super) fn size(bytes: &[u8]) -> Result<(u32, u32), AssetError> {
    let Some(&[w3, w2, w1, w0, h3, h2, h1, h0]) = bytes.get(16..24) else { return Err(truncated(Format::Png)) };
    Ok((u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([h3, h2, h1, h0])))
}

/// Whether a chunk with a profile stands before the pixels.
fn has_profile(bytes: &[u8]) -> bool {
    let mut rest = bytes.get(8..).unwrap_or_default();
    while let Some((&[a, b, c, d], kind)) = rest.split_first_chunk::<4>() {
        match kind.get(..4) {
            Some(b"iCCP") => return true,
            None | Some(b"IDAT") => return false,
            Some(_) => {}
        }
        // Its length, its kind, its data and its checksum.
        rest = rest.get((u32::from_be_bytes([a, b, c, d]) as usize).saturating_add(12)..).unwrap_or_default();
    }
    false
}

fn correct_color(rgba: &mut [u8], info: &Info<'_>) -> Option<String> {
    if let Some(icc) = &info.icc_profile {
        return color::to_srgb(rgba, icc);
    }
    if info.srgb.is_some() {
        return None;
    }
    color::from_gamma(rgba, f64::from(info.gama_chunk?.into_value()))
}

/// Straight RGBA bytes of samples that are grey or RGB, with or without alpha, of 8 or 16 bits.
fn to_rgba(samples: Vec<u8>, color_type: ColorType, depth: BitDepth) -> Vec<u8> {
    let samples = if depth == BitDepth::Sixteen {
        // Rounded, not cut: 65535 levels to 255.
        samples
            .chunks_exact(2)
            .map(|pair| ((u32::from(pair[0]) << 8 | u32::from(pair[1])) + 128) / 257)
            .map(|v| v as u8)
            .collect()
    } else {
        samples
    };
    match color_type {
        ColorType::Grayscale => samples.iter().flat_map(|&v| [v, v, v, 255]).collect(),
        ColorType::GrayscaleAlpha => samples.chunks_exact(2).flat_map(|s| [s[0], s[0], s[0], s[1]]).collect(),
        ColorType::Rgb => samples.chunks_exact(3).flat_map(|s| [s[0], s[1], s[2], 255]).collect(),
        // Palettes were expanded to RGB or RGBA.
        ColorType::Rgba | ColorType::Indexed => samples,
    }
}

fn png_error(error: &DecodingError, limits: &Limits) -> AssetError {
    match error {
        DecodingError::IoError(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => truncated(Format::Png),
        DecodingError::LimitsExceeded => AssetError::TooLarge {
            what: "bytes to unpack the picture",
            value: limits.decoded_bytes as u64 + 1,
            limit: limits.decoded_bytes as u64,
        },
        other => damaged(Format::Png, other),
    }
}
