//! Answers: the best recipes for a question, each with its reason.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::math::exp;
use crate::suggest::history::{Customer, DAY_MS};
use crate::suggest::model::{Model, bucket};
use crate::suggest::{Attribute, History, Kind, Recipe, Uses};

/// How much a further recipe loses for being like those above it.
const SAMENESS: f64 = 0.1;
/// Recipes of one garment in one colour.
const OF_ONE_COLOR: usize = 3;
/// How much a search says for whatever has its values, before it fades; an order says 1.
const SOUGHT: f64 = 0.2;
/// How many of the best are looked at for diversity.
const CANDIDATES: usize = 60;
/// A recipe is rising when its share now is so many times that of the last months.
const RISING: f64 = 1.4;
/// A recipe is popular among a kind of customers when its share with them is so many times that with all.
const AMONG: f64 = 1.4;

/// A question.
#[derive(Debug, Clone, Default)]
pub struct Ask<'a> {
    /// Whose taste counts. None, or a customer who switched this off: a stranger's list.
    pub customer: Option<&'a str>,
    /// What of it counts.
    pub uses: Uses,
    /// Styles that whoever asks took up in this visit, whether they are known or not: each counts as one applied.
    pub recent: &'a [Recipe],
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
    /// Customers of one kind have it more than others.
    PopularAmong {
        /// The kind, as they call themselves.
        segment: String,
    },
    /// It grows.
    Rising,
    /// It goes with what the customer did.
    BecauseYou {
        /// What that shares with it.
        shared: Vec<Attribute>,
    },
    /// Two of its values stand together more often than chance would have it.
    PairsWell {
        /// The colour of the cloth.
        color: String,
        /// The other value.
        with: String,
        /// At least so many times as often, in tenths.
        tenths: u32,
    },
    /// Customers chose it on a colour like this one.
    LikeColor {
        /// That colour.
        color: String,
    },
    /// It is like what the customer pointed at.
    MoreLike {
        /// What that shares with it.
        shared: Vec<Attribute>,
    },
    /// It has what the customer looked for.
    Sought {
        /// The values.
        values: Vec<String>,
    },
    /// Somebody thought it out.
    Editorial {
        /// What it is called.
        name: String,
    },
    /// It can be read well.
    Legible,
    /// Few have chosen it yet.
    Explore,
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

/// Items that a customer touched and values that they looked for, each with how much that says.
type Likings<'a> = (&'a [(usize, f64)], &'a [(&'a Recipe, f64)]);

impl Model {
    /// The best recipes. The same model, history and question give the same answer.
    #[must_use]
    pub fn suggest(&self, history: &History, ask: &Ask<'_>) -> Vec<Suggestion> {
        let customer = ask.customer.and_then(|name| history.customer(name));
        let mut taste = customer.map_or_else(Vec::new, |customer| self.taste(customer, ask.uses));
        let recent = ask.recent.iter().filter(|_| ask.uses.allow(Kind::Apply));
        for item in recent.filter_map(|recipe| self.item_of_recipe(recipe)) {
            if taste.iter().all(|(known, _)| *known != item) {
                taste.push((item, Kind::Apply.weight()));
            }
        }
        let segment = ask.segment.or_else(|| customer.and_then(Customer::segment));
        let sought = customer.filter(|_| ask.uses.searches).map_or_else(Vec::new, |customer| self.sought(customer));
        let scores = self.scores((&taste, &sought), &self.popularity(segment));
        let mut is_out = vec![false; self.items.len()];
        for (id, touch) in customer.into_iter().flat_map(Customer::touches) {
            if let Some(item) = self.item(id) {
                is_out[item] = ask.only_new || touch.is_dismissed();
            }
        }
        let is_welcome = |item: &usize| !is_out[*item] && self.items[*item].recipe.matches(&ask.given);
        let mut candidates: Vec<usize> = (0..self.items.len()).filter(is_welcome).collect();
        // Items lie in the order of their recipes, so that equals stay in it.
        let better = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
        let most = CANDIDATES.max(ask.n);
        if candidates.len() > most {
            candidates.select_nth_unstable_by(most, better);
            candidates.truncate(most);
        }
        candidates.sort_unstable_by(better);
        let chosen = self.diverse(candidates, &scores, ask);
        chosen
            .into_iter()
            .map(|item| Suggestion {
                recipe: self.items[item].recipe.clone(),
                score: scores[item],
                reasons: self.reasons(item, (&taste, &sought), segment),
            })
            .collect()
    }

