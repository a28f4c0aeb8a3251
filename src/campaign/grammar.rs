//! How conditions are written.
//!
//! ```text
//! condition  = all { "or" all }
//! all        = one { "and" one }
//! one        = "not" one | "(" condition ")" | test
//! test       = column [ "." ( "age" | "year" | "month" ) ] question
//! question   = ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) value
//!            | "in" value ".." value
//!            | "in" "(" value { "," value } ")"
//!            | "is" ( "known" | "missing" )
//! value      = "text" | 'text' | number | days "d" | weeks "w" | year-month-day
//! ```

use std::ops::Range;

use jiff::civil::Date;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, cut_err, delimited, not, opt, preceded, repeat, separated, terminated};
use winnow::error::{ContextError, ErrMode, StrContext, StrContextValue};
use winnow::stream::LocatingSlice;
use winnow::token::{literal, one_of, take_till, take_while};
use winnow::{ModalResult, Parser};

use crate::campaign::condition::{Comparison, Condition, Is, Literal, Part, Test, days_of};
use crate::campaign::limits;

type Input<'t> = LocatingSlice<&'t str>;

/// Words that are no columns.
const RESERVED: [&str; 7] = ["and", "or", "not", "in", "is", "known", "missing"];
/// Columns that hold dates.
const DATES: [&str; 2] = ["last_order", "last_mail"];
/// Columns that hold lengths of time.
const LENGTHS: [&str; 1] = ["draft_age"];

/// What is wrong with a condition, at which bytes of it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) hint: String,
}

/// Reads a condition.
pub(super) fn condition(text: &str) -> Result<Condition, Vec<Slip>> {
    if text.len() > limits::CONDITION_BYTES {
        let message = format!("the condition has {} bytes", text.len());
        let hint = format!("use at most {}, or several rules", limits::CONDITION_BYTES);
        return Err(vec![Slip { at: 0..text.len(), message, hint }]);
    }
    // Each may open a level of its own, and a level is a call.
    if text.matches('(').count() + text.matches("not").count() > limits::CONDITION_LEVELS {
        let hint = "write several rules instead".to_owned();
        return Err(vec![Slip { at: 0..text.len(), message: "too many brackets and `not`".to_owned(), hint }]);
    }
    let condition = preceded(multispace0, any).parse(LocatingSlice::new(text)).map_err(|error| {
        let at = error.offset();
        let found = text[at..].split_whitespace().next();
        let found = found.map_or_else(|| "the end".to_owned(), |word| format!("\"{word}\""));
        let wanted = error.inner().context().find_map(|context| match context {
            StrContext::Expected(StrContextValue::Description(wanted)) => Some(*wanted),
            _ => None,
        });
        let wanted = wanted.unwrap_or("`and`, `or` or the end");
        let width = text[at..].find(char::is_whitespace).unwrap_or(text.len() - at);
        let hint = "for example: last_order.age in 330d..400d and occasion = \"reunion\"".to_owned();
        vec![Slip { at: at..at + width, message: format!("expected {wanted}, found {found}"), hint }]
    })?;
    let slips: Vec<Slip> = condition.tests().into_iter().filter_map(mismatch).collect();
    if slips.is_empty() { Ok(condition) } else { Err(slips) }
}

