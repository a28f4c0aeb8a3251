//! The shipped catalogue, and what a slip in its files is told as.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::catalog::{Anchor, Catalog, CatalogError, ColorSummary, Fabric, GarmentSummary, InkSummary, Kind, Size};
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::units::{Length, MM_PER_INCH};

const INKS: &str = include_str!("../../mockups/inks.toml");
const TECHNIQUES: &str = include_str!("../../mockups/techniques.toml");
const TEE: &str = include_str!("../../mockups/tee/garment.toml");

fn shipped() -> Catalog {
    Catalog::parse([("tee/garment.toml", TEE), ("inks.toml", INKS), ("techniques.toml", TECHNIQUES)]).unwrap()
}

/// The shipped tee with one text exchanged for another, which must be there.
fn tee_with(from: &str, to: &str) -> Result<Catalog, CatalogError> {
    assert!(TEE.contains(from), "the tee has no {from:?}");
    let tee = TEE.replacen(from, to, 1);
    Catalog::parse([("inks.toml", INKS), ("techniques.toml", TECHNIQUES), ("tee/garment.toml", &tee)])
}

/// The one problem that such a change makes, as it reads.
fn problem_with(from: &str, to: &str) -> String {
    let error = tee_with(from, to).unwrap_err();
    assert_eq!(error.problems.len(), 1, "{error}");
    error.to_string()
}

#[test]
fn the_tee_has_the_colors_that_a_shop_asks_for() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    let one_dye = tee.colors.iter().filter(|color| color.parts.is_empty()).count();
    assert!(one_dye >= 48, "only {one_dye}");
    for kind in ["ringer-", "raglan-"] {
        let many = tee.colors.iter().filter(|color| color.id.starts_with(kind)).count();
        assert!(many >= 4, "only {many} {kind}");
    }
    assert!(tee.colors.iter().all(|color| color.unmeasured), "nobody has measured a swatch");
    let raglan = tee.color("raglan-white-royal").unwrap();
    assert_eq!(raglan.of_part("body"), tee.color("white").unwrap().base);
    assert_eq!(raglan.of_part("sleeves"), tee.color("royal").unwrap().base);
    assert_eq!(tee.color("heather-grey").unwrap().fabric, Fabric::Heather { contrast: 0.085 });
}

#[test]
fn colors_of_one_id_look_different() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    let looks: BTreeSet<_> =
        tee.colors.iter().map(|color| (color.base, color.parts.values().copied().collect::<Vec<_>>())).collect();
    assert_eq!(looks.len(), tee.colors.len(), "two colors are the same");
}

#[test]
fn the_tee_has_the_sizes_of_the_trade_in_millimetres() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    let ids: Vec<&str> = tee.sizes.iter().map(|size| size.id.as_str()).collect();
    assert_eq!(ids, ["S", "M", "L", "XL", "2XL", "3XL", "4XL", "5XL"]);
    for (size, inches) in tee.sizes.iter().zip((18..).step_by(2)) {
        assert!((size.chest.mm() - f64::from(inches) * MM_PER_INCH).abs() < 1e-9, "{}", size.id);
    }
    assert_eq!(tee.size("XL").unwrap().surcharge_cents, 0);
    assert_eq!(tee.size("2XL").unwrap().surcharge_cents, 200);
}

fn mockups() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups")
}

