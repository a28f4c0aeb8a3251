//! Holds a template against the list and the design that it is used with.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::campaign::issue::{Issue, Place};
use crate::campaign::recipient::COLUMNS;
use crate::campaign::template::{COMPUTED, Edition, Template};
use crate::design::nearest::nearest;
use crate::design::{Design, FieldValues};
use crate::shop::Shop;

impl Template {
    /// What in it names something that is not there: columns of the list and fields of the design. `text` is what it
    /// was read from.
    #[must_use]
    pub fn check(&self, text: &str, columns: &[String], design: &Design) -> Vec<Issue> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut issues = Vec::new();
        let mut report = |range: Range<usize>, message: String, hint: String| {
            issues.push(Issue { place: Place::in_text(text, range), message, hint: Some(hint) });
        };
        let known = || columns.iter().map(String::as_str).chain(COLUMNS);
        let unknown = |name: &str, more: &[&'static str]| {
            let is_known = known().chain(more.iter().copied()).any(|column| column == name);
            (!is_known).then(|| {
                nearest(name, known().chain(more.iter().copied())).map_or_else(
                    || format!("the list has: {}", columns.join(", ")),
                    |column| format!("did you mean `{column}`?"),
                )
            })
        };
        let alt = std::iter::once(&self.picture.alt);
        for words in self.editions().flat_map(Edition::words).chain(alt) {
            for (name, at) in words.blanks() {
                if let Some(hint) = unknown(name, &COMPUTED) {
                    report(at, format!("the list has no column `{name}`"), hint);
                }
            }
        }
        for test in self.rules.iter().filter_map(|rule| rule.when.as_ref()).flat_map(|when| when.tests()) {
            if let Some(hint) = unknown(&test.column, &[]) {
                report(test.at.clone(), format!("the list has no column `{}`", test.column), hint);
            }
        }
        for (name, at) in self.editions().flat_map(|edition| edition.subject.blanks()) {
            if design.fields.iter().any(|field| field.id == name) {
                let hint = "subjects are seen on locked screens; write it in the heading or the text";
                report(at, format!("the subject would tell what is printed in the field `{name}`"), hint.to_owned());
            }
        }
        self.check_fallback(design, &mut report);
        issues.sort_by_key(|issue| if let Place::Text { range, .. } = &issue.place { range.start } else { 0 });
        issues.dedup();
        issues
    }

    /// What it asks of the design's garment that the shop does not have: a view, a color.
    #[must_use]
    pub fn check_garment(&self, text: &str, design: &Design, shop: &Shop) -> Vec<Issue> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let Ok(garment) = shop.catalog.garment(&design.garment) else { return Vec::new() };
        let mut issues = Vec::new();
        let mut report = |range: Range<usize>, message: String, list: Vec<&str>| {
            let place = Place::in_text(text, range);
            issues.push(Issue { place, message, hint: Some(format!("{} has: {}", garment.name, list.join(", "))) });
        };
        if let Some(view) = self.picture.view.as_ref().filter(|view| !garment.views.contains(view)) {
            let views = garment.views.iter().map(String::as_str).collect();
            report(self.picture.written(), format!("there is no view \"{view}\""), views);
        }
        for (color, range) in self.garment_colors().filter(|(color, _)| garment.color(color).is_err()) {
            let colors = garment.colors.iter().map(|color| color.id.as_str()).collect();
            report(range, format!("there is no garment color \"{color}\""), colors);
        }
        issues.dedup();
        issues
    }

    fn check_fallback(&self, design: &Design, report: &mut dyn FnMut(Range<usize>, String, String)) {
        let at = &self.picture.fallback_at;
        for field in &design.fields {
            if !self.picture.fallback.contains_key(&field.id) {
                let message = format!("the design's field `{}` has no fallback", field.id);
                let hint = format!(
                    "say under [picture.fallback] what is shown where the list has nothing, such as {} = \"{}\"",
                    field.id, field.sample
                );
                report(at.clone(), message, hint);
            }
        }
        for name in self.picture.fallback.keys().filter(|name| !design.fields.iter().any(|field| field.id == **name)) {
            let ids = || design.fields.iter().map(|field| field.id.as_str());
            let hint = nearest(name, ids()).map_or_else(
                || format!("its fields are: {}", ids().collect::<Vec<_>>().join(", ")),
                |field| format!("did you mean `{field}`?"),
            );
            report(at.clone(), format!("the design has no field `{name}`"), hint);
        }
        let values: BTreeMap<String, String> = self.picture.fallback.clone();
        for problem in FieldValues::new(&design.fields, &values).err().into_iter().flatten() {
            let message = format!("the fallback of {}: {}", problem.pointer.trim_start_matches('/'), problem.message);
            report(at.clone(), message, problem.hint.unwrap_or_default());
        }
    }
}
