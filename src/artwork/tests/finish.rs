//! Edges, halftones and what is knocked out.

use kurbo::{Affine, Circle, Shape};

use super::{BLUE, RED, fill, scene};
use crate::artwork::{Artwork, rasterize, reduce};
use crate::color::Color;
use crate::scene::{Edges, Extend, Finish, Gradient, GradientGeometry, Item, Paint, Scene};
use crate::units::Dpi;

const NOTHING: Finish = Finish { knock_out: None, least_gap: 0.0, least_line: 0.0, edges: Edges::Soft };

/// A red disc that is whole, and beside it a blue field that fades from nothing on the left to whole on the right.
fn disc_and_fade() -> Vec<Item> {
    let geometry = GradientGeometry::Linear { start: (30.0, 0.0).into(), end: (50.0, 0.0).into() };
    let stops = vec![(0.0, BLUE, 0.0), (1.0, BLUE, 1.0)];
    let gradient = Gradient { geometry, stops, extend: Extend::Pad, transform: Affine::IDENTITY };
    let field = kurbo::Rect::new(30.0, 5.0, 50.0, 55.0).to_path(0.01);
    vec![
        fill(Circle::new((15.0, 30.0), 10.0).to_path(0.001), Paint::Solid(RED, 1.0)),
        fill(field, Paint::Gradient(gradient)),
    ]
}

fn finished(items: Vec<Item>, finish: Finish) -> Artwork {
    rasterize(&Scene { finish: Some(finish), ..scene(60.0, 60.0, items) }, Dpi::PRINT)
}

fn pixels(artwork: &Artwork) -> &[[u8; 4]] {
    artwork.pixels.data().as_chunks::<4>().0
}

/// The pixels of a rectangle in mm.
fn part(artwork: &Artwork, (left, top): (f64, f64), (right, bottom): (f64, f64)) -> Vec<[u8; 4]> {
    let px = |mm: f64| (mm * Dpi::PRINT.px_per_mm()).round() as u32;
    let places = (px(top)..px(bottom)).flat_map(|y| (px(left)..px(right)).map(move |x| (x, y)));
    places.map(|(x, y)| artwork.pixels.pixel(x, y).unwrap()).collect()
}

fn coverage(pixels: &[[u8; 4]]) -> f64 {
    pixels.iter().map(|pixel| f64::from(pixel[3])).sum::<f64>() / 255.0 / pixels.len() as f64
}

#[test]
fn hard_edges_leave_ink_or_none_in_the_same_colors() {
    for threshold in [0.1, 0.5, 0.9] {
        let hard = finished(disc_and_fade(), Finish { edges: Edges::Hard(threshold), ..NOTHING });
        assert!(pixels(&hard).iter().all(|pixel| pixel[3] == 0 || pixel[3] == 255));
        let near = |pixel: &[u8; 4], color: Color| {
            // The fainter ink is, the fewer steps its premultiplied colour has; gradients are off by 2 of them.
            let most = (2.5 / threshold) as u8 + 1;
            [color.r, color.g, color.b].iter().zip(pixel).all(|(wanted, found)| wanted.abs_diff(*found) <= most)
        };
        let is_pure = |pixel: &&[u8; 4]| near(pixel, RED) || near(pixel, BLUE);
        assert!(pixels(&hard).iter().filter(|pixel| pixel[3] > 0).all(|pixel| is_pure(&pixel)));
        let whole = coverage(&part(&hard, (30.0, 10.0), (50.0, 50.0)));
        assert!((whole - (1.0 - threshold)).abs() < 0.01, "from {threshold} on: {whole}");
        let disc = coverage(&part(&hard, (2.0, 15.0), (28.0, 45.0))) * 26.0 * 30.0;
        assert!((disc - std::f64::consts::PI * 100.0).abs() < 3.0, "{disc} mm²");
    }
}

#[test]
fn a_halftone_covers_as_much_as_the_fade_did_and_leaves_hard_edges_alone() {
    for lpi in [15.0, 30.0, 45.0, 65.0] {
        let dots = finished(disc_and_fade(), Finish { edges: Edges::Halftone { lpi, dot: 0.0 }, ..NOTHING });
        let hard = finished(disc_and_fade(), Finish { edges: Edges::Hard(0.5), ..NOTHING });
        assert!(pixels(&dots).iter().all(|pixel| pixel[3] == 0 || pixel[3] == 255));
        let disc = |artwork: &Artwork| part(artwork, (2.0, 15.0), (28.0, 45.0));
        assert!(disc(&dots) == disc(&hard), "a whole disc has no dots along its edge");
        for step in 1..19 {
            let left = 30.0 + f64::from(step);
            let found = coverage(&part(&dots, (left, 10.0), (left + 1.0, 50.0)));
            let wanted = (f64::from(step) + 0.5) / 20.0;
            assert!((found - wanted).abs() < 0.03, "{lpi} lpi, {wanted}: {found}");
        }
    }
}

