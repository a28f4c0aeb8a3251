//! Cut paths: where the knife goes for foil of one colour after the other, and around a sticker.
//!
//! The paths are traced from the print raster, so that what is cut is what preview and print show. Edges are softened over a
//! pixel there, which tells where in the pixel they lie: paths are exact to a tenth of a pixel, 0.01 mm.

use std::collections::BTreeSet;

use contour::ContourBuilder;
use kurbo::{BezPath, Point, Rect, Shape as _, Vec2};
use serde::Serialize;

use crate::artwork::{Band, for_each_band_unless};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::export::cut::CutLayer;
use crate::pixels::distance::{Beyond, squared};
use crate::press::PressError;
use crate::shop::press::{Separating, SeparationJob, SeparationOptions};
use crate::units::{Dpi, Length};

/// How far a path may lie outside what it goes around, mm.
pub const OFFSET_MM: std::ops::RangeInclusive<f64> = 0.0..=20.0;
/// Widths below which pieces are told of, mm.
pub const LEAST_MM: std::ops::RangeInclusive<f64> = 0.1..=10.0;
/// The raster that paths are traced from: that of print files.
pub const CUT_DPI: Dpi = Dpi::PRINT;
/// Pieces that are told one by one.
pub const MOST_SMALL: usize = 100;
/// Paths of one file: more are no drawing that a knife could follow.
pub const MOST_PATHS: usize = 20_000;

/// Coverage from which a pixel is cut out.
const HALF: f32 = 127.5;
/// How far straight pieces may lie off an edge that is softened over its pixels, mm.
const CLOSE_MM: f64 = 0.03;
/// Curves that bend less are straight lines, mm.
const FLAT_MM: f64 = 0.002;
/// Turns of less than this are smooth, tangent of the angle.
const CORNER: f64 = 0.7;
/// What is smaller is dust of the raster, mm².
const DUST_MM2: f64 = 0.02;
/// The colour by which programs for cutters know a path to cut.
pub const KNIFE: Color = Color { r: 236, g: 0, b: 140 };
/// The name of that colour, and of the layer.
pub const KNIFE_NAME: &str = "CutContour";

/// What is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Each colour out of its own foil.
    Foils,
    /// Once around all that is printed, without holes.
    Around,
}

impl Way {
    /// How the artwork is taken apart for it; the caller says of which area and with which inks.
    #[must_use]
    pub fn separation(self) -> SeparationOptions {
        SeparationOptions {
            // Around a picture of any colours the knife goes, too.
            method: if self == Self::Foils { Separating::Spot } else { Separating::Process },
            underbase: Some(false),
            highlight: Some(false),
            dpi: CUT_DPI,
            ..SeparationOptions::default()
        }
    }
}

/// How it is cut.
#[derive(Debug, Clone)]
pub struct CutOptions {
    /// What is cut.
    pub way: Way,
    /// How far outside, in [`OFFSET_MM`]; foils are cut at their edges.
    pub offset: Length,
    /// Whether all is the wrong way round, as foil is cut that is pressed on face down.
    pub mirror: bool,
    /// Pieces narrower than this are told of, in [`LEAST_MM`].
    pub least: Length,
}

/// The cut paths of a print area.
#[derive(Debug, Clone)]
pub struct Cuts {
    /// What the file shows, mm from the print area's top left.
    pub page: Rect,
    /// The paths of each foil.
    pub layers: Vec<CutLayer>,
    /// What weeding will meet.
    pub report: CutReport,
}

/// What weeding will meet.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct CutReport {
    /// Names the artwork; its previews carry the same.
    pub artwork: String,
    /// Whether the paths are the wrong way round.
    pub mirrored: bool,
    /// Each foil.
    pub foils: Vec<FoilReport>,
}

/// What weeding will meet in one foil.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FoilReport {
    /// Its name.
    pub name: String,
    /// `#rrggbb`.
    pub color: String,
    /// Pieces that stay.
    pub pieces: usize,
    /// Holes in them, each of which is picked out.
    pub holes: usize,
    /// How far the knife goes, mm.
    pub length_mm: f64,
    /// Foil that it takes: the box around all pieces, mm.
    pub width_mm: f64,
    /// As above.
    pub height_mm: f64,
    /// How many pieces and holes are narrower than asked, or smaller than a square of that.
    pub narrow: usize,
    /// The first of them, the smallest first.
    pub smallest: Vec<Small>,
}

