//! What the decoders make of good, broken and hostile input.

#[path = "../../tests/it/generated.rs"]
mod generated;
mod library;
mod raster;
mod svg;

use std::path::PathBuf;

use crate::assets::{Asset, Kind, Library};
use crate::pixels::Pixmap;

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(fixtures().join("pictures").join(name)).unwrap()
}

fn decode(bytes: &[u8]) -> std::sync::Arc<Asset> {
    Library::in_memory().decode(bytes).unwrap()
}

fn pixels(asset: &Asset) -> &Pixmap {
    match &asset.kind {
        Kind::Raster { pixels } => pixels,
        Kind::Svg { .. } => panic!("a drawing"),
    }
}
