//! A sheet as files, of any length in bounded memory: bands of rows are laid out and coded as they come, and only prints
//! that cross the rows at hand are drawn. In a PDF each print is kept once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Seek, Write};
use std::path::Path;

use kurbo::Affine;
use rayon::prelude::*;

use crate::artwork::Band;
use crate::batch::orders::Orders;
use crate::cancel::Cancel;
use crate::export::png;
use crate::export::sheet_pdf::{Picture, SheetPdf};
use crate::export::sheet_tiff::{self, SheetTiff, Strip};
use crate::gangsheet::drawn::{Drawn, Part, Room};
use crate::gangsheet::label;
use crate::gangsheet::limits;
use crate::gangsheet::pack::{Place, Turn};
use crate::gangsheet::pieces::{self, GangError, Piece, Pieces};
use crate::gangsheet::shapes::Shapes;
use crate::gangsheet::sheets::Sheet;
use crate::scene::{Item, Paint, Scene};
use crate::shop::Shop;
use crate::units::{Dpi, PhysicalSize};

/// Rows of a band, and of a strip of a TIFF.
const ROWS: u32 = 128;
/// Bands of which the prints are drawn together.
const BANDS: u32 = 16;
/// Prints that are drawn, or coded for a PDF, at once: each has bands for all threads in memory meanwhile.
const AT_ONCE: usize = 4;

/// What a sheet is painted from.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// Fonts and catalogue.
    pub shop: &'a Shop,
    /// What was ordered.
    pub orders: &'a Orders,
    /// The pieces of the run.
    pub pieces: &'a Pieces,
    /// Their shapes, if they are nested.
    pub shapes: Option<&'a Shapes>,
    /// Resolution.
    pub dpi: Dpi,
    /// Width of the film in pixels.
    pub width: u32,
    /// Margin on all sides in pixels.
    pub edge: u32,
    /// Where large prints lie while a sheet is made.
    pub scratch: &'a Path,
    /// Calls it off.
    pub cancel: &'a Cancel,
}

/// A part of a piece: where it lies in the piece, and which pixels of a scene it shows.
#[derive(Debug, Clone, Copy)]
struct Shown {
    source: Source,
    /// In the piece.
    at: (u32, u32),
    /// In the scene.
    part: Part,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// A print, by its index.
    Print(usize),
    /// The label of a piece, by its index.
    Label(usize),
}

impl Job<'_> {
    /// Width and length of a sheet in pixels.
    #[must_use]
    pub const fn size(&self, sheet: &Sheet) -> (u32, u32) {
        (self.width, sheet.length + self.edge * 2)
    }

    /// Every artwork of a sheet, for the file's properties.
    #[must_use]
    pub fn hashes(&self, sheet: &Sheet) -> String {
        let prints = &self.pieces.prints;
        let hashes: BTreeSet<&str> = used(self.pieces, sheet).map(|print| prints[print].hash.as_str()).collect();
        hashes.into_iter().collect::<Vec<_>>().join(" ")
    }

    fn shown(&self, index: usize) -> impl Iterator<Item = Shown> {
        let piece = &self.pieces.pieces[index];
        let ink = self.pieces.prints[piece.print].ink;
        let below = ink.height + pieces::apart(self.dpi);
        let label = piece.label.map(|(width, height)| Shown {
            source: Source::Label(index),
            at: (0, below),
            part: Part { x: 0, y: 0, width, height },
        });
        [Shown { source: Source::Print(piece.print), at: (0, 0), part: ink }].into_iter().chain(label)
    }

    fn draw<'r>(&self, source: Source, part: Part, room: &'r Room) -> Result<Drawn<'r>, GangError> {
        Drawn::new(&self.scene(source)?, (self.dpi, part), (room, self.scratch), self.cancel)
    }

    fn scene(&self, source: Source) -> Result<Scene, GangError> {
        match source {
            Source::Print(print) => {
                let print = &self.pieces.prints[print];
                pieces::scene(self.shop, &self.orders.lines[print.line], &print.area, self.dpi, self.cancel)
            }
            Source::Label(index) => {
                let piece = &self.pieces.pieces[index];
                let words = pieces::words(self.orders, piece);
                label::scene(self.shop, &words, piece.label.unwrap_or_default(), self.dpi)
            }
        }
    }
}

