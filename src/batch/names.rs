//! Paths of what is written: from a template, safe on every file system, and never the same for two things.

use std::collections::{BTreeMap, BTreeSet};

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::batch::limits;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
/// The lists of a batch, at the top of its folder: no order is called so.
pub const LISTS: [&str; 4] = ["picklist.csv", "report.html", "report.json", "manifest.csv"];
/// The folder of gang sheets, at the top as well.
pub const GANG: &str = "gang";
/// Digits of the hash behind a name that had to be changed.
const DIGITS: usize = 8;
/// Digits of the hashes that texts try one after the other to have a name of their own; nobody finds two texts for the last.
const HASHES: [usize; 3] = [DIGITS, 2 * DIGITS, 4 * DIGITS];

/// A part of a path that any file system and any shell takes: ASCII letters, digits, `.`, `_` and `-`, at most 64.
///
/// A text that is such a name already stays as it is. Any other gets a hash of the whole text behind it, so that two that
/// look alike, or that become alike, stay two. Letters lose their marks, and a `#` in front is left out; the hash stays, since
/// the text without them may be another order's.
#[must_use]
pub fn safe(text: &str) -> String {
    let kept: String = unmarked(text.trim_start_matches('#')).map(|c| if is_plain(c) { c } else { '_' }).collect();
    let stem = kept.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_numbered = |device: &str| {
        let number = stem.strip_prefix(device).map(str::as_bytes);
        matches!(number, Some([b'0'..=b'9']))
    };
    let is_device = DEVICES.contains(&stem.as_str()) || is_numbered("com") || is_numbered("lpt");
    let is_own = LISTS.contains(&kept.to_ascii_lowercase().as_str()) || kept.eq_ignore_ascii_case(GANG);
    let is_odd = kept.is_empty() || kept.starts_with(['.', '-', '~']) || kept.ends_with('.') || is_device || is_own;
    if kept == text && !is_odd && kept.len() <= limits::NAME_CHARS {
        return kept;
    }
    let kept: String = kept.chars().filter(|c| *c != '.').take(limits::NAME_CHARS - DIGITS - 2).collect();
    let front = if is_odd { "_" } else { "" };
    format!("{front}{kept}-{}", short_hash(text))
}

/// The text with plain letters for those with marks.
fn unmarked(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(|c| {
        let (first, second) = spelled(c);
        std::iter::once(first).chain(second)
    })
}

/// Letters of Latin scripts whose mark is a part of them, as they are spelled where they are not at hand.
const fn spelled(c: char) -> (char, Option<char>) {
    match c {
        'ß' => ('s', Some('s')),
        'ẞ' => ('S', Some('S')),
        'æ' => ('a', Some('e')),
        'Æ' => ('A', Some('E')),
        'œ' => ('o', Some('e')),
        'Œ' => ('O', Some('E')),
        'þ' => ('t', Some('h')),
        'Þ' => ('T', Some('H')),
        'ø' => ('o', None),
        'Ø' => ('O', None),
        'ł' => ('l', None),
        'Ł' => ('L', None),
        'đ' | 'ð' => ('d', None),
        'Đ' | 'Ð' => ('D', None),
        'ħ' => ('h', None),
        'Ħ' => ('H', None),
        'ı' => ('i', None),
        other => (other, None),
    }
}

const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn short_hash(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex()[..DIGITS].to_owned()
}

/// Who has a name of [`apart`].
#[derive(Default)]
struct Claim<'t> {
    /// The text whose name it is so far, and how many hashes that has tried.
    holder: Option<(&'t str, usize)>,
    /// The most hashes that any text had tried that came here, plus one.
    top: usize,
}

