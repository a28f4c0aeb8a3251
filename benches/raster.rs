//! Scene to artwork: whole, in bands, and reduced.

use std::hint::black_box;

use criterion::Criterion;
use platen::artwork;
use platen::units::Dpi;

use crate::inputs;

pub(crate) fn benches(criterion: &mut Criterion) {
    let (preview, print) = (inputs::preview_scene(), inputs::print_scene());
    let mut group = criterion.benchmark_group("raster");
    group.sample_size(20);
    group.bench_function("preview 1200x1400", |bencher| {
        bencher.iter(|| artwork::rasterize(black_box(&preview), inputs::preview_dpi()));
    });
    group.bench_function("print 4500x5400 in bands", |bencher| {
        bencher.iter(|| {
            let mut ink = 0_u64;
            artwork::for_each_band(black_box(&print), Dpi::PRINT, |band| {
                ink += u64::from(band.pixels[band.pixels.len() / 2]);
                Ok::<(), std::convert::Infallible>(())
            })
            .unwrap();
            ink
        });
    });
    group.bench_function("print 4500x5400 reduced by 4", |bencher| {
        bencher.iter(|| artwork::reduce(black_box(&print), Dpi::PRINT, 4));
    });
    group.finish();
}
