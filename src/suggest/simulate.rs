//! Made-up customers for trials and demonstrations: nobody real. Tastes, seasons of fashion and kinds of customers differ as
//! they do in shops, so that methods can be told apart; figures on it say nothing about a real shop.

use crate::math::{exp, ln};
use crate::suggest::{Attribute, DAY_MS, Event, Kind, Recipe};

/// Kinds of customers, and the occasions that they buy for. All values are those of the shop that Platen ships, so that such
/// a history can be taken in.
const SEGMENTS: [(&str, [&str; 3]); 4] = [
    ("team", ["team-sport", "club-outdoors", "charity-cause"]),
    ("school", ["school", "music-band", "club-outdoors"]),
    ("company", ["company", "charity-cause", "holiday-art"]),
    ("private", ["birthday", "bachelorette-wedding", "family-reunion"]),
];
const GARMENT_COLORS: [&str; 10] =
    ["white", "black", "navy", "red", "royal", "forest", "heather-grey", "cardinal", "daisy", "cream"];
const INKS: [&str; 8] = ["white", "black", "athletic-gold", "scarlet", "royal", "tan", "forest", "orange"];
const FONTS: [&str; 10] = [
    "Anton",
    "Bebas Neue",
    "Lobster",
    "Pacifico",
    "Oswald",
    "Rye",
    "Bangers",
    "Playfair Display",
    "Jersey 10",
    "Zilla Slab",
];
const LOGOS: [&str; 3] = ["none", "line-art", "photo"];
/// Styles that recipes belong to; a customer likes three, so many times as much as the others.
const STYLES: usize = 40;
const TASTE: f64 = 40.0;
const RECIPES: usize = 900;
const PLACES: [&str; 3] = ["front", "back", "left-chest"];

/// Numbers that look random and are the same for a seed (splitmix64: Steele, Lea and Flood, 2014).
struct Dice(u64);

impl Dice {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// 0 to 1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    const fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn pick<T: Copy>(&mut self, values: &[T]) -> T {
        values[self.below(values.len())]
    }

    fn index(&mut self, weights: &[f64]) -> usize {
        let mut left = self.unit() * weights.iter().sum::<f64>();
        weights
            .iter()
            .position(|weight| {
                left -= weight;
                left < 0.0
            })
            .unwrap_or(weights.len() - 1)
    }
}

