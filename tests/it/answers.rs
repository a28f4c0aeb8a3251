//! What all answers of the service have in common: how they are sent, kept and refused.

use std::cell::RefCell;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt as _;
use platen::store::Scope;
use serde_json::json;

use crate::server::{Service, design, fixture, routes};

/// A body's bytes, and its largest piece.
async fn in_pieces(mut body: Body) -> (Vec<u8>, usize) {
    let (mut bytes, mut largest) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let piece = frame.unwrap().into_data().unwrap();
        largest = largest.max(piece.len());
        bytes.extend_from_slice(&piece);
    }
    (bytes, largest)
}

/// A PNG that hardly shrinks, of about 1.4 MB.
fn noise() -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    let pixels: Vec<u8> = (0..680 * 680 * 3).map(|_| next()).collect();
    let mut file = Vec::new();
    platen::export::png::write_rgb(680, 680, &pixels, "", &mut file).unwrap();
    file
}

#[tokio::test]
async fn files_are_handed_on_as_they_are_read_and_tell_their_length() {
    let service = Service::new().await;
    let picture = noise();
    let upload = service.upload("noise.png", &picture, "").await;
    let (id, mine) = (upload.json()["id"].as_str().unwrap().to_owned(), upload.cookie());
    let layer = "mockups/tee/front/uv.png";
    let layer_file = std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(layer)).unwrap();
    for (path, whole) in [(format!("/api/v1/uploads/{id}/original"), picture), (format!("/api/v1/{layer}"), layer_file)]
    {
        let request = Request::get(&path).header(header::COOKIE, &mine).header(header::ACCEPT_ENCODING, "gzip");
        let answer = service.begin(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status(), StatusCode::OK, "{path}");
        assert_eq!(answer.headers()[header::CONTENT_LENGTH], whole.len().to_string(), "{path}");
        let (bytes, largest) = in_pieces(answer.into_body()).await;
        assert!(bytes == whole && largest <= 64 << 10 && largest < whole.len() / 2, "{path}: {largest} at once");
    }
}

#[tokio::test]
async fn who_has_a_picture_of_an_upload_is_told_so_before_it_is_drawn() {
    let [service, other] = [Service::new().await, Service::new().await];
    let photo = fixture("pictures/orientation-6.jpg");
    let upload = service.upload("photo.jpg", &photo, "").await;
    let id = upload.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/uploads/{id}/proxy?width=64");
    let drawn = service.call("GET", &path, &upload.cookie(), "").await;
    assert_eq!(drawn.status, StatusCode::OK);
    // The same upload at a service that has lost its file, and cannot draw it.
    let mine = other.upload("photo.jpg", &photo, "").await.cookie();
    std::fs::remove_file(other.data.join("files/uploads").join(&id[..2]).join(&id)).unwrap();
    assert_eq!(other.call("GET", &path, &mine, "").await.status, StatusCode::NOT_FOUND);
    let tag = drawn.header(header::ETAG);
    for known in [tag.to_owned(), format!("\"other\", W/{tag}"), "*".to_owned()] {
        let request = Request::get(&path).header(header::COOKIE, &mine).header(header::IF_NONE_MATCH, &known);
        let answer = other.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status, answer.body.len()), (StatusCode::NOT_MODIFIED, 0), "{known}");
        assert_eq!(answer.header(header::CACHE_CONTROL), drawn.header(header::CACHE_CONTROL));
        assert_eq!(answer.header(header::ETAG), tag);
    }
    let stranger = Request::get(&path).header(header::IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
    let unknown = service.send(stranger).await.status;
    assert_eq!(unknown, StatusCode::NOT_FOUND, "who may not see it is not told that it is known");
}

