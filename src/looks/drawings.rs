//! Drawings on another cloth: what they show is seen on it, or they take the main colour.

use std::collections::{BTreeMap, BTreeSet};

use kurbo::{Affine, Point};

use crate::catalog::{Contrast, Fabric, GarmentColor};
use crate::color::Color;
use crate::design::{Content, Design, Form, Layer, Paint};
use crate::looks::Wardrobe;
use crate::looks::letters::{each, each_free};
use crate::looks::paints::{SHAPE_MINIMUM, color_of, is_plain, main};
use crate::looks::room::walk;
use crate::suggest::{Attribute, Recipe};

/// So much of what a drawing showed on its old cloth must show on the new one.
const STILL_SEEN: f32 = 0.75;
/// A drawing of which less shows cannot be seen, whatever it showed before.
const LEAST_SEEN: f32 = 0.25;
/// The least Lc of APCA at which a part of a drawing counts as seen, below which shapes vanish for most people: a ratio alone
/// takes black on dark red for seen.
const LEAST_PERCEIVED: f64 = 15.0;

/// Drawings of one colour that the cloth would swallow take the main colour, or the recipe's if there is none; of others, most
/// that was seen must be seen still. Tells whether any changed; `None` if one could not be seen.
pub(super) fn set(
    dressed: &mut Design,
    recipe: &Recipe,
    (old, cloth): (Option<&GarmentColor>, &GarmentColor),
    wardrobe: &Wardrobe<'_>,
) -> Option<bool> {
    let catalog = &wardrobe.shop.catalog;
    let ink =
        || recipe.get(Attribute::TextColor).and_then(|id| catalog.ink(id).ok()).map(|ink| Paint::Ink(ink.id.clone()));
    let main = main(dressed).cloned().or_else(ink).filter(|paint| color_of(catalog, paint).is_some());
    let mut vanishing = vanishing(dressed, (old, cloth), wardrobe);
    let mut touched = false;
    let is_free = wardrobe.is_free(Attribute::TextColor);
    each_free(dressed, &mut |layer| {
        let Content::Image(image) = &mut layer.content else { return };
        if let (true, Some(true), Some(main)) = (is_free, vanishing.get(&layer.id), &main) {
            image.tint = Some(main.clone());
            vanishing.remove(&layer.id);
            touched = true;
        }
    });
    // On a cloth that stays there is no look in which it could be seen: that is no reason against other letters.
    (vanishing.is_empty() || !wardrobe.is_free(Attribute::GarmentColor)).then_some(touched)
}

/// Drawings that cannot be seen on the cloth, or much less than on the old one, and whether each is of one colour.
fn vanishing(
    dressed: &Design,
    (old, cloth): (Option<&GarmentColor>, &GarmentColor),
    wardrobe: &Wardrobe<'_>,
) -> BTreeMap<String, bool> {
    let catalog = &wardrobe.shop.catalog;
    let mut vanishing = BTreeMap::new();
    let mut on_others = None;
    each(dressed, &mut |layer| {
        let Content::Image(image) = &layer.content else { return };
        if is_plain(image) {
            return;
        }
        let recolored = |color: Color| {
            let new = image.recolor.iter().find(|(from, _)| Color::from_hex(from) == Some(color));
            new.and_then(|(_, paint)| color_of(catalog, paint)).unwrap_or(color)
        };
        let colors = (wardrobe.drawing)(&image.asset);
        if colors.is_empty() {
            return;
        }
        let seen_on = |cloth: &GarmentColor| -> f32 {
            let is_seen = |color: Color| {
                // Shapes are made out on a heather as on its dye.
                let contrast = Contrast::on_dye(recolored(color), cloth.base, Fabric::Solid);
                contrast.wcag >= SHAPE_MINIMUM && contrast.apca >= LEAST_PERCEIVED
            };
            colors.iter().filter(|(color, _)| is_seen(*color)).map(|(_, share)| share).sum()
        };
        let least = old.map_or(1.0, seen_on) * STILL_SEEN;
        let is = seen_on(cloth);
        let mut is_hidden =
            || is < LEAST_SEEN && !on_others.get_or_insert_with(|| on_others_of(dressed)).contains(&layer.id);
        if is < least || is_hidden() {
            vanishing.insert(layer.id.clone(), colors.len() == 1 && image.recolor.is_empty());
        }
    });
    vanishing
}

/// Pictures whose middle lies on a filled shape or on another picture: they need not stand out from the cloth.
fn on_others_of(design: &Design) -> BTreeSet<String> {
    let mut on_others = BTreeSet::new();
    for placement in &design.placements {
        let mut below: Vec<(Affine, (f64, f64))> = Vec::new();
        walk(&placement.layers, Affine::IDENTITY, &mut |layer, map| {
            if layer.hidden {
                return;
            }
            if matches!(layer.content, Content::Image(_)) {
                let middle = map * Point::ZERO;
                let covers = |(map, (across, down)): &(Affine, (f64, f64))| {
                    let at = map.inverse() * middle;
                    at.x.abs() < *across && at.y.abs() < *down
                };
                if below.iter().any(covers) {
                    on_others.insert(layer.id.clone());
                }
            }
            below.extend(half_of(layer).map(|half| (map, half)));
        });
    }
    on_others
}

/// Half of the width and height, mm, of what others can lie on; of paths and pictures whose height is their own, as if square.
fn half_of(layer: &Layer) -> Option<(f64, f64)> {
    match &layer.content {
        Content::Image(image) => Some((image.width / 2.0, image.height.unwrap_or(image.width) / 2.0)),
        Content::Shape(shape) => shape.fill.as_ref().and_then(|_| match &shape.form {
            Form::Rectangle { width, height, .. } | Form::Ellipse { width, height } => {
                Some((width / 2.0, height / 2.0))
            }
            Form::Polygon { radius, .. } | Form::Star { radius, .. } => Some((*radius, *radius)),
            Form::Path { width, .. } => Some((width / 2.0, width / 2.0)),
            Form::Line { .. } | Form::Qr { .. } => None,
        }),
        Content::Text(_) | Content::Group(_) => None,
    }
}
