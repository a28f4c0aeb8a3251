//! The bends of a whole text, as maps from the flat sheet to the bent one.
//!
//! `arc` and `circle` roll every line onto a circle of its own, so that letters keep their distances; the other kinds
//! are functions of the place alone. All are smooth, and defined beyond the layout box because letters overshoot it.

use std::f64::consts::{PI, TAU};

use kurbo::{Point, Rect, Vec2};

use crate::design::{Warp, WarpKind};
use crate::math;
use crate::scene::text::layout::{Row, Sheet};

/// Steps of the table of arc lengths of one wave.
const WAVE_STEPS: usize = 128;

/// Beyond this many half widths from the middle, bows stay as they are: what overshoots the box by more is an accent
/// wider than its whole text.
const MAX_OVERSHOOT: f64 = 1.25;

/// A bend made for one sheet.
pub(super) struct Bend {
    kind: WarpKind,
    /// -1 to 1.
    amount: f64,
    /// Half the sheet's width, mm, never 0.
    half_width: f64,
    /// Half the sheet's height, mm, never 0.
    half_height: f64,
    /// The tops of the first line's capitals, mm: the upper edge that is seen.
    head: f64,
    /// The last line's baseline, mm: the lower edge that is seen, but for a few descenders.
    foot: f64,
    /// Of the circle through the middle of the sheet, mm.
    radius: f64,
    wave: Option<Wave>,
    /// Added to every mapped point, so that the bent box is centred.
    shift: Vec2,
}

/// What a bend must know of the line that a point belongs to.
#[derive(Clone, Copy)]
pub(super) struct Track {
    /// Height on the flat sheet about which stiff things turn and, on a circle, at which distances stay as they
    /// are, mm.
    pub(super) pivot: f64,
}

impl Bend {
    /// A bend of `sheet`, or `None` where nothing would move.
    pub(super) fn new(warp: Warp, sheet: &Sheet) -> Option<Self> {
        let amount = (warp.amount / 100.0).clamp(-1.0, 1.0);
        if amount.abs() < 1e-6 {
            return None;
        }
        let (half_width, half_height) = ((sheet.width / 2.0).max(sheet.em * 0.05), (sheet.height / 2.0).max(1e-6));
        let turn = if warp.kind == WarpKind::Circle { TAU } else { PI };
        let wave = (warp.kind == WarpKind::Wave).then(|| Wave::new(amount, half_width, half_height));
        let radius = radius(sheet, amount.signum(), turn * amount.abs(), half_height);
        let head = sheet.rows.first().map_or(-half_height, |row| row.cap_top);
        let foot = sheet.rows.last().map_or(half_height, |row| row.baseline);
        Some(Self { kind: warp.kind, amount, half_width, half_height, head, foot, radius, wave, shift: Vec2::ZERO })
    }

    /// Moves the bend so that `bent_box`, the bounds of the bent sheet, is centred.
    pub(super) fn center(&mut self, bent_box: Rect) {
        self.shift -= bent_box.center().to_vec2();
    }

    /// The bounds of the whole circle for `circle`, which is centred by itself.
    pub(super) fn whole_circle(&self) -> Option<Rect> {
        let outer = self.radius + self.half_height;
        (self.kind == WarpKind::Circle).then(|| Rect::new(-outer, -outer, outer, outer))
    }

    /// What the bend must know of a line.
    pub(super) fn track(&self, row: &Row) -> Track {
        let pivot = if self.turns_letters() {
            inner_edge(row, self.amount.signum())
        } else {
            f64::midpoint(row.top, row.bottom)
        };
        Track { pivot }
    }

    /// Whether letters turn with the line, so that whole letters may be placed without bending their strokes.
    pub(super) fn turns_letters(&self) -> bool {
        matches!(self.kind, WarpKind::Arc | WarpKind::Circle)
    }

    /// Whether pictures in the line, such as emoji, turn with it.
    pub(super) fn turns_pictures(&self) -> bool {
        self.turns_letters() || self.kind == WarpKind::Wave
    }

    /// Where a point of the flat sheet lands.
    pub(super) fn map(&self, track: Track, point: Point) -> Point {
        let (x, y) = (point.x, point.y);
        // -1 at the left edge, 1 at the right edge.
        let across = (x / self.half_width).clamp(-MAX_OVERSHOOT, MAX_OVERSHOOT);
        let bow = 1.0 - across * across;
        let amount = self.amount;
        // Heights away from `still` grow by the bow.
        let swollen =
            |still: f64, amount: f64| Point::new(x, still + (y - still) * (1.0 + (swell(amount) - 1.0) * bow));
        let middle = f64::midpoint(self.head, self.foot);
        let bent = match self.kind {
            WarpKind::Arc | WarpKind::Circle => self.roll(track, point),
            WarpKind::Arch => swollen(self.foot, amount),
            WarpKind::Bridge => swollen(self.head, -amount),
            WarpKind::Rise => Point::new(x, y - amount * self.half_width / 2.0 * bow),
            WarpKind::Wave => self.wave.as_ref().map_or(point, |wave| wave.map(point)),
            WarpKind::Flag => Point::new(x, y - amount * self.half_width / 5.0 * math::sin_cos(PI * across).0),
            WarpKind::Bulge => swollen(middle, amount),
            WarpKind::Pinch => swollen(middle, -amount),
            WarpKind::Trapezoid => {
                let down = (y / self.half_height).clamp(-MAX_OVERSHOOT, MAX_OVERSHOOT);
                let narrow = (1.0 - amount.signum() * down) / 2.0;
                Point::new(x * (1.0 - 0.6 * amount.abs() * narrow), y)
            }
            WarpKind::Slant => Point::new(x, y - amount * x / 2.0),
        };
        bent + self.shift
    }

