//! A scene made ready for one resolution: bounds in pixels, pictures turned upright, gradients translated.
//! Made once, then read by every band.

use std::borrow::Cow;

use kurbo::{Affine, BezPath, Rect, Stroke};
use vello_cpu::PaintType;
use vello_cpu::color::AlphaColor;

use crate::artwork::finish::Finisher;
use crate::artwork::picture::Placed;
use crate::artwork::region::Region;
use crate::artwork::svg::PlacedSvg;
use crate::artwork::{soften, vector};
use crate::cancel::Cancel;
use crate::pixels::Pixmap;
use crate::scene::{Blend, FillRule, GradientGeometry, Group, Item, Paint, Scene};
use crate::units::Dpi;

/// Rasters with fewer pixels a mm, about 100 to the inch, are for screens.
const SCREEN_PX_PER_MM: f64 = 4.0;

/// What to draw at one resolution.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    /// From mm to pixels.
    pub(super) to_px: Affine,
    /// Width and height of the raster in pixels.
    pub(super) size: (u32, u32),
    pub(super) nodes: Vec<Node<'a>>,
    /// What is done to the raster; then the nodes and `to_px` are those of a finer one.
    pub(super) finish: Option<Finisher>,
}

/// One thing to draw, and the pixels that it can touch.
#[derive(Debug)]
pub(super) struct Node<'a> {
    pub(super) bounds: Region,
    pub(super) draw: Draw<'a>,
}

#[derive(Debug)]
pub(super) enum Draw<'a> {
    Fill { path: &'a BezPath, rule: FillRule, brush: Brush },
    Stroke { path: &'a BezPath, style: &'a Stroke, brush: Brush },
    Picture(Placed<'a>),
    Svg(Box<PlacedSvg<'a>>),
    Group(Composed<'a>),
}

/// A paint as the rasteriser wants it, and the map from its units to mm.
#[derive(Debug)]
pub(super) struct Brush {
    pub(super) paint: PaintType,
    pub(super) to_mm: Affine,
}

/// A group that must be composed on its own before it joins what lies below.
#[derive(Debug)]
pub(super) struct Composed<'a> {
    pub(super) content: Content<'a>,
    pub(super) opacity: f32,
    pub(super) blend: Blend,
    pub(super) clip: Option<&'a BezPath>,
}

#[derive(Debug)]
pub(super) enum Content<'a> {
    /// Paths and groups of paths: the rasteriser composes them itself.
    Paths(Vec<Node<'a>>),
    /// Drawn to pixels of its own first.
    Mixed(Vec<Node<'a>>),
    /// Drawn, perhaps smaller, and softened.
    Soft(soften::Soft<'a>),
}

impl<'a> Plan<'a> {
    /// Looks at `cancel` before each item, since an SVG may be drawn here; once it is set, the plan is of no use.
    pub(super) fn of_scene(scene: &'a Scene, dpi: Dpi, cancel: &Cancel) -> Self {
        let size = scene.size.to_px(dpi);
        let finish = scene.finish.as_ref().map(|finish| Finisher::new(finish, dpi));
        let factor = finish.as_ref().map_or(1, Finisher::factor);
        let area = Region::rows(size.0 * factor, 0, size.1 * factor);
        let to_px = Affine::scale(dpi.px_per_mm() * f64::from(factor));
        let mut plan = Self { to_px, size, nodes: Vec::new(), finish };
        let planner = Planner { to_px: plan.to_px, area, cancel };
        for layer in &scene.layers {
            planner.add(&layer.items, &mut plan.nodes);
        }
        plan
    }
}

/// What planning needs to know everywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Planner<'c> {
    pub(super) to_px: Affine,
    /// The pixels that will be asked for; what lies outside is left out.
    pub(super) area: Region,
    pub(super) cancel: &'c Cancel,
}

impl Planner<'_> {
    pub(super) fn add<'a>(&self, items: &'a [Item], nodes: &mut Vec<Node<'a>>) {
        for item in items.iter().take_while(|_| !self.cancel.is_set()) {
            match item {
                Item::Group(group) if is_transparent_wrapper(group) => self.add(&group.items, nodes),
                item => nodes.extend(self.node(item).filter(|node| !node.bounds.intersect(self.area).is_empty())),
            }
        }
    }

    fn node<'a>(&self, item: &'a Item) -> Option<Node<'a>> {
        match item {
            Item::Fill { path, rule, paint } => {
                let bounds = self.touched(path.control_box());
                Some(Node { bounds, draw: Draw::Fill { path, rule: *rule, brush: brush(paint) } })
            }
            Item::Stroke { path, style, paint } => {
                let bounds = self.touched(path.control_box().inflate(reach(style), reach(style)));
                Some(Node { bounds, draw: Draw::Stroke { path, style, brush: brush(paint) } })
            }
            Item::Picture { pixels, transform } => {
                let (pixels, to_px) = self.for_screen(pixels, self.to_px * *transform);
                let placed = Placed::new(Cow::Borrowed(pixels), to_px, self.area)?;
                let placed = if self.is_for_screen() { placed.kept() } else { placed };
                Some(Node { bounds: placed.bounds(), draw: Draw::Picture(placed) })
            }
            Item::Svg { tree, transform, finest } => {
                let placed = PlacedSvg::new(tree, self.to_px * *transform, *finest, self.area)?;
                Some(Node { bounds: placed.bounds(), draw: Draw::Svg(Box::new(placed)) })
            }
            Item::Group(group) => self.group(group),
        }
    }

    fn is_for_screen(&self) -> bool {
        let [a, b, ..] = self.to_px.as_coeffs();
        (a * a + b * b).sqrt() < SCREEN_PX_PER_MM
    }

    /// On a raster for screens, a picture that is drawn at less than half its size is read from its half, which is kept:
    /// the filter reads a quarter of the pixels.
    fn for_screen<'a>(&self, mut pixels: &'a Pixmap, mut to_px: Affine) -> (&'a Pixmap, Affine) {
        let is_small = |to_px: Affine| {
            let [a, b, c, d, ..] = to_px.as_coeffs();
            (a * a + b * b).max(c * c + d * d) < 0.25
        };
        while self.is_for_screen()
            && is_small(to_px)
            && let Some(half) = pixels.half()
        {
            (pixels, to_px) = (half, to_px * Affine::scale(2.0));
        }
        (pixels, to_px)
    }

    fn group<'a>(&self, group: &'a Group) -> Option<Node<'a>> {
        let (content, mut bounds) = match soften::Soft::new(group, self) {
            Some(soft) => {
                let bounds = soft.bounds();
                (Content::Soft(soft), bounds)
            }
            None => self.plain_content(&group.items),
        };
        if let Some(clip) = &group.clip {
            bounds = bounds.intersect(self.touched(clip.control_box()));
        }
        if vector::touches_everything(group.blend) {
            bounds = Region::ALL;
        }
        let composed = Composed {
            content,
            opacity: group.opacity.clamp(0.0, 1.0) as f32,
            blend: group.blend,
            clip: group.clip.as_deref(),
        };
        (!bounds.is_empty()).then_some(Node { bounds, draw: Draw::Group(composed) })
    }

    fn plain_content<'a>(&self, items: &'a [Item]) -> (Content<'a>, Region) {
        let mut nodes = Vec::new();
        self.add(items, &mut nodes);
        let bounds = nodes.iter().fold(Region::EMPTY, |bounds, node| bounds.union(node.bounds));
        let content = if nodes.iter().all(Node::is_paths) { Content::Paths(nodes) } else { Content::Mixed(nodes) };
        (content, bounds.intersect(self.area.grow(1)))
    }

    /// The pixels around a box in mm, with one to spare for antialiasing.
    fn touched(&self, mm: Rect) -> Region {
        Region::around(self.to_px.transform_rect_bbox(mm)).grow(1)
    }
}

