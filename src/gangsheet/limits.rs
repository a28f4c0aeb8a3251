//! Bounds of gang sheets.

use std::ops::RangeInclusive;

/// Pieces of one run.
pub const PIECES: usize = 20_000;
/// Different shapes of one run that is nested, each of which is drawn and kept.
pub const SHAPES: usize = 1000;
/// Pieces of a nested sheet whose order is searched, the rest fills what is left. What one trial costs grows faster than they do.
pub const NESTED: usize = 1000;
/// Width of a sheet, millimetres: to 80 inches.
pub const WIDTH_MM: RangeInclusive<f64> = 50.0..=2032.0;
/// Length of a sheet, millimetres: to 60 feet.
pub const LENGTH_MM: RangeInclusive<f64> = 50.0..=18_288.0;
/// Gaps and margins, millimetres.
pub const GAP_MM: RangeInclusive<f64> = 0.0..=50.8;
/// Dots per inch.
pub const DPI: RangeInclusive<f64> = 72.0..=600.0;
/// Bytes of prints that are kept in memory while their pieces are laid; what is more lies in scratch files.
pub const IN_MEMORY: usize = 64 << 20;
/// Bytes of bands that are drawn at once, however many processors there are.
pub const BAND_BYTES: usize = 48 << 20;
