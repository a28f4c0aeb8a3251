//! A shop's colour chart: patches that it prints and reads with a spectrophotometer, and what the readings say.
//!
//! [`Chart::of`] lists the patches, [`sheet`] lays them on pages and plates, [`template`] writes the files that readings are
//! filled into, [`readings`] reads such files of any program, and [`measure()`] turns readings into what a profile keeps.

mod cgats;
mod measure;
mod patch;
pub mod readings;
pub mod sheet;
mod table;
pub mod template;

use std::collections::BTreeSet;

pub use measure::{Change, Measured, measure};
pub use patch::{Ground, Patch};

use crate::catalog::UnknownId;
use crate::export::ExportError;
use crate::scene::text::TextError;
use crate::shop::Shop;

/// Tones that a chart may have of each ink, beside the full one.
pub const MOST_TONES: usize = 9;

/// What a chart is made of.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Ids of inks. Default: those on the shelf.
    pub inks: Option<Vec<String>>,
    /// Tones of each ink beside the full one, percent. Default: 25, 50 and 75.
    pub tones: Vec<u32>,
    /// Ids of garments whose colours are read. Default: those that the profile prices.
    pub garments: Option<Vec<String>>,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { inks: None, tones: vec![25, 50, 75], garments: None }
    }
}

/// A colour chart.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its patches: the grounds, a row or more of each ink, then garments.
    pub patches: Vec<Patch>,
    /// Name of the shop.
    pub shop: String,
    /// Hash of the profile that it was made of.
    pub profile: [u8; 32],
    /// When it was made, as it is to be read.
    pub date: Option<String>,
}

/// Why there is no chart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// What is asked for is not in the catalogue.
    #[error("{}{}", .0, hinted(.0))]
    Unknown(#[from] UnknownId),
    /// A tone that is none.
    #[error("tones are 1 to 99 percent, not {0}; the full tone is always there")]
    Tone(u32),
    /// More tones than [`MOST_TONES`].
    #[error("{0} tones are too many; at most {MOST_TONES} are allowed")]
    Tones(usize),
    /// The words cannot be set.
    #[error("the shop's fonts cannot set the words of the chart")]
    Words(#[from] TextError),
    /// The file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

fn hinted(unknown: &UnknownId) -> String {
    unknown.hint().map(|hint| format!("; {hint}")).unwrap_or_default()
}

impl Chart {
    /// Lists the patches of a shop's chart, each once.
    ///
    /// # Errors
    /// If an ink, a garment or a tone does not exist, or there are too many tones.
    pub fn of(shop: &Shop, wanted: &Wanted, date: Option<&str>) -> Result<Self, ChartError> {
        let (catalog, profile) = (&shop.catalog, &shop.profile);
        if wanted.tones.len() > MOST_TONES {
            return Err(ChartError::Tones(wanted.tones.len()));
        }
        let mut tones: BTreeSet<u32> = wanted.tones.iter().copied().collect();
        if let Some(tone) = tones.iter().find(|tone| !(1..=99).contains(*tone)) {
            return Err(ChartError::Tone(*tone));
        }
        tones.insert(100);
        let all = || catalog.inks().iter().map(|ink| ink.id.clone()).collect();
        let shelf = || if profile.inks.is_empty() { all() } else { profile.inks.clone() };
        let mut patches = vec![Patch::Cloth, Patch::Underbase];
        for id in wanted.inks.clone().unwrap_or_else(shelf) {
            let ink = &catalog.ink(&id)?.id;
            for ground in [Ground::Underbase, Ground::Cloth] {
                patches.extend(tones.iter().map(|&tone| Patch::Ink { ink: ink.clone(), tone, ground }));
            }
        }
        let priced = || profile.garments.keys().cloned().collect();
        for id in wanted.garments.clone().unwrap_or_else(priced) {
            let garment = catalog.garment(&id)?;
            let colors = garment.colors.iter().map(|color| color.id.clone());
            patches.extend(colors.map(|color| Patch::Garment { garment: id.clone(), color }));
        }
        let mut seen = BTreeSet::new();
        patches.retain(|patch| seen.insert(patch.clone()));
        let (shop, date) = (profile.brand.name.clone(), date.map(str::to_owned));
        Ok(Self { patches, shop, profile: profile.digest(), date })
    }

    /// Hash of the profile, 64 hexadecimal digits.
    #[must_use]
    pub fn profile_hash(&self) -> String {
        blake3::Hash::from(self.profile).to_hex().to_string()
    }
}
