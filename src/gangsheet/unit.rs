//! What lengths of film are told in.

use crate::units::Length;

/// What the lengths of a film are told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Inches, of a film that is said in feet, too.
    #[default]
    Inch,
    /// Millimetres.
    Millimeter,
    /// Centimetres.
    Centimeter,
    /// Metres.
    Meter,
}

impl Unit {
    /// A length without its unit, as finely as pixels are.
    #[must_use]
    pub fn number(self, length: Length) -> String {
        match self {
            Self::Inch => format!("{:.2}", length.inches()),
            Self::Millimeter => format!("{:.1}", length.mm()),
            Self::Centimeter => format!("{:.2}", length.mm() / 10.0),
            Self::Meter => format!("{:.3}", length.mm() / 1000.0),
        }
    }

    /// A length with its unit.
    #[must_use]
    pub fn show(self, length: Length) -> String {
        let name = match self {
            Self::Inch => "in",
            Self::Millimeter => "mm",
            Self::Centimeter => "cm",
            Self::Meter => "m",
        };
        format!("{} {name}", self.number(length))
    }

    /// The whole steps in which film is billed where nobody says it: a foot, or 10 cm.
    #[must_use]
    pub fn bill_step(self) -> Length {
        if self == Self::Inch { Length::from_inches(12.0) } else { Length::from_mm(100.0) }
    }
}
