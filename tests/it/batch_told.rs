//! What a batch tells of rows that are made all the same: nobody finds out from the shirt.

use platen::store::Scope;
use serde_json::Value;

use crate::batch::{batch, files, report};
use crate::cli::{Scratch, path, platen, stderr};
use crate::server::Service;
use crate::service_batches::{CSV, bring, until};
use crate::shop_keys::key;

/// A shirt with a name in `fill`, in a font that has Latin letters only.
fn design(fill: &str) -> String {
    format!(
        r##"{{"version":1,"name":"Team","garment":"tee","color":"navy","technique":"dtf",
        "fields":[{{"id":"name","sample":"NAME","max_length":30}}],
        "placements":[{{"area":"back","layers":[{{"id":"n","type":"text","text":"{{{{name}}}}","font":"Anton","size":60,
        "fill":"{fill}","x":178,"y":120,"fit_width":280,"fit":"condense"}}]}}]}}"##
    )
}

fn shirt(scratch: &Scratch, fill: &str) {
    scratch.write("team.json", &design(fill));
}

#[test]
fn words_that_cannot_be_told_from_the_cloth_keep_their_row_from_being_made() {
    let scratch = Scratch::new("told-lost");
    shirt(&scratch, "#1f2430");
    scratch.write("orders.csv", "order_id,design,size,name\nB-1,team,M,OKAFOR\n");
    let output = batch(&scratch, "out", &[]);
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("row 2: invisible-on-garment on back, layer n: Nobody could read it on the garment (Navy)"),
        "{said}"
    );
    let accepted = batch(&scratch, "other", &["--accept", "invisible-on-garment"]);
    assert!(accepted.status.success(), "{}", stderr(&accepted));
    let said = stderr(&accepted);
    assert!(said.contains("warning: ") && said.contains("row 2: invisible-on-garment on back of team: "), "{said}");
}

#[test]
fn warnings_are_told_once_for_a_rule_and_a_design_wherever_a_batch_is_told_of() {
    let scratch = Scratch::new("told-warnings");
    shirt(&scratch, "#47528a");
    let rows = "B-1,team,navy,M,ADA\nB-1,team,navy,L,BEA\nB-2,team,white,M,CLEO\nB-3,team,black,M,DORA\n";
    let orders = scratch.write("orders.csv", &format!("order_id,design,color,size,name\n{rows}"));
    let dry = platen(&["batch", path(&orders), "--dry-run"]);
    let made = batch(&scratch, "out", &[]);
    for output in [&dry, &made] {
        assert!(output.status.success(), "{}", stderr(output));
        let said = stderr(output);
        let about = |rows: &str, color: &str| {
            let found = said.lines().filter(|line| line.starts_with("warning: ") && line.contains(rows));
            let told: Vec<&str> = found.filter(|line| line.contains("low-contrast on back of team: ")).collect();
            assert!(told.len() == 1 && told[0].contains(color), "{rows}: {said}");
            assert!(told[0].contains(" to 1; Choose a color"), "no full stop before what to do: {told:?}");
        };
        about("order B-1, rows 2 and 3: ", "(Navy)");
        about("order B-3, row 5: ", "(Black)");
        assert!(!said.contains("row 4"), "it can be read on white: {said}");
    }
    let page = std::fs::read_to_string(scratch.file("out/report.html")).unwrap();
    let row = "<tr class=\"warning\"><td>rows 2 and 3</td><td>B-1</td><td></td><td class=\"told\">low-contrast on back";
    assert!(page.contains("Look at these") && page.contains(row), "{page}");
    let issues = &report(&scratch.file("out"))["issues"];
    assert_eq!(issues, &Value::Array(Vec::new()), "the report has them with their lines");
}

#[test]
fn a_sport_tells_contrast_on_areas_whose_letters_it_does_not_measure() {
    let scratch = Scratch::new("told-sport");
    shirt(&scratch, "#47528a");
    let orders = scratch.write("orders.csv", "order_id,design,size,name\nB-1,team,M,OKAFOR\n");
    let told = platen(&["batch", path(&orders), "--dry-run", "--sport", "basketball"]);
    let said = stderr(&told);
    assert!(said.contains("row 2, column `name`: the name on Back stands out from the cloth by "), "{said}");
    assert!(!said.contains("mm high"), "basketball says nothing of how high names are: {said}");
}

