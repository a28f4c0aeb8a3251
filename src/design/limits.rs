//! What a document may hold: sizes checked before anything is built, and the range of every number.
//!
//! The reader and the JSON Schema take their figures from here, so they cannot disagree.

/// An inclusive range of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// The least that is accepted.
    pub min: f64,
    /// The most that is accepted.
    pub max: f64,
}

impl Bounds {
    /// A range from its ends.
    #[must_use]
    pub const fn new(min: f64, max: f64) -> Self {
        Self { min, max }
    }

    /// Whether `value` lies in the range; not a number does not.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.min <= value && value <= self.max
    }
}

impl std::fmt::Display for Bounds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} to {}", self.min, self.max)
    }
}

/// Bytes of a document: 1 MB.
pub const DOCUMENT_BYTES: usize = 1_000_000;
/// Levels of lists and objects in the JSON text.
pub const JSON_DEPTH: usize = 64;
/// Problems that one reading reports.
pub const PROBLEMS: usize = 200;
/// Print areas of a design.
pub const PLACEMENTS: usize = 16;
/// Layers of a design, those in groups and the groups themselves included.
pub const LAYERS: usize = 500;
/// Groups inside each other.
pub const NESTING: usize = 8;
/// Fields of a design.
pub const FIELDS: usize = 32;
/// Characters of what a field is filled with.
pub const FIELD_CHARS: usize = 200;
/// Characters of an id.
pub const ID_CHARS: usize = 64;
/// Characters of a name, a label or a font family.
pub const NAME_CHARS: usize = 200;
/// Characters of an asset's id or path.
pub const ASSET_CHARS: usize = 1024;
/// Characters of a text layer.
pub const TEXT_CHARS: usize = 2000;
/// Characters of a QR code's text: four bytes each still fit version 40 at level M.
pub const QR_CHARS: usize = 500;
/// Characters of SVG path data.
pub const PATH_CHARS: usize = 100_000;
/// Rings around letters.
pub const RINGS: usize = 2;
/// Dashes and gaps of a stroke.
pub const DASHES: usize = 16;
/// Strokes of a brush over a picture.
pub const BRUSH_STROKES: usize = 200;
/// Points of one such stroke.
pub const BRUSH_POINTS: usize = 500;
/// Exchanged colours of a picture.
pub const RECOLORS: usize = 64;

/// Centre of a layer, mm.
pub const COORDINATE: Bounds = Bounds::new(-2000.0, 2000.0);
/// Rotation and other angles, degrees.
pub const ANGLE: Bounds = Bounds::new(-360.0, 360.0);
/// Opacity.
pub const OPACITY: Bounds = Bounds::new(0.0, 1.0);
/// Em size of letters, mm.
pub const TEXT_SIZE: Bounds = Bounds::new(0.5, 1000.0);
/// Letter spacing, thousandths of the size.
pub const TRACKING: Bounds = Bounds::new(-500.0, 2000.0);
/// Distance of baselines, multiples of the size.
pub const LEADING: Bounds = Bounds::new(0.1, 10.0);
/// Weight of a face.
pub const WEIGHT: Bounds = Bounds::new(100.0, 900.0);
/// Thickness of a ring around letters, mm.
pub const RING_WIDTH: Bounds = Bounds::new(0.01, 50.0);
/// Shift of a shadow, mm.
pub const SHADOW_SHIFT: Bounds = Bounds::new(-500.0, 500.0);
/// Softening of a shadow, mm.
pub const SHADOW_BLUR: Bounds = Bounds::new(0.0, 50.0);
/// Length of an extruded body, mm.
pub const EXTRUDE_DEPTH: Bounds = Bounds::new(0.01, 200.0);
/// Strength of a warp.
pub const WARP_AMOUNT: Bounds = Bounds::new(-100.0, 100.0);
/// Widths, heights, lengths and radii of what is printed, mm.
pub const EXTENT: Bounds = Bounds::new(0.1, 2000.0);
/// Radius of a rectangle's corners, mm.
pub const CORNER_RADIUS: Bounds = Bounds::new(0.0, 1000.0);
/// Corners of a polygon and points of a star.
pub const CORNERS: Bounds = Bounds::new(3.0, 64.0);
/// A share of a whole.
pub const SHARE: Bounds = Bounds::new(0.0, 1.0);
/// A share of a whole that leaves something to show.
pub const VISIBLE_SHARE: Bounds = Bounds::new(0.001, 1.0);
/// Distance from a colour: of the background in percent, of the cloth by CIEDE2000.
pub const TOLERANCE: Bounds = Bounds::new(0.0, 100.0);
/// Half the width of a brush, as a share of the picture's width.
pub const BRUSH_RADIUS: Bounds = Bounds::new(0.001, 0.5);
/// Thickness of a stroke, mm.
pub const STROKE_WIDTH: Bounds = Bounds::new(0.01, 100.0);
/// Length of a dash or a gap, mm.
pub const DASH: Bounds = Bounds::new(0.1, 1000.0);
/// What lines and gaps of an artwork may be brought to, mm.
pub const STROKE_LEAST: Bounds = Bounds::new(0.1, 2.0);
/// Opacity from which on ink is printed whole.
pub const THRESHOLD: Bounds = Bounds::new(0.01, 1.0);
/// Lines of dots of a halftone in the artwork, to the inch.
pub const LPI: Bounds = Bounds::new(10.0, 85.0);
/// Diameter of the smallest dots, mm.
pub const DOT: Bounds = Bounds::new(0.0, 2.0);
/// What a field's `max_length` may be.
pub const MAX_LENGTH: Bounds = Bounds::new(1.0, FIELD_CHARS as f64);

/// Ids: letters, digits, `_` and `-`.
pub(super) const ID_PATTERN: &str = "^[A-Za-z0-9_-]+$";
/// One line: no control characters and no line separators.
pub(super) const LINE_PATTERN: &str = "^[^\\u0000-\\u001F\\u007F-\\u009F\\u2028\\u2029]*$";
/// Several lines: as [`LINE_PATTERN`], but `\n` is allowed.
pub(super) const LINES_PATTERN: &str = "^[^\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F\\u2028\\u2029]*$";

/// Whether `character` cannot stand in one line of text.
pub(super) fn is_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}
