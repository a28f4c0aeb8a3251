//! Garments with their parts, sizes and placements.

use std::collections::BTreeSet;

use crate::catalog::read::file::{GarmentFile, PartEntry, PlacementEntry, SizeEntry};
use crate::catalog::read::report::Report;
use crate::catalog::read::{area, color};
use crate::catalog::{Garment, Part, PrintArea, QuickPlacement, Size, Technique};
use crate::units::{Length, PhysicalSize};

/// The highest surcharge that is not a slip of the pen.
const MAX_SURCHARGE: f64 = 10_000.0;

/// Rounding that is no fault of the file, mm.
const SLACK_MM: f64 = 1e-6;

/// The garment of one `garment.toml`, or nothing if the file could not be read at all. With problems reported, what
/// comes back is not fit for use.
pub(super) fn garment(folder: &str, text: &str, techniques: &[Technique], report: &mut Report<'_>) -> Option<Garment> {
    let mut seen = BTreeSet::new();
    report.id("the folder", folder, &mut seen);
    let file = report.parse::<GarmentFile>(text)?;
    report.name("name", &file.name);
    let mut seen = BTreeSet::new();
    for (index, view) in file.views.iter().enumerate() {
        report.id(&format!("views[{index}]"), view, &mut seen);
    }
    let mut garment = Garment {
        id: folder.to_owned(),
        name: file.name,
        views: file.views,
        parts: parts(file.parts, report),
        sizes: sizes(file.sizes, report),
        mockup_size: file.mockup_size,
        colors: Vec::new(),
        areas: Vec::new(),
        placements: Vec::new(),
    };
    let size_ids = garment.sizes.iter().map(|size| size.id.as_str());
    report.known("mockup_size", "size", &garment.mockup_size, size_ids);
    garment.colors = color::colors(file.colors, &garment.parts, report);
    garment.areas = area::areas(file.areas, &garment, techniques, report);
    garment.placements = placements(file.placements, &garment, report);
    Some(garment)
}

fn parts(values: Vec<toml::Value>, report: &mut Report<'_>) -> Vec<Part> {
    if values.is_empty() {
        report.add("parts", "the garment has no part", "write at least parts = [{ id = \"body\", name = \"Body\" }]");
    }
    let mut seen = BTreeSet::new();
    let entries = report.entries::<PartEntry>("parts", values);
    let mut part = |(place, entry): (String, PartEntry)| {
        report.id(&place, &entry.id, &mut seen);
        report.name(&format!("{place}.name"), &entry.name);
        Part { id: entry.id, name: entry.name }
    };
    entries.into_iter().map(&mut part).collect()
}

fn sizes(values: Vec<toml::Value>, report: &mut Report<'_>) -> Vec<Size> {
    if values.is_empty() {
        report.add("sizes", "the garment has no size", "write at least one");
    }
    let mut seen = BTreeSet::new();
    let mut sizes: Vec<Size> = Vec::new();
    for (place, entry) in report.entries::<SizeEntry>("sizes", values) {
        report.id(&place, &entry.id, &mut seen);
        let chest = report.positive(format!("{place}.chest"), entry.chest);
        let length = report.positive(format!("{place}.length"), entry.length);
        if sizes.last().is_some_and(|smaller| smaller.chest >= chest) {
            report.add(
                format!("{place}.chest"),
                format!("size \"{}\" is not wider than the one before it", entry.id),
                "list sizes from the smallest to the largest",
            );
        }
        let surcharge_cents = cents(&place, entry.surcharge, report);
        sizes.push(Size { id: entry.id, chest, length, surcharge_cents });
    }
    sizes
}

/// An amount in whole hundredths of the shop's currency.
fn cents(place: &str, amount: f64, report: &mut Report<'_>) -> u32 {
    let cents = (amount * 100.0).round();
    if !(0.0..=MAX_SURCHARGE).contains(&amount) || (amount * 100.0 - cents).abs() > 1e-6 {
        report.add(
            format!("{place}.surcharge"),
            format!("{amount} is no surcharge"),
            "write an amount from 0 to 10000 with at most two decimals, such as 2.50",
        );
        return 0;
    }
    cents as u32
}

fn placements(values: Vec<toml::Value>, garment: &Garment, report: &mut Report<'_>) -> Vec<QuickPlacement> {
    let mut seen = BTreeSet::new();
    let mut placements = Vec::new();
    for (place, entry) in report.entries::<PlacementEntry>("placements", values) {
        report.id(&place, &entry.id, &mut seen);
        report.name(&format!("{place}.name"), &entry.name);
        let placement = QuickPlacement {
            id: entry.id,
            name: entry.name,
            area: entry.area,
            x: report.signed(format!("{place}.x"), entry.x),
            y: report.signed(format!("{place}.y"), entry.y),
            size: PhysicalSize {
                width: report.positive(format!("{place}.width"), entry.width),
                height: report.positive(format!("{place}.height"), entry.height),
            },
        };
        let area_ids = garment.areas.iter().map(|area| area.id.as_str());
        if report.known(format!("{place}.area"), "print area", &placement.area, area_ids) {
            garment.areas.iter().filter(|area| area.id == placement.area).take(1).for_each(|area| {
                check_inside(&place, &placement, area, &garment.mockup_size, report);
            });
        }
        placements.push(placement);
    }
    placements
}

/// The usual artwork must fit between the safe margins on the mockup's size, or one click would raise a warning.
fn check_inside(place: &str, placement: &QuickPlacement, area: &PrintArea, mockup_size: &str, report: &mut Report<'_>) {
    let Some(on_size) = area.sizes.get(mockup_size) else { return };
    let margin = area.safe_margin.mm() - SLACK_MM;
    let (x, y) = (placement.x.mm(), placement.y.mm());
    let half = placement.size.width.mm() / 2.0;
    let (right, bottom) = (on_size.size.width.mm() - margin, on_size.size.height.mm() - margin);
    if x - half < margin || x + half > right || y < margin || y + placement.size.height.mm() > bottom {
        report.add(
            place,
            format!("\"{}\" reaches out of the safe part of area \"{}\"", placement.id, area.id),
            format!(
                "keep {} mm clear of the edges of its {} x {} mm on size {mockup_size}",
                Length::mm(area.safe_margin),
                on_size.size.width.mm(),
                on_size.size.height.mm()
            ),
        );
    }
}
