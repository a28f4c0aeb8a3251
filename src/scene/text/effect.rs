//! Shadows, solid bodies and rings: what lies behind letters.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Join, Line, ParamCurve, PathEl, PathSeg, Rect, Shape, Stroke, Vec2};

use crate::cancel::Cancel;
use crate::color::Color;
use crate::design;
use crate::scene::text::{ColorOf, Effort, TextError};
use crate::scene::{FillRule, Group, Item, Paint};
use crate::units::Angle;

/// Square of the shortest run that sweeps anything, mm.
const SHORTEST_RUN: f64 = 1e-12;

/// Path elements of what one piece of an edge sweeps: two edges, what joins them, a beginning and an end.
const PIECE_ELEMENTS: usize = 5;

/// The items below the letters, from the bottom up, and the bounds of the ink they add.
///
/// # Errors
/// If they are more than the budget has left, or if the work was called off.
pub(super) fn behind(
    text: &design::Text,
    silhouette: &Arc<BezPath>,
    color_of: ColorOf<'_>,
    effort: Effort<'_>,
) -> Result<(Vec<Item>, Option<Rect>), TextError> {
    let mut items = Vec::new();
    let mut ink: Option<Rect> = None;
    if silhouette.elements().is_empty() {
        return Ok((items, ink));
    }
    let reach: f64 = text.outline.iter().map(|ring| ring.width).sum();
    let bounds = silhouette.bounding_box().inflate(reach, reach);
    let mut add_ink = |rect: Rect| ink = Some(ink.map_or(rect, |ink| ink.union(rect)));
    let run = text.extrude.as_ref().map(|extrude| {
        let (sin, cos) = Angle::from_degrees(extrude.angle).sin_cos();
        Vec2::new(cos, sin) * extrude.depth
    });
    let most = run.map_or(silhouette.elements().len(), |run| most_swept(silhouette, run));
    effort.budget.charge_outlines(elements(text, silhouette, most))?;
    let body = match run {
        Some(run) => Arc::new(swept(silhouette, run, most, effort.cancel).ok_or(TextError::CalledOff)?),
        None => Arc::clone(silhouette),
    };
    let body_bounds = run.map_or(bounds, |run| bounds.union(bounds + run));
    if let Some(shadow) = &text.shadow {
        let path = Arc::new(Affine::translate((shadow.dx, shadow.dy)) * (*body).clone());
        let items_of_shadow = solid(&path, reach, color_of(&shadow.color));
        items.push(Item::Group(Group {
            items: items_of_shadow,
            opacity: shadow.opacity,
            blur: shadow.blur,
            ..Group::default()
        }));
        let soft = 3.0 * shadow.blur;
        add_ink((body_bounds + Vec2::new(shadow.dx, shadow.dy)).inflate(soft, soft));
    }
    if let Some(extrude) = &text.extrude {
        items.extend(solid(&body, reach, color_of(&extrude.color)));
        add_ink(body_bounds);
    }
    let mut radius = reach;
    for ring in text.outline.iter().rev() {
        items.push(band(silhouette, radius, color_of(&ring.color)));
        radius -= ring.width;
        add_ink(bounds);
    }
    Ok((items, ink))
}

/// Path elements that the items of [`behind`] are drawn with: rings draw the letters again, and bodies and shadows a body
/// of `n_body`, twice where rings widen it.
fn elements(text: &design::Text, silhouette: &BezPath, n_body: usize) -> u64 {
    let uses = usize::from(text.shadow.is_some()) + usize::from(text.extrude.is_some());
    let times = if text.outline.is_empty() { 1 } else { 2 };
    (text.outline.len() * silhouette.elements().len() + uses * times * n_body) as u64
}

/// Everything within `reach` of a path and inside it.
fn solid(path: &Arc<BezPath>, reach: f64, color: Color) -> Vec<Item> {
    let fill = Item::Fill { path: Arc::clone(path), rule: FillRule::NonZero, paint: Paint::Solid(color, 1.0) };
    if reach > 0.0 { vec![band(path, reach, color), fill] } else { vec![fill] }
}

/// Everything within `reach` of a path's edge.
fn band(path: &Arc<BezPath>, reach: f64, color: Color) -> Item {
    Item::Stroke {
        path: Arc::clone(path),
        style: Stroke::new(2.0 * reach).with_join(Join::Round).with_caps(kurbo::Cap::Round),
        paint: Paint::Solid(color, 1.0),
    }
}

