//! How colours look to those who tell fewer of them apart.

use crate::color::oklab::Oklab;
use crate::color::{Color, linear_to_srgb};

/// Deuteranopia, the commonest of its kind, in linear light (Machado, Oliveira, Fernandes, 2009, severity 1).
const DEUTERANOPIA: [[f32; 3]; 3] =
    [[0.367_322, 0.860_646, -0.227_968], [0.280_085, 0.672_501, 0.047_413], [-0.011_820, 0.042_940, 0.968_881]];

/// A colour as somebody without green cones sees it.
#[must_use]
pub fn without_green_cones(color: Color) -> Color {
    let light = color.to_linear();
    let channel = |row: [f32; 3]| {
        let sum: f32 = row.iter().zip(light).map(|(weight, value)| weight * value).sum();
        (linear_to_srgb(f64::from(sum.clamp(0.0, 1.0))) * 255.0).round() as u8
    };
    let [r, g, b] = DEUTERANOPIA.map(channel);
    Color::new(r, g, b)
}

/// How far apart two colours are for whoever tells fewest colours apart, in [`Oklab`].
#[must_use]
pub fn least_distance(first: Color, second: Color) -> f32 {
    let distance = |a: Color, b: Color| Oklab::from_color(a).distance(Oklab::from_color(b));
    distance(first, second).min(distance(without_green_cones(first), without_green_cones(second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn red_and_green_of_one_lightness_fall_together_and_greys_stay() {
        let (red, green) = (Color::new(0xc0, 0x50, 0x40), Color::new(0x6c, 0x80, 0x28));
        let seen = Oklab::from_color(red).distance(Oklab::from_color(green));
        assert!(seen > 0.15 && least_distance(red, green) < seen / 2.0, "{seen}");
        let grey = Color::new(0x80, 0x80, 0x80);
        assert_eq!(without_green_cones(grey), grey);
    }
}
