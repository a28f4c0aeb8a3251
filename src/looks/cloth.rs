//! What can be read on which cloth.

use serde::Serialize;

use crate::catalog::{Catalog, Fabric, GarmentColor};
use crate::color::Color;
use crate::color::contrast::{
    LARGE_MINIMUM, PERCEPTUAL_LARGE, PERCEPTUAL_SMALL, TEXT_MINIMUM, contrast_ratio, perceptual_contrast,
};
use crate::math::exp;
use crate::suggest::{Attribute, Recipe};

/// From this em size, mm, words on a shirt are large.
const LARGE_MM: f64 = 16.0;
/// How many standard deviations from the mean nine of ten fibres of a heather lie within.
const NINE_OF_TEN: f64 = 1.2816;

/// How well words are read on a cloth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Contrast {
    /// Ratio of WCAG 2.2, 1 to 21.
    pub wcag: f64,
    /// Lc of APCA, its magnitude: 0 to 108.
    pub apca: f64,
}

impl Contrast {
    /// The worst of all the fibres that a cloth has.
    #[must_use]
    pub fn on(words: Color, cloth: &GarmentColor) -> Self {
        let all = fibers(cloth)
            .into_iter()
            .map(|fiber| Self { wcag: contrast_ratio(words, fiber), apca: perceptual_contrast(words, fiber).abs() });
        all.reduce(|a, b| Self { wcag: a.wcag.min(b.wcag), apca: a.apca.min(b.apca) })
            .unwrap_or(Self { wcag: 1.0, apca: 0.0 })
    }
}

/// Whether words of an em size, mm, can be read: large ones from 3 to 1 and Lc 45, small ones from 4.5 to 1 and Lc 60.
#[must_use]
pub fn is_legible(contrast: Contrast, em_mm: f64) -> bool {
    let (ratio, perceived) =
        if em_mm >= LARGE_MM { (LARGE_MINIMUM, PERCEPTUAL_LARGE) } else { (TEXT_MINIMUM, PERCEPTUAL_SMALL) };
    contrast.wcag >= ratio && contrast.apca >= perceived
}

/// Whether the cloth of a style is there and its main words can be read on it; several garments may have it. So it is, too, if
/// the style says nothing of one of the two.
#[must_use]
pub fn can_be_read(recipe: &Recipe, catalog: &Catalog) -> bool {
    let Some(color) = recipe.get(Attribute::GarmentColor) else { return true };
    let garment = recipe.get(Attribute::Garment);
    let garments = catalog.garments().iter().filter(|one| garment.is_none_or(|id| one.id == id));
    let mut cloths = garments.filter_map(|one| one.color(color).ok()).peekable();
    if cloths.peek().is_none() {
        return false;
    }
    let Some(ink) = recipe.get(Attribute::TextColor).and_then(|id| catalog.ink(id).ok()) else { return true };
    cloths.all(|cloth| is_legible(Contrast::on(ink.color, cloth), LARGE_MM))
}

/// The cloth, and of a heather its light and dark fibres as well.
fn fibers(cloth: &GarmentColor) -> Vec<Color> {
    let Fabric::Heather { contrast } = cloth.fabric else { return vec![cloth.base] };
    // The logarithm of the albedo spreads by `contrast`, so light is multiplied.
    let shade = |deviations: f64| {
        let factor = exp(deviations * contrast);
        let channel =
            |value: f32| (crate::color::linear_to_srgb((f64::from(value) * factor).min(1.0)) * 255.0).round() as u8;
        let [r, g, b] = cloth.base.to_linear().map(channel);
        Color::new(r, g, b)
    };
    vec![shade(-NINE_OF_TEN), cloth.base, shade(NINE_OF_TEN)]
}
