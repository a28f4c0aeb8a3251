//! Reading profiles: what is right, and everything that is wrong.

use serde_json::{Value, json};

use super::*;

fn shipped() -> Value {
    serde_json::to_value(Profile::shipped()).unwrap()
}

fn problems(value: &Value) -> Vec<Problem> {
    Profile::from_json(value.to_string().as_bytes()).unwrap_err().problems()
}

#[test]
fn the_shipped_profile_names_only_what_the_catalogue_has() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups");
    let files = crate::assets::text_files::read_catalog_files(&folder).unwrap();
    let catalog = Catalog::parse(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))).unwrap();
    let profile = Profile::shipped();
    assert_eq!(profile.unknown_ids(&catalog), []);
    let priced: Vec<&String> = profile.techniques.keys().collect();
    assert_eq!(priced.len(), catalog.techniques().len(), "every technique has a price: {priced:?}");
}

#[test]
fn toml_and_json_are_one_document() {
    let profile = Profile::shipped();
    assert_eq!(Profile::from_json(shipped().to_string().as_bytes()), Ok(profile.clone()));
    assert_eq!(Profile::from_toml(&toml::to_string(&profile).unwrap()), Ok(profile));
}

#[test]
fn every_problem_is_told_at_once_with_its_place() {
    let mut value = shipped();
    value["currency"]["code"] = json!("dollars");
    value["presses"] = json!([]);
    value["techniques"]["dtg"]["per_100cm2"] = json!(40);
    value["techniques"]["dtf"]["by"] = json!("weight");
    value["techniques"]["screen-print"]["screen"] = json!(19.99);
    value["breaks"] = json!([{ "from": 11, "percent": 5 }, { "from": 11, "percent": 6 }, { "from": 20, "percent": 1 }]);
    value["rush"][1]["id"] = json!("rush");
    value["minimum_order"] = json!(-1);
    let found = problems(&value);
    let places: Vec<(&str, &str)> = found.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    assert_eq!(
        places,
        [
            ("/currency/code", "bad-currency"),
            ("/presses", "empty"),
            ("/techniques/dtf/by", "unknown-value"),
            ("/techniques/dtg/per_100cm2", "unknown-field"),
            ("/techniques/screen-print/screen", "wrong-type"),
            ("/breaks/1", "not-in-order"),
            ("/breaks/2", "not-in-order"),
            ("/rush/1/id", "duplicate-id"),
            ("/minimum_order", "out-of-range"),
        ],
        "{found:#?}"
    );
    assert!(found[3].hint.as_ref().unwrap().contains("per_100_cm2"));
    assert!(found[4].hint.as_ref().unwrap().contains("2.50 is written 250"));
}

#[test]
fn what_the_catalogue_lacks_is_named_with_the_nearest() {
    let mut profile = Profile::shipped();
    profile.inks = vec!["scarlett".to_owned()];
    let prices = profile.techniques["dtg"].clone();
    profile.techniques.insert("dgt".to_owned(), prices);
    let catalog = Catalog::default();
    let found = profile.unknown_ids(&catalog);
    assert!(found.iter().any(|problem| problem.pointer == "/inks/0" && problem.code == "unknown-id"));
    assert!(found.iter().any(|problem| problem.pointer == "/techniques/dgt"));
}

