//! Walks a JSON value, reports every problem with its place, and hands out what is right.
//!
//! A `None` from any method here means that the problem has been reported already, so callers read everything
//! first and only then give up with `?`.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::design::error::Problem;
use crate::design::limits::{self, Bounds};
use crate::design::nearest::nearest;
use crate::design::paint::Paint;
use crate::design::pointer;

/// What is known about the document as a whole while it is read.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    problems: RefCell<Vec<Problem>>,
    unreported: Cell<usize>,
    /// Layers met so far.
    pub(crate) n_layers: Cell<usize>,
    /// Where each name was first used, by what it names.
    names: RefCell<BTreeMap<(&'static str, String), String>>,
    /// Ids of the declared fields; `None` if that list could not be read.
    pub(crate) fields: RefCell<Option<BTreeSet<String>>>,
}

impl Reader {
    /// Notes a problem, or only counts it if there are too many.
    pub(crate) fn report(&self, problem: Problem) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < limits::PROBLEMS {
            problems.push(problem);
        } else {
            self.count();
        }
    }

    /// Whether further problems are only counted.
    fn is_full(&self) -> bool {
        self.problems.borrow().len() >= limits::PROBLEMS
    }

    fn count(&self) {
        self.unreported.set(self.unreported.get() + 1);
    }

    /// Whether a problem of this place is noted already, or it lies in a field that should not be there at all.
    pub(crate) fn has_told(&self, pointer: &str) -> bool {
        self.problems.borrow().iter().any(|problem| match pointer.strip_prefix(problem.pointer.as_str()) {
            Some("") => true,
            Some(rest) => problem.code == "unknown-field" && rest.starts_with('/'),
            None => false,
        })
    }

    /// Notes the keys that are written twice in one object, by their pointers.
    pub(crate) fn report_duplicates(&self, pointers: Vec<String>) {
        for pointer in pointers {
            let key = pointer::tokens(&pointer).last().unwrap_or_default();
            let message = format!("the key \"{}\" is written twice in one object", shorten(&key));
            self.report(Problem { pointer, code: "duplicate-key", message, hint: None });
        }
    }

    /// The problems in the order of `document`, and one that counts those beyond the limit.
    pub(crate) fn into_problems(self, document: &Value) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_cached_key(|problem| position(document, &problem.pointer));
        let unreported = self.unreported.get();
        if unreported > 0 {
            let message = format!("and {unreported} more problems");
            problems.push(Problem { pointer: String::new(), code: "too-many-problems", message, hint: None });
        }
        problems
    }
}

/// Where `pointer` leads to, as the index of the entry taken at each level.
fn position(document: &Value, pointer: &str) -> Vec<usize> {
    let mut value = Some(document);
    let mut path = Vec::new();
    for token in pointer::tokens(pointer) {
        let (index, next) = match value {
            Some(Value::Object(map)) => (map.keys().position(|key| *key == token), map.get(&token)),
            Some(Value::Array(list)) => {
                let index = token.parse::<usize>().ok();
                (index, index.and_then(|index| list.get(index)))
            }
            _ => (None, None),
        };
        path.push(index.unwrap_or(usize::MAX));
        value = next;
    }
    path
}

/// A value of the document and its place.
#[derive(Debug, Clone)]
pub(crate) struct Node<'d> {
    pub(crate) value: &'d Value,
    pub(crate) pointer: String,
    pub(crate) reader: &'d Reader,
}

impl<'d> Node<'d> {
    /// The node of a whole document.
    pub(crate) fn root(value: &'d Value, reader: &'d Reader) -> Self {
        Self { value, pointer: String::new(), reader }
    }

    /// The node of `value`, which is this node's entry `key`.
    pub(crate) fn child(&self, key: &str, value: &'d Value) -> Self {
        Self { value, pointer: pointer::join(&self.pointer, key), reader: self.reader }
    }

    pub(crate) fn report(&self, code: &'static str, message: String) {
        self.reader.report(Problem { pointer: self.pointer.clone(), code, message, hint: None });
    }

    pub(crate) fn report_with_hint(&self, code: &'static str, message: String, hint: String) {
        self.reader.report(Problem { pointer: self.pointer.clone(), code, message, hint: Some(hint) });
    }

    /// Any number.
    pub(crate) fn any_number(&self) -> Option<f64> {
        match self.value {
            // Adding zero makes -0 a 0, so that equal documents have equal bytes.
            Value::Number(number) => number.as_f64().map(|number| number + 0.0),
            Value::String(text) if text.trim().parse::<f64>().is_ok_and(f64::is_finite) => {
                self.wrong_type("a number", Some(format!("write {} without quotes", text.trim())))
            }
            _ => self.wrong_type("a number", None),
        }
    }