/// Names for a set of texts: [`safe`], and with a hash for those that differ in nothing but case, or that are called as
/// another one is with its hash, so that they stay apart on file systems that do not tell case apart. `#1047` is `1047`, without
/// a hash, unless there is a `1047` of its own. The names do not depend on the order of the texts.
#[must_use]
pub fn apart<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<&'t str, String> {
    let mut names: BTreeMap<&str, String> = BTreeMap::new();
    let mut claims: BTreeMap<String, Claim<'_>> = BTreeMap::new();
    let texts: BTreeSet<&str> = texts.collect();
    let has_signs = texts.iter().any(|text| text.starts_with('#'));
    let plain: BTreeSet<String> = texts.iter().filter(|_| has_signs).map(|text| text.to_ascii_lowercase()).collect();
    let mut open: Vec<(&str, usize)> = texts.into_iter().map(|text| (text, 0)).collect();
    // A text leaves a name where another one came that had tried as many hashes or more, at any time: so it does not
    // matter which of them came first.
    while let Some((text, tried)) = open.pop() {
        let number = text.strip_prefix('#').filter(|number| tried == 0 && safe(number) == *number);
        let number = number.filter(|number| !plain.contains(&number.to_ascii_lowercase()));
        let name = number.map_or_else(|| hashed(text, tried), str::to_owned);
        let claim = claims.entry(name.to_ascii_lowercase()).or_default();
        names.insert(text, name);
        if let Some((other, before)) = claim.holder.take_if(|(_, before)| *before <= tried && *before < HASHES.len()) {
            open.push((other, before + 1));
        }
        if claim.top > tried && tried < HASHES.len() {
            open.push((text, tried + 1));
        } else {
            claim.holder = Some((text, tried));
        }
        claim.top = claim.top.max(tried + 1);
    }
    names
}

/// The name of a text that has tried so many hashes.
fn hashed(text: &str, tried: usize) -> String {
    let name = safe(text);
    let Some(digits) = tried.checked_sub(1).and_then(|last| HASHES.get(last)) else { return name };
    let kept: String = name.chars().take(limits::NAME_CHARS - digits - 1).collect();
    format!("{kept}-{}", &blake3::hash(text.as_bytes()).to_hex()[..*digits])
}

/// How paths are made: literal text and `{names}`, such as `{order}/{line}-{part}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    pieces: Vec<Piece>,
    /// As it was written.
    pub source: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(String),
}

impl NameTemplate {
    /// What is used if nothing else is said.
    pub const DEFAULT: &'static str = "{order}/{line}-{part}";

    /// Reads a template. `known` are the names that it may use.
    ///
    /// # Errors
    /// If it leads out of the folder, is not closed, or uses an unknown name; in a sentence.
    pub fn read(source: &str, known: &BTreeSet<String>) -> Result<Self, String> {
        if source.chars().count() > limits::TEMPLATE_CHARS {
            return Err(format!("a template for names has at most {} characters", limits::TEMPLATE_CHARS));
        }
        let mut pieces = Vec::new();
        let mut rest = source;
        while let Some((text, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| format!("`{{{after}` is not closed with }}"))?;
            if !known.contains(name) {
                let all: Vec<&str> = known.iter().map(String::as_str).collect();
                return Err(format!("there is no {{{name}}}; there are: {}", all.join(", ")));
            }
            pieces.extend([Piece::Text(text.to_owned()), Piece::Value(name.to_owned())]);
            rest = after;
        }
        pieces.push(Piece::Text(rest.to_owned()));
        let literal = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(_) => "x".to_owned(),
        };
        let shape: String = pieces.iter().map(literal).collect();
        if let Some(c) = shape.chars().find(|c| !is_plain(*c) && *c != '/') {
            return Err(format!("`{c}` cannot stand in a template for names; use letters, digits, . _ - and /"));
        }
        let parts: Vec<&str> = shape.split('/').collect();
        if parts.len() > limits::PATH_PARTS || parts.iter().any(|part| part.is_empty() || part.starts_with('.')) {
            return Err(format!("`{source}` is no path within the folder, of at most {} parts", limits::PATH_PARTS));
        }
        Ok(Self { pieces, source: source.to_owned() })
    }

    /// The names that it uses.
    #[must_use]
    pub fn uses(&self) -> BTreeSet<String> {
        let name = |piece: &Piece| match piece {
            Piece::Text(_) => None,
            Piece::Value(name) => Some(name.clone()),
        };
        self.pieces.iter().filter_map(name).collect()
    }

    /// The path, without an ending. Each part of it is made [`safe`], and before that each value with letters that are not
    /// plain, so that the front and the back of a line bear one hash.
    #[must_use]
    pub fn path(&self, value: impl Fn(&str) -> String) -> String {
        // No value opens a folder: a slash of its own becomes a part of its name.
        let text = |piece: &Piece| match piece {
            Piece::Text(text) => text.clone(),
            Piece::Value(name) => {
                let value = value(name).replace('/', "\u{2215}");
                if value.chars().all(is_plain) { value } else { safe(&value) }
            }
        };
        let path: String = self.pieces.iter().map(text).collect();
        path.split('/').map(safe).collect::<Vec<_>>().join("/")
    }
}

