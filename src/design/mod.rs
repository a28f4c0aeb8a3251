//! The customer's document: what lies where on which garment, in millimetres.
//!
//! Lengths are millimetres, angles degrees clockwise, y points down and the origin is the top left corner of the
//! print area. A value of these types is valid: [`Design::from_json`] reports every problem it meets otherwise.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

mod paint;

pub use paint::Paint;

/// The version that this program writes. Older ones are migrated on reading.
pub const VERSION: u32 = 1;

/// A design document.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(deny_unknown_fields)]
pub struct Design {
    /// The version of this format: 1.
    pub version: u32,
    /// What the customer calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Id of the garment in the catalogue.
    pub garment: String,
    /// Id of the garment's colour.
    pub color: String,
    /// Id of the technique it is meant for.
    pub technique: String,
    /// Blanks that each order line fills in, written `{{id}}` in texts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<Field>,
    /// What is printed, one entry a print area.
    pub placements: Vec<Placement>,
}

/// A blank to fill per order line, such as a player's name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Field {
    /// What texts call it: `name` for `{{name}}`. Letters, digits, `_` and `-`.
    pub id: String,
    /// What a form shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// What previews show until a line fills it.
    pub sample: String,
    /// The most characters that a line may give.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_length: Option<u32>,
}

/// The layers of one print area, from the bottom up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Placement {
    /// Id of the print area, such as `front`.
    pub area: String,
    /// Layers from the bottom up.
    pub layers: Vec<Layer>,
}

/// One thing on a print area.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Layer {
    /// Unique in the document.
    pub id: String,
    /// What the customer calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Centre of the layer's box from the left edge, mm.
    pub x: f64,
    /// Centre of the layer's box from the top edge, mm.
    pub y: f64,
    /// Degrees clockwise about the centre.
    pub rotation: f64,
    /// 0 (invisible) to 1.
    pub opacity: f64,
    /// Mirroring about the centre, before the rotation.
    pub flip: Flip,
    /// Not printed at all.
    pub hidden: bool,
    /// Protected from editing and from suggestions.
    pub locked: bool,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
}

/// How a layer is mirrored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Flip {
    /// Not at all.
    #[default]
    None,
    /// Left and right change places.
    Horizontal,
    /// Top and bottom change places.
    Vertical,
    /// Both.
    Both,
}

/// What a layer holds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Content {
    /// Words.
    Text(Text),
    /// An uploaded picture, raster or SVG.
    Image(Image),
    /// A drawn shape.
    Shape(Shape),
    /// Layers that move together; their coordinates are relative to the group's centre.
    Group(Group),
}

/// Words in any script, several lines allowed.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Text {
    /// The words; `\n` starts a line, `{{id}}` is a field, `{{{{` writes `{{`.
    pub text: String,
    /// Which face.
    pub font: Font,
    /// Em size, mm.
    pub size: f64,
    /// How lines stand to each other.
    pub align: Align,
    /// Extra space between letters, thousandths of the size. Ignored inside joined scripts.
    pub tracking: f64,
    /// Distance of baselines in multiples of the size.
    pub leading: f64,
    /// Colour of the letters.
    pub fill: Paint,
    /// How emoji are printed.
    pub emoji: Emoji,
    /// Rings around the letters, the innermost first; at most two.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outline: Vec<Ring>,
    /// A shadow behind everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shadow: Option<Shadow>,
    /// A solid body behind the letters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extrude: Option<Extrude>,
    /// A bend of the whole text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warp: Option<Warp>,
    /// The text is scaled so that its widest line measures this, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fit_width: Option<f64>,
    /// What `fit_width` may do.
    pub fit: Fit,
    /// Lines longer than this are wrapped at words, mm.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_width: Option<f64>,
}

/// A face of the font library.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Font {
    /// Family name.
    pub family: String,
    /// CSS weight, 100 to 900; the nearest face is taken.
    pub weight: u16,
    /// The italic face.
    pub italic: bool,
}

/// How lines stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// Flush left.
    Left,
    /// Centred.
    #[default]
    Center,
    /// Flush right.
    Right,
}

/// How emoji are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Emoji {
    /// In their own colours.
    #[default]
    Color,
    /// As outlines in the text's fill.
    Mono,
}

/// What `fit_width` may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Fit {
    /// Grow or shrink to the width.
    #[default]
    Fill,
    /// Only shrink what is too wide.
    Shrink,
}

/// A ring around letters.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Ring {
    /// Thickness, mm.
    pub width: f64,
    /// Its colour.
    pub color: Paint,
}

