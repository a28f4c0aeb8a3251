//! What a sport asks of the names and numbers of a team: legal numbers, each once, high enough and easy to tell from the
//! cloth. It is told and stops nothing: a league's referee decides, and a club may know better.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

use crate::batch::issue::RowIssue;
use crate::batch::orders::{OrderLine, Orders};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::color::contrast::contrast_ratio;
use crate::design::{Content, Layer};
use crate::scene::{Item, Paint};
use crate::shop::{Fitting, Shop};

/// The rules of a sport.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sport {
    /// What it is called on the command line.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Digits that numbers may have.
    digits: String,
    /// How many of them.
    most_digits: usize,
    /// Numbers of which a team has one only.
    #[serde(default)]
    apart: Vec<[String; 2]>,
    /// Least contrast of numbers on the cloth (WCAG 2.2).
    contrast: f64,
    /// Heights of numbers by print area.
    #[serde(default)]
    number: BTreeMap<String, Heights>,
    /// Heights of names by print area.
    #[serde(default)]
    name_heights: BTreeMap<String, Heights>,
}

/// The lowest and the highest, mm.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heights {
    adult: [f64; 2],
    youth: [f64; 2],
}

#[derive(Debug, Deserialize)]
struct Pack {
    sports: Vec<Sport>,
}

/// How much lower or higher than asked for is still as asked for, mm: letters overshoot.
const SLACK: f64 = 1.5;

impl Sport {
    /// Every sport there are rules for; a test reads them all.
    #[must_use]
    pub fn all() -> Vec<Self> {
        toml::from_str(include_str!("sports.toml")).map_or_else(|_| Vec::new(), |pack: Pack| pack.sports)
    }

    /// Why a number is none of the sport's.
    fn wrong(&self, number: &str) -> Option<(String, String)> {
        let name = &self.name;
        let count = number.chars().count();
        if number.is_empty() || !number.chars().all(|c| c.is_ascii_digit()) {
            return Some((format!("{number:?} is no number"), "write digits only".to_owned()));
        }
        if count > self.most_digits {
            let hint = format!("{name} has at most {} digits", self.most_digits);
            return Some((format!("{number} has {count} digits"), hint));
        }
        if let Some(bad) = number.chars().find(|c| !self.digits.contains(*c)) {
            let (first, last) = (self.digits.chars().next()?, self.digits.chars().last()?);
            return Some((format!("{name} has no number with a {bad}"), format!("use digits from {first} to {last}")));
        }
        let leads = number.starts_with('0') && count > 1 && number != "00";
        leads.then(|| (format!("{number} begins with 0"), format!("write {}", number.trim_start_matches('0'))))
    }
}

/// What the sport has to say of the orders' lines, in the order of the file. Lines of one order and design are a team. Of so
/// many different pieces it is measured how they are printed, the first ones. What is asked for while it is called off is
/// of no use.
#[must_use]
pub fn look(shop: &Shop, orders: &Orders, sport: &Sport, most: usize, cancel: &Cancel) -> Vec<RowIssue> {
    let mut issues = numbers(orders, sport);
    let mut looks: BTreeMap<[u8; 32], &OrderLine> = BTreeMap::new();
    let pieces: Vec<[u8; 32]> = orders.lines.iter().map(|line| crate::batch::check::piece(shop, line)).collect();
    for (line, piece) in orders.lines.iter().zip(&pieces) {
        if looks.len() < most {
            looks.entry(*piece).or_insert(line);
        }
    }
    let measured: BTreeMap<[u8; 32], Vec<RowIssue>> =
        looks.into_par_iter().map(|(piece, line)| (piece, measure(shop, line, sport, cancel))).collect();
    for (line, piece) in orders.lines.iter().zip(&pieces) {
        let found = measured.get(piece).into_iter().flatten();
        issues.extend(found.map(|issue| RowIssue { row: line.row, ..issue.clone() }.of_line(line)));
    }
    issues.sort_by_key(|issue| issue.row);
    issues
}

/// What is wrong with the numbers themselves.
fn numbers(orders: &Orders, sport: &Sport) -> Vec<RowIssue> {
    let mut issues = Vec::new();
    let mut teams: BTreeMap<(&str, &str), BTreeMap<&str, u64>> = BTreeMap::new();
    for line in &orders.lines {
        let Some(number) = line.fields.get("number") else { continue };
        let mut note = |message: String, hint: String| {
            issues.push(RowIssue::note(line.row, "number", message, hint).of_line(line));
        };
        if let Some((message, hint)) = sport.wrong(number) {
            note(message, hint);
        }
        if number.is_empty() {
            continue;
        }
        let team = teams.entry((&line.order_id, &line.design)).or_default();
        if let Some(first) = team.get(number) {
            note(
                format!("{number} is the number of row {first}, too"),
                "a number is one player's in a team".to_owned(),
            );
        }
        for [one, other] in &sport.apart {
            let rival = if number == one { other } else { one };
            if (number == one || number == other)
                && let Some(first) = team.get(rival.as_str())
            {
                let message = format!("{number} stands beside {rival} of row {first}");
                note(message, format!("a team of {} has one of them only", sport.name));
            }
        }
        team.entry(number).or_insert(line.row);
    }
    issues
}

