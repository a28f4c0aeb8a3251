//! Other letters in the same places.

use std::collections::{BTreeMap, BTreeSet};

use unicode_script::{Script, UnicodeScript as _};

use crate::assets::fonts::Family;
use crate::design::{Content, Design, FieldValues, Flip, Layer, Text, fill, limits};
use crate::looks::rings::{gap_of, width_of};
use crate::looks::sizes::{Key, Measure, key_of};
use crate::looks::{Extras, Wardrobe, lines};
use crate::math::sin_cos;
use crate::shop::Choice;
use crate::suggest::{Attribute, Recipe, main_words};

/// Words that would have to become smaller than this share of what they were do not suit the letters.
const LEAST_SHARE: f64 = 0.55;
/// How often words are measured and made to fit.
const ROUNDS: usize = 4;
/// In so many of the first of them lines may be set further apart.
const OPENING_ROUNDS: usize = 2;
/// Weights of the main words and of the others, in families that have many.
const BOLD: u16 = 800;
const SEMIBOLD: u16 = 600;
/// Letters whose lines are too thin to bear rings and bodies.
const FINE: [&str; 2] = ["script", "handwritten"];
/// Letters whose capitals are made to begin words, and cannot be read one beside the other.
const FLOWING: &str = "script";
/// A family of which the same is true.
const BLACKLETTER: &str = "UnifrakturMaguntia";
/// So many capitals and nothing small are words in capitals; fewer are initials.
const CAPITALS: usize = 3;

/// Every visible layer that draws something, with the design's order.
pub(super) fn each<'a>(design: &'a Design, visit: &mut dyn FnMut(&'a Layer)) {
    fn walk<'a>(layers: &'a [Layer], visit: &mut dyn FnMut(&'a Layer)) {
        for layer in layers.iter().filter(|layer| !layer.hidden) {
            match &layer.content {
                Content::Group(group) => walk(&group.layers, visit),
                _ => visit(layer),
            }
        }
    }
    design.placements.iter().for_each(|placement| walk(&placement.layers, visit));
}

/// Every layer that draws something and that suggestions may change, hidden ones too.
pub(super) fn each_free(design: &mut Design, visit: &mut dyn FnMut(&mut Layer)) {
    fn walk(layers: &mut [Layer], visit: &mut dyn FnMut(&mut Layer)) {
        for layer in layers.iter_mut().filter(|layer| !layer.locked) {
            match &mut layer.content {
                Content::Group(group) => walk(&mut group.layers, visit),
                _ => visit(layer),
            }
        }
    }
    design.placements.iter_mut().for_each(|placement| walk(&mut placement.layers, visit));
}

/// Families that words were put into: for the main ones, and for the others.
pub(super) type Families = (String, Option<String>);

/// Puts the words that bear the main family into the recipe's, and the others into that of the small words, if there is one,
/// as large as they were. Tells which families those are, if anything is another now; `None` if they do not suit the words.
pub(super) fn exchange(
    dressed: &mut Design,
    recipe: &Recipe,
    extras: &Extras,
    wardrobe: &Wardrobe<'_>,
) -> Option<Option<Families>> {
    if !wardrobe.is_free(Attribute::Font) {
        return Some(None);
    }
    let (Some(main), Some(wanted)) = (main_words(wardrobe.design), recipe.get(Attribute::Font)) else {
        return Some(None);
    };
    let family = &wardrobe.shop.fonts.family(wanted)?.name;
    let small = extras.small_font.as_deref().filter(|name| wardrobe.may_bring(Attribute::Font, name));
    let small = small.and_then(|name| wardrobe.shop.fonts.family(name)).map(|family| &family.name);
    let fields = FieldValues::new(&wardrobe.design.fields, &BTreeMap::new()).ok()?;
    let of = |name: &str| wardrobe.shop.fonts.family(name);
    let old = main.font.family.clone();
    let is_fine = |name: &str| of(name).is_some_and(|family| FINE.contains(&family.category.as_str()));
    let mut touched = false;
    let mut suits = true;
    let mut seen = BTreeSet::new();
    each(wardrobe.design, &mut |layer| {
        seen.insert(layer.id.as_str());
    });
    each_free(dressed, &mut |layer| {
        let is_seen = seen.contains(layer.id.as_str());
        let Content::Text(text) = &mut layer.content else { return };
        let new = if text.font.family.eq_ignore_ascii_case(&old) { Some(family) } else { small };
        if let Some(new) = new.filter(|new| !text.font.family.eq_ignore_ascii_case(new)) {
            let words = fill(&text.text, &fields);
            // Letters that are lent to a family look the same in all.
            let serves = of(new).is_some_and(|family| has_letters_of(family, &words));
            if !serves && !std::ptr::eq(new, family) {
                return;
            }
            let flows = of(new).is_some_and(|family| family.category == FLOWING || family.name == BLACKLETTER);
            suits &= !is_seen || (serves && (!flows || !has_capitals(&words)));
            suits &= (text.outline.is_empty() && text.extrude.is_none()) || !is_fine(new) || is_fine(&text.font.family);
            // Letters that came in one weight were meant as they are: others of many weights would be thin beside them.
            let faces = |name: &str| of(name).map_or(0, |family| family.faces.len());
            if faces(&text.font.family) == 1 && faces(new) > 1 {
                text.font.weight = if std::ptr::eq(new, family) { BOLD } else { SEMIBOLD };
            }
            text.font.family.clone_from(new);
            touched = true;
        }
    });
    suits.then(|| touched.then(|| (family.clone(), small.cloned())))
}

