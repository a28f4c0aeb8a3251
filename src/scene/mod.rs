//! A placement with everything resolved: text is outlines, units are millimetres, fields are filled in, colours are
//! sRGB, pictures are decoded. Nothing in a [`Scene`] can fail to draw, and no output looks at a `Design` again.
//!
//! Coordinates are millimetres from the print area's top left corner, y down.

mod bounds;
mod finish;
pub mod image;
mod resolve;
pub mod shape;
pub mod svg;
pub mod text;
mod transform;

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect};
use resvg::usvg;

pub use crate::scene::bounds::VISIBLE_OPACITY;
pub use crate::scene::finish::{Edges, Finish};
pub use crate::scene::resolve::{Area, Context, RENDERER_VERSION, SetLayer, place, resolve, set_texts};
pub(crate) use crate::scene::resolve::{asset_problem, unknown_font, unknown_ink};

use crate::color::Color;
use crate::pixels::Pixmap;
use crate::units::PhysicalSize;

/// Everything that is printed on one print area.
#[derive(Debug, Clone)]
pub struct Scene {
    /// The print area's size. Artwork is cut at its edges.
    pub size: PhysicalSize,
    /// Visible layers from the bottom up.
    pub layers: Vec<SceneLayer>,
    /// What is done to the raster of all of them together.
    pub finish: Option<Finish>,
    /// Names the inputs: equal hashes mean equal artwork.
    pub hash: ArtworkHash,
}

/// BLAKE3 over everything that decides what an artwork looks like: the placement with its fields filled in, the bytes
/// of pictures and fonts, the print area's size and the renderer's version. The resolution is not part of it, so that
/// a preview and the print file of one design carry the same hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ArtworkHash(pub [u8; 32]);

impl std::fmt::Display for ArtworkHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One layer of the document, resolved.
#[derive(Debug, Clone)]
pub struct SceneLayer {
    /// The layer's id in the document.
    pub id: String,
    /// JSON pointer to the layer in the document.
    pub pointer: String,
    /// What to draw, in order.
    pub items: Vec<Item>,
    /// The corners of the layer's box (top left, top right, bottom right, bottom left) after rotation and flip, mm.
    pub frame: [Point; 4],
    /// Bounds of what is really inked, mm; empty if nothing is that anybody sees.
    pub ink: Rect,
    /// What preflight wants to know.
    pub facts: LayerFacts,
}

/// What preflight asks about a layer without looking at the document.
#[derive(Debug, Clone, Default)]
pub struct LayerFacts {
    /// Where the layer's `x` and `y` lie on the print area, mm. The layer turns and grows about it.
    pub origin: Point,
    /// From the coordinates in which its `x` and `y` count to those of the print area. It keeps lengths.
    pub parent: Affine,
    /// Resolution at which a raster picture lands on the cloth, dots per inch.
    pub effective_dpi: Option<f64>,
    /// Em size of the text as it lands on the cloth, mm.
    pub text_size: Option<f64>,
    /// Characters that no font has.
    pub missing_glyphs: Vec<char>,
    /// What is set in other fonts than the text's own.
    pub lent: Vec<text::Lent>,
    /// Colours of text and shapes.
    pub colors: Vec<Color>,
    /// Those that are written as such, each with the ink of the palette that comes nearest and is not the same.
    pub near_inks: Vec<NearInk>,
    /// What was done to a picture that its owner should know, such as "only the first frame is used".
    pub notes: Vec<String>,
}

/// A colour, and the ink of the palette that comes nearest.
#[derive(Debug, Clone, PartialEq)]
pub struct NearInk {
    /// The colour.
    pub color: Color,
    /// The ink's id.
    pub ink: String,
    /// What the ink is called.
    pub name: String,
    /// How much they differ (CIEDE2000).
    pub difference: f64,
}

