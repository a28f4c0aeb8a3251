//! What would go wrong in print, told before anything is printed.
//!
//! Preflight looks at scenes, at what is really drawn and where, and never at a document: what it says holds for the
//! preview and for the print file alike. Each rule has a file and a stable id, and each finding says where, why and
//! what to do.

mod area;
mod finding;
mod fine;
mod ink;
mod picture;
mod production;
mod raster;
#[cfg(test)]
mod tests;
mod text;
mod visibility;
mod words;

use crate::cancel::Cancel;
use crate::catalog::{GarmentColor, PrintArea, Technique};
use crate::scene::{Scene, SceneLayer};

pub use finding::{Action, Finding, Fix, Place, RuleId, Severity};

/// One print area with what is to be printed on it.
#[derive(Debug, Clone, Copy)]
pub struct CheckedArea<'a> {
    /// The area in the catalogue.
    pub area: &'a PrintArea,
    /// JSON pointer to its placement in the document, such as `/placements/0`.
    pub pointer: &'a str,
    /// What is printed there; its size is the area's on the size that is checked.
    pub scene: &'a Scene,
}

/// Checks the areas of one design on one garment colour and technique. Findings come by area, then by layer from the
/// bottom up, and within a layer in the order of [`RuleId`]; an empty list means that nothing is known to go wrong.
#[must_use]
pub fn check(areas: &[CheckedArea<'_>], color: &GarmentColor, technique: &Technique) -> Vec<Finding> {
    let mut findings = Vec::new();
    for &checked in areas {
        let subject = |layer_idx: usize, layer| Subject { checked, layer, layer_idx, color, technique };
        findings.extend(production::technique(checked, technique));
        findings.extend(production::dye(checked, color, technique));
        findings.extend(area::empty(checked));
        for (layer_idx, layer) in checked.scene.layers.iter().enumerate() {
            let subject = subject(layer_idx, layer);
            findings.extend(area::bounds(&subject));
            findings.extend(picture::resolution(&subject));
            findings.extend(text::missing_glyphs(&subject));
            findings.extend(text::borrowed_glyphs(&subject));
            findings.extend(text::tiny(&subject));
            findings.extend(visibility::visibility(&subject));
            findings.extend(ink::off_ink(&subject));
        }
    }
    findings
}

/// Checks what is too fine or too soft for a technique on the raster of each area, as it is printed. Findings come by area,
/// then by layer from the bottom up. `None` once `cancel` is set.
#[must_use]
pub fn check_raster(areas: &[CheckedArea<'_>], technique: &Technique, cancel: &Cancel) -> Option<Vec<Finding>> {
    let mut findings = Vec::new();
    for &checked in areas {
        findings.extend(fine::check(checked, technique, cancel)?);
    }
    Some(findings)
}

/// One layer with all that a rule may ask about.
struct Subject<'a> {
    checked: CheckedArea<'a>,
    layer: &'a SceneLayer,
    /// The layer's place in the scene, from the bottom.
    layer_idx: usize,
    color: &'a GarmentColor,
    technique: &'a Technique,
}

impl Subject<'_> {
    /// A finding about this layer, in the place of its ink.
    fn finding(&self, rule: RuleId, severity: Severity, message: String, fix: Option<Fix>) -> Finding {
        Finding {
            rule,
            severity,
            area: self.checked.area.id.clone(),
            layer: Some(self.layer.id.clone()),
            pointer: self.layer.pointer.clone(),
            place: Place::from(self.layer.ink),
            message,
            fix,
        }
    }

    /// Whether the layer prints anything at all.
    fn has_ink(&self) -> bool {
        self.layer.ink.area() > 0.0
    }
}
