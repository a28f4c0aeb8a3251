//! What an order of several designs and colours costs.
//!
//! Each design in each colour has a price of its own, put together from a job for each set of names. What goes by the whole
//! order is looked at together: the break of all its pieces, screens that several colours are printed with, the least that
//! an order costs, and the rush.

use crate::color::lab::Lab;
use crate::profile::Money;
use crate::quote::lines::{self, Priced, minimum, rush, sum};
use crate::quote::{Job, Line, Quote, QuoteError, Rest, Way, told};

/// The price of an order.
#[derive(Debug, Clone, PartialEq)]
pub struct OrderPrice {
    /// The price of each part, in their order, without advice: that is for whoever has not ordered yet.
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

/// Prices an order. A part is a design in one colour: a job for each set of names, since their artwork differs. All jobs
/// have one profile and one rush.
///
/// # Errors
/// Why a part has no price, with its place among them.
pub fn quote_order(parts: Vec<Vec<Job<'_>>>) -> Result<OrderPrice, (usize, QuoteError)> {
    let pieces: u64 = parts.iter().flatten().map(Job::pieces).sum();
    let whole = parts.iter().flatten().next().map(|job| (job.profile, job.rush));
    let (mut quotes, mut made) = (Vec::new(), Vec::new());
    for (index, jobs) in parts.into_iter().enumerate() {
        let mut part: Option<Quote> = None;
        for mut job in jobs {
            job.rest = Some(Rest { pieces: pieces - job.pieces(), made: std::mem::take(&mut made) });
            let priced = lines::price(&job).map_err(|error| (index, error))?;
            let more = makes(&job, &priced);
            let quote = told(&job, priced);
            made = job.rest.map_or_else(Vec::new, |rest| rest.made);
            made.extend(more);
            part = Some(match part {
                Some(part) => together(part, quote),
                None => quote,
            });
        }
        quotes.extend(part);
    }
    let of_parts: Money = quotes.iter().map(|quote| quote.total).sum();
    let mut charges = Vec::new();
    if let Some((profile, way)) = whole {
        charges.extend(minimum(profile, of_parts));
        charges.extend(way.map(|way| rush(way, of_parts + sum(&charges))));
    }
    let total = of_parts + sum(&charges);
    Ok(OrderPrice { quotes, charges, total })
}

/// One price of what only names tell apart: equal lines count together.
fn together(mut part: Quote, more: Quote) -> Quote {
    for line in more.lines {
        let is_same = |known: &&mut Line| known.code == line.code && known.label == line.label;
        if let Some(discount) = part.lines.iter_mut().find(|known| known.code == "discount" && line.code == "discount")
        {
            discount.unit += line.unit;
            discount.amount += line.amount;
        } else if let Some(known) =
            part.lines.iter_mut().find(|known| is_same(known) && known.unit == line.unit && known.reason == line.reason)
        {
            known.quantity += line.quantity;
            known.amount += line.amount;
        } else if line.quantity > 0 || part.lines.iter_mut().find(is_same).is_none() {
            let at = part.lines.iter().rposition(|known| known.code == line.code).map_or(part.lines.len(), |at| at + 1);
            part.lines.insert(at, line);
        }
    }
    for location in more.locations {
        // What a name leaves blank another one prints.
        match part.locations.iter_mut().find(|known| known.area == location.area) {
            Some(known) if known.way == Way::Nothing => *known = location,
            Some(_) => {}
            None => part.locations.push(location),
        }
    }
    part.pieces += more.pieces;
    part.total += more.total;
    part.per_piece = part.total.share(1, part.pieces);
    part
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
