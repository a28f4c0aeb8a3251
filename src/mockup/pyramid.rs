//! An artwork at its own and at halved resolutions, sampled so that a square of any size gets about its mean.

use std::borrow::Cow;
use std::sync::OnceLock;

use fearless_simd::{Level as Width, dispatch};

use crate::artwork::Artwork;
use crate::mockup::plate::BLOCK_PX;
use crate::pixels::Pixmap;

/// Premultiplied encoded texels of an artwork, each level half the size of the one before.
pub(super) struct Pyramid<'a> {
    full: Level<'a>,
    /// The others, made when they are first read.
    smaller: Vec<OnceLock<Level<'static>>>,
}

/// One resolution.
struct Level<'a> {
    width: i32,
    height: i32,
    texels: Cow<'a, [[u8; 4]]>,
    /// Texels of this level for one of the artwork.
    scale: f32,
}

/// The texels of one resolution, borrowed for a loop.
#[derive(Clone, Copy)]
pub(super) struct View<'a> {
    width: i32,
    height: i32,
    texels: &'a [[u8; 4]],
}

/// A premultiplied encoded value, 0 to 255.
pub(super) type Texel = [f32; 4];

impl<'a> Pyramid<'a> {
    pub(super) fn new(artwork: &'a Artwork) -> Self {
        let pixels: &Pixmap = &artwork.pixels;
        let full = Level {
            width: pixels.width().cast_signed(),
            height: pixels.height().cast_signed(),
            texels: Cow::Borrowed(pixels.data().as_chunks::<4>().0),
            scale: 1.0,
        };
        // halved, rounding up, until one texel is left
        let n_smaller = pixels.width().max(pixels.height()).max(1).next_power_of_two().ilog2();
        Self { full, smaller: (0..n_smaller).map(|_| OnceLock::new()).collect() }
    }

    /// A level, or the last.
    fn level(&self, number: usize) -> &Level<'_> {
        match number.min(self.smaller.len()) {
            0 => &self.full,
            number => self.smaller[number - 1].get_or_init(|| self.level(number - 1).halved()),
        }
    }

    /// Whether squares of up to `footprint` artwork pixels take one look-up at full size.
    pub(super) fn is_single(&self, footprint: f32) -> bool {
        footprint * footprint * (1.0 / 3.0) <= 1.0
    }

    /// The artwork itself.
    pub(super) fn full_size(&self) -> View<'_> {
        self.full.view()
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
            return self.full.sample(x, y);
        }
        self.minified(x, y, footprint, third)
    }

    /// As `sample` where several texels fall on the square. `third` is a third of its area.
    #[inline(never)]
    fn minified(&self, x: f32, y: f32, footprint: f32, third: f32) -> Texel {
        // floor of the logarithm to the base 4, from the float's exponent
        let level = ((third.to_bits() >> 23) as usize - 127) / 2;
        let fine = self.level(level);
        if level >= self.smaller.len() {
            return fine.sample(x, y);
        }
        let size = footprint * fine.scale;
        let four = fine.four(x, y);
        if size < FULL {
            let part = (size - SQRT_3) * (1.0 / (FULL - SQRT_3));
            mix(fine.sample(x, y), four, part)
        } else if size > SQRT_6 {
            mix(four, self.level(level + 1).sample(x, y), (size - SQRT_6) * (1.0 / (2.0 * SQRT_3 - SQRT_6)))
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
        let view = self.view();
        let place = Lookup::new(view.limit(), x * self.scale, y * self.scale);
        let sums = blend(view.around(place.column, place.row), weights(place.rest));
        sums.map(|sum| sum as f32 * (255.0 / OPAQUE as f32))
    }

    #[inline(always)]
    fn view(&self) -> View<'_> {
        View { width: self.width, height: self.height, texels: &self.texels }
    }

    /// The next level: means of two by two texels, the missing ones at odd edges transparent.
    fn halved(&self) -> Level<'static> {
        let (width, height) = ((self.width + 1) / 2, (self.height + 1) / 2);
        let stride = self.width as usize;
        let mut texels = vec![[0_u8; 4]; width as usize * height as usize];
        let simd = Width::new();
        for (line, rows) in texels.chunks_exact_mut(width as usize).zip(self.texels.chunks(2 * stride)) {
            let (top, bottom) = rows.split_at(stride);
            if bottom.is_empty() {
                halve(top, &vec![[0; 4]; stride], line);
            } else {
                dispatch!(simd, _ => halve(top, bottom, line));
            }
        }
        Level { width, height, texels: Cow::Owned(texels), scale: self.scale / 2.0 }
    }
}

