//! A value for a field that the design does not have is a misspelt name: nobody shall see the sample in its place.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::server::{Answer, Service, design};

fn document() -> Value {
    let mut document = design("{{name}}");
    document["name"] = json!("Names");
    document["fields"] = json!([{ "id": "name", "sample": "FOX" }]);
    document
}

/// Pointer and code of what is wrong with a document, and its hint.
fn told(answer: &Answer) -> Vec<(String, String, String)> {
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
    let text = |problem: &Value, name: &str| problem[name].as_str().unwrap_or_default().to_owned();
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|it| (text(it, "pointer"), text(it, "code"), text(it, "hint"))).collect()
}

#[tokio::test]
async fn a_field_that_there_is_not_is_told_wherever_values_are_given() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let saved = service.post("/api/v1/designs", &document()).await;
    let (mine, address) = (saved.cookie(), saved.header(header::LOCATION).to_owned());
    let link = service.call("POST", &format!("{address}/shares"), &mine, "").await.json();
    let shared = link["url"].as_str().unwrap();
    let (good, bad) = ("%7B%22name%22:%22OKAFOR%22%7D", "%7B%22nmae%22:%22OKAFOR%22%7D");
    let unknown = [("/fields".to_owned(), "unknown-field".to_owned(), "the design has \"name\"".to_owned())];
    for call in ["previews?width=100&", "checks?", "artworks?area=front&dpi=36&", "outlines?"] {
        let ask = async |fields: &str| service.post(&format!("/api/v1/{call}fields={fields}"), &document()).await;
        assert_eq!(ask(good).await.status, StatusCode::OK, "{call}");
        assert_eq!(told(&ask(bad).await), unknown, "{call}");
    }
    let live = service.post(&format!("/api/v1/previews?width=100&fidelity=live&fields={bad}"), &document()).await;
    assert_eq!(told(&live), unknown);
    for path in [
        format!("{address}/previews/front?width=100&"),
        format!("{shared}/previews/front?width=100&"),
        format!("{address}/proof.pdf?"),
        "/api/v1/templates/jersey/previews/back?width=100&".to_owned(),
    ] {
        let answer = service.call("GET", &format!("{path}fields={bad}"), &mine, "").await;
        let found = told(&answer);
        assert_eq!((found.len(), found[0].1.as_str()), (1, "unknown-field"), "{path}: {}", answer.text());
    }
    let quote = json!({ "design": document(), "items": [{ "size": "M", "quantity": 2 }], "fields": { "nmae": "A" } });
    let refused = service.post("/api/v1/quotes", &quote).await;
    let at = |pointer: &str| [(pointer.to_owned(), unknown[0].1.clone(), unknown[0].2.clone())];
    assert_eq!(told(&refused), at("/fields/nmae"));
}