/// A piece that lifts off with its surroundings, or a hole that is hard to pick out.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Small {
    /// `piece` or `hole`.
    pub kind: &'static str,
    /// Its place, mm from the print area's top left.
    pub x: f64,
    /// As above.
    pub y: f64,
    /// Size of its box, mm.
    pub width: f64,
    /// As above.
    pub height: f64,
    /// Its width, mm: the short side of a rectangle of its area and edge.
    pub across: f64,
}

/// Traces the cut paths of a job.
///
/// # Errors
/// If there are more than [`MOST_PATHS`] paths or none, or once `cancel` is set.
pub fn cuts(job: &SeparationJob<'_>, options: &CutOptions, cancel: &Cancel) -> Result<Cuts, PressError> {
    let (width, height) = job.scene.size.to_px(CUT_DPI);
    let (width, height) = (width as usize, height as usize);
    let planes = match options.way {
        Way::Foils => foils(job, (width, height), cancel)?,
        Way::Around => vec![(KNIFE_NAME.to_owned(), KNIFE, around(job, (width, height), cancel)?)],
    };
    let offset = if options.way == Way::Around { options.offset } else { Length::ZERO };
    let page = job.scene.size;
    let page = Rect::new(0.0, 0.0, page.width.mm(), page.height.mm()).inflate(offset.mm(), offset.mm());
    let mut cuts = Cuts {
        page,
        layers: Vec::new(),
        report: CutReport { artwork: job.scene.hash.to_string(), mirrored: options.mirror, foils: Vec::new() },
    };
    let mut count = 0;
    for (name, color, plane) in planes {
        if cancel.is_set() {
            return Err(PressError::CalledOff);
        }
        let raster = Raster { size: (width, height), scale: 1.0 / CUT_DPI.px_per_mm(), close: CLOSE_MM };
        let rings = trace(&plane, raster, offset, options.way == Way::Around);
        count += rings.len();
        if count > MOST_PATHS {
            return Err(PressError::TooManyPaths);
        }
        if rings.is_empty() {
            continue;
        }
        let turned =
            |point: Point| if options.mirror { Point::new(page.x0 + page.x1 - point.x, point.y) } else { point };
        let rings: Vec<Ring> = rings
            .into_iter()
            .map(|ring| Ring { points: ring.points.into_iter().map(turned).collect(), ..ring })
            .collect();
        cuts.report.foils.push(report(&name, color, &rings, options.least.mm()));
        cuts.layers.push(CutLayer { name, color, paths: rings.iter().map(|ring| smooth(&ring.points)).collect() });
    }
    if cuts.layers.is_empty() { Err(PressError::NothingToCut) } else { Ok(cuts) }
}

/// One closed path, mm.
struct Ring {
    points: Vec<Point>,
    is_hole: bool,
}

/// The coverage of each foil, with its name and colour.
fn foils(
    job: &SeparationJob<'_>,
    (width, height): (usize, usize),
    cancel: &Cancel,
) -> Result<Vec<(String, Color, Vec<u8>)>, PressError> {
    let mut planes: Vec<Vec<u8>> = job.plates.iter().map(|_| Vec::with_capacity(width * height)).collect();
    let ended = job.run(cancel, |rows| {
        for row in 0..rows.rows {
            for (plate, plane) in job.plates.iter().zip(&mut planes) {
                plane.extend_from_slice(plate.row(rows, row));
            }
        }
        Ok::<(), PressError>(())
    });
    ended.ok_or(PressError::CalledOff)??;
    let mut taken = BTreeSet::new();
    let named = job.plates.iter().zip(planes).map(|(plate, plane)| {
        let mut name = plate.slug.clone();
        while !taken.insert(name.clone()) {
            name.push('-');
        }
        (name, plate.color(), plane)
    });
    Ok(named.collect())
}

