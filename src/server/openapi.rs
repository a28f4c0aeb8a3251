//! The description of the API, made from the code: OpenAPI 3.1 for programs, a page of it for people.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::Json;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::design;
use crate::order;
use crate::profile::{self, Profile};
use crate::server::routes::{
    catalog, designs, health, order_files, orders, outlines, previews, prints, quotes, revisions, shop, shop_keys,
    starters, uploads, webhooks,
};

/// What the macros know; [`DESCRIPTION`] adds the document's own schema.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Platen",
        description = "T-shirt design on real cloth: previews, print files and checks from one document.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    paths(
        health::healthz,
        health::readyz,
        health::metrics,
        health::limits,
        catalog::garments,
        catalog::garment,
        catalog::inks,
        catalog::techniques,
        catalog::fonts,
        catalog::mockup,
        catalog::mockup_file,
        starters::graphics,
        starters::templates,
        starters::template,
        starters::preview,
        previews::create,
        designs::preview,
        designs::shared_preview,
        outlines::create,
        uploads::create,
        uploads::list,
        uploads::get,
        uploads::delete,
        uploads::proxy,
        uploads::original,
        prints::check,
        prints::artwork,
        quotes::create,
        shop::get,
        shop::replace,
        orders::create,
        orders::list,
        orders::get,
        orders::change,
        orders::approve,
        orders::set_status,
        order_files::preview,
        order_files::changes,
        order_files::proof,
        order_files::files,
        order_files::file,
        webhooks::create,
        webhooks::list,
        webhooks::delete,
        webhooks::deliveries,
        designs::list,
        designs::create,
        designs::get,
        designs::update,
        designs::delete,
        revisions::list,
        revisions::get,
        designs::share,
        designs::unshare,
        designs::shared,
        shop_keys::list,
        shop_keys::current,
        shop_keys::revoke,
    )
)]
struct Calls;

/// Name of the security scheme that calls for the shop's own programs declare, with the scope that they need.
const SHOP_KEY: &str = "shopKey";

/// The whole description.
static DESCRIPTION: LazyLock<Value> = LazyLock::new(describe);

fn describe() -> Value {
    let mut description = serde_json::to_value(Calls::openapi()).unwrap_or_default();
    description["components"]["securitySchemes"][SHOP_KEY] = json!({
        "type": "http", "scheme": "bearer", "bearerFormat": "platen_…",
        "description": "A key of the shop's own programs, made with `platen keys create`. It may do what its scopes say."
    });
    let schemas = &mut description["components"]["schemas"];
    schemas["QuoteRequest"]["properties"]["design"] = json!({ "$ref": "#/components/schemas/Design" });
    add(schemas, "Design", design::schema());
    add(schemas, "ShopProfile", profile::schema());
    add(schemas, "Order", order::schema());
    for (path, method) in [("/api/v1/orders", "post"), ("/api/v1/orders/{id}", "put")] {
        let content = &mut description["paths"][path][method]["requestBody"]["content"]["application/json"];
        content["schema"] = json!({ "$ref": "#/components/schemas/Order" });
        content["example"] = order::example();
    }
    for operation in operations(&mut description) {
        if let Some(content) = operation.pointer_mut("/requestBody/content/application~1json")
            && content.pointer("/schema/$ref").is_none()
        {
            content["schema"] = json!({ "$ref": "#/components/schemas/Design" });
            content["example"] = example();
        }
    }
    let profile = serde_json::to_value(Profile::shipped()).unwrap_or_default();
    description["paths"]["/api/v1/shop"]["put"]["requestBody"]["content"]["application/json"]["example"] = profile;
    description
}

/// Adds the schema of a document and its definitions, whose names it is put before.
fn add(schemas: &mut Value, name: &str, mut schema: Value) {
    let definitions = schema.as_object_mut().and_then(|schema| schema.remove("$defs")).unwrap_or_default();
    if let Some(schema) = schema.as_object_mut() {
        schema.remove("$schema");
    }
    refer(&mut schema, name);
    schemas[name] = schema;
    if let Value::Object(definitions) = definitions {
        for (part, mut definition) in definitions {
            refer(&mut definition, name);
            schemas[format!("{name}{part}")] = definition;
        }
    }
}

