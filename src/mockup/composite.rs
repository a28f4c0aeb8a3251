//! Dyeing the cloth and laying prints on it.
//!
//! With `a` the albedo, `g` the cloth's own, `D`, `I`, `G` the direct, indirect and specular light of the layers:
//!
//! ```text
//! a   = g * (1 - ink alpha) + ink            linear light
//! out = a * D + a * (g / layer albedo) * I + G * fibre(g) * (1 - ink alpha / 2)
//! ```
//!
//! then the view's exposure, a soft shoulder, sRGB, and the wall behind by coverage.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use rayon::prelude::*;

use crate::artwork::Artwork;
use crate::catalog::{Fabric, GarmentColor};
use crate::color::Color;
use crate::mockup::heather;
use crate::mockup::manifest::MAX_PARTS;
use crate::mockup::plate::{BLOCK_PX, Block, Plate, Sample};
use crate::mockup::pyramid::Pyramid;
use crate::mockup::surface::Surface;
use crate::mockup::tone::{TONE, Tone};

/// Rows that one task composites.
const BAND_ROWS: usize = 16;
/// White cotton reflects this much of the light, not all of it.
const WHITE_ALBEDO: f32 = 0.86;

/// How a garment is dyed.
#[derive(Debug, Clone, PartialEq)]
pub struct GarmentLook {
    /// The dye of parts that `parts` does not name.
    pub base: Color,
    /// The dye of parts that differ, by part id.
    pub parts: BTreeMap<String, Color>,
    /// How the yarn takes the dye.
    pub fabric: Fabric,
}

impl GarmentLook {
    /// One even colour all over.
    #[must_use]
    pub fn solid(base: Color) -> Self {
        Self { base, parts: BTreeMap::new(), fabric: Fabric::Solid }
    }
}

impl From<&GarmentColor> for GarmentLook {
    fn from(color: &GarmentColor) -> Self {
        Self { base: color.base, parts: color.parts.clone(), fabric: color.fabric }
    }
}

/// What surrounds the garment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Background {
    /// A lit wall of this colour, with the garment's shadow.
    Wall(Color),
    /// Nothing; the preview has an alpha channel.
    Transparent,
}

/// How to composite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompositeOptions {
    /// What surrounds the garment. Default: a wall of [`STUDIO_WALL`].
    pub background: Background,
}

/// A grey with a little blue: light enough for a studio, dark enough for the edges of a white shirt.
pub const STUDIO_WALL: Color = Color::new(0xd8, 0xdd, 0xe4);

impl Default for CompositeOptions {
    fn default() -> Self {
        Self { background: Background::Wall(STUDIO_WALL) }
    }
}

/// An artwork and where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Print<'a> {
    /// The artwork.
    pub artwork: &'a Artwork,
    /// Its place on the cloth.
    pub surface: Surface,
}

/// A dyed garment without prints, at one width: what prints are laid on.
#[derive(Clone)]
pub struct Blank {
    plate: Arc<Plate>,
    dye: Dye,
    background: Background,
    pixels: Vec<u8>,
}

/// A finished picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Which channels `pixels` has.
    pub channels: Channels,
    /// sRGB bytes, rows from the top.
    pub pixels: Vec<u8>,
    /// Rows in which prints changed anything; all others equal the blank's.
    pub printed_rows: Range<u32>,
}

/// Channels of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and straight (not premultiplied) alpha.
    Rgba,
}

impl Channels {
    /// Bytes of one pixel.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({} x {} {:?}, printed {:?})", self.width, self.height, self.channels, self.printed_rows)
    }
}

impl std::fmt::Debug for Blank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blank({:?})", self.plate)
    }
}

/// Dyes the garment of a plate. A blank of 1200 x 1500 pixels takes 5.4 MB besides its plate.
#[must_use]
pub fn tint(plate: Arc<Plate>, look: &GarmentLook, options: &CompositeOptions) -> Blank {
    let dye = Dye::new(&plate, look);
    let background = options.background;
    let painter = Painter::new(&plate, &dye, background);
    let pixels = match channels_of(background) {
        Channels::Rgb => painter.tint::<3>(),
        Channels::Rgba => painter.tint::<4>(),
    };
    Blank { plate, dye, background, pixels }
}

impl Blank {
    /// The plate it was made from.
    #[must_use]
    pub fn plate(&self) -> &Arc<Plate> {
        &self.plate
    }