/// The coverage of all that is printed.
fn around(job: &SeparationJob<'_>, (width, height): (usize, usize), cancel: &Cancel) -> Result<Vec<u8>, PressError> {
    let mut plane = Vec::with_capacity(width * height);
    let take = |band: &Band<'_>| {
        plane.extend(band.pixels.as_chunks::<4>().0.iter().map(|pixel| pixel[3]));
        Ok::<(), PressError>(())
    };
    for_each_band_unless(&job.scene, CUT_DPI, cancel, take).ok_or(PressError::CalledOff)??;
    Ok(plane)
}

/// Paths once around what is covered of a plane, `offset` outside of it and without holes, mm from its upper left corner. Its
/// pixels are squares of `side`, set or not, so that paths need not follow them more closely than half of that.
#[must_use]
pub fn outlines(plane: &[u8], size: (usize, usize), side: Length, offset: Length) -> Vec<BezPath> {
    let rings = trace(plane, Raster { size, scale: side.mm(), close: side.mm() / 2.0 }, offset, true);
    rings.iter().map(|ring| smooth(&ring.points)).collect()
}

/// What a plane shows.
#[derive(Clone, Copy)]
struct Raster {
    /// Columns and rows.
    size: (usize, usize),
    /// Side of a pixel, mm.
    scale: f64,
    /// How far straight pieces between points of the traced edge may lie off it, mm; curves through them lie nearer.
    close: f64,
}

/// The edges of what is covered, `offset` outside; with its holes unless `is_whole`.
fn trace(plane: &[u8], raster: Raster, offset: Length, is_whole: bool) -> Vec<Ring> {
    let Raster { size: (width, height), scale, close } = raster;
    let Some([left, top, right, bottom]) = covered(plane, width) else { return Vec::new() };
    let reach = offset.mm() / scale;
    // Room for the offset and for an edge that is closed.
    let room = reach.ceil() as usize + 2;
    let (wide, high) = (right - left + 2 * room, bottom - top + 2 * room);
    let mut cut = vec![0_u8; wide * high];
    for (row, target) in (top..bottom).zip(cut.chunks_exact_mut(wide).skip(room)) {
        target[room..room + right - left].copy_from_slice(&plane[row * width + left..row * width + right]);
    }
    debug_assert!(bottom <= height, "the plane has all its rows");
    let (values, threshold): (Vec<f32>, f32) = if offset.mm() > 0.0 {
        // Falls with the distance from what is covered, whose edge lies half a pixel before its outermost middles.
        let free: Vec<u8> = cut.iter().map(|value| u8::from(f32::from(*value) < HALF)).collect();
        let squares = squared(&free, wide, (reach.ceil() as u16).saturating_add(2), Beyond::Set);
        (squares.into_iter().map(|square| -f32::from(square).sqrt()).collect(), -(reach as f32 + 0.5))
    } else {
        (cut.into_iter().map(f32::from).collect(), HALF)
    };
    let found = ContourBuilder::new(wide, high, true).contours(&values, &[threshold]).unwrap_or_default();
    let (x0, y0) = (left as f64 - room as f64, top as f64 - room as f64);
    let place = |x: f32, y: f32| Point::new((f64::from(x) + x0) * scale, (f64::from(y) + y0) * scale);
    let mut rings = Vec::new();
    for polygon in found.iter().flat_map(|contour| &contour.geometry().0) {
        let holes = polygon.interiors().iter().filter(|_| !is_whole).map(|ring| (ring, true));
        for (ring, is_hole) in std::iter::once((polygon.exterior(), false)).chain(holes) {
            let points: Vec<Point> = ring.coords().map(|coord| place(coord.x, coord.y)).collect();
            let points = straightened(&points, close);
            if points.len() > 3 && area(&points) >= DUST_MM2 {
                rings.push(Ring { points, is_hole });
            }
        }
    }
    if is_whole { outermost(rings) } else { rings }
}

