//! A design in one, two, three and four inks: how it looks, and what it takes.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use serde::Serialize;

use crate::assets::Library;
use crate::cancel::Cancel;
use crate::design::Design;
use crate::press::{PressError, Wanted, make};
use crate::profile::{Money, Profile};
use crate::shop::Shop;
use crate::shop::press::{Match, PressPlan, RungInk, SeparationError, SeparationOptions};

/// A design in so many inks.
#[derive(Debug, Clone)]
pub struct Rung {
    /// Its inks.
    pub inks: Vec<RungInk>,
    /// What it takes, with its price.
    pub plan: PressPlan,
    /// The plates together on the cloth, a PNG.
    pub proof: Vec<u8>,
}

/// A rung for programs.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct RungReport {
    /// Its inks.
    pub inks: Vec<ReportedInk>,
    /// Colours of the design that stay open, `#rrggbb`: the cloth shows.
    pub open: Vec<String>,
    /// Screens that are made, that of white under the colours too.
    pub screens: u32,
    /// Dryings between prints, a piece.
    pub flashes: u32,
    /// How near it comes to the design.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matches: Option<Match>,
    /// Pieces that are priced.
    pub pieces: u64,
    /// What a piece costs, in the minor unit of `currency`; absent if there is no price.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<i64>))]
    pub per_piece: Option<Money>,
    /// What all pieces cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<i64>))]
    pub total: Option<Money>,
    /// Code of the currency (ISO 4217).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Digits of its minor unit: with 2, an amount of 250 is 2.50.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub digits: Option<u32>,
    /// What to ask of `/separations` for its plates, and with `answer=proof` for its picture.
    #[cfg_attr(feature = "server", schema(example = "area=front&inks=%23f6ead2%2C%23d7263d&open=true"))]
    pub separation: String,
}

/// An ink of a rung.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct ReportedInk {
    /// What printers call it.
    #[cfg_attr(feature = "server", schema(example = "Scarlet"))]
    pub name: String,
    /// How it looks, `#rrggbb`.
    #[cfg_attr(feature = "server", schema(example = "#d7263d"))]
    pub color: String,
}

impl Rung {
    /// What it is, for programs.
    #[must_use]
    pub fn report(&self) -> RungReport {
        let (plan, price) = (&self.plan, self.plan.price.as_ref());
        let ink = |ink: &RungInk| ReportedInk { name: ink.name.clone(), color: ink.color.to_string() };
        let values: Vec<&str> = self.inks.iter().map(|ink| ink.value.as_str()).collect();
        let inks = values.join(",").replace('#', "%23").replace(',', "%2C").replace(':', "%3A");
        RungReport {
            inks: self.inks.iter().map(ink).collect(),
            open: plan.mixed.iter().filter(|mixed| mixed.ink.is_none()).map(|mixed| mixed.color.clone()).collect(),
            screens: plan.screens,
            flashes: plan.flashes,
            matches: plan.matches,
            pieces: plan.pieces,
            per_piece: price.map(|price| price.per_piece),
            total: price.map(|price| price.total),
            currency: price.map(|price| price.currency.clone()),
            digits: price.map(|price| price.digits),
            separation: format!("area={}&inks={inks}&open=true", plan.area),
        }
    }
}

/// Why there is no ladder.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LadderError {
    /// The design cannot be taken apart.
    #[error(transparent)]
    Separation(#[from] SeparationError),
    /// Its plates cannot be made.
    #[error(transparent)]
    Press(#[from] PressError),
}

/// Takes a design apart with the inks of each rung of its [`Shop::ladder`]. What `options` say of inks is not looked at.
///
/// # Errors
/// If it cannot be taken apart, or once `cancel` is set.
pub fn ladder(
    shop: &Shop,
    profile: &Profile,
    design: (&Design, &Library),
    options: &SeparationOptions,
    cancel: &Cancel,
) -> Result<Vec<Rung>, LadderError> {
    let rung = |inks: Vec<RungInk>| {
        let values = inks.iter().map(|ink| ink.value.clone()).collect();
        let options = SeparationOptions { inks: values, open: true, merge: 0.0, ..options.clone() };
        let job = shop.separation(profile, design, &options, cancel)?;
        let proof = Memory::default();
        let tally = make(shop, &job, &Wanted::default(), cancel, |_| Ok(proof.clone()))?;
        let plan = job.plan(&tally, shop.price_of(profile, design, &job, cancel));
        Ok(Rung { inks, plan, proof: proof.take() })
    };
    shop.ladder(profile, design, options, cancel)?.into_iter().map(rung).collect()
}

/// A file that stays in memory.
#[derive(Debug, Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Memory {
    fn take(&self) -> Vec<u8> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
