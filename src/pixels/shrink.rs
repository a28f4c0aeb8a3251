//! Box filter by a whole factor: each result is the mean of a square of pixels.

use fearless_simd::{Level, dispatch};

/// Gathers rows of premultiplied pixels and gives one row of means for every `factor` of them.
///
/// A square that reaches beyond the right edge, or beyond the last row, counts what is missing as transparent: the
/// result covers the same place as the pixels it stands for, and fades where they end.
#[derive(Debug)]
pub struct Shrinker {
    factor: usize,
    /// One sum for each byte of a row.
    sums: Vec<u16>,
}

impl Shrinker {
    /// For rows of `width` pixels, `factor` from 1 to [`MAX_FACTOR`].
    #[must_use]
    pub fn new(width: u32, factor: u32) -> Self {
        let factor = factor.clamp(1, MAX_FACTOR) as usize;
        Self { factor, sums: vec![0; width as usize * 4] }
    }

    /// The mean of the squares in `rows` (at most `factor` whole rows) goes to `target`, one row of
    /// `width / factor` pixels, rounded up.
    pub fn shrink(&mut self, rows: &[u8], target: &mut [u8]) {
        dispatch!(Level::new(), _ => shrink(rows, self.factor, &mut self.sums, target));
    }
}

/// The largest factor: the sums of so many bytes still fit into sixteen bits.
pub const MAX_FACTOR: u32 = 257;

#[inline(always)]
fn shrink(rows: &[u8], factor: usize, sums: &mut [u16], target: &mut [u8]) {
    sums.fill(0);
    for row in rows.chunks_exact(sums.len()) {
        for (sum, byte) in sums.iter_mut().zip(row) {
            *sum += u16::from(*byte);
        }
    }
    match factor {
        2 => means::<2>(sums, target),
        3 => means::<3>(sums, target),
        4 => means::<4>(sums, target),
        6 => means::<6>(sums, target),
        factor => means_of(sums, target, factor),
    }
}

/// Sums of columns to means of squares; the factor is known to the compiler, which unrolls it.
#[inline(always)]
fn means<const FACTOR: usize>(sums: &[u16], target: &mut [u8]) {
    means_of(sums, target, FACTOR);
}

#[inline(always)]
fn means_of(sums: &[u16], target: &mut [u8], factor: usize) {
    let area = (factor * factor) as u32;
    for (square, mean) in sums.chunks(factor * 4).zip(target.as_chunks_mut::<4>().0) {
        let mut totals = [area / 2; 4];
        for pixel in square.as_chunks::<4>().0 {
            for (total, value) in totals.iter_mut().zip(pixel) {
                *total += u32::from(*value);
            }
        }
        *mean = totals.map(|total| (total / area) as u8);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_result_is_the_rounded_mean_of_its_square(
            width in 1..23_usize,
            factor in 1..8_usize,
            bytes in prop::collection::vec(any::<u8>(), 23 * 8 * 4),
        ) {
            let rows = &bytes[..width * factor * 4];
            let mut target = vec![0; width.div_ceil(factor) * 4];
            Shrinker::new(width as u32, factor as u32).shrink(rows, &mut target);
            for (index, mean) in target.iter().enumerate() {
                let (column, channel) = (index / 4, index % 4);
                let mut total = 0.0;
                for y in 0..factor {
                    for x in column * factor..((column + 1) * factor).min(width) {
                        total += f64::from(rows[(y * width + x) * 4 + channel]);
                    }
                }
                let area = (factor * factor) as f64;
                prop_assert_eq!(*mean, ((total + (factor * factor / 2) as f64) / area).floor() as u8);
            }
        }
    }
}
