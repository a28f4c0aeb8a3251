//! Which pieces lie on which sheet: those that are due first on the first.

use crate::gangsheet::pack::{self, Effort, Packing, Place, Rect, Roll};

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
    let turned = rect.width > film.roll.width || rect.height > film.length;
    let length = if turned { rect.width } else { rect.height };
    Sheet { pieces: vec![(index, Place { x: 0, y: 0, turned })], length }
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
    Sheet { pieces, length: packing.length }
}
