//! Prints while their pieces are laid on a sheet: drawn once, band by band as a print file is, so that both have the same
//! pixels, and looked up in whatever parts the sheet's rows need. Most of a print is clear or of one color, so it is kept as
//! tiles: one color for those, pixels for the others, in memory or, beyond a budget of all prints, in a scratch file.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::artwork::{Band, map_bands};
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::gangsheet::pack::Turn;
use crate::gangsheet::pieces::GangError;
use crate::scene::Scene;
use crate::units::Dpi;

/// A rectangle of whole pixels of an artwork.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    /// Its first column.
    pub x: u32,
    /// Its first row.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Part {
    /// What both have; empty if they do not meet.
    fn common(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let below = (self.y + self.height).min(other.y + other.height);
        Self { x, y, width: right.saturating_sub(x), height: below.saturating_sub(y) }
    }
}

/// Longest side of a tile, pixels: two of them fit into the innermost cache, for turning.
const TILE: u32 = 64;

/// Bytes that prints may keep in memory, all of them together.
#[derive(Debug)]
pub(super) struct Room(AtomicUsize);

impl Room {
    pub(super) const fn of(bytes: usize) -> Self {
        Self(AtomicUsize::new(bytes))
    }

    fn take(&self, bytes: usize) -> bool {
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(bytes)).is_ok()
    }
}

/// The pixels of a part of an artwork: premultiplied.
#[derive(Debug)]
pub(super) struct Drawn<'r> {
    /// From the top down; where there is none, all is clear.
    strips: Vec<Strip>,
    scratch: Option<Mutex<File>>,
    room: &'r Room,
    /// Bytes taken of the room.
    taken: usize,
}

/// Some rows, in tiles from left to right.
#[derive(Debug)]
struct Strip {
    part: Part,
    tiles: Vec<Tile>,
}

#[derive(Debug)]
enum Tile {
    /// All of one color.
    Even([u8; 4]),
    /// Row by row.
    Memory(Box<[[u8; 4]]>),
    /// The same, from this byte of the scratch file on.
    File(u64),
}

/// What is seen of a tile.
#[derive(Debug)]
pub(super) struct Patch<'t> {
    /// What of it is seen.
    pub(super) seen: Part,
    tile: Part,
    pixels: Pixels<'t>,
}

#[derive(Debug)]
enum Pixels<'t> {
    Even([u8; 4]),
    Each(&'t [[u8; 4]]),
}

