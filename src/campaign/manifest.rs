//! Lists of what was made, for spreadsheets and for the program that sends.

use csv::{Terminator, WriterBuilder};

use crate::campaign::plan::{Entry, Status};

/// What became of a mail.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Made {
    /// The subject.
    pub subject: String,
    /// Path of the picture, relative to the manifest.
    pub image: String,
    /// Path of the message.
    pub mail: String,
    /// What could not be done as the list or the template has it; or why there is no mail.
    pub notes: Vec<String>,
    /// Whether it failed.
    pub failed: bool,
}

/// Names of the manifest's columns.
pub const COLUMNS: [&str; 12] = [
    "recipient",
    "status",
    "why",
    "subject",
    "offer",
    "segment",
    "rule",
    "variant",
    "image",
    "mail",
    "not_before",
    "row",
];

/// The manifest: a row for each recipient, in the order of the list; `made` has one entry for each.
#[must_use]
pub fn manifest(entries: &[Entry<'_>], made: &[Made]) -> Vec<u8> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    rows.extend(entries.iter().zip(made).map(|(entry, made)| row(entry, made)));
    written(&rows)
}

/// A row of the manifest.
#[must_use]
pub fn row(entry: &Entry<'_>, made: &Made) -> Vec<String> {
    let status = if made.failed { Status::Failed } else { entry.status };
    let why = if entry.why.is_empty() { made.notes.join("; ") } else { entry.why.clone() };
    let edition = entry.edition;
    vec![
        entry.recipient.email.clone(),
        status.name().to_owned(),
        why,
        made.subject.clone(),
        edition.and_then(|edition| edition.offer.as_ref()).map_or_else(String::new, |offer| offer.code.clone()),
        entry.recipient.cell("segment").unwrap_or_default().to_owned(),
        entry.rule.to_owned(),
        edition.and_then(|edition| edition.variant).unwrap_or_default().to_owned(),
        made.image.clone(),
        made.mail.clone(),
        entry.not_before.map_or_else(String::new, |moment| moment.to_string()),
        entry.recipient.line.to_string(),
    ]
}

/// Who gets nothing because they said no, or never said yes.
#[must_use]
pub fn suppressed(entries: &[Entry<'_>]) -> Vec<u8> {
    let mut rows = vec![["recipient", "status", "why", "row"].map(str::to_owned).to_vec()];
    let refused = entries.iter().filter(|entry| matches!(entry.status, Status::Suppressed | Status::NoConsent));
    rows.extend(refused.map(|entry| {
        let line = entry.recipient.line.to_string();
        vec![entry.recipient.email.clone(), entry.status.name().to_owned(), entry.why.clone(), line]
    }));
    written(&rows)
}

fn written(rows: &[Vec<String>]) -> Vec<u8> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.iter().map(|cell| harmless(cell))).expect("writing to memory does not fail");
    }
    writer.into_inner().expect("writing to memory does not fail")
}

/// A cell that no spreadsheet runs as a formula.
fn harmless(cell: &str) -> String {
    let runs = |c: char| matches!(c, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠');
    if cell.starts_with(runs) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_written_as_text() {
        let rows = [vec!["=1+1".to_owned(), "+49".into(), "a=b".into(), "-2".into(), "@x".into(), "\tx".into()]];
        assert_eq!(String::from_utf8(written(&rows)).unwrap(), "'=1+1,'+49,a=b,'-2,'@x,'\tx\r\n");
    }
}
