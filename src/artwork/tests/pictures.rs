//! Raster pictures and SVGs at their places.

use std::borrow::Cow;
use std::sync::Arc;

use kurbo::Affine;
use resvg::usvg;

use crate::artwork::picture::Placed;
use crate::artwork::region::Region;
use crate::artwork::tests::{draw, scene};
use crate::artwork::{Artwork, rasterize};
use crate::math;
use crate::pixels::Pixmap;
use crate::scene::Item;
use crate::units::Dpi;

/// Every pixel another colour.
fn checks(width: u32, height: u32) -> Pixmap {
    let data = (0..width * height).flat_map(|index| [(index * 37) as u8, (index * 91) as u8, (index * 11) as u8, 255]);
    Pixmap::from_premultiplied(width, height, data.collect()).unwrap()
}

fn flat(width: u32, height: u32) -> Pixmap {
    Pixmap::from_premultiplied(width, height, [90, 30, 60, 255].repeat((width * height) as usize)).unwrap()
}

fn picture(pixels: &Pixmap, transform: Affine) -> Item {
    Item::Picture { pixels: Arc::new(pixels.clone()), transform }
}

fn ink(artwork: &Artwork) -> f64 {
    artwork.pixels.data().iter().skip(3).step_by(4).map(|alpha| f64::from(*alpha) / 255.0).sum()
}

#[test]
fn a_picture_of_one_pixel_a_mm_is_reproduced_exactly() {
    let source = checks(10, 10);
    let artwork = draw(14.0, 13.0, vec![picture(&source, Affine::translate((2.0, 1.0)))]);
    for y in 0..10 {
        for x in 0..10 {
            assert_eq!(artwork.pixels.pixel(x + 2, y + 1), source.pixel(x, y));
        }
    }
    assert_eq!(ink(&artwork), 100.0);
}

#[test]
fn quarter_turns_and_mirrors_move_whole_pixels() {
    let source = checks(3, 2);
    let right = draw(
        4.0,
        4.0,
        vec![picture(&source, Affine::translate((2.0, 0.0)) * math::rotation(std::f64::consts::FRAC_PI_2))],
    );
    // Clockwise: the first row becomes the last column.
    assert_eq!(right.pixels.pixel(1, 0), source.pixel(0, 0));
    assert_eq!(right.pixels.pixel(1, 2), source.pixel(2, 0));
    assert_eq!(right.pixels.pixel(0, 0), source.pixel(0, 1));
    let mirrored = draw(4.0, 4.0, vec![picture(&source, Affine::new([-1.0, 0.0, 0.0, 1.0, 3.0, 0.0]))]);
    assert_eq!(mirrored.pixels.pixel(0, 1), source.pixel(2, 1));
    assert_eq!(mirrored.pixels.pixel(2, 1), source.pixel(0, 1));
}

#[test]
fn a_border_between_pixels_covers_its_share() {
    let artwork = draw(12.0, 12.0, vec![picture(&flat(8, 8), Affine::translate((1.25, 1.5)))]);
    assert_eq!(artwork.pixels.pixel(1, 5).unwrap(), [68, 23, 45, 191], "three quarters");
    assert_eq!(artwork.pixels.pixel(9, 5).unwrap()[3], 64, "one quarter");
    assert_eq!(artwork.pixels.pixel(5, 1).unwrap()[3], 128);
    assert_eq!(artwork.pixels.pixel(5, 5), Some([90, 30, 60, 255]));
    assert!((ink(&artwork) - 64.0).abs() < 0.1);
}

#[test]
fn a_flat_picture_stays_flat_at_every_size_and_turn() {
    for scale in [0.05, 0.3, 1.0, 2.7, 9.0] {
        for angle in [0.0, 0.4, 1.2] {
            let side = 40.0 / scale;
            let source = flat(side as u32, side as u32);
            let transform = Affine::translate((39.0, 10.0)) * math::rotation(angle) * Affine::scale(scale);
            let artwork = draw(80.0, 80.0, vec![picture(&source, transform)]);
            let covered = f64::from(source.width()) * scale * f64::from(source.height()) * scale;
            assert!((ink(&artwork) / covered - 1.0).abs() < 0.01, "{scale} {angle}: {} of {covered}", ink(&artwork));
            for pixel in artwork.pixels.data().chunks_exact(4).filter(|pixel| pixel[3] == 255) {
                assert_eq!(pixel, [90, 30, 60, 255], "{scale} {angle}");
            }
        }
    }
}

