//! WebP without loss, for previews with alpha.

use std::io::Write;

use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::export::{ExportError, check_length, hash_line};

/// The most pixels along a side that the format holds.
const LIMIT: u32 = 16_384;

/// Writes opaque sRGB pixels of three bytes each, without loss; `artwork_hash` goes under [`crate::export::HASH_KEYWORD`]
/// into the EXIF block's description unless it is empty.
///
/// # Errors
/// Fails if `rgb` does not hold `width * height` pixels, a side is longer than 16384 pixels, or `out` fails.
pub fn write_rgb(width: u32, height: u32, rgb: &[u8], artwork_hash: &str, out: impl Write) -> Result<(), ExportError> {
    check_length(width, height, 3, rgb.len())?;
    write(width, height, rgb, ExtendedColorType::Rgb8, artwork_hash, out)
}

/// Writes sRGB pixels with straight alpha, four bytes each, without loss; `artwork_hash` as in [`write_rgb`].
///
/// # Errors
/// Fails if `rgba` does not hold `width * height` pixels, a side is longer than 16384 pixels, or `out` fails.
pub fn write_rgba(
    width: u32,
    height: u32,
    rgba: &[u8],
    artwork_hash: &str,
    out: impl Write,
) -> Result<(), ExportError> {
    check_length(width, height, 4, rgba.len())?;
    write(width, height, rgba, ExtendedColorType::Rgba8, artwork_hash, out)
}

fn write(
    width: u32,
    height: u32,
    bytes: &[u8],
    color: ExtendedColorType,
    artwork_hash: &str,
    out: impl Write,
) -> Result<(), ExportError> {
    if width > LIMIT || height > LIMIT {
        return Err(ExportError::TooLarge { format: "WebP", width, height, limit: LIMIT });
    }
    let mut encoder = WebPEncoder::new_lossless(out);
    if !artwork_hash.is_empty() {
        let set = encoder.set_exif_metadata(exif_description(&hash_line(artwork_hash)));
        set.map_err(|error| ExportError::WebP(image::ImageError::Unsupported(error)))?;
    }
    encoder.encode(bytes, width, height, color).map_err(|error| match error {
        image::ImageError::IoError(error) => ExportError::Write(error),
        error => ExportError::WebP(error),
    })
}

/// An EXIF block that holds nothing but `ImageDescription` (TIFF 6.0, tag 270).
fn exif_description(text: &str) -> Vec<u8> {
    const DESCRIPTION: u16 = 270;
    const ASCII: u16 = 2;
    const TEXT_AT: u32 = 26;
    let mut block = b"II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend(DESCRIPTION.to_le_bytes());
    block.extend(ASCII.to_le_bytes());
    block.extend((text.len() as u32 + 1).to_le_bytes());
    block.extend(TEXT_AT.to_le_bytes());
    // No further directory.
    block.extend([0; 4]);
    block.extend(text.as_bytes());
    block.push(0);
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_kept_exactly() {
        let rgba: Vec<u8> = (0..9 * 7 * 4).map(|index| (index * 29 % 255 + 1) as u8).collect();
        let mut file = Vec::new();
        write_rgba(9, 7, &rgba, "", &mut file).unwrap();
        let decoded = image::load_from_memory_with_format(&file, image::ImageFormat::WebP).unwrap();
        assert_eq!(decoded.to_rgba8().into_raw(), rgba);
    }

    #[test]
    fn a_side_beyond_the_formats_limit_is_refused() {
        let error = write_rgb(16_385, 1, &vec![0; 16_385 * 3], "", Vec::new()).unwrap_err();
        assert!(matches!(error, ExportError::TooLarge { limit: 16_384, .. }));
    }
}
