//! `platen catalog`: what can be ordered and used.

use clap::{Args, ValueEnum};
use platen::catalog::{ColorSummary, GarmentSummary, InkSummary, TechniqueSummary};
use platen::shop::{FontSummary, Shop};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::document::open_shop;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// What to list
    #[arg(value_enum)]
    what: What,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Garments,
    Colors,
    Inks,
    Techniques,
    Fonts,
    Mockups,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let shop = open_shop(common)?;
    let (list, columns): (Vec<Value>, &[&str]) = match arguments.what {
        What::Garments => (garments(&shop)?, &["id", "name", "sizes", "colors", "areas"]),
        What::Colors => (colors(&shop)?, &["garment", "id", "hex", "name"]),
        What::Inks => (inks(&shop)?, &["id", "hex", "hlc", "name"]),
        What::Techniques => (techniques(&shop)?, &["id", "min_line_mm", "min_text_mm", "warn_dpi", "name"]),
        What::Fonts => (fonts(&shop)?, &["family", "category", "weights", "scripts"]),
        What::Mockups => (values(shop.mockup_summaries()?)?, &["garment", "view", "width_px", "height_px", "areas"]),
    };
    match arguments.format {
        Format::Json => terminal.data(&format!("{:#}\n", Value::Array(list))),
        Format::Text => terminal.data(&table(&list, columns)),
    }
}

fn values<T: Serialize>(list: impl IntoIterator<Item = T>) -> anyhow::Result<Vec<Value>> {
    list.into_iter().map(|entry| Ok(serde_json::to_value(entry)?)).collect()
}

fn garments(shop: &Shop) -> anyhow::Result<Vec<Value>> {
    values(shop.catalog.garments().iter().map(GarmentSummary::from))
}

fn colors(shop: &Shop) -> anyhow::Result<Vec<Value>> {
    let mut list = Vec::new();
    for garment in shop.catalog.garments() {
        for color in &garment.colors {
            let mut entry = serde_json::to_value(ColorSummary::from(color))?;
            entry["garment"] = json!(garment.id);
            list.push(entry);
        }
    }
    Ok(list)
}

fn inks(shop: &Shop) -> anyhow::Result<Vec<Value>> {
    values(shop.catalog.inks().iter().map(InkSummary::from))
}

fn techniques(shop: &Shop) -> anyhow::Result<Vec<Value>> {
    values(shop.catalog.techniques().iter().map(TechniqueSummary::from))
}

fn fonts(shop: &Shop) -> anyhow::Result<Vec<Value>> {
    values(shop.fonts.families().iter().map(FontSummary::from))
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
    use super::*;

    #[test]
    fn columns_line_up() {
        let list =
            [json!({ "id": "a", "sizes": [{ "id": "S" }, { "id": "M" }] }), json!({ "id": "long", "sizes": [] })];
        assert_eq!(table(&list, &["id", "sizes"]), "id    sizes\na     S M\nlong\n");
    }
}
