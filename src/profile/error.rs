//! What is wrong with a profile, and where.

use crate::design::Problem;
use crate::profile::limits;

/// Why a profile was not read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// It has more bytes than [`limits::BYTES`].
    #[error("the profile has more than {} bytes", limits::BYTES)]
    TooLarge,
    /// It is neither TOML nor JSON, whichever was expected.
    #[error("not {format}: {message}")]
    Syntax {
        /// `TOML` or `JSON`.
        format: &'static str,
        /// What is wrong, with its line and column.
        message: String,
    },
    /// It is not a profile. The problems are in the document's order and there is at least one.
    #[error("the profile has {} problem(s){}", .0.len(), listed(.0))]
    Invalid(Vec<Problem>),
}

impl ProfileError {
    /// Every problem in the form in which the service and the command line report it.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        match self {
            Self::TooLarge | Self::Syntax { .. } => {
                let code = if *self == Self::TooLarge { "too-large" } else { "syntax" };
                vec![Problem { pointer: String::new(), code, message: self.to_string(), hint: None }]
            }
            Self::Invalid(problems) => problems.clone(),
        }
    }
}

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(|problem| format!("\n{problem}")).collect()
}
