//! Who did what with which recipe: a set of facts, the same for any order in which they came.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

use crate::math::ln;
use crate::suggest::deeds::{Deed, Deeds, EventKey, Touch};
use crate::suggest::event::Told;
use crate::suggest::{Event, Kind, Recipe};

/// Milliseconds of a day.
pub const DAY_MS: i64 = 86_400_000;

/// The first moment of a day, in UTC.
pub(super) const fn start_of_day(now: i64) -> i64 {
    now.div_euclid(DAY_MS) * DAY_MS
}

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

/// An event changed nothing: one of this customer and id is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known;

/// What somebody looked for that still counts: the last so many.
const SEARCHES: usize = 20;

/// The first bytes of a key, which are a hash already.
#[derive(Debug, Clone, Copy, Default)]
struct KeyHasher(u64);

impl Hasher for KeyHasher {
    fn write(&mut self, bytes: &[u8]) {
        if let Some(first) = bytes.first_chunk() {
            self.0 = u64::from_le_bytes(*first);
        }
    }

    // The length of a key, which is always the same.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

fn key_of(customer: &str, id: &str) -> EventKey {
    let mut hasher = blake3::Hasher::new();
    hasher.update(customer.as_bytes()).update(&[0]).update(id.as_bytes());
    let mut key = [0; 16];
    key.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    key
}

/// A kind of customer that somebody said to be, and when first and last.
#[derive(Debug, Clone, PartialEq)]
struct Said {
    segment: Box<str>,
    first: i64,
    last: i64,
}

/// What one customer did.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Customer {
    /// Tells them from everybody else who ever was, also from who had their name before.
    number: u32,
    /// The shop told of them, behind a `+`.
    pub(super) is_named: bool,
    /// When they first did anything.
    pub(super) since: i64,
    /// The kinds of customers that they said to be.
    segments: Vec<Said>,
    deeds: Deeds,
    /// Values that they looked for and when, the last first.
    searches: Vec<(i64, Recipe)>,
}

impl Customer {
    /// The kind of customer that they last said to be.
    pub(super) fn segment(&self) -> Option<&str> {
        self.segment_and_since().map(|(segment, _)| segment)
    }

    /// The same, and when they first said so.
    pub(super) fn segment_and_since(&self) -> Option<(&str, i64)> {
        let said = self.segments.iter().max_by_key(|said| (said.last, &said.segment))?;
        Some((&said.segment, said.first))
    }

    pub(super) fn has_ordered(&self) -> bool {
        self.deeds.has_order()
    }

    /// What they did with each recipe.
    pub(super) fn touches(&self) -> impl Iterator<Item = (RecipeId, Touch<'_>)> {
        self.deeds.touches()
    }

    /// What they did with one recipe.
    pub(super) fn touch(&self, recipe: RecipeId) -> Option<Touch<'_>> {
        self.deeds.touch(recipe)
    }

    /// Values that they looked for and when, the last first.
    pub(super) fn searches(&self) -> &[(i64, Recipe)] {
        &self.searches
    }

    fn look_for(&mut self, at: i64, values: &Recipe) {
        let place = self.searches.partition_point(|(then, known)| (*then, known) > (at, values));
        if place < SEARCHES {
            self.searches.insert(place, (at, values.clone()));
            self.searches.truncate(SEARCHES);
        }
    }

    fn tell(&mut self, segment: &str, at: i64) {
        match self.segments.iter_mut().find(|said| *said.segment == *segment) {
            Some(said) => (said.first, said.last) = (said.first.min(at), said.last.max(at)),
            None => self.segments.push(Said { segment: segment.into(), first: at, last: at }),
        }
    }
}

/// Everything that the log tells.
#[derive(Debug, Clone, Default)]
pub struct History {
    recipes: Vec<Recipe>,
    ids: HashMap<Recipe, RecipeId>,
    customers: HashMap<String, Customer>,
    /// How many customers there ever were.
    numbers: u32,
    /// Every event that is known, and the number of who did it.
    known: HashMap<EventKey, u32, BuildHasherDefault<KeyHasher>>,
    /// Orders that were given back, perhaps before they were told, and by whom.
    returned: HashSet<(u32, EventKey)>,
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
    /// If it is known already.
    pub fn add(&mut self, event: &Event, now: i64) -> Result<(), Known> {
        self.tell(event.into(), now)
    }

