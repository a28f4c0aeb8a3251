//! The best looks of a design that differ from each other.

use std::collections::{BTreeMap, BTreeSet};

use crate::looks::wish::{BY_LOOK, own_recipe};
use crate::looks::{Extras, Look, Sketch, Style, Wardrobe, rings, sketch, style};
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

/// How looks of one answer differ, from round to round in less, so that nobody looks at empty places.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Round {
    /// In cloth and family, and rings stay.
    Apart,
    /// In cloth, and rings stay.
    Ringed,
    /// In cloth.
    Cloths,
    /// In anything.
    Any,
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
    fn is_full(&self, style: &Style, alike: usize, (round, wardrobe): (Round, &Wardrobe<'_>)) -> bool {
        let cloth = self.cloths.get(&style.color).copied().unwrap_or_default();
        let font = self.fonts.get(&style.font).copied().unwrap_or_default();
        // What has no words has no family.
        (round < Round::Any && wardrobe.is_free(Attribute::GarmentColor) && cloth >= alike)
            || (round < Round::Ringed && wardrobe.is_free(Attribute::Font) && style.font.is_some() && font >= alike)
    }
}

/// Looks that are chosen, and what they are held against.
struct Rack<'a, T> {
    chosen: Vec<Chosen<T>>,
    seen: BTreeSet<Style>,
    crowd: Crowd,
    own: Recipe,
    room: Room<'a>,
    wardrobe: &'a Wardrobe<'a>,
}

impl<T> Rack<'_, T> {
    fn is_unwanted(&self, style: &Style) -> bool {
        let worn = style.on(&self.own);
        self.room
            .without
            .iter()
            .any(|gone| BY_LOOK.iter().all(|attribute| gone.get(*attribute) == worn.get(*attribute)))
    }

    /// Chooses of a list, best first, until there are enough. What does not differ enough for this round is handed back.
    fn fill(&mut self, list: impl IntoIterator<Item = Spare<T>>, round: Round) -> Vec<Spare<T>> {
        let mut spare = Vec::new();
        for one in list {
            if self.chosen.len() == self.room.n {
                break;
            }
            let style = &one.sketch.look.style;
            if self.seen.contains(style) || self.is_unwanted(style) {
                continue;
            }
            if self.crowd.is_full(style, self.room.alike, (round, self.wardrobe)) {
                spare.push(one);
                continue;
            }
            let Some(look) = one.sketch.clone().finish(self.wardrobe) else { continue };
            if round < Round::Cloths && !rings::stay(self.wardrobe.design, &look.design) {
                spare.push(one);
            } else if self.seen.insert(look.style.clone()) {
                self.crowd.add(&look.style);
                let worn = look.style.on(&self.own);
                self.chosen.push(Chosen { worn, look, recipe: one.recipe, about: one.about });
            }
        }
        spare
    }
}

/// The first looks of `candidates`, best first, that differ from the design, from each other and from those beside them. Later
/// rounds let more of one family, and at last of one cloth, in.
pub fn choose<T>(
    candidates: impl IntoIterator<Item = Candidate<T>>,
    room: Room<'_>,
    wardrobe: &Wardrobe<'_>,
) -> Vec<Chosen<T>> {
    let own = own_recipe(wardrobe);
    let (seen, crowd) = ([style(wardrobe.design)].into(), Crowd::default());
    let mut rack = Rack { chosen: Vec::new(), seen, crowd, own, room, wardrobe };
    for style in room.beside {
        rack.seen.insert((*style).clone());
        rack.crowd.add(style);
    }
    // No more are sketched than are looked at.
    let sketched = candidates.into_iter().filter_map(|Candidate { recipe, extras, about }| {
        sketch(&recipe, &extras, wardrobe).map(|sketch| Spare { sketch, recipe, about })
    });
    let mut spare = rack.fill(sketched, Round::Apart);
    for round in [Round::Ringed, Round::Cloths, Round::Any] {
        spare = rack.fill(spare, round);
    }
    rack.chosen
}
