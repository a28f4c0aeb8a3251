//! The customer's document: what lies where on which garment, in millimetres.
//!
//! Lengths are millimetres, angles degrees clockwise, y points down and the origin is the top left corner of the
//! print area. A value of these types is valid: [`Design::from_json`] reports every problem it meets otherwise.

mod default;
mod document;
mod effect;
mod error;
mod field;
mod font;
mod image;
pub(crate) mod json;
mod layer;
pub mod limits;
mod mention;
mod migrate;
pub(crate) mod nearest;
mod paint;
pub mod pointer;
mod production;
pub(crate) mod reader;
#[doc(hidden)]
pub mod sample;
mod schema;
mod shape;
#[cfg(test)]
mod tests;
mod text;
mod warp;

pub use document::{Design, Placement, Reading};
pub use effect::{Extrude, Ring, Shadow};
pub use error::{DesignError, Problem};
pub use field::{Field, FieldValues, blanks, fill};
pub use font::Font;
pub use image::{BrushMode, BrushStroke, Crop, Image, RemoveBackground};
pub use layer::{Content, Flip, Group, Layer};
pub use mention::{Mention, Mentioned};
pub use paint::Paint;
pub use production::{Edges, KnockOut, Production};
pub(crate) use schema::generator;
pub use schema::schema;
pub use shape::{Form, Shape, Stroke};
pub use text::{Align, Emoji, Fit, Text};
pub use warp::{Warp, WarpKind};

/// The version that this program writes. Older ones are migrated on reading.
pub const VERSION: u32 = 1;
