//! What is done to the finished artwork of a print area before it is printed.

use schemars::JsonSchema;
use serde::Serialize;

use crate::design::reader::{Node, Object};
use crate::design::{default, limits};

/// What is done to the finished artwork of a print area before it is printed, in this order: the cloth's colour is left
/// out, gaps are opened, lines are thickened, edges are made. Preview, proof, print file, plates and gang sheets show it.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Production {
    /// Leave out what has the colour of the cloth, which then shows; `{}` takes the defaults.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub knock_out: Option<KnockOut>,
    /// Gaps that are narrower are opened to this width, mm: 0.1 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::STROKE_LEAST.min, max = limits::STROKE_LEAST.max))]
    pub least_gap: Option<f64>,
    /// Lines and specks that are thinner are thickened to this width, mm: 0.1 to 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = limits::STROKE_LEAST.min, max = limits::STROKE_LEAST.max))]
    pub least_line: Option<f64>,
    /// What becomes of half-transparent ink. Default: it stays.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edges: Option<Edges>,
}

impl Production {
    pub(super) fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let knock_out = object.optional("knock_out", |node| KnockOut::read(&node));
        let least_gap = object.optional("least_gap", |node| node.number(limits::STROKE_LEAST));
        let least_line = object.optional("least_line", |node| node.number(limits::STROKE_LEAST));
        let edges = object.optional("edges", |node| Edges::read(&node));
        object.finish();
        Some(Self { knock_out, least_gap, least_line, edges })
    }
}

/// How the cloth's colour is told.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct KnockOut {
    /// By how much a colour may differ from the cloth's, 0 to 100 (CIEDE2000). Default: 10.
    #[schemars(default = "default::tolerance", range(min = limits::TOLERANCE.min, max = limits::TOLERANCE.max))]
    pub tolerance: f64,
}

impl KnockOut {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object = node.object()?;
        let tolerance = object.or("tolerance", default::tolerance(), |node| node.number(limits::TOLERANCE));
        object.finish();
        Some(Self { tolerance })
    }
}

/// What becomes of half-transparent ink: afterwards every pixel of the print is ink or none.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "mode", rename_all = "snake_case")]
#[schemars(deny_unknown_fields)]
pub enum Edges {
    /// Ink of at least an opacity is printed whole, and the rest not at all.
    Hard {
        /// The opacity: 0.01 to 1. Default: 0.5.
        #[schemars(default = "default::threshold", range(min = limits::THRESHOLD.min, max = limits::THRESHOLD.max))]
        threshold: f64,
    },
    /// Fades become dots; what is only the edge of something whole becomes hard.
    Halftone {
        /// Lines of dots to the inch: 10 to 85. Default: 30.
        #[schemars(default = "default::lpi", range(min = limits::LPI.min, max = limits::LPI.max))]
        lpi: f64,
        /// The smallest dots that hold, and the smallest holes that stay open, mm, to 2. Default: 0.4.
        #[schemars(default = "default::dot", range(min = limits::DOT.min, max = limits::DOT.max))]
        dot: f64,
    },
}

/// The names of [`Edges`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum EdgesMode {
    Hard,
    Halftone,
}

impl Edges {
    fn read(node: &Node<'_>) -> Option<Self> {
        let mut object: Object<'_> = node.object()?;
        let edges = match object.required("mode", |node| node.choice(&[EdgesMode::Hard, EdgesMode::Halftone]))? {
            EdgesMode::Hard => {
                let threshold = object.or("threshold", default::threshold(), |node| node.number(limits::THRESHOLD));
                Self::Hard { threshold }
            }
            EdgesMode::Halftone => {
                let lpi = object.or("lpi", default::lpi(), |node| node.number(limits::LPI));
                let dot = object.or("dot", default::dot(), |node| node.number(limits::DOT));
                Self::Halftone { lpi, dot }
            }
        };
        object.finish();
        Some(edges)
    }
}