/// A test that could never hold, since a column does not have such values.
fn mismatch(test: &Test) -> Option<Slip> {
    let slip = |message: String, hint: String| Some(Slip { at: test.at.clone(), message, hint });
    let column = test.column.as_str();
    let literals: Vec<&Literal> = match &test.is {
        Is::Compared(_, literal) => vec![literal],
        Is::Within(from, to) => vec![from, to],
        Is::OneOf(list) => list.iter().collect(),
        Is::Known | Is::Missing => Vec::new(),
    };
    if let Is::Within(from, to) = &test.is {
        let ordered = match (from, to) {
            (Literal::Text(from), Literal::Text(to)) => from <= to,
            (Literal::Number(from), Literal::Number(to)) => from <= to,
            (Literal::Days(from), Literal::Days(to)) => from <= to,
            (Literal::Date(from), Literal::Date(to)) => from <= to,
            _ => return slip(format!("from {} to {}", from.kind(), to.kind()), "write two of one kind".into()),
        };
        if !ordered {
            return slip("nothing lies between them".into(), "write the smaller one first".into());
        }
    }
    for literal in literals {
        let fits = match (test.part, literal) {
            (Part::Age, Literal::Days(_)) | (Part::Year | Part::Month, Literal::Number(_)) => true,
            (Part::Value, Literal::Date(_)) => !LENGTHS.contains(&column),
            (Part::Value, Literal::Days(_)) => !DATES.contains(&column),
            (Part::Value, _) => !DATES.contains(&column) && !LENGTHS.contains(&column),
            _ => false,
        };
        if !fits {
            let hint = match test.part {
                Part::Age => "write a length of time, such as 330d".to_owned(),
                Part::Year | Part::Month => "write a number".to_owned(),
                Part::Value if DATES.contains(&column) => {
                    format!("write a date such as 2026-05-01, or ask for {column}.age, {column}.year or {column}.month")
                }
                Part::Value => "write a length of time, such as 3d".to_owned(),
            };
            return slip(format!("`{column}` is not {} here", literal.kind()), hint);
        }
    }
    None
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

fn any(input: &mut Input<'_>) -> ModalResult<Condition> {
    let first = all.parse_next(input)?;
    let rest: Vec<Condition> = repeat(0.., preceded(word("or"), cut_err(all))).parse_next(input)?;
    Ok(if rest.is_empty() { first } else { Condition::Any(std::iter::once(first).chain(rest).collect()) })
}

fn all(input: &mut Input<'_>) -> ModalResult<Condition> {
    let first = one.parse_next(input)?;
    let rest: Vec<Condition> = repeat(0.., preceded(word("and"), cut_err(one))).parse_next(input)?;
    Ok(if rest.is_empty() { first } else { Condition::All(std::iter::once(first).chain(rest).collect()) })
}

fn one(input: &mut Input<'_>) -> ModalResult<Condition> {
    let inner = alt((
        preceded(word("not"), cut_err(one)).map(|inner| Condition::Not(Box::new(inner))),
        delimited(sign("("), cut_err(any), cut_err(sign(")")).context(expected("`)`"))),
        test.map(Condition::Test),
    ));
    inner.context(expected("a column, such as occasion")).parse_next(input)
}

fn test(input: &mut Input<'_>) -> ModalResult<Test> {
    let (column, at) = name.with_span().parse_next(input)?;
    let part = opt(preceded(literal("."), cut_err(part))).parse_next(input)?.unwrap_or(Part::Value);
    multispace0.parse_next(input)?;
    let question = alt((
        preceded(word("in"), cut_err(within)),
        preceded(word("is"), cut_err(known)),
        (comparison, cut_err(value)).map(|(comparison, value)| Is::Compared(comparison, value)),
    ));
    let is = cut_err(question.context(expected("a question such as = \"reunion\", in 1..5 or is known")))
        .parse_next(input)?;
    Ok(Test { column, part, is, at })
}

fn name(input: &mut Input<'_>) -> ModalResult<String> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    let name = (first, take_while(0.., is_name)).take().parse_next(input)?.to_lowercase();
    if RESERVED.contains(&name.as_str()) { Err(ErrMode::Backtrack(ContextError::new())) } else { Ok(name) }
}

fn part(input: &mut Input<'_>) -> ModalResult<Part> {
    alt((word("age").value(Part::Age), word("year").value(Part::Year), word("month").value(Part::Month)))
        .context(expected("age, year or month"))
        .parse_next(input)
}

fn within(input: &mut Input<'_>) -> ModalResult<Is> {
    let list = delimited(
        sign("("),
        cut_err(separated(1.., value, sign(","))),
        cut_err(sign(")")).context(expected("`,` or `)`")),
    );
    let dots = cut_err(sign("..")).context(expected("`..` and where it ends"));
    let range = (value, dots, cut_err(value)).map(|(from, _, to)| Is::Within(from, to));
    alt((list.map(Is::OneOf), range)).parse_next(input)
}

fn known(input: &mut Input<'_>) -> ModalResult<Is> {
    alt((word("known").value(Is::Known), word("missing").value(Is::Missing)))
        .context(expected("known or missing"))
        .parse_next(input)
}

fn comparison(input: &mut Input<'_>) -> ModalResult<Comparison> {
    alt((
        sign("!=").value(Comparison::Unequal),
        sign("<=").value(Comparison::AtMost),
        sign(">=").value(Comparison::AtLeast),
        sign("=").value(Comparison::Equal),
        sign("<").value(Comparison::Less),
        sign(">").value(Comparison::More),
    ))
    .parse_next(input)
}

fn value(input: &mut Input<'_>) -> ModalResult<Literal> {
    let text = alt((
        delimited('"', take_till(0.., '"'), cut_err('"').context(expected("the closing quote"))),
        delimited('\'', take_till(0.., '\''), cut_err('\'').context(expected("the closing quote"))),
    ));
    let value = alt((text.map(|text: &str| Literal::Text(text.to_owned())), length, number, date));
    terminated(value, multispace0)
        .context(expected("a value such as \"reunion\", 12, 330d or 2026-05-01"))
        .parse_next(input)
}

fn digits<'t>(input: &mut Input<'t>) -> ModalResult<&'t str> {
    take_while(1..=9, |c: char| c.is_ascii_digit()).parse_next(input)
}

fn date(input: &mut Input<'_>) -> ModalResult<Literal> {
    let date = (digits, '-', digits, '-', digits).take();
    date.verify_map(|text: &str| text.parse::<Date>().ok().map(Literal::Date)).parse_next(input)
}

