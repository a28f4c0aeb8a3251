//! Artwork as ink on the cloth: where a print lies in a picture, and what it leaves on a block of pixels.

use std::ops::Range;

use crate::artwork::Artwork;
use crate::mockup::composite::Print;
use crate::mockup::plate::{BLOCK_PX, Block, Plate, Sample};
use crate::mockup::pyramid::{Lookups, OPAQUE, Pyramid};
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

    /// Lays other ink on all of it.
    #[inline(always)]
    fn lay(&mut self, top: &Self) {
        for x in 0..BLOCK_PX {
            let rest = 1.0 - top.alpha[x];
            for (channel, top) in self.color.iter_mut().zip(&top.color) {
                channel[x] = channel[x] * rest + top[x];
            }
            self.alpha[x] = self.alpha[x] * rest + top.alpha[x];
        }
    }

    /// Takes sums of look-ups: encoded and premultiplied, [`OPAQUE`] at most.
    #[inline(always)]
    fn decode(&mut self, sums: &[[i32; 4]; BLOCK_PX]) {
        let [reds, greens, blues] = &mut self.color;
        for (x, [r, g, b, alpha]) in sums.iter().enumerate() {
            let sum = *alpha as f32;
            let alpha = sum * (1.0 / OPAQUE as f32);
            let straight = if sum > 0.0 { 1.0 / sum } else { 0.0 };
            let linear = |sum: i32| decode_unit((sum as f32 * straight).min(1.0)) * alpha;
            (reds[x], greens[x], blues[x]) = (linear(*r), linear(*g), linear(*b));
            self.alpha[x] = alpha;
        }
    }

    /// One bit for each pixel that has ink.
    #[inline(always)]
    pub(super) fn mask(&self) -> u32 {
        self.alpha.iter().enumerate().fold(0, |mask, (x, alpha)| mask | u32::from(*alpha > 0.0) << x)
    }

    /// Leaves of every pixel's ink the share of the pixel that it covers.
    #[inline(always)]
    fn weigh(&mut self, weights: &[f32]) {
        for channel in self.color.iter_mut().chain([&mut self.alpha]) {
            channel.iter_mut().zip(weights).for_each(|(value, weight)| *value *= weight);
        }
    }

    /// Adds ink beside what is there.
    fn add(&mut self, x: usize, ink: [f32; 4], weight: f32) {
        for (channel, ink) in self.color.iter_mut().zip(ink) {
            channel[x] += ink * weight;
        }
        self.alpha[x] += ink[3] * weight;
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
    /// Whether a block of the plate may show some of it.
    touched: Vec<bool>,
    /// What is not transparent, from the first to the last row with ink.
    columns: Range<f32>,
    rows: Range<f32>,
}

impl<'a> Ink<'a> {
    pub(super) fn new(plate: &Plate, print: &Print<'a>) -> Self {
        let surface = &print.surface;
        let artwork: &Artwork = print.artwork;
        let px_per_cm = (artwork.dpi.px_per_mm() / surface.cm_per_mm) as f32;
        let inked = inked_columns(&artwork.pixels);
        let full = || inked.iter().enumerate().filter(|(_, columns)| !columns.is_empty());
        let end = |value: Option<u32>| value.unwrap_or_default() as f32;
        let mut ink = Self {
            pyramid: Pyramid::new(artwork, 0.0),
            panel: surface.panel,
            origin: surface.origin_cm.map(|value| value as f32),
            px_per_cm,
            columns: end(full().map(|(_, row)| row.start).min())..end(full().map(|(_, row)| row.end).max()),
            rows: end(full().next().map(|(y, _)| y as u32))..end(full().next_back().map(|(y, _)| y as u32 + 1)),
            touched: Vec::new(),
        };
        ink.touched = plate.blocks.iter().map(|block| ink.meets(block, &inked)).collect();
        let touched = plate.blocks.iter().zip(&ink.touched).filter(|(_, touched)| **touched);
        let footprint = touched.map(|(block, _)| block.footprint).fold(0.0, f32::max);
        ink.pyramid = Pyramid::new(artwork, footprint * px_per_cm);
        ink
    }

    /// Where a block of pixels lies on the artwork with all that it averages over, as columns and rows, unless it lies
    /// beside the ink.
    fn place(&self, block: &Block) -> Option<(Range<f32>, Range<f32>)> {
        if block.panels >> self.panel & 1 == 0 {
            return None;
        }
        let margin = block.footprint * self.px_per_cm + 2.0;
        let left = (block.low[0] - self.origin[0]) * self.px_per_cm - margin;
        let right = (block.high[0] - self.origin[0]) * self.px_per_cm + margin;
        let top = (self.origin[1] - block.high[1]) * self.px_per_cm - margin;
        let bottom = (self.origin[1] - block.low[1]) * self.px_per_cm + margin;
        let meets =
            right > self.columns.start && left < self.columns.end && bottom > self.rows.start && top < self.rows.end;
        meets.then_some((left..right, top..bottom))
    }

