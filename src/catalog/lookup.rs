//! Finding things by id, and the nearest ids to one that does not exist.

use std::fmt;

/// The most suggestions that an error gives.
const MAX_SUGGESTIONS: usize = 3;

/// Longer ids are no slip of the pen, and comparing them costs time: no suggestions.
const MAX_COMPARED_CHARS: usize = 64;

/// What an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A garment of the catalogue.
    Garment,
    /// A technique of the catalogue.
    Technique,
    /// An ink of the palette.
    Ink,
    /// A size of a garment.
    Size,
    /// A colour of a garment.
    Color,
    /// A print area of a garment.
    Area,
    /// A one-click placement of a garment.
    Placement,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Garment => "garment",
            Self::Technique => "technique",
            Self::Ink => "ink",
            Self::Size => "size",
            Self::Color => "garment color",
            Self::Area => "print area",
            Self::Placement => "placement",
        })
    }
}

/// An id that names nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {kind} \"{id}\"")]
pub struct UnknownId {
    /// What was looked for.
    pub kind: Kind,
    /// The id as given.
    pub id: String,
    /// The nearest ids that exist, best first; empty if none is near.
    pub suggestions: Vec<String>,
}

impl UnknownId {
    /// The list that has what there is, as `platen catalog` calls it.
    #[must_use]
    pub const fn list(&self) -> &'static str {
        match self.kind {
            Kind::Garment | Kind::Size | Kind::Area | Kind::Placement => "garments",
            Kind::Technique => "techniques",
            Kind::Ink => "inks",
            Kind::Color => "colors",
        }
    }

    /// What to try instead, as a sentence, if an id is near.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let quoted: Vec<String> = self.suggestions.iter().map(|id| format!("\"{id}\"")).collect();
        match quoted.as_slice() {
            [] => None,
            [first] => Some(format!("did you mean {first}?")),
            [first @ .., last] => Some(format!("did you mean {} or {last}?", first.join(", "))),
        }
    }
}

/// The entry with this id, or the nearest ids.
pub(super) fn find<'a, T>(
    kind: Kind,
    entries: &'a [T],
    id_of: impl Fn(&T) -> &String,
    id: &str,
) -> Result<&'a T, UnknownId> {
    entries.iter().find(|entry| id_of(entry) == id).ok_or_else(|| UnknownId {
        kind,
        id: id.to_owned(),
        suggestions: suggest(id, entries.iter().map(|entry| id_of(entry).as_str())),
    })
}

/// As [`find`], or the one entry whose id or name is `text` but for case, blanks and the spelling of grey.
pub(super) fn find_like<'a, T>(
    kind: Kind,
    entries: &'a [T],
    (id_of, name_of): (impl Fn(&T) -> &String, impl Fn(&T) -> &String),
    text: &str,
) -> Result<&'a T, UnknownId> {
    find(kind, entries, &id_of, text).or_else(|unknown| {
        let wanted = normalize(text);
        let mut alike =
            entries.iter().filter(|entry| normalize(id_of(entry)) == wanted || normalize(name_of(entry)) == wanted);
        match (alike.next(), alike.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(unknown),
        }
    })
}

/// The ids nearest to `wanted`: few slips away, with all its words, or all of whose words it has.
#[must_use]
pub fn suggest<'a>(wanted: &str, ids: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = normalize(wanted);
    let length = wanted.chars().count();
    if length == 0 || length > MAX_COMPARED_CHARS {
        return Vec::new();
    }
    let max_slips = (length / 4).clamp(1, 3);
    let mut near: Vec<(usize, &str)> = ids
        .filter_map(|id| {
            let plain = normalize(id);
            let slips = strsim::osa_distance(&wanted, &plain);
            let shares_words =
                length >= 3 && (has_words(id, &wanted) || (plain.len() >= 3 && has_words(&wanted, &plain)));
            if slips <= max_slips { Some((slips, id)) } else { shares_words.then_some((max_slips + slips, id)) }
        })
        .collect();
    near.sort_unstable();
    // Where only the case or a blank differs, nothing else can have been meant.
    let alike = near.iter().take_while(|(slips, _)| *slips == 0).count();
    if alike > 0 {
        near.truncate(alike);
    }
    near.into_iter().take(MAX_SUGGESTIONS).map(|(_, id)| id.to_owned()).collect()
}

