//! Bounds of a batch.

/// Bytes of an orders file.
pub const ORDERS_BYTES: usize = 64 << 20;
/// Rows of an orders file.
pub const ROWS: usize = 200_000;
/// Columns of an orders file.
pub const COLUMNS: usize = 200;
/// Characters of a column's name.
pub const COLUMN_CHARS: usize = 200;
/// Rows times columns.
pub const CELLS: usize = 8_000_000;
/// Bytes of what a workbook unpacks to.
pub const WORKBOOK_BYTES: u64 = 256 << 20;
/// Parts of a workbook: sheets, pictures and the like.
pub const WORKBOOK_PARTS: usize = 10_000;
/// Cells that hold nothing that can be used: errors of a workbook, lists in JSON, texts that are too long.
pub const FAULTS: usize = 100_000;
/// Characters of a cell.
pub const CELL_CHARS: usize = 2000;
/// Characters of an order's id, of a line's and of a design's path.
pub const ID_CHARS: usize = 200;
/// Characters of a part of a path that is written.
pub const NAME_CHARS: usize = 64;
/// Folders and file of a path that is written.
pub const PATH_PARTS: usize = 6;
/// Characters of a template for paths.
pub const TEMPLATE_CHARS: usize = 400;
/// Issues that are told one by one.
pub const TOLD: usize = 50;
