//! Orders files as tables: CSV as spreadsheets write it, workbooks, a JSON list, or JSON Lines.

use csv::{ByteRecord, ReaderBuilder};

use crate::batch::columns::count_known;
use crate::batch::day::DayOrder;
use crate::batch::issue::RowIssue;
use crate::batch::json;
use crate::batch::limits;
use crate::batch::text::{Encoding, decode};
use crate::batch::workbook;

/// How an orders file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SheetKind {
    /// Comma, semicolon or tab separated values.
    Csv,
    /// A list of objects, alone or under `orders`.
    Json,
    /// An object a line.
    JsonLines,
    /// An Excel workbook.
    Xlsx,
}

impl SheetKind {
    /// The kind that a file's ending says: `csv`, `tsv`, `txt`, `json`, `jsonl`, `ndjson`, `xlsx`, `xlsm`.
    #[must_use]
    pub fn from_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "csv" | "tsv" | "txt" => Some(Self::Csv),
            "json" => Some(Self::Json),
            "jsonl" | "ndjson" => Some(Self::JsonLines),
            "xlsx" | "xlsm" => Some(Self::Xlsx),
            _ => None,
        }
    }
}

/// A table: the names of its columns, and its rows.
#[derive(Debug)]
pub struct Sheet {
    /// In small letters, with `_` for spaces and hyphens; as the file writes them beside it.
    pub columns: Vec<(String, String)>,
    /// The rows in the order of the file.
    pub rows: Vec<SheetRow>,
    /// How the file was encoded.
    pub encoding: Encoding,
    /// What comes first in its dates, if somebody says so.
    pub dates: Option<DayOrder>,
}

/// A row.
#[derive(Debug, Default)]
pub struct SheetRow {
    /// See [`RowIssue::row`].
    pub row: u64,
    /// One for each column; `None` where a JSON entry does not have it. Outer white space is gone.
    pub cells: Vec<Option<String>>,
    /// What is wrong with it as a row.
    pub issues: Vec<RowIssue>,
}