    /// Rolls a point onto the circle of its line: the top of the circle for positive amounts, the bottom for others.
    fn roll(&self, track: Track, point: Point) -> Point {
        let side = self.amount.signum();
        let line_radius = self.radius - side * track.pivot;
        let (sin, cos) = math::sin_cos(point.x / line_radius);
        let radius = self.radius - side * point.y;
        Point::new(radius * sin, -side * radius * cos)
    }

    /// How a small neighbourhood of `point` is moved: columns are where the steps right and down lead.
    pub(super) fn derivative(&self, track: Track, point: Point) -> (Vec2, Vec2) {
        let step = 1e-4 * self.half_height.min(self.half_width).max(1e-3);
        let along = |direction: Vec2| {
            (self.map(track, point + direction * step) - self.map(track, point - direction * step)) / (2.0 * step)
        };
        (along(Vec2::new(1.0, 0.0)), along(Vec2::new(0.0, 1.0)))
    }
}

/// Radius of the circle on which the widest line, each on its own radius, takes `angle`; large enough that no line
/// folds over the centre.
fn radius(sheet: &Sheet, side: f64, angle: f64, half_height: f64) -> f64 {
    let wanted = |row: &Row| (row.right - row.left) / angle + side * inner_edge(row, side);
    sheet.rows.iter().map(wanted).fold(half_height + sheet.em * 0.15, f64::max)
}

/// Where letters come closest to the centre: their feet outside, their heads inside. Letters that stand there at their
/// own distances never run into each other.
fn inner_edge(row: &Row, side: f64) -> f64 {
    if side > 0.0 { row.baseline } else { row.cap_top }
}

/// The factor of height in the middle: 2 at full strength, a half the other way round, so that nothing collapses.
fn swell(amount: f64) -> f64 {
    if amount >= 0.0 { 1.0 + amount } else { 1.0 / (1.0 - amount) }
}

/// One period of a wave that letters follow at their own distances.
struct Wave {
    /// Steepest slope, signed.
    slope: f64,
    /// Radians of the wave to a millimetre of its axis.
    frequency: f64,
    /// Length of the wave from its middle to each step of half a period.
    lengths: Vec<f64>,
}

impl Wave {
    fn new(amount: f64, half_width: f64, half_height: f64) -> Self {
        // Crests are kept rounder than half the sheet's height, or the inner edge would fold: with a slope `m` and a
        // period of about `2 half_width` the crest's radius is `half_width / (pi m)`.
        let steepest = (half_width / (PI * half_height * 1.15)).min(1.0);
        let slope = amount * steepest;
        let speed = |phase: f64| {
            let rise = slope * math::sin_cos(phase).1;
            (1.0 + rise * rise).sqrt()
        };
        let step = PI / WAVE_STEPS as f64;
        let mut lengths = vec![0.0];
        let mut length = 0.0;
        for index in 0..WAVE_STEPS {
            let phase = index as f64 * step;
            length += step / 6.0 * (speed(phase) + 4.0 * speed(phase + step / 2.0) + speed(phase + step));
            lengths.push(length);
        }
        let frequency = length / half_width;
        Self { slope, frequency, lengths: lengths.into_iter().map(|length| length / frequency).collect() }
    }

    /// The phase at `distance` along the wave from its middle.
    fn phase(&self, distance: f64) -> f64 {
        let half = self.lengths[WAVE_STEPS];
        let periods = (distance.abs() / (2.0 * half)).floor();
        let rest = distance.abs() - periods * 2.0 * half;
        // The second half of a period is as long as the first one and mirrors it.
        let (rest, mirrored) = if rest > half { (2.0 * half - rest, true) } else { (rest, false) };
        let upper = self.lengths.partition_point(|&length| length < rest).clamp(1, WAVE_STEPS);
        let (from, to) = (self.lengths[upper - 1], self.lengths[upper]);
        let step = PI / WAVE_STEPS as f64;
        let start = (upper - 1) as f64 * step;
        // Newton's method on the length within the step, whose integrand hardly changes there.
        let speed = |phase: f64| {
            let rise = self.slope * math::sin_cos(phase).1;
            (1.0 + rise * rise).sqrt()
        };
        let mut phase = start + step * (rest - from) / (to - from);
        for _ in 0..3 {
            let (a, b) = (start, phase);
            let length = (b - a) / 6.0 * (speed(a) + 4.0 * speed(f64::midpoint(a, b)) + speed(b)) / self.frequency;
            phase += (rest - from - length) * self.frequency / speed(phase);
        }
        let phase = if mirrored { TAU - phase } else { phase } + periods * TAU;
        phase * distance.signum()
    }

    fn map(&self, point: Point) -> Point {
        let phase = self.phase(point.x);
        let (sin, cos) = math::sin_cos(phase);
        let axis = Point::new(phase / self.frequency, -self.slope / self.frequency * sin);
        let along = Vec2::new(1.0, -self.slope * cos);
        let along = along / along.hypot();
        axis + Vec2::new(-along.y, along.x) * point.y
    }
}
