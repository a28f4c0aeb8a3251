//! Batches in the service: brought as a file, looked at, made, watched, stopped, fetched, and whole after kill -9.

use std::io::{Cursor, Read as _};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use platen::store::Scope;
use serde_json::{Value, json};
use zip::ZipArchive;

use crate::cli::{Scratch, path, platen, root, stderr};
use crate::served::{Data, Served, design, stdout_of};
use crate::server::{Answer, Service};
use crate::shop_keys::{call_with, key};
use crate::team::{PLAYERS, shirt};

pub(crate) const CSV: &str = "text/csv";

pub(crate) async fn bring(service: &Service, key: &str, query: &str, kind: &str, body: impl Into<Body>) -> Answer {
    let request = Request::post(format!("/api/v1/batches{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {key}"))
        .header(header::CONTENT_TYPE, kind);
    service.send(request.body(body.into()).unwrap()).await
}

/// Waits until a batch is in one of these states.
pub(crate) async fn until(service: &Service, key: &str, id: &str, states: &[&str]) -> Value {
    for _ in 0..600 {
        let batch = call_with(service, "GET", &format!("/api/v1/batches/{id}"), key).await.json();
        if states.iter().any(|state| batch["progress"]["state"] == *state) {
            return batch;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("the batch is not {states:?} after a minute");
}

pub(crate) fn names(archive: &[u8]) -> Vec<String> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    (0..archive.len()).map(|index| archive.by_index(index).unwrap().name().unwrap().into_owned()).collect()
}

pub(crate) fn file(archive: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
    let mut bytes = Vec::new();
    archive.by_name(name).unwrap().read_to_end(&mut bytes).unwrap();
    bytes
}

/// A saved design's id.
pub(crate) async fn saved(service: &Service, words: &str) -> String {
    let saved = service.call("POST", "/api/v1/designs", "", design(words)).await;
    assert_eq!(saved.status, StatusCode::CREATED, "{}", saved.text());
    saved.json()["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_file_of_orders_is_looked_at_made_and_fetched_as_the_command_line_makes_it() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let design_id = saved(&service, "HELLO").await;
    let csv = format!(
        "PO,Template,Size,Qty,Gift\nA-1,{design_id},M,2,yes\nA-2,{design_id},XXS,1,\nA-3,nothing,M,1,\n=A-4,{design_id},L,1,\n"
    );
    let query = "?name=monday.csv&dpi=100&print_format=pdf&preview_width=300&columns=%7B%22PO%22%3A%22order_id%22%7D";
    let looked = bring(&service, &key, query, CSV, csv.clone()).await;
    assert_eq!(looked.status, StatusCode::CREATED, "{}", looked.text());
    let batch = looked.json();
    let id = batch["id"].as_str().unwrap();
    assert_eq!(looked.header(header::LOCATION), format!("/api/v1/batches/{id}"));
    assert_eq!((&batch["name"], &batch["progress"]["state"]), (&json!("monday.csv"), &json!("ready")));
    let summary = &batch["summary"];
    let means: Vec<&Value> = summary["columns"].as_array().unwrap().iter().map(|column| &column["means"]).collect();
    assert_eq!(json!(means), json!(["order_id", "design", "size", "quantity", null]));
    assert_eq!((&summary["rows"], &summary["refused"], &summary["issues_total"]), (&json!(4), &json!(2), &json!(2)));
    assert_eq!(summary["first_rows"][0], json!(["A-1", design_id, "M", "2", "yes"]));
    assert_eq!(summary["first_row_numbers"], json!([2, 3, 4, 5]));
    let told: Vec<(u64, &str)> = summary["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| (issue["row"].as_u64().unwrap(), issue["column"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [(3, "Size"), (4, "Template")], "each with its place: {summary}");

    let path = format!("/api/v1/batches/{id}");
    let pictured = call_with(&service, "GET", &format!("{path}/rows/2/preview"), &key).await;
    assert_eq!((pictured.status, pictured.header(header::CONTENT_TYPE)), (StatusCode::OK, "image/jpeg"));
    for (row, status) in [
        ("3/preview", 404),
        ("99/preview", 404),
        ("x/preview", 404),
        ("2/preview?width=9", 422),
        ("2/preview?view=x", 422),
    ] {
        let answer = call_with(&service, "GET", &format!("{path}/rows/{row}"), &key).await;
        assert_eq!(answer.status.as_u16(), status, "{row}: {}", answer.text());
    }
    let early = call_with(&service, "GET", &format!("{path}/archive.zip"), &key).await;
    assert_eq!((early.status, &early.json()["code"]), (StatusCode::CONFLICT, &json!("batch-state")));
    let started = call_with(&service, "POST", &format!("{path}/start"), &key).await;
    assert_eq!(started.status, StatusCode::OK, "{}", started.text());
    let done = until(&service, &key, id, &["done", "failed"]).await;
    assert_eq!(done["progress"]["state"], "done", "{done}");
    assert_eq!((&done["progress"]["made"], &done["progress"]["files"]), (&json!(4), &json!(4)));
    let archive = call_with(&service, "GET", &format!("{path}/archive.zip"), &key).await;
    assert_eq!(archive.header(header::CONTENT_TYPE), "application/zip");
    let archive = archive.body;
    assert!(file(&archive, "A-1/1-front-preview.jpg") == pictured.body, "the row's picture is the batch's");
    let all = names(&archive);
    assert_eq!(all.len(), 8, "two previews, two prints and four lists: {all:?}");
    assert!(all.iter().all(|name| !name.contains("..") && !name.starts_with(['/', '.'])), "{all:?}");

    // The command line makes the same bytes of the same file.
    let data = Data::new();
    std::fs::create_dir_all(&data.0).unwrap();
    std::fs::write(data.0.join(&design_id), design("HELLO")).unwrap();
    std::fs::write(data.0.join("monday.csv"), csv.replace("PO,", "order_id,")).unwrap();
    let out = data.0.join("out");
    let orders = data.0.join("monday.csv");
    let mut command = data.command(&["batch"]);
    let ran = command
        .arg(&orders)
        .arg("-o")
        .arg(&out)
        .args(["--dpi", "100", "--print-format", "pdf", "--preview-width", "300"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(1), "two rows are bad: {}", String::from_utf8_lossy(&ran.stderr));
    for name in all.iter().filter(|name| name.ends_with(".png") || name.ends_with(".jpg")) {
        assert!(file(&archive, name) == std::fs::read(out.join(name)).unwrap(), "{name} differs");
    }

    assert_eq!(call_with(&service, "DELETE", &path, &key).await.status, StatusCode::NO_CONTENT);
    assert_eq!(call_with(&service, "GET", &path, &key).await.status, StatusCode::NOT_FOUND);
    assert!(!service.data.join("batches").join(id).exists(), "its files are gone");
}

#[tokio::test]
async fn a_design_that_is_not_there_is_told_with_the_templates_that_are_called_nearly_so() {
    let service = Service::new().await;
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let rows = "order_id,design,size\nA-1,tuor,M\nA-2,Basket ball.json,M\nA-3,nothing-like-it,M\n";
    let looked = bring(&service, &key, "", CSV, rows).await.json();
    let told: Vec<String> = looked["summary"]["issues"].as_array().unwrap().iter().map(Value::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    for (told, words) in
        told.iter().zip(["did you mean tour?", "did you mean basketball?", "/designs shows the templates"])
    {
        assert!(told.contains(words), "{told}");
    }
}

#[tokio::test]
async fn a_workbook_is_a_file_of_orders_and_progress_is_told_until_the_end() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, name) in ["order_id", "design", "size"].into_iter().enumerate() {
        sheet.write(0, column as u16, name).unwrap();
    }
    let design_id = saved(&service, "BOOK").await;
    for row in 1..=3 {
        sheet.write(row, 0, format!("B-{row}")).unwrap();
        sheet.write(row, 1, &design_id).unwrap();
        sheet.write(row, 2, ["S", "M", "L"][row as usize - 1]).unwrap();
    }
    let kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let brought =
        bring(&service, &key, "?start=true&make=preview&preview_width=100", kind, book.save_to_buffer().unwrap());
    let batch = brought.await.json();
    assert_eq!(batch["summary"]["rows"], 3, "{batch}");
    let path = format!("/api/v1/batches/{}/events", batch["id"].as_str().unwrap());
    // The answer ends by itself once the batch is done.
    let told = tokio::time::timeout(Duration::from_secs(60), call_with(&service, "GET", &path, &key)).await.unwrap();
    assert_eq!(told.header(header::CONTENT_TYPE), "text/event-stream");
    let text = told.text();
    let last = text.lines().filter_map(|line| line.strip_prefix("data: ")).next_back().unwrap();
    let last: Value = serde_json::from_str(last).unwrap();
    assert_eq!((&last["state"], &last["made"], &last["files"]), (&json!("done"), &json!(3), &json!(3)), "{text}");
}

#[tokio::test]
async fn a_stopped_batch_goes_on_and_one_that_waits_can_be_stopped() {
    let service = Service::new().await;
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let design_id = saved(&service, "STOP").await;
    let csv = format!("order_id,design,size\nS-1,{design_id},M\n");
    let start = "?start=true&make=preview&preview_width=64";
    let batch = bring(&service, &key, start, CSV, csv.clone()).await.json();
    let id = batch["id"].as_str().unwrap();
    assert_eq!(batch["progress"]["state"], "waiting");
    let stopped = call_with(&service, "POST", &format!("/api/v1/batches/{id}/stop"), &key).await.json();
    assert_eq!(stopped["progress"]["state"], "stopped");
    let second = bring(&service, &key, start, CSV, csv).await.json();
    service.keep_batches();
    until(&service, &key, second["id"].as_str().unwrap(), &["done"]).await;
    let still = until(&service, &key, id, &["stopped"]).await;
    assert_eq!(still["progress"]["made"], 0, "it is passed over");
    call_with(&service, "POST", &format!("/api/v1/batches/{id}/start"), &key).await;
    until(&service, &key, id, &["done"]).await;
    let list = call_with(&service, "GET", "/api/v1/batches?limit=1", &key).await.json();
    assert_eq!(list["batches"][0]["id"], second["id"], "the last brought first");
    let rest = format!("/api/v1/batches?after={}", list["next"].as_str().unwrap());
    let rest = call_with(&service, "GET", &rest, &key).await.json();
    assert_eq!((&rest["batches"][0]["id"], &rest["next"]), (&json!(id), &Value::Null));
}

#[tokio::test]
async fn gang_sheets_are_those_of_the_command_line() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let rows = "order_id,line,design,size,quantity,technique\nA,1,tour,M,2,dtf\nA,2,tour,L,1,dtg\n";
    let looked = bring(&service, &key, "?make=gang&dpi=72&start=true", CSV, rows).await;
    assert_eq!(looked.status, StatusCode::CREATED, "{}", looked.text());
    let id = looked.json()["id"].as_str().unwrap().to_owned();
    let done = until(&service, &key, &id, &["done", "failed"]).await;
    assert_eq!(done["progress"]["state"], "done", "{done}");
    let archive = call_with(&service, "GET", &format!("/api/v1/batches/{id}/archive.zip"), &key).await.body;
    let sheets: Vec<String> = names(&archive).into_iter().filter(|name| name.starts_with("gang/")).collect();
    assert_eq!(sheets, ["gang/cut-list.csv", "gang/gang.json", "gang/press-order.csv", "gang/sheet-1.png"]);
    let scratch = Scratch::new("service-gang");
    std::fs::copy(root().join("examples/tour.json"), scratch.file("tour.json")).unwrap();
    let orders = scratch.write("orders.csv", rows);
    let out = scratch.file("out");
    let made = platen(&["batch", path(&orders), "-o", path(&out), "--dpi", "72", "--make", "gang"]);
    assert!(made.status.success(), "{}", stderr(&made));
    for name in sheets {
        assert!(file(&archive, &name) == std::fs::read(out.join(&name)).unwrap(), "{name}");
    }
    // Nobody prints on film here.
    let none = "order_id,design,size,technique\nA,camp,M,dtg\n";
    let looked = bring(&service, &key, "?make=gang&dpi=72&start=true", CSV, none).await.json();
    let done = until(&service, &key, looked["id"].as_str().unwrap(), &["done", "failed"]).await;
    assert_eq!(done["summary"]["issues"][0]["column"], "technique", "{done}");
}

#[tokio::test]
async fn gang_sheets_are_made_on_the_film_that_was_asked_for() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let rows = "order_id,line,design,size,quantity,technique\nA,1,tour,M,2,dtf\n";
    let film = "film_width_mm=450&film_length_mm=1200.5&film_format=png,pdf&film_nest=true";
    let looked = bring(&service, &key, &format!("?make=gang&dpi=72&start=true&{film}"), CSV, rows).await;
    assert_eq!(looked.status, StatusCode::CREATED, "{}", looked.text());
    let expected = json!({ "width_mm": 450.0, "length_mm": 1200.5, "formats": ["png", "pdf"], "nest": true });
    assert_eq!(looked.json()["spec"]["film"], expected);
    let id = looked.json()["id"].as_str().unwrap().to_owned();
    let done = until(&service, &key, &id, &["done", "failed"]).await;
    assert_eq!((&done["progress"]["state"], &done["spec"]["film"]), (&json!("done"), &expected), "{done}");
    let address = format!("/api/v1/batches/{id}");
    let archive = call_with(&service, "GET", &format!("{address}/archive.zip"), &key).await.body;
    let sheets: Vec<String> = names(&archive).into_iter().filter(|name| name.starts_with("gang/")).collect();
    let sheet = file(&archive, "gang/sheet-1.png");
    assert_eq!(u32::from_be_bytes(sheet[16..20].try_into().unwrap()), 1275, "450 mm at 72 dots per inch");

    let scratch = Scratch::new("service-film");
    std::fs::copy(root().join("examples/tour.json"), scratch.file("tour.json")).unwrap();
    let orders = scratch.write("orders.csv", rows);
    let out = scratch.file("out");
    let mut arguments = vec!["batch", path(&orders), "-o", path(&out), "--dpi", "72", "--make", "gang"];
    arguments.extend(["--film-width", "450mm", "--film-length", "1200.5mm", "--film-format", "png,pdf", "--film-nest"]);
    let made = platen(&arguments);
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(sheets.contains(&"gang/sheet-1.pdf".to_owned()), "{sheets:?}");
    // The service bills in inches, the command in the unit of its width.
    for name in sheets.iter().filter(|name| *name != "gang/gang.json") {
        assert!(file(&archive, name) == std::fs::read(out.join(name)).unwrap(), "{name}");
    }
    let listed = call_with(&service, "GET", &format!("{address}/files?kind=gang"), &key).await.json();
    let listed: Vec<&str> =
        listed["files"].as_array().unwrap().iter().map(|file| file["path"].as_str().unwrap()).collect();
    assert_eq!(listed, sheets, "each can be had alone");
}

#[tokio::test]
async fn film_that_there_is_not_is_refused_by_the_name_of_its_parameter() {
    let service = Service::new().await;
    let (_, key) = key(&service, &[Scope::Batches]).await;
    for (query, detail) in [
        ("make=gang&film_width_mm=49.9", "film_width_mm is 50 to 2032, not 49.9"),
        ("make=gang&film_width_mm=2032.1", "film_width_mm is 50 to 2032, not 2032.1"),
        ("make=gang&film_width_mm=NaN", "film_width_mm is 50 to 2032, not NaN"),
        ("make=gang&film_length_mm=49", "film_length_mm is 50 to 18288, not 49"),
        ("make=gang&film_length_mm=18289", "film_length_mm is 50 to 18288, not 18289"),
        ("make=gang&film_format=png,psd", "film_format is one or more of png, tiff, pdf, not `psd`"),
        ("make=gang&film_format=", "film_format is one or more of png, tiff, pdf, not ``"),
        ("make=gang&dpi=71", "dpi is 72 to 600 with gang in make, not 71"),
        ("make=gang&dpi=601", "dpi is 72 to 600 with gang in make, not 601"),
        ("make=ticket&film_nest=true", "film_nest is of gang sheets; add gang to make, or leave it out"),
    ] {
        let answer = bring(&service, &key, &format!("?{query}"), CSV, "order_id\n").await;
        assert_eq!((answer.status, &answer.json()["detail"]), (StatusCode::BAD_REQUEST, &json!(detail)), "{query}");
    }
    for query in ["film_width_mm=50&film_length_mm=50&dpi=72", "film_width_mm=2032&film_length_mm=18288&dpi=600"] {
        let answer = bring(&service, &key, &format!("?make=gang&{query}"), CSV, "order_id\n").await;
        assert_eq!(answer.status, StatusCode::CREATED, "{query}: {}", answer.text());
    }
    let usual = bring(&service, &key, "?make=gang", CSV, "order_id\n").await.json();
    let expected = json!({ "width_mm": 558.8, "length_mm": 6096.0, "formats": ["png"], "nest": false });
    assert_eq!(usual["spec"]["film"], expected, "22 by 240 in");
    let none = bring(&service, &key, "", CSV, "order_id\n").await.json();
    assert_eq!(none["spec"]["film"], Value::Null, "no film without gang sheets");
}

#[tokio::test]
async fn a_team_is_held_against_its_sport() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let rows = "order_id,line,design,size,name,number\n\
        T,1,basketball,M,LI,7\nT,2,basketball,L,O'CONNOR-MACK,12\nT,3,basketball,XL,AMARI,12\n";
    let looked = bring(&service, &key, "?sport=basketball-high-school&preview_width=200&make=preview", CSV, rows).await;
    assert_eq!(looked.status, StatusCode::CREATED, "{}", looked.text());
    let told = |batch: &Value| -> Vec<(u64, String)> {
        let issues = batch["summary"]["issues"].as_array().unwrap().iter();
        let numbers =
            issues.filter(|issue| issue["column"] == "number" && !issue["message"].as_str().unwrap().contains("mm"));
        numbers.map(|issue| (issue["row"].as_u64().unwrap(), issue["message"].as_str().unwrap().to_owned())).collect()
    };
    let expected = [
        (2, "Basketball (NFHS, US high schools) has no number with a 7".to_owned()),
        (4, "12 is the number of row 3, too".to_owned()),
    ];
    assert_eq!(told(&looked.json()), expected);
    assert_eq!(looked.json()["summary"]["refused"], 0, "a referee decides");
    let path = format!("/api/v1/batches/{}", looked.json()["id"].as_str().unwrap());
    assert_eq!(call_with(&service, "POST", &format!("{path}/start"), &key).await.status, StatusCode::OK);
    let done = until(&service, &key, looked.json()["id"].as_str().unwrap(), &["done", "failed"]).await;
    assert_eq!((&done["progress"]["state"], told(&done)), (&json!("done"), expected.to_vec()));
}

