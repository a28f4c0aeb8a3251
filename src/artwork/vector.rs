//! Paths, paints and blends in the rasteriser's own terms.

use std::sync::Arc;

use kurbo::{Affine, Rect};
use vello_cpu::color::{AlphaColor, Srgb};
use vello_cpu::peniko::{
    BlendMode, ColorStop, Compose, Extend as PenikoExtend, Fill, Gradient as PenikoGradient, GradientKind,
    ImageQuality, ImageSampler, InterpolationAlphaSpace, LinearGradientPosition, Mix, RadialGradientPosition,
    SweepGradientPosition,
};
use vello_cpu::{Image, ImageSource, PaintType, PixelMetadata, RenderContext};

use crate::artwork::plan::{Brush, Composed, Content, Draw, Node};
use crate::artwork::region::Region;
use crate::cancel::Cancel;
use crate::scene::{Blend, Extend, FillRule, Gradient, GradientGeometry};

/// What the rasteriser draws in one go, from the bottom up.
#[derive(Debug)]
pub(super) enum Step<'n, 'a> {
    /// Paths.
    Node(&'n Node<'a>),
    /// Pixels that were drawn before, at their place.
    Pixels(Region, Vec<u8>),
    /// The same, joining what lies below as `Composed` says.
    Composed(&'n Composed<'a>, Region, Vec<u8>),
}

/// Draws `steps` for the pixels of `region` into `context`, which has that size and is empty. Ends early once `cancel` is
/// set.
pub(super) fn draw(
    context: &mut RenderContext,
    steps: Vec<Step<'_, '_>>,
    (to_px, region): (Affine, Region),
    cancel: &Cancel,
) {
    let to_region = Affine::translate((-f64::from(region.x0), -f64::from(region.y0)));
    let view = View { to_region, to_px: to_region * to_px, region, cancel };
    for step in steps {
        if cancel.is_set() {
            return;
        }
        match step {
            Step::Node(node) => view.node(context, node),
            Step::Pixels(place, bytes) => view.pixels(context, place, bytes),
            Step::Composed(group, place, bytes) => {
                view.push(context, group);
                view.pixels(context, place, bytes);
                view.pop(context, group);
            }
        }
    }
}

struct View<'c> {
    /// From pixels of the raster to pixels of the region.
    to_region: Affine,
    /// From mm to pixels of the region.
    to_px: Affine,
    region: Region,
    cancel: &'c Cancel,
}

impl View<'_> {
    fn node(&self, context: &mut RenderContext, node: &Node<'_>) {
        if node.bounds.intersect(self.region).is_empty() {
            return;
        }
        match &node.draw {
            Draw::Fill { path, rule, brush } => {
                self.set_brush(context, brush);
                context.set_fill_rule(match rule {
                    FillRule::NonZero => Fill::NonZero,
                    FillRule::EvenOdd => Fill::EvenOdd,
                });
                context.fill_path(path);
            }
            Draw::Stroke { path, style, brush } => {
                self.set_brush(context, brush);
                context.set_stroke((*style).clone());
                context.stroke_path(path);
            }
            Draw::Group(group) => {
                if let Content::Paths(nodes) = &group.content {
                    self.push(context, group);
                    let due = nodes.iter().take_while(|_| !self.cancel.is_set());
                    due.for_each(|node| self.node(context, node));
                    self.pop(context, group);
                }
            }
            Draw::Picture(_) | Draw::Svg(_) => {}
        }
    }

    fn set_brush(&self, context: &mut RenderContext, brush: &Brush) {
        context.set_transform(self.to_px);
        context.set_paint(brush.paint.clone());
        context.set_paint_transform(brush.to_mm);
    }

    /// Opens the layers of a group. The clip has one of its own, inside: what is clipped away is transparent to the
    /// operator, and does not keep the operator from touching what lies below.
    fn push(&self, context: &mut RenderContext, group: &Composed<'_>) {
        context.set_transform(self.to_px);
        context.push_layer(None, Some(blend_mode(group.blend)), Some(group.opacity), None, None);
        if let Some(clip) = group.clip {
            context.set_fill_rule(Fill::NonZero);
            context.push_clip_layer(clip);
        }
    }

    fn pop(&self, context: &mut RenderContext, group: &Composed<'_>) {
        if group.clip.is_some() {
            context.pop_layer();
        }
        context.pop_layer();
    }

    fn pixels(&self, context: &mut RenderContext, place: Region, bytes: Vec<u8>) {
        if place.is_empty() {
            return;
        }
        let side = |length: u32| u16::try_from(length).expect("regions are drawn in columns that fit");
        let (width, height) = (side(place.width()), side(place.height()));
        let metadata = PixelMetadata::default();
        let pixmap = vello_cpu::Pixmap::from_parts(bytes, width, height, metadata);
        let sampler = ImageSampler { quality: ImageQuality::Low, ..ImageSampler::default() };
        context.set_transform(self.to_region * Affine::translate((f64::from(place.x0), f64::from(place.y0))));
        context.set_paint(PaintType::Image(Image { image: ImageSource::Pixmap(Arc::new(pixmap)), sampler }));
        context.set_paint_transform(Affine::IDENTITY);
        context.fill_rect(&Rect::new(0.0, 0.0, f64::from(width), f64::from(height)));
    }
}

