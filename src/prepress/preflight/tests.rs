//! Each rule bites at its limit and is silent just inside it.

use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape};

use crate::catalog::{Anchor, Fabric, GarmentColor, PrintArea, Technique};
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::pixels::Pixmap;
use crate::prepress::preflight::{Action, CheckedArea, Finding, RuleId, Severity, check};
use crate::scene::text::Lent;
use crate::scene::{ArtworkHash, FillRule, Group, Item, LayerFacts, Paint, Scene, SceneLayer};
use crate::units::{Length, PhysicalSize};

const RED: Color = Color::new(0xb5, 0x12, 0x1b);
const NAVY: Color = Color::new(0x1b, 0x24, 0x40);
const GREY: Color = Color::new(0x78, 0x78, 0x78);
const NEAR_WHITE: Color = Color::new(0xf7, 0xf7, 0xf5);

/// A print area of 300 x 400 mm with a safe margin of 10 mm.
fn area() -> PrintArea {
    PrintArea {
        id: "front".to_owned(),
        name: "Front".to_owned(),
        view: "front".to_owned(),
        part: "body".to_owned(),
        anchor: Anchor::Collar,
        sizes: BTreeMap::new(),
        safe_margin: Length::from_mm(10.0),
        techniques: vec!["dtf".to_owned()],
    }
}

fn technique() -> Technique {
    Technique {
        id: "dtf".to_owned(),
        name: "Transfer film".to_owned(),
        about: String::new(),
        min_line: Length::from_mm(0.45),
        min_gap: Length::from_mm(0.7),
        min_text: Length::from_mm(2.469),
        warn_dpi: 300.0,
        min_dpi: 150.0,
        max_inks: None,
        soft_edges: false,
        underbase: true,
    }
}

fn cloth(base: Color) -> GarmentColor {
    GarmentColor {
        id: "cloth".to_owned(),
        name: "Cloth".to_owned(),
        base,
        parts: BTreeMap::new(),
        fabric: Fabric::Solid,
        unmeasured: true,
        swatch: None,
        dye_migration: false,
    }
}

fn fill(rect: Rect, color: Color) -> Item {
    let path: BezPath = rect.to_path(0.01);
    Item::Fill { path: Arc::new(path), rule: FillRule::NonZero, paint: Paint::Solid(color, 1.0) }
}

/// A layer that fills `ink`, in a box of the same size.
fn layer(id: &str, ink: Rect, color: Color) -> SceneLayer {
    with_items(id, ink, vec![fill(ink, color)])
}

fn with_items(id: &str, ink: Rect, items: Vec<Item>) -> SceneLayer {
    let corner = |x: f64, y: f64| Point::new(x, y);
    SceneLayer {
        id: id.to_owned(),
        pointer: format!("/placements/0/layers/{id}"),
        items,
        frame: [corner(ink.x0, ink.y0), corner(ink.x1, ink.y0), corner(ink.x1, ink.y1), corner(ink.x0, ink.y1)],
        ink,
        facts: LayerFacts { origin: ink.center(), ..LayerFacts::default() },
    }
}

/// A picture of one pixel colour over `ink`.
fn picture(ink: Rect, pixels: &[[u8; 4]]) -> SceneLayer {
    let data: Vec<u8> = pixels.iter().flatten().copied().collect();
    let pixmap = Pixmap::from_premultiplied(pixels.len() as u32, 1, data).unwrap();
    let transform = Affine::translate((ink.x0, ink.y0))
        * Affine::scale_non_uniform(ink.width() / pixels.len() as f64, ink.height());
    with_items("0", ink, vec![Item::Picture { pixels: Arc::new(pixmap), transform }])
}

fn findings(layers: Vec<SceneLayer>, base: Color) -> Vec<Finding> {
    let scene = Scene { size: PhysicalSize::from_mm(300.0, 400.0), layers, finish: None, hash: ArtworkHash([0; 32]) };
    let area = area();
    check(&[CheckedArea { area: &area, pointer: "/placements/0", scene: &scene }], &cloth(base), &technique())
}

/// What is found for one layer on a near-white shirt.
fn of(layer: SceneLayer) -> Vec<(RuleId, Severity)> {
    findings(vec![layer], NEAR_WHITE).iter().map(|finding| (finding.rule, finding.severity)).collect()
}

