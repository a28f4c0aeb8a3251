//! Gaussian softening.

use crate::math;
use crate::pixels::Pixmap;

/// Weights of a Gaussian of standard deviation `sigma` pixels, cut at three deviations, with sum 1.
#[must_use]
pub fn kernel(sigma: f64) -> Vec<f32> {
    let reach = (sigma * 3.0).ceil().max(0.0) as i32;
    let weight = |at: i32| math::exp(-f64::from(at * at) / (2.0 * sigma * sigma).max(1e-9));
    let sum: f64 = (-reach..=reach).map(weight).sum();
    (-reach..=reach).map(|at| (weight(at) / sum) as f32).collect()
}

/// Softens premultiplied pixels with `kernel` along both axes; beyond the edges there is nothing.
///
/// Needs memory for one picture of four-byte numbers, four a pixel, and skips empty rows.
#[must_use]
pub fn soften(pixels: &Pixmap, kernel: &[f32]) -> Pixmap {
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let reach = kernel.len() / 2;
    let stride = width * 4;
    let mut across = vec![0.0_f32; stride * height];
    let mut inked = vec![false; height];
    let mut padded = vec![0.0_f32; (width + 2 * reach) * 4];
    for (y, row) in pixels.data().chunks_exact(stride).enumerate() {
        if row.iter().all(|byte| *byte == 0) {
            continue;
        }
        inked[y] = true;
        for (to, from) in padded[reach * 4..].iter_mut().zip(row) {
            *to = f32::from(*from);
        }
        let sums = &mut across[y * stride..(y + 1) * stride];
        for (tap, weight) in kernel.iter().enumerate() {
            add_scaled(sums, &padded[tap * 4..tap * 4 + stride], *weight);
        }
    }
    let mut result = Pixmap::new(pixels.width(), pixels.height());
    let mut sums = vec![0.0_f32; stride];
    for (y, row) in result.data_mut().chunks_exact_mut(stride).enumerate() {
        sums.fill(0.5);
        let mut any = false;
        for (tap, weight) in kernel.iter().enumerate() {
            let from = (y + tap).wrapping_sub(reach);
            if from < height && inked[from] {
                add_scaled(&mut sums, &across[from * stride..(from + 1) * stride], *weight);
                any = true;
            }
        }
        if any {
            for (to, from) in row.iter_mut().zip(&sums) {
                *to = *from as u8;
            }
        }
    }
    result
}

fn add_scaled(sums: &mut [f32], values: &[f32], weight: f32) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += *value * weight;
    }
}

/// Magnifies by `factor` with linear interpolation and cuts out `width` by `height` pixels from (`left`, `top`), both in
/// magnified pixels. Beyond the edges there is nothing.
#[must_use]
pub fn magnify(pixels: &Pixmap, factor: u32, (left, top): (u32, u32), (width, height): (u32, u32)) -> Pixmap {
    let place = |at: u32| {
        let center = (f64::from(at) + 0.5) / f64::from(factor) - 0.5;
        let first = center.floor();
        (first as i64, (center - first) as f32)
    };
    let mut result = Pixmap::new(width, height);
    let columns: Vec<_> = (left..left + width).map(place).collect();
    let fetch = |x: i64, y: i64| match (u32::try_from(x), u32::try_from(y)) {
        (Ok(x), Ok(y)) => pixels.pixel(x, y).unwrap_or_default(),
        _ => [0; 4],
    };
    for (row, y) in result.data_mut().chunks_exact_mut(width as usize * 4).zip(top..) {
        let (y, down) = place(y);
        for (pixel, &(x, right)) in row.as_chunks_mut::<4>().0.iter_mut().zip(&columns) {
            let corners = [fetch(x, y), fetch(x + 1, y), fetch(x, y + 1), fetch(x + 1, y + 1)];
            let weights = [(1.0 - right) * (1.0 - down), right * (1.0 - down), (1.0 - right) * down, right * down];
            for (channel, value) in pixel.iter_mut().enumerate() {
                let sum: f32 = corners.iter().zip(weights).map(|(corner, w)| f32::from(corner[channel]) * w).sum();
                *value = (sum + 0.5) as u8;
            }
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_becomes_the_bell_of_its_deviation() {
        let mut point = Pixmap::new(41, 41);
        point.data_mut()[(20 * 41 + 20) * 4 + 3] = 255;
        let soft = soften(&point, &kernel(2.0));
        let alpha = |x, y| f64::from(soft.pixel(x, y).unwrap()[3]);
        let peak = 255.0 / (std::f64::consts::TAU * 4.0);
        assert!((alpha(20, 20) - peak).abs() < 1.0);
        assert!((alpha(22, 20) - peak * math::exp(-0.5)).abs() < 1.0);
        assert_eq!(soft.pixel(19, 23), soft.pixel(23, 21).map(|_| soft.pixel(21, 17).unwrap()));
    }

    #[test]
    fn softening_keeps_the_amount_of_ink() {
        let mut square = Pixmap::new(60, 60);
        for y in 25..35 {
            for x in 25..35 {
                square.data_mut()[(y * 60 + x) * 4..][..4].copy_from_slice(&[10, 20, 30, 250]);
            }
        }
        let sum = |pixels: &Pixmap| pixels.data().iter().skip(3).step_by(4).map(|a| f64::from(*a)).sum::<f64>();
        let soft = soften(&square, &kernel(3.0));
        assert!((sum(&soft) / sum(&square) - 1.0).abs() < 0.02);
    }

    #[test]
    fn magnifying_a_flat_picture_keeps_it_flat_inside() {
        let flat = Pixmap::from_premultiplied(6, 6, [9, 8, 7, 200].repeat(36)).unwrap();
        let large = magnify(&flat, 3, (3, 3), (12, 12));
        assert!(large.data().chunks_exact(4).all(|pixel| pixel == [9, 8, 7, 200]));
    }
}
