//! Reading what an instrument's program exported: which patch has which colour, or all that is wrong with the file.

use std::fmt;

use crate::catalog::{Catalog, suggest};
use crate::chart::table::{Cell, Table, list};
use crate::chart::template::UNREAD;
use crate::chart::{Ground, Patch, cgats};
use crate::color::lab::Lab;

/// Bytes of a file.
pub const BYTES: usize = 2_000_000;
/// Rows of a file's table.
pub const ROWS: usize = 20_000;
/// Fields of a row.
pub const FIELDS: usize = 500;
/// Problems of a file that are told.
pub const PROBLEMS: usize = 100;
/// What a and b may be.
const CHROMATIC: f64 = crate::catalog::MOST_CHROMATIC;
/// The most that X, Y and Z may be, where the Y of white is 100: cloth with brighteners reflects more than it gets.
const MOST_XYZ: f64 = 130.0;

/// A reading of a patch.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What was read.
    pub patch: Patch,
    /// Its colour.
    pub lab: Lab,
}

/// Something wrong in a file of readings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingProblem {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1: of characters in CGATS, of fields in a list.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for ReadingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}; {}", self.line, self.column, self.message, self.hint)
    }
}

/// Why readings were not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadingsError {
    /// It has more bytes than [`BYTES`].
    #[error("the file has more than {BYTES} bytes; read a chart in several files")]
    TooLarge,
    /// It is no text.
    #[error("line {line}, column {column}: the file is no UTF-8 text; export it as CGATS text or as CSV")]
    NotText {
        /// The line, from 1.
        line: usize,
        /// The byte in it, from 1.
        column: usize,
    },
    /// Everything that is wrong, in the file's order; there is at least one problem, and at most [`PROBLEMS`].
    #[error("the readings have problems{}", .0.iter().map(|problem| format!("\n{problem}")).collect::<String>())]
    Invalid(Vec<ReadingProblem>),
}

/// Collects problems, as many as are told.
#[derive(Debug, Default)]
pub(super) struct Reporter(Vec<ReadingProblem>);

impl Reporter {
    pub(super) fn add(&mut self, problem: ReadingProblem) {
        if self.0.len() < PROBLEMS {
            self.0.push(problem);
        }
    }
}