impl Node<'_> {
    /// Whether the rasteriser can draw it without help.
    pub(super) fn is_paths(&self) -> bool {
        match &self.draw {
            Draw::Fill { .. } | Draw::Stroke { .. } => true,
            Draw::Picture(_) | Draw::Svg(_) => false,
            Draw::Group(group) => matches!(group.content, Content::Paths(_)),
        }
    }

    /// Whether its look depends on what lies below in a way that plain "over" does not express.
    pub(super) fn needs_backdrop(&self) -> bool {
        matches!(&self.draw, Draw::Group(group) if group.blend != Blend::Over)
    }
}

/// Whether a group changes nothing about how its items are drawn.
fn is_transparent_wrapper(group: &Group) -> bool {
    group.opacity >= 1.0
        && group.blend == Blend::Over
        && group.clip.is_none()
        && group.blur <= 0.0
        && !group.items.iter().any(|item| matches!(item, Item::Group(inner) if inner.blend != Blend::Over))
}

/// How far a line reaches from its path, mm: mitres and square caps included.
fn reach(style: &Stroke) -> f64 {
    let miter = if style.join == kurbo::Join::Miter { style.miter_limit.max(1.0) } else { 1.0 };
    style.width / 2.0 * miter.max(std::f64::consts::SQRT_2)
}

fn brush(paint: &Paint) -> Brush {
    match paint {
        Paint::Solid(color, opacity) => {
            Brush { paint: PaintType::Solid(vector::color(*color, *opacity)), to_mm: Affine::IDENTITY }
        }
        // As SVG has it: without a length or an outer circle only the last colour is left.
        Paint::Gradient(gradient) if is_degenerate(&gradient.geometry) => {
            let last = gradient.stops.last().map(|&(_, color, opacity)| vector::color(color, opacity));
            Brush { paint: PaintType::Solid(last.unwrap_or(AlphaColor::TRANSPARENT)), to_mm: Affine::IDENTITY }
        }
        Paint::Gradient(gradient) => {
            Brush { paint: PaintType::Gradient(vector::gradient(gradient)), to_mm: gradient.transform }
        }
    }
}

fn is_degenerate(geometry: &GradientGeometry) -> bool {
    match *geometry {
        GradientGeometry::Linear { start, end } => start.distance_squared(end) < 1e-12,
        GradientGeometry::Radial { start, start_radius, end, end_radius } => {
            start.distance_squared(end) < 1e-12 && (start_radius - end_radius).abs() < 1e-6
        }
        GradientGeometry::Sweep { start_angle, end_angle, .. } => (start_angle - end_angle).abs() < 1e-6,
    }
}