/// Whether every word of `words` is one of `text`'s.
fn has_words(text: &str, words: &str) -> bool {
    words.split('-').all(|word| text.split('-').any(|part| part == word))
}

/// Case, blanks, underscores and the two spellings of grey are never the difference that matters.
fn normalize(id: &str) -> String {
    id.trim().to_lowercase().replace([' ', '_'], "-").replace("gray", "grey")
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLORS: [&str; 6] = ["black", "dark-heather", "heather-grey", "heather-royal", "navy", "royal"];

    #[test]
    fn swapped_neighbours_are_one_slip() {
        assert_eq!(suggest("nvay", COLORS.into_iter()), ["navy"]);
        assert!(suggest("nvya", COLORS.into_iter()).is_empty());
    }

    #[test]
    fn the_nearest_id_comes_first() {
        assert_eq!(suggest("royl", COLORS.into_iter()), ["royal"]);
        assert_eq!(suggest("Heather Grey", COLORS.into_iter()), ["heather-grey"]);
        assert_eq!(suggest("Royal", COLORS.into_iter()), ["royal"], "and not heather-royal as well");
    }

    #[test]
    fn a_word_finds_the_ids_that_contain_it() {
        assert_eq!(suggest("heather", COLORS.into_iter()), ["dark-heather", "heather-grey", "heather-royal"]);
    }

    #[test]
    fn words_too_many_find_the_ids_that_they_contain() {
        assert_eq!(suggest("Navy Blue", COLORS.into_iter()), ["navy"]);
        assert_eq!(suggest("heather royal blue", COLORS.into_iter()), ["heather-royal", "royal"]);
        assert!(suggest("size m", ["m", "l"].into_iter()).is_empty(), "a letter is no word");
    }

    #[test]
    fn nothing_is_suggested_for_what_is_far_or_hostile() {
        assert!(suggest("zebra-stripes", COLORS.into_iter()).is_empty());
        assert!(suggest("", COLORS.into_iter()).is_empty());
        assert!(suggest(&"x".repeat(100_000), COLORS.into_iter()).is_empty());
    }

    #[test]
    fn people_may_write_names_in_any_case_unless_two_are_alike() {
        let colors = [("heather-grey", "Heather Grey"), ("navy", "Navy"), ("sky", "Blue"), ("ocean", "blue")]
            .map(|(id, name)| (id.to_owned(), name.to_owned()));
        let like = |text: &str| find_like(Kind::Color, &colors, (|color| &color.0, |color| &color.1), text);
        for text in ["heather-grey", "Heather Grey", "HEATHER_GRAY", " heather grey "] {
            assert_eq!(like(text).unwrap().0, "heather-grey", "{text}");
        }
        assert!(like("blue").is_err(), "which of the two?");
        assert_eq!(like("nvay").unwrap_err().suggestions, ["navy"], "a slip is told, not guessed");
    }

    #[test]
    fn the_hint_reads_as_a_sentence() {
        let with = |suggestions: &[&str]| UnknownId {
            kind: Kind::Color,
            id: "blue".to_owned(),
            suggestions: suggestions.iter().map(|&id| id.to_owned()).collect(),
        };
        assert_eq!(with(&[]).hint(), None);
        assert_eq!(with(&["navy"]).hint().as_deref(), Some("did you mean \"navy\"?"));
        assert_eq!(with(&["a", "b", "c"]).hint().as_deref(), Some("did you mean \"a\", \"b\" or \"c\"?"));
        assert_eq!(with(&[]).to_string(), "there is no garment color \"blue\"");
    }
}
