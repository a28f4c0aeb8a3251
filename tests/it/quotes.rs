//! Prices and the shop's profile, over the real router.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::assets::Library;
use platen::cancel::Cancel;
use platen::profile::Profile;
use platen::quote::Item;
use platen::shop::{Choice, Order, Shop};
use platen::store::Scope;
use serde_json::{Value, json};

use crate::cli::root;
use crate::server::{Answer, Service, design};
use crate::shop_keys::{call_with, key};

const QUOTES: &str = "/api/v1/quotes";
const SHOP: &str = "/api/v1/shop";

fn order(design: &Value) -> Value {
    json!({ "design": design, "items": [{ "size": "M", "quantity": 12 }, { "size": "2XL", "quantity": 12 }] })
}

/// Pointer and code of every problem.
fn problems(answer: &Answer) -> Vec<(String, String)> {
    let problem = answer.json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{problem}"));
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

async fn put(service: &Service, key: &str, if_match: Option<&str>, body: String) -> Answer {
    let mut request = Request::put(SHOP).header(header::AUTHORIZATION, format!("Bearer {key}"));
    if let Some(tag) = if_match {
        request = request.header(header::IF_MATCH, tag);
    }
    service.send(request.body(Body::from(body)).unwrap()).await
}

#[tokio::test]
async fn a_quote_comes_line_by_line_with_reasons() {
    let service = Service::new().await;
    let mut order = order(&design("HELLO"));
    order["technique"] = json!("screen-print");
    order["rush"] = json!("rush");
    let answer = service.post(QUOTES, &order).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let quote = answer.json();
    let lines = quote["lines"].as_array().unwrap();
    let codes: Vec<&str> = lines.iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["blank", "size", "first-ink", "double-light", "flash", "discount", "screens", "rush"]);
    assert!(lines.iter().all(|line| !line["reason"].as_str().unwrap().is_empty()));
    let sum: i64 = lines.iter().map(|line| line["amount"].as_i64().unwrap()).sum();
    assert_eq!((&quote["total"], &quote["pieces"], &quote["currency"]), (&sum.into(), &24.into(), &"USD".into()));
    assert_eq!(quote["locations"][0]["inks"][0]["ink"], "white");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_request_is_told_at_once() {
    let service = Service::new().await;
    let mut bad = order(&design("HELLO"));
    bad["design"]["placements"][0]["layers"][0]["size"] = json!(-1);
    bad["items"] =
        json!([{ "size": "M", "quantity": 0 }, { "size": "M", "quantity": 100_001 }, { "size": "L", "quantity": 1.5 }]);
    bad["repeat"] = json!("yes");
    bad["colour"] = json!("red");
    let answer = service.post(QUOTES, &bad).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("invalid-quote"))
    );
    let found = problems(&answer);
    let wanted = [
        ("/design/placements/0/layers/0/size", "out-of-range"),
        ("/items/0/quantity", "out-of-range"),
        ("/items/1/quantity", "out-of-range"),
        ("/items/2/quantity", "wrong-type"),
        ("/repeat", "wrong-type"),
        ("/colour", "unknown-field"),
    ];
    assert_eq!(found, wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));

    // Names that the shop does not have, beside what is wrong with the form.
    let names = json!({
        "design": design("HELLO"), "items": [{ "size": "XXS", "quantity": 0 }, { "size": "XXL", "quantity": 1 }],
        "color": "mud", "technique": "screenprint", "rush": "now",
    });
    let wanted = [
        ("/items/0/size", "unknown-id"),
        ("/items/0/quantity", "out-of-range"),
        ("/items/1/size", "unknown-id"),
        ("/color", "unknown-id"),
        ("/technique", "unknown-id"),
        ("/rush", "unknown-id"),
    ];
    let answer = service.post(QUOTES, &names).await;
    assert_eq!(problems(&answer), wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));
    let mut fields = order(&design("HELLO"));
    fields["design"]["fields"] = json!([{ "id": "name", "sample": "JO", "max_length": 5 }]);
    fields["fields"] = json!({ "name": "TOO LONG" });
    fields["rush"] = json!("now");
    let answer = service.post(QUOTES, &fields).await;
    let wanted = [("/fields/name", "too-long"), ("/rush", "unknown-id")];
    assert_eq!(problems(&answer), wanted.map(|(pointer, code)| (pointer.to_owned(), code.to_owned())));

    let of = |change: &dyn Fn(&mut Value)| {
        let mut order = order(&design("HELLO"));
        change(&mut order);
        order
    };
    for (body, pointer, code) in [
        (of(&|order| order["items"][1]["size"] = json!("XXS")), "/items/1/size", "unknown-id"),
        (of(&|order| order["rush"] = json!("now")), "/rush", "unknown-id"),
        (of(&|order| order["technique"] = json!("screenprint")), "/technique", "unknown-id"),
        (of(&|order| order["color"] = json!("mud")), "/color", "unknown-id"),
        (of(&|order| order["items"] = json!([])), "/items", "empty"),
        (
            of(&|order| order["items"] = (0..101).map(|_| json!({ "size": "M", "quantity": 1 })).collect()),
            "/items",
            "too-many",
        ),
        (of(&|order| order["design_id"] = json!("x")), "/design_id", "two-designs"),
        (of(&|order| order["design"]["garment"] = json!("hat")), "/design/garment", "unknown-id"),
        (json!({ "items": [] }), "", "missing-field"),
    ] {
        let answer = service.post(QUOTES, &body).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", answer.text());
        assert_eq!(problems(&answer)[0], (pointer.to_owned(), code.to_owned()), "{}", answer.text());
    }
    let most = of(&|order| order["items"] = (0..100).map(|_| json!({ "size": "M", "quantity": 100_000 })).collect());
    let answer = service.post(QUOTES, &most).await;
    assert_eq!(answer.json()["pieces"], 10_000_000, "{}", answer.text());

    let impossible = of(&|order| order["technique"] = json!("embroidery"));
    let answer = service.post(QUOTES, &impossible).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("not-possible"))
    );
}

