//! Setting the words of proofs and charts, in any script, and making them fit.

use std::collections::BTreeMap;
use std::sync::Arc;

use kurbo::{Affine, BezPath, PathEl, Point};

use crate::assets::fonts::Fonts;
use crate::assets::{Budget, Limits};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::design;
use crate::export::pdf::{Letter, Words};
use crate::scene::text::{self, Effort, Lettering, Line, TextError};
use crate::units::Length;

/// Characters of one text that are looked at: a page holds no more.
const MAX_CHARACTERS: usize = 1500;
/// Where a line may break though no space is there.
const SOFT_BREAK: char = '\u{200b}';
/// Stands for what was left out.
const ELLIPSIS: char = '\u{2026}';

/// How words look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Style {
    /// Which family.
    family: Family,
    /// CSS weight.
    weight: u16,
    /// Size in tenths of a point.
    size: u16,
    /// Distance of baselines, hundredths of the size.
    leading: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Family {
    Sans,
    Mono,
}

impl Style {
    pub(super) const TITLE: Self = Self { family: Family::Sans, weight: 700, size: 240, leading: 115 };
    pub(crate) const SUBTITLE: Self = Self { family: Family::Sans, weight: 700, size: 140, leading: 120 };
    pub(super) const HEADING: Self = Self { family: Family::Sans, weight: 700, size: 110, leading: 130 };
    pub(super) const STRONG: Self = Self { family: Family::Sans, weight: 700, size: 90, leading: 140 };
    pub(super) const BODY: Self = Self { family: Family::Sans, weight: 400, size: 90, leading: 140 };
    pub(crate) const LABEL: Self = Self { family: Family::Sans, weight: 400, size: 75, leading: 140 };
    pub(crate) const PATCH: Self = Self { family: Family::Sans, weight: 400, size: 50, leading: 115 };
    pub(super) const HASH: Self = Self { family: Family::Mono, weight: 400, size: 75, leading: 140 };

    /// Size of an em, mm.
    pub(crate) fn em(self) -> f64 {
        Length::from_points(f64::from(self.size) / 10.0).mm()
    }

    /// Distance of baselines, mm.
    pub(crate) fn line_height(self) -> f64 {
        self.em() * f64::from(self.leading) / 100.0
    }

    /// From the top of a line to its baseline, mm.
    pub(crate) fn ascent(self) -> f64 {
        // Capitals of these faces are 0.71 em high: they stand in the middle of the line.
        (self.line_height() + 0.71 * self.em()) / 2.0
    }
}

/// Words in lines.
#[derive(Debug)]
pub(crate) struct Block {
    /// How they look.
    pub(crate) style: Style,
    /// The lines from the top, each with its width, mm.
    pub(crate) lines: Vec<(Arc<Words>, f64)>,
}

impl Block {
    /// Width of the widest line, mm.
    pub(super) fn width(&self) -> f64 {
        self.lines.iter().map(|(_, width)| *width).fold(0.0, f64::max)
    }

    /// From the top of the first line to the bottom of the last, mm.
    pub(super) fn height(&self) -> f64 {
        self.style.line_height() * self.lines.len() as f64
    }
}

/// The room that words have.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Room {
    /// Width, mm.
    pub(crate) width: f64,
    /// Most lines; what does not fit is left out behind an ellipsis.
    pub(crate) lines: usize,
}

/// Sets words and remembers what it has set: tables say the same things again and again.
pub(crate) struct Setter<'a> {
    fonts: &'a Fonts,
    /// Names of the families for [`Family::Sans`] and [`Family::Mono`].
    families: [String; 2],
    known: BTreeMap<(Style, String, u64, usize), Arc<Block>>,
    shapes: BTreeMap<String, Vec<Arc<BezPath>>>,
}

impl<'a> Setter<'a> {
    pub(crate) fn new(fonts: &'a Fonts) -> Self {
        // A shop may have left them out.
        let any = || fonts.fallback("Latn").chain(fonts.families()).next();
        let named = |name| fonts.family(name).or_else(any).map_or(name, |family| family.name.as_str()).to_owned();
        let families = [named("Noto Sans"), named("Space Mono")];
        Self { fonts, families, known: BTreeMap::new(), shapes: BTreeMap::new() }
    }

    /// Sets `words` so that they fit into `room`.
    pub(crate) fn set(&mut self, style: Style, words: &str, room: Room) -> Result<Arc<Block>, TextError> {
        let key = (style, words.to_owned(), room.width.to_bits(), room.lines);
        if let Some(known) = self.known.get(&key) {
            return Ok(Arc::clone(known));
        }
        let block = Arc::new(self.fitted(style, &printable(words), room)?);
        self.known.insert(key, Arc::clone(&block));
        Ok(block)
    }

