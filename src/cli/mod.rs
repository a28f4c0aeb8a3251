//! The command line: what is asked, on what files, and how it went.
//!
//! stdout is data, stderr is for people. Exit codes: 0 all done, 1 some inputs refused or failed, 2 could not run.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};

mod artwork;
mod asked;
#[cfg(feature = "server")]
mod backup;
#[cfg(feature = "server")]
mod batch;
mod campaign;
mod catalog;
mod chart;
mod check;
mod cut;
mod diagnostics;
mod document;
mod files;
mod folder;
#[cfg(feature = "server")]
mod gang;
#[cfg(feature = "server")]
mod keys;
mod ladder;
#[cfg(feature = "server")]
mod normalize;
mod preview;
mod proof;
mod quote;
#[cfg(feature = "distributed")]
mod render_job;
mod separate;
#[cfg(feature = "server")]
mod serve;
#[cfg(feature = "server")]
mod store;
mod suggest;
mod table;
mod terminal;
#[cfg(feature = "distributed")]
mod worker;

use crate::cli::terminal::Terminal;

/// T-shirt design on real cloth: one raster from the preview to the press.
#[derive(Debug, Parser)]
#[command(name = "platen", version, about, max_term_width = 100)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Common {
    /// Folder with fonts/ and mockups/ [default: beside the program, else the working directory]
    #[arg(long, global = true, value_name = "DIR", env = "PLATEN_ASSETS")]
    assets: Option<PathBuf>,
    /// Folder for what is kept: the database and files
    #[arg(long, global = true, value_name = "DIR", default_value = "data", env = "PLATEN_DATA")]
    data: PathBuf,
    /// When to color messages
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    /// Say more about what is done
    #[arg(short, long, global = true)]
    verbose: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ColorChoice {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show a design on the garment, photo-real
    Preview(preview::Arguments),
    /// Write the print file of one print area
    Artwork(artwork::Arguments),
    /// Find what would go wrong in print
    Check(check::Arguments),
    /// Price an order of a design, line by line
    Quote(quote::Arguments),
    /// Write the plates of one print area: white, colors, films, plan and proof
    Separate(separate::Arguments),
    /// Write the paths that a cutter follows: foils of one color each, or around a sticker
    Cut(cut::Arguments),
    /// A design in one, two, three and four inks: how it looks, and what each costs
    Ladder(ladder::Arguments),
    /// Print a chart of inks and garments, and take what a spectrophotometer reads of it
    Chart(chart::Arguments),
    /// Write the proof that a customer approves
    Proof(proof::Arguments),
    /// Serve the studio and the API
    #[cfg(feature = "server")]
    Serve(serve::Arguments),
    /// Make, list and revoke keys for the shop's own programs
    #[cfg(feature = "server")]
    Keys(keys::Arguments),
    /// Write the database and all stored files into one archive, also while the service runs
    #[cfg(feature = "server")]
    Backup(backup::BackupArguments),
    /// Bring a backup back into a new or empty data folder
    #[cfg(feature = "server")]
    Restore(backup::RestoreArguments),
    /// Take an upload apart: the service's child process
    #[cfg(feature = "server")]
    #[command(hide = true)]
    Normalize(normalize::Arguments),
    /// Make the files of a spreadsheet of orders; the same command again goes on
    #[cfg(feature = "server")]
    Batch(Box<batch::Arguments>),
    /// Make print jobs that `platen batch --database` puts on the queue, beside any number of other workers
    #[cfg(feature = "distributed")]
    Worker(worker::Arguments),
    /// Make print jobs that other machines put on the queue: in programs that are built with --features distributed
    #[cfg(all(feature = "server", not(feature = "distributed")))]
    #[command(hide = true)]
    Worker {
        /// What the other program understands
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Draw jobs: the worker's child process
    #[cfg(feature = "distributed")]
    #[command(hide = true)]
    RenderJob(render_job::Arguments),
    /// Put the prints of many orders on sheets of transfer film
    #[cfg(feature = "server")]
    Gang(gang::Arguments),
    /// Compile mails with a picture of each recipient's design, and send none
    Campaign(campaign::Arguments),
    /// Suggest other styles for a design; take in and try histories of events
    Suggest(suggest::Arguments),
    /// List what can be ordered and used
    Catalog(catalog::Arguments),
    /// Print a JSON Schema
    Schema {
        /// Which document
        #[arg(value_enum)]
        document: SchemaKind,
    },
    /// Print shell completions
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum SchemaKind {
    Design,
    Order,
    Shop,
    Event,
}

/// Values for the blanks of a design, as `--field name=MILLER`.
#[derive(Debug, Args)]
struct Fields {
    /// Fill a field of the design; may be given several times
    #[arg(long = "field", value_name = "ID=VALUE", value_parser = field)]
    fields: Vec<(String, String)>,
}

impl Fields {
    fn values(&self) -> BTreeMap<String, String> {
        self.fields.iter().cloned().collect()
    }
}

fn field(text: &str) -> Result<(String, String), String> {
    let (id, value) = text.split_once('=').ok_or("expected ID=VALUE, such as name=MILLER")?;
    Ok((id.to_owned(), value.to_owned()))
}

/// What a command that ran to its end has to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Everything is done.
    Done,
    /// Some input was refused or failed; the details are on stderr.
    Refused,
}

/// Reads the arguments and does what they say.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let terminal = Terminal::new(cli.common.color, cli.common.verbose);
    // A fault of ours is not the input's: it ends with a sentence and the code for "could not run".
    let outcome =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| command(&cli, &terminal))).unwrap_or_else(|_| {
            Err(anyhow::anyhow!("the program met a fault of its own; please report what it was given"))
        });
    match outcome {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::Refused) => ExitCode::from(1),
        Err(error) => {
            terminal.error(&error);
            ExitCode::from(2)
        }
    }
}

