//! Every problem of a document is told at once: its form and its names.

use std::collections::BTreeSet;
use std::fs;

use platen::assets::Library;
use platen::design::{DesignError, Problem, Reading};
use platen::shop::{Choice, RenderError, Shop};
use serde_json::{Value, json};

use crate::cli::root;

fn shop() -> Shop {
    Shop::open(root()).unwrap()
}

fn problems(shop: &Shop, document: &Value) -> Vec<Problem> {
    let library = Library::with_base(root().join("examples"));
    match shop.read(document.to_string().as_bytes(), &library, &Choice::default()) {
        Ok(_) => Vec::new(),
        Err(DesignError::Invalid(problems)) => problems,
        Err(other) => panic!("{other}"),
    }
}

fn told(problems: &[Problem]) -> Vec<(&str, &str)> {
    problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect()
}

#[test]
fn form_and_names_are_told_together_in_the_order_of_the_document() {
    let document = json!({
        "version": 1, "garment": "tee", "color": "nvy", "technique": "screan", "colour": "navy",
        "placements": [
            { "area": "frnt", "layers": [
                { "id": "a", "type": "text", "text": "ink:none", "font": { "family": "Antn", "weight": 1 }, "size": -1,
                  "fill": "ink:scarlte", "outline": [{ "width": 1, "color": "ink:none" }], "x": 1, "y": 1 },
                { "id": "b", "type": "group", "x": 0, "y": 0, "layers": [
                    { "id": "c", "type": "image", "asset": "missing.png", "x": 0, "y": 0, "tint": "ink:mint" },
                ] },
                { "id": "d", "type": "shape", "shape": "ellipse", "hidden": true, "fill": "ink:none", "x": 0, "y": 0,
                  "width": 5, "height": 5 },
            ] },
        ],
    });
    let problems = problems(&shop(), &document);
    let layers = "/placements/0/layers";
    let expected = [
        ("/color".to_owned(), "unknown-id"),
        ("/technique".to_owned(), "unknown-id"),
        ("/colour".to_owned(), "unknown-field"),
        ("/placements/0/area".to_owned(), "unknown-id"),
        (format!("{layers}/0/font/family"), "unknown-font"),
        (format!("{layers}/0/font/weight"), "out-of-range"),
        (format!("{layers}/0/size"), "out-of-range"),
        (format!("{layers}/0/fill"), "unknown-ink"),
        (format!("{layers}/0/outline/0/color"), "unknown-ink"),
        (format!("{layers}/1/layers/0"), "missing-field"),
        (format!("{layers}/1/layers/0/asset"), "unknown-asset"),
        (format!("{layers}/1/layers/0/tint"), "unknown-ink"),
    ];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(told(&problems), expected, "{problems:#?}");
    let hint = |code: &str| problems.iter().find(|problem| problem.code == code).unwrap().hint.clone().unwrap();
    assert!(hint("unknown-font").contains("Anton") && hint("unknown-ink").contains("scarlet"));
    assert!(hint("unknown-id").contains("navy"));
}

#[test]
fn a_name_that_reading_lets_pass_is_one_that_drawing_knows() {
    let shop = shop();
    let mut kinds = BTreeSet::new();
    for entry in fs::read_dir(root().join("examples")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let source = fs::read(&path).unwrap();
        let mut document: Value = serde_json::from_slice(&source).unwrap();
        assert_eq!(problems(&shop, &document), [], "{}", path.display());
        for mention in Reading::new(&source).unwrap().mentions() {
            kinds.insert(format!("{:?}", mention.kind));
            let place = document.pointer_mut(&mention.pointer).unwrap();
            let wrong = if place.as_str().unwrap().starts_with("ink:") { "ink:nope" } else { "nope" };
            let right = std::mem::replace(place, json!(wrong));
            let found = problems(&shop, &document);
            assert_eq!(found.iter().filter(|problem| problem.pointer == mention.pointer).count(), 1, "{found:#?}");

            // The same document, read without the shop, is refused when it is drawn.
            let design = platen::design::Design::from_json(document.to_string().as_bytes()).unwrap();
            let library = Library::with_base(root().join("examples"));
            let drawn = shop.fit(&design, &Choice::default()).and_then(|fit| shop.scenes(&fit, &library, |_| true));
            assert!(drawn.is_err(), "{} {}", path.display(), mention.pointer);
            *document.pointer_mut(&mention.pointer).unwrap() = right;
        }
    }
    assert_eq!(
        kinds.into_iter().collect::<Vec<_>>(),
        ["Area", "Asset", "Color", "Font", "Garment", "Ink", "Technique"]
    );
}

