//! What a look changes, as a JSON Patch.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::design::Design;

/// One step of a JSON Patch (RFC 6902). `add` sets a member, whether the document has it or leaves it to its default.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// `add`.
    pub op: String,
    /// JSON pointer.
    pub path: String,
    /// The new value.
    pub value: Value,
}

/// The steps from one design to another of the same layers: whole members of the document and of its layers, so that they
/// fit any way of writing the same document.
///
/// # Errors
/// If a design cannot be written, which does not happen to one that was read.
pub fn patch(from: &Design, to: &Design) -> serde_json::Result<Vec<Change>> {
    let mut changes = Vec::new();
    step("", &serde_json::to_value(from)?, &serde_json::to_value(to)?, &mut changes);
    Ok(changes)
}

fn step(path: &str, from: &Value, to: &Value, changes: &mut Vec<Change>) {
    let (Value::Object(old), Value::Object(new)) = (from, to) else { return };
    for (key, value) in new.iter().filter(|(key, value)| old.get(*key) != Some(value)) {
        let path = format!("{path}/{key}");
        match (key.as_str(), old.get(key), value) {
            ("placements" | "layers", Some(Value::Array(old)), Value::Array(new)) if old.len() == new.len() => {
                for (index, (old, new)) in old.iter().zip(new).enumerate() {
                    step(&format!("{path}/{index}"), old, new, changes);
                }
            }
            _ => changes.push(Change { op: "add".to_owned(), path, value: value.clone() }),
        }
    }
}
