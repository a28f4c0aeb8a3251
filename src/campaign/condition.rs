//! Conditions of rules: what they say, and whether they hold for a recipient.

use std::ops::Range;

use jiff::civil::Date;

use crate::campaign::schedule::{Moment, moment};

/// When a rule fires.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// All of them hold.
    All(Vec<Self>),
    /// One of them holds.
    Any(Vec<Self>),
    /// It does not hold.
    Not(Box<Self>),
    /// A test of one column.
    Test(Test),
}

/// A test of one column.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The column's name.
    pub column: String,
    /// What of its value is looked at.
    pub part: Part,
    /// What is asked of that.
    pub is: Is,
    /// Where the column is written in the condition, in bytes.
    pub at: Range<usize>,
}

/// What of a value is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The value itself.
    Value,
    /// Whole days since the date that it is.
    Age,
    /// The year of the date.
    Year,
    /// Its month, 1 to 12.
    Month,
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Is {
    /// That it compares so.
    Compared(Comparison, Literal),
    /// That it is from one to the other, both included.
    Within(Literal, Literal),
    /// That it is one of these.
    OneOf(Vec<Literal>),
    /// That there is one.
    Known,
    /// That there is none.
    Missing,
}

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// A value that is written in a condition.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `"reunion"`; upper and lower case are the same.
    Text(String),
    /// `12` or `2.5`.
    Number(f64),
    /// `330d` or `47w`, in days.
    Days(i64),
    /// `2026-05-01`.
    Date(Date),
}

impl Literal {
    /// What it is, for people.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Text(_) => "a text",
            Self::Number(_) => "a number",
            Self::Days(_) => "a length of time",
            Self::Date(_) => "a date",
        }
    }

    /// How `found`, as a cell has it, compares to this; `None` if it is of another kind.
    fn order(&self, found: &Found<'_>) -> Option<std::cmp::Ordering> {
        match (self, found) {
            (Self::Text(text), Found::Cell(cell)) => Some(cell.trim().to_lowercase().cmp(&text.to_lowercase())),
            (Self::Number(number), Found::Cell(cell)) => cell.trim().parse::<f64>().ok()?.partial_cmp(number),
            (Self::Number(number), Found::Whole(whole)) => (*whole as f64).partial_cmp(number),
            (Self::Days(days), Found::Cell(cell)) => Some(days_of(cell)?.cmp(days)),
            (Self::Days(days), Found::Whole(whole)) => Some(whole.cmp(days)),
            (Self::Date(date), Found::Cell(cell)) => Some(moment(cell)?.date().cmp(date)),
            (Self::Text(_) | Self::Date(_), Found::Whole(_)) => None,
        }
    }
}

/// What a test looks at.
enum Found<'c> {
    Cell(&'c str),
    Whole(i64),
}

/// Days that a cell or a literal says: `3d`, `2w` or a number of days.
#[must_use]
pub(super) fn days_of(text: &str) -> Option<i64> {
    let text = text.trim().to_ascii_lowercase();
    let (digits, factor) = match text.strip_suffix('w') {
        Some(weeks) => (weeks, 7),
        None => (text.strip_suffix('d').unwrap_or(&text), 1),
    };
    digits.trim().parse::<u32>().ok().map(|count| i64::from(count) * factor)
}

impl Condition {
    /// Whether it holds at `now`; `cell` gives what a column holds, if anything. A test of what is not known does not
    /// hold, `is missing` excepted.
    #[must_use]
    pub fn holds(&self, cell: &dyn Fn(&str) -> Option<String>, now: Moment) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(cell, now)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(cell, now)),
            Self::Not(part) => !part.holds(cell, now),
            Self::Test(test) => test.holds(cell(&test.column).as_deref(), now),
        }
    }

    /// All tests, in the order in which they are written.
    #[must_use]
    pub fn tests(&self) -> Vec<&Test> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::tests).collect(),
            Self::Not(part) => part.tests(),
            Self::Test(test) => vec![test],
        }
    }
}

impl Test {
    fn holds(&self, cell: Option<&str>, now: Moment) -> bool {
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        let Some(cell) = cell else { return self.is == Is::Missing };
        let found = match self.part {
            Part::Value => Found::Cell(cell),
            part => {
                let Some(moment) = moment(cell) else { return false };
                Found::Whole(match part {
                    Part::Year => i64::from(moment.date().year()),
                    Part::Month => i64::from(moment.date().month()),
                    Part::Age | Part::Value => now.days_since(moment),
                })
            }
        };
        let order = |literal: &Literal| literal.order(&found);
        match &self.is {
            Is::Known => true,
            Is::Missing => false,
            Is::OneOf(list) => list.iter().any(|literal| order(literal).is_some_and(std::cmp::Ordering::is_eq)),
            Is::Within(from, to) => {
                order(from).is_some_and(std::cmp::Ordering::is_ge) && order(to).is_some_and(std::cmp::Ordering::is_le)
            }
            Is::Compared(comparison, literal) => order(literal).is_some_and(|order| match comparison {
                Comparison::Equal => order.is_eq(),
                Comparison::Unequal => order.is_ne(),
                Comparison::Less => order.is_lt(),
                Comparison::AtMost => order.is_le(),
                Comparison::More => order.is_gt(),
                Comparison::AtLeast => order.is_ge(),
            }),
        }
    }
}
