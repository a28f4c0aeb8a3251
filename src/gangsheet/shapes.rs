//! The shapes of a run's pieces, found in the pixels of the print files themselves: a coarser picture may lose what is thin or
//! faint, and then pieces would lie on each other. And the paths along which nested pieces are cut.

use std::collections::BTreeMap;
use std::convert::Infallible;

use kurbo::{BezPath, PathEl, Point, Rect as Page};
use rayon::prelude::*;

use crate::artwork::{Band, for_each_band_unless};
use crate::batch::orders::Orders;
use crate::cancel::Cancel;
use crate::export::cut::CutLayer;
use crate::gangsheet::bits::Bits;
use crate::gangsheet::drawn::Part;
use crate::gangsheet::limits::SHAPES;
use crate::gangsheet::pack::{Rect, Turn};
use crate::gangsheet::paint::{Job, on_sheet};
use crate::gangsheet::pieces::{self, GangError, Options, Piece, Pieces};
use crate::gangsheet::shape::{Grid, Shape};
use crate::gangsheet::sheets::Sheet;
use crate::press::cut::{KNIFE, KNIFE_NAME, outlines};
use crate::scene::Scene;
use crate::shop::Shop;
use crate::units::{Dpi, Length};

/// How much nearer to its piece than the middle of the gap a path is, mm: paths are straightened, and must not cross.
const NEARER_MM: f64 = 0.2;

/// The shapes of all pieces.
#[derive(Debug)]
pub struct Shapes {
    /// What they were made on.
    pub grid: Grid,
    shapes: Vec<Outlined>,
    /// Of which shape each piece is.
    kinds: Vec<usize>,
}

#[derive(Debug)]
struct Outlined {
    shape: Shape,
    /// Once around the upright piece, mm from its upper left corner.
    paths: Vec<BezPath>,
}

impl Shapes {
    /// The shape of a piece.
    #[must_use]
    pub fn of(&self, piece: usize) -> &Shape {
        &self.shapes[self.kinds[piece]].shape
    }

    /// The paths around the pieces of a sheet, and what they lie on; mm.
    #[must_use]
    pub fn paths(&self, job: &Job<'_>, sheet: &Sheet) -> (Page, Vec<CutLayer>) {
        let (width, height) = job.size(sheet);
        let mm = 1.0 / job.dpi.px_per_mm();
        let page = Page::new(0.0, 0.0, f64::from(width) * mm, f64::from(height) * mm);
        let edge = f64::from(job.edge) * mm;
        let mut paths = Vec::new();
        for (index, place) in &sheet.pieces {
            let moved = on_sheet(&job.pieces.pieces[*index], *place, job.dpi).then_translate((edge, edge).into());
            let around = self.shapes[self.kinds[*index]].paths.iter();
            paths.extend(around.map(|path| within(moved * path, page)));
        }
        (page, vec![CutLayer { name: KNIFE_NAME.to_owned(), color: KNIFE, paths }])
    }
}

/// A path that does not leave the film: margins may be narrower than half a gap.
fn within(path: BezPath, page: Page) -> BezPath {
    let near = |point: Point| Point::new(point.x.clamp(page.x0, page.x1), point.y.clamp(page.y0, page.y1));
    let moved = path.into_iter().map(|element| match element {
        PathEl::MoveTo(to) => PathEl::MoveTo(near(to)),
        PathEl::LineTo(to) => PathEl::LineTo(near(to)),
        PathEl::QuadTo(a, to) => PathEl::QuadTo(near(a), near(to)),
        PathEl::CurveTo(a, b, to) => PathEl::CurveTo(near(a), near(b), near(to)),
        PathEl::ClosePath => PathEl::ClosePath,
    });
    moved.collect()
}

/// Draws every print as its print file is, and finds the shapes of its pieces.
///
/// # Errors
/// If there are more than [`SHAPES`] of them, or the work was called off.
pub fn find(
    shop: &Shop,
    orders: &Orders,
    (pieces, options): (&Pieces, &Options),
    cancel: &Cancel,
) -> Result<Shapes, GangError> {
    let grid = Grid::new(options.dpi, options.film.roll.gap);
    let kinds = kinds(&pieces.pieces)?;
    let turns: &[Turn] = if options.film.roll.turn { &Turn::ALL } else { &[Turn::None] };
    let of_print = |index: usize| -> Result<Vec<Outlined>, GangError> {
        let print = &pieces.prints[index];
        let scene = pieces::scene(shop, &orders.lines[print.line], &print.area, options.dpi, cancel)?;
        let ink = ink(&scene, (options.dpi, print.ink), grid.block, cancel)?;
        let labels = kinds.range((index, None)..(index + 1, None));
        let shapes = labels.map(|((_, label), (_, size))| {
            let below = print.ink.height + pieces::apart(options.dpi);
            let inked = labelled(&ink, (*size, *label, below), grid.block);
            let shape = Shape::new(&inked, *size, grid, turns);
            let paths = around(&shape, grid, options.dpi);
            Outlined { shape, paths }
        });
        Ok(shapes.collect())
    };
    let found: Vec<Vec<Outlined>> =
        (0..pieces.prints.len()).into_par_iter().map(of_print).collect::<Result<_, GangError>>()?;
    let kind = |piece: &Piece| kinds.get(&(piece.print, piece.label)).map_or(0, |(kind, _)| *kind);
    let kinds = pieces.pieces.iter().map(kind).collect();
    Ok(Shapes { grid, shapes: found.into_iter().flatten().collect(), kinds })
}

