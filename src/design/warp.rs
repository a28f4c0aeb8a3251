//! Bends of whole texts.

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::limits;
use crate::design::reader::Node;

/// A bend of a whole text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Warp {
    /// Its form.
    pub kind: WarpKind,
    /// Strength, -100 to 100; the sign turns it over. For `circle`: the share of the
    /// circle that the text takes, in percent; negative sets it inside, along the bottom.
    #[schemars(range(min = limits::WARP_AMOUNT.min, max = limits::WARP_AMOUNT.max))]
    pub amount: f64,
}

impl Warp {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let kind = object.required("kind", |node| node.choice(&WarpKind::ALL));
        let amount = object.required("amount", |node| node.number(limits::WARP_AMOUNT));
        object.finish();
        Some(Self { kind: kind?, amount: amount? })
    }
}

/// The form of a bend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarpKind {
    /// Letters stand on an arc and turn with it; 100 is a half circle.
    Arc,
    /// The top edge bows up, the bottom edge stays straight.
    Arch,
    /// The bottom edge bows up, the top edge stays straight.
    Bridge,
    /// Both edges bow up and letters stay upright.
    Rise,
    /// Letters stand around a full circle. A positive amount is the share of the circle, in percent, that the text
    /// takes, outside and clockwise; a negative amount sets it inside, along the bottom.
    Circle,
    /// One period of a wave; letters follow it.
    Wave,
    /// As a flag in the wind: both edges move alike and letters stay upright.
    Flag,
    /// The middle swells.
    Bulge,
    /// The middle narrows.
    Pinch,
    /// The top is narrower than the bottom.
    Trapezoid,
    /// The line climbs from left to right.
    Slant,
}

impl WarpKind {
    /// Every form.
    pub const ALL: [Self; 11] = [
        Self::Arc,
        Self::Arch,
        Self::Bridge,
        Self::Rise,
        Self::Circle,
        Self::Wave,
        Self::Flag,
        Self::Bulge,
        Self::Pinch,
        Self::Trapezoid,
        Self::Slant,
    ];
}
