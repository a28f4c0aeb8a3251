//! The contact sheet: every line of a batch on one page, what needs somebody's eyes first.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::batch::issue::RowIssue;
use crate::batch::lists::{failure, refusals, warnings};
use crate::batch::names::GANG;
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::plan::{File, Kind};
use crate::batch::run::Outcome;
use crate::batch::told::{Entry, grouped};

const SHEET: &str = include_str!("contacts.css");
/// Lines that are shown; the report has all.
const SHOWN: usize = 5000;

/// The page. Pictures lie beside it. `film` is the technique whose prints are put on gang sheets, if there are such sheets.
#[must_use]
pub fn page(orders: &Orders, outcome: &Outcome, source: &str, film: Option<&str>) -> String {
    let is_bad = |index: &usize| outcome.refused.contains_key(index) || failure(outcome, *index).is_some();
    let (bad, good): (Vec<usize>, Vec<usize>) = (0..orders.lines.len()).partition(is_bad);
    let mut pictures: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    let mut prints: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    let last = good.iter().take(SHOWN).next_back().copied().unwrap_or_default();
    let is_shown = |(file, made): &(&File, &Option<_>)| made.is_some() && file.line <= last;
    for (file, _) in outcome.plan.files.iter().zip(&outcome.files).filter(is_shown) {
        let list = if let Kind::Preview(_) = file.kind { &mut pictures } else { &mut prints };
        let name = if let Kind::Ticket(_) = file.kind { file.kind.name() } else { file.kind.of() };
        list.entry(file.line).or_default().push((name, &file.path));
    }
    let n_pieces: u64 = good.iter().map(|index| u64::from(orders.lines[*index].quantity)).sum();
    let n_refused = orders.n_refused() + bad.len();
    let refusals = refusals(orders, outcome);
    let entries = grouped(orders.issues.iter().chain(&refusals));
    let warnings = grouped(warnings(orders, outcome));
    let is_on_film = |index: &usize| Some(orders.lines[*index].opened.design.technique.as_str()) == film;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (source) " – contact sheet" }
                style { (PreEscaped(SHEET)) }
            }
            body {
                header {
                    h1 { (source) }
                    dl {
                        div { dt { "lines made" } dd { (good.len()) } }
                        div { dt { "pieces" } dd { (n_pieces) } }
                        div class=(if n_refused > 0 { "bad" } else { "" }) { dt { "rows not made" } dd { (n_refused) } }
                        div { dt { "files" } dd { (outcome.files.iter().flatten().count()) } }
                    }
                    // The sheets are made after this page.
                    @if good.iter().any(is_on_film) { (film_links()) }
                }
                @if !entries.is_empty() || !warnings.is_empty() { (look_at(&entries, &warnings)) }
                main {
                    @for index in good.iter().take(SHOWN) {
                        (card(&orders.lines[*index], outcome, *index, pictures.get(index), prints.get(index)))
                    }
                }
                @if good.len() > SHOWN { p { "And " (good.len() - SHOWN) " more lines: report.json has all." } }
            }
        }
    };
    page.into_string()
}

/// What needs somebody's eyes, once for all rows that it is about: what keeps rows from being made, what may go wrong in
/// print, and what else is told.
fn look_at(entries: &[Entry], warnings: &[Entry]) -> Markup {
    let (notes, errors): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| entry.first.is_note);
    let errors = errors.into_iter().map(|entry| ("bad", entry));
    let rows = errors.chain(warnings.iter().map(|entry| ("warning", entry)));
    let rows: Vec<(&str, &Entry)> = rows.chain(notes.into_iter().map(|entry| ("note", entry))).collect();
    html! {
        section {
            h2 { "Look at these" }
            table {
                thead { tr { th { "Row" } th { "Order" } th { "Column" } th { "What" } th { "What to do" } } }
                tbody {
                    @for (class, entry) in rows.iter().take(SHOWN) {
                        @let RowIssue { column, message, hint, .. } = &entry.first;
                        tr class=(class) {
                            td { (entry.rows()) } td { (entry.orders()) } td { (column.as_deref().unwrap_or("")) }
                            td class="told" { (message) } td { (hint.as_deref().unwrap_or("")) }
                        }
                    }
                }
            }
            @if rows.len() > SHOWN { p { "And " (rows.len() - SHOWN) " more: report.json has all." } }
        }
    }
}

/// Where the film of the batch lies.
fn film_links() -> Markup {
    html! {
        p class="links" {
            "Film: " a href={ (GANG) "/" } { "sheets" } " "
            a href={ (GANG) "/cut-list.csv" } { "cut list" } " " a href={ (GANG) "/press-order.csv" } { "press order" }
        }
    }
}

type Links<'a> = Option<&'a Vec<(&'a str, &'a str)>>;

fn card(line: &OrderLine, outcome: &Outcome, index: usize, pictures: Links<'_>, prints: Links<'_>) -> Markup {
    let findings = outcome.checked[index].as_ref().map(|checked| checked.findings.as_slice()).unwrap_or_default();
    let values: Vec<&str> = line.fields.said().collect();
    html! {
        article {
            div class="pictures" {
                @for (view, path) in pictures.into_iter().flatten() {
                    a href=(path) { img src=(path) alt={ (view) " of " (line.design) } loading="lazy" decoding="async"; }
                }
            }
            h3 { (line.order_id) span { " / " (line.line) } }
            p class="what" { b { (line.quantity) " × " (line.size) } " " (line.color) @if let Some(due) = &line.due { span { "due " (due) } } }
            @if !values.is_empty() { p class="fields" { (values.join(" · ")) } }
            @if !line.note.is_empty() { p class="told" { (line.note) } }
            p class="links" { @for (of, path) in prints.into_iter().flatten() { a href=(path) { (of) } " " } }
            @for told in findings.iter().take(4) {
                p class=(told.severity) { b { (told.rule) } " " (told.area) ": " (told.message) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_look_at_begins_with_errors_and_says_what_is_equal_once() {
        let issue = |row: u64| RowIssue::error(row, "Größe", "there is no <b>", "take M").of("A-1", "Foxes");
        let warnings = grouped([RowIssue::note(5, "", "it is faint", "")]);
        let entries = grouped([RowIssue::note(2, "number", "two", ""), issue(3), issue(4)]);
        let page = look_at(&entries, &warnings).into_string();
        let error = "<tr class=\"bad\"><td>rows 3 and 4</td><td>A-1 (Foxes)</td><td>Größe</td>\
                     <td class=\"told\">there is no &lt;b&gt;</td><td>take M</td></tr>";
        let row = |class: &str, row: u64| page.find(&format!("<tr class=\"{class}\"><td>row {row}</td>")).unwrap();
        assert!(page.find(error).unwrap() < row("warning", 5) && row("warning", 5) < row("note", 2), "{page}");
    }
}
