//! `platen proof`: what a customer approves, as a PDF.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::export::Format;
use platen::prepress::preflight::Severity;
use platen::proof::{self, Heading, Paper, ProofError, ProofLine, Remark};
use platen::shop::Choice;

use crate::cli::asked::{Asked, size_count, tell_samples};
use crate::cli::document::{Document, open_shop};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, field, files};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// The proof to write, a .pdf
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How many of which sizes; may be given several times [default: none, shown on the size of the mockup]
    #[arg(long = "size", value_name = "SIZE=COUNT,...", value_delimiter = ',', value_parser = size_count)]
    sizes: Vec<(String, u32)>,
    /// A line of a roster, with values of its own for fields; may be given several times
    #[arg(long = "line", value_name = "SIZE=COUNT,ID=VALUE,...", value_parser = roster_line)]
    lines: Vec<RosterLine>,
    /// Another color of the garment than the design's
    #[arg(long, value_name = "NAME")]
    garment_color: Option<String>,
    /// Size of the pages
    #[arg(long, value_enum, default_value_t = PaperArgument::A4)]
    paper: PaperArgument,
    /// Name of the shop, for the head of each page
    #[arg(long, value_name = "NAME", default_value = "")]
    shop: String,
    /// Number of the order, for the head of each page
    #[arg(long, value_name = "NUMBER", default_value = "")]
    order: String,
    /// The date as it is to be read, for the foot of each page
    #[arg(long, value_name = "TEXT")]
    date: Option<String>,
    /// A note for the customer
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    #[command(flatten)]
    fields: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PaperArgument {
    /// 210 x 297 mm
    A4,
    /// 8.5 x 11 inches
    Letter,
}

impl From<PaperArgument> for Paper {
    fn from(paper: PaperArgument) -> Self {
        match paper {
            PaperArgument::A4 => Self::A4,
            PaperArgument::Letter => Self::Letter,
        }
    }
}

/// One line of a roster: so many of a size, with these values.
#[derive(Debug, Clone, PartialEq, Eq)]
struct RosterLine {
    size: String,
    count: u32,
    fields: Vec<(String, String)>,
}

/// Reads `L=1,name=OKAFOR,number=9`. What stands behind a comma without a sign of its own still belongs to the value.
fn roster_line(text: &str) -> Result<RosterLine, String> {
    let mut parts: Vec<String> = Vec::new();
    for part in text.split(',') {
        match parts.last_mut() {
            Some(value) if !part.contains('=') => *value += &format!(",{part}"),
            _ => parts.push(part.to_owned()),
        }
    }
    let (first, values) = parts.split_first().ok_or("expected SIZE=COUNT,ID=VALUE,…")?;
    let (size, count) = size_count(first)?;
    let fields = values.iter().map(|value| field(value.trim_start())).collect::<Result<_, _>>()?;
    Ok(RosterLine { size, count, fields })
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        Format::from_path(&arguments.output) == Some(Format::Pdf),
        "a proof is a PDF; {} does not end in .pdf",
        arguments.output.display()
    );
    let shop = open_shop(common)?;
    let color = Choice { color: arguments.garment_color.clone(), ..Choice::default() };
    let Some(document) = Document::open(&arguments.design, &shop, &color, terminal)? else {
        return Ok(Outcome::Refused);
    };
    document.spare(&arguments.output)?;
    let mut asked = Asked::new(&shop, &document.design);
    let color = asked.color(arguments.garment_color.as_ref());
    let fields = asked.fields(arguments.fields.values());
    let mut filled = |own: &[(String, String)]| -> BTreeMap<String, String> {
        let own = asked.fields(own.iter().cloned().collect());
        fields.clone().into_iter().chain(own).collect()
    };
    let team: Vec<_> = arguments.lines.iter().map(|line| filled(&line.fields)).collect();
    let design = document.design.resized(&shop.team_sizes(&document.design, &team));
    let mut line = |size: Option<&String>, quantity, fields: BTreeMap<String, String>| ProofLine {
        design: &design,
        library: &document.library,
        choice: Choice { size: size.map(|size| asked.size(size)), color: color.clone(), fields, ..Choice::default() },
        quantity,
        name: String::new(),
        marks: Vec::new(),
        ordered: BTreeMap::new(),
    };
    let sizes = arguments.sizes.iter().map(|(size, count)| (size, *count, fields.clone()));
    let roster = arguments.lines.iter().zip(team).map(|(line, values)| (&line.size, line.count, values));
    let mut lines: Vec<ProofLine<'_>> =
        sizes.chain(roster).map(|(size, count, values)| line(Some(size), count, values)).collect();
    if lines.is_empty() {
        lines.push(line(None, 0, fields.clone()));
    }
    asked.settle()?;
    let values: Vec<_> = lines.iter().map(|line| &line.choice.fields).collect();
    tell_samples(&document.design, &values, terminal);
    let heading = Heading {
        shop: arguments.shop.clone(),
        number: arguments.order.clone(),
        title: None,
        approval: None,
        date: arguments.date.clone(),
        note: arguments.note.clone(),
        ticket: None,
        warning: None,
        paper: arguments.paper.into(),
    };
    let proof = match proof::gather(&shop, heading, &lines, &Cancel::NEVER) {
        Ok(proof) => proof,
        Err(ProofError::Render { source, .. }) => return document.refuse(source, terminal),
        Err(error) => return Err(error.into()),
    };
    let findings: Vec<&Remark> = proof.sections.iter().flat_map(|section| &section.findings).collect();
    findings.iter().for_each(|finding| tell(finding, terminal));
    for section in &proof.sections {
        terminal.detail(&format!("approved artwork {}", section.approval_hash()));
    }
    files::write_whole(&arguments.output, |out| Ok(proof::write(&proof, &shop.fonts, &Cancel::NEVER, out)?))?;
    if findings.iter().any(|finding| finding.severity == Severity::Error) {
        terminal.say("written all the same, with what was found on its pages; it must not be printed like this\n");
    }
    Ok(Outcome::Done)
}

/// A finding as a line; a note only for those who asked for more.
fn tell(finding: &Remark, terminal: &Terminal) {
    let Remark { about, message, fix, .. } = finding;
    let fix = fix.as_ref().map(|fix| format!(" {fix}")).unwrap_or_default();
    match finding.severity {
        Severity::Error => terminal.say(&format!("error: {about}: {message}{fix}\n")),
        Severity::Warning => terminal.say(&format!("warning: {about}: {message}{fix}\n")),
        Severity::Note => terminal.detail(&format!("note: {about}: {message}{fix}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_roster_is_split_at_commas_before_signs() {
        let line = roster_line("l=2,name=O'NEIL, JR.,number=9").unwrap();
        let value = |id: &str, value: &str| (id.to_owned(), value.to_owned());
        assert_eq!((line.size.as_str(), line.count), ("l", 2));
        assert_eq!(line.fields, [value("name", "O'NEIL, JR."), value("number", "9")]);
        assert_eq!(roster_line("M=1,name=").unwrap().fields, [value("name", "")]);
        for wrong in ["", "M", "M=0", "name=LI,M=1"] {
            assert!(roster_line(wrong).is_err(), "{wrong}");
        }
    }
}
