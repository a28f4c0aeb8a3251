//! Light on dyed and printed cloth, block by block: from the plate's planes to the picture's bytes.

use std::ops::Range;
use std::sync::Arc;

use fearless_simd::{Level, Simd, dispatch};
use rayon::prelude::*;

use crate::catalog::Fabric;
use crate::color::Color;
use crate::mockup::composite::{Background, GarmentLook};
use crate::mockup::heather;
use crate::mockup::ink::{self, Ink, InkBlock};
use crate::mockup::manifest::MAX_PARTS;
use crate::mockup::plate::{BLOCK_PX, Block, Cover, EdgePixel, Plate, block_of};
use crate::mockup::tone::{TONE, Tone, step};
use crate::pixels::buffer::Buffer;

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
            Fabric::Heather { contrast } => contrast.clamp(0.0, Fabric::MAX_CONTRAST) as f32 / heather::UNITS,
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

/// Exposed light on a block of pixels, a channel after the other.
type Light = [[f32; BLOCK_PX]; 3];
const DARK: Light = [[0.0; BLOCK_PX]; 3];

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
    /// The wall's colour and its linear light, or none for a transparent background.
    wall: Option<(Color, [f32; 3])>,
    /// What turns direct, indirect and specular words into exposed light; indirect light is divided by the albedo that
    /// the layer was rendered with.
    light_units: [f32; 3],
    tone: &'static Tone,
    level: Level,
}

impl<'a> Painter<'a> {
    pub(super) fn new(plate: &'a Plate, dye: &'a Dye, background: Background) -> Self {
        let unit = plate.light_unit * plate.exposure;
        Self {
            plate,
            dye,
            heather: (dye.heather > 0.0).then(|| plate.heather()),
            wall: match background {
                Background::Wall(color) => Some((color, color.to_linear())),
                Background::Transparent => None,
            },
            light_units: [unit, unit / plate.albedo, unit],
            tone: &TONE,
            level: Level::new(),
        }
    }

    /// The blank, `N` bytes a pixel.
    pub(super) fn tint<const N: usize>(&self) -> Buffer {
        let width = self.plate.width;
        let mut pixels = Buffer::unfilled(width * self.plate.height * N);
        let wall =
            self.wall.map(|(color, _)| self.plate.walls.get_or_make(&color, || Arc::new(self.bare_wall().into())));
        let wall: &[[u8; N]] = wall.as_deref().map_or(&[], |wall| wall.as_chunks().0);
        pixels.par_chunks_mut(width * N * BAND_ROWS).enumerate().for_each(|(band, rows)| {
            let rows = rows.as_chunks_mut::<N>().0;
            dispatch!(self.level, _ => self.tint_band(wall, band, rows));
        });
        pixels
    }

    /// Dyes some rows.
    #[inline(always)]
    fn tint_band<const N: usize>(&self, wall: &[[u8; N]], band: usize, rows: &mut [[u8; N]]) {
        let width = self.plate.width;
        let mut cloth = ClothBlock::BLACK;
        let mut light = DARK;
        for (row, line) in rows.chunks_exact_mut(width).enumerate() {
            let y = band * BAND_ROWS + row;
            for (idx, (block, out)) in self.blocks(y).iter().zip(line.chunks_mut(BLOCK_PX)).enumerate() {
                let start = y * width + idx * BLOCK_PX;
                let pixels = start..start + out.len();
                if block.cover == Cover::Bare {
                    behind(out, wall.get(pixels));
                    continue;
                }
                if block.cover == Cover::Edge {
                    behind(out, wall.get(pixels.clone()));
                }
                self.cloth(y, (pixels, block), &mut cloth);
                self.bare_light(start, &cloth, &mut light);
                self.show(&light, block.covered, out);
                self.show_edges((y, idx * BLOCK_PX, block), &light, block.covered, out);
            }
        }
    }

    /// The wall as it is seen beside the garment, three bytes a pixel.
    fn bare_wall(&self) -> Vec<u8> {
        let [red, green, blue] = self.wall.map_or([0.0; 3], |(_, wall)| wall);
        let by_light: Vec<[u8; 3]> = (0..WALL_STEPS)
            .map(|idx| (idx as f32 + 0.5) / WALL_STEPS as f32)
            .map(|light| [red, green, blue].map(|wall| self.tone.encode(wall * light)))
            .collect();
        let mut pixels = vec![0; self.plate.width * self.plate.height * 3];
        for ((pixel, light), alpha) in pixels.as_chunks_mut().0.iter_mut().zip(&self.plate.wall).zip(&self.plate.alpha)
        {
            if *alpha == 0 {
                *pixel = by_light[usize::from(*light) * WALL_STEPS / 65536];
            }
        }
        pixels
    }

