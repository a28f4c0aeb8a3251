//! Scenes for tests.

use std::sync::Arc;

use kurbo::{Point, Rect, Shape};

use crate::color::Color;
use crate::scene::{ArtworkHash, FillRule, Item, LayerFacts, Paint, Scene, SceneLayer};
use crate::units::PhysicalSize;

/// One layer of items on a print area of a size in mm.
pub(super) fn scene((width, height): (f64, f64), items: Vec<Item>) -> Scene {
    let layer = SceneLayer {
        id: "a".to_owned(),
        pointer: "/placements/0/layers/0".to_owned(),
        items,
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    Scene { size: PhysicalSize::from_mm(width, height), layers: vec![layer], finish: None, hash: ArtworkHash([1; 32]) }
}

/// A shape in one colour; what it covers twice is left open.
pub(super) fn fill(shape: impl Shape, color: Color, opacity: f32) -> Item {
    let path = Arc::new(shape.to_path(0.001));
    Item::Fill { path, rule: FillRule::EvenOdd, paint: Paint::Solid(color, opacity) }
}
