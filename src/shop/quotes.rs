//! What an order of a design costs: names looked up, artwork measured, then priced.

use std::collections::BTreeMap;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::{Ink, UnknownId};
use crate::design::{Design, Problem};
use crate::profile::{Profile, Rush};
use crate::quote::{Item, Job, Location, MOST_ITEMS, MOST_PIECES, Quote, QuoteError, quote};
use crate::shop::{Choice, Fitting, RenderError, Shop, unknown_in};

/// What is ordered of a design.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Quantities by size: 1 to [`MOST_ITEMS`] entries of 1 to [`MOST_PIECES`] pieces.
    pub items: Vec<Item>,
    /// Id of a way to have it sooner. Default: the usual time.
    pub rush: Option<String>,
    /// Id of a garment colour. Default: the document's.
    pub color: Option<String>,
    /// Id of a technique. Default: the document's.
    pub technique: Option<String>,
    /// Whether the same was printed before. Default: no.
    pub repeat: bool,
    /// Values of fields. Default: the document's samples.
    pub fields: BTreeMap<String, String>,
}

/// Why an order has no price.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The order is not right; pointers lead into it: `/items/0/size`. There is at least one problem.
    #[error("the order has {} problem(s)", .0.len())]
    Order(Vec<Problem>),
    /// The design cannot be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// There is no price for it.
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

impl Shop {
    /// Prices an order of a design with the prices of `profile`.
    ///
    /// # Errors
    /// Everything that is wrong with the order, the design or both; and what cannot be printed.
    pub fn quote(
        &self,
        profile: &Profile,
        (design, library): (&Design, &Library),
        order: &Order,
        cancel: &Cancel,
    ) -> Result<Quote, OrderError> {
        let choice =
            Choice { size: None, color: order.color.clone(), fields: order.fields.clone(), ..Choice::default() };
        let fitting = match self.fit(design, &choice) {
            Ok(fitting) => Fitting { cancel: cancel.clone(), ..fitting },
            Err(RenderError::Unknown(unknown)) => return Err(OrderError::Order(vec![unknown_in("/color", &unknown)])),
            Err(other) => return Err(other.into()),
        };
        let mut problems = items_problems(&order.items, &fitting);
        let rush = found(order.rush.as_deref().map(|id| rush(profile, id)), &mut problems);
        let technique = order.technique.as_deref().map(|id| self.catalog.technique(id));
        let technique = technique.map(|found| found.map_err(|unknown| unknown_in("/technique", &unknown)));
        let technique = found(technique, &mut problems).unwrap_or(fitting.technique);
        if !problems.is_empty() {
            return Err(OrderError::Order(problems));
        }
        let shelf: Vec<&Ink> = self.catalog.inks().iter().filter(|ink| is_on_shelf(profile, &ink.id)).collect();
        let mut locations = Vec::new();
        for placed in self.scenes(&fitting, library, |_| true)? {
            let cloth = fitting.color.of_part(&placed.area.part);
            let location = Location::measure(&placed.scene, placed.area, cloth, &shelf, cancel);
            locations.push(location.ok_or(RenderError::CalledOff)?);
        }
        Ok(quote(&Job {
            profile,
            garment: fitting.garment,
            color: fitting.color,
            technique,
            techniques: self.catalog.techniques(),
            locations,
            items: order.items.clone(),
            rush,
            repeat: order.repeat,
        })?)
    }
}

fn is_on_shelf(profile: &Profile, ink: &str) -> bool {
    profile.inks.is_empty() || profile.inks.iter().any(|id| id == ink)
}

/// What was asked for, if it was asked for and is there.
fn found<T>(asked: Option<Result<T, Problem>>, problems: &mut Vec<Problem>) -> Option<T> {
    asked?.map_err(|problem| problems.push(problem)).ok()
}

fn rush<'a>(profile: &'a Profile, id: &str) -> Result<&'a Rush, Problem> {
    profile.rush.iter().find(|rush| rush.id == id).ok_or_else(|| {
        let known: Vec<String> = profile.rush.iter().map(|rush| format!("\"{}\"", rush.id)).collect();
        let hint =
            if known.is_empty() { "leave it out".to_owned() } else { format!("write one of {}", known.join(", ")) };
        let message = format!("there is no rush \"{id}\"");
        Problem { pointer: "/rush".to_owned(), code: "unknown-id", message, hint: Some(hint) }
    })
}

fn items_problems(items: &[Item], fitting: &Fitting<'_>) -> Vec<Problem> {
    let problem =
        |pointer: String, code, message: String, hint: Option<String>| Problem { pointer, code, message, hint };
    if items.is_empty() {
        let hint = Some("write at least one size with a quantity".to_owned());
        return vec![problem("/items".to_owned(), "empty", "the order has no pieces".to_owned(), hint)];
    }
    if items.len() > MOST_ITEMS {
        let message = format!("{} sizes are too many; at most {MOST_ITEMS} are allowed", items.len());
        return vec![problem("/items".to_owned(), "too-many", message, None)];
    }
    let mut problems = Vec::new();
    for (index, item) in items.iter().enumerate() {
        if let Err(unknown) = fitting.garment.size(&item.size) {
            let sizes: Vec<&str> = fitting.garment.sizes.iter().map(|size| size.id.as_str()).collect();
            let hint =
                unknown.hint().unwrap_or_else(|| format!("{} comes in {}", fitting.garment.name, sizes.join(", ")));
            problems.push(size_problem(index, &unknown, hint));
        }
        if !(1..=MOST_PIECES).contains(&item.quantity) {
            let message = format!("{} pieces are out of range; expected 1 to {MOST_PIECES}", item.quantity);
            problems.push(problem(format!("/items/{index}/quantity"), "out-of-range", message, None));
        }
    }
    problems
}

fn size_problem(index: usize, unknown: &UnknownId, hint: String) -> Problem {
    let pointer = format!("/items/{index}/size");
    Problem { pointer, code: "unknown-id", message: unknown.to_string(), hint: Some(hint) }
}
