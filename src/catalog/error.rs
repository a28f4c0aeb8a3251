//! What can be wrong with the catalogue's files.

use std::fmt;

/// Everything that is wrong with the catalogue's files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct CatalogError {
    /// At least one problem, in the order of the files.
    pub problems: Vec<Problem>,
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            let line_end = if index == 0 { "" } else { "\n" };
            write!(f, "{line_end}{problem}")?;
        }
        Ok(())
    }
}

/// One thing that is wrong with a catalogue file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, relative to the `mockups` folder.
    pub file: String,
    /// Where in the file: a key path such as `colors[3].hex` (entries count from 0), or a line and column where the
    /// text is not TOML.
    pub place: String,
    /// What is wrong, with the value.
    pub message: String,
    /// What to do.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}; {}", self.file, self.place, self.message, self.hint)
    }
}
