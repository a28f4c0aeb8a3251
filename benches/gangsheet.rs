//! Packing of the 200 prints of SPEED.md's W6, and nesting of as many true shapes of the same sizes; says how much film it takes.

use std::hint::black_box;

use criterion::Criterion;
use platen::gangsheet::bits::Bits;
use platen::gangsheet::nest::{Bed, nest};
use platen::gangsheet::pack::{Effort, Rect, Roll, Turn, pack};
use platen::gangsheet::shape::{Grid, Shape};
use platen::units::Dpi;

#[expect(clippy::print_stdout, reason = "waste is the figure, beside the time")]
pub(crate) fn benches(criterion: &mut Criterion) {
    let inputs: serde_json::Value = serde_json::from_str(include_str!("rects.json")).unwrap();
    let number = |value: &serde_json::Value| value.as_u64().unwrap() as u32;
    let roll = Roll { width: number(&inputs["width"]), gap: number(&inputs["gap"]), turn: true };
    let rect = |sides: &serde_json::Value| Rect { width: number(&sides[0]), height: number(&sides[1]) };
    let rects: Vec<Rect> = inputs["rects"].as_array().unwrap().iter().map(rect).collect();
    let area = |rect: &Rect| f64::from(rect.width + roll.gap) * f64::from(rect.height + roll.gap);
    let least = rects.iter().map(area).sum::<f64>() / f64::from(roll.width + roll.gap);
    let mut group = criterion.benchmark_group("gangsheet");
    group.sample_size(10);
    for (name, effort) in [("quick", Effort::Quick), ("good", Effort::Good), ("best", Effort::Best)] {
        let length = f64::from(pack(&rects, roll, effort).unwrap().length + roll.gap);
        println!("pack {name}: {:.2} in, {:.2} % waste", length / 100.0, 100.0 * (1.0 - least / length));
        group.bench_function(format!("pack {name}"), |bencher| {
            bencher.iter(|| black_box(pack(black_box(&rects), roll, effort)));
        });
    }
    // The same in pixels of a print file: discs, triangles, corners and rectangles in turn.
    let (dpi, scale) = (Dpi::PRINT, Dpi::PRINT.get() / 100.0);
    let px = |hundredths: u32| (f64::from(hundredths) * scale).round() as u32;
    let roll = Roll { width: px(roll.width), gap: px(roll.gap), ..roll };
    let bed = Bed { roll, length: u32::MAX, grid: Grid::new(dpi, roll.gap) };
    let rects: Vec<Rect> = rects.iter().map(|rect| Rect { width: px(rect.width), height: px(rect.height) }).collect();
    let shape = |(number, rect): (usize, &Rect)| Shape::new(&ink(number, *rect, bed.grid), *rect, bed.grid, &Turn::ALL);
    let shapes: Vec<Shape> = rects.iter().enumerate().map(shape).collect();
    let shapes: Vec<&Shape> = shapes.iter().collect();
    for (name, effort) in [("quick", Effort::Quick), ("good", Effort::Good), ("best", Effort::Best)] {
        let inches = |length: u32| f64::from(length) / dpi.get();
        let nested = inches(nest(&shapes, bed, &[], effort).unwrap().length);
        println!(
            "nest {name}: {nested:.2} in, {:.2} in as rectangles",
            inches(pack(&rects, roll, effort).unwrap().length)
        );
        group.bench_function(format!("nest {name}"), |bencher| {
            bencher.iter(|| black_box(nest(black_box(&shapes), bed, &[], effort)));
        });
    }
    group.finish();
}

fn ink(number: usize, rect: Rect, grid: Grid) -> Bits {
    let (width, height) = (rect.width.div_ceil(grid.block), rect.height.div_ceil(grid.block));
    let mut bits = Bits::new(width, height);
    for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
        let (right, down) = (f64::from(x) / f64::from(width), f64::from(y) / f64::from(height));
        let (aside, below) = (right - 0.5, down - 0.5);
        let is_inked = match number % 4 {
            0 => aside * aside + below * below <= 0.25,
            1 => right <= down,
            2 => right < 0.3 || down > 0.7,
            _ => true,
        };
        if is_inked {
            bits.set(x, y);
        }
    }
    bits
}
