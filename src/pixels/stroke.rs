//! The widths of strokes and gaps in a plane of opacities.
//!
//! Where the middle of a stroke (or of a gap) lies near an edge, its width is measured across: the sum of the opacity along
//! the shortest of sixteen straight ways through the middle. Antialiased edges thereby count by their share, so that
//! widths are true to a fraction of a pixel.

use std::f64::consts::PI;

use fearless_simd::{Level, dispatch};

use crate::math::sin_cos;
use crate::pixels::distance::{Beyond, MAX_REACH, squared};

/// Pixels along the sides of the squares that are measured at once.
pub const TILE: usize = 128;

/// Places as near as this belong together, pixels.
pub const NEAR: u32 = 3;

/// What widens by more than this share of its way is a wedge, as between the strokes of an N, and no line: seven degrees.
const WEDGE: f64 = 0.12;

/// What hangs together with more and is shorter than so many times what is wanted is the tip of a corner or the end of a
/// line, and no line.
const TIP: f64 = 1.3;

/// Opacity from which on ink counts as whole.
pub const WHOLE: u8 = 248;

/// Opacity up to which ink counts as none.
pub const NONE: u8 = 7;

/// The opacity of an artwork, or of a part of it. Nothing lies beyond.
#[derive(Debug, Clone)]
pub struct Plane {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// A byte for each pixel, row by row.
    pub bytes: Vec<u8>,
}

impl Plane {
    /// Whether there is no ink on a frame around places, or of a gap, nothing but ink.
    fn is_alone(&self, kind: Kind, (low, high): ((u32, u32), (u32, u32)), away: u32) -> bool {
        let is_other = |x: i64, y: i64| {
            let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
            let opacity = if inside { self.bytes[y as usize * self.width + x as usize] } else { 0 };
            if kind == Kind::Ink { opacity <= NONE } else { opacity >= WHOLE }
        };
        let (left, top) = (i64::from(low.0) - i64::from(away), i64::from(low.1) - i64::from(away));
        let (right, bottom) = (i64::from(high.0 + away), i64::from(high.1 + away));
        (left..=right).all(|x| is_other(x, top) && is_other(x, bottom))
            && (top..=bottom).all(|y| is_other(left, y) && is_other(right, y))
    }
}

/// Thin places that belong together, in pixels of the plane.
#[derive(Debug, Clone, Copy)]
pub struct Stroke {
    /// Where it is thinnest, but for the thinnest tenth.
    pub thinnest: Thin,
    /// Left, top, right and bottom of what holds all of it.
    pub bounds: [f64; 4],
    /// Whether nothing else is near: a speck, or a hole.
    pub is_alone: bool,
}

/// What places that belong together are, where less than `least` pixels are thin; `None` if they are a tip or a wedge.
/// `run` is sorted and has at least one.
#[must_use]
pub fn stroke(run: &mut [Thin], (kind, least): (Kind, f64), plane: &Plane) -> Option<Stroke> {
    let extent = Extent::of(run);
    run.sort_by(|a, b| a.width.total_cmp(&b.width).then(a.y.cmp(&b.y)).then(a.x.cmp(&b.x)));
    let thinnest = *run.get(run.len() / 10)?;
    let is_alone = extent.is_alone(kind, plane);
    if !is_alone && extent.length() < least * TIP {
        return None;
    }
    let widened = f64::from(run[run.len() * 9 / 10].width - thinnest.width);
    let Extent { low, high, widest } = extent;
    let way = f64::from((high.0 - low.0).max(high.1 - low.1));
    let half = f64::from(widest) / 2.0;
    let side = |px: u32| f64::from(px) + 0.5;
    let bounds = [side(low.0) - half, side(low.1) - half, side(high.0) + half, side(high.1) + half];
    (is_alone || widened <= WEDGE * way).then_some(Stroke { thinnest, bounds, is_alone })
}

