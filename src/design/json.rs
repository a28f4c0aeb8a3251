//! JSON text to values, noticing what `serde_json` passes over: keys written twice and bottomless nesting.

use std::cell::{Cell, RefCell};
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::design::error::DesignError;
use crate::design::limits;
use crate::design::pointer;

/// Reads JSON text. The second value is a pointer for each key that its object already has; the last value wins.
/// A byte order mark is skipped, as RFC 8259 section 8.1 allows.
pub(crate) fn parse(bytes: &[u8]) -> Result<(Value, Vec<String>), DesignError> {
    if bytes.len() > limits::DOCUMENT_BYTES {
        return Err(DesignError::TooLarge);
    }
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    if text.trim_ascii().is_empty() {
        return Err(DesignError::NotJson { line: 1, column: 1, message: "the document is empty".to_owned() });
    }
    let state = State::default();
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let value = Seed(&state).deserialize(&mut deserializer).and_then(|value| deserializer.end().map(|()| value));
    match value {
        Ok(value) => Ok((value, state.duplicates.into_inner())),
        Err(error) => Err(not_json(&error)),
    }
}

fn not_json(error: &serde_json::Error) -> DesignError {
    DesignError::NotJson { line: error.line(), column: error.column(), message: plain_words(error) }
}

/// What the parser complains of, in words of people who write JSON and not of those who write parsers; without the place.
pub(crate) fn plain_words(error: &serde_json::Error) -> String {
    let told = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = told.strip_suffix(&place).unwrap_or(&told);
    if error.is_eof() || message == "unexpected end of hex escape" {
        return "the document ends in the middle".to_owned();
    }
    let plain = match message {
        "expected `:`" => "a colon is missing after a name",
        "expected `,` or `]`" => "a comma or ] is missing in a list",
        "expected `,` or `}`" => "a comma or } is missing in an object",
        "expected ident" => "this word is none of true, false and null",
        "expected value" => "a value is missing, or it is written in a way that JSON does not know",
        "invalid escape" => "JSON knows no such escape with a backslash",
        "invalid number" => "JSON knows no number like this",
        "number out of range" => "the number is too large",
        "invalid unicode code point" => "the text is not UTF-8",
        "key must be a string" => "a name must stand in double quotes",
        "lone leading surrogate in hex escape" => "the escape is half of a character",
        "trailing comma" => "a comma stands before the end of a list or an object",
        "trailing characters" => "something follows the end of the document",
        _ if message.starts_with("control character") => {
            "a line break or another control character stands in a text; write a line break as \\n"
        }
        _ => message,
    };
    plain.to_owned()
}

/// A place in the text, for people: the end of a line counts to that line.
pub(crate) fn place(line: usize, column: usize) -> String {
    match (line.checked_sub(1), column) {
        (Some(before @ 1..), 0) => format!("at the end of line {before}"),
        _ => format!("at line {line}, column {column}"),
    }
}

/// Where the parser is, and what it has noticed.
#[derive(Default)]
struct State {
    pointer: RefCell<String>,
    depth: Cell<usize>,
    duplicates: RefCell<Vec<String>>,
}

impl State {
    /// Runs `read` one level deeper.
    fn nested<T, E: serde::de::Error>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        if self.depth.get() == limits::JSON_DEPTH {
            return Err(E::custom(format_args!("more than {} levels of lists and objects", limits::JSON_DEPTH)));
        }
        self.depth.set(self.depth.get() + 1);
        let result = read();
        self.depth.set(self.depth.get() - 1);
        result
    }

    /// Runs `read` with the pointer extended by `token`.
    fn inside<T>(&self, token: &str, read: impl FnOnce() -> T) -> T {
        let length = self.pointer.borrow().len();
        self.pointer.borrow_mut().push('/');
        self.pointer.borrow_mut().push_str(&pointer::escape(token));
        let result = read();
        self.pointer.borrow_mut().truncate(length);
        result
    }
}

