//! The pieces of a run: a print of every garment that is ordered, each with an id.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;

use crate::artwork;
use crate::batch::check::{Checked, check, piece as look};
use crate::batch::issue::RowIssue;
use crate::batch::orders::{OrderLine, Orders};
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::gangsheet::drawn::Part;
use crate::gangsheet::label::{self, Words};
use crate::gangsheet::limits;
use crate::gangsheet::pack::Rect;
use crate::gangsheet::sheets::Film;
use crate::gangsheet::unit::Unit;
use crate::press::PressError;
use crate::proof::{self, Paper};
use crate::scene::Scene;
use crate::shop::{Fitting, RenderError, Shop};
use crate::units::{Dpi, Length};

/// Why there are no sheets.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GangError {
    /// More pieces than one run takes.
    #[error("the orders have more than {limit} pieces; split the file by due date", limit = limits::PIECES)]
    TooMany,
    /// More different shapes than one run takes.
    #[error(
        "the orders have {0} pieces of different shapes, and nesting takes {limit}; leave `--nest` out, or split the file by due \
         date", limit = limits::SHAPES
    )]
    TooManyShapes(usize),
    /// An id that no code holds.
    #[error("the id {0:?} is too long for a QR code")]
    Id(String),
    /// The words of a label cannot be set.
    #[error(transparent)]
    Label(#[from] PressError),
    /// A print cannot be drawn any more.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// A file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Nobody waits for it any more.
    #[error("the work was called off")]
    CalledOff,
}

/// How pieces are made.
#[derive(Debug, Clone)]
pub struct Options {
    /// Resolution of the sheets.
    pub dpi: Dpi,
    /// The film, in pixels.
    pub film: Film,
    /// Id of the technique whose prints go on film; lines of others are left out.
    pub technique: String,
    /// Rules of preflight whose errors are accepted.
    pub accept: Vec<String>,
    /// Whether pieces have labels.
    pub labels: bool,
    /// What lengths are told in.
    pub unit: Unit,
}

/// A print that differs from all others.
#[derive(Debug, Clone)]
pub struct Print {
    /// Index of a line that has it.
    pub line: usize,
    /// Id of its print area.
    pub area: String,
    /// Names the artwork.
    pub hash: String,
    /// What of the artwork is inked, in pixels.
    pub ink: Part,
}

/// A piece of film.
#[derive(Debug, Clone)]
pub struct Piece {
    /// Order, line, print area and number: on its label, and in the lists.
    pub id: String,
    /// Index of its print.
    pub print: usize,
    /// Index of its line.
    pub line: usize,
    /// Which of the line's pieces of this print, from 1.
    pub copy: u32,
    /// Its turn at the press, from 1: all pieces of one garment, size and colour follow each other.
    pub turn: usize,
    /// Size of its label in pixels; none without labels.
    pub label: Option<(u32, u32)>,
    /// Its size in pixels, with its label.
    pub size: Rect,
    /// Where it goes on its garment, in words; none on garments without seams to measure from.
    pub place: Option<String>,
}

/// Everything that goes on film.
#[derive(Debug, Default)]
pub struct Pieces {
    /// The prints, each once.
    pub prints: Vec<Print>,
    /// The pieces: what is due first comes first, then by order, line, print area and number.
    pub pieces: Vec<Piece>,
    /// Why a line has no pieces, by its index.
    pub refused: BTreeMap<usize, String>,
    /// Lines of other techniques.
    pub elsewhere: usize,
}

impl Pieces {
    /// What keeps lines off the film, but for what `known`, what a batch found out of them, keeps from being made at all.
    #[must_use]
    pub fn issues(&self, orders: &Orders, (options, known): (&Options, &[Option<Arc<Checked>>])) -> Vec<RowIssue> {
        let is_told = |index: usize| {
            known.get(index).and_then(Option::as_ref).is_some_and(|known| known.refusal(&options.accept).is_some())
        };
        let refused = self.refused.iter().filter(|(index, _)| !is_told(**index));
        refused
            .map(|(index, why)| RowIssue::error(orders.lines[*index].row, "", why, "").of_line(&orders.lines[*index]))
            .collect()
    }
}

/// Between a print and its label, mm: room for scissors, since the label is cut off before pressing.
const APART: f64 = 5.0;
/// Resolution at which the inked part of a print is looked for.
const LOOK_DPI: f64 = 60.0;

/// Pixels around the bounds of vectors.
const SPARE: f64 = 2.0;

/// A print of a line.
struct Inked {
    area: String,
    hash: String,
    ink: Part,
    place: Option<String>,
}

/// A line's prints, and what was found out of it.
struct Seen {
    checked: Arc<Checked>,
    inks: Vec<Inked>,
}

