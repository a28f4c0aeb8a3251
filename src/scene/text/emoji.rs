//! Colour glyphs (`COLR` versions 0 and 1) as scene items.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape};
use skrifa::color::{Brush, ColorPainter, ColorPalettes, ColorStop, CompositeMode, Transform};
use skrifa::instance::LocationRef;
use skrifa::raw::types::BoundingBox;
use skrifa::{GlyphId, MetadataProvider};

use crate::color::Color;
use crate::math;
use crate::scene::text::outline::{Outlines, oriented};
use crate::scene::{Blend, Extend, FillRule, Gradient, GradientGeometry, Group, Item, Paint};

/// Entry of a palette that means the text's own colour.
const FOREGROUND: u16 = 0xFFFF;

/// Offset, colour and opacity of each stop of a gradient.
type Stops = Vec<(f32, Color, f32)>;

/// A colour glyph as items, and everything that it may ink as one path under the nonzero rule.
pub(super) struct Picture {
    pub(super) items: Vec<Item>,
    pub(super) silhouette: BezPath,
}

/// Draws glyph `id` of a face, or `None` if it is not a colour glyph. `to_mm` leads from font units.
pub(super) fn paint(
    font: &skrifa::FontRef<'_>,
    outlines: &mut Outlines<'_>,
    (face, id): (usize, u16),
    to_mm: Affine,
    foreground: Color,
) -> Option<Picture> {
    let glyph = font.color_glyphs().get(GlyphId::from(id))?;
    let palettes = ColorPalettes::new(font);
    let palette = palettes
        .get(0)
        .iter()
        .flat_map(skrifa::color::ColorPalette::colors)
        .map(|color| (Color::new(color.red, color.green, color.blue), f32::from(color.alpha) / 255.0))
        .collect();
    let mut painter = Painter {
        outlines,
        face,
        palette,
        foreground,
        transforms: vec![to_mm],
        frames: vec![Frame::new(FrameKind::Whole)],
    };
    glyph.paint(LocationRef::default(), &mut painter).ok()?;
    let frame = painter.frames.into_iter().next()?;
    Some(Picture { items: frame.items, silhouette: frame.silhouette })
}

/// Path elements that items are drawn with, clips included, and as many again as their other parts weigh.
pub(super) fn elements(items: &[Item]) -> u64 {
    const REST: u64 = 8;
    let count = |path: &BezPath| path.elements().len() as u64;
    let each = items.iter().map(|item| match item {
        Item::Fill { path, .. } | Item::Stroke { path, .. } => REST + count(path),
        Item::Group(group) => REST + group.clip.as_deref().map_or(0, count) + elements(&group.items),
        Item::Picture { .. } | Item::Svg { .. } => REST,
    });
    each.sum()
}

struct Painter<'a, 'f> {
    outlines: &'a mut Outlines<'f>,
    face: usize,
    palette: Vec<(Color, f32)>,
    foreground: Color,
    transforms: Vec<Affine>,
    /// Open clips and layers, the innermost last; the first is the picture.
    frames: Vec<Frame>,
}

struct Frame {
    kind: FrameKind,
    items: Vec<Item>,
    silhouette: BezPath,
}

impl Frame {
    fn new(kind: FrameKind) -> Self {
        Self { kind, items: Vec::new(), silhouette: BezPath::new() }
    }
}

enum FrameKind {
    Whole,
    Clip(Arc<BezPath>),
    /// A clip that fonts give as a hint of the glyph's bounds.
    Bounds(Arc<BezPath>),
    Layer,
}

impl Painter<'_, '_> {
    fn transform(&self) -> Affine {
        self.transforms.last().copied().unwrap_or_default()
    }

    fn glyph_path(&mut self, glyph: GlyphId) -> BezPath {
        let Ok(id) = u16::try_from(glyph.to_u32()) else {
            return BezPath::new();
        };
        let transform = self.transform();
        oriented(transform * self.outlines.glyph(self.face, id).clone())
    }