/// What is wrong with a line's names and numbers as they are printed.
fn measure(shop: &Shop, line: &OrderLine, sport: &Sport, cancel: &Cancel) -> Vec<RowIssue> {
    let mut issues = Vec::new();
    let design = &line.opened.design;
    let choice = line.choice();
    let Ok(fitting) = shop.fit(design, &choice) else { return issues };
    let fitting = Fitting { cancel: cancel.clone(), ..fitting };
    // What cannot be drawn is told elsewhere.
    let Ok(scenes) = shop.scenes(&fitting, &line.opened.library, |_| true) else { return issues };
    let is_youth = line.size.starts_with(['Y', 'y']);
    for placed in &scenes {
        let placement = design.placements.iter().find(|placement| placement.area == placed.area.id);
        let cloth = fitting.color.of_part(&placed.area.part);
        for (field, heights) in [("number", &sport.number), ("name", &sport.name_heights)] {
            let span = heights.get(&placed.area.id).map(|area| if is_youth { area.youth } else { area.adult });
            let layers = placement.iter().flat_map(|placement| &placement.layers);
            for layer in layers.filter(|layer| shows(layer, field)) {
                let Some(drawn) = placed.scene.layers.iter().find(|drawn| drawn.id == layer.id) else { continue };
                let height = drawn.ink.height();
                if drawn.ink.area() <= 0.0 {
                    continue;
                }
                let mut note = |message, hint| issues.push(RowIssue::note(line.row, field, message, hint));
                if let Some([least, most]) =
                    span.filter(|[least, most]| height < least - SLACK || height > most + SLACK)
                {
                    let who = if is_youth { "youth" } else { "adults" };
                    let place = &placed.area.name;
                    note(
                        format!("the {field} on {place} is {height:.0} mm high"),
                        format!("{} has {least:.0} to {most:.0} mm there for {who}", sport.name),
                    );
                }
                let best = colors(&drawn.items).map(|color| contrast_ratio(color, cloth)).fold(0.0, f64::max);
                if best < sport.contrast {
                    note(
                        format!("the {field} on {} stands out from the cloth by {best:.1} : 1", placed.area.name),
                        format!(
                            "{} wants {} : 1; take a lighter or darker ink, or an outline",
                            sport.name, sport.contrast
                        ),
                    );
                }
            }
        }
    }
    issues
}

/// Whether a layer is an upright text with a field.
fn shows(layer: &Layer, field: &str) -> bool {
    let is_upright = layer.rotation.abs() < 0.5 && !layer.hidden;
    matches!(&layer.content, Content::Text(text) if is_upright && text.text.contains(&format!("{{{{{field}}}}}")))
}

/// The plain colours of items.
fn colors(items: &[Item]) -> Box<dyn Iterator<Item = Color> + '_> {
    Box::new(items.iter().flat_map(|item| -> Box<dyn Iterator<Item = Color> + '_> {
        match item {
            Item::Fill { paint: Paint::Solid(color, _), .. } | Item::Stroke { paint: Paint::Solid(color, _), .. } => {
                Box::new(std::iter::once(*color))
            }
            Item::Group(group) => colors(&group.items),
            _ => Box::new(std::iter::empty()),
        }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sport(id: &str) -> Sport {
        Sport::all().into_iter().find(|sport| sport.id == id).unwrap()
    }

    #[test]
    fn the_legal_numbers_of_basketball_are_those_of_the_rule_books() {
        let all: Vec<String> =
            std::iter::once("00".to_owned()).chain((0..100).map(|number| number.to_string())).collect();
        let legal = |id: &str| {
            let rules = sport(id);
            all.iter().filter(|number| rules.wrong(number).is_none()).cloned().collect::<Vec<_>>()
        };
        assert_eq!(legal("basketball"), all);
        let tens = (1..=5).flat_map(|ten| (0..=5).map(move |one| format!("{ten}{one}")));
        let book: Vec<String> =
            ["00"].into_iter().map(str::to_owned).chain((0..=5).map(|one| one.to_string())).chain(tens).collect();
        assert_eq!(legal("basketball-high-school"), book);
        for wrong in ["", "05", "123", "1O", "-1", "\u{661}"] {
            assert!(sport("basketball").wrong(wrong).is_some(), "{wrong:?}");
        }
        let told = sport("basketball-high-school").wrong("39").map(|(message, hint)| format!("{message}; {hint}"));
        let expected = "Basketball (NFHS, US high schools) has no number with a 9; use digits from 0 to 5";
        assert_eq!(told.as_deref(), Some(expected));
    }

    #[test]
    fn every_sport_can_be_read_and_its_heights_make_sense() {
        let sports = Sport::all();
        assert!(sports.len() >= 3);
        for sport in &sports {
            let heights = sport.number.values().chain(sport.name_heights.values());
            assert!(heights.clone().count() > 0, "{}", sport.id);
            assert!(heights.clone().all(|heights| heights.adult[0] < heights.adult[1]), "{}", sport.id);
            assert!(heights.clone().all(|heights| heights.youth[0] <= heights.adult[0]), "{}", sport.id);
        }
    }
}
