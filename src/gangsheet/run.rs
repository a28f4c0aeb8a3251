//! From orders to the files of their sheets, for whoever has a place to put them.

use std::io::{Seek, Write};
use std::path::Path;
use std::sync::Arc;

use crate::batch::check::Checked;
use crate::batch::orders::Orders;
use crate::cancel::Cancel;
use crate::export::{ExportError, cut};
use crate::gangsheet::film::FilmSize;
use crate::gangsheet::lists::{self, Billing};
use crate::gangsheet::pack::Effort;
use crate::gangsheet::paint::{self, Job, Rasters};
use crate::gangsheet::pieces::{self, GangError, Options, Pieces};
use crate::gangsheet::shapes::{self, Shapes};
use crate::gangsheet::sheets::{Laid, Sheet, lay};
use crate::shop::Shop;

/// The technique whose prints go on film.
pub const TRANSFER: &str = "dtf";

/// A format of sheets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// PNG.
    Png,
    /// TIFF.
    Tiff,
    /// PDF.
    Pdf,
}

/// What sheets are made as.
#[derive(Debug, Clone)]
pub struct Asked {
    /// The film as somebody asked for it; the options have it in pixels.
    pub size: FilmSize,
    /// Which prints, and the film.
    pub options: Options,
    /// Margin on all sides, pixels.
    pub edge: u32,
    /// How long an order of pieces is searched for.
    pub effort: Effort,
    /// Whether true shapes are nested where that gains.
    pub is_nested: bool,
    /// The files of each sheet.
    pub formats: Vec<Format>,
    /// What is billed.
    pub billing: Billing,
}

/// Makes the pieces of all orders and lays them on sheets; `known` is what was found out of their lines before; `seen` has a look at them and says whether they are written.
/// `open` gives a place for a file of a name, which is whole once it is dropped; large prints lie in `scratch` meanwhile.
///
/// # Errors
/// If there are too many pieces, a file cannot be written, or the work was called off.
pub fn make<W: Write + Seek>(
    shop: &Shop,
    (orders, known): (&Orders, &[Option<Arc<Checked>>]),
    asked: &Asked,
    (scratch, cancel): (&Path, &Cancel),
    seen: &mut dyn FnMut(&Job<'_>, &Laid) -> bool,
    open: &mut dyn FnMut(&str) -> std::io::Result<W>,
) -> Result<Pieces, GangError> {
    let options = &asked.options;
    let pieces = pieces::gather(shop, orders, (options, known), cancel)?;
    let rects: Vec<_> = pieces.pieces.iter().map(|piece| piece.size).collect();
    let shapes = asked.is_nested.then(|| shapes::find(shop, orders, (&pieces, options), cancel)).transpose()?;
    let each: Option<Vec<_>> = shapes.as_ref().map(|shapes| (0..rects.len()).map(|piece| shapes.of(piece)).collect());
    let nested = shapes.as_ref().zip(each.as_deref()).map(|(shapes, each)| (each, shapes.grid));
    let inch = 1.0 / options.dpi.get();
    let billed = |length: u32| asked.billing.steps(f64::from(length) * inch, inch) as u64;
    let laid = lay(&rects, nested, (options.film, asked.edge), &billed, asked.effort);
    let width = options.film.roll.width + asked.edge * 2;
    let (dpi, edge) = (options.dpi, asked.edge);
    let job = Job { shop, orders, pieces: &pieces, shapes: shapes.as_ref(), dpi, width, edge, scratch, cancel };
    if !seen(&job, &laid) || laid.sheets.is_empty() {
        return Ok(pieces);
    }
    let mut files = Vec::new();
    for (index, sheet) in laid.sheets.iter().enumerate() {
        let mut names = write(&asked.formats, &job, (index + 1, sheet), open)?;
        if let Some(shapes) = shapes.as_ref().filter(|_| sheet.nested) {
            names.extend(write_paths(shapes, &job, (index + 1, sheet), open)?);
        }
        files.push(names);
    }
    let report = lists::report(&job, &laid, (&asked.billing, &shop.profile.currency), &files);
    for (name, bytes) in [
        ("cut-list.csv", lists::cut_list(&job, &laid.sheets)),
        ("press-order.csv", lists::press_order(orders, &pieces, &laid.sheets)),
        ("gang.json", report),
    ] {
        // What is left in a buffer and does not fit on the disk is told here or never.
        open(name).and_then(|mut out| out.write_all(&bytes).and_then(|()| out.flush())).map_err(ExportError::from)?;
    }
    Ok(pieces)
}

/// Writes a sheet in every format that is asked for, and gives the files' names.
fn write<W: Write + Seek>(
    formats: &[Format],
    job: &Job<'_>,
    (number, sheet): (usize, &Sheet),
    open: &mut dyn FnMut(&str) -> std::io::Result<W>,
) -> Result<Vec<String>, GangError> {
    let mut names = Vec::new();
    let mut begin = |format: Format, ending: &str| {
        let name = format!("sheet-{number}.{ending}");
        let out = formats.contains(&format).then(|| open(&name)).transpose().map_err(ExportError::from)?;
        names.extend(out.is_some().then_some(name));
        Ok::<_, GangError>(out)
    };
    let rasters = Rasters { png: begin(Format::Png, "png")?, tiff: begin(Format::Tiff, "tif")? };
    let pdf = begin(Format::Pdf, "pdf")?;
    if rasters.png.is_some() || rasters.tiff.is_some() {
        paint::rasters(job, sheet, rasters)?;
    }
    if let Some(out) = pdf {
        paint::pdf(job, sheet, &format!("Gang sheet {number}"), out)?;
    }
    Ok(names)
}

/// Writes the paths around the pieces of a sheet, and gives the files' names.
fn write_paths<W: Write + Seek>(
    shapes: &Shapes,
    job: &Job<'_>,
    (number, sheet): (usize, &Sheet),
    open: &mut dyn FnMut(&str) -> std::io::Result<W>,
) -> Result<[String; 2], GangError> {
    let (page, layers) = shapes.paths(job, sheet);
    let hash = job.hashes(sheet);
    let names = ["svg", "dxf"].map(|ending| lists::paths(number, ending));
    cut::svg(page, &layers, &hash, open(&names[0]).map_err(ExportError::from)?)?;
    cut::dxf(page, &layers, &hash, open(&names[1]).map_err(ExportError::from)?)?;
    Ok(names)
}
