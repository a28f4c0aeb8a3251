//! Several machines whose workers change: other assets, machines that cannot write, jobs that outlive a worker.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use crate::backends::postgres_database;
use crate::cli::{Scratch, path, root};
use crate::scale::{LARGE, Running, ask, batch, count, files, large_picture, worker};
use crate::scale_damage::small_orders;
use crate::served::Data;

/// A print of 50 KB at 100 dpi; what it is made from has few.
const WIDE: &str = r##"{"version":1,"name":"Wide","garment":"tee","color":"navy","technique":"dtf",
    "fields":[{"id":"name","sample":"SAMPLE","max_length":14}],
    "placements":[{"area":"front","layers":[{"id":"a","type":"text","text":"{{name}}","font":"Anton","size":40,
    "fill":"#ffffff","x":150,"y":100}]}]}"##;

/// All assets, and a tee with another name.
fn other_assets(scratch: &Scratch) -> PathBuf {
    let (assets, mockups) = (scratch.file("assets"), root().join("mockups"));
    std::fs::create_dir_all(assets.join("mockups/tee")).unwrap();
    symlink(root().join("fonts"), assets.join("fonts")).unwrap();
    for entry in std::fs::read_dir(&mockups).unwrap().map(|entry| entry.unwrap().file_name()) {
        if entry != "tee" {
            symlink(mockups.join(&entry), assets.join("mockups").join(&entry)).unwrap();
        }
    }
    for view in ["front", "back"] {
        symlink(mockups.join("tee").join(view), assets.join("mockups/tee").join(view)).unwrap();
    }
    let garment = std::fs::read_to_string(mockups.join("tee/garment.toml")).unwrap();
    let renamed = garment.replacen("name = \"Classic tee\"", "name = \"Timeless tee\"", 1);
    assert_ne!(renamed, garment);
    std::fs::write(assets.join("mockups/tee/garment.toml"), renamed).unwrap();
    assets
}

#[test]
fn a_batch_goes_on_with_other_assets() {
    let scratch = Scratch::new("scale-assets");
    let (orders, assets) = (small_orders(&scratch, 3), other_assets(&scratch));
    let (database, storage) = (postgres_database(), format!("file://{}", path(&scratch.file("store"))));
    let submit = |more: &[&str]| {
        let shared = ["--dpi", "20", "--make", "artwork", "--database", &database, "--storage", &storage];
        Running::start(&mut batch(&orders, &scratch.file("out"), &[&shared[..], more].concat()))
    };
    let mut before = submit(&[]);
    before.until("no worker takes these jobs");
    assert_eq!(before.terminate().0, Some(1), "it was stopped");
    assert_eq!(count(&database, "SELECT count(*) FROM print_items WHERE state = 'waiting'"), 3);
    let assets = ["--assets", path(&assets)];
    let mut command = Command::new(env!("CARGO_BIN_EXE_platen"));
    command.args(["worker", "--jobs", "1", "--database", &database, "--storage", &storage]).args(assets);
    let mut at_work = Running::start(&mut command);
    at_work.until("takes jobs");
    let (code, said) = submit(&assets).end();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(count(&database, "SELECT count(*) FROM print_items WHERE state = 'done'"), 3);
    // Nothing waits for workers that nobody starts again.
    assert_eq!(count(&database, "SELECT count(*) FROM apalis.jobs WHERE status = 'Pending'"), 0);
    assert_eq!(at_work.terminate().0, Some(0));
}

