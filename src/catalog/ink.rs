//! Inks of the palette.

use crate::catalog::InkSwatch;
use crate::color::Color;
use crate::color::lab::Lab;

/// An ink of the palette.
#[derive(Debug, Clone)]
pub struct Ink {
    /// Id, such as `scarlet`, written `ink:scarlet` in documents.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// CIE L*a*b*, D50.
    pub lab: Lab,
    /// How a screen shows it, derived from `lab`.
    pub color: Color,
    /// What the shop or its supplier calls it, such as a number on the bucket. Shown to printers, never interpreted.
    pub reference: Option<String>,
    /// What the shop measured: then `lab` and `color` are from there.
    pub swatch: Option<InkSwatch>,
}

impl Ink {
    /// Its code in the open HLC notation, such as `H030_L050_C070`.
    #[must_use]
    pub fn hlc(&self) -> String {
        self.lab.hlc()
    }
}
