//! Other letters in the same places.

use std::collections::BTreeMap;

use crate::design::{Content, Design, Layer, Text, limits};
use crate::looks::{Extras, Wardrobe};
use crate::shop::Choice;
use crate::suggest::{Attribute, Recipe};

/// Words that would have to become smaller than this share of what they were do not suit the letters.
const LEAST_SHARE: f64 = 0.55;
/// How often words are measured and made to fit.
const ROUNDS: usize = 3;
/// Weights of the main words and of the others, in families that have many.
const BOLD: u16 = 800;
const SEMIBOLD: u16 = 600;
/// Letters whose lines are too thin to bear rings and bodies.
const FINE: [&str; 2] = ["script", "handwritten"];

/// The largest words that are seen.
pub(super) fn main(design: &Design) -> Option<&Text> {
    let mut main: Option<&Text> = None;
    each(design, &mut |layer| {
        if let Content::Text(text) = &layer.content
            && main.is_none_or(|known| text.size > known.size)
        {
            main = Some(text);
        }
    });
    main
}

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
    let (Some(main), Some(wanted)) = (main(wardrobe.design), recipe.get(Attribute::Font)) else { return Some(None) };
    let family = &wardrobe.shop.fonts.family(wanted)?.name;
    let small =
        extras.small_font.as_deref().and_then(|name| wardrobe.shop.fonts.family(name)).map(|family| &family.name);
    let old = main.font.family.clone();
    let is_fine =
        |name: &str| wardrobe.shop.fonts.family(name).is_some_and(|family| FINE.contains(&family.category.as_str()));
    let mut touched = false;
    let mut suits = true;
    each_free(dressed, &mut |layer| {
        let Content::Text(text) = &mut layer.content else { return };
        let new = if text.font.family.eq_ignore_ascii_case(&old) { Some(family) } else { small };
        if let Some(new) = new.filter(|new| !text.font.family.eq_ignore_ascii_case(new)) {
            suits &= (text.outline.is_empty() && text.extrude.is_none()) || !is_fine(new) || is_fine(&text.font.family);
            // Letters that came in one weight were meant as they are: others of many weights would be thin beside them.
            let faces = |name: &str| wardrobe.shop.fonts.family(name).map_or(0, |family| family.faces.len());
            if faces(&text.font.family) == 1 && faces(new) > 1 {
                text.font.weight = if std::ptr::eq(new, family) { BOLD } else { SEMIBOLD };
            }
            text.font.family.clone_from(new);
            touched = true;
        }
    });
    suits.then(|| touched.then(|| (family.clone(), small.cloned())))
}

/// What words of a layer have once they fit: their size, and the width that they are fitted to.
type Size = (f64, Option<f64>);

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
        if let (Content::Text(text), Some((size, width))) = (&mut layer.content, sizes.get(&layer.id)) {
            text.size = *size;
            text.fit_width = *width;
        }
    });
    Some(())
}

fn fitted(dressed: &Design, wardrobe: &Wardrobe<'_>) -> Option<BTreeMap<String, Size>> {
    let before = wardrobe.measures.get_or_init(|| measured(wardrobe, wardrobe.design)).as_ref()?;
    let mut dressed = dressed.clone();
    // What bent words take does not grow evenly with their size: it is measured again.
    let mut fits = true;
    for round in 0..ROUNDS {
        let after = measured(wardrobe, &dressed)?;
        let mut is_done = true;
        each_free(&mut dressed, &mut |layer| {
            let (Some(before), Some(after)) = (before.get(&layer.id), after.get(&layer.id)) else { return };
            let Content::Text(text) = &mut layer.content else { return };
            // Letters of another font than the one that was asked for stand out.
            fits &= before.lent == after.lent;
            let share = (before.width / after.width).min(before.height / after.height);
            // After the first time words only shrink, so that this ends.
            if !share.is_finite() || share > 0.995 && (round > 0 || share < 1.005) {
                return;
            }
            fits &= share >= LEAST_SHARE;
            // To a hundredth of a millimetre, and never larger than the place.
            let scaled = |length: f64, share: f64| (length * share * 100.0).floor() / 100.0;
            text.size = scaled(text.size, share).max(limits::TEXT_SIZE.min);
            text.fit_width = text.fit_width.map(|width| scaled(width, share.min(1.0)));
            is_done = false;
        });
        if is_done || !fits {
            break;
        }
    }
    let mut sizes = BTreeMap::new();
    each_free(&mut dressed, &mut |layer| {
        if let Content::Text(text) = &layer.content {
            sizes.insert(layer.id.clone(), (text.size, text.fit_width));
        }
    });
    fits.then_some(sizes)
}

/// What the words of each layer take, by its id.
pub(super) type Measures = BTreeMap<String, Measure>;

/// What words take.
pub(super) struct Measure {
    width: f64,
    height: f64,
    /// Fonts that lend letters which the family lacks.
    lent: Vec<[u8; 32]>,
}

fn measured(wardrobe: &Wardrobe<'_>, design: &Design) -> Option<Measures> {
    let layers = wardrobe.shop.set_texts(design, &Choice::default(), wardrobe.cancel).ok()?;
    let measure = |lettering: &crate::scene::text::Lettering| Measure {
        width: lettering.ink.width(),
        height: lettering.ink.height(),
        lent: lettering.faces.iter().skip(1).copied().collect(),
    };
    Some(layers.into_iter().map(|layer| (layer.id, measure(&layer.lettering))).collect())
}
