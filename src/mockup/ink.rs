//! Artwork as ink on the cloth: where a print lies in a picture, and what it leaves on a block of pixels.

use std::ops::Range;

use fearless_simd::{Simd, SimdBase, SimdMask, f32x16, u8x32};

use crate::artwork::Artwork;
use crate::mockup::composite::Print;
use crate::mockup::plate::{BLOCK_PX, Block, Plate, Tap, block_of};
use crate::mockup::pyramid::{Around, Lookups, OPAQUE, Pyramid};
use crate::mockup::tone::{Tone, decode_unit};
use crate::pixels::Pixmap;

/// Linear premultiplied ink on a block of pixels, a channel after the other so that loops run over whole channels.
pub(super) struct InkBlock {
    pub(super) color: [[f32; BLOCK_PX]; 3],
    pub(super) alpha: [f32; BLOCK_PX],
}

impl InkBlock {
    /// No ink.
    pub(super) const NONE: Self = Self { color: [[0.0; BLOCK_PX]; 3], alpha: [0.0; BLOCK_PX] };

    /// Lays opaque or translucent ink on what is there.
    #[inline(always)]
    fn cover(&mut self, x: usize, top: [f32; 4]) {
        let rest = 1.0 - top[3];
        for (channel, top) in self.color.iter_mut().zip(top) {
            channel[x] = channel[x] * rest + top;
        }
        self.alpha[x] = self.alpha[x] * rest + top[3];
    }

    /// Lays what look-ups give on all of it.
    #[inline(always)]
    fn lay(&mut self, lookups: &Lookups, around: &Around) {
        let [reds, greens, blues] = &mut self.color;
        for x in 0..BLOCK_PX {
            // encoded and premultiplied, OPAQUE at most
            let [r, g, b, alpha] = around.sum(lookups, x);
            let sum = alpha as f32;
            let alpha = sum * (1.0 / OPAQUE as f32);
            let straight = if sum > 0.0 { 1.0 / sum } else { 0.0 };
            let linear = |sum: i32| decode_unit((sum as f32 * straight).min(1.0)) * alpha;
            let rest = 1.0 - alpha;
            reds[x] = reds[x] * rest + linear(r);
            greens[x] = greens[x] * rest + linear(g);
            blues[x] = blues[x] * rest + linear(b);
            self.alpha[x] = self.alpha[x] * rest + alpha;
        }
    }

    /// One bit for each pixel that has ink.
    #[inline(always)]
    pub(super) fn mask<S: Simd>(&self, simd: S) -> u32 {
        let (low, high) = self.alpha.split_at(BLOCK_PX / 2);
        let bits = |half| f32x16::from_slice(simd, half).simd_gt(0.0).to_bitmask() as u32;
        bits(low) | bits(high) << (BLOCK_PX / 2)
    }

    /// Leaves of every pixel's ink the share of the pixel that it covers.
    #[inline(always)]
    fn weigh(&mut self, weights: &[f32; BLOCK_PX]) {
        for channel in self.color.iter_mut().chain([&mut self.alpha]) {
            channel.iter_mut().zip(weights).for_each(|(value, weight)| *value *= weight);
        }
    }
}

/// An artwork ready to be sampled by pattern coordinates.
pub(super) struct Ink<'a> {
    pyramid: Pyramid<'a>,
    panel: u8,
    /// Pattern coordinates of the artwork's top left corner.
    origin: [f32; 2],
    /// Artwork pixels for one centimetre of the pattern.
    px_per_cm: f32,
    /// What is not transparent, from the first to the last row with ink.
    columns: Range<f32>,
    rows: Range<f32>,
    /// The columns with ink of every row.
    inked: Vec<Range<u32>>,
}

impl<'a> Ink<'a> {
    pub(super) fn new(print: &Print<'a>) -> Self {
        let surface = &print.surface;
        let artwork: &Artwork = print.artwork;
        let px_per_cm = (artwork.dpi.px_per_mm() / surface.cm_per_mm) as f32;
        let inked = inked_columns(&artwork.pixels);
        let full = || inked.iter().enumerate().filter(|(_, columns)| !columns.is_empty());
        let end = |value: Option<u32>| value.unwrap_or_default() as f32;
        Self {
            pyramid: Pyramid::new(artwork),
            panel: surface.panel,
            origin: surface.origin_cm.map(|value| value as f32),
            px_per_cm,
            columns: end(full().map(|(_, row)| row.start).min())..end(full().map(|(_, row)| row.end).max()),
            rows: end(full().next().map(|(y, _)| y as u32))..end(full().next_back().map(|(y, _)| y as u32 + 1)),
            inked,
        }
    }

