//! What is wrong with a row of an orders file.

use serde::{Deserialize, Serialize};

/// Something that is wrong with a row, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct RowIssue {
    /// The row: the line of a text file on which it starts, the row of a sheet, or the number of an entry of a JSON list, from 1.
    pub row: u64,
    /// Name of the column; none if it is about the whole row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Whether the row is made all the same.
    pub is_note: bool,
    /// What is wrong.
    pub message: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
}

impl RowIssue {
    /// Something that keeps a row from being made; an empty hint is none.
    pub(crate) fn error(row: u64, column: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        let hint: String = hint.into();
        Self {
            row,
            column: (!column.is_empty()).then(|| column.to_owned()),
            is_note: false,
            message: message.into(),
            hint: (!hint.is_empty()).then_some(hint),
        }
    }

    /// Something that is only told.
    pub(crate) fn note(row: u64, column: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { is_note: true, ..Self::error(row, column, message, hint) }
    }
}

impl std::fmt::Display for RowIssue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "row {}", self.row)?;
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.message)?;
        self.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}
