//! What preflight says can be mended is gone once it is, on every kind of layer.

use std::path::Path;

use platen::assets::Library;
use platen::design::Design;
use platen::prepress::preflight::{Action, Finding, RuleId};
use platen::shop::{Choice, Shop};
use serde_json::{Value, json};

fn shop() -> &'static Shop {
    static SHOP: std::sync::OnceLock<Shop> = std::sync::OnceLock::new();
    SHOP.get_or_init(|| Shop::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap())
}

/// Pictures of 300 dpi: a hairline cross, two blocks with a slit, a speck, and a soft dot.
fn library() -> Library {
    let library = Library::in_memory();
    let insert = |name: &str, alpha: &dyn Fn(f64, f64) -> f64| {
        let picture = image::RgbaImage::from_fn(472, 472, |x, y| {
            // Pixels of 300 dpi in mm from the middle, taken four times along each side.
            let taken = (0..16).map(|part| {
                let at = |px: u32, part: u32| (f64::from(px) + (f64::from(part) + 0.5) / 4.0) * 25.4 / 300.0 - 20.0;
                alpha(at(x, part % 4), at(y, part / 4))
            });
            image::Rgba([180, 20, 40, (taken.sum::<f64>() / 16.0 * 255.0).round() as u8])
        });
        let mut bytes = Vec::new();
        picture.write_to(&mut std::io::Cursor::new(&mut bytes), image::ImageFormat::Png).unwrap();
        library.insert(name, bytes);
    };
    let ink = |is: bool| f64::from(u8::from(is));
    let far = |x: f64, y: f64| (x * x + y * y).sqrt();
    insert("line.png", &|x, y| ink((x.abs() < 0.1 || y.abs() < 0.1) && x.abs().max(y.abs()) < 15.0));
    insert("gap.png", &|x, y| ink(x.abs() > 0.12 && x.abs() < 10.0 && y.abs() < 10.0));
    insert("speck.png", &|x, y| ink(x.abs() < 8.0 && y.abs() < 8.0 || far(x - 12.0, y) < 0.15));
    insert("soft.png", &|x, y| (1.5 - far(x, y) / 10.0).clamp(0.0, 1.0));
    for (name, inside) in [
        ("line.svg", r##"<rect x="5" y="19.9" width="30" height=".2"/>"##),
        (
            "gap.svg",
            r##"<rect x="10" y="10" width="9.88" height="20"/><rect x="20.12" y="10" width="9.88" height="20"/>"##,
        ),
        ("speck.svg", r##"<rect x="10" y="10" width="16" height="16"/><circle cx="32" cy="20" r=".15"/>"##),
        ("soft.svg", r##"<circle cx="20" cy="20" r="12" opacity=".5"/>"##),
    ] {
        let svg = format!(
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40" width="40mm" height="40mm" fill="#b41428">{inside}</svg>"##
        );
        library.insert(name, svg.into_bytes());
    }
    library
}

/// The cosine and the sine of 20 degrees.
const COS_20: f64 = 0.939_692_620_785_908_4;
const SIN_20: f64 = 0.342_020_143_325_668_7;

fn findings(document: &Value, library: &Library) -> Vec<Finding> {
    let design = Design::from_json(document.to_string().as_bytes()).unwrap();
    let fitting = shop().fit(&design, &Choice::default()).unwrap();
    let scenes = shop().scenes(&fitting, library, |_| true).unwrap();
    fitting.all_findings(&scenes).unwrap()
}

/// How much ink there is, whatever its opacity below a half.
fn inked(document: &Value, library: &Library) -> usize {
    let design = Design::from_json(document.to_string().as_bytes()).unwrap();
    let fitting = shop().fit(&design, &Choice::default()).unwrap();
    let scenes = shop().scenes(&fitting, library, |_| true).unwrap();
    let raster = platen::artwork::rasterize(&scenes[0].scene, platen::units::Dpi::new(50.0).unwrap());
    raster.pixels.data().chunks(4).filter(|pixel| pixel[3] >= 64).count()
}

/// Sets what an action asks for in the placement.
fn apply(document: &Value, finding: &Finding, action: &Action) -> Value {
    let mut document = document.clone();
    let placement = document.pointer_mut(&finding.pointer[..finding.pointer.len().min("/placements/0".len())]).unwrap();
    let action = serde_json::to_value(action).unwrap();
    assert_eq!(action["kind"], "production", "{action}");
    if placement.get("production").is_none() {
        placement["production"] = json!({});
    }
    placement["production"].as_object_mut().unwrap().extend(action["production"].as_object().unwrap().clone());
    document
}

/// Layers that have one kind of fault: as a picture, a drawing, shapes, words, and a group that fades as a whole.
fn faulty(fault: RuleId) -> Vec<(&'static str, Vec<Value>)> {
    let picture =
        |asset: &str| json!({ "id": "p", "type": "image", "asset": asset, "width": 39.963, "x": 150, "y": 150 });
    let drawing = |asset: &str| json!({ "id": "p", "type": "image", "asset": asset, "width": 40, "x": 150, "y": 150 });
    let rectangle = |id: &str, x: f64, width: f64, height: f64| {
        json!({ "id": id, "type": "shape", "shape": "rectangle", "width": width, "height": height, "x": x, "y": 150,
            "rotation": 20, "fill": "#b41428" })
    };
    let words = |text: &str, size: f64, more: Value| {
        let mut layer = json!({ "id": "t", "type": "text", "text": text, "font": "Montserrat", "size": size, "x": 150, "y": 150,
            "fill": "#b41428" });
        layer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        layer
    };
    let group = |layers: Vec<Value>, opacity: f64| json!({ "id": "g", "type": "group", "x": 3, "y": 5, "rotation": 10, "opacity": opacity, "layers": layers });
    let beside = || {
        let mut right = rectangle("b", 150.0, 20.0, 30.0);
        right["x"] = (150.0 + 20.25 * COS_20).into();
        right["y"] = (150.0 + 20.25 * SIN_20).into();
        right
    };
    match fault {
        RuleId::ThinLine => vec![
            ("picture", vec![picture("line.png")]),
            ("drawing", vec![drawing("line.svg")]),
            ("shape", vec![rectangle("a", 150.0, 60.0, 0.2)]),
            (
                "line",
                vec![json!({ "id": "a", "type": "shape", "shape": "line", "length": 60, "x": 150, "y": 150,
                "stroke": { "width": 0.15, "color": "#b41428" } })],
            ),
            ("words", vec![words("Hillside 27", 3.0, json!({}))]),
            ("group", vec![group(vec![rectangle("a", 150.0, 60.0, 0.2)], 1.0)]),
        ],
        RuleId::ThinGap => vec![
            ("picture", vec![picture("gap.png")]),
            ("drawing", vec![drawing("gap.svg")]),
            ("shape", vec![rectangle("a", 150.0, 20.0, 30.0), beside()]),
            ("group", vec![group(vec![rectangle("a", 150.0, 20.0, 30.0), beside()], 1.0)]),
        ],
        RuleId::SmallIsland => vec![
            ("picture", vec![picture("speck.png")]),
            ("drawing", vec![drawing("speck.svg")]),
            (
                "shape",
                vec![json!({ "id": "a", "type": "shape", "shape": "ellipse", "width": 0.3, "height": 0.3,
                "x": 150, "y": 150, "fill": "#b41428" })],
            ),
            ("words", vec![words("a . b", 2.6, json!({}))]),
        ],
        _ => vec![
            ("picture", vec![picture("soft.png")]),
            ("drawing", vec![drawing("soft.svg")]),
            (
                "shape",
                vec![{
                    let mut half = rectangle("a", 150.0, 60.0, 20.0);
                    half["opacity"] = 0.4.into();
                    half
                }],
            ),
            (
                "words",
                vec![words("SOFT", 40.0, json!({ "shadow": { "dx": 2, "dy": 2, "blur": 2, "color": "#102030" } }))],
            ),
            ("group", vec![group(vec![rectangle("a", 150.0, 60.0, 20.0)], 0.6)]),
        ],
    }
}

#[test]
fn a_finding_is_gone_once_it_is_mended_on_every_kind_of_layer() {
    let library = library();
    for (fault, technique) in [
        (RuleId::ThinLine, "dtf"),
        (RuleId::ThinLine, "screen-print"),
        (RuleId::ThinGap, "dtf"),
        (RuleId::SmallIsland, "dtf"),
        (RuleId::SoftEdge, "dtf"),
        (RuleId::SoftEdge, "vinyl"),
    ] {
        for (kind, layers) in faulty(fault) {
            let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": technique,
                "placements": [{ "area": "front", "layers": layers }] });
            let found = findings(&document, &library);
            let Some(finding) = found.iter().find(|finding| finding.rule == fault) else {
                // What one technique does not hold another may.
                assert!(
                    technique == "screen-print" || fault == RuleId::SmallIsland,
                    "{fault} is not found on {kind}: {found:#?}"
                );
                continue;
            };
            let fix = finding.fix.as_ref().unwrap();
            let ways = fix.action.iter().chain(&fix.instead).filter(|way| matches!(way, Action::Production { .. }));
            let ways: Vec<_> = ways.collect();
            assert_eq!(
                ways.len(),
                if fault == RuleId::SoftEdge && technique == "dtf" { 2 } else { 1 },
                "{kind}: {fix:?}"
            );
            for way in ways {
                let mended = apply(&document, finding, way);
                let left: Vec<_> =
                    findings(&mended, &library).into_iter().filter(|finding| finding.rule == fault).collect();
                assert!(left.is_empty(), "{fault} on {kind}, {technique}: {left:#?}");
                let (before, after) = (inked(&document, &library), inked(&mended, &library));
                assert!(
                    after * 10 >= before * 6,
                    "{fault} on {kind}, {technique}: of {before} pixels {after} are left"
                );
            }
        }
    }
}

#[test]
fn a_color_near_an_ink_becomes_that_ink() {
    let library = Library::in_memory();
    let document = |color: &str, technique: &str| {
        json!({ "version": 1, "garment": "tee", "color": "white", "technique": technique, "placements": [{ "area": "front", "layers": [
            { "id": "t", "type": "text", "text": "Harbour", "font": "Anton", "size": 40, "x": 150, "y": 90, "fill": color,
              "outline": [{ "width": 2, "color": color }] },
            { "id": "g", "type": "group", "x": 150, "y": 200, "opacity": 0.99, "layers": [
                { "id": "s", "type": "shape", "shape": "star", "points": 5, "radius": 40, "x": 0, "y": 0, "fill": color }] }
        ] }] })
    };
    let ink = shop().catalog.inks().iter().find(|ink| ink.id == "scarlet").unwrap();
    let near = platen::color::Color::new(ink.color.r.saturating_sub(6), ink.color.g + 4, ink.color.b).to_string();
    let off = |document: &Value| {
        let found = findings(document, &library).into_iter().filter(|finding| finding.rule == RuleId::OffInk);
        found.collect::<Vec<_>>()
    };
    let drawn = document(&near, "screen-print");
    let found = off(&drawn);
    assert_eq!(found.len(), 2, "{found:#?}");
    let mut mended = drawn.to_string();
    for finding in &found {
        let action = serde_json::to_value(finding.fix.as_ref().unwrap().action.as_ref().unwrap()).unwrap();
        assert_eq!(action, json!({ "kind": "ink", "color": near, "ink": "scarlet" }));
        mended = mended.replace(&format!("{near:?}"), "\"ink:scarlet\"");
    }
    assert_eq!(off(&serde_json::from_str(&mended).unwrap()), []);
    // Where colors cost nothing, where one is an ink's own, and where none is near, nothing is told.
    assert_eq!(off(&document(&near, "dtf")), []);
    assert_eq!(off(&document(&ink.color.to_string(), "screen-print")), []);
    assert_eq!(off(&document("#00ff55", "screen-print")), []);
}

#[test]
fn what_was_asked_for_already_is_not_proposed_again() {
    // Two hairlines with too little between them: both wishes cannot be met, and then the machine proposes nothing that
    // it has done.
    let lines: Vec<Value> = (0..2)
        .map(|index| {
            json!({ "id": format!("l{index}"), "type": "shape", "shape": "rectangle", "width": 60, "height": 0.1, "x": 150,
                "y": 150.0 + f64::from(index) * 0.3, "fill": "#b41428" })
        })
        .collect();
    let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf", "placements": [
        { "area": "front", "layers": lines, "production": { "least_line": 0.45, "least_gap": 0.7 } }] });
    for finding in findings(&document, &library()) {
        let action = finding.fix.and_then(|fix| fix.action);
        assert!(!matches!(action, Some(Action::Production { .. })), "{}: {action:?}", finding.rule);
    }
}
