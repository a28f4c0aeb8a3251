//! The list of recipients.

use std::collections::BTreeSet;
use std::sync::Arc;

use email_address::{EmailAddress, Options};
use jiff::tz::TimeZone;

use crate::campaign::condition::days_of;
use crate::campaign::issue::Issue;
use crate::campaign::schedule::{self, Moment, moment};
use crate::campaign::table::{self, Row};

/// Columns that mean something by themselves; all but the first may be missing.
pub(super) const COLUMNS: [&str; 11] = [
    "email",
    "name",
    "segment",
    "last_order",
    "last_mail",
    "occasion",
    "design",
    "draft_age",
    "personalization",
    "frequency",
    "zone",
];

/// Somebody who may get a mail.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Line of the file on which the row starts.
    pub line: u64,
    /// Place among the rows, from 1.
    pub number: usize,
    /// The address.
    pub email: String,
    /// When the last mail went out.
    pub last_mail: Option<Moment>,
    /// Fewest days between two mails that they asked for; `None` if they said nothing.
    pub frequency: Option<Frequency>,
    /// Where they live.
    pub zone: Option<TimeZone>,
    /// Whether a mail may use what is known about them. Default: yes.
    pub personalization: bool,
    /// Why the row cannot be used.
    pub fault: Option<Issue>,
    columns: Arc<[String]>,
    cells: Vec<String>,
}

/// How often somebody wants mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    /// Not at all.
    Never,
    /// At most once in so many days.
    OnceIn(i64),
}

/// The list.
#[derive(Debug)]
pub struct Recipients {
    /// Names of the columns.
    pub columns: Arc<[String]>,
    /// Everybody, in the order of the file.
    pub list: Vec<Recipient>,
}

impl Recipient {
    /// What a column holds, unless that is nothing.
    #[must_use]
    pub fn cell(&self, column: &str) -> Option<&str> {
        let index = self.columns.iter().position(|name| name == column)?;
        self.cells.get(index).map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Whether the list has a column, whatever it holds.
    #[must_use]
    pub fn has_column(&self, column: &str) -> bool {
        self.columns.iter().any(|name| name == column)
    }

    /// The address as others are compared with it.
    #[must_use]
    pub fn key(&self) -> String {
        self.email.to_lowercase()
    }
}

/// Reads the list. A row that cannot be used is kept with what is wrong with it.
///
/// # Errors
/// What is wrong with the file as a whole.
pub fn read_recipients(bytes: &[u8]) -> Result<Recipients, Issue> {
    let list = table::read(bytes, &["email"])?;
    let columns: Arc<[String]> = list.columns.into();
    let mut seen = BTreeSet::new();
    let rows = list.rows.into_iter().enumerate();
    let list = rows.map(|(index, row)| recipient(index + 1, row, &columns, &mut seen)).collect();
    Ok(Recipients { columns, list })
}

fn recipient(number: usize, row: Row, columns: &Arc<[String]>, seen: &mut BTreeSet<String>) -> Recipient {
    let Row { line, cells, fault } = row;
    let mut recipient = Recipient {
        line,
        number,
        email: String::new(),
        last_mail: None,
        frequency: None,
        zone: None,
        personalization: true,
        fault,
        columns: Arc::clone(columns),
        cells,
    };
    recipient.email = recipient.cell("email").unwrap_or_default().to_owned();
    let read = settle(&mut recipient);
    if let (None, Err(issue)) = (&recipient.fault, read) {
        recipient.fault = Some(issue);
    }
    // Only a row that can be used takes the address.
    if recipient.fault.is_none() && !seen.insert(recipient.key()) {
        recipient.fault = Some(Issue::cell(line, "email", "the address was there before", "keep one row for each"));
    }
    recipient
}

fn settle(recipient: &mut Recipient) -> Result<(), Issue> {
    let line = recipient.line;
    if let Some((message, hint)) = address_fault(&recipient.email) {
        return Err(Issue::cell(line, "email", message, hint));
    }
    let cell = |name: &str| recipient.cell(name).map(str::to_owned);
    let date = |name: &str| match cell(name) {
        None => Ok(None),
        Some(text) => moment(&text).map(Some).ok_or_else(|| {
            let hint = "write it as 2026-05-31, or with a time as 2026-05-31T09:30:00Z";
            Issue::cell(line, name, format!("\"{text}\" is no date"), hint)
        }),
    };
    date("last_order")?;
    let last_mail = date("last_mail")?;
    if let Some(text) = cell("draft_age").filter(|text| days_of(text).is_none()) {
        let message = format!("\"{text}\" is no length of time");
        return Err(Issue::cell(line, "draft_age", message, "write days, such as 3d"));
    }
    let frequency = cell("frequency").map(|text| {
        frequency(&text).ok_or_else(|| {
            let message = format!("\"{text}\" says not how often");
            Issue::cell(
                line,
                "frequency",
                message,
                "write never, weekly, monthly, quarterly, yearly or days such as 60d",
            )
        })
    });
    let zone = cell("zone").map(|text| {
        schedule::zone(&text).ok_or_else(|| {
            Issue::cell(
                line,
                "zone",
                format!("there is no zone \"{text}\""),
                "write a name such as Europe/Berlin or UTC",
            )
        })
    });
    let personalization = cell("personalization").map(|text| {
        yes_or_no(&text).ok_or_else(|| {
            Issue::cell(line, "personalization", format!("\"{text}\" is neither on nor off"), "write on or off")
        })
    });
    recipient.last_mail = last_mail;
    recipient.frequency = frequency.transpose()?;
    recipient.zone = zone.transpose()?;
    recipient.personalization = personalization.transpose()?.unwrap_or(true);
    Ok(())
}

fn frequency(text: &str) -> Option<Frequency> {
    Some(match text.to_lowercase().as_str() {
        "never" => Frequency::Never,
        "weekly" => Frequency::OnceIn(7),
        "monthly" => Frequency::OnceIn(30),
        "quarterly" => Frequency::OnceIn(91),
        "yearly" => Frequency::OnceIn(365),
        days => Frequency::OnceIn(days_of(days)?),
    })
}

/// What a cell says that is either.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "on" | "yes" | "true" | "1" => Some(true),
        "off" | "no" | "false" | "0" => Some(false),
        _ => None,
    }
}

