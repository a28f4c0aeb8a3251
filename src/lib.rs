//! Platen turns a t-shirt design document into artwork at its physical size and lays that artwork on
//! the folds of a rendered garment.
//!
//! Everything passes through one narrow waist: [`design::Design`] (what the customer wrote) is resolved to a
//! [`scene::Scene`] (vectors and pictures in millimetres), and the scene is rasterised to an
//! [`artwork::Artwork`] (pixels at a stated resolution). Previews, proofs and print files all start from
//! that artwork and carry the same hash.
//!
//! ```
//! use std::path::Path;
//!
//! use platen::design::Design;
//! use platen::export::png;
//! use platen::shop::{PreviewOptions, Shop};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let shop = Shop::open(Path::new("."))?; // the folder with fonts/ and mockups/
//! let design = Design::from_json(&std::fs::read("examples/crest.json")?)?;
//! let mut library = shop.library();
//! library.base = Some("examples".into()); // where the design's pictures lie
//! let options = PreviewOptions { width_px: 200, ..PreviewOptions::default() };
//! let preview = shop.preview(&design, &library, &options)?;
//! let mut file = Vec::new();
//! png::write_rgb(preview.width, preview.height, &preview.pixels, &preview.artwork_hash, &mut file)?;
//! # assert_eq!(preview.width, 200);
//! # Ok(())
//! # }
//! ```

pub mod artwork;
pub mod assets;
pub mod batch;
pub mod campaign;
pub mod cancel;
pub mod catalog;
pub mod chart;
pub mod color;
pub mod design;
#[cfg(feature = "distributed")]
pub mod engine;
pub mod export;
pub mod gangsheet;
pub mod looks;
pub mod math;
pub mod mockup;
pub mod order;
pub mod pixels;
pub mod prepress;
pub mod press;
pub mod profile;
pub mod proof;
pub mod quote;
pub mod scene;
#[cfg(feature = "server")]
pub mod server;
pub mod shop;
#[cfg(feature = "server")]
pub mod store;
pub mod suggest;
pub mod units;
