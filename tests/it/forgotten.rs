//! What is taken back, over the real router: that it is gone, and that nothing brings it back.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::{Store, Token};
use serde_json::{Value, json};

use crate::server::Service;
use crate::suggestions::{
    becomes, crowds, is_personal, key, order, recipe, service, shows, suggestions, tell, visitor,
};

/// Places an order of twelve by a customer's own key for it; the order.
async fn ordered(service: &Service, cookie: &str, design: &Value) -> Value {
    let order = json!({ "lines": [{ "design": design, "size": "M", "quantity": 12, "color": "red" }], "contact": { "name": "Jo" } });
    let request = Request::post("/api/v1/orders").header(header::COOKIE, cookie).header("idempotency-key", "one");
    let placed = service.send(request.body(order.to_string().into()).unwrap()).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    placed.json()
}

async fn saved(service: &Service, cookie: &str, words: &str) -> Value {
    let saved = service.call("POST", "/api/v1/designs", cookie, crate::server::design(words).to_string()).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    saved.json()["id"].clone()
}

/// What is known of what a customer did, by type and id, the last first.
async fn deeds(service: &Service, cookie: &str) -> Vec<(String, String)> {
    let known = service.call("GET", "/api/v1/me/events", cookie, Body::empty()).await.json();
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    known["events"].as_array().unwrap().iter().map(|one| (text(one, "type"), text(one, "id"))).collect()
}

#[tokio::test]
async fn an_order_that_is_sent_again_comes_back_neither_after_a_reset_nor_after_it_was_called_off() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let design = saved(&service, &cookie, "HARBOUR").await;
    let order = ordered(&service, &cookie, &design).await;
    assert_eq!(deeds(&service, &cookie).await.len(), 1);
    service.call("POST", "/api/v1/me/reset", &cookie, "{}").await;
    assert_eq!(ordered(&service, &cookie, &design).await["id"], order["id"], "the same order");
    assert!(deeds(&service, &cookie).await.is_empty(), "what was done before counts no more");

    let other = visitor(&service).await;
    service.call("PUT", "/api/v1/me/preferences", &other, r#"{"personalization":false}"#).await;
    let design = saved(&service, &other, "HARBOUR").await;
    let order = ordered(&service, &other, &design).await;
    let path = format!("/api/v1/orders/{}/status", order["id"].as_str().unwrap());
    let cancelled = service.call("PUT", &path, &other, r#"{"status":"cancelled"}"#).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());
    service.call("PUT", "/api/v1/me/preferences", &other, "{}").await;
    ordered(&service, &other, &design).await;
    assert!(deeds(&service, &other).await.is_empty(), "nothing was bought");
}

#[tokio::test]
async fn who_forgets_that_an_order_was_called_off_forgets_the_order() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let design = saved(&service, &cookie, "HARBOUR").await;
    let order = ordered(&service, &cookie, &design).await;
    let path = format!("/api/v1/orders/{}/status", order["id"].as_str().unwrap());
    service.call("PUT", &path, &cookie, r#"{"status":"cancelled"}"#).await;
    let known = deeds(&service, &cookie).await;
    let id = known.iter().find(|(kind, _)| kind == "return").unwrap().1.replace('/', "%2F");
    let gone = service.call("DELETE", &format!("/api/v1/me/events/{id}"), &cookie, Body::empty()).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT, "{}", gone.text());
    assert!(deeds(&service, &cookie).await.is_empty());
    let profile = service.call("GET", "/api/v1/me/export", &cookie, Body::empty()).await.json()["profile"].clone();
    assert_eq!(profile, json!([]), "the order counts for nothing");
}

#[tokio::test]
async fn who_goes_leaves_nobody_behind_and_who_has_orders_leaves_no_past() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let style = recipe("navy", "white", "Anton");
    let view =
        |id: &str, at: i64| json!({ "events": [{ "id": id, "type": "view", "recipe": style, "at": at }] }).to_string();
    let now = platen::server::now_ms();
    let tell =
        async |cookie: &str, id: &str, at: i64| service.call("POST", "/api/v1/events", cookie, view(id, at)).await;
    assert_eq!(tell(&cookie, "a", now).await.json()["accepted"], 1);
    let token = Token::parse(cookie.strip_prefix("platen_customer=").unwrap()).unwrap();
    let store = Store::open(&service.data, None, None).await.unwrap();
    assert!(store.customer(&token).await.unwrap().is_some());
    service.call("DELETE", "/api/v1/me", &cookie, Body::empty()).await;
    assert!(store.customer(&token).await.unwrap().is_none(), "not even that somebody was there");

    let buyer = visitor(&service).await;
    let design = saved(&service, &buyer, "HARBOUR").await;
    ordered(&service, &buyer, &design).await;
    let gone = service.call("DELETE", "/api/v1/me", &buyer, Body::empty()).await.json();
    assert_eq!((&gone["events"], &gone["orders_kept"]), (&json!(1), &json!(1)), "{gone}");
    // A page that was open all the time tells it late, or a request waited meanwhile.
    let late = tell(&buyer, "b", now).await;
    assert_eq!((late.json()["accepted"].as_u64(), late.json()["rejected"].clone()), (Some(0), json!([])));
    assert!(deeds(&service, &buyer).await.is_empty());
    assert_eq!(
        tell(&buyer, "c", platen::server::now_ms()).await.json()["accepted"],
        1,
        "what is done now is listened to"
    );
}

