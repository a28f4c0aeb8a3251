//! Which two values customers put together more often than chance would.

use std::collections::BTreeMap;

use crate::math::{exp, ln};
use crate::suggest::{Attribute, Recipe};

/// Pairs that are told of: with the colour of the cloth, which everything else lies on.
const PAIRS: [Attribute; 2] = [Attribute::TextColor, Attribute::Font];
/// The least lift that is told, at the lower end of its interval.
const LEAST: f64 = 1.2;
/// Standard deviations of the lower end: 95 of 100 lie above.
const DEVIATIONS: f64 = 1.645;

/// Values of one attribute and their numbers.
#[derive(Debug, Clone, Default)]
struct Numbers(BTreeMap<String, usize>);

impl Numbers {
    fn of(&mut self, recipe: &Recipe, attribute: Attribute) -> Option<usize> {
        let value = recipe.get(attribute)?;
        if let Some(known) = self.0.get(value) {
            return Some(*known);
        }
        let number = self.0.len();
        self.0.insert(value.to_owned(), number);
        Some(number)
    }

    fn get(&self, recipe: &Recipe, attribute: Attribute) -> Option<usize> {
        self.0.get(recipe.get(attribute)?).copied()
    }
}

/// Customers by value and by pair. Each counts once for each.
#[derive(Debug, Clone, Default)]
pub(super) struct Lifts {
    cloths: Numbers,
    others: [Numbers; 2],
    /// Number of the cloth's colour and of the other value, of each recipe and for each pair.
    pairs: Vec<[Option<(usize, usize)>; 2]>,
    /// Customers of recipes that have both values of a pair, whichever they are: only those are compared.
    customers: [usize; 2],
    with_cloth: [Vec<usize>; 2],
    with_other: [Vec<usize>; 2],
    with_both: [BTreeMap<(usize, usize), usize>; 2],
}

/// How often two values stand together, as a multiple of what chance would make of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Lift {
    pub(super) with: Attribute,
    /// The lower end of its interval: it is at least that.
    pub(super) least: f64,
}

impl Lifts {
    pub(super) fn new(recipes: &[Recipe]) -> Self {
        let mut lifts = Self::default();
        for recipe in recipes {
            let cloth = lifts.cloths.of(recipe, Attribute::GarmentColor);
            let mut pairs = [None; 2];
            for (place, attribute) in PAIRS.into_iter().enumerate() {
                pairs[place] = cloth.zip(lifts.others[place].of(recipe, attribute));
            }
            lifts.pairs.push(pairs);
        }
        lifts.with_cloth = [vec![0; lifts.cloths.0.len()], vec![0; lifts.cloths.0.len()]];
        for (counts, numbers) in lifts.with_other.iter_mut().zip(&lifts.others) {
            *counts = vec![0; numbers.0.len()];
        }
        lifts
    }

    /// How many recipes there are.
    pub(super) const fn recipes(&self) -> usize {
        self.pairs.len()
    }

    /// Counts a customer, who has recipes of these indices.
    pub(super) fn add(&mut self, recipes: &[usize]) {
        for place in 0..PAIRS.len() {
            let mut pairs: Vec<(usize, usize)> = recipes.iter().filter_map(|index| self.pairs[*index][place]).collect();
            self.customers[place] += usize::from(!pairs.is_empty());
            pairs.sort_unstable();
            pairs.dedup();
            let mut others: Vec<usize> = pairs.iter().map(|(_, other)| *other).collect();
            others.sort_unstable();
            others.dedup();
            let mut cloths: Vec<usize> = pairs.iter().map(|(cloth, _)| *cloth).collect();
            cloths.dedup();
            pairs.into_iter().for_each(|pair| *self.with_both[place].entry(pair).or_default() += 1);
            others.into_iter().for_each(|other| self.with_other[place][other] += 1);
            cloths.into_iter().for_each(|cloth| self.with_cloth[place][cloth] += 1);
        }
    }

    /// The pair of a recipe that stands together most of all, if at least `support` customers have both, and if it is surely
    /// more than chance.
    pub(super) fn best(&self, recipe: &Recipe, support: usize) -> Option<Lift> {
        let lift = |(place, with): (usize, Attribute)| {
            let pair = self.cloths.get(recipe, Attribute::GarmentColor).zip(self.others[place].get(recipe, with))?;
            let both = *self.with_both[place].get(&pair)?;
            if both < support.max(1) {
                return None;
            }
            let (cloth, other) = (self.with_cloth[place][pair.0] as f64, self.with_other[place][pair.1] as f64);
            let all = self.customers[place] as f64;
            let both = both as f64;
            // The deviation of the logarithm of a ratio of proportions.
            let deviation = (1.0 / both - 1.0 / cloth + 1.0 / other - 1.0 / all).max(0.0).sqrt();
            let least = exp(ln(both * all / (cloth * other)) - DEVIATIONS * deviation);
            (least > LEAST).then_some(Lift { with, least })
        };
        PAIRS.into_iter().enumerate().filter_map(lift).max_by(|a, b| a.least.total_cmp(&b.least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(cloth: &str, ink: &str) -> Recipe {
        Recipe::default().with(Attribute::GarmentColor, cloth).with(Attribute::TextColor, ink)
    }

    #[test]
    fn only_a_pair_with_support_that_is_surely_more_than_chance_is_told() {
        let recipes =
            [recipe("navy", "gold"), recipe("navy", "white"), recipe("white", "gold"), recipe("white", "black")];
        let mut lifts = Lifts::new(&recipes);
        for (index, customers) in [(0, 60), (1, 40), (2, 9), (3, 91)] {
            (0..customers).for_each(|_| lifts.add(&[index]));
        }
        let told = lifts.best(&recipes[0], 10).unwrap();
        // 60 of 100 navy ones have gold, 69 of 200 of all: 1.74 times.
        assert!(told.with == Attribute::TextColor && told.least > 1.2 && told.least < 1.74, "{told:?}");
        assert_eq!(lifts.best(&recipes[2], 1), None, "less than chance");
        assert_eq!(lifts.best(&recipes[0], 61), None, "too few");
        assert_eq!(lifts.best(&recipe("navy", "pink"), 1), None, "nobody has it");
        let letters = Recipe::default().with(Attribute::GarmentColor, "navy").with(Attribute::Font, "Rye");
        let mut only = Lifts::new(std::slice::from_ref(&letters));
        (0..20).for_each(|_| only.add(&[0]));
        assert_eq!(only.best(&letters, 10), None, "everybody has it: that is no more than chance");
        let mut few = Lifts::new(&recipes);
        for (index, customers) in [(0, 2), (1, 1), (3, 3)] {
            (0..customers).for_each(|_| few.add(&[index]));
        }
        assert_eq!(few.best(&recipes[0], 1), None, "it may be chance");
    }

    #[test]
    fn one_customer_counts_once_for_each_value() {
        let recipes = [recipe("navy", "gold"), recipe("navy", "white")];
        let mut lifts = Lifts::new(&recipes);
        lifts.add(&[0, 1, 0]);
        assert_eq!((lifts.with_cloth[0][0], lifts.with_other[0][0], lifts.customers[0]), (1, 1, 1));
    }
}
