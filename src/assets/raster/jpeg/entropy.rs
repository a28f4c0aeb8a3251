//! Whether the scans of a JPEG hold every block that its frame promises.
//!
//! A decoder paints what a scan lacks in grey or in the last color, and says nothing if the end marker is there. So the
//! Huffman codes of all blocks are read here first, without making pixels of them (ITU-T T.81, annexes F and G). Where
//! bytes are missing the codes run out, or make no sense, before the last block or after it.

use super::bits::{Bits, Table};
use super::segments::{self, Segments};
use crate::assets::error::{AssetError, within};
use crate::assets::raster::{Format, damaged};

/// Huffman tables of a file; an encoder writes at most two for each component of a scan.
const MAX_TABLES: u64 = 1024;

const MISSING: &str = "a part of its picture data is missing";
const GARBLED: &str = "its picture data is garbled";
const SURPLUS: &str = "its picture data goes on behind the last block";
const NO_TABLE: &str = "it lacks a Huffman table";
const BAD_HEADER: &str = "a header of it makes no sense";

/// Refuses a file whose scans lack blocks, hold too many, or end before the picture is as sharp as it should be.
///
/// `bytes` ends behind the end marker. Arithmetic coding and lossless frames are left to the decoder to refuse.
pub(super) fn check(bytes: &[u8]) -> Result<(), AssetError> {
    let mut reader = Reader { frame: None, dc: [const { None }; 4], ac: [const { None }; 4], interval: 0, tables: 0 };
    let mut segments = Segments::new(bytes);
    while let Some(segment) = segments.next()? {
        match segment.marker {
            segments::FRAME..=segments::PROGRESSIVE_FRAME => {
                reader.frame = Some(Frame::read(segment.marker, segment.payload)?);
            }
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcf => return Ok(()),
            segments::HUFFMAN_TABLES => reader.read_tables(segment.payload)?,
            segments::RESTART_INTERVAL => {
                let &[high, low, ..] = segment.payload else { return Err(bad_header()) };
                reader.interval = u32::from(u16::from_be_bytes([high, low]));
            }
            segments::SCAN => segments.at = segment.end + reader.scan(segment.payload, &bytes[segment.end..])?,
            _ => {}
        }
    }
    reader.frame.map_or_else(|| Err(bad_header()), |frame| frame.check_complete())
}

struct Reader {
    frame: Option<Frame>,
    dc: [Option<Table>; 4],
    ac: [Option<Table>; 4],
    /// MCUs between restart markers; 0 if there are none.
    interval: u32,
    tables: u64,
}

struct Frame {
    progressive: bool,
    width: u32,
    height: u32,
    /// The largest sampling factors.
    largest: (u32, u32),
    components: Vec<Component>,
}

struct Component {
    id: u8,
    /// Blocks of an MCU, across and down.
    sampling: (u32, u32),
    /// Blocks of a row, those that fill the last MCU included.
    stride: u32,
    /// For each block of a progressive frame: which of its 64 coefficients are known not to be zero.
    nonzero: Vec<u64>,
    /// For each coefficient: how many of its last bits are still to come.
    missing_bits: [u8; 64],
}

/// A component in a scan, with its tables.
struct Part {
    component: usize,
    dc: usize,
    ac: usize,
}

/// Which coefficients, and which bits of them, a scan holds.
#[derive(Clone, Copy)]
struct Band {
    first: usize,
    last: usize,
    /// Bits that come later.
    later: u8,
    /// Whether earlier scans sent the bits above.
    refines: bool,
}

