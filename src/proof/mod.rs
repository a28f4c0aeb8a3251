//! Proofs: what a customer approves and a shop prints from, as a PDF.
//!
//! [`gather`] looks at order lines and collects everything that a proof tells: pictures of every view, sizes and places
//! in millimetres, inks, fonts, findings and the hashes of the artworks. [`write()`] lays that out on pages. Lines of the
//! same design on the same colour of cloth come together in one section.

mod facts;
mod flow;
mod gather;
mod layout;
pub(crate) mod lettering;
mod measure;
mod section;
mod table;

use std::io::Write;
use std::sync::Arc;

pub use gather::{Heading, ProofLine, gather};
pub use measure::{ink, place};

use crate::assets::fonts::Fonts;
use crate::cancel::Cancel;
use crate::catalog::Anchor;
use crate::color::Color;
use crate::export::ExportError;
use crate::export::pdf::{self, Jpeg};
use crate::prepress::preflight::Severity;
use crate::scene::text::TextError;
use crate::shop::RenderError;
use crate::units::PhysicalSize;

/// Most lines of a proof: each is resolved and checked, and takes a row.
pub const MAX_LINES: usize = 1000;
/// Most sections of a proof: each takes two pictures and a page.
pub const MAX_SECTIONS: usize = 50;
/// Digits of a hash that people compare; the whole stands beside each print.
pub const SHORT_HASH: usize = 12;

/// Everything that a proof tells.
#[derive(Debug, Clone)]
pub struct Proof {
    /// Name of the shop, order and so on.
    pub heading: Heading,
    /// One for each design and colour of the garment.
    pub sections: Vec<Section>,
}

/// One design on one colour of a garment.
#[derive(Debug, Clone)]
pub struct Section {
    /// What the customer calls the design.
    pub title: String,
    /// Name of the garment.
    pub garment: String,
    /// Name of its colour.
    pub color: String,
    /// Its dyes, the main one first: more than one if parts differ.
    pub dyes: Vec<Color>,
    /// Name of the technique.
    pub technique: String,
    /// Name of the size that the pictures and measures are of.
    pub shown_size: String,
    /// How many of each size, smallest first.
    pub sizes: Vec<(String, u32)>,
    /// What is said of its lines, each label with its values.
    pub marks: Vec<(String, String)>,
    /// What the fields of the design are called.
    pub fields: Vec<String>,
    /// One for each order line, if the design has fields; else none.
    pub roster: Vec<RosterRow>,
    /// Every view that the garment has a mockup of.
    pub views: Vec<View>,
    /// One for each print area.
    pub prints: Vec<Print>,
    /// What would go wrong and what was done to pictures, each once.
    pub findings: Vec<Remark>,
    /// Every artwork of the section, each once, in the order of its lines: 64 hexadecimal digits.
    pub artworks: Vec<String>,
}

/// An order line of a design with fields.
#[derive(Debug, Clone)]
pub struct RosterRow {
    /// What the line is called; empty if it has no name but its place.
    pub name: String,
    /// What fills the fields.
    pub values: Vec<String>,
    /// Size.
    pub size: String,
    /// How many.
    pub quantity: u32,
    /// Name of each print area and the hash of what is printed there.
    pub artworks: Vec<(String, String)>,
    /// On a ticket, where the print of each area goes, and its size: names move and change both.
    pub places: Vec<RowPlace>,
}

/// Where one row's print on an area goes.
#[derive(Debug, Clone)]
pub struct RowPlace {
    /// Name of the area.
    pub area: String,
    /// Where.
    pub place: Place,
    /// Width and height of what is inked.
    pub artwork: PhysicalSize,
}

/// A picture of one view.
#[derive(Debug, Clone)]
pub struct View {
    /// What it shows, such as `Front`.
    pub name: String,
    /// Whether anything is printed on this side.
    pub is_printed: bool,
    /// The picture.
    pub picture: Arc<Jpeg>,
}

