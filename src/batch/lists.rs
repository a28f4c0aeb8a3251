//! Lists of a batch that is done: a report, a manifest with checksums, and what to take off the shelf. They say nothing of
//! when or how fast it was made, so that the same orders give the same bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use csv::{Terminator, WriterBuilder};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};

use crate::batch::check::Told;
use crate::batch::folder::List;
use crate::batch::issue::RowIssue;
use crate::batch::names::LISTS;
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::run::Outcome;
use crate::shop::Shop;

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): one that would be gets an apostrophe in front.
#[must_use]
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

/// Rows as a CSV that spreadsheets read.
pub(crate) fn table(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    let mut out = Vec::new();
    write_table(rows, &mut out).expect("memory takes all bytes");
    out
}

/// Writes rows as a CSV that spreadsheets read.
fn write_table(rows: impl Iterator<Item = Vec<String>>, out: &mut dyn Write) -> std::io::Result<()> {
    // Spreadsheets know UTF-8 by its mark only, and end lines so.
    out.write_all(b"\xef\xbb\xbf")?;
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    for row in rows {
        writer.write_record(row.iter().map(|text| cell(text)))?;
    }
    writer.flush()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// A file beside those of the orders: its path, its size and its BLAKE3.
pub type Beside = (String, u64, String);

/// The files of a folder, which is called `name` in the batch's. None if there is no such folder.
///
/// # Errors
/// If one cannot be read.
pub fn beside(folder: &Path, name: &str) -> std::io::Result<Vec<Beside>> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            let path = format!("{name}/{}", entry.file_name().to_string_lossy());
            found.push(read_beside(&entry.path(), path)?);
        }
    }
    found.sort();
    Ok(found)
}

/// The lists at the top of a batch's folder that are there.
///
/// # Errors
/// If one cannot be read.
pub fn there(folder: &Path) -> std::io::Result<Vec<Beside>> {
    let there = LISTS.iter().filter(|name| folder.join(name).is_file());
    there.map(|name| read_beside(&folder.join(name), (*name).to_owned())).collect()
}

fn read_beside(file: &Path, path: String) -> std::io::Result<Beside> {
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(std::fs::File::open(file)?)?;
    Ok((path, hasher.count(), hasher.finalize().to_hex().to_string()))
}

/// Every file with its size, its BLAKE3, what it is and whose, by path; gang sheets are nobody's alone. It is written row by
/// row.
#[derive(Debug)]
pub struct Manifest<'a> {
    orders: &'a Orders,
    outcome: &'a Outcome,
    rows: Vec<Listed<'a>>,
}

/// A row of a manifest.
#[derive(Debug, Clone, Copy)]
enum Listed<'a> {
    /// A file of the plan: its index.
    File(usize),
    Film(&'a Beside),
}

/// Every file; `film` are the gang sheets, and what goes with them.
#[must_use]
pub fn manifest<'a>(orders: &'a Orders, outcome: &'a Outcome, film: &'a [Beside]) -> Manifest<'a> {
    let there = (0..outcome.files.len()).filter(|file| outcome.files[*file].is_some());
    let mut rows: Vec<Listed<'_>> = there.map(Listed::File).chain(film.iter().map(Listed::Film)).collect();
    rows.sort_unstable_by_key(|row| match row {
        Listed::File(file) => &*outcome.plan.files[*file].path,
        Listed::Film((path, ..)) => path,
    });
    Manifest { orders, outcome, rows }
}

impl Manifest<'_> {
    fn row(&self, row: Listed<'_>) -> Option<Vec<String>> {
        let Self { orders, outcome, .. } = self;
        match row {
            Listed::File(index) => {
                let (file, (bytes, blake3)) = (&outcome.plan.files[index], outcome.files[index]?);
                let (line, job) = (&orders.lines[file.line], outcome.plan.jobs[file.job].id.to_hex());
                let (kind, of) = (file.kind.name(), file.kind.of());
                let (bytes, quantity, blake3) = (bytes.to_string(), line.quantity.to_string(), blake3.to_hex());
                let row = [
                    &file.path,
                    &*bytes,
                    &blake3,
                    kind,
                    of,
                    &line.order_id,
                    &line.line,
                    quantity.as_str(),
                    job.as_str(),
                ];
                Some(names(&row))
            }
            Listed::Film((path, bytes, blake3)) => {
                Some(names(&[path, &bytes.to_string(), blake3, "gang", "", "", "", "", ""]))
            }
        }
    }
}

