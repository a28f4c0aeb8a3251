//! Shadows, solid bodies and rings: what lies behind letters.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Join, Line, ParamCurve, PathEl, PathSeg, Rect, Shape, Stroke, Vec2};

use crate::color::Color;
use crate::design;
use crate::scene::text::ColorOf;
use crate::scene::{FillRule, Group, Item, Paint};
use crate::units::Angle;

/// The items below the letters, from the bottom up, and the bounds of the ink they add.
pub(super) fn behind(text: &design::Text, silhouette: &BezPath, color_of: ColorOf<'_>) -> (Vec<Item>, Option<Rect>) {
    let mut items = Vec::new();
    let mut ink: Option<Rect> = None;
    if silhouette.elements().is_empty() {
        return (items, ink);
    }
    let reach: f64 = text.outline.iter().map(|ring| ring.width).sum();
    let bounds = silhouette.bounding_box().inflate(reach, reach);
    let mut add_ink = |rect: Rect| ink = Some(ink.map_or(rect, |ink| ink.union(rect)));
    let run = text.extrude.as_ref().map(|extrude| {
        let (sin, cos) = Angle::from_degrees(extrude.angle).sin_cos();
        Vec2::new(cos, sin) * extrude.depth
    });
    let body = Arc::new(run.map_or_else(|| silhouette.clone(), |run| swept(silhouette, run)));
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
    let letters = Arc::new(silhouette.clone());
    let mut radius = reach;
    for ring in text.outline.iter().rev() {
        items.push(band(&letters, radius, color_of(&ring.color)));
        radius -= ring.width;
        add_ink(bounds);
    }
    (items, ink)
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
/// the grown letters.
fn swept(path: &BezPath, run: Vec2) -> BezPath {
    let mut body = path.clone();
    if run.hypot2() < 1e-12 {
        return body;
    }
    body.extend((Affine::translate(run) * path.clone()).iter());
    for segment in path.segments() {
        for piece in split_by_side(segment, run) {
            sweep(piece, run, &mut body);
        }
    }
    body
}

/// Splits an edge where it runs along `run`, so that each piece sweeps to one side only.
fn split_by_side(segment: PathSeg, run: Vec2) -> Vec<PathSeg> {
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
    cuts.push(1.0);
    let mut from = 0.0;
    let mut pieces = Vec::with_capacity(cuts.len());
    for to in cuts {
        pieces.push(segment.subsegment(from..to));
        from = to;
    }
    pieces
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
