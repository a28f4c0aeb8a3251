//! The shop's profile: who it is, what its presses hold and what it charges.
//!
//! One document in two spellings: a TOML file that a shop edits, and JSON over HTTP. Amounts are whole minor units of
//! the shop's currency. A value of these types is valid in itself: [`Profile::from_toml`] and [`Profile::from_json`]
//! report every problem they meet otherwise; [`Profile::unknown_ids`] asks whether what it names is in the catalogue.

mod error;
pub mod limits;
mod money;
mod read;
mod schema;
#[cfg(test)]
mod tests;
mod unknown;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

pub use error::ProfileError;
pub use money::{Currency, Money};
pub use read::is_day;
pub use schema::schema;

use crate::catalog::{Catalog, Swatches};
use crate::design::Problem;

/// The version that this program writes.
pub const VERSION: u32 = 1;

/// The profile that Platen ships, `mockups/shop.toml`: figures of the trade for a shop to replace with its own.
pub const DEFAULT_TOML: &str = include_str!("../../mockups/shop.toml");

/// A shop's profile.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Profile {
    /// The version of this format: 1.
    #[schemars(range(min = VERSION, max = VERSION))]
    pub version: u32,
    /// Who the shop is.
    pub brand: Brand,
    /// The currency of every amount.
    pub currency: Currency,
    /// Ids of the inks that stand on the shelf; others are mixed. Default: the whole palette.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::INKS))]
    pub inks: Vec<String>,
    /// The presses for screen printing. A quote is made for the one with the most heads.
    #[schemars(length(min = 1, max = limits::PRESSES))]
    pub presses: Vec<Press>,
    /// Garments whose main colour is darker than this CIE lightness, 0 to 100, get white under colours.
    #[schemars(range(min = 0, max = 100))]
    pub dark_below: u32,
    /// What a blank costs, by garment id. A garment that is missing is brought by the customer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, length(max = limits::ENTRIES))]
    pub garments: BTreeMap<String, Blank>,
    /// What printing costs, by technique id. A technique that is missing is not offered.
    #[schemars(length(min = 1, max = limits::ENTRIES))]
    pub techniques: BTreeMap<String, Prices>,
    /// Discounts by quantity, the least quantity first. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::TIERS))]
    pub breaks: Vec<Break>,
    /// Working days until an order is usually ready, after its approval. Default: the shop does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::DAYS))]
    pub usual_days: Option<u32>,
    /// Ways to have it sooner. Default: none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(default, length(max = limits::TIERS))]
    pub rush: Vec<Rush>,
    /// The least that an order costs. Default: 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default, range(min = 0, max = limits::AMOUNT))]
    pub minimum_order: Money,
    /// What the shop measured of its inks and garments; it goes before the catalogue's colors. Default: nothing.
    #[serde(skip_serializing_if = "Swatches::is_empty")]
    #[schemars(default)]
    pub measured: Swatches,
}

/// Who the shop is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Brand {
    /// Its name.
    #[schemars(length(min = 1, max = limits::NAME_CHARS))]
    pub name: String,
    /// How customers reach it: an address, a number. Default: none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::NAME_CHARS))]
    pub contact: Option<String>,
}

/// A press for screen printing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Press {
    /// Its id.
    #[schemars(length(min = 1, max = limits::ID_CHARS))]
    pub id: String,
    /// What the shop calls it.
    #[schemars(length(min = 1, max = limits::NAME_CHARS))]
    pub name: String,
    /// Screens that it holds at once.
    #[schemars(range(min = 1, max = limits::HEADS))]
    pub heads: u32,
}

/// What a blank garment costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Blank {
    /// In white.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub white: Money,
    /// In any other colour.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub color: Money,
    /// In single colours, by their ids, where they differ. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, inner(range(min = 0, max = limits::AMOUNT)), length(max = limits::ENTRIES))]
    pub colors: BTreeMap<String, Money>,
    /// Surcharges by size id, where they differ from the catalogue's. Default: none.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schemars(default, inner(range(min = 0, max = limits::AMOUNT)), length(max = limits::ENTRIES))]
    pub surcharges: BTreeMap<String, Money>,
}

/// What a technique costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(tag = "by", rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub enum Prices {
    /// By screens and inks: screen printing.
    Screens(ScreenPrices),
    /// By the printed area: direct to garment, transfer film, vinyl, embroidery, sublimation.
    Area(AreaPrices),
}

/// What screen printing costs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct ScreenPrices {
    /// Film, coating, exposure and cleaning of one screen.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub screen: Money,
    /// Percent of `screen` that a repeat order pays, whose films still exist. Default: 100.
    #[schemars(default = "hundred", range(min = 0, max = 100))]
    pub repeat_percent: u32,
    /// One print with the first ink of a location, a piece.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub first_ink: Money,
    /// One print with each further ink, and with white under colours, a piece.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub extra_ink: Money,
    /// Drying between two prints, a piece.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub flash: Money,
    /// Whether white of the artwork is printed again on top of the white under colours; otherwise the one below shows.
    /// Default: true.
    #[schemars(default = "yes")]
    pub highlight_white: bool,
    /// How far lighter inks reach below darker ones that they meet, micrometres, so that no cloth peeps out where a screen is
    /// slightly off; half a point is 176. Default: 0, inks meet at their edges.
    #[schemars(default, range(min = 0, max = limits::TRAP_UM))]
    pub trap_um: u32,
    /// What cyan, magenta, yellow and black may come to in one place, percent of a whole ink (total area coverage); white
    /// below, which is dried first, does not count. Default: 300.
    #[schemars(default = "three_inks", range(min = limits::TOTAL_INK.0, max = limits::TOTAL_INK.1))]
    pub max_total_ink_percent: u32,
    /// Separating artwork with more inks than the press has heads, a screen: then all heads print halftones of process
    /// inks. Left out, the shop does not do that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub separation: Option<Money>,
}

