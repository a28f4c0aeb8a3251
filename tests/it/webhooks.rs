//! Webhooks: nothing is told to nobody, what happened is told even after kill -9, and never inside the network.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use axum::http::StatusCode;
use platen::store::Scope;
use serde_json::{Value, json};

use crate::served::{Data, Served, cookie_in, design, stdout_of};
use crate::server::Service;
use crate::shop_keys;

/// A request as it came: its headers in lower case, and its body.
fn received(stream: &TcpStream) -> (Vec<(String, String)>, String) {
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            if line == "\r\n" {
                break;
            }
            continue;
        };
        headers.push((name.to_lowercase(), value.to_owned()));
    }
    let length = headers.iter().find(|(name, _)| name == "content-length").unwrap().1.parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    (headers, String::from_utf8(body).unwrap())
}

fn answer(mut stream: TcpStream, status: &str) {
    let _ = stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").as_bytes());
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> &'a str {
    &headers.iter().find(|(known, _)| known == name).unwrap().1
}

fn place_order(served: &Served, cookie: &str) -> Value {
    let saved = served.call("POST", "/api/v1/designs", cookie, &design("TOLD"));
    assert_eq!(saved.0, 201);
    let cookie = if cookie.is_empty() { cookie_in(&saved.1) } else { cookie.to_owned() };
    let saved: Value = serde_json::from_slice(&saved.2).unwrap();
    let order =
        json!({ "lines": [{ "design": saved["id"], "size": "M", "quantity": 1 }], "contact": { "name": "Jo" } });
    let headers = format!("Cookie: {cookie}\r\nIdempotency-Key: k\r\n");
    let (status, _, body) = served.send("POST", "/api/v1/orders", &headers, order.to_string().as_bytes());
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
    serde_json::from_slice(&body).unwrap()
}

