//! How well one colour can be read on another.

use crate::color::{Color, srgb_to_linear};

/// The least contrast for ordinary text (WCAG 2.2, success criterion 1.4.3).
pub const TEXT_MINIMUM: f64 = 4.5;

/// The least contrast for large text and for graphics (WCAG 2.2, success criteria 1.4.3 and 1.4.11).
pub const LARGE_MINIMUM: f64 = 3.0;

/// Relative luminance, 0 (black) to 1 (white), as WCAG 2.2 defines it.
#[must_use]
pub fn relative_luminance(color: Color) -> f64 {
    let [r, g, b] = [color.r, color.g, color.b].map(|channel| srgb_to_linear(f64::from(channel) / 255.0));
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// The contrast ratio of WCAG 2.2, 1 (equal luminance) to 21 (black and white). The order does not matter.
#[must_use]
pub fn contrast_ratio(first: Color, second: Color) -> f64 {
    let (first, second) = (relative_luminance(first), relative_luminance(second));
    (first.max(second) + 0.05) / (first.min(second) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

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