impl View<'_> {
    /// The texels around the places of the pixels that `wanted` has a bit for.
    #[inline(always)]
    pub(super) fn around_all(self, lookups: &Lookups, wanted: u32) -> Around {
        let mut around = Around([[0; BLOCK_PX]; 4]);
        let [a, b, c, d] = &mut around.0;
        let mut outside = 0;
        for (column, row) in lookups.column.iter().zip(&lookups.row) {
            // negative if one of them is
            outside |= (column - 1) | (row - 1) | (self.width - 1 - column) | (self.height - 1 - row);
        }
        if outside >= 0 && wanted == u32::MAX {
            for x in 0..BLOCK_PX {
                [a[x], b[x], c[x], d[x]] = self.inside(lookups.column[x], lookups.row[x]);
            }
        } else {
            for x in (0..BLOCK_PX).filter(|x| wanted >> x & 1 == 1) {
                [a[x], b[x], c[x], d[x]] = self.around(lookups.column[x], lookups.row[x]);
            }
        }
        around
    }

    /// The farthest place of which something is seen, in texels.
    fn limit(self) -> [f32; 2] {
        [(self.width + 1) as f32, (self.height + 1) as f32]
    }

    /// The four texels around a place whose column and row are counted from 1.
    #[inline(always)]
    fn around(self, column: i32, row: i32) -> [u32; 4] {
        let inside = column >= 1 && row >= 1 && column < self.width && row < self.height;
        if !inside {
            return self.at_edge(column, row);
        }
        self.inside(column, row)
    }

    /// As `around`, where all four are texels of the artwork.
    #[inline(always)]
    fn inside(self, column: i32, row: i32) -> [u32; 4] {
        let start = (row - 1) as usize * self.width as usize + (column - 1) as usize;
        let texels = &self.texels[start..];
        let (above, below) = (&texels[..2], &texels[self.width as usize..][..2]);
        [above[0], above[1], below[0], below[1]].map(u32::from_le_bytes)
    }

    /// As `around`, near the edge.
    #[cold]
    #[inline(never)]
    fn at_edge(self, column: i32, row: i32) -> [u32; 4] {
        let places = [(column - 1, row - 1), (column, row - 1), (column - 1, row), (column, row)];
        places.map(|(column, row)| u32::from_le_bytes(self.texel(column, row)))
    }

    /// One texel; transparent outside.
    fn texel(self, column: i32, row: i32) -> [u8; 4] {
        let inside = (0..self.width).contains(&column) && (0..self.height).contains(&row);
        if inside { self.texels[row as usize * self.width as usize + column as usize] } else { [0; 4] }
    }
}

