//! Both ways of drawing an SVG, as one tree and as items, have to show the same.

use std::sync::Arc;

use kurbo::{Affine, BezPath, PathEl};
use resvg::tiny_skia as skia;

use super::items;
use crate::assets::{Kind, Library};
use crate::scene::{Blend, Extend, FillRule, Gradient, GradientGeometry, Group, Item, Paint};

const SIDE: u32 = 200;

fn tree(body: &str) -> Arc<resvg::usvg::Tree> {
    let source = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{body}</svg>"#);
    let asset = Library::in_memory().decode(source.as_bytes()).unwrap();
    match &asset.kind {
        Kind::Svg { tree, .. } => Arc::clone(tree),
        Kind::Raster { .. } => panic!("a raster picture"),
    }
}

fn to_mm() -> Affine {
    Affine::scale(f64::from(SIDE) / 100.0)
}

/// Draws `body` both ways and returns the largest difference of a channel and the mean difference.
fn compare(body: &str) -> (u8, f64) {
    let tree = tree(body);
    let items = items(&tree, to_mm(), None);
    assert!(!items.iter().any(|item| matches!(item, Item::Svg { .. })), "not converted: {body}");
    let mut expected = skia::Pixmap::new(SIDE, SIDE).unwrap();
    resvg::render(&tree, skia_transform(to_mm()), &mut expected.as_mut());
    let mut actual = skia::Pixmap::new(SIDE, SIDE).unwrap();
    draw(&items, &mut actual);
    let apart: Vec<u8> = expected.data().iter().zip(actual.data()).map(|(a, b)| a.abs_diff(*b)).collect();
    assert!(expected.data().iter().any(|v| *v > 0), "nothing drawn: {body}");
    (*apart.iter().max().unwrap(), apart.iter().map(|v| f64::from(*v)).sum::<f64>() / apart.len() as f64)
}

/// A slow and plain drawing of items, for comparison only.
fn draw(items: &[Item], onto: &mut skia::Pixmap) {
    for item in items {
        match item {
            Item::Fill { path, rule, paint } => {
                let rule = match rule {
                    FillRule::NonZero => skia::FillRule::Winding,
                    FillRule::EvenOdd => skia::FillRule::EvenOdd,
                };
                onto.fill_path(&skia_path(path), &skia_paint(paint), rule, skia::Transform::identity(), None);
            }
            Item::Stroke { path, style, paint } => {
                let dashes = style.dash_pattern.iter().map(|v| *v as f32).collect();
                let stroke = skia::Stroke {
                    width: style.width as f32,
                    miter_limit: style.miter_limit as f32,
                    line_cap: match style.start_cap {
                        kurbo::Cap::Butt => skia::LineCap::Butt,
                        kurbo::Cap::Round => skia::LineCap::Round,
                        kurbo::Cap::Square => skia::LineCap::Square,
                    },
                    line_join: match style.join {
                        kurbo::Join::Miter => skia::LineJoin::Miter,
                        kurbo::Join::Round => skia::LineJoin::Round,
                        kurbo::Join::Bevel => skia::LineJoin::Bevel,
                    },
                    dash: skia::StrokeDash::new(dashes, style.dash_offset as f32),
                };
                onto.stroke_path(&skia_path(path), &skia_paint(paint), &stroke, skia::Transform::identity(), None);
            }
            Item::Group(group) => draw_group(group, onto),
            Item::Picture { .. } | Item::Svg { .. } => panic!("not a path"),
        }
    }
}

fn draw_group(group: &Group, onto: &mut skia::Pixmap) {
    let mut layer = skia::Pixmap::new(SIDE, SIDE).unwrap();
    draw(&group.items, &mut layer);
    let mask = group.clip.as_ref().map(|clip| {
        let mut mask = skia::Mask::new(SIDE, SIDE).unwrap();
        mask.fill_path(&skia_path(clip), skia::FillRule::Winding, true, skia::Transform::identity());
        mask
    });
    let blend_mode = match group.blend {
        Blend::Over => skia::BlendMode::SourceOver,
        Blend::Multiply => skia::BlendMode::Multiply,
        Blend::Screen => skia::BlendMode::Screen,
        other => panic!("{other:?} is not in these tests"),
    };
    let paint = skia::PixmapPaint { opacity: group.opacity as f32, blend_mode, quality: skia::FilterQuality::Nearest };
    onto.draw_pixmap(0, 0, layer.as_ref(), &paint, skia::Transform::identity(), mask.as_ref());
}