    /// Whether the plate's block of this number may show some of it.
    pub(super) fn touches(&self, block: usize) -> bool {
        self.touched[block]
    }

    /// Whether a block lies where the artwork's rows have ink.
    fn meets(&self, block: &Block, inked: &[Range<u32>]) -> bool {
        let Some((columns, rows)) = self.place(block) else { return false };
        let end = (rows.end.ceil().max(0.0) as usize).min(inked.len());
        let start = (rows.start.max(0.0) as usize).min(end);
        inked[start..end]
            .iter()
            .any(|inked| !inked.is_empty() && columns.end > inked.start as f32 && columns.start < inked.end as f32)
    }

    /// Covers the main samples of a block.
    #[inline(always)]
    fn cover(&self, plate: &Plate, pixels: Range<usize>, block: &Block, tone: &Tone, ink: &mut InkBlock) {
        let panels = &plate.panel[pixels.clone()];
        if !self.pyramid.is_single(block.footprint * self.px_per_cm) {
            for (x, (panel, pixel)) in panels.iter().zip(pixels).enumerate() {
                if *panel == self.panel
                    && let Some(top) = self.at(plate.sample(pixel), tone)
                {
                    ink.cover(x, top);
                }
            }
            return;
        }
        let (mut across, mut down) = ([0.0; BLOCK_PX], [0.0; BLOCK_PX]);
        for (x, at) in across.iter_mut().zip(&plate.at[0][pixels.clone()]) {
            *x = (at - self.origin[0]) * self.px_per_cm;
        }
        for (y, at) in down.iter_mut().zip(&plate.at[1][pixels]) {
            *y = (self.origin[1] - at) * self.px_per_cm;
        }
        let texels = self.pyramid.full_size();
        let lookups = Lookups::new(texels, &across, &down);
        let mut sums = [[0; 4]; BLOCK_PX];
        for (x, (sum, panel)) in sums.iter_mut().zip(panels).enumerate() {
            if block.is_even || *panel == self.panel {
                *sum = texels.sum(&lookups, x);
            }
        }
        let mut top = InkBlock::NONE;
        top.decode(&sums);
        ink.lay(&top);
    }

    /// Linear premultiplied ink at a place of the cloth.
    fn at(&self, sample: Sample, tone: &Tone) -> Option<[f32; 4]> {
        let x = (sample.at[0] - self.origin[0]) * self.px_per_cm;
        let y = (self.origin[1] - sample.at[1]) * self.px_per_cm;
        let footprint = sample.footprint * self.px_per_cm;
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

/// What the prints that touch a block leave on it. `pixels` are the block's, in the plate.
#[inline(always)]
pub(super) fn on_block(
    inks: &[&Ink<'_>],
    plate: &Plate,
    (pixels, block): (Range<usize>, &Block),
    tone: &Tone,
    ink: &mut InkBlock,
) {
    *ink = InkBlock::NONE;
    for print in inks {
        print.cover(plate, pixels.clone(), block, tone, ink);
    }
    if !block.is_even {
        ink.weigh(&plate.weight[pixels.clone()]);
    }
    let first = pixels.start % plate.width;
    for tap in plate.taps.range(&block.taps) {
        let mut stack = [0.0_f32; 4];
        for print in inks.iter().filter(|print| print.panel == tap.panel) {
            if let Some(top) = print.at(tap.sample, tone) {
                let rest = 1.0 - top[3];
                stack = std::array::from_fn(|k| stack[k] * rest + top[k]);
            }
        }
        if stack[3] > 0.0 {
            ink.add(tap.x as usize - first, stack, tap.sample.weight);
        }
    }
}

/// The columns between the first and the last pixel of each row that are not transparent.
fn inked_columns(pixels: &Pixmap) -> Vec<Range<u32>> {
    let stride = (pixels.width() as usize * 4).max(4);
    pixels
        .data()
        .chunks_exact(stride)
        .map(|row| {
            // sixteen bytes at a time, four pixels
            let (blocks, rest) = row.as_chunks::<16>();
            let full = |block: &[u8; 16]| u128::from_le_bytes(*block) != 0;
            let rest_is_full = rest.iter().any(|byte| *byte != 0);
            let width = pixels.width();
            let Some(first) = blocks.iter().position(full) else {
                return if rest_is_full { blocks.len() as u32 * 4..width } else { 0..0 };
            };
            let last = blocks.iter().rposition(full).unwrap_or(first);
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
