//! Looks for somebody's design: what customers like first, then what people thought out, then whatever can be read.

use std::collections::{BTreeMap, BTreeSet};

use crate::assets::fonts::Family;
use crate::catalog::{Catalog, GarmentColor, Ink, LARGE_MM, is_legible};
use crate::design::Paint;
use crate::looks::letters::has_letters_of;
use crate::looks::{
    Candidate, Chosen, Contrast, Extras, Ideas, Look, Room, Style, Wardrobe, can_be_read, choose, suggest_kin,
};
use crate::suggest::{Ask, Attribute, Editorial, History, Model, Reason, Recipe, Uses, main_words};

/// Recipes of customers that are tried.
const TRIED: usize = 48;
/// So many handfuls differ; the next one is the first again.
const HANDFULS: usize = 6;
/// Looks of one answer.
const MOST: usize = 24;

/// What somebody asks for.
#[derive(Debug, Clone, Default)]
pub struct Wish<'a> {
    /// Whose taste counts; none for strangers, and for those who switched that off.
    pub customer: Option<&'a str>,
    /// What of it counts.
    pub uses: Uses,
    /// Styles that they took up in this visit; see [`Ask::recent`].
    pub recent: Vec<Recipe>,
    /// The kind of customer.
    pub segment: Option<&'a str>,
    /// Styles that they want no more of.
    pub dismissed: Vec<Recipe>,
    /// A style that the looks should be like.
    pub like: Option<Recipe>,
    /// How many, 1 to 24.
    pub n: usize,
    /// Which handful: 0 is the best, 1 the next best.
    pub seed: u32,
    /// Whether the last place may show what few have chosen yet.
    pub explore: bool,
}