    /// Where a block of pixels lies on the artwork with all that it averages over, as columns and rows, unless it lies
    /// beside the ink.
    fn place(&self, block: &Block) -> Option<(Range<f32>, Range<f32>)> {
        let margin = block.footprint * self.px_per_cm + 2.0;
        let left = (block.low[0] - self.origin[0]) * self.px_per_cm - margin;
        let right = (block.high[0] - self.origin[0]) * self.px_per_cm + margin;
        let top = (self.origin[1] - block.high[1]) * self.px_per_cm - margin;
        let bottom = (self.origin[1] - block.low[1]) * self.px_per_cm + margin;
        let meets =
            right > self.columns.start && left < self.columns.end && bottom > self.rows.start && top < self.rows.end;
        meets.then_some((left..right, top..bottom))
    }

    /// Whether a block of pixels may show some of it.
    #[inline(always)]
    pub(super) fn touches(&self, block: &Block) -> bool {
        block.panels >> self.panel & 1 == 1 && self.meets(block)
    }

    /// Whether a block of its panel lies where its rows have ink.
    fn meets(&self, block: &Block) -> bool {
        let Some((columns, rows)) = self.place(block) else { return false };
        let end = (rows.end.ceil().max(0.0) as usize).min(self.inked.len());
        let start = (rows.start.max(0.0) as usize).min(end);
        self.inked[start..end]
            .iter()
            .any(|inked| !inked.is_empty() && columns.end > inked.start as f32 && columns.start < inked.end as f32)
    }

    /// Covers places of the cloth.
    #[inline(always)]
    fn cover<S: Simd>(&self, simd: S, samples: &Samples<'_>, tone: &Tone, ink: &mut InkBlock) {
        let own_of = |panels| u8x32::from_slice(simd, panels).simd_eq(self.panel).to_bitmask() as u32;
        let mut own = samples.panels.map_or(u32::MAX, |panels| own_of(panels));
        if !self.pyramid.is_single(samples.coarsest * self.px_per_cm) {
            let all = own;
            for x in (0..BLOCK_PX).filter(|x| all >> x & 1 == 1) {
                let footprint = samples.footprint[x];
                if !self.pyramid.is_single(footprint * self.px_per_cm) {
                    own &= !(1 << x);
                    if let Some(top) = self.at([samples.at[0][x], samples.at[1][x]], footprint, tone) {
                        ink.cover(x, top);
                    }
                }
            }
        }
        let across = samples.at[0].map(|at| (at - self.origin[0]) * self.px_per_cm);
        let down = samples.at[1].map(|at| (self.origin[1] - at) * self.px_per_cm);
        let texels = self.pyramid.full_size();
        let lookups = Lookups::new(texels, &across, &down);
        ink.lay(&lookups, &texels.around_all(&lookups, own));
    }

    /// Linear premultiplied ink at a place of the cloth.
    fn at(&self, at: [f32; 2], footprint: f32, tone: &Tone) -> Option<[f32; 4]> {
        let x = (at[0] - self.origin[0]) * self.px_per_cm;
        let y = (self.origin[1] - at[1]) * self.px_per_cm;
        let footprint = footprint * self.px_per_cm;
        let reach = footprint + 2.0;
        let beside = x < self.columns.start - reach
            || y < self.rows.start - reach
            || x > self.columns.end + reach
            || y > self.rows.end + reach;
        if beside {
            return None;
        }
        let texel = self.pyramid.sample(x, y, footprint);
        (texel[3] > 0.0).then(|| linear(texel, tone))
    }
}

/// Linear premultiplied ink of an encoded premultiplied texel that is not transparent, 0 to 255.
#[inline(always)]
fn linear(texel: [f32; 4], tone: &Tone) -> [f32; 4] {
    let alpha = (texel[3] * (1.0 / 255.0)).min(1.0);
    let straight = 1.0 / alpha;
    let linear = |k: usize| tone.decode(texel[k] * straight) * alpha;
    [linear(0), linear(1), linear(2), alpha]
}

/// As many places of the cloth as a block has pixels.
struct Samples<'a> {
    /// Pattern centimetres.
    at: [&'a [f32; BLOCK_PX]; 2],
    /// Cloth to average over, cm.
    footprint: &'a [f32; BLOCK_PX],
    /// Their panels, unless all are of the print's.
    panels: Option<&'a [u8; BLOCK_PX]>,
    /// No footprint is larger.
    coarsest: f32,
}

