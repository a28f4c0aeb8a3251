//! Rules about technique and cloth: `technique-unavailable`, `dye-migration`.

use crate::catalog::{GarmentColor, Technique};
use crate::prepress::preflight::area::bounds_of;
use crate::prepress::preflight::{CheckedArea, Finding, Fix, Place, RuleId, Severity};

/// The technique must be one that the shop offers for the area.
pub(super) fn technique(checked: CheckedArea<'_>, technique: &Technique) -> Option<Finding> {
    if checked.area.techniques.contains(&technique.id) {
        return None;
    }
    let message = format!("{} is not possible on {} of this garment.", technique.name, checked.area.name);
    let text = format!("Choose one of: {}.", checked.area.techniques.join(", "));
    Some(finding(checked, RuleId::TechniqueUnavailable, Severity::Error, message, text))
}

/// Inks that are cured on polyester blends can take on their dye. It is the shop's to prevent, so it is only a note.
pub(super) fn dye(checked: CheckedArea<'_>, color: &GarmentColor, technique: &Technique) -> Option<Finding> {
    if !color.dye_migration || !technique.underbase {
        return None;
    }
    let message = format!(
        "{} holds polyester, whose dye can creep into the ink when it is cured: light colors may take on a tint.",
        color.name
    );
    let text = "Print on a low-bleed white and cure as cool as the ink allows.".to_owned();
    Some(finding(checked, RuleId::DyeMigration, Severity::Note, message, text))
}

/// A finding about a whole area.
fn finding(checked: CheckedArea<'_>, rule: RuleId, severity: Severity, message: String, text: String) -> Finding {
    Finding {
        rule,
        severity,
        area: checked.area.id.clone(),
        layer: None,
        pointer: checked.pointer.to_owned(),
        place: Place::from(bounds_of(checked.scene)),
        message,
        fix: Some(Fix::new(text, None)),
    }
}
