//! Garments as rendered layers, and artwork on their folds.
//!
//! A [`Mockup`] is one view of a garment, read from `mockups/<garment>/<view>/`. Its UV layer says for every pixel where
//! it lies on the flat sewing pattern, in centimetres, so a print has its true size on the cloth. Three steps lead to a
//! picture, each reusable: a [`Plate`] is the view resampled for a width, a [`Blank`] is a plate with a dyed garment, and
//! [`composite()`] lays prints on a blank.

pub mod card;
pub mod compare;
pub mod composite;
pub mod error;
mod footprint;
mod heather;
mod ink;
mod layers;
pub mod manifest;
mod paint;
mod plate;
mod pyramid;
mod recent;
mod reduced;
mod resample;
pub mod surface;
mod tone;

#[cfg(test)]
mod tests;

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, OnceLock};

pub use crate::mockup::card::{CARD_HEIGHT_PX, CARD_WIDTH_PX, card};
pub use crate::mockup::compare::{Comparison, compare};
pub use crate::mockup::composite::{
    Background, Blank, Channels, CompositeOptions, GarmentLook, Preview, Print, composite, tint,
};
pub use crate::mockup::error::MockupError;
pub use crate::mockup::manifest::Manifest;
pub use crate::mockup::plate::Plate;
pub use crate::mockup::surface::Surface;

use crate::mockup::layers::{LayerFile, Layers};
use crate::mockup::recent::{Recent, made_outside};
use crate::units::Dpi;

/// Widths that previews may have, pixels.
pub const WIDTHS_PX: std::ops::RangeInclusive<u32> = 64..=2000;
/// The file that names all others of a view.
const MANIFEST: &str = "manifest.json";
/// Most bytes of one file of a mockup.
const MAX_FILE_BYTES: u64 = 64 << 20;
/// Artwork pixels for one pixel of cloth that faces the camera: foreshortened cloth still gets by with one look-up.
const TEXELS_PER_PX: f64 = 1.4;
/// Plates that are kept; one of 1200 x 1500 pixels takes up to 50 MB.
const KEPT_PLATES: usize = 4;
/// Blanks that are kept; one of 1200 x 1500 pixels takes 5.4 MB.
const KEPT_BLANKS: usize = 24;

/// A layer that is to be had at a quarter of its size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReducedLayer {
    /// Encoded as the manifest tells for its light file.
    Light,
    /// Where on the pattern each pixel lies: two halves, one above the other. Red and green are the high and the low byte
    /// of the coordinate across in the upper half and up in the lower, in quarters of the UV file's steps; blue in the
    /// upper half is the number of the panel.
    Coordinates,
}

/// One view of a garment.
///
/// Takes about 12 bytes for every pixel of its full size, and what the plates and blanks take that it keeps.
pub struct Mockup {
    /// What the folder's manifest says.
    manifest: Manifest,
    layers: Arc<Layers>,
    plates: Recent<u32, Arc<Plate>>,
    blanks: Recent<String, Arc<Blank>>,
    reduced: [OnceLock<Vec<u8>>; 2],
}

impl std::fmt::Debug for Mockup {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mockup({}/{})", self.manifest.garment, self.manifest.view)
    }
}

impl Mockup {
    /// Opens the folder of a view, checks every file's hash and decodes the layers.
    ///
    /// # Errors
    /// If a file is missing, too large or not what the manifest says.
    pub fn open(dir: &Path) -> Result<Self, MockupError> {
        Self::load(&mut |name, limit| {
            let mut bytes = Vec::new();
            File::open(dir.join(name))?.take(limit).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    /// As [`Mockup::open`], with files from anywhere: `read` gives at most so many first bytes of a named file.
    ///
    /// # Errors
    /// If `read` fails, or a file is too large or not what the manifest says.
    pub fn load(read: &mut dyn FnMut(&str, u64) -> std::io::Result<Vec<u8>>) -> Result<Self, MockupError> {
        let mut read = |name: &str| {
            let failed = |source| MockupError::Read { file: name.to_owned(), source };
            let bytes = read(name, MAX_FILE_BYTES + 1).map_err(failed)?;
            if bytes.len() as u64 > MAX_FILE_BYTES {
                return Err(MockupError::TooLarge { file: name.to_owned(), limit: MAX_FILE_BYTES });
            }
            Ok(bytes)
        };
        let manifest = Manifest::from_json(&read(MANIFEST)?)?;
        let files = manifest
            .layers()
            .map(|(name, sha256)| Ok(LayerFile { name, sha256, bytes: read(name)? }))
            .collect::<Result<Vec<_>, MockupError>>()?;
        let layers = Layers::decode(&manifest, &files)?;
        drop(files);
        Ok(Self {
            manifest,
            layers: Arc::new(layers),
            plates: Recent::new(KEPT_PLATES),
            blanks: Recent::new(KEPT_BLANKS),
            reduced: Default::default(),
        })
    }

    /// Reads the manifest in the folder of a view and looks whether every layer is there, without reading the layers.
    ///
    /// # Errors
    /// If the manifest is missing or contradicts itself, or a layer is missing.
    pub fn check(dir: &Path) -> Result<(), MockupError> {
        let failed = |file: &str| {
            let file = file.to_owned();
            move |source| MockupError::Read { file, source }
        };
        let mut bytes = Vec::new();
        let file = File::open(dir.join(MANIFEST)).map_err(failed(MANIFEST))?;
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(failed(MANIFEST))?;
        for (name, _) in Manifest::from_json(&bytes)?.layers() {
            File::open(dir.join(name)).map_err(failed(name))?;
        }
        Ok(())
    }

    /// What the folder's manifest says.
    #[must_use]
    pub const fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// A layer at a quarter of the view's size, as a PNG. Made on first use.
    #[must_use]
    pub fn reduced(&self, layer: ReducedLayer) -> &[u8] {
        made_outside::<Vec<_>>(&self.reduced[layer as usize], || match layer {
            ReducedLayer::Light => reduced::light(&self.layers),
            ReducedLayer::Coordinates => reduced::coordinates(&self.layers),
        })
    }

    /// The view at a width, clamped to [`WIDTHS_PX`]; the latest few are kept.
    #[must_use]
    pub fn plate(&self, width_px: u32) -> Arc<Plate> {
        let width = width_px.clamp(*WIDTHS_PX.start(), *WIDTHS_PX.end());
        self.plates.get_or_make(&width, || Arc::new(Plate::new(&self.manifest, &self.layers, width as usize)))
    }

    /// The dyed garment at a width; the latest few are kept.
    #[must_use]
    pub fn blank(&self, width_px: u32, look: &GarmentLook, options: &CompositeOptions) -> Arc<Blank> {
        let plate = self.plate(width_px);
        let key = format!("{} {look:?} {options:?}", plate.width());
        self.blanks.get_or_make(&key, || Arc::new(tint(plate, look, options)))
    }

    /// The resolution at which an artwork has as many pixels as a preview of this width can use, for prints that are
    /// placed with `scale`.
    #[must_use]
    pub fn artwork_dpi(&self, width_px: u32, scale: f64) -> Dpi {
        let width = f64::from(width_px.clamp(*WIDTHS_PX.start(), *WIDTHS_PX.end()));
        let px_per_cm = self.manifest.px_per_cm * width / f64::from(self.manifest.width);
        let dpi = px_per_cm * 2.54 * TEXELS_PER_PX * scale;
        Dpi::new(dpi).unwrap_or(Dpi::PRINT)
    }
}
