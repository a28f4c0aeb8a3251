//! Plates against the artwork that they came from.

use std::convert::Infallible;
use std::sync::Arc;

use kurbo::{Affine, Circle, Rect, Shape as _};

use super::*;
use crate::artwork::rasterize;
use crate::color::delta_e::ciede2000;
use crate::color::lab::Lab;
use crate::pixels::Pixmap;
use crate::prepress::scenes::{self, fill};
use crate::scene::Item;

const RED: Color = Color::new(200, 16, 46);
const NAVY: Color = Color::new(20, 35, 80);
const GOLD: Color = Color::new(242, 163, 58);
const INKS: [Color; 4] = [RED, NAVY, GOLD, Color::BLACK];

fn scene(items: Vec<Item>) -> Scene {
    scenes::scene((40.0, 50.0), items)
}

/// Four colours in areas that touch each other on slanted and round edges, hairlines, and a translucent patch.
fn logo() -> Scene {
    let slant = Affine::new([1.0, 0.13, -0.2, 1.0, 4.0, 2.0]);
    let bar = |x: f64, width: f64| slant * Rect::new(x, 2.0, x + width, 46.0).to_path(0.01);
    scene(vec![
        fill(bar(2.0, 14.0), RED, 1.0),
        fill(bar(16.0, 10.0), NAVY, 1.0),
        fill(Circle::new((18.0, 22.0), 9.0), GOLD, 1.0),
        fill(Circle::new((20.0, 24.0), 4.0), Color::BLACK, 1.0),
        fill(bar(29.0, 0.15), RED, 1.0),
        fill(bar(31.0, 0.4), GOLD, 1.0),
        fill(Circle::new((8.0, 40.0), 3.0), NAVY, 0.4),
    ])
}

fn press_ink(color: Color) -> PressInk {
    PressInk { color, opacity: 0.8, white: if color == Color::BLACK { 0.0 } else { 1.0 } }
}

fn recipe(underbase: Option<Length>) -> Recipe {
    let bases = INKS.iter().enumerate().map(|(plate, color)| Base { color: *color, target: Target::Plate(plate) });
    Recipe { inks: INKS.map(press_ink).to_vec(), method: Method::Spot(bases.collect()), underbase, trap: None }
}

/// All rows of all plates, white last, and what they show if inks hide everything.
struct Whole {
    width: usize,
    plates: Vec<Vec<u8>>,
    shown: Vec<u8>,
}

fn whole(scene: &Scene, recipe: &Recipe, cloth: Color) -> Whole {
    let print = Layered {
        cloth,
        white: press_ink(Color::WHITE),
        inks: recipe.inks.clone(),
        order: (0..recipe.inks.len()).collect(),
    };
    let mut found = Whole { width: 0, plates: vec![Vec::new(); recipe.inks.len() + 1], shown: Vec::new() };
    let mut next = 0;
    let end = separate(scene, Dpi::PRINT, recipe, &Cancel::NEVER, |rows| {
        assert_eq!(rows.top, next, "rows come in order, each once");
        next += rows.rows;
        found.width = rows.width;
        let mut line = vec![0; rows.width * 3];
        for row in 0..rows.rows {
            for ink in 0..recipe.inks.len() {
                found.plates[ink].extend_from_slice(rows.ink(ink, row));
            }
            found.plates[recipe.inks.len()].extend_from_slice(rows.underbase(row).unwrap_or_default());
            flat(&print, rows, row, &mut line);
            found.shown.extend_from_slice(&line);
        }
        Ok::<_, Infallible>(())
    });
    assert!(matches!(end, Some(Ok(()))));
    assert_eq!(next, scene.size.to_px(Dpi::PRINT).1 as usize);
    found
}

