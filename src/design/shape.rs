//! Drawn shapes.

use kurbo::{BezPath, Rect, Shape as _};
use schemars::JsonSchema;
use serde::Serialize;

use crate::design::field::check_blanks;
use crate::design::paint::Paint;
use crate::design::reader::{Node, Object};
use crate::design::{default, limits};

/// A drawn shape.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(extend(
    "if" = { "properties": { "shape": { "const": "line" } }, "required": ["shape"] },
    "then" = { "required": ["stroke"] },
))]
pub struct Shape {
    /// Its outline.
    #[serde(flatten)]
    pub form: Form,
    /// Colour of the inside; none is hollow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fill: Option<Paint>,
    /// The line around it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stroke: Option<Stroke>,
}

impl Shape {
    /// `None` in the first place: the kind of shape is unknown, and so are its fields.
    pub(super) fn read(object: &mut Object<'_>) -> Option<Option<Self>> {
        let fill = object.optional("fill", |node| node.paint());
        let kind = object.required("shape", |node| node.choice(&FormKind::ALL))?;
        let stroke = if kind == FormKind::Line {
            object.required("stroke", |node| Stroke::read(&node))
        } else {
            object.optional("stroke", |node| Stroke::read(&node))
        };
        Some(Form::read(kind, object).map(|form| Self { form, fill, stroke }))
    }
}

/// The outline of a shape, centred on the layer's `x` and `y`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Form {
    /// A rectangle.
    Rectangle {
        /// Width, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        width: f64,
        /// Height, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        height: f64,
        /// Radius of the corners, mm, to 1000. Default: 0.
        #[schemars(default, range(min = limits::CORNER_RADIUS.min, max = limits::CORNER_RADIUS.max))]
        radius: f64,
    },
    /// An ellipse.
    Ellipse {
        /// Width, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        width: f64,
        /// Height, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        height: f64,
    },
    /// A regular polygon, one corner up.
    Polygon {
        /// Number of corners, 3 to 64.
        #[schemars(range(min = limits::CORNERS.min, max = limits::CORNERS.max))]
        sides: u32,
        /// Radius of the circle through the corners, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        radius: f64,
    },
    /// A star, one point up.
    Star {
        /// Number of points, 3 to 64.
        #[schemars(range(min = limits::CORNERS.min, max = limits::CORNERS.max))]
        points: u32,
        /// Radius of the circle through the points, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        radius: f64,
        /// Radius of the inner corners as a share of the outer: 0 to 1. Default: 0.5.
        #[schemars(default = "default::star_inner", range(min = limits::SHARE.min, max = limits::SHARE.max))]
        inner: f64,
    },
    /// A straight horizontal line; it needs a stroke.
    Line {
        /// Length, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        length: f64,
    },
    /// SVG path data.
    Path {
        /// The `d` of an SVG path; its unit is mm after scaling to `width`. Coordinates up to a million.
        #[schemars(length(min = 1, max = limits::PATH_CHARS))]
        d: String,
        /// Width of its box, mm: 0.1 to 2000; the height follows.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        width: f64,
    },
    /// A QR code (ISO/IEC 18004) with its quiet zone left out.
    Qr {
        /// What it says; `{{id}}` is a field.
        #[schemars(length(min = 1, max = limits::QR_CHARS), regex(pattern = limits::LINES_PATTERN))]
        text: String,
        /// Length of a side, mm: 0.1 to 2000.
        #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
        width: f64,
    },
}

