//! What an order costs, line by line, each with its reason.
//!
//! [`Location::measure`] looks at the real artwork: its inks and its area. [`quote`] is a pure function of that, the
//! shop's profile, the garment and the quantities; all amounts are whole minor units. docs/PRICES.md says what each line
//! means and how amounts are rounded.

mod advice;
mod lines;
mod location;
mod order;
mod picture;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

pub use advice::Advice;
pub use lines::{Line, ground_price};
pub use location::{CLOTH_SHOWS, Ink, Location, MOST_INKS, SAME_INK};
pub use order::{OrderPrice, quote_order};
pub use plan::{Plan, Way, is_dark_grey, is_light, is_white, needs_white};

use crate::catalog::{Garment, GarmentColor, Technique};
use crate::profile::{Money, Profile, Rush};
use crate::quote::lines::Priced;

/// The most pieces of one size.
pub const MOST_PIECES: u32 = 100_000;
/// The most sizes of one quote.
pub const MOST_ITEMS: usize = 100;

/// So many pieces of one size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Id of the size.
    pub size: String,
    /// Pieces, 1 to [`MOST_PIECES`].
    pub quantity: u32,
}

/// What is to be priced. Every id in it is one of `garment`'s.
#[derive(Debug, Clone)]
pub struct Job<'a> {
    /// The shop's prices.
    pub profile: &'a Profile,
    /// The blank.
    pub garment: &'a Garment,
    /// Its colour.
    pub color: &'a GarmentColor,
    /// How it is printed.
    pub technique: &'a Technique,
    /// What else it could be printed with.
    pub techniques: &'a [Technique],
    /// The printed locations, measured on `color`.
    pub locations: Vec<Location>,
    /// Quantities by size; at least one piece. Entries of one size count together.
    pub items: Vec<Item>,
    /// How soon.
    pub rush: Option<&'a Rush>,
    /// Whether the same was printed before, so that films and files exist.
    pub repeat: bool,
    /// What the rest of its order changes about the price. `None`: the job is the whole order.
    pub rest: Option<Rest>,
}

/// The rest of an order, as far as it changes the price of one of its designs in one colour.
#[derive(Debug, Clone, Default)]
pub struct Rest {
    /// Pieces of other designs and colours: breaks go by all pieces of an order.
    pub pieces: u64,
    /// What was made for other colours already.
    made: Vec<order::Made>,
    /// The screens of all colours together, by technique and artwork.
    screens: Arc<BTreeMap<(String, String), order::Screens>>,
}

/// Why there is no price.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuoteError {
    /// Nothing is ordered.
    #[error("the order has no pieces")]
    Empty,
    /// The profile has no price for the technique.
    #[error("this shop does not offer {technique}; it offers: {offered}")]
    NotOffered {
        /// The technique's id.
        technique: String,
        /// The ids that have a price.
        offered: String,
    },
    /// The garment cannot be printed there like this.
    #[error("{technique} is not possible on {area}; possible are: {possible}")]
    NotPossible {
        /// The technique's name.
        technique: String,
        /// The print area's name.
        area: String,
        /// Ids of the techniques that are.
        possible: String,
    },
    /// The artwork has more inks than can be printed.
    #[error("{reason}{}", others(.alternatives))]
    TooManyInks {
        /// What is too much, where.
        reason: String,
        /// What other techniques cost, as sentences.
        alternatives: Vec<String>,
    },
}

fn others(alternatives: &[String]) -> String {
    if alternatives.is_empty() { String::new() } else { format!("; {}", alternatives.join("; ")) }
}

/// A price.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Quote {
    /// Code of the currency (ISO 4217); every amount is in its minor unit.
    pub currency: String,
    /// Digits of the minor unit: with 2, an amount of 250 is 2.50.
    pub digits: u32,
    /// Id of the garment.
    pub garment: String,
    /// Id of its colour.
    pub color: String,
    /// Id of the technique.
    pub technique: String,
    /// Pieces in all.
    pub pieces: u64,
    /// What it costs; the total is their sum.
    pub lines: Vec<Line>,
    /// The sum of the lines, without tax.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub total: Money,
    /// The total divided by the pieces, rounded.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub per_piece: Money,
    /// Working days until it is ready, after its approval: those of the rush, else the shop's usual ones; absent if the
    /// shop does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(example = 10))]
    pub ready_in_days: Option<u32>,
    /// What the artwork asks for, by location.
    pub locations: Vec<QuotedLocation>,
    /// What would cost less, and what to know.
    pub advice: Vec<Advice>,
    /// The same order printed in other ways.
    pub alternatives: Vec<Alternative>,
}

