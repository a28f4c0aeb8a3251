//! `platen artwork`: the print file of one print area.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use platen::catalog::UnknownId;
use platen::export::{self, Format};
use platen::shop::{Choice, RenderError};
use platen::units::Dpi;

use crate::cli::document::{Document, open_shop};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, files};

/// Resolutions that print files may have, dots per inch.
const DPI: std::ops::RangeInclusive<f64> = 10.0..=2400.0;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Which print area
    #[arg(long, value_name = "NAME")]
    area: String,
    /// The file to write; its ending says the format: png or svg
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Dots per inch of a png, 10 to 2400
    #[arg(long, default_value_t = 300.0)]
    dpi: f64,
    /// Size of the garment, which decides the size of the print area [default: the size of the mockup]
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    /// Trade time for size in a png
    #[arg(long, value_enum, default_value_t = Effort::Fast)]
    effort: Effort,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Effort {
    /// Written in a fraction of a second
    Fast,
    /// The smaller file
    Small,
}