/// Whether an operator changes what lies below even where the group is transparent.
pub(super) fn touches_everything(blend: Blend) -> bool {
    matches!(blend, Blend::Clear | Blend::Src | Blend::SrcIn | Blend::DestIn | Blend::SrcOut | Blend::DestAtop)
}

pub(super) fn color(color: crate::color::Color, opacity: f32) -> AlphaColor<Srgb> {
    AlphaColor::from_rgba8(color.r, color.g, color.b, 255).with_alpha(opacity.clamp(0.0, 1.0))
}

pub(super) fn gradient(gradient: &Gradient) -> PenikoGradient {
    let stop = |&(offset, at, opacity): &(f32, _, f32)| ColorStop::from((offset.clamp(0.0, 1.0), color(at, opacity)));
    let mut stops: Vec<ColorStop> = gradient.stops.iter().map(stop).collect();
    let kind = match gradient.geometry {
        GradientGeometry::Linear { start, end } => GradientKind::Linear(LinearGradientPosition { start, end }),
        GradientGeometry::Radial { start, start_radius, end, end_radius } => {
            GradientKind::Radial(RadialGradientPosition {
                start_center: start,
                start_radius: start_radius as f32,
                end_center: end,
                end_radius: end_radius as f32,
            })
        }
        GradientGeometry::Sweep { center, start_angle, end_angle } => {
            // The rasteriser wants growing angles: the same gradient from its other end.
            if end_angle < start_angle {
                stops.reverse();
                stops.iter_mut().for_each(|stop| stop.offset = 1.0 - stop.offset);
            }
            GradientKind::Sweep(SweepGradientPosition {
                center,
                start_angle: start_angle.min(end_angle) as f32,
                end_angle: start_angle.max(end_angle) as f32,
            })
        }
    };
    let extend = match gradient.extend {
        Extend::Pad => PenikoExtend::Pad,
        Extend::Repeat => PenikoExtend::Repeat,
        Extend::Reflect => PenikoExtend::Reflect,
    };
    PenikoGradient {
        kind,
        extend,
        interpolation_alpha_space: InterpolationAlphaSpace::Unpremultiplied,
        ..PenikoGradient::default()
    }
    .with_stops(stops.as_slice())
}

fn blend_mode(blend: Blend) -> BlendMode {
    let compose = |compose| BlendMode::new(Mix::Normal, compose);
    let mix = |mix| BlendMode::new(mix, Compose::SrcOver);
    match blend {
        Blend::Over => compose(Compose::SrcOver),
        Blend::Clear => compose(Compose::Clear),
        Blend::Src => compose(Compose::Copy),
        Blend::Dest => compose(Compose::Dest),
        Blend::DestOver => compose(Compose::DestOver),
        Blend::SrcIn => compose(Compose::SrcIn),
        Blend::DestIn => compose(Compose::DestIn),
        Blend::SrcOut => compose(Compose::SrcOut),
        Blend::DestOut => compose(Compose::DestOut),
        Blend::SrcAtop => compose(Compose::SrcAtop),
        Blend::DestAtop => compose(Compose::DestAtop),
        Blend::Xor => compose(Compose::Xor),
        Blend::Plus => compose(Compose::Plus),
        Blend::Screen => mix(Mix::Screen),
        Blend::Overlay => mix(Mix::Overlay),
        Blend::Darken => mix(Mix::Darken),
        Blend::Lighten => mix(Mix::Lighten),
        Blend::ColorDodge => mix(Mix::ColorDodge),
        Blend::ColorBurn => mix(Mix::ColorBurn),
        Blend::HardLight => mix(Mix::HardLight),
        Blend::SoftLight => mix(Mix::SoftLight),
        Blend::Difference => mix(Mix::Difference),
        Blend::Exclusion => mix(Mix::Exclusion),
        Blend::Multiply => mix(Mix::Multiply),
        Blend::Hue => mix(Mix::Hue),
        Blend::Saturation => mix(Mix::Saturation),
        Blend::Color => mix(Mix::Color),
        Blend::Luminosity => mix(Mix::Luminosity),
    }
}
