//! Who gets what.

use std::collections::BTreeMap;

use super::*;

pub(super) const TEMPLATE: &str = r#"version = 1
name = "spring"
personalization_off = "nothing"
[sender]
from = "Shop <hello@shop.example>"
reply_to = "hello@shop.example"
address = "Shop, 1 Lane, Town"
unsubscribe_url = "https://shop.example/u"
unsubscribe_mailto = "out@shop.example"
[picture]
design = "design.json"
alt = "A shirt"
[message]
heading = "Hello"
body = """
First
paragraph.

  
Second."""
button = "Look"
link = "https://shop.example/"
[[rules]]
name = "reunion"
when = 'last_order.age in 330d..400d and occasion = "reunion"'
offer = "TEN"
offer_text = "10 % off"
[[rules.variants]]
subject = "One"
[[rules.variants]]
subject = "Two"
heading = "Other"
[[rules]]
name = "draft"
subject = "Draft"
when = "draft_age > 2d"
"#;

const NOW: &str = "2026-06-01T12:00:00Z";

fn planned(template: &str, people: &str, consent: &str) -> BTreeMap<String, (Status, String, String, String)> {
    let template = Template::read(template).unwrap();
    let recipients = read_recipients(people.as_bytes()).unwrap();
    let consents = read_consent(consent.as_bytes()).unwrap();
    let lists = Lists { recipients: &recipients, consents: &consents };
    let plan = plan(&template, lists, moment(NOW).unwrap());
    let entries = plan.entries.iter().map(|entry| {
        let next = entry.not_before.map_or_else(String::new, |moment| moment.to_string());
        (entry.recipient.email.clone(), (entry.status, entry.rule.to_owned(), entry.why.clone(), next))
    });
    entries.collect()
}

#[test]
fn the_template_is_settled_once_and_for_each_edition() {
    let template = Template::read(TEMPLATE).unwrap();
    assert_eq!(template.sender.unsubscribe_url, "https://shop.example/u/", "a token is put behind it");
    let editions: Vec<_> = template.editions().collect();
    assert_eq!(editions.len(), 3);
    assert_eq!(editions[0].heading.generic(), "Hello");
    assert_eq!(editions[1].heading.generic(), "Other");
    assert_eq!(editions[0].preheader, editions[0].heading, "what stands beside the subject is never the first link");
    let body: Vec<String> = editions[2].body.iter().map(Words::generic).collect();
    assert_eq!(body.len(), 2, "{body:?}");
    assert_eq!((editions[1].offer.is_some(), editions[2].offer.is_some()), (true, false));
    assert_eq!((editions[0].variant, editions[1].variant, editions[2].variant), (Some("a"), Some("b"), None));
}

#[test]
fn what_forbids_a_mail_comes_before_what_asks_for_one() {
    let people = "email,last_order,occasion,draft_age,last_mail,frequency,personalization\n\
        yes@x.example,2025-06-20,reunion,,,,\n\
        draft@x.example,2025-06-20,birthday,3d,2026-04-01,,\n\
        none@x.example,2020-06-20,reunion,1d,,,\n\
        said-no@x.example,2025-06-20,reunion,,,,\n\
        never-asked@x.example,2025-06-20,reunion,,,,\n\
        no-source@x.example,2025-06-20,reunion,,,,\n\
        tomorrow@x.example,2025-06-20,reunion,,,,\n\
        lately@x.example,2025-06-20,reunion,,2026-05-20,,\n\
        enough@x.example,2025-06-20,reunion,,2026-03-20,quarterly,\n\
        weekly@x.example,2025-06-20,reunion,,2026-05-20,weekly,\n\
        never@x.example,2025-06-20,reunion,,,never,\n\
        private@x.example,2025-06-20,reunion,,,,off\n";
    let consent = "email,consent_at,source,suppressed\n\
        yes@x.example,2025-01-01,shop,\n draft@x.example,2025-01-01,shop,\n none@x.example,2025-01-01,shop,\n\
        SAID-NO@x.example,2025-01-01,shop,complaint\n no-source@x.example,2025-01-01,,\n\
        tomorrow@x.example,2026-06-02,shop,\n lately@x.example,2025-01-01,shop,\n enough@x.example,2025-01-01,shop,\n\
        weekly@x.example,2025-01-01,shop,\n never@x.example,2025-01-01,shop,\n private@x.example,2025-01-01,shop,\n";
    let found = planned(TEMPLATE, people, consent);
    for (name, status, rule, why, next) in [
        ("yes", Status::Ready, "reunion", "", NOW),
        ("draft", Status::Ready, "draft", "", NOW),
        ("none", Status::NoRule, "", "no rule holds", ""),
        ("said-no", Status::Suppressed, "", "suppressed: complaint", ""),
        ("never-asked", Status::NoConsent, "", "not on the list", ""),
        ("no-source", Status::NoConsent, "", "no day and source", ""),
        ("tomorrow", Status::NoConsent, "", "still to come", ""),
        ("lately", Status::Capped, "", "2026-05-20; one in 30 days", "2026-06-19T00:00:00Z"),
        ("enough", Status::Capped, "", "one in 91 days", "2026-06-19T00:00:00Z"),
        ("weekly", Status::Capped, "", "one in 30 days", "2026-06-19T00:00:00Z"),
        ("never", Status::Capped, "", "wants no mail", ""),
        ("private", Status::Withheld, "", "no personal mail", ""),
    ] {
        let entry = &found[&format!("{name}@x.example")];
        assert_eq!((entry.0, &*entry.1, &*entry.3), (status, rule, next), "{name}: {entry:?}");
        assert!(entry.2.contains(why), "{name}: {entry:?}");
    }
}