#[derive(Clone, Copy)]
struct Seed<'s>(&'s State);

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        self.0.nested(|| {
            let mut list = Vec::new();
            while let Some(item) = self.0.inside(&list.len().to_string(), || items.next_element_seed(self))? {
                list.push(item);
            }
            Ok(Value::Array(list))
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        self.0.nested(|| {
            let mut map = Map::new();
            while let Some(key) = entries.next_key::<String>()? {
                let value = self.0.inside(&key, || {
                    let mut duplicates = self.0.duplicates.borrow_mut();
                    if map.contains_key(&key) && duplicates.len() <= limits::PROBLEMS {
                        duplicates.push(self.0.pointer.borrow().clone());
                    }
                    drop(duplicates);
                    entries.next_value_seed(self)
                })?;
                map.insert(key, value);
            }
            Ok(Value::Object(map))
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_no_json_is_told_in_plain_words_with_its_place() {
        let told = |text: &str| parse(text.as_bytes()).unwrap_err().to_string();
        for (text, expected) in [
            ("{\n\"a\": [1,\n  {\"b\": \"x", "the document ends in the middle, at line 3, column 10"),
            ("{\"a\": 1,\n", "the document ends in the middle, at the end of line 1"),
            ("[\"\\u12", "the document ends in the middle, at line 1, column 6"),
            ("[1 2]", "a comma or ] is missing in a list, at line 1, column 4"),
            ("{\"a\" 1}", "a colon is missing after a name, at line 1, column 6"),
            ("{a: 1}", "a name must stand in double quotes, at line 1, column 2"),
            ("[1,]", "a comma stands before the end of a list or an object, at line 1, column 4"),
            ("[tru]", "this word is none of true, false and null, at line 1, column 5"),
            (
                "[\"a\nb\"]",
                "a line break or another control character stands in a text; write a line break as \\n, at the end of line 1",
            ),
            ("[\"\\x\"]", "JSON knows no such escape with a backslash, at line 1, column 4"),
            ("{} {}", "something follows the end of the document, at line 1, column 4"),
            ("", "the document is empty, at line 1, column 1"),
        ] {
            assert_eq!(told(text), format!("not JSON: {expected}"), "{text}");
        }
    }

    #[test]
    fn repeated_keys_are_noticed_at_any_depth() {
        let (value, duplicates) = parse(br#"{"a":[{"b/":1,"b/":2}],"c":0,"a":3,"c":1}"#).unwrap();
        assert_eq!(value, json!({"a": 3, "c": 1}));
        assert_eq!(duplicates, ["/a/0/b~1", "/a", "/c"]);
    }

    #[test]
    fn the_place_of_a_syntax_error_is_told() {
        let error = parse(b"{\n  \"a\": 1,\n}").unwrap_err();
        let message = "a comma stands before the end of a list or an object".to_owned();
        assert_eq!(error, DesignError::NotJson { line: 3, column: 1, message });
    }

    #[test]
    fn what_json_cannot_say_is_refused() {
        for bad in ["", "1e400", "NaN", "[1] 2", "'a'", "\"\\ud800\"", "{\"a\" 1}", "// hello\n1", "01"] {
            assert!(matches!(parse(bad.as_bytes()), Err(DesignError::NotJson { .. })), "{bad}");
        }
        assert!(matches!(parse(b"\"\xff\""), Err(DesignError::NotJson { .. })));
    }

    #[test]
    fn nesting_and_size_have_limits() {
        let nested = |levels: usize| "[".repeat(levels) + &"]".repeat(levels);
        assert!(parse(nested(limits::JSON_DEPTH).as_bytes()).is_ok());
        assert!(matches!(parse(nested(limits::JSON_DEPTH + 1).as_bytes()), Err(DesignError::NotJson { .. })));
        assert!(matches!(parse("[".repeat(500_000).as_bytes()), Err(DesignError::NotJson { .. })));
        let padded = |bytes: usize| " ".repeat(bytes - 1) + "1";
        assert!(parse(padded(limits::DOCUMENT_BYTES).as_bytes()).is_ok());
        assert_eq!(parse(padded(limits::DOCUMENT_BYTES + 1).as_bytes()), Err(DesignError::TooLarge));
    }

    #[test]
    fn a_byte_order_mark_is_skipped() {
        assert_eq!(parse("\u{feff}1".as_bytes()), Ok((json!(1), Vec::new())));
    }

    proptest! {
        #[test]
        fn it_agrees_with_serde_json(text in "[\\[\\]{}:,\"a10.eE+\\- \\\\]{0,24}") {
            prop_assert_eq!(parse(text.as_bytes()).ok().map(|(value, _)| value), serde_json::from_str(&text).ok());
        }

        #[test]
        fn numbers_keep_every_bit(number in any::<f64>().prop_filter("JSON has no infinities", |number| number.is_finite())) {
            let text = serde_json::to_string(&number).unwrap();
            prop_assert_eq!(parse(text.as_bytes()).unwrap().0.as_f64().map(f64::to_bits), Some(number.to_bits()));
        }
    }
}
