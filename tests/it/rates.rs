//! What calls cost: points by what has to be drawn, told in the answers and at `/api/v1/limits`.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;

use crate::server::{Answer, Service, design};

/// A service whose visitors have so few points that a bucket hardly fills during a test, each by the name of an address.
async fn service() -> Service {
    Service::with(|config| {
        config.limits.points_per_minute = 100;
        // An unoptimised build on a busy machine takes its time.
        config.limits.preview_ms = 60_000;
        config.proxies = 1;
    })
    .await
}

async fn post(service: &Service, visitor: &str, call: &str) -> Answer {
    let request = Request::post(format!("/api/v1/{call}"))
        .header("x-forwarded-for", visitor)
        .header(header::CONTENT_TYPE, "application/json");
    service.send(request.body(design("POINTS").to_string().into()).unwrap()).await
}

/// The picture of one of the shop's ready designs.
async fn template(service: &Service, visitor: &str) -> Answer {
    let request = Request::get("/api/v1/templates/camp/previews/front?width=700").header("x-forwarded-for", visitor);
    service.send(request.body(Body::empty()).unwrap()).await
}

fn number(answer: &Answer, name: &str) -> u32 {
    answer.header(name).parse().unwrap_or_else(|_| panic!("{name}: {:?}", answer.headers))
}

/// Points that an answer's call took of a full bucket.
fn spent(answer: &Answer) -> u32 {
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(number(answer, "ratelimit-limit"), 100);
    100 - number(answer, "ratelimit-remaining")
}

#[tokio::test]
async fn a_print_costs_by_its_megapixels() {
    let service = service().await;
    let costs = service.get("/api/v1/limits").await.json()["costs"].clone();
    let of = |name: &str| u32::try_from(costs[name].as_u64().unwrap()).unwrap();
    for (visitor, dpi) in [("203.0.113.1", 36), ("203.0.113.2", 150), ("203.0.113.3", 300)] {
        let answer = post(&service, visitor, &format!("artworks?area=front&dpi={dpi}")).await;
        let points = spent(&answer);
        let side = |at: usize| u32::from_be_bytes(answer.body[at..at + 4].try_into().unwrap());
        let megapixels = (side(16) * side(20)).div_ceil(1_000_000);
        assert_eq!(points, megapixels * of("print_megapixel"), "{dpi} dpi, {megapixels} megapixels");
        // The bucket is full again when what was spent has flowed back, evenly over a minute.
        assert_eq!(number(&answer, "ratelimit-reset"), (points * 60).div_ceil(100));
    }
    let (first, second) = ("artworks?area=front", "artworks?area=front&format=svg");
    let points = spent(&post(&service, "203.0.113.4", second).await);
    assert_eq!(points, 46, "22.7 megapixels: an SVG is resolved for the same raster");
    assert_eq!(post(&service, "203.0.113.4", first).await.status, StatusCode::OK);
    let refused = post(&service, "203.0.113.4", first).await;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("too-many-requests"))
    );
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("45 points") && detail.contains("100 may be spent"), "{detail}");
    let wait = number(&refused, "retry-after");
    assert!((15..=30).contains(&wait), "{wait} s until 45 points are there; some were left");
    assert!((1..20).contains(&number(&refused, "ratelimit-remaining")), "what is left is still there for other calls");
    assert_eq!(post(&service, "203.0.113.4", "previews?width=100&fidelity=live").await.status, StatusCode::OK);
    assert_eq!(post(&service, "203.0.113.5", first).await.status, StatusCode::OK, "others have buckets of their own");
}

#[tokio::test]
async fn a_preview_costs_by_its_megapixels_unless_it_is_kept() {
    let service = service().await;
    for (number, call, points) in [
        (1, "previews?width=1000&fidelity=live", 1),
        (2, "previews?width=2000&fidelity=live", 4),
        (3, "previews?width=1000&fidelity=live", 1),
        // The front is 22.7 megapixels at the resolution of print.
        (4, "previews?width=600", 1 + 3),
        (7, "checks", 1),
        // What somebody else has drawn costs as much: nobody learns for a point that they wrote the same.
        (5, "previews?width=600", 1 + 3),
        (6, "previews?width=2000&fidelity=live", 4),
    ] {
        let answer = post(&service, &format!("203.0.113.{number}"), call).await;
        assert_eq!(spent(&answer), points, "{call}, visitor {number}");
    }
    // What the shop made is kept for everybody.
    assert!(spent(&template(&service, "203.0.113.8").await) > 1);
    assert_eq!(spent(&template(&service, "203.0.113.9").await), 1);
}

#[tokio::test]
async fn somebody_elses_empty_bucket_is_not_mine() {
    let service = service().await;
    let (poor, rich) = ("203.0.113.1", "203.0.113.2");
    for dpi in ["300", "301"] {
        assert_eq!(post(&service, poor, &format!("artworks?area=front&dpi={dpi}")).await.status, StatusCode::OK);
    }
    while post(&service, poor, "nothing").await.status != StatusCode::TOO_MANY_REQUESTS {}
    // Both ask for one picture of the shop's at once; whoever draws it for both has to pay.
    let (refused, drawn) = tokio::join!(template(&service, poor), template(&service, rich));
    assert_eq!(drawn.status, StatusCode::OK, "{}", drawn.text());
    assert!(matches!(refused.status, StatusCode::TOO_MANY_REQUESTS | StatusCode::OK));
}

#[tokio::test]
async fn reading_costs_nothing_and_the_prices_are_told() {
    let service = service().await;
    let limits = service.get("/api/v1/limits").await;
    assert_eq!(limits.header("ratelimit-limit"), "");
    let limits = limits.json();
    assert_eq!(limits["points_per_minute"], 100);
    for cost in ["call", "upload", "proof_design", "print_megapixel", "preview_megapixel", "exact_megapixels"] {
        assert!(limits["costs"][cost].as_u64().is_some_and(|points| points > 0), "{cost}");
    }
    assert!(limits["megapixels_a_place"].as_u64() > Some(0));
    let described = service.get("/api/openapi.json").await.json();
    let artwork = &described["paths"]["/api/v1/artworks"]["post"]["responses"];
    assert_ne!(artwork["429"], Value::Null);
}
