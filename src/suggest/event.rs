//! What customers did, as the log and files of events tell it.

use std::collections::HashMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::design;
use crate::suggest::{History, Recipe, Vocabulary};

/// Characters of an id.
const ID_CHARS: usize = 64;

/// Nothing is told of the time before: whoever writes seconds means the seventies.
const EARLIEST_MS: i64 = 946_684_800_000;

/// One thing that a customer did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Names the event for ever: what comes again under one id is known already. 1 to 64 characters.
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub id: String,
    /// Who did it. 1 to 64 characters.
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub customer: String,
    /// When, milliseconds since 1970, of this century.
    #[schemars(range(min = EARLIEST_MS))]
    pub at: i64,
    /// What was done.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// With what.
    #[serde(default)]
    pub recipe: Recipe,
    /// What it is about: of a return the event id of the order that it takes back; of what was done with a suggestion the
    /// list that showed it, and the place in it: `LIST/3`. 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub of: Option<String>,
    /// Kind of customer, such as `team` or `school`. 1 to 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = ID_CHARS))]
    pub segment: Option<String>,
    /// Pieces of an order. Default: 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    #[schemars(range(min = 1))]
    pub quantity: u32,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this")]
const fn is_one(quantity: &u32) -> bool {
    *quantity == 1
}

/// What of an event the log keeps in one text, beside what has columns of its own.
#[derive(Debug, Serialize)]
struct Written<'a> {
    recipe: &'a Recipe,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    segment: Option<&'a str>,
    #[serde(skip_serializing_if = "is_one")]
    quantity: u32,
}

/// The same as it is read. Texts of before have all of the event in them, whose rest is passed over.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Kept {
    #[serde(default)]
    recipe: Recipe,
    #[serde(default)]
    of: Option<String>,
    #[serde(default)]
    segment: Option<String>,
    #[serde(default = "one")]
    quantity: u32,
}

/// Columns of the log that name an event: its id, its customer, when, and the name of its kind.
pub type Named<'a> = (&'a str, &'a str, i64, &'a str);

/// An event of the log, which is not copied.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) id: &'a str,
    pub(super) customer: &'a str,
    pub(super) at: i64,
    pub(super) kind: Kind,
    pub(super) recipe: &'a Recipe,
    pub(super) of: Option<&'a str>,
    pub(super) segment: Option<&'a str>,
    pub(super) quantity: u32,
}

impl<'a> From<&'a Event> for Told<'a> {
    fn from(event: &'a Event) -> Self {
        Self {
            id: &event.id,
            customer: &event.customer,
            at: event.at,
            kind: event.kind,
            recipe: &event.recipe,
            of: event.of.as_deref(),
            segment: event.segment.as_deref(),
            quantity: event.quantity,
        }
    }
}

/// Texts of the log that are remembered: many events say the same of different customers.
const REMEMBERED: usize = 50_000;

/// Takes a log into a history. The same text is read once.
#[derive(Debug)]
pub struct LogReader<'a> {
    vocabulary: Option<&'a Vocabulary>,
    /// `None` for texts that cannot be read.
    known: HashMap<String, Option<Kept>>,
    /// Events that were passed over, since another version wrote them.
    pub strange: u64,
}

impl<'a> LogReader<'a> {
    /// A reader that passes over styles whose values are not in the vocabulary, if there is one.
    #[must_use]
    pub fn new(vocabulary: Option<&'a Vocabulary>) -> Self {
        Self { vocabulary, known: HashMap::new(), strange: 0 }
    }

    /// Takes an event in, as the log has it: what names it, and its text.
    pub fn take(&mut self, (id, customer, at, kind): Named<'_>, text: &str, history: &mut History, now: i64) {
        let Some(kind) = Kind::named(kind) else {
            self.strange += 1;
            return;
        };
        if !self.known.contains_key(text) {
            if self.known.len() >= REMEMBERED {
                self.known.clear();
            }
            self.known.insert(text.to_owned(), serde_json::from_str(text).ok());
        }
        let Some(Some(kept)) = self.known.get(text) else {
            self.strange += 1;
            return;
        };
        // Values that the shop has no more are suggested to nobody.
        if self.vocabulary.is_some_and(|known| known.stranger(&kept.recipe).is_some()) {
            return;
        }
        let told = Told {
            id,
            customer,
            at,
            kind,
            recipe: &kept.recipe,
            of: kept.of.as_deref(),
            segment: kept.segment.as_deref(),
            quantity: kept.quantity,
        };
        // What is known twice counts once.
        let _ = history.tell(told, now);
    }
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Looked at it for a while.
    View,
    /// Applied it from a suggestion.
    Apply,
    /// Told others.
    Share,
    /// Kept it.
    Save,
    /// Bought it.
    Order,
    /// Gave an order back: the order counts for nothing.
    Return,
    /// Wants to see no more of it.
    Dismiss,
    /// Looked for values of some attributes.
    Search,
    /// Was shown it as a suggestion. It says nothing of the customer, and is kept in the log alone.
    Impression,
}

