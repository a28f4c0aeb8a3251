//! A scene in pixels.
//!
//! The first pixel's corner lies at (0 mm, 0 mm) of the print area; what lies outside the area is cut off. Everything
//! is drawn in bands of rows, so that a print file of any length needs the same memory: [`for_each_band`] hands the
//! bands to a consumer from the top down while the next ones are drawn, [`rasterize`] puts them together, and
//! [`reduce`] averages a print raster to a preview without ever holding it.
//!
//! Paths are drawn with vello's eight-bit pipeline: solid colours come out exactly, and blends within 2 of 255 of the
//! formulas. A raster drawn at a low resolution differs from the reduced print by 0.3 of 255 in the mean, at single
//! edge pixels by up to about half (measured on the bench scene at 75 dpi). Gradients are interpolated with straight alpha, as SVG and PDF do, so that all outputs agree.

mod bands;
mod draw;
mod picture;
mod plan;
mod region;
mod soften;
mod svg;
mod vector;

#[cfg(test)]
mod tests;

use rayon::prelude::*;

pub use crate::artwork::bands::{Band, for_each_band, for_each_band_unless, map_bands};

use crate::artwork::draw::Painter;
use crate::artwork::plan::Plan;
use crate::artwork::region::Region;
use crate::cancel::Cancel;
use crate::pixels::Pixmap;
use crate::pixels::shrink::{MAX_FACTOR, Shrinker};
use crate::scene::{ArtworkHash, Scene};
use crate::units::Dpi;

/// A scene in premultiplied sRGB pixels at a stated resolution, on transparency.
#[derive(Debug, Clone)]
pub struct Artwork {
    /// Its resolution.
    pub dpi: Dpi,
    /// Its pixels; the whole print area.
    pub pixels: Pixmap,
    /// The hash of the scene it was made from.
    pub hash: ArtworkHash,
}

/// Draws the whole scene at `dpi`; the same pixels as [`for_each_band`] gives.
///
/// The size is `scene.size.to_px(dpi)`: bounding it is the caller's, who chooses the resolution.
#[must_use]
pub fn rasterize(scene: &Scene, dpi: Dpi) -> Artwork {
    rasterized(scene, dpi, &Cancel::NEVER)
}

/// As [`rasterize`], but looks at `cancel` before each band of rows: `None` once it is set.
#[must_use]
pub fn rasterize_unless(scene: &Scene, dpi: Dpi, cancel: &Cancel) -> Option<Artwork> {
    let artwork = rasterized(scene, dpi, cancel);
    (!cancel.is_set()).then_some(artwork)
}

/// All of it, unless it is called off: then some bands stay transparent.
fn rasterized(scene: &Scene, dpi: Dpi, cancel: &Cancel) -> Artwork {
    let plan = Plan::of_scene(scene, dpi, cancel);
    let painter = Painter::new(cancel);
    let (width, height) = plan.size;
    let mut pixels = Pixmap::unfilled(width, height);
    let rows = bands::rows_per_band(width);
    let strip = width as usize * 4 * rows as usize;
    pixels.data_mut().par_chunks_mut(strip).enumerate().for_each(|(index, strip)| {
        let top = index as u32 * rows;
        let region = Region::rows(width, top, rows.min(height - top));
        if cancel.is_set() {
            strip.fill(0);
        } else {
            painter.draw(&plan, region, strip);
        }
    });
    Artwork { dpi, pixels, hash: scene.hash }
}

/// Draws the scene at the `print` resolution and averages every square of `factor` by `factor` pixels, in the encoded
/// premultiplied values: what the press gets, seen from further away. Holds one band at a time for each core.
///
/// The result's resolution is `print / factor`, so that positions in mm stay where they are. Its sides are rounded up;
/// a square that reaches beyond the print raster counts what is missing as transparent and so fades at the edge,
/// as a raster at that resolution does. `factor` is taken as 1 to 257.
#[must_use]
pub fn reduce(scene: &Scene, print: Dpi, factor: u32) -> Artwork {
    reduced(scene, print, factor, &Cancel::NEVER)
}

/// As [`reduce`], but looks at `cancel` before each band of rows: `None` once it is set.
#[must_use]
pub fn reduce_unless(scene: &Scene, print: Dpi, factor: u32, cancel: &Cancel) -> Option<Artwork> {
    let artwork = reduced(scene, print, factor, cancel);
    (!cancel.is_set()).then_some(artwork)
}

/// All of it, unless it is called off: then some bands stay transparent.
fn reduced(scene: &Scene, print: Dpi, factor: u32, cancel: &Cancel) -> Artwork {
    let factor = factor.clamp(1, MAX_FACTOR);
    let plan = Plan::of_scene(scene, print, cancel);
    let painter = Painter::new(cancel);
    let (width, height) = plan.size;
    let mut pixels = Pixmap::new(width.div_ceil(factor), height.div_ceil(factor));
    let squares = (bands::rows_per_band(width) / factor).max(1);
    let row = pixels.width() as usize * 4;
    pixels.data_mut().par_chunks_mut(row * squares as usize).enumerate().for_each(|(index, strip)| {
        let top = index as u32 * squares * factor;
        let region = Region::rows(width, top, (squares * factor).min(height - top));
        painter.with_buffer(region.bytes(), |band| {
            if !cancel.is_set() && painter.draw(&plan, region, band) {
                let mut shrinker = Shrinker::new(width, factor);
                for (rows, means) in band.chunks(width as usize * 4 * factor as usize).zip(strip.chunks_exact_mut(row))
                {
                    shrinker.shrink(rows, means);
                }
            }
        });
    });
    let dpi = Dpi::new(print.get() / f64::from(factor)).unwrap_or(print);
    Artwork { dpi, pixels, hash: scene.hash }
}
