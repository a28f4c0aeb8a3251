//! Campaigns as a shop compiles them: every message is read back as a mail program would.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use mail_parser::{Message, MessageParser, MimeHeaders as _};
use platen::assets::Library;
use platen::campaign::token::{self, Key};
use platen::looks::keep_apart;
use platen::shop::{Choice, Shop};

use crate::cli::{Scratch, path, platen, root, stderr};

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn compile(scratch: &Scratch, out: &str, more: &[&str]) -> Output {
    let file = |name: &str| scratch.file(name);
    let (template, recipients, consent) = (file("t.toml"), file("people.csv"), file("consent.csv"));
    let (out, key) = (file(out), scratch.write("campaign.key", KEY));
    let mut arguments =
        vec!["campaign", path(&template), "--recipients", path(&recipients), "--consent", path(&consent)];
    arguments.extend(["-o", path(&out), "--key-file", path(&key)]);
    arguments.extend(more);
    platen(&arguments)
}

/// A template with a design of its own in `scratch`: a name on the front, small.
fn prepare(scratch: &Scratch, width: u32) {
    scratch.write(
        "design.json",
        r##"{"version":1,"name":"Crew","garment":"tee","color":"navy","technique":"dtf",
        "fields":[{"id":"family","sample":"SAMPLE","max_length":14}],
        "placements":[{"area":"left-chest","layers":[{"id":"a","type":"text","text":"{{family}}","font":"Anton","size":30,
        "fill":"#ffffff","x":50,"y":50,"fit_width":90,"fit":"shrink"}]}]}"##,
    );
    scratch.write("t.toml", &template(width));
}

fn template(width: u32) -> String {
    format!(
        r#"version = 1
name = "crew"
personalization_off = "generic"
[sender]
from = "Shop Näh & Co <hello@shop.example>"
reply_to = "hello@shop.example"
address = "Shop, 1 Lane, Town"
unsubscribe_url = "https://shop.example/u/"
unsubscribe_mailto = "out@shop.example"
[picture]
design = "design.json"
designs = "."
alt = "A shirt for {{name|you}}"
width_px = {width}
[picture.fallback]
family = "YOU"
[message]
heading = "Hello {{first_name|there}}"
body = "Dear {{name|friend}},\n\nthis is <your> shirt & it is ready."
button = "Look"
link = "https://shop.example/a?b=1&c=2"
[[rules]]
name = "draft"
when = "draft_age > 2d"
subject = "{{name|Your shirt}} is not done yet"
[[rules]]
name = "all"
offer = "TEN"
offer_text = "10 % off"
[[rules.variants]]
subject = "Your shirt is ready, {{first_name|friend}}"
[[rules.variants]]
subject = "Ready when you are"
[generic]
subject = "New shirts are in"
[quiet_hours]
from = "20:00"
to = "08:00"
"#
    )
}

/// Every file below a folder, but what the folder keeps of itself.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    for below in ["", "eml", "html", "pictures"] {
        for entry in std::fs::read_dir(folder.join(below)).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_file() {
                let name = format!("{below}/{}", entry.file_name().to_str().unwrap());
                found.insert(name, std::fs::read(entry.path()).unwrap());
            }
        }
    }
    found
}

fn mails(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder.join("eml")).unwrap();
    let mut mails: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    mails.sort();
    mails.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

fn to(message: &Message<'_>) -> String {
    message.to().unwrap().first().unwrap().address().unwrap().to_owned()
}

/// The manifest's rows by recipient, each a map by column.
fn manifest(folder: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("manifest.csv")).unwrap();
    let rows = reader.deserialize().map(|row| row.unwrap());
    rows.map(|row: BTreeMap<String, String>| (format!("{}#{}", row["recipient"], row["row"]), row)).collect()
}

/// What a page says without its tags.
fn stripped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('<') {
        plain.push_str(before);
        plain.push(' ');
        rest = tag.split_once('>').map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    for (entity, letter) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")] {
        plain = plain.replace(entity, letter);
    }
    plain
}

/// Words of letters and digits, links left out.
fn words(text: &str) -> Vec<String> {
    let links = |word: &&str| !word.starts_with("https://");
    let letters = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    text.split_whitespace().filter(links).map(letters).filter(|word| !word.is_empty()).collect()
}