#[tokio::test]
async fn an_id_that_the_log_has_counts_for_nothing_else_now_as_after_a_restart() {
    let service = service().await;
    let key = key(&service).await;
    let style = recipe("sapphire", "white", "Bungee");
    let shown = |id: usize| json!({ "id": format!("o{id}"), "type": "impression", "customer": format!("c{id}"), "recipe": style });
    let told = tell(&service, &key, (0..10).map(shown).collect()).await;
    assert_eq!(told["accepted"], 10);
    let mark = recipe("cream", "forest", "Rye");
    let orders = (0..10).map(|id| order(id, &format!("c{id}"), &style));
    let marks = (100..110).map(|id| order(id, &format!("m{id}"), &mark));
    let told = tell(&service, &key, orders.chain(marks).collect()).await;
    assert_eq!((&told["accepted"], &told["duplicates"]), (&json!(10), &json!(10)));
    let wish = json!({ "mode": "complete", "n": 24 });
    let answer = becomes(&service, "", &wish, |answer| shows(answer, &mark)).await;
    assert!(!shows(&answer, &style), "the log has no order of it: {answer}");
}

/// Names of the pictures on the disk, once there are so many: they are written beside the answers.
async fn pictures(service: &Service, count: usize) -> Vec<String> {
    let names = || -> Vec<String> {
        let folder = std::fs::read_dir(service.data.join("cache").join("previews")).unwrap();
        let names = folder.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| !name.ends_with(".tmp")).collect()
    };
    for _ in 0..500 {
        if names().len() == count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(names().len(), count, "{:?}", names());
    names()
}

#[tokio::test]
async fn pictures_of_what_was_deleted_are_on_no_disk_and_nobody_elses_go_with_them() {
    let service = service().await;
    let (ada, bob) = (visitor(&service).await, visitor(&service).await);
    let mut paths = Vec::new();
    for cookie in [&ada, &bob] {
        // The same words: each has a picture of their own.
        let id = saved(&service, cookie, "HARBOUR").await;
        let path = format!("/api/v1/designs/{}", id.as_str().unwrap());
        let drawn = service.call("GET", &format!("{path}/previews/front?width=100"), cookie, Body::empty()).await;
        assert_eq!(drawn.status, StatusCode::OK, "{}", drawn.text());
        paths.push(path);
    }
    let names = pictures(&service, 2).await;
    assert_ne!(names[0][..32], names[1][..32]);
    let wish = json!({ "mode": "restyle", "document": crate::server::design("HARBOUR"), "n": 1 });
    let looks = suggestions(&service, &ada, wish).await;
    let look = looks["suggestions"][0]["document"].as_str().unwrap();
    assert_eq!(service.call("GET", look, &ada, Body::empty()).await.status, StatusCode::OK);

    let gone = service.call("DELETE", &paths[0], &ada, Body::empty()).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let left = pictures(&service, 1).await;
    assert_eq!(service.call("GET", look, &ada, Body::empty()).await.status, StatusCode::NOT_FOUND, "it had her words");
    let gone = service.call("DELETE", "/api/v1/me", &bob, Body::empty()).await;
    assert_eq!(gone.status, StatusCode::OK);
    assert_eq!(pictures(&service, 0).await, Vec::<String>::new(), "{left:?}");
}

#[tokio::test]
async fn what_is_forgotten_moves_no_list_from_that_moment_on_nor_after_a_restart() {
    let service = service().await;
    let styles = crowds(&service, &key(&service).await).await;
    let cookie = visitor(&service).await;
    let like = async |id: &str| {
        let liked = json!({ "events": [{ "id": id, "type": "apply", "recipe": styles[1].0 }] });
        let told = service.call("POST", "/api/v1/events", &cookie, liked.to_string()).await;
        assert_eq!(told.json()["accepted"], 1, "{}", told.text());
    };
    let wish = json!({ "mode": "complete", "n": 24, "explore": false });
    like("one").await;
    becomes(&service, &cookie, &wish, is_personal).await;
    service.call("DELETE", "/api/v1/me/events/one", &cookie, Body::empty()).await;
    let answer = suggestions(&service, &cookie, wish.clone()).await;
    assert!(!is_personal(&answer) && answer["personalised"] == false, "{answer}");
    like("other").await;
    becomes(&service, &cookie, &wish, is_personal).await;
    service.call("POST", "/api/v1/me/reset", &cookie, "{}").await;
    let answer = suggestions(&service, &cookie, wish.clone()).await;
    assert!(!is_personal(&answer) && answer["personalised"] == false, "{answer}");

    let again = Service::with(|config| config.data.clone_from(&service.data)).await;
    again.keep_suggestions();
    let answer = becomes(&again, &cookie, &wish, |answer| shows(answer, &styles[1].1)).await;
    assert!(!is_personal(&answer) && answer["personalised"] == false, "{answer}");
}

