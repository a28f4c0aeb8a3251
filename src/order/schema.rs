//! The JSON Schema of an order, for editors and other programs.

use serde_json::{Value, json};

use crate::design;
use crate::order::Order;

/// The JSON Schema (draft 2020-12) of an order. What it accepts, the reader accepts too, except for days that no month has,
/// addresses without an at sign, and the size of the document as a whole.
#[must_use]
pub fn schema() -> Value {
    let mut schema = design::generator().into_root_schema_for::<Order>();
    schema.insert("$id".to_owned(), json!("urn:platen:schema:order:1"));
    schema.insert("title".to_owned(), json!("Platen order"));
    schema.insert("examples".to_owned(), json!([example()]));
    schema.to_value()
}

/// An order of one design in two sizes.
#[must_use]
pub fn example() -> Value {
    json!({
        "lines": [
            { "design": "7k2m9c0v4n8p1r5t3w6x0y2z4a", "size": "M", "quantity": 12 },
            { "design": "7k2m9c0v4n8p1r5t3w6x0y2z4a", "color": "navy", "size": "2XL", "quantity": 3 },
        ],
        "contact": { "name": "Jo Miller", "email": "jo@example.org" },
        "ship_to": "12 Main Street\nSpringfield",
        "due": "2036-12-24",
    })
}