/// Everything that is shipped, read from the folder.
fn wardrobe() -> Catalog {
    let folders = std::fs::read_dir(mockups()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let garments: Vec<(String, String)> = folders
        .map(|folder| format!("{folder}/garment.toml"))
        .filter_map(|path| std::fs::read_to_string(mockups().join(&path)).ok().map(|text| (path, text)))
        .collect();
    let files = garments.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    Catalog::parse(files.chain([("inks.toml", INKS), ("techniques.toml", TECHNIQUES)])).unwrap()
}

#[test]
fn every_garment_has_the_mockups_that_it_names() {
    let catalog = wardrobe();
    let ids: Vec<&str> = catalog.garments().iter().map(|garment| garment.id.as_str()).collect();
    let shipped = ["long-sleeve", "mug", "oversized-tee", "sweatshirt", "tank-top", "tee", "women-tee", "youth-tee"];
    assert!(shipped.iter().all(|id| ids.contains(id)), "{ids:?}");
    for garment in catalog.garments() {
        for view in &garment.views {
            let place = format!("{}/{view}", garment.id);
            let text = std::fs::read(mockups().join(&place).join("manifest.json")).unwrap();
            let manifest: serde_json::Value = serde_json::from_slice(&text).unwrap();
            assert_eq!((&manifest["garment"], &manifest["view"]), (&garment.id.clone().into(), &view.clone().into()));
            // the size that stands for the mockup is the one nearest to its pattern
            let pattern = manifest["pattern"]["chest_mm"].as_f64().unwrap();
            let off = |size: &Size| (size.chest.mm() - pattern).abs();
            let nearest = garment.sizes.iter().min_by(|one, other| off(one).total_cmp(&off(other)));
            assert_eq!(nearest.unwrap().id, garment.mockup_size, "the pattern of {place} measures {pattern} mm");
            // parts dye the same masks as the catalogue's, and every area of the view has its place in it
            let parts: BTreeSet<&str> = manifest["parts"].as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(parts, garment.parts.iter().map(|part| part.id.as_str()).collect(), "{place}");
            let shown = manifest["print_areas"].as_array().unwrap();
            for area in garment.areas.iter().filter(|area| area.view == *view) {
                assert!(shown.iter().any(|one| one["id"] == area.id.as_str()), "{place} does not show {}", area.id);
            }
            let layers = std::fs::read_dir(mockups().join(&place)).unwrap();
            let bytes: u64 = layers.map(|layer| layer.unwrap().metadata().unwrap().len()).sum();
            assert!(bytes <= 3_000_000, "{place} has {bytes} bytes");
        }
    }
}

#[test]
fn a_color_of_one_id_is_one_color_on_every_garment_of_cloth() {
    let catalog = wardrobe();
    let tee = catalog.garment("tee").unwrap();
    for garment in catalog.garments() {
        for color in garment.colors.iter().filter(|color| color.parts.is_empty()) {
            let same = tee.color(&color.id).unwrap();
            assert_eq!((color.base, color.fabric), (same.base, same.fabric), "{} of the {}", color.id, garment.id);
        }
    }
}

#[test]
fn areas_stay_on_the_cloth_between_the_armholes() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    for size in &tee.sizes {
        for side in ["front", "back"] {
            let area = tee.area_on(side, &size.id).unwrap();
            assert!(area.size.width.mm() <= 0.75 * size.chest.mm(), "{side} of {}", size.id);
            assert!(area.dy.mm() >= 25.0, "{side} of {} starts in the collar's rib", size.id);
        }
        let sleeve = tee.area_on("left-sleeve", &size.id).unwrap();
        let above_hem = -(sleeve.dy.mm() + sleeve.size.height.mm());
        assert!(above_hem >= 22.0, "the sleeve of {} prints on the hem's stitches", size.id);
    }
    assert_eq!(tee.area("left-sleeve").unwrap().anchor, Anchor::SleeveHem);
}

#[test]
fn every_ink_is_one_that_a_screen_can_show_and_no_two_look_alike() {
    let catalog = shipped();
    assert_eq!(catalog.inks().len(), 24);
    for (index, ink) in catalog.inks().iter().enumerate() {
        assert!(ink.lab.is_in_srgb(), "{}", ink.id);
        for other in &catalog.inks()[index + 1..] {
            let difference = ciede2000(ink.lab, other.lab);
            assert!(difference > 6.0, "{} and {} differ by {difference}", ink.id, other.id);
        }
    }
}

