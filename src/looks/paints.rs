//! Other inks in the same places.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::{Catalog, Contrast, GarmentColor, is_legible};
use crate::color::Color;
use crate::color::contrast::{LARGE_MINIMUM, contrast_ratio};
use crate::color::oklab::Oklab;
use crate::color::vision::least_distance;
use crate::design::{Content, Design, Form, Image, Layer, Paint, Text};
use crate::looks::letters::{each, each_free};
use crate::looks::{Extras, Wardrobe, drawings};
use crate::suggest::{Attribute, Recipe, main_words};

/// Colours nearer than this, in [`Oklab`], are the same: the colour of the cloth, left open by letters.
const SAME: f32 = 0.05;
/// Two inks of one look are at least so far apart, for those too who tell fewer colours apart.
const APART: f32 = 0.12;
/// A design of more colours is a picture: they stay.
const MOST_PAINTS: usize = 5;
/// The least contrast of shapes and drawings on the cloth: they need not be read.
pub(super) const SHAPE_MINIMUM: f64 = 2.25;
/// The least contrast of two inks of one look: one may lie on the other.
const AMONG_MINIMUM: f64 = 2.0;
/// What could not be read before may lose so little of its contrast.
const AS_CLEAR: f64 = 0.9;
/// Em size, mm, by which the main colour is judged: smaller words in it may be as faint as they were.
const MAIN_MM: f64 = 16.0;
/// Codes are read like words of this em size, mm.
const CODE_MM: f64 = 1.0;
/// Inks of less chroma than this, in [`Oklab`], are greys and their kin.
const NEUTRAL: f32 = 0.05;

/// The colour that a design is known by: that of its largest words, else of its first shape or coloured drawing.
pub(super) fn main(design: &Design) -> Option<&Paint> {
    if let Some(text) = main_words(design) {
        return Some(&text.fill);
    }
    let mut first = None;
    each(design, &mut |layer| {
        let paint = match &layer.content {
            Content::Shape(shape) => shape.fill.as_ref().or(shape.stroke.as_ref().map(|stroke| &stroke.color)),
            Content::Image(image) => image.tint.as_ref(),
            Content::Text(_) | Content::Group(_) => None,
        };
        first = first.or(paint);
    });
    first
}

/// Whether a layer is a code that phones read.
fn is_code(layer: &Layer) -> bool {
    matches!(&layer.content, Content::Shape(shape) if matches!(shape.form, Form::Qr { .. }))
}

/// Em size, mm, of what a colour must be read like, if it must be: words as large as they are, codes like the smallest words.
fn em_of(layer: &Layer) -> Option<f64> {
    match &layer.content {
        Content::Text(text) => Some(text.size),
        _ => is_code(layer).then_some(CODE_MM),
    }
}

/// Whether the design has a code that could not be read on the cloth alone, so that a shape must lie beneath it: then no shape
/// changes its colour, for a phone reads only the two together.
fn has_code_on_shape(design: &Design, old: Option<&GarmentColor>, catalog: &Catalog) -> bool {
    let mut has = false;
    each(design, &mut |layer| {
        if is_code(layer) {
            let colors: Vec<Color> =
                paints_of(layer).into_iter().filter_map(|paint| color_of(catalog, paint)).collect();
            has |= !old.is_some_and(|old| colors.iter().all(|color| is_legible(Contrast::on(*color, old), CODE_MM)));
        }
    });
    has
}

fn paints_of(layer: &Layer) -> Vec<&Paint> {
    match &layer.content {
        Content::Text(text) => text.paints().collect(),
        Content::Shape(shape) => shape.fill.iter().chain(shape.stroke.iter().map(|stroke| &stroke.color)).collect(),
        Content::Image(image) if is_plain(image) => image.tint.iter().chain(image.recolor.values()).collect(),
        Content::Image(_) | Content::Group(_) => Vec::new(),
    }
}

/// Whether a picture is drawn in one colour of the document's. One in several is a picture of its own: a skull is light, and
/// its eyes are dark, whatever the cloth.
pub(super) fn is_plain(image: &Image) -> bool {
    image.tint.is_some() || image.recolor.len() == 1
}

fn paints_mut(layer: &mut Layer) -> Vec<&mut Paint> {
    match &mut layer.content {
        Content::Text(text) => paints_of_words(text),
        Content::Shape(shape) => {
            shape.fill.iter_mut().chain(shape.stroke.iter_mut().map(|stroke| &mut stroke.color)).collect()
        }
        Content::Image(image) if is_plain(image) => image.tint.iter_mut().chain(image.recolor.values_mut()).collect(),
        Content::Image(_) | Content::Group(_) => Vec::new(),
    }
}