/// What a look may change.
pub(super) const BY_LOOK: [Attribute; 4] =
    [Attribute::Garment, Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
/// So much of what somebody thought out makes a look theirs.
const THEIRS: usize = 2;
/// The smallest words, em size in mm: what they can be read in suits all.
const SMALL_MM: f64 = 1.0;
/// Inks that are tried for words that are hard to read.
const MENDED: usize = 3;
/// Families that lend letters to others, and are not set for their looks.
const STAND_INS: [&str; 2] = ["fallback", "emoji"];
/// No price moves a look further back than this.
const MOST_BACK: usize = 8;
/// Looks on one cloth or in one family that are like what was pointed at, and otherwise.
const ALIKE: usize = 3;
const APART: usize = 1;

/// Looks of a design, best first, each with the reasons for it.
#[must_use]
pub fn looks(model: &Model, history: &History, wish: &Wish<'_>, wardrobe: &Wardrobe<'_>) -> Vec<Chosen<Vec<Reason>>> {
    looks_among(candidates(model, history, wish, wardrobe), wish, wardrobe)
}

/// What may become looks.
#[derive(Debug, Clone)]
pub struct Found {
    /// What is tried, best first.
    candidates: Vec<Candidate<Vec<Reason>>>,
    /// What few have chosen yet, in the order in which it is tried.
    unknown: Vec<Candidate<Vec<Reason>>>,
}

/// The same, of what was found before: the history need not be held any longer.
#[must_use]
pub fn looks_among(
    Found { candidates, unknown }: Found,
    wish: &Wish<'_>,
    wardrobe: &Wardrobe<'_>,
) -> Vec<Chosen<Vec<Reason>>> {
    let n = wish.n.clamp(1, MOST);
    let handful = wish.seed as usize % HANDFULS;
    let is_welcome = |candidate: &Candidate<Vec<Reason>>| {
        Attribute::ALL
            .into_iter()
            .filter(|attribute| wardrobe.is_free(*attribute))
            .all(|attribute| candidate.recipe.get(attribute).is_none_or(|value| wardrobe.may_bring(attribute, value)))
    };
    let gone = |candidate: &Candidate<Vec<Reason>>| wish.dismissed.contains(&candidate.recipe);
    // The same style may be found by several ways; the first tells why.
    let mut seen = BTreeSet::new();
    let candidates = candidates.into_iter().filter(|one| is_welcome(one) && !gone(one));
    let candidates: Vec<_> = candidates.filter(|one| seen.insert(one.recipe.clone())).collect();
    let candidates = cheaper_first(candidates, wardrobe);
    let candidates = match &wish.like {
        Some(like) => likest_first(candidates, like, |one| (&one.recipe, &mut one.about)),
        None => candidates,
    };
    let alike = if wish.like.is_some() { ALIKE } else { APART };
    let without: Vec<Recipe> = wish.dismissed.iter().chain(&wish.like).cloned().collect();
    let room = Room { n: n * (handful + 1), alike, beside: &[], without: &without };
    let mut chosen = choose(candidates, room, wardrobe);
    for one in chosen.iter_mut().filter(|one| !carries(&one.look, &one.recipe)) {
        let is_theirs = shared(&one.look, &one.recipe) >= THEIRS;
        one.about
            .retain(|reason| !is_of_the_whole(reason) && (is_theirs || !matches!(reason, Reason::Editorial { .. })));
        if one.about.is_empty() {
            one.about.push(Reason::Legible);
        }
    }
    // The handful that was asked for; where there are not so many, the last ones that there are.
    let start = (n * handful).min(chosen.len().saturating_sub(n));
    let mut chosen: Vec<_> = chosen.drain(start..).take(n).collect();
    // Whoever points at something wants nothing else.
    if wish.explore && wish.like.is_none() && chosen.len() > 1 {
        let unknown = unknown.into_iter().filter(|one| is_welcome(one) && !gone(one));
        let beside: Vec<_> = chosen.iter().map(|known| &known.look.style).collect();
        if let Some(new) =
            choose(unknown, Room { n: 1, alike: APART, beside: &beside, without: &without }, wardrobe).pop()
        {
            chosen.pop();
            chosen.push(new);
        }
    }
    chosen
}

/// Each moved so many places back as its garment costs tenths more than the design's own: of two that are liked alike the
/// cheaper one is first, and what is liked most is still there.
fn cheaper_first<T>(list: Vec<Candidate<T>>, wardrobe: &Wardrobe<'_>) -> Vec<Candidate<T>> {
    let design = wardrobe.design;
    let catalog = &wardrobe.shop.catalog;
    let price = |garment: &str, color: &str| {
        let garment = catalog.garment(garment).ok()?;
        (wardrobe.price?)(garment, garment.color(color).ok()?)
    };
    let Some(own) = price(&design.garment, &design.color).filter(|own| *own > 0) else { return list };
    let back = |recipe: &Recipe| {
        let of = |attribute, own| recipe.get(attribute).filter(|_| wardrobe.is_free(attribute)).unwrap_or(own);
        let color = of(Attribute::GarmentColor, &design.color);
        let cost = price(of(Attribute::Garment, &design.garment), color).or_else(|| price(&design.garment, color));
        let more = cost.unwrap_or(own).saturating_sub(own).max(0);
        usize::try_from(more.saturating_mul(10) / own).unwrap_or(usize::MAX).min(MOST_BACK)
    };
    let placed = list.into_iter().enumerate().map(|(place, one)| {
        let back = back(&one.recipe);
        (place + back, back, one)
    });
    let mut placed: Vec<(usize, usize, Candidate<T>)> = placed.collect();
    placed.sort_by_key(|(place, back, _)| (*place, *back));
    placed.into_iter().map(|(.., one)| one).collect()
}

/// Whether a look has all that its recipe has of what can be seen.
fn carries(look: &Look, recipe: &Recipe) -> bool {
    BY_LOOK.into_iter().all(|attribute| has(look, recipe, attribute) != Some(false))
}

/// How many of cloth, ink and letters a look has as its recipe has them.
fn shared(look: &Look, recipe: &Recipe) -> usize {
    let seen = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
    seen.into_iter().filter(|attribute| has(look, recipe, *attribute) == Some(true)).count()
}

/// Whether a look has what its recipe has of an attribute, if that has any.
fn has(look: &Look, recipe: &Recipe, attribute: Attribute) -> Option<bool> {
    let Style { garment, color, ink, font } = &look.style;
    let wanted = recipe.get(attribute)?;
    Some(match attribute {
        Attribute::Garment => garment == wanted,
        Attribute::GarmentColor => color == wanted,
        Attribute::TextColor => *ink == Some(Paint::Ink(wanted.to_owned()).to_string()),
        Attribute::Font => font.as_deref() == Some(wanted),
        Attribute::Logo | Attribute::Placement | Attribute::Occasion => true,
    })
}

/// Whether a reason tells of all that a recipe has together: of a look with a part of it nobody can say that.
const fn is_of_the_whole(reason: &Reason) -> bool {
    matches!(
        reason,
        Reason::Popular { .. }
            | Reason::PopularAmong { .. }
            | Reason::Rising
            | Reason::LikeColor { .. }
            | Reason::PairsWell { .. }
    )
}

/// What is most like a style first, as far as looks go by it, and that style itself not at all. `of` tells a style and its
/// reasons.
pub fn likest_first<T>(list: Vec<T>, like: &Recipe, of: impl Fn(&mut T) -> (&Recipe, &mut Vec<Reason>)) -> Vec<T> {
    let by_look = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
    let mut rated = Vec::with_capacity(list.len());
    for mut one in list {
        let (recipe, reasons) = of(&mut one);
        let is_shared =
            |attribute: &Attribute| recipe.get(*attribute).is_some() && recipe.get(*attribute) == like.get(*attribute);
        let shared: Vec<Attribute> = by_look.into_iter().filter(is_shared).collect();
        if shared.len() < by_look.len() {
            let likeness = recipe.likeness(like);
            if !shared.is_empty() {
                reasons.insert(0, Reason::MoreLike { shared });
            }
            rated.push((likeness, one));
        }
    }
    rated.sort_by(|a, b| b.0.total_cmp(&a.0));
    rated.into_iter().map(|(_, one)| one).collect()
}

/// What may become looks of a design.
#[must_use]
pub fn candidates(model: &Model, history: &History, wish: &Wish<'_>, wardrobe: &Wardrobe<'_>) -> Found {
    let own = own_recipe(wardrobe);
    let mut all = mended(wardrobe);
    // What is locked is given first, then anything in the same letters and inks.
    for given in [locked(&own, wardrobe), Recipe::default()] {
        let Wish { customer, uses, segment, .. } = *wish;
        let ask = Ask { customer, uses, recent: &wish.recent, segment, given, n: TRIED, only_new: false };
        all.extend(suggest_kin(model, history, &ask, &wardrobe.shop.catalog).into_iter().map(|suggestion| Candidate {
            extras: extras_of(&suggestion.recipe, wardrobe),
            recipe: suggestion.recipe,
            about: suggestion.reasons,
        }));
    }
    let editorial = spread(own.get(Attribute::Occasion), wardrobe.ideas);
    all.extend(editorial.iter().map(|look| Candidate {
        recipe: look.recipe.clone(),
        extras: Extras { accent: look.accent.clone(), small_font: look.small_font.clone() },
        about: vec![Reason::Editorial { name: look.name.clone() }],
    }));
    all.extend(composed(&editorial, wardrobe));
    let unknown = if wish.explore { unknown_looks(wardrobe.ideas, model, wish.seed) } else { Vec::new() };
    Found { candidates: all, unknown }
}

/// The editorial looks, those of an occasion first.
fn spread<'a>(occasion: Option<&str>, ideas: &'a Ideas) -> Vec<&'a Editorial> {
    let mut editorial: Vec<_> = ideas.editorial.iter().collect();
    editorial
        .sort_by_key(|look| occasion.is_none_or(|occasion| look.recipe.get(Attribute::Occasion) != Some(occasion)));
    // One of each occasion before a second of any: neighbours in the file are alike.
    let mut rank: BTreeMap<&str, usize> = BTreeMap::new();
    let mut spread: Vec<(usize, _)> = Vec::new();
    for look in editorial {
        let place = rank.entry(look.recipe.get(Attribute::Occasion).unwrap_or_default()).or_default();
        spread.push((*place, look));
        *place += 1;
    }
    spread.sort_by_key(|(place, _)| *place);
    spread.into_iter().map(|(_, look)| look).collect()
}