/// Makes the pieces of all lines. `known` is what was found out of them before, by their indices; none of the others.
///
/// # Errors
/// If there are too many, or the work was called off. What is wrong with a line is told in [`Pieces::refused`].
pub fn gather(
    shop: &Shop,
    orders: &Orders,
    (options, known): (&Options, &[Option<Arc<Checked>>]),
    cancel: &Cancel,
) -> Result<Pieces, GangError> {
    let mut found = Pieces::default();
    let mut lines: Vec<usize> = Vec::new();
    for (index, line) in orders.lines.iter().enumerate() {
        if line.opened.design.technique == options.technique {
            lines.push(index);
        } else {
            found.elsewhere += 1;
        }
    }
    // By what decides it, not by the row.
    let key = |index: &usize| {
        let line = &orders.lines[*index];
        (line.due.is_none(), line.due.clone(), line.order_id.clone(), natural(&line.line), line.line.clone())
    };
    lines.sort_by_cached_key(key);
    let looks: Vec<[u8; 32]> = lines.iter().map(|index| look(shop, &orders.lines[*index])).collect();
    let mut firsts: BTreeMap<&[u8; 32], usize> = BTreeMap::new();
    for (index, look) in lines.iter().zip(&looks) {
        firsts.entry(look).or_insert(*index);
    }
    let seen: Vec<Option<Seen>> = firsts
        .par_iter()
        .map(|(_, index)| {
            let known = known.get(*index).cloned().flatten();
            see(shop, &orders.lines[*index], (options.dpi, known), cancel)
        })
        .collect::<Result<_, GangError>>()?;
    let seen: BTreeMap<&[u8; 32], Option<Seen>> = firsts.keys().copied().zip(seen).collect();
    let mut prints: BTreeMap<(String, String), usize> = BTreeMap::new();
    for (index, look) in lines.iter().zip(&looks) {
        let Some(Some(seen)) = seen.get(look) else { return Err(GangError::CalledOff) };
        match seen.checked.refusal(&options.accept) {
            Some(why) => drop(found.refused.insert(*index, why)),
            None => add(&orders.lines[*index], *index, seen, options, (&mut found, &mut prints))?,
        }
    }
    turns(shop, orders, &mut found.pieces);
    Ok(found)
}

/// Lines in the order of their numbers, where they are numbers.
fn natural(line: &str) -> u64 {
    line.parse().unwrap_or(u64::MAX)
}

/// Looks at a line: its findings, and where its prints are inked. `None` if it was called off.
fn see(
    shop: &Shop,
    line: &OrderLine,
    (dpi, known): (Dpi, Option<Arc<Checked>>),
    cancel: &Cancel,
) -> Result<Option<Seen>, GangError> {
    let Some(checked) = known.or_else(|| check(shop, line, cancel).map(Arc::new)) else { return Ok(None) };
    let mut inks = Vec::new();
    for (area, hash) in &checked.artworks {
        let scene = scene(shop, line, area, dpi, cancel)?;
        if let Some(ink) = ink(&scene, dpi) {
            // As tickets say it: the piece is cut a little larger than its ink.
            let Some(seen) = proof::ink(&scene, cancel) else { return Ok(None) };
            let place = seen.and_then(|seen| place(shop, line, (area, &scene), seen));
            inks.push(Inked { area: area.clone(), hash: hash.clone(), ink, place });
        }
    }
    Ok(Some(Seen { checked, inks }))
}

/// Where a print goes on its garment.
fn place(shop: &Shop, line: &OrderLine, (area, scene): (&str, &Scene), ink: kurbo::Rect) -> Option<String> {
    let garment = shop.catalog.garment(&line.opened.design.garment).ok()?;
    let place = proof::place((garment, area, &line.size), scene.size.width, ink)?;
    // Both units: film goes everywhere.
    Some(place.words(Paper::Letter))
}

/// The scene of a print, resolved anew: a run has more of them than memory.
///
/// # Errors
/// If it cannot be drawn, which was looked at before.
pub fn scene(shop: &Shop, line: &OrderLine, area: &str, dpi: Dpi, cancel: &Cancel) -> Result<Scene, GangError> {
    let choice = line.choice();
    let finest = if dpi.get() > Dpi::PRINT.get() { dpi } else { Dpi::PRINT };
    let fitting = Fitting { cancel: cancel.clone(), finest, ..shop.fit(&line.opened.design, &choice)? };
    let scenes = shop.scenes(&fitting, &line.opened.library, |wanted| wanted.id == area)?;
    let scene = scenes.into_iter().next().map(|placed| placed.scene);
    scene.ok_or(GangError::CalledOff)
}