#[tokio::test]
async fn every_answer_says_how_it_is_kept() {
    let service = Service::new().await;
    let mine = service.post("/api/v1/designs", &design("A")).await;
    assert_eq!(mine.header(header::CACHE_CONTROL), "no-store");
    let (cookie, address) = (mine.cookie(), mine.header(header::LOCATION).to_owned());
    let id = address.rsplit('/').next().unwrap();
    let known = [("{id}", id), ("{garment}", "tee"), ("{view}", "front"), ("{file}", "uv.png"), ("{layer}", "light")];
    let mut seen = std::collections::BTreeSet::new();
    let more = ["/", "/main.js", "/nothing", "/api/docs", "/api/openapi.json", "/api/v1/nothing", "/shared/nothing"];
    let more = more.map(|path| (path.to_owned(), "get".to_owned()));
    let wrong = ["/", "/main.js", "/api/v1/garments"].map(|path| (path.to_owned(), "delete".to_owned()));
    for (path, method) in routes().into_iter().chain(more).chain(wrong) {
        let filled = known.iter().fold(path.clone(), |path, (name, value)| path.replace(name, value));
        let filled = filled.replace(&format!("garments/{id}"), "garments/tee");
        for body in ["", "{}"] {
            let answer = service.call(&method.to_uppercase(), &filled, &cookie, body).await;
            let kept = answer.header(header::CACHE_CONTROL);
            assert!(!kept.is_empty(), "{method} {filled}: {}", answer.status);
            let is_private = ["designs", "orders", "uploads", "quotes"]
                .iter()
                .any(|list| path.strip_prefix("/api/v1/").is_some_and(|call| call.starts_with(list)));
            assert!(!is_private || !kept.contains("public"), "{method} {filled}: {kept}");
            seen.insert((answer.status.as_u16(), kept.to_owned()));
        }
    }
    for (status, kept) in
        [(200, "no-store"), (200, "private, no-cache"), (200, "public, no-cache"), (404, "no-store"), (405, "no-store")]
    {
        assert!(seen.contains(&(status, kept.to_owned())), "{status} {kept}: {seen:?}");
    }
}

