//! Lines of one text: letters of one do not run into those of the next.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::looks::rings::pieces;
use crate::looks::sizes::Measure;
use crate::scene::text::Lettering;

/// Lines that should stand further apart by less, mm, stay.
pub(super) const EVEN: f64 = 0.05;
/// Lines stand apart at least by this share of the em size, if they did.
const LEAST: f64 = 0.04;
/// Columns in which lines are held against each other, to an em.
const COLUMNS: f64 = 24.0;

/// What the ink of each column reaches, from the top to the bottom, mm.
type Columns = BTreeMap<i64, (f64, f64)>;

/// How far lines stand apart, mm: where they are nearest, from above to below, in a column of a 24th of an em or its neighbours.
/// Less than 0 where one runs into the other; endless if there are no two.
pub(super) fn apart(lettering: &Lettering) -> f64 {
    if lettering.lines.len() < 2 {
        return f64::INFINITY;
    }
    let step = lettering.em / COLUMNS;
    let lines = lettering.lines.iter().map(|line| columns(lettering, line.clusters.clone(), step));
    let lines: Vec<Columns> = lines.filter(|columns| !columns.is_empty()).collect();
    let between = |upper: &Columns, lower: &Columns| {
        let nearest = |(column, (_, bottom)): (&i64, &(f64, f64))| {
            let tops = lower.range(column - 1..=column + 1).map(|(_, (top, _))| top - bottom);
            tops.fold(f64::INFINITY, f64::min)
        };
        upper.iter().map(nearest).fold(f64::INFINITY, f64::min)
    };
    lines.windows(2).map(|pair| between(&pair[0], &pair[1])).fold(f64::INFINITY, f64::min)
}

fn columns(lettering: &Lettering, clusters: std::ops::Range<usize>, step: f64) -> Columns {
    let mut columns = Columns::new();
    for piece in lettering.clusters.get(clusters).unwrap_or_default().iter().flat_map(|cluster| pieces(&cluster.path)) {
        let (from, to) = if piece.p0.x <= piece.p1.x { (piece.p0, piece.p1) } else { (piece.p1, piece.p0) };
        let slope = if to.x > from.x { (to.y - from.y) / (to.x - from.x) } else { 0.0 };
        let column = |x: f64| (x / step).floor() as i64;
        for index in column(from.x)..=column(to.x) {
            // The part of the piece that lies in this column; an upright one lies in it whole.
            let at = |edge: i64| from.y + slope * ((edge as f64 * step).clamp(from.x, to.x) - from.x);
            let ends = if to.x > from.x { [at(index), at(index + 1)] } else { [from.y, to.y] };
            let (top, bottom) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            match columns.entry(index) {
                Entry::Vacant(entry) => drop(entry.insert((top, bottom))),
                Entry::Occupied(mut entry) => {
                    let (highest, lowest) = entry.get_mut();
                    (*highest, *lowest) = (highest.min(top), lowest.max(bottom));
                }
            }
        }
    }
    columns
}

/// How much further lines in new letters must stand apart, mm, so that they touch no more than the old ones did; `rings` is how
/// wide the rings around them are.
pub(super) fn missing(before: &Measure, after: &Measure, rings: f64) -> f64 {
    let least = (before.lines_apart * after.em / before.em).min(after.em * LEAST + 2.0 * rings);
    (least - after.lines_apart).max(0.0)
}
