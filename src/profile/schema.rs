//! The JSON Schema of a profile, for editors and other programs.

use serde_json::{Value, json};

use crate::design;
use crate::profile::Profile;

/// The JSON Schema (draft 2020-12) of a shop's profile. What it accepts, the reader accepts too, except for what a schema
/// cannot say: ids that occur twice, breaks that do not grow, and the size of the document as a whole.
#[must_use]
pub fn schema() -> Value {
    let mut schema = design::generator().into_root_schema_for::<Profile>();
    schema.insert("$id".to_owned(), json!("urn:platen:schema:shop:1"));
    schema.insert("title".to_owned(), json!("Platen shop profile"));
    schema.insert("examples".to_owned(), json!([Profile::shipped()]));
    schema.to_value()
}
