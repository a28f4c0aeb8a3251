//! Suggestions: taking events in, making a model, answering, eight looks of a design, and their pictures.
//!
//! Made-up customers (`platen::suggest::simulate`).

use std::collections::BTreeSet;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, Throughput};
use platen::assets::Library;
use platen::cancel::Cancel;
use platen::design::Design;
use platen::looks::{Ideas, Wardrobe, Wish, looks};
use platen::shop::{PreviewOptions, Shop};
use platen::suggest::{Ask, Event, History, Model, Settings, simulate};

const EVENTS: usize = 200_000;
/// The first of January 2026, milliseconds since 1970.
const NOW: i64 = 1_767_225_600_000;

fn history(events: &[Event]) -> History {
    let mut history = History::new();
    for event in events {
        let _ = history.add(event, NOW);
    }
    history
}

pub(crate) fn benches(criterion: &mut Criterion) {
    let events = simulate(EVENTS, 365, NOW, 7);
    let mut group = criterion.benchmark_group("suggest");
    group.sample_size(10);
    group.throughput(Throughput::Elements(events.len() as u64));
    group.bench_function("take events in", |bencher| bencher.iter(|| history(black_box(&events))));
    let known = history(&events);
    let model = |known: &History| Model::new(known, NOW, Settings::default(), &mut BTreeSet::new());
    group.bench_function("make the model", |bencher| bencher.iter(|| model(black_box(&known))));
    group.throughput(Throughput::Elements(1));
    let made = model(&known);
    let customers: Vec<&str> = events.iter().step_by(events.len() / 1_000 + 1).map(|event| &*event.customer).collect();
    let mut next = customers.iter().cycle();
    group.bench_function("answer", |bencher| {
        bencher.iter(|| made.suggest(&known, &Ask { customer: next.next().copied(), n: 10, ..Ask::default() }));
    });
    group.bench_function("forget a customer", |bencher| {
        bencher.iter_batched_ref(|| known.clone(), |known| known.erase(customers[0]), BatchSize::LargeInput);
    });

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shop = Shop::open(root).unwrap();
    let ideas = Ideas::open(root, &shop).unwrap();
    let design = std::fs::read(root.join("examples/camp.json")).unwrap();
    let design = Design::from_json(&design).unwrap();
    let (locks, drawing) = (BTreeSet::new(), |_: &str| Vec::new());
    group.bench_function("eight looks of a design", |bencher| {
        bencher.iter(|| {
            let wardrobe = Wardrobe::new(&design, (&shop, &ideas), &locks, (&drawing, &Cancel::NEVER));
            looks(&made, &known, &Wish { n: 8, ..Wish::default() }, &wardrobe)
        });
    });
    let wardrobe = Wardrobe::new(&design, (&shop, &ideas), &locks, (&drawing, &Cancel::NEVER));
    let eight = looks(&made, &known, &Wish { n: 8, ..Wish::default() }, &wardrobe);
    let mut library = Library::with_base(root.join("examples"));
    library.fonts = Some(Arc::clone(&shop.fonts));
    let options = PreviewOptions { width_px: 256, ..PreviewOptions::default() };
    group.bench_function("pictures of the eight, 256 px", |bencher| {
        bencher.iter(|| {
            for chosen in &eight {
                black_box(shop.preview(&chosen.look.design, &library, &options).unwrap());
            }
        });
    });
    group.finish();
}
