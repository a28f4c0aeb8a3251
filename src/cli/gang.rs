//! `platen gang`: the prints of many orders on sheets of film.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::batch::check::Checked;
use platen::batch::columns;
use platen::batch::orders::{self, Orders};
use platen::batch::sheet::{self, Sheet as Table, SheetKind};
use platen::batch::told::grouped;
use platen::cancel::Cancel;
use platen::catalog::UnknownId;
use platen::gangsheet::film::{BatchFilm, FilmError, FilmSize, Unit};
use platen::gangsheet::lists::{self, Billing, Figures};
use platen::gangsheet::pack::Effort;
use platen::gangsheet::paint::Job;
use platen::gangsheet::pieces::{GangError, Options, Pieces};
use platen::gangsheet::run::{self, Asked, Format, TRANSFER};
use platen::gangsheet::sheets::Laid;
use platen::profile::Money;
use platen::shop::Shop;
use platen::units::{Dpi, Length};

use crate::cli::batch::designs::Designs;
use crate::cli::batch::reading::ReadingArguments;
use crate::cli::batch::{own_profile, tell_all, tell_issues};
use crate::cli::diagnostics::{counted, visible};
use crate::cli::document::open_shop;
use crate::cli::folder::Folder;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The orders: a .xlsx, .csv, .json or .jsonl (docs/BATCH.md), or a folder of designs, of which one piece each is made
    orders: PathBuf,
    /// The folder to write to; it is made if it is not there
    #[arg(short, long, value_name = "DIR", required_unless_present = "dry_run")]
    output: Option<PathBuf>,
    #[command(flatten)]
    reading: ReadingArguments,
    /// Width of the film, such as 22in or 560mm
    #[arg(long, value_name = "LENGTH", default_value = "22in", value_parser = width)]
    width: Width,
    /// The longest sheet; what does not fit goes on the next one
    #[arg(long, value_name = "LENGTH", default_value = "240in", value_parser = length)]
    max_length: Length,
    /// What stays free between two pieces
    #[arg(long, value_name = "LENGTH", default_value = "0.25in", value_parser = length)]
    gap: Length,
    /// What stays free along the edges of a sheet
    #[arg(long, value_name = "LENGTH", default_value = "0.25in", value_parser = length)]
    edge: Length,
    /// Dots per inch, 72 to 600
    #[arg(long, default_value_t = 300.0)]
    dpi: f64,
    /// Formats of the sheets
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',', default_value = "png")]
    format: Vec<SheetFormat>,
    /// Prints of this technique; lines of others are left out
    #[arg(long, value_name = "NAME", default_value = TRANSFER)]
    technique: String,
    /// How long a short sheet is searched for
    #[arg(long, value_enum, default_value_t = Search::Good)]
    effort: Search,
    /// Nest true shapes instead of packing rectangles, where that takes less film; pieces are then cut along paths, which are
    /// written beside each sheet as SVG and DXF
    #[arg(long)]
    nest: bool,
    /// Do not turn pieces
    #[arg(long)]
    no_turn: bool,
    /// Pieces without a label
    #[arg(long)]
    no_labels: bool,
    /// Sheets are billed in whole steps of this length [default: 12in, or 10cm if the width is metric]
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    bill_step: Option<Length>,
    /// What a foot of film costs, in the shop's currency, such as 8.00
    #[arg(long, value_name = "AMOUNT")]
    foot_price: Option<String>,
    /// What a meter of film costs, in the shop's currency
    #[arg(long, value_name = "AMOUNT", conflicts_with = "foot_price")]
    meter_price: Option<String>,
    /// The shop's profile, a .toml [default: mockups/shop.toml]
    #[arg(long, value_name = "FILE")]
    shop: Option<PathBuf>,
    /// Make rows all the same that break this rule of preflight; may be given several times
    #[arg(long, value_name = "RULE")]
    accept: Vec<String>,
    /// Show the sheets and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum SheetFormat {
    Png,
    Tiff,
    Pdf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Search {
    /// Some orders by size
    Quick,
    /// A fraction of a second a sheet more
    Good,
    /// Ten times as long
    Best,
}

