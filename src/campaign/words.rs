//! Words of a mail with blanks for what is known about the recipient.
//!
//! A blank is written `{name|fallback}`, and the fallback is obligatory: no mail greets "Hi `{first_name}`". `{{` prints
//! one brace.

use std::ops::Range;

use crate::campaign::source::Text;

/// Words with blanks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(Vec<Piece>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Plain(String),
    Blank { name: String, fallback: String, at: Range<usize> },
}

impl Words {
    /// Words without blanks.
    #[must_use]
    pub fn plain(text: &str) -> Self {
        Self(vec![Piece::Plain(text.to_owned())])
    }

    /// Reads words; what is wrong with their blanks is reported.
    pub(super) fn read(text: &Text<'_, '_>) -> Self {
        Self::read_part(text, 0..text.value.len())
    }

    /// As [`Words::read`], of some bytes of a text.
    pub(super) fn read_part(text: &Text<'_, '_>, part: Range<usize>) -> Self {
        let (mut pieces, mut at) = (Vec::new(), part.start);
        while let Some(rest) = text.value.get(at..part.end).filter(|rest| !rest.is_empty()) {
            let open = rest.find('{').unwrap_or(rest.len());
            if open > 0 {
                pieces.push(Piece::Plain(rest[..open].to_owned()));
                at += open;
            } else if rest.starts_with("{{") {
                pieces.push(Piece::Plain("{".to_owned()));
                at += 2;
            } else {
                let close = rest.find(['}', '\n']).filter(|close| rest[*close..].starts_with('}'));
                let Some(close) = close else {
                    let hint = "close it with }, or write {{ for a brace";
                    text.report(at..at + 1, "\"{\" opens a blank that is not closed on its line", hint);
                    pieces.push(Piece::Plain(rest.to_owned()));
                    break;
                };
                pieces.extend(blank(text, at..at + close + 1));
                at += close + 1;
            }
        }
        Self(pieces)
    }

    /// The words with their blanks filled: `value` gives what is known, and the fallback stands for the rest.
    #[must_use]
    pub fn fill(&self, value: &dyn Fn(&str) -> Option<String>) -> String {
        let pieces = self.0.iter().map(|piece| match piece {
            Piece::Plain(text) => text.clone(),
            Piece::Blank { name, fallback, .. } => {
                value(name).filter(|value| !value.trim().is_empty()).unwrap_or_else(|| fallback.clone())
            }
        });
        pieces.collect()
    }

    /// The words with every fallback.
    #[must_use]
    pub fn generic(&self) -> String {
        self.fill(&|_| None)
    }

    /// The names of the blanks, and where each is written.
    pub fn blanks(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.0.iter().filter_map(|piece| match piece {
            Piece::Blank { name, at, .. } => Some((name.as_str(), at.clone())),
            Piece::Plain(_) => None,
        })
    }
}

fn blank(text: &Text<'_, '_>, bytes: Range<usize>) -> Option<Piece> {
    let inner = &text.value[bytes.start + 1..bytes.end - 1];
    let (name, fallback) = inner.split_once('|').map_or((inner, None), |(name, fallback)| (name, Some(fallback)));
    let name = name.trim();
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    if name.is_empty() || !name.chars().all(is_name) {
        text.report(
            bytes,
            format!("\"{name}\" is no name of a column"),
            "write {column|fallback}, such as {name|there}",
        );
        return None;
    }
    let Some(fallback) = fallback.map(str::trim).filter(|fallback| !fallback.is_empty()) else {
        let hint = format!("say what stands there if it is not known: {{{name}|…}}");
        text.report(bytes, format!("the blank \"{name}\" has no fallback"), hint);
        return None;
    };
    let (name, fallback) = (name.to_lowercase(), fallback.to_owned());
    Some(Piece::Blank { name, fallback, at: text.at(bytes) })
}

/// A value as it may stand in a line: white space, line breaks too, becomes single spaces.
#[must_use]
pub(super) fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character would steer a terminal, a header or the direction of writing.
pub(super) const fn steers(c: char) -> bool {
    matches!(c, '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use toml::de::DeTable;

    use super::*;
    use crate::campaign::source::{Source, Table};

    fn read(value: &str) -> (Words, Vec<String>) {
        let toml = format!("a = '{value}'");
        let source = Source::new(&toml);
        let table = DeTable::parse(&toml).unwrap();
        let words = Words::read(&Table::root(&source, table.get_ref()).text("a").unwrap());
        (words, source.into_issues().iter().map(ToString::to_string).collect())
    }

    #[test]
    fn what_is_not_known_has_its_fallback() {
        let (words, issues) = read("Hi {First_Name|there}, {{offer} {offer|soon}");
        assert_eq!(issues, Vec::<String>::new());
        assert_eq!(words.generic(), "Hi there, {offer} soon");
        let known = |name: &str| (name == "first_name").then(|| "Ada".to_owned());
        assert_eq!(words.fill(&known), "Hi Ada, {offer} soon");
        assert_eq!(words.fill(&|_| Some("  ".to_owned())), "Hi there, {offer} soon", "blank is not known");
    }

    #[test]
    fn a_blank_without_a_fallback_is_refused_at_its_place() {
        for (text, column, message) in [
            ("Hi {first_name}", 9, "no fallback"),
            ("Hi {first_name| }", 9, "no fallback"),
            ("{|x}", 6, "no name"),
            ("{a b|x}", 6, "no name"),
            ("Hi {name|there", 9, "not closed"),
        ] {
            let (_, issues) = read(text);
            assert_eq!(issues.len(), 1, "{text}");
            assert!(issues[0].starts_with(&format!("1:{column}: ")) && issues[0].contains(message), "{issues:?}");
        }
    }

    #[test]
    fn values_are_not_searched_for_blanks() {
        let (words, _) = read("Hi {name|there}");
        assert_eq!(words.fill(&|_| Some("{offer|x}".to_owned())), "Hi {offer|x}");
    }
}
