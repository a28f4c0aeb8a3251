//! The real program with PostgreSQL and S3 behind it.

use std::process::Command;

use serde_json::Value;

use crate::backends::{postgres_database, s3_bucket};
use crate::backup::upload;
use crate::served::{Data, Served, cookie_in, design, stdout_of};
use crate::server::fixture;

/// A bucket: its URL, and what a program must know to reach it.
pub(crate) struct Bucket {
    url: String,
    endpoint: String,
}

impl Bucket {
    pub(crate) fn new() -> Self {
        let (endpoint, name) = s3_bucket();
        Self { url: format!("s3://{name}"), endpoint }
    }

    pub(crate) fn command(&self, data: &Data, arguments: &[&str]) -> Command {
        let mut command = data.command(arguments);
        command.args(["--storage", &self.url]).env("AWS_ENDPOINT_URL", &self.endpoint).env("AWS_ALLOW_HTTP", "true");
        command.env("AWS_ACCESS_KEY_ID", "shop").env("AWS_SECRET_ACCESS_KEY", "secret").env("AWS_REGION", "us-east-1");
        command
    }
}

fn get(served: &Served, path: &str, cookie: &str) -> Vec<u8> {
    let (status, _, body) = served.call("GET", path, cookie, "");
    assert_eq!(status, 200, "{path}: {}", String::from_utf8_lossy(&body));
    body
}

#[test]
fn two_machines_share_what_is_kept() {
    let (first_data, second_data) = (Data::new(), Data::new());
    let (database, bucket) = (postgres_database(), Bucket::new());
    let serve = |data: &Data| {
        Served::start(&mut bucket.command(data, &["serve", "--listen", "127.0.0.1:0", "--database", &database]))
    };
    let (first, second) = (serve(&first_data), serve(&second_data));
    let (status, head, body) = first.call("POST", "/api/v1/designs", "", &design("SHARED"));
    assert_eq!(status, 201);
    let (mine, saved): (_, Value) = (cookie_in(&head), serde_json::from_slice(&body).unwrap());
    let (id, _) = upload(&first, "badge.jpg", &mine);

    let path = format!("/api/v1/designs/{}", saved["id"].as_str().unwrap());
    assert_eq!(serde_json::from_slice::<Value>(&get(&second, &path, &mine)).unwrap(), saved);
    let original = get(&second, &format!("/api/v1/uploads/{id}/original"), &mine);
    assert!(original == fixture("pictures/badge.jpg"));
    assert!(get(&second, &format!("/api/v1/uploads/{id}/proxy?width=16"), &mine).starts_with(b"\x89PNG"));
    let local = |data: &Data| data.0.join("platen.db").exists() || data.0.join("files").exists();
    assert!(!local(&first_data) && !local(&second_data), "nothing that matters lies on either machine");

    let keys = ["keys", "create", "--name", "press", "--scope", "shop:read", "--database", &database];
    let key = stdout_of(&mut second_data.command(&keys));
    let bearer = format!("Authorization: Bearer {}\r\n", key.trim());
    assert_eq!(first.send("GET", "/api/v1/keys/current", &bearer, b"").0, 200);

    assert_eq!(second.call("DELETE", &format!("/api/v1/uploads/{id}"), &mine, "").0, 204);
    assert_eq!(first.call("GET", &format!("/api/v1/uploads/{id}/original"), &mine, "").0, 404);

    let file = first_data.0.with_extension("tar.gz");
    let refused =
        bucket.command(&first_data, &["backup", file.to_str().unwrap(), "--database", &database]).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("pg_dump") && !file.exists(), "{told}");
}

#[test]
fn a_bucket_is_backed_up_with_the_database_beside_it() {
    let (data, other) = (Data::new(), Data::new());
    let bucket = Bucket::new();
    let served = Served::start(&mut bucket.command(&data, &["serve", "--listen", "127.0.0.1:0"]));
    let (id, mine) = upload(&served, "badge.jpg", "");
    let file = data.0.with_extension("tar.gz");
    stdout_of(&mut bucket.command(&data, &["backup", file.to_str().unwrap()]));
    stdout_of(&mut other.command(&["restore", file.to_str().unwrap()]));
    let here = other.serve();
    assert!(get(&here, &format!("/api/v1/uploads/{id}/original"), &mine) == fixture("pictures/badge.jpg"));
    // And into another bucket.
    let (moved, target) = (Data::new(), Bucket::new());
    stdout_of(&mut target.command(&moved, &["restore", file.to_str().unwrap()]));
    std::fs::remove_file(&file).unwrap();
    let there = Served::start(&mut target.command(&moved, &["serve", "--listen", "127.0.0.1:0"]));
    assert!(get(&there, &format!("/api/v1/uploads/{id}/original"), &mine) == fixture("pictures/badge.jpg"));
}
