//! What stands around and behind letters.

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::paint::Paint;
use crate::design::reader::Node;
use crate::design::{default, limits};

/// A ring around letters.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ring {
    /// Thickness, mm: 0.01 to 50.
    #[schemars(range(min = limits::RING_WIDTH.min, max = limits::RING_WIDTH.max))]
    pub width: f64,
    /// Its colour.
    pub color: Paint,
}

impl Ring {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let width = object.required("width", |node| node.number(limits::RING_WIDTH));
        let color = object.required("color", |node| node.paint());
        object.finish();
        Some(Self { width: width?, color: color? })
    }
}

/// A drop shadow.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Shadow {
    /// Shift to the right, mm: -500 to 500.
    #[schemars(range(min = limits::SHADOW_SHIFT.min, max = limits::SHADOW_SHIFT.max))]
    pub dx: f64,
    /// Shift down, mm: -500 to 500.
    #[schemars(range(min = limits::SHADOW_SHIFT.min, max = limits::SHADOW_SHIFT.max))]
    pub dy: f64,
    /// Standard deviation of the softening, mm, to 50; 0 is a hard edge. Default: 0.
    #[schemars(default, range(min = limits::SHADOW_BLUR.min, max = limits::SHADOW_BLUR.max))]
    pub blur: f64,
    /// Its colour.
    pub color: Paint,
    /// 0 to 1. Default: 1.
    #[schemars(default = "default::opacity", range(min = limits::OPACITY.min, max = limits::OPACITY.max))]
    pub opacity: f64,
}

impl Shadow {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let dx = object.required("dx", |node| node.number(limits::SHADOW_SHIFT));
        let dy = object.required("dy", |node| node.number(limits::SHADOW_SHIFT));
        let blur = object.or("blur", 0.0, |node| node.number(limits::SHADOW_BLUR));
        let color = object.required("color", |node| node.paint());
        let opacity = object.or("opacity", default::opacity(), |node| node.number(limits::OPACITY));
        object.finish();
        Some(Self { dx: dx?, dy: dy?, blur, color: color?, opacity })
    }
}

/// A solid body behind letters, as of block letters.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Extrude {
    /// Length of the body, mm: 0.01 to 200.
    #[schemars(range(min = limits::EXTRUDE_DEPTH.min, max = limits::EXTRUDE_DEPTH.max))]
    pub depth: f64,
    /// Where it runs to, degrees clockwise from the right. Default: 45.
    #[schemars(default = "default::extrude_angle", range(min = limits::ANGLE.min, max = limits::ANGLE.max))]
    pub angle: f64,
    /// Its colour.
    pub color: Paint,
}

impl Extrude {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let depth = object.required("depth", |node| node.number(limits::EXTRUDE_DEPTH));
        let angle = object.or("angle", default::extrude_angle(), |node| node.number(limits::ANGLE));
        let color = object.required("color", |node| node.paint());
        object.finish();
        Some(Self { depth: depth?, angle, color: color? })
    }
}
