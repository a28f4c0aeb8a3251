//! What a history says at a moment: how popular recipes are, for whom, and what goes with what.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::math::exp;
use crate::suggest::deeds::Touch;
use crate::suggest::ease::Ease;
use crate::suggest::history::{Customer, DAY_MS, History, RecipeId, start_of_day};
use crate::suggest::lift::Lifts;
use crate::suggest::{Attribute, Kind, Recipe, Uses};

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
    /// Half-life of what goes with what, days. Default: 90.
    pub taste_days: f64,
    /// Weight of what was bought a year ago at this time. Default: 0.3.
    pub season: f64,
    /// Customers' weights with which a kind of customer is believed half. Default: 500.
    pub segment_prior: f64,
    /// Recipes that the model knows, the most popular first. Default: 1024.
    pub recipes: usize,
    /// Ridge of the linear model, as a multiple of the mean of its diagonal. Default: 8.
    pub ridge: f64,
    /// Orders of different recipes with which a customer's taste is believed half. Default: 2.
    pub evidence: f64,
    /// When more than this share of a recipe's customers chose it within one minute, and they are customers of ours and not
    /// the shop's own word, those do not count. Default: 1, for histories with nothing but days.
    pub burst: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            customers: 10,
            customers_to_stay: 7,
            window_days: 90.0,
            trend_days: 7.0,
            taste_days: 90.0,
            season: 0.3,
            segment_prior: 500.0,
            recipes: 1024,
            ridge: 8.0,
            evidence: 2.0,
            burst: 1.0,
        }
    }
}

impl Settings {
    /// Those of a service, whose events bear the minute in which they came.
    #[must_use]
    pub fn live() -> Self {
        Self { burst: 0.5, ..Self::default() }
    }
}

/// A year ago, and how far around it is the same season.
const YEAR_MS: i64 = 365 * DAY_MS;
const SEASON_MS: i64 = 35 * DAY_MS / 2;
/// Kinds of customers that are told apart.
const SEGMENTS: usize = 64;
/// So many customers within a minute are a burst at least.
const BURST: usize = 5;
const MINUTE_MS: i64 = 60_000;
/// Of the customers of a style one of so many ordered it, or is the shop's own word. Whoever has as many cookies as they like can
/// save what they like, but not order unseen.
const BUYERS: usize = 3;
/// A new customer without an order counts from this age on.
const NEWCOMER_MS: i64 = DAY_MS;

/// A snapshot; answers are functions of it and of the question.
#[derive(Debug, Clone)]
pub struct Model {
    pub(super) now: i64,
    pub(super) settings: Settings,
    /// What may be shown, in the order of their recipes.
    pub(super) items: Vec<Item>,
    /// The item of each recipe that the history had.
    item_of: Vec<Option<u32>>,
    /// Popularity by kind of customer.
    pub(super) segments: BTreeMap<String, Segment>,
    /// What goes with what, over the items.
    pub(super) ease: Ease,
    /// What stands together, over all recipes.
    pub(super) lifts: Lifts,
}

/// A model that has yet to learn what goes with what.
#[derive(Debug, Clone)]
pub struct Prepared {
    model: Model,
    /// Co-counts of its items; the upper triangle is empty.
    gram: Vec<f32>,
}

impl Prepared {
    /// The model.
    #[must_use]
    pub fn solve(mut self) -> Model {
        let size = self.model.items.len();
        let mean = (0..size).map(|i| f64::from(self.gram[i * size + i])).sum::<f64>() / size.max(1) as f64;
        for i in 0..size {
            for j in 0..i {
                self.gram[j * size + i] = self.gram[i * size + j];
            }
        }
        self.model.ease = Ease::new(&self.gram, size, (self.model.settings.ridge * mean).max(1e-6) as f32);
        self.model
    }
}

