//! What one customer did with which recipe. Most have few deeds and there are many customers, so that those lie in one vector;
//! of a customer with very many, such as a reseller's account, a vector would be moved once for each of them.

use std::collections::BTreeMap;

use crate::suggest::Kind;
use crate::suggest::history::{RecipeId, start_of_day};

/// What names an event: half of the BLAKE3 of its customer and id, so that nobody can take another's id away.
pub(super) type EventKey = [u8; 16];

/// So many deeds lie in a vector. Tests have few, and try both ways.
const FEW: usize = if cfg!(test) { 4 } else { 256 };

/// Something that was done with a recipe.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Deed {
    pub(super) at: i64,
    /// When they did the same last before that day, as days are in UTC; the earliest moment if they never did.
    pub(super) before: i64,
    /// When they first did the same; of an order, when that was.
    pub(super) first: i64,
    pub(super) weight: f64,
    pub(super) recipe: RecipeId,
    pub(super) kind: Kind,
    /// Of an order its event, which a return names; nothing of other deeds.
    pub(super) order: EventKey,
}

/// By recipe, in each by time, kind and order.
type Place = (RecipeId, i64, Kind, EventKey);

impl Deed {
    pub(super) const fn new(at: i64, (kind, weight): (Kind, f64), recipe: RecipeId, order: EventKey) -> Self {
        Self { at, before: i64::MIN, first: at, weight, recipe, kind, order }
    }

    /// The same deed done twice, in whichever order that is told.
    fn and(self, other: Self) -> Self {
        let (earlier, later) = if self.at < other.at { (self, other) } else { (other, self) };
        let earlier_day = if earlier.at < start_of_day(later.at) { earlier.at } else { earlier.before };
        Self { before: later.before.max(earlier_day), first: earlier.first.min(later.first), ..later }
    }

    const fn place(&self) -> Place {
        (self.recipe, self.at, self.kind, self.order)
    }
}

/// The deeds of one customer: every order, since a return takes one back, and of each other kind with each recipe when it was
/// done first, last, and last before that day.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Deeds {
    Few(Vec<Deed>),
    Many(Box<Many>),
}

/// Deeds in a tree, and the ways to one of them.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Many {
    deeds: BTreeMap<Place, Deed>,
    /// When what is kept once was done last.
    last: BTreeMap<(RecipeId, Kind), i64>,
    orders: BTreeMap<EventKey, Place>,
}

impl Many {
    fn of(&self, recipe: RecipeId) -> impl Iterator<Item = &Deed> {
        self.deeds.range(start(recipe)..start(after(recipe))).map(|(_, deed)| deed)
    }

    /// The first recipe from one on.
    fn next(&self, from: RecipeId) -> Option<RecipeId> {
        self.deeds.range(start(from)..).next().map(|(place, _)| place.0)
    }

    fn put(&mut self, deed: Deed) {
        let place = deed.place();
        if deed.kind == Kind::Order {
            self.orders.insert(deed.order, place);
        } else {
            self.last.insert((deed.recipe, deed.kind), deed.at);
        }
        self.deeds.insert(place, deed);
    }

    fn add(&mut self, mut deed: Deed) {
        let known = (deed.kind != Kind::Order).then(|| self.last.get(&(deed.recipe, deed.kind))).flatten();
        let known = known.and_then(|at| self.deeds.remove(&(deed.recipe, *at, deed.kind, EventKey::default())));
        if let Some(known) = known {
            deed = deed.and(known);
        }
        self.put(deed);
    }
}

/// Before all deeds with a recipe.
const fn start(recipe: RecipeId) -> Place {
    (recipe, i64::MIN, Kind::View, [0; 16])
}

const fn after(recipe: RecipeId) -> RecipeId {
    RecipeId(recipe.0.saturating_add(1))
}

impl Deeds {
    pub(super) const fn new() -> Self {
        Self::Few(Vec::new())
    }

    pub(super) fn add(&mut self, deed: Deed) {
        match self {
            Self::Few(few) => {
                add_to(few, deed);
                if few.len() > FEW {
                    let mut many = Many::default();
                    few.drain(..).for_each(|deed| many.put(deed));
                    *self = Self::Many(Box::new(many));
                }
            }
            Self::Many(many) => many.add(deed),
        }
    }

    /// Takes an order back.
    pub(super) fn give_back(&mut self, order: EventKey) {
        match self {
            Self::Few(few) => few.retain(|deed| deed.kind != Kind::Order || deed.order != order),
            Self::Many(many) => {
                if let Some(place) = many.orders.remove(&order) {
                    many.deeds.remove(&place);
                }
            }
        }
    }

    pub(super) fn has_order(&self) -> bool {
        match self {
            Self::Few(few) => few.iter().any(|deed| deed.kind == Kind::Order),
            Self::Many(many) => !many.orders.is_empty(),
        }
    }

    /// What was done with each recipe.
    pub(super) fn touches(&self) -> impl Iterator<Item = (RecipeId, Touch<'_>)> {
        let (few, many) = match self {
            Self::Few(few) => (few.as_slice(), None),
            Self::Many(many) => (&[][..], Some(&**many)),
        };
        let few = few.chunk_by(|a, b| a.recipe == b.recipe).map(|deeds| (deeds[0].recipe, Touch::Few(deeds)));
        let many = many.into_iter().flat_map(|many| {
            let recipes = std::iter::successors(many.next(RecipeId(0)), |recipe| many.next(after(*recipe)));
            recipes.map(|recipe| (recipe, Touch::Many(many, recipe)))
        });
        few.chain(many)
    }

    /// What was done with one recipe.
    pub(super) fn touch(&self, recipe: RecipeId) -> Option<Touch<'_>> {
        let touch = match self {
            Self::Few(few) => Touch::Few(&few[range(few, recipe)]),
            Self::Many(many) => Touch::Many(many, recipe),
        };
        touch.deeds().next().is_some().then_some(touch)
    }
}

fn range(few: &[Deed], recipe: RecipeId) -> std::ops::Range<usize> {
    let start = few.partition_point(|deed| deed.recipe < recipe);
    let end = start + few[start..].partition_point(|deed| deed.recipe == recipe);
    start..end
}

fn add_to(few: &mut Vec<Deed>, mut deed: Deed) {
    let mut known = if deed.kind == Kind::Order { 0..0 } else { range(few, deed.recipe) };
    if let Some(known) = known.find(|place| few[*place].kind == deed.kind).map(|place| few.remove(place)) {
        deed = deed.and(known);
    }
    if few.len() == few.capacity() {
        // Not twice as many: most customers stop soon.
        few.reserve_exact((few.len() / 2).max(2));
    }
    few.insert(few.partition_point(|other| other.place() <= deed.place()), deed);
}

/// What one customer did with one recipe.
#[derive(Debug, Clone, Copy)]
pub(super) enum Touch<'a> {
    Few(&'a [Deed]),
    Many(&'a Many, RecipeId),
}

impl<'a> Touch<'a> {
    pub(super) fn deeds(self) -> impl Iterator<Item = &'a Deed> {
        let (few, many) = match self {
            Self::Few(few) => (few, None),
            Self::Many(many, recipe) => (&[][..], Some(many.of(recipe))),
        };
        few.iter().chain(many.into_iter().flatten())
    }

    /// Whether they said that they want no more of it.
    pub(super) fn is_dismissed(self) -> bool {
        match self {
            Self::Few(few) => few.iter().any(|deed| deed.kind == Kind::Dismiss),
            Self::Many(many, recipe) => many.last.contains_key(&(recipe, Kind::Dismiss)),
        }
    }
}
