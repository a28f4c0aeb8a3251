//! From TOML to a template.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::civil::Time;
use toml::de::DeTable;
use url::Url;

use crate::campaign::condition::{Condition, days_of};
use crate::campaign::issue::{Issue, Place};
use crate::campaign::recipient::address_fault;
use crate::campaign::schedule::{self, Quiet};
use crate::campaign::source::{Source, Table, Text};
use crate::campaign::template::{Button, Edition, Mailbox, Offer, PictureOptions, Rule, Sender, Template, Withheld};
use crate::campaign::words::{Words, one_line, steers};
use crate::campaign::{grammar, limits, subject};
use crate::color::Color;

/// The place of what is not written anywhere.
const UNKNOWN_PLACE: Range<usize> = 0..0;

const REASON: &str = "You get this mail because you agreed to hear from us.";
const UNSUBSCRIBE: &str = "Unsubscribe";

/// See [`Template::text`].
pub(super) fn text(bytes: &[u8]) -> Result<&str, Issue> {
    if bytes.len() > limits::TEMPLATE_BYTES {
        return Err(too_large());
    }
    str::from_utf8(bytes).map_err(|error| {
        let place = Place::in_text(&String::from_utf8_lossy(bytes), error.valid_up_to()..error.valid_up_to());
        let hint = "save it as UTF-8; a workbook or a picture is no template".to_owned();
        Issue { place, message: "here is no text".to_owned(), hint: Some(hint) }
    })
}

/// What reads files stops at the first byte too many: how large the file is, is not known.
fn too_large() -> Issue {
    let message = format!("the template has more than {} bytes", limits::TEMPLATE_BYTES);
    Issue::file(message, "shorten it; designs and pictures are files of their own")
}

/// See [`Template::read`].
pub(super) fn template(text: &str) -> Result<Template, Vec<Issue>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.len() > limits::TEMPLATE_BYTES {
        return Err(vec![too_large()]);
    }
    let table = DeTable::parse(text).map_err(|error| {
        let place = error.span().map_or(Place::File, |span| Place::in_text(text, span));
        let message = format!("not TOML: {}", error.message().trim().replace('\n', ", "));
        vec![Issue { place, message, hint: None }]
    })?;
    let source = Source::new(text);
    let template = read(&Table::root(&source, table.get_ref()));
    let mut issues = source.into_issues();
    // What several rules take from [message] is looked at for each.
    issues.dedup();
    match template {
        Some(template) if issues.is_empty() => Ok(template),
        _ => Err(issues),
    }
}

fn read(root: &Table<'_, '_>) -> Option<Template> {
    root.whole("version", &(1..=1), 1);
    if !root.has("version") {
        root.missing("version", "write version = 1");
    }
    let name = root.required("name", "write a short one, such as name = \"reunion-2027\"").and_then(|text| id(&text));
    let language = root.text("language").map_or("en", |text| text.value).to_owned();
    let right_to_left = root.text("direction").is_some_and(|text| {
        if !["ltr", "rtl"].contains(&text.value) {
            text.report_all(format!("\"{}\" is no direction", text.value), "write ltr or rtl");
        }
        text.value == "rtl"
    });
    let sender = root
        .required_table("sender", "add [sender] with from, reply_to, address, unsubscribe_url and unsubscribe_mailto")
        .map(|table| sender(&table));
    let picture = root.required_table("picture", "add [picture] with design and alt").map(|table| picture(&table));
    let message = root.table("message");
    let rules = rules(root, message.as_ref());
    let withheld = withheld(root, message.as_ref());
    if let Some(message) = &message {
        message.finish();
    }
    let limits = root.table("limits");
    let once_in_days = limits.as_ref().map_or(30, |table| days(table, "once_in", 30));
    limits.iter().for_each(Table::finish);
    let (quiet, zone) = quiet(root.table("quiet_hours").as_ref());
    let utm = root.table("utm");
    let utm_source = utm.as_ref().and_then(|table| id(&table.text("source")?)).unwrap_or_else(|| "shop".to_owned());
    utm.iter().for_each(Table::finish);
    let style = root.table("style");
    let accent = style.as_ref().and_then(accent).unwrap_or(Color::new(0x1f, 0x5a, 0x43));
    style.iter().for_each(Table::finish);
    let (reason, unsubscribe) = footer(root, &language);
    root.finish();
    Some(Template {
        name: name?,
        language,
        right_to_left,
        sender: sender??,
        picture: picture??,
        withheld: withheld?,
        rules,
        once_in_days,
        quiet,
        zone,
        utm_source,
        accent,
        reason,
        unsubscribe,
    })
}

/// A name for links and files.
fn id(text: &Text<'_, '_>) -> Option<String> {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !text.value.is_empty() && text.value.len() <= 64 && text.value.chars().all(fine) {
        return Some(text.value.to_owned());
    }
    text.report_all(
        format!("\"{}\" is no name for links and files", text.value),
        "use at most 64 of a-z, 0-9, - and _",
    );
    None
}

