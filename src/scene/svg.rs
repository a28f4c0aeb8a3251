//! From a safe SVG tree to items of the scene.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Cap, Join, PathEl, Point, Rect, Shape, StrokeOpts};
use resvg::tiny_skia::{Path as SkiaPath, PathSegment, Transform};
use resvg::usvg;
use usvg::{BaseGradient, BlendMode, ClipPath, LineCap, LineJoin, Node, PaintOrder, SpreadMethod, Tree};

use crate::color::Color;
use crate::scene::{Blend, Extend, FillRule, Gradient, GradientGeometry, Group, Item, Paint};

/// The drawing in millimetres; `to_mm` maps its user units.
///
/// Paths stay vectors, with solid and gradient paints, strokes, opacity, blend modes and simple clip paths. A tree that
/// uses anything else (patterns, masks, filters, pictures, clip paths that need even-odd filling) comes back whole as one
/// [`Item::Svg`], since the rest of it may lie above or below such a part; `finest` is passed on to that.
#[must_use]
pub fn items(tree: &Arc<Tree>, to_mm: Affine, finest: Option<f64>) -> Vec<Item> {
    let Some(items) = group_items(tree.root(), to_mm) else {
        return vec![Item::Svg { tree: Arc::clone(tree), transform: to_mm, finest }];
    };
    if items.is_empty() {
        return items;
    }
    let page = Rect::new(0.0, 0.0, f64::from(tree.size().width()), f64::from(tree.size().height()));
    let drawn = tree.root().abs_stroke_bounding_box();
    let drawn =
        Rect::new(f64::from(drawn.left()), f64::from(drawn.top()), f64::from(drawn.right()), f64::from(drawn.bottom()));
    // What hangs over the page is not part of the picture; a hair of rounding is.
    let slack = 1e-3 * page.width().max(page.height());
    if page.inflate(slack, slack).union(drawn) == page.inflate(slack, slack) {
        return items;
    }
    let clip = Some(Arc::new(to_mm * page.to_path(0.0)));
    vec![Item::Group(Group { items, clip, ..Group::default() })]
}

/// `None` if anything inside has no counterpart in the scene.
fn group_items(group: &usvg::Group, parent: Affine) -> Option<Vec<Item>> {
    if group.mask().is_some() || !group.filters().is_empty() {
        return None;
    }
    let to_mm = parent * affine(group.transform());
    let mut items = Vec::new();
    for node in group.children() {
        match node {
            Node::Group(child) => items.extend(group_items(child, to_mm)?),
            Node::Path(path) => items.extend(path_items(path, to_mm)?),
            Node::Text(text) => items.extend(group_items(text.flattened(), to_mm)?),
            Node::Image(_) => return None,
        }
    }
    if !group.should_isolate() {
        return Some(items);
    }
    // The innermost clip goes with the opacity; clips of the clip intersect around it.
    let mut wrapped = items;
    let mut clip = group.clip_path();
    while let Some(current) = clip {
        let path = clip_outline(current, to_mm)?;
        if path.is_empty() {
            return Some(Vec::new());
        }
        wrapped = vec![Item::Group(Group { items: wrapped, clip: Some(Arc::new(path)), ..Group::default() })];
        clip = current.clip_path();
    }
    let opacity = f64::from(group.opacity().get());
    let blend = blend(group.blend_mode());
    if let [Item::Group(outer)] = wrapped.as_mut_slice()
        && group.clip_path().is_some()
    {
        (outer.opacity, outer.blend) = (opacity, blend);
        return Some(wrapped);
    }
    Some(vec![Item::Group(Group { items: wrapped, opacity, blend, ..Group::default() })])
}

/// The region of a clip path as one nonzero outline, or `None` if it takes more than that.
fn clip_outline(clip: &ClipPath, to_mm: Affine) -> Option<BezPath> {
    let mut parts = Vec::new();
    collect_clip(clip.root(), to_mm * affine(clip.transform()), &mut parts)?;
    for (idx, part) in parts.iter().enumerate() {
        // Overlapping parts of opposite direction would cancel out.
        let bounds = part.bounding_box();
        if parts[..idx].iter().any(|other| other.bounding_box().overlaps(bounds)) {
            return None;
        }
    }
    Some(parts.into_iter().flatten().collect())
}

