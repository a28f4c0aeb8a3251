//! Reading an order: strictly, and every problem at once.

use std::collections::BTreeMap;

use time::format_description::well_known::Rfc3339;
use time::{Date, OffsetDateTime, Weekday};

use crate::design::limits::{ID_CHARS, NAME_CHARS};
use crate::design::reader::Node;
use crate::design::{DesignError, Problem};
use crate::order::form::{Form, fields, quantity};
use crate::order::{Contact, Order, OrderLine, limits};
use crate::profile::Rush;

impl Order {
    /// Reads an order.
    ///
    /// # Errors
    ///
    /// Every problem at once, in the order of the document. Whether its designs, colours and sizes exist is not asked
    /// here.
    pub fn from_json(bytes: &[u8]) -> Result<Self, DesignError> {
        OrderReading::new(bytes)?.finish(Vec::new()).map_err(DesignError::Invalid)
    }
}

/// An order as far as it could be read: whoever knows the shop looks at the rest of it, so that all problems are told
/// together.
#[derive(Debug)]
pub struct OrderReading(Form<Read>);

/// A line of an order as far as it could be read: what is `None` was left out, or is told as a problem.
#[derive(Debug, Clone, Default)]
pub struct LineReading {
    /// Id of a saved design.
    pub design: Option<String>,
    /// Id of a garment colour.
    pub color: Option<String>,
    /// Id of the garment's size.
    pub size: Option<String>,
    /// Pieces.
    pub quantity: Option<u32>,
    /// Values of the design's fields; empty if they were left out.
    pub fields: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Default)]
struct Read {
    lines: Vec<LineReading>,
    due: Option<String>,
    rush: Option<String>,
    accept: Vec<String>,
    order: Option<Order>,
}

impl OrderReading {
    /// Reads an order as far as that goes.
    ///
    /// # Errors
    /// If it is too large or not JSON.
    pub fn new(bytes: &[u8]) -> Result<Self, DesignError> {
        Form::new(bytes, |node| read(node).unwrap_or_default()).map(Self)
    }

    /// Its lines, each at its place.
    #[must_use]
    pub fn lines(&self) -> &[LineReading] {
        &self.0.read.lines
    }

    /// Id of a way to have it sooner.
    #[must_use]
    pub fn rush(&self) -> Option<&str> {
        self.0.read.rush.as_deref()
    }

    /// The day by which it is needed.
    #[must_use]
    pub fn due(&self) -> Option<&str> {
        self.0.read.due.as_deref()
    }

    /// Preflight rules whose errors are accepted.
    #[must_use]
    pub fn accept(&self) -> &[String] {
        &self.0.read.accept
    }

    /// The order, unless something is wrong with it.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        self.0.read.order.as_ref().filter(|_| self.0.is_right())
    }

    /// Notes a problem if it is needed before `today`, a date.
    pub fn require_due_from(&mut self, today: &str) {
        // Dates of this form are ordered as text is.
        let Some(due) = self.due().filter(|due| *due < today).map(str::to_owned) else { return };
        let message = format!("{due} is past");
        let hint = Some("write a day that is still to come, or leave it out".to_owned());
        self.0.report([Problem { pointer: "/due".to_owned(), code: "past", message, hint }]);
    }

    /// Notes a problem if it is needed before the rush that it asks for, one of `ways`, is done, when work begins `today`, a
    /// date: Saturdays and Sundays are no working days. What the usual time is, only the shop knows.
    pub fn require_ready(&mut self, ways: &[Rush], today: &str) {
        let rush = self.rush().and_then(|id| ways.iter().find(|way| way.id == id));
        let (Some(rush), Some(due), Some(today)) = (rush, self.due(), day(today)) else { return };
        let Some(due_day) = day(due) else { return };
        let Some(ready) = after_working_days(today, rush.days).filter(|ready| due_day < *ready) else { return };
        let is_in_time = |way: &&Rush| after_working_days(today, way.days).is_some_and(|ready| ready <= due_day);
        let sooner = ways.iter().filter(is_in_time).max_by_key(|way| way.days);
        let later = format!("write {} or a later day", shown(ready));
        let hint = match sooner {
            Some(way) => format!("{later}, or the rush \"{}\"", way.id),
            None => format!("{later}, or ask the shop"),
        };
        let days = if rush.days == 1 { "1 working day".to_owned() } else { format!("{} working days", rush.days) };
        let message = format!("the rush \"{}\" takes {days}: it is ready on {}, not on {due}", rush.id, shown(ready));
        self.0.report([Problem { pointer: "/due".to_owned(), code: "too-soon", message, hint: Some(hint) }]);
    }

    /// Notes that only the shop may accept what preflight found, if that is asked for.
    pub fn refuse_accept(&mut self) {
        if !self.accept().is_empty() {
            let message = "only the shop can accept what preflight found, with its key".to_owned();
            let hint = Some("leave it out, and mend what `POST /checks` finds".to_owned());
            self.0.report([Problem { pointer: "/accept".to_owned(), code: "shop-only", message, hint }]);
        }
    }

    /// The order, or its problems and `more` of them, in the order of the document.
    ///
    /// # Errors
    /// If there is a problem.
    pub fn finish(mut self, more: Vec<Problem>) -> Result<Order, Vec<Problem>> {
        self.0.report(more);
        // Without a problem there is an order.
        self.0.finish().and_then(|read| read.order.ok_or_else(Vec::new))
    }
}

