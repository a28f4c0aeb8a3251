//! Register marks and words around a film's picture: strips of one bit a pixel.

use std::convert::Infallible;
use std::sync::Arc;

use kurbo::{Affine, BezPath, Circle, Point, Rect, Shape as _, Stroke};

use crate::artwork::{self, Band};
use crate::color::Color;
use crate::scene::{ArtworkHash, FillRule, Item, LayerFacts, Paint, Scene, SceneLayer};
use crate::units::{Dpi, PhysicalSize};

/// Width of the border around a film's picture, mm.
pub(super) const BORDER: f64 = 14.0;
/// Radius of a register mark's ring, mm.
const RING: f64 = 3.0;
/// Width of lines, mm: a quarter of a point can be laid on each other exactly.
const LINE: f64 = 0.1;

/// Rows of bits.
#[derive(Debug, Clone)]
pub(super) struct Strip {
    pub(super) stride: usize,
    pub(super) bits: Vec<u8>,
}

impl Strip {
    pub(super) fn row(&self, row: usize) -> &[u8] {
        &self.bits[row * self.stride..][..self.stride]
    }

    pub(super) fn rows(&self) -> usize {
        self.bits.len() / self.stride
    }
}

/// Draws black things of `size` mm at a resolution and cuts them at their half.
pub(super) fn draw(size: PhysicalSize, items: Vec<Item>, dpi: Dpi) -> Strip {
    let layer = SceneLayer {
        id: "marks".to_owned(),
        pointer: String::new(),
        items,
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    let scene = Scene { size, layers: vec![layer], finish: None, hash: ArtworkHash([0; 32]) };
    let (width, _) = size.to_px(dpi);
    let stride = (width as usize).div_ceil(8);
    let mut strip = Strip { stride, bits: Vec::new() };
    let take = |band: &Band<'_>| {
        for row in band.pixels.chunks_exact(band.width as usize * 4) {
            let from = strip.bits.len();
            strip.bits.resize(from + stride, 0);
            for (x, pixel) in row.as_chunks::<4>().0.iter().enumerate() {
                strip.bits[from + x / 8] |= u8::from(pixel[3] >= 128) << (7 - x % 8);
            }
        }
        Ok::<_, Infallible>(())
    };
    let Ok(()) = artwork::for_each_band(&scene, dpi, take);
    strip
}

fn black() -> Paint {
    Paint::Solid(Color::BLACK, 1.0)
}

fn line(from: (f64, f64), to: (f64, f64)) -> Item {
    let mut path = BezPath::new();
    path.move_to(from);
    path.line_to(to);
    Item::Stroke { path: Arc::new(path), style: Stroke::new(LINE), paint: black() }
}

/// A ring with a cross through it: laid on another one, the least shift shows.
pub(super) fn target(x: f64, y: f64) -> Vec<Item> {
    let ring = Circle::new((x, y), RING).to_path(0.001);
    let reach = RING * 1.6;
    vec![
        Item::Stroke { path: Arc::new(ring), style: Stroke::new(LINE), paint: black() },
        line((x - reach, y), (x + reach, y)),
        line((x, y - reach), (x, y + reach)),
    ]
}

/// Where the corners of the picture are: lines that end before them. `(x, y)` is the corner, `(right, down)` say to which
/// side the picture lies.
pub(super) fn corner((x, y): (f64, f64), (right, down): (f64, f64)) -> Vec<Item> {
    let (gap, length) = (2.0, 6.0);
    vec![
        line((x - right * gap, y), (x - right * (gap + length), y)),
        line((x, y - down * gap), (x, y - down * (gap + length))),
    ]
}

/// Words at a place.
pub(super) fn words(path: &BezPath, x: f64, y: f64) -> Item {
    Item::Fill { path: Arc::new(Affine::translate((x, y)) * path.clone()), rule: FillRule::NonZero, paint: black() }
}
