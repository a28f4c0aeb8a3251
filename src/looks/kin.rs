//! What a colour of cloth that nobody has chosen yet takes over from those most like it.

use crate::catalog::{Catalog, Garment, GarmentColor};
use crate::color::oklab::Oklab;
use crate::looks::can_be_read;
use crate::suggest::{Ask, Attribute, History, Model, Reason, Suggestion};

/// Colours further apart, in [`Oklab`], are not alike.
const ALIKE: f32 = 0.12;
/// So many of the nearest are asked.
const KIN: usize = 2;

/// A garment's colours most like one of its own, the nearest first.
fn kin<'a>(catalog: &'a Catalog, garment: Option<&str>, color: &str) -> Vec<&'a GarmentColor> {
    let has = |one: &&Garment| garment.is_none_or(|id| one.id == id) && one.color(color).is_ok();
    let Some(garment) = catalog.garments().iter().find(has) else { return Vec::new() };
    let Ok(own) = garment.color(color) else { return Vec::new() };
    let lab = |color: &GarmentColor| Oklab::from_color(color.base);
    let mut others: Vec<(f32, &GarmentColor)> =
        garment.colors.iter().map(|one| (lab(one).distance(lab(own)), one)).collect();
    others.retain(|(distance, one)| one.id != own.id && *distance <= ALIKE);
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    others.into_iter().take(KIN).map(|(_, one)| one).collect()
}

/// The best recipes for a question whose words can be read on their cloth. If it is about a colour of cloth that nobody has
/// chosen yet, those of the colours most like it.
#[must_use]
pub fn suggest_kin(model: &Model, history: &History, ask: &Ask<'_>, catalog: &Catalog) -> Vec<Suggestion> {
    // Some of them customers chose all the same.
    let wide = Ask { n: ask.n * 2, ..ask.clone() };
    let mut found = model.suggest(history, &wide);
    found.retain(|one| can_be_read(&one.recipe, catalog));
    found.truncate(ask.n);
    let Some(color) = ask.given.get(Attribute::GarmentColor) else { return found };
    if !found.is_empty() || model.recipes().any(|recipe| recipe.get(Attribute::GarmentColor) == Some(color)) {
        return found;
    }
    let mut all: Vec<Suggestion> = Vec::new();
    for other in kin(catalog, ask.given.get(Attribute::Garment), color) {
        let ask = Ask { given: ask.given.clone().with(Attribute::GarmentColor, &*other.id), ..wide.clone() };
        for mut suggestion in model.suggest(history, &ask) {
            suggestion.recipe = suggestion.recipe.with(Attribute::GarmentColor, color);
            suggestion.reasons = vec![Reason::LikeColor { color: other.id.clone() }];
            let is_known = all.iter().any(|known| known.recipe == suggestion.recipe);
            if !is_known && can_be_read(&suggestion.recipe, catalog) {
                all.push(suggestion);
            }
        }
    }
    all.truncate(ask.n);
    all
}