/// What holds for every mail of every campaign.
fn check(name: &str, bytes: &[u8]) -> (String, Vec<u8>) {
    let message = MessageParser::default().parse(bytes).unwrap();
    let raw = |header: &str| message.header_raw(header).unwrap_or_else(|| panic!("{name}: {header}")).trim().to_owned();
    assert_eq!(raw("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click", "RFC 8058, section 3.1");
    let unsubscribe: String = raw("List-Unsubscribe").split_whitespace().collect();
    let links: Vec<&str> = unsubscribe.split(',').collect();
    assert!(links.len() == 2 && links[0].starts_with("<https://") && links[1].starts_with("<mailto:"), "{links:?}");
    let url = links[0].trim_matches(['<', '>']);
    let token = url.rsplit('/').next().unwrap();
    let asked = token::check(&[Key::new(KEY.as_bytes()).unwrap()], token).unwrap();
    assert_eq!(asked.email, to(&message).to_lowercase(), "{name}: the token is the recipient's own");
    for header in ["From", "Reply-To", "To", "Subject", "Date", "Message-ID", "MIME-Version"] {
        let count = message.headers_raw().filter(|(found, _)| found.eq_ignore_ascii_case(header)).count();
        assert_eq!(count, 1, "{name}: {header}");
    }
    for header in ["Cc", "Bcc", "X-Evil"] {
        assert!(message.header(header).is_none(), "{name}: {header}");
    }
    assert!(message.subject().unwrap().chars().count() <= 60, "{name}");
    assert!(
        bytes.split(|byte| *byte == b'\n').all(|line| line.len() <= 998 && line.is_ascii()),
        "{name}: for any server"
    );

    assert_eq!(message.parts.len(), 5, "alternative, text, related, HTML, picture");
    let (text, html) = (message.body_text(0).unwrap(), message.body_html(0).unwrap());
    let (_, body) = html.split_once("</head>").unwrap();
    assert_eq!(words(&text), words(&stripped(body)), "{name}: both say the same");
    for part in [&*text, &*html] {
        assert!(part.contains(url), "{name}: the link to unsubscribe is seen");
        assert!(part.contains("Lane"), "{name}: so is the postal address");
    }
    assert_eq!(html.matches("<img").count(), 1, "no pixel that tells who read it");
    assert!(!html.contains("<script") && !html.contains("http://"), "{name}");
    let picture = message.attachment(0).unwrap();
    let id = picture.content_id().unwrap();
    assert!(html.contains(&format!("src=\"cid:{id}\"")), "{name}: the picture is in the mail");
    assert_eq!(picture.content_disposition().unwrap().ctype(), "inline");
    let decoded = image::load_from_memory_with_format(picture.contents(), image::ImageFormat::Jpeg).unwrap();
    assert!(decoded.width() >= 64);
    (to(&message), picture.contents().to_vec())
}

#[test]
fn the_example_compiles_as_the_handbook_says() {
    let scratch = Scratch::new("campaign-example");
    let (out, key) = (scratch.file("out"), scratch.write("campaign.key", KEY));
    let folder = root().join("examples/campaign");
    let (template, recipients, consent) =
        (folder.join("reunion.toml"), folder.join("recipients.csv"), folder.join("consent.csv"));
    let arguments = [
        "campaign",
        path(&template),
        "--recipients",
        path(&recipients),
        "--consent",
        path(&consent),
        "--key-file",
        path(&key),
        "--now",
        "2027-05-12T09:00:00Z",
        "-o",
        path(&out),
    ];
    let output = platen(&arguments);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("9 ready, 1 suppressed, 1 without consent, 1 capped, 1 without a rule"),
        "{}",
        stderr(&output)
    );
    let mut pictures = BTreeMap::new();
    for (path, bytes) in mails(&out) {
        let (email, picture) = check(path.to_str().unwrap(), &bytes);
        pictures.insert(email, picture);
        let message = MessageParser::default().parse(&bytes).unwrap();
        assert!(!message.body_text(0).unwrap().contains(['{', '|']), "no blank is left");
    }
    assert_eq!(pictures.len(), 9);
    let distinct: BTreeSet<&Vec<u8>> = pictures.values().collect();
    assert_eq!(distinct.len(), 8, "each has a picture of their own but for the two that show the fallback");
    assert_eq!(pictures["sam@example.com"], pictures["quiet.quinn@example.com"]);
    for nobody in ["stopped@example.com", "never.asked@example.com", "had.one@example.com", "long.ago@example.com"] {
        assert!(!pictures.contains_key(nobody), "{nobody}");
    }
    let rows = manifest(&out);
    let row = |email: &str| rows.values().find(|row| row["recipient"] == email).unwrap();
    assert_eq!(row("jun@example.com")["not_before"], "2027-05-12T09:00:00Z", "six in the evening in Tokyo");
    assert_eq!(row("priya@example.com")["rule"], "unfinished");
    assert_eq!(row("coach.reed@example.com")["offer"], "NAVY-WEEK");
    assert_eq!(row("quiet.quinn@example.com")["rule"], "generic");
    assert_eq!(row("stopped@example.com")["why"], "unsubscribed 2027-02-11");
    let suppressed = std::fs::read_to_string(out.join("suppressed.csv")).unwrap();
    assert!(suppressed.contains("stopped@example.com") && suppressed.contains("never.asked@example.com"));
    let generic =
        mails(&out).into_iter().find(|(_, bytes)| String::from_utf8_lossy(bytes).contains("quiet.quinn")).unwrap();
    let message = MessageParser::default().parse(&generic.1).unwrap();
    let text = format!("{} {}", message.body_text(0).unwrap(), message.body_html(0).unwrap());
    assert!(!text.contains("Quinn") && !text.contains("Abara") && !text.contains("Cape May"), "{text}");
    assert!(message.to().unwrap().first().unwrap().name().is_none(), "not even the name");
    let sheet = std::fs::read_to_string(out.join("preview.html")).unwrap();
    for link in sheet.split(['"']).filter(|part| part.starts_with("pictures/") || part.starts_with("html/")) {
        assert!(out.join(link).is_file(), "{link}");
    }
}

