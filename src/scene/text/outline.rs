//! Glyph outlines as paths.

use std::collections::BTreeMap;

use ab_glyph::{Font, FontRef, GlyphId, OutlineCurve};
use kurbo::{Affine, BezPath, PathEl, Point, Shape};

use crate::assets::fonts::FontError;
use crate::scene::text::stack::Stack;

/// Reads outlines of the faces of one text, each glyph once.
pub(super) struct Outlines<'f> {
    fonts: Vec<(FontRef<'f>, f64)>,
    known: BTreeMap<(usize, u16), BezPath>,
}

impl<'f> Outlines<'f> {
    pub(super) fn new(stack: &Stack<'f>) -> Result<Self, FontError> {
        let open = |face: &'f crate::assets::fonts::Face| {
            let font = FontRef::try_from_slice(face.bytes()?)
                .map_err(|error| FontError::NotAFont { path: face.path().to_owned(), reason: error.to_string() })?;
            let units_per_em = f64::from(font.units_per_em().unwrap_or(1000.0)).max(1.0);
            Ok((font, units_per_em))
        };
        let fonts = stack.entries.iter().map(|entry| open(entry.face)).collect::<Result<_, FontError>>()?;
        Ok(Self { fonts, known: BTreeMap::new() })
    }

    /// Font units in an em of a face.
    fn units_per_em(&self, face: usize) -> f64 {
        self.fonts[face].1
    }

    /// A glyph in font units, y up. Empty for a space.
    pub(super) fn glyph(&mut self, face: usize, id: u16) -> &BezPath {
        let font = &self.fonts[face].0;
        self.known.entry((face, id)).or_insert_with(|| read(font, id))
    }

    /// From the font units of a face to millimetres: the origin lies at `origin`, an em is `width` wide and `em` high.
    pub(super) fn placement(&self, face: usize, origin: Point, (width, em): (f64, f64)) -> Affine {
        let units = self.units_per_em(face);
        Affine::new([width / units, 0.0, 0.0, -em / units, origin.x, origin.y])
    }
}

fn read(font: &FontRef<'_>, id: u16) -> BezPath {
    let point = |point: ab_glyph::Point| Point::new(f64::from(point.x), f64::from(point.y));
    let mut path = BezPath::new();
    let mut last = None;
    for curve in font.outline(GlyphId(id)).map(|outline| outline.curves).unwrap_or_default() {
        let (start, end, element) = match curve {
            OutlineCurve::Line(a, b) => (a, b, PathEl::LineTo(point(b))),
            OutlineCurve::Quad(a, b, c) => (a, c, PathEl::QuadTo(point(b), point(c))),
            OutlineCurve::Cubic(a, b, c, d) => (a, d, PathEl::CurveTo(point(b), point(c), point(d))),
        };
        // Contours follow each other without a mark: a new one begins where the pen jumps.
        if last != Some(start) {
            if last.is_some() {
                path.close_path();
            }
            path.move_to(point(start));
        }
        path.push(element);
        last = Some(end);
    }
    if last.is_some() {
        path.close_path();
    }
    path
}

/// The same shape with a positive area. TrueType and PostScript outlines turn in opposite directions, and where a
/// letter of one overlaps a letter of the other a hole would open under the nonzero rule.
pub(super) fn oriented(path: BezPath) -> BezPath {
    if path.area() < 0.0 { path.reverse_subpaths() } else { path }
}
