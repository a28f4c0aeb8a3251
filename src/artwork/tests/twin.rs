//! The slow twin: the same scenes drawn by tiny-skia, group by group, on whole pixmaps.

use kurbo::{Affine, BezPath, Rect, Shape};
use proptest::prelude::*;
use resvg::tiny_skia::{
    self, BlendMode, FillRule as SkiaRule, GradientStop, LinearGradient, Mask, Paint as SkiaPaint, Pixmap, PixmapPaint,
    RadialGradient, Shader, SpreadMode, Transform,
};

use crate::artwork::rasterize;
use crate::artwork::tests::{any_color, any_paint, any_path, fill, group, rect, scene};
use crate::color::Color;
use crate::math::rotation;
use crate::scene::svg::tests::skia_path;
use crate::scene::{Blend, FillRule, GradientGeometry, Group, Item, Paint, Scene};
use crate::units::Dpi;

const BLENDS: [(Blend, BlendMode); 24] = [
    (Blend::Over, BlendMode::SourceOver),
    (Blend::Clear, BlendMode::Clear),
    (Blend::Src, BlendMode::Source),
    (Blend::Dest, BlendMode::Destination),
    (Blend::DestOver, BlendMode::DestinationOver),
    (Blend::SrcIn, BlendMode::SourceIn),
    (Blend::DestIn, BlendMode::DestinationIn),
    (Blend::SrcOut, BlendMode::SourceOut),
    (Blend::DestOut, BlendMode::DestinationOut),
    (Blend::SrcAtop, BlendMode::SourceAtop),
    (Blend::DestAtop, BlendMode::DestinationAtop),
    (Blend::Xor, BlendMode::Xor),
    (Blend::Plus, BlendMode::Plus),
    (Blend::Screen, BlendMode::Screen),
    (Blend::Overlay, BlendMode::Overlay),
    (Blend::Darken, BlendMode::Darken),
    (Blend::Lighten, BlendMode::Lighten),
    (Blend::ColorDodge, BlendMode::ColorDodge),
    (Blend::ColorBurn, BlendMode::ColorBurn),
    (Blend::HardLight, BlendMode::HardLight),
    (Blend::SoftLight, BlendMode::SoftLight),
    (Blend::Difference, BlendMode::Difference),
    (Blend::Exclusion, BlendMode::Exclusion),
    (Blend::Multiply, BlendMode::Multiply),
];

fn twin(scene: &Scene, dpi: Dpi) -> Pixmap {
    let (width, height) = scene.size.to_px(dpi);
    let mut canvas = Pixmap::new(width, height).unwrap();
    for layer in &scene.layers {
        draw(&layer.items, dpi.px_per_mm() as f32, &mut canvas);
    }
    canvas
}

fn draw(items: &[Item], scale: f32, canvas: &mut Pixmap) {
    let to_px = Transform::from_scale(scale, scale);
    for item in items {
        match item {
            Item::Fill { path, rule, paint } => {
                let rule = if *rule == FillRule::EvenOdd { SkiaRule::EvenOdd } else { SkiaRule::Winding };
                canvas.fill_path(&skia_path(path), &skia_paint(paint), rule, to_px, None);
            }
            Item::Stroke { path, style, paint } => {
                let stroke = tiny_skia::Stroke {
                    width: style.width as f32,
                    line_cap: tiny_skia::LineCap::Round,
                    line_join: tiny_skia::LineJoin::Round,
                    ..tiny_skia::Stroke::default()
                };
                canvas.stroke_path(&skia_path(path), &skia_paint(paint), &stroke, to_px, None);
            }
            Item::Group(group) => draw_group(group, scale, canvas),
            Item::Picture { .. } | Item::Svg { .. } => panic!("the twin draws paths only"),
        }
    }
}

fn draw_group(group: &Group, scale: f32, canvas: &mut Pixmap) {
    let mut own = Pixmap::new(canvas.width(), canvas.height()).unwrap();
    draw(&group.items, scale, &mut own);
    if let Some(clip) = &group.clip {
        let mut mask = Mask::new(own.width(), own.height()).unwrap();
        mask.fill_path(&skia_path(clip), SkiaRule::Winding, true, Transform::from_scale(scale, scale));
        own.apply_mask(&mask);
    }
    let blend_mode = BLENDS.iter().find(|(blend, _)| *blend == group.blend).unwrap().1;
    let paint = PixmapPaint { opacity: group.opacity as f32, blend_mode, ..PixmapPaint::default() };
    canvas.draw_pixmap(0, 0, own.as_ref(), &paint, Transform::identity(), None);
}

