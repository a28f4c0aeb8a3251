//! Cut paths as files for plotters: SVG in millimetres with a hairline a path, and DXF.
//!
//! The DXF is the plain text of `AutoCAD` release 12, which every cutter's program reads: a layer a foil, a closed polyline a
//! path, y upwards, millimetres. It has no dates and no random ids, so that the same design is the same file.

use std::fmt::Write as _;
use std::io::Write;

use kurbo::{Affine, BezPath, PathEl, Point, Rect, Shape as _};

use crate::color::Color;
use crate::export::{ExportError, hash_line};

/// What is cut from one foil, or around one sticker.
#[derive(Debug, Clone)]
pub struct CutLayer {
    /// What it is called: of letters, digits and hyphens.
    pub name: String,
    /// How its lines are drawn.
    pub color: Color,
    /// Closed paths, mm.
    pub paths: Vec<BezPath>,
}

/// How far a straight piece may lie off the curve that it stands for, mm: less than plotters move in one step.
const STRAIGHT_MM: f64 = 0.01;
/// Lines of an SVG, mm: programs for cutters take what is this thin for a cut.
const HAIRLINE_MM: f64 = 0.0254;

/// Writes paths as an SVG that shows `page`, mm, in its physical size.
///
/// # Errors
/// Fails if `out` does.
pub fn svg(page: Rect, layers: &[CutLayer], artwork_hash: &str, mut out: impl Write) -> Result<(), ExportError> {
    let (left, top) = (number(page.x0), number(page.y0));
    let (width, height) = (number(page.width()), number(page.height()));
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}mm\" height=\"{height}mm\" \
         viewBox=\"{left} {top} {width} {height}\">\n<metadata>{}</metadata>\n",
        hash_line(artwork_hash)
    );
    for CutLayer { name, color, paths } in layers {
        let _ = writeln!(text, "<g id=\"{name}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"{HAIRLINE_MM}\">");
        for path in paths {
            text.push_str("<path d=\"");
            for element in path.elements() {
                let mut put = |letter: char, points: &[Point]| {
                    text.push(letter);
                    for (index, point) in points.iter().enumerate() {
                        let space = if index == 0 { "" } else { " " };
                        let _ = write!(text, "{space}{} {}", number(point.x), number(point.y));
                    }
                };
                match *element {
                    PathEl::MoveTo(to) => put('M', &[to]),
                    PathEl::LineTo(to) => put('L', &[to]),
                    PathEl::QuadTo(a, to) => put('Q', &[a, to]),
                    PathEl::CurveTo(a, b, to) => put('C', &[a, b, to]),
                    PathEl::ClosePath => put('Z', &[]),
                }
            }
            text.push_str("\"/>\n");
        }
        text.push_str("</g>\n");
    }
    text.push_str("</svg>\n");
    Ok(out.write_all(text.as_bytes())?)
}

/// Writes paths as a DXF of release 12; the lower left corner of `page`, mm, is its origin.
///
/// # Errors
/// Fails if `out` does.
pub fn dxf(page: Rect, layers: &[CutLayer], artwork_hash: &str, mut out: impl Write) -> Result<(), ExportError> {
    // Upwards, from the lower left.
    let turn = Affine::new([1.0, 0.0, 0.0, -1.0, -page.x0, page.y1]);
    let mut text = String::new();
    let mut pair = |code: u16, value: &str| {
        let _ = write!(text, "{code:3}\r\n{value}\r\n");
    };
    pair(999, &hash_line(artwork_hash));
    pair(0, "SECTION");
    pair(2, "HEADER");
    pair(9, "$ACADVER");
    pair(1, "AC1009");
    // Metric. The second is younger than the release, and read by whoever asks for it.
    pair(9, "$MEASUREMENT");
    pair(70, "1");
    pair(9, "$INSUNITS");
    pair(70, "4");
    for (name, x, y) in [("$EXTMIN", 0.0, 0.0), ("$EXTMAX", page.width(), page.height())] {
        pair(9, name);
        pair(10, &number(x));
        pair(20, &number(y));
    }
    pair(0, "ENDSEC");
    pair(0, "SECTION");
    pair(2, "TABLES");
    pair(0, "TABLE");
    pair(2, "LAYER");
    pair(70, &layers.len().to_string());
    for (index, layer) in layers.iter().enumerate() {
        pair(0, "LAYER");
        pair(2, &layer.name);
        pair(70, "0");
        // One of the first six colours of every table, so that foils are told apart.
        pair(62, &(index % 6 + 1).to_string());
        pair(6, "CONTINUOUS");
    }
    pair(0, "ENDTAB");
    pair(0, "ENDSEC");
    pair(0, "SECTION");
    pair(2, "ENTITIES");
    for layer in layers {
        for path in &layer.paths {
            pair(0, "POLYLINE");
            pair(8, &layer.name);
            pair(66, "1");
            pair(10, "0");
            pair(20, "0");
            pair(70, "1");
            for point in corners(path) {
                let point = turn * point;
                pair(0, "VERTEX");
                pair(8, &layer.name);
                pair(10, &number(point.x));
                pair(20, &number(point.y));
            }
            pair(0, "SEQEND");
            pair(8, &layer.name);
        }
    }
    pair(0, "ENDSEC");
    pair(0, "EOF");
    Ok(out.write_all(text.as_bytes())?)
}

/// A closed path in straight pieces; the first point is not said again at the end.
fn corners(path: &BezPath) -> Vec<Point> {
    let mut points = Vec::new();
    kurbo::flatten(path.path_elements(STRAIGHT_MM), STRAIGHT_MM, |element| match element {
        PathEl::MoveTo(to) | PathEl::LineTo(to) => points.push(to),
        _ => {}
    });
    if points.len() > 1 && points.first().zip(points.last()).is_some_and(|(a, b)| a.distance(*b) < 1e-6) {
        points.pop();
    }
    points
}

fn number(value: f64) -> String {
    let text = format!("{value:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" || text.is_empty() { "0".to_owned() } else { text.to_owned() }
}
