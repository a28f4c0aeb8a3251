//! From what a customer orders to what is made: every name looked up, every artwork named, every price told.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::UnknownId;
use crate::design::{Design, Problem};
use crate::order::{Content, Order, PinnedArtwork, PinnedDesign, PinnedLine};
use crate::prepress::preflight::Severity;
use crate::profile::Profile;
use crate::quote::Item;
use crate::shop::quotes::{self, OrderError};
use crate::shop::{Choice, Fitting, RenderError, Shop, unknown_in};

/// A saved design that an order names.
#[derive(Debug)]
pub struct OrderedDesign {
    /// The design.
    pub design: Design,
    /// Its pictures.
    pub library: Library,
    /// Which revision of it, and the document as it is kept.
    pub pinned: PinnedDesign,
}

/// Why an order cannot be placed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The order is not right; pointers lead into it: `/lines/0/size`. There is at least one problem.
    #[error("the order has {} problem(s)", .0.len())]
    Order(Vec<Problem>),
    /// It cannot be drawn now.
    #[error(transparent)]
    Render(RenderError),
}

impl Shop {
    /// Plans an order whose designs are in `designs` by their ids.
    ///
    /// # Errors
    /// Everything that is wrong with it: designs, colours and sizes that do not exist, fields without a value, artwork that
    /// must not be printed as it is, and what has no price.
    pub fn plan_order(
        &self,
        profile: &Profile,
        order: Order,
        designs: &BTreeMap<String, OrderedDesign>,
        cancel: &Cancel,
    ) -> Result<Content, PlaceError> {
        let mut planner =
            Planner { shop: self, profile, order: &order, designs, cancel, problems: Vec::new(), told: Vec::new() };
        let lines: Vec<Option<PinnedLine>> =
            (0..order.lines.len()).map(|index| planner.line(index)).collect::<Result<_, _>>()?;
        let quotes = if planner.problems.is_empty() { planner.quotes()? } else { Vec::new() };
        let problems = planner.problems;
        let lines: Vec<PinnedLine> = lines.into_iter().flatten().collect();
        if !problems.is_empty() {
            return Err(PlaceError::Order(problems));
        }
        let pinned = designs.values().map(|design| design.pinned.clone()).collect();
        let total = quotes.iter().map(|quote| quote.total.0).sum();
        let quotes: Vec<Value> = quotes.iter().filter_map(|quote| serde_json::to_value(quote).ok()).collect();
        Ok(Content {
            order,
            designs: pinned,
            lines,
            quotes,
            total,
            currency: profile.currency.code.clone(),
            digits: profile.currency.digits,
        })
    }
}

struct Planner<'a> {
    shop: &'a Shop,
    profile: &'a Profile,
    order: &'a Order,
    designs: &'a BTreeMap<String, OrderedDesign>,
    cancel: &'a Cancel,
    problems: Vec<Problem>,
    /// What was found in designs, so that a fault of one is not told for every size.
    told: Vec<(String, String)>,
}

