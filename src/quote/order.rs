//! What an order of several designs and colours costs.
//!
//! Each design in each colour is a job with a price of its own. What goes by the whole order is looked at together: the
//! break of all its pieces, screens that several colours are printed with, the least that an order costs, and the rush.

use crate::color::lab::Lab;
use crate::profile::Money;
use crate::quote::lines::{self, Priced, minimum, rush, sum};
use crate::quote::{Job, Line, Quote, QuoteError, Rest, Way, told, told_why};

/// The price of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPrice {
    /// The price of each job, in their order.
    pub quotes: Vec<Quote>,
    /// What the order costs as a whole: `minimum` and `rush`.
    pub charges: Vec<Line>,
    /// All of that.
    pub total: Money,
}

/// What was made for the artwork of one location.
#[derive(Debug, Clone)]
pub(super) struct Made {
    pub(super) technique: String,
    pub(super) artwork: String,
    pub(super) way: Way,
    /// How its inks look.
    pub(super) inks: Vec<Lab>,
    pub(super) underbase: bool,
}

/// Prices an order; `jobs` have one profile and one rush.
///
/// # Errors
/// Why one of the jobs has no price, with its place among them.
pub fn quote_order(jobs: Vec<Job<'_>>) -> Result<OrderPrice, (usize, QuoteError)> {
    let pieces: u64 = jobs.iter().map(Job::pieces).sum();
    let whole = jobs.first().map(|job| (job.profile, job.rush));
    let (mut quotes, mut made) = (Vec::new(), Vec::new());
    for (index, mut job) in jobs.into_iter().enumerate() {
        job.rest = Some(Rest { pieces: pieces - job.pieces(), made: made.clone() });
        let priced = lines::price(&job).map_err(|error| (index, told_why(&job, error)))?;
        made.extend(makes(&job, &priced));
        quotes.push(told(&job, priced));
    }
    let of_jobs: Money = quotes.iter().map(|quote| quote.total).sum();
    let mut charges = Vec::new();
    if let Some((profile, way)) = whole {
        charges.extend(minimum(profile, of_jobs));
        charges.extend(way.map(|way| rush(way, of_jobs + sum(&charges))));
    }
    let total = of_jobs + sum(&charges);
    Ok(OrderPrice { quotes, charges, total })
}

/// What a job makes that others can be printed with.
fn makes(job: &Job<'_>, priced: &Priced) -> Vec<Made> {
    let locations = job.locations.iter().zip(&priced.plans).filter(|(_, plan)| plan.way != Way::Nothing);
    let makes = locations.map(|(location, plan)| Made {
        technique: job.technique.id.clone(),
        artwork: location.artwork.clone(),
        way: plan.way,
        inks: plan.printed(location).iter().map(|ink| ink.lab).collect(),
        underbase: plan.underbase,
    });
    makes.collect()
}
