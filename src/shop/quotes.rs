//! What an order of a design costs: names looked up, artwork measured, then priced.

use std::collections::BTreeMap;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::{Garment, Ink};
use crate::color::Color;
use crate::design::{Design, FieldValues, Problem, pointer};
use crate::profile::{Profile, Rush};
use crate::quote::{Item, Job, Location, MOST_ITEMS, MOST_PIECES, Quote, QuoteError, quote};
use crate::shop::{Choice, Fitting, RenderError, Shop, unknown_in};

/// What is ordered of a design.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// Quantities by size: 1 to [`MOST_ITEMS`] entries of 1 to [`MOST_PIECES`] pieces.
    pub items: Vec<Item>,
    /// Id of a way to have it sooner. Default: the usual time.
    pub rush: Option<String>,
    /// Id of a garment colour. Default: the document's.
    pub color: Option<String>,
    /// Id of a technique. Default: the document's.
    pub technique: Option<String>,
    /// Whether the same was printed before. Default: no.
    pub repeat: bool,
    /// Values of fields. Default: the document's samples.
    pub fields: BTreeMap<String, String>,
}

/// Locations that were measured, by artwork, print area and cloth.
pub(crate) type Measured = BTreeMap<(String, String, Color), Location>;

/// Why an order has no price.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// The order is not right; pointers lead into it: `/items/0/size`. There is at least one problem.
    #[error("the order has {} problem(s)", .0.len())]
    Order(Vec<Problem>),
    /// The design cannot be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// There is no price for it.
    #[error(transparent)]
    Quote(#[from] QuoteError),
}

/// What is asked for of a design, as far as it could be read: what is `None` was left out, or is told as a problem.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Quantities by size.
    pub items: Option<Vec<(Option<String>, Option<u32>)>>,
    /// Id of a way to have it sooner.
    pub rush: Option<String>,
    /// Id of a garment colour.
    pub color: Option<String>,
    /// Id of a technique.
    pub technique: Option<String>,
    /// Whether the same was printed before.
    pub repeat: bool,
    /// Values of fields.
    pub fields: BTreeMap<String, String>,
}

impl Asked {
    /// The order, if every item could be read.
    #[must_use]
    pub fn whole(self) -> Option<Order> {
        let items = self.items?.into_iter().map(|(size, quantity)| Some(Item { size: size?, quantity: quantity? }));
        let items = items.collect::<Option<_>>()?;
        let Self { rush, color, technique, repeat, fields, .. } = self;
        Some(Order { items, rush, color, technique, repeat, fields })
    }
}

impl From<&Order> for Asked {
    fn from(order: &Order) -> Self {
        let items = order.items.iter().map(|item| (Some(item.size.clone()), Some(item.quantity)));
        let Order { rush, color, technique, repeat, fields, .. } = order.clone();
        Self { items: Some(items.collect()), rush, color, technique, repeat, fields }
    }
}

impl Shop {
    /// Everything that is wrong with what is asked for; pointers lead into it. Of a design that could not be read only
    /// what does not depend on it is looked at.
    #[must_use]
    pub fn quote_problems(&self, profile: &Profile, design: Option<&Design>, asked: &Asked) -> Vec<Problem> {
        let garment = design.and_then(|design| self.catalog.garment(&design.garment).ok());
        let mut problems = asked.items.as_ref().map(|items| items_problems(items, garment)).unwrap_or_default();
        problems.extend(asked.rush.as_deref().and_then(|id| rush(profile, id).err()));
        let color = garment.zip(asked.color.as_deref()).and_then(|(garment, id)| garment.color(id).err());
        problems.extend(color.map(|unknown| unknown_in("/color", &unknown)));
        let technique = asked.technique.as_deref().and_then(|id| self.catalog.technique(id).err());
        problems.extend(technique.map(|unknown| unknown_in("/technique", &unknown)));
        problems.extend(design.into_iter().flat_map(|design| split_values(design, &asked.fields, "/fields").1));
        problems
    }

    /// Prices an order of a design with the prices of `profile`.
    ///
    /// # Errors
    /// Everything that is wrong with the order, or with the design; and what cannot be printed.
    pub fn quote(
        &self,
        profile: &Profile,
        design: (&Design, &Library),
        order: &Order,
        cancel: &Cancel,
    ) -> Result<Quote, OrderError> {
        let problems = self.quote_problems(profile, Some(design.0), &Asked::from(order));
        if !problems.is_empty() {
            return Err(OrderError::Order(problems));
        }
        Ok(quote(&self.job(profile, design, order, &mut Measured::new(), cancel)?)?)
    }

