//! What preflight says.

use kurbo::Rect;
use serde::Serialize;

use crate::design::Production;

/// Something that would go wrong in print, or could.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Which rule speaks.
    pub rule: RuleId,
    /// How bad it is.
    pub severity: Severity,
    /// Id of the print area.
    pub area: String,
    /// Id of the layer; none if the finding is about the whole area.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub layer: Option<String>,
    /// JSON pointer into the document.
    pub pointer: String,
    /// Where on the print area.
    pub place: Place,
    /// What is wrong, in the customer's words: a full sentence.
    pub message: String,
    /// What to do, if the rule knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
}

/// The rules. Their ids never change meaning; a rule that changes gets a new id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleId {
    /// The technique cannot print on this area.
    TechniqueUnavailable,
    /// The cloth's dye can creep into the ink.
    DyeMigration,
    /// Nothing visible lies on a print area.
    EmptyArt,
    /// Ink lies outside the print area and is cut off.
    OutsideArea,
    /// Ink lies nearer to the edge than the safe margin.
    OverSafeMargin,
    /// A picture has too few pixels for its size.
    LowDpi,
    /// No font has a character.
    FontMissingGlyph,
    /// A font lacks a letter that another one has.
    FontBorrowedGlyph,
    /// Letters are smaller than the technique holds.
    TinyText,
    /// Every colour of a layer looks like the cloth.
    InvisibleOnGarment,
    /// Every colour of a layer is near the cloth's.
    LowContrast,
    /// Ink is thinner than the technique holds.
    ThinLine,
    /// A gap in ink is narrower than the technique keeps open.
    ThinGap,
    /// A speck is smaller than the technique holds.
    SmallIsland,
    /// Ink is half transparent, and the technique prints none that is.
    SoftEdge,
    /// A colour looks like an ink of the shop and is none.
    OffInk,
}

impl RuleId {
    /// Every rule.
    pub const ALL: [Self; 16] = [
        Self::TechniqueUnavailable,
        Self::DyeMigration,
        Self::EmptyArt,
        Self::OutsideArea,
        Self::OverSafeMargin,
        Self::LowDpi,
        Self::FontMissingGlyph,
        Self::FontBorrowedGlyph,
        Self::TinyText,
        Self::InvisibleOnGarment,
        Self::LowContrast,
        Self::ThinLine,
        Self::ThinGap,
        Self::SmallIsland,
        Self::SoftEdge,
        Self::OffInk,
    ];

    /// The id, as reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::TechniqueUnavailable => "technique-unavailable",
            Self::DyeMigration => "dye-migration",
            Self::EmptyArt => "empty-art",
            Self::OutsideArea => "outside-area",
            Self::OverSafeMargin => "over-safe-margin",
            Self::LowDpi => "low-dpi",
            Self::FontMissingGlyph => "font-missing-glyph",
            Self::FontBorrowedGlyph => "font-borrowed-glyph",
            Self::TinyText => "tiny-text",
            Self::InvisibleOnGarment => "invisible-on-garment",
            Self::LowContrast => "low-contrast",
            Self::ThinLine => "thin-line",
            Self::ThinGap => "thin-gap",
            Self::SmallIsland => "small-island",
            Self::SoftEdge => "soft-edge",
            Self::OffInk => "off-ink",
        }
    }

    /// Whether the rule looks at the colour of the cloth.
    #[must_use]
    pub const fn is_about_cloth(self) -> bool {
        matches!(self, Self::DyeMigration | Self::InvisibleOnGarment | Self::LowContrast)
    }

    /// Whether the rule looks at which letters the words have.
    #[must_use]
    pub const fn is_about_letters(self) -> bool {
        matches!(self, Self::FontMissingGlyph | Self::FontBorrowedGlyph)
    }
}

impl std::fmt::Display for RuleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// It prints, perhaps not as wished.
    Warning,
    /// It should not be printed like this.
    Error,
}

/// A rectangle on the print area, mm from its top left corner, to a hundredth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Place {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl From<Rect> for Place {
    fn from(rect: Rect) -> Self {
        let [x, y, width, height] = [rect.x0, rect.y0, rect.width(), rect.height()].map(hundredths);
        Self { x, y, width, height }
    }
}

/// A way out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fix {
    /// What to do, for people.
    pub text: String,
    /// The same for a program, where one change does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// Other changes that do it, too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub instead: Vec<Action>,
}

impl Fix {
    /// A way out that is one change of the document, or none that a program could make.
    pub(super) fn new(text: String, action: Option<Action>) -> Self {
        Self { text, action, instead: Vec::new() }
    }
}

/// A change of one layer or of its placement, in mm to a hundredth. Ways are those of its `x` and `y` in the document: in a
/// group, to the group's right and down.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Action {
    /// Move the layer.
    Move {
        /// To the right, mm.
        dx: f64,
        /// Down, mm.
        dy: f64,
    },
    /// Scale the layer about its `x` and `y`, then move it.
    Scale {
        /// New size as a share of the old.
        factor: f64,
        /// The width of its box that comes out, mm.
        width: f64,
        /// To the right, mm.
        dx: f64,
        /// Down, mm.
        dy: f64,
    },
    /// Set the text's em size.
    TextSize {
        /// New size, mm.
        size: f64,
    },
    /// Set what is given here in the `production` of the placement, and leave what else stands there.
    Production {
        /// What to set.
        production: Production,
    },
    /// Write an ink wherever the layer has a colour.
    Ink {
        /// The colour, as `#rrggbb`.
        color: String,
        /// Id of the ink, without `ink:`.
        ink: String,
    },
}

/// Rounds to a hundredth: a report needs no more, and files stay readable.
pub(super) fn hundredths(mm: f64) -> f64 {
    // Adding 0 turns a negative zero into a plain one.
    (mm * 100.0).round() / 100.0 + 0.0
}