/// A drop shadow.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Shadow {
    /// Shift to the right, mm.
    pub dx: f64,
    /// Shift down, mm.
    pub dy: f64,
    /// Standard deviation of the softening, mm; 0 is a hard edge.
    pub blur: f64,
    /// Its colour.
    pub color: Paint,
    /// 0 to 1.
    pub opacity: f64,
}

/// A solid body behind letters, as of block letters.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Extrude {
    /// Length of the body, mm.
    pub depth: f64,
    /// Where it runs to, degrees clockwise from the right.
    pub angle: f64,
    /// Its colour.
    pub color: Paint,
}

/// A bend of a whole text.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub struct Warp {
    /// Its form.
    pub kind: WarpKind,
    /// Strength, -100 to 100; the sign turns it over. For `circle`: see [`WarpKind::Circle`].
    pub amount: f64,
}

/// The form of a bend.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarpKind {
    /// Letters stand on an arc and turn with it; 100 is a half circle.
    Arc,
    /// The top edge bows up, the bottom edge stays straight.
    Arch,
    /// The bottom edge bows up, the top edge stays straight.
    Bridge,
    /// Both edges bow up and letters stay upright.
    Rise,
    /// Letters stand around a full circle. A positive amount is the share of the circle, in percent, that the text
    /// takes, outside and clockwise; a negative amount sets it inside, along the bottom.
    Circle,
    /// One period of a wave; letters follow it.
    Wave,
    /// As a flag in the wind: both edges move alike and letters stay upright.
    Flag,
    /// The middle swells.
    Bulge,
    /// The middle narrows.
    Pinch,
    /// The top is narrower than the bottom.
    Trapezoid,
    /// The line climbs from left to right.
    Slant,
}

/// An uploaded picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Image {
    /// Upload id, or a path relative to the document on the command line.
    pub asset: String,
    /// Width after cropping and trimming, mm; the height follows.
    pub width: f64,
    /// The part to show.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crop: Option<Crop>,
    /// Cut off transparent margins, after the crop and the removal of the background.
    pub trim: bool,
    /// Make the background transparent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remove_background: Option<RemoveBackground>,
    /// Colours to exchange: from `"#rrggbb"` to another colour.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub recolor: BTreeMap<String, Paint>,
    /// One colour for everything; transparency stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tint: Option<Paint>,
}

/// A part of a picture in fractions of its size: 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Crop {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// How a background is found.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RemoveBackground {
    /// How far a pixel may be from the border's colour, 0 to 100 (`OKLab` distance in percent).
    pub tolerance: f64,
    /// Also remove enclosed regions of that colour, not only what touches the border.
    pub holes: bool,
}

/// A drawn shape.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
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

/// The outline of a shape, centred on the layer's `x` and `y`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "shape", rename_all = "snake_case")]
pub enum Form {
    /// A rectangle.
    Rectangle {
        /// Width, mm.
        width: f64,
        /// Height, mm.
        height: f64,
        /// Radius of the corners, mm.
        radius: f64,
    },
    /// An ellipse.
    Ellipse {
        /// Width, mm.
        width: f64,
        /// Height, mm.
        height: f64,
    },
    /// A regular polygon, one corner up.
    Polygon {
        /// Number of corners, 3 to 64.
        sides: u32,
        /// Radius of the circle through the corners, mm.
        radius: f64,
    },
    /// A star, one point up.
    Star {
        /// Number of points, 3 to 64.
        points: u32,
        /// Radius of the circle through the points, mm.
        radius: f64,
        /// Radius of the inner corners as a share of the outer: 0 to 1.
        inner: f64,
    },
    /// A straight horizontal line; it needs a stroke.
    Line {
        /// Length, mm.
        length: f64,
    },
    /// SVG path data.
    Path {
        /// The `d` of an SVG path; its unit is mm after scaling to `width`.
        d: String,
        /// Width of its box, mm; the height follows.
        width: f64,
    },
    /// A QR code (ISO/IEC 18004) with its quiet zone left out.
    Qr {
        /// What it says; `{{id}}` is a field.
        text: String,
        /// Length of a side, mm.
        width: f64,
    },
}

/// A line along an outline, centred on it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Stroke {
    /// Thickness, mm.
    pub width: f64,
    /// Its colour.
    pub color: Paint,
    /// Lengths of dashes and gaps in turn, mm; none is a solid line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dash: Vec<f64>,
    /// Round ends and corners instead of square ones.
    pub round: bool,
}

/// Layers that move together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// Layers from the bottom up, relative to the group's centre.
    pub layers: Vec<Layer>,
}