/// Why a file is no table at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}; {hint}")]
pub struct SheetError {
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

pub(super) fn refuse(message: impl Into<String>, hint: impl Into<String>) -> SheetError {
    SheetError { message: message.into(), hint: hint.into() }
}

/// Reads a table. Bad rows are kept with what is wrong with them.
///
/// # Errors
/// If the file is too large, empty, or not of its kind.
pub fn read(bytes: &[u8], kind: SheetKind) -> Result<Sheet, SheetError> {
    read_below(bytes, kind, None)
}

/// Reads a table whose columns are named in the row with this number, as [`RowIssue::row`]; what stands above it is no row of
/// it. Without a number, the first row with something in it names them.
///
/// # Errors
/// As [`read`], and if there is no such row, or another one is likelier to be that of the names.
pub fn read_below(bytes: &[u8], kind: SheetKind, names_row: Option<u64>) -> Result<Sheet, SheetError> {
    if bytes.len() > limits::ORDERS_BYTES {
        return Err(too_long(bytes.len() as u64));
    }
    if names_row.is_some() && matches!(kind, SheetKind::Json | SheetKind::JsonLines) {
        return Err(refuse("the file has no row of names: each entry names its own", "leave `--header-row` out"));
    }
    let of_text = |read: &dyn Fn(&str) -> Result<Table, SheetError>| {
        let (text, encoding) = decode(bytes);
        Ok((read(&text)?, encoding))
    };
    let ((columns, mut rows), encoding) = match kind {
        SheetKind::Csv => of_text(&|text| read_csv(text, names_row)),
        SheetKind::Json => of_text(&json::read_list),
        SheetKind::JsonLines => of_text(&json::read_lines),
        SheetKind::Xlsx => workbook::read(bytes, names_row).map(|table| (table, Encoding::Utf8)),
    }?;
    let mut n_faults = 0;
    for row in &mut rows {
        let before = row.issues.len();
        check_cells(row, &columns);
        n_faults += row.issues.len() - before;
        check_faults(n_faults)?;
    }
    Ok(Sheet { columns, rows, encoding, dates: None })
}

/// Refuses a file of so many bytes: more than are read.
#[must_use]
pub fn too_long(bytes: u64) -> SheetError {
    refuse(format!("the file has {bytes} bytes"), format!("split it; at most {} are read", limits::ORDERS_BYTES))
}

/// Columns and rows.
pub(super) type Table = (Vec<(String, String)>, Vec<SheetRow>);

/// What columns are compared by.
pub(super) fn normalized(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

fn read_csv(text: &str, names_row: Option<u64>) -> Result<Table, SheetError> {
    let bytes = text.as_bytes();
    let separator = separator(bytes, names_row.unwrap_or(1));
    check_separators(bytes, separator)?;
    let mut records = Records::new(bytes, separator);
    let (first, names) = loop {
        let Some(number) = records.advance()? else {
            return Err(no_names(names_row, "the file is empty", "its first line names the columns"));
        };
        check_columns(records.record.len())?;
        if names_row.map_or(!records.is_empty(), |row| number >= row) {
            break (number, records.cells());
        }
    };
    match names_row {
        Some(row) if row != first || records.is_empty() => return Err(no_names(names_row, "", "")),
        Some(_) => {}
        None => {
            let mut ahead = Records::new(bytes, separator);
            while let Some(number) = ahead.advance()?.filter(|number| *number < first + LOOKED_AT) {
                check_names(&names, (number, &ahead.cells()))?;
            }
        }
    }
    let columns = header(names)?;
    let mut rows = Vec::new();
    while let Some(number) = records.advance()? {
        let record = &records.record;
        check_count(rows.len())?;
        check_total((rows.len() + 1) * columns.len())?;
        if records.is_empty() {
            continue;
        }
        let mut issues = Vec::new();
        // Spreadsheets leave empty cells at the end out, or write more of them.
        let filled = record.iter().rposition(|cell| !cell.trim_ascii().is_empty()).map_or(0, |last| last + 1);
        if filled > columns.len() {
            let message = format!("{filled} cells, but the file has {} columns", columns.len());
            issues.push(RowIssue::error(number, "", message, "a cell with a separator in it stands in quotes"));
        }
        let cell = |index: usize| record.get(index).map(|cell| String::from_utf8_lossy(cell).trim().to_owned());
        let cells = (0..columns.len()).map(|index| Some(cell(index).unwrap_or_default())).collect();
        rows.push(SheetRow { row: number, cells, issues });
    }
    Ok((columns, rows))
}

/// The rows of a CSV, numbered as spreadsheets number them: a row with line breaks in its cells is one, and an empty line is
/// one, too.
struct Records<'b> {
    bytes: &'b [u8],
    reader: csv::Reader<&'b [u8]>,
    record: ByteRecord,
    number: u64,
}

impl<'b> Records<'b> {
    fn new(bytes: &'b [u8], separator: u8) -> Self {
        let reader = ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(bytes);
        Self { bytes, reader, record: ByteRecord::new(), number: 0 }
    }

    /// Reads the next row that is no empty line, and gives its number.
    fn advance(&mut self) -> Result<Option<u64>, SheetError> {
        let is_there = self.reader.read_byte_record(&mut self.record);
        if !is_there.map_err(|error| refuse(error.to_string(), "save it as \"CSV UTF-8\""))? {
            return Ok(None);
        }
        let start = self.record.position().map_or(0, |position| position.byte() as usize).min(self.bytes.len());
        // The reader ends a line at its CR, and leaves the LF and the empty lines to the next one.
        let is_joined = self.bytes[..start].ends_with(b"\r") && self.bytes[start..].starts_with(b"\n");
        let between = &self.bytes[start + usize::from(is_joined)..];
        let ends = between.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        self.number += 1 + line_ends(&between[..ends]);
        Ok(Some(self.number))
    }

    fn is_empty(&self) -> bool {
        self.record.iter().all(|cell| cell.trim_ascii().is_empty())
    }

