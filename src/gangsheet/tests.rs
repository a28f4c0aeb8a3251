//! What packings promise, for any rectangles.

mod drawing;
mod nesting;

use proptest::prelude::*;

use crate::gangsheet::pack::{Effort, LONGEST, MOST, Packing, Place, Rect, Roll, Turn, pack};
use crate::gangsheet::sheets::{Film, Sheet, sheets};

/// In hundredths of an inch: the 200 prints of SPEED.md's W6 on a roll of 22 in with gaps of 0.12 in.
fn w6() -> (Vec<Rect>, Roll) {
    let text = include_str!("../../benches/rects.json");
    let inputs: serde_json::Value = serde_json::from_str(text).unwrap();
    let number = |value: &serde_json::Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let rect = |sides: &serde_json::Value| Rect { width: number(&sides[0]), height: number(&sides[1]) };
    let rects = inputs["rects"].as_array().unwrap().iter().map(rect).collect();
    (rects, Roll { width: number(&inputs["width"]), gap: number(&inputs["gap"]), turn: true })
}

/// Percent of the roll that neither rectangles nor their gaps take.
fn waste(rects: &[Rect], roll: Roll, packing: &Packing) -> f64 {
    let area = |rect: &Rect| f64::from(rect.width + roll.gap) * f64::from(rect.height + roll.gap);
    let least = rects.iter().map(area).sum::<f64>() / f64::from(roll.width + roll.gap);
    100.0 * (1.0 - least / f64::from(packing.length + roll.gap))
}

/// Sides of a rectangle as it lies.
fn lying(rect: Rect, place: Place) -> (u32, u32) {
    place.turn.sides((rect.width, rect.height))
}

/// Everything inside, nothing turned that must not be, and a gap between any two.
fn check(rects: &[Rect], roll: Roll, length: u32, places: &[(usize, Place)]) -> Result<(), TestCaseError> {
    let mut taken: Vec<(u32, u32, u32, u32)> = Vec::new();
    for (index, place) in places {
        let (width, height) = lying(rects[*index], *place);
        prop_assert!(place.x + width <= roll.width && place.y + height <= length);
        prop_assert!(roll.turn || place.turn == Turn::None);
        for (x, y, wide, high) in &taken {
            let apart = place.x >= x + wide + roll.gap
                || *x >= place.x + width + roll.gap
                || place.y >= y + high + roll.gap
                || *y >= place.y + height + roll.gap;
            prop_assert!(apart, "{place:?} {width} x {height} and {x},{y} {wide} x {high}");
        }
        taken.push((place.x, place.y, width, height));
    }
    Ok(())
}

fn numbered(places: &[Place]) -> Vec<(usize, Place)> {
    places.iter().copied().enumerate().collect()
}

#[test]
fn two_hundred_prints_are_packed_more_tightly_than_by_the_rival() {
    let (rects, roll) = w6();
    // rectpack's best of six ways and three orders: 8.19 %.
    for (effort, most) in [(Effort::Quick, 4.0), (Effort::Good, 3.0)] {
        let packing = pack(&rects, roll, effort).unwrap();
        let waste = waste(&rects, roll, &packing);
        assert!(waste <= most, "{effort:?}: {waste:.2} %");
        check(&rects, roll, packing.length, &numbered(&packing.places)).unwrap();
    }
}

#[test]
fn what_does_not_fit_or_is_too_much_is_refused() {
    let roll = Roll { width: 100, gap: 5, turn: false };
    let rect = |width, height| Rect { width, height };
    assert!(pack(&[rect(101, 10)], roll, Effort::Quick).is_none());
    assert!(
        pack(&[rect(101, 100)], Roll { turn: true, ..roll }, Effort::Quick)
            .is_some_and(|it| it.places[0].turn == Turn::Quarter)
    );
    assert!(pack(&[rect(100, 0)], roll, Effort::Quick).is_none());
    assert!(pack(&[rect(1, LONGEST + 1)], roll, Effort::Quick).is_none());
    assert!(pack(&vec![rect(1, 1); MOST + 1], roll, Effort::Quick).is_none());
    assert_eq!(pack(&[], roll, Effort::Best).unwrap(), Packing { places: Vec::new(), length: 0 });
    // The longest that there can be, on each other.
    let most = pack(&vec![rect(100, LONGEST); MOST / 10], roll, Effort::Quick).unwrap();
    assert_eq!(u64::from(most.length), (MOST as u64 / 10) * (u64::from(LONGEST) + 5) - 5);
}

