//! What would cost less, found by pricing it.

use serde::Serialize;

use crate::color::delta_e::ciede2000;
use crate::profile::{Break, Money, Prices};
use crate::quote::lines::{Priced, price};
use crate::quote::plan::has;
use crate::quote::{Alternative, Job, Location, MOST_PIECES, Way};

/// Inks that differ less (CIEDE2000) may be one for all that most people see.
const MERGE: f64 = 6.0;

/// To fit the press, inks may be joined that differ up to here: plain to see, and still the same kind of color.
const MERGE_TO_FIT: f64 = 14.0;

/// Pairs that are told at most.
const MOST_PAIRS: usize = 5;

/// Something worth knowing about a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Advice {
    /// Stable name of its kind, for programs: `merge-inks`, `fit-press`, `too-many-inks`, `shared-white`,
    /// `quantity-break`, `other-technique`, `garment-not-priced`, `nothing-printed`.
    #[cfg_attr(feature = "server", schema(example = "merge-inks"))]
    pub code: &'static str,
    /// What to do, and what it brings.
    #[cfg_attr(
        feature = "server",
        schema(example = "merge #c8102e and #b5121b on Front (dE 3.1): one screen less, saves 56.00 USD")
    )]
    pub text: String,
    /// What it would save, minor units; absent where it saves nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<i64>))]
    pub saves: Option<Money>,
    /// What the order would cost then, minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<i64>))]
    pub total: Option<Money>,
}

/// Everything worth knowing about a priced job.
pub(super) fn advice(job: &Job<'_>, priced: &Priced, alternatives: &[Alternative]) -> Vec<Advice> {
    let mut found = Vec::new();
    found.extend(not_priced(job));
    found.extend(nothing_printed(job, priced));
    for (index, plan) in priced.plans.iter().enumerate().filter(|(_, plan)| plan.way == Way::Process) {
        let location = &job.locations[index];
        found.push(too_many(job, location, plan.screens, alternatives));
        found.extend(fit(job, index, priced));
    }
    found.extend(merges(job, priced));
    found.extend(shared_white(job, priced));
    found.extend(quantity_break(job, priced));
    found.extend(cheaper(job, priced, alternatives));
    found
}

/// The same order in every other way that the shop offers and the garment allows, the cheapest first.
pub(super) fn alternatives(job: &Job<'_>) -> Vec<Alternative> {
    let others = job.techniques.iter().filter(|technique| technique.id != job.technique.id);
    let mut found: Vec<Alternative> = others
        .filter_map(|technique| {
            let total = price(&Job { technique, ..job.clone() }).ok()?.total();
            let per_piece = total.share(1, job.pieces());
            Some(Alternative { technique: technique.id.clone(), name: technique.name.clone(), total, per_piece })
        })
        .collect();
    found.sort_by(|a, b| a.total.cmp(&b.total).then_with(|| a.technique.cmp(&b.technique)));
    found
}

/// What an alternative costs, as a sentence.
pub(super) fn costs(job: &Job<'_>, other: &Alternative) -> String {
    let currency = &job.profile.currency;
    format!("{} costs {}, {} a piece", other.name, currency.show(other.total), currency.number(other.per_piece))
}

fn not_priced(job: &Job<'_>) -> Option<Advice> {
    let is_missing = !job.profile.garments.contains_key(&job.garment.id);
    let text = format!("the profile has no price for {}: the garments are not in this quote", job.garment.name);
    is_missing.then_some(Advice { code: "garment-not-priced", text, saves: None, total: None })
}

/// A price of blanks alone must not be taken for that of the prints.
fn nothing_printed(job: &Job<'_>, priced: &Priced) -> Option<Advice> {
    let is_blank = priced.plans.iter().all(|plan| plan.way == Way::Nothing);
    let open = job.locations.iter().find(|location| !location.open.is_empty());
    let why = open.map_or_else(
        || "nothing lies on any print area".to_owned(),
        |location| format!("all that lies on {} has the color of the cloth and is left open", location.name),
    );
    let text = format!("{why}: this is the price of the garments without a print");
    is_blank.then_some(Advice { code: "nothing-printed", text, saves: None, total: None })
}

fn too_many(job: &Job<'_>, location: &Location, screens: u32, alternatives: &[Alternative]) -> Advice {
    let any_number = |other: &&Alternative| {
        let technique = job.techniques.iter().find(|technique| technique.id == other.technique);
        technique.is_some_and(|technique| technique.max_inks.is_none())
    };
    let others: Vec<String> = alternatives.iter().filter(any_number).map(|other| costs(job, other)).collect();
    let others =
        if others.is_empty() { String::new() } else { format!(". In any number of colors: {}", others.join("; ")) };
    let text = format!(
        "the artwork on {} {}, more than {screens} heads hold: this needs process separation, as quoted{others}",
        location.name,
        has(location)
    );
    Advice { code: "too-many-inks", text, saves: None, total: None }
}

/// Pairs of inks of a location by their difference, the nearest first.
fn pairs(location: &Location, most: f64) -> Vec<(f64, usize, usize)> {
    let inks = &location.inks;
    let mut pairs: Vec<(f64, usize, usize)> = (0..inks.len())
        .flat_map(|first| (first + 1..inks.len()).map(move |second| (first, second)))
        .map(|(first, second)| (ciede2000(inks[first].lab, inks[second].lab), first, second))
        .filter(|(difference, ..)| *difference <= most)
        .collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    pairs
}

