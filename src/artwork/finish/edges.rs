//! Half-transparent ink made whole or none.

use crate::artwork::region::Region;
use crate::math::sin_cos;
use crate::pixels::stroke::{NONE, Plane, WHOLE, is_hairline};

/// What has whole ink and none as near as this, pixels, is an edge and no fade.
pub(super) const NEAR: usize = 3;

/// Degrees by which lines of dots turn: what beats least with cloth.
const ANGLE: f64 = 22.5;

/// The opacity of pixels.
pub(super) fn opacity(pixels: &[u8]) -> Vec<u8> {
    pixels.as_chunks::<4>().0.iter().map(|pixel| pixel[3]).collect()
}

/// The colour of a premultiplied pixel that is not transparent.
pub(super) fn straight([r, g, b, alpha]: [u8; 4]) -> [u8; 3] {
    let alpha = u32::from(alpha.max(1));
    [r, g, b].map(|channel| ((u32::from(channel) * 255 + alpha / 2) / alpha).min(255) as u8)
}

/// All ink of at least an opacity whole, and none else.
pub(super) fn harden(pixels: &mut [u8], threshold: f64) {
    let least = least(threshold);
    for pixel in pixels.as_chunks_mut::<4>().0 {
        settle_pixel(pixel, pixel[3] >= least);
    }
}

/// Fades whole from an opacity on, and nothing below; edges stay as they are.
pub(super) fn settle(plane: &mut Plane, threshold: f64) {
    let least = least(threshold);
    for index in fades(&plane.bytes, plane.width) {
        plane.bytes[index] = if plane.bytes[index] >= least { 255 } else { 0 };
    }
}

/// As [`settle`], of pixels.
pub(super) fn harden_fades(pixels: &mut [u8], region: Region, threshold: f64) {
    let least = least(threshold);
    let fades = fades(&opacity(pixels), region.width() as usize);
    let pixels = pixels.as_chunks_mut::<4>().0;
    for index in fades {
        let pixel = &mut pixels[index];
        settle_pixel(pixel, pixel[3] >= least);
    }
}

/// Fades as dots, edges hard.
pub(super) fn screen(pixels: &mut [u8], region: Region, screen: &Screen) {
    let width = region.width() as usize;
    let fades = fades(&opacity(pixels), width);
    let mut fades = fades.into_iter().peekable();
    for (index, pixel) in pixels.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let is_fade = fades.next_if_eq(&index).is_some();
        if matches!(pixel[3], 0 | 255) {
            continue;
        }
        let place = (f64::from(region.x0) + (index % width) as f64, f64::from(region.y0) + (index / width) as f64);
        settle_pixel(pixel, if is_fade { screen.prints(pixel[3], place) } else { pixel[3] >= 128 });
    }
}

fn least(threshold: f64) -> u8 {
    (threshold * 255.0).round().clamp(1.0, 255.0) as u8
}

fn settle_pixel(pixel: &mut [u8; 4], is_ink: bool) {
    if !is_ink {
        *pixel = [0; 4];
    } else if pixel[3] < 255 {
        let [r, g, b] = straight(*pixel);
        *pixel = [r, g, b, 255];
    }
}

/// The places, in their order, that are half there and no edges: not both whole ink and none is near, and they are no lines
/// of a pixel's width, or lie near what is none.
fn fades(bytes: &[u8], width: usize) -> Vec<usize> {
    let is_half = |value: u8| value > NONE && value < WHOLE;
    if !bytes.iter().any(|value| is_half(*value)) {
        return Vec::new();
    }
    let whole = spread(bytes, width, |value| value >= WHOLE);
    let none = spread(bytes, width, |value| value <= NONE);
    let (columns, rows) = (width.cast_signed(), (bytes.len() / width).cast_signed());
    let is_fade = |index: &usize| {
        if !is_half(bytes[*index]) || whole[*index] & none[*index] != 0 {
            return false;
        }
        let (x, y) = ((index % width).cast_signed(), (index / width).cast_signed());
        !is_hairline(|dx, dy| {
            let (x, y) = (x + dx, y + dy);
            let inside = x >= 0 && y >= 0 && x < columns && y < rows;
            !inside || bytes[y.cast_unsigned() * width + x.cast_unsigned()] <= NONE
        })
    };
    let fades: Vec<usize> = (0..bytes.len()).filter(is_fade).collect();
    let mut is_near = vec![0; bytes.len()];
    fades.iter().for_each(|index| is_near[*index] = 1);
    let is_near = spread(&is_near, width, |value| value == 1);
    // The corner of something faint is as thin as a line, and is no line.
    let is_one = |index: &usize| is_half(bytes[*index]) && whole[*index] & none[*index] == 0 && is_near[*index] == 1;
    (0..bytes.len()).filter(is_one).collect()
}

