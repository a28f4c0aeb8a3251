//! `platen check`: what would go wrong in print.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::design::Problem;
use platen::prepress::preflight::{Finding, Severity};
use platen::press;
use platen::shop::{Checked, Choice, RenderError, SpotPicture};
use serde_json::json;

use crate::cli::asked::Asked;
use crate::cli::diagnostics::{Level, Remark};
use crate::cli::document::{Document, open_shop};
use crate::cli::folder::Folder;
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// A folder for pictures of the places that were found; it is made if it is not there
    #[arg(long, value_name = "DIR")]
    pictures: Option<PathBuf>,
    /// For people or for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Size of the garment [default: the size of the mockup]
    #[arg(long, value_name = "SIZE")]
    size: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let shop = open_shop(common)?;
    let color = Choice { color: arguments.garment_color.clone(), ..Choice::default() };
    let document = match Document::open_or_problems(&arguments.design, &shop, &color, terminal)? {
        Ok(document) => document,
        Err(problems) => return refused(&problems, arguments.format, terminal),
    };
    let mut asked = Asked::new(&shop, &document.design);
    let choice = Choice {
        size: arguments.size.as_ref().map(|size| asked.size(size)),
        color: asked.color(arguments.garment_color.as_ref()),
        fields: asked.fields(arguments.fields.values()),
        ..Choice::default()
    };
    asked.settle()?;
    let design = (&document.design, &document.library);
    let mut checked = match shop.checked(design, &choice, &Cancel::NEVER) {
        Ok(checked) => checked,
        Err(RenderError::Design(problems)) => {
            let outcome = refused(&problems, arguments.format, terminal);
            document.refuse(RenderError::Design(problems), terminal)?;
            return outcome;
        }
        Err(error) => return document.refuse(error, terminal),
    };
    if let Some(folder) = &arguments.pictures {
        write_pictures(&mut checked, folder)?;
    }
    let report = &checked.report;
    for note in &report.notes {
        terminal.say(&format!("note: layer \"{}\": {}\n", note.layer, note.note));
    }
    match arguments.format {
        Format::Json => terminal.data(&format!("{}\n", serde_json::to_string_pretty(report)?))?,
        Format::Text => terminal.data(&text(&document, &report.findings, terminal))?,
    };
    Ok(if report.is_unfit() { Outcome::Refused } else { Outcome::Done })
}

/// Writes a picture of the place of each finding, and says in the report which is whose.
fn write_pictures(checked: &mut Checked<'_>, output: &Path) -> anyhow::Result<()> {
    let folder = Folder::open(output)?;
    for spot in press::spots(checked, &Cancel::NEVER)? {
        let rule = checked.report.findings[spot.finding].rule;
        let name = format!("{:02}-{rule}.png", spot.finding + 1);
        folder.write(&name, &spot.png)?;
        checked.report.pictures.push(SpotPicture { finding: spot.finding, picture: name });
    }
    folder.settle()
}

/// A program that asked for JSON gets what is wrong as JSON, too.
fn refused(problems: &[Problem], format: Format, terminal: &Terminal) -> anyhow::Result<Outcome> {
    if format == Format::Json {
        terminal.data(&format!("{:#}\n", json!({ "errors": problems })))?;
    }
    Ok(Outcome::Refused)
}

/// Tells what must not be printed like this: a file that is written all the same is not to surprise anybody.
pub(crate) fn warn(document: &Document, findings: &[Finding], terminal: &Terminal) {
    let errors = findings.iter().filter(|finding| finding.severity == Severity::Error);
    let remarks: Vec<Remark> = errors.map(remark).collect();
    if !remarks.is_empty() {
        terminal.say(&document.report(&remarks, terminal.coloring()));
        terminal.say("written all the same; `platen check` tells everything that was found\n");
    }
}

fn text(document: &Document, findings: &[Finding], terminal: &Terminal) -> String {
    let remarks: Vec<Remark> = findings.iter().map(remark).collect();
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    let summary = match (count(Severity::Error), count(Severity::Warning), count(Severity::Note)) {
        (0, 0, 0) => "nothing found; place, size, resolution, letters, colors and technique were checked\n".to_owned(),
        (errors, warnings, notes) => format!("{errors} error(s), {warnings} warning(s), {notes} note(s)\n"),
    };
    document.report(&remarks, terminal.coloring()) + &summary
}

fn remark(finding: &Finding) -> Remark {
    let layer = finding.layer.as_ref().map(|layer| format!(", layer \"{layer}\"")).unwrap_or_default();
    Remark {
        level: match finding.severity {
            Severity::Error => Level::Error,
            Severity::Warning => Level::Warning,
            Severity::Note => Level::Note,
        },
        code: format!("check/{}", finding.rule),
        pointer: finding.pointer.clone(),
        message: format!("{} ({}{layer})", finding.message, finding.area),
        hint: finding.fix.as_ref().map(|fix| fix.text.clone()),
    }
}
