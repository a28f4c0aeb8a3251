//! Lines, gaps, dots and half-transparent ink of known sizes.

use kurbo::{Affine, Circle, Point, Rect, Shape};

use super::*;
use crate::color::Color;
use crate::prepress::scenes;
use crate::scene::{Edges, Finish, Item};

fn fill(shape: impl Shape, opacity: f32) -> Item {
    scenes::fill(shape, Color::BLACK, opacity)
}

fn found(items: Vec<Item>, line: f64, gap: f64) -> Found {
    let wanted = Wanted { line: Length::from_mm(line), gap: Length::from_mm(gap), haze: true };
    measure(&scenes::scene((80.0, 80.0), items), &wanted, &Cancel::NEVER).unwrap()
}

/// What is found once lines and gaps are brought to the limits, and the opacities of the raster without and with that.
fn mended(items: Vec<Item>, line: f64, gap: f64) -> (Found, [Vec<u8>; 2]) {
    let wanted = Wanted { line: Length::from_mm(line), gap: Length::from_mm(gap), haze: true };
    let finish = |least_gap, least_line| Finish { knock_out: None, least_gap, least_line, edges: Edges::Soft };
    let plain = Scene { finish: Some(finish(0.0, 0.0)), ..scenes::scene((80.0, 80.0), items) };
    let mended = Scene { finish: Some(finish(gap, line)), ..plain.clone() };
    let planes = [&plain, &mended].map(|scene| opacity(scene, &Cancel::NEVER).unwrap().bytes);
    (measure(&mended, &wanted, &Cancel::NEVER).unwrap(), planes)
}

/// The limits that the techniques have.
const LIMITS: [f64; 4] = [0.353, 0.45, 1.0, 1.27];
const WIDTHS: [f64; 16] = [0.1, 0.15, 0.2, 0.25, 0.3, 0.33, 0.38, 0.42, 0.48, 0.6, 0.8, 0.95, 1.05, 1.2, 1.35, 2.0];
const DEGREES: [f64; 6] = [0.0, 7.0, 30.0, 45.0, 61.0, 90.0];

/// A bar of 30 mm in the middle, at an angle and off the grid.
fn bar(width: f64, degrees: f64) -> kurbo::BezPath {
    let turn = Affine::translate((40.03, 40.07)) * crate::math::rotation(degrees.to_radians());
    turn * Rect::new(-15.0, -width / 2.0, 15.0, width / 2.0).to_path(0.001)
}

#[test]
fn exactly_the_lines_below_the_limit_are_found_and_their_widths_told() {
    for degrees in DEGREES {
        for width in WIDTHS {
            for limit in LIMITS {
                let lines = found(vec![fill(bar(width, degrees), 1.0)], limit, 0.3).lines;
                assert_eq!(lines.len(), usize::from(width < limit), "{width} mm at {degrees}, {limit}: {lines:?}");
                if let [line] = lines.as_slice() {
                    assert!((line.width - width).abs() < 0.02, "{width} mm at {degrees}: {line:?}");
                    assert!(line.bounds.width().max(line.bounds.height()) > 18.0, "{line:?}");
                }
            }
        }
    }
}

#[test]
fn exactly_the_gaps_below_the_limit_are_found_and_their_widths_told() {
    for degrees in DEGREES {
        for width in WIDTHS {
            for limit in [0.353, 0.5, 0.7, 1.0] {
                let turn = Affine::translate((40.03, 40.07)) * crate::math::rotation(f64::to_radians(degrees));
                let half = |side: f64| {
                    let near = side * width / 2.0;
                    turn * Rect::new(-15.0, near.min(near + side * 8.0), 15.0, near.max(near + side * 8.0))
                        .to_path(0.001)
                };
                let gaps = found(vec![fill(half(1.0), 1.0), fill(half(-1.0), 1.0)], 0.3, limit).gaps;
                assert_eq!(gaps.len(), usize::from(width < limit), "{width} mm at {degrees}, {limit}: {gaps:?}");
                if let [gap] = gaps.as_slice() {
                    assert!((gap.width - width).abs() < 0.02, "{width} mm at {degrees}: {gap:?}");
                }
            }
        }
    }
}

