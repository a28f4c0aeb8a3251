//! Rows that come at one end and go at the other.

use std::ops::Range;

/// Whole rows of bytes, of which the oldest are forgotten.
#[derive(Debug)]
pub(super) struct Rolling {
    stride: usize,
    first: usize,
    bytes: Vec<u8>,
}

impl Rolling {
    /// No rows yet; each has `stride` bytes.
    pub(super) const fn new(stride: usize) -> Self {
        Self { stride, first: 0, bytes: Vec::new() }
    }

    /// The number of the row that comes next.
    pub(super) fn end(&self) -> usize {
        self.first + self.bytes.len() / self.stride
    }

    /// Adds whole rows.
    pub(super) fn push(&mut self, rows: &[u8]) {
        self.bytes.extend_from_slice(rows);
    }

    /// Adds `rows` rows of zeros and hands them out to be filled.
    pub(super) fn grow(&mut self, rows: usize) -> &mut [u8] {
        let from = self.bytes.len();
        self.bytes.resize(from + rows * self.stride, 0);
        &mut self.bytes[from..]
    }

    /// Rows that are still here.
    pub(super) fn rows(&self, rows: Range<usize>) -> &[u8] {
        let at = |row: usize| (row - self.first) * self.stride;
        &self.bytes[at(rows.start)..at(rows.end)]
    }

    /// A row that is still here.
    pub(super) fn row(&self, row: usize) -> &[u8] {
        self.rows(row..row + 1)
    }

    /// Forgets what lies above `row`.
    pub(super) fn forget(&mut self, row: usize) {
        let gone = row.saturating_sub(self.first).min(self.bytes.len() / self.stride);
        self.bytes.drain(..gone * self.stride);
        self.first += gone;
    }
}
