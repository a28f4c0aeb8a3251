//! What is done to the raster of a whole scene before it is anything else's.

use crate::color::Color;
use crate::design::{self, Production};

/// What is done to the raster of a scene, in the order of the fields. Lengths are mm; 0 does nothing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Finish {
    /// The cloth's colour, and by how much (CIEDE2000) a colour may differ from it to be left out.
    pub knock_out: Option<(Color, f64)>,
    /// Narrower gaps are opened to this.
    pub least_gap: f64,
    /// Thinner lines are thickened to this.
    pub least_line: f64,
    /// What becomes of half-transparent ink.
    pub edges: Edges,
}

/// What becomes of half-transparent ink.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Edges {
    /// It stays.
    Soft,
    /// What has at least this opacity is whole, the rest is nothing.
    Hard(f64),
    /// Fades become dots, edges hard.
    Halftone {
        /// Lines of dots to the inch.
        lpi: f64,
        /// Diameter of the smallest dots and holes, mm.
        dot: f64,
    },
    /// As [`Edges::Hard`], but the edges of what is whole stay antialiased, and no dots are made: this is measured and not
    /// printed.
    Measured(f64),
}

impl Finish {
    /// What `production` asks for on a cloth; `None` if that is nothing.
    pub(super) fn new(production: &Production, cloth: Option<Color>) -> Option<Self> {
        let knock_out = production.knock_out.and_then(|how| cloth.map(|cloth| (cloth, how.tolerance)));
        let edges = match production.edges {
            None => Edges::Soft,
            Some(design::Edges::Hard { threshold }) => Edges::Hard(threshold),
            Some(design::Edges::Halftone { lpi, dot }) => Edges::Halftone { lpi, dot },
        };
        let (least_gap, least_line) =
            (production.least_gap.unwrap_or_default(), production.least_line.unwrap_or_default());
        let finish = Self { knock_out, least_gap, least_line, edges };
        let nothing = Self { knock_out: None, least_gap: 0.0, least_line: 0.0, edges: Edges::Soft };
        (finish != nothing).then_some(finish)
    }

    /// The same, but such that lines and gaps can be measured to a fraction of a pixel, and dots of a halftone are no
    /// specks.
    #[must_use]
    pub fn measured(self) -> Self {
        let edges = match self.edges {
            Edges::Hard(threshold) | Edges::Measured(threshold) => Edges::Measured(threshold),
            Edges::Halftone { .. } | Edges::Soft => Edges::Soft,
        };
        Self { edges, ..self }
    }

    /// How far ink may come to lie beyond where it was drawn, mm.
    #[must_use]
    pub fn reach(&self) -> f64 {
        if self.least_line > 0.0 { self.least_line / 2.0 + 0.1 } else { 0.0 }
    }
}