#[tokio::test]
async fn the_service_tells_warnings_once_a_batch_is_made() {
    let service = Service::new().await;
    service.keep_batches();
    let (_, key) = key(&service, &[Scope::Batches]).await;
    let saved = service.call("POST", "/api/v1/designs", "", design("#47528a")).await.json();
    let rows = format!("order_id,design,size,name\nB-1,{},M,ADA\n", saved["id"].as_str().unwrap());
    let looked = bring(&service, &key, "?make=preview&preview_width=100&start=true", CSV, rows).await.json();
    assert_eq!(looked["summary"]["issues"], Value::Array(Vec::new()), "nothing was drawn yet");
    let done = until(&service, &key, looked["id"].as_str().unwrap(), &["done", "failed"]).await;
    let (summary, issue) = (&done["summary"], &done["summary"]["issues"][0]);
    assert!(issue["message"].as_str().unwrap().starts_with("low-contrast on back of "), "{done}");
    assert_eq!((&issue["row"], &issue["is_note"], &summary["refused"]), (&2.into(), &true.into(), &0.into()));
    assert_eq!(summary["issues_total"].as_u64().map(|all| all as usize), summary["issues"].as_array().map(Vec::len));
}

#[test]
fn a_note_reaches_the_ticket_and_the_report_whatever_its_column_is_called() {
    let scratch = Scratch::new("told-note");
    shirt(&scratch, "#ffffff");
    let rows = "B-1,team,M,ADA,Fold <twice>,For Bea\nB-2,team,M,CLEO,,\n";
    scratch.write("orders.csv", &format!("order_id,design,size,name,Bemerkung,Gift message\n{rows}"));
    let more = ["--columns", "note=Bemerkung", "--make", "ticket,artwork", "--name-template", "{order}/{note}"];
    let output = batch(&scratch, "out", &more);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stderr(&output).contains("is ignored"), "{}", stderr(&output));
    let made = files(&scratch.file("out"));
    let ticket = crate::proof::pages(&made["B-1/ticket.pdf"]).join("\n");
    assert!(ticket.contains("Fold <twice>") && ticket.contains("For Bea"), "{ticket}");
    let page = String::from_utf8(made["report.html"].clone()).unwrap();
    assert!(page.contains("<p class=\"told\">Fold &lt;twice&gt;\nFor Bea</p>"), "{page}");
    assert_eq!(page.matches("<p class=\"told\">").count(), 1, "no frame without a note: {page}");
    assert!(page.contains("<a href=\"B-1/ticket.pdf\">ticket</a>"), "a link has words: {page}");
    let lines = &report(&scratch.file("out"))["lines"];
    assert_eq!((&lines[0]["note"], &lines[1]["note"]), (&"Fold <twice>\nFor Bea".into(), &"".into()));
    assert!(made.keys().any(|name| name.starts_with("B-1/Fold")), "a template may use it: {:?}", made.keys());
}

#[test]
fn letters_that_a_font_lacks_are_told_with_their_row_and_the_font_that_they_come_from() {
    let scratch = Scratch::new("told-lent");
    shirt(&scratch, "#ffffff");
    let rows = "B-1,team,M,OKAFOR\nB-1,team,M,ЖУК\nB-1,team,M,ЖУК\n";
    scratch.write("orders.csv", &format!("order_id,design,size,name\n{rows}"));
    let output = batch(&scratch, "out", &["--make", "ticket"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let said = stderr(&output);
    let told = "rows 3 and 4, column `name`: font-borrowed-glyph on back of team: Anton has no Ж, У and К: they are printed in ";
    assert!(said.contains(told) && !said.contains("rows 2"), "{said}");
    let font = said.split(told).nth(1).unwrap().split(';').next().unwrap();
    assert!(!font.starts_with("Anton"), "{font}");
    let ticket = crate::proof::pages(&files(&scratch.file("out"))["B-1/ticket.pdf"]).join(" ");
    // Names of fonts may be broken between lines.
    let ticket = ticket.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(ticket.contains(&format!("Anton 400, {font}")), "the first name needs Anton only: {ticket}");
}
