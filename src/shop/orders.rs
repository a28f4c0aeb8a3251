//! From what a customer orders to what is made: every name looked up, every artwork named, every price told.

use std::collections::BTreeMap;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::catalog::{Garment, UnknownId};
use crate::design::{Design, Problem};
use crate::order::{Content, LineReading, OrderReading, PinnedArtwork, PinnedDesign, PinnedLine};
use crate::prepress::preflight::{Finding, RuleId, Severity};
use crate::profile::Profile;
use crate::quote::{Item, OrderPrice, QuoteError, quote_order};
use crate::shop::quotes::{self, Measured, split_values};
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

/// The saved designs that an order names, by their ids; of one that cannot be read any more, what is wrong with it.
pub type OrderedDesigns = BTreeMap<String, Result<OrderedDesign, Vec<Problem>>>;

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
    /// Plans an order.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the document: its form; designs, colours and sizes that do not
    /// exist; fields without a value or with one that is too long; artwork that must not be printed as it is; and what has
    /// no price.
    pub fn plan_order(
        &self,
        profile: &Profile,
        reading: OrderReading,
        mut designs: OrderedDesigns,
        cancel: &Cancel,
    ) -> Result<Content, PlaceError> {
        let (lines, rush) = (reading.lines(), reading.rush());
        self.even(&mut designs, lines);
        let designs = &designs;
        let rush = rush.map(|id| quotes::rush(profile, id).map(|_| id));
        let mut planner = Planner {
            shop: self,
            profile,
            lines,
            rush: rush.as_ref().and_then(|known| known.as_ref().ok()).copied(),
            designs,
            cancel,
            accept: reading.accept(),
            problems: rush.and_then(Result::err).into_iter().collect(),
            told: Vec::new(),
        };
        planner.check_accept();
        let pinned: Vec<Option<PinnedLine>> =
            (0..lines.len()).map(|index| planner.line(index)).collect::<Result<_, _>>()?;
        let price = planner.price(&pinned)?;
        let problems = planner.problems;
        let order = reading.finish(problems).map_err(PlaceError::Order)?;
        // Without a problem there is a price.
        let OrderPrice { quotes, charges, total } = price.ok_or_else(|| PlaceError::Order(Vec::new()))?;
        Ok(Content {
            order,
            designs: designs.values().flatten().map(|design| design.pinned.clone()).collect(),
            lines: pinned.into_iter().flatten().collect(),
            quotes: quotes.iter().filter_map(|quote| serde_json::to_value(quote).ok()).collect(),
            charges: charges.iter().filter_map(|charge| serde_json::to_value(charge).ok()).collect(),
            total: total.0,
            currency: profile.currency.code.clone(),
            digits: profile.currency.digits,
        })
    }
}

impl Shop {
    /// Gives the names of each design's lines, which are a team, letters of one size.
    fn even(&self, designs: &mut OrderedDesigns, lines: &[LineReading]) {
        for (id, ordered) in designs {
            let Ok(ordered) = ordered else { continue };
            let team =
                lines.iter().filter(|line| line.design.as_ref() == Some(id)).filter_map(|line| line.fields.as_ref());
            let sizes = self.team_sizes(&ordered.design, team);
            if !sizes.is_empty() {
                ordered.design = ordered.design.resized(&sizes);
                ordered.pinned.document = serde_json::to_value(&ordered.design).unwrap_or_default();
            }
        }
    }
}

struct Planner<'a> {
    shop: &'a Shop,
    profile: &'a Profile,
    lines: &'a [LineReading],
    /// A rush that the shop has.
    rush: Option<&'a str>,
    designs: &'a OrderedDesigns,
    cancel: &'a Cancel,
    /// Ids of the preflight rules whose errors are accepted.
    accept: &'a [String],
    problems: Vec<Problem>,
    /// What was found in designs, so that a fault of one is not told for every size.
    told: Vec<(String, String)>,
}

impl<'a> Planner<'a> {
    /// Every rule that is accepted is one.
    fn check_accept(&mut self) {
        for (index, id) in self.accept.iter().enumerate() {
            if RuleId::ALL.iter().any(|rule| rule.as_str() == id) {
                continue;
            }
            let all: Vec<&str> = RuleId::ALL.iter().map(|rule| rule.as_str()).collect();
            let hint = Some(format!("write one of {}", all.join(", ")));
            self.problem(format!("/accept/{index}"), "unknown-rule", format!("there is no rule \"{id}\""), hint);
        }
    }

