//! CIE 1976 L\*a\*b\* (ISO/CIE 11664-4) under the graphic arts' illuminant D50, and its polar form.
//!
//! Inks are written in it because it names a colour and not a way to make one. The white of sRGB is D65, so the two
//! are joined by the linearised Bradford adaptation (ICC.1:2022, annex E).

use crate::color::{Color, byte_to_linear, linear_to_srgb};
use crate::math;

/// XYZ of the D50 white, from its chromaticity x 0.3457, y 0.3585 (ISO 3664; CSS Color Module Level 4, section 10).
const D50: [f64; 3] = [0.964_295_676_429_567_6, 1.0, 0.825_104_602_510_460_2];

/// Linear sRGB to XYZ under D50: the primaries and D65 white (x 0.3127, y 0.3290) of IEC 61966-2-1, then Bradford.
/// The figures are the exact rational product, rounded once.
const SRGB_TO_XYZ: [[f64; 3]; 3] = [
    [0.436_065_746_874_269_36, 0.385_151_509_590_159_6, 0.143_078_419_965_138_68],
    [0.222_493_177_110_565_18, 0.716_887_013_094_482_4, 0.060_619_809_794_952_36],
    [0.013_923_921_463_169_396, 0.097_081_324_231_410_17, 0.714_099_356_815_880_7],
];

/// The inverse of [`SRGB_TO_XYZ`].
const XYZ_TO_SRGB: [[f64; 3]; 3] = [
    [3.134_135_852_900_117_8, -1.617_385_998_018_042, -0.490_662_217_911_097_54],
    [-0.978_795_476_555_777_7, 1.916_254_377_395_988_4, 0.033_442_873_390_366_93],
    [0.071_955_392_557_947_35, -0.228_976_759_815_182, 1.405_386_035_113_118_2],
];

/// 6/29, where the cube root gives way to a straight line.
const KNEE: f64 = 6.0 / 29.0;

/// How far outside 0 to 1 a linear channel may lie and still count as shown truly: half a step of eight bits.
const GAMUT_TOLERANCE: f64 = 0.5 / 255.0;

/// A colour in CIE L\*a\*b\*, D50, 2 degree observer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lab {
    /// Lightness, 0 (black) to 100 (the paper's white).
    pub l: f64,
    /// Green (negative) to red.
    pub a: f64,
    /// Blue (negative) to yellow.
    pub b: f64,
}

impl Lab {
    /// A colour from its coordinates.
    #[must_use]
    pub const fn new(l: f64, a: f64, b: f64) -> Self {
        Self { l, a, b }
    }

    /// The distance from grey, 0 or more.
    #[must_use]
    pub fn chroma(self) -> f64 {
        math::hypot(self.a, self.b)
    }

    /// The hue angle in degrees, 0 to below 360: 0 is towards red, 90 towards yellow. Grey has hue 0.
    #[must_use]
    pub fn hue(self) -> f64 {
        if self.a == 0.0 && self.b == 0.0 {
            return 0.0;
        }
        math::atan2(self.b, self.a).to_degrees().rem_euclid(360.0)
    }

    /// The open HLC notation: hue in degrees, lightness and chroma, each rounded to three digits, as in
    /// `H030_L050_C070`. A colour whose chroma rounds to nothing has hue 0.
    #[must_use]
    pub fn hlc(self) -> String {
        let chroma = self.chroma().round();
        let hue = if chroma == 0.0 { 0.0 } else { self.hue().round() % 360.0 };
        format!("H{hue:03.0}_L{:03.0}_C{chroma:03.0}", self.l.round())
    }

    /// How an sRGB screen shows it. What lies outside the screen's gamut is cut off channel by channel; see
    /// [`Lab::is_in_srgb`].
    #[must_use]
    pub fn to_color(self) -> Color {
        let [r, g, b] =
            self.to_linear_srgb().map(|channel| (linear_to_srgb(channel.clamp(0.0, 1.0)) * 255.0).round() as u8);
        Color::new(r, g, b)
    }

    /// Whether an sRGB screen can show it.
    #[must_use]
    pub fn is_in_srgb(self) -> bool {
        self.to_linear_srgb().iter().all(|channel| (-GAMUT_TOLERANCE..=1.0 + GAMUT_TOLERANCE).contains(channel))
    }

    /// The colour of CIE XYZ under D50, where the Y of white is 1.
    #[must_use]
    pub fn from_xyz(xyz: [f64; 3]) -> Self {
        let [x, y, z] = [0, 1, 2].map(|axis| compress(xyz[axis] / D50[axis]));
        Self { l: 116.0 * y - 16.0, a: 500.0 * (x - y), b: 200.0 * (y - z) }
    }