/// A text on one line without blanks.
fn line(text: &Text<'_, '_>) -> String {
    bounded(text, limits::LINE_CHARS);
    one_line(text.value)
}

fn bounded(text: &Text<'_, '_>, most: usize) {
    let chars = text.value.chars().count();
    if chars > most {
        text.report_all(format!("{chars} characters"), format!("use at most {most}"));
    }
    if let Some((at, c)) = text.value.char_indices().find(|(_, c)| steers(*c) && !c.is_whitespace()) {
        text.report(
            at..at + c.len_utf8(),
            format!("the character U+{:04X} cannot be seen", u32::from(c)),
            "take it out",
        );
    }
}

fn words(text: &Text<'_, '_>) -> Words {
    bounded(text, limits::LINE_CHARS);
    if let Some(at) = text.value.trim().find('\n') {
        text.report(at..at + 1, "the text has a line break", "write it on one line");
    }
    Words::read(text)
}

fn sender(table: &Table<'_, '_>) -> Option<Sender> {
    let from =
        table.required("from", "write from = \"Your Shop <hello@shop.example>\"").and_then(|text| mailbox(&text));
    let reply_to = table.required("reply_to", "write the address that reads answers").and_then(|text| mailbox(&text));
    let hint = "the law asks for the postal address of the sender: write it as on a letter";
    let address = table.required("address", hint).map(|text| {
        bounded(&text, 500);
        text.value.trim().to_owned()
    });
    let hint = "write where a click unsubscribes, such as \"https://shop.example/u/\"; the token is put behind it";
    let url = table.required("unsubscribe_url", hint).and_then(|text| {
        let url = link(&text)?;
        let url = if url.ends_with('/') { url } else { format!("{url}/") };
        let plain = !url.contains(['?', '#']);
        if !plain {
            text.report_all("the token is put behind this, so it cannot have ? or #", hint);
        }
        plain.then_some(url)
    });
    let hint = "write the address to which a mail unsubscribes";
    let mailto = table.required("unsubscribe_mailto", hint).and_then(|text| Some(mailbox(&text)?.email));
    table.finish();
    Some(Sender {
        from: from?,
        reply_to: reply_to?,
        address: address?,
        unsubscribe_url: url?,
        unsubscribe_mailto: mailto?,
    })
}

fn mailbox(text: &Text<'_, '_>) -> Option<Mailbox> {
    let value = one_line(text.value);
    let (name, email) = match value.strip_suffix('>').and_then(|value| value.rsplit_once('<')) {
        Some((name, email)) => (Some(name.trim().trim_matches('"').to_owned()), email.trim().to_owned()),
        None => (None, value),
    };
    if let Some((message, _)) = address_fault(&email) {
        text.report_all(message, "write \"Your Shop <hello@shop.example>\" or the address alone");
        return None;
    }
    Some(Mailbox { name: name.filter(|name| !name.is_empty()), email })
}

/// A link that everybody can be given.
fn link(text: &Text<'_, '_>) -> Option<String> {
    let hint = "write a whole address that begins with https://";
    if text.value.len() > limits::LINK_BYTES {
        text.report_all(
            format!("the link has {} bytes", text.value.len()),
            format!("use at most {}", limits::LINK_BYTES),
        );
        return None;
    }
    match Url::parse(text.value.trim()) {
        Ok(url) if url.scheme() == "https" && url.host_str().is_some() && url.username().is_empty() => {
            if text.value.contains(['{', '}']) {
                text.report_all(
                    "a link is the same for everybody",
                    "take the braces out: a link must tell nothing about the reader",
                );
                return None;
            }
            Some(url.to_string())
        }
        Ok(_) => {
            text.report_all(format!("\"{}\" is no https address", text.value), hint);
            None
        }
        Err(error) => {
            text.report_all(format!("\"{}\" is no address: {error}", text.value), hint);
            None
        }
    }
}

fn picture(table: &Table<'_, '_>) -> Option<PictureOptions> {
    let design = table.required("design", "name the design document, relative to this file");
    let alt = table.required("alt", "say what the picture shows, for those who do not see it").map(|text| words(&text));
    let fallback = table.table("fallback");
    let style = table.text("style");
    if let Some(text) = style.as_ref().filter(|text| !["own", "suggested"].contains(&text.value)) {
        text.report_all(format!("there is no style \"{}\"", text.value), "write \"own\" or \"suggested\"");
    }
    let options = PictureOptions {
        design: design.as_ref().map_or("", |text| text.value).to_owned(),
        designs: table.text("designs").map(|text| text.value.to_owned()),
        view: table.text("view").map(|text| text.value.to_owned()),
        garment_color: table.text("garment_color").map(|text| text.value.to_owned()),
        is_styled: style.is_some_and(|text| text.value == "suggested"),
        width_px: table.whole("width_px", &limits::PICTURE_PX, 1120),
        alt: alt?,
        fallback: fallback
            .iter()
            .flat_map(Table::entries)
            .map(|(key, text)| (key, line(&text)))
            .collect::<BTreeMap<_, _>>(),
        design_at: design.as_ref()?.range.clone(),
        fallback_at: fallback.as_ref().map_or(table.range.clone(), |table| table.range.clone()),
    };
    table.finish();
    Some(options)
}