/// Words that are hard to read in the ink that is read best, and all else as it is: what was chosen of late stays.
fn mended(wardrobe: &Wardrobe<'_>) -> Vec<Candidate<Vec<Reason>>> {
    let is_faint = wardrobe.contrast().is_some_and(|contrast| !is_legible(contrast, LARGE_MM));
    let Some(cloth) = own_cloth(wardrobe).filter(|_| is_faint) else { return Vec::new() };
    let inks = readable(cloth, LARGE_MM, &wardrobe.shop.catalog);
    inks.into_iter().map(|ink| made(Recipe::default().with(Attribute::TextColor, &*ink.id))).take(MENDED).collect()
}

fn own_cloth<'a>(wardrobe: &Wardrobe<'a>) -> Option<&'a GarmentColor> {
    let (catalog, design) = (&wardrobe.shop.catalog, wardrobe.design);
    catalog.garment(&design.garment).ok()?.color(&design.color).ok()
}

/// Inks in which words of an em size, mm, can be read on a cloth, the clearest first, as the studio's shelf of inks has them.
fn readable<'a>(cloth: &GarmentColor, em_mm: f64, catalog: &'a Catalog) -> Vec<&'a Ink> {
    let mut inks: Vec<_> = catalog.inks().iter().map(|ink| (Contrast::on(ink.color, cloth), ink)).collect();
    inks.retain(|(contrast, _)| is_legible(*contrast, em_mm));
    inks.sort_by(|a, b| b.0.wcag.total_cmp(&a.0.wcag));
    inks.into_iter().map(|(_, ink)| ink).collect()
}