/// What one kind of customers likes, by item.
#[derive(Debug, Clone, Default)]
pub(super) struct Segment {
    /// Shares, which sum to about 1, drawn to those of all the more the fewer customers there are.
    pub(super) shares: Vec<f32>,
    /// Shares of these customers alone.
    pub(super) own: Vec<f32>,
    /// Distinct customers of the kind who ordered or saved it lately.
    pub(super) customers: Vec<usize>,
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
    /// The model of a history at `now`. Whoever chose a style today counts from tomorrow on (UTC), so that nobody sees in which
    /// minute the tenth customer came. `shown` are the recipes that were shown until now, which stay a little longer than
    /// others come; they are brought up to date.
    #[must_use]
    pub fn new(history: &History, now: i64, settings: Settings, shown: &mut BTreeSet<RecipeId>) -> Self {
        Self::prepare(history, now, settings, shown).solve()
    }

    /// As [`Model::new`], as far as the history is needed: the rest takes longer, and nobody need wait for the history then.
    #[must_use]
    pub fn prepare(history: &History, now: i64, settings: Settings, shown: &mut BTreeSet<RecipeId>) -> Prepared {
        let everybody: Vec<&Customer> = history.customers().map(|(_, customer)| customer).collect();
        let everybody = Everybody::new(everybody, now, settings);
        let mut lifts = Lifts::new(history.recipes());
        let counts = Counts::of(&everybody, &mut lifts);
        let stays = |id: &RecipeId| {
            let least = if shown.contains(id) { settings.customers_to_stay } else { settings.customers }.max(1);
            counts.customers[id.index()] >= least && counts.buyers[id.index()] >= least.div_ceil(BUYERS)
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
        let mut item_of = vec![None; history.recipes().len()];
        ids.iter().enumerate().for_each(|(item, id)| item_of[id.index()] = Some(item as u32));
        let (segments, gram) = learn(&everybody, (&items, &item_of));
        Prepared { model: Self { now, settings, items, item_of, segments, ease: Ease::default(), lifts }, gram }
    }

    /// Every recipe that may be shown.
    pub fn recipes(&self) -> impl Iterator<Item = &Recipe> {
        self.items.iter().map(|item| &item.recipe)
    }

    /// The kinds of customers that have a popularity of their own.
    pub fn segments(&self) -> impl Iterator<Item = &str> {
        self.segments.keys().map(String::as_str)
    }

    /// Whether a recipe is among those that customers are known to have chosen.
    #[must_use]
    pub fn shows(&self, recipe: &Recipe) -> bool {
        self.item_of_recipe(recipe).is_some()
    }

    /// The item of a recipe, if it may be shown.
    pub(super) fn item(&self, recipe: RecipeId) -> Option<usize> {
        item(&self.item_of, recipe)
    }

    /// The item of a recipe, if it may be shown.
    pub(super) fn item_of_recipe(&self, recipe: &Recipe) -> Option<usize> {
        // Items lie in the order of their recipes.
        self.items.binary_search_by(|item| item.recipe.cmp(recipe)).ok()
    }

    /// Values of an attribute in recipes that match `given`, the most popular now first, each with a number of customers who
    /// have it at least: 10, 50, 100 or 500. A value whose recipes have that many only together is not among them.
    #[must_use]
    pub fn popular_values(&self, attribute: Attribute, given: &Recipe) -> Vec<(String, usize)> {
        let mut shares: BTreeMap<&str, (f64, usize)> = BTreeMap::new();
        for item in self.items.iter().filter(|item| item.recipe.matches(given)) {
            if let Some(value) = item.recipe.get(attribute) {
                let (share, customers) = shares.entry(value).or_default();
                *share += item.trend;
                *customers = (*customers).max(item.customers);
            }
        }
        let mut values: Vec<(&str, (f64, usize))> = shares.into_iter().collect();
        values.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(a.0.cmp(b.0)));
        let told =
            values.into_iter().filter_map(|(value, (_, customers))| Some((value.to_owned(), bucket(customers)?)));
        told.collect()
    }

