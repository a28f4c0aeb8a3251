//! Looks that people thought out: what is suggested before customers have shown what they like, and where they say nothing.

use serde::Deserialize;

use crate::suggest::{Attribute, Recipe};

/// A look that somebody thought out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editorial {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The style.
    pub recipe: Recipe,
    /// Id of an ink that goes with both colours.
    pub accent: Option<String>,
    /// A family for smaller words.
    pub small_font: Option<String>,
}

/// Why a file of them cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EditorialError {
    /// It is not TOML, or has other keys.
    #[error("it is not a list of recipes: {0}")]
    Form(#[from] toml::de::Error),
    /// Two have one id.
    #[error("two recipes are called {0:?}")]
    Twice(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    recipe: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    name: String,
    occasion: String,
    garment: String,
    garment_color: String,
    text_color: String,
    #[serde(default)]
    accent: Option<String>,
    font: String,
    #[serde(default)]
    font_small: Option<String>,
    #[serde(default)]
    logo: Option<String>,
    placement: String,
}

impl Editorial {
    /// Reads a file of `[[recipe]]` tables.
    ///
    /// # Errors
    /// See [`EditorialError`].
    pub fn read(text: &str) -> Result<Vec<Self>, EditorialError> {
        let mut all: Vec<Self> = Vec::new();
        for entry in toml::from_str::<File>(text)?.recipe {
            if all.iter().any(|known| known.id == entry.id) {
                return Err(EditorialError::Twice(entry.id));
            }
            let recipe = Recipe::default()
                .with(Attribute::Garment, entry.garment)
                .with(Attribute::GarmentColor, entry.garment_color)
                .with(Attribute::TextColor, entry.text_color)
                .with(Attribute::Font, entry.font)
                .with(Attribute::Placement, entry.placement)
                .with(Attribute::Occasion, entry.occasion);
            let recipe = entry.logo.into_iter().fold(recipe, |recipe, logo| recipe.with(Attribute::Logo, logo));
            all.push(Self {
                id: entry.id,
                name: entry.name,
                recipe,
                accent: entry.accent,
                small_font: entry.font_small,
            });
        }
        Ok(all)
    }
}
