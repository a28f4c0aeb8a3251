//! The widths of strokes and gaps.

use std::f64::consts::PI;

use crate::math::sin_cos;
use crate::pixels::distance::{Beyond, MAX_REACH, squared};
use crate::prepress::preflight::raster::{TILE, Window};

/// Opacity from which on a pixel may be a part of ink: that of a line of a tenth of a pixel.
const SEEN: u8 = 24;

/// Straight ways on which a width is measured, 11.25 degrees from one to the next: the best is off by half as much at most,
/// and the width by half a hundredth.
const WAYS: usize = 16;

/// Opacity, as a share, below which a way has left the ink.
const LEFT: f32 = 0.06;

/// Widths this much below what is wanted are rounding, in pixels: 0.01 mm at 300 dpi.
const SLACK: f32 = 0.12;

/// Ink, or what is between it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Ink,
    Gap,
}

/// A place in the middle of something thin, in pixels of the plane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Thin {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: f32,
}

/// Looks for what is thinner than a width.
pub(super) struct Probe {
    kind: Kind,
    /// Pixels.
    least: f32,
    /// Distances are measured up to here.
    reach: u16,
    ways: [(f32, f32); WAYS],
}

impl Probe {
    pub(super) fn new(kind: Kind, least: f64) -> Self {
        let least = least.clamp(0.5, f64::from(MAX_REACH - 8)) as f32;
        let way = |way: usize| {
            let (sin, cos) = sin_cos(way as f64 * PI / WAYS as f64);
            (cos as f32, sin as f32)
        };
        Self { kind, least, reach: (least / 2.0).ceil() as u16 + 3, ways: std::array::from_fn(way) }
    }

    /// Pixels around a square that decide about it.
    pub(super) fn halo(&self) -> usize {
        usize::from(self.reach) * 2 + 2
    }

    /// What is thin within the square of a window, which begins at `(left, top)`.
    pub(super) fn thin(&self, window: &Window, (left, top): (usize, usize)) -> Vec<Thin> {
        let seen = |value: &u8| match self.kind {
            Kind::Ink => u8::from(*value >= SEEN),
            Kind::Gap => u8::from(*value <= u8::MAX - SEEN),
        };
        let mask: Vec<u8> = window.bytes.iter().map(seen).collect();
        let inside = squared(&mask, window.width, self.reach, Beyond::Set);
        // A pixel at each side may be seen although hardly any of it is ink.
        let deepest = {
            let half = self.least / 2.0 + 1.75;
            (half * half) as u16
        };
        let mut thin = Vec::new();
        for y in window.halo..window.halo + TILE {
            for x in window.halo..window.halo + TILE {
                let depth = inside[y * window.width + x];
                if depth == 0 || depth > deepest || !is_ridge(&inside, window.width, (x, y), depth) {
                    continue;
                }
                if !is_stroke(&inside, window.width, (x, y), depth) {
                    continue;
                }
                let width = self.width(window, (x, y));
                if width < self.least - SLACK {
                    thin.push(Thin { x: (left + x - window.halo) as u32, y: (top + y - window.halo) as u32, width });
                }
            }
        }
        thin
    }

    /// The least sum along the ways through a pixel that leave at both ends.
    fn width(&self, window: &Window, (x, y): (usize, usize)) -> f32 {
        let mut least = f32::INFINITY;
        for way in self.ways {
            let forth = self.half(window, (x, y), way, least);
            if forth < least {
                let back = self.half(window, (x, y), (-way.0, -way.1), least);
                least = least.min(forth + back);
            }
        }
        least
    }

    /// The sum from the middle of a pixel to where the way leaves; infinite if it does not, or comes to more than `most`.
    fn half(&self, window: &Window, (x, y): (usize, usize), (dx, dy): (f32, f32), most: f32) -> f32 {
        const STEP: f32 = 0.5;
        let far = self.least / 2.0 + 2.5;
        let steps = (far / STEP) as usize;
        let mut sum = self.share(window, x as f32, y as f32) * STEP / 2.0;
        for step in 1..=steps {
            let along = step as f32 * STEP;
            let share = self.share(window, x as f32 + dx * along, y as f32 + dy * along);
            sum += share * STEP;
            if sum > most {
                return f32::INFINITY;
            }
            if share < LEFT {
                return sum;
            }
        }
        f32::INFINITY
    }

    /// How much of what is measured is at a place, between the four pixels around it.
    fn share(&self, window: &Window, x: f32, y: f32) -> f32 {
        let (left, top) = (x as usize, y as usize);
        let (right_share, bottom_share) = (x - left as f32, y - top as f32);
        let at = top * window.width + left;
        let row = |at: usize| {
            let (left, right) = (f32::from(window.bytes[at]), f32::from(window.bytes[at + 1]));
            left + (right - left) * right_share
        };
        let (above, below) = (row(at), row(at + window.width));
        let opacity = (above + (below - above) * bottom_share) / 255.0;
        if self.kind == Kind::Ink { opacity } else { 1.0 - opacity }
    }
}

/// The pixels around one, up to `reach` away along either side.
fn around(width: usize, (x, y): (usize, usize), reach: usize) -> impl Iterator<Item = usize> {
    (y - reach..=y + reach).flat_map(move |row| (x - reach..=x + reach).map(move |column| row * width + column))
}

/// Depths along the middle of a stroke that lies aslant differ by less than this from one pixel to the next; across it, they
/// differ by more.
const EVEN: f32 = 0.6;

/// Whether a pixel lies in the middle: none beside it lies deeper, but for what the grid makes of a slant.
fn is_ridge(inside: &[u16], width: usize, place: (usize, usize), depth: u16) -> bool {
    let most = f32::from(depth).sqrt() + EVEN;
    let most = (most * most) as u16;
    around(width, place, 1).all(|other| inside[other] <= most)
}

/// Whether a pixel in the middle lies in a stroke and not in the corner of something wide: nothing within its half width
/// is much deeper.
fn is_stroke(inside: &[u16], width: usize, place: (usize, usize), depth: u16) -> bool {
    let half = f32::from(depth).sqrt();
    let widest = half * 1.25 + 0.5;
    let widest = (widest * widest) as u16;
    around(width, place, half.ceil() as usize + 1).all(|other| inside[other] <= widest)
}