fn skia_paint(paint: &Paint) -> SkiaPaint<'static> {
    let color = |color: Color, opacity: f32| {
        let mut skia = tiny_skia::Color::from_rgba8(color.r, color.g, color.b, 255);
        skia.set_alpha(opacity);
        skia
    };
    let shader = match paint {
        Paint::Solid(at, opacity) => Shader::SolidColor(color(*at, *opacity)),
        Paint::Gradient(gradient) => {
            let stops = gradient.stops.iter().map(|&(at, c, opacity)| GradientStop::new(at, color(c, opacity)));
            let point = |p: kurbo::Point| tiny_skia::Point::from_xy(p.x as f32, p.y as f32);
            let stops = stops.collect();
            let (pad, still) = (SpreadMode::Pad, Transform::identity());
            match gradient.geometry {
                GradientGeometry::Linear { start, end } => {
                    LinearGradient::new(point(start), point(end), stops, pad, still)
                }
                GradientGeometry::Radial { start, start_radius, end, end_radius } => {
                    let (inner, outer) = (start_radius as f32, end_radius as f32);
                    RadialGradient::new(point(start), inner, point(end), outer, stops, pad, still)
                }
                GradientGeometry::Sweep { .. } => None,
            }
            .unwrap()
        }
    };
    SkiaPaint { shader, anti_alias: true, ..SkiaPaint::default() }
}

/// Share of channels that differ by more than `slack`.
fn share_off(a: &[u8], b: &[u8], slack: u8) -> f64 {
    let off = a.iter().zip(b).filter(|(a, b)| a.abs_diff(**b) > slack).count();
    off as f64 / a.len() as f64
}

fn round_stroke(path: BezPath, paint: Paint, width: f64) -> Item {
    let style = kurbo::Stroke::new(width).with_caps(kurbo::Cap::Round).with_join(kurbo::Join::Round);
    Item::Stroke { path: path.into(), style, paint }
}

/// Whether a blend divides small eight-bit numbers by each other, which magnifies their rounding beyond any bound.
fn is_magnified(blend: Blend, below: Color, above: Color, channel: usize) -> bool {
    let Some(of) = [|c: Color| c.r, |c: Color| c.g, |c: Color| c.b].get(channel) else { return false };
    let (below, above) = (of(below), of(above));
    match blend {
        Blend::ColorDodge => below < 32 || above > 223,
        Blend::ColorBurn => below > 223 || above < 32,
        _ => false,
    }
}

