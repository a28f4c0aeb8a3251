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
    line: Line,
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
            line: Line::default(),
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
        let mut line = std::mem::take(&mut self.line);
        line.of = None;
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
        self.line = line;
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
        if line.of != Some(above) {
            let rows = [above.saturating_sub(1), above, above + 1, above + 2].map(|y| self.plate_row(y));
            line.look(&rows, self.level);
            (line.of, line.wide_of) = (Some(above), None);
        }
        if line.is_blank {
            return;
        }
        let (upper, lower) = (self.plate_row(above), self.plate_row(above + 1));
        if line.wide_of != Some(is_lower) {
            self.widen(line, if is_lower { lower } else { upper });
            line.wide_of = Some(is_lower);
        }
        if line.has_edges {
            dispatch!(self.level, _ => mix_rows(upper, lower, down, &mut line.mixed));
        }
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
                place += 8;
                while place >= side {
                    place -= side;
                }
            }
        }
        (last.max(first)..stop).for_each(|x| one(x, bits));
    }

    /// The tones of a row of the plate for each pixel of the film, where they are screened.
    fn widen(&self, line: &mut Line, row: &[u8]) {
        line.tones.clear();
        line.tones.extend(row.iter().map(|tone| self.curve[*tone as usize]));
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

impl Kind {
    const ALL: [Self; 4] = [Self::Empty, Self::Full, Self::Edge, Self::Tone];
}

/// Columns at both sides that decide what a pixel is.
const BESIDE: usize = 2;

/// What is known of the rows of the film between two rows of the plate.
#[derive(Debug, Default)]
struct Line {
    /// The row above.
    of: Option<usize>,
    /// Whether the tones are those of the row below it.
    wide_of: Option<bool>,
    is_blank: bool,
    has_edges: bool,
    /// Ends of stretches, and what they hold.
    runs: Vec<(usize, Kind)>,
    /// The tones of the nearer row, and the same for each pixel of the film where they are screened.
    tones: Vec<u8>,
    wide: Vec<u8>,
    /// Both rows mixed for a row of the film, and the last pixel once more.
    mixed: Vec<u8>,
    /// The least and most of each column, with [`BESIDE`] more at both ends, and what each holds.
    least: Vec<u8>,
    most: Vec<u8>,
    kinds: Vec<u8>,
}

/// A pixel this faint, or this full, bounds an edge.
const EDGE_LOW: u8 = 6;
const EDGE_HIGH: u8 = 249;

impl Line {
    /// Looks at the rows `[one above, above, below, one below]`.
    fn look(&mut self, rows: &[&[u8]; 4], level: Level) {
        let width = rows[0].len();
        self.is_blank = [rows[1], rows[2]].iter().all(|row| row.chunks(1024).all(is_zero));
        self.runs.clear();
        if self.is_blank {
            return;
        }
        self.mixed.resize(width + 1, 0);
        // What lies beyond the sides changes neither the least nor the most.
        self.least.resize(width + 2 * BESIDE, 255);
        self.most.resize(width + 2 * BESIDE, 0);
        self.kinds.resize(width, 0);
        let inner = BESIDE..BESIDE + width;
        dispatch!(level, _ => extremes(rows, &mut self.least[inner.clone()], &mut self.most[inner]));
        dispatch!(level, _ => kinds(&self.least, &self.most, &mut self.kinds));
        let mut end = 0;
        for run in self.kinds.chunk_by(|a, b| a == b) {
            end += run.len();
            self.runs.push((end, Kind::ALL[usize::from(run[0])]));
        }
        self.has_edges = self.runs.iter().any(|(_, kind)| *kind == Kind::Edge);
    }
}

fn is_zero(bytes: &[u8]) -> bool {
    bytes.iter().fold(0, |any, byte| any | byte) == 0
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

/// The kind of each pixel, by the columns beside it: nothing or all within one, or both nearly within two.
#[inline(always)]
fn kinds(least: &[u8], most: &[u8], kinds: &mut [u8]) {
    let count = kinds.len();
    let [l0, l1, l2, l3, l4] = [0, 1, 2, 3, 4].map(|at| &least[at..at + count]);
    let [m0, m1, m2, m3, m4] = [0, 1, 2, 3, 4].map(|at| &most[at..at + count]);
    for (x, kind) in kinds.iter_mut().enumerate() {
        let (near_least, near_most) = (l1[x].min(l2[x]).min(l3[x]), m1[x].max(m2[x]).max(m3[x]));
        let (low, high) = (near_least.min(l0[x]).min(l4[x]), near_most.max(m0[x]).max(m4[x]));
        let partly = if (low <= EDGE_LOW) & (high >= EDGE_HIGH) { Kind::Edge } else { Kind::Tone } as u8;
        let inked = if near_least == 255 { Kind::Full as u8 } else { partly };
        *kind = if near_most == 0 { Kind::Empty as u8 } else { inked };
    }
}
