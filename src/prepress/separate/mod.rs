//! Separations: what each screen prints, from the same artwork raster as previews and print files.
//!
//! [`separate`] hands out the plates from the top down in bands of rows while the artwork is drawn, so that memory does
//! not grow with the height. A plate is one byte a pixel: how much of it the ink covers, 0 to 255. Coverage is meant for
//! a press of ordinary dot gain: half a tone covers half and looks, with its gain, like the half-way colour on a screen,
//! which is how artwork is blended. Films can be corrected for a press that prints otherwise.

mod compose;
mod diffuse;
mod lut;
mod rolling;
mod trap;
mod underbase;
mod unmix;

#[cfg(test)]
mod tests;

use fearless_simd::{Level, dispatch};
use rayon::prelude::*;

pub use crate::prepress::separate::compose::{Layered, flat, layered};
pub use crate::prepress::separate::lut::{Gamut, TOTAL_INK};
pub use crate::prepress::separate::trap::Trap;
pub use crate::prepress::separate::unmix::MOST_BASES;

use crate::artwork::{Band, map_bands};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::prepress::separate::diffuse::Diffusion;
use crate::prepress::separate::rolling::Rolling;
use crate::prepress::separate::trap::Spread;
use crate::prepress::separate::underbase::Choke;
use crate::prepress::separate::unmix::{LANES, MIXED, NOTHING, Neighbors, Unmixer};
use crate::scene::Scene;
use crate::units::{Dpi, Length};

/// A colour of the artwork, and what prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Base {
    /// How the artwork shows it.
    pub color: Color,
    /// What prints it.
    pub target: Target,
}

/// Which of these a colour is, but for what blending rounds.
#[must_use]
pub fn base_of(bases: &[Base], color: Color) -> Option<usize> {
    let channels = |color: Color| [color.r, color.g, color.b];
    let is = |base: &Base| channels(base.color).iter().zip(channels(color)).all(|(a, b)| a.abs_diff(b) <= SAME);
    bases.iter().position(is)
}

/// A pixel whose channels are all within this of a colour is that colour.
const SAME: u8 = 2;

/// What prints a colour of the artwork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The plate of this number among the recipe's inks.
    Plate(usize),
    /// White under the colours, without choke: the artwork's white where no second white is printed on top.
    Underbase,
    /// Nothing: the cloth shows.
    Cloth,
}

/// An ink of a recipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PressInk {
    /// How it looks in full.
    pub color: Color,
    /// How much it hides of what is below, 0 to 1.
    pub opacity: f32,
    /// How much white it wants below it on cloth that needs any, 0 to 1.
    pub white: f32,
}

/// How colours become plates.
#[derive(Debug, Clone)]
pub enum Method {
    /// Each colour of the palette by its plate, at most [`MOST_BASES`]; what is none of them is the mix of two or three.
    Spot(Vec<Base>),
    /// Halftones of all inks that together look like any colour.
    Process(Gamut),
    /// Each pixel one colour of the palette, so that together they look like the artwork; the cloth is one of them.
    Index(Vec<Base>),
}

/// How artwork is taken apart.
#[derive(Debug, Clone)]
pub struct Recipe {
    /// The inks that have plates.
    pub inks: Vec<PressInk>,
    /// How colours become plates.
    pub method: Method,
    /// White under the colours, pulled in from their edges by this where there is room; `None` if there is none.
    pub underbase: Option<Length>,
    /// How inks reach below others that they meet; `None` if they only meet.
    pub trap: Option<Trap>,
}

/// Some rows of all plates.
#[derive(Debug)]
pub struct Rows<'p> {
    /// Width of the plates in pixels.
    pub width: usize,
    /// Height of the plates in pixels.
    pub height: usize,
    /// The first of these rows.
    pub top: usize,
    /// How many rows these are.
    pub rows: usize,
    /// Row by row, in each row plate by plate.
    inks: &'p [u8],
    /// Planes in each row of `inks`.
    planes: usize,
    /// White under the colours; empty if there is none.
    underbase: &'p [u8],
    artwork: &'p [u8],
}