    /// A number in `bounds`.
    pub(crate) fn number(&self, bounds: Bounds) -> Option<f64> {
        let number = self.any_number()?;
        if !bounds.contains(number) {
            self.report("out-of-range", format!("{} is out of range; expected {bounds}", self.value));
            return None;
        }
        Some(number)
    }

    /// A whole number in `bounds`, which lie within 0 to 65535.
    pub(crate) fn integer(&self, bounds: Bounds) -> Option<u16> {
        let number = self.number(bounds)?;
        if number.fract() != 0.0 {
            return self.wrong_type("a whole number", Some(format!("write {}", number.round())));
        }
        Some(number as u16)
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong_type("true or false", None))
    }

    /// Any string of 1 to `max_chars` characters.
    pub(crate) fn string(&self, max_chars: usize) -> Option<&'d str> {
        let Value::String(text) = self.value else { return self.wrong_type("a string", None) };
        let chars = text.chars().count();
        if chars == 0 {
            self.report("empty", "expected at least one character".to_owned());
            return None;
        }
        if chars > max_chars {
            self.report("too-long", format!("{chars} characters are too many; at most {max_chars} are allowed"));
            return None;
        }
        Some(text)
    }

    /// One line of 1 to `max_chars` characters.
    pub(crate) fn line(&self, max_chars: usize) -> Option<String> {
        let text = self.string(max_chars)?;
        self.without_controls(text, limits::is_control)
    }

    /// One or several lines of 1 to `max_chars` characters.
    pub(crate) fn lines(&self, max_chars: usize) -> Option<String> {
        let text = self.string(max_chars)?;
        self.without_controls(text, |character| character != '\n' && limits::is_control(character))
    }

    fn without_controls(&self, text: &str, is_forbidden: impl Fn(char) -> bool) -> Option<String> {
        if let Some(character) = text.chars().find(|&character| is_forbidden(character)) {
            let message = format!("the control character U+{:04X} cannot be printed", u32::from(character));
            let hint = match character {
                '\t' => "use spaces",
                '\r' => "end lines with \\n alone",
                _ => "remove it",
            };
            self.report_with_hint("control-character", message, hint.to_owned());
            return None;
        }
        Some(text.to_owned())
    }

    /// An id.
    pub(crate) fn id(&self) -> Option<String> {
        let text = self.string(limits::ID_CHARS)?;
        if !is_id(text) {
            let message = format!("\"{}\" is not an id; expected letters, digits, \"_\" and \"-\"", shorten(text));
            let cleaned: String =
                text.chars().map(|character| if is_id_char(character) { character } else { '-' }).collect();
            match cleaned.to_lowercase().trim_matches('-') {
                "" => self.report("bad-id", message),
                id => self.report_with_hint("bad-id", message, format!("write \"{id}\"")),
            }
            return None;
        }
        Some(text.to_owned())
    }

    /// An id that nothing else of its `kind` has; `kind` is also what the message calls it.
    pub(crate) fn unique_id(&self, kind: &'static str, code: &'static str) -> Option<String> {
        let id = self.id()?;
        self.unique(kind, code, &id).then_some(id)
    }

    /// Whether nothing else of its `kind` has this name so far; reports it otherwise.
    pub(crate) fn unique(&self, kind: &'static str, code: &'static str, name: &str) -> bool {
        let mut names = self.reader.names.borrow_mut();
        if let Some(first) = names.get(&(kind, name.to_owned())) {
            let message = format!("the {kind} \"{name}\" is already used at {first}");
            self.report(code, message);
            return false;
        }
        names.insert((kind, name.to_owned()), self.pointer.clone());
        true
    }

    /// One of `all`, by the name under which it is serialised.
    pub(crate) fn choice<T: Copy + Serialize>(&self, all: &[T]) -> Option<T> {
        let Value::String(text) = self.value else { return self.wrong_type("a string", None) };
        let names: Vec<String> = all.iter().map(name).collect();
        if let Some(index) = names.iter().position(|name| name == text) {
            return Some(all[index]);
        }
        self.unknown_value(text, &names);
        None
    }

    fn unknown_value(&self, text: &str, names: &[String]) {
        let message = format!("unknown value \"{}\"; expected one of {}", shorten(text), quoted(names));
        match nearest(text, names.iter().map(String::as_str)) {
            Some(name) => self.report_with_hint("unknown-value", message, format!("did you mean \"{name}\"?")),
            None => self.report("unknown-value", message),
        }
    }

    /// A colour.
    pub(crate) fn paint(&self) -> Option<Paint> {
        let Value::String(text) = self.value else { return self.wrong_type("a colour", None) };
        let paint = Paint::parse(text);
        if paint.is_none() {
            let message = format!("\"{}\" is not a colour; expected \"#rrggbb\" or \"ink:<id>\"", shorten(text));
            self.report_with_hint("bad-color", message, crate::design::paint::hint(text));
        }
        paint
    }

    /// An object.
    pub(crate) fn object(&self) -> Option<Object<'d>> {
        let Value::Object(map) = self.value else { return self.wrong_type("an object", None) };
        Some(Object { node: self.clone(), map, known: Vec::new() })
    }

    /// A list of at most `max` items, each read by `read`.
    pub(crate) fn list<T>(&self, max: usize, mut read: impl FnMut(Self) -> Option<T>) -> Option<Vec<T>> {
        let Value::Array(items) = self.value else { return self.wrong_type("a list", None) };
        if items.len() > max {
            self.report("too-many", format!("{} items are too many; at most {max} are allowed", items.len()));
            return None;
        }
        let items: Vec<Option<T>> =
            (0..).zip(items).map(|(index, value): (usize, _)| read(self.child(&index.to_string(), value))).collect();
        items.into_iter().collect()
    }

    /// Reports that the value is not what was expected.
    pub(crate) fn wrong_type<T>(&self, expected: &str, hint: Option<String>) -> Option<T> {
        let found = match self.value {
            Value::Null => "null".to_owned(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) if expected.ends_with("number") => number.to_string(),
            Value::Number(_) => "a number".to_owned(),
            Value::String(_) => "a string".to_owned(),
            Value::Array(_) => "a list".to_owned(),
            Value::Object(_) => "an object".to_owned(),
        };
        let hint =
            hint.or_else(|| self.value.is_null().then(|| "optional fields are left out instead of null".to_owned()));
        let message = format!("expected {expected}, found {found}");
        self.reader.report(Problem { pointer: self.pointer.clone(), code: "wrong-type", message, hint });
        None
    }
}

