//! How good methods are on a history: learnt from what was before a moment, asked what customers took up after it.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::suggest::{Ask, Event, History, Kind, Model, Recipe, Settings, Uses};

/// Ranks of which hits are counted.
const RANKS: usize = 10;

/// A way to rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// What most customers ordered or saved, ever.
    Popularity,
    /// What is popular now.
    Trend,
    /// What is popular now with this kind of customer.
    SegmentTrend,
    /// What those have who have what the customer has (cosine of customers).
    ItemNeighbours,
    /// [`Model::suggest`].
    Platen,
}

impl Method {
    /// Every method.
    pub const ALL: [Self; 5] = [Self::Popularity, Self::Trend, Self::SegmentTrend, Self::ItemNeighbours, Self::Platen];
}

/// How a method did, means over customers.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Score {
    /// Which.
    pub method: Method,
    /// Share of customers for whom one of ten was right.
    pub hit_rate: f64,
    /// Normalised discounted gain of ten.
    pub ndcg: f64,
    /// Half of the 95 % interval of `ndcg`.
    pub ndcg_error: f64,
    /// One over the rank of the first that was right.
    pub mrr: f64,
    /// Share of all recipes that anybody was shown.
    pub coverage: f64,
    /// How unlike the ten are to each other, 0 to 1.
    pub diversity: f64,
    /// Customers who took up something new after the split.
    pub customers: usize,
}

/// Asks each method for ten recipes for every customer who took up a new one (an order, a save, a share or an applied
/// suggestion) after `split`, knowing only what was before.
#[must_use]
pub fn evaluate(events: &[Event], split: i64, settings: Settings) -> Vec<Score> {
    let mut history = History::new();
    for event in events.iter().filter(|event| event.at < split) {
        // What is refused was told before.
        let _ = history.add(event, split);
    }
    let model = Model::new(&history, split, settings, &mut BTreeSet::new());
    let mut wanted: BTreeMap<&str, BTreeSet<&Recipe>> = BTreeMap::new();
    for event in events.iter().filter(|event| event.at >= split) {
        let is_taken = matches!(event.kind, Kind::Order | Kind::Save | Kind::Share | Kind::Apply);
        let touched = history
            .customer(&event.customer)
            .is_some_and(|customer| history.id(&event.recipe).is_some_and(|id| customer.touch(id).is_some()));
        if is_taken && !touched {
            wanted.entry(&event.customer).or_default().insert(&event.recipe);
        }
    }
    let neighbours = Neighbours::of(&history, &model);
    Method::ALL
        .into_iter()
        .map(|method| {
            let lists =
                wanted.iter().map(|(customer, right)| (list(method, customer, (&history, &model, &neighbours)), right));
            score(method, &model, &lists.collect::<Vec<_>>())
        })
        .collect()
}

/// Ten recipes that are new to a customer, best first.
fn list(method: Method, name: &str, (history, model, neighbours): (&History, &Model, &Neighbours)) -> Vec<Recipe> {
    let customer = history.customer(name);
    if method == Method::Platen {
        let ask = Ask { customer: Some(name), n: RANKS, only_new: true, ..Ask::default() };
        return model.suggest(history, &ask).into_iter().map(|suggestion| suggestion.recipe).collect();
    }
    let segment = customer.and_then(|customer| customer.segment());
    let scores: Vec<f64> = match method {
        Method::Popularity => model.items.iter().map(|item| item.customers as f64).collect(),
        Method::Trend => model.items.iter().map(|item| item.trend).collect(),
        Method::SegmentTrend => model.popularity(segment).iter().copied().map(f64::from).collect(),
        Method::ItemNeighbours | Method::Platen => {
            let taste = customer.map_or_else(Vec::new, |customer| model.taste(customer, Uses::default()));
            neighbours.scores(&taste)
        }
    };
    let is_new = |item: &usize| customer.is_none_or(|customer| customer.touch(model.items[*item].id).is_none());
    let mut items: Vec<usize> = (0..model.items.len()).filter(is_new).collect();
    items.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b)));
    items.into_iter().take(RANKS).map(|item| model.items[item].recipe.clone()).collect()
}

/// Customers whom two items share, by the root of the product of those whom each has.
struct Neighbours {
    size: usize,
    cosine: Vec<f32>,
}

impl Neighbours {
    fn of(history: &History, model: &Model) -> Self {
        let size = model.items.len();
        let mut shared = vec![0.0_f32; size * size];
        for (_, customer) in history.customers() {
            let items: Vec<usize> = customer.touches().filter_map(|(id, _)| model.item(id)).collect();
            for i in &items {
                for j in &items {
                    shared[i * size + j] += 1.0;
                }
            }
        }
        let own: Vec<f32> = (0..size).map(|i| shared[i * size + i].max(1.0)).collect();
        for (index, value) in shared.iter_mut().enumerate() {
            let (i, j) = (index / size, index % size);
            *value = if i == j { 0.0 } else { *value / (own[i] * own[j]).sqrt() };
        }
        Self { size, cosine: shared }
    }

    fn scores(&self, taste: &[(usize, f64)]) -> Vec<f64> {
        let mut scores = vec![0.0; self.size];
        for (item, weight) in taste {
            let row = &self.cosine[item * self.size..(item + 1) * self.size];
            scores.iter_mut().zip(row).for_each(|(sum, own)| *sum += f64::from(*own) * weight);
        }
        scores
    }
}

fn score(method: Method, model: &Model, lists: &[(Vec<Recipe>, &BTreeSet<&Recipe>)]) -> Score {
    let discount = |rank: usize| std::f64::consts::LN_2 / crate::math::ln(rank as f64 + 2.0);
    let n = lists.len().max(1) as f64;
    let (mut hits, mut reciprocal, mut diversity) = (0.0, 0.0, 0.0);
    let mut gains = Vec::with_capacity(lists.len());
    let mut shown: BTreeSet<&Recipe> = BTreeSet::new();
    for (list, right) in lists {
        let ranks: Vec<usize> = (0..list.len()).filter(|rank| right.contains(&list[*rank])).collect();
        let best: f64 = (0..right.len().min(RANKS)).map(discount).sum();
        gains.push(ranks.iter().map(|rank| discount(*rank)).sum::<f64>() / best);
        hits += f64::from(u8::from(!ranks.is_empty()));
        reciprocal += ranks.first().map_or(0.0, |rank| 1.0 / (*rank as f64 + 1.0));
        let pairs = list.iter().enumerate().flat_map(|(i, a)| list[..i].iter().map(move |b| 1.0 - a.likeness(b)));
        let unlike: Vec<f64> = pairs.collect();
        diversity += unlike.iter().sum::<f64>() / unlike.len().max(1) as f64;
        shown.extend(list);
    }
    let ndcg = gains.iter().sum::<f64>() / n;
    let variance = gains.iter().map(|gain| (gain - ndcg) * (gain - ndcg)).sum::<f64>() / n;
    Score {
        method,
        hit_rate: hits / n,
        ndcg,
        ndcg_error: 1.96 * (variance / n).sqrt(),
        mrr: reciprocal / n,
        coverage: shown.len() as f64 / model.items.len().max(1) as f64,
        diversity: diversity / n,
        customers: lists.len(),
    }
}
