//! Bitmaps of shapes: a bit a cell, 64 cells a word, so that whole rows are compared and widened at once.

use crate::gangsheet::pack::Turn;

/// A bitmap. Bits beyond its width are never set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bits {
    width: u32,
    height: u32,
    /// Words of a row.
    words: usize,
    rows: Vec<u64>,
}

impl Bits {
    /// An empty one.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let words = width.div_ceil(64) as usize;
        Self { width, height, words, rows: vec![0; words * height as usize] }
    }

    /// Cells of a row.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The words of a row, the first cell in the lowest bit of the first.
    #[must_use]
    pub fn row(&self, y: u32) -> &[u64] {
        &self.rows[y as usize * self.words..][..self.words]
    }

    fn row_mut(&mut self, y: u32) -> &mut [u64] {
        &mut self.rows[y as usize * self.words..][..self.words]
    }

    /// Whether a cell within the bitmap is set.
    #[must_use]
    pub fn get(&self, x: u32, y: u32) -> bool {
        self.row(y)[x as usize / 64] >> (x % 64) & 1 == 1
    }

    /// Sets a cell.
    pub fn set(&mut self, x: u32, y: u32) {
        self.row_mut(y)[x as usize / 64] |= 1 << (x % 64);
    }

    /// How many cells are set.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.rows.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Every cell that is set.
    pub fn cells(&self) -> impl Iterator<Item = (u32, u32)> + '_ {
        (0..self.height).flat_map(move |y| {
            let words = self.row(y).iter().zip((0..).step_by(64));
            words.flat_map(move |(word, first)| ones(*word).map(move |bit| (first + bit, y)))
        })
    }

    /// Runs of set cells in a row: the first, and how many.
    pub fn runs(&self, y: u32) -> Vec<(u32, u32)> {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for (word, first) in self.row(y).iter().zip((0..).step_by(64)) {
            for bit in ones(*word) {
                match runs.last_mut() {
                    Some((from, count)) if *from + *count == first + bit => *count += 1,
                    _ => runs.push((first + bit, 1)),
                }
            }
        }
        runs
    }

    /// Sets everything that is set in another of the same size.
    pub fn add(&mut self, other: &Self) {
        self.rows.iter_mut().zip(&other.rows).for_each(|(word, other)| *word |= other);
    }

    /// Set where this is not.
    #[must_use]
    pub fn inverse(&self) -> Self {
        let mut found = self.clone();
        found.rows.iter_mut().for_each(|word| *word = !*word);
        found.trim();
        found
    }

    /// Clears what lies beyond the width.
    fn trim(&mut self) {
        let last = self.width % 64;
        if last > 0 {
            self.rows.iter_mut().skip(self.words - 1).step_by(self.words).for_each(|word| *word &= (1 << last) - 1);
        }
    }

    /// Blocks of `side` by `side` cells as one: set if any of them is.
    #[must_use]
    pub fn coarser(&self, side: u32) -> Self {
        let mut found = Self::new(self.width.div_ceil(side), self.height.div_ceil(side));
        for y in 0..self.height {
            for (first, count) in self.runs(y) {
                (first / side..=(first + count - 1) / side).for_each(|x| found.set(x, y / side));
            }
        }
        found
    }

    /// Turned clockwise.
    #[must_use]
    pub fn turned(&self, turn: Turn) -> Self {
        let (width, height) = turn.sides((self.width, self.height));
        let mut found = Self::new(width, height);
        for (x, y) in self.cells() {
            let (right, below) = (self.width - 1 - x, self.height - 1 - y);
            match turn {
                Turn::None => found.set(x, y),
                Turn::Quarter => found.set(below, x),
                Turn::Half => found.set(right, below),
                Turn::ThreeQuarters => found.set(y, right),
            }
        }
        found
    }

    /// The part at a place, of a size; what lies beyond this is not set.
    #[must_use]
    pub fn part(&self, (x, y): (u32, u32), (width, height): (u32, u32)) -> Self {
        let mut found = Self::new(width, height);
        for (row, from) in (0..height).zip(y..self.height) {
            shifted_down(self.row(from), x, found.row_mut(row));
        }
        found.trim();
        found
    }

    /// Widened around every cell, with `pad` more cells on all sides: `reach[dy]` is how far to the left and right of a set
    /// cell, `dy` rows above and below it, and never grows. What would lie beyond the new sides is lost.
    #[must_use]
    pub fn widened(&self, reach: &[u32], pad: u32) -> Self {
        let mut found = Self::new(self.width + 2 * pad, self.height + 2 * pad);
        let mut row = vec![0; found.words];
        let height = i64::from(found.height);
        for y in (0..self.height).filter(|y| self.row(*y).iter().any(|word| *word > 0)) {
            shifted_up(self.row(y), pad, &mut row);
            let mut wide = 0;
            // The farthest rows are the least wide.
            for (dy, reach) in reach.iter().enumerate().rev() {
                (wide..*reach).for_each(|_| widen(&mut row));
                wide = wide.max(*reach);
                let middle = i64::from(y) + i64::from(pad);
                let far = dy.cast_signed() as i64;
                let (above, below) = (middle - far, middle + far);
                for y in [above, below].into_iter().take(if dy == 0 { 1 } else { 2 }) {
                    if (0..height).contains(&y) {
                        found.row_mut(y as u32).iter_mut().zip(&row).for_each(|(word, row)| *word |= row);
                    }
                }
            }
        }
        found.trim();
        found
    }

    /// Everything that cannot be reached from outside without stepping on a set cell, corners apart.
    #[must_use]
    pub fn without_holes(&self) -> Self {
        // A frame around it is outside.
        let free = self.part_around().inverse();
        free.reached((0, 0)).inverse().part((1, 1), (self.width, self.height))
    }

    /// Whether all set cells hang together by their sides.
    #[must_use]
    pub fn is_one(&self) -> bool {
        self.cells().next().is_none_or(|first| self.reached(first).count() == self.count())
    }

    /// A copy with an empty cell more on all sides.
    fn part_around(&self) -> Self {
        self.widened(&[0], 1)
    }

    /// The set cells that hang together with one.
    fn reached(&self, start: (u32, u32)) -> Self {
        let mut found = Self::new(self.width, self.height);
        let mut open = vec![start];
        while let Some((x, y)) = open.pop() {
            if !self.get(x, y) || found.get(x, y) {
                continue;
            }
            // A whole run at once, and the beginnings of runs beside it.
            let from = (0..x).rev().take_while(|x| self.get(*x, y)).last().unwrap_or(x);
            let until = (x..self.width).find(|x| !self.get(*x, y)).unwrap_or(self.width);
            (from..until).for_each(|x| found.set(x, y));
            let beside = [y.checked_sub(1), Some(y + 1).filter(|y| *y < self.height)];
            for y in beside.into_iter().flatten() {
                let begins = |x: &u32| self.get(*x, y) && (*x == from || !self.get(x - 1, y));
                open.extend((from..until).filter(begins).map(|x| (x, y)));
            }
        }
        found
    }
}

