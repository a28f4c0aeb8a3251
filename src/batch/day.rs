//! Days as spreadsheets write them, as far as they can be read in one way only.

use serde::{Deserialize, Serialize};
use time::{Date, Month};

/// Which of day and month comes first, in dates that end with the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// The day: 24.12.2026.
    Dmy,
    /// The month: 12/24/2026.
    Mdy,
}

/// Why a text is no day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// It is none, or it leaves open which one it is, as 24.12.26 does.
    #[error("{0:?} is no date that can be read in one way only")]
    Unclear(String),
    /// Day and month could each be the other.
    #[error("{text:?} is two days: {dmy} with the day first, {mdy} with the month first")]
    Two {
        /// The text.
        text: String,
        /// The day that it is in Europe.
        dmy: Date,
        /// The day that it is in the United States.
        mdy: Date,
    },
    /// No calendar has it.
    #[error("there is no such day as {text:?}")]
    Missing {
        /// The text.
        text: String,
        /// The month that it names, if there is one, and its year.
        month: Option<(Month, i32)>,
        /// What was said to come first.
        order: Option<DayOrder>,
    },
}

impl DayError {
    /// What to do.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unclear(_) => "write it as 2026-12-24".to_owned(),
            Self::Two { dmy, .. } => {
                format!("write it as {dmy}, or say for all dates what comes first: `dates` is dmy or mdy")
            }
            Self::Missing { month: Some((month, year)), .. } => {
                format!("{month} {year} has {} days", month.length(*year))
            }
            Self::Missing { month: None, order: None, .. } => "a year has 12 months".to_owned(),
            Self::Missing { month: None, order: Some(DayOrder::Dmy), .. } => {
                "a year has 12 months, and `dates` says that the day comes first".to_owned()
            }
            Self::Missing { month: None, order: Some(DayOrder::Mdy), .. } => {
                "a year has 12 months, and `dates` says that the month comes first".to_owned()
            }
        }
    }
}

/// The day of a text: 2026-12-24, or 24.12.2026 and 12/24/2026 where only one of the two numbers can be the month, or
/// `order` says which one is.
///
/// # Errors
/// If it is none, or may be two.
pub fn day(text: &str, order: Option<DayOrder>) -> Result<Date, DayError> {
    let unclear = || DayError::Unclear(text.to_owned());
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/')).ok_or_else(unclear)?;
    let parts: Vec<&str> = text.split(separator).collect();
    let [first, second, last] = parts[..] else { return Err(unclear()) };
    let number = |text: &str, digits: std::ops::RangeInclusive<usize>| {
        let is_number = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        text.parse::<u16>().ok().filter(|_| is_number)
    };
    let numbers =
        |year, [one, other]: [&str; 2]| Some((number(year, 4..=4)?, number(one, 1..=2)?, number(other, 1..=2)?));
    // What begins with the year goes on with the month everywhere.
    let readings = match (numbers(first, [second, last]), numbers(last, [first, second]), order) {
        (Some((year, month, day)), ..) => vec![(year, month, day)],
        (_, Some((year, day, month)), Some(DayOrder::Dmy)) => vec![(year, month, day)],
        (_, Some((year, month, day)), Some(DayOrder::Mdy)) => vec![(year, month, day)],
        (_, Some((year, one, other)), None) => vec![(year, other, one), (year, one, other)],
        _ => return Err(unclear()),
    };
    let month_of = |number: u16| Month::try_from(u8::try_from(number).ok()?).ok();
    let found = readings.iter().filter_map(|(year, month, day)| {
        Date::from_calendar_date(i32::from(*year), month_of(*month)?, u8::try_from(*day).ok()?).ok()
    });
    match found.collect::<Vec<_>>()[..] {
        [dmy, mdy] if dmy != mdy => Err(DayError::Two { text: text.to_owned(), dmy, mdy }),
        [day, ..] => Ok(day),
        [] => {
            let month = readings.iter().find_map(|(year, month, _)| Some((month_of(*month)?, i32::from(*year))));
            Err(DayError::Missing { text: text.to_owned(), month, order })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, order: Option<DayOrder>) -> String {
        day(text, order).map_or_else(|error| format!("{error}; {}", error.hint()), |day| day.to_string())
    }

    #[test]
    fn what_can_be_read_in_one_way_is_read() {
        for text in ["2026-12-24", "24.12.2026", "24/12/2026", "12/24/2026", "12-24-2026", "2026/12/24"] {
            assert_eq!(told(text, None), "2026-12-24", "{text}");
        }
        for text in ["2026-06-06", "6.6.2026", "06/06/2026"] {
            assert_eq!(told(text, None), "2026-06-06", "{text}");
        }
        assert_eq!(told("5.6.2026", Some(DayOrder::Dmy)), "2026-06-05");
        assert_eq!(told("5/6/2026", Some(DayOrder::Mdy)), "2026-05-06");
        assert_eq!(told("2026-05-06", Some(DayOrder::Dmy)), "2026-05-06", "the year comes first all the same");
    }

    #[test]
    fn what_may_be_two_days_or_is_none_is_told_so() {
        let two = "\"05.06.2026\" is two days: 2026-06-05 with the day first, 2026-05-06 with the month first; write it \
                   as 2026-06-05, or say for all dates what comes first: `dates` is dmy or mdy";
        assert_eq!(told("05.06.2026", None), two);
        for (text, order, hint) in [
            ("2026-02-30", None, "February 2026 has 28 days"),
            ("2028-02-30", None, "February 2028 has 29 days"),
            ("31.04.2026", None, "April 2026 has 30 days"),
            ("04/31/2026", None, "April 2026 has 30 days"),
            ("2026-13-01", None, "a year has 12 months"),
            ("12/24/2026", Some(DayOrder::Dmy), "a year has 12 months, and `dates` says that the day comes first"),
            ("24.12.2026", Some(DayOrder::Mdy), "a year has 12 months, and `dates` says that the month comes first"),
        ] {
            assert_eq!(told(text, order), format!("there is no such day as {text:?}; {hint}"));
        }
        for text in ["", "soon", "24.12.26", "2026-W52-4", "24.12/2026", "+4.12.2026", "2026-12-24 10:30", "1.2.3.2026"]
        {
            let unclear = format!("{text:?} is no date that can be read in one way only; write it as 2026-12-24");
            assert_eq!(told(text, None), unclear);
        }
    }
}
