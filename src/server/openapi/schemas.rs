//! What bodies and answers hold, as lists of fields for people.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use crate::server::openapi::page::{escaped, prose};

/// Schemas by their name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schemas<'d>(&'d Map<String, Value>);

/// A field of an object.
struct Field<'d> {
    name: &'d str,
    schema: &'d Value,
    is_required: bool,
}

impl<'d> Schemas<'d> {
    /// Those of a description; none if it has none.
    pub(super) fn of(description: &'d Value) -> Option<Self> {
        description["components"]["schemas"].as_object().map(Self)
    }

    /// What a body or an answer is: its type, and its fields where it has some. Of a list, those of its entries.
    pub(super) fn write_body(self, page: &mut String, schema: &'d Value) {
        let _ = write!(page, "<p class=\"type\">{}</p>", type_of(schema));
        let entry = if schema["type"] == "array" { &schema["items"] } else { schema };
        if let Some(entry) = self.resolved(entry) {
            self.write_fields(page, entry);
        }
    }

    /// All schemas, each with the id that references link to.
    pub(super) fn write_all(self, page: &mut String) {
        for (name, schema) in self.0 {
            let name = escaped(name);
            let _ = write!(page, "<section id=\"{name}\"><h3><code>{name}</code></h3>");
            if let Some(words) = schema["description"].as_str() {
                let _ = write!(page, "<p>{}</p>", prose(words));
            }
            let is_told_below = schema["properties"].is_object() || schema["allOf"].is_array();
            if !is_told_below && forms(schema).is_none() {
                let _ = write!(page, "<p class=\"type\">{}</p>", type_of(schema));
            }
            self.write_fields(page, schema);
            page.push_str("</section>");
        }
    }

    /// The fields of an object and the forms that it may take. What a form refers to stands where the reference leads.
    fn write_fields(self, page: &mut String, schema: &'d Value) {
        let mut fields = Vec::new();
        self.collect(schema, &mut fields);
        if !fields.is_empty() {
            page.push_str("<dl>");
            for Field { name, schema, is_required } in fields {
                let required = if is_required { " <b>required</b>" } else { "" };
                let (name, kind, words) = (escaped(name), type_of(schema), prose(self.words(schema)));
                let _ = write!(page, "<dt><code>{name}</code> <span>{kind}</span>{required}</dt><dd>{words}</dd>");
            }
            page.push_str("</dl>");
        }
        let Some(forms) = forms(schema) else { return };
        if forms.iter().all(|form| form["const"].is_string()) {
            page.push_str("<dl>");
            for form in forms {
                let (kind, words) = (type_of(form), prose(self.words(form)));
                let _ = write!(page, "<dt>{kind}</dt><dd>{words}</dd>");
            }
            page.push_str("</dl>");
            return;
        }
        for (index, form) in forms.iter().enumerate() {
            let lead = if index == 0 { "Either" } else { "Or" };
            let (kind, words) = (type_of(form), prose(self.words(form)));
            let _ = write!(page, "<div class=\"form\"><p>{lead} {kind}: {words}</p>");
            self.write_fields(page, form);
            page.push_str("</div>");
        }
    }

    /// The fields of an object, those of the parts that it is put together from included.
    fn collect(self, schema: &'d Value, fields: &mut Vec<Field<'d>>) {
        for part in schema["allOf"].as_array().into_iter().flatten() {
            if let Some(part) = self.resolved(part) {
                self.collect(part, fields);
            }
        }
        let required = schema["required"].as_array();
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            let is_required = required.is_some_and(|names| names.iter().any(|needed| needed == name));
            fields.push(Field { name, schema, is_required });
        }
    }

    /// The schema that a reference leads to, or the schema itself.
    fn resolved(self, schema: &'d Value) -> Option<&'d Value> {
        target(schema).map_or(Some(schema), |name| self.0.get(name))
    }

    /// What a field is, in words: its own, else those of what it refers to.
    fn words(self, schema: &'d Value) -> &'d str {
        let part = only_part(schema);
        let own = schema["description"].as_str().or_else(|| part["description"].as_str());
        own.or_else(|| self.resolved(part)?["description"].as_str()).unwrap_or_default()
    }
}

/// The name that a reference leads to.
fn target(schema: &Value) -> Option<&str> {
    schema["$ref"].as_str()?.strip_prefix("#/components/schemas/")
}

/// The macros write a reference with words of its own as the only part of a schema.
fn only_part(schema: &Value) -> &Value {
    match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => schema,
    }
}

/// The forms of which a value has one.
fn forms(schema: &Value) -> Option<&Vec<Value>> {
    schema["oneOf"].as_array().or_else(|| schema["anyOf"].as_array())
}

