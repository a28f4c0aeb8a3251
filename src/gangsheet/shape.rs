//! What a piece really takes of the film: its ink and its label, with bays that no other piece would use filled, and without
//! holes, so that it is cut out in one go and stays one piece of film.
//!
//! Ink is looked at in small blocks of pixels; pieces are laid on a grid of cells, each of 4 by 4 such blocks. A block counts
//! if a pixel in it is inked, however little, so that what keeps the distance between blocks keeps it between pixels.

use crate::gangsheet::bits::Bits;
use crate::gangsheet::pack::{Rect, Turn};
use crate::units::Dpi;

/// Side of a block, mm, before it is made whole pixels.
const BLOCK_MM: f64 = 0.25;
/// Blocks along a side of a cell.
pub const BLOCKS: u32 = 4;
/// Bays are filled that are less than twice this wide, cells: about an inch, which knife and gaps leave little of.
const CLOSE: u32 = 12;

/// The grid that pieces are laid on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    /// Side of a block, pixels.
    pub block: u32,
    /// What stays free between the inks of two pieces, pixels.
    pub gap: u32,
}

impl Grid {
    /// The grid at a resolution.
    #[must_use]
    pub fn new(dpi: Dpi, gap: u32) -> Self {
        Self { block: (BLOCK_MM * dpi.px_per_mm()).round().max(1.0) as u32, gap }
    }

    /// Side of a cell, pixels.
    #[must_use]
    pub const fn cell(self) -> u32 {
        self.block * BLOCKS
    }

    /// Cells around a piece that its gap may reach into.
    #[must_use]
    pub const fn margin(self) -> u32 {
        self.gap.div_ceil(self.cell()) + 1
    }

    /// How far blocks reach, row by row, that lie nearer than the gap to a block: some point of the one to some of the other.
    fn reach(self) -> Vec<u32> {
        let side = |blocks: u32| u64::from(blocks) * u64::from(self.block);
        let gap2 = u64::from(self.gap) * u64::from(self.gap);
        let is_near = |dx: u32, dy: u32| side(dx) * side(dx) + side(dy) * side(dy) < gap2;
        // The block itself is near without any gap. Between two blocks lie as many as their numbers differ, less one.
        let rows = (1..).take_while(|dy| is_near(0, dy - 1)).count() as u32;
        let row = |dy: u32| (1..).take_while(|dx| is_near(dx - 1, dy.saturating_sub(1))).count() as u32;
        (0..=rows).map(row).collect()
    }
}

/// A shape in one way to lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lie {
    /// How it is turned.
    pub turn: Turn,
    /// The cells that it takes.
    pub own: Bits,
    /// Those that no other may take, with [`Grid::margin`] more on all sides.
    pub kept: Bits,
    /// Where the piece's rectangle begins in the first cell, pixels.
    pub inset: (u32, u32),
    /// Its sides, pixels.
    pub sides: (u32, u32),
}

/// The shape of pieces that look alike.
#[derive(Debug, Clone)]
pub struct Shape {
    /// Its blocks, upright.
    pub blocks: Bits,
    /// The ways to lie that differ.
    pub lies: Vec<Lie>,
}

impl Shape {
    /// Makes the shape of what is inked, in blocks from the upper left corner of a piece of some pixels.
    #[must_use]
    pub fn new(ink: &Bits, size: Rect, grid: Grid, turns: &[Turn]) -> Self {
        let blocks = whole(ink);
        let reach = grid.reach();
        let mut lies: Vec<Lie> = Vec::new();
        for turn in turns {
            let lie = lie(&blocks, size, (grid, &reach), *turn);
            let is_same = |other: &&Lie| (&other.own, &other.kept, other.sides) == (&lie.own, &lie.kept, lie.sides);
            if lies.iter().find(is_same).is_none() {
                lies.push(lie);
            }
        }
        Self { blocks, lies }
    }

    /// Pixels that it takes, without gaps.
    #[must_use]
    pub fn area(&self, grid: Grid) -> u64 {
        self.blocks.count() * u64::from(grid.block) * u64::from(grid.block)
    }
}

fn lie(blocks: &Bits, size: Rect, (grid, reach): (Grid, &[u32]), turn: Turn) -> Lie {
    let turned = blocks.turned(turn);
    let kept = turned.widened(reach, grid.margin() * BLOCKS).coarser(BLOCKS);
    // Blocks may stand over at the far sides, which may have become the near ones.
    let over = (blocks.width() * grid.block - size.width, blocks.height() * grid.block - size.height);
    let inset = match turn {
        Turn::None => (0, 0),
        Turn::Quarter => (over.1, 0),
        Turn::Half => over,
        Turn::ThreeQuarters => (0, over.0),
    };
    Lie { turn, own: turned.coarser(BLOCKS), kept, inset, sides: turn.sides((size.width, size.height)) }
}

/// Blocks that hang together, with narrow bays filled and without holes.
fn whole(ink: &Bits) -> Bits {
    // How far parts are from each other is seen well enough in cells.
    let cells = ink.coarser(BLOCKS);
    let most = cells.width().max(cells.height());
    let mut near = CLOSE;
    while near < most && !close(&cells, near).is_one() {
        near += near / 2;
    }
    if near > CLOSE {
        // A neck that is not too thin.
        near += near / 4;
    }
    let mut closed = close(ink, near * BLOCKS);
    while near < most && !closed.is_one() {
        near += near / 2;
        closed = close(ink, near * BLOCKS);
    }
    if closed.is_one() { closed } else { Bits::new(ink.width(), ink.height()).inverse() }
}

/// Without holes and without bays less than twice `near` wide: widened, and narrowed again.
fn close(bits: &Bits, near: u32) -> Bits {
    let reach: Vec<u32> = (0..=near).map(|dy| u64::from(near * near - dy * dy).isqrt() as u32).collect();
    let wide = bits.widened(&reach, near + 1);
    let outside = wide.inverse().widened(&reach, 0);
    let mut closed = outside.inverse().part((near + 1, near + 1), (bits.width(), bits.height()));
    closed.add(bits);
    closed.without_holes()
}