impl Search {
    const fn effort(self) -> Effort {
        match self {
            Self::Quick => Effort::Quick,
            Self::Good => Effort::Good,
            Self::Best => Effort::Best,
        }
    }
}

/// The width of film, with what its lengths are told in: those of a film of 60 cm in centimetres.
#[derive(Debug, Clone, Copy)]
struct Width(Length, Unit);

fn width(text: &str) -> Result<Width, String> {
    let unit = match text.trim_start_matches(|c: char| !c.is_ascii_alphabetic()) {
        "mm" => Unit::Millimeter,
        "cm" => Unit::Centimeter,
        "m" => Unit::Meter,
        _ => Unit::Inch,
    };
    length(text).map(|length| Width(length, unit))
}

fn length(text: &str) -> Result<Length, String> {
    let split = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
    let number = text[..split].trim().parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let unit = match &text[split..] {
        "in" => 25.4,
        "ft" => 304.8,
        "mm" => 1.0,
        "cm" => 10.0,
        "m" => 1000.0,
        _ => return Err("write a number and in, ft, mm, cm or m, such as 22in".to_owned()),
    };
    number.map(|number| Length::from_mm(number * unit)).ok_or_else(|| format!("{text:?} is no length, such as 22in"))
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let mut shop = open_shop(common)?;
    if let Some(path) = &arguments.shop {
        shop.adopt(own_profile(path, &shop)?);
    }
    let asked = asked(arguments, &shop)?;
    let designs = Designs::new(&shop, &inside(&arguments.orders));
    let table = if arguments.orders.is_dir() {
        folder_of_designs(&arguments.orders, &designs, &shop, terminal)?
    } else {
        arguments.reading.read(&arguments.orders)?
    };
    let mut orders = orders::read(&table, &shop, &mut |name| designs.open(name));
    orders.tell(columns::ignored(&table, &orders, &BTreeSet::new()));
    let orders = orders;
    tell_issues(&arguments.orders, &orders, terminal);
    let output = arguments.output.as_deref().filter(|_| !arguments.dry_run);
    let made = make(&shop, (&orders, &[], &arguments.orders), &asked, (output, &Cancel::NEVER), terminal)?;
    if let (Made::Nothing, Some(output)) = (made, output) {
        // Sheets of an earlier run would tell of other orders.
        clear(output)?;
        anyhow::bail!("there is nothing to put on a sheet");
    }
    Ok(made.outcome())
}

/// What became of the sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Made {
    /// They are there, or would be, with every row.
    Whole,
    /// They are there, or would be, without some rows.
    Partly,
    /// No row has a print on film.
    Nothing,
    /// They were called off.
    CalledOff,
}

impl Made {
    const fn outcome(self) -> Outcome {
        if matches!(self, Self::Whole) { Outcome::Done } else { Outcome::Refused }
    }
}

/// Shows the sheets of orders on stdout, and writes them if there is a folder.
fn make(
    shop: &Shop,
    (orders, known, source): (&Orders, &[Option<Arc<Checked>>], &Path),
    asked: &Asked,
    (output, cancel): (Option<&Path>, &Cancel),
    terminal: &Terminal,
) -> anyhow::Result<Made> {
    // Made once there is something to put into it.
    let folder = OnceCell::new();
    let mut begun = Ok(());
    let mut seen = |job: &Job<'_>, laid: &Laid| {
        tell_refused((source, orders), (job.pieces, &asked.options), known, terminal);
        begun = terminal.data(&summary(job, laid, asked)).and_then(|_| match output {
            Some(output) if !laid.sheets.is_empty() => Folder::open(output).map(|opened| drop(folder.set(opened))),
            _ => Ok(()),
        });
        folder.get().is_some()
    };
    let mut open = |name: &str| {
        let folder: &Folder = folder.get().ok_or(std::io::ErrorKind::NotFound)?;
        if name.starts_with("sheet-") {
            terminal.say(&format!("{name}\n"));
        }
        folder.file(name)
    };
    let scratch = output.unwrap_or(Path::new(""));
    let pieces = match run::make(shop, (orders, known), asked, (scratch, cancel), &mut seen, &mut open) {
        Err(GangError::CalledOff) => return Ok(Made::CalledOff),
        pieces => pieces?,
    };
    begun?;
    if pieces.pieces.is_empty() {
        return Ok(Made::Nothing);
    }
    folder.into_inner().map_or(Ok(()), |folder| folder.settle())?;
    let is_whole = orders.n_refused() == 0 && pieces.refused.is_empty();
    Ok(if is_whole { Made::Whole } else { Made::Partly })
}

