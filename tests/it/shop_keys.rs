//! Keys of the shop's own programs, over the real router.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::{KeyRow, KeySecret, Scope, Store};
use serde_json::json;

use crate::server::{Answer, Service};

/// A key with these scopes in the service's own store.
pub(crate) async fn key(service: &Service, scopes: &[Scope]) -> (KeyRow, String) {
    let store = Store::open(&service.data, None, None).await.unwrap();
    let secret = KeySecret::random().unwrap();
    let row = store.add_key(&secret, "press room", scopes, 1_000).await.unwrap();
    store.close().await;
    (row, secret.reveal().to_owned())
}

pub(crate) async fn call(service: &Service, method: &str, path: &str, authorization: &str, body: String) -> Answer {
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, authorization);
    service.send(request.body(Body::from(body)).unwrap()).await
}

pub(crate) async fn call_with(service: &Service, method: &str, path: &str, key: &str) -> Answer {
    call(service, method, path, &format!("Bearer {key}"), String::new()).await
}

#[tokio::test]
async fn a_key_opens_its_calls_until_it_is_revoked() {
    let service = Service::new().await;
    let (row, mine) = key(&service, &[Scope::ShopRead]).await;
    let shown = call_with(&service, "GET", "/api/v1/keys/current", &mine).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    assert_eq!(
        shown.json(),
        json!({ "id": row.id, "name": "press room", "scopes": ["shop:read"], "created_at": "1970-01-01T00:00:01Z" })
    );
    let list = call_with(&service, "GET", "/api/v1/keys", &mine).await.json();
    assert!(list[0]["id"] == row.id.as_str() && list[0]["last_used_at"].is_string(), "{list}");

    let path = format!("/api/v1/keys/{}", row.id);
    let lacking = call_with(&service, "DELETE", &path, &mine).await;
    assert_eq!((lacking.status, lacking.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("missing-scope")));
    assert!(lacking.json()["detail"].as_str().unwrap().contains("shop:write"));
    let (_, master) = key(&service, &[Scope::ShopWrite]).await;
    assert_eq!(call_with(&service, "DELETE", "/api/v1/keys/x", &master).await.status, StatusCode::NOT_FOUND);
    for _ in 0..2 {
        assert_eq!(call_with(&service, "DELETE", &path, &master).await.status, StatusCode::NO_CONTENT);
    }
    for call in [("GET", "/api/v1/keys/current"), ("GET", "/api/v1/keys")] {
        let refused = call_with(&service, call.0, call.1, &mine).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (StatusCode::UNAUTHORIZED, Some("no-shop-key")));
    }
}

/// Holds whatever calls there are against what the description says of them.
#[tokio::test]
async fn every_call_that_declares_a_key_refuses_those_without_its_scope() {
    let service = Service::new().await;
    let description = service.get("/api/openapi.json").await.json();
    assert_eq!(description["components"]["securitySchemes"]["shopKey"]["scheme"], "bearer");
    let mut calls = 0;
    for (path, methods) in description["paths"].as_object().unwrap() {
        for (method, call) in methods.as_object().unwrap() {
            let Some(scopes) = call["security"][0]["shopKey"].as_array() else { continue };
            calls += 1;
            let (method, path) = (method.to_uppercase(), path.replace(['{', '}'], ""));
            let unknown = format!("Bearer {}", KeySecret::random().unwrap().reveal());
            for (authorization, challenge) in [
                ("", "Bearer realm=\"Platen\""),
                ("Basic cGxhdGVuOg==", "Bearer realm=\"Platen\""),
                ("Bearer x", "Bearer realm=\"Platen\", error=\"invalid_token\""),
                (&unknown, "Bearer realm=\"Platen\", error=\"invalid_token\""),
            ] {
                let answer = self::call(&service, &method, &path, authorization, String::new()).await;
                assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{method} {path} {authorization}");
                assert_eq!(answer.header(header::WWW_AUTHENTICATE), challenge, "{method} {path} {authorization}");
                assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
            }
            assert!(call["responses"]["401"].is_object(), "{method} {path} does not describe 401");
            let Some(needed) = scopes.first().map(|scope| scope.as_str().unwrap()) else { continue };
            assert!(call["responses"]["403"].is_object(), "{method} {path} does not describe 403");
            let others: Vec<Scope> = Scope::ALL.into_iter().filter(|scope| scope.name() != needed).collect();
            assert_eq!(others.len() + 1, Scope::ALL.len(), "{needed} is a scope");
            let answer = call_with(&service, &method, &path, &key(&service, &others).await.1).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{method} {path}");
            assert!(answer.json()["detail"].as_str().unwrap().ends_with(needed), "{method} {path}: {}", answer.text());
        }
    }
    assert!(calls >= 3, "{calls}");
    let page = service.get("/api/docs").await.text();
    assert!(page.contains("Needs a shop key with <code>shop:write</code>"));
}

