//! Heathered yarn: fibres that took the dye differently, knitted into columns.
//!
//! The pattern lives on the cloth in centimetres, so that it follows folds and stays where it is when the picture grows
//! or shrinks; small pictures average it away instead of glittering.

use rayon::prelude::*;

use crate::mockup::layers::Layers;
use crate::mockup::manifest::UNIT_CM;
use crate::mockup::recent::made_outside;
use crate::mockup::resample::spans;

/// One standard deviation in a plane's bytes.
pub(super) const UNITS: f32 = 24.0;

/// Units of the UV layer in a centimetre of cloth.
const UV_PER_CM: f32 = (65_535.0 / UNIT_CM) as f32;
/// Columns of stitches in one centimetre of a tee's jersey.
const WALES_PER_CM: f32 = 13.0;
/// What brings the sum of the layers to one standard deviation at the layers' full size.
const GAIN: f32 = 1.14;

/// Deviations from the mean albedo for a picture of `width` by `height` pixels, in `1 / UNITS` standard deviations.
pub(super) fn plane(layers: &Layers, width: usize, height: usize) -> Vec<i8> {
    let field = made_outside(&layers.heather, || field(layers));
    let columns = spans(layers.width, width);
    let rows = spans(layers.height, height);
    rows.par_iter()
        .flat_map_iter(|row| {
            let mut line = vec![0.0_f32; layers.width];
            for (y, weight) in row.range.clone().zip(&row.weights) {
                let source = &field[y * layers.width..(y + 1) * layers.width];
                line.iter_mut().zip(source).for_each(|(sum, value)| *sum += weight * f32::from(*value));
            }
            columns
                .iter()
                .map(|column| {
                    let mean: f32 = line[column.range.clone()].iter().zip(&column.weights).map(|(v, w)| v * w).sum();
                    mean.round() as i8
                })
                .collect::<Vec<_>>()
        })
        .collect()
}

/// The deviations at the layers' full size.
fn field(layers: &Layers) -> Vec<i8> {
    let byte = |x, y| (at(layers, x, y) * UNITS).round().clamp(-127.0, 127.0) as i8;
    (0..layers.height).into_par_iter().flat_map_iter(|y| (0..layers.width).map(move |x| byte(x, y))).collect()
}

/// The deviation at one pixel of the full-size view, averaged over four places in it.
fn at(layers: &Layers, x: usize, y: usize) -> f32 {
    let pixel = y * layers.width + x;
    if layers.alpha[pixel] == 0 {
        return 0.0;
    }
    let panel = layers.panel[pixel];
    let pixel_cm = layers.cm_per_px;
    // inner sides have no coordinates: there the picture's own do
    let (cm, across, down) = if panel == 0 {
        ([x as f32 * pixel_cm, y as f32 * -pixel_cm], [pixel_cm, 0.0], [0.0, -pixel_cm])
    } else {
        let here = layers.uv[pixel].map(|value| f32::from(value) / UV_PER_CM);
        let step = |other: usize| {
            let there = layers.uv[other].map(|value| f32::from(value) / UV_PER_CM);
            let step = [there[0] - here[0], there[1] - here[1]];
            (layers.panel[other] == panel && step.iter().all(|s| s.abs() < 0.4)).then_some(step)
        };
        let right = (x + 1 < layers.width).then(|| step(pixel + 1)).flatten();
        let below = (y + 1 < layers.height).then(|| step(pixel + layers.width)).flatten();
        (here, right.unwrap_or([pixel_cm, 0.0]), below.unwrap_or([0.0, -pixel_cm]))
    };
    let sum: f32 = [(-0.25, -0.25), (0.25, -0.25), (-0.25, 0.25), (0.25, 0.25)]
        .iter()
        .map(|(dx, dy)| {
            let place = [0, 1].map(|k| cm[k] + dx * across[k] + dy * down[k]);
            fibres(place, u32::from(panel))
        })
        .sum();
    sum * (GAIN / 4.0)
}

/// The deviation at a place of the cloth.
fn fibres(cm: [f32; 2], panel: u32) -> f32 {
    let seed = panel.wrapping_mul(0x9e37_79b9);
    // one yarn leg of a stitch column after the other, each a row of fibres with its own tone
    let wale = cm[0] * WALES_PER_CM;
    let column = floor(wale);
    let leg = |column: i32| {
        let key = hash(column, 0, seed ^ 0x51);
        let shift = unit(key) * 7.0;
        let length = 4.2 + 2.6 * unit(key.rotate_left(16));
        let along = cm[1] * length + shift;
        let cell = floor(along);
        let rest = along - cell as f32;
        let blend = rest * rest * (3.0 - 2.0 * rest);
        let fibre = |cell: i32| tone(hash(column, cell, seed));
        fibre(cell) + (fibre(cell + 1) - fibre(cell)) * blend
    };
    let across = wale - column as f32;
    let edge = ((across - 0.5) * 1.6 + 0.5).clamp(0.0, 1.0);
    let streaks = leg(column) + (leg(column + 1) - leg(column)) * edge;
    // the yarn's own unevenness runs along the courses
    let slub = value_noise([cm[0] * 1.9, cm[1] * 9.0], seed ^ 0xa3);
    let cloud = value_noise([cm[0] * 0.8, cm[1] * 1.1], seed ^ 0x3c);
    streaks + 0.45 * slub + 0.12 * cloud
}

/// Tones of the fibres: most near the mean, some pale, few dark. Mean 0.
fn tone(key: u32) -> f32 {
    let jitter = unit(key.rotate_left(11)) * 0.5 - 0.25;
    let base = match key % 16 {
        0..=1 => -2.2,
        2..=4 => -0.9,
        5..=10 => 0.15,
        11..=14 => 0.9,
        _ => 2.6,
    };
    base + jitter
}

/// Smooth noise, about -1 to 1.
fn value_noise(at: [f32; 2], seed: u32) -> f32 {
    let cell = at.map(floor);
    let [bx, by] = [0, 1].map(|k| {
        let rest = at[k] - cell[k] as f32;
        rest * rest * (3.0 - 2.0 * rest)
    });
    let corner = |dx: i32, dy: i32| unit(hash(cell[0] + dx, cell[1] + dy, seed)) * 2.0 - 1.0;
    let top = corner(0, 0) + (corner(1, 0) - corner(0, 0)) * bx;
    let bottom = corner(0, 1) + (corner(1, 1) - corner(0, 1)) * bx;
    top + (bottom - top) * by
}

/// The largest whole number that is not above; much faster than the function where the processor lacks one.
fn floor(value: f32) -> i32 {
    let whole = value as i32;
    whole - i32::from(whole as f32 > value)
}

/// A number from 0 to 1.
fn unit(key: u32) -> f32 {
    (key >> 8) as f32 / 16_777_216.0
}

/// Mixes a lattice point and a seed.
fn hash(x: i32, y: i32, seed: u32) -> u32 {
    let mut key = seed
        ^ x.cast_unsigned().wrapping_mul(0x85eb_ca6b)
        ^ y.cast_unsigned().wrapping_mul(0xc2b2_ae35).rotate_left(13);
    for _ in 0..2 {
        key = (key ^ (key >> 15)).wrapping_mul(0x2c1b_3c6d);
        key = (key ^ (key >> 12)).wrapping_mul(0x297a_2d39);
    }
    key ^ (key >> 15)
}
