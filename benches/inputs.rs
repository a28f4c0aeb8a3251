//! The inputs that every stage shares, made in code so that each run measures the same work: a logo of 100 paths with
//! four gradients, a photo of 2000 x 1280 pixels with a soft edge, and two lines of outlined lettering.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Cap, Join, Point, Rect, Shape, Stroke};
use platen::color::Color;
use platen::pixels::Pixmap;
use platen::scene::{
    ArtworkHash, Extend, FillRule, Gradient, GradientGeometry, Item, LayerFacts, Paint, Scene, SceneLayer,
};
use platen::units::{Dpi, PhysicalSize};

/// Millimetres of one unit of the rivals' pictures, whose canvas is 1200 units wide and prints at 4500 px.
const UNIT_MM: f64 = 3.75 * 25.4 / 300.0;

/// The print file's scene: 4500 x 5400 px at 300 dpi.
pub(crate) fn print_scene() -> Scene {
    scene(PhysicalSize::from_mm(1200.0 * UNIT_MM, 1440.0 * UNIT_MM), 20.0)
}

/// The preview's scene: 1200 x 1400 px at [`preview_dpi`].
pub(crate) fn preview_scene() -> Scene {
    scene(PhysicalSize::from_mm(1200.0 * UNIT_MM, 1400.0 * UNIT_MM), 0.0)
}

/// A quarter of the print's resolution, by the rivals' measure.
pub(crate) fn preview_dpi() -> Dpi {
    Dpi::new(80.0).unwrap()
}

fn scene(size: PhysicalSize, down: f64) -> Scene {
    let place = Affine::scale(UNIT_MM) * Affine::translate((0.0, down));
    let mut items = vec![Item::Picture {
        pixels: Arc::new(photo()),
        transform: place * Affine::translate((100.0, 470.0)) * Affine::scale(0.5),
    }];
    logo(place * Affine::translate((300.0, 20.0)) * Affine::scale(1.2), &mut items);
    lettering(place, &mut items);
    let layer = SceneLayer {
        id: "bench".into(),
        pointer: "/placements/0/layers/0".into(),
        items,
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    Scene { size, layers: vec![layer], finish: None, hash: ArtworkHash([7; 32]) }
}

/// Numbers that look random and are the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() as f64 / 2_147_483_648.0)
    }
}

fn photo() -> Pixmap {
    let (width, height) = (2000_u32, 1280_u32);
    let mut noise = Noise(7);
    let mut pixels = Pixmap::new(width, height);
    for (index, pixel) in pixels.data_mut().chunks_exact_mut(4).enumerate() {
        let (x, y) = ((index as u32 % width) as f64, (index as u32 / width) as f64);
        let (across, down) = ((x - 1000.0) / 1000.0, (y - 640.0) / 640.0);
        let distance = (across * across + down * down).sqrt();
        let alpha = ((0.98 - distance) / 0.12).clamp(0.0, 1.0);
        let wave = (libm::sin(x / 97.0) + libm::sin(y / 61.0) + libm::sin((x + y) / 23.0)) / 6.0 + 0.5;
        let grain = noise.between(-6.0, 6.0);
        let shades = [60.0 + 180.0 * wave, 210.0 - 150.0 * wave, 40.0 + 200.0 * (1.0 - wave) * wave * 4.0];
        for (channel, shade) in pixel.iter_mut().zip(shades) {
            *channel = ((shade + grain).clamp(0.0, 255.0) * alpha).round() as u8;
        }
        pixel[3] = (255.0 * alpha).round() as u8;
    }
    pixels
}

fn blob(noise: &mut Noise, center: Point, radius: f64, corners: usize, jag: f64) -> BezPath {
    let points: Vec<Point> = (0..corners)
        .map(|corner| {
            let angle = std::f64::consts::TAU * corner as f64 / corners as f64;
            let reach = radius * (1.0 + noise.between(-jag, jag));
            center + reach * kurbo::Vec2::new(libm::cos(angle), libm::sin(angle))
        })
        .collect();
    let middle = |k: usize| points[k % corners].midpoint(points[(k + 1) % corners]);
    let mut path = BezPath::new();
    path.move_to(middle(corners - 1));
    for (k, point) in points.iter().enumerate() {
        path.quad_to(*point, middle(k));
    }
    path.close_path();
    path
}