#[test]
fn nothing_in_a_list_can_steer_a_mail_a_page_or_a_spreadsheet() {
    let scratch = Scratch::new("campaign-hostile");
    prepare(&scratch, 64);
    let people = "\u{feff}family,draft_age,first_name,name,segment,email\r\n\
        ONE,3,\"Ada\r\nBcc: evil@x.example\r\n\r\nX-Evil: 1\",\"Ada\nBcc: evil@x.example\",=1+1,ada@shop.example\r\n\
        TWO,3,<b>,\"\"\"><script>alert(1)</script>\",\"+cmd|' /C calc'!A0\",bob@shop.example\r\n\
        THREE,,{offer|x},{{name}} {first_name|},@x,cyn@shop.example\r\n\
        FOUR,3,x,Ada <evil@x.example>,\"x, \"\"y\"\"\",dan@shop.example\r\n\
        FIVE,3,x,\u{202e}gnp,x,eve@shop.example\r\n\
        SIX,3,x,ok,x,\"fay@shop.example\nBcc: evil@x.example\"\r\n\
        SEVEN,3,x,ok,x,\"gil@shop.example, evil@x.example\"\r\n\
        A FAMILY THAT IS FAR TOO LONG,,x,ok,x,=hal@shop.example\r\n\
        Å <&> \"\"\"\",3,x,\"Zoë & Ünal\",x,ida@shop.example\r\n";
    scratch.write("people.csv", people);
    let mut consent = "suppressed;source;consent_at;email\n".to_owned();
    for name in ["ada", "bob", "cyn", "dan", "eve", "fay", "gil", "=hal", "ida"] {
        writeln!(consent, ";form;2026-01-01;{name}@shop.example").unwrap();
    }
    scratch.write("consent.csv", &consent);
    let output = compile(&scratch, "out", &["--now", "2026-06-01T12:00:00Z"]);
    let told = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{told}");
    for part in
        ["column `name`: the character U+202E", "\"fay@shop.example Bcc: evil@x.example\"", "\"gil@shop.example, evil"]
    {
        assert!(told.contains(part), "{part} is missing in {told}");
    }
    let out = scratch.file("out");
    let mut found = BTreeMap::new();
    for (path, bytes) in mails(&out) {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '.'), "{name}");
        let (email, _) = check(&name, &bytes);
        found.insert(email, bytes);
    }
    let expected = ["=hal", "ada", "bob", "cyn", "dan", "ida"].map(|name| format!("{name}@shop.example"));
    assert_eq!(found.keys().cloned().collect::<Vec<_>>(), expected);
    let message = |name: &str| MessageParser::default().parse(&found[&format!("{name}@shop.example")]).unwrap();
    assert_eq!(message("ada").to().unwrap().first().unwrap().name(), Some("Ada Bcc: evil@x.example"));
    assert_eq!(message("dan").to().unwrap().iter().count(), 1);
    assert_eq!(message("ida").subject(), Some("Zoë & Ünal is not done yet"));
    assert_eq!(message("ida").from().unwrap().first().unwrap().name(), Some("Shop Näh & Co"));
    assert!(message("bob").body_html(0).unwrap().contains("&lt;script&gt;"), "names are text");
    assert!(message("cyn").body_text(0).unwrap().contains("Hello {offer|x}"), "values are not searched for blanks");
    let sheet = std::fs::read_to_string(out.join("preview.html")).unwrap();
    assert!(!sheet.contains("<script") && sheet.contains("&lt;script&gt;"));
    let lines = std::fs::read_to_string(out.join("manifest.csv")).unwrap();
    for cell in [",'=1+1,", ",'+cmd|' /C calc'!A0,", ",'@x,", "'=hal@shop.example,"] {
        assert!(lines.contains(cell), "{cell} is missing in {lines}");
    }
    assert!(lines.contains("29 characters are too many"), "a value that does not fit has its fallback: {lines}");
}

