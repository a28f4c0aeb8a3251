//! The manifest of one view of a garment: `mockups/<garment>/<view>/manifest.json`, described in `mockups/README.md`.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::mockup::error::MockupError;

/// Sides of a layer, pixels.
const SIDE_PX: std::ops::RangeInclusive<u32> = 64..=4096;
/// Most parts that a garment may have; pixels keep a share for each.
pub(super) const MAX_PARTS: usize = 4;
/// Most panels; their indices are bytes of the UV layer, and blocks of pixels keep a bit for each.
pub(super) const MAX_PANELS: usize = 31;
/// Centimetres of cloth that the UV layer's 65535 stands for: fine enough for any garment, and one value only, so that
/// what is laid on the cloth need not know others.
pub(super) const UNIT_CM: f64 = 100.0;
/// Most points of a grid along one side.
const MAX_GRID_SIDE: usize = 256;

/// The manifest. Unknown fields are errors.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// Version of the form; 1.
    pub format: u32,
    /// Id of the garment.
    pub garment: String,
    /// Id of the view, such as `front`.
    pub view: String,
    /// SPDX expression for the layers.
    pub license: String,
    /// What made the layers; for people.
    pub generator: BTreeMap<String, serde_json::Value>,
    /// Width of every layer, pixels.
    pub width: u32,
    /// Height of every layer, pixels.
    pub height: u32,
    /// Picture pixels for one centimetre of cloth that faces the camera.
    pub px_per_cm: f64,
    /// The garment as its pattern was cut.
    pub pattern: Pattern,
    /// Albedo of the cloth that the light layers were rendered with, 0 to 1.
    pub albedo: f64,
    /// Factor on the light that brings a white garment to its usual brightness.
    pub exposure: f64,
    /// Dye by part id, for a first picture.
    pub default_colors: BTreeMap<String, String>,
    /// Direct, indirect and specular light.
    pub light: LightLayer,
    /// Coverage of the garment.
    pub alpha: Layer,
    /// Where each pixel lies on the flat pattern.
    pub uv: UvLayer,
    /// Coverage by panel name, of pieces of a panel that are dyed apart, and of the garment's inner side as `inside`.
    pub masks: BTreeMap<String, MaskLayer>,
    /// Masks by part id.
    pub parts: BTreeMap<String, Vec<String>>,
    /// Shadow on the wall, square root of its transmission.
    pub shadow: Layer,
    /// Light on the wall, square root.
    pub backdrop: Layer,
    /// Where catalogue offsets count from.
    pub print_areas: Vec<AreaAnchor>,
    /// Picture positions of the pattern's points, by panel name.
    pub grids: BTreeMap<String, Grid>,
}

/// The garment as its pattern was cut: the true scale of the mockup.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// Id of the size.
    pub size: String,
    /// Flat width one inch under the armholes, mm.
    pub chest_mm: f64,
    /// From the neck point to the hem, mm.
    pub length_mm: f64,
}

/// A PNG of the folder.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
}

/// Coverage of a panel or of a piece of it, a grey PNG.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MaskLayer {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// The panel, where the mask is not named after it: a cuff is a piece of its sleeve.
    #[serde(default)]
    pub panel: Option<String>,
}

/// The light layer, an RGB8 PNG.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LightLayer {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// `sqrt`: a byte is the square root of the light over `max`.
    pub encoding: String,
    /// Light that the byte 255 stands for.
    pub max: f64,
    /// `direct`, `indirect`, `specular`.
    pub channels: [String; 3],
}

/// The UV layer, an RGB16 PNG.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UvLayer {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes, 64 hexadecimal digits.
    pub sha256: String,
    /// Centimetres of cloth that the value 65535 stands for: 100.
    pub unit_cm: f64,
    /// What is subtracted from red and green as fractions of 65535.
    pub origin: [f64; 2],
    /// Panel names by the value of blue; the first stands for no panel.
    pub panels: Vec<String>,
}

/// The point of a panel from which a print area's offsets count.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AreaAnchor {
    /// Id of the print area.
    pub id: String,
    /// Name of the panel.
    pub panel: String,
    /// The point in pattern centimetres, y up.
    pub anchor_cm: [f64; 2],
    /// Beyond this resolution an artwork adds nothing to the largest picture.
    pub max_dpi: f64,
}

/// Where points of a panel lie in the picture.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grid {
    /// Distance of neighbouring points on the cloth, centimetres.
    pub step_cm: f64,
    /// x of the first column, pattern centimetres.
    pub left_cm: f64,
    /// y of the first row, pattern centimetres; later rows lie lower on the garment.
    pub top_cm: f64,
    /// Rows of picture positions in pixels of the manifest's width, pixel centres at halves; unseen points are null.
    pub points: Vec<Vec<Option<[f64; 2]>>>,
}

impl Manifest {
    /// Reads and checks a manifest.
    ///
    /// # Errors
    /// If it is not JSON of this form, or contradicts itself.
    pub fn from_json(bytes: &[u8]) -> Result<Self, MockupError> {
        let manifest: Self = serde_json::from_slice(bytes).map_err(|source| MockupError::Syntax { source })?;
        manifest.check_numbers()?;
        manifest.check_names()?;
        manifest.check_grids()?;
        Ok(manifest)
    }

