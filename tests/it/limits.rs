//! What one request may cost, however it is cut into layers.

use std::io::Cursor;
use std::path::Path;

use platen::assets::{Library, Limits};
use platen::design::{Design, Problem};
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
