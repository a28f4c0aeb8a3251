//! What people read: messages on stderr, data on stdout.

use std::io::{self, IsTerminal as _, Write as _};

use anstyle::{AnsiColor, Style};

use crate::cli::diagnostics::Coloring;
use crate::cli::{ColorChoice, Outcome};

/// Where messages go, and how.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    color: bool,
    interactive: bool,
    verbose: bool,
}

impl Terminal {
    /// `auto` colours a terminal unless `NO_COLOR` is set.
    pub(crate) fn new(choice: ColorChoice, verbose: bool) -> Self {
        #[expect(clippy::disallowed_methods, reason = "the convention of no-color.org is an environment variable")]
        let refused = std::env::var("NO_COLOR").is_ok_and(|value| !value.is_empty());
        let color = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => io::stderr().is_terminal() && !refused,
        };
        Self { color, interactive: io::stderr().is_terminal(), verbose }
    }

    /// Whether messages are coloured.
    pub(crate) const fn coloring(&self) -> Coloring {
        if self.color { Coloring::Ansi } else { Coloring::Plain }
    }

    /// Whether messages go to a terminal, where a line can be written over.
    pub(crate) const fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Writes data to stdout. A reader that stopped listening, such as `head`, is no error.
    pub(crate) fn data(&self, text: &str) -> anyhow::Result<Outcome> {
        match io::stdout().lock().write_all(text.as_bytes()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
            _ => Ok(Outcome::Done),
        }
    }

    /// A ready-made message.
    pub(crate) fn say(&self, text: &str) {
        // A closed stderr leaves nobody to tell.
        let _ = io::stderr().lock().write_all(text.as_bytes());
    }

    /// A remark for those who asked with `-v`.
    pub(crate) fn detail(&self, text: &str) {
        if self.verbose {
            self.say(&format!("{text}\n"));
        }
    }

    /// Why the program could not run.
    pub(crate) fn error(&self, error: &anyhow::Error) {
        let style = if self.color { AnsiColor::Red.on_default().bold() } else { Style::new() };
        self.say(&format!("{style}error{style:#}: {error}\n"));
        for cause in error.chain().skip(1) {
            self.say(&format!("  because {cause}\n"));
        }
    }
}
