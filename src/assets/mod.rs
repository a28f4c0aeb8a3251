//! Pictures and fonts: everything that comes from outside as bytes, behind limits.

pub mod fonts;
