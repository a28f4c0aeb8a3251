//! Gang sheets through the command: what lies on the film is what the print files hold.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use image::RgbaImage;

use crate::cli::{Scratch, path, platen, root, stderr};

/// Lettering of two sizes, far from the corner of its print area, so that only what is inked is cut out.
const DESIGN: &str = r##"{"version":1,"name":"Crew","garment":"tee","color":"navy","technique":"dtf",
    "fields":[{"id":"name","sample":"SAMPLE","max_length":14}],
    "placements":[{"area":"front","layers":[{"id":"a","type":"text","text":"{{name}}","font":"Anton","size":40,
    "fill":"#ffcc00","x":150,"y":120,"fit_width":200,"fit":"shrink"}]},
    {"area":"left-sleeve","layers":[{"id":"b","type":"shape","shape":"star","points":5,"radius":30,"inner":0.5,
    "fill":"#ffffff","x":45,"y":45}]}]}"##;

const ORDERS: &str = "order_id,line,design,size,quantity,due,name\n\
    B-2,1,crew.json,L,2,2026-12-24,MILLER\n\
    B-2,2,crew.json,S,1,2026-12-24,OKAFOR\n\
    A-1,1,crew.json,M,1,2026-12-20,LI\n\
    C-3,1,crew.json,M,2,,Vandenberghe\n";

fn prepare(name: &str) -> Scratch {
    let scratch = Scratch::new(name);
    scratch.write("crew.json", DESIGN);
    scratch.write("orders.csv", ORDERS);
    scratch
}

fn gang(scratch: &Scratch, orders: &str, out: &str, more: &[&str]) -> Output {
    let (orders, out) = (scratch.file(orders), scratch.file(out));
    let mut all = vec!["gang", path(&orders), "-o", path(&out), "--dpi", "100"];
    all.extend(more);
    platen(&all)
}

fn report(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join("gang.json")).unwrap()).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.filter(|path| path.is_file());
    files.map(|file| (file.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&file).unwrap())).collect()
}

/// Sum of all alphas, and the bounds of what is not transparent.
fn inked(picture: &RgbaImage) -> (u64, [u32; 4]) {
    let mut found = (0, [u32::MAX, u32::MAX, 0, 0]);
    for (x, y, pixel) in picture.enumerate_pixels().filter(|(.., pixel)| pixel[3] > 0) {
        found.0 += u64::from(pixel[3]);
        found.1 = [found.1[0].min(x), found.1[1].min(y), found.1[2].max(x + 1), found.1[3].max(y + 1)];
    }
    found
}

fn cut(picture: &RgbaImage, [left, top, right, bottom]: [u32; 4]) -> RgbaImage {
    image::imageops::crop_imm(picture, left, top, right - left, bottom - top).to_image()
}

#[test]
fn what_lies_on_the_film_is_the_print_file_pixel_by_pixel() {
    film_holds_the_prints(&prepare("gang-pixels"));
}

#[test]
fn each_print_on_a_film_has_its_own_edges() {
    let scratch = prepare("gang-edges");
    let mut design: serde_json::Value = serde_json::from_str(DESIGN).unwrap();
    let edges = |mode: &str| serde_json::json!({ "edges": { "mode": mode }, "least_line": 1.0 });
    design["placements"][0]["production"] = edges("halftone");
    design["placements"][0]["layers"][0]["opacity"] = 0.5.into();
    design["placements"][1]["production"] = edges("hard");
    scratch.write("crew.json", &design.to_string());
    film_holds_the_prints(&scratch);
}