#[test]
fn subjects_that_would_tell_the_design_have_their_fallbacks() {
    let scratch = Scratch::new("campaign-private");
    prepare(&scratch, 64);
    let own = std::fs::read_to_string(scratch.file("design.json")).unwrap().replace("{{family}}", "FOR UNCLE BOB");
    scratch.write("own.json", &own);
    scratch.write("people.csv", "email,name,draft_age,design,family,first_name\na@x.example,Uncle Bob,3,,,\nb@x.example,For Uncle Bob,3,own,,\nc@x.example,Okafor,3,,OKAFOR,\nd@x.example,x,3,../../etc/passwd,,\ne@x.example,x,3,missing,,\n");
    scratch.write("consent.csv", "email,consent_at,source\na@x.example,2026-01-01,f\nb@x.example,2026-01-01,f\nc@x.example,2026-01-01,f\nd@x.example,2026-01-01,f\ne@x.example,2026-01-01,f\n");
    let output = compile(&scratch, "out", &["--now", "2026-06-01"]);
    assert_eq!(output.status.code(), Some(1), "two designs cannot be had");
    let told = stderr(&output);
    assert!(told.contains("must lie in the folder") && told.contains("line 6: the design \"missing\""), "{told}");
    let rows = manifest(&scratch.file("out"));
    let subject = |email: &str| rows.values().find(|row| row["recipient"] == email).unwrap()["subject"].clone();
    assert_eq!(subject("a@x.example"), "Uncle Bob is not done yet");
    assert_eq!(subject("b@x.example"), "Your shirt is not done yet");
    assert_eq!(subject("c@x.example"), "Your shirt is not done yet");
}

#[test]
fn what_is_wrong_with_a_template_is_told_with_its_place_and_nothing_is_written() {
    let scratch = Scratch::new("campaign-template");
    prepare(&scratch, 64);
    scratch.write("people.csv", "email,name,draft_age,family,first_name\na@x.example,A,3,B,C\n");
    scratch.write("consent.csv", "email,consent_at,source\n");
    for (from, to, parts) in [
        (
            "address = \"Shop, 1 Lane, Town\"\n",
            "",
            &["`address` is missing in [sender]", "postal address", "t.toml:4:1"][..],
        ),
        ("reply_to = \"hello@shop.example\"\n", "", &["`reply_to` is missing"]),
        ("https://shop.example/u/", "http://shop.example/u/", &["no https address", "t.toml:8:19"]),
        ("unsubscribe_mailto = \"out@shop.example\"\n", "", &["`unsubscribe_mailto` is missing"]),
        ("{first_name|there}", "{first_name}", &["t.toml:18:18", "no fallback", "{first_name|"]),
        ("draft_age > 2d", "draft_age >> 2d", &["t.toml:24:", "a value such as", "found \">\""]),
        ("{name|Your shirt} is", "{nmae|Your shirt} is", &["no column `nmae`", "did you mean `name`?"]),
        ("{name|Your shirt} is", "{family|Your shirt} is", &["would tell what is printed in the field `family`"]),
        ("Ready when you are", "Re: Ready when you are", &["pretends to be an answer"]),
        ("Ready when you are", "READY when you are", &["\"READY\" shouts"]),
        (
            "family = \"YOU\"",
            "famly = \"YOU\"",
            &["field `family` has no fallback", "no field `famly`", "did you mean `family`?"],
        ),
        ("name = \"crew\"\n", "name = \"crew\"\ncolour = 1\n", &["t.toml:3:1", "unknown key `colour`"]),
        ("c=2", "c={name|x}", &["a link is the same for everybody"]),
        ("[generic]\nsubject = \"New shirts are in\"\n", "", &["no table [generic]"]),
        ("width_px = 64", "width_px = 64\nview = \"inside\"", &["no view \"inside\""]),
    ] {
        assert!(template(64).contains(from), "{from}");
        scratch.write("t.toml", &template(64).replace(from, to));
        let output = compile(&scratch, "out", &["--now", "2026-06-01"]);
        assert_eq!(output.status.code(), Some(1), "{from}: {}", stderr(&output));
        for part in parts {
            assert!(stderr(&output).contains(part), "{part} is missing in {}", stderr(&output));
        }
        assert!(!scratch.file("out").exists());
    }
}

/// Two thousand people of eight families, some of whom get nothing.
fn many(scratch: &Scratch, count: usize) {
    let mut people = "email,name,family,draft_age,zone,first_name\n".to_owned();
    let mut consent = "email,consent_at,source,unsubscribed_at\n".to_owned();
    for number in 0..count {
        let (draft, zone) =
            (if number % 3 == 0 { "5d" } else { "" }, ["", "Asia/Tokyo", "America/New_York"][number % 3]);
        writeln!(people, "p{number}@shop.example,Person {number},FAMILY {},{draft},{zone},P", number % 8).unwrap();
        let left = if number % 10 == 9 { "2026-02-02" } else { "" };
        writeln!(consent, "p{number}@shop.example,2026-01-01,form,{left}").unwrap();
    }
    scratch.write("people.csv", &people);
    scratch.write("consent.csv", &consent);
}

