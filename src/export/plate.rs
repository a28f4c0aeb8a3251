//! Plates and films as PNG: what is dark on the film is dark in the picture.

use std::io::Write;

use png::{BitDepth, ColorType, Encoder, Filter, PixelDimensions, StreamWriter, Unit};

use crate::export::tiff::Facts;
use crate::export::{ExportError, HASH_KEYWORD};

/// A grey or black and white picture, written row by row.
pub struct PlatePng<W: Write + 'static> {
    writer: StreamWriter<'static, W>,
    line: Vec<u8>,
}

impl<W: Write + 'static> std::fmt::Debug for PlatePng<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PlatePng({} bytes a row)", self.line.len())
    }
}

/// How deep a picture is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// One byte a pixel: how much is covered, 255 is full.
    Coverage,
    /// One bit a pixel, 1 is ink.
    Film,
}

impl<W: Write + 'static> PlatePng<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn begin(out: W, facts: &Facts, depth: Depth) -> Result<Self, ExportError> {
        let (width, height) = facts.size;
        let mut encoder = Encoder::new(out, width as u32, height as u32);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(if depth == Depth::Film { BitDepth::One } else { BitDepth::Eight });
        // Rows repeat: what differs from the one above is little.
        encoder.set_compression(png::Compression::Fast);
        encoder.set_filter(Filter::Up);
        let density = facts.dpi.px_per_metre();
        encoder.set_pixel_dims(Some(PixelDimensions { xppu: density, yppu: density, unit: Unit::Meter }));
        encoder.add_text_chunk("Title".to_owned(), latin(&facts.title))?;
        encoder.add_text_chunk(HASH_KEYWORD.to_owned(), facts.artwork_hash.clone())?;
        Ok(Self { writer: encoder.write_header()?.into_stream_writer()?, line: Vec::new() })
    }

    /// Adds one row.
    ///
    /// # Errors
    /// Fails if the file does.
    pub fn row(&mut self, row: &[u8]) -> Result<(), ExportError> {
        self.line.clear();
        self.line.extend(row.iter().map(|byte| !byte));
        Ok(self.writer.write_all(&self.line)?)
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Fails if the file does, or if rows are missing.
    pub fn finish(self) -> Result<(), ExportError> {
        Ok(self.writer.finish()?)
    }
}

/// What a PNG's plain texts can hold (ISO 8859-1).
fn latin(text: &str) -> String {
    text.chars().map(|c| if u32::from(c) < 256 && !c.is_control() { c } else { '?' }).collect()
}
