//! What a shop sells: garments with their sizes, colours and print areas, techniques with their limits, and inks.
//! All of it comes from data files; see `mockups/README.md` for their form.

use std::collections::BTreeMap;

use crate::color::Color;
use crate::units::{Length, PhysicalSize};

/// A garment as bought from the mill: the blank.
#[derive(Debug, Clone)]
pub struct Garment {
    /// Id, the name of its folder.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// Views that have a mockup, the first is the default: `front`, `back`.
    pub views: Vec<String>,
    /// Parts that a colour may dye apart, such as `body`, `sleeves`, `collar`; the first is the main part.
    pub parts: Vec<Part>,
    /// Sizes, smallest first.
    pub sizes: Vec<Size>,
    /// Id of the size from which the mockup was made.
    pub mockup_size: String,
    /// Colours it is sold in.
    pub colors: Vec<GarmentColor>,
    /// Where it can be printed.
    pub areas: Vec<PrintArea>,
    /// One-click placements.
    pub placements: Vec<QuickPlacement>,
}

/// A part that a colour may dye apart.
#[derive(Debug, Clone)]
pub struct Part {
    /// Id.
    pub id: String,
    /// What customers read.
    pub name: String,
}

/// One size of a garment, laid flat.
#[derive(Debug, Clone)]
pub struct Size {
    /// Id, such as `XL`.
    pub id: String,
    /// Width across the chest, 1 inch under the armholes.
    pub chest: Length,
    /// From the highest point of the shoulder to the hem.
    pub length: Length,
    /// Surcharge in hundredths of the shop's currency.
    pub surcharge_cents: u32,
}

/// A colour in which a garment is sold.
#[derive(Debug, Clone)]
pub struct GarmentColor {
    /// Id, such as `heather-grey`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// The dye of parts that `parts` does not name.
    pub base: Color,
    /// The dye of parts that differ from the base.
    pub parts: BTreeMap<String, Color>,
    /// How the yarn takes the dye.
    pub fabric: Fabric,
    /// The values come from a picture or a name, not from a measured swatch.
    pub unmeasured: bool,
    /// The dye can migrate into inks when cured (polyester blends).
    pub dye_migration: bool,
}

/// How the yarn takes the dye.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fabric {
    /// One even colour.
    Solid,
    /// Light and dark fibres side by side; the contrast is the standard deviation of the log albedo, about 0.05 to 0.2.
    Heather {
        /// Strength.
        contrast: f64,
    },
}

/// A printable rectangle of a garment.
#[derive(Debug, Clone)]
pub struct PrintArea {
    /// Id, such as `front` or `left-chest`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// The view that shows it.
    pub view: String,
    /// Its rectangle by size id.
    pub sizes: BTreeMap<String, AreaSize>,
    /// Keep clear of the edge by this much.
    pub safe_margin: Length,
    /// Ids of the techniques that can print here.
    pub techniques: Vec<String>,
}

/// The rectangle of a print area on one garment size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaSize {
    /// Width and height.
    pub size: PhysicalSize,
    /// From the mockup's anchor of the area to the rectangle's centre line, to the wearer's left positive on the front
    /// as seen (image right); zero when centred.
    pub dx: Length,
    /// From the mockup's anchor (collar seam, shoulder seam or sleeve hem) to the rectangle's top edge, downwards.
    pub dy: Length,
}

/// A place and size that shops know by name.
#[derive(Debug, Clone)]
pub struct QuickPlacement {
    /// Id, such as `left-chest`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// Id of the print area.
    pub area: String,
    /// Centre of the artwork's top edge in the area of the mockup size.
    pub x: Length,
    /// Top edge of the artwork from the area's top edge.
    pub y: Length,
    /// Usual size of the artwork.
    pub size: PhysicalSize,
}

/// A way of printing, with what it cannot do.
#[derive(Debug, Clone)]
pub struct Technique {
    /// Id, such as `screen-print`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// Thinnest positive line.
    pub min_line: Length,
    /// Narrowest gap.
    pub min_gap: Length,
    /// Smallest em size of text.
    pub min_text: Length,
    /// Below this resolution a picture prints soft.
    pub warn_dpi: f64,
    /// Below this resolution a picture is not fit to print.
    pub min_dpi: f64,
    /// Most inks, if the technique counts them.
    pub max_inks: Option<u32>,
    /// Whether half-transparent pixels print.
    pub soft_edges: bool,
}

/// An ink of the palette.
#[derive(Debug, Clone)]
pub struct Ink {
    /// Id, such as `scarlet`, written `ink:scarlet` in documents.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// CIE L*a*b*, D50.
    pub lab: [f64; 3],
    /// How a screen shows it.
    pub color: Color,
}
