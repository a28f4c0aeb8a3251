//! `platen backup` and `platen restore`, while the service runs.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::served::{Data, Served, cookie_in, design};
use crate::server::fixture;

/// Uploads a picture: its id.
pub(crate) fn upload(served: &Served, name: &str, cookie: &str) -> (String, String) {
    let head = format!("--line\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    let body = [head.as_bytes(), &fixture(&format!("pictures/{name}")), b"\r\n--line--\r\n"].concat();
    let headers = format!("Cookie: {cookie}\r\nContent-Type: multipart/form-data; boundary=line\r\n");
    let (status, head, body) = served.send("POST", "/api/v1/uploads", &headers, &body);
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
    let upload: Value = serde_json::from_slice(&body).unwrap();
    let cookie = if cookie.is_empty() { cookie_in(&head) } else { cookie.to_owned() };
    (upload["id"].as_str().unwrap().to_owned(), cookie)
}

fn json(served: &Served, path: &str, cookie: &str) -> Value {
    let (status, _, body) = served.call("GET", path, cookie, "");
    assert_eq!(status, 200, "{path}");
    serde_json::from_slice(&body).unwrap()
}

fn titles(served: &Served, cookie: &str) -> BTreeSet<String> {
    let (mut found, mut after) = (BTreeSet::new(), String::new());
    loop {
        let page = json(served, &format!("/api/v1/designs?limit=100{after}"), cookie);
        found.extend(page["designs"].as_array().unwrap().iter().map(|row| row["title"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { return found };
        after = format!("&after={next}");
    }
}

/// Every file of a folder of uploads, by the hash that its name says.
fn assert_hashes(folder: &Path) -> usize {
    let mut count = 0;
    for part in std::fs::read_dir(folder).unwrap() {
        for entry in std::fs::read_dir(part.unwrap().path()).unwrap() {
            let path = entry.unwrap().path();
            let hash = blake3::hash(&std::fs::read(&path).unwrap()).to_hex();
            assert_eq!(path.file_name().unwrap().to_str().unwrap(), hash.as_str());
            count += 1;
        }
    }
    count
}

#[test]
fn a_backup_while_somebody_writes_holds_all_that_was_acknowledged_before() {
    let (data, other) = (Data::new(), Data::new());
    let served = data.serve();
    let (badge, cookie) = upload(&served, "badge.jpg", "");
    upload(&served, "rgb.png", &cookie);
    let file = data.0.with_extension("tar.gz");
    let (acknowledged, enough) = (Mutex::new(Vec::new()), AtomicBool::new(false));
    let mut before = Vec::new();
    std::thread::scope(|scope| {
        for writer in 0..3 {
            let (served, cookie, acknowledged, enough) = (&served, &cookie, &acknowledged, &enough);
            scope.spawn(move || {
                for n in 0..300 {
                    let title = format!("{writer}-{n}");
                    let (status, _, _) = served.call("POST", "/api/v1/designs", cookie, &design(&title));
                    assert_eq!(status, 201);
                    acknowledged.lock().unwrap().push(title);
                    if enough.load(Ordering::Relaxed) {
                        break;
                    }
                }
            });
        }
        while acknowledged.lock().unwrap().len() < 50 {
            std::thread::yield_now();
        }
        before.clone_from(&acknowledged.lock().unwrap());
        let output = data.command(&["backup", file.to_str().unwrap()]).output().unwrap();
        enough.store(true, Ordering::Relaxed);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && output.stdout.is_empty(), "{told}");
        assert!(told.contains("4 files"), "{told}");
    });
    let after = acknowledged.into_inner().unwrap();
    assert!(after.len() > before.len(), "nobody waits for a backup");

    let restore = other.command(&["restore", file.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8_lossy(&restore.stderr).into_owned();
    assert!(restore.status.success() && told.contains("4 files"), "{told}");
    let files = other.0.join("files");
    assert_eq!((assert_hashes(&files.join("uploads")), assert_hashes(&files.join("originals"))), (2, 2));
    let again = other.serve();
    let kept = titles(&again, &cookie);
    for title in &before {
        assert!(kept.contains(title), "{title} was acknowledged before and is lost");
    }
    assert!(kept.iter().all(|title| after.contains(title)), "and nothing is made up");
    let (status, _, original) = again.call("GET", &format!("/api/v1/uploads/{badge}/original"), &cookie, "");
    assert!(status == 200 && original == fixture("pictures/badge.jpg"));
    assert_eq!(json(&again, "/api/v1/uploads", &cookie), json(&served, "/api/v1/uploads", &cookie));

    let refused = other.command(&["restore", file.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("is not empty"), "{told}");
    let left: Vec<_> = std::fs::read_dir(file.parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains(file.file_name().unwrap().to_str().unwrap()))
        .collect();
    assert_eq!(left, [file.file_name().unwrap().to_str().unwrap()], "nothing else is left beside it");
    std::fs::remove_file(file).unwrap();
}

#[test]
fn what_cannot_be_backed_up_says_why() {
    let data = Data::new();
    let file = data.0.with_extension("none.tar.gz");
    let refused = data.command(&["backup", file.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && told.contains("there is no database at"), "{told}");
    assert!(!file.exists() && !data.0.exists(), "nothing is made by asking");
    let none = data.command(&["restore", "no-such.tar.gz"]).output().unwrap();
    assert!(none.status.code() == Some(2) && String::from_utf8_lossy(&none.stderr).contains("no-such.tar.gz"));
    std::fs::write(&file, "a letter").unwrap();
    let damaged = data.command(&["restore", file.to_str().unwrap()]).output().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(damaged.status.code() == Some(2) && String::from_utf8_lossy(&damaged.stderr).contains("no backup"));
}