impl<'r> Drawn<'r> {
    /// Draws a part of a scene. A scratch file is made in `folder` if there is no room left, and is gone with this, or with
    /// the process.
    ///
    /// # Errors
    /// If the file cannot be written, or the work was called off.
    pub(super) fn new(
        scene: &Scene,
        (dpi, part): (Dpi, Part),
        (room, folder): (&'r Room, &Path),
        cancel: &Cancel,
    ) -> Result<Self, GangError> {
        let mut this = Self { strips: Vec::new(), scratch: None, room, taken: 0 };
        let mut written = 0;
        let drawn = map_bands(
            scene,
            dpi,
            cancel,
            |band| strips(band, part),
            |_, strips| strips.into_iter().try_for_each(|strip| this.keep(strip, folder, &mut written)),
        );
        drawn.ok_or(GangError::CalledOff)?.map_err(ExportError::from)?;
        Ok(this)
    }

    fn keep(&mut self, mut strip: Strip, folder: &Path, written: &mut u64) -> std::io::Result<()> {
        for tile in &mut strip.tiles {
            let Tile::Memory(pixels) = tile else { continue };
            let bytes = pixels.as_flattened();
            if self.room.take(bytes.len()) {
                self.taken += bytes.len();
                continue;
            }
            let file = match self.scratch.take() {
                Some(file) => file,
                None => Mutex::new(tempfile::tempfile_in(folder)?),
            };
            let file = self.scratch.insert(file).get_mut().unwrap_or_else(PoisonError::into_inner);
            file.write_all(bytes)?;
            let at = *written;
            *written += bytes.len() as u64;
            *tile = Tile::File(at);
        }
        self.strips.push(strip);
        Ok(())
    }

    /// Shows what is not clear in `part`, tile by tile.
    ///
    /// # Errors
    /// If the scratch file cannot be read.
    pub(super) fn each(&self, part: Part, mut see: impl FnMut(&Patch<'_>)) -> Result<(), ExportError> {
        let mut buffer = Vec::new();
        let first = self.strips.partition_point(|strip| strip.part.y + strip.part.height <= part.y);
        for strip in self.strips[first..].iter().take_while(|strip| strip.part.y < part.y + part.height) {
            for (tile, x) in strip.tiles.iter().zip((strip.part.x..).step_by(TILE as usize)) {
                let width = TILE.min(strip.part.x + strip.part.width - x);
                let whole = Part { x, width, ..strip.part };
                let seen = whole.common(part);
                if seen.width == 0 || matches!(tile, Tile::Even([0, 0, 0, 0])) {
                    continue;
                }
                let pixels = match tile {
                    Tile::Even(color) => Pixels::Even(*color),
                    Tile::Memory(pixels) => Pixels::Each(pixels),
                    Tile::File(at) => {
                        buffer.resize(width as usize * whole.height as usize, [0; 4]);
                        self.read(*at, buffer.as_flattened_mut())?;
                        Pixels::Each(&buffer)
                    }
                };
                see(&Patch { seen, tile: whole, pixels });
            }
        }
        Ok(())
    }

    fn read(&self, at: u64, target: &mut [u8]) -> std::io::Result<()> {
        let file = self.scratch.as_ref().ok_or(std::io::ErrorKind::NotFound)?;
        let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(target)
    }
}

impl Drop for Drawn<'_> {
    fn drop(&mut self) {
        self.room.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

impl Patch<'_> {
    /// The corner of what is seen, once the part around it is turned.
    pub(super) fn corner(&self, part: Part, turn: Turn) -> (u32, u32) {
        let Part { width, height, .. } = self.seen;
        let (left, above) = (self.seen.x - part.x, self.seen.y - part.y);
        let (right, below) = (part.width - left - width, part.height - above - height);
        match turn {
            Turn::None => (left, above),
            Turn::Quarter => (below, left),
            Turn::Half => (right, below),
            Turn::ThreeQuarters => (above, right),
        }
    }

    /// Lays a row of what is seen, counted as it lies once it is turned, on pixels of which those are clear that it covers.
    pub(super) fn put(&self, turn: Turn, row: u32, target: &mut [[u8; 4]]) {
        let Part { x, y, width, height } = self.seen;
        let pixels = match self.pixels {
            Pixels::Even(color) => return put(target, std::iter::repeat(&color)),
            Pixels::Each(pixels) => pixels,
        };
        let stride = self.tile.width as usize;
        let from = |x: u32, y: u32| &pixels[(y - self.tile.y) as usize * stride + (x - self.tile.x) as usize..];
        let (wide, high) = (width as usize, height as usize);
        match turn {
            Turn::None => put(target, from(x, y + row).iter()),
            Turn::Half => put(target, from(x, y + height - 1 - row)[..wide].iter().rev()),
            // Clockwise: what was at the bottom is at the left. By number, since iterators with a step divide at each one.
            Turn::Quarter => {
                let column = from(x + row, y);
                put(target, (0..high).map(|pixel| &column[(high - 1 - pixel) * stride]));
            }
            Turn::ThreeQuarters => {
                let column = from(x + width - 1 - row, y);
                put(target, (0..high).map(|pixel| &column[pixel * stride]));
            }
        }
    }
}

/// There is ink in one of two pixels at most.
fn put<'a>(target: &mut [[u8; 4]], source: impl Iterator<Item = &'a [u8; 4]>) {
    for (target, source) in target.iter_mut().zip(source) {
        *target = (u32::from_ne_bytes(*target) | u32::from_ne_bytes(*source)).to_ne_bytes();
    }
}

/// What of a band lies in `part`, as tiles.
fn strips(band: &Band<'_>, part: Part) -> Vec<Strip> {
    let rows = (band.pixels.len() / (band.width as usize * 4)) as u32;
    let part = part.common(Part { x: 0, y: band.top, width: band.width, height: rows });
    if band.is_blank || part.width == 0 {
        return Vec::new();
    }
    let pixels = band.pixels.as_chunks::<4>().0;
    let row = |y: u32| &pixels[(y - band.top) as usize * band.width as usize..][..band.width as usize];
    let tile = |y: u32, height: u32, x: u32| {
        let columns = x as usize..(x + TILE).min(part.x + part.width) as usize;
        let rows = || (y..y + height).map(|y| &row(y)[columns.clone()]);
        let first = row(y)[x as usize];
        if rows().all(|row| is_even(row, first)) {
            return Tile::Even(first);
        }
        let mut pixels = Vec::with_capacity(columns.len() * height as usize);
        rows().for_each(|row| pixels.extend_from_slice(row));
        Tile::Memory(pixels.into_boxed_slice())
    };
    let strip = |y: u32| {
        let height = TILE.min(part.y + part.height - y);
        let tiles = (part.x..part.x + part.width).step_by(TILE as usize).map(|x| tile(y, height, x)).collect();
        Strip { part: Part { y, height, ..part }, tiles }
    };
    (part.y..part.y + part.height).step_by(TILE as usize).map(strip).collect()
}

/// Whether all pixels are this one; written so that many are looked at together.
fn is_even(row: &[[u8; 4]], color: [u8; 4]) -> bool {
    let color = u32::from_ne_bytes(color);
    row.iter().fold(0, |other, pixel| other | (u32::from_ne_bytes(*pixel) ^ color)) == 0
}
