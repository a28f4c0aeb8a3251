//! PDF: pages of paths, pictures and words, in millimetres from a page's top left corner, y down.
//!
//! Words are drawn as outlines, so that every reader shows the same letters and no font has to be embedded. Each line
//! also has an invisible run of characters under it and `ActualText`, so that it can be searched, copied and read aloud in
//! any script. Colours are `DeviceRGB`, and the file says that this means sRGB: with a default colour space
//! for readers on a screen, and an output intent for those that prepare a print. Nothing is read from a clock: equal
//! documents make equal bytes.

pub(in crate::export) mod content;
mod letters;
mod structure;

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use kurbo::{BezPath, Point, Rect, Stroke};
use pdf_writer::types::OutputIntentSubtype;
use pdf_writer::writers::Resources;
use pdf_writer::{Filter, Finish as _, Name, Pdf, Ref, Settings, TextStr};

use crate::color::Color;
use crate::export::pdf::content::{Content, States};
use crate::export::pdf::letters::Alphabet;
use crate::export::{ExportError, HASH_KEYWORD};
use crate::scene::FillRule;
use crate::units::PhysicalSize;

/// Most pages of a document.
pub const MAX_PAGES: usize = 500;

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;

/// A document, ready to be written.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// What the reader's window is called.
    pub title: String,
    /// Who made it, as the file's properties name them; none if empty.
    pub author: String,
    /// Language of its words, such as `en`.
    pub language: String,
    /// Goes under [`HASH_KEYWORD`] into the file's properties; none if empty.
    pub artwork_hash: String,
    /// What its marks are parts of: see [`Element`].
    pub elements: Vec<Element>,
    /// Its pages.
    pub pages: Vec<Page>,
    /// Where its parts begin.
    pub bookmarks: Vec<Bookmark>,
}

/// A page.
#[derive(Debug, Clone)]
pub struct Page {
    /// Its size.
    pub size: PhysicalSize,
    /// What is on it, from the bottom up and in reading order.
    pub marks: Vec<Mark>,
}

/// An entry of the list of contents that readers show beside the pages.
#[derive(Debug, Clone)]
pub struct Bookmark {
    /// What it says.
    pub title: String,
    /// Index of the page to which it leads.
    pub page: usize,
}

/// A part of the document's structure, for readers that read aloud or reflow.
#[derive(Debug, Clone)]
pub struct Element {
    /// What it is.
    pub role: Role,
    /// Index of the element that it is a part of, which stands before it; `None` for the document itself.
    pub parent: Option<usize>,
    /// What a picture shows, in words; empty for everything else.
    pub alt: String,
}

/// What a part of a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Something with a heading of its own.
    Section,
    /// A heading: 1, 2 or 3.
    Heading(u8),
    /// A paragraph.
    Paragraph,
    /// A picture.
    Figure,
    /// A table, made of rows.
    Table,
    /// A row of a table, made of cells.
    Row,
    /// A cell that says what the cells below it are.
    HeaderCell,
    /// A cell.
    Cell,
}

/// Something on a page.
#[derive(Debug, Clone)]
pub struct Mark {
    /// Index of the element that it belongs to; `None` for what only decorates.
    pub element: Option<usize>,
    /// What is drawn.
    pub shape: Shape,
}

/// What is drawn.
#[derive(Debug, Clone)]
pub enum Shape {
    /// A filled path, mm.
    Fill {
        /// The outline.
        path: BezPath,
        /// Which points are inside.
        rule: FillRule,
        /// Its colour.
        color: Color,
        /// 0 to 1.
        opacity: f64,
    },
    /// A line along a path, mm.
    Stroke {
        /// The centre line.
        path: BezPath,
        /// Width, joins, caps and dashes, mm.
        style: Stroke,
        /// Its colour.
        color: Color,
    },
    /// A picture.
    Picture {
        /// The file, which is embedded as it is.
        jpeg: Arc<Jpeg>,
        /// Where it lies.
        place: Rect,
    },
    /// A line of words.
    Words {
        /// The line.
        words: Arc<Words>,
        /// Where its baseline begins, at the left in any script.
        origin: Point,
        /// Size of an em, mm.
        em: f64,
        /// Colour of the letters.
        color: Color,
    },
}

/// A JPEG file with three channels, sRGB.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jpeg {
    /// The file.
    pub bytes: Vec<u8>,
    /// Width in pixels, as the file says.
    pub width_px: u32,
    /// Height in pixels, as the file says.
    pub height_px: u32,
}

/// A line of words, set. Lengths are in ems, from the left end of the baseline, y down.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// What it says, in reading order.
    pub text: String,
    /// Its letters from left to right.
    pub letters: Vec<Letter>,
    /// Whether any of it runs from right to left.
    pub has_rtl: bool,
}