    /// The same of an event that is nobody's own.
    pub(super) fn tell(&mut self, event: Told<'_>, now: i64) -> Result<(), Known> {
        // What was shown says nothing of whom it was shown to.
        if event.kind == Kind::Impression {
            return Ok(());
        }
        let key = key_of(event.customer, event.id);
        let Entry::Vacant(known) = self.known.entry(key) else {
            return Err(Known);
        };
        let at = event.at.min(now);
        let order = event.of.filter(|_| event.kind == Kind::Return);
        let order = order.map(|id| key_of(event.customer, id));
        // A name is copied only of who is new.
        let customer = self.customers.get_mut(event.customer);
        let number = customer.as_ref().map_or(self.numbers, |customer| customer.number);
        known.insert(number);
        let customer = match customer {
            Some(customer) => customer,
            None => {
                self.numbers += 1;
                let is_named = event.customer.starts_with('+');
                let new = Customer {
                    number,
                    is_named,
                    since: at,
                    segments: Vec::new(),
                    deeds: Deeds::new(),
                    searches: Vec::new(),
                };
                self.customers.entry(event.customer.to_owned()).or_insert(new)
            }
        };
        customer.since = customer.since.min(at);
        if let Some(segment) = event.segment {
            customer.tell(segment, at);
        }
        if let Some(order) = order {
            self.returned.insert((number, order));
            customer.deeds.give_back(order);
            return Ok(());
        }
        if event.kind == Kind::Order && !self.returned.is_empty() && self.returned.contains(&(number, key)) {
            return Ok(());
        }
        if event.kind == Kind::Search {
            customer.look_for(at, event.recipe);
            return Ok(());
        }
        let recipe = intern(&mut self.recipes, &mut self.ids, event.recipe);
        let (pieces, order) =
            if event.kind == Kind::Order { (bulk(event.quantity), key) } else { (1.0, EventKey::default()) };
        customer.deeds.add(Deed::new(at, (event.kind, event.kind.weight() * pieces), recipe, order));
        Ok(())
    }