#[test]
fn turning_a_picture_slightly_hardly_changes_it() {
    let mut source = Pixmap::new(60, 60);
    for (index, pixel) in source.data_mut().chunks_exact_mut(4).enumerate() {
        pixel.copy_from_slice(&[(index % 60 * 4) as u8, (index / 60 * 4) as u8, 100, 255]);
    }
    let at = |angle: f64| {
        let transform = Affine::translate((5.0, 5.0)) * math::rotation(angle) * Affine::scale(0.77);
        draw(60.0, 60.0, vec![picture(&source, transform)])
    };
    let (upright, turned) = (at(0.0), at(0.0003));
    let difference = upright.pixels.data().iter().zip(turned.pixels.data()).map(|(a, b)| a.abs_diff(*b)).max();
    assert!(difference <= Some(10), "{difference:?}");
}

#[test]
fn a_raster_for_screens_reads_halves_and_looks_about_the_same_and_a_finer_one_reads_the_picture() {
    let mut source = Pixmap::new(400, 320);
    for (index, pixel) in source.data_mut().chunks_exact_mut(4).enumerate() {
        // ramps with a hard edge every 25 pixels
        let (x, y) = (index % 400, index / 400);
        let alpha = if (x / 25 + y / 25) % 4 == 0 { 120 } else { 255 };
        let premultiplied = |value: usize| (value % 256 * alpha / 255) as u8;
        pixel.copy_from_slice(&[premultiplied(x * 2 / 3), premultiplied(y * 2 / 3), premultiplied(90), alpha as u8]);
    }
    for (px_per_mm, scale, most, mean) in [(3.9, 0.357, 40, 1.0), (3.9, 0.13, 40, 1.0), (4.1, 0.357, 0, 0.0)] {
        let to_mm = Affine::translate((3.3, 2.2)) * Affine::scale(scale / px_per_mm);
        let scene = scene(50.0, 40.0, vec![picture(&source, to_mm)]);
        let artwork = rasterize(&scene, Dpi::new(px_per_mm * 25.4).unwrap());
        let area = Region::rows(artwork.pixels.width(), 0, artwork.pixels.height());
        let placed = Placed::new(Cow::Borrowed(&source), Affine::scale(px_per_mm) * to_mm, area).unwrap();
        let part = placed.bounds();
        let mut whole = vec![0; part.bytes()];
        placed.draw(part, &mut whole);
        let (mut worst, mut sum) = (0, 0);
        for y in part.y0..part.y1 {
            let pairs = artwork.pixels.data()[area.row_of(part, y)].iter().zip(&whole[part.row_of(part, y)]);
            for difference in pairs.map(|(half, whole)| half.abs_diff(*whole)) {
                worst = worst.max(difference);
                sum += u64::from(difference);
            }
        }
        let found = sum as f64 / whole.len() as f64;
        assert!(worst <= most && found <= mean, "{px_per_mm} {scale}: {worst}, {found} in the mean");
        assert!(most == 0 || worst > 0, "it reads the half");
    }
}

fn svg(text: &str) -> Arc<usvg::Tree> {
    Arc::new(usvg::Tree::from_str(text, &usvg::Options::default()).unwrap())
}

#[test]
fn an_svg_is_cut_at_its_viewport_and_joins_across_bands() {
    let tree = svg(r##"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="300">
        <rect x="-5" y="-5" width="40" height="400" fill="#c8102e"/></svg>"##);
    let item = Item::Svg { tree, transform: Affine::translate((4.0, 5.0)), finest: None };
    let artwork = draw(30.0, 600.0, vec![item]);
    assert_eq!(artwork.pixels.pixel(10, 250), Some([0xc8, 0x10, 0x2e, 255]));
    assert_eq!(ink(&artwork), 20.0 * 300.0);
}

#[test]
fn an_svgs_own_blur_has_no_seam_between_bands() {
    let tree = svg(r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="600">
        <filter id="soft" x="-5" y="-1" width="11" height="3"><feGaussianBlur stdDeviation="30"/></filter>
        <rect x="15" y="100" width="10" height="400" fill="#000" filter="url(#soft)"/></svg>"##);
    let scene = scene(40.0, 600.0, vec![Item::Svg { tree, transform: Affine::IDENTITY, finest: Some(f64::INFINITY) }]);
    let artwork = rasterize(&scene, Dpi::new(25.4).unwrap());
    let column: Vec<u8> = (0..600).map(|y| artwork.pixels.pixel(20, y).unwrap()[3]).collect();
    assert!(column[300] > 5);
    assert!(column.windows(2).all(|pair| pair[0].abs_diff(pair[1]) <= 2), "{column:?}");
}