    /// The picture without prints.
    #[must_use]
    pub fn preview(&self) -> Preview {
        composite(self, &[])
    }
}

/// Lays prints on a blank, in order. Depends on its arguments only and cannot fail.
///
/// Prints on different panels never cover each other; on one panel the later lie on the earlier.
#[must_use]
pub fn composite(blank: &Blank, prints: &[Print<'_>]) -> Preview {
    let plate = &*blank.plate;
    let channels = channels_of(blank.background);
    let mut pixels = blank.pixels.clone();
    let inks: Vec<Ink<'_>> = prints.iter().map(|print| Ink::new(plate, print)).collect();
    let painter = Painter::new(plate, &blank.dye, blank.background);
    let printed_rows = match channels {
        _ if inks.is_empty() => 0..0,
        Channels::Rgb => painter.print::<3>(&inks, &mut pixels),
        Channels::Rgba => painter.print::<4>(&inks, &mut pixels),
    };
    Preview { width: plate.width(), height: plate.height(), channels, pixels, printed_rows }
}

const fn channels_of(background: Background) -> Channels {
    match background {
        Background::Wall(_) => Channels::Rgb,
        Background::Transparent => Channels::Rgba,
    }
}

fn union(a: Range<u32>, b: Range<u32>) -> Range<u32> {
    if a.is_empty() {
        b
    } else if b.is_empty() {
        a
    } else {
        a.start.min(b.start)..a.end.max(b.end)
    }
}

/// Linear albedo by part, and how uneven it is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dye {
    pub(super) parts: [[f32; 3]; MAX_PARTS],
    /// Deviation of the albedo for one unit of the plate's heather.
    pub(super) heather: f32,
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
pub(super) fn fibre(albedo: [f32; 3]) -> f32 {
    let mean = (albedo[0] + albedo[1] + albedo[2]) / 3.0;
    0.35 + 0.65 * (mean / 0.6).clamp(0.0, 1.0)
}

/// The cloth of one pixel.
#[derive(Clone, Copy, Default)]
struct Cloth {
    albedo: [f32; 3],
    fibre: f32,
}

/// An artwork ready to be sampled by pattern coordinates.
struct Ink<'a> {
    pyramid: Pyramid<'a>,
    panel: u8,
    /// Pattern coordinates of the artwork's top left corner.
    origin: [f32; 2],
    /// Artwork pixels for one centimetre of the pattern.
    px_per_cm: f32,
    /// Size in artwork pixels.
    size: [f32; 2],
}

impl<'a> Ink<'a> {
    fn new(plate: &Plate, print: &Print<'a>) -> Self {
        let surface = &print.surface;
        let px_per_cm = (print.artwork.dpi.px_per_mm() / surface.cm_per_mm) as f32;
        let pixels = &print.artwork.pixels;
        let mut ink = Self {
            pyramid: Pyramid::new(print.artwork, 0.0),
            panel: surface.panel,
            origin: surface.origin_cm.map(|value| value as f32),
            px_per_cm,
            size: [pixels.width() as f32, pixels.height() as f32],
        };
        let touched = plate.blocks.iter().filter(|block| ink.touches(block));
        let footprint = touched.map(|block| block.footprint).fold(0.0, f32::max);
        ink.pyramid = Pyramid::new(print.artwork, footprint * px_per_cm);
        ink
    }

    /// Whether a block of pixels may show some of it.
    fn touches(&self, block: &Block) -> bool {
        let margin = block.footprint + 2.0 / self.px_per_cm;
        block.panels >> self.panel & 1 == 1
            && block.high[0] + margin > self.origin[0]
            && block.low[0] - margin < self.origin[0] + self.size[0] / self.px_per_cm
            && block.low[1] - margin < self.origin[1]
            && block.high[1] + margin > self.origin[1] - self.size[1] / self.px_per_cm
    }

