//! `platen chart`: a color chart of the shop's inks and garments to print and read, and what its readings say.

mod keep;

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use platen::assets::text_files::PROFILE_FILE;
use platen::chart::{self, Chart, ChartError, Measured, Wanted, readings, sheet, template};
use platen::export::pdf;
use platen::profile::is_day;
use platen::proof::Paper;
use platen::shop::Shop;

use crate::cli::document::assets_folder;
use crate::cli::folder::Folder;
use crate::cli::proof::PaperArgument;
use crate::cli::quote::open_own_shop;
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

/// Colours and patches that are listed before the rest is only counted.
const LISTED: usize = 12;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write the chart: pages to print, plates of the same, and tables to fill readings into
    Make(MakeArguments),
    /// Take readings into the shop's profile, where they replace the colors of the catalogue
    Read(ReadArguments),
}

#[derive(Debug, Args)]
struct MakeArguments {
    /// The folder to write to; it is made if it is not there
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// The shop's profile [default: mockups/shop.toml of the assets]
    #[arg(long, value_name = "PROFILE.toml")]
    shop: Option<PathBuf>,
    /// Inks, by their ids [default: those on the shelf]
    #[arg(long, value_name = "INK,...", value_delimiter = ',')]
    inks: Option<Vec<String>>,
    /// Tones of each ink beside the full one, percent
    #[arg(long, value_name = "PERCENT,...", value_delimiter = ',', default_values_t = [25, 50, 75])]
    tones: Vec<u32>,
    /// Garments whose colors are read, by their ids [default: those that the profile prices]
    #[arg(long, value_name = "GARMENT,...", value_delimiter = ',')]
    garments: Option<Vec<String>>,
    /// Size of the pages
    #[arg(long, value_enum, default_value_t = PaperArgument::A4)]
    paper: PaperArgument,
    /// The date as it is to be read, for the head of each page
    #[arg(long, value_name = "TEXT")]
    date: Option<String>,
}

