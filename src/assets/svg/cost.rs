//! What it would cost to draw a parsed SVG.
//!
//! The renderer has no limits of its own. This walk follows it: every layer, mask, pattern and filter is counted each
//! time that it would be drawn, in units of "one pass over the whole picture" at a reference size of a megapixel.

use resvg::usvg;
use usvg::filter::{Filter, Kind};
use usvg::{Group, ImageKind, Node, Paint, Path, Rect, Transform, Tree};

use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// The side of the square picture that costs are estimated for, px.
const REFERENCE_SIDE: f64 = 1000.0;

/// Refuses a tree whose drawing passes the limits.
pub(super) fn check(tree: &Tree, limits: &SvgLimits) -> Result<(), AssetError> {
    let size = tree.size();
    let side = f64::from(size.width().max(size.height()));
    let mut cost = Cost {
        limits,
        width: f64::from(size.width()),
        height: f64::from(size.height()),
        extent: side * f64::from(limits.extent),
        to_reference: REFERENCE_SIDE / side,
        passes: 0.0,
        nodes: 0,
        segments: 0,
        images: 0,
        image_pixels: 0,
    };
    cost.group(tree.root(), 0, true)
}

struct Cost<'a> {
    limits: &'a SvgLimits,
    width: f64,
    height: f64,
    extent: f64,
    to_reference: f64,
    passes: f64,
    nodes: u64,
    segments: u64,
    images: usize,
    image_pixels: u64,
}

