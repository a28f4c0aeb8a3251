//! `platen artwork`: the print file of one print area.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::export::print::FORMATS;
use platen::export::{self, Format, print};
use platen::shop::{Choice, Fitting};
use platen::units::Dpi;

use crate::cli::asked::{Asked, tell_samples};
use crate::cli::document::{Document, open_shop, tell_notes};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, check, files};

/// Resolutions that print files may have, dots per inch.
const DPI: std::ops::RangeInclusive<f64> = 10.0..=2400.0;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// Which print area
    #[arg(long, value_name = "NAME")]
    area: String,
    /// The file to write; its ending says the format: png, tif, pdf or svg
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Dots per inch of all but an svg, 10 to 2400
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

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let format = Format::from_path(&arguments.output).filter(|format| FORMATS.contains(format)).with_context(|| {
        format!("cannot tell the format from {}; use .png, .tif, .pdf or .svg", arguments.output.display())
    })?;
    let shop = open_shop(common)?;
    // Its pixels do not depend on the cloth.
    let any = Choice { any_color: true, ..Choice::default() };
    let Some(document) = Document::open(&arguments.design, &shop, &any, terminal)? else {
        return Ok(Outcome::Refused);
    };
    document.spare(&arguments.output)?;
    let mut asked = Asked::new(&shop, &document.design);
    let area = asked.area(&arguments.area);
    let choice = Choice {
        size: arguments.size.as_ref().map(|size| asked.size(size)),
        fields: asked.fields(arguments.fields.values()),
        ..any
    };
    let dpi = Dpi::new(arguments.dpi).filter(|dpi| DPI.contains(&dpi.get())).unwrap_or_else(|| {
        let (least, most) = (DPI.start(), DPI.end());
        asked.slip(format!("a print file has {least} to {most} dots per inch, not {}", arguments.dpi));
        Dpi::PRINT
    });
    asked.settle()?;
    let resolved = shop.fit(&document.design, &choice).and_then(|fitting| {
        let fitting = Fitting { finest: dpi, ..fitting };
        let scenes = shop.scenes(&fitting, &document.library, |other| other.id == area)?;
        let findings = fitting.findings(&scenes);
        Ok((scenes, findings))
    });
    let (scenes, findings) = match resolved {
        Ok(resolved) => resolved,
        Err(error) => return document.refuse(error, terminal),
    };
    tell_samples(&document.design, &[&choice.fields], terminal);
    tell_notes(&scenes, terminal);
    check::warn(&document, &findings, terminal);
    for placed in &scenes {
        terminal.detail(&format!("artwork {} {}", placed.area.id, placed.scene.hash));
        files::write_whole(&arguments.output, |out| {
            let how = (dpi, arguments.effort.into());
            Ok(print::write_unless(&placed.scene, format, how, &Cancel::NEVER, out)?)
        })?;
    }
    Ok(Outcome::Done)
}

impl From<Effort> for export::png::Effort {
    fn from(effort: Effort) -> Self {
        match effort {
            Effort::Fast => Self::Fast,
            Effort::Small => Self::Small,
        }
    }
}
