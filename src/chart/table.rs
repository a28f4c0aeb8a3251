//! A table of readings, whatever file it comes from, and lists as spreadsheets write them.

use crate::chart::readings::{FIELDS, ROWS, ReadingProblem, Reporter};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    /// The value.
    pub(super) text: String,
    /// Its line, from 1.
    pub(super) line: usize,
    /// The column of its first character in a text, or its own number in a list; from 1.
    pub(super) column: usize,
}

impl Cell {
    /// What is wrong here, and what to do.
    pub(super) fn problem(&self, message: String, hint: &str) -> ReadingProblem {
        ReadingProblem { line: self.line, column: self.column, message, hint: hint.to_owned() }
    }
}

/// A head and rows that are as long as it.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// What the fields are called.
    pub(super) head: Vec<Cell>,
    /// The rows.
    pub(super) rows: Vec<Vec<Cell>>,
    /// Whether a comma may stand for the decimal point, since it parts no fields.
    pub(super) has_commas: bool,
}

/// Reads a list with fields parted by commas, semicolons or tabs, whichever its head has most of.
pub(super) fn list(text: &str, reporter: &mut Reporter) -> Vec<Table> {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |delimiter: &u8| first.bytes().filter(|byte| byte == delimiter).count();
    // Of equals the last one counts: a comma, if there is none of any.
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(count).unwrap_or(b',');
    let mut reader =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(text.as_bytes());
    let mut table = Table { has_commas: delimiter != b',', ..Table::default() };
    let (mut line, mut counted) = (1, 0);
    for record in reader.records() {
        // The text is UTF-8 and rows may have any length: there is nothing left that can be wrong.
        let Ok(record) = record else { continue };
        // The reader says where it began, which may be at empty lines before the row.
        let begun = record.position().and_then(|position| usize::try_from(position.byte()).ok()).unwrap_or(counted);
        let rest = text.get(begun..).unwrap_or_default();
        let start = text.len() - rest.trim_start_matches(['\r', '\n']).len();
        line += text.get(counted..start).unwrap_or_default().matches('\n').count();
        counted = start;
        let cell = |(index, text): (usize, &str)| Cell { text: text.trim().to_owned(), line, column: index + 1 };
        if record.len() > FIELDS {
            let message = format!("{} fields are too many; at most {FIELDS} are read", record.len());
            reporter.add(ReadingProblem { line, column: 1, message, hint: "leave out what is no color".to_owned() });
            return Vec::new();
        }
        let mut row: Vec<Cell> = record.iter().enumerate().map(cell).collect();
        if row.iter().all(|cell| cell.text.is_empty()) {
            continue;
        }
        if table.head.is_empty() {
            table.head = row;
            continue;
        }
        if row.len() > table.head.len() && row[table.head.len()..].iter().any(|cell| !cell.text.is_empty()) {
            let message = format!("the row has {} fields, and the head names {}", row.len(), table.head.len());
            reporter.add(row[table.head.len()].problem(message, "put values with commas into quotes"));
            continue;
        }
        let column = row.len() + 1;
        row.resize(table.head.len(), Cell { text: String::new(), line, column });
        if table.rows.len() == ROWS {
            reporter.add(too_many(line));
            return Vec::new();
        }
        table.rows.push(row);
    }
    vec![table]
}

/// Told where there are more rows than are read.
pub(super) fn too_many(line: usize) -> ReadingProblem {
    let message = format!("there are more than {ROWS} rows");
    ReadingProblem { line, column: 1, message, hint: "read a chart in several files".to_owned() }
}
