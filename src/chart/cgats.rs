//! CGATS.17, the text in which programs exchange readings, as any of them writes it (ANSI CGATS.17; the files of ISO 12642 and
//! of most instruments' programs have the same form).
//!
//! A file is a first line that says what it is, keywords with a value each, `BEGIN_DATA_FORMAT` with the names of the fields,
//! and `BEGIN_DATA` with the rows. Blanks and tabs part values, double quotes keep them together, `#` begins a comment.
//! Keywords come in any order, unknown ones are passed over, and there may be several tables.

use crate::chart::readings::{FIELDS, ROWS, ReadingProblem, Reporter};
use crate::chart::table::{Cell, Table, too_many};

/// Whether a text is such a file.
pub(super) fn is_cgats(text: &str) -> bool {
    text.lines().any(|line| line.split_whitespace().next() == Some("BEGIN_DATA"))
}

/// Where the reader is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Keywords,
    Format,
    Data,
}

/// What was read of a table so far.
#[derive(Debug, Default)]
struct Reading {
    table: Table,
    /// A row that goes on in the next line.
    row: Vec<Cell>,
    fields: Option<(usize, Cell)>,
    sets: Option<(usize, Cell)>,
    /// Rows that were told and left out.
    n_wrong: usize,
}

/// Reads all tables.
pub(super) fn tables(text: &str, reporter: &mut Reporter) -> Vec<Table> {
    let mut tables = Vec::new();
    let (mut part, mut reading) = (Part::Keywords, Reading::default());
    let mut last = 1;
    for (index, line) in text.lines().enumerate() {
        last = index + 1;
        let cells = match cells(line, last) {
            Ok(cells) => cells,
            Err(problem) => {
                reporter.add(problem);
                reading.n_wrong += usize::from(part == Part::Data);
                continue;
            }
        };
        let Some(first) = cells.first() else { continue };
        match (part, first.text.as_str()) {
            (Part::Keywords, "BEGIN_DATA_FORMAT") => {
                part = Part::Format;
                reading.table.head = cells.into_iter().skip(1).collect();
            }
            (Part::Keywords, "BEGIN_DATA") => {
                reading.check_format(first, reporter);
                part = Part::Data;
            }
            (Part::Keywords, keyword) => reading.keyword(keyword, cells.get(1), reporter),
            (Part::Format, "END_DATA_FORMAT") => part = Part::Keywords,
            (Part::Format, _) => reading.table.head.extend(cells),
            (Part::Data, "END_DATA") => {
                let done = std::mem::take(&mut reading);
                tables.extend(done.finish(first, reporter));
                part = Part::Keywords;
            }
            (Part::Data, _) => reading.values(cells, reporter),
        }
        if reading.table.rows.len() > ROWS {
            reporter.add(too_many(last));
            return Vec::new();
        }
    }
    if part != Part::Keywords {
        let keyword = if part == Part::Data { "END_DATA" } else { "END_DATA_FORMAT" };
        let message = format!("the file ends without {keyword}");
        let hint = "it was cut short: export it anew".to_owned();
        reporter.add(ReadingProblem { line: last, column: 1, message, hint });
    }
    tables
}

impl Reading {
    fn keyword(&mut self, keyword: &str, value: Option<&Cell>, reporter: &mut Reporter) {
        let Some(value) = value else { return };
        match keyword {
            "NUMBER_OF_FIELDS" | "NUMBER_OF_SETS" => {
                let Ok(number) = value.text.parse() else {
                    let message = format!("{keyword} is \"{}\", which is no number", value.text);
                    reporter.add(value.problem(message, "write how many there are"));
                    return;
                };
                let place = if keyword == "NUMBER_OF_SETS" { &mut self.sets } else { &mut self.fields };
                *place = Some((number, value.clone()));
            }
            "MEASUREMENT_SOURCE" | "ILLUMINATION_NAME" | "WEIGHTING_FUNCTION" | "OBSERVER_ANGLE" => {
                let is_observer = keyword == "OBSERVER_ANGLE" || value.text.to_lowercase().contains("observer");
                if let Some(wrong) = other_condition(&value.text, is_observer) {
                    let message = format!("the readings are for {wrong}");
                    reporter
                        .add(value.problem(message, "export them for the illuminant D50 and the 2 degree observer"));
                }
            }
            _ => {}
        }
    }

