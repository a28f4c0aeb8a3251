//! Prints what is wrong with a document as a compiler would: the place, the line, a mark under the words, a hint.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use jsonc_parser::ast::{ObjectProp, Value};
use jsonc_parser::common::{Range, Ranged as _};
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};
use platen::design::{DesignError, pointer};

/// Columns of source text that are shown of a line; longer ones are cut around the place.
const MAX_COLUMNS: usize = 100;
/// What a tab is shown as.
const TAB: &str = "    ";

/// Whether terminal colours are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Coloring {
    /// Letters only.
    Plain,
    /// With ANSI escape codes.
    Ansi,
}

/// How bad an entry of a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// It must be mended.
    Error,
    /// It should be looked at.
    Warning,
    /// Worth knowing.
    Note,
}

/// One entry of a report on a document that was read.
#[derive(Debug)]
pub(crate) struct Remark {
    /// How bad it is.
    pub(crate) level: Level,
    /// Which rule speaks, such as `check/low-dpi`.
    pub(crate) code: String,
    /// Where: a JSON pointer.
    pub(crate) pointer: String,
    /// What is so.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

/// A report on a document that was read: remarks with their places in its source.
pub(crate) fn remarks(name: &str, source: &[u8], remarks: &[Remark], coloring: Coloring) -> String {
    let text = String::from_utf8_lossy(source);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let tree = tree(text);
    let mut report = String::new();
    for remark in remarks {
        let place = tree.as_ref().map(|tree| Place::new(text, locate(tree, &remark.pointer, false)));
        Printer { report: &mut report, coloring }.remark(name, remark, place.as_ref());
    }
    report
}

/// Something about a text that is no design.
#[derive(Debug)]
pub(crate) struct Marked {
    /// Which rule speaks.
    pub(crate) code: &'static str,
    /// The bytes that are meant.
    pub(crate) range: Option<std::ops::Range<usize>>,
    /// What is so.
    pub(crate) message: String,
    /// What to do.
    pub(crate) hint: Option<String>,
}

/// A report on words of a text.
pub(crate) fn marked(name: &str, text: &str, marked: &Marked, coloring: Coloring) -> String {
    let Marked { code, range, message, hint } = marked;
    let remark = Remark {
        level: Level::Error,
        code: (*code).to_owned(),
        pointer: String::new(),
        message: message.clone(),
        hint: hint.clone(),
    };
    let place = range.clone().map(|range| Place::new(text, Range::new(range.start, range.end)));
    let mut report = String::new();
    Printer { report: &mut report, coloring }.remark(name, &remark, place.as_ref());
    report
}

fn tree(text: &str) -> Option<Value<'_>> {
    parse_to_ast(text, &CollectOptions::default(), &ParseOptions::default()).ok()?.value
}

/// The report on a document that was refused: `name` is what the user calls it, `source` its bytes.
pub(crate) fn render(name: &str, source: &[u8], error: &DesignError, coloring: Coloring) -> String {
    let text = String::from_utf8_lossy(source);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let tree = tree(text);
    let mut report = String::new();
    for problem in error.problems() {
        let range = match (error, &tree) {
            (DesignError::NotJson { line, column, .. }, _) => Some(point(text, *line, *column)),
            (DesignError::Invalid(_), Some(tree)) => {
                let is_about_name = matches!(problem.code, "unknown-field" | "duplicate-key");
                Some(locate(tree, &problem.pointer, is_about_name))
            }
            _ => None,
        };
        let place = range.map(|range| Place::new(text, range));
        let remark = Remark {
            level: Level::Error,
            code: format!("design/{}", problem.code),
            pointer: problem.pointer,
            message: problem.message,
            hint: problem.hint,
        };
        Printer { report: &mut report, coloring }.remark(name, &remark, place.as_ref());
    }
    report
}