    /// Lays prints on a copy of a blank of `N` bytes a pixel and tells where they changed it.
    pub(super) fn print<const N: usize>(&self, inks: &[Ink<'_>], blank: &[u8], pixels: &mut [u8]) -> Printed {
        let band_bytes = self.plate.width * N * BAND_ROWS;
        let bands = pixels.par_chunks_mut(band_bytes).zip(blank.par_chunks(band_bytes)).enumerate();
        bands
            .map(|(band, (rows, bare))| {
                rows.copy_from_slice(bare);
                let rows = rows.as_chunks_mut::<N>().0;
                dispatch!(self.level, simd => self.print_band::<N, _>(simd, inks, band, rows))
            })
            .reduce(|| Printed::NONE, Printed::union)
    }

    /// Lays prints on some rows and tells where they changed them.
    #[inline(always)]
    fn print_band<const N: usize, S: Simd>(
        &self,
        simd: S,
        inks: &[Ink<'_>],
        band: usize,
        rows: &mut [[u8; N]],
    ) -> Printed {
        let width = self.plate.width;
        let mut cloth = ClothBlock::BLACK;
        let (mut ink, mut light) = (InkBlock::NONE, DARK);
        let mut touching: Vec<&Ink<'_>> = Vec::with_capacity(inks.len());
        let mut printed = Printed::NONE;
        for (row, line) in rows.chunks_exact_mut(width).enumerate() {
            let y = band * BAND_ROWS + row;
            if !inks.iter().any(|ink| ink.touches(&self.plate.rows[y])) {
                continue;
            }
            for (idx, (block, out)) in self.blocks(y).iter().zip(line.chunks_mut(BLOCK_PX)).enumerate() {
                touching.clear();
                for ink in inks {
                    if ink.touches(block) {
                        touching.push(ink);
                    }
                }
                if touching.is_empty() {
                    continue;
                }
                let first = idx * BLOCK_PX;
                let pixels = y * width + first..y * width + first + out.len();
                ink::on_block(simd, &touching, self.plate, (pixels.start, block), self.tone, &mut ink);
                let mask = ink.mask(simd) & block.covered;
                if mask == 0 {
                    continue;
                }
                self.cloth(y, (pixels.clone(), block), &mut cloth);
                self.light(pixels.start, &cloth, &ink, &mut light);
                self.show(&light, mask, out);
                self.show_edges((y, first, block), &light, mask, out);
                let (start, end) = (mask.trailing_zeros() as usize, BLOCK_PX - mask.leading_zeros() as usize);
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
    #[inline(always)]
    fn cloth(&self, y: usize, (pixels, block): (Range<usize>, &Block), cloth: &mut ClothBlock) {
        let plate = self.plate;
        let albedo = |part: u8| self.dye.parts[usize::from(part) % MAX_PARTS];
        if let Some(part) = block.part {
            if cloth.part != Some(part) {
                cloth.fill(albedo(part));
                cloth.part = Some(part);
            }
        } else {
            plate.part[pixels.clone()].iter().enumerate().for_each(|(x, part)| cloth.set(x, albedo(*part)));
            let left = pixels.start - y * plate.width;
            let mixes = plate.mixes.row(y);
            let mixes = &mixes[mixes.partition_point(|mix| (mix.x as usize) < left)..];
            for mix in mixes.iter().take_while(|mix| (mix.x as usize) < left + pixels.len()) {
                let share =
                    |k: usize| mix.shares.iter().zip(&self.dye.parts).map(|(share, part)| share * part[k]).sum();
                cloth.set(mix.x as usize - left, [share(0), share(1), share(2)]);
            }
            cloth.part = None;
        }
        if let Some(heather) = self.heather {
            cloth.stray(&heather[pixels], self.dye.heather);
            cloth.part = None;
        }
    }

    /// Exposed light from a block of cloth. `first` is the block's first pixel.
    #[inline(always)]
    fn bare_light(&self, first: usize, cloth: &ClothBlock, light: &mut Light) {
        let [direct, indirect, specular] = self.plate.light.each_ref().map(|plane| block_of(plane, first));
        let [unit_direct, unit_indirect, unit_specular] = self.light_units;
        let [reds, greens, blues] = light;
        for x in 0..BLOCK_PX {
            let direct = f32::from(direct[x]) * unit_direct;
            let indirect = f32::from(indirect[x]) * unit_indirect;
            let sheen = f32::from(specular[x]) * unit_specular * cloth.fibre[x];
            let of = |k: usize| {
                let own = cloth.albedo[k][x];
                own * (direct + own * indirect) + sheen
            };
            (reds[x], greens[x], blues[x]) = (of(0), of(1), of(2));
        }
    }

    /// The same with its ink.
    #[inline(always)]
    fn light(&self, first: usize, cloth: &ClothBlock, ink: &InkBlock, light: &mut Light) {
        let [direct, indirect, specular] = self.plate.light.each_ref().map(|plane| block_of(plane, first));
        let [unit_direct, unit_indirect, unit_specular] = self.light_units;
        let [reds, greens, blues] = light;
        for x in 0..BLOCK_PX {
            let direct = f32::from(direct[x]) * unit_direct;
            let indirect = f32::from(indirect[x]) * unit_indirect;
            let sheen = f32::from(specular[x]) * unit_specular * cloth.fibre[x] * (1.0 - 0.5 * ink.alpha[x]);
            let rest = 1.0 - ink.alpha[x];
            let of = |k: usize| {
                let own = cloth.albedo[k][x];
                (own * rest + ink.color[k][x]) * (direct + own * indirect) + sheen
            };
            (reds[x], greens[x], blues[x]) = (of(0), of(1), of(2));
        }
    }

    /// Writes the pixels of a block that `mask` has a bit for.
    #[inline(always)]
    fn show<const N: usize>(&self, light: &Light, mask: u32, out: &mut [[u8; N]]) {
        let mut steps = [[0; BLOCK_PX]; 3];
        for (steps, light) in steps.iter_mut().zip(light) {
            steps.iter_mut().zip(light).for_each(|(index, light)| *index = step(*light));
        }
        let show = |x: usize, pixel: &mut [u8; N]| {
            pixel[0] = self.tone.shown_at(steps[0][x]);
            pixel[1] = self.tone.shown_at(steps[1][x]);
            pixel[2] = self.tone.shown_at(steps[2][x]);
            if let Some(alpha) = pixel.get_mut(3) {
                *alpha = u8::MAX;
            }
        };
        if mask == u32::MAX {
            out.iter_mut().take(BLOCK_PX).enumerate().for_each(|(x, pixel)| show(x, pixel));
        } else {
            let mut left = mask;
            while left != 0 {
                let x = left.trailing_zeros() as usize;
                show(x, &mut out[x]);
                left &= left - 1;
            }
        }
    }

    /// Writes those pixels of a block of row `y` that the garment covers in part and `mask` has a bit for.
    #[inline(always)]
    fn show_edges<const N: usize>(
        &self,
        (y, left, block): (usize, usize, &Block),
        light: &Light,
        mask: u32,
        out: &mut [[u8; N]],
    ) {
        if block.cover == Cover::Whole {
            return;
        }
        let edges = self.plate.edges.row(y);
        let edges = &edges[edges.partition_point(|edge| (edge.x as usize) < left)..];
        let right = left + out.len();
        for edge in edges.iter().take_while(|edge| (edge.x as usize) < right) {
            let x = edge.x as usize - left;
            if mask >> x & 1 == 1 {
                out[x] = self.edge(*edge, light.each_ref().map(|channel| channel[x]));
            }
        }
    }

    /// A pixel that the garment covers in part.
    fn edge<const N: usize>(&self, edge: EdgePixel, light: [f32; 3]) -> [u8; N] {
        let mut out = [(edge.alpha >> 8) as u8; N];
        let Some((_, wall)) = self.wall else {
            for (byte, light) in out.iter_mut().zip(light) {
                *byte = self.tone.show(light);
            }
            return out;
        };
        let cover = f32::from(edge.alpha) * (1.0 / 65535.0);
        let behind = f32::from(edge.wall) * (1.0 / 65535.0) * (1.0 - cover);
        for (k, byte) in out.iter_mut().take(3).enumerate() {
            *byte = self.tone.encode(self.tone.shoulder(light[k]) * cover + wall[k] * behind);
        }
        out
    }
}

/// What is seen where there is no garment: the wall, or nothing.
#[inline(always)]
fn behind<const N: usize>(out: &mut [[u8; N]], wall: Option<&[[u8; N]]>) {
    match wall {
        Some(wall) => out.copy_from_slice(wall),
        None => out.fill([0; N]),
    }
}
