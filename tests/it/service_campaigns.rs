//! Campaigns looked at over HTTP: the same mails as the command line makes, to nobody who said no, and nothing kept.

use std::collections::BTreeSet;

use axum::http::{Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use platen::campaign::token::{self, Key};
use platen::campaign::{MAIL_SHEET, UNSIGNED};
use platen::store::{Scope, Store, SuppressionRow};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::cli::{Scratch, path, platen, root, stderr};
use crate::server::{Answer, Service};
use crate::shop_keys::key;

const KEY: &str = "0123456789abcdef0123456789abcdef";
const NOW: &str = "2027-05-12T09:00:00Z";

/// A part of a form: its name, its file's name if it is a file, and what is in it.
type Part<'a> = (&'a str, &'a str, Vec<u8>);

fn example(name: &str) -> Vec<u8> {
    std::fs::read(root().join("examples").join(name)).unwrap()
}

fn text(name: &str) -> String {
    String::from_utf8(example(name)).unwrap()
}

/// The example with its three files and the designs that they name.
fn parts() -> Vec<Part<'static>> {
    let mut parts = vec![
        ("template", "reunion.toml", example("campaign/reunion.toml")),
        ("recipients", "recipients.csv", example("campaign/recipients.csv")),
        ("consent", "consent.csv", example("campaign/consent.csv")),
        ("now", "", NOW.into()),
    ];
    let designs = ["reunion.json", "birthday.json", "jersey.json", "fishing.json"];
    parts.extend(designs.map(|name| ("design", name, example(name))));
    parts
}

/// The same with one part's bytes in the place of what it had.
fn with(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Part<'static>> {
    let mut parts = parts();
    let place = parts.iter().position(|(part, file, _)| *part == name || *file == name).unwrap();
    parts[place].2 = bytes.into();
    parts
}

fn form(parts: &[Part<'_>]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, file, bytes) in parts {
        let file = if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"") };
        body.extend_from_slice(
            format!("--line\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n").as_bytes(),
        );
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--line--\r\n");
    body
}

async fn look(service: &Service, key: &str, parts: &[Part<'_>]) -> Answer {
    let request = Request::post("/api/v1/campaigns/preview")
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, "multipart/form-data; boundary=line");
    service.send(request.body(form(parts).into()).unwrap()).await
}

/// A service and a key that may look at campaigns.
async fn shop(change: impl FnOnce(&mut platen::server::Config)) -> (Service, String) {
    let service = Service::with(change).await;
    let (_, key) = key(&service, &[Scope::ShopRead]).await;
    (service, key)
}

/// Files below the data folder but the database.
fn kept(service: &Service) -> BTreeSet<String> {
    fn below(folder: &std::path::Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                below(&path, found);
            } else if !path.to_str().unwrap().contains("platen.db") {
                found.insert(path.to_str().unwrap().to_owned());
            }
        }
    }
    let mut found = BTreeSet::new();
    below(&service.data, &mut found);
    found
}