#[test]
fn an_order_is_told_even_after_kill_9_and_again_until_it_arrives() {
    let data = Data::new();
    let create = ["keys", "create", "--name", "mis", "--scope", "shop:write", "--scope", "shop:read"];
    let key = format!("Authorization: Bearer {}\r\n", stdout_of(&mut data.command(&create)).trim());
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/hook", receiver.local_addr().unwrap());
    let body = json!({ "url": address }).to_string();

    // Inside the network is told only where the shop says so.
    let careful = data.serve();
    let refused = careful.send("POST", "/api/v1/webhooks", &key, body.as_bytes());
    assert_eq!(refused.0, 422, "{}", String::from_utf8_lossy(&refused.2));
    drop(careful);

    let mut first = data.serve_with(&["--private-webhooks"]);
    let added = first.send("POST", "/api/v1/webhooks", &key, body.as_bytes());
    assert_eq!(added.0, 201);
    let added: Value = serde_json::from_slice(&added.2).unwrap();
    assert!(added["secret"].as_str().unwrap().starts_with("whsec_"));
    let listed = first.send("GET", "/api/v1/webhooks", &key, b"");
    assert!(!String::from_utf8(listed.2).unwrap().contains("whsec_"), "a secret is told once");
    let order = place_order(&first, "");
    first.signal("KILL");
    first.child.wait().unwrap();

    // Whatever the first service was about to send has gone with it; its successor tries until it is heard.
    receiver.set_nonblocking(false).unwrap();
    let second = data.serve_with(&["--private-webhooks"]);
    let (mut ids, mut bodies) = (Vec::new(), Vec::new());
    for status in ["500 Internal Server Error", "204 No Content"] {
        let (stream, _) = receiver.accept().unwrap();
        let (headers, body) = received(&stream);
        assert!(header(&headers, "webhook-signature").starts_with("v1,"));
        assert!(header(&headers, "webhook-timestamp").parse::<u64>().unwrap() > 1_700_000_000);
        assert_eq!(header(&headers, "content-type"), "application/json");
        ids.push(header(&headers, "webhook-id").to_owned());
        bodies.push(body);
        answer(stream, status);
    }
    assert!(ids[0] == ids[1] && bodies[0] == bodies[1], "a repeated delivery is known by its id");
    let told: Value = serde_json::from_str(&bodies[0]).unwrap();
    assert_eq!((&told["type"], &told["data"]["order"]), (&json!("order.placed"), &order["id"]));
    assert_eq!((&told["data"]["status"], &told["data"]["hash"]), (&json!("received"), &order["hash"]));

    let path = format!("/api/v1/webhooks/{}/deliveries", added["id"].as_str().unwrap());
    let state = loop {
        let (status, _, body) = second.send("GET", &path, &key, b"");
        assert_eq!(status, 200);
        let listed: Value = serde_json::from_slice(&body).unwrap();
        if listed[0]["state"] != "waiting" {
            break listed;
        }
        std::thread::yield_now();
    };
    assert_eq!((&state[0]["state"], &state[0]["answer"]), (&json!("delivered"), &json!("status 204")));
    assert_eq!(state.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn addresses_are_the_shops_to_add_and_as_many_as_are_allowed() {
    let service = Service::new().await;
    let (_, key) = shop_keys::key(&service, &[Scope::ShopWrite, Scope::ShopRead]).await;
    let bearer = format!("Bearer {key}");
    let add = async |url: &str| {
        shop_keys::call(&service, "POST", "/api/v1/webhooks", &bearer, json!({ "url": url }).to_string()).await
    };
    let long = format!("https://shop.example/{}", "a".repeat(2000));
    for (url, code) in [
        ("https://127.0.0.1/", "address"),
        ("http://shop.example/", "address"),
        ("https://[fd00::1]/", "address"),
        ("https://169.254.169.254/", "address"),
        ("https://localhost/", "address"),
        ("https://mis.internal/hook", "address"),
        (&long, "too-long"),
    ] {
        let refused = add(url).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{url} {}", refused.text());
        let problem = &refused.json()["errors"][0];
        assert_eq!((&problem["pointer"], &problem["code"]), (&json!("/url"), &json!(code)), "{}", refused.text());
    }
    let wrong = json!({ "URL": "https://shop.example/" }).to_string();
    let wrong = shop_keys::call(&service, "POST", "/api/v1/webhooks", &bearer, wrong).await;
    let errors = wrong.json()["errors"].as_array().unwrap().clone();
    let told: Vec<&str> = errors.iter().map(|problem| problem["code"].as_str().unwrap()).collect();
    assert_eq!(told, ["missing-field", "unknown-field"], "{}", wrong.text());
    assert_eq!(errors[1]["hint"], "did you mean \"url\"?");
    let mut last = String::new();
    for n in 0..20 {
        let added = add(&format!("https://shop.example/{n}")).await;
        assert_eq!(added.status, StatusCode::CREATED, "{}", added.text());
        last = added.json()["id"].as_str().unwrap().to_owned();
    }
    assert_eq!(add("https://shop.example/more").await.json()["code"], "too-many-webhooks");
    for same in ["https://shop.example/19", "https://SHOP.example:443/19"] {
        let again = add(same).await;
        assert_eq!((again.status, &again.json()["code"]), (StatusCode::CONFLICT, &json!("webhook-exists")), "{same}");
        assert!(again.json()["detail"].as_str().unwrap().contains(&last), "{}", again.text());
    }
    let listed = shop_keys::call_with(&service, "GET", "/api/v1/webhooks", &key).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 20);
    let path = format!("/api/v1/webhooks/{last}");
    assert_eq!(shop_keys::call_with(&service, "DELETE", &path, &key).await.status, StatusCode::NO_CONTENT);
    assert_eq!(shop_keys::call_with(&service, "DELETE", &path, &key).await.status, StatusCode::NOT_FOUND);
    let gone = shop_keys::call_with(&service, "GET", &format!("{path}/deliveries"), &key).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert_eq!(add("https://shop.example/more").await.status, StatusCode::CREATED);
}
