//! The rule `off-ink`.

use crate::prepress::preflight::{Action, Finding, Fix, RuleId, Severity, Subject};

/// Up to this difference (CIEDE2000) an ink of the shop stands for a colour: most people see it only side by side.
const STANDS_FOR: f64 = 5.0;

/// Colours that look like an ink of the shop and are none, where each colour is a screen or a film of its own.
pub(super) fn off_ink(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.technique.max_inks.is_none() || !subject.has_ink() {
        return Vec::new();
    }
    let near = subject.layer.facts.near_inks.iter().filter(|near| near.difference <= STANDS_FOR);
    let finding = |near: &crate::scene::NearInk| {
        let message = format!(
            "The color {} looks like the ink {} and is another: it counts as a color of its own (they differ by {:.1}).",
            near.color, near.name, near.difference
        );
        let action = Action::Ink { color: near.color.to_string(), ink: near.ink.clone() };
        let fix = Fix::new(format!("Print it in {}.", near.name), Some(action));
        subject.finding(RuleId::OffInk, Severity::Note, message, Some(fix))
    };
    near.map(finding).collect()
}
