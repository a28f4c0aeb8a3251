//! The style of a design, in attributes whose values are few and public.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::catalog::Catalog;
use crate::color::oklab::Oklab;
use crate::design::{Content, Design, Layer, Paint, Placement, Text};

/// How far a colour may be from an ink, in [`Oklab`], to be called by its name.
const INK_DISTANCE: f32 = 0.08;

/// What a recipe says something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Attribute {
    /// Id of the garment.
    Garment,
    /// Id of its colour.
    GarmentColor,
    /// Id of the ink that is nearest to the largest letters' colour.
    TextColor,
    /// Family of the largest letters.
    Font,
    /// What kind of picture goes with them, or `none`.
    Logo,
    /// Where the first print is.
    Placement,
    /// What it is for.
    Occasion,
}

impl Attribute {
    /// Every attribute.
    pub const ALL: [Self; 7] =
        [Self::Garment, Self::GarmentColor, Self::TextColor, Self::Font, Self::Logo, Self::Placement, Self::Occasion];

    /// Its name in files and in the API.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Garment => "garment",
            Self::GarmentColor => "garment_color",
            Self::TextColor => "text_color",
            Self::Font => "font",
            Self::Logo => "logo",
            Self::Placement => "placement",
            Self::Occasion => "occasion",
        }
    }

    /// How much two recipes are alike that share it; all together make 1.
    pub(super) const fn weight(self) -> f64 {
        match self {
            Self::Garment => 0.1,
            Self::GarmentColor | Self::TextColor => 0.25,
            Self::Font => 0.2,
            Self::Logo | Self::Occasion => 0.05,
            Self::Placement => 0.1,
        }
    }
}

/// The style of a design. What it does not say is absent.
///
/// ```
/// use platen::suggest::{Attribute, Recipe};
///
/// let recipe: Recipe = serde_json::from_str(r#"{ "garment": "tee", "garment_color": "navy", "text_color": "white" }"#)?;
/// assert_eq!(recipe.get(Attribute::GarmentColor), Some("navy"));
/// assert_eq!(recipe.get(Attribute::Font), None);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Recipe {
    /// Id of the garment: `platen catalog garments` lists them.
    #[serde(skip_serializing_if = "Option::is_none")]
    garment: Option<String>,
    /// Id of its colour: `platen catalog colors`.
    #[serde(skip_serializing_if = "Option::is_none")]
    garment_color: Option<String>,
    /// Id of the ink that is nearest to the largest letters' colour: `platen catalog inks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    text_color: Option<String>,
    /// Family of the largest letters: `platen catalog fonts`.
    #[serde(skip_serializing_if = "Option::is_none")]
    font: Option<String>,
    /// What kind of picture goes with them, or `none`.
    #[serde(skip_serializing_if = "Option::is_none")]
    logo: Option<String>,
    /// Id of the area of the first print.
    #[serde(skip_serializing_if = "Option::is_none")]
    placement: Option<String>,
    /// What it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    occasion: Option<String>,
}

impl Recipe {
    /// The value of an attribute.
    #[must_use]
    pub fn get(&self, attribute: Attribute) -> Option<&str> {
        match attribute {
            Attribute::Garment => self.garment.as_deref(),
            Attribute::GarmentColor => self.garment_color.as_deref(),
            Attribute::TextColor => self.text_color.as_deref(),
            Attribute::Font => self.font.as_deref(),
            Attribute::Logo => self.logo.as_deref(),
            Attribute::Placement => self.placement.as_deref(),
            Attribute::Occasion => self.occasion.as_deref(),
        }
    }

    /// This recipe with another value of an attribute.
    #[must_use]
    pub fn with(mut self, attribute: Attribute, value: impl Into<String>) -> Self {
        let slot = match attribute {
            Attribute::Garment => &mut self.garment,
            Attribute::GarmentColor => &mut self.garment_color,
            Attribute::TextColor => &mut self.text_color,
            Attribute::Font => &mut self.font,
            Attribute::Logo => &mut self.logo,
            Attribute::Placement => &mut self.placement,
            Attribute::Occasion => &mut self.occasion,
        };
        *slot = Some(value.into());
        self
    }

    /// Whether it has every value that `partial` has.
    #[must_use]
    pub fn matches(&self, partial: &Self) -> bool {
        Attribute::ALL.iter().all(|attribute| {
            let wanted = partial.get(*attribute);
            wanted.is_none() || wanted == self.get(*attribute)
        })
    }

    /// How alike two recipes are: 0 if they share nothing, 1 if everything.
    #[must_use]
    pub fn likeness(&self, other: &Self) -> f64 {
        let shared = Attribute::ALL.iter().filter(|attribute| self.get(**attribute) == other.get(**attribute));
        shared.map(|attribute| attribute.weight()).sum()
    }

    /// The style of a design: of its first print that has anything on it. A colour that is near no ink of the catalogue
    /// is no value. `logo_of` tells the kind of a picture by its asset.
    #[must_use]
    pub fn of(design: &Design, catalog: &Catalog, logo_of: impl Fn(&str) -> Option<String>) -> Self {
        let recipe =
            Self::default().with(Attribute::Garment, &*design.garment).with(Attribute::GarmentColor, &*design.color);
        let Some(placement) = design.placements.iter().find(|placement| placement.layers.iter().any(|l| !l.hidden))
        else {
            return recipe;
        };
        let mut recipe = recipe.with(Attribute::Placement, &*placement.area);
        let leaves = leaves(placement);
        if let Some(text) = main_words(design) {
            recipe = recipe.with(Attribute::Font, &*text.font.family);
            if let Some(ink) = ink_of(catalog, &text.fill) {
                recipe = recipe.with(Attribute::TextColor, ink);
            }
        }
        let pictures: Vec<&str> = leaves
            .iter()
            .filter_map(|layer| if let Content::Image(image) = &layer.content { Some(&*image.asset) } else { None })
            .collect();
        match pictures.first() {
            None => recipe.with(Attribute::Logo, "none"),
            Some(asset) => match logo_of(asset) {
                Some(kind) => recipe.with(Attribute::Logo, kind),
                None => recipe,
            },
        }
    }
}

