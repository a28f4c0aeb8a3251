//! Which faces a text needs: the one it names, and others only for the characters that this one lacks.

use parley::FontContext;
use parley::fontique::{
    Collection, CollectionOptions, FontInfoOverride, FontStyle, FontWeight, FontWidth, SourceCache,
};
use skrifa::MetadataProvider;
use skrifa::charmap::Charmap;
use unicode_script::{Script, UnicodeScript};

use crate::assets::fonts::{Face, Family, FontError, Fonts, fallback_purpose};
use crate::design::{self, Emoji};
use crate::scene::text::TextError;

/// Weight that stands in beside a display face: such faces are far heavier than the 400 they call themselves.
const DISPLAY_WEIGHT: u16 = 700;

/// The faces of one text, in the order in which they are tried for each cluster.
pub(super) struct Stack<'f> {
    /// The first is the one that the design names.
    pub(super) entries: Vec<Entry<'f>>,
    /// Whether the design's face connects its letters, so that bends must not take them apart.
    pub(super) connected: bool,
    /// Characters that no face has, each once, in the order in which they occur.
    pub(super) missing: Vec<char>,
}

/// A face and what is asked of it often.
pub(super) struct Entry<'f> {
    pub(super) family: &'f Family,
    pub(super) face: &'f Face,
    pub(super) font: skrifa::FontRef<'f>,
    charmap: Charmap<'f>,
    /// Place among the fallbacks; 0 is the design's own.
    rank: usize,
    is_emoji: bool,
}

impl<'f> Entry<'f> {
    fn new(family: &'f Family, face: &'f Face, rank: usize) -> Result<Self, FontError> {
        let font = skrifa::FontRef::new(face.bytes()?)
            .map_err(|error| FontError::NotAFont { path: face.path().to_owned(), reason: error.to_string() })?;
        let is_emoji = family.scripts.iter().any(|it| it == "Zsye");
        Ok(Self { family, face, charmap: font.charmap(), font, rank, is_emoji })
    }

    pub(super) fn covers(&self, character: char) -> bool {
        self.glyph_of(character).is_some()
    }

    /// The glyph of a character before shaping.
    pub(super) fn glyph_of(&self, character: char) -> Option<u32> {
        self.charmap.map(character).map(skrifa::GlyphId::to_u32).filter(|&glyph| glyph != 0)
    }
}

/// Chooses the faces for `words`.
pub(super) fn choose<'f>(text: &design::Text, words: &str, fonts: &'f Fonts) -> Result<Stack<'f>, TextError> {
    let Some((family, face)) = fonts.face(&text.font) else {
        return Err(TextError::UnknownFamily { family: text.font.family.clone() });
    };
    let weight = match family.category.as_str() {
        "display" | "college" | "pixel" => text.font.weight.max(DISPLAY_WEIGHT),
        _ => text.font.weight,
    };
    let emoji = if text.emoji == Emoji::Mono { "emoji_mono" } else { "emoji" };
    let mut search = Search { fonts, weight, italic: text.font.italic, emoji, entries: Vec::new() };
    search.entries.push(Entry::new(family, face, 0)?);
    let mut missing = Vec::new();
    let mut script = Script::Latin;
    for (position, character) in words.char_indices() {
        let own = character.script();
        if !matches!(own, Script::Common | Script::Inherited | Script::Unknown) {
            script = own;
        }
        if is_invisible(character) || missing.contains(&character) {
            continue;
        }
        let found = match words[position + character.len_utf8()..].chars().next() {
            Some('\u{FE0F}') => search.add_emoji(character)?,
            Some('\u{FE0E}') => search.add_symbol(character)?,
            _ => false,
        };
        if found || search.add(character, script)? {
            continue;
        }
        missing.push(character);
    }
    let mut entries = search.entries;
    entries.sort_by_key(|entry| entry.rank);
    let connected = matches!(family.category.as_str(), "script" | "handwritten");
    Ok(Stack { entries, connected, missing })
}

/// A search for faces that have the characters of one text.
struct Search<'f> {
    fonts: &'f Fonts,
    weight: u16,
    italic: bool,
    emoji: &'static str,
    entries: Vec<Entry<'f>>,
}

