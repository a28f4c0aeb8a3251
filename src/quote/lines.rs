//! The lines of a price.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::catalog::{Garment, GarmentColor};
use crate::profile::{AreaPrices, Measure, Money, Prices, Profile, Rush, ScreenPrices};
use crate::quote::order::{Made, screens_of};
use crate::quote::plan::{is_dark, many, needs_white};
use crate::quote::{Ink, Job, Location, Plan, QuoteError, Way};

/// A blank is sold as white if its dye is at least this light, and without colour.
const WHITE_L: f64 = 94.0;
const WHITE_CHROMA: f64 = 3.0;

/// One line of a price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Line {
    /// Stable name of its kind, for programs; docs/PRICES.md lists them.
    #[cfg_attr(feature = "server", schema(example = "screens"))]
    pub code: &'static str,
    /// What is charged.
    #[cfg_attr(feature = "server", schema(example = "Screens, Front"))]
    pub label: String,
    /// How many of it.
    pub quantity: u64,
    /// What one costs, minor units.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub unit: Money,
    /// What the line costs: quantity times unit.
    #[cfg_attr(feature = "server", schema(value_type = i64))]
    pub amount: Money,
    /// Why.
    #[cfg_attr(feature = "server", schema(example = "2 inks and white under them: one screen each"))]
    pub reason: String,
}

impl Line {
    fn new(code: &'static str, label: String, quantity: u64, unit: Money, reason: String) -> Self {
        Self { code, label, quantity, unit, amount: unit.times(quantity), reason }
    }
}

/// A job's lines, and how each of its locations is printed.
#[derive(Debug)]
pub(super) struct Priced {
    pub(super) lines: Vec<Line>,
    pub(super) plans: Vec<Plan>,
}

impl Priced {
    /// The sum of the lines.
    pub(super) fn total(&self) -> Money {
        sum(&self.lines)
    }

    /// Screens of all locations.
    pub(super) fn screens(&self) -> u32 {
        self.plans.iter().map(|plan| plan.screens).sum()
    }
}

/// Prices a job, without advice.
pub(super) fn price(job: &Job<'_>) -> Result<Priced, QuoteError> {
    let pieces = job.pieces();
    if pieces == 0 {
        return Err(QuoteError::Empty);
    }
    let prices = job.profile.techniques.get(&job.technique.id).ok_or_else(|| QuoteError::NotOffered {
        technique: job.technique.id.clone(),
        offered: job.profile.techniques.keys().map(String::as_str).collect::<Vec<_>>().join(", "),
    })?;
    let mut lines = blanks(job);
    let (mut setup, mut plans) = (Vec::new(), Vec::new());
    for location in &job.locations {
        is_possible(job, location)?;
        let plan = Plan::of(location, prices, job.technique, job.profile)?;
        match (prices, plan.way) {
            (_, Way::Nothing) => {}
            (Prices::Screens(prices), _) => screen_print(job, (location, &plan), prices, &mut lines, &mut setup),
            (Prices::Area(prices), _) => by_area(job, (location, &plan), prices, &mut lines, &mut setup),
        }
        plans.push(plan);
    }
    lines.extend(discount(job, &lines));
    lines.append(&mut setup);
    // Of a part of an order they are the whole order's.
    if job.rest.is_none() {
        lines.extend(minimum(job.profile, sum(&lines)));
        lines.extend(job.rush.map(|way| rush(way, sum(&lines))));
    }
    Ok(Priced { lines, plans })
}

fn is_possible(job: &Job<'_>, location: &Location) -> Result<(), QuoteError> {
    let Ok(area) = job.garment.area(&location.area) else { return Ok(()) };
    if area.techniques.contains(&job.technique.id) {
        return Ok(());
    }
    Err(QuoteError::NotPossible {
        technique: job.technique.name.clone(),
        area: area.name.clone(),
        possible: area.techniques.join(", "),
    })
}

/// A blank's price by the piece, and why it is that.
fn blank_price(profile: &Profile, garment: &Garment, color: &GarmentColor) -> Option<(Money, String)> {
    let blank = profile.garments.get(&garment.id)?;
    let lab = color.lab();
    let is_white = lab.l >= WHITE_L && lab.chroma() <= WHITE_CHROMA && color.parts.is_empty();
    let own = blank.colors.get(&color.id);
    let unit = *own.unwrap_or(if is_white { &blank.white } else { &blank.color });
    let why = match (own, is_white) {
        (Some(_), _) => format!("the price of {}", color.name),
        (None, true) => "the price of white".to_owned(),
        (None, false) => format!("{} is a color", color.name),
    };
    Some((unit, why))
}

