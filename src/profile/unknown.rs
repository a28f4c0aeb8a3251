//! What a profile names and the catalogue does not have, also where the profile's form has problems.

use serde_json::{Map, Value};

use crate::catalog::{Catalog, UnknownId};
use crate::design::{Problem, pointer};

/// Every id in the document of a profile that the catalogue does not have. What is of another form than expected is
/// passed over: that is told elsewhere.
pub(super) fn ids(profile: &Value, catalog: &Catalog) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, id) in profile["inks"].as_array().into_iter().flatten().enumerate() {
        if let Some(id) = id.as_str() {
            problems.extend(unknown(catalog.ink(id), format!("/inks/{index}")));
        }
    }
    for (id, blank) in entries(&profile["garments"]) {
        let place = pointer::join("/garments", id);
        let garment = match catalog.garment(id) {
            Ok(garment) => garment,
            Err(error) => {
                problems.extend(unknown::<()>(Err(error), place));
                continue;
            }
        };
        for (color, _) in entries(&blank["colors"]) {
            problems.extend(unknown(garment.color(color), pointer::join(&format!("{place}/colors"), color)));
        }
        for (size, _) in entries(&blank["surcharges"]) {
            problems.extend(unknown(garment.size(size), pointer::join(&format!("{place}/surcharges"), size)));
        }
    }
    for (id, _) in entries(&profile["techniques"]) {
        problems.extend(unknown(catalog.technique(id), pointer::join("/techniques", id)));
    }
    let measured = &profile["measured"];
    for (id, _) in entries(&measured["inks"]) {
        problems.extend(unknown(catalog.ink(id), pointer::join("/measured/inks", id)));
    }
    for (id, colors) in entries(&measured["garments"]) {
        let place = pointer::join("/measured/garments", id);
        match catalog.garment(id) {
            Ok(garment) => problems.extend(
                entries(colors).filter_map(|(color, _)| unknown(garment.color(color), pointer::join(&place, color))),
            ),
            Err(error) => problems.extend(unknown::<()>(Err(error), place)),
        }
    }
    problems
}

fn entries(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn unknown<T>(found: Result<T, UnknownId>, pointer: String) -> Option<Problem> {
    let unknown = found.err()?;
    let hint = unknown.hint().unwrap_or_else(|| format!("the catalogue lists all {}", unknown.list()));
    Some(Problem { pointer, code: "unknown-id", message: unknown.to_string(), hint: Some(hint) })
}
