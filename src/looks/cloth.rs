//! Which styles can be read.

use crate::catalog::{Catalog, Contrast, LARGE_MM, is_legible};
use crate::suggest::{Attribute, Recipe};

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