fn length(input: &mut Input<'_>) -> ModalResult<Literal> {
    let length = (digits, one_of(['d', 'w'])).take();
    terminated(length, not(one_of(is_name))).verify_map(|text| days_of(text).map(Literal::Days)).parse_next(input)
}

fn number(input: &mut Input<'_>) -> ModalResult<Literal> {
    // One dot and digits: two dots make a range.
    let number = (opt('-'), digits, opt(('.', digits))).take();
    let number = number.verify_map(|text: &str| text.parse::<f64>().ok().map(Literal::Number));
    terminated(number, not(one_of(is_name))).parse_next(input)
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

fn word<'t>(word: &'static str) -> impl Parser<Input<'t>, (), ErrMode<ContextError>> {
    (literal(word), not(one_of(is_name)), multispace0).void()
}

fn sign<'t>(sign: &'static str) -> impl Parser<Input<'t>, (), ErrMode<ContextError>> {
    (literal(sign), multispace0).void()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::schedule::moment;

    fn holds(text: &str, cells: &[(&str, &str)]) -> bool {
        let cell = |name: &str| cells.iter().find(|(column, _)| *column == name).map(|(_, value)| (*value).to_owned());
        condition(text).unwrap_or_else(|slips| panic!("{text}: {slips:?}")).holds(&cell, moment("2026-06-01").unwrap())
    }

    #[test]
    fn conditions_read_as_they_are_written() {
        let ada = [
            ("last_order", "2025-06-20"),
            ("occasion", "Reunion"),
            ("segment", "teams"),
            ("draft_age", "3d"),
            ("pieces", "24"),
            ("empty", " "),
        ];
        for (text, expected) in [
            ("last_order.age in 330d..400d and occasion = \"reunion\"", true),
            ("last_order.age in 345d..346d", true),
            ("last_order.age in 347d..400d", false),
            ("last_order.age > 49w", true),
            ("last_order.year = 2025 and last_order.month in (5, 6)", true),
            ("last_order < 2026-01-01", true),
            ("draft_age >= 3d", true),
            ("draft_age > 3d", false),
            ("pieces in 12..24", true),
            ("pieces > 24.5", false),
            ("segment in ('schools', 'teams')", true),
            ("segment = 'schools' or segment = 'teams' and pieces = 1", false),
            ("(segment = 'schools' or segment = 'teams') and pieces = 24", true),
            ("not segment = 'teams'", false),
            ("not (segment = 'x') and occasion is known", true),
            ("empty is missing and nowhere is missing", true),
            ("empty != 'x'", false),
            ("not empty = 'x'", true),
            ("pieces = 'x' or pieces > 3", true),
            ("inland is missing", true),
            ("  segment='teams'  ", true),
        ] {
            assert_eq!(holds(text, &ada), expected, "{text}");
        }
    }

    #[test]
    fn slips_are_told_where_they_are() {
        for (text, at, part) in [
            ("", 0, "a column"),
            ("occasion", 8, "a question"),
            ("occasion = ", 11, "a value"),
            ("occasion = reunion", 11, "found \"reunion\""),
            ("occasion = 'reunion", 19, "closing quote"),
            ("occasion = 'a' and", 18, "a column"),
            ("occasion = 'a' xor b = 'c'", 15, "`and`, `or`"),
            ("(occasion = 'a'", 15, "`)`"),
            ("last_order.weight > 3", 11, "age, year or month"),
            ("last_order.age in 330d", 22, "`..`"),
            ("pieces in (1, 2", 15, "`,` or `)`"),
            ("pieces is nice", 10, "known or missing"),
            ("last_order in 330d..400d", 0, "not a length of time"),
            ("last_order.age > 330", 0, "not a number"),
            ("draft_age > 2", 0, "not a number"),
            ("pieces in 5..1", 0, "nothing lies"),
            ("pieces in 5..'a'", 0, "from a number to a text"),
            ("last_order > 2026-13-01", 13, "a value"),
        ] {
            let slips = condition(text).unwrap_err();
            assert!(slips[0].at.start == at && slips[0].message.contains(part), "{text}: {slips:?}");
        }
    }

    #[test]
    fn long_and_deep_conditions_end_in_words() {
        let deep = |levels: usize| format!("{}a is known{}", "(".repeat(levels), ")".repeat(levels));
        assert!(condition(&deep(limits::CONDITION_LEVELS)).is_ok());
        assert!(condition(&deep(limits::CONDITION_LEVELS + 1)).unwrap_err()[0].message.contains("too many"));
        assert!(condition(&"not ".repeat(limits::CONDITION_LEVELS + 1)).unwrap_err()[0].message.contains("too many"));
        let long = format!("a = '{}'", "x".repeat(limits::CONDITION_BYTES));
        assert!(condition(&long).unwrap_err()[0].message.contains("bytes"));
    }
}
