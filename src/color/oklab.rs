//! `OKLab`, in which equal distances look about equally different (Björn Ottosson, 2020,
//! <https://bottosson.github.io/posts/oklab/>).

use crate::color::{Color, byte_to_linear, linear_to_srgb};

/// A colour in `OKLab`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Oklab {
    /// Lightness, 0 (black) to 1 (white).
    pub l: f32,
    /// Green (negative) to red, about -0.3 to 0.3.
    pub a: f32,
    /// Blue (negative) to yellow, about -0.3 to 0.3.
    pub b: f32,
}

impl Oklab {
    /// Converts from sRGB.
    #[must_use]
    pub fn from_color(color: Color) -> Self {
        Self::from_linear(color.to_linear())
    }

    /// Converts from linear light, 0 to 1.
    #[must_use]
    pub fn from_linear([r, g, b]: [f32; 3]) -> Self {
        let l = libm::cbrtf(0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_995 * b);
        let m = libm::cbrtf(0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b);
        let s = libm::cbrtf(0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b);
        Self {
            l: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            a: 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s,
            b: 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s,
        }
    }

    /// Converts to sRGB; what lies outside is clipped channel by channel.
    #[must_use]
    pub fn to_color(self) -> Color {
        let cube = |v: f32| v * v * v;
        let l = cube(self.l + 0.396_337_78 * self.a + 0.215_803_76 * self.b);
        let m = cube(self.l - 0.105_561_346 * self.a - 0.063_854_17 * self.b);
        let s = cube(self.l - 0.089_484_18 * self.a - 1.291_485_5 * self.b);
        let channel = |v: f32| (linear_to_srgb(f64::from(v.clamp(0.0, 1.0))) * 255.0).round() as u8;
        Color {
            r: channel(4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s),
            g: channel(-1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s),
            b: channel(-0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s),
        }
    }

    /// Euclidean distance; 1 between black and white, 0.02 is just noticeable.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        self.distance_squared(other).sqrt()
    }

    /// The square of [`Self::distance`].
    #[must_use]
    pub fn distance_squared(self, other: Self) -> f32 {
        let (l, a, b) = (self.l - other.l, self.a - other.a, self.b - other.b);
        l * l + a * a + b * b
    }
}

/// Converts many colours; the decoding of channels is tabled.
#[derive(Debug, Clone)]
pub struct Converter {
    linear: Vec<f32>,
}

impl Converter {
    /// Fills the table.
    #[must_use]
    pub fn new() -> Self {
        Self { linear: (0..=255_u8).map(|v| byte_to_linear(v) as f32).collect() }
    }

    /// The same as [`Oklab::from_color`].
    #[must_use]
    pub fn convert(&self, [r, g, b]: [u8; 3]) -> Oklab {
        Oklab::from_linear([r, g, b].map(|v| self.linear[usize::from(v)]))
    }
}

impl Default for Converter {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_and_black_are_one_apart() {
        let distance = Oklab::from_color(Color::WHITE).distance(Oklab::from_color(Color::BLACK));
        assert!((distance - 1.0).abs() < 1e-4, "{distance}");
    }

    #[test]
    fn pure_red_has_the_published_coordinates() {
        let red = Oklab::from_color(Color::new(255, 0, 0));
        for (seen, published) in [(red.l, 0.627_955), (red.a, 0.224_863), (red.b, 0.125_846)] {
            assert!((seen - published).abs() < 1e-4, "{red:?}");
        }
    }

    #[test]
    fn colors_survive_the_round_trip() {
        let converter = Converter::new();
        for r in (0..=255).step_by(15) {
            for g in (0..=255).step_by(15) {
                for b in (0..=255).step_by(15) {
                    let color = Color::new(r, g, b);
                    assert_eq!(Oklab::from_color(color).to_color(), color);
                    assert_eq!(converter.convert([r, g, b]), Oklab::from_color(color));
                }
            }
        }
    }
}
