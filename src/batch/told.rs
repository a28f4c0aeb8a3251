//! What is told of rows, once for all rows that it is told of: what keeps rows from being made comes first.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use crate::batch::issue::RowIssue;

/// Rows and orders that an entry names; the others are counted.
const NAMED: usize = 8;
/// Characters of an order's id and of a customer's name; one that is longer is cut.
const NAME_CHARS: usize = 40;

/// Something to tell, with all rows that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The first issue of its kind.
    pub first: RowIssue,
    /// See [`RowIssue::row`].
    pub rows: Vec<u64>,
    /// Their orders, each once, with the customer's name behind it.
    orders: Vec<String>,
    /// The customers of rows that do not say their order, each once.
    customers: Vec<String>,
}

/// Issues that differ in nothing but their rows, together: errors, then notes, each in the order in which they first come.
#[must_use]
pub fn grouped(issues: impl IntoIterator<Item = impl Borrow<RowIssue>>) -> Vec<Entry> {
    type Key = (bool, Option<String>, String, Option<String>);
    let mut places: BTreeMap<Key, usize> = BTreeMap::new();
    let mut entries: Vec<(Entry, BTreeSet<String>)> = Vec::new();
    for issue in issues {
        let issue: &RowIssue = issue.borrow();
        let key = (issue.is_note, issue.column.clone(), issue.message.clone(), issue.hint.clone());
        let place = *places.entry(key).or_insert_with(|| {
            let (rows, orders, customers) = Default::default();
            entries.push((Entry { first: issue.clone(), rows, orders, customers }, BTreeSet::new()));
            entries.len() - 1
        });
        let (entry, seen) = &mut entries[place];
        // Two errors of one row may read alike.
        if entry.rows.last() != Some(&issue.row) {
            entry.rows.push(issue.row);
        }
        if let Some(whose) = whose(issue)
            && seen.insert(whose.clone())
        {
            let known = if issue.order_id.is_some() { &mut entry.orders } else { &mut entry.customers };
            known.push(whose);
        }
    }
    entries.sort_by_key(|(entry, _)| entry.first.is_note);
    entries.into_iter().map(|(entry, _)| entry).collect()
}

/// The order of an issue, and the customer.
fn whose(issue: &RowIssue) -> Option<String> {
    let short = |text: &String| match text.chars().count() {
        0..=NAME_CHARS => text.clone(),
        _ => text.chars().take(NAME_CHARS - 1).collect::<String>() + "…",
    };
    match (issue.order_id.as_ref().map(short), issue.ship_to.as_ref().map(short)) {
        (Some(order), Some(customer)) => Some(format!("{order} ({customer})")),
        (order, customer) => order.or(customer),
    }
}

impl Entry {
    /// `row 2`, `rows 2, 4 and 6`.
    #[must_use]
    pub fn rows(&self) -> String {
        let rows = listed(&self.rows.iter().map(u64::to_string).collect::<Vec<_>>());
        if self.rows.len() == 1 { format!("row {rows}") } else { format!("rows {rows}") }
    }

    /// `A-1 (Foxes) and A-2`; empty if no row says its order.
    #[must_use]
    pub fn orders(&self) -> String {
        listed(&self.orders)
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.orders.len() {
            0 => {}
            1 => write!(f, "order {}, ", self.orders())?,
            _ => write!(f, "orders {}, ", self.orders())?,
        }
        match self.customers.len() {
            0 => {}
            1 => write!(f, "customer {}, ", listed(&self.customers))?,
            _ => write!(f, "customers {}, ", listed(&self.customers))?,
        }
        f.write_str(&self.rows())?;
        if let Some(column) = &self.first.column {
            write!(f, ", column `{column}`")?;
        }
        write!(f, ": {}", self.first.message)?;
        self.first.hint.as_ref().map_or(Ok(()), |hint| write!(f, "; {hint}"))
    }
}

/// `a`, `a and b`, `a, b and c`, and of more than are named `a, b, … and 3 more`.
fn listed(all: &[String]) -> String {
    let more = all.len().saturating_sub(NAMED);
    match &all[..all.len() - more] {
        named if more > 0 => format!("{} and {more} more", named.join(", ")),
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(issues: &[RowIssue]) -> Vec<String> {
        grouped(issues).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn errors_come_first_and_what_is_equal_is_told_once() {
        let note = |row: u64| RowIssue::note(row, "name", "it is long", "");
        let error =
            |row: u64, order: &str| RowIssue::error(row, "size", "there is no XXS", "take S").of(order, "Foxes");
        let issues = [note(2), error(3, "A"), error(5, "A"), RowIssue::error(5, "due", "no date", ""), error(7, "B")];
        assert_eq!(
            told(&issues),
            [
                "orders A (Foxes) and B (Foxes), rows 3, 5 and 7, column `size`: there is no XXS; take S",
                "row 5, column `due`: no date",
                "row 2, column `name`: it is long",
            ]
        );
    }

    #[test]
    fn a_customer_is_not_called_an_order() {
        let error = |row: u64, order: &str, customer: &str| RowIssue::error(row, "", "no", "").of(order, customer);
        let issues = [error(2, "", "Foxes"), error(3, "", "Owls"), error(4, "A-1", "Foxes")];
        assert_eq!(told(&issues), ["order A-1 (Foxes), customers Foxes and Owls, rows 2, 3 and 4: no"]);
    }

    #[test]
    fn many_rows_and_long_names_are_cut() {
        let name = "x".repeat(200);
        let issues: Vec<RowIssue> = (1..=30).map(|row| RowIssue::error(row, "", "no", "").of(&name, " \n ")).collect();
        let told = told(&issues).remove(0);
        assert_eq!(told, format!("order {}…, rows 1, 2, 3, 4, 5, 6, 7, 8 and 22 more: no", "x".repeat(39)));
        assert_eq!(grouped(&issues)[0].rows.len(), 30);
    }
}