#[test]
fn techniques_carry_their_limits() {
    let catalog = shipped();
    let ids: Vec<&str> = catalog.techniques().iter().map(|technique| technique.id.as_str()).collect();
    assert_eq!(ids, ["screen-print", "dtg", "dtf", "vinyl", "embroidery", "sublimation"]);
    let screen = catalog.technique("screen-print").unwrap();
    assert!((screen.min_text.mm() - Length::from_points(8.0).mm()).abs() < 0.001);
    assert_eq!((screen.warn_dpi, screen.min_dpi, screen.max_inks), (300.0, 150.0, Some(6)));
    assert!(!catalog.technique("dtf").unwrap().soft_edges);
}

#[test]
fn an_unknown_id_names_the_nearest() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    let error = tee.color("heather-gray").unwrap_err();
    assert_eq!((error.kind, error.suggestions[0].as_str()), (Kind::Color, "heather-grey"));
    assert_eq!(catalog.ink("skarlet").unwrap_err().suggestions, ["scarlet"]);
    assert_eq!(tee.area_on("front", "XLL").unwrap_err().kind, Kind::Size);
}

#[test]
fn summaries_carry_units_in_their_names() {
    let catalog = shipped();
    let tee = catalog.garment("tee").unwrap();
    let summary = serde_json::to_value(GarmentSummary::from(tee)).unwrap();
    assert_eq!(summary["areas"][0]["sizes"]["L"]["width_mm"], 355.6);
    assert_eq!(summary["sizes"][0]["chest_mm"], 457.2);
    let ink = serde_json::to_value(InkSummary::from(catalog.ink("scarlet").unwrap())).unwrap();
    assert_eq!((&ink["hex"], &ink["hlc"]), (&"#d0111f".into(), &"H035_L045_C083".into()));
    let color = serde_json::to_value(ColorSummary::from(tee.color("raglan-white-red").unwrap())).unwrap();
    assert_eq!(color["parts"]["sleeves"], tee.color("red").unwrap().base.to_string());
    assert_eq!(color["unmeasured"], true);
    assert!(color.get("heather").is_none());
}

#[test]
fn a_garment_without_mockups_still_lists() {
    let catalog = tee_with("views = [\"front\", \"back\"]", "views = []").unwrap();
    assert!(catalog.garment("tee").unwrap().views.is_empty());
    assert_eq!(catalog.garment("tee").unwrap().areas.len(), 6);
}

#[test]
fn a_swatch_counts_as_measured_only_where_the_file_says_so() {
    let catalog = tee_with("hex = \"#f4e5d7\" }", "hex = \"#f4e5d7\", unmeasured = false }").unwrap();
    let tee = catalog.garment("tee").unwrap();
    assert_eq!(tee.color("cream").unwrap().base, Color::new(0xf4, 0xe5, 0xd7));
    assert!(!tee.color("cream").unwrap().unmeasured);
}