#[test]
fn no_dot_and_no_hole_is_smaller_than_what_holds() {
    let flat =
        |opacity: f32| vec![fill(kurbo::Rect::new(5.0, 5.0, 55.0, 55.0).to_path(0.1), Paint::Solid(RED, opacity))];
    let (lpi, dot) = (30.0, 0.4);
    let cell = 25.4 / lpi;
    let least = std::f64::consts::PI * dot * dot / 4.0 / cell / cell;
    for (tone, wanted) in [
        (least * 0.4, 0.0),
        (least * 0.7, least),
        (0.5, 0.5),
        (1.0 - least * 0.7, 1.0 - least),
        (1.0 - least * 0.4, 1.0),
    ] {
        let edges = Edges::Halftone { lpi, dot };
        let dots = finished(flat(tone as f32), Finish { edges, ..NOTHING });
        let found = coverage(&part(&dots, (10.0, 10.0), (50.0, 50.0)));
        assert!((found - wanted).abs() < 0.02, "{tone}: {found}, not {wanted}");
    }
}

#[test]
fn the_cloths_color_is_left_out_whatever_its_opacity() {
    let black = Color::new(12, 12, 12);
    let square = |left: f64, color: Color, opacity: f32| {
        fill(kurbo::Rect::new(left, 5.0, left + 10.0, 15.0).to_path(0.1), Paint::Solid(color, opacity))
    };
    let items = vec![
        square(5.0, Color::BLACK, 1.0),
        square(20.0, Color::BLACK, 0.3),
        square(35.0, Color::new(40, 40, 40), 1.0),
        square(50.0, RED, 1.0),
    ];
    let knocked = |tolerance: f64| finished(items.clone(), Finish { knock_out: Some((black, tolerance)), ..NOTHING });
    let left =
        |artwork: &Artwork| [6.0, 21.0, 36.0, 51.0].map(|x| coverage(&part(artwork, (x, 6.0), (x + 8.0, 14.0))) > 0.0);
    assert_eq!(left(&knocked(0.0)), [true, true, true, true]);
    assert_eq!(left(&knocked(5.0)), [false, false, true, true]);
    assert_eq!(left(&knocked(15.0)), [false, false, false, true]);
}

#[test]
fn bands_of_any_height_join_without_a_seam() {
    let mut items = disc_and_fade();
    for line in 0..40 {
        let (y, width) = (2.0 + f64::from(line) * 1.37, 0.1 + f64::from(line) * 0.01);
        let turn = Affine::translate((30.0, y)) * crate::math::rotation(f64::from(line) * 0.04);
        items.push(fill(turn * kurbo::Rect::new(-28.0, 0.0, 28.0, width).to_path(0.01), Paint::Solid(RED, 1.0)));
    }
    for edges in [Edges::Soft, Edges::Hard(0.4), Edges::Halftone { lpi: 30.0, dot: 0.3 }, Edges::Measured(0.5)] {
        let finish = Finish { knock_out: None, least_gap: 0.7, least_line: 0.45, edges };
        let scene = Scene { finish: Some(finish), ..scene(60.0, 60.0, items.clone()) };
        let whole = rasterize(&scene, Dpi::PRINT);
        // Each factor has bands of another height; the squares are averaged here by the plain formula.
        for factor in [3_u32, 7, 50] {
            let reduced = reduce(&scene, Dpi::PRINT, factor);
            for (index, found) in pixels(&reduced).iter().enumerate() {
                let (x, y) = (index as u32 % reduced.pixels.width(), index as u32 / reduced.pixels.width());
                let square = (0..factor)
                    .flat_map(|down| (0..factor).map(move |across| (x * factor + across, y * factor + down)));
                let sum = square.filter_map(|(x, y)| whole.pixels.pixel(x, y)).fold([0_u32; 4], |sum, pixel| {
                    std::array::from_fn(|channel| sum[channel] + u32::from(pixel[channel]))
                });
                let mean = sum.map(|sum| ((sum + factor * factor / 2) / (factor * factor)) as u8);
                assert_eq!(*found, mean, "{edges:?} at {x}, {y} of {factor}");
            }
        }
    }
}

#[test]
fn a_raster_for_the_screen_shows_what_the_print_shows() {
    for edges in [Edges::Hard(0.3), Edges::Halftone { lpi: 30.0, dot: 0.3 }] {
        let finish = Finish { least_line: 0.6, edges, ..NOTHING };
        let mut items = disc_and_fade();
        items.push(fill(kurbo::Rect::new(3.0, 57.0, 55.0, 57.2).to_path(0.1), Paint::Solid(RED, 1.0)));
        let scene = Scene { finish: Some(finish), ..scene(60.0, 60.0, items) };
        let print = reduce(&scene, Dpi::PRINT, 4);
        let screen = rasterize(&scene, print.dpi);
        let (width, height) = scene.size.to_px(print.dpi);
        assert_eq!((screen.pixels.width(), screen.pixels.height()), (width, height));
        for y in 0..height {
            for x in 0..width {
                assert_eq!(screen.pixels.pixel(x, y), print.pixels.pixel(x, y), "{edges:?} at {x}, {y}");
            }
        }
        assert_eq!(screen.hash, print.hash);
        // Another resolution has other squares, and the same ink.
        let other = rasterize(&scene, Dpi::new(47.0).unwrap());
        assert!((coverage(pixels(&other)) - coverage(pixels(&print))).abs() < 0.01, "{edges:?}");
    }
}