impl Kind {
    /// How much it says for a recipe; an order of one piece says 1.
    pub(super) const fn weight(self) -> f64 {
        match self {
            Self::Order => 1.0,
            Self::Save | Self::Share => 0.5,
            Self::Apply => 0.3,
            Self::View => 0.05,
            Self::Return | Self::Dismiss | Self::Search | Self::Impression => 0.0,
        }
    }

    /// Every kind.
    const ALL: [Self; 9] = [
        Self::View,
        Self::Apply,
        Self::Share,
        Self::Save,
        Self::Order,
        Self::Return,
        Self::Dismiss,
        Self::Search,
        Self::Impression,
    ];

    /// The kind of that name.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Its name in files and in the log.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Apply => "apply",
            Self::Share => "share",
            Self::Save => "save",
            Self::Order => "order",
            Self::Return => "return",
            Self::Dismiss => "dismiss",
            Self::Search => "search",
            Self::Impression => "impression",
        }
    }
}

/// What personal suggestions may be made from; all of it, if a customer never said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Uses {
    /// What was looked at, and tried on from suggestions.
    pub views: bool,
    /// What was saved or shared.
    pub saves: bool,
    /// What was ordered.
    pub orders: bool,
    /// What was looked for.
    pub searches: bool,
}

impl Default for Uses {
    fn default() -> Self {
        Self { views: true, saves: true, orders: true, searches: true }
    }
}

impl Uses {
    /// Whether deeds of a kind count.
    pub(super) const fn allow(self, kind: Kind) -> bool {
        match kind {
            Kind::View | Kind::Apply => self.views,
            Kind::Save | Kind::Share => self.saves,
            Kind::Order => self.orders,
            Kind::Search => self.searches,
            Kind::Return | Kind::Dismiss | Kind::Impression => false,
        }
    }
}

/// A line of events that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct EventError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl Event {
    /// What the log keeps of it beside its id, customer, moment and kind.
    ///
    /// # Errors
    /// None that is known.
    pub fn text(&self) -> serde_json::Result<String> {
        serde_json::to_string(&Written {
            recipe: &self.recipe,
            of: self.of.as_deref(),
            segment: self.segment.as_deref(),
            quantity: self.quantity,
        })
    }

    /// An event of the log; `None` if another version wrote what this one does not know.
    #[must_use]
    pub fn of_log((id, customer, at, kind): Named<'_>, text: &str) -> Option<Self> {
        let Kept { recipe, of, segment, quantity } = serde_json::from_str(text).ok()?;
        let kind = Kind::named(kind)?;
        Some(Self { id: id.to_owned(), customer: customer.to_owned(), at, kind, recipe, of, segment, quantity })
    }

    /// Whether it can be taken.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let bounded = |name: &str, text: &str| match text.chars().count() {
            1..=ID_CHARS if text.chars().any(char::is_control) => Err(format!("`{name}` has a control character")),
            1..=ID_CHARS => Ok(()),
            0 => Err(format!("`{name}` is empty")),
            n => Err(format!("`{name}` has {n} characters, at most {ID_CHARS} are kept")),
        };
        bounded("id", &self.id)?;
        bounded("customer", &self.customer)?;
        self.segment.as_deref().map_or(Ok(()), |segment| bounded("segment", segment))?;
        if self.at < EARLIEST_MS {
            return Err("`at` is milliseconds since 1970, of this century".to_owned());
        }
        if self.quantity == 0 {
            return Err("`quantity` is at least 1".to_owned());
        }
        if self.recipe == Recipe::default() && !matches!(self.kind, Kind::Return | Kind::Search) {
            return Err("`recipe` has no value".to_owned());
        }
        match (self.kind, &self.of) {
            (Kind::Return, None) => Err("a return names its order: \"of\": the order's event id".to_owned()),
            (Kind::Return, Some(of)) => bounded("of", of),
            (Kind::Save | Kind::Share | Kind::Order | Kind::Search, Some(_)) => {
                Err("only returns, and what is done with a suggestion, have `of`".to_owned())
            }
            (_, Some(of)) => bounded("of", of),
            _ => Ok(()),
        }
    }
}

/// What is wrong with a line that is no event.
fn unreadable(line: &str, error: &serde_json::Error) -> String {
    if !line.trim_start().starts_with('{') {
        return format!("expected one event a line, as a JSON object such as {EXAMPLE}");
    }
    // The parser's own place is that in the line, and always in its first row.
    let told = error.to_string().replace(" at line 1 column ", ", column ");
    let hint = if told.contains("expected i64") { "; times are milliseconds since 1970" } else { "" };
    format!("{told}{hint}")
}

/// An order.
const EXAMPLE: &str = concat!(
    r#"{"id":"sale-1","customer":"anna","at":1767225600000,"type":"order","#,
    r#""recipe":{"garment":"tee","garment_color":"navy","text_color":"white","font":"Anton"},"quantity":12}"#
);

