//! `platen separate`: plates, underbase, films, plan and proof of one print area.

use std::fs;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::prepress::halftone::{DotShape, FILM_DPI, GAIN, Screen};
use platen::press::{self, FilmOptions, Wanted};
use platen::quote::Item;
use platen::shop::Choice;
use platen::shop::press::{PressPlan, Separating, SeparationError, SeparationOptions};
use platen::units::{Dpi, Length};

use crate::cli::asked::{Asked, size_count, tell_samples};
use crate::cli::document::Document;
use crate::cli::folder::Folder;
use crate::cli::quote::{open_own_shop, tell};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Which print area
    #[arg(long, value_name = "NAME")]
    area: String,
    /// The folder to write to; it is made if it is not there
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// How colors become plates
    #[arg(long, value_enum, default_value_t = Method::Spot)]
    method: Method,
    /// The shop's profile [default: mockups/shop.toml of the assets]
    #[arg(long, value_name = "PROFILE.toml")]
    shop: Option<PathBuf>,
    /// Inks to print with: ids of the palette or #rrggbb [default: the design's own]
    #[arg(long, value_name = "INK,...", value_delimiter = ',')]
    inks: Vec<String>,
    /// Leave colors open that are nearer to the cloth than to all chosen inks
    #[arg(long, requires = "inks")]
    open: bool,
    /// Let inks of the design share a screen that differ less than this (CIEDE2000)
    #[arg(long, value_name = "DE", default_value_t = 0.0)]
    merge: f64,
    /// White under the colors
    #[arg(long, value_enum, default_value_t = When::Auto)]
    underbase: When,
    /// White of the artwork once more on the white below [default: what the shop does]
    #[arg(long, value_enum, default_value_t = When::Auto)]
    highlight: When,
    /// How far white is pulled in from the edges of the colors, mm; less under thin strokes
    #[arg(long, value_name = "MM", default_value_t = 0.353)]
    choke: f64,
    /// How far lighter inks reach below darker ones that they meet, mm [default: what the shop does]
    #[arg(long, value_name = "MM")]
    trap: Option<f64>,
    /// Dots per inch of the plates, 72 to 600
    #[arg(long, default_value_t = 300.0)]
    dpi: f64,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Quantities by size, for ink and price; the first decides the size of the print area [default: 12 of the mockup's]
    #[arg(long = "size", value_name = "SIZE=N,...", value_delimiter = ',', value_parser = size_count)]
    sizes: Vec<(String, u32)>,
    /// A CMYK profile (ICC) for --method cmyk [default: FOGRA39]
    #[arg(long, value_name = "FILE.icc")]
    profile: Option<PathBuf>,
    /// What cyan, magenta, yellow and black may come to in one place, percent, 100 to 400 [default: what the shop does]
    #[arg(long, value_name = "PERCENT")]
    total_ink: Option<u32>,
    #[command(flatten)]
    films: Films,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Args)]
