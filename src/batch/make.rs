//! Making one file of a line.

use std::collections::BTreeSet;
use std::io::{Seek, Write};

use crate::batch::orders::OrderLine;
use crate::batch::plan::{Kind, Spec};
use crate::cancel::Cancel;
use crate::export::jpeg::JpegOptions;
use crate::export::png::Effort;
use crate::export::{ExportError, Format, jpeg, png, print, webp};
use crate::proof::{self, Heading, ProofError, ProofLine};
use crate::shop::{Fitting, PlacedScene, PreviewOptions, RenderError, Shop};
use crate::units::Dpi;

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MakeError {
    /// The line cannot be drawn.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The file cannot be written.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// The ticket cannot be laid out.
    #[error(transparent)]
    Proof(ProofError),
    /// The plan asks for a print area that the design has nothing on.
    #[error("there is nothing on \"{0}\"")]
    Nothing(String),
}

/// A line, resolved once for all of its files.
#[derive(Debug)]
pub struct Drawing<'a> {
    shop: &'a Shop,
    line: &'a OrderLine,
    fitting: Fitting<'a>,
    scenes: Vec<PlacedScene<'a>>,
}

impl<'a> Drawing<'a> {
    /// Resolves a line, whose print files have so many dots per inch.
    ///
    /// # Errors
    /// If it cannot be drawn, or the work was called off.
    pub fn new(shop: &'a Shop, line: &'a OrderLine, dpi: Dpi, cancel: &Cancel) -> Result<Self, MakeError> {
        let choice = line.choice();
        let finest = if dpi.get() > Dpi::PRINT.get() { dpi } else { Dpi::PRINT };
        let fitting = Fitting { cancel: cancel.clone(), finest, ..shop.fit(&line.opened.design, &choice)? };
        let scenes = shop.scenes(&fitting, &line.opened.library, |_| true)?;
        Ok(Self { shop, line, fitting, scenes })
    }

    /// Writes a preview or a print file.
    ///
    /// # Errors
    /// If it cannot be drawn or written, or the work was called off.
    pub fn write(&self, kind: &Kind, spec: &Spec, out: impl Write + Seek) -> Result<(), MakeError> {
        match kind {
            Kind::Preview(view) => self.preview(Some(view), (spec.preview_width_px, spec.preview_format), out),
            Kind::Artwork(area) => self.artwork(area, spec, out),
            // It is about an order, not about a line: see `ticket`.
            Kind::Ticket(_) => Err(MakeError::Nothing("a ticket".to_owned())),
        }
    }

    fn artwork(&self, area: &str, spec: &Spec, out: impl Write + Seek) -> Result<(), MakeError> {
        let scene = self.scenes.iter().find(|placed| placed.area.id == area).map(|placed| &placed.scene);
        let scene = scene.ok_or_else(|| MakeError::Nothing(area.to_owned()))?;
        let cancel = &self.fitting.cancel;
        Ok(print::write_unless(scene, spec.print_format, (spec.dpi, Effort::Fast), cancel, out)?)
    }

    /// Writes a preview: of a view, or of the first one that shows a print.
    ///
    /// # Errors
    /// If it cannot be drawn or written, or the work was called off.
    pub fn preview(
        &self,
        view: Option<&str>,
        (width_px, format): (u32, Format),
        out: impl Write,
    ) -> Result<(), MakeError> {
        let options = PreviewOptions {
            choice: self.line.choice(),
            view: view.map(str::to_owned),
            width_px,
            ..PreviewOptions::default()
        };
        let preview = self.shop.preview_of(&self.fitting, &self.line.opened.library, &options)?;
        let (width, height, pixels, hash) = (preview.width, preview.height, &preview.pixels, &preview.artwork_hash);
        match format {
            Format::Png => png::write_rgb(width, height, pixels, hash, out)?,
            Format::WebP => webp::write_rgb(width, height, pixels, hash, out)?,
            _ => jpeg::write_rgb(width, height, pixels, hash, JpegOptions::default(), out)?,
        }
        Ok(())
    }
}

impl From<ProofError> for MakeError {
    fn from(error: ProofError) -> Self {
        match error {
            ProofError::Export(error) => Self::Export(error),
            ProofError::CalledOff => Self::Export(ExportError::CalledOff),
            error => Self::Proof(error),
        }
    }
}

/// Writes the ticket of an order: every view, sizes and places measured from the collar, inks, fonts, findings, names and
/// numbers, and a QR code with the order's id. `left_out` are the lines of the order that cannot be made.
///
/// # Errors
/// If a line cannot be drawn, the order has too many, or `out` fails.
pub fn ticket(
    shop: &Shop,
    (lines, left_out): (&[&OrderLine], &[String]),
    cancel: &Cancel,
    out: impl Write,
) -> Result<(), MakeError> {
    let Some(first) = lines.first() else { return Err(MakeError::Nothing("an order".to_owned())) };
    let warning = (!left_out.is_empty()).then(|| {
        let (count, all) = (left_out.len(), left_out.len() + lines.len());
        format!("INCOMPLETE: {count} of {all} lines cannot be made as ordered: {}", left_out.join(", "))
    });
    let designs: BTreeSet<_> = lines.iter().map(|line| (line.opened.digest, &line.color)).collect();
    let pieces: u64 = lines.iter().map(|line| u64::from(line.quantity)).sum();
    let heading = Heading {
        shop: shop.profile.brand.name.clone(),
        number: first.order_id.to_string(),
        title: Some(format!("Order {}", first.order_id)),
        note: (designs.len() > 1).then(|| format!("{pieces} pieces in all, of {} designs and colors", designs.len())),
        ticket: Some(first.order_id.to_string()),
        warning,
        ..Heading::default()
    };
    let several = lines.len() > 1;
    let line = |line: &&OrderLine| (line.choice(), marks(line, several));
    let told: Vec<_> = lines.iter().map(line).collect();
    let lines = lines.iter().zip(told).map(|(line, (choice, marks))| ProofLine {
        design: &line.opened.design,
        library: &line.opened.library,
        choice,
        quantity: line.quantity,
        name: line.line.to_string(),
        marks,
        ordered: std::collections::BTreeMap::new(),
    });
    let lines: Vec<ProofLine<'_>> = lines.collect();
    let proof = proof::gather(shop, heading, &lines, cancel)?;
    Ok(proof::write(&proof, &shop.fonts, cancel, out)?)
}

/// What a line says besides what is printed.
fn marks(line: &OrderLine, several: bool) -> Vec<(&'static str, String)> {
    let due = line.due.iter().map(|due| ("Due", due.to_string()));
    let ship_to = Some(&line.ship_to).filter(|text| !text.is_empty()).map(|text| ("Ship to", text.to_string()));
    let said = || if several { format!("{} (line {})", line.note, line.line) } else { line.note.to_string() };
    let note = (!line.note.is_empty()).then(|| ("Note", said()));
    due.chain(ship_to).chain(note).collect()
}