/// A letter with its accents, or several that share one outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Letter {
    /// What it says.
    pub text: String,
    /// Its outline, filled by the nonzero rule, from its own left end of the baseline; empty for a space.
    pub path: Arc<BezPath>,
    /// Where it begins.
    pub left: f64,
    /// How far it goes.
    pub width: f64,
}

/// Writes the document.
///
/// # Errors
/// If it has more than [`MAX_PAGES`] pages or none, or if `out` fails.
pub fn write(document: &Document, mut out: impl Write) -> Result<(), ExportError> {
    if document.pages.is_empty() || document.pages.len() > MAX_PAGES {
        return Err(ExportError::Pages { pages: document.pages.len(), limit: MAX_PAGES });
    }
    let mut file = File {
        pdf: Pdf::with_settings(Settings { pretty: false }),
        next: Ref::new(1),
        alphabet: Alphabet::default(),
        states: States::default(),
        pictures: BTreeMap::new(),
    };
    file.pdf.set_version(1, 7);
    out.write_all(&file.write(document))?;
    Ok(())
}

/// A file while it is written.
struct File {
    pdf: Pdf,
    next: Ref,
    alphabet: Alphabet,
    states: States,
    /// By the hash of their bytes: a picture that is shown twice is kept once.
    pictures: BTreeMap<[u8; 32], Ref>,
}

impl File {
    fn write(mut self, document: &Document) -> Vec<u8> {
        let (catalog, tree, resources) = (self.next.bump(), self.next.bump(), self.next.bump());
        let pages: Vec<Ref> = document.pages.iter().map(|_| self.next.bump()).collect();
        let mut marked = Vec::new();
        for (index, (page, &id)) in document.pages.iter().zip(&pages).enumerate() {
            marked.push(self.page(document, page, (id, index), (tree, resources)));
        }
        let count = i32::try_from(pages.len()).expect("the limit is far below");
        self.pdf.pages(tree).kids(pages.iter().copied()).count(count);
        let profile = self.next.bump();
        let icc = deflated(&srgb_profile());
        self.pdf.icc_profile(profile, &icc).n(3).filter(Filter::FlateDecode);
        self.resources(resources, profile);
        let outline = self.bookmarks(&document.bookmarks, &pages);
        let structure = structure::write(&mut self.pdf, &mut self.next, document, &pages, &marked);
        self.catalog(document, (catalog, tree), (profile, structure, outline));
        let info = self.next.bump();
        let mut properties = self.pdf.document_info(info);
        properties.title(TextStr(&document.title)).producer(TextStr("Platen"));
        if !document.author.is_empty() {
            properties.author(TextStr(&document.author));
        }
        if !document.artwork_hash.is_empty() {
            properties.pair(Name(HASH_KEYWORD.as_bytes()), TextStr(&document.artwork_hash));
        }
        properties.finish();
        let id = blake3::hash(self.pdf.as_bytes()).as_bytes()[..16].to_vec();
        self.pdf.set_file_id((id.clone(), id));
        self.pdf.finish()
    }

    /// Writes a page and gives the elements of its marked parts, by their number on the page.
    fn page(
        &mut self,
        document: &Document,
        page: &Page,
        (id, index): (Ref, usize),
        (tree, resources): (Ref, Ref),
    ) -> Vec<usize> {
        let height = page.size.height.mm() * POINTS_PER_MM;
        let mut content = Content::new(height, &mut self.alphabet, &mut self.states);
        for mark in &page.marks {
            let picture = match &mark.shape {
                Shape::Picture { jpeg, .. } => Some(picture(&mut self.pdf, &mut self.next, &mut self.pictures, jpeg)),
                _ => None,
            };
            let role = mark.element.and_then(|element| Some((element, document.elements.get(element)?.role)));
            content.mark(&mark.shape, role, picture);
        }
        let (stream, marked) = content.finish();
        let contents = self.next.bump();
        self.pdf.stream(contents, &deflated(&stream)).filter(Filter::FlateDecode);
        let mut writer = self.pdf.page(id);
        let width = page.size.width.mm() * POINTS_PER_MM;
        writer.parent(tree).contents(contents).media_box(pdf_writer::Rect::new(0.0, 0.0, width as f32, height as f32));
        writer.pair(Name(b"Resources"), resources);
        writer.struct_parents(i32::try_from(index).expect("the limit of pages is far below"));
        writer.tab_order(pdf_writer::types::TabOrder::StructureOrder);
        writer.finish();
        marked
    }

