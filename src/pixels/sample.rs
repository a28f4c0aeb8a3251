//! Reading a picture between its pixels.

use crate::pixels::Pixmap;

/// Which pixels one result reads along one axis, and how much of each; the sum is 1.
#[derive(Debug, Clone)]
pub struct Taps {
    first: i64,
    weights: Vec<f32>,
}

impl Taps {
    /// Around `center` (in pixels; the first pixel's middle is 0.5), for results that lie `step` pixels apart.
    /// Cubic (Catmull-Rom) when magnifying, widened to the same share of each pixel when reducing.
    #[must_use]
    pub fn new(center: f64, step: f64) -> Self {
        let scale = step.max(1.0);
        let first = (center - 2.0 * scale).floor() as i64;
        let last = (center + 2.0 * scale).ceil() as i64;
        let mut weights: Vec<f32> =
            (first..last).map(|at| catmull_rom((at as f64 + 0.5 - center) / scale) as f32).collect();
        let sum: f32 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        Self { first, weights }
    }

    /// What they read from a row.
    fn sum(&self, row: &[[u8; 4]]) -> [f32; 4] {
        let mut sums = [0.0_f32; 4];
        let mut add = |pixel: &[u8; 4], weight: f32| {
            sums.iter_mut().zip(pixel).for_each(|(sum, byte)| *sum += f32::from(*byte) * weight);
        };
        let first = usize::try_from(self.first).unwrap_or(row.len());
        match row.get(first..first + self.weights.len()) {
            Some(pixels) => pixels.iter().zip(&self.weights).for_each(|(pixel, weight)| add(pixel, *weight)),
            None => self.inside(row.len() as u32).for_each(|(x, weight)| add(&row[x], weight)),
        }
        sums
    }

    /// Each tap's pixel, kept inside `0..size` by repeating the outermost, and its weight.
    fn inside(&self, size: u32) -> impl Iterator<Item = (usize, f32)> {
        let last = i64::from(size) - 1;
        (self.first..).map(move |at| at.clamp(0, last) as usize).zip(self.weights.iter().copied())
    }
}

/// The weight of a pixel at `distance` pixels (Catmull-Rom: interpolating, exact for straight ramps).
fn catmull_rom(distance: f64) -> f64 {
    let d = distance.abs();
    if d < 1.0 {
        (1.5 * d - 2.5) * d * d + 1.0
    } else if d < 2.0 {
        ((-0.5 * d + 2.5) * d - 4.0) * d + 2.0
    } else {
        0.0
    }
}

/// The premultiplied colour that `across` and `down` read from `pixels`, times `coverage` (0 to 1).
#[must_use]
pub fn filtered(pixels: &Pixmap, across: &Taps, down: &Taps, coverage: f32) -> [u8; 4] {
    let width = pixels.width() as usize;
    let mut sums = [0.0_f32; 4];
    for (y, row_weight) in down.inside(pixels.height()) {
        let row = pixels.data()[y * width * 4..(y + 1) * width * 4].as_chunks::<4>().0;
        let line = across.sum(row);
        sums.iter_mut().zip(line).for_each(|(sum, value)| *sum += value * row_weight);
    }
    premultiplied(sums, coverage)
}

/// The premultiplied colour at (`x`, `y`) of `pixels` (in pixels; the first pixel's middle is (0.5, 0.5)), cubic
/// (Catmull-Rom), times `coverage` (0 to 1).
#[must_use]
pub fn cubic(pixels: &Pixmap, x: f64, y: f64, coverage: f32) -> [u8; 4] {
    let (width, height) = (i64::from(pixels.width()), i64::from(pixels.height()));
    let (left, top) = ((x - 0.5).floor(), (y - 0.5).floor());
    let columns = cubic_weights((x - 0.5 - left) as f32);
    let rows = cubic_weights((y - 0.5 - top) as f32);
    let (left, top) = (left as i64 - 1, top as i64 - 1);
    let mut sums = [0.0_f32; 4];
    for (row, row_weight) in (top..).zip(rows) {
        let start = row.clamp(0, height - 1) * width;
        let mut across = [0.0_f32; 4];
        for (column, weight) in (left..).zip(columns) {
            let at = (start + column.clamp(0, width - 1)) as usize * 4;
            for (sum, byte) in across.iter_mut().zip(&pixels.data()[at..at + 4]) {
                *sum += f32::from(*byte) * weight;
            }
        }
        for (sum, value) in sums.iter_mut().zip(across) {
            *sum += value * row_weight;
        }
    }
    premultiplied(sums, coverage)
}

/// Catmull-Rom weights of the four pixels around a point that lies `t` (0 to 1) after the second.
fn cubic_weights(t: f32) -> [f32; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2]
}

/// Rounds, and cuts the overshoot that cubic weights make beside sharp edges.
fn premultiplied(sums: [f32; 4], coverage: f32) -> [u8; 4] {
    let alpha = sums[3].clamp(0.0, 255.0);
    let [r, g, b, _] = sums.map(|sum| (sum.clamp(0.0, alpha) * coverage + 0.5) as u8);
    [r, g, b, (alpha * coverage + 0.5) as u8]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp() -> Pixmap {
        let data = (0..64_u8).flat_map(|index| [index % 8 * 20, index / 8 * 30, 0, 255]).collect();
        Pixmap::from_premultiplied(8, 8, data).unwrap()
    }

    #[test]
    fn a_pixels_middle_reads_that_pixel() {
        for y in 0..8 {
            for x in 0..8 {
                let (across, down) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
                let expected = ramp().pixel(x, y).unwrap();
                assert_eq!(cubic(&ramp(), across, down, 1.0), expected);
                assert_eq!(filtered(&ramp(), &Taps::new(across, 1.0), &Taps::new(down, 1.0), 1.0), expected);
            }
        }
    }

    #[test]
    fn a_straight_ramp_stays_straight_between_pixels() {
        assert_eq!(cubic(&ramp(), 4.0, 4.25, 1.0), [70, 113, 0, 255]);
    }

    #[test]
    fn reading_many_pixels_gives_their_mean() {
        let taps = Taps::new(4.0, 4.0);
        let [r, g, _, a] = filtered(&ramp(), &taps, &taps, 1.0);
        assert!(r.abs_diff(70) <= 1 && g.abs_diff(105) <= 1 && a == 255, "{r} {g} {a}");
    }

    #[test]
    fn half_coverage_halves_the_color() {
        assert_eq!(cubic(&ramp(), 4.5, 0.5, 0.5), [40, 0, 0, 128]);
    }
}
