//! Whatever somebody uploads, saves or asks for, the service connects to nobody: listeners that hostile files name wait
//! in vain.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::{Value, json};

use crate::attacks::{picture_from, stroked_curves, svg};
use crate::cli::{Scratch, path, platen, stderr};
use crate::hostile_uploads::{showing, upload};
use crate::served::{Data, Served, cookie_in, design, stdout_of};
use crate::watch::Watch;

/// Waits for those who should not come.
struct Canary(TcpListener);

impl Canary {
    fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").unwrap())
    }

    fn url(&self) -> String {
        format!("http://{}/x.png", self.0.local_addr().unwrap())
    }

    /// Whoever connected is still in the listener's queue.
    fn assert_alone(&self) {
        self.0.set_nonblocking(true).unwrap();
        let came = self.0.accept();
        assert!(came.as_ref().is_err_and(|error| error.kind() == ErrorKind::WouldBlock), "{came:?}");
    }
}

/// Drawings that name an address in every way that SVG, CSS and XML know.
fn drawings(url: &str) -> Vec<String> {
    let rect = r#"<rect width="9" height="9"/>"#;
    let bodies = [
        format!(r#"<image xlink:href="{url}" width="9" height="9"/>{rect}"#),
        format!(r#"<use href="{url}#a"/>{rect}"#),
        format!(r#"<use xlink:href="{url}#a"/>{rect}"#),
        format!(r#"<style>@import url("{url}");</style>{rect}"#),
        format!(r#"<style>@import "{url}";</style>{rect}"#),
        format!(
            r#"<style>@font-face{{font-family:F;src:url("{url}")}} text{{font-family:F}}</style><text y="9">A</text>{rect}"#
        ),
        format!(r#"<style>rect{{fill:url("{url}#p")}}</style>{rect}"#),
        format!(r#"<rect width="9" height="9" fill="url({url}#p)"/>"#),
        format!(r#"<rect width="9" height="9" style="mask:url({url}#m);filter:url({url}#f);clip-path:url({url}#c)"/>"#),
        format!(r#"<rect width="9" height="9" style="background:url({url});cursor:url({url}),auto"/>"#),
        format!(r##"<filter id="f"><feImage href="{url}"/></filter><rect width="9" height="9" filter="url(#f)"/>"##),
        format!(r##"<linearGradient id="g" href="{url}#g"/><rect width="9" height="9" fill="url(#g)"/>"##),
        format!(r#"<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>{rect}"#),
        format!(
            r#"<foreignObject width="9" height="9"><img xmlns="http://www.w3.org/1999/xhtml" src="{url}"/></foreignObject>{rect}"#
        ),
        format!(r#"<script href="{url}"/><a href="{url}">{rect}</a>"#),
        format!(r#"<g xml:base="{url}"><image href="y.png" width="9" height="9"/></g>{rect}"#),
        format!(r#"<tref xlink:href="{url}"/><text y="9"><textPath href="{url}#p">A</textPath></text>{rect}"#),
        format!(
            r#"<image href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'%3E%3Cimage href='{url}'/%3E%3C/svg%3E" width="9" height="9"/>{rect}"#
        ),
    ];
    let plain = svg(rect);
    let heads = [
        format!(r#"<?xml-stylesheet type="text/css" href="{url}"?>"#),
        format!(r#"<!DOCTYPE svg SYSTEM "{url}">"#),
        format!(r#"<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "{url}">"#),
        format!(r#"<!DOCTYPE svg [<!ENTITY % e SYSTEM "{url}"> %e;]>"#),
    ];
    let entity =
        format!(r#"<!DOCTYPE svg [<!ENTITY e SYSTEM "{url}">]>"#) + &svg(&format!("<text y=\"9\">&e;</text>{rect}"));
    let bodies = bodies.iter().map(|body| svg(body));
    let heads = heads.iter().map(|head| head.clone() + &plain);
    [picture_from(url), entity].into_iter().chain(bodies).chain(heads).collect()
}

#[test]
fn no_drawing_and_no_design_makes_the_service_call_anybody() {
    let canary = Canary::new();
    let url = canary.url();
    let data = Data::new();
    let served = data.serve_with(&["--private-webhooks"]);
    let watch = Watch::new(served.child.id(), served.port());
    let mut kept = 0;
    for drawing in drawings(&url) {
        let (status, head, answer) = upload(&served, "drawing.svg", drawing.as_bytes(), "");
        assert!(matches!(status, 201 | 400..=499), "{status} {answer}\n{drawing}");
        if status == 201 {
            kept += 1;
            let (cookie, id) = (cookie_in(&head), answer["id"].as_str().unwrap());
            let file = std::fs::read_to_string(data.0.join("files/uploads").join(&id[..2]).join(id)).unwrap();
            assert!(!file.contains("127.0.0.1"), "{file}");
            let preview = served.call("POST", "/api/v1/previews?width=100", &cookie, &showing(id));
            let print = served.call("POST", "/api/v1/artworks?area=front&dpi=36", &cookie, &showing(id));
            assert_eq!((preview.0, print.0), (200, 200), "{drawing}");
        }
    }
    assert!(kept >= 5, "what is harmless is kept and drawn: {kept}");
    for asset in [url.as_str(), &url[5..], "file:///etc/passwd", "../../../../etc/passwd"] {
        let document = showing(asset);
        let quote = json!({ "design": serde_json::from_str::<Value>(&document).unwrap(), "items": [{ "size": "M", "quantity": 1 }] });
        for (call, body) in [
            ("previews?width=100", &document),
            ("artworks?area=front", &document),
            ("checks", &document),
            ("quotes", &quote.to_string()),
        ] {
            let (status, _, body) = served.call("POST", &format!("/api/v1/{call}"), "", body);
            assert_eq!(status, 422, "{call} {}", String::from_utf8_lossy(&body));
        }
        let (status, ..) = served.call("POST", "/api/v1/designs", "", &document);
        assert!(matches!(status, 201 | 422), "{status}: a draft may name what is not there yet");
    }
    for host in [&url[7..], "127.0.0.1"] {
        let headers =
            format!("X-Forwarded-Host: {host}\r\nForwarded: host={host}\r\nReferer: {url}\r\nOrigin: {url}\r\n");
        served.send("POST", "/api/v1/previews?width=100", &headers, design("A").as_bytes());
    }
    // A reader that is there long enough to be seen.
    assert_eq!(upload(&served, "curves.svg", stroked_curves(100_000).as_bytes(), "").0, 413);
    let seen = watch.take();
    assert!(seen.strangers.is_empty(), "{:?}", seen.strangers);
    assert!(seen.child_peak > 0, "the readers were watched");
    assert!(seen.filtered, "the readers cannot make sockets");
    canary.assert_alone();
}

#[test]
fn the_command_line_calls_nobody_either() {
    let canary = Canary::new();
    let url = canary.url();
    let scratch = Scratch::new("no-way-out");
    for (index, drawing) in drawings(&url).into_iter().enumerate().filter(|(index, _)| index % 4 == 0) {
        scratch.write("drawing.svg", &drawing);
        let file = scratch.write("design.json", &showing("drawing.svg"));
        let told = platen(&["preview", path(&file), "-o", path(&scratch.file("shirt.png")), "--width", "64"]);
        assert!(matches!(told.status.code(), Some(0 | 1)), "{index}: {}", stderr(&told));
    }
    let file = scratch.write("design.json", &showing(&url));
    let told = platen(&["preview", path(&file), "-o", path(&scratch.file("never.png"))]);
    assert_eq!(told.status.code(), Some(1), "{}", stderr(&told));
    canary.assert_alone();
}

/// Answers one request with a redirection.
fn redirect(stream: &mut TcpStream, to: &str) {
    let mut head = Vec::new();
    let mut byte = [0; 1];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap() == 1 {
        head.extend(byte);
    }
    let head = String::from_utf8(head).unwrap().to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    stream.read_exact(&mut vec![0; length]).unwrap();
    let answer =
        format!("HTTP/1.1 307 Temporary Redirect\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    stream.write_all(answer.as_bytes()).unwrap();
}

fn json_of(served: &Served, method: &str, call: &str, headers: &str, body: &Value) -> Value {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let (status, _, answer) = served.send(method, &format!("/api/v1/{call}"), headers, body.as_bytes());
    assert!(matches!(status, 200 | 201), "{call}: {status} {}", String::from_utf8_lossy(&answer));
    serde_json::from_slice(&answer).unwrap()
}

#[test]
fn a_webhook_that_sends_us_elsewhere_is_not_followed() {
    let (canary, receiver) = (Canary::new(), TcpListener::bind("127.0.0.1:0").unwrap());
    let data = Data::new();
    let create = ["keys", "create", "--name", "mis", "--scope", "shop:write", "--scope", "shop:read"];
    let key = format!("Authorization: Bearer {}\r\n", stdout_of(&mut data.command(&create)).trim());
    let served = data.serve_with(&["--private-webhooks"]);
    let hook = json!({ "url": format!("http://{}/hook", receiver.local_addr().unwrap()) });
    let hook = json_of(&served, "POST", "webhooks", &key, &hook);
    let (_, head, saved) = served.call("POST", "/api/v1/designs", "", &design("TOLD"));
    let saved: Value = serde_json::from_slice(&saved).unwrap();
    let order =
        json!({ "lines": [{ "design": saved["id"], "size": "M", "quantity": 1 }], "contact": { "name": "Jo" } });
    let headers = format!("Cookie: {}\r\nIdempotency-Key: k\r\n", cookie_in(&head));
    json_of(&served, "POST", "orders", &headers, &order);
    let (mut stream, _) = receiver.accept().unwrap();
    redirect(&mut stream, &canary.url());
    drop(stream);
    // What came of it is written down once the try is over.
    let call = format!("webhooks/{}/deliveries", hook["id"].as_str().unwrap());
    let mut told = String::new();
    for _ in 0..10_000 {
        told = json_of(&served, "GET", &call, &key, &Value::Null).to_string();
        if told.contains("status 307") {
            break;
        }
    }
    assert!(told.contains("status 307"), "{told}");
    canary.assert_alone();
}