#[test]
fn a_value_is_told_once_and_a_flood_of_names_takes_no_time() {
    let layer = |n: usize, font: &str| {
        json!({ "id": format!("l{n}"), "type": "text", "text": "A {{nme}}", "font": font, "size": 20, "fill": "ink:Scarlet",
            "x": 1, "y": 1 })
    };
    let document = |layers: Vec<Value>| {
        json!({ "version": 1, "garment": "", "color": "Heather Grey", "technique": "dtf",
            "placements": [{ "area": "front", "layers": layers }] })
    };
    let told_of = problems(&shop(), &document(vec![layer(0, "Anton")]));
    let layer_0 = "/placements/0/layers/0";
    let expected = [
        ("/garment", "empty".to_owned()),
        ("/color", "bad-id".to_owned()),
        (&format!("{layer_0}/text"), "undeclared-field".to_owned()),
        (&format!("{layer_0}/fill"), "bad-color".to_owned()),
    ];
    let found: Vec<(&str, String)> = told(&told_of).into_iter().map(|(place, code)| (place, code.to_owned())).collect();
    assert_eq!(found, expected);
    let flood = (0..5000).map(|n| layer(n, &format!("Font number {n} of very many"))).collect();
    let found = problems(&shop(), &document(flood));
    assert!(found.len() <= 201 && found.last().unwrap().code == "too-many-problems", "{}", found.len());

    let later = json!({ "version": 9, "garment": "future" });
    assert_eq!(told(&problems(&shop(), &later)), [("/version", "unsupported-version")]);
}

#[test]
fn an_empty_file_is_called_empty() {
    for source in ["", " \n\t"] {
        let error = Reading::new(source.as_bytes()).unwrap_err();
        assert!(error.to_string().contains("the document is empty"), "{error}");
    }
}

#[test]
fn a_field_that_the_layer_does_not_have_is_told_and_not_what_it_names() {
    let document = json!({
        "version": 1, "garment": "tee", "color": "navy", "technique": "dtf",
        "placements": [{ "area": "front", "layers": [
            { "id": "a", "type": "shape", "shape": "ellipse", "fill": "ink:scarlet", "x": 100, "y": 100, "width": 50,
              "height": 50, "asset": "none.png", "font": { "family": "None" }, "outline": [{ "color": "ink:none" }] },
            { "id": "b", "type": "image", "asset": "camp.png", "x": 100, "y": 100, "width": 50, "stroke": { "color": "ink:none" } },
        ] }],
    });
    let layers = "/placements/0/layers";
    let found = problems(&shop(), &document);
    let expected = [
        (format!("{layers}/0/asset"), "unknown-field"),
        (format!("{layers}/0/font"), "unknown-field"),
        (format!("{layers}/0/outline"), "unknown-field"),
        (format!("{layers}/1/asset"), "unknown-asset"),
        (format!("{layers}/1/stroke"), "unknown-field"),
    ];
    let expected: Vec<(&str, &str)> = expected.iter().map(|(pointer, code)| (pointer.as_str(), *code)).collect();
    assert_eq!(told(&found), expected, "{found:#?}");
}

#[test]
fn a_design_whose_colour_is_no_longer_sold_goes_on_another() {
    let shop = shop();
    let mut document: Value = serde_json::from_slice(&fs::read(root().join("examples/camp.json")).unwrap()).unwrap();
    document["color"] = json!("discontinued");
    let source = document.to_string().into_bytes();
    let library = Library::with_base(root().join("examples"));
    assert_eq!(told(&problems(&shop, &document)), [("/color", "unknown-id")]);
    let choice = Choice { color: Some("navy".to_owned()), ..Choice::default() };
    let design = shop.read(&source, &library, &choice).unwrap();
    assert_eq!(shop.fit(&design, &choice).unwrap().color.id, "navy");
}

