//! What can be read on which cloth.

use serde::Serialize;

use crate::catalog::{Fabric, GarmentColor};
use crate::color::Color;
use crate::color::contrast::{
    LARGE_MINIMUM, PERCEPTUAL_LARGE, PERCEPTUAL_SMALL, TEXT_MINIMUM, contrast_ratio, fibers, perceptual_contrast,
};

/// From this em size, mm, words on a shirt are large.
pub const LARGE_MM: f64 = 16.0;

/// How well words are read on a cloth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Contrast {
    /// Ratio of WCAG 2.2, 1 to 21.
    pub wcag: f64,
    /// Lc of APCA, its magnitude: 0 to 108.
    pub apca: f64,
}

impl Contrast {
    /// The worst of all the fibres that a cloth has.
    #[must_use]
    pub fn on(words: Color, cloth: &GarmentColor) -> Self {
        Self::on_dye(words, cloth.base, cloth.fabric)
    }

    /// The worst of all the fibres of a dye: that of a part may be another than that of the garment.
    #[must_use]
    pub fn on_dye(words: Color, dye: Color, fabric: Fabric) -> Self {
        let of = |fiber| Self { wcag: contrast_ratio(words, fiber), apca: perceptual_contrast(words, fiber).abs() };
        let worst = |a: Self, b: Self| Self { wcag: a.wcag.min(b.wcag), apca: a.apca.min(b.apca) };
        match fabric {
            Fabric::Solid => of(dye),
            Fabric::Heather { contrast } => fibers(dye, contrast).into_iter().map(of).fold(of(dye), worst),
        }
    }
}

/// Whether words of an em size, mm, can be read: large ones from 3 to 1 and Lc 45, small ones from 4.5 to 1 and Lc 60.
#[must_use]
pub fn is_legible(contrast: Contrast, em_mm: f64) -> bool {
    let (ratio, perceived) =
        if em_mm >= LARGE_MM { (LARGE_MINIMUM, PERCEPTUAL_LARGE) } else { (TEXT_MINIMUM, PERCEPTUAL_SMALL) };
    contrast.wcag >= ratio && contrast.apca >= perceived
}
