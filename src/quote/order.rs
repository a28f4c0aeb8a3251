//! What an order of several designs and colours costs.
//!
//! Each design in each colour has a price of its own, put together from a job for each set of names. What goes by the whole
//! order is looked at together: the break of all its pieces, screens that several colours are printed with, the least that
//! an order costs, and the rush.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::profile::Money;
use crate::quote::lines::{self, Priced, minimum, rush, sum};
use crate::quote::{Ink, Job, Line, Plan, Quote, QuoteError, Rest, SAME_INK, Way, told};

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
    /// Which of the [`Screens`] its inks are printed with.
    pub(super) inks: BTreeSet<usize>,
    pub(super) underbase: bool,
}

/// The screens that one artwork is printed with in all colours of an order, an ink each: which inks are the same one does
/// not depend on which colour is ordered first.
#[derive(Debug, Clone, Default)]
pub(super) struct Screens(Vec<Lab>);

/// The inks of one colour of an artwork.
type Inks = Vec<(Color, Lab)>;

/// Those of all artworks, by technique and artwork.
type AllScreens = BTreeMap<(String, String), Screens>;

impl Screens {
    /// Of the inks of each colour. Those of the one with the most are all told apart: on the same cloth they lie side by
    /// side. Others join the nearest that looks the same.
    fn new(mut colors: Vec<Inks>) -> Self {
        let values = |inks: &[(Color, Lab)]| inks.iter().map(|(color, _)| *color).collect::<Vec<_>>();
        colors.iter_mut().for_each(|inks| inks.sort_by_key(|(color, _)| *color));
        colors.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| values(a).cmp(&values(b))));
        let mut rest: Inks = colors.iter().skip(1).flatten().copied().collect();
        rest.sort_by_key(|(color, _)| *color);
        let mut screens: Vec<Lab> = colors.first().into_iter().flatten().map(|(_, lab)| *lab).collect();
        for (_, lab) in rest {
            if screens.iter().all(|known| ciede2000(*known, lab) >= SAME_INK) {
                screens.push(lab);
            }
        }
        Self(screens)
    }

    /// The screens of inks.
    pub(super) fn of(&self, inks: &[&Ink]) -> BTreeSet<usize> {
        let nearest = |ink: &&Ink| {
            let distances = self.0.iter().map(|screen| ciede2000(*screen, ink.lab)).enumerate();
            distances.min_by(|a, b| a.1.total_cmp(&b.1)).map(|(index, _)| index)
        };
        inks.iter().filter_map(nearest).collect()
    }
}

/// The screens of all jobs together.
fn screens<'a>(jobs: impl Iterator<Item = &'a Job<'a>>) -> AllScreens {
    let mut found: BTreeMap<(String, String), Vec<Inks>> = BTreeMap::new();
    for job in jobs {
        let Some(prices) = job.profile.techniques.get(&job.technique.id) else { continue };
        for location in &job.locations {
            let Ok(plan) = Plan::of(location, prices, job.technique, job.profile) else { continue };
            if plan.way == Way::Spot {
                let inks = plan.printed(location).iter().map(|ink| (ink.color, ink.lab)).collect();
                found.entry((job.technique.id.clone(), location.artwork.clone())).or_default().push(inks);
            }
        }
    }
    found.into_iter().map(|(artwork, colors)| (artwork, Screens::new(colors))).collect()
}

impl Rest {
    /// The screens of an artwork.
    pub(super) fn screens(&self, technique: &str, artwork: &str) -> Option<&Screens> {
        self.screens.get(&(technique.to_owned(), artwork.to_owned()))
    }
}

/// Prices an order. A part is a design in one colour: a job for each set of names, since their artwork differs. All jobs
/// have one profile and one rush.
///
/// # Errors
/// Why a part has no price, with its place among them.
pub fn quote_order(parts: Vec<Vec<Job<'_>>>) -> Result<OrderPrice, (usize, QuoteError)> {
    let pieces: u64 = parts.iter().flatten().map(Job::pieces).sum();
    let whole = parts.iter().flatten().next().map(|job| (job.profile, job.rush));
    let screens = Arc::new(screens(parts.iter().flatten()));
    let (mut quotes, mut made) = (Vec::new(), Vec::new());
    for (index, jobs) in parts.into_iter().enumerate() {
        let mut part: Option<Quote> = None;
        for mut job in jobs {
            let (rest, made_before) = (pieces - job.pieces(), std::mem::take(&mut made));
            job.rest = Some(Rest { pieces: rest, made: made_before, screens: Arc::clone(&screens) });
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
        inks: screens_of(job, &location.artwork, &plan.printed(location)),
        underbase: plan.underbase,
    });
    makes.collect()
}

/// Which of the order's screens the inks of a location are printed with.
pub(super) fn screens_of(job: &Job<'_>, artwork: &str, printed: &[&Ink]) -> BTreeSet<usize> {
    let screens = job.rest.as_ref().and_then(|rest| rest.screens(&job.technique.id, artwork));
    screens.map(|screens| screens.of(printed)).unwrap_or_default()
}
