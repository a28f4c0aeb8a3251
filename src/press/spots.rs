//! Pictures of the places that preflight found: the artwork at 300 dpi on its cloth, with the place framed.

use crate::artwork::{Band, for_each_band_unless};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::export::{ExportError, png};
use crate::prepress::preflight::Place;
use crate::press::PressError;
use crate::shop::{Checked, PlacedScene};
use crate::units::Dpi;

/// Pictures of one report.
pub const MOST_SPOTS: usize = 24;
/// Sides of a picture, pixels: what is small is enlarged, what is large is averaged.
const SIDE: u32 = 320;
/// What is shown at least, mm.
const LEAST_MM: f64 = 8.0;
/// How much more than the place is shown.
const AROUND: f64 = 1.6;

/// A picture of a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spot {
    /// Its number among the findings.
    pub finding: usize,
    /// The picture, a PNG.
    pub png: Vec<u8>,
}

/// Draws the places of the first [`MOST_SPOTS`] findings that have one.
///
/// # Errors
/// If a picture cannot be coded, or once `cancel` is set.
pub fn spots(checked: &Checked<'_>, cancel: &Cancel) -> Result<Vec<Spot>, PressError> {
    let mut found = Vec::new();
    for placed in &checked.scenes {
        let all = checked.report.findings.iter().enumerate();
        let here = all.filter(|(_, finding)| finding.area == placed.area.id && finding.place.width > 0.0);
        let mut windows: Vec<(usize, Window)> = here
            .take(MOST_SPOTS - found.len())
            .filter_map(|(index, finding)| Some((index, Window::around(placed, &finding.place)?)))
            .collect();
        if windows.is_empty() {
            continue;
        }
        let cloth = checked.fitting.color.of_part(&placed.area.part);
        let drawn = for_each_band_unless(&placed.scene, Dpi::PRINT, cancel, |band| {
            windows.iter_mut().for_each(|(_, window)| window.take(band));
            Ok::<(), ExportError>(())
        });
        drawn.ok_or(PressError::CalledOff)??;
        for (finding, window) in windows {
            found.push(Spot { finding, png: window.picture(cloth, &placed.scene.hash.to_string())? });
        }
    }
    found.sort_by_key(|spot| spot.finding);
    Ok(found)
}

/// A square part of the print raster, averaged by a whole factor.
struct Window {
    left: u32,
    top: u32,
    /// Its side in pixels of the raster.
    side: u32,
    factor: u32,
    /// Sums of the premultiplied pixels of each square of `factor`.
    sums: Vec<[u32; 4]>,
    /// The place in pixels of the raster: left, top, right, bottom.
    place: [f64; 4],
}

impl Window {
    /// `None` where the place lies off the raster.
    fn around(placed: &PlacedScene<'_>, place: &Place) -> Option<Self> {
        let px = Dpi::PRINT.px_per_mm();
        let (width, height) = placed.scene.size.to_px(Dpi::PRINT);
        let side = (place.width.max(place.height) * AROUND).max(LEAST_MM) * px;
        let factor = (side / f64::from(SIDE)).ceil().max(1.0) as u32;
        let side = (side / f64::from(factor)).ceil() as u32 * factor;
        let middle = |from: f64, length: f64| (from + length / 2.0) * px;
        let from = |middle: f64, all: u32| {
            (middle - f64::from(side) / 2.0).clamp(0.0, f64::from(all.saturating_sub(side))) as u32
        };
        let (x, y) = (middle(place.x, place.width), middle(place.y, place.height));
        let edges = [place.x, place.y, place.x + place.width, place.y + place.height].map(|mm| mm * px);
        let is_off =
            edges[2] <= 0.0 || edges[3] <= 0.0 || edges[0] >= f64::from(width) || edges[1] >= f64::from(height);
        let small = (side / factor) as usize;
        (!is_off).then(|| Self {
            left: from(x, width),
            top: from(y, height),
            side,
            factor,
            sums: vec![[0; 4]; small * small],
            place: edges,
        })
    }

    fn take(&mut self, band: &Band<'_>) {
        let small = (self.side / self.factor) as usize;
        let rows = (band.top..).zip(band.pixels.chunks_exact(band.width as usize * 4));
        for (y, row) in rows.filter(|(y, _)| (self.top..self.top + self.side).contains(y)) {
            let line = ((y - self.top) / self.factor) as usize * small;
            let until = (self.left + self.side).min(band.width) as usize;
            let pixels = &row.as_chunks::<4>().0[self.left as usize..until];
            for (pixels, sums) in pixels.chunks(self.factor as usize).zip(&mut self.sums[line..line + small]) {
                for pixel in pixels {
                    sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                }
            }
        }
    }

    fn picture(&self, cloth: Color, hash: &str) -> Result<Vec<u8>, ExportError> {
        let small = (self.side / self.factor) as usize;
        let count = self.factor * self.factor;
        let times = (SIDE as usize / small.max(1)).max(1);
        let side = small * times;
        let mut rgb = Vec::with_capacity(side * side * 3);
        for y in 0..side {
            for x in 0..side {
                let [r, g, b, alpha] = self.sums[y / times * small + x / times].map(|sum| sum / count);
                let over = |value: u32, cloth: u8| (value + u32::from(cloth) * (255 - alpha) / 255).min(255) as u8;
                rgb.extend([over(r, cloth.r), over(g, cloth.g), over(b, cloth.b)]);
            }
        }
        let scale = times as f64 / f64::from(self.factor);
        let [left, top, right, bottom] = self.place;
        let at = |edge: f64, origin: u32| (edge - f64::from(origin)) * scale;
        frame(&mut rgb, side, [at(left, self.left), at(top, self.top), at(right, self.left), at(bottom, self.top)]);
        let mut file = Vec::new();
        png::write_rgb(side as u32, side as u32, &rgb, hash, &mut file)?;
        Ok(file)
    }
}

/// Pixels between a place and its frame.
const APART: f64 = 4.0;

/// Frames a place in white on black, to be seen on any colour.
fn frame(rgb: &mut [u8], side: usize, [left, top, right, bottom]: [f64; 4]) {
    let most = side as f64 - 1.0;
    let edge = |value: f64| value.round().clamp(0.0, most) as usize;
    for (grow, level) in [(APART + 1.0, 0), (APART, 255)] {
        let (x0, y0) = (edge(left - grow), edge(top - grow));
        let (x1, y1) = (edge(right + grow - 1.0), edge(bottom + grow - 1.0));
        let mut put = |x: usize, y: usize| rgb[(y * side + x) * 3..][..3].fill(level);
        (x0..=x1).for_each(|x| [y0, y1].into_iter().for_each(|y| put(x, y)));
        (y0..=y1).for_each(|y| [x0, x1].into_iter().for_each(|x| put(x, y)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_lies_around_its_place_and_stays_in_the_picture() {
        let side = 40;
        let mut rgb = vec![100; side * side * 3];
        frame(&mut rgb, side, [15.0, 15.0, 20.0, 20.0]);
        let at = |x: usize, y: usize| rgb[(y * side + x) * 3];
        assert_eq!((at(17, 17), at(11, 17), at(10, 17), at(9, 17)), (100, 255, 0, 100));
        assert_eq!((at(23, 17), at(24, 17)), (255, 0), "the same on the other side");
        frame(&mut rgb, side, [-50.0, -50.0, 90.0, 90.0]);
    }
}