/// What the artwork of one location asks for.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct QuotedLocation {
    /// Id of the print area.
    pub area: String,
    /// What customers call it.
    pub name: String,
    /// How it is printed: `spot` (one screen an ink), `process` (halftones of process inks), `area` (not by inks) or
    /// `nothing`.
    #[cfg_attr(feature = "server", schema(value_type = String))]
    pub way: Way,
    /// The inks of the artwork, the largest first; 24 at most.
    pub inks: Vec<QuotedInk>,
    /// Whether there are more inks than are listed.
    pub full_color: bool,
    /// Colors that are left open because the cloth shows through in them, `#rrggbb`.
    pub open: Vec<String>,
    /// Whether white lies under the colors.
    pub underbase: bool,
    /// Screens that it is printed with, those too that another colour of the order pays for; 0 where printing needs none.
    pub screens: u32,
    /// Square centimetres of the rectangle around the print, rounded up.
    pub box_cm2: u64,
    /// Square centimetres that ink covers, rounded up.
    pub inked_cm2: u64,
}

/// An ink of the artwork.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct QuotedInk {
    /// How it looks, `#rrggbb`.
    #[cfg_attr(feature = "server", schema(example = "#c8102e"))]
    pub color: String,
    /// Id of the nearest ink on the shelf.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ink: Option<String>,
    /// How far that one is (CIEDE2000), to a tenth: up to 2 is a match, above 5 it is mixed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distance: Option<f64>,
    /// Its percentage of what is printed, to a tenth.
    pub percent: f64,
    /// Whether it is also printed as dots.
    pub halftone: bool,
}

/// The same order printed in another way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Alternative {
    /// Id of the technique.
    pub technique: String,
    /// Its name.
    pub name: String,
    /// What the order would cost.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub total: Money,
    /// What a piece would cost.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub per_piece: Money,
}

impl Job<'_> {
    /// Pieces in all.
    #[must_use]
    pub fn pieces(&self) -> u64 {
        self.items.iter().map(|item| u64::from(item.quantity)).sum()
    }

    /// Pieces of the whole order.
    fn pieces_of_order(&self) -> u64 {
        self.pieces() + self.rest.as_ref().map_or(0, |rest| rest.pieces)
    }
}

/// Prices a job.
///
/// # Errors
/// If nothing is ordered, the technique is not offered or not possible, or the artwork has too many inks for it.
pub fn quote(job: &Job<'_>) -> Result<Quote, QuoteError> {
    lines::price(job).map(|priced| told(job, priced)).map_err(|error| told_why(job, error))
}

/// Why a job has no price, with what it costs in other ways.
fn told_why(job: &Job<'_>, error: QuoteError) -> QuoteError {
    match error {
        QuoteError::TooManyInks { reason, .. } => {
            let alternatives = advice::alternatives(job).iter().map(|other| advice::costs(job, other)).collect();
            QuoteError::TooManyInks { reason, alternatives }
        }
        other => other,
    }
}

/// A price with all that is said about it. What would cost less is found by pricing that; of a part of an order it cannot
/// be.
fn told(job: &Job<'_>, priced: Priced) -> Quote {
    let total = priced.total();
    let alternatives = if job.rest.is_none() { advice::alternatives(job) } else { Vec::new() };
    let advice = if job.rest.is_none() { advice::advice(job, &priced, &alternatives) } else { Vec::new() };
    let currency = &job.profile.currency;
    Quote {
        currency: currency.code.clone(),
        digits: currency.digits,
        garment: job.garment.id.clone(),
        color: job.color.id.clone(),
        technique: job.technique.id.clone(),
        pieces: job.pieces(),
        total,
        per_piece: total.share(1, job.pieces()),
        ready_in_days: job.rush.map(|rush| rush.days).or(job.profile.usual_days),
        locations: job.locations.iter().zip(&priced.plans).map(|(location, plan)| quoted(location, plan)).collect(),
        advice,
        alternatives,
        lines: priced.lines,
    }
}

fn quoted(location: &Location, plan: &Plan) -> QuotedLocation {
    let tenths = |value: f64| (value * 10.0).round() / 10.0;
    let ink = |ink: &Ink| QuotedInk {
        color: ink.color.to_string(),
        ink: ink.nearest.as_ref().map(|(id, ..)| id.clone()),
        distance: ink.nearest.as_ref().map(|(.., distance)| tenths(*distance)),
        percent: tenths(ink.share * 100.0),
        halftone: ink.halftone,
    };
    QuotedLocation {
        area: location.area.clone(),
        name: location.name.clone(),
        way: plan.way,
        inks: location.inks.iter().map(ink).collect(),
        full_color: location.full_color,
        open: location.open.iter().map(ToString::to_string).collect(),
        underbase: plan.underbase,
        screens: plan.screens,
        box_cm2: location.box_mm2.div_ceil(100),
        inked_cm2: location.inked_mm2.div_ceil(100),
    }
}
