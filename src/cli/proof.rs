//! `platen proof`: what a customer approves, as a PDF.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use platen::cancel::Cancel;
use platen::export::Format;
use platen::proof::{self, Heading, Paper, ProofError, ProofLine};
use platen::shop::Choice;

use crate::cli::document::{Document, open_shop};
use crate::cli::terminal::Terminal;
use crate::cli::{Common, Fields, Outcome, files};

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The design
    design: PathBuf,
    /// The proof to write, a .pdf
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How many of which sizes; may be given several times [default: none, shown on the size of the mockup]
    #[arg(long = "size", value_name = "SIZE=COUNT,...", value_delimiter = ',', value_parser = count)]
    sizes: Vec<(String, u32)>,
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
enum PaperArgument {
    /// 210 x 297 mm
    A4,
    /// 8.5 x 11 inches
    Letter,
}

fn count(text: &str) -> Result<(String, u32), String> {
    let wrong = || format!("expected SIZE=COUNT, such as M=3, not \"{text}\"");
    let (size, count) = text.split_once('=').ok_or_else(wrong)?;
    Ok((size.to_owned(), count.parse().map_err(|_| wrong())?))
}

pub(crate) fn run(arguments: &Arguments, common: &Common, terminal: &Terminal) -> anyhow::Result<Outcome> {
    anyhow::ensure!(
        Format::from_path(&arguments.output) == Some(Format::Pdf),
        "a proof is a PDF; {} does not end in .pdf",
        arguments.output.display()
    );
    let shop = open_shop(common)?;
    let choice = Choice {
        size: None,
        color: arguments.garment_color.clone(),
        fields: arguments.fields.values(),
        ..Choice::default()
    };
    let Some(document) = Document::open(&arguments.design, &shop, &choice, terminal)? else {
        return Ok(Outcome::Refused);
    };
    document.check_fields(&choice.fields)?;
    let line = |size: Option<String>, quantity| ProofLine {
        design: &document.design,
        library: &document.library,
        choice: Choice { size, ..choice.clone() },
        quantity,
        ordered: std::collections::BTreeMap::new(),
    };
    let lines: Vec<ProofLine<'_>> = if arguments.sizes.is_empty() {
        vec![line(None, 0)]
    } else {
        arguments.sizes.iter().map(|(size, count)| line(Some(size.clone()), *count)).collect()
    };
    let heading = Heading {
        shop: arguments.shop.clone(),
        number: arguments.order.clone(),
        title: None,
        approval: None,
        date: arguments.date.clone(),
        note: arguments.note.clone(),
        paper: match arguments.paper {
            PaperArgument::A4 => Paper::A4,
            PaperArgument::Letter => Paper::Letter,
        },
    };
    let proof = match proof::gather(&shop, heading, &lines, &Cancel::NEVER) {
        Ok(proof) => proof,
        Err(ProofError::Render { source, .. }) => return document.refuse(source, terminal),
        Err(error) => return Err(error.into()),
    };
    for section in &proof.sections {
        terminal.detail(&format!("approved artwork {}", section.approval_hash()));
    }
    files::write_whole(&arguments.output, |out| Ok(proof::write(&proof, &shop.fonts, &Cancel::NEVER, out)?))?;
    Ok(Outcome::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_counted() {
        assert_eq!(count("2XL=12"), Ok(("2XL".to_owned(), 12)));
        for wrong in ["M", "M=", "M=-1", "M=few"] {
            assert!(count(wrong).is_err_and(|message| message.contains(wrong)), "{wrong}");
        }
    }
}
