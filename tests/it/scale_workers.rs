//! Several machines whose workers change: other assets, machines that cannot write, jobs that outlive a worker.

use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::process::Command;

use crate::backends::postgres_database;
use crate::cli::{Scratch, path, root};
use crate::scale::{Running, batch, count};
use crate::scale_damage::small_orders;

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