    /// What is made of a line; `None` if something is wrong with it.
    fn line(&mut self, index: usize) -> Result<Option<PinnedLine>, PlaceError> {
        let (line, pointer) = (&self.lines[index], format!("/lines/{index}"));
        let Some(OrderedDesign { design, library, .. }) = self.design(index) else { return Ok(None) };
        let garment = match self.shop.catalog.garment(&design.garment) {
            Ok(garment) => garment,
            Err(unknown) => {
                self.refuse(index, vec![unknown_in("/garment", &unknown)]);
                return Ok(None);
            }
        };
        let before = self.problems.len();
        let (color, size) = self.names(index, garment);
        let is_known = self.problems.len() == before;
        let choice = Choice { size, color, fields: self.values(index, design), ..Choice::default() };
        let fitting = match self.shop.fit(design, &choice) {
            Ok(fitting) => Fitting { cancel: self.cancel.clone(), ..fitting },
            Err(RenderError::Design(found)) => {
                self.refuse(index, found);
                return Ok(None);
            }
            Err(other) => return Err(PlaceError::Render(other)),
        };
        let scenes = match self.shop.scenes(&fitting, library, |_| true) {
            Ok(scenes) => scenes,
            Err(RenderError::Design(found)) => {
                self.refuse(index, found);
                return Ok(None);
            }
            Err(other) => return Err(PlaceError::Render(other)),
        };
        // What another garment would look like tells nothing about this one.
        if is_known {
            let findings = fitting.findings(&scenes).into_iter();
            let is_unfit = |finding: &Finding| {
                finding.severity == Severity::Error && !self.accept.iter().any(|rule| rule == finding.rule.as_str())
            };
            let unfit = findings.filter(is_unfit).map(|finding| Problem {
                pointer: finding.pointer,
                code: "unfit",
                message: format!("{} [{}]", finding.message, finding.rule.as_str()),
                hint: finding.fix.map(|fix| fix.text),
            });
            let unfit = unfit.collect();
            self.refuse(index, unfit);
        }
        let printed = scenes.iter().filter(|placed| placed.scene.has_ink());
        let artworks: Vec<PinnedArtwork> = printed
            .map(|placed| PinnedArtwork { area: placed.area.id.clone(), hash: placed.scene.hash.to_string() })
            .collect();
        if artworks.is_empty() {
            let hint = Some("put something on a print area".to_owned());
            self.problem(format!("{pointer}/design"), "empty", "there is nothing to print".to_owned(), hint);
        }
        let (Some(quantity), Some(fields), true) = (line.quantity, line.fields.clone(), self.problems.len() == before)
        else {
            return Ok(None);
        };
        Ok(Some(PinnedLine {
            garment: fitting.garment.id.clone(),
            color: fitting.color.id.clone(),
            size: fitting.size.id.clone(),
            technique: fitting.technique.id.clone(),
            quantity,
            fields,
            artworks,
        }))
    }

