//! A plate as a film: one bit a pixel, at the film's resolution.

use fearless_simd::{Level, dispatch};

use crate::prepress::halftone::{Screen, Tile};
use crate::units::Dpi;

/// A film of one plate, made from the top down. Its rows are one bit a pixel, the first pixel the highest bit; 1 is ink.
///
/// Tones are screened. The edges of flat areas are not: there the plate is enlarged smoothly and cut at its half, so that
/// letters have the film's own sharp edges and no dots along them.
#[derive(Debug)]
pub struct Film {
    tile: Tile,
    curve: [u8; 256],
    /// Pixels of the film to one of the plate.
    scale: f64,
    plate: (usize, usize),
    /// Width and height in pixels.
    size: (usize, usize),
    /// For each pixel of a row, the pixel of the plate at its left, and how far it is from it in 256ths.
    columns: Vec<(u32, u16)>,
    /// The last rows of the plate that came in, and the number of the first.
    rows: Vec<Vec<u8>>,
    first: usize,
    next: usize,
    /// Row of the film that is made next.
    made: usize,
    level: Level,
}

/// Rows of a film that are ready.
#[derive(Debug)]
pub struct FilmRows<'f> {
    /// Their bytes, whole rows of `(width + 7) / 8`.
    pub bits: &'f [u8],
}

/// Rows of the plate that decide about one row of the film: it, the next, and one around them.
const KEPT: usize = 4;

impl Film {
    /// A film at `dpi` of a plate of so many pixels at `plate_dpi`.
    #[must_use]
    pub fn new(screen: &Screen, plate: (usize, usize), plate_dpi: Dpi, dpi: Dpi) -> Self {
        let scale = dpi.get() / plate_dpi.get();
        let size = ((plate.0 as f64 * scale).round() as usize, (plate.1 as f64 * scale).round() as usize);
        let columns = (0..size.0).map(|x| between(x, scale, plate.0)).collect();
        Self {
            tile: screen.tile(dpi),
            curve: screen.curve(),
            scale,
            plate,
            size,
            columns,
            rows: Vec::new(),
            first: 0,
            next: 0,
            made: 0,
            level: Level::new(),
        }
    }

    /// Width and height in pixels.
    #[must_use]
    pub const fn size(&self) -> (usize, usize) {
        self.size
    }

    /// The screen that it really has: lines to the inch and degrees.
    #[must_use]
    pub const fn screen(&self) -> (f64, f64) {
        (self.tile.lpi, self.tile.angle)
    }

    /// Takes the plate's next row and appends the rows of the film that are ready to `bits`.
    pub fn push(&mut self, row: &[u8], bits: &mut Vec<u8>) {
        if self.rows.len() == KEPT {
            let mut oldest = self.rows.remove(0);
            oldest.copy_from_slice(row);
            self.rows.push(oldest);
            self.first += 1;
        } else {
            self.rows.push(row.to_vec());
        }
        self.next += 1;
        let is_last = self.next == self.plate.1;
        let stride = self.size.0.div_ceil(8);
        let mut line = Line::default();
        while self.made < self.size.1 {
            let (above, _) = between(self.made, self.scale, self.plate.1);
            // The row below that one and the one below it must be known.
            if !is_last && above as usize + 3 > self.next {
                break;
            }
            let from = bits.len();
            bits.resize(from + stride, 0);
            self.row(self.made, &mut line, &mut bits[from..]);
            self.made += 1;
        }
    }

    /// A row of the plate, the nearest that there is.
    fn plate_row(&self, y: usize) -> &[u8] {
        let index = y.saturating_sub(self.first).min(self.rows.len() - 1);
        &self.rows[index]
    }

