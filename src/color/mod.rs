//! Colours: opaque sRGB as documents write them, and the spaces that light and comparison need.

pub mod oklab;

use std::sync::LazyLock;

use crate::math;

pub mod contrast;
pub mod delta_e;
pub mod lab;
pub mod vision;

/// An opaque sRGB colour, eight bits a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
}

impl Color {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// A colour from its channels.
    #[must_use]
    pub const fn new(r: u8, g: u8, b: u8) -> Self {
        Self { r, g, b }
    }

    /// Reads `#rrggbb`, in either case; anything else is `None`.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let channel = |start: usize| u8::from_str_radix(&digits[start..start + 2], 16).ok();
        Some(Self::new(channel(0)?, channel(2)?, channel(4)?))
    }

    /// The channels in linear light, 0 to 1 (IEC 61966-2-1).
    #[must_use]
    pub fn to_linear(self) -> [f32; 3] {
        [self.r, self.g, self.b].map(|channel| byte_to_linear(channel) as f32)
    }
}

impl std::fmt::Display for Color {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.r, self.g, self.b)
    }
}

/// Decodes one sRGB channel, 0 to 1, to linear light (IEC 61966-2-1).
#[must_use]
pub fn srgb_to_linear(encoded: f64) -> f64 {
    if encoded <= 0.04045 { encoded / 12.92 } else { math::powf((encoded + 0.055) / 1.055, 2.4) }
}

/// [`srgb_to_linear`] of every byte: whoever compares colours asks for the same few over and over.
static LINEAR: LazyLock<[f64; 256]> = LazyLock::new(|| std::array::from_fn(|byte| srgb_to_linear(byte as f64 / 255.0)));

/// Decodes one sRGB channel of a colour to linear light, 0 to 1: the same bits as [`srgb_to_linear`].
#[must_use]
pub fn byte_to_linear(byte: u8) -> f64 {
    LINEAR[usize::from(byte)]
}

/// Encodes one channel of linear light, 0 to 1, as sRGB (IEC 61966-2-1).
#[must_use]
pub fn linear_to_srgb(linear: f64) -> f64 {
    if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * math::powf(linear, 1.0 / 2.4) - 0.055 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_decoded_to_the_same_bits_by_either_way() {
        for byte in 0..=255_u8 {
            assert_eq!(byte_to_linear(byte).to_bits(), srgb_to_linear(f64::from(byte) / 255.0).to_bits(), "{byte}");
        }
    }

    #[test]
    fn hex_colors_survive_the_round_trip() {
        assert_eq!(Color::from_hex("#0aF3c7").map(|color| color.to_string()), Some("#0af3c7".to_owned()));
    }

    #[test]
    fn other_spellings_are_refused() {
        for bad in ["", "#fff", "ffffff", "#ffffff0", "#ggffff", "#ffé00"] {
            assert_eq!(Color::from_hex(bad), None, "{bad}");
        }
    }

    #[test]
    fn encoding_undoes_decoding() {
        for channel in 0..=255_u8 {
            let encoded = f64::from(channel) / 255.0;
            assert!((linear_to_srgb(srgb_to_linear(encoded)) - encoded).abs() < 1e-9);
        }
    }
}
