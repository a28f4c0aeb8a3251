//! WebP without loss, for previews with alpha.

use std::io::Write;

use image::ExtendedColorType;
use image::codecs::webp::WebPEncoder;

use crate::export::{ExportError, check_length};

/// The most pixels along a side that the format holds.
const LIMIT: u32 = 16_384;

/// Writes opaque sRGB pixels of three bytes each, without loss.
///
/// # Errors
/// Fails if `rgb` does not hold `width * height` pixels, a side is longer than 16384 pixels, or `out` fails.
pub fn write_rgb(width: u32, height: u32, rgb: &[u8], out: impl Write) -> Result<(), ExportError> {
    check_length(width, height, 3, rgb.len())?;
    write(width, height, rgb, ExtendedColorType::Rgb8, out)
}

/// Writes sRGB pixels with straight alpha, four bytes each, without loss.
///
/// # Errors
/// Fails if `rgba` does not hold `width * height` pixels, a side is longer than 16384 pixels, or `out` fails.
pub fn write_rgba(width: u32, height: u32, rgba: &[u8], out: impl Write) -> Result<(), ExportError> {
    check_length(width, height, 4, rgba.len())?;
    write(width, height, rgba, ExtendedColorType::Rgba8, out)
}

fn write(width: u32, height: u32, bytes: &[u8], color: ExtendedColorType, out: impl Write) -> Result<(), ExportError> {
    if width > LIMIT || height > LIMIT {
        return Err(ExportError::TooLarge { format: "WebP", width, height, limit: LIMIT });
    }
    WebPEncoder::new_lossless(out).encode(bytes, width, height, color).map_err(|error| match error {
        image::ImageError::IoError(error) => ExportError::Write(error),
        error => ExportError::WebP(error),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_kept_exactly() {
        let rgba: Vec<u8> = (0..9 * 7 * 4).map(|index| (index * 29 % 255 + 1) as u8).collect();
        let mut file = Vec::new();
        write_rgba(9, 7, &rgba, &mut file).unwrap();
        let decoded = image::load_from_memory_with_format(&file, image::ImageFormat::WebP).unwrap();
        assert_eq!(decoded.to_rgba8().into_raw(), rgba);
    }

    #[test]
    fn a_side_beyond_the_formats_limit_is_refused() {
        let error = write_rgb(16_385, 1, &vec![0; 16_385 * 3], Vec::new()).unwrap_err();
        assert!(matches!(error, ExportError::TooLarge { limit: 16_384, .. }));
    }
}
