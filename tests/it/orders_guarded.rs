//! What orders must not do: take pictures over, revive an approval, print what was cancelled.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::Scope;
use serde_json::{Value, json};

use crate::orders::{code, customer, order, place};
use crate::server::{Answer, Service, design, fixture};
use crate::shop_keys;

fn layer(document: &mut Value, layer: Value) {
    document["placements"][0]["layers"].as_array_mut().unwrap().push(layer);
}

fn picture(asset: &Value) -> Value {
    json!({ "id": "picture", "type": "image", "asset": asset, "x": 150, "y": 150, "width": 60 })
}

#[tokio::test]
async fn a_design_with_a_graphic_of_the_shop_can_be_ordered() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let graphics = service.get("/api/v1/graphics").await.json();
    let mut document = design("CREW");
    layer(&mut document, picture(&graphics[0]["id"]));
    let (mine, id) = customer(&service, &document).await;
    let placed = place(&service, &mine, "one", &order(&json!([{ "design": id, "size": "M", "quantity": 2 }]))).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
}

#[tokio::test]
async fn a_hidden_layer_takes_nobodys_picture_over() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let theirs = service.upload("rgb.png", &fixture("pictures/rgb.png"), "").await;
    let asset = theirs.json()["id"].clone();
    let mut document = design("SPY");
    let mut hidden = picture(&asset);
    hidden["hidden"] = json!(true);
    layer(&mut document, hidden);
    let (mine, id) = customer(&service, &document).await;
    let placed = place(&service, &mine, "one", &order(&json!([{ "design": id, "size": "M", "quantity": 1 }]))).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let mut shown = design("SPY");
    layer(&mut shown, picture(&asset));
    let drawn = service.call("POST", "/api/v1/previews?width=100", &mine, shown.to_string()).await;
    assert_eq!(drawn.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", drawn.text());
    assert!(drawn.text().contains("unknown-asset"), "{}", drawn.text());
    let own = service.call("POST", "/api/v1/previews?width=100", &theirs.cookie(), shown.to_string()).await;
    assert_eq!(own.status, StatusCode::OK, "whoever brought it may");
}

#[tokio::test]
async fn a_change_there_and_back_needs_a_new_approval_and_a_cancelled_order_prints_nothing() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (mine, id) = customer(&service, &design("BACK")).await;
    let lines = |quantity: u32| order(&json!([{ "design": id, "size": "M", "quantity": quantity }]));
    let placed = place(&service, &mine, "one", &lines(5)).await;
    let path = placed.header(header::LOCATION).to_owned();
    let call = async |method: &str, what: &str, body: Value| -> Answer {
        service.call(method, &format!("{path}{what}"), &mine, body.to_string()).await
    };
    let approval = json!({ "hash": placed.json()["hash"], "name": "Jo Miller" });
    assert_eq!(call("POST", "/approval", approval.clone()).await.status, StatusCode::OK);
    assert_eq!(call("PUT", "", lines(6)).await.json()["approval"]["holds"], false);
    let back = call("PUT", "", lines(5)).await.json();
    assert_eq!(back["hash"], placed.json()["hash"]);
    assert_eq!((&back["status"], &back["approval"]["holds"]), (&json!("received"), &json!(false)));
    assert_eq!(code(&call("GET", "/files/1-front.png", json!(null)).await).1, "not-approved");

    let again = call("POST", "/approval", approval.clone()).await.json();
    assert_eq!((&again["status"], &again["approval"]["holds"]), (&json!("approved"), &json!(true)));
    let twice = call("POST", "/approval", approval).await.json();
    assert_eq!(twice["history"].as_array().unwrap().len(), again["history"].as_array().unwrap().len());
    assert_eq!(call("GET", "/files/1-front.png", json!(null)).await.status, StatusCode::OK);
    assert_eq!(call("PUT", "/status", json!({ "status": "cancelled" })).await.status, StatusCode::OK);
    let gone = call("GET", "/files/1-front.png", json!(null)).await;
    assert_eq!(code(&gone).1, "not-approved");
    assert!(gone.text().contains("cancelled"), "{}", gone.text());
    let seal = call("GET", "", json!(null)).await.json()["approval"].take();
    assert_eq!((&seal["holds"], &seal["changed"]), (&json!(false), &json!([])));
}

