//! The reader and the schema against whole documents.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use jsonschema::Validator;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| jsonschema::draft202012::new(&schema()).unwrap())
}

/// A document that uses every kind of layer.
fn valid() -> Value {
    json!({
        "version": 1,
        "name": "Club",
        "garment": "tee",
        "color": "white",
        "technique": "dtg",
        "fields": [{ "id": "name", "sample": "ROSSI", "max_length": 12 }],
        "placements": [
            { "area": "front", "layers": [
                { "id": "title", "type": "text", "text": "{{name}}\n!", "font": "Anton", "size": 30, "x": 1, "y": 2,
                  "fill": "#ffffff", "align": "left", "outline": [{ "width": 1, "color": "ink:black" }],
                  "shadow": { "dx": 1, "dy": 1, "color": "#000000" }, "extrude": { "depth": 4, "color": "#000000" },
                  "warp": { "kind": "arc", "amount": 20 } },
                { "id": "cat", "type": "image", "asset": "cat.png", "width": 90, "height": 20, "x": 0, "y": 0,
                  "crop": { "x": 0, "y": 0, "width": 0.5, "height": 0.5 },
                  "remove_background": { "strokes": [{ "mode": "keep", "radius": 0.05, "points": [[0, 0.5], [1, 1]] }] },
                  "recolor": { "#000000": "#ff0000" }, "tint": "#00ff00" },
                { "id": "all", "type": "group", "x": 0, "y": 0, "layers": [
                    { "id": "rule", "type": "shape", "shape": "line", "length": 80, "x": 0, "y": 0,
                      "stroke": { "width": 1, "color": "#000000", "dash": [2, 1] } },
                    { "id": "star", "type": "shape", "shape": "star", "points": 5, "radius": 20, "x": 0, "y": 0,
                      "fill": "#ffcc00" },
                    { "id": "way", "type": "shape", "shape": "path", "d": "M0 0 L10 0 L5 8 Z", "width": 20,
                      "x": 0, "y": 0, "fill": "#ffcc00" }
                ]}
            ]},
            { "area": "back", "layers": [], "production": { "knock_out": {}, "least_gap": 0.7, "least_line": 0.45,
              "edges": { "mode": "halftone" } } }
        ]
    })
}

fn codes(document: &Value) -> Vec<(String, &'static str)> {
    match Design::from_json(document.to_string().as_bytes()) {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().into_iter().map(|problem| (problem.pointer, problem.code)).collect(),
    }
}

/// `valid()` with one value set, or removed if `None`.
fn mutated(pointer: &str, value: Option<Value>) -> Value {
    let mut document = valid();
    let (parent, token) = pointer.rsplit_once('/').unwrap();
    let token = pointer::unescape(token);
    match (document.pointer_mut(parent).unwrap(), value) {
        (Value::Object(map), Some(value)) => {
            map.insert(token, value);
        }
        (Value::Object(map), None) => {
            map.shift_remove(&token).unwrap();
        }
        (Value::Array(list), Some(value)) => list[token.parse::<usize>().unwrap()] = value,
        (parent, _) => panic!("cannot change {pointer} in {parent}"),
    }
    document
}

const BACK: &str = "/placements/1";
const TITLE: &str = "/placements/0/layers/0";
const CAT: &str = "/placements/0/layers/1";
const RULE: &str = "/placements/0/layers/2/layers/0";
const STAR: &str = "/placements/0/layers/2/layers/1";
const WAY: &str = "/placements/0/layers/2/layers/2";