#[test]
fn pieces_that_are_due_first_lie_on_the_first_sheets() {
    let (rects, roll) = w6();
    let film = Film { roll, length: 12_000 };
    let laid = sheets(&rects, film, Effort::Quick);
    assert!(laid.len() >= 5 && laid.len() <= 7, "{}", laid.len());
    let mut left: Vec<usize> = (0..rects.len()).collect();
    for sheet in &laid {
        let is_on = |index: &usize| sheet.pieces.iter().any(|(on, _)| on == index);
        assert!(is_on(&left[0]), "the first that is left is on the next sheet");
        left.retain(|index| !is_on(index));
    }
    assert!(left.is_empty());
    // Sheets are full as long as there are pieces of all sizes left.
    let fill = |sheet: &Sheet| {
        let area = |index: usize| f64::from(rects[index].width) * f64::from(rects[index].height);
        sheet.pieces.iter().map(|(index, _)| area(*index)).sum::<f64>() / (2200.0 * 12_000.0)
    };
    let fills: Vec<f64> = laid.iter().map(fill).collect();
    assert!(fills[..fills.len() - 2].iter().all(|fill| *fill > 0.9), "{fills:?}");
}

#[test]
fn a_piece_that_fits_in_one_direction_only_lies_so() {
    // Too long upright for the sheet, too wide for the roll if turned the other way round.
    let film = Film { roll: Roll { width: 300, gap: 2, turn: true }, length: 100 };
    let laid = sheets(&[Rect { width: 80, height: 250 }, Rect { width: 250, height: 80 }], film, Effort::Good);
    let turns: Vec<Turn> = laid.iter().flat_map(|sheet| sheet.pieces.iter().map(|(_, place)| place.turn)).collect();
    assert_eq!(turns, [Turn::Quarter, Turn::None]);
    assert!(laid.iter().all(|sheet| sheet.length <= 100));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nothing_overlaps_and_every_gap_is_kept(
        sides in prop::collection::vec((1_u32..90, 1_u32..160), 0..40),
        width in 90_u32..260,
        gap in 0_u32..9,
        turn in any::<bool>(),
    ) {
        let rects: Vec<Rect> = sides.into_iter().map(|(width, height)| Rect { width, height }).collect();
        let roll = Roll { width, gap, turn };
        let packing = pack(&rects, roll, Effort::Quick).unwrap();
        check(&rects, roll, packing.length, &numbered(&packing.places))?;
        let lowest = rects.iter().zip(&packing.places).map(|(rect, place)| place.y + lying(*rect, *place).1).max();
        prop_assert_eq!(lowest.unwrap_or_default(), packing.length);
        prop_assert_eq!(&pack(&rects, roll, Effort::Quick).unwrap(), &packing);
    }

    #[test]
    fn every_piece_lies_on_one_sheet_within_its_bounds(
        sides in prop::collection::vec((1_u32..90, 1_u32..90), 0..40),
        length in 90_u32..400,
        gap in 0_u32..9,
    ) {
        let rects: Vec<Rect> = sides.into_iter().map(|(width, height)| Rect { width, height }).collect();
        let film = Film { roll: Roll { width: 120, gap, turn: true }, length };
        let laid = sheets(&rects, film, Effort::Quick);
        let mut all: Vec<usize> = Vec::new();
        for sheet in &laid {
            prop_assert!(sheet.length <= length);
            check(&rects, film.roll, sheet.length, &sheet.pieces)?;
            all.extend(sheet.pieces.iter().map(|(index, _)| *index));
        }
        all.sort_unstable();
        prop_assert_eq!(all, (0..rects.len()).collect::<Vec<_>>());
    }

    #[test]
    fn a_longer_search_is_never_worse(sides in prop::collection::vec((5_u32..60, 5_u32..60), 1..12)) {
        let rects: Vec<Rect> = sides.into_iter().map(|(width, height)| Rect { width, height }).collect();
        let roll = Roll { width: 100, gap: 1, turn: true };
        let length = |effort| pack(&rects, roll, effort).unwrap().length;
        prop_assert!(length(Effort::Good) <= length(Effort::Quick));
    }
}