    fn check_numbers(&self) -> Result<(), MockupError> {
        if self.format != 1 {
            return Err(MockupError::manifest("/format", format!("is {}, but this version reads 1", self.format)));
        }
        for (pointer, side) in [("/width", self.width), ("/height", self.height)] {
            if !SIDE_PX.contains(&side) {
                return Err(MockupError::manifest(pointer, format!("is {side}, but must be 64 to 4096")));
            }
        }
        let positive = [
            ("/px_per_cm", self.px_per_cm, 1000.0),
            ("/pattern/chest_mm", self.pattern.chest_mm, 10_000.0),
            ("/pattern/length_mm", self.pattern.length_mm, 10_000.0),
            ("/albedo", self.albedo, 1.0),
            ("/exposure", self.exposure, 100.0),
            ("/light/max", self.light.max, 100.0),
        ];
        for (pointer, value, most) in positive {
            if !(value > 0.0 && value <= most) {
                return Err(MockupError::manifest(pointer, format!("is {value}, but must be above 0, at most {most}")));
            }
        }
        if (self.uv.unit_cm - UNIT_CM).abs() > f64::EPSILON {
            let problem = format!("is {}, but must be {UNIT_CM}", self.uv.unit_cm);
            return Err(MockupError::manifest("/uv/unit_cm", problem));
        }
        if self.light.encoding != "sqrt" {
            return Err(MockupError::manifest("/light/encoding", "must be \"sqrt\""));
        }
        if self.light.channels != ["direct", "indirect", "specular"] {
            return Err(MockupError::manifest("/light/channels", "must be [\"direct\", \"indirect\", \"specular\"]"));
        }
        Ok(())
    }

    fn check_names(&self) -> Result<(), MockupError> {
        if self.uv.panels.len() < 2 || self.uv.panels.len() > MAX_PANELS + 1 {
            return Err(MockupError::manifest(
                "/uv/panels",
                format!("must name \"none\" and 1 to {MAX_PANELS} panels"),
            ));
        }
        if self.parts.is_empty() || self.parts.len() > MAX_PARTS {
            return Err(MockupError::manifest("/parts", format!("must name 1 to {MAX_PARTS} parts")));
        }
        for (part, masks) in &self.parts {
            for mask in masks {
                if !self.masks.contains_key(mask) {
                    return Err(MockupError::manifest(format!("/parts/{part}"), format!("there is no mask `{mask}`")));
                }
            }
        }
        for (mask, layer) in &self.masks {
            if let Some(panel) = layer.panel.as_ref().filter(|panel| self.panel(panel).is_none()) {
                let pointer = format!("/masks/{mask}/panel");
                return Err(MockupError::manifest(pointer, format!("there is no panel `{panel}`")));
            }
            let owners = self.parts.values().filter(|masks| masks.contains(mask)).count();
            if owners != 1 {
                let problem = format!("belongs to {owners} parts, but must belong to one");
                return Err(MockupError::manifest(format!("/masks/{mask}"), problem));
            }
        }
        for (idx, area) in self.print_areas.iter().enumerate() {
            if self.panel(&area.panel).is_none() || !self.grids.contains_key(&area.panel) {
                let problem = format!("there is no panel `{}` with a grid", area.panel);
                return Err(MockupError::manifest(format!("/print_areas/{idx}/panel"), problem));
            }
            let positive = area.max_dpi > 0.0;
            if !positive || !area.anchor_cm.iter().all(|value| value.is_finite()) {
                return Err(MockupError::manifest(format!("/print_areas/{idx}"), "its numbers are out of range"));
            }
        }
        for name in self.layers().map(|layer| layer.0) {
            // a plain name cannot leave the folder
            let plain = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte));
            if !plain || name.is_empty() || name.starts_with('.') {
                return Err(MockupError::manifest("", format!("`{name}` is not a plain file name")));
            }
        }
        Ok(())
    }

    fn check_grids(&self) -> Result<(), MockupError> {
        for (panel, grid) in &self.grids {
            let columns = grid.points.first().map_or(0, Vec::len);
            let sides = 1..=MAX_GRID_SIDE;
            let even = grid.points.iter().all(|row| row.len() == columns);
            if !sides.contains(&columns) || !sides.contains(&grid.points.len()) || !even {
                let problem = format!("must be 1 to {MAX_GRID_SIDE} rows of as many points each");
                return Err(MockupError::manifest(format!("/grids/{panel}/points"), problem));
            }
            if !(grid.step_cm > 0.0 && grid.left_cm.is_finite() && grid.top_cm.is_finite()) {
                return Err(MockupError::manifest(format!("/grids/{panel}"), "its numbers are out of range"));
            }
        }
        Ok(())
    }

    /// Index of the panel that a mask covers, or a piece of it; none for the inner side.
    #[must_use]
    pub fn mask_panel(&self, name: &str) -> Option<u8> {
        self.panel(self.masks.get(name)?.panel.as_deref().unwrap_or(name))
    }

    /// Index of a panel in the UV layer.
    #[must_use]
    pub fn panel(&self, name: &str) -> Option<u8> {
        let idx = self.uv.panels.iter().skip(1).position(|panel| panel == name)?;
        u8::try_from(idx + 1).ok()
    }

    /// Name and SHA-256 of every file besides the manifest.
    pub fn layers(&self) -> impl Iterator<Item = (&str, &str)> {
        let single = [&self.alpha, &self.shadow, &self.backdrop];
        [(self.light.file.as_str(), self.light.sha256.as_str()), (self.uv.file.as_str(), self.uv.sha256.as_str())]
            .into_iter()
            .chain(single.map(|layer| (&*layer.file, &*layer.sha256)))
            .chain(self.masks.values().map(|mask| (&*mask.file, &*mask.sha256)))
    }
}
