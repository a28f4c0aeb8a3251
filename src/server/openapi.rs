//! The description of the API, made from the code: OpenAPI 3.1 for programs, a page of it for people.

mod page;
mod schemas;

use std::sync::LazyLock;

use axum::Json;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};
use utoipa::OpenApi;

pub(super) use crate::server::openapi::page::escaped;

use crate::design;
use crate::order;
use crate::profile::{self, Profile};
use crate::server::routes::{
    batch_files, batches, campaigns, catalog, cuts, designs, events, export, health, ladders, me, order_files, orders,
    outlines, previews, prints, proofs, quotes, revisions, separations, shares, shop, shop_keys, starters, suggestions,
    unsubscribe, uploads, webhooks,
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
        catalog::mockup_reduced,
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
        ladders::create,
        separations::create,
        cuts::create,
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
        batches::create,
        batches::list,
        batches::get,
        batches::row_preview,
        batches::start,
        batches::stop,
        batches::delete,
        batches::events,
        batches::archive,
        batch_files::list,
        batch_files::file,
        campaigns::preview,
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
        shares::share,
        shares::shares,
        shares::unshare,
        shares::unshare_one,
        designs::shared,
        designs::copy,
        suggestions::create,
        suggestions::look,
        suggestions::preview,
        suggestions::trends,
        suggestions::parameters,
        events::create,
        events::forget_customer,
        me::preferences,
        me::set_preferences,
        me::events,
        me::forget_event,
        me::reset,
        export::export,
        me::delete,
        unsubscribe::show,
        unsubscribe::confirm,
        proofs::design_proof,
        proofs::shared_proof,
        shop_keys::list,
        shop_keys::current,
        shop_keys::revoke,
    ),
    components(schemas(events::ToldEvent))
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
    for (schema, pointer, target) in [
        ("QuoteRequest", "/properties/design", "Design"),
        ("OrderDetail", "/properties/order", "Order"),
        ("OrderDetail", "/properties/quotes/items", "Quote"),
    ] {
        if let Some(place) = schemas[schema].pointer_mut(pointer) {
            *place = json!({ "$ref": format!("#/components/schemas/{target}") });
        }
    }
    add(schemas, "Design", design::schema());
    add(schemas, "ShopProfile", profile::schema());
    add(schemas, "Order", order::schema());
    for (path, method) in [("/api/v1/orders", "post"), ("/api/v1/orders/{id}", "put")] {
        let content = &mut description["paths"][path][method]["requestBody"]["content"]["application/json"];
        content["schema"] = json!({ "$ref": "#/components/schemas/Order" });
        content["example"] = order::example();
    }
    // What is read field by field knows no other fields; the macros cannot see that.
    for name in ["QuoteRequest", "QuoteItem", "ApprovalRequest", "StatusRequest", "NewWebhook"] {
        schemas_of(&mut description)[name]["additionalProperties"] = json!(false);
    }
    let profile = serde_json::to_value(Profile::shipped()).unwrap_or_default();
    description["paths"]["/api/v1/shop"]["put"]["requestBody"]["content"]["application/json"]["example"] = profile;
    without_null(&mut description);
    let schemas = schemas_of(&mut description).clone();
    for (path, method, operation) in operations(&mut description) {
        settle_body(operation, &schemas);
        drop_named_twice(operation);
        settle_parameters(operation);
        if path.starts_with("/api/v1/") {
            add_common_answers(operation, method);
        }
    }
    description
}

fn schemas_of(description: &mut Value) -> &mut Value {
    &mut description["components"]["schemas"]
}

/// Gives a JSON body its schema and its example where the macros know neither.
fn settle_body(operation: &mut Value, schemas: &Value) {
    let Some(content) = operation.pointer_mut("/requestBody/content/application~1json") else { return };
    let Some(target) = content.pointer("/schema/$ref").and_then(Value::as_str) else {
        content["schema"] = json!({ "$ref": "#/components/schemas/Design" });
        content["example"] = example();
        return;
    };
    let name = target.rsplit('/').next().unwrap_or_default();
    if content["example"].is_null() {
        content["example"] = schemas[name]["example"].clone();
    }
}