/// Reads CGATS or a list, whichever it is: every row that is filled in names a patch and has its colour in Lab, or in XYZ
/// where the Y of white is 100, under D50.
///
/// # Errors
/// Everything that is wrong with the file.
pub fn read(bytes: &[u8], catalog: &Catalog) -> Result<Vec<Sample>, ReadingsError> {
    if bytes.len() > BYTES {
        return Err(ReadingsError::TooLarge);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let not_text = |valid: usize| {
        let before = &bytes[..valid];
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        ReadingsError::NotText { line, column: valid - start + 1 }
    };
    let text = std::str::from_utf8(bytes).map_err(|error| not_text(error.valid_up_to()))?;
    if let Some(at) = text.find('\0') {
        return Err(not_text(at));
    }
    let mut reporter = Reporter::default();
    let tables = if cgats::is_cgats(text) { cgats::tables(text, &mut reporter) } else { list(text, &mut reporter) };
    let mut samples = Vec::new();
    let is_told = !reporter.0.is_empty();
    let usable: Vec<_> = tables.iter().filter_map(|table| Some((table, Columns::of(table)?))).collect();
    for (table, columns) in &usable {
        columns.check_scale(table, &mut reporter);
        let read = table.rows.iter().filter_map(|row| columns.sample(row, table, catalog, &mut reporter));
        samples.extend(read.collect::<Vec<_>>());
    }
    if usable.is_empty() && !is_told {
        reporter.add(no_colors(&tables));
    } else if samples.is_empty() && reporter.0.is_empty() {
        let message = "no patch is filled in".to_owned();
        let hint = "write what was read behind the names of the patches".to_owned();
        reporter.add(ReadingProblem { line: 1, column: 1, message, hint });
    }
    let Reporter(mut problems) = reporter;
    problems.sort_by_key(|problem| (problem.line, problem.column));
    if problems.is_empty() { Ok(samples) } else { Err(ReadingsError::Invalid(problems)) }
}

/// Told where no table has colours of named patches.
fn no_colors(tables: &[Table]) -> ReadingProblem {
    let head = tables.iter().flat_map(|table| &table.head).next();
    let (line, column) = head.map_or((1, 1), |cell| (cell.line, cell.column));
    let message = "no table has a name of patches and their Lab or XYZ".to_owned();
    let hint = "export the columns SAMPLE_NAME, LAB_L, LAB_A, LAB_B, or write a list with id,L,a,b".to_owned();
    ReadingProblem { line, column, message, hint }
}

/// Where in a row what stands.
struct Columns {
    /// What may name the patch, the first choice first.
    names: Vec<usize>,
    color: [usize; 3],
    is_xyz: bool,
}

impl Columns {
    /// `None` if the table has no colours or no names.
    fn of(table: &Table) -> Option<Self> {
        // Programs differ in signs and case only: `LAB_L`, `Lab L*`, `L`.
        let plain =
            |cell: &Cell| cell.text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_uppercase();
        let heads: Vec<String> = table.head.iter().map(plain).collect();
        let place = |known: &[&str]| known.iter().find_map(|name| heads.iter().position(|head| head == name));
        let names = [place(&["SAMPLENAME", "NAME", "PATCH"]), place(&["SAMPLEID", "ID", "SAMPLE"])];
        let names: Vec<usize> = names.into_iter().flatten().collect();
        let three = |all: [&[&str]; 3]| {
            let [one, two, three] = all.map(place);
            Some([one?, two?, three?])
        };
        let lab = three([&["LABL", "L", "CIEL"], &["LABA", "A", "CIEA"], &["LABB", "B", "CIEB"]]);
        let xyz = || three([&["XYZX", "X", "CIEX"], &["XYZY", "Y", "CIEY"], &["XYZZ", "Z", "CIEZ"]]);
        let (color, is_xyz) = lab.map(|lab| (lab, false)).or_else(|| Some((xyz()?, true)))?;
        (!names.is_empty()).then_some(Self { names, color, is_xyz })
    }

    /// Finds XYZ of which white has 1: all of a chart would be nearly black.
    fn check_scale(&self, table: &Table, reporter: &mut Reporter) {
        let bright = table.rows.iter().filter_map(|row| number(&row[self.color[1]].text, table.has_commas));
        let bright: Vec<f64> = bright.collect();
        if self.is_xyz && bright.len() > 2 && bright.iter().all(|y| *y <= 1.3) {
            let message = "the Y of every patch is at most 1.3".to_owned();
            let hint = "export XYZ in percent, so that white has a Y of about 100";
            reporter.add(table.head[self.color[1]].problem(message, hint));
        }
    }

    /// A row's reading; `None` if it is not filled in, or told.
    fn sample(&self, row: &[Cell], table: &Table, catalog: &Catalog, reporter: &mut Reporter) -> Option<Sample> {
        let cells = self.color.map(|column| &row[column]);
        let is_empty = |cell: &&Cell| cell.text.is_empty() || cell.text == UNREAD;
        if cells.iter().all(is_empty) {
            return None;
        }
        let patch = self.patch(row, catalog).map_err(|problem| reporter.add(problem)).ok();
        let mut values = [0.0; 3];
        let mut is_whole = true;
        for (index, cell) in cells.into_iter().enumerate() {
            match self.value(index, cell, table.has_commas) {
                Ok(value) => values[index] = value,
                Err(problem) => {
                    reporter.add(problem);
                    is_whole = false;
                }
            }
        }
        let lab = if self.is_xyz {
            Lab::from_xyz(values.map(|value| value / 100.0))
        } else {
            Lab::new(values[0], values[1], values[2])
        };
        let patch = patch.filter(|_| is_whole)?;
        let inside = (0.0..=100.0).contains(&lab.l) && lab.a.abs() <= CHROMATIC && lab.b.abs() <= CHROMATIC;
        if !inside {
            let message = format!("the XYZ are Lab {:.1}, {:.1}, {:.1}, which no print has", lab.l, lab.a, lab.b);
            reporter.add(cells[0].problem(message, "read the patch again, and export for D50"));
            return None;
        }
        Some(Sample { patch, lab })
    }

    /// One of the three values of a colour.
    fn value(&self, index: usize, cell: &Cell, has_commas: bool) -> Result<f64, ReadingProblem> {
        let Some(value) = number(&cell.text, has_commas) else {
            let (message, hint) = if cell.text.is_empty() || cell.text == UNREAD {
                ("a value of the color is missing".to_owned(), "fill in all three, or none")
            } else {
                let hint = "write a number with a decimal point; names with blanks stand in quotes";
                (format!("\"{}\" is no number", shortened(&cell.text)), hint)
            };
            return Err(cell.problem(message, hint));
        };
        let (name, range) = match (self.is_xyz, index) {
            (true, _) => (["X", "Y", "Z"][index], 0.0..=MOST_XYZ),
            (false, 0) => ("L", 0.0..=100.0),
            (false, _) => (["L", "a", "b"][index], -CHROMATIC..=CHROMATIC),
        };
        if range.contains(&value) {
            return Ok(value);
        }
        let message = format!("{name} is {} to {}, not {value}", range.start(), range.end());
        Err(cell.problem(message, "read the patch again, or correct the value"))
    }

    /// The patch that a row names.
    fn patch(&self, row: &[Cell], catalog: &Catalog) -> Result<Patch, ReadingProblem> {
        let named = self.names.iter().map(|column| &row[*column]);
        let Some((cell, patch)) = named.clone().find_map(|cell| Some((cell, Patch::parse(&cell.text)?))) else {
            // The name that comes nearest to that of a patch is the one to tell.
            let cell = named.clone().find(|cell| cell.text.contains('/')).or_else(|| named.clone().next());
            let Some(cell) = cell else { return Err(no_colors(&[])) };
            let message = format!("\"{}\" is no patch of a chart", shortened(&cell.text));
            return Err(cell.problem(message, &near(&cell.text, catalog)));
        };
        let unknown = match &patch {
            Patch::Cloth | Patch::Underbase => None,
            Patch::Ink { ink, .. } => catalog.ink(ink).err(),
            Patch::Garment { garment, color } => {
                catalog.garment(garment).and_then(|garment| garment.color(color)).err()
            }
        };
        let Some(unknown) = unknown else { return Ok(patch) };
        let lists = || format!("`platen catalog {}` lists what there is", unknown.list());
        Err(cell.problem(unknown.to_string(), &unknown.hint().unwrap_or_else(lists)))
    }
}

/// What may have been meant.
fn near(text: &str, catalog: &Catalog) -> String {
    let inks = catalog.inks().iter().flat_map(|ink| {
        [Ground::Underbase, Ground::Cloth].map(|ground| Patch::Ink { ink: ink.id.clone(), tone: 100, ground })
    });
    let known: Vec<String> =
        [Patch::Cloth, Patch::Underbase].into_iter().chain(inks).map(|it| it.to_string()).collect();
    match suggest(text, known.iter().map(String::as_str)).as_slice() {
        [] => "write names as the chart has them, such as ink/scarlet/100/underbase".to_owned(),
        all => format!("did you mean {}?", all.iter().map(|it| format!("\"{it}\"")).collect::<Vec<_>>().join(" or ")),
    }
}

fn number(text: &str, has_commas: bool) -> Option<f64> {
    let pointed = if has_commas { text.replacen(',', ".", 1) } else { text.to_owned() };
    pointed.parse().ok().filter(|value: &f64| value.is_finite())
}

/// A text of a stranger, for a message.
fn shortened(text: &str) -> String {
    const MOST: usize = 60;
    let plain: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).take(MOST).collect();
    if text.chars().nth(MOST).is_some() { format!("{plain}...") } else { plain }
}
