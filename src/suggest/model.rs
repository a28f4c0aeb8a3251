//! What a history says at a moment: how popular recipes are, for whom, and what goes with what.

use std::collections::{BTreeMap, BTreeSet};

use crate::math::exp;
use crate::suggest::ease::Ease;
use crate::suggest::history::{Customer, DAY_MS, History, RecipeId, Touch};
use crate::suggest::{Kind, Recipe};

/// How a model is made. [`Settings::default`] are the values that stand the trial of `platen suggest evaluate`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Distinct customers who ordered or saved a recipe before anybody is shown it. Default: 10.
    pub customers: usize,
    /// A recipe leaves again when fewer than this are left. Default: 7.
    pub customers_to_stay: usize,
    /// For how long an order or a save counts as one of those, days. Default: 90.
    pub window_days: f64,
    /// Half-life of what is popular now, days. Default: 7.
    pub trend_days: f64,
    /// Half-life of what goes with what, days. Default: 60.
    pub taste_days: f64,
    /// Weight of what was bought a year ago at this time. Default: 0.3.
    pub season: f64,
    /// Customers' weights with which a kind of customer is believed half. Default: 500.
    pub segment_prior: f64,
    /// Recipes that the model knows, the most popular first. Default: 1024.
    pub recipes: usize,
    /// Ridge of the linear model, as a share of the mean of its diagonal. Default: 0.5.
    pub ridge: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            customers: 10,
            customers_to_stay: 7,
            window_days: 90.0,
            trend_days: 7.0,
            taste_days: 60.0,
            season: 0.3,
            segment_prior: 500.0,
            recipes: 1024,
            ridge: 0.5,
        }
    }
}

/// A year ago, and how far around it is the same season.
const YEAR_MS: i64 = 365 * DAY_MS;
const SEASON_MS: i64 = 35 * DAY_MS / 2;
/// A new customer without an order counts from this age on.
const NEWCOMER_MS: i64 = DAY_MS;

/// A snapshot; answers are functions of it and of the question.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) now: i64,
    pub(super) settings: Settings,
    /// What may be shown, in the order of their recipes.
    pub(super) items: Vec<Item>,
    /// The item of a recipe of the history.
    pub(super) item_of: BTreeMap<RecipeId, usize>,
    /// Popularity by kind of customer: sums to about 1 for each.
    pub(super) segments: BTreeMap<String, Vec<f32>>,
    /// What goes with what, over the items.
    pub(super) ease: Ease,
}

/// A recipe that may be shown.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    pub(super) id: RecipeId,
    pub(super) recipe: Recipe,
    /// Distinct customers who ordered or saved it lately.
    pub(super) customers: usize,
    /// Share of everything popular now, and over the half-life of tastes.
    pub(super) trend: f64,
    pub(super) steady: f64,
}

impl Model {
    /// The model of a history at `now`. `shown` are the recipes that were shown until now; they are brought up to date, and
    /// that is meant to be done once a day: what is shown must not tell when somebody joined or left.
    #[must_use]
    pub fn new(history: &History, now: i64, settings: Settings, shown: &mut BTreeSet<RecipeId>) -> Self {
        let counts = Counts::of(history, now, &settings);
        let stays = |id: &RecipeId| {
            let least = if shown.contains(id) { settings.customers_to_stay } else { settings.customers };
            counts.customers[id.index()] >= least.max(1)
        };
        let all = (0..history.recipes().len()).map(|index| RecipeId(index as u32));
        let admitted: BTreeSet<RecipeId> = all.filter(stays).collect();
        shown.clone_from(&admitted);
        let mut ids: Vec<RecipeId> = admitted.into_iter().collect();
        let steady = |id: &RecipeId| counts.steady[id.index()];
        let recipe = |id: &RecipeId| &history.recipes()[id.index()];
        ids.sort_by(|a, b| steady(b).total_cmp(&steady(a)).then_with(|| recipe(a).cmp(recipe(b))));
        ids.truncate(settings.recipes);
        ids.sort_by(|a, b| recipe(a).cmp(recipe(b)));
        let sum = |values: &[f64]| ids.iter().map(|id| values[id.index()]).sum::<f64>().max(f64::MIN_POSITIVE);
        let (trends, steadies) = (sum(&counts.trend), sum(&counts.steady));
        let items: Vec<Item> = ids
            .iter()
            .map(|id| Item {
                id: *id,
                recipe: recipe(id).clone(),
                customers: counts.customers[id.index()],
                trend: counts.trend[id.index()] / trends,
                steady: counts.steady[id.index()] / steadies,
            })
            .collect();
        let item_of: BTreeMap<RecipeId, usize> = ids.iter().enumerate().map(|(item, id)| (*id, item)).collect();
        let segments = counts.segments.iter().map(|(name, weights)| {
            let weight = |item: &Item| weights.get(&item.id).copied().unwrap_or(0.0);
            let sum: f64 = items.iter().map(weight).sum();
            let shares = items
                .iter()
                .map(|item| (weight(item) + settings.segment_prior * item.trend) / (sum + settings.segment_prior));
            (name.clone(), shares.map(|share| share as f32).collect())
        });
        let segments = segments.collect();
        let ease = ease(history, now, &settings, &item_of);
        Self { now, settings, items, item_of, segments, ease }
    }

