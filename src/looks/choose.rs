//! The best looks of a design that differ from each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::looks::{Extras, Look, Style, Wardrobe, dress, style};
use crate::suggest::{Attribute, Recipe};

/// Looks on one colour of cloth, unless it is locked or there are too few.
const OF_ONE_CLOTH: usize = 1;
/// Looks in one family, likewise.
const OF_ONE_FONT: usize = 1;

/// A recipe that may become a look.
#[derive(Debug, Clone, Default)]
pub struct Candidate<T> {
    /// The style.
    pub recipe: Recipe,
    /// What else it says.
    pub extras: Extras,
    /// What the caller knows of it.
    pub about: T,
}

/// A look, and where it comes from.
#[derive(Debug, Clone)]
pub struct Chosen<T> {
    /// The look.
    pub look: Look,
    /// The recipe.
    pub recipe: Recipe,
    /// What the caller knew of it.
    pub about: T,
}

/// The first `n` looks of `candidates`, best first, that differ from the design and from each other. The second round lets
/// more of one cloth or family in, so that nobody looks at empty places.
pub fn choose<T>(
    candidates: impl IntoIterator<Item = Candidate<T>>,
    n: usize,
    wardrobe: &Wardrobe<'_>,
) -> Vec<Chosen<T>> {
    let mut chosen: Vec<Chosen<T>> = Vec::new();
    let mut seen: BTreeSet<Style> = [style(wardrobe.design)].into();
    let (mut cloths, mut fonts): (BTreeMap<String, usize>, BTreeMap<Option<String>, usize>) = Default::default();
    let mut spare: Vec<Chosen<T>> = Vec::new();
    let has_words = style(wardrobe.design).font.is_some();
    for Candidate { recipe, extras, about } in candidates {
        if chosen.len() == n {
            break;
        }
        let Some(look) = dress(&recipe, &extras, wardrobe).filter(|look| seen.insert(look.style.clone())) else {
            continue;
        };
        let cloth = cloths.entry(look.style.color.clone()).or_default();
        let font = fonts.entry(look.style.font.clone()).or_default();
        let is_crowded = (wardrobe.is_free(Attribute::GarmentColor) && *cloth >= OF_ONE_CLOTH)
            || (wardrobe.is_free(Attribute::Font) && has_words && *font >= OF_ONE_FONT);
        let found = Chosen { look, recipe, about };
        if is_crowded {
            spare.push(found);
        } else {
            *cloth += 1;
            *font += 1;
            chosen.push(found);
        }
    }
    let room = n - chosen.len();
    chosen.extend(spare.into_iter().take(room));
    chosen
}
