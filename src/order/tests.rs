//! What is read of an order, and what its hash names.

use serde_json::{Value, json};

use super::*;
use crate::design::{DesignError, Problem};

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
