//! How much a campaign may hold. Everything is checked before it is kept.

/// Bytes of a template.
pub const TEMPLATE_BYTES: usize = 256 * 1024;
/// Bytes of a list.
pub const LIST_BYTES: usize = 64 * 1024 * 1024;
/// Rows of a list.
pub const ROWS: usize = 100_000;
/// Columns of a list.
pub const COLUMNS: usize = 100;
/// Characters of a cell.
pub const CELL_CHARS: usize = 1000;
/// Rules of a template.
pub const RULES: usize = 50;
/// Bytes of a condition.
pub const CONDITION_BYTES: usize = 500;
/// Brackets and `not` of a condition.
pub const CONDITION_LEVELS: usize = 40;
/// Characters of a heading, a label or another single line of a mail.
pub const LINE_CHARS: usize = 200;
/// Characters of a mail's text.
pub const TEXT_CHARS: usize = 5000;
/// Bytes of a link: with a token it still fits the longest line that a mail may have.
pub const LINK_BYTES: usize = 300;
/// Characters of a subject: what the lists of most mail programs show.
pub const SUBJECT_CHARS: usize = 60;
/// Width of the picture in pixels.
pub const PICTURE_PX: std::ops::RangeInclusive<u32> = 64..=1600;
/// Problems that are told of a file.
pub const ISSUES: usize = 200;