/// What the prints that touch a block leave on it. `first` is its first pixel in the plate.
#[inline(always)]
pub(super) fn on_block<S: Simd>(
    simd: S,
    inks: &[&Ink<'_>],
    plate: &Plate,
    (first, block): (usize, &Block),
    tone: &Tone,
    ink: &mut InkBlock,
) {
    *ink = InkBlock::NONE;
    let samples = Samples {
        at: plate.at.each_ref().map(|plane| block_of(plane, first)),
        footprint: block_of(&plate.footprint, first),
        panels: block.uneven.map(|_| block_of(&plate.panel, first)),
        coarsest: block.footprint,
    };
    for print in inks {
        print.cover(simd, &samples, tone, ink);
    }
    if let Some(uneven) = block.uneven {
        ink.weigh(&plate.uneven[uneven as usize]);
    }
    let left = first % plate.width;
    for taps in plate.taps.range(&block.taps).chunks(BLOCK_PX) {
        add_taps(simd, inks, (taps, left, block.footprint), tone, ink);
    }
}

/// Adds further samples of a block that begins in the column `left`.
#[inline(always)]
fn add_taps<S: Simd>(
    simd: S,
    inks: &[&Ink<'_>],
    (taps, left, coarsest): (&[Tap], usize, f32),
    tone: &Tone,
    ink: &mut InkBlock,
) {
    let (mut at, mut footprint, mut panels) = ([[0.0; BLOCK_PX]; 2], [0.0; BLOCK_PX], [0; BLOCK_PX]);
    for (n, tap) in taps.iter().enumerate().take(BLOCK_PX) {
        [at[0][n], at[1][n]] = tap.sample.at;
        (footprint[n], panels[n]) = (tap.sample.footprint, tap.panel);
    }
    let samples = Samples { at: at.each_ref(), footprint: &footprint, panels: Some(&panels), coarsest };
    let mut more = InkBlock::NONE;
    for print in inks {
        print.cover(simd, &samples, tone, &mut more);
    }
    for (n, tap) in taps.iter().enumerate().take(BLOCK_PX) {
        let x = (tap.x as usize - left) % BLOCK_PX;
        for k in 0..3 {
            ink.color[k][x] += more.color[k][n] * tap.sample.weight;
        }
        ink.alpha[x] += more.alpha[n] * tap.sample.weight;
    }
}

/// The columns between the first and the last pixel of each row that are not transparent.
fn inked_columns(pixels: &Pixmap) -> Vec<Range<u32>> {
    let stride = (pixels.width() as usize * 4).max(4);
    pixels
        .data()
        .chunks_exact(stride)
        .map(|row| {
            // sixteen bytes at a time, four pixels; eight times that where nothing is
            let (blocks, rest) = row.as_chunks::<16>();
            let full = |block: &[u8; 16]| u128::from_le_bytes(*block) != 0;
            let empty = |blocks: &&[[u8; 16]; 8]| blocks.as_flattened().iter().fold(0, |all, byte| all | byte) == 0;
            let rest_is_full = rest.iter().any(|byte| *byte != 0);
            let width = pixels.width();
            let skipped = blocks.as_chunks().0.iter().take_while(empty).count() * 8;
            let Some(first) = blocks[skipped..].iter().position(full) else {
                return if rest_is_full { blocks.len() as u32 * 4..width } else { 0..0 };
            };
            let first = skipped + first;
            let end = blocks.len() - blocks.as_rchunks().1.iter().rev().take_while(empty).count() * 8;
            let last = blocks[..end].iter().rposition(full).unwrap_or(first);
            first as u32 * 4..if rest_is_full { width } else { last as u32 * 4 + 4 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inked_columns_hold_every_pixel_that_is_not_transparent() {
        for width in [1_u32, 3, 4, 5, 9, 16, 18] {
            for x in 0..width {
                let mut pixels = Pixmap::new(width, 3);
                pixels.data_mut()[(width + x) as usize * 4 + 3] = 1;
                let inked = inked_columns(&pixels);
                assert!(inked[0].is_empty() && inked[2].is_empty());
                assert!(inked[1].contains(&x) && inked[1].len() <= 4, "{width} {x} {:?}", inked[1]);
            }
        }
    }
}