#[derive(Debug, Args)]
struct ReadArguments {
    /// What was read: CGATS text (.txt, .ti3, .cgats) or CSV
    readings: PathBuf,
    /// The shop's profile, which is changed [default: mockups/shop.toml of the assets]
    #[arg(long, value_name = "PROFILE.toml")]
    shop: Option<PathBuf>,
    /// The day on which it was read, as in 2026-11-28
    #[arg(long, value_name = "DAY", value_parser = day)]
    date: Option<String>,
    /// Change nothing, only say what would change
    #[arg(long)]
    dry_run: bool,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

fn day(text: &str) -> Result<String, String> {
    if is_day(text) { Ok(text.to_owned()) } else { Err("write year, month and day, such as 2026-11-28".to_owned()) }
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &arguments.what {
        What::Make(arguments) => make(arguments, common, terminal),
        What::Read(arguments) => read(arguments, common, terminal),
    }
}

fn make(arguments: &MakeArguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let Some(shop) = open_own_shop(common, arguments.shop.as_deref(), terminal)? else {
        return Ok(Outcome::Refused);
    };
    let wanted = Wanted {
        inks: arguments.inks.clone(),
        tones: arguments.tones.clone(),
        garments: arguments.garments.as_ref().map(|ids| ids.iter().filter(|id| !id.is_empty()).cloned().collect()),
    };
    let chart = match Chart::of(&shop, &wanted, arguments.date.as_deref()) {
        Ok(chart) => chart,
        Err(error @ (ChartError::Words(_) | ChartError::Export(_))) => return Err(error.into()),
        Err(error) => {
            terminal.say(&format!("no chart: {error}\n"));
            return Ok(Outcome::Refused);
        }
    };
    let folder = Folder::open(&arguments.output)?;
    let paper = Paper::from(arguments.paper);
    let document = sheet::document(&chart, &shop, paper)?;
    pdf::write(&document, folder.file("chart.pdf")?)?;
    folder.write("chart.txt", template::cgats(&chart).as_bytes())?;
    folder.write("chart.csv", template::csv(&chart).as_bytes())?;
    for page in sheet::inked_pages(&chart, paper) {
        let name = format!("plates-{}.pdf", page + 1);
        sheet::plates(&chart, &shop, (paper, page), folder.file(&name)?)?;
    }
    folder.settle()?;
    let (patches, pages) = (chart.patches.len(), document.pages.len());
    terminal.say(&format!(
        "{patches} patches on {pages} pages in {}; print chart.pdf in its size or the plates, read the patches into \
         chart.txt or chart.csv, and say `platen chart read`\n",
        arguments.output.display()
    ));
    Ok(Outcome::Done)
}

fn read(arguments: &ReadArguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let Some(shop) = open_own_shop(common, arguments.shop.as_deref(), terminal)? else {
        return Ok(Outcome::Refused);
    };
    let target = match &arguments.shop {
        Some(path) => path.clone(),
        None => assets_folder(common)?.join("mockups").join(PROFILE_FILE),
    };
    let bytes = bounded(&arguments.readings)?;
    let samples = match readings::read(&bytes, &shop.catalog) {
        Ok(samples) => samples,
        Err(error) => {
            terminal.say(&format!("{}: {error}\n", arguments.readings.display()));
            return Ok(Outcome::Refused);
        }
    };
    let found = chart::measure(&samples, &shop, arguments.date.as_deref());
    let missing = missing(&shop, &samples);
    if !arguments.dry_run && !found.changes.is_empty() {
        keep::keep(&target, &found.measured, &shop)?;
        terminal.say(&format!("{} colors are kept in {}\n", found.changes.len(), target.display()));
    }
    for note in &found.notes {
        terminal.say(&format!("note: {note}\n"));
    }
    terminal.data(&match arguments.format {
        Format::Json => {
            let mut value = serde_json::to_value(&found)?;
            value["missing"] = serde_json::to_value(&missing)?;
            format!("{value:#}\n")
        }
        Format::Text => text(&found, &missing),
    })?;
    Ok(if found.changes.is_empty() { Outcome::Refused } else { Outcome::Done })
}

/// A file of readings, or as much of it as shows that it is too large.
fn bounded(path: &Path) -> anyhow::Result<Vec<u8>> {
    let cannot = || format!("cannot read {}", path.display());
    let mut bytes = Vec::new();
    let most = readings::BYTES as u64 + 1;
    std::fs::File::open(path).with_context(cannot)?.take(most).read_to_end(&mut bytes).with_context(cannot)?;
    Ok(bytes)
}

/// Patches of the shop's own chart that were not read.
fn missing(shop: &Shop, samples: &[readings::Sample]) -> Vec<String> {
    let chart = Chart::of(shop, &Wanted::default(), None);
    let patches = chart.map(|chart| chart.patches).unwrap_or_default();
    let is_read = |patch: &chart::Patch| samples.iter().any(|sample| sample.patch == *patch);
    patches.iter().filter(|patch| !is_read(patch)).map(ToString::to_string).collect()
}

fn text(found: &Measured, missing: &[String]) -> String {
    let mut text = String::new();
    for change in &found.changes {
        let lab = |reading: platen::catalog::Reading| {
            let [l, a, b] = reading.0;
            format!("{l:6.2} {a:7.2} {b:7.2}")
        };
        let optional =
            |value: Option<f64>, name: &str| value.map(|value| format!("  {name} {value}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "{:32} {} -> {}  dE00 {:5.2}  of {}{}{}{}",
            change.what,
            lab(change.before),
            lab(change.after),
            change.delta_e,
            change.readings,
            optional(change.spread, "spread"),
            optional(change.opacity, "opacity %"),
            optional(change.gain, "gain %")
        );
    }
    if !missing.is_empty() {
        let listed = missing.iter().take(LISTED).cloned().collect::<Vec<_>>().join(", ");
        let more = missing.len().saturating_sub(LISTED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let _ = writeln!(text, "not read: {listed}{more}");
    }
    text
}
