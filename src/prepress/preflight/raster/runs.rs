//! Thin places that belong together.

use std::collections::HashMap;

use kurbo::{Point, Rect};

use crate::pixels::stroke::{Kind, NEAR, Plane, Stroke, Thin, stroke};
use crate::prepress::preflight::raster::Spot;
use crate::units::Dpi;

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
    let Stroke { thinnest, bounds, is_alone } = stroke(&mut run, (kind, least), plane)?;
    let mm = |px: f64| px / Dpi::PRINT.px_per_mm();
    let [x0, y0, x1, y1] = bounds.map(mm);
    let middle = Point::new(mm(f64::from(thinnest.x) + 0.5), mm(f64::from(thinnest.y) + 0.5));
    Some(Spot { width: mm(f64::from(thinnest.width)), middle, bounds: Rect::new(x0, y0, x1, y1), is_alone })
}