fn collect_clip(group: &usvg::Group, parent: Affine, parts: &mut Vec<BezPath>) -> Option<()> {
    if group.clip_path().is_some() || group.mask().is_some() || !group.filters().is_empty() {
        return None;
    }
    let to_mm = parent * affine(group.transform());
    for node in group.children() {
        match node {
            Node::Group(child) => collect_clip(child, to_mm, parts)?,
            Node::Path(path) => {
                let fill = path.fill()?;
                let outline = outline(path.data());
                let contours = outline.elements().iter().filter(|el| matches!(el, PathEl::MoveTo(_))).count();
                // A rectangle or circle is the same under both rules; a ring is not.
                if fill.rule() == usvg::FillRule::EvenOdd && contours > 1 {
                    return None;
                }
                parts.push(to_mm * outline);
            }
            Node::Text(_) | Node::Image(_) => return None,
        }
    }
    Some(())
}

fn path_items(path: &usvg::Path, to_mm: Affine) -> Option<Vec<Item>> {
    if !path.is_visible() {
        return Some(Vec::new());
    }
    let outline = outline(path.data());
    let mut items = Vec::new();
    if let Some(fill) = path.fill() {
        let rule = match fill.rule() {
            usvg::FillRule::NonZero => FillRule::NonZero,
            usvg::FillRule::EvenOdd => FillRule::EvenOdd,
        };
        let paint = paint(fill.paint(), fill.opacity().get(), to_mm)?;
        items.push(Item::Fill { path: Arc::new(to_mm * outline.clone()), rule, paint });
    }
    if let Some(stroke) = path.stroke() {
        items.push(stroke_item(stroke, outline, to_mm)?);
    }
    if path.paint_order() == PaintOrder::StrokeAndFill {
        items.reverse();
    }
    Some(items)
}

fn stroke_item(stroke: &usvg::Stroke, outline: BezPath, to_mm: Affine) -> Option<Item> {
    let paint = paint(stroke.paint(), stroke.opacity().get(), to_mm)?;
    let join = match stroke.linejoin() {
        LineJoin::Miter => Join::Miter,
        LineJoin::Round => Join::Round,
        LineJoin::Bevel => Join::Bevel,
        LineJoin::MiterClip => return None,
    };
    let cap = match stroke.linecap() {
        LineCap::Butt => Cap::Butt,
        LineCap::Round => Cap::Round,
        LineCap::Square => Cap::Square,
    };
    let style = |scale: f64| {
        let style = kurbo::Stroke::new(f64::from(stroke.width().get()) * scale)
            .with_join(join)
            .with_caps(cap)
            .with_miter_limit(f64::from(stroke.miterlimit().get()));
        match stroke.dasharray() {
            Some(dashes) => style.with_dashes(
                f64::from(stroke.dashoffset()) * scale,
                dashes.iter().map(|&dash| f64::from(dash) * scale).collect::<Vec<_>>(),
            ),
            None => style,
        }
    };
    if let Some(scale) = uniform_scale(to_mm) {
        return Some(Item::Stroke { path: Arc::new(to_mm * outline), style: style(scale), paint });
    }
    // A squeezed stroke is no stroke any more: thick here and thin there.
    let largest = to_mm.as_coeffs()[..4].iter().fold(0.0_f64, |most, c| most.max(c.abs()));
    let tolerance = STROKE_TOLERANCE_MM / largest.max(1e-12);
    let outline = kurbo::stroke(outline, &style(1.0), &StrokeOpts::default().stable_dash_order(true), tolerance);
    Some(Item::Fill { path: Arc::new(to_mm * outline), rule: FillRule::NonZero, paint })
}

/// How far the outline of a squeezed stroke may be off: a quarter of a pixel of a 600 dpi print.
const STROKE_TOLERANCE_MM: f64 = 0.01;

