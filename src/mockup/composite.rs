//! Dyeing the cloth and laying prints on it.
//!
//! With `a` the albedo, `g` the cloth's own, `D`, `I`, `G` the direct, indirect and specular light of the layers:
//!
//! ```text
//! a   = g * (1 - ink alpha) + ink            linear light
//! out = a * D + a * (g / layer albedo) * I + G * fibre(g) * (1 - ink alpha / 2)
//! ```
//!
//! then the view's exposure, a soft shoulder, sRGB, and the wall behind by coverage.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use crate::artwork::Artwork;
use crate::catalog::{Fabric, GarmentColor};
use crate::color::Color;
use crate::mockup::ink::Ink;
use crate::mockup::paint::{Dye, Painter, Printed};
use crate::mockup::plate::Plate;
use crate::mockup::surface::Surface;
use crate::pixels::buffer::Buffer;

/// How a garment is dyed.
#[derive(Debug, Clone, PartialEq)]
pub struct GarmentLook {
    /// The dye of parts that `parts` does not name.
    pub base: Color,
    /// The dye of parts that differ, by part id.
    pub parts: BTreeMap<String, Color>,
    /// How the yarn takes the dye.
    pub fabric: Fabric,
}

impl GarmentLook {
    /// One even colour all over.
    #[must_use]
    pub fn solid(base: Color) -> Self {
        Self { base, parts: BTreeMap::new(), fabric: Fabric::Solid }
    }
}

impl From<&GarmentColor> for GarmentLook {
    fn from(color: &GarmentColor) -> Self {
        Self { base: color.base, parts: color.parts.clone(), fabric: color.fabric }
    }
}

/// What surrounds the garment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Background {
    /// A lit wall of this colour, with the garment's shadow.
    Wall(Color),
    /// Nothing; the preview has an alpha channel.
    Transparent,
}

/// How to composite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompositeOptions {
    /// What surrounds the garment. Default: a wall of [`STUDIO_WALL`].
    pub background: Background,
}

/// A grey with a little blue: light enough for a studio, dark enough for the edges of a white shirt.
pub const STUDIO_WALL: Color = Color::new(0xd8, 0xdd, 0xe4);

impl Default for CompositeOptions {
    fn default() -> Self {
        Self { background: Background::Wall(STUDIO_WALL) }
    }
}

/// An artwork and where it lies.
#[derive(Debug, Clone, Copy)]
pub struct Print<'a> {
    /// The artwork.
    pub artwork: &'a Artwork,
    /// Its place on the cloth.
    pub surface: Surface,
}

/// A dyed garment without prints, at one width: what prints are laid on.
#[derive(Clone)]
pub struct Blank {
    plate: Arc<Plate>,
    dye: Dye,
    background: Background,
    pixels: Buffer,
}

/// A finished picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Preview {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Which channels `pixels` has.
    pub channels: Channels,
    /// sRGB bytes, rows from the top.
    pub pixels: Buffer,
    /// Columns in which prints changed anything; all others equal the blank's.
    pub printed_columns: Range<u32>,
    /// Rows in which prints changed anything; all others equal the blank's.
    pub printed_rows: Range<u32>,
    /// Names the artworks that it shows: the hash of the only one, or `area=hash` for each of several, with spaces
    /// between. Empty if there are none, or if nobody said from which areas they come.
    pub artwork_hash: String,
}

/// Channels of a preview.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Red, green, blue and straight (not premultiplied) alpha.
    Rgba,
}

impl Channels {
    /// Bytes of one pixel.
    #[must_use]
    pub const fn count(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

impl std::fmt::Debug for Preview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Preview({} x {} {:?}, printed {:?})", self.width, self.height, self.channels, self.printed_rows)
    }
}

impl std::fmt::Debug for Blank {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Blank({:?})", self.plate)
    }
}

/// Dyes the garment of a plate. A blank of 1200 x 1500 pixels takes 5.4 MB besides its plate.
#[must_use]
pub fn tint(plate: Arc<Plate>, look: &GarmentLook, options: &CompositeOptions) -> Blank {
    let dye = Dye::new(&plate, look);
    let background = options.background;
    let painter = Painter::new(&plate, &dye, background);
    let pixels = match channels_of(background) {
        Channels::Rgb => painter.tint::<3>(),
        Channels::Rgba => painter.tint::<4>(),
    };
    Blank { plate, dye, background, pixels }
}

impl Blank {
    /// The plate it was made from.
    #[must_use]
    pub fn plate(&self) -> &Arc<Plate> {
        &self.plate
    }

    /// The bytes of the picture without prints, as [`Blank::preview`] has them.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The picture without prints.
    #[must_use]
    pub fn preview(&self) -> Preview {
        composite(self, &[])
    }
}

/// Lays prints on a blank, in order. Depends on its arguments only and cannot fail.
///
/// Prints on different panels never cover each other; on one panel the later lie on the earlier.
#[must_use]
pub fn composite(blank: &Blank, prints: &[Print<'_>]) -> Preview {
    let plate = &*blank.plate;
    let channels = channels_of(blank.background);
    let mut pixels = Buffer::unfilled(blank.pixels.len());
    let inks: Vec<Ink<'_>> = prints.iter().map(Ink::new).collect();
    let painter = Painter::new(plate, &blank.dye, blank.background);
    let printed = match channels {
        Channels::Rgb => painter.print::<3>(&inks, &blank.pixels, &mut pixels),
        Channels::Rgba => painter.print::<4>(&inks, &blank.pixels, &mut pixels),
    };
    let Printed { columns: printed_columns, rows: printed_rows } = printed;
    Preview {
        width: plate.width(),
        height: plate.height(),
        channels,
        pixels,
        printed_columns,
        printed_rows,
        artwork_hash: String::new(),
    }
}

const fn channels_of(background: Background) -> Channels {
    match background {
        Background::Wall(_) => Channels::Rgb,
        Background::Transparent => Channels::Rgba,
    }
}
