//! Thin places that belong together.

use std::collections::HashMap;

use kurbo::{Point, Rect};

use crate::prepress::preflight::raster::width::{Kind, Thin};
use crate::prepress::preflight::raster::{NONE, Plane, Spot, WHOLE};
use crate::units::Dpi;

/// Places as near as this belong together, pixels.
const NEAR: u32 = 3;

/// What widens by more than this share of its way is a wedge, as between the strokes of an N, and no line: seven degrees.
const WEDGE: f64 = 0.12;

/// So many places are looked at; a picture of dots may have millions.
const MOST: usize = 400_000;

/// Gathers places to strokes of less than `least` pixels, the thinnest first.
pub(super) fn gather(mut places: Vec<Thin>, (kind, least): (Kind, f64), plane: &Plane) -> Vec<Spot> {
    places.truncate(MOST);
    let mut cells: HashMap<(u32, u32), Vec<usize>> = HashMap::new();
    for (index, place) in places.iter().enumerate() {
        cells.entry((place.x / NEAR, place.y / NEAR)).or_default().push(index);
    }
    let mut runs: Vec<Vec<Thin>> = Vec::new();
    let mut is_met = vec![false; places.len()];
    for first in 0..places.len() {
        if is_met[first] {
            continue;
        }
        is_met[first] = true;
        let (mut open, mut run) = (vec![first], Vec::new());
        while let Some(at) = open.pop() {
            let place = places[at];
            run.push(place);
            let (column, row) = (place.x / NEAR, place.y / NEAR);
            for cell_row in row.saturating_sub(1)..=row + 1 {
                for cell_column in column.saturating_sub(1)..=column + 1 {
                    for &next in cells.get(&(cell_column, cell_row)).into_iter().flatten() {
                        let other = places[next];
                        if !is_met[next] && other.x.abs_diff(place.x).max(other.y.abs_diff(place.y)) <= NEAR {
                            is_met[next] = true;
                            open.push(next);
                        }
                    }
                }
            }
        }
        runs.push(run);
    }
    let mut spots: Vec<Spot> = runs.into_iter().filter_map(|run| spot(run, (kind, least), plane)).collect();
    spots.sort_by(|a, b| {
        a.width.total_cmp(&b.width).then(a.middle.y.total_cmp(&b.middle.y)).then(a.middle.x.total_cmp(&b.middle.x))
    });
    spots
}

fn spot(mut run: Vec<Thin>, (kind, least): (Kind, f64), plane: &Plane) -> Option<Spot> {
    let (mut low, mut high) = ((u32::MAX, u32::MAX), (0, 0));
    for place in &run {
        low = (low.0.min(place.x), low.1.min(place.y));
        high = (high.0.max(place.x), high.1.max(place.y));
    }
    run.sort_by(|a, b| a.width.total_cmp(&b.width).then(a.y.cmp(&b.y)).then(a.x.cmp(&b.x)));
    let thinnest = run[run.len() / 10];
    let widest = run.last().map_or(0.0, |place| place.width);
    let is_alone = is_alone((plane, kind), (low, high), (widest / 2.0).ceil() as u32 + 2);
    let mm = |px: f64| px / Dpi::PRINT.px_per_mm();
    let half = f64::from(widest) / 2.0;
    let side = |px: u32| f64::from(px) + 0.5;
    let bounds = Rect::new(side(low.0) - half, side(low.1) - half, side(high.0) + half, side(high.1) + half);
    // The tip of a corner is thin, and no line: it is shorter than a line of that width is wide.
    if !is_alone && bounds.width().max(bounds.height()) < least {
        return None;
    }
    let way = f64::from((high.0 - low.0).max(high.1 - low.1));
    let widened = f64::from(run[run.len() * 9 / 10].width - thinnest.width);
    if !is_alone && widened > WEDGE * way {
        return None;
    }
    Some(Spot {
        width: mm(f64::from(thinnest.width)),
        middle: Point::new(mm(side(thinnest.x)), mm(side(thinnest.y))),
        bounds: Rect::new(mm(bounds.x0), mm(bounds.y0), mm(bounds.x1), mm(bounds.y1)),
        is_alone,
    })
}

/// Whether there is no ink on a frame around places, or of a gap, nothing but ink.
fn is_alone((plane, kind): (&Plane, Kind), (low, high): ((u32, u32), (u32, u32)), away: u32) -> bool {
    let is_other = |x: i64, y: i64| {
        let inside = x >= 0 && y >= 0 && (x as usize) < plane.width && (y as usize) < plane.height;
        let opacity = if inside { plane.bytes[y as usize * plane.width + x as usize] } else { 0 };
        if kind == Kind::Ink { opacity <= NONE } else { opacity >= WHOLE }
    };
    let (left, top) = (i64::from(low.0) - i64::from(away), i64::from(low.1) - i64::from(away));
    let (right, bottom) = (i64::from(high.0 + away), i64::from(high.1 + away));
    (left..=right).all(|x| is_other(x, top) && is_other(x, bottom))
        && (top..=bottom).all(|y| is_other(left, y) && is_other(right, y))
}
