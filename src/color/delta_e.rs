//! How different two colours look.

use crate::color::lab::Lab;
use crate::math;

/// 25 to the power of 7.
const POW_25_7: f64 = 6_103_515_625.0;

/// Hues that differ by half a turn to within this many degrees count as opposite on every machine: the formula jumps
/// there, and rounding must not decide on which side.
const HALF_TURN_TOLERANCE: f64 = 1e-9;

/// The CIEDE2000 colour difference (ISO/CIE 11664-6) with all weights 1. It is symmetric; about 1 is the least that
/// a trained eye sees side by side, 2 to 3 is what most people notice, and 10 is plain at a glance.
///
/// The notation follows Sharma, Wu and Dalal, "The CIEDE2000 Color-Difference Formula: Implementation Notes,
/// Supplementary Test Data, and Mathematical Observations", Color Research and Application 30 (2005), pages 21-30.
#[must_use]
pub fn ciede2000(first: Lab, second: Lab) -> f64 {
    let mean_chroma = f64::midpoint(first.chroma(), second.chroma());
    let stretch = 1.0 + 0.5 * (1.0 - chroma_ratio(mean_chroma));
    let first = Lab { a: first.a * stretch, ..first };
    let second = Lab { a: second.a * stretch, ..second };
    let (c1, c2) = (first.chroma(), second.chroma());
    let (hue_step, hue) = hue_step_and_mean(first, second);

    let delta_l = second.l - first.l;
    let delta_c = c2 - c1;
    let delta_h = 2.0 * (c1 * c2).sqrt() * sin_degrees(hue_step / 2.0);

    let lightness = f64::midpoint(first.l, second.l);
    let chroma = f64::midpoint(c1, c2);
    let t = 1.0 - 0.17 * cos_degrees(hue - 30.0) + 0.24 * cos_degrees(2.0 * hue) + 0.32 * cos_degrees(3.0 * hue + 6.0)
        - 0.20 * cos_degrees(4.0 * hue - 63.0);
    let from_middle = (lightness - 50.0) * (lightness - 50.0);
    let scale_l = 1.0 + 0.015 * from_middle / (20.0 + from_middle).sqrt();
    let scale_c = 1.0 + 0.045 * chroma;
    let scale_h = 1.0 + 0.015 * chroma * t;
    let blue = (hue - 275.0) / 25.0;
    let turn = -2.0 * chroma_ratio(chroma) * sin_degrees(60.0 * math::exp(-blue * blue));

    let (l, c, h) = (delta_l / scale_l, delta_c / scale_c, delta_h / scale_h);
    (l * l + c * c + h * h + turn * c * h).sqrt()
}

/// The root of `C^7 / (C^7 + 25^7)`.
fn chroma_ratio(chroma: f64) -> f64 {
    let cubed = chroma * chroma * chroma;
    let seventh = cubed * cubed * chroma;
    (seventh / (seventh + POW_25_7)).sqrt()
}

/// From the first hue to the second the short way, and the hue midway; degrees. Grey has no hue of its own and takes
/// the other's.
fn hue_step_and_mean(first: Lab, second: Lab) -> (f64, f64) {
    let (h1, h2) = (first.hue(), second.hue());
    if first.chroma() == 0.0 || second.chroma() == 0.0 {
        return (0.0, h1 + h2);
    }
    let step = h2 - h1;
    if step.abs() <= 180.0 + HALF_TURN_TOLERANCE {
        return (step, f64::midpoint(h1, h2));
    }
    let sum = h1 + h2;
    let mean = if sum < 360.0 { (sum + 360.0) / 2.0 } else { (sum - 360.0) / 2.0 };
    (step - 360.0_f64.copysign(step), mean)
}

fn sin_degrees(degrees: f64) -> f64 {
    math::sin_cos(degrees.to_radians()).0
}

