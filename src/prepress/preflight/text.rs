//! Rules about text: `font-missing-glyph`, `tiny-text`.

use crate::prepress::preflight::finding::hundredths;
use crate::prepress::preflight::words::text_size;
use crate::prepress::preflight::{Action, Finding, Fix, RuleId, Severity, Subject};

/// The most characters that a message names.
const MAX_NAMED: usize = 8;

/// Letters this much below the limit are rounding, mm.
const SLACK_MM: f64 = 0.001;

/// Characters that no font has print as nothing or as a box.
pub(super) fn missing_glyphs(subject: &Subject<'_>) -> Option<Finding> {
    let missing = &subject.layer.facts.missing_glyphs;
    if missing.is_empty() {
        return None;
    }
    let named: Vec<String> = missing.iter().take(MAX_NAMED).copied().map(character).collect();
    let more =
        if missing.len() > MAX_NAMED { format!(" and {} more", missing.len() - MAX_NAMED) } else { String::new() };
    let which = if missing.len() == 1 { "it" } else { "they" };
    let message = format!("No font here has {}{more}: {which} would be missing on the shirt.", named.join(", "));
    let fix = Fix::new("Write it in another way, or choose another font.".to_owned(), None);
    Some(subject.finding(RuleId::FontMissingGlyph, Severity::Error, message, Some(fix)))
}

/// A character as a reader can find it: itself where it can be seen, and its number.
fn character(missing: char) -> String {
    let number = format!("U+{:04X}", u32::from(missing));
    // The number alone is safe to print for marks that only change others, and for controls.
    if missing.is_alphanumeric() || missing.is_ascii_punctuation() {
        format!("\u{201c}{missing}\u{201d} ({number})")
    } else {
        number
    }
}

/// Letters below the technique's least size fill in or break away.
pub(super) fn tiny(subject: &Subject<'_>) -> Option<Finding> {
    let size = subject.layer.facts.text_size?;
    let least = subject.technique.min_text.mm();
    if size >= least - SLACK_MM {
        return None;
    }
    let message = format!(
        "The text is set in {}; {} holds letters from {} on.",
        text_size(size),
        subject.technique.name,
        text_size(least)
    );
    let fix = Fix {
        text: format!("Make the text at least {}.", text_size(least)),
        action: Some(Action::TextSize { size: hundredths((least * 100.0).ceil() / 100.0) }),
        instead: Vec::new(),
    };
    Some(subject.finding(RuleId::TinyText, Severity::Warning, message, Some(fix)))
}
