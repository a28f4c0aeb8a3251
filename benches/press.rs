//! From the artwork to plates and a film: the rivals' workload W5.

use std::convert::Infallible;
use std::hint::black_box;

use criterion::Criterion;
use platen::cancel::Cancel;
use platen::color::Color;
use platen::export::plate::{Depth, PlatePng};
use platen::export::tiff::{Facts, Samples, Strips};
use platen::prepress::halftone::{Film, Screen};
use platen::prepress::separate::{Base, Method, PressInk, Recipe, Target, separate};
use platen::units::{Dpi, Length};

use crate::inputs;

/// The colours of the logo.
const INKS: [u32; 6] = [0xe4572e, 0x17bebb, 0xffc914, 0x2e282a, 0x76b041, 0xffffff];

fn recipe() -> Recipe {
    let colors = INKS.map(|rgb| Color::new((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8));
    let inks = colors.map(|color| PressInk { color, opacity: 0.8, white: 1.0 });
    let bases = colors.iter().enumerate().map(|(plate, color)| Base { color: *color, target: Target::Plate(plate) });
    Recipe {
        inks: inks.to_vec(),
        method: Method::Spot(bases.collect()),
        underbase: Some(Length::from_mm(3.0 * 25.4 / 300.0)),
        trap: None,
    }
}

fn facts(size: (usize, usize), dpi: Dpi) -> Facts {
    Facts { size, dpi, title: "bench".to_owned(), artwork_hash: String::new() }
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let scene = inputs::print_scene();
    let recipe = recipe();
    let mut group = criterion.benchmark_group("press");
    group.sample_size(10);
    group.bench_function("plates alone 4500x5400", |bencher| {
        bencher.iter(|| {
            let mut sum = 0_u64;
            let end = separate(black_box(&scene), Dpi::PRINT, &recipe, &Cancel::NEVER, |rows| {
                sum += (0..rows.rows).map(|row| u64::from(rows.ink(0, row)[2000])).sum::<u64>();
                Ok::<_, Infallible>(())
            });
            assert!(end.is_some());
            sum
        });
    });
    group.bench_function("white, six plates and a film at 1200 dpi", |bencher| {
        bencher.iter(|| {
            let (width, height) = scene.size.to_px(Dpi::PRINT);
            let size = (width as usize, height as usize);
            let mut plates: Vec<_> = (0..=INKS.len())
                .map(|_| PlatePng::begin(Vec::new(), &facts(size, Dpi::PRINT), Depth::Coverage).unwrap())
                .collect();
            let dpi = Dpi::new(1200.0).unwrap();
            let mut film = Film::new(&Screen::default(), size, Dpi::PRINT, dpi);
            let mut tiff = Strips::new(facts(film.size(), dpi), Samples::Film);
            let stride = film.size().0.div_ceil(8);
            let mut bits = Vec::new();
            let end = separate(black_box(&scene), Dpi::PRINT, &recipe, &Cancel::NEVER, |rows| {
                for row in 0..rows.rows {
                    for (ink, plate) in plates.iter_mut().enumerate() {
                        plate.row(if ink < INKS.len() { rows.ink(ink, row) } else { rows.underbase(row).unwrap() })?;
                    }
                    bits.clear();
                    film.push(rows.ink(0, row), &mut bits);
                    bits.chunks_exact(stride).try_for_each(|row| tiff.row(row))?;
                }
                Ok::<_, platen::export::ExportError>(())
            });
            end.unwrap().unwrap();
            plates.into_iter().for_each(|plate| plate.finish().unwrap());
            let mut file = Vec::new();
            tiff.finish(&mut file).unwrap();
            file.len()
        });
    });
    group.finish();
}