/// One thing to draw.
#[derive(Debug, Clone)]
pub enum Item {
    /// A filled path, mm.
    Fill {
        /// The outline.
        path: Arc<BezPath>,
        /// Which points are inside.
        rule: FillRule,
        /// What it is filled with.
        paint: Paint,
    },
    /// A line along a path, mm.
    Stroke {
        /// The centre line.
        path: Arc<BezPath>,
        /// Width, joins, caps and dashes, mm.
        style: kurbo::Stroke,
        /// What it is drawn with.
        paint: Paint,
    },
    /// A raster picture.
    Picture {
        /// Its pixels.
        pixels: Arc<Pixmap>,
        /// From picture pixels (the origin is the corner of the first pixel) to mm.
        transform: Affine,
    },
    /// An uploaded SVG, already safe to draw.
    Svg {
        /// Its tree.
        tree: Arc<usvg::Tree>,
        /// From user units to mm.
        transform: Affine,
        /// The most pixels to the user unit that it may be drawn with: then it is drawn in one go, and enlarged for a
        /// finer raster. `None` if it can be drawn in bands of rows, as finely as [`Context::finest`] says.
        finest: Option<f64>,
    },
    /// Things composed together before they join the rest.
    Group(Group),
}

/// Things composed together before they join the rest.
#[derive(Debug, Clone)]
pub struct Group {
    /// What is in it, in order.
    pub items: Vec<Item>,
    /// 0 to 1, applied to the whole.
    pub opacity: f64,
    /// How the whole joins what lies below it, within the enclosing group.
    pub blend: Blend,
    /// Only what is inside this path (nonzero, mm) is shown.
    pub clip: Option<Arc<BezPath>>,
    /// Standard deviation of a Gaussian softening of the whole, mm; 0 is none.
    pub blur: f64,
}

impl Default for Group {
    fn default() -> Self {
        Self { items: Vec::new(), opacity: 1.0, blend: Blend::Over, clip: None, blur: 0.0 }
    }
}

/// How a group joins what lies below it: compositing operators and blend modes of the W3C's Compositing and Blending
/// Level 1, as far as colour fonts use them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the standard's own names")]
pub enum Blend {
    Over,
    Clear,
    Src,
    Dest,
    DestOver,
    SrcIn,
    DestIn,
    SrcOut,
    DestOut,
    SrcAtop,
    DestAtop,
    Xor,
    Plus,
    Screen,
    Overlay,
    Darken,
    Lighten,
    ColorDodge,
    ColorBurn,
    HardLight,
    SoftLight,
    Difference,
    Exclusion,
    Multiply,
    Hue,
    Saturation,
    Color,
    Luminosity,
}

/// Which points are inside a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FillRule {
    /// Where the winding number is not zero.
    NonZero,
    /// Where the winding number is odd.
    EvenOdd,
}

/// What a path is filled with.
#[derive(Debug, Clone, PartialEq)]
pub enum Paint {
    /// One colour; the second value is its opacity, 0 to 1.
    Solid(Color, f32),
    /// A gradient.
    Gradient(Gradient),
}

/// A gradient in mm of the print area after `transform`.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// Its geometry.
    pub geometry: GradientGeometry,
    /// Offset 0 to 1, colour, opacity 0 to 1; sorted by offset, at least one.
    pub stops: Vec<(f32, Color, f32)>,
    /// What happens beyond the first and last stop.
    pub extend: Extend,
    /// From the geometry's units to mm.
    pub transform: Affine,
}

/// The geometry of a gradient.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GradientGeometry {
    /// Along a line.
    Linear {
        /// Where the first stop lies.
        start: Point,
        /// Where the last stop lies.
        end: Point,
    },
    /// Between two circles.
    Radial {
        /// Centre of the first circle.
        start: Point,
        /// Radius of the first circle.
        start_radius: f64,
        /// Centre of the last circle.
        end: Point,
        /// Radius of the last circle.
        end_radius: f64,
    },
    /// Around a point, clockwise.
    Sweep {
        /// The point.
        center: Point,
        /// Radians of the first stop.
        start_angle: f64,
        /// Radians of the last stop.
        end_angle: f64,
    },
}

/// What a gradient does beyond its stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extend {
    /// The last colour goes on.
    Pad,
    /// It starts again.
    Repeat,
    /// It runs back.
    Reflect,
}