/// Whether places that belong together are the tip of a corner or the end of a line, where less than `least` pixels are
/// thin: they hang together with more, and are hardly longer than what is wanted is wide.
#[must_use]
pub fn is_tip(run: &[Thin], (kind, least): (Kind, f64), plane: &Plane) -> bool {
    let extent = Extent::of(run);
    extent.length() < least * TIP && !extent.is_alone(kind, plane)
}

/// How far places reach, and how wide the widest is.
#[derive(Debug, Clone, Copy)]
struct Extent {
    low: (u32, u32),
    high: (u32, u32),
    widest: f32,
}

impl Extent {
    fn of(run: &[Thin]) -> Self {
        let nowhere = Self { low: (u32::MAX, u32::MAX), high: (0, 0), widest: 0.0 };
        run.iter().fold(nowhere, |Self { low, high, widest }, place| Self {
            low: (low.0.min(place.x), low.1.min(place.y)),
            high: (high.0.max(place.x), high.1.max(place.y)),
            widest: widest.max(place.width),
        })
    }

    /// How long it is, along rows or columns, with the ink at both ends.
    fn length(&self) -> f64 {
        f64::from((self.high.0 - self.low.0).max(self.high.1 - self.low.1)) + f64::from(self.widest)
    }

    fn is_alone(&self, kind: Kind, plane: &Plane) -> bool {
        plane.is_alone(kind, (self.low, self.high), (self.widest / 2.0).ceil() as u32 + 2)
    }
}

/// A square of a plane with what lies around it.
#[derive(Debug)]
pub struct Window {
    /// Columns, and rows.
    pub width: usize,
    /// A byte for each pixel, row by row.
    pub bytes: Vec<u8>,
    /// Pixels around the square.
    pub halo: usize,
}

impl Window {
    /// The square that begins at `(left, top)`, and `halo` pixels around it; none where there is no edge in it.
    #[must_use]
    pub fn of(plane: &Plane, (left, top): (usize, usize), halo: usize) -> Option<Self> {
        if is_even(plane, (left, top), halo) {
            return None;
        }
        let width = TILE + 2 * halo;
        let mut bytes = vec![0; width * width];
        for (row, target) in bytes.chunks_exact_mut(width).enumerate() {
            let Some(y) = (top + row).checked_sub(halo).filter(|y| *y < plane.height) else { continue };
            let from = left.saturating_sub(halo);
            let end = (left + TILE + halo).min(plane.width);
            let skip = (from + halo) - left;
            target[skip..skip + end - from]
                .copy_from_slice(&plane.bytes[y * plane.width + from..y * plane.width + end]);
        }
        Some(Self { width, bytes, halo })
    }

    /// Whether a pixel is half there and no edge: of those around it, none is whole or none is empty.
    #[must_use]
    pub fn is_haze(&self, (x, y): (usize, usize)) -> bool {
        let at = |x: usize, y: usize| self.bytes[y * self.width + x];
        if at(x, y) <= NONE || at(x, y) >= WHOLE {
            return false;
        }
        let (mut whole, mut none) = (false, false);
        for row in y - 1..=y + 1 {
            for column in x - 1..=x + 1 {
                whole |= at(column, row) >= WHOLE;
                none |= at(column, row) <= NONE;
            }
        }
        let is_edge = whole && none;
        !is_edge && !self.is_hairline((x, y))
    }

    /// Whether there is nothing at two sides of a pixel that face each other: it belongs to ink as thin as a pixel, which
    /// has no whole pixel to show.
    fn is_hairline(&self, (x, y): (usize, usize)) -> bool {
        is_hairline(|dx, dy| {
            let (column, row) = (x.saturating_add_signed(dx), y.saturating_add_signed(dy));
            self.bytes[row * self.width + column] <= NONE
        })
    }
}