impl<'f> Search<'f> {
    /// Makes sure that a face has `character`, which stands among letters of `script`; false if none in the library
    /// has it.
    fn add(&mut self, character: char, script: Script) -> Result<bool, FontError> {
        if self.entries.iter().any(|entry| entry.covers(character) && (!entry.is_emoji || entry.rank == 0)) {
            return Ok(true);
        }
        let fonts = self.fonts;
        // The order is part of the rank, so that the stack's order does not depend on the order of the words.
        let purposes = [fallback_purpose(script), "Latn", self.emoji, "symbols"];
        for (place, purpose) in purposes.into_iter().enumerate() {
            if (place == 0 || purpose != purposes[0]) && self.add_for(purpose, character)? {
                return Ok(true);
            }
        }
        for (index, family) in fonts.own().enumerate() {
            if self.try_family(family, character, OWN_RANK + index)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// As [`Self::add`] for a character that asks to be an emoji.
    fn add_emoji(&mut self, character: char) -> Result<bool, FontError> {
        self.add_for(self.emoji, character)
    }

    /// As [`Self::add`] for a character that asks not to be an emoji.
    fn add_symbol(&mut self, character: char) -> Result<bool, FontError> {
        if self.entries.iter().any(|entry| entry.covers(character) && !entry.is_emoji) {
            return Ok(true);
        }
        self.add_for("symbols", character)
    }

    fn add_for(&mut self, purpose: &str, character: char) -> Result<bool, FontError> {
        let fonts = self.fonts;
        for (index, family) in fonts.fallback(purpose).enumerate() {
            if self.try_family(family, character, purpose_rank(purpose) + index)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn try_family(&mut self, family: &'f Family, character: char, rank: usize) -> Result<bool, FontError> {
        let face = family.nearest(self.weight, self.italic);
        if let Some(known) = self.entries.iter().find(|entry| std::ptr::eq(entry.face, face)) {
            return Ok(known.covers(character));
        }
        let entry = Entry::new(family, face, rank)?;
        let covers = entry.covers(character);
        if covers {
            self.entries.push(entry);
        }
        Ok(covers)
    }
}

const OWN_RANK: usize = 1_000_000;

/// Where the families of a purpose begin in the stack: scripts first, so that emoji and symbol fonts, which also have
/// digits and letters, only get what nothing else has.
fn purpose_rank(purpose: &str) -> usize {
    const SCRIPTS: [&str; 9] = ["Latn", "Grek", "Cyrl", "Arab", "Hebr", "Deva", "Thai", "Jpan", "Hang"];
    let place = match purpose {
        "emoji" | "emoji_mono" => 500,
        "symbols" => 600,
        script => SCRIPTS.iter().position(|known| *known == script).unwrap_or(SCRIPTS.len()),
    };
    1 + place * 1000
}

/// Whether a character draws nothing by itself, so that no font needs it.
pub(super) fn is_invisible(character: char) -> bool {
    character.is_whitespace()
        || character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}'
            | '\u{E0000}'..='\u{E0FFF}')
}

impl Stack<'_> {
    /// The face's name in the layout engine.
    pub(super) fn engine_name(index: usize) -> String {
        format!("face {index}")
    }

    /// Index of the emoji face, if the text needs one.
    pub(super) fn emoji(&self) -> Option<usize> {
        self.entries.iter().position(|entry| entry.is_emoji)
    }

    /// Whether a face other than an emoji face has `character`.
    pub(super) fn has_symbol(&self, character: char) -> bool {
        self.entries.iter().any(|entry| !entry.is_emoji && entry.covers(character))
    }

    /// A layout context that knows these faces only. Each is a family of its own, so that the engine picks by
    /// coverage alone, and in this order.
    pub(super) fn font_context(&self) -> Result<FontContext, FontError> {
        let mut collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        for (index, entry) in self.entries.iter().enumerate() {
            let name = Self::engine_name(index);
            let plain = FontInfoOverride {
                family_name: Some(&name),
                width: Some(FontWidth::NORMAL),
                style: Some(FontStyle::Normal),
                weight: Some(FontWeight::NORMAL),
                axes: None,
            };
            collection.register_fonts(entry.face.blob()?, Some(plain));
        }
        Ok(FontContext { collection, source_cache: SourceCache::default() })
    }
}
