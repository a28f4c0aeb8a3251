//! From text to a profile: strictly, and with every problem at once.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::catalog::{self, Catalog, InkSwatch, Reading, Swatch, Swatches};
use crate::design::limits::Bounds;
use crate::design::reader::{Node, Object, Reader};
use crate::design::{DesignError, json};
use crate::profile::{
    AreaPrices, Blank, Brand, Break, Currency, Measure, Money, Press, Prices, Profile, ProfileError, Rush,
    ScreenPrices, VERSION, limits, unknown,
};

/// See [`Profile::from_toml`].
pub(super) fn from_toml(text: &str) -> Result<Profile, ProfileError> {
    if text.len() > limits::BYTES {
        return Err(ProfileError::TooLarge);
    }
    let syntax = |message: String| ProfileError::Syntax { format: "TOML", message };
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line = error.span().map(|span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
        let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
        syntax(format!("{place}{}", error.message().trim().replace('\n', ", ")))
    })?;
    let value = serde_json::to_value(table).map_err(|error| syntax(error.to_string()))?;
    profile(&value, Reader::default(), None)
}

/// See [`Profile::from_json`] and [`Profile::of_catalog`].
pub(super) fn from_json(bytes: &[u8], catalog: Option<&Catalog>) -> Result<Profile, ProfileError> {
    if bytes.len() > limits::BYTES {
        return Err(ProfileError::TooLarge);
    }
    let (value, duplicates) = json::parse(bytes).map_err(|error| match error {
        DesignError::NotJson { line, column, message } => {
            ProfileError::Syntax { format: "JSON", message: format!("{message}, {}", json::place(line, column)) }
        }
        _ => ProfileError::TooLarge,
    })?;
    let reader = Reader::default();
    reader.report_duplicates(duplicates);
    profile(&value, reader, catalog)
}

fn profile(value: &Value, reader: Reader, catalog: Option<&Catalog>) -> Result<Profile, ProfileError> {
    let profile = read(&Node::root(value, &reader));
    let unknown = catalog.map(|catalog| unknown::ids(value, catalog)).unwrap_or_default();
    for problem in unknown.into_iter().filter(|problem| !reader.has_told(&problem.pointer)).collect::<Vec<_>>() {
        reader.report(problem);
    }
    match (reader.into_problems(value), profile) {
        (problems, Some(profile)) if problems.is_empty() => Ok(profile),
        (problems, _) => Err(ProfileError::Invalid(problems)),
    }
}

fn read(node: &Node<'_>) -> Option<Profile> {
    let mut object = node.object()?;
    let version = object.required("version", |node| whole(&node, VERSION, VERSION));
    let brand = object.required("brand", |node| brand(&node));
    let currency = object.required("currency", |node| currency(&node));
    let inks =
        object.or("inks", Vec::new(), |node| node.list(limits::INKS, |node| node.unique_id("ink", "duplicate-id")));
    let presses = object.required("presses", |node| filled(&node, limits::PRESSES, press));
    let dark_below = object.required("dark_below", |node| whole(&node, 0, 100));
    let garments = object.or("garments", BTreeMap::new(), |node| map(&node, blank));
    let techniques = object.required("techniques", |node| map(&node, prices));
    if techniques.as_ref().is_some_and(BTreeMap::is_empty) {
        node.report("empty", "the shop offers no technique".to_owned());
    }
    let breaks = object.or("breaks", Vec::new(), |node| breaks(&node));
    let usual_days = object.optional("usual_days", |node| whole(&node, 0, limits::DAYS));
    let rush = object.or("rush", Vec::new(), |node| node.list(limits::TIERS, |node| rush(&node)));
    let minimum_order = object.or("minimum_order", Money::ZERO, |node| amount(&node));
    let measured = object.or("measured", Swatches::default(), |node| measured(&node));
    object.finish();
    Some(Profile {
        version: version?,
        brand: brand?,
        currency: currency?,
        inks,
        presses: presses?,
        dark_below: dark_below?,
        garments,
        techniques: techniques?,
        breaks,
        usual_days,
        rush,
        minimum_order,
        measured,
    })
}

fn brand(node: &Node<'_>) -> Option<Brand> {
    let mut object = node.object()?;
    let name = object.required("name", |node| node.line(limits::NAME_CHARS));
    let contact = object.optional("contact", |node| node.line(limits::NAME_CHARS));
    object.finish();
    Some(Brand { name: name?, contact })
}

fn currency(node: &Node<'_>) -> Option<Currency> {
    let mut object = node.object()?;
    let code = object.required("code", |node| {
        let code = node.line(limits::ID_CHARS)?;
        if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
            return Some(code);
        }
        let hint = "write three capital letters (ISO 4217), such as \"USD\"".to_owned();
        node.report_with_hint("bad-currency", format!("\"{code}\" is no code of a currency"), hint);
        None
    });
    let digits = object.required("digits", |node| whole(&node, 0, 3));
    object.finish();
    Some(Currency { code: code?, digits: digits? })
}

