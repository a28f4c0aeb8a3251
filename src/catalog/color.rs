//! The colours of a garment.

use std::collections::BTreeMap;

use crate::catalog::Swatch;
use crate::color::Color;
use crate::color::lab::Lab;

/// A colour in which a garment is sold.
#[derive(Debug, Clone)]
pub struct GarmentColor {
    /// Id, such as `heather-grey`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// The dye of parts that `parts` does not name.
    pub base: Color,
    /// The dye of parts that differ from the base.
    pub parts: BTreeMap<String, Color>,
    /// How the yarn takes the dye.
    pub fabric: Fabric,
    /// The values come from a picture or a name, not from a measured swatch.
    pub unmeasured: bool,
    /// The dye can migrate into inks when cured (polyester blends).
    pub dye_migration: bool,
    /// What the shop measured: then `base` is from there.
    pub swatch: Option<Swatch>,
}

/// How the yarn takes the dye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fabric {
    /// One even colour.
    Solid,
    /// Light and dark fibres side by side; the contrast is the standard deviation of the log albedo, about 0.05 to 0.2.
    Heather {
        /// Strength, above 0 to [`Fabric::MAX_CONTRAST`].
        contrast: f64,
    },
}

impl Fabric {
    /// The strongest contrast of fibres that still looks like cloth.
    pub const MAX_CONTRAST: f64 = 0.3;
}

impl GarmentColor {
    /// The dye of a part of the garment.
    #[must_use]
    pub fn of_part(&self, part: &str) -> Color {
        self.parts.get(part).copied().unwrap_or(self.base)
    }

    /// The main dye in CIE Lab, D50.
    #[must_use]
    pub fn lab(&self) -> Lab {
        self.swatch.as_ref().map_or_else(|| Lab::from(self.base), |swatch| swatch.lab.lab())
    }
}