/// The smallest rectangle of pixels around all ink, or a little more. `None` if there is none.
fn ink(scene: &Scene, dpi: Dpi) -> Option<Part> {
    // A raster that is cheap and sees what vectors do not: pictures with empty margins.
    let coarse = Dpi::new(LOOK_DPI)?;
    let raster = artwork::rasterize(scene, coarse);
    let (width, height) = (raster.pixels.width() as usize, raster.pixels.height() as usize);
    let (mut left, mut right, mut top, mut bottom) = (width, 0, height, 0);
    for (y, row) in raster.pixels.data().chunks_exact(width * 4).enumerate() {
        let pixels = row.as_chunks::<4>().0;
        let Some(first) = pixels.iter().position(|pixel| pixel[3] > 0) else { continue };
        let last = pixels.iter().rposition(|pixel| pixel[3] > 0)?;
        (left, right) = (left.min(first), right.max(last + 1));
        (top, bottom) = (top.min(y), bottom.max(y + 1));
    }
    let scale = dpi.get() / coarse.get();
    let (wide, high) = scene.size.to_px(dpi);
    // What is thinner than a coarse pixel may fade into the next one.
    let near = |coarse: usize| ((coarse as f64 - 1.0) * scale).floor().max(0.0) as u32;
    let far = |coarse: usize, most: u32| (((coarse as f64 + 1.0) * scale).ceil() as u32).min(most);
    // Vectors know their bounds better.
    let inked = scene.layers.iter().map(|layer| layer.ink).filter(|ink| ink.area() > 0.0).reduce(|a, b| a.union(b))?;
    let reach = scene.finish.map_or(0.0, |finish| finish.reach());
    let inked = inked.inflate(reach, reach);
    let px = |mm: f64| mm * dpi.px_per_mm();
    let from = |mm: f64| (px(mm).floor() - SPARE).max(0.0) as u32;
    let until = |mm: f64| (px(mm).ceil() + SPARE).max(0.0) as u32;
    let (x0, x1) = (near(left).max(from(inked.x0)), far(right, wide).min(until(inked.x1)));
    let (y0, y1) = (near(top).max(from(inked.y0)), far(bottom, high).min(until(inked.y1)));
    (x1 > x0 && y1 > y0).then(|| Part { x: x0, y: y0, width: x1 - x0, height: y1 - y0 })
}

fn add(
    line: &OrderLine,
    index: usize,
    seen: &Seen,
    options: &Options,
    (found, prints): (&mut Pieces, &mut BTreeMap<(String, String), usize>),
) -> Result<(), GangError> {
    let first = found.pieces.len();
    for Inked { area, hash, ink, place } in &seen.inks {
        let next = found.prints.len();
        let print = *prints.entry((hash.clone(), area.clone())).or_insert(next);
        if print == next {
            found.prints.push(Print { line: index, area: area.clone(), hash: hash.clone(), ink: *ink });
        }
        for copy in 1..=line.quantity {
            if found.pieces.len() >= limits::PIECES {
                return Err(GangError::TooMany);
            }
            let id = format!("{}/{}/{area}/{copy}", line.order_id, line.line);
            let label = options.labels.then(|| label::size(&id, ink.width, options.dpi)).transpose()?;
            let (wide, high) = label.unwrap_or_default();
            let apart = label.map_or(0, |_| apart(options.dpi));
            let size = Rect { width: ink.width.max(wide), height: ink.height + apart + high };
            if !options.film.fits(size) {
                found.pieces.truncate(first);
                found.refused.insert(index, too_large(area, size, options));
                return Ok(());
            }
            found.pieces.push(Piece { id, print, line: index, copy, turn: 0, label, size, place: place.clone() });
        }
    }
    Ok(())
}

fn too_large(area: &str, size: Rect, options: &Options) -> String {
    let length = |px: u32| Length::from_inches(f64::from(px) / options.dpi.get());
    let size_of =
        |width, height| format!("{} x {}", options.unit.number(length(width)), options.unit.show(length(height)));
    let with = if options.labels { " with its label" } else { "" };
    format!(
        "the print of {area} is {}{with} and does not fit a sheet of {} between its margins; take a wider film or a longer sheet",
        size_of(size.width, size.height),
        size_of(options.film.roll.width, options.film.length)
    )
}

/// Pixels between a print and its label.
#[must_use]
pub fn apart(dpi: Dpi) -> u32 {
    (APART * dpi.px_per_mm()).ceil() as u32
}

/// What a piece's label says.
#[must_use]
pub fn words(orders: &Orders, piece: &Piece) -> Words {
    let line = &orders.lines[piece.line];
    let mut about = format!("#{}  {}  {}  {}", piece.turn, line.opened.design.garment, line.color, line.size);
    if let Some(due) = &line.due {
        about += &format!("  due {due}");
    }
    Words { id: piece.id.clone(), about }
}

/// Numbers the pieces by garment, size and colour, so that each pile is fetched once.
fn turns(shop: &Shop, orders: &Orders, pieces: &mut [Piece]) {
    let key = |index: &usize| {
        let line = &orders.lines[pieces[*index].line];
        let garment = shop.catalog.garment(&line.opened.design.garment).ok();
        let size = garment.and_then(|garment| garment.sizes.iter().position(|size| *size.id == *line.size));
        (line.opened.design.garment.clone(), size, line.color.clone(), *index)
    };
    let mut order: Vec<usize> = (0..pieces.len()).collect();
    order.sort_by_cached_key(key);
    for (turn, index) in order.into_iter().enumerate() {
        pieces[index].turn = turn + 1;
    }
}