fn cos_degrees(degrees: f64) -> f64 {
    math::sin_cos(degrees.to_radians()).1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{prop_assert, proptest};

    use super::*;

    /// Table 1 of Sharma, Wu and Dalal: two colours and their difference.
    #[rustfmt::skip]
    const PUBLISHED: [([f64; 3], [f64; 3], f64); 34] = [
        ([50.0000, 2.6772, -79.7751], [50.0000, 0.0000, -82.7485], 2.0425),
        ([50.0000, 3.1571, -77.2803], [50.0000, 0.0000, -82.7485], 2.8615),
        ([50.0000, 2.8361, -74.0200], [50.0000, 0.0000, -82.7485], 3.4412),
        ([50.0000, -1.3802, -84.2814], [50.0000, 0.0000, -82.7485], 1.0000),
        ([50.0000, -1.1848, -84.8006], [50.0000, 0.0000, -82.7485], 1.0000),
        ([50.0000, -0.9009, -85.5211], [50.0000, 0.0000, -82.7485], 1.0000),
        ([50.0000, 0.0000, 0.0000], [50.0000, -1.0000, 2.0000], 2.3669),
        ([50.0000, -1.0000, 2.0000], [50.0000, 0.0000, 0.0000], 2.3669),
        ([50.0000, 2.4900, -0.0010], [50.0000, -2.4900, 0.0009], 7.1792),
        ([50.0000, 2.4900, -0.0010], [50.0000, -2.4900, 0.0010], 7.1792),
        ([50.0000, 2.4900, -0.0010], [50.0000, -2.4900, 0.0011], 7.2195),
        ([50.0000, 2.4900, -0.0010], [50.0000, -2.4900, 0.0012], 7.2195),
        ([50.0000, -0.0010, 2.4900], [50.0000, 0.0009, -2.4900], 4.8045),
        ([50.0000, -0.0010, 2.4900], [50.0000, 0.0010, -2.4900], 4.8045),
        ([50.0000, -0.0010, 2.4900], [50.0000, 0.0011, -2.4900], 4.7461),
        ([50.0000, 2.5000, 0.0000], [50.0000, 0.0000, -2.5000], 4.3065),
        ([50.0000, 2.5000, 0.0000], [73.0000, 25.0000, -18.0000], 27.1492),
        ([50.0000, 2.5000, 0.0000], [61.0000, -5.0000, 29.0000], 22.8977),
        ([50.0000, 2.5000, 0.0000], [56.0000, -27.0000, -3.0000], 31.9030),
        ([50.0000, 2.5000, 0.0000], [58.0000, 24.0000, 15.0000], 19.4535),
        ([50.0000, 2.5000, 0.0000], [50.0000, 3.1736, 0.5854], 1.0000),
        ([50.0000, 2.5000, 0.0000], [50.0000, 3.2972, 0.0000], 1.0000),
        ([50.0000, 2.5000, 0.0000], [50.0000, 1.8634, 0.5757], 1.0000),
        ([50.0000, 2.5000, 0.0000], [50.0000, 3.2592, 0.3350], 1.0000),
        ([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644),
        ([63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.2630),
        ([61.2901, 3.7196, -5.3901], [61.4292, 2.2480, -4.9620], 1.8731),
        ([35.0831, -44.1164, 3.7933], [35.0232, -40.0716, 1.5901], 1.8645),
        ([22.7233, 20.0904, -46.6940], [23.0331, 14.9730, -42.5619], 2.0373),
        ([36.4612, 47.8580, 18.3852], [36.2715, 50.5065, 21.2231], 1.4146),
        ([90.8027, -2.0831, 1.4410], [91.1528, -1.6435, 0.0447], 1.4441),
        ([90.9257, -0.5406, -0.9208], [88.6381, -0.8985, -0.7239], 1.5381),
        ([6.7747, -0.2908, -2.4247], [5.8714, -0.0985, -2.2286], 0.6377),
        ([2.0776, 0.0795, -1.1350], [0.9033, -0.0636, -0.5514], 0.9082),
    ];

    #[test]
    fn the_34_published_pairs_come_out_to_four_decimals() {
        for (row, (first, second, expected)) in PUBLISHED.into_iter().enumerate() {
            let [first, second] = [first, second].map(|[l, a, b]| Lab::new(l, a, b));
            for difference in [ciede2000(first, second), ciede2000(second, first)] {
                assert!((difference - expected).abs() < 0.000_051, "pair {}: {difference} is not {expected}", row + 1);
            }
        }
    }

    proptest! {
        #[test]
        fn it_is_symmetric_and_nothing_only_between_equals(
            first in (0.0..100.0, -100.0..100.0, -100.0..100.0), second in (0.0..100.0, -100.0..100.0, -100.0..100.0)
        ) {
            let first = Lab::new(first.0, first.1, first.2);
            let second = Lab::new(second.0, second.1, second.2);
            let there = ciede2000(first, second);
            prop_assert!((there - ciede2000(second, first)).abs() < 1e-9);
            prop_assert!(there > 0.0 || first == second);
            prop_assert!(ciede2000(first, first) < 1e-12);
        }
    }
}