#[tokio::test]
async fn a_compressed_answer_has_no_strong_tag_and_its_tag_is_understood() {
    let service = Service::new().await;
    let get = async |path: &str, headers: &[(header::HeaderName, &str)]| {
        let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(name, *value));
        service.send(request.body(Body::empty()).unwrap()).await
    };
    let gzip = (header::ACCEPT_ENCODING, "gzip");
    let path = "/api/v1/garments";
    let (plain, packed) = (get(path, &[]).await, get(path, std::slice::from_ref(&gzip)).await);
    let (strong, weak) = (plain.header(header::ETAG).to_owned(), packed.header(header::ETAG).to_owned());
    assert_eq!((packed.header(header::CONTENT_ENCODING), &weak), ("gzip", &format!("W/{strong}")));
    assert!(strong.starts_with('"') && plain.body != packed.body);
    for tag in [&strong, &weak] {
        let answer = get(path, &[gzip.clone(), (header::IF_NONE_MATCH, tag)]).await;
        assert_eq!(answer.status, StatusCode::NOT_MODIFIED, "{tag}");
    }
    // A revision is a revision, however its answer was sent.
    let saved = service.post("/api/v1/designs", &design("A")).await;
    let (mine, path) = (saved.cookie(), saved.header(header::LOCATION));
    for (tag, status) in [("W/\"1\"", StatusCode::OK), ("W/\"1\"", StatusCode::PRECONDITION_FAILED)] {
        let change = Request::put(path).header(header::COOKIE, &mine).header(header::IF_MATCH, tag);
        let answer = service.send(change.body(design("B").to_string().into()).unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}

#[tokio::test]
async fn no_refusal_speaks_of_the_command_line() {
    let service = Service::new().await;
    let (_, key) = crate::shop_keys::key(&service, &[Scope::ShopRead, Scope::ShopWrite, Scope::OrdersWrite]).await;
    let mut named = design("A");
    named["color"] = json!("zzzzzzzz");
    named["technique"] = json!("zzzzzzzz");
    let layer = &mut named["placements"][0]["layers"][0];
    (layer["font"], layer["fill"]) = (json!("Zzzzzzzz"), json!("ink:zzzzzzzz"));
    let picture = json!({ "id": "p", "type": "image", "asset": "logo.png", "x": 1, "y": 1, "width": 9 });
    named["placements"][0]["layers"].as_array_mut().unwrap().push(picture);
    let mut lost = design("A");
    (lost["garment"], lost["placements"][0]["area"]) = (json!("zzzzzzzz"), json!("zzzzzzzz"));
    let mut profile = serde_json::to_value(platen::profile::Profile::shipped()).unwrap();
    profile["inks"] = json!(["zzzzzzzz"]);
    profile["garments"]["zzzzzzzz"] = json!({ "white": 1, "color": 1 });
    let quote = json!({ "design": design("A"), "items": [{ "size": "zzzzzzzz", "quantity": 1 }], "rush": "zzzz",
        "color": "zzzzzzzz", "technique": "zzzzzzzz", "fields": { "zzzz": "1" } });
    let order = json!({ "lines": [{ "design": "x", "size": "zzzzzzzz", "quantity": 1 }], "accept": ["zzzz"] });
    let hook = |url: &str| json!({ "url": url });
    let bodies = [
        ("POST", "/api/v1/previews", named.clone()),
        ("POST", "/api/v1/previews?view=zzzz&width=3&wall=x", design("A")),
        ("POST", "/api/v1/previews?size=zzzzzzzz&color=zzzzzzzz", design("A")),
        ("POST", "/api/v1/checks", lost.clone()),
        ("POST", "/api/v1/artworks?area=zzzzzzzz&dpi=9", design("A")),
        ("POST", "/api/v1/artworks?area=zzzzzzzz", design("A")),
        ("POST", "/api/v1/outlines", named.clone()),
        ("POST", "/api/v1/designs", json!({ "version": 9 })),
        ("POST", "/api/v1/quotes", quote),
        ("POST", "/api/v1/quotes", json!({ "design": named })),
        ("POST", "/api/v1/orders", order),
        ("POST", "/api/v1/webhooks", hook("http://shop.example")),
        ("POST", "/api/v1/webhooks", hook("https://127.0.0.1/")),
        ("POST", "/api/v1/webhooks", hook("https://a:b@shop.example/")),
        ("PUT", "/api/v1/shop", profile),
        ("GET", "/api/v1/garments/zzzz", json!({})),
    ];
    let mut hints = 0;
    for (method, path, body) in bodies {
        let request = Request::builder().method(method).uri(path).header("idempotency-key", "a");
        let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
        let answer = service.send(request.body(body.to_string().into()).unwrap()).await;
        let text = answer.text();
        assert!(answer.status.is_client_error(), "{method} {path}: {} {text}", answer.status);
        for word in ["--", "platen ", "PLATEN_", ".toml"] {
            assert!(!text.contains(word), "{method} {path} says {word:?}: {text}");
        }
        hints += text.matches("\"hint\"").count();
    }
    assert!(hints > 12, "{hints}");
}

thread_local! {
    /// What was logged on this thread, once somebody wants to know.
    static LOG: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

/// Writes to the log of the thread.
struct Log;

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.as_mut().map(|log| log.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn what_is_refused_by_load_is_no_error_in_the_log() {
    // For the whole process: beside threads that have none, a subscriber of one thread may be told of nothing.
    tracing_subscriber::fmt().with_ansi(false).with_writer(|| Log).init();
    let service = Service::with(|config| {
        (config.limits.workers, config.limits.queue, config.limits.points_per_minute) = (0, 1, 20);
    })
    .await;
    // The handlers run on this thread.
    LOG.set(Some(Vec::new()));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        // Nobody is there to read it, and one upload empties the bucket.
        statuses.push(service.upload("photo.jpg", b"photo", "").await.status);
    }
    assert_eq!(statuses, [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS]);
    let text = String::from_utf8(LOG.take().unwrap()).unwrap();
    assert!(text.contains("INFO") && text.contains("status=503") && text.contains("status=429"), "{text}");
    assert!(!text.contains("ERROR") && !text.contains("WARN"), "{text}");
}

#[tokio::test]
async fn a_wrong_method_is_told_which_there_are() {
    let service = Service::new().await;
    for (method, path, allowed) in [
        ("POST", "/main.js", "GET,HEAD"),
        ("DELETE", "/nothing", "GET,HEAD"),
        ("PUT", "/", "GET,HEAD"),
        ("POST", "/designs", "GET,HEAD"),
        ("POST", "/shared/x", "GET,HEAD"),
        ("POST", "/api/docs", "GET,HEAD"),
        ("DELETE", "/healthz", "GET,HEAD"),
        ("PATCH", "/api/v1/designs", "GET,HEAD,POST"),
    ] {
        let answer = service.call(method, path, "", "x").await;
        assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json", "{method} {path}");
        assert_eq!(answer.json()["code"], "wrong-method");
        let mut told: Vec<&str> = answer.header(header::ALLOW).split(',').map(str::trim).collect();
        told.sort_unstable();
        assert_eq!(told.join(","), allowed, "{method} {path}");
    }
}

#[tokio::test]
async fn an_upload_that_is_too_large_is_told_how_large_it_may_be() {
    let service = Service::with(|config| config.limits.raster_bytes = 1_500_000).await;
    let told = |answer: crate::server::Answer| {
        assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("too-large")));
        answer.json()["detail"].as_str().unwrap().to_owned()
    };
    // A browser says how much it sends; here nobody does.
    let silent = told(service.upload("large.png", &vec![1; 6_000_000], "").await);
    assert_eq!(silent, "a picture may have 1.5 MB; make it smaller and upload it again");
    for bytes in [1_501_000, 6_000_000] {
        let head = "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";
        let body = [head.as_bytes(), &vec![1; bytes], b"\r\n--line--\r\n"].concat();
        let request = Request::post("/api/v1/uploads")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line")
            .header(header::CONTENT_LENGTH, body.len());
        let told = told(service.send(request.body(body.into()).unwrap()).await);
        let sent = if bytes == 6_000_000 { "6.1 MB" } else { "1.6 MB" };
        assert_eq!(
            told,
            format!("a picture may have 1.5 MB, and {sent} were sent; make it smaller and upload it again")
        );
    }
}