/// The layer's ink after a change of its `x`, `y` and size in the document.
fn after(action: &Action, layer: &SceneLayer) -> Rect {
    let LayerFacts { origin, parent, .. } = layer.facts;
    let moved = |dx: f64, dy: f64| parent * Point::new(dx, dy) - parent * Point::ORIGIN;
    match *action {
        Action::Move { dx, dy } => layer.ink + moved(dx, dy),
        Action::Scale { factor, dx, dy, .. } => {
            let about = |point: Point| origin + (point - origin) * factor;
            let ink = layer.ink;
            Rect::from_points(about(ink.origin()), about(Point::new(ink.x1, ink.y1))) + moved(dx, dy)
        }
        Action::TextSize { .. } | Action::Production { .. } | Action::Ink { .. } => layer.ink,
    }
}

/// The ink in every kind of home: with `x` and `y` in its middle or elsewhere, on the area or in a group that is turned
/// and mirrored.
fn at_home(ink: Rect) -> Vec<SceneLayer> {
    let turned = Affine::translate((30.0, -20.0)) * crate::math::rotation(1.0) * Affine::FLIP_X;
    let homes = [ink.center(), ink.center() + kurbo::Vec2::new(20.0, -50.0)]
        .into_iter()
        .flat_map(|origin| [Affine::IDENTITY, turned].map(|parent| (origin, parent)));
    homes
        .map(|(origin, parent)| SceneLayer {
            facts: LayerFacts { origin, parent, ..LayerFacts::default() },
            ..layer("0", ink, RED)
        })
        .collect()
}

#[test]
fn good_artwork_passes_in_silence() {
    assert_eq!(findings(vec![layer("0", Rect::new(50.0, 50.0, 250.0, 200.0), RED)], NEAR_WHITE), []);
}

#[test]
fn nothing_to_print_is_an_error_of_the_placement() {
    let found = findings(Vec::new(), NEAR_WHITE);
    assert_eq!((found[0].rule, found[0].severity), (RuleId::EmptyArt, Severity::Error));
    assert_eq!((found[0].pointer.as_str(), found[0].layer.as_deref()), ("/placements/0", None));
    let blank_text = with_items("0", Rect::ZERO, Vec::new());
    assert_eq!(of(blank_text), [(RuleId::EmptyArt, Severity::Error)], "a layer without ink is no artwork");
}

#[test]
fn ink_up_to_the_edge_is_inside_and_a_hair_beyond_is_not() {
    let reaching = |x0: f64| of(layer("0", Rect::new(x0, 50.0, 100.0, 100.0), RED));
    assert_eq!(reaching(0.0), [(RuleId::OverSafeMargin, Severity::Warning)]);
    assert_eq!(reaching(-0.005), [(RuleId::OverSafeMargin, Severity::Warning)], "rounding is not ink");
    assert_eq!(reaching(-0.02), [(RuleId::OutsideArea, Severity::Error)]);
}

#[test]
fn every_side_counts() {
    for ink in [
        Rect::new(-1.0, 50.0, 100.0, 100.0),
        Rect::new(50.0, -1.0, 100.0, 100.0),
        Rect::new(250.0, 50.0, 301.0, 100.0),
        Rect::new(50.0, 350.0, 100.0, 401.0),
    ] {
        let found = &findings(vec![layer("0", ink, RED)], NEAR_WHITE)[0];
        assert_eq!(found.rule, RuleId::OutsideArea, "{ink:?}");
        assert_eq!(found.message, "1 mm (0.04 in) of it lies outside the print area Front and would be cut off.");
        for home in at_home(ink) {
            let found = &findings(vec![home.clone()], NEAR_WHITE)[0];
            let moved = after(found.fix.as_ref().unwrap().action.as_ref().unwrap(), &home);
            assert_eq!(of(layer("0", moved, RED)), [], "the fix of {ink:?} leads to {moved:?}");
        }
    }
}

