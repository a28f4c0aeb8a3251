//! Room for words that come in later: what fills a design's fields may be set in letters that are higher or wider.

use std::collections::BTreeMap;

use kurbo::{Affine, Rect};

use crate::cancel::Cancel;
use crate::design::{Content, Design, Layer, limits};
use crate::looks::letters::{each_free, shift};
use crate::shop::{Choice, Shop};

/// Words nearer than this, mm, touch.
const TOUCHING: f64 = 0.5;
/// How often words are measured and made smaller.
const ROUNDS: usize = 3;

/// The ink of each visible text, mm: around its own place, and on the print area that it is on.
type Inks = BTreeMap<String, (usize, Rect, Rect)>;

/// The design with words that fit their places once `fields` are filled in, and the names of the fields in those that became
/// smaller. Words that touch others, and do not with the design's own samples, take no more room than the samples.
#[must_use]
pub fn keep_apart(design: &Design, fields: &BTreeMap<String, String>, shop: &Shop) -> (Design, Vec<String>) {
    let mut sized = design.clone();
    let mut smaller = Vec::new();
    if design.fields.is_empty() {
        return (sized, smaller);
    }
    let Some(before) = inks(design, &BTreeMap::new(), shop) else { return (sized, smaller) };
    for _ in 0..ROUNDS {
        let Some(after) = inks(&sized, fields, shop) else { break };
        let meets = |id: &str, (area, _, own): &(usize, Rect, Rect), all: &Inks| -> Vec<String> {
            let near = own.inflate(TOUCHING / 2.0, TOUCHING / 2.0);
            let others = all.iter().filter(|(other, (on, _, ink))| {
                other.as_str() != id && on == area && near.overlaps(ink.inflate(TOUCHING / 2.0, TOUCHING / 2.0))
            });
            others.map(|(other, _)| other.clone()).collect()
        };
        let mut is_done = true;
        each_free(&mut sized, &mut |layer| {
            let (Some(old), Some(new)) = (before.get(&layer.id), after.get(&layer.id)) else { return };
            let Content::Text(text) = &mut layer.content else { return };
            let known = meets(&layer.id, old, &before);
            let grew = new.1.height() > old.1.height() * 1.01 || new.1.width() > old.1.width() * 1.01;
            if !grew || !text.text.contains("{{") || meets(&layer.id, new, &after).iter().all(|one| known.contains(one))
            {
                return;
            }
            let share = (old.1.height() / new.1.height()).min(old.1.width() / new.1.width()).min(1.0);
            let scaled = |length: f64| (length * share * 100.0).floor() / 100.0;
            let (size, middle) = (scaled(text.size).max(limits::TEXT_SIZE.min), new.1.center());
            if !share.is_finite() || size >= text.size {
                return;
            }
            text.size = size;
            text.fit_width = text.fit_width.map(scaled);
            for field in design.fields.iter().filter(|field| text.text.contains(&format!("{{{{{}}}}}", field.id))) {
                if !smaller.contains(&field.id) {
                    smaller.push(field.id.clone());
                }
            }
            let goal = old.1.center();
            shift(layer, (goal.x - middle.x * share, goal.y - middle.y * share));
            is_done = false;
        });
        if is_done {
            break;
        }
    }
    (sized, smaller)
}

fn inks(design: &Design, fields: &BTreeMap<String, String>, shop: &Shop) -> Option<Inks> {
    let mut places = BTreeMap::new();
    for (index, placement) in design.placements.iter().enumerate() {
        walk(&placement.layers, Affine::IDENTITY, &mut |layer, map| {
            places.insert(layer.id.clone(), (index, map));
        });
    }
    let choice = Choice { fields: fields.clone(), ..Choice::default() };
    let set = shop.set_texts(design, &choice, &Cancel::NEVER).ok()?;
    let inks = set.into_iter().filter_map(|layer| {
        let (area, map) = places.get(&layer.id)?;
        let ink = layer.lettering.ink;
        (ink.area() > 0.0).then(|| (layer.id, (*area, ink, map.transform_rect_bbox(ink))))
    });
    Some(inks.collect())
}

/// Every layer that draws something, with the way from its own place to that of `layers`.
pub(super) fn walk(layers: &[Layer], map: Affine, visit: &mut dyn FnMut(&Layer, Affine)) {
    for layer in layers {
        let own = map * crate::scene::place(layer);
        match &layer.content {
            Content::Group(group) => walk(&group.layers, own, visit),
            _ => visit(layer, own),
        }
    }
}