/// All operations of a description.
fn operations(description: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = description["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(_, calls)| calls.as_object_mut().into_iter().flatten().map(|(_, call)| call))
}

/// The schema generator's references point to its own list of definitions.
fn refer(schema: &mut Value, name: &str) {
    match schema {
        Value::Object(fields) => {
            for (key, value) in fields {
                match value {
                    Value::String(target) if key == "$ref" => {
                        *target = target.replace("#/$defs/", &format!("#/components/schemas/{name}"));
                    }
                    other => refer(other, name),
                }
            }
        }
        Value::Array(entries) => entries.iter_mut().for_each(|entry| refer(entry, name)),
        _ => {}
    }
}

/// A document that every call takes.
pub(super) fn example() -> Value {
    json!({
        "version": 1, "name": "Hello", "garment": "tee", "color": "navy", "technique": "dtf",
        "placements": [{ "area": "front", "layers": [{
            "id": "words", "type": "text", "text": "HELLO", "font": "Anton", "size": 60, "fill": "ink:white",
            "x": 177.8, "y": 120
        }] }]
    })
}

/// The description as JSON.
pub(super) async fn document() -> Response {
    ([(CACHE_CONTROL, "public, no-cache")], Json(&*DESCRIPTION)).into_response()
}

/// The description as a page.
pub(super) async fn page() -> Html<String> {
    Html(written(&DESCRIPTION))
}

/// The page of a description: every call by its tag, with its parameters, its body and its answers.
fn written(description: &Value) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Platen: API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"/icon.svg\"><link rel=\"stylesheet\" href=\"/docs.css\"></head><body><main>",
    );
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let _ = write!(
        page,
        "<h1>{} API</h1><p>{}</p><p>For programs: <a href=\"/api/openapi.json\">openapi.json</a> (OpenAPI 3.1). \
         Errors are <code>application/problem+json</code> with a stable <code>code</code>.</p>",
        text(&description["info"]["title"]),
        text(&description["info"]["description"])
    );
    let mut by_tag: Map<String, Value> = Map::new();
    for (path, calls) in description["paths"].as_object().into_iter().flatten() {
        for (method, call) in calls.as_object().into_iter().flatten() {
            let tag = call["tags"][0].as_str().unwrap_or("other").to_owned();
            let list = by_tag.entry(tag).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(json!({ "path": path, "method": method, "call": call }));
            }
        }
    }
    for (tag, calls) in &by_tag {
        let _ = write!(page, "<h2>{}</h2>", escaped(tag));
        for entry in calls.as_array().into_iter().flatten() {
            write_call(&mut page, entry);
        }
    }
    page.push_str("</main></body></html>");
    page
}

fn write_call(page: &mut String, entry: &Value) {
    let text = |value: &Value| escaped(value.as_str().unwrap_or_default());
    let call = &entry["call"];
    let method = entry["method"].as_str().unwrap_or_default().to_uppercase();
    let _ = write!(
        page,
        "<details><summary><b class=\"{0}\">{0}</b> <code>{1}</code> <span>{2}</span></summary>",
        escaped(&method),
        text(&entry["path"]),
        text(&call["summary"])
    );
    if let Some(more) = call["description"].as_str() {
        let _ = write!(page, "<p>{}</p>", escaped(more));
    }
    for scopes in call["security"].as_array().into_iter().flatten().filter_map(|needed| needed[SHOP_KEY].as_array()) {
        let scopes: Vec<String> = scopes.iter().map(|scope| format!("<code>{}</code>", text(scope))).collect();
        let with = if scopes.is_empty() { String::new() } else { format!(" with {}", scopes.join(", ")) };
        let _ = write!(page, "<p>Needs a shop key{with}: <code>Authorization: Bearer platen_…</code></p>");
    }
    if let Some(parameters) = call["parameters"].as_array() {
        page.push_str("<table><caption>Parameters</caption>");
        for parameter in parameters {
            let needed = if parameter["required"] == true { ", required" } else { "" };
            let _ = write!(
                page,
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}{needed}</td><td>{}</td></tr>",
                text(&parameter["name"]),
                text(&parameter["in"]),
                text(&parameter["description"])
            );
        }
        page.push_str("</table>");
    }
    if let Some(content) = call["requestBody"]["content"].as_object() {
        for (media_type, body) in content {
            let example = serde_json::to_string_pretty(&body["example"]).unwrap_or_default();
            let _ = write!(
                page,
                "<p>Body: <code>{}</code></p><pre tabindex=\"0\">{}</pre>",
                escaped(media_type),
                escaped(&example)
            );
        }
    }
    page.push_str("<table><caption>Answers</caption>");
    for (status, answer) in call["responses"].as_object().into_iter().flatten() {
        let types: Vec<&str> =
            answer["content"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
        let _ = write!(
            page,
            "<tr><th scope=\"row\">{}</th><td>{}</td><td><code>{}</code></td></tr>",
            escaped(status),
            text(&answer["description"]),
            escaped(&types.join(", "))
        );
    }
    page.push_str("</table></details>");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
