//! The JSON Schema of design documents, for editors and other programs.

use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{Schema, SchemaGenerator};
use serde_json::{Value, json};

use crate::design::document::Design;

/// The JSON Schema (draft 2020-12) of a design document. What it accepts, [`Design::from_json`] accepts too, except
/// for what a schema cannot say: repeated keys, ids and print areas, undeclared fields, broken path data, crops
/// beyond the picture's edge, samples longer than their field, and the limits of the document as a whole.
#[must_use]
pub fn schema() -> Value {
    let mut schema = generator().into_root_schema_for::<Design>();
    schema.insert("$id".to_owned(), json!("urn:platen:schema:design:1"));
    schema.insert("title".to_owned(), json!("Platen design"));
    schema.insert("examples".to_owned(), json!([example()]));
    schema.to_value()
}

/// What makes the schemas of this program's documents: draft 2020-12, in which optional fields are never null.
pub(crate) fn generator() -> SchemaGenerator {
    SchemaSettings::draft2020_12().with_transform(NeverNull).into_generator()
}

/// Optional fields are left out, never null.
#[derive(Debug, Clone)]
struct NeverNull;

impl Transform for NeverNull {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::Array(types)) = schema.get_mut("type") {
            types.retain(|name| name != "null");
            if let [only] = types.as_slice() {
                let only = only.clone();
                schema.insert("type".to_owned(), only);
            }
        }
        if let Some(Value::Array(choices)) = schema.get_mut("anyOf") {
            choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
            if let [Value::Object(only)] = choices.as_slice() {
                let only = only.clone();
                schema.remove("anyOf");
                for (key, value) in only {
                    schema.insert(key, value);
                }
            }
        }
        transform_subschemas(self, schema);
    }
}

fn example() -> Value {
    json!({
        "version": 1,
        "name": "Harbour Rowing Club",
        "garment": "tee",
        "color": "navy",
        "technique": "dtg",
        "fields": [{ "id": "name", "label": "Name on the back", "sample": "OKAFOR", "max_length": 14 }],
        "placements": [
            {
                "area": "front",
                "layers": [
                    { "id": "badge", "type": "shape", "shape": "star", "points": 5, "radius": 60, "x": 150, "y": 130,
                      "fill": "#f2c14e" },
                    { "id": "title", "type": "text", "text": "HARBOUR\nROWING CLUB", "font": "Anton", "size": 32,
                      "x": 150, "y": 250, "fill": "#ffffff", "outline": [{ "width": 1.2, "color": "ink:navy" }],
                      "warp": { "kind": "arc", "amount": 35 } },
                    { "id": "oars", "type": "image", "asset": "oars.svg", "width": 90, "x": 150, "y": 130 }
                ]
            },
            {
                "area": "back",
                "layers": [
                    { "id": "player", "type": "text", "text": "{{name}}", "font": { "family": "Anton" }, "size": 60,
                      "x": 150, "y": 90, "fill": "#ffffff", "fit_width": 260, "fit": "shrink" }
                ]
            }
        ]
    })
}
