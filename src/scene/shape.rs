//! Drawn shapes: from a form of the document to a path in millimetres, centred on the origin.

use kurbo::{Affine, BezPath, Ellipse, Point, Rect, RoundedRect, Shape as _};
use qrcode::{EcLevel, QrCode};

use crate::assets::OutlinesExceeded;
use crate::design::Form;
use crate::math;
use crate::scene::FillRule;

/// Curves of ellipses and round corners leave the true curve by at most this much, mm: a hundredth of a dot at 300 dpi.
const TOLERANCE: f64 = 0.001;

/// The tallest path, mm: as far as coordinates of a document reach.
const MAX_HEIGHT: f64 = 4000.0;

/// The most dashes of one line.
const MAX_DASHES: f64 = 100_000.0;

/// Why a shape cannot be drawn.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// The path data is not SVG path syntax.
    #[error("the path data is not valid: {0}")]
    PathData(String),
    /// The path has no width, so that it cannot be scaled to one.
    #[error("the path has no width")]
    FlatPath,
    /// Scaled to its width, the path is far taller than any garment.
    #[error("scaled to its width, the path is {height:.0} mm tall; at most {MAX_HEIGHT:.0} mm are allowed")]
    TooTall {
        /// How tall, mm.
        height: f64,
    },
    /// The dashes are too short for the line.
    #[error("the line has about {dashes:.0} dashes; at most {MAX_DASHES:.0} are drawn")]
    TooManyDashes {
        /// How many there would be.
        dashes: f64,
    },
    /// The words do not fit into the largest QR code.
    #[error("the text is too long for a QR code ({0} bytes; 2331 fit)")]
    QrTooLong(usize),
    /// With the letters and shapes before it, more outline than the request may have.
    #[error(transparent)]
    OverBudget(#[from] OutlinesExceeded),
}

impl ShapeError {
    /// The field of the shape that is to blame.
    #[must_use]
    pub const fn field(&self) -> &'static str {
        match self {
            Self::PathData(_) | Self::FlatPath | Self::TooTall { .. } => "d",
            Self::TooManyDashes { .. } => "stroke/dash",
            Self::QrTooLong(_) => "text",
            Self::OverBudget(_) => "shape",
        }
    }

    /// What to do about it.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::PathData(_) => "write it as the `d` of an SVG path, such as \"M0 0 L10 0 L5 8 Z\"",
            Self::FlatPath => "a path needs some width; use the shape `line` for straight lines",
            Self::TooTall { .. } => "make the path wider, or draw a line with a stroke",
            Self::TooManyDashes { .. } => "make the dashes longer",
            Self::QrTooLong(_) => "a short address scans better",
            Self::OverBudget(_) => "leave some of them out, or draw them with fewer points, dashes or words",
        }
    }
}

/// The outline of `form` in mm around the origin, and which points are inside. `words` fills the fields of a text.
///
/// # Errors
/// When path data does not parse or has no width, or a QR code's text is too long.
pub fn outline(form: &Form, words: impl Fn(&str) -> String) -> Result<(BezPath, FillRule), ShapeError> {
    let nonzero = |path| Ok((path, FillRule::NonZero));
    match form {
        Form::Rectangle { width, height, radius } => {
            let rect = centered(*width, *height);
            let radius = radius.min(width / 2.0).min(height / 2.0);
            nonzero(if radius > 0.0 {
                RoundedRect::from_rect(rect, radius).to_path(TOLERANCE)
            } else {
                rect.to_path(TOLERANCE)
            })
        }
        Form::Ellipse { width, height } => {
            nonzero(Ellipse::new(Point::ZERO, (width / 2.0, height / 2.0), 0.0).to_path(TOLERANCE))
        }
        Form::Polygon { sides, radius } => nonzero(corners(*sides, |_| *radius)),
        Form::Star { points, radius, inner } => {
            nonzero(corners(points * 2, |corner| if corner % 2 == 0 { *radius } else { radius * inner }))
        }
        Form::Line { length } => {
            let mut path = BezPath::new();
            path.move_to((-length / 2.0, 0.0));
            path.line_to((length / 2.0, 0.0));
            nonzero(path)
        }
        Form::Path { d, width } => nonzero(drawn(d, *width)?),
        Form::Qr { text, width } => nonzero(qr(&words(text), *width)?),
    }
}

/// About how many dashes and gaps there are along `path`; `dash` has lengths in mm. Refuses those that would take
/// forever to draw.
///
/// # Errors
/// If there are more than 100 000.
pub fn check_dashes(path: &BezPath, dash: &[f64]) -> Result<u64, ShapeError> {
    let period: f64 = dash.iter().sum();
    if dash.is_empty() || period <= 0.0 {
        return Ok(0);
    }
    let dashes = path.perimeter(0.1) / period * dash.len() as f64;
    if dashes > MAX_DASHES { Err(ShapeError::TooManyDashes { dashes }) } else { Ok(dashes as u64) }
}

fn centered(width: f64, height: f64) -> Rect {
    Rect::from_center_size(Point::ZERO, (width, height))
}

/// A closed polygon with `count` corners at equal angles, the first straight up.
fn corners(count: u32, radius: impl Fn(u32) -> f64) -> BezPath {
    let mut path = BezPath::new();
    for corner in 0..count {
        let (sin, cos) = math::sin_cos(std::f64::consts::TAU * f64::from(corner) / f64::from(count));
        let point = Point::new(sin * radius(corner), -cos * radius(corner));
        if corner == 0 {
            path.move_to(point);
        } else {
            path.line_to(point);
        }
    }
    path.close_path();
    path
}

