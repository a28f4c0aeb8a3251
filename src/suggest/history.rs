//! Who did what with which recipe: a set of facts, the same for any order in which they came.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::math::ln;
use crate::suggest::{Event, Kind, Recipe};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;
/// What further pieces of an order can add to the weight of the first.
const BULK_FACTOR: f64 = 2.0;

/// A recipe of a [`History`]. Ids mean nothing outside of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RecipeId(pub(super) u32);

impl RecipeId {
    pub(super) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Why an event changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// An event of this id is known.
    Known,
    /// The return of an order of somebody else.
    NotTheirs,
}

/// What names an event: half of the BLAKE3 of its id.
type EventKey = [u8; 16];

fn key_of(id: &str) -> EventKey {
    let mut key = [0; 16];
    key.copy_from_slice(&blake3::hash(id.as_bytes()).as_bytes()[..16]);
    key
}

/// Something that was done with a recipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Deed {
    pub(super) at: i64,
    pub(super) kind: Kind,
    pub(super) weight: f64,
}

impl Deed {
    /// Whether this one says at least as much as the other at any time: then nobody needs the other.
    fn covers(&self, other: &Self) -> bool {
        self.at >= other.at && self.weight >= other.weight && (self.kind == Kind::Save || other.kind != Kind::Save)
    }
}

/// What one customer did with one recipe.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Touch {
    /// All orders: a return takes one back.
    orders: Vec<(EventKey, Deed)>,
    /// Other deeds, without those that others cover.
    others: Vec<Deed>,
    /// When they last said that they want no more of it.
    pub(super) dismissed_at: Option<i64>,
}

impl Touch {
    pub(super) fn deeds(&self) -> impl Iterator<Item = &Deed> {
        self.orders.iter().map(|(_, deed)| deed).chain(&self.others)
    }

    fn add(&mut self, deed: Deed) {
        if self.others.iter().any(|known| known.covers(&deed)) {
            return;
        }
        self.others.retain(|known| !deed.covers(known));
        self.others.push(deed);
        self.others.sort_by_key(|deed| (deed.at, deed.kind));
    }

    fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.others.is_empty() && self.dismissed_at.is_none()
    }
}

/// What one customer did.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Customer {
    /// When they first did anything.
    pub(super) since: i64,
    /// The kind of customer that they last said to be, and when.
    segment: Option<(i64, String)>,
    pub(super) touches: BTreeMap<RecipeId, Touch>,
}

impl Customer {
    pub(super) fn segment(&self) -> Option<&str> {
        self.segment.as_ref().map(|(_, name)| name.as_str())
    }

    pub(super) fn has_ordered(&self) -> bool {
        self.touches.values().any(|touch| !touch.orders.is_empty())
    }
}

/// Everything that the log tells.
#[derive(Debug, Clone, Default)]
pub struct History {
    recipes: Vec<Recipe>,
    ids: HashMap<Recipe, RecipeId>,
    customers: BTreeMap<String, Customer>,
    /// Every event that is known, and whose it is.
    known: HashMap<EventKey, String>,
    /// Orders that were given back, perhaps before they were told.
    returned: HashSet<(String, EventKey)>,
    /// Where orders are.
    orders: HashMap<EventKey, RecipeId>,
}

impl History {
    /// Nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes an event in. `now` bounds its time: nobody does anything tomorrow.
    ///
    /// # Errors
    /// Why it changes nothing.
    pub fn add(&mut self, event: &Event, now: i64) -> Result<(), Refused> {
        let key = key_of(&event.id);
        if self.known.contains_key(&key) {
            return Err(Refused::Known);
        }
        let order = event.of.as_deref().map(key_of);
        if let Some(owner) = order.and_then(|order| self.known.get(&order))
            && *owner != event.customer
        {
            return Err(Refused::NotTheirs);
        }
        self.known.insert(key, event.customer.clone());
        let at = event.at.min(now);
        let customer = self
            .customers
            .entry(event.customer.clone())
            .or_insert_with(|| Customer { since: at, ..Customer::default() });
        customer.since = customer.since.min(at);
        if let Some(segment) = &event.segment {
            let told = (at, segment.clone());
            customer.segment = customer.segment.take().max(Some(told));
        }
        if let Some(order) = order {
            self.returned.insert((event.customer.clone(), order));
            if let Some(recipe) = self.orders.remove(&order)
                && let Some(touch) = customer.touches.get_mut(&recipe)
            {
                touch.orders.retain(|(known, _)| *known != order);
                if touch.is_empty() {
                    customer.touches.remove(&recipe);
                }
            }
            return Ok(());
        }
        if event.kind == Kind::Order && self.returned.contains(&(event.customer.clone(), key)) {
            return Ok(());
        }
        let recipe = intern(&mut self.recipes, &mut self.ids, &event.recipe);
        let touch = customer.touches.entry(recipe).or_default();
        match event.kind {
            Kind::Dismiss => touch.dismissed_at = touch.dismissed_at.max(Some(at)),
            Kind::Order => {
                let bulk = 1.0 + (ln(f64::from(event.quantity)) / std::f64::consts::LN_2 / 4.0).min(BULK_FACTOR - 1.0);
                touch.orders.push((key, Deed { at, kind: Kind::Order, weight: event.kind.weight() * bulk }));
                touch.orders.sort_by_key(|(key, deed)| (deed.at, *key));
                self.orders.insert(key, recipe);
            }
            kind => touch.add(Deed { at, kind, weight: kind.weight() }),
        }
        Ok(())
    }