impl Form {
    fn read(kind: FormKind, object: &mut Object<'_>) -> Option<Self> {
        let extent = |node: Node<'_>| node.number(limits::EXTENT);
        let corners = |node: Node<'_>| node.integer(limits::CORNERS).map(u32::from);
        match kind {
            FormKind::Rectangle => {
                let (width, height) = (object.required("width", extent), object.required("height", extent));
                let radius = object.or("radius", 0.0, |node| node.number(limits::CORNER_RADIUS));
                Some(Self::Rectangle { width: width?, height: height?, radius })
            }
            FormKind::Ellipse => {
                let (width, height) = (object.required("width", extent), object.required("height", extent));
                Some(Self::Ellipse { width: width?, height: height? })
            }
            FormKind::Polygon => {
                let (sides, radius) = (object.required("sides", corners), object.required("radius", extent));
                Some(Self::Polygon { sides: sides?, radius: radius? })
            }
            FormKind::Star => {
                let (points, radius) = (object.required("points", corners), object.required("radius", extent));
                let inner = object.or("inner", default::star_inner(), |node| node.number(limits::SHARE));
                Some(Self::Star { points: points?, radius: radius?, inner })
            }
            FormKind::Line => object.required("length", extent).map(|length| Self::Line { length }),
            FormKind::Path => {
                let (d, width) = (object.required("d", |node| read_path(&node)), object.required("width", extent));
                Some(Self::Path { d: d?, width: width? })
            }
            FormKind::Qr => {
                let text = object.required("text", |node| {
                    let text = node.lines(limits::QR_CHARS)?;
                    check_blanks(&node, &text);
                    Some(text)
                });
                let width = object.required("width", extent);
                Some(Self::Qr { text: text?, width: width? })
            }
        }
    }
}

/// Path data that can be drawn: well-formed, and with a width that can be scaled.
fn read_path(node: &Node<'_>) -> Option<String> {
    let data = node.string(limits::PATH_CHARS)?;
    match BezPath::from_svg(data) {
        Err(error) => {
            let hint = "start with a move, as in \"M0 0 L10 0 L5 8 Z\"".to_owned();
            node.report_with_hint("bad-path", format!("not SVG path data: {error}"), hint);
            None
        }
        Ok(path) if !can_be_scaled(path.bounding_box()) => {
            node.report("bad-path", "the path has no width, or its coordinates are beyond a million".to_owned());
            None
        }
        Ok(_) => Some(data.to_owned()),
    }
}

/// Whether a path with these bounds has a width that can be brought to millimetres without losing its digits.
fn can_be_scaled(bounds: Rect) -> bool {
    const FARTHEST: f64 = 1e6;
    const NARROWEST: f64 = 1e-6;
    let is_near = [bounds.x0, bounds.y0, bounds.x1, bounds.y1].iter().all(|edge| edge.abs() <= FARTHEST);
    is_near && bounds.width() >= NARROWEST
}

/// The names of [`Form`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum FormKind {
    Rectangle,
    Ellipse,
    Polygon,
    Star,
    Line,
    Path,
    Qr,
}

impl FormKind {
    const ALL: [Self; 7] =
        [Self::Rectangle, Self::Ellipse, Self::Polygon, Self::Star, Self::Line, Self::Path, Self::Qr];
}

/// A line along an outline, centred on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stroke {
    /// Thickness, mm: 0.01 to 100.
    #[schemars(range(min = limits::STROKE_WIDTH.min, max = limits::STROKE_WIDTH.max))]
    pub width: f64,
    /// Its colour.
    pub color: Paint,
    /// Lengths of dashes and gaps in turn, mm: 0.1 to 1000 each, at most 16. Default: none, a solid line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(
        default,
        length(max = limits::DASHES),
        inner(range(min = limits::DASH.min, max = limits::DASH.max)),
    )]
    pub dash: Vec<f64>,
    /// Round ends and corners instead of square ones. Default: false.
    #[schemars(default)]
    pub round: bool,
}

impl Stroke {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let width = object.required("width", |node| node.number(limits::STROKE_WIDTH));
        let color = object.required("color", |node| node.paint());
        let dash = object.or("dash", Vec::new(), |node| node.list(limits::DASHES, |node| node.number(limits::DASH)));
        let round = object.or("round", false, |node| node.boolean());
        object.finish();
        Some(Self { width: width?, color: color?, dash, round })
    }
}