/// Whether there is no edge in a square and around it. Most have none, so that they are looked at where they lie.
fn is_even(plane: &Plane, (left, top): (usize, usize), halo: usize) -> bool {
    let (from, end) = (left.saturating_sub(halo), (left + TILE + halo).min(plane.width));
    let (first, last) = (top.saturating_sub(halo), (top + TILE + halo).min(plane.height));
    // Nothing lies beyond.
    let is_cut = left < halo || top < halo || left + TILE + halo > plane.width || top + TILE + halo > plane.height;
    let (mut low, mut high) = (if is_cut { 0 } else { u8::MAX }, 0);
    for row in plane.bytes.chunks_exact(plane.width).take(last).skip(first) {
        (low, high) =
            row[from..end].iter().fold((low, high), |(low, high), value| (*value.min(&low), *value.max(&high)));
        if low < WHOLE && high > NONE {
            return false;
        }
    }
    true
}

/// Whether there is nothing at two sides of a pixel that face each other, where `is_empty` tells about those around it.
pub fn is_hairline(is_empty: impl Fn(isize, isize) -> bool) -> bool {
    [(2, 0), (0, 2), (2, 2), (2, -2), (1, 2), (2, 1), (1, -2), (2, -1)]
        .into_iter()
        .any(|(dx, dy)| is_empty(dx, dy) && is_empty(-dx, -dy))
}

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
pub enum Kind {
    /// Ink.
    Ink,
    /// What is between it.
    Gap,
}

/// A place in the middle of something thin, in pixels of the plane.
#[derive(Debug, Clone, Copy)]
pub struct Thin {
    /// Its column.
    pub x: u32,
    /// Its row.
    pub y: u32,
    /// How wide it is there.
    pub width: f32,
    /// Where its middle really lies from the middle of the pixel, in pixels to the right and down.
    pub off: (f32, f32),
}

/// Looks for what is thinner than a width.
#[derive(Debug, Clone)]
pub struct Probe {
    kind: Kind,
    /// Pixels.
    least: f32,
    /// Distances are measured up to here.
    reach: u16,
    /// For each depth up to the deepest that is looked at: how deep what lies beside a middle may be.
    beside: Vec<u16>,
    ways: [(f32, f32); WAYS],
}

impl Probe {
    /// For ink or gaps of less than `least` pixels.
    #[must_use]
    pub fn new(kind: Kind, least: f64) -> Self {
        let least = least.clamp(0.5, f64::from(MAX_REACH - 8)) as f32;
        let way = |way: usize| {
            let (sin, cos) = sin_cos(way as f64 * PI / WAYS as f64);
            (cos as f32, sin as f32)
        };
        // A pixel at each side may be seen although hardly any of it is ink.
        let half = least / 2.0 + 1.75;
        let beside = (0..=(half * half) as u16).map(beside).collect();
        Self { kind, least, reach: (least / 2.0).ceil() as u16 + 3, beside, ways: std::array::from_fn(way) }
    }

    /// Pixels around a square that decide about it.
    #[must_use]
    pub const fn halo(&self) -> usize {
        self.reach as usize * 2 + 2
    }

    /// What is thin within the square of a window, which begins at `(left, top)`.
    #[must_use]
    pub fn thin(&self, window: &Window, (left, top): (usize, usize)) -> Vec<Thin> {
        let seen = |value: &u8| match self.kind {
            Kind::Ink => u8::from(*value >= SEEN),
            Kind::Gap => u8::from(*value <= u8::MAX - SEEN),
        };
        let mask: Vec<u8> = window.bytes.iter().map(seen).collect();
        let inside = squared(&mask, window.width, self.reach, Beyond::Set);
        let is_other = |depth: u16| depth == 0 || usize::from(depth) >= self.beside.len();
        let (mut column, mut around) = (vec![0; window.width], vec![0; window.width]);
        let level = Level::new();
        let mut thin = Vec::new();
        for y in window.halo..window.halo + TILE {
            let row = &inside[y * window.width..][..window.width];
            // Most have none: whole rows are passed over.
            if row.iter().fold(true, |all, depth| all & is_other(*depth)) {
                continue;
            }
            let rows = &inside[(y - 1) * window.width..][..3 * window.width];
            dispatch!(level, _ => deepest_around(rows, &mut column, &mut around));
            for x in window.halo..window.halo + TILE {
                let depth = row[x];
                if is_other(depth) || around[x] > self.beside[usize::from(depth)] {
                    continue;
                }
                if !is_stroke(&inside, window.width, (x, y), depth) {
                    continue;
                }
                let (width, off) = self.width(window, (x, y));
                if width < self.least - SLACK {
                    let (x, y) = ((left + x - window.halo) as u32, (top + y - window.halo) as u32);
                    thin.push(Thin { x, y, width, off });
                }
            }
        }
        thin
    }