/// The job with another artwork on one of its locations.
fn with_location<'a>(job: &Job<'a>, index: usize, location: Location) -> Job<'a> {
    let mut changed = job.clone();
    changed.locations[index] = location;
    changed
}

fn merges(job: &Job<'_>, priced: &Priced) -> Vec<Advice> {
    let mut found = Vec::new();
    for (index, location) in job.locations.iter().enumerate() {
        for (difference, first, second) in pairs(location, MERGE) {
            let Ok(merged) = price(&with_location(job, index, location.merged(first, second))) else { continue };
            let (saves, fewer) = (priced.total() - merged.total(), priced.screens().saturating_sub(merged.screens()));
            if saves > Money::ZERO {
                let what = if fewer > 0 { "one screen less" } else { "one color less" };
                let text = format!(
                    "merge {} and {} on {} (dE {difference:.1}): {what}, saves {}",
                    location.inks[first].color,
                    location.inks[second].color,
                    location.name,
                    job.profile.currency.show(saves)
                );
                found.push((
                    difference,
                    Advice { code: "merge-inks", text, saves: Some(saves), total: Some(merged.total()) },
                ));
            }
        }
    }
    found.sort_by(|a, b| a.0.total_cmp(&b.0));
    found.into_iter().take(MOST_PAIRS).map(|(_, advice)| advice).collect()
}

/// How few inks must be joined until the press holds the rest.
fn fit(job: &Job<'_>, index: usize, priced: &Priced) -> Option<Advice> {
    let mut location = job.locations[index].clone();
    if location.full_color {
        return None;
    }
    let (mut joined, mut farthest) = (Vec::new(), 0.0_f64);
    while let Some((difference, first, second)) = pairs(&location, MERGE_TO_FIT).first().copied() {
        joined.push(format!("{} with {}", location.inks[second].color, location.inks[first].color));
        farthest = farthest.max(difference);
        location = location.merged(first, second);
        let merged = price(&with_location(job, index, location.clone())).ok()?;
        let plan = &merged.plans[index];
        if plan.way == Way::Spot {
            let (total, saves) = (merged.total(), Some(priced.total() - merged.total()));
            let text = format!(
                "join {} on {} (dE up to {farthest:.1}): then it fits the press as {} flat inks on {} screens, {} in all",
                joined.join(", "),
                location.name,
                plan.inks,
                plan.screens,
                job.profile.currency.show(total)
            );
            return Some(Advice {
                code: "fit-press",
                text,
                saves: saves.filter(|saves| *saves > Money::ZERO),
                total: Some(total),
            });
        }
    }
    None
}

/// Where the white under the colours could be the artwork's white, too.
fn shared_white(job: &Job<'_>, priced: &Priced) -> Option<Advice> {
    let mut profile = job.profile.clone();
    let Some(Prices::Screens(prices)) = profile.techniques.get_mut(&job.technique.id) else { return None };
    if !prices.highlight_white {
        return None;
    }
    prices.highlight_white = false;
    let shared = price(&Job { profile: &profile, ..job.clone() }).ok()?;
    let (saves, fewer) = (priced.total() - shared.total(), priced.screens().saturating_sub(shared.screens()));
    let screens = if fewer == 1 { "one screen less".to_owned() } else { format!("{fewer} screens less") };
    let text = format!(
        "let the white under the colors be the white of the artwork, a little less bright: {screens}, saves {}",
        job.profile.currency.show(saves)
    );
    (saves > Money::ZERO && fewer > 0).then_some(Advice {
        code: "shared-white",
        text,
        saves: Some(saves),
        total: Some(shared.total()),
    })
}

/// The next break, where it is near or costs nothing.
fn quantity_break(job: &Job<'_>, priced: &Priced) -> Option<Advice> {
    let pieces = job.pieces();
    let Break { from, percent } = *job.profile.next_break(pieces)?;
    let more = u64::from(from) - pieces;
    let mut larger = job.clone();
    let most = larger.items.iter_mut().max_by_key(|item| item.quantity)?;
    most.quantity = u32::try_from(u64::from(most.quantity) + more).ok().filter(|sum| *sum <= MOST_PIECES)?;
    let reached = price(&larger).ok()?;
    let (total, currency) = (reached.total(), &job.profile.currency);
    let is_cheaper = total <= priced.total();
    if more > (pieces / 4).max(5) && !is_cheaper {
        return None;
    }
    let text = format!(
        "{more} more {} the next break at {from}, {percent} % off: {} a piece instead of {}, {} in all{}",
        if more == 1 { "piece reaches" } else { "pieces reach" },
        currency.number(total.share(1, larger.pieces())),
        currency.number(priced.total().share(1, pieces)),
        currency.show(total),
        if is_cheaper { ", no more than now" } else { "" }
    );
    let saves = Some(priced.total() - total).filter(|saves| *saves > Money::ZERO);
    Some(Advice { code: "quantity-break", text, saves, total: Some(total) })
}

/// Another way that costs at least a tenth less.
fn cheaper(job: &Job<'_>, priced: &Priced, alternatives: &[Alternative]) -> Option<Advice> {
    let best = alternatives.first()?;
    let saves = priced.total() - best.total;
    let printed = priced.plans.iter().any(|plan| plan.way != Way::Nothing);
    let text = format!("{}: {} less", costs(job, best), job.profile.currency.show(saves));
    (printed && saves >= priced.total().percent(10) && saves > Money::ZERO).then_some(Advice {
        code: "other-technique",
        text,
        saves: Some(saves),
        total: Some(best.total),
    })
}
