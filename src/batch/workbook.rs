//! Workbooks (`.xlsx`) as tables: the first sheet that is shown, each cell as the text that its owner sees.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Style, Xlsx, XlsxError};
use zip::ZipArchive;

use crate::batch::issue::RowIssue;
use crate::batch::limits;
use crate::batch::sheet::{
    LOOKED_AT, SheetError, SheetRow, Table, check_columns, check_count, check_faults, check_names, check_total, header,
    no_names, refuse,
};

/// What a compressed file of Office formats begins with; those before 2007 and protected ones begin with the second.
const ZIP: &[u8] = b"PK";
const COMPOUND: &[u8] = b"\xd0\xcf\x11\xe0";

const SAVE_AGAIN: &str = "save it again as an Excel workbook (.xlsx) or as \"CSV UTF-8\"";

/// A row that is being read.
#[derive(Default)]
struct Line {
    cells: Vec<String>,
    /// Places of cells that say nothing that could be made, and what is wrong with them.
    errors: Vec<(usize, Wrong)>,
}

/// Why a cell says nothing.
enum Wrong {
    /// It shows an error, which is called so.
    Error(String),
    /// It has a formula, and the file does not say what that came to.
    NotReckoned,
}

impl Wrong {
    fn message(&self) -> String {
        match self {
            Self::Error(name) => format!("the cell says {name}"),
            Self::NotReckoned => "the cell has a formula whose result is not stored".to_owned(),
        }
    }

    const fn hint(&self) -> &'static str {
        match self {
            Self::Error(_) => "mend its formula, or paste the value in its place",
            Self::NotReckoned => "open and save the file in a spreadsheet program, or paste the value in its place",
        }
    }
}

/// Reads the first sheet that is shown. The first row with something in it names the columns, or that with this number.
pub(super) fn read(bytes: &[u8], names_row: Option<u64>) -> Result<Table, SheetError> {
    check_packed(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let is_shown =
        |sheet: &&calamine::Sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible;
    let name = workbook.sheets_metadata().iter().find(is_shown).map(|sheet| sheet.name.clone());
    let name = name.ok_or_else(|| refuse("the workbook has no sheet", "put the orders on its first sheet"))?;
    let mut lines = lines(&mut workbook, &name)?;
    if let Some(row) = names_row {
        lines = lines.split_off(&u32::try_from(row.saturating_sub(1)).unwrap_or(u32::MAX));
    }
    let first = lines.pop_first().filter(|(row, _)| names_row.is_none_or(|wanted| u64::from(*row) + 1 == wanted));
    let Some((first, names)) = first else {
        return Err(no_names(names_row, format!("the sheet \"{name}\" is empty"), "its first row names the columns"));
    };
    if names_row.is_none() {
        let ahead = lines.iter().map(|(row, line)| (u64::from(*row) + 1, line.cells.as_slice()));
        let mut ahead = ahead.take_while(|(row, _)| *row < u64::from(first) + 1 + LOOKED_AT);
        ahead.try_for_each(|row| check_names(&names.cells, row))?;
    }
    let columns = header(names.cells)?;
    let mut rows = Vec::new();
    for (row, line) in lines {
        check_total((rows.len() + 1) * columns.len())?;
        rows.push(row_of(u64::from(row) + 1, line, &columns));
    }
    Ok((columns, rows))
}

fn row_of(row: u64, line: Line, columns: &[(String, String)]) -> SheetRow {
    let mut issues = Vec::new();
    for (place, wrong) in line.errors {
        let column = columns.get(place).map_or("", |(_, name)| name.as_str());
        issues.push(RowIssue::error(row, column, wrong.message(), wrong.hint()));
    }
    let filled = line.cells.len();
    if filled > columns.len() {
        let message = format!("{filled} cells, but the sheet has {} columns", columns.len());
        issues.push(RowIssue::error(row, "", message, "name the column in the first row, or empty the cell"));
    }
    let mut cells: Vec<Option<String>> = line.cells.into_iter().map(Some).collect();
    cells.resize(columns.len(), Some(String::new()));
    SheetRow { row, cells, issues }
}

/// The rows with something in them, by their number from 0.
fn lines(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<BTreeMap<u32, Line>, SheetError> {
    let open = not_reckoned(workbook, name)?;
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| damaged(&error))?;
    let widths: Vec<usize> = reader.styles().iter().map(zeros).collect();
    let mut lines: BTreeMap<u32, Line> = BTreeMap::new();
    let (mut count, mut known, mut n_faults) = (0, None, 0);
    while let Some((cell, style)) = reader.next_cell_with_style_id().map_err(|error| damaged(&error))? {
        let (row, column) = cell.get_position();
        let (text, error) = match cell.get_value() {
            DataRef::Error(error) => (String::new(), Some(Wrong::Error(error.to_string()))),
            DataRef::Empty if open.contains(&(row, column)) => (String::new(), Some(Wrong::NotReckoned)),
            value => (shown(value, widths.get(style).copied().unwrap_or(0)), None),
        };
        if text.is_empty() && error.is_none() {
            continue;
        }
        let column = column as usize;
        check_columns(column + 1)?;
        if known != Some(row) && !lines.contains_key(&row) {
            // The row of names is none.
            check_count(lines.len().saturating_sub(1))?;
        }
        known = Some(row);
        let line = lines.entry(row).or_default();
        if line.cells.len() <= column {
            count += column + 1 - line.cells.len();
            line.cells.resize(column + 1, String::new());
        }
        check_total(count)?;
        // A file may have the same cell any number of times.
        n_faults += usize::from(error.is_some());
        check_faults(n_faults)?;
        line.errors.extend(error.map(|error| (column, error)));
        line.cells[column] = text;
    }
    Ok(lines)
}

/// Row and column of the cells whose formula has no result in the file, as programs write them that do not reckon. The
/// reader that knows formats does not know formulas, so that the sheet is read twice.
fn not_reckoned(workbook: &mut Xlsx<Cursor<&[u8]>>, name: &str) -> Result<BTreeSet<(u32, u32)>, SheetError> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(|error| damaged(&error))?;
    let mut open = BTreeSet::new();
    // What cannot be read is told by the reader that comes after this one.
    while let Ok(Some(cell)) = reader.next_cell_with_formula_metadata() {
        if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
            open.insert(cell.pos);
            check_faults(open.len())?;
        }
    }
    Ok(open)
}

