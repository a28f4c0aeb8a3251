//! Made-up customers for trials and demonstrations: nobody real. Tastes, seasons of fashion and kinds of customers differ as
//! they do in shops, so that methods can be told apart; figures on it say nothing about a real shop.

use crate::math::{exp, ln};
use crate::suggest::{Attribute, DAY_MS, Event, Kind, Recipe};

/// Kinds of customers, and the occasions that they buy for.
const SEGMENTS: [(&str, [&str; 3]); 4] = [
    ("team", ["season", "tournament", "fans"]),
    ("school", ["class", "reunion", "club"]),
    ("company", ["staff", "fair", "gift"]),
    ("private", ["birthday", "wedding", "holiday"]),
];
const GARMENT_COLORS: [&str; 10] =
    ["white", "black", "navy", "red", "royal", "forest", "heather-grey", "maroon", "daisy", "cream"];
const INKS: [&str; 8] = ["white", "black", "athletic-gold", "scarlet", "royal", "cream", "forest", "orange"];
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
/// Styles that recipes belong to; a customer likes two.
const STYLES: usize = 25;
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

/// About `events` events of made-up customers, over the `days` before `now`, in the order of their times.
#[must_use]
pub fn simulate(events: usize, days: i64, now: i64, seed: u64) -> Vec<Event> {
    let mut dice = Dice(seed);
    // A recipe is liked by some kinds of customers, belongs to a style, and comes in and out of fashion.
    let recipes: Vec<(Recipe, [f64; 4], usize, f64)> = (0..600)
        .map(|_| {
            let segment = dice.below(4);
            let pick = |dice: &mut Dice, values: &[&'static str]| values[dice.below(values.len())];
            let recipe = Recipe::default()
                .with(Attribute::Garment, "tee")
                .with(Attribute::GarmentColor, pick(&mut dice, &GARMENT_COLORS))
                .with(Attribute::TextColor, pick(&mut dice, &INKS))
                .with(Attribute::Font, pick(&mut dice, &FONTS))
                .with(Attribute::Logo, pick(&mut dice, &LOGOS))
                .with(Attribute::Placement, pick(&mut dice, &PLACES))
                .with(Attribute::Occasion, pick(&mut dice, &SEGMENTS[segment].1));
            // A few are loved by many, most by few.
            let fame = exp(1.2 * (dice.unit() + dice.unit() + dice.unit() - 1.5) * 2.0);
            let mut liking = [0.15 * fame; 4];
            liking[segment] = fame;
            (recipe, liking, dice.below(STYLES), dice.unit() * days as f64)
        })
        .collect();
    let customers = (events / 8).max(1);
    let mut all = Vec::with_capacity(events + 16);
    for customer in 0..customers {
        let segment = dice.below(4);
        let own = [dice.below(STYLES), dice.below(STYLES)];
        let first = dice.unit() * days as f64;
        // Most come a few times, some often.
        let visits = 1 + (-ln(1.0 - dice.unit()) * 3.0) as usize;
        for visit in 0..visits {
            let day = first + (days as f64 - first) * visit as f64 / visits as f64 * dice.unit();
            let weights: Vec<f64> = recipes
                .iter()
                .map(|(_, liking, style, peak)| {
                    let fashion = exp(-((day - peak) / 45.0) * ((day - peak) / 45.0)) + 0.1;
                    let taste = if own.contains(style) { 15.0 } else { 1.0 };
                    liking[segment] * fashion * taste
                })
                .collect();
            let seen = [1, 2, 3][dice.below(3)];
            for look in 0..=seen {
                let (recipe, ..) = &recipes[dice.index(&weights)];
                let kind = match dice.below(10) {
                    _ if look < seen => Kind::View,
                    0..=3 => Kind::Order,
                    4..=6 => Kind::Save,
                    7 => Kind::Share,
                    8 => Kind::Apply,
                    _ => Kind::View,
                };
                let at = now - days * DAY_MS + (day * DAY_MS as f64) as i64 + look * 60_000;
                all.push(Event {
                    id: format!("simulated-{customer}-{visit}-{look}"),
                    customer: format!("simulated-{customer}"),
                    at: at.min(now),
                    kind,
                    recipe: recipe.clone(),
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