    /// One row of the film.
    fn row(&self, y: usize, line: &mut Line, bits: &mut [u8]) {
        let (above, down) = between(y, self.scale, self.plate.1);
        let above = above as usize;
        let is_lower = down >= 128;
        if line.of != Some((above, is_lower)) {
            let rows = [above.saturating_sub(1), above, above + 1, above + 2].map(|y| self.plate_row(y));
            line.look(&rows, is_lower, &self.curve);
            line.of = Some((above, is_lower));
            self.widen(line);
        }
        if line.is_blank {
            return;
        }
        let (upper, lower) = (self.plate_row(above), self.plate_row(above + 1));
        dispatch!(self.level, _ => mix_rows(upper, lower, down, &mut line.mixed));
        let thresholds = self.tile.row(y);
        let mut at = 0;
        let mut start = 0;
        // Runs of the row, so that what is empty or full costs nothing.
        for (end, kind) in line.runs.iter().copied() {
            let stop = self.column_of(end, start);
            match kind {
                Kind::Empty => {}
                Kind::Full => fill(bits, start, stop),
                Kind::Edge => self.cut(line, (start, stop), bits),
                Kind::Tone => self.screen_run(line, thresholds, (start, stop), bits),
            }
            start = stop;
            at = end;
        }
        debug_assert!(at == self.plate.0, "runs cover the row");
    }

    /// The first pixel of the film whose middle lies at or right of the plate's pixel `end`.
    fn column_of(&self, end: usize, from: usize) -> usize {
        if end >= self.plate.0 {
            return self.size.0;
        }
        ((end as f64 * self.scale - 0.5).ceil().max(0.0) as usize).clamp(from, self.size.0)
    }

    /// Sets what the enlarged plate covers by more than half.
    fn cut(&self, line: &Line, (start, stop): (usize, usize), bits: &mut [u8]) {
        for x in start..stop {
            let (left, across) = self.columns[x];
            let (a, b) = (u32::from(line.mixed[left as usize]), u32::from(line.mixed[left as usize + 1]));
            let value = a * (256 - u32::from(across)) + b * u32::from(across);
            bits[x / 8] |= u8::from(value >= 128 * 256) << (7 - x % 8);
        }
    }

    /// Sets where the tone reaches the threshold.
    fn screen_run(&self, line: &Line, thresholds: &[u8], (start, stop): (usize, usize), bits: &mut [u8]) {
        let side = self.tile.side();
        let one = |x: usize, bits: &mut [u8]| {
            bits[x / 8] |= u8::from(line.wide[x] >= thresholds[x % side]) << (7 - x % 8);
        };
        let (first, last) = (start.next_multiple_of(8).min(stop), (stop / 8 * 8).max(start));
        (start..first).for_each(|x| one(x, bits));
        if first < last {
            let tones = line.wide[first..last].as_chunks::<8>().0;
            let mut place = first % side;
            for (tones, byte) in tones.iter().zip(&mut bits[first / 8..last / 8]) {
                let Some(thresholds) = thresholds[place..].first_chunk::<8>() else { break };
                *byte = reached(tones, thresholds);
                place = (place + 8) % side;
            }
        }
        (last.max(first)..stop).for_each(|x| one(x, bits));
    }

    /// The tones of a row of the plate for each pixel of the film, where they are screened.
    fn widen(&self, line: &mut Line) {
        line.wide.resize(self.size.0, 0);
        let mut start = 0;
        for (end, kind) in line.runs.iter().copied() {
            let stop = self.column_of(end, start);
            if kind == Kind::Tone {
                for x in start..stop {
                    line.wide[x] = line.tones[self.nearest(x)];
                }
            }
            start = stop;
        }
    }

    /// The plate's pixel in which a pixel of the film lies.
    fn nearest(&self, x: usize) -> usize {
        let (left, across) = self.columns[x];
        left as usize + usize::from(across >= 128)
    }
}

/// Which of eight tones reach their thresholds, the first the highest bit.
#[inline(always)]
fn reached(tones: &[u8; 8], thresholds: &[u8; 8]) -> u8 {
    let mut set = [0_u8; 8];
    for ((set, tone), threshold) in set.iter_mut().zip(tones).zip(thresholds) {
        *set = u8::from(tone >= threshold);
    }
    // Moves the lowest bit of each byte into the highest byte.
    (u64::from_le_bytes(set).wrapping_mul(0x8040_2010_0804_0201) >> 56) as u8
}

/// The pixel of the plate whose middle lies before that of pixel `at` of the film, and how far it is in 256ths. The last
/// pixel is followed by itself.
fn between(at: usize, scale: f64, length: usize) -> (u32, u16) {
    let place = ((at as f64 + 0.5) / scale - 0.5).clamp(0.0, (length - 1) as f64);
    let whole = place.floor();
    (whole as u32, ((place - whole) * 256.0) as u16)
}