#[test]
fn plates_put_together_are_the_artwork() {
    let scene = logo();
    let cloth = Color::new(34, 62, 37);
    let seen = whole(&scene, &recipe(None), cloth);
    let artwork = rasterize(&scene, Dpi::PRINT);
    let Method::Spot(bases) = recipe(None).method else { panic!() };
    let off = Off::of(artwork.pixels.data(), &seen.shown, (&bases, cloth));
    assert!(off.whole < 2.0, "a pixel of one ink, or of none, differs by {}", off.whole);
    // The artwork's own blends are within 2 of 255, which dark colours show.
    assert!(off.edge < 3.0 && off.far <= 5, "the worst edge differs by {}, and {} by 2 or more", off.edge, off.far);
    assert!(off.levels <= MISS, "the worst edge is off by {} levels", off.levels);
    assert!(off.edges > 1000, "the edges were compared");
}

/// What a mix of up to three inks may miss of a pixel, levels of 255 as a distance: [`unmix`] takes a mix for right within 5,
/// and faint pixels within 200 of their opacity more, of which so much shows; the parts of a mix are whole numbers.
const MISS: f64 = 7.0;

/// How far plates put together are from the artwork on the cloth, over all pixels.
#[derive(Debug, Default)]
struct Off {
    /// The most of pixels that one colour covers in full, or nothing: CIEDE2000.
    whole: f64,
    /// The most of all others.
    edge: f64,
    /// How many of them are off by 2 or more, and how many there are.
    far: usize,
    edges: usize,
    /// The most that they are off in the encoded channels, as a distance.
    levels: f64,
}

impl Off {
    fn of(artwork: &[u8], shown: &[u8], (bases, cloth): (&[Base], Color)) -> Self {
        let mut off = Self::default();
        for (pixel, shown) in artwork.as_chunks::<4>().0.iter().zip(shown.as_chunks::<3>().0) {
            let rest = 255 - u32::from(pixel[3]);
            let on = |channel: u8, cloth: u8| (u32::from(channel) + (u32::from(cloth) * rest + 127) / 255) as u8;
            let expected = Color::new(on(pixel[0], cloth.r), on(pixel[1], cloth.g), on(pixel[2], cloth.b));
            let found = Color::new(shown[0], shown[1], shown[2]);
            let differs = if expected == found { 0.0 } else { ciede2000(Lab::from(expected), Lab::from(found)) };
            let color = Color::new(pixel[0], pixel[1], pixel[2]);
            if pixel[3] == 0 || pixel[3] == 255 && base_of(bases, color).is_some() {
                off.whole = off.whole.max(differs);
                continue;
            }
            off.edge = off.edge.max(differs);
            off.far += usize::from(differs >= 2.0);
            off.edges += 1;
            let channels = [(expected.r, found.r), (expected.g, found.g), (expected.b, found.b)];
            let squares: f64 =
                channels.iter().map(|(a, b)| f64::from(a.abs_diff(*b)) * f64::from(a.abs_diff(*b))).sum();
            off.levels = off.levels.max(squares.sqrt());
        }
        off
    }
}

#[test]
fn a_line_thinner_than_a_pixel_between_two_inks_is_printed_as_its_own() {
    // Two fifths of a pixel of red in the middle of the pixels between gold and black: none is red, and together they lie
    // on no way from one ink to another.
    let px = 25.4 / 300.0;
    let (left, right) = (236.3 * px, 236.7 * px);
    let scene = scene(vec![
        fill(Rect::new(5.0, 5.0, 35.0, 45.0), GOLD, 1.0),
        fill(Rect::new(right, 5.0, 35.0, 45.0), Color::BLACK, 1.0),
        fill(Rect::new(left, 5.0, right, 45.0), RED, 1.0),
    ]);
    let cloth = Color::WHITE;
    let seen = whole(&scene, &recipe(None), cloth);
    let artwork = rasterize(&scene, Dpi::PRINT);
    let Method::Spot(bases) = recipe(None).method else { panic!() };
    let off = Off::of(artwork.pixels.data(), &seen.shown, (&bases, cloth));
    assert!(off.whole < 2.0 && off.levels <= MISS && off.edge < 3.0, "{off:?}");
    let mm2 = seen.plates[0].iter().map(|part| f64::from(*part) / 255.0).sum::<f64>() * px * px;
    let wanted = 40.0 * (right - left);
    assert!((mm2 / wanted - 1.0).abs() < 0.06, "{mm2} of {wanted} mm2");
}