#[test]
fn a_print_file_does_not_ask_for_the_colour() {
    let shop = shop();
    let document = |color: &str| {
        let layers = json!([{ "id": "a", "type": "shape", "shape": "ellipse", "fill": "#f7f7f5", "x": 100, "y": 100,
            "width": 50, "height": 50 }]);
        json!({ "version": 1, "garment": "tee", "color": color, "technique": "dtf",
            "placements": [{ "area": "front", "layers": layers }] })
    };
    let drawn = |color: &str, any_color: bool| {
        let library = Library::in_memory();
        let choice = Choice { any_color, ..Choice::default() };
        let design = shop.read(document(color).to_string().as_bytes(), &library, &choice).ok()?;
        let fitting = shop.fit(&design, &choice).unwrap();
        let scenes = shop.scenes(&fitting, &library, |_| true).unwrap();
        let rules: Vec<_> = fitting.findings(&scenes).iter().map(|finding| finding.rule.as_str()).collect();
        Some((scenes[0].scene.hash, rules))
    };
    assert!(drawn("discontinued", false).is_none());
    let (hash, rules) = drawn("discontinued", true).unwrap();
    assert_eq!((hash, drawn("navy", true).unwrap().0), (drawn("navy", false).unwrap().0, hash));
    assert_eq!(rules, [""; 0], "nobody knows the cloth");
    assert_eq!(drawn("white", true).unwrap().1, ["invisible-on-garment"], "a colour that is sold is looked at");
}

#[test]
fn a_hidden_layer_is_asked_for_nothing() {
    let shop = shop();
    let mut document: Value = serde_json::from_slice(&fs::read(root().join("examples/camp.json")).unwrap()).unwrap();
    let layers = document["placements"][0]["layers"].as_array_mut().unwrap();
    let shown = layers.iter().filter(|layer| layer["type"] == "text").count();
    layers.push(json!({ "id": "later", "type": "text", "text": "LATER", "font": "Not bought yet", "size": 20,
        "fill": "ink:none", "x": 100, "y": 100, "hidden": true }));
    assert_eq!(problems(&shop, &document), []);
    let design = platen::design::Design::from_json(document.to_string().as_bytes()).unwrap();
    let set = shop.set_texts(&design, &Choice::default(), &platen::cancel::Cancel::NEVER).unwrap();
    assert_eq!(set.len(), shown);
}

#[test]
fn an_unknown_font_is_told_where_the_document_names_it() {
    let shop = shop();
    for font in [json!("Nope"), json!({ "family": "Nope", "weight": 700 })] {
        let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
            "placements": [{ "area": "front", "layers": [{ "id": "a", "type": "text", "text": "A", "font": font,
                "size": 20, "fill": "#000000", "x": 100, "y": 100 }] }] });
        let design = platen::design::Design::from_json(document.to_string().as_bytes()).unwrap();
        let fitting = shop.fit(&design, &Choice::default()).unwrap();
        let Err(RenderError::Design(found)) = shop.scenes(&fitting, &Library::in_memory(), |_| true) else {
            panic!("there is such a font")
        };
        assert_eq!(told(&found), [("/placements/0/layers/0/font", "unknown-font")]);
        assert!(document.pointer(&found[0].pointer).is_some(), "the place exists");
    }
}

#[test]
fn an_empty_value_prints_no_code() {
    let shop = shop();
    let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
        "fields": [{ "id": "url", "sample": "https://example.com" }],
        "placements": [{ "area": "front", "layers": [{ "id": "a", "type": "shape", "shape": "qr", "text": "{{url}}",
            "width": 40, "fill": "#000000", "x": 100, "y": 100 }] }] });
    let design = platen::design::Design::from_json(document.to_string().as_bytes()).unwrap();
    let has_ink = |url: &str| {
        let choice = Choice { fields: [("url".to_owned(), url.to_owned())].into(), ..Choice::default() };
        let fitting = shop.fit(&design, &choice).unwrap();
        shop.scenes(&fitting, &Library::in_memory(), |_| true).unwrap()[0].scene.has_ink()
    };
    assert!(has_ink("https://example.com/2") && !has_ink(""));
}
