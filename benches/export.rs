//! Pixels to files.

use criterion::Criterion;

pub(crate) fn benches(_criterion: &mut Criterion) {}