    fn push_fill(&mut self, path: Arc<BezPath>, brush: &Brush<'_>, transform: Affine) {
        if let Some(paint) = self.paint(brush, transform)
            && let Some(frame) = self.frames.last_mut()
            && !path.elements().is_empty()
        {
            frame.silhouette.extend(path.iter());
            frame.items.push(Item::Fill { path, rule: FillRule::NonZero, paint });
        }
    }

    fn color(&self, index: u16, alpha: f32) -> (Color, f32) {
        let (color, own_alpha) = match index {
            FOREGROUND => (self.foreground, 1.0),
            _ => self.palette.get(usize::from(index)).copied().unwrap_or((self.foreground, 1.0)),
        };
        (color, (own_alpha * alpha).clamp(0.0, 1.0))
    }

    fn stops(&self, stops: &[ColorStop]) -> Stops {
        let stop = |stop: &ColorStop| {
            let (color, alpha) = self.color(stop.palette_index, stop.alpha);
            (stop.offset.clamp(0.0, 1.0), color, alpha)
        };
        let mut stops: Vec<_> = stops.iter().map(stop).collect();
        stops.sort_by(|a, b| a.0.total_cmp(&b.0));
        stops
    }

    fn paint(&self, brush: &Brush<'_>, transform: Affine) -> Option<Paint> {
        let at = |point: skrifa::raw::types::Point<f32>| Point::new(f64::from(point.x), f64::from(point.y));
        let (geometry, stops, extend, transform) = match *brush {
            Brush::Solid { palette_index, alpha } => {
                let (color, alpha) = self.color(palette_index, alpha);
                return Some(Paint::Solid(color, alpha));
            }
            Brush::LinearGradient { p0, p1, color_stops, extend } => {
                (GradientGeometry::Linear { start: at(p0), end: at(p1) }, self.stops(color_stops), extend, transform)
            }
            Brush::RadialGradient { c0, r0, c1, r1, color_stops, extend } => {
                let circles = Circles { start: (at(c0), f64::from(r0)), end: (at(c1), f64::from(r1)) };
                let (circles, stops) = circles.without_negative_radii(self.stops(color_stops))?;
                let geometry = GradientGeometry::Radial {
                    start: circles.start.0,
                    start_radius: circles.start.1,
                    end: circles.end.0,
                    end_radius: circles.end.1,
                };
                (geometry, stops, extend, transform)
            }
            Brush::SweepGradient { c0, start_angle, end_angle, color_stops, extend } => {
                let geometry = GradientGeometry::Sweep {
                    center: Point::ZERO,
                    start_angle: f64::from(start_angle).to_radians(),
                    end_angle: f64::from(end_angle).to_radians(),
                };
                // The angles are clockwise on the font's grid, where y points up.
                let upright = transform * Affine::translate(at(c0).to_vec2()) * Affine::FLIP_Y;
                (geometry, self.stops(color_stops), extend, upright)
            }
        };
        let (_, color, alpha) = *stops.first()?;
        if stops.len() == 1 {
            return Some(Paint::Solid(color, alpha));
        }
        Some(Paint::Gradient(Gradient { geometry, stops, extend: extend_of(extend), transform }))
    }

    fn pop_frame(&mut self, blend: Blend) {
        if self.frames.len() < 2 {
            return;
        }
        let (Some(frame), Some(below)) = (self.frames.pop(), self.frames.last_mut()) else {
            return;
        };
        match frame.kind {
            FrameKind::Bounds(path) if fits(&frame.items, path.bounding_box()) => {
                below.items.extend(frame.items);
                below.silhouette.extend(frame.silhouette.iter());
            }
            FrameKind::Clip(path) | FrameKind::Bounds(path) => {
                below.silhouette.extend(smaller(&frame.silhouette, &path).iter());
                below.items.push(Item::Group(Group { items: frame.items, clip: Some(path), ..Group::default() }));
            }
            FrameKind::Layer | FrameKind::Whole => {
                below.silhouette = composed(&below.silhouette, frame.silhouette, blend);
                below.items.push(Item::Group(Group { items: frame.items, blend, ..Group::default() }));
            }
        }
    }
}