#[test]
fn a_layer_entirely_outside_is_said_to_be_and_leaves_the_area_empty() {
    let found = findings(vec![layer("0", Rect::new(310.0, 50.0, 350.0, 100.0), RED)], NEAR_WHITE);
    let rules: Vec<RuleId> = found.iter().map(|finding| finding.rule).collect();
    assert_eq!(rules, [RuleId::EmptyArt, RuleId::OutsideArea]);
    assert!(found[1].message.contains("entirely outside"));
    assert_eq!(found[1].fix.as_ref().unwrap().text, "Move it 60 mm (2.36 in) to the left.");
    assert_eq!(found[1].place.x, 310.0);
}

#[test]
fn what_is_too_large_is_scaled_down_between_the_margins() {
    let ink = Rect::new(-20.0, -30.0, 340.0, 200.0);
    let found = &findings(vec![layer("0", ink, RED)], NEAR_WHITE)[0];
    let action = found.fix.as_ref().unwrap().action.clone().unwrap();
    let Action::Scale { factor, width, .. } = action else { panic!("{action:?}") };
    assert!((factor - 280.0 / 360.0).abs() < 0.000_1);
    assert!((width - 280.0).abs() < 0.05);
    for home in at_home(ink) {
        let action = findings(vec![home.clone()], NEAR_WHITE)[0].fix.as_ref().unwrap().action.clone().unwrap();
        assert_eq!(of(layer("0", after(&action, &home), RED)), [], "{:?}", home.facts);
    }
}

#[test]
fn the_safe_margin_bites_just_inside_its_width() {
    let at = |x0: f64| of(layer("0", Rect::new(x0, 50.0, 100.0, 100.0), RED));
    assert_eq!(at(10.0), []);
    assert_eq!(at(9.9), [(RuleId::OverSafeMargin, Severity::Warning)]);
    let found = &findings(vec![layer("0", Rect::new(4.0, 50.0, 100.0, 100.0), RED)], NEAR_WHITE)[0];
    assert_eq!(
        found.message,
        "It comes within 4 mm (0.16 in) of the edge of Front; the shirt may lie a little askew on the press, so keep \
         10 mm (0.39 in) clear."
    );
}

#[test]
fn resolution_is_judged_in_the_bands_of_the_technique() {
    let at = |dpi: f64| {
        let mut layer = picture(Rect::new(50.0, 50.0, 250.0, 150.0), &[[180, 20, 30, 255]]);
        layer.facts.effective_dpi = Some(dpi);
        findings(vec![layer], NEAR_WHITE)
    };
    assert_eq!(at(300.0), []);
    assert_eq!((at(299.9)[0].rule, at(299.9)[0].severity), (RuleId::LowDpi, Severity::Note));
    assert!(at(299.9)[0].message.contains("299 dots per inch"), "never rounded up to the limit");
    assert_eq!(at(150.0)[0].severity, Severity::Note);
    assert_eq!(at(149.9)[0].severity, Severity::Warning);
    let fix = at(100.0)[0].fix.clone().unwrap();
    assert_eq!(
        fix.text,
        "Use a larger picture, or make this one at most 66.7 mm (2.62 in) wide and 33.3 mm (1.31 in) high."
    );
    assert!(matches!(fix.action, Some(Action::Scale { width: 66.67, .. })));
}

#[test]
fn characters_without_a_glyph_are_named() {
    let mut text = layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), RED);
    text.facts.missing_glyphs = vec!['\u{1242}', '\u{200d}'];
    let found = &findings(vec![text], NEAR_WHITE)[0];
    assert_eq!((found.rule, found.severity), (RuleId::FontMissingGlyph, Severity::Error));
    assert_eq!(
        found.message,
        "No font here has \u{201c}\u{1242}\u{201d} (U+1242), U+200D: they would be missing on the shirt."
    );
}

#[test]
fn small_letters_are_told_with_the_size_that_holds() {
    let at = |size: f64| {
        let mut text = layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), RED);
        text.facts.text_size = Some(size);
        findings(vec![text], NEAR_WHITE)
    };
    assert_eq!(at(2.469), []);
    let found = &at(2.4)[0];
    assert_eq!((found.rule, found.severity), (RuleId::TinyText, Severity::Warning));
    assert_eq!(
        found.message,
        "The text is set in 2.4 mm (6.8 pt); Transfer film holds letters from 2.47 mm (7.0 pt) on."
    );
    let Some(Action::TextSize { size }) = found.fix.as_ref().unwrap().action else { panic!("{found:?}") };
    assert_eq!(at(size), []);
}

