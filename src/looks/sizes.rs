//! What words take, kept from one question to the next: to set them takes longer than all the rest of a look, and people ask
//! for looks of the same words again and again.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use crate::color::Color;
use crate::design::{Paint, Text};
use crate::looks::paints::paints_of_words;

/// When so many were kept since the last time, those that nobody asked for meanwhile go.
const GENERATION: usize = 8_192;

/// What words take.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    /// Width of the ink, mm.
    pub(super) width: f64,
    /// Height of the ink, mm.
    pub(super) height: f64,
    /// The middle of the ink, mm, from where the layer is placed; before it is turned or mirrored.
    pub(super) middle: (f64, f64),
    /// Em size after all fitting, mm.
    pub(super) em: f64,
    /// How far lines stand apart without their rings, mm: where they are nearest, from above to below; less than 0 where one
    /// runs into the other. Endless if there are no two, or they are bent.
    pub(super) lines_apart: f64,
    /// How far letters stand apart without their rings, mm: that of the middle pair. Only of words with rings.
    pub(super) gap: f64,
    /// Fonts that lend letters which the family lacks.
    pub(super) lent: Vec<[u8; 32]>,
}

/// What measures go by: all that a text says but for its colours. The words themselves are not kept.
pub(super) type Key = [u8; 32];

/// The key of a text whose fields are filled in.
pub(super) fn key_of(text: &Text, words: String) -> Key {
    let mut text = Text { text: words, ..text.clone() };
    paints_of_words(&mut text).into_iter().for_each(|paint| *paint = Paint::Rgb(Color::BLACK));
    let mut hasher = blake3::Hasher::new();
    // A hasher takes everything in, and a text has nothing that JSON lacks.
    let _ = serde_json::to_writer(&mut hasher, &text);
    hasher.finalize().into()
}

/// Measures of one shop's letters.
#[derive(Debug, Default)]
pub(super) struct Sizes {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    new: BTreeMap<Key, Measure>,
    old: BTreeMap<Key, Measure>,
}

impl Kept {
    fn put(&mut self, key: Key, measure: Measure) {
        if self.new.len() >= GENERATION {
            self.old = std::mem::take(&mut self.new);
        }
        self.new.insert(key, measure);
    }
}

impl Sizes {
    /// The measure, if it is known.
    pub(super) fn get(&self, key: &Key) -> Option<Measure> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(measure) = kept.new.get(key) {
            return Some(measure.clone());
        }
        let measure = kept.old.remove(key)?;
        kept.put(*key, measure.clone());
        Some(measure)
    }

    /// Keeps a measure.
    pub(super) fn put(&self, key: Key, measure: Measure) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).put(key, measure);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Font, Ring};

    fn measure(width: f64) -> Measure {
        Measure { width, height: 1.0, middle: (0.0, 0.0), em: 1.0, lines_apart: 1.0, gap: 0.0, lent: Vec::new() }
    }

    fn numbered(number: usize) -> Key {
        *blake3::hash(&number.to_le_bytes()).as_bytes()
    }

    #[test]
    fn two_generations_are_kept_and_what_is_asked_for_stays() {
        let sizes = Sizes::default();
        for number in 0..3 * GENERATION {
            sizes.put(numbered(number), measure(number as f64));
            assert_eq!(sizes.get(&numbered(0)), Some(measure(0.0)), "asked for all the time");
        }
        let kept = sizes.kept.lock().unwrap();
        assert!(kept.new.len() <= GENERATION && kept.old.len() <= GENERATION);
        drop(kept);
        assert_eq!(sizes.get(&numbered(1)), None, "nobody asked for it");
        let last = 3 * GENERATION - 1;
        assert_eq!(sizes.get(&numbered(last)), Some(measure(last as f64)));
    }

    #[test]
    fn colors_have_no_part_in_a_key_and_everything_else_has() {
        let font = |family: &str| Font { family: family.to_owned(), weight: 400, italic: false };
        let text = Text::plain(font("Anton"), 20.0);
        let own = key_of(&text, "HARBOUR".to_owned());
        let red = Text { fill: Paint::Rgb(Color::new(200, 0, 0)), ..text.clone() };
        assert_eq!(key_of(&red, "HARBOUR".to_owned()), own);
        let ring = |color| Ring { width: 1.0, color: Paint::Rgb(color) };
        let ringed = Text { outline: vec![ring(Color::WHITE)], ..text.clone() };
        let other = Text { outline: vec![ring(Color::BLACK)], ..text.clone() };
        assert_eq!(key_of(&ringed, "HARBOUR".to_owned()), key_of(&other, "HARBOUR".to_owned()));
        for text in [
            ringed,
            Text { size: 20.01, ..text.clone() },
            Text { tracking: 1.0, ..text.clone() },
            Text { fit_width: Some(90.0), ..text.clone() },
            Text { font: font("Rye"), ..text.clone() },
        ] {
            assert_ne!(key_of(&text, "HARBOUR".to_owned()), own, "{text:?}");
        }
        assert_ne!(key_of(&text, "HARBOR".to_owned()), own);
    }
}
