//! A shop's color chart: what is printed, what programs of instruments write, and what becomes of it.

use std::sync::OnceLock;

use platen::catalog::Catalog;
use platen::chart::readings::{self, ReadingsError, Sample};
use platen::chart::{Chart, Ground, Patch, Wanted, measure, sheet, template};
use platen::color::Color;
use platen::color::delta_e::ciede2000;
use platen::color::lab::Lab;
use platen::export::pdf;
use platen::profile::{DEFAULT_TOML, Profile};
use platen::proof::Paper;
use platen::shop::Shop;
use serde_json::Value;

use crate::cli::{Scratch, path, platen, root, stderr};

fn shop() -> &'static Shop {
    static SHOP: OnceLock<Shop> = OnceLock::new();
    SHOP.get_or_init(|| Shop::open(root()).unwrap())
}

fn catalog() -> &'static Catalog {
    &shop().catalog
}

fn ink(id: &str, tone: u32, ground: Ground) -> Patch {
    Patch::Ink { ink: id.to_owned(), tone, ground }
}

fn some_inks(inks: &[&str], garments: &[&str]) -> Chart {
    let owned = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect());
    let wanted = Wanted { inks: owned(inks), garments: owned(garments), ..Wanted::default() };
    Chart::of(shop(), &wanted, Some("28 November 2026")).unwrap()
}

fn told(text: &str) -> Vec<String> {
    match readings::read(text.as_bytes(), catalog()) {
        Err(ReadingsError::Invalid(problems)) => problems.iter().map(ToString::to_string).collect(),
        other => panic!("{other:?} of {text}"),
    }
}

fn read(text: &str) -> Vec<Sample> {
    readings::read(text.as_bytes(), catalog()).unwrap_or_else(|error| panic!("{error}"))
}