/// SVG path data scaled to `width` mm and centred.
fn drawn(d: &str, width: f64) -> Result<BezPath, ShapeError> {
    let path = BezPath::from_svg(d).map_err(|error| ShapeError::PathData(error.to_string()))?;
    let bounds = path.bounding_box();
    let scale = width / bounds.width();
    if path.elements().len() < 2 || !bounds.is_finite() || !scale.is_finite() || scale <= 0.0 {
        return Err(ShapeError::FlatPath);
    }
    let height = bounds.height() * scale;
    if height > MAX_HEIGHT {
        return Err(ShapeError::TooTall { height });
    }
    Ok(Affine::scale(scale) * Affine::translate(-bounds.center().to_vec2()) * path)
}

/// A QR code `width` mm wide. Dark modules of one row are joined, so that no seam shows between them; a scanner needs
/// a clear margin of four modules around it, which the layer's surroundings give.
fn qr(text: &str, width: f64) -> Result<BezPath, ShapeError> {
    // A field that is left empty prints nothing.
    if text.is_empty() {
        return Ok(BezPath::new());
    }
    let code = QrCode::with_error_correction_level(text, EcLevel::M).map_err(|_| ShapeError::QrTooLong(text.len()))?;
    let modules = code.width();
    let unit = width / modules as f64;
    let corner = -width / 2.0;
    let mut path = BezPath::new();
    for row in 0..modules {
        let mut column = 0;
        while column < modules {
            let start = column;
            while column < modules && code[(column, row)] == qrcode::Color::Dark {
                column += 1;
            }
            if column > start {
                let left = corner + start as f64 * unit;
                let top = corner + row as f64 * unit;
                path.extend(Rect::new(left, top, corner + column as f64 * unit, top + unit).path_elements(TOLERANCE));
            }
            column = column.max(start + 1);
        }
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(form: &Form) -> BezPath {
        outline(form, str::to_owned).unwrap().0
    }

    #[test]
    fn every_form_is_centred_and_has_its_size() {
        for (form, width, height) in [
            (Form::Rectangle { width: 30.0, height: 20.0, radius: 4.0 }, 30.0, 20.0),
            (Form::Ellipse { width: 30.0, height: 20.0 }, 30.0, 20.0),
            (Form::Polygon { sides: 4, radius: 10.0 }, 20.0, 20.0),
            (Form::Path { d: "M0 0H2V1H0Z".into(), width: 50.0 }, 50.0, 25.0),
            (Form::Qr { text: "https://example.com".into(), width: 40.0 }, 40.0, 40.0),
        ] {
            let bounds = path(&form).bounding_box();
            assert!((bounds.width() - width).abs() < 0.01, "{form:?} {bounds:?}");
            assert!((bounds.height() - height).abs() < 0.01, "{form:?} {bounds:?}");
            assert!(bounds.center().to_vec2().hypot() < 0.01, "{form:?} {bounds:?}");
        }
    }

    #[test]
    fn a_radius_beyond_the_half_makes_a_pill() {
        let pill = path(&Form::Rectangle { width: 30.0, height: 10.0, radius: 99.0 });
        assert!((pill.area().abs() - (20.0 * 10.0 + std::f64::consts::PI * 25.0)).abs() < 0.1);
    }

    #[test]
    fn a_star_points_up() {
        let star = path(&Form::Star { points: 5, radius: 10.0, inner: 0.5 });
        assert_eq!(star.elements().first(), Some(&kurbo::PathEl::MoveTo(Point::new(0.0, -10.0))));
        assert_eq!(star.elements().len(), 11);
    }

    #[test]
    fn bad_path_data_is_named() {
        let bad = |d: &str| outline(&Form::Path { d: d.into(), width: 10.0 }, str::to_owned).unwrap_err();
        assert!(matches!(bad("M0 0 Q"), ShapeError::PathData(_)));
        assert_eq!(bad("M0 0V5"), ShapeError::FlatPath);
        assert_eq!(bad(""), ShapeError::FlatPath);
        assert_eq!(bad("M0 0L1e400 5"), ShapeError::FlatPath);
        assert!(matches!(bad("M0 0 L0.001 1000"), ShapeError::TooTall { .. }));
    }

    #[test]
    fn dashes_without_end_are_refused() {
        let line = path(&Form::Path { d: format!("M0 0{}", "L1 1L0 0".repeat(5000)), width: 1000.0 });
        assert!(matches!(check_dashes(&line, &[0.1]), Err(ShapeError::TooManyDashes { .. })));
        assert_eq!(check_dashes(&line, &[1000.0, 1000.0]), Ok(14_142), "10 000 diagonals of a metre");
        assert_eq!(check_dashes(&line, &[]), Ok(0));
    }

    #[test]
    fn a_qr_code_has_its_three_finders_and_a_limit() {
        let form = Form::Qr { text: "HELLO".into(), width: 21.0 };
        let code = path(&form);
        // Version 1 has 21 modules; the finders' outer corners are dark, the fourth corner region is data.
        for (x, y) in [(-10.0, -10.0), (10.0, -10.0), (-10.0, 10.0)] {
            assert_ne!(code.winding(Point::new(x, y)), 0, "{x} {y}");
        }
        let long = Form::Qr { text: "x".repeat(3000), width: 21.0 };
        assert_eq!(outline(&long, str::to_owned).unwrap_err(), ShapeError::QrTooLong(3000));
    }

    #[test]
    fn fields_are_filled_in_a_qr_code() {
        let form = Form::Qr { text: "{{id}}".into(), width: 21.0 };
        let filled = outline(&form, |_| "other".into()).unwrap().0;
        assert_ne!(filled.elements(), path(&form).elements());
    }
}