impl Frame {
    fn read(marker: u8, payload: &[u8]) -> Result<Self, AssetError> {
        let [_, h1, h0, w1, w0, n_components, rest @ ..] = payload else { return Err(bad_header()) };
        let side = |high: &u8, low: &u8| u32::from(u16::from_be_bytes([*high, *low]));
        let (width, height) = (side(w1, w0), side(h1, h0));
        let read = |entry: &[u8; 3]| Component {
            id: entry[0],
            sampling: (u32::from(entry[1] >> 4), u32::from(entry[1] & 15)),
            stride: 0,
            nonzero: Vec::new(),
            missing_bits: [u8::MAX; 64],
        };
        let mut components: Vec<_> = rest.as_chunks().0.iter().take(usize::from(*n_components)).map(read).collect();
        let valid =
            |component: &Component| (1..=4).contains(&component.sampling.0) && (1..=4).contains(&component.sampling.1);
        if !(1..=4).contains(&components.len()) || components.len() != usize::from(*n_components) {
            return Err(bad_header());
        }
        if width == 0 || height == 0 || !components.iter().all(valid) {
            return Err(bad_header());
        }
        let most = |side: fn(&Component) -> u32| components.iter().map(side).max().unwrap_or(1);
        let largest = (most(|component| component.sampling.0), most(|component| component.sampling.1));
        let progressive = marker == segments::PROGRESSIVE_FRAME;
        for component in &mut components {
            component.stride = width.div_ceil(8 * largest.0) * component.sampling.0;
            if progressive {
                let rows = height.div_ceil(8 * largest.1) * component.sampling.1;
                component.nonzero = vec![0; component.stride as usize * rows as usize];
            }
        }
        Ok(Self { progressive, width, height, largest, components })
    }

    /// Blocks of a component that is alone in its scan, across and down: padding to whole MCUs is left out there.
    fn own_blocks(&self, component: &Component) -> (u32, u32) {
        let along = |side: u32, own: u32, largest: u32| (side * own).div_ceil(largest).div_ceil(8);
        (
            along(self.width, component.sampling.0, self.largest.0),
            along(self.height, component.sampling.1, self.largest.1),
        )
    }

    /// After the last scan every coefficient has to be there to its last bit.
    fn check_complete(&self) -> Result<(), AssetError> {
        let complete = |component: &Component| component.missing_bits.iter().all(|bits| *bits == 0);
        if self.components.iter().all(complete) { Ok(()) } else { Err(damaged(Format::Jpeg, "it lacks a scan")) }
    }
}

impl Reader {
    fn read_tables(&mut self, mut payload: &[u8]) -> Result<(), AssetError> {
        while let [kind, rest @ ..] = payload {
            self.tables += 1;
            within("Huffman tables of the JPEG", self.tables, MAX_TABLES)?;
            let counts: [u8; 16] = *rest.first_chunk().ok_or_else(bad_header)?;
            let n_values = counts.iter().map(|count| usize::from(*count)).sum::<usize>();
            let values = rest.get(16..16 + n_values).ok_or_else(bad_header)?;
            let table = Table::new(counts, values).ok_or_else(bad_header)?;
            let slot = usize::from(kind & 15);
            let tables = if kind >> 4 == 0 { &mut self.dc } else { &mut self.ac };
            *tables.get_mut(slot).ok_or_else(bad_header)? = Some(table);
            payload = &rest[16 + n_values..];
        }
        Ok(())
    }

