//! Raster pictures: from bytes to upright, premultiplied sRGB pixels without metadata.

mod color;
mod gif;
mod jpeg;
mod png;
mod webp;

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::metadata::Orientation;
use image::{DynamicImage, RgbaImage};

use crate::assets::error::{AssetError, within};
use crate::assets::limits::Limits;
use crate::pixels::{Pixmap, blend};

/// The raster formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Png,
    Jpeg,
    Webp,
    Gif,
}

impl Format {
    /// The format that the first bytes announce, whatever the file is called.
    pub(super) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::Webp),
            [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(Self::Gif),
            _ => None,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Png => "PNG",
            Self::Jpeg => "JPEG",
            Self::Webp => "WebP",
            Self::Gif => "GIF",
        }
    }
}

/// A decoded picture.
pub(super) struct Decoded {
    pub(super) pixels: Pixmap,
    pub(super) notes: Vec<String>,
}

/// What a format's decoder hands over: straight RGBA in sRGB, not yet upright.
struct Straight {
    image: RgbaImage,
    orientation: Orientation,
    notes: Vec<String>,
}

/// Decodes `bytes`, which [`Format::of`] takes for `format`.
///
/// Size is checked from the header before pixels are allocated. A file that ends early or fails a checksum is an error.
/// The decoders are other people's code, so that a panic in them is reported as damage too.
pub(super) fn decode(format: Format, bytes: &[u8], limits: &Limits) -> Result<Decoded, AssetError> {
    within("bytes of the picture", bytes.len() as u64, limits.raster_bytes as u64)?;
    let decoded = catch_unwind(AssertUnwindSafe(|| match format {
        Format::Png => png::decode(bytes, limits),
        Format::Jpeg => jpeg::decode(bytes, limits),
        Format::Webp => webp::decode(bytes, limits),
        Format::Gif => gif::decode(bytes, limits),
    }));
    let straight = decoded.unwrap_or_else(|_| Err(damaged(format, "the decoder gave up")))?;
    if is_quarter_turn(straight.orientation) {
        // There is the turned copy beside the picture.
        check_size(straight.image.width(), straight.image.height(), 8, limits)?;
    }
    let mut image = DynamicImage::ImageRgba8(straight.image);
    image.apply_orientation(straight.orientation);
    let image = image.into_rgba8();
    let (width, height) = image.dimensions();
    let mut data = image.into_raw();
    blend::premultiply(&mut data);
    let pixels = Pixmap::from_premultiplied(width, height, data).expect("an RGBA image has four bytes a pixel");
    Ok(Decoded { pixels, notes: straight.notes })
}

/// Width and height as the header states them, which the limits allow; nothing is decoded.
pub(super) fn size(format: Format, bytes: &[u8], limits: &Limits) -> Result<(u32, u32), AssetError> {
    within("bytes of the picture", bytes.len() as u64, limits.raster_bytes as u64)?;
    let (width, height) = match format {
        Format::Png => png::size(bytes)?,
        Format::Jpeg => jpeg::size(bytes)?,
        Format::Webp => webp::size(bytes)?,
        Format::Gif => gif::size(bytes)?,
    };
    within("pixels of the picture", u64::from(width) * u64::from(height), limits.pixels)?;
    Ok((width, height))
}

/// Checks a size that a header states against the limits on pixels and memory.
fn check_size(width: u32, height: u32, bytes_per_pixel: u64, limits: &Limits) -> Result<(), AssetError> {
    let pixels = u64::from(width) * u64::from(height);
    within("pixels of the picture", pixels, limits.pixels)?;
    within("bytes to unpack the picture", pixels.saturating_mul(bytes_per_pixel), limits.decoded_bytes as u64)
}

fn damaged(format: Format, reason: impl std::fmt::Display) -> AssetError {
    AssetError::Damaged { format: format.name(), reason: reason.to_string() }
}

fn truncated(format: Format) -> AssetError {
    AssetError::Truncated { format: format.name() }
}

/// The error of a decoder of the `image` crate.
fn decoder_error(format: Format, error: &image::ImageError) -> AssetError {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(cause) = source {
        if cause.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::UnexpectedEof) {
            return truncated(format);
        }
        source = cause.source();
    }
    damaged(format, error)
}

fn rgba_image(format: Format, width: u32, height: u32, data: Vec<u8>) -> Result<RgbaImage, AssetError> {
    RgbaImage::from_raw(width, height, data).ok_or_else(|| damaged(format, "its size does not fit its pixels"))
}

/// The orientation that an EXIF block asks for; none or nonsense means upright.
fn orientation(exif: Option<&[u8]>) -> Orientation {
    exif.and_then(Orientation::from_exif_chunk).unwrap_or(Orientation::NoTransforms)
}

const fn is_quarter_turn(orientation: Orientation) -> bool {
    use Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
    matches!(orientation, Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH)
}

/// Pixels as a PNG, for pictures inside an SVG.
pub(super) fn to_png(pixels: &Pixmap) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(::png::ColorType::Rgba);
    encoder.set_depth(::png::BitDepth::Eight);
    encoder.set_compression(::png::Compression::Fast);
    let mut writer = encoder.write_header().expect("a memory buffer takes every byte and no side is zero");
    let mut straight = vec![0; pixels.data().len()];
    blend::unpremultiply(pixels.data(), &mut straight);
    writer.write_image_data(&straight).expect("the bytes are as many as the header says");
    writer.finish().expect("a memory buffer takes every byte");
    bytes
}