    /// The least sum along the ways through a pixel that leave at both ends, and the middle of that way.
    fn width(&self, window: &Window, (x, y): (usize, usize)) -> (f32, (f32, f32)) {
        let mut least = (f32::INFINITY, (0.0, 0.0));
        for way in self.ways {
            let forth = self.half(window, (x, y), way, least.0);
            if forth < least.0 {
                let back = self.half(window, (x, y), (-way.0, -way.1), least.0);
                if forth + back < least.0 {
                    let along = (forth - back) / 2.0;
                    least = (forth + back, (way.0 * along, way.1 * along));
                }
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

/// Whether no pixel lies deeper than `most` that is up to `reach` away from one along either side.
fn is_deepest(inside: &[u16], width: usize, (x, y): (usize, usize), reach: usize, most: u16) -> bool {
    let mut rows = inside[(y - reach) * width..].chunks_exact(width).take(2 * reach + 1);
    rows.all(|row| row[x - reach..=x + reach].iter().all(|depth| *depth <= most))
}

/// Depths along the middle of a stroke that lies aslant differ by less than this from one pixel to the next; across it, they
/// differ by more.
const EVEN: f32 = 0.6;

/// How deep what lies beside the middle of a stroke may be: no deeper than it, but for what the grid makes of a slant.
fn beside(depth: u16) -> u16 {
    let most = f32::from(depth).sqrt() + EVEN;
    (most * most) as u16
}

/// The deepest of each pixel of the middle one of three rows and of the eight around it, but for the first and the last.
#[inline(always)]
fn deepest_around(rows: &[u16], column: &mut [u16], around: &mut [u16]) {
    let (above, rest) = rows.split_at(column.len());
    let (row, below) = rest.split_at(column.len());
    for (((to, above), depth), below) in column.iter_mut().zip(above).zip(row).zip(below) {
        *to = (*above).max(*depth).max(*below);
    }
    for (((to, left), depth), right) in around[1..].iter_mut().zip(&*column).zip(&column[1..]).zip(&column[2..]) {
        *to = (*left).max(*depth).max(*right);
    }
}

/// Whether a pixel in the middle lies in a stroke and not in the corner of something wide: nothing within its half width
/// is much deeper.
fn is_stroke(inside: &[u16], width: usize, place: (usize, usize), depth: u16) -> bool {
    let half = f32::from(depth).sqrt();
    let widest = half * 1.25 + 0.5;
    is_deepest(inside, width, place, half.ceil() as usize + 1, (widest * widest) as u16)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_deepest_around_a_pixel_is_that_of_nine(
            width in 3..40_usize,
            depths in prop::collection::vec(0..300_u16, 3 * 40),
        ) {
            let rows = &depths[..3 * width];
            let (mut column, mut around) = (vec![0; width], vec![0; width]);
            dispatch!(Level::new(), _ => deepest_around(rows, &mut column, &mut around));
            for (x, most) in around.into_iter().enumerate().take(width - 1).skip(1) {
                prop_assert!(is_deepest(rows, width, (x, 1), 1, most), "nothing lies deeper");
                prop_assert!(most == 0 || !is_deepest(rows, width, (x, 1), 1, most - 1), "something lies as deep");
            }
        }
    }
}