#[test]
fn a_person_gets_the_same_variant_wherever_they_stand_in_the_list() {
    let template = Template::read(TEMPLATE).unwrap();
    let consents = |emails: &[String]| {
        let rows: String = emails.iter().map(|email| format!("{email},2025-01-01,shop\n")).collect();
        read_consent(format!("email,consent_at,source\n{rows}").as_bytes()).unwrap()
    };
    let variants = |emails: &[String]| -> BTreeMap<String, Option<&'static str>> {
        let rows: String = emails.iter().map(|email| format!("{email},2025-06-20,reunion\n")).collect();
        let recipients = read_recipients(format!("email,last_order,occasion\n{rows}").as_bytes()).unwrap();
        let consents = consents(emails);
        let plan = plan(&template, Lists { recipients: &recipients, consents: &consents }, moment(NOW).unwrap());
        plan.entries.iter().map(|entry| (entry.recipient.key(), entry.edition.unwrap().variant)).collect()
    };
    let emails: Vec<String> = (0..400).map(|number| format!("p{number}@x.example")).collect();
    let reversed: Vec<String> = emails.iter().rev().map(|email| email.to_uppercase()).collect();
    let found = variants(&emails);
    assert_eq!(found, variants(&reversed));
    let a = found.values().filter(|variant| **variant == Some("a")).count();
    assert!((150..250).contains(&a), "about half of 400: {a}");
}

#[test]
fn every_slip_of_a_template_is_told_at_once() {
    let broken = TEMPLATE
        .replace("name = \"spring\"", "name = \"Spring 2026\"")
        .replace("[message]", "[limits]\nonce_in = \"often\"\n[quiet_hours]\nfrom = \"8pm\"\nzone = \"Mars\"\n[style]\naccent = \"green\"\n[message]")
        .replace("subject = \"Two\"", "subject = \"Fwd: two\"")
        .replace("subject = \"Draft\"\nwhen", "subject = \"Draft\"\nwehn");
    let issues: Vec<String> = Template::read(&broken).unwrap_err().iter().map(ToString::to_string).collect();
    for (found, part) in issues.iter().zip([
        "2:8: \"Spring 2026\" is no name",
        "14:11: \"often\" is no length",
        "16:8: \"8pm\" is no time",
        "17:8: there is no zone \"Mars\"",
        "19:10: \"green\" is no color",
        "38:11: the subject pretends",
        "43:1: unknown key `wehn`; did you mean `when`?",
    ]) {
        assert!(found.starts_with(part), "{found} is not {part}: {issues:#?}");
    }
    assert_eq!(issues.len(), 7, "{issues:#?}");
    let unreachable = TEMPLATE.replace("when = 'last_order.age in 330d..400d and occasion = \"reunion\"'\n", "");
    assert!(Template::read(&unreachable).unwrap_err()[0].message.contains("can ever be used"));
    assert!(Template::read("a = ").unwrap_err()[0].message.contains("not TOML"));
    // What reads files stops at the first byte too many, so that the size of the file is not known.
    let long = " ".repeat(limits::TEMPLATE_BYTES + 1);
    for issue in [Template::read(&long).unwrap_err().remove(0), Template::text(long.as_bytes()).unwrap_err()] {
        assert_eq!(issue.message, "the template has more than 262144 bytes");
    }
    let latin = Template::text(b"version = 1\nname = \"caf\xe9\"\n").unwrap_err();
    assert_eq!(latin.to_string(), "2:12: here is no text; save it as UTF-8; a workbook or a picture is no template");
    let list = read_recipients(b"\x1b[2J\x00\x9f,email\n").unwrap_err();
    assert_eq!(list.to_string(), "the file is no text; save the list as \"CSV UTF-8\"");
    let later = Template::read(&TEMPLATE.replace("version = 1", "version = 2")).unwrap_err();
    assert_eq!(later[0].to_string(), "1:11: `version` must be 1; write 1");
    let foreign = TEMPLATE.replace("name = \"spring\"", "name = \"spring\"\nlanguage = \"de\"");
    assert!(Template::read(&foreign).unwrap_err()[0].message.contains("in English"));
}
