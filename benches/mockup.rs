//! The mockup's stages on the tee's front view: plate, dye, composite.

use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::Criterion;
use platen::artwork::Artwork;
use platen::catalog::AreaSize;
use platen::color::Color;
use platen::mockup::{CompositeOptions, GarmentLook, Mockup, Print, composite, tint};
use platen::pixels::Pixmap;
use platen::scene::ArtworkHash;
use platen::units::{Length, PhysicalSize};

/// Adds the benches of this stage.
pub fn benches(c: &mut Criterion) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("mockups/tee/front");
    let mockup = Mockup::open(&dir).expect("the tee is part of the repository");
    let look = GarmentLook::solid(Color::new(0x1b, 0x24, 0x40));
    let options = CompositeOptions::default();
    c.bench_function("mockup/open", |b| b.iter(|| Mockup::open(black_box(&dir))));
    c.bench_function("mockup/plate/1200 (miss and build)", |b| {
        // more widths than are kept, so that each is built again
        let mut widths = (1198..=1203).cycle();
        b.iter(|| mockup.plate(widths.next().expect("a cycle has no end")));
    });
    for width in [600, 1200, 2000] {
        let plate = mockup.plate(width);
        c.bench_function(&format!("mockup/tint/{width}"), |b| b.iter(|| tint(Arc::clone(&plate), &look, &options)));
        let blank = mockup.blank(width, &look, &options);
        let artwork = full_front(&mockup, width);
        let area = AreaSize { size: SIZE, dx: Length::ZERO, dy: Length::from_mm(60.0) };
        let surface = mockup.place("front", &area, 1.0).expect("the tee's front has this area");
        let prints = [Print { artwork: &artwork, surface }];
        c.bench_function(&format!("mockup/composite/{width}"), |b| b.iter(|| composite(&blank, black_box(&prints))));
    }
}

const SIZE: PhysicalSize = PhysicalSize::from_mm(300.0, 360.0);

/// A print that covers the whole area, as a photo does, at the resolution that the width asks for.
fn full_front(mockup: &Mockup, width: u32) -> Artwork {
    let dpi = mockup.artwork_dpi(width, 1.0);
    let (columns, rows) = SIZE.to_px(dpi);
    let bytes = (0..rows).flat_map(|y| (0..columns).map(move |x| (x, y))).flat_map(|(x, y)| {
        let wave = (x ^ y).to_le_bytes()[0];
        [wave, x.to_le_bytes()[0], y.to_le_bytes()[0], 255]
    });
    let pixels = Pixmap::from_premultiplied(columns, rows, bytes.collect()).expect("four bytes a pixel");
    Artwork { dpi, pixels, hash: ArtworkHash([0; 32]) }
}
