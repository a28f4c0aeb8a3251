//! How thin ink and gaps are, and what is only half there, measured on the raster that is printed.
//!
//! The artwork is drawn at the print's resolution, and its opacity alone is kept; `pixels::stroke` measures it.

mod runs;

use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

use crate::artwork::map_bands;
use crate::cancel::Cancel;
use crate::pixels::stroke::{Kind, NONE, Plane, Probe, TILE, Thin, WHOLE, Window};
use crate::prepress::preflight::raster::runs::gather;
use crate::scene::Scene;
use crate::units::{Dpi, Length};

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted {
    /// Ink that is thinner is told.
    pub(super) line: Length,
    /// Gaps in ink that are narrower are told.
    pub(super) gap: Length,
    /// Whether half-transparent ink is told.
    pub(super) haze: bool,
}

/// A stroke or a gap that is thinner than it may be. Lengths are mm on the print area.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spot {
    /// How wide it is where it is thinnest, but for the thinnest tenth.
    pub(super) width: f64,
    /// A place in its middle.
    pub(super) middle: kurbo::Point,
    /// What holds all of it.
    pub(super) bounds: kurbo::Rect,
    /// Whether nothing else is near: a speck, or a hole.
    pub(super) is_alone: bool,
}

/// Ink that is only half there, and is no edge.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Haze {
    /// How large it is, mm².
    pub(super) area: f64,
    /// Its highest opacity, 0 to 1.
    pub(super) most: f64,
    /// What holds all of it, mm.
    pub(super) bounds: kurbo::Rect,
}

/// What was found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) lines: Vec<Spot>,
    pub(super) gaps: Vec<Spot>,
    pub(super) haze: Option<Haze>,
}

/// Measures a scene; `None` once `cancel` is set.
pub(super) fn measure(scene: &Scene, wanted: &Wanted, cancel: &Cancel) -> Option<Found> {
    let plane = opacity(scene, cancel)?;
    let (line, gap) = (wanted.line.to_px(Dpi::PRINT), wanted.gap.to_px(Dpi::PRINT));
    let probes = [Probe::new(Kind::Ink, line), Probe::new(Kind::Gap, gap)];
    let rows: Vec<usize> = (0..plane.height).step_by(TILE).collect();
    let measured: Vec<(Vec<Thin>, Vec<Thin>, Half)> = rows
        .into_par_iter()
        .flat_map_iter(|top| (0..plane.width).step_by(TILE).map(move |left| (left, top)))
        .map(|place| measure_tile(&plane, &probes, wanted.haze, place, cancel))
        .collect();
    if cancel.is_set() {
        return None;
    }
    let haze = measured.iter().fold(Half::default(), |sum, (.., half)| sum.and(half));
    let (mut lines, mut gaps) = (Vec::new(), Vec::new());
    for (thin_lines, thin_gaps, _) in measured {
        lines.extend(thin_lines);
        gaps.extend(thin_gaps);
    }
    Some(Found {
        lines: gather(lines, (Kind::Ink, line), &plane),
        gaps: gather(gaps, (Kind::Gap, gap), &plane),
        haze: haze.told(),
    })
}

fn opacity(scene: &Scene, cancel: &Cancel) -> Option<Plane> {
    let (width, height) = scene.size.to_px(Dpi::PRINT);
    let mut plane = Plane { width: width as usize, height: height as usize, bytes: Vec::new() };
    plane.bytes.reserve_exact(plane.width * plane.height);
    let level = Level::new();
    let alpha = |pixels: &[u8]| {
        let mut found = vec![0; pixels.len() / 4];
        dispatch!(level, _ => opacities(pixels, &mut found));
        found
    };
    let take = |band: &crate::artwork::Band<'_>, alpha: Option<Vec<u8>>| {
        match alpha {
            Some(alpha) => plane.bytes.extend_from_slice(&alpha),
            None => plane.bytes.resize(plane.bytes.len() + band.pixels.len() / 4, 0),
        }
        Ok::<(), std::convert::Infallible>(())
    };
    let prepare = |band: &crate::artwork::Band<'_>| (!band.is_blank).then(|| alpha(band.pixels));
    map_bands(scene, Dpi::PRINT, cancel, prepare, take)?.ok()?;
    Some(plane)
}

