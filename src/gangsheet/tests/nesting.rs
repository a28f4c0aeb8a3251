//! What nesting promises, for any shapes.

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::gangsheet::bits::Bits;
use crate::gangsheet::limits::NESTED;
use crate::gangsheet::nest::{Bed, fill, nest, search};
use crate::gangsheet::pack::{Effort, Packing, Place, Rect, Roll, Turn};
use crate::gangsheet::shape::{BLOCKS, Grid, Shape};
use crate::gangsheet::sheets::{Film, lay};

/// A piece of some pixels, those of them that are inked.
#[derive(Debug, Clone)]
struct Inked {
    size: Rect,
    pixels: Vec<(u32, u32)>,
}

impl Inked {
    fn shape(&self, grid: Grid, turns: &[Turn]) -> Shape {
        let Rect { width, height } = self.size;
        let mut bits = Bits::new(width.div_ceil(grid.block), height.div_ceil(grid.block));
        self.pixels.iter().for_each(|(x, y)| bits.set(x / grid.block, y / grid.block));
        Shape::new(&bits, self.size, grid, turns)
    }

    /// Where its pixels lie.
    fn laid(&self, place: Place) -> impl Iterator<Item = (u32, u32)> {
        let Rect { width, height } = self.size;
        self.pixels.iter().map(move |(x, y)| {
            let (right, below) = (width - 1 - x, height - 1 - y);
            let (x, y) = match place.turn {
                Turn::None => (*x, *y),
                Turn::Quarter => (below, *x),
                Turn::Half => (right, below),
                Turn::ThreeQuarters => (*y, right),
            };
            (place.x + x, place.y + y)
        })
    }
}

/// Discs, triangles, corners, rings, dust, or a bar with a dot far from it.
fn inked() -> impl Strategy<Value = Inked> {
    (0..6_u32, 1_u32..90, 1_u32..90, any::<u64>()).prop_map(|(kind, width, height, seed)| {
        let is_set = |x: u32, y: u32| {
            let (across, down) = (2 * i64::from(x) + 1 - i64::from(width), 2 * i64::from(y) + 1 - i64::from(height));
            let (wide, high) = (i64::from(width), i64::from(height));
            let disc = (across * high).pow(2) + (down * wide).pow(2);
            let most = (wide * high).pow(2);
            match kind {
                0 => disc <= most,
                1 => x * height <= y * width,
                2 => x < width / 4 || y >= height - height / 4,
                3 => disc <= most && disc * 2 >= most,
                4 => (seed ^ u64::from(x * 31 + y * 977)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58 == 0,
                _ => y == 0 || (x + 1, y + 1) == (width, height),
            }
        };
        let all = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        Inked { size: Rect { width, height }, pixels: all.filter(|(x, y)| is_set(*x, *y)).collect() }
    })
}

/// No pixel twice, everything inside, and a gap between any two.
fn check(pieces: &[(&Inked, Place)], roll: Roll, length: u32) -> Result<(), TestCaseError> {
    let mut owners = vec![usize::MAX; roll.width as usize * length as usize];
    for (number, (piece, place)) in pieces.iter().enumerate() {
        let sides = place.turn.sides((piece.size.width, piece.size.height));
        prop_assert!(place.x + sides.0 <= roll.width && place.y + sides.1 <= length);
        prop_assert!(roll.turn || place.turn == Turn::None);
        for (x, y) in piece.laid(*place) {
            let owner = &mut owners[(y * roll.width + x) as usize];
            prop_assert!(*owner == usize::MAX, "{number} and {owner} overlap at {x},{y}");
            *owner = number;
        }
    }
    let (reach, gap2) = (i64::from(roll.gap), i64::from(roll.gap).pow(2));
    let rows = owners.chunks_exact(roll.width as usize);
    let all = (0..).zip(rows).flat_map(|(y, row)| (0..).zip(row).map(move |(x, owner)| (x, y, *owner)));
    for (x, y, owner) in all.filter(|(.., owner)| *owner != usize::MAX) {
        for (dx, dy) in (0..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy))) {
            let apart2 = (dx.abs() - 1).max(0).pow(2) + (dy - 1).max(0).pow(2);
            let (x2, y2): (i64, i64) = (x + dx, y + dy);
            if apart2 < gap2 && (0..i64::from(roll.width)).contains(&x2) && y2 < i64::from(length) {
                let other = owners[(y2 * i64::from(roll.width) + x2) as usize];
                prop_assert!(
                    other == usize::MAX || other == owner,
                    "{owner} and {other}: {x},{y} and {dx},{dy} from there"
                );
            }
        }
    }
    Ok(())
}

fn lies<'a>(pieces: &'a [Inked], packing: &Packing) -> Vec<(&'a Inked, Place)> {
    pieces.iter().zip(packing.places.iter().copied()).collect()
}