/// The range of what a problem points at: a field's name if the field should not be there, its value otherwise, and
/// of long values the opening bracket.
fn locate(tree: &Value<'_>, at: &str, is_about_name: bool) -> Range {
    let mut value = tree;
    let mut name = None;
    for token in pointer::tokens(at) {
        let next = match value {
            // The last one counts, as for the reader; for a repeated key it is also the one to point at.
            Value::Object(object) => object.properties.iter().rev().find(|entry| entry.name.as_str() == token).map(
                |entry: &ObjectProp<'_>| {
                    name = Some(entry.name.range());
                    &entry.value
                },
            ),
            Value::Array(list) => token.parse::<usize>().ok().and_then(|index| list.elements.get(index)),
            _ => None,
        };
        let Some(next) = next else { break };
        value = next;
    }
    match (name, value) {
        (Some(name), _) if is_about_name => name,
        (_, Value::Object(_) | Value::Array(_)) => Range::new(value.start(), value.start() + 1),
        _ => value.range(),
    }
}

/// The byte at a line and column, both from 1; `serde_json` writes column 0 for the end of the line before.
fn point(text: &str, line: usize, column: usize) -> Range {
    let line_start = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum::<usize>();
    let line_end = text[line_start..].find('\n').map_or(text.len(), |length| line_start + length);
    let start = (line_start + column).saturating_sub(1).min(line_end);
    let start = (0..=start).rev().find(|&start| text.is_char_boundary(start)).unwrap_or(0);
    Range::new(start, start + text[start..line_end].chars().next().map_or(0, char::len_utf8))
}

/// A place in a text, as people count.
#[derive(Debug, PartialEq, Eq)]
struct Place<'t> {
    /// From 1.
    line: usize,
    /// In characters, from 1.
    column: usize,
    /// What is before the marked words on their line.
    before: &'t str,
    /// The marked words, up to the end of their line.
    marked: &'t str,
    /// What is after them.
    after: &'t str,
}

impl<'t> Place<'t> {
    fn new(text: &'t str, range: Range) -> Self {
        let line_start = text[..range.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line_end = text[range.start..].find('\n').map_or(text.len(), |length| range.start + length);
        let end = range.end.min(line_end);
        let before = &text[line_start..range.start];
        Self {
            line: text[..line_start].matches('\n').count() + 1,
            column: before.chars().count() + 1,
            before,
            marked: &text[range.start..end],
            after: text[end..line_end].trim_end_matches('\r'),
        }
    }
}

struct Printer<'r> {
    report: &'r mut String,
    coloring: Coloring,
}

impl Printer<'_> {
    fn remark(&mut self, name: &str, remark: &Remark, place: Option<&Place<'_>>) {
        let (word, color) = match remark.level {
            Level::Error => ("error", AnsiColor::Red),
            Level::Warning => ("warning", AnsiColor::Yellow),
            Level::Note => ("note", AnsiColor::Green),
        };
        let mark = color.on_default().bold();
        let blue = AnsiColor::Blue.on_default().bold();
        self.styled(mark, &format!("{word}[{}]", remark.code));
        self.styled(Style::new().bold(), &format!(": {}\n", visible(&remark.message)));
        let margin = " ".repeat(place.map_or(1, |place| place.line.to_string().len()));
        self.report.push_str(&margin);
        self.styled(blue, "--> ");
        match place {
            None => writeln!(self.report, "{name}"),
            Some(place) => writeln!(self.report, "{name}:{}:{}", place.line, place.column),
        }
        .expect("writing to memory does not fail");
        if let Some(place) = place {
            let (source, indent, width) = window(place);
            self.styled(blue, &format!("{margin} |\n{} | ", place.line));
            self.report.push_str(&source);
            self.styled(blue, &format!("\n{margin} | "));
            self.report.push_str(&" ".repeat(indent));
            self.styled(mark, &"^".repeat(width.max(1)));
            self.report.push('\n');
        }
        if let Some(hint) = &remark.hint {
            self.styled(blue, &format!("{margin} = "));
            self.styled(Style::new().bold(), "help");
            writeln!(self.report, ": {}", visible(hint)).expect("writing to memory does not fail");
        }
        self.report.push('\n');
    }

    fn styled(&mut self, style: Style, text: &str) {
        match self.coloring {
            Coloring::Plain => self.report.push_str(text),
            Coloring::Ansi => {
                write!(self.report, "{style}{text}{style:#}").expect("writing to memory does not fail");
            }
        }
    }
}

