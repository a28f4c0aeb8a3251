//! What a colour of cloth that nobody has chosen yet takes over from those most like it.

use crate::catalog::{Catalog, GarmentColor};
use crate::color::oklab::Oklab;
use crate::looks::{Contrast, is_legible};
use crate::suggest::{Ask, Attribute, History, Model, Reason, Suggestion};

/// Colours further apart, in [`Oklab`], are not alike.
const ALIKE: f32 = 0.12;
/// So many of the nearest are asked.
const KIN: usize = 2;
/// Words of this em size, mm, must be read: whatever a style is put on, its main words are at least so large.
const EM_MM: f64 = 16.0;

/// A garment's colours most like one of its own, the nearest first.
fn kin<'a>(
    catalog: &'a Catalog,
    garment: Option<&str>,
    color: &str,
) -> Option<(&'a GarmentColor, Vec<&'a GarmentColor>)> {
    let has = |one: &&crate::catalog::Garment| garment.is_none_or(|id| one.id == id) && one.color(color).is_ok();
    let garment = catalog.garments().iter().find(has)?;
    let own = garment.color(color).ok()?;
    let lab = |color: &GarmentColor| Oklab::from_color(color.base);
    let mut others: Vec<(f32, &GarmentColor)> =
        garment.colors.iter().map(|one| (lab(one).distance(lab(own)), one)).collect();
    others.retain(|(distance, one)| one.id != own.id && *distance <= ALIKE);
    others.sort_by(|a, b| a.0.total_cmp(&b.0));
    Some((own, others.into_iter().take(KIN).map(|(_, one)| one).collect()))
}

/// The best recipes for a question. If it is about a colour of cloth that nobody has chosen yet, those of the colours most
/// like it whose words can be read on it.
#[must_use]
pub fn suggest_kin(model: &Model, history: &History, ask: &Ask<'_>, catalog: &Catalog) -> Vec<Suggestion> {
    let found = model.suggest(history, ask);
    let Some(color) = ask.given.get(Attribute::GarmentColor) else { return found };
    if !found.is_empty() || model.recipes().any(|recipe| recipe.get(Attribute::GarmentColor) == Some(color)) {
        return found;
    }
    let Some((own, kin)) = kin(catalog, ask.given.get(Attribute::Garment), color) else { return found };
    let is_read = |suggestion: &Suggestion| {
        let ink = suggestion.recipe.get(Attribute::TextColor).and_then(|id| catalog.ink(id).ok());
        ink.is_none_or(|ink| is_legible(Contrast::on(ink.color, own), EM_MM))
    };
    let mut all: Vec<Suggestion> = Vec::new();
    for other in kin {
        let ask = Ask { given: ask.given.clone().with(Attribute::GarmentColor, &*other.id), ..ask.clone() };
        for mut suggestion in model.suggest(history, &ask).into_iter().filter(is_read) {
            suggestion.recipe = suggestion.recipe.with(Attribute::GarmentColor, color);
            suggestion.reasons = vec![Reason::LikeColor { color: other.id.clone() }];
            if !all.iter().any(|known| known.recipe == suggestion.recipe) {
                all.push(suggestion);
            }
        }
    }
    all.truncate(ask.n);
    all
}