/// The words that a design is known by: the largest that are seen, of the first print that has any; of equals the first.
#[must_use]
pub fn main_words(design: &Design) -> Option<&Text> {
    design.placements.iter().find_map(|placement| {
        let texts = leaves(placement).into_iter().filter_map(|layer| match &layer.content {
            Content::Text(text) => Some(text),
            _ => None,
        });
        texts.reduce(|largest, text| if text.size > largest.size { text } else { largest })
    })
}

/// The layers that draw something, without their groups.
fn leaves(placement: &Placement) -> Vec<&Layer> {
    let mut waiting: Vec<&Layer> = placement.layers.iter().rev().collect();
    let mut leaves = Vec::new();
    while let Some(layer) = waiting.pop() {
        match &layer.content {
            _ if layer.hidden => {}
            Content::Group(group) => waiting.extend(group.layers.iter().rev()),
            _ => leaves.push(layer),
        }
    }
    leaves
}

fn ink_of(catalog: &Catalog, paint: &Paint) -> Option<String> {
    match paint {
        Paint::Ink(id) => Some(id.clone()),
        Paint::Rgb(color) => {
            let wanted = Oklab::from_color(*color);
            let inks = catalog.inks().iter().map(|ink| (Oklab::from_color(ink.color).distance(wanted), ink));
            let (distance, ink) = inks.min_by(|a, b| a.0.total_cmp(&b.0))?;
            (distance <= INK_DISTANCE).then(|| ink.id.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn catalog() -> Catalog {
        let files = ["inks.toml", "techniques.toml", "tee/garment.toml"]
            .map(|name| (name, std::fs::read_to_string(Path::new("mockups").join(name)).unwrap()));
        Catalog::parse(files.iter().map(|(name, text)| (*name, text.as_str()))).unwrap()
    }

    fn recipe_of(layers: &str) -> Recipe {
        let text = format!(
            r#"{{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{{"area":"back","layers":[]}},{{"area":"front","layers":{layers}}}]}}"#
        );
        Recipe::of(&Design::from_json(text.as_bytes()).unwrap(), &catalog(), |_| Some("photo".to_owned()))
    }

    #[test]
    fn the_largest_words_of_the_first_print_make_the_style_and_no_word_of_them_is_in_it() {
        let recipe = recipe_of(
            r##"[{"id":"a","type":"text","text":"SECRET","font":"Anton","size":30,"fill":"#fdfdfb","x":100,"y":100},
                {"id":"b","type":"group","x":100,"y":200,"layers":[{"id":"c","type":"text","text":"small","font":"Lobster","size":9,"fill":"#ff0000","x":0,"y":0}]}]"##,
        );
        let json = serde_json::to_string(&recipe).unwrap();
        assert_eq!(
            json,
            r#"{"garment":"tee","garment_color":"navy","text_color":"white","font":"Anton","logo":"none","placement":"front"}"#
        );
    }

    #[test]
    fn of_words_as_large_the_first_are_the_main_ones_and_a_print_without_words_is_passed_over() {
        let logo = r#"{"area":"front","layers":[{"id":"l","type":"image","asset":"logo.svg","x":1,"y":1,"width":50}]}"#;
        let word = |id: &str, font: &str| {
            format!(
                r#"{{"id":"{id}","type":"text","text":"{id}","font":"{font}","size":30,"fill":"ink:white","x":1,"y":1}}"#
            )
        };
        let text = format!(
            r#"{{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{logo},{{"area":"back","layers":[{},{}]}}]}}"#,
            word("a", "Anton"),
            word("b", "Lobster")
        );
        let design = Design::from_json(text.as_bytes()).unwrap();
        assert_eq!(main_words(&design).map(|text| &*text.text), Some("a"));
        let recipe = Recipe::of(&design, &catalog(), |_| None);
        assert_eq!((recipe.get(Attribute::Font), recipe.get(Attribute::Placement)), (Some("Anton"), Some("front")));
    }

    #[test]
    fn a_color_near_no_ink_is_no_value_and_hidden_layers_say_nothing() {
        let recipe = recipe_of(
            r##"[{"id":"a","type":"text","text":"A","font":"Anton","size":90,"fill":"ink:scarlet","x":1,"y":1,"hidden":true},
                {"id":"b","type":"text","text":"B","font":"Lobster","size":9,"fill":"#00ffff","x":1,"y":1}]"##,
        );
        assert_eq!((recipe.get(Attribute::Font), recipe.get(Attribute::TextColor)), (Some("Lobster"), None));
    }

    #[test]
    fn likeness_is_the_weight_of_what_is_shared() {
        let all: f64 = Attribute::ALL.iter().map(|attribute| attribute.weight()).sum();
        assert!((all - 1.0).abs() < 1e-12);
        let navy = Recipe::default().with(Attribute::GarmentColor, "navy").with(Attribute::Font, "Anton");
        let other = navy.clone().with(Attribute::Font, "Lobster");
        assert!((navy.likeness(&other) - 0.8).abs() < 1e-12);
        assert!(navy.matches(&Recipe::default().with(Attribute::GarmentColor, "navy")));
        assert!(!other.matches(&Recipe::default().with(Attribute::Font, "Anton")));
    }
}
