//! The contact sheet: every line of a batch on one page, what needs somebody's eyes first.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::batch::lists::failure;
use crate::batch::orders::{OrderLine, Orders};
use crate::batch::plan::Kind;
use crate::batch::run::Outcome;

const SHEET: &str = include_str!("contacts.css");
/// Lines that are shown; the report has all.
const SHOWN: usize = 5000;

/// The page. Pictures lie beside it.
#[must_use]
pub fn page(orders: &Orders, outcome: &Outcome, source: &str) -> String {
    let mut pictures: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    let mut prints: BTreeMap<usize, Vec<(&str, &str)>> = BTreeMap::new();
    for (file, _) in outcome.plan.files.iter().zip(&outcome.files).filter(|(_, made)| made.is_some()) {
        let list = if let Kind::Preview(_) = file.kind { &mut pictures } else { &mut prints };
        list.entry(file.line).or_default().push((file.kind.of(), &file.path));
    }
    let is_bad = |index: &usize| outcome.refused.contains_key(index) || failure(outcome, *index).is_some();
    let (bad, good): (Vec<usize>, Vec<usize>) = (0..orders.lines.len()).partition(is_bad);
    let n_pieces: u64 = good.iter().map(|index| u64::from(orders.lines[*index].quantity)).sum();
    let n_refused = orders.n_refused() + bad.len();
    let issues: Vec<_> = orders.issues.iter().take(SHOWN).collect();
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
                }
                @if !issues.is_empty() || !bad.is_empty() {
                    section {
                        h2 { "Look at these" }
                        table {
                            thead { tr { th { "Row" } th { "Column" } th { "What" } th { "What to do" } } }
                            tbody {
                                @for issue in issues {
                                    tr class=(if issue.is_note { "note" } else { "bad" }) {
                                        td { (issue.row) } td { (issue.column.as_deref().unwrap_or("")) }
                                        td { (issue.message) } td { (issue.hint.as_deref().unwrap_or("")) }
                                    }
                                }
                                @for index in bad.iter().take(SHOWN) {
                                    tr class="bad" {
                                        td { (orders.lines[*index].row) } td {}
                                        td { (reason(outcome, *index)) }
                                        td { (orders.lines[*index].order_id) " " (orders.lines[*index].design) }
                                    }
                                }
                            }
                        }
                    }
                }
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

fn reason(outcome: &Outcome, index: usize) -> String {
    outcome.refused.get(&index).or_else(|| failure(outcome, index)).cloned().unwrap_or_default()
}

type Links<'a> = Option<&'a Vec<(&'a str, &'a str)>>;

fn card(line: &OrderLine, outcome: &Outcome, index: usize, pictures: Links<'_>, prints: Links<'_>) -> Markup {
    let findings = outcome.checked[index].as_ref().map(|checked| checked.findings.as_slice()).unwrap_or_default();
    let values: Vec<&str> = line.fields.values().map(String::as_str).filter(|value| !value.is_empty()).collect();
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
            p class="links" { @for (of, path) in prints.into_iter().flatten() { a href=(path) { (of) } " " } }
            @for told in findings.iter().take(4) {
                p class=(told.severity) { b { (told.rule) } " " (told.area) ": " (told.message) }
            }
        }
    }
}
