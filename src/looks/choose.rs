//! The best looks of a design that differ from each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::looks::wish::{BY_LOOK, own_recipe};
use crate::looks::{Extras, Look, Sketch, Style, Wardrobe, sketch, style};
use crate::suggest::{Attribute, Recipe};

/// How many looks there may be, and beside what.
#[derive(Debug, Clone, Copy)]
pub struct Room<'a> {
    /// Looks that are wanted.
    pub n: usize,
    /// Looks on one colour of cloth, and in one family, unless that is locked or there are too few.
    pub alike: usize,
    /// Styles that they are seen beside.
    pub beside: &'a [&'a Style],
    /// Styles that are not wanted: nothing that looks like one of them is chosen.
    pub without: &'a [Recipe],
}

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
    /// The recipe that it was made of.
    pub recipe: Recipe,
    /// The recipe that it is; see [`Style::on`].
    pub worn: Recipe,
    /// What the caller knew of it.
    pub about: T,
}

/// A look that is not finished, and where it comes from.
struct Spare<T> {
    sketch: Sketch,
    recipe: Recipe,
    about: T,
}

/// How many looks there are of each cloth and family.
#[derive(Default)]
struct Crowd {
    cloths: BTreeMap<String, usize>,
    fonts: BTreeMap<Option<String>, usize>,
}

impl Crowd {
    fn add(&mut self, style: &Style) {
        *self.cloths.entry(style.color.clone()).or_default() += 1;
        *self.fonts.entry(style.font.clone()).or_default() += 1;
    }

    /// Whether there are enough like this one.
    fn is_full(&self, style: &Style, alike: usize, wardrobe: &Wardrobe<'_>) -> bool {
        let cloth = self.cloths.get(&style.color).copied().unwrap_or_default();
        let font = self.fonts.get(&style.font).copied().unwrap_or_default();
        // What has no words has no family.
        (wardrobe.is_free(Attribute::GarmentColor) && cloth >= alike)
            || (wardrobe.is_free(Attribute::Font) && style.font.is_some() && font >= alike)
    }
}

/// The first looks of `candidates`, best first, that differ from the design, from each other and from those beside them. The
/// second round lets more of one cloth or family in, so that nobody looks at empty places.
pub fn choose<T>(
    candidates: impl IntoIterator<Item = Candidate<T>>,
    Room { n, alike, beside, without }: Room<'_>,
    wardrobe: &Wardrobe<'_>,
) -> Vec<Chosen<T>> {
    let mut chosen: Vec<Chosen<T>> = Vec::new();
    let own = own_recipe(wardrobe);
    let is_unwanted = |style: &Style| {
        let worn = style.on(&own);
        without.iter().any(|gone| BY_LOOK.iter().all(|attribute| gone.get(*attribute) == worn.get(*attribute)))
    };
    let mut seen: BTreeSet<Style> = [style(wardrobe.design)].into();
    let mut crowd = Crowd::default();
    for style in beside {
        seen.insert((*style).clone());
        crowd.add(style);
    }
    let mut spare: Vec<Spare<T>> = Vec::new();
    for Candidate { recipe, extras, about } in candidates {
        if chosen.len() == n {
            break;
        }
        let is_new = |style: &Style| !seen.contains(style) && !is_unwanted(style);
        let sketch = sketch(&recipe, &extras, wardrobe).filter(|sketch| is_new(&sketch.look.style));
        let Some(sketch) = sketch else { continue };
        if crowd.is_full(&sketch.look.style, alike, wardrobe) {
            spare.push(Spare { sketch, recipe, about });
            continue;
        }
        let Some(look) = sketch.finish(wardrobe).filter(|look| seen.insert(look.style.clone())) else { continue };
        crowd.add(&look.style);
        chosen.push(Chosen { worn: look.style.on(&own), look, recipe, about });
    }
    for Spare { sketch, recipe, about } in spare {
        if chosen.len() == n {
            break;
        }
        if let Some(look) = sketch.finish(wardrobe).filter(|look| seen.insert(look.style.clone())) {
            chosen.push(Chosen { worn: look.style.on(&own), look, recipe, about });
        }
    }
    chosen
}
