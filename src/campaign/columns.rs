//! Names of a list's columns that are a slip of one that means something: whoever writes `last_mial` would otherwise lose
//! without a word what the column holds back.

use std::collections::BTreeSet;

use crate::campaign::issue::{Issue, Place};
use crate::campaign::recipient::{COLUMNS, Recipients};
use crate::campaign::template::{Edition, Template};
use crate::design::Design;
use crate::design::nearest::nearest;

/// Columns that hold mail back, and what happens without them.
const GUARDS: [(&str, &str); 3] = [
    ("last_mail", "without it a mail may come right after another"),
    ("frequency", "without it nobody's wish for fewer mails is known"),
    ("personalization", "without it everybody's mail is personal"),
];
/// The column that names customers as events do.
const CUSTOMER: &str = "customer";

/// What the names of a list's columns tell.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ColumnIssues {
    /// Slips that would let mails out that are held back.
    pub errors: Vec<Issue>,
    /// Other slips, and what cannot be kept without a column.
    pub notes: Vec<Issue>,
}

/// Holds the names of a list's columns against those that mean something. What the template or its design uses is meant
/// as it is written.
#[must_use]
pub fn check_columns(template: &Template, recipients: &Recipients, design: &Design) -> ColumnIssues {
    let used = used(template, design);
    let columns = || recipients.columns.iter().map(String::as_str);
    let free: Vec<&str> = columns().filter(|name| !used.contains(*name)).collect();
    let customer = template.picture.is_styled.then_some(CUSTOMER);
    let mut issues = ColumnIssues::default();
    for wanted in COLUMNS.into_iter().chain(customer).filter(|wanted| !columns().any(|column| column == *wanted)) {
        let guard = GUARDS.iter().find(|(name, _)| *name == wanted).map(|(_, without)| *without);
        match (slip(wanted, &free), guard) {
            (Some(column), Some(without)) => issues.errors.push(misspelt(column, wanted, without)),
            (Some(column), None) => issues.notes.push(misspelt(column, wanted, "")),
            (None, _) => {}
        }
    }
    let has_last_mail = columns().any(|column| column == "last_mail");
    if !has_last_mail && issues.errors.iter().all(|issue| !is_about(issue, "last_mail")) {
        let days = template.once_in_days;
        let message = format!(
            "there is no column `last_mail`: that nobody gets more than one mail in {days} days cannot be kept"
        );
        issues.notes.push(Issue::file(message, "add it, with the day of everybody's last mail"));
    }
    issues
}

/// Which of `columns` is probably a slip of `wanted`.
pub(super) fn slip<'c>(wanted: &str, columns: &[&'c str]) -> Option<&'c str> {
    // As many letters may be wrong as the right name allows, however short the slip came out.
    nearest(wanted, columns.iter().copied().filter(|column| !COLUMNS.contains(column)))
}

/// The slip at its place in the line of names.
pub(super) fn misspelt(column: &str, wanted: &str, without: &str) -> Issue {
    let hint = format!("did you mean `{wanted}`?{}{without}", if without.is_empty() { "" } else { " " });
    Issue::cell(1, column, "nothing reads this column", hint)
}

fn is_about(issue: &Issue, wanted: &str) -> bool {
    let named = format!("`{wanted}`");
    matches!(issue.place, Place::Row { .. }) && issue.hint.as_ref().is_some_and(|hint| hint.contains(&named))
}

/// The columns that the template and its design ask for.
fn used(template: &Template, design: &Design) -> BTreeSet<String> {
    let words = template.editions().flat_map(Edition::words).chain(std::iter::once(&template.picture.alt));
    let blanks = words.flat_map(|words| words.blanks().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
    let conditions = template.rules.iter().filter_map(|rule| rule.when.as_ref());
    let tested =
        conditions.flat_map(|when| when.tests().into_iter().map(|test| test.column.clone()).collect::<Vec<_>>());
    let fields = design.fields.iter().map(|field| field.id.to_lowercase());
    blanks.chain(tested).chain(fields).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::recipient::read_recipients;
    use crate::campaign::tests::TEMPLATE;

    fn told(columns: &str, template: &str) -> (Vec<String>, Vec<String>) {
        let design = r#"{"version":1,"garment":"tee","color":"navy","technique":"dtf","placements":[],
            "fields":[{"id":"Zones","sample":"A"}]}"#;
        let design = Design::from_json(design.as_bytes()).unwrap();
        let recipients = read_recipients(format!("{columns}\n").as_bytes()).unwrap();
        let issues = check_columns(&Template::read(template).unwrap(), &recipients, &design);
        let words = |issues: &[Issue]| issues.iter().map(ToString::to_string).collect();
        (words(&issues.errors), words(&issues.notes))
    }

    #[test]
    fn a_slip_of_what_holds_mail_back_is_an_error_at_its_name() {
        for (slip, wanted) in [
            ("last_mial", "last_mail"),
            ("lastmal", "last_mail"),
            ("Last Email", "last_mail"),
            ("frequence", "frequency"),
            ("personalisation", "personalization"),
        ] {
            let (errors, _) = told(&format!("email,name,{slip}"), TEMPLATE);
            assert_eq!(errors.len(), 1, "{slip}: {errors:?}");
            let column = slip.to_lowercase().replace(' ', "_");
            assert!(errors[0].starts_with(&format!("line 1, column `{column}`: nothing reads")), "{errors:?}");
            assert!(errors[0].contains(&format!("did you mean `{wanted}`?")), "{errors:?}");
        }
    }

    #[test]
    fn other_slips_are_notes_and_what_is_used_or_far_off_is_none() {
        let (errors, notes) =
            told("email,last_mail,draft_aeg,zones,last_name,game,frequency,personalization", TEMPLATE);
        assert_eq!(errors, Vec::<String>::new());
        let slips = ["column `game`", "column `draft_aeg`"];
        assert_eq!(notes.len(), slips.len(), "a field of the design and a family name are meant so: {notes:?}");
        for (note, slip) in notes.iter().zip(slips) {
            assert!(note.starts_with(&format!("line 1, {slip}")), "{notes:?}");
        }
        let named = told("email,name,game,last_mail,zone,draft_age", TEMPLATE);
        assert_eq!(named, (Vec::new(), Vec::new()), "where the right one is there, another is another");
        let asks = TEMPLATE.replace("draft_age > 2d", "last_mial > 2d");
        assert_eq!(told("email,last_mial", &asks).0, Vec::<String>::new(), "the template means it");
    }

    #[test]
    fn a_list_without_last_mail_says_that_nobody_is_held_back() {
        let (_, notes) = told("email,name", TEMPLATE);
        assert!(
            notes.iter().any(|note| note.contains("no column `last_mail`") && note.contains("30 days")),
            "{notes:?}"
        );
        assert!(!told("email,last_mail", TEMPLATE).1.iter().any(|note| note.contains("no column")));
    }
}
