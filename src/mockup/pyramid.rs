//! An artwork at its own and at halved resolutions, sampled so that a square of any size gets about its mean.

use std::borrow::Cow;

use crate::artwork::Artwork;
use crate::pixels::Pixmap;

/// Premultiplied encoded texels of an artwork, each level half the size of the one before.
pub(super) struct Pyramid<'a> {
    levels: Vec<Level<'a>>,
}

/// One resolution.
struct Level<'a> {
    width: i32,
    height: i32,
    texels: Cow<'a, [[u8; 4]]>,
    /// Texels of this level for one of the artwork.
    scale: f32,
}

/// A premultiplied encoded value, 0 to 255.
pub(super) type Texel = [f32; 4];

impl<'a> Pyramid<'a> {
    /// The levels that squares of up to `footprint` artwork pixels need.
    pub(super) fn new(artwork: &'a Artwork, footprint: f32) -> Self {
        let pixels: &Pixmap = &artwork.pixels;
        let first = Level {
            width: pixels.width().cast_signed(),
            height: pixels.height().cast_signed(),
            texels: Cow::Borrowed(pixels.data().as_chunks::<4>().0),
            scale: 1.0,
        };
        let mut levels = vec![first];
        // level n answers for squares of up to sqrt(3) * 2^n artwork pixels
        while let Some(last) = levels.last() {
            if last.width.max(last.height) <= 1 || footprint * last.scale <= SQRT_3 {
                break;
            }
            levels.push(last.halved());
        }
        Self { levels }
    }

    /// About the mean over a square of `footprint` artwork pixels around `(x, y)`; transparent outside the artwork.
    ///
    /// Texels of level n are means over squares of side 2^n, and one look-up blends four with a tent. Seen as variance
    /// that blurs like a square of side sqrt(3) * 2^n; four look-ups half a texel apart blur like one of sqrt(6) * 2^n
    /// and erase the finest pattern that the level can hold. Sizes between take a mixture.
    #[inline(always)]
    pub(super) fn sample(&self, x: f32, y: f32, footprint: f32) -> Texel {
        let third = footprint * footprint * (1.0 / 3.0);
        if third <= 1.0 {
            return self.levels[0].sample(x, y);
        }
        self.minified(x, y, footprint, third)
    }

    /// As `sample` where several texels fall on the square. `third` is a third of its area.
    #[inline(never)]
    fn minified(&self, x: f32, y: f32, footprint: f32, third: f32) -> Texel {
        // floor of the logarithm to the base 4, from the float's exponent
        let level = ((third.to_bits() >> 23) as usize - 127) / 2;
        let Some(coarse) = self.levels.get(level + 1) else {
            return self.levels[self.levels.len() - 1].sample(x, y);
        };
        let fine = &self.levels[level];
        let size = footprint * fine.scale;
        let four = fine.four(x, y);
        if size < FULL {
            let part = (size - SQRT_3) * (1.0 / (FULL - SQRT_3));
            mix(fine.sample(x, y), four, part)
        } else if size > SQRT_6 {
            mix(four, coarse.sample(x, y), (size - SQRT_6) * (1.0 / (2.0 * SQRT_3 - SQRT_6)))
        } else {
            four
        }
    }
}

const SQRT_3: f32 = 1.732_050_8;
const SQRT_6: f32 = 2.449_489_7;
/// Size in texels from which single look-ups would let the finest pattern through.
const FULL: f32 = 2.0;

#[inline(always)]
fn mix(a: Texel, b: Texel, part: f32) -> Texel {
    std::array::from_fn(|k| a[k] + (b[k] - a[k]) * part)
}