impl Planner<'_> {
    fn line(&mut self, index: usize) -> Result<Option<PinnedLine>, PlaceError> {
        let line = &self.order.lines[index];
        let pointer = format!("/lines/{index}");
        let Some(OrderedDesign { design, library, .. }) = self.designs.get(&line.design) else {
            let hint = Some("save the design first and use the id of the answer".to_owned());
            let message = format!("there is no saved design \"{}\"", line.design);
            self.problem(format!("{pointer}/design"), "unknown-design", message, hint);
            return Ok(None);
        };
        let before = self.problems.len();
        self.check_fields(index, design);
        let (size, color) = (Some(line.size.clone()), line.color.clone());
        let choice = Choice { size, color, fields: line.fields.clone(), ..Choice::default() };
        let fitting = match self.shop.fit(design, &choice) {
            Ok(fitting) => Fitting { cancel: self.cancel.clone(), ..fitting },
            Err(error) => return self.refuse(index, error).map(|()| None),
        };
        let scenes = match self.shop.scenes(&fitting, library, |_| true) {
            Ok(scenes) => scenes,
            Err(error) => return self.refuse(index, error).map(|()| None),
        };
        let findings = fitting.findings(&scenes);
        for finding in findings.into_iter().filter(|finding| finding.severity == Severity::Error) {
            let key = (line.design.clone(), finding.message.clone());
            if !self.told.contains(&key) {
                self.told.push(key);
                let message = format!("{} ({})", finding.message, finding.pointer);
                self.problem(format!("{pointer}/design"), "unfit", message, finding.fix.map(|fix| fix.text));
            }
        }
        let printed = scenes.iter().filter(|placed| placed.scene.has_ink());
        let artworks: Vec<PinnedArtwork> = printed
            .map(|placed| PinnedArtwork { area: placed.area.id.clone(), hash: placed.scene.hash.to_string() })
            .collect();
        if artworks.is_empty() {
            let hint = Some("put something on a print area".to_owned());
            self.problem(format!("{pointer}/design"), "empty", "there is nothing to print".to_owned(), hint);
        }
        Ok((self.problems.len() == before).then(|| PinnedLine {
            garment: fitting.garment.id.clone(),
            color: fitting.color.id.clone(),
            size: fitting.size.id.clone(),
            technique: fitting.technique.id.clone(),
            quantity: line.quantity,
            fields: line.fields.clone(),
            artworks,
        }))
    }

    /// Every field has a value of its own, and no value is for a field that is not there.
    fn check_fields(&mut self, index: usize, design: &Design) {
        let given = &self.order.lines[index].fields;
        let pointer = format!("/lines/{index}/fields");
        for field in design.fields.iter().filter(|field| !given.contains_key(&field.id)) {
            let message = format!("the field \"{}\" has no value", field.id);
            let hint = format!("write {{\"{}\": \"...\"}}, or \"\" to print nothing", field.id);
            self.problem(pointer.clone(), "missing-value", message, Some(hint));
        }
        for id in given.keys().filter(|id| !design.fields.iter().any(|field| field.id == **id)) {
            let known: Vec<String> = design.fields.iter().map(|field| format!("\"{}\"", field.id)).collect();
            let hint = if known.is_empty() {
                "leave it out: the design has no fields".to_owned()
            } else {
                format!("the design has {}", known.join(", "))
            };
            let place = crate::design::pointer::join(&pointer, id);
            self.problem(place, "unknown-field", format!("the design has no field \"{id}\""), Some(hint));
        }
    }

    /// Tells what the shop says of a line at the place of the line.
    fn refuse(&mut self, index: usize, error: RenderError) -> Result<(), PlaceError> {
        let line = format!("/lines/{index}");
        match error {
            RenderError::Unknown(unknown) => self.problems.push(unknown_in(&place_of(&line, &unknown), &unknown)),
            RenderError::Design(found) => {
                for problem in found {
                    let key = (self.order.lines[index].design.clone(), problem.to_string());
                    if self.told.contains(&key) {
                        continue;
                    }
                    self.told.push(key);
                    let message = if problem.pointer.is_empty() {
                        problem.message
                    } else {
                        format!("{} ({})", problem.message, problem.pointer)
                    };
                    self.problem(format!("{line}/design"), problem.code, message, problem.hint);
                }
            }
            other => return Err(PlaceError::Render(other)),
        }
        Ok(())
    }

    /// The price of each design in each colour; its sizes count together.
    fn quotes(&mut self) -> Result<Vec<crate::quote::Quote>, PlaceError> {
        let mut groups: Vec<(usize, quotes::Order)> = Vec::new();
        for (index, line) in self.order.lines.iter().enumerate() {
            let item = Item { size: line.size.clone(), quantity: line.quantity };
            let first = |first: usize| &self.order.lines[first];
            let same =
                groups.iter_mut().find(|(at, _)| first(*at).design == line.design && first(*at).color == line.color);
            match same {
                Some((_, group)) => match group.items.iter_mut().find(|known| known.size == item.size) {
                    Some(known) => known.quantity += item.quantity,
                    None => group.items.push(item),
                },
                None => groups.push((
                    index,
                    quotes::Order {
                        items: vec![item],
                        rush: self.order.rush.clone(),
                        color: line.color.clone(),
                        fields: line.fields.clone(),
                        ..quotes::Order::default()
                    },
                )),
            }
        }
        let mut quotes = Vec::new();
        for (index, group) in groups {
            let OrderedDesign { design, library, .. } = &self.designs[&self.order.lines[index].design];
            match self.shop.quote(self.profile, (design, library), &group, self.cancel) {
                Ok(quote) => quotes.push(quote),
                Err(OrderError::Render(error)) => self.refuse(index, error)?,
                Err(OrderError::Order(found)) => {
                    for problem in found {
                        // The rush is the order's; all else was looked at before.
                        let pointer =
                            if problem.pointer == "/rush" { problem.pointer } else { format!("/lines/{index}") };
                        if !self.problems.iter().any(|known| known.pointer == pointer) {
                            self.problems.push(Problem { pointer, ..problem });
                        }
                    }
                }
                Err(OrderError::Quote(error)) => {
                    self.problem(format!("/lines/{index}/design"), "not-printable", error.to_string(), None);
                }
            }
        }
        Ok(quotes)
    }

    fn problem(&mut self, pointer: String, code: &'static str, message: String, hint: Option<String>) {
        self.problems.push(Problem { pointer, code, message, hint });
    }
}

/// Where a line names what is unknown.
fn place_of(line: &str, unknown: &UnknownId) -> String {
    use crate::catalog::Kind;
    match unknown.kind {
        Kind::Size => format!("{line}/size"),
        Kind::Color => format!("{line}/color"),
        _ => format!("{line}/design"),
    }
}