#[test]
fn ink_in_the_color_of_the_cloth_is_an_error_and_near_it_a_warning() {
    let on = |color: Color, base: Color| {
        let found = findings(vec![layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), color)], base);
        found.first().map(|finding| (finding.rule, finding.severity))
    };
    assert_eq!(on(Color::WHITE, NEAR_WHITE), Some((RuleId::InvisibleOnGarment, Severity::Error)));
    assert_eq!(on(NAVY, NAVY), Some((RuleId::InvisibleOnGarment, Severity::Error)));
    assert_eq!(on(Color::new(0x2a, 0x35, 0x55), NAVY), Some((RuleId::LowContrast, Severity::Warning)));
    assert_eq!(on(Color::WHITE, NAVY), None);
    // Greys beside #787878, whose CIEDE2000 is 2.35 and 2.73, and 9.85 and 10.18.
    let grey = |level: u8| Color::new(level, level, level);
    let beside = |level: u8| on(grey(level), grey(120)).map(|found| found.0);
    assert_eq!(beside(126), Some(RuleId::InvisibleOnGarment));
    assert_eq!(beside(127), Some(RuleId::LowContrast));
    assert_eq!(beside(147), Some(RuleId::LowContrast));
    assert_eq!(beside(148), None);
}

#[test]
fn words_that_are_hard_to_read_are_told_however_far_their_color_is_from_the_cloth_s() {
    let ink = Rect::new(50.0, 50.0, 250.0, 100.0);
    let set = |items: Vec<Item>, em: f64, base: Color| {
        let mut words = with_items("0", ink, items);
        words.facts.text_size = Some(em);
        let found = findings(vec![words], base);
        found.into_iter().map(|finding| (finding.rule, finding.severity, finding.message)).collect::<Vec<_>>()
    };
    let hard = |ratio: &str| {
        let message =
            format!("It can be printed, but is hard to read on the garment (Cloth): its contrast is {ratio} to 1.");
        vec![(RuleId::LowContrast, Severity::Warning, message)]
    };
    let lost = |ratio: &str| {
        let message = format!("Nobody could read it on the garment (Cloth): its contrast is {ratio} to 1.");
        vec![(RuleId::InvisibleOnGarment, Severity::Error, message)]
    };
    let black = Color::new(0x1a, 0x1a, 0x1a);
    // Their difference (CIEDE2000) is that of two colors.
    assert!(ciede2000(Lab::from(black), Lab::from(NAVY)) > 10.0);
    assert_eq!(set(vec![fill(ink, black)], 40.0, NAVY), lost("1.1"));
    assert_eq!(set(vec![fill(ink, Color::new(0x1f, 0x24, 0x30))], 40.0, NAVY), lost("1.0"));
    // Greys of 1.18 and 1.21 to 1.
    let [below, above] = [0x84, 0x86].map(|level| set(vec![fill(ink, Color::new(level, level, level))], 40.0, GREY));
    assert_eq!((below, above), (lost("1.2"), hard("1.2")));
    let (blue, red) = (Color::new(0x1d, 0x4f, 0x91), Color::new(0xb5, 0x12, 0x1b));
    assert_eq!(set(vec![fill(ink, blue)], 40.0, red), hard("1.2"), "as light, but of another hue: it is seen");
    assert_eq!(set(vec![fill(ink, Color::WHITE)], 40.0, NAVY), []);
    // What is not words need not be read.
    assert_eq!(findings(vec![layer("0", ink, black)], NAVY), []);
    let grey = Color::new(0x80, 0x80, 0x80);
    assert_eq!(set(vec![fill(ink, grey)], 40.0, Color::WHITE), [], "3.9 to 1 is enough");
    let pale = Color::new(0xc0, 0xc0, 0xc0);
    assert_eq!(set(vec![fill(ink, pale)], 40.0, Color::WHITE), hard("1.8"));
    let ring = fill(ink.inset(2.0), Color::WHITE);
    assert_eq!(set(vec![ring, fill(ink, black)], 40.0, NAVY), [], "an outline saves them");
    let faded = Group { items: vec![fill(ink, Color::WHITE)], opacity: 0.2, ..Group::default() };
    assert_eq!(set(vec![Item::Group(faded)], 40.0, NAVY).len(), 1, "faint white");
}