/// Makes the sheets of a batch in a folder of its own; `known` is what the batch found out of its lines.
pub(crate) fn beside(
    shop: &Shop,
    (orders, known, source): (&Orders, &[Option<Arc<Checked>>], &Path),
    asked: &Asked,
    (output, cancel): (&Path, &Cancel),
    terminal: &Terminal,
) -> anyhow::Result<Made> {
    make(shop, (orders, known, source), asked, (Some(output), cancel), terminal)
}

/// Removes the sheets of an earlier run: the orders may be others now.
pub(crate) fn clear(output: &Path) -> anyhow::Result<()> {
    if output.is_dir() { Folder::open(output)?.settle() } else { Ok(()) }
}

/// A path in the folder in which designs are looked for.
fn inside(orders: &Path) -> PathBuf {
    if orders.is_dir() { orders.join("orders") } else { orders.to_owned() }
}

/// What sheets are made as.
fn asked(arguments: &Arguments, shop: &Shop) -> anyhow::Result<Asked> {
    let technique = shop.catalog.technique_like(&arguments.technique).map_err(|unknown: UnknownId| {
        anyhow::anyhow!("{unknown}; {}", unknown.hint().unwrap_or_else(|| "see `platen catalog techniques`".to_owned()))
    })?;
    let known: Vec<&str> = platen::prepress::preflight::RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
    for rule in &arguments.accept {
        anyhow::ensure!(known.contains(&rule.as_str()), "there is no rule `{rule}`; there are: {}", known.join(", "));
    }
    let Arguments { width: Width(width, unit), max_length: length, gap, edge, no_turn, .. } = *arguments;
    let prices = (arguments.foot_price.as_deref(), arguments.meter_price.as_deref());
    let film = BatchFilm {
        size: FilmSize { width, length, gap, edge, turn: !no_turn, unit },
        formats: formats(&arguments.format),
        is_nested: arguments.nest,
        effort: arguments.effort.effort(),
        billing: billing(arguments.bill_step.unwrap_or_else(|| unit.bill_step()), prices, shop)?,
    };
    let dpi = Dpi::new(arguments.dpi).ok_or(FilmError::Dpi(arguments.dpi))?;
    let asked = film.asked(dpi, &arguments.accept)?;
    let options = Options { technique: technique.id.clone(), labels: !arguments.no_labels, ..asked.options };
    Ok(Asked { options, ..asked })
}

fn billing(step: Length, (foot, meter): (Option<&str>, Option<&str>), shop: &Shop) -> anyhow::Result<Billing> {
    anyhow::ensure!(step.mm() >= 1.0, "sheets are billed in steps of at least 1 mm");
    let digits = shop.profile.currency.digits.min(3);
    let of_foot = foot.map(|text| (text, Length::from_inches(12.0), "foot"));
    let price = of_foot.or_else(|| meter.map(|text| (text, Length::from_mm(1000.0), "meter")));
    let price = price.map(|(text, of, name)| {
        let amount = text.parse::<f64>().ok().filter(|amount| (0.0..1e6).contains(amount));
        let minor = amount.map(|amount| Money((amount * f64::from(10_u32.pow(digits))).round() as i64));
        let minor = minor.with_context(|| format!("{text:?} is no price of a {name} of film, such as 8.00"));
        minor.map(|minor| (minor, of))
    });
    Ok(Billing { step, price: price.transpose()? })
}

