//! Print areas.

use std::collections::{BTreeMap, BTreeSet};

use crate::catalog::read::file::{AnchorEntry, AreaEntry, RectangleEntry};
use crate::catalog::read::report::Report;
use crate::catalog::{Anchor, AreaSize, Garment, PrintArea, Size, Technique};
use crate::units::PhysicalSize;

/// In an area's `sizes`: stands for every size that the area does not name.
const EVERY_OTHER_SIZE: &str = "all";

pub(super) fn areas(
    values: Vec<toml::Value>,
    garment: &Garment,
    techniques: &[Technique],
    report: &mut Report<'_>,
) -> Vec<PrintArea> {
    let mut seen = BTreeSet::new();
    let mut areas = Vec::new();
    for (place, entry) in report.entries::<AreaEntry>("areas", values) {
        report.id(&place, &entry.id, &mut seen);
        areas.push(area(&place, entry, garment, techniques, report));
    }
    areas
}

fn area(
    place: &str,
    entry: AreaEntry,
    garment: &Garment,
    techniques: &[Technique],
    report: &mut Report<'_>,
) -> PrintArea {
    report.name(&format!("{place}.name"), &entry.name);
    if !garment.views.is_empty() {
        report.known(format!("{place}.view"), "view", &entry.view, garment.views.iter().map(String::as_str));
    }
    report.known(format!("{place}.part"), "part", &entry.part, garment.parts.iter().map(|part| part.id.as_str()));
    if entry.techniques.is_empty() {
        report.add(format!("{place}.techniques"), "nothing can print here", "name at least one technique");
    }
    for (index, technique) in entry.techniques.iter().enumerate() {
        let known = techniques.iter().map(|technique| technique.id.as_str());
        report.known(format!("{place}.techniques[{index}]"), "technique", technique, known);
    }
    let sizes = rectangles(place, &entry.sizes, garment, report);
    check_margin(place, entry.safe_margin, &sizes, report);
    PrintArea {
        safe_margin: report.signed(format!("{place}.safe_margin"), entry.safe_margin),
        id: entry.id,
        name: entry.name,
        view: entry.view,
        part: entry.part,
        anchor: match entry.anchor {
            AnchorEntry::Collar => Anchor::Collar,
            AnchorEntry::SleeveHem => Anchor::SleeveHem,
            AnchorEntry::TopEdge => Anchor::TopEdge,
        },
        sizes,
        techniques: entry.techniques,
    }
}

/// One rectangle for every size of the garment.
fn rectangles(
    place: &str,
    written: &BTreeMap<String, RectangleEntry>,
    garment: &Garment,
    report: &mut Report<'_>,
) -> BTreeMap<String, AreaSize> {
    let size_ids = garment.sizes.iter().map(|size| size.id.as_str());
    for id in written.keys().filter(|id| *id != EVERY_OTHER_SIZE) {
        report.known(format!("{place}.sizes.{id}"), "size", id, size_ids.clone());
    }
    let mut rectangles = BTreeMap::new();
    let mut missing = Vec::new();
    for size in &garment.sizes {
        let named = written.get_key_value(&size.id).or_else(|| written.get_key_value(EVERY_OTHER_SIZE));
        match named {
            Some((key, rectangle)) => {
                let key = format!("{place}.sizes.{key}");
                rectangles.insert(size.id.clone(), on_size(&key, *rectangle, size, report));
            }
            None => missing.push(size.id.as_str()),
        }
    }
    if !missing.is_empty() {
        report.add(
            format!("{place}.sizes"),
            format!("there is no rectangle for {}", missing.join(", ")),
            "add one for each, or `all` for every size that is not named",
        );
    }
    rectangles
}

fn on_size(key: &str, rectangle: RectangleEntry, size: &Size, report: &mut Report<'_>) -> AreaSize {
    let width = report.positive(format!("{key}.width"), rectangle.width);
    let height = report.positive(format!("{key}.height"), rectangle.height);
    let dx = report.signed(format!("{key}.dx"), rectangle.dx);
    let dy = report.signed(format!("{key}.dy"), rectangle.dy);
    let reach = width.mm() + 2.0 * dx.mm().abs();
    if reach > size.chest.mm() {
        report.add(
            format!("{key}.width"),
            format!("the area reaches {reach} mm across, but size {} measures {} mm", size.id, size.chest.mm()),
            "make it narrower or move it towards the middle",
        );
    }
    let depth = dy.mm() + height.mm();
    if depth > size.length.mm() {
        report.add(
            format!("{key}.height"),
            format!("the area ends {depth} mm down, but size {} is {} mm long", size.id, size.length.mm()),
            "make it shorter or move it up",
        );
    }
    AreaSize { size: PhysicalSize { width, height }, dx, dy }
}

/// Between the safe margins there must be room to print, on every size.
fn check_margin(place: &str, margin: f64, sizes: &BTreeMap<String, AreaSize>, report: &mut Report<'_>) {
    let shortest =
        sizes.values().map(|area| area.size.width.mm().min(area.size.height.mm())).fold(f64::INFINITY, f64::min);
    if !(margin >= 0.0 && margin * 2.0 < shortest) {
        report.add(
            format!("{place}.safe_margin"),
            format!("a margin of {margin} mm leaves no room"),
            format!("write 0 or more, below half of the shortest side, {shortest} mm"),
        );
    }
}