/// The rings that lie in no other: an island in a hole is within what is cut already.
fn outermost(mut rings: Vec<Ring>) -> Vec<Ring> {
    let mut kept: Vec<(Ring, BezPath, Rect)> = Vec::new();
    rings.sort_by(|a, b| area(&b.points).total_cmp(&area(&a.points)));
    for ring in rings {
        let first = ring.points[0];
        if kept.iter().any(|(_, path, place)| place.contains(first) && path.contains(first)) {
            continue;
        }
        let mut path = BezPath::new();
        path.move_to(first);
        ring.points.iter().skip(1).for_each(|point| path.line_to(*point));
        path.close_path();
        let place = path.bounding_box();
        kept.push((ring, path, place));
    }
    kept.into_iter().map(|(ring, ..)| ring).collect()
}

/// The box of all that is covered by half: left, top, and one beyond right and bottom.
fn covered(plane: &[u8], width: usize) -> Option<[usize; 4]> {
    let mut found: Option<[usize; 4]> = None;
    for (y, row) in plane.chunks_exact(width).enumerate() {
        let is_set = |value: &u8| *value > 0;
        let (Some(first), Some(last)) = (row.iter().position(is_set), row.iter().rposition(is_set)) else { continue };
        let [left, top, right, _] = found.unwrap_or([first, y, last + 1, y + 1]);
        found = Some([left.min(first), top, right.max(last + 1), y + 1]);
    }
    found
}

/// As few of the points as stay within `close` of all (Douglas and Peucker, "Algorithms for the reduction of the number
/// of points required to represent a digitized line", 1973). The first point of a ring is its last.
fn straightened(points: &[Point], close: f64) -> Vec<Point> {
    let Some((first, rest)) = points.split_first() else { return Vec::new() };
    // From the point that is farthest from the first, so that both ends of each half are on the outside.
    let far = (0..points.len()).max_by(|a, b| first.distance(points[*a]).total_cmp(&first.distance(points[*b])));
    let far = far.unwrap_or(rest.len());
    let mut keeps = vec![false; points.len()];
    let mut open = vec![(0, far), (far, points.len() - 1)];
    while let Some((from, to)) = open.pop() {
        (keeps[from], keeps[to]) = (true, true);
        let (a, b) = (points[from], points[to]);
        let off = |index: usize| {
            let (along, length2) = (b - a, (b - a).hypot2());
            let share = if length2 > 0.0 { ((points[index] - a).dot(along) / length2).clamp(0.0, 1.0) } else { 0.0 };
            points[index].distance(a + along * share)
        };
        let worst = (from + 1..to).map(|index| (off(index), index)).max_by(|one, other| one.0.total_cmp(&other.0));
        if let Some((_, index)) = worst.filter(|(distance, _)| *distance > close) {
            open.extend([(from, index), (index, to)]);
        }
    }
    points.iter().zip(keeps).filter(|(_, keeps)| *keeps).map(|(point, _)| *point).collect()
}

/// A ring as curves through its points, with its corners. Between corners the tangent at a point is parallel to the line between
/// its neighbours (Catmull and Rom, "A class of local interpolating splines", 1974), so that a straight line runs into an arc
/// without a bulge: the longer neighbour decides.
fn smooth(ring: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    // The first is said again at the end.
    let Some((_, points)) = ring.split_last().filter(|(_, points)| points.len() > 2) else { return path };
    let count = points.len();
    let at = |index: usize| points[index % count];
    let tangent = |index: usize| {
        let (before, after) = (at(index) - at(index + count - 1), at(index + 1) - at(index));
        let is_corner = before.dot(after) <= 0.0 || before.cross(after).abs() > CORNER * before.dot(after);
        (!is_corner).then(|| (before + after).normalize())
    };
    path.move_to(points[0]);
    for index in 0..count {
        let (from, to) = (at(index), at(index + 1));
        let chord = to - from;
        let third = chord.hypot() / 3.0;
        let straight = chord / 3.0;
        let handle = |tangent: Option<Vec2>| tangent.map_or(straight, |tangent| tangent * third);
        let (out, into) = (handle(tangent(index)), handle(tangent(index + 1)));
        let bend = out.cross(chord).abs().max(into.cross(chord).abs()) / chord.hypot().max(f64::MIN_POSITIVE);
        if bend < FLAT_MM { path.line_to(to) } else { path.curve_to(from + out, to - into, to) }
    }
    path.close_path();
    path
}

