//! What orders must not do: take pictures over, revive an approval, print what was cancelled.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::orders::{code, customer, order, place};
use crate::server::{Answer, Service, design, fixture};

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
