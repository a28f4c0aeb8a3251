//! What a design shows, in words: for whoever cannot see its picture.

use std::fmt::Write as _;

use kurbo::Rect;

use crate::catalog::{Catalog, Ink};
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::design::{Content, Form, Layer, Paint, fill};
use crate::shop::{Fitting, PlacedScene};

/// Layers of a print area that are named; the others are counted.
const LAYERS: usize = 6;
/// Characters of a text that are quoted.
const QUOTED: usize = 60;

impl Fitting<'_> {
    /// A sentence for the garment and one for each print area: what is on it, how large, and the name of the ink that it
    /// is printed in or that is nearest to its color.
    ///
    /// ```text
    /// Classic tee in White. Front: “JUNIPER” in Black, Anton, 274 × 101 mm; a rectangle in Scarlet, 80 × 40 mm.
    /// ```
    ///
    /// `scenes` know the sizes; what is in none of them is told without.
    #[must_use]
    pub fn in_words(&self, catalog: &Catalog, scenes: &[PlacedScene<'_>]) -> String {
        let mut text = format!("{} in {}.", self.garment.name, self.color.name);
        for placement in &self.design.placements {
            let scene = scenes.iter().find(|placed| placed.area.id == placement.area).map(|placed| &placed.scene);
            let mut layers = Vec::new();
            visible(&placement.layers, &mut layers);
            let Some(area) = self.garment.area(&placement.area).ok().filter(|_| !layers.is_empty()) else { continue };
            let ink = |layer: &Layer| {
                let drawn = scene.and_then(|scene| scene.layers.iter().find(|drawn| drawn.id == layer.id));
                drawn.map_or(Rect::ZERO, |drawn| drawn.ink)
            };
            // What is largest is what people see first.
            layers.sort_by(|a, b| ink(b).area().total_cmp(&ink(a).area()));
            let named = layers.iter().take(LAYERS).map(|layer| {
                let (mut words, ink) = (self.layer_in_words(catalog, layer), ink(layer));
                if ink.area() > 0.0 {
                    let _ = write!(words, ", {:.0} × {:.0} mm", ink.width(), ink.height());
                }
                words
            });
            let mut named: Vec<String> = named.collect();
            if layers.len() > LAYERS {
                named.push(format!("{} more", layers.len() - LAYERS));
            }
            let _ = write!(text, " {}: {}.", area.name, named.join("; "));
        }
        text
    }

    fn layer_in_words(&self, catalog: &Catalog, layer: &Layer) -> String {
        let ink = |paint: &Paint| match paint {
            Paint::Ink(id) => catalog.ink(id).map_or_else(|_| id.clone(), |ink| ink.name.clone()),
            // Nobody sees a color in its number.
            Paint::Rgb(color) => {
                let distance = |ink: &&Ink| ciede2000(ink.lab, Lab::from(*color));
                let nearest = catalog.inks().iter().min_by(|a, b| distance(a).total_cmp(&distance(b)));
                nearest.map_or_else(|| color.to_string(), |ink| ink.name.clone())
            }
        };
        match &layer.content {
            Content::Text(text) => {
                let words = quoted(&fill(&text.text, &self.fields));
                format!("“{words}” in {}, {}", ink(&text.fill), text.font.family)
            }
            Content::Image(_) => layer.name.as_ref().map_or_else(|| "a picture".to_owned(), |name| quoted(name)),
            Content::Shape(shape) => {
                let paint = shape.fill.as_ref().or_else(|| shape.stroke.as_ref().map(|stroke| &stroke.color));
                let kind = form(&shape.form);
                paint.map_or_else(|| kind.to_owned(), |paint| format!("{kind} in {}", ink(paint)))
            }
            Content::Group(_) => "a group".to_owned(),
        }
    }
}

const fn form(form: &Form) -> &'static str {
    match form {
        Form::Rectangle { .. } => "a rectangle",
        Form::Ellipse { .. } => "an ellipse",
        Form::Polygon { .. } => "a polygon",
        Form::Star { .. } => "a star",
        Form::Line { .. } => "a line",
        Form::Path { .. } => "a drawing",
        Form::Qr { .. } => "a QR code",
    }
}

/// Layers that are printed, those of groups too, from the bottom up.
fn visible<'d>(layers: &'d [Layer], found: &mut Vec<&'d Layer>) {
    for layer in layers.iter().filter(|layer| !layer.hidden) {
        match &layer.content {
            Content::Group(group) => visible(&group.layers, found),
            _ => found.push(layer),
        }
    }
}

/// A text in one line, its beginning if it is long.
fn quoted(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= QUOTED {
        return line;
    }
    let kept: String = line.chars().take(QUOTED - 1).collect();
    format!("{}…", kept.trim_end())
}
