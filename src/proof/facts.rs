//! Which colours and fonts a print uses.

use std::collections::BTreeMap;

use crate::assets::fonts::Fonts;
use crate::catalog::{Catalog, Ink};
use crate::color::Color;
use crate::design::{Content, Layer, Paint};
use crate::proof::Swatch;
use crate::scene::{self, Item};
use crate::shop::{Choice, Fitting, PlacedScene, RenderError, Shop};

/// Paler paints leave no visible ink.
const VISIBLE_OPACITY: f32 = 16.0 / 255.0;
/// Colours that differ from an ink by no more (CIEDE2000) look like it, as the rule `off-ink` says.
const LOOKS_LIKE: f64 = 5.0;
/// Colours that are looked for; beyond that they are as good as countless.
const MAX_COLORS: usize = 256;

/// The colours of a print in the order in which they are first drawn, and whether there are pictures in full colour.
pub(super) fn colors(placed: &PlacedScene<'_>, fitting: &Fitting<'_>, catalog: &Catalog) -> (Vec<Swatch>, bool) {
    let mut inks = BTreeMap::new();
    if let Some(placement) = fitting.design.placement(&placed.area.id) {
        named_inks(&placement.layers, catalog, &mut inks);
    }
    let mut found = Found::default();
    for layer in &placed.scene.layers {
        found.items(&layer.items);
    }
    // What is mixed where inks are counted is called after the ink that it looks like.
    let near = placed.scene.layers.iter().flat_map(|layer| &layer.facts.near_inks);
    let near: Vec<_> =
        near.filter(|near| fitting.technique.max_inks.is_some() && near.difference <= LOOKS_LIKE).collect();
    let swatch = |color: Color| {
        let like = || near.iter().find(|near| near.color == color);
        let plain = || like().map_or_else(|| color.to_string(), |near| format!("{} ({color})", near.name));
        Swatch { name: inks.get(&color).map_or_else(plain, |ink| ink_name(ink)), color }
    };
    (found.colors.into_iter().map(swatch).collect(), found.has_pictures)
}

fn ink_name(ink: &Ink) -> String {
    match &ink.reference {
        Some(reference) => format!("{} ({reference})", ink.name),
        None => ink.name.clone(),
    }
}

/// The inks that layers name, by how a screen shows them.
fn named_inks<'c>(layers: &[Layer], catalog: &'c Catalog, inks: &mut BTreeMap<Color, &'c Ink>) {
    let mut note = |paint: &Paint| {
        if let Paint::Ink(id) = paint
            && let Ok(ink) = catalog.ink(id)
        {
            inks.insert(ink.color, ink);
        }
    };
    for layer in layers.iter().filter(|layer| !layer.hidden) {
        match &layer.content {
            Content::Text(text) => text.paints().for_each(&mut note),
            Content::Shape(shape) => {
                shape.fill.iter().chain(shape.stroke.iter().map(|stroke| &stroke.color)).for_each(&mut note);
            }
            Content::Image(image) => image.recolor.values().chain(&image.tint).for_each(&mut note),
            Content::Group(_) => {}
        }
    }
    for layer in layers.iter().filter(|layer| !layer.hidden) {
        if let Content::Group(group) = &layer.content {
            named_inks(&group.layers, catalog, inks);
        }
    }
}

#[derive(Default)]
struct Found {
    colors: Vec<Color>,
    has_pictures: bool,
}

impl Found {
    fn items(&mut self, items: &[Item]) {
        for item in items {
            match item {
                Item::Fill { paint, .. } | Item::Stroke { paint, .. } => self.paint(paint),
                Item::Picture { .. } | Item::Svg { .. } => self.has_pictures = true,
                Item::Group(group) => self.items(&group.items),
            }
        }
    }

    fn paint(&mut self, paint: &scene::Paint) {
        match paint {
            scene::Paint::Solid(color, opacity) => self.color(*color, *opacity),
            scene::Paint::Gradient(gradient) => {
                gradient.stops.iter().for_each(|(_, color, opacity)| self.color(*color, *opacity));
            }
        }
    }

    fn color(&mut self, color: Color, opacity: f32) {
        if opacity >= VISIBLE_OPACITY && self.colors.len() < MAX_COLORS && !self.colors.contains(&color) {
            self.colors.push(color);
        }
    }
}

/// For each of `scenes`, the faces that its letters are set in, those of other scripts and of emoji too.
///
/// # Errors
/// Never in practice: the same texts were set for the scenes.
pub(super) fn fonts(
    shop: &Shop,
    fitting: &Fitting<'_>,
    scenes: &[PlacedScene<'_>],
) -> Result<Vec<Vec<String>>, RenderError> {
    let fields = fitting.design.fields.iter();
    let given = fields.filter_map(|field| Some((field.id.clone(), fitting.fields.get(&field.id)?.to_owned())));
    let choice = Choice { fields: given.collect(), ..Choice::default() };
    let texts = shop.set_texts(fitting.design, &choice, &fitting.cancel)?;
    let of_scene = |placed: &PlacedScene<'_>| {
        let mut names = Vec::new();
        let inside = format!("{}/layers/", placed.pointer);
        for text in texts.iter().filter(|text| text.pointer.starts_with(&inside)) {
            for digest in &text.lettering.faces {
                if let Some(name) = face_name(&shop.fonts, digest).filter(|name| !names.contains(name)) {
                    names.push(name);
                }
            }
        }
        names
    };
    Ok(scenes.iter().map(of_scene).collect())
}

/// Family and weight of the face whose file has this digest. Only faces that were read can have set anything.
fn face_name(fonts: &Fonts, digest: &[u8; 32]) -> Option<String> {
    fonts.families().iter().find_map(|family| {
        let is_it =
            |face: &&crate::assets::fonts::Face| face.is_loaded() && face.digest().is_ok_and(|it| it == *digest);
        let face = family.faces.iter().find(is_it)?;
        Some(family.name_of(face))
    })
}