/// The part of the line to show, the columns before the mark, and the mark's width in columns.
fn window(place: &Place<'_>) -> (String, usize, usize) {
    let (before, marked, after) = (visible(place.before), visible(place.marked), visible(place.after));
    if columns(&before) + columns(&marked) + columns(&after) <= MAX_COLUMNS {
        let source = format!("{before}{marked}{after}");
        return (source.trim_end().to_owned(), columns(&before), columns(&marked));
    }
    let (marked, marked_rest) = split_columns(&marked, MAX_COLUMNS / 2);
    let before_reversed: String = before.chars().rev().collect();
    let (kept, cut) = split_columns(&before_reversed, MAX_COLUMNS / 4);
    let before: String =
        if cut.is_empty() { before.clone() } else { format!("…{}", kept.chars().rev().collect::<String>()) };
    let room = MAX_COLUMNS.saturating_sub(columns(&before) + columns(marked) + 1);
    let after = if marked_rest.is_empty() {
        let (kept, cut) = split_columns(&after, room);
        if cut.is_empty() { kept.to_owned() } else { format!("{kept}…") }
    } else {
        "…".to_owned()
    };
    (format!("{before}{marked}{after}"), columns(&before), columns(marked))
}

/// `1 row`, `2 rows`.
pub(crate) fn counted(count: usize, one: &str) -> String {
    format!("{count} {one}{}", if count == 1 { "" } else { "s" })
}

/// `text` without what would move a terminal's cursor.
pub(crate) fn visible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => shown.push_str(TAB),
            // Controls and overrides of the writing direction would let a document forge what the user reads.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => shown.push('\u{fffd}'),
            _ if character.is_control() => shown.push('\u{fffd}'),
            _ => shown.push(character),
        }
    }
    shown
}

/// The first `max` columns of `text`, and the rest.
fn split_columns(text: &str, max: usize) -> (&str, &str) {
    let mut used = 0;
    let end = text.char_indices().find(|&(_, character)| {
        used += column_width(character);
        used > max
    });
    text.split_at(end.map_or(text.len(), |(end, _)| end))
}

fn columns(text: &str) -> usize {
    text.chars().map(column_width).sum()
}

