//! What is wrong with a document, and where.

use serde::Serialize;

use crate::design::{json, limits};

/// Why a document was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// It has more bytes than [`limits::DOCUMENT_BYTES`].
    #[error("the document has more than {} bytes", limits::DOCUMENT_BYTES)]
    TooLarge,
    /// It is not JSON (RFC 8259).
    #[error("not JSON: {message}, {}", json::place(*.line, *.column))]
    NotJson {
        /// Line, from 1.
        line: usize,
        /// Column in bytes, from 1; 0 is the end of the line before.
        column: usize,
        /// What is wrong there.
        message: String,
    },
    /// It is JSON, but not a design. The problems are in document order and there is at least one.
    #[error("the design has {}: {}", count(.0.len()), first(.0))]
    Invalid(Vec<Problem>),
}

impl DesignError {
    /// Every problem in the form in which the service and the command line report it.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::TooLarge => vec![Problem {
                pointer: String::new(),
                code: "too-large",
                message: self.to_string(),
                hint: Some("upload pictures and refer to them as assets".to_owned()),
            }],
            Self::NotJson { .. } => {
                vec![Problem { pointer: String::new(), code: "not-json", message: self.to_string(), hint: None }]
            }
            Self::Invalid(problems) => problems.clone(),
        }
    }
}

/// One thing that is wrong with a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// JSON pointer to what is wrong; for a missing field, to the object that lacks it.
    pub pointer: String,
    /// Stable name of the kind of problem, such as `unknown-field`.
    pub code: &'static str,
    /// What is wrong: lower case, without a full stop.
    pub message: String,
    /// What to write instead, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let place = if self.pointer.is_empty() { "the document" } else { &self.pointer };
        write!(f, "{place}: {}", self.message)?;
        self.hint.iter().try_for_each(|hint| write!(f, " ({hint})"))
    }
}

fn count(problems: usize) -> String {
    if problems == 1 { "1 problem".to_owned() } else { format!("{problems} problems") }
}

fn first(problems: &[Problem]) -> String {
    problems.first().map(ToString::to_string).unwrap_or_default()
}