fn read(node: &Node<'_>) -> Option<Read> {
    let mut object = node.object()?;
    let lines = object.required("lines", |node| {
        let lines = node.list(limits::LINES, |node| Some(line(&node).unwrap_or_default()))?;
        if lines.is_empty() {
            node.report("empty", "expected at least one line".to_owned());
        }
        Some(lines)
    });
    let contact = object.required("contact", |node| contact(&node));
    let ship_to = object.optional("ship_to", |node| node.lines(limits::TEXT_CHARS));
    let due = object.optional("due", |node| date(&node));
    let rush = object.optional("rush", |node| node.id());
    let accept = object.or("accept", Vec::new(), |node| node.list(limits::ACCEPTED, |node| node.id()));
    let note = object.optional("note", |node| node.lines(limits::TEXT_CHARS));
    object.finish();
    let lines = lines.unwrap_or_default();
    let whole: Option<Vec<OrderLine>> = lines.iter().cloned().map(LineReading::whole).collect();
    let order = whole.zip(contact).map(|(lines, contact)| Order {
        lines,
        contact,
        ship_to,
        due: due.clone(),
        rush: rush.clone(),
        accept: accept.clone(),
        note,
    });
    Some(Read { lines, due, rush, accept, order })
}

fn line(node: &Node<'_>) -> Option<LineReading> {
    let mut object = node.object()?;
    let design = object.required("design", |node| node.id());
    let color = object.optional("color", |node| node.id());
    let size = object.required("size", |node| node.line(ID_CHARS));
    let quantity = object.required("quantity", |node| quantity(&node, limits::PIECES));
    let fields = object.field("fields").map_or_else(|| Some(BTreeMap::new()), |node| fields(&node));
    object.finish();
    Some(LineReading { design, color, size, quantity, fields })
}

impl LineReading {
    fn whole(self) -> Option<OrderLine> {
        let Self { design, color, size, quantity, fields } = self;
        Some(OrderLine { design: design?, color, size: size?, quantity: quantity?, fields: fields? })
    }
}

fn contact(node: &Node<'_>) -> Option<Contact> {
    let mut object = node.object()?;
    let name = object.required("name", |node| {
        let name = node.line(NAME_CHARS)?;
        if name.trim().is_empty() {
            node.report("empty", "the name is blank; write who orders".to_owned());
        }
        Some(name)
    });
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
        return None;
    }
    Some(text)
}

fn is_date(text: &str) -> bool {
    day(text).is_some()
}

fn day(text: &str) -> Option<Date> {
    OffsetDateTime::parse(&format!("{text}T00:00:00Z"), &Rfc3339).ok().map(OffsetDateTime::date)
}

/// The day on which work of so many working days is done that begins on `day`; none after the year 9999.
fn after_working_days(mut day: Date, days: u32) -> Option<Date> {
    for _ in 0..days {
        day = day.next_day()?;
        while matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
            day = day.next_day()?;
        }
    }
    Some(day)
}

/// As documents write it.
fn shown(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}
