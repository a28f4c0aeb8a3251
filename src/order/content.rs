//! An order as it was placed: what decides what is made, kept so that nothing that changes later changes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::order::Order;
use crate::profile::{Currency, Money};

/// What becomes of an order once every name is looked up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// What the customer sent.
    pub order: Order,
    /// The designs that it names, each once.
    pub designs: Vec<PinnedDesign>,
    /// What is made of each line, in the order of the lines.
    pub lines: Vec<PinnedLine>,
    /// The price of each design in each colour.
    pub quotes: Vec<Value>,
    /// What the order costs as a whole. Orders of before that was told have none.
    #[serde(default)]
    pub charges: Vec<Value>,
    /// The sum of the quotes and charges, in the minor unit of `currency`.
    pub total: i64,
    /// Code of the currency (ISO 4217).
    pub currency: String,
    /// Digits of the minor unit.
    pub digits: u32,
}

/// What a list of orders shows of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Summary {
    /// Who ordered.
    #[cfg_attr(feature = "server", schema(example = "Jo Miller"))]
    pub name: String,
    /// The day by which it is needed, `2026-12-24`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due: Option<String>,
    /// What the designs are called, each once.
    pub titles: Vec<String>,
    /// Pieces in all.
    #[cfg_attr(feature = "server", schema(example = 24))]
    pub pieces: u64,
    /// What it costs, in the minor unit of `currency`.
    #[cfg_attr(feature = "server", schema(example = 31_200))]
    pub total: i64,
    /// Code of the currency (ISO 4217).
    #[cfg_attr(feature = "server", schema(example = "USD"))]
    pub currency: String,
    /// Digits of the minor unit.
    pub digits: u32,
}

/// A design as it was when it was ordered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PinnedDesign {
    /// Its id.
    pub id: String,
    /// Which of its revisions.
    pub revision: i64,
    /// What its owner called it.
    pub title: String,
    /// The document.
    pub document: Value,
}

/// What is made of one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PinnedLine {
    /// Id of the garment.
    pub garment: String,
    /// Id of its colour.
    pub color: String,
    /// Id of its size.
    pub size: String,
    /// Id of the technique.
    pub technique: String,
    /// Pieces.
    pub quantity: u32,
    /// What fills the fields.
    pub fields: BTreeMap<String, String>,
    /// What is printed, by print area.
    pub artworks: Vec<PinnedArtwork>,
}

/// The artwork of one print area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PinnedArtwork {
    /// Id of the print area.
    pub area: String,
    /// Names its inputs, 64 hexadecimal digits: previews and print files carry the same.
    pub hash: String,
}

/// Lines whose changes are told one by one.
const TOLD_LINES: usize = 5;

/// The print files of an order, each artwork once.
pub type Files = Vec<PrintFile>;

/// A print file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintFile {
    /// Index of the first line that it is for.
    pub line: usize,
    /// Id of the print area.
    pub area: String,
    /// The artwork's hash.
    pub hash: String,
    /// How often it is printed.
    pub copies: u64,
}

