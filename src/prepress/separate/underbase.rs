//! White under the colours: tonal, and pulled in from their edges no further than the strokes can bear.
//!
//! Pulled in (choked) by a fixed width, white vanishes under strokes that are thinner than twice that width: small
//! letters lose it and sink into the cloth. Here a stroke is choked by at most a share of its half width: the radius of
//! the largest disc that fits into it and covers the place, its local thickness (Hildebrand and Rüegsegger, "A new method
//! for the model-independent assessment of thickness in three-dimensional images", Journal of Microscopy 185, 1997). The
//! middle of every stroke keeps its white and stays joined to the white of what it leads into, so that no part is lost.
//!
//! What is a stroke is decided by what lies around each place and nothing further away, so that a band of rows comes out
//! as the whole does.

use crate::pixels::distance::{Beyond, MAX_REACH, squared};

/// Share of a stroke's half width that the choke may take.
const MOST_SHARE: f32 = 0.5;

/// Coverage from which on a pixel belongs to what is printed.
const SEEN: u8 = 8;

/// Pixels that white is pulled in by at most: about those depths are still measured exactly.
const MOST_PX: f64 = MAX_REACH as f64 / 2.5 - 4.0;

/// What is deeper than this does not belong to a stroke whose middle lies so deep.
fn much_deeper(middle: f32) -> f32 {
    middle * 1.25 + 0.5
}

/// How white is pulled in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choke {
    /// By so many pixels where there is room, 0 or more.
    px: f32,
    /// Half the width of strokes that bear the whole choke.
    ample: u16,
    /// Depths are measured up to here: what is deeper than the middle of a stroke that is not ample is told from it.
    reach: u16,
}

impl Choke {
    pub(super) fn new(px: f64) -> Self {
        let px = px.clamp(0.0, MOST_PX) as f32;
        let ample = (px / MOST_SHARE).ceil() as u16 + 1;
        Self { px, ample, reach: much_deeper(f32::from(ample)) as u16 + 1 }
    }

    /// Steps that white is led inwards at most.
    const fn climb(self) -> usize {
        self.ample as usize / 2 + 1
    }

    /// Rows above and below those that are asked for that decide about them: a disc, the way that white is led, what is
    /// seen from a stroke, and what says how deep that lies.
    pub(super) const fn halo(self) -> usize {
        let (ample, reach) = (self.ample as usize, self.reach as usize);
        if self.px > 0.0 { ample + self.climb() + (ample + 5) + (reach + 1) } else { 0 }
    }

    /// The white of the rows `halo..rows - halo` of `need`, of the same length as they have. `need` is the coverage that
    /// wants white below it, with a halo above and below (what lies beyond the artwork is 0).
    pub(super) fn white(self, need: &[u8], width: usize, target: &mut [u8]) {
        let halo = self.halo();
        let core = halo * width..need.len() - halo * width;
        target.copy_from_slice(&need[core.clone()]);
        if self.px <= 0.0 || need.iter().all(|value| *value < SEEN) {
            return;
        }
        let mask: Vec<u8> = need.iter().map(|value| u8::from(*value >= SEEN)).collect();
        let depth = Depth { squares: squared(&mask, width, self.reach, Beyond::Unset), width };
        let half = self.half_widths(&depth);
        let full = self.ample * self.ample;
        for ((white, square), half) in target.iter_mut().zip(&depth.squares[core.clone()]).zip(&half[core]) {
            if *square < full && *white > 0 {
                let pull = self.px.min(MOST_SHARE * (f32::from(*half).sqrt() - 1.0).max(0.0));
                *white = (f32::from(*white) * (f32::from(*square).sqrt() - pull).clamp(0.0, 1.0) + 0.5) as u8;
            }
        }
    }

    /// The squared half width of the stroke that each pixel lies in, that of an ample one where there is no stroke.
    fn half_widths(self, depth: &Depth) -> Vec<u16> {
        let full = self.ample * self.ample;
        let mut strokes = vec![0; depth.squares.len()];
        let mut ways = vec![full; strokes.len()];
        for at in 0..strokes.len() {
            let square = depth.squares[at];
            if square == 0 || square >= full || !depth.is_ridge((at % depth.width, at / depth.width)) {
                continue;
            }
            let far = f32::from(square).sqrt() + 2.0;
            if depth.deeper(at, far).next().is_some() {
                continue;
            }
            // Where strokes cover a place, the widest counts.
            depth.paint(at, square, |place| strokes[place] = square.max(strokes[place]));
            // What follows is no stroke any more, or a wider one: its own white begins further inwards.
            let Some((_, next)) = depth.deeper(at, far + 3.0).min() else { continue };
            let mut lead = |at| depth.paint(at, square, |place| ways[place] = square.min(ways[place]));
            depth.way(at, next).for_each(&mut lead);
            let mut way = Some(next);
            for _ in 0..self.climb() {
                let Some(at) = way else { break };
                lead(at);
                way = depth.up(at).filter(|_| f32::from(depth.squares[at]).sqrt() < self.px + 1.0);
            }
        }
        let half = |(stroke, way): (u16, u16)| if stroke > 0 { stroke.min(way) } else { way };
        strokes.into_iter().zip(ways).map(half).collect()
    }
}

