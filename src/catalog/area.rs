//! Where a garment can be printed.

use std::collections::BTreeMap;

use crate::units::{Length, PhysicalSize};

/// A printable rectangle of a garment.
#[derive(Debug, Clone)]
pub struct PrintArea {
    /// Id, such as `front` or `left-chest`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// The view that shows it.
    pub view: String,
    /// Id of the part of the garment that it lies on.
    pub part: String,
    /// The seam from which `dx` and `dy` of its rectangles are measured.
    pub anchor: Anchor,
    /// Its rectangle by size id: every size of the garment has one.
    pub sizes: BTreeMap<String, AreaSize>,
    /// Keep clear of the edge by this much.
    pub safe_margin: Length,
    /// Ids of the techniques that can print here.
    pub techniques: Vec<String>,
}

/// A place on the garment that a printer can find with a ruler.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// The middle of the seam under the collar, on the side of the area's view.
    Collar,
    /// The middle of a sleeve's hem, on its outer side; where a cuff is sewn on, the middle of that seam.
    SleeveHem,
    /// The upper edge of a thing without a collar: a mug's rim, a bag's hem; in the middle of the side that the area
    /// lies on.
    TopEdge,
}

impl Anchor {
    /// How garment files and the API write it.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Collar => "collar",
            Self::SleeveHem => "sleeve-hem",
            Self::TopEdge => "top-edge",
        }
    }
}

/// The rectangle of a print area on one garment size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AreaSize {
    /// Width and height.
    pub size: PhysicalSize,
    /// From the area's anchor to the rectangle's centre line, to the right as seen in the area's view; zero when
    /// centred. On the front that is towards the wearer's left.
    pub dx: Length,
    /// From the area's anchor to the rectangle's top edge, downwards; negative above a sleeve's hem.
    pub dy: Length,
}
