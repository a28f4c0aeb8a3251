//! The tone curve and the sRGB conversions as tables, so that pixel loops call no functions of the platform.

use std::sync::LazyLock;

use crate::color::{linear_to_srgb, srgb_to_linear};
use crate::math;

/// Steps of the output tables for one unit of light.
const STEPS: usize = 8192;
/// Light at which the output tables end: beyond it the shoulder is white.
const TOP: f32 = 2.0;
/// Steps of the input table.
const CODES: usize = 4096;

/// Where the shoulder begins: below, the curve is the identity.
const SHOULDER: f64 = 0.75;

/// The tables, made on first use.
pub(super) static TONE: LazyLock<Tone> = LazyLock::new(Tone::new);

/// Conversions between sRGB bytes and light.
pub(super) struct Tone {
    /// Light to shouldered sRGB.
    shown: Box<[u8; STEPS * 2]>,
    /// Light to shouldered light.
    shouldered: Box<[f32; STEPS * 2]>,
    /// Light to sRGB.
    encoded: Box<[u8; STEPS * 2]>,
    /// sRGB to light.
    linear: Box<[f32; CODES]>,
}

impl Tone {
    fn new() -> Self {
        // entries stand for the middle of their step
        let light = |idx: usize| (idx as f64 + 0.5) / STEPS as f64;
        let byte = |value: f64| (linear_to_srgb(value.clamp(0.0, 1.0)) * 255.0).round() as u8;
        let code = |idx: usize| srgb_to_linear((idx as f64 + 0.5) / CODES as f64 * 256.0 / 255.0) as f32;
        Self {
            shown: boxed(|idx| byte(shoulder(light(idx)))),
            shouldered: boxed(|idx| shoulder(light(idx)) as f32),
            encoded: boxed(|idx| byte(light(idx))),
            linear: boxed(code),
        }
    }

    /// sRGB byte of exposed light after the shoulder.
    #[inline(always)]
    pub(super) fn show(&self, light: f32) -> u8 {
        self.shown[step(light) as usize]
    }

    /// As `show`, by the light's [`step`].
    #[inline(always)]
    pub(super) fn shown_at(&self, step: u32) -> u8 {
        self.shown[step as usize & (STEPS * 2 - 1)]
    }

    /// Light after the shoulder.
    #[inline(always)]
    pub(super) fn shoulder(&self, light: f32) -> f32 {
        self.shouldered[step(light) as usize]
    }

    /// sRGB byte of light.
    #[inline(always)]
    pub(super) fn encode(&self, light: f32) -> u8 {
        self.encoded[step(light) as usize]
    }

    /// Light of an encoded value, 0 to 255, fractions allowed.
    #[inline(always)]
    pub(super) fn decode(&self, code: f32) -> f32 {
        // a float between 1 and 2 carries the fraction in its top mantissa bits: an index without a conversion
        let fraction = (1.0 + code.clamp(0.0, 255.9) * (1.0 / 256.0)).to_bits();
        self.linear[(fraction >> 11) as usize & (CODES - 1)]
    }
}

/// Light of an encoded value from 0 to 1, for whole blocks of pixels: a polynomial instead of a table, within a fiftieth
/// of a level.
#[inline(always)]
pub(super) fn decode_unit(code: f32) -> f32 {
    const POWERS: [f32; 6] = [0.000_916_94, 0.032_744_93, 0.519_388_4, 0.667_150_4, -0.307_376_77, 0.087_287_22];
    let [rest @ .., last] = POWERS;
    let curve = rest.iter().rev().fold(last, |sum, power| sum * code + power);
    if code <= 0.040_45 { code * (1.0 / 12.92) } else { curve }
}

/// Index of the output tables.
#[inline(always)]
pub(super) fn step(light: f32) -> u32 {
    // between 2 and 4 the top 14 mantissa bits count steps of 1/8192
    let fraction = (2.0 + light.clamp(0.0, TOP - 1e-4)).to_bits();
    fraction >> 9 & (STEPS as u32 * 2 - 1)
}

/// The tone curve: the identity up to 0.75, then a soft approach to 1 that keeps white cloth from clipping.
pub(super) fn shoulder(light: f64) -> f64 {
    let room = 1.0 - SHOULDER;
    if light < SHOULDER { light } else { SHOULDER + room * (1.0 - math::exp(-(light - SHOULDER) / room)) }
}

fn boxed<T: Copy + Default + std::fmt::Debug, const N: usize>(value: impl Fn(usize) -> T) -> Box<[T; N]> {
    let values: Vec<T> = (0..N).map(value).collect();
    values.into_boxed_slice().try_into().expect("N values were made")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_within_one_level_of_the_curves() {
        for idx in 0..4000 {
            let light = f64::from(idx) / 1999.0;
            let exact = linear_to_srgb(shoulder(light)) * 255.0;
            let shown = f64::from(TONE.show(light as f32));
            assert!((shown - exact).abs() < 0.75, "{light}: {shown} for {exact}");
            let encoded = f64::from(TONE.encode(light as f32));
            assert!((encoded - linear_to_srgb(light.min(1.0)) * 255.0).abs() < 0.75, "{light}");
        }
    }

    #[test]
    fn the_polynomial_is_within_a_fiftieth_of_a_level() {
        for idx in 0..=10_000 {
            let code = f64::from(idx) / 10_000.0;
            let seen = linear_to_srgb(f64::from(decode_unit(code as f32))) * 255.0;
            assert!((seen - code * 255.0).abs() < 0.02, "{code}: {seen}");
        }
    }

    #[test]
    fn bytes_survive_decoding_and_encoding() {
        for code in 0..=255_u8 {
            assert_eq!(TONE.encode(TONE.decode(f32::from(code))), code);
        }
    }

    #[test]
    fn the_curve_is_smooth_at_the_shoulder_and_never_clips() {
        assert!((shoulder(0.751) - 0.751).abs() < 1e-5);
        assert!(shoulder(1.0) < 0.95);
        assert!(shoulder(10.0) <= 1.0);
    }

    #[test]
    fn light_out_of_range_is_shown_as_the_nearest_end() {
        assert_eq!((TONE.show(-1.0), TONE.show(50.0), TONE.encode(f32::NAN.max(0.0))), (0, 255, 0));
    }
}
