//! Names and numbers of a team, which are equally high: what one of them has to shrink, all of them do.

use std::collections::BTreeMap;

use crate::design::{Content, Design, FieldValues, Fit, Layer, Text, blanks, fill};
use crate::scene::text::fitted_size;
use crate::shop::Shop;

/// What sizes are rounded down to, mm.
const STEP: f64 = 0.01;

/// How large a team's letters are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TeamSize {
    /// Their size, mm.
    pub size: f64,
    /// The same as a share of what the design says.
    pub share: f64,
    /// Which of the team has the least room.
    pub tightest: usize,
}

impl Shop {
    /// How large the letters of a design are, mm, for all of a team: the largest size that each name has room for, narrowed
    /// before it shrinks. By the ids of the layers whose size it changes, which are texts with fields and `"fit":
    /// "condense"`. What cannot be set is left as it is, and told where it is drawn.
    pub fn team_sizes<'a>(
        &self,
        design: &Design,
        team: impl IntoIterator<Item = &'a BTreeMap<String, String>>,
    ) -> BTreeMap<String, f64> {
        self.team_letters(design, team).into_iter().map(|(id, letters)| (id, letters.size)).collect()
    }

    /// As [`Self::team_sizes`], and why.
    pub fn team_letters<'a>(
        &self,
        design: &Design,
        team: impl IntoIterator<Item = &'a BTreeMap<String, String>>,
    ) -> BTreeMap<String, TeamSize> {
        let mut texts = Vec::new();
        design.placements.iter().for_each(|placement| condensed(&placement.layers, &mut texts));
        if texts.is_empty() {
            return BTreeMap::new();
        }
        let given = team.into_iter().enumerate();
        let given = given.filter_map(|(index, values)| Some((index, FieldValues::new(&design.fields, values).ok()?)));
        let given: Vec<(usize, FieldValues)> = given.collect();
        let letters = |(id, text): (&str, &Text)| {
            let mut words: BTreeMap<String, usize> = BTreeMap::new();
            for (index, values) in &given {
                words.entry(fill(&text.text, values)).or_insert(*index);
            }
            // One alone is as large as it has room for, wherever it is drawn.
            if words.len() < 2 {
                return None;
            }
            let fitted =
                words.iter().filter_map(|(words, index)| Some((fitted_size(text, words, &self.fonts).ok()?, *index)));
            let (least, tightest) = fitted.min_by(|a, b| a.0.total_cmp(&b.0)).filter(|(size, _)| *size < text.size)?;
            let size = (least / STEP).floor().max(1.0) * STEP;
            Some((id.to_owned(), TeamSize { size, share: size / text.size, tightest }))
        };
        texts.into_iter().filter_map(letters).collect()
    }
}

/// The texts that are narrowed and differ from name to name, with the ids of their layers.
fn condensed<'a>(layers: &'a [Layer], found: &mut Vec<(&'a str, &'a Text)>) {
    for layer in layers {
        match &layer.content {
            Content::Text(text) if text.fit == Fit::Condense && text.fit_width.is_some() => {
                found.extend(blanks(&text.text).next().map(|_| (layer.id.as_str(), text)));
            }
            Content::Group(group) => condensed(&group.layers, found),
            _ => {}
        }
    }
}