/// Whether a family has any of the letters that words are written in.
pub(super) fn has_letters_of(family: &Family, words: &str) -> bool {
    let mut letters = words.chars().map(|letter| letter.script()).filter(|script| is_of_letters(*script)).peekable();
    // Digits and signs are in all families.
    letters.peek().is_none() || letters.any(|script| family.scripts.iter().any(|code| code == code_of(script)))
}

fn is_of_letters(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// The code that families tell a script by.
fn code_of(script: Script) -> &'static str {
    match script {
        Script::Han | Script::Hiragana | Script::Katakana => "Jpan",
        other => other.short_name(),
    }
}

/// Whether words, or one of them, are written in capitals alone.
fn has_capitals(words: &str) -> bool {
    let is_in_capitals = |words: &str| {
        !words.chars().any(char::is_lowercase)
            && words.chars().filter(|letter| letter.is_uppercase()).count() >= CAPITALS
    };
    is_in_capitals(words) || words.split_whitespace().any(is_in_capitals)
}

/// What words of a layer have once they fit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Size {
    em_mm: f64,
    /// Distance of baselines in multiples of it.
    leading: f64,
    /// The width that they are fitted to, mm.
    fit_width: Option<f64>,
    /// How far they move, mm, before they are turned: so that what they take lies in the middle of what the old ones took.
    moved: (f64, f64),
}

/// Words that would move less, mm, stay.
const LEAST_MOVE: f64 = 0.2;

/// Sizes of words in new families, by layer, for each pair of families that was tried: colours have no part in them. `None`
/// where a family lacks letters, or words would become much smaller.
pub(super) type Fits = BTreeMap<Families, Option<BTreeMap<String, Size>>>;

/// Makes words in new families fit the places that they had. `None` if they cannot.
pub(super) fn fit(dressed: &mut Design, families: Families, wardrobe: &Wardrobe<'_>) -> Option<()> {
    let known = wardrobe.fits.borrow().get(&families).cloned();
    let sizes = match known {
        Some(sizes) => sizes?,
        None => {
            let sizes = fitted(dressed, wardrobe);
            // What was called off is not tried again, either.
            wardrobe.fits.borrow_mut().insert(families, sizes.clone());
            sizes?
        }
    };
    each_free(dressed, &mut |layer| {
        let Some(size) = sizes.get(&layer.id) else { return };
        if let Content::Text(text) = &mut layer.content {
            text.size = size.em_mm;
            text.leading = size.leading;
            text.fit_width = size.fit_width;
            shift(layer, size.moved);
        }
    });
    Some(())
}

/// Moves a layer by what is right and down of itself, mm.
pub(crate) fn shift(layer: &mut Layer, (across, down): (f64, f64)) {
    if across.abs().max(down.abs()) < LEAST_MOVE {
        return;
    }
    let across = if matches!(layer.flip, Flip::Horizontal | Flip::Both) { -across } else { across };
    let down = if matches!(layer.flip, Flip::Vertical | Flip::Both) { -down } else { down };
    let (sin, cos) = sin_cos(layer.rotation.to_radians());
    let to_hundredths = |length: f64| (length * 100.0).round() / 100.0;
    layer.x = to_hundredths(layer.x + across * cos - down * sin);
    layer.y = to_hundredths(layer.y + across * sin + down * cos);
}

