//! A garment and its sizes.

use crate::catalog::lookup::{self, Kind, UnknownId};
use crate::catalog::{AreaSize, GarmentColor, PrintArea, QuickPlacement};
use crate::units::Length;

/// A garment as bought from the mill: the blank.
#[derive(Debug, Clone)]
pub struct Garment {
    /// Id, the name of its folder.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// Views that have a mockup, the first is the default: `front`, `back`. Empty for a garment without mockups.
    pub views: Vec<String>,
    /// Parts that a colour may dye apart, such as `body`, `sleeves`, `collar`; the first is the main part.
    pub parts: Vec<Part>,
    /// Sizes, smallest first.
    pub sizes: Vec<Size>,
    /// Id of the size that the mockup stands for: of all chests, its own comes nearest to that of the mockup's pattern.
    pub mockup_size: String,
    /// Colours it is sold in.
    pub colors: Vec<GarmentColor>,
    /// Where it can be printed.
    pub areas: Vec<PrintArea>,
    /// One-click placements.
    pub placements: Vec<QuickPlacement>,
}

/// A part that a colour may dye apart.
#[derive(Debug, Clone)]
pub struct Part {
    /// Id.
    pub id: String,
    /// What customers read.
    pub name: String,
}

/// One size of a garment, laid flat.
#[derive(Debug, Clone)]
pub struct Size {
    /// Id, such as `XL`.
    pub id: String,
    /// Width across the chest, 1 inch under the armholes.
    pub chest: Length,
    /// From the highest point of the shoulder to the hem.
    pub length: Length,
    /// Surcharge in hundredths of the shop's currency.
    pub surcharge_cents: u32,
}

/// A size as labels write it: words as letters, and several X as their number.
fn in_letters(text: &str) -> String {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let mut letters = plain.to_ascii_uppercase();
    for (word, letter) in [("YOUTH", "Y"), ("EXTRA", "X"), ("SMALL", "S"), ("MEDIUM", "M"), ("LARGE", "L")] {
        letters = letters.replace(word, letter);
    }
    let rest = letters.trim_start_matches('X');
    match letters.len() - rest.len() {
        0 | 1 => letters,
        several => format!("{several}X{rest}"),
    }
}

impl Garment {
    /// The size with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn size(&self, id: &str) -> Result<&Size, UnknownId> {
        lookup::find(Kind::Size, &self.sizes, |size| &size.id, id)
    }

    /// The size that a person calls so: its id in any case, "XXL" for 2XL, or in words such as "X-Large".
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn size_like(&self, text: &str) -> Result<&Size, UnknownId> {
        let found = lookup::find_like(Kind::Size, &self.sizes, (|size| &size.id, |size| &size.id), text);
        found.or_else(|unknown| self.size(&in_letters(text)).map_err(|_| unknown))
    }

    /// The colour that a person calls so: its id or its name in any case.
    ///
    /// # Errors
    /// If there is none or not only one; the error names the nearest ids.
    pub fn color_like(&self, text: &str) -> Result<&GarmentColor, UnknownId> {
        lookup::find_like(Kind::Color, &self.colors, (|color| &color.id, |color| &color.name), text)
    }

    /// The print area that a person calls so: its id or its name in any case.
    ///
    /// # Errors
    /// If there is none or not only one; the error names the nearest ids.
    pub fn area_like(&self, text: &str) -> Result<&PrintArea, UnknownId> {
        lookup::find_like(Kind::Area, &self.areas, (|area| &area.id, |area| &area.name), text)
    }

    /// The colour with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn color(&self, id: &str) -> Result<&GarmentColor, UnknownId> {
        lookup::find(Kind::Color, &self.colors, |color| &color.id, id)
    }

    /// The print area with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn area(&self, id: &str) -> Result<&PrintArea, UnknownId> {
        lookup::find(Kind::Area, &self.areas, |area| &area.id, id)
    }

    /// The one-click placement with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn placement(&self, id: &str) -> Result<&QuickPlacement, UnknownId> {
        lookup::find(Kind::Placement, &self.placements, |placement| &placement.id, id)
    }

    /// The rectangle of a print area on a garment size.
    ///
    /// # Errors
    /// If the garment has no such area or size; the error names the nearest ids.
    pub fn area_on(&self, area: &str, size: &str) -> Result<AreaSize, UnknownId> {
        let area = self.area(area)?;
        let size = self.size(size)?;
        let missing = || UnknownId { kind: Kind::Size, id: size.id.clone(), suggestions: Vec::new() };
        area.sizes.get(&size.id).copied().ok_or_else(missing)
    }
}
