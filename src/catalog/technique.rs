//! Ways of printing.

use crate::units::Length;

/// A way of printing, with what it cannot do.
#[derive(Debug, Clone)]
pub struct Technique {
    /// Id, such as `screen-print`.
    pub id: String,
    /// What customers read.
    pub name: String,
    /// One sentence for customers: what it is good for.
    pub about: String,
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
    /// Whether colours on dark cloth lie on white.
    pub underbase: bool,
}
