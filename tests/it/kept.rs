//! What a customer finds again: the history of designs, and uploads.

use axum::http::{StatusCode, header};
use serde_json::{Value, json};

use crate::server::{Service, design, fixture};

/// All entries of a list that comes in pages of two, and how many pages there were.
async fn pages(service: &Service, path: &str, list: &str, cookie: &str) -> (Vec<Value>, usize) {
    let (mut entries, mut count, mut after) = (Vec::new(), 0, String::new());
    loop {
        let answer = service.call("GET", &format!("{path}?limit=2{after}"), cookie, "").await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let page = answer.json();
        entries.extend(page[list].as_array().unwrap().iter().cloned());
        count += 1;
        let Some(next) = page["next"].as_str() else { return (entries, count) };
        after = format!("&after={next}");
    }
}

#[tokio::test]
async fn a_design_can_be_put_back_to_what_it_was() {
    let service = Service::new().await;
    let created = service.post("/api/v1/designs", &design("FIRST")).await;
    let (mine, path) = (created.cookie(), created.header(header::LOCATION).to_owned());
    for words in ["SECOND", "THIRD", "FOURTH"] {
        let saved = service.call("PUT", &path, &mine, design(words).to_string()).await;
        assert_eq!(saved.status, StatusCode::OK, "{}", saved.text());
    }
    let (list, n_pages) = pages(&service, &format!("{path}/revisions"), "revisions", &mine).await;
    let titles: Vec<_> = list.iter().map(|entry| (entry["revision"].as_i64().unwrap(), &entry["title"])).collect();
    assert_eq!(n_pages, 2);
    assert_eq!(titles, [(4, &json!("FOURTH")), (3, &json!("THIRD")), (2, &json!("SECOND")), (1, &json!("FIRST"))]);

    let first = service.call("GET", &format!("{path}/revisions/1"), &mine, "").await.json();
    assert_eq!(
        (&first["revision"], &first["title"], &first["created_at"]),
        (&json!(1), &json!("FIRST"), &list[3]["created_at"])
    );
    let back = service.call("PUT", &path, &mine, first["document"].to_string()).await.json();
    assert_eq!((&back["revision"], &back["document"]), (&json!(5), &first["document"]));
    let fourth = service.call("GET", &format!("{path}/revisions/4"), &mine, "").await.json();
    assert_eq!(fourth["title"], "FOURTH", "nothing is lost by it");

    for revision in ["6", "0", "-1", "x", "99999999999999999999"] {
        let answer = service.call("GET", &format!("{path}/revisions/{revision}"), &mine, "").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{revision}");
    }
    for query in ["limit=0", "limit=101", "after=x", "before=1"] {
        let answer = service.call("GET", &format!("{path}/revisions?{query}"), &mine, "").await;
        assert_eq!(
            (answer.status, answer.json()["code"].as_str()),
            (StatusCode::BAD_REQUEST, Some("parameter")),
            "{query}"
        );
    }
    let stranger = service.post("/api/v1/designs", &design("THEIRS")).await.cookie();
    for cookie in ["", stranger.as_str()] {
        for call in ["/revisions", "/revisions/1"] {
            let answer = service.call("GET", &format!("{path}{call}"), cookie, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{call}");
        }
    }
}

#[tokio::test]
async fn uploads_are_listed_and_go_when_nothing_shows_them() {
    let service = Service::new().await;
    let first = service.upload("badge.jpg", &fixture("pictures/badge.jpg"), "").await;
    let mine = first.cookie();
    for name in ["rgb.png", "grey.jpg", "margins.png"] {
        let answer = service.upload(name, &fixture(&format!("pictures/{name}")), &mine).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{name}: {}", answer.text());
    }
    let (list, n_pages) = pages(&service, "/api/v1/uploads", "uploads", &mine).await;
    let names: Vec<&str> = list.iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!((names, n_pages), (vec!["margins.png", "grey.jpg", "rgb.png", "badge.jpg"], 2));
    let badge = first.json();
    assert!(list.contains(&badge), "the list tells what the upload told");
    assert_eq!(service.get("/api/v1/uploads").await.json(), json!({ "uploads": [] }));
    let wrong = service.call("GET", "/api/v1/uploads?after=5-x", &mine, "").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);

    let id = badge["id"].as_str().unwrap();
    let path = format!("/api/v1/uploads/{id}");
    let file = service.data.join("files/uploads").join(&id[..2]).join(id);
    let mut document = design("A");
    document["name"] = json!("Badge shirt");
    document["placements"][0]["layers"][0] = json!({ "id": "group", "type": "group", "x": 177.8, "y": 150,
        "layers": [{ "id": "badge", "type": "image", "asset": id, "x": 0, "y": 0, "width": 150 }] });
    let saved = service.call("POST", "/api/v1/designs", &mine, document.to_string()).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let used = service.call("DELETE", &path, &mine, "").await;
    assert_eq!((used.status, used.json()["code"].as_str()), (StatusCode::CONFLICT, Some("upload-in-use")));
    assert!(used.json()["detail"].as_str().unwrap().contains("\"Badge shirt\""), "{}", used.text());
    let stranger = service.post("/api/v1/designs", &design("B")).await.cookie();
    for cookie in ["", stranger.as_str()] {
        assert_eq!(service.call("DELETE", &path, cookie, "").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(service.call("GET", &path, &mine, "").await.status, StatusCode::OK);

    let design = saved.header(header::LOCATION);
    assert_eq!(service.call("DELETE", design, &mine, "").await.status, StatusCode::NO_CONTENT);
    assert!(file.exists());
    assert_eq!(service.call("DELETE", &path, &mine, "").await.status, StatusCode::NO_CONTENT);
    for call in ["", "/proxy", "/original"] {
        assert_eq!(service.call("GET", &format!("{path}{call}"), &mine, "").await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(service.call("DELETE", &path, &mine, "").await.status, StatusCode::NOT_FOUND);
    assert!(!file.exists(), "nothing of it is left");
    let preview = service.call("POST", "/api/v1/previews?width=64", &mine, document.to_string()).await;
    assert_eq!(preview.status, StatusCode::UNPROCESSABLE_ENTITY, "not even in memory");
}