#[test]
fn form_and_names_are_told_together_in_the_order_of_the_document() {
    let mut value = shipped();
    value["inks"] = json!(["scarlett", 7]);
    value["dark_below"] = json!(101);
    let dtg = value["techniques"]["dtg"].clone();
    value["techniques"]["dgt"] = dtg;
    value["garments"]["tee"]["white"] = json!("four");
    value["garments"]["tee"]["colors"] = json!({ "nvay": 100 });
    value["mintage"] = json!(1);
    let Err(ProfileError::Invalid(found)) = Profile::of_catalog(value.to_string().as_bytes(), &Catalog::default())
    else {
        panic!("it is taken")
    };
    let told: Vec<(&str, &str)> = found.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
    let order: Vec<&String> = value.as_object().unwrap().keys().collect();
    let place = |pointer: &str| order.iter().position(|key| pointer[1..].split('/').next().unwrap() == key.as_str());
    assert!(told.is_sorted_by_key(|(pointer, _)| place(pointer)), "{told:?}");
    let expected = [
        ("/inks/0", "unknown-id"),
        ("/inks/1", "wrong-type"),
        ("/dark_below", "out-of-range"),
        ("/garments/tee/white", "wrong-type"),
        ("/garments/tee", "unknown-id"),
        ("/techniques/dgt", "unknown-id"),
        ("/mintage", "unknown-field"),
    ];
    for problem in expected {
        assert!(told.contains(&problem), "{problem:?} is not told: {told:?}");
    }
}

#[test]
fn limits_bite() {
    assert_eq!(Profile::from_toml(&" ".repeat(limits::BYTES + 1)), Err(ProfileError::TooLarge));
    assert_eq!(Profile::from_json(&vec![b' '; limits::BYTES + 1]), Err(ProfileError::TooLarge));
    let mut value = shipped();
    let press = |index: usize| json!({ "id": format!("p{index}"), "name": "Press", "heads": 4 });
    value["presses"] = (0..=limits::PRESSES).map(press).collect();
    value["breaks"] = (1..=limits::TIERS + 1).map(|from| json!({ "from": from, "percent": 1 })).collect();
    value["techniques"]["dtg"]["print"] = json!(limits::AMOUNT + 1);
    let codes: Vec<&str> = problems(&value).iter().map(|problem| problem.code).collect();
    assert_eq!(codes, ["too-many", "out-of-range", "too-many"]);
    for (percent, is_taken) in [(99, false), (100, true), (400, true), (401, false)] {
        let mut value = shipped();
        value["techniques"]["screen-print"]["max_total_ink_percent"] = json!(percent);
        assert_eq!(Profile::from_json(value.to_string().as_bytes()).is_ok(), is_taken, "{percent}");
    }
}

#[test]
fn text_that_is_no_document_says_where_it_breaks() {
    let error = Profile::from_toml("version = 1\nbrand = {").unwrap_err();
    assert!(error.to_string().starts_with("not TOML: line 2"), "{error}");
    let error = Profile::from_json(b"{\n  \"version\": }").unwrap_err();
    assert!(error.to_string().ends_with(", at line 2, column 14"), "{error}");
}

#[test]
fn the_schema_takes_the_shipped_profile_and_no_slip() {
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let right = shipped();
    assert!(
        validator.is_valid(&right),
        "{:?}",
        validator.iter_errors(&right).map(|e| e.to_string()).collect::<Vec<_>>()
    );
    type Slip = fn(&mut Value);
    let slips: [(&str, Slip); 6] = [
        ("unknown field", |value| value["brand"]["logo"] = json!("x")),
        ("unknown field of a technique", |value| value["techniques"]["dtg"]["screen"] = json!(1)),
        ("missing field", |value| drop(value.as_object_mut().unwrap().remove("presses"))),
        ("fraction", |value| value["techniques"]["dtf"]["print"] = json!(1.5)),
        ("negative", |value| value["minimum_order"] = json!(-1)),
        ("null", |value| value["brand"]["contact"] = json!(null)),
    ];
    for (what, slip) in slips {
        let mut wrong = shipped();
        slip(&mut wrong);
        assert!(!validator.is_valid(&wrong), "the schema accepts: {what}");
        assert!(Profile::from_json(wrong.to_string().as_bytes()).is_err(), "the reader accepts: {what}");
    }
}

