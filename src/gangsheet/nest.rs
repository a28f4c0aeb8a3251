//! True-shape nesting: shapes as bitmaps, each laid as low as it goes and then as far left, wherever there is room for it.
//!
//! This is the bottom-left rule (Baker, Coffman and Rivest, "Orthogonal packings in two dimensions", 1980) on a raster, where
//! holes are filled, too. For a row of the sheet, all columns are looked at together: a run of a shape's cells meets
//! something wherever the sheet's row, smeared by the run's length, is set. As in [`pack`](crate::gangsheet::pack), the order
//! of the pieces is what is searched, with the same random numbers each time. What a search may cost is counted in words that
//! it looks at, so that equal input gives equal sheets on every machine.

use crate::gangsheet::bits::Bits;
use crate::gangsheet::pack::{Effort, Packing, Place, Random, Roll};
use crate::gangsheet::shape::{Grid, Lie, Shape};

/// What a piece is valued by among the ways that it may lie: its lower edge counts as much as what is set here of its upper
/// one, in halves.
const TASTES: [u32; 3] = [2, 1, 0];

/// Words that a quick search looks at before it ends: a fraction of a second.
const QUICK: u64 = 250_000_000;

/// How pieces are laid one after the other.
#[derive(Debug, Clone)]
struct Plan {
    /// The pieces by index.
    order: Vec<usize>,
    /// How much of a piece's own length counts when its turn is chosen, halves.
    taste: u32,
}

/// The film, and how far it is taken.
#[derive(Debug, Clone, Copy)]
pub struct Bed {
    /// The roll.
    pub roll: Roll,
    /// The longest sheet, pixels.
    pub length: u32,
    /// What shapes were made on.
    pub grid: Grid,
}

/// Lays pieces on as little of the roll as it finds. `shapes` are those of the pieces, in their order, and `starts` orders that
/// are worth a try, such as that in which rectangles were packed. `None` if they are longer than the bed.
#[must_use]
pub fn nest(shapes: &[&Shape], bed: Bed, starts: &[Vec<usize>], effort: Effort) -> Option<Packing> {
    // A longer search goes on where a shorter one ends, so that it finds nothing worse.
    let more = match effort {
        Effort::Quick => 0,
        Effort::Good => 5 * QUICK,
        Effort::Best => 24 * QUICK,
    };
    search(shapes, bed, starts, more)
}

/// Searches until so many words were looked at.
pub(super) fn search(shapes: &[&Shape], bed: Bed, starts: &[Vec<usize>], budget: u64) -> Option<Packing> {
    let mut nester = Nester::new(shapes, bed);
    let mut plans: Vec<Plan> = Vec::new();
    let all = starts.iter().cloned().chain(orders(shapes, bed.grid));
    for order in all {
        plans.extend(TASTES.iter().map(|taste| Plan { order: order.clone(), taste: *taste }));
    }
    let mut best = (u32::MAX, plans.first()?.clone());
    for plan in plans {
        if best.0 < u32::MAX && nester.work > QUICK {
            break;
        }
        let limit = best.0.saturating_sub(1).min(bed.length);
        if let Some(length) = nester.trial(&plan, limit) {
            best = (length, plan);
        }
    }
    if best.0 == u32::MAX {
        return None;
    }
    let (length, plan) = nester.improve(best, budget);
    // Within what it took: with more room, a piece might be turned otherwise.
    nester.trial(&plan, length.min(bed.length))?;
    Some(nester.packing())
}

/// Lays pieces once, in an order by size: whether they are likely to fit. `None` if they do not.
#[must_use]
pub fn lay(shapes: &[&Shape], bed: Bed) -> Option<Packing> {
    let mut nester = Nester::new(shapes, bed);
    let order = orders(shapes, bed.grid).into_iter().next()?;
    nester.trial(&Plan { order, taste: TASTES[0] }, bed.length)?;
    Some(nester.packing())
}

