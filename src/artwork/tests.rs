//! Facts about whole artworks, and slow twins of what is fast.

mod bands;
mod finish;
mod pictures;
mod twin;

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape, Stroke};
use proptest::prelude::*;

use crate::artwork::{Artwork, rasterize};
use crate::color::Color;
use crate::pixels::Pixmap;
use crate::scene::{
    ArtworkHash, Blend, Extend, FillRule, Gradient, GradientGeometry, Group, Item, LayerFacts, Paint, Scene, SceneLayer,
};
use crate::units::{Dpi, PhysicalSize};

/// One pixel a millimetre.
fn one_px_per_mm() -> Dpi {
    Dpi::new(25.4).unwrap()
}

fn scene(width_mm: f64, height_mm: f64, items: Vec<Item>) -> Scene {
    let layer = SceneLayer {
        id: "layer".to_owned(),
        pointer: "/placements/0/layers/0".to_owned(),
        items,
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    Scene {
        size: PhysicalSize::from_mm(width_mm, height_mm),
        layers: vec![layer],
        finish: None,
        hash: ArtworkHash([1; 32]),
    }
}

fn draw(width_mm: f64, height_mm: f64, items: Vec<Item>) -> Artwork {
    rasterize(&scene(width_mm, height_mm, items), one_px_per_mm())
}

fn rect(x0: f64, y0: f64, x1: f64, y1: f64, color: Color) -> Item {
    fill(Rect::new(x0, y0, x1, y1).to_path(0.1), Paint::Solid(color, 1.0))
}

fn fill(path: BezPath, paint: Paint) -> Item {
    Item::Fill { path: Arc::new(path), rule: FillRule::NonZero, paint }
}

fn group(items: Vec<Item>, blend: Blend) -> Item {
    Item::Group(Group { items, blend, ..Group::default() })
}

const RED: Color = Color::new(0xc8, 0x10, 0x2e);
const BLUE: Color = Color::new(20, 60, 200);

#[test]
fn an_ink_keeps_its_exact_color() {
    for color in [RED, BLUE, Color::new(1, 2, 3), Color::new(254, 128, 127)] {
        let artwork = draw(8.0, 8.0, vec![rect(1.0, 1.0, 7.0, 7.0, color)]);
        assert_eq!(artwork.pixels.pixel(4, 4), Some([color.r, color.g, color.b, 255]), "{color}");
        assert_eq!(artwork.pixels.pixel(0, 0), Some([0; 4]));
    }
}

#[test]
fn the_first_pixels_corner_is_the_areas_corner() {
    let artwork = draw(4.0, 4.0, vec![rect(-3.0, -3.0, 1.0, 2.0, RED)]);
    let inked: Vec<bool> = artwork.pixels.data().chunks_exact(4).map(|pixel| pixel[3] == 255).collect();
    let expected: Vec<bool> = (0..16).map(|index| index % 4 < 1 && index / 4 < 2).collect();
    assert_eq!(inked, expected);
}

#[test]
fn the_raster_has_the_areas_size_and_the_scenes_hash() {
    let artwork = rasterize(&scene(304.8, 406.4, Vec::new()), Dpi::PRINT);
    assert_eq!((artwork.pixels.width(), artwork.pixels.height()), (3600, 4800));
    assert_eq!(artwork.hash, ArtworkHash([1; 32]));
    assert!(artwork.pixels.data().iter().all(|byte| *byte == 0));
}

#[test]
fn a_clip_shows_only_what_is_inside() {
    let clip = Some(Arc::new(Rect::new(2.0, 2.0, 5.0, 5.0).to_path(0.1)));
    let items = vec![rect(0.0, 0.0, 8.0, 8.0, RED)];
    let artwork = draw(8.0, 8.0, vec![Item::Group(Group { items, clip, ..Group::default() })]);
    assert_eq!(artwork.pixels.pixel(3, 3).unwrap()[3], 255);
    assert_eq!(artwork.pixels.pixel(5, 3).unwrap()[3], 0);
    assert_eq!(artwork.pixels.pixel(1, 4).unwrap()[3], 0);
}

#[test]
fn a_group_fades_as_one() {
    let items = vec![rect(0.0, 0.0, 6.0, 6.0, RED), rect(2.0, 2.0, 8.0, 8.0, BLUE)];
    let artwork = draw(8.0, 8.0, vec![Item::Group(Group { items, opacity: 0.5, ..Group::default() })]);
    assert_eq!(artwork.pixels.pixel(3, 3), artwork.pixels.pixel(7, 7), "what lies under the top must not show");
}

#[test]
fn an_operator_works_inside_its_group_only() {
    let cut = group(vec![rect(2.0, 2.0, 4.0, 4.0, BLUE)], Blend::DestOut);
    let items = vec![rect(0.0, 0.0, 8.0, 8.0, BLUE), group(vec![rect(1.0, 1.0, 6.0, 6.0, RED), cut], Blend::Over)];
    let artwork = draw(8.0, 8.0, items);
    assert_eq!(artwork.pixels.pixel(3, 3), Some([BLUE.r, BLUE.g, BLUE.b, 255]), "the hole shows what is below");
    assert_eq!(artwork.pixels.pixel(5, 5), Some([RED.r, RED.g, RED.b, 255]));
}

#[test]
fn an_operator_reaches_beyond_its_group_where_the_standard_says_so() {
    for blend in [Blend::Src, Blend::SrcIn, Blend::DestIn, Blend::Clear] {
        let below = rect(0.0, 0.0, 8.0, 8.0, RED);
        let clip = Some(Arc::new(Rect::new(4.0, 4.0, 6.0, 6.0).to_path(0.1)));
        let items = vec![rect(3.0, 3.0, 7.0, 7.0, BLUE)];
        let artwork = draw(8.0, 8.0, vec![below, Item::Group(Group { items, blend, clip, ..Group::default() })]);
        assert_eq!(artwork.pixels.pixel(1, 1), Some([0; 4]), "{blend:?} clears what it does not cover");
        assert_eq!(artwork.pixels.pixel(3, 3), Some([0; 4]), "{blend:?}: what is clipped away covers nothing");
    }
}

#[test]
fn a_gradient_runs_from_its_first_stop_to_its_last() {
    let geometry = GradientGeometry::Linear { start: Point::ZERO, end: Point::new(1.0, 0.0) };
    let stops = vec![(0.0, RED, 1.0), (1.0, BLUE, 1.0)];
    let gradient = Gradient {
        geometry,
        stops,
        extend: Extend::Pad,
        transform: Affine::scale(10.0).then_translate((5.0, 0.0).into()),
    };
    let artwork = draw(20.0, 4.0, vec![fill(Rect::new(0.0, 0.0, 20.0, 4.0).to_path(0.1), Paint::Gradient(gradient))]);
    assert_eq!(artwork.pixels.pixel(4, 1), Some([RED.r, RED.g, RED.b, 255]));
    assert_eq!(artwork.pixels.pixel(15, 1), Some([BLUE.r, BLUE.g, BLUE.b, 255]));
    let middle = artwork.pixels.pixel(9, 1).unwrap();
    assert!(middle[0].abs_diff(119) <= 1, "{middle:?}");
}

#[test]
fn a_sweep_runs_clockwise() {
    let quarter = std::f64::consts::FRAC_PI_2;
    let geometry =
        GradientGeometry::Sweep { center: Point::new(10.0, 10.0), start_angle: 0.0, end_angle: 4.0 * quarter };
    let stops = vec![(0.0, RED, 1.0), (0.25, RED, 1.0), (0.25, BLUE, 1.0), (1.0, BLUE, 1.0)];
    let gradient = Gradient { geometry, stops, extend: Extend::Pad, transform: Affine::IDENTITY };
    let artwork = draw(20.0, 20.0, vec![fill(Rect::new(0.0, 0.0, 20.0, 20.0).to_path(0.1), Paint::Gradient(gradient))]);
    assert_eq!(artwork.pixels.pixel(15, 15), Some([RED.r, RED.g, RED.b, 255]), "right and down comes first");
    assert_eq!(artwork.pixels.pixel(5, 15), Some([BLUE.r, BLUE.g, BLUE.b, 255]));
    assert_eq!(artwork.pixels.pixel(15, 5), Some([BLUE.r, BLUE.g, BLUE.b, 255]));
}

#[test]
fn softening_spreads_the_ink_evenly() {
    let items = vec![rect(20.0, 0.0, 80.0, 60.0, RED)];
    let artwork = draw(100.0, 60.0, vec![Item::Group(Group { items, blur: 4.0, ..Group::default() })]);
    let alpha = |x: u32| f64::from(artwork.pixels.pixel(x, 30).unwrap()[3]);
    assert_eq!(alpha(50), 255.0);
    // The edge at 20 mm is half inked; one deviation away the normal distribution leaves 15.9 %.
    assert!(((alpha(19) + alpha(20)) / 2.0 - 127.5).abs() < 2.0);
    assert!(((alpha(15) + alpha(16)) / 2.0 - 0.159 * 255.0).abs() < 3.0);
}

#[test]
fn items_without_a_finite_place_draw_nothing() {
    let pixels = Arc::new(Pixmap::from_premultiplied(1, 1, vec![255; 4]).unwrap());
    for scale in [0.0, f64::NAN, f64::INFINITY] {
        let mut path = BezPath::new();
        path.move_to((0.0, 0.0));
        path.line_to((scale, f64::NAN));
        path.line_to((8.0, f64::INFINITY));
        let items = vec![
            Item::Picture { pixels: pixels.clone(), transform: Affine::scale(scale) },
            fill(path.clone(), Paint::Solid(RED, 1.0)),
            Item::Stroke { path: Arc::new(path), style: Stroke::new(1.0), paint: Paint::Solid(RED, 1.0) },
        ];
        let artwork = draw(8.0, 8.0, items);
        assert!(artwork.pixels.data().iter().all(|byte| *byte == 0));
    }
}

/// Random scenes of everything that is drawn, on an area of about 40 by 60 mm.
fn any_scene() -> impl Strategy<Value = Scene> {
    let items = prop::collection::vec(any_item(), 1..7);
    (20.0..45.0_f64, 30.0..60.0_f64, items).prop_map(|(width, height, items)| scene(width, height, items))
}

fn any_item() -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        (any_path(), any_paint()).prop_map(|(path, paint)| fill(path, paint)),
        (any_path(), any_paint(), 0.3..4.0_f64).prop_map(|(path, paint, width)| Item::Stroke {
            path: Arc::new(path),
            style: Stroke::new(width),
            paint
        }),
        any_picture(),
    ];
    leaf.prop_recursive(2, 8, 3, |item| {
        let blend = prop::sample::select(vec![Blend::Over, Blend::Over, Blend::Multiply, Blend::DestOut, Blend::SrcIn]);
        let clip = prop::option::of(any_path().prop_map(Arc::new));
        let blur = prop_oneof![Just(0.0), Just(0.0), 0.3..3.0_f64];
        (prop::collection::vec(item, 1..3), 0.2..1.0_f64, blend, clip, blur)
            .prop_map(|(items, opacity, blend, clip, blur)| Item::Group(Group { items, opacity, blend, clip, blur }))
    })
}

