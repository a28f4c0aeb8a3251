//! The command line of Platen.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