/// Changes of what is done for the press that both the reader and the schema refuse.
const PRODUCTION: &[(&str, &str)] = &[
    (r#""hard""#, "wrong-type"),
    (r#"{ "harden": true }"#, "unknown-field"),
    (r#"{ "knock_out": true }"#, "wrong-type"),
    (r#"{ "knock_out": { "tolerance": 101 } }"#, "out-of-range"),
    (r##"{ "knock_out": { "color": "#000000" } }"##, "unknown-field"),
    (r#"{ "least_gap": 0.09 }"#, "out-of-range"),
    (r#"{ "least_line": 2.1 }"#, "out-of-range"),
    (r#"{ "least_line": "1 pt" }"#, "wrong-type"),
    (r#"{ "edges": "hard" }"#, "wrong-type"),
    (r#"{ "edges": {} }"#, "missing-field"),
    (r#"{ "edges": { "mode": "halftones" } }"#, "unknown-value"),
    (r#"{ "edges": { "mode": "hard", "threshold": 0 } }"#, "out-of-range"),
    (r#"{ "edges": { "mode": "hard", "lpi": 30 } }"#, "unknown-field"),
    (r#"{ "edges": { "mode": "halftone", "lpi": 9 } }"#, "out-of-range"),
    (r#"{ "edges": { "mode": "halftone", "dot": 2.5 } }"#, "out-of-range"),
];

/// Single changes that both the reader and the schema refuse: place, field, value (null removes), code.
fn mutations() -> Vec<(&'static str, &'static str, Value, &'static str)> {
    let stroke = |points: Value| json!({ "mode": "erase", "radius": 0.1, "points": points });
    let outline = json!({ "width": 1, "color": "#000000" });
    vec![
        ("", "colour", json!("white"), "unknown-field"),
        ("", "garment", Value::Null, "missing-field"),
        ("", "version", Value::Null, "missing-field"),
        ("", "placements", Value::Null, "missing-field"),
        ("", "version", json!(0), "unsupported-version"),
        ("", "version", json!(99), "unsupported-version"),
        ("", "version", json!("1"), "wrong-type"),
        ("", "garment", json!("my tee"), "bad-id"),
        ("", "garment", json!(""), "empty"),
        ("", "garment", json!("a".repeat(65)), "too-long"),
        ("", "name", json!("two\nlines"), "control-character"),
        ("", "fields", json!({}), "wrong-type"),
        ("", "placements", json!([[]]), "wrong-type"),
        ("/fields/0", "sample", Value::Null, "missing-field"),
        ("/fields/0", "max_length", json!(0), "out-of-range"),
        ("/fields/0", "max_length", json!(2.5), "wrong-type"),
        ("/fields/0", "required", json!(true), "unknown-field"),
        ("/placements/0", "view", json!("front"), "unknown-field"),
        (TITLE, "size", json!("30"), "wrong-type"),
        (TITLE, "size", json!(0.4), "out-of-range"),
        (TITLE, "size", json!(1e300), "out-of-range"),
        (TITLE, "x", json!(-2000.5), "out-of-range"),
        (TITLE, "opacity", json!(1.01), "out-of-range"),
        (TITLE, "rotation", json!(361), "out-of-range"),
        (TITLE, "tracking", json!(-501), "out-of-range"),
        (TITLE, "leading", json!(0), "out-of-range"),
        (TITLE, "hidden", json!(1), "wrong-type"),
        (TITLE, "align", json!("middle"), "unknown-value"),
        (TITLE, "flip", json!(false), "wrong-type"),
        (TITLE, "fill", json!("#fff"), "bad-color"),
        (TITLE, "fill", json!("red"), "bad-color"),
        (TITLE, "fill", json!(["#ffffff"]), "wrong-type"),
        (TITLE, "font", json!(3), "wrong-type"),
        (TITLE, "font", json!({ "family": "Anton", "weight": 1000 }), "out-of-range"),
        (TITLE, "font", json!({ "name": "Anton", "family": "Anton" }), "unknown-field"),
        (TITLE, "outline", json!([outline, outline, outline]), "too-many"),
        (TITLE, "outline", json!([{ "width": 0, "color": "#000000" }]), "out-of-range"),
        (TITLE, "warp", json!({ "kind": "twist", "amount": 1 }), "unknown-value"),
        (TITLE, "warp", json!({ "kind": "arc", "amount": 101 }), "out-of-range"),
        (TITLE, "warp", json!({ "kind": "arc", "amount": 1, "bend": 1 }), "unknown-field"),
        (TITLE, "text", json!("tab\there"), "control-character"),
        (TITLE, "text", json!(""), "empty"),
        (TITLE, "text", Value::Null, "missing-field"),
        (TITLE, "id", json!("a b"), "bad-id"),
        (TITLE, "type", json!("txt"), "unknown-value"),
        (TITLE, "type", Value::Null, "missing-field"),
        (TITLE, "asset", json!("cat.png"), "unknown-field"),
        (TITLE, "radius", json!(3), "unknown-field"),
        (CAT, "width", json!(0), "out-of-range"),
        (CAT, "asset", json!("a\u{0}b"), "control-character"),
        (CAT, "text", json!("no"), "unknown-field"),
        (CAT, "remove_background", json!(true), "wrong-type"),
        (CAT, "remove_background", json!({ "tolerance": 101 }), "out-of-range"),
        (CAT, "remove_background", json!({ "strokes": vec![stroke(json!([[0, 0]])); 201] }), "too-many"),
        (CAT, "remove_background", json!({ "strokes": [stroke(json!(vec![[0.5, 0.5]; 501]))] }), "too-many"),
        (CAT, "remove_background", json!({ "strokes": [stroke(json!([]))] }), "empty"),
        (CAT, "remove_background", json!({ "strokes": [stroke(json!([[0.5]]))] }), "wrong-type"),
        (CAT, "remove_background", json!({ "strokes": [stroke(json!([[0.5, 1.1]]))] }), "out-of-range"),
        (CAT, "height", json!(0), "out-of-range"),
        (CAT, "recolor", json!({ "black": "#ff0000" }), "bad-color"),
        (CAT, "crop", json!({ "x": 0, "y": 0, "width": 0, "height": 1 }), "out-of-range"),
        (RULE, "stroke", Value::Null, "missing-field"),
        (RULE, "shape", json!("curve"), "unknown-value"),
        (RULE, "radius", json!(3), "unknown-field"),
        (RULE, "stroke", json!({ "width": 1, "color": "#000000", "dash": [0] }), "out-of-range"),
        (RULE, "stroke", json!({ "width": 1, "color": "#000000", "dash": vec![1; 17] }), "too-many"),
        (STAR, "points", json!(2), "out-of-range"),
        (STAR, "points", json!(5.5), "wrong-type"),
        (STAR, "inner", json!(1.5), "out-of-range"),
        (STAR, "sides", json!(5), "unknown-field"),
        (STAR, "shape", Value::Null, "missing-field"),
        (WAY, "d", json!(""), "empty"),
    ]
}

#[test]
fn what_is_wrong_with_a_production_is_told_where_it_stands() {
    let found = codes(&mutated(
        "/placements/1/production",
        Some(json!({ "least_line": 9, "edges": { "mode": "halftone", "lpi": 300, "dots": 1 }, "knockout": {} })),
    ));
    let found: Vec<(&str, &str)> = found.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(
        found,
        [
            ("/placements/1/production/least_line", "out-of-range"),
            ("/placements/1/production/edges/lpi", "out-of-range"),
            ("/placements/1/production/edges/dots", "unknown-field"),
            ("/placements/1/production/knockout", "unknown-field"),
        ]
    );
}

#[test]
fn reader_and_schema_accept_the_same_documents() {
    assert_eq!(codes(&valid()), []);
    assert!(validator().is_valid(&valid()));
    for example in schema()["examples"].as_array().unwrap() {
        assert_eq!(codes(example), []);
        assert!(validator().is_valid(example));
    }
}

#[test]
fn reader_and_schema_refuse_the_same_changes() {
    let production =
        PRODUCTION.iter().map(|(value, code)| (BACK, "production", serde_json::from_str(value).unwrap(), *code));
    for (place, field, value, code) in mutations().into_iter().chain(production) {
        let document = mutated(&format!("{place}/{field}"), (!value.is_null()).then_some(value.clone()));
        let problems = codes(&document);
        assert!(problems.iter().any(|(_, found)| *found == code), "{place}/{field} {value}: {problems:?}");
        assert_eq!(problems.len(), 1, "{place}/{field} {value}: {problems:?}");
        assert!(!validator().is_valid(&document), "the schema accepts {place}/{field} = {value}");
    }
}

#[test]
fn null_stands_for_no_field() {
    for (place, field) in [(TITLE, "warp"), (TITLE, "fit_width"), ("", "name"), (CAT, "tint"), (TITLE, "rotation")] {
        let document = mutated(&format!("{place}/{field}"), Some(Value::Null));
        assert_eq!(codes(&document), [(format!("{place}/{field}"), "wrong-type")]);
        assert!(!validator().is_valid(&document), "{place}/{field}");
    }
}

/// What a schema cannot say; the documentation of `schema` lists these.
#[test]
fn only_the_reader_sees_the_document_as_a_whole() {
    let field = json!({ "id": "name", "sample": "A" });
    for (pointer, value, code) in [
        (format!("{CAT}/id"), json!("title"), "duplicate-id"),
        ("/placements/1/area".to_owned(), json!("front"), "duplicate-area"),
        ("/fields".to_owned(), json!([field, field]), "duplicate-field"),
        ("/fields".to_owned(), json!([]), "undeclared-field"),
        ("/fields/0/sample".to_owned(), json!("far too long a name"), "too-long"),
        (format!("{TITLE}/text"), json!("{{name"), "bad-blank"),
        (format!("{WAY}/d"), json!("L 1 2 q"), "bad-path"),
        (format!("{WAY}/d"), json!("M0 0 V10"), "bad-path"),
        (format!("{WAY}/d"), json!("M0 0 L1e308 1 L-1e308 0"), "bad-path"),
        (format!("{CAT}/crop"), json!({ "x": 0.6, "y": 0, "width": 0.5, "height": 1 }), "out-of-range"),
        (format!("{CAT}/recolor"), json!({ "#ABCDEF": "#000000", "#abcdef": "#000000" }), "duplicate-color"),
    ] {
        let document = mutated(&pointer, Some(value.clone()));
        let problems = codes(&document);
        assert!(problems.iter().any(|(_, found)| *found == code), "{pointer} {value}: {problems:?}");
        assert!(validator().is_valid(&document), "the schema sees {pointer} = {value}: move it to the other table");
    }
}

fn line(id: usize) -> Value {
    json!({ "id": format!("l{id}"), "type": "shape", "shape": "line", "length": 9, "x": 0, "y": 0,
            "stroke": { "width": 1, "color": "#000000" } })
}

fn text(id: usize, text: &str) -> Value {
    json!({ "id": format!("t{id}"), "type": "text", "text": text, "font": "Anton", "size": 9, "x": 0, "y": 0,
            "fill": "#000000" })
}

fn with_layers(layers: &[Value]) -> Value {
    let mut document = valid();
    document["placements"] = json!([{ "area": "front", "layers": layers }]);
    document
}

fn groups(depth: usize) -> Value {
    (0..depth).fold(
        line(0),
        |inner, level| json!({ "id": format!("g{level}"), "type": "group", "x": 0, "y": 0, "layers": [inner] }),
    )
}

#[test]
fn every_limit_bites_one_beyond_it() {
    let placements = |count: usize| {
        let mut document = valid();
        document["placements"] = (0..count).map(|index| json!({ "area": format!("a{index}"), "layers": [] })).collect();
        document
    };
    let fields = |count: usize| {
        let mut document = with_layers(&[]);
        document["fields"] = (0..count).map(|index| json!({ "id": format!("f{index}"), "sample": "A" })).collect();
        document
    };
    let path = |chars: usize| {
        let mut layer = line(0);
        layer["shape"] = json!("path");
        layer.as_object_mut().unwrap().shift_remove("length");
        layer["width"] = json!(9);
        layer["d"] = json!(format!("M0 0L1 1{}", " ".repeat(chars - 8)));
        with_layers(&[layer])
    };
    let recolors = |count: usize| {
        let map: BTreeMap<_, _> = (0..count).map(|index| (format!("#{index:06x}"), "#000000")).collect();
        mutated(&format!("{CAT}/recolor"), Some(json!(map)))
    };
    let in_groups = |count: usize| {
        let layers: Vec<_> = (0..count - 1).map(line).collect();
        with_layers(&[json!({ "id": "g", "type": "group", "x": 0, "y": 0, "layers": layers })])
    };
    let qr = |chars: usize| {
        let layer = json!({ "id": "q", "type": "shape", "shape": "qr", "text": "é".repeat(chars), "width": 20,
                            "x": 0, "y": 0 });
        with_layers(&[layer])
    };
    type Case<'c> = (&'c str, usize, &'c dyn Fn(usize) -> Value, &'c str);
    let limits: [Case<'_>; 9] = [
        ("placements", limits::PLACEMENTS, &placements, "too-many"),
        ("fields", limits::FIELDS, &fields, "too-many"),
        ("layers", limits::LAYERS, &|count| with_layers(&(0..count).map(line).collect::<Vec<_>>()), "too-many"),
        ("layers in groups", limits::LAYERS, &in_groups, "too-many"),
        ("nesting", limits::NESTING, &|depth| with_layers(&[groups(depth)]), "too-deep"),
        ("text", limits::TEXT_CHARS, &|chars| with_layers(&[text(0, &"é".repeat(chars))]), "too-long"),
        ("path", limits::PATH_CHARS, &path, "too-long"),
        ("recolor", limits::RECOLORS, &recolors, "too-many"),
        ("qr", limits::QR_CHARS, &qr, "too-long"),
    ];
    for (name, limit, document, code) in limits {
        assert_eq!(codes(&document(limit)), [], "{name} at {limit}");
        let problems = codes(&document(limit + 1));
        assert_eq!(problems.iter().map(|(_, code)| *code).collect::<Vec<_>>(), [code], "{name} beyond {limit}");
    }
}

#[test]
fn problems_beyond_the_limit_are_counted() {
    let mut document = valid();
    for index in 0..limits::PROBLEMS + 5 {
        document[format!("unknown-{index:03}")] = Value::Null;
    }
    let problems = Design::from_json(document.to_string().as_bytes()).unwrap_err().problems();
    assert_eq!(problems.len(), limits::PROBLEMS + 1);
    assert_eq!(problems.last().map(|problem| problem.message.as_str()), Some("and 5 more problems"));
}

#[test]
fn problems_come_in_document_order() {
    let text = r#"{ "placements": [{ "layers": [{ "id": "a b" }], "area": 3 }], "colour": "x", "version": 1, "garment": 5,
                   "technique": "dtg" }"#;
    let problems = Design::from_json(text.as_bytes()).unwrap_err().problems();
    let found: Vec<_> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    assert_eq!(
        found,
        [
            ("", "missing-field"),
            ("/placements/0/layers/0", "missing-field"),
            ("/placements/0/layers/0", "missing-field"),
            ("/placements/0/layers/0", "missing-field"),
            ("/placements/0/layers/0/id", "bad-id"),
            ("/placements/0/area", "wrong-type"),
            ("/colour", "unknown-field"),
            ("/garment", "wrong-type"),
        ]
    );
}

#[test]
fn omitted_fields_take_their_defaults() {
    let document = with_layers(&[text(0, "A"), line(1)]);
    let design = Design::from_json(document.to_string().as_bytes()).unwrap();
    let layer = &design.placements[0].layers[0];
    assert_eq!((layer.rotation, layer.opacity, layer.flip), (0.0, 1.0, Flip::None));
    assert_eq!((layer.hidden, layer.locked, &layer.name), (false, false, &None));
    let Content::Text(text) = &layer.content else { panic!("not a text") };
    assert_eq!(text.font, Font { family: "Anton".to_owned(), weight: 400, italic: false });
    assert_eq!((text.align, text.emoji, text.fit), (Align::Center, Emoji::Color, Fit::Fill));
    assert_eq!((text.tracking, text.leading), (0.0, 1.2));
    assert!(text.outline.is_empty() && text.warp.is_none());
}

#[test]
fn the_schema_tells_the_defaults_that_the_reader_uses() {
    let schema = schema();
    let defaults = |name: &str| schema["$defs"][name]["properties"].clone();
    assert_eq!(defaults("Layer")["opacity"]["default"], json!(1.0));
    assert_eq!(defaults("Text")["leading"]["default"], json!(1.2));
    assert_eq!(defaults("Text")["align"]["default"], json!("center"));
    assert_eq!(defaults("Font")["weight"]["default"], json!(400));
    assert_eq!(schema["required"], json!(["version", "garment", "color", "technique", "placements"]));
}

#[test]
fn filled_placements_have_no_blanks_left() {
    let design = Design::from_json(valid().to_string().as_bytes()).unwrap();
    let given = BTreeMap::from([("name".to_owned(), "{{x}}".to_owned())]);
    let values = FieldValues::new(&design.fields, &given).unwrap();
    let filled = design.placement("front").unwrap().filled(&values);
    let Content::Text(text) = &filled.layers[0].content else { panic!("not a text") };
    assert_eq!(blanks(&text.text).count(), 0);
    assert_eq!(fill(&text.text, &values), "{{x}}\n!");
    assert_eq!(filled.filled(&values), filled);
}

#[test]
fn equal_documents_have_equal_bytes() {
    let read = |text: &str| Design::from_json(text.as_bytes()).unwrap().canonical_json();
    let layer = |x: &str, font: &str| {
        format!(
            r##"{{"version":1.0,"technique":"dtg","garment":"t","color":"w","placements":[{{"area":"front","layers":[
            {{"type":"text","fill":"#ABCDEF","x":{x},"y":1e1,"font":{font},"size":3,"text":"a","id":"a"}}]}}]}}"##
        )
    };
    assert_eq!(read(&layer("-0.0", "\"Anton\"")), read(&layer("0", "{\"weight\":400,\"family\":\"Anton\"}")));
}

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> =
        fs::read_dir(folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
    files.retain(|path: &PathBuf| path.extension().is_some_and(|found| found == ending));
    files.sort();
    files
}

/// The problems of a document as its `.txt` lists them.
fn listing(bytes: &[u8]) -> String {
    let mut listing = String::new();
    for problem in Design::from_json(bytes).err().map(|error| error.problems()).unwrap_or_default() {
        let place = if problem.pointer.is_empty() { "(root)" } else { &problem.pointer };
        writeln!(listing, "{place} {}: {}", problem.code, problem.message).unwrap();
        if let Some(hint) = problem.hint {
            writeln!(listing, "    help: {hint}").unwrap();
        }
    }
    listing
}

/// `BLESS=1` writes the lists anew; read them before they are committed.
#[test]
fn bad_documents_give_exactly_their_problems() {
    let bad = files("tests/fixtures/designs/bad", "json");
    assert!(bad.len() >= 10, "the folder of bad documents is gone");
    for path in bad {
        let found = listing(&fs::read(&path).unwrap());
        assert!(!found.is_empty(), "{} is good", path.display());
        let expected = path.with_extension("txt");
        if std::env::var_os("BLESS").is_some() {
            fs::write(&expected, &found).unwrap();
        }
        assert_eq!(found, fs::read_to_string(&expected).unwrap_or_default(), "{}", path.display());
    }
}

#[test]
fn good_documents_are_read_and_valid() {
    let good = [files("tests/fixtures/designs/good", "json"), files("examples", "json")].concat();
    assert!(!good.is_empty());
    for path in good {
        let bytes = fs::read(&path).unwrap();
        assert_eq!(listing(&bytes), "", "{}", path.display());
        assert!(validator().is_valid(&serde_json::from_slice(&bytes).unwrap()), "{}", path.display());
    }
}

/// Every kind of layer and shape turns up among few seeds, so that the properties below speak about all of them.
#[test]
fn samples_show_everything() {
    let mut words = BTreeSet::new();
    for seed in 0..300 {
        let text = String::from_utf8(sample::design(seed).canonical_json()).unwrap();
        words.extend(
            ["text", "image", "shape", "group"]
                .into_iter()
                .filter(|word| text.contains(&format!("\"type\":\"{word}\""))),
        );
        words.extend(
            ["rectangle", "ellipse", "polygon", "star", "line", "path", "qr"]
                .into_iter()
                .filter(|word| text.contains(&format!("\"shape\":\"{word}\""))),
        );
        words.extend(
            ["knock_out", "least_gap", "least_line", "hard", "halftone"]
                .into_iter()
                .filter(|word| text.contains(&format!("\"{word}\""))),
        );
    }
    assert_eq!(words.len(), 16, "{words:?}");
}

proptest! {
    #[test]
    fn written_designs_read_back_the_same(seed: u64) {
        let design = sample::design(seed);
        let bytes = design.canonical_json();
        let read = Design::from_json(&bytes).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(&read, &design);
        prop_assert_eq!(read.canonical_json(), bytes);
    }

    #[test]
    fn written_designs_are_valid(seed: u64) {
        let bytes = sample::design(seed).canonical_json();
        let value: Value = serde_json::from_slice(&bytes).unwrap();
        let errors: Vec<_> = validator().iter_errors(&value).map(|error| error.to_string()).collect();
        prop_assert_eq!(errors, Vec::<String>::new());
    }

    #[test]
    fn what_the_reader_accepts_the_schema_accepts(seed: u64, place: prop::sample::Index, value in junk()) {
        let mut document: Value = serde_json::from_slice(&sample::design(seed).canonical_json()).unwrap();
        let mut pointers = Vec::new();
        collect_pointers(&document, "", &mut pointers);
        *document.pointer_mut(place.get::<String>(&pointers)).unwrap() = value;
        let problems = codes(&document);
        prop_assert!(validator().is_valid(&document) || !problems.is_empty(), "{}", document);
        for (pointer, _) in problems {
            prop_assert!(document.pointer(&pointer).is_some(), "{} leads nowhere", pointer);
        }
    }

    #[test]
    fn changed_bytes_never_panic(seed: u64, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
        let mut bytes = sample::design(seed).canonical_json();
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        if let Err(error) = Design::from_json(&bytes) {
            prop_assert!(!error.problems().is_empty());
        }
    }

    #[test]
    fn path_data_never_panics(data in "[MmLlHhVvCcSsQqTtAaZz0-9 ,.eE+-]{0,60}") {
        codes(&mutated(&format!("{WAY}/d"), Some(json!(data))));
    }
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-3000.0..3000.0).prop_map(Value::from),
        (-1..100).prop_map(Value::from),
        "[a-z#0-9{}\n]{0,8}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!("#00ff00")),
        Just(json!("line")),
        Just(json!("text")),
    ]
}

fn collect_pointers(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    match value {
        Value::Object(map) => {
            map.iter().for_each(|(key, value)| collect_pointers(value, &pointer::join(pointer, key), found));
        }
        Value::Array(list) => list
            .iter()
            .enumerate()
            .for_each(|(index, value)| collect_pointers(value, &pointer::join(pointer, &index.to_string()), found)),
        _ => {}
    }
}
