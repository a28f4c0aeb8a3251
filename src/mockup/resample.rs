//! Averages of a view's layers for every pixel of a smaller or larger picture.
//!
//! Most pixels lie wholly inside one panel or wholly beside the garment: those take plain sums over rows, then over
//! columns. Edges and seams take every source pixel by itself.

use std::ops::Range;

use crate::math;
use crate::mockup::layers::{Cloth, Layers, MIXED, NO_CLOTH};
use crate::mockup::manifest::{MAX_PARTS, Manifest};
use crate::mockup::plate::{PartMix, Sample, Tap};

/// Most panels that one pixel can show; the least are dropped.
const PANELS_PER_PIXEL: usize = 4;
/// Smallest share of a pixel for which a further panel is kept.
const LEAST_SHARE: f32 = 1.0 / 512.0;
/// Light that even the darkest cloth counts with, of 1. A pixel on a seam may show one panel in the light and
/// another in the shade: what is printed on each shows by how bright it is there, not only by how much of it there is.
const DIMMEST: f32 = 0.02;
/// The wall's light is flattened by this exponent after it was brightened by `WALL_GAIN`.
const WALL_GAMMA: f64 = 0.35;
const WALL_GAIN: f64 = 1.12;
/// Strength of the garment's shadow on the wall.
const SHADOW: f64 = 0.5;

/// One row of a plate's planes.
pub(super) struct RowPlanes<'a> {
    pub(super) light: [&'a mut [u16]; 3],
    pub(super) alpha: &'a mut [u16],
    pub(super) wall: &'a mut [u16],
    pub(super) part: &'a mut [u8],
    pub(super) panel: &'a mut [u8],
    pub(super) at: [&'a mut [f32]; 2],
    pub(super) weight: &'a mut [f32],
}

/// Tables and source positions for resampling one view.
pub(super) struct Resampler<'a> {
    layers: &'a Layers,
    columns: Vec<Span>,
    rows: Vec<Span>,
    /// Linear light over the manifest's `max`, by byte.
    square: [f32; 256],
    wall: [f32; 256],
    shade: [f32; 256],
    /// Centimetres of one step of the UV layer, and of its origin.
    unit: [f32; 3],
}

/// Source pixels of one output pixel along one axis, and their weights, which add up to 1.
pub(super) struct Span {
    pub(super) range: Range<usize>,
    pub(super) weights: Vec<f32>,
}

/// The source pixels that `n_out` output pixels average: by covered area when shrinking, by a tent when growing.
pub(super) fn spans(n_in: usize, n_out: usize) -> Vec<Span> {
    let step = n_in as f64 / n_out as f64;
    (0..n_out)
        .map(|idx| {
            let (from, to) = (idx as f64 * step, (idx + 1) as f64 * step);
            let center = (from + to) / 2.0;
            let weight = |source: usize| {
                let source = source as f64;
                if step >= 1.0 {
                    (to.min(source + 1.0) - from.max(source)).max(0.0)
                } else {
                    (1.0 - (source + 0.5 - center).abs()).max(0.0)
                }
            };
            let (first, last) = if step >= 1.0 { (from, to) } else { (center - 1.5, center + 1.5) };
            let range = first.max(0.0) as usize..(last.ceil().max(1.0) as usize).min(n_in);
            let weights: Vec<f64> = range.clone().map(weight).collect();
            let total: f64 = weights.iter().sum();
            Span { range, weights: weights.iter().map(|weight| (weight / total) as f32).collect() }
        })
        .collect()
}

/// Sums over the source pixels of one output pixel.
#[derive(Default)]
struct Sums {
    wall: f32,
    alpha: f32,
    /// As `alpha`, but by the light on the cloth.
    lit: f32,
    light: [f32; 3],
    parts: [f32; MAX_PARTS],
    panels: [PanelSum; PANELS_PER_PIXEL],
}

#[derive(Clone, Copy, Default)]
struct PanelSum {
    panel: u8,
    weight: f32,
    uv: [f32; 2],
}

impl Sums {
    /// Adds cloth of one panel.
    fn add(&mut self, panel: u8, weight: f32, uv: [f32; 2]) {
        let slot = self.panels.iter_mut().find(|sum| sum.panel == panel || sum.panel == 0);
        if let Some(sum) = slot {
            sum.panel = panel;
            sum.weight += weight;
            for (sum, value) in sum.uv.iter_mut().zip(uv) {
                *sum += weight * value;
            }
        }
    }
}

/// Sums over the source rows of one output row, by source column.
struct Columns {
    /// What all pixels of the column are, or `MIXED`.
    kind: Vec<u8>,
    /// Squared light bytes, three channels.
    light: Vec<f32>,
    /// Two coordinates as the UV layer has them.
    uv: Vec<f32>,
    /// Light on the wall, where there is no cloth.
    wall: Vec<f32>,
}

