//! Looks: a customer's own design in another style.
//!
//! [`dress`] puts a [`Recipe`] on a document: cloth, inks and letters change, words and pictures stay, and so does whatever
//! is locked. Nothing grows beyond the place that it had, no ink is added, and what could be read before can be read after;
//! where a recipe cannot keep that, there is no look of it. [`choose`] takes the best of many that differ from each other.

mod choose;
mod cloth;
mod drawings;
mod ideas;
mod kin;
mod letters;
mod lines;
mod paints;
mod patch;
mod rings;
mod room;
mod sizes;
mod wish;

#[cfg(test)]
mod tests;

use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

pub use crate::looks::choose::{Candidate, Chosen, Room, choose};
pub use crate::looks::cloth::can_be_read;
pub use crate::looks::ideas::{Ideas, IdeasError};
pub use crate::looks::kin::suggest_kin;
pub use crate::looks::patch::{Change, patch};
pub use crate::looks::room::keep_apart;
pub use crate::looks::wish::{Found, Wish, candidates, likest_first, looks, looks_among, taken_over, unknown_looks};

use crate::cancel::Cancel;
use crate::catalog::{Contrast, Garment, GarmentColor};
use crate::color::Color;
use crate::design::Design;
use crate::shop::Shop;
use crate::suggest::{Attribute, Recipe, main_words};

/// Tells the colours of a drawing by its asset, each with its share; none for photographs and for what nobody knows.
pub type ColorsOf<'a> = &'a dyn Fn(&str) -> Vec<(Color, f32)>;

/// Tells what one piece of a garment in a colour costs, whatever is printed on it, in minor units.
pub type PriceOf<'a> = &'a dyn Fn(&Garment, &GarmentColor) -> Option<i64>;

/// A design that is to be seen in other styles.
pub struct Wardrobe<'a> {
    design: &'a Design,
    shop: &'a Shop,
    ideas: &'a Ideas,
    locks: &'a BTreeSet<Attribute>,
    drawing: ColorsOf<'a>,
    price: Option<PriceOf<'a>>,
    never: Option<&'a BTreeMap<Attribute, BTreeSet<String>>>,
    cancel: &'a Cancel,
    /// What its words take, once somebody asked.
    measures: OnceCell<Option<letters::Measures>>,
    /// What they take in other families.
    fits: RefCell<letters::Fits>,
}

impl std::fmt::Debug for Wardrobe<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wardrobe").field("locks", self.locks).finish_non_exhaustive()
    }
}

impl<'a> Wardrobe<'a> {
    /// A design, and what of it stays as it is. Once `cancel` is set, no further look is made.
    #[must_use]
    pub const fn new(
        design: &'a Design,
        (shop, ideas): (&'a Shop, &'a Ideas),
        locks: &'a BTreeSet<Attribute>,
        (drawing, cancel): (ColorsOf<'a>, &'a Cancel),
    ) -> Self {
        Self {
            design,
            shop,
            ideas,
            locks,
            drawing,
            price: None,
            never: None,
            cancel,
            measures: OnceCell::new(),
            fits: RefCell::new(BTreeMap::new()),
        }
    }

    /// The same, in which looks that cost more come later.
    #[must_use]
    pub const fn priced(mut self, price: PriceOf<'a>) -> Self {
        self.price = Some(price);
        self
    }

    /// The same, without values that no look may bring, by attribute: neither as what it is known by nor beside that.
    #[must_use]
    pub const fn without(mut self, never: &'a BTreeMap<Attribute, BTreeSet<String>>) -> Self {
        self.never = Some(never);
        self
    }

    /// How well the design's own main words are read on its cloth; `None` if it has nothing to read.
    #[must_use]
    pub fn contrast(&self) -> Option<Contrast> {
        let catalog = &self.shop.catalog;
        let cloth = catalog.garment(&self.design.garment).ok()?.color(&self.design.color).ok()?;
        Some(Contrast::on(paints::color_of(catalog, paints::main(self.design)?)?, cloth))
    }

    fn is_free(&self, attribute: Attribute) -> bool {
        !self.locks.contains(&attribute)
    }

    fn may_bring(&self, attribute: Attribute, value: &str) -> bool {
        !self.never.and_then(|never| never.get(&attribute)).is_some_and(|values| values.contains(value))
    }
}

/// What a recipe says beyond its attributes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Extras {
    /// Id of the ink for what is not the words.
    pub accent: Option<String>,
    /// Family of the smaller words.
    pub small_font: Option<String>,
}

/// A design in another style.
#[derive(Debug, Clone, PartialEq)]
pub struct Look {
    /// The document.
    pub design: Design,
    /// What is different.
    pub changed: BTreeSet<Attribute>,
    /// How well its main colour is read on its cloth.
    pub contrast: Contrast,
    /// Its style: colour of the cloth, main ink, main family.
    pub style: Style,
}