/// Means of two by two texels of two rows, the missing ones at an odd edge transparent.
#[inline(always)]
fn halve(top: &[[u8; 4]], bottom: &[[u8; 4]], means: &mut [[u8; 4]]) {
    let (tops, last_top) = top.as_chunks::<2>();
    let (bottoms, last_bottom) = bottom.as_chunks::<2>();
    for (out, (a, b)) in means.iter_mut().zip(tops.iter().zip(bottoms)) {
        *out = mean([a[0], a[1], b[0], b[1]]);
    }
    if let ([above], [below], Some(out)) = (last_top, last_bottom, means.last_mut()) {
        *out = mean([*above, [0; 4], *below, [0; 4]]);
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

/// Sums of weights are this power of two.
const WEIGHT_BITS: u32 = 14;
/// What a look-up of opaque texels sums up to.
pub(super) const OPAQUE: i32 = 255 << WEIGHT_BITS;
/// Added to a float of moderate size, it leaves the nearest whole number in the low bits.
const WHOLE: f32 = 12_582_912.0;

/// Where a look-up falls between the texels.
struct Lookup {
    /// One more than the column of the texel at the left.
    column: i32,
    /// One more than the row of the texel above.
    row: i32,
    /// How far behind the left and the upper texel's middle, 0 to 1.
    rest: [f32; 2],
}

impl Lookup {
    /// Of a place in texels. Places outside see the transparent texel at the edge.
    #[inline(always)]
    fn new(limit: [f32; 2], x: f32, y: f32) -> Self {
        let (x, y) = ((x + 0.5).clamp(0.0, limit[0]), (y + 0.5).clamp(0.0, limit[1]));
        // Rounding what is half a texel less is rounding down. At ties the neighbour is as good: it has all the weight.
        let (column, row) = (x - 0.5 + WHOLE, y - 0.5 + WHOLE);
        Self { column: whole(column), row: whole(row), rest: [x - (column - WHOLE), y - (row - WHOLE)] }
    }
}

/// Weights of the upper left, upper right, lower left and lower right texel of a place that lies `rest` behind the
/// first one's middle.
#[inline(always)]
fn weights([right, below]: [f32; 2]) -> [i32; 4] {
    let one = (1_u32 << WEIGHT_BITS) as f32;
    let word = |value: f32| whole(value * one + WHOLE);
    let (right, below, both) = (word(right), word(below), word(right * below));
    let first = ((1 << WEIGHT_BITS) - right - below + both).max(0);
    [first, right - both, below - both, both]
}

/// The whole number in the low bits of a float that [`WHOLE`] was added to.
#[inline(always)]
fn whole(value: f32) -> i32 {
    (value.to_bits() & 0x007f_ffff).cast_signed() - 0x0040_0000
}

/// The look-ups of a block of pixels.
pub(super) struct Lookups {
    column: [i32; BLOCK_PX],
    row: [i32; BLOCK_PX],
    rest: [[f32; BLOCK_PX]; 2],
}

/// The texels around a block's places: upper left, upper right, lower left and lower right.
pub(super) struct Around([[u32; BLOCK_PX]; 4]);

impl Around {
    /// Their blend at a pixel: channels from 0 to [`OPAQUE`].
    #[inline(always)]
    pub(super) fn sum(&self, lookups: &Lookups, x: usize) -> [i32; 4] {
        let [left, right] = &lookups.rest;
        blend(self.0.each_ref().map(|texels| texels[x]), weights([left[x], right[x]]))
    }
}

impl Lookups {
    /// Of places in pixels of the artwork.
    #[inline(always)]
    pub(super) fn new(view: View<'_>, across: &[f32; BLOCK_PX], down: &[f32; BLOCK_PX]) -> Self {
        let limit = view.limit();
        let mut lookups = Self { column: [0; BLOCK_PX], row: [0; BLOCK_PX], rest: [[0.0; BLOCK_PX]; 2] };
        for x in 0..BLOCK_PX {
            let place = Lookup::new(limit, across[x], down[x]);
            lookups.column[x] = place.column;
            lookups.row[x] = place.row;
            [lookups.rest[0][x], lookups.rest[1][x]] = place.rest;
        }
        lookups
    }
}

/// Weighs two by two texels and adds them up.
#[inline(always)]
fn blend(texels: [u32; 4], weights: [i32; 4]) -> [i32; 4] {
    // fifteen bits, which weights have anyway, are multiplied faster
    let weights = weights.map(|weight| weight & 0x7fff);
    std::array::from_fn(|k| {
        let part = |n: usize| (texels[n] >> (8 * k) & 0xff).cast_signed() * weights[n];
        part(0) + part(1) + part(2) + part(3)
    })
}
