//! A scene in pixels.

use crate::pixels::Pixmap;
use crate::scene::ArtworkHash;
use crate::units::Dpi;

/// A scene in premultiplied sRGB pixels at a stated resolution, on transparency.
#[derive(Debug, Clone)]
pub struct Artwork {
    /// Its resolution.
    pub dpi: Dpi,
    /// Its pixels; the whole print area.
    pub pixels: Pixmap,
    /// The hash of the scene it was made from.
    pub hash: ArtworkHash,
}
