//! The mockup's stages on the tee's front view: opening, plate, dye, composite, and the JPEG of what comes out.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::Criterion;
use platen::artwork::{self, Artwork};
use platen::catalog::{AreaSize, Fabric};
use platen::color::Color;
use platen::export::jpeg::{self, BlankCodes, Chroma, JpegOptions, Printed};
use platen::mockup::{Blank, CompositeOptions, GarmentLook, Mockup, Preview, Print, composite, tint};
use platen::units::Length;

use crate::inputs;

pub(crate) fn benches(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups/tee/front");
    let mockup = Mockup::open(&folder).unwrap();
    let navy = GarmentLook::solid(Color::new(0x1b, 0x24, 0x40));
    let options = CompositeOptions::default();
    let mut group = criterion.benchmark_group("mockup");
    group.sample_size(10);
    group.bench_function("open", |bencher| bencher.iter(|| Mockup::open(black_box(&folder)).unwrap()));
    group.bench_function("plate 1200", |bencher| {
        // more widths than are kept, so that each is built again
        let mut widths = (1198..=1203).cycle();
        bencher.iter(|| mockup.plate(widths.next().unwrap()));
    });
    group.sample_size(20);
    let heather = GarmentLook { fabric: Fabric::Heather { contrast: 0.1 }, ..navy.clone() };
    for (name, look) in [("solid", &navy), ("heather", &heather)] {
        let plate = mockup.plate(1200);
        group.bench_function(format!("tint 1200 {name}"), |bencher| {
            bencher.iter(|| tint(Arc::clone(&plate), look, &options));
        });
    }
    let (artwork, area) = full_front(&mockup);
    let surface = mockup.place("front", &area, 1.0).unwrap();
    let prints = [Print { artwork: &artwork, surface }];
    for width in [600, 1200, 2000] {
        let blank = mockup.blank(width, &navy, &options);
        group.bench_function(format!("composite {width}"), |bencher| {
            bencher.iter(|| composite(&blank, black_box(&prints)));
        });
    }
    let blank = mockup.blank(1200, &navy, &options);
    let preview = composite(&blank, &prints);
    for (name, chroma) in [("4:4:4", Chroma::Full), ("4:2:0", Chroma::Halved)] {
        let options = JpegOptions { quality: 85, chroma };
        let Preview { width, height, pixels, .. } = &preview;
        group.bench_function(format!("jpeg 1200 {name}"), |bencher| {
            bencher.iter(|| jpeg::write_rgb(*width, *height, black_box(pixels), "", options, Vec::new()).unwrap());
        });
        let codes = BlankCodes::default();
        group.bench_function(format!("jpeg 1200 {name}, on a coded blank"), |bencher| {
            bencher.iter(|| codes.write(&blank, Blank::pixels, &printed(&preview), options, Vec::new()).unwrap());
        });
    }
    let codes = BlankCodes::default();
    let mut dyes = (0..=255).cycle().map(|blue| GarmentLook::solid(Color::new(40, 60, blue)));
    let mut last = None;
    group.bench_function("a new colour 1200 4:2:0: tint, composite, jpeg", |bencher| {
        bencher.iter(|| {
            let blank = Arc::new(tint(Arc::clone(blank.plate()), &dyes.next().unwrap(), &CompositeOptions::default()));
            let preview = composite(&blank, black_box(&prints));
            let options = JpegOptions { quality: 85, chroma: Chroma::Halved };
            codes.write(&blank, Blank::pixels, &printed(&preview), options, Vec::new()).unwrap();
            last = Some(blank);
        });
    });
    drop(last);
    group.finish();
}

fn printed(preview: &Preview) -> Printed<'_> {
    Printed {
        width: preview.width,
        height: preview.height,
        rgb: black_box(&preview.pixels),
        columns: preview.printed_columns.clone(),
        rows: preview.printed_rows.clone(),
        artwork_hash: &preview.artwork_hash,
    }
}

/// The bench's photo, logo and lettering at a preview's resolution, and the area that they fill.
fn full_front(mockup: &Mockup) -> (Artwork, AreaSize) {
    let scene = inputs::preview_scene();
    let artwork = artwork::rasterize(&scene, mockup.artwork_dpi(1200, 1.0));
    (artwork, AreaSize { size: scene.size, dx: Length::ZERO, dy: Length::from_mm(60.0) })
}
