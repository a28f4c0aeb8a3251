//! A separated job as one PDF page, each ink in its own Separation colour space, so that a RIP gives one plate for each under
//! its name. Flat art stays paths: what is painted later knocks out what lies below, as on the artwork. Everything else, and the
//! white under the colours, are pictures, laid on the others with overprint.

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use kurbo::{BezPath, Stroke};
use pdf_writer::types::OverprintMode;
use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, TextStr};

use crate::color::Color;
use crate::export::pdf::content::{line_style, path_operators};
use crate::export::{ExportError, HASH_KEYWORD};
use crate::scene::FillRule;
use crate::units::PhysicalSize;

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A plate in the making: its coverage, deflated as it comes.
#[derive(Debug)]
pub struct PlateStream {
    name: String,
    color: Color,
    size: (usize, usize),
    /// `None` if paths paint it.
    encoder: Option<ZlibEncoder<Vec<u8>>>,
}

/// A step of painting flat art, in mm of the print area, y down.
#[derive(Debug, Clone)]
pub enum Step {
    /// Paints a path with the ink of a plate; with none, what lies below is taken away and the cloth shows.
    Paint {
        /// The outline, or the centre line.
        path: Arc<BezPath>,
        /// Inside it, or along it.
        way: Way,
        /// Place of the ink among the plates.
        plate: Option<usize>,
    },
    /// From here on, only what is inside this path (nonzero) is painted.
    Clip(Arc<BezPath>),
    /// The last clip ends.
    Unclip,
}

/// How a path is painted.
#[derive(Debug, Clone)]
pub enum Way {
    /// Inside it.
    Fill(FillRule),
    /// Along it.
    Stroke(Stroke),
}

impl PlateStream {
    /// A plate of an ink of this name, which screens show in `color`.
    #[must_use]
    pub fn new(name: &str, color: Color, size: (usize, usize)) -> Self {
        let encoder = Some(ZlibEncoder::new(Vec::new(), Compression::new(1)));
        Self { name: name.to_owned(), color, size, encoder }
    }

    /// The plate of an ink that paths paint.
    #[must_use]
    pub fn painted(name: &str, color: Color) -> Self {
        Self { name: name.to_owned(), color, size: (0, 0), encoder: None }
    }

    /// Adds a row of coverage, 255 is full.
    ///
    /// # Errors
    /// None that is known: rows go to memory.
    pub fn row(&mut self, row: &[u8]) -> Result<(), ExportError> {
        Ok(self.encoder.as_mut().map_or(Ok(()), |encoder| encoder.write_all(row))?)
    }
}

/// Writes a page of the size of the print area with all plates in the order of printing; `steps` paint those that are no
/// pictures. The hash is none if it is empty.
///
/// # Errors
/// Fails if `out` does.
pub fn write(
    (plates, steps): (Vec<PlateStream>, &[Step]),
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
    if !steps.is_empty() {
        let mut spaces = resources.color_spaces();
        for (index, [_, space, _]) in ids.iter().enumerate() {
            spaces.insert(Name(format!("S{index}").as_bytes())).primitive(*space);
        }
    }
    let is_picture = |index: &usize| plates[*index].encoder.is_some();
    let mut pictures = resources.x_objects();
    for index in (0..plates.len()).filter(is_picture) {
        pictures.pair(Name(format!("P{index}").as_bytes()), ids[index][0]);
    }
    pictures.finish();
    resources.finish();
    writer.finish();
    let mut content = Content::new();
    if !steps.is_empty() {
        paint(&mut content, steps, height);
    }
    content.set_parameters(Name(b"OP"));
    for index in (0..plates.len()).filter(is_picture) {
        content.save_state();
        content.transform([width, 0.0, 0.0, height, 0.0, 0.0]);
        content.x_object(Name(format!("P{index}").as_bytes()));
        content.restore_state();
    }
    pdf.stream(contents, &content.finish());
    pdf.ext_graphics(state).overprint(true).overprint_fill(true).overprint_mode(OverprintMode::IgnoreZeroChannel);
    let mut properties = pdf.document_info(info);
    properties.title(TextStr(title)).producer(TextStr("Platen"));
    if !artwork_hash.is_empty() {
        properties.pair(Name(HASH_KEYWORD.as_bytes()), TextStr(artwork_hash));
    }
    properties.finish();
    for (plate, ids) in plates.into_iter().zip(ids) {
        write_plate(&mut pdf, plate, ids)?;
    }
    out.write_all(&pdf.finish())?;
    // What is left in a buffer and does not fit on the disk is told here or never.
    Ok(out.flush()?)
}

/// Paints paths on a page that is `height` points high. Without overprint, so that each takes away what lies below it.
fn paint(content: &mut Content, steps: &[Step], height: f32) {
    let scale = POINTS_PER_MM as f32;
    content.save_state().transform([scale, 0.0, 0.0, -scale, 0.0, height]);
    for step in steps {
        match step {
            Step::Clip(path) => {
                content.save_state();
                path_operators(content, path);
                content.clip_nonzero().end_path();
            }
            Step::Unclip => drop(content.restore_state()),
            Step::Paint { path, way, plate } => {
                // An ink that is not printed takes the others away just as well.
                let (space, tint) = (format!("S{}", plate.unwrap_or(0)), [f32::from(u8::from(plate.is_some()))]);
                content.save_state();
                match way {
                    Way::Fill(rule) => {
                        content.set_fill_color_space(Name(space.as_bytes())).set_fill_color(tint);
                        path_operators(content, path);
                        match rule {
                            FillRule::NonZero => content.fill_nonzero(),
                            FillRule::EvenOdd => content.fill_even_odd(),
                        }
                    }
                    Way::Stroke(style) => {
                        content.set_stroke_color_space(Name(space.as_bytes())).set_stroke_color(tint);
                        line_style(content, style);
                        path_operators(content, path);
                        content.stroke()
                    }
                };
                content.restore_state();
            }
        }
    }
    content.restore_state();
}

fn write_plate(pdf: &mut Pdf, plate: PlateStream, [picture, space, tint]: [Ref; 3]) -> Result<(), ExportError> {
    if let Some(encoder) = plate.encoder {
        let coverage = encoder.finish()?;
        let mut image = pdf.image_xobject(picture, &coverage);
        image.filter(Filter::FlateDecode);
        // Sizes of plates are far below the most that PDF counts to.
        let [width, height] = [plate.size.0, plate.size.1].map(|side| i32::try_from(side).unwrap_or(i32::MAX));
        image.width(width).height(height).bits_per_component(8);
        image.insert(Name(b"ColorSpace")).primitive(space);
        image.finish();
    }
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
