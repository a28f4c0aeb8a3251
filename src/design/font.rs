//! Which face of the font library.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::design::reader::Node;
use crate::design::{default, limits};

/// A face of the font library. Documents may also write the family alone: `"font": "Anton"`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Font {
    /// Family name.
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub family: String,
    /// CSS weight, 100 to 900; the nearest face is taken. Default: 400.
    #[schemars(default = "default::weight", range(min = limits::WEIGHT.min, max = limits::WEIGHT.max))]
    pub weight: u16,
    /// The italic face. Default: false.
    #[schemars(default)]
    pub italic: bool,
}

impl Font {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        if matches!(node.value, Value::String(_)) {
            return node.line(limits::NAME_CHARS).map(Self::regular);
        }
        if !node.value.is_object() {
            return node.wrong_type("a font family or an object", None);
        }
        let mut object = node.object()?;
        let family = object.required("family", |node| node.line(limits::NAME_CHARS));
        let weight = object.or("weight", default::weight(), |node| node.integer(limits::WEIGHT));
        let italic = object.or("italic", false, |node| node.boolean());
        object.finish();
        Some(Self { family: family?, weight, italic })
    }

    /// The upright face of a family at the default weight.
    #[must_use]
    pub fn regular(family: String) -> Self {
        Self { family, weight: default::weight(), italic: false }
    }
}

/// The two ways to write a font, for the schema.
#[derive(JsonSchema)]
#[schemars(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum FontForm {
    /// Family name; the upright face of weight 400.
    Family(#[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = limits::LINE_PATTERN))] String),
    /// One face of a family.
    Face(Font),
}