/// Digits that a format of nothing but zeros fills up to: with `00` the number 7 is shown as 07, as on a jersey.
fn zeros(style: &Style) -> usize {
    let code = style.number_format.as_ref().map_or("", |format| format.format_code.as_str());
    if code.bytes().all(|byte| byte == b'0') { code.len().min(20) } else { 0 }
}

/// A cell as its owner sees it.
fn shown(value: &DataRef<'_>, zeros: usize) -> String {
    match value {
        DataRef::Int(number) => format!("{number:0zeros$}"),
        // Whole numbers are written without a point up to where they are exact.
        DataRef::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:0zeros$}"),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) => text.trim().to_owned(),
        DataRef::SharedString(text) => text.trim().to_owned(),
        DataRef::Bool(is_true) => is_true.to_string(),
        DataRef::DateTime(time) => date(*time),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.strip_suffix("T00:00:00").unwrap_or(text).trim().to_owned()
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A day as `2026-12-24`, with the time of day if it has one.
fn date(time: ExcelDateTime) -> String {
    if !time.is_datetime() {
        return time.as_f64().to_string();
    }
    let (year, month, day, hour, minute, ..) = time.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    if (hour, minute) == (0, 0) { date } else { format!("{date} {hour:02}:{minute:02}") }
}

/// Refuses what is no workbook, and what unpacks to more than is read: names and sizes in a file may lie, so that it is
/// unpacked once and counted.
fn check_packed(bytes: &[u8]) -> Result<(), SheetError> {
    if bytes.is_empty() {
        return Err(refuse("the file is empty", "the first row of its first sheet names the columns"));
    }
    if bytes.starts_with(COMPOUND) {
        let hint = format!("take the password off it, then {SAVE_AGAIN}");
        return Err(refuse("the workbook is protected with a password, or was written before 2007", hint));
    }
    if !bytes.starts_with(ZIP) {
        return Err(refuse("the file is no Excel workbook", SAVE_AGAIN));
    }
    let broken = |error: &dyn std::fmt::Display| refuse(format!("the workbook is damaged: {error}"), SAVE_AGAIN);
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| broken(&error))?;
    if archive.len() > limits::WORKBOOK_PARTS {
        let message = format!("the workbook has {} parts", archive.len());
        return Err(refuse(message, format!("at most {} are read: {SAVE_AGAIN}", limits::WORKBOOK_PARTS)));
    }
    let mut left = limits::WORKBOOK_BYTES;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| broken(&error))?;
        let read = std::io::copy(&mut part.take(left + 1), &mut std::io::sink()).map_err(|error| broken(&error))?;
        left = left.checked_sub(read).ok_or_else(|| {
            let message = format!("the workbook unpacks to more than {} bytes", limits::WORKBOOK_BYTES);
            refuse(message, format!("take other sheets out of it and split it, or {SAVE_AGAIN}"))
        })?;
    }
    Ok(())
}

