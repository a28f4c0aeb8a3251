//! The service, called through its real router.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use platen::server::{App, Config, keep_batches, keep_suggestions, open, router};
use platen::store::Scope;
use serde_json::{Value, json};
use tower::ServiceExt as _;

/// A service over a scratch folder.
pub(crate) struct Service {
    app: Arc<App>,
    router: Router,
    pub(crate) data: PathBuf,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The cookie that the answer sets, as a request sends it back.
    pub(crate) fn cookie(&self) -> String {
        self.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
    }
}

impl Service {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("platen-server-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let data = std::env::temp_dir().join(name);
        let mut config = Config::new(PathBuf::from(env!("CARGO_MANIFEST_DIR")), data.clone());
        config.program = PathBuf::from(env!("CARGO_BIN_EXE_platen"));
        change(&mut config);
        let app = open(config).await.unwrap();
        Self { router: router(&app), app, data }
    }

    /// Keeps the model of suggestions up to date from here on.
    pub(crate) fn keep_suggestions(&self) {
        tokio::spawn(keep_suggestions(Arc::clone(&self.app)));
    }

    /// Makes batches from here on.
    pub(crate) fn keep_batches(&self) {
        tokio::spawn(keep_batches(Arc::clone(&self.app)));
    }

    /// The answer before its body is read.
    pub(crate) async fn begin(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.begin(request).await;
        let (parts, body) = response.into_parts();
        Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes() }
    }

    pub(crate) async fn call(&self, method: &str, path: &str, cookie: &str, body: impl Into<Body>) -> Answer {
        let request = Request::builder().method(method).uri(path).header(header::COOKIE, cookie);
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.call("GET", path, "", Body::empty()).await
    }

    /// Uploads a file as a browser does.
    pub(crate) async fn upload(&self, name: &str, bytes: &[u8], cookie: &str) -> Answer {
        let head = format!(
            "--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        );
        let body = [head.as_bytes(), bytes, b"\r\n--line--\r\n"].concat();
        let request = Request::post("/api/v1/uploads")
            .header(header::COOKIE, cookie)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line");
        self.send(request.body(body.into()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path, "", body.to_string()).await
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.data);
    }
}

pub(crate) fn design(words: &str) -> Value {
    json!({ "version": 1, "name": words, "garment": "tee", "color": "navy", "technique": "dtf", "placements": [{
        "area": "front", "layers": [{ "id": "words", "type": "text", "text": words, "x": 177.8, "y": 120, "size": 40,
            "font": "Anton", "fill": "ink:white" }] }] })
}

fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, 0xd8, 0xff]) && bytes.ends_with(&[0xff, 0xd9])
}

#[tokio::test]
async fn a_preview_comes_in_the_answer_and_its_tag_saves_the_second_one() {
    let service = Service::new().await;
    let path = "/api/v1/previews?view=front&width=300";
    let first = service.post(path, &design("HELLO")).await;
    assert_eq!(first.status, StatusCode::OK, "{}", first.text());
    assert!(is_jpeg(&first.body));
    assert_eq!(first.header(header::CONTENT_TYPE), "image/jpeg");
    let hash = first.header("x-artwork-hash").to_owned();
    assert!(hash.len() == 64 && first.body.windows(64).any(|part| part == hash.as_bytes()), "the file carries it too");

    let again = service.post(path, &design("HELLO")).await;
    assert_eq!((again.header(header::ETAG), &again.body), (first.header(header::ETAG), &first.body));
    let tagged = Request::post(path).header(header::IF_NONE_MATCH, first.header(header::ETAG));
    let known = service.send(tagged.body(design("HELLO").to_string().into()).unwrap()).await;
    assert_eq!((known.status, known.body.len()), (StatusCode::NOT_MODIFIED, 0));
    let other = service.post(path, &design("GOODBYE")).await;
    assert_ne!(other.header(header::ETAG), first.header(header::ETAG));

    let print = service.post("/api/v1/artworks?area=front&dpi=72", &design("HELLO")).await;
    assert_eq!(print.status, StatusCode::OK, "{}", print.text());
    assert!(print.body.starts_with(b"\x89PNG"));
    assert_eq!(print.header("x-artwork-hash"), hash, "preview and print are one artwork");
    let report = service.post("/api/v1/checks", &design("HELLO")).await.json();
    assert_eq!(report["artworks"][0]["hash"], hash);
    for (format, media_type, ending, head) in [
        ("tiff", "image/tiff", "tif", &b"II*\0"[..]),
        ("pdf", "application/pdf", "pdf", b"%PDF-1.7"),
        ("svg", "image/svg+xml", "svg", b"<svg"),
    ] {
        let print =
            service.post(&format!("/api/v1/artworks?area=front&dpi=72&format={format}"), &design("HELLO")).await;
        assert_eq!((print.status, print.header(header::CONTENT_TYPE)), (StatusCode::OK, media_type));
        assert!(print.header(header::CONTENT_DISPOSITION).contains(&format!("front.{ending}")));
        assert!(print.body.starts_with(head) && print.header("x-artwork-hash") == hash, "{format}");
    }
}

