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
    // An empty list is left out of a document: rings that a look takes away.
    let emptied = |(key, value): &(&String, &Value)| value.is_array() && !new.contains_key(*key);
    changes.extend(old.iter().filter(emptied).map(|(key, _)| Change {
        op: "add".to_owned(),
        path: format!("{path}/{key}"),
        value: Value::Array(Vec::new()),
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_that_are_taken_away_are_taken_away_by_the_patch() {
        let text = |outline: &str| {
            let text = format!(
                r##"{{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{{"area":"front","layers":[
                {{"id":"a","type":"text","text":"CAMP","font":"Anton","size":40,"fill":"#ffffff","x":150,"y":150{outline}}}]}}]}}"##
            );
            Design::from_json(text.as_bytes()).unwrap()
        };
        let ringed = text(r##","outline":[{"width":1.4,"color":"#223e25"}]"##);
        let steps = patch(&ringed, &text("")).unwrap();
        let expected = Change {
            op: "add".to_owned(),
            path: "/placements/0/layers/0/outline".to_owned(),
            value: Value::Array(Vec::new()),
        };
        assert_eq!(steps, [expected]);
        assert_eq!(text(r#","outline":[]"#), text(""), "an empty list is what is left out");
        assert!(patch(&ringed, &ringed).unwrap().is_empty());
    }
}
