//! Elementary functions that give the same bits on every platform, and the affine maps built on them.
//!
//! `clippy.toml` bans the standard library's versions, whose last bits depend on the system's C library.

use kurbo::Affine;

/// Sine and cosine of `radians`.
#[must_use]
pub fn sin_cos(radians: f64) -> (f64, f64) {
    libm::sincos(radians)
}

/// The angle of the vector `(x, y)` in radians, from the x axis towards the y axis.
#[must_use]
pub fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// `base` to the power of `exponent`.
#[must_use]
pub fn powf(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// `e` to the power of `exponent`.
#[must_use]
pub fn exp(exponent: f64) -> f64 {
    libm::exp(exponent)
}

/// The natural logarithm of `value`.
#[must_use]
pub fn ln(value: f64) -> f64 {
    libm::log(value)
}

/// The cube root of `value`.
#[must_use]
pub fn cbrt(value: f64) -> f64 {
    libm::cbrt(value)
}

/// The length of the vector `(x, y)`.
#[must_use]
pub fn hypot(x: f64, y: f64) -> f64 {
    libm::hypot(x, y)
}

/// A rotation by `radians` about the origin, clockwise on the page since y points down.
#[must_use]
pub fn rotation(radians: f64) -> Affine {
    let (sin, cos) = sin_cos(radians);
    Affine::new([cos, sin, -sin, cos, 0.0, 0.0])
}

/// The point `t` of the way from `a` to `b`.
#[must_use]
pub fn lerp(a: f64, b: f64, t: f64) -> f64 {
    a + (b - a) * t
}