impl ColorPainter for Painter<'_, '_> {
    fn push_transform(&mut self, transform: Transform) {
        let [xx, yx, xy, yy, dx, dy] =
            [transform.xx, transform.yx, transform.xy, transform.yy, transform.dx, transform.dy].map(f64::from);
        self.transforms.push(self.transform() * Affine::new([xx, yx, xy, yy, dx, dy]));
    }

    fn pop_transform(&mut self) {
        if self.transforms.len() > 1 {
            self.transforms.pop();
        }
    }

    fn push_clip_glyph(&mut self, glyph_id: GlyphId) {
        let path = Arc::new(self.glyph_path(glyph_id));
        self.frames.push(Frame::new(FrameKind::Clip(path)));
    }

    fn push_clip_box(&mut self, clip_box: BoundingBox<f32>) {
        let [x0, y0, x1, y1] = [clip_box.x_min, clip_box.y_min, clip_box.x_max, clip_box.y_max].map(f64::from);
        let path = Arc::new(oriented(self.transform() * Rect::new(x0, y0, x1, y1).to_path(0.1)));
        self.frames.push(Frame::new(FrameKind::Bounds(path)));
    }

    fn pop_clip(&mut self) {
        self.pop_frame(Blend::Over);
    }

    fn fill(&mut self, brush: Brush<'_>) {
        let innermost = self.frames.iter().rev().find_map(|frame| match &frame.kind {
            FrameKind::Clip(path) | FrameKind::Bounds(path) => Some(Arc::clone(path)),
            FrameKind::Layer | FrameKind::Whole => None,
        });
        if let Some(path) = innermost {
            self.push_fill(path, &brush, self.transform());
        }
    }

    fn fill_glyph(&mut self, glyph_id: GlyphId, brush_transform: Option<Transform>, brush: Brush<'_>) {
        let path = Arc::new(self.glyph_path(glyph_id));
        if let Some(own) = brush_transform {
            self.push_transform(own);
            self.push_fill(path, &brush, self.transform());
            self.pop_transform();
        } else {
            self.push_fill(path, &brush, self.transform());
        }
    }

    fn push_layer(&mut self, _composite_mode: CompositeMode) {
        self.frames.push(Frame::new(FrameKind::Layer));
    }

    fn pop_layer_with_mode(&mut self, composite_mode: CompositeMode) {
        self.pop_frame(blend_of(composite_mode));
    }
}

/// What two layers ink together, seen generously: where only the overlap stays, the smaller one.
fn composed(below: &BezPath, above: BezPath, blend: Blend) -> BezPath {
    match blend {
        Blend::SrcIn | Blend::DestIn => smaller(below, &above).clone(),
        Blend::SrcAtop | Blend::Dest | Blend::DestOut => below.clone(),
        Blend::Src | Blend::DestAtop | Blend::SrcOut => above,
        Blend::Clear => BezPath::new(),
        _ => {
            let mut both = below.clone();
            both.extend(above.iter());
            both
        }
    }
}

fn smaller<'p>(a: &'p BezPath, b: &'p BezPath) -> &'p BezPath {
    if b.bounding_box().area() < a.bounding_box().area() { b } else { a }
}

/// Whether fills stay inside `bounds`, give or take a rounding.
fn fits(items: &[Item], bounds: Rect) -> bool {
    let slack = 0.01 * math::hypot(bounds.width(), bounds.height());
    let bounds = bounds.inflate(slack, slack);
    items.iter().all(|item| match item {
        Item::Fill { path, .. } => bounds.contains_rect(path.bounding_box()),
        // A group whose blend clears what lies below needs the bounds only if it reaches beyond them.
        Item::Group(group) => group.clip.is_some() || fits(&group.items, bounds),
        _ => false,
    })
}

/// The two circles of a radial gradient.
struct Circles {
    start: (Point, f64),
    end: (Point, f64),
}

impl Circles {
    fn at(&self, t: f64) -> (Point, f64) {
        (self.start.0.lerp(self.end.0, t), math::lerp(self.start.1, self.end.1, t))
    }

