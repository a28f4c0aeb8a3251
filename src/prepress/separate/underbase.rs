//! White under the colours: tonal, and pulled in from their edges no further than the strokes can bear.
//!
//! Pulled in (choked) by a fixed width, white vanishes under strokes that are thinner than twice that width: small
//! letters lose it and sink into the cloth. Here each place is pulled in by its own width: the local thickness
//! (Hildebrand and Rüegsegger, "A new method for the model-independent assessment of thickness in three-dimensional
//! images", Journal of Microscopy 185, 1997) of a stroke, the radius of the largest disc that fits into it and covers the
//! place, bounds it to a share. The middle of every stroke keeps its white, so that no part is lost.

use crate::pixels::distance::{Beyond, MAX_REACH, squared};

/// Share of a stroke's half width that the choke may take.
const MOST_SHARE: f32 = 0.5;

/// Coverage from which on a pixel belongs to what is printed.
const SEEN: u8 = 8;

/// How white is pulled in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Choke {
    /// By so many pixels where there is room, 0 or more.
    px: f32,
    /// Distances are measured up to here.
    reach: u16,
}

impl Choke {
    pub(super) fn new(px: f64) -> Self {
        let px = px.clamp(0.0, f64::from(MAX_REACH / 2 - 2)) as f32;
        let reach = (px / MOST_SHARE).ceil() as u16 + 2;
        Self { px, reach }
    }

    /// Rows above and below those that are asked for that decide about them.
    pub(super) const fn halo(self) -> usize {
        if self.px > 0.0 { self.reach as usize * 3 + 1 } else { 0 }
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
        let inside = squared(&mask, width, self.reach, Beyond::Unset);
        let full = self.reach * self.reach;
        let ample: Vec<u8> = inside.iter().map(|square| u8::from(*square < full)).collect();
        let away = squared(&ample, width, self.reach, Beyond::Set);
        let thickness = self.thickness(&inside, &away, width);
        let choked = target.iter_mut().zip(&inside[core.clone()]).zip(&thickness[core]);
        for ((white, inside), thickness) in choked {
            if *inside < full && *white > 0 {
                let (depth, thickness) = (f32::from(*inside).sqrt(), f32::from(*thickness).sqrt());
                let pull = self.px.min(MOST_SHARE * (thickness - 1.0).max(0.0));
                *white = (f32::from(*white) * (depth - pull).clamp(0.0, 1.0) + 0.5) as u8;
            }
        }
    }

    /// The squared radius of the largest disc that fits into the stroke of a pixel, at most the squared reach, which is also
    /// what corners of wide areas have: they end no stroke, and their white is pulled in as along their sides. `away` is
    /// the squared distance to where there is room for a whole reach.
    fn thickness(self, inside: &[u16], away: &[u16], width: usize) -> Vec<u16> {
        let full = self.reach * self.reach;
        let is_thin = |at: usize| inside[at] > 0 && inside[at] < full && away[at] >= full;
        let mut found = vec![UNPAINTED; inside.len()];
        let ridge: Vec<usize> =
            (0..inside.len()).filter(|at| is_thin(*at) && deepest(inside, width, *at, 1) <= inside[*at]).collect();
        let mut open: Vec<usize> = ridge.iter().copied().filter(|at| is_stroke(inside, width, *at)).collect();
        let mut is_met = vec![false; if open.is_empty() { 0 } else { inside.len() }];
        open.iter().for_each(|at| is_met[*at] = true);
        // The widest stroke that leads into a place of a wide area: a narrower one changes nothing there any more.
        let mut joined = vec![0; is_met.len()];
        // Along the middle of a stroke, up to where it joins something wider.
        while let Some(at) = open.pop() {
            paint(&mut found, (width, at), inside[at]);
            let most = widest(inside[at]);
            for next in around(inside.len(), width, at, 1) {
                if !is_met[next] && is_thin(next) && inside[next] <= most {
                    let is_ridge = deepest(inside, width, next, 1) <= inside[next];
                    if is_ridge {
                        is_met[next] = true;
                        open.push(next);
                    }
                }
            }
            let reach = f32::from(inside[at]).sqrt().ceil() as usize + 1;
            for next in around(inside.len(), width, at, reach) {
                if inside[next] > 0 && joined[next] < inside[at] && !is_thin(next) && is_joined(inside, width, at, next)
                {
                    joined[next] = inside[at];
                    self.join(inside, &mut found, (width, next), inside[at]);
                }
            }
        }
        found.iter_mut().filter(|value| **value == UNPAINTED).for_each(|value| *value = full);
        found
    }

