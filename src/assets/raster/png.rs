//! PNG, of every kind that the standard knows.

use std::io::Cursor;

use png::{BitDepth, ColorType, DecodeOptions, Decoder, DecodingError, Info, Limits as PngLimits, Transformations};

use super::{Format, Straight, check_size, color, damaged, orientation, rgba_image, truncated};
use crate::assets::error::AssetError;
use crate::assets::limits::Limits;

/// Bytes that the decoder may hold beside the pixels: two rows, a chunk, an unpacked profile. A profile is unpacked
/// before anyone asks for it, and a small chunk may unpack to gigabytes.
const BESIDE_PIXELS: usize = 64 << 20;

pub(super) fn decode(bytes: &[u8], limits: &Limits) -> Result<Straight, AssetError> {
    let (width, height) = size(bytes)?;
    let Some(&[depth, kind]) = bytes.get(24..26) else { return Err(truncated(Format::Png)) };
    let is_gray = kind & COLOR == 0;
    check_size(width, height, bytes_per_pixel(is_gray, depth == 16), limits)?;

    let mut options = DecodeOptions::default();
    options.set_ignore_text_chunk(true);
    // A damaged chunk may hold the transparency, which would be printed as a background.
    options.set_skip_ancillary_crc_failures(false);
    options.set_ignore_checksums(false);
    let mut decoder = Decoder::new_with_options(Cursor::new(bytes), options);
    let limits = Limits { decoded_bytes: limits.decoded_bytes.min(BESIDE_PIXELS), ..*limits };
    decoder.set_limits(PngLimits { bytes: limits.decoded_bytes });
    decoder.set_transformations(Transformations::EXPAND | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(|error| png_error(&error, &limits))?;
    let size = reader.output_buffer_size().ok_or_else(|| damaged(Format::Png, "its size overflows"))?;
    let mut samples = vec![0; size];
    let frame = reader.next_frame(&mut samples).map_err(|error| png_error(&error, &limits))?;
    samples.truncate(frame.buffer_size());
    let mut notes = Vec::new();
    if reader.info().animation_control().is_some_and(|control| control.num_frames > 1) {
        notes.push("animation: only the first frame is used".to_owned());
    } else {
        reader.finish().map_err(|error| png_error(&error, &limits))?;
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

/// The bit of a colour type that stands for colour instead of grey, of a palette too.
const COLOR: u8 = 2;

/// Bytes that are held at once for a pixel: the samples, always with alpha, and beside those of grey the RGBA that they
/// become. Sixteen bits become eight in place.
const fn bytes_per_pixel(is_gray: bool, is_deep: bool) -> u64 {
    match (is_gray, is_deep) {
        (true, _) => 6,
        (false, true) => 8,
        (false, false) => 4,
    }
}

/// Straight RGBA bytes of samples that are grey or RGB, with alpha, of 8 or 16 bits.
fn to_rgba(mut samples: Vec<u8>, color_type: ColorType, depth: BitDepth) -> Vec<u8> {
    if depth == BitDepth::Sixteen {
        let length = samples.len() / 2;
        for at in 0..length {
            // Rounded, not cut: 65535 levels to 255.
            let value = u32::from(samples[2 * at]) << 8 | u32::from(samples[2 * at + 1]);
            samples[at] = ((value + 128) / 257) as u8;
        }
        samples.truncate(length);
        samples.shrink_to_fit();
    }
    match color_type {
        ColorType::GrayscaleAlpha => samples.chunks_exact(2).flat_map(|s| [s[0], s[0], s[0], s[1]]).collect(),
        // The decoder was asked for alpha.
        _ => samples,
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
