//! Batches whose folders, names and lists are made to harm, or are many.

use std::collections::BTreeMap;
use std::sync::Arc;

use platen::batch::folder::List as _;
use platen::batch::lists;
use platen::batch::names::LISTS;
use platen::batch::orders::{self, Opened};
use platen::batch::plan::Plan;
use platen::batch::run;
use platen::batch::sheet::{self, SheetKind};
use platen::design::Design;
use platen::shop::Shop;

use crate::batch::{DESIGN, batch, files, many, prepare, report};
use crate::cli::{Scratch, root, stderr};

#[cfg(unix)]
#[test]
fn nothing_is_written_or_removed_through_a_symbolic_link() {
    use std::os::unix::fs::symlink;
    use std::process::Output;

    use crate::cli::path;

    let scratch = Scratch::new("batch-link");
    prepare(&scratch, &many(4));
    let (out, victim) = (scratch.file("out"), scratch.file("victim"));
    assert!(batch(&scratch, "out", &[]).status.success());
    // The same files elsewhere, and one that is another's.
    std::fs::rename(out.join("A-1"), &victim).unwrap();
    std::fs::write(victim.join("1-left-chest.png"), "another's").unwrap();
    symlink(&victim, out.join("A-1")).unwrap();
    let before = files(&victim);
    let refused = |output: &Output, link: &str| {
        let expected =
            format!("{} is a symbolic link and leads out of the folder", path(&out.canonicalize().unwrap().join(link)));
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(output).contains(&expected), "{}", stderr(output));
        assert!(files(&victim) == before);
    };
    refused(&batch(&scratch, "out", &[]), "A-1");
    prepare(&scratch, &many(3));
    refused(&batch(&scratch, "out", &[]), "A-1");
    std::fs::remove_file(out.join("A-1")).unwrap();
    assert!(batch(&scratch, "out", &[]).status.success());
    // A link in a file's place is no way: it is replaced, and what it leads to stays.
    std::fs::remove_file(out.join("A-0/1-left-chest.png")).unwrap();
    std::fs::remove_file(out.join("report.json")).unwrap();
    for name in ["A-0/1-left-chest.png", "report.json"] {
        symlink(victim.join("1-left-chest.png"), out.join(name)).unwrap();
    }
    assert!(batch(&scratch, "out", &[]).status.success());
    assert!(!out.join("A-0/1-left-chest.png").is_symlink() && !out.join("report.json").is_symlink());
    assert!(files(&victim) == before);
    std::fs::rename(out.join(".batch"), victim.join("table")).unwrap();
    symlink(victim.join("table"), out.join(".batch")).unwrap();
    let output = batch(&scratch, "out", &[]);
    assert!(stderr(&output).contains(".batch is a symbolic link"), "{}", stderr(&output));
}

#[test]
fn a_line_that_is_called_like_a_ticket_stops_nothing() {
    let scratch = Scratch::new("batch-ticket-line");
    prepare(&scratch, "order_id,line,design,size,name\nA,Ticket.pdf,crew,M,ADA\nB.png,1,crew,M,BO\n");
    let make = |out: &str, template: &str| {
        let output = batch(&scratch, out, &["--make", "artwork,ticket", "--name-template", template]);
        assert!(output.status.success(), "{}", stderr(&output));
        let names = files(&scratch.file(out)).into_keys().filter(|name| !LISTS.contains(&name.as_str()));
        names.collect::<Vec<_>>()
    };
    let expected = ["A/Ticket.pdf/left-chest.png", "A/ticket-2.pdf", "B.png/1/left-chest.png", "B.png/ticket.pdf"];
    assert_eq!(make("deep", "{order}/{line}/{part}"), expected);
    assert_eq!(make("flat", "{name}"), ["A/ticket.pdf", "ADA.png", "B.png/ticket.pdf", "BO.png"]);
    prepare(&scratch, "order_id,line,design,size,name\nB.png,1,crew,M,b\n");
    assert_eq!(make("other", "{name}"), ["B.png-2/ticket.pdf", "b.png"]);
    // A folder where a file was that is no longer made is somebody's.
    let ticket = scratch.file("deep/A/ticket-2.pdf");
    std::fs::remove_file(&ticket).unwrap();
    std::fs::create_dir(&ticket).unwrap();
    assert_eq!(make("deep", "{order}/{line}/{part}"), ["B.png/1/left-chest.png", "B.png/ticket.pdf"]);
    assert!(ticket.is_dir());
}

/// Keeps what is written, and the length of the longest piece.
#[derive(Default)]
struct Pieces(Vec<u8>, usize);

impl std::io::Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.extend_from_slice(bytes);
        self.1 = self.1.max(bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_report_is_written_row_by_row() {
    let scratch = Scratch::new("batch-rows");
    prepare(&scratch, &many(4));
    assert!(batch(&scratch, "out", &[]).status.success());
    // As it is kept, and as JSON is written that is held as a whole.
    let kept = std::fs::read(scratch.file("out/report.json")).unwrap();
    let whole = format!("{:#}\n", report(&scratch.file("out")));
    assert!(kept == whole.as_bytes());
    let shop = Shop::open(root()).unwrap();
    let rows: String = (0..300).map(|row| format!("A,none,M,P{row}\nA,crew,M,P{row}\n")).collect();
    let sheet = sheet::read(format!("order_id,design,size,name\n{rows}").as_bytes(), SheetKind::Csv).unwrap();
    let design = Design::from_json(DESIGN.as_bytes()).unwrap();
    let opened = Opened { design: Arc::new(design), library: Arc::new(shop.library()), digest: [1; 32] };
    let open = &mut |name: &str| if name == "crew" { Ok(opened.clone()) } else { Err("it is not there".to_owned()) };
    let orders = orders::read(&sheet, &shop, open);
    let checked = vec![None; orders.lines.len()];
    let outcome = run::Outcome {
        checked,
        refused: [(3, "why".to_owned())].into(),
        plan: Plan::default(),
        files: Vec::new(),
        failed: BTreeMap::new(),
        faults: [(4, "how".to_owned())].into(),
        stopped: true,
    };
    let mut out = Pieces::default();
    lists::report(&orders, &outcome, "orders.csv").write(&mut out).unwrap();
    let told: serde_json::Value = serde_json::from_slice(&out.0).unwrap();
    let lines = told["lines"].as_array().unwrap();
    assert_eq!((lines.len(), told["issues"].as_array().unwrap().len()), (300, 300));
    assert_eq!([&lines[2], &lines[3], &lines[4]].map(|line| &line["status"]), ["made", "refused", "failed"]);
    assert_eq!([&lines[3]["reason"], &lines[4]["reason"]], ["why", "how"]);
    assert_eq!((&told["made"], &told["not_made"]), (&298.into(), &302.into()));
    assert!(out.1 < 200, "a piece of {} bytes", out.1);
}
