//! Bands against the whole, and reduced rasters against the box filter of the whole.

use std::convert::Infallible;

use proptest::prelude::*;

use crate::artwork::bands::{each_band_of, rows_per_band};
use crate::artwork::draw::Painter;
use crate::artwork::plan::Plan;
use crate::artwork::region::Region;
use crate::artwork::tests::{RED, any_scene, one_px_per_mm, rect, scene};
use crate::artwork::{Band, for_each_band, for_each_band_unless, rasterize, reduce};
use crate::cancel::Cancel;
use crate::pixels::Pixmap;
use crate::scene::Scene;
use crate::units::Dpi;

/// The artwork from bands of another height than the usual one.
fn in_bands(scene: &Scene, dpi: Dpi, rows: u32) -> Vec<u8> {
    let mut pixels = Vec::new();
    let end: Option<Result<(), Infallible>> = each_band_of(
        &Plan::of_scene(scene, dpi, &Cancel::NEVER),
        rows,
        &Cancel::NEVER,
        |band| band.top,
        |band, top| {
            assert_eq!(top, band.top);
            assert_eq!(top as usize * band.width as usize * 4, pixels.len(), "bands come from the top down");
            pixels.extend_from_slice(band.pixels);
            Ok(())
        },
    );
    assert_eq!(end, Some(Ok(())));
    pixels
}

fn largest_difference(a: &[u8], b: &[u8]) -> u8 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

/// The mean of every square; beyond the edges there is nothing.
fn box_filtered(pixels: &Pixmap, factor: u32) -> Vec<u8> {
    let mut result = Vec::new();
    for y in 0..pixels.height().div_ceil(factor) {
        for x in 0..pixels.width().div_ceil(factor) {
            let mut sums = [0.0; 4];
            for (dx, dy) in (0..factor * factor).map(|index| (index % factor, index / factor)) {
                let pixel = pixels.pixel(x * factor + dx, y * factor + dy).unwrap_or_default();
                sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += f64::from(value));
            }
            result.extend(sums.map(|sum| (sum / f64::from(factor * factor)).round() as u8));
        }
    }
    result
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn bands_are_cut_from_the_whole(scene in any_scene(), rows in 7..40_u32) {
        let dpi = Dpi::new(60.0).unwrap();
        let whole = rasterize(&scene, dpi);
        // Where a picture is cut changes the rounding between its two eight-bit passes.
        prop_assert!(largest_difference(whole.pixels.data(), &in_bands(&scene, dpi, rows)) <= 2);
        let usual = rows_per_band(whole.pixels.width());
        prop_assert_eq!(largest_difference(whole.pixels.data(), &in_bands(&scene, dpi, usual)), 0);
    }

    #[test]
    fn a_reduced_artwork_is_the_box_filtered_print(scene in any_scene(), factor in 1..7_u32) {
        let print = Dpi::new(120.0).unwrap();
        let reduced = reduce(&scene, print, factor);
        // Its bands are a multiple of the factor, so pictures may be cut elsewhere than in the whole.
        let expected = box_filtered(&rasterize(&scene, print).pixels, factor);
        prop_assert!(largest_difference(reduced.pixels.data(), &expected) <= 1);
        prop_assert_eq!(reduced.dpi.get(), 120.0 / f64::from(factor));
    }
}

#[test]
fn a_reduced_edge_fades_where_the_print_ends() {
    let reduced = reduce(&scene(6.0, 4.0, vec![rect(0.0, 0.0, 6.0, 4.0, RED)]), one_px_per_mm(), 4);
    assert_eq!((reduced.pixels.width(), reduced.pixels.height()), (2, 1));
    assert_eq!(reduced.pixels.pixel(0, 0).unwrap()[3], 255);
    assert_eq!(reduced.pixels.pixel(1, 0).unwrap()[3], 128);
}

#[test]
fn bands_end_at_the_first_error() {
    let scene = scene(100.0, 3000.0, vec![rect(0.0, 0.0, 100.0, 3000.0, RED)]);
    let mut seen = 0;
    let end = for_each_band(&scene, one_px_per_mm(), |band| {
        seen += 1;
        if band.top > 0 { Err("disk full") } else { Ok(()) }
    });
    assert_eq!((end, seen), (Err("disk full"), 2));
}

#[test]
fn bands_that_are_called_off_end_at_once() {
    let scene = scene(100.0, 3000.0, vec![rect(0.0, 0.0, 100.0, 3000.0, RED)]);
    let cancel = Cancel::new();
    let mut seen = 0;
    let mut consume = |_: &Band<'_>| {
        seen += 1;
        cancel.set();
        Ok::<_, Infallible>(())
    };
    assert!(for_each_band_unless(&scene, one_px_per_mm(), &cancel, &mut consume).is_none());
    assert!(for_each_band_unless(&scene, one_px_per_mm(), &cancel, &mut consume).is_none());
    assert_eq!(seen, 1, "a band that was begun before is not handed over any more");
}

#[test]
fn what_is_called_off_draws_no_layer_and_no_path() {
    let scene = scene(20.0, 20.0, vec![rect(0.0, 0.0, 20.0, 20.0, RED)]);
    let cancel = Cancel::new();
    let plan = Plan::of_scene(&scene, one_px_per_mm(), &cancel);
    cancel.set();
    let (painter, mut pixels) = (Painter::new(&cancel), vec![9; 1600]);
    assert!(!painter.draw(&plan, Region::rows(20, 0, 20), &mut pixels));
    assert!(pixels.iter().all(|byte| *byte == 0));
    assert!(Plan::of_scene(&scene, one_px_per_mm(), &cancel).nodes.is_empty());
}

#[test]
fn a_pool_of_one_thread_draws_all_bands() {
    let scene = scene(50.0, 2000.0, vec![rect(0.0, 0.0, 50.0, 2000.0, RED)]);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    let rows = pool.install(|| in_bands(&scene, one_px_per_mm(), 16).len() / 200);
    assert_eq!(rows, 2000);
}

#[test]
fn blank_bands_say_so() {
    let scene = scene(100.0, 2000.0, vec![rect(0.0, 0.0, 100.0, 10.0, RED)]);
    let mut blank = Vec::new();
    let end: Result<(), Infallible> = for_each_band(&scene, one_px_per_mm(), |band| {
        assert!(!band.is_blank || band.pixels.iter().all(|byte| *byte == 0));
        blank.push(band.is_blank);
        Ok(())
    });
    let Ok(()) = end;
    assert!(!blank[0] && blank[1..].iter().all(|is_blank| *is_blank));
}
