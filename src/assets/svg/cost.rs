//! What it would cost to draw a parsed SVG.
//!
//! The renderer has no limits of its own. This walk follows it: every layer, mask, pattern and filter is counted each
//! time that it would be drawn, by the pixels that it passes over and by the memory that it holds meanwhile. Both grow
//! with the size at which the SVG is drawn, so the sum is kept as a function of that: a drawing that is cheap on the
//! screen may be too much for a print, and is then drawn less finely.

use resvg::tiny_skia::{PathSegment, Point};
use resvg::usvg;
use usvg::filter::{Filter, Kind};
use usvg::{Group, ImageKind, Node, NonZeroRect, Paint, Path, Rect, Transform, Tree};

use crate::assets::error::{AssetError, within};
use crate::assets::limits::SvgLimits;

/// The side of the square picture that every accepted SVG can be drawn at, px.
const REFERENCE_SIDE: f64 = 1000.0;

/// The cost of drawing an SVG, by how finely it is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct DrawingCost {
    /// Passes over a pixel that take place at any size: decoding pictures, flattening curves.
    fixed: f64,
    /// Passes over a pixel at one pixel to the user unit; they grow with the square of the scale.
    area: f64,
    /// The same of filters whose reach grows too, so that they grow with the fourth power.
    reach: f64,
    /// Bytes that are held at once at one pixel to the user unit; they grow with the square.
    bytes: f64,
    /// Whether anything looks further than the rows being drawn, or would be made anew for every band of rows.
    whole: bool,
}

impl DrawingCost {
    /// Passes over a pixel at `scale` pixels to the user unit; a few nanoseconds each.
    #[must_use]
    pub fn passes(&self, scale: f64) -> f64 {
        let square = scale * scale;
        self.fixed + self.area * square + self.reach * square * square
    }

    /// The most pixels to the user unit that keep the limits on work and memory.
    #[must_use]
    pub fn finest(&self, limits: &SvgLimits) -> f64 {
        let work = f64::from(limits.passes) * REFERENCE_SIDE * REFERENCE_SIDE - self.fixed;
        if work <= 0.0 {
            return 0.0;
        }
        // The root of reach * x^2 + area * x = work, in the form that keeps its digits where reach is small.
        let by_work = 2.0 * work / (self.area + (self.area * self.area + 4.0 * self.reach * work).sqrt());
        let by_memory = limits.drawing_bytes as f64 / self.bytes;
        by_work.min(by_memory).sqrt()
    }

    /// Whether it may be drawn in bands of rows at `scale` pixels to the user unit, instead of in one go.
    ///
    /// The renderer draws the layers of a band up to twice its height above and below, five times in all; several bands
    /// are drawn at once, each in a sixth of the memory at most.
    #[must_use]
    pub fn fits_bands(&self, scale: f64, limits: &SvgLimits) -> bool {
        let passes = f64::from(limits.passes) * REFERENCE_SIDE * REFERENCE_SIDE;
        let bytes = 2.0 * limits.drawing_bytes as f64;
        !self.whole && self.passes_in_bands(scale) <= passes && self.bytes * scale * scale <= bytes
    }

    /// As [`DrawingCost::passes`], drawn in bands.
    #[must_use]
    pub fn passes_in_bands(&self, scale: f64) -> f64 {
        5.0 * self.passes(scale)
    }
}

/// The cost of a tree; refuses one that passes the limits even at a small size.
pub(super) fn check(tree: &Tree, limits: &SvgLimits) -> Result<DrawingCost, AssetError> {
    let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
    let side = width.max(height);
    let mut walk = Walk {
        limits,
        page: (width, height),
        extent: side * f64::from(limits.extent),
        reference: REFERENCE_SIDE / side,
        cost: DrawingCost::default(),
        nodes: 0,
        segments: 0,
        images: 0,
        image_pixels: 0,
    };
    let place = Place { transform: Transform::identity(), depth: 0, canvas: width * height, on_page: true };
    walk.cost.bytes = 4.0 * place.canvas;
    walk.group(tree.root(), place, walk.cost.bytes)?;
    Ok(walk.cost)
}