impl<'p> Rows<'p> {
    /// Row `row` (counted from the first of these) of the plate of an ink.
    #[must_use]
    pub fn ink(&self, ink: usize, row: usize) -> &'p [u8] {
        &self.inks[(row * self.planes + ink) * self.width..][..self.width]
    }

    /// Row `row` of the white under the colours, if there is any.
    #[must_use]
    pub fn underbase(&self, row: usize) -> Option<&'p [u8]> {
        (!self.underbase.is_empty()).then(|| &self.underbase[row * self.width..][..self.width])
    }

    /// Row `row` of the white that is the artwork's own.
    #[must_use]
    pub fn shown_white(&self, row: usize) -> &'p [u8] {
        self.ink(self.planes - 2, row)
    }

    /// Row `row` of the artwork, premultiplied sRGB.
    #[must_use]
    pub fn artwork(&self, row: usize) -> &'p [u8] {
        &self.artwork[row * self.width * 4..][..self.width * 4]
    }
}

/// Takes the scene apart at `dpi` and calls `consume` with its plates from the top down, on the calling thread. `None`
/// once `cancel` is set.
///
/// # Errors
/// Ends at the first error of `consume` and returns it.
pub fn separate<E>(
    scene: &Scene,
    dpi: Dpi,
    recipe: &Recipe,
    cancel: &Cancel,
    mut consume: impl FnMut(&Rows<'_>) -> Result<(), E>,
) -> Option<Result<(), E>> {
    let (width, height) = scene.size.to_px(dpi);
    let mut work = Work::new((width as usize, height as usize), dpi, recipe);
    let take = |band: &Band<'_>, ()| {
        work.take(band);
        work.hand_over(&mut consume)
    };
    map_bands(scene, dpi, cancel, |_| (), take)
}

/// Rows above and below a pixel whose colours say what it is a mix of.
const CONTEXT: usize = 2;

/// Pixels of a row that are looked at together before each is.
const BLOCK: usize = 64;

/// One run.
struct Work<'r> {
    width: usize,
    height: usize,
    recipe: &'r Recipe,
    unmixer: Option<Unmixer>,
    diffusion: Option<Diffusion>,
    choke: Option<Choke>,
    spread: Option<Spread>,
    /// The artwork; rows whose plates are not handed over yet, and the context of the next.
    art: Rolling,
    labels: Rolling,
    /// For every [`BLOCK`] pixels of a row, whether any of them is exactly one colour.
    blocks: Rolling,
    /// All planes of a row, then the next row's: those of the inks, then white that is printed as it is, then what wants
    /// white below it.
    plates: Rolling,
    /// Rows that were handed over.
    done: usize,
    white: Vec<u8>,
    /// The plates that are handed over, where they reach below others.
    trapped: Vec<u8>,
}

impl<'r> Work<'r> {
    fn new((width, height): (usize, usize), dpi: Dpi, recipe: &'r Recipe) -> Self {
        let unmixer = match &recipe.method {
            Method::Spot(bases) => Some(Unmixer::new(bases)),
            Method::Process(_) | Method::Index(_) => None,
        };
        let diffusion = match &recipe.method {
            Method::Index(bases) => Some(Diffusion::new(bases, width)),
            Method::Spot(_) | Method::Process(_) => None,
        };
        let choke = recipe.underbase.map(|length| Choke::new(length.to_px(dpi)));
        let spread = recipe.trap.as_ref().map(|trap| Spread::new(trap, trap.reach.to_px(dpi)));
        let planes = recipe.inks.len() + 2;
        Self {
            width,
            height,
            recipe,
            unmixer,
            diffusion,
            choke,
            spread,
            art: Rolling::new(width * 4),
            labels: Rolling::new(width),
            blocks: Rolling::new(width.div_ceil(BLOCK)),
            plates: Rolling::new(width * planes),
            done: 0,
            white: Vec::new(),
            trapped: Vec::new(),
        }
    }

    const fn planes(&self) -> usize {
        self.recipe.inks.len() + 2
    }

    /// Takes in the next rows of artwork and makes plates of those whose context is known.
    fn take(&mut self, band: &Band<'_>) {
        self.art.push(band.pixels);
        let from = self.labels.end();
        let width = self.width;
        let rows = band.pixels.len() / (width * 4);
        let labels = self.labels.grow(rows);
        let blocks = self.blocks.grow(rows);
        if let Some(unmixer) = &self.unmixer {
            let blocks = blocks.par_chunks_mut(width.div_ceil(BLOCK));
            let rows = labels.par_chunks_mut(width).zip(blocks).zip(band.pixels.par_chunks(width * 4));
            rows.with_min_len(8).for_each(|((labels, blocks), pixels)| {
                dispatch!(Level::new(), _ => unmixer.label(pixels.as_chunks().0, labels));
                for (block, labels) in blocks.iter_mut().zip(labels.chunks(BLOCK)) {
                    *block = u8::from(labels.iter().copied().fold(MIXED, u8::min) < NOTHING);
                }
            });
        }
        let known = if self.art.end() >= self.height { self.height } else { self.art.end().saturating_sub(CONTEXT) };
        let first = self.plates.end();
        debug_assert!(first <= from || from == 0, "plates never overtake labels");
        if known > first {
            self.plate(first, known);
        }
    }

