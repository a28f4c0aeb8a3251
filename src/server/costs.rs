//! What calls cost: points of the caller's bucket, and places in the queue.

use serde::Serialize;
use utoipa::ToSchema;

use crate::shop::{Fitting, default_view};
use crate::units::{Dpi, PhysicalSize};

/// Points that calls cost. Reading costs nothing, and one call never more than a whole bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Costs {
    /// A call that saves or draws, and the least that one costs; a preview that is kept costs no more.
    #[schema(example = 1)]
    pub call: u32,
    /// An upload.
    #[schema(example = 20)]
    pub upload: u32,
    /// Each design in a proof.
    #[schema(example = 20)]
    pub proof_design: u32,
    /// Each megapixel, begun ones included, of a print file: the print area at the file's resolution, also for an SVG.
    #[schema(example = 2)]
    pub print_megapixel: u32,
    /// Each megapixel, begun ones included, of a preview that is drawn anew: its width times its width.
    #[schema(example = 1)]
    pub preview_megapixel: u32,
    /// An `exact` preview that is drawn anew costs one more for so many megapixels, begun ones included, of the print
    /// areas that it shows at 300 dpi.
    #[schema(example = 10)]
    pub exact_megapixels: u32,
}

impl Default for Costs {
    fn default() -> Self {
        Self { call: 1, upload: 20, proof_design: 20, print_megapixel: 2, preview_megapixel: 1, exact_megapixels: 10 }
    }
}

impl Costs {
    /// Points of a print file of so many pixels.
    pub(super) fn print(&self, pixels: u64) -> u32 {
        self.print_megapixel.saturating_mul(begun(pixels, 1)).max(self.call)
    }

    /// Points of a preview that is drawn anew. `exact` is what [`shown_pixels`] counts, none for a live one.
    pub(super) fn preview(&self, width_px: u32, exact: Option<u64>) -> u32 {
        let picture = self.preview_megapixel.saturating_mul(begun(u64::from(width_px) * u64::from(width_px), 1));
        let exact = exact.map_or(0, |pixels| begun(pixels, self.exact_megapixels.max(1)));
        picture.saturating_add(exact).max(self.call)
    }
}

/// How many times `megapixels` have begun in so many pixels.
fn begun(pixels: u64, megapixels: u32) -> u32 {
    u32::try_from(pixels.div_ceil(u64::from(megapixels) * 1_000_000)).unwrap_or(u32::MAX)
}

/// Pixels of a print area's raster.
pub(super) fn pixels(size: PhysicalSize, dpi: Dpi) -> u64 {
    let (width, height) = size.to_px(dpi);
    u64::from(width) * u64::from(height)
}

/// Pixels of a print area's raster on the chosen size; none if the garment has no such area.
pub(super) fn area_pixels(fitting: &Fitting<'_>, area: &str, dpi: Dpi) -> u64 {
    fitting.garment.area_on(area, &fitting.size.id).map_or(0, |area| pixels(area.size, dpi))
}

/// Pixels of the prints on a view, at the resolution of print; the view that a preview shows if none is asked for.
pub(super) fn shown_pixels(fitting: &Fitting<'_>, view: Option<&str>) -> u64 {
    let view = view.map_or_else(|| default_view(fitting), str::to_owned);
    let placements = fitting.design.placements.iter().filter(|placement| !placement.layers.is_empty());
    let areas = placements.filter_map(|placement| fitting.garment.area(&placement.area).ok());
    areas.filter(|area| area.view == view).map(|area| area_pixels(fitting, &area.id, Dpi::PRINT)).sum()
}

/// Megapixels of a print for which it takes one more place among those that wait: drawing them takes about as long as a
/// live preview.
pub(super) const MEGAPIXELS_A_PLACE: u32 = 3;
/// Places that each design of a proof takes: all its views, exact.
pub(super) const PROOF_DESIGN_PLACES: u32 = 8;
/// Places that each design of an order takes: it is checked and priced.
pub(super) const ORDER_DESIGN_PLACES: u32 = 2;

/// Places that a print of so many pixels takes.
pub(super) fn places(pixels: u64) -> u32 {
    u32::try_from(pixels / (u64::from(MEGAPIXELS_A_PLACE) * 1_000_000)).unwrap_or(u32::MAX).saturating_add(1)
}

/// Places that a preview takes: an exact one draws the print, which `exact` counts as [`shown_pixels`] does, but writes
/// no print file, which is half of the work.
pub(super) fn preview_places(exact: Option<u64>) -> u32 {
    exact.map_or(1, |pixels| places(pixels / 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_and_previews_cost_by_their_megapixels() {
        let costs = Costs::default();
        assert_eq!(
            [0, 1_000_000, 1_000_001, 22_680_000, 90_720_000].map(|pixels| costs.print(pixels)),
            [1, 2, 4, 46, 182]
        );
        assert_eq!([64, 1000, 1001, 2000].map(|width| costs.preview(width, None)), [1, 1, 2, 4]);
        assert_eq!(costs.preview(600, Some(22_680_000)), 4);
        assert_eq!(costs.preview(2000, Some(0)), 4);
        assert_eq!((costs.print(u64::MAX), places(u64::MAX)), (u32::MAX, u32::MAX));
    }

    #[test]
    fn large_prints_take_more_places() {
        assert_eq!([0, 2_999_999, 22_680_000, 90_720_000].map(places), [1, 1, 8, 31]);
        assert_eq!([None, Some(0), Some(22_680_000)].map(preview_places), [1, 1, 4]);
    }
}