#[tokio::test]
async fn a_saved_design_is_priced_for_its_owner_only() {
    let service = Service::new().await;
    let saved = service.post("/api/v1/designs", &design("HELLO")).await;
    let (cookie, id) = (saved.cookie(), saved.json()["id"].as_str().unwrap().to_owned());
    let body = json!({ "design_id": id, "items": [{ "size": "M", "quantity": 24 }] });
    let mine = service.call("POST", QUOTES, &cookie, body.to_string()).await;
    assert_eq!(mine.status, StatusCode::OK, "{}", mine.text());
    let inline = json!({ "design": design("HELLO"), "items": [{ "size": "M", "quantity": 24 }] });
    assert_eq!(mine.json(), service.post(QUOTES, &inline).await.json());
    assert_eq!(service.post(QUOTES, &body).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_profile_is_public_in_part_and_whole_for_keys() {
    let service = Service::new().await;
    let public = service.get(SHOP).await;
    assert_eq!((public.status, public.header(header::ETAG)), (StatusCode::OK, "\"0\""));
    assert_eq!(public.header(header::VARY), "authorization");
    let public = public.json();
    assert_eq!((&public["currency"], &public["breaks"][0]["from"]), (&"USD".into(), &11.into()));
    assert!(public.get("profile").is_none() && !public.to_string().contains("first_ink"), "prices are the shop's own");
    let (_, writer) = key(&service, &[Scope::ShopWrite]).await;
    assert!(call_with(&service, "GET", SHOP, &writer).await.json().get("profile").is_none());
    let (_, reader) = key(&service, &[Scope::ShopRead]).await;
    let whole = call_with(&service, "GET", SHOP, &reader).await.json();
    assert_eq!(whole["profile"], serde_json::to_value(Profile::shipped()).unwrap());
    assert_eq!(call_with(&service, "GET", SHOP, "platen_x").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_new_profile_is_in_force_at_once_and_after_a_restart() {
    let service = Service::new().await;
    let (_, reader) = key(&service, &[Scope::ShopRead]).await;
    let (_, writer) = key(&service, &[Scope::ShopWrite]).await;
    let mut profile = serde_json::to_value(Profile::shipped()).unwrap();
    profile["techniques"]["dtf"]["print"] = json!(1100);
    assert_eq!(service.call("PUT", SHOP, "", profile.to_string()).await.status, StatusCode::UNAUTHORIZED);
    assert_eq!(put(&service, &reader, None, "x".repeat(2_000_000)).await.status, StatusCode::FORBIDDEN);

    let before = service.post(QUOTES, &order(&design("HELLO"))).await.json();
    let saved = put(&service, &writer, Some("\"0\""), profile.to_string()).await;
    assert_eq!((saved.status, saved.header(header::ETAG)), (StatusCode::OK, "\"1\""), "{}", saved.text());
    let after = service.post(QUOTES, &order(&design("HELLO"))).await.json();
    // 10.00 more for each of 24 prints, less 5 %.
    assert_eq!(after["total"].as_i64().unwrap() - before["total"].as_i64().unwrap(), 22_800);
    let stale = put(&service, &writer, Some("\"0\""), profile.to_string()).await;
    assert_eq!((stale.status, stale.json()["code"].as_str()), (StatusCode::PRECONDITION_FAILED, Some("stale")));
    assert_eq!(put(&service, &writer, Some("soon"), profile.to_string()).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(put(&service, &writer, None, profile.to_string()).await.header(header::ETAG), "\"2\"");

    let again = Service::with(|config| config.data = service.data.clone()).await;
    assert_eq!(again.get(SHOP).await.header(header::ETAG), "\"2\"");
    assert_eq!(again.post(QUOTES, &order(&design("HELLO"))).await.json()["total"], after["total"]);
}

/// Colours are part of the catalogue, which is read when the service starts.
#[tokio::test]
async fn measured_colors_are_shown_once_the_service_is_started_again() {
    const PREVIEW: &str = "/api/v1/previews?view=front&width=64";
    let service = Service::new().await;
    let (_, writer) = key(&service, &[Scope::ShopWrite]).await;
    let mut profile = serde_json::to_value(Profile::shipped()).unwrap();
    profile["measured"] = json!({
        "inks": { "scarlet": { "lab": [41, 60, 39.5], "spread": 0.4, "opacity": 80 } },
        "garments": { "tee": { "navy": { "lab": [30, 5, -30], "spread": 0.7 } } },
    });
    let before = service.post(PREVIEW, &design("HELLO")).await;
    assert_eq!(put(&service, &writer, None, profile.to_string()).await.status, StatusCode::OK);
    let again = Service::with(|config| config.data = service.data.clone()).await;
    let after = again.post(PREVIEW, &design("HELLO")).await;
    assert_eq!((before.status, after.status), (StatusCode::OK, StatusCode::OK));
    assert_ne!(before.header(header::ETAG), after.header(header::ETAG));
    assert_ne!(before.body, after.body, "a preview that was kept is not shown again");
    let inks = again.get("/api/v1/inks").await.json();
    let ink = |id: &str| inks.as_array().unwrap().iter().find(|ink| ink["id"] == id).unwrap().clone();
    let scarlet = ink("scarlet");
    assert_eq!(scarlet["lab"], json!([41.0, 60.0, 39.5]));
    assert_eq!(
        (&scarlet["measured"], &scarlet["spread"], &scarlet["opacity"]),
        (&true.into(), &0.4.into(), &80.0.into())
    );
    assert_eq!((&ink("royal")["measured"], ink("royal").get("spread")), (&false.into(), None));
    let colors = again.get("/api/v1/garments/tee").await.json()["colorways"].clone();
    let navy = colors.as_array().unwrap().iter().find(|color| color["id"] == "navy").unwrap();
    assert_eq!(
        (&navy["unmeasured"], &navy["spread"], &navy["lab"]),
        (&false.into(), &0.7.into(), &json!([30.0, 5.0, -30.0]))
    );
}

#[tokio::test]
async fn a_profile_with_problems_changes_nothing() {
    let service = Service::new().await;
    let (_, writer) = key(&service, &[Scope::ShopWrite]).await;
    let mut profile = serde_json::to_value(Profile::shipped()).unwrap();
    profile["breaks"] = json!([{ "from": 20, "percent": 5 }, { "from": 10, "percent": 6 }]);
    profile["brand"]["logo"] = json!("x");
    let answer = put(&service, &writer, None, profile.to_string()).await;
    assert_eq!(
        (answer.status, answer.json()["code"].as_str()),
        (StatusCode::UNPROCESSABLE_ENTITY, Some("invalid-profile"))
    );
    let pointers: Vec<String> = problems(&answer).into_iter().map(|(pointer, _)| pointer).collect();
    assert_eq!(pointers, ["/brand/logo", "/breaks/1"]);
    let mut unknown = serde_json::to_value(Profile::shipped()).unwrap();
    unknown["inks"] = json!(["scarlett"]);
    let answer = put(&service, &writer, None, unknown.to_string()).await;
    assert_eq!(problems(&answer), [("/inks/0".to_owned(), "unknown-id".to_owned())]);
    for (body, status) in [
        ("{".to_owned(), StatusCode::BAD_REQUEST),
        (" ".repeat(256_001), StatusCode::PAYLOAD_TOO_LARGE),
        (" ".repeat(1_000_001), StatusCode::PAYLOAD_TOO_LARGE),
    ] {
        assert_eq!(put(&service, &writer, None, body).await.status, status);
    }
    assert_eq!(service.get(SHOP).await.header(header::ETAG), "\"0\"");
}

#[test]
fn a_translucent_picture_is_priced_as_print() {
    let shop = Shop::open(root()).unwrap();
    let library = Library::with_base(root().join("examples"));
    let mut document: Value =
        serde_json::from_slice(&std::fs::read(root().join("examples/photo.json")).unwrap()).unwrap();
    document["placements"][0]["layers"].as_array_mut().unwrap().truncate(1);
    document["technique"] = json!("screen-print");
    let inks = |opacity: f64| {
        let mut document = document.clone();
        document["placements"][0]["layers"][0]["opacity"] = json!(opacity);
        let design = shop.read(document.to_string().as_bytes(), &library, &Choice::default()).unwrap();
        let items = vec![Item { size: "M".to_owned(), quantity: 12 }];
        let order = Order { items, ..Order::default() };
        let quote = shop.quote(&shop.profile, (&design, &library), &order, &Cancel::NEVER).unwrap();
        (quote.locations[0].inks.len(), quote.locations[0].screens)
    };
    let (solid, screens) = inks(1.0);
    assert!(solid > 6 && screens == 6, "a photograph: {solid} inks on {screens} screens");
    for opacity in [0.49, 0.3] {
        assert_eq!(inks(opacity).1, screens, "{opacity}");
    }
}

#[tokio::test]
async fn a_price_of_garments_alone_says_so() {
    let service = Service::new().await;
    let told = async |document: &Value| {
        let answer = service.post(QUOTES, &order(document)).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        answer.json()["advice"].as_array().unwrap().iter().any(|advice| advice["code"] == "nothing-printed")
    };
    let mut blank = design("HELLO");
    assert!(!told(&blank).await);
    blank["placements"][0]["layers"] = json!([]);
    assert!(told(&blank).await);
    blank["placements"] = json!([]);
    assert!(told(&blank).await);
}