/// What one piece of a garment in a colour costs in a technique, whatever is printed on it: the blank, and the white that
/// dark cloth needs beneath colours. `None` if the profile has no price for the garment.
#[must_use]
pub fn ground_price(profile: &Profile, technique: &str, garment: &Garment, color: &GarmentColor) -> Option<Money> {
    let (blank, _) = blank_price(profile, garment, color)?;
    let white = match profile.techniques.get(technique).filter(|_| needs_white(color.base, profile)) {
        Some(Prices::Area(area)) => area.dark.0,
        Some(Prices::Screens(screens)) => screens.extra_ink.0.saturating_add(screens.flash.0),
        None => 0,
    };
    Some(Money(blank.0.saturating_add(white)))
}

/// The garments and the surcharges of their sizes, in the garment's order of sizes.
fn blanks(job: &Job<'_>) -> Vec<Line> {
    let mut by_size: BTreeMap<usize, u64> = BTreeMap::new();
    for item in &job.items {
        let place = job.garment.sizes.iter().position(|size| size.id == item.size).unwrap_or(usize::MAX);
        *by_size.entry(place).or_default() += u64::from(item.quantity);
    }
    let blank = job.profile.garments.get(&job.garment.id);
    let mut lines = Vec::new();
    if let Some((unit, why)) = blank_price(job.profile, job.garment, job.color) {
        lines.push(Line::new("blank", format!("{}, {}", job.garment.name, job.color.name), job.pieces(), unit, why));
    }
    for (place, quantity) in by_size {
        let Some(size) = job.garment.sizes.get(place) else { continue };
        let own = blank.and_then(|blank| blank.surcharges.get(&size.id));
        let unit = own.copied().unwrap_or_else(|| job.profile.currency.from_hundredths(size.surcharge_cents));
        if unit > Money::ZERO {
            let why = format!("{} needs more cloth", size.id);
            lines.push(Line::new("size", format!("Size {}", size.id), quantity, unit, why));
        }
    }
    lines
}

fn screen_print(
    job: &Job<'_>,
    (location, plan): (&Location, &Plan),
    prices: &ScreenPrices,
    lines: &mut Vec<Line>,
    setup: &mut Vec<Line>,
) {
    let (pieces, name) = (job.pieces(), &location.name);
    let is_process = plan.way == Way::Process;
    let inks = if is_process { plan.screens - u32::from(plan.underbase) } else { plan.inks };
    let printed = plan.printed(location);
    let process = format!("{}: halftones on all {} heads of the press", many(location), plan.screens);
    if inks > 0 {
        let why = if is_process { process.clone() } else { names(&printed[..1]) };
        lines.push(Line::new("first-ink", format!("First ink, {name}"), pieces, prices.first_ink, why));
    }
    if inks > 1 {
        let why = if is_process { process } else { format!("{} more: {}", inks - 1, names(&printed[1..])) };
        let quantity = pieces * u64::from(inks - 1);
        lines.push(Line::new("extra-inks", format!("Further inks, {name}"), quantity, prices.extra_ink, why));
    }
    let cloth = &job.color.name;
    if plan.underbase {
        let mut why = format!("{cloth} is dark: colors need white under them, which is a print of its own");
        if plan.white_shows {
            why.push_str("; it also is the white of the artwork");
        }
        let label = format!("White under colors, {name}");
        lines.push(Line::new("underbase", label, pieces, prices.extra_ink, why));
    }
    if plan.double_light > 0 {
        let why = format!("{cloth} is dark: light ink is printed, dried and printed again with the same screen");
        let quantity = pieces * u64::from(plan.double_light);
        lines.push(Line::new("double-light", format!("Second light print, {name}"), quantity, prices.extra_ink, why));
    }
    if plan.flashes > 0 {
        let why = "light ink is dried before the next print lies on it".to_owned();
        let quantity = pieces * u64::from(plan.flashes);
        lines.push(Line::new("flash", format!("Flash, {name}"), quantity, prices.flash, why));
    }
    let unit = if job.repeat { prices.screen.percent(prices.repeat_percent) } else { prices.screen };
    let screens = new_screens(job, (location, plan), &printed);
    let what = if screens == 0 {
        "those that the order has already are used again".to_owned()
    } else if is_process {
        format!("{} screens of process inks", plan.screens)
    } else {
        let inks = if plan.inks == 1 { "1 ink".to_owned() } else { format!("{} inks", plan.inks) };
        format!("{inks}{}: one screen each", if plan.underbase { " and white under them" } else { "" })
    };
    let again =
        if job.repeat { format!("; {} % for a repeat, the films exist", prices.repeat_percent) } else { String::new() };
    let shared = if (1..plan.screens).contains(&screens) {
        format!("; {} that the order has already are used again", plan.screens - screens)
    } else {
        String::new()
    };
    let label = format!("Screens, {name}");
    setup.push(Line::new("screens", label, u64::from(screens), unit, what + &shared + &again));
    if let Some(separation) = prices.separation.filter(|_| is_process && !job.repeat && screens > 0) {
        let why = format!("{} on {} heads: separated into dots of process inks", many(location), plan.screens);
        let label = format!("Process separation, {name}");
        setup.push(Line::new("separation", label, u64::from(plan.screens), separation, why));
    }
}