struct Walk<'a> {
    limits: &'a SvgLimits,
    /// Width and height of the picture.
    page: (f64, f64),
    extent: f64,
    /// Pixels to the unit at the reference size.
    reference: f64,
    cost: DrawingCost,
    nodes: u64,
    segments: u64,
    images: usize,
    image_pixels: u64,
}

/// Where the walk stands.
#[derive(Clone, Copy)]
struct Place {
    /// To the units of the page, or of the pattern's tile.
    transform: Transform,
    depth: usize,
    /// Square units that are drawn on.
    canvas: f64,
    /// Whether boxes tell which part of the page they cover.
    on_page: bool,
}

impl Walk<'_> {
    /// Counts a group; `held` bytes are held by what it lies in.
    fn group(&mut self, group: &Group, place: Place, held: f64) -> Result<(), AssetError> {
        self.node()?;
        let mut place = Place { transform: place.transform.pre_concat(group.transform()), ..place };
        self.check_depth(place.depth)?;
        let mut held = held;
        if group.should_isolate() {
            place.depth += 1;
            self.check_depth(place.depth)?;
            let area = self.area(group.layer_bounding_box(), place);
            place.canvas = area;
            // A layer is cleared, drawn on and laid over the one below.
            self.spend(3.0 * area)?;
            held += 4.0 * area;
            self.hold(held)?;
            self.clips(group, place, held)?;
            self.masks(group, place, held)?;
            for filter in group.filters() {
                self.filter(filter, place, held)?;
            }
        }
        for node in group.children() {
            match node {
                Node::Group(child) => self.group(child, place, held)?,
                Node::Path(path) => self.path(path, place, held)?,
                Node::Image(image) => self.image(image, place, held)?,
                Node::Text(text) => self.group(text.flattened(), place, held)?,
            }
        }
        Ok(())
    }

    fn clips(&mut self, group: &Group, place: Place, held: f64) -> Result<(), AssetError> {
        let mut inside = Place { on_page: false, ..place };
        let mut held = held;
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            self.spend(3.0 * place.canvas)?;
            // The clip's pixels and the mask that they become.
            held += 5.0 * place.canvas;
            self.hold(held)?;
            let transform = place.transform.pre_concat(path.transform());
            self.group(path.root(), Place { transform, ..inside }, held)?;
            clip = path.clip_path();
            inside.depth += 1;
        }
        Ok(())
    }

    fn masks(&mut self, group: &Group, place: Place, held: f64) -> Result<(), AssetError> {
        let mut inside = Place { on_page: false, ..place };
        let mut held = held;
        let mut mask = group.mask();
        while let Some(current) = mask {
            self.spend(5.0 * place.canvas)?;
            held += 6.0 * place.canvas;
            self.hold(held)?;
            self.group(current.root(), inside, held)?;
            mask = current.mask();
            inside.depth += 1;
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, place: Place, held: f64) -> Result<(), AssetError> {
        self.node()?;
        self.check_extent(path.abs_stroke_bounding_box())?;
        self.check_extent(path.data().bounds())?;
        let segments = path.data().len() as u64;
        self.add_segments("path segments of the SVG", segments)?;
        let covered = path.stroke_bounding_box().to_non_zero_rect().map_or(0.0, |bounds| self.area(bounds, place));
        // Filling is nearly free beside a layer; the twentieth keeps many large shapes from being free.
        self.spend(0.05 * covered)?;
        if let Some(stroke) = path.stroke() {
            within("segments of one stroked path", segments, self.limits.stroked_segments)?;
            if let Some(dashes) = stroke.dasharray() {
                self.dashes(path, dashes)?;
            }
            self.paint(stroke.paint(), covered, place, held)?;
        }
        if let Some(fill) = path.fill() {
            self.paint(fill.paint(), covered, place, held)?;
        }
        Ok(())
    }

    /// Dashes become segments of their own: a metre in dashes of a micrometre would be a million.
    fn dashes(&mut self, path: &Path, dashes: &[f32]) -> Result<(), AssetError> {
        let period = f64::from(dashes.iter().sum::<f32>()).max(1e-9);
        // A dash is a start and a line; half of the lengths are gaps.
        let segments = (length(path) / period * dashes.len() as f64).min(1e15) as u64;
        self.add_segments("path segments of the SVG, dashes included", segments)
    }

    /// A paint that covers `covered` square units; a pattern is drawn anew for every path.
    fn paint(&mut self, paint: &Paint, covered: f64, place: Place, held: f64) -> Result<(), AssetError> {
        let Paint::Pattern(pattern) = paint else { return Ok(()) };
        self.cost.whole = true;
        let rect = pattern.rect();
        self.check_extent(rect.to_rect())?;
        let (sx, sy) = place.transform.pre_concat(pattern.transform()).get_scale();
        let tile = f64::from(rect.width()) * f64::from(sx) * f64::from(rect.height()) * f64::from(sy);
        // The tile is cleared, and laid over the path with a filter that reads sixteen of its pixels for each.
        self.spend(tile + 6.0 * covered)?;
        let held = held + 4.0 * tile;
        self.hold(held)?;
        let transform = Transform::from_scale(sx, sy);
        let inside = Place { transform, depth: place.depth + 1, canvas: tile, on_page: false };
        self.group(pattern.root(), inside, held)
    }

    fn image(&mut self, image: &usvg::Image, place: Place, held: f64) -> Result<(), AssetError> {
        self.cost.whole = true;
        self.images += 1;
        within("pictures drawn inside the SVG", self.images as u64, self.limits.images as u64)?;
        if matches!(image.kind(), ImageKind::SVG(_)) {
            return Err(AssetError::Refused { what: "an SVG inside the SVG" });
        }
        let size = image.size();
        let pixels = f64::from(size.width()) * f64::from(size.height());
        self.image_pixels += pixels as u64;
        within("pixels of pictures drawn inside the SVG", self.image_pixels, self.limits.image_pixels)?;
        self.check_extent(image.abs_bounding_box())?;
        // It is unpacked each time that it is drawn, and read through a filter.
        self.cost.fixed += 5.0 * pixels;
        let covered = image.bounding_box().to_non_zero_rect().map_or(0.0, |bounds| self.area(bounds, place));
        self.spend(8.0 * covered)?;
        self.hold(held)
    }

    fn filter(&mut self, filter: &Filter, place: Place, held: f64) -> Result<(), AssetError> {
        self.cost.whole = true;
        let primitives = filter.primitives();
        within("primitives of one filter", primitives.len() as u64, self.limits.filter_primitives as u64)?;
        self.check_extent(filter.rect().to_rect())?;
        let area = place.canvas;
        // The cut-out source, the result of every primitive, and the copies that the last of them works on.
        let held = held + 4.0 * area * (primitives.len() as f64 + 4.0);
        self.hold(held)?;
        let inside = Place { depth: place.depth + 1, on_page: false, ..place };
        for primitive in primitives {
            // Every primitive copies its inputs and, for linear light, converts them to and fro.
            let mut work = 4.0;
            match primitive.kind() {
                Kind::Morphology(morphology) => {
                    let (sx, sy) = place.transform.get_scale();
                    let rx = f64::from(morphology.radius_x().get() * sx);
                    let ry = f64::from(morphology.radius_y().get() * sy);
                    // (2 rx + 1)(2 ry + 1) pixels for each, with radii that grow with the scale.
                    work += 1.0 + 2.0 * (rx + ry);
                    self.spend_reach(4.0 * rx * ry * area)?;
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
                Kind::GaussianBlur(_) | Kind::DropShadow(_) => work += 16.0,
                Kind::Merge(merge) => {
                    let inputs = merge.inputs().len() as u64;
                    within("inputs of one merge", inputs, self.limits.filter_primitives as u64)?;
                    work += inputs as f64;
                }
                Kind::Offset(offset) if f64::from(offset.dx().abs().max(offset.dy().abs())) > self.extent => {
                    return Err(self.beyond(f64::from(offset.dx().abs().max(offset.dy().abs()))));
                }
                Kind::Image(image) => self.group(image.root(), inside, held)?,
                _ => {}
            }
            self.spend(work * area)?;
        }
        Ok(())
    }

    fn node(&mut self) -> Result<(), AssetError> {
        /// Walking to a node and setting up what it needs, in passes over a pixel.
        const PASSES: f64 = 300.0;
        self.nodes += 1;
        self.cost.fixed += PASSES;
        within("elements of the SVG as drawn", self.nodes, self.limits.elements)
    }

    fn add_segments(&mut self, what: &'static str, segments: u64) -> Result<(), AssetError> {
        /// Flattening a curve and sorting its edges, in passes over a pixel.
        const PASSES: f64 = 50.0;
        self.segments += segments;
        self.cost.fixed += PASSES * segments as f64;
        within(what, self.segments, self.limits.segments)
    }

    fn check_depth(&self, depth: usize) -> Result<(), AssetError> {
        within("layers inside layers in the SVG", depth as u64, self.limits.layer_depth as u64)
    }

    /// Adds passes over `square_units`.
    fn spend(&mut self, square_units: f64) -> Result<(), AssetError> {
        self.cost.area += square_units;
        self.check_work()
    }

    fn spend_reach(&mut self, passes: f64) -> Result<(), AssetError> {
        self.cost.reach += passes;
        self.check_work()
    }

    fn check_work(&self) -> Result<(), AssetError> {
        let passes = self.cost.passes(self.reference) / (REFERENCE_SIDE * REFERENCE_SIDE);
        let passes = if passes.is_finite() { passes.min(1e15).ceil() as u64 } else { u64::MAX };
        within("estimated passes to draw the SVG", passes, u64::from(self.limits.passes))
    }

    /// Notes that so many bytes to a pixel are held at once.
    fn hold(&mut self, bytes: f64) -> Result<(), AssetError> {
        self.cost.bytes = self.cost.bytes.max(bytes);
        let at_reference = self.cost.bytes * self.reference * self.reference;
        let bytes = if at_reference.is_finite() { at_reference.min(1e18).ceil() as u64 } else { u64::MAX };
        within("bytes to draw the SVG", bytes, self.limits.drawing_bytes as u64)
    }

    /// How many square units a box takes; the renderer cuts layers at five times each side of the page.
    fn area(&self, bounds: NonZeroRect, place: Place) -> f64 {
        let (width, height) = self.page;
        let Some(bounds) = bounds.transform(place.transform) else { return 25.0 * width * height };
        let along = |low: f32, high: f32, side: f64| {
            if place.on_page {
                (f64::from(high).min(3.0 * side) - f64::from(low).max(-2.0 * side)).clamp(0.0, 5.0 * side)
            } else {
                (f64::from(high) - f64::from(low)).clamp(0.0, 5.0 * side)
            }
        };
        along(bounds.left(), bounds.right(), width) * along(bounds.top(), bounds.bottom(), height)
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

/// How long a path is at most, in its own units: a curve is shorter than the lines between its points.
fn length(path: &Path) -> f64 {
    let (mut start, mut last, mut sum) = (Point::zero(), Point::zero(), 0.0);
    for segment in path.data().segments() {
        let points = match segment {
            PathSegment::MoveTo(point) => {
                (start, last) = (point, point);
                [point; 3]
            }
            PathSegment::LineTo(point) => [point; 3],
            PathSegment::QuadTo(control, point) => [control, point, point],
            PathSegment::CubicTo(first, second, point) => [first, second, point],
            PathSegment::Close => [start; 3],
        };
        for point in points {
            sum += f64::from(last.distance(point));
            last = point;
        }
    }
    sum
}
