//! Bends paths: each curve is mapped as a curve, split only where one cubic cannot follow.

use kurbo::{Affine, BezPath, CubicBez, ParamCurve, ParamCurveDeriv, PathEl, PathSeg, Point, Rect, Shape, Vec2};

use crate::scene::text::warp::{Bend, Track};

/// How far a bent curve may lie from the true one, mm: a twentieth of a pixel at 300 DPI.
const TOLERANCE: f64 = 0.004;

/// A curve is halved at most this often.
const MAX_DEPTH: u32 = 7;

/// `path` with every point moved by `bend`.
pub(super) fn path(bend: &Bend, track: Track, path: &BezPath) -> BezPath {
    let mut bent = BezPath::new();
    let (mut start, mut last) = (Point::ZERO, Point::ZERO);
    for element in path.elements() {
        let segment = match *element {
            PathEl::MoveTo(point) => {
                bent.move_to(bend.map(track, point));
                (start, last) = (point, point);
                continue;
            }
            PathEl::LineTo(point) => PathSeg::Line(kurbo::Line::new(last, point)),
            PathEl::QuadTo(control, point) => PathSeg::Quad(kurbo::QuadBez::new(last, control, point)),
            PathEl::CurveTo(first, second, point) => PathSeg::Cubic(CubicBez::new(last, first, second, point)),
            PathEl::ClosePath => PathSeg::Line(kurbo::Line::new(last, start)),
        };
        if segment.start() != segment.end() || !matches!(segment, PathSeg::Line(_)) {
            curve(bend, track, segment.to_cubic(), 0, &mut bent);
        }
        last = segment.end();
        if *element == PathEl::ClosePath {
            bent.close_path();
        }
    }
    bent
}

fn curve(bend: &Bend, track: Track, cubic: CubicBez, depth: u32, bent: &mut BezPath) {
    let carried = |at: Point, handle: Vec2| {
        let (right, down) = bend.derivative(track, at);
        right * handle.x + down * handle.y
    };
    let (start, end) = (bend.map(track, cubic.p0), bend.map(track, cubic.p3));
    // The tangents at the ends carry over by the derivative, so that smooth joints stay smooth.
    let derivative = cubic.deriv();
    let first = start + carried(cubic.p0, derivative.eval(0.0).to_vec2()) / 3.0;
    let second = end - carried(cubic.p3, derivative.eval(1.0).to_vec2()) / 3.0;
    let guess = CubicBez::new(start, first, second, end);
    let off = |t: f64| guess.eval(t).distance(bend.map(track, cubic.eval(t))) > TOLERANCE;
    if depth < MAX_DEPTH && [0.25, 0.5, 0.75].into_iter().any(off) {
        let (left, right) = cubic.subdivide();
        curve(bend, track, left, depth + 1, bent);
        curve(bend, track, right, depth + 1, bent);
    } else {
        bent.curve_to(first, second, end);
    }
}

/// The bounds of a bent box.
pub(super) fn bounds(bend: &Bend, track: Track, flat: Rect) -> Rect {
    // Each edge in pieces: an edge that is straight in the middle but not at its quarters cannot hide between them.
    let mut outline = BezPath::new();
    let corners = [
        Point::new(flat.x0, flat.y0),
        Point::new(flat.x1, flat.y0),
        Point::new(flat.x1, flat.y1),
        Point::new(flat.x0, flat.y1),
    ];
    outline.move_to(corners[0]);
    for side in 0..4 {
        for piece in 1..=8 {
            outline.line_to(corners[side].lerp(corners[(side + 1) % 4], f64::from(piece) / 8.0));
        }
    }
    outline.close_path();
    path(bend, track, &outline).bounding_box()
}

/// Where a stiff thing around `center` goes: turned with the line if the bend turns pictures, and scaled by how much
/// the bend stretches the place.
pub(super) fn rigid(bend: &Bend, track: Track, center: Point) -> Affine {
    let (right, down) = bend.derivative(track, center);
    let scale = if bend.turns_pictures() { 1.0 } else { right.cross(down).abs().sqrt().clamp(0.25, 4.0) };
    let turn = if bend.turns_pictures() { right / right.hypot().max(1e-9) } else { Vec2::new(1.0, 0.0) } * scale;
    let landed = bend.map(track, center);
    Affine::translate(landed.to_vec2())
        * Affine::new([turn.x, turn.y, -turn.y, turn.x, 0.0, 0.0])
        * Affine::translate(-center.to_vec2())
}