/// The set bits of a word.
fn ones(word: u64) -> impl Iterator<Item = u32> {
    let mut left = word;
    std::iter::from_fn(move || {
        let bit = (left > 0).then(|| left.trailing_zeros())?;
        left &= left - 1;
        Some(bit)
    })
}

/// Cells `by` farther to the right; those beyond the target are lost.
fn shifted_up(row: &[u64], by: u32, target: &mut [u64]) {
    target.fill(0);
    let (words, bits) = (by as usize / 64, by % 64);
    for (index, word) in row.iter().enumerate() {
        if let Some(target) = target.get_mut(index + words) {
            *target |= word << bits;
        }
        if let Some(target) = target.get_mut(index + words + 1).filter(|_| bits > 0) {
            *target |= word >> (64 - bits);
        }
    }
}

/// Cells `by` farther to the left.
fn shifted_down(row: &[u64], by: u32, target: &mut [u64]) {
    let (words, bits) = (by as usize / 64, by % 64);
    let word = |index: usize| row.get(index).copied().unwrap_or_default();
    for (index, target) in target.iter_mut().enumerate() {
        let high = if bits > 0 { word(index + words + 1) << (64 - bits) } else { 0 };
        *target = word(index + words) >> bits | high;
    }
}

/// Sets what is beside a set cell.
fn widen(row: &mut [u64]) {
    let mut before = 0;
    for index in 0..row.len() {
        let (word, after) = (row[index], row.get(index + 1).copied().unwrap_or_default());
        row[index] = word | word << 1 | word >> 1 | before >> 63 | after << 63;
        before = word;
    }
}
