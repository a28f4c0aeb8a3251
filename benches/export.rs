//! Pixels to files.

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use platen::artwork;
use platen::export::jpeg::{BlankCodes, Chroma, JpegOptions, Printed};
use platen::export::png::{self, Effort};
use platen::export::{jpeg, webp};
use platen::units::Dpi;

use crate::inputs;

pub(crate) fn benches(criterion: &mut Criterion) {
    let print = inputs::print_scene();
    let mut group = criterion.benchmark_group("export");
    group.sample_size(10);
    for (name, effort) in [("fast", Effort::Fast), ("small", Effort::Small)] {
        let mut file = Vec::new();
        group.bench_function(format!("print png 4500x5400 {name}"), |bencher| {
            bencher.iter(|| {
                file.clear();
                png::write_print(black_box(&print), Dpi::PRINT, effort, &mut file).unwrap();
            });
        });
    }
    let (width, height, rgb) = preview();
    for (name, chroma) in [("4:4:4", Chroma::Full), ("4:2:0", Chroma::Halved)] {
        let options = JpegOptions { quality: 85, chroma };
        group.bench_function(format!("jpeg 1200x1500 {name}"), |bencher| {
            bencher.iter(|| jpeg::write_rgb(width, height, black_box(&rgb), "", options, Vec::new()).unwrap());
        });
        let (codes, blank) = (BlankCodes::default(), Arc::new(rgb.clone()));
        let printed = Printed { width, height, rgb: &rgb, columns: 0..1200, rows: 500..1000, artwork_hash: "" };
        group.bench_function(format!("jpeg 1200x1500 {name}, a third on a known blank"), |bencher| {
            bencher.iter(|| codes.write(&blank, |rgb| rgb, black_box(&printed), options, Vec::new()).unwrap());
        });
    }
    group.bench_function("webp lossless 1200x1500", |bencher| {
        bencher.iter(|| webp::write_rgb(width, height, black_box(&rgb), "", Vec::new()).unwrap());
    });
    group.bench_function("png preview 1200x1500", |bencher| {
        bencher.iter(|| png::write_rgb(width, height, black_box(&rgb), "", Vec::new()).unwrap());
    });
    group.finish();
}

/// The preview's artwork on a shaded ground, as a mockup is.
fn preview() -> (u32, u32, Vec<u8>) {
    let (width, height) = (1200_u32, 1500_u32);
    let artwork = artwork::rasterize(&inputs::preview_scene(), inputs::preview_dpi()).pixels;
    let mut rgb = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let ground = 200 - (libm::sin(f64::from(x) / 90.0) * 20.0 + libm::sin(f64::from(x + 2 * y) / 3.0)) as i32;
            let [r, g, b, a] = y.checked_sub(50).and_then(|y| artwork.pixel(x, y)).unwrap_or_default();
            let below = ground as u32 * (255 - u32::from(a)) / 255;
            rgb.extend([r, g, b].map(|channel| (u32::from(channel) + below).min(255) as u8));
        }
    }
    (width, height, rgb)
}