#[test]
fn two_thousand_mails_are_the_same_bytes_each_time() {
    let scratch = Scratch::new("campaign-many");
    prepare(&scratch, 64);
    many(&scratch, 2000);
    for (out, jobs) in [("one", "1"), ("two", "4")] {
        let output = compile(&scratch, out, &["--now", "2026-06-01T12:00:00Z", "--jobs", jobs]);
        assert!(output.status.success(), "{}", stderr(&output));
        assert!(stderr(&output).contains("900 of 1800 mails\n"), "plain lines where no terminal is");
    }
    let (one, two) = (files(&scratch.file("one")), files(&scratch.file("two")));
    assert_eq!(one.len(), 1800 * 2 + 8 + 3);
    assert!(one == two, "the same bytes");
    let unsubscribed = |email: &str| email[1..].split('@').next().unwrap().parse::<usize>().unwrap() % 10 == 9;
    let mut ids = BTreeSet::new();
    for (name, bytes) in one.iter().filter(|(name, _)| name.ends_with(".eml")) {
        let (email, _) = check(name, bytes);
        assert!(!unsubscribed(&email), "{name}");
        let message = MessageParser::default().parse(bytes).unwrap();
        assert!(ids.insert(message.message_id().unwrap().to_owned()));
    }
    assert_eq!(ids.len(), 1800);
    let rows = manifest(&scratch.file("one"));
    let variant = |name: &str| rows.values().filter(|row| row["rule"] == "all" && row["variant"] == name).count();
    assert!(variant("a") > 500 && variant("b") > 500, "{} and {}", variant("a"), variant("b"));
}

