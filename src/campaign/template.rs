//! What a campaign says, and to whom: the template.

mod check;
mod read;

use std::collections::BTreeMap;
use std::ops::Range;

use crate::campaign::condition::Condition;
use crate::campaign::issue::Issue;
use crate::campaign::schedule::Quiet;
use crate::campaign::words::Words;
use crate::color::Color;

/// Names of blanks that are not columns of the list.
pub(super) const COMPUTED: [&str; 5] = ["offer", "this_year", "next_year", "last_order_year", "design_name"];

/// A template. Every text of a mail is settled here: what a rule or a variant does not say comes from `[message]`.
#[derive(Debug)]
pub struct Template {
    /// Names the campaign in links and ids: small letters, digits and `-`.
    pub name: String,
    /// Language of the words, as HTML names it. Default: `en`.
    pub language: String,
    /// Whether they run from right to left. Default: no.
    pub right_to_left: bool,
    /// Who writes.
    pub sender: Sender,
    /// The picture.
    pub picture: PictureOptions,
    /// What somebody gets who wants no personal mail.
    pub withheld: Withheld,
    /// Rules in order; the first whose condition holds is used.
    pub rules: Vec<Rule>,
    /// Fewest days between two mails to one recipient. Default: 30.
    pub once_in_days: i64,
    /// Hours without mail. Default: from 20:00 to 08:00.
    pub quiet: Quiet,
    /// The zone of recipients whose zone is not known. Default: UTC.
    pub zone: String,
    /// `utm_source` of links; the others are `email`, the campaign, and the rule with its variant.
    pub utm_source: String,
    /// Color of buttons. Default: `#1f5a43`.
    pub accent: Color,
    /// Why the recipient gets this, for the foot.
    pub reason: String,
    /// What the link to unsubscribe says.
    pub unsubscribe: String,
}

/// Who writes.
#[derive(Debug, Clone)]
pub struct Sender {
    /// The shop.
    pub from: Mailbox,
    /// Who reads answers.
    pub reply_to: Mailbox,
    /// Its postal address, one or several lines.
    pub address: String,
    /// What a token is put behind: ends in `/`.
    pub unsubscribe_url: String,
    /// The address to which a mail unsubscribes.
    pub unsubscribe_mailto: String,
}

/// An address with a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// The name.
    pub name: Option<String>,
    /// The address.
    pub email: String,
}

/// The picture of a mail.
#[derive(Debug, Clone)]
pub struct PictureOptions {
    /// Path of the design for recipients without one of their own, relative to the template.
    pub design: String,
    /// Folder of the recipients' own designs, relative to the template. Default: none, and a column `design` is refused.
    pub designs: Option<String>,
    /// Id of a view. Default: the first with a print.
    pub view: Option<String>,
    /// Id of a colour for `design`. Default: the document's. Their own designs keep their colour.
    pub garment_color: Option<String>,
    /// Whether designs are shown in the style that suits the recipient best. Default: no, as they are.
    pub is_styled: bool,
    /// Width in pixels. Default: 1120, twice what a mail shows.
    pub width_px: u32,
    /// What it shows, for those who do not see it.
    pub alt: Words,
    /// What stands in fields of `design` that the list does not fill.
    pub fallback: BTreeMap<String, String>,
    pub(super) design_at: Range<usize>,
    pub(super) fallback_at: Range<usize>,
}

/// What somebody gets who wants no personal mail.
#[derive(Debug)]
pub enum Withheld {
    /// Nothing.
    Nothing,
    /// This, with every fallback and the template's own design.
    Generic(Box<Edition>),
}

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// What it is called in the manifest and in links.
    pub name: String,
    /// When it is used. The last rule may have none: then it is always.
    pub when: Option<Condition>,
    /// One edition, or two of which half of the recipients get each.
    pub editions: Vec<Edition>,
}

/// The words of a mail.
#[derive(Debug, Clone)]
pub struct Edition {
    /// `a` or `b` where there are two.
    pub variant: Option<&'static str>,
    /// The subject.
    pub subject: Words,
    /// What mail programs show beside it.
    pub preheader: Words,
    /// The first line.
    pub heading: Words,
    /// Paragraphs.
    pub body: Vec<Words>,
    /// A code and what it is for.
    pub offer: Option<Offer>,
    /// The one thing to do.
    pub button: Button,
    /// Id of a color to show the design on, instead of its own. Default: none.
    pub garment_color: Option<String>,
    pub(super) color_at: Range<usize>,
}

/// A code and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The code.
    pub code: String,
    /// What it is for.
    pub text: Words,
}

/// A link that looks like a button.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Button {
    /// What it says.
    pub label: Words,
    /// Where it leads: the same for everybody, so that it tells nothing about anybody.
    pub link: String,
}

impl Template {
    /// The text of a template's file.
    ///
    /// # Errors
    /// If it is too large, or is none: letters of another encoding would be lost in every mail.
    pub fn text(bytes: &[u8]) -> Result<&str, Issue> {
        read::text(bytes)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn read(text: &str) -> Result<Self, Vec<Issue>> {
        read::template(text)
    }

    /// All editions: of rules, then the generic one.
    pub fn editions(&self) -> impl Iterator<Item = &Edition> {
        let generic = match &self.withheld {
            Withheld::Generic(edition) => Some(&**edition),
            Withheld::Nothing => None,
        };
        self.rules.iter().flat_map(|rule| &rule.editions).chain(generic)
    }
}

impl PictureOptions {
    /// The bytes of the template at which its design is named.
    #[must_use]
    pub fn written(&self) -> Range<usize> {
        self.design_at.clone()
    }
}

impl Template {
    /// Every color of a garment that it names, and the bytes at which it does.
    pub fn garment_colors(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let editions =
            self.editions().filter_map(|edition| Some((edition.garment_color.as_deref()?, edition.color_at.clone())));
        let picture = self.picture.garment_color.as_deref().map(|color| (color, self.picture.written()));
        picture.into_iter().chain(editions)
    }
}

impl Edition {
    /// All words of it.
    pub(super) fn words(&self) -> impl Iterator<Item = &Words> {
        let offer = self.offer.as_ref().map(|offer| &offer.text);
        let lines = [&self.subject, &self.preheader, &self.heading, &self.button.label];
        lines.into_iter().chain(&self.body).chain(offer)
    }
}