fn rules(root: &Table<'_, '_>, message: Option<&Table<'_, '_>>) -> Vec<Rule> {
    let tables = root.tables("rules", limits::RULES);
    if tables.is_empty() {
        root.missing("[[rules]]", "add a rule with name, subject and, unless it is for everybody, when");
    }
    let last = tables.len().saturating_sub(1);
    let mut rules: Vec<Rule> = Vec::new();
    for (index, table) in tables.iter().enumerate() {
        let name = table.required("name", "name the rule for the manifest and for links");
        let when = table.text("when");
        if when.is_none() && index < last {
            let hint = "say when it is used, or make it the last";
            table.source.report(table.range.clone(), "no rule after this one can ever be used", hint);
        }
        let condition = when.and_then(|text| condition(&text));
        let editions = editions(table, message);
        table.finish();
        let Some(name) = name.and_then(|text| {
            if rules.iter().any(|rule| rule.name == text.value) {
                text.report_all(format!("two rules are called \"{}\"", text.value), "give one of them another name");
            }
            id(&text)
        }) else {
            continue;
        };
        rules.push(Rule { name, when: condition, editions });
    }
    rules
}

fn condition(text: &Text<'_, '_>) -> Option<Condition> {
    match grammar::condition(text.value) {
        Ok(mut condition) => {
            place(&mut condition, text);
            Some(condition)
        }
        Err(slips) => {
            for slip in slips {
                text.report(slip.at, slip.message, slip.hint);
            }
            None
        }
    }
}

/// Lets tests say where they stand in the template rather than in their condition.
fn place(condition: &mut Condition, text: &Text<'_, '_>) {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter_mut().for_each(|part| place(part, text)),
        Condition::Not(part) => place(part, text),
        Condition::Test(test) => test.at = text.at(test.at.clone()),
    }
}

fn editions(rule: &Table<'_, '_>, message: Option<&Table<'_, '_>>) -> Vec<Edition> {
    let variants = rule.tables("variants", 2);
    if variants.is_empty() {
        let layers: Vec<_> = std::iter::once(rule).chain(message).collect();
        return edition(&layers, None).into_iter().collect();
    }
    if variants.len() == 1 {
        let hint = "write a second [[rules.variants]], or say it in the rule itself";
        variants[0].source.report(variants[0].range.clone(), "one variant is nothing to compare", hint);
    }
    let named = variants.iter().zip(["a", "b"]);
    let editions = named.filter_map(|(table, name)| {
        let layers: Vec<_> = std::iter::once(table).chain([rule]).chain(message).collect();
        let edition = edition(&layers, Some(name));
        table.finish();
        edition
    });
    editions.collect()
}

/// An edition; what the first of `layers` does not say comes from the next.
fn edition(layers: &[&Table<'_, '_>], variant: Option<&'static str>) -> Option<Edition> {
    let first = |key: &'static str| {
        let found: Vec<Text<'_, '_>> = layers.iter().filter_map(|table| table.text(key)).collect();
        found.into_iter().find(|text| !text.value.trim().is_empty())
    };
    let own = layers.first()?;
    let needed = |key: &'static str, hint: &str| {
        let text = first(key);
        if text.is_none() {
            own.missing(key, hint);
        }
        text
    };
    let subject_text = needed("subject", "say what the mail is about, in at most 60 characters");
    let heading = needed("heading", "write it here or in [message]");
    let body = needed("body", "write it here or in [message]; an empty line starts a new paragraph");
    let button = needed("button", "say what the button does, here or in [message]");
    let target = needed("link", "say where the button leads, here or in [message]").and_then(|text| link(&text));
    let preheader = first("preheader");
    let color = first("garment_color");
    let (code, offer_text) = (first("offer"), first("offer_text"));
    let offer = code.and_then(|code| {
        if offer_text.is_none() {
            code.report_all("the offer says not what it is for", "add offer_text = \"…\", here or in [message]");
        }
        Some(Offer { code: line(&code), text: words(&offer_text?) })
    });
    let subject_text = subject_text?;
    let subject = words(&subject_text);
    if let Some((message, hint)) = subject::lint(subject.generic().trim(), &[]) {
        subject_text.report_all(message, hint);
    }
    let heading = words(&heading?);
    Some(Edition {
        variant,
        subject,
        preheader: preheader.map_or_else(|| heading.clone(), |text| words(&text)),
        heading,
        body: paragraphs(&body?),
        offer,
        button: Button { label: words(&button?), link: target? },
        color_at: color.as_ref().map_or(UNKNOWN_PLACE, |text| text.range.clone()),
        garment_color: color.map(|text| text.value.to_owned()),
    })
}