/// The number of each shape and its size, by the print and its label: a print's pieces differ in their labels only.
type Kinds = BTreeMap<(usize, Option<(u32, u32)>), (usize, Rect)>;

fn kinds(pieces: &[Piece]) -> Result<Kinds, GangError> {
    let mut kinds: Kinds = pieces.iter().map(|piece| ((piece.print, piece.label), (0, piece.size))).collect();
    if kinds.len() > SHAPES {
        return Err(GangError::TooManyShapes(kinds.len()));
    }
    kinds.values_mut().enumerate().for_each(|(number, (kind, _))| *kind = number);
    Ok(kinds)
}

/// The blocks of a part of a print in which anything is inked, however faintly.
fn ink(scene: &Scene, (dpi, part): (Dpi, Part), block: u32, cancel: &Cancel) -> Result<Bits, GangError> {
    let mut bits = Bits::new(part.width.div_ceil(block), part.height.div_ceil(block));
    let drawn = for_each_band_unless(scene, dpi, cancel, |band: &Band<'_>| {
        let rows = (band.top..).zip(band.pixels.chunks_exact(band.width as usize * 4));
        for (y, row) in rows.filter(|(y, _)| (part.y..part.y + part.height).contains(y)) {
            let columns = &row.as_chunks::<4>().0[part.x as usize..][..part.width as usize];
            for (x, pixels) in (0..).zip(columns.chunks(block as usize)) {
                if pixels.iter().any(|pixel| pixel[3] > 0) {
                    bits.set(x, (y - part.y) / block);
                }
            }
        }
        Ok::<(), Infallible>(())
    });
    drawn.ok_or(GangError::CalledOff)?.unwrap_or_else(|never| match never {});
    Ok(bits)
}

/// The blocks of a print with those of its label.
fn labelled(ink: &Bits, (size, label, below): (Rect, Option<(u32, u32)>, u32), block: u32) -> Bits {
    let mut bits = ink.part((0, 0), (size.width.div_ceil(block), size.height.div_ceil(block)));
    if let Some((width, height)) = label {
        for y in below / block..(below + height).div_ceil(block) {
            (0..width.div_ceil(block)).for_each(|x| bits.set(x, y));
        }
    }
    bits
}

/// The paths around a shape, halfway to its neighbours.
fn around(shape: &Shape, grid: Grid, dpi: Dpi) -> Vec<BezPath> {
    let blocks = &shape.blocks;
    let plane: Vec<u8> = (0..blocks.height())
        .flat_map(|y| (0..blocks.width()).map(move |x| if blocks.get(x, y) { u8::MAX } else { 0 }))
        .collect();
    let mm = |px: u32| f64::from(px) / dpi.px_per_mm();
    let offset = (mm(grid.gap) / 2.0 - NEARER_MM).max(0.0);
    let size = (blocks.width() as usize, blocks.height() as usize);
    outlines(&plane, size, Length::from_mm(mm(grid.block)), Length::from_mm(offset))
}

#[cfg(test)]
mod tests {
    use kurbo::Shape as _;

    use super::*;

    #[test]
    fn a_run_has_a_bounded_number_of_shapes() {
        let piece = |print: usize| Piece {
            id: String::new(),
            print,
            line: 0,
            copy: 1,
            turn: 1,
            label: print.is_multiple_of(2).then_some((50, 20)),
            size: Rect { width: 100, height: 100 },
            place: None,
        };
        let mut all: Vec<Piece> = (0..SHAPES).map(piece).collect();
        all.extend((0..SHAPES).map(piece));
        assert_eq!(kinds(&all).unwrap().len(), SHAPES);
        all.push(Piece { label: None, ..piece(0) });
        let said = kinds(&all).unwrap_err().to_string();
        assert!(said.contains("1001 pieces of different shapes, and nesting takes 1000"), "{said}");
    }

    #[test]
    fn a_path_lies_around_all_blocks_and_stays_on_the_film() {
        let mut ink = Bits::new(200, 120);
        (0..200).for_each(|x| (0..120).filter(|y| x < 40 || *y > 90).for_each(|y| ink.set(x, y)));
        let dpi = Dpi::PRINT;
        let grid = Grid::new(dpi, 75);
        let size = Rect { width: 200 * grid.block, height: 120 * grid.block };
        let shape = Shape::new(&ink, size, grid, &[Turn::None]);
        let paths = around(&shape, grid, dpi);
        assert_eq!(paths.len(), 1);
        let page = Page::new(0.0, 0.0, 40.0, 31.0);
        let path = within(paths[0].clone(), page);
        let (all, side) = (path.bounding_box(), 1.0 / dpi.px_per_mm());
        assert!(all.x0 >= 0.0 && all.y0 >= 0.0 && all.x1 <= 40.0 && all.y1 <= 31.0, "{all:?}");
        let half = 75.0 * side / 2.0;
        let right = f64::from(size.width) * side;
        assert!(
            (paths[0].bounding_box().x1 - (right + half - NEARER_MM)).abs() < NEARER_MM,
            "{:?}",
            paths[0].bounding_box()
        );
        for (x, y) in ink.cells().filter(|(x, _)| *x < 100) {
            let mm = |block: u32| (f64::from(block) + 0.5) * f64::from(grid.block) * side;
            let point = Point::new(mm(x), mm(y));
            assert!(path.contains(point), "{x},{y}");
        }
    }
}