/// The area that `path`, whose outer contours have a positive area, covers while it moves by `run`: itself, its end
/// position and what each edge sweeps, all turning the same way so that the nonzero rule unites them.
///
/// Rings need no outline of their own: growing the swept area by a ring's width covers the same points as sweeping
/// the grown letters. `most` is [`most_swept`]; `None` if the work was called off.
fn swept(path: &BezPath, run: Vec2, most: usize, cancel: &Cancel) -> Option<BezPath> {
    let mut body = BezPath::with_capacity(most);
    body.extend(path.iter());
    if run.hypot2() < SHORTEST_RUN {
        return Some(body);
    }
    body.extend(path.iter().map(|element| Affine::translate(run) * element));
    for segment in path.segments() {
        if cancel.is_set() {
            return None;
        }
        let mut from = 0.0;
        for to in cuts(segment, run).into_iter().chain([1.0]) {
            sweep(segment.subsegment(from..to), run, &mut body);
            from = to;
        }
    }
    Some(body)
}

/// Path elements that [`swept`] makes at most: it leaves out pieces that sweep nothing.
fn most_swept(path: &BezPath, run: Vec2) -> usize {
    if run.hypot2() < SHORTEST_RUN {
        return path.elements().len();
    }
    let n_pieces: usize = path.segments().map(|segment| cuts(segment, run).len() + 1).sum();
    2 * path.elements().len() + n_pieces * PIECE_ELEMENTS
}

/// Where an edge runs along `run`, so that each piece between these places sweeps to one side only.
fn cuts(segment: PathSeg, run: Vec2) -> Vec<f64> {
    let side = |tangent: Vec2| tangent.cross(run);
    let mut cuts = match segment {
        PathSeg::Line(_) => Vec::new(),
        PathSeg::Quad(quad) => {
            let (a, b) = (side(quad.p1 - quad.p0), side(quad.p2 - quad.p1));
            if a == b { Vec::new() } else { vec![a / (a - b)] }
        }
        PathSeg::Cubic(cubic) => {
            let (a, b, c) = (side(cubic.p1 - cubic.p0), side(cubic.p2 - cubic.p1), side(cubic.p3 - cubic.p2));
            kurbo::common::solve_quadratic(a, 2.0 * (b - a), a - 2.0 * b + c).to_vec()
        }
    };
    cuts.retain(|cut| *cut > 1e-6 && *cut < 1.0 - 1e-6);
    cuts.sort_by(f64::total_cmp);
    cuts
}

/// Adds the area that one piece of an edge sweeps, turning the positive way.
fn sweep(piece: PathSeg, run: Vec2, body: &mut BezPath) {
    let mut area = BezPath::new();
    area.move_to(piece.start());
    push(&mut area, piece);
    area.line_to(piece.end() + run);
    push(&mut area, Affine::translate(run) * piece.reverse());
    area.close_path();
    let turning = area.area();
    if turning.abs() > 1e-12 {
        let area = if turning < 0.0 { area.reverse_subpaths() } else { area };
        body.extend(area.iter());
    }
}

fn push(path: &mut BezPath, segment: PathSeg) {
    path.push(match segment {
        PathSeg::Line(Line { p1, .. }) => PathEl::LineTo(p1),
        PathSeg::Quad(quad) => PathEl::QuadTo(quad.p1, quad.p2),
        PathSeg::Cubic(cubic) => PathEl::CurveTo(cubic.p1, cubic.p2, cubic.p3),
    });
}

#[cfg(test)]
mod tests {
    use kurbo::Circle;

    use super::*;

    #[test]
    fn a_body_is_never_more_than_was_charged_for_it() {
        let mut path = Circle::new((0.0, 0.0), 5.0).to_path(0.01);
        path.extend(Rect::new(10.0, 0.0, 20.0, 5.0).to_path(0.01));
        for angle in [0.0, 33.0, 90.0, 215.0] {
            let (sin, cos) = Angle::from_degrees(angle).sin_cos();
            let run = Vec2::new(cos, sin) * 4.0;
            let most = most_swept(&path, run);
            let made = swept(&path, run, most, &Cancel::NEVER).unwrap().elements().len();
            assert!(made <= most && made * 2 > most, "{made} of {most} at {angle} degrees");
        }
        assert_eq!(most_swept(&path, Vec2::ZERO), path.elements().len());
    }

    #[test]
    fn a_body_that_nobody_waits_for_is_not_swept() {
        let path = Circle::new((0.0, 0.0), 5.0).to_path(0.01);
        let cancel = Cancel::new();
        cancel.set();
        assert!(swept(&path, Vec2::new(3.0, 0.0), 100, &cancel).is_none());
    }
}
