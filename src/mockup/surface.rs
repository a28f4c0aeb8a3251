//! Where print areas lie: on the pattern, and in the picture.

use crate::catalog::AreaSize;
use crate::mockup::Mockup;
use crate::mockup::manifest::Grid;
use crate::units::Length;

/// A rectangle's place on the flat pattern: what turns its millimetres into pattern centimetres.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Surface {
    /// Index of the panel in the mockup's UV layer.
    pub panel: u8,
    /// The rectangle's top left corner in pattern centimetres, y up.
    pub origin_cm: [f64; 2],
    /// Pattern centimetres for one millimetre: 0.1 for the mockup's own size, less for larger garments, whose prints
    /// look smaller on them.
    pub cm_per_mm: f64,
}

impl Surface {
    /// The pattern point under a point of the rectangle, given in mm from its top left corner, y down.
    #[must_use]
    pub fn pattern_cm(&self, x_mm: f64, y_mm: f64) -> [f64; 2] {
        [self.origin_cm[0] + x_mm * self.cm_per_mm, self.origin_cm[1] - y_mm * self.cm_per_mm]
    }
}

impl Mockup {
    /// How much smaller prints look on a garment of this chest width: mockup over garment, 1 for the mockup's own size.
    #[must_use]
    pub fn scale_for(&self, chest: Length) -> f64 {
        self.manifest.pattern.chest_mm / chest.mm().max(1.0)
    }

    /// Puts a print area's rectangle on the pattern, or gives `None` if this view does not show the area.
    ///
    /// `scale` comes from [`Mockup::scale_for`]: the whole rectangle with its offset from the anchor shrinks by it.
    #[must_use]
    pub fn place(&self, area_id: &str, area: &AreaSize, scale: f64) -> Option<Surface> {
        let anchor = self.manifest.print_areas.iter().find(|anchor| anchor.id == area_id)?;
        let panel = self.manifest.panel(&anchor.panel)?;
        let cm_per_mm = scale / 10.0;
        let left_mm = area.dx.mm() - area.size.width.mm() / 2.0;
        let origin_cm = [anchor.anchor_cm[0] + left_mm * cm_per_mm, anchor.anchor_cm[1] - area.dy.mm() * cm_per_mm];
        Some(Surface { panel, origin_cm, cm_per_mm })
    }

    /// Where a point of a rectangle lies in the picture, in pixels of the manifest's width (pixel centres lie at
    /// halves), or `None` where the view does not show it. Multiply by `plate width / manifest width` for a plate.
    #[must_use]
    pub fn mm_to_px(&self, surface: &Surface, x_mm: f64, y_mm: f64) -> Option<(f64, f64)> {
        let name = self.manifest.uv.panels.get(usize::from(surface.panel))?;
        self.manifest.grids.get(name)?.position(surface.pattern_cm(x_mm, y_mm))
    }
}

impl Grid {
    /// Picture position of a pattern point: cubic between the grid's points where all sixteen around it are seen,
    /// bilinear where only the four are.
    #[must_use]
    pub fn position(&self, cm: [f64; 2]) -> Option<(f64, f64)> {
        let across = (cm[0] - self.left_cm) / self.step_cm;
        let down = (self.top_cm - cm[1]) / self.step_cm;
        if !(across.is_finite() && down.is_finite()) {
            return None;
        }
        // a point on the last line belongs to the cell before it
        let n_columns = self.points.first().map_or(0, Vec::len) as f64;
        let column = across.floor().min(n_columns - 2.0).max(0.0);
        let row = down.floor().min(self.points.len() as f64 - 2.0).max(0.0);
        let (x, y) = (across - column, down - row);
        if !(-1e-9..=1.0 + 1e-9).contains(&x) || !(-1e-9..=1.0 + 1e-9).contains(&y) {
            return None;
        }
        let point = |i: isize, j: isize| {
            let row = usize::try_from(row as isize + j).ok()?;
            let column = usize::try_from(column as isize + i).ok()?;
            *self.points.get(row)?.get(column)?
        };
        cubic(&point, x, y).or_else(|| bilinear(&point, x, y))
    }
}

type Point<'a> = dyn Fn(isize, isize) -> Option<[f64; 2]> + 'a;

/// Catmull-Rom in both directions.
fn cubic(point: &Point<'_>, x: f64, y: f64) -> Option<(f64, f64)> {
    let (weights_x, weights_y) = (catmull_rom(x), catmull_rom(y));
    let mut sum = [0.0; 2];
    for (j, weight_y) in (-1..).zip(weights_y) {
        for (i, weight_x) in (-1..).zip(weights_x) {
            let at = point(i, j)?;
            sum[0] += weight_x * weight_y * at[0];
            sum[1] += weight_x * weight_y * at[1];
        }
    }
    Some((sum[0], sum[1]))
}

fn catmull_rom(t: f64) -> [f64; 4] {
    let (t2, t3) = (t * t, t * t * t);
    [(-t3 + 2.0 * t2 - t) / 2.0, (3.0 * t3 - 5.0 * t2 + 2.0) / 2.0, (-3.0 * t3 + 4.0 * t2 + t) / 2.0, (t3 - t2) / 2.0]
}

fn bilinear(point: &Point<'_>, x: f64, y: f64) -> Option<(f64, f64)> {
    let corners = [point(0, 0)?, point(1, 0)?, point(0, 1)?, point(1, 1)?];
    let weights = [(1.0 - x) * (1.0 - y), x * (1.0 - y), (1.0 - x) * y, x * y];
    let along = |k: usize| corners.iter().zip(&weights).map(|(corner, weight)| corner[k] * weight).sum();
    Some((along(0), along(1)))
}