/// Lays more pieces beside those that lie: as many of `more` as there is room for, until `tries` of them had none. Gives their
/// indices in `more` with their places.
#[must_use]
pub fn fill(
    (shapes, places): (&[&Shape], &[Place]),
    more: &[&Shape],
    bed: Bed,
    mut tries: usize,
) -> Vec<(usize, Place)> {
    let all: Vec<&Shape> = shapes.iter().chain(more).copied().collect();
    let mut nester = Nester::new(&all, bed);
    nester.clear();
    for (index, place) in places.iter().enumerate() {
        nester.put_back(index, *place);
    }
    let mut found = Vec::new();
    for index in 0..more.len() {
        if tries == 0 {
            break;
        }
        match nester.lay(shapes.len() + index, TASTES[0], bed.length) {
            Some(_) => found.push((index, nester.places[shapes.len() + index])),
            None => tries -= 1,
        }
    }
    found
}

/// Orders to begin with: large ones first, by several measures.
fn orders(shapes: &[&Shape], grid: Grid) -> Vec<Vec<usize>> {
    type Key = fn(u64, u64, u64) -> u64;
    let keys: [Key; 4] = [
        |area, _, _| area,
        |_, short, long| short << 32 | long,
        |_, short, long| long << 32 | short,
        |_, short, long| short * long,
    ];
    let measure = |shape: &Shape| {
        let (width, height) = shape.lies.first().map(|lie| lie.sides).unwrap_or_default();
        (shape.area(grid), u64::from(width.min(height)), u64::from(width.max(height)))
    };
    let measures: Vec<(u64, u64, u64)> = shapes.iter().map(|shape| measure(shape)).collect();
    let by = |key: &Key| {
        let mut order: Vec<usize> = (0..shapes.len()).collect();
        order.sort_by_key(|index| {
            let (area, short, long) = measures[*index];
            std::cmp::Reverse(key(area, short, long))
        });
        order
    };
    keys.iter().map(by).collect()
}

/// A sheet that pieces are laid on.
struct Nester<'a> {
    /// For each piece, the first that has the same shape.
    same: Vec<usize>,
    ways: Vec<Vec<Way<'a>>>,
    bed: Bed,
    /// Cells around pieces that only their gaps reach.
    margin: u32,
    /// Words of a row: the sheet, and a margin on both sides.
    words: usize,
    /// A row of the sheet in which nothing lies; the margins are nobody's.
    blank: Vec<u64>,
    /// What no piece may take, row by row.
    taken: Vec<u64>,
    /// The most cells beside each other that are free in each row.
    free: Vec<u32>,
    places: Vec<Place>,
    length: u32,
    /// Words that were looked at so far.
    work: u64,
    scratch: (Vec<u64>, Vec<u64>),
}

/// A way of a shape to lie, and what was learned of it.
struct Way<'a> {
    lie: &'a Lie,
    /// Runs of cells of each row.
    runs: Vec<Vec<(u32, u32)>>,
    /// The longest run of each row.
    longest: Vec<u32>,
    /// Rows; those first that met something last.
    rows: Vec<u32>,
    /// The row with the longest run of all.
    widest: u32,
    /// Columns that it may begin in; none if it is too wide.
    columns: Option<u32>,
    /// The first row of the sheet that may have room.
    from: u32,
}

/// Rows of a shape that are compared for all columns before columns are looked at one by one.
const AT_ONCE: usize = 6;

