//! Rules about text: `font-missing-glyph`, `font-borrowed-glyph`, `tiny-text`.

use crate::prepress::preflight::finding::hundredths;
use crate::prepress::preflight::words::text_size;
use crate::prepress::preflight::{Action, Finding, Fix, RuleId, Severity, Subject};
use crate::scene::text::Lent;

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

/// Letters that come from another font stand out among those of the text's own. Emoji and signs do anyway.
pub(super) fn borrowed_glyphs(subject: &Subject<'_>) -> Vec<Finding> {
    let finding = |lent: &Lent| {
        let letters = lent.letters.iter().filter(|letters| letters.chars().any(char::is_alphanumeric));
        let letters: Vec<&str> = letters.map(String::as_str).collect();
        let more = letters.len().saturating_sub(MAX_NAMED);
        let named = match &letters[..letters.len() - more] {
            [] => return None,
            named if more > 0 => format!("{} and {more} more", named.join(", ")),
            [only] => (*only).to_owned(),
            [first @ .., last] => format!("{} and {last}", first.join(", ")),
        };
        let which = if letters.len() == 1 { "it is" } else { "they are" };
        let message = format!("{} has no {named}: {which} printed in {}.", lent.lacking, lent.face);
        let fix = "Choose a font that has all letters, or look whether these go together.".to_owned();
        let fix = Some(Fix::new(fix, None));
        Some(subject.finding(RuleId::FontBorrowedGlyph, Severity::Warning, message, fix))
    };
    subject.layer.facts.lent.iter().filter_map(finding).collect()
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