fn film_holds_the_prints(scratch: &Scratch) {
    let output = gang(scratch, "orders.csv", "out", &["--no-labels", "--width", "13in", "--format", "png,tiff"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let made = platen(&[
        "batch",
        path(&scratch.file("orders.csv")),
        "-o",
        path(&scratch.file("prints")),
        "--make",
        "artwork",
        "--dpi",
        "100",
    ]);
    assert!(made.status.success(), "{}", stderr(&made));
    let out = scratch.file("out");
    let sheet = image::open(out.join("sheet-1.png")).unwrap().to_rgba8();
    assert_eq!(sheet.width(), 1300);
    let report = report(&out);
    let pieces = report["sheets"][0]["pieces"].as_array().unwrap();
    assert_eq!(pieces.len(), 12, "six garments with two prints each");
    let (mut turned, mut sum) = (0, 0);
    for piece in pieces {
        let px = |key: &str| (piece[key].as_f64().unwrap() / 25.4 * 100.0).round() as u32;
        let (left, top) = (px("x_mm"), px("y_mm"));
        let mut place = cut(&sheet, [left, top, left + px("width_mm"), top + px("height_mm")]);
        if piece["turned"].as_bool().unwrap() {
            place = image::imageops::rotate270(&place);
            turned += 1;
        }
        let id: Vec<&str> = piece["id"].as_str().unwrap().split('/').collect();
        let print = image::open(scratch.file(&format!("prints/{}/{}-{}.png", id[0], id[1], id[2]))).unwrap().to_rgba8();
        let ((expected, bounds), (found, within)) = (inked(&print), inked(&place));
        let (wanted, laid) = (cut(&print, bounds), cut(&place, within));
        assert!(expected > 0 && wanted.dimensions() == laid.dimensions(), "{id:?}: nothing is cut off");
        assert!(wanted == laid, "{id:?}: all its pixels are those of the print file");
        let tight = |length: u32, inked: u32| length <= inked + 8;
        assert!(tight(place.width(), within[2] - within[0]) && tight(place.height(), within[3] - within[1]), "{id:?}");
        sum += found;
    }
    assert!(turned > 0, "some piece is turned, or this proves half of it");
    assert_eq!(inked(&sheet).0, sum, "and nothing else is on the sheet");
    // The TIFF holds the same pixels.
    let file = std::fs::read(out.join("sheet-1.tif")).unwrap();
    assert!(crate::sheet_pixels::of(&file, sheet.dimensions()) == sheet.into_raw());
}

#[test]
fn the_rows_order_changes_nothing_and_a_shorter_sheet_means_more_of_them() {
    let scratch = prepare("gang-order");
    let more = ["--format", "png,pdf", "--foot-price", "8.00"];
    let first = gang(&scratch, "orders.csv", "one", &more);
    assert!(first.status.success(), "{}", stderr(&first));
    let mut rows: Vec<&str> = ORDERS.lines().collect();
    rows[1..].reverse();
    scratch.write("shuffled.csv", &format!("{}\n", rows.join("\n")));
    assert!(gang(&scratch, "shuffled.csv", "two", &more).status.success());
    let (mut one, mut two) = (files(&scratch.file("one")), files(&scratch.file("two")));
    // The report says in which row of the file a piece is ordered.
    assert!(one.remove("gang.json") != two.remove("gang.json"));
    assert!(one == two);
    assert_eq!(one.keys().collect::<Vec<_>>(), ["cut-list.csv", "press-order.csv", "sheet-1.pdf", "sheet-1.png"]);

    let short =
        gang(&scratch, "orders.csv", "one", &["--max-length", "6in", "--width", "10in", "--foot-price", "8.00"]);
    assert!(short.status.success(), "{}", stderr(&short));
    let report = report(&scratch.file("one"));
    let sheets = report["sheets"].as_array().unwrap();
    assert!(sheets.len() > 1);
    assert!(sheets.iter().all(|sheet| sheet["length_in"].as_f64().unwrap() <= 6.0));
    assert_eq!(sheets[0]["pieces"].as_array().unwrap().iter().filter(|piece| piece["due"] == "2026-12-20").count(), 2);
    let cost = format!("{}.00", 8 * sheets.len());
    assert_eq!((report["cost"].as_str(), report["currency"].as_str()), (Some(cost.as_str()), Some("USD")));
    assert!(!scratch.file("one/sheet-1.pdf").exists(), "what an earlier run made is gone");
    let said = String::from_utf8_lossy(&short.stdout).into_owned();
    assert!(said.starts_with("sheet 1: 10.00 x ") && said.contains("billed 12.00 in, 8.00 USD"), "{said}");
}

#[test]
fn metric_film_is_told_and_billed_in_metric_lengths() {
    let scratch = prepare("gang-metric");
    let more = ["--width", "60cm", "--max-length", "10cm", "--gap", "5mm", "--meter-price", "8.00"];
    let output = gang(&scratch, "orders.csv", "out", &more);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    // A pixel is a quarter of a millimetre here.
    assert!(said.starts_with("sheet 1: 59.99 x ") && !said.contains(" in"), "{said}");
    let report = report(&scratch.file("out"));
    let sheets = report["sheets"].as_array().unwrap();
    assert!(sheets.len() > 1);
    let sum = |key: &str| sheets.iter().map(|sheet| sheet[key].as_f64().unwrap()).sum::<f64>();
    let number = |value: &serde_json::Value| value.as_f64().unwrap();
    for sheet in sheets {
        assert!((number(&sheet["width_mm"]) - 600.0).abs() < 0.26 && number(&sheet["length_mm"]) <= 100.0, "{sheet}");
        assert_eq!(number(&sheet["billed_mm"]), 100.0, "in steps of 10 cm: {sheet}");
    }
    assert!((number(&report["billed_mm"]) - sum("billed_mm")).abs() < 1e-6);
    let cost = format!("{:.2}", 8.0 * sum("billed_mm") / 1000.0);
    assert_eq!(report["cost"], cost);
    let total = format!("all {} sheets: {:.2} cm, billed", sheets.len(), sum("length_mm") / 10.0);
    assert!(said.contains(&total) && said.contains(&format!(", {cost} USD")), "{total}: {said}");
    let mut list = csv::Reader::from_path(scratch.file("out/cut-list.csv")).unwrap();
    let head = list.headers().unwrap().clone();
    let column = |name: &str| head.iter().position(|column| column == name).unwrap();
    for row in list.records().map(Result::unwrap) {
        for (mm, inches) in [("x_mm", "x_in"), ("y_mm", "y_in"), ("width_mm", "width_in"), ("height_mm", "height_in")] {
            let [mm, inches] = [mm, inches].map(|name| row[column(name)].parse::<f64>().unwrap());
            assert!((mm - inches * 25.4).abs() < 0.02, "{row:?}");
        }
    }
    let narrow = gang(&scratch, "orders.csv", "other", &["--width", "60mm", "--dry-run"]);
    assert!(stderr(&narrow).contains(" mm with its label and does not fit a sheet of 47."), "{}", stderr(&narrow));
    let bounds = gang(&scratch, "orders.csv", "other", &["--width", "3m"]);
    assert!(stderr(&bounds).contains("a film's width is 0.050 to 2.032 m, not 3.000 m"), "{}", stderr(&bounds));
}

#[test]
fn the_press_is_told_the_place_that_tickets_tell() {
    let scratch = Scratch::new("gang-place");
    // The print area begins 50.8 mm below the collar, and the ink 30 mm below that.
    let layer =
        r##"{"id":"a","type":"shape","shape":"rectangle","width":90,"height":40,"fill":"#ffcc00","x":178,"y":50}"##;
    let design =
        r#"{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[{"area":"front","layers":["#;
    scratch.write("box.json", &format!("{design}{layer}]}}]}}"));
    scratch.write("orders.csv", "order_id,line,design,size\nA,1,box.json,M\n");
    assert!(gang(&scratch, "orders.csv", "out", &[]).status.success());
    let press = std::fs::read_to_string(scratch.file("out/press-order.csv")).unwrap();
    assert!(press.contains("Top edge 81 mm (3.2 in) below the collar"), "of the ink, not of the piece: {press}");
    let (orders, batch) = (scratch.file("orders.csv"), scratch.file("batch"));
    let made = platen(&["batch", path(&orders), "-o", path(&batch), "--make", "ticket"]);
    assert!(made.status.success(), "{}", stderr(&made));
    let ticket = crate::proof::pages(&std::fs::read(batch.join("A/ticket.pdf")).unwrap()).join(" ");
    assert!(ticket.contains("81 mm"), "{ticket}");
}

#[test]
fn lists_say_what_to_cut_and_in_which_order_to_press() {
    let scratch = prepare("gang-lists");
    assert!(gang(&scratch, "orders.csv", "out", &[]).status.success());
    let read = |name: &str| -> Vec<Vec<String>> {
        let mut reader = csv::Reader::from_path(scratch.file("out").join(name)).unwrap();
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect()
    };
    let press = read("press-order.csv");
    let sizes: Vec<&str> = press.iter().map(|row| row[2].as_str()).collect();
    assert_eq!(sizes, ["S", "S", "M", "M", "M", "M", "M", "M", "L", "L", "L", "L"], "as sizes grow, not by letters");
    let turns: Vec<String> = (1..=12).map(|turn: u32| turn.to_string()).collect();
    assert_eq!(press.iter().map(|row| &row[0]).collect::<Vec<_>>(), turns.iter().collect::<Vec<_>>());
    let cuts = read("cut-list.csv");
    let ids = |rows: &[Vec<String>], column: usize| {
        let mut ids: Vec<String> = rows.iter().map(|row| row[column].clone()).collect();
        ids.sort();
        ids
    };
    assert_eq!(ids(&cuts, 1), ids(&press, 7));
    assert!(ids(&cuts, 1).contains(&"B-2/1/front/2".to_owned()));
    let number = |row: &[String], column: usize| row[column].parse::<f64>().unwrap();
    for row in &cuts {
        assert!(number(row, 6) >= 0.25 && number(row, 6) + number(row, 8) <= 21.7501, "{row:?}");
    }
}

#[test]
fn what_cannot_go_on_film_is_told_and_stops_nothing_else() {
    let scratch = prepare("gang-refused");
    scratch.write(
        "wide.json",
        &DESIGN.replace("\"fit_width\":200", "\"fit_width\":280").replace("\"size\":40", "\"size\":90"),
    );
    let rows = "A,1,crew.json,M,1,,Li\nB,1,wide.json,M,1,,WILLIAMSONS\nC,1,crew.json,nope,1,,Li\n";
    scratch.write("orders.csv", &format!("order_id,line,design,size,quantity,due,name\n{rows}"));
    let narrow = ["--width", "10in", "--max-length", "10in", "--accept", "outside-area"];
    let output = gang(&scratch, "orders.csv", "out", &narrow);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("row 3: the print of front is") && said.contains("take a wider film or a longer sheet"),
        "{said}"
    );
    assert!(said.contains("row 4, column `size`"), "{said}");
    let report = report(&scratch.file("out"));
    assert_eq!(report["pieces"], 2);
    assert_eq!(report["refused"].as_array().unwrap().len(), 1);
    let beside = scratch.file("beside");
    let orders = scratch.file("orders.csv");
    let film = ["--make", "gang", "--film-width", "10in", "--film-length", "10in", "--dpi", "100"];
    let all = platen(&[&["batch", path(&orders), "-o", path(&beside)], &film[..]].concat());
    let told = stderr(&all);
    assert_eq!(told.matches("row 3").count(), 1, "a batch and its film tell a bad row once: {told}");
    let whole = "order B, row 3: outside-area on front, layer a: ";
    assert!(told.contains(whole) && told.contains("would be cut off. M") && !told.contains(".;"), "{told}");
    let twice = "A,1,crew.json,M,1,,Li\nA,2,crew.json,M,1,,Li\n";
    scratch.write("twice.csv", &format!("order_id,line,design,size,quantity,due,name\n{twice}"));
    let tight = gang(&scratch, "twice.csv", "tight", &["--width", "60mm", "--no-labels"]);
    let told = stderr(&tight);
    assert!(told.contains("order A, rows 2 and 3: the print of left-sleeve is"), "{told}");
    assert_eq!(told.matches("does not fit").count(), 1, "{told}");
    for (more, part) in [
        (["--width", "22"], "such as 22in"),
        (["--width", "1in"], "a film's width is"),
        (["--gap", "9in"], "the gap is"),
        (["--max-length", "61ft"], "longest length is"),
        (["--technique", "lazer"], "lazer"),
        (["--foot-price", "cheap"], "no price"),
        (["--accept", "everything"], "no rule"),
    ] {
        let refused = gang(&scratch, "orders.csv", "other", &more);
        assert_eq!(refused.status.code(), Some(2), "{more:?}");
        assert!(stderr(&refused).contains(part), "{more:?}: {}", stderr(&refused));
    }
    let none = gang(&scratch, "orders.csv", "other", &["--technique", "vinyl"]);
    assert!(stderr(&none).contains("2 rows of other techniques than vinyl are left out"), "{}", stderr(&none));
    assert!(stderr(&none).contains("nothing to put on a sheet") && !scratch.file("other").exists());
}

#[test]
fn labels_are_read_by_a_scanner_and_say_which_piece_it_is() {
    let scratch = prepare("gang-labels");
    let output = platen(&["gang", path(&scratch.file("orders.csv")), "-o", path(&scratch.file("out")), "--dpi", "200"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let sheet = image::open(scratch.file("out").join("sheet-1.png")).unwrap().to_rgba8();
    let report = report(&scratch.file("out"));
    let pieces = report["sheets"][0]["pieces"].as_array().unwrap();
    assert_eq!(pieces.len(), 12);
    let mut turned = 0;
    for piece in pieces {
        let px = |name: &str| (piece[name].as_f64().unwrap() * 200.0 / 25.4).round() as u32;
        let (x, y) = (px("x_mm"), px("y_mm"));
        let found = cut(&sheet, [x, y, x + px("width_mm"), y + px("height_mm")]);
        // On clear film, seen against the light.
        let light = |x: usize, y: usize| {
            let image::Rgba([r, g, b, alpha]) = *found.get_pixel(x as u32, y as u32);
            let grey = (u32::from(r) + u32::from(g) + u32::from(b)) / 3;
            (255 - u32::from(alpha) + grey * u32::from(alpha) / 255) as u8
        };
        let (width, height) = (found.width() as usize, found.height() as usize);
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(width, height, light);
        let codes: Vec<String> = image.detect_grids().iter().filter_map(|code| Some(code.decode().ok()?.1)).collect();
        assert_eq!(codes, [piece["id"].as_str().unwrap()]);
        turned += u32::from(piece["turned"] == true);
    }
    assert!(turned > 0, "turned labels were read, too");
    let lists = files(&scratch.file("out"));
    let press = String::from_utf8(lists["press-order.csv"].clone()).unwrap();
    let head = press.lines().next().unwrap();
    assert!(head.ends_with("ship_to,fields,place"), "{head}");
    let row = press.lines().find(|row| row.contains("B-2/2/front/1")).unwrap();
    assert!(row.contains("OKAFOR") && row.contains(" mm (") && row.contains("below the collar"), "{row}");
}

#[test]
fn film_that_no_row_is_for_is_a_note_of_a_batch_and_leaves_nothing_old() {
    let scratch = prepare("gang-none");
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let run = |make: &str, more: &[&str]| {
        let all = ["batch", path(&orders), "-o", path(&out), "--dpi", "100", "--make", make];
        platen(&[&all[..], more].concat())
    };
    let first = run("gang", &["--film-width", "300mm", "--film-format", "png,pdf"]);
    assert!(first.status.success(), "{}", stderr(&first));
    let sheets = files(&out.join("gang"));
    assert!(sheets.contains_key("sheet-1.pdf"));
    let sheet = image::load_from_memory(&sheets["sheet-1.png"]).unwrap();
    assert_eq!(sheet.width(), 1181, "300 mm at 100 dots per inch");
    scratch.write(
        "orders.csv",
        &ORDERS
            .replace("quantity,", "quantity,technique,")
            .replace(",crew.json,M,1,", ",crew.json,M,1,vinyl,")
            .replace(",crew.json,M,2,", ",crew.json,M,2,vinyl,")
            .replace(",crew.json,L,2,", ",crew.json,L,2,vinyl,")
            .replace(",crew.json,S,1,", ",crew.json,S,1,vinyl,"),
    );
    let none = run("artwork,gang", &[]);
    assert!(none.status.success(), "{}", stderr(&none));
    assert!(stderr(&none).contains("no row is printed as transfer film"), "{}", stderr(&none));
    assert!(files(&out.join("gang")).is_empty());
    let coarse = platen(&["batch", path(&orders), "-o", path(&out), "--dpi", "30", "--make", "gang"]);
    assert!(stderr(&coarse).contains("sheets have 72 to 600 dots per inch, not 30"), "{}", stderr(&coarse));
    let sheets = gang(&scratch, "orders.csv", "film", &["--technique", "vinyl"]);
    assert!(sheets.status.success() && !files(&scratch.file("film")).is_empty(), "{}", stderr(&sheets));
    let nothing = gang(&scratch, "orders.csv", "film", &[]);
    assert!(stderr(&nothing).contains("nothing to put on a sheet") && files(&scratch.file("film")).is_empty());
}

#[test]
fn a_long_sheet_has_one_page_of_its_size_and_keeps_each_print_once() {
    let scratch = prepare("gang-long");
    scratch.write("orders.csv", "order_id,design,size,quantity,name\nA,crew.json,M,300,LI\n");
    let more = ["--no-labels", "--max-length", "60ft", "--width", "8in", "--format", "pdf", "--effort", "quick"];
    let output = gang(&scratch, "orders.csv", "out", &more);
    assert!(output.status.success(), "{}", stderr(&output));
    let report = report(&scratch.file("out"));
    let length = report["sheets"][0]["length_in"].as_f64().unwrap();
    assert!(length > 201.0, "longer than a page can be in points: {length}");
    let bytes = std::fs::read(scratch.file("out/sheet-1.pdf")).unwrap();
    assert!(bytes.len() < 200_000, "{} bytes for two prints and their places", bytes.len());
    let pdf = lopdf::Document::load_mem(&bytes).unwrap();
    let page = pdf.get_dictionary(pdf.get_pages()[&1]).unwrap();
    let number = |object: &lopdf::Object| f64::from(object.as_float().unwrap());
    let unit = number(page.get(b"UserUnit").unwrap());
    let sheet: Vec<f64> = page.get(b"MediaBox").unwrap().as_array().unwrap().iter().map(number).collect();
    assert!(sheet[3] <= 14_400.0 && (sheet[3] * unit / 72.0 - length).abs() < 0.01, "{sheet:?} {unit}");
    assert!((sheet[2] * unit / 72.0 - 8.0).abs() < 0.01, "{sheet:?}");
    let is_image = |object: &&lopdf::Object| {
        object.as_stream().is_ok_and(|stream| {
            stream.dict.get(b"Subtype").is_ok_and(|it| it.as_name().is_ok_and(|name| name == b"Image"))
        })
    };
    assert_eq!(pdf.objects.values().filter(is_image).count(), 4, "two prints, and their alpha");
}

#[test]
fn a_folder_of_designs_is_ganged_with_samples() {
    let scratch = prepare("gang-folder");
    std::fs::create_dir(scratch.file("designs")).unwrap();
    scratch.write("designs/one.json", DESIGN);
    scratch.write("designs/two.json", &DESIGN.replace("SAMPLE", "OTHER"));
    scratch.write("designs/broken.json", "{}");
    let output = gang(&scratch, "designs", "out", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stderr(&output).contains("broken.json"), "{}", stderr(&output));
    assert_eq!(report(&scratch.file("out"))["pieces"], 4);
    let example = platen(&["gang", path(&root().join("examples")), "--dry-run"]);
    assert!(String::from_utf8_lossy(&example.stdout).starts_with("sheet 1: 22.00 x "), "{}", stderr(&example));
}

#[test]
fn a_batch_s_film_is_laid_as_that_of_the_command_of_its_own() {
    let scratch = prepare("gang-asked");
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let asked = [
        ("width", "500mm"),
        ("gap", "9mm"),
        ("edge", "11mm"),
        ("effort", "quick"),
        ("bill-step", "30mm"),
        ("foot-price", "7.50"),
    ];
    let options = |prefix: &str| {
        let pairs = asked.iter().flat_map(|(name, value)| [format!("--{prefix}{name}"), (*value).to_owned()]);
        pairs.chain([format!("--{prefix}no-turn")]).collect::<Vec<String>>()
    };
    let (own, film) = (options(""), options("film-"));
    let alone = gang(&scratch, "orders.csv", "alone", &own.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(alone.status.success(), "{}", stderr(&alone));
    let mut all = vec!["batch", path(&orders), "-o", path(&out), "--dpi", "100", "--make", "gang"];
    all.extend(film.iter().map(String::as_str));
    let beside = platen(&all);
    assert!(beside.status.success(), "{}", stderr(&beside));
    assert_eq!(beside.stdout, alone.stdout);
    assert!(files(&out.join("gang")) == files(&scratch.file("alone")));
    let report = report(&out.join("gang"));
    let pieces = report["sheets"][0]["pieces"].as_array().unwrap();
    assert!(pieces.iter().all(|piece| piece["turned"] == false && piece["x_mm"].as_f64().unwrap() >= 11.0));
    let steps = report["billed_mm"].as_f64().unwrap() / 30.0;
    assert!((steps - steps.round()).abs() < 1e-4, "{steps}");
}

#[test]
fn orders_of_film_say_what_their_columns_mean() {
    let scratch = prepare("gang-columns");
    scratch.write("german.csv", &ORDERS.replace("order_id,line,design,size", "Auftrag,line,Motiv,Größe"));
    let columns = ["--columns", "order_id=Auftrag,design=Motiv,size=Größe"];
    let german = gang(&scratch, "german.csv", "german", &columns);
    assert!(german.status.success(), "{}", stderr(&german));
    assert!(gang(&scratch, "orders.csv", "plain", &[]).status.success());
    assert!(files(&scratch.file("german")) == files(&scratch.file("plain")));
}

#[test]
fn a_batch_has_its_film_beside_its_orders() {
    let scratch = prepare("gang-batch");
    scratch.write("orders.csv", &ORDERS.replace("A-1,", "gang,"));
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let run = |make: &str, more: &[&str]| {
        let all = ["batch", path(&orders), "-o", path(&out), "--dpi", "100", "--make", make];
        platen(&[&all[..], more].concat())
    };
    let done = |make: &str, more: &[&str]| {
        let output = run(make, more);
        assert!(output.status.success(), "{}", stderr(&output));
    };
    let lock = scratch.file("jobs.lock");
    let locked = ["--lock", path(&lock)];
    done("artwork,gang", &locked);
    assert_eq!(report(&out.join("gang"))["pieces"], 12);
    let first = files(&out.join("gang"));
    let manifest = std::fs::read_to_string(out.join("manifest.csv")).unwrap();
    for (name, bytes) in &first {
        let line = format!("gang/{name},{},{},gang,", bytes.len(), blake3::hash(bytes).to_hex());
        assert!(manifest.contains(&line), "{line}: {manifest}");
    }
    let folders: Vec<_> = std::fs::read_dir(&out).unwrap().map(|it| it.unwrap().file_name()).collect();
    let is_order = |name: &&std::ffi::OsString| name.to_string_lossy().starts_with("_gang-");
    assert_eq!(folders.iter().filter(is_order).count(), 1, "an order of that name has another folder: {folders:?}");
    done("artwork,gang", &locked);
    assert!(files(&out.join("gang")) == first);
    let other = run("artwork", &locked);
    assert!(stderr(&other).contains("gang sheets is gone"), "{}", stderr(&other));
    assert!(files(&out.join("gang")) == first, "nothing was touched");
    done("artwork", &[]);
    assert!(files(&out.join("gang")).is_empty(), "no film tells of orders that changed since");
}