#[tokio::test]
async fn what_is_taken_away_at_one_service_is_gone_from_all_on_the_same_database() {
    let first = service().await;
    let key = key(&first).await;
    let style = recipe("red", "white", "Bangers");
    tell(&first, &key, (0..10).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    let second = Service::with(|config| {
        config.data.clone_from(&first.data);
        config.limits.points_per_minute = 1_000_000;
    })
    .await;
    second.keep_suggestions();
    let wish = json!({ "mode": "complete", "partial": { "garment_color": "red", "font": "Bangers" }, "n": 24 });
    becomes(&second, "", &wish, |answer| shows(answer, &style)).await;
    let cookie = visitor(&second).await;
    let design = saved(&second, &cookie, "HARBOUR").await;
    let restyle = json!({ "mode": "restyle", "document": crate::server::design("HARBOUR"), "n": 1 });
    let looks = suggestions(&second, &cookie, restyle).await;
    let look = looks["suggestions"][0]["document"].as_str().unwrap();
    assert_eq!(second.call("GET", look, &cookie, Body::empty()).await.status, StatusCode::OK);

    let path = format!("/api/v1/designs/{}", design.as_str().unwrap());
    assert_eq!(first.call("DELETE", &path, &cookie, Body::empty()).await.status, StatusCode::NO_CONTENT);
    for customer in 0..4 {
        let request = Request::delete(format!("/api/v1/customers/c{customer}/events"));
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty());
        assert_eq!(first.send(request.unwrap()).await.json()["events"], 1);
    }
    // Six are left, fewer than the seven that keep a style.
    becomes(&second, "", &wish, |answer| !shows(answer, &style)).await;
    for _ in 0..500 {
        if second.call("GET", look, &cookie, Body::empty()).await.status == StatusCode::NOT_FOUND {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("a look of what was deleted elsewhere is shown still");
}

#[tokio::test]
async fn the_export_holds_every_revision_and_the_cookie_goes_with_the_rest_unless_there_are_orders() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let mut ids = Vec::new();
    for words in ["HARBOUR", "LIGHTHOUSE"] {
        let saved = service.call("POST", "/api/v1/designs", &cookie, crate::server::design(words).to_string()).await;
        ids.push(saved.json()["id"].as_str().unwrap().to_owned());
    }
    let path = format!("/api/v1/designs/{}", ids[0]);
    let changed = service.call("PUT", &path, &cookie, crate::server::design("ANCHOR").to_string()).await;
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text());
    let shared = service.call("POST", &format!("{path}/shares"), &cookie, "{}").await.json();
    let export = service.call("GET", "/api/v1/me/export", &cookie, Body::empty()).await;
    assert_eq!(export.header(header::CONTENT_TYPE), "application/json");
    assert!(
        export.json()["customer"]["created_at"].as_str().is_some_and(|at| at.starts_with("20")),
        "{}",
        export.text()
    );
    let designs = export.json()["designs"].clone();
    let of = |id: &str| designs.as_array().unwrap().iter().find(|one| one["id"] == id).cloned().unwrap();
    let revisions = of(&ids[0])["revisions"].clone();
    let told: Vec<(u64, bool)> = revisions
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["revision"].as_u64().unwrap(), one["document"].to_string().contains("HARBOUR")))
        .collect();
    assert_eq!(told, [(2, false), (1, true)], "{revisions}");
    assert_eq!(of(&ids[1])["revisions"].as_array().unwrap().len(), 1);
    assert_eq!((&of(&ids[0])["links"][0]["token"], &of(&ids[1])["links"]), (&shared["token"], &json!([])));
    assert!(of(&ids[0])["document"].to_string().contains("ANCHOR"));

    let gone = service.call("DELETE", "/api/v1/me", &cookie, Body::empty()).await;
    let set = gone.header(header::SET_COOKIE);
    assert!(set.starts_with("platen_customer=;") && set.contains("Max-Age=0") && set.contains("HttpOnly"), "{set}");

    let buyer = visitor(&service).await;
    let saved = service.call("POST", "/api/v1/designs", &buyer, crate::server::design("HARBOUR").to_string()).await;
    let order = json!({ "lines": [{ "design": saved.json()["id"], "size": "M", "quantity": 12, "color": "red" }], "contact": { "name": "Jo" } });
    let request = Request::post("/api/v1/orders").header(header::COOKIE, &buyer).header("idempotency-key", "one");
    assert_eq!(service.send(request.body(order.to_string().into()).unwrap()).await.status, StatusCode::CREATED);
    let no = json!({ "personalization": false, "kind": "team" });
    service.call("PUT", "/api/v1/me/preferences", &buyer, no.to_string()).await;
    let gone = service.call("DELETE", "/api/v1/me", &buyer, Body::empty()).await;
    let kept = service.call("GET", "/api/v1/me/preferences", &buyer, Body::empty()).await.json();
    assert!(kept["personalization"] == false && kept["kind"].is_null(), "their no is all that stays: {kept}");
    assert_eq!((gone.json()["orders_kept"].as_u64(), gone.header(header::SET_COOKIE)), (Some(1), ""));
}