    /// Forgets all that a customer did.
    pub fn erase(&mut self, customer: &str) {
        if let Some(Customer { number, .. }) = self.customers.remove(customer) {
            self.returned.retain(|(owner, _)| *owner != number);
            self.known.retain(|_, owner| *owner != number);
        }
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

    /// The recipe of an id.
    #[must_use]
    pub fn recipe(&self, id: RecipeId) -> Option<&Recipe> {
        self.recipes.get(id.index())
    }

    /// The id of a recipe that was touched.
    #[must_use]
    pub fn id(&self, recipe: &Recipe) -> Option<RecipeId> {
        self.ids.get(recipe).copied()
    }

    /// What a customer wants no more of.
    #[must_use]
    pub fn dismissed(&self, customer: &str) -> Vec<Recipe> {
        let touches = self.customers.get(customer).into_iter().flat_map(Customer::touches);
        let gone = touches.filter(|(_, touch)| touch.is_dismissed());
        gone.map(|(id, _)| self.recipes[id.index()].clone()).collect()
    }

    /// The name of a customer of whom something is so.
    #[must_use]
    pub fn name_where(&self, is: impl Fn(&str) -> bool) -> Option<String> {
        self.customers.keys().find(|name| is(name)).cloned()
    }

    /// Whether a customer did anything.
    #[must_use]
    pub fn knows(&self, customer: &str) -> bool {
        self.customers.contains_key(customer)
    }

    pub(super) fn customer(&self, name: &str) -> Option<&Customer> {
        self.customers.get(name)
    }

    /// Everybody, by name: sums over them are the same for any order in which they came.
    pub(super) fn customers(&self) -> impl Iterator<Item = (&str, &Customer)> {
        let mut all: Vec<(&str, &Customer)> =
            self.customers.iter().map(|(name, customer)| (name.as_str(), customer)).collect();
        all.sort_unstable_by_key(|(name, _)| *name);
        all.into_iter()
    }
}

/// What an order of so many pieces weighs: 1 for one, and never more than `BULK_FACTOR`.
fn bulk(quantity: u32) -> f64 {
    if quantity == 1 {
        return 1.0;
    }
    1.0 + (ln(f64::from(quantity)) / std::f64::consts::LN_2 / 4.0).min(BULK_FACTOR - 1.0)
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
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;

    use super::*;
    use crate::suggest::{Attribute, Model, Settings};

    const NOW: i64 = 1_000 * DAY_MS;

    /// A customer's name, kind, first day and deeds.
    type Told = (String, Option<(String, i64)>, i64, Vec<(Recipe, Vec<DeedTold>)>, Vec<(i64, Recipe)>);
    type DeedTold = (i64, i64, i64, Kind, f64, EventKey);

    /// All that a history says, without the ids that depend on the order of events.
    fn told(history: &History) -> Vec<Told> {
        let of = |(name, customer): (&str, &Customer)| {
            let deed = |deed: &Deed| (deed.at, deed.before, deed.first, deed.kind, deed.weight, deed.order);
            let mut touches: Vec<_> = customer
                .touches()
                .map(|(id, touch)| (history.recipes[id.index()].clone(), touch.deeds().map(deed).collect::<Vec<_>>()))
                .collect();
            touches.sort_by(|a, b| a.0.cmp(&b.0));
            let kind = customer.segment_and_since().map(|(kind, since)| (kind.to_owned(), since));
            (name.to_owned(), kind, customer.since, touches, customer.searches.clone())
        };
        history.customers().map(of).collect()
    }

    /// What a model says that others are shown: how many have each style, what goes with what, and what kinds of customers like.
    fn learnt(history: &History) -> (Vec<(Recipe, usize, f64, f64)>, String) {
        let settings = Settings { customers: 1, customers_to_stay: 1, ..Settings::default() };
        let model = Model::new(history, NOW, settings, &mut BTreeSet::new());
        let items = model.items.iter().map(|item| (item.recipe.clone(), item.customers, item.trend, item.steady));
        (items.collect(), format!("{:?} {:?}", model.segments, model.ease))
    }

    /// What befalls a log.
    #[derive(Debug, Clone)]
    enum Step {
        Tell(Box<Event>),
        /// All that a customer did is forgotten.
        Erase(String),
        /// One thing that they did is.
        Forget(String, String),
    }

    type Row = (u8, u8, i64, Kind, u8, (u8, u8), u8, u32);

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let kinds = prop_oneof![
            Just(Kind::View),
            Just(Kind::Apply),
            Just(Kind::Share),
            Just(Kind::Save),
            Just(Kind::Order),
            Just(Kind::Order),
            Just(Kind::Return),
            Just(Kind::Dismiss),
            Just(Kind::Search),
            Just(Kind::Impression)
        ];
        // Few ids, so that many are told twice, of other kinds, too.
        let row = (0..12_u8, 0..5_u8, 0..200_i64, kinds, 0..4_u8, (0..9_u8, 0..9_u8), 0..3_u8, 1..200_u32);
        prop::collection::vec(row, 1..60).prop_map(|rows| {
            let make = |(step, who, day, kind, what, (id, of), segment, quantity): Row| {
                let (customer, id) = (format!("c{who}"), format!("e{id}"));
                match step {
                    0 => Step::Erase(customer),
                    1 => Step::Forget(customer, id),
                    _ => Step::Tell(Box::new(Event {
                        id,
                        customer,
                        at: NOW - day * DAY_MS / 4,
                        kind,
                        recipe: Recipe::default().with(Attribute::Font, format!("f{what}")),
                        of: (kind == Kind::Return).then(|| format!("e{of}")),
                        segment: (segment > 0).then(|| format!("s{segment}")),
                        quantity,
                    })),
                }
            };
            rows.into_iter().map(make).collect()
        })
    }

