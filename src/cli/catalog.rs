//! `platen catalog`: what can be ordered and used.

use clap::{Args, ValueEnum};
use platen::catalog::{ColorSummary, GarmentSummary, InkSummary, TechniqueSummary};
use platen::shop::{FontSummary, Shop};
use serde::Serialize;
use serde_json::{Value, json};

use crate::cli::document::open_shop;
use crate::cli::table::Format;
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
    terminal.data(&arguments.format.write(list, columns))
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
