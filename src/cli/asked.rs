//! What the options of a command name of the shop and the design. All of them are looked up before anything is made, so
//! that a person hears of every slip in one run.
//!
//! People write "xl" and "Heather Grey" for what documents call `XL` and `heather-grey`: options take both.

use std::collections::BTreeMap;
use std::fmt;

use platen::catalog::{Garment, UnknownId};
use platen::design::Design;
use platen::quote::MOST_PIECES;
use platen::shop::Shop;

use crate::cli::terminal::Terminal;

/// Options, being looked up.
pub(crate) struct Asked<'a> {
    shop: &'a Shop,
    design: &'a Design,
    garment: Option<&'a Garment>,
    slips: Vec<String>,
}

/// Everything that is wrong with the options. There is at least one thing.
#[derive(Debug)]
struct Slips(Vec<String>);

impl fmt::Display for Slips {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n       "))
    }
}

impl std::error::Error for Slips {}

impl<'a> Asked<'a> {
    pub(crate) fn new(shop: &'a Shop, design: &'a Design) -> Self {
        Self { shop, design, garment: shop.catalog.garment(&design.garment).ok(), slips: Vec::new() }
    }

    /// Notes something else that is wrong.
    pub(crate) fn slip(&mut self, message: impl Into<String>) {
        self.slips.push(message.into());
    }

    /// The id of a size.
    pub(crate) fn size(&mut self, text: &str) -> String {
        let Some(garment) = self.garment else { return text.to_owned() };
        let all = || {
            let sizes: Vec<&str> = garment.sizes.iter().map(|size| size.id.as_str()).collect();
            format!("{} comes in {}", garment.name, sizes.join(", "))
        };
        let found = garment.size_like(text).map(|size| size.id.clone());
        self.found(found, text, all)
    }

    /// The id of a colour of the garment.
    pub(crate) fn color(&mut self, text: Option<&String>) -> Option<String> {
        let (garment, text) = (self.garment, text?);
        let found = garment.map(|garment| garment.color_like(text).map(|color| color.id.clone()));
        Some(self.found(found.unwrap_or_else(|| Ok(text.clone())), text, || listed("colors")))
    }

    /// The id of a technique.
    pub(crate) fn technique(&mut self, text: Option<&String>) -> Option<String> {
        let text = text?;
        let found = self.shop.catalog.technique_like(text).map(|technique| technique.id.clone());
        Some(self.found(found, text, || listed("techniques")))
    }

    /// The id of a print area on which the design has something.
    pub(crate) fn area(&mut self, text: &str) -> String {
        let Some(garment) = self.garment else { return text.to_owned() };
        let printed: Vec<&str> = self.design.placements.iter().map(|placement| placement.area.as_str()).collect();
        let has = format!("the design has: {}", printed.join(", "));
        let found = garment.area_like(text).map(|area| area.id.clone());
        let known = found.is_ok();
        let id = self.found(found, text, || has.clone());
        if known && !printed.contains(&id.as_str()) {
            self.slip(format!("the design has nothing on the print area \"{id}\"; {has}"));
        }
        id
    }

    /// A view of the garment.
    pub(crate) fn view(&mut self, text: Option<&String>) -> Option<String> {
        let (garment, text) = (self.garment, text?);
        let views = garment.map(|garment| &garment.views[..]).unwrap_or_default();
        let found = views.iter().find(|view| view.eq_ignore_ascii_case(text));
        if let (None, Some(garment)) = (found, garment) {
            self.slip(format!("{} has no view \"{text}\"; it has: {}", garment.name, views.join(", ")));
        }
        Some(found.unwrap_or(text).clone())
    }

    /// Values for fields of the design; one that it does not have is a slip that would print the sample.
    pub(crate) fn fields(&mut self, values: BTreeMap<String, String>) -> BTreeMap<String, String> {
        let known: Vec<&str> = self.design.fields.iter().map(|field| field.id.as_str()).collect();
        let has = if known.is_empty() { "it has none".to_owned() } else { format!("it has: {}", known.join(", ")) };
        for id in values.keys().filter(|id| !known.contains(&id.as_str())) {
            let message = format!("the design has no field \"{id}\"; {has}");
            if !self.slips.contains(&message) {
                self.slips.push(message);
            }
        }
        values
    }

    /// Goes on if there was no slip.
    pub(crate) fn settle(self) -> anyhow::Result<()> {
        if self.slips.is_empty() { Ok(()) } else { Err(Slips(self.slips).into()) }
    }

    fn found(&mut self, found: Result<String, UnknownId>, text: &str, else_hint: impl Fn() -> String) -> String {
        found.unwrap_or_else(|unknown| {
            let end = unknown.hint().map_or_else(|| format!("; {}", else_hint()), |hint| format!(": {hint}"));
            self.slips.push(format!("{unknown}{end}"));
            text.to_owned()
        })
    }
}

fn listed(what: &str) -> String {
    format!("`platen catalog {what}` lists what there is")
}

/// A size and how many of it, as `M=12`.
pub(crate) fn size_count(text: &str) -> Result<(String, u32), String> {
    let wrong = || format!("expected SIZE=COUNT, such as M=3, not \"{text}\"");
    let (size, count) = text.split_once('=').ok_or_else(wrong)?;
    let count: u32 = count.trim().parse().map_err(|_| wrong())?;
    if !(1..=MOST_PIECES).contains(&count) {
        return Err(format!("{count} pieces are out of range; expected 1 to {MOST_PIECES}"));
    }
    Ok((size.trim().to_owned(), count))
}

/// Tells which samples are printed because a line, one of `lines`, gives no value: nobody is to find that out on cloth.
pub(crate) fn tell_samples(design: &Design, lines: &[&BTreeMap<String, String>], terminal: &Terminal) {
    for field in &design.fields {
        let without = lines.iter().filter(|values| !values.contains_key(&field.id)).count();
        if without > 0 {
            let (id, sample) = (&field.id, &field.sample);
            let which = if lines.len() > 1 { format!(" in {without} of {} lines", lines.len()) } else { String::new() };
            terminal.say(&format!("note: {id}: sample \"{sample}\"{which}; give a value with --field {id}=…\n"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_counted() {
        assert_eq!(size_count("2XL=12"), Ok(("2XL".to_owned(), 12)));
        assert_eq!(size_count(" m = 3 "), Ok(("m".to_owned(), 3)));
        for wrong in ["M", "M=", "M=-1", "M=few", "M=1.5"] {
            assert!(size_count(wrong).is_err_and(|message| message.contains(wrong)), "{wrong}");
        }
        for wrong in ["M=0", "M=100001"] {
            assert!(size_count(wrong).is_err_and(|message| message.contains("1 to 100000")), "{wrong}");
        }
    }
}