impl List for Manifest<'_> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let head = names(&["path", "bytes", "blake3", "kind", "of", "order_id", "line", "quantity", "job"]);
        write_table([head].into_iter().chain(self.rows.iter().filter_map(|row| self.row(*row))), out)
    }
}

/// Garments of one kind on a pick list.
#[derive(Debug, Default)]
struct Pick<'a> {
    count: u64,
    /// The orders that need them.
    seen: BTreeSet<&'a str>,
    /// Those that are told, as the file has them.
    first: Vec<&'a str>,
}

/// Garments to take off the shelf: by garment, colour and size, how many and for which orders.
#[must_use]
pub fn pick_list(shop: &Shop, orders: &Orders, outcome: &Outcome) -> Vec<u8> {
    const TOLD: usize = 20;
    let mut picks: BTreeMap<(&str, &str, usize), Pick<'_>> = BTreeMap::new();
    for (_, line) in orders.lines.iter().enumerate().filter(|(index, _)| is_made(outcome, *index)) {
        let Ok(garment) = shop.catalog.garment(&line.opened.design.garment) else { continue };
        let size = garment.sizes.iter().position(|size| *size.id == *line.size).unwrap_or_default();
        let pick = picks.entry((&garment.id, &line.color, size)).or_default();
        pick.count += u64::from(line.quantity);
        if pick.seen.insert(&line.order_id) && pick.first.len() < TOLD {
            pick.first.push(&line.order_id);
        }
    }
    let head = names(&["garment", "color", "size", "pieces", "orders"]);
    let rows = picks.iter().map(|((garment, color, size), pick)| {
        let size = shop.catalog.garment(garment).ok().and_then(|garment| garment.sizes.get(*size));
        let more = pick.seen.len() - pick.first.len();
        let mut told = pick.first.join(" ");
        if more > 0 {
            told += &format!(" and {more} more");
        }
        vec![
            (*garment).to_owned(),
            (*color).to_owned(),
            size.map_or_else(String::new, |size| size.id.clone()),
            pick.count.to_string(),
            told,
        ]
    });
    table([head].into_iter().chain(rows))
}

/// Whether every file of a line is there.
#[must_use]
pub fn is_made(outcome: &Outcome, line: usize) -> bool {
    outcome.checked[line].is_some() && !outcome.refused.contains_key(&line) && failure(outcome, line).is_none()
}

/// Why a file of a line failed.
#[must_use]
pub fn failure(outcome: &Outcome, line: usize) -> Option<&String> {
    outcome.faults.get(&line)
}

/// What keeps lines from being made that could be read: what preflight refused, and what failed.
#[must_use]
pub fn refusals(orders: &Orders, outcome: &Outcome) -> Vec<RowIssue> {
    let why = |index: usize| outcome.refused.get(&index).or_else(|| failure(outcome, index));
    let told = |(index, line): (usize, &OrderLine)| Some(RowIssue::error(line.row, "", why(index)?, "").of_line(line));
    orders.lines.iter().enumerate().filter_map(told).collect()
}

/// What preflight has to say of lines that are made: warnings, and errors that were accepted. Rows of one design are told
/// the same of a rule and a print area, in the words for the first of them, unless it is about their cloth or letters: so they can be
/// [`grouped`](crate::batch::told::grouped).
pub fn warnings<'a>(orders: &'a Orders, outcome: &'a Outcome) -> impl Iterator<Item = RowIssue> + 'a {
    type Key<'k> = (&'k str, &'k str, &'k str, &'k str);
    let mut words: BTreeMap<Key<'a>, &'a Told> = BTreeMap::new();
    outcome.good().flat_map(move |index| {
        let line = &orders.lines[index];
        let findings = outcome.checked[index].as_deref().map(|checked| checked.findings.as_slice()).unwrap_or_default();
        let mut told: Vec<RowIssue> = Vec::new();
        for finding in findings.iter().filter(|finding| finding.severity != "note") {
            let own = if finding.is_own() { finding.message.as_str() } else { "" };
            let first = *words.entry((&line.design, &finding.rule, &finding.area, own)).or_insert(finding);
            let message = format!("{} on {} of {}: {}", first.rule, first.area, line.design, first.sentence());
            let issue = RowIssue::note(
                line.row,
                first.field.as_deref().unwrap_or_default(),
                message,
                first.fix.as_deref().unwrap_or_default(),
            )
            .of_line(line);
            // Two layers of an area may break one rule.
            if !told.contains(&issue) {
                told.push(issue);
            }
        }
        told
    })
}

