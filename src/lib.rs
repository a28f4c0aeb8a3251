//! Platen turns a t-shirt design document into artwork at its physical size and lays that artwork on
//! the folds of a rendered garment.
//!
//! Everything passes through one narrow waist: [`design::Design`] (what the customer wrote) is resolved to a
//! [`scene::Scene`] (vectors and pictures in millimetres), and the scene is rasterised to an
//! [`artwork::Artwork`] (pixels at a stated resolution). Previews, proofs and print files all start from
//! that artwork and carry the same hash.

pub mod artwork;
pub mod assets;
pub mod catalog;
pub mod color;
pub mod design;
pub mod export;
pub mod math;
pub mod mockup;
pub mod pixels;
pub mod prepress;
pub mod scene;
pub mod shop;
pub mod units;