#[test]
fn a_triangle_lies_in_the_free_half_of_another() {
    let pixels = (0..200).flat_map(|y| (0..=y).map(move |x| (x, y))).collect();
    let triangle = Inked { size: Rect { width: 200, height: 200 }, pixels };
    let grid = Grid { block: 1, gap: 8 };
    let shape = triangle.shape(grid, &Turn::ALL);
    let bed = Bed { roll: Roll { width: 240, gap: 8, turn: true }, length: 1000, grid };
    let packing = nest(&[&shape, &shape], bed, &[], Effort::Quick).unwrap();
    assert!(packing.length < 250, "two rectangles are 408 long, two triangles {}", packing.length);
    assert!(nest(&[&shape; 2], Bed { length: 199, ..bed }, &[], Effort::Quick).is_none());
    assert!(nest(&[&shape], Bed { roll: Roll { width: 199, ..bed.roll }, ..bed }, &[], Effort::Quick).is_none());
    assert_eq!(nest(&[], bed, &[], Effort::Quick).unwrap(), Packing { places: Vec::new(), length: 0 });
}

#[test]
fn a_label_is_joined_to_its_print_without_the_corner_beside_it() {
    // A disc, and a bar below it, apart and at its left: together much less than their rectangle.
    let is_set =
        |x: u32, y: u32| (x.abs_diff(300).pow(2) + y.abs_diff(300).pow(2)) <= 300 * 300 || (y > 612 && x < 220);
    let all = (0..660).flat_map(|y| (0..600).map(move |x| (x, y)));
    let size = Rect { width: 600, height: 660 };
    let piece = Inked { size, pixels: all.filter(|(x, y)| is_set(*x, *y)).collect() };
    let shape = piece.shape(Grid { block: 1, gap: 20 }, &[Turn::None]);
    assert!(shape.blocks.is_one());
    let filled = shape.blocks.count() as f64 / (600.0 * 660.0);
    assert!(filled < 0.85, "{filled}");
    assert!(!shape.blocks.get(590, 650) && !shape.blocks.get(590, 5));
}