    /// How popular the items are with a kind of customer; with all, if it is not known.
    pub(super) fn popularity(&self, segment: Option<&str>) -> Cow<'_, [f32]> {
        let known = segment.and_then(|name| self.segments.get(name)).map(|segment| Cow::Borrowed(&*segment.shares));
        known.unwrap_or_else(|| self.items.iter().map(|item| item.trend as f32).collect())
    }

    /// How much a customer has to do with each item that they touched, by item.
    pub(super) fn taste(&self, customer: &Customer, uses: Uses) -> Vec<(usize, f64)> {
        let touched = customer.touches().filter_map(|(id, touch)| Some((self.item(id)?, touch)));
        let days = self.settings.taste_days;
        let strengths =
            touched.map(|(item, touch)| (item, strength_of(touch, self.now, days, |kind| uses.allow(kind))));
        let mut taste: Vec<(usize, f64)> = strengths.filter(|(_, strength)| *strength > 0.0).collect();
        // The history has them in the order in which its recipes came.
        taste.sort_unstable_by_key(|(item, _)| *item);
        taste
    }

    /// What a customer seems to like, whether others may be shown it or not, the strongest first.
    #[must_use]
    pub fn likings(&self, history: &History, customer: &str) -> Vec<(Recipe, f64)> {
        let touches = history.customer(customer).into_iter().flat_map(Customer::touches);
        let liking = |(id, touch): (RecipeId, Touch<'_>)| {
            (history.recipes()[id.index()].clone(), strength(touch, self.now, self.settings.taste_days))
        };
        let mut likings: Vec<(Recipe, f64)> = touches.map(liking).filter(|(_, weight)| *weight > 0.0).collect();
        likings.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        likings
    }
}

/// The number that is told of so many customers.
pub(super) fn bucket(customers: usize) -> Option<usize> {
    [500, 100, 50, 10].into_iter().find(|least| customers >= *least)
}

fn item(item_of: &[Option<u32>], recipe: RecipeId) -> Option<usize> {
    // Who is asked for may know recipes that came after the model.
    item_of.get(recipe.index()).copied().flatten().map(|item| item as usize)
}

/// The most that any deed still weighs after halving every `half_life` days.
pub(super) fn strength(touch: Touch<'_>, now: i64, half_life: f64) -> f64 {
    strength_of(touch, now, half_life, |_| true)
}

/// The same of those kinds of deeds that `counts` says yes to.
fn strength_of(touch: Touch<'_>, now: i64, half_life: f64, counts: impl Fn(Kind) -> bool) -> f64 {
    let fade = |at: i64| exp(-std::f64::consts::LN_2 * (now - at).max(0) as f64 / (half_life * DAY_MS as f64));
    touch.deeds().filter(|deed| counts(deed.kind)).map(|deed| deed.weight * fade(deed.at)).fold(0.0, f64::max)
}

/// Those who are counted, and when.
struct Everybody<'a> {
    customers: Vec<&'a Customer>,
    now: i64,
    settings: Settings,
    /// Styles and the minutes in which so many customers of ours chose them that it was no people.
    bursts: BTreeSet<(RecipeId, i64)>,
}

impl<'a> Everybody<'a> {
    fn new(mut customers: Vec<&'a Customer>, now: i64, settings: Settings) -> Self {
        customers.retain(|customer| !is_newcomer(customer, now));
        let mut everybody = Self { customers, now, settings, bursts: BTreeSet::new() };
        if settings.burst < 1.0 {
            everybody.bursts = everybody.find_bursts();
        }
        everybody
    }

