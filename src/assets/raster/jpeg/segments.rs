//! The markers of a JPEG file, one after the other.

use crate::assets::error::AssetError;
use crate::assets::raster::{Format, truncated};

/// Start of a baseline frame; those of the other kinds follow it.
pub(super) const FRAME: u8 = 0xc0;
/// Start of a progressive frame.
pub(super) const PROGRESSIVE_FRAME: u8 = 0xc2;
/// Huffman tables.
pub(super) const HUFFMAN_TABLES: u8 = 0xc4;
/// The first of the eight restart markers.
pub(super) const RESTART: u8 = 0xd0;
/// Start of a scan.
pub(super) const SCAN: u8 = 0xda;
/// Blocks between two restart markers.
pub(super) const RESTART_INTERVAL: u8 = 0xdd;
/// What programs add; the fourteenth is Adobe's.
pub(super) const ADOBE: u8 = 0xee;
const END: u8 = 0xd9;

/// A marker that has a length, with what it holds.
pub(super) struct Segment<'a> {
    pub(super) marker: u8,
    pub(super) payload: &'a [u8],
    /// Where it ends in the file; the data of a scan follow.
    pub(super) end: usize,
}

/// Walks from marker to marker, over the data of scans as well.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    /// Where the walk stands; once it is over, just behind the end marker.
    pub(super) at: usize,
}

impl<'a> Segments<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 2 }
    }

    /// The next segment; `None` at the end marker, which has to be there.
    pub(super) fn next(&mut self) -> Result<Option<Segment<'a>>, AssetError> {
        loop {
            while self.byte()? != 0xff {
                self.at += 1;
            }
            while self.byte()? == 0xff {
                self.at += 1;
            }
            let marker = self.byte()?;
            self.at += 1;
            match marker {
                END => return Ok(None),
                0x00 | 0x01 | RESTART..=0xd8 => {}
                _ => {
                    let cut = || truncated(Format::Jpeg);
                    let length = self.bytes.get(self.at..self.at + 2).ok_or_else(cut)?;
                    let length = usize::from(u16::from_be_bytes([length[0], length[1]])).max(2);
                    let payload = self.bytes.get(self.at + 2..self.at + length).ok_or_else(cut)?;
                    self.at += length;
                    return Ok(Some(Segment { marker, payload, end: self.at }));
                }
            }
        }
    }

    fn byte(&self) -> Result<u8, AssetError> {
        self.bytes.get(self.at).copied().ok_or_else(|| truncated(Format::Jpeg))
    }
}