    /// Taste and popularity, each with 1 for its best; taste counts the more, the more there is to tell it from.
    fn scores(&self, (taste, sought): Likings<'_>, popularity: &[f32]) -> Vec<f64> {
        let mut personal = vec![0.0_f32; self.items.len()];
        for (item, weight) in taste {
            personal.iter_mut().zip(self.ease.row(*item)).for_each(|(sum, own)| *sum += own * *weight as f32);
        }
        for (values, weight) in sought {
            let found = self.items.iter().zip(&mut personal).filter(|(item, _)| item.recipe.matches(values));
            found.for_each(|(_, sum)| *sum += *weight as f32);
        }
        // A look says little, an order much.
        let evidence: f64 = taste.iter().map(|(_, weight)| weight.min(1.0)).sum();
        let evidence = evidence + sought.iter().map(|(_, weight)| weight).sum::<f64>();
        let trust = evidence / (evidence + self.settings.evidence);
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

    /// What a customer looked for lately, and how much that says.
    fn sought<'a>(&self, customer: &'a Customer) -> Vec<(&'a Recipe, f64)> {
        let fade = |at: i64| {
            exp(-std::f64::consts::LN_2 * (self.now - at).max(0) as f64 / (self.settings.trend_days * DAY_MS as f64))
        };
        let searches = customer.searches().iter().filter(|(_, values)| *values != Recipe::default());
        searches.map(|(at, values)| (values, SOUGHT * fade(*at))).collect()
    }

    /// One after the other, the best that is not too like those before (maximal marginal relevance).
    fn diverse(&self, mut candidates: Vec<usize>, scores: &[f64], ask: &Ask<'_>) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::with_capacity(ask.n);
        let recipe = |item: usize| &self.items[item].recipe;
        let color = |item: usize| (recipe(item).get(Attribute::Garment), recipe(item).get(Attribute::GarmentColor));
        // Whoever asks for one colour gets more than two of it.
        let is_capped = ask.given.get(Attribute::GarmentColor).is_none();
        let mut sameness = vec![0.0_f64; self.items.len()];
        let mut of_color = BTreeMap::new();
        while chosen.len() < ask.n {
            let is_free =
                |item: &&usize| !is_capped || of_color.get(&color(**item)).is_none_or(|count| *count < OF_ONE_COLOR);
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
            *of_color.entry(color(best)).or_insert(0_usize) += 1;
            chosen.push(best);
        }
        chosen
    }

    fn reasons(&self, item: usize, (taste, sought): Likings<'_>, segment: Option<&str>) -> Vec<Reason> {
        let entry = &self.items[item];
        let mut reasons = Vec::new();
        if let Some((values, _)) = sought.iter().find(|(values, _)| entry.recipe.matches(values)) {
            let values = Attribute::ALL.iter().filter_map(|one| values.get(*one)).map(str::to_owned);
            reasons.push(Reason::Sought { values: values.collect() });
        }
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
        let kind = segment.and_then(|name| self.segments.get_key_value(name));
        if let Some((name, segment)) = kind
            && segment.customers[item] >= self.settings.customers
            && f64::from(segment.own[item]) > AMONG * entry.trend
        {
            reasons.push(Reason::PopularAmong { segment: name.clone() });
        }
        if entry.trend > RISING * entry.steady {
            reasons.push(Reason::Rising);
        }
        reasons.extend(bucket(entry.customers).map(|customers| Reason::Popular { customers }));
        let value = |attribute| entry.recipe.get(attribute).map(str::to_owned);
        if let Some(lift) = self.lifts.best(&entry.recipe, self.settings.customers)
            && let Some((color, with)) = value(Attribute::GarmentColor).zip(value(lift.with))
        {
            reasons.push(Reason::PairsWell { color, with, tenths: (lift.least * 10.0) as u32 });
        }
        if reasons.is_empty() {
            // Seven to nine customers are not told.
            reasons.push(Reason::Legible);
        }
        reasons
    }
}