#[tokio::test]
async fn a_key_has_a_bucket_of_its_own_and_a_false_one_has_none() {
    let service = Service::with(|config| {
        config.limits.points_per_minute = 2;
        config.limits.key_points_per_minute = 5;
    })
    .await;
    let (_, mine) = key(&service, &[]).await;
    let (_, other) = key(&service, &[]).await;
    // Not a design: the call costs its point and little time.
    let save = async |authorization: &str| {
        let answer = call(&service, "POST", "/api/v1/designs", authorization, "{}".to_owned()).await;
        (answer.status.as_u16(), answer.header("ratelimit-limit").to_owned())
    };
    let with = |key: &str| format!("Bearer {key}");
    for _ in 0..5 {
        assert_eq!(save(&with(&mine)).await, (422, "5".to_owned()));
    }
    assert_eq!(save(&with(&mine)).await, (429, "5".to_owned()));
    assert_eq!(save(&with(&other)).await.0, 422, "another key's bucket is full");
    // Who tries keys pays for it, even where reading is free, and gets no fresh bucket for each.
    for expected in [200, 200, 429] {
        let guess = KeySecret::random().unwrap();
        let answer = call_with(&service, "GET", "/api/v1/inks", guess.reveal()).await;
        assert_eq!(answer.status.as_u16(), expected);
    }
    assert_eq!(save("").await, (429, "2".to_owned()));
    assert_eq!(service.get("/api/v1/inks").await.status, StatusCode::OK, "reading without a key stays free");
    assert_eq!(save(&with(&other)).await.0, 422);
}

#[tokio::test]
async fn a_key_that_opens_nothing_is_looked_up_once() {
    let service = Service::new().await;
    let store = Store::open(&service.data, None, None).await.unwrap();
    let (tried, other) = (KeySecret::random().unwrap(), KeySecret::random().unwrap());
    let ask =
        async |secret: &KeySecret| call_with(&service, "GET", "/api/v1/keys/current", secret.reveal()).await.status;
    assert_eq!(ask(&tried).await, StatusCode::UNAUTHORIZED);
    // Were it looked up again, it would be found.
    for secret in [&tried, &other] {
        store.add_key(secret, "press room", &[Scope::ShopRead], 1_000).await.unwrap();
    }
    assert_eq!([ask(&tried).await, ask(&other).await], [StatusCode::UNAUTHORIZED, StatusCode::OK]);
    store.close().await;
}

#[tokio::test]
async fn what_the_shop_calls_its_customers_is_told_to_its_programs_alone() {
    let service = crate::suggestions::service().await;
    let events = crate::suggestions::key(&service).await;
    let style = crate::suggestions::recipe("red", "white", "Bangers");
    let of_kind = |id: usize| {
        let mut order = crate::suggestions::order(id, &format!("c{id}"), &style);
        order["segment"] = json!("slow payers");
        order
    };
    crate::suggestions::tell(&service, &events, (0..10).map(of_kind).collect()).await;
    let wish = |kind: &str| json!({ "mode": "complete", "n": 24, "segment": kind });
    crate::suggestions::becomes(&service, "", &wish(""), |answer| crate::suggestions::shows(answer, &style)).await;
    let ask = async |key: &str, kind: &str| {
        call(&service, "POST", "/api/v1/suggestions", &format!("Bearer {key}"), wish(kind).to_string()).await
    };
    assert_eq!(ask(&events, "slow payers").await.status, StatusCode::OK);
    assert!(ask(&events, "misers").await.text().contains("slow payers"));
    let other = key(&service, &[Scope::OrdersRead]).await.1;
    let visitor = service.post("/api/v1/suggestions", &wish("misers")).await;
    let guessed = service.post("/api/v1/suggestions", &wish("slow payers")).await;
    for answer in [visitor, ask(&other, "misers").await] {
        assert!(
            answer.status == StatusCode::BAD_REQUEST && !answer.text().contains("slow payers"),
            "{}",
            answer.text()
        );
    }
    assert_eq!(guessed.status, StatusCode::BAD_REQUEST, "whether there is one is not told either");
}