#[test]
fn each_slip_in_a_garment_is_named_with_its_place_and_a_way_out() {
    let cases = [
        ("mockup_size = \"L\"", "mockup_size = \"XXL\"", "mockup_size: there is no size \"XXL\"; write one of \"S\""),
        ("id = \"cream\"", "id = \"white\"", "colors[1].id: \"white\" is there twice; give one of the two another id"),
        ("id = \"cream\"", "id = \"off white\"", "colors[1].id: \"off white\" is not an id"),
        ("\"#f4e5d7\"", "\"cream\"", "colors[1].hex: \"cream\" is not a color; write it as \"#rrggbb\""),
        ("heather = 0.085", "heather = 8.5", "colors[4].heather: 8.5 is no contrast of fibres"),
        (
            "heather = 0.085",
            "heather = 0.301",
            "colors[4].heather: 0.301 is no contrast of fibres; write a number above 0 to 0.3",
        ),
        ("{ collar = ", "{ colar = ", "parts.colar: there is no part \"colar\"; write one of \"body\""),
        ("chest = 508,", "chest = 400,", "sizes[1].chest: size \"M\" is not wider than the one before it"),
        ("surcharge = 2.00", "surcharge = -2.00", "sizes[4].surcharge: -2 is no surcharge"),
        ("view = \"front\"", "view = \"side\"", "areas[0].view: there is no view \"side\"; write one of \"front\""),
        ("part = \"body\"", "part = \"hood\"", "areas[0].part: there is no part \"hood\""),
        ("\"dtg\"", "\"dgt\"", "areas[0].techniques[1]: there is no technique \"dgt\"; write one of \"screen-print\""),
        ("safe_margin = 6.35", "safe_margin = 160", "areas[0].safe_margin: a margin of 160 mm leaves no room"),
        ("S = { width = 304.8", "S = { width = 460", "areas[0].sizes.S.width: the area reaches 460 mm across"),
        (
            "S = { width = 304.8, height = 406.4",
            "S = { width = 304.8, height = 706.4",
            "areas[0].sizes.S.height: the area",
        ),
        ("5XL = { width", "6XL = { width", "areas[0].sizes.6XL: there is no size \"6XL\""),
        ("area = \"nape\"", "area = \"neck\"", "placements[6].area: there is no print area \"neck\""),
        (
            "y = 50.8, width = 304.8",
            "y = 90.8, width = 304.8",
            "placements[5]: \"full-back\" reaches out of the safe part",
        ),
        ("dye_migration = true", "dye_migraton = true", "colors[4]: unknown field `dye_migraton`, expected one of"),
        ("name = \"Classic tee\"", "nam = \"Classic tee\"", "line 6, column 1: unknown field `nam`"),
    ];
    for (from, to, expected) in cases {
        let error = tee_with(from, to).unwrap_err().to_string();
        assert!(error.contains(expected), "{to}: {error}");
    }
}

#[test]
fn a_size_without_a_rectangle_is_missing_by_name() {
    let error = problem_with("5XL = { width = 406.4, height = 508, dy = 63.5 } # 16 x 20 in\n", "");
    assert_eq!(
        error,
        "tee/garment.toml: areas[0].sizes: there is no rectangle for 5XL; add one for each, or `all` for every size \
         that is not named"
    );
}

#[test]
fn all_problems_are_told_at_once() {
    let tee = TEE.replace("\"#f4e5d7\"", "\"cream\"").replace("dye_migration = true", "dye = true");
    let inks = INKS.replace("lab = [97.5, 0, 0.5]", "lab = [197.5, 0, 0.5]");
    let error = Catalog::parse([
        ("tee/garment.toml", tee.as_str()),
        ("inks.toml", &inks),
        ("techniques.toml", TECHNIQUES),
        ("tee/readme.toml", ""),
    ])
    .unwrap_err();
    let places: Vec<(&str, &str)> =
        error.problems.iter().map(|problem| (problem.file.as_str(), problem.place.as_str())).collect();
    assert_eq!(places[0], ("inks.toml", "inks[0].lab"));
    assert!(places.contains(&("tee/garment.toml", "colors[1].hex")));
    assert!(places.contains(&("tee/garment.toml", "colors[4]")));
    assert_eq!(*places.last().unwrap(), ("tee/readme.toml", "the file"));
}

#[test]
fn sizes_are_understood_as_people_write_them() {
    let catalog = wardrobe();
    let tee = catalog.garment("tee").unwrap();
    for (written, size) in [
        ("xl", "XL"),
        ("XXL", "2XL"),
        ("xxx-l", "3XL"),
        ("2XL", "2XL"),
        ("Small", "S"),
        ("medium", "M"),
        ("X-Large", "XL"),
        ("extra extra large", "2XL"),
        ("XX Large", "2XL"),
    ] {
        assert_eq!(tee.size_like(written).map(|size| size.id.as_str()).ok(), Some(size), "{written}");
    }
    for written in ["", "X", "XXX", "XXXXXXXL", "larger", "10"] {
        assert!(tee.size_like(written).is_err(), "{written}");
    }
    let youth = catalog.garment("youth-tee").unwrap();
    assert_eq!(youth.size_like("Youth Large").map(|size| size.id.as_str()).ok(), Some("YL"));
}