/// The factor by which lengths grow, if it is the same in all directions.
fn uniform_scale(transform: Affine) -> Option<f64> {
    let [a, b, c, d, _, _] = transform.as_coeffs();
    let (x, y) = (a * a + b * b, c * c + d * d);
    let skew = (a * c + b * d).abs();
    ((x - y).abs() <= 1e-4 * x.max(y) && skew <= 1e-4 * x.max(y)).then(|| x.sqrt())
}

fn paint(paint: &usvg::Paint, opacity: f32, to_mm: Affine) -> Option<Paint> {
    match paint {
        usvg::Paint::Color(color) => Some(Paint::Solid(Color::new(color.red, color.green, color.blue), opacity)),
        usvg::Paint::LinearGradient(linear) => {
            let start = point(linear.x1(), linear.y1());
            let end = point(linear.x2(), linear.y2());
            Some(gradient(linear, GradientGeometry::Linear { start, end }, opacity, to_mm))
        }
        usvg::Paint::RadialGradient(radial) => {
            let geometry = GradientGeometry::Radial {
                start: point(radial.fx(), radial.fy()),
                start_radius: f64::from(radial.fr().get()),
                end: point(radial.cx(), radial.cy()),
                end_radius: f64::from(radial.r().get()),
            };
            Some(gradient(radial, geometry, opacity, to_mm))
        }
        usvg::Paint::Pattern(_) => None,
    }
}

fn gradient(base: &BaseGradient, geometry: GradientGeometry, opacity: f32, to_mm: Affine) -> Paint {
    let stop = |stop: &usvg::Stop| {
        let color = stop.color();
        (stop.offset().get(), Color::new(color.red, color.green, color.blue), stop.opacity().get() * opacity)
    };
    let extend = match base.spread_method() {
        SpreadMethod::Pad => Extend::Pad,
        SpreadMethod::Reflect => Extend::Reflect,
        SpreadMethod::Repeat => Extend::Repeat,
    };
    let stops = base.stops().iter().map(stop).collect();
    Paint::Gradient(Gradient { geometry, stops, extend, transform: to_mm * affine(base.transform()) })
}

fn blend(mode: BlendMode) -> Blend {
    match mode {
        BlendMode::Normal => Blend::Over,
        BlendMode::Multiply => Blend::Multiply,
        BlendMode::Screen => Blend::Screen,
        BlendMode::Overlay => Blend::Overlay,
        BlendMode::Darken => Blend::Darken,
        BlendMode::Lighten => Blend::Lighten,
        BlendMode::ColorDodge => Blend::ColorDodge,
        BlendMode::ColorBurn => Blend::ColorBurn,
        BlendMode::HardLight => Blend::HardLight,
        BlendMode::SoftLight => Blend::SoftLight,
        BlendMode::Difference => Blend::Difference,
        BlendMode::Exclusion => Blend::Exclusion,
        BlendMode::Hue => Blend::Hue,
        BlendMode::Saturation => Blend::Saturation,
        BlendMode::Color => Blend::Color,
        BlendMode::Luminosity => Blend::Luminosity,
        BlendMode::PlusLighter => Blend::Plus,
    }
}

fn outline(path: &SkiaPath) -> BezPath {
    let at = |point: resvg::tiny_skia::Point| self::point(point.x, point.y);
    path.segments()
        .map(|segment| match segment {
            PathSegment::MoveTo(to) => PathEl::MoveTo(at(to)),
            PathSegment::LineTo(to) => PathEl::LineTo(at(to)),
            PathSegment::QuadTo(control, to) => PathEl::QuadTo(at(control), at(to)),
            PathSegment::CubicTo(first, second, to) => PathEl::CurveTo(at(first), at(second), at(to)),
            PathSegment::Close => PathEl::ClosePath,
        })
        .collect()
}

fn point(x: f32, y: f32) -> Point {
    Point::new(f64::from(x), f64::from(y))
}

fn affine(transform: Transform) -> Affine {
    Affine::new([transform.sx, transform.ky, transform.kx, transform.sy, transform.tx, transform.ty].map(f64::from))
}

#[cfg(test)]
pub(crate) mod tests;