    /// What is to be priced, of an order whose names are known: artwork that is not in `measured` yet is measured.
    ///
    /// # Errors
    /// What is wrong with the design.
    pub(crate) fn job<'a>(
        &'a self,
        profile: &'a Profile,
        (design, library): (&'a Design, &Library),
        order: &Order,
        measured: &mut Measured,
        cancel: &Cancel,
    ) -> Result<Job<'a>, RenderError> {
        let choice = Choice { color: order.color.clone(), fields: order.fields.clone(), ..Choice::default() };
        let fitting = Fitting { cancel: cancel.clone(), ..self.fit(design, &choice)? };
        let technique = order.technique.as_deref().and_then(|id| self.catalog.technique(id).ok());
        let shelf: Vec<&Ink> = self.catalog.inks().iter().filter(|ink| is_on_shelf(profile, &ink.id)).collect();
        let mut locations = Vec::new();
        for placed in self.scenes(&fitting, library, |_| true)? {
            let cloth = fitting.color.of_part(&placed.area.part);
            let key = (placed.scene.hash.to_string(), placed.area.id.clone(), cloth);
            let location = match measured.get(&key) {
                Some(location) => location.clone(),
                None => Location::measure(&placed.scene, placed.area, cloth, &shelf, cancel)
                    .ok_or(RenderError::CalledOff)?,
            };
            measured.insert(key, location.clone());
            locations.push(location);
        }
        Ok(Job {
            profile,
            garment: fitting.garment,
            color: fitting.color,
            technique: technique.unwrap_or(fitting.technique),
            techniques: self.catalog.techniques(),
            locations,
            items: order.items.clone(),
            rush: order.rush.as_deref().and_then(|id| rush(profile, id).ok()),
            repeat: order.repeat,
            rest: None,
        })
    }
}

/// The values that the fields of a design can hold, and what is wrong with the others; `place` is where they stand.
pub(crate) fn split_values(
    design: &Design,
    given: &BTreeMap<String, String>,
    place: &str,
) -> (BTreeMap<String, String>, Vec<Problem>) {
    let mut problems = FieldValues::new(&design.fields, given).err().unwrap_or_default();
    // The pointer of such a problem is the field's id.
    problems.retain(|problem| pointer::tokens(&problem.pointer).next().is_some_and(|id| given.contains_key(&id)));
    problems.extend(unknown_fields(design, given));
    let mut good = given.clone();
    for problem in &mut problems {
        pointer::tokens(&problem.pointer).for_each(|id| drop(good.remove(&id)));
        problem.pointer.insert_str(0, place);
    }
    (good, problems)
}

/// Values for fields that the design does not have: whoever gives one has misspelt another, whose sample would be printed.
/// The pointer of such a problem is the field's id.
pub(crate) fn unknown_fields<'a>(
    design: &'a Design,
    given: &'a BTreeMap<String, String>,
) -> impl Iterator<Item = Problem> + 'a {
    given.keys().filter(move |id| !design.fields.iter().any(|field| field.id == **id)).map(move |id| {
        let known: Vec<String> = design.fields.iter().map(|field| format!("\"{}\"", field.id)).collect();
        let hint = if known.is_empty() {
            "leave it out: the design has no fields".to_owned()
        } else {
            format!("the design has {}", known.join(", "))
        };
        let message = format!("the design has no field \"{id}\"");
        Problem { pointer: pointer::join("", id), code: "unknown-field", message, hint: Some(hint) }
    })
}

pub(super) fn is_on_shelf(profile: &Profile, ink: &str) -> bool {
    profile.inks.is_empty() || profile.inks.iter().any(|id| id == ink)
}

pub(crate) fn rush<'a>(profile: &'a Profile, id: &str) -> Result<&'a Rush, Problem> {
    profile.rush.iter().find(|rush| rush.id == id).ok_or_else(|| {
        let known: Vec<String> = profile.rush.iter().map(|rush| format!("\"{}\"", rush.id)).collect();
        let hint =
            if known.is_empty() { "leave it out".to_owned() } else { format!("write one of {}", known.join(", ")) };
        let message = format!("there is no rush \"{id}\"");
        Problem { pointer: "/rush".to_owned(), code: "unknown-id", message, hint: Some(hint) }
    })
}

fn items_problems(items: &[(Option<String>, Option<u32>)], garment: Option<&Garment>) -> Vec<Problem> {
    let problem =
        |pointer: String, code, message: String, hint: Option<String>| Problem { pointer, code, message, hint };
    if items.is_empty() {
        let hint = Some("write at least one size with a quantity".to_owned());
        return vec![problem("/items".to_owned(), "empty", "the order has no pieces".to_owned(), hint)];
    }
    if items.len() > MOST_ITEMS {
        let message = format!("{} sizes are too many; at most {MOST_ITEMS} are allowed", items.len());
        return vec![problem("/items".to_owned(), "too-many", message, None)];
    }
    let mut problems = Vec::new();
    for (index, (size, quantity)) in items.iter().enumerate() {
        if let (Some(garment), Some(size)) = (garment, size)
            && let Err(unknown) = garment.size(size)
        {
            let sizes: Vec<&str> = garment.sizes.iter().map(|size| size.id.as_str()).collect();
            let hint = unknown.hint().unwrap_or_else(|| format!("{} comes in {}", garment.name, sizes.join(", ")));
            problems.push(problem(format!("/items/{index}/size"), "unknown-id", unknown.to_string(), Some(hint)));
        }
        if let Some(quantity) = quantity.filter(|quantity| !(1..=MOST_PIECES).contains(quantity)) {
            let message = format!("{quantity} pieces are out of range; expected 1 to {MOST_PIECES}");
            problems.push(problem(format!("/items/{index}/quantity"), "out-of-range", message, None));
        }
    }
    problems
}