/// The film of a batch.
#[derive(Debug, Args)]
pub(crate) struct FilmArguments {
    /// Width of the film of `--make gang`, such as 22in or 600mm
    #[arg(long, value_name = "LENGTH", default_value = "22in", value_parser = width)]
    film_width: Width,
    /// Its longest sheet; what does not fit goes on the next one
    #[arg(long, value_name = "LENGTH", default_value = "240in", value_parser = length)]
    film_length: Length,
    /// What stays free between two of its pieces
    #[arg(long, value_name = "LENGTH", default_value = "0.25in", value_parser = length)]
    film_gap: Length,
    /// What stays free along the edges of its sheets
    #[arg(long, value_name = "LENGTH", default_value = "0.25in", value_parser = length)]
    film_edge: Length,
    /// Formats of its sheets
    #[arg(long, value_name = "FORMAT", value_enum, value_delimiter = ',', default_value = "png")]
    film_format: Vec<SheetFormat>,
    /// How long a short sheet is searched for
    #[arg(long, value_enum, default_value_t = Search::Good)]
    film_effort: Search,
    /// Nest its pieces by their true shapes, where less film is billed then
    #[arg(long)]
    film_nest: bool,
    /// Do not turn its pieces
    #[arg(long)]
    film_no_turn: bool,
    /// Its sheets are billed in whole steps of this length [default: 12in, or 10cm if the width is metric]
    #[arg(long, value_name = "LENGTH", value_parser = length)]
    film_bill_step: Option<Length>,
    /// What a foot of it costs, in the shop's currency, such as 8.00
    #[arg(long, value_name = "AMOUNT")]
    film_foot_price: Option<String>,
    /// What a meter of it costs, in the shop's currency
    #[arg(long, value_name = "AMOUNT", conflicts_with = "film_foot_price")]
    film_meter_price: Option<String>,
}

impl FilmArguments {
    /// What sheets are made as.
    pub(crate) fn asked(&self, shop: &Shop, dpi: Dpi, accept: &[String]) -> anyhow::Result<Asked> {
        let Self { film_width: Width(width, unit), film_length: length, film_gap: gap, film_edge: edge, .. } = *self;
        let prices = (self.film_foot_price.as_deref(), self.film_meter_price.as_deref());
        let film = BatchFilm {
            size: FilmSize { width, length, gap, edge, turn: !self.film_no_turn, unit },
            formats: formats(&self.film_format),
            is_nested: self.film_nest,
            effort: self.film_effort.effort(),
            billing: billing(self.film_bill_step.unwrap_or_else(|| unit.bill_step()), prices, shop)?,
        };
        film.asked(dpi, accept).map_err(|error| match error {
            FilmError::Dpi(_) => {
                anyhow::anyhow!("{error}; name --dpi, or make them by themselves with `platen gang`")
            }
            error => error.into(),
        })
    }
}

fn formats(formats: &[SheetFormat]) -> Vec<Format> {
    let format = |format: &SheetFormat| match format {
        SheetFormat::Png => Format::Png,
        SheetFormat::Tiff => Format::Tiff,
        SheetFormat::Pdf => Format::Pdf,
    };
    formats.iter().map(format).collect()
}