    /// Everything that pages name, one list for all of them.
    fn resources(&mut self, id: Ref, profile: Ref) {
        let outlines = self.alphabet.write_outlines(&mut self.pdf, &mut self.next);
        let fonts = self.alphabet.write_fonts(&mut self.pdf, &mut self.next);
        let mut resources = self.pdf.indirect(id).start::<Resources<'_>>();
        let mut spaces = resources.color_spaces();
        spaces.insert(Name(b"DefaultRGB")).start::<pdf_writer::writers::ColorSpace<'_>>().icc_based(profile);
        spaces.finish();
        let mut objects = resources.x_objects();
        for (index, &outline) in outlines.iter().enumerate() {
            objects.pair(Name(&letters::outline_name(index)), outline);
        }
        for &picture in self.pictures.values() {
            objects.pair(Name(&picture_name(picture)), picture);
        }
        objects.finish();
        let mut names = resources.fonts();
        for (index, &font) in fonts.iter().enumerate() {
            names.pair(Name(&letters::font_name(index)), font);
        }
        names.finish();
        let mut states = resources.ext_g_states();
        for opacity in self.states.used() {
            let mut state =
                states.insert(Name(&content::state_name(opacity))).start::<pdf_writer::writers::ExtGraphicsState<'_>>();
            let alpha = f32::from(opacity) / 255.0;
            state.non_stroking_alpha(alpha).stroking_alpha(alpha);
        }
        states.finish();
        resources.finish();
    }

    fn bookmarks(&mut self, bookmarks: &[Bookmark], pages: &[Ref]) -> Option<Ref> {
        if bookmarks.is_empty() {
            return None;
        }
        let outline = self.next.bump();
        let items: Vec<Ref> = bookmarks.iter().map(|_| self.next.bump()).collect();
        let count = i32::try_from(items.len()).unwrap_or(i32::MAX);
        self.pdf.outline(outline).first(items[0]).last(items[items.len() - 1]).count(count);
        for (index, bookmark) in bookmarks.iter().enumerate() {
            let mut item = self.pdf.outline_item(items[index]);
            item.title(TextStr(&bookmark.title)).parent(outline);
            if index > 0 {
                item.prev(items[index - 1]);
            }
            if let Some(&next) = items.get(index + 1) {
                item.next(next);
            }
            item.dest().page(pages[bookmark.page.min(pages.len() - 1)]).fit();
        }
        Some(outline)
    }

    fn catalog(
        &mut self,
        document: &Document,
        (id, tree): (Ref, Ref),
        (profile, structure, outline): (Ref, Ref, Option<Ref>),
    ) {
        let mut catalog = self.pdf.catalog(id);
        catalog.pages(tree).lang(TextStr(&document.language));
        catalog.viewer_preferences().display_doc_title(true);
        catalog.mark_info().marked(true);
        if let Some(outline) = outline {
            catalog.outlines(outline);
        }
        catalog.pair(Name(b"StructTreeRoot"), structure);
        let mut intents = catalog.output_intents();
        let mut intent = intents.push();
        intent.subtype(OutputIntentSubtype::PDFA).output_condition_identifier(TextStr("sRGB"));
        intent.info(TextStr("sRGB IEC61966-2.1")).dest_output_profile(profile);
    }
}

/// The object of a picture, written at its first use.
fn picture(pdf: &mut Pdf, next: &mut Ref, known: &mut BTreeMap<[u8; 32], Ref>, jpeg: &Jpeg) -> Ref {
    let key = *blake3::hash(&jpeg.bytes).as_bytes();
    if let Some(&id) = known.get(&key) {
        return id;
    }
    let id = next.bump();
    let side = |length: u32| i32::try_from(length).unwrap_or(i32::MAX);
    let mut image = pdf.image_xobject(id, &jpeg.bytes);
    image.filter(Filter::DctDecode);
    image.width(side(jpeg.width_px)).height(side(jpeg.height_px));
    image.color_space().device_rgb();
    image.bits_per_component(8).interpolate(true);
    image.finish();
    known.insert(key, id);
    id
}

fn picture_name(id: Ref) -> Vec<u8> {
    format!("P{}", id.get()).into_bytes()
}

fn deflated(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::with_capacity(bytes.len() / 2), Compression::new(6));
    encoder.write_all(bytes).and_then(|()| encoder.finish()).expect("memory takes all bytes")
}

/// What `DeviceRGB` means in the file.
pub(super) fn srgb_profile() -> Vec<u8> {
    let profile = moxcms::ColorProfile::new_srgb();
    let mut bytes = profile.encode().expect("the standard profile has only tags that can be written");
    // The library writes the present time, whatever the profile says (ICC.1, 7.2.8): the first of January 2000.
    for (place, part) in (24..).step_by(2).zip([2000_u16, 1, 1, 0, 0, 0]) {
        bytes[place..place + 2].copy_from_slice(&part.to_be_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests;
