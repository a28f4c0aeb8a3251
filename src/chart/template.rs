//! The files that readings are filled into.

use std::fmt::Write as _;

use crate::chart::Chart;

/// What stands for a value that nobody has read yet.
pub(super) const UNREAD: &str = "-";

/// A table in CGATS.17, the exchange format of programs that read charts (ANSI CGATS.17, "Text file exchange format for color
/// data"; ISO 28178 has the same in XML), each value still unread: `-`.
#[must_use]
pub fn cgats(chart: &Chart) -> String {
    // A name of the shop cannot end its quotes.
    let shop = chart.shop.replace('"', "'");
    let mut text = String::from("CGATS.17\nORIGINATOR \"Platen\"\n");
    let _ = writeln!(text, "DESCRIPTOR \"Color chart of {shop}, profile {}\"", &chart.profile_hash()[..12]);
    if let Some(date) = &chart.date {
        let _ = writeln!(text, "CREATED \"{}\"", date.replace('"', "'"));
    }
    text.push_str("MEASUREMENT_SOURCE \"Illumination=D50 ObserverAngle=2\"\nNUMBER_OF_FIELDS 5\nBEGIN_DATA_FORMAT\n");
    text.push_str("SAMPLE_ID SAMPLE_NAME LAB_L LAB_A LAB_B\nEND_DATA_FORMAT\n");
    let _ = writeln!(text, "NUMBER_OF_SETS {}\nBEGIN_DATA", chart.patches.len());
    for (index, patch) in chart.patches.iter().enumerate() {
        let _ = writeln!(text, "{}\t\"{patch}\"\t{UNREAD}\t{UNREAD}\t{UNREAD}", index + 1);
    }
    text.push_str("END_DATA\n");
    text
}

/// A table for spreadsheets: `id,L,a,b`.
#[must_use]
pub fn csv(chart: &Chart) -> String {
    let rows = chart.patches.iter().map(|patch| format!("{patch},,,\n"));
    std::iter::once("id,L,a,b\n".to_owned()).chain(rows).collect()
}
