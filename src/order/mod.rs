//! What the shop must make: which designs, on which garments, how many, and with which names and numbers.
//!
//! An [`Order`] is what the customer sends. [`Content`] is what becomes of it: every design as it was then, every artwork
//! by its hash, every price. Its [`Content::hash`] is what a proof shows and an approval seals.

mod content;
pub(crate) mod form;
pub mod limits;
mod read;
mod schema;
mod status;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use content::{Content, Files, PinnedArtwork, PinnedDesign, PinnedLine, PrintFile, Summary};
pub use read::{LineReading, OrderReading};
pub use schema::{example, schema};
pub use status::Status;

use crate::design::limits::{ID_CHARS, NAME_CHARS};

/// What a customer orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// What is made, one entry a design, size and set of names: 1 to 500.
    #[schemars(length(min = 1, max = limits::LINES))]
    pub lines: Vec<OrderLine>,
    /// Who orders.
    pub contact: Contact,
    /// Where it goes, several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::TEXT_CHARS))]
    pub ship_to: Option<String>,
    /// The day by which it is needed, `2026-12-24`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date"))]
    pub due: Option<String>,
    /// Id of a way of the shop to have it sooner. Default: the usual time.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub rush: Option<String>,
    /// Preflight rules whose errors the shop accepts, such as `outside-area`: with a shop key only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::ACCEPTED))]
    pub accept: Vec<String>,
    /// What else the shop should know, several lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::TEXT_CHARS))]
    pub note: Option<String>,
}

/// So many pieces of one size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OrderLine {
    /// Id of a saved design.
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub design: String,
    /// Id of a garment colour. Default: the design's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub color: Option<String>,
    /// Id of the garment's size.
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub size: String,
    /// Pieces: 1 to 100,000.
    #[schemars(range(min = 1, max = limits::PIECES))]
    pub quantity: u32,
    /// A value for every field of the design: a sample must not be printed by oversight. An empty one prints nothing.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default)]
    pub fields: BTreeMap<String, String>,
}

/// Who orders.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// A name.
    #[schemars(length(min = 1, max = NAME_CHARS))]
    pub name: String,
    /// An address for mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::EMAIL_CHARS))]
    pub email: Option<String>,
    /// A telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::PHONE_CHARS))]
    pub phone: Option<String>,
}