/// What is wrong with an address, and what to do.
pub(super) fn address_fault(text: &str) -> Option<(String, &'static str)> {
    if text.is_empty() {
        return Some(("there is no address".to_owned(), "write one such as ada@example.com"));
    }
    if !text.is_ascii() {
        let message = format!("\"{text}\" has letters that not every mail server takes");
        return Some((message, "write a domain in its xn-- form"));
    }
    let options = Options::default().with_required_tld().without_domain_literal().without_display_text();
    let fine = EmailAddress::parse_with_options(text, options).is_ok_and(|address| !address.local_part().contains('"'));
    (!fine).then(|| (format!("\"{text}\" is no address"), "write one such as ada@example.com"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let list = read_recipients(text.as_bytes()).unwrap().list;
        list.iter().filter_map(|recipient| Some(recipient.fault.as_ref()?.to_string())).collect()
    }

    #[test]
    fn bad_rows_are_told_and_stop_nothing_else() {
        let text = "zone,email,personalization,last_order,frequency,draft_age\n\
            ,ada@x.example,off,2025-05-01,60d,3d\n\
            ,ADA@x.example,,,,\n\
            ,nobody,,,,\n\
            ,,,,,x\n\
            ,b@x.example,perhaps,,,\n\
            ,c@x.example,,01.05.2025,,\n\
            ,d@x.example,,,sometimes,\n\
            Mars/Olympus,e@x.example,,,,\n\
            ,f@x.example,,,,long\n\
            ,g@exämple.org,,,,\n\
            ,\"\"\"a b\"\"@x.example\",,,,\n\
            Europe/Berlin,z@x.example,on,2025-05-01T10:00:00Z,never,14\n";
        let found = faults(text);
        let expected = [
            "line 3, column `email`: the address was there before",
            "line 4, column `email`: \"nobody\"",
            "line 5, column `email`: there is no address",
            "line 6, column `personalization`",
            "line 7, column `last_order`: \"01.05.2025\"",
            "line 8, column `frequency`",
            "line 9, column `zone`",
            "line 10, column `draft_age`",
            "line 11, column `email`: \"g@exämple.org\"",
            "line 12, column `email`",
        ];
        assert_eq!(found.len(), expected.len(), "{found:#?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found} is not {expected}");
        }
        let list = read_recipients(text.as_bytes()).unwrap().list;
        assert!(!list[0].personalization && list[0].frequency == Some(Frequency::OnceIn(60)));
        assert_eq!(list.last().unwrap().frequency, Some(Frequency::Never));
    }

    #[test]
    fn an_address_cannot_carry_a_header() {
        for text in [
            "a@x.example\\nBcc: b@x.example",
            "a@x.example>, b@x.example",
            "a@x.example b@x.example",
            "Ada <a@x.example>",
        ] {
            assert!(address_fault(text).is_some(), "{text}");
        }
    }
}