#[test]
fn coverages_add_up_to_the_opacity_of_every_pixel() {
    let scene = logo();
    let seen = whole(&scene, &recipe(None), Color::BLACK);
    let artwork = rasterize(&scene, Dpi::PRINT);
    for (at, pixel) in artwork.pixels.data().as_chunks::<4>().0.iter().enumerate() {
        let sum: u32 = seen.plates[..4].iter().map(|plate| u32::from(plate[at])).sum();
        assert_eq!(sum, u32::from(pixel[3]), "pixel {at}");
    }
}

#[test]
fn white_lies_within_the_colors_that_want_it_and_under_every_hairline() {
    let choke = Length::from_points(1.0);
    let seen = whole(&logo(), &recipe(Some(choke)), Color::BLACK);
    let [red, navy, gold, black, white] = [0, 1, 2, 3, 4].map(|plate| &seen.plates[plate]);
    for at in 0..white.len() {
        let wants: u32 = [red, navy, gold].iter().map(|plate| u32::from(plate[at])).sum();
        assert!(u32::from(white[at]) <= wants, "white beyond the colours at {at}");
        if black[at] == 255 {
            assert_eq!(white[at], 0, "white under black at {at}");
        }
    }
    // a line of 0.15 mm crosses the middle row at about 33 mm
    let row = 290 * seen.width;
    let line: Vec<u8> = (0..seen.width).filter(|x| red[row + x] > 0 && *x > 300).map(|x| white[row + x]).collect();
    assert!(!line.is_empty() && line.iter().any(|value| *value > 120), "{line:?}");
    let edge = white.chunks_exact(seen.width).zip(red.chunks_exact(seen.width)).filter(|(white, red)| {
        let first = red.iter().position(|value| *value == 255);
        first.is_some_and(|x| white[x] == 0 && white[x + 2] == 0)
    });
    assert!(edge.count() > 300, "wide areas are choked by more than two pixels");
}

#[test]
fn colors_that_the_cloth_shows_are_left_open_and_white_can_be_the_white_below() {
    let bases = vec![
        Base { color: RED, target: Target::Plate(0) },
        Base { color: Color::WHITE, target: Target::Underbase },
        Base { color: NAVY, target: Target::Cloth },
    ];
    let recipe = Recipe {
        inks: vec![press_ink(RED)],
        method: Method::Spot(bases),
        underbase: Some(Length::from_mm(0.5)),
        trap: None,
    };
    let scene = scene(vec![
        fill(Rect::new(2.0, 2.0, 12.0, 12.0), RED, 1.0),
        fill(Rect::new(15.0, 2.0, 25.0, 12.0), Color::WHITE, 1.0),
        fill(Rect::new(2.0, 20.0, 12.0, 30.0), NAVY, 1.0),
    ]);
    let seen = whole(&scene, &recipe, NAVY);
    let sum =
        |plate: &[u8]| plate.iter().map(|value| f64::from(*value) / 255.0).sum::<f64>() / (300.0 / 25.4 * 300.0 / 25.4);
    assert!((sum(&seen.plates[0]) - 100.0).abs() < 0.1, "only red");
    // the white square whole, the red one less half a millimetre at each side
    assert!((sum(&seen.plates[1]) - (100.0 + 81.0)).abs() < 1.5, "{}", sum(&seen.plates[1]));
}

/// Light to dark: gold, red, navy, black.
fn trapped(mm: f64) -> Recipe {
    let below = vec![vec![1, 3], vec![3], vec![0, 1, 3], vec![]];
    Recipe { trap: Some(Trap { reach: Length::from_mm(mm), below }), ..recipe(None) }
}

