//! Answers: the best recipes for a question, each with its reason.

use serde::Serialize;

use crate::suggest::history::Customer;
use crate::suggest::model::Model;
use crate::suggest::{Attribute, History, Recipe};

/// How much a further recipe loses for being like those above it.
const SAMENESS: f64 = 0.25;
/// Recipes of one garment in one colour.
const OF_ONE_COLOR: usize = 2;
/// Orders of different recipes with which a customer's taste is believed half.
const EVIDENCE: f64 = 1.0;
/// How many of the best are looked at for diversity.
const CANDIDATES: usize = 60;
/// A recipe is rising when its share now is so many times that of the last months.
const RISING: f64 = 1.4;

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Ask<'a> {
    /// Whose taste counts. None, or a customer who switched this off: a stranger's list.
    pub customer: Option<&'a str>,
    /// The kind of customer.
    pub segment: Option<&'a str>,
    /// Values that suggestions must have: what is locked, or what is there already.
    pub given: Recipe,
    /// How many.
    pub n: usize,
    /// Leave out what the customer has touched.
    pub only_new: bool,
}

/// Why a recipe is suggested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Reason {
    /// Many have it.
    Popular {
        /// At least so many customers: 10, 50, 100 or 500, never the exact number.
        customers: usize,
    },
    /// It grows.
    Rising,
    /// It goes with what the customer did.
    BecauseYou {
        /// What that shares with it.
        shared: Vec<Attribute>,
    },
}

/// A recipe for a question.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// The style.
    pub recipe: Recipe,
    /// Best first: 1 at most, only to be compared within one answer.
    pub score: f64,
    /// Why.
    pub reasons: Vec<Reason>,
}

impl Model {
    /// The best recipes. The same model, history and question give the same answer.
    #[must_use]
    pub fn suggest(&self, history: &History, ask: &Ask<'_>) -> Vec<Suggestion> {
        let customer = ask.customer.and_then(|name| history.customer(name));
        let taste = customer.map_or_else(Vec::new, |customer| self.taste(customer));
        let segment = ask.segment.or_else(|| customer.and_then(Customer::segment));
        let scores = self.scores(&taste, &self.popularity(segment));
        let is_welcome = |item: &usize| {
            let entry = &self.items[*item];
            let touch = customer.and_then(|customer| customer.touches.get(&entry.id));
            entry.recipe.matches(&ask.given) && touch.is_none_or(|touch| touch.dismissed_at.is_none() && !ask.only_new)
        };
        let mut candidates: Vec<usize> = (0..self.items.len()).filter(is_welcome).collect();
        // Items lie in the order of their recipes, so that equals stay in it.
        candidates.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
        candidates.truncate(CANDIDATES.max(ask.n));
        let chosen = self.diverse(candidates, &scores, ask);
        chosen
            .into_iter()
            .map(|item| Suggestion {
                recipe: self.items[item].recipe.clone(),
                score: scores[item],
                reasons: self.reasons(item, &taste),
            })
            .collect()
    }

    /// Taste and popularity, each with 1 for its best; taste counts the more, the more there is to tell it from.
    fn scores(&self, taste: &[(usize, f64)], popularity: &[f32]) -> Vec<f64> {
        let mut personal = vec![0.0_f32; self.items.len()];
        for (item, weight) in taste {
            personal.iter_mut().zip(self.ease.row(*item)).for_each(|(sum, own)| *sum += own * *weight as f32);
        }
        // A look says little, an order much.
        let evidence: f64 = taste.iter().map(|(_, weight)| weight.min(1.0)).sum();
        let trust = evidence / (evidence + EVIDENCE);
        let best = |values: &[f32]| f64::from(values.iter().copied().fold(f32::MIN_POSITIVE, f32::max));
        let (best_personal, best_popular) = (best(&personal), best(popularity));
        personal
            .iter()
            .zip(popularity)
            .map(|(personal, popular)| {
                trust * f64::from(*personal) / best_personal + (1.0 - trust) * f64::from(*popular) / best_popular
            })
            .collect()
    }

    /// One after the other, the best that is not too like those before (maximal marginal relevance).
    fn diverse(&self, mut candidates: Vec<usize>, scores: &[f64], ask: &Ask<'_>) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::with_capacity(ask.n);
        let recipe = |item: usize| &self.items[item].recipe;
        let color = |item: usize| (recipe(item).get(Attribute::Garment), recipe(item).get(Attribute::GarmentColor));
        // Whoever asks for one colour gets more than two of it.
        let is_capped = ask.given.get(Attribute::GarmentColor).is_none();
        let mut sameness = vec![0.0_f64; self.items.len()];
        while chosen.len() < ask.n {
            let is_free = |item: &&usize| {
                !is_capped || chosen.iter().filter(|other| color(**other) == color(**item)).count() < OF_ONE_COLOR
            };
            let worth = |item: usize| (1.0 - SAMENESS) * scores[item] - SAMENESS * sameness[item];
            let best =
                candidates.iter().filter(is_free).max_by(|a, b| worth(**a).total_cmp(&worth(**b)).then(b.cmp(a)));
            // Rather a third of one colour than an empty place.
            let best = best.or_else(|| candidates.first()).copied();
            let Some(best) = best else { break };
            candidates.retain(|item| *item != best);
            for item in &candidates {
                sameness[*item] = sameness[*item].max(recipe(*item).likeness(recipe(best)));
            }
            chosen.push(best);
        }
        chosen
    }

    fn reasons(&self, item: usize, taste: &[(usize, f64)]) -> Vec<Reason> {
        let entry = &self.items[item];
        let mut reasons = Vec::new();
        let speaks = |(own, weight): &(usize, f64)| f64::from(self.ease.row(*own)[item]) * weight;
        let most = taste.iter().max_by(|a, b| speaks(a).total_cmp(&speaks(b)));
        if let Some(most) = most.filter(|most| speaks(most) > 0.0 && most.0 != item) {
            let own = &self.items[most.0].recipe;
            let is_shared = |attribute: &Attribute| {
                let value = entry.recipe.get(*attribute);
                value.is_some() && value == own.get(*attribute)
            };
            reasons.push(Reason::BecauseYou { shared: Attribute::ALL.into_iter().filter(is_shared).collect() });
        }
        if entry.trend > RISING * entry.steady {
            reasons.push(Reason::Rising);
        }
        let buckets = [500, 100, 50, 10].into_iter().find(|least| entry.customers >= *least);
        reasons.extend(buckets.map(|customers| Reason::Popular { customers }));
        reasons
    }
}