    /// Sets one line that is as long as it comes.
    pub(super) fn line(&mut self, style: Style, words: &str) -> Result<Arc<Block>, TextError> {
        self.set(style, words, Room { width: 1000.0, lines: 1 })
    }

    fn fitted(&mut self, style: Style, words: &str, room: Room) -> Result<Block, TextError> {
        let whole = self.attempt(style, words, room)?;
        if fits(&whole, room) {
            return Ok(self.block(style, words, &whole));
        }
        let breakable = with_soft_breaks(words);
        let broken = self.attempt(style, &breakable, room)?;
        if fits(&broken, room) {
            return Ok(self.block(style, &breakable, &broken));
        }
        // The longest beginning that fits with an ellipsis behind it.
        let ends: Vec<usize> = words.char_indices().map(|(at, _)| at).collect();
        let beginning = |n: usize| format!("{}{ELLIPSIS}", words[..ends[n]].trim_end());
        let (mut fitting, mut too_long) = (0, ends.len());
        while fitting + 1 < too_long {
            let middle = usize::midpoint(fitting, too_long);
            let tried = with_soft_breaks(&beginning(middle));
            if fits(&self.attempt(style, &tried, room)?, room) {
                fitting = middle;
            } else {
                too_long = middle;
            }
        }
        let shortened = match ends.get(fitting) {
            Some(&end) => with_soft_breaks(&format!("{}{ELLIPSIS}", whole_words(&words[..end]))),
            None => String::new(),
        };
        let set = self.attempt(style, &shortened, room)?;
        Ok(self.block(style, &shortened, &set))
    }

    fn attempt(&self, style: Style, words: &str, room: Room) -> Result<Lettering, TextError> {
        let [sans, mono] = &self.families;
        let family = if style.family == Family::Mono { mono } else { sans };
        let font = design::Font { family: family.clone(), weight: style.weight, italic: false };
        let text = design::Text {
            leading: f64::from(style.leading) / 100.0,
            max_width: Some(room.width),
            ..design::Text::plain(font, style.em())
        };
        // The words of a proof are plain and bounded by their own limits: each text may have a whole budget.
        let effort = Effort { budget: &Budget::new(&Limits::default()), cancel: &Cancel::NEVER };
        text::set(&text, words, &|_| Color::BLACK, self.fonts, effort)
    }

    fn block(&mut self, style: Style, words: &str, set: &Lettering) -> Block {
        let lines = set.lines.iter().map(|line| (Arc::new(self.words(words, set, line)), line.width));
        Block { style, lines: lines.collect() }
    }

    fn words(&mut self, words: &str, set: &Lettering, line: &Line) -> Words {
        let said = words[line.range.clone()].trim_end();
        let end = line.range.start + said.len();
        let [left, _] = line.baseline;
        let shown = set.clusters[line.clusters.clone()].iter().filter(|cluster| cluster.range.start < end);
        let mut has_rtl = false;
        let letters = shown.map(|cluster| {
            has_rtl |= cluster.rtl;
            let text = said_of(&words[cluster.range.clone()]);
            let start = cluster.quad[0].x;
            let to_ems = Affine::scale(1.0 / set.em) * Affine::translate((-start, -left.y));
            let path = self.shape(&text, &(to_ems * cluster.path.clone()));
            Letter { path, left: (start - left.x) / set.em, width: (cluster.quad[1].x - start) / set.em, text }
        });
        let letters = letters.collect();
        Words { has_rtl, text: said_of(said), letters }
    }

    /// The same outline in one copy, to a thousandth of an em.
    fn shape(&mut self, text: &str, path: &BezPath) -> Arc<BezPath> {
        let path = BezPath::from_vec(path.elements().iter().map(|element| rounded(*element)).collect());
        let known = self.shapes.entry(text.to_owned()).or_default();
        if let Some(shape) = known.iter().find(|shape| shape.elements() == path.elements()) {
            return Arc::clone(shape);
        }
        let shape = Arc::new(path);
        known.push(Arc::clone(&shape));
        shape
    }
}