fn area(points: &[Point]) -> f64 {
    let twice: f64 = points.windows(2).map(|pair| pair[0].x * pair[1].y - pair[1].x * pair[0].y).sum();
    (twice / 2.0).abs()
}

fn report(name: &str, color: Color, rings: &[Ring], least: f64) -> FoilReport {
    let hundredth = |value: f64| (value * 100.0).round() / 100.0;
    let mut small = Vec::new();
    let mut around: Option<Rect> = None;
    let mut length = 0.0;
    for Ring { points, is_hole } in rings {
        let edge: f64 = points.windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        let place = points.iter().fold(Rect::from_points(points[0], points[0]), |place, point| place.union_pt(*point));
        length += edge;
        around = Some(around.map_or(place, |around| around.union(place)));
        let area = area(points);
        // Its edge is twice the sum of the sides of that rectangle; a dot has less edge than any rectangle.
        let across = edge / 4.0 - (edge * edge / 16.0 - area).max(0.0).sqrt();
        let across = across.min(area.sqrt());
        if across < least || area < least * least {
            let kind = if *is_hole { "hole" } else { "piece" };
            let [x, y, width, height] = [place.x0, place.y0, place.width(), place.height()].map(hundredth);
            small.push((area, Small { kind, x, y, width, height, across: hundredth(across) }));
        }
    }
    small.sort_by(|a, b| a.0.total_cmp(&b.0));
    let around = around.unwrap_or_default();
    let holes = rings.iter().filter(|ring| ring.is_hole).count();
    FoilReport {
        name: name.to_owned(),
        color: color.to_string(),
        pieces: rings.len() - holes,
        holes,
        length_mm: hundredth(length),
        width_mm: hundredth(around.width()),
        height_mm: hundredth(around.height()),
        narrow: small.len(),
        smallest: small.into_iter().take(MOST_SMALL).map(|(_, small)| small).collect(),
    }
}

#[cfg(test)]
mod tests {
    use kurbo::{ParamCurve as _, ParamCurveArclen as _};

    use super::*;

    const SIDE: usize = 600;
    /// A tenth of a millimetre is twice what may be lost: tracing, straightening and smoothing.
    const CLOSE: f64 = 0.05;

    fn raster() -> Raster {
        Raster { size: (SIDE, SIDE), scale: 1.0 / CUT_DPI.px_per_mm(), close: CLOSE_MM }
    }

    fn far(x: f64, y: f64) -> f64 {
        Vec2::new(x, y).hypot()
    }

    /// What a shape covers of each pixel, from 8 x 8 places in it; the shape is asked in mm from the middle.
    fn plane(is_inside: impl Fn(f64, f64) -> bool) -> Vec<u8> {
        let scale = 1.0 / CUT_DPI.px_per_mm();
        let middle = SIDE as f64 / 2.0;
        let at = |pixel: usize, part: usize| (pixel as f64 + (part as f64 + 0.5) / 8.0 - middle) * scale;
        let covered = |x: usize, y: usize| {
            let places = (0..64).filter(|place| is_inside(at(x, place % 8), at(y, place / 8)));
            (places.count() * 255 / 64) as u8
        };
        (0..SIDE * SIDE).map(|index| covered(index % SIDE, index / SIDE)).collect()
    }

    fn paths(plane: &[u8], offset: f64, is_whole: bool) -> Vec<(BezPath, bool)> {
        let rings = trace(plane, raster(), Length::from_mm(offset), is_whole);
        let middle = SIDE as f64 / 2.0 / CUT_DPI.px_per_mm();
        let moved = |ring: &Ring| {
            let points: Vec<Point> = ring.points.iter().map(|point| *point - Vec2::new(middle, middle)).collect();
            (smooth(&points), ring.is_hole)
        };
        rings.iter().map(moved).collect()
    }

    /// The farthest that a path is from where it should be, as `off` tells.
    fn worst(path: &BezPath, off: impl Fn(Point) -> f64) -> f64 {
        let along = path.segments().flat_map(|segment| (0..=16).map(move |step| segment.eval(f64::from(step) / 16.0)));
        along.map(off).fold(0.0, f64::max)
    }