    /// The design of a line, if there is one that can be read.
    fn design(&mut self, index: usize) -> Option<&'a OrderedDesign> {
        let id = self.lines[index].design.as_ref()?;
        match self.designs.get(id) {
            Some(Ok(ordered)) => Some(ordered),
            Some(Err(problems)) => {
                self.refuse(index, problems.clone());
                None
            }
            None => {
                let hint = Some("save the design first and use the id of the answer".to_owned());
                let message = format!("there is no saved design \"{id}\"");
                self.problem(format!("/lines/{index}/design"), "unknown-design", message, hint);
                None
            }
        }
    }

    /// The color and the size that a line asks for, as far as the garment has them.
    fn names(&mut self, index: usize, garment: &Garment) -> (Option<String>, Option<String>) {
        let line = &self.lines[index];
        let mut known = |name: &str, asked: &Option<String>, unknown: Option<UnknownId>| match unknown {
            None => asked.clone(),
            Some(unknown) => {
                self.problems.push(unknown_in(&format!("/lines/{index}/{name}"), &unknown));
                None
            }
        };
        let color = line.color.as_deref().and_then(|id| garment.color(id).err());
        let size = line.size.as_deref().and_then(|id| garment.size(id).err());
        (known("color", &line.color, color), known("size", &line.size, size))
    }

    /// The values of a line's fields that can be drawn. Every field has a value of its own, and no value is for a field
    /// that is not there.
    fn values(&mut self, index: usize, design: &Design) -> BTreeMap<String, String> {
        let Some(given) = &self.lines[index].fields else { return BTreeMap::new() };
        let place = format!("/lines/{index}/fields");
        for field in design.fields.iter().filter(|field| !given.contains_key(&field.id)) {
            let message = format!("the field \"{}\" has no value", field.id);
            let hint = format!("write {{\"{}\": \"...\"}}, or \"\" to print nothing", field.id);
            self.problem(place.clone(), "missing-value", message, Some(hint));
        }
        let (good, bad) = split_values(design, given, &place);
        self.problems.extend(bad);
        good
    }

    /// Tells what is wrong with the design of a line, once for all lines.
    fn refuse(&mut self, index: usize, found: Vec<Problem>) {
        let id = self.lines[index].design.clone().unwrap_or_default();
        for problem in found {
            let key = (id.clone(), format!("{} {}", problem.pointer, problem.message));
            if self.told.contains(&key) {
                continue;
            }
            self.told.push(key);
            let message = if problem.pointer.is_empty() {
                problem.message
            } else {
                format!("{} ({})", problem.message, problem.pointer)
            };
            self.problem(format!("/lines/{index}/design"), problem.code, message, problem.hint);
        }
    }

    /// The price of each design in each colour and of the whole; `None` if something has no price.
    fn price(&mut self, lines: &[Option<PinnedLine>]) -> Result<Option<OrderPrice>, PlaceError> {
        // Of each design in each colour a job for each set of names; its sizes count together.
        let mut parts: Vec<(usize, &OrderedDesign, Vec<quotes::Order>)> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            let Some(line) = line else { continue };
            let Some(ordered) = self.design(index) else { continue };
            let item = Item { size: line.size.clone(), quantity: line.quantity };
            let is_same = |design: &OrderedDesign, jobs: &[quotes::Order]| {
                design.pinned.id == ordered.pinned.id && jobs.iter().all(|job| job.color.as_ref() == Some(&line.color))
            };
            let known = parts.iter().position(|(_, design, jobs)| is_same(design, jobs));
            let known = known.unwrap_or_else(|| {
                parts.push((index, ordered, Vec::new()));
                parts.len() - 1
            });
            let jobs = &mut parts[known].2;
            match jobs.iter_mut().find(|job| job.fields == line.fields) {
                Some(job) => match job.items.iter_mut().find(|known| known.size == item.size) {
                    Some(known) => known.quantity += item.quantity,
                    None => job.items.push(item),
                },
                None => jobs.push(quotes::Order {
                    items: vec![item],
                    rush: self.rush.map(str::to_owned),
                    color: Some(line.color.clone()),
                    fields: line.fields.clone(),
                    ..quotes::Order::default()
                }),
            }
        }
        let (mut measured, mut priced) = (Measured::new(), Vec::new());
        for (index, OrderedDesign { design, library, .. }, orders) in &parts {
            let job = |order| self.shop.job(self.profile, (design, library), order, &mut measured, self.cancel);
            match orders.iter().map(job).collect::<Result<Vec<_>, _>>() {
                Ok(jobs) => priced.push(jobs),
                Err(RenderError::Design(found)) => self.refuse(*index, found),
                Err(error) => return Err(PlaceError::Render(error)),
            }
        }
        // What one of them costs goes by all.
        if priced.len() < parts.len() {
            return Ok(None);
        }
        Ok(quote_order(priced).map_err(|(part, error)| self.not_printable(parts[part].0, &error)).ok())
    }

    fn not_printable(&mut self, index: usize, error: &QuoteError) {
        self.problem(format!("/lines/{index}/design"), "not-printable", error.to_string(), None);
    }

    fn problem(&mut self, pointer: String, code: &'static str, message: String, hint: Option<String>) {
        self.problems.push(Problem { pointer, code, message, hint });
    }
}
