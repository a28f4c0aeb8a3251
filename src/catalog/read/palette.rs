//! Inks and techniques.

use std::collections::BTreeSet;

use crate::catalog::read::file::{InkEntry, InksFile, TechniqueEntry, TechniquesFile};
use crate::catalog::read::report::Report;
use crate::catalog::{Ink, Technique};
use crate::color::lab::Lab;

/// The highest resolution that a technique may ask for, dots per inch.
const MAX_DPI: f64 = 5000.0;

/// The inks of `inks.toml`.
pub(super) fn inks(text: &str, report: &mut Report<'_>) -> Vec<Ink> {
    let Some(file) = report.parse::<InksFile>(text) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let entries = report.entries::<InkEntry>("inks", file.inks);
    entries.into_iter().map(|(place, entry)| ink(&place, entry, &mut seen, report)).collect()
}

fn ink(place: &str, entry: InkEntry, seen: &mut BTreeSet<String>, report: &mut Report<'_>) -> Ink {
    report.id(place, &entry.id, seen);
    report.name(&format!("{place}.name"), &entry.name);
    if entry.id.bytes().any(|byte| byte.is_ascii_uppercase()) {
        // Documents write inks as `ink:<id>` and know small letters only.
        report.add(
            format!("{place}.id"),
            format!("\"{}\" has capital letters", entry.id),
            "write ids of inks in small letters",
        );
    }
    let [l, a, b] = entry.lab;
    if !((0.0..=100.0).contains(&l) && a.abs() <= 160.0 && b.abs() <= 160.0) {
        report.add(
            format!("{place}.lab"),
            format!("[{l}, {a}, {b}] is no color"),
            "write CIE Lab under D50: L from 0 to 100, a and b from -160 to 160",
        );
    }
    let lab = Lab::new(l, a, b);
    Ink { id: entry.id, name: entry.name, lab, color: lab.to_color(), reference: entry.reference, swatch: None }
}

/// The techniques of `techniques.toml`.
pub(super) fn techniques(text: &str, report: &mut Report<'_>) -> Vec<Technique> {
    let Some(file) = report.parse::<TechniquesFile>(text) else { return Vec::new() };
    let mut seen = BTreeSet::new();
    let entries = report.entries::<TechniqueEntry>("techniques", file.techniques);
    entries.into_iter().map(|(place, entry)| technique(&place, entry, &mut seen, report)).collect()
}

fn technique(place: &str, entry: TechniqueEntry, seen: &mut BTreeSet<String>, report: &mut Report<'_>) -> Technique {
    report.id(place, &entry.id, seen);
    report.name(&format!("{place}.name"), &entry.name);
    if !(entry.min_dpi > 0.0 && entry.min_dpi <= entry.warn_dpi && entry.warn_dpi <= MAX_DPI) {
        report.add(
            format!("{place}.min_dpi"),
            format!("min_dpi {} and warn_dpi {} do not go together", entry.min_dpi, entry.warn_dpi),
            "write 0 < min_dpi <= warn_dpi <= 5000",
        );
    }
    if entry.max_inks == Some(0) {
        report.add(
            format!("{place}.max_inks"),
            "0 inks print nothing",
            "leave max_inks out where inks are not counted",
        );
    }
    Technique {
        min_line: report.positive(format!("{place}.min_line"), entry.min_line),
        min_gap: report.positive(format!("{place}.min_gap"), entry.min_gap),
        min_text: report.positive(format!("{place}.min_text"), entry.min_text),
        id: entry.id,
        name: entry.name,
        about: entry.about,
        warn_dpi: entry.warn_dpi,
        min_dpi: entry.min_dpi,
        max_inks: entry.max_inks,
        soft_edges: entry.soft_edges,
        underbase: entry.underbase,
    }
}
