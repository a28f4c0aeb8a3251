//! The film that sheets are laid on, as somebody asks for it, and what that is in pixels.

use crate::gangsheet::limits::{DPI, GAP_MM, LENGTH_MM, WIDTH_MM};
use crate::gangsheet::lists::Billing;
use crate::gangsheet::pack::{Effort, Roll};
use crate::gangsheet::pieces::Options;
use crate::gangsheet::run::{Asked, Format, TRANSFER};
use crate::gangsheet::sheets::Film;
pub use crate::gangsheet::unit::Unit;
use crate::units::{Dpi, Length};

/// Why there is no such film.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum FilmError {
    /// A length that no film has.
    #[error("{what} is {} to {}, not {}", unit.number(*least), unit.show(*most), unit.show(*asked))]
    Outside {
        /// What is so long.
        what: &'static str,
        /// The least.
        least: Length,
        /// The most.
        most: Length,
        /// What was asked for.
        asked: Length,
        /// What they are told in.
        unit: Unit,
    },
    /// Margins of this length are wider than the sheet.
    #[error("margins of {} leave nothing of the sheet", .1.show(*.0))]
    NoRoom(Length, Unit),
    /// A resolution that sheets do not have.
    #[error("sheets have {least} to {most} dots per inch, not {0}", least = DPI.start(), most = DPI.end())]
    Dpi(f64),
}

/// The film, and how pieces lie on it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FilmSize {
    /// Its width. Default: 22 in.
    pub width: Length,
    /// The longest sheet; what does not fit goes on the next one. Default: 240 in.
    pub length: Length,
    /// What stays free between two pieces. Default: a quarter of an inch.
    pub gap: Length,
    /// What stays free along the edges. Default: a quarter of an inch.
    pub edge: Length,
    /// Whether pieces may be turned. Default: they may.
    pub turn: bool,
    /// What lengths are told in. Default: inches.
    pub unit: Unit,
}

impl Default for FilmSize {
    fn default() -> Self {
        let quarter = Length::from_inches(0.25);
        let (width, length) = (Length::from_inches(22.0), Length::from_inches(240.0));
        Self { width, length, gap: quarter, edge: quarter, turn: true, unit: Unit::Inch }
    }
}

impl FilmSize {
    /// The film within its margins, and these, in whole pixels.
    ///
    /// # Errors
    /// If a length or the resolution is out of bounds, or the margins leave nothing.
    pub fn in_pixels(&self, dpi: Dpi) -> Result<(Film, u32), FilmError> {
        if !DPI.contains(&dpi.get()) {
            return Err(FilmError::Dpi(dpi.get()));
        }
        for (value, range, what) in [
            (self.width, WIDTH_MM, "a film's width"),
            (self.length, LENGTH_MM, "a sheet's longest length"),
            (self.gap, GAP_MM, "the gap"),
            (self.edge, GAP_MM, "the edge"),
        ] {
            if !range.contains(&value.mm()) {
                let [least, most] = [range.start(), range.end()].map(|mm| Length::from_mm(*mm));
                return Err(FilmError::Outside { what, least, most, asked: value, unit: self.unit });
            }
        }
        let least = |length: Length| length.to_px(dpi).ceil() as u32;
        let most = |length: Length| (length.to_px(dpi) + 1e-6).floor() as u32;
        let edge = least(self.edge);
        let within = |length: Length| {
            let inner = most(length).checked_sub(edge * 2).filter(|inner| *inner > 0);
            inner.ok_or(FilmError::NoRoom(self.edge, self.unit))
        };
        let roll = Roll { width: within(self.width)?, gap: least(self.gap), turn: self.turn };
        Ok((Film { roll, length: within(self.length)? }, edge))
    }
}

/// The film of all transfers of some orders, with labels.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchFilm {
    /// The film.
    pub size: FilmSize,
    /// The files of each sheet. Default: PNG.
    pub formats: Vec<Format>,
    /// Whether true shapes are nested where less film is billed then. Default: they are not.
    pub is_nested: bool,
    /// How long a short sheet is searched for. Default: [`Effort::Good`].
    pub effort: Effort,
    /// What is billed. Default: whole feet, without a price.
    pub billing: Billing,
}

impl Default for BatchFilm {
    fn default() -> Self {
        Self {
            size: FilmSize::default(),
            formats: vec![Format::Png],
            is_nested: false,
            effort: Effort::Good,
            billing: Billing { step: Unit::Inch.bill_step(), price: None },
        }
    }
}

impl BatchFilm {
    /// What its sheets are made as.
    ///
    /// # Errors
    /// See [`FilmSize::in_pixels`].
    pub fn asked(&self, dpi: Dpi, accept: &[String]) -> Result<Asked, FilmError> {
        let (film, edge) = self.size.in_pixels(dpi)?;
        let technique = TRANSFER.to_owned();
        Ok(Asked {
            size: self.size,
            options: Options { dpi, film, technique, accept: accept.to_vec(), labels: true, unit: self.size.unit },
            edge,
            effort: self.effort,
            is_nested: self.is_nested,
            formats: self.formats.clone(),
            billing: self.billing,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn film_has_bounds_and_room_within_its_margins() {
        let inch = Length::from_inches;
        let usual = FilmSize::default();
        let (film, edge) = usual.in_pixels(Dpi::PRINT).unwrap();
        assert_eq!((edge, film.roll.gap, film.roll.width, film.length), (75, 75, 6600 - 150, 72_000 - 150));
        let told = |size: FilmSize, dpi: f64| size.in_pixels(Dpi::new(dpi).unwrap()).unwrap_err().to_string();
        for (size, dpi, words) in [
            (FilmSize { width: inch(81.0), ..usual }, 300.0, "a film's width is 1.97 to 80.00 in, not 81.00 in"),
            (
                FilmSize { length: inch(1.0), ..usual },
                300.0,
                "a sheet's longest length is 1.97 to 720.00 in, not 1.00 in",
            ),
            (FilmSize { gap: inch(3.0), ..usual }, 300.0, "the gap is 0.00 to 2.00 in, not 3.00 in"),
            (
                FilmSize { width: inch(3.0), edge: inch(1.5), ..usual },
                300.0,
                "margins of 1.50 in leave nothing of the sheet",
            ),
            (
                FilmSize { width: inch(1.0), unit: Unit::Millimeter, ..usual },
                300.0,
                "a film's width is 50.0 to 2032.0 mm, not 25.4 mm",
            ),
            (
                FilmSize { gap: inch(3.0), unit: Unit::Centimeter, ..usual },
                300.0,
                "the gap is 0.00 to 5.08 cm, not 7.62 cm",
            ),
            (usual, 601.0, "sheets have 72 to 600 dots per inch, not 601"),
        ] {
            assert_eq!(told(size, dpi), words);
        }
        for least in [WIDTH_MM, LENGTH_MM].map(|range| Length::from_mm(*range.start())) {
            assert!(FilmSize { width: least, length: least, ..usual }.in_pixels(Dpi::PRINT).is_ok());
        }
    }
}
