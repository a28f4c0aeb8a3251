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
            (Some(column), None) => issues.notes.push(misspelt(column, wanted, "nothing reads it as it is")),
            (None, _) => {}
        }
    }
    let has_last_mail = columns().any(|column| column == "last_mail");
    if !has_last_mail && issues.errors.iter().all(|issue| !is_about(issue, "last_mail")) {
        let message = "the list has no column `last_mail`: that nobody gets two mails shortly after each other cannot be kept";
        let days = template.once_in_days;
        issues.notes.push(Issue::file(message, format!("add it with the days of the last mails; one in {days} days is meant")));
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
    let message = format!("nothing is called `{column}`");
    Issue::cell(1, column, message, format!("did you mean `{wanted}`? {without}"))
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
    let tested = conditions.flat_map(|when| when.tests().into_iter().map(|test| test.column.clone()).collect::<Vec<_>>());
    let fields = design.fields.iter().map(|field| field.id.to_lowercase());
    blanks.chain(tested).chain(fields).collect()
}