    fn find_bursts(&self) -> BTreeSet<(RecipeId, i64)> {
        let mut minutes: BTreeMap<(RecipeId, i64), usize> = BTreeMap::new();
        let mut all: BTreeMap<RecipeId, usize> = BTreeMap::new();
        for customer in &self.customers {
            for (id, touch) in customer.touches() {
                let Some(since) = backed_since(touch, self.now, self.settings.window_days) else { continue };
                *all.entry(id).or_default() += 1;
                if !customer.is_named {
                    *minutes.entry((id, since / MINUTE_MS)).or_default() += 1;
                }
            }
        }
        let is_burst = |((id, _), customers): &((RecipeId, i64), usize)| {
            *customers >= BURST && *customers as f64 > self.settings.burst * all[id] as f64
        };
        minutes.into_iter().filter(is_burst).map(|(minute, _)| minute).collect()
    }

    /// What a customer did with each recipe, as far as people did it.
    fn touches<'c>(&'c self, customer: &'c Customer) -> impl Iterator<Item = (RecipeId, Touch<'c>)> {
        customer.touches().filter(|(id, touch)| {
            self.bursts.is_empty()
                || customer.is_named
                || backed_since(*touch, self.now, self.settings.window_days)
                    .is_none_or(|since| !self.bursts.contains(&(*id, since / MINUTE_MS)))
        })
    }
}

/// Sums over all customers, by recipe. Each customer counts once for each, however often they came.
struct Counts {
    customers: Vec<usize>,
    /// Those of them who ordered it, or whom the shop told of.
    buyers: Vec<usize>,
    trend: Vec<f64>,
    steady: Vec<f64>,
}

impl Counts {
    fn of(everybody: &Everybody<'_>, lifts: &mut Lifts) -> Self {
        let Everybody { now, settings, .. } = everybody;
        let recipes = lifts.recipes();
        let today = start_of_day(*now);
        let mut counts = Self {
            customers: vec![0; recipes],
            buyers: vec![0; recipes],
            trend: vec![0.0; recipes],
            steady: vec![0.0; recipes],
        };
        let mut backed_by: Vec<usize> = Vec::new();
        for customer in &everybody.customers {
            backed_by.clear();
            for (id, touch) in everybody.touches(customer) {
                counts.trend[id.index()] += trend(touch, *now, settings);
                counts.steady[id.index()] += strength(touch, *now, settings.taste_days);
                if backed_since(touch, *now, settings.window_days).is_some_and(|since| since < today) {
                    counts.customers[id.index()] += 1;
                    let has_bought =
                        || since(touch, *now, settings.window_days, &[Kind::Order]).is_some_and(|at| at < today);
                    counts.buyers[id.index()] += usize::from(customer.is_named || has_bought());
                    backed_by.push(id.index());
                }
            }
            lifts.add(&backed_by);
        }
        counts
    }
}

fn trend(touch: Touch<'_>, now: i64, settings: &Settings) -> f64 {
    strength(touch, now, settings.trend_days) + settings.season * season(touch, now)
}

/// Since when it is backed by an order or a save, of the moments that are known and not too long ago: what was done before
/// that counts no more, and who comes back to it today counts from tomorrow on like everybody else.
fn backed_since(touch: Touch<'_>, now: i64, days: f64) -> Option<i64> {
    since(touch, now, days, &[Kind::Order, Kind::Save])
}

/// The same of deeds of some kinds.
fn since(touch: Touch<'_>, now: i64, days: f64, kinds: &[Kind]) -> Option<i64> {
    let backs = touch.deeds().filter(|deed| kinds.contains(&deed.kind));
    let moments = backs.flat_map(|deed| [deed.first, deed.before, deed.at]);
    moments.filter(|at| now.saturating_sub(*at) as f64 <= days * DAY_MS as f64).min()
}

/// The most that was done with it at this time of last year.
fn season(touch: Touch<'_>, now: i64) -> f64 {
    let then = touch.deeds().filter(|deed| (now - YEAR_MS - deed.at).abs() <= SEASON_MS);
    then.map(|deed| deed.weight).fold(0.0, f64::max)
}

/// Recipes of one customer that co-counts are taken of, the strongest first.
const TOUCHED: usize = 100;

