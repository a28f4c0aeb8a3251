//! The proof of a saved design, before anything is ordered.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::json;

use crate::proof::pages;
use crate::server::{Answer, Service, design};

async fn get(service: &Service, path: &str, cookie: &str, visitor: &str) -> Answer {
    let request = Request::get(path).header(header::COOKIE, cookie).header("x-forwarded-for", visitor);
    service.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_design_has_a_proof_for_its_owner_and_for_whoever_has_a_link() {
    let service = Service::with(|config| {
        config.limits.preview_ms = 60_000;
        config.limits.points_per_minute = 100;
        config.proxies = 1;
    })
    .await;
    let mut document = design("{{name}}");
    document["name"] = json!("Harbour: \"crew\"/2");
    document["fields"] = json!([{ "id": "name", "sample": "FOX" }]);
    let saved = service.post("/api/v1/designs", &document).await;
    let (mine, address) = (saved.cookie(), saved.header(header::LOCATION).to_owned());
    let path = format!("{address}/proof.pdf");

    let proof = get(&service, &path, &mine, "203.0.113.1").await;
    assert_eq!((proof.status, proof.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
    assert_eq!(proof.header(header::CONTENT_DISPOSITION), "inline; filename=\"proof-2.pdf\"");
    let costs = service.get("/api/v1/limits").await.json()["costs"]["proof_design"].as_u64().unwrap();
    assert_eq!(proof.header("ratelimit-remaining"), (100 - costs).to_string(), "as much as an order's");
    let words = pages(&proof.body).join("\n");
    let preview = get(&service, &format!("{address}/previews/front?width=100"), &mine, "203.0.113.2").await;
    for wanted in ["Harbour: \"crew\"/2", "FOX", "Navy", preview.header("x-artwork-hash"), "Approved artwork"] {
        assert!(words.contains(wanted), "{wanted} is missing in {words}");
    }
    assert!(!words.contains(" in)"), "millimetres alone on A4: {words}");
    let known =
        Request::get(&path).header(header::COOKIE, &mine).header(header::IF_NONE_MATCH, proof.header(header::ETAG));
    assert_eq!(service.send(known.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);

    // What is asked for is shown, and is another proof.
    let query = "color=black&size=XL&paper=letter&fields=%7B%22name%22:%22OKAFOR%22%7D";
    let other = get(&service, &format!("{path}?{query}"), &mine, "203.0.113.3").await;
    assert_eq!(other.status, StatusCode::OK, "{}", other.text());
    assert_ne!(other.header(header::ETAG), proof.header(header::ETAG));
    let words = pages(&other.body).join("\n");
    for wanted in ["OKAFOR", "Black", "on size XL", " in)"] {
        assert!(words.contains(wanted), "{wanted} is missing in {words}");
    }
    for (query, status, code) in [
        ("color=mud", StatusCode::UNPROCESSABLE_ENTITY, "unknown-id"),
        ("size=XXS", StatusCode::UNPROCESSABLE_ENTITY, "unknown-id"),
        ("paper=a3", StatusCode::BAD_REQUEST, "parameter"),
        ("colour=navy", StatusCode::BAD_REQUEST, "parameter"),
    ] {
        let refused = get(&service, &format!("{path}?{query}"), &mine, "203.0.113.4").await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (status, Some(code)), "{query}");
    }

    // Nobody else has it without a link.
    assert_eq!(get(&service, &path, "", "203.0.113.5").await.status, StatusCode::NOT_FOUND);
    let link = service.call("POST", &format!("{address}/shares"), &mine, "").await.json();
    let shared = format!("{}/proof.pdf", link["url"].as_str().unwrap());
    let seen = get(&service, &shared, "", "203.0.113.6").await;
    assert_eq!((seen.status, seen.header(header::ETAG)), (StatusCode::OK, proof.header(header::ETAG)));
    assert!(seen.body == proof.body, "its owner and its guests see the same");
    assert_eq!(service.call("DELETE", &format!("{address}/shares"), &mine, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(get(&service, &shared, "", "203.0.113.7").await.status, StatusCode::NOT_FOUND);
}
