//! Lists as spreadsheets write them: with or without a byte order mark, with either line end, with line breaks in quoted
//! cells, separated by commas, semicolons or tabs, and with their columns in any order.

use csv::{ByteRecord, ReaderBuilder};

use crate::campaign::issue::{Issue, Place};
use crate::campaign::limits;
use crate::campaign::words::{one_line, steers};

/// A list: the names of its columns, and its rows.
#[derive(Debug, Default)]
pub(super) struct List {
    /// In small letters, with `_` for spaces.
    pub(super) columns: Vec<String>,
    pub(super) rows: Vec<Row>,
}

/// A row.
#[derive(Debug)]
pub(super) struct Row {
    /// Line of the file on which it starts, from 1.
    pub(super) line: u64,
    /// One for each column; white space within a cell is a single space.
    pub(super) cells: Vec<String>,
    /// What is wrong with it as a row.
    pub(super) fault: Option<Issue>,
}

impl List {
    /// The place of a column.
    pub(super) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }
}

/// Reads a list that must have the columns `required`.
pub(super) fn read(bytes: &[u8], required: &[&str]) -> Result<List, Issue> {
    if bytes.len() > limits::LIST_BYTES {
        // No more of it was read: how large it is, is not known here.
        let message = format!("the file has more than {} bytes", limits::LIST_BYTES);
        return Err(Issue::file(message, "split it"));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(Issue::file("the file is UTF-16", "save it as \"CSV UTF-8\""));
    }
    if bytes.starts_with(b"PK\x03\x04") {
        return Err(Issue::file("the file is a workbook, not a list", "save its sheet as \"CSV UTF-8\""));
    }
    // Its names of columns would be printed as they are. Further down, it is one bad row.
    if bytes.iter().take(1000).any(|byte| *byte == 0) {
        return Err(Issue::file("the file is no text", "save the list as \"CSV UTF-8\""));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator(bytes)).from_reader(bytes);
    let mut record = ByteRecord::new();
    let mut more = |record: &mut ByteRecord| {
        reader.read_byte_record(record).map_err(|error| Issue::file(error.to_string(), "save it as \"CSV UTF-8\""))
    };
    if !more(&mut record)? {
        return Err(Issue::file("the file is empty", "its first line names the columns"));
    }
    let columns = header(&record, required)?;
    let (mut rows, mut counted, mut line) = (Vec::new(), 0, 1);
    while more(&mut record)? {
        if rows.len() == limits::ROWS {
            let message = format!("the file has more than {} rows", limits::ROWS);
            return Err(Issue::file(message, "split it"));
        }
        if record.iter().any(|cell| !cell.trim_ascii().is_empty()) {
            // The reader's own count is late by one where lines end in CR LF, and at empty lines.
            let start = record.position().map_or(0, |position| position.byte() as usize).min(bytes.len());
            let ends = bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            line += bytes[counted..start + ends].iter().filter(|byte| **byte == b'\n').count() as u64;
            counted = start + ends;
            rows.push(row(&record, &columns, line));
        }
    }
    Ok(List { columns, rows })
}

/// The separator that the line of names has most of.
fn separator(bytes: &[u8]) -> u8 {
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |separator: u8| line.iter().filter(|byte| **byte == separator).count();
    [b';', b'\t'].into_iter().find(|separator| count(*separator) > count(b',')).unwrap_or(b',')
}

fn header(record: &ByteRecord, required: &[&str]) -> Result<Vec<String>, Issue> {
    if record.len() > limits::COLUMNS {
        let message = format!("the file has {} columns", record.len());
        return Err(Issue::file(message, format!("keep at most {}", limits::COLUMNS)));
    }
    let names = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_lowercase().replace(' ', "_"));
    let columns: Vec<String> = names.collect();
    let twice = columns.iter().enumerate().find(|(index, name)| !name.is_empty() && columns[..*index].contains(name));
    if let Some((_, name)) = twice {
        return Err(Issue::file(format!("two columns are called `{name}`"), "give one of them another name"));
    }
    if let Some(missing) = required.iter().find(|name| !columns.iter().any(|column| column == *name)) {
        let message = format!("there is no column `{missing}`");
        let found = columns.join(", ");
        return Err(Issue::file(message, format!("the first line names the columns; this one says: {found:.200}")));
    }
    Ok(columns)
}

