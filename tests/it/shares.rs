//! The links of a design: its owner sees them all, and takes back one or all.

use std::cmp::Reverse;

use axum::http::{StatusCode, header};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::server::{Service, design};

#[tokio::test]
async fn links_are_listed_for_their_owner_and_taken_back_one_by_one() {
    let service = Service::new().await;
    let saved = service.post("/api/v1/designs", &design("LINKS")).await;
    let (mine, theirs) = (saved.cookie(), service.post("/api/v1/designs", &design("OTHER")).await);
    let path = format!("{}/shares", saved.header(header::LOCATION));
    let list = async |query: &str| service.call("GET", &format!("{path}{query}"), &mine, "").await.json();
    assert_eq!(list("").await, json!({ "shares": [] }));
    let mut made = Vec::new();
    for _ in 0..3 {
        let link = service.call("POST", &path, &mine, "").await;
        assert_eq!(link.status, StatusCode::CREATED);
        made.push(link.json());
    }
    let mut listed = list("").await["shares"].as_array().unwrap().clone();
    // Written times have no zeros at their end: as text they do not sort.
    let made_at =
        |link: &serde_json::Value| OffsetDateTime::parse(link["created_at"].as_str().unwrap(), &Rfc3339).unwrap();
    assert!(listed.is_sorted_by_key(|link| Reverse(made_at(link))), "{listed:?}");
    let by_token = |link: &serde_json::Value| link["token"].as_str().unwrap().to_owned();
    listed.sort_by_key(by_token);
    let mut expected = made.clone();
    expected.sort_by_key(by_token);
    assert_eq!(listed, expected, "as they were told when they were made");
    let first = list("?limit=2").await;
    let rest = list(&format!("?limit=2&after={}", first["next"].as_str().unwrap())).await;
    assert_eq!((first["shares"].as_array().unwrap().len(), rest["shares"].as_array().unwrap().len()), (2, 1));
    assert!(rest["next"].is_null(), "{rest}");

    let one = |at: usize| format!("{path}/{}", made[at]["token"].as_str().unwrap());
    for stranger in ["", &theirs.cookie()] {
        assert_eq!(service.call("GET", &path, stranger, "").await.status, StatusCode::NOT_FOUND);
        assert_eq!(service.call("DELETE", &one(0), stranger, "").await.status, StatusCode::NOT_FOUND);
    }
    // A link of one design is none of another.
    let elsewhere = format!("{}/shares/{}", theirs.header(header::LOCATION), made[0]["token"].as_str().unwrap());
    assert_eq!(service.call("DELETE", &elsewhere, &theirs.cookie(), "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.call("DELETE", &one(0), &mine, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(service.call("DELETE", &one(0), &mine, "").await.status, StatusCode::NOT_FOUND);
    let leads = async |at: usize| service.get(made[at]["url"].as_str().unwrap()).await.status;
    assert_eq!(
        [leads(0).await, leads(1).await],
        [StatusCode::NOT_FOUND, StatusCode::OK],
        "the others lead to it still"
    );
    assert_eq!(list("").await["shares"].as_array().unwrap().len(), 2);
    assert_eq!(service.call("DELETE", &path, &mine, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(leads(1).await, StatusCode::NOT_FOUND);
}
