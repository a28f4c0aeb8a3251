//! What customers did, as the log and files of events tell it.

use serde::{Deserialize, Serialize};

use crate::suggest::Recipe;

/// Characters of an id.
const ID_CHARS: usize = 64;

/// One thing that a customer did.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Names the event for ever: what comes again under one id is known already. 1 to 64 characters.
    pub id: String,
    /// Who did it. 1 to 64 characters.
    pub customer: String,
    /// When, milliseconds since 1970.
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
    pub of: Option<String>,
    /// Kind of customer, such as `team` or `school`. At most 64 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub segment: Option<String>,
    /// Pieces of an order. Default: 1.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub quantity: u32,
}

const fn one() -> u32 {
    1
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for this")]
const fn is_one(quantity: &u32) -> bool {
    *quantity == 1
}

/// Kinds of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    /// Whether it can be taken.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self) -> Result<(), String> {
        let bounded = |name: &str, text: &str| match text.chars().count() {
            1..=ID_CHARS => Ok(()),
            0 => Err(format!("`{name}` is empty")),
            n => Err(format!("`{name}` has {n} characters, at most {ID_CHARS} are kept")),
        };
        bounded("id", &self.id)?;
        bounded("customer", &self.customer)?;
        self.segment.as_deref().map_or(Ok(()), |segment| bounded("segment", segment))?;
        if self.at < 0 {
            return Err("`at` is milliseconds since 1970".to_owned());
        }
        if self.quantity == 0 {
            return Err("`quantity` is at least 1".to_owned());
        }
        match (self.kind, &self.of) {
            (Kind::Return, None) => Err("a return names its order: \"of\": the order's event id".to_owned()),
            (Kind::Return, Some(of)) => bounded("of", of),
            (Kind::View | Kind::Save | Kind::Share | Kind::Order | Kind::Search, Some(_)) => {
                Err("only returns, and what is done with a suggestion, have `of`".to_owned())
            }
            (_, Some(of)) => bounded("of", of),
            _ => Ok(()),
        }
    }
}

/// Reads events, one JSON object a line; empty lines are passed over. Every line that cannot be taken is told.
#[must_use]
pub fn read_events(text: &str) -> (Vec<Event>, Vec<EventError>) {
    let (mut events, mut errors) = (Vec::new(), Vec::new());
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let read = serde_json::from_str::<Event>(line).map_err(|error| {
            // The parser's own place is that in the line, and always in its first row.
            error.to_string().replace(" at line 1 column ", ", column ")
        });
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
        let text = r#"{"id":"1","customer":"a","at":1,"type":"order","recipe":{"garment":"tee"}}

{"id":"2","customer":"a","at":1,"type":"bought"}
{"id":"3","customer":"","at":1,"type":"view"}
{"id":"4","customer":"a","at":1,"type":"return"}
{"id":"5","customer":"a","at":1,"type":"return","of":"1"}
{"id":"6","customer":"a","at":1,"type":"order","quantity":0}
{"id":"7","customer":"a","at":1,"type":"save","recipe":{"text":"private words"}}
not json"#;
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
        ]) {
            assert!(*line == expected && message.contains(part), "{line}: {message}");
        }
        assert_eq!(told.len(), 6);
    }
}