#[inline(always)]
fn mix_rows(upper: &[u8], lower: &[u8], down: u16, mixed: &mut [u8]) {
    for ((upper, lower), to) in upper.iter().zip(lower).zip(mixed.iter_mut()) {
        *to = ((u16::from(*upper) * (256 - down) + u16::from(*lower) * down) >> 8) as u8;
    }
    if let [.., last, after] = mixed {
        *after = *last;
    }
}

fn fill(bits: &mut [u8], start: usize, stop: usize) {
    let mut x = start;
    while x < stop && !x.is_multiple_of(8) {
        bits[x / 8] |= 0x80 >> (x % 8);
        x += 1;
    }
    let whole = (stop / 8).max(x / 8);
    bits[x / 8..whole].fill(0xff);
    for x in (whole * 8).max(x)..stop {
        bits[x / 8] |= 0x80 >> (x % 8);
    }
}

/// What a stretch of a row holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Empty,
    Full,
    Edge,
    Tone,
}

/// What is known of the rows of the film between two rows of the plate.
#[derive(Debug, Default)]
struct Line {
    /// The row above, and whether the tones are those of the row below it.
    of: Option<(usize, bool)>,
    is_blank: bool,
    /// Ends of stretches, and what they hold.
    runs: Vec<(usize, Kind)>,
    /// The tones of the nearer row, and the same for each pixel of the film where they are screened.
    tones: Vec<u8>,
    wide: Vec<u8>,
    /// Both rows mixed for a row of the film, and the last pixel once more.
    mixed: Vec<u8>,
    /// The least and most of a pixel's neighbourhood, column by column.
    least: Vec<u8>,
    most: Vec<u8>,
}

/// A pixel this faint, or this full, bounds an edge.
const EDGE_LOW: u8 = 6;
const EDGE_HIGH: u8 = 249;

impl Line {
    /// Looks at the rows `[one above, above, below, one below]`.
    fn look(&mut self, rows: &[&[u8]; 4], is_lower: bool, curve: &[u8; 256]) {
        self.is_blank = rows[1].iter().chain(rows[2]).all(|value| *value == 0);
        self.runs.clear();
        if self.is_blank {
            return;
        }
        let width = rows[0].len();
        self.mixed.resize(width + 1, 0);
        self.least.resize(width, 0);
        self.most.resize(width, 0);
        self.tones.clear();
        self.tones.extend(rows[1 + usize::from(is_lower)].iter().map(|tone| curve[*tone as usize]));
        dispatch!(Level::new(), _ => extremes(rows, &mut self.least, &mut self.most));
        let mut x = 0;
        while x < width {
            let near = x.saturating_sub(1)..(x + 2).min(width);
            let (kind, end) = if self.most[near.clone()].iter().all(|most| *most == 0) {
                // Up to one before the next pixel that is not empty.
                let ahead = self.most[x..].iter().position(|most| *most != 0);
                (Kind::Empty, ahead.map_or(width, |ahead| x + ahead - 1).max(x + 1))
            } else if self.least[near].iter().all(|least| *least == 255) {
                let ahead = self.least[x..].iter().position(|least| *least != 255);
                (Kind::Full, ahead.map_or(width, |ahead| x + ahead - 1).max(x + 1))
            } else {
                let around = x.saturating_sub(2)..(x + 3).min(width);
                let least = self.least[around.clone()].iter().copied().fold(255, u8::min);
                let most = self.most[around].iter().copied().fold(0, u8::max);
                (if least <= EDGE_LOW && most >= EDGE_HIGH { Kind::Edge } else { Kind::Tone }, x + 1)
            };
            match self.runs.last_mut() {
                Some((last, known)) if *known == kind => *last = end,
                _ => self.runs.push((end, kind)),
            }
            x = end;
        }
    }
}

/// The least and the most of each column.
#[inline(always)]
fn extremes(rows: &[&[u8]; 4], least: &mut [u8], most: &mut [u8]) {
    let [a, b, c, d] = *rows;
    let columns = a.iter().zip(b).zip(c.iter().zip(d));
    for (((a, b), (c, d)), (least, most)) in columns.zip(least.iter_mut().zip(most.iter_mut())) {
        *least = (*a).min(*b).min((*c).min(*d));
        *most = (*a).max(*b).max((*c).max(*d));
    }
}
