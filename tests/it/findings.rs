//! What preflight says of whole documents: good ones pass, and what it tells is true of the print.

use std::path::Path;

use platen::artwork::rasterize;
use platen::assets::Library;
use platen::cancel::Cancel;
use platen::design::Design;
use platen::order::{OrderReading, PinnedDesign};
use platen::prepress::preflight::{Action, Finding};
use platen::scene::Scene;
use platen::shop::{Choice, OrderedDesign, PlaceError, Shop};
use platen::units::Dpi;
use serde_json::{Value, json};

fn shop() -> &'static Shop {
    static SHOP: std::sync::OnceLock<Shop> = std::sync::OnceLock::new();
    SHOP.get_or_init(|| Shop::open(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap())
}

fn design(layers: &Value) -> Design {
    let document = json!({
        "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
        "placements": [{ "area": "front", "layers": layers }],
    });
    Design::from_json(document.to_string().as_bytes()).unwrap()
}

/// The front of a white tee, 355.6 x 457.2 mm, and what is found on it.
fn checked(layers: &Value) -> (Scene, Vec<Finding>) {
    let (design, library) = (design(layers), Library::in_memory());
    let fitting = shop().fit(&design, &Choice::default()).unwrap();
    let mut scenes = shop().scenes(&fitting, &library, |_| true).unwrap();
    let findings = fitting.findings(&scenes);
    (scenes.remove(0).scene, findings)
}

fn rules(layers: &Value) -> Vec<&'static str> {
    checked(layers).1.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn what_prints_inside_the_area_is_not_told_to_lie_outside() {
    for layer in [
        json!({ "id": "a", "type": "shape", "shape": "ellipse", "width": 300, "height": 300, "x": 177.8, "y": 180,
            "fill": "#d4202a", "rotation": 45 }),
        json!({ "id": "a", "type": "shape", "shape": "line", "length": 300, "x": 177.8, "y": 20,
            "stroke": { "width": 6, "color": "#d4202a" } }),
        json!({ "id": "a", "type": "shape", "shape": "rectangle", "width": 325, "height": 300, "x": 177.8, "y": 180,
            "stroke": { "width": 4, "color": "#d4202a" } }),
    ] {
        assert_eq!(rules(&json!([layer])), [""; 0], "{layer}");
    }
}

#[test]
fn the_bounds_of_ink_are_those_of_the_print() {
    let dpi = Dpi::new(100.0).unwrap();
    let stroke = json!({ "width": 5, "color": "#d4202a" });
    let round = json!({ "width": 5, "color": "#d4202a", "round": true });
    for layer in [
        json!({ "type": "shape", "shape": "ellipse", "width": 120, "height": 40, "fill": "#d4202a" }),
        json!({ "type": "shape", "shape": "line", "length": 100, "stroke": stroke }),
        json!({ "type": "shape", "shape": "line", "length": 100, "stroke": round }),
        json!({ "type": "shape", "shape": "rectangle", "width": 60, "height": 80, "stroke": stroke }),
        json!({ "type": "shape", "shape": "star", "points": 5, "radius": 60, "fill": "#d4202a", "stroke": stroke }),
        json!({ "type": "shape", "shape": "polygon", "sides": 3, "radius": 60, "stroke": round }),
        json!({ "type": "shape", "shape": "path", "d": "M0 0C40 90 60 -50 100 30", "width": 90, "stroke": stroke }),
        json!({ "type": "text", "text": "Rag", "font": "Lobster", "size": 60, "fill": "#d4202a",
            "outline": [{ "width": 2, "color": "#000000" }],
            "extrude": { "depth": 9, "angle": 30, "color": "#00aa00" } }),
    ] {
        for rotation in [0, 30, 135] {
            let mut layer = layer.clone();
            (layer["id"], layer["x"], layer["y"]) = ("a".into(), 170.into(), 200.into());
            layer["rotation"] = rotation.into();
            let (scene, _) = checked(&json!([layer]));
            let pixels = rasterize(&scene, dpi).pixels;
            let inked = |x: u32, y: u32| pixels.pixel(x, y).unwrap()[3] > 0;
            let columns: Vec<u32> =
                (0..pixels.width()).filter(|&x| (0..pixels.height()).any(|y| inked(x, y))).collect();
            let rows: Vec<u32> = (0..pixels.height()).filter(|&y| (0..pixels.width()).any(|x| inked(x, y))).collect();
            let mm = |px: u32| f64::from(px) / dpi.px_per_mm();
            let printed =
                [mm(columns[0]), mm(rows[0]), mm(columns[columns.len() - 1] + 1), mm(rows[rows.len() - 1] + 1)];
            let ink = scene.layers[0].ink;
            let pixel = 1.0 / dpi.px_per_mm();
            for (told, printed) in [ink.x0, ink.y0, ink.x1, ink.y1].into_iter().zip(printed) {
                assert!((told - printed).abs() < 1.2 * pixel, "{ink:?} is told, {printed:?} printed: {layer}");
            }
        }
    }
}

