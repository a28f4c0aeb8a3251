//! Print files in any of the formats that presses take. All of them show the same raster, or the outlines that it is drawn
//! from (SVG).

use std::io::{Seek, Write};

use kurbo::Affine;

use crate::artwork::{Band, map_bands};
use crate::cancel::Cancel;
use crate::export::png::Effort;
use crate::export::sheet_pdf::{Picture, SheetPdf};
use crate::export::sheet_tiff::{self, SheetTiff, Strip};
use crate::export::{ExportError, Format, png, svg};
use crate::scene::Scene;
use crate::units::Dpi;

/// The formats of print files.
pub const FORMATS: [Format; 4] = [Format::Png, Format::Svg, Format::Tiff, Format::Pdf];

/// Draws `scene` and writes it as a print file: transparent, at its physical size, with the artwork's hash. Looks at
/// `cancel` before each band of rows. PNG and TIFF are drawn in bands and need the same memory for any height; a PDF's
/// pixels are kept deflated until it is whole. `dpi` counts in all but SVG, `effort` in PNG alone. A format that is none of
/// [`FORMATS`] is written as PNG.
///
/// # Errors
/// Fails if `out` does, if the format cannot hold so much, or with [`ExportError::CalledOff`] once `cancel` is set; then
/// the file is not whole.
pub fn write_unless(
    scene: &Scene,
    format: Format,
    (dpi, effort): (Dpi, Effort),
    cancel: &Cancel,
    out: impl Write + Seek,
) -> Result<(), ExportError> {
    match format {
        Format::Svg => svg::write_unless(scene, cancel, out),
        Format::Tiff => write_tiff(scene, dpi, cancel, out),
        Format::Pdf => write_pdf(scene, dpi, cancel, out),
        _ => png::write_print_unless(scene, (dpi, effort), cancel, out),
    }
}

fn write_tiff(scene: &Scene, dpi: Dpi, cancel: &Cancel, out: impl Write + Seek) -> Result<(), ExportError> {
    let hash = scene.hash.to_string();
    let (mut out, mut tiff) = (Some(out), None);
    let prepare = |band: &Band<'_>| (!cancel.is_set()).then(|| sheet_tiff::code(band.width, band.pixels));
    let consume = |band: &Band<'_>, strip: Option<Strip>| {
        let strip = strip.ok_or(ExportError::CalledOff)?;
        // The first band is as high as all others but the last.
        if let Some(out) = out.take() {
            let rows = (band.pixels.len() / (band.width as usize * 4)) as u32;
            tiff = Some(SheetTiff::begin(out, (band.width, band.height), dpi, rows, &hash)?);
        }
        tiff.as_mut().map_or(Ok(()), |tiff| tiff.add(&strip))
    };
    map_bands(scene, dpi, cancel, prepare, consume).unwrap_or(Err(ExportError::CalledOff))?;
    tiff.map_or(Ok(()), SheetTiff::finish)
}

fn write_pdf(scene: &Scene, dpi: Dpi, cancel: &Cancel, out: impl Write) -> Result<(), ExportError> {
    let mut picture = Picture::new(scene.size.to_px(dpi));
    let consume = |band: &Band<'_>, ()| picture.rows(band.pixels);
    map_bands(scene, dpi, cancel, |_| (), consume).unwrap_or(Err(ExportError::CalledOff))?;
    let mut file = SheetPdf::begin(out, scene.size)?;
    let kept = file.keep(picture)?;
    file.show(kept, scene.size, Affine::IDENTITY);
    file.finish("Print file", &scene.hash.to_string())
}