/// The type of a value, with its bounds; references are links.
pub(super) fn type_of(schema: &Value) -> String {
    let schema = only_part(schema);
    if let Some(name) = target(schema) {
        let name = escaped(name);
        return format!("<a href=\"#{name}\">{name}</a>");
    }
    if let Some(value) = schema.get("const") {
        return format!("<code>{}</code>", escaped(&value.to_string()));
    }
    if let Some(values) = schema["enum"].as_array() {
        let values: Vec<String> =
            values.iter().map(|value| format!("<code>{}</code>", escaped(&value.to_string()))).collect();
        return values.join(" or ");
    }
    if let Some(forms) = forms(schema).filter(|_| schema["properties"].is_null()) {
        return forms.iter().map(type_of).collect::<Vec<_>>().join(" or ");
    }
    let kind = schema["type"].as_str().unwrap_or("any value");
    match kind {
        "array" if schema["items"].is_object() => {
            format!("list{} of {}", between(schema, "Items"), type_of(&schema["items"]))
        }
        "array" => "list".to_owned(),
        "object" if schema["additionalProperties"].is_object() => {
            format!("object of {}", type_of(&schema["additionalProperties"]))
        }
        "string" if schema["format"].is_string() => {
            format!("string, {}", escaped(schema["format"].as_str().unwrap_or_default()))
        }
        "string" => format!("string{}", between(schema, "Length")),
        "integer" | "number" => {
            let bounds = match (number(&schema["minimum"]), number(&schema["maximum"])) {
                (Some(least), Some(most)) => format!(", {least} to {most}"),
                // The macros say so of every number without a sign.
                (Some(least), None) if least != "0" => format!(", at least {least}"),
                (None, Some(most)) => format!(", at most {most}"),
                _ => String::new(),
            };
            format!("{kind}{bounds}")
        }
        other => escaped(other),
    }
}

/// How many characters or entries there may be.
fn between(schema: &Value, what: &str) -> String {
    let bound = |end: &str| number(&schema[format!("{end}{what}")]);
    let unit = if what == "Length" { " characters" } else { "" };
    match (bound("min"), bound("max")) {
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (None, Some(most)) => format!(", at most {most}{unit}"),
        (Some(least), None) => format!(", at least {least}{unit}"),
        (None, None) => String::new(),
    }
}

/// A number without a fraction of nothing.
fn number(value: &Value) -> Option<String> {
    value.as_f64().map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn types_say_their_bounds_and_link_to_what_they_refer_to() {
        let reference = json!({ "$ref": "#/components/schemas/Order" });
        let link = "<a href=\"#Order\">Order</a>";
        for (schema, expected) in [
            (json!({ "type": "string" }), "string"),
            (json!({ "type": "string", "minLength": 1, "maxLength": 64 }), "string, 1 to 64 characters"),
            (json!({ "type": "string", "format": "uri" }), "string, uri"),
            (json!({ "type": "integer", "minimum": 0 }), "integer"),
            (json!({ "type": "number", "minimum": 0.5, "maximum": 1000.0 }), "number, 0.5 to 1000"),
            (
                json!({ "type": "string", "enum": ["flat", "photo"] }),
                "<code>&quot;flat&quot;</code> or <code>&quot;photo&quot;</code>",
            ),
            (reference.clone(), link),
            (json!({ "allOf": [reference] }), link),
            (json!({ "type": "array", "maxItems": 9, "items": reference }), &format!("list, at most 9 of {link}")),
            (json!({ "type": "object", "additionalProperties": reference }), &format!("object of {link}")),
            (json!({ "anyOf": [{ "type": "string" }, reference] }), &format!("string or {link}")),
            (json!({}), "any value"),
        ] {
            assert_eq!(type_of(&schema), expected, "{schema}");
        }
    }

    #[test]
    fn fields_of_all_parts_are_told_and_which_are_required() {
        let description = json!({ "components": { "schemas": {
            "Facts": { "properties": { "kind": { "type": "string", "description": "Of `pixels`." } }, "required": ["kind"] },
            "Upload": { "allOf": [{ "$ref": "#/components/schemas/Facts" }, { "properties": { "name": { "type": "string" } } }] },
        } } });
        let mut page = String::new();
        let body = json!({ "type": "array", "items": { "$ref": "#/components/schemas/Upload" } });
        Schemas::of(&description).unwrap().write_body(&mut page, &body);
        assert!(
            page.contains(
                "<dt><code>kind</code> <span>string</span> <b>required</b></dt><dd>Of <code>pixels</code>.</dd>"
            ),
            "{page}"
        );
        assert!(page.contains("<dt><code>name</code> <span>string</span></dt>"), "{page}");
    }
}