/// Every colour of words.
pub(super) fn paints_of_words(text: &mut Text) -> Vec<&mut Paint> {
    let mut paints = vec![&mut text.fill];
    paints.extend(text.outline.iter_mut().map(|ring| &mut ring.color));
    paints.extend(text.shadow.iter_mut().map(|shadow| &mut shadow.color));
    paints.extend(text.extrude.iter_mut().map(|extrude| &mut extrude.color));
    paints
}

pub(super) fn color_of(catalog: &Catalog, paint: &Paint) -> Option<Color> {
    match paint {
        Paint::Rgb(color) => Some(*color),
        Paint::Ink(id) => catalog.ink(id).ok().map(|ink| ink.color),
    }
}

fn distance(first: Color, second: Color) -> f32 {
    Oklab::from_color(first).distance(Oklab::from_color(second))
}

/// Puts the inks of a recipe on a design that has its new cloth already; `old` is the cloth that it had. Tells how well its
/// main colour is read. `None` if something could be read before and could not after.
pub(super) fn set(
    dressed: &mut Design,
    recipe: &Recipe,
    extras: &Extras,
    (old, cloth): (Option<&GarmentColor>, &GarmentColor),
    wardrobe: &Wardrobe<'_>,
    changed: &mut BTreeSet<Attribute>,
) -> Option<Contrast> {
    let catalog = &wardrobe.shop.catalog;
    let before = shown(dressed, catalog);
    let ground = old.map(|old| old.base);
    let shapes_stay = has_code_on_shape(dressed, old, catalog);
    let stays = |layer: &Layer| shapes_stay && matches!(layer.content, Content::Shape(_));
    let exchange = if wardrobe.is_free(Attribute::TextColor) {
        exchange(dressed, recipe, extras, (ground, cloth), (wardrobe, &stays))?
    } else {
        BTreeMap::new()
    };
    let mut touched = false;
    each_free(dressed, &mut |layer| {
        if stays(layer) {
            return;
        }
        for paint in paints_mut(layer) {
            if let Some(new) = exchange.get(paint) {
                *paint = new.clone();
                touched = true;
            }
        }
    });
    touched |= drawings::set(dressed, recipe, (old, cloth), wardrobe)?;
    // The main colour, where it was exchanged: then it must be read, however faint the old one was.
    let after = main(dressed).filter(|_| touched).and_then(|paint| color_of(catalog, paint));
    let is_seen =
        |contrast: Contrast, em: Option<f64>| em.map_or(contrast.wcag >= SHAPE_MINIMUM, |em| is_legible(contrast, em));
    let holds = shown(dressed, catalog).iter().all(|(place, (is, em))| {
        let contrast = Contrast::on(*is, cloth);
        // What could not be read before, since it is small or lies on something else than the cloth, is as clear as it was.
        let is_as_clear = || {
            old.zip(before.get(place)).is_some_and(|(old, (was, _))| {
                let then = Contrast::on(*was, old);
                !is_seen(then, *em) && contrast.wcag >= then.wcag * AS_CLEAR && contrast.apca >= then.apca * AS_CLEAR
            })
        };
        let is_main = Some(*is) == after;
        is_seen(contrast, *em) || ((!is_main || is_seen(contrast, em.map(|_| MAIN_MM))) && is_as_clear())
    });
    if !holds {
        return None;
    }
    if touched {
        changed.insert(Attribute::TextColor);
    }
    let main = main(dressed).and_then(|paint| color_of(catalog, paint));
    Some(main.map_or(Contrast { wcag: 21.0, apca: 106.0 }, |main| Contrast::on(main, cloth)))
}

/// Every colour that a design shows, by its layer and its place in that; those of letters with their em size, mm.
fn shown(design: &Design, catalog: &Catalog) -> BTreeMap<(String, usize), (Color, Option<f64>)> {
    let mut shown = BTreeMap::new();
    each(design, &mut |layer| {
        let em = em_of(layer);
        for (index, paint) in paints_of(layer).into_iter().enumerate() {
            // Rings and shadows are not read.
            let color = color_of(catalog, paint).map(|color| (color, em.filter(|_| index == 0)));
            shown.extend(color.map(|color| ((layer.id.clone(), index), color)));
        }
    });
    shown
}

