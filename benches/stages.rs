//! One criterion binary; each stage of the pipeline has its module.
//!
//! `cargo bench --bench stages -- raster` runs the stages whose names contain "raster".

#![expect(clippy::unwrap_used, reason = "a bench that cannot set up its inputs should stop")]

mod export;
mod gangsheet;
mod inputs;
mod mockup;
mod press;
mod raster;
mod suggest;

use criterion::{criterion_group, criterion_main};

criterion_group!(
    benches,
    raster::benches,
    mockup::benches,
    export::benches,
    press::benches,
    suggest::benches,
    gangsheet::benches
);
criterion_main!(benches);
