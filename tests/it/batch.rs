//! Batches as a shop runs them: through the command, with the power failing.

use std::collections::BTreeMap;
use std::io::{BufRead as _, Cursor};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use platen::batch::columns::template_names;
use platen::batch::names::{LISTS, NameTemplate};
use platen::batch::orders::{self, Opened};
use platen::batch::plan::{Make, Spec};
use platen::batch::run::{self, Batch, Event};
use platen::batch::sheet::{self, SheetKind};
use platen::cancel::Cancel;
use platen::design::Design;
use platen::export::Format;
use platen::shop::Shop;
use platen::units::Dpi;

use crate::cli::{Scratch, path, platen, root, stderr};

/// A small design with a name and a number, beside the orders.
pub(crate) const DESIGN: &str = r##"{"version":1,"name":"Crew","garment":"tee","color":"navy","technique":"dtf",
    "fields":[{"id":"name","sample":"SAMPLE","max_length":14}],
    "placements":[{"area":"left-chest","layers":[{"id":"a","type":"text","text":"{{name}}","font":"Anton","size":20,
    "fill":"#ffffff","x":50,"y":50,"fit_width":80,"fit":"shrink"}]}]}"##;

pub(crate) fn prepare(scratch: &Scratch, orders: &str) {
    scratch.write("crew.json", DESIGN);
    scratch.write("orders.csv", orders);
}

pub(crate) fn many(rows: usize) -> String {
    let row = |index: usize| format!("A-{},{},crew.json,M,P{}\n", index / 3, index % 3 + 1, index / 2);
    format!("order_id,line,design,size,name\n{}", (0..rows).map(row).collect::<String>())
}

fn arguments<'a>(orders: &'a Path, out: &'a Path, more: &[&'a str]) -> Vec<&'a str> {
    let mut all = vec!["batch", path(orders), "-o", path(out), "--preview-width", "120"];
    if !more.contains(&"--dpi") {
        all.extend(["--dpi", "40"]);
    }
    all.extend(more);
    all
}

pub(crate) fn batch(scratch: &Scratch, out: &str, more: &[&str]) -> Output {
    platen(&arguments(&scratch.file("orders.csv"), &scratch.file(out), more))
}

/// Every file below a folder, but what the folder keeps of itself.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    fn below(root: &Path, folder: &Path, found: &mut BTreeMap<String, Vec<u8>>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap().path();
            let name = entry.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            if name == ".batch" {
                continue;
            }
            if entry.is_dir() {
                below(root, &entry, found);
            } else {
                found.insert(name, std::fs::read(&entry).unwrap());
            }
        }
    }
    let mut found = BTreeMap::new();
    below(folder, folder, &mut found);
    found
}

pub(crate) fn report(folder: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(folder.join("report.json")).unwrap()).unwrap()
}

/// Resolution, straight alpha, and ink somewhere.
fn is_print_at_60_dpi(bytes: &[u8]) -> bool {
    let reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
    let density = reader.info().pixel_dims.unwrap().xppu;
    let pixels = image::load_from_memory(bytes).unwrap().to_rgba8();
    density == 2362 && pixels.pixels().any(|pixel| pixel[3] == 255) && pixels.pixels().any(|pixel| pixel[3] == 0)
}

#[test]
fn prints_come_in_the_format_that_is_asked_for() {
    let scratch = Scratch::new("batch-formats");
    std::fs::write(scratch.file("orders.csv"), "order_id,design,size,quantity\nA1,tour.json,L,1\n").unwrap();
    std::fs::copy(root().join("examples/tour.json"), scratch.file("tour.json")).unwrap();
    for (format, head) in [("tif", &b"II*\0"[..]), ("pdf", b"%PDF-1.7"), ("svg", b"<svg"), ("png", b"\x89PNG")] {
        let output = batch(&scratch, format, &["--make", "artwork", "--print-format", format]);
        assert!(output.status.success(), "{}", stderr(&output));
        let prints: Vec<_> =
            files(&scratch.file(format)).into_iter().filter(|(name, _)| name.starts_with("A1/")).collect();
        assert!(!prints.is_empty());
        for (name, bytes) in prints {
            assert!(name.ends_with(&format!(".{format}")) && bytes.starts_with(head), "{name}");
        }
    }
}

