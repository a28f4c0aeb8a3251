//! How large a print is and where it goes, as a printer measures it: in whole millimetres, from seams.

use kurbo::Rect;

use crate::artwork;
use crate::cancel::Cancel;
use crate::catalog::{Anchor, Garment};
use crate::proof::{Paper, Place, RowPlace};
use crate::scene::Scene;
use crate::shop::PlacedScene;
use crate::units::{Dpi, Length, MM_PER_INCH, PhysicalSize};

/// Pixels in a millimetre of the raster that is measured: edges are known to a quarter of a millimetre.
const PX_PER_MM: f64 = 4.0;
/// Ink whose middle is nearer to the centre line is centred, mm.
const CENTERED: f64 = 1.0;
/// Paler pixels are not seen: alpha of 255.
const VISIBLE_ALPHA: u8 = 16;

/// Bounds of what is really inked, mm in the print area; `Some(None)` if nothing is. It is measured on a raster, since
/// pictures may be transparent at their edges and what lies outside the area is cut off. `None` if the work was called
/// off.
#[must_use]
pub fn ink(scene: &Scene, cancel: &Cancel) -> Option<Option<Rect>> {
    let dpi = Dpi::from_px_per_mm(PX_PER_MM).unwrap_or(Dpi::PRINT);
    let artwork = artwork::rasterize_unless(scene, dpi, cancel)?;
    let width = artwork.pixels.width() as usize;
    let mut bounds: Option<Rect> = None;
    for (y, row) in artwork.pixels.data().chunks_exact((width * 4).max(1)).enumerate() {
        let visible = |pixel: &[u8]| pixel[3] >= VISIBLE_ALPHA;
        let first = row.chunks_exact(4).position(visible);
        let last = row.chunks_exact(4).rposition(visible);
        if let (Some(first), Some(last)) = (first, last) {
            let line = Rect::new(first as f64, y as f64, last as f64 + 1.0, y as f64 + 1.0);
            bounds = Some(bounds.map_or(line, |bounds| bounds.union(line)));
        }
    }
    Some(bounds.map(|bounds| bounds.scale_from_origin(1.0 / PX_PER_MM)))
}

/// Width and height.
pub(super) fn size(ink: Rect) -> PhysicalSize {
    PhysicalSize::from_mm(ink.width(), ink.height())
}

/// Where ink goes on a size of a garment: `ink` in mm of a print area that is so wide.
#[must_use]
pub fn place((garment, area, size): (&Garment, &str, &str), width: Length, ink: Rect) -> Option<Place> {
    let anchor = garment.area(area).ok()?.anchor;
    let area = garment.area_on(area, size).ok()?;
    let distance = match anchor {
        Anchor::Collar | Anchor::TopEdge => area.dy.mm() + ink.y0,
        Anchor::SleeveHem => -(area.dy.mm() + ink.y1),
    };
    // Artwork keeps its place under the area's top edge and about its centre line on every size.
    let across = area.dx.mm() + ink.center().x - width.mm() / 2.0;
    Some(Place { sizes: vec![size.to_owned()], anchor, distance, across })
}

impl Place {
    /// In words, in one line.
    #[must_use]
    pub fn words(&self, paper: Paper) -> String {
        format!("{}, {}", down(self, paper), across(self, paper))
    }
}

/// Where a print goes on each of `sizes`; sizes with the same place stand together.
pub(super) fn places(placed: &PlacedScene<'_>, ink: Rect, garment: &Garment, sizes: &[(String, u32)]) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    for (size, _) in sizes {
        let Some(place) = place((garment, &placed.area.id, size), placed.scene.size.width, ink) else { continue };
        let rounded = |place: &Place| (place.distance.round(), place.across.round());
        match places.iter_mut().find(|known| rounded(known) == rounded(&place)) {
            Some(known) => known.sizes.push(size.clone()),
            None => places.push(place),
        }
    }
    places
}

/// Places in words, a line each. What is the same on all sizes is said once.
pub(super) fn place_words(places: &[Place], paper: Paper) -> String {
    let Some(first) = places.first() else { return String::new() };
    let same = places.iter().all(|place| place.across.round() == first.across.round());
    let line = |place: &Place| {
        let across = if same { String::new() } else { format!(", {}", across(place, paper)) };
        let sizes = if places.len() > 1 { format!(" ({})", place.sizes.join(",\u{a0}")) } else { String::new() };
        format!("{}{across}{sizes}", down(place, paper))
    };
    let mut lines: Vec<String> = places.iter().map(line).collect();
    if same {
        lines.push(capitalized(&across(first, paper)));
    }
    lines.join("\n")
}