/// Every design of a folder as an order of one piece, with the samples of its fields.
fn folder_of_designs(folder: &Path, designs: &Designs<'_>, shop: &Shop, terminal: &Terminal) -> anyhow::Result<Table> {
    let cannot = || format!("cannot read {}", folder.display());
    let entries = std::fs::read_dir(folder).with_context(cannot)?;
    let mut names: Vec<String> = Vec::new();
    for entry in entries {
        let name = entry.with_context(cannot)?.file_name().to_string_lossy().into_owned();
        if name.to_ascii_lowercase().ends_with(".json") {
            names.push(name);
        }
    }
    names.sort();
    let mut rows = String::new();
    for name in names {
        let opened = match designs.open(&name) {
            Ok(opened) => opened,
            Err(why) => {
                terminal.say(&format!("note: {}: {}\n", folder.join(&name).display(), visible(&why)));
                continue;
            }
        };
        let Ok(garment) = shop.catalog.garment(&opened.design.garment) else { continue };
        let fields: BTreeMap<&str, &str> =
            opened.design.fields.iter().map(|field| (field.id.as_str(), field.sample.as_str())).collect();
        let stem = name.get(..name.len() - ".json".len()).unwrap_or(&name);
        let row = serde_json::json!({
            "order_id": stem, "line": "1", "design": name, "size": garment.mockup_size, "fields": fields,
        });
        rows += &format!("{row}\n");
    }
    anyhow::ensure!(!rows.is_empty(), "{} has no designs (.json); name an orders file", folder.display());
    sheet::read(rows.as_bytes(), SheetKind::JsonLines).map_err(|error| anyhow::anyhow!("{}: {error}", folder.display()))
}

/// Tells which rows are not on the film, but for those that a batch tells of itself.
fn tell_refused(
    (source, orders): (&Path, &Orders),
    (pieces, options): (&Pieces, &Options),
    known: &[Option<Arc<Checked>>],
    terminal: &Terminal,
) {
    tell_all(source, &grouped(pieces.issues(orders, (options, known))), "note", terminal);
    if pieces.elsewhere > 0 {
        let (rows, are) = (counted(pieces.elsewhere, "row"), if pieces.elsewhere == 1 { "is" } else { "are" });
        terminal.say(&format!("note: {rows} of other techniques than {} {are} left out\n", options.technique));
    }
}

fn summary(job: &Job<'_>, laid: &Laid, asked: &Asked) -> String {
    let mut text = String::new();
    let unit = asked.options.unit;
    let show = |inches: f64| unit.show(Length::from_inches(inches));
    let priced = |cost: Option<Money>| {
        cost.map_or_else(String::new, |cost| format!(", {}", job.shop.profile.currency.show(cost)))
    };
    let all: Vec<Figures> = laid.sheets.iter().map(|sheet| lists::figures(job, sheet, &asked.billing)).collect();
    for (index, (sheet, figures)) in laid.sheets.iter().zip(&all).enumerate() {
        text += &format!(
            "sheet {}: {} x {}, {}, {:.1} % full, billed {}{}\n",
            index + 1,
            unit.number(Length::from_inches(figures.width_in)),
            show(figures.length_in),
            counted(sheet.pieces.len(), "piece"),
            figures.fill,
            show(figures.billed_in),
            priced(figures.cost)
        );
    }
    if all.len() > 1 {
        let sum = |of: fn(&Figures) -> f64| show(all.iter().map(of).sum());
        let cost = all.iter().map(|figures| figures.cost).sum::<Option<Money>>();
        let (length, billed) = (sum(|figures| figures.length_in), sum(|figures| figures.billed_in));
        text += &format!("all {} sheets: {length}, billed {billed}{}\n", all.len(), priced(cost));
    }
    if let Some(nesting) = laid.nesting {
        let length = |px: u64| show(px as f64 / job.dpi.get());
        let (nested, plain) = (length(nesting.shapes), length(nesting.rectangles));
        text += &if nesting.is_taken {
            format!("nested: {nested}, {plain} as rectangles; cut along the paths in sheet-*-cut.svg or .dxf\n")
        } else {
            format!("nesting takes {nested}, rectangles {plain}: they are packed as rectangles\n")
        };
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_have_a_unit() {
        for (text, mm) in [("22in", 558.8), ("0.25in", 6.35), ("2ft", 609.6), ("560mm", 560.0), ("1.5 m", 1500.0)] {
            assert!((length(text).unwrap().mm() - mm).abs() < 1e-9, "{text}");
        }
        for text in ["22", "in", "-1in", "1e999in", "22 inches", ""] {
            assert!(length(text).is_err(), "{text}");
        }
    }
}
