//! A letter and its picture as one message (RFC 5322), ready for a mail server.

use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::url::URL;
use mail_builder::mime::MimePart;

use crate::campaign::letter::Letter;
use crate::campaign::picture::Drawn;
use crate::campaign::plan::Entry;
use crate::campaign::schedule::Moment;
use crate::campaign::template::{Mailbox, Template};

/// Characters of a recipient's name that are kept.
const NAME_CHARS: usize = 100;

/// The message: text, and HTML with the picture in it. What a server would make up, its id, its date and what parts it,
/// is computed here, so that it is the same each time.
///
/// # Errors
/// Only what writing to memory can give.
pub fn message(
    template: &Template,
    entry: &Entry<'_>,
    letter: &Letter,
    picture: &Drawn,
    now: Moment,
) -> std::io::Result<Vec<u8>> {
    let recipient = entry.recipient;
    let id = id(template, &recipient.key(), now);
    let domain = template.sender.from.email.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
    let cid = format!("{}@{domain}", picture.name);
    let name = if entry.generic { None } else { recipient.cell("name") };
    // A line of a header has at most 998 bytes, and one word cannot be folded.
    let name = name.map(|name| name.chars().take(NAME_CHARS).collect::<String>());
    let parts = |kind: &str, letter: char, parts: Vec<MimePart<'static>>| {
        let kind = ContentType::new(format!("multipart/{kind}")).attribute("boundary", format!("=_{letter}_{id}"));
        MimePart::new(kind, parts)
    };
    let page = letter.html(&format!("cid:{cid}"), picture.size);
    let file = ContentType::new("inline").attribute("filename", "your-design.jpg");
    let shown = MimePart::new(ContentType::new("image/jpeg"), picture.bytes.clone())
        .header("Content-Disposition", file)
        .cid(cid);
    let related = parts("related", 'r', vec![MimePart::new("text/html", page), shown]);
    let body = parts("alternative", 'a', vec![MimePart::new("text/plain", letter.text()), related]);
    MessageBuilder::new()
        .from(mailbox(&template.sender.from))
        .reply_to(mailbox(&template.sender.reply_to))
        .to(Address::new_address(name, recipient.email.as_str()))
        .subject(letter.subject.as_str())
        .date(now.seconds())
        .message_id(format!("{id}@{domain}"))
        .header("List-Unsubscribe", URL::new_list([&*letter.unsubscribe.1, &*letter.unsubscribe_mailto].into_iter()))
        .header("List-Unsubscribe-Post", Raw::new("List-Unsubscribe=One-Click"))
        .header("MIME-Version", Raw::new("1.0"))
        .body(body)
        .write_to_vec()
}

fn mailbox(mailbox: &Mailbox) -> Address<'_> {
    Address::new_address(mailbox.name.as_deref(), mailbox.email.as_str())
}

fn id(template: &Template, email: &str, now: Moment) -> String {
    let mut hasher = blake3::Hasher::new();
    for part in [template.name.as_str(), email, &now.to_string()] {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    hasher.finalize().to_hex()[..32].to_owned()
}