/// How deep each pixel lies in what is printed.
struct Depth {
    /// Squared distances to what is not printed, 0 there.
    squares: Vec<u16>,
    width: usize,
}

impl Depth {
    /// Whether it falls away from a pixel to both sides in some direction, or nowhere rises. Beyond the sides it is 0.
    fn is_ridge(&self, (x, y): (usize, usize)) -> bool {
        let here = self.squares[y * self.width + x];
        let beside = |right: isize, down: isize| {
            let x = x.checked_add_signed(right).filter(|x| *x < self.width);
            let row = y.checked_add_signed(down);
            x.zip(row).and_then(|(x, y)| self.squares.get(y * self.width + x)).map_or(0, |square| *square)
        };
        let pairs = [(1, 0), (0, 1), (1, 1), (1, -1)].map(|(x, y)| (beside(x, y), beside(-x, -y)));
        pairs.iter().any(|(a, b)| *a.max(b) <= here && *a.min(b) < here) || pairs.iter().all(|(a, b)| *a.max(b) <= here)
    }

    /// The pixels not further than `far` that are straight to be reached and lie deeper than the middle of the stroke that
    /// a pixel is in the middle of, with their squared distances. In a corner of a wide area there are some.
    fn deeper(&self, at: usize, far: f32) -> impl Iterator<Item = (usize, usize)> {
        let half = much_deeper(f32::from(self.squares[at]).sqrt());
        let (most, far) = ((half * half) as u16, (far * far) as usize);
        self.around(at, far.isqrt(), most)
            .map(move |to| (self.square_between(at, to), to))
            .filter(move |(square, to)| *square <= far && self.way(at, *to).all(|at| self.squares[at] > 0))
    }