fn press(node: &Node<'_>) -> Option<Press> {
    let mut object = node.object()?;
    let id = object.required("id", |node| node.unique_id("press", "duplicate-id"));
    let name = object.required("name", |node| node.line(limits::NAME_CHARS));
    let heads = object.required("heads", |node| whole(&node, 1, limits::HEADS));
    object.finish();
    Some(Press { id: id?, name: name?, heads: heads? })
}

fn blank(node: &Node<'_>) -> Option<Blank> {
    let mut object = node.object()?;
    let white = object.required("white", |node| amount(&node));
    let color = object.required("color", |node| amount(&node));
    let colors = object.or("colors", BTreeMap::new(), |node| map(&node, amount));
    let surcharges = object.or("surcharges", BTreeMap::new(), |node| map(&node, amount));
    object.finish();
    Some(Blank { white: white?, color: color?, colors, surcharges })
}

fn prices(node: &Node<'_>) -> Option<Prices> {
    const WAYS: [&str; 2] = ["screens", "area"];
    let mut object = node.object()?;
    let by = object.required("by", |node| {
        let way = node.line(limits::ID_CHARS)?;
        if WAYS.contains(&way.as_str()) {
            return Some(way);
        }
        let hint = "write \"screens\" for screen printing and \"area\" for everything else".to_owned();
        node.report_with_hint("unknown-value", format!("there are no prices by \"{way}\""), hint);
        None
    })?;
    if by == "screens" { screens(object).map(Prices::Screens) } else { area(object).map(Prices::Area) }
}

fn screens(mut object: Object<'_>) -> Option<ScreenPrices> {
    let screen = object.required("screen", |node| amount(&node));
    let repeat_percent = object.or("repeat_percent", 100, |node| whole(&node, 0, 100));
    let first_ink = object.required("first_ink", |node| amount(&node));
    let extra_ink = object.required("extra_ink", |node| amount(&node));
    let flash = object.required("flash", |node| amount(&node));
    let highlight_white = object.or("highlight_white", true, |node| node.boolean());
    let trap_um = object.or("trap_um", 0, |node| whole(&node, 0, limits::TRAP_UM));
    let (least, most) = limits::TOTAL_INK;
    let total_ink = object.or("max_total_ink_percent", 300, |node| whole(&node, least, most));
    let separation = object.optional("separation", |node| amount(&node));
    object.finish();
    Some(ScreenPrices {
        screen: screen?,
        repeat_percent,
        first_ink: first_ink?,
        extra_ink: extra_ink?,
        flash: flash?,
        highlight_white,
        trap_um,
        max_total_ink_percent: total_ink,
        separation,
    })
}

fn area(mut object: Object<'_>) -> Option<AreaPrices> {
    let measure = object.or("measure", Measure::Box, |node| node.choice(&[Measure::Box, Measure::Inked]));
    let setup = object.or("setup", Money::ZERO, |node| amount(&node));
    let repeat_percent = object.or("repeat_percent", 100, |node| whole(&node, 0, 100));
    let print = object.or("print", Money::ZERO, |node| amount(&node));
    let per_100_cm2 = object.required("per_100_cm2", |node| amount(&node));
    let extra_ink = object.or("extra_ink", Money::ZERO, |node| amount(&node));
    let dark = object.or("dark", Money::ZERO, |node| amount(&node));
    object.finish();
    Some(AreaPrices { measure, setup, repeat_percent, print, per_100_cm2: per_100_cm2?, extra_ink, dark })
}

/// Breaks: quantities grow, discounts do not shrink, so that more pieces never cost more each.
fn breaks(node: &Node<'_>) -> Option<Vec<Break>> {
    let mut last: Option<Break> = None;
    node.list(limits::TIERS, |node| {
        let mut object = node.object()?;
        let from = object.required("from", |node| whole(&node, 1, limits::QUANTITY));
        let percent = object.required("percent", |node| whole(&node, 0, limits::DISCOUNT));
        object.finish();
        let step = Break { from: from?, percent: percent? };
        if let Some(last) = last.replace(step) {
            if step.from <= last.from {
                let hint = "list breaks from the least quantity to the greatest".to_owned();
                let message = format!("the break from {} pieces stands behind the one from {}", step.from, last.from);
                node.report_with_hint("not-in-order", message, hint);
            } else if step.percent < last.percent {
                let message = format!(
                    "{} % from {} pieces is less than {} % from {}",
                    step.percent, step.from, last.percent, last.from
                );
                let hint = "more pieces must not cost more each".to_owned();
                node.report_with_hint("not-in-order", message, hint);
            }
        }
        Some(step)
    })
}