/// By what looks are told apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Style {
    /// Id of the garment.
    pub garment: String,
    /// Id of its colour.
    pub color: String,
    /// The main colour, as documents write it.
    pub ink: Option<String>,
    /// The main family.
    pub font: Option<String>,
}

impl Style {
    /// The recipe of a design in this style, from that of the design: of what a look was made of it may have but a part, and
    /// where prints are and what they are for it never changes.
    #[must_use]
    pub fn on(&self, design: &Recipe) -> Recipe {
        let worn = design.clone().with(Attribute::Garment, &*self.garment).with(Attribute::GarmentColor, &*self.color);
        let worn = match self.ink.as_deref().and_then(|ink| ink.strip_prefix("ink:")) {
            Some(ink) => worn.with(Attribute::TextColor, ink),
            None => worn,
        };
        match &self.font {
            Some(font) => worn.with(Attribute::Font, &**font),
            None => worn,
        }
    }
}

/// The design in the style of a recipe. `None` if that changes nothing, or cannot be worn.
#[must_use]
pub fn dress(recipe: &Recipe, extras: &Extras, wardrobe: &Wardrobe<'_>) -> Option<Look> {
    sketch(recipe, extras, wardrobe)?.finish(wardrobe)
}

/// A look whose words have their new letters and not yet their sizes: to set them takes longer than all the rest, and most
/// looks that are tried are like others.
#[derive(Clone)]
struct Sketch {
    look: Look,
    families: Option<letters::Families>,
}

impl Sketch {
    /// The look. `None` if the words do not fit their places.
    fn finish(self, wardrobe: &Wardrobe<'_>) -> Option<Look> {
        let Self { mut look, families } = self;
        if let Some(families) = families {
            if wardrobe.cancel.is_set() {
                return None;
            }
            letters::fit(&mut look.design, families, wardrobe)?;
            // Other words may be the largest now.
            look.style = style(&look.design);
        }
        rings::keep_apart(&mut look.design, wardrobe)?;
        Some(look)
    }
}

fn sketch(recipe: &Recipe, extras: &Extras, wardrobe: &Wardrobe<'_>) -> Option<Sketch> {
    if wardrobe.cancel.is_set() {
        return None;
    }
    let design = wardrobe.design;
    let mut dressed = design.clone();
    let mut changed = BTreeSet::new();
    let catalog = &wardrobe.shop.catalog;
    let before = catalog.garment(&design.garment).ok()?.color(&design.color).ok();

    let other =
        recipe.get(Attribute::Garment).filter(|id| wardrobe.is_free(Attribute::Garment) && *id != design.garment);
    if let Some(garment) = other.and_then(|id| catalog.garment(id).ok()) {
        // Prints lie where the old garment has its areas; on another whose areas differ they would lie aside, or be cut off.
        let old = catalog.garment(&design.garment).ok()?;
        let area = |garment: &Garment, id: &str| Some(garment.area(id).ok()?.sizes.get(&garment.mockup_size)?.size);
        // And it must be printed there as the design is.
        let prints = |id: &str| garment.area(id).is_ok_and(|area| area.techniques.contains(&design.technique));
        let takes = |id: &str| {
            area(old, id).zip(area(garment, id)).is_some_and(|(old, new)| {
                (new.width.mm() - old.width.mm()).abs() < 1.0 && new.height.mm() > old.height.mm() - 1.0
            }) && prints(id)
        };
        if !design.placements.iter().all(|placement| takes(&placement.area)) {
            return None;
        }
        dressed.garment.clone_from(&garment.id);
        changed.insert(Attribute::Garment);
    }
    let garment = catalog.garment(&dressed.garment).ok()?;
    let color = recipe.get(Attribute::GarmentColor).filter(|_| wardrobe.is_free(Attribute::GarmentColor));
    if let Some(color) = color.and_then(|id| garment.color(id).ok()).filter(|color| color.id != dressed.color) {
        dressed.color.clone_from(&color.id);
        changed.insert(Attribute::GarmentColor);
    }
    let cloth = garment.color(&dressed.color).ok()?;

    let contrast = paints::set(&mut dressed, recipe, extras, (before, cloth), wardrobe, &mut changed)?;
    let families = letters::exchange(&mut dressed, recipe, extras, wardrobe)?;
    if families.is_some() {
        changed.insert(Attribute::Font);
        if main_words(&dressed).is_some_and(|text| !cloth::bears(&text.font.family, contrast)) {
            return None;
        }
    }
    let style = style(&dressed);
    let look = Look { design: dressed, changed, contrast, style };
    (!look.changed.is_empty()).then_some(Sketch { look, families })
}

/// By what a design is told apart from its looks.
#[must_use]
pub fn style(design: &Design) -> Style {
    let main = main_words(design);
    Style {
        garment: design.garment.clone(),
        color: design.color.clone(),
        ink: paints::main(design).map(ToString::to_string),
        font: main.map(|text| text.font.family.clone()),
    }
}