/// Every place that the page of the API links to is there, and every field of every body is told.
#[tokio::test]
async fn the_page_of_the_api_tells_every_field() {
    let service = Service::new().await;
    let (page, description) = (service.get("/api/docs").await.text(), service.get("/api/openapi.json").await.json());
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.contains(&format!(" id=\"{link}\">")), "{link}");
    }
    for (name, schema) in description["components"]["schemas"].as_object().unwrap() {
        let (_, section) = page.split_once(&format!("<section id=\"{name}\">")).unwrap_or_else(|| panic!("{name}"));
        let section = section.split("</section>").next().unwrap();
        for (field, of) in schema["properties"].as_object().into_iter().flatten() {
            assert!(section.contains(&format!("<dt><code>{field}</code>")), "{name} {field}");
            let is_required = schema["required"].as_array().is_some_and(|list| list.contains(&json!(field)));
            let (_, told) = section.split_once(&format!("<dt><code>{field}</code>")).unwrap();
            assert_eq!(told.split("</dt>").next().unwrap().contains("<b>required</b>"), is_required, "{name} {field}");
            assert!(!of.is_null());
        }
    }
    // A call shows what it takes and what it answers by itself.
    let (_, call) = page.split_once("<code>/api/v1/quotes</code>").unwrap();
    let call = call.split("</details>").next().unwrap();
    for field in ["design_id", "items", "rush", "total", "per_piece", "advice"] {
        assert!(call.contains(&format!("<dt><code>{field}</code>")), "{field}");
    }
    assert!(call.contains("<a href=\"#QuoteItem\">QuoteItem</a>") && call.contains("<a href=\"#Advice\">Advice</a>"));
}

#[tokio::test]
async fn the_limits_that_are_told_are_those_that_bite() {
    let service = Service::new().await;
    let limits = service.get("/api/v1/limits").await.json();
    let limit = |name: &str| usize::try_from(limits[name].as_u64().unwrap_or_else(|| panic!("{name}"))).unwrap();
    let codes = async |path: &str, body: serde_json::Value| -> Vec<String> {
        let answer = service.post(path, &body).await;
        let errors = if answer.status.is_success() { json!([]) } else { answer.json()["errors"].clone() };
        errors.as_array().unwrap().iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect()
    };
    let mut text = design("A");
    for (more, expected) in [(0, &[][..]), (1, &["too-long"])] {
        text["placements"][0]["layers"][0]["text"] =
            "a ".repeat((limit("text_chars") + more).div_ceil(2))[..limit("text_chars") + more].into();
        text["placements"][0]["layers"][0]["size"] = json!(1);
        assert_eq!(codes("/api/v1/checks", text.clone()).await, expected, "text_chars");
    }
    let fields = |count: usize, sample: usize| {
        let mut document = design("A");
        let field = |n: usize| json!({ "id": format!("f{n}"), "label": "F", "sample": "x".repeat(sample) });
        document["fields"] = (0..count).map(field).collect();
        document
    };
    assert_eq!(codes("/api/v1/checks", fields(limit("fields") + 1, 1)).await, ["too-many"]);
    assert_eq!(codes("/api/v1/checks", fields(1, limit("field_chars") + 1)).await, ["too-long"]);
    let quote = |entries: usize, quantity: usize| json!({ "design": design("A"), "items": vec![json!({ "size": "M", "quantity": quantity }); entries] });
    assert_eq!(codes("/api/v1/quotes", quote(limit("quote_items") + 1, 1)).await, ["too-many"]);
    assert_eq!(codes("/api/v1/quotes", quote(1, limit("quote_item_pieces") + 1)).await, ["out-of-range"]);
    assert_eq!(limit("order_line_pieces"), platen::order::limits::PIECES as usize);
    assert_eq!(limits["design_outlines"], platen::assets::Limits::default().request_outlines);
    assert_eq!(limits["design_picture_bytes"], platen::assets::Limits::default().request_bytes);
}
