//! Lists of a batch that is done: a report, a manifest with checksums, and what to take off the shelf. They say nothing of
//! when or how fast it was made, so that the same orders give the same bytes.

use std::collections::{BTreeMap, BTreeSet};

use csv::{Terminator, WriterBuilder};
use serde_json::{Value, json};

use crate::batch::orders::Orders;
use crate::batch::run::Outcome;
use crate::shop::Shop;

/// A cell that no spreadsheet takes for a formula (OWASP, CSV injection): one that would be gets an apostrophe in front.
#[must_use]
pub fn cell(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

/// Rows as a CSV that spreadsheets read.
pub(crate) fn table(rows: impl Iterator<Item = Vec<String>>) -> Vec<u8> {
    // Spreadsheets know UTF-8 by its mark only, and end lines so.
    let mut out = b"\xef\xbb\xbf".to_vec();
    {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(&mut out);
        for row in rows {
            writer.write_record(row.iter().map(|text| cell(text))).expect("memory takes all bytes");
        }
        writer.flush().expect("memory takes all bytes");
    }
    out
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Every file with its size, its BLAKE3, what it is and whose, by path.
#[must_use]
pub fn manifest(orders: &Orders, outcome: &Outcome) -> Vec<u8> {
    let head = names(&["path", "bytes", "blake3", "kind", "of", "order_id", "line", "quantity", "job"]);
    let mut rows: Vec<Vec<String>> = outcome
        .plan
        .files
        .iter()
        .zip(&outcome.files)
        .filter_map(|(file, made)| {
            let ((bytes, checksum), line) = (made.as_ref()?, &orders.lines[file.line]);
            let (kind, job) = (&file.kind, &outcome.plan.jobs[file.job].id);
            let texts = [&file.path, &bytes.to_string(), checksum, kind.name(), kind.of(), &line.order_id, &line.line];
            Some([texts.map(str::to_owned).to_vec(), vec![line.quantity.to_string(), job.clone()]].concat())
        })
        .collect();
    rows.sort();
    table([head].into_iter().chain(rows))
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
    let mut picks: BTreeMap<(String, String, usize), Pick<'_>> = BTreeMap::new();
    for (_, line) in orders.lines.iter().enumerate().filter(|(index, _)| is_made(outcome, *index)) {
        let Ok(garment) = shop.catalog.garment(&line.opened.design.garment) else { continue };
        let size = garment.sizes.iter().position(|size| size.id == line.size).unwrap_or_default();
        let pick = picks.entry((garment.id.clone(), line.color.clone(), size)).or_default();
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
            garment.clone(),
            color.clone(),
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

/// Everything about every row, as JSON.
#[must_use]
pub fn report(orders: &Orders, outcome: &Outcome, source: &str) -> Vec<u8> {
    let mut of_line: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for (file, made) in outcome.plan.files.iter().zip(&outcome.files) {
        let Some((bytes, checksum)) = made else { continue };
        let mut value = json!({
            "path": file.path, "kind": file.kind.name(), "of": file.kind.of(), "bytes": bytes, "blake3": checksum,
            "job": outcome.plan.jobs[file.job].id,
        });
        let artworks =
            outcome.checked[file.line].as_ref().map(|checked| checked.artworks.as_slice()).unwrap_or_default();
        if let Some((_, hash)) = artworks.iter().find(|(area, _)| area == file.kind.of()) {
            value["artwork"] = json!(hash);
        }
        of_line.entry(file.line).or_default().push(value);
    }
    let lines = orders.lines.iter().enumerate().map(|(index, line)| {
        let failed = failure(outcome, index);
        let reason = outcome.refused.get(&index).or(failed);
        let status = match (outcome.refused.contains_key(&index), failed) {
            (true, _) => "refused",
            (false, Some(_)) => "failed",
            (false, None) => "made",
        };
        let checked = outcome.checked[index].as_ref();
        json!({
            "row": line.row, "order_id": line.order_id, "line": line.line, "status": status, "reason": reason,
            "design": line.design, "garment": line.opened.design.garment, "color": line.color, "size": line.size,
            "technique": line.opened.design.technique, "quantity": line.quantity, "due": line.due,
            "ship_to": line.ship_to, "fields": line.fields,
            "columns": line.extras.iter().map(|(name, value)| (name.to_string(), json!(value)))
                .collect::<serde_json::Map<_, _>>(),
            "findings": checked.map(|checked| json!(checked.findings)),
            "files": of_line.remove(&index).unwrap_or_default(),
        })
    });
    let lines: Vec<Value> = lines.collect();
    let made = lines.iter().filter(|line| line["status"] == json!("made")).count();
    let report = json!({
        "version": 1, "orders": source, "rows": orders.n_rows, "made": made, "not_made": orders.n_rows - made,
        "files": outcome.files.iter().flatten().count(), "jobs": outcome.plan.jobs.len(),
        "issues": orders.issues, "lines": lines,
    });
    let mut bytes = serde_json::to_vec_pretty(&report).unwrap_or_default();
    bytes.push(b'\n');
    bytes
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
