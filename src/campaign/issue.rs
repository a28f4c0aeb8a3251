//! What is wrong with a file that a person wrote, and where.

use std::fmt;
use std::ops::Range;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// The file as a whole.
    File,
    /// Some bytes of a text.
    Text {
        /// From 1.
        line: usize,
        /// In characters, from 1.
        column: usize,
        /// Bytes from the start of the file.
        range: Range<usize>,
    },
    /// A cell of a list, or a row of it.
    Row {
        /// Line of the file on which the row starts, from 1; the line of names is the first.
        line: u64,
        /// The column's name.
        column: Option<String>,
    },
}

impl Place {
    /// The place of `range` in `text`.
    #[must_use]
    pub fn in_text(text: &str, range: Range<usize>) -> Self {
        let before = text.get(..range.start).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let line = before.matches('\n').count() + 1;
        Self::Text { line, column: before[line_start..].chars().count() + 1, range }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File => Ok(()),
            Self::Text { line, column, .. } => write!(f, "{line}:{column}"),
            Self::Row { line, column: None } => write!(f, "line {line}"),
            Self::Row { line, column: Some(column) } => write!(f, "line {line}, column `{column}`"),
        }
    }
}

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl Issue {
    /// About a file as a whole.
    pub(super) fn file(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { place: Place::File, message: message.into(), hint: Some(hint.into()) }
    }

    /// About a cell.
    pub(super) fn cell(line: u64, column: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let place = Place::Row { line, column: Some(column.to_owned()) };
        Self { place, message: message.into(), hint: Some(hint.into()) }
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { place, message, hint } = self;
        if *place != Place::File {
            write!(f, "{place}: ")?;
        }
        f.write_str(message)?;
        hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}