    proptest! {
        /// As the service does it: the log says what is new, and what is left when something is forgotten.
        #[test]
        fn a_history_is_what_its_log_has_left_whatever_was_told_and_forgotten_and_in_any_order(
            (steps, turn) in (steps(), any::<prop::sample::Index>()),
        ) {
            let mut log: BTreeMap<(String, String), Event> = BTreeMap::new();
            let mut history = History::new();
            for step in steps {
                match step {
                    Step::Tell(event) => {
                        let name = (event.customer.clone(), event.id.clone());
                        if log.contains_key(&name) {
                            continue;
                        }
                        let told = history.add(&event, NOW);
                        prop_assert_eq!(told, Ok(()));
                        if event.kind != Kind::Impression {
                            prop_assert_eq!(history.add(&event, NOW), Err(Known));
                        }
                        log.insert(name, *event);
                    }
                    Step::Erase(customer) => {
                        log.retain(|(owner, _), _| *owner != customer);
                        history.erase(&customer);
                    }
                    Step::Forget(customer, id) => {
                        log.remove(&(customer.clone(), id));
                        history.erase(&customer);
                        for event in log.values().filter(|event| event.customer == customer) {
                            prop_assert_eq!(history.add(event, NOW), Ok(()));
                        }
                    }
                }
            }
            let mut left: Vec<&Event> = log.values().collect();
            let middle = turn.index(left.len() + 1).min(left.len());
            left.rotate_left(middle);
            let mut recounted = History::new();
            for event in left {
                prop_assert_eq!(recounted.add(event, NOW), Ok(()));
            }
            prop_assert_eq!(told(&history), told(&recounted));
            prop_assert_eq!(history.len(), recounted.len());
            prop_assert_eq!(learnt(&history), learnt(&recounted));
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
        assert_eq!(history.add(&back("r", "bob"), NOW), Ok(()));
        assert!(history.customer("ada").unwrap().has_ordered());
        assert_eq!(history.add(&back("r", "ada"), NOW), Ok(()));
        assert!(!history.customer("ada").unwrap().has_ordered());
    }

    #[test]
    fn only_a_return_takes_something_back() {
        let mut history = History::new();
        history.add(&event("o", "ada", Kind::Order), NOW).unwrap();
        let apply = Event { of: Some("o".to_owned()), ..event("a", "ada", Kind::Apply) };
        assert_eq!(history.add(&apply, NOW), Ok(()));
        assert!(history.customer("ada").unwrap().has_ordered());
        let of_list = Event { of: Some("list/3".to_owned()), ..event("b", "bob", Kind::Apply) };
        assert_eq!(history.add(&of_list, NOW), Ok(()));
        assert_eq!(history.customer("bob").unwrap().touches().count(), 1);
    }

    #[test]
    fn who_comes_back_after_an_erasure_is_somebody_else() {
        let mut history = History::new();
        history.add(&event("o", "ada", Kind::Order), NOW).unwrap();
        history.erase("ada");
        assert!(history.is_empty());
        let back = Event { of: Some("o".to_owned()), ..event("r", "ada", Kind::Return) };
        assert_eq!(history.add(&back, NOW), Ok(()));
        assert_eq!(history.add(&event("o", "bob", Kind::Order), NOW), Ok(()));
        assert!(history.customer("bob").unwrap().has_ordered());
    }

    #[test]
    fn each_kind_of_deed_keeps_its_last_so_that_any_can_be_left_out() {
        let mut history = History::new();
        for (id, kind, days) in
            [("v1", Kind::View, 3), ("s", Kind::Save, 1), ("v2", Kind::View, 2), ("v3", Kind::View, 5)]
        {
            history.add(&Event { at: NOW - days * DAY_MS, ..event(id, "ada", kind) }, NOW).unwrap();
        }
        let ada = history.customer("ada").unwrap();
        let deeds: Vec<(Kind, i64)> = ada
            .touches()
            .flat_map(|(_, touch)| touch.deeds().copied().collect::<Vec<_>>())
            .map(|deed| (deed.kind, (NOW - deed.at) / DAY_MS))
            .collect();
        assert_eq!(deeds, [(Kind::View, 2), (Kind::Save, 1)]);
    }

    /// A vector of them would be moved a hundred thousand times.
    #[test]
    fn a_customer_of_very_many_orders_gives_them_back_one_by_one() {
        const ORDERS: i64 = 100_000;
        let mut history = History::new();
        let styled = |n: i64| Recipe::default().with(Attribute::Font, format!("f{}", n % 100));
        for n in 0..ORDERS {
            // The last first, which is the worst for a vector in the order of time.
            let order = Event { at: NOW - n, recipe: styled(n), ..event(&format!("o{n}"), "ada", Kind::Order) };
            history.add(&order, NOW).unwrap();
        }
        let count = |history: &History| {
            let ada = history.customer("ada").unwrap();
            (ada.touches().count(), ada.touches().map(|(_, touch)| touch.deeds().count()).sum::<usize>())
        };
        assert_eq!(count(&history), (100, ORDERS as usize));
        for n in (0..ORDERS).filter(|n| n % 100 != 7) {
            let back = Event { of: Some(format!("o{n}")), ..event(&format!("r{n}"), "ada", Kind::Return) };
            history.add(&back, NOW).unwrap();
        }
        assert_eq!(count(&history), (1, ORDERS as usize / 100));
        assert!(history.customer("ada").unwrap().touch(history.id(&styled(7)).unwrap()).is_some());
    }

    #[test]
    fn nothing_happens_tomorrow() {
        let mut history = History::new();
        history.add(&Event { at: i64::MAX, ..event("e", "ada", Kind::Save) }, NOW).unwrap();
        assert_eq!(history.customer("ada").unwrap().since, NOW);
    }
}
