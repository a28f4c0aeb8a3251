//! `platen ladder`: a design in one, two, three and four inks.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::press::{self, LadderError, Rung};
use platen::profile::Currency;
use platen::quote::Item;
use platen::shop::Choice;
use platen::shop::press::SeparationOptions;
use platen::units::Dpi;

use crate::cli::asked::{Asked, size_count, tell_samples};
use crate::cli::document::Document;
use crate::cli::folder::Folder;
use crate::cli::quote::open_own_shop;
use crate::cli::separate::refuse;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Which print area
    #[arg(long, value_name = "NAME")]
    area: String,
    /// A folder for a picture of each; it is made if it is not there
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
    /// The shop's profile [default: mockups/shop.toml of the assets]
    #[arg(long, value_name = "PROFILE.toml")]
    shop: Option<PathBuf>,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Quantities by size, for the prices; the first decides the size of the print area [default: 12 of the mockup's]
    #[arg(long = "size", value_name = "SIZE=N,...", value_delimiter = ',', value_parser = size_count)]
    sizes: Vec<(String, u32)>,
    /// Dots per inch of the pictures, 72 to 600
    #[arg(long, default_value_t = 100.0)]
    dpi: f64,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let Some(shop) = open_own_shop(common, arguments.shop.as_deref(), terminal)? else {
        return Ok(Outcome::Refused);
    };
    let color = Choice { color: arguments.garment_color.clone(), ..Choice::default() };
    let Some(document) = Document::open(&arguments.design, &shop, &color, terminal)? else {
        return Ok(Outcome::Refused);
    };
    let profile = &shop.profile;
    let mut asked = Asked::new(&shop, &document.design);
    let item = |(size, quantity): &(String, u32)| Item { size: asked.size(size), quantity: *quantity };
    let items: Vec<Item> = arguments.sizes.iter().map(item).collect();
    let dpi = Dpi::new(arguments.dpi).with_context(|| format!("a resolution is positive, not {}", arguments.dpi))?;
    let choice = Choice {
        size: items.first().map(|item| item.size.clone()),
        color: asked.color(arguments.garment_color.as_ref()),
        fields: asked.fields(arguments.fields.values()),
        ..Choice::default()
    };
    let options =
        SeparationOptions { area: asked.area(&arguments.area), choice, items, dpi, ..SeparationOptions::default() };
    asked.settle()?;
    tell_samples(&document.design, &[&options.choice.fields], terminal);
    let design = (&document.design, &document.library);
    let rungs = match press::ladder(&shop, profile, design, &options, &Cancel::NEVER) {
        Ok(rungs) => rungs,
        Err(LadderError::Separation(error)) => return refuse(error, &document, terminal),
        Err(error) => return Err(error.into()),
    };
    let reports: Vec<_> = rungs.iter().map(Rung::report).collect();
    let json = format!("{}\n", serde_json::to_string_pretty(&reports)?);
    if let Some(output) = &arguments.output {
        let folder = Folder::open(output)?;
        for rung in &rungs {
            folder.write(&format!("inks-{}.png", rung.inks.len()), &rung.proof)?;
        }
        folder.write("ladder.json", json.as_bytes())?;
        folder.settle()?;
    }
    match arguments.format {
        Format::Json => terminal.data(&json),
        Format::Text => terminal.data(&text(&rungs, &profile.currency)),
    }
}

/// The ladder as a table.
fn text(rungs: &[Rung], currency: &Currency) -> String {
    let mut text = String::new();
    for rung in rungs {
        let plan = &rung.plan;
        let names: Vec<&str> = rung.inks.iter().map(|ink| ink.name.as_str()).collect();
        let price = plan.price.as_ref().map_or_else(
            || "no price".to_owned(),
            |price| format!("{} a piece for {}", currency.show(price.per_piece), price.pieces),
        );
        let off = plan.matches.map(|found| format!("differs by {:.1} in the mean", found.mean)).unwrap_or_default();
        let _ = writeln!(text, "{}  {}  {} screens  {off}  {price}", rung.inks.len(), names.join(" + "), plan.screens);
    }
    text
}