    /// Every recipe that may be shown.
    pub fn recipes(&self) -> impl Iterator<Item = &Recipe> {
        self.items.iter().map(|item| &item.recipe)
    }

    /// How popular the items are with a kind of customer; with all, if it is not known.
    pub(super) fn popularity(&self, segment: Option<&str>) -> Vec<f32> {
        let known = segment.and_then(|name| self.segments.get(name));
        known.cloned().unwrap_or_else(|| self.items.iter().map(|item| item.trend as f32).collect())
    }

    /// How much a customer has to do with each item that they touched, by item.
    pub(super) fn taste(&self, customer: &Customer) -> Vec<(usize, f64)> {
        let touched = customer.touches.iter().filter_map(|(id, touch)| Some((*self.item_of.get(id)?, touch)));
        touched.map(|(item, touch)| (item, strength(touch, self.now, self.settings.taste_days))).collect()
    }
}

/// The most that any deed still weighs after halving every `half_life` days.
pub(super) fn strength(touch: &Touch, now: i64, half_life: f64) -> f64 {
    let fade = |at: i64| exp(-std::f64::consts::LN_2 * (now - at).max(0) as f64 / (half_life * DAY_MS as f64));
    touch.deeds().map(|deed| deed.weight * fade(deed.at)).fold(0.0, f64::max)
}

/// Sums over all customers, by recipe. Each customer counts once for each, however often they came.
struct Counts {
    customers: Vec<usize>,
    trend: Vec<f64>,
    steady: Vec<f64>,
    segments: BTreeMap<String, BTreeMap<RecipeId, f64>>,
}

impl Counts {
    fn of(history: &History, now: i64, settings: &Settings) -> Self {
        let n = history.recipes().len();
        let mut counts =
            Self { customers: vec![0; n], trend: vec![0.0; n], steady: vec![0.0; n], segments: BTreeMap::new() };
        for (_, customer) in history.customers() {
            let is_newcomer = now - customer.since < NEWCOMER_MS && !customer.has_ordered();
            for (id, touch) in &customer.touches {
                let trend = strength(touch, now, settings.trend_days) + settings.season * season(touch, now);
                counts.trend[id.index()] += trend;
                counts.steady[id.index()] += strength(touch, now, settings.taste_days);
                if let Some(segment) = customer.segment() {
                    if !counts.segments.contains_key(segment) {
                        counts.segments.insert(segment.to_owned(), BTreeMap::new());
                    }
                    if let Some(weights) = counts.segments.get_mut(segment) {
                        *weights.entry(*id).or_default() += trend;
                    }
                }
                if !is_newcomer && is_backed(touch, now, settings.window_days) {
                    counts.customers[id.index()] += 1;
                }
            }
        }
        counts
    }
}

/// Whether it was ordered or saved lately.
fn is_backed(touch: &Touch, now: i64, days: f64) -> bool {
    touch
        .deeds()
        .any(|deed| matches!(deed.kind, Kind::Order | Kind::Save) && (now - deed.at) as f64 <= days * DAY_MS as f64)
}

/// The most that was done with it at this time of last year.
fn season(touch: &Touch, now: i64) -> f64 {
    let then = touch.deeds().filter(|deed| (now - YEAR_MS - deed.at).abs() <= SEASON_MS);
    then.map(|deed| deed.weight).fold(0.0, f64::max)
}

/// The linear model over customers' tastes. Who has many recipes weighs less for each pair, or resellers would write it.
fn ease(history: &History, now: i64, settings: &Settings, item_of: &BTreeMap<RecipeId, usize>) -> Ease {
    let size = item_of.len();
    let mut gram = vec![0.0_f32; size * size];
    for (_, customer) in history.customers() {
        let touched: Vec<(usize, f32)> = customer
            .touches
            .iter()
            .filter_map(|(id, touch)| Some((*item_of.get(id)?, strength(touch, now, settings.taste_days) as f32)))
            .collect();
        let share = 1.0 / (touched.len().max(1) as f32).sqrt();
        for (i, weight) in &touched {
            for (j, other) in &touched {
                gram[i * size + j] += weight * other * share;
            }
        }
    }
    let mean = (0..size).map(|i| f64::from(gram[i * size + i])).sum::<f64>() / size.max(1) as f64;
    Ease::new(&gram, size, (settings.ridge * mean).max(1e-6) as f32)
}