    /// CIE XYZ as shares of the white's, each 0 to 1: what a perfect white reflects is 1 in all three.
    #[must_use]
    pub fn reflected(self) -> [f64; 3] {
        let y = (self.l + 16.0) / 116.0;
        [y + self.a / 500.0, y, y - self.b / 200.0].map(uncompress)
    }

    /// Linear sRGB, outside 0 to 1 where a screen cannot show it.
    fn to_linear_srgb(self) -> [f64; 3] {
        let [x, y, z] = self.reflected();
        multiply(&XYZ_TO_SRGB, [D50[0] * x, D50[1] * y, D50[2] * z])
    }
}

impl From<Color> for Lab {
    fn from(color: Color) -> Self {
        let linear = [color.r, color.g, color.b].map(byte_to_linear);
        Self::from_xyz(multiply(&SRGB_TO_XYZ, linear))
    }
}

/// The function f of ISO/CIE 11664-4: a cube root with a straight foot.
fn compress(t: f64) -> f64 {
    if t > KNEE * KNEE * KNEE { math::cbrt(t) } else { t / (3.0 * KNEE * KNEE) + 4.0 / 29.0 }
}

/// Undoes [`compress`].
fn uncompress(f: f64) -> f64 {
    if f > KNEE { f * f * f } else { 3.0 * KNEE * KNEE * (f - 4.0 / 29.0) }
}

fn multiply(matrix: &[[f64; 3]; 3], vector: [f64; 3]) -> [f64; 3] {
    matrix.map(|row| row[0] * vector[0] + row[1] * vector[1] + row[2] * vector[2])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_near(lab: Lab, expected: [f64; 3]) {
        for (value, expected) in [lab.l, lab.a, lab.b].into_iter().zip(expected) {
            assert!((value - expected).abs() < 0.005, "{lab:?} is not {expected:?}");
        }
    }

    #[test]
    fn white_is_100_without_chroma_and_black_is_nothing() {
        assert!(Lab::from(Color::WHITE).chroma() < 1e-9);
        assert_near(Lab::from(Color::WHITE), [100.0, 0.0, 0.0]);
        assert_near(Lab::from(Color::BLACK), [0.0, 0.0, 0.0]);
    }

    /// Sample values of CSS Color Module Level 4 (`lab()` is CIE Lab under D50): the primaries of sRGB.
    #[test]
    fn the_primaries_match_css_color_4() {
        assert_near(Lab::from(Color::new(255, 0, 0)), [54.29, 80.80, 69.89]);
        assert_near(Lab::from(Color::new(0, 255, 0)), [87.82, -79.27, 80.99]);
        assert_near(Lab::from(Color::new(0, 0, 255)), [29.57, 68.29, -112.03]);
    }

    /// The white of ICC.1 (0.9642, 1, 0.8249) is the one of ISO 3664 to four digits, and a middle grey of 18.42 percent has
    /// the lightness 50 by definition.
    #[test]
    fn xyz_of_the_white_and_of_a_middle_grey_are_known() {
        let white = Lab::from_xyz([0.9642, 1.0, 0.8249]);
        assert!((white.l - 100.0).abs() < 1e-9 && white.chroma() < 0.03, "{white:?}");
        let grey = 0.184_186_518;
        assert_near(Lab::from_xyz([0.964_296 * grey, grey, 0.825_105 * grey]), [50.0, 0.0, 0.0]);
        let [x, y, z] = Lab::new(50.0, 0.0, 0.0).reflected();
        assert!((y - grey).abs() < 1e-6 && (x - y).abs() < 1e-12 && (z - y).abs() < 1e-12);
    }

    #[test]
    fn every_screen_color_survives_the_round_trip() {
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let color = Color::new(r, g, b);
                    let lab = Lab::from(color);
                    assert_eq!(lab.to_color(), color);
                    assert!(lab.is_in_srgb(), "{color}");
                }
            }
        }
    }

    #[test]
    fn a_saturated_cyan_is_beyond_the_screen() {
        assert!(!Lab::new(55.0, -37.0, -50.0).is_in_srgb());
    }

    #[test]
    fn the_hlc_code_is_hue_lightness_chroma() {
        assert_eq!(Lab::new(50.0, 60.622, 35.0).hlc(), "H030_L050_C070");
        assert_eq!(Lab::new(96.4, 0.2, -0.3).hlc(), "H000_L096_C000");
        assert_eq!(Lab::new(40.0, 50.0, -0.1).hlc(), "H000_L040_C050", "359.9 degrees round to 0, not 360");
    }
}
