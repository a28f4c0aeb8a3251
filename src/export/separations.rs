//! A separated job as one PDF page: each plate a picture in its own Separation colour space, laid on the others with
//! overprint, so that a RIP gives one plate for each ink under its name.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pdf_writer::types::OverprintMode;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, TextStr};

use crate::color::Color;
use crate::export::{ExportError, HASH_KEYWORD};
use crate::units::PhysicalSize;

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A plate in the making: its coverage, deflated as it comes.
#[derive(Debug)]
pub struct PlateStream {
    name: String,
    color: Color,
    size: (usize, usize),
    encoder: ZlibEncoder<Vec<u8>>,
}

impl PlateStream {
    /// A plate of an ink of this name, which screens show in `color`.
    #[must_use]
    pub fn new(name: &str, color: Color, size: (usize, usize)) -> Self {
        let encoder = ZlibEncoder::new(Vec::new(), Compression::new(1));
        Self { name: name.to_owned(), color, size, encoder }
    }

    /// Adds a row of coverage, 255 is full.
    ///
    /// # Errors
    /// None that is known: rows go to memory.
    pub fn row(&mut self, row: &[u8]) -> Result<(), ExportError> {
        Ok(self.encoder.write_all(row)?)
    }
}

/// Writes a page of the size of the print area with all plates in the order of printing.
///
/// # Errors
/// Fails if `out` does.
pub fn write(
    plates: Vec<PlateStream>,
    area: PhysicalSize,
    (title, artwork_hash): (&str, &str),
    mut out: impl Write,
) -> Result<(), ExportError> {
    let mut pdf = Pdf::new();
    pdf.set_version(1, 6);
    let [catalog, tree, page, contents, state, info] = [1, 2, 3, 4, 5, 6].map(Ref::new);
    let mut next = Ref::new(7);
    let ids: Vec<[Ref; 3]> = plates.iter().map(|_| [next.bump(), next.bump(), next.bump()]).collect();
    let (width, height) = ((area.width.mm() * POINTS_PER_MM) as f32, (area.height.mm() * POINTS_PER_MM) as f32);
    pdf.catalog(catalog).pages(tree);
    pdf.pages(tree).kids([page]).count(1);
    let sheet = Rect::new(0.0, 0.0, width, height);
    let mut writer = pdf.page(page);
    writer.parent(tree).media_box(sheet).trim_box(sheet).contents(contents);
    let mut resources = writer.resources();
    resources.ext_g_states().pair(Name(b"OP"), state);
    let mut pictures = resources.x_objects();
    for (index, [picture, ..]) in ids.iter().enumerate() {
        pictures.pair(Name(format!("P{index}").as_bytes()), *picture);
    }
    pictures.finish();
    resources.finish();
    writer.finish();
    let mut content = Content::new();
    content.set_parameters(Name(b"OP"));
    for index in 0..plates.len() {
        content.save_state();
        content.transform([width, 0.0, 0.0, height, 0.0, 0.0]);
        content.x_object(Name(format!("P{index}").as_bytes()));
        content.restore_state();
    }
    pdf.stream(contents, &content.finish());
    pdf.ext_graphics(state).overprint(true).overprint_fill(true).overprint_mode(OverprintMode::IgnoreZeroChannel);
    let mut properties = pdf.document_info(info);
    properties.title(TextStr(title)).producer(TextStr("Platen"));
    properties.pair(Name(HASH_KEYWORD.as_bytes()), TextStr(artwork_hash));
    properties.finish();
    for (plate, ids) in plates.into_iter().zip(ids) {
        write_plate(&mut pdf, plate, ids)?;
    }
    out.write_all(&pdf.finish())?;
    // What is left in a buffer and does not fit on the disk is told here or never.
    Ok(out.flush()?)
}

fn write_plate(pdf: &mut Pdf, plate: PlateStream, [picture, space, tint]: [Ref; 3]) -> Result<(), ExportError> {
    let coverage = plate.encoder.finish()?;
    let mut image = pdf.image_xobject(picture, &coverage);
    image.filter(Filter::FlateDecode);
    // Sizes of plates are far below the most that PDF counts to.
    let [width, height] = [plate.size.0, plate.size.1].map(|side| i32::try_from(side).unwrap_or(i32::MAX));
    image.width(width).height(height).bits_per_component(8);
    image.insert(Name(b"ColorSpace")).primitive(space);
    image.finish();
    // [/Separation name alternate tint]
    let mut array = pdf.indirect(space).array();
    array.item(Name(b"Separation"));
    array.item(Name(plate.name.as_bytes()));
    array.item(Name(b"DeviceRGB"));
    array.item(tint);
    array.finish();
    let Color { r, g, b } = plate.color;
    let ink = [r, g, b].map(|channel| f32::from(channel) / 255.0);
    let mut function = pdf.exponential_function(tint);
    function.domain([0.0, 1.0]).range([0.0, 1.0, 0.0, 1.0, 0.0, 1.0]).n(1.0).c0([1.0; 3]).c1(ink);
    function.finish();
    Ok(())
}
