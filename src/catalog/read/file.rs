//! The files as written. Lists hold raw entries, which are then read one by one.

use std::collections::BTreeMap;

use serde::Deserialize;

/// `inks.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InksFile {
    pub(super) inks: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct InkEntry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) lab: [f64; 3],
    pub(super) reference: Option<String>,
}

/// `techniques.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TechniquesFile {
    pub(super) techniques: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TechniqueEntry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) about: String,
    pub(super) min_line: f64,
    pub(super) min_gap: f64,
    pub(super) min_text: f64,
    pub(super) warn_dpi: f64,
    pub(super) min_dpi: f64,
    pub(super) max_inks: Option<u32>,
    pub(super) soft_edges: bool,
    pub(super) underbase: bool,
}

/// `<garment>/garment.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GarmentFile {
    pub(super) name: String,
    pub(super) views: Vec<String>,
    pub(super) mockup_size: String,
    pub(super) parts: Vec<toml::Value>,
    pub(super) sizes: Vec<toml::Value>,
    pub(super) colors: Vec<toml::Value>,
    pub(super) areas: Vec<toml::Value>,
    #[serde(default)]
    pub(super) placements: Vec<toml::Value>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartEntry {
    pub(super) id: String,
    pub(super) name: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SizeEntry {
    pub(super) id: String,
    pub(super) chest: f64,
    pub(super) length: f64,
    #[serde(default)]
    pub(super) surcharge: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColorEntry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) hex: String,
    #[serde(default)]
    pub(super) parts: BTreeMap<String, String>,
    pub(super) heather: Option<f64>,
    /// A colour counts as measured only where a file says so.
    #[serde(default = "yes")]
    pub(super) unmeasured: bool,
    #[serde(default)]
    pub(super) dye_migration: bool,
}

const fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AreaEntry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) view: String,
    pub(super) part: String,
    pub(super) anchor: AnchorEntry,
    pub(super) safe_margin: f64,
    pub(super) techniques: Vec<String>,
    pub(super) sizes: BTreeMap<String, RectangleEntry>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "kebab-case")]
pub(super) enum AnchorEntry {
    Collar,
    SleeveHem,
    TopEdge,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(deny_unknown_fields)]
pub(super) struct RectangleEntry {
    pub(super) width: f64,
    pub(super) height: f64,
    #[serde(default)]
    pub(super) dx: f64,
    pub(super) dy: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlacementEntry {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) area: String,
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}
