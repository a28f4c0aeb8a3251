//! Colours as documents write them.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Serialize, Serializer};

use crate::color::Color;

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
            Some(id) => is_id(id).then(|| Self::Ink(id.to_owned())),
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

impl JsonSchema for Paint {
    fn schema_name() -> Cow<'static, str> {
        "Paint".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A colour: sRGB as #rrggbb, or an ink of the palette as ink:<id>.",
            "type": "string",
            "pattern": "^(#[0-9A-Fa-f]{6}|ink:[a-z0-9-]+)$"
        })
    }
}
