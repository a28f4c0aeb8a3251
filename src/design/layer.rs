//! Layers: where something lies, and what it is.

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::image::Image;
use crate::design::reader::{Node, Object};
use crate::design::shape::Shape;
use crate::design::text::Text;
use crate::design::{default, limits};

/// One thing on a print area.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Layer {
    /// Unique in the document. Letters, digits, `_` and `-`.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub id: String,
    /// What the customer calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub name: Option<String>,
    /// Centre of the layer's box from the left edge, mm: -2000 to 2000. For polygons and stars: of their circle.
    #[schemars(range(min = limits::COORDINATE.min, max = limits::COORDINATE.max))]
    pub x: f64,
    /// Centre of the layer's box from the top edge, mm: -2000 to 2000. For polygons and stars: of their circle.
    #[schemars(range(min = limits::COORDINATE.min, max = limits::COORDINATE.max))]
    pub y: f64,
    /// Degrees clockwise about the centre: -360 to 360. Default: 0.
    #[schemars(default, range(min = limits::ANGLE.min, max = limits::ANGLE.max))]
    pub rotation: f64,
    /// 0 (invisible) to 1. Default: 1.
    #[schemars(default = "default::opacity", range(min = limits::OPACITY.min, max = limits::OPACITY.max))]
    pub opacity: f64,
    /// Mirroring about the centre, before the rotation. Default: none.
    #[schemars(default)]
    pub flip: Flip,
    /// Not printed at all. Default: false.
    #[schemars(default)]
    pub hidden: bool,
    /// Protected from editing and from suggestions. Default: false.
    #[schemars(default)]
    pub locked: bool,
    /// What it is.
    #[serde(flatten)]
    pub content: Content,
}

impl Layer {
    /// Reads a layer that lies in `depth` groups.
    pub(super) fn read(node: &Node<'_>, depth: usize) -> Option<Self> {
        let n_layers = node.reader.n_layers.get() + 1;
        node.reader.n_layers.set(n_layers);
        if n_layers > limits::LAYERS {
            if n_layers == limits::LAYERS + 1 {
                node.report("too-many", format!("a design has at most {} layers", limits::LAYERS));
            }
            return None;
        }
        let mut object = node.object()?;
        let id = object.required("id", |node| node.unique_id("layer", "duplicate-id"));
        let name = object.optional("name", |node| node.line(limits::NAME_CHARS));
        let x = object.required("x", |node| node.number(limits::COORDINATE));
        let y = object.required("y", |node| node.number(limits::COORDINATE));
        let rotation = object.or("rotation", 0.0, |node| node.number(limits::ANGLE));
        let opacity = object.or("opacity", default::opacity(), |node| node.number(limits::OPACITY));
        let flip = object.or("flip", Flip::default(), |node| node.choice(&Flip::ALL));
        let hidden = object.or("hidden", false, |node| node.boolean());
        let locked = object.or("locked", false, |node| node.boolean());
        let content = Content::read(object, depth);
        Some(Self { id: id?, name, x: x?, y: y?, rotation, opacity, flip, hidden, locked, content: content? })
    }
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

impl Flip {
    /// Every choice.
    pub const ALL: [Self; 4] = [Self::None, Self::Horizontal, Self::Vertical, Self::Both];
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

impl Content {
    /// Reads what the layer holds and then reports its unknown fields, unless its type does not tell which they are.
    fn read(mut object: Object<'_>, depth: usize) -> Option<Self> {
        let content = match object.required("type", |node| node.choice(&ContentKind::ALL))? {
            ContentKind::Text => Text::read(&mut object).map(Self::Text),
            ContentKind::Image => Image::read(&mut object).map(Self::Image),
            ContentKind::Shape => Shape::read(&mut object)?.map(Self::Shape),
            ContentKind::Group => Group::read(&mut object, depth).map(Self::Group),
        };
        object.finish();
        content
    }
}

/// The names of [`Content`].
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum ContentKind {
    Text,
    Image,
    Shape,
    Group,
}

impl ContentKind {
    const ALL: [Self; 4] = [Self::Text, Self::Image, Self::Shape, Self::Group];
}

/// Layers that move together.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// Layers from the bottom up, relative to the group's centre. Groups lie at most eight deep.
    #[schemars(length(max = limits::LAYERS))]
    pub layers: Vec<Layer>,
}

impl Group {
    fn read(object: &mut Object<'_>, depth: usize) -> Option<Self> {
        let layers = object.required("layers", |node| {
            if depth == limits::NESTING {
                node.report("too-deep", format!("groups lie at most {} deep", limits::NESTING));
                return None;
            }
            node.list(limits::LAYERS, |node| Layer::read(&node, depth + 1))
        });
        Some(Self { layers: layers? })
    }
}
