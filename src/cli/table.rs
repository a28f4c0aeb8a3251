//! Lists, for people or for programs.

use clap::ValueEnum;
use serde_json::Value;

/// For whom a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Format {
    /// The list as text: as a table of the named columns, or with all that is in it.
    pub(crate) fn write(self, list: Vec<Value>, columns: &[&str]) -> String {
        match self {
            Self::Text => table(&list, columns),
            Self::Json => format!("{:#}\n", Value::Array(list)),
        }
    }
}

/// The named columns of `list`, aligned, under a line of their names.
fn table(list: &[Value], columns: &[&str]) -> String {
    let mut rows = vec![columns.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>()];
    rows.extend(list.iter().map(|entry| columns.iter().map(|name| cell(&entry[*name])).collect()));
    let widths: Vec<usize> = (0..columns.len())
        .map(|column| rows.iter().map(|row: &Vec<String>| row[column].chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    text
}

/// A value in a table: lists of things with an id by their ids, long ones by their number.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) if entries.len() > 12 => entries.len().to_string(),
        Value::Array(entries) => {
            let name = |entry: &Value| cell(entry.get("id").unwrap_or(entry));
            entries.iter().map(name).collect::<Vec<_>>().join(" ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn columns_line_up() {
        let list =
            [json!({ "id": "a", "sizes": [{ "id": "S" }, { "id": "M" }] }), json!({ "id": "long", "sizes": [] })];
        assert_eq!(table(&list, &["id", "sizes"]), "id    sizes\na     S M\nlong\n");
    }
}