/// Popularity by kind of customer, and co-counts over customers' tastes. Who has many recipes weighs less for each pair, or
/// resellers would write it.
fn learn(
    everybody: &Everybody<'_>,
    (items, item_of): (&[Item], &[Option<u32>]),
) -> (BTreeMap<String, Segment>, Vec<f32>) {
    let Everybody { customers, now, settings, .. } = everybody;
    let size = items.len();
    let mut gram = vec![0.0_f32; size * size];
    // What goes with what is told to others, too: of few it would tell what those have.
    let mut supporters = vec![0_u32; size * size];
    let today = start_of_day(*now);
    let mut segments: BTreeMap<&str, Vec<(f64, usize)>> =
        kinds(everybody).into_iter().map(|name| (name, vec![(0.0, 0); size])).collect();
    let mut touched: Vec<(usize, f32, bool)> = Vec::new();
    for customer in customers {
        let mut segment = customer.segment().and_then(|name| segments.get_mut(name));
        touched.clear();
        for (id, touch) in everybody.touches(customer) {
            let Some(item) = item(item_of, id) else { continue };
            let is_backed = backed_since(touch, *now, settings.window_days).is_some_and(|since| since < today);
            if let Some(weights) = &mut segment {
                weights[item].0 += trend(touch, *now, settings);
                weights[item].1 += usize::from(is_backed);
            }
            // A no says nothing for either of two.
            let since = touch.deeds().filter(|deed| deed.weight > 0.0).map(|deed| deed.first).min();
            let strength = strength(touch, *now, settings.taste_days) as f32;
            if strength > 0.0 {
                touched.push((item, strength, since.is_some_and(|since| since < today)));
            }
        }
        if touched.len() > TOUCHED {
            touched.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            touched.truncate(TOUCHED);
            touched.sort_unstable_by_key(|(item, ..)| *item);
        }
        let share = 1.0 / (touched.len().max(1) as f32).sqrt();
        for (n, (i, weight, counts)) in touched.iter().enumerate() {
            // One of the two of each pair; the other is the same.
            for (j, other, other_counts) in &touched[..=n] {
                gram[i.max(j) * size + i.min(j)] += weight * other * share;
                supporters[i.max(j) * size + i.min(j)] += u32::from(*counts && *other_counts);
            }
        }
    }
    for (pair, supporters) in supporters.into_iter().enumerate() {
        if pair / size != pair % size && (supporters as usize) < settings.customers {
            gram[pair] = 0.0;
        }
    }
    let segments = segments.into_iter().map(|(name, weights)| {
        let sum: f64 = weights.iter().map(|(weight, _)| weight).sum();
        let shares = weights.iter().zip(items).map(|((weight, _), item)| {
            ((weight + settings.segment_prior * item.trend) / (sum + settings.segment_prior)) as f32
        });
        let own = weights.iter().map(|(weight, _)| (weight / sum.max(f64::MIN_POSITIVE)) as f32).collect();
        let customers = weights.iter().map(|(_, customers)| *customers).collect();
        (name.to_owned(), Segment { shares: shares.collect(), own, customers })
    });
    (segments.collect(), gram)
}

/// Whether somebody came within a day and ordered nothing: they are not counted yet.
fn is_newcomer(customer: &Customer, now: i64) -> bool {
    now - customer.since < NEWCOMER_MS && !customer.has_ordered()
}

/// The commonest kinds of customers. One that few are would tell what those do; who says so today counts from tomorrow on.
fn kinds<'a>(everybody: &Everybody<'a>) -> Vec<&'a str> {
    let today = start_of_day(everybody.now);
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let said = everybody.customers.iter().filter_map(|customer| customer.segment_and_since());
    for (name, _) in said.filter(|(_, since)| *since < today) {
        *kinds.entry(name).or_default() += 1;
    }
    let mut kinds: Vec<(&str, usize)> =
        kinds.into_iter().filter(|(_, customers)| *customers >= everybody.settings.customers).collect();
    kinds.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    kinds.into_iter().take(SEGMENTS).map(|(name, _)| name).collect()
}
