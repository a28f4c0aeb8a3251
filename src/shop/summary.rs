//! Fonts and mockups as lists: what `platen catalog` prints and the service answers.

use serde::Serialize;

use crate::assets::fonts::Family;
use crate::mockup::Mockup;
use crate::shop::{RenderError, Shop};

/// A font family.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct FontSummary<'a> {
    /// What designs call it.
    pub family: &'a str,
    /// `display`, `sans`, `script` and so on.
    pub category: &'a str,
    /// CSS weights that it has, lightest first.
    pub weights: Vec<u16>,
    /// Whether it has an italic.
    pub italic: bool,
    /// ISO 15924 codes of the scripts that every face has.
    pub scripts: &'a [String],
    /// SPDX id of its licence.
    pub license: &'a str,
}

impl<'a> From<&'a Family> for FontSummary<'a> {
    fn from(family: &'a Family) -> Self {
        let mut weights: Vec<u16> = family.faces.iter().map(|face| face.weight).collect();
        weights.sort_unstable();
        weights.dedup();
        Self {
            family: &family.name,
            category: &family.category,
            weights,
            italic: family.faces.iter().any(|face| face.italic),
            scripts: &family.scripts,
            license: &family.license,
        }
    }
}

/// A view of a garment.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct MockupSummary {
    /// Id of the garment.
    pub garment: String,
    /// Id of the view.
    pub view: String,
    /// Width of its layers, pixels.
    pub width_px: u32,
    /// Height of its layers, pixels.
    pub height_px: u32,
    /// Ids of the print areas that it shows.
    pub areas: Vec<String>,
    /// SPDX id of its licence.
    pub license: String,
}

impl From<&Mockup> for MockupSummary {
    fn from(mockup: &Mockup) -> Self {
        let manifest = mockup.manifest();
        Self {
            garment: manifest.garment.clone(),
            view: manifest.view.clone(),
            width_px: manifest.width,
            height_px: manifest.height,
            areas: manifest.print_areas.iter().map(|area| area.id.clone()).collect(),
            license: manifest.license.clone(),
        }
    }
}

impl Shop {
    /// All views of all garments.
    ///
    /// # Errors
    /// If a mockup's files are broken.
    pub fn mockup_summaries(&self) -> Result<Vec<MockupSummary>, RenderError> {
        let views = self.catalog.garments().iter().flat_map(|garment| garment.views.iter().map(move |v| (garment, v)));
        views.map(|(garment, view)| Ok(MockupSummary::from(&*self.mockup(garment, view)?))).collect()
    }
}