/// What the places of a column of rows are measured from.
pub(super) const fn from_where(anchor: Anchor) -> &'static str {
    match anchor {
        Anchor::Collar => "below collar",
        Anchor::SleeveHem => "above hem",
        Anchor::TopEdge => "below edge",
    }
}

/// A row's place and size, as short as a column wants it; numbers stay beside their units.
pub(super) fn row_words(row: &RowPlace, paper: Paper) -> String {
    let place = &row.place;
    let mut words =
        format!("{}, {}", length(place.distance, paper), size_words(row.artwork, paper)).replace(' ', "\u{a0}");
    words = words.replace(",\u{a0}", ", ");
    if place.across.abs() >= CENTERED {
        let side = if place.across > 0.0 { "right" } else { "left" };
        words += &format!(", {}", format!("{} {side}", length(place.across.abs(), paper)).replace(' ', "\u{a0}"));
    }
    words
}

fn down(place: &Place, paper: Paper) -> String {
    let distance = length(place.distance.abs(), paper);
    match (place.anchor, place.distance < 0.0) {
        (Anchor::Collar, false) => format!("Top edge {distance} below the collar"),
        (Anchor::Collar, true) => format!("Top edge {distance} above the collar"),
        (Anchor::SleeveHem, false) => format!("Bottom edge {distance} above the hem"),
        (Anchor::SleeveHem, true) => format!("Bottom edge {distance} below the hem"),
        (Anchor::TopEdge, false) => format!("Top edge {distance} below the upper edge"),
        (Anchor::TopEdge, true) => format!("Top edge {distance} above the upper edge"),
    }
}

fn across(place: &Place, paper: Paper) -> String {
    if place.across.abs() < CENTERED {
        return "centered".to_owned();
    }
    let side = if place.across > 0.0 { "right" } else { "left" };
    format!("middle {} {side} of center as seen", length(place.across.abs(), paper))
}

/// With its first letter in upper case.
pub(super) fn capitalized(words: &str) -> String {
    let mut letters = words.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().collect::<String>()).unwrap_or_default();
    first + letters.as_str()
}

/// A width and a height in words.
pub(super) fn size_words(size: PhysicalSize, paper: Paper) -> String {
    let (width, height) = (size.width.mm(), size.height.mm());
    let mm = format!("{width:.0} \u{d7} {height:.0} mm");
    match paper {
        Paper::A4 => mm,
        Paper::Letter => format!("{mm} ({:.1} \u{d7} {:.1} in)", width / MM_PER_INCH, height / MM_PER_INCH),
    }
}

/// A length in words. Shops that use Letter paper also read inches.
fn length(mm: f64, paper: Paper) -> String {
    match paper {
        Paper::A4 => format!("{mm:.0} mm"),
        Paper::Letter => format!("{mm:.0} mm ({:.1} in)", mm / MM_PER_INCH),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(anchor: Anchor, distance: f64, across: f64) -> Place {
        Place { sizes: vec!["L".to_owned()], anchor, distance, across }
    }

    #[test]
    fn a_place_reads_as_a_printer_measures_it() {
        let said = |places: &[Place]| place_words(places, Paper::A4);
        let collar = place(Anchor::Collar, 76.2, 0.2);
        assert_eq!(said(std::slice::from_ref(&collar)), "Top edge 76 mm below the collar\nCentered");
        let hem = place(Anchor::SleeveHem, 25.4, -3.0);
        assert_eq!(said(&[hem]), "Bottom edge 25 mm above the hem\nMiddle 3 mm left of center as seen");
        let rim = place(Anchor::TopEdge, 11.0, 64.4);
        assert_eq!(said(&[rim]), "Top edge 11 mm below the upper edge\nMiddle 64 mm right of center as seen");
        let larger =
            |across| Place { sizes: vec!["XL".into(), "2XL".into()], distance: 82.4, across, ..collar.clone() };
        assert_eq!(
            said(&[collar.clone(), larger(0.0)]),
            "Top edge 76 mm below the collar (L)\nTop edge 82 mm below the collar (XL,\u{a0}2XL)\nCentered"
        );
        assert_eq!(
            said(&[collar.clone(), larger(89.4)]),
            "Top edge 76 mm below the collar, centered (L)\n\
             Top edge 82 mm below the collar, middle 89 mm right of center as seen (XL,\u{a0}2XL)"
        );
        let inches = place_words(&[collar], Paper::Letter);
        assert_eq!(inches, "Top edge 76 mm (3.0 in) below the collar\nCentered");
    }
}
