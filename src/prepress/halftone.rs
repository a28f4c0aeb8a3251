//! Halftones: tones as dots of one ink, for film or direct exposure.
//!
//! A screen is one square tile of thresholds that repeats without a seam. Its dots stand on a lattice whose ruling and
//! angle are the nearest that fit into a tile (rational tangents), and its thresholds are made by ranking all pixels of
//! the tile by the shape of the dot, so that every tone covers exactly its share, whatever the shape and the angle.

mod film;
#[cfg(test)]
mod tests;

pub use crate::prepress::halftone::film::{Film, FilmRows};

use crate::math;
use crate::units::Dpi;

/// Rulings, lines to the inch.
pub const LPI: std::ops::RangeInclusive<f64> = 10.0..=150.0;
/// Resolutions of films, dots to the inch. Below 600 there are too few tones.
pub const FILM_DPI: std::ops::RangeInclusive<f64> = 600.0..=2880.0;
/// The gain of an ordinary press, percent at the half tone: artwork is blended for it, so that only what a press adds beyond
/// is corrected.
pub const USUAL_GAIN: f64 = 25.0;
/// Dot gains beyond the usual, percent at the half tone.
pub const GAIN: std::ops::RangeInclusive<f64> = 0.0..=45.0;

/// Longest side of a tile, pixels.
const MOST_TILE: u32 = 640;

/// The shape of dots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DotShape {
    /// Round in the lights, round holes in the darks.
    Round,
    /// As round ones but longer, so that they touch in two steps and tones do not jump.
    #[default]
    Ellipse,
    /// Squares on their corners that touch at the half tone.
    Diamond,
    /// Squares along the screen.
    Square,
    /// Lines along the screen.
    Line,
}

impl DotShape {
    /// Every shape with its name.
    pub const ALL: [(Self, &'static str); 5] = [
        (Self::Round, "round"),
        (Self::Ellipse, "ellipse"),
        (Self::Diamond, "diamond"),
        (Self::Square, "square"),
        (Self::Line, "line"),
    ];

    /// The shape of this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(shape, _)| *shape)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(shape, _)| *shape == self).map_or("", |(_, name)| name)
    }

    /// How early a place of the cell (both -0.5 to 0.5 from its middle) darkens: the least first.
    fn order(self, u: f64, v: f64) -> f64 {
        let wave = |t: f64| math::sin_cos(std::f64::consts::TAU * (t + 0.25)).0;
        match self {
            Self::Round => -(wave(u) + wave(v)),
            Self::Ellipse => -(0.85 * wave(u) + 1.15 * wave(v)),
            Self::Diamond => u.abs() + v.abs(),
            Self::Square => u.abs().max(v.abs()),
            Self::Line => v.abs(),
        }
    }
}

/// How tones become dots.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Screen {
    /// Lines of dots to the inch, in [`LPI`]. Default: 45.
    pub lpi: f64,
    /// Degrees by which lines of dots turn clockwise. Default: 22.5, which beats least with cloth.
    pub angle: f64,
    /// The shape of dots. Default: ellipse.
    pub shape: DotShape,
    /// What the press adds to a half tone, percent, in [`GAIN`]: tones are made so much lighter. Default: 0, as artwork is
    /// blended for a press of ordinary gain.
    pub gain: f64,
    /// The smallest dots that hold, percent: lighter tones get these, or none below half of it. Default: 3.
    pub min_dot: f64,
    /// The largest dots that stay open, percent: darker tones get these, or are full. Default: 97.
    pub max_dot: f64,
}

impl Default for Screen {
    fn default() -> Self {
        Self { lpi: 45.0, angle: 22.5, shape: DotShape::default(), gain: 0.0, min_dot: 3.0, max_dot: 97.0 }
    }
}

impl Screen {
    /// What each tone, 0 to 255, becomes: corrected for the gain, and kept within the dots that hold.
    #[must_use]
    pub fn curve(&self) -> [u8; 256] {
        let (least, most) = (self.min_dot / 100.0, self.max_dot / 100.0);
        std::array::from_fn(|tone| {
            let wanted = tone as f64 / 255.0;
            let dot = without_gain(wanted, self.gain / 100.0);
            let held = if tone == 0 || dot < least / 2.0 {
                0.0
            } else if dot < least {
                least
            } else if tone == 255 || dot > f64::midpoint(most, 1.0) {
                1.0
            } else {
                dot.min(most)
            };
            (held * 255.0).round() as u8
        })
    }

    /// The tile of this screen at a resolution.
    #[must_use]
    pub fn tile(&self, dpi: Dpi) -> Tile {
        Tile::new(self, dpi)
    }
}

