//! Uploaded pictures.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::color::Color;
use crate::design::paint::{self, Paint};
use crate::design::reader::{Node, Object, shorten};
use crate::design::{default, limits};

/// An uploaded picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Image {
    /// Upload id, or a path relative to the document on the command line.
    #[schemars(length(min = 1, max = limits::ASSET_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub asset: String,
    /// Width after cropping and trimming, mm: 0.1 to 2000.
    #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
    pub width: f64,
    /// Height after cropping and trimming, mm: 0.1 to 2000. Default: by the picture's proportions.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::EXTENT.min, max = limits::EXTENT.max))]
    pub height: Option<f64>,
    /// The part to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crop: Option<Crop>,
    /// Cut off transparent margins, after the crop and the removal of the background. Default: false.
    #[schemars(default)]
    pub trim: bool,
    /// Make the background transparent; `{}` takes the defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_background: Option<RemoveBackground>,
    /// Colours to exchange: from `"#rrggbb"` (in lower case here) to another colour. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, extend(
        "maxProperties" = limits::RECOLORS,
        "propertyNames" = { "pattern": "^#[0-9A-Fa-f]{6}$" },
    ))]
    pub recolor: BTreeMap<String, Paint>,
    /// One colour for everything; transparency stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tint: Option<Paint>,
}

impl Image {
    pub(super) fn read(object: &mut Object<'_>) -> Option<Self> {
        let asset = object.required("asset", |node| node.line(limits::ASSET_CHARS));
        let width = object.required("width", |node| node.number(limits::EXTENT));
        let height = object.optional("height", |node| node.number(limits::EXTENT));
        let crop = object.optional("crop", |node| Crop::read(&node));
        let trim = object.or("trim", false, |node| node.boolean());
        let remove_background = object.optional("remove_background", |node| RemoveBackground::read(&node));
        let recolor = object.or("recolor", BTreeMap::new(), |node| read_recolor(&node));
        let tint = object.optional("tint", |node| node.paint());
        Some(Self { asset: asset?, width: width?, height, crop, trim, remove_background, recolor, tint })
    }
}

fn read_recolor(node: &Node<'_>) -> Option<BTreeMap<String, Paint>> {
    let object = node.object()?;
    let count = object.entries().count();
    if count > limits::RECOLORS {
        node.report("too-many", format!("{count} colours are too many; at most {} are allowed", limits::RECOLORS));
        return None;
    }
    let mut recolor = BTreeMap::new();
    for (key, node) in object.entries() {
        let Some(from) = Color::from_hex(key) else {
            let message = format!("the colour to exchange, \"{}\", is not written \"#rrggbb\"", shorten(key));
            node.report_with_hint("bad-color", message, paint::hint(key));
            continue;
        };
        let Some(to) = node.paint() else { continue };
        if recolor.insert(from.to_string(), to).is_some() {
            node.report("duplicate-color", format!("the colour {from} is exchanged twice"));
        }
    }
    Some(recolor)
}

/// A part of a picture in fractions of its size: 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Crop {
    /// Left edge.
    #[schemars(range(min = limits::SHARE.min, max = limits::SHARE.max))]
    pub x: f64,
    /// Top edge.
    #[schemars(range(min = limits::SHARE.min, max = limits::SHARE.max))]
    pub y: f64,
    /// Width, at least 0.001; the right edge lies within the picture.
    #[schemars(range(min = limits::VISIBLE_SHARE.min, max = limits::VISIBLE_SHARE.max))]
    pub width: f64,
    /// Height, at least 0.001; the bottom edge lies within the picture.
    #[schemars(range(min = limits::VISIBLE_SHARE.min, max = limits::VISIBLE_SHARE.max))]
    pub height: f64,
}

impl Crop {
    fn read(node: &Node<'_>) -> Option<Self> {
        /// Sums such as 0.7 + 0.3 may miss 1 by their last bits.
        const SLACK: f64 = 1e-9;
        let mut object = node.object()?;
        let x = object.required("x", |node| node.number(limits::SHARE));
        let y = object.required("y", |node| node.number(limits::SHARE));
        let width = object.required("width", |node| node.number(limits::VISIBLE_SHARE));
        let height = object.required("height", |node| node.number(limits::VISIBLE_SHARE));
        object.finish();
        let crop = Self { x: x?, y: y?, width: width?, height: height? };
        for (start, extent, sum) in [("x", "width", crop.x + crop.width), ("y", "height", crop.y + crop.height)] {
            if sum > 1.0 + SLACK {
                let message = format!("{start} + {extent} is {sum:.3}, beyond the picture's edge at 1");
                node.report_with_hint("out-of-range", message, "give fractions of the picture's size".to_owned());
            }
        }
        Some(crop)
    }
}

/// How a background is found.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RemoveBackground {
    /// How far a pixel may be from the border's colour, 0 to 100 (`OKLab` distance in percent). Default: 10.
    #[schemars(default = "default::tolerance", range(min = limits::TOLERANCE.min, max = limits::TOLERANCE.max))]
    pub tolerance: f64,
    /// Also remove enclosed regions of that colour, not only what touches the border. Default: false.
    #[schemars(default)]
    pub holes: bool,
    /// What was decided by hand, with a brush: a later stroke lies over the earlier ones. Default: nothing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::BRUSH_STROKES))]
    pub strokes: Vec<BrushStroke>,
}

/// A stroke of a brush over a picture: what it covers is kept as it is in the file, or erased.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct BrushStroke {
    /// Whether it keeps or erases.
    pub mode: BrushMode,
    /// Half the width of the brush, as a fraction of the width of the whole picture: 0.001 to 0.5.
    #[schemars(range(min = limits::BRUSH_RADIUS.min, max = limits::BRUSH_RADIUS.max))]
    pub radius: f64,
    /// Where the brush went: points `[x, y]` in fractions of the whole picture, 0 to 1 from its top left corner,
    /// whatever is cropped. One point is a dot.
    #[schemars(length(min = 1, max = limits::BRUSH_POINTS), inner(inner(range(min = 0.0, max = 1.0))))]
    pub points: Vec<[f64; 2]>,
}

/// What a brush does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BrushMode {
    /// What it covers stays.
    Keep,
    /// What it covers becomes transparent.
    Erase,
}

impl BrushMode {
    pub(super) const ALL: [Self; 2] = [Self::Keep, Self::Erase];
}

impl BrushStroke {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let mode = object.required("mode", |node| node.choice(&BrushMode::ALL));
        let radius = object.required("radius", |node| node.number(limits::BRUSH_RADIUS));
        let points = object.required("points", |node| {
            let points = node.list(limits::BRUSH_POINTS, |node| read_point(&node))?;
            if points.is_empty() {
                node.report("empty", "a stroke needs at least one point".to_owned());
            }
            Some(points)
        });
        object.finish();
        Some(Self { mode: mode?, radius: radius?, points: points? })
    }
}

fn read_point(node: &Node<'_>) -> Option<[f64; 2]> {
    let point = node.list(2, |node| node.number(limits::SHARE))?;
    match point.try_into() {
        Ok(point) => Some(point),
        Err(_) => node.wrong_type("a point [x, y]", Some("write two fractions of the picture's size".to_owned())),
    }
}

impl RemoveBackground {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let tolerance = object.or("tolerance", default::tolerance(), |node| node.number(limits::TOLERANCE));
        let holes = object.or("holes", false, |node| node.boolean());
        let strokes =
            object.or("strokes", Vec::new(), |node| node.list(limits::BRUSH_STROKES, |node| BrushStroke::read(&node)));
        object.finish();
        Some(Self { tolerance, holes, strokes })
    }
}
