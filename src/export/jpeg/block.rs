//! Samples to quantised coefficients, eight by eight.

use fearless_simd::{Simd, SimdBase, SimdInto, SimdMask, i32x8, u8x16};

use super::tables::{Divisors, SIDE};

/// A block's quantised coefficients.
pub(super) struct Block {
    pub(super) values: [[i32; SIDE]; SIDE],
    /// One bit for each coefficient, row by row: whether it is not zero.
    pub(super) full: u64,
}

impl Block {
    /// Transforms the square of `samples` at (`left`, `top`); a row has `stride` samples.
    #[inline(always)]
    pub(super) fn of<S: Simd>(
        simd: S,
        (samples, stride): (&[u8], usize),
        (left, top): (usize, usize),
        divisors: &Divisors,
    ) -> Self {
        let mut square = [0; SIDE * SIDE];
        for (y, row) in square.chunks_exact_mut(SIDE).enumerate() {
            let start = (top + y) * stride + left;
            row.copy_from_slice(&samples[start..start + SIDE]);
        }
        turn(simd, &mut square);
        let mut rows = [i32x8::splat(simd, 0); SIDE];
        for (row, samples) in rows.iter_mut().zip(square.as_chunks::<SIDE>().0) {
            let mut values = [0; SIDE];
            for (value, sample) in values.iter_mut().zip(samples) {
                *value = i32::from(*sample) - 128;
            }
            *row = values.simd_into(simd);
        }
        // along the rows, whose samples are now of one column each, then along the columns
        transform(&mut rows, Pass::First);
        turn_wide(&mut rows);
        transform(&mut rows, Pass::Second);
        Self::quantised(simd, &rows, divisors)
    }

    #[inline(always)]
    fn quantised<S: Simd>(simd: S, rows: &[i32x8<S>; SIDE], divisors: &Divisors) -> Self {
        let mut block = Self { values: [[0; SIDE]; SIDE], full: 0 };
        for (y, row) in rows.iter().enumerate() {
            let reciprocal: i32x8<S> = divisors.reciprocals[y].simd_into(simd);
            let correction: i32x8<S> = divisors.corrections[y].simd_into(simd);
            let sign = *row >> 31;
            let size = (*row ^ sign) - sign;
            let size = ((size + correction) * reciprocal) >> Divisors::SHIFT;
            block.full |= (!size.simd_eq(0).to_bitmask() & 0xff) << (SIDE * y);
            block.values[y] = ((size ^ sign) - sign).into();
        }
        block
    }
}

/// Rows become columns: three perfect shuffles.
#[inline(always)]
fn turn<S: Simd>(simd: S, square: &mut [u8; SIDE * SIDE]) {
    let [mut a, mut b, mut c, mut d] = [0, 16, 32, 48].map(|start| u8x16::from_slice(simd, &square[start..start + 16]));
    for _ in 0..3 {
        (a, b, c, d) = (a.zip_low(c), a.zip_high(c), b.zip_low(d), b.zip_high(d));
    }
    for (turned, target) in [a, b, c, d].iter().zip(square.chunks_exact_mut(16)) {
        turned.store_slice(target);
    }
}

/// As `turn`.
#[inline(always)]
fn turn_wide<S: Simd>(rows: &mut [i32x8<S>; SIDE]) {
    for _ in 0..3 {
        let (a, b) = rows[0].interleave(rows[4]);
        let (c, d) = rows[1].interleave(rows[5]);
        let (e, f) = rows[2].interleave(rows[6]);
        let (g, h) = rows[3].interleave(rows[7]);
        *rows = [a, b, c, d, e, f, g, h];
    }
}

/// A pass of the transform: the first leaves two bits more for the second.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pass {
    First,
    Second,
}

/// Eight cosine transforms beside each other, with the constants and the rounding of libjpeg's accurate one: Loeffler,
/// Ligtenberg and Moschytz, "Practical fast 1-D DCT algorithms with 11 multiplications" (1989), in 8192ths.
#[inline(always)]
fn transform<S: Simd>(d: &mut [i32x8<S>; SIDE], pass: Pass) {
    const BITS: u32 = 13;
    const MORE: u32 = 2;
    let bits = if pass == Pass::First { BITS - MORE } else { BITS + MORE };
    let scaled = |value: i32x8<S>| (value + (1 << (bits - 1))) >> bits;
    let plain = |value: i32x8<S>| {
        if pass == Pass::First { value << MORE } else { (value + (1 << (MORE - 1))) >> MORE }
    };
    let [s0, s1, s2, s3] = [d[0] + d[7], d[1] + d[6], d[2] + d[5], d[3] + d[4]];
    let [t4, t5, t6, t7] = [d[3] - d[4], d[2] - d[5], d[1] - d[6], d[0] - d[7]];
    let (e0, e1, e2, e3) = (s0 + s3, s1 + s2, s1 - s2, s0 - s3);
    d[0] = plain(e0 + e1);
    d[4] = plain(e0 - e1);
    let z = (e2 + e3) * 4433;
    d[2] = scaled(z + e3 * 6270);
    d[6] = scaled(z - e2 * 15137);
    let z5 = (t4 + t6 + t5 + t7) * 9633;
    let (z1, z2) = ((t4 + t7) * 7373, (t5 + t6) * 20995);
    let (z3, z4) = (z5 - (t4 + t6) * 16069, z5 - (t5 + t7) * 3196);
    d[1] = scaled(t7 * 12299 - z1 + z4);
    d[3] = scaled(t6 * 25172 - z2 + z3);
    d[5] = scaled(t5 * 16819 - z2 + z4);
    d[7] = scaled(t4 * 2446 - z1 + z3);
}