    /// Reads the blocks of a scan from `data`, which starts behind its header; returns how many bytes they take.
    fn scan(&mut self, header: &[u8], data: &[u8]) -> Result<usize, AssetError> {
        let frame = self.frame.as_mut().ok_or_else(bad_header)?;
        let (parts, band) = scan_header(header, frame)?;
        for part in &parts {
            frame.components[part.component].missing_bits[band.first..=band.last].fill(band.later);
        }
        let mcus = if let [part] = parts.as_slice() {
            let (across, down) = frame.own_blocks(&frame.components[part.component]);
            (across, down)
        } else {
            (frame.width.div_ceil(8 * frame.largest.0), frame.height.div_ceil(8 * frame.largest.1))
        };
        let mut blocks = Blocks { bits: Bits::new(data), band, end_of_band_run: 0, dc: &self.dc, ac: &self.ac };
        let alone = parts.len() == 1;
        let mut until_restart = self.interval;
        let mut restarts = 0_u8;
        for row in 0..mcus.1 {
            for column in 0..mcus.0 {
                if self.interval > 0 && until_restart == 0 {
                    blocks.restart(restarts)?;
                    restarts = (restarts + 1) % 8;
                    until_restart = self.interval;
                }
                until_restart = until_restart.saturating_sub(1);
                for part in &parts {
                    let component = &mut frame.components[part.component];
                    let (across, down) = if alone { (1, 1) } else { component.sampling };
                    for y in row * down..(row + 1) * down {
                        for x in column * across..(column + 1) * across {
                            if frame.progressive {
                                let at = y as usize * component.stride as usize + x as usize;
                                blocks.progressive(part, &mut component.nonzero[at])?;
                            } else {
                                blocks.sequential(part)?;
                            }
                        }
                    }
                }
            }
        }
        if blocks.bits.surplus() { Err(damaged(Format::Jpeg, SURPLUS)) } else { Ok(blocks.bits.position()) }
    }
}

fn scan_header(header: &[u8], frame: &Frame) -> Result<(Vec<Part>, Band), AssetError> {
    let [n_parts, rest @ ..] = header else { return Err(bad_header()) };
    let n_parts = usize::from(*n_parts);
    let (entries, spectrum) = rest.split_at_checked(2 * n_parts).ok_or_else(bad_header)?;
    let part = |entry: &[u8; 2]| {
        let component = frame.components.iter().position(|component| component.id == entry[0])?;
        let (dc, ac) = (usize::from(entry[1] >> 4), usize::from(entry[1] & 15));
        (dc < 4 && ac < 4).then_some(Part { component, dc, ac })
    };
    let parts: Vec<Part> = entries.as_chunks().0.iter().map(part).collect::<Option<_>>().ok_or_else(bad_header)?;
    let band = match spectrum {
        _ if !frame.progressive => Band { first: 0, last: 63, later: 0, refines: false },
        [first, last, approximation, ..] => Band {
            first: usize::from(*first),
            last: usize::from(*last),
            later: approximation & 15,
            refines: approximation >> 4 != 0,
        },
        _ => return Err(bad_header()),
    };
    let fits = band.first <= band.last && band.last < 64;
    // The first coefficient has scans of its own, and the others those of one component.
    let alone = !frame.progressive || if band.first == 0 { band.last == 0 } else { parts.len() == 1 };
    if (1..=4).contains(&parts.len()) && fits && alone { Ok((parts, band)) } else { Err(bad_header()) }
}

/// Reads one block after the other.
struct Blocks<'a> {
    bits: Bits<'a>,
    band: Band,
    /// Blocks to come that hold nothing new in this band.
    end_of_band_run: u32,
    dc: &'a [Option<Table>; 4],
    ac: &'a [Option<Table>; 4],
}

