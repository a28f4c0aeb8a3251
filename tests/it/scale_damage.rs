//! Several machines whose file store is damaged: what is not as it was made is made again, for whoever asks.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::backends::postgres_database;
use crate::cli::{Scratch, path, root};
use crate::scale::{PICTURE, Running, SMALL, batch, count, files, worker};
use crate::served::Data;

/// What is made, small.
const WHAT: [&str; 4] = ["--dpi", "40", "--make", "preview,artwork"];

/// Orders of so many rows of a small print each.
pub(crate) fn small_orders(scratch: &Scratch, rows: usize) -> PathBuf {
    scratch.write("small.json", SMALL);
    let lines = (1..=rows).fold(String::new(), |mut text, row| {
        writeln!(text, "D-1,{row},small.json,M,NAME {row}").unwrap();
        text
    });
    scratch.write("orders.csv", &format!("order_id,line,design,size,name\n{lines}"))
}

/// The files of a folder of the store.
fn objects(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Half of the file.
fn cut(file: &Path) {
    let whole = std::fs::read(file).unwrap();
    std::fs::write(file, &whole[..whole.len() / 2]).unwrap();
}

/// The same size, and other bytes.
fn turn(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(file, bytes).unwrap();
}

#[test]
fn a_damaged_print_in_the_store_is_no_print_for_any_batch() {
    let (scratch, data) = (Scratch::new("scale-damaged"), Data::new());
    let (orders, store) = (small_orders(&scratch, 2), scratch.file("store"));
    let (database, storage) = (postgres_database(), format!("file://{}", path(&store)));
    let mut at_work = Running::start(&mut worker(&data, &database, &["--storage", &storage]));
    at_work.until("takes jobs");
    let make = |out: &str| {
        let out = scratch.file(out);
        let shared = ["--database", &database, "--storage", &storage];
        let (code, said) = Running::start(&mut batch(&orders, &out, &[&WHAT[..], &shared].concat())).end();
        assert_eq!(code, Some(0), "{said}");
        files(&out)
    };
    let expected = make("first");
    let kept = objects(&store.join("print/out"));
    let whole: Vec<Vec<u8>> = kept.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(kept.len() >= 4, "{kept:?}");
    let is_healed = || kept.iter().zip(&whole).all(|(file, whole)| std::fs::read(file).unwrap() == *whole);
    for (out, damage) in [("second", cut as fn(&Path)), ("third", turn)] {
        kept.iter().for_each(|file| damage(file));
        assert!(make(out) == expected && is_healed(), "{out}");
    }
    // One that nobody has noted may be anything.
    assert_eq!(
        count(&database, "WITH gone AS (DELETE FROM print_outputs RETURNING 1) SELECT count(*) FROM gone"),
        kept.len()
    );
    kept.iter().for_each(|file| turn(file));
    assert!(make("fourth") == expected && is_healed());
    // What is as it was made is not made again.
    let untouched = |file: &PathBuf| std::fs::metadata(file).unwrap().modified().unwrap();
    let before: Vec<_> = kept.iter().map(untouched).collect();
    assert!(make("fifth") == expected && kept.iter().map(untouched).eq(before));
    assert_eq!(at_work.terminate().0, Some(0));
}

#[test]
fn what_is_damaged_or_gone_of_a_design_is_put_there_again() {
    let (scratch, data) = (Scratch::new("scale-inputs"), Data::new());
    std::fs::create_dir_all(scratch.file("pictures")).unwrap();
    std::fs::copy(root().join("tests/fixtures/pictures/badge.jpg"), scratch.file("pictures/badge.jpg")).unwrap();
    scratch.write("picture.json", PICTURE);
    let store = scratch.file("store");
    let (database, storage) = (postgres_database(), format!("file://{}", path(&store)));
    let shared = ["--database", &database, "--storage", &storage];
    let work = || {
        let mut at_work = Running::start(&mut worker(&data, &database, &["--storage", &storage]));
        at_work.until("takes jobs");
        at_work
    };
    let orders = |name: &str| {
        let columns = "order_id,line,design,size,technique,garment_color,name";
        scratch.write(&format!("{name}.csv"), &format!("{columns}\nE-1,1,picture.json,L,dtf,white,{name}\n"))
    };
    let submit = |name: &str| {
        let command = &mut batch(&orders(name), &scratch.file(name), &[&WHAT[..], &shared].concat());
        Running::start(command)
    };
    let alone = |name: &str| {
        let out = scratch.file(&format!("{name}-alone"));
        assert!(batch(&orders(name), &out, &WHAT).output().unwrap().status.success());
        files(&out)
    };
    let first = work();
    let (code, said) = submit("ANNA").end();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(first.terminate().0, Some(0));
    let kept = objects(&store.join("print/in"));
    assert_eq!(kept.len(), 4, "document, picture, list of both, profile: {kept:?}");

    // Damaged: for all batches that come later.
    kept.iter().zip([cut as fn(&Path), turn, cut, turn]).for_each(|(file, damage)| damage(file));
    let second = work();
    let (code, said) = submit("BO").end();
    assert!(code == Some(0) && said.contains("put there again"), "{said}");
    assert!(files(&scratch.file("BO")) == alone("BO"));
    let is_healed = || {
        let is_whole = |file: &PathBuf| {
            let hash = blake3::hash(&std::fs::read(file).unwrap()).to_hex();
            file.file_name().unwrap() == hash.as_str()
        };
        objects(&store.join("print/in")).iter().filter(|file| is_whole(file)).count() == 4
    };
    assert!(is_healed());
    assert_eq!(second.terminate().0, Some(0));

    // Gone while the batch is at it.
    let mut waiting = submit("CY");
    waiting.until("no worker takes these jobs");
    kept.iter().for_each(|file| std::fs::remove_file(file).unwrap());
    let third = work();
    let (code, said) = waiting.end();
    assert!(code == Some(0) && said.contains("put there again"), "{said}");
    assert!(files(&scratch.file("CY")) == alone("CY") && is_healed());
    assert_eq!(
        count(&database, "SELECT count(*) FROM print_items WHERE state <> 'done' OR tries > 0 OR lacks <> ''"),
        0
    );
    assert_eq!(third.terminate().0, Some(0));
}
