//! Which pieces lie on which sheet: those that are due first on the first.

use crate::gangsheet::limits::NESTED;
use crate::gangsheet::nest::{self, Bed};
use crate::gangsheet::pack::{self, Effort, Packing, Place, Rect, Roll, Turn};
use crate::gangsheet::shape::{Grid, Shape};

/// The film.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Film {
    /// What pieces may lie on, and how far apart.
    pub roll: Roll,
    /// The longest sheet, without its margins.
    pub length: u32,
}

/// A sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Pieces by index and where they lie, from the beginning of the roll on.
    pub pieces: Vec<(usize, Place)>,
    /// How long it is, without margins.
    pub length: u32,
    /// Whether true shapes lie on it, whose rectangles may overlap, so that no straight cuts part them.
    pub nested: bool,
}

/// All sheets of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Laid {
    /// The sheets.
    pub sheets: Vec<Sheet>,
    /// What nesting gained, if it was asked for.
    pub nesting: Option<Nesting>,
}

/// What nesting gained: lengths of all sheets with their margins, pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nesting {
    /// As rectangles.
    pub rectangles: u64,
    /// As true shapes, those sheets as rectangles that are no longer so.
    pub shapes: u64,
    /// Whether less film is billed for it, and it was taken: otherwise straight cuts are worth more than a shorter sheet.
    pub is_taken: bool,
}

/// Later pieces that are tried in what is left of a full sheet.
const FILLERS: usize = 40;
/// Steps in which a better packing is looked for before a sheet is taken for full.
const STEPS: usize = 3;

impl Film {
    /// Whether a piece fits a sheet at all.
    #[must_use]
    pub const fn fits(&self, rect: Rect) -> bool {
        let (width, length) = (self.roll.width, self.length);
        (rect.width <= width && rect.height <= length)
            || (self.roll.turn && rect.height <= width && rect.width <= length)
    }
}

/// Lays pieces on sheets with margins of `edge`: as rectangles, or as `shapes` if less is billed then, where `billed` tells in
/// how many steps a length in pixels is.
#[must_use]
pub fn lay(
    rects: &[Rect],
    shapes: Option<(&[&Shape], Grid)>,
    (film, edge): (Film, u32),
    billed: &dyn Fn(u32) -> u64,
    effort: Effort,
) -> Laid {
    let plain = sheets(rects, film, effort);
    let Some((shapes, grid)) = shapes else { return Laid { sheets: plain, nesting: None } };
    let bed = Bed { roll: film.roll, length: film.length, grid };
    let nested = nested(rects, shapes, (film, bed), effort);
    let total = |sheets: &[Sheet], count: &dyn Fn(u32) -> u64| -> u64 {
        sheets.iter().map(|sheet| count(sheet.length + 2 * edge)).sum()
    };
    let is_taken = total(&nested, billed) < total(&plain, billed);
    let (rectangles, shapes) = (total(&plain, &u64::from), total(&nested, &u64::from));
    let nesting = Nesting { rectangles, shapes, is_taken };
    Laid { sheets: if is_taken { nested } else { plain }, nesting: Some(nesting) }
}

/// Lays pieces as [`sheets`] does, by their shapes.
#[must_use]
pub fn nested(rects: &[Rect], shapes: &[&Shape], (film, bed): (Film, Bed), effort: Effort) -> Vec<Sheet> {
    let mut open: Vec<usize> = (0..rects.len()).filter(|index| film.fits(rects[*index])).collect();
    let mut sheets = Vec::new();
    while !open.is_empty() {
        let sheet = next_nested((rects, shapes), &open, (film, bed), effort);
        let mut taken = vec![false; rects.len()];
        sheet.pieces.iter().for_each(|(index, _)| taken[*index] = true);
        open.retain(|index| !taken[*index]);
        sheets.push(sheet);
    }
    sheets
}

fn next_nested(
    (rects, shapes): (&[Rect], &[&Shape]),
    open: &[usize],
    (film, bed): (Film, Bed),
    effort: Effort,
) -> Sheet {
    let of = |chosen: &[usize]| -> Vec<&Shape> { chosen.iter().map(|index| shapes[*index]).collect() };
    let packed = |chosen: &[usize], effort: Effort| {
        let sides: Vec<Rect> = chosen.iter().map(|index| rects[*index]).collect();
        pack::pack(&sides, film.roll, effort)
    };
    let mut sum = 0;
    let room = u64::from(film.roll.width) * u64::from(film.length);
    let is_in = |index: &&usize| {
        sum += shapes[**index].area(bed.grid);
        sum <= room
    };
    let most = open.iter().take(NESTED).take_while(is_in).count().max(1);
    let does_fit = |count: usize| nest::lay(&of(&open[..count]), bed).is_some();
    let (mut fits, mut too_many) = if does_fit(most) { (most, most) } else { (0, most) };
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        if does_fit(middle) { fits = middle } else { too_many = middle }
    }
    let mut chosen = open[..fits].to_vec();
    let by_place = packed(&chosen, Effort::Quick).map(|packing| {
        let mut order: Vec<usize> = (0..fits).collect();
        order.sort_by_key(|index| (packing.places[*index].y, packing.places[*index].x));
        order
    });
    // Shapes have an edge of their own: what fits by the last pixel as a rectangle may not by its shape.
    let best = nest::nest(&of(&chosen), bed, by_place.as_slice(), effort);
    let Some(mut best) = best.filter(|best| !best.places.is_empty()) else {
        return alone(rects, open[0], film);
    };
    // What is due next, and whatever later fits into what is left.
    let later = open.get(fits..).unwrap_or_default();
    for (index, place) in nest::fill((&of(&chosen), &best.places), &of(later), bed, FILLERS) {
        let (_, length) = place.turn.sides((rects[later[index]].width, rects[later[index]].height));
        chosen.push(later[index]);
        best.places.push(place);
        best.length = best.length.max(place.y + length);
    }
    match packed(&chosen, effort).filter(|packing| packing.length <= best.length) {
        Some(packing) => sheet(&chosen, &packing),
        None => Sheet { nested: true, ..sheet(&chosen, &best) },
    }
}

