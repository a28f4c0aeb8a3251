//! From the artwork to the press: what a shop must know before it prints.

pub mod halftone;
pub mod preflight;
pub mod separate;