#[test]
fn an_outline_that_stands_out_saves_the_letters() {
    let ink = Rect::new(50.0, 50.0, 250.0, 100.0);
    let outlined = with_items("0", ink, vec![fill(ink, RED), fill(ink.inset(-1.0), Color::WHITE)]);
    assert_eq!(of(outlined), []);
}

#[test]
fn white_on_a_red_box_is_seen_on_a_white_shirt() {
    let words = Rect::new(100.0, 60.0, 200.0, 90.0);
    let on_box = |boxed: SceneLayer| findings(vec![boxed, layer("1", words, Color::WHITE)], NEAR_WHITE);
    assert_eq!(on_box(layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), RED)), []);
    let frame = Rect::new(50.0, 50.0, 250.0, 100.0);
    let mut hollow: BezPath = frame.to_path(0.01);
    hollow.extend(frame.inset(-2.0).to_path(0.01));
    let hollow = Item::Fill { path: Arc::new(hollow), rule: FillRule::EvenOdd, paint: Paint::Solid(RED, 1.0) };
    let found = on_box(with_items("0", frame, vec![hollow]));
    assert_eq!((found.len(), found[0].rule), (1, RuleId::InvisibleOnGarment), "a hollow frame has cloth inside");
    assert_eq!(found[0].layer.as_deref(), Some("1"));
}

#[test]
fn a_white_picture_on_a_white_shirt_is_found_and_one_dark_pixel_saves_it() {
    let ink = Rect::new(50.0, 50.0, 250.0, 100.0);
    let white = [255, 255, 255, 255];
    assert_eq!(of(picture(ink, &[white, white])), [(RuleId::InvisibleOnGarment, Severity::Error)]);
    assert_eq!(of(picture(ink, &[white, [0, 0, 0, 255]])), []);
    assert_eq!(
        of(picture(ink, &[white, [0, 0, 0, 0], [0, 0, 0, 8]])),
        [(RuleId::InvisibleOnGarment, Severity::Error)],
        "what is transparent or nearly so has no color"
    );
}

#[test]
fn what_has_faded_away_does_not_save_what_has_the_color_of_the_cloth() {
    let ink = Rect::new(50.0, 50.0, 250.0, 100.0);
    let under = |opacity: f64| {
        let faded = Group { items: vec![fill(ink, RED)], opacity, ..Group::default() };
        let outer = Group { items: vec![Item::Group(faded)], opacity: 0.5, ..Group::default() };
        of(with_items("0", ink, vec![fill(ink, Color::WHITE), Item::Group(outer)]))
    };
    assert_eq!(under(0.2), []);
    assert_eq!(under(0.12), [(RuleId::InvisibleOnGarment, Severity::Error)], "0.06 of it is left");
}

#[test]
fn drawings_are_looked_into() {
    use resvg::usvg;
    let ink = Rect::new(50.0, 50.0, 150.0, 150.0);
    let svg = |fill: &str| {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg' width='10' height='10'><g>{fill}</g></svg>");
        let tree = usvg::Tree::from_str(&text, &usvg::Options::default()).unwrap();
        let transform = Affine::translate((50.0, 50.0)) * Affine::scale(10.0);
        let item = Item::Svg { tree: Arc::new(tree), transform, finest: None };
        of(with_items("0", ink, vec![Item::Group(Group { items: vec![item], ..Group::default() })]))
    };
    let white = "<rect width='10' height='10' fill='#fff'/>";
    assert_eq!(svg(white), [(RuleId::InvisibleOnGarment, Severity::Error)]);
    assert_eq!(svg(&format!("{white}<circle r='2' cx='5' cy='5' fill='#b5121b'/>")), []);
}