fn skia_paint(paint: &Paint) -> skia::Paint<'static> {
    let shader = match paint {
        Paint::Solid(color, alpha) => {
            let alpha = (alpha * 255.0).round() as u8;
            skia::Shader::SolidColor(skia::Color::from_rgba8(color.r, color.g, color.b, alpha))
        }
        Paint::Gradient(gradient) => skia_gradient(gradient),
    };
    skia::Paint { shader, anti_alias: true, ..skia::Paint::default() }
}

fn skia_gradient(gradient: &Gradient) -> skia::Shader<'static> {
    let point = |point: kurbo::Point| skia::Point::from_xy(point.x as f32, point.y as f32);
    let stop = |(offset, color, alpha): &(f32, crate::color::Color, f32)| {
        let alpha = (alpha * 255.0).round() as u8;
        skia::GradientStop::new(*offset, skia::Color::from_rgba8(color.r, color.g, color.b, alpha))
    };
    let stops = gradient.stops.iter().map(stop).collect();
    let mode = match gradient.extend {
        Extend::Pad => skia::SpreadMode::Pad,
        Extend::Repeat => skia::SpreadMode::Repeat,
        Extend::Reflect => skia::SpreadMode::Reflect,
    };
    let transform = skia_transform(gradient.transform);
    match gradient.geometry {
        GradientGeometry::Linear { start, end } => {
            skia::LinearGradient::new(point(start), point(end), stops, mode, transform).unwrap()
        }
        GradientGeometry::Radial { start, start_radius, end, end_radius } => {
            let (first, last) = (start_radius as f32, end_radius as f32);
            skia::RadialGradient::new(point(start), first, point(end), last, stops, mode, transform).unwrap()
        }
        GradientGeometry::Sweep { .. } => panic!("SVG has none"),
    }
}

fn skia_transform(transform: Affine) -> skia::Transform {
    let [a, b, c, d, e, f] = transform.as_coeffs().map(|v| v as f32);
    skia::Transform::from_row(a, b, c, d, e, f)
}

/// The path as the other rasteriser has it.
pub(crate) fn skia_path(path: &BezPath) -> skia::Path {
    let mut out = skia::PathBuilder::new();
    for element in path.elements() {
        match *element {
            PathEl::MoveTo(p) => out.move_to(p.x as f32, p.y as f32),
            PathEl::LineTo(p) => out.line_to(p.x as f32, p.y as f32),
            PathEl::QuadTo(a, p) => out.quad_to(a.x as f32, a.y as f32, p.x as f32, p.y as f32),
            PathEl::CurveTo(a, b, p) => {
                out.cubic_to(a.x as f32, a.y as f32, b.x as f32, b.y as f32, p.x as f32, p.y as f32);
            }
            PathEl::ClosePath => out.close(),
        }
    }
    out.finish().unwrap()
}