fn made(recipe: Recipe) -> Candidate<Vec<Reason>> {
    Candidate { recipe, extras: Extras::default(), about: vec![Reason::Legible] }
}

/// What the design's own values are, of the attributes that looks go by.
pub(super) fn own_recipe(wardrobe: &Wardrobe<'_>) -> Recipe {
    Recipe::of(wardrobe.design, &wardrobe.shop.catalog, |_| None)
}

/// Of these, those that stay.
fn locked(own: &Recipe, wardrobe: &Wardrobe<'_>) -> Recipe {
    BY_LOOK.into_iter().filter(|attribute| !wardrobe.is_free(*attribute)).fold(
        Recipe::default(),
        |recipe, attribute| match own.get(attribute) {
            Some(value) => recipe.with(attribute, value),
            None => recipe,
        },
    )
}

/// What people thought out for a cloth and an ink that customers put together.
fn extras_of(recipe: &Recipe, wardrobe: &Wardrobe<'_>) -> Extras {
    let same = |look: &&Editorial| {
        [Attribute::GarmentColor, Attribute::TextColor].iter().all(|one| look.recipe.get(*one) == recipe.get(*one))
    };
    let accent = wardrobe.ideas.editorial.iter().find(same).and_then(|look| look.accent.clone());
    Extras { accent, small_font: None }
}

/// Cloths with inks that can be read on them, in families that have the words' letters, then every ink that can be read on the
/// design's own cloth, in the letters that it has, and then in those families: so that there is always something, whatever is
/// locked.
fn composed(editorial: &[&Editorial], wardrobe: &Wardrobe<'_>) -> Vec<Candidate<Vec<Reason>>> {
    let design = wardrobe.design;
    let catalog = &wardrobe.shop.catalog;
    let (Some(own), Ok(garment)) = (own_cloth(wardrobe), catalog.garment(&design.garment)) else { return Vec::new() };
    let words = main_words(design).map(|text| text.text.as_str()).unwrap_or_default();
    let fonts = fonts_for(words, wardrobe);
    let in_font = |recipe: &Recipe, index: usize| {
        fonts.get(index % fonts.len().max(1)).map(|font| made(recipe.clone().with(Attribute::Font, *font)))
    };
    let on =
        |cloth: &str, ink: &str| Recipe::default().with(Attribute::GarmentColor, cloth).with(Attribute::TextColor, ink);
    let mut all = Vec::new();
    // Editors' colours for words in letters that their families lack.
    for (index, look) in editorial.iter().filter(|_| !words.is_ascii()).enumerate() {
        let values = (look.recipe.get(Attribute::GarmentColor), look.recipe.get(Attribute::TextColor));
        let (Some(cloth), Some(ink)) = values else { continue };
        let candidate = in_font(&on(cloth, ink), index).unwrap_or_else(|| made(on(cloth, ink)));
        all.push(Candidate { extras: extras_of(&candidate.recipe, wardrobe), ..candidate });
    }
    for (index, cloth) in garment.colors.iter().enumerate() {
        let inks = readable(cloth, SMALL_MM, catalog);
        let Some(ink) = inks.get(index % inks.len().max(1)) else { continue };
        let recipe = on(&cloth.id, &ink.id);
        all.push(in_font(&recipe, index).unwrap_or_else(|| made(recipe)));
    }
    for (index, ink) in readable(own, SMALL_MM, catalog).into_iter().enumerate() {
        let recipe = Recipe::default().with(Attribute::TextColor, &*ink.id);
        all.extend(in_font(&recipe, index));
        // Letters that no editorial family has stay as they are.
        all.push(made(recipe));
    }
    let cloths = garment.colors.iter();
    all.extend(cloths.map(|cloth| made(Recipe::default().with(Attribute::GarmentColor, &*cloth.id))));
    all.extend(fonts.into_iter().map(|font| made(Recipe::default().with(Attribute::Font, font))));
    all
}

