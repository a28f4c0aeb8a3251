//! What one request may cost, however it is cut into layers.

use std::io::Cursor;
use std::path::Path;

use platen::assets::{Library, Limits};
use platen::cancel::Cancel;
use platen::design::{Design, Problem};
use platen::scene::Item;
use platen::shop::{Choice, Fitting, RenderError, Shop};
use platen::units::Dpi;
use serde_json::{Value, json};

fn shop() -> &'static Shop {
    static SHOP: std::sync::OnceLock<Shop> = std::sync::OnceLock::new();
    SHOP.get_or_init(|| Shop::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap())
}

/// A picture of 50 x 40 pixels, 8000 bytes once decoded, in a shade of its own.
fn png(shade: u8) -> Vec<u8> {
    let picture = image::RgbImage::from_pixel(50, 40, image::Rgb([shade, 10, 20]));
    let mut bytes = Vec::new();
    picture.write_to(&mut Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
    bytes
}

fn layer(id: usize, asset: &str) -> Value {
    json!({ "id": format!("l{id}"), "type": "image", "asset": asset, "x": 100, "y": 100, "width": 50 })
}

fn design(placements: &[(&str, Vec<Value>)]) -> Design {
    let placements: Vec<Value> =
        placements.iter().map(|(area, layers)| json!({ "area": area, "layers": layers })).collect();
    let document = json!({
        "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": placements,
    });
    Design::from_json(document.to_string().as_bytes()).unwrap()
}

fn library(request_bytes: u64) -> Library {
    Library::with_limits(Limits { request_bytes, ..Limits::default() })
}

fn problems(design: &Design, library: &Library) -> Vec<Problem> {
    let fitting = shop().fit(design, &Choice::default()).unwrap();
    match shop().scenes(&fitting, library, |_| true) {
        Ok(_) => Vec::new(),
        Err(RenderError::Design(problems)) => problems,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn many_different_pictures_pass_the_budget_of_a_request() {
    // 8000 bytes a layer.
    let library = library(40_000);
    let names: Vec<String> = (0..200).map(|index| format!("u{index}")).collect();
    for (index, name) in names.iter().enumerate() {
        library.insert(name.clone(), png(index as u8));
    }
    let layers = names.iter().enumerate().map(|(index, name)| layer(index, name)).collect();
    let found = problems(&design(&[("front", layers)]), &library);
    assert_eq!(found.len(), 1, "the layer that passes the budget, not all behind it: {found:?}");
    assert_eq!(found[0].pointer, "/placements/0/layers/5/asset");
    assert!(found[0].message.contains("memory together"), "{}", found[0].message);
    assert!(found[0].hint.as_ref().unwrap().contains("fewer different ones"));
}

#[test]
fn one_picture_counts_once_however_often_it_is_used() {
    let library = library(16_000);
    library.insert("u", png(0));
    library.insert("same", png(0));
    let layers = (0..300).map(|index| layer(index, if index % 2 == 0 { "u" } else { "same" })).collect();
    assert_eq!(problems(&design(&[("front", layers)]), &library), []);
}

#[test]
fn what_is_made_of_a_picture_counts_as_well() {
    let library = library(30_000);
    library.insert("u", png(0));
    let tinted = |index: usize| {
        let mut layer = layer(index, "u");
        layer["tint"] = format!("#0000{index:02x}").into();
        layer
    };
    let found = problems(&design(&[("front", (0..5).map(tinted).collect())]), &library);
    assert_eq!(found[0].pointer, "/placements/0/layers/2/asset", "8000 bytes and 8000 for each tint");
}

#[test]
fn all_placements_share_one_budget() {
    let library = library(20_000);
    for index in 0..3 {
        library.insert(format!("u{index}"), png(index));
    }
    let placements = [("front", vec![layer(0, "u0"), layer(1, "u1")]), ("back", vec![layer(2, "u2")])];
    let found = problems(&design(&placements), &library);
    assert_eq!(found[0].pointer, "/placements/1/layers/0/asset");
}

/// A picture of a pattern, which is drawn in one go.
const PATTERN: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="1000">
    <pattern id="p" width="1" height="1" patternUnits="userSpaceOnUse"><path d="M0 0h1v1z"/></pattern>
    <rect width="1000" height="1000" fill="#eee"/><rect width="1" height="1" fill="url(#p)"/></svg>"##;

#[test]
fn a_part_of_a_drawing_counts_by_the_whole_that_is_drawn() {
    let library = Library::in_memory();
    library.insert("drawing", PATTERN.as_bytes());
    let cropped = |index: usize| {
        let mut layer = layer(index, "drawing");
        layer["crop"] = json!({ "x": 0, "y": 0, "width": 0.01, "height": 0.01 });
        layer["width"] = 300.into();
        layer
    };
    // Each shows 300 mm of 30 m, and holds the 240 MB of a page at the finest that the limits allow.
    let found = problems(&design(&[("front", (0..200).map(cropped).collect())]), &library);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].pointer, "/placements/0/layers/4/asset", "{found:?}");
}

#[test]
fn what_is_drawn_less_finely_than_a_fine_print_says_so() {
    let library = Library::in_memory();
    library.insert("drawing", PATTERN.as_bytes());
    let mut layer = layer(0, "drawing");
    layer["width"] = 300.into();
    let design = design(&[("front", vec![layer])]);
    let notes = |dpi: f64| {
        let fitting = shop().fit(&design, &Choice::default()).unwrap();
        let fitting = Fitting { finest: Dpi::new(dpi).unwrap(), ..fitting };
        let scenes = shop().scenes(&fitting, &library, |_| true).unwrap();
        scenes[0].scene.layers[0].facts.notes.concat()
    };
    assert_eq!(notes(300.0), "");
    assert!(notes(1200.0).contains("dots per inch and enlarged"), "{}", notes(1200.0));
}

#[test]
fn past_the_budget_no_further_placement_is_looked_at() {
    let library = library(20_000);
    for index in 0..3 {
        library.insert(format!("u{index}"), png(index));
    }
    let front = vec![layer(0, "u0"), layer(1, "u1"), layer(2, "u2")];
    // The second placement names a picture that does not exist: told only if anybody looked for it.
    let found = problems(&design(&[("front", front), ("back", vec![layer(3, "none")])]), &library);
    let pointers: Vec<&str> = found.iter().map(|problem| problem.pointer.as_str()).collect();
    assert_eq!(pointers, ["/placements/0/layers/2/asset"]);
}

fn text(id: usize, words: &str) -> Value {
    json!({
        "id": format!("t{id}"), "type": "text", "text": words, "font": "Rye", "size": 6, "max_width": 300, "x": 170,
        "y": 200, "fill": "#d4202a",
    })
}

/// Everything that draws letters again.
fn dressed(id: usize, words: &str) -> Value {
    let mut layer = text(id, words);
    layer["outline"] = json!([{ "width": 1, "color": "#00ff00" }, { "width": 1, "color": "#0000ff" }]);
    layer["shadow"] = json!({ "dx": 1, "dy": 1, "blur": 2, "color": "#222222" });
    layer["extrude"] = json!({ "depth": 5, "angle": 33, "color": "#000000" });
    layer["warp"] = json!({ "kind": "wave", "amount": 80 });
    layer
}

#[test]
fn a_document_of_heavy_texts_is_refused_at_the_text_that_is_too_much() {
    let words = "@&%8BSGQ$R".repeat(190);
    let layers: Vec<Value> = (0..8).map(|index| dressed(index, &words)).collect();
    let found = problems(&design(&[("front", layers)]), &Library::in_memory());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].code, found[0].pointer.as_str()), ("text-limit", "/placements/0/layers/0/text"));
    assert!(found[0].message.contains("at most 3000000"), "{}", found[0].message);
    assert!(found[0].hint.as_ref().unwrap().contains("rings"), "{found:?}");
}

