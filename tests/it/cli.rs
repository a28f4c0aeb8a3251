//! The command line as people and scripts meet it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of its own for one test, removed at the end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn platen(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(arguments)
        .current_dir(root())
        .env_remove("NO_COLOR")
        .output()
        .unwrap()
}

pub(crate) fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_preview_comes_in_every_format_and_width() {
    let scratch = Scratch::new("preview");
    for (name, width) in [("shirt.png", 64), ("shirt.jpg", 400), ("shirt.webp", 200)] {
        let file = scratch.file(name);
        let output = platen(&["preview", "examples/camp.json", "-o", path(&file), "--width", &width.to_string()]);
        assert!(output.status.success(), "{name}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "stdout is for data");
        assert_eq!(image::open(&file).unwrap().width(), width);
    }
}

#[test]
fn a_print_file_has_its_physical_size_and_the_hash_of_its_preview() {
    let scratch = Scratch::new("artwork");
    let file = scratch.file("front.png");
    let output = platen(&["artwork", "examples/camp.json", "--area", "front", "-o", path(&file)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let reader = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(&file).unwrap())).read_info().unwrap();
    let info = reader.info();
    assert_eq!(info.pixel_dims.map(|dims| (dims.xppu, dims.yppu)), Some((11811, 11811)));
    assert!(info.srgb.is_some(), "the file says which colors it holds");
    let print_hash = info.uncompressed_latin1_text.iter().find(|text| text.keyword.contains("Hash")).unwrap();
    let shirt = scratch.file("shirt.png");
    let output = platen(&["-v", "preview", "examples/camp.json", "-o", path(&shirt), "--width", "200"]);
    assert!(stderr(&output).contains(&print_hash.text), "{}", stderr(&output));
}

#[test]
fn a_print_file_is_written_for_a_colour_that_is_no_longer_sold() {
    let scratch = Scratch::new("discontinued");
    let text = std::fs::read_to_string(root().join("examples/qr.json")).unwrap();
    let mut document: serde_json::Value = serde_json::from_str(&text).unwrap();
    document["color"] = "discontinued".into();
    let area = document["placements"][0]["area"].as_str().unwrap().to_owned();
    let design = scratch.write("design.json", &document.to_string());
    let file = scratch.file("print.png");
    let output = platen(&["artwork", path(&design), "--area", &area, "--dpi", "50", "-o", path(&file)]);
    assert!(output.status.success() && file.exists(), "{}", stderr(&output));
    assert_eq!(platen(&["check", path(&design)]).status.code(), Some(1), "the cloth matters to a check");
}

#[test]
fn every_problem_is_shown_with_its_place_and_nothing_is_written() {
    let scratch = Scratch::new("problems");
    let bad = scratch.write(
        "bad.json",
        r##"{ "version": 1, "garment": "tee", "color": "forest", "technique": "dtg", "placements": [
  { "area": "front", "layers": [
    { "id": "a", "type": "text", "text": "HI", "x": 100, "y": 100, "size": -4, "font": "Anton", "fill": "red" },
    { "id": "b", "type": "text", "text": "HO", "x": 100, "y": 100, "size": 40, "font": "Anton", "fil": "#ffffff", "fill": "#ffffff" }
  ] } ] }"##,
    );
    let file = scratch.file("shirt.png");
    let output = platen(&["preview", path(&bad), "-o", path(&file)]);
    let text = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(!file.exists());
    for wanted in ["bad.json:3:", "bad.json:4:", "size", "\"red\"", "unknown", "fill"] {
        assert!(text.contains(wanted), "{wanted} is missing in\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "no colors where no terminal is");
}

#[test]
fn unknown_names_come_with_a_suggestion() {
    let scratch = Scratch::new("names");
    let design = std::fs::read_to_string(root().join("examples/camp.json")).unwrap();
    for (from, to, wanted) in [
        ("\"forest\"", "\"forrest\"", "forest"),
        ("\"tee\"", "\"te\"", "tee"),
        ("\"screen-print\"", "\"screenprint\"", "screen-print"),
        ("\"front\"", "\"frnt\"", "front"),
        ("Archivo Black", "Archivo Blak", "Archivo Black"),
    ] {
        let bad =
            scratch.write("bad.json", &design.replace(from, to).replace("art/", path(&root().join("examples/art/"))));
        let output = platen(&["preview", path(&bad), "-o", path(&scratch.file("x.png"))]);
        assert_eq!(output.status.code(), Some(1), "{to}");
        assert!(stderr(&output).contains(wanted), "{to}: {}", stderr(&output));
    }
}

#[test]
fn what_cannot_run_exits_with_two_and_writes_nothing() {
    let scratch = Scratch::new("cannot-run");
    let picture = scratch.file("shirt.png");
    let refused = |arguments: &[&str], wanted: &str| {
        let output = platen(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(wanted), "{arguments:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{arguments:?}");
    };
    let (camp, out) = ("examples/camp.json", path(&picture));
    refused(&["preview", "examples/no-such.json", "-o", out], "no-such.json");
    refused(&["preview", camp, "-o", path(&scratch.file("shirt.bmp"))], ".png");
    refused(&["preview", camp, "-o", out, "--width", "20000"], "64");
    refused(&["preview", camp, "-o", out, "--view", "inside"], "front");
    refused(&["preview", camp, "-o", out, "--size", "jumbo"], "jumbo");
    refused(&["artwork", camp, "--area", "frnt", "-o", out], "front");
    refused(&["preview", camp, "-o", out, "--assets", path(&scratch.0)], path(&scratch.0));
    assert_eq!(std::fs::read_dir(&scratch.0).unwrap().count(), 0, "nothing is written");
}

#[test]
fn a_print_file_can_be_vectors() {
    let scratch = Scratch::new("vectors");
    let file = scratch.file("front.svg");
    let output = platen(&["artwork", "examples/camp.json", "--area", "front", "-o", path(&file)]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = std::fs::read_to_string(&file).unwrap();
    let svg = text.get(..text.find('>').unwrap()).unwrap();
    assert!(text.contains("<path") && !text.contains("<text"), "letters are outlines");
    assert!(svg.contains("mm\""), "the size is physical: {svg}");
}

#[test]
fn check_reports_as_text_and_as_json() {
    let output = platen(&["check", "examples/camp.json", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["findings"].is_array(), "{report}");
    assert!(report["artworks"][0]["hash"].is_string(), "{report}");

    let scratch = Scratch::new("check");
    let design = r##"{ "version": 1, "garment": "tee", "color": "black", "technique": "dtg", "placements": [
  { "area": "front", "layers": [
    { "id": "off", "type": "text", "text": "HELLO", "x": 4000, "y": 100, "size": 40, "font": "Anton", "fill": "#ffffff" }
  ] } ] }"##;
    let outside = scratch.write("outside.json", &design.replace("4000", "5"));
    let text = platen(&["check", path(&outside)]);
    assert_eq!(text.status.code(), Some(1), "what cannot be printed fails: {}", stderr(&text));
    let shown = String::from_utf8(text.stdout).unwrap();
    assert!(shown.contains("outside.json:3:") && shown.contains("\"off\"") && shown.contains("error"), "{shown}");
    let json = platen(&["check", path(&outside), "--format", "json"]);
    assert_eq!(json.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(report["findings"][0]["pointer"], "/placements/0/layers/0", "{report}");

    for (from, to, pointer) in
        [("\"size\": 40", "\"size\": -4", "/placements/0/layers/0/size"), ("tee", "te", "/garment")]
    {
        let broken = scratch.write("broken.json", &design.replace("4000", "100").replace(from, to));
        let json = platen(&["check", path(&broken), "--format", "json"]);
        assert_eq!(json.status.code(), Some(1));
        let report: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
        assert!(report["errors"].as_array().unwrap().iter().any(|error| error["pointer"] == pointer), "{report}");
    }
    let long = scratch.write("long.json", &" ".repeat(2_000_000));
    let output = platen(&["check", path(&long)]);
    assert!(stderr(&output).contains("more than 1000000 bytes"), "{}", stderr(&output));
}

#[test]
fn a_ruined_print_is_written_with_a_word_and_a_wrong_value_is_named() {
    let scratch = Scratch::new("ruined");
    let design = r##"{ "version": 1, "name": "Foxes", "garment": "tee", "color": "black", "technique": "dtg",
  "fields": [{ "id": "name", "label": "Name", "sample": "FOX", "max_length": 8 }], "placements": [
  { "area": "front", "layers": [
    { "id": "cut", "type": "text", "text": "{{name}}", "x": 5, "y": 100, "size": 40, "font": "Anton", "fill": "#ffffff" }
  ] } ] }"##;
    let file = scratch.write("cut.json", design);
    for command in [vec!["artwork", "--area", "front", "--dpi", "36"], vec!["preview", "--width", "100"]] {
        let output = scratch.file("out.png");
        let mut arguments = command.clone();
        arguments.extend([path(&file), "-o", path(&output)]);
        let written = platen(&arguments);
        assert_eq!(written.status.code(), Some(0), "{}", stderr(&written));
        assert!(output.exists() && stderr(&written).contains("cut.json:4:"), "{}", stderr(&written));
        arguments.extend(["--field", "name=FAR TOO LONG"]);
        let refused = platen(&arguments);
        assert_eq!(refused.status.code(), Some(1));
        let message = stderr(&refused);
        assert!(
            message.contains("cut.json:2:") && message.contains("the value given for the field \"name\""),
            "{message}"
        );
    }
}

/// Every slip of the options in one run, before anything is made.
#[test]
fn all_slips_are_told_in_one_run() {
    let scratch = Scratch::new("slips");
    let (shirt, proof, print) = (scratch.file("shirt.png"), scratch.file("proof.pdf"), scratch.file("front.png"));
    let jersey = "examples/jersey.json";
    let nobody = ["--field", "nickname=BO", "--field", "shoe=9"];
    let cases: [(&[&str], &[&str]); 5] = [
        (
            &[
                "preview",
                jersey,
                "-o",
                path(&shirt),
                "--size",
                "Q",
                "--garment-color",
                "nope",
                "--view",
                "x",
                "--width",
                "9",
            ],
            &["\"Q\": did you mean", "\"nope\"", "platen catalog colors", "no view \"x\"", "64 to 2000"],
        ),
        (&["check", jersey, "--size", "2x", "--garment-color", "nope"], &["did you mean \"2XL\"", "\"nope\""]),
        (
            &["artwork", jersey, "-o", path(&print), "--area", "frnt", "--size", "Q", "--dpi", "9"],
            &["did you mean \"front\"?", "\"Q\"", "10 to 2400"],
        ),
        (
            &[
                "proof",
                jersey,
                "-o",
                path(&proof),
                "--size",
                "Q=1,W=2",
                "--line",
                "Z=1,age=7",
                "--garment-color",
                "nope",
            ],
            &["\"Q\"", "\"W\"", "\"Z\"", "no field \"age\"; it has: name, number", "\"nope\""],
        ),
        (
            &["quote", jersey, "--size", "Q=1", "--technique", "dgt", "--rush", "now", "--garment-color", "nope"],
            &["\"Q\"", "did you mean \"dtg\"?", "no rush \"now\"", "\"nope\""],
        ),
    ];
    for (arguments, wanted) in cases {
        let output = platen(&[arguments, &nobody].concat());
        let text = stderr(&output);
        assert_eq!(output.status.code(), Some(2), "{text}");
        for wanted in wanted.iter().chain(&["no field \"nickname\"", "no field \"shoe\""]) {
            assert!(text.contains(wanted), "{}: {wanted} is missing in\n{text}", arguments[0]);
        }
        assert_eq!(text.matches("error").count(), 1, "{text}");
    }
    assert!(!shirt.exists() && !proof.exists() && !print.exists());
}

#[test]
fn options_take_the_names_that_people_read() {
    let scratch = Scratch::new("lenient");
    let shirts = ["plain.png", "lenient.png"].map(|name| scratch.file(name));
    let names = [["XL", "heather-grey", "front"], ["xl", "Heather Gray", "FRONT"]];
    for (shirt, [size, color, view]) in shirts.iter().zip(names) {
        let arguments = ["preview", "examples/camp.json", "-o", path(shirt), "--width", "100", "--size", size];
        let output = platen(&[&arguments[..], &["--garment-color", color, "--view", view]].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    }
    assert!(std::fs::read(&shirts[0]).unwrap() == std::fs::read(&shirts[1]).unwrap(), "the same shirt");
    let output = platen(&["quote", "examples/tour.json", "--size", "m=2,2xl=1", "--technique", "TRANSFER FILM"]);
    assert!(output.status.success(), "{}", stderr(&output));
    // Documents keep to ids, and say which one was meant.
    let design = std::fs::read_to_string(root().join("examples/jersey.json")).unwrap();
    let document = scratch.write("design.json", &design.replace("\"navy\"", "\"Navy\""));
    let output = platen(&["check", path(&document)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("did you mean \"navy\"?"), "{}", stderr(&output));
}

#[test]
fn the_catalogue_lists_everything_a_design_can_name() {
    for what in ["garments", "colors", "inks", "fonts", "mockups", "techniques"] {
        let output = platen(&["catalog", what, "--format", "json"]);
        assert!(output.status.success(), "{what}: {}", stderr(&output));
        let list: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert!(list.as_array().is_some_and(|list| !list.is_empty()), "{what}");
        assert!(!platen(&["catalog", what]).stdout.is_empty());
    }
}

#[test]
fn the_schema_and_completions_are_printed() {
    let schema: serde_json::Value = serde_json::from_slice(&platen(&["schema", "design"]).stdout).unwrap();
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    let schema: serde_json::Value = serde_json::from_slice(&platen(&["schema", "shop"]).stdout).unwrap();
    assert!(schema["properties"]["presses"].is_object() && schema["examples"][0]["version"] == 1);
    for shell in ["bash", "zsh", "fish", "powershell"] {
        assert!(platen(&["completions", shell]).stdout.len() > 1000, "{shell}");
    }
}

#[test]
fn a_quote_says_what_is_charged_and_why() {
    let quote = |arguments: &[&str]| platen(&[&["quote", "examples/tour.json"], arguments].concat());
    let output = quote(&["--size", "M=12,2XL=8", "--rush", "rush"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for part in [
        "Front: 1 ink, 1 screen,",
        "Back: 2 inks, 3 screens",
        "white under them",
        "Size 2XL",
        "Discount, 20 pieces",
        "Three working days",
        "Total, without tax",
        "A piece",
        "Direct to garment",
    ] {
        assert!(text.contains(part), "{part} is missing in\n{text}");
    }
    let output = quote(&["--size", "M=12", "--size", "L=12", "--format", "json", "--technique", "dtf"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["pieces"], &json["technique"]), (&24.into(), &"dtf".into()));
    let sum: i64 = json["lines"].as_array().unwrap().iter().map(|line| line["amount"].as_i64().unwrap()).sum();
    assert_eq!(json["total"], sum);

    for (arguments, code, wanted) in [
        (&["--size", "M=0"][..], 2, "0 pieces are out of range"),
        (&["--size", "XXS=5"], 2, "there is no size \"XXS\""),
        (&["--size", "M=5", "--rush", "now"], 2, "the shop has no rush \"now\"; it has: rush, express"),
        (&["--size", "12"], 2, "SIZE=COUNT"),
        (&["--size", "M=5", "--technique", "embroidery"], 1, "not possible on Front"),
    ] {
        let output = quote(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}");
        assert!(stderr(&output).contains(wanted), "{}", stderr(&output));
    }
}

#[test]
fn a_shop_quotes_with_its_own_profile() {
    let scratch = Scratch::new("profile");
    let shipped = std::fs::read_to_string(root().join("mockups/shop.toml")).unwrap();
    let own = scratch.write("own.toml", &shipped.replace("USD", "EUR").replace("white = 450", "white = 1000"));
    let arguments = ["quote", "examples/crest.json", "--size", "M=1", "--shop", path(&own)];
    let output = platen(&arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("EUR") && text.contains("10.00"), "{text}{}", stderr(&output));
    let broken = shipped.replace("screen = 2000", "screen = 20.5").replace("[techniques.dtg]", "[techniques.dgt]");
    scratch.write("own.toml", &broken);
    let output = platen(&arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("/techniques/screen-print/screen: expected a whole number"),
        "{}",
        stderr(&output)
    );
    scratch.write("own.toml", &shipped.replace("[techniques.dtg]", "[techniques.dgt]"));
    assert!(stderr(&platen(&arguments)).contains("did you mean \"dtg\"?"));
}

/// What a printer would say of each example: inks of the artwork, screens of the press, in the order of placements.
#[test]
fn the_inks_of_the_examples_are_those_that_a_printer_would_count() {
    for (name, wanted) in [
        ("camp", &[(7, 6)][..]), // with white below one too many for six heads
        ("crest", &[(5, 5)]),
        ("jersey", &[(2, 3), (2, 3)]),
        ("qr", &[(2, 2)]),           // white twice with one screen, black over it
        ("ringer", &[(3, 3)]),       // the light ring is the shirt
        ("tonal", &[(1, 1)]),        // dark grey covers black
        ("tour", &[(1, 1), (2, 3)]), // cream covers black alone, orange does not
        ("vintage", &[(1, 1)]),
    ] {
        let design = format!("examples/{name}.json");
        let output = platen(&["quote", &design, "--size", "M=24", "--technique", "screen-print", "--format", "json"]);
        let quote: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let found: Vec<(usize, u64)> = quote["locations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|location| (location["inks"].as_array().unwrap().len(), location["screens"].as_u64().unwrap()))
            .collect();
        assert_eq!(found, wanted, "{name}: {}", quote["locations"]);
        assert!(quote["locations"].as_array().unwrap().iter().all(|location| location["full_color"] == false));
    }
    for name in ["photo", "greeting"] {
        let design = format!("examples/{name}.json");
        let output = platen(&["quote", &design, "--size", "M=24", "--technique", "screen-print", "--format", "json"]);
        let quote: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let location = &quote["locations"][0];
        assert_eq!((&location["full_color"], &location["way"]), (&true.into(), &"process".into()), "{name}");
    }
}

#[test]
fn suggestions_are_json_unless_a_table_is_asked_for() {
    let scratch = Scratch::new("suggest-text");
    let data = scratch.file("data");
    let design = root().join("examples/camp.json");
    let run = |more: &[&str]| {
        let mut all = vec!["--data", path(&data), "suggest", path(&design), "-n", "3", "--no-explore"];
        all.extend(more);
        String::from_utf8(platen(&all).stdout).unwrap()
    };
    let json: serde_json::Value = serde_json::from_str(&run(&[])).unwrap();
    assert_eq!(json["suggestions"].as_array().unwrap().len(), 3);
    let table = run(&["--format", "text"]);
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 4, "{table}");
    assert!(lines[0].starts_with("rank  style"), "{table}");
    assert!(
        lines[1].starts_with("1 ") && lines[1].contains(" to 1") && lines[1].contains("our designers: "),
        "{table}"
    );
}

#[cfg(feature = "server")]
#[test]
fn suggestions_know_the_customers_of_an_imported_history() {
    use std::collections::BTreeMap;

    let scratch = Scratch::new("known-customers");
    let run = |arguments: &[&str]| platen(&[arguments, &["--data", path(&scratch.file("data"))]].concat());
    let made = platen(&["suggest", "simulate", "--events", "12000"]);
    let events = String::from_utf8(made.stdout).unwrap();
    // The customer who did most.
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in events.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        *counts.entry(event["customer"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let busy = counts.iter().max_by_key(|(_, count)| **count).unwrap().0;
    let late = r#"{"id":"late","customer":"b","at":4000000000000,"type":"order","recipe":{"garment":"tee"}}"#;
    let strange = r#"{"id":"odd","customer":"b","at":1767225600000,"type":"order","recipe":{"garment_color":"mud"}}"#;
    let file = scratch.write("events.jsonl", &format!("{events}{late}\n{strange}\n"));
    let taken = run(&["suggest", "import", path(&file)]);
    let told = stderr(&taken);
    assert_eq!(taken.status.code(), Some(1), "{told}");
    for wanted in ["event \"odd\": the shop has no garment_color \"mud\"", "1 events say that they are yet to come"] {
        assert!(told.contains(wanted), "{wanted} is missing in\n{told}");
    }
    let ask = |customer: &str| {
        let answer =
            run(&["suggest", "-n", "12", "--no-explore", "--now", "2026-01-02T00:00:00Z", "--customer", customer]);
        (String::from_utf8(answer.stdout.clone()).unwrap(), stderr(&answer))
    };
    let (personal, note) = ask(busy);
    assert!(personal.contains("because_you") && note.is_empty(), "{note}");
    let (stranger, note) = ask("nobody at all");
    assert!(!stranger.contains("because_you") && note.contains("nothing is known of \"nobody at all\""), "{note}");
    let stranger = run(&["suggest", "--now", "2026-01-02T00:00:00Z", "--segment", "astronauts"]);
    let told = stderr(&stranger);
    assert!(
        stranger.status.code() == Some(2) && told.contains("no kind of customers is called \"astronauts\""),
        "{told}"
    );
    let nobody = run(&["suggest", "forget", "nobody at all"]);
    assert!(nobody.status.code() == Some(1) && stderr(&nobody).contains("no event of"), "{}", stderr(&nobody));
    assert_eq!(run(&["suggest", "forget", busy]).status.code(), Some(0));
    let (forgotten, note) = ask(busy);
    assert!(
        !forgotten.contains("because_you") && note.contains("nothing is known of"),
        "who is forgotten is a stranger"
    );
}