fn rush(node: &Node<'_>) -> Option<Rush> {
    let mut object = node.object()?;
    let id = object.required("id", |node| node.unique_id("rush", "duplicate-id"));
    let name = object.required("name", |node| node.line(limits::NAME_CHARS));
    let days = object.required("days", |node| whole(&node, 0, limits::DAYS));
    let percent = object.required("percent", |node| whole(&node, 0, limits::RUSH));
    object.finish();
    Some(Rush { id: id?, name: name?, days: days?, percent: percent? })
}

fn measured(node: &Node<'_>) -> Option<Swatches> {
    let mut object = node.object()?;
    let inks = object.or("inks", BTreeMap::new(), |node| map(&node, ink_swatch));
    let garments = object.or("garments", BTreeMap::new(), |node| map(&node, |node| map(node, swatch)));
    object.finish();
    Some(Swatches { inks, garments })
}

fn swatch(node: &Node<'_>) -> Option<Swatch> {
    let mut object = node.object()?;
    let (lab, spread, on) = reading(&mut object);
    object.finish();
    Some(Swatch { lab: lab?, spread, on })
}

fn ink_swatch(node: &Node<'_>) -> Option<InkSwatch> {
    let mut object = node.object()?;
    let (lab, spread, on) = reading(&mut object);
    let opacity = object.optional("opacity", |node| node.number(Bounds::new(0.0, 100.0)));
    let (least, most) = (*catalog::GAIN.start(), *catalog::GAIN.end());
    let gain = object.optional("gain", |node| node.number(Bounds::new(least, most)));
    object.finish();
    Some(InkSwatch { lab: lab?, spread, on, opacity, gain })
}

/// What all that is measured has: the colour, how far readings differ, and the day.
fn reading(object: &mut Object<'_>) -> (Option<Reading>, Option<f64>, Option<String>) {
    let lab = object.required("lab", |node| lab(&node));
    let spread = object.optional("spread", |node| node.number(Bounds::new(0.0, catalog::SPREAD)));
    let on = object.optional("on", |node| {
        let day = node.line(limits::ID_CHARS)?;
        if is_day(&day) {
            return Some(day);
        }
        let hint = "write year, month and day, such as \"2026-11-28\"".to_owned();
        node.report_with_hint("bad-date", format!("\"{day}\" is no day"), hint);
        None
    });
    (lab, spread, on)
}

fn lab(node: &Node<'_>) -> Option<Reading> {
    let place = std::cell::Cell::new(0);
    let values = node.list(3, |node| {
        let chromatic = Bounds::new(-catalog::MOST_CHROMATIC, catalog::MOST_CHROMATIC);
        node.number(if place.replace(place.get() + 1) == 0 { Bounds::new(0.0, 100.0) } else { chromatic })
    })?;
    let Ok(values) = values.try_into() else {
        let hint = "write lightness, green to red, and blue to yellow: lab = [45, 68, 48]".to_owned();
        node.report_with_hint("too-few", "a color has three numbers".to_owned(), hint);
        return None;
    };
    Some(Reading(values))
}

/// Whether a text is a day as ISO 8601 writes it.
#[must_use]
pub fn is_day(text: &str) -> bool {
    text.len() == 10 && time::Date::parse(text, &time::format_description::well_known::Iso8601::DATE).is_ok()
}

/// A list that is not empty.
fn filled<T>(node: &Node<'_>, max: usize, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<Vec<T>> {
    let list = node.list(max, |node| read(&node))?;
    if list.is_empty() {
        node.report("empty", "expected at least one entry".to_owned());
        return None;
    }
    Some(list)
}

/// A map from ids.
fn map<T>(node: &Node<'_>, read: impl Fn(&Node<'_>) -> Option<T>) -> Option<BTreeMap<String, T>> {
    let object = node.object()?;
    let entries: Vec<_> = object.entries().collect();
    if entries.len() > limits::ENTRIES {
        let message = format!("{} entries are too many; at most {} are allowed", entries.len(), limits::ENTRIES);
        node.report("too-many", message);
        return None;
    }
    let read: Vec<Option<(String, T)>> =
        entries.into_iter().map(|(key, node)| read(&node).map(|entry| (key.clone(), entry))).collect();
    read.into_iter().collect()
}

/// A whole number.
fn whole(node: &Node<'_>, min: u32, max: u32) -> Option<u32> {
    let number = node.number(Bounds::new(f64::from(min), f64::from(max)))?;
    if number.fract() != 0.0 {
        return node.wrong_type("a whole number", Some(format!("write {}", number.round())));
    }
    Some(number as u32)
}

/// An amount in minor units.
fn amount(node: &Node<'_>) -> Option<Money> {
    let number = node.number(Bounds::new(0.0, f64::from(limits::AMOUNT)))?;
    if number.fract() != 0.0 {
        let hint = "amounts are in the minor unit of the currency: 2.50 is written 250".to_owned();
        return node.wrong_type("a whole number", Some(hint));
    }
    Some(Money(number as i64))
}
