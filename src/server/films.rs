//! The film of a batch as the service is asked for it, and as it is kept with the batch.

use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::batch::names::GANG;
use crate::gangsheet::film::{BatchFilm, FilmError, FilmSize, Unit};
use crate::gangsheet::limits::{DPI, LENGTH_MM, WIDTH_MM};
use crate::gangsheet::run::{Asked, Format};
use crate::server::error::ApiError;
use crate::units::{Dpi, Length};

/// Format of a gang sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum SheetFormat {
    Png,
    Tiff,
    Pdf,
}

impl SheetFormat {
    const fn format(self) -> Format {
        match self {
            Self::Png => Format::Png,
            Self::Tiff => Format::Tiff,
            Self::Pdf => Format::Pdf,
        }
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "png" => Some(Self::Png),
            "tiff" => Some(Self::Tiff),
            "pdf" => Some(Self::Pdf),
            _ => None,
        }
    }
}

/// The film that a batch's gang sheets are laid on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SheetFilm {
    /// Its width, mm.
    #[schema(example = 558.8)]
    width_mm: f64,
    /// Its longest sheet, mm; what does not fit goes on the next one.
    #[schema(example = 6096.0)]
    length_mm: f64,
    /// The files of each sheet.
    formats: Vec<SheetFormat>,
    /// Whether pieces are nested by their true shapes where less film is billed then.
    nest: bool,
}

impl Default for SheetFilm {
    fn default() -> Self {
        let FilmSize { width, length, .. } = FilmSize::default();
        Self { width_mm: width.mm(), length_mm: length.mm(), formats: vec![SheetFormat::Png], nest: false }
    }
}

/// The film as a request's parameters say it; what is left out is as usual.
#[derive(Debug, Clone, Copy)]
pub(super) struct FilmParams<'a> {
    pub(super) width_mm: Option<f64>,
    pub(super) length_mm: Option<f64>,
    pub(super) formats: Option<&'a str>,
    pub(super) nest: Option<bool>,
}

impl FilmParams<'_> {
    /// The film of a batch of which `make` is made, at `dpi`; none without gang sheets.
    ///
    /// # Errors
    /// If it says a film and there are no gang sheets, or one that there is not.
    pub(super) fn film(self, make: &[String], dpi: f64) -> Result<Option<SheetFilm>, ApiError> {
        let wrong = |detail: String| ApiError::bad_request("parameter", detail);
        if !make.iter().any(|what| what == GANG) {
            return match self.first_said() {
                None => Ok(None),
                Some(name) => Err(wrong(format!("{name} is of gang sheets; add {GANG} to make, or leave it out"))),
            };
        }
        let usual = SheetFilm::default();
        let within = |name: &str, asked: Option<f64>, usual: f64, range: &RangeInclusive<f64>| match asked {
            Some(asked) if !range.contains(&asked) => {
                Err(wrong(format!("{name} is {} to {}, not {asked}", range.start(), range.end())))
            }
            asked => Ok(asked.unwrap_or(usual)),
        };
        let mut formats = Vec::new();
        for name in self.formats.unwrap_or("png").split(',').map(str::trim) {
            match SheetFormat::named(name) {
                Some(format) if !formats.contains(&format) => formats.push(format),
                Some(_) => {}
                None => return Err(wrong(format!("film_format is one or more of png, tiff, pdf, not `{name}`"))),
            }
        }
        let film = SheetFilm {
            width_mm: within("film_width_mm", self.width_mm, usual.width_mm, &WIDTH_MM)?,
            length_mm: within("film_length_mm", self.length_mm, usual.length_mm, &LENGTH_MM)?,
            formats,
            nest: self.nest.unwrap_or(usual.nest),
        };
        if !DPI.contains(&dpi) {
            return Err(wrong(format!("dpi is {} to {} with {GANG} in make, not {dpi}", DPI.start(), DPI.end())));
        }
        Ok(Some(film))
    }

    fn first_said(self) -> Option<&'static str> {
        let said = [
            ("film_width_mm", self.width_mm.is_some()),
            ("film_length_mm", self.length_mm.is_some()),
            ("film_format", self.formats.is_some()),
            ("film_nest", self.nest.is_some()),
        ];
        said.into_iter().find(|(_, is_said)| *is_said).map(|(name, _)| name)
    }
}

impl SheetFilm {
    /// What its sheets are made as.
    pub(super) fn asked(&self, dpi: Dpi, accept: &[String]) -> Result<Asked, FilmError> {
        let [width, length] = [self.width_mm, self.length_mm].map(Length::from_mm);
        let film = BatchFilm {
            size: FilmSize { width, length, unit: Unit::Millimeter, ..FilmSize::default() },
            formats: self.formats.iter().map(|format| format.format()).collect(),
            is_nested: self.nest,
            ..BatchFilm::default()
        };
        film.asked(dpi, accept)
    }
}