#[test]
fn the_discount_is_that_of_the_last_break_reached() {
    let profile = Profile::shipped();
    for (pieces, percent) in [(1, 0), (10, 0), (11, 5), (25, 5), (26, 10), (101, 22), (501, 35), (1_000_000, 35)] {
        assert_eq!(profile.discount(pieces), percent, "{pieces}");
    }
    assert_eq!(profile.next_break(25).map(|step| step.from), Some(26));
    assert_eq!(profile.next_break(501), None);
}

fn with_measured() -> Value {
    let mut value = shipped();
    value["measured"] = json!({
        "inks": { "scarlet": { "lab": [44.1, 66.2, 45.75], "spread": 0.4, "on": "2026-11-28", "opacity": 81.5, "gain": 31 } },
        "garments": { "tee": { "navy": { "lab": [18.2, 1.5, -16.25] } } },
    });
    value
}

#[test]
fn measured_colors_are_one_document_in_both_spellings_and_in_the_schema() {
    let value = with_measured();
    let profile = Profile::from_json(value.to_string().as_bytes()).unwrap();
    assert_eq!(profile.measured.inks["scarlet"].lab.0, [44.1, 66.2, 45.75]);
    assert_eq!(profile.measured.garments["tee"]["navy"].spread, None);
    assert_eq!(Profile::from_toml(&toml::to_string(&profile).unwrap()), Ok(profile.clone()));
    let schema = schema();
    let validator = jsonschema::validator_for(&schema).unwrap();
    assert!(validator.is_valid(&value));
    assert_ne!(profile.digest(), Profile::shipped().digest());
    type Slip = (&'static str, &'static str, fn(&mut Value));
    let slips: [Slip; 7] = [
        ("/measured/inks/scarlet/lab", "too-few", |ink| ink["lab"] = json!([44.1, 66.2])),
        ("/measured/inks/scarlet/lab/0", "out-of-range", |ink| ink["lab"] = json!([101, 0, 0])),
        ("/measured/inks/scarlet/lab/2", "out-of-range", |ink| ink["lab"] = json!([50, 0, -129])),
        ("/measured/inks/scarlet/spread", "out-of-range", |ink| ink["spread"] = json!(20.5)),
        ("/measured/inks/scarlet/on", "bad-date", |ink| ink["on"] = json!("28.11.2026")),
        ("/measured/inks/scarlet/opacity", "out-of-range", |ink| ink["opacity"] = json!(101)),
        ("/measured/inks/scarlet/gain", "out-of-range", |ink| ink["gain"] = json!(61)),
    ];
    for (place, code, slip) in slips {
        let mut wrong = with_measured();
        slip(&mut wrong["measured"]["inks"]["scarlet"]);
        let told: Vec<_> = problems(&wrong).into_iter().map(|problem| (problem.pointer, problem.code)).collect();
        assert_eq!(told, [(place.to_owned(), code)]);
        assert!(!validator.is_valid(&wrong), "the schema accepts {place}");
    }
}

#[test]
fn measured_ids_that_the_catalogue_lacks_are_named() {
    let profile = Profile::from_json(with_measured().to_string().as_bytes()).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups");
    let files = crate::assets::text_files::read_catalog_files(&folder).unwrap();
    let catalog = Catalog::parse(files.iter().map(|file| (file.path.as_str(), file.text.as_str()))).unwrap();
    assert_eq!(profile.unknown_ids(&catalog), []);
    let mut wrong = with_measured();
    wrong["measured"]["inks"]["scarlett"] = json!({ "lab": [1, 2, 3] });
    wrong["measured"]["garments"]["tee"]["nvay"] = json!({ "lab": [1, 2, 3] });
    wrong["measured"]["garments"]["tea"] = json!({});
    let profile = Profile::from_json(wrong.to_string().as_bytes()).unwrap();
    let told: Vec<_> = profile.unknown_ids(&catalog).into_iter().map(|problem| problem.pointer).collect();
    assert_eq!(told, ["/measured/inks/scarlett", "/measured/garments/tea", "/measured/garments/tee/nvay"]);
}