impl Blocks<'_> {
    fn restart(&mut self, number: u8) -> Result<(), AssetError> {
        self.end_of_band_run = 0;
        if self.bits.surplus() {
            return Err(damaged(Format::Jpeg, SURPLUS));
        }
        if self.bits.restart(segments::RESTART + number) { Ok(()) } else { Err(missing()) }
    }

    fn sequential(&mut self, part: &Part) -> Result<(), AssetError> {
        self.first_coefficient(part)?;
        let table = self.ac[part.ac].as_ref().ok_or_else(no_table)?;
        let mut at = 1;
        while at < 64 {
            let symbol = symbol(&mut self.bits, table)?;
            let (run, size) = (usize::from(symbol >> 4), symbol & 15);
            match (run, size) {
                (15, 0) => at += 16,
                (_, 0) => return Ok(()),
                _ => {
                    at += run + 1;
                    self.skip(size)?;
                }
            }
        }
        // The last coefficient may be the sixty-fourth, but not one behind it.
        if at == 64 { Ok(()) } else { Err(garbled()) }
    }

    fn progressive(&mut self, part: &Part, nonzero: &mut u64) -> Result<(), AssetError> {
        match (self.band.first, self.band.refines) {
            (0, false) => self.first_coefficient(part),
            (0, true) => self.skip(1),
            (_, false) => self.first_bits(part, nonzero),
            (_, true) => self.later_bits(part, nonzero),
        }
    }

    fn first_coefficient(&mut self, part: &Part) -> Result<(), AssetError> {
        let table = self.dc[part.dc].as_ref().ok_or_else(no_table)?;
        let size = symbol(&mut self.bits, table)?;
        if size > 15 { Err(garbled()) } else { self.skip(size) }
    }

    /// The first scan of a band.
    fn first_bits(&mut self, part: &Part, nonzero: &mut u64) -> Result<(), AssetError> {
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            return Ok(());
        }
        let table = self.ac[part.ac].as_ref().ok_or_else(no_table)?;
        let mut at = self.band.first;
        while at <= self.band.last {
            let symbol = symbol(&mut self.bits, table)?;
            let (run, size) = (usize::from(symbol >> 4), symbol & 15);
            match (run, size) {
                (15, 0) => at += 16,
                (_, 0) => {
                    self.end_of_band_run = self.run_length(run)? - 1;
                    return Ok(());
                }
                _ => {
                    at += run;
                    if at > self.band.last {
                        return Err(garbled());
                    }
                    self.skip(size)?;
                    *nonzero |= 1 << at;
                    at += 1;
                }
            }
        }
        Ok(())
    }

    /// A scan that adds one bit to the coefficients of a band.
    fn later_bits(&mut self, part: &Part, nonzero: &mut u64) -> Result<(), AssetError> {
        let table = self.ac[part.ac].as_ref().ok_or_else(no_table)?;
        let mut at = self.band.first;
        while self.end_of_band_run == 0 && at <= self.band.last {
            let symbol = symbol(&mut self.bits, table)?;
            let (mut zeros, size) = (usize::from(symbol >> 4), symbol & 15);
            if size == 0 && zeros < 15 {
                self.end_of_band_run = self.run_length(zeros)?;
                break;
            }
            self.skip(size.min(1))?;
            while at <= self.band.last {
                if *nonzero & 1 << at != 0 {
                    self.skip(1)?;
                } else if zeros == 0 {
                    break;
                } else {
                    zeros -= 1;
                }
                at += 1;
            }
            if size != 0 {
                if at > self.band.last {
                    return Err(garbled());
                }
                *nonzero |= 1 << at;
            }
            at += 1;
        }
        if self.end_of_band_run > 0 {
            self.end_of_band_run -= 1;
            if at <= self.band.last {
                let rest = (u64::MAX << at) & (u64::MAX >> (63 - self.band.last));
                for _ in 0..(*nonzero & rest).count_ones() {
                    self.skip(1)?;
                }
            }
        }
        Ok(())
    }

    /// Blocks of a run whose length has `size` bits behind its highest.
    fn run_length(&mut self, size: usize) -> Result<u32, AssetError> {
        Ok((1 << size) + self.bits.take(size as u32).ok_or_else(missing)?)
    }

    fn skip(&mut self, size: u8) -> Result<(), AssetError> {
        self.bits.take(u32::from(size)).map(|_| ()).ok_or_else(missing)
    }
}

fn symbol(bits: &mut Bits<'_>, table: &Table) -> Result<u8, AssetError> {
    match bits.symbol(table) {
        Some(symbol) => Ok(symbol),
        None if bits.is_empty() => Err(missing()),
        None => Err(garbled()),
    }
}

fn missing() -> AssetError {
    damaged(Format::Jpeg, MISSING)
}

fn garbled() -> AssetError {
    damaged(Format::Jpeg, GARBLED)
}

fn no_table() -> AssetError {
    damaged(Format::Jpeg, NO_TABLE)
}

fn bad_header() -> AssetError {
    damaged(Format::Jpeg, BAD_HEADER)
}
