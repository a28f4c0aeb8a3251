//! Fields: blanks that each order line fills in, such as a player's name.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::error::Problem;
use crate::design::limits;
use crate::design::reader::{Node, is_id};

/// A blank to fill per order line, such as a player's name.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Field {
    /// What texts call it: `name` for `{{name}}`. Letters, digits, `_` and `-`.
    #[schemars(length(min = 1, max = limits::ID_CHARS), regex(pattern = limits::ID_PATTERN))]
    pub id: String,
    /// What a form shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = limits::NAME_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub label: Option<String>,
    /// What previews show until a line fills it.
    #[schemars(length(min = 1, max = limits::FIELD_CHARS), regex(pattern = limits::LINE_PATTERN))]
    pub sample: String,
    /// The most characters that a line may give. Default: 200.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::MAX_LENGTH.min, max = limits::MAX_LENGTH.max))]
    pub max_length: Option<u16>,
}

impl Field {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let id = object.required("id", |node| {
            let id = node.id()?;
            if let Some(fields) = node.reader.fields.borrow_mut().as_mut() {
                fields.insert(id.clone());
            }
            node.unique("field", "duplicate-field", &id).then_some(id)
        });
        let label = object.optional("label", |node| node.line(limits::NAME_CHARS));
        let max_length = object.optional("max_length", |node| node.integer(limits::MAX_LENGTH));
        let sample = object.required("sample", |node| {
            let max_chars = max_length.map_or(limits::FIELD_CHARS, usize::from);
            node.line(max_chars)
        });
        object.finish();
        Some(Self { id: id?, label, sample: sample?, max_length })
    }

    /// The most characters that a line may give.
    #[must_use]
    pub fn max_chars(&self) -> usize {
        self.max_length.map_or(limits::FIELD_CHARS, usize::from)
    }

    /// What is wrong with filling in `value`; the problem's pointer is `/<id>`.
    fn refuse(&self, value: &str) -> Option<Problem> {
        let problem = |code, message, hint| {
            let pointer = crate::design::pointer::join("", &self.id);
            Some(Problem { pointer, code, message, hint: Some(hint) })
        };
        let (chars, max_chars) = (value.chars().count(), self.max_chars());
        if chars > max_chars {
            let message = format!("{chars} characters are too many for \"{}\"", self.id);
            return problem("too-long", message, format!("use at most {max_chars}"));
        }
        let control = value.chars().find(|&character| limits::is_control(character))?;
        let message = format!("the control character U+{:04X} cannot be printed", u32::from(control));
        problem("control-character", message, "remove it".to_owned())
    }
}

/// What each field is filled with: values that were checked, and samples for the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldValues(BTreeMap<String, String>);

impl FieldValues {
    /// Takes each field's value from `given`, or its sample where that has none. Entries that no field asks for are
    /// ignored, since order files have other columns too; an empty value prints nothing.
    ///
    /// # Errors
    ///
    /// Every value that is too long or has control characters, with the pointer `/<field id>`.
    pub fn new(fields: &[Field], given: &BTreeMap<String, String>) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let mut values = BTreeMap::new();
        for field in fields {
            let value = given.get(&field.id).unwrap_or(&field.sample);
            problems.extend(field.refuse(value));
            values.insert(field.id.clone(), value.clone());
        }
        if problems.is_empty() { Ok(Self(values)) } else { Err(problems) }
    }

    /// The value of a field.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(String::as_str)
    }
}

/// Writes the values into `text`: `{{id}}` becomes the field's value and `{{{{` becomes `{{`. Values are not searched
/// for blanks again. A blank without a value stays as it is written.
#[must_use]
pub fn fill(text: &str, values: &FieldValues) -> String {
    pieces(text)
        .map(|piece| match piece {
            Piece::Plain(plain) | Piece::Broken(plain) => plain,
            Piece::Brace => "{{",
            Piece::Blank { id, source } => values.get(id).unwrap_or(source),
        })
        .collect()
}

/// As [`fill`], but the result is again the text of a document: what looks like a blank now is escaped.
pub(super) fn fill_source(text: &str, values: &FieldValues) -> String {
    fill(text, values).replace("{{", "{{{{")
}

/// The ids of the fields that `text` asks for, in order.
pub fn blanks(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Blank { id, .. } => Some(id),
        Piece::Plain(_) | Piece::Brace | Piece::Broken(_) => None,
    })
}

