//! From the artwork to the press: what a shop must know before it prints.

pub mod preflight;