/// Paragraphs are parted by empty lines; other line breaks are spaces.
fn paragraphs(text: &Text<'_, '_>) -> Vec<Words> {
    bounded(text, limits::TEXT_CHARS);
    let mut paragraphs = Vec::new();
    let mut start: Option<usize> = None;
    let mut at = 0;
    for line in text.value.split_inclusive('\n') {
        if line.trim().is_empty() {
            paragraphs.extend(start.take().map(|start| start..at));
        } else {
            start.get_or_insert(at);
        }
        at += line.len();
    }
    paragraphs.extend(start.map(|start| start..at));
    paragraphs.into_iter().map(|range| Words::read_part(text, range)).collect()
}

fn withheld(root: &Table<'_, '_>, message: Option<&Table<'_, '_>>) -> Option<Withheld> {
    let hint = "say what somebody gets who wants no personal mail: \"generic\", with a table [generic], or \"nothing\"";
    let text = root.required("personalization_off", hint);
    let generic = root.table("generic");
    let text = text?;
    match text.value {
        "nothing" => {
            if let Some(table) = &generic {
                table.source.report(
                    table.range.clone(),
                    "[generic] is never used",
                    "write personalization_off = \"generic\"",
                );
            }
            Some(Withheld::Nothing)
        }
        "generic" => {
            let Some(table) = generic else {
                text.report_all("there is no table [generic]", "add [generic] with a subject");
                return None;
            };
            let layers: Vec<_> = std::iter::once(&table).chain(message).collect();
            let edition = edition(&layers, None);
            table.finish();
            edition.map(|edition| Withheld::Generic(Box::new(edition)))
        }
        other => {
            text.report_all(format!("\"{other}\" is neither \"generic\" nor \"nothing\""), hint);
            None
        }
    }
}

fn days(table: &Table<'_, '_>, key: &'static str, default: i64) -> i64 {
    let Some(text) = table.text(key) else { return default };
    days_of(text.value).filter(|days| (1..=3650).contains(days)).unwrap_or_else(|| {
        text.report_all(format!("\"{}\" is no length of time", text.value), "write days, such as \"30d\"");
        default
    })
}

fn quiet(table: Option<&Table<'_, '_>>) -> (Quiet, String) {
    let mut quiet = Quiet { from: Time::constant(20, 0, 0, 0), to: Time::constant(8, 0, 0, 0) };
    let mut zone = "UTC".to_owned();
    let Some(table) = table else { return (quiet, zone) };
    let time = |key: &'static str| {
        let text = table.text(key)?;
        let time = (text.value.len() == 5).then(|| text.value.parse::<Time>().ok()).flatten();
        if time.is_none() {
            text.report_all(format!("\"{}\" is no time", text.value), "write hours and minutes, such as \"20:00\"");
        }
        time
    };
    quiet.from = time("from").unwrap_or(quiet.from);
    quiet.to = time("to").unwrap_or(quiet.to);
    if let Some(text) = table.text("zone") {
        if schedule::zone(text.value).is_none() {
            text.report_all(
                format!("there is no zone \"{}\"", text.value),
                "write a name such as Europe/Berlin or UTC",
            );
        }
        text.value.clone_into(&mut zone);
    }
    table.finish();
    (quiet, zone)
}

fn accent(table: &Table<'_, '_>) -> Option<Color> {
    let text = table.text("accent")?;
    let color = Color::from_hex(text.value);
    if color.is_none() {
        text.report_all(format!("\"{}\" is no color", text.value), "write it as \"#1f5a43\"");
    }
    color
}

fn footer(root: &Table<'_, '_>, language: &str) -> (String, String) {
    let table = root.table("footer");
    let text = |key: &'static str| table.as_ref().and_then(|table| table.text(key)).map(|text| line(&text));
    let (reason, unsubscribe) = (text("reason"), text("unsubscribe"));
    table.iter().for_each(Table::finish);
    let english = language == "en" || language.starts_with("en-");
    if !english && (reason.is_none() || unsubscribe.is_none()) {
        let hint = "add [footer] with reason and unsubscribe in the language of the mail";
        root.source.report(UNKNOWN_PLACE, "the foot of the mail would be in English", hint);
    }
    (reason.unwrap_or_else(|| REASON.to_owned()), unsubscribe.unwrap_or_else(|| UNSUBSCRIBE.to_owned()))
}
