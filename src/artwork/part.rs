//! Any part of an artwork, for outputs that put many of them beside each other and hold none.

use crate::artwork::draw::Painter;
use crate::artwork::plan::Plan;
use crate::artwork::region::Region;
use crate::cancel::Cancel;
use crate::scene::Scene;
use crate::units::Dpi;

/// A rectangle of whole pixels of an artwork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its first column.
    pub x: u32,
    /// Its first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// A scene made ready for one resolution.
#[derive(Debug)]
pub struct Prepared<'s>(Plan<'s>);

/// Draws parts of scenes as [`rasterize`](crate::artwork::rasterize) does, but for the rounding of antialiased edges, which
/// begin at other places of the grid. One serves all threads;
/// it keeps what it draws with for the next part.
#[derive(Debug)]
pub struct Plotter {
    painter: Painter,
    cancel: Cancel,
}

impl Plotter {
    /// Looks at `cancel` before each layer of a part; once it is set, what is drawn is of no use.
    #[must_use]
    pub fn new(cancel: &Cancel) -> Self {
        Self { painter: Painter::new(cancel), cancel: cancel.clone() }
    }

    /// Makes a scene ready.
    #[must_use]
    pub fn prepare<'s>(&self, scene: &'s Scene, dpi: Dpi) -> Prepared<'s> {
        Prepared(Plan::of_scene(scene, dpi, &self.cancel))
    }

    /// Draws a part, four bytes a pixel, premultiplied, replacing all of `pixels`. Says whether anything was drawn.
    ///
    /// # Panics
    /// If `pixels` has not as many bytes as the part, or the part reaches beyond 2^31 pixels.
    pub fn draw(&self, prepared: &Prepared<'_>, part: Part, pixels: &mut [u8]) -> bool {
        let signed = u32::cast_signed;
        let (x0, y0) = (signed(part.x), signed(part.y));
        let region = Region { x0, y0, x1: x0 + signed(part.width), y1: y0 + signed(part.height) };
        assert_eq!(pixels.len(), region.bytes(), "a part has four bytes for each of its pixels");
        self.painter.draw(&prepared.0, region, pixels)
    }
}
