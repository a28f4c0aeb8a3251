//! What is read of an order, and what its hash names.

use serde_json::{Value, json};

use super::*;
use crate::design::{DesignError, Problem};
use crate::profile::Rush;

fn order() -> Value {
    json!({
        "lines": [
            { "design": "d1", "size": "M", "quantity": 3, "fields": { "name": "MILLER", "number": "9" } },
            { "design": "d1", "color": "navy", "size": "XL", "quantity": 1, "fields": { "name": "", "number": "10" } },
        ],
        "contact": { "name": "Jo Miller", "email": "jo@example.org", "phone": "+1 555 0100" },
        "ship_to": "12 Main Street\nSpringfield", "due": "2028-02-29", "rush": "express", "note": "Fold them.",
    })
}

fn problems(order: &Value) -> Vec<(String, &'static str)> {
    match Order::from_json(order.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(DesignError::Invalid(problems)) => {
            problems.into_iter().map(|problem| (problem.pointer, problem.code)).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

fn with(pointer: &str, value: Value) -> Vec<(String, &'static str)> {
    let mut order = order();
    *order.pointer_mut(pointer).unwrap() = value;
    problems(&order)
}

#[test]
fn an_order_reads_back_as_it_was_written() {
    let read = Order::from_json(order().to_string().as_bytes()).unwrap();
    assert_eq!((read.lines[0].quantity, read.lines[1].fields["name"].as_str()), (3, ""));
    assert_eq!(serde_json::to_value(&read).unwrap(), order());
}

#[test]
fn each_problem_is_told_with_its_place() {
    for (pointer, value, code) in [
        ("/lines", json!([]), "empty"),
        ("/lines/0/quantity", json!(0), "out-of-range"),
        ("/lines/0/quantity", json!(100_001), "out-of-range"),
        ("/lines/0/quantity", json!(1.5), "wrong-type"),
        ("/lines/0/design", json!("a/b"), "bad-id"),
        ("/lines/1/fields/name", json!(3), "wrong-type"),
        ("/contact/email", json!("jo"), "bad-email"),
        ("/contact/email", json!("jo miller@example.org"), "bad-email"),
        ("/due", json!("2027-02-29"), "bad-date"),
        ("/due", json!("24.12.2026"), "bad-date"),
        ("/due", json!("2026-13-01"), "bad-date"),
        ("/note", json!("a\u{7}b"), "control-character"),
        ("/note", json!("n".repeat(limits::TEXT_CHARS + 1)), "too-long"),
        ("/ship_to", json!("n".repeat(limits::TEXT_CHARS + 1)), "too-long"),
        ("/contact/phone", json!("1".repeat(limits::PHONE_CHARS + 1)), "too-long"),
    ] {
        assert_eq!(with(pointer, value.clone()), [(pointer.to_owned(), code)], "{pointer} {value}");
    }
    assert_eq!(with("/note", json!("n".repeat(limits::TEXT_CHARS))), []);
    let mut several = order();
    several["lines"][0]["colour"] = json!("navy");
    several["lines"][1].as_object_mut().unwrap().remove("size");
    several["contact"] = json!({});
    let expected = [("/lines/0/colour", "unknown-field"), ("/lines/1", "missing-field"), ("/contact", "missing-field")];
    assert_eq!(problems(&several), expected.map(|(pointer, code)| (pointer.to_owned(), code)));
}

#[test]
fn an_order_has_as_many_lines_as_are_allowed_and_no_more() {
    let mut order = order();
    let line = order["lines"][0].clone();
    order["lines"] = json!(vec![line.clone(); limits::LINES]);
    assert_eq!(problems(&order), []);
    order["lines"].as_array_mut().unwrap().push(line);
    assert_eq!(problems(&order), [("/lines".to_owned(), "too-many")]);
}

fn content() -> Content {
    let order = Order::from_json(order().to_string().as_bytes()).unwrap();
    let artwork = |area: &str, hash: &str| PinnedArtwork { area: area.to_owned(), hash: hash.to_owned() };
    let line = |index: usize, artworks| {
        let line = &order.lines[index];
        PinnedLine {
            garment: "tee".to_owned(),
            color: line.color.clone().unwrap_or("white".to_owned()),
            size: line.size.clone(),
            technique: "dtf".to_owned(),
            quantity: line.quantity,
            fields: line.fields.clone(),
            artworks,
        }
    };
    let lines = vec![
        line(0, vec![artwork("front", "f"), artwork("back", "b9")]),
        line(1, vec![artwork("front", "f"), artwork("back", "b10")]),
    ];
    let design = PinnedDesign { id: "d1".to_owned(), revision: 2, title: "Team".to_owned(), document: json!({}) };
    Content {
        designs: vec![design],
        lines,
        order,
        quotes: vec![],
        charges: vec![],
        total: 100,
        currency: "USD".to_owned(),
        digits: 2,
    }
}

#[test]
fn equal_artworks_are_one_file_printed_often() {
    let files = content().files();
    let told: Vec<_> = files.iter().map(|file| (file.line, file.area.as_str(), file.copies)).collect();
    assert_eq!(told, [(0, "front", 4), (0, "back", 3), (1, "back", 1)]);
    assert_eq!(content().pieces(), 4);
}

#[test]
fn the_hash_names_what_is_made_and_nothing_else() {
    let hash = content().hash();
    let mut other = content();
    other.order.note = Some("Do not fold them.".to_owned());
    other.designs[0].title = "Another".to_owned();
    other.total = 1;
    assert_eq!(other.hash(), hash);
    let changes: [fn(&mut PinnedLine); 6] = [
        |line| line.quantity = 4,
        |line| line.size = "S".to_owned(),
        |line| line.color = "black".to_owned(),
        |line| line.technique = "dtg".to_owned(),
        |line| line.artworks[1].hash = "b11".to_owned(),
        |line| drop(line.fields.insert("name".to_owned(), "MULLER".to_owned())),
    ];
    for change in changes {
        let mut other = content();
        change(&mut other.lines[0]);
        assert_ne!(other.hash(), hash);
    }
}

#[test]
fn only_the_customer_approves_and_nothing_leaves_its_end() {
    for status in Status::ALL {
        assert_eq!(Status::parse(status.name()), Some(status));
        assert_eq!(serde_json::to_value(status).unwrap(), status.name());
        assert!(!status.may_become(Status::Approved) && !status.may_become(Status::Received));
        assert!(!Status::Shipped.may_become(status) && !Status::Cancelled.may_become(status));
    }
    assert!(!Status::Received.may_become(Status::InProduction), "nothing is made that nobody approved");
    assert_eq!(Status::ALL.map(Status::is_open), [true, true, false, false, false]);
}

#[test]
fn problems_from_elsewhere_are_told_in_the_order_of_the_document() {
    let mut order = order();
    order["lines"][1]["quantity"] = json!(0);
    order["colour"] = json!("navy");
    let problem = |pointer: &str| Problem {
        pointer: pointer.to_owned(),
        code: "unknown-id",
        message: "there is none".to_owned(),
        hint: None,
    };
    let reading = OrderReading::new(order.to_string().as_bytes()).unwrap();
    assert!(reading.order().is_none() && reading.lines()[1].size.as_deref() == Some("XL"));
    let told = reading.finish(vec![problem("/rush"), problem("/lines/0/size"), problem("/lines/1/color")]).unwrap_err();
    let told: Vec<&str> = told.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(told, ["/lines/0/size", "/lines/1/color", "/lines/1/quantity", "/rush", "/colour"]);

    order["lines"] = json!([]);
    (0..300).for_each(|n| order[format!("unknown{n}")] = json!(1));
    let told = OrderReading::new(order.to_string().as_bytes()).unwrap().finish(vec![problem("/rush")]).unwrap_err();
    let counted: Vec<usize> =
        told.iter().enumerate().filter(|(_, problem)| problem.code == "too-many-problems").map(|(at, _)| at).collect();
    assert_eq!(counted, [200], "the rest is counted once, at the end");
}

#[test]
fn a_day_before_the_rush_is_done_is_told_with_what_would_do() {
    let way = |id: &str, days| Rush { id: id.to_owned(), name: id.to_owned(), days, percent: 10 };
    let ways = [way("soon", 3), way("express", 1), way("now", 0)];
    let told = |today: &str, rush: Value, due: Value| {
        let mut order = order();
        (order["rush"], order["due"]) = (rush, due);
        order.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let mut reading = OrderReading::new(order.to_string().as_bytes()).unwrap();
        reading.require_ready(&ways, today);
        let problems = reading.finish(Vec::new()).err().unwrap_or_default();
        problems.into_iter().map(|it| (it.pointer, it.code, it.hint.unwrap_or_default())).collect::<Vec<_>>()
    };
    // The 27th of November 2026 is a Friday.
    let friday = "2026-11-27";
    let hint = |text: &str| vec![("/due".to_owned(), "too-soon", text.to_owned())];
    let later = "write 2026-12-02 or a later day, or the rush";
    assert_eq!(told(friday, json!("soon"), json!("2026-12-01")), hint(&format!("{later} \"express\"")));
    assert_eq!(told(friday, json!("soon"), json!("2026-11-28")), hint(&format!("{later} \"now\"")));
    assert_eq!(told(friday, json!("soon"), json!("2026-12-02")), []);
    assert_eq!(told("2026-11-28", json!("express"), json!("2026-11-30")), [], "Monday is the first day of work");
    let before = told(friday, json!("now"), json!("2026-11-26"));
    assert_eq!(before, hint("write 2026-11-27 or a later day, or ask the shop"));
    assert_eq!(told(friday, json!("now"), json!(friday)), []);
    // What cannot be known is not told.
    for (rush, due) in [(json!(null), json!(friday)), (json!("soon"), json!(null)), (json!("unknown"), json!(friday))] {
        assert_eq!(told(friday, rush, due), []);
    }
    assert_eq!(told("9999-12-31", json!("soon"), json!("9999-12-31")), []);
}

#[test]
fn a_change_is_told_in_few_words() {
    let told = |change: &dyn Fn(&mut Content)| {
        let mut other = content();
        change(&mut other);
        content().changes_to(&other)
    };
    assert_eq!(told(&|_| {}), "");
    let sizes: &dyn Fn(&mut Content) = &|other| {
        other.lines[0].quantity = 24;
        other.lines[1].size = "S".to_owned();
        other.lines[1].color = "black".to_owned();
    };
    let [first, second] =
        [&content().lines[0], &content().lines[1]].map(|line| (line.size.clone(), line.color.clone()));
    assert_eq!(
        told(sizes),
        format!("lines; line 1: 3 to 24 pieces; line 2: color {} to black, size {} to S", second.1, second.0)
    );
    assert_eq!(
        told(&|other| drop(other.lines[0].fields.insert("name".to_owned(), "LI".to_owned()))),
        "lines; line 1: name \"MILLER\" to \"LI\""
    );
    assert_eq!(told(&|other| other.lines[0].artworks[1].hash = "b11".to_owned()), "lines; line 1: print");
    assert_eq!(told(&|other| other.designs[0].revision += 1), "lines; line 1: design; line 2: design");
    let more = told(&|other| {
        let line = PinnedLine { quantity: 1, fields: [].into(), ..other.lines[0].clone() };
        other.lines.extend(std::iter::repeat_n(line, 7));
    });
    let added = (3..8).map(|n| format!("; line {n}: added, {}, {}, 1 piece", first.0, first.1)).collect::<String>();
    assert_eq!(more, format!("lines{added}; 2 more lines"));
    assert!(told(&|other| drop(other.lines.pop())).starts_with("lines; line 2: gone, "));
}