impl Level<'_> {
    /// The mean of four look-ups half a texel away in each direction.
    fn four(&self, x: f32, y: f32) -> Texel {
        let half = 0.5 / self.scale;
        let (a, b) = (self.sample(x - half, y - half), self.sample(x + half, y - half));
        let (c, d) = (self.sample(x - half, y + half), self.sample(x + half, y + half));
        std::array::from_fn(|k| (a[k] + b[k] + c[k] + d[k]) * 0.25)
    }

    /// Blends the four texels around `(x, y)`, in pixels of the artwork.
    #[inline(always)]
    fn sample(&self, x: f32, y: f32) -> Texel {
        let (x, y) = (x * self.scale + 0.5, y * self.scale + 0.5);
        if !(x > 0.0 && y > 0.0) {
            return [0.0; 4];
        }
        // one more than the texel's column and row, so that the conversion rounds down
        let (column, row) = (x as i32, y as i32);
        let (fx, fy) = (x - column as f32, y - row as f32);
        let texels = if column >= 1 && row >= 1 && column < self.width && row < self.height {
            let start = (row - 1) as usize * self.width as usize + (column - 1) as usize;
            let below = start + self.width as usize;
            [self.texels[start], self.texels[start + 1], self.texels[below], self.texels[below + 1]]
                .map(u32::from_le_bytes)
        } else {
            self.at_edge(column, row)
        };
        // flat colours and empty corners are most of a design
        if texels[1..].iter().all(|texel| *texel == texels[0]) {
            return texels[0].to_le_bytes().map(f32::from);
        }
        blend(texels, fx, fy)
    }

    /// The four texels above and left of a place near the edge.
    #[cold]
    #[inline(never)]
    fn at_edge(&self, column: i32, row: i32) -> [u32; 4] {
        [(-1, -1), (0, -1), (-1, 0), (0, 0)].map(|(dx, dy)| u32::from_le_bytes(self.texel(column + dx, row + dy)))
    }

    /// One texel; transparent outside.
    fn texel(&self, column: i32, row: i32) -> [u8; 4] {
        let inside = (0..self.width).contains(&column) && (0..self.height).contains(&row);
        if inside { self.texels[row as usize * self.width as usize + column as usize] } else { [0; 4] }
    }

    /// The next level: means of two by two texels, the missing ones at odd edges transparent.
    fn halved(&self) -> Level<'static> {
        let (width, height) = ((self.width + 1) / 2, (self.height + 1) / 2);
        let stride = self.width as usize;
        let mut texels = vec![[0_u8; 4]; width as usize * height as usize];
        for (y, line) in texels.chunks_exact_mut(width as usize).enumerate() {
            let top = &self.texels[2 * y * stride..(2 * y + 1) * stride];
            if 2 * y + 1 < self.height as usize {
                let bottom = &self.texels[(2 * y + 1) * stride..(2 * y + 2) * stride];
                let pairs = top.as_chunks::<2>().0.iter().zip(bottom.as_chunks::<2>().0);
                for (out, (a, b)) in line.iter_mut().zip(pairs) {
                    *out = mean([a[0], a[1], b[0], b[1]]);
                }
                if stride % 2 == 1 {
                    line[stride / 2] = mean([top[stride - 1], [0; 4], bottom[stride - 1], [0; 4]]);
                }
            } else {
                for (x, out) in line.iter_mut().enumerate() {
                    let right = top.get(2 * x + 1).copied().unwrap_or_default();
                    *out = mean([top[2 * x], right, [0; 4], [0; 4]]);
                }
            }
        }
        Level { width, height, texels: Cow::Owned(texels), scale: self.scale / 2.0 }
    }
}

/// The rounded mean of four texels.
#[inline(always)]
fn mean(texels: [[u8; 4]; 4]) -> [u8; 4] {
    std::array::from_fn(|k| {
        let sum: u16 = texels.iter().map(|texel| u16::from(texel[k])).sum();
        ((sum + 2) >> 2) as u8
    })
}

/// Blends two by two texels by the place between them, two channels to a word with 16 bits of weight.
#[inline(always)]
fn blend(texels: [u32; 4], fx: f32, fy: f32) -> Texel {
    let both = fx * fy;
    let [w10, w01, w11] = [fx - both, fy - both, both].map(|weight| (weight * 65536.0) as i32 as u64);
    let weights = [65536 - w10 - w01 - w11, w10, w01, w11];
    let (mut even, mut odd) = (0_u64, 0_u64);
    for (texel, weight) in texels.into_iter().zip(weights) {
        let texel = u64::from(texel);
        even += (texel & 0xff | (texel & 0x00ff_0000) << 16) * weight;
        odd += (texel >> 8 & 0xff | (texel & 0xff00_0000) << 8) * weight;
    }
    [even as u32, odd as u32, (even >> 32) as u32, (odd >> 32) as u32]
        .map(|sum| sum.cast_signed() as f32 * (1.0 / 65536.0))
}
