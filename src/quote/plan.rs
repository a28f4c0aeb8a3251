//! How one location is printed: screens, prints and flashes.

use serde::Serialize;

use crate::catalog::Technique;
use crate::color::Color;
use crate::color::lab::Lab;
use crate::profile::{Prices, Profile, ScreenPrices};
use crate::quote::{Ink, Location, QuoteError};

/// Process printing takes four inks.
const PROCESS_HEADS: u32 = 4;

/// How a location is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Way {
    /// One screen an ink.
    Spot,
    /// Halftones of process inks on all heads of the press.
    Process,
    /// Not by inks: priced by area.
    Area,
    /// There is nothing to print.
    Nothing,
}

/// How one location is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// In which way.
    pub way: Way,
    /// Inks of the artwork that are printed.
    pub inks: u32,
    /// Whether white lies under the colours.
    pub underbase: bool,
    /// Whether the only white of the artwork is that one.
    pub white_shows: bool,
    /// Light inks that are printed, dried and printed again with the same screen.
    pub double_light: u32,
    /// Screens that are made.
    pub screens: u32,
    /// Dryings between prints, a piece.
    pub flashes: u32,
}

/// White ink.
const WHITE_L: f64 = 92.0;
const WHITE_CHROMA: f64 = 8.0;

/// White, cream and light greys hold so much white that they cover dark cloth alone when printed twice.
const LIGHT_L: f64 = 85.0;
const LIGHT_CHROMA: f64 = 20.0;

/// Black and dark greys cover any cloth.
const DARK_L: f64 = 35.0;
const DARK_CHROMA: f64 = 12.0;

/// Whether an ink is white.
#[must_use]
pub fn is_white(lab: Lab) -> bool {
    lab.l >= WHITE_L && lab.chroma() <= WHITE_CHROMA
}

/// Whether an ink holds so much white that it covers dark cloth alone when it is printed twice.
#[must_use]
pub fn is_light(lab: Lab) -> bool {
    lab.l >= LIGHT_L && lab.chroma() <= LIGHT_CHROMA
}

/// Whether an ink covers any cloth.
#[must_use]
pub fn is_dark_grey(lab: Lab) -> bool {
    lab.l < DARK_L && lab.chroma() < DARK_CHROMA
}

/// Whether cloth of this colour needs white under colours.
#[must_use]
pub fn needs_white(cloth: Color, profile: &Profile) -> bool {
    Lab::from(cloth).l < f64::from(profile.dark_below)
}

/// Whether the cloth of a location needs white under colours.
pub(super) fn is_dark(location: &Location, profile: &Profile) -> bool {
    needs_white(location.cloth, profile)
}

impl Plan {
    /// Plans a location.
    ///
    /// # Errors
    /// If the artwork has more inks than the technique or the press holds, and the shop does no process separation.
    pub fn of(
        location: &Location,
        prices: &Prices,
        technique: &Technique,
        profile: &Profile,
    ) -> Result<Self, QuoteError> {
        if location.inks.is_empty() && !location.full_color {
            return Ok(Self::new(Way::Nothing, 0));
        }
        let inks = location.inks.len() as u32;
        match prices {
            Prices::Screens(prices) => Self::screens(location, prices, technique, profile),
            Prices::Area(_) => match technique.max_inks {
                Some(most) if location.full_color || inks > most => Err(too_many(format!(
                    "the artwork on {} {}, and {} holds {most}",
                    location.name,
                    has(location),
                    technique.name
                ))),
                _ => Ok(Self::new(Way::Area, inks)),
            },
        }
    }

    /// The inks that are printed. White of the artwork that is the white below needs no print of its own.
    pub(super) fn printed<'a>(&self, location: &'a Location) -> Vec<&'a Ink> {
        location.inks.iter().filter(|ink| !(self.white_shows && is_white(ink.lab))).collect()
    }

    const fn new(way: Way, inks: u32) -> Self {
        Self { way, inks, underbase: false, white_shows: false, double_light: 0, screens: 0, flashes: 0 }
    }

    fn screens(
        location: &Location,
        prices: &ScreenPrices,
        technique: &Technique,
        profile: &Profile,
    ) -> Result<Self, QuoteError> {
        let dark = technique.underbase && is_dark(location, profile);
        let whites = location.inks.iter().filter(|ink| is_white(ink.lab)).count() as u32;
        let underbase = dark && location.inks.iter().any(|ink| !is_light(ink.lab) && !is_dark_grey(ink.lab));
        let white_shows = underbase && whites > 0 && !prices.highlight_white;
        let light = location.inks.iter().filter(|ink| is_light(ink.lab)).count() as u32;
        let double_light = if dark && !underbase { light } else { 0 };
        let inks = location.inks.len() as u32 - if white_shows { whites } else { 0 };
        let screens = inks + u32::from(underbase);
        let heads = profile.heads();
        let flashes = u32::from(underbase || double_light > 0);
        if screens <= heads && !location.full_color {
            return Ok(Self { way: Way::Spot, inks, underbase, white_shows, double_light, screens, flashes });
        }
        if prices.separation.is_none() || heads < PROCESS_HEADS {
            let base = if underbase { " with white under them" } else { "" };
            let message =
                format!("the artwork on {} {}{base}, and the press has {heads} heads", location.name, has(location));
            return Err(too_many(message));
        }
        let flashes = u32::from(dark);
        Ok(Self { underbase: dark, screens: heads, flashes, ..Self::new(Way::Process, location.inks.len() as u32) })
    }
}

/// What a location's artwork is like, in words.
pub(super) fn has(location: &Location) -> String {
    if location.full_color { "is in full color".to_owned() } else { format!("has {}", many(location)) }
}

/// The inks of a location in words.
pub(super) fn many(location: &Location) -> String {
    match location.inks.len() {
        _ if location.full_color => "full color".to_owned(),
        1 => "1 ink".to_owned(),
        count => format!("{count} inks"),
    }
}

fn too_many(reason: String) -> QuoteError {
    QuoteError::TooManyInks { reason, alternatives: Vec::new() }
}
