//! Colours as documents write them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::color::Color;
use crate::design::limits;

/// A colour of the document.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Paint {
    /// `"#rrggbb"`.
    Rgb(Color),
    /// `"ink:scarlet"`: an ink of the shop's palette; holds the id without the prefix.
    Ink(String),
}

impl Paint {
    /// Reads `#rrggbb` or `ink:<id>`; anything else is `None`. Whether the ink exists is not checked here.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let is_id = |id: &str| {
            !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        };
        match text.strip_prefix("ink:") {
            Some(id) => (is_id(id) && text.len() <= limits::ID_CHARS).then(|| Self::Ink(id.to_owned())),
            None => Color::from_hex(text).map(Self::Rgb),
        }
    }
}

impl std::fmt::Display for Paint {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Rgb(color) => color.fmt(f),
            Self::Ink(id) => write!(f, "ink:{id}"),
        }
    }
}

impl Serialize for Paint {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What to write instead of a colour that is none.
pub(super) fn hint(text: &str) -> String {
    const NAMES: [(&str, &str); 18] = [
        ("black", "#000000"),
        ("blue", "#0000ff"),
        ("brown", "#a52a2a"),
        ("cyan", "#00ffff"),
        ("gold", "#ffd700"),
        ("gray", "#808080"),
        ("green", "#008000"),
        ("grey", "#808080"),
        ("lime", "#00ff00"),
        ("magenta", "#ff00ff"),
        ("maroon", "#800000"),
        ("navy", "#000080"),
        ("orange", "#ffa500"),
        ("pink", "#ffc0cb"),
        ("purple", "#800080"),
        ("red", "#ff0000"),
        ("white", "#ffffff"),
        ("yellow", "#ffff00"),
    ];
    let lower = text.trim().to_lowercase();
    if let Some((_, hex)) = NAMES.iter().find(|(name, _)| *name == lower) {
        return format!("write \"{hex}\", or an ink of the palette such as \"ink:scarlet\"");
    }
    if Paint::parse(&lower).is_some() {
        return format!("write \"{lower}\"");
    }
    let digits = lower.trim_start_matches('#');
    if digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        match digits.len() {
            3 => return format!("write \"#{}\"", digits.chars().flat_map(|digit| [digit; 2]).collect::<String>()),
            6 => return format!("write \"#{digits}\""),
            8 => return format!("write \"#{}\" and set the layer's opacity", &digits[..6]),
            _ => {}
        }
    }
    "write six hexadecimal digits after #, as in \"#d4202a\"".to_owned()
}

impl JsonSchema for Paint {
    fn schema_name() -> Cow<'static, str> {
        "Paint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A colour: sRGB as #rrggbb, or an ink of the palette as ink:<id>.",
            "type": "string",
            "pattern": "^(#[0-9A-Fa-f]{6}|ink:[a-z0-9-]+)$",
            "maxLength": limits::ID_CHARS
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_usual_slip_has_its_own_hint() {
        for (slip, hint_part) in [
            ("#fff", "\"#ffffff\""),
            ("D4202A", "\"#d4202a\""),
            ("#d4202a80", "\"#d4202a\" and set the layer's opacity"),
            ("Red", "\"#ff0000\", or an ink of the palette such as \"ink:scarlet\""),
            ("ink:Scarlet", "write \"ink:scarlet\""),
            (" #D4202A ", "write \"#d4202a\""),
            ("rgb(1, 2, 3)", "as in \"#d4202a\""),
            ("", "as in \"#d4202a\""),
            ("éé", "as in \"#d4202a\""),
        ] {
            assert_eq!(Paint::parse(slip), None, "{slip}");
            assert!(hint(slip).contains(hint_part), "{slip}: {}", hint(slip));
        }
    }
}