/// The schema of one line of a history.
#[must_use]
pub fn event_schema() -> Value {
    let mut schema = design::generator().into_root_schema_for::<Event>();
    schema.insert("$id".to_owned(), json!("urn:platen:schema:event:1"));
    schema.insert("title".to_owned(), json!("Platen event"));
    schema.insert("examples".to_owned(), json!([serde_json::from_str::<Value>(EXAMPLE).unwrap_or_default()]));
    schema.to_value()
}

/// Reads events, one JSON object a line; empty lines are passed over. Every line that cannot be taken is told.
#[must_use]
pub fn read_events(text: &str) -> (Vec<Event>, Vec<EventError>) {
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    // Some programs begin files with a mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read = serde_json::from_str::<Event>(line).map_err(|error| unreadable(line, &error));
        match read.and_then(|event| event.check().map(|()| event)) {
            Ok(event) => events.push(event),
            Err(message) => errors.push(EventError { line: index + 1, message }),
        }
    }
    (events, errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_that_cannot_be_taken_is_told_with_its_number() {
        let text = r#"{"id":"1","customer":"a","at":1767225600000,"type":"order","recipe":{"garment":"tee"}}

{"id":"2","customer":"a","at":1767225600000,"type":"bought"}
{"id":"3","customer":"","at":1767225600000,"type":"view"}
{"id":"4","customer":"a","at":1767225600000,"type":"return"}
{"id":"5","customer":"a","at":1767225600000,"type":"return","of":"1"}
{"id":"6","customer":"a","at":1767225600000,"type":"order","quantity":0}
{"id":"7","customer":"a","at":1767225600000,"type":"save","recipe":{"text":"private words"}}
not json
{"id":"8","customer":"a\u0000b","at":1767225600000,"type":"save"}
{"id":"9","customer":"a","at":1767225600,"type":"save","recipe":{"font":"Rye"}}
{"id":"10","customer":"a","at":1767225600000,"type":"view"}"#;
        let marked = format!("\u{feff}{text}");
        assert_eq!(read_events(&marked), read_events(text), "some programs begin files with a mark");
        let (events, errors) = read_events(text);
        assert_eq!(events.iter().map(|event| &*event.id).collect::<Vec<_>>(), ["1", "5"]);
        let told: Vec<(usize, &str)> = errors.iter().map(|error| (error.line, &*error.message)).collect();
        for ((line, message), (expected, part)) in told.iter().zip([
            (3, "bought"),
            (4, "`customer` is empty"),
            (5, "names its order"),
            (7, "at least 1"),
            (8, "text"),
            (9, "expected"),
            (10, "control"),
            (11, "milliseconds"),
            (12, "no value"),
        ]) {
            assert!(*line == expected && message.contains(part), "{line}: {message}");
        }
        assert_eq!(told.len(), 9);
    }

    #[test]
    fn what_is_no_event_says_what_one_is_like() {
        let message = |line: &str| read_events(line).1[0].message.clone();
        for line in ["order_id,customer,garment", "[1]", "\"order\""] {
            assert!(message(line).contains("a JSON object such as {\"id\":\"sale-1\""), "{}", message(line));
        }
        assert_eq!(read_events(EXAMPLE).0.len(), 1, "the example can be taken");
        let dated = EXAMPLE.replace("1767225600000", "\"2026-01-02T10:00:00Z\"");
        assert!(message(&dated).contains("milliseconds since 1970"), "{}", message(&dated));
        let schema = jsonschema::validator_for(&event_schema()).unwrap();
        assert!(schema.is_valid(&serde_json::from_str(EXAMPLE).unwrap()));
        assert!(!schema.is_valid(&serde_json::from_str(&dated).unwrap()));
        assert!(!schema.is_valid(&serde_json::from_str(&EXAMPLE.replace("\"font\"", "\"letters\"")).unwrap()));
    }

    #[test]
    fn the_log_gives_events_back_and_reads_texts_of_before() {
        let line =
            r#"{"id":"o","customer":"a","at":5,"type":"order","recipe":{"font":"Rye"},"segment":"team","quantity":9}"#;
        let event: Event = serde_json::from_str(line).unwrap();
        let named = ("o", "a", 5, "order");
        for text in [event.text().unwrap().as_str(), line] {
            assert_eq!(Event::of_log(named, text).as_ref(), Some(&event), "{text}");
            let (mut read, mut told) = (History::new(), History::new());
            let mut reader = LogReader::new(None);
            reader.take(named, text, &mut read, 9);
            // Known already, and two that nobody knows.
            reader.take(named, text, &mut read, 9);
            reader.take(("p", "a", 5, "gift"), text, &mut read, 9);
            reader.take(("q", "a", 5, "order"), "{", &mut read, 9);
            told.add(&event, 9).unwrap();
            assert_eq!((read.len(), reader.strange), (1, 2));
            let deeds = |history: &History| {
                history
                    .customer("a")
                    .unwrap()
                    .touches()
                    .flat_map(|(_, touch)| touch.deeds().copied().collect::<Vec<_>>())
                    .collect::<Vec<_>>()
            };
            assert_eq!(deeds(&read), deeds(&told));
        }
        assert!(!event.text().unwrap().contains("customer"), "what has a column is not written twice");
    }
}
