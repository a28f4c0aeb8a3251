//! Which styles can be read.

use crate::catalog::{Catalog, Contrast, LARGE_MM, is_legible};
use crate::suggest::{Attribute, Recipe};

/// Families of thin lines, and what is asked of them however large they are: what APCA asks of a column of text, and WCAG of
/// its level AAA.
const THIN: [&str; 3] = ["Amatic SC", "Great Vibes", "Monoton"];
const THIN_MINIMUM: Contrast = Contrast { wcag: 7.0, apca: 75.0 };

/// Whether letters of a family are strong enough for how they stand out.
pub(super) fn bears(family: &str, contrast: Contrast) -> bool {
    !is_thin(family) || (contrast.wcag >= THIN_MINIMUM.wcag && contrast.apca >= THIN_MINIMUM.apca)
}

fn is_thin(family: &str) -> bool {
    THIN.iter().any(|name| family.eq_ignore_ascii_case(name))
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
    let family = recipe.get(Attribute::Font).unwrap_or_default();
    cloths
        .map(|cloth| Contrast::on(ink.color, cloth))
        .all(|contrast| is_legible(contrast, LARGE_MM) && bears(family, contrast))
}