fn command(cli: &Cli, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &cli.command {
        Command::Preview(arguments) => preview::run(arguments, &cli.common, terminal),
        Command::Artwork(arguments) => artwork::run(arguments, &cli.common, terminal),
        Command::Check(arguments) => check::run(arguments, &cli.common, terminal),
        Command::Quote(arguments) => quote::run(arguments, &cli.common, terminal),
        Command::Separate(arguments) => separate::run(arguments, &cli.common, terminal),
        Command::Cut(arguments) => cut::run(arguments, &cli.common, terminal),
        Command::Ladder(arguments) => ladder::run(arguments, &cli.common, terminal),
        Command::Chart(arguments) => chart::run(arguments, &cli.common, terminal),
        Command::Proof(arguments) => proof::run(arguments, &cli.common, terminal),
        #[cfg(feature = "server")]
        Command::Serve(arguments) => serve::run(arguments, &cli.common, terminal),
        #[cfg(feature = "server")]
        Command::Keys(arguments) => keys::run(arguments, &cli.common, terminal),
        #[cfg(feature = "server")]
        Command::Backup(arguments) => backup::back_up(arguments, &cli.common, terminal),
        #[cfg(feature = "server")]
        Command::Restore(arguments) => backup::bring_back(arguments, &cli.common, terminal),
        #[cfg(feature = "server")]
        Command::Normalize(arguments) => normalize::run(arguments, &cli.common),
        #[cfg(feature = "server")]
        Command::Batch(arguments) => batch::run(arguments, &cli.common, terminal),
        #[cfg(feature = "distributed")]
        Command::Worker(arguments) => worker::run(arguments, &cli.common, terminal),
        #[cfg(all(feature = "server", not(feature = "distributed")))]
        Command::Worker { .. } => anyhow::bail!(batch::far::ALONE),
        #[cfg(feature = "distributed")]
        Command::RenderJob(arguments) => render_job::run(arguments, &cli.common),
        #[cfg(feature = "server")]
        Command::Gang(arguments) => gang::run(arguments, &cli.common, terminal),
        Command::Campaign(arguments) => campaign::run(arguments, &cli.common, terminal),
        Command::Suggest(arguments) => suggest::run(arguments, &cli.common, terminal),
        Command::Catalog(arguments) => catalog::run(arguments, &cli.common, terminal),
        Command::Schema { document: SchemaKind::Design } => terminal.data(&format!("{:#}\n", platen::design::schema())),
        Command::Schema { document: SchemaKind::Order } => terminal.data(&format!("{:#}\n", platen::order::schema())),
        Command::Schema { document: SchemaKind::Shop } => terminal.data(&format!("{:#}\n", platen::profile::schema())),
        Command::Schema { document: SchemaKind::Event } => {
            terminal.data(&format!("{:#}\n", platen::suggest::event_schema()))
        }
        Command::Completions { shell } => completions(*shell, terminal),
    }
}

fn completions(shell: clap_complete::Shell, terminal: &Terminal) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "platen", &mut script);
    terminal.data(&String::from_utf8_lossy(&script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_field_is_split_at_its_first_sign() {
        assert_eq!(field("name=A=B"), Ok(("name".into(), "A=B".into())));
        assert!(field("name").is_err());
    }
}
