//! Dots against the tones that they stand for.

use super::*;

fn covered(tile: &Tile, tone: u8) -> f64 {
    let all = (0..tile.side()).flat_map(|y| &tile.row(y)[..tile.side()]);
    let set = all.filter(|threshold| tone >= **threshold).count();
    set as f64 / (tile.side() * tile.side()) as f64
}

fn screen(shape: DotShape, angle: f64, lpi: f64) -> Screen {
    Screen { shape, angle, lpi, min_dot: 0.0, max_dot: 100.0, ..Screen::default() }
}

#[test]
fn every_tone_covers_its_share_in_every_shape_at_every_angle() {
    for (shape, name) in DotShape::ALL {
        for angle in [0.0, 7.5, 15.0, 22.5, 45.0, 52.5, 75.0, 82.5] {
            let tile = screen(shape, angle, 45.0).tile(Dpi::new(720.0).unwrap());
            for tone in [0_u8, 1, 13, 64, 128, 200, 254, 255] {
                let (share, wanted) = (covered(&tile, tone), f64::from(tone) / 255.0);
                assert!((share - wanted).abs() < 0.002, "{name} at {angle}: {tone} covers {share}");
            }
        }
    }
}

#[test]
fn ruling_and_angle_are_what_was_asked_for() {
    for (lpi, dpi) in [(35.0, 720.0), (45.0, 720.0), (45.0, 1200.0), (55.0, 1440.0), (65.0, 1440.0)] {
        for angle in [0.0, 15.0, 22.5, 45.0, 61.0, 75.0] {
            let tile = screen(DotShape::Round, angle, lpi).tile(Dpi::new(dpi).unwrap());
            assert!((tile.lpi / lpi - 1.0).abs() < 0.01, "{lpi} lpi at {angle}: {}", tile.lpi);
            assert!((tile.angle - angle).abs() < 0.5, "{angle} at {lpi} lpi: {}", tile.angle);
        }
    }
}

#[test]
fn the_curve_undoes_the_gain_and_keeps_dots_that_hold() {
    let curve = Screen { gain: 25.0, min_dot: 4.0, max_dot: 94.0, ..Screen::default() }.curve();
    let printed = |tone: usize| {
        let dot = f64::from(curve[tone]) / 255.0;
        dot + 4.0 * 0.25 * dot * (1.0 - dot)
    };
    assert!([64, 128, 200].iter().all(|tone| (printed(*tone) - *tone as f64 / 255.0).abs() < 0.005));
    let least = (0.04_f64 * 255.0).round() as u8;
    assert!(curve.iter().all(|dot| *dot == 0 || *dot >= least), "{curve:?}");
    assert!(curve.iter().all(|dot| *dot == 255 || *dot <= (0.94_f64 * 255.0).round() as u8), "{curve:?}");
    assert_eq!((curve[0], curve[255]), (0, 255));
    assert!(curve.is_sorted());
}

fn film(plate: &[u8], width: usize, dpi: f64) -> (Vec<bool>, usize) {
    let height = plate.len() / width;
    let screen = screen(DotShape::Ellipse, 22.5, 45.0);
    let mut film = Film::new(&screen, (width, height), Dpi::PRINT, Dpi::new(dpi).unwrap());
    let mut bits = Vec::new();
    plate.chunks_exact(width).for_each(|row| film.push(row, &mut bits));
    let (wide, high) = film.size();
    assert_eq!(bits.len(), wide.div_ceil(8) * high);
    let at = |x: usize, y: usize| bits[y * wide.div_ceil(8) + x / 8] >> (7 - x % 8) & 1 == 1;
    ((0..high).flat_map(|y| (0..wide).map(move |x| (x, y))).map(|(x, y)| at(x, y)).collect(), wide)
}

#[test]
fn a_film_holds_the_tone_of_its_plate() {
    for dpi in [720.0, 1200.0] {
        for tone in [13_u8, 51, 128, 204, 242] {
            let (bits, _) = film(&vec![tone; 300 * 300], 300, dpi);
            let share = bits.iter().filter(|bit| **bit).count() as f64 / bits.len() as f64;
            assert!((share - f64::from(tone) / 255.0).abs() < 0.01, "{tone} at {dpi} dpi covers {share}");
        }
    }
}

#[test]
fn the_edge_of_a_flat_area_is_sharp_and_where_the_plate_has_it() {
    // a slanted edge that crosses a pixel in ten rows
    let (width, height) = (120, 80);
    let edge = |y: usize| 40.0 + y as f64 / 10.0;
    let plate: Vec<u8> = (0..height)
        .flat_map(|y| (0..width).map(move |x| (((edge(y) - x as f64).clamp(0.0, 1.0)) * 255.0).round() as u8))
        .collect();
    let (bits, wide) = film(&plate, width, 1200.0);
    for y in (20..300).step_by(7) {
        let row = &bits[y * wide..(y + 1) * wide];
        let end = row.iter().position(|bit| !bit).unwrap();
        assert!(row[end..].iter().all(|bit| !bit), "no dots beyond the edge");
        let wanted = edge(y / 4) * 4.0;
        assert!((end as f64 - wanted).abs() < 1.6, "row {y}: {end} instead of {wanted}");
    }
}
