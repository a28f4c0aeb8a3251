//! Files: one format a module, each writing to an `impl Write`.

pub mod cut;
pub mod g4;
pub mod jpeg;
pub mod pdf;
pub mod plate;
pub mod png;
pub mod print;
pub mod separations;
pub mod sheet_pdf;
pub mod sheet_tiff;
pub mod svg;
pub mod tiff;
pub mod webp;

use std::path::Path;

/// Why a file could not be written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The disk, the network or whatever is written to.
    #[error("the file could not be written")]
    Write(#[from] std::io::Error),
    /// A picture larger than its format can hold.
    #[error("a {format} cannot hold {width} x {height} pixels, only {limit} along each side")]
    TooLarge {
        /// The format's name.
        format: &'static str,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The most pixels along a side.
        limit: u32,
    },
    /// A number of bytes that does not fit the size in pixels.
    #[error("{width} x {height} pixels need {expected} bytes, not {actual}")]
    WrongLength {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// The bytes that they need.
        expected: usize,
        /// The bytes that were given.
        actual: usize,
    },
    /// A picture that has not the size of the blank that it is said to lie on.
    #[error("the picture has {} x {} pixels and its blank {} x {}", .found.0, .found.1, .blank.0, .blank.1)]
    WrongSize {
        /// Width and height of the blank in pixels.
        blank: (u32, u32),
        /// Width and height of the picture in pixels.
        found: (u32, u32),
    },
    /// A document without pages, or with more than its format's writer takes.
    #[error("a PDF has 1 to {limit} pages, not {pages}")]
    Pages {
        /// How many.
        pages: usize,
        /// The most there may be.
        limit: usize,
    },
    /// The work was called off.
    #[error("the work was called off")]
    CalledOff,
    /// The PNG encoder gave up.
    #[error("the PNG could not be encoded")]
    Png(#[source] ::png::EncodingError),
    /// The TIFF could not be put together.
    #[error("the TIFF could not be written")]
    Tiff(#[source] ::tiff::TiffError),
    /// The JPEG encoder gave up.
    #[error("the JPEG could not be encoded")]
    Jpeg(#[source] jpeg_encoder::EncodingError),
    /// The WebP encoder gave up.
    #[error("the WebP could not be encoded")]
    WebP(#[source] image::ImageError),
}

impl From<::png::EncodingError> for ExportError {
    fn from(error: ::png::EncodingError) -> Self {
        match error {
            ::png::EncodingError::IoError(error) => Self::Write(error),
            error => Self::Png(error),
        }
    }
}

impl From<::tiff::TiffError> for ExportError {
    fn from(error: ::tiff::TiffError) -> Self {
        match error {
            ::tiff::TiffError::IoError(error) => Self::Write(error),
            error => Self::Tiff(error),
        }
    }
}

/// Under this key every file that is exported names the artworks that it shows: in a PNG's text chunk, a JPEG's comment,
/// the description of a WebP's EXIF block, an SVG's metadata element and a PDF's properties. Equal values mean equal artwork, so that a proof
/// and a print can be held against each other.
///
/// The value is the hash of the one artwork, or `area=hash` for each of several, with spaces between.
pub const HASH_KEYWORD: &str = "Platen-Artwork-Hash";

/// The key and its value on one line, for formats whose comments have no keys.
fn hash_line(artwork_hash: &str) -> String {
    format!("{HASH_KEYWORD}: {artwork_hash}")
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Portable Network Graphics.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// Scalable Vector Graphics.
    Svg,
    /// Portable Document Format.
    Pdf,
    /// TIFF.
    Tiff,
}

impl Format {
    /// The format that a file's ending names, in either case, or `None`.
    #[must_use]
    pub fn from_path(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        Some(match ending.as_str() {
            "png" => Self::Png,
            "jpg" | "jpeg" => Self::Jpeg,
            "webp" => Self::WebP,
            "svg" => Self::Svg,
            "pdf" => Self::Pdf,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }

    /// How names of such files end.
    #[must_use]
    pub const fn ending(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpg",
            Self::WebP => "webp",
            Self::Svg => "svg",
            Self::Pdf => "pdf",
            Self::Tiff => "tif",
        }
    }

    /// Its media type (RFC 6838).
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Svg => "image/svg+xml",
            Self::Pdf => "application/pdf",
            Self::Tiff => "image/tiff",
        }
    }
}

/// Refuses bytes whose number does not fit `width * height` pixels of `channels` bytes.
fn check_length(width: u32, height: u32, channels: usize, actual: usize) -> Result<(), ExportError> {
    let expected = width as usize * height as usize * channels;
    if expected == actual { Ok(()) } else { Err(ExportError::WrongLength { width, height, expected, actual }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ending_names_the_format() {
        assert_eq!(Format::from_path(Path::new("a/front.PNG")), Some(Format::Png));
        assert_eq!(Format::from_path(Path::new("front.jpeg")), Some(Format::Jpeg));
        assert_eq!(Format::from_path(Path::new("front.tif")), Some(Format::Tiff));
        assert_eq!(Format::from_path(Path::new("front")), None);
        assert_eq!(Format::from_path(Path::new("front.psd")), None);
    }
}
