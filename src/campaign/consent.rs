//! The list of who agreed to mail, and who wants none any more.

use std::collections::BTreeMap;

use crate::campaign::columns::{misspelt, slip};
use crate::campaign::issue::Issue;
use crate::campaign::recipient::{address_fault, yes_or_no};
use crate::campaign::schedule::{Moment, moment};
use crate::campaign::table;

/// What is known of one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Consent {
    /// Since when they agree.
    pub at: Option<Moment>,
    /// Where they said so.
    pub source: String,
    /// Why they get nothing: whatever else is said, nobody with this is written to.
    pub suppressed: Option<String>,
}

/// The list, by addresses in small letters.
#[derive(Debug, Default)]
pub struct Consents {
    by_email: BTreeMap<String, Consent>,
    /// What is wrong with rows.
    pub issues: Vec<Issue>,
    /// Nobody could be asked who followed the link of a mail since the list was written.
    pub lacks_links: bool,
}

impl Consents {
    /// What is known of an address.
    #[must_use]
    pub fn of(&self, email: &str) -> Option<&Consent> {
        self.by_email.get(&email.to_lowercase())
    }

    /// Notes that an address gets nothing, whatever the list says, since somebody followed the link of a mail to it, so many
    /// milliseconds after 1970. A reason that the list has stays.
    pub fn unsubscribe(&mut self, email: &str, at_ms: i64) {
        let day = Moment::from_ms(at_ms).map(|at| format!(" on {}", at.date())).unwrap_or_default();
        let reason = format!("unsubscribed{day} by the link of a mail");
        self.by_email.entry(email.to_lowercase()).or_default().suppressed.get_or_insert(reason);
    }
}

/// Columns that say who wants no mail: a list may do without, but not by a slip.
const REFUSALS: [&str; 2] = ["unsubscribed_at", "suppressed"];

/// Reads the list. What stands under `unsubscribed_at` or `suppressed` counts even if it cannot be read, as does any row
/// of an address that suppresses it: a slip must not write to somebody who said no.
///
/// # Errors
/// What is wrong with the file as a whole.
pub fn read_consent(bytes: &[u8]) -> Result<Consents, Issue> {
    let list = table::read(bytes, &["email", "consent_at", "source"])?;
    let known = |name: &str| ["consent_at", "source"].contains(&name) || REFUSALS.contains(&name);
    let others: Vec<&str> = list.columns.iter().map(String::as_str).filter(|name| !known(name)).collect();
    for wanted in REFUSALS.into_iter().filter(|wanted| list.column(wanted).is_none()) {
        if let Some(column) = slip(wanted, &others) {
            return Err(misspelt(column, wanted, "without it those who said no would get mail"));
        }
    }
    let mut consents = Consents::default();
    for row in &list.rows {
        let cell = |name: &str| list.column(name).and_then(|index| row.cells.get(index)).map_or("", String::as_str);
        let note = |consents: &mut Consents, column: &str, message: String, hint: &str| {
            consents.issues.push(Issue::cell(row.line, column, message, hint));
        };
        consents.issues.extend(row.fault.clone());
        let email = cell("email").trim_start_matches('<').trim_end_matches('>').to_lowercase();
        if let Some((message, hint)) = address_fault(&email) {
            note(&mut consents, "email", message, hint);
        }
        let (unsubscribed, suppressed) = (cell("unsubscribed_at"), cell("suppressed"));
        let mut reason = None;
        if !unsubscribed.is_empty() {
            if moment(unsubscribed).is_none() {
                let hint = "write it as 2026-05-31; the address gets nothing all the same";
                note(&mut consents, "unsubscribed_at", format!("\"{unsubscribed}\" is no date"), hint);
            }
            reason = Some(format!("unsubscribed {unsubscribed}"));
        }
        if !suppressed.is_empty() && yes_or_no(suppressed) != Some(false) {
            reason.get_or_insert_with(|| format!("suppressed: {suppressed}"));
        }
        let at = moment(cell("consent_at"));
        if at.is_none() && !cell("consent_at").is_empty() {
            let message = format!("\"{}\" is no date", cell("consent_at"));
            note(&mut consents, "consent_at", message, "write it as 2026-05-31; until then it counts as no consent");
        }
        let entry = consents.by_email.entry(email).or_default();
        if entry.suppressed.is_none() {
            entry.suppressed = reason;
        }
        let source = cell("source");
        // A row whose cells are shifted proves nothing.
        if row.fault.is_none() && at.is_some() && !source.is_empty() && at > entry.at {
            entry.at = at;
            source.clone_into(&mut entry.source);
        }
    }
    Ok(consents)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_said_no_once_stays_suppressed() {
        let text = "email,consent_at,source,unsubscribed_at,suppressed\n\
            a@x.example,2025-01-01,checkout,,\n\
            A@X.example,2026-01-01,fair,2025-06-01,\n\
            b@x.example,2025-01-01,checkout,last tuesday,no\n\
            c@x.example,2025-01-01,checkout,,bounced\n\
            d@x.example,2025-01-01,,,\n\
            e@x.example,soon,checkout,,\n\
            f@x.example,2025-01-01,checkout,,0\n\
            g@x.example,2025-01-01,checkout,,,shifted\n";
        let consents = read_consent(text.as_bytes()).unwrap();
        let of = |email: &str| consents.of(email).cloned().unwrap();
        assert_eq!(of("a@x.example").suppressed.as_deref(), Some("unsubscribed 2025-06-01"));
        assert_eq!(of("b@x.example").suppressed.as_deref(), Some("unsubscribed last tuesday"));
        assert_eq!(of("c@x.example").suppressed.as_deref(), Some("suppressed: bounced"));
        assert_eq!((of("d@x.example").at, of("e@x.example").at, of("g@x.example").at), (None, None, None));
        assert!(of("F@x.example").at.is_some() && of("f@x.example").suppressed.is_none());
        let issues: Vec<String> = consents.issues.iter().map(ToString::to_string).collect();
        assert_eq!(issues.len(), 3, "{issues:#?}");
        assert!(read_consent(b"email,consent_at\n").unwrap_err().message.contains("`source`"));
    }

    #[test]
    fn a_misspelt_no_is_no_yes() {
        for (column, wanted) in
            [("supressed", "suppressed"), ("unsubscribe_at", "unsubscribed_at"), ("Unsubscribed At", "")]
        {
            let text = format!("email,consent_at,source,{column},note\na@x.example,2025-01-01,shop,2025-06-01,\n");
            match read_consent(text.as_bytes()) {
                Err(issue) => {
                    let told = issue.to_string();
                    assert!(told.starts_with(&format!("line 1, column `{column}`")), "{told}");
                    assert!(told.contains(&format!("did you mean `{wanted}`?")), "{told}");
                }
                Ok(consents) => assert!(wanted.is_empty() && consents.of("a@x.example").unwrap().suppressed.is_some()),
            }
        }
    }
}