#[test]
fn a_worker_that_cannot_write_gives_jobs_back_and_rests() {
    let (scratch, data) = (Scratch::new("scale-full"), Data::new());
    let orders = small_orders(&scratch, 3);
    scratch.write("small.json", WIDE);
    let (database, storage) = (postgres_database(), format!("file://{}", path(&scratch.file("store"))));
    let what = ["--dpi", "100", "--make", "artwork"];
    let shared = ["--database", &database, "--storage", &storage];
    let submitted = Running::start(&mut batch(&orders, &scratch.file("out"), &[&what[..], &shared].concat()));
    // Files of at most 20 or 40 KB: one is killed for more, the other is told.
    let sick = |before: &str| {
        let healthy = worker(&data, &database, &["--storage", &storage]);
        let mut command = Command::new("sh");
        command.args(["-c", &format!("{before}ulimit -f 40; exec \"$0\" \"$@\"")]);
        command.arg(healthy.get_program()).args(healthy.get_args());
        let mut at_work = Running::start(&mut command);
        at_work.until("rests for");
        at_work
    };
    let mut killed = sick("");
    // Where the tests run, the signal may be ignored.
    let words = ["larger than this machine lets", "File too large"];
    assert!(words.iter().any(|words| killed.said().contains(words)), "{}", killed.said());
    // Longer and longer.
    killed.until("rests for 2.0 s");
    assert_eq!(killed.terminate().0, Some(0));
    let told = sick("trap '' 25; ");
    assert!(told.said().contains("File too large"), "{}", told.said());
    assert!(count(&database, "SELECT count(*) FROM print_items WHERE error LIKE 'worker %: %'") > 0);
    assert_eq!(count(&database, "SELECT count(*) FROM print_items WHERE state = 'waiting' AND tries = 0"), 3);
    let mut healthy = Running::start(&mut worker(&data, &database, &["--storage", &storage]));
    healthy.until("takes jobs");
    let (code, said) = submitted.end();
    assert_eq!(code, Some(0), "{said}");
    let alone = scratch.file("alone");
    assert!(batch(&orders, &alone, &what).output().unwrap().status.success());
    assert!(files(&scratch.file("out")) == files(&alone));
    for at_work in [told, healthy] {
        let (code, said) = at_work.terminate();
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn a_job_that_no_worker_survives_is_set_aside_and_may_be_tried_again() {
    let (scratch, data) = (Scratch::new("scale-starts"), Data::new());
    let (orders, out) = (small_orders(&scratch, 2), scratch.file("out"));
    let (database, storage) = (postgres_database(), format!("file://{}", path(&scratch.file("store"))));
    let submit = || {
        let what = ["--dpi", "20", "--make", "artwork", "--database", &database, "--storage", &storage];
        Running::start(&mut batch(&orders, &out, &what))
    };
    let mut submitted = submit();
    submitted.until("no worker takes these jobs");
    // As if ten workers had gone with one of them, and nine with the other.
    assert!(ask(&database, "UPDATE print_items SET starts = CASE line WHEN 'D-1/1' THEN 10 ELSE 9 END").is_some());
    let mut at_work = Running::start(&mut worker(&data, &database, &["--storage", &storage]));
    at_work.until("is set aside: it was begun 10 times");
    let (code, said) = submitted.end();
    assert_eq!(code, Some(1), "{said}");
    let states = ask(&database, "SELECT line, state, starts FROM print_items ORDER BY line").unwrap();
    assert_eq!(states, "D-1/1|dead|11\nD-1/2|done|0");
    let report = std::fs::read_to_string(out.join("report.json")).unwrap();
    assert!(report.contains("it was begun 10 times, and no worker that did so lived to tell"), "{report}");
    let (code, said) = submit().end();
    assert_eq!(code, Some(0), "it gets another chance: {said}");
    assert_eq!(at_work.terminate().0, Some(0));
}

#[test]
fn a_job_that_outlives_the_time_of_its_worker_is_done_by_another() {
    let (scratch, data) = (Scratch::new("scale-drain"), Data::new());
    scratch.write("large.json", LARGE);
    large_picture(&scratch.file("large.png"));
    let orders = scratch.write("orders.csv", "order_id,line,design,size\nF-1,1,large.json,M\n");
    let (database, storage) = (postgres_database(), format!("file://{}", path(&scratch.file("store"))));
    let what = ["--dpi", "20", "--make", "artwork", "--database", &database, "--storage", &storage];
    let submitted = Running::start(&mut batch(&orders, &scratch.file("out"), &what));
    let work = |seconds: &str| {
        Running::start(&mut worker(&data, &database, &["--storage", &storage, "--drain-seconds", seconds]))
    };
    let first = work("0");
    while count(&database, "SELECT count(*) FROM print_items WHERE starts = 1") < 1 {
        std::thread::park_timeout(Duration::from_millis(5));
    }
    let (code, said) = first.terminate();
    assert_eq!(code, Some(0), "{said}");
    let left = ask(&database, "SELECT state, starts, tries FROM print_items").unwrap();
    assert_eq!(left, "waiting|1|0", "it was at it");
    // At once, and not when heartbeats are missing.
    assert_eq!(count(&database, "SELECT count(*) FROM apalis.jobs WHERE status = 'Pending' AND lock_by IS NULL"), 1);
    let second = work("25");
    let (code, said) = submitted.end();
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(second.terminate().0, Some(0));
}
