//! Suggestions over the real router: what they promise to whoever is shown them, and to whoever is not.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::campaign::token::{self, Key, Unsubscribe};
use platen::store::{EventRow, Scope, Store};
use serde_json::{Value, json};

use crate::server::{Answer, Service};

/// A service whose model is kept up to date.
pub(crate) async fn service() -> Service {
    // Tests ask until the model is new enough, which is more often than people do.
    let service = Service::with(|config| config.limits.points_per_minute = 1_000_000).await;
    service.keep_suggestions();
    service
}

pub(crate) fn recipe(color: &str, ink: &str, font: &str) -> Value {
    json!({ "garment": "tee", "garment_color": color, "text_color": ink, "font": font, "logo": "none", "placement": "front" })
}

/// A shop key that may tell events.
pub(crate) async fn key(service: &Service) -> String {
    crate::shop_keys::key(service, &[Scope::Events]).await.1
}

pub(crate) async fn tell(service: &Service, key: &str, events: Vec<Value>) -> Value {
    let request = Request::post("/api/v1/events")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .body(Body::from(json!({ "events": events }).to_string()));
    let answer = service.send(request.unwrap()).await;
    assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.text());
    answer.json()
}

pub(crate) async fn suggestions(service: &Service, cookie: &str, wish: Value) -> Value {
    let answer = service.call("POST", "/api/v1/suggestions", cookie, wish.to_string()).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    answer.json()
}

/// Whether the styles of an answer hold this one.
pub(crate) fn shows(answer: &Value, wanted: &Value) -> bool {
    answer["suggestions"].as_array().unwrap().iter().any(|one| one["recipe"] == *wanted)
}