/// Reports the blanks of `text` that are not written well or that no field fills.
pub(super) fn check_blanks(node: &Node<'_>, text: &str) {
    let fields = node.reader.fields.borrow();
    for piece in pieces(text) {
        match (piece, fields.as_ref()) {
            (Piece::Broken(_), _) => {
                let message = "\"{{\" starts a field but no \"id}}\" follows".to_owned();
                let hint = "write {{id}} for a field, or {{{{ to print {{".to_owned();
                node.report_with_hint("bad-blank", message, hint);
            }
            (Piece::Blank { id, .. }, Some(fields)) if !fields.contains(id) => {
                let message = format!("the field \"{id}\" is not declared");
                let hint = match crate::design::nearest::nearest(id, fields.iter().map(String::as_str)) {
                    Some(name) => format!("did you mean {{{{{name}}}}}?"),
                    None => format!("add {{\"id\": \"{id}\", \"sample\": \"...\"}} to /fields"),
                };
                node.report_with_hint("undeclared-field", message, hint);
            }
            _ => {}
        }
    }
}

/// A part of a text with blanks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece<'t> {
    /// Printed as it is.
    Plain(&'t str),
    /// `{{{{`, which prints `{{`.
    Brace,
    /// `{{id}}` and how it is written.
    Blank { id: &'t str, source: &'t str },
    /// A `{{` that starts no blank.
    Broken(&'t str),
}

/// Cuts a text at its blanks. Together the sources of the pieces are the text.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = first_piece(rest)?;
        rest = after;
        Some(piece)
    })
}

fn first_piece(text: &str) -> Option<(Piece<'_>, &str)> {
    if text.is_empty() {
        return None;
    }
    let Some(inner) = text.strip_prefix("{{") else {
        let (plain, rest) = text.split_at(text.find("{{").unwrap_or(text.len()));
        return Some((Piece::Plain(plain), rest));
    };
    if let Some(rest) = inner.strip_prefix("{{") {
        return Some((Piece::Brace, rest));
    }
    // Looking no further than an id can reach keeps a text of many braces linear.
    let reach = inner.char_indices().nth(limits::ID_CHARS + 2).map_or(inner.len(), |(end, _)| end);
    match inner[..reach].find("}}").map(|end| (&inner[..end], &inner[end + 2..])) {
        Some((id, rest)) if is_id(id) => {
            let source = &text[..text.len() - rest.len()];
            Some((Piece::Blank { id, source }, rest))
        }
        _ => Some((Piece::Broken(&text[..2]), inner)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn field(id: &str, sample: &str, max_length: Option<u16>) -> Field {
        Field { id: id.to_owned(), label: None, sample: sample.to_owned(), max_length }
    }

    fn values(given: &[(&str, &str)]) -> FieldValues {
        let given = given.iter().map(|&(id, value)| (id.to_owned(), value.to_owned())).collect();
        FieldValues::new(&[field("name", "ROSSI", Some(10)), field("number", "10", None)], &given).unwrap()
    }

    #[test]
    fn samples_stand_in_for_what_is_not_given() {
        assert_eq!(fill("{{name}}\n#{{number}}", &values(&[("number", "7")])), "ROSSI\n#7");
        assert_eq!(fill("<{{name}}>", &values(&[("name", "")])), "<>");
    }

    #[test]
    fn escaped_braces_print_braces() {
        assert_eq!(fill("{{{{name}} {{{{{{name}} { }} {", &values(&[])), "{{name}} {{ROSSI { }} {");
    }

    #[test]
    fn values_are_not_searched_for_blanks() {
        assert_eq!(fill("{{name}}", &values(&[("name", "{{name}}")])), "{{name}}");
    }

    #[test]
    fn what_is_no_blank_stays() {
        for text in ["{{", "{{}}", "{{na me}}", "{{unknown}}", "{{name", "{{name}", "{ {name}}"] {
            assert_eq!(fill(text, &values(&[])), text);
        }
    }

    #[test]
    fn bad_values_are_all_reported() {
        let given = [("name", "far too long"), ("number", "1\u{1b}[31m"), ("other", "\n")]
            .map(|(id, value)| (id.to_owned(), value.to_owned()));
        let problems =
            FieldValues::new(&[field("name", "A", Some(10)), field("number", "1", None)], &given.into()).unwrap_err();
        let found: Vec<_> = problems.iter().map(|problem| (problem.pointer.as_str(), problem.code)).collect();
        assert_eq!(found, [("/name", "too-long"), ("/number", "control-character")]);
    }

    #[test]
    fn a_value_without_a_stated_length_has_a_limit_too() {
        let given = |chars: usize| BTreeMap::from([("name".to_owned(), "é".repeat(chars))]);
        let fields = [field("name", "A", None)];
        assert!(FieldValues::new(&fields, &given(limits::FIELD_CHARS)).is_ok());
        assert!(FieldValues::new(&fields, &given(limits::FIELD_CHARS + 1)).is_err());
    }

    proptest! {
        #[test]
        fn a_filled_source_prints_the_same(text in "([{}a]|\\{\\{name\\}\\}|\\{\\{\\{\\{){0,12}", name in "[{}a]{0,8}") {
            let values = values(&[("name", &name)]);
            prop_assert_eq!(fill(&fill_source(&text, &values), &values), fill(&text, &values));
        }
    }
}