#[tokio::test]
async fn every_format_is_what_it_says() {
    let service = Service::new().await;
    for (query, media_type, head) in [
        ("format=png", "image/png", &b"\x89PNG"[..]),
        ("format=webp", "image/webp", b"RIFF"),
        ("format=png&transparent=true", "image/png", b"\x89PNG"),
        ("format=jpeg&fidelity=live", "image/jpeg", b"\xff\xd8"),
    ] {
        let answer = service.post(&format!("/api/v1/previews?width=100&{query}"), &design("A")).await;
        assert_eq!((answer.status, answer.header(header::CONTENT_TYPE)), (StatusCode::OK, media_type), "{query}");
        assert!(answer.body.starts_with(head), "{query}");
    }
    let svg = service.post("/api/v1/artworks?area=front&format=svg", &design("A")).await;
    assert_eq!(svg.header(header::CONTENT_TYPE), "image/svg+xml");
    assert!(svg.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
}

#[tokio::test]
async fn what_is_wrong_is_told_with_its_place() {
    let service = Service::new().await;
    let mut bad = design("A");
    bad["placements"][0]["layers"][0]["font"] = json!("Antonn");
    bad["placements"][0]["layers"][0]["fill"] = json!("ink:scarlett");
    let answer = service.post("/api/v1/previews?width=100", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answer.header(header::CONTENT_TYPE), "application/problem+json");
    let problem = answer.json();
    let pointers: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/placements/0/layers/0/font", "/placements/0/layers/0/fill"]);

    for (path, body, status, code) in [
        ("/api/v1/previews", "{", StatusCode::BAD_REQUEST, "not-json"),
        ("/api/v1/previews", "{}", StatusCode::UNPROCESSABLE_ENTITY, "invalid-design"),
        ("/api/v1/previews?width=wide", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/previews?colour=navy", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/previews?format=jpg&transparent=true", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/previews?wall=grey", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/previews?fields=%5B1%5D", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/artworks?area=front&dpi=6000", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/artworks", "{}", StatusCode::BAD_REQUEST, "parameter"),
        ("/api/v1/nothing", "{}", StatusCode::NOT_FOUND, "no-such-call"),
        ("/healthz", "{}", StatusCode::METHOD_NOT_ALLOWED, "wrong-method"),
    ] {
        let answer = service.call("POST", path, "", body).await;
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{path} {}", answer.text());
    }
    for (path, code) in [
        ("/api/v1/previews?width=63", "width"),
        ("/api/v1/previews?view=side", "unknown-view"),
        ("/api/v1/previews?color=nvy", "unknown-id"),
        ("/api/v1/artworks?area=back", "unknown-id"),
        ("/api/v1/artworks?area=roof", "unknown-id"),
    ] {
        let answer = service.post(path, &design("A")).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
        assert_eq!(answer.json()["code"], code, "{path} {}", answer.text());
    }
    let long = service.call("POST", "/api/v1/previews", "", " ".repeat(1_000_001)).await;
    assert_eq!((long.status, long.json()["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("too-large")));
}

#[tokio::test]
async fn a_design_belongs_to_whoever_saved_it() {
    let service = Service::new().await;
    let created = service.post("/api/v1/designs", &design("MINE")).await;
    assert_eq!(created.status, StatusCode::CREATED, "{}", created.text());
    let cookie = created.header(header::SET_COOKIE);
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let mine = created.cookie();
    let path = created.header(header::LOCATION).to_owned();
    let saved = created.json();
    assert_eq!((&saved["title"], &saved["revision"]), (&json!("MINE"), &json!(1)));

    let stranger = service.post("/api/v1/designs", &design("THEIRS")).await.cookie();
    for cookie in ["", stranger.as_str(), "platen_customer=forged"] {
        for method in ["GET", "DELETE"] {
            let answer = service.call(method, &path, cookie, "").await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::NOT_FOUND, Some("not-found")));
        }
        let put = service.call("PUT", &path, cookie, design("STOLEN").to_string()).await;
        assert_eq!(put.status, StatusCode::NOT_FOUND);
        let picture = service.call("GET", &format!("{path}/previews/front?width=100"), cookie, "").await;
        assert_eq!(picture.status, StatusCode::NOT_FOUND);
    }
    let list = |cookie: String| async { service.call("GET", "/api/v1/designs", &{ cookie }, "").await.json() };
    assert_eq!(list(mine.clone()).await["designs"].as_array().unwrap().len(), 1);
    assert_eq!(list(String::new()).await["designs"], json!([]));

    let put = Request::put(&path).header(header::COOKIE, &mine).header(header::IF_MATCH, "\"1\"");
    let changed = service.send(put.body(design("MINE TOO").to_string().into()).unwrap()).await;
    assert_eq!((changed.status, changed.header(header::ETAG)), (StatusCode::OK, "\"2\""));
    let put = Request::put(&path).header(header::COOKIE, &mine).header(header::IF_MATCH, "\"1\"");
    let stale = service.send(put.body(design("LATE").to_string().into()).unwrap()).await;
    assert_eq!((stale.status, stale.json()["code"].as_str()), (StatusCode::PRECONDITION_FAILED, Some("stale")));

    let link = service.call("POST", &format!("{path}/shares"), &mine, "").await.json();
    let shared = link["url"].as_str().unwrap();
    assert_eq!(service.get(shared).await.json()["title"], "MINE TOO");
    let picture = service.get(&format!("{shared}/previews/front?width=100")).await;
    assert!(picture.status == StatusCode::OK && is_jpeg(&picture.body));
    assert_eq!(service.call("PUT", shared, "", design("X").to_string()).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(service.call("DELETE", &format!("{path}/shares"), &mine, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(service.get(shared).await.status, StatusCode::NOT_FOUND);
    assert_eq!(service.call("DELETE", &path, &mine, "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(service.call("GET", &path, &mine, "").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_catalogue_is_there_and_says_when_it_is_known() {
    let service = Service::new().await;
    let tee = service.get("/api/v1/garments/tee").await;
    assert!(tee.json()["colorways"].as_array().unwrap().len() >= 40);
    let reduced = ["mockups/tee/front/reduced/light", "mockups/tee/front/reduced/uv"];
    let files = ["garments", "inks", "techniques", "fonts", "mockups/tee/front", "mockups/tee/front/alpha.png"];
    for path in files.into_iter().chain(reduced) {
        let path = format!("/api/v1/{path}");
        let first = service.get(&path).await;
        assert_eq!(first.status, StatusCode::OK, "{path}");
        let again = Request::get(&path).header(header::IF_NONE_MATCH, first.header(header::ETAG));
        assert_eq!(service.send(again.body(Body::empty()).unwrap()).await.status, StatusCode::NOT_MODIFIED, "{path}");
    }
    for path in [
        "garments/cape",
        "mockups/tee/side",
        "mockups/tee/side/reduced/light",
        "mockups/tee/front/reduced/alpha",
        "mockups/tee/front/garment.toml",
        "mockups/tee/front/..%2Fback%2Falpha.png",
        "mockups/..%2Ftee/front/alpha.png",
    ] {
        assert_eq!(service.get(&format!("/api/v1/{path}")).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for (path, height) in reduced.into_iter().zip([500, 1000]) {
        let file = service.get(&format!("/api/v1/{path}")).await.body;
        let layer = image::load_from_memory(&file).unwrap();
        assert_eq!((layer.width(), layer.height()), (400, height), "a quarter of the view");
        assert!(file.len() < 150_000, "{path}: {} bytes", file.len());
    }
    let limits = service.get("/api/v1/limits").await.json();
    assert_eq!(limits["json_bytes"], service.app_limits().json_bytes);
}

impl Service {
    fn app_limits(&self) -> platen::server::Limits {
        platen::server::Limits::for_cores(std::thread::available_parallelism().map_or(2, std::num::NonZero::get))
    }
}

#[tokio::test]
async fn another_sites_page_changes_nothing_and_every_answer_is_guarded() {
    let service = Service::new().await;
    let foreign = Request::post("/api/v1/designs")
        .header(header::HOST, "shop.example")
        .header(header::ORIGIN, "http://evil.example");
    let refused = service.send(foreign.body(design("A").to_string().into()).unwrap()).await;
    assert_eq!((refused.status, refused.json()["code"].as_str()), (StatusCode::FORBIDDEN, Some("foreign-origin")));
    let own = Request::post("/api/v1/designs")
        .header(header::HOST, "shop.example")
        .header(header::ORIGIN, "http://shop.example");
    assert_eq!(service.send(own.body(design("A").to_string().into()).unwrap()).await.status, StatusCode::CREATED);
    for path in ["/", "/main.js", "/healthz", "/readyz", "/metrics", "/api/v1/nothing", "/../Cargo.toml", "/nothing"] {
        let answer = service.get(path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(answer.header("x-request-id").len(), 36, "{path}");
    }
    assert!(service.get("/").await.text().contains("<title>"));
    assert_eq!(service.get("/../Cargo.toml").await.status, StatusCode::NOT_FOUND);
    assert!(Path::new(&service.data).join("platen.db").exists());
}

#[tokio::test]
async fn a_newer_preview_of_a_session_calls_the_older_off() {
    let service = Service::with(|config| (config.limits.workers, config.limits.preview_ms) = (1, 60_000)).await;
    let ask = |words: String| {
        let request = Request::post("/api/v1/previews?width=1200&format=png").header("x-edit-session", "s1");
        service.send(request.body(design(&words).to_string().into()).unwrap())
    };
    // The first is polled first, so that it is the older; both end.
    let (older, newer) = tokio::join!(ask("OLDER".to_owned()), ask("NEWER".to_owned()));
    assert_eq!((older.status, older.json()["code"].as_str()), (StatusCode::CONFLICT, Some("superseded")));
    assert_eq!(newer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_design_that_takes_too_long_is_refused_and_the_service_goes_on() {
    let service = Service::with(|config| config.limits.preview_ms = 0).await;
    let answer = service.post("/api/v1/previews?width=1200", &design("SLOW")).await;
    assert!(
        [StatusCode::UNPROCESSABLE_ENTITY, StatusCode::SERVICE_UNAVAILABLE].contains(&answer.status),
        "{}",
        answer.text()
    );
    assert_eq!(service.get("/healthz").await.text(), "ok");
}

#[tokio::test]
async fn outlines_are_what_is_printed() {
    let service = Service::new().await;
    let mut document = design("AV \u{1f60e} مرحبا");
    document["placements"][0]["layers"][0]["outline"] = json!([{ "width": 1.5, "color": "#000000" }]);
    let answer = service.post("/api/v1/outlines", &document).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let outlines = answer.json();
    let outline = &outlines[0];
    assert_eq!((&outline["id"], &outline["pointer"]), (&json!("words"), &json!("/placements/0/layers/0")));
    assert_eq!(outline["missing"], json!([]));
    let svg = outline["svg"].as_str().unwrap();
    assert!(svg.contains("<path ") && !svg.contains("<text"), "{svg}");
    // Five Arabic letters, an emoji, two Latin letters and two spaces.
    assert_eq!(outline["clusters"].as_array().unwrap().len(), 10);
    assert_eq!(outline["carets"].as_array().unwrap().len(), 11);
    assert!(outline["clusters"].as_array().unwrap().iter().any(|cluster| cluster["rtl"] == true));
    let print = service.post("/api/v1/artworks?area=front&format=svg", &document).await;
    assert!(print.text().contains("#000000") && svg.contains("#000000"));
}

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)).unwrap()
}

#[tokio::test]
async fn an_upload_is_written_anew_and_only_its_owner_uses_it() {
    let service = Service::new().await;
    let source = fixture("pictures/orientation-6.jpg");
    let answer = service.upload("../My photo.jpg", &source, "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let mine = answer.cookie();
    let upload = answer.json();
    assert_eq!((&upload["kind"], &upload["name"]), (&json!("raster"), &json!("My photo.jpg")));
    let id = upload["id"].as_str().unwrap();
    let again = service.upload("other.jpg", &source, &mine).await.json();
    assert_eq!(again["id"], upload["id"], "the same picture is one upload");

    let proxy = service.call("GET", &format!("/api/v1/uploads/{id}/proxy?width=64"), &mine, "").await;
    assert!(proxy.status == StatusCode::OK && proxy.body.starts_with(b"\x89PNG"));
    assert_eq!(proxy.header("x-content-type-options"), "nosniff");
    let original = service.call("GET", &format!("/api/v1/uploads/{id}/original"), &mine, "").await;
    assert_eq!(original.body, source);
    assert!(original.header(header::CONTENT_DISPOSITION).starts_with("attachment"));
    assert!(original.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));

    let mut document = design("A");
    document["placements"][0]["layers"][0] =
        json!({ "id": "photo", "type": "image", "asset": id, "x": 177.8, "y": 150, "width": 150 });
    let path = "/api/v1/previews?width=100&view=front";
    let shown = service.call("POST", path, &mine, document.to_string()).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text());
    for stranger in ["", &service.post("/api/v1/designs", &design("B")).await.cookie()] {
        let refused = service.call("POST", path, stranger, document.to_string()).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(refused.json()["errors"][0]["pointer"], "/placements/0/layers/0/asset");
        for call in ["", "/proxy", "/original"] {
            let answer = service.call("GET", &format!("/api/v1/uploads/{id}{call}"), stranger, "").await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{call}");
        }
    }
    // Whoever has a link sees the owner's pictures in the design, and nothing else.
    let saved = service.call("POST", "/api/v1/designs", &mine, document.to_string()).await;
    let link = service.call("POST", &format!("{}/shares", saved.header(header::LOCATION)), &mine, "").await.json();
    let shared = service.get(&format!("{}/previews/front?width=100", link["url"].as_str().unwrap())).await;
    assert_eq!((shared.status, &shared.body), (StatusCode::OK, &shown.body));
}

#[tokio::test]
async fn what_an_upload_carried_along_is_gone() {
    let service = Service::new().await;
    // An EXIF block with a place, as telephones write it.
    let mut source = fixture("pictures/baseline.jpg");
    let exif = b"Exif\0\0II*\0\x08\0\0\0GPSLatitude 52.5200 N SerialNumber 4711";
    let segment = [&[0xff, 0xe1], &(exif.len() as u16 + 2).to_be_bytes()[..], exif].concat();
    source.splice(2..2, segment);
    let answer = service.upload("phone.jpg", &source, "").await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    let kept = std::fs::read(service.data.join("files/uploads").join(&id[..2]).join(&id)).unwrap();
    assert!(kept.starts_with(b"\x89PNG"));
    assert!(![&b"GPS"[..], b"4711", b"Exif"].iter().any(|trace| kept.windows(trace.len()).any(|part| part == *trace)));
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_with_a_reason_and_the_service_lives() {
    let service = Service::new().await;
    let cut = {
        let whole = fixture("pictures/dusk.jpg");
        whole[..whole.len() / 2].to_vec()
    };
    let huge = {
        let mut png = fixture("pictures/rgb.png");
        png[16..24].copy_from_slice(&[0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff]);
        png
    };
    let rows: [(&str, Vec<u8>, &[u16]); 8] = [
        ("cut.jpg", cut, &[422]),
        ("huge.png", huge, &[413, 422]),
        ("laughs.svg", fixture("hostile/laughs.svg"), &[413, 422]),
        ("turbulence.svg", fixture("hostile/turbulence.svg"), &[413, 422]),
        ("text.txt", b"just words".to_vec(), &[415]),
        ("empty.png", Vec::new(), &[415]),
        ("page.html", b"<!doctype html><script>alert(1)</script>".to_vec(), &[415, 422]),
        ("bomb.svgz", vec![0x1f, 0x8b, 8, 0], &[415]),
    ];
    for (name, bytes, statuses) in rows {
        let answer = service.upload(name, &bytes, "").await;
        assert!(statuses.contains(&answer.status.as_u16()), "{name}: {} {}", answer.status, answer.text());
        assert!(!answer.json()["detail"].as_str().unwrap().is_empty(), "{name}");
    }
    // A drawing that names a file of ours gets none of it.
    let thief = service.upload("thief.svg", &fixture("hostile/outside-file.svg"), "").await;
    assert!(thief.status.is_client_error() || thief.json()["notes"].as_array().is_some_and(|notes| !notes.is_empty()));
    let none = Request::post("/api/v1/uploads").body(Body::from("x")).unwrap();
    assert_eq!(service.send(none).await.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(service.get("/healthz").await.text(), "ok");
}

#[tokio::test]
async fn a_reader_that_wants_too_much_is_stopped() {
    // 64 MB of pixels in a small file.
    let mut large = Vec::new();
    platen::export::png::write_rgb(4000, 4000, &vec![7; 48_000_000], "", &mut large).unwrap();
    let starved = Service::with(|config| config.limits.upload_memory_mib = 60).await;
    let answer = starved.upload("large.png", &large, "").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("picture")));
    let hurried = Service::with(|config| config.limits.upload_ms = 0).await;
    let answer = hurried.upload("photo.jpg", &fixture("pictures/dusk.jpg"), "").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::UNPROCESSABLE_ENTITY, Some("picture")));
    let small = Service::with(|config| config.limits.raster_bytes = 100).await;
    let answer = small.upload("photo.jpg", &fixture("pictures/dusk.jpg"), "").await;
    assert_eq!((answer.status, answer.json()["code"].as_str()), (StatusCode::PAYLOAD_TOO_LARGE, Some("too-large")));
}

/// Path and method of every route in the router's source.
pub(crate) fn routes() -> std::collections::BTreeSet<(String, String)> {
    let source = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/server/router.rs")).unwrap();
    let (outer, api) = source.split_once("fn api(").unwrap();
    let mut found = std::collections::BTreeSet::new();
    for (prefix, part) in [("", outer), ("/api/v1", api)] {
        for route in part.split(".route(\"").skip(1) {
            let (path, rest) = route.split_once('"').unwrap();
            let call = rest.lines().next().unwrap();
            if call.contains(", upload)") || call.contains(", batch)") {
                found.extend(["get", "post"].map(|method| (format!("{prefix}{path}"), method.to_owned())));
            }
            for method in ["get", "post", "put", "delete"] {
                if call.contains(&format!(" {method}(")) || call.contains(&format!(".{method}(")) {
                    found.insert((format!("{prefix}{path}"), method.to_owned()));
                }
            }
        }
    }
    found.retain(|(path, _)| !["/api/openapi.json", "/api/docs"].contains(&path.as_str()));
    found
}

/// The address of a call with the examples of its path in it, if it has one for each part.
fn example_address(path: &str, call: &Value) -> Option<String> {
    let mut address = path.to_owned();
    for parameter in call["parameters"].as_array().into_iter().flatten().filter(|one| one["in"] == "path") {
        address = address.replace(&format!("{{{}}}", parameter["name"].as_str()?), parameter["example"].as_str()?);
    }
    Some(address)
}

#[tokio::test]
async fn every_route_is_described_and_every_example_works() {
    let service = Service::with(|config| config.limits.preview_ms = 60_000).await;
    let (_, key) =
        crate::shop_keys::key(&service, &[Scope::ShopRead, Scope::ShopWrite, Scope::Events, Scope::Batches]).await;
    let description = service.get("/api/openapi.json").await.json();
    assert_eq!(description["openapi"], "3.1.0");
    let mut described = std::collections::BTreeSet::new();
    for (path, calls) in description["paths"].as_object().unwrap() {
        for (method, call) in calls.as_object().unwrap() {
            described.insert((path.clone(), method.clone()));
            assert!(call["summary"].is_string(), "{method} {path} says nothing");
            assert!(call.as_object().unwrap().values().all(|part| !part.is_null()), "{method} {path} {call}");
            for parameter in call["parameters"].as_array().into_iter().flatten() {
                assert!(
                    parameter["name"].is_string() && parameter["schema"].is_object(),
                    "{method} {path} {parameter}"
                );
            }
            if method == "get"
                && call["security"].is_null()
                && let Some(address) = example_address(path, call)
            {
                let answer = service.get(&address).await;
                assert_eq!(answer.status, StatusCode::OK, "{address}: {}", answer.text());
            }
            for status in ["429", "500"].iter().filter(|_| path.starts_with("/api/v1/")) {
                let schema = &call["responses"][status]["content"]["application/problem+json"]["schema"];
                assert!(schema.is_object(), "{method} {path} does not describe {status}");
            }
            let content = &call["requestBody"]["content"];
            let example = &content["application/json"]["example"];
            let is_form = content["multipart/form-data"].is_object();
            assert!(content.is_null() || is_form || example.is_object(), "{method} {path} shows no body");
            // An order needs a saved design: see orders.rs.
            if example.is_null() || path.contains("{id}") || path.ends_with("/orders") {
                continue;
            }
            let query = match path.rsplit('/').next() {
                Some("artworks" | "separations") => "?area=front&dpi=72",
                Some("cuts" | "ladders") => "?area=front",
                _ => "",
            };
            let request = Request::builder().method(method.to_uppercase().as_str()).uri(format!("{path}{query}"));
            let request = request.header(header::AUTHORIZATION, format!("Bearer {key}"));
            let request = request.header(header::CONTENT_TYPE, "application/json");
            let answer = service.send(request.body(example.to_string().into()).unwrap()).await;
            assert!(answer.status.is_success(), "{method} {path}: {}", answer.text());
            let status = answer.status.as_u16().to_string();
            assert!(call["responses"][&status].is_object(), "{method} {path} does not describe {status}");
        }
    }
    assert_eq!(described, routes());
    let text = description.to_string();
    for target in text.split("\"$ref\":\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        let pointer = target.strip_prefix('#').unwrap();
        assert!(description.pointer(pointer).is_some(), "nothing at {target}");
    }
    assert!(!text.contains("\"null\""), "what is not there is left out, never null");
    let page = service.get("/api/docs").await.text();
    assert!(page.contains("/api/v1/previews") && page.contains("curl -F file=@logo.png /api/v1/uploads"));
    assert!(!page.contains(">null<") && !page.contains('`'), "a body without an example, or a bare backtick");
    assert!(!page.contains("src=\"http") && !page.contains("href=\"http"), "nothing comes from elsewhere");
}
