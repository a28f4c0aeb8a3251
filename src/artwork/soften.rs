//! Groups that are softened as a whole.
//!
//! A wide softening hides what a smaller raster cannot show: the group is drawn smaller by a whole factor, softened
//! there, and magnified. Each region draws the group with the margin that the softening reaches over, so that bands
//! join without a seam; the smaller raster's grid starts at the print area's corner for every band.

use kurbo::Affine;

use crate::artwork::draw::Painter;
use crate::artwork::plan::{Node, Planner};
use crate::artwork::region::Region;
use crate::pixels::{Pixmap, blur};
use crate::scene::Group;

/// The deviation, in pixels of the smaller raster, from which a raster is made smaller still.
const ENOUGH: f64 = 3.0;

/// A softened group at one resolution.
#[derive(Debug)]
pub(super) struct Soft<'a> {
    nodes: Vec<Node<'a>>,
    /// From mm to pixels of the smaller raster.
    to_small: Affine,
    factor: i32,
    kernel: Vec<f32>,
    bounds: Region,
}

impl<'a> Soft<'a> {
    /// The group's items with its softening, or `None` if that is too slight to be seen.
    pub(super) fn new(group: &'a Group, planner: &Planner<'_>) -> Option<Self> {
        let sigma = group.blur * planner.to_px.determinant().abs().sqrt();
        if !sigma.is_finite() || sigma < 0.15 {
            return None;
        }
        let factor = (sigma / ENOUGH).floor().clamp(1.0, 256.0);
        // Averaging to the smaller raster and magnifying linearly soften by a quarter pixel squared themselves.
        let own = if factor > 1.0 { 0.25 } else { 0.0 };
        let kernel = blur::kernel((sigma / factor * (sigma / factor) - own).sqrt());
        let factor = factor as i32;
        let small = Planner {
            to_px: Affine::scale(1.0 / f64::from(factor)) * planner.to_px,
            area: smaller(planner.area, factor).grow(reach(&kernel)),
            cancel: planner.cancel,
        };
        let mut nodes = Vec::new();
        small.add(&group.items, &mut nodes);
        let ink = nodes.iter().fold(Region::EMPTY, |bounds, node| bounds.union(node.bounds)).intersect(small.area);
        let bounds = larger(ink.grow(reach(&kernel)), factor);
        Some(Self { nodes, to_small: small.to_px, factor, kernel, bounds })
    }

    pub(super) fn bounds(&self) -> Region {
        self.bounds
    }

    /// Draws `part` into `pixels`, replacing all of them. Says whether anything was drawn.
    pub(super) fn draw(&self, painter: &Painter, part: Region, pixels: &mut [u8]) -> bool {
        let source = smaller(part, self.factor).grow(reach(&self.kernel));
        let mut drawn = Pixmap::new(source.width(), source.height());
        if !painter.draw_nodes(&self.nodes, self.to_small, source, drawn.data_mut()) {
            return false;
        }
        let soft = blur::soften(&drawn, &self.kernel);
        let left = (part.x0 - source.x0 * self.factor) as u32;
        let top = (part.y0 - source.y0 * self.factor) as u32;
        if self.factor == 1 {
            let row = part.width() as usize * 4;
            for (y, target) in pixels.chunks_exact_mut(row).enumerate() {
                let start = ((top as usize + y) * soft.width() as usize + left as usize) * 4;
                target.copy_from_slice(&soft.data()[start..start + row]);
            }
        } else {
            let size = (part.width(), part.height());
            pixels.copy_from_slice(blur::magnify(&soft, self.factor as u32, (left, top), size).data());
        }
        true
    }
}

/// How far the kernel reaches, with a pixel for the interpolation.
fn reach(kernel: &[f32]) -> i32 {
    i32::try_from(kernel.len() / 2).expect("a kernel has a few dozen weights") + 1
}

/// The pixels of the smaller raster that `region` touches.
fn smaller(region: Region, factor: i32) -> Region {
    let up = |value: i32| -(-value).div_euclid(factor);
    Region { x0: region.x0.div_euclid(factor), y0: region.y0.div_euclid(factor), x1: up(region.x1), y1: up(region.y1) }
}

fn larger(region: Region, factor: i32) -> Region {
    Region { x0: region.x0 * factor, y0: region.y0 * factor, x1: region.x1 * factor, y1: region.y1 * factor }
}