/// What is printed on one print area.
#[derive(Debug, Clone)]
pub struct Print {
    /// Id of the area.
    pub id: String,
    /// Name of the area.
    pub area: String,
    /// Width and height of what is inked; none if nothing is.
    pub artwork: Option<PhysicalSize>,
    /// Where it goes on the sizes that are ordered; empty if nothing is inked.
    pub places: Vec<Place>,
    /// Size of the print area.
    pub area_size: PhysicalSize,
    /// The coarsest resolution of its pictures, dots per inch; none if it is made of paths only.
    pub dpi: Option<f64>,
    /// Its colours in the order in which they are first drawn.
    pub colors: Vec<Swatch>,
    /// Whether it has pictures in full colour.
    pub has_pictures: bool,
    /// Families and weights of its letters.
    pub fonts: Vec<String>,
    /// The artwork that is pictured: 64 hexadecimal digits.
    pub hash: String,
    /// The artworks of all sizes that are ordered, each with the names of its sizes; a roster names them row by row, and
    /// here is only the one that is pictured.
    pub artworks: Vec<(Vec<String>, String)>,
}

/// Where a print goes on some sizes, as a printer measures it.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Names of the sizes.
    pub sizes: Vec<String>,
    /// From where on the garment.
    pub anchor: Anchor,
    /// From the collar's seam down to the upper edge of the ink, or from the sleeve's hem up to its lower edge, mm.
    pub distance: f64,
    /// From the centre line to the middle of the ink, to the right as seen, mm.
    pub across: f64,
}

/// A colour of a print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Swatch {
    /// What an ink is called, and what its bucket says; or `#rrggbb`.
    pub name: String,
    /// How a screen shows it.
    pub color: Color,
}

/// Something that would go wrong in print, or could, and something that was done to a picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: the area, the layer, and the rows of the roster if not all.
    pub about: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub fix: Option<String>,
}

/// Size of the pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paper {
    /// 210 x 297 mm.
    #[default]
    A4,
    /// 8.5 x 11 inches.
    Letter,
}

impl Paper {
    /// Its size, upright.
    #[must_use]
    pub const fn size(self) -> PhysicalSize {
        match self {
            Self::A4 => PhysicalSize::from_mm(210.0, 297.0),
            Self::Letter => PhysicalSize::from_mm(215.9, 279.4),
        }
    }
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProofError {
    /// A design cannot be rendered.
    #[error("line {}: {source}", .line + 1)]
    Render {
        /// Index of the line.
        line: usize,
        /// Why.
        #[source]
        source: RenderError,
    },
    /// The order was placed with another artwork than its design gives now: the shop's fonts or catalogue, or the
    /// renderer, are not what they were.
    #[error("line {}: the artwork on \"{area}\" is {found} now, but {stored} was ordered", .line + 1)]
    Changed {
        /// Index of the line.
        line: usize,
        /// Id of the print area.
        area: String,
        /// The hash that the order has.
        stored: String,
        /// The hash that the design gives.
        found: String,
    },
    /// Nothing to show, or more than a proof holds.
    #[error("a proof has 1 to {limit} {what}, not {count}")]
    Size {
        /// What is counted.
        what: &'static str,
        /// How many.
        count: usize,
        /// The most there may be.
        limit: usize,
    },
    /// A text cannot be set.
    #[error("a text of the proof cannot be set")]
    Text(#[from] TextError),
    /// The file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// Nobody waits for it any more.
    #[error("the work was called off")]
    CalledOff,
}

impl Section {
    /// What the customer signs for: the hash of the only artwork, or of several the BLAKE3 of their hashes, each with a
    /// line feed after it.
    #[must_use]
    pub fn approval_hash(&self) -> String {
        match self.artworks.as_slice() {
            [only] => only.clone(),
            several => {
                let mut hasher = blake3::Hasher::new();
                for hash in several {
                    hasher.update(hash.as_bytes());
                    hasher.update(b"\n");
                }
                hasher.finalize().to_hex().to_string()
            }
        }
    }

    /// How many garments.
    #[must_use]
    pub fn quantity(&self) -> u64 {
        self.sizes.iter().map(|(_, quantity)| u64::from(*quantity)).sum()
    }
}

/// Lays `proof` out in the shop's fonts and writes it as a PDF.
///
/// # Errors
/// If it is too long, a text cannot be set, the work was called off, or `out` fails.
pub fn write(proof: &Proof, fonts: &Fonts, cancel: &Cancel, out: impl Write) -> Result<(), ProofError> {
    let document = layout::document(proof, fonts, cancel)?;
    Ok(pdf::write(&document, out)?)
}

/// The first digits of a hash.
fn short(hash: &str) -> &str {
    hash.get(..SHORT_HASH).unwrap_or(hash)
}