fn fitted(dressed: &Design, wardrobe: &Wardrobe<'_>) -> Option<BTreeMap<String, Size>> {
    let before = before(wardrobe)?;
    // Letters that the press holds go on being those: what was too small for it already may be smaller.
    let least = wardrobe.shop.catalog.technique(&dressed.technique).map_or(0.0, |technique| technique.min_text.mm());
    let mut dressed = dressed.clone();
    // What bent words take does not grow evenly with their size: it is measured again.
    let mut settled = BTreeSet::new();
    let mut middles = BTreeMap::new();
    let mut fits = true;
    for round in 0..ROUNDS {
        let after = measured(wardrobe, &dressed, &settled)?;
        let mut is_done = true;
        each_free(&mut dressed, &mut |layer| {
            let (Some(before), Some(after)) = (before.get(&layer.id), after.get(&layer.id)) else { return };
            let Content::Text(text) = &mut layer.content else { return };
            // Letters of another font than the one that was asked for stand out.
            fits &= after.lent.iter().all(|font| before.lent.contains(font));
            let open = lines::missing(before, after, width_of(text));
            if open > lines::EVEN {
                fits &= round < OPENING_ROUNDS;
                let leading = ((text.leading + open / after.em) * 1000.0).ceil() / 1000.0;
                text.leading = leading.min(limits::LEADING.max);
                is_done = false;
                return;
            }
            let share = (before.width / after.width).min(before.height / after.height);
            let (x, y) = after.middle;
            middles.insert(layer.id.clone(), (before.middle, (x, y)));
            // After the first time words only shrink, so that this ends.
            if !share.is_finite() || share > 0.995 && (round > 0 || share < 1.005) {
                return;
            }
            fits &= share >= LEAST_SHARE;
            // To a hundredth of a millimetre, and never larger than the place.
            let scaled = |length: f64, share: f64| (length * share * 100.0).floor() / 100.0;
            let size = scaled(text.size, share);
            // Nearly so with bent words, too.
            middles.insert(layer.id.clone(), (before.middle, (x * share, y * share)));
            text.size = size.max(limits::TEXT_SIZE.min);
            text.fit_width = text.fit_width.map(|width| scaled(width, share.min(1.0)));
            if grows_evenly(text) && size >= limits::TEXT_SIZE.min {
                settled.insert(layer.id.clone());
            } else {
                is_done = false;
            }
        });
        if is_done || !fits {
            break;
        }
    }
    let mut sizes = BTreeMap::new();
    each_free(&mut dressed, &mut |layer| {
        if let Content::Text(text) = &layer.content {
            fits &= text.size >= least || before.get(&layer.id).is_none_or(|before| before.em < least);
            let moved = middles.get(&layer.id).map_or((0.0, 0.0), |(old, new)| (old.0 - new.0, old.1 - new.1));
            sizes.insert(
                layer.id.clone(),
                Size { em_mm: text.size, leading: text.leading, fit_width: text.fit_width, moved },
            );
        }
    });
    fits.then_some(sizes)
}

/// What the words of a design take.
pub(super) fn before<'w>(wardrobe: &'w Wardrobe<'_>) -> Option<&'w Measures> {
    wardrobe.measures.get_or_init(|| measured(wardrobe, wardrobe.design, &BTreeSet::new())).as_ref()
}

/// What the words of each layer take, by its id.
pub(super) type Measures = BTreeMap<String, Measure>;

/// Whether what words take grows evenly with their size: rings, bodies and shadows are as wide as before, lines wrap
/// elsewhere, and bends are of their own.
const fn grows_evenly(text: &Text) -> bool {
    text.warp.is_none()
        && text.outline.is_empty()
        && text.shadow.is_none()
        && text.extrude.is_none()
        && text.max_width.is_none()
}

/// What the words of a design take, but for those of the layers in `left_out`. Only what nobody asked for before is set.
pub(super) fn measured(wardrobe: &Wardrobe<'_>, design: &Design, left_out: &BTreeSet<String>) -> Option<Measures> {
    let sizes = &wardrobe.ideas.sizes;
    let fields = FieldValues::new(&design.fields, &BTreeMap::new()).ok()?;
    let mut measures = Measures::new();
    let mut unknown = BTreeMap::new();
    let (mut ringed, mut bent) = (BTreeSet::new(), BTreeSet::new());
    each(design, &mut |layer| {
        let Content::Text(text) = &layer.content else { return };
        if !text.outline.is_empty() {
            ringed.insert(layer.id.clone());
        }
        if text.warp.is_some() {
            bent.insert(layer.id.clone());
        }
        if left_out.contains(&layer.id) {
            return;
        }
        let key = key_of(text, fill(&text.text, &fields));
        match sizes.get(&key) {
            Some(measure) => {
                measures.insert(layer.id.clone(), measure);
            }
            None => {
                unknown.insert(layer.id.clone(), key);
            }
        }
    });
    if unknown.is_empty() {
        return Some(measures);
    }
    let mut rest = design.clone();
    rest.placements.iter_mut().for_each(|placement| leave(&mut placement.layers, &unknown));
    for layer in wardrobe.shop.set_texts(&rest, &Choice::default(), wardrobe.cancel).ok()? {
        let ink = layer.lettering.ink;
        let measure = Measure {
            width: ink.width(),
            height: ink.height(),
            middle: (ink.center().x, ink.center().y),
            em: layer.lettering.em,
            lines_apart: if bent.contains(&layer.id) { f64::INFINITY } else { lines::apart(&layer.lettering) },
            gap: if ringed.contains(&layer.id) { gap_of(&layer.lettering) } else { 0.0 },
            lent: layer.lettering.faces.iter().skip(1).copied().collect(),
        };
        if let Some(key) = unknown.get(&layer.id) {
            sizes.put(*key, measure.clone());
        }
        measures.insert(layer.id, measure);
    }
    Some(measures)
}

/// Leaves the layers that `wanted` names.
fn leave(layers: &mut Vec<Layer>, wanted: &BTreeMap<String, Key>) {
    layers.retain_mut(|layer| match &mut layer.content {
        Content::Group(group) => {
            leave(&mut group.layers, wanted);
            !group.layers.is_empty()
        }
        _ => wanted.contains_key(&layer.id),
    });
}