/// What the path says already, such as the view of a preview, is not asked for in the query as well.
fn drop_named_twice(operation: &mut Value) {
    let Some(parameters) = operation.get_mut("parameters").and_then(Value::as_array_mut) else { return };
    let in_path: Vec<Value> =
        parameters.iter().filter(|one| one["in"] == "path").map(|one| one["name"].clone()).collect();
    parameters.retain(|one| one["in"] != "query" || !in_path.contains(&one["name"]));
}

/// Says what texts look like that are more than words.
fn settle_parameters(operation: &mut Value) {
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let (pattern, example) = match parameter["name"].as_str() {
            Some("If-Match") => ("^(\\*|(W/)?\"[0-9]{1,18}\")$", "\"1\""),
            Some("Idempotency-Key") => ("^[!-~]{1,255}$", "1f0c2b9e-8d1f-4a53-9c0e-6f2d7b1a5e34"),
            Some("fields") => ("^\\{.*\\}$", "{\"name\":\"OKAFOR\"}"),
            _ => continue,
        };
        parameter["schema"] = json!({ "type": "string", "pattern": pattern });
        parameter["example"] = json!(example);
    }
}

/// What any call may answer, whatever it does.
fn add_common_answers(operation: &mut Value, method: &str) {
    let mut common = vec![
        ("429", "The bucket of points is empty; `Retry-After` says for how many seconds"),
        ("500", "The service failed; that is a fault of ours"),
    ];
    if method != "get" {
        common.push(("403", "Another site's page asked for it"));
    }
    if !operation["requestBody"].is_null() {
        common.push(("400", "The body did not arrive whole, or is not what is expected"));
        common.push(("413", "The body is too large"));
    }
    for (status, text) in common {
        let answer = &mut operation["responses"][status];
        if !answer.is_null() {
            continue;
        }
        let schema = json!({ "$ref": "#/components/schemas/ProblemDetails" });
        *answer = json!({ "description": text, "content": { "application/problem+json": { "schema": schema } } });
        if status == "429" {
            let header = json!({ "schema": { "type": "integer", "minimum": 1 }, "description": "Seconds" });
            answer["headers"] = json!({ "Retry-After": header });
        }
    }
}

/// Nothing here is null, neither what is taken nor what is told: what is not there is left out. The macros call every
/// `Option` null, too.
fn without_null(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            let is_null = |kind: &Value| kind == "null" || kind["type"] == "null";
            if let Some(Value::Array(types)) = fields.get_mut("type") {
                types.retain(|kind| !is_null(kind));
                if let [only] = &types[..] {
                    fields["type"] = only.clone();
                }
            }
            if let Some(Value::Array(forms)) = fields.get_mut("oneOf") {
                let before = forms.len();
                forms.retain(|form| !is_null(form));
                if forms.len() < before
                    && let [only] = &forms[..]
                {
                    let only = only.clone();
                    fields.remove("oneOf");
                    fields.insert("allOf".to_owned(), json!([only]));
                }
            }
            fields.values_mut().for_each(without_null);
        }
        Value::Array(entries) => entries.iter_mut().for_each(without_null),
        _ => {}
    }
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

/// All operations of a description, each with its path and method.
fn operations(description: &mut Value) -> impl Iterator<Item = (&str, &str, &mut Value)> {
    let paths = description["paths"].as_object_mut().into_iter().flatten();
    paths.flat_map(|(path, calls)| {
        let calls = calls.as_object_mut().into_iter().flatten();
        calls.map(|(method, call)| (path.as_str(), method.as_str(), call))
    })
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
        "fields": [{ "id": "name", "sample": "HELLO" }],
        "placements": [{ "area": "front", "layers": [{
            "id": "words", "type": "text", "text": "{{name}}", "font": "Anton", "size": 60, "fill": "ink:white",
            "x": 177.8, "y": 120
        }] }]
    })
}

/// The description as JSON.
pub(super) async fn document() -> Response {
    ([(CACHE_CONTROL, "public, no-cache")], Json(&*DESCRIPTION)).into_response()
}

/// The description as a page.
pub(super) async fn page() -> impl IntoResponse {
    ([(CACHE_CONTROL, "public, no-cache")], Html(page::written(&DESCRIPTION)))
}