fn by_area(
    job: &Job<'_>,
    (location, plan): (&Location, &Plan),
    prices: &AreaPrices,
    lines: &mut Vec<Line>,
    setup: &mut Vec<Line>,
) {
    let (pieces, name) = (job.pieces(), &location.name);
    let (mm2, what) = match prices.measure {
        Measure::Box => (location.box_mm2, "the rectangle around the print"),
        Measure::Inked => (location.inked_mm2, "what is covered"),
    };
    let unit = prices.print + prices.per_100_cm2.share(mm2, 10_000);
    let currency = &job.profile.currency;
    let why = format!(
        "{} cm2, {what}, at {} for 100 cm2, and {} a print",
        mm2.div_ceil(100),
        currency.number(prices.per_100_cm2),
        currency.number(prices.print)
    );
    lines.push(Line::new("print", format!("{}, {name}", job.technique.name), pieces, unit, why));
    if plan.inks > 1 && prices.extra_ink > Money::ZERO {
        let rest: Vec<&Ink> = location.inks.iter().skip(1).collect();
        let why = format!("{} more: {}", plan.inks - 1, names(&rest));
        let quantity = pieces * u64::from(plan.inks - 1);
        lines.push(Line::new("extra-inks", format!("Further colors, {name}"), quantity, prices.extra_ink, why));
    }
    if prices.dark > Money::ZERO && is_dark(location, job.profile) {
        let why = format!("{} is dark: it is pretreated and printed with white below", job.color.name);
        lines.push(Line::new("dark", format!("Dark garment, {name}"), pieces, prices.dark, why));
    }
    if prices.setup > Money::ZERO && made_for(job, location).next().is_none() {
        let unit = if job.repeat { prices.setup.percent(prices.repeat_percent) } else { prices.setup };
        let why = if job.repeat {
            format!("{} % for a repeat, the file exists", prices.repeat_percent)
        } else {
            "once for this artwork".to_owned()
        };
        setup.push(Line::new("setup", format!("Set-up, {name}"), 1, unit, why));
    }
}

/// What garments and printing cost less in this quantity.
fn discount(job: &Job<'_>, lines: &[Line]) -> Option<Line> {
    let pieces = job.pieces_of_order();
    let percent = job.profile.discount(pieces);
    let from = job.profile.breaks.iter().rev().find(|step| u64::from(step.from) <= pieces)?.from;
    let amount = -sum(lines).percent(percent);
    let why = format!("{percent} % off garments and printing from {from} pieces");
    (percent > 0).then(|| Line::new("discount", format!("Discount, {pieces} pieces"), 1, amount, why))
}

/// What is missing to the least that an order costs.
pub(super) fn minimum(profile: &Profile, sum: Money) -> Option<Line> {
    let least = profile.minimum_order;
    let why = format!("the least that an order costs is {}", profile.currency.show(least));
    (sum < least).then(|| Line::new("minimum", "Minimum order".to_owned(), 1, least - sum, why))
}

/// What it costs to have it sooner.
pub(super) fn rush(rush: &Rush, sum: Money) -> Line {
    let days = if rush.days == 1 { "1 working day".to_owned() } else { format!("{} working days", rush.days) };
    let why = format!("{} % on everything above, ready in {days}", rush.percent);
    Line::new("rush", rush.name.clone(), 1, sum.percent(rush.percent), why)
}

/// What some lines cost together.
pub(super) fn sum(lines: &[Line]) -> Money {
    lines.iter().map(|line| line.amount).sum()
}

/// What was made for the same artwork in other colours.
fn made_for<'a>(job: &'a Job<'_>, location: &'a Location) -> impl Iterator<Item = &'a Made> {
    let made = job.rest.iter().flat_map(|rest| &rest.made);
    made.filter(|made| made.technique == job.technique.id && made.artwork == location.artwork)
}

/// Screens of a location that were not made for another colour yet.
fn new_screens(job: &Job<'_>, (location, plan): (&Location, &Plan), printed: &[&Ink]) -> u32 {
    let made = || made_for(job, location).filter(|made| made.way == plan.way);
    if plan.way == Way::Process {
        // Separations with white below are others than those without.
        return if made().any(|made| made.underbase == plan.underbase) { 0 } else { plan.screens };
    }
    if job.rest.is_none() {
        return plan.screens;
    }
    let is_new = |screen: &usize| !made().any(|made| made.inks.contains(screen));
    let inks = screens_of(job, &location.artwork, printed).into_iter().filter(is_new).count() as u32;
    inks + u32::from(plan.underbase && !made().any(|made| made.underbase))
}

/// The inks by name, as many as can be read.
fn names(inks: &[&Ink]) -> String {
    const SHOWN: usize = 8;
    let mut names: Vec<String> = inks.iter().take(SHOWN).map(|ink| ink.name()).collect();
    if inks.len() > SHOWN {
        names.push(format!("{} more", inks.len() - SHOWN));
    }
    names.join(", ")
}