#[tokio::test]
async fn an_added_line_is_told_and_a_blank_name_is_refused() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (mine, id) = customer(&service, &design("MORE")).await;
    let line = json!({ "design": id, "size": "M", "quantity": 1 });
    let placed = place(&service, &mine, "one", &order(&json!([line]))).await;
    let path = placed.header(header::LOCATION).to_owned();
    let approval = json!({ "hash": placed.json()["hash"], "name": "Jo Miller" });
    service.call("POST", &format!("{path}/approval"), &mine, approval.to_string()).await;
    let more = order(&json!([line, { "design": id, "size": "L", "quantity": 1 }]));
    assert_eq!(service.call("PUT", &path, &mine, more.to_string()).await.status, StatusCode::OK);
    for (line, words) in [(1, "lines after line 1 were added"), (2, "line 2 was added after the approval")] {
        let told = service.call("GET", &format!("{path}/changes?line={line}"), &mine, "").await;
        assert_eq!(code(&told), (StatusCode::CONFLICT, "no-change".to_owned()));
        assert!(told.text().contains(words), "{}", told.text());
    }
    let mut blank = order(&json!([line]));
    blank["contact"]["name"] = json!("  ");
    let refused = place(&service, &mine, "two", &blank).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.json()["errors"][0]["pointer"], "/contact/name");
}

#[tokio::test]
async fn a_customer_keeps_so_many_pictures_and_orders_so_often() {
    let service = Service::with(|config| {
        config.limits.preview_ms = 60_000;
        (config.limits.uploads, config.limits.orders_per_day) = (2, 1);
    })
    .await;
    let (mine, id) = customer(&service, &design("MORE")).await;
    let (one, two, three) =
        (fixture("pictures/rgb.png"), fixture("pictures/grey.jpg"), fixture("pictures/margins.png"));
    for picture in [&one, &two] {
        assert_eq!(service.upload("a.png", picture, &mine).await.status, StatusCode::CREATED);
    }
    let more = service.upload("c.png", &three, &mine).await;
    assert_eq!(code(&more), (StatusCode::CONFLICT, "too-many-uploads".to_owned()));
    assert!(more.text().contains("2 pictures are kept"), "{}", more.text());
    let again = service.upload("again.png", &one, &mine).await;
    assert_eq!((again.status, &again.json()["name"]), (StatusCode::CREATED, &json!("a.png")), "it is kept already");
    assert_eq!(
        service.upload("c.png", &three, "").await.status,
        StatusCode::CREATED,
        "another customer's count is their own"
    );

    let body = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    let placed = place(&service, &mine, "one", &body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let more = place(&service, &mine, "two", &body).await;
    assert_eq!(code(&more), (StatusCode::TOO_MANY_REQUESTS, "too-many-orders".to_owned()));
    assert_ne!(more.header(header::RETRY_AFTER), "");
    let again = place(&service, &mine, "one", &body).await;
    assert_eq!(
        (again.status, &again.json()["id"]),
        (StatusCode::CREATED, &placed.json()["id"]),
        "one that is there is told"
    );
    // The shop places as many as it likes, and its keys are its own: "one" is free.
    let (_, key) = shop_keys::key(&service, &[Scope::OrdersWrite]).await;
    for name in ["one", "three"] {
        let request = Request::post("/api/v1/orders").header("idempotency-key", name);
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        let shops = service.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(shops.status, StatusCode::CREATED, "{}", shops.text());
        assert_ne!(shops.json()["id"], placed.json()["id"]);
    }
}

#[tokio::test]
async fn pictures_of_one_customer_take_so_many_bytes() {
    let picture = fixture("pictures/rgb.png");
    let most = picture.len() as u64;
    let service = Service::with(|config| config.limits.uploads_bytes = most).await;
    let first = service.upload("a.png", &picture, "").await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text());
    let more = service.upload("b.png", &fixture("pictures/grey.jpg"), &first.cookie()).await;
    assert_eq!(code(&more), (StatusCode::CONFLICT, "too-many-uploads".to_owned()));
}