#[test]
fn what_shops_print_is_far_from_the_limit_of_outlines() {
    let library =
        Library::with_limits(Limits { request_outlines: Limits::default().request_outlines / 2, ..Limits::default() });
    let line = "12 JUN 2026   AMSTERDAM   PARADISO\n";
    let mut tour = dressed(0, &line.repeat(30));
    for key in ["extrude", "warp"] {
        tour.as_object_mut().unwrap().remove(key);
    }
    let roster = dressed(0, &"ANDERSSON 27\n".repeat(25));
    let small = (0..100).map(|index| text(index, "a small line of words")).collect();
    let plain = (0..4).map(|index| text(index, &"@&%8BSGQ$R".repeat(190))).collect();
    for (name, layers) in [("tour", vec![tour]), ("roster", vec![roster]), ("small", small), ("plain", plain)] {
        assert_eq!(problems(&design(&[("front", layers)]), &library), [], "{name}");
    }
}

/// Path elements of all that is drawn, each path as often as it is.
fn drawn(items: &[Item]) -> u64 {
    let each = items.iter().map(|item| match item {
        Item::Fill { path, .. } | Item::Stroke { path, .. } => path.elements().len() as u64,
        Item::Group(group) => drawn(&group.items),
        Item::Picture { .. } | Item::Svg { .. } => 0,
    });
    each.sum()
}

