//! The picture of a mail: drawn as every preview is.

use std::ops::Range;

use crate::campaign::look::Look;
use crate::campaign::template::PictureOptions;
use crate::cancel::Cancel;
use crate::export::ExportError;
use crate::export::jpeg::{self, Chroma, JpegOptions};
use crate::shop::{Fitting, PlacedScene, PreviewOptions, RenderError, Shop, Stage};

/// Mails are read on a telephone's connection, and shown at half their pixels.
const CODING: JpegOptions = JpegOptions { quality: 80, chroma: Chroma::Full };

/// Why a picture cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The design cannot be drawn.
    #[error("{}", told(.0))]
    Render(#[from] RenderError),
    /// The file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
}

/// The first problem of a design rather than their number.
fn told(error: &RenderError) -> String {
    match error {
        RenderError::Design(problems) => problems.first().map_or_else(String::new, |problem| {
            let hint = problem.hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("{}: {}{hint}", problem.pointer, problem.message)
        }),
        other => other.to_string(),
    }
}

/// A picture that is settled but not drawn.
#[derive(Debug)]
pub struct Sketch<'a> {
    /// Names what it shows: equal names mean equal pictures.
    pub name: String,
    stage: Stage,
    scenes: Vec<PlacedScene<'a>>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drawn {
    /// Its file's name without the ending.
    pub name: String,
    /// Width and height in pixels.
    pub size: (u32, u32),
    /// The file, a JPEG.
    pub bytes: Vec<u8>,
}

/// Settles a picture. Its name is a hash of everything that it is drawn from, so that one that was drawn before can be
/// used again. Once `cancel` is set, neither it nor what is drawn of it comes to anything.
///
/// # Errors
/// See [`PictureError`].
pub fn sketch<'a>(
    shop: &'a Shop,
    look: &'a Look,
    options: &PictureOptions,
    cancel: &Cancel,
) -> Result<Sketch<'a>, PictureError> {
    let options =
        PreviewOptions { view: options.view.clone(), width_px: options.width_px, ..PreviewOptions::default() };
    let fitting = Fitting { cancel: cancel.clone(), ..shop.fit(&look.opened.design, &look.choice)? };
    let stage = shop.stage(&fitting, &options)?;
    let scenes = shop.scenes(&fitting, &look.opened.library, |area| area.view == stage.view)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&shop.digest);
    let ids = [&fitting.garment.id, &fitting.color.id, &fitting.size.id, &stage.view].map(String::clone);
    let coding = format!("{} square {CODING:?} {}", options.width_px, env!("CARGO_PKG_VERSION"));
    let prints = scenes.iter().map(|placed| format!("{}={}", placed.area.id, placed.scene.hash));
    for part in ids.into_iter().chain([coding]).chain(prints) {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let name = hasher.finalize().to_hex()[..24].to_owned();
    Ok(Sketch { name, stage, scenes })
}

/// The rows of a preview that a mail shows: a square, so that the words below are not far down, with the print in its
/// middle as far as the picture goes. A print that is higher than the square is shown whole.
fn shown_rows(height: u32, width: u32, printed: &Range<u32>) -> Range<u32> {
    let shown = width.max(printed.end.saturating_sub(printed.start)).min(height);
    let middle = if printed.is_empty() { 0 } else { printed.start.midpoint(printed.end) };
    let top = middle.saturating_sub(shown / 2).min(height - shown);
    top..top + shown
}

impl Sketch<'_> {
    /// Draws it.
    ///
    /// # Errors
    /// See [`PictureError`].
    pub fn draw(&self) -> Result<Drawn, PictureError> {
        let artworks = self.stage.rasterize(&self.scenes)?;
        let preview = self.stage.composite(&self.scenes, &artworks);
        let rows = shown_rows(preview.height, preview.width, &preview.printed_rows);
        let row = preview.width as usize * 3;
        let pixels = &preview.pixels[rows.start as usize * row..rows.end as usize * row];
        let (width, height) = (preview.width, rows.end - rows.start);
        let mut bytes = Vec::new();
        jpeg::write_rgb(width, height, pixels, &preview.artwork_hash, CODING, &mut bytes)?;
        Ok(Drawn { name: self.name.clone(), size: (width, height), bytes })
    }

    /// The picture from a file that was drawn before; `None` if that is none.
    #[must_use]
    pub fn from_file(&self, bytes: Vec<u8>) -> Option<Drawn> {
        let reader = image::ImageReader::with_format(std::io::Cursor::new(&bytes), image::ImageFormat::Jpeg);
        let size = reader.into_dimensions().ok()?;
        Some(Drawn { name: self.name.clone(), size, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_shows_a_square_with_the_whole_print_in_it() {
        assert_eq!(shown_rows(1400, 1120, &(300..700)), 0..1120, "the collar stays");
        assert_eq!(shown_rows(1400, 1120, &(600..1000)), 240..1360);
        assert_eq!(shown_rows(1400, 1120, &(1200..1390)), 280..1400);
        assert_eq!(shown_rows(1400, 1120, &(0..0)), 0..1120, "no print: from the collar down");
        assert_eq!(shown_rows(1400, 1000, &(100..1300)), 100..1300, "a print from collar to hem is shown whole");
        assert_eq!(shown_rows(900, 1120, &(100..300)), 0..900);
    }
}
