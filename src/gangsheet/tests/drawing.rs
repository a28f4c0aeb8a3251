//! What is kept of a print is the print, wherever it lies meanwhile and however it is turned.

use std::sync::{Arc, LazyLock};

use kurbo::{Circle, Point, Rect, Shape as _};
use proptest::prelude::*;

use crate::artwork::{Artwork, rasterize};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::gangsheet::drawn::{Drawn, Part, Room};
use crate::gangsheet::pack::Turn;
use crate::scene::{ArtworkHash, FillRule, Item, LayerFacts, Paint, Scene, SceneLayer};
use crate::units::{Dpi, PhysicalSize};

const SIZE: (u32, u32) = (230, 330);

fn one_px_per_mm() -> Dpi {
    Dpi::new(25.4).unwrap()
}

/// A block that fills whole tiles, sheer dots with soft edges, and much that is clear.
fn scene() -> Scene {
    let fill = |path, alpha: f32, red: u8| Item::Fill {
        path: Arc::new(path),
        rule: FillRule::NonZero,
        paint: Paint::Solid(Color::new(red, 40, 46), alpha),
    };
    let block = fill(Rect::new(0.0, 0.0, 140.0, 131.5).to_path(0.1), 1.0, 250);
    let dots = (0..7_u8).map(|dot| {
        let center = Point::new(f64::from(dot) * 31.3, 90.0 + f64::from(dot) * 37.7);
        fill(Circle::new(center, 17.3).to_path(0.05), 0.3 + f32::from(dot) / 10.0, dot * 20)
    });
    let layer = SceneLayer {
        id: "a".to_owned(),
        pointer: "/placements/0/layers/0".to_owned(),
        items: std::iter::once(block).chain(dots).collect(),
        frame: [Point::ZERO; 4],
        ink: Rect::ZERO,
        facts: LayerFacts::default(),
    };
    let size = PhysicalSize::from_mm(f64::from(SIZE.0), f64::from(SIZE.1));
    Scene { size, layers: vec![layer], finish: None, hash: ArtworkHash([7; 32]) }
}

static RASTER: LazyLock<Artwork> = LazyLock::new(|| rasterize(&scene(), one_px_per_mm()));

/// A part of something of that size.
fn part_of(inside: Part) -> impl Strategy<Value = Part> {
    let span = |begin: u32, length: u32| (0..length).prop_flat_map(move |from| (Just(begin + from), 1..=length - from));
    let both = (span(inside.x, inside.width), span(inside.y, inside.height));
    both.prop_map(|((x, width), (y, height))| Part { x, y, width, height })
}

fn parts() -> impl Strategy<Value = (Part, Part)> {
    let whole = Part { x: 0, y: 0, width: SIZE.0, height: SIZE.1 };
    part_of(whole).prop_flat_map(|drawn| (Just(drawn), part_of(drawn)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With all pixels in memory, some, or none; in two goes, so that a file is read where it was read before.
    #[test]
    fn any_window_of_a_print_has_its_pixels(
        (drawn, seen) in parts(),
        room in prop_oneof![Just(0), Just(20_000), Just(usize::MAX)],
        turn in prop_oneof![Just(Turn::None), Just(Turn::Quarter), Just(Turn::Half), Just(Turn::ThreeQuarters)],
    ) {
        let room = Room::of(room);
        let before = format!("{room:?}");
        let folder = tempfile::tempdir().unwrap();
        let print = Drawn::new(&scene(), (one_px_per_mm(), drawn), (&room, folder.path()), &Cancel::NEVER).unwrap();
        let Part { width, height, .. } = seen;
        let (wide, high) = turn.sides((width, height));
        for _ in 0..2 {
            let mut pixels = vec![[0; 4]; (wide * high) as usize];
            print.each(seen, |patch| {
                let (left, top) = patch.corner(seen, turn);
                let (columns, rows) = turn.sides((patch.seen.width, patch.seen.height));
                for row in 0..rows {
                    let from = ((top + row) * wide + left) as usize;
                    patch.put(turn, row, &mut pixels[from..from + columns as usize]);
                }
            }).unwrap();
            for (index, pixel) in (0_u32..).zip(&pixels) {
                let (column, row) = (index % wide, index / wide);
                let (x, y) = match turn {
                    Turn::None => (column, row),
                    Turn::Quarter => (row, height - 1 - column),
                    Turn::Half => (width - 1 - column, height - 1 - row),
                    Turn::ThreeQuarters => (width - 1 - row, column),
                };
                prop_assert_eq!(Some(*pixel), RASTER.pixels.pixel(seen.x + x, seen.y + y), "{} {}", column, row);
            }
        }
        drop(print);
        prop_assert_eq!(before, format!("{room:?}"), "the room is given back");
    }
}
