//! Reading an order: strictly, and every problem at once.

use std::collections::BTreeMap;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::design::limits::{Bounds, FIELDS, ID_CHARS, NAME_CHARS};
use crate::design::reader::{Node, Reader};
use crate::design::{DesignError, json};
use crate::order::{Contact, Order, OrderLine, limits};

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    ///
    /// Every problem at once, in the order of the document. Whether its designs, colours and sizes exist is not asked
    /// here.
    pub fn from_json(bytes: &[u8]) -> Result<Self, DesignError> {
        let (value, duplicates) = json::parse(bytes)?;
        let reader = Reader::default();
        reader.report_duplicates(duplicates);
        let order = read(&Node::root(&value, &reader));
        match (reader.into_problems(&value), order) {
            (problems, Some(order)) if problems.is_empty() => Ok(order),
            (problems, _) => Err(DesignError::Invalid(problems)),
        }
    }
}

fn read(node: &Node<'_>) -> Option<Order> {
    let mut object = node.object()?;
    let lines = object.required("lines", |node| {
        let lines = node.list(limits::LINES, |node| line(&node))?;
        if lines.is_empty() {
            node.report("empty", "expected at least one line".to_owned());
        }
        Some(lines)
    });
    let contact = object.required("contact", |node| contact(&node));
    let ship_to = object.optional("ship_to", |node| node.lines(limits::TEXT_CHARS));
    let due = object.optional("due", |node| date(&node));
    let rush = object.optional("rush", |node| node.id());
    let note = object.optional("note", |node| node.lines(limits::TEXT_CHARS));
    object.finish();
    Some(Order { lines: lines?, contact: contact?, ship_to, due, rush, note })
}

fn line(node: &Node<'_>) -> Option<OrderLine> {
    let mut object = node.object()?;
    let design = object.required("design", |node| node.id());
    let color = object.optional("color", |node| node.id());
    let size = object.required("size", |node| node.line(ID_CHARS));
    let quantity = object.required("quantity", |node| {
        let quantity = node.number(Bounds::new(1.0, f64::from(limits::PIECES)))?;
        if quantity.fract() == 0.0 { Some(quantity as u32) } else { node.wrong_type("a whole number", None) }
    });
    let fields = object.or("fields", BTreeMap::new(), |node| fields(&node));
    object.finish();
    Some(OrderLine { design: design?, color, size: size?, quantity: quantity?, fields })
}

fn fields(node: &Node<'_>) -> Option<BTreeMap<String, String>> {
    let object = node.object()?;
    let entries: Vec<_> = object.entries().collect();
    if entries.len() > FIELDS {
        node.report("too-many", format!("{} fields are too many; at most {FIELDS} are allowed", entries.len()));
        return None;
    }
    // What a value may hold is the design's to say.
    let value = |node: &Node<'_>| node.value.as_str().map(str::to_owned).or_else(|| node.wrong_type("a string", None));
    let read: Vec<Option<(String, String)>> =
        entries.into_iter().map(|(key, node)| Some((key.clone(), value(&node)?))).collect();
    read.into_iter().collect()
}

fn contact(node: &Node<'_>) -> Option<Contact> {
    let mut object = node.object()?;
    let name = object.required("name", |node| node.line(NAME_CHARS));
    let email = object.optional("email", |node| {
        let email = node.line(limits::EMAIL_CHARS)?;
        // More than this only the mail itself can tell.
        let is_address = email.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
            && !email.contains(char::is_whitespace);
        if !is_address {
            node.report("bad-email", "that is no address for mail; expected name@host".to_owned());
        }
        Some(email)
    });
    let phone = object.optional("phone", |node| node.line(limits::PHONE_CHARS));
    object.finish();
    Some(Contact { name: name?, email, phone })
}

/// A full date of RFC 3339.
fn date(node: &Node<'_>) -> Option<String> {
    let text = node.line(10)?;
    if !is_date(&text) {
        node.report_with_hint(
            "bad-date",
            format!("\"{text}\" is not a date; expected year-month-day"),
            "write it like 2026-12-24".to_owned(),
        );
    }
    Some(text)
}

fn is_date(text: &str) -> bool {
    OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339).is_ok()
}
