//! What a shop sells: garments with their sizes, colours and print areas, techniques with their limits, and inks.
//!
//! All of it comes from TOML files in the `mockups` folder, described for shops in `docs/CATALOG.md`: `inks.toml`,
//! `techniques.toml` and one `<garment>/garment.toml` a garment. [`Catalog::parse`] takes their texts and either gives
//! a catalogue whose ids are unique and whose references all lead somewhere, or every problem it met.
//!
//! A garment needs no mockup: it lists, takes orders and print files with `views = []`, and only previews are missing.

mod area;
mod color;
mod error;
mod garment;
mod ink;
mod legibility;
mod lookup;
mod placement;
mod read;
mod summary;
mod swatch;
mod technique;
#[cfg(test)]
mod tests;

pub use area::{Anchor, AreaSize, PrintArea};
pub use color::{Fabric, GarmentColor};
pub use error::{CatalogError, Problem};
pub use garment::{Garment, Part, Size};
pub use ink::Ink;
pub use legibility::{Contrast, LARGE_MM, is_legible};
pub use lookup::{Kind, UnknownId, suggest};
pub use placement::QuickPlacement;
pub use summary::{
    AreaSizeSummary, AreaSummary, ColorSummary, GarmentSummary, InkSummary, PartSummary, PlacementSummary, SizeSummary,
    TechniqueSummary,
};
pub use swatch::{GAIN, InkSwatch, MOST_CHROMATIC, Reading, SPREAD, Swatch, Swatches};
pub use technique::Technique;

/// Everything a shop sells. Ids are unique within their list, and every id that an entry names exists.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    garments: Vec<Garment>,
    techniques: Vec<Technique>,
    inks: Vec<Ink>,
}

impl Catalog {
    /// Reads the texts of a `mockups` folder: pairs of a path relative to it, with `/` between folders, and the file's
    /// text. Files come in any order; garments are listed by id.
    ///
    /// # Errors
    /// Every problem of every file: its place, what is wrong and what to do.
    pub fn parse<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Result<Self, CatalogError> {
        read::catalog(files)
    }

    /// Garments, ordered by id.
    #[must_use]
    pub fn garments(&self) -> &[Garment] {
        &self.garments
    }

    /// Techniques in the order of their file.
    #[must_use]
    pub fn techniques(&self) -> &[Technique] {
        &self.techniques
    }

    /// Inks in the order of their file.
    #[must_use]
    pub fn inks(&self) -> &[Ink] {
        &self.inks
    }

    /// The garment with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn garment(&self, id: &str) -> Result<&Garment, UnknownId> {
        lookup::find(Kind::Garment, &self.garments, |garment| &garment.id, id)
    }

    /// The garment that a person calls so: its id or its name in any case.
    ///
    /// # Errors
    /// If there is none or not only one; the error names the nearest ids.
    pub fn garment_like(&self, text: &str) -> Result<&Garment, UnknownId> {
        lookup::find_like(Kind::Garment, &self.garments, (|entry| &entry.id, |entry| &entry.name), text)
    }

    /// The technique with this id.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn technique(&self, id: &str) -> Result<&Technique, UnknownId> {
        lookup::find(Kind::Technique, &self.techniques, |technique| &technique.id, id)
    }

    /// The technique that a person calls so: its id or its name in any case.
    ///
    /// # Errors
    /// If there is none or not only one; the error names the nearest ids.
    pub fn technique_like(&self, text: &str) -> Result<&Technique, UnknownId> {
        lookup::find_like(Kind::Technique, &self.techniques, (|entry| &entry.id, |entry| &entry.name), text)
    }

    /// The ink with this id, without the prefix `ink:`.
    ///
    /// # Errors
    /// If there is none; the error names the nearest ids.
    pub fn ink(&self, id: &str) -> Result<&Ink, UnknownId> {
        lookup::find(Kind::Ink, &self.inks, |ink| &ink.id, id)
    }
}
