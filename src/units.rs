//! Physical quantities. This is the only place where millimetres become pixels.

use crate::math;

/// Millimetres in one inch.
pub const MM_PER_INCH: f64 = 25.4;

/// A length on the garment, kept in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Default)]
pub struct Length(f64);

impl Length {
    /// No length at all.
    pub const ZERO: Self = Self(0.0);

    /// A length of `mm` millimetres.
    #[must_use]
    pub const fn from_mm(mm: f64) -> Self {
        Self(mm)
    }

    /// A length of `inches` inches.
    #[must_use]
    pub fn from_inches(inches: f64) -> Self {
        Self(inches * MM_PER_INCH)
    }

    /// A length of `points` typographic points, 72 to the inch.
    #[must_use]
    pub fn from_points(points: f64) -> Self {
        Self(points * MM_PER_INCH / 72.0)
    }

    /// The length in millimetres.
    #[must_use]
    pub const fn mm(self) -> f64 {
        self.0
    }

    /// The length in inches.
    #[must_use]
    pub fn inches(self) -> f64 {
        self.0 / MM_PER_INCH
    }

    /// The length in pixels at `dpi`, not rounded.
    #[must_use]
    pub fn to_px(self, dpi: Dpi) -> f64 {
        self.0 * dpi.px_per_mm()
    }
}

/// A resolution in dots per inch: positive and finite.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Dpi(f64);

impl Dpi {
    /// The resolution of print files unless a shop asks for another.
    pub const PRINT: Self = Self(300.0);
    /// The resolution of films unless a shop asks for another: 257 tones at 45 lines to the inch.
    pub const FILM: Self = Self(720.0);

    /// A resolution of `dpi` dots per inch, or `None` unless it is positive and finite.
    #[must_use]
    pub fn new(dpi: f64) -> Option<Self> {
        (dpi.is_finite() && dpi > 0.0).then_some(Self(dpi))
    }

    /// The resolution at which `px_per_mm` pixels span one millimetre, or `None` unless positive and finite.
    #[must_use]
    pub fn from_px_per_mm(px_per_mm: f64) -> Option<Self> {
        Self::new(px_per_mm * MM_PER_INCH)
    }

    /// Dots per inch.
    #[must_use]
    pub const fn get(self) -> f64 {
        self.0
    }

    /// Pixels per millimetre.
    #[must_use]
    pub fn px_per_mm(self) -> f64 {
        self.0 / MM_PER_INCH
    }

    /// Pixels per metre, rounded, as PNG's pHYs chunk wants them.
    #[must_use]
    pub fn px_per_metre(self) -> u32 {
        (self.0 / MM_PER_INCH * 1000.0).round() as u32
    }
}

/// An angle, clockwise as seen on the page since y points down.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Angle(f64);

impl Angle {
    /// An angle of `degrees`, clockwise.
    #[must_use]
    pub fn from_degrees(degrees: f64) -> Self {
        Self(degrees.to_radians())
    }

    /// The angle in radians.
    #[must_use]
    pub const fn radians(self) -> f64 {
        self.0
    }

    /// Sine and cosine, the same bits on every platform.
    #[must_use]
    pub fn sin_cos(self) -> (f64, f64) {
        math::sin_cos(self.0)
    }
}

/// Width and height on the garment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PhysicalSize {
    /// Extent along x.
    pub width: Length,
    /// Extent along y.
    pub height: Length,
}

impl PhysicalSize {
    /// A size of `width` by `height` millimetres.
    #[must_use]
    pub const fn from_mm(width: f64, height: f64) -> Self {
        Self { width: Length::from_mm(width), height: Length::from_mm(height) }
    }

    /// The size in whole pixels at `dpi`, each side rounded to the nearest and at least 1.
    #[must_use]
    pub fn to_px(self, dpi: Dpi) -> (u32, u32) {
        let whole = |length: Length| length.to_px(dpi).round().max(1.0) as u32;
        (whole(self.width), whole(self.height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_100_mm_square_at_300_dpi_is_1181_px() {
        assert_eq!(PhysicalSize::from_mm(100.0, 100.0).to_px(Dpi::PRINT), (1181, 1181));
    }

    #[test]
    fn twelve_by_sixteen_inches_at_300_dpi_is_3600_by_4800_px() {
        let size = PhysicalSize { width: Length::from_inches(12.0), height: Length::from_inches(16.0) };
        assert_eq!(size.to_px(Dpi::PRINT), (3600, 4800));
    }

    #[test]
    fn a_resolution_is_positive_and_finite() {
        for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Dpi::new(bad), None);
        }
    }

    #[test]
    fn three_hundred_dpi_is_11811_px_per_metre() {
        assert_eq!(Dpi::PRINT.px_per_metre(), 11811);
    }
}
