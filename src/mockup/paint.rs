//! Light on dyed and printed cloth, block by block: from the plate's planes to the picture's bytes.

use std::ops::Range;

use rayon::prelude::*;

use crate::catalog::Fabric;
use crate::color::Color;
use crate::mockup::composite::{Background, GarmentLook};
use crate::mockup::heather;
use crate::mockup::ink::{self, Ink, InkBlock};
use crate::mockup::manifest::MAX_PARTS;
use crate::mockup::plate::{BLOCK_PX, Block, Plate};
use crate::mockup::tone::{TONE, Tone, step};

/// Rows that one task composites.
const BAND_ROWS: usize = 16;
/// White cotton reflects this much of the light, not all of it.
const WHITE_ALBEDO: f32 = 0.86;
/// Steps of the wall's light in the table of its bytes.
const WALL_STEPS: usize = 8192;

/// Linear albedo by part, and how uneven it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dye {
    parts: [[f32; 3]; MAX_PARTS],
    /// Deviation of the albedo for one unit of the plate's heather.
    heather: f32,
}

impl Dye {
    pub(super) fn new(plate: &Plate, look: &GarmentLook) -> Self {
        let mut parts = [dyed(look.base); MAX_PARTS];
        for (part, albedo) in plate.part_names.iter().zip(&mut parts) {
            if let Some(color) = look.parts.get(part) {
                *albedo = dyed(*color);
            }
        }
        let heather = match look.fabric {
            Fabric::Solid => 0.0,
            Fabric::Heather { contrast } => contrast.clamp(0.0, 0.3) as f32 / heather::UNITS,
        };
        Self { parts, heather }
    }
}

/// The albedo of cloth that a screen shows as `color`. Bright dyes lose up to 14 %, dark ones nothing, hues stay.
pub(super) fn dyed(color: Color) -> [f32; 3] {
    let linear = color.to_linear();
    let brightest = linear[0].max(linear[1]).max(linear[2]);
    linear.map(|channel| channel * (1.0 - (1.0 - WHITE_ALBEDO) * brightest))
}

/// Sheen of the fibres: cloth that is dyed dark scatters less of it.
#[inline(always)]
pub(super) fn fibre(albedo: [f32; 3]) -> f32 {
    let mean = (albedo[0] + albedo[1] + albedo[2]) / 3.0;
    0.35 + 0.65 * (mean / 0.6).clamp(0.0, 1.0)
}

/// The cloth of a block of pixels, a channel after the other.
struct ClothBlock {
    /// The part that all of it is of, if it is.
    part: Option<u8>,
    albedo: [[f32; BLOCK_PX]; 3],
    fibre: [f32; BLOCK_PX],
}

impl ClothBlock {
    const BLACK: Self = Self { part: None, albedo: [[0.0; BLOCK_PX]; 3], fibre: [0.0; BLOCK_PX] };

    fn fill(&mut self, albedo: [f32; 3]) {
        for (channel, albedo) in self.albedo.iter_mut().zip(albedo) {
            channel.fill(albedo);
        }
        self.fibre.fill(fibre(albedo));
    }

    fn set(&mut self, x: usize, albedo: [f32; 3]) {
        for (channel, albedo) in self.albedo.iter_mut().zip(albedo) {
            channel[x] = albedo;
        }
        self.fibre[x] = fibre(albedo);
    }

    fn stray(&mut self, deviations: &[i8], contrast: f32) {
        let mut factors = [1.0_f32; BLOCK_PX];
        for (factor, deviation) in factors.iter_mut().zip(deviations) {
            *factor = (1.0 + contrast * f32::from(*deviation)).max(0.1);
        }
        for channel in &mut self.albedo {
            channel.iter_mut().zip(&factors).for_each(|(value, factor)| *value *= factor);
        }
        let [r, g, b] = &self.albedo;
        for (x, value) in self.fibre.iter_mut().enumerate() {
            *value = fibre([r[x], g[x], b[x]]);
        }
    }
}

/// Where prints changed a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Printed {
    pub(super) columns: Range<u32>,
    pub(super) rows: Range<u32>,
}

impl Printed {
    /// Nowhere.
    pub(super) const NONE: Self = Self { columns: 0..0, rows: 0..0 };

    fn union(self, other: Self) -> Self {
        if self.rows.is_empty() {
            return other;
        }
        if other.rows.is_empty() {
            return self;
        }
        let hull = |a: Range<u32>, b: Range<u32>| a.start.min(b.start)..a.end.max(b.end);
        Self { columns: hull(self.columns, other.columns), rows: hull(self.rows, other.rows) }
    }
}

/// Everything that rows have in common.
pub(super) struct Painter<'a> {
    plate: &'a Plate,
    dye: &'a Dye,
    heather: Option<&'a [i8]>,
    /// Linear light of the wall's colour, or none for a transparent background.
    wall: Option<[f32; 3]>,
    /// What turns direct, indirect and specular words into exposed light; indirect light is divided by the albedo that
    /// the layer was rendered with.
    light_units: [f32; 3],
    tone: &'static Tone,
}

