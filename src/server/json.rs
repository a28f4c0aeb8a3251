//! Reads JSON by a type, and tells what is wrong with it in the words of JSON and at its place, not in those of the program.

use serde::Deserialize;

use crate::design::json::{place, plain_words};

/// Reads a value.
///
/// # Errors
/// What is wrong with it first, for people: `quantity`: expected a whole number.
pub(super) fn read_json<'a, T: Deserialize<'a>>(text: &'a [u8]) -> Result<T, String> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| told(&error.path().to_string(), &error.into_inner()))?;
    reader.end().map_err(|error| told(".", &error))?;
    Ok(value)
}

fn told(path: &str, error: &serde_json::Error) -> String {
    let words = plain_words(error);
    if !error.is_data() {
        return format!("{words}, {}", place(error.line(), error.column()));
    }
    // Of a field that is unknown or missing, the message has the name.
    let (parent, name) = path.rsplit_once('.').unwrap_or(("", path));
    let path = if words.ends_with(" field") || words.contains(&format!("field `{name}`")) { parent } else { path };
    let words = in_words_of_json(&words);
    if path.is_empty() || path == "." { words } else { format!("`{path}`: {words}") }
}

/// A message of the library that reads types.
fn in_words_of_json(message: &str) -> String {
    if let Some(found) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))
        && let Some((found, expected)) = found.rsplit_once(", expected ")
    {
        return format!("expected {}, found {}", kind(expected), value(found));
    }
    if let Some(name) = message.strip_prefix("missing field ") {
        return format!("{name} is missing");
    }
    if let Some(name) = message.strip_prefix("duplicate field ") {
        return format!("{name} stands there twice");
    }
    message
        .replace("unknown field", "there is no field")
        .replace("unknown variant", "there is no")
        .replace(", expected one of ", "; known here: ")
        .replace(", expected ", "; known here: ")
}

/// What a type is in JSON.
fn kind(expected: &str) -> String {
    match expected {
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" => "a whole number from 0 to 65535".to_owned(),
        "u32" => "a whole number from 0 to 4294967295".to_owned(),
        "u64" | "usize" => "a whole number, 0 or more".to_owned(),
        "i8" | "i16" | "i32" | "i64" | "isize" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" | "a borrowed string" | "string" | "string only" => "a text".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "an object".to_owned(),
        _ if expected.starts_with("struct ") => "an object".to_owned(),
        _ if expected.starts_with("enum ") => "one of its names".to_owned(),
        other => other.to_owned(),
    }
}

/// A value that was found.
fn value(found: &str) -> String {
    let plain = |kind: &str| Some(found.strip_prefix(kind)?.trim_matches('`').to_owned());
    match found {
        "map" => "an object".to_owned(),
        "sequence" => "a list".to_owned(),
        "unit value" => "null".to_owned(),
        _ => plain("integer ")
            .or_else(|| plain("floating point "))
            .or_else(|| plain("boolean "))
            .or_else(|| Some(format!("the text {}", found.strip_prefix("string ")?)))
            .unwrap_or_else(|| found.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Default, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    struct Inner {
        color: Option<String>,
        size: u8,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Way {
        Up,
        Down,
        Left,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "what is read does not matter here")]
    struct Outer<'a> {
        id: String,
        at: Option<i64>,
        way: Option<Way>,
        n: Option<usize>,
        inner: Option<Inner>,
        #[serde(borrow)]
        raw: Option<Vec<&'a serde_json::value::RawValue>>,
    }

    #[test]
    fn what_is_wrong_is_told_at_its_place_without_words_of_the_program() {
        for (text, said) in [
            ("7", "expected an object, found 7"),
            (r#""x""#, r#"expected an object, found the text "x""#),
            ("{}", "`id` is missing"),
            (r#"{"id":null}"#, "`id`: expected a text, found null"),
            (r#"{"id":"a","at":1.5}"#, "`at`: expected a whole number, found 1.5"),
            (r#"{"id":"a","n":-1}"#, "`n`: expected a whole number, 0 or more, found -1"),
            (r#"{"id":"a","way":"in"}"#, "`way`: there is no `in`; known here: `up`, `down`, `left`"),
            (r#"{"id":"a","inner":{"color":{}}}"#, "`inner.color`: expected a text, found an object"),
            (r#"{"id":"a","inner":{"size":300}}"#, "`inner.size`: expected a whole number from 0 to 255, found 300"),
            (r#"{"id":"a","inner":{"hue":1}}"#, "`inner`: there is no field `hue`; known here: `color` or `size`"),
            (r#"{"id":"a","ad":1}"#, "there is no field `ad`; known here: `id`, `at`, `way`, `n`, `inner`, `raw`"),
            (r#"{"id":"a","raw":{}}"#, "`raw`: expected a list, found an object"),
            (r#"{"id":"a","id":"b"}"#, "`id` stands there twice"),
            (r#"{"id":"a",}"#, "a comma stands before the end of a list or an object, at line 1, column 11"),
            (r#"{"id":"a"} x"#, "something follows the end of the document, at line 1, column 12"),
        ] {
            assert_eq!(read_json::<Outer<'_>>(text.as_bytes()).unwrap_err(), said, "{text}");
        }
        assert!(read_json::<Outer<'_>>(br#"{"id":"a","raw":[{"b": 1}, 2]}"#).is_ok());
    }
}