#[tokio::test]
async fn the_shop_finds_an_order_by_what_is_said_on_the_telephone_and_does_not_approve_it() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (mine, id) = customer(&service, &design("RING")).await;
    let body = order(&json!([
        { "design": id, "size": "M", "quantity": 16 }, { "design": id, "color": "black", "size": "M", "quantity": 12 }
    ]));
    let placed = place(&service, &mine, "one", &body).await.json();
    let number = placed["number"].as_str().unwrap();
    assert_eq!(number.replace('-', "").to_lowercase(), placed["id"].as_str().unwrap()[..8]);
    let (_, key) = shop_keys::key(&service, &[Scope::OrdersRead]).await;
    let find = async |number: &str| {
        shop_keys::call_with(&service, "GET", &format!("/api/v1/orders?number={number}"), &key).await
    };
    for said in [number.to_owned(), number.to_lowercase(), number.replace('-', "%20")] {
        let found = find(&said).await.json();
        assert_eq!(found["orders"].as_array().unwrap().len(), 1, "{found}");
        let one = &found["orders"][0];
        assert_eq!((&one["id"], &one["number"]), (&placed["id"], &placed["number"]));
        assert_eq!((&one["summary"]["name"], &one["summary"]["pieces"]), (&body["contact"]["name"], &json!(28)));
        assert_eq!((&one["summary"]["total"], &one["summary"]["currency"]), (&placed["total"], &json!("USD")));
    }
    assert_eq!(find("ZZZZ-ZZZZ").await.json()["orders"], json!([]));
    assert_eq!(find("7K2M%25").await.status, StatusCode::BAD_REQUEST);

    // Both colors together reach the break of 26 pieces, and the total is the sum of all that is charged.
    let lines: Vec<&Value> =
        placed["quotes"].as_array().unwrap().iter().flat_map(|quote| quote["lines"].as_array().unwrap()).collect();
    let discounts: Vec<&&Value> = lines.iter().filter(|line| line["code"] == "discount").collect();
    assert_eq!(discounts.len(), 2);
    assert!(discounts.iter().all(|line| line["reason"].as_str().unwrap().contains("from 26 pieces")), "{discounts:?}");
    let charges = placed["charges"].as_array().unwrap();
    let all: i64 = lines.into_iter().chain(charges).map(|line| line["amount"].as_i64().unwrap()).sum();
    assert_eq!(placed["total"], all);

    let path = format!("/api/v1/orders/{}/approval", placed["id"].as_str().unwrap());
    let approval = json!({ "hash": placed["hash"], "name": "The shop" }).to_string();
    let shops = shop_keys::call(&service, "POST", &path, &format!("Bearer {key}"), approval).await;
    assert_eq!(code(&shops), (StatusCode::FORBIDDEN, "customer-only".to_owned()));
}

/// A crew's design with a name on the back.
fn named_on_the_back() -> Value {
    let mut document = design("CREW");
    document["fields"] = json!([{ "id": "name", "label": "Name", "sample": "LEE" }]);
    let name = json!({ "id": "name", "type": "text", "text": "{{name}}", "font": "Anton", "size": 60, "fill": "#ffffff", "x": 150, "y": 100 });
    document["placements"].as_array_mut().unwrap().push(json!({ "area": "back", "layers": [name] }));
    document
}

#[tokio::test]
async fn each_name_is_priced_with_its_own_print() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let document = named_on_the_back();
    let (mine, id) = customer(&service, &document).await;
    let line = |name: &str, quantity: u32| json!({ "design": id, "size": "M", "quantity": quantity, "fields": { "name": name } });
    let body = order(&json!([line("LEE", 2), line("OKAFOR", 3)]));
    let placed = place(&service, &mine, "one", &body).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let placed = placed.json();
    let quotes = placed["quotes"].as_array().unwrap();
    assert_eq!((quotes.len(), &quotes[0]["pieces"]), (1, &json!(5)), "one design in one color");
    let backs = quotes[0]["lines"].as_array().unwrap().iter().filter(|line| {
        let code = line["code"].as_str().unwrap();
        line["label"].as_str().unwrap().ends_with("Back") && !["screens", "setup"].contains(&code)
    });
    let backs: Vec<(u64, i64)> =
        backs.map(|line| (line["quantity"].as_u64().unwrap(), line["unit"].as_i64().unwrap())).collect();
    let [(2, short), (3, long)] = backs[..] else { panic!("{placed}") };
    assert!(short < long, "{placed}");
}