#[test]
fn the_example_runs_and_every_file_is_what_it_says() {
    let scratch = Scratch::new("batch-example");
    let out = scratch.file("out");
    let output = platen(&arguments(&root().join("examples/orders.csv"), &out, &["--dpi", "60"]));
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(output.stdout.is_empty(), "stdout is for data");
    let made = files(&out);
    let report = report(&out);
    assert_eq!((report["made"].as_u64(), report["rows"].as_u64()), (Some(9), Some(9)));
    let mut manifest = csv::Reader::from_path(out.join("manifest.csv")).unwrap();
    let mut listed = 0;
    for row in manifest.records() {
        let row = row.unwrap();
        let bytes = &made[&row[0]];
        assert_eq!(blake3::hash(bytes).to_hex().as_str(), &row[2], "{}", &row[0]);
        assert_eq!(bytes.len().to_string(), &row[1], "{}", &row[0]);
        let picture = image::load_from_memory(bytes).unwrap();
        match &row[3] {
            "preview" => assert_eq!(picture.width(), 120, "{}", &row[0]),
            _ => assert!(is_print_at_60_dpi(bytes), "{}", &row[0]),
        }
        listed += 1;
    }
    // What the report says that a print shows is what the print says.
    let mut prints = 0;
    let files = report["lines"].as_array().unwrap().iter().flat_map(|line| line["files"].as_array().unwrap());
    for file in files.filter(|file| file["kind"] == "artwork") {
        let bytes = &made[file["path"].as_str().unwrap()];
        let reader = png::Decoder::new(Cursor::new(bytes)).read_info().unwrap();
        let said = reader.info().uncompressed_latin1_text.iter().find(|text| text.keyword == "Platen-Artwork-Hash");
        assert_eq!(said.unwrap().text, file["artwork"].as_str().unwrap());
        prints += 1;
    }
    assert!(prints > 8, "{prints}");
    assert_eq!(listed + 4, made.len(), "four lists, and nothing that they do not name: {:?}", made.keys());
    assert!(made["A-1002/2-front.png"] == made["A-1002/3-front.png"], "the color of the cloth is not part of a print");
    assert!(made["A-1002/2-front-preview.jpg"] != made["A-1002/3-front-preview.jpg"]);
    let picks = String::from_utf8(made["picklist.csv"].clone()).unwrap();
    assert!(picks.contains("tee,forest,M,8,A-1002\r\n"), "{picks}");
}

#[test]
fn a_batch_that_is_killed_again_and_again_ends_with_the_same_bytes() {
    let scratch = Scratch::new("batch-kill");
    prepare(&scratch, &many(24));
    let whole = batch(&scratch, "whole", &["--jobs", "2"]);
    assert!(whole.status.success(), "{}", stderr(&whole));
    let expected = files(&scratch.file("whole"));
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("cut"));
    let mut cuts = 0;
    for there in [0, 1, 4, 11, 20, 30].into_iter().cycle().take(60) {
        kill_at(&orders, &out, there);
        let made = files(&out);
        // What is in its place is whole, whenever the power failed.
        for (name, bytes) in &made {
            assert_eq!(Some(bytes), expected.get(name), "{name}");
        }
        let is_cut = expected.keys().any(|name| !LISTS.contains(&name.as_str()) && !made.contains_key(name));
        if is_cut {
            cuts += 1;
            assert!(LISTS.iter().all(|list| !made.contains_key(*list)), "no list says that it is done");
        } else {
            // It was faster than this test, which is nothing bad: from the start again.
            std::fs::remove_dir_all(&out).unwrap();
        }
        if cuts == 6 {
            break;
        }
    }
    assert!(cuts > 0, "no run could be cut off");
    let last = batch(&scratch, "cut", &["--jobs", "2"]);
    assert!(last.status.success(), "{}", stderr(&last));
    assert!(files(&out) == expected, "the same set");
    let mut own: Vec<_> = std::fs::read_dir(out.join(".batch")).unwrap().map(|it| it.unwrap().file_name()).collect();
    own.sort();
    assert_eq!(own, ["items.db", "lock"], "no leftovers");
}

