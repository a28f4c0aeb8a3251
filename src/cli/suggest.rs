//! `platen suggest`: how well suggestions do on a history, and made-up histories to try that on.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use platen::suggest::{DAY_MS, Event, Settings, evaluate, read_events, simulate};
use serde_json::Value;

use crate::cli::Outcome;
use crate::cli::table::Format;
use crate::cli::terminal::Terminal;

#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Learn from what was before a day, and count how much of what customers took up after it was among ten suggestions
    Evaluate {
        /// Events, one JSON object a line
        events: PathBuf,
        /// How many days before the last event are asked about
        #[arg(long, value_name = "DAYS", default_value_t = 14)]
        days: u16,
        /// For people or for programs
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print events of made-up customers: for trials and demonstrations, nobody real
    Simulate {
        /// About how many
        #[arg(long, value_name = "N", default_value_t = 10_000)]
        events: u32,
        /// Over how many days before the first of January 2026
        #[arg(long, value_name = "DAYS", default_value_t = 365)]
        days: u16,
        /// Another number makes other customers
        #[arg(long, value_name = "N", default_value_t = 1)]
        seed: u64,
    },
}

/// The first of January 2026, milliseconds since 1970.
const NEW_YEAR_MS: i64 = 1_767_225_600_000;

pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> anyhow::Result<Outcome> {
    match &arguments.action {
        Action::Evaluate { events: file, days, format } => {
            let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
            let (events, errors) = read_events(&text);
            for error in &errors {
                terminal.say(&format!("error: {}: {error}\n", file.display()));
            }
            let Some(last) = events.iter().map(|event: &Event| event.at).max().filter(|_| errors.is_empty()) else {
                anyhow::ensure!(!errors.is_empty(), "{} has no events", file.display());
                return Ok(Outcome::Refused);
            };
            let scores = evaluate(&events, last - i64::from(*days) * DAY_MS, Settings::default());
            let list: Vec<Value> = scores.iter().map(serde_json::to_value).collect::<Result<_, _>>()?;
            let columns = ["method", "ndcg", "ndcg_error", "hit_rate", "mrr", "coverage", "diversity", "customers"];
            terminal.data(&format.write(list, &columns))
        }
        Action::Simulate { events, days, seed } => {
            let mut text = String::new();
            for event in simulate(*events as usize, i64::from(*days), NEW_YEAR_MS, *seed) {
                writeln!(text, "{}", serde_json::to_string(&event)?)?;
            }
            terminal.data(&text)
        }
    }
}
