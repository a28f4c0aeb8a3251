//! Preflight over a whole design: what the command line, the service and batches report.

use serde::Serialize;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::design::Design;
use crate::prepress::preflight::{self, CheckedArea, Finding, Severity};
use crate::shop::{Choice, Fitting, PlacedScene, RenderError, Shop};

/// What is known of a design before it is printed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Report {
    /// Id of the garment.
    pub garment: String,
    /// Id of its colour.
    pub color: String,
    /// Id of its size.
    pub size: String,
    /// Id of the technique.
    pub technique: String,
    /// What is printed, by print area.
    pub artworks: Vec<PrintedArtwork>,
    /// What was done to pictures that their owner should know.
    pub notes: Vec<LayerNote>,
    /// What would go wrong, in the document's order; what was measured on the raster comes last.
    #[cfg_attr(feature = "server", schema(value_type = Vec<Object>))]
    pub findings: Vec<Finding>,
    /// Pictures of their places, if they were asked for: at most 24.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<SpotPicture>,
}

/// A picture of the place of a finding: the artwork at 300 dpi on its cloth, the place framed.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct SpotPicture {
    /// The finding's number in `findings`, from 0.
    pub finding: usize,
    /// A PNG, as a `data:` address or as the name of a file.
    #[cfg_attr(feature = "server", schema(example = "data:image/png;base64,iVBORw0KGgo="))]
    pub picture: String,
}

/// A design that was looked at.
#[derive(Debug)]
pub struct Checked<'a> {
    /// What was found.
    pub report: Report,
    /// On which garment.
    pub fitting: Fitting<'a>,
    /// What is printed.
    pub scenes: Vec<PlacedScene<'a>>,
}

/// The artwork of one print area.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct PrintedArtwork {
    /// Id of the print area.
    pub area: String,
    /// Names its inputs, 64 hexadecimal digits: previews and print files carry the same.
    pub hash: String,
}

/// Something that was done to a layer's picture.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LayerNote {
    /// Id of the layer.
    pub layer: String,
    /// JSON pointer to it.
    pub pointer: String,
    /// What was done.
    pub note: String,
}

impl Report {
    /// Whether something must not be printed like this.
    #[must_use]
    pub fn is_unfit(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

fn checked<'a>(scenes: &'a [PlacedScene<'_>]) -> Vec<CheckedArea<'a>> {
    let area =
        |placed: &'a PlacedScene<'_>| CheckedArea { area: placed.area, pointer: &placed.pointer, scene: &placed.scene };
    scenes.iter().map(area).collect()
}

impl Fitting<'_> {
    /// What would go wrong with `scenes` in print.
    #[must_use]
    pub fn findings(&self, scenes: &[PlacedScene<'_>]) -> Vec<Finding> {
        let mut findings = preflight::check(&checked(scenes), self.color, self.technique);
        // Where another colour stands for one that is no longer sold, nothing is known about the cloth.
        let is_known = self.garment.color(&self.design.color).is_ok() || !self.any_color;
        findings.retain(|finding| is_known || !finding.rule.is_about_cloth());
        findings
    }

    /// What would go wrong with `scenes` in print, and what is too fine or too soft for it on their rasters: each is drawn
    /// once at 300 dpi.
    ///
    /// # Errors
    /// [`RenderError::CalledOff`] if that was called off.
    pub fn all_findings(&self, scenes: &[PlacedScene<'_>]) -> Result<Vec<Finding>, RenderError> {
        let mut findings = self.findings(scenes);
        let areas = checked(scenes);
        let measured = preflight::check_raster(&areas, self.technique, &self.cancel).ok_or(RenderError::CalledOff)?;
        findings.extend(measured);
        Ok(findings)
    }
}

impl Shop {
    /// Finds what would go wrong in print.
    ///
    /// # Errors
    /// If the design cannot be resolved: see [`RenderError`].
    pub fn check(
        &self,
        design: &Design,
        library: &Library,
        choice: &Choice,
        cancel: &Cancel,
    ) -> Result<Report, RenderError> {
        Ok(self.checked((design, library), choice, cancel)?.report)
    }

    /// As [`check`](Self::check), with what was looked at.
    ///
    /// # Errors
    /// If the design cannot be resolved: see [`RenderError`].
    pub fn checked<'a>(
        &'a self,
        (design, library): (&'a Design, &Library),
        choice: &Choice,
        cancel: &Cancel,
    ) -> Result<Checked<'a>, RenderError> {
        let fitting = Fitting { cancel: cancel.clone(), ..self.fit(design, choice)? };
        let scenes = self.scenes(&fitting, library, |_| true)?;
        let artwork = |placed: &PlacedScene<'_>| PrintedArtwork {
            area: placed.area.id.clone(),
            hash: placed.scene.hash.to_string(),
        };
        let layers = scenes.iter().flat_map(|placed| &placed.scene.layers);
        let notes = layers.flat_map(|layer| {
            let note = |note: &String| LayerNote {
                layer: layer.id.clone(),
                pointer: layer.pointer.clone(),
                note: note.clone(),
            };
            layer.facts.notes.iter().map(note)
        });
        let report = Report {
            garment: fitting.garment.id.clone(),
            color: fitting.color.id.clone(),
            size: fitting.size.id.clone(),
            technique: fitting.technique.id.clone(),
            artworks: scenes.iter().map(artwork).collect(),
            notes: notes.collect(),
            findings: fitting.all_findings(&scenes)?,
            pictures: Vec::new(),
        };
        Ok(Checked { report, fitting, scenes })
    }
}