impl<'a> Nester<'a> {
    fn new(shapes: &[&'a Shape], bed: Bed) -> Self {
        let cell = bed.grid.cell();
        let margin = bed.grid.margin();
        let mut same: Vec<usize> = Vec::with_capacity(shapes.len());
        let mut firsts: std::collections::HashMap<*const Shape, usize> = std::collections::HashMap::new();
        for (index, shape) in shapes.iter().enumerate() {
            same.push(*firsts.entry(std::ptr::from_ref(*shape)).or_insert(index));
        }
        let ways = |(index, shape): (usize, &&'a Shape)| {
            let lies: &'a [Lie] = if same[index] == index { &shape.lies } else { &[] };
            lies.iter().map(|lie| Way::new(lie, bed)).collect()
        };
        let ways: Vec<Vec<Way<'a>>> = shapes.iter().enumerate().map(ways).collect();
        let cells = bed.roll.width.div_ceil(cell);
        let words = (cells + margin * 2).div_ceil(64) as usize;
        let mut blank = vec![0; words];
        all(&mut blank, margin, cells);
        blank.iter_mut().for_each(|word| *word = !*word);
        let scratch = (vec![0; words], vec![0; words]);
        let places = vec![Place::default(); shapes.len()];
        let (taken, free) = (Vec::new(), Vec::new());
        Self { same, ways, bed, margin, words, blank, taken, free, places, length: 0, work: 0, scratch }
    }

    fn packing(&self) -> Packing {
        Packing { places: self.places.clone(), length: self.length }
    }

    fn clear(&mut self) {
        self.taken.clear();
        self.free.clear();
        self.length = 0;
        for way in self.ways.iter_mut().flatten() {
            way.from = 0;
            way.rows.sort_unstable_by_key(|row| (std::cmp::Reverse(way.longest[*row as usize]), *row));
        }
    }

    /// Lays all pieces within a length; gives the length that they take.
    fn trial(&mut self, plan: &Plan, limit: u32) -> Option<u32> {
        self.clear();
        for index in &plan.order {
            self.lay(*index, plan.taste, limit)?;
        }
        Some(self.length)
    }

    /// Changes the order at random places, and keeps what is not worse.
    fn improve(&mut self, start: (u32, Plan), budget: u64) -> (u32, Plan) {
        let (mut length, mut plan) = start;
        let count = plan.order.len();
        let mut random = Random::new();
        while self.work < budget && count > 2 {
            let mut next = plan.clone();
            match random.below(10) {
                0..4 => next.order.swap(random.below(count), random.below(count)),
                4..7 => {
                    let moved = next.order.remove(random.below(count));
                    next.order.insert(random.below(count), moved);
                }
                7..9 => {
                    let from = random.below(count);
                    let until = (from + 2 + random.below(8)).min(count);
                    next.order[from..until].reverse();
                }
                _ => next.taste = TASTES[random.below(TASTES.len())],
            }
            if let Some(found) = self.trial(&next, length) {
                (length, plan) = (found, next);
            }
            // Even a trial that ends at once is one.
            self.work += 1000;
        }
        (length, plan)
    }

    /// Lays a piece where it is valued most, within a length.
    fn lay(&mut self, index: usize, taste: u32, limit: u32) -> Option<()> {
        let first = self.same[index];
        let cell = self.bed.grid.cell();
        let mut ways = std::mem::take(&mut self.ways[first]);
        let mut best: Option<((u32, u32, u32), usize)> = None;
        for (number, way) in ways.iter_mut().enumerate() {
            let Some(columns) = way.columns else { continue };
            let beyond = (way.lie.inset.1 + way.lie.sides.1).div_ceil(cell);
            let value = |y: u32| y * 2 + beyond * taste;
            // Where it would be worth less than the best way so far, or too long.
            let most = limit.checked_sub(way.lie.inset.1 + way.lie.sides.1).map(|most| most / cell);
            let Some(most) = most else { continue };
            let until = best.map_or(most, |((worth, ..), _)| most.min(worth.saturating_sub(beyond * taste) / 2));
            if let Some((x, y)) = self.find(way, columns, until)
                && best.is_none_or(|(least, _)| (value(y), y, x) < least)
            {
                best = Some(((value(y), y, x), number));
            }
        }
        if let Some(((_, y, x), number)) = best {
            self.put(ways[number].lie, (x, y), index);
        }
        self.ways[first] = ways;
        best.map(|_| ())
    }

    /// The first row up to `until`, and in it the first column, where there is room.
    fn find(&mut self, way: &mut Way<'_>, columns: u32, until: u32) -> Option<(u32, u32)> {
        for y in way.from..=until {
            let widest = self.free.get((y + way.widest) as usize).copied();
            if widest.is_some_and(|free| free < way.longest[way.widest as usize]) {
                continue;
            }
            if let Some(x) = self.find_in(way, columns, y) {
                // Nothing was free before, and nothing gets free.
                way.from = y;
                return Some((x, y));
            }
        }
        way.from = way.from.max(until.saturating_add(1));
        None
    }

    /// The first column of a row where there is room.
    fn find_in(&mut self, way: &mut Way<'_>, columns: u32, y: u32) -> Option<u32> {
        let mut fits = std::mem::take(&mut self.scratch.0);
        all(&mut fits, self.margin, columns);
        self.work += 8;
        let mut is_open = true;
        for number in 0..AT_ONCE.min(way.rows.len()) {
            let row = way.rows[number];
            if !self.clear_meeting(way, row, y, &mut fits) {
                way.rows[..=number].rotate_right(1);
                is_open = false;
                break;
            }
        }
        let mut found = None;
        while is_open {
            let Some(bit) = first(&fits) else { break };
            let x = bit - self.margin;
            match self.meets(way, (x, y)) {
                None => {
                    found = Some(x);
                    break;
                }
                // What meets something here does so elsewhere, too.
                Some(number) => {
                    let row = way.rows[number];
                    way.rows[..=number].rotate_right(1);
                    is_open = self.clear_meeting(way, row, y, &mut fits);
                }
            }
        }
        self.scratch.0 = fits;
        found
    }

    /// Clears the columns in which a row of a shape, laid with its first row in `y`, meets something. Says if any is left.
    fn clear_meeting(&mut self, way: &Way<'_>, row: u32, y: u32, fits: &mut [u64]) -> bool {
        let Some(sheet) = self.taken.chunks_exact(self.words).nth((y + row) as usize) else { return true };
        let smeared = &mut self.scratch.1;
        for (from, count) in &way.runs[row as usize] {
            smeared.copy_from_slice(sheet);
            let mut done = 1;
            while done < *count {
                let by = done.min(count - done);
                smear(smeared, by);
                done += by;
                self.work += self.words as u64;
            }
            clear_shifted(fits, smeared, *from);
            self.work += self.words as u64;
        }
        fits.iter().any(|word| *word > 0)
    }

    /// The number of the first row of a shape that meets something.
    fn meets(&mut self, way: &Way<'_>, (x, y): (u32, u32)) -> Option<usize> {
        let (skip, bits) = ((x + self.margin) as usize / 64, (x + self.margin) % 64);
        let meets = |row: &u32| {
            let Some(sheet) = self.taken.get((y + row) as usize * self.words..).filter(|rest| !rest.is_empty()) else {
                return false;
            };
            let mut carry = 0;
            let mut met = 0;
            let sheet = &sheet[skip..self.words];
            for (own, taken) in way.lie.own.row(*row).iter().chain(&[0]).zip(sheet) {
                met |= (own << bits | carry) & taken;
                carry = if bits > 0 { own >> (64 - bits) } else { 0 };
            }
            met > 0
        };
        let found = way.rows.iter().position(meets);
        self.work += found.unwrap_or(way.rows.len()) as u64 * (way.lie.own.width() / 64 + 2) as u64;
        found
    }

    /// Lays a shape.
    fn put(&mut self, lie: &Lie, (x, y): (u32, u32), index: usize) {
        let (words, margin) = (self.words, self.margin);
        let rows = (y + lie.kept.height()).saturating_sub(margin) as usize;
        while self.free.len() < rows {
            self.free.push(u32::MAX);
            self.taken.extend_from_slice(&self.blank);
        }
        let (skip, bits) = (x as usize / 64, x % 64);
        for row in 0..lie.kept.height() {
            let Some(at) = (y + row).checked_sub(margin) else { continue };
            let sheet = &mut self.taken[at as usize * words..][..words];
            for (index, word) in lie.kept.row(row).iter().enumerate() {
                if let Some(target) = sheet.get_mut(skip + index) {
                    *target |= word << bits;
                }
                if let Some(target) = sheet.get_mut(skip + index + 1).filter(|_| bits > 0) {
                    *target |= word >> (64 - bits);
                }
            }
            self.free[at as usize] = longest_free(sheet);
        }
        let cell = self.bed.grid.cell();
        let place = Place { x: x * cell + lie.inset.0, y: y * cell + lie.inset.1, turn: lie.turn };
        self.places[index] = place;
        self.length = self.length.max(place.y + lie.sides.1);
    }

    /// Lays a piece where it lay before.
    fn put_back(&mut self, index: usize, place: Place) {
        let ways = &self.ways[self.same[index]];
        let Some(lie) = ways.iter().map(|way| way.lie).find(|lie| lie.turn == place.turn) else { return };
        let cell = self.bed.grid.cell();
        self.put(lie, ((place.x - lie.inset.0) / cell, (place.y - lie.inset.1) / cell), index);
    }
}

impl<'a> Way<'a> {
    fn new(lie: &'a Lie, bed: Bed) -> Self {
        let own: &Bits = &lie.own;
        let runs: Vec<Vec<(u32, u32)>> = (0..own.height()).map(|y| own.runs(y)).collect();
        let longest: Vec<u32> =
            runs.iter().map(|runs| runs.iter().map(|(_, count)| *count).max().unwrap_or_default()).collect();
        let rows: Vec<u32> = (0..own.height()).filter(|y| longest[*y as usize] > 0).collect();
        let widest = rows.iter().copied().max_by_key(|row| longest[*row as usize]).unwrap_or_default();
        let room = bed.roll.width.checked_sub(lie.inset.0 + lie.sides.0);
        let columns = room.map(|room| room / bed.grid.cell() + 1);
        Self { lie, runs, longest, rows, widest, columns, from: 0 }
    }
}

/// Sets `count` bits from one on, and clears all others.
fn all(words: &mut [u64], from: u32, count: u32) {
    words.fill(0);
    for (word, first) in words.iter_mut().zip((0..).step_by(64)) {
        let (low, high) = (from.clamp(first, first + 64) - first, (from + count).clamp(first, first + 64) - first);
        if high > low {
            *word = u64::MAX >> (64 - (high - low)) << low;
        }
    }
}

/// The first bit that is set.
fn first(words: &[u64]) -> Option<u32> {
    let (index, word) = words.iter().enumerate().find(|(_, word)| **word > 0)?;
    Some(index as u32 * 64 + word.trailing_zeros())
}

/// Sets every bit `by` before one that is set.
fn smear(words: &mut [u64], by: u32) {
    let (skip, bits) = (by as usize / 64, by % 64);
    let Some(last) = words.len().checked_sub(skip + 1) else { return };
    for index in 0..last {
        words[index] |= joined(words[index + skip], words[index + skip + 1], bits);
    }
    words[last] |= words[last + skip] >> bits;
}

/// Clears every bit `by` before one that is set.
fn clear_shifted(fits: &mut [u64], words: &[u64], by: u32) {
    let (skip, bits) = (by as usize / 64, by % 64);
    let Some(words) = words.get(skip..) else { return };
    for (fit, pair) in fits.iter_mut().zip(words.windows(2)) {
        *fit &= !joined(pair[0], pair[1], bits);
    }
    if let Some((fit, word)) = words.len().checked_sub(1).and_then(|last| fits.get_mut(last).zip(words.last())) {
        *fit &= !(word >> bits);
    }
}

/// 64 bits of two words, from one of the first 64 on.
const fn joined(low: u64, high: u64, from: u32) -> u64 {
    low >> from | high << 1 << (63 - from)
}

/// The most bits beside each other that are not set.
fn longest_free(words: &[u64]) -> u32 {
    let (mut most, mut run) = (0, 0);
    for word in words {
        let mut left = *word;
        if left == 0 {
            run += 64;
            continue;
        }
        let mut at = 0;
        while left > 0 {
            let zeros = left.trailing_zeros();
            run += zeros;
            most = most.max(run);
            run = 0;
            left >>= zeros;
            let set = left.trailing_ones();
            at += zeros + set;
            left = left.checked_shr(set).unwrap_or_default();
        }
        run = 64 - at;
    }
    most.max(run)
}
