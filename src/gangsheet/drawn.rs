//! Prints while their pieces are laid on a sheet: drawn once, band by band as a print file is, so that both have the same
//! pixels, and read in whatever parts the sheet's rows need. Small ones stay in memory, large ones lie in a scratch file.

use std::fs::File;
use std::io::{BufWriter, Read as _, Seek as _, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::artwork::{Band, for_each_band_unless};
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::gangsheet::limits::IN_MEMORY;
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

/// The pixels of a part of an artwork: premultiplied, four bytes each, row by row.
#[derive(Debug)]
pub(super) struct Drawn {
    part: Part,
    pixels: Pixels,
}

#[derive(Debug)]
enum Pixels {
    Memory(Vec<u8>),
    File(Mutex<File>),
}

impl Drawn {
    /// Draws a part of a scene. A scratch file is made in `folder` and is gone with this, or with the process.
    ///
    /// # Errors
    /// If the file cannot be written, or the work was called off.
    pub(super) fn new(
        scene: &Scene,
        (dpi, part): (Dpi, Part),
        folder: &Path,
        cancel: &Cancel,
    ) -> Result<Self, GangError> {
        let pixels = if bytes(part) <= IN_MEMORY {
            let mut pixels = Vec::with_capacity(bytes(part));
            draw(scene, (dpi, part), cancel, &mut pixels)?;
            Pixels::Memory(pixels)
        } else {
            let file = tempfile::tempfile_in(folder).map_err(ExportError::from)?;
            let mut out = BufWriter::with_capacity(1 << 18, file);
            draw(scene, (dpi, part), cancel, &mut out)?;
            let file = out.into_inner().map_err(|error| ExportError::from(error.into_error()))?;
            Pixels::File(Mutex::new(file))
        };
        Ok(Self { part, pixels })
    }

    /// Reads `part`, which lies within what was drawn, to `target`, which has its size.
    ///
    /// # Errors
    /// If the scratch file cannot be read.
    pub(super) fn read(&self, part: Part, target: &mut [u8]) -> Result<(), ExportError> {
        let at = |row: u32| {
            bytes(Part { height: part.y - self.part.y + row, ..self.part }) + 4 * (part.x - self.part.x) as usize
        };
        // Whole rows follow each other.
        let (rows, length) =
            if part.width == self.part.width { (1, target.len()) } else { (part.height, part.width as usize * 4) };
        let mut targets = (0..rows).zip(target.chunks_exact_mut(length.max(1)));
        match &self.pixels {
            Pixels::Memory(pixels) => {
                targets.for_each(|(row, target)| target.copy_from_slice(&pixels[at(row)..][..length]));
            }
            Pixels::File(file) => {
                let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
                targets.try_for_each(|(row, target)| {
                    file.seek(SeekFrom::Start(at(row) as u64))?;
                    file.read_exact(target)
                })?;
            }
        }
        Ok(())
    }
}

/// Bytes of a part's pixels.
pub(super) const fn bytes(part: Part) -> usize {
    part.width as usize * part.height as usize * 4
}

fn draw(scene: &Scene, (dpi, part): (Dpi, Part), cancel: &Cancel, out: &mut impl Write) -> Result<(), GangError> {
    let columns = part.x as usize * 4..(part.x + part.width) as usize * 4;
    let drawn = for_each_band_unless(scene, dpi, cancel, |band: &Band<'_>| {
        let rows = (band.top..).zip(band.pixels.chunks_exact(band.width as usize * 4));
        let mut wanted = rows.filter(|(y, _)| (part.y..part.y + part.height).contains(y));
        wanted.try_for_each(|(_, row)| out.write_all(&row[columns.clone()]))
    });
    Ok(drawn.ok_or(GangError::CalledOff)?.map_err(ExportError::from)?)
}
