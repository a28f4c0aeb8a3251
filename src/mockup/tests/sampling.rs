//! How clean prints look: minified artwork, seams, and text against supersampled pictures.

use crate::color::{Color, linear_to_srgb, srgb_to_linear};
use crate::mockup::tests::{FRONT, area, artwork, black, preview, rgb};
use crate::mockup::tone::shoulder;
use crate::mockup::{GarmentLook, Preview, Print, Surface};
use crate::units::PhysicalSize;

#[test]
fn a_fine_checkerboard_turns_even_grey() {
    // squares of 4 pixels at 300 dpi: a pixel of a 400 px preview covers six of them
    let board = artwork(PhysicalSize::from_mm(300.0, 360.0), 300.0, |x, y| {
        if (x / 4 + y / 4) % 2 == 0 { [255; 4] } else { [0, 0, 0, 255] }
    });
    let grey = artwork(PhysicalSize::from_mm(300.0, 360.0), 30.0, |_, _| [128, 128, 128, 255]);
    let surface = FRONT.place("front", &area(), 1.0).unwrap();
    for width in [200, 400, 1000] {
        let look = black();
        let of_board = preview(width, &look, &[Print { artwork: &board, surface }]);
        let of_grey = preview(width, &look, &[Print { artwork: &grey, surface }]);
        let (center_x, center_y) = (width as usize / 2, width as usize * 55 / 100);
        let reach = width as usize / 12;
        let mut squares = 0.0;
        for y in center_y - reach..center_y + reach {
            for x in center_x - reach..center_x + reach {
                let far = f64::from(rgb(&of_board, x, y)[1]) - f64::from(rgb(&of_grey, x, y)[1]);
                squares += far * far;
            }
        }
        let deviation = (squares / (4 * reach * reach) as f64).sqrt();
        // at 1000 px a pixel holds 2 squares by 2: a little of the pattern is really there
        let allowed = if width == 1000 { 8.0 } else { 1.6 };
        assert!(deviation < allowed, "{deviation} at {width}");
    }
}

/// Linear light of a picture averaged over 4 x 4 pixels.
fn shrunk(large: &Preview) -> Vec<[f64; 3]> {
    let (width, height) = (large.width as usize / 4, large.height as usize / 4);
    (0..width * height)
        .map(|idx| {
            let (x, y) = (idx % width * 4, idx / width * 4);
            let mut sum = [0.0; 3];
            for pixel in (0..16).map(|k| rgb(large, x + k % 4, y + k / 4)) {
                sum.iter_mut()
                    .zip(pixel)
                    .for_each(|(sum, byte)| *sum += srgb_to_linear(f64::from(byte) / 255.0) / 16.0);
            }
            sum
        })
        .collect()
}

/// Mean and greatest difference, in levels, between a 400 px preview and a 1600 px one shrunk, where `here` says so.
fn against_supersampled(look: &GarmentLook, prints: &[Print<'_>], here: impl Fn(usize, usize) -> bool) -> (f64, f64) {
    let small = preview(400, look, prints);
    let large = shrunk(&preview(1600, look, prints));
    let (mut sum, mut most, mut count) = (0.0, 0.0_f64, 0.0);
    for y in 0..500 {
        for x in (0..400).filter(|x| here(*x, y)) {
            for (small, large) in rgb(&small, x, y).into_iter().zip(large[y * 400 + x]) {
                let far = (f64::from(small) - 255.0 * linear_to_srgb(large)).abs();
                sum += far;
                count += 1.0;
                most = most.max(far);
            }
        }
    }
    (sum / count, most)
}

#[test]
fn prints_are_as_sharp_as_supersampled_ones() {
    // strokes of 3 mm and their gaps, about what bold 20 mm lettering has, slanted
    let strokes = artwork(PhysicalSize::from_mm(300.0, 360.0), 110.0, |x, y| {
        if (x + y / 3) / 13 % 3 == 0 { [255, 176, 0, 255] } else { [0; 4] }
    });
    let surface = FRONT.place("front", &area(), 1.0).unwrap();
    let plate = FRONT.plate(400);
    let inside =
        |x: usize, y: usize| (120..280).contains(&x) && (130..300).contains(&y) && plate.panel[y * 400 + x] == 1;
    let (mean, _) = against_supersampled(&black(), &[Print { artwork: &strokes, surface }], inside);
    assert!(mean < 4.0, "mean error {mean}");
}

#[test]
fn a_print_that_ends_at_a_seam_ends_smoothly() {
    let solid = artwork(PhysicalSize::from_mm(500.0, 400.0), 30.0, |_, _| [255, 255, 255, 255]);
    let sleeve = FRONT.manifest().panel("sleeve_right").unwrap();
    let surface = Surface { panel: sleeve, origin_cm: [-25.0, 30.0], cm_per_mm: 0.1 };
    let plate = FRONT.plate(400);
    let on_seam = |x: usize, y: usize| {
        let panels =
            plate.taps.row(y).iter().filter(|tap| tap.x as usize == x && tap.panel != plate.panel[y * 400 + x]);
        panels.count() > 0 && plate.alpha[y * 400 + x] == u16::MAX && x > 250
    };
    let (mean, most) = against_supersampled(&black(), &[Print { artwork: &solid, surface }], on_seam);
    assert!(mean < 4.0 && most < 40.0, "mean {mean}, most {most}");
}

#[test]
fn prints_on_both_sides_of_a_seam_leave_no_gap() {
    let solid = artwork(PhysicalSize::from_mm(900.0, 900.0), 20.0, |_, _| [240, 240, 240, 255]);
    let sides = ["front", "sleeve_right", "sleeve_left"].map(|panel| Print {
        artwork: &solid,
        surface: Surface { panel: FRONT.manifest().panel(panel).unwrap(), origin_cm: [-45.0, 85.0], cm_per_mm: 0.1 },
    });
    let on_black = preview(400, &GarmentLook::solid(Color::BLACK), &sides);
    let plate = FRONT.plate(400);
    let mut checked = 0;
    for y in 0..500 {
        for x in 0..400 {
            // the cloth of the pixel that is of a printed panel
            let main = [(plate.panel[y * 400 + x], plate.weight[y * 400 + x])];
            let further =
                plate.taps.row(y).iter().filter(|tap| tap.x as usize == x).map(|tap| (tap.panel, tap.sample.weight));
            let shown: Vec<(u8, f32)> = main.into_iter().chain(further).collect();
            let printed = |panel: u8| sides.iter().any(|side| side.surface.panel == panel);
            let share: f32 = shown.iter().filter(|(panel, _)| printed(*panel)).map(|(_, weight)| weight).sum();
            let on_seam = shown.iter().any(|(panel, _)| *panel != shown[0].0);
            if on_seam && share > 0.99 && plate.alpha[y * 400 + x] == u16::MAX {
                checked += 1;
                let idx = y * 400 + x;
                let [direct, _, specular] = plate
                    .light
                    .each_ref()
                    .map(|plane| plane[idx])
                    .map(|word| f64::from(word) * f64::from(plate.light_unit));
                let albedo = srgb_to_linear(240.0 / 255.0);
                // black cloth: no light from its folds, and 0.35 of the sheen, halved by the ink
                let light = (albedo * direct + 0.175 * specular) * f64::from(plate.exposure);
                let whole = 255.0 * linear_to_srgb(shoulder(light));
                let shown = f64::from(rgb(&on_black, x, y)[1]);
                assert!((shown - whole).abs() < 3.0, "({x}, {y}): {shown} for {whole}");
            }
        }
    }
    assert!(checked > 100, "{checked}");
}
