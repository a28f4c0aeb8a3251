//! What the bodies of the service have in common: they are read strictly, and every problem is told at once, in the
//! order of the body.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::design::limits::{Bounds, FIELDS, PROBLEMS};
use crate::design::reader::{Node, Reader};
use crate::design::{DesignError, Problem, json};

/// A body as far as it could be read, and what is wrong with its form.
#[derive(Debug)]
pub(crate) struct Form<T> {
    /// What was read.
    pub(crate) read: T,
    body: Value,
    problems: Vec<Problem>,
    /// Whether problems were added behind those of the form, which are in order.
    is_mixed: bool,
}

impl<T> Form<T> {
    /// Reads a body with `read`.
    ///
    /// # Errors
    /// If it is too large or not JSON; everything else is kept as a problem.
    pub(crate) fn new(bytes: &[u8], read: impl FnOnce(&Node<'_>) -> T) -> Result<Self, DesignError> {
        let (body, duplicates) = json::parse(bytes)?;
        let reader = Reader::default();
        reader.report_duplicates(duplicates);
        let read = read(&Node::root(&body, &reader));
        let problems = reader.into_problems(&body);
        Ok(Self { read, body, problems, is_mixed: false })
    }

    /// Notes problems that were found behind the form, unless that has too many already.
    pub(crate) fn report(&mut self, problems: impl IntoIterator<Item = Problem>) {
        if self.is_mixed || self.problems.len() < PROBLEMS {
            self.is_mixed = true;
            self.problems.extend(problems);
        }
    }

    /// Whether nothing is wrong so far.
    pub(crate) const fn is_right(&self) -> bool {
        self.problems.is_empty()
    }

    /// What was read, or all problems in the order of the body.
    ///
    /// # Errors
    /// If there is a problem.
    pub(crate) fn finish(self) -> Result<T, Vec<Problem>> {
        if self.problems.is_empty() {
            return Ok(self.read);
        }
        if !self.is_mixed {
            return Err(self.problems);
        }
        let reader = Reader::default();
        self.problems.into_iter().for_each(|problem| reader.report(problem));
        Err(reader.into_problems(&self.body))
    }
}

/// A number of pieces: 1 to `most`.
pub(crate) fn quantity(node: &Node<'_>, most: u32) -> Option<u32> {
    let quantity = node.number(Bounds::new(1.0, f64::from(most)))?;
    if quantity.fract() == 0.0 { Some(quantity as u32) } else { node.wrong_type("a whole number", None) }
}

/// What fills the fields of a design. What a value may hold is the design's to say.
pub(crate) fn fields(node: &Node<'_>) -> Option<BTreeMap<String, String>> {
    let object = node.object()?;
    let entries: Vec<_> = object.entries().collect();
    if entries.len() > FIELDS {
        node.report("too-many", format!("{} fields are too many; at most {FIELDS} are allowed", entries.len()));
        return None;
    }
    let value = |node: &Node<'_>| node.value.as_str().map(str::to_owned).or_else(|| node.wrong_type("a string", None));
    let read: Vec<Option<(String, String)>> =
        entries.into_iter().map(|(key, node)| Some((key.clone(), value(&node)?))).collect();
    read.into_iter().collect()
}
