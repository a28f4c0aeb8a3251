//! What the service takes and answers, as types that the studio's JavaScript is checked against.
//!
//! `BLESS=1 cargo test --test it types` writes `static/types/api.d.ts` anew.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::server::Service;

const HEAD: &str =
    "// What the service takes and answers, written from its own description by tests/it/types.rs. Do not edit.\n";

#[tokio::test]
async fn the_studio_knows_the_types_of_the_service() {
    let service = Service::new().await;
    let description = service.get("/api/openapi.json").await.json();
    let schemas = description["components"]["schemas"].as_object().unwrap();
    let mut written = HEAD.to_owned();
    for (name, schema) in schemas {
        write_doc(&mut written, "", schema);
        let _ = writeln!(written, "export type {name} = {};", type_of(schema, ""));
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/types/api.d.ts");
    if std::env::var_os("BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == written, "static/types/api.d.ts is not what the service says: BLESS=1 cargo test --test it types");
}

/// The type of a JSON Schema, indented by `pad`. What the forms of a value have in common stands beside them.
fn type_of(schema: &Value, pad: &str) -> String {
    let name = schema["$ref"].as_str().map(|target| target.rsplit('/').next().unwrap().to_owned());
    if let Some(name) = name.clone().filter(|_| schema.get("properties").is_none()) {
        return name;
    }
    if let Some(value) = schema.get("const") {
        return value.to_string();
    }
    if let Some(values) = schema["enum"].as_array() {
        return values.iter().map(Value::to_string).collect::<Vec<_>>().join(" | ");
    }
    let mut parts: Vec<String> = name.into_iter().collect();
    for forms in ["oneOf", "anyOf"].iter().filter_map(|key| schema[*key].as_array()) {
        let forms: Vec<String> = forms.iter().map(|form| type_of(form, pad)).collect();
        parts.push(if forms.len() == 1 { forms[0].clone() } else { format!("({})", forms.join(" | ")) });
    }
    parts.extend(schema["allOf"].as_array().into_iter().flatten().map(|part| type_of(part, pad)));
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    // An object whose forms tell its fields needs no word of its own.
    let has_fields =
        schema.get("properties").is_some() || schema.get("additionalProperties").is_some_and(Value::is_object);
    let kinds = kinds.into_iter().filter(|kind| parts.is_empty() || *kind != "object" || has_fields);
    let own: Vec<String> = kinds.map(|kind| plain(kind, schema, pad)).collect();
    if !own.is_empty() {
        parts.push(own.join(" | "));
    }
    if parts.is_empty() { "unknown".to_owned() } else { parts.join(" & ") }
}

fn plain(kind: &str, schema: &Value, pad: &str) -> String {
    match kind {
        "string" | "boolean" | "null" => kind.to_owned(),
        "number" | "integer" => "number".to_owned(),
        "array" => {
            let entry = schema.get("prefixItems").and_then(Value::as_array).map_or_else(
                || type_of(&schema["items"], pad),
                |entries| entries.iter().map(|entry| type_of(entry, pad)).collect::<Vec<_>>().join(" | "),
            );
            if entry.contains(' ') { format!("({entry})[]") } else { format!("{entry}[]") }
        }
        "object" => match schema["properties"].as_object() {
            Some(properties) => object(properties, &schema["required"], pad),
            None => match schema.get("additionalProperties").filter(|entry| entry.is_object()) {
                Some(entry) => format!("Record<string, {}>", type_of(entry, pad)),
                None => "Record<string, any>".to_owned(),
            },
        },
        other => panic!("a schema of the unknown type {other}"),
    }
}

fn object(properties: &Map<String, Value>, required: &Value, pad: &str) -> String {
    let inner = format!("{pad}  ");
    let mut text = "{\n".to_owned();
    for (name, schema) in properties {
        write_doc(&mut text, &inner, schema);
        let is_required = required.as_array().is_some_and(|names| names.contains(&Value::String(name.clone())));
        let mark = if is_required { "" } else { "?" };
        let _ = writeln!(text, "{inner}{name:?}{mark}: {};", type_of(schema, &inner));
    }
    text + pad + "}"
}

fn write_doc(text: &mut String, pad: &str, schema: &Value) {
    if let Some(doc) = schema["description"].as_str() {
        let line = doc.split_whitespace().collect::<Vec<_>>().join(" ").replace("*/", "* /");
        let _ = writeln!(text, "{pad}/** {line} */");
    }
}