#[test]
fn traps_reach_below_darker_inks_only_and_are_hidden_by_them() {
    let cloth = Color::new(34, 62, 37);
    let (plain, seen) = (whole(&logo(), &recipe(None), cloth), whole(&logo(), &trapped(0.2), cloth));
    let print =
        Layered { cloth, white: press_ink(Color::WHITE), inks: INKS.map(press_ink).to_vec(), order: vec![2, 0, 1, 3] };
    let mut grown = [0_usize; 4];
    for at in 0..plain.plates[0].len() {
        let part = |ink: usize| (u32::from(plain.plates[ink][at]), u32::from(seen.plates[ink][at]));
        for (ink, grown) in grown.iter_mut().enumerate() {
            let later = print.order.iter().skip_while(|other| **other != ink).skip(1);
            let room: u32 = later.map(|other| part(*other).0).sum();
            let (before, after) = part(ink);
            assert!(after >= before && after <= before + room, "ink {ink} at {at}: {before}, {after}, room {room}");
            *grown += usize::from(after > before + 100);
        }
    }
    // The rims of the discs, 82 mm, and where red meets navy beside them, 31 mm; 0.2 mm of each.
    assert!((1800..2600).contains(&grown[2]), "gold below red, navy and black: {grown:?}");
    assert!((550..1100).contains(&grown[0]), "red below navy: {grown:?}");
    assert_eq!((grown[1], grown[3]), (0, 0), "navy and black meet nothing darker");
    let [with, without] = [trapped(0.2), recipe(None)].map(|recipe| shown(&logo(), &recipe, &print));
    for (at, (with, without)) in with.chunks_exact(3).zip(without.chunks_exact(3)).enumerate() {
        let sum: u32 = plain.plates[..4].iter().map(|plate| u32::from(plate[at])).sum();
        // Where shapes only touch, a little cloth shows between them, which the trap covers.
        assert!(with == without || sum < 255, "pixel {at}: {with:?} shows for {without:?}");
    }
}

/// What plates show that hide what lies below them.
fn shown(scene: &Scene, recipe: &Recipe, print: &Layered) -> Vec<u8> {
    let mut all = Vec::new();
    let end = separate(scene, Dpi::PRINT, recipe, &Cancel::NEVER, |rows| {
        let mut line = vec![0; rows.width * 3];
        for row in 0..rows.rows {
            flat(print, rows, row, &mut line);
            all.extend_from_slice(&line);
        }
        Ok::<_, Infallible>(())
    });
    assert!(matches!(end, Some(Ok(()))));
    all
}

#[test]
fn no_cloth_shows_where_a_trapped_screen_is_off() {
    // Black on gold, printed a tenth of a millimetre too far to the right, which is 1.2 pixels.
    let gaps = |recipe: &Recipe| {
        let scene = scene(vec![
            fill(Rect::new(5.0, 5.0, 20.0, 45.0), GOLD, 1.0),
            fill(Rect::new(20.0, 5.0, 35.0, 45.0), Color::BLACK, 1.0),
        ]);
        let seen = whole(&scene, recipe, Color::WHITE);
        let row = 300 * seen.width..301 * seen.width;
        let (gold, black) = (&seen.plates[2][row.clone()], &seen.plates[3][row]);
        let inside = 70..400;
        inside.filter(|x| gold[*x].saturating_add(black[*x - 1]) < 200).count()
    };
    assert!(gaps(&recipe(None)) > 0, "cloth peeps out");
    assert_eq!(gaps(&trapped(0.1)), 0);
}

#[test]
fn a_trap_is_as_wide_as_it_is_asked_for() {
    let scene = scene(vec![
        fill(Rect::new(5.0, 5.0, 20.0, 45.0), GOLD, 1.0),
        fill(Circle::new((20.0, 25.0), 12.0), Color::BLACK, 1.0),
    ]);
    let covered = |recipe: &Recipe| {
        let seen = whole(&scene, recipe, Color::WHITE);
        seen.plates[2].iter().map(|part| f64::from(*part) / 255.0).sum::<f64>() / (300.0 / 25.4 * 300.0 / 25.4)
    };
    let plain = covered(&recipe(None));
    // Half the circle lies on gold: a ring of that width inside it, and two ends at the gold's edge.
    for mm in [0.1, 0.2, 0.5] {
        let ring = std::f64::consts::PI * 12.0 * mm - std::f64::consts::FRAC_PI_2 * mm * mm;
        let wide = covered(&trapped(mm)) - plain;
        assert!((wide / ring - 1.0).abs() < 0.08, "{mm} mm: {wide} of {ring} mm2");
    }
}