/// From the chart to an ink of the catalogue, through the files and the command line.
#[test]
fn what_is_read_of_a_chart_is_what_the_catalogue_then_has() {
    let scratch = Scratch::new("chart");
    let own = scratch.write("shop.toml", DEFAULT_TOML);
    let out = scratch.file("chart");
    let asked = ["--inks", "scarlet,royal", "--garments", "tee", "--date", "28 November 2026", "--paper", "letter"];
    let output = platen(&[&["chart", "make", "-o", path(&out), "--shop", path(&own)][..], &asked].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    for name in ["chart.pdf", "chart.txt", "chart.csv", "plates-1.pdf"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    // As far from the catalogue as a press may be.
    let known = [
        ("ink/scarlet/100/underbase", [41.3, 61.25, 40.1]),
        ("ink/royal/100/underbase", [30.05, 22.0, -52.4]),
        ("garment/tee/navy", [17.85, 2.1, -14.9]),
    ];
    let table = std::fs::read_to_string(out.join("chart.txt")).unwrap();
    assert!(table.contains("NUMBER_OF_FIELDS 5"));
    let filled: Vec<String> = table
        .lines()
        .map(|line| {
            let lab = known.iter().find(|(name, _)| line.contains(&format!("\"{name}\"")));
            lab.map_or_else(|| line.to_owned(), |(_, [l, a, b])| line.replace("-\t-\t-", &format!("{l}\t{a}\t{b}")))
        })
        .collect();
    let filled = scratch.write("read.txt", &filled.join("\n"));
    let read = ["chart", "read", path(&filled), "--shop", path(&own), "--date", "2026-11-28", "--format", "json"];
    let dry = platen(&[&read[..], &["--dry-run"]].concat());
    assert!(dry.status.success(), "{}", stderr(&dry));
    assert_eq!(std::fs::read_to_string(&own).unwrap(), DEFAULT_TOML, "a dry run changes nothing");
    let output = platen(&read);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(output.stdout, dry.stdout);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let change =
        &report["changes"].as_array().unwrap().iter().find(|one| one["what"] == "ink/scarlet").unwrap().clone();
    let moved = ciede2000(Lab::new(45.0, 68.0, 48.0), Lab::new(41.3, 61.25, 40.1));
    assert!((change["delta_e"].as_f64().unwrap() - moved).abs() < 0.006, "{change} but {moved}");
    let missing = report["missing"].as_array().unwrap();
    assert!(missing.contains(&"ink/scarlet/50/underbase".into()) && !missing.contains(&known[0].0.into()));

    let text = std::fs::read_to_string(&own).unwrap();
    assert!(text.starts_with(DEFAULT_TOML), "what the shop wrote is where it was");
    let mut shop = Shop::open(root()).unwrap();
    shop.adopt(Profile::from_toml(&text).unwrap());
    for (name, [l, a, b]) in known {
        let found = match Patch::parse(name).unwrap() {
            Patch::Ink { ink, .. } => shop.catalog.ink(&ink).unwrap().lab,
            Patch::Garment { garment, color } => shop.catalog.garment(&garment).unwrap().color(&color).unwrap().lab(),
            other => panic!("{other}"),
        };
        assert!(ciede2000(found, Lab::new(l, a, b)) < 0.1, "{name}: {found:?}");
    }
    assert_eq!(shop.profile.measured.inks["royal"].on.as_deref(), Some("2026-11-28"));
    let again = platen(&["quote", "examples/tour.json", "--size", "M=12", "--shop", path(&own)]);
    assert!(again.status.success(), "{}", stderr(&again));
}

#[test]
fn a_file_with_slips_changes_nothing_and_tells_them_all() {
    let scratch = Scratch::new("chart-slips");
    let own = scratch.write("shop.toml", DEFAULT_TOML);
    let wrong =
        scratch.write("read.csv", "id,L,a,b\nink/scarlett/100/underbase,40,60,40\nink/royal/100/underbase,140,0,0\n");
    let output = platen(&["chart", "read", path(&wrong), "--shop", path(&own)]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(said.contains("line 2, column 1: there is no ink \"scarlett\"; did you mean \"scarlet\"?"), "{said}");
    assert!(said.contains("line 3, column 2: L is 0 to 100, not 140"), "{said}");
    assert_eq!(std::fs::read_to_string(&own).unwrap(), DEFAULT_TOML);
    let output = platen(&["chart", "make", "-o", path(&scratch.file("out")), "--inks", "scarlett"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("did you mean \"scarlet\"?"), "{}", stderr(&output));
    let day = platen(&["chart", "read", path(&wrong), "--date", "28.11.2026"]);
    assert!(stderr(&day).contains("such as 2026-11-28"), "{}", stderr(&day));
}

/// As other programs write it: a first line of their own, keywords in any order and of their own, comments, tabs, XYZ in
/// percent beside device values, ids that count, rows of two lines, and a second table of something else.
const OTHER: &str = "CTI3\n\nDESCRIPTOR \"Readings of chart 7\"\nKEYWORD \"DEVICE_CLASS\"\nDEVICE_CLASS \"OUTPUT\"\n\
    CREATED \"Sat Nov 28 2026\" # by hand\nNUMBER_OF_SETS 3\nINSTRUMENTATION \"Hand \"\"held\"\"\"\n\
    WEIGHTING_FUNCTION \"ILLUMINANT, D50\"\nWEIGHTING_FUNCTION \"OBSERVER, 2 degree\"\nNUMBER_OF_FIELDS 8\n\
    BEGIN_DATA_FORMAT\nSAMPLE_ID SAMPLE_NAME RGB_R RGB_G RGB_B\nXYZ_X XYZ_Y XYZ_Z\nEND_DATA_FORMAT\nBEGIN_DATA\n\
    1\t\"ink/scarlet/100/underbase\"\t100.0\t0\t0\t20.00\t12.00\t6.00 # solid\n\n\
    2 \"underbase\" 100 100 100\n   77.144 80.000 66.008\n3 cloth 0 0 0 1.92859 2.000 1.65021\nEND_DATA\n\
    CAL\nNUMBER_OF_FIELDS 2\nBEGIN_DATA_FORMAT\nRGB_I RGB_R\nEND_DATA_FORMAT\nNUMBER_OF_SETS 1\nBEGIN_DATA\n0.0 1.0\nEND_DATA\n";

#[test]
fn readings_of_other_programs_are_understood() {
    let samples = read(OTHER);
    let patches: Vec<String> = samples.iter().map(|sample| sample.patch.to_string()).collect();
    assert_eq!(patches, ["ink/scarlet/100/underbase", "underbase", "cloth"]);
    // By hand from the definition, with the white 96.43, 100, 82.51.
    let expected = [Lab::new(41.216, 49.346, 15.169), Lab::new(91.685, 0.0, 0.0)];
    for (sample, expected) in samples.iter().zip(expected) {
        assert!(ciede2000(sample.lab, expected) < 0.01, "{:?}", sample.lab);
    }
    let same = OTHER.replace('\n', "\r\n");
    assert_eq!(read(&format!("\u{feff}{same}")), samples, "with the line ends and the mark of another system");
}

#[test]
fn lists_of_spreadsheets_are_read_with_their_commas() {
    let plain = read("id,L,a,b\nink/royal/100/underbase,34.5,18,-60\n\ncloth,-,-,-\nunderbase,,,\n");
    assert_eq!(plain, [Sample { patch: ink("royal", 100, Ground::Underbase), lab: Lab::new(34.5, 18.0, -60.0) }]);
    let german = "Sample Name;L*;a*;b*;Note\nink/royal/100/underbase;34,5;18;-60;gut\n";
    assert_eq!(read(german), plain);
    assert_eq!(read("NAME\tX\tY\tZ\ncloth\t1.9\t2.0\t1.65\n").len(), 1);
}

const LAB: &str = "SAMPLE_NAME LAB_L LAB_A LAB_B";

fn cgats(format: &str, sets: usize, rows: &str) -> String {
    format!(
        "CGATS.17\nBEGIN_DATA_FORMAT\n{format}\nEND_DATA_FORMAT\nNUMBER_OF_SETS {sets}\nBEGIN_DATA\n{rows}END_DATA\n"
    )
}

fn assert_told(cases: &[(String, &str)]) {
    for (text, expected) in cases {
        assert_eq!(told(text), [*expected], "{text}");
    }
}

#[test]
fn values_and_rows_that_are_wrong_are_told_with_their_place() {
    assert_told(&[
        (cgats(LAB, 1, "clot 1 2 3\n"), "line 7, column 1: \"clot\" is no patch of a chart; did you mean \"cloth\"?"),
        (
            cgats(LAB, 1, "garment/tee/nvay 1 2 3\n"),
            "line 7, column 1: there is no garment color \"nvay\"; did you mean \"navy\"?",
        ),
        (
            cgats(LAB, 1, "garment/tea/navy 1 2 3\n"),
            "line 7, column 1: there is no garment \"tea\"; did you mean \"tee\"?",
        ),
        (
            cgats(LAB, 1, "cloth 101 2 3\n"),
            "line 7, column 7: L is 0 to 100, not 101; read the patch again, or correct the value",
        ),
        (
            cgats(LAB, 1, "cloth 1 -128.5 3\n"),
            "line 7, column 9: a is -128 to 128, not -128.5; read the patch again, or correct the value",
        ),
        (
            cgats(LAB, 1, "cloth 1 2 NaN\n"),
            "line 7, column 11: \"NaN\" is no number; write a number with a decimal point; names with blanks stand in quotes",
        ),
        (
            cgats(LAB, 1, "cloth 1 2 -\n"),
            "line 7, column 11: a value of the color is missing; fill in all three, or none",
        ),
        (
            cgats(LAB, 1, "my cloth 1 2 3\n"),
            "line 7, column 14: the row has 5 values, and the format names 4; put names with blanks into quotes",
        ),
        (
            cgats(LAB, 1, "cloth 1 2\n"),
            "line 7, column 1: the row has 3 values, and the format names 4; write \"-\" for a value that was not read",
        ),
        (
            cgats(LAB, 2, "cloth 1 2 3\n"),
            "line 5, column 16: NUMBER_OF_SETS is 2, and 1 rows end at line 8; add the missing rows, or write 1",
        ),
        (
            cgats(LAB, 1, "\"cloth 1 2 3\n"),
            "line 7, column 1: a quote does not end in its line; write \" behind the value",
        ),
    ]);
    let all = told("id,L,a,b\nclot,1,2,3\ncloth,x,200,3\n");
    assert_eq!(all.len(), 3, "all at once: {all:?}");
}

#[test]
fn colors_that_cannot_be_taken_are_told_with_what_to_export() {
    assert_told(&[
        (
            cgats("SAMPLE_NAME SPECTRAL_400", 1, "cloth 1\n"),
            "line 3, column 1: no table has a name of patches and their Lab or XYZ; export the columns SAMPLE_NAME, LAB_L, LAB_A, LAB_B, or write a list with id,L,a,b",
        ),
        (
            cgats("LAB_L LAB_A LAB_B", 1, "1 2 3\n"),
            "line 3, column 1: no table has a name of patches and their Lab or XYZ; export the columns SAMPLE_NAME, LAB_L, LAB_A, LAB_B, or write a list with id,L,a,b",
        ),
        (
            cgats("SAMPLE_NAME XYZ_X XYZ_Y XYZ_Z", 1, "cloth 131 2 3\n"),
            "line 7, column 7: X is 0 to 130, not 131; read the patch again, or correct the value",
        ),
        (
            cgats("SAMPLE_NAME XYZ_X XYZ_Y XYZ_Z", 1, "cloth 96 10 3\n"),
            "line 7, column 7: the XYZ are Lab 37.8, 267.2, 26.6, which no print has; read the patch again, and export for D50",
        ),
        (
            cgats("SAMPLE_NAME XYZ_X XYZ_Y XYZ_Z", 3, "cloth 0.1 0.1 0.1\nunderbase 0.8 0.8 0.7\ncloth 0.1 0.1 0.1\n"),
            "line 3, column 19: the Y of every patch is at most 1.3; export XYZ in percent, so that white has a Y of about 100",
        ),
        (
            format!("MEASUREMENT_SOURCE \"Illumination=D65 ObserverAngle=2\"\n{}", cgats(LAB, 1, "cloth 1 2 3\n")),
            "line 1, column 20: the readings are for the illuminant D65; export them for the illuminant D50 and the 2 degree observer",
        ),
        (
            format!("WEIGHTING_FUNCTION \"OBSERVER, 10 degree\"\n{}", cgats(LAB, 1, "cloth 1 2 3\n")),
            "line 1, column 20: the readings are for the 10 degree observer; export them for the illuminant D50 and the 2 degree observer",
        ),
    ]);
}

#[test]
fn files_that_are_not_whole_are_told_with_what_is_missing() {
    assert_told(&[
        (
            format!("NUMBER_OF_FIELDS 5\n{}", cgats(LAB, 1, "cloth 1 2 3\n")),
            "line 1, column 18: NUMBER_OF_FIELDS is 5, and the format names 4; write 4, or name all fields",
        ),
        (
            format!("NUMBER_OF_FIELDS four\n{}", cgats(LAB, 1, "cloth 1 2 3\n")),
            "line 1, column 18: NUMBER_OF_FIELDS is \"four\", which is no number; write how many there are",
        ),
        (
            "CGATS.17\nBEGIN_DATA\ncloth 1 2 3\nEND_DATA\n".to_owned(),
            "line 2, column 1: there are rows and no names of their fields; write BEGIN_DATA_FORMAT, the names, and END_DATA_FORMAT before BEGIN_DATA",
        ),
        (
            cgats(LAB, 1, "cloth 1 2 3\n").replace("END_DATA\n", ""),
            "line 7, column 1: the file ends without END_DATA; it was cut short: export it anew",
        ),
        (
            cgats(LAB, 1, "cloth - - -\n"),
            "line 1, column 1: no patch is filled in; write what was read behind the names of the patches",
        ),
        (
            "id,L,a,b\n7,1,2,3\n".to_owned(),
            "line 2, column 1: \"7\" is no patch of a chart; write names as the chart has them, such as ink/scarlet/100/underbase",
        ),
        (
            "id,L,a,b\ncloth,1,2,3,4\n".to_owned(),
            "line 2, column 5: the row has 5 fields, and the head names 4; put values with commas into quotes",
        ),
        (
            "id,L,a,b\n\n\ncloth,1,2,3\n\ncloth,1,2\n".to_owned(),
            "line 6, column 4: a value of the color is missing; fill in all three, or none",
        ),
        (
            String::new(),
            "line 1, column 1: no table has a name of patches and their Lab or XYZ; export the columns SAMPLE_NAME, LAB_L, LAB_A, LAB_B, or write a list with id,L,a,b",
        ),
    ]);
}

#[test]
fn files_beyond_the_limits_and_files_that_are_no_text_are_refused() {
    let of = |bytes: &[u8]| readings::read(bytes, catalog());
    assert_eq!(of(&vec![b' '; readings::BYTES + 1]), Err(ReadingsError::TooLarge));
    assert_eq!(of(b"id,L,a,b\ncl\xffth,1,2,3\n"), Err(ReadingsError::NotText { line: 2, column: 3 }));
    assert_eq!(of(b"id,L\0"), Err(ReadingsError::NotText { line: 1, column: 5 }));
    let rows = |n: usize| format!("id,L,a,b\n{}", "cloth,1,2,3\n".repeat(n));
    assert_eq!(read(&rows(readings::ROWS)).len(), readings::ROWS);
    let limit = format!("line {}, column 1: there are more than {} rows", readings::ROWS + 2, readings::ROWS);
    assert!(told(&rows(readings::ROWS + 1))[0].starts_with(&limit));
    let head = "CGATS.17\nBEGIN_DATA_FORMAT\nSAMPLE_NAME LAB_L LAB_A LAB_B\nEND_DATA_FORMAT\nBEGIN_DATA\n";
    let many = format!("{head}{}END_DATA\n", "cloth 1 2 3\n".repeat(readings::ROWS + 1));
    assert!(told(&many)[0].contains("there are more than"));
    let wide = format!("id,L,a,b{}\n", ",x".repeat(readings::FIELDS));
    assert!(told(&wide)[0].contains("fields are too many"));
    let wide = head.replace("LAB_B", &format!("LAB_B{}", " X".repeat(readings::FIELDS)));
    assert!(told(&format!("{wide}END_DATA\n"))[0].contains("fields are too many"));
    let wrong = format!("id,L,a,b\n{}", "clot,1,2,3\n".repeat(readings::PROBLEMS + 50));
    assert_eq!(told(&wrong).len(), readings::PROBLEMS);
}

#[test]
fn several_readings_are_one_with_their_spread() {
    let samples = read(
        "id,L,a,b\nink/scarlet/100/underbase,44,66,46\nink/scarlet/100/underbase,46,66,46\n\
         ink/scarlet/100/underbase,45,66,46\nink/royal/100/underbase,34,18,-60\nink/lime/100/underbase,60,-40,60\n\
         ink/lime/100/underbase,80,-40,60\n",
    );
    let found = measure(&samples, shop(), None);
    let scarlet = &found.measured.inks["scarlet"];
    assert_eq!(scarlet.lab.0, [45.0, 66.0, 46.0]);
    let of = |l: f64| ciede2000(Lab::new(l, 66.0, 46.0), Lab::new(45.0, 66.0, 46.0));
    let spread = (of(44.0) + of(46.0)) / 3.0;
    assert!((scarlet.spread.unwrap() - spread).abs() < 0.006, "{scarlet:?} but {spread}");
    assert_eq!(found.measured.inks["royal"].spread, None, "one reading says nothing of the next");
    assert!(found.notes.iter().any(|note| note.starts_with("ink/lime/100/underbase: 2 readings differ by")));
    assert!(!found.notes.iter().any(|note| note.contains("scarlet")), "{:?}", found.notes);
}

/// Paper reflects 80 percent and the full ink 20, so 60 are taken. Tones of 25, 50 and 75 percent that reflect 62, 41 and 29
/// look like dots of 30, 65 and 85: they gain 5, 15 and 10, and the parabola that comes nearest has
/// (0.75 * 5 + 1 * 15 + 0.75 * 10) / (0.75 * 0.75 + 1 + 0.75 * 0.75) = 26.25 / 2.125 = 12.35 at its middle.
#[test]
fn the_gain_of_tones_is_that_of_murray_and_davies() {
    let row = |name: &str, y: f64| format!("{name},{:.5},{y:.5},{:.5}\n", y * 0.964_296, y * 0.825_105);
    let text = |tones: &[(u32, f64)]| {
        let tones = tones.iter().map(|(tone, y)| row(&format!("ink/black/{tone}/underbase"), *y));
        let all = [row("underbase", 80.0), row("ink/black/100/underbase", 20.0)];
        format!("id,X,Y,Z\n{}", all.into_iter().chain(tones).collect::<String>())
    };
    let gain = |text: &str| measure(&read(text), shop(), None).measured.inks["black"].gain;
    assert_eq!(gain(&text(&[(50, 41.0)])), Some(15.0));
    assert_eq!(gain(&text(&[(25, 62.0), (50, 41.0), (75, 29.0)])), Some(12.4));
    assert_eq!(gain(&text(&[])), None);
    // Without what lies below there is nothing to compare with, and no press prints less than nothing.
    let blind = text(&[(50, 41.0)]).replace("underbase,77", "garment/tee/navy,77");
    let notes = measure(&read(&blind), shop(), None).notes;
    assert_eq!(notes, ["ink/black: no gain: the patch underbase was not read"]);
    let notes = measure(&read(&text(&[(50, 79.0)])), shop(), None).notes;
    assert!(notes[0].starts_with("ink/black: no gain: its tones say -48 %"), "{notes:?}");
}

#[test]
fn the_opacity_gives_the_proof_the_color_that_was_read_on_cloth() {
    let (own, cloth, hides) = (Color::new(200, 60, 40), Color::new(30, 32, 38), 0.7);
    let on = |own: u8, below: u8| (f64::from(own) * (hides + (1.0 - hides) * f64::from(below) / 255.0)).round() as u8;
    let shown = Color::new(on(own.r, cloth.r), on(own.g, cloth.g), on(own.b, cloth.b));
    let sample = |patch: Patch, color: Color| Sample { patch, lab: Lab::from(color) };
    let full = |ground| ink("scarlet", 100, ground);
    let mut samples =
        vec![sample(full(Ground::Underbase), own), sample(full(Ground::Cloth), shown), sample(Patch::Cloth, cloth)];
    let opacity = |samples: &[Sample]| measure(samples, shop(), None).measured.inks["scarlet"].opacity;
    let found = opacity(&samples).unwrap();
    assert!((found - 70.0).abs() < 0.6, "{found}");
    samples[2] = sample(Patch::Cloth, Color::new(235, 235, 235));
    assert_eq!(opacity(&samples), None, "light cloth says nothing of it");
}

#[test]
fn the_color_of_an_ink_is_that_on_white_or_on_light_cloth() {
    let sample = |patch: Patch, lab: [f64; 3]| Sample { patch, lab: Lab::new(lab[0], lab[1], lab[2]) };
    let on_cloth = sample(ink("scarlet", 100, Ground::Cloth), [42.0, 60.0, 40.0]);
    let light = measure(&[on_cloth.clone(), sample(Patch::Cloth, [93.0, 0.0, 2.0])], shop(), None);
    assert_eq!(light.measured.inks["scarlet"].lab.0, [42.0, 60.0, 40.0]);
    for cloth in [vec![], vec![sample(Patch::Cloth, [20.0, 0.0, 0.0])]] {
        let dark = measure(&[&[on_cloth.clone()][..], &cloth].concat(), shop(), None);
        assert!(dark.measured.is_empty() && dark.changes.is_empty());
        assert!(dark.notes[0].starts_with("ink/scarlet: not taken"), "{:?}", dark.notes);
    }
}

#[test]
fn a_color_that_no_screen_shows_is_told() {
    let samples = read("id,L,a,b\nink/lime/100/underbase,88,-75,90\ngarment/tee/safety-green,85,-20,60\n");
    let found = measure(&samples, shop(), None);
    assert_eq!(found.notes, ["ink/lime: more vivid than a screen can show: previews have the nearest color"]);
}

#[test]
fn templates_name_every_patch_and_read_as_nothing_yet() {
    let chart = some_inks(&["scarlet"], &["mug"]);
    let mugs = catalog().garment("mug").unwrap().colors.len();
    assert_eq!(chart.patches.len(), 2 + 8 + mugs);
    for text in [template::cgats(&chart), template::csv(&chart)] {
        assert_eq!(
            told(&text),
            ["line 1, column 1: no patch is filled in; write what was read behind the names of the patches"]
        );
        for patch in &chart.patches {
            assert!(text.contains(&patch.to_string()), "{patch}");
        }
    }
    let csv = template::csv(&chart).replace(",,,", ",50,1,2");
    assert_eq!(read(&csv).into_iter().map(|sample| sample.patch).collect::<Vec<_>>(), chart.patches);
    let cgats = template::cgats(&chart).replace("-\t-\t-", "50\t1\t2");
    assert_eq!(read(&cgats), read(&csv));
    assert!(cgats.contains("CREATED \"28 November 2026\"") && cgats.contains(&chart.profile_hash()[..12]));
}

#[test]
fn patches_lie_on_their_pages_and_never_on_each_other() {
    let chart = Chart::of(shop(), &Wanted::default(), None).unwrap();
    for paper in [Paper::A4, Paper::Letter] {
        let places = sheet::places(&chart, paper);
        assert_eq!(places.len(), chart.patches.len());
        let (width, height) = (paper.size().width.mm(), paper.size().height.mm());
        for (index, place) in places.iter().enumerate() {
            let rect = place.rect;
            assert!(rect.x0 > 10.0 && rect.x1 < width - 10.0 && rect.y0 > 25.0 && rect.y1 < height - 15.0, "{place:?}");
            let apart = |other: &&sheet::Place| other.page != place.page || other.rect.intersect(rect).area() == 0.0;
            assert!(places[..index].iter().all(|other| apart(&other)), "{place:?} lies on another");
        }
    }
}

fn numbers(operation: &lopdf::content::Operation) -> Vec<f64> {
    operation.operands.iter().filter_map(|operand| operand.as_float().ok().map(f64::from)).collect()
}

#[test]
fn the_pages_have_their_size_and_every_patch_its_color_and_place() {
    let chart = some_inks(&["scarlet", "royal"], &["mug"]);
    for (paper, points) in [(Paper::Letter, [612.0, 792.0]), (Paper::A4, [595.276, 841.89])] {
        let mut file = Vec::new();
        pdf::write(&sheet::document(&chart, shop(), paper).unwrap(), &mut file).unwrap();
        let read = lopdf::Document::load_mem(&file).unwrap();
        assert_eq!(read.get_pages().len(), 1);
        let id = read.get_pages()[&1];
        let sheet_box = read.get_dictionary(id).unwrap().get(b"MediaBox").unwrap().as_array().unwrap();
        let sides: Vec<f64> = sheet_box.iter().skip(2).map(|side| f64::from(side.as_float().unwrap())).collect();
        assert!(sides.iter().zip(points).all(|(side, points)| (side - points).abs() < 0.01), "{sides:?}");
        // What is filled, in its order: where its path begins, mm, and its colour.
        let (mut filled, mut color, mut start, mut scale) = (Vec::new(), Vec::new(), Vec::new(), None);
        for operation in read.get_and_decode_page_content(id).unwrap().operations {
            match operation.operator.as_str() {
                "cm" if scale.is_none() => scale = Some(numbers(&operation)[0]),
                "rg" => color = numbers(&operation),
                "m" | "re" => start = numbers(&operation),
                "f" => filled.push((start.clone(), color.clone())),
                _ => {}
            }
        }
        assert!((scale.unwrap() - 72.0 / 25.4).abs() < 1e-4, "millimetres are millimetres");
        let places = sheet::places(&chart, paper);
        let inked = chart.patches.iter().zip(&places).filter_map(|(patch, place)| match patch {
            Patch::Ink { ink, tone, .. } => {
                Some((catalog().ink(ink).unwrap().color, f64::from(*tone) / 100.0, place.rect))
            }
            _ => None,
        });
        let inked: Vec<_> = inked.collect();
        assert_eq!(filled.len(), inked.len());
        for ((start, color), (ink, tone, rect)) in filled.iter().zip(inked) {
            assert!((start[0] - rect.x0).abs() < 0.01 && (start[1] - rect.y0).abs() < 0.01, "{start:?} but {rect:?}");
            for (found, channel) in color.iter().zip([ink.r, ink.g, ink.b]) {
                let expected = 1.0 - (1.0 - f64::from(channel) / 255.0) * tone;
                assert!((found - expected).abs() < 0.003, "{color:?} but {ink} at {tone}");
            }
        }
        let words = crate::proof::pages(&file)[0].replace('\n', "");
        for (index, patch) in chart.patches.iter().enumerate() {
            let label = format!("{} {patch}", index + 1).replace(' ', "");
            assert!(words.replace(' ', "").contains(&label), "{label} in {words}");
        }
        let hash = &chart.profile_hash()[..12];
        for said in ["Platen Print Shop: color chart", "28 November 2026", hash, "This line is 100 mm long"] {
            assert!(words.contains(said), "{said} in {words}");
        }
    }
}

#[test]
fn plates_hold_each_tone_of_their_ink_and_white_below() {
    let chart = some_inks(&["scarlet", "royal"], &["mug"]);
    assert_eq!(sheet::inked_pages(&chart, Paper::Letter), [0]);
    let mut file = Vec::new();
    sheet::plates(&chart, shop(), (Paper::Letter, 0), &mut file).unwrap();
    let read = lopdf::Document::load_mem(&file).unwrap();
    let is_plate = |stream: &&lopdf::Stream| {
        stream.dict.get(b"Subtype").is_ok_and(|it| it.as_name().is_ok_and(|name| name == b"Image"))
    };
    let plates: Vec<Vec<u8>> = read
        .objects
        .values()
        .filter_map(|object| object.as_stream().ok())
        .filter(is_plate)
        .map(|stream| stream.decompressed_content().unwrap())
        .collect();
    assert_eq!(plates.len(), 3, "white below, scarlet and royal");
    // Letter at 144 dots per inch.
    let (width, places) = (1224, sheet::places(&chart, Paper::Letter));
    let at = |plate: &[u8], index: usize| {
        let center = places[index].rect.center();
        plate[(center.y * 144.0 / 25.4) as usize * width + (center.x * 144.0 / 25.4) as usize]
    };
    for (index, patch) in chart.patches.iter().enumerate() {
        let expected = match patch {
            Patch::Underbase => [255, 0, 0],
            Patch::Ink { ink, tone, ground } => {
                let coverage = (f64::from(*tone) * 2.55).round() as u8;
                let white = if *ground == Ground::Underbase { 255 } else { 0 };
                if ink == "scarlet" { [white, coverage, 0] } else { [white, 0, coverage] }
            }
            Patch::Cloth | Patch::Garment { .. } => [0, 0, 0],
        };
        let found: Vec<u8> = plates.iter().map(|plate| at(plate, index)).collect();
        assert_eq!(found, expected, "{patch}");
    }
    assert!(plates.iter().all(|plate| plate[0] == 0 && *plate.last().unwrap() == 0), "nothing beside the patches");
}

#[test]
fn a_chart_has_what_exists_and_no_more_than_its_limits() {
    let refused = |wanted: Wanted| Chart::of(shop(), &wanted, None).unwrap_err().to_string();
    let with = |tones: Vec<u32>| Wanted { tones, ..Wanted::default() };
    assert_eq!(refused(with(vec![0])), "tones are 1 to 99 percent, not 0; the full tone is always there");
    assert!(refused(with(vec![100])).starts_with("tones are 1 to 99 percent, not 100"));
    assert_eq!(refused(with((1..=10).collect())), "10 tones are too many; at most 9 are allowed");
    let inks = Some(vec!["scarlett".to_owned()]);
    assert_eq!(
        refused(Wanted { inks, ..Wanted::default() }),
        "there is no ink \"scarlett\"; did you mean \"scarlet\"?"
    );
    let twice = Some(vec!["scarlet".to_owned(), "scarlet".to_owned()]);
    let once = Chart::of(shop(), &Wanted { inks: twice, tones: Vec::new(), garments: Some(Vec::new()) }, None).unwrap();
    assert_eq!(
        once.patches,
        [Patch::Cloth, Patch::Underbase, ink("scarlet", 100, Ground::Underbase), ink("scarlet", 100, Ground::Cloth)]
    );
}