fn any_point() -> impl Strategy<Value = Point> {
    (-5.0..50.0_f64, -5.0..65.0_f64).prop_map(|(x, y)| Point::new(x, y))
}

fn any_path() -> impl Strategy<Value = BezPath> {
    prop::collection::vec(any_point(), 3..7).prop_map(|points| {
        let mut path = BezPath::new();
        path.move_to(points[0]);
        points[1..].chunks(2).for_each(|pair| match pair {
            [through, to] => path.quad_to(*through, *to),
            rest => path.line_to(rest[0]),
        });
        path.close_path();
        path
    })
}

fn any_color() -> impl Strategy<Value = Color> {
    any::<[u8; 3]>().prop_map(|[r, g, b]| Color::new(r, g, b))
}

fn any_paint() -> impl Strategy<Value = Paint> {
    let geometry = prop_oneof![
        (any_point(), any_point()).prop_map(|(start, end)| GradientGeometry::Linear { start, end }),
        (any_point(), 3.0..30.0_f64).prop_map(|(center, radius)| GradientGeometry::Radial {
            start: center,
            start_radius: 0.0,
            end: center,
            end_radius: radius
        }),
    ];
    prop_oneof![
        2 => (any_color(), prop_oneof![Just(1.0), 0.1..1.0_f32]).prop_map(|(color, opacity)| Paint::Solid(color, opacity)),
        1 => (geometry, any_color(), any_color()).prop_map(|(geometry, from, to)| Paint::Gradient(Gradient {
            geometry,
            stops: vec![(0.0, from, 1.0), (1.0, to, 0.6)],
            extend: Extend::Pad,
            transform: Affine::IDENTITY,
        })),
    ]
}

fn any_picture() -> impl Strategy<Value = Item> {
    let angle = prop_oneof![Just(0.0), Just(std::f64::consts::FRAC_PI_2), 0.0..6.3_f64];
    (any::<[u8; 60]>(), any_point(), 0.2..6.0_f64, angle).prop_map(|(bytes, place, scale, angle)| {
        let data = bytes.as_chunks::<3>().0.iter().flat_map(|&[r, g, b]| [r, g, b, 255]).collect();
        Item::Picture {
            pixels: Arc::new(Pixmap::from_premultiplied(5, 4, data).unwrap()),
            transform: Affine::translate(place.to_vec2()) * crate::math::rotation(angle) * Affine::scale(scale),
        }
    })
}