/// An object whose fields are being read.
#[derive(Debug)]
pub(crate) struct Object<'d> {
    pub(crate) node: Node<'d>,
    map: &'d Map<String, Value>,
    known: Vec<&'static str>,
}

impl<'d> Object<'d> {
    /// The node of a field, which is known from now on.
    pub(crate) fn field(&mut self, name: &'static str) -> Option<Node<'d>> {
        self.known.push(name);
        self.map.get(name).map(|value| self.node.child(name, value))
    }

    /// A field that must be there.
    pub(crate) fn required<T>(&mut self, name: &'static str, read: impl FnOnce(Node<'d>) -> Option<T>) -> Option<T> {
        let Some(node) = self.field(name) else {
            self.node.report("missing-field", format!("the field \"{name}\" is missing"));
            return None;
        };
        read(node)
    }

    /// A field that may be absent. A wrong one is reported and then taken for absent.
    pub(crate) fn optional<T>(&mut self, name: &'static str, read: impl FnOnce(Node<'d>) -> Option<T>) -> Option<T> {
        self.field(name).and_then(read)
    }

    /// A field that means `default` where it is absent. A wrong one is reported and then taken for absent.
    pub(crate) fn or<T>(&mut self, name: &'static str, default: T, read: impl FnOnce(Node<'d>) -> Option<T>) -> T {
        self.optional(name, read).unwrap_or(default)
    }

    /// The entries, for an object that is a map; none of them is unknown.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'d String, Node<'d>)> + '_ {
        self.map.iter().map(|(key, value)| (key, self.node.child(key, value)))
    }

    /// Reports the fields that nobody asked for.
    pub(crate) fn finish(self) {
        for (key, node) in self.entries().filter(|(key, _)| !self.known.contains(&key.as_str())) {
            // A body may have a hundred thousand of them; finding what each might have meant takes seconds.
            if node.reader.is_full() {
                node.reader.count();
                continue;
            }
            let message = format!("unknown field \"{}\"", shorten(key));
            let hint = match nearest(key, self.known.iter().copied()) {
                Some(name) => format!("did you mean \"{name}\"?"),
                None => format!("known fields: {}", self.known.join(", ")),
            };
            node.report_with_hint("unknown-field", message, hint);
        }
    }
}

/// The name under which a choice is serialised.
fn name<T: Serialize>(choice: &T) -> String {
    match serde_json::to_value(choice) {
        Ok(Value::String(name)) => name,
        _ => String::new(),
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ")
}

/// Enough of `text` to recognise it in a message.
pub(crate) fn shorten(text: &str) -> String {
    const MAX_CHARS: usize = 60;
    match text.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

fn is_id_char(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '_' | '-')
}

/// Whether `text` is an id: letters, digits, `_` and `-`, at least one.
pub(crate) fn is_id(text: &str) -> bool {
    !text.is_empty() && text.chars().all(is_id_char)
}