/// Which paint takes the place of which. `None` if two of them could not be told apart.
fn exchange(
    design: &Design,
    recipe: &Recipe,
    extras: &Extras,
    (old, cloth): (Option<Color>, &GarmentColor),
    (wardrobe, stays): (&Wardrobe<'_>, &dyn Fn(&Layer) -> bool),
) -> Option<BTreeMap<Paint, Paint>> {
    let catalog = &wardrobe.shop.catalog;
    // Each once, in the order in which the design shows them, the main one first.
    let mut paints: Vec<Paint> = main(design).into_iter().cloned().collect();
    each(design, &mut |layer| {
        for paint in paints_of(layer).into_iter().filter(|_| !stays(layer)) {
            if !paints.contains(paint) {
                paints.push(paint.clone());
            }
        }
    });
    // The smallest words in each.
    let mut ems: BTreeMap<&Paint, f64> = BTreeMap::new();
    each(design, &mut |layer| {
        if let (Some(size), Some(fill)) = (em_of(layer), paints_of(layer).into_iter().next()) {
            let em = ems.entry(fill).or_insert(f64::INFINITY);
            *em = em.min(size);
        }
    });
    let mut rings: BTreeSet<&Paint> = BTreeSet::new();
    each(design, &mut |layer| {
        if let Content::Text(text) = &layer.content {
            rings.extend(text.outline.first().map(|ring| &ring.color));
        }
    });
    let is_free = paints.len() <= MOST_PAINTS;
    let mut taken: Vec<Color> = Vec::new();
    let mut exchange: BTreeMap<Paint, Paint> = BTreeMap::new();
    for (index, paint) in paints.iter().enumerate() {
        let Some(color) = color_of(catalog, paint) else { continue };
        let is_open = old.is_some_and(|old| distance(old, color) < SAME);
        let new = if is_open && index > 0 {
            // What shows the cloth shows it still, whichever it is.
            Some(Paint::Rgb(cloth.base))
        } else if !is_free {
            None
        } else if index == 0 {
            let wanted = recipe.get(Attribute::TextColor).and_then(|id| catalog.ink(id).ok());
            wanted.map(|ink| Paint::Ink(ink.id.clone()))
        } else {
            let first = exchange.get(&paints[0]).unwrap_or(&paints[0]);
            let wanted = extras.accent.as_deref().filter(|_| taken.len() == 1);
            let of = |among| accent(first, (&taken, wanted), (ems.get(paint).copied(), among), cloth, wardrobe);
            // A ring that runs into its neighbours' must be told apart from the letters, or it is taken away.
            if rings.contains(paint) { of(LARGE_MINIMUM).or_else(|| of(AMONG_MINIMUM)) } else { of(AMONG_MINIMUM) }
        };
        // Nothing else could be found, and the old one is too like what is there.
        if new.is_none()
            && is_free
            && index > 0
            && !exchange.is_empty()
            && taken.iter().any(|other| least_distance(*other, color) < APART)
        {
            return None;
        }
        let after = new.as_ref().and_then(|new| color_of(catalog, new)).unwrap_or(color);
        if !is_open || index == 0 {
            taken.push(after);
        }
        exchange.extend(new.filter(|new| new != paint).map(|new| (paint.clone(), new)));
    }
    Some(exchange)
}

/// The ink that goes best with the cloth and the main one, apart from all that are taken; behind the second one a grey, so
/// that not every look is a rainbow. `em` is the size of the words that it is for, mm, and `among` its least contrast with the
/// main one.
fn accent(
    main: &Paint,
    (taken, wanted): (&[Color], Option<&str>),
    (em, among): (Option<f64>, f64),
    cloth: &GarmentColor,
    wardrobe: &Wardrobe<'_>,
) -> Option<Paint> {
    let main_id = match main {
        Paint::Ink(id) => id.as_str(),
        Paint::Rgb(_) => "",
    };
    let suits = |color: Color| {
        let contrast = Contrast::on(color, cloth);
        em.map_or(contrast.wcag >= SHAPE_MINIMUM, |em| is_legible(contrast, em))
            && taken.iter().all(|other| least_distance(*other, color) >= APART)
            && taken.first().is_none_or(|main| contrast_ratio(*main, color) >= among)
    };
    let worth = |id: &str, color: Color| {
        let lab = Oklab::from_color(color);
        let is_neutral = lab.a * lab.a + lab.b * lab.b < NEUTRAL * NEUTRAL;
        let asked = if wanted == Some(id) || (taken.len() > 1 && is_neutral) { 1e9 } else { 0.0 };
        asked + wardrobe.ideas.affinity(&cloth.id, main_id, id) + contrast_ratio(color, cloth.base).min(7.0) / 100.0
    };
    let inks = wardrobe.shop.catalog.inks().iter().filter(|ink| wardrobe.may_bring(Attribute::TextColor, &ink.id));
    let mut inks: Vec<_> = inks.map(|ink| (worth(&ink.id, ink.color), ink)).collect();
    // Of equals the first of the palette stays first. Whether one suits takes longest, so that only those are asked that come
    // before it.
    inks.sort_by(|a, b| b.0.total_cmp(&a.0));
    let (_, best) = inks.into_iter().find(|(_, ink)| suits(ink.color))?;
    Some(Paint::Ink(best.id.clone()))
}
