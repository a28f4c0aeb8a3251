//! Fonts for the text in an SVG: those of the font library and no others, found by their names.
//!
//! The bytes of a face are shared with everything else that sets text, and a face is taken up only when a text asks for
//! it, so that an import costs nothing for fonts that it does not use.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use resvg::usvg;
use skrifa::MetadataProvider;
use unicode_script::UnicodeScript;
use usvg::fontdb::{Database, ID, Source};
use usvg::{FontFamily, FontResolver, FontStyle};

use crate::assets::fonts::{Face, Family, Fonts, fallback_purpose};

/// What stands in for the families that CSS calls by their kind.
const SANS_SERIF: &str = "Noto Sans";
const SERIF: &str = "Playfair Display";
const MONOSPACE: &str = "Space Mono";
const CURSIVE: &str = "Dancing Script";
const FANTASY: &str = "Lobster";

/// Parts of the names of fonts that nearly every computer has but we may not ship, and what comes nearest.
const KINDS: [(&str, &str); 14] = [
    ("courier", MONOSPACE),
    ("mono", MONOSPACE),
    ("consol", MONOSPACE),
    ("menlo", MONOSPACE),
    ("sansserif", SANS_SERIF),
    ("times", SERIF),
    ("georgia", SERIF),
    ("garamond", SERIF),
    ("palatino", SERIF),
    ("baskerville", SERIF),
    ("roman", SERIF),
    ("serif", SERIF),
    ("script", CURSIVE),
    ("comic", CURSIVE),
];

/// Chooses faces for one SVG.
pub(super) struct Lettering<'a> {
    fonts: Option<&'a Fonts>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    ids: BTreeMap<PathBuf, (ID, [u8; 32])>,
    /// From a family that the library lacks to the one that stands in.
    replaced: BTreeMap<String, String>,
    missing: Vec<char>,
    unreadable: Vec<String>,
}

impl<'a> Lettering<'a> {
    pub(super) fn new(fonts: Option<&'a Fonts>) -> Self {
        Self { fonts, known: Mutex::default() }
    }

    pub(super) fn resolver(&self) -> FontResolver<'_> {
        FontResolver {
            select_font: Box::new(|font, database| self.select(font, database)),
            select_fallback: Box::new(|character, used, database| self.fallback(character, used, database)),
        }
    }

    /// BLAKE3 of every face that was taken up, in the order of their files' names.
    pub(super) fn faces(&self) -> Vec<[u8; 32]> {
        self.known().ids.values().map(|(_, digest)| *digest).collect()
    }

    /// What the customer should know.
    pub(super) fn notes(&self) -> Vec<String> {
        let known = self.known();
        let replaced = known.replaced.iter().map(|(wanted, used)| {
            format!("text in the SVG: the font \"{wanted}\" is not in the library and was replaced by \"{used}\"")
        });
        let missing = (!known.missing.is_empty()).then(|| {
            let list: Vec<String> = known.missing.iter().map(|character| format!("\"{character}\"")).collect();
            format!("text in the SVG: no font has {}", list.join(", "))
        });
        replaced.chain(missing).chain(known.unreadable.iter().cloned()).collect()
    }

    fn select(&self, font: &usvg::Font, database: &mut Arc<Database>) -> Option<ID> {
        let fonts = self.fonts?;
        let italic = font.style() != FontStyle::Normal;
        let wanted = font.families().iter().find_map(|family| match family {
            FontFamily::Named(name) => Some(name.as_str()),
            _ => None,
        });
        let mut found = font.families().iter().find_map(|family| {
            let (family, style) = match family {
                FontFamily::Named(name) => find(fonts, name)?,
                FontFamily::SansSerif => (fonts.family(SANS_SERIF)?, Style::default()),
                FontFamily::Serif => (fonts.family(SERIF)?, Style::default()),
                FontFamily::Monospace => (fonts.family(MONOSPACE)?, Style::default()),
                FontFamily::Cursive => (fonts.family(CURSIVE)?, Style::default()),
                FontFamily::Fantasy => (fonts.family(FANTASY)?, Style::default()),
            };
            Some((family, style))
        });
        if found.is_none() {
            let nearest = wanted.map_or(SANS_SERIF, stand_in);
            found = fonts.family(nearest).or(fonts.families().first()).map(|family| (family, Style::default()));
        }
        let (family, style) = found?;
        if let Some(wanted) = wanted.filter(|wanted| find(fonts, wanted).is_none()) {
            self.known().replaced.insert(wanted.to_owned(), family.name.clone());
        }
        let face = family.nearest(style.weight.unwrap_or(font.weight()), style.italic || italic);
        self.load(face, database)
    }

    /// A face that has `character`, in the weight of the face that lacks it.
    fn fallback(&self, character: char, used: &[ID], database: &mut Arc<Database>) -> Option<ID> {
        let fonts = self.fonts?;
        let (weight, italic) = match used.first().and_then(|id| database.face(*id)) {
            Some(face) => (face.weight.0, face.style != usvg::fontdb::Style::Normal),
            None => (400, false),
        };
        let purposes = [fallback_purpose(character.script()), "Latn", "symbols", "emoji_mono"];
        let families = purposes.into_iter().flat_map(|purpose| fonts.fallback(purpose)).chain(fonts.own());
        let faces = families.map(|family| family.nearest(weight, italic));
        let found = faces.filter(|face| has(face, character)).find_map(|face| {
            let id = self.load(face, database)?;
            (!used.contains(&id)).then_some(id)
        });
        let mut known = self.known();
        if found.is_none()
            && !character.is_whitespace()
            && !character.is_control()
            && !known.missing.contains(&character)
        {
            known.missing.push(character);
        }
        found
    }

    fn load(&self, face: &Face, database: &mut Arc<Database>) -> Option<ID> {
        let mut known = self.known();
        if let Some((id, _)) = known.ids.get(face.path()) {
            return Some(*id);
        }
        let (blob, digest) = match face.blob().and_then(|blob| Ok((blob, face.digest()?))) {
            Ok(loaded) => loaded,
            Err(error) => {
                known.unreadable.push(format!("text in the SVG: {error}"));
                return None;
            }
        };
        let id = *Arc::make_mut(database).load_font_source(Source::Binary(Arc::new(blob))).first()?;
        known.ids.insert(face.path().to_owned(), (id, digest));
        Some(id)
    }

    /// A poisoned lock guards lists that are never left half changed.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the name of a face says beside its family.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Style {
    weight: Option<u16>,
    italic: bool,
}