/// 1 wherever `is` holds of a byte at most [`NEAR`] rows and columns away.
fn spread(bytes: &[u8], width: usize, is: impl Fn(u8) -> bool) -> Vec<u8> {
    let here: Vec<u8> = bytes.iter().map(|value| u8::from(is(*value))).collect();
    let mut across = here.clone();
    for (row, target) in here.chunks_exact(width).zip(across.chunks_exact_mut(width)) {
        for shift in 1..=NEAR.min(width) {
            target[shift..].iter_mut().zip(row).for_each(|(to, from)| *to |= from);
            target.iter_mut().zip(&row[shift..]).for_each(|(to, from)| *to |= from);
        }
    }
    let mut spread = across.clone();
    for shift in (1..=NEAR).map(|rows| rows * width).filter(|shift| *shift < across.len()) {
        spread[shift..].iter_mut().zip(&across).for_each(|(to, from)| *to |= from);
        spread.iter_mut().zip(&across[shift..]).for_each(|(to, from)| *to |= from);
    }
    spread
}

/// Steps of a wave, and of what is looked up by it.
const STEPS: usize = 1024;

/// Round dots on a lattice in mm.
#[derive(Debug)]
pub(super) struct Screen {
    /// Cells for a pixel to the right, across and down the lattice.
    step: (f64, f64),
    /// A wave, 1 in the middle of a cell and -1 at its sides.
    wave: Vec<f32>,
    /// How much of a cell lies nearer to its middle than where two waves have this sum.
    share: Vec<f32>,
    /// The share that each opacity prints.
    tones: Vec<f32>,
}

impl Screen {
    pub(super) fn new(lpi: f64, dot: f64, px_per_mm: f64) -> Self {
        let cell = 25.4 / lpi;
        let (sin, cos) = sin_cos(ANGLE.to_radians());
        let step = 1.0 / (cell * px_per_mm);
        let turn = std::f64::consts::TAU / STEPS as f64;
        let wave: Vec<f32> = (0..STEPS).map(|at| sin_cos((at as f64 + 0.5) * turn).1 as f32).collect();
        // A quarter of the steps along each side is exact to a hundredth of a percent.
        let mut counts = vec![0_u32; STEPS];
        for across in wave.iter().step_by(4) {
            wave.iter().step_by(4).for_each(|down| counts[slot(*across + *down)] += 1);
        }
        let total = counts.iter().sum::<u32>() as f32;
        let mut nearer = 0;
        let mut share: Vec<f32> = Vec::with_capacity(STEPS);
        for count in counts.iter().rev() {
            share.push((nearer as f32 + *count as f32 / 2.0) / total);
            nearer += count;
        }
        share.reverse();
        let least = (std::f64::consts::PI / 4.0 * (dot / cell) * (dot / cell)).min(0.5);
        let tones = (0..=255).map(|tone| held(f64::from(tone) / 255.0, least) as f32).collect();
        Self { step: (step * cos, step * sin), wave, share, tones }
    }

    /// Whether an opacity prints the pixel whose corner lies at a place of the raster.
    fn prints(&self, opacity: u8, (x, y): (f64, f64)) -> bool {
        let (x, y) = (x + 0.5, y + 0.5);
        let (u, v) = (x * self.step.0 + y * self.step.1, y * self.step.0 - x * self.step.1);
        let wave = |at: f64| self.wave[((at - at.floor()) * STEPS as f64) as usize % STEPS];
        self.share[slot(wave(u) + wave(v))] < self.tones[usize::from(opacity)]
    }
}

/// Where the sum of two waves is looked up.
fn slot(sum: f32) -> usize {
    ((sum + 2.0) / 4.0 * STEPS as f32).clamp(0.0, STEPS as f32 - 1.0) as usize
}

/// What a tone prints where dots and holes of less than `least` do not hold: lighter tones get the smallest dot, or none
/// below its half, and darker ones the smallest hole.
fn held(tone: f64, least: f64) -> f64 {
    let small = |tone: f64| if tone < least / 2.0 { 0.0 } else { tone.max(least) };
    if tone <= 0.5 { small(tone) } else { 1.0 - small(1.0 - tone) }
}