/// Columns that a terminal gives a character: none for marks on letters, two for East Asian letters and emoji. Only
/// the large blocks of Unicode's `EastAsianWidth` are listed; a rare character outside them shifts the mark by one.
fn column_width(character: char) -> usize {
    match u32::from(character) {
        0x300..=0x36f | 0x200b..=0x200f | 0x20d0..=0x20ff | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 => 2,
        0xffe0..=0xffe6 | 0x1f300..=0x1f64f | 0x1f680..=0x1f6ff | 0x1f900..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use platen::design::Design;

    use super::*;

    fn report(source: &str) -> String {
        let error = Design::from_json(source.as_bytes()).unwrap_err();
        render("shirt.json", source.as_bytes(), &error, Coloring::Plain)
    }

    fn document(rest: &str) -> String {
        format!(
            "{{\n  \"version\": 1, \"garment\": \"tee\", \"color\": \"white\", \"technique\": \"dtg\",\n{rest}\n}}\n"
        )
    }

    #[test]
    fn a_wrong_value_is_underlined() {
        assert_eq!(
            report(&document("  \"name\": 12, \"placements\": []")),
            "error[design/wrong-type]: expected a string, found a number\n \
             --> shirt.json:3:11\n  \
             |\n\
             3 |   \"name\": 12, \"placements\": []\n  \
             |           ^^\n\n"
        );
    }

    #[test]
    fn an_unknown_field_is_underlined_at_its_name_and_explained() {
        assert_eq!(
            report(&document("  \"colour\": \"black\", \"placements\": []")),
            "error[design/unknown-field]: unknown field \"colour\"\n \
             --> shirt.json:3:3\n  \
             |\n\
             3 |   \"colour\": \"black\", \"placements\": []\n  \
             |   ^^^^^^^^\n  \
             = help: did you mean \"color\"?\n\n"
        );
    }

    #[test]
    fn a_repeated_key_is_marked_where_it_is_repeated() {
        let report = report(&document("  \"placements\": [],\n  \"placements\": []"));
        assert!(report.contains("--> shirt.json:4:3\n"), "{report}");
    }

    #[test]
    fn a_missing_field_marks_its_object() {
        let report = report(&document("  \"placements\": [{\n    \"area\": \"front\"\n  }]"));
        assert!(report.contains("--> shirt.json:3:18\n"), "{report}");
        assert!(report.ends_with("|                  ^\n\n"), "{report}");
    }

    #[test]
    fn broken_json_is_marked_where_it_breaks() {
        assert_eq!(
            report("{\n  \"version\": 1,\n}"),
            "error[design/not-json]: not JSON: a comma stands before the end of a list or an object, at line 3, column 1\n \
             --> shirt.json:3:1\n  \
             |\n\
             3 | }\n  \
             | ^\n\n"
        );
        assert!(report("").contains("shirt.json:1:1\n"));
        assert!(report("{\"é\": é}").contains("--> shirt.json:1:7\n"), "{}", report("{\"é\": é}"));
    }

    #[test]
    fn tabs_and_wide_letters_keep_the_mark_in_place() {
        let report = report(&document("\t\"name\": \"日本\", \"color2\": 1, \"placements\": []"));
        let lines: Vec<_> = report.lines().collect();
        assert_eq!(lines[3], "3 |     \"name\": \"日本\", \"color2\": 1, \"placements\": []");
        assert_eq!(lines[4], "  |                     ^^^^^^^^");
        assert!(report.contains("shirt.json:3:16\n"), "{report}");
    }

    #[test]
    fn long_lines_are_cut_around_the_mark() {
        let name = "x".repeat(500);
        let report = report(&document(&format!("  \"name\": \"{name}\", \"placements\": [], \"y\": \"{name}\"")));
        assert!(report.lines().all(|line| columns(line) <= MAX_COLUMNS + 60), "{report}");
        assert!(report.contains("…") && report.contains(" | …xxxx\""), "{report}");
        let lines: Vec<_> = report.lines().collect();
        let mark = lines.iter().rfind(|line| line.contains('^')).unwrap().find('^').unwrap();
        let source = lines.iter().rfind(|line| line.contains("\"y\"") && line.starts_with("3 |")).unwrap();
        assert_eq!(source.chars().skip(mark).take(3).collect::<String>(), "\"y\"", "{report}");
    }

    #[test]
    fn colours_come_only_when_asked_for() {
        let source = document("  \"placements\": {}");
        let error = Design::from_json(source.as_bytes()).unwrap_err();
        assert!(!report(&source).contains('\u{1b}'));
        let colored = render("shirt.json", source.as_bytes(), &error, Coloring::Ansi);
        assert!(colored.starts_with("\u{1b}[1m\u{1b}[31merror[design/wrong-type]\u{1b}[0m"), "{colored:?}");
    }

    #[test]
    fn a_document_cannot_steer_the_terminal() {
        let report = report(&document("  \"\u{202e}evil\\u001b[31m\": 1, \"placements\": []"));
        assert!(!report.contains('\u{202e}') && !report.contains('\u{1b}'), "{report}");
    }

    #[test]
    fn a_document_that_is_too_large_is_named_without_its_text() {
        let source = " ".repeat(platen::design::limits::DOCUMENT_BYTES + 1);
        assert!(report(&source).contains(" --> shirt.json\n"));
    }
}