/// A style: what its recipes are mostly made of.
struct Style {
    segment: usize,
    occasion: &'static str,
    garment_colors: [&'static str; 3],
    inks: [&'static str; 2],
    fonts: [&'static str; 2],
}

impl Style {
    fn new(dice: &mut Dice) -> Self {
        let segment = dice.below(SEGMENTS.len());
        Self {
            segment,
            occasion: dice.pick(&SEGMENTS[segment].1),
            garment_colors: [0; 3].map(|_| dice.pick(&GARMENT_COLORS)),
            inks: [0; 2].map(|_| dice.pick(&INKS)),
            fonts: [0; 2].map(|_| dice.pick(&FONTS)),
        }
    }

    /// One of its recipes; now and then something of another.
    fn recipe(&self, dice: &mut Dice) -> Recipe {
        let mut some = |own: &[&'static str], all: &[&'static str]| {
            let from = if dice.unit() < 0.85 { own } else { all };
            dice.pick(from)
        };
        Recipe::default()
            .with(Attribute::Garment, "tee")
            .with(Attribute::GarmentColor, some(&self.garment_colors, &GARMENT_COLORS))
            .with(Attribute::TextColor, some(&self.inks, &INKS))
            .with(Attribute::Font, some(&self.fonts, &FONTS))
            .with(Attribute::Logo, some(&LOGOS, &LOGOS))
            .with(Attribute::Placement, some(&PLACES, &PLACES))
            .with(Attribute::Occasion, self.occasion)
    }
}

/// A recipe of the made-up shop.
struct Offer {
    recipe: Recipe,
    style: usize,
    /// A few are loved by many, most by few.
    fame: f64,
    /// The day it came, the day when most wanted it, and for how long.
    launch: f64,
    peak: f64,
    width: f64,
}

impl Offer {
    fn new(styles: &[Style], days: f64, dice: &mut Dice) -> Self {
        let style = dice.below(styles.len());
        // A third come while we look; all of these have their wave soon after.
        let launch = (dice.unit() * 1.5 - 0.5).max(0.0) * days;
        let normal = dice.unit() + dice.unit() + dice.unit() - 1.5;
        Self {
            recipe: styles[style].recipe(dice),
            style,
            fame: exp(1.6 * normal),
            launch,
            peak: if launch > 0.0 { launch + 20.0 * dice.unit() } else { dice.unit() * days },
            width: 10.0 + 20.0 * dice.unit(),
        }
    }

    fn fashion(&self, day: f64) -> f64 {
        if day < self.launch {
            return 0.0;
        }
        let off = (day - self.peak) / self.width;
        self.fame * (0.12 + exp(-off * off))
    }
}

/// At least `events` events of made-up customers, over the `days` before `now`, in the order of their times. Customers keep to
/// a few styles, most of their kind of customer; most come a few times and some for ever; recipes come, are the fashion
/// for some weeks and stay a little; hardly anybody takes the same twice.
#[must_use]
pub fn simulate(events: usize, days: i64, now: i64, seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed);
    let styles: Vec<Style> = (0..STYLES).map(|_| Style::new(&mut dice)).collect();
    let mut offers: Vec<Offer> = (0..RECIPES).map(|_| Offer::new(&styles, days as f64, &mut dice)).collect();
    offers.sort_by(|a, b| a.recipe.cmp(&b.recipe));
    offers.dedup_by(|a, b| a.recipe == b.recipe);
    let fashion: Vec<Vec<f64>> =
        (0..=days).map(|day| offers.iter().map(|offer| offer.fashion(day as f64)).collect()).collect();
    let mut all = Vec::with_capacity(events + 400);
    let mut customer = 0;
    while all.len() < events {
        customer += 1;
        let segment = dice.below(SEGMENTS.len());
        let own_kind: Vec<usize> = (0..STYLES).filter(|style| styles[*style].segment == segment).collect();
        let mut own = [0; 3].map(|_| if own_kind.is_empty() { dice.below(STYLES) } else { dice.pick(&own_kind) });
        own[2] = dice.below(STYLES);
        let liking: Vec<f64> = (0..STYLES)
            .map(|style| {
                let taste = if own.contains(&style) { TASTE } else { 1.0 };
                taste * if styles[style].segment == segment { 1.0 } else { 0.3 }
            })
            .collect();
        let mut had = vec![1.0; offers.len()];
        let first = dice.unit() * days as f64;
        // Most come a few times, some often (Pareto).
        let visits = (exp(-0.8 * ln(1.0 - dice.unit())) as usize).clamp(1, 60);
        for visit in 0..visits {
            let day = if visit == 0 { first } else { first + (days as f64 - first) * dice.unit() };
            let weights: Vec<f64> = offers
                .iter()
                .zip(&fashion[day as usize])
                .zip(&had)
                .map(|((offer, fashion), had)| fashion * had * liking[offer.style])
                .collect();
            let looks = [2, 3, 4, 5][dice.below(4)];
            for look in 0..looks {
                let index = dice.index(&weights);
                let kind = match dice.below(10) {
                    0..=3 => Kind::View,
                    4..=6 => Kind::Order,
                    7 | 8 => Kind::Save,
                    _ if dice.below(2) == 0 => Kind::Share,
                    _ => Kind::Apply,
                };
                had[index] = 0.1;
                let at = now - days * DAY_MS + (day * DAY_MS as f64) as i64 + look * 60_000;
                all.push(Event {
                    id: format!("simulated-{customer}-{visit}-{look}"),
                    customer: format!("simulated-{customer}"),
                    at: at.min(now),
                    kind,
                    recipe: offers[index].recipe.clone(),
                    of: None,
                    segment: Some(SEGMENTS[segment].0.to_owned()),
                    quantity: if kind == Kind::Order { 1 + dice.below(40) as u32 } else { 1 },
                });
            }
        }
    }
    all.sort_by(|a, b| (a.at, &a.id).cmp(&(b.at, &b.id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_makes_the_same_customers_again_and_another_others() {
        let now = 700 * DAY_MS;
        let first = simulate(500, 100, now, 1);
        assert_eq!(first, simulate(500, 100, now, 1));
        assert_ne!(first, simulate(500, 100, now, 2));
        assert!(first.iter().all(|event| event.at <= now && event.at >= now - 100 * DAY_MS));
        assert!(first.len() > 300, "{}", first.len());
    }
}
