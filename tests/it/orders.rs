//! Orders: placed once, approved by their hash, void when they change, printed as they were approved.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::Scope;
use serde_json::{Value, json};

use crate::server::{Answer, Service, design};
use crate::shop_keys;

pub(crate) async fn place(service: &Service, cookie: &str, key: &str, order: &Value) -> Answer {
    let request =
        Request::post("/api/v1/orders").header(header::COOKIE, cookie).header("idempotency-key", key.to_owned());
    service.send(request.body(Body::from(order.to_string())).unwrap()).await
}

pub(crate) fn order(lines: &Value) -> Value {
    json!({ "lines": lines, "contact": { "name": "Jo Miller", "email": "jo@example.org" } })
}

pub(crate) fn code(answer: &Answer) -> (StatusCode, String) {
    (answer.status, answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

fn pointers(answer: &Answer) -> Vec<(String, String)> {
    let text = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|problem| (text(problem, "pointer"), text(problem, "code"))).collect()
}

/// A customer with a saved design: the cookie and the design's id.
pub(crate) async fn customer(service: &Service, document: &Value) -> (String, String) {
    let saved = service.post("/api/v1/designs", document).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    (saved.cookie(), saved.json()["id"].as_str().unwrap().to_owned())
}

fn jersey() -> Value {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/jersey.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_racing_orders_with_one_key_make_one() {
    let service = std::sync::Arc::new(Service::with(|config| config.limits.queue = 100).await);
    let (mine, id) = customer(&service, &design("RACE")).await;
    let order = order(&json!([{ "design": id, "size": "M", "quantity": 2 }]));
    let racers: Vec<_> = (0..20)
        .map(|_| {
            let (service, mine, order) = (service.clone(), mine.clone(), order.clone());
            tokio::spawn(async move { place(&service, &mine, "one", &order).await })
        })
        .collect();
    let mut answers = Vec::new();
    for racer in racers {
        answers.push(racer.await.unwrap());
    }
    let first = answers[0].json()["id"].clone();
    assert!(answers.iter().all(|answer| answer.status == StatusCode::CREATED && answer.json()["id"] == first));
    let new = answers.iter().filter(|answer| answer.header("idempotency-replayed") == "false").count();
    assert_eq!(new, 1);
    let listed = service.call("GET", "/api/v1/orders", &mine, "").await.json();
    assert_eq!(listed["orders"].as_array().unwrap().len(), 1, "{listed}");

    // Spaces and the order of keys make no other order; another quantity does.
    let same = service
        .send(
            Request::post("/api/v1/orders")
                .header(header::COOKIE, &mine)
                .header("idempotency-key", "one")
                .body(Body::from(format!("{order:#}")))
                .unwrap(),
        )
        .await;
    assert_eq!((same.status, same.json()["id"].clone()), (StatusCode::CREATED, first.clone()));
    let mut other = order.clone();
    other["lines"][0]["quantity"] = json!(3);
    let refused = place(&service, &mine, "one", &other).await;
    assert_eq!(code(&refused), (StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-taken".to_owned()));
    let second = place(&service, &mine, "two", &other).await;
    assert_eq!(second.status, StatusCode::CREATED);
    // Another customer's key of the same name is another key.
    let (theirs, their_id) = customer(&service, &design("THEIRS")).await;
    let order = super::orders::order(&json!([{ "design": their_id, "size": "M", "quantity": 2 }]));
    assert_eq!(place(&service, &theirs, "one", &order).await.header("idempotency-replayed"), "false");
}

#[tokio::test]
async fn what_is_wrong_with_an_order_is_told_at_once() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &jersey()).await;
    let (_, theirs) = customer(&service, &design("THEIRS")).await;
    let full = json!({ "name": "OKAFOR", "number": "9" });
    let line = |change: Value| {
        let mut line = json!({ "design": id, "size": "M", "quantity": 1, "fields": full });
        line.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        line
    };
    let answer = place(
        &service,
        &mine,
        "k",
        &order(&json!([
            line(json!({ "size": "XXS" })),
            line(json!({ "color": "nvy" })),
            line(json!({ "fields": { "name": "OKAFOR", "nmber": "9" } })),
            line(json!({ "design": theirs })),
            line(json!({ "fields": { "name": "N".repeat(15), "number": "9" } })),
        ])),
    )
    .await;
    assert_eq!(code(&answer), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-order".to_owned()), "{}", answer.text());
    let found = pointers(&answer);
    let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(
        found,
        [
            ("/lines/0/size", "unknown-id"),
            ("/lines/1/color", "unknown-id"),
            ("/lines/2/fields", "missing-value"),
            ("/lines/2/fields/nmber", "unknown-field"),
            ("/lines/3/design", "unknown-design"),
            ("/lines/4/fields/name", "too-long"),
        ],
        "{}",
        answer.text()
    );
    let form = place(&service, &mine, "k", &json!({ "lines": [line(json!({ "quantity": 0 }))] })).await;
    let expected = [("/lines/0/quantity", "out-of-range"), ("", "missing-field")];
    let expected = expected.map(|(pointer, code)| (pointer.to_owned(), code.to_owned()));
    assert_eq!(pointers(&form).into_iter().collect::<std::collections::BTreeSet<_>>(), expected.into());

    // What must not be printed cannot be ordered.
    let mut outside = design("FAR OUT");
    outside["placements"][0]["layers"][0]["x"] = json!(1500);
    let (mine, id) = customer(&service, &outside).await;
    let refused = place(&service, &mine, "k", &order(&json!([{ "design": id, "size": "M", "quantity": 1 }]))).await;
    assert!(pointers(&refused).contains(&("/lines/0/design".to_owned(), "unfit".to_owned())), "{}", refused.text());

    let good = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    let no_key = service.call("POST", "/api/v1/orders", &mine, good.to_string()).await;
    assert_eq!(code(&no_key), (StatusCode::BAD_REQUEST, "idempotency-key".to_owned()));
    let long = place(&service, &mine, &"k".repeat(256), &good).await;
    assert_eq!(code(&long), (StatusCode::BAD_REQUEST, "idempotency-key".to_owned()));
    let nobody = place(&service, "", "k", &good).await;
    assert_eq!(pointers(&nobody), [("/lines/0/design".to_owned(), "unknown-design".to_owned())]);
}

#[tokio::test]
async fn form_and_names_of_every_line_are_told_in_the_order_of_the_body() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &jersey()).await;
    let mut all = order(&json!([
        { "design": id, "color": "nvy", "size": "XXS", "quantity": 0, "fields": { "name": "N".repeat(15) } },
        { "design": "no/id", "size": 5, "quantity": 1 },
        { "design": id, "color": "mud", "size": "M", "quantity": 1, "fields": { "name": "", "number": "" } },
    ]));
    all["due"] = json!("2020-02-29");
    all["rush"] = json!("now");
    all["note"] = json!("");
    all["contact"] = json!({});
    let answer = place(&service, &mine, "k", &all).await;
    let found = pointers(&answer);
    let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
    assert_eq!(
        found,
        [
            ("/lines/0/color", "unknown-id"),
            ("/lines/0/size", "unknown-id"),
            ("/lines/0/quantity", "out-of-range"),
            ("/lines/0/fields", "missing-value"),
            ("/lines/0/fields/name", "too-long"),
            ("/lines/1/design", "bad-id"),
            ("/lines/1/size", "wrong-type"),
            ("/lines/2/color", "unknown-id"),
            ("/contact", "missing-field"),
            ("/due", "past"),
            ("/rush", "unknown-id"),
            ("/note", "empty"),
        ],
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn an_approval_seals_what_is_made_and_a_change_breaks_the_seal() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &design("FIRST")).await;
    let body = order(&json!([
        { "design": id, "size": "M", "quantity": 2 }, { "design": id, "color": "black", "size": "2XL", "quantity": 1 }
    ]));
    let placed = place(&service, &mine, "k", &body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let path = placed.header(header::LOCATION).to_owned();
    let first = placed.json();
    assert_eq!((first["status"].as_str(), first["revision"].as_i64()), (Some("received"), Some(1)));
    let amounts = |list: &str, what: &str| -> i64 {
        first[list].as_array().unwrap().iter().map(|one| one[what].as_i64().unwrap()).sum()
    };
    let total = amounts("quotes", "total") + amounts("charges", "amount");
    assert!(first["total"] == total && total > 0, "{first}");

    // Nothing is printed before the customer has said yes to exactly this.
    let call = async |method: &str, what: &str, body: Value| {
        service.call(method, &format!("{path}{what}"), &mine, body.to_string()).await
    };
    let files = call("GET", "/files", json!(null)).await.json();
    assert_eq!(files["approved"], false);
    let file = files["files"][0]["url"].as_str().unwrap().to_owned();
    let early = service.call("GET", &file, &mine, "").await;
    assert_eq!(code(&early), (StatusCode::CONFLICT, "not-approved".to_owned()));
    let wrong = call("POST", "/approval", json!({ "hash": "0".repeat(64), "name": "Jo" })).await;
    assert_eq!(code(&wrong), (StatusCode::CONFLICT, "proof-changed".to_owned()));
    let present = first["hash"].as_str().unwrap();
    for (hash, code) in [(&present[..12], "incomplete-hash"), (&present[..63], "incomplete-hash"), ("x y", "bad-hash")]
    {
        let cut = call("POST", "/approval", json!({ "hash": hash, "name": " " })).await;
        assert_eq!(cut.status, StatusCode::UNPROCESSABLE_ENTITY);
        let expected = [("/hash".to_owned(), code.to_owned()), ("/name".to_owned(), "empty".to_owned())];
        assert_eq!(pointers(&cut), expected, "{}", cut.text());
        assert!(!cut.text().contains(present), "{}", cut.text());
    }
    assert!(!wrong.text().contains(present), "who has not seen the proof does not learn its hash");
    let approved = call("POST", "/approval", json!({ "hash": first["hash"], "name": "Jo Miller" })).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    assert_eq!((&approved.json()["status"], &approved.json()["approval"]["holds"]), (&json!("approved"), &json!(true)));
    assert_eq!(approved.json()["approval"]["changed"], json!([]));

    // One raster: the print file, the picture of the line and the order name the same artwork.
    let printed = service.call("GET", &file, &mine, "").await;
    assert_eq!(printed.status, StatusCode::OK, "{}", printed.text());
    assert!(printed.body.starts_with(b"\x89PNG"));
    let hash = &first["lines"][0]["artworks"][0]["hash"];
    assert_eq!(printed.header("x-artwork-hash"), hash.as_str().unwrap());
    let picture = call("GET", "/preview?width=200", json!(null)).await;
    assert_eq!(picture.header("x-artwork-hash"), hash.as_str().unwrap());
    for missing in ["2-back.png", "3-front.png", "0-front.png", "01-front.png", "1-front.gif", "front", ""] {
        let answer = call("GET", &format!("/files/{missing}"), json!(null)).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{missing}");
    }

    // Nothing has changed yet, so there is nothing to show; another quantity is nothing to see.
    let same = call("GET", "/changes?width=200", json!(null)).await;
    assert_eq!(code(&same), (StatusCode::CONFLICT, "no-change".to_owned()), "{}", same.text());
    assert!(same.text().contains("no line looks different"), "{}", same.text());

    // A change in the design leaves the order alone; ordering its new revision breaks the seal.
    let changed = service.call("PUT", &format!("/api/v1/designs/{id}"), &mine, design("SECOND").to_string()).await;
    assert_eq!(changed.status, StatusCode::OK);
    assert_eq!(call("GET", "", json!(null)).await.json()["approval"]["holds"], true);
    let stale = service
        .send(
            Request::put(&path)
                .header(header::COOKIE, &mine)
                .header(header::IF_MATCH, "\"7\"")
                .body(Body::from(body.to_string()))
                .unwrap(),
        )
        .await;
    assert_eq!(code(&stale), (StatusCode::PRECONDITION_FAILED, "stale".to_owned()));
    let second = call("PUT", "", body.clone()).await.json();
    assert_eq!((&second["status"], &second["revision"]), (&json!("received"), &json!(2)));
    assert!(second["approval"]["holds"] == false && second["hash"] != first["hash"], "{second}");
    assert_eq!(second["approval"]["changed"], json!([1, 2]));
    assert_eq!(second["lines"][0]["design_revision"], 2);
    assert_eq!(code(&service.call("GET", &file, &mine, "").await).1, "not-approved");
    let picture = call("GET", "/changes?line=2&width=200", json!(null)).await;
    assert_eq!(picture.status, StatusCode::OK, "{}", picture.text());
    let decoded = image::load_from_memory(&picture.body).unwrap().to_rgb8();
    assert!(decoded.width() > 400 && decoded.width() < 420, "{}", decoded.width());
    assert_eq!(call("GET", "/changes?line=9", json!(null)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(call("GET", "/changes?width=20", json!(null)).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    the_shop_makes_what_is_approved(&service, &path, &mine, &second, &body).await;
}

/// The shop cannot make what nobody approved, and cannot approve by itself.
async fn the_shop_makes_what_is_approved(service: &Service, path: &str, mine: &str, order: &Value, body: &Value) {
    let (_, shop) = shop_keys::key(service, &[Scope::OrdersRead, Scope::OrdersWrite]).await;
    let call = async |method: &str, what: &str, body: &Value| {
        service.call(method, &format!("{path}{what}"), mine, body.to_string()).await
    };
    let bearer = format!("Bearer {shop}");
    let status = async |status: &str| {
        let body = json!({ "status": status }).to_string();
        shop_keys::call(service, "PUT", &format!("{path}/status"), &bearer, body).await
    };
    assert_eq!(code(&status("in-production").await), (StatusCode::CONFLICT, "wrong-status".to_owned()));
    assert_eq!(code(&status("approved").await), (StatusCode::CONFLICT, "wrong-status".to_owned()));
    let lost = status("lost").await;
    assert_eq!(code(&lost), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-status".to_owned()));
    assert_eq!(pointers(&lost), [("/status".to_owned(), "unknown-value".to_owned())]);
    let again = call("POST", "/approval", &json!({ "hash": order["hash"], "name": "Jo Miller" })).await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(status("in-production").await.status, StatusCode::OK);
    assert_eq!(code(&call("PUT", "", body).await), (StatusCode::CONFLICT, "wrong-status".to_owned()));
    let mine_only = call("PUT", "/status", &json!({ "status": "cancelled" })).await;
    assert_eq!(code(&mine_only), (StatusCode::FORBIDDEN, "shop-only".to_owned()));
    let shipped = status("shipped").await.json();
    let history: Vec<&str> =
        shipped["history"].as_array().unwrap().iter().map(|event| event["kind"].as_str().unwrap()).collect();
    assert_eq!(history, ["placed", "approved", "changed", "approved", "status", "status"]);
}

#[tokio::test]
async fn an_order_is_its_customers_and_the_shops_and_nobody_elses() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &design("MINE")).await;
    let body = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    let placed = place(&service, &mine, "k", &body).await;
    let path = placed.header(header::LOCATION).to_owned();
    let theirs = customer(&service, &design("THEIRS")).await.0;
    let approval = json!({ "hash": placed.json()["hash"], "name": "Mallory" }).to_string();
    for stranger in ["", &theirs] {
        for (method, what, body) in [
            ("GET", "", String::new()),
            ("PUT", "", body.to_string()),
            ("GET", "/files", String::new()),
            ("GET", "/files/1-front.png", String::new()),
            ("GET", "/proof.pdf", String::new()),
            ("GET", "/preview", String::new()),
            ("GET", "/changes", String::new()),
            ("POST", "/approval", approval.clone()),
            ("PUT", "/status", json!({ "status": "cancelled" }).to_string()),
        ] {
            let answer = service.call(method, &format!("{path}{what}"), stranger, body).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {what} {}", answer.text());
        }
        let listed = service.call("GET", "/api/v1/orders", stranger, "").await.json();
        assert_eq!(listed, json!({ "orders": [] }));
    }
    let (_, reader) = shop_keys::key(&service, &[Scope::OrdersRead]).await;
    let listed = shop_keys::call_with(&service, "GET", "/api/v1/orders?status=received", &reader).await.json();
    assert_eq!(listed["orders"][0]["id"], placed.json()["id"]);
    let none = shop_keys::call_with(&service, "GET", "/api/v1/orders?status=shipped", &reader).await.json();
    assert_eq!(none, json!({ "orders": [] }));
    assert_eq!(shop_keys::call_with(&service, "GET", &path, &reader).await.status, StatusCode::OK);
    let bearer = format!("Bearer {reader}");
    let moved = shop_keys::call(&service, "PUT", &format!("{path}/status"), &bearer, "{}".to_owned()).await;
    assert_eq!(code(&moved), (StatusCode::FORBIDDEN, "missing-scope".to_owned()));
    let (_, other) = shop_keys::key(&service, &[Scope::ShopRead]).await;
    assert_eq!(shop_keys::call_with(&service, "GET", &path, &other).await.status, StatusCode::FORBIDDEN);

    // Until it is made, the customer can call it off.
    let cancel = json!({ "status": "cancelled", "note": "changed my mind" }).to_string();
    let cancelled = service.call("PUT", &format!("{path}/status"), &mine, cancel).await;
    assert_eq!(cancelled.json()["status"], "cancelled");
    let late = service.call("POST", &format!("{path}/approval"), &mine, approval).await;
    assert_eq!(code(&late), (StatusCode::CONFLICT, "wrong-status".to_owned()));
}

#[tokio::test]
async fn a_roster_is_one_file_for_what_is_equal_and_one_for_each_name() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &jersey()).await;
    let line = |name: &str, number: &str, size: &str| json!({ "design": id, "size": size, "quantity": 1, "fields": { "name": name, "number": number } });
    let roster = order(&json!([line("OKAFOR", "9", "M"), line("MÜLLER", "10", "M"), line("", "11", "M")]));
    let placed = place(&service, &mine, "k", &roster).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let path = placed.header(header::LOCATION).to_owned();
    let files = service.call("GET", &format!("{path}/files"), &mine, "").await.json();
    let copies: u64 = files["files"].as_array().unwrap().iter().map(|file| file["copies"].as_u64().unwrap()).sum();
    let artworks: usize =
        placed.json()["lines"].as_array().unwrap().iter().map(|line| line["artworks"].as_array().unwrap().len()).sum();
    assert_eq!(copies as usize, artworks, "{files}");
    // The proof names all players, the hash that is approved, and the artworks.
    let proof = service.call("GET", &format!("{path}/proof.pdf"), &mine, "").await;
    assert_eq!((proof.status, proof.header(header::CONTENT_TYPE)), (StatusCode::OK, "application/pdf"));
    assert!(proof.body.starts_with(b"%PDF-") && proof.body.len() > 50_000, "{}", proof.body.len());
    let tag = proof.header(header::ETAG).to_owned();
    let again = Request::get(format!("{path}/proof.pdf")).header(header::COOKIE, &mine).header("if-none-match", tag);
    assert_eq!(service.send(again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED);
    let words = crate::proof::pages(&proof.body).join(" ");
    let hash = placed.json()["hash"].as_str().unwrap().to_owned();
    for wanted in ["OKAFOR", "MÜLLER", &hash[..12], &hash] {
        assert!(words.contains(wanted), "{wanted} is missing in {words}");
    }
    // The pictures of two players differ.
    let picture = async |line: usize| {
        service.call("GET", &format!("{path}/preview?line={line}&view=back&width=200"), &mine, "").await
    };
    let (first, second) = (picture(1).await, picture(2).await);
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert_ne!(first.header("x-artwork-hash"), second.header("x-artwork-hash"));
}

#[tokio::test]
async fn an_order_keeps_the_pictures_that_it_needs() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let mine = customer(&service, &design("ME")).await.0;
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read(root.join("examples/art/dusk.jpg")).unwrap();
    let upload = service.upload("photo.jpg", &source, &mine).await;
    let asset = upload.json()["id"].as_str().unwrap().to_owned();
    let mut document = design("PHOTO");
    document["placements"][0]["layers"][0] =
        json!({ "id": "photo", "type": "image", "asset": asset, "x": 177.8, "y": 150, "width": 150 });
    let saved = service.call("POST", "/api/v1/designs", &mine, document.to_string()).await.json();
    let body = order(&json!([{ "design": saved["id"], "size": "M", "quantity": 1 }]));
    let placed = place(&service, &mine, "k", &body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let path = placed.header(header::LOCATION).to_owned();
    let deleted =
        service.call("DELETE", &format!("/api/v1/designs/{}", saved["id"].as_str().unwrap()), &mine, "").await;
    assert_eq!(deleted.status, StatusCode::NO_CONTENT);
    let picture = service.call("GET", &format!("{path}/preview?width=100"), &mine, "").await;
    assert_eq!(picture.status, StatusCode::OK, "{}", picture.text());
}

#[tokio::test]
async fn the_examples_of_an_orders_bodies_work() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &design("EXAMPLE")).await;
    let (_, shop) = shop_keys::key(&service, &[Scope::OrdersRead, Scope::OrdersWrite]).await;
    let description = service.get("/api/openapi.json").await.json();
    let example = |path: &str, method: &str| {
        description["paths"][path][method]["requestBody"]["content"]["application/json"]["example"].clone()
    };
    let with_design = |mut order: Value| {
        order["lines"].as_array_mut().unwrap().iter_mut().for_each(|line| line["design"] = json!(id));
        order
    };
    let placed = place(&service, &mine, "k", &with_design(example("/api/v1/orders", "post"))).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let path = placed.header(header::LOCATION).to_owned();
    let changed = with_design(example("/api/v1/orders/{id}", "put")).to_string();
    let changed = service.call("PUT", &path, &mine, changed).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let mut approval = example("/api/v1/orders/{id}/approval", "post");
    assert_eq!(approval["hash"].as_str().map(str::len), Some(64));
    approval["hash"] = changed.json()["hash"].clone();
    let approved = service.call("POST", &format!("{path}/approval"), &mine, approval.to_string()).await;
    assert_eq!(approved.status, StatusCode::OK, "{}", approved.text());
    let status = example("/api/v1/orders/{id}/status", "put").to_string();
    let moved = shop_keys::call(&service, "PUT", &format!("{path}/status"), &format!("Bearer {shop}"), status).await;
    assert_eq!((moved.status, moved.json()["status"].as_str()), (StatusCode::OK, Some("in-production")));
    let design = example("/api/v1/designs/{id}", "put").to_string();
    let saved = service.call("PUT", &format!("/api/v1/designs/{id}"), &mine, design).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
}

#[tokio::test]
async fn only_the_shop_accepts_what_preflight_calls_an_error() {
    let service = Service::new().await;
    let mut outside = design("FAR OUT");
    outside["placements"][0]["layers"][0]["x"] = json!(350);
    let (mine, id) = customer(&service, &outside).await;
    let (_, shop) = shop_keys::key(&service, &[Scope::OrdersRead, Scope::OrdersWrite]).await;
    let (_, reader) = shop_keys::key(&service, &[Scope::OrdersRead]).await;
    let with_key = async |key: &str, order: &Value| {
        let request = Request::post("/api/v1/orders").header("idempotency-key", "shop");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        service.send(request.body(Body::from(order.to_string())).unwrap()).await
    };
    let mut order = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    let refused = place(&service, &mine, "k", &order).await;
    let errors = refused.json()["errors"].as_array().unwrap().clone();
    assert!(!errors.is_empty() && errors.iter().all(|problem| problem["code"] == "unfit"), "{}", refused.text());
    let rule = |problem: &Value| {
        let message = problem["message"].as_str().unwrap();
        message[message.rfind('[').unwrap() + 1..].split(']').next().unwrap().to_owned()
    };
    let rules: Vec<String> = errors.iter().map(rule).collect();
    assert!(rules.contains(&"outside-area".to_owned()), "{rules:?}");
    order["accept"] = json!(rules);
    let customers = place(&service, &mine, "k", &order).await;
    assert_eq!(pointers(&customers), [("/accept".to_owned(), "shop-only".to_owned())], "{}", customers.text());
    assert_eq!(with_key(&reader, &order).await.status, StatusCode::FORBIDDEN);
    order["accept"] = json!(["outside-aera"]);
    let unknown = pointers(&with_key(&shop, &order).await);
    assert!(unknown.contains(&("/accept/0".to_owned(), "unknown-rule".to_owned())), "{unknown:?}");
    order["accept"] = json!(rules);
    let placed = with_key(&shop, &order).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    // It is the customer's order, who approves it; what the customer changes is looked at again.
    let path = placed.header(header::LOCATION).to_owned();
    let seen = service.call("GET", &path, &mine, "").await;
    assert_eq!((seen.status, &seen.json()["order"]["accept"]), (StatusCode::OK, &json!(rules)));
    order.as_object_mut().unwrap().remove("accept");
    let changed = service.call("PUT", &path, &mine, order.to_string()).await;
    assert_eq!(code(&changed), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-order".to_owned()));
}

#[tokio::test]
async fn a_day_that_is_past_is_refused_and_today_is_not() {
    let service = Service::new().await;
    let (mine, id) = customer(&service, &design("SOON")).await;
    let day = |days: i64| platen::server::rfc3339(platen::server::now_ms() + days * 86_400_000)[..10].to_owned();
    let mut order = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    order["due"] = json!(day(-2));
    let late = place(&service, &mine, "late", &order).await;
    assert_eq!(pointers(&late), [("/due".to_owned(), "past".to_owned())], "{}", late.text());
    assert!(late.json()["errors"][0]["hint"].is_string());
    order["due"] = json!(day(0));
    let placed = place(&service, &mine, "today", &order).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let path = placed.header(header::LOCATION).to_owned();
    order["due"] = json!(day(-2));
    let back = service.call("PUT", &path, &mine, order.to_string()).await;
    assert_eq!(pointers(&back), [("/due".to_owned(), "past".to_owned())], "{}", back.text());
}