fn any_vector_item() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        (any_path(), any_paint()).prop_map(|(path, paint)| fill(path, paint)),
        (any_path(), any_paint(), 0.5..4.0_f64).prop_map(|(path, paint, width)| round_stroke(path, paint, width)),
    ];
    leaf.prop_recursive(2, 6, 3, |item| {
        let clip = prop::option::of(any_path().prop_map(Into::into));
        (prop::collection::vec(item, 1..3), 0.2..1.0_f64, clip)
            .prop_map(|(items, opacity, clip)| Item::Group(Group { items, opacity, clip, ..Group::default() }))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn paths_look_as_tiny_skia_draws_them(items in prop::collection::vec(any_vector_item(), 1..6)) {
        let (scene, dpi) = (scene(45.0, 60.0, items), Dpi::new(80.0).unwrap());
        let (ours, theirs) = (rasterize(&scene, dpi), twin(&scene, dpi));
        // It samples a pixel in sixteen places, we measure areas: edges differ, what they enclose does not.
        let (edges, areas) = (share_off(ours.pixels.data(), theirs.data(), 72), share_off(ours.pixels.data(), theirs.data(), 4));
        // Where five outlines meet, their differences meet: up to 0.0011 of the pixels were seen.
        prop_assert!(edges < 0.002 && areas < 0.1, "{edges} {areas}");
    }

    #[test]
    fn every_blend_follows_the_formulas(below in any_color(), above in any_color(), faint in 0.3..1.0_f64) {
        for (blend, _) in BLENDS {
            let top = Group { items: vec![rect(2.0, 2.0, 6.0, 6.0, above)], opacity: faint, blend, ..Group::default() };
            let bottom = Group { items: vec![rect(0.0, 0.0, 4.0, 8.0, below)], opacity: 0.8, ..Group::default() };
            let scene = scene(8.0, 8.0, vec![group(vec![Item::Group(bottom), Item::Group(top)], Blend::Over)]);
            let dpi = Dpi::new(25.4).unwrap();
            let (ours, theirs) = (rasterize(&scene, dpi), twin(&scene, dpi));
            for (x, y) in [(1, 1), (3, 3), (5, 3), (7, 7)] {
                let (ours, theirs) = (ours.pixels.pixel(x, y).unwrap(), theirs.pixel(x, y).unwrap());
                let theirs = [theirs.red(), theirs.green(), theirs.blue(), theirs.alpha()];
                let slack = if matches!(blend, Blend::ColorDodge | Blend::ColorBurn) { 16 } else { 4 };
                let differs = |k: usize| !is_magnified(blend, below, above, k) && ours[k].abs_diff(theirs[k]) > slack;
                prop_assert!(
                    !(0..4).any(differs),
                    "{blend:?} at {x} {y}: {ours:?}, not {theirs:?}"
                );
            }
        }
    }
}

/// The non-separable blends of <https://www.w3.org/TR/compositing-1/#blendingnonseparable>, for opaque colours.
fn non_separable(blend: Blend, below: [f64; 3], above: [f64; 3]) -> [f64; 3] {
    let luminosity = |c: [f64; 3]| 0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2];
    let (low, high) = (|c: [f64; 3]| c[0].min(c[1]).min(c[2]), |c: [f64; 3]| c[0].max(c[1]).max(c[2]));
    let set_luminosity = |c: [f64; 3], to: f64| {
        let moved = c.map(|channel| channel + to - luminosity(c));
        let (least, most) = (low(moved), high(moved));
        moved.map(|mut channel| {
            if least < 0.0 {
                channel = to + (channel - to) * to / (to - least);
            }
            if most > 1.0 { to + (channel - to) * (1.0 - to) / (most - to) } else { channel }
        })
    };
    let set_saturation = |c: [f64; 3], to: f64| {
        let range = high(c) - low(c);
        c.map(|channel| if range > 0.0 { (channel - low(c)) * to / range } else { 0.0 })
    };
    let saturation = |c: [f64; 3]| high(c) - low(c);
    match blend {
        Blend::Hue => set_luminosity(set_saturation(above, saturation(below)), luminosity(below)),
        Blend::Saturation => set_luminosity(set_saturation(below, saturation(above)), luminosity(below)),
        Blend::Color => set_luminosity(above, luminosity(below)),
        Blend::Luminosity => set_luminosity(below, luminosity(above)),
        _ => panic!("{blend:?} is separable"),
    }
}

proptest! {
    #[test]
    fn hue_saturation_and_luminosity_follow_the_formulas(below in any_color(), above in any_color()) {
        for blend in [Blend::Hue, Blend::Saturation, Blend::Color, Blend::Luminosity] {
            let items = vec![rect(0.0, 0.0, 4.0, 4.0, below), group(vec![rect(0.0, 0.0, 4.0, 4.0, above)], blend)];
            let artwork = rasterize(&scene(4.0, 4.0, items), Dpi::new(25.4).unwrap());
            let unit = |c: Color| [c.r, c.g, c.b].map(|channel| f64::from(channel) / 255.0);
            let expected = non_separable(blend, unit(below), unit(above)).map(|channel| channel * 255.0);
            let pixel = artwork.pixels.pixel(2, 2).unwrap();
            let is_near = pixel.iter().zip(expected).all(|(a, b)| (f64::from(*a) - b).abs() <= 3.0);
            prop_assert!(is_near && pixel[3] == 255, "{blend:?} {below} {above}: {pixel:?}, not {expected:?}");
        }
    }
}

#[test]
fn solid_areas_are_equal_to_the_byte() {
    let shape = kurbo::Circle::new((20.0, 20.0), 15.0).to_path(0.01);
    let color = Color::new(0xc8, 0x10, 0x2e);
    let turned = Affine::translate((30.0, 40.0)) * rotation(0.3) * Rect::new(-10.0, -10.0, 10.0, 15.0).to_path(0.1);
    let items = vec![fill(shape, Paint::Solid(color, 1.0)), fill(turned, Paint::Solid(Color::new(9, 200, 77), 1.0))];
    let (scene, dpi) = (scene(45.0, 60.0, items), Dpi::new(90.0).unwrap());
    let (ours, theirs) = (rasterize(&scene, dpi), twin(&scene, dpi));
    let pairs = ours.pixels.data().chunks_exact(4).zip(theirs.data().chunks_exact(4));
    let solid = pairs.filter(|(ours, theirs)| ours[3] == 255 && theirs[3] == 255 && ours != theirs);
    // Where one colour meets the other, both antialias over an opaque ground.
    assert!(solid.count() < 150);
}