    fn cells(&self) -> Vec<String> {
        self.record.iter().map(|cell| String::from_utf8_lossy(cell).into_owned()).collect()
    }
}

/// How many lines end in `bytes`: with LF, with CR LF, or with CR alone, as Excel's "CSV (Macintosh)" does.
fn line_ends(bytes: &[u8]) -> u64 {
    let is_end = |(index, byte): &(usize, &u8)| match byte {
        b'\n' => true,
        b'\r' => bytes.get(index + 1) != Some(&b'\n'),
        _ => false,
    };
    bytes.iter().enumerate().filter(is_end).count() as u64
}

/// Rows from that of the names on in which better names are looked for.
pub(super) const LOOKED_AT: u64 = 20;

/// Refuses names that are none, a title, where a row below looks like the names.
pub(super) fn check_names(names: &[String], (number, row): (u64, &[String])) -> Result<(), SheetError> {
    let filled = |cells: &[String]| cells.iter().filter(|cell| !cell.trim().is_empty()).count();
    let is_title = filled(names) == 1 && filled(row) >= 3;
    if !is_title && (count_known(names) >= 2 || count_known(row) < 2) {
        return Ok(());
    }
    let hint = format!(
        "row {number} looks like them: take the rows above it away, or say `--header-row {number}` (header_row={number} of \
         the service)"
    );
    Err(refuse("the first row does not name the columns", hint))
}

/// Why there are no names: the file has no row, or not the one that was said to have them.
pub(super) fn no_names(names_row: Option<u64>, empty: impl Into<String>, hint: &str) -> SheetError {
    match names_row {
        None => refuse(empty, hint),
        Some(row) => refuse(format!("row {row} has nothing in it"), "say which row names the columns, from 1"),
    }
}

/// The separator that the line of names has most of; a title above it may have none.
fn separator(bytes: &[u8], names_row: u64) -> u8 {
    let mut rest = bytes;
    let lines = std::iter::from_fn(|| {
        let end = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n')).unwrap_or(rest.len());
        let (line, next) = rest.split_at(end);
        rest = next.strip_prefix(b"\r\n").or(next.get(1..)).unwrap_or_default();
        (!line.is_empty() || !next.is_empty()).then_some(line)
    });
    let above = usize::try_from(names_row.saturating_sub(1)).unwrap_or(usize::MAX);
    let is_one = |byte: &u8| matches!(byte, b';' | b'\t' | b',');
    let line = lines.skip(above).take(LOOKED_AT as usize).find(|line| line.iter().any(is_one));
    let count = |separator: u8| line.map_or(0, |line| line.iter().filter(|byte| **byte == separator).count());
    [b';', b'\t'].into_iter().find(|separator| count(*separator) > count(b',')).unwrap_or(b',')
}

/// Refuses a line with more separators than all cells of a row could have within quotes: the reader keeps the place of each
/// cell, which is eight times as long as the line.
fn check_separators(bytes: &[u8], separator: u8) -> Result<(), SheetError> {
    const MOST: usize = limits::COLUMNS * limits::CELL_CHARS;
    let count = |line: &[u8]| line.iter().filter(|byte| **byte == separator).count();
    let is_long = |line: &&[u8]| line.len() > MOST && count(line) > MOST;
    match bytes.split(|byte| matches!(byte, b'\r' | b'\n')).find(is_long) {
        Some(line) => check_columns(count(line) + 1),
        None => Ok(()),
    }
}

pub(super) fn check_columns(columns: usize) -> Result<(), SheetError> {
    if columns <= limits::COLUMNS {
        return Ok(());
    }
    Err(refuse(format!("the file has {columns} columns"), format!("keep at most {}", limits::COLUMNS)))
}

/// Refuses a name that is too long for the column with this number, from 1.
pub(super) fn check_name(column: usize, name: &str) -> Result<(), SheetError> {
    let chars = name.trim().chars().count();
    if chars <= limits::COLUMN_CHARS {
        return Ok(());
    }
    let start: String = name.trim().chars().take(20).collect();
    let message = format!("the name of column {column}, `{start}…`, has {chars} characters");
    Err(refuse(message, format!("use at most {}", limits::COLUMN_CHARS)))
}

pub(super) fn header(names: Vec<String>) -> Result<Vec<(String, String)>, SheetError> {
    check_columns(names.len())?;
    (1..).zip(&names).try_for_each(|(column, name)| check_name(column, name))?;
    let columns: Vec<(String, String)> =
        names.into_iter().map(|name| (normalized(&name), name.trim().to_owned())).collect();
    let is_twice = |index: usize| {
        let name = &columns[index].0;
        !name.is_empty() && columns[..index].iter().any(|(other, _)| other == name)
    };
    match (0..columns.len()).find(|index| is_twice(*index)) {
        Some(index) => {
            let message = format!("two columns are called `{}`", columns[index].0);
            Err(refuse(message, "give one of them another name"))
        }
        None => Ok(columns),
    }
}

pub(super) fn check_count(rows: usize) -> Result<(), SheetError> {
    if rows < limits::ROWS {
        return Ok(());
    }
    Err(refuse(format!("the file has more than {} rows", limits::ROWS), "split it"))
}

/// Refuses so many cells: rows times columns, empty ones too.
pub(super) fn check_total(cells: usize) -> Result<(), SheetError> {
    if cells <= limits::CELLS {
        return Ok(());
    }
    Err(refuse(format!("the file has more than {} cells", limits::CELLS), "split it, or leave columns out"))
}

/// Refuses so many cells that hold nothing that can be used: each is told.
pub(super) fn check_faults(faults: usize) -> Result<(), SheetError> {
    if faults <= limits::FAULTS {
        return Ok(());
    }
    Err(refuse(
        format!("the file has more than {} faulty cells", limits::FAULTS),
        "mend them, or leave their columns out",
    ))
}

fn check_cells(row: &mut SheetRow, columns: &[(String, String)]) {
    for ((_, column), cell) in columns.iter().zip(&row.cells) {
        let Some(text) = cell else { continue };
        let chars = text.chars().count();
        if chars > limits::CELL_CHARS {
            let hint = format!("use at most {}", limits::CELL_CHARS);
            row.issues.push(RowIssue::error(row.row, column, format!("{chars} characters"), hint));
        }
        if text.contains(char::REPLACEMENT_CHARACTER) {
            let hint = "save the file as \"CSV UTF-8\"";
            row.issues.push(RowIssue::error(row.row, column, "letters that could not be read", hint));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(bytes: &[u8], kind: SheetKind) -> Vec<(u64, Vec<String>)> {
        let rows = read(bytes, kind).unwrap().rows.into_iter();
        rows.map(|row| (row.row, row.cells.into_iter().map(Option::unwrap_or_default).collect())).collect()
    }

    fn row(line: u64, cells: &[&str]) -> (u64, Vec<String>) {
        (line, cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn tables_are_read_as_spreadsheets_write_them() {
        let text = b"\xef\xbb\xbfOrder ID;Ship-To\r\n A-1 ;\"M\xc3\xbcller\r\n12 Lane\"\r\n\r\nA-2;\r\n;;\r\nA-3;x\r\n";
        let sheet = read(text, SheetKind::Csv).unwrap();
        assert_eq!(sheet.columns[1], ("ship_to".to_owned(), "Ship-To".to_owned()));
        let expected = [row(2, &["A-1", "Müller\r\n12 Lane"]), row(4, &["A-2", ""]), row(6, &["A-3", "x"])];
        assert_eq!(cells(text, SheetKind::Csv), expected);
        assert_eq!(cells(b"name\nM\xfcller\n", SheetKind::Csv), [row(2, &["Müller"])]);
        assert_eq!(read(b"name\nM\xfcller\n", SheetKind::Csv).unwrap().encoding, Encoding::Windows1252);
    }

    #[test]
    fn rows_are_counted_as_spreadsheets_count_them_whatever_ends_a_line() {
        for end in ["\n", "\r\n", "\r"] {
            let text = format!("{end}a;b;c,d{end}1;\"x{end}y\"{end}{end}2;{end};{end}3;");
            let expected = [row(3, &["1", &format!("x{end}y"), ""]), row(5, &["2", "", ""]), row(7, &["3", "", ""])];
            assert_eq!(cells(text.as_bytes(), SheetKind::Csv), expected, "{end:?}");
        }
        let mixed = b"a,b\r1,\r\n2,\n3,\n\r4,\r";
        let rows: Vec<u64> = cells(mixed, SheetKind::Csv).into_iter().map(|(row, _)| row).collect();
        assert_eq!(rows, [2, 3, 4, 6]);
    }

    #[test]
    fn a_title_above_the_names_is_told_and_can_be_passed_over() {
        let below = |text: &str, row| read_below(text.as_bytes(), SheetKind::Csv, Some(row)).map(|sheet| sheet.columns);
        for (text, row) in [
            ("Orders of December\n\norder_id;design;size\nA;camp;M\n", 3),
            ("\r\nOrders, December\r\norder_id,design,size\r\nA,camp,M\r\n", 3),
            ("Stand;16.12.2026;Seite 1\n;;\nOrder;Template;Name\nA;camp;ADA\n", 3),
            ("\"Two\nlines\"\nBestellung;Motiv;Größe\nA;camp;M\n", 2),
        ] {
            let told = read(text.as_bytes(), SheetKind::Csv).unwrap_err().to_string();
            let expected = format!(
                "the first row does not name the columns; row {row} looks like them: take the rows above it away, or say \
                 `--header-row {row}` (header_row={row} of the service)"
            );
            assert_eq!(told, expected);
            assert_eq!(below(text, row).unwrap().len(), 3, "{text}");
        }
        let rows = read_below(b"T\n\na,b\n1,2\n", SheetKind::Csv, Some(3)).unwrap().rows;
        assert_eq!(rows[0].row, 4, "rows keep their numbers");
        for row in [2, 9] {
            let told = below("T\n\na,b\n1,2\n", row).unwrap_err().to_string();
            assert_eq!(told, format!("row {row} has nothing in it; say which row names the columns, from 1"));
        }
        assert!(read_below(b"[]", SheetKind::Json, Some(2)).unwrap_err().message.contains("no row of names"));
        let own = "PO;Motiv;Maß\norder;size;M\n";
        assert_eq!(below(own, 1).unwrap()[0].1, "PO", "what somebody says is not doubted");
    }

    #[test]
    fn json_comes_as_a_list_or_in_lines() {
        let list = br#"{"orders":[{"order_id":"A","fields":{"name":"Li"}},{"order_id":7,"quantity":2,"x":null}]}"#;
        assert_eq!(cells(list, SheetKind::Json), [row(1, &["A", "Li", ""]), row(2, &["7", "", "2"])]);
        let lines = read(b"{\"a\":1}\n\nnot\n[1]\n{\"a\":[]}", SheetKind::JsonLines).unwrap();
        let faults: Vec<_> = lines.rows.iter().map(|row| (row.row, row.issues.len())).collect();
        assert_eq!(faults, [(1, 0), (3, 1), (4, 1), (5, 1)]);
    }

    #[test]
    fn what_is_no_table_is_refused_and_bad_rows_are_kept() {
        for (bytes, kind, part) in [
            (&b""[..], SheetKind::Csv, "empty"),
            (b"a,A\n", SheetKind::Csv, "two columns"),
            (b"{}", SheetKind::Json, "no list"),
            (b"[", SheetKind::Json, "not JSON"),
        ] {
            assert!(read(bytes, kind).unwrap_err().message.contains(part), "{part}");
        }
        let wide = format!("a{}\n", ",".repeat(limits::COLUMNS));
        assert!(read(wide.as_bytes(), SheetKind::Csv).unwrap_err().message.contains("columns"));
        let most = limits::COLUMNS * limits::CELL_CHARS;
        let commas = format!("a,b\n{}\n", ",".repeat(most + 1));
        assert_eq!(read(commas.as_bytes(), SheetKind::Csv).unwrap_err().message, "the file has 400002 columns");
        let quoted = format!("a,b\n\"{}\",\n", ",".repeat(most - 1));
        assert!(read(quoted.as_bytes(), SheetKind::Csv).unwrap().rows[0].issues[0].message.contains("characters"));
        let growing: String = (0..limits::ROWS).map(|row| format!("{{\"c{row}\":1}}\n")).collect();
        let refused = read(growing.as_bytes(), SheetKind::JsonLines).unwrap_err();
        assert_eq!(refused.message, "the file has 201 columns", "it is told as soon as it is known");
        for end in ["", ",b"] {
            let named = format!("a,{} {end}\n", "é".repeat(limits::COLUMN_CHARS + 1));
            let refused = read(named.as_bytes(), SheetKind::Csv).unwrap_err().to_string();
            let expected = "the name of column 2, `éééééééééééééééééééé…`, has 201 characters; use at most 200";
            assert_eq!(refused, expected);
        }
        let named = format!("a, {} \n", "é".repeat(limits::COLUMN_CHARS));
        assert!(read(named.as_bytes(), SheetKind::Csv).is_ok());
        let unread = format!("a,b\n{}", "\u{fffd},\u{fffd}\n".repeat(limits::FAULTS / 2 + 1));
        assert!(read(unread.as_bytes(), SheetKind::Csv).unwrap_err().message.contains("more than 100000 faulty cells"));
        let long = format!("a\n{}", "x\n".repeat(limits::ROWS + 1));
        assert!(read(long.as_bytes(), SheetKind::Csv).unwrap_err().message.contains("rows"));
        assert!(read(&vec![b' '; limits::ORDERS_BYTES + 1], SheetKind::Csv).unwrap_err().message.contains("bytes"));
        let bad = read(format!("a,b\n1,2,3\n{}\n", "x".repeat(limits::CELL_CHARS + 1)).as_bytes(), SheetKind::Csv);
        let told: Vec<String> = bad.unwrap().rows.iter().map(|row| row.issues[0].to_string()).collect();
        assert!(told[0].starts_with("row 2: 3 cells") && told[1].starts_with("row 3, column `a`: 2001"), "{told:?}");
    }
}