    /// Holds the names of the fields against their number.
    fn check_format(&self, begin: &Cell, reporter: &mut Reporter) {
        let n_named = self.table.head.len();
        if n_named == 0 {
            let message = "there are rows and no names of their fields".to_owned();
            reporter.add(
                begin.problem(message, "write BEGIN_DATA_FORMAT, the names, and END_DATA_FORMAT before BEGIN_DATA"),
            );
        } else if n_named > FIELDS {
            let message = format!("{n_named} fields are too many; at most {FIELDS} are read");
            reporter.add(begin.problem(message, "export Lab or XYZ without spectra"));
        }
        if let Some((number, cell)) = self.fields.as_ref().filter(|(number, _)| *number != n_named) {
            let message = format!("NUMBER_OF_FIELDS is {number}, and the format names {n_named}");
            reporter.add(cell.problem(message, &format!("write {n_named}, or name all fields")));
        }
    }

    /// Adds the values of a line: a row, or a part of one.
    fn values(&mut self, cells: Vec<Cell>, reporter: &mut Reporter) {
        let n_fields = self.table.head.len();
        if n_fields == 0 || n_fields > FIELDS {
            return;
        }
        let n_values = self.row.len() + cells.len();
        if n_values > n_fields {
            let place = &cells[n_fields.saturating_sub(self.row.len()).min(cells.len() - 1)];
            let message = format!("the row has {n_values} values, and the format names {n_fields}");
            reporter.add(place.problem(message, "put names with blanks into quotes"));
            self.row.clear();
            self.n_wrong += 1;
            return;
        }
        self.row.extend(cells);
        if n_values == n_fields {
            self.table.rows.push(std::mem::take(&mut self.row));
        }
    }

    fn finish(self, end: &Cell, reporter: &mut Reporter) -> Option<Table> {
        if let Some(first) = self.row.first() {
            let (n_values, n_fields) = (self.row.len(), self.table.head.len());
            let message = format!("the row has {n_values} values, and the format names {n_fields}");
            reporter.add(first.problem(message, "write \"-\" for a value that was not read"));
            return None;
        }
        let n_rows = self.table.rows.len() + self.n_wrong;
        if let Some((number, cell)) = self.sets.filter(|(number, _)| *number != n_rows) {
            let message = format!("NUMBER_OF_SETS is {number}, and {n_rows} rows end at line {}", end.line);
            reporter.add(cell.problem(message, &format!("add the missing rows, or write {n_rows}")));
        }
        Some(self.table)
    }
}

/// The values of a line.
fn cells(line: &str, number: usize) -> Result<Vec<Cell>, ReadingProblem> {
    let mut cells = Vec::new();
    let mut characters = line.chars().enumerate().peekable();
    while let Some(&(start, first)) = characters.peek() {
        if first.is_whitespace() {
            characters.next();
            continue;
        }
        if first == '#' {
            break;
        }
        let mut text = String::new();
        if first == '"' {
            characters.next();
            loop {
                match characters.next() {
                    // Two quotes within quotes stand for one.
                    Some((_, '"')) if characters.next_if(|(_, next)| *next == '"').is_some() => text.push('"'),
                    Some((_, '"')) => break,
                    Some((_, character)) => text.push(character),
                    None => {
                        let (message, hint) = ("a quote does not end in its line", "write \" behind the value");
                        let (message, hint) = (message.to_owned(), hint.to_owned());
                        return Err(ReadingProblem { line: number, column: start + 1, message, hint });
                    }
                }
            }
        } else {
            while let Some((_, character)) = characters.next_if(|(_, next)| !next.is_whitespace()) {
                text.push(character);
            }
        }
        cells.push(Cell { text, line: number, column: start + 1 });
    }
    Ok(cells)
}

/// What a value says of light or observer that a profile does not mean.
fn other_condition(text: &str, is_observer: bool) -> Option<String> {
    let lower = text.to_lowercase();
    let mut words = lower.split(|character: char| !character.is_alphanumeric());
    let light = words.clone().find(|word| {
        let number = word.strip_prefix('d').unwrap_or_default();
        number.len() == 2 && number != "50" && number.bytes().all(|byte| byte.is_ascii_digit())
    });
    if let Some(light) = light {
        return Some(format!("the illuminant {}", light.to_uppercase()));
    }
    let is_wide = |word: &str| word == "10" || word.strip_suffix("deg").or(word.strip_suffix("degree")) == Some("10");
    words.any(is_wide).then_some(is_observer).filter(|wide| *wide).map(|_| "the 10 degree observer".to_owned())
}