#[test]
fn exactly_the_lines_below_the_limit_are_thickened_and_then_hold() {
    for degrees in DEGREES {
        for width in WIDTHS {
            for limit in LIMITS {
                let (found, [before, after]) = mended(vec![fill(bar(width, degrees), 1.0)], limit, 0.3);
                assert!(found.lines.is_empty(), "{width} mm at {degrees}, {limit}: {found:?}");
                assert_eq!(before != after, width < limit, "{width} mm at {degrees}, {limit}");
                if width >= limit {
                    continue;
                }
                // The bar is 30 mm long, and its ends reach a little farther.
                let px = Dpi::PRINT.px_per_mm();
                let area = after.iter().map(|alpha| f64::from(*alpha)).sum::<f64>() / 255.0 / (px * px);
                let wide = area / (30.0 + limit - width);
                assert!((-0.01..0.1).contains(&(wide - limit)), "{width} mm at {degrees}, {limit}: {wide} mm");
            }
        }
    }
}

#[test]
fn exactly_the_gaps_below_the_limit_are_opened_and_then_stay_open() {
    for degrees in DEGREES {
        for width in WIDTHS {
            for limit in [0.353, 0.5, 0.7, 1.0] {
                let turn = Affine::translate((40.03, 40.07)) * crate::math::rotation(f64::to_radians(degrees));
                let block = |top: f64| fill(turn * Rect::new(-15.0, top, 15.0, top + 8.0).to_path(0.001), 1.0);
                let items = vec![block(width / 2.0), block(-width / 2.0 - 8.0)];
                let (found, [before, after]) = mended(items, 0.3, limit);
                assert!(found.gaps.is_empty(), "{width} mm at {degrees}, {limit}: {found:?}");
                assert_eq!(before != after, width < limit, "{width} mm at {degrees}, {limit}");
                assert!(before.iter().zip(&after).all(|(before, after)| after <= before), "ink is only taken away");
            }
        }
    }
}

#[test]
fn dots_grow_and_holes_open_to_the_limit() {
    for (index, diameter) in WIDTHS.into_iter().enumerate() {
        for limit in LIMITS {
            let place = Point::new(20.0 + index as f64 * 0.017, 20.0 + index as f64 * 0.031);
            let (dot, _) = mended(vec![fill(Circle::new(place, diameter / 2.0), 1.0)], limit, 0.3);
            assert!(dot.lines.is_empty(), "{diameter} mm, {limit}: {dot:?}");
            let mut ring = Rect::new(10.0, 10.0, 30.0, 30.0).to_path(0.001);
            ring.extend(Circle::new(place, diameter / 2.0).to_path(0.001));
            let (hole, _) = mended(vec![fill(ring, 1.0)], 0.3, limit);
            assert!(hole.gaps.is_empty(), "hole of {diameter} mm, {limit}: {hole:?}");
        }
    }
}

#[test]
fn dots_and_holes_count_by_their_diameters() {
    for (index, diameter) in WIDTHS.into_iter().enumerate() {
        for limit in LIMITS {
            let place = Point::new(20.0 + index as f64 * 0.017, 20.0 + index as f64 * 0.031);
            let dot = found(vec![fill(Circle::new(place, diameter / 2.0), 1.0)], limit, 0.3).lines;
            // The sum across the middle of a round dot is its diameter, a little less where the middle lies between pixels.
            let is_below = diameter < limit - 0.03;
            if is_below || diameter > limit + 0.03 {
                assert_eq!(dot.len(), usize::from(is_below), "{diameter} mm, {limit}: {dot:?}");
            }
            assert!(dot.iter().all(|dot| dot.is_alone), "{dot:?}");
            let mut ring = Rect::new(10.0, 10.0, 30.0, 30.0).to_path(0.001);
            ring.extend(Circle::new(place, diameter / 2.0).to_path(0.001));
            let hole = found(vec![fill(ring, 1.0)], 0.3, limit).gaps;
            if is_below || diameter > limit + 0.03 {
                assert_eq!(hole.len(), usize::from(is_below), "hole of {diameter} mm, {limit}: {hole:?}");
            }
        }
    }
}

#[test]
fn corners_of_wide_areas_are_no_lines_and_notches_no_gaps() {
    let mut star = kurbo::BezPath::new();
    for corner in 0..10 {
        let (sin, cos) = crate::math::sin_cos(f64::from(corner) * std::f64::consts::PI / 5.0 + 0.1);
        let radius = if corner % 2 == 0 { 20.0 } else { 9.0 };
        let point = Point::new(40.0 + radius * cos, 40.0 + radius * sin);
        if corner == 0 { star.move_to(point) } else { star.line_to(point) }
    }
    star.close_path();
    let items = vec![fill(star, 1.0), fill(Rect::new(2.0, 2.0, 12.0, 9.0), 1.0)];
    let found = found(items.clone(), 1.0, 1.0);
    assert!(found.lines.is_empty() && found.gaps.is_empty(), "{found:?}");
    let (_, [before, after]) = mended(items, 1.0, 1.0);
    assert!(before == after, "and they stay as they are");
}