/// Kills a run once it has put that many files in their places, or at its start. It may be done by then.
fn kill_at(orders: &Path, out: &Path, there: usize) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(arguments(orders, out, &["--jobs", "2"]))
        .current_dir(root())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // Counted while the run puts and removes files.
    let count = |folder: &Path| std::fs::read_dir(folder).map_or(0, Iterator::count);
    let in_orders = || {
        let folders = std::fs::read_dir(out).into_iter().flatten().flatten().map(|entry| entry.path());
        folders.filter(|folder| !folder.ends_with(".batch")).map(|folder| count(&folder)).sum::<usize>()
    };
    let is_at = || out.join(".batch/items.db").exists() && in_orders() >= there;
    while !is_at() && child.try_wait().unwrap().is_none() {
        std::thread::park_timeout(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn files_of_a_run_that_was_killed_are_known_and_go_with_their_rows() {
    let scratch = Scratch::new("batch-known");
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let mut cuts = 0;
    for there in [1, 3, 6, 9, 14].into_iter().cycle().take(40) {
        prepare(&scratch, &many(24));
        kill_at(&orders, &out, there);
        // A run that was done has its lists.
        cuts += usize::from(!out.join(LISTS[0]).exists());
        prepare(&scratch, &many(1));
        assert!(batch(&scratch, "out", &[]).status.success());
        let left: Vec<String> = files(&out).into_keys().filter(|name| name.contains('/')).collect();
        assert_eq!(left, ["A-0/1-front-preview.jpg", "A-0/1-left-chest.png"]);
        if cuts == 4 {
            break;
        }
    }
    assert!(cuts > 0, "no run could be cut off");
}

#[test]
fn damaged_and_missing_files_are_healed_and_rows_that_are_gone_are_cleared() {
    let scratch = Scratch::new("batch-heal");
    prepare(&scratch, &many(4));
    assert!(batch(&scratch, "out", &[]).status.success());
    let out = scratch.file("out");
    let expected = files(&out);
    let damaged = out.join("A-0/1-left-chest.png");
    let mut bytes = std::fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    std::fs::remove_file(out.join("A-0/2-front-preview.jpg")).unwrap();
    std::fs::write(out.join("A-0/notes.txt"), "not ours").unwrap();
    let output = batch(&scratch, "out", &[]);
    assert!(stderr(&output).contains("2 files were damaged or gone"), "{}", stderr(&output));
    let mut again = files(&out);
    assert_eq!(again.remove("A-0/notes.txt").unwrap(), b"not ours");
    assert!(again == expected);
    prepare(&scratch, &many(3));
    let output = batch(&scratch, "out", &[]);
    assert!(stderr(&output).contains("2 files of rows"), "{}", stderr(&output));
    assert!(!out.join("A-1").exists() && out.join("A-0/notes.txt").exists());
    scratch.write("other.csv", &many(1));
    let other = platen(&arguments(&scratch.file("other.csv"), &out, &[]));
    assert_eq!(other.status.code(), Some(2));
    assert!(stderr(&other).contains("holds the batch of \"orders.csv\""), "{}", stderr(&other));
}

#[test]
fn bad_rows_are_told_with_their_place_and_stop_nothing_else() {
    let scratch = Scratch::new("batch-hostile");
    scratch.write("empty.json", "{}");
    let rows = "\u{feff}Name;QTY;Order ID;Design;Size;Line;Due;Technique;Garment Colour\r\n\
        Good;1;../../etc;crew.json;M;1;;;\r\n\
        \"=1+1\";1;CON;crew;m;1;2026-12-24;DTF;Navy\r\n\
        Twin;1;CON;crew.json;M;1;;;\r\n\
        Few;0;A;crew.json;M;1;;;\r\n\
        Day;1;A;crew.json;M;2;12/11/2026;;\r\n\
        Size;1;A;crew.json;jumbo;3;;;\r\n\
        Out;1;A;../orders.csv;M;4;;;\r\n\
        Bad;1;A;empty.json;M;5;;;\r\n\
        A name that is much too long;1;A;crew.json;M;6;;;\r\n\
        None;1;;crew.json;M;7;;;\r\n\
        Wide;1;A;crew.json;M;8;;;;more\r\n\
        Tech;1;A;crew.json;M;9;;lazer;\r\n\
        Color;1;A;crew.json;M;10;;;nvay\r\n\
        \"Two\r\nLines\";1;a;crew.json;M;;;;\r\n\
        White;1;b;crew.json;M;;;;white\r\n\
        Week;1;b;crew.json;M;;2026-W52-4;;\r\n\
        Leap;1;b;crew.json;M;;2026-02-29;;\r\n";
    prepare(&scratch, rows);
    let output = batch(&scratch, "out", &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    for part in [
        "row 4, column `Line`: order \"CON\" has line \"1\" in row 3 already",
        "row 5, column `QTY`: \"0\" is no number of pieces; write 1 to 100000",
        "row 6, column `Due`: \"12/11/2026\" is two days: 2026-11-12 with the day first, 2026-12-11 with the month first",
        "row 7, column `Size`: ",
        "row 8, column `Design`: ../orders.csv: it must lie in the folder of the orders",
        "row 9, column `Design`: empty.json: ",
        "row 10, column `name`: ",
        "row 11, column `Order ID`: it is empty",
        "row 12: 10 cells, but the file has 9 columns",
        "row 13, column `Technique`: ",
        "row 14, column `Garment Colour`: ",
        "did you mean \"navy\"?",
        "row 16: invisible-on-garment on left-chest",
        "row 17, column `Due`: \"2026-W52-4\" is no date that can be read in one way only; write it as 2026-12-24",
        "row 18, column `Due`: there is no such day as \"2026-02-29\"; February 2026 has 28 days",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let out = scratch.file("out");
    let made = files(&out);
    for name in made.keys() {
        assert!(name.is_ascii() && !name.contains("..") && !name.to_lowercase().starts_with("con/"), "{name}");
    }
    let prints = made.keys().filter(|name| name.ends_with("left-chest.png")).count();
    assert_eq!(prints, 3, "{:?}", made.keys());
    assert!(!scratch.file("etc").exists());
    let page = String::from_utf8(made["report.html"].clone()).unwrap();
    assert!(page.contains("Two Lines") && !page.contains("<script"));
    let report = report(&out);
    assert_eq!(report["not_made"].as_u64(), Some(14));
    let accepted = batch(&scratch, "other", &["--accept", "invisible-on-garment"]);
    let said = stderr(&accepted);
    let of_row = said.lines().filter(|line| line.contains("row 16"));
    assert!(of_row.clone().count() == 1 && of_row.clone().all(|line| line.starts_with("warning: ")), "{said}");
}

#[test]
fn a_dry_run_shows_the_first_rows_and_writes_nothing() {
    let scratch = Scratch::new("batch-dry");
    prepare(&scratch, &many(9));
    let orders = scratch.file("orders.csv");
    let output = platen(&["batch", path(&orders), "--dry-run"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(shown.starts_with("row  order_id  line  design     size  name\n2    A-0"), "{shown}");
    assert!(shown.contains("A-0/1-left-chest.png\n"), "{shown}");
    assert!(
        stderr(&output).contains("9 of 9 rows would be made: 9 pieces, 18 files from 10 jobs"),
        "{}",
        stderr(&output)
    );
    assert_eq!(std::fs::read_dir(&scratch.0).unwrap().count(), 2);
}

#[test]
fn paths_may_be_relative() {
    let scratch = Scratch::new("batch-relative");
    prepare(&scratch, &many(1));
    let output = Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(["--assets", path(root()), "batch", "orders.csv", "-o", "out", "--make", "preview"])
        .current_dir(&scratch.0)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(scratch.file("out/A-0/1-front-preview.jpg").exists());
}

#[test]
fn names_follow_the_template_and_never_collide() {
    let scratch = Scratch::new("batch-names");
    prepare(&scratch, &many(4));
    let template = ["--make", "artwork", "--name-template", "{size}/{name}-{area}"];
    assert!(batch(&scratch, "out", &template).status.success());
    let made = files(&scratch.file("out"));
    for name in ["M/P0-left-chest.png", "M/P0-left-chest-2.png", "M/P1-left-chest.png", "M/P1-left-chest-2.png"] {
        assert!(made.contains_key(name), "{name}: {:?}", made.keys());
    }
    let bad = batch(&scratch, "out", &["--name-template", "../{order}"]);
    assert_eq!(bad.status.code(), Some(2));
    assert!(stderr(&bad).contains("no path within the folder"), "{}", stderr(&bad));
}

#[cfg(target_os = "linux")]
#[test]
fn a_disk_that_takes_no_more_is_told_and_the_same_command_goes_on() {
    let scratch = Scratch::new("batch-full");
    prepare(&scratch, &many(6));
    assert!(batch(&scratch, "whole", &[]).status.success());
    // The largest file that this shell's children may write: less than a preview's.
    let orders = scratch.file("orders.csv");
    let out = scratch.file("out");
    let command = format!("trap '' XFSZ; ulimit -f 40; exec \"$0\" {}", arguments(&orders, &out, &[]).join(" "));
    let output =
        Command::new("bash").args(["-c", &command, env!("CARGO_BIN_EXE_platen")]).current_dir(root()).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(!said.contains("panicked") && said.contains("could not write"), "{said}");
    assert!(said.contains("once that is settled, the same command goes on"), "{said}");
    let nowhere = platen(&arguments(&orders, Path::new("/proc/platen/out"), &[]));
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(stderr(&nowhere).contains("could not write /proc/platen/out"), "{}", stderr(&nowhere));
    let last = batch(&scratch, "out", &[]);
    assert!(last.status.success(), "{}", stderr(&last));
    assert!(files(&out) == files(&scratch.file("whole")));
    assert_eq!(std::fs::read_dir(out.join(".batch")).unwrap().count(), 2, "no leftovers");
}

#[test]
fn two_runs_at_once_are_refused_and_a_stranger_s_folder_is_left_alone() {
    let scratch = Scratch::new("batch-two");
    prepare(&scratch, &many(2));
    assert!(batch(&scratch, "out", &[]).status.success());
    let lock = std::fs::File::open(scratch.file("out/.batch/lock")).unwrap();
    lock.lock().unwrap();
    let second = batch(&scratch, "out", &[]);
    assert_eq!(second.status.code(), Some(2));
    assert!(stderr(&second).contains("another run is writing"), "{}", stderr(&second));
    std::fs::create_dir(scratch.file("mine")).unwrap();
    scratch.write("mine/thesis.txt", "years of work");
    let stranger = batch(&scratch, "mine", &[]);
    assert_eq!(stranger.status.code(), Some(2));
    assert!(stderr(&stranger).contains("no folder of a batch and not empty"), "{}", stderr(&stranger));
    assert_eq!(files(&scratch.file("mine")).len(), 1);
}

#[test]
fn a_damaged_or_foreign_table_is_told_with_advice_that_helps() {
    let scratch = Scratch::new("batch-table");
    prepare(&scratch, &many(1));
    let out = scratch.file("out");
    for damaged in [true, false] {
        assert!(batch(&scratch, "out", &[]).status.success());
        let table = out.join(".batch/items.db");
        if damaged {
            std::fs::write(&table, "this is no database at all").unwrap();
        } else {
            std::fs::remove_file(&table).unwrap();
            let url = format!("sqlite://{}?mode=rwc", path(&table));
            tokio::runtime::Runtime::new().unwrap().block_on(async {
                let database = sqlx::SqlitePool::connect(&url).await.unwrap();
                sqlx::query("CREATE TABLE items (x INT)").execute(&database).await.unwrap();
                database.close().await;
            });
        }
        let output = batch(&scratch, "out", &[]);
        assert_eq!(output.status.code(), Some(2));
        let said = stderr(&output);
        assert!(
            said.contains("is no table of a batch, or a damaged one; name a new folder, or empty this one"),
            "{said}"
        );
        assert!(out.join("A-0/1-left-chest.png").exists(), "what is there stays");
        for entry in std::fs::read_dir(&out).unwrap() {
            let entry = entry.unwrap().path();
            if entry.is_dir() { std::fs::remove_dir_all(entry) } else { std::fs::remove_file(entry) }.unwrap();
        }
    }
    assert!(batch(&scratch, "out", &[]).status.success(), "an emptied folder is a new one");
}

#[test]
fn a_file_that_is_too_long_is_refused_with_its_own_length() {
    let scratch = Scratch::new("batch-long");
    let orders = scratch.write("orders.csv", "order_id\n");
    std::fs::File::options().write(true).open(&orders).unwrap().set_len(80_000_000).unwrap();
    let output = batch(&scratch, "out", &[]);
    assert_eq!(output.status.code(), Some(2));
    let said = stderr(&output);
    assert!(said.contains("the file has 80000000 bytes; split it; at most 67108864 are read"), "{said}");
    assert!(!scratch.file("out").exists());
}

#[cfg(unix)]
#[test]
fn asked_to_stop_it_finishes_what_runs_and_says_how_to_go_on() {
    let scratch = Scratch::new("batch-stop");
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    prepare(&scratch, &many(2));
    assert!(batch(&scratch, "out", &["--dpi", "300"]).status.success());
    let lists = ["picklist.csv", "report.html", "report.json", "manifest.csv"];
    assert!(lists.iter().all(|list| out.join(list).exists()));
    prepare(&scratch, &many(60));
    let mut child = Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(arguments(&orders, &out, &["--jobs", "1", "--dpi", "300"]))
        .current_dir(root())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    while !out.join("A-1/1-left-chest.png").exists() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::park_timeout(Duration::from_millis(5));
    }
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("stopping when") && said.contains("the same command goes on from here"), "{said}");
    let made = files(&out);
    assert!(lists.iter().all(|list| !made.contains_key(*list)), "lists of the run before say what is no longer so");
    // A line's files are finished together.
    assert_eq!(made.len() % 2, 0, "{:?}", made.keys());
}

#[cfg(unix)]
#[test]
fn asked_twice_what_runs_is_called_off() {
    let scratch = Scratch::new("batch-twice");
    prepare(&scratch, "order_id,design,size,name\nA,crew.json,M,Ada\n");
    // 300 million pixels and more: that takes a while.
    let big = DESIGN.replace("left-chest", "front").replace("\"x\":50,\"y\":50", "\"x\":150,\"y\":150");
    scratch.write("crew.json", &big);
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let mut child = Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(arguments(&orders, &out, &["--make", "artwork", "--dpi", "1200"]))
        .current_dir(root())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let is_drawing = || std::fs::metadata(out.join(".batch/0.tmp")).is_ok_and(|file| file.len() > 0);
    while !is_drawing() {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::park_timeout(Duration::from_millis(2));
    }
    let pid = child.id().to_string();
    let terminate = || Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    terminate();
    let mut lines = std::io::BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.any(|line| line.contains("again to call them off")));
    terminate();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert!(lines.any(|line| line.contains("stopped: 0 of 1 files")));
    assert_eq!(files(&out).len(), 0);
    assert_eq!(std::fs::read_dir(out.join(".batch")).unwrap().count(), 2, "no leftovers");
}

#[test]
fn a_ticket_says_what_is_missing_and_where_each_line_goes() {
    let scratch = Scratch::new("batch-ticket-lines");
    let rows = "A,7,crew.json,M,1,ZOË,fragile\nA,8,crew.json,L,2,LI,\nA,9,crew.json,huge,1,NG,\nA,10,crew.json,L,1,,\nB,1,crew.json,M,1,NG,\n";
    prepare(&scratch, &format!("order_id,line,design,size,quantity,name,note\n{rows}"));
    // A name that is empty leaves nothing on the chest.
    let made = batch(&scratch, "out", &["--make", "ticket"]);
    assert_eq!(made.status.code(), Some(1), "{}", stderr(&made));
    let made = files(&scratch.file("out"));
    let ticket = crate::proof::pages(&made["A/ticket.pdf"]).join("\n");
    assert!(
        ticket.contains("Order A")
            && ticket.contains("INCOMPLETE: 2 of 4 lines cannot be made as ordered: line 10, row 4 of the file"),
        "{ticket}"
    );
    assert!(ticket.contains("fragile (line 7)"), "{ticket}");
    for (line, name) in [("7", "ZOË"), ("8", "LI")] {
        assert!(ticket.lines().any(|said| said == line) && ticket.lines().any(|said| said == name), "{ticket}");
    }
    let places: Vec<&str> = ticket.lines().filter(|said| said.contains(" mm, ") && said.ends_with("right")).collect();
    assert_eq!(places.len(), 2, "each line has a place and a size: {ticket}");
    assert_ne!(places[0], places[1], "dots over the name make it higher");
    let whole = crate::proof::pages(&made["B/ticket.pdf"]).join("\n");
    assert!(!whole.contains("INCOMPLETE"), "{whole}");
}

#[test]
fn a_dry_run_that_is_stopped_counts_what_it_looked_at() {
    let scratch = Scratch::new("batch-counts");
    prepare(&scratch, "");
    let shop = Shop::open(root()).unwrap();
    let design = Design::from_json(DESIGN.as_bytes()).unwrap();
    let opened = Opened { design: Arc::new(design), library: Arc::new(shop.library()), digest: [1; 32] };
    let rows: String = (0..9).map(|row| format!("A,crew,M,P{row}\n")).collect();
    let sheet = sheet::read(format!("order_id,design,size,name\n{rows}").as_bytes(), SheetKind::Csv).unwrap();
    let orders = orders::read(&sheet, &shop, &mut |_| Ok(opened.clone()));
    let names = NameTemplate::read(NameTemplate::DEFAULT, &template_names(&sheet)).unwrap();
    let spec = Spec {
        make: [Make::Artwork].into(),
        preview_width_px: 100,
        preview_format: Format::Jpeg,
        print_format: Format::Png,
        dpi: Dpi::PRINT,
        accept: Vec::new(),
        names,
    };
    let (stop, abort) = (Cancel::new(), Cancel::new());
    let tell = |event| {
        if event == Event::Checked(3, 9) {
            stop.set();
        }
    };
    let batch = Batch { shop: &shop, orders: &orders, spec: &spec, jobs: 1, stop: &stop, abort: &abort, tell: &tell };
    let outcome = run::rehearse(&batch).unwrap();
    assert!(outcome.stopped && outcome.refused.is_empty());
    assert_eq!(outcome.good().collect::<Vec<_>>(), [0, 1, 2]);
    assert_eq!(outcome.plan.files.len(), 3);
}

#[test]
fn tickets_are_made_for_each_order_and_a_lock_tells_what_changed() {
    let scratch = Scratch::new("batch-ticket");
    prepare(&scratch, &many(4));
    let lock = scratch.file("jobs.lock");
    let more = ["--make", "ticket", "--lock", path(&lock)];
    let first = batch(&scratch, "one", &more);
    assert!(first.status.success(), "{}", stderr(&first));
    let made = files(&scratch.file("one"));
    let ticket = lopdf::Document::load_mem(&made["A-0/ticket.pdf"]).unwrap();
    let title = ticket.trailer.get(b"Info").and_then(|info| ticket.dereference(info)).unwrap().1.as_dict().unwrap();
    let title = title.get(b"Title").unwrap().as_str().unwrap().to_vec();
    assert!(String::from_utf8_lossy(&title).contains("Job ticket A-0"), "{title:?}");
    assert!(made.contains_key("A-1/ticket.pdf"));
    let again = batch(&scratch, "two", &more);
    assert!(again.status.success(), "{}", stderr(&again));
    assert!(files(&scratch.file("two")) == made, "a reprint");
    let finer = batch(&scratch, "finer", &[&more[..], &["--dpi", "60"]].concat());
    assert_eq!(finer.status.code(), Some(2));
    assert!(stderr(&finer).contains(": dpi: 40 then, 60 now; "), "{}", stderr(&finer));
    scratch.write("crew.json", &DESIGN.replace("\"size\":20", "\"size\":21"));
    let changed = batch(&scratch, "three", &more);
    assert_eq!(changed.status.code(), Some(2));
    assert!(stderr(&changed).contains("design crew.json is another one"), "{}", stderr(&changed));
    assert!(!scratch.file("three").exists());
}

#[test]
fn a_sport_tells_of_illegal_twin_low_and_faint_numbers_and_makes_them_all_the_same() {
    let scratch = Scratch::new("batch-sport");
    scratch.write(
        "team.json",
        r##"{"version":1,"name":"Team","garment":"tee","color":"navy","technique":"dtf",
        "fields":[{"id":"number","sample":"00","max_length":3},{"id":"name","sample":"NAME","max_length":14}],
        "placements":[
        {"area":"front","layers":[{"id":"f","type":"text","text":"{{number}}","font":"Anton","size":40,"fill":"#1a2440","x":178,"y":150}]},
        {"area":"back","layers":[{"id":"n","type":"text","text":"{{number}}","font":"Anton","size":260,"fill":"#ffffff","x":178,"y":260}]}]}"##,
    );
    let rows = "T1,team.json,M,7,ADA\nT1,team.json,M,10,BEA\nT1,team.json,L,10,CLEO\nT1,team.json,M,0,DORA\nT1,team.json,M,00,EVE\nT2,team.json,M,10,FAY\nT1,team.json,M,7,GIA\n";
    scratch.write("orders.csv", &format!("order_id,design,size,number,name\n{rows}"));
    let told = platen(&["batch", path(&scratch.file("orders.csv")), "--dry-run", "--sport", "basketball-high-school"]);
    let text = stderr(&told);
    assert!(
        text.contains("rows 2 and 8, column `number`: Basketball (NFHS, US high schools) has no number with a 7; use digits from 0 to 5"),
        "{text}"
    );
    assert!(text.contains("row 8, column `number`: 7 is the number of row 2, too"), "and twins are told: {text}");
    assert!(text.contains("row 4, column `number`: 10 is the number of row 3, too"), "{text}");
    assert!(text.contains("row 6, column `number`: 00 stands beside 0 of row 5"), "{text}");
    assert!(!text.contains("row 7, column `number`: 10 is the number"), "another order is another team: {text}");
    assert!(text.contains("mm high; Basketball (NFHS, US high schools) has 102 to 203 mm there for adults"), "{text}");
    assert!(text.contains("stands out from the cloth by 1."), "{text}");
    assert!(!text.contains("on Back is"), "a number of 260 mm type is high enough: {text}");
    let most = platen(&["batch", path(&scratch.file("orders.csv")), "--dry-run", "--sport", "basketball"]);
    assert!(!stderr(&most).contains("no number with") && !stderr(&most).contains("beside"), "{}", stderr(&most));
    let unknown = platen(&["batch", path(&scratch.file("orders.csv")), "--dry-run", "--sport", "curling"]);
    let known = "there are rules for basketball, basketball-high-school, football, soccer";
    assert!(stderr(&unknown).contains(known), "{}", stderr(&unknown));
}

#[test]
fn columns_that_are_called_otherwise_are_said_on_the_command_line() {
    let scratch = Scratch::new("batch-columns");
    prepare(&scratch, "Bestellnummer;Motiv;Größe;Aufdruck;Regal\nB-7;crew;M;ADA;3\n");
    let lost = batch(&scratch, "lost", &[]);
    assert_eq!(lost.status.code(), Some(1));
    let said = stderr(&lost);
    assert!(said.contains("row 2: the file has no columns `order_id`, `design` and `size`"), "{said}");
    assert!(
        said.contains("the file has: Bestellnummer, Motiv, Größe, Aufdruck, Regal") && said.contains("--columns"),
        "{said}"
    );
    let columns = "order_id=Bestellnummer,design=Motiv,size=Größe,name=Aufdruck";
    let template = ["--columns", columns, "--make", "artwork", "--name-template", "{order}/{name}"];
    let output = batch(&scratch, "out", &template);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(scratch.file("out/B-7/ADA.png").exists(), "{:?}", files(&scratch.file("out")).keys());
    assert!(stderr(&output).contains("column `Regal`: the column is not known, and is ignored"), "{}", stderr(&output));
    let wrong = batch(&scratch, "other", &["--columns", "order_id=Nummer"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(stderr(&wrong).contains("there is no column `Nummer`"), "{}", stderr(&wrong));
}

#[test]
fn a_slip_in_a_column_s_name_is_told_and_stops_nothing() {
    let scratch = Scratch::new("batch-slip");
    prepare(&scratch, "order_id,design,size,Quantty,name,Note,Shelf\nA,crew,M,3,ADA,gift,B7\n");
    let output = batch(&scratch, "out", &["--make", "artwork", "--name-template", "{order}/{shelf}"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(
        said.contains("note: ") && said.contains("column `Quantty`: the column is not known, and is ignored"),
        "{said}"
    );
    assert!(said.contains("did you mean `quantity`?"), "{said}");
    assert!(!said.contains("`Note`") && !said.contains("`Shelf`"), "what is kept and what the template uses: {said}");
}

#[test]
fn a_row_may_name_its_garment() {
    let scratch = Scratch::new("batch-garment");
    let rows = "A,crew,tee,navy,M,ADA\nA,crew,Sweatshirt,navy,M,ADA\nA,crew,mug,navy,M,BEA\nA,crew,sweetshirt,navy,M,CLEO\n\
        A,crew,sweatshirt,no such,M,DORA\nA,crew,,navy,M,EVE\n";
    prepare(&scratch, &format!("order_id,design,garment,color,size,name\n{rows}"));
    let output = batch(&scratch, "out", &["--make", "preview"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    let said = stderr(&output);
    assert!(said.contains("row 4, column `garment`: the design prints on left-chest, which "), "{said}");
    assert!(
        said.contains("row 5, column `garment`: there is no garment \"sweetshirt\"; did you mean \"sweatshirt\"?"),
        "{said}"
    );
    assert!(said.contains("row 6, column `color`: there is no garment color \"no such\""), "{said}");
    let lines = report(&scratch.file("out"))["lines"].clone();
    let garments: Vec<&str> = lines.as_array().unwrap().iter().map(|line| line["garment"].as_str().unwrap()).collect();
    assert_eq!(garments, ["tee", "sweatshirt", "tee"]);
    let made = files(&scratch.file("out"));
    let [tee, sweatshirt] = ["A/1-front-preview.jpg", "A/2-front-preview.jpg"].map(|name| &made[name]);
    assert!(tee != sweatshirt, "the same words on another garment");
    let picks = String::from_utf8(made["picklist.csv"].clone()).unwrap();
    assert!(picks.contains("sweatshirt,navy,M,1,A\r\n") && picks.contains("tee,navy,M,2,A\r\n"), "{picks}");
}

#[test]
fn bad_rows_are_told_by_their_order_and_once_for_all_that_are_alike() {
    let scratch = Scratch::new("batch-alike");
    let rows = "A-1,crew,M,ADA,Foxes\nA-2,crew,HUGE,BEA,Wolves\nA-3,crew,M,CLEO,\nA-4,crew,HUGE,DORA,Owls\n";
    prepare(&scratch, &format!("order_id,design,size,name,customer\n{rows}A-3,crew,M,CLEO,\n"));
    let output = batch(&scratch, "out", &["--make", "preview,gang", "--dpi", "100"]);
    let said = stderr(&output);
    let error = "orders A-2 (Wolves) and A-4 (Owls), rows 3 and 5, column `size`: there is no size \"HUGE\"; ";
    assert!(said.contains(error), "{said}");
    assert!(said.find(error) < said.find("row 6: it says the same as row 4"), "errors come first: {said}");
    let out = scratch.file("out");
    let issues = report(&out)["issues"].clone();
    assert_eq!(
        (&issues[0]["row"], &issues[0]["order_id"], &issues[0]["ship_to"]),
        (&3.into(), &"A-2".into(), &"Wolves".into())
    );
    assert_eq!((&issues[1]["row"], &issues[1]["column"]), (&5.into(), &"size".into()));
    assert!(issues[1]["hint"].as_str().unwrap().contains("comes in"), "{issues}");
    let page = std::fs::read_to_string(out.join("report.html")).unwrap();
    assert!(page.contains("rows 3 and 5") && page.contains("A-2 (Wolves) and A-4 (Owls)"), "{page}");
    let names = ["cut-list.csv", "press-order.csv"].map(|name| format!("gang/{name}"));
    for name in &names {
        assert!(page.contains(&format!("href=\"{name}\"")) && out.join(name).exists(), "{name}");
    }
    let plain = batch(&scratch, "plain", &["--make", "preview"]);
    assert_eq!(plain.status.code(), Some(1));
    let page = std::fs::read_to_string(scratch.file("plain/report.html")).unwrap();
    assert!(!page.contains("href=\"gang/"), "there is no film");
}
