//! What an omitted optional field means, where that is neither nothing, zero, `false` nor the first choice.
//!
//! The reader and the JSON Schema both call these.

pub(super) const fn opacity() -> f64 {
    1.0
}

pub(super) const fn leading() -> f64 {
    1.2
}

pub(super) const fn weight() -> u16 {
    400
}

pub(super) const fn extrude_angle() -> f64 {
    45.0
}

pub(super) const fn tolerance() -> f64 {
    10.0
}

pub(super) const fn threshold() -> f64 {
    0.5
}

pub(super) const fn lpi() -> f64 {
    30.0
}

pub(super) const fn dot() -> f64 {
    0.4
}

pub(super) const fn star_inner() -> f64 {
    0.5
}