    /// Where a stroke ends in a wide area: leads its white inwards to where the area's own begins.
    fn join(self, inside: &[u16], found: &mut [u16], (width, from): (usize, usize), square: u16) {
        let mut at = from;
        for _ in 0..self.reach {
            paint(found, (width, at), square);
            let deeper = around(inside.len(), width, at, 1).max_by_key(|next| inside[*next]);
            match deeper.filter(|next| inside[*next] > inside[at]) {
                Some(next) if f32::from(inside[at]).sqrt() <= self.px + 1.0 => at = next,
                _ => return,
            }
        }
    }
}

/// No stroke covers it.
const UNPAINTED: u16 = u16::MAX;

/// The pixels around one, up to `reach` away along either side, itself among them.
fn around(length: usize, width: usize, at: usize, reach: usize) -> impl Iterator<Item = usize> {
    let (x, y) = (at % width, at / width);
    let columns = x.saturating_sub(reach)..(x + reach + 1).min(width);
    let rows = y.saturating_sub(reach)..(y + reach + 1).min(length / width);
    rows.flat_map(move |row| columns.clone().map(move |column| row * width + column))
}

/// Whether the straight way from one pixel to another is set.
fn is_joined(inside: &[u16], width: usize, from: usize, to: usize) -> bool {
    let place = |at: usize| ((at % width) as f32, (at / width) as f32);
    let ((x0, y0), (x1, y1)) = (place(from), place(to));
    let steps = (x1 - x0).abs().max((y1 - y0).abs()).max(1.0);
    (1..steps as usize).all(|step| {
        let share = step as f32 / steps;
        let (x, y) = (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share);
        inside[(y + 0.5) as usize * width + (x + 0.5) as usize] > 0
    })
}

/// How deep the deepest pixel around one lies.
fn deepest(inside: &[u16], width: usize, at: usize, reach: usize) -> u16 {
    around(inside.len(), width, at, reach).map(|other| inside[other]).fold(0, u16::max)
}

/// The squared half width up to which a stroke of this one is the same stroke.
fn widest(square: u16) -> u16 {
    let half = f32::from(square).sqrt() * 1.25 + 0.5;
    (half * half) as u16
}

/// Whether a pixel in the middle lies in a stroke: nothing within its half width is much deeper. From a corner of
/// a wide area it is.
fn is_stroke(inside: &[u16], width: usize, at: usize) -> bool {
    let reach = f32::from(inside[at]).sqrt().ceil() as usize + 1;
    deepest(inside, width, at, reach) <= widest(inside[at])
}

/// Says of what a disc covers how wide its stroke is; of several strokes the widest counts.
fn paint(found: &mut [u16], (width, at): (usize, usize), square: u16) {
    let (x, y) = (at % width, at / width);
    let radius = f32::from(square).sqrt() as usize;
    let height = found.len() / width;
    for row in y.saturating_sub(radius)..(y + radius + 1).min(height) {
        let left = usize::from(square).saturating_sub(row.abs_diff(y) * row.abs_diff(y));
        let half = (left as f32).sqrt() as usize;
        for value in &mut found[row * width..][x.saturating_sub(half)..(x + half + 1).min(width)] {
            *value = if *value == UNPAINTED { square } else { (*value).max(square) };
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