fn logo(place: Affine, items: &mut Vec<Item>) {
    let mut noise = Noise(11);
    let colors = [0xe4572e, 0x17bebb, 0xffc914, 0x2e282a, 0x76b041, 0xffffff].map(hex);
    let gradients = [(0xff5a36, 0xffd23f), (0x0ead69, 0x3bceac), (0x540d6e, 0xee4266), (0x1b4965, 0x62b6cb)];
    let center = Point::new(250.0, 210.0);
    let mut fill = |path: BezPath, paint: Paint| {
        items.push(Item::Fill { path: Arc::new(place * path), rule: FillRule::NonZero, paint });
    };
    for (corners, radius, colors) in [(24, 190.0, gradients[0]), (16, 160.0, gradients[3])] {
        let path = blob(&mut noise, center, radius, corners, 0.05);
        let paint = gradient(colors, path.bounding_box(), place);
        fill(path, paint);
    }
    for k in 0..68_usize {
        let angle = std::f64::consts::TAU * k as f64 / 68.0;
        let away = 70.0 + 10.0 * ((k * 7) % 10) as f64;
        let radius = noise.between(8.0, 22.0);
        let corners = 5 + noise.next() as usize % 10;
        let at = center + away * kurbo::Vec2::new(libm::cos(angle), libm::sin(angle));
        let path = blob(&mut noise, at, radius, corners, 0.25);
        let paint = match k % 5 {
            0 => gradient(gradients[k % 4], path.bounding_box(), place),
            _ => Paint::Solid(colors[k % 6], if k % 7 == 0 { 0.7 } else { 1.0 }),
        };
        fill(path, paint);
    }
    for k in 0..30_usize {
        let turn = k as f64;
        let mut path = BezPath::new();
        path.move_to(center + 180.0 * kurbo::Vec2::new(libm::cos(turn), libm::sin(turn)));
        path.curve_to(
            Point::new(noise.between(100.0, 400.0), noise.between(60.0, 360.0)),
            Point::new(noise.between(100.0, 400.0), noise.between(60.0, 360.0)),
            center + 190.0 * kurbo::Vec2::new(libm::cos(turn * 1.7), libm::sin(turn * 1.7)),
        );
        let style = Stroke::new(noise.between(1.0, 3.0) * 1.2 * UNIT_MM).with_caps(Cap::Round);
        items.push(Item::Stroke { path: Arc::new(place * path), style, paint: Paint::Solid(colors[k % 6], 1.0) });
    }
}

fn gradient((from, to): (u32, u32), bounds: Rect, place: Affine) -> Paint {
    Paint::Gradient(Gradient {
        geometry: GradientGeometry::Linear { start: bounds.origin(), end: Point::new(bounds.x1, bounds.y1) },
        stops: vec![(0.0, hex(from), 1.0), (1.0, hex(to), 1.0)],
        extend: Extend::Pad,
        transform: place,
    })
}

fn hex(rgb: u32) -> Color {
    Color::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

/// Two lines of rings with counters, about as many segments as bold letters have, stroked white and filled yellow.
fn lettering(place: Affine, items: &mut Vec<Item>) {
    let mut noise = Noise(13);
    for (letters, baseline, size) in [(10_usize, 1230.0, 140.0), (7, 1370.0, 120.0)] {
        let mut line = BezPath::new();
        for letter in 0..letters {
            let middle =
                Point::new(600.0 + (letter as f64 - (letters - 1) as f64 / 2.0) * size * 0.68, baseline - size * 0.37);
            line.extend(blob(&mut noise, middle, size * 0.34, 12, 0.12));
            line.extend(blob(&mut noise, middle, size * 0.14, 8, 0.1).reverse_subpaths());
        }
        let line = Arc::new(place * line);
        let style = Stroke::new(8.0 * UNIT_MM).with_join(Join::Round);
        items.push(Item::Stroke { path: line.clone(), style, paint: Paint::Solid(Color::WHITE, 1.0) });
        items.push(Item::Fill { path: line, rule: FillRule::NonZero, paint: Paint::Solid(hex(0xffb703), 1.0) });
    }
}
