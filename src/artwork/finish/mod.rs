//! What is done to the finished raster: the cloth's colour left out, gaps opened, lines thickened, edges made hard or
//! screened.
//!
//! All of it depends on what lies around a pixel, up to a few millimetres. So each region is drawn with a margin, and
//! decisions are made from that margin alone: bands join without a seam, whatever their height. Dots of a halftone stand
//! on a lattice that begins at the print area's corner.
//!
//! A raster for the screen cannot show this at its own resolution. It is drawn finer by a whole factor, near that of the
//! print, and averaged.

mod edges;
mod strokes;

use crate::artwork::draw::Painter;
use crate::artwork::finish::edges::Screen;
use crate::artwork::finish::strokes::Stroker;
use crate::artwork::plan::Plan;
use crate::artwork::region::Region;
use crate::color::Color;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::pixels::shrink::{MAX_FACTOR, Shrinker};
use crate::pixels::stroke::{Kind, Plane};
use crate::scene::{Edges, Finish};
use crate::units::Dpi;

/// Colours that are remembered while the cloth's is looked for; a power of two.
const KNOWN: usize = 1 << 14;

/// Rows that are drawn at once, from whole multiples on: an edge is antialiased a little otherwise in another region, and a
/// pixel must come out alike in every band.
const STRIP: i32 = 64;

/// A finish at one resolution.
#[derive(Debug)]
pub(super) struct Finisher {
    knock_out: Option<KnockOut>,
    gaps: Option<Stroker>,
    lines: Option<Stroker>,
    edges: Edges,
    screen: Option<Screen>,
    /// Pixels of the finer raster, along both sides, for one of the raster that is asked for.
    factor: u32,
}

/// The cloth's colour, to be left out.
#[derive(Debug)]
struct KnockOut {
    cloth: Lab,
    /// The difference up to which a colour is the cloth's.
    tolerance: f64,
}

impl Finisher {
    /// For a raster of `dpi`.
    pub(super) fn new(finish: &Finish, dpi: Dpi) -> Self {
        let factor = (Dpi::PRINT.get() / dpi.get()).round().clamp(1.0, f64::from(MAX_FACTOR));
        let px_per_mm = dpi.px_per_mm() * factor;
        let stroker = |kind, mm: f64| (mm > 0.0).then(|| Stroker::new(kind, mm * px_per_mm));
        let knock_out = finish.knock_out.map(|(cloth, tolerance)| KnockOut { cloth: Lab::from(cloth), tolerance });
        let screen = match finish.edges {
            Edges::Halftone { lpi, dot } => Some(Screen::new(lpi, dot, px_per_mm)),
            _ => None,
        };
        Self {
            knock_out,
            gaps: stroker(Kind::Gap, finish.least_gap),
            lines: stroker(Kind::Ink, finish.least_line),
            edges: finish.edges,
            screen,
            factor: factor as u32,
        }
    }

    /// How much finer than the raster that is asked for the scene is drawn.
    pub(super) fn factor(&self) -> u32 {
        self.factor
    }

    /// Pixels of the finer raster around a region that decide about it.
    fn margin(&self) -> i32 {
        let strokes = [&self.gaps, &self.lines].into_iter().flatten().map(Stroker::margin).sum::<usize>();
        // Fades are told once where strokes are measured and once at the end, each by what is near to what is near.
        i32::try_from(strokes + 4 * edges::NEAR + 2).expect("strokes are a few millimetres wide at most")
    }