/// The last byte of each pixel.
#[inline(always)]
fn opacities(pixels: &[u8], target: &mut [u8]) {
    for (to, pixel) in target.iter_mut().zip(pixels.as_chunks::<4>().0) {
        *to = (u32::from_le_bytes(*pixel) >> 24) as u8;
    }
}

/// Ink that is half there, in pixels.
#[derive(Debug, Clone, Copy)]
struct Half {
    count: u64,
    most: u8,
    low: (usize, usize),
    high: (usize, usize),
}

impl Default for Half {
    fn default() -> Self {
        Self { count: 0, most: 0, low: (usize::MAX, usize::MAX), high: (0, 0) }
    }
}

impl Half {
    fn meet(&mut self, opacity: u8, (x, y): (usize, usize)) {
        self.count += 1;
        self.most = self.most.max(opacity);
        self.low = (self.low.0.min(x), self.low.1.min(y));
        self.high = (self.high.0.max(x + 1), self.high.1.max(y + 1));
    }

    fn and(self, other: &Self) -> Self {
        Self {
            count: self.count + other.count,
            most: self.most.max(other.most),
            low: (self.low.0.min(other.low.0), self.low.1.min(other.low.1)),
            high: (self.high.0.max(other.high.0), self.high.1.max(other.high.1)),
        }
    }

    fn told(self) -> Option<Haze> {
        let mm = |px: usize| px as f64 / Dpi::PRINT.px_per_mm();
        (self.count > 0).then(|| Haze {
            area: self.count as f64 / (Dpi::PRINT.px_per_mm() * Dpi::PRINT.px_per_mm()),
            most: f64::from(self.most) / 255.0,
            bounds: kurbo::Rect::new(mm(self.low.0), mm(self.low.1), mm(self.high.0), mm(self.high.1)),
        })
    }
}

fn measure_tile(
    plane: &Plane,
    probes: &[Probe; 2],
    haze: bool,
    (left, top): (usize, usize),
    cancel: &Cancel,
) -> (Vec<Thin>, Vec<Thin>, Half) {
    let halo = probes.iter().map(Probe::halo).fold(2, usize::max);
    let mut half = Half::default();
    if cancel.is_set() {
        return (Vec::new(), Vec::new(), half);
    }
    let Some(window) = Window::of(plane, (left, top), halo) else { return (Vec::new(), Vec::new(), half) };
    let [lines, gaps] = [0, 1].map(|index| probes[index].thin(&window, (left, top)));
    if haze {
        find_haze(&window, (left, top), (plane.width, plane.height), &mut half);
    }
    (lines, gaps, half)
}

/// Pixels that are looked over at once.
const AT_ONCE: usize = 32;

/// Whether ink is neither whole nor none.
const fn is_half(opacity: u8) -> bool {
    opacity > NONE && opacity < WHOLE
}

/// Pixels that are half there and no edge.
fn find_haze(window: &Window, (left, top): (usize, usize), (width, height): (usize, usize), half: &mut Half) {
    let columns = TILE.min(width - left);
    for row in 0..TILE.min(height - top) {
        let y = window.halo + row;
        let pixels = &window.bytes[y * window.width + window.halo..][..columns];
        for (step, some) in pixels.chunks(AT_ONCE).enumerate() {
            // Most have none: whole chunks are passed over.
            if !some.iter().fold(false, |any, opacity| any | is_half(*opacity)) {
                continue;
            }
            for (column, opacity) in (step * AT_ONCE..).zip(some).filter(|(_, opacity)| is_half(**opacity)) {
                if window.is_haze((window.halo + column, y)) {
                    half.meet(*opacity, (left + column, top + row));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests;