    #[test]
    fn a_circle_and_its_hole_are_cut_where_they_are_in_few_curves() {
        let found = paths(&plane(|x, y| (4.0..18.0).contains(&far(x, y))), 0.0, false);
        assert_eq!(found.iter().map(|(_, is_hole)| *is_hole).collect::<Vec<_>>(), [false, true]);
        for ((path, _), radius) in found.iter().zip([18.0, 4.0]) {
            let off = worst(path, |point| (point.to_vec2().hypot() - radius).abs());
            assert!(off < CLOSE, "{off}");
            let length: f64 = path.segments().map(|segment| segment.arclen(1e-4)).sum();
            assert!((length / (std::f64::consts::TAU * radius) - 1.0).abs() < 0.004, "{length} around {radius}");
            assert!(path.segments().count() <= 80, "{} curves", path.segments().count());
        }
    }

    #[test]
    fn corners_stay_corners() {
        let half = 12.034;
        let found = paths(&plane(|x, y| x.abs().max(y.abs()) < half), 0.0, false);
        assert_eq!(found.len(), 1);
        let path = &found[0].0;
        assert!(worst(path, |point| (point.x.abs().max(point.y.abs()) - half).abs()) < CLOSE);
        for (x, y) in [(half, half), (-half, half), (half, -half), (-half, -half)] {
            let corner = Point::new(x, y);
            let near = path.segments().map(|segment| segment.eval(0.0).distance(corner)).fold(f64::INFINITY, f64::min);
            assert!(near < 0.1, "{near} from {corner:?}");
        }
        assert!(path.segments().count() <= 8, "{}", path.segments().count());
    }

    #[test]
    fn a_sticker_is_cut_once_around_at_its_distance() {
        // Two dots whose surroundings meet, one of them with a hole and an island in that.
        let left = |x: f64, y: f64| (5.5..6.0).contains(&far(x + 7.0, y)) || far(x + 7.0, y) < 0.3;
        let found = paths(&plane(|x, y| left(x, y) || far(x - 7.0, y) < 6.0), 2.5, true);
        assert_eq!(found.len(), 1, "one path without holes");
        let off = worst(&found[0].0, |point| {
            let edge = (point - Point::new(-7.0, 0.0)).hypot().min((point - Point::new(7.0, 0.0)).hypot()) - 6.0;
            (edge - 2.5).abs()
        });
        assert!(off < 0.1, "{off}");
    }

    #[test]
    fn what_is_hard_to_weed_is_told_with_its_place() {
        // A bar of 0.6 mm, a dot of 0.5 mm, and a large piece with a hole of 0.7 mm.
        let bar = |x: f64, y: f64| (-20.0..20.0).contains(&x) && (-15.0..-14.4).contains(&y);
        let dot = |x: f64, y: f64| far(x - 15.0, y - 15.0) < 0.25;
        let large = |x: f64, y: f64| far(x, y) < 8.0 && far(x, y - 2.0) >= 0.35;
        let rings = trace(&plane(|x, y| bar(x, y) || dot(x, y) || large(x, y)), raster(), Length::ZERO, false);
        let told = report("foil", KNIFE, &rings, 1.0);
        assert_eq!((told.pieces, told.holes, told.narrow), (3, 1, 3));
        let kinds: Vec<&str> = told.smallest.iter().map(|small| small.kind).collect();
        assert_eq!(kinds, ["piece", "hole", "piece"], "the smallest first");
        let middle = SIDE as f64 / 2.0 / CUT_DPI.px_per_mm();
        let Small { x, y, width, height, across, .. } = &told.smallest[2];
        for (is, wanted) in [(*x - middle, -20.0), (*y - middle, -15.0), (*width, 40.0), (*height, 0.6), (*across, 0.6)]
        {
            assert!((is - wanted).abs() < 0.06, "{is} {wanted}");
        }
        assert_eq!(report("foil", KNIFE, &rings, 0.3).narrow, 0);
        assert!(trace(&vec![100; SIDE * SIDE], raster(), Length::ZERO, false).is_empty(), "less than half");
    }
}
