//! How well one colour can be read on another.

use std::sync::LazyLock;

use crate::color::{Color, byte_to_linear, linear_to_srgb};
use crate::math::{exp, powf};

/// The least contrast for ordinary text (WCAG 2.2, success criterion 1.4.3).
pub const TEXT_MINIMUM: f64 = 4.5;

/// The least contrast for large text and for graphics (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
pub const LARGE_MINIMUM: f64 = 3.0;

/// Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it.
#[must_use]
pub fn relative_luminance(color: Color) -> f64 {
    let [r, g, b] = [color.r, color.g, color.b].map(byte_to_linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The contrast ratio of WCAG 2.2, 1 (equal luminance) to 21 (black and white). The order does not matter.
#[must_use]
pub fn contrast_ratio(first: Color, second: Color) -> f64 {
    let (first, second) = (relative_luminance(first), relative_luminance(second));
    (first.max(second) + 0.05) / (first.min(second) + 0.05)
}

/// The least magnitude of [`perceptual_contrast`] for large bold words.
pub const PERCEPTUAL_LARGE: f64 = 45.0;

/// The least magnitude of [`perceptual_contrast`] for small or thin words.
pub const PERCEPTUAL_SMALL: f64 = 60.0;

/// What APCA takes for the light of each byte.
static LIGHT: LazyLock<[f64; 256]> = LazyLock::new(|| std::array::from_fn(|byte| powf(byte as f64 / 255.0, 2.4)));

/// How strongly words stand out from what they are printed on, -108 to 106, by the public formula of APCA 0.1.9 (Andrew
/// Somers, <https://github.com/Myndex/SAPC-APCA>): positive for dark on light. Unlike the ratio of WCAG it does not take a
/// dark colour on a darker one for legible.
#[must_use]
pub fn perceptual_contrast(words: Color, ground: Color) -> f64 {
    let luminance = |color: Color| {
        let [r, g, b] = [color.r, color.g, color.b].map(|channel| LIGHT[usize::from(channel)]);
        let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
        // Glare lifts what is nearly black.
        if y < 0.022 { y + powf(0.022 - y, 1.414) } else { y }
    };
    let (words, ground) = (luminance(words), luminance(ground));
    if (ground - words).abs() < 0.0005 {
        return 0.0;
    }
    let raw = if ground > words {
        (powf(ground, 0.56) - powf(words, 0.57)) * 1.14
    } else {
        (powf(ground, 0.65) - powf(words, 0.62)) * 1.14
    };
    if raw.abs() < 0.1 { 0.0 } else { (raw - raw.signum() * 0.027) * 100.0 }
}

/// How many standard deviations from the mean nine of ten fibres of a heather lie within.
const NINE_OF_TEN: f64 = 1.2816;

/// The dark and the light fibres of a dyed heather: nine of ten lie between them. The logarithm of the albedo spreads by
/// `deviation`, so light is multiplied.
#[must_use]
pub fn fibers(dye: Color, deviation: f64) -> [Color; 2] {
    [-NINE_OF_TEN, NINE_OF_TEN].map(|deviations| {
        let factor = exp(deviations * deviation);
        let channel = |value: f32| (linear_to_srgb((f64::from(value) * factor).min(1.0)) * 255.0).round() as u8;
        let [r, g, b] = dye.to_linear().map(channel);
        Color::new(r, g, b)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pairs that the formula's own page lists.
    #[test]
    fn perceptual_contrast_is_that_of_the_published_pairs() {
        let grey = |value: u8| Color::new(value, value, value);
        let pairs = [(0x88, 0xff, 63.056), (0xff, 0x88, -68.541), (0x00, 0xaa, 58.146), (0xaa, 0x00, -56.241)];
        for (words, ground, expected) in pairs {
            let found = perceptual_contrast(grey(words), grey(ground));
            assert!((found - expected).abs() < 0.01, "{words:x} on {ground:x}: {found}");
        }
        assert!((perceptual_contrast(Color::BLACK, Color::WHITE) - 106.04).abs() < 0.01);
        assert_eq!(perceptual_contrast(grey(0x20), grey(0x28)), 0.0, "dark on dark");
    }

    #[test]
    fn black_on_white_is_21_to_1_either_way_round() {
        assert!((contrast_ratio(Color::BLACK, Color::WHITE) - 21.0).abs() < 1e-9);
        assert!((contrast_ratio(Color::WHITE, Color::BLACK) - 21.0).abs() < 1e-9);
    }

    /// #767676 is the lightest grey that passes on white, #777777 the first that fails.
    #[test]
    fn the_known_grey_passes_on_white_and_its_neighbour_fails() {
        assert!(contrast_ratio(Color::new(0x76, 0x76, 0x76), Color::WHITE) >= TEXT_MINIMUM);
        assert!(contrast_ratio(Color::new(0x77, 0x77, 0x77), Color::WHITE) < TEXT_MINIMUM);
    }
}