    /// Cuts the colour line where a radius becomes 0; `None` if nothing is left to draw.
    fn without_negative_radii(self, stops: Stops) -> Option<(Self, Stops)> {
        let (r0, r1) = (self.start.1, self.end.1);
        if r0 >= 0.0 && r1 >= 0.0 {
            return Some((self, stops));
        }
        if r0 <= 0.0 && r1 <= 0.0 {
            return None;
        }
        let zero = r0 / (r0 - r1);
        let range = if r0 < 0.0 { (zero, 1.0) } else { (0.0, zero) };
        let circles = Self { start: self.at(range.0), end: self.at(range.1) };
        let clamp = |(point, radius): (Point, f64)| (point, radius.max(0.0));
        Some((Self { start: clamp(circles.start), end: clamp(circles.end) }, cut_stops(&stops, range)))
    }
}

/// The part of a colour line between two offsets, stretched to 0 to 1.
fn cut_stops(stops: &[(f32, Color, f32)], (from, to): (f64, f64)) -> Stops {
    let mut cut = vec![color_at(stops, from)];
    cut.extend(stops.iter().copied().filter(|stop| f64::from(stop.0) > from && f64::from(stop.0) < to));
    cut.push(color_at(stops, to));
    for stop in &mut cut {
        stop.0 = ((f64::from(stop.0) - from) / (to - from)).clamp(0.0, 1.0) as f32;
    }
    cut
}

fn color_at(stops: &[(f32, Color, f32)], offset: f64) -> (f32, Color, f32) {
    let after = stops.iter().position(|stop| f64::from(stop.0) >= offset);
    let (before, after) = match after {
        None => (stops[stops.len() - 1], stops[stops.len() - 1]),
        Some(0) => (stops[0], stops[0]),
        Some(index) => (stops[index - 1], stops[index]),
    };
    let width = f64::from(after.0 - before.0);
    let t = if width > 0.0 { (offset - f64::from(before.0)) / width } else { 0.0 };
    let mix = |a: u8, b: u8| math::lerp(f64::from(a), f64::from(b), t).round() as u8;
    let color = Color::new(mix(before.1.r, after.1.r), mix(before.1.g, after.1.g), mix(before.1.b, after.1.b));
    (offset as f32, color, math::lerp(f64::from(before.2), f64::from(after.2), t) as f32)
}

fn extend_of(extend: skrifa::color::Extend) -> Extend {
    match extend {
        skrifa::color::Extend::Repeat => Extend::Repeat,
        skrifa::color::Extend::Reflect => Extend::Reflect,
        _ => Extend::Pad,
    }
}

fn blend_of(mode: CompositeMode) -> Blend {
    match mode {
        CompositeMode::Clear => Blend::Clear,
        CompositeMode::Src => Blend::Src,
        CompositeMode::Dest => Blend::Dest,
        CompositeMode::DestOver => Blend::DestOver,
        CompositeMode::SrcIn => Blend::SrcIn,
        CompositeMode::DestIn => Blend::DestIn,
        CompositeMode::SrcOut => Blend::SrcOut,
        CompositeMode::DestOut => Blend::DestOut,
        CompositeMode::SrcAtop => Blend::SrcAtop,
        CompositeMode::DestAtop => Blend::DestAtop,
        CompositeMode::Xor => Blend::Xor,
        CompositeMode::Plus => Blend::Plus,
        CompositeMode::Screen => Blend::Screen,
        CompositeMode::Overlay => Blend::Overlay,
        CompositeMode::Darken => Blend::Darken,
        CompositeMode::Lighten => Blend::Lighten,
        CompositeMode::ColorDodge => Blend::ColorDodge,
        CompositeMode::ColorBurn => Blend::ColorBurn,
        CompositeMode::HardLight => Blend::HardLight,
        CompositeMode::SoftLight => Blend::SoftLight,
        CompositeMode::Difference => Blend::Difference,
        CompositeMode::Exclusion => Blend::Exclusion,
        CompositeMode::Multiply => Blend::Multiply,
        CompositeMode::HslHue => Blend::Hue,
        CompositeMode::HslSaturation => Blend::Saturation,
        CompositeMode::HslColor => Blend::Color,
        CompositeMode::HslLuminosity => Blend::Luminosity,
        _ => Blend::Over,
    }
}