    /// Makes plates of the rows from `first` to before `end`.
    fn plate(&mut self, first: usize, end: usize) {
        let (width, planes) = (self.width, self.planes());
        let mut slab = std::mem::replace(&mut self.plates, Rolling::new(width * planes));
        let target = slab.grow(end - first);
        if let Some(mut diffusion) = self.diffusion.take() {
            for (y, row) in (first..end).zip(target.chunks_exact_mut(width * planes)) {
                self.index_row(&mut diffusion, y, row);
            }
            self.diffusion = Some(diffusion);
            self.plates = slab;
            return;
        }
        let this = &*self;
        const CHUNK: usize = 16;
        target.par_chunks_mut(width * planes * CHUNK).enumerate().for_each(|(chunk, rows)| {
            let mut mixed = Vec::new();
            for (index, row) in rows.chunks_exact_mut(width * planes).enumerate() {
                this.plate_row(first + chunk * CHUNK + index, row, &mut mixed);
            }
        });
        self.plates = slab;
    }

    /// Makes the plates of one row; `mixed` is room for places.
    fn plate_row(&self, y: usize, row: &mut [u8], mixed: &mut Vec<usize>) {
        let art = self.art.row(y);
        if is_zero(art) {
            return;
        }
        match (&self.recipe.method, &self.unmixer) {
            (Method::Process(gamut), _) => gamut.row(art, self.width, row),
            (Method::Spot(_), Some(unmixer)) => {
                dispatch!(Level::new(), _ => self.spot_row(unmixer, (y, art), row, mixed));
            }
            (Method::Spot(_) | Method::Index(_), _) => {}
        }
        if self.choke.is_some() {
            self.want_white(row);
        }
    }

    /// Each pixel to the plates of the colours that it is a mix of: whole colours in runs, mixes many at a time.
    #[inline(always)]
    fn spot_row(&self, unmixer: &Unmixer, (y, art): (usize, &[u8]), row: &mut [u8], mixed: &mut Vec<usize>) {
        let (width, direct) = (self.width, self.recipe.inks.len());
        let plane = |base: u8| match unmixer.target(base) {
            Target::Plate(plate) => Some(plate * width),
            Target::Underbase => Some(direct * width),
            Target::Cloth => None,
        };
        mixed.clear();
        let mut x = 0;
        for run in self.labels.row(y).chunk_by(|a, b| a == b) {
            let end = x + run.len();
            match run[0] {
                NOTHING => {}
                MIXED => mixed.extend(x..end),
                base => plane(base).into_iter().for_each(|plane| row[plane + x..plane + end].fill(255)),
            }
            x = end;
        }
        let pixels = art.as_chunks::<4>().0;
        let areas = if mixed.is_empty() { Vec::new() } else { self.areas(y) };
        for places in mixed.chunks(LANES) {
            let mut some = [[0; 4]; LANES];
            some.iter_mut().zip(places).for_each(|(pixel, x)| *pixel = pixels[*x]);
            for ((x, pixel), best) in places.iter().zip(some).zip(unmixer.guess(&some)) {
                let mix = unmixer.mix(pixel, best, || self.beside((*x, y), &areas));
                for (base, part) in mix.base.into_iter().zip(mix.part).filter(|(_, part)| *part > 0) {
                    if let Some(plane) = plane(base) {
                        row[plane + x] = row[plane + x].saturating_add(part);
                    }
                }
            }
        }
    }

    /// For every [`BLOCK`] pixels of a row, whether any pixel in them or in the rows around is exactly one colour.
    fn areas(&self, y: usize) -> Vec<u8> {
        let mut areas = vec![0; self.width.div_ceil(BLOCK)];
        for row in self.context(y) {
            areas.iter_mut().zip(self.blocks.row(row)).for_each(|(any, block)| *any |= block);
        }
        areas
    }

    /// The rows that say what the pixels of a row are a mix of.
    fn context(&self, y: usize) -> std::ops::Range<usize> {
        y.saturating_sub(CONTEXT)..(y + CONTEXT + 1).min(self.height)
    }