/// The dot that a press of gain `gain` prints as `wanted`: gain is a parabola, highest at the half tone.
fn without_gain(wanted: f64, gain: f64) -> f64 {
    let slope = 4.0 * gain;
    if slope <= 0.0 {
        return wanted;
    }
    // wanted = dot + slope * dot * (1 - dot)
    let b = 1.0 + slope;
    (b - (b * b - 4.0 * slope * wanted).sqrt()) / (2.0 * slope)
}

/// The thresholds of a screen: a square that repeats.
#[derive(Debug, Clone)]
pub struct Tile {
    side: usize,
    /// A tone prints where it is at least this, 1 to 255.
    thresholds: Vec<u8>,
    /// Lines to the inch, as near as the tile comes.
    pub lpi: f64,
    /// Degrees, as near as the tile comes.
    pub angle: f64,
}

impl Tile {
    fn new(screen: &Screen, dpi: Dpi) -> Self {
        let (across, down, side) = lattice(screen, dpi);
        let cells = f64::from(across * across + down * down);
        let side = side as usize;
        let mut places: Vec<(f64, u32)> = Vec::with_capacity(side * side);
        let (p, q, length) = (f64::from(across), f64::from(down), side as f64);
        for y in 0..side {
            for x in 0..side {
                let (x_mid, y_mid) = ((x as f64 + 0.5) / length, (y as f64 + 0.5) / length);
                let (u, v) = (p * x_mid + q * y_mid, p * y_mid - q * x_mid);
                let (in_u, in_v) = (u - u.floor() - 0.5, v - v.floor() - 0.5);
                // Cells take their turns in a scattered order, so that equal dots do not all grow at once.
                let turn = scattered(u.floor() as i64, v.floor() as i64);
                places.push((screen.shape.order(in_u, in_v) + turn * 1e-6, (y * side + x) as u32));
            }
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let mut thresholds = vec![0_u8; side * side];
        let count = places.len() as u64;
        for (rank, (_, place)) in (0_u64..).zip(&places) {
            // The tone `t` covers the first `t / 255` of them, rounded.
            thresholds[*place as usize] = ((2 * rank + 1) * 255).div_ceil(2 * count) as u8;
        }
        let angle = math::atan2(q, p).to_degrees();
        // Each row goes on for eight more, so that eight can be read from anywhere.
        let long = thresholds.chunks_exact(side).flat_map(|row| (0..side + 8).map(|x| row[x % side]));
        let thresholds = long.collect();
        Self { side, thresholds, lpi: dpi.get() * cells.sqrt() / length, angle }
    }

    /// The thresholds of a row, which repeat to the right; the first eight once more at the end.
    #[must_use]
    pub fn row(&self, y: usize) -> &[u8] {
        let stride = self.side + 8;
        &self.thresholds[y % self.side * stride..][..stride]
    }

    /// Pixels after which it repeats.
    #[must_use]
    pub const fn side(&self) -> usize {
        self.side
    }
}

/// Steps across (to the left if negative) and down from one corner of the tile to the next in cells, and its side in pixels:
/// those that come nearest to the ruling and the angle.
fn lattice(screen: &Screen, dpi: Dpi) -> (i32, i32, u32) {
    let cell = dpi.get() / screen.lpi;
    let turn = screen.angle.rem_euclid(180.0);
    let mut best = (f64::MAX, (1, 0, cell.round().max(1.0) as u32));
    for down in 0..=48_i32 {
        for across in (0..=48_i32).chain(-48..0) {
            let cells = f64::from(across * across + down * down).sqrt();
            let side = (cell * cells).round();
            if cells == 0.0 || side < 1.0 || side > f64::from(MOST_TILE) {
                continue;
            }
            let angle = math::atan2(f64::from(down), f64::from(across)).to_degrees().rem_euclid(180.0);
            let off_angle = (angle - turn).abs().min(180.0 - (angle - turn).abs());
            let off_ruling = (side / cells / cell - 1.0).abs() * 100.0;
            let score = off_angle * 10.0 + off_ruling * 10.0 + side / f64::from(MOST_TILE) * 0.2;
            if score < best.0 {
                best = (score, (across, down, side as u32));
            }
        }
    }
    best.1
}

/// A number from 0 to 1 for a cell, different for neighbours.
fn scattered(u: i64, v: i64) -> f64 {
    let mixed = (u.wrapping_mul(0x9e37_79b9) ^ v.wrapping_mul(0x85eb_ca6b)).cast_unsigned().wrapping_mul(0xc2b2_ae35);
    ((mixed >> 16) & 0xffff) as f64 / 65536.0
}