#[test]
fn the_dye_of_the_area_s_own_part_decides() {
    let mut raglan = cloth(NEAR_WHITE);
    raglan.parts.insert("sleeves".to_owned(), NAVY);
    let mut sleeve = area();
    sleeve.part = "sleeves".to_owned();
    let scene = Scene {
        size: PhysicalSize::from_mm(100.0, 100.0),
        layers: vec![layer("0", Rect::new(20.0, 20.0, 80.0, 80.0), NAVY)],
        finish: None,
        hash: ArtworkHash([0; 32]),
    };
    let found = |area: &PrintArea| {
        check(&[CheckedArea { area, pointer: "/placements/0", scene: &scene }], &raglan, &technique())
    };
    assert_eq!(found(&area()), []);
    assert_eq!(found(&sleeve)[0].rule, RuleId::InvisibleOnGarment);
}

#[test]
fn a_report_in_json_names_rule_place_and_fix() {
    let found = findings(vec![layer("0", Rect::new(-5.0, 50.0, 100.0, 100.0), RED)], NEAR_WHITE);
    let json = serde_json::to_value(&found[0]).unwrap();
    assert_eq!(json["rule"], "outside-area");
    assert_eq!(json["severity"], "error");
    assert_eq!(json["pointer"], "/placements/0/layers/0");
    assert_eq!(json["place"], serde_json::json!({ "x": -5.0, "y": 50.0, "width": 105.0, "height": 50.0 }));
    assert_eq!(json["fix"]["action"], serde_json::json!({ "kind": "move", "dx": 15.0, "dy": 0.0 }));
    for rule in RuleId::ALL {
        assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
    }
}

#[test]
fn a_technique_that_the_area_does_not_offer_is_an_error() {
    let scene = Scene {
        size: PhysicalSize::from_mm(300.0, 400.0),
        layers: vec![layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), RED)],
        finish: None,
        hash: ArtworkHash([0; 32]),
    };
    let embroidered = PrintArea { techniques: vec!["embroidery".to_owned()], ..area() };
    let checked = [CheckedArea { area: &embroidered, pointer: "/placements/0", scene: &scene }];
    let found = check(&checked, &cloth(NEAR_WHITE), &technique());
    assert_eq!((found.len(), found[0].rule), (1, RuleId::TechniqueUnavailable));
    assert_eq!(found[0].message, "Transfer film is not possible on Front of this garment.");
}

#[test]
fn a_polyester_blend_is_noted_where_ink_is_cured_on_white() {
    let scene = Scene {
        size: PhysicalSize::from_mm(300.0, 400.0),
        layers: vec![layer("0", Rect::new(50.0, 50.0, 250.0, 100.0), RED)],
        finish: None,
        hash: ArtworkHash([0; 32]),
    };
    let area = area();
    let blend = GarmentColor { dye_migration: true, ..cloth(NEAR_WHITE) };
    let found = |technique: &Technique| {
        check(&[CheckedArea { area: &area, pointer: "/placements/0", scene: &scene }], &blend, technique)
    };
    assert_eq!((found(&technique())[0].rule, found(&technique())[0].severity), (RuleId::DyeMigration, Severity::Note));
    assert_eq!(found(&Technique { underbase: false, ..technique() }), []);
}

#[test]
fn letters_of_another_font_are_told_and_signs_of_one_are_not() {
    let ink = Rect::new(50.0, 50.0, 250.0, 100.0);
    let told = |letters: &[&str]| {
        let letters = letters.iter().map(|&it| it.to_owned()).collect();
        let mut words = layer("0", ink, RED);
        words.facts.lent = vec![Lent { lacking: "Anton".to_owned(), face: "Noto Sans 700".to_owned(), letters }];
        findings(vec![words], NEAR_WHITE).into_iter().map(|it| (it.rule, it.severity, it.message)).collect::<Vec<_>>()
    };
    let warning = |message: &str| vec![(RuleId::FontBorrowedGlyph, Severity::Warning, message.to_owned())];
    assert_eq!(told(&["\u{2605}", "\u{1f525}"]), []);
    assert_eq!(told(&["\u{2605}", "\u{1eb7}"]), warning("Anton has no \u{1eb7}: it is printed in Noto Sans 700."));
    let many: Vec<String> = ('\u{410}'..'\u{41a}').map(String::from).collect();
    let message = told(&many.iter().map(String::as_str).collect::<Vec<_>>()).remove(0).2;
    assert!(message.ends_with("\u{417} and 2 more: they are printed in Noto Sans 700."), "{message}");
}
