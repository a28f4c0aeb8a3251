//! Who gets which mail, and why others get none.

use jiff::tz::TimeZone;

use crate::campaign::consent::Consents;
use crate::campaign::recipient::{Frequency, Recipient, Recipients};
use crate::campaign::schedule::{self, Moment};
use crate::campaign::template::{Edition, Rule, Template, Withheld};

/// The shop's lists.
#[derive(Debug, Clone, Copy)]
pub struct Lists<'a> {
    /// Who may get a mail.
    pub recipients: &'a Recipients,
    /// Who agreed to.
    pub consents: &'a Consents,
}

/// What happens to a recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// They get a mail.
    Ready,
    /// The mail could not be made.
    Failed,
    /// The row of the list cannot be used.
    BadRow,
    /// They said no.
    Suppressed,
    /// Nobody knows that they said yes.
    NoConsent,
    /// They had a mail not long ago, or asked for fewer.
    Capped,
    /// They want no personal mail, and there is no other.
    Withheld,
    /// No rule is for them.
    NoRule,
}

impl Status {
    /// As the manifest has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Failed => "failed",
            Self::BadRow => "bad-row",
            Self::Suppressed => "suppressed",
            Self::NoConsent => "no-consent",
            Self::Capped => "capped",
            Self::Withheld => "withheld",
            Self::NoRule => "no-rule",
        }
    }
}

/// What happens to one recipient, and why.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Who.
    pub recipient: &'a Recipient,
    /// What.
    pub status: Status,
    /// Why they get nothing.
    pub why: String,
    /// Name of the rule, or `generic`.
    pub rule: &'a str,
    /// The words that they get.
    pub edition: Option<&'a Edition>,
    /// Whether the mail says nothing about them.
    pub generic: bool,
    /// When it may go out at the earliest.
    pub not_before: Option<Moment>,
}

/// All of them.
#[derive(Debug)]
pub struct Plan<'a> {
    /// One for each row of the list, in its order.
    pub entries: Vec<Entry<'a>>,
    /// The moment for which it was made.
    pub now: Moment,
    /// See [`Consents::lacks_links`].
    pub lacks_links: bool,
}

impl Plan<'_> {
    /// How many have a status.
    #[must_use]
    pub fn count(&self, status: Status) -> usize {
        self.entries.iter().filter(|entry| entry.status == status).count()
    }
}

impl<'a> Entry<'a> {
    /// What the list calls their own design, if it names one and the mail may be about them.
    #[must_use]
    pub fn own_design(&self) -> Option<&'a str> {
        if self.generic { None } else { self.recipient.cell("design") }
    }

    /// The name of this mail's files without their ending: the place in the list and a hash of the address, so that
    /// a name tells nobody's address and is one that any system can keep.
    #[must_use]
    pub fn file_name(&self) -> String {
        let hash = blake3::hash(self.recipient.key().as_bytes()).to_hex();
        format!("{:05}-{}", self.recipient.number, &hash[..12])
    }
}

/// Decides for everybody. What forbids a mail comes first: the row itself, suppression, consent, how often; then what
/// the recipient wants, and the rules.
#[must_use]
pub fn plan<'a>(template: &'a Template, lists: Lists<'a>, now: Moment) -> Plan<'a> {
    let entries = lists.recipients.list.iter().map(|recipient| entry(template, recipient, lists.consents, now));
    Plan { entries: entries.collect(), now, lacks_links: lists.consents.lacks_links }
}

fn entry<'a>(template: &'a Template, recipient: &'a Recipient, consents: &Consents, now: Moment) -> Entry<'a> {
    let none = |status, why: String| Entry {
        recipient,
        status,
        why,
        rule: "",
        edition: None,
        generic: false,
        not_before: None,
    };
    if let Some(fault) = &recipient.fault {
        return none(Status::BadRow, fault.to_string());
    }
    let consent = consents.of(&recipient.email);
    if let Some(reason) = consent.and_then(|consent| consent.suppressed.clone()) {
        return none(Status::Suppressed, reason);
    }
    match consent.and_then(|consent| consent.at) {
        None if consent.is_none() => return none(Status::NoConsent, "not on the list of consents".to_owned()),
        None => return none(Status::NoConsent, "no day and source of a consent".to_owned()),
        Some(at) if at > now => {
            return none(Status::NoConsent, format!("the consent is of {at}, which is still to come"));
        }
        Some(_) => {}
    }
    if let Err((why, next)) = cap(template, recipient, now) {
        return Entry { not_before: next, ..none(Status::Capped, why) };
    }
    let zone = recipient.zone.clone().or_else(|| schedule::zone(&template.zone)).unwrap_or(TimeZone::UTC);
    let not_before = Some(template.quiet.first_after(now, &zone));
    let ready = |rule, edition, generic| Entry {
        rule,
        edition: Some(edition),
        generic,
        not_before,
        ..none(Status::Ready, String::new())
    };
    if !recipient.personalization {
        return match &template.withheld {
            Withheld::Generic(edition) => ready("generic", edition, true),
            Withheld::Nothing => none(Status::Withheld, "wants no personal mail".to_owned()),
        };
    }
    let cell = |name: &str| recipient.cell(name).map(str::to_owned);
    let holds = |rule: &&Rule| rule.when.as_ref().is_none_or(|when| when.holds(&cell, now));
    match template.rules.iter().find(holds) {
        Some(rule) => match edition(template, rule, recipient) {
            Some(edition) => ready(&rule.name, edition, false),
            None => none(Status::NoRule, format!("the rule {} says nothing", rule.name)),
        },
        None => none(Status::NoRule, "no rule holds".to_owned()),
    }
}

/// Whether another mail would be too many: why, and when the next may come.
fn cap(template: &Template, recipient: &Recipient, now: Moment) -> Result<(), (String, Option<Moment>)> {
    let asked = match recipient.frequency {
        Some(Frequency::Never) => return Err(("wants no mail".to_owned(), None)),
        Some(Frequency::OnceIn(days)) => days,
        None => 0,
    };
    let days = template.once_in_days.max(asked);
    let Some(last) = recipient.last_mail else { return Ok(()) };
    if now.days_since(last) >= days {
        return Ok(());
    }
    Err((format!("the last mail was on {}; one in {days} days", last.date()), Some(last.plus_days(days))))
}

/// The edition of a rule: of two, the one that the hash of the recipient says, so that a person always gets the same and
/// nothing else about them decides.
fn edition<'t>(template: &Template, rule: &'t Rule, recipient: &Recipient) -> Option<&'t Edition> {
    let mut hasher = blake3::Hasher::new();
    for part in [template.name.as_str(), rule.name.as_str(), recipient.key().as_str()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let which = usize::from(hasher.finalize().as_bytes()[0] & 1);
    rule.editions.get(which).or(rule.editions.first())
}