#[test]
fn artwork_that_prints_nothing_is_no_artwork() {
    let box_of = |more: Value| {
        let mut layer = json!({ "id": "a", "type": "shape", "shape": "rectangle", "width": 100, "height": 100, "x": 150,
            "y": 150 });
        layer.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        layer
    };
    let red = |opacity: f64| box_of(json!({ "fill": "#d4202a", "opacity": opacity }));
    let group = |opacity: f64, inside: Value| json!({ "id": "g", "type": "group", "x": 0, "y": 0, "opacity": opacity, "layers": [inside] });
    assert_eq!(rules(&json!([red(0.1)])), [""; 0]);
    for layer in [
        red(0.0),
        red(0.02),
        box_of(json!({})),
        group(0.2, red(0.2)),
        group(0.01, red(1.0)),
        json!({ "id": "a", "type": "text", "text": "   ", "font": "Anton", "size": 40, "fill": "#d4202a", "x": 150, "y": 90 }),
    ] {
        let (scene, findings) = checked(&json!([layer]));
        let rules: Vec<_> = findings.iter().map(|finding| finding.rule.as_str()).collect();
        assert_eq!((rules, scene.has_ink()), (vec!["empty-art"], false), "{layer}");
        let palest = rasterize(&scene, Dpi::new(20.0).unwrap()).pixels;
        assert!(palest.data().iter().all(|byte| *byte < 16), "nothing can be seen of it: {layer}");
    }
}

#[test]
fn an_order_of_what_prints_nothing_is_refused() {
    let clear = json!({ "id": "a", "type": "shape", "shape": "rectangle", "width": 100, "height": 100, "x": 150, "y": 150,
        "fill": "#d4202a", "opacity": 0 });
    let ordered = |layer: Value| {
        let document = json!({ "version": 1, "garment": "tee", "color": "white", "technique": "dtf",
            "placements": [{ "area": "front", "layers": [layer] }] });
        let design = Design::from_json(document.to_string().as_bytes()).unwrap();
        let pinned = PinnedDesign { id: "d1".to_owned(), revision: 1, title: String::new(), document };
        let designs = [("d1".to_owned(), Ok(OrderedDesign { design, library: Library::in_memory(), pinned }))].into();
        let order = json!({ "lines": [{ "design": "d1", "size": "L", "quantity": 24 }],
            "contact": { "name": "Jo Miller", "email": "jo@example.org" } });
        let order = OrderReading::new(order.to_string().as_bytes()).unwrap();
        shop().plan_order(&shop().profile, order, designs, &Cancel::NEVER)
    };
    let mut seen = clear.clone();
    seen["opacity"] = 1.into();
    assert!(ordered(seen).is_ok());
    let Err(PlaceError::Order(problems)) = ordered(clear) else { panic!("it was taken") };
    let codes: Vec<_> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    assert!(codes.contains(&("/lines/0/design", "empty")), "{codes:?}");
}

/// Makes one change of a finding at the layer that it points to.
fn fixed(layers: &Value, finding: &Finding) -> Value {
    let mut document = json!({ "placements": [{ "layers": layers }] });
    let layer = document.pointer_mut(&finding.pointer).unwrap();
    let mut change = |key: &str, change: &dyn Fn(f64) -> f64| {
        if let Some(value) = layer.get(key).and_then(Value::as_f64) {
            layer[key] = change(value).into();
        }
    };
    let (dx, dy) = match finding.fix.as_ref().unwrap().action.clone().unwrap() {
        Action::Move { dx, dy } => (dx, dy),
        Action::Scale { factor, dx, dy, .. } => {
            ["width", "height", "radius", "size"].iter().for_each(|key| change(key, &|value| value * factor));
            (dx, dy)
        }
        other @ (Action::TextSize { .. } | Action::Production { .. } | Action::Ink { .. }) => panic!("{other:?}"),
    };
    change("x", &|x| x + dx);
    change("y", &|y| y + dy);
    document["placements"][0]["layers"].clone()
}

#[test]
fn what_a_finding_says_to_do_is_what_helps() {
    let square = |x: f64, y: f64, width: f64| {
        json!({ "id": "a", "type": "shape", "shape": "rectangle", "width": width, "height": 50, "x": x, "y": y,
            "fill": "#d4202a" })
    };
    let group = |rotation: f64, inside: Value| {
        json!({ "id": "g", "type": "group", "rotation": rotation, "flip": "horizontal", "x": 150, "y": 150,
            "layers": [inside] })
    };
    for layers in [
        json!([{ "id": "a", "type": "shape", "shape": "polygon", "sides": 3, "radius": 300, "rotation": 90, "x": 150,
            "y": 200, "fill": "#d4202a" }]),
        json!([{ "id": "a", "type": "shape", "shape": "star", "points": 5, "radius": 220, "x": 150, "y": 150,
            "fill": "#d4202a" }]),
        json!([square(10.0, 100.0, 50.0)]),
        json!([group(90.0, square(0.0, 145.0, 50.0))]),
        json!([group(80.0, square(0.0, 145.0, 50.0))]),
        json!([group(30.0, square(0.0, 20.0, 600.0))]),
        json!([{ "id": "t", "type": "text", "text": "WIDE WORDS", "font": "Anton", "size": 120, "x": 100, "y": 60,
            "rotation": 20, "fill": "#d4202a" }]),
    ] {
        let (_, findings) = checked(&layers);
        assert!(!findings.is_empty(), "{layers}");
        let better = fixed(&layers, &findings[0]);
        assert_eq!(rules(&better), [""; 0], "{:?} of {layers} led to {better}", findings[0].fix);
    }
}
