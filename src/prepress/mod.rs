//! From the artwork to the press: what a shop must know before it prints.

pub mod halftone;
pub mod preflight;
#[cfg(test)]
mod scenes;
pub mod separate;