fn used<'a>(pieces: &'a Pieces, sheet: &'a Sheet) -> impl Iterator<Item = usize> + 'a {
    sheet.pieces.iter().map(|(index, _)| pieces.pieces[*index].print)
}

/// The rasters that are wanted of a sheet.
#[derive(Debug)]
pub struct Rasters<P, T> {
    /// A PNG.
    pub png: Option<P>,
    /// A TIFF.
    pub tiff: Option<T>,
}

/// Writes a sheet as PNG, as TIFF, or as both in one go: straight alpha on transparency.
///
/// # Errors
/// If a file cannot be written, or the work was called off.
pub fn rasters(job: &Job<'_>, sheet: &Sheet, files: Rasters<impl Write, impl Write + Seek>) -> Result<(), GangError> {
    let (width, height) = job.size(sheet);
    let hashes = job.hashes(sheet);
    let mut png = files.png.map(|out| png::Sheet::begin(out, (width, height), job.dpi, &hashes)).transpose()?;
    let mut tiff = files.tiff.map(|out| SheetTiff::begin(out, (width, height), job.dpi, ROWS, &hashes)).transpose()?;
    let wanted = (png.is_some(), tiff.is_some());
    let room = Room::of(limits::IN_MEMORY);
    let mut drawn: BTreeMap<Source, Drawn<'_>> = BTreeMap::new();
    let at_once = (limits::BAND_BYTES / (width as usize * 4 * ROWS as usize * 2)).max(1);
    for top in (0..height).step_by((ROWS * BANDS) as usize) {
        let until = (top + ROWS * BANDS).min(height);
        let crossing: Vec<(usize, Place)> = crossing(job, sheet, top, until);
        draw(job, &crossing, &room, &mut drawn)?;
        let tops: Vec<u32> = (top..until).step_by(ROWS as usize).collect();
        for tops in tops.chunks(at_once) {
            let code = |top: &u32| {
                let canvas = Canvas { job, drawn: &drawn, top: *top, rows: ROWS.min(height - top) };
                coded(&canvas, height, &crossing, wanted)
            };
            let coded: Vec<_> = tops.par_iter().map(code).collect::<Result<_, GangError>>()?;
            if job.cancel.is_set() {
                return Err(GangError::CalledOff);
            }
            for (rows, strip) in coded {
                png.iter_mut().zip(rows).try_for_each(|(png, rows)| png.add(&rows))?;
                tiff.iter_mut().zip(strip).try_for_each(|(tiff, strip)| tiff.add(&strip))?;
            }
        }
    }
    png.map_or(Ok(()), png::Sheet::finish)?;
    Ok(tiff.map_or(Ok(()), SheetTiff::finish)?)
}

/// The pieces of which some rows lie between two rows of the sheet, at their places on it.
fn crossing(job: &Job<'_>, sheet: &Sheet, top: u32, until: u32) -> Vec<(usize, Place)> {
    let placed = sheet
        .pieces
        .iter()
        .map(|(index, place)| (*index, Place { x: place.x + job.edge, y: place.y + job.edge, ..*place }));
    let crosses = |(index, place): &(usize, Place)| {
        let size = job.pieces.pieces[*index].size;
        let (_, rows) = place.turn.sides((size.width, size.height));
        place.y < until && place.y + rows > top
    };
    placed.filter(crosses).collect()
}

/// Draws what the pieces show and was not there before, and lets go of everything else.
fn draw<'r>(
    job: &Job<'_>,
    crossing: &[(usize, Place)],
    room: &'r Room,
    drawn: &mut BTreeMap<Source, Drawn<'r>>,
) -> Result<(), GangError> {
    let shown = crossing.iter().flat_map(|(index, _)| job.shown(*index));
    let mut wanted: BTreeMap<Source, Part> = shown.map(|shown| (shown.source, shown.part)).collect();
    drawn.retain(|source, _| wanted.remove(source).is_some());
    let wanted: Vec<(Source, Part)> = wanted.into_iter().collect();
    for wanted in wanted.chunks(AT_ONCE) {
        let new = wanted.par_iter().map(|(source, part)| Ok((*source, job.draw(*source, *part, room)?)));
        drawn.extend(new.collect::<Result<Vec<_>, GangError>>()?);
    }
    Ok(())
}