fn rounded(element: PathEl) -> PathEl {
    let point = |point: Point| Point::new(thousandths(point.x), thousandths(point.y));
    match element {
        PathEl::MoveTo(to) => PathEl::MoveTo(point(to)),
        PathEl::LineTo(to) => PathEl::LineTo(point(to)),
        PathEl::QuadTo(handle, to) => PathEl::QuadTo(point(handle), point(to)),
        PathEl::CurveTo(first, second, to) => PathEl::CurveTo(point(first), point(second), point(to)),
        PathEl::ClosePath => PathEl::ClosePath,
    }
}

fn thousandths(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

fn fits(set: &Lettering, room: Room) -> bool {
    set.lines.len() <= room.lines && set.lines.iter().all(|line| line.width <= room.width + 0.01)
}

/// What readers find under a line: breaks and their absence are for its setting only.
fn said_of(words: &str) -> String {
    words.chars().filter(|it| *it != SOFT_BREAK).map(|it| if it == '\u{a0}' { ' ' } else { it }).collect()
}

/// `beginning` without the piece of a word at its end, unless that is most of it.
fn whole_words(beginning: &str) -> &str {
    let whole = beginning.rfind(char::is_whitespace).map_or("", |end| beginning[..end].trim_end());
    if whole.len() * 3 >= beginning.len() * 2 { whole } else { beginning.trim_end() }
}

/// `words` on one line, if it is long enough.
pub(super) fn unbroken(words: &str) -> String {
    words.replace(' ', "\u{a0}")
}

/// What can be printed of `words`: no control characters but line feeds, and not without end.
fn printable(words: &str) -> String {
    let character = |it: char| if it.is_control() && it != '\n' { ' ' } else { it };
    let mut text: String = words.chars().take(MAX_CHARACTERS).map(character).collect();
    if words.chars().nth(MAX_CHARACTERS).is_some() {
        text.push(ELLIPSIS);
    }
    text.trim_end().to_owned()
}

/// With places to break in long unspaced runs of Latin letters and digits, such as hashes and addresses; letters of
/// joined scripts must not be taken apart.
fn with_soft_breaks(words: &str) -> String {
    let mut broken = String::with_capacity(words.len() * 2);
    let mut run = 0;
    for character in words.chars() {
        run = if character.is_ascii_graphic() { run + 1 } else { 0 };
        if run > 1 {
            broken.push(SOFT_BREAK);
        }
        broken.push(character);
    }
    broken
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn said(block: &Block) -> Vec<&str> {
        block.lines.iter().map(|(words, _)| words.text.as_str()).collect()
    }

    #[test]
    fn words_wrap_then_break_and_are_shortened_at_last() {
        let fonts = Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
        let mut setter = Setter::new(&fonts);
        let room = Room { width: 30.0, lines: 2 };
        let mut set = |words: &str| setter.set(Style::BODY, words, room).unwrap();
        let wrapped = set("Northside Foxes, away");
        assert_eq!(said(&wrapped).len(), 2);
        let hash = "0123456789abcdef0123456789abcdef";
        assert_eq!(said(&set(hash)).concat(), hash, "a word without spaces goes on in the next line");
        for long in [
            "an endless tale ".repeat(40),
            "x".repeat(700),
            "\u{627}\u{644}\u{639}\u{631}\u{628}\u{64a}\u{629}".repeat(9),
        ] {
            let block = set(&long);
            let shown = said(&block).join(" ");
            assert!(shown.ends_with(ELLIPSIS) && block.lines.len() <= 2, "{shown}");
            assert!(block.width() <= room.width + 0.01, "{shown}");
            assert!(long.starts_with(said(&block)[0].trim_end_matches(ELLIPSIS)), "{shown}");
        }
        assert!(set("").lines.iter().all(|(words, _)| words.letters.is_empty()));
    }

    #[test]
    fn letters_stand_from_left_to_right_and_say_all_that_the_line_says() {
        let fonts = Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
        let mut setter = Setter::new(&fonts);
        for words in [
            "OKAFOR 9",
            "\u{5e9}\u{5dc}\u{5d5}\u{5dd}",
            "\u{645}\u{631}\u{62d}\u{628}\u{627}",
            "\u{65e5}\u{672c}\u{8a9e}",
            "e\u{301}t\u{e9}",
        ] {
            let block = setter.line(Style::BODY, words).unwrap();
            let (line, _) = &block.lines[0];
            assert_eq!(line.text, words);
            assert!(line.letters.is_sorted_by(|a, b| a.left <= b.left), "{words}");
            let mut said: Vec<char> = line.letters.iter().flat_map(|letter| letter.text.chars()).collect();
            let mut wanted: Vec<char> = words.chars().collect();
            said.sort_unstable();
            wanted.sort_unstable();
            assert_eq!(said, wanted);
        }
    }
}
