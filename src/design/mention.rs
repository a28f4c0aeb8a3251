//! What a document names that is kept elsewhere: garments, inks, fonts, pictures.

use serde_json::Value;

use crate::design::pointer;

/// What kind of thing a document names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mentioned {
    /// A garment of the catalogue.
    Garment,
    /// A colour of that garment.
    Color,
    /// A technique.
    Technique,
    /// A print area of the garment.
    Area,
    /// An ink of the palette.
    Ink,
    /// A font family.
    Font,
    /// A picture.
    Asset,
}

/// One name in a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// What it names.
    pub kind: Mentioned,
    /// The name; an ink's without `ink:`.
    pub name: String,
    /// JSON pointer to it.
    pub pointer: String,
}

/// Finds the names in a document, in its order. The document need not be a valid design: whatever has the wrong type is
/// passed over. Hidden layers are not drawn, so what they name need not exist.
pub(super) fn mentions(document: &Value) -> Vec<Mention> {
    let mut found = Vec::new();
    for (key, value) in entries(document) {
        let kind = match key.as_str() {
            "garment" => Mentioned::Garment,
            "color" => Mentioned::Color,
            "technique" => Mentioned::Technique,
            "placements" => {
                for (pointer, placement) in items(value, "/placements") {
                    note(&mut found, Mentioned::Area, placement.get("area"), &format!("{pointer}/area"));
                    in_layers(&mut found, placement, &pointer);
                }
                continue;
            }
            _ => continue,
        };
        note(&mut found, kind, Some(value), &pointer::join("", key));
    }
    found
}

fn in_layers(found: &mut Vec<Mention>, parent: &Value, pointer: &str) {
    for (pointer, layer) in items(&parent["layers"], &format!("{pointer}/layers")) {
        if layer["hidden"] != Value::Bool(true) {
            in_object(found, layer, &pointer);
            in_layers(found, layer, &pointer);
        }
    }
}

/// The names in a layer or in an object within it.
fn in_object(found: &mut Vec<Mention>, object: &Value, pointer: &str) {
    for (key, value) in entries(object).filter(|(key, _)| *key != "layers") {
        let pointer = pointer::join(pointer, key);
        match key.as_str() {
            "asset" => note(found, Mentioned::Asset, Some(value), &pointer),
            "font" if value.is_string() => note(found, Mentioned::Font, Some(value), &pointer),
            "font" => note(found, Mentioned::Font, value.get("family"), &format!("{pointer}/family")),
            "fill" | "color" | "tint" => ink(found, value, &pointer),
            "recolor" => {
                for (from, to) in entries(value) {
                    ink(found, to, &pointer::join(&pointer, from));
                }
            }
            "stroke" | "shadow" | "extrude" => in_object(found, value, &pointer),
            "outline" => {
                for (pointer, ring) in items(value, &pointer) {
                    in_object(found, ring, &pointer);
                }
            }
            _ => {}
        }
    }
}

fn ink(found: &mut Vec<Mention>, value: &Value, pointer: &str) {
    if let Some(id) = value.as_str().and_then(|text| text.strip_prefix("ink:")) {
        found.push(Mention { kind: Mentioned::Ink, name: id.to_owned(), pointer: pointer.to_owned() });
    }
}

fn note(found: &mut Vec<Mention>, kind: Mentioned, value: Option<&Value>, pointer: &str) {
    if let Some(name) = value.and_then(Value::as_str) {
        found.push(Mention { kind, name: name.to_owned(), pointer: pointer.to_owned() });
    }
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn items<'v>(value: &'v Value, pointer: &str) -> impl Iterator<Item = (String, &'v Value)> {
    let items = value.as_array().into_iter().flatten().enumerate();
    items.map(move |(index, item)| (format!("{pointer}/{index}"), item))
}
