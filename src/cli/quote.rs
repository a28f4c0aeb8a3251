//! `platen quote`: what an order costs, line by line.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::assets::text_files::read_text_file;
use platen::cancel::Cancel;
use platen::design::Problem;
use platen::profile::{Currency, Money, Profile, ProfileError};
use platen::quote::{Item, Quote, QuotedLocation, Way};
use platen::shop::{Choice, Order, OrderError, RenderError, Shop};

use crate::cli::asked::{Asked, size_count};
use crate::cli::document::{Document, open_shop};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Quantities by size; may be given several times
    #[arg(long = "size", value_name = "SIZE=N,...", value_delimiter = ',', value_parser = size_count, required = true)]
    sizes: Vec<(String, u32)>,
    /// The shop's profile [default: mockups/shop.toml of the assets]
    #[arg(long, value_name = "PROFILE.toml")]
    shop: Option<PathBuf>,
    /// Have it sooner: a rush of the profile
    #[arg(long, value_name = "ID")]
    rush: Option<String>,
    /// Another technique than the design's
    #[arg(long, value_name = "ID")]
    technique: Option<String>,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// The same was printed before: films and files exist
    #[arg(long)]
    repeat: bool,
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
    let order = Order {
        items: arguments.sizes.iter().map(item).collect(),
        rush: arguments.rush.clone(),
        color: asked.color(arguments.garment_color.as_ref()),
        technique: asked.technique(arguments.technique.as_ref()),
        repeat: arguments.repeat,
        fields: asked.fields(arguments.fields.values()),
    };
    if let Some(id) = arguments.rush.as_ref().filter(|id| !profile.rush.iter().any(|rush| rush.id == **id)) {
        let known: Vec<&str> = profile.rush.iter().map(|rush| rush.id.as_str()).collect();
        asked.slip(format!("the shop has no rush \"{id}\"; it has: {}", known.join(", ")));
    }
    asked.settle()?;
    let quote = match shop.quote(profile, (&document.design, &document.library), &order, &Cancel::NEVER) {
        Ok(quote) => quote,
        Err(OrderError::Render(error @ RenderError::Design(_))) => return document.refuse(error, terminal),
        Err(OrderError::Order(problems)) => {
            tell("the order", &problems, terminal);
            return Ok(Outcome::Refused);
        }
        Err(OrderError::Quote(error)) => {
            terminal.say(&format!("no price: {error}\n"));
            return Ok(Outcome::Refused);
        }
        Err(error) => return Err(error.into()),
    };
    match arguments.format {
        Format::Json => terminal.data(&format!("{}\n", serde_json::to_string_pretty(&quote)?)),
        Format::Text => terminal.data(&text(&quote, &profile.currency)),
    }
}

/// Opens the shop, with the profile of a file if one is named; `None` if that has problems, which are then told.
pub(crate) fn open_own_shop(
    common: &Common,
    profile: Option<&Path>,
    terminal: &Terminal,
) -> anyhow::Result<Option<Shop>> {
    let mut shop = open_shop(common)?;
    let Some(path) = profile else { return Ok(Some(shop)) };
    match own_profile(path, &shop)? {
        Ok(profile) => {
            shop.adopt(profile);
            Ok(Some(shop))
        }
        Err(problems) => {
            tell(&path.display().to_string(), &problems, terminal);
            Ok(None)
        }
    }
}

/// The profile of a file, or what is wrong with it.
fn own_profile(path: &Path, shop: &Shop) -> anyhow::Result<Result<Profile, Vec<Problem>>> {
    let text = read_text_file(Path::new(""), &path.display().to_string())
        .with_context(|| format!("cannot read {}", path.display()))?
        .text;
    let read = Profile::from_toml(&text).map_err(|error: ProfileError| error.problems());
    Ok(read.and_then(|profile| {
        let unknown = profile.unknown_ids(&shop.catalog);
        if unknown.is_empty() { Ok(profile) } else { Err(unknown) }
    }))
}

pub(crate) fn tell(what: &str, problems: &[Problem], terminal: &Terminal) {
    for problem in problems {
        terminal.say(&format!("{what}: {problem}\n"));
    }
}

/// The quote as a table: what is charged, how many, at what price, and why.
fn text(quote: &Quote, currency: &Currency) -> String {
    let mut text = String::new();
    for location in &quote.locations {
        let _ = writeln!(text, "{}: {}", location.name, described(location));
    }
    text.push('\n');
    let rows: Vec<[String; 5]> = quote
        .lines
        .iter()
        .map(|line| {
            let is_counted = !matches!(line.code, "discount" | "minimum" | "rush");
            let (quantity, unit) = if is_counted {
                (line.quantity.to_string(), currency.number(line.unit))
            } else {
                (String::new(), String::new())
            };
            [line.label.clone(), quantity, unit, currency.number(line.amount), line.reason.clone()]
        })
        .collect();
    let total = |label: &str, amount: Money| {
        [label.to_owned(), String::new(), String::new(), currency.number(amount), currency.code.clone()]
    };
    let sums = [total("Total, without tax", quote.total), total("A piece", quote.per_piece)];
    let width = |column: usize| rows.iter().chain(&sums).map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2, 3].map(width);
    let write = |text: &mut String, row: &[String; 5]| {
        let [label, quantity, unit, amount, reason] = row;
        let [a, b, c, d] = widths;
        let _ = writeln!(text, "{label:a$}  {quantity:>b$}  {unit:>c$}  {amount:>d$}  {reason}");
    };
    rows.iter().for_each(|row| write(&mut text, row));
    let _ = writeln!(text, "{}", "-".repeat(widths.iter().sum::<usize>() + 6));
    sums.iter().for_each(|row| write(&mut text, row));
    if !quote.advice.is_empty() {
        text.push('\n');
    }
    for advice in &quote.advice {
        let _ = writeln!(text, "- {}", advice.text);
    }
    if !quote.alternatives.is_empty() {
        text.push_str("\nOther ways:\n");
    }
    for other in &quote.alternatives {
        let (total, piece) = (currency.show(other.total), currency.number(other.per_piece));
        let _ = writeln!(text, "  {:20} {total:>16}  {piece} a piece", other.name);
    }
    text
}

fn described(location: &QuotedLocation) -> String {
    let inks = match (location.full_color, location.inks.len()) {
        (true, _) => "full color".to_owned(),
        (false, 1) => "1 ink".to_owned(),
        (false, count) => format!("{count} inks"),
    };
    let colors: Vec<&str> = location.inks.iter().map(|ink| ink.color.as_str()).collect();
    let mut text = match location.way {
        Way::Nothing => "nothing is printed".to_owned(),
        Way::Area => format!("{inks}, {} cm2", location.box_cm2),
        Way::Spot | Way::Process => {
            let screens =
                if location.screens == 1 { "1 screen".to_owned() } else { format!("{} screens", location.screens) };
            format!("{inks}, {screens}, {} cm2", location.box_cm2)
        }
    };
    if !location.full_color && !colors.is_empty() {
        let _ = write!(text, " ({})", colors.join(" "));
    }
    if location.underbase {
        text.push_str(", white under them");
    }
    if !location.open.is_empty() {
        let _ = write!(text, "; the cloth shows through in {}", location.open.join(" "));
    }
    text
}
