//! Garment colours.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::read::file::ColorEntry;
use crate::catalog::read::report::Report;
use crate::catalog::{Fabric, GarmentColor, Part};
use crate::color::Color;

pub(super) fn colors(values: Vec<toml::Value>, parts: &[Part], report: &mut Report<'_>) -> Vec<GarmentColor> {
    if values.is_empty() {
        report.add("colors", "the garment has no color", "write at least one");
    }
    let mut seen = BTreeSet::new();
    let entries = report.entries::<ColorEntry>("colors", values);
    entries.into_iter().map(|(place, entry)| color(&place, entry, parts, &mut seen, report)).collect()
}

fn color(
    place: &str,
    entry: ColorEntry,
    parts: &[Part],
    seen: &mut BTreeSet<String>,
    report: &mut Report<'_>,
) -> GarmentColor {
    report.id(place, &entry.id, seen);
    report.name(&format!("{place}.name"), &entry.name);
    let base = hex(&format!("{place}.hex"), &entry.hex, report);
    let mut dyes = BTreeMap::new();
    for (part, dye) in entry.parts {
        let key = format!("{place}.parts.{part}");
        report.known(&key, "part", &part, parts.iter().map(|part| part.id.as_str()));
        dyes.insert(part, hex(&key, &dye, report));
    }
    let fabric = entry.heather.map_or(Fabric::Solid, |contrast| Fabric::Heather { contrast });
    if entry.heather.is_some_and(|contrast| !(contrast > 0.0 && contrast <= Fabric::MAX_CONTRAST)) {
        report.add(
            format!("{place}.heather"),
            format!("{} is no contrast of fibres", entry.heather.unwrap_or_default()),
            format!(
                "write a number above 0 to {}, usually 0.05 to 0.2, or leave it out for a solid color",
                Fabric::MAX_CONTRAST
            ),
        );
    }
    GarmentColor {
        id: entry.id,
        name: entry.name,
        base,
        parts: dyes,
        fabric,
        unmeasured: entry.unmeasured,
        dye_migration: entry.dye_migration,
        swatch: None,
    }
}

fn hex(place: &str, text: &str, report: &mut Report<'_>) -> Color {
    Color::from_hex(text).unwrap_or_else(|| {
        report.add(place, format!("\"{text}\" is not a color"), "write it as \"#rrggbb\"");
        Color::WHITE
    })
}
