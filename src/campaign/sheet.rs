//! The contact sheet: every mail of a campaign on one page, for whoever says that it may go out.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::campaign::manifest::Made;
use crate::campaign::plan::{Entry, Plan, Status};
use crate::campaign::template::Template;

const SHEET: &str = include_str!("sheet.css");

/// The page; `made` has one entry for each of the plan's. Pictures and mails lie beside it.
#[must_use]
pub fn page(template: &Template, plan: &Plan<'_>, made: &[Made]) -> String {
    let pairs = || plan.entries.iter().zip(made);
    let ready = || pairs().filter(|(entry, made)| entry.status == Status::Ready && !made.failed);
    let skipped: Vec<_> = pairs().filter(|(entry, made)| entry.status != Status::Ready || made.failed).collect();
    let title = format!("{} – contact sheet", template.name);
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(SHEET)) }
            }
            body {
                header {
                    p class="shop" { (template.sender.from.name.as_deref().unwrap_or(&template.sender.from.email)) }
                    h1 { (template.name) }
                    p class="when" { "Compiled for " time datetime=(plan.now) { (readable(&plan.now.to_string())) } ". Nothing has been sent." }
                    @if plan.entries.iter().any(|entry| !entry.recipient.has_column("last_mail")) {
                        p class="note" { "The list has no column last_mail: nobody is held back for having had a mail lately." }
                    }
                    @if plan.lacks_links {
                        p class="note" { "No service was asked who unsubscribed by the link of a mail since the lists were written: such people get one of these." }
                    }
                    (totals(ready().count(), plan, made))
                    (rules(&ready().map(|(entry, _)| entry).collect::<Vec<_>>()))
                }
                main {
                    @for (entry, made) in ready() { (card(entry, made)) }
                }
                @if !skipped.is_empty() { (nothing(&skipped)) }
            }
        }
    };
    page.into_string()
}

fn totals(ready: usize, plan: &Plan<'_>, made: &[Made]) -> Markup {
    let failed = made.iter().filter(|made| made.failed).count();
    let count = |status| plan.count(status);
    let rows = [
        ("mails ready", ready),
        ("failed", failed),
        ("suppressed", count(Status::Suppressed)),
        ("without consent", count(Status::NoConsent)),
        ("had one lately", count(Status::Capped)),
        ("no rule", count(Status::NoRule)),
        ("nothing personal wanted", count(Status::Withheld)),
        ("bad rows", count(Status::BadRow)),
    ];
    html! {
        dl class="totals" {
            @for (index, (name, number)) in rows.into_iter().enumerate().filter(|(index, (_, number))| *index == 0 || *number > 0) {
                div class=(if index == 0 { "main" } else { "" }) { dt { (name) } dd { (number) } }
            }
        }
    }
}

fn rules(ready: &[&Entry<'_>]) -> Markup {
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in ready {
        *counts.entry((entry.rule, variant(entry))).or_default() += 1;
    }
    html! {
        ul class="rules" {
            @for ((rule, variant), count) in counts {
                li { (rule) @if !variant.is_empty() { " " b { (variant) } } span { (count) } }
            }
        }
    }
}

fn variant<'a>(entry: &Entry<'a>) -> &'a str {
    entry.edition.and_then(|edition| edition.variant).unwrap_or_default()
}

fn card(entry: &Entry<'_>, made: &Made) -> Markup {
    let page = made.mail.replace("eml", "html");
    let offer = entry.edition.and_then(|edition| edition.offer.as_ref());
    html! {
        article {
            a class="picture" href=(page) { img src=(made.image) alt="" loading="lazy" decoding="async"; }
            div class="words" {
                h2 { a href=(page) { (made.subject) } }
                p class="to" { @if let Some(name) = entry.recipient.cell("name") { b { (name) } " " } (entry.recipient.email) }
                p class="chips" {
                    span class="rule" { (entry.rule) @if !variant(entry).is_empty() { " " (variant(entry)) } }
                    @if let Some(offer) = offer { span { (offer.code) } }
                    @if let Some(segment) = entry.recipient.cell("segment") { span { (segment) } }
                }
                @if let Some(moment) = entry.not_before {
                    p class="when" { "Not before " time datetime=(moment) { (readable(&moment.to_string())) } }
                }
                @for note in &made.notes { p class="note" { (note) } }
            }
        }
    }
}

fn nothing(skipped: &[(&Entry<'_>, &Made)]) -> Markup {
    html! {
        section {
            h2 { "Who gets nothing" }
            table {
                thead { tr { th { "Recipient" } th { "Status" } th { "Why" } th { "Row" } } }
                tbody {
                    @for (entry, made) in skipped {
                        tr {
                            td { (entry.recipient.email) }
                            td { span class=(if made.failed || entry.status == Status::BadRow { "bad" } else { "" }) {
                                (if made.failed { Status::Failed } else { entry.status }.name())
                            } }
                            td { (if entry.why.is_empty() { made.notes.join("; ") } else { entry.why.clone() }) }
                            td { (entry.recipient.line) }
                        }
                    }
                }
            }
        }
    }
}

/// `2026-06-01T12:00:00Z` as people read it.
fn readable(moment: &str) -> String {
    match moment.split_once('T') {
        Some((date, time)) => format!("{date} {} UTC", time.get(..5).unwrap_or(time)),
        None => moment.to_owned(),
    }
}