    /// Forgets all that a customer did.
    pub fn erase(&mut self, customer: &str) {
        self.customers.remove(customer);
        self.returned.retain(|(owner, _)| owner != customer);
        let (known, orders) = (&mut self.known, &mut self.orders);
        known.retain(|key, owner| {
            let stays = owner != customer;
            if !stays {
                orders.remove(key);
            }
            stays
        });
    }

    /// How many events are known.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Every recipe that was ever touched; the index is its id.
    #[must_use]
    pub fn recipes(&self) -> &[Recipe] {
        &self.recipes
    }

    /// The id of a recipe that was touched.
    #[must_use]
    pub fn id(&self, recipe: &Recipe) -> Option<RecipeId> {
        self.ids.get(recipe).copied()
    }

    pub(super) fn customer(&self, name: &str) -> Option<&Customer> {
        self.customers.get(name)
    }

    pub(super) fn customers(&self) -> impl Iterator<Item = (&str, &Customer)> {
        self.customers.iter().map(|(name, customer)| (name.as_str(), customer))
    }
}

fn intern(recipes: &mut Vec<Recipe>, ids: &mut HashMap<Recipe, RecipeId>, recipe: &Recipe) -> RecipeId {
    if let Some(id) = ids.get(recipe) {
        return *id;
    }
    let id = RecipeId(recipes.len() as u32);
    recipes.push(recipe.clone());
    ids.insert(recipe.clone(), id);
    id
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::suggest::Attribute;

    const NOW: i64 = 1_000 * DAY_MS;

    /// A customer's name, kind, first day and deeds.
    type Told = (String, Option<String>, i64, Vec<(Recipe, Touch)>);

    /// All that a history says, without the ids that depend on the order of events.
    fn told(history: &History) -> Vec<Told> {
        let of = |(name, customer): (&str, &Customer)| {
            let mut touches: Vec<(Recipe, Touch)> = customer
                .touches
                .iter()
                .map(|(id, touch)| (history.recipes[id.index()].clone(), touch.clone()))
                .collect();
            touches.sort_by(|a, b| a.0.cmp(&b.0));
            (name.to_owned(), customer.segment().map(str::to_owned), customer.since, touches)
        };
        history.customers().map(of).collect()
    }

    type Row = (u8, i64, Kind, u8, usize, u8, u32);

    fn events() -> impl Strategy<Value = Vec<Event>> {
        let kinds = prop_oneof![
            Just(Kind::View),
            Just(Kind::Apply),
            Just(Kind::Share),
            Just(Kind::Save),
            Just(Kind::Order),
            Just(Kind::Return),
            Just(Kind::Dismiss)
        ];
        let event = (0..5_u8, 0..40_i64, kinds, 0..4_u8, 0..40_usize, 0..3_u8, 1..200_u32);
        prop::collection::vec(event, 1..40).prop_map(|rows| {
            let make = |(index, row): (usize, Row)| {
                let (who, day, kind, what, of, segment, quantity) = row;
                Event {
                    id: format!("e{index}"),
                    customer: format!("c{who}"),
                    at: NOW - day * DAY_MS,
                    kind,
                    recipe: Recipe::default().with(Attribute::Font, format!("f{what}")),
                    of: (kind == Kind::Return).then(|| format!("e{of}")),
                    segment: (segment > 0).then(|| format!("s{segment}")),
                    quantity,
                }
            };
            rows.into_iter().enumerate().map(make).collect()
        })
    }

    proptest! {
        #[test]
        fn any_order_of_events_twice_over_and_erasures_leave_what_the_log_has_left(
            (events, shuffled) in events().prop_flat_map(|events| (Just(events.clone()), Just(events).prop_shuffle())),
            gone in 0..5_u8,
        ) {
            // Whose an order is decides whether a return is taken: those of others are left out of both.
            let owner = |id: &str| events.iter().find(|event| event.id == id).map(|event| event.customer.clone());
            let is_fair = |event: &&Event| event.of.as_deref().and_then(owner).is_none_or(|owner| owner == event.customer);
            let gone = format!("c{gone}");
            let mut recounted = History::new();
            for event in events.iter().filter(is_fair).filter(|event| event.customer != gone) {
                recounted.add(event, NOW).unwrap();
            }
            let mut history = History::new();
            for event in shuffled.iter().filter(is_fair) {
                prop_assert_eq!(history.add(event, NOW), Ok(()));
                prop_assert_eq!(history.add(event, NOW), Err(Refused::Known));
            }
            history.erase(&gone);
            prop_assert_eq!(told(&history), told(&recounted));
            prop_assert_eq!(history.len(), recounted.len());
        }
    }

    fn event(id: &str, customer: &str, kind: Kind) -> Event {
        Event {
            id: id.to_owned(),
            customer: customer.to_owned(),
            at: NOW,
            kind,
            recipe: Recipe::default(),
            of: None,
            segment: None,
            quantity: 1,
        }
    }

    #[test]
    fn a_return_takes_only_an_order_of_its_own_customer_back() {
        let mut history = History::new();
        history.add(&event("o", "ada", Kind::Order), NOW).unwrap();
        let back = |id: &str, customer: &str| Event { of: Some("o".to_owned()), ..event(id, customer, Kind::Return) };
        assert_eq!(history.add(&back("r", "bob"), NOW), Err(Refused::NotTheirs));
        assert!(history.customer("ada").unwrap().has_ordered());
        assert_eq!(history.add(&back("r", "ada"), NOW), Ok(()));
        assert!(!history.customer("ada").unwrap().has_ordered());
    }

    #[test]
    fn nothing_happens_tomorrow() {
        let mut history = History::new();
        history.add(&Event { at: i64::MAX, ..event("e", "ada", Kind::Save) }, NOW).unwrap();
        assert_eq!(history.customer("ada").unwrap().since, NOW);
    }
}
