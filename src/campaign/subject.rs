//! What a subject may say: short, calm, honest, and nothing of what is printed.

use crate::campaign::limits;
use crate::campaign::words::steers;

/// Marks of an answer or of forwarded mail, in the languages of common mail programs.
const REPLIES: [&str; 12] = ["re", "fw", "fwd", "aw", "wg", "sv", "vs", "vb", "rv", "tr", "antw", "odp"];

/// What is wrong with a subject, and what to do; `private` are the words of the design that it may not tell.
pub(super) fn lint(subject: &str, private: &[String]) -> Option<(String, String)> {
    let fault = |message: &str, hint: &str| Some((message.to_owned(), hint.to_owned()));
    let chars = subject.chars().count();
    if chars == 0 {
        return fault("the subject is empty", "say what the mail is about");
    }
    if chars > limits::SUBJECT_CHARS {
        let message = format!("the subject has {chars} characters");
        return Some((message, format!("use at most {}; mail programs cut the rest off", limits::SUBJECT_CHARS)));
    }
    if subject.chars().any(steers) {
        return fault("the subject has a character that cannot be seen", "take it out");
    }
    if is_reply(subject) {
        return fault("the subject pretends to be an answer", "take \"Re:\" or \"Fwd:\" away: nobody wrote before");
    }
    if let Some(word) = shout(subject) {
        return Some((
            format!("\"{word}\" shouts"),
            "write it in small letters; filters and people dislike capitals".into(),
        ));
    }
    let told = private.iter().find(|words| contains_words(subject, words))?;
    let message = format!("the subject would tell what is printed: \"{told}\"");
    Some((message, "subjects are seen on locked screens; leave the words of the design to the mail itself".into()))
}

/// `Re:`, `RE[2]:`, `Fwd：`.
fn is_reply(subject: &str) -> bool {
    let start = subject.trim_start().to_lowercase();
    let Some((mark, _)) = start.split_once([':', '：']) else { return false };
    let mark = mark.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '[' | ']' | '(' | ')' | '^' | ' '));
    REPLIES.contains(&mark)
}

/// A word of four letters or more in capitals, or the whole subject if it has more than a short word of them.
fn shout(subject: &str) -> Option<&str> {
    let letters = |text: &str| text.chars().filter(|c| c.is_lowercase() || c.is_uppercase()).count();
    let capitals = |text: &str| text.chars().all(|c| !c.is_lowercase()) && text.chars().any(char::is_uppercase);
    if capitals(subject) && letters(subject) >= 4 {
        return Some(subject);
    }
    subject.split(|c: char| !c.is_alphabetic()).find(|word| letters(word) >= 4 && capitals(word))
}

/// Whether `text` has the words of `part` one behind the other, whatever the case and what stands between them. A part
/// of fewer than three letters and digits, such as a number on a back, is in too much to be looked for.
fn contains_words(text: &str, part: &str) -> bool {
    let words = |text: &str| -> Vec<String> {
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        words.map(str::to_lowercase).collect()
    };
    let (text, part) = (words(text), words(part));
    let long = part.iter().map(|word| word.chars().count()).sum::<usize>() >= 3;
    long && text.windows(part.len()).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(subject: &str) -> Option<String> {
        lint(subject, &["Okafor".to_owned(), "Lake Harmon".to_owned(), "7".to_owned()]).map(|(message, _)| message)
    }

    #[test]
    fn honest_subjects_pass() {
        for subject in [
            "Your 2025 reunion shirt, ready for 2026",
            "Made in the USA, and back in stock",
            "Regarding your order: 7 days left",
            "Une chemise prête à temps",
            "あなたのTシャツ",
            "The Lake is calling",
            &"x".repeat(60),
        ] {
            assert_eq!(fault(subject), None, "{subject}");
        }
    }

    #[test]
    fn loud_long_false_and_indiscreet_ones_do_not() {
        for (subject, part) in [
            ("", "empty"),
            (&*"x".repeat(61), "61 characters"),
            ("Re: your order", "answer"),
            ("FWD: look", "answer"),
            ("re[2]: look", "answer"),
            ("AW： look", "answer"),
            ("SALE ends today", "shouts"),
            ("NOW OR NEVER", "shouts"),
            ("ÜBERRASCHUNG für dich", "shouts"),
            ("The okafor reunion again", "printed"),
            ("Back to Lake-Harmon?", "printed"),
            ("One\nBcc: x@y.example", "cannot be seen"),
            ("\u{202e}gnp.exe", "cannot be seen"),
        ] {
            assert!(fault(subject).is_some_and(|message| message.contains(part)), "{subject:?}: {:?}", fault(subject));
        }
    }
}