/// The family called `name`, or the one whose face drawing programs call so: `RobotoSlab-Bold`.
fn find<'a>(fonts: &'a Fonts, name: &str) -> Option<(&'a Family, Style)> {
    let name = name.trim();
    let bare = |name: &str| name.replace([' ', '-'], "").to_lowercase();
    let with_color = |family: &&Family| family.category != "emoji" || family.name.ends_with("Noto Emoji");
    let by = |name: &str| fonts.families().iter().filter(with_color).find(|family| bare(&family.name) == bare(name));
    if let Some(family) = by(name) {
        return Some((family, Style::default()));
    }
    let (family, face) = name.rsplit_once(['-', ' '])?;
    let face = face.to_lowercase();
    let weights =
        [("black", 900), ("heavy", 900), ("extrabold", 800), ("semibold", 600), ("bold", 700), ("medium", 500)];
    let weight = weights.iter().find(|(word, _)| face.contains(word)).map(|(_, weight)| *weight);
    let italic = face.contains("italic") || face.contains("oblique");
    let known = weight.is_some() || italic || face == "regular";
    Some((by(family).filter(|_| known)?, Style { weight, italic }))
}

/// The family of ours that is nearest to a font that we do not have.
fn stand_in(name: &str) -> &'static str {
    let bare = name.replace([' ', '-'], "").to_lowercase();
    KINDS.iter().find(|(part, _)| bare.contains(part)).map_or(SANS_SERIF, |(_, family)| family)
}

fn has(face: &Face, character: char) -> bool {
    let font = face.bytes().ok().and_then(|bytes| skrifa::FontRef::new(bytes).ok());
    font.is_some_and(|font| font.charmap().map(character).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_font_that_we_lack_is_replaced_by_its_kind() {
        for (name, family) in [
            ("Arial", SANS_SERIF),
            ("Times New Roman", SERIF),
            ("Courier New", MONOSPACE),
            ("MS Sans Serif", SANS_SERIF),
            ("Comic Sans MS", CURSIVE),
            ("DejaVuSansMono-Bold", MONOSPACE),
        ] {
            assert_eq!(stand_in(name), family, "{name}");
        }
    }

    #[test]
    fn names_of_faces_lead_to_their_families() {
        let fonts = Fonts::open(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
        for (name, family, weight, italic) in [
            ("Anton", "Anton", None, false),
            (" roboto slab ", "Roboto Slab", None, false),
            ("RobotoSlab-Bold", "Roboto Slab", Some(700), false),
            ("Montserrat-BlackItalic", "Montserrat", Some(900), true),
            ("Poppins Regular", "Poppins", None, false),
        ] {
            let (found, style) = find(&fonts, name).unwrap();
            assert_eq!((found.name.as_str(), style), (family, Style { weight, italic }), "{name}");
        }
        for name in ["Roboto", "Anton-Sale", "Arial", ""] {
            assert!(find(&fonts, name).is_none(), "{name}");
        }
    }

    #[test]
    fn every_stand_in_is_in_the_library() {
        let fonts = Fonts::open(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
        for name in [SANS_SERIF, SERIF, MONOSPACE, CURSIVE, FANTASY] {
            assert!(fonts.family(name).is_some(), "{name}");
        }
    }
}