fn damaged(error: &XlsxError) -> SheetError {
    refuse(format!("the workbook is damaged: {error}"), SAVE_AGAIN)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
    use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;
    use crate::batch::sheet::{SheetKind, read as read_sheet, read_below};

    /// A workbook as shops keep it: a hidden sheet before the orders, formats, formulas and empty rows.
    fn orders() -> Vec<u8> {
        let mut book = Workbook::new();
        book.add_worksheet().set_name("Prices").unwrap().set_hidden(true).write(0, 0, "secret").unwrap();
        let sheet = book.add_worksheet().set_name("Orders").unwrap().set_active(true);
        for (column, name) in ["Order ID", "Number", "Due", "Quantity", "Ship-To"].into_iter().enumerate() {
            sheet.write(1, column as u16, name).unwrap();
        }
        let (jersey, day) = (Format::new().set_num_format("00"), Format::new().set_num_format("yyyy-mm-dd"));
        sheet.write(2, 0, " A-1 ").unwrap();
        sheet.write_with_format(2, 1, 7, &jersey).unwrap();
        sheet.write_with_format(2, 2, ExcelDateTime::from_ymd(2026, 12, 24).unwrap(), &day).unwrap();
        sheet.write(2, 3, Formula::new("=1+1").set_result("2")).unwrap();
        sheet.write(2, 4, "M\u{fc}ller\n12 Lane").unwrap();
        sheet.write(5, 0, 1002).unwrap();
        sheet.write(5, 1, 0.5).unwrap();
        sheet.write(5, 3, Formula::new("=A1/0").set_result("#DIV/0!")).unwrap();
        sheet.write(6, 6, "stray").unwrap();
        book.save_to_buffer().unwrap()
    }

    #[test]
    fn cells_are_what_their_owner_sees() {
        let sheet = read_sheet(&orders(), SheetKind::Xlsx).unwrap();
        let names: Vec<&str> = sheet.columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["order_id", "number", "due", "quantity", "ship_to"], "the sheet that is shown");
        let row = |index: usize| {
            let row = &sheet.rows[index];
            (row.row, row.cells.iter().map(|cell| cell.as_deref().unwrap()).collect::<Vec<_>>())
        };
        assert_eq!(row(0), (3, vec!["A-1", "07", "2026-12-24", "2", "M\u{fc}ller\n12 Lane"]));
        assert_eq!(row(1), (6, vec!["1002", "0.5", "", "", ""]));
        let told: Vec<String> = sheet.rows.iter().flat_map(|row| &row.issues).map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "row 6, column `Quantity`: the cell says #DIV/0!; mend its formula, or paste the value in its place",
                "row 7: 7 cells, but the sheet has 5 columns; name the column in the first row, or empty the cell",
            ]
        );
    }

    #[test]
    fn a_workbook_of_another_program_is_read() {
        let bytes = include_bytes!("../../tests/fixtures/orders.xlsx");
        let sheet = read_sheet(bytes, SheetKind::Xlsx).unwrap();
        let rows: Vec<Vec<&str>> =
            sheet.rows.iter().map(|row| row.cells.iter().map(|cell| cell.as_deref().unwrap()).collect()).collect();
        assert_eq!(rows[0], ["P-1", "names.json", "M", "2", "2026-12-24", "Ann", "00"]);
        assert_eq!(rows[1], ["P-2", "names.json", "L", "1", "2026-12-24", "\u{141}uk\u{10d}i\u{107}", "23"]);
        assert_eq!(rows.len(), 2);
    }

    #[test]
    fn what_is_no_workbook_is_refused_with_what_to_do() {
        let mut book = Workbook::new();
        book.add_worksheet();
        let empty = book.save_to_buffer().unwrap();
        let mut protected = COMPOUND.to_vec();
        protected.resize(2000, 0);
        let whole = orders();
        for (bytes, part) in [
            (&b""[..], "the file is empty"),
            (b"order_id,size", "no Excel workbook"),
            (&protected, "password"),
            (&whole[..whole.len() / 2], "damaged"),
            (&packed(&[("word/document.xml", b"<w/>")]), "damaged"),
            (&empty, "sheet \"Sheet1\" is empty"),
        ] {
            let error = read_sheet(bytes, SheetKind::Xlsx).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("; "), "{part}: {error}");
        }
    }

    fn packed(parts: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in parts {
            archive.start_file(*name, SimpleFileOptions::default()).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn a_workbook_that_unpacks_to_much_is_refused_before_it_is_read() {
        let zeros = vec![b' '; limits::WORKBOOK_BYTES as usize + 1];
        let bomb = packed(&[("xl/workbook.xml", &zeros)]);
        assert!(bomb.len() < 1 << 20, "{} bytes", bomb.len());
        let error = read_sheet(&bomb, SheetKind::Xlsx).unwrap_err().to_string();
        assert!(error.starts_with("the workbook unpacks to more than"), "{error}");
        let names: Vec<String> = (0..=limits::WORKBOOK_PARTS).map(|part| format!("{part}.bin")).collect();
        let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
        assert!(read_sheet(&packed(&parts), SheetKind::Xlsx).unwrap_err().message.ends_with("parts"));
    }

    #[test]
    fn a_sheet_has_so_many_columns_and_cells() {
        let book = |fill: &dyn Fn(&mut rust_xlsxwriter::Worksheet)| {
            let mut book = Workbook::new();
            fill(book.add_worksheet());
            let bytes = book.save_to_buffer().unwrap();
            read_sheet(&bytes, SheetKind::Xlsx).unwrap_err().message
        };
        let wide = book(&|sheet| {
            sheet.write(0, limits::COLUMNS as u16, "x").unwrap();
        });
        assert_eq!(wide, "the file has 201 columns");
        let many = book(&|sheet| {
            for row in 0..=(limits::CELLS / limits::COLUMNS) as u32 {
                sheet.write(row, limits::COLUMNS as u16 - 1, 1).unwrap();
            }
        });
        assert_eq!(many, "the file has more than 8000000 cells");
    }

    #[test]
    fn a_cell_that_is_there_again_and_again_is_refused() {
        let mut parts = parts(&orders());
        let sheet = &mut parts.iter_mut().find(|(name, _)| name == "xl/worksheets/sheet2.xml").unwrap().1;
        let again = "<c r=\"A9\" t=\"e\"><v>#N/A</v></c>".repeat(limits::FAULTS + 1);
        let text = String::from_utf8(sheet.clone()).unwrap();
        *sheet = text.replace("</sheetData>", &format!("<row r=\"9\">{again}</row></sheetData>")).into_bytes();
        let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let refused = read_sheet(&packed(&parts), SheetKind::Xlsx).unwrap_err();
        assert_eq!(refused.message, "the file has more than 100000 faulty cells");
    }

    #[test]
    fn a_formula_without_its_result_makes_a_bad_row() {
        let whole = orders();
        let (from, with) = ("<f>1+1</f><v>2</v>", ["<f>1+1</f><v></v>", "<f>1+1</f><v/>", "<f>1+1</f>"]);
        for with in with {
            let mut parts = parts(&whole);
            let sheet = parts.iter_mut().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains(from)).unwrap();
            sheet.1 = String::from_utf8(sheet.1.clone()).unwrap().replace(from, with).into_bytes();
            let parts: Vec<(&str, &[u8])> =
                parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            let sheet = read_sheet(&packed(&parts), SheetKind::Xlsx).unwrap();
            let told: Vec<String> = sheet.rows[0].issues.iter().map(ToString::to_string).collect();
            let expected = "row 3, column `Quantity`: the cell has a formula whose result is not stored; open and save the \
                            file in a spreadsheet program, or paste the value in its place";
            assert_eq!(told, [expected], "{with}");
        }
    }

    #[test]
    fn a_title_above_the_names_is_told_and_can_be_passed_over() {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet();
        sheet.write(0, 0, "Orders of December").unwrap();
        for (column, text) in ["Order ID", "Design", "Size"].into_iter().enumerate() {
            sheet.write(2, column as u16, text).unwrap();
            sheet.write(3, column as u16, "x").unwrap();
        }
        let bytes = book.save_to_buffer().unwrap();
        let told = read_sheet(&bytes, SheetKind::Xlsx).unwrap_err().to_string();
        assert!(told.contains("row 3 looks like them: take the rows above it away, or say `--header-row 3`"), "{told}");
        let sheet = read_below(&bytes, SheetKind::Xlsx, Some(3)).unwrap();
        assert_eq!((sheet.columns[1].1.as_str(), sheet.rows[0].row, sheet.rows.len()), ("Design", 4, 1));
        let empty = read_below(&bytes, SheetKind::Xlsx, Some(2)).unwrap_err().to_string();
        assert!(empty.starts_with("row 2 has nothing in it"), "{empty}");
    }

    /// The parts of a workbook, to be packed anew.
    fn parts(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let count = archive.len();
        let part = |index| {
            let mut part = archive.by_index(index).unwrap();
            let mut bytes = Vec::new();
            part.read_to_end(&mut bytes).unwrap();
            (part.name().unwrap().into_owned(), bytes)
        };
        (0..count).map(part).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_damaged_part_never_ends_the_program(
            part in any::<prop::sample::Index>(), place in any::<prop::sample::Index>(), length in 0..40_usize,
            with in proptest::collection::vec(any::<u8>(), 0..40),
        ) {
            let mut parts = parts(&orders());
            let bytes = &mut parts[part.index(9)].1;
            let start = place.index(bytes.len().max(1));
            let end = (start + length).min(bytes.len());
            bytes.splice(start..end, with);
            let parts: Vec<(&str, &[u8])> = parts.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
            if let Err(error) = read_sheet(&packed(&parts), SheetKind::Xlsx) {
                prop_assert!(!error.hint.is_empty());
            }
        }
    }
}
