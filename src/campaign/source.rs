//! Reading a template: strictly, with every problem at once and the place of each.

use std::cell::RefCell;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::campaign::issue::{Issue, Place};
use crate::campaign::limits;
use crate::design::nearest::nearest;

/// The text of a template, and what was found wrong with it.
#[derive(Debug)]
pub(super) struct Source<'t> {
    text: &'t str,
    issues: RefCell<Vec<Issue>>,
}

impl<'t> Source<'t> {
    pub(super) const fn new(text: &'t str) -> Self {
        Self { text, issues: RefCell::new(Vec::new()) }
    }

    pub(super) fn report(&self, range: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        let mut issues = self.issues.borrow_mut();
        if issues.len() < limits::ISSUES {
            let place = Place::in_text(self.text, range);
            issues.push(Issue { place, message: message.into(), hint: Some(hint.into()) });
        }
    }

    /// What was found, in the order of the text.
    pub(super) fn into_issues(self) -> Vec<Issue> {
        let mut issues = self.issues.into_inner();
        issues.sort_by_key(|issue| if let Place::Text { range, .. } = &issue.place { range.start } else { 0 });
        issues
    }
}

/// A table of a template. What is asked of it is known; [`Table::finish`] tells what nobody asked for.
#[derive(Debug)]
pub(super) struct Table<'s, 't> {
    pub(super) source: &'s Source<'t>,
    /// As it is written between brackets; empty for the whole template.
    name: String,
    table: &'s DeTable<'t>,
    /// The bytes to point at when something is missing.
    pub(super) range: Range<usize>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'s, 't> Table<'s, 't> {
    pub(super) fn root(source: &'s Source<'t>, table: &'s DeTable<'t>) -> Self {
        Self { source, name: String::new(), table, range: 0..0, asked: RefCell::default() }
    }

    /// The value of a key, and the key.
    fn value(&self, key: &'static str) -> Option<&'s Spanned<DeValue<'t>>> {
        self.asked.borrow_mut().push(key);
        self.table.get(key)
    }

    /// Whether the key is there.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// The entries of a table whose keys are the user's.
    pub(super) fn entries(&self) -> impl Iterator<Item = (String, Text<'s, 't>)> {
        self.table.iter().filter_map(|(key, value)| Some((key.get_ref().to_string(), self.as_text(value)?)))
    }

    fn as_text(&self, value: &'s Spanned<DeValue<'t>>) -> Option<Text<'s, 't>> {
        match value.get_ref() {
            DeValue::String(text) => Some(Text { source: self.source, value: text, range: value.span() }),
            other => {
                self.wrong(value, "a text in quotes", other);
                None
            }
        }
    }

    fn wrong(&self, value: &Spanned<DeValue<'_>>, wanted: &str, found: &DeValue<'_>) {
        let message = format!("expected {wanted}, found a {}", found.type_str());
        self.source.report(value.span(), message, format!("write {wanted}"));
    }

    /// A text that may be missing.
    pub(super) fn text(&self, key: &'static str) -> Option<Text<'s, 't>> {
        self.as_text(self.value(key)?)
    }

    /// A text that must be there; `hint` says what to write.
    pub(super) fn required(&self, key: &'static str, hint: &str) -> Option<Text<'s, 't>> {
        if !self.has(key) {
            self.missing(key, hint);
        }
        self.text(key).filter(|text| {
            let empty = text.value.trim().is_empty();
            if empty {
                text.report_all(format!("`{key}` is empty"), hint);
            }
            !empty
        })
    }

    /// Reports that a key is missing.
    pub(super) fn missing(&self, key: &str, hint: &str) {
        let place = if self.name.is_empty() { String::new() } else { format!(" in [{}]", self.name) };
        self.source.report(self.range.clone(), format!("`{key}` is missing{place}"), hint);
    }

    /// A whole number, or `default` where it is missing or wrong.
    pub(super) fn whole(&self, key: &'static str, bounds: &RangeInclusive<u32>, default: u32) -> u32 {
        let Some(value) = self.value(key) else { return default };
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        number.filter(|number| bounds.contains(number)).unwrap_or_else(|| {
            let wanted = match (bounds.start(), bounds.end()) {
                (only, most) if only == most => only.to_string(),
                (least, most) => format!("a whole number from {least} to {most}"),
            };
            self.source.report(value.span(), format!("`{key}` must be {wanted}"), format!("write {wanted}"));
            default
        })
    }

    /// A table that may be missing.
    pub(super) fn table(&self, key: &'static str) -> Option<Self> {
        self.as_table(self.value(key)?, key)
    }

    fn as_table(&self, value: &'s Spanned<DeValue<'t>>, key: &str) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            self.wrong(value, &format!("a table [{key}]"), value.get_ref());
            return None;
        };
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        Some(Self { source: self.source, name, table, range: value.span(), asked: RefCell::default() })
    }

    /// A table that must be there.
    pub(super) fn required_table(&self, key: &'static str, hint: &str) -> Option<Self> {
        if !self.has(key) {
            self.source.report(self.range.clone(), format!("the table [{key}] is missing"), hint);
        }
        self.table(key)
    }

    /// A list of tables, as `[[key]]` writes it.
    pub(super) fn tables(&self, key: &'static str, most: usize) -> Vec<Self> {
        let Some(value) = self.value(key) else { return Vec::new() };
        let DeValue::Array(list) = value.get_ref() else {
            self.wrong(value, &format!("tables [[{key}]]"), value.get_ref());
            return Vec::new();
        };
        if let Some(extra) = list.get(most) {
            let message = format!("{} tables [[{key}]] are too many", list.len());
            self.source.report(extra.span(), message, format!("there may be {most}"));
        }
        list.iter().take(most).filter_map(|value| self.as_table(value, key)).collect()
    }

    /// Reports every key that was not asked for.
    pub(super) fn finish(&self) {
        let asked = self.asked.borrow();
        for key in self.table.keys().filter(|key| !asked.contains(&&**key.get_ref())) {
            let known = asked.iter().copied();
            let hint = nearest(key.get_ref(), known.clone()).map_or_else(
                || format!("known here: {}", known.collect::<Vec<_>>().join(", ")),
                |name| format!("did you mean `{name}`?"),
            );
            self.source.report(key.span(), format!("unknown key `{}`", key.get_ref()), hint);
        }
    }
}