    /// The pixels up to `reach` columns and rows away from one that are deeper than `most`.
    fn around(&self, at: usize, reach: usize, most: u16) -> impl Iterator<Item = usize> {
        let (x, y) = (at % self.width, at / self.width);
        let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(self.width));
        let rows = y.saturating_sub(reach)..(y + reach + 1).min(self.squares.len() / self.width);
        rows.map(|row| row * self.width).flat_map(move |row| {
            let depths = self.squares[row + left..row + right].iter().enumerate();
            depths.filter(move |(_, depth)| **depth > most).map(move |(column, _)| row + left + column)
        })
    }

    fn square_between(&self, from: usize, to: usize) -> usize {
        let (x, y) = ((from % self.width).abs_diff(to % self.width), (from / self.width).abs_diff(to / self.width));
        x * x + y * y
    }

    /// The pixels of the straight way from one to another, without these two.
    fn way(&self, from: usize, to: usize) -> impl Iterator<Item = usize> + use<> {
        let width = self.width;
        let place = move |at: usize| ((at % width) as f32, (at / width) as f32);
        let ((x0, y0), (x1, y1)) = (place(from), place(to));
        let steps = (x1 - x0).abs().max((y1 - y0).abs());
        (1..steps as usize).map(move |step| {
            let share = step as f32 / steps;
            (y0 + (y1 - y0) * share + 0.5) as usize * width + (x0 + (x1 - x0) * share + 0.5) as usize
        })
    }

    /// The deepest pixel beside one, if it is deeper.
    fn up(&self, at: usize) -> Option<usize> {
        self.around(at, 1, self.squares[at]).max_by_key(|next| self.squares[*next])
    }

    /// Calls with each pixel of a disc.
    fn paint(&self, at: usize, square: u16, mut put: impl FnMut(usize)) {
        let (x, y) = (at % self.width, at / self.width);
        let radius = usize::from(square).isqrt();
        let height = self.squares.len() / self.width;
        for row in y.saturating_sub(radius)..(y + radius + 1).min(height) {
            let half = (usize::from(square) - row.abs_diff(y) * row.abs_diff(y)).isqrt();
            (x.saturating_sub(half)..(x + half + 1).min(self.width)).for_each(|x| put(row * self.width + x));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How many connected parts (by sides and corners) are above a value.
    fn parts(plane: &[u8], width: usize, least: u8) -> usize {
        let height = plane.len() / width;
        let mut seen = vec![false; plane.len()];
        let mut count = 0;
        for start in 0..plane.len() {
            if plane[start] < least || seen[start] {
                continue;
            }
            count += 1;
            let mut open = vec![start];
            seen[start] = true;
            while let Some(at) = open.pop() {
                let (x, y) = (at % width, at / width);
                for row in y.saturating_sub(1)..(y + 2).min(height) {
                    for column in x.saturating_sub(1)..(x + 2).min(width) {
                        let next = row * width + column;
                        if plane[next] >= least && !seen[next] {
                            seen[next] = true;
                            open.push(next);
                        }
                    }
                }
            }
        }
        count
    }

    fn choked(plane: &[u8], width: usize, px: f64) -> Vec<u8> {
        let choke = Choke::new(px);
        let edge = vec![0; choke.halo() * width];
        let framed = [edge.as_slice(), plane, &edge].concat();
        let mut white = vec![0; plane.len()];
        choke.white(&framed, width, &mut white);
        white
    }

    /// Full bars of 1 to 30 px with 20 px between them.
    fn bars() -> (Vec<u8>, usize, Vec<(usize, usize)>) {
        let widths = [1, 2, 3, 5, 8, 12, 30];
        let mut at = 20;
        let mut places: Vec<(usize, usize)> = Vec::new();
        for bar in widths {
            places.push((at, bar));
            at += bar + 20;
        }
        let row: Vec<u8> = (0..at)
            .map(|x| if places.iter().any(|(from, bar)| (*from..from + bar).contains(&x)) { 255 } else { 0 })
            .collect();
        ([vec![0; at * 20], row.repeat(60), vec![0; at * 20]].concat(), at, places)
    }

    #[test]
    fn a_wide_bar_loses_the_choke_and_a_hairline_nothing() {
        let (plane, width, places) = bars();
        let white = choked(&plane, width, 4.0);
        let row = &white[50 * width..51 * width];
        let kept: Vec<f64> = places
            .iter()
            .map(|(from, bar)| row[*from..from + bar].iter().map(|value| f64::from(*value) / 255.0).sum())
            .collect();
        assert_eq!((kept[0], kept[1]), (1.0, 2.0), "{kept:?}");
        assert!((kept[6] - 22.0).abs() < 0.02, "30 px less 4 at each side: {kept:?}");
        assert!(places.iter().zip(&kept).all(|((_, bar), kept)| *kept >= *bar as f64 / 2.0), "{kept:?}");
    }

    #[test]
    fn a_hairline_that_drops_a_wide_bar_stays_joined_to_it() {
        let width = 120;
        let mut plane = vec![0_u8; width * 80];
        for y in 20..60 {
            plane[y * width + 20..y * width + 60].fill(255);
        }
        plane[40 * width + 60..40 * width + 100].fill(255);
        let white = choked(&plane, width, 4.0);
        assert_eq!(parts(&white, width, 128), 1);
        assert_eq!(white[40 * width + 95], 255);
        assert_eq!(white[40 * width + 22], 0, "the wide part is choked");
    }

    #[test]
    fn strokes_of_all_widths_lead_into_a_wide_area_without_a_gap() {
        let (width, height) = (120, 80);
        for half in [0.5, 1.0, 1.5, 2.5, 3.5] {
            for rise in [0.0, 0.3, 1.0] {
                let mut plane = vec![0_u8; width * height];
                for (at, value) in plane.iter_mut().enumerate() {
                    let (x, y) = ((at % width) as f64, (at / width) as f64);
                    let is_wide = (20.0..60.0).contains(&x) && (10.0..70.0).contains(&y);
                    let off = (y - 30.0 - (x - 60.0) * rise).abs() / (1.0 + rise * rise).sqrt();
                    *value = if is_wide || ((60.0..90.0).contains(&x) && off <= half) { 255 } else { 0 };
                }
                let white = choked(&plane, width, 4.0);
                assert_eq!(parts(&white, width, 128), 1, "half {half}, rise {rise}");
                assert!(white[40 * width + 22] == 0 && white[40 * width + 57] == 0, "the wide part is choked");
            }
        }
    }

    #[test]
    fn a_dot_beside_a_wide_area_keeps_its_white() {
        let (width, height) = (60, 40);
        let plane: Vec<u8> = (0..width * height)
            .map(|at| (at % width, at / width))
            .map(|(x, y)| if x < 30 || ((32..35).contains(&x) && (18..21).contains(&y)) { 255 } else { 0 })
            .collect();
        let white = choked(&plane, width, 4.0);
        assert_eq!((white[19 * width + 33], white[19 * width + 28]), (255, 0));
    }

    #[test]
    fn corners_of_wide_areas_are_choked_like_their_sides() {
        let width = 100;
        let mut plane = vec![0_u8; width * 100];
        for y in 20..80 {
            plane[y * width + 20..y * width + 80].fill(255);
        }
        let white = choked(&plane, width, 4.0);
        for (at, value) in white.iter().enumerate() {
            let (x, y) = (at % width, at / width);
            let is_inner = (24..76).contains(&x) && (24..76).contains(&y);
            assert!(is_inner || *value == 0, "white at {x}, {y}");
        }
        assert_eq!(parts(&white, width, 1), 1);
    }

    /// A drop: a point at one end, a disc of the radius `half` at the other.
    fn drop_shape(plane: &mut [u8], width: usize, (from, to): ((f64, f64), (f64, f64)), half: f64) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let square = (dx * dx + dy * dy).max(1.0);
        for (at, value) in plane.iter_mut().enumerate() {
            let (x, y) = ((at % width) as f64 - from.0, (at / width) as f64 - from.1);
            let along = ((x * dx + y * dy) / square).clamp(0.0, 1.0);
            let (off_x, off_y) = (x - along * dx, y - along * dy);
            if off_x * off_x + off_y * off_y <= (half * along) * (half * along) {
                *value = 255;
            }
        }
    }

    #[test]
    fn white_follows_a_fade() {
        let width = 100;
        let row: Vec<u8> = (0..width).map(|x| (x * 255 / 99) as u8).collect();
        let white = choked(&row.repeat(60), width, 3.0);
        let middle = &white[30 * width..31 * width];
        assert!((20..90).all(|x| middle[x] == row[x]), "{middle:?}");
    }

    proptest! {
        #[test]
        fn bands_are_choked_as_the_whole_is(
            drops in prop::collection::vec(((0.0..80.0_f64, 0.0..200.0_f64), (0.0..80.0_f64, 0.0..200.0_f64), 1.0..14.0_f64), 1..7),
            px in 0.5..7.0_f64,
            rows in 8..60_usize,
        ) {
            let (width, height) = (80, 200);
            let mut plane = vec![0_u8; width * height];
            for (from, to, half) in drops {
                drop_shape(&mut plane, width, (from, to), half);
            }
            let choke = Choke::new(px);
            let edge = vec![0; choke.halo() * width];
            let framed = [edge.as_slice(), &plane, &edge].concat();
            let mut bands = vec![0; plane.len()];
            for (band, target) in bands.chunks_mut(rows * width).enumerate() {
                let from = band * rows * width;
                choke.white(&framed[from..from + target.len() + 2 * edge.len()], width, target);
            }
            prop_assert!(bands == choked(&plane, width, px));
        }

        #[test]
        fn no_part_is_lost(
            discs in prop::collection::vec((0..90_usize, 0..60_usize, 0..9_usize), 1..14),
            px in 0.5..9.0_f64,
        ) {
            let (width, height) = (90, 60);
            let mut plane = vec![0_u8; width * height];
            for (x, y, radius) in discs {
                for row in y.saturating_sub(radius)..(y + radius + 1).min(height) {
                    for column in x.saturating_sub(radius)..(x + radius + 1).min(width) {
                        if (row.abs_diff(y)).pow(2) + (column.abs_diff(x)).pow(2) <= radius * radius {
                            plane[row * width + column] = 255;
                        }
                    }
                }
            }
            let white = choked(&plane, width, px);
            // every part of the artwork still holds white
            let both: Vec<u8> = plane.iter().zip(&white).map(|(ink, white)| if *ink > 0 { 1 + (*white >= 250) as u8 } else { 0 }).collect();
            let lone = parts_without(&both, width);
            prop_assert_eq!(lone, 0);
        }
    }

    /// Connected parts in which no pixel is 2.
    fn parts_without(plane: &[u8], width: usize) -> usize {
        let height = plane.len() / width;
        let mut seen = vec![false; plane.len()];
        let mut count = 0;
        for start in 0..plane.len() {
            if plane[start] == 0 || seen[start] {
                continue;
            }
            let (mut open, mut has) = (vec![start], false);
            seen[start] = true;
            while let Some(at) = open.pop() {
                has |= plane[at] == 2;
                let (x, y) = (at % width, at / width);
                for row in y.saturating_sub(1)..(y + 2).min(height) {
                    for column in x.saturating_sub(1)..(x + 2).min(width) {
                        let next = row * width + column;
                        if plane[next] > 0 && !seen[next] {
                            seen[next] = true;
                            open.push(next);
                        }
                    }
                }
            }
            count += usize::from(!has);
        }
        count
    }
}