impl<'a> Resampler<'a> {
    pub(super) fn new(manifest: &Manifest, layers: &'a Layers, width: usize, height: usize) -> Self {
        let table = |value: &dyn Fn(f64) -> f64| {
            std::array::from_fn(|byte| {
                let root = byte as f64 / 255.0;
                value(root * root) as f32
            })
        };
        let unit = manifest.uv.unit_cm;
        Self {
            layers,
            columns: spans(layers.width, width),
            rows: spans(layers.height, height),
            square: table(&|light| light),
            wall: table(&|light| math::powf((light * WALL_GAIN).min(1.0), WALL_GAMMA)),
            shade: table(&|light| 1.0 - SHADOW * (1.0 - light)),
            unit: [unit / 65535.0, unit * manifest.uv.origin[0], unit * manifest.uv.origin[1]].map(|cm| cm as f32),
        }
    }

    /// Writes one row, and gives what sparse planes hold of it.
    #[inline(always)]
    pub(super) fn write_row(&self, y: usize, mut row: RowPlanes<'_>) -> (Vec<PartMix>, Vec<Tap>) {
        let (mut mixes, mut taps) = (Vec::new(), Vec::new());
        let down = &self.rows[y];
        let sums = self.sum_rows(down);
        for (x, across) in self.columns.iter().enumerate() {
            let kinds = &sums.kind[across.range.clone()];
            let kind = kinds[0];
            if kind == MIXED || kinds.iter().any(|other| *other != kind) {
                self.write(&self.sum(across, down), x, &mut row, (&mut mixes, &mut taps));
            } else if let Some(cloth) = Cloth::of_kind(kind) {
                self.write_cloth(&sums, across, (x, cloth), &mut row);
            } else {
                let light = across.range.clone().zip(&across.weights).map(|(x, weight)| weight * sums.wall[x]).sum();
                row.wall[x] = word(light);
            }
        }
        (mixes, taps)
    }

    /// Sums over the source rows of an output row.
    #[inline(always)]
    fn sum_rows(&self, down: &Span) -> Columns {
        let layers = self.layers;
        let width = layers.width;
        let row = |y: usize| y * width..(y + 1) * width;
        let mut kind = layers.kind[row(down.range.start)].to_vec();
        for y in down.range.clone().skip(1) {
            for (kind, other) in kind.iter_mut().zip(&layers.kind[row(y)]) {
                *kind = if *kind == *other { *kind } else { MIXED };
            }
        }
        let first = kind.iter().position(|kind| *kind != NO_CLOTH).unwrap_or(width);
        let last = kind.iter().rposition(|kind| *kind != NO_CLOTH).map_or(first, |last| last + 1);
        let mut sums = Columns { kind, light: vec![0.0; width * 3], uv: vec![0.0; width * 2], wall: vec![0.0; width] };
        for (y, weight) in down.range.clone().zip(&down.weights) {
            let start = y * width;
            let light = &layers.light[(start + first) * 3..(start + last) * 3];
            for (sum, byte) in sums.light[first * 3..last * 3].iter_mut().zip(light) {
                *sum += weight * (f32::from(*byte) * f32::from(*byte));
            }
            let uv = layers.uv[start + first..start + last].as_flattened();
            for (sum, value) in sums.uv[first * 2..last * 2].iter_mut().zip(uv) {
                *sum += weight * f32::from(*value);
            }
            let planes = layers.backdrop[row(y)].iter().zip(&layers.shadow[row(y)]);
            for ((sum, kind), (wall, shadow)) in sums.wall.iter_mut().zip(&sums.kind).zip(planes) {
                if *kind == NO_CLOTH {
                    *sum += weight * (self.wall[usize::from(*wall)] * self.shade[usize::from(*shadow)]);
                }
            }
        }
        sums
    }

    /// Stores a pixel inside one panel of one part.
    #[inline(always)]
    fn write_cloth(&self, sums: &Columns, across: &Span, (x, cloth): (usize, Cloth), row: &mut RowPlanes<'_>) {
        let mut light = [0.0_f32; 3];
        let mut uv = [0.0_f32; 2];
        for (column, weight) in across.range.clone().zip(&across.weights) {
            for (sum, value) in light.iter_mut().zip(&sums.light[column * 3..column * 3 + 3]) {
                *sum += weight * value;
            }
            for (sum, value) in uv.iter_mut().zip(&sums.uv[column * 2..column * 2 + 2]) {
                *sum += weight * value;
            }
        }
        for (plane, light) in row.light.iter_mut().zip(light) {
            plane[x] = word(light * (1.0 / 65025.0));
        }
        row.alpha[x] = u16::MAX;
        row.part[x] = cloth.part;
        if cloth.panel != 0 {
            row.panel[x] = cloth.panel;
            row.weight[x] = 1.0;
            for (k, plane) in row.at.iter_mut().enumerate() {
                plane[x] = self.cm(uv[k], k);
            }
        }
    }