#[tokio::test]
async fn days_are_read_in_the_order_that_is_said_and_told_where_they_are_past() {
    let service = Service::new().await;
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let id = saved(&service, "HELLO").await;
    let csv = format!("order_id,design,size,due\nA,{id},M,05/06/2001\nB,{id},M,05/06/2999\n");
    let look = async |query: &str| bring(&service, &key, query, CSV, csv.clone()).await.json();
    let unclear = look("").await;
    assert_eq!((&unclear["summary"]["refused"], &unclear["spec"]["dates"]), (&json!(2), &Value::Null));
    for (dates, day) in [("dmy", "2001-06-05"), ("mdy", "2001-05-06")] {
        let batch = look(&format!("?dates={dates}")).await;
        assert_eq!((&batch["summary"]["refused"], &batch["spec"]["dates"]), (&json!(0), &json!(dates)));
        let issues = batch["summary"]["issues"].as_array().unwrap();
        assert_eq!((issues.len(), &issues[0]["row"], &issues[0]["is_note"]), (1, &json!(2), &json!(true)));
        assert_eq!(issues[0]["message"], format!("{day} is past"));
    }
}

#[tokio::test]
async fn a_row_is_shown_as_it_is_made_with_its_team() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let shirt = service.call("POST", "/api/v1/designs", "", shirt().to_string()).await;
    let shirt = shirt.json()["id"].as_str().unwrap().to_owned();
    let [short, _, long] = PLAYERS;
    let bring_with = async |order: &str| {
        let rows = format!("order_id,line,design,size,name\nT,1,{shirt},M,{short}\n{order},2,{shirt},M,{long}\n");
        let looked = bring(&service, &key, "?preview_width=200&make=preview", CSV, rows).await;
        looked.json()["id"].as_str().unwrap().to_owned()
    };
    let (team, others) = (bring_with("T").await, bring_with("U").await);
    let pictured = async |id: &str| {
        let path = format!("/api/v1/batches/{id}/rows/2/preview?view=back");
        call_with(&service, "GET", &path, &key).await
    };
    let (in_team, alone) = (pictured(&team).await, pictured(&others).await);
    assert_eq!((in_team.status, alone.status), (StatusCode::OK, StatusCode::OK));
    assert!(in_team.body != alone.body, "in the team its letters are smaller");
    assert_eq!(
        call_with(&service, "POST", &format!("/api/v1/batches/{team}/start"), &key).await.status,
        StatusCode::OK
    );
    until(&service, &key, &team, &["done", "failed"]).await;
    let archive = call_with(&service, "GET", &format!("/api/v1/batches/{team}/archive.zip"), &key).await.body;
    assert!(file(&archive, "T/1-back-preview.jpg") == in_team.body);
}