/// Paths that were given away, whatever their case: no two are one, and none is a folder of another.
#[derive(Debug, Default)]
pub struct Taken {
    files: BTreeSet<String>,
    folders: BTreeSet<String>,
    /// The number from which the next path of a stem is looked for, by the path that it would have without one.
    next: BTreeMap<String, u64>,
}

impl Taken {
    /// `stem.ending`, or if that is taken the same with `-2`, `-3` and so on; a folder that is a file has a number, too.
    pub fn give(&mut self, stem: &str, ending: &str) -> String {
        let stem = self.beside_files(stem);
        let plain = format!("{stem}.{ending}");
        if self.take(&plain) {
            return plain;
        }
        let key = plain.to_ascii_lowercase();
        let mut number = self.next.get(&key).copied().unwrap_or(2);
        loop {
            let path = format!("{stem}-{number}.{ending}");
            number += 1;
            if self.take(&path) {
                self.next.insert(key, number);
                return path;
            }
        }
    }

    /// Takes a path, if nothing has it.
    fn take(&mut self, path: &str) -> bool {
        let key = path.to_ascii_lowercase();
        if self.folders.contains(&key) || self.files.contains(&key) {
            return false;
        }
        for (end, _) in key.match_indices('/') {
            if !self.folders.contains(&key[..end]) {
                self.folders.insert(key[..end].to_owned());
            }
        }
        self.files.insert(key)
    }