/// Rows of a sheet that are being laid out.
struct Canvas<'a> {
    job: &'a Job<'a>,
    drawn: &'a BTreeMap<Source, Drawn<'a>>,
    top: u32,
    rows: u32,
}

fn coded(
    canvas: &Canvas<'_>,
    height: u32,
    crossing: &[(usize, Place)],
    (png, tiff): (bool, bool),
) -> Result<(Option<png::Rows>, Option<Strip>), GangError> {
    let width = canvas.job.width;
    let mut pixels = vec![0; width as usize * 4 * canvas.rows as usize];
    let mut is_blank = true;
    for (index, place) in crossing {
        for shown in canvas.job.shown(*index) {
            is_blank &= !canvas.lay(&canvas.job.pieces.pieces[*index], *place, shown, &mut pixels)?;
        }
    }
    let band = Band { width, height, top: canvas.top, pixels: &pixels, is_blank };
    Ok((png.then(|| png::code(&band)), tiff.then(|| sheet_tiff::code(width, &pixels))))
}

impl Canvas<'_> {
    /// Lays those pixels of a part of a piece that lie on the canvas; says whether there were any. Rectangles of pieces may
    /// overlap, their ink never does: where a piece has none, what lies there stays.
    fn lay(&self, piece: &Piece, place: Place, shown: Shown, pixels: &mut [u8]) -> Result<bool, GangError> {
        let Some(source) = self.drawn.get(&shown.source) else { return Ok(false) };
        let Part { width, height, .. } = shown.part;
        let (right, below) = (piece.size.width - shown.at.0 - width, piece.size.height - shown.at.1 - height);
        let (left, begin) = match place.turn {
            Turn::None => shown.at,
            Turn::Quarter => (below, shown.at.0),
            Turn::Half => (right, below),
            Turn::ThreeQuarters => (shown.at.1, right),
        };
        let (left, begin) = (left + place.x, begin + place.y);
        let (_, length) = place.turn.sides((width, height));
        let (first, last) = (begin.max(self.top), (begin + length).min(self.top + self.rows));
        if last <= first {
            return Ok(false);
        }
        // Rows of the sheet are rows of the piece, or its columns, from the first on or from the last.
        let (skip, count) = (first - begin, last - first);
        let part = match place.turn {
            Turn::None => Part { y: shown.part.y + skip, height: count, ..shown.part },
            Turn::Half => Part { y: shown.part.y + height - skip - count, height: count, ..shown.part },
            Turn::Quarter => Part { x: shown.part.x + skip, width: count, ..shown.part },
            Turn::ThreeQuarters => Part { x: shown.part.x + width - skip - count, width: count, ..shown.part },
        };
        let stride = self.job.width as usize;
        let pixels = pixels.as_chunks_mut::<4>().0;
        let mut is_inked = false;
        source.each(part, |patch| {
            is_inked = true;
            let (column, row) = patch.corner(shown.part, place.turn);
            let (wide, high) = place.turn.sides((patch.seen.width, patch.seen.height));
            for line in 0..high {
                let from = (begin + row + line - self.top) as usize * stride + (left + column) as usize;
                patch.put(place.turn, line, &mut pixels[from..from + wide as usize]);
            }
        })?;
        Ok(is_inked)
    }
}

