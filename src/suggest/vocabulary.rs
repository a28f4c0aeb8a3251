//! The values that attributes may have: few and public, so that no word of a customer ever becomes one.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::Catalog;
use crate::suggest::{Attribute, Editorial, Recipe};

/// What kinds of pictures there are: none, a photograph, a drawing in one colour, one in several.
pub const LOGOS: [&str; 4] = ["none", "photo", "line-art", "drawing"];

/// The values of each attribute, and the words that people look for them with.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    values: BTreeMap<Attribute, BTreeSet<String>>,
    words: BTreeMap<String, Vec<(Attribute, String)>>,
}

impl Vocabulary {
    /// The values of a shop: ids of its catalogue, its font families, the occasions of its editorial looks.
    pub fn new<'a>(catalog: &Catalog, families: impl IntoIterator<Item = &'a str>, editorial: &[Editorial]) -> Self {
        let mut all = Self::default();
        for garment in catalog.garments() {
            all.add(Attribute::Garment, &garment.id, &garment.name);
            for color in &garment.colors {
                all.add(Attribute::GarmentColor, &color.id, &color.name);
            }
            for area in &garment.areas {
                all.add(Attribute::Placement, &area.id, &area.id);
            }
        }
        for ink in catalog.inks() {
            all.add(Attribute::TextColor, &ink.id, &ink.name);
        }
        for family in families {
            all.add(Attribute::Font, family, family);
        }
        for logo in LOGOS {
            all.add(Attribute::Logo, logo, "");
        }
        for occasion in editorial.iter().filter_map(|look| look.recipe.get(Attribute::Occasion)) {
            all.add(Attribute::Occasion, occasion, occasion);
        }
        all
    }

    fn add(&mut self, attribute: Attribute, value: &str, name: &str) {
        if self.values.entry(attribute).or_default().insert(value.to_owned()) {
            for word in words(name) {
                self.words.entry(word).or_default().push((attribute, value.to_owned()));
            }
        }
    }

    /// Whether an attribute has such a value.
    #[must_use]
    pub fn has(&self, attribute: Attribute, value: &str) -> bool {
        self.values.get(&attribute).is_some_and(|values| values.contains(value))
    }

    /// The first attribute of a recipe whose value is none of ours.
    #[must_use]
    pub fn stranger(&self, recipe: &Recipe) -> Option<Attribute> {
        Attribute::ALL
            .into_iter()
            .find(|attribute| recipe.get(*attribute).is_some_and(|value| !self.has(*attribute, value)))
    }

    /// What somebody looks for, as values; words that are none of ours are passed over, and so is whatever fits several
    /// values of one attribute alike.
    #[must_use]
    pub fn sought(&self, query: &str) -> Recipe {
        let mut votes: BTreeMap<(Attribute, &str), usize> = BTreeMap::new();
        for (attribute, value) in words(query).iter().filter_map(|word| self.words.get(word)).flatten() {
            *votes.entry((*attribute, value)).or_default() += 1;
        }
        Attribute::ALL.into_iter().fold(Recipe::default(), |recipe, attribute| {
            let of_it = || votes.iter().filter(|((own, _), _)| *own == attribute);
            let most = of_it().map(|(_, votes)| *votes).max().unwrap_or(0);
            let mut best = of_it().filter(|(_, votes)| **votes == most);
            match (best.next(), best.next()) {
                (Some(((_, value), _)), None) => recipe.with(attribute, *value),
                _ => recipe,
            }
        })
    }
}

/// Words in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() > 1).map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let mut all = Vocabulary::default();
        for (attribute, value, name) in [
            (Attribute::GarmentColor, "navy", "Navy"),
            (Attribute::GarmentColor, "heather-navy", "Heather navy"),
            (Attribute::GarmentColor, "forest", "Forest"),
            (Attribute::Font, "Anton", "Anton"),
            (Attribute::Font, "Noto Sans", "Noto Sans"),
        ] {
            all.add(attribute, value, name);
        }
        all
    }

    #[test]
    fn a_search_becomes_values_and_its_other_words_are_lost() {
        let all = vocabulary();
        let sought = all.sought("Anton for Erika Mustermann, FOREST");
        assert_eq!(sought, Recipe::default().with(Attribute::GarmentColor, "forest").with(Attribute::Font, "Anton"));
        assert_eq!(all.sought("navy").get(Attribute::GarmentColor), None, "it may be either");
        assert_eq!(all.sought("heather navy").get(Attribute::GarmentColor), Some("heather-navy"));
        assert_eq!(all.sought("OKAFOR 9"), Recipe::default());
    }

    #[test]
    fn a_value_that_is_none_of_ours_is_found() {
        let all = vocabulary();
        let known = Recipe::default().with(Attribute::Font, "Anton");
        assert_eq!(all.stranger(&known), None);
        assert_eq!(all.stranger(&known.with(Attribute::GarmentColor, "OKAFOR")), Some(Attribute::GarmentColor));
    }
}
