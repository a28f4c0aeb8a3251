//! Pictures and fonts: everything that comes from outside as bytes, behind limits.
//!
//! [`Library`] is the only place that reads files and the only one that calls a decoder. What it hands out is
//! normalised: upright premultiplied sRGB pixels without metadata, or an SVG that was checked and written anew.

mod budget;
mod error;
pub mod fonts;
mod library;
mod limits;
mod normalize;
mod raster;
mod svg;
#[cfg(test)]
mod tests;
pub mod text_files;

pub use budget::{Budget, OutlinesExceeded};
pub use error::AssetError;
pub use library::{Asset, Kind, Library, PictureFile};
pub use limits::{Limits, SvgLimits};
pub use normalize::{ColorShare, Facts, Look, Normalized, PictureKind};
pub use svg::{DrawingCost, is_svg};