    /// Draws `region`, whole rows of the plan's raster, into `pixels`, replacing all of them. Says whether anything was
    /// drawn.
    pub(super) fn draw(&self, painter: &Painter, plan: &Plan<'_>, region: Region, pixels: &mut [u8]) -> bool {
        let factor = self.factor.cast_signed();
        let times = |Region { x0, y0, x1, y1 }: Region| Region {
            x0: x0 * factor,
            y0: y0 * factor,
            x1: x1 * factor,
            y1: y1 * factor,
        };
        let (fine, area) = (times(region), times(Region::rows(plan.size.0, 0, plan.size.1)));
        let (top, bottom) = (fine.y0 - self.margin(), fine.y1 + self.margin());
        let (top, bottom) = (top.div_euclid(STRIP) * STRIP, (bottom + STRIP - 1).div_euclid(STRIP) * STRIP);
        let drawn = Region { y0: top, y1: bottom, ..fine }.intersect(area);
        painter.with_buffer(drawn.bytes(), |buffer| {
            let strips = buffer.chunks_mut(drawn.width() as usize * 4 * STRIP as usize);
            let inked = (drawn.y0..drawn.y1).step_by(STRIP as usize).zip(strips).fold(false, |inked, (y0, strip)| {
                let region = Region { y0, y1: (y0 + STRIP).min(drawn.y1), ..drawn };
                painter.draw_nodes(&plan.nodes, plan.to_px, region, strip) || inked
            });
            if !inked {
                pixels.fill(0);
                return false;
            }
            self.finish(buffer, drawn, fine);
            let core = drawn.row_of(fine, fine.y0).start..drawn.row_of(fine, fine.y1 - 1).end;
            if self.factor == 1 {
                pixels.copy_from_slice(&buffer[core]);
                return true;
            }
            let mut shrinker = Shrinker::new(fine.width(), self.factor);
            let rows = buffer[core].chunks(fine.width() as usize * 4 * self.factor as usize);
            for (rows, means) in rows.zip(pixels.chunks_exact_mut(region.width() as usize * 4)) {
                shrinker.shrink(rows, means);
            }
            true
        })
    }

    /// Finishes the pixels of `drawn`; those of `wanted`, within, come out right.
    fn finish(&self, pixels: &mut [u8], drawn: Region, wanted: Region) {
        if let Some(knock_out) = &self.knock_out {
            knock_out.apply(pixels);
        }
        if self.gaps.is_some() || self.lines.is_some() {
            let (width, height) = (drawn.width() as usize, drawn.height() as usize);
            let mut plane = Plane { width, height, bytes: edges::opacity(pixels) };
            match self.edges {
                Edges::Soft | Edges::Halftone { .. } => {}
                Edges::Hard(threshold) | Edges::Measured(threshold) => edges::settle(&mut plane, threshold),
            }
            // Edges are told afterwards, by what is near: there strokes must have their width, too.
            let near = 2 * edges::NEAR + 2;
            let (top, bottom) = ((wanted.y0 - drawn.y0) as usize, (wanted.y1 - drawn.y0) as usize);
            let rows = top.saturating_sub(near)..(bottom + near).min(height);
            // Lines come last: what would hold before does so afterwards.
            if let Some(gaps) = &self.gaps {
                let spare = self.lines.as_ref().map_or(0, Stroker::margin);
                gaps.open(pixels, &mut plane, rows.start.saturating_sub(spare)..(rows.end + spare).min(height));
            }
            if let Some(lines) = &self.lines {
                lines.thicken(pixels, &mut plane, rows);
            }
        }
        match (self.edges, &self.screen) {
            (Edges::Hard(threshold), _) => edges::harden(pixels, threshold),
            (Edges::Measured(threshold), _) => edges::harden_fades(pixels, drawn, threshold),
            (Edges::Halftone { .. }, Some(screen)) => edges::screen(pixels, drawn, screen),
            _ => {}
        }
    }
}

impl KnockOut {
    /// Makes the pixels transparent whose colour, whatever their opacity, is the cloth's.
    fn apply(&self, pixels: &mut [u8]) {
        // A photograph has many colours, but not many anew.
        let mut known = vec![([0_u8; 4], false); KNOWN];
        for pixel in pixels.as_chunks_mut::<4>().0 {
            if pixel[3] == 0 {
                continue;
            }
            let hash = u32::from_le_bytes(*pixel).wrapping_mul(0x9e37_79b1) >> (32 - KNOWN.trailing_zeros());
            let known = &mut known[hash as usize];
            if known.0 != *pixel {
                let [r, g, b] = edges::straight(*pixel);
                let difference = ciede2000(self.cloth, Lab::from(Color::new(r, g, b)));
                *known = (*pixel, difference <= self.tolerance);
            }
            if known.1 {
                *pixel = [0; 4];
            }
        }
    }
}
