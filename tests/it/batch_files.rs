//! The files of a batch in the service: listed by orders, given out one by one, to nobody else, and none but them.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::Scope;
use serde_json::{Value, json};

use crate::server::{Answer, Service};
use crate::service_batches::{bring, file, names, saved, until};
use crate::shop_keys::{call_with, key};

/// What is made of two orders, whose rows lie between each other.
const MADE: [&str; 12] = [
    "A-1/1-front-preview.jpg",
    "A-1/1-front.png",
    "A-1/2-front-preview.jpg",
    "A-1/2-front.png",
    "A-1/ticket.pdf",
    "B-1/1-front-preview.jpg",
    "B-1/1-front.png",
    "B-1/ticket.pdf",
    "picklist.csv",
    "report.html",
    "report.json",
    "manifest.csv",
];

struct Made {
    service: Service,
    key: String,
    /// The batch's address, and its id.
    path: String,
    id: String,
}

impl Made {
    async fn get(&self, rest: &str) -> Answer {
        call_with(&self.service, "GET", &format!("{}{rest}", self.path), &self.key).await
    }

    async fn with(&self, address: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
        let mut request = Request::get(address).header(header::AUTHORIZATION, format!("Bearer {}", self.key));
        for (name, value) in headers {
            request = request.header(name, *value);
        }
        self.service.send(request.body(Body::empty()).unwrap()).await
    }

    async fn files(&self, query: &str) -> Vec<Value> {
        let answer = self.get(&format!("/files?{query}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{query}: {}", answer.text());
        answer.json()["files"].as_array().unwrap().clone()
    }
}

/// A batch that was looked at.
async fn looked(query: &str) -> Made {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let shirt = saved(&service, "HELLO").await;
    let csv =
        format!("order_id,line,design,size\nA-1,1,{shirt},M\nB-1,1,{shirt},S\nA-1,2,{shirt},L\nA-1,3,{shirt},none\n");
    let batch = bring(&service, &key, query, "text/csv", csv).await;
    assert_eq!(batch.status, StatusCode::CREATED, "{}", batch.text());
    let id = batch.json()["id"].as_str().unwrap().to_owned();
    Made { path: format!("/api/v1/batches/{id}"), service, key, id }
}

/// A batch that was made.
async fn made(query: &str) -> Made {
    let made = looked(query).await;
    let started = call_with(&made.service, "POST", &format!("{}/start", made.path), &made.key).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text());
    let done = until(&made.service, &made.key, &made.id, &["done", "failed"]).await;
    assert_eq!(done["progress"]["state"], "done", "{done}");
    made
}

const SMALL: &str = "?make=preview,artwork,ticket&dpi=40&preview_width=100";

