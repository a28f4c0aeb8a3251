//! How orders files are read that people's programs wrote: their days, their title lines, their rows.

use std::process::Output;

use crate::batch::prepare;
use crate::cli::{Scratch, path, platen, stderr};

/// What a dry run says of an orders file.
fn looked(scratch: &Scratch, more: &[&str]) -> Output {
    let orders = scratch.file("orders.csv");
    platen(&[&["batch", path(&orders), "--dry-run", "--make", "preview"], more].concat())
}

#[test]
fn days_are_read_as_the_file_s_country_writes_them() {
    let scratch = Scratch::new("reading-days");
    prepare(
        &scratch,
        "order_id;design;size;name;Due\nA;crew;M;ADA;16.12.2001\nB;crew;M;BO;24/12/2999\nC;crew;M;CY;5.6.2999\n",
    );
    let plain = looked(&scratch, &[]);
    assert_eq!(plain.status.code(), Some(1));
    let said = stderr(&plain);
    let two = "order C, row 4, column `Due`: \"5.6.2999\" is two days: 2999-06-05 with the day first, 2999-05-06 with the \
               month first; write it as 2999-06-05, or say for all dates what comes first: `dates` is dmy or mdy";
    assert!(said.contains(two), "{said}");
    let past = "note: orders.csv: order A, row 2, column `due`: 2001-12-16 is past; it is made all the same";
    assert!(said.replace(path(&scratch.file("orders.csv")), "orders.csv").contains(past), "{said}");
    assert!(said.contains("2 of 3 rows would be made"), "{said}");
    let german = looked(&scratch, &["--dates", "dmy"]);
    assert_eq!(german.status.code(), Some(0), "{}", stderr(&german));
    let american = stderr(&looked(&scratch, &["--dates", "mdy"]));
    let none =
        "there is no such day as \"16.12.2001\"; a year has 12 months, and `dates` says that the month comes first";
    assert!(american.contains(none), "{american}");
}

#[test]
fn a_day_that_is_past_is_in_nothing_that_is_written() {
    let scratch = Scratch::new("reading-past");
    prepare(&scratch, "order_id,design,size,name,due\nA,crew,M,ADA,2001-12-16\n");
    let (orders, out) = (scratch.file("orders.csv"), scratch.file("out"));
    let made = platen(&["batch", path(&orders), "-o", path(&out), "--make", "preview", "--preview-width", "64"]);
    assert!(made.status.success() && stderr(&made).contains("2001-12-16 is past"), "{}", stderr(&made));
    for list in ["report.json", "report.html"] {
        let text = std::fs::read_to_string(out.join(list)).unwrap();
        assert!(text.contains("ADA") && !text.contains("is past"), "{list}");
    }
}

#[test]
fn a_title_above_the_names_of_columns_is_told_in_one_sentence_and_can_be_passed_over() {
    let scratch = Scratch::new("reading-title");
    prepare(
        &scratch,
        "Orders of December;;;\n;;;\norder_id;design;size;name\nA;crew;nope;\"ADA\nLOVE\"\nB;crew;nil;BO\n",
    );
    let plain = looked(&scratch, &[]);
    assert_eq!(plain.status.code(), Some(2));
    let told = "the first row does not name the columns; row 3 looks like them: take the rows above it away, or say \
                `--header-row 3`";
    assert!(stderr(&plain).contains(told), "{}", stderr(&plain));
    assert_eq!(stderr(&plain).matches("error").count(), 1, "{}", stderr(&plain));
    let below = stderr(&looked(&scratch, &["--header-row", "3"]));
    for part in ["order A, row 4, column `size`", "order B, row 5, column `size`", "0 of 2 rows"] {
        assert!(below.contains(part), "rows are those of the spreadsheet: {below}");
    }
}

#[test]
fn a_broken_entry_is_told_once_and_a_list_that_nobody_reads_keeps_no_row_from_being_made() {
    let scratch = Scratch::new("reading-json");
    prepare(&scratch, "");
    let orders = scratch.file("orders.jsonl");
    let good =
        r#"{"order_id":"A","design":"crew","size":"M","name":"ADA","customer":{"name":"Foxes"},"tags":["rush"]}"#;
    scratch.write("orders.jsonl", &format!("{good}\n{{\"order_id\":\n7\n"));
    let output = platen(&["batch", path(&orders), "--dry-run", "--make", "preview"]);
    let said = stderr(&output);
    assert!(said.contains("1 of 3 rows would be made: 1 piece, 1 file from 1 job\n"), "{said}");
    assert_eq!(said.matches("error: ").count(), 2, "one for each broken line: {said}");
    assert!(said.contains("row 2: not JSON") && said.contains("row 3: not an object"), "{said}");
    for column in ["customer", "tags"] {
        let note = format!("order A, row 1, column `{column}`: a list or an object is not read");
        assert!(said.contains(&note), "{said}");
    }
}

#[test]
fn a_customer_is_not_called_an_order_where_the_orders_are_not_known() {
    let scratch = Scratch::new("reading-customer");
    prepare(&scratch, "Bestellnummer,design,size,name,customer\nB-7,crew,M,ADA,Kunde 1\nB-8,crew,M,BO,Kunde 2\n");
    let said = stderr(&looked(&scratch, &[]));
    assert!(said.contains("customers Kunde 1 and Kunde 2, rows 2 and 3: the file has no column `order_id`"), "{said}");
}