impl<'a> Painter<'a> {
    pub(super) fn new(plate: &'a Plate, dye: &'a Dye, background: Background) -> Self {
        let unit = plate.light_unit * plate.exposure;
        Self {
            plate,
            dye,
            heather: (dye.heather > 0.0).then(|| plate.heather()),
            wall: match background {
                Background::Wall(color) => Some(color.to_linear()),
                Background::Transparent => None,
            },
            light_units: [unit, unit / plate.albedo, unit],
            tone: &TONE,
        }
    }

    /// The blank, `N` bytes a pixel.
    pub(super) fn tint<const N: usize>(&self) -> Vec<u8> {
        let width = self.plate.width;
        let mut pixels = vec![0; width * self.plate.height * N];
        let walls = self.walls::<N>();
        pixels.par_chunks_mut(width * N * BAND_ROWS).enumerate().for_each(|(band, rows)| {
            let mut cloth = ClothBlock::BLACK;
            for (row, line) in rows.as_chunks_mut::<N>().0.chunks_exact_mut(width).enumerate() {
                let y = band * BAND_ROWS + row;
                for (idx, out) in line.chunks_mut(BLOCK_PX).enumerate() {
                    let start = y * width + idx * BLOCK_PX;
                    let pixels = start..start + out.len();
                    if self.plate.alpha[pixels.clone()].iter().all(|alpha| *alpha == 0) {
                        for (pixel, light) in out.iter_mut().zip(&self.plate.wall[pixels]) {
                            *pixel = walls[wall_step(*light)];
                        }
                        continue;
                    }
                    self.cloth(y, pixels.clone(), &mut cloth);
                    let light = self.light(pixels.clone(), &cloth, &InkBlock::NONE);
                    self.show(pixels, &light, (None, &walls), out);
                }
            }
        });
        pixels
    }

    /// Bytes of the bare background by the light on it.
    fn walls<const N: usize>(&self) -> Vec<[u8; N]> {
        (0..WALL_STEPS)
            .map(|idx| {
                let mut out = [0; N];
                if let Some(wall) = self.wall {
                    let light = (idx as f32 + 0.5) / WALL_STEPS as f32;
                    for (byte, wall) in out.iter_mut().zip(wall) {
                        *byte = self.tone.encode(wall * light);
                    }
                }
                out
            })
            .collect()
    }