/// Asks until it is so, since the model is made beside the requests.
pub(crate) async fn becomes(service: &Service, cookie: &str, wish: &Value, is: impl Fn(&Value) -> bool) -> Value {
    for _ in 0..200 {
        let answer = suggestions(service, cookie, wish.clone()).await;
        if is(&answer) {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("it did not become so: {}", suggestions(service, cookie, wish.clone()).await);
}

/// An order of yesterday: those of today count from tomorrow on.
pub(crate) fn order(id: usize, customer: &str, recipe: &Value) -> Value {
    let at = platen::server::now_ms() - 86_400_000;
    json!({ "id": format!("o{id}"), "type": "order", "customer": customer, "recipe": recipe, "at": at })
}

pub(crate) async fn visitor(service: &Service) -> String {
    service.call("PUT", "/api/v1/me/preferences", "", "{}").await.cookie()
}

#[tokio::test]
async fn a_style_is_shown_from_its_tenth_customer_on_and_one_customer_counts_once() {
    let service = service().await;
    let key = key(&service).await;
    // Nobody thought of this one.
    let (nine, one) = (recipe("safety-green", "purple", "Creepster"), recipe("sky", "maroon", "Monoton"));
    let wish = json!({ "mode": "feed", "n": 24 });
    tell(&service, &key, (0..9).map(|id| order(id, &format!("c{id}"), &nine)).collect()).await;
    tell(&service, &key, (100..600).map(|id| order(id, "greedy", &one)).collect()).await;
    // Another one becomes popular, so that the model is surely newer than all of this.
    let mark = recipe("cream", "forest", "Rye");
    tell(&service, &key, (1000..1010).map(|id| order(id, &format!("m{id}"), &mark)).collect()).await;
    let answer = becomes(&service, "", &wish, |answer| shows(answer, &mark)).await;
    assert!(!shows(&answer, &nine) && !shows(&answer, &one), "{answer}");
    // Whoever chose it today counts tomorrow: a third style shows that the model is newer than that.
    let mut today = order(8, "c-today", &nine);
    today["at"] = json!(platen::server::now_ms());
    let third = recipe("royal", "white", "Rye");
    let marks = (2000..2010).map(|id| order(id, &format!("t{id}"), &third));
    tell(&service, &key, std::iter::once(today).chain(marks).collect()).await;
    let answer = becomes(&service, "", &wish, |answer| shows(answer, &third)).await;
    assert!(!shows(&answer, &nine), "{answer}");
    tell(&service, &key, vec![order(9, "c9", &nine)]).await;
    let answer = becomes(&service, "", &wish, |answer| shows(answer, &nine)).await;
    assert_eq!(answer["personalised"], false);
    let told = answer["suggestions"].as_array().unwrap().iter().find(|one| one["recipe"] == nine).unwrap();
    let reasons = told["reasons"].as_array().unwrap();
    assert!(reasons.contains(&json!({ "type": "popular", "customers": 10 })), "a bucket, not a count: {reasons:?}");
}

#[tokio::test]
async fn private_words_never_become_a_style_and_only_values_of_the_catalogue_are_taken() {
    let service = service().await;
    let key = key(&service).await;
    let taken = tell(
        &service,
        &key,
        vec![
            json!({ "id": "a", "type": "order", "customer": "x", "recipe": { "font": "ERIKA MUSTERMANN" } }),
            json!({ "id": "b", "type": "order", "customer": "x", "recipe": { "text": "ERIKA" } }),
            json!({ "id": "c", "type": "order", "customer": "x", "recipe": { "garment_color": "../../etc" } }),
            json!({ "id": "d", "type": "order", "recipe": {} }),
            json!({ "id": "e", "type": "order", "customer": "x", "recipe": { "font": "Anton" } }),
        ],
    )
    .await;
    assert_eq!(taken["accepted"], 1, "{taken}");
    let indices: Vec<u64> =
        taken["rejected"].as_array().unwrap().iter().map(|one| one["index"].as_u64().unwrap()).collect();
    assert_eq!(indices, [0, 1, 2, 3]);
    // What a page looks for is read and forgotten.
    let cookie = visitor(&service).await;
    let events = json!({ "events": [{ "id": "s", "type": "search", "query": "anton for ERIKA MUSTERMANN navy" }] });
    let answer = service.call("POST", "/api/v1/events", &cookie, events.to_string()).await;
    assert_eq!(answer.json()["accepted"], 1);
    let export = service.call("GET", "/api/v1/me/export", &cookie, Body::empty()).await;
    assert!(!export.text().contains("ERIKA") && export.text().contains("Anton"), "{}", export.text());
}

#[tokio::test]
async fn events_count_once_and_pages_tell_only_their_own() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let events = |extra: Value| {
        let mut event = json!({ "id": "v1", "type": "view", "recipe": recipe("navy", "white", "Anton") });
        event.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json!({ "events": [event] }).to_string()
    };
    let call = async |extra: Value| service.call("POST", "/api/v1/events", &cookie, events(extra)).await.json();
    assert_eq!(call(json!({})).await["accepted"], 1);
    // What the studio tells of a look that was tried on for a while, with the list that showed it.
    assert_eq!(call(json!({ "id": "v2", "of": "0b8e7c52/3" })).await["accepted"], 1);
    let again = call(json!({})).await;
    assert_eq!((&again["accepted"], &again["duplicates"]), (&json!(0), &json!(1)));
    for extra in [
        json!({ "type": "order" }),
        json!({ "type": "save" }),
        json!({ "customer": "other" }),
        json!({ "quantity": 5 }),
        json!({ "at": 0 }),
    ] {
        let answer = call(extra.clone()).await;
        assert_eq!(answer["rejected"].as_array().unwrap().len(), 1, "{extra}: {answer}");
    }
    // What is wrong is told by the field that it stands in, in nobody's types.
    for (extra, said) in [
        (json!({ "type": "order" }), "the service itself sees each order"),
        (json!({ "quantity": "5" }), "`quantity`: expected a whole number from 0 to 4294967295, found the text \"5\""),
        (json!({ "at": 1.5 }), "`at`: expected a whole number, found 1.5"),
        (json!({ "recipe": { "font": 7 } }), "`recipe.font`: expected a text, found 7"),
    ] {
        assert_eq!(call(extra).await["rejected"][0]["why"], said);
    }
    let no_event = service.call("POST", "/api/v1/events", &cookie, r#"{"events":[7]}"#.to_owned()).await.json();
    assert_eq!(no_event["rejected"][0]["why"], "expected an object, found 7");
    let no_list = service.call("POST", "/api/v1/suggestions", &cookie, r#"{"n":-1}"#.to_owned()).await.json();
    assert_eq!(no_list["detail"], "this is no wish for suggestions: `n`: expected a whole number, 0 or more, found -1");
    // Somebody else's event of the same id is another.
    let other = visitor(&service).await;
    let answer = service.call("POST", "/api/v1/events", &other, events(json!({}))).await;
    assert_eq!(answer.json()["accepted"], 1);
    let hundred: Vec<Value> =
        (0..101).map(|id| json!({ "id": format!("{id}"), "type": "view", "recipe": {} })).collect();
    let answer = service.call("POST", "/api/v1/events", &cookie, json!({ "events": hundred }).to_string()).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.text());
}

/// Two crowds: whoever likes one style of a crowd likes the other.
pub(crate) async fn crowds(service: &Service, key: &str) -> [(Value, Value); 2] {
    let styles = [
        (recipe("navy", "athletic-gold", "Anton"), recipe("navy", "white", "Oswald")),
        (recipe("white", "fuchsia", "Pacifico"), recipe("cream", "brown", "Lobster")),
    ];
    let mut told = Vec::new();
    for (crowd, (first, second)) in styles.iter().enumerate() {
        for person in 0..30 {
            let customer = format!("{crowd}-{person}");
            told.push(order(told.len(), &customer, first));
            told.push(order(told.len(), &customer, second));
        }
    }
    tell(service, key, told).await;
    styles
}

/// Whether something is shown because of what the caller did.
pub(crate) fn is_personal(answer: &Value) -> bool {
    answer.to_string().contains("because_you")
}

#[tokio::test]
async fn off_is_the_list_of_a_stranger_at_once_and_nothing_more_is_kept() {
    let service = service().await;
    let styles = crowds(&service, &key(&service).await).await;
    let cookie = visitor(&service).await;
    let prefer = async |is_on: bool| {
        let wanted = json!({ "personalization": is_on, "kind": "team", "never": { "font": ["Oswald"] } });
        let answer = service.call("PUT", "/api/v1/me/preferences", &cookie, wanted.to_string()).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    };
    prefer(true).await;
    let liked = json!({ "events": [{ "id": "l", "type": "apply", "recipe": styles[1].0 }] });
    service.call("POST", "/api/v1/events", &cookie, liked.to_string()).await;
    let wish = json!({ "mode": "feed", "n": 8, "explore": false });
    let personal = becomes(&service, &cookie, &wish, is_personal).await;
    assert_eq!(personal["personalised"], true);
    assert_eq!(personal["suggestions"][0]["recipe"]["font"], "Lobster", "{personal}");
    assert!(!shows(&personal, &styles[0].1), "never Oswald: {personal}");

    prefer(false).await;
    let (own, stranger) = (suggestions(&service, &cookie, wish.clone()).await, suggestions(&service, "", wish).await);
    // All but the name of the list: styles, reasons, looks and their pictures.
    let told = |answer: &Value| -> Vec<Value> {
        let mut list = answer["suggestions"].as_array().unwrap().clone();
        for one in &mut list {
            one["id"].take();
            one["controls"]["dismiss"]["of"].take();
        }
        list
    };
    assert_eq!(told(&own), told(&stranger));
    assert!(shows(&own, &styles[0].1), "what is never wanted is theirs, too: {own}");
    assert!(own["personalised"] == false && !is_personal(&own), "{own}");
    let more = json!({ "events": [{ "id": "m", "type": "view", "recipe": styles[0].0 }] });
    assert_eq!(service.call("POST", "/api/v1/events", &cookie, more.to_string()).await.json()["accepted"], 0);
    let known = service.call("GET", "/api/v1/me/events", &cookie, Body::empty()).await.json();
    assert_eq!(known["events"].as_array().unwrap().len(), 1, "what was known stays until it is forgotten: {known}");
}

#[tokio::test]
async fn what_is_forgotten_is_gone_from_the_export_and_from_the_log() {
    let service = service().await;
    let key = key(&service).await;
    let style = recipe("red", "white", "Bangers");
    tell(&service, &key, (0..9).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    let cookie = visitor(&service).await;
    let save = json!({ "events": [{ "id": "keep", "type": "apply", "recipe": style }, { "id": "look", "type": "view", "recipe": recipe("navy", "white", "Anton") }] });
    service.call("POST", "/api/v1/events", &cookie, save.to_string()).await;
    let design = json!({ "version": 1, "garment": "tee", "color": "navy", "technique": "dtf", "placements": [] });
    service.call("POST", "/api/v1/designs", &cookie, design.to_string()).await;
    let export = service.call("GET", "/api/v1/me/export", &cookie, Body::empty()).await.json();
    assert_eq!((export["events"].as_array().unwrap().len(), export["designs"].as_array().unwrap().len()), (2, 1));
    assert!(!export["profile"].as_array().unwrap().is_empty());

    // One of it, then all.
    let gone = service.call("DELETE", "/api/v1/me/events/look", &cookie, Body::empty()).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        service.call("DELETE", "/api/v1/me/events/look", &cookie, Body::empty()).await.status,
        StatusCode::NOT_FOUND
    );
    let receipt = service.call("DELETE", "/api/v1/me", &cookie, Body::empty()).await.json();
    assert_eq!((&receipt["events"], &receipt["designs"]), (&json!(1), &json!(1)), "{receipt}");
    let export = service.call("GET", "/api/v1/me/export", &cookie, Body::empty()).await.json();
    for what in ["events", "profile", "designs", "uploads"] {
        assert!(export[what].as_array().unwrap().is_empty(), "{what}: {export}");
    }
    let store = Store::open(&service.data, None, None).await.unwrap();
    let mut left = 0;
    store.each_event(|row| left += usize::from(!row.customer.starts_with('+'))).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_return_takes_its_order_back() {
    let service = service().await;
    let key = key(&service).await;
    let style = recipe("sapphire", "white", "Bungee");
    tell(&service, &key, (0..10).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    let wish = json!({ "mode": "complete", "partial": { "garment_color": "sapphire", "font": "Bungee" }, "n": 24 });
    becomes(&service, "", &wish, |answer| shows(answer, &style)).await;
    let returns = (0..4).map(|id| json!({ "id": format!("r{id}"), "type": "return", "of": format!("o{id}"), "customer": format!("c{id}"), "recipe": style }));
    tell(&service, &key, returns.collect()).await;
    // Six are left, fewer than the seven that keep a style in the list.
    becomes(&service, "", &wish, |answer| !shows(answer, &style)).await;
}

#[tokio::test]
async fn looks_of_a_design_keep_what_is_locked_and_their_pictures_are_for_their_owner() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let document = crate::server::design("HARBOUR");
    let wish = json!({ "mode": "restyle", "document": document, "lock": ["garment_color"], "n": 8 });
    let answer = suggestions(&service, &cookie, wish).await;
    let list = answer["suggestions"].as_array().unwrap();
    assert_eq!(list.len(), 8, "{answer}");
    for look in list {
        assert_eq!(look["style"]["color"], document["color"]);
        assert!(look["patch"].as_array().unwrap().iter().all(|step| step["path"] != "/color"), "{look}");
        assert!(look["contrast"]["wcag"].as_f64().unwrap() >= 3.0 && !look["reasons"].as_array().unwrap().is_empty());
    }
    let preview = format!("{}?width=200&fidelity=live", list[0]["preview"].as_str().unwrap());
    let own = service.call("GET", &preview, &cookie, Body::empty()).await;
    assert_eq!((own.status, own.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"), "{}", own.text());
    assert_eq!(service.call("GET", &preview, "", Body::empty()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn hostile_wishes_are_refused_with_a_reason() {
    let service = service().await;
    let call = async |path: &str, body: &str| -> Answer { service.call("POST", path, "", body.to_owned()).await };
    for (body, part) in [
        ("", "no wish"),
        ("[]", "no wish"),
        (r#"{"mode":"restyle"}"#, "needs a document"),
        (r#"{"mode":"feed","n":0}"#, "1 to 24"),
        (r#"{"mode":"feed","lock":["words"]}"#, "lock knows"),
        (r#"{"mode":"complete","partial":{"font":"no such"}}"#, "no such font"),
        (r#"{"mode":"complete","partial":{"words":"x"}}"#, "there is no field `words`"),
        (r#"{"mode":"spy"}"#, "there is no `spy`"),
        (r#"{"mode":"complete","customer":"jo"}"#, "keys of the shop"),
        (r#"{"mode":"complete","now":"2026-01-31T12:00:00Z"}"#, "keys of the shop"),
    ] {
        let answer = call("/api/v1/suggestions", body).await;
        assert!(answer.status == StatusCode::BAD_REQUEST && answer.text().contains(part), "{body}: {}", answer.text());
    }
    for body in [
        r#"{"never":{"words":["x"]}}"#,
        r#"{"kind":""}"#,
        r#"{"kind":"the choir of St Mary"}"#,
        r#"{"email":{"per_month":9}}"#,
        r#"{"personalization":"no"}"#,
    ] {
        let answer = service.call("PUT", "/api/v1/me/preferences", "", body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{body}: {}", answer.text());
    }
    let large = format!(r#"{{"editor":{{"x":"{}"}}}}"#, "a".repeat(17_000));
    assert_eq!(service.call("PUT", "/api/v1/me/preferences", "", large).await.status, StatusCode::BAD_REQUEST);
    for query in [
        "attribute=words",
        "attribute=font&given=navy",
        "attribute=font&given=garment_color:nope",
        "attribute=font&n=99",
    ] {
        let answer = service.get(&format!("/api/v1/trends?{query}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{query}: {}", answer.text());
    }
}

#[tokio::test]
async fn a_kind_of_customers_that_nobody_is_is_told_with_those_that_are_known() {
    let service = service().await;
    let ask = |kind: &str| {
        service.call("POST", "/api/v1/suggestions", "", format!(r#"{{"mode":"complete","segment":"{kind}"}}"#))
    };
    for kind in ["team", "company", ""] {
        assert_eq!(ask(kind).await.status, StatusCode::OK, "{kind}");
    }
    let answer = ask("taems").await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let detail = answer.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("taems") && detail.contains("company, private, school, team"), "{detail}");
}

#[tokio::test]
async fn trends_tell_what_is_popular_on_a_color_and_editors_fill_the_rest() {
    let service = service().await;
    let key = key(&service).await;
    let style = recipe("navy", "carolina", "Oswald");
    tell(&service, &key, (0..12).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    for _ in 0..200 {
        let trends = service.get("/api/v1/trends?attribute=text_color&given=garment_color:navy").await.json();
        if trends["values"][0] == json!({ "value": "carolina", "customers": 10 }) {
            assert!(trends["values"].as_array().unwrap().len() > 1, "{trends}");
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("no trend");
}

#[tokio::test]
async fn what_somebody_wants_no_more_of_is_not_shown_to_them_again() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let wish = json!({ "mode": "restyle", "document": crate::server::design("HARBOUR"), "n": 8, "explore": false });
    let first = suggestions(&service, &cookie, wish.clone()).await["suggestions"][0]["recipe"].clone();
    let events = json!({ "events": [{ "id": "no", "type": "dismiss", "recipe": first }] });
    assert_eq!(service.call("POST", "/api/v1/events", &cookie, events.to_string()).await.json()["accepted"], 1);
    let again = suggestions(&service, &cookie, wish.clone()).await;
    assert!(!shows(&again, &first), "{again}");
    assert!(shows(&suggestions(&service, "", wish).await, &first), "others still see it");
}

#[tokio::test]
async fn one_customer_tells_so_much_a_day_and_nothing_of_long_ago_or_of_no_style() {
    let service = Service::with(|config| config.limits.events_per_day = 3).await;
    let cookie = visitor(&service).await;
    let tell = async |events: Value| {
        service.call("POST", "/api/v1/events", &cookie, json!({ "events": events }).to_string()).await
    };
    let style = recipe("navy", "white", "Anton");
    let event = |id: &str| json!({ "id": id, "type": "view", "recipe": style });
    assert_eq!(tell(json!([event("a"), event("b"), event("c")])).await.json()["accepted"], 3);
    let refused = tell(json!([event("d")])).await;
    assert_eq!(
        (refused.status, refused.json()["code"].as_str()),
        (StatusCode::TOO_MANY_REQUESTS, Some("too-many-events"))
    );
    let other = visitor(&service).await;
    let odd = json!({ "events": [{ "id": "x", "type": "view", "recipe": {} }, { "id": "y", "type": "view", "recipe": style, "at": -5 }] });
    let answer = service.call("POST", "/api/v1/events", &other, odd.to_string()).await.json();
    assert_eq!(answer["rejected"].as_array().unwrap().len(), 2, "{answer}");
    let key = key(&service).await;
    let ancient = json!({ "id": "z", "type": "order", "customer": "c", "recipe": style, "at": i64::MIN });
    assert_eq!(self::tell(&service, &key, vec![ancient]).await["rejected"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn shares_and_orders_are_seen_and_a_cancelled_order_counts_for_nothing_even_if_all_is_off_by_then() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let saved = service.call("POST", "/api/v1/designs", &cookie, crate::server::design("HARBOUR").to_string()).await;
    let id = saved.json()["id"].as_str().unwrap().to_owned();
    service.call("POST", &format!("/api/v1/designs/{id}/shares"), &cookie, "{}").await;
    let order = json!({ "lines": [{ "design": id, "size": "M", "quantity": 12, "color": "red" }], "contact": { "name": "Jo" } });
    let request = Request::post("/api/v1/orders").header(header::COOKIE, &cookie).header("idempotency-key", "one");
    let placed = service.send(request.body(order.to_string().into()).unwrap()).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let known =
        async || service.call("GET", "/api/v1/me/events", &cookie, Body::empty()).await.json()["events"].clone();
    let events = known().await;
    let of = |events: &Value, kind: &str| {
        events.as_array().unwrap().iter().filter(|event| event["type"] == kind).cloned().collect::<Vec<_>>()
    };
    assert_eq!((of(&events, "share").len(), of(&events, "order").len()), (1, 1), "{events}");
    assert_eq!(of(&events, "order")[0]["recipe"]["garment_color"], "red", "as it was ordered");

    service.call("PUT", "/api/v1/me/preferences", &cookie, r#"{"personalization":false}"#).await;
    let path = format!("/api/v1/orders/{}/status", placed.json()["id"].as_str().unwrap());
    let cancelled = service.call("PUT", &path, &cookie, r#"{"status":"cancelled"}"#).await;
    assert_eq!(cancelled.status, StatusCode::OK, "{}", cancelled.text());
    let events = known().await;
    assert_eq!(of(&events, "return")[0]["of"], of(&events, "order")[0]["id"], "{events}");
}

/// The log as a service finds it when it starts: written by one that was here before.
async fn written_before(service: &Service, events: &[Value]) {
    let store = Store::open(&service.data, None, None).await.unwrap();
    let rows: Vec<EventRow> = events
        .iter()
        .map(|event| {
            let mut event = event.clone();
            let customer = format!("+{}", event["customer"].as_str().unwrap());
            let at = event["at"].as_i64().unwrap_or(1_700_000_000_000);
            event["customer"] = json!(customer);
            event["at"] = json!(at);
            let text = |name: &str| event[name].as_str().unwrap().to_owned();
            EventRow { customer, id: text("id"), at, kind: text("type"), body: event.to_string() }
        })
        .collect();
    store.add_events(rows).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn a_style_that_was_shown_before_a_restart_stays_with_seven_customers() {
    let service = Service::new().await;
    let now = platen::server::now_ms();
    let (kept, gone) = (recipe("sapphire", "white", "Bungee"), recipe("cream", "forest", "Rye"));
    let mut events = Vec::new();
    for (style, customers) in [(&kept, 7), (&gone, 7)] {
        for customer in 0..customers {
            let mut event = order(events.len(), &format!("c{customer}"), style);
            event["at"] = json!(now - 86_400_000);
            events.push(event);
        }
    }
    written_before(&service, &events).await;
    let store = Store::open(&service.data, None, None).await.unwrap();
    // A style is noted as it is written: in the order of its attributes.
    let text =
        serde_json::to_string(&serde_json::from_value::<platen::suggest::Recipe>(kept.clone()).unwrap()).unwrap();
    store.set_shown_styles(std::slice::from_ref(&text)).await.unwrap();
    service.keep_suggestions();
    let wish = json!({ "mode": "complete", "partial": { "garment_color": "sapphire" }, "n": 24 });
    becomes(&service, "", &wish, |answer| shows(answer, &kept)).await;
    let other = json!({ "mode": "complete", "partial": { "garment_color": "cream" }, "n": 24 });
    assert!(!shows(&suggestions(&service, "", other).await, &gone), "seven are too few for what was not shown");
    assert_eq!(store.shown_styles().await.unwrap(), [text]);
}

#[tokio::test]
async fn what_the_shop_told_of_a_customer_is_forgotten_by_its_key_alone() {
    let service = service().await;
    let key = key(&service).await;
    let style = recipe("red", "white", "Bangers");
    tell(&service, &key, (0..10).map(|id| order(id, &format!("jo {id}/é"), &style)).collect()).await;
    let wish = json!({ "mode": "complete", "partial": { "garment_color": "red", "font": "Bangers" }, "n": 24 });
    becomes(&service, "", &wish, |answer| shows(answer, &style)).await;
    let forget = async |key: &str, name: &str| {
        let request = Request::delete(format!("/api/v1/customers/{name}/events"));
        service.send(request.header(header::AUTHORIZATION, format!("Bearer {key}")).body(Body::empty()).unwrap()).await
    };
    let other = crate::shop_keys::key(&service, &[Scope::OrdersRead]).await.1;
    assert_eq!(forget(&other, "jo%200%2F%C3%A9").await.status, StatusCode::FORBIDDEN);
    assert_eq!(
        service.call("DELETE", "/api/v1/customers/jo/events", "", Body::empty()).await.status,
        StatusCode::UNAUTHORIZED
    );
    for customer in 0..4 {
        let answer = forget(&key, &format!("jo%20{customer}%2F%C3%A9")).await;
        assert_eq!((answer.status, answer.json()["events"].as_u64()), (StatusCode::OK, Some(1)), "{}", answer.text());
    }
    assert_eq!(forget(&key, "jo%200%2F%C3%A9").await.json()["events"], 0, "nobody is known by that name any more");
    becomes(&service, "", &wish, |answer| !shows(answer, &style)).await;
    let store = Store::open(&service.data, None, None).await.unwrap();
    let mut left = 0;
    store.each_event(|_| left += 1).await.unwrap();
    assert_eq!(left, 6);
}

#[tokio::test]
async fn the_shop_asks_for_its_own_customers_and_for_moments_of_the_past() {
    let service = service().await;
    let key = key(&service).await;
    let day = |days: i64| platen::server::now_ms() - days * 86_400_000;
    let (old, new) = (recipe("forest", "white", "Rye"), recipe("sapphire", "white", "Bungee"));
    let mut events = Vec::new();
    for (style, days) in [(&old, 40), (&new, 5)] {
        for customer in 0..12 {
            let mut event = order(events.len(), &format!("c{days}-{customer}"), style);
            event["at"] = json!(day(days));
            events.push(event);
        }
    }
    // One customer has the old one, too, and wants no more of it.
    events.push(json!({ "id": "no", "type": "dismiss", "customer": "jo", "recipe": old, "at": day(30) }));
    tell(&service, &key, events).await;
    let ask = async |key: &str, wish: Value| {
        let request = Request::post("/api/v1/suggestions").header(header::AUTHORIZATION, format!("Bearer {key}"));
        service.send(request.body(Body::from(wish.to_string())).unwrap()).await
    };
    let wish = json!({ "mode": "complete", "n": 24, "explore": false });
    becomes(&service, "", &wish, |answer| shows(answer, &old) && shows(answer, &new)).await;
    let with = |name: &str, value: Value| {
        let mut wish = wish.clone();
        wish[name] = value;
        wish
    };
    let jo = ask(&key, with("customer", json!("jo"))).await.json();
    assert!(!shows(&jo, &old) && shows(&jo, &new) && jo["personalised"] == true, "{jo}");
    let time = |ms: i64| {
        let time = time::OffsetDateTime::from_unix_timestamp(ms / 1_000).unwrap();
        json!(time.format(&time::format_description::well_known::Rfc3339).unwrap())
    };
    let then = ask(&key, with("now", time(day(20)))).await.json();
    assert!(shows(&then, &old) && !shows(&then, &new), "{then}");
    let again = ask(&key, with("now", time(day(20)))).await.json();
    assert_eq!(again["suggestions"].as_array().unwrap().len(), then["suggestions"].as_array().unwrap().len());
    for (one, other) in again["suggestions"].as_array().unwrap().iter().zip(then["suggestions"].as_array().unwrap()) {
        let told = |one: &Value| (one["recipe"].clone(), one["reasons"].clone());
        assert_eq!(told(one), told(other), "the same log, moment and seed");
    }
    let poor = crate::shop_keys::key(&service, &[Scope::OrdersRead]).await.1;
    assert_eq!(ask(&poor, with("customer", json!("jo"))).await.status, StatusCode::FORBIDDEN);
    for now in ["soon", "2999-01-01T00:00:00Z"] {
        assert_eq!(ask(&key, with("now", json!(now))).await.status, StatusCode::BAD_REQUEST, "{now}");
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_offered_to_nobody_however_many_chose_it() {
    let service = service().await;
    let key = key(&service).await;
    let (faint, clear) = (recipe("navy", "black", "Bungee"), recipe("navy", "white", "Bungee"));
    let events = (0..24).map(|id| order(id, &format!("c{id}"), if id % 2 == 0 { &faint } else { &clear }));
    tell(&service, &key, events.collect()).await;
    let given = json!({ "garment_color": "navy", "font": "Bungee" });
    let complete = json!({ "mode": "complete", "partial": given, "n": 24 });
    becomes(&service, "", &complete, |answer| shows(answer, &clear)).await;
    for mode in ["complete", "feed"] {
        let answer = suggestions(&service, "", json!({ "mode": mode, "partial": given, "n": 24 })).await;
        assert!(!shows(&answer, &faint), "{answer}");
    }
    let trends = service.get("/api/v1/trends?attribute=text_color&given=garment_color:navy&n=24").await;
    assert!(trends.text().contains("\"white\"") && !trends.text().contains("\"black\""), "{}", trends.text());
    let cloths = service.get("/api/v1/trends?attribute=garment_color&given=text_color:black&n=24").await;
    assert!(!cloths.text().contains("\"navy\""), "{}", cloths.text());
}

#[tokio::test]
async fn the_last_of_several_styles_is_one_that_few_have_chosen_unless_that_is_off() {
    let service = service().await;
    for mode in ["complete", "feed"] {
        let with = suggestions(&service, "", json!({ "mode": mode, "n": 6 })).await;
        let types = |answer: &Value| -> Vec<String> {
            let list = answer["suggestions"].as_array().unwrap().iter();
            list.map(|one| one["reasons"][0]["type"].as_str().unwrap().to_owned()).collect()
        };
        assert!(types(&with).iter().rposition(|kind| kind == "explore") == Some(5), "{with}");
        let without = suggestions(&service, "", json!({ "mode": mode, "n": 6, "explore": false })).await;
        assert!(!types(&without).contains(&"explore".to_owned()), "{without}");
    }
}

#[tokio::test]
async fn words_and_names_of_files_are_in_no_answer_to_anybody_else() {
    let service = service().await;
    let key = key(&service).await;
    let secrets = ["ERIKAMUSTERMANN", "hushhush"];
    let cookie = visitor(&service).await;
    let svg = br##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><circle cx="20" cy="20" r="17" fill="#d92b2b"/></svg>"##;
    let uploaded = service.upload(&format!("{}.svg", secrets[1]), svg, &cookie).await.json();
    let picture = uploaded["id"].as_str().unwrap().to_owned();
    let mut document = crate::server::design(secrets[0]);
    document["name"] = json!(secrets[0]);
    let layers = document["placements"][0]["layers"].as_array_mut().unwrap();
    layers.push(json!({ "id": "logo", "type": "image", "asset": picture, "x": 150, "y": 200, "width": 80 }));
    let saved = service.call("POST", "/api/v1/designs", &cookie, document.to_string()).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    let id = saved.json()["id"].as_str().unwrap().to_owned();
    let events = json!({ "events": [
        { "id": "s", "type": "save", "design": id },
        { "id": "q", "type": "search", "query": format!("{} navy", secrets[0]) },
    ]});
    assert_eq!(service.call("POST", "/api/v1/events", &cookie, events.to_string()).await.json()["accepted"], 2);
    // Nine more do the same, so that the style is shown.
    let own = service.call("GET", "/api/v1/me/events", &cookie, Body::empty()).await.json();
    let style = own["events"].as_array().unwrap().iter().find(|one| one["type"] == "save").unwrap()["recipe"].clone();
    tell(&service, &key, (0..10).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    let wish = json!({ "mode": "complete", "n": 24 });
    becomes(&service, "", &wish, |answer| shows(answer, &style)).await;
    let other = visitor(&service).await;
    let harbour = crate::server::design("HARBOUR");
    let mut answers = Vec::new();
    for wish in [
        wish,
        json!({ "mode": "feed", "n": 24 }),
        json!({ "mode": "restyle", "document": harbour, "n": 24 }),
        json!({ "mode": "complete", "like": style }),
    ] {
        answers.push(suggestions(&service, &other, wish).await.to_string());
    }
    for attribute in ["garment_color", "text_color", "font", "logo", "placement", "occasion"] {
        answers.push(service.get(&format!("/api/v1/trends?attribute={attribute}&n=24")).await.text());
    }
    for path in ["/api/v1/me/export", "/api/v1/me/events", "/api/v1/suggestions/parameters"] {
        answers.push(service.call("GET", path, &other, Body::empty()).await.text());
    }
    for secret in secrets.into_iter().chain([picture.as_str(), id.as_str()]) {
        assert!(answers.iter().all(|answer| !answer.contains(secret)), "{secret}");
    }
}

#[tokio::test]
async fn what_an_answer_says_about_a_no_is_taken_as_it_is() {
    let service = service().await;
    let cookie = visitor(&service).await;
    let wish = json!({ "mode": "complete", "n": 8, "explore": false });
    let first = suggestions(&service, &cookie, wish.clone()).await["suggestions"][0].clone();
    let mut no = first["controls"]["dismiss"].clone();
    no["id"] = json!("no");
    let told = service.call("POST", "/api/v1/events", &cookie, json!({ "events": [no] }).to_string()).await;
    assert_eq!(told.json()["accepted"], 1, "{}", told.text());
    assert!(!shows(&suggestions(&service, &cookie, wish.clone()).await, &first["recipe"]));
    let font = first["controls"]["less_like_this"]["font"].as_str().unwrap();
    let never = json!({ "never": { "font": [font] } });
    service.call("PUT", "/api/v1/me/preferences", &cookie, never.to_string()).await;
    let less = suggestions(&service, &cookie, wish).await;
    assert!(less["suggestions"].as_array().unwrap().iter().all(|one| one["recipe"]["font"] != font), "{less}");
}

#[tokio::test]
async fn more_like_this_is_like_it_and_not_it() {
    let service = service().await;
    let document = crate::server::design("HARBOUR");
    let wish = json!({ "mode": "restyle", "document": document, "n": 8, "explore": false });
    let first = suggestions(&service, "", wish.clone()).await["suggestions"][3].clone();
    let like = first["recipe"].clone();
    let mut more = wish;
    more["like"] = like.clone();
    let answer = suggestions(&service, "", more.clone()).await;
    let list = answer["suggestions"].as_array().unwrap();
    assert_eq!(list.len(), 8, "{answer}");
    assert!(list.iter().all(|look| look["style"] != first["style"] && look["recipe"] != like), "{answer}");
    let shared = list.iter().filter(|look| look["reasons"][0]["type"] == "more_like").count();
    assert!(shared >= 3, "most have something of it: {answer}");
    assert_eq!(list[0]["reasons"][0]["type"], "more_like", "{answer}");
    more["like"] = json!({ "font": "no such" });
    let refused = service.call("POST", "/api/v1/suggestions", "", more.to_string()).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{}", refused.text());
}

#[tokio::test]
async fn a_color_that_nobody_has_chosen_yet_takes_over_from_the_one_most_like_it() {
    let service = service().await;
    let key = key(&service).await;
    let colors = service.get("/api/v1/garments/tee").await.json()["colorways"].clone();
    let has = |id: &str| colors.as_array().unwrap().iter().any(|one| one["id"] == id);
    assert!(has("navy") && has("black"));
    // Black and navy are the darkest; what is read on one is read on the other.
    let style = recipe("black", "white", "Bungee");
    tell(&service, &key, (0..10).map(|id| order(id, &format!("c{id}"), &style)).collect()).await;
    let on =
        |color: &str| json!({ "mode": "complete", "partial": { "garment_color": color, "font": "Bungee" }, "n": 24 });
    becomes(&service, "", &on("black"), |answer| shows(answer, &style)).await;
    let of_kind = |answer: &Value| answer.to_string().contains("like_color");
    assert!(!of_kind(&suggestions(&service, "", on("black")).await));
    let mut inherited = 0;
    for color in colors.as_array().unwrap() {
        let id = color["id"].as_str().unwrap();
        let answer = suggestions(&service, "", on(id)).await;
        for one in answer["suggestions"].as_array().unwrap().iter().filter(|one| of_kind(one)) {
            assert_eq!((&one["recipe"]["garment_color"], &one["reasons"][0]["color"]), (&json!(id), &json!("black")));
            inherited += 1;
        }
    }
    assert!((1..8).contains(&inherited), "{inherited} colors are like black");
}

const LINKS: &str = "0123456789abcdef0123456789abcdef";

#[tokio::test]
async fn a_link_of_a_mail_unsubscribes_by_post_and_changes_nothing_by_get() {
    let key = |text: &str| Key::new(text.as_bytes()).unwrap();
    let service = Service::with(|config| {
        config.campaign_keys = vec![key("another key that is as long as it must be"), key(LINKS)];
    })
    .await;
    let asked = Unsubscribe { campaign: "reunion".into(), email: "ada+<b>@example.com".into() };
    let path = format!("/u/{}", token::sign(&key(LINKS), &asked));
    let store = Store::open(&service.data, None, None).await.unwrap();
    let page = service.get(&path).await;
    assert_eq!((page.status, page.header(header::CONTENT_TYPE)), (StatusCode::OK, "text/html; charset=utf-8"));
    assert!(
        page.text().contains("<form method=\"post\">") && page.text().contains("ada+&lt;b&gt;@example.com"),
        "{}",
        page.text()
    );
    assert_eq!(page.header(header::SET_COOKIE), "");
    assert!(store.suppressions().await.unwrap().is_empty(), "some programs open every link");
    for _ in 0..2 {
        // As a mail program posts it: no cookie, a form's body.
        let request = Request::post(&path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let answer = service.send(request.body("List-Unsubscribe=One-Click".into()).unwrap()).await;
        assert!(answer.status == StatusCode::OK && !answer.text().contains("<form"), "{}", answer.text());
    }
    let known = store.suppressions().await.unwrap();
    assert_eq!(known.len(), 1);
    assert_eq!((&*known[0].email, &*known[0].campaign), ("ada+<b>@example.com", "reunion"));

    let foreign = token::sign(&key("a key of somebody else, who knows nothing"), &asked);
    let cut = &path[..path.len() - 2];
    let long = "A".repeat(5_000);
    for token in [foreign.as_str(), cut.strip_prefix("/u/").unwrap(), "x", ".", "%2e%2e", &long, "a.b"] {
        for method in ["GET", "POST"] {
            let answer = service.call(method, &format!("/u/{token}"), "", Body::empty()).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {token}");
            assert_eq!(answer.json()["detail"], "there is no such link", "all are answered alike");
        }
    }
    assert_eq!(store.suppressions().await.unwrap().len(), 1);
    let opened = Request::get("/u/x")
        .header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8")
        .header(header::ACCEPT_LANGUAGE, "de");
    let opened = service.send(opened.body(Body::empty()).unwrap()).await;
    assert_eq!(
        (opened.status, opened.header(header::CONTENT_TYPE)),
        (StatusCode::NOT_FOUND, "text/html; charset=utf-8")
    );
    let said = opened.text();
    assert!(said.contains("lang=\"de\"") && said.contains("antworten Sie darauf") && !said.contains("<form"), "{said}");
    let without = Service::new().await;
    assert_eq!(without.get(&path).await.status, StatusCode::NOT_FOUND, "no key, no links");
}