    /// The stem in folders that are no files.
    fn beside_files(&self, stem: &str) -> String {
        let Some((folders, name)) = stem.rsplit_once('/') else { return stem.to_owned() };
        let mut path = String::with_capacity(stem.len());
        for folder in folders.split('/') {
            path += folder;
            // Files have an ending, so that this is none at once.
            while self.files.contains(&path.to_ascii_lowercase()) {
                path += "-2";
            }
            path.push('/');
        }
        path + name
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn plain_names_stay_and_dangerous_ones_do_not() {
        for plain in ["A-1001", "2026.12.24_x", "a"] {
            assert_eq!(safe(plain), plain);
        }
        for bad in [
            "",
            ".",
            "..",
            "../../etc/passwd",
            "/abs",
            "a/b",
            "a\\b",
            "C:x",
            "con",
            "NUL.txt",
            "com1",
            "LPT9.png",
            "-rf",
            ".hidden",
            "a.",
            "~root",
            "a\0b",
            "a\nb",
            "A\u{2215}1",
            "\u{202e}gnp.1",
            "Ａ-1",
            "А-1",
            "report.html",
            "Manifest.CSV",
            "Gang",
            &"x".repeat(65),
            "a b",
            "=1+1",
            "$(x)",
            "`x`",
            "*",
            "?",
        ] {
            let name = safe(bad);
            assert_ne!(name, bad);
            assert!(name.len() <= limits::NAME_CHARS && name.chars().all(is_plain), "{bad:?} -> {name}");
            assert!(!name.starts_with(['.', '-', '~']) && !name.ends_with('.'), "{bad:?} -> {name}");
            assert_eq!(safe(&name), name, "a safe name is safe");
        }
        assert_ne!(safe("А-1"), safe("A-1"), "a Cyrillic letter is another letter");
    }

    #[test]
    fn letters_lose_their_marks_and_stay_apart_by_their_hash() {
        for (text, plain) in [
            ("Zoë", "Zoe"),
            ("ÜBER", "UBER"),
            ("Łódź", "Lodz"),
            ("Straße", "Strasse"),
            ("Bjørn", "Bjorn"),
            ("Æsir", "AEsir"),
            ("e\u{301}te\u{301}", "ete"),
            ("#1047", "1047"),
        ] {
            assert_eq!(safe(text), format!("{plain}-{}", short_hash(text)), "{text}");
            assert_ne!(safe(text), safe(plain));
        }
        assert_ne!(safe("Zoë"), safe("Zoe\u{308}"), "two texts stay two");
        assert!(safe("cön").starts_with("_con-") && safe("#").starts_with("_-") && safe("#..").starts_with("_-"));
    }

    #[test]
    fn front_and_back_of_a_line_bear_one_hash() {
        let known = ["line", "part"].map(str::to_owned).into();
        let template = NameTemplate::read("{line}-{part}", &known).unwrap();
        let path = |part: &str| template.path(|name| if name == "line" { "Zoë".to_owned() } else { part.to_owned() });
        let line = safe("Zoë");
        assert_eq!([path("front"), path("back")], [format!("{line}-front"), format!("{line}-back")]);
    }

    #[test]
    fn a_number_sign_is_left_out_where_no_other_order_has_the_number() {
        let names = apart(["#1047", "#1048", "1048", "#gang", "#x", "#X", "##7"].into_iter());
        assert_eq!([&names["#1047"], &names["1048"]], ["1047", "1048"]);
        assert_eq!(names["#1048"], safe("#1048"), "there is an order 1048");
        assert_eq!([&names["#gang"], &names["##7"]], [&safe("#gang"), &safe("##7")]);
        assert_ne!(names["#x"].to_lowercase(), names["#X"].to_lowercase());
    }

    #[test]
    fn names_that_differ_in_case_stay_apart_in_any_order() {
        let one = apart(["A-1", "a-1", "b"].into_iter());
        assert_eq!(one, apart(["b", "a-1", "A-1"].into_iter()));
        assert_eq!(one["b"], "b");
        assert_ne!(one["A-1"].to_lowercase(), one["a-1"].to_lowercase());
        // Orders that are called as another one's folder is.
        let mut texts: Vec<String> = ["A-1", "a-1", "A-2"].map(str::to_owned).to_vec();
        for _ in 0..20 {
            let names = apart(texts.iter().map(String::as_str));
            let set: BTreeSet<String> = names.values().map(|name| name.to_ascii_lowercase()).collect();
            assert_eq!(set.len(), texts.len(), "{names:?}");
            assert_eq!(names, apart(texts.iter().rev().map(String::as_str)));
            assert_eq!((&names["A-1"], &names["a-1"], &names["A-2"]), (&one["A-1"], &one["a-1"], &"A-2".to_owned()));
            let last = if texts.len() == 3 { "a-1" } else { &texts[texts.len() - 1] };
            let next = names[last].to_uppercase();
            texts.push(next);
        }
        let mut taken = Taken::default();
        let given = ["x", "X", "x"].map(|stem| taken.give(stem, "png"));
        assert_eq!(given, ["x.png", "X-2.png", "x-3.png"]);
        assert_eq!(taken.give("x-2", "png"), "x-2-2.png", "a numbered path is a path like any other");
        // A file is no folder, whichever of them comes first.
        for (stem, ending, path) in [
            ("A/Ticket.pdf/front", "png", "A/Ticket.pdf/front.png"),
            ("a/ticket", "pdf", "a/ticket-2.pdf"),
            ("A/ticket.pdf/front", "png", "A/ticket.pdf/front-2.png"),
            ("b", "png", "b.png"),
            ("B.png/c.png/ticket", "pdf", "B.png-2/c.png/ticket.pdf"),
            ("b.png/c.png/ticket", "pdf", "b.png-2/c.png/ticket-2.pdf"),
            ("b.png-2/c", "png", "b.png-2/c-2.png"),
        ] {
            assert_eq!(taken.give(stem, ending), path);
        }
        // A look at every number before it would take hours here.
        let many: BTreeSet<String> = (0..200_000).map(|_| taken.give("same", "png")).collect();
        assert!(many.len() == 200_000 && many.contains("same-200000.png"));
    }

    #[test]
    fn templates_are_read_with_their_names() {
        let known = ["order", "line", "size"].map(str::to_owned).into();
        let template = NameTemplate::read("{order}/{size}/print-{line}", &known).unwrap();
        assert_eq!(template.uses(), known);
        let value = |name: &str| match name {
            "order" => "..".to_owned(),
            name => name.to_owned(),
        };
        assert_eq!(template.path(value), format!("{}/size/print-line", safe("..")));
        for (bad, part) in [
            ("{nobody}", "no {nobody}"),
            ("{order", "not closed"),
            ("../{order}", "no path"),
            ("/{order}", "no path"),
            ("{order}//x", "no path"),
            ("{order}\\x", "cannot stand"),
            ("a/b/c/d/e/f/g", "no path"),
            (&"x".repeat(limits::TEMPLATE_CHARS + 1), "at most"),
        ] {
            let error = NameTemplate::read(bad, &known).unwrap_err();
            assert!(error.contains(part), "{bad}: {error}");
        }
    }

    proptest! {
        #[test]
        fn two_texts_never_get_one_name(texts in prop::collection::btree_set("\\PC{0,12}|[aA]{1,3}", 0..20)) {
            let names = apart(texts.iter().map(String::as_str));
            let set: BTreeSet<String> = names.values().map(|name| name.to_ascii_lowercase()).collect();
            prop_assert_eq!(set.len(), texts.len());
        }
    }
}
