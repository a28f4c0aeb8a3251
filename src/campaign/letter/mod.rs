//! The words of one mail, and how they look as text and as HTML. Both say the same words in the same order.

mod html;

pub use crate::campaign::letter::html::MAIL_SHEET;

use url::Url;

use crate::campaign::limits;
use crate::campaign::look::Look;
use crate::campaign::plan::Entry;
use crate::campaign::schedule::Moment;
use crate::campaign::subject;
use crate::campaign::template::{Edition, Template};
use crate::campaign::token::{self, Key, Unsubscribe};
use crate::campaign::words::{Words, one_line};
use crate::color::Color;

/// What stands for the token of a link to unsubscribe where no key signs one.
pub const UNSIGNED: &str = "preview";

/// The words of one mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Language, as HTML names it.
    pub language: String,
    /// Whether it runs from right to left.
    pub right_to_left: bool,
    /// The shop's name.
    pub shop: String,
    /// The subject.
    pub subject: String,
    /// What mail programs show beside it.
    pub preheader: String,
    /// What the picture shows.
    pub alt: String,
    /// The first line.
    pub heading: String,
    /// Paragraphs.
    pub paragraphs: Vec<String>,
    /// What an offer is for, and its code.
    pub offer: Option<(String, String)>,
    /// What the button says, and where it leads.
    pub button: (String, String),
    /// Why the recipient gets this.
    pub reason: String,
    /// The shop's postal address.
    pub address: String,
    /// What the link to unsubscribe says, and where it leads.
    pub unsubscribe: (String, String),
    /// The address and the subject that unsubscribe by mail, as a link.
    pub unsubscribe_mailto: String,
    /// Color of the button.
    pub accent: Color,
}

impl Letter {
    /// The words for a recipient who sees `look`; `None` for one who gets no mail. Notes say what could not be said as
    /// the template has it. Without a key, links to unsubscribe lead nowhere: such a mail is to be looked at only.
    #[must_use]
    pub fn new(
        template: &Template,
        entry: &Entry<'_>,
        look: &Look,
        key: Option<&Key>,
        now: Moment,
    ) -> Option<(Self, Vec<String>)> {
        let edition = entry.edition?;
        let known = |name: &str| value(entry, edition, look, now, name);
        let say = |words: &Words| one_line(&words.fill(&known));
        let mut notes = Vec::new();
        let mut subject = say(&edition.subject);
        if let Some((message, _)) = subject::lint(&subject, &look.private) {
            notes.push(format!("the subject has its fallbacks: {message}"));
            subject = one_line(&edition.subject.generic());
        }
        let email = entry.recipient.key();
        let asked = Unsubscribe { campaign: template.name.clone(), email };
        let token = key.map_or_else(|| UNSIGNED.to_owned(), |key| token::sign(key, &asked));
        let mut paragraphs: Vec<String> = edition.body.iter().map(say).collect();
        paragraphs.retain(|paragraph| !paragraph.is_empty());
        let letter = Self {
            language: template.language.clone(),
            right_to_left: template.right_to_left,
            shop: template.sender.from.name.clone().unwrap_or_else(|| template.sender.from.email.clone()),
            subject,
            preheader: say(&edition.preheader),
            alt: say(&template.picture.alt),
            heading: say(&edition.heading),
            paragraphs,
            offer: edition.offer.as_ref().map(|offer| (say(&offer.text), offer.code.clone())),
            button: (say(&edition.button.label), tagged(template, entry, edition)),
            reason: template.reason.clone(),
            address: template.sender.address.clone(),
            unsubscribe: (template.unsubscribe.clone(), format!("{}{token}", template.sender.unsubscribe_url)),
            unsubscribe_mailto: format!("mailto:{}?subject=unsubscribe%20{token}", template.sender.unsubscribe_mailto),
            accent: template.accent,
        };
        Some((letter, notes))
    }

    /// The mail as plain text. Links stand on lines of their own.
    #[must_use]
    pub fn text(&self) -> String {
        let mut blocks = Vec::new();
        if self.preheader != self.heading {
            blocks.push(self.preheader.clone());
        }
        blocks.extend([self.shop.clone(), self.heading.clone()]);
        blocks.extend(self.paragraphs.iter().cloned());
        blocks.extend(self.offer.as_ref().map(|(text, code)| format!("{text}\n{code}")));
        blocks.push(format!("{}\n{}", self.button.0, self.button.1));
        blocks.push("-- ".to_owned());
        blocks.push(self.reason.clone());
        blocks.push(self.address.clone());
        blocks.push(format!("{}\n{}", self.unsubscribe.0, self.unsubscribe.1));
        let mut text = blocks.join("\n\n");
        text.push('\n');
        text
    }

    /// The mail as HTML, with the picture at `source` and of `size` in pixels.
    #[must_use]
    pub fn html(&self, source: &str, size: (u32, u32)) -> String {
        html::page(self, source, size)
    }
}

/// What is known under a name: what the campaign computes, else what the list has.
fn value(entry: &Entry<'_>, edition: &Edition, look: &Look, now: Moment, name: &str) -> Option<String> {
    let cell = |name: &str| if entry.generic { None } else { entry.recipient.cell(name) };
    let year = i64::from(now.date().year());
    match name {
        "offer" => edition.offer.as_ref().map(|offer| offer.code.clone()),
        "this_year" => Some(year.to_string()),
        "next_year" => Some((year + 1).to_string()),
        "last_order_year" => {
            let date = crate::campaign::schedule::moment(cell("last_order")?)?.date();
            Some(date.year().to_string())
        }
        "design_name" if entry.generic => None,
        "design_name" => look.opened.design.name.clone(),
        name => cell(name).map(|text| text.chars().take(limits::LINE_CHARS).collect()),
    }
}

/// The button's link, and where a visit came from: the campaign and the rule, nobody's name.
fn tagged(template: &Template, entry: &Entry<'_>, edition: &Edition) -> String {
    let Ok(mut url) = Url::parse(&edition.button.link) else { return edition.button.link.clone() };
    let content = edition.variant.map_or_else(|| entry.rule.to_owned(), |variant| format!("{}-{variant}", entry.rule));
    url.query_pairs_mut()
        .append_pair("utm_source", &template.utm_source)
        .append_pair("utm_medium", "email")
        .append_pair("utm_campaign", &template.name)
        .append_pair("utm_content", &content);
    url.to_string()
}