fn pointers(answer: &Answer) -> Vec<String> {
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_example_is_compiled_as_the_command_line_compiles_it_and_nothing_is_kept() {
    let (service, shop_key) = shop(|config| config.campaign_keys = vec![Key::new(KEY.as_bytes()).unwrap()]).await;
    let before = kept(&service);
    let mut all = parts();
    all.push(("n", "", b"4".to_vec()));
    let answer = look(&service, &shop_key, &all).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(kept(&service), before);
    let seen = answer.json();
    let counts = json!({ "ready": 9, "failed": 0, "suppressed": 1, "no_consent": 1, "capped": 1, "withheld": 0, "no_rule": 1, "bad_row": 0 });
    assert_eq!((&seen["counts"], &seen["rows_total"], &seen["is_signed"]), (&counts, &json!(13), &json!(true)));
    assert_eq!((&seen["name"], &seen["now"]), (&json!("reunion-2027"), &json!(NOW)));
    assert_eq!((&seen["issues"], &seen["issues_total"]), (&json!([]), &json!(0)));
    let coach = &seen["rows"][6];
    assert_eq!(
        (&coach["row"], &coach["rule"], &coach["offer"], &coach["status"]),
        (&json!(8), &json!("navy-week"), &json!("NAVY-WEEK"), &json!("ready"))
    );
    assert_eq!(seen["rows"][9]["why"], "unsubscribed 2027-02-11");

    let scratch = Scratch::new("service-campaign");
    let (out, key_file) = (scratch.file("out"), scratch.write("campaign.key", KEY));
    let file = |name: &str| root().join("examples/campaign").join(name);
    let (template, people, consent) = (file("reunion.toml"), file("recipients.csv"), file("consent.csv"));
    let arguments = ["campaign", path(&template), "--recipients", path(&people), "--consent", path(&consent)];
    let made = platen(&[&arguments[..], &["--key-file", path(&key_file), "--now", NOW, "-o", path(&out)]].concat());
    assert!(made.status.success(), "{}", stderr(&made));
    let mut pages: Vec<_> = std::fs::read_dir(out.join("html")).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let mails = seen["mails"].as_array().unwrap();
    assert_eq!(mails.len(), 4);
    for (mail, page) in mails.iter().zip(&pages) {
        let written = std::fs::read_to_string(page).unwrap();
        let (_, rest) = written.split_once("../pictures/").unwrap();
        let picture = &rest[..rest.find('"').unwrap()];
        let shown = mail["html"].as_str().unwrap();
        let coded = shown.split("data:image/jpeg;base64,").nth(1).unwrap().split('"').next().unwrap();
        let unpictured = shown.replace(&format!("data:image/jpeg;base64,{coded}"), &format!("../pictures/{picture}"));
        assert!(unpictured == written, "{}", page.display());
        // The service draws pictures of designs as it normalised them, so the hash in the file's comment is another.
        let file = std::fs::read(out.join("pictures").join(picture)).unwrap();
        let [here, there] =
            [STANDARD.decode(coded).unwrap(), file].map(|bytes| image::load_from_memory(&bytes).unwrap());
        assert!(here == there, "{}", page.display());
        let message = std::fs::read(out.join("eml").join(page.file_name().unwrap()).with_extension("eml")).unwrap();
        let message = mail_parser::MessageParser::default().parse(&message).unwrap();
        assert_eq!(mail["subject"], message.subject().unwrap());
        let text = message.body_text(0).unwrap().replace("\r\n", "\n");
        assert_eq!(mail["text"].as_str().unwrap().trim_end(), text.trim_end());
        let heads = mail["headers"].as_array().unwrap();
        let head = |name: &str| heads.iter().find(|head| head["name"] == name).unwrap()["value"].as_str().unwrap();
        assert_eq!(head("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        let link = head("List-Unsubscribe").split(['<', '>']).nth(1).unwrap();
        let asked = token::check(&[Key::new(KEY.as_bytes()).unwrap()], link.rsplit('/').next().unwrap()).unwrap();
        assert_eq!(mail["recipient"], asked.email.as_str());
    }
}

#[tokio::test]
async fn nobody_who_said_no_is_written_to_however_they_said_it() {
    let (service, shop_key) = shop(|_| {}).await;
    let store = Store::open(&service.data, None, None).await.unwrap();
    let row = SuppressionRow { email: "ada.okafor@example.com".into(), campaign: "old".into(), at: 1_767_225_600_000 };
    store.suppress(&row).await.unwrap();
    store.close().await;
    let small = text("campaign/reunion.toml").replace("designs = \"..\"", "designs = \"..\"\nwidth_px = 64");
    let mut parts = with("template", small);
    parts.push(("n", "", b"24".to_vec()));
    let answer = look(&service, &shop_key, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let seen = answer.json();
    assert_eq!((&seen["counts"]["ready"], &seen["counts"]["suppressed"]), (&json!(8), &json!(2)));
    assert_eq!(seen["rows"][0]["why"], "unsubscribed on 2026-01-01 by the link of a mail");
    let mails = seen["mails"].to_string();
    assert_eq!(seen["mails"].as_array().unwrap().len(), 8);
    for nobody in ["ada.okafor", "stopped", "never.asked", "had.one", "long.ago"] {
        assert!(!mails.contains(&format!("{nobody}@example.com")), "{nobody}");
    }
    assert!(
        mails.contains("quiet.quinn@example.com") && !mails.contains("Abaras"),
        "nothing personal where none is wanted"
    );
    assert_eq!(seen["is_signed"], false);
    assert!(mails.contains(&format!("https://platen.example/u/{UNSIGNED}")), "a link that leads nowhere");

    let slip = text("campaign/consent.csv").replace(",suppressed", ",supressed");
    let answer = look(&service, &shop_key, &with("consent", slip)).await;
    assert_eq!(
        (answer.status, pointers(&answer)),
        (StatusCode::UNPROCESSABLE_ENTITY, vec!["/consent/1/supressed".into()])
    );
    assert!(answer.text().contains("did you mean `suppressed`?"), "{}", answer.text());
}

#[tokio::test]
async fn what_is_wrong_is_told_at_its_place_in_each_file() {
    let (service, shop_key) = shop(|_| {}).await;
    let template = || text("campaign/reunion.toml");
    let people = || text("campaign/recipients.csv");
    let refused = [
        (with("template", template().replace("subject = \"Same", "subject = \"Re: Same")), "/template/53/11"),
        (with("template", template().replace("navy-week", "navy week")), "/template/70/8"),
        (with("template", template().replace("{first_name|friend}", "{frist_name|friend}")), "/template/61/34"),
        (
            with("template", template().replace("garment_color = \"navy\"", "garment_color = \"nvay\"")),
            "/template/80/17",
        ),
        (with("template", template().replace("../reunion.json", "other.json")), "/template/23/10"),
        (with("recipients", people().replace("last_mail", "last_mial")), "/recipients/1/last_mial"),
        (with("recipients", "name\nAda\n"), "/recipients"),
        (
            with("reunion.json", text("reunion.json").replace("Zilla Slab", "Zila Slab")),
            "/design/reunion.json/placements/0/layers/0/font/family",
        ),
    ];
    for (parts, place) in &refused {
        let answer = look(&service, &shop_key, parts).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{place}: {}", answer.text());
        assert!(pointers(&answer).iter().any(|pointer| pointer == place), "{place} is not in {}", answer.text());
        let first = &answer.json()["errors"][0];
        assert!(first["message"].is_string() && first["hint"].is_string(), "{first}");
    }
    // Both lists and the template at once.
    let mut parts = with("template", "a = ");
    (parts[1].2, parts[2].2) = (b"name\n".to_vec(), b"email\n".to_vec());
    let answer = look(&service, &shop_key, &parts).await;
    let all = pointers(&answer);
    assert!(all[0].starts_with("/template/1/") && all[1..] == ["/recipients", "/consent"], "{all:?}");

    // Bad rows stop no others, and what was not sent is told.
    let rows = people().replace("2026-06-14,2027-03-02", "14.06.2026,2027-03-02");
    let small = template().replace("designs = \"..\"", "designs = \"..\"\nwidth_px = 64");
    let mut parts = with("recipients", rows.replace(",jersey,", ",no-such,"));
    parts[0].2 = small.into();
    parts.retain(|(_, file, _)| *file != "birthday.json");
    let answer = look(&service, &shop_key, &parts).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let seen = answer.json();
    let issues = seen["issues"].as_array().unwrap();
    let found = |pointer: &str| issues.iter().find(|issue| issue["pointer"] == pointer).unwrap();
    assert!(found("/recipients/2/last_order")["message"].as_str().unwrap().contains("14.06.2026"), "{issues:?}");
    assert_eq!(found("/design/birthday.json")["code"], "note");
    let coach = &seen["rows"][6];
    assert_eq!(
        (&coach["status"], &seen["counts"]["failed"], &seen["counts"]["bad_row"]),
        (&json!("failed"), &json!(1), &json!(1))
    );
    assert!(coach["why"].as_str().unwrap().contains("no-such.json"), "{coach}");

    // Who gets none takes no other's place among the mails that are asked for, and is told wherever the row is.
    let gone = |rows: String, who: &str| {
        let row = rows.lines().find(|row| row.starts_with(who)).unwrap();
        let mut cells: Vec<_> = row.split(',').collect();
        cells[9] = "nothere";
        rows.replace(row, &cells.join(","))
    };
    let rows = gone(gone(people(), "ada.okafor"), "quiet.quinn");
    parts[1].2 = rows.replace(",jersey,", ",../../etc/passwd,").into();
    parts.push(("n", "", b"2".to_vec()));
    let seen = look(&service, &shop_key, &parts).await.json();
    let mails: Vec<_> = seen["mails"].as_array().unwrap().iter().map(|mail| &mail["row"]).collect();
    assert_eq!(mails, [&json!(3), &json!(4)], "{}", seen["rows"]);
    assert_eq!((&seen["rows"][0]["status"], &seen["counts"]["failed"]), (&json!("failed"), &json!(2)));
    assert_eq!(seen["rows"][6]["status"], "failed", "no mail was asked for of this row");
}

#[tokio::test]
async fn pictures_of_designs_are_sent_beside_them_and_taken_apart_like_uploads() {
    let (service, shop_key) = shop(|_| {}).await;
    let design = json!({ "version": 1, "name": "Mark", "garment": "tee", "color": "navy", "technique": "dtf",
        "fields": [{ "id": "family", "sample": "A" }, { "id": "place", "sample": "B" }],
        "placements": [{ "area": "front", "layers": [
            { "id": "mark", "type": "image", "asset": "marks/our-mark.svg", "x": 177.8, "y": 120, "width": 80 },
            { "id": "words", "type": "text", "text": "{{family}} {{place}}", "font": "Anton", "size": 30, "fill": "#ffffff", "x": 177.8, "y": 220 }] }] });
    let small = text("campaign/reunion.toml").replace("designs = \"..\"", "designs = \"..\"\nwidth_px = 64");
    let mut parts = with("template", small);
    parts.retain(|(name, _, _)| *name != "design");
    parts.push(("design", "reunion.json", design.to_string().into()));
    parts.push(("n", "", b"1".to_vec()));
    let missing = look(&service, &shop_key, &parts).await;
    assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", missing.text());
    assert_eq!(pointers(&missing), ["/design/reunion.json/placements/0/layers/0/asset"]);
    let drawing = |fill: &str| {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"20\" height=\"20\"><rect width=\"20\" height=\"20\" fill=\"{fill}\"/></svg>"
        )
    };
    let mut pictures = BTreeSet::new();
    for fill in ["#ff0000", "#00ff00"] {
        let mut parts = parts.clone();
        parts.push(("design", "our-mark.svg", drawing(fill).into()));
        let answer = look(&service, &shop_key, &parts).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
        let html = answer.json()["mails"][0]["html"].as_str().unwrap().to_owned();
        pictures.insert(html.split("base64,").nth(1).unwrap().split('"').next().unwrap().to_owned());
    }
    assert_eq!(pictures.len(), 2, "each shows what was sent with it");
    parts.push(("design", "our-mark.svg", b"<svg".to_vec()));
    let broken = look(&service, &shop_key, &parts).await;
    assert!([415, 422].contains(&broken.status.as_u16()), "{}", broken.text());
}

#[tokio::test]
async fn every_bound_of_a_campaign_bites() {
    let (service, shop_key) = shop(|config| {
        config.limits.campaign_list_bytes = 2_500;
        config.limits.campaign_designs = 4;
        config.limits.campaign_bytes = 400_000;
        config.limits.campaign_rows = 2;
        config.limits.campaign_mails = 3;
    })
    .await;
    let small = text("campaign/reunion.toml").replace("designs = \"..\"", "designs = \"..\"\nwidth_px = 64");
    let fine = || with("template", small.clone());
    let more = |name: &'static str, file: &'static str, bytes: &[u8]| {
        let mut parts = fine();
        parts.push((name, file, bytes.to_vec()));
        parts
    };
    let without = |name: &str| fine().into_iter().filter(|(part, _, _)| *part != name).collect::<Vec<_>>();
    let long_list = [text("campaign/consent.csv"), "x@example.com,2026-01-01,shop,,\n".repeat(80)].concat();
    for (parts, status, part) in [
        (more("n", "", b"0"), 400, "n is 1 to 3"),
        (more("n", "", b"4"), 400, "n is 1 to 3"),
        (more("n", "", b"x"), 400, "n is 1 to 3"),
        (more("who", "", b"x"), 400, "\"who\" that is not known"),
        (more("consent", "c.csv", b"x"), 400, "two files \"consent\""),
        (more("design", "a.json", b"{}"), 413, "4 designs and pictures are read"),
        (without("consent"), 400, "no file \"consent\""),
        (with("now", "tomorrow"), 400, "such as 2026-06-01T09:00:00Z"),
        (with("consent", long_list), 413, "\"consent\" has more than 2500 bytes"),
        (with("template", " ".repeat(300_000)), 413, "\"template\" has more than 262144 bytes"),
        (with("reunion.json", " ".repeat(500_000)), 413, "400000 bytes"),
    ] {
        let answer = look(&service, &shop_key, &parts).await;
        assert_eq!(answer.status.as_u16(), status, "{part}: {}", answer.text());
        assert!(answer.json()["detail"].as_str().unwrap().contains(part), "{part}: {}", answer.text());
    }
    let answer = look(&service, &shop_key, &more("n", "", b"3")).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let seen = answer.json();
    let lengths = ["mails", "rows"].map(|name| seen[name].as_array().unwrap().len());
    assert_eq!((lengths, &seen["rows_total"]), ([3, 2], &json!(13)));
    let plain = Request::post("/api/v1/campaigns/preview").header(header::AUTHORIZATION, format!("Bearer {shop_key}"));
    let plain = service.send(plain.body("{}".into()).unwrap()).await;
    assert_eq!(plain.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let limits: Value = service.get("/api/v1/limits").await.json();
    assert_eq!((&limits["campaign_mails"], &limits["campaign_list_bytes"]), (&json!(3), &json!(2_500)));
    let (_, other) = key(&service, &[Scope::OrdersRead, Scope::Batches]).await;
    assert_eq!(look(&service, &other, &fine()).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_mail_that_takes_too_long_is_called_off() {
    let (service, shop_key) = shop(|config| (config.limits.print_ms, config.limits.workers) = (1, 1)).await;
    let answer = look(&service, &shop_key, &parts()).await;
    assert!(["too-slow", "busy"].contains(&answer.json()["code"].as_str().unwrap()), "{}", answer.text());
}

#[tokio::test]
async fn the_shops_page_may_use_the_looks_of_mails_and_no_other_page_may() {
    let service = Service::new().await;
    let policy = service.get("/shop.html").await.header(header::CONTENT_SECURITY_POLICY).to_owned();
    let sheet = STANDARD.encode(Sha256::digest(MAIL_SHEET));
    assert!(policy.contains(&format!("style-src 'self' 'sha256-{sheet}'; style-src-attr 'unsafe-inline'")), "{policy}");
    for kept in ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "base-uri 'none'"] {
        assert!(policy.contains(kept), "{kept} is not in {policy}");
    }
    for other in ["/", "/designs", "/orders", "/main.js", "/press.html"] {
        let policy = service.get(other).await.header(header::CONTENT_SECURITY_POLICY).to_owned();
        assert!(policy.contains("style-src 'self';") && !policy.contains("unsafe"), "{other}: {policy}");
    }
}