/// What asks for most ink: noise of whole channels, black, a photograph's soft tones, and all of that half there.
fn hostile() -> Scene {
    let (width, height) = (240_u32, 300_u32);
    let mut pixels = Pixmap::new(width, height);
    let mut state = 1_u32;
    for (at, pixel) in pixels.data_mut().as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let (x, y) = (at as u32 % width, at as u32 / width);
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let whole = |bit: u32| if state >> bit & 1 == 1 { 255 } else { 0 };
        let color = match y / 75 {
            0 => [whole(31), whole(30), whole(29)],
            1 => [0, 0, 0],
            2 => [x as u8, (y * 7) as u8 / 2, (x / 2 + y % 75) as u8],
            _ => [(state >> 24) as u8, (state >> 16) as u8 / 4, (x / 8) as u8],
        };
        let alpha = if x < 200 { 255 } else { (state >> 23) as u8 };
        let premultiplied = color.map(|channel: u8| (u32::from(channel) * u32::from(alpha) / 255) as u8);
        *pixel = [premultiplied[0], premultiplied[1], premultiplied[2], alpha];
    }
    let transform = Affine::scale(40.0 / f64::from(width));
    scene(vec![Item::Picture { pixels: Arc::new(pixels), transform }])
}

/// The most that plates come to in any pixel, 255 for one ink in full, and the plates.
fn most_ink(method: Method, inks: usize) -> (u32, Vec<Vec<u8>>) {
    let recipe = Recipe { inks: vec![press_ink(RED); inks], method, underbase: None, trap: None };
    let mut plates = whole(&hostile(), &recipe, Color::WHITE).plates;
    plates.truncate(inks);
    let sum = |at: usize| plates.iter().map(|plate| u32::from(plate[at])).sum::<u32>();
    ((0..plates[0].len()).map(sum).max().unwrap_or(0), plates)
}

#[test]
fn no_pixel_of_process_plates_takes_more_ink_than_it_may() {
    // The worst profile: three colours for every black, and black on top of them.
    let greedy = |color: Color| {
        let [c, m, y] = [color.r, color.g, color.b].map(|channel| 255 - channel);
        [c, m, y, c.min(m).min(y)]
    };
    let (all, unbounded) = most_ink(Method::Process(Gamut::of_cmyk(greedy, 400)), 4);
    assert_eq!(all, 4 * 255, "the picture asks for everything");
    for percent in [100, 180, 240, 300, 399] {
        let limit = percent * 255 / 100;
        let (most, plates) = most_ink(Method::Process(Gamut::of_cmyk(greedy, percent)), 4);
        assert!(most <= limit && most + 3 >= limit, "{most} of {limit} at {percent} %");
        for at in 0..plates[0].len() {
            let colors = (0..3).all(|ink| plates[ink][at] <= unbounded[ink][at].saturating_add(1));
            assert!(colors, "a limit only takes color away, pixel {at} at {percent} %");
            assert!(plates[3][at] >= unbounded[3][at].saturating_sub(1), "black stays, pixel {at} at {percent} %");
        }
    }
}

#[test]
fn simulated_process_never_comes_to_more_than_one_ink() {
    let inks = [Color::WHITE, RED, NAVY, GOLD, Color::new(20, 160, 60), Color::BLACK];
    for ground in [Color::BLACK, Color::WHITE] {
        let (most, plates) = most_ink(Method::Process(Gamut::of_dots(&inks, ground)), inks.len());
        assert!(most <= 255, "{most} on {ground}");
        assert!(plates.iter().all(|plate| plate.iter().any(|part| *part > 100)), "every ink prints on {ground}");
    }
}
