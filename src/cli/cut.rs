//! `platen cut`: paths for the knife, of one print area.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::export::cut;
use platen::press::PressError;
use platen::press::cut::{CutOptions, LEAST_MM, OFFSET_MM, Way, cuts};
use platen::shop::Choice;
use platen::shop::press::SeparationOptions;
use platen::units::Length;
use serde_json::Value;

use crate::cli::asked::{Asked, tell_samples};
use crate::cli::document::{Document, open_shop};
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, files, separate};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Which print area
    #[arg(long, value_name = "NAME")]
    area: String,
    /// The file to write; its ending says the format: svg or dxf
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// What is cut
    #[arg(long, value_enum, default_value_t = Cut::Foils)]
    way: Cut,
    /// How far around the print the knife goes, 0 to 20 mm; only --way around
    #[arg(long, value_name = "MM")]
    offset: Option<f64>,
    /// The wrong way round: for foil that is pressed on face down
    #[arg(long)]
    mirror: bool,
    /// Tell of pieces and holes that are narrower, 0.1 to 10 mm
    #[arg(long, value_name = "MM", default_value_t = 1.0)]
    least: f64,
    /// Foils to cut from: inks of the palette or #rrggbb [default: the design's own colors]
    #[arg(long, value_name = "INK,...", value_delimiter = ',')]
    inks: Vec<String>,
    /// Let colors of the design share a foil that differ less than this (CIEDE2000)
    #[arg(long, value_name = "DE", default_value_t = 0.0)]
    merge: f64,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Size of the garment, which decides the size of the print area [default: the size of the mockup]
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Cut {
    /// Each color out of its own foil
    Foils,
    /// Once around all that is printed: stickers and transfers
    Around,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let ending = arguments.output.extension().and_then(|ending| ending.to_str()).map(str::to_ascii_lowercase);
    let is_dxf = match ending.as_deref() {
        Some("svg") => false,
        Some("dxf") => true,
        _ => anyhow::bail!("cannot tell the format from {}; use .svg or .dxf", arguments.output.display()),
    };
    let shop = open_shop(common)?;
    let color = Choice { color: arguments.garment_color.clone(), ..Choice::default() };
    let Some(document) = Document::open(&arguments.design, &shop, &color, terminal)? else {
        return Ok(Outcome::Refused);
    };
    document.spare(&arguments.output)?;
    let mut asked = Asked::new(&shop, &document.design);
    let offset = arguments.offset.unwrap_or(0.0);
    if arguments.offset.is_some() && arguments.way == Cut::Foils {
        asked.slip("foils are cut at their edges; --offset is for --way around".to_owned());
    }
    for (value, range, what) in [(offset, OFFSET_MM, "the offset"), (arguments.least, LEAST_MM, "the least width")] {
        if !range.contains(&value) {
            asked.slip(format!("{what} is {} to {} mm, not {value}", range.start(), range.end()));
        }
    }
    let choice = Choice {
        size: arguments.size.as_ref().map(|size| asked.size(size)),
        color: asked.color(arguments.garment_color.as_ref()),
        fields: asked.fields(arguments.fields.values()),
        ..Choice::default()
    };
    let way = if arguments.way == Cut::Foils { Way::Foils } else { Way::Around };
    let options = SeparationOptions {
        area: asked.area(&arguments.area),
        inks: arguments.inks.clone(),
        merge: arguments.merge,
        choice,
        ..way.separation()
    };
    asked.settle()?;
    tell_samples(&document.design, &[&options.choice.fields], terminal);
    let design = (&document.design, &document.library);
    let job = match shop.separation(&shop.profile, design, &options, &Cancel::NEVER) {
        Ok(job) => job,
        Err(error) => return separate::refuse(error, &document, terminal),
    };
    let (offset, least) = (Length::from_mm(offset), Length::from_mm(arguments.least));
    let found = match cuts(&job, &CutOptions { way, offset, mirror: arguments.mirror, least }, &Cancel::NEVER) {
        Err(error @ (PressError::TooManyPaths | PressError::NothingToCut)) => {
            terminal.say(&format!("no paths: {error}\n"));
            return Ok(Outcome::Refused);
        }
        found => found?,
    };
    let how = || format!("could not write {}", arguments.output.display());
    let hash = job.scene.hash.to_string();
    files::write_whole(&arguments.output, |out| {
        let (page, layers) = (found.page, &found.layers);
        Ok(if is_dxf { cut::dxf(page, layers, &hash, out) } else { cut::svg(page, layers, &hash, out) }?)
    })
    .with_context(how)?;
    if !arguments.mirror && way == Way::Foils && document.design.technique == "vinyl" {
        terminal.say("foil that is pressed on face down is cut the wrong way round: --mirror\n");
    }
    let list: Vec<Value> = found.report.foils.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
    let columns = ["name", "color", "pieces", "holes", "narrow", "length_mm", "width_mm", "height_mm"];
    terminal.data(&arguments.format.write(list, &columns))
}