/// Everything about every row, as JSON that is written row by row.
#[derive(Debug, Serialize)]
pub struct Report<'a> {
    version: u32,
    orders: &'a str,
    rows: usize,
    made: usize,
    not_made: usize,
    files: usize,
    jobs: usize,
    issues: &'a [RowIssue],
    lines: Lines<'a>,
}

impl List for Report<'_> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        serde_json::to_writer_pretty(&mut *out, self)?;
        out.write_all(b"\n")
    }
}

/// Everything about every row.
#[must_use]
pub fn report<'a>(orders: &'a Orders, outcome: &'a Outcome, source: &'a str) -> Report<'a> {
    let made = (0..orders.lines.len()).filter(|index| status(outcome, *index) == "made").count();
    Report {
        version: 1,
        orders: source,
        rows: orders.n_rows,
        made,
        not_made: orders.n_rows - made,
        files: outcome.files.iter().flatten().count(),
        jobs: outcome.plan.jobs.len(),
        issues: &orders.issues,
        lines: Lines::new(orders, outcome),
    }
}

fn status(outcome: &Outcome, line: usize) -> &'static str {
    match (outcome.refused.contains_key(&line), failure(outcome, line)) {
        (true, _) => "refused",
        (false, Some(_)) => "failed",
        (false, None) => "made",
    }
}

/// The lines of a report. Each is made when it is written: all of them at once take more memory than their orders.
#[derive(Debug)]
struct Lines<'a> {
    orders: &'a Orders,
    outcome: &'a Outcome,
    /// The files of the plan by their lines: indices.
    files: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(orders: &'a Orders, outcome: &'a Outcome) -> Self {
        let mut files: Vec<usize> = (0..outcome.plan.files.len()).collect();
        files.sort_by_key(|file| outcome.plan.files[*file].line);
        Self { orders, outcome, files }
    }

    fn line(&self, index: usize, line: &OrderLine) -> Value {
        let Self { outcome, files, .. } = self;
        let reason = outcome.refused.get(&index).or(failure(outcome, index));
        let checked = outcome.checked[index].as_ref();
        let first = files.partition_point(|file| outcome.plan.files[*file].line < index);
        let files = files[first..].iter().take_while(|file| outcome.plan.files[**file].line == index);
        json!({
            "row": line.row, "order_id": &*line.order_id, "line": &*line.line, "status": status(outcome, index),
            "reason": reason, "design": &*line.design, "garment": line.opened.design.garment, "color": &*line.color,
            "size": &*line.size, "technique": line.opened.design.technique, "quantity": line.quantity, "due": line.due,
            "ship_to": &*line.ship_to, "note": &*line.note, "fields": line.fields,
            "columns": line.extras.iter().map(|(name, value)| (name.to_string(), json!(&**value)))
                .collect::<serde_json::Map<_, _>>(),
            "findings": checked.map(|checked| json!(checked.findings)),
            "files": files.filter_map(|file| self.file(*file)).collect::<Vec<_>>(),
        })
    }

    /// A file of the plan, if it is there.
    fn file(&self, index: usize) -> Option<Value> {
        let Self { outcome, .. } = self;
        let (file, (bytes, checksum)) = (&outcome.plan.files[index], outcome.files[index].as_ref()?);
        let mut value = json!({
            "path": file.path, "kind": file.kind.name(), "of": file.kind.of(), "bytes": bytes,
            "blake3": checksum.to_string(), "job": outcome.plan.jobs[file.job].id.to_string(),
        });
        let artworks =
            outcome.checked[file.line].as_ref().map(|checked| checked.artworks.as_slice()).unwrap_or_default();
        if let Some((_, hash)) = artworks.iter().find(|(area, _)| area == file.kind.of()) {
            value["artwork"] = json!(hash);
        }
        Some(value)
    }
}

impl Serialize for Lines<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.orders.lines.iter().enumerate().map(|(index, line)| self.line(index, line)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for (text, expected) in
            [("=1+1", "'=1+1"), ("+1", "'+1"), ("-1", "'-1"), ("@x", "'@x"), ("\tx", "'\tx"), ("a=1", "a=1")]
        {
            assert_eq!(cell(text), expected);
        }
    }
}
