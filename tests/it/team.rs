//! A team's names are equally high, wherever they are made.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::cli::{Scratch, path, platen, stderr};
use crate::orders::{customer, order, place};
use crate::server::Service;

/// The long one has to shrink, the others would not have to.
pub(crate) const PLAYERS: [&str; 3] = ["LI", "MACKENZIE", "VAN DEN BROECKE-SMYTHE"];

pub(crate) fn shirt() -> Value {
    json!({ "version": 1, "garment": "tee", "color": "navy", "technique": "dtf",
        "fields": [{ "id": "name", "sample": "SAMPLE", "max_length": 30 }],
        "placements": [{ "area": "back", "layers": [{ "id": "name", "type": "text", "text": "{{name}}", "font": "Anton",
            "size": 60, "fill": "#ffffff", "x": 177.8, "y": 120, "fit_width": 280, "fit": "condense" }] }] })
}

/// Width and height of what is inked.
fn inked(scratch: &Scratch, file: &str) -> (u32, u32) {
    let pixels = image::open(scratch.file(file)).unwrap().to_rgba8();
    let inked: Vec<(u32, u32)> =
        pixels.enumerate_pixels().filter(|(_, _, pixel)| pixel[3] > 127).map(|(x, y, _)| (x, y)).collect();
    let span =
        |values: &dyn Fn() -> Box<dyn Iterator<Item = u32>>| values().max().unwrap() - values().min().unwrap() + 1;
    let (xs, ys): (Vec<u32>, Vec<u32>) = inked.into_iter().unzip();
    (span(&|| Box::new(xs.clone().into_iter())), span(&|| Box::new(ys.clone().into_iter())))
}

fn make(scratch: &Scratch, out: &str, rows: &str) -> Value {
    scratch.write("shirt.json", &shirt().to_string());
    let orders = scratch.write("orders.csv", &format!("order_id,line,design,size,technique,name\n{rows}"));
    let out = scratch.file(out);
    let output = platen(&["batch", path(&orders), "-o", path(&out), "--dpi", "72", "--make", "artwork"]);
    assert!(output.status.success(), "{}", stderr(&output));
    serde_json::from_slice(&std::fs::read(out.join("report.json")).unwrap()).unwrap()
}

#[test]
fn names_of_a_team_have_the_size_that_the_longest_has_room_for() {
    let scratch = Scratch::new("team-heights");
    let [one, two, long] = PLAYERS;
    let team = format!("T,1,shirt.json,M,,{one}\nT,2,shirt.json,L,dtg,{two}\n");
    make(&scratch, "team", &format!("{team}T,3,shirt.json,XL,,{long}\nU,1,shirt.json,M,,{two}\n"));
    let [one, two, long, alone] =
        ["T/1", "T/2", "T/3", "U/1"].map(|line| inked(&scratch, &format!("team/{line}-back.png")));
    // Round letters reach beyond straight ones.
    assert!(one.1.abs_diff(long.1) <= 3 && two.1.abs_diff(long.1) <= 1, "{one:?}, {two:?}, {long:?}");
    assert!(alone.1 > two.1 + 5, "of another order: {alone:?}, not {two:?}");
    // 280 mm at 72 dpi, less what letters have beside them.
    assert!((770..=794).contains(&long.0), "{long:?}");
    assert!(
        f64::from(two.0) / f64::from(two.1) > 0.99 * f64::from(alone.0) / f64::from(alone.1),
        "not narrowed without need"
    );
    // The longest leaves the team: the others are made anew.
    make(&scratch, "team", &team);
    assert_eq!(inked(&scratch, "team/T/2-back.png"), alone);
}

#[test]
fn with_a_lock_one_of_a_team_is_made_again_as_it_was_made_with_all_of_them() {
    let scratch = Scratch::new("team-lock");
    scratch.write("shirt.json", &shirt().to_string());
    let lock = scratch.file("team.lock");
    let make = |out: &str, names: &[&str]| {
        let rows: String = (1..).zip(names).map(|(line, name)| format!("T,{line},shirt.json,M,{name}\n")).collect();
        let orders = scratch.write("orders.csv", &format!("order_id,line,design,size,name\n{rows}"));
        let out = scratch.file(out);
        let what = ["--dpi", "72", "--make", "artwork", "--lock", path(&lock)];
        platen(&[&["batch", path(&orders), "-o", path(&out)][..], &what].concat())
    };
    let print = |out: &str| std::fs::read(scratch.file(out).join("T/1-back.png")).unwrap();
    let [short, _, long] = PLAYERS;
    let all = make("all", &[short, long]);
    assert!(all.status.success(), "{}", stderr(&all));
    let note = "row 3: the letters of \"name\" are at ";
    assert!(stderr(&all).contains(note) && stderr(&all).contains(" % in the whole order"), "{}", stderr(&all));
    let again = make("again", &[short]);
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(print("again") == print("all"), "as large as with the whole team");
    // A longer name would make the others smaller than they are on the shirts that are there.
    let longer = make("longer", &[short, &format!("{long} JR")]);
    assert_eq!(longer.status.code(), Some(2));
    assert!(stderr(&longer).contains("letters [\"T\",\"shirt.json\"] mm: "), "{}", stderr(&longer));
    std::fs::remove_file(&lock).unwrap();
    assert!(make("alone", &[short]).status.success());
    assert!(print("alone") != print("all"), "without a lock it has all the room");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_service_orders_what_a_batch_and_a_proof_of_the_team_print() {
    let scratch = Scratch::new("team-hashes");
    let rows: String = (1..).zip(PLAYERS).map(|(line, name)| format!("T,{line},shirt.json,M,,{name}\n")).collect();
    let report = make(&scratch, "out", &rows);
    let batch = report["lines"].as_array().unwrap().iter().map(|line| line["files"][0]["artwork"].clone());
    let service = Service::new().await;
    let (mine, id) = customer(&service, &shirt()).await;
    let line = |name: &&str| json!({ "design": id, "size": "M", "quantity": 1, "fields": { "name": name } });
    let lines: Vec<Value> = PLAYERS.iter().map(line).collect();
    let placed = place(&service, &mine, "team", &order(&json!(lines))).await;
    assert_eq!(placed.status, StatusCode::CREATED, "{}", placed.text());
    let ordered = placed.json()["lines"].as_array().unwrap().clone();
    let ordered: Vec<Value> = ordered.iter().map(|line| line["artworks"][0]["hash"].clone()).collect();
    assert_eq!(ordered, batch.collect::<Vec<_>>());
    // The print file that belongs to the order says so, too.
    let print = format!("/api/v1/orders/{}/preview?line=2&width=200", placed.json()["id"].as_str().unwrap());
    let shown = service.call("GET", &print, &mine, "").await;
    assert_eq!(shown.status, StatusCode::OK);
    assert!(
        shown.header("x-artwork-hash").contains(ordered[1].as_str().unwrap()),
        "{:?}",
        shown.header("x-artwork-hash")
    );
    // Ordered alone, a short name has all the room.
    let alone = place(&service, &mine, "alone", &order(&json!(lines[..1]))).await.json();
    assert_ne!(alone["lines"][0]["artworks"][0]["hash"], ordered[0]);
}