#[test]
fn items_look_like_the_tree() {
    let gradient = |tag: &str, rest: &str| {
        format!(
            r##"<{tag} id="g" {rest}><stop stop-color="#f00"/><stop offset="0.4" stop-color="#ff0" stop-opacity="0.6"/><stop offset="1" stop-color="#00f"/></{tag}>"##
        )
    };
    let fill = r#"<rect x="10" y="20" width="70" height="50" fill="url(#g)" fill-opacity="0.8" transform="rotate(10) skewX(12)"/>"#;
    for body in [
        r##"<rect x="10" y="10" width="60" height="40" rx="8" fill="#e03020" stroke="#123" stroke-width="5"/>"##.to_owned(),
        r##"<path d="M50 5 79 91 2 38H98L21 91Z" fill-rule="evenodd" fill="#283" stroke="#fa0" stroke-linejoin="bevel" stroke-width="3"/>"##.to_owned(),
        r##"<path d="M10 80Q50 -30 90 80" fill="none" stroke="#06c" stroke-width="6" stroke-dasharray="12 5" stroke-dashoffset="4" stroke-linecap="round"/>"##.to_owned(),
        r##"<path d="M20 80 50 10 80 80" fill="none" stroke="#000" stroke-width="8" stroke-miterlimit="9"/>"##.to_owned(),
        r##"<circle cx="50" cy="50" r="20" fill="#fff" stroke="#c0c" stroke-width="10" paint-order="stroke"/>"##.to_owned(),
        r##"<g opacity="0.5"><circle cx="40" cy="50" r="30" fill="#f00"/><circle cx="60" cy="50" r="30" fill="#00f"/></g>"##.to_owned(),
        r##"<rect width="100" height="60" fill="#fc0"/><g style="mix-blend-mode:multiply"><circle cx="50" cy="50" r="40" fill="#0cf"/></g>"##.to_owned(),
        r##"<clipPath id="c"><circle cx="50" cy="50" r="30"/></clipPath><g transform="translate(5 3) scale(1.1)"><rect width="80" height="80" fill="#0a4" clip-path="url(#c)" opacity="0.7"/></g>"##.to_owned(),
        r##"<clipPath id="a"><rect x="20" y="20" width="60" height="20"/></clipPath><clipPath id="c" clip-path="url(#a)"><circle cx="50" cy="30" r="25"/></clipPath><rect width="90" height="90" fill="#82f" clip-path="url(#c)"/>"##.to_owned(),
        r##"<g transform="scale(2 0.5)"><circle cx="25" cy="100" r="15" fill="none" stroke="#222" stroke-width="6"/></g>"##.to_owned(),
        r##"<circle cx="95" cy="50" r="30" fill="#a52"/>"##.to_owned(),
        gradient("linearGradient", r#"x1="0.2" x2="0.7" y2="0.3" spreadMethod="reflect""#) + fill,
        gradient("linearGradient", r#"gradientUnits="userSpaceOnUse" x1="20" x2="40" gradientTransform="rotate(30)" spreadMethod="repeat""#) + fill,
        gradient("radialGradient", r#"cx="0.4" cy="0.5" r="0.6" fx="0.3" fy="0.4""#) + fill,
        gradient("radialGradient", "") + r#"<path d="M10 50H90" stroke="url(#g)" stroke-width="20" gradientUnits="userSpaceOnUse"/><path d="M10 10 90 40" stroke="url(#g)" stroke-width="9"/>"#,
    ] {
        let (worst, mean) = compare(&body);
        // Single edge pixels differ where a squeezed stroke became an outline and where a layer's clip is rounded.
        assert!(worst <= 72 && mean <= 0.12, "{worst} {mean:.3}: {body}");
    }
}

#[test]
fn what_has_no_counterpart_stays_one_tree() {
    let rect = r##"<rect width="50" height="50" fill="#f00"/>"##;
    for part in [
        r##"<filter id="f"><feGaussianBlur stdDeviation="3"/></filter><rect x="9" width="50" height="50" filter="url(#f)"/>"##,
        r##"<mask id="m"><circle r="40" fill="#fff"/></mask><rect width="50" height="50" mask="url(#m)"/>"##,
        r##"<pattern id="p" width="9" height="9" patternUnits="userSpaceOnUse"><circle r="4"/></pattern><rect width="50" height="50" fill="url(#p)"/>"##,
        r##"<clipPath id="c"><path clip-rule="evenodd" d="M0 0H50V50H0ZM9 9H30V30H9Z"/></clipPath><rect width="50" height="50" clip-path="url(#c)"/>"##,
    ] {
        let items = items(&tree(&format!("{rect}{part}")), to_mm(), None);
        assert!(matches!(items.as_slice(), [Item::Svg { .. }]), "{part}: {items:?}");
    }
}

#[test]
fn a_hidden_path_is_not_drawn() {
    let body = r##"<rect width="50" height="50" visibility="hidden"/><circle r="9" fill="#00f"/>"##;
    assert_eq!(items(&tree(body), to_mm(), None).len(), 1);
}