    /// A coordinate of the UV layer in centimetres.
    fn cm(&self, uv: f32, axis: usize) -> f32 {
        uv * self.unit[0] - self.unit[axis + 1]
    }

    /// Sums over all source pixels of one output pixel.
    fn sum(&self, across: &Span, down: &Span) -> Sums {
        let layers = self.layers;
        let mut sums = Sums::default();
        for (y, weight_y) in down.range.clone().zip(&down.weights) {
            let first = (y * layers.width + across.range.start) as u32;
            let mut seams = layers.seams.row(y);
            seams = &seams[seams.partition_point(|seam| seam.pixel < first)..];
            let mut mixed = layers.mixed.row(y);
            mixed = &mixed[mixed.partition_point(|mixed| mixed.pixel < first)..];
            for (x, weight_x) in across.range.clone().zip(&across.weights) {
                let weight = weight_x * weight_y;
                let pixel = y * layers.width + x;
                sums.wall += weight
                    * self.wall[usize::from(layers.backdrop[pixel])]
                    * self.shade[usize::from(layers.shadow[pixel])];
                let cover = weight * f32::from(layers.alpha[pixel]) / 255.0;
                let (share, parts) = match layers.kind[pixel] {
                    NO_CLOTH => continue,
                    MIXED => {
                        let (here, rest) = mixed.split_first().expect("every mixed pixel has its entry");
                        mixed = rest;
                        (here.share, here.parts)
                    }
                    kind => Cloth::of_kind(kind).unwrap_or_default().shares(),
                };
                sums.alpha += cover;
                let lit = cover * (self.square[usize::from(layers.light[pixel * 3])] + DIMMEST);
                sums.lit += lit;
                for (sum, byte) in sums.light.iter_mut().zip(&layers.light[pixel * 3..pixel * 3 + 3]) {
                    *sum += cover * self.square[usize::from(*byte)];
                }
                for (sum, share) in sums.parts.iter_mut().zip(parts) {
                    *sum += lit * f32::from(share);
                }
                if layers.panel[pixel] != 0 {
                    sums.add(layers.panel[pixel], lit * f32::from(share) / 255.0, layers.uv[pixel].map(f32::from));
                }
                while let Some((seam, rest)) = seams.split_first().filter(|(seam, _)| seam.pixel as usize <= pixel) {
                    if seam.pixel as usize == pixel {
                        sums.add(seam.panel, lit * f32::from(seam.share) / 255.0, seam.uv);
                    }
                    seams = rest;
                }
            }
        }
        sums
    }

    /// Normalises the sums and stores them.
    fn write(&self, sums: &Sums, x: usize, row: &mut RowPlanes<'_>, (mixes, taps): (&mut Vec<PartMix>, &mut Vec<Tap>)) {
        row.wall[x] = word(sums.wall);
        row.alpha[x] = word(sums.alpha);
        if sums.alpha <= 0.0 {
            return;
        }
        for (plane, light) in row.light.iter_mut().zip(sums.light) {
            plane[x] = word(light / sums.alpha);
        }
        let total: f32 = sums.parts.iter().sum();
        let shares = sums.parts.map(|part| part / total.max(1e-9));
        let main = (0..MAX_PARTS).fold(0, |best, part| if shares[part] > shares[best] { part } else { best });
        row.part[x] = main as u8;
        if shares[main] < 0.999 && total > 0.0 {
            mixes.push(PartMix { x: x as u32, shares });
        }
        let mut panels = sums.panels;
        panels.sort_by(|a, b| b.weight.total_cmp(&a.weight));
        for (idx, sum) in panels.iter().enumerate() {
            let weight = (sum.weight / sums.lit).min(1.0);
            if sum.panel == 0 || weight < LEAST_SHARE {
                continue;
            }
            let at = [0, 1].map(|k| self.cm(sum.uv[k] / sum.weight, k));
            if idx == 0 {
                row.panel[x] = sum.panel;
                row.weight[x] = weight;
                [row.at[0][x], row.at[1][x]] = at;
            } else {
                let sample = Sample { at, footprint: 0.0, weight };
                taps.push(Tap { x: x as u32, panel: sum.panel, sample });
            }
        }
    }
}

/// A value from 0 to 1 in 65535ths.
fn word(value: f32) -> u16 {
    (value * 65535.0 + 0.5).clamp(0.0, 65535.0) as u16
}