#[test]
fn a_thin_neck_between_wide_areas_is_found_where_it_is() {
    let neck = vec![
        fill(Rect::new(10.0, 20.0, 30.0, 40.0), 1.0),
        fill(Rect::new(30.0, 29.9, 45.0, 30.1), 1.0),
        fill(Rect::new(45.0, 20.0, 65.0, 40.0), 1.0),
    ];
    let (strong, [before, after]) = mended(neck.clone(), 0.353, 0.3);
    assert!(strong.lines.is_empty(), "{strong:?}");
    let changed = before.iter().zip(&after).enumerate().filter(|(_, (before, after))| before != after);
    let columns: Vec<usize> = changed.map(|(index, _)| index % 945).collect();
    let (left, right) =
        (*columns.iter().min().unwrap() as f64 / 11.811, *columns.iter().max().unwrap() as f64 / 11.811);
    assert!(left > 29.9 && right < 45.1, "only the neck changes: {left} to {right} mm");
    let found = found(neck, 0.353, 0.3);
    let [neck] = found.lines.as_slice() else { panic!("{found:?}") };
    assert!((neck.width - 0.2).abs() < 0.02 && !neck.is_alone, "{neck:?}");
    assert!(Rect::new(29.0, 29.5, 46.0, 30.5).union(neck.bounds) == Rect::new(29.0, 29.5, 46.0, 30.5), "{neck:?}");
}

#[test]
fn only_ink_that_is_half_there_is_haze() {
    let hard = vec![fill(bar(5.0, 23.0), 1.0), fill(bar(0.15, 70.0), 1.0), fill(Circle::new((20.0, 20.0), 6.0), 1.0)];
    let ends = found(hard, 0.3, 0.3).haze;
    assert!(ends.is_none_or(|haze| haze.area < 0.1), "{ends:?}");
    let soft = found(vec![fill(Rect::new(10.0, 10.0, 30.0, 30.0), 0.5)], 0.3, 0.3).haze.unwrap();
    assert!((soft.area - 400.0).abs() < 4.0, "{soft:?}");
    let near = |a: f64, b: f64| (a - b).abs() < 0.2;
    assert!(near(soft.bounds.x0, 10.0) && near(soft.bounds.y1, 30.0), "{soft:?}");
}

#[test]
fn what_lies_across_the_squares_that_are_measured_is_one_line() {
    // 128 px are 10.8 mm.
    let lines = found(vec![fill(Rect::new(3.0, 10.83, 77.0, 11.03), 1.0)], 0.353, 0.3).lines;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].bounds.width() > 73.0, "{lines:?}");
}

#[test]
fn a_wedge_between_two_strokes_is_no_gap_and_a_spike_no_line() {
    // 12 degrees, as where the diagonal of a bold N leaves its stems.
    let mut wedge = kurbo::BezPath::new();
    for (index, (x, y)) in
        [(20.0, 20.0), (60.0, 20.0), (60.0, 60.0), (42.1, 60.0), (40.0, 40.0), (37.9, 60.0), (20.0, 60.0)]
            .into_iter()
            .enumerate()
    {
        if index == 0 { wedge.move_to((x, y)) } else { wedge.line_to((x, y)) }
    }
    wedge.close_path();
    let (_, [before, after]) = mended(vec![fill(wedge.clone(), 1.0)], 0.353, 0.7);
    assert!(before == after, "a wedge stays as it is");
    let cut = found(vec![fill(wedge, 1.0)], 0.353, 0.7);
    assert!(cut.gaps.is_empty(), "{cut:?}");
    let mut spike = kurbo::BezPath::new();
    spike.move_to((10.0, 10.0));
    spike.line_to((40.0, 13.0));
    spike.line_to((10.0, 16.0));
    spike.close_path();
    let tip = found(vec![fill(spike, 1.0)], 0.7, 0.3);
    assert!(tip.lines.is_empty(), "{tip:?}");
}
