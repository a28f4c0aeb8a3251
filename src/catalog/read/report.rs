//! Collecting the problems of one file.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::catalog::Problem;
use crate::units::Length;

/// The longest garment or area that is not a slip of the pen, mm.
const MAX_LENGTH_MM: f64 = 5000.0;

/// The problems of one file.
pub(super) struct Report<'a> {
    file: &'a str,
    pub(super) problems: Vec<Problem>,
}

impl<'a> Report<'a> {
    pub(super) const fn new(file: &'a str) -> Self {
        Self { file, problems: Vec::new() }
    }

    pub(super) fn add(&mut self, place: impl Into<String>, message: impl Into<String>, hint: impl Into<String>) {
        self.problems.push(Problem {
            file: self.file.to_owned(),
            place: place.into(),
            message: message.into(),
            hint: hint.into(),
        });
    }

    /// Reads the whole file, or reports why not.
    pub(super) fn parse<T: DeserializeOwned>(&mut self, text: &str) -> Option<T> {
        match toml::from_str(text) {
            Ok(value) => Some(value),
            Err(error) => {
                let place =
                    error.span().map_or_else(|| "the file".to_owned(), |span| line_and_column(text, span.start));
                self.add(place, one_line(error.message()), "see docs/CATALOG.md for the keys");
                None
            }
        }
    }

    /// Reads the entries of a list one by one, so that a slip in one hides none in the others. Each comes with its
    /// key path.
    pub(super) fn entries<T: DeserializeOwned>(&mut self, list: &str, values: Vec<toml::Value>) -> Vec<(String, T)> {
        let mut entries = Vec::with_capacity(values.len());
        for (index, value) in values.into_iter().enumerate() {
            let place = format!("{list}[{index}]");
            match value.try_into() {
                Ok(entry) => entries.push((place, entry)),
                Err(error) => self.add(place, one_line(error.message()), "see docs/CATALOG.md for the keys"),
            }
        }
        entries
    }

    /// An id: letters, digits and hyphens, and new in its list.
    pub(super) fn id(&mut self, place: &str, id: &str, seen: &mut BTreeSet<String>) {
        let spelled = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if id.is_empty() || !spelled || id.starts_with('-') || id.ends_with('-') {
            self.add(
                format!("{place}.id"),
                format!("\"{id}\" is not an id"),
                "use letters a to z, digits and hyphens, such as \"heather-grey\"",
            );
        }
        if !seen.insert(id.to_owned()) {
            self.add(format!("{place}.id"), format!("\"{id}\" is there twice"), "give one of the two another id");
        }
    }

    /// A name that customers read.
    pub(super) fn name(&mut self, place: &str, name: &str) {
        if name.trim().is_empty() {
            self.add(place, "the name is empty", "write what customers read");
        }
    }

    /// A length above 0.
    pub(super) fn positive(&mut self, place: impl Into<String>, mm: f64) -> Length {
        if !(mm > 0.0 && mm <= MAX_LENGTH_MM) {
            self.add(place, format!("{mm} mm is no length of a garment"), "lengths are millimetres, above 0 to 5000");
        }
        Length::from_mm(mm)
    }

    /// A length that may be 0 or negative.
    pub(super) fn signed(&mut self, place: impl Into<String>, mm: f64) -> Length {
        if !(-MAX_LENGTH_MM..=MAX_LENGTH_MM).contains(&mm) {
            self.add(place, format!("{mm} mm is no distance on a garment"), "lengths are millimetres, -5000 to 5000");
        }
        Length::from_mm(mm)
    }

    /// A reference to something that must exist.
    pub(super) fn known<'b>(
        &mut self,
        place: impl Into<String>,
        kind: &str,
        id: &str,
        known: impl Iterator<Item = &'b str> + Clone,
    ) -> bool {
        if known.clone().any(|candidate| candidate == id) {
            return true;
        }
        let listed = known.map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(", ");
        let hint = if listed.is_empty() { format!("add the {kind} first") } else { format!("write one of {listed}") };
        self.add(place, format!("there is no {kind} \"{id}\""), hint);
        false
    }
}

/// Where a byte lies, counted from 1 as editors do.
fn line_and_column(text: &str, offset: usize) -> String {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count()) + 1;
    format!("line {line}, column {column}")
}

fn one_line(message: &str) -> String {
    message.trim().replace('\n', ", ")
}