/// From a piece's own place, with its upper left corner at 0, to where it lies on a sheet; both in mm.
#[must_use]
pub fn on_sheet(piece: &Piece, place: Place, dpi: Dpi) -> Affine {
    let mm = |px: u32| f64::from(px) / dpi.px_per_mm();
    let (x, y) = (mm(place.x), mm(place.y));
    let (width, height) = (mm(piece.size.width), mm(piece.size.height));
    match place.turn {
        Turn::None => Affine::translate((x, y)),
        Turn::Quarter => Affine::new([0.0, 1.0, -1.0, 0.0, x + height, y]),
        Turn::Half => Affine::new([-1.0, 0.0, 0.0, -1.0, x + width, y + height]),
        Turn::ThreeQuarters => Affine::new([0.0, -1.0, 1.0, 0.0, x, y + width]),
    }
}

/// Writes a sheet as a PDF with one page of its size. Labels are outlines.
///
/// # Errors
/// If the file cannot be written, or the work was called off.
pub fn pdf(job: &Job<'_>, sheet: &Sheet, title: &str, out: impl Write) -> Result<(), GangError> {
    let mm = 1.0 / job.dpi.px_per_mm();
    let (width, height) = job.size(sheet);
    let mut file = SheetPdf::begin(out, size((width, height), mm))?;
    let prints: Vec<usize> = used(job.pieces, sheet).collect::<BTreeSet<_>>().into_iter().collect();
    let mut kept = BTreeMap::new();
    let room = Room::of(limits::IN_MEMORY);
    for prints in prints.chunks(AT_ONCE) {
        let draw = |print: &usize| job.draw(Source::Print(*print), job.pieces.prints[*print].ink, &room);
        let drawn: Vec<Drawn<'_>> = prints.iter().map(draw).collect::<Result<_, GangError>>()?;
        let pictures: Vec<Picture> = prints
            .par_iter()
            .zip(&drawn)
            .map(|(print, drawn)| picture(job, *print, drawn))
            .collect::<Result<_, _>>()?;
        for (print, picture) in prints.iter().zip(pictures) {
            kept.insert(*print, file.keep(picture)?);
        }
    }
    for (index, place) in crossing(job, sheet, 0, height) {
        let piece = &job.pieces.pieces[index];
        let on_sheet = on_sheet(piece, place, job.dpi);
        for shown in job.shown(index) {
            let place = on_sheet * Affine::translate((f64::from(shown.at.0) * mm, f64::from(shown.at.1) * mm));
            match shown.source {
                Source::Print(print) => {
                    let part = shown.part;
                    kept.get(&print)
                        .iter()
                        .for_each(|kept| file.show(**kept, size((part.width, part.height), mm), place));
                }
                Source::Label(_) => {
                    let scene = job.scene(shown.source)?;
                    for item in scene.layers.iter().flat_map(|layer| &layer.items) {
                        if let Item::Fill { path, paint: Paint::Solid(color, _), .. } = item {
                            file.fill(path, place, *color);
                        }
                    }
                }
            }
        }
        if job.cancel.is_set() {
            return Err(GangError::CalledOff);
        }
    }
    Ok(file.finish(title, &job.hashes(sheet))?)
}

fn size((width, height): (u32, u32), mm: f64) -> PhysicalSize {
    PhysicalSize::from_mm(f64::from(width) * mm, f64::from(height) * mm)
}

/// A print's pixels for a PDF.
fn picture(job: &Job<'_>, print: usize, drawn: &Drawn<'_>) -> Result<Picture, GangError> {
    let ink = job.pieces.prints[print].ink;
    let mut picture = Picture::new((ink.width, ink.height));
    let width = ink.width as usize;
    for skip in (0..ink.height).step_by(ROWS as usize) {
        let part = Part { y: ink.y + skip, height: ROWS.min(ink.height - skip), ..ink };
        let mut pixels = vec![[0; 4]; width * part.height as usize];
        drawn.each(part, |patch| {
            for line in 0..patch.seen.height {
                let from = (patch.seen.y - part.y + line) as usize * width + (patch.seen.x - part.x) as usize;
                patch.put(Turn::None, line, &mut pixels[from..from + patch.seen.width as usize]);
            }
        })?;
        picture.rows(pixels.as_flattened())?;
        if job.cancel.is_set() {
            return Err(GangError::CalledOff);
        }
    }
    Ok(picture)
}
