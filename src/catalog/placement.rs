//! One-click placements.

use crate::units::{Length, PhysicalSize};

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