fn row(record: &ByteRecord, columns: &[String], line: u64) -> Row {
    let mut fault = None;
    let mut note = |issue: Issue| {
        fault.get_or_insert(issue);
    };
    if record.len() != columns.len() {
        let message = format!("{} cells, but the file has {} columns", record.len(), columns.len());
        let hint = "a cell with a separator in it stands in quotes".to_owned();
        note(Issue { place: Place::Row { line, column: None }, message, hint: Some(hint) });
    }
    let cells = columns.iter().zip(record.iter().chain(std::iter::repeat(&b""[..]))).map(|(column, cell)| {
        let text = String::from_utf8_lossy(cell);
        if matches!(text, std::borrow::Cow::Owned(_)) {
            note(Issue::cell(line, column, "letters that are not UTF-8", "save the file as \"CSV UTF-8\""));
        }
        let text = one_line(&text);
        if text.chars().count() > limits::CELL_CHARS {
            let message = format!("{} characters", text.chars().count());
            note(Issue::cell(line, column, message, format!("use at most {}", limits::CELL_CHARS)));
        }
        if let Some(c) = text.chars().find(|c| steers(*c)) {
            let message = format!("the character U+{:04X} cannot be seen", u32::from(c));
            note(Issue::cell(line, column, message, "take it out"));
        }
        text
    });
    let cells = cells.collect();
    Row { line, cells, fault }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8]) -> Vec<(u64, Vec<String>)> {
        read(bytes, &["email"]).unwrap().rows.into_iter().map(|row| (row.line, row.cells)).collect()
    }

    #[test]
    fn lists_are_read_as_spreadsheets_write_them() {
        let expected = vec![(2, vec!["a@x.example".to_owned(), "Ada L.".to_owned()])];
        assert_eq!(cells(b"Email,Name\na@x.example,Ada L.\n"), expected);
        assert_eq!(cells(b"\xef\xbb\xbfemail;name\r\na@x.example;Ada  L.\r\n\r\n;\r\n"), expected);
        assert_eq!(cells(b"email\tname\na@x.example\t\"Ada\r\nL.\""), expected);
        let gap = cells(b"email\r\n\r\n\r\na@x.example\r\nb@x.example\r\n");
        assert_eq!((gap[0].0, gap[1].0), (4, 5));
        let two = cells(b"email,name\n\"a@x.example\",\"A\n\nB\"\nb@x.example,C");
        assert_eq!((two[0].0, &*two[0].1[1], two[1].0), (2, "A B", 5), "lines are counted as an editor does");
    }

    #[test]
    fn what_is_wrong_with_a_row_stays_with_it() {
        let list = read(b"email,name\na,b,c\nd\ne,f\n\"g\",\xff\nh,\x1b[31m\n", &[]).unwrap();
        let faults: Vec<String> =
            list.rows.iter().map(|row| row.fault.as_ref().map_or_else(String::new, ToString::to_string)).collect();
        assert!(faults[0].starts_with("line 2: 3 cells") && faults[1].starts_with("line 3: 1 cells"), "{faults:?}");
        assert_eq!(faults[2], "");
        assert!(faults[3].starts_with("line 5, column `name`: letters") && faults[4].contains("U+001B"), "{faults:?}");
    }

    #[test]
    fn files_that_are_no_lists_are_refused() {
        for (bytes, part) in [
            (&b""[..], "empty"),
            (b"\xff\xfee\0", "UTF-16"),
            (b"name\nAda", "no column `email`"),
            (b"email,Email\n", "two columns"),
        ] {
            assert!(read(bytes, &["email"]).unwrap_err().message.contains(part));
        }
        let wide = format!("email{}\n", ",x".repeat(limits::COLUMNS));
        assert!(read(wide.as_bytes(), &[]).unwrap_err().message.contains("columns"));
        let long = format!("email\n{}", "a\n".repeat(limits::ROWS + 1));
        assert!(read(long.as_bytes(), &[]).unwrap_err().message.contains("rows"));
        assert!(read(&vec![b' '; limits::LIST_BYTES + 1], &[]).unwrap_err().message.contains("bytes"));
        let cell = format!("email\n{}", "a".repeat(limits::CELL_CHARS + 1));
        assert!(read(cell.as_bytes(), &[]).unwrap().rows[0].fault.is_some());
    }
}
