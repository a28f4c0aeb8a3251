//! Uploaded SVGs, drawn by resvg.

use std::borrow::Cow;

use kurbo::{Affine, Rect};
use resvg::tiny_skia::{PixmapMut, Transform};
use resvg::usvg::Tree;

use crate::artwork::picture::{Placed, Slant};
use crate::artwork::region::Region;
use crate::pixels::Pixmap;

/// An SVG at its place. What lies outside its own viewport is cut off.
#[derive(Debug)]
pub(super) struct PlacedSvg<'a> {
    tree: &'a Tree,
    to_px: Affine,
    bounds: Region,
    /// The viewport, if anything reaches beyond it.
    viewport: Option<Slant>,
    /// All of its pixels, if it is drawn in one go.
    whole: Option<Whole<'a>>,
}

/// An SVG that was drawn in one go: its filters look further than one band, or it would be too much work for each. The
/// SVG renderer cannot be called off meanwhile; what one drawing may cost (`SvgLimits::passes`) bounds it.
#[derive(Debug)]
enum Whole<'a> {
    /// The pixels of the raster.
    Exact(Pixmap),
    /// Fewer pixels, to be enlarged.
    Enlarged(Placed<'a>),
}

impl<'a> PlacedSvg<'a> {
    /// A tree whose user units `to_px` maps to pixels of the raster; `None` if nothing of it is seen within `area`.
    /// `finest` as in [`crate::scene::Item::Svg`].
    pub(super) fn new(tree: &'a Tree, to_px: Affine, finest: Option<f64>, area: Region) -> Option<Self> {
        if !to_px.is_finite() || to_px.determinant().abs() < 1e-12 {
            return None;
        }
        let (width, height) = (f64::from(tree.size().width()), f64::from(tree.size().height()));
        let viewport = Rect::new(0.0, 0.0, width, height);
        let ink = tree.root().abs_layer_bounding_box();
        let ink = Rect::new(ink.left().into(), ink.top().into(), ink.right().into(), ink.bottom().into());
        let seen = ink.intersect(viewport);
        let bounds = Region::around(to_px.transform_rect_bbox(seen)).grow(1).intersect(area);
        if bounds.is_empty() {
            return None;
        }
        let reaches_beyond = seen != ink;
        let mut placed = Self {
            tree,
            to_px,
            bounds,
            viewport: reaches_beyond.then(|| Slant::new(to_px, (width, height))),
            whole: None,
        };
        match finest {
            None => {}
            // A hair of rounding is no reason to draw a picture of a picture.
            Some(finest) if scale_of(to_px) <= finest * (1.0 + 1e-6) => {
                let mut whole = Pixmap::new(bounds.width(), bounds.height());
                placed.render(bounds, whole.data_mut());
                placed.whole = Some(Whole::Exact(whole));
            }
            Some(finest) => {
                let pixels = Self::reduced(tree, seen, finest)?;
                let back = Affine::translate(seen.origin().to_vec2()) * Affine::scale(finest.recip());
                let enlarged = Placed::new(Cow::Owned(pixels), to_px * back, area)?;
                placed.bounds = enlarged.bounds();
                placed.whole = Some(Whole::Enlarged(enlarged));
            }
        }
        Some(placed)
    }

    /// The part `seen` of the tree at `scale` pixels to the user unit.
    fn reduced(tree: &'a Tree, seen: Rect, scale: f64) -> Option<Pixmap> {
        let to_px = Affine::scale(scale) * Affine::translate(-seen.origin().to_vec2());
        let side = |length: f64| ((length * scale).ceil().max(1.0)) as i32;
        let bounds = Region { x0: 0, y0: 0, x1: side(seen.width()), y1: side(seen.height()) };
        let mut pixels = Pixmap::new(bounds.width(), bounds.height());
        Self { tree, to_px, bounds, viewport: None, whole: None }.render(bounds, pixels.data_mut());
        Some(pixels)
    }

    pub(super) fn bounds(&self) -> Region {
        self.bounds
    }

    /// Draws `part`, which lies within the bounds, into `target`, replacing all of it.
    pub(super) fn draw(&self, part: Region, target: &mut [u8]) -> bool {
        match &self.whole {
            Some(Whole::Enlarged(picture)) => {
                picture.draw(part, target);
            }
            Some(Whole::Exact(whole)) => {
                for y in part.y0..part.y1 {
                    target[part.row_of(part, y)].copy_from_slice(&whole.data()[self.bounds.row_of(part, y)]);
                }
            }
            None => self.render(part, target),
        }
        true
    }

    fn render(&self, part: Region, target: &mut [u8]) {
        target.fill(0);
        let Some(mut pixmap) = PixmapMut::from_bytes(target, part.width(), part.height()) else {
            return;
        };
        let [a, b, c, d, e, f] =
            (Affine::translate((-f64::from(part.x0), -f64::from(part.y0))) * self.to_px).as_coeffs();
        let transform = Transform::from_row(a as f32, b as f32, c as f32, d as f32, e as f32, f as f32);
        resvg::render(self.tree, transform, &mut pixmap);
        if let Some(viewport) = &self.viewport {
            cut(part, target, viewport);
        }
    }
}

/// The most pixels that a user unit becomes.
fn scale_of(to_px: Affine) -> f64 {
    let [a, b, c, d, ..] = to_px.as_coeffs();
    (a * a + b * b).max(c * c + d * d).sqrt()
}

fn cut(part: Region, target: &mut [u8], viewport: &Slant) {
    for (y, row) in (part.y0..).zip(target.chunks_exact_mut(part.width() as usize * 4)) {
        for (x, pixel) in (part.x0..).zip(row.as_chunks_mut::<4>().0) {
            let coverage = viewport.coverage_at(f64::from(x) + 0.5, f64::from(y) + 0.5);
            if coverage < 1.0 {
                *pixel = pixel.map(|byte| (f32::from(byte) * coverage + 0.5) as u8);
            }
        }
    }
}