#[test]
fn a_run_that_was_cut_off_goes_on_and_ends_with_the_same_bytes() {
    let scratch = Scratch::new("campaign-cut");
    prepare(&scratch, 300);
    many(&scratch, 60);
    let key = scratch.write("campaign.key", KEY);
    let out = scratch.file("out");
    let mut child = Command::new(env!("CARGO_BIN_EXE_platen"))
        .args(["campaign", path(&scratch.file("t.toml")), "--recipients", path(&scratch.file("people.csv"))])
        .args(["--consent", path(&scratch.file("consent.csv")), "-o", path(&out), "--key-file", path(&key)])
        .args(["--jobs", "1"])
        .current_dir(root())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while std::fs::read_dir(out.join("eml")).map_or(0, Iterator::count) < 3 && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!out.join("manifest.csv").exists(), "it was cut before its end");
    let state: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join(".campaign/state.json")).unwrap()).unwrap();
    // What else a cut or a disk leaves behind: half a file, a changed picture, a mail of somebody who left since.
    std::fs::write(out.join("eml/.00001-aaaaaaaaaaaa.eml.1.tmp"), "half").unwrap();
    std::fs::write(out.join("eml/00001-aaaaaaaaaaaa.eml"), "stale").unwrap();
    let picture = std::fs::read_dir(out.join("pictures")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&picture).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&picture, bytes).unwrap();

    let output = compile(&scratch, "out", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    let output = compile(&scratch, "fresh", &["--now", state["now"].as_str().unwrap()]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(files(&out) == files(&scratch.file("fresh")), "as if nothing had happened");

    let consent = std::fs::read_to_string(scratch.file("consent.csv")).unwrap();
    scratch.write(
        "consent.csv",
        &consent.replace("p0@shop.example,2026-01-01,form,", "p0@shop.example,2026-01-01,form,2026-05-05"),
    );
    let before = files(&out).len();
    assert!(compile(&scratch, "out", &[]).status.success());
    assert_eq!(files(&out).len(), before - 2, "whoever left since has no mail in the folder any more");
}

#[test]
fn a_dry_run_says_who_would_get_what_and_writes_nothing() {
    let scratch = Scratch::new("campaign-dry");
    prepare(&scratch, 64);
    many(&scratch, 12);
    let file = |name: &str| scratch.file(name);
    let (template, people, consent) = (file("t.toml"), file("people.csv"), file("consent.csv"));
    let before = std::fs::read_dir(&scratch.0).unwrap().count();
    let arguments =
        ["campaign", path(&template), "--recipients", path(&people), "--consent", path(&consent), "--dry-run"];
    let output = platen(&[&arguments[..], &["--now", "2026-06-01T21:00:00Z", "--format", "json"]].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let rows: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 12);
    assert_eq!(rows[9]["status"], "suppressed");
    assert_eq!(rows[0]["rule"], "draft");
    assert_eq!(rows[1]["not_before"], "2026-06-01T23:00:00Z", "eight in the morning in Tokyo");
    assert_eq!(rows[2]["not_before"], "2026-06-01T21:00:00Z", "five in the afternoon in New York");
    assert_eq!(rows[0]["not_before"], "2026-06-02T08:00:00Z");
    assert_eq!(std::fs::read_dir(&scratch.0).unwrap().count(), before);
}

#[test]
fn a_dry_run_promises_no_mail_whose_design_cannot_be_shown() {
    let scratch = Scratch::new("campaign-dry-designs");
    prepare(&scratch, 64);
    let names = ["design", "desing", "nothere", "../../etc/passwd", "unlettered"];
    // A file that is there and is no design.
    scratch.write("unlettered.json", "{\"version\":1}");
    let people: String = names
        .iter()
        .enumerate()
        .fold("email,name,draft_age,design,family,first_name\n".to_owned(), |rows, (at, name)| {
            format!("{rows}p{at}@x.example,A,3,{name},B,C\n")
        });
    let consent: String = (0..names.len())
        .fold("email,consent_at,source\n".to_owned(), |rows, at| format!("{rows}p{at}@x.example,2026-01-01,form\n"));
    scratch.write("people.csv", &people);
    scratch.write("consent.csv", &consent);
    let (template, people, consent) = (scratch.file("t.toml"), scratch.file("people.csv"), scratch.file("consent.csv"));
    let arguments = ["campaign", path(&template), "--recipients", path(&people), "--consent", path(&consent)];
    let dry = platen(&[&arguments[..], &["--dry-run", "--format", "json", "--now", "2026-06-01T09:00:00Z"]].concat());
    assert_eq!(dry.status.code(), Some(1), "{}", stderr(&dry));
    let rows: serde_json::Value = serde_json::from_slice(&dry.stdout).unwrap();
    let made = compile(&scratch, "out", &["--now", "2026-06-01T09:00:00Z"]);
    assert_eq!(made.status.code(), Some(1), "{}", stderr(&made));
    let kept = manifest(&scratch.file("out"));
    for (at, said) in [
        "",
        "did you mean design.json?",
        "there is no nothere.json in ",
        "it must lie in the folder of designs",
        "4 problems",
    ]
    .into_iter()
    .enumerate()
    {
        let (row, real) = (&rows[at], &kept[&format!("p{at}@x.example#{}", at + 2)]);
        assert_eq!(row["status"], real["status"].as_str(), "{row}");
        assert_eq!(row["status"], if at == 0 { "ready" } else { "failed" }, "{row}");
        let why = row["why"].as_str().unwrap();
        assert!(why.contains(said) && (at == 0 || why == real["why"]), "{why}");
    }
    assert!(
        stderr(&dry).contains("people.csv, line 4: the design \"nothere\": ")
            && stderr(&dry).contains("1 ready, 4 failed"),
        "{}",
        stderr(&dry)
    );
}

#[test]
fn the_names_of_the_example_stand_clear_of_its_fire() {
    let shop = Shop::open(root()).unwrap();
    let mut library = Library::with_base(root().join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    let document = std::fs::read(root().join("examples/reunion.json")).unwrap();
    let design = shop.read(&document, &library, &Choice::default()).unwrap();
    for name in ["Hollidays", "Okafors", "Lindqvists", "Featherstones", "田中家"] {
        let fields = BTreeMap::from([("family".to_owned(), name.to_owned())]);
        let (sized, _) = keep_apart(&design, &fields, &shop);
        let choice = Choice { fields, ..Choice::default() };
        let fitting = shop.fit(&sized, &choice).unwrap();
        let scenes = shop.scenes(&fitting, &library, |_| true).unwrap();
        let ink = |id: &str| scenes[0].scene.layers.iter().find(|layer| layer.id == id).unwrap().ink;
        let (words, fire) = (ink("family"), ink("fire"));
        assert!(words.y1 < fire.y0, "{name} ends at {} mm, the fire begins at {} mm", words.y1, fire.y0);
    }
}

#[test]
fn a_folder_of_other_things_and_a_weak_key_are_refused() {
    let scratch = Scratch::new("campaign-folder");
    prepare(&scratch, 64);
    many(&scratch, 1);
    std::fs::create_dir(scratch.file("other")).unwrap();
    scratch.write("other/thesis.txt", "my only copy");
    let output = compile(&scratch, "other", &["--now", "2026-06-01"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("not empty"), "{}", stderr(&output));
    let key = scratch.write("weak.key", "secret\n");
    let (template, people, consent) = (scratch.file("t.toml"), scratch.file("people.csv"), scratch.file("consent.csv"));
    let arguments = ["campaign", path(&template), "--recipients", path(&people), "--consent", path(&consent), "-o"];
    let out = scratch.file("out");
    let output = platen(&[&arguments[..], &[path(&out), "--key-file", path(&key)]].concat());
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("6 bytes") && !out.exists(), "{}", stderr(&output));
}

#[tokio::test]
async fn whoever_followed_the_link_to_the_service_gets_no_mail_whatever_the_list_says() {
    use platen::store::{Store, SuppressionRow};

    let scratch = Scratch::new("campaign-link");
    prepare(&scratch, 64);
    scratch
        .write("people.csv", "email,name,first_name,draft_age\nAda@x.example,Ada L,Ada,\nbob@x.example,Bob B,Bob,\n");
    scratch.write(
        "consent.csv",
        "email,consent_at,source\nada@x.example,2025-01-01,shop\nbob@x.example,2025-01-01,shop\n",
    );
    let data = scratch.file("data");
    std::fs::create_dir_all(&data).unwrap();
    let store = Store::open(&data, None, None).await.unwrap();
    let row = SuppressionRow { email: "ada@x.example".into(), campaign: "old".into(), at: 1_767_225_600_000 };
    store.suppress(&row).await.unwrap();
    store.close().await;
    let done = compile(&scratch, "out", &["--now", "2026-06-01T09:00:00Z", "--data", path(&data)]);
    assert!(done.status.success(), "{}", stderr(&done));
    let told = std::fs::read_to_string(scratch.file("out/suppressed.csv")).unwrap();
    assert!(told.contains("unsubscribed on 2026-01-01 by the link of a mail") && !told.contains("bob"), "{told}");
    let mails = std::fs::read_dir(scratch.file("out/eml")).unwrap().count();
    assert_eq!(mails, 1);
}

#[tokio::test]
async fn a_styled_campaign_shows_what_suits_each_recipient_and_ends_with_the_same_bytes() {
    use platen::store::{EventRow, Store};

    let scratch = Scratch::new("campaign-style");
    prepare(&scratch, 64);
    scratch.write(
        "people.csv",
        "email,name,first_name,draft_age,customer\nada@x.example,Ada L,Ada,,ada\nbob@x.example,Bob B,Bob,,\n",
    );
    scratch.write(
        "consent.csv",
        "email,consent_at,source\nada@x.example,2025-01-01,shop\nbob@x.example,2025-01-01,shop\n",
    );
    let data = scratch.file("data");
    std::fs::create_dir_all(&data).unwrap();
    let store = Store::open(&data, None, None).await.unwrap();
    // Two crowds. Ada is of the smaller one, which orders a second style: all of them but her.
    let at = 1_780_000_000_000_i64;
    let styles = [
        ("red", "white", "Oswald", "r", 0..24),
        ("forest", "tan", "Lobster", "f", 0..20),
        ("sapphire", "white", "Bungee", "f", 1..20),
    ];
    let mut rows = Vec::new();
    for (color, ink, font, crowd, customers) in styles {
        for customer in customers {
            let customer =
                if (crowd, customer) == ("f", 0) { "+ada".to_owned() } else { format!("+{crowd}{customer}") };
            let body = format!(
                r#"{{"recipe":{{"garment":"tee","garment_color":"{color}","text_color":"{ink}","font":"{font}","placement":"front"}}}}"#
            );
            rows.push(EventRow { customer, id: format!("{color}-{font}"), at, kind: "order".into(), body });
        }
    }
    store.add_events(rows).await.unwrap();
    store.close().await;
    let pictures = |out: &str, template: String| {
        scratch.write("t.toml", &template);
        let done = compile(&scratch, out, &["--now", "2026-06-01T09:00:00Z", "--data", path(&data)]);
        assert!(done.status.success(), "{}", stderr(&done));
        let rows = manifest(&scratch.file(out));
        ["ada@x.example", "bob@x.example"]
            .map(|email| rows.values().find(|row| row["recipient"] == email).unwrap()["image"].clone())
    };
    let styled = || template(64).replace("designs = \".\"", "designs = \".\"\nstyle = \"suggested\"");
    let (plain, one) = (pictures("plain", template(64)), pictures("one", styled()));
    assert!(plain[0] != one[0] && plain[1] != one[1] && one[0] != one[1], "{plain:?} {one:?}");
    assert_eq!(pictures("two", styled()), one);
    assert_eq!(files(&scratch.file("one")), files(&scratch.file("two")));
    scratch.write("t.toml", &styled().replace("suggested", "loud"));
    let refused = compile(&scratch, "three", &["--data", path(&data)]);
    assert!(stderr(&refused).contains("there is no style \"loud\""), "{}", stderr(&refused));
}

#[test]
fn a_misspelt_column_that_holds_mail_back_is_refused_and_a_missing_one_is_told() {
    let scratch = Scratch::new("campaign-columns");
    prepare(&scratch, 64);
    scratch.write("consent.csv", "email,consent_at,source\na@x.example,2026-01-01,f\n");
    scratch.write("people.csv", "email,name,first_name,draft_age,last_mial\na@x.example,A,A,3,2026-05-30\n");
    let output = compile(&scratch, "out", &["--now", "2026-06-01"]);
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    for part in ["people.csv", "line 1, column `last_mial`", "did you mean `last_mail`?"] {
        assert!(stderr(&output).contains(part), "{part} is missing in {}", stderr(&output));
    }
    assert!(!scratch.file("out").exists());
    scratch.write("people.csv", "email,name,first_name,draft_age,segmnet\na@x.example,A,A,3,teams\n");
    let nowhere = scratch.file("nowhere");
    let output = compile(&scratch, "out", &["--now", "2026-06-01T09:00:00Z", "--data", path(&nowhere)]);
    assert!(output.status.success(), "{}", stderr(&output));
    for part in
        ["note: ", "column `segmnet`", "did you mean `segment`?", "no column `last_mail`", "in 30 days cannot be kept"]
    {
        assert!(stderr(&output).contains(part), "{part} is missing in {}", stderr(&output));
    }
    // Nor does anybody go unheard because the command is run in another folder than the service's.
    let no_service = "whoever unsubscribed by the link of a mail since the lists were written gets mail";
    assert!(stderr(&output).contains(no_service) && stderr(&output).contains("--data"), "{}", stderr(&output));
    let sheet = std::fs::read_to_string(scratch.file("out/preview.html")).unwrap();
    assert!(sheet.contains("no column last_mail"), "whoever says that it may go out reads it");
    assert!(sheet.contains("No service was asked who unsubscribed"), "and this");
}

#[tokio::test]
async fn a_style_is_for_the_customer_else_the_segment_and_strangers_have_the_same() {
    use platen::store::{EventRow, Store};

    let scratch = Scratch::new("campaign-segment");
    prepare(&scratch, 64);
    let data = scratch.file("data");
    std::fs::create_dir_all(&data).unwrap();
    let store = Store::open(&data, None, None).await.unwrap();
    // One more customer of the first style than of the second, whose customers are all clubs.
    let styles = [("red", "white", "Oswald", "", 24), ("forest", "white", "Bungee", r#","segment":"clubs""#, 23)];
    let mut rows = Vec::new();
    for (color, ink, font, segment, customers) in styles {
        rows.extend((0..customers).map(|customer| EventRow {
            customer: format!("+{color}{customer}"),
            id: format!("{color}-{customer}"),
            at: 1_780_000_000_000,
            kind: "order".into(),
            body: format!(
                r#"{{"recipe":{{"garment":"tee","garment_color":"{color}","text_color":"{ink}","font":"{font}","placement":"front"}}{segment}}}"#
            ),
        }));
    }
    store.add_events(rows).await.unwrap();
    store.close().await;
    let people = [("stranger", ""), ("other", ""), ("unheard", "schools"), ("club", "clubs"), ("club2", "clubs")];
    let list: String = people.iter().map(|(name, segment)| format!("{name}@x.example,{segment}\n")).collect();
    let yes: String = people.iter().map(|(name, _)| format!("{name}@x.example,2025-01-01,shop\n")).collect();
    scratch.write("people.csv", &format!("email,segment,name,first_name,draft_age\n{}", list.replace('\n', ",,,\n")));
    scratch.write("consent.csv", &format!("email,consent_at,source\n{yes}"));
    scratch.write("t.toml", &template(64).replace("designs = \".\"", "designs = \".\"\nstyle = \"suggested\""));
    let done = compile(&scratch, "out", &["--now", "2026-06-01T09:00:00Z", "--data", path(&data)]);
    assert!(done.status.success(), "{}", stderr(&done));
    let rows = manifest(&scratch.file("out"));
    let picture = |name: &str| {
        let email = format!("{name}@x.example");
        rows.values().find(|row| row["recipient"] == email).unwrap()["image"].clone()
    };
    assert_eq!(picture("stranger"), picture("other"));
    assert_eq!(picture("stranger"), picture("unheard"), "of that segment nothing is known");
    assert_ne!(picture("stranger"), picture("club"));
    assert_eq!(picture("club"), picture("club2"));
    let why = |name: &str| {
        let email = format!("{name}@x.example");
        rows.values().find(|row| row["recipient"] == email).unwrap()["why"].clone()
    };
    for (name, is_known) in [("stranger", false), ("unheard", false), ("club", true)] {
        assert_eq!(
            why(name).contains("of this recipient's taste nothing is known"),
            !is_known,
            "{name}: {}",
            why(name)
        );
        assert!(why(name).contains("the list has nothing; the fallback is shown"), "{name}: {}", why(name));
    }
    let sheet = std::fs::read_to_string(scratch.file("out/preview.html")).unwrap();
    assert!(sheet.contains("taste nothing is known"), "the contact sheet says so, too");
}