/// A text of a template and where it is written.
#[derive(Debug, Clone)]
pub(super) struct Text<'s, 't> {
    pub(super) source: &'s Source<'t>,
    /// What it says.
    pub(super) value: &'s str,
    /// Where it is written, with its quotes.
    pub(super) range: Range<usize>,
}

impl Text<'_, '_> {
    /// Reports something about bytes of `value`.
    pub(super) fn report(&self, bytes: Range<usize>, message: impl Into<String>, hint: impl Into<String>) {
        self.source.report(self.at(bytes), message, hint);
    }

    /// Reports something about all of it.
    pub(super) fn report_all(&self, message: impl Into<String>, hint: impl Into<String>) {
        self.source.report(self.range.clone(), message, hint);
    }

    /// Where bytes of `value` are written. Escapes of TOML take more bytes there than here.
    pub(super) fn at(&self, bytes: Range<usize>) -> Range<usize> {
        let raw = self.source.text.get(self.range.clone()).unwrap_or_default();
        let quotes = if raw.len() >= 6 && (raw.starts_with("\"\"\"") || raw.starts_with("'''")) { 3 } else { 1 };
        let is_basic = raw.starts_with('"');
        let mut rest = raw.get(quotes..).unwrap_or_default();
        // A line break right after three quotes is not part of the text.
        if quotes == 3 {
            rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).unwrap_or(rest);
        }
        let start = self.range.start + raw.len() - rest.len();
        let (mut written, mut read) = (0, 0);
        let mut found = (None, None);
        loop {
            if found.0.is_none() && read >= bytes.start {
                found.0 = Some(start + written);
            }
            if read >= bytes.end {
                found.1 = Some(start + written);
                break;
            }
            let Some(width) = step(&rest[written..], is_basic) else { break };
            written += width;
            read += self.value[read..].chars().next().map_or(1, char::len_utf8);
            if read > self.value.len() {
                break;
            }
        }
        match found {
            (Some(from), Some(to)) => from..to,
            (Some(from), None) => from..from,
            _ => self.range.clone(),
        }
    }
}

/// Bytes that the first character of a text takes as it is written.
fn step(raw: &str, is_basic: bool) -> Option<usize> {
    let mut characters = raw.chars();
    let first = characters.next()?;
    if first != '\\' || !is_basic {
        return Some(first.len_utf8());
    }
    Some(match characters.next()? {
        'x' => 4,
        'u' => 6,
        'U' => 10,
        other => 1 + other.len_utf8(),
    })
    .filter(|width| raw.is_char_boundary(*width))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(toml: &str, part: &str) -> String {
        let source = Source::new(toml);
        let table = DeTable::parse(toml).unwrap();
        let root = Table::root(&source, table.get_ref());
        let text = root.text("a").unwrap();
        let start = text.value.find(part).unwrap();
        toml[text.at(start..start + part.len())].to_owned()
    }

    #[test]
    fn a_part_of_a_text_is_found_where_it_is_written() {
        assert_eq!(written("a = 'one two'", "two"), "two");
        assert_eq!(written(r#"a = "x = \"y\" and two""#, "two"), "two");
        assert_eq!(written("a = \"é \\u00e9 two\"", "two"), "two");
        assert_eq!(written("a = \"\"\"\nfirst\nsecond two\"\"\"", "two"), "two");
        assert_eq!(written("a = \"''two\"", "two"), "two");
        assert_eq!(written(r#"a = "say \"y\"""#, "\"y\""), "\\\"y\\\"");
    }

    #[test]
    fn keys_that_nobody_asked_for_are_told_with_what_was_meant() {
        let toml = "subjekt = 'a'\nother = 1\n";
        let source = Source::new(toml);
        let table = DeTable::parse(toml).unwrap();
        let root = Table::root(&source, table.get_ref());
        assert!(root.text("subject").is_none());
        root.finish();
        let issues: Vec<String> = source.into_issues().iter().map(ToString::to_string).collect();
        assert_eq!(issues.len(), 2);
        assert!(issues[0].starts_with("1:1: unknown key `subjekt`; did you mean `subject`?"), "{issues:?}");
        assert!(issues[1].starts_with("2:1: unknown key `other`; known here: subject"), "{issues:?}");
    }
}
