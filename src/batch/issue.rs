//! What is wrong with a row of an orders file.

use serde::{Deserialize, Serialize};

use crate::batch::limits;
use crate::batch::orders::OrderLine;

/// Something that is wrong with a row, or worth knowing of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct RowIssue {
    /// The row as spreadsheets count it, that of the names too; the line of JSON Lines; the number of an entry of a JSON list.
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
    /// The order of the row, as far as it says one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// Where it goes, or whose it is, as far as the row says that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ship_to: Option<String>,
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
            order_id: None,
            ship_to: None,
        }
    }

    /// Something that is only told.
    pub(crate) fn note(row: u64, column: &str, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { is_note: true, ..Self::error(row, column, message, hint) }
    }

    /// The same with the row's order and customer; what is empty is not known.
    #[must_use]
    pub(crate) fn of(self, order_id: &str, ship_to: &str) -> Self {
        let known = |text: &str| {
            let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
            (!line.is_empty()).then(|| line.chars().take(limits::ID_CHARS).collect())
        };
        Self { order_id: known(order_id), ship_to: known(ship_to), ..self }
    }

    /// The same with the order and customer of a line.
    #[must_use]
    pub(crate) fn of_line(self, line: &OrderLine) -> Self {
        self.of(&line.order_id, line.customer())
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