/// What a technique costs by the printed area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AreaPrices {
    /// Which area counts. Default: box.
    #[schemars(default)]
    pub measure: Measure,
    /// Once for each location, such as digitizing. Default: 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default, range(min = 0, max = limits::AMOUNT))]
    pub setup: Money,
    /// Percent of `setup` that a repeat order pays. Default: 100.
    #[schemars(default = "hundred", range(min = 0, max = 100))]
    pub repeat_percent: u32,
    /// Each location of each piece, however small. Default: 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default, range(min = 0, max = limits::AMOUNT))]
    pub print: Money,
    /// Each 100 square centimetres of a print.
    #[schemars(range(min = 0, max = limits::AMOUNT))]
    pub per_100_cm2: Money,
    /// Each ink beyond the first, a location and piece: foils of vinyl. Default: 0, inks are not counted.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default, range(min = 0, max = limits::AMOUNT))]
    pub extra_ink: Money,
    /// Dark garments, a location and piece: pretreatment and white. Default: 0.
    #[serde(skip_serializing_if = "is_zero")]
    #[schemars(default, range(min = 0, max = limits::AMOUNT))]
    pub dark: Money,
}

/// Which area of a print counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The smallest upright rectangle around what is printed: what a film or a printer's carriage covers.
    #[default]
    Box,
    /// What ink or thread really covers.
    Inked,
}

/// A discount by quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[schemars(deny_unknown_fields)]
pub struct Break {
    /// From so many pieces on; each break starts above the one before.
    #[schemars(range(min = 1, max = limits::QUANTITY))]
    pub from: u32,
    /// Percent off the garments and their printing; never less than the break before.
    #[schemars(range(min = 0, max = limits::DISCOUNT))]
    pub percent: u32,
}

/// A way to have it sooner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[schemars(deny_unknown_fields)]
pub struct Rush {
    /// Its id.
    #[schemars(length(min = 1, max = limits::ID_CHARS))]
    pub id: String,
    /// What customers read.
    #[schemars(length(min = 1, max = limits::NAME_CHARS))]
    pub name: String,
    /// Working days until it is ready.
    #[schemars(range(min = 0, max = limits::DAYS))]
    pub days: u32,
    /// Percent on top of everything.
    #[schemars(range(min = 0, max = limits::RUSH))]
    pub percent: u32,
}

const fn hundred() -> u32 {
    100
}

const fn three_inks() -> u32 {
    300
}

const fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(amount: &Money) -> bool {
    *amount == Money::ZERO
}

impl Profile {
    /// Reads a profile file.
    ///
    /// # Errors
    /// Every problem at once, in the file's order, with JSON pointers as if it were JSON.
    pub fn from_toml(text: &str) -> Result<Self, ProfileError> {
        read::from_toml(text)
    }

    /// Reads a profile in JSON.
    ///
    /// # Errors
    /// Every problem at once, in the document's order.
    pub fn from_json(bytes: &[u8]) -> Result<Self, ProfileError> {
        read::from_json(bytes, None)
    }

    /// As [`Profile::from_json`], for a shop of this catalogue: what it does not have is a problem like every other.
    ///
    /// # Errors
    /// Every problem at once, in the document's order.
    pub fn of_catalog(bytes: &[u8], catalog: &Catalog) -> Result<Self, ProfileError> {
        read::from_json(bytes, Some(catalog))
    }

    /// The profile that Platen ships.
    ///
    /// # Panics
    /// Never: a test reads it.
    #[must_use]
    pub fn shipped() -> Self {
        Self::from_toml(DEFAULT_TOML).expect("the shipped profile is valid")
    }

    /// Everything that the profile names and the catalogue does not have.
    #[must_use]
    pub fn unknown_ids(&self, catalog: &Catalog) -> Vec<Problem> {
        // A profile consists of numbers, texts and maps from texts: it can be written.
        unknown::ids(&serde_json::to_value(self).unwrap_or_default(), catalog)
    }

    /// BLAKE3 over its JSON: equal profiles have equal ones.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        // A profile consists of numbers, texts and maps from texts: it can be written.
        *blake3::hash(&serde_json::to_vec(self).unwrap_or_default()).as_bytes()
    }

    /// Screens that the largest press holds at once.
    #[must_use]
    pub fn heads(&self) -> u32 {
        self.presses.iter().map(|press| press.heads).max().unwrap_or(1)
    }

    /// The discount for so many pieces, percent.
    #[must_use]
    pub fn discount(&self, pieces: u64) -> u32 {
        let reached = self.breaks.iter().rev().find(|step| u64::from(step.from) <= pieces);
        reached.map_or(0, |step| step.percent)
    }

    /// The next break above so many pieces.
    #[must_use]
    pub fn next_break(&self, pieces: u64) -> Option<&Break> {
        self.breaks.iter().find(|step| u64::from(step.from) > pieces && step.percent > self.discount(pieces))
    }
}