    /// Lays prints on a blank of `N` bytes a pixel and tells where they changed it.
    pub(super) fn print<const N: usize>(&self, inks: &[Ink<'_>], pixels: &mut [u8]) -> Printed {
        pixels
            .par_chunks_mut(self.plate.width * N * BAND_ROWS)
            .enumerate()
            .map(|(band, rows)| self.print_band::<N>(inks, band, rows.as_chunks_mut::<N>().0))
            .reduce(|| Printed::NONE, Printed::union)
    }

    /// Lays prints on some rows and tells where they changed them.
    fn print_band<const N: usize>(&self, inks: &[Ink<'_>], band: usize, rows: &mut [[u8; N]]) -> Printed {
        let width = self.plate.width;
        let mut cloth = ClothBlock::BLACK;
        let mut ink = InkBlock::NONE;
        let mut touching: Vec<&Ink<'_>> = Vec::with_capacity(inks.len());
        let mut printed = Printed::NONE;
        for (row, line) in rows.chunks_exact_mut(width).enumerate() {
            let y = band * BAND_ROWS + row;
            for (idx, (block, out)) in self.blocks(y).iter().zip(line.chunks_mut(BLOCK_PX)).enumerate() {
                touching.clear();
                touching.extend(inks.iter().filter(|ink| ink.touches(block)));
                if touching.is_empty() {
                    continue;
                }
                let first = idx * BLOCK_PX;
                let pixels = y * width + first..y * width + first + out.len();
                ink::on_block(&touching, self.plate, (pixels.clone(), block), self.tone, &mut ink);
                let Some(start) = ink.alpha.iter().position(|alpha| *alpha > 0.0) else { continue };
                let end = ink.alpha.iter().rposition(|alpha| *alpha > 0.0).unwrap_or(start) + 1;
                self.cloth(y, pixels.clone(), &mut cloth);
                let light = self.light(pixels.clone(), &cloth, &ink);
                self.show(pixels, &light, (Some(&ink), &[]), out);
                let columns = (first + start) as u32..(first + end) as u32;
                printed = printed.union(Printed { columns, rows: y as u32..y as u32 + 1 });
            }
        }
        printed
    }

    /// The blocks of a row.
    fn blocks(&self, y: usize) -> &[Block] {
        let count = self.plate.blocks_per_row();
        &self.plate.blocks[y * count..(y + 1) * count]
    }

    /// The cloth of a block of row `y`.
    fn cloth(&self, y: usize, pixels: Range<usize>, cloth: &mut ClothBlock) {
        let plate = self.plate;
        let parts = &plate.part[pixels.clone()];
        let first = parts[0];
        let albedo = |part: u8| self.dye.parts[usize::from(part) % MAX_PARTS];
        if cloth.part != Some(first) {
            cloth.fill(albedo(first));
            cloth.part = Some(first);
        }
        if parts.iter().any(|part| *part != first) {
            parts.iter().enumerate().for_each(|(x, part)| cloth.set(x, albedo(*part)));
            cloth.part = None;
        }
        let left = pixels.start - y * plate.width;
        let mixes = plate.mixes.row(y);
        let mixes = &mixes[mixes.partition_point(|mix| (mix.x as usize) < left)..];
        for mix in mixes.iter().take_while(|mix| (mix.x as usize) < left + pixels.len()) {
            let share = |k: usize| mix.shares.iter().zip(&self.dye.parts).map(|(share, part)| share * part[k]).sum();
            cloth.set(mix.x as usize - left, [share(0), share(1), share(2)]);
            cloth.part = None;
        }
        if let Some(heather) = self.heather {
            cloth.stray(&heather[pixels], self.dye.heather);
            cloth.part = None;
        }
    }

    /// Exposed light from a block of cloth with its ink.
    #[inline(always)]
    fn light(&self, pixels: Range<usize>, cloth: &ClothBlock, ink: &InkBlock) -> [[f32; BLOCK_PX]; 3] {
        let mut words = [[0.0_f32; BLOCK_PX]; 3];
        for ((values, plane), unit) in words.iter_mut().zip(&self.plate.light).zip(self.light_units) {
            for (value, word) in values.iter_mut().zip(&plane[pixels.clone()]) {
                *value = f32::from(*word) * unit;
            }
        }
        let [direct, indirect, specular] = &words;
        let mut sheen = [0.0_f32; BLOCK_PX];
        for (x, sheen) in sheen.iter_mut().enumerate() {
            *sheen = specular[x] * cloth.fibre[x] * (1.0 - 0.5 * ink.alpha[x]);
        }
        std::array::from_fn(|k| {
            std::array::from_fn(|x| {
                let own = cloth.albedo[k][x];
                let albedo = own * (1.0 - ink.alpha[x]) + ink.color[k][x];
                albedo * (direct[x] + own * indirect[x]) + sheen[x]
            })
        })
    }

    /// Writes a block of light; with ink, only where there is some. `walls` are bytes of the bare background.
    #[inline(always)]
    fn show<const N: usize>(
        &self,
        pixels: Range<usize>,
        light: &[[f32; BLOCK_PX]; 3],
        (ink, walls): (Option<&InkBlock>, &[[u8; N]]),
        out: &mut [[u8; N]],
    ) {
        let printed = |x: usize| ink.is_none_or(|ink| ink.alpha[x] > 0.0);
        let steps: [[u32; BLOCK_PX]; 3] = light.each_ref().map(|channel| channel.map(step));
        for (x, pixel) in out.iter_mut().take(BLOCK_PX).enumerate() {
            if printed(x) {
                let mut shown = [u8::MAX; N];
                for (byte, steps) in shown.iter_mut().zip(&steps) {
                    *byte = self.tone.shown_at(steps[x]);
                }
                *pixel = shown;
            }
        }
        let covers = &self.plate.alpha[pixels.clone()];
        if covers.iter().any(|alpha| *alpha != u16::MAX) {
            for (x, cover) in covers.iter().enumerate() {
                if *cover == 0 && ink.is_none() {
                    out[x] = walls[wall_step(self.plate.wall[pixels.start + x])];
                } else if *cover != u16::MAX && printed(x) {
                    out[x] = self.edge(pixels.start + x, light.each_ref().map(|channel| channel[x]));
                }
            }
        }
    }

    /// A pixel that the garment covers in part.
    fn edge<const N: usize>(&self, pixel: usize, light: [f32; 3]) -> [u8; N] {
        let alpha = self.plate.alpha[pixel];
        let mut out = [(alpha >> 8) as u8; N];
        let Some(wall) = self.wall else {
            if alpha == 0 {
                return [0; N];
            }
            for (byte, light) in out.iter_mut().zip(light) {
                *byte = self.tone.show(light);
            }
            return out;
        };
        let cover = f32::from(alpha) * (1.0 / 65535.0);
        let behind = f32::from(self.plate.wall[pixel]) * (1.0 / 65535.0) * (1.0 - cover);
        for (k, byte) in out.iter_mut().take(3).enumerate() {
            *byte = self.tone.encode(self.tone.shoulder(light[k]) * cover + wall[k] * behind);
        }
        out
    }
}

/// Index of the table of the bare background.
#[inline(always)]
fn wall_step(light: u16) -> usize {
    usize::from(light) * WALL_STEPS / 65536
}