    /// Linear premultiplied ink at a place of the cloth.
    #[inline(always)]
    fn at(&self, sample: Sample, tone: &Tone) -> Option<[f32; 4]> {
        let x = (sample.at[0] - self.origin[0]) * self.px_per_cm;
        let y = (self.origin[1] - sample.at[1]) * self.px_per_cm;
        let footprint = sample.footprint * self.px_per_cm;
        let reach = footprint + 2.0;
        if x < -reach || y < -reach || x > self.size[0] + reach || y > self.size[1] + reach {
            return None;
        }
        let texel = self.pyramid.sample(x, y, footprint);
        let alpha = texel[3] * (1.0 / 255.0);
        if alpha <= 0.0 {
            return None;
        }
        let straight = if alpha >= 1.0 { 1.0 } else { 1.0 / alpha };
        let linear = |k: usize| tone.decode(texel[k] * straight) * alpha;
        Some([linear(0), linear(1), linear(2), alpha])
    }
}

/// Everything that rows have in common.
struct Painter<'a> {
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
    fn new(plate: &'a Plate, dye: &'a Dye, background: Background) -> Self {
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

    /// The cloth of some columns of a row.
    fn cloth(&self, y: usize, columns: Range<usize>, cloth: &mut [Cloth]) {
        let plate = self.plate;
        let row = y * plate.width;
        let dyed = self.dye.parts.map(|albedo| Cloth { albedo, fibre: fibre(albedo) });
        let parts = &plate.part[row + columns.start..row + columns.end];
        for (cloth, part) in cloth[columns.clone()].iter_mut().zip(parts) {
            *cloth = dyed[usize::from(*part) % MAX_PARTS];
        }
        for mix in plate.mixes.row(y).iter().filter(|mix| columns.contains(&(mix.x as usize))) {
            let share = |k: usize| mix.shares.iter().zip(&self.dye.parts).map(|(share, part)| share * part[k]).sum();
            let albedo = [share(0), share(1), share(2)];
            cloth[mix.x as usize] = Cloth { albedo, fibre: fibre(albedo) };
        }
        if let Some(heather) = self.heather {
            let deviations = &heather[row + columns.start..row + columns.end];
            for (cloth, deviation) in cloth[columns].iter_mut().zip(deviations) {
                let factor = (1.0 + self.dye.heather * f32::from(*deviation)).max(0.1);
                cloth.albedo = cloth.albedo.map(|channel| channel * factor);
                cloth.fibre = fibre(cloth.albedo);
            }
        }
    }

    /// The blank, `N` bytes a pixel.
    fn tint<const N: usize>(&self) -> Vec<u8> {
        let width = self.plate.width;
        let mut pixels = vec![0; width * self.plate.height * N];
        pixels.par_chunks_mut(width * N * BAND_ROWS).enumerate().for_each(|(band, rows)| {
            let mut cloth = vec![Cloth::default(); width];
            for (row, line) in rows.as_chunks_mut::<N>().0.chunks_exact_mut(width).enumerate() {
                let y = band * BAND_ROWS + row;
                self.cloth(y, 0..width, &mut cloth);
                for (x, (pixel, cloth)) in line.iter_mut().zip(&cloth).enumerate() {
                    *pixel = self.paint(y * width + x, *cloth, [0.0; 4]);
                }
            }
        });
        pixels
    }

    /// Lays prints on a blank of `N` bytes a pixel and tells which rows they changed.
    fn print<const N: usize>(&self, inks: &[Ink<'_>], pixels: &mut [u8]) -> Range<u32> {
        pixels
            .par_chunks_mut(self.plate.width * N * BAND_ROWS)
            .enumerate()
            .map(|(band, rows)| self.print_band::<N>(inks, band, rows.as_chunks_mut::<N>().0))
            .reduce(|| 0..0, union)
    }

    /// Lays prints on some rows and tells which of them they changed.
    fn print_band<const N: usize>(&self, inks: &[Ink<'_>], band: usize, rows: &mut [[u8; N]]) -> Range<u32> {
        let width = self.plate.width;
        let mut cloth = Vec::new();
        let mut layer = Vec::new();
        let mut printed = 0..0;
        for (row, line) in rows.chunks_exact_mut(width).enumerate() {
            let y = band * BAND_ROWS + row;
            if !self.blocks(y).iter().any(|block| inks.iter().any(|ink| ink.touches(block))) {
                continue;
            }
            cloth.resize(width, Cloth::default());
            layer.resize(width, [0.0; 4]);
            let columns = self.ink_row(inks, y, &mut layer);
            if columns.is_empty() {
                continue;
            }
            printed = union(printed, y as u32..y as u32 + 1);
            self.cloth(y, columns.clone(), &mut cloth);
            let inked = line[columns.clone()].iter_mut().zip(&cloth[columns.clone()]).zip(&layer[columns.clone()]);
            for (x, ((pixel, cloth), ink)) in inked.enumerate() {
                if ink[3] > 0.0 {
                    *pixel = self.paint(y * width + columns.start + x, *cloth, *ink);
                }
            }
            layer[columns].fill([0.0; 4]);
        }
        printed
    }

    /// The blocks of a row.
    fn blocks(&self, y: usize) -> &[Block] {
        let count = self.plate.blocks_per_row();
        &self.plate.blocks[y * count..(y + 1) * count]
    }

    /// Collects the ink of a row and tells in which columns there is any.
    fn ink_row(&self, inks: &[Ink<'_>], y: usize, layer: &mut [[f32; 4]]) -> Range<usize> {
        let plate = self.plate;
        let row = y * plate.width;
        let mut inked = 0..0;
        for (idx, block) in self.blocks(y).iter().enumerate() {
            if !inks.iter().any(|ink| ink.touches(block)) {
                continue;
            }
            let columns = idx * BLOCK_PX..((idx + 1) * BLOCK_PX).min(plate.width);
            let pixels = row + columns.start..row + columns.end;
            let samples = plate.panel[pixels.clone()].iter().zip(&plate.samples[pixels]);
            for (ink, (panel, sample)) in layer[columns.clone()].iter_mut().zip(samples) {
                self.add(inks, *panel, *sample, ink);
            }
            inked = if inked.is_empty() { columns } else { inked.start..columns.end };
        }
        if !inked.is_empty() {
            for tap in plate.taps.row(y).iter().filter(|tap| inked.contains(&(tap.x as usize))) {
                self.add(inks, tap.panel, tap.sample, &mut layer[tap.x as usize]);
            }
        }
        let first = inked.clone().find(|x| layer[*x][3] > 0.0).unwrap_or(0);
        let last = inked.rev().find(|x| layer[*x][3] > 0.0).map_or(0, |x| x + 1);
        first..last
    }

    /// Adds what the prints leave at one place of the cloth to a pixel.
    #[inline(always)]
    fn add(&self, inks: &[Ink<'_>], panel: u8, sample: Sample, pixel: &mut [f32; 4]) {
        let mut stack = [0.0_f32; 4];
        for ink in inks {
            if ink.panel != panel {
                continue;
            }
            if let Some(top) = ink.at(sample, self.tone) {
                let rest = 1.0 - top[3];
                stack = std::array::from_fn(|k| stack[k] * rest + top[k]);
            }
        }
        *pixel = std::array::from_fn(|k| pixel[k] + stack[k] * sample.weight);
    }

    /// Lights one pixel.
    #[inline(always)]
    fn paint<const N: usize>(&self, pixel: usize, cloth: Cloth, ink: [f32; 4]) -> [u8; N] {
        let alpha = self.plate.alpha[pixel];
        let mut out = [(alpha >> 8) as u8; N];
        if alpha == u16::MAX || self.wall.is_none() && alpha > 0 {
            let light = self.light(pixel, cloth, ink);
            for k in 0..3 {
                out[k] = self.tone.show(light[k]);
            }
            return out;
        }
        let Some(wall) = self.wall else { return [0; N] };
        let cover = f32::from(alpha) * (1.0 / 65535.0);
        let behind = f32::from(self.plate.wall[pixel]) * (1.0 / 65535.0) * (1.0 - cover);
        let before = if alpha == 0 {
            [0.0; 3]
        } else {
            self.light(pixel, cloth, ink).map(|light| self.tone.shoulder(light) * cover)
        };
        for k in 0..3 {
            out[k] = self.tone.encode(before[k] + wall[k] * behind);
        }
        out
    }

    /// Exposed light from the cloth of one pixel with its ink.
    #[inline(always)]
    fn light(&self, pixel: usize, cloth: Cloth, ink: [f32; 4]) -> [f32; 3] {
        let words = self.plate.light[pixel];
        let [direct, indirect, specular]: [f32; 3] = std::array::from_fn(|k| f32::from(words[k]) * self.light_units[k]);
        let bare = 1.0 - ink[3];
        let sheen = specular * cloth.fibre * (1.0 - 0.5 * ink[3]);
        std::array::from_fn(|k| {
            let albedo = cloth.albedo[k] * bare + ink[k];
            albedo * (direct + cloth.albedo[k] * indirect) + sheen
        })
    }
}