/// Lays pieces that are sorted by when they are due on as many sheets as it takes. All of them must [fit](Film::fits).
///
/// A sheet has the longest run of pieces that it holds, and then later ones that fit into what is left; so no piece lies on
/// a later sheet than one that is due later, unless that one only fills a hole.
#[must_use]
pub fn sheets(rects: &[Rect], film: Film, effort: Effort) -> Vec<Sheet> {
    let mut open: Vec<usize> = (0..rects.len()).filter(|index| film.fits(rects[*index])).collect();
    let mut sheets = Vec::new();
    while !open.is_empty() {
        let sheet = next_sheet(rects, &open, film, effort);
        let mut taken = vec![false; rects.len()];
        sheet.pieces.iter().for_each(|(index, _)| taken[*index] = true);
        open.retain(|index| !taken[*index]);
        sheets.push(sheet);
    }
    sheets
}

fn next_sheet(rects: &[Rect], open: &[usize], film: Film, effort: Effort) -> Sheet {
    let attempt = |chosen: &[usize], effort: Effort| {
        let sides: Vec<Rect> = chosen.iter().map(|index| rects[*index]).collect();
        pack::pack(&sides, film.roll, effort).filter(|packing| packing.length <= film.length)
    };
    let most = by_area(rects, open, film);
    if let Some(packing) = attempt(&open[..most], effort) {
        return sheet(&open[..most], &packing);
    }
    // Between a number of pieces that fits and one that does not.
    let (mut fits, mut too_many) = (0, most);
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        match attempt(&open[..middle], Effort::Quick) {
            Some(_) => fits = middle,
            None => too_many = middle,
        }
    }
    let mut best = attempt(&open[..fits], effort);
    let mut beyond = most;
    for _ in 0..STEPS {
        let middle = usize::midpoint(fits, beyond);
        if effort == Effort::Quick || middle <= fits {
            break;
        }
        match attempt(&open[..middle], effort) {
            Some(packing) => (fits, best) = (middle, Some(packing)),
            None => beyond = middle,
        }
    }
    let mut chosen = open[..fits].to_vec();
    let gap = film.roll.gap;
    let mut free = room(film) - chosen.iter().map(|index| area(rects[*index], gap)).sum::<u64>().min(room(film));
    let later = if fits > 0 { open.get(fits + 1..).unwrap_or_default() } else { &[] };
    let mut tries = FILLERS;
    for filler in later {
        let needed = area(rects[*filler], gap);
        if needed > free {
            continue;
        }
        chosen.push(*filler);
        match attempt(&chosen, Effort::Quick) {
            Some(packing) => (best, free) = (Some(packing), free - needed),
            None => drop(chosen.pop()),
        }
        tries -= 1;
        if tries == 0 {
            break;
        }
    }
    if chosen.len() > fits {
        best = attempt(&chosen, effort).or(best);
    }
    match best.filter(|packing| !packing.places.is_empty()) {
        Some(packing) => sheet(&chosen, &packing),
        None => alone(rects, open[0], film),
    }
}

/// A sheet with one piece, which may only fit it in the direction that the packer does not prefer.
fn alone(rects: &[Rect], index: usize, film: Film) -> Sheet {
    let rect = rects[index];
    let is_turned = rect.width > film.roll.width || rect.height > film.length;
    let turn = if is_turned { Turn::Quarter } else { Turn::None };
    let (_, length) = turn.sides((rect.width, rect.height));
    Sheet { pieces: vec![(index, Place { x: 0, y: 0, turn })], length, nested: false }
}

/// The longest run whose area a sheet could hold; at least one.
fn by_area(rects: &[Rect], open: &[usize], film: Film) -> usize {
    let mut sum = 0;
    let is_in = |index: &&usize| {
        sum += area(rects[**index], film.roll.gap);
        sum <= room(film)
    };
    open.iter().take(pack::MOST).take_while(is_in).count().max(1)
}

/// What a piece takes with its gaps.
fn area(rect: Rect, gap: u32) -> u64 {
    (u64::from(rect.width) + u64::from(gap)) * (u64::from(rect.height) + u64::from(gap))
}

/// What a sheet has.
fn room(film: Film) -> u64 {
    area(Rect { width: film.roll.width, height: film.length }, film.roll.gap)
}

fn sheet(chosen: &[usize], packing: &Packing) -> Sheet {
    let mut pieces: Vec<(usize, Place)> = chosen.iter().copied().zip(packing.places.iter().copied()).collect();
    pieces.sort_by_key(|(index, place)| (place.y, place.x, *index));
    Sheet { pieces, length: packing.length, nested: false }
}