#[tokio::test]
async fn what_is_no_file_of_orders_is_refused_with_what_to_do() {
    let service = Service::with(|config| {
        config.limits.batches = 1;
        config.limits.orders_bytes = 1000;
    })
    .await;
    let (_, key) = key(&service, &[Scope::Batches]).await;
    for (query, kind, body, status, code) in [
        ("", "application/octet-stream", "a,b", StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"),
        ("?name=x.pdf", "", "a,b", StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type"),
        ("", CSV, "", StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders"),
        ("?name=x.xlsx", CSV, "order_id,size", StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders"),
        ("", "application/json", "{", StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders"),
        ("?make=films", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?dpi=5", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?print_format=psd", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?preview_width=5000", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?accept=no-rule", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?columns=x", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?columns=%7B%22a%22%3A%22%20%22%7D", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?header_row=0", CSV, "a", StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders"),
        ("", CSV, "Orders\norder_id,design,size\n", StatusCode::UNPROCESSABLE_ENTITY, "invalid-orders"),
        ("?dates=ymd", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
        ("?sport=curling", CSV, "a", StatusCode::BAD_REQUEST, "parameter"),
    ] {
        let answer = bring(&service, &key, query, kind, body).await;
        assert_eq!(
            (answer.status, &answer.json()["code"]),
            (status, &json!(code)),
            "{query} {kind}: {}",
            answer.text()
        );
    }
    let large = bring(&service, &key, "", CSV, "x".repeat(1001)).await;
    assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", large.text());
    assert_eq!(bring(&service, &key, "", CSV, "order_id\n").await.status, StatusCode::CREATED);
    let full = bring(&service, &key, "", CSV, "order_id\n").await;
    assert_eq!((full.status, &full.json()["code"]), (StatusCode::CONFLICT, &json!("too-many-batches")));
    for call in [("POST", "/start"), ("POST", "/stop"), ("GET", "/events"), ("GET", "/archive.zip"), ("DELETE", "")] {
        let path = format!("/api/v1/batches/{}{}", "0".repeat(26), call.1);
        assert_eq!(call_with(&service, call.0, &path, &key).await.status, StatusCode::NOT_FOUND, "{call:?}");
    }
}

/// The state of the only batch, and its files that are there.
fn state(served: &Served, key: &str) -> (String, u64) {
    let (status, _, body) = served.send("GET", "/api/v1/batches", key, b"");
    assert_eq!(status, 200);
    let batch: Value = serde_json::from_slice(&body).unwrap();
    let progress = &batch["batches"][0]["progress"];
    (progress["state"].as_str().unwrap().to_owned(), progress["made"].as_u64().unwrap())
}

#[test]
fn a_batch_goes_on_after_kill_9_and_after_a_polite_end() {
    let data = Data::new();
    let key = stdout_of(&mut data.command(&["keys", "create", "--name", "mis", "--scope", "batches"]));
    let key = format!("Authorization: Bearer {}\r\n", key.trim());
    let mut rows = "order_id,design,size,quantity\n".to_owned();
    for row in 0..12 {
        rows.push_str(&format!("K-{row},camp,{},{}\n", ["S", "M", "L", "XL"][row % 4], row + 1));
    }
    let first = data.serve();
    let headers = format!("{key}Content-Type: text/csv\r\n");
    let path = "/api/v1/batches?start=true&make=preview,artwork&dpi=60&preview_width=200";
    let (status, _, body) = first.send("POST", path, &headers, rows.as_bytes());
    assert_eq!(status, 201, "{}", String::from_utf8_lossy(&body));
    let batch: Value = serde_json::from_slice(&body).unwrap();
    let until_some = |served: &Served| {
        while state(served, &key).1 == 0 {
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    until_some(&first);
    let mut first = first;
    first.signal("KILL");
    first.child.wait().unwrap();

    let mut second = data.serve();
    second.signal("TERM");
    assert!(second.child.wait().unwrap().success(), "it ends politely beside a batch");

    let third = data.serve();
    while state(&third, &key).0 != "done" {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(state(&third, &key).1, 12 + 12);
    let archive = format!("/api/v1/batches/{}/archive.zip", batch["id"].as_str().unwrap());
    let (status, head, body) = third.send("GET", &archive, &key, b"");
    assert_eq!(status, 200);
    assert!(head.to_lowercase().contains("transfer-encoding: chunked"), "it is written while it is sent: {head}");
    assert!(body.windows(12).any(|part| part == b"manifest.csv"));
}