#[tokio::test]
async fn an_order_goes_on_without_its_design_and_shows_the_side_that_changed() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let document = named_on_the_back();
    let (mine, id) = customer(&service, &document).await;
    let with = |name: &str| order(&json!([{ "design": id, "size": "M", "quantity": 1, "fields": { "name": name } }]));
    let placed = place(&service, &mine, "one", &with("LEE")).await;
    let path = placed.header(header::LOCATION).to_owned();
    let call = async |method: &str, what: &str, body: Value| -> Answer {
        service.call(method, &format!("{path}{what}"), &mine, body.to_string()).await
    };
    let approval = json!({ "hash": placed.json()["hash"], "name": "Jo Miller" });
    assert_eq!(call("POST", "/approval", approval).await.status, StatusCode::OK);
    let same = call("PUT", "", with("LEE")).await.json();
    assert_eq!((&same["revision"], &same["approval"]["holds"]), (&json!(1), &json!(true)), "nothing has changed");

    assert_eq!(
        service.call("DELETE", &format!("/api/v1/designs/{id}"), &mine, "").await.status,
        StatusCode::NO_CONTENT
    );
    let mut moved = with("LEE");
    moved["ship_to"] = json!("12 Harbour Street");
    let moved = call("PUT", "", moved).await;
    assert_eq!(moved.status, StatusCode::OK, "{}", moved.text());
    assert_eq!(moved.json()["hash"], placed.json()["hash"]);
    assert_eq!(moved.json()["approval"]["holds"], false, "where it goes is something else to agree to");
    assert_eq!(moved.json()["history"].as_array().unwrap().last().unwrap()["detail"], "ship_to");

    assert_eq!(call("PUT", "", with("KIM")).await.status, StatusCode::OK);
    let shown = call("GET", "/changes?line=1&width=200", json!(null)).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    let back = call("GET", "/changes?line=1&width=200&view=back", json!(null)).await;
    assert_eq!(shown.body, back.body);
}

#[tokio::test]
async fn who_needs_it_before_the_rush_is_done_is_told_so_and_the_shop_decides() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (mine, id) = customer(&service, &design("SOON")).await;
    let shop = service.get("/api/v1/shop").await.json();
    let rush = |days: u64| {
        let ways = shop["rush"].as_array().unwrap();
        ways.iter().find(|way| way["days"] == days).unwrap()["id"].clone()
    };
    // A day that is past nowhere, and on which no rush of three days can be done.
    let today = platen::server::rfc3339(platen::server::now_ms());
    let mut soon = order(&json!([{ "design": id, "size": "M", "quantity": 1 }]));
    (soon["due"], soon["rush"]) = (json!(today[..10]), rush(3));
    let refused = place(&service, &mine, "soon", &soon).await;
    assert_eq!(code(&refused), (StatusCode::UNPROCESSABLE_ENTITY, "invalid-order".to_owned()), "{}", refused.text());
    let problem = refused.json()["errors"][0].clone();
    assert_eq!((&problem["pointer"], &problem["code"]), (&json!("/due"), &json!("too-soon")));
    assert!(problem["hint"].as_str().unwrap().starts_with("write 20"), "{problem}");
    let (_, key) = shop_keys::key(&service, &[Scope::OrdersWrite]).await;
    let request = Request::post("/api/v1/orders")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header("idempotency-key", "shop");
    let by_shop = service.send(request.body(Body::from(soon.to_string())).unwrap()).await;
    assert_eq!(by_shop.status, StatusCode::CREATED, "{}", by_shop.text());
    // What the shop has taken on stays as it is when the customer changes something else.
    let path = by_shop.header(header::LOCATION).to_owned();
    soon["note"] = json!("Ring twice.");
    let noted = service.call("PUT", &path, &mine, soon.to_string()).await;
    assert_eq!(noted.status, StatusCode::OK, "{}", noted.text());
    let tomorrow = platen::server::rfc3339(platen::server::now_ms() + 24 * 3_600_000);
    soon["due"] = json!(tomorrow[..10]);
    let hasty = service.call("PUT", &path, &mine, soon.to_string()).await;
    assert_eq!(hasty.json()["errors"][0]["code"], "too-soon", "{}", hasty.text());
}