    /// Each pixel to the plate of the one colour that it is.
    fn index_row(&self, diffusion: &mut Diffusion, y: usize, row: &mut [u8]) {
        let (width, direct) = (self.width, self.recipe.inks.len());
        diffusion.row(y, self.art.row(y), |x, target| match target {
            Target::Plate(plate) => row[plate * width + x] = 255,
            Target::Underbase => row[direct * width + x] = 255,
            Target::Cloth => {}
        });
        if self.choke.is_some() {
            self.want_white(row);
        }
    }

    /// The labels around a pixel, where `areas` says that there are any.
    fn beside(&self, (x, y): (usize, usize), areas: &[u8]) -> Neighbors {
        let mut near = Neighbors::default();
        let columns = x.saturating_sub(CONTEXT)..(x + CONTEXT + 1).min(self.width);
        if areas[columns.start / BLOCK] | areas[(columns.end - 1) / BLOCK] > 0 {
            for row in self.context(y) {
                self.labels.row(row)[columns.clone()].iter().for_each(|label| near.meet(*label));
            }
        }
        near
    }

    /// Fills the last plane: how much of each pixel wants white below it.
    fn want_white(&self, row: &mut [u8]) {
        let width = self.width;
        let (planes, want) = row.split_at_mut((self.planes() - 1) * width);
        let mut planes = planes.chunks_exact(width);
        for (ink, plane) in self.recipe.inks.iter().zip(planes.by_ref()) {
            let share = (ink.white.clamp(0.0, 1.0) * 256.0).round() as u16;
            if share > 0 {
                for (want, part) in want.iter_mut().zip(plane) {
                    *want = want.saturating_add(((u16::from(*part) * share) >> 8) as u8);
                }
            }
        }
        for (want, part) in want.iter_mut().zip(planes.next().unwrap_or_default()) {
            *want = want.saturating_add(*part);
        }
    }

    /// Hands over the rows that are ready.
    fn hand_over<E>(&mut self, consume: &mut impl FnMut(&Rows<'_>) -> Result<(), E>) -> Result<(), E> {
        let halo = self.choke.map_or(0, Choke::halo).max(self.spread.as_ref().map_or(0, Spread::halo));
        let is_last = self.plates.end() >= self.height;
        let end = if is_last { self.height } else { self.plates.end().saturating_sub(halo) };
        if end <= self.done || (!is_last && end - self.done < halo) {
            return Ok(());
        }
        let top = self.done;
        if let Some(choke) = self.choke {
            self.whiten(choke, top, end);
        }
        let plates = self.plates.rows(top..end);
        if let Some(spread) = &self.spread {
            self.trapped.clear();
            self.trapped.extend_from_slice(plates);
            let rows = self.trapped.par_chunks_exact_mut(self.width * (self.recipe.inks.len() + 2)).enumerate();
            rows.for_each(|(row, plates)| spread.row(&self.plates, (self.width, self.height), top + row, plates));
        }
        consume(&Rows {
            width: self.width,
            height: self.height,
            top,
            rows: end - top,
            inks: if self.spread.is_some() { &self.trapped } else { plates },
            planes: self.planes(),
            underbase: &self.white,
            artwork: self.art.rows(top..end),
        })?;
        self.done = end;
        self.plates.forget(end.saturating_sub(halo));
        let context = self.plates.end().saturating_sub(CONTEXT).min(end);
        self.art.forget(context);
        self.labels.forget(context);
        self.blocks.forget(context);
        Ok(())
    }

    /// Makes the white of rows from what wants white in them and around them.
    fn whiten(&mut self, choke: Choke, top: usize, end: usize) {
        let (width, planes, halo) = (self.width, self.planes(), choke.halo());
        let plane = |row: usize, plane: usize| &self.plates.row(row)[plane * width..][..width];
        let mut need = vec![0_u8; (end - top + 2 * halo) * width];
        for (index, target) in need.chunks_exact_mut(width).enumerate() {
            if let Some(row) = (top + index).checked_sub(halo).filter(|row| *row < self.height) {
                target.copy_from_slice(plane(row, planes - 1));
            }
        }
        let mut white = std::mem::take(&mut self.white);
        white.clear();
        white.resize((end - top) * width, 0);
        choke.white(&need, width, &mut white);
        for (row, target) in (top..end).zip(white.chunks_exact_mut(width)) {
            for (white, direct) in target.iter_mut().zip(plane(row, planes - 2)) {
                *white = (*white).max(*direct);
            }
        }
        self.white = white;
    }
}

/// Whether all bytes are 0, looked at in pieces that are read many at a time.
fn is_zero(bytes: &[u8]) -> bool {
    bytes.chunks(1024).all(|some| some.iter().fold(0, |any, byte| any | byte) == 0)
}