struct Films {
    /// Make films as well: one bit, with register marks
    #[arg(long)]
    films: bool,
    /// Dots per inch of films, 600 to 2880
    #[arg(long, value_name = "DPI", default_value_t = 720.0)]
    film_dpi: f64,
    /// Lines of dots per inch
    #[arg(long, default_value_t = 45.0)]
    lpi: f64,
    /// Degrees by which lines of dots are turned
    #[arg(long, default_value_t = 22.5)]
    angle: f64,
    /// Shape of the dots
    #[arg(long, value_name = "SHAPE", default_value = "ellipse", value_parser = shape)]
    dot: DotShape,
    /// Percent that the press adds to a half tone, beyond the usual [default: as the shop measured each ink, else 0]
    #[arg(long, value_name = "PERCENT")]
    gain: Option<f64>,
    /// The smallest dot that holds, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 3.0)]
    min_dot: f64,
    /// The largest dot that stays open, percent
    #[arg(long, value_name = "PERCENT", default_value_t = 97.0)]
    max_dot: f64,
    /// The job's number, printed on each film
    #[arg(long, value_name = "TEXT", default_value = "")]
    job: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Method {
    /// A plate for each ink
    Spot,
    /// Halftones of strong inks that together look like a photograph
    Process,
    /// Square dots, each of one ink
    Index,
    /// Cyan, magenta, yellow and black by an ICC profile
    Cmyk,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum When {
    Auto,
    On,
    Off,
}

impl When {
    const fn decided(self) -> Option<bool> {
        match self {
            Self::Auto => None,
            Self::On => Some(true),
            Self::Off => Some(false),
        }
    }
}

fn shape(text: &str) -> Result<DotShape, String> {
    let names: Vec<&str> = DotShape::ALL.iter().map(|(_, name)| *name).collect();
    DotShape::from_name(text).ok_or_else(|| format!("expected one of {}", names.join(", ")))
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
    let (options, wanted) = options(arguments, &mut asked)?;
    asked.settle()?;
    tell_samples(&document.design, &[&options.choice.fields], terminal);
    let design = (&document.design, &document.library);
    let job = match shop.separation(profile, design, &options, &Cancel::NEVER) {
        Ok(job) => job,
        Err(error) => return refuse(error, &document, terminal),
    };
    let folder = Folder::open(&arguments.output)?;
    let made = press::make(&shop, &job, &wanted, &Cancel::NEVER, |name| folder.file(name));
    let tally = made.with_context(|| format!("could not write to {}", arguments.output.display()))?;
    let price = shop.price_of(profile, design, &job, &Cancel::NEVER);
    let plan = job.plan(&tally, price);
    folder.write("plan.json", format!("{}\n", serde_json::to_string_pretty(&plan)?).as_bytes())?;
    folder.settle()?;
    terminal.data(&text(&plan))
}

/// Tells why there are no plates.
pub(crate) fn refuse(error: SeparationError, document: &Document, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match error {
        SeparationError::Render(error) => return document.refuse(error, terminal),
        SeparationError::Options(problems) => tell("the options", &problems, terminal),
        error @ SeparationError::Impossible { .. } => terminal.say(&format!("no plates: {error}\n")),
        error => return Err(error.into()),
    }
    Ok(Outcome::Refused)
}

/// What is asked for.
fn options(arguments: &Arguments, asked: &mut Asked<'_>) -> anyhow::Result<(SeparationOptions, Wanted)> {
    let films = &arguments.films;
    let mut dpi = |value: f64, range: &std::ops::RangeInclusive<f64>, what: &str| {
        Dpi::new(value).filter(|dpi| range.contains(&dpi.get())).unwrap_or_else(|| {
            asked.slip(format!("{what} have {} to {} dots per inch, not {value}", range.start(), range.end()));
            Dpi::PRINT
        })
    };
    let plates = dpi(arguments.dpi, &press_range(), "plates");
    let film_dpi = dpi(films.film_dpi, &FILM_DPI, "films");
    for (value, range, what) in [
        (films.gain.unwrap_or_default(), GAIN, "the gain"),
        (films.min_dot, 0.0..=20.0, "the smallest dot"),
        (films.max_dot, 80.0..=100.0, "the largest dot"),
    ] {
        if !range.contains(&value) {
            asked.slip(format!("{what} is {} to {} percent, not {value}", range.start(), range.end()));
        }
    }
    let item = |(size, quantity): &(String, u32)| Item { size: asked.size(size), quantity: *quantity };
    let items: Vec<Item> = arguments.sizes.iter().map(item).collect();
    let choice = Choice {
        size: items.first().map(|item| item.size.clone()),
        color: asked.color(arguments.garment_color.as_ref()),
        fields: asked.fields(arguments.fields.values()),
        ..Choice::default()
    };
    let read = |path: &PathBuf| fs::read(path).with_context(|| format!("cannot read {}", path.display()));
    let options = SeparationOptions {
        area: asked.area(&arguments.area),
        method: match arguments.method {
            Method::Spot => Separating::Spot,
            Method::Process => Separating::Process,
            Method::Index => Separating::Index,
            Method::Cmyk => Separating::Cmyk,
        },
        inks: arguments.inks.clone(),
        open: arguments.open,
        merge: arguments.merge,
        underbase: arguments.underbase.decided(),
        highlight: arguments.highlight.decided(),
        choke: Length::from_mm(arguments.choke),
        trap: arguments.trap.map(Length::from_mm),
        dpi: plates,
        lpi: films.lpi,
        choice,
        items,
        profile: arguments.profile.as_ref().map(read).transpose()?,
        total_ink: arguments.total_ink,
    };
    let (min_dot, max_dot, gain) = (films.min_dot, films.max_dot, films.gain.unwrap_or_default());
    let screen = Screen { lpi: films.lpi, angle: films.angle, shape: films.dot, gain, min_dot, max_dot };
    let measured_gain = films.gain.is_none();
    let films = films.films.then(|| FilmOptions { dpi: film_dpi, screen, measured_gain, job: films.job.clone() });
    Ok((options, Wanted { png: true, tiff: true, channels: true, pdf: true, films }))
}

const fn press_range() -> std::ops::RangeInclusive<f64> {
    platen::shop::press::PLATE_DPI
}

/// The plan as a table.
fn text(plan: &PressPlan) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    let _ = writeln!(
        text,
        "{} on {} {}, {} plates of {} heads",
        plan.area, plan.garment, plan.color, plan.screens, plan.heads
    );
    for plate in &plan.plates {
        let dots = plate.lpi.map(|lpi| format!(", {lpi} lpi")).unwrap_or_default();
        let twice = if plate.prints > 1 { ", printed twice" } else { "" };
        let flash = if plate.flash { ", flash" } else { "" };
        let _ = writeln!(
            text,
            "{:2}  {:24} {}  {:6.2} %  mesh {}{dots}  {:.2} ml a piece{twice}{flash}",
            plate.order, plate.name, plate.color, plate.coverage_percent, plate.mesh, plate.ml_per_piece
        );
    }
    if let Some(found) = &plan.matches {
        let _ = writeln!(
            text,
            "artwork matched within {} (CIEDE2000) on 95 of 100 places, {} at worst",
            found.p95, found.worst
        );
    }
    for note in &plan.notes {
        let _ = writeln!(text, "- {note}");
    }
    text
}