#[test]
fn all_outlines_that_are_drawn_are_charged() {
    let ellipse = json!({ "id": "e", "type": "shape", "shape": "ellipse", "width": 30, "height": 20, "x": 50, "y": 50,
        "fill": "#ff0000", "stroke": { "width": 1, "color": "#000000" } });
    let design = design(&[("front", vec![dressed(0, "Lines"), text(1, "🎉 party")]), ("back", vec![ellipse])]);
    let fitting = shop().fit(&design, &Choice::default()).unwrap();
    let scenes = shop().scenes(&fitting, &Library::in_memory(), |_| true).unwrap();
    let count: u64 = scenes.iter().flat_map(|placed| &placed.scene.layers).map(|layer| drawn(&layer.items)).sum();
    assert!(count > 1000, "{count}");
    let library = Library::with_limits(Limits { request_outlines: count - 1, ..Limits::default() });
    let found = problems(&design, &library);
    assert_eq!(found.len(), 1, "{found:?}");
    let library = Library::with_limits(Limits { request_outlines: count * 2, ..Limits::default() });
    assert_eq!(problems(&design, &library), [], "nor is much more charged");
}

#[test]
fn shapes_share_the_limit_of_outlines() {
    let library = Library::with_limits(Limits { request_outlines: 5000, ..Limits::default() });
    let qr = |id: usize| {
        json!({ "id": format!("q{id}"), "type": "shape", "shape": "qr", "text": "x".repeat(100),
        "width": 40, "x": 100, "y": 100, "fill": "#000000" })
    };
    let found = problems(&design(&[("front", (0..50).map(qr).collect())]), &library);
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].code, "shape");
    assert!(found[0].message.contains("at most 5000"), "{}", found[0].message);
    let dashed = json!({ "id": "d", "type": "shape", "shape": "rectangle", "width": 300, "height": 300, "x": 170, "y": 170,
        "stroke": { "width": 0.1, "color": "#000000", "dash": [0.1, 0.1] } });
    assert_eq!(problems(&design(&[("front", vec![dashed])]), &library)[0].pointer, "/placements/0/layers/0/shape");
}

#[test]
fn texts_are_not_set_once_the_work_is_called_off() {
    let design = design(&[("front", vec![dressed(0, &"@&%8BSGQ$R".repeat(40))])]);
    let cancel = Cancel::new();
    let fitting = Fitting { cancel: cancel.clone(), ..shop().fit(&design, &Choice::default()).unwrap() };
    cancel.set();
    let called_off = shop().scenes(&fitting, &Library::in_memory(), |_| true);
    assert!(matches!(called_off, Err(RenderError::CalledOff)), "no problem of the design is told");
}

#[test]
fn the_header_is_enough_to_refuse_a_picture() {
    let library = library(100_000_000);
    let mut huge = png(0);
    huge[16..20].copy_from_slice(&10_000_u32.to_be_bytes());
    huge[20..24].copy_from_slice(&10_000_u32.to_be_bytes());
    library.insert("huge", huge);
    let found = problems(&design(&[("front", vec![layer(0, "huge")])]), &library);
    assert!(found[0].message.contains("400 MB"), "it was not decoded, or it would be called damaged: {found:?}");
}