#[test]
fn pieces_beyond_those_whose_order_is_searched_fill_what_is_left() {
    let dot = Inked { size: Rect { width: 4, height: 4 }, pixels: vec![(0, 0), (3, 3)] };
    let grid = Grid { block: 1, gap: 0 };
    let shape = dot.shape(grid, &[Turn::None]);
    let count = NESTED + 1;
    let film = Film { roll: Roll { width: 400, gap: 0, turn: false }, length: 4000 };
    let bed = Bed { roll: film.roll, length: film.length, grid };
    let sheets =
        crate::gangsheet::sheets::nested(&vec![dot.size; count], &vec![&shape; count], (film, bed), Effort::Quick);
    assert_eq!(
        sheets.iter().map(|sheet| sheet.pieces.len()).max(),
        Some(NESTED + 1),
        "what is over fills what is left"
    );
    assert!(sheets.iter().all(|sheet| !sheet.nested), "squares are no shorter for being nested");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_ink_overlaps_and_every_gap_is_kept(
        pieces in prop::collection::vec(inked(), 0..10),
        width in 90_u32..200,
        (block, gap) in (1_u32..4, 0_u32..16),
        turn in any::<bool>(),
    ) {
        let grid = Grid { block, gap };
        let turns = if turn { &Turn::ALL[..] } else { &[Turn::None] };
        let shapes: Vec<Shape> = pieces.iter().map(|piece| piece.shape(grid, turns)).collect();
        let shapes: Vec<&Shape> = shapes.iter().collect();
        let bed = Bed { roll: Roll { width, gap, turn }, length: 10_000, grid };
        let packing = nest(&shapes, bed, &[], Effort::Quick).unwrap();
        check(&lies(&pieces, &packing), bed.roll, packing.length)?;
        prop_assert_eq!(&nest(&shapes, bed, &[], Effort::Quick).unwrap(), &packing);
        // More of them, beside those that lie.
        let more = fill((&shapes, &packing.places), &shapes, Bed { length: packing.length + 60, ..bed }, 3);
        let mut all = lies(&pieces, &packing);
        all.extend(more.iter().map(|(index, place)| (&pieces[*index], *place)));
        check(&all, bed.roll, packing.length + 60)?;
    }

    #[test]
    fn every_piece_lies_on_one_sheet_and_no_film_is_lost(
        pieces in prop::collection::vec(inked(), 0..16),
        length in 90_u32..300,
        gap in 0_u32..9,
    ) {
        let grid = Grid { block: 1, gap };
        let shapes: Vec<Shape> = pieces.iter().map(|piece| piece.shape(grid, &Turn::ALL)).collect();
        let shapes: Vec<&Shape> = shapes.iter().collect();
        let rects: Vec<Rect> = pieces.iter().map(|piece| piece.size).collect();
        let film = Film { roll: Roll { width: 120, gap, turn: true }, length };
        let laid = lay(&rects, Some((&shapes, grid)), (film, 4), &u64::from, Effort::Quick);
        let plain = lay(&rects, None, (film, 4), &u64::from, Effort::Quick);
        let steps = |length: u32| u64::from(length.div_ceil(200));
        let billed = lay(&rects, Some((&shapes, grid)), (film, 4), &steps, Effort::Quick);
        let total = |laid: &crate::gangsheet::sheets::Laid| laid.sheets.iter().map(|sheet| sheet.length + 8).sum::<u32>();
        prop_assert!(total(&laid) <= total(&plain));
        prop_assert_eq!(laid.nesting.unwrap().is_taken, total(&laid) < total(&plain));
        let cost = |laid: &crate::gangsheet::sheets::Laid| laid.sheets.iter().map(|sheet| steps(sheet.length + 8)).sum::<u64>();
        prop_assert!(cost(&billed) <= cost(&plain));
        prop_assert_eq!(billed.nesting.unwrap().is_taken, cost(&billed) < cost(&plain), "straight cuts unless it saves film");
        let mut all: Vec<usize> = Vec::new();
        for sheet in &laid.sheets {
            prop_assert!(sheet.length <= length);
            let on: Vec<(&Inked, Place)> = sheet.pieces.iter().map(|(index, place)| (&pieces[*index], *place)).collect();
            check(&on, film.roll, sheet.length)?;
            all.extend(sheet.pieces.iter().map(|(index, _)| *index));
        }
        all.sort_unstable();
        prop_assert_eq!(all, (0..rects.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_longer_search_is_never_worse_for_shapes(pieces in prop::collection::vec(inked(), 3..5)) {
        let grid = Grid { block: 3, gap: 3 };
        let shapes: Vec<Shape> = pieces.iter().map(|piece| piece.shape(grid, &Turn::ALL)).collect();
        let shapes: Vec<&Shape> = shapes.iter().collect();
        let bed = Bed { roll: Roll { width: 120, gap: 3, turn: true }, length: 10_000, grid };
        let length = |more| search(&shapes, bed, &[], more).unwrap().length;
        prop_assert!(length(2_000_000) <= length(0));
        prop_assert!(length(4_000_000) <= length(2_000_000));
    }

    #[test]
    fn a_shape_is_one_piece_without_holes_and_has_all_its_ink(piece in inked()) {
        let shape = piece.shape(Grid { block: 1, gap: 3 }, &[Turn::None]);
        prop_assert!(piece.pixels.iter().all(|(x, y)| shape.blocks.get(*x, *y)));
        let cells = shape.blocks.coarser(BLOCKS);
        prop_assert!(cells.is_one());
        prop_assert_eq!(&cells.without_holes(), &cells);
    }

    #[test]
    fn bitmaps_are_widened_and_turned_as_cell_by_cell(
        cells in prop::collection::btree_set((0_u32..150, 0_u32..9), 0..40),
        reach in prop::collection::vec(0_u32..5, 1..4),
        pad in 0_u32..70,
        side in 1_u32..6,
    ) {
        let mut bits = Bits::new(150, 9);
        cells.iter().for_each(|(x, y)| bits.set(*x, *y));
        let mut reach = reach;
        reach.sort_unstable_by(|a, b| b.cmp(a));
        let wide = bits.widened(&reach, pad);
        let is_near = |x: u32, y: u32| {
            cells.iter().any(|(a, b)| {
                reach.get((b + pad).abs_diff(y) as usize).is_some_and(|reach| (a + pad).abs_diff(x) <= *reach)
            })
        };
        for (x, y) in (0..wide.height()).flat_map(|y| (0..wide.width()).map(move |x| (x, y))) {
            prop_assert_eq!(wide.get(x, y), is_near(x, y), "{},{}", x, y);
        }
        prop_assert_eq!(&wide.part((pad, pad), (150, 9)).inverse().inverse(), &bits.widened(&reach, 0));
        let coarse: BTreeSet<(u32, u32)> = cells.iter().map(|(x, y)| (x / side, y / side)).collect();
        prop_assert_eq!(bits.coarser(side).cells().collect::<BTreeSet<_>>(), coarse);
        let turned = |turns: &[Turn]| turns.iter().fold(bits.clone(), |bits, turn| bits.turned(*turn));
        prop_assert_eq!(&turned(&[Turn::Quarter, Turn::Quarter]), &turned(&[Turn::Half]));
        prop_assert_eq!(&turned(&[Turn::Half, Turn::Quarter]), &turned(&[Turn::ThreeQuarters]));
        prop_assert_eq!(&turned(&[Turn::Quarter, Turn::ThreeQuarters]), &bits);
        let first = turned(&[Turn::Quarter]).cells().map(|(x, y)| (y, 8 - x)).collect::<BTreeSet<_>>();
        prop_assert_eq!(first, cells);
    }
}
