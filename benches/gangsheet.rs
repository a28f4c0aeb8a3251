//! Packing of the 200 prints of SPEED.md's W6; says how much film is wasted.

use std::hint::black_box;

use criterion::Criterion;
use platen::gangsheet::pack::{Effort, Rect, Roll, pack};

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
    group.finish();
}