impl Content {
    /// Names everything that decides what is made: 64 hexadecimal digits (BLAKE3). A proof shows it, an approval seals it.
    /// Addresses, notes and titles are no part of it.
    #[must_use]
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new_derive_key("platen what an order makes 1");
        hasher.update(&serde_json::to_vec(&self.lines).unwrap_or_default());
        hasher.finalize().to_hex().to_string()
    }

    /// The design of a line.
    #[must_use]
    pub fn design_of(&self, line: usize) -> Option<&PinnedDesign> {
        let id = &self.order.lines.get(line)?.design;
        self.designs.iter().find(|design| design.id == *id)
    }

    /// Pieces in all.
    #[must_use]
    pub fn pieces(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.quantity)).sum()
    }

    /// What of it another one says otherwise, in words for the order's history: `lines, rush; line 2: size M to L, 12 to 24
    /// pieces; 175.00 to 280.00 USD`. Of many lines the first ones are told. Empty if nothing.
    #[must_use]
    pub fn changes_to(&self, other: &Self) -> String {
        let (old, new) = (&self.order, &other.order);
        let is_made_anew = self.lines != other.lines || self.designs != other.designs;
        let parts = [
            ("lines", is_made_anew || old.lines != new.lines),
            ("contact", old.contact != new.contact),
            ("ship_to", old.ship_to != new.ship_to),
            ("due", old.due != new.due),
            ("rush", old.rush != new.rush),
            ("accept", old.accept != new.accept),
            ("note", old.note != new.note),
        ];
        let named: Vec<&str> = parts.into_iter().filter(|(_, is_other)| *is_other).map(|(name, _)| name).collect();
        let mut told = vec![named.join(", ")];
        told.extend(self.lines_to(other));
        if (self.total, &self.currency) != (other.total, &other.currency) {
            let show = |content: &Self| {
                let Self { total, currency, digits, .. } = content;
                Currency { code: currency.clone(), digits: *digits }.show(Money(*total))
            };
            told.push(format!("{} to {}", show(self), show(other)));
        }
        told.retain(|part| !part.is_empty());
        told.join("; ")
    }

    /// What of its lines another one says otherwise, each in a few words: at most [`TOLD_LINES`], and how many more.
    fn lines_to(&self, other: &Self) -> Vec<String> {
        let mut told = Vec::new();
        for index in 0..self.lines.len().max(other.lines.len()) {
            let words = match (self.lines.get(index), other.lines.get(index)) {
                (Some(old), Some(new)) => {
                    let is_same_design = self.design_of(index) == other.design_of(index);
                    old.changes_to(new, is_same_design)
                }
                (None, Some(new)) => format!("added, {}", new.words()),
                (Some(old), None) => format!("gone, {}", old.words()),
                (None, None) => String::new(),
            };
            if !words.is_empty() {
                told.push(format!("line {}: {words}", index + 1));
            }
        }
        if let Some(more) = told.len().checked_sub(TOLD_LINES).filter(|more| *more > 0) {
            told.truncate(TOLD_LINES);
            told.push(format!("{more} more line{}", if more == 1 { "" } else { "s" }));
        }
        told
    }

    /// What a list of orders shows of it.
    #[must_use]
    pub fn summary(&self) -> Summary {
        let mut titles: Vec<String> = Vec::new();
        for design in &self.designs {
            if !titles.contains(&design.title) {
                titles.push(design.title.clone());
            }
        }
        Summary {
            name: self.order.contact.name.clone(),
            due: self.order.due.clone(),
            titles,
            pieces: self.pieces(),
            total: self.total,
            currency: self.currency.clone(),
            digits: self.digits,
        }
    }

    /// What must be printed: equal artworks are one file, printed often. In the order of the lines.
    #[must_use]
    pub fn files(&self) -> Files {
        let mut files = Files::new();
        for (index, line) in self.lines.iter().enumerate() {
            for artwork in &line.artworks {
                let copies = u64::from(line.quantity);
                match files.iter_mut().find(|file| file.hash == artwork.hash && file.area == artwork.area) {
                    Some(file) => file.copies += copies,
                    None => files.push(PrintFile {
                        line: index,
                        area: artwork.area.clone(),
                        hash: artwork.hash.clone(),
                        copies,
                    }),
                }
            }
        }
        files
    }
}

impl PinnedLine {
    /// What of it another one says otherwise: `size M to L, 12 to 24 pieces`.
    fn changes_to(&self, other: &Self, is_same_design: bool) -> String {
        let mut told = Vec::new();
        let parts = [
            ("garment", &self.garment, &other.garment),
            ("technique", &self.technique, &other.technique),
            ("color", &self.color, &other.color),
            ("size", &self.size, &other.size),
        ];
        for (name, old, new) in parts.into_iter().filter(|(_, old, new)| old != new) {
            told.push(format!("{name} {old} to {new}"));
        }
        if self.quantity != other.quantity {
            told.push(format!("{} to {}", self.quantity, pieces(other.quantity)));
        }
        let ids: BTreeSet<&String> = self.fields.keys().chain(other.fields.keys()).collect();
        for id in ids {
            let [old, new] = [self, other].map(|line| line.fields.get(id).map_or("", String::as_str));
            if old != new {
                told.push(format!("{id} \"{old}\" to \"{new}\""));
            }
        }
        if !is_same_design {
            told.push("design".to_owned());
        } else if told.is_empty() && self.artworks != other.artworks {
            told.push("print".to_owned());
        }
        told.join(", ")
    }

    /// What it is: `M, navy, 12 pieces`.
    fn words(&self) -> String {
        let mut told = vec![self.size.clone(), self.color.clone()];
        told.extend(self.fields.values().filter(|value| !value.is_empty()).map(|value| format!("\"{value}\"")));
        told.push(pieces(self.quantity));
        told.join(", ")
    }
}

fn pieces(count: u32) -> String {
    format!("{count} piece{}", if count == 1 { "" } else { "s" })
}