impl Cost<'_> {
    /// `on_page`: its bounds are in the picture's coordinates, so that they tell what it covers.
    fn group(&mut self, group: &Group, depth: usize, on_page: bool) -> Result<(), AssetError> {
        self.nodes += 1;
        within("elements of the SVG as drawn", self.nodes, self.limits.elements)?;
        let mut depth = depth;
        self.check_depth(depth)?;
        if group.should_isolate() {
            depth += 1;
            self.check_depth(depth)?;
            let area = if on_page { self.share(group.abs_layer_bounding_box().to_rect()) } else { 1.0 };
            // A layer is cleared, drawn on and laid over the one below.
            self.spend(3.0 * area)?;
            let mut clip = group.clip_path();
            while let Some(path) = clip {
                self.spend(2.0 * area)?;
                self.group(path.root(), depth, false)?;
                clip = path.clip_path();
                depth += 1;
            }
            let mut mask = group.mask();
            while let Some(current) = mask {
                self.spend(4.0 * area)?;
                self.group(current.root(), depth, false)?;
                mask = current.mask();
                depth += 1;
            }
            for filter in group.filters() {
                self.filter(filter, area, depth, group.abs_transform())?;
            }
        }
        for node in group.children() {
            match node {
                Node::Group(child) => self.group(child, depth, on_page)?,
                Node::Path(path) => self.path(path, depth, on_page)?,
                Node::Image(image) => self.image(image)?,
                Node::Text(text) => self.group(text.flattened(), depth, on_page)?,
            }
        }
        Ok(())
    }

    fn check_depth(&self, depth: usize) -> Result<(), AssetError> {
        within("layers inside layers in the SVG", depth as u64, self.limits.layer_depth as u64)
    }

    fn path(&mut self, path: &Path, depth: usize, on_page: bool) -> Result<(), AssetError> {
        self.nodes += 1;
        within("elements of the SVG as drawn", self.nodes, self.limits.elements)?;
        self.check_extent(path.abs_stroke_bounding_box())?;
        self.check_extent(path.data().bounds())?;
        let segments = path.data().len() as u64;
        self.segments += segments;
        within("path segments of the SVG", self.segments, self.limits.segments)?;
        // Filling is nearly free beside a layer; the hundredth keeps many large shapes from being free.
        self.spend(if on_page { self.share(path.abs_bounding_box()) } else { 1.0 } * 0.05)?;
        if let Some(stroke) = path.stroke() {
            within("segments of one stroked path", segments, self.limits.stroked_segments)?;
            if let Some(dashes) = stroke.dasharray() {
                self.dashes(path, dashes)?;
            }
            self.paint(stroke.paint(), depth)?;
        }
        if let Some(fill) = path.fill() {
            self.paint(fill.paint(), depth)?;
        }
        Ok(())
    }

    /// Dashes become segments of their own: a metre in dashes of a micrometre would be a million.
    fn dashes(&mut self, path: &Path, dashes: &[f32]) -> Result<(), AssetError> {
        let bounds = path.data().bounds();
        let period = f64::from(dashes.iter().sum::<f32>()).max(1e-9);
        let length = f64::from(bounds.width() + bounds.height()) * path.data().len() as f64;
        let n_dashes = (length / period * dashes.len() as f64).min(1e15) as u64;
        // The length is a bound that detailed paths stay far below.
        self.segments += n_dashes / 16;
        within("path segments of the SVG, dashes included", self.segments, self.limits.segments)
    }

    fn paint(&mut self, paint: &Paint, depth: usize) -> Result<(), AssetError> {
        let Paint::Pattern(pattern) = paint else { return Ok(()) };
        let rect = pattern.rect();
        self.check_extent(rect.to_rect())?;
        let area = f64::from(rect.width()) * f64::from(rect.height()) / (self.width * self.height);
        self.spend(1.0 + 2.0 * area)?;
        self.group(pattern.root(), depth + 1, false)
    }

    fn image(&mut self, image: &usvg::Image) -> Result<(), AssetError> {
        self.images += 1;
        within("pictures drawn inside the SVG", self.images as u64, self.limits.images as u64)?;
        if matches!(image.kind(), ImageKind::SVG(_)) {
            return Err(AssetError::Refused { what: "an SVG inside the SVG" });
        }
        let size = image.size();
        self.image_pixels += (f64::from(size.width()) * f64::from(size.height())) as u64;
        within("pixels of pictures drawn inside the SVG", self.image_pixels, self.limits.image_pixels)?;
        self.check_extent(image.abs_bounding_box())?;
        self.spend(1.0)
    }

    fn filter(&mut self, filter: &Filter, area: f64, depth: usize, transform: Transform) -> Result<(), AssetError> {
        let primitives = filter.primitives();
        within("primitives of one filter", primitives.len() as u64, self.limits.filter_primitives as u64)?;
        self.check_extent(filter.rect().to_rect())?;
        let (sx, sy) = transform.get_scale();
        let to_px = f64::from(sx.max(sy)) * self.to_reference;
        for primitive in primitives {
            // Every primitive copies its inputs and, for linear light, converts them to and fro.
            let mut work = 4.0;
            match primitive.kind() {
                Kind::Morphology(morphology) => {
                    let across = |radius: usvg::PositiveF32| 2.0 * f64::from(radius.get()) * to_px + 1.0;
                    work += across(morphology.radius_x()) * across(morphology.radius_y());
                }
                Kind::ConvolveMatrix(convolve) => {
                    work += f64::from(convolve.matrix().columns()) * f64::from(convolve.matrix().rows());
                }
                Kind::Turbulence(turbulence) => {
                    let octaves = turbulence.num_octaves();
                    within("octaves of a turbulence", u64::from(octaves), u64::from(self.limits.octaves))?;
                    work += 20.0 * f64::from(octaves);
                }
                Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => work += 12.0,
                Kind::GaussianBlur(_) | Kind::DropShadow(_) => work += 8.0,
                Kind::Merge(merge) => {
                    let inputs = merge.inputs().len() as u64;
                    within("inputs of one merge", inputs, self.limits.filter_primitives as u64)?;
                    work += inputs as f64;
                }
                Kind::Offset(offset) if f64::from(offset.dx().abs().max(offset.dy().abs())) > self.extent => {
                    return Err(self.beyond(f64::from(offset.dx().abs().max(offset.dy().abs()))));
                }
                Kind::Image(image) => self.group(image.root(), depth + 1, false)?,
                _ => {}
            }
            self.spend(work * area.max(0.01))?;
        }
        Ok(())
    }

    fn spend(&mut self, passes: f64) -> Result<(), AssetError> {
        self.passes += passes;
        let passes = if self.passes.is_finite() { self.passes.min(1e15).ceil() as u64 } else { u64::MAX };
        within("estimated passes to draw the SVG", passes, u64::from(self.limits.passes))
    }

    /// How many times the picture's area `bounds` covers; the renderer cuts layers at five times each side.
    fn share(&self, bounds: Rect) -> f64 {
        let along = |low: f32, high: f32, side: f64| {
            (f64::from(high).min(3.0 * side) - f64::from(low).max(-2.0 * side)).clamp(0.0, 5.0 * side) / side
        };
        along(bounds.left(), bounds.right(), self.width) * along(bounds.top(), bounds.bottom(), self.height)
    }

    fn check_extent(&self, bounds: Rect) -> Result<(), AssetError> {
        let edges = [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()];
        let reach = edges.into_iter().map(|edge| f64::from(edge.abs())).fold(0.0, f64::max);
        if reach <= self.extent { Ok(()) } else { Err(self.beyond(reach)) }
    }

    fn beyond(&self, reach: f64) -> AssetError {
        AssetError::TooLarge {
            what: "largest coordinate of the SVG",
            value: reach.min(1e15) as u64,
            limit: self.extent as u64,
        }
    }
}
