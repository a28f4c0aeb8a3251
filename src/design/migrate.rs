//! The door for documents of older versions: one step a version, each from JSON value to JSON value, so that the
//! reader knows the newest form only.

use serde_json::{Map, Value};

use crate::design::VERSION;
use crate::design::reader::Node;

/// Brings an object from one version to the next.
type Step = fn(&mut Map<String, Value>);

/// `STEPS[0]` goes from version 1 to 2, and so on up to [`VERSION`].
const STEPS: [Step; VERSION as usize - 1] = [];

/// The version of a document, if this program can read it; a missing one is reported and taken for the newest, so
/// that the other problems are found too.
pub(super) fn version(root: &Node<'_>) -> Option<u32> {
    let Some(value) = root.value.get("version") else {
        let hint = format!("write \"version\": {VERSION}");
        root.report_with_hint("missing-field", "the field \"version\" is missing".to_owned(), hint);
        return Some(VERSION);
    };
    let node = root.child("version", value);
    let number = node.any_number()?;
    if number > f64::from(VERSION) {
        let message = format!("version {value} is not known; this program reads up to version {VERSION}");
        node.report_with_hint("unsupported-version", message, "use a newer release of this program".to_owned());
        return None;
    }
    if number < 1.0 || number.fract() != 0.0 {
        let message = format!("version {value} never existed");
        node.report_with_hint("unsupported-version", message, format!("write \"version\": {VERSION}"));
        return None;
    }
    Some(number as u32)
}

/// Brings a document of `version` up to [`VERSION`].
pub(super) fn migrate(value: &mut Value, version: u32) {
    forward(value, version, &STEPS);
}

fn forward(value: &mut Value, version: u32, steps: &[Step]) {
    let Value::Object(map) = value else { return };
    for (number, step) in (1..).zip(steps).skip_while(|&(number, _)| number < version) {
        step(map);
        map.insert("version".to_owned(), Value::from(number + 1));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const MADE_UP: [Step; 2] = [
        |map| {
            if let Some(color) = map.remove("colour") {
                map.insert("color".to_owned(), color);
            }
        },
        |map| {
            map.insert("technique".to_owned(), Value::from("dtg"));
        },
    ];

    #[test]
    fn each_step_runs_once_and_in_order() {
        let mut value = json!({"version": 1, "colour": "white"});
        forward(&mut value, 1, &MADE_UP);
        assert_eq!(value, json!({"version": 3, "color": "white", "technique": "dtg"}));
    }

    #[test]
    fn newer_documents_skip_older_steps() {
        let mut value = json!({"version": 2, "colour": "kept"});
        forward(&mut value, 2, &MADE_UP);
        assert_eq!(value, json!({"version": 3, "colour": "kept", "technique": "dtg"}));
        let before = value.clone();
        forward(&mut value, 3, &MADE_UP);
        assert_eq!(value, before);
    }
}
