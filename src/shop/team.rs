//! Names and numbers of a team, which are equally high: what one of them has to shrink, all of them do.

use std::collections::{BTreeMap, BTreeSet};

use crate::design::{Content, Design, FieldValues, Fit, Layer, Text, blanks, fill};
use crate::scene::text::fitted_size;
use crate::shop::Shop;

/// What sizes are rounded down to, mm.
const STEP: f64 = 0.01;

impl Shop {
    /// How large the letters of a design are, mm, for all of a team: the largest size that each name has room for, narrowed
    /// before it shrinks. By the ids of the layers whose size it changes, which are texts with fields and `"fit":
    /// "condense"`. What cannot be set is left as it is, and told where it is drawn.
    pub fn team_sizes<'a>(
        &self,
        design: &Design,
        team: impl IntoIterator<Item = &'a BTreeMap<String, String>>,
    ) -> BTreeMap<String, f64> {
        let mut texts = Vec::new();
        design.placements.iter().for_each(|placement| condensed(&placement.layers, &mut texts));
        if texts.is_empty() {
            return BTreeMap::new();
        }
        let given = team.into_iter().filter_map(|values| FieldValues::new(&design.fields, values).ok());
        let given: Vec<FieldValues> = given.collect();
        let size = |(id, text): (&str, &Text)| {
            let words: BTreeSet<String> = given.iter().map(|values| fill(&text.text, values)).collect();
            // One alone is as large as it has room for, wherever it is drawn.
            if words.len() < 2 {
                return None;
            }
            let fitted = words.iter().filter_map(|words| fitted_size(text, words, &self.fonts).ok());
            let least = fitted.fold(text.size, f64::min);
            (least < text.size).then(|| (id.to_owned(), (least / STEP).floor().max(1.0) * STEP))
        };
        texts.into_iter().filter_map(size).collect()
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