/// Families of editorial looks; for words in letters that theirs lack, those that have them.
fn fonts_for<'a>(words: &str, wardrobe: &Wardrobe<'a>) -> Vec<&'a str> {
    if !words.is_ascii() {
        let suits = |family: &&Family| !STAND_INS.contains(&&*family.category) && has_letters_of(family, words);
        return wardrobe.shop.fonts.families().iter().filter(suits).map(|family| family.name.as_str()).collect();
    }
    let mut fonts: Vec<&str> = Vec::new();
    for font in wardrobe.ideas.editorial.iter().filter_map(|look| look.recipe.get(Attribute::Font)) {
        if !fonts.contains(&font) {
            fonts.push(font);
        }
    }
    fonts
}

/// Editorial looks that take over what is given: for what neither customers nor editors have put together. What then could
/// not be read, or worn, is left out; where all of it could not, the words take the ink that is read best on the cloth, and at
/// last the cloth is not taken over.
#[must_use]
pub fn taken_over(ideas: &Ideas, given: &Recipe, catalog: &Catalog) -> Vec<Candidate<Vec<Reason>>> {
    let over = |left: &[Attribute]| -> Vec<Candidate<Vec<Reason>>> {
        let taken = Attribute::ALL.into_iter().filter(|attribute| !left.contains(attribute));
        let taken: Vec<_> = taken.filter_map(|attribute| Some((attribute, given.get(attribute)?))).collect();
        let made = ideas.editorial.iter().filter_map(|look| {
            let recipe =
                taken.iter().fold(look.recipe.clone(), |recipe, (attribute, value)| recipe.with(*attribute, *value));
            let recipe = where_it_has_a_place(recipe, given, catalog);
            let recipe = if left.contains(&Attribute::TextColor) { in_an_ink_for_it(recipe, catalog) } else { recipe };
            let seen = [Attribute::GarmentColor, Attribute::TextColor, Attribute::Font];
            let theirs = seen.into_iter().filter(|one| recipe.get(*one) == look.recipe.get(*one)).count();
            let why = if theirs >= THEIRS { Reason::Editorial { name: look.name.clone() } } else { Reason::Legible };
            can_be_read(&recipe, catalog).then(|| Candidate { recipe, extras: Extras::default(), about: vec![why] })
        });
        made.collect()
    };
    let ways: [&[Attribute]; 3] = [&[], &[Attribute::TextColor], &[Attribute::TextColor, Attribute::GarmentColor]];
    ways.into_iter().map(over).find(|all| !all.is_empty()).unwrap_or_default()
}

/// A style whose words cannot be read on its cloth takes the ink that is read best there.
fn in_an_ink_for_it(recipe: Recipe, catalog: &Catalog) -> Recipe {
    if can_be_read(&recipe, catalog) {
        return recipe;
    }
    let cloth = recipe.get(Attribute::Garment).and_then(|id| catalog.garment(id).ok());
    let cloth = cloth.zip(recipe.get(Attribute::GarmentColor)).and_then(|(garment, id)| garment.color(id).ok());
    let Some(cloth) = cloth else { return recipe };
    let in_ink = |ink: &Ink| recipe.clone().with(Attribute::TextColor, &*ink.id);
    let inks = readable(cloth, LARGE_MM, catalog).into_iter();
    inks.map(in_ink).find(|recipe| can_be_read(recipe, catalog)).unwrap_or(recipe)
}

/// A style whose garment has no area like its print is put on the first one that it has, unless the place was given.
fn where_it_has_a_place(recipe: Recipe, given: &Recipe, catalog: &Catalog) -> Recipe {
    let garment = recipe.get(Attribute::Garment).and_then(|id| catalog.garment(id).ok());
    let Some(garment) = garment.filter(|_| given.get(Attribute::Placement).is_none()) else { return recipe };
    if recipe.get(Attribute::Placement).is_none_or(|id| garment.area(id).is_ok()) {
        return recipe;
    }
    match garment.areas.first() {
        Some(area) => recipe.with(Attribute::Placement, &*area.id),
        None => recipe,
    }
}

/// Editorial looks that few have chosen yet, in an order that depends on the seed alone.
#[must_use]
pub fn unknown_looks(ideas: &Ideas, model: &Model, seed: u32) -> Vec<Candidate<Vec<Reason>>> {
    let mut looks: Vec<_> = ideas.editorial.iter().filter(|look| !model.shows(&look.recipe)).collect();
    looks.sort_by_key(|look| *blake3::hash(format!("{seed} {}", look.id).as_bytes()).as_bytes());
    let candidate = |look: &Editorial| Candidate {
        recipe: look.recipe.clone(),
        extras: Extras { accent: look.accent.clone(), small_font: look.small_font.clone() },
        about: vec![Reason::Explore],
    };
    looks.into_iter().map(candidate).collect()
}