fn paths(files: &[Value]) -> Vec<&str> {
    files.iter().map(|file| file["path"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn files_are_listed_by_orders_in_pages_and_by_kind() {
    let made = made(SMALL).await;
    let all = made.files("").await;
    assert_eq!(paths(&all), MADE);
    let archive = made.get("/archive.zip").await.body;
    let mut zipped = names(&archive);
    zipped.sort();
    let mut listed = MADE.map(str::to_owned).to_vec();
    listed.sort();
    assert_eq!(listed, zipped, "what the archive has, and nothing else");
    let print = &all[3];
    assert_eq!(
        [&print["kind"], &print["of"], &print["order_id"], &print["line"], &print["row"], &print["media_type"]],
        [&json!("artwork"), &json!("front"), &json!("A-1"), &json!("2"), &json!(4), &json!("image/png")]
    );
    let ticket = &all[4];
    assert_eq!(
        [&ticket["kind"], &ticket["order_id"], &ticket["line"]],
        [&json!("ticket"), &json!("A-1"), &Value::Null]
    );

    assert_eq!(paths(&made.files("kind=ticket").await), ["A-1/ticket.pdf", "B-1/ticket.pdf"]);
    assert_eq!(paths(&made.files("kind=list,gang").await), MADE[8..]);
    let first = made.get("/files?limit=7").await.json();
    assert_eq!(paths(first["files"].as_array().unwrap()), MADE[..7]);
    let second = made.get(&format!("/files?limit=7&after={}", first["next"].as_str().unwrap())).await.json();
    assert_eq!(paths(second["files"].as_array().unwrap()), MADE[7..]);
    assert_eq!(second["next"], Value::Null);
    for query in ["limit=0", "limit=101", "after=x", "after=-1", "kind=psd", "kind=preview;x", "of=front"] {
        let answer = made.get(&format!("/files?{query}")).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::BAD_REQUEST, &json!("parameter")), "{query}");
    }
    assert_eq!(made.get("/files?limit=100").await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_file_is_given_out_as_it_is_and_nothing_in_it_runs() {
    let made = made(SMALL).await;
    let archive = made.get("/archive.zip").await.body;
    for listed in made.files("").await {
        let (path, url) = (listed["path"].as_str().unwrap(), listed["url"].as_str().unwrap());
        let answer = made.with(url, &[]).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        assert!(answer.body == file(&archive, path), "{path} is the one of the archive");
        assert_eq!(listed["bytes"], answer.body.len(), "{path}");
        let hash = blake3::hash(&answer.body).to_hex().to_string();
        assert_eq!((&listed["blake3"], answer.header(header::ETAG)), (&json!(hash), format!("\"{hash}\"").as_str()));
        assert_eq!(answer.header(header::CONTENT_TYPE), listed["media_type"], "{path}");
        assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        assert_eq!(answer.header(header::CACHE_CONTROL), "private, no-cache");
        let is_shown = [".jpg", ".png", ".pdf"].iter().any(|ending| path.ends_with(ending));
        let (how, policy) = (if is_shown { "inline" } else { "attachment" }, "default-src 'none'; sandbox");
        let name = format!("{how}; filename=\"{}\"", path.replace('/', "-"));
        assert_eq!(answer.header(header::CONTENT_DISPOSITION), name);
        assert_eq!(answer.header(header::CONTENT_SECURITY_POLICY) == policy, !is_shown, "{path}");

        let tag = answer.header(header::ETAG);
        let again = made.with(url, &[(header::IF_NONE_MATCH, tag)]).await;
        assert_eq!((again.status, again.body.len()), (StatusCode::NOT_MODIFIED, 0), "{path}");
    }
    // Drawings may hold scripts: they are kept, not shown.
    let drawn = self::made("?make=artwork&print_format=svg").await;
    let url = drawn.files("kind=artwork").await[0]["url"].as_str().unwrap().to_owned();
    let drawing = drawn.with(&url, &[]).await;
    assert_eq!(drawing.header(header::CONTENT_TYPE), "image/svg+xml");
    assert_eq!(drawing.header(header::CONTENT_DISPOSITION), "attachment; filename=\"A-1-1-front.svg\"");
    assert_eq!(drawing.header(header::CONTENT_SECURITY_POLICY), "default-src 'none'; sandbox");
}

#[tokio::test]
async fn a_part_of_a_file_can_be_asked_for() {
    let made = made(SMALL).await;
    let listed = &made.files("kind=artwork").await[0];
    let url = listed["url"].as_str().unwrap();
    let whole = made.with(url, &[]).await;
    let part = made.with(url, &[(header::RANGE, "bytes=1-3")]).await;
    assert_eq!((part.status, part.text().as_str()), (StatusCode::PARTIAL_CONTENT, "PNG"));
    assert_eq!(part.header(header::CONTENT_RANGE), format!("bytes 1-3/{}", whole.body.len()));
    let tag = whole.header(header::ETAG);
    let same = made.with(url, &[(header::RANGE, "bytes=1-3"), (header::IF_RANGE, tag)]).await;
    assert_eq!(same.status, StatusCode::PARTIAL_CONTENT);
    let other = made.with(url, &[(header::RANGE, "bytes=1-3"), (header::IF_RANGE, "\"another\"")]).await;
    assert_eq!((other.status, other.body.len()), (StatusCode::OK, whole.body.len()), "it had another file's part");
    let beyond = made.with(url, &[(header::RANGE, "bytes=99999999-")]).await;
    assert_eq!((beyond.status, &beyond.json()["code"]), (StatusCode::RANGE_NOT_SATISFIABLE, &json!("range")));
    assert_eq!(beyond.header(header::CONTENT_RANGE), format!("bytes */{}", whole.body.len()));
}

#[tokio::test]
async fn nothing_else_is_given_out_and_to_nobody_else() {
    let made = made(SMALL).await;
    for name in [
        "99",
        "-1",
        "18446744073709551615",
        "18446744073709551616",
        "picklist.csv",
        "A-1%2F1-front.png",
        "..%2F..%2F..%2Fplaten.db",
        "%2Fetc%2Fpasswd",
        ".batch%2Fitems.db",
        "0%00",
        "1e0",
        "",
    ] {
        let answer = made.get(&format!("/files/{name}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{name}: {}", answer.text());
    }
    let first = made.files("").await[0]["url"].as_str().unwrap().to_owned();
    let (_, other) = key(&made.service, &[Scope::OrdersRead]).await;
    for address in [format!("{}/files", made.path), first.clone()] {
        assert_eq!(made.service.get(&address).await.status, StatusCode::UNAUTHORIZED, "{address}");
        assert_eq!(call_with(&made.service, "GET", &address, &other).await.status, StatusCode::FORBIDDEN, "{address}");
        let nowhere = address.replace(&made.id, &"0".repeat(26));
        assert_eq!(made.with(&nowhere, &[]).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    let folder = made.service.data.join("batches").join(&made.id);
    // What somebody put in a file's place is not the batch's.
    let picture = folder.join(MADE[0]);
    let bytes = std::fs::read(&picture).unwrap();
    std::fs::write(&picture, b"cut").unwrap();
    assert_eq!(made.with(&first, &[]).await.status, StatusCode::NOT_FOUND, "it has another length");
    #[cfg(unix)]
    {
        let elsewhere = made.service.data.join("secret");
        std::fs::write(&elsewhere, &bytes).unwrap();
        std::fs::remove_file(&picture).unwrap();
        std::os::unix::fs::symlink(&elsewhere, &picture).unwrap();
        assert_eq!(made.with(&first, &[]).await.status, StatusCode::NOT_FOUND, "a link leads out of the folder");
    }
    // A folder that a program made which lists no files.
    std::fs::remove_dir_all(folder.join(".batch")).unwrap();
    assert_eq!(made.files("").await, Vec::<Value>::new());
    assert_eq!(made.with(&first, &[]).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn files_are_given_out_once_the_batch_stands_still() {
    let looked = looked(SMALL).await;
    for rest in ["/files", "/files/0"] {
        let answer = looked.get(rest).await;
        assert_eq!((answer.status, &answer.json()["code"]), (StatusCode::CONFLICT, &json!("batch-state")), "{rest}");
    }
    let started = call_with(&looked.service, "POST", &format!("{}/start", looked.path), &looked.key).await;
    assert_eq!(started.status, StatusCode::OK);
    until(&looked.service, &looked.key, &looked.id, &["done"]).await;
    let before = looked.files("").await;
    // Made once more, each file is where it was.
    call_with(&looked.service, "POST", &format!("{}/start", looked.path), &looked.key).await;
    until(&looked.service, &looked.key, &looked.id, &["done"]).await;
    assert_eq!(looked.files("").await, before);
}
