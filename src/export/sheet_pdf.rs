//! PDF of a sheet of film: each print is kept once and shown where it lies, and objects are written as they come.
//!
//! A page of PDF has at most 14 400 units a side; longer sheets count in larger units (PDF 1.6, `UserUnit`).

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use kurbo::{Affine, BezPath, PathEl};
use pdf_writer::{Chunk, Content, Filter, Finish as _, Name, Rect, Ref, TextStr};

use crate::color::Color;
use crate::export::pdf::srgb_profile;
use crate::export::{ExportError, HASH_KEYWORD};
use crate::pixels::blend::unpremultiply;
use crate::pixels::dilate::Dilate;
use crate::units::PhysicalSize;

/// Points in a millimetre.
const POINTS_PER_MM: f64 = 72.0 / 25.4;
/// The most units of a page's side.
const LONGEST: f64 = 14_400.0;

const CATALOG: Ref = Ref::new(1);
const TREE: Ref = Ref::new(2);
const PAGE: Ref = Ref::new(3);
const CONTENTS: Ref = Ref::new(4);
const INFO: Ref = Ref::new(5);
const PROFILE: Ref = Ref::new(6);
const FIRST: i32 = 7;

/// A print in the making: its pixels, deflated as they come.
#[derive(Debug)]
pub struct Picture {
    size: (u32, u32),
    /// Rows whose clear pixels have yet to take the colour of what is near.
    dilate: Dilate,
    rgb: ZlibEncoder<Vec<u8>>,
    alpha: ZlibEncoder<Vec<u8>>,
}

impl Picture {
    /// A print of so many pixels.
    #[must_use]
    pub fn new(size: (u32, u32)) -> Self {
        let encoder = || ZlibEncoder::new(Vec::new(), Compression::new(1));
        Self { size, dilate: Dilate::default(), rgb: encoder(), alpha: encoder() }
    }

    /// Adds whole rows of premultiplied pixels.
    ///
    /// # Errors
    /// None that is known: rows go to memory.
    pub fn rows(&mut self, pixels: &[u8]) -> Result<(), ExportError> {
        let stride = self.size.0 as usize * 4;
        let mut straight = vec![0; stride];
        let mut alpha = Vec::with_capacity(stride / 4);
        for row in pixels.chunks_exact(stride) {
            unpremultiply(row, &mut straight);
            alpha.clear();
            alpha.extend(straight.as_chunks::<4>().0.iter().map(|pixel| pixel[3]));
            self.alpha.write_all(&alpha)?;
            self.dilate.push(&straight, |row| self.rgb.write_all(&opaque(row)))?;
        }
        Ok(())
    }

    /// The deflated pixels and their deflated mask.
    fn finish(mut self) -> Result<(Vec<u8>, Vec<u8>), ExportError> {
        self.dilate.finish(|row| self.rgb.write_all(&opaque(row)))?;
        Ok((self.rgb.finish()?, self.alpha.finish()?))
    }
}

/// A row without its alpha.
fn opaque(row: &[u8]) -> Vec<u8> {
    row.as_chunks::<4>().0.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect()
}

/// A print that is in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept(usize);

/// A file that is being written. Its page's marks are kept until the end; pictures are not.
pub struct SheetPdf<W: Write> {
    out: W,
    at: u64,
    /// Where each object begins, from 1.
    offsets: Vec<u64>,
    pictures: Vec<Ref>,
    content: Content,
    size: PhysicalSize,
    unit: f64,
    hasher: blake3::Hasher,
}

impl<W: Write> std::fmt::Debug for SheetPdf<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SheetPdf({} bytes, {} pictures)", self.at, self.pictures.len())
    }
}

impl<W: Write> SheetPdf<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Fails if `out` does.
    pub fn begin(out: W, size: PhysicalSize) -> Result<Self, ExportError> {
        let points = size.width.mm().max(size.height.mm()) * POINTS_PER_MM;
        let unit = (points / LONGEST).ceil().max(1.0);
        let scale = (POINTS_PER_MM / unit) as f32;
        let mut content = Content::new();
        // Millimetres from the top left corner, y down.
        content.transform([scale, 0.0, 0.0, -scale, 0.0, (size.height.mm() * POINTS_PER_MM / unit) as f32]);
        let offsets = vec![0; FIRST as usize - 1];
        let (pictures, hasher) = (Vec::new(), blake3::Hasher::new());
        let mut file = Self { out, at: 0, offsets, pictures, content, size, unit, hasher };
        file.bytes(b"%PDF-1.7\n%\x80\x80\x80\x80\n")?;
        Ok(file)
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), ExportError> {
        self.out.write_all(bytes)?;
        self.hasher.update(bytes);
        self.at += bytes.len() as u64;
        Ok(())
    }

    /// Writes one object.
    fn object(&mut self, id: Ref, chunk: &Chunk) -> Result<(), ExportError> {
        let index = (id.get() - 1) as usize;
        self.offsets.resize(self.offsets.len().max(index + 1), 0);
        self.offsets[index] = self.at;
        self.bytes(chunk.as_bytes())
    }

    /// Puts a print into the file.
    ///
    /// # Errors
    /// Fails if the file does.
    pub fn keep(&mut self, picture: Picture) -> Result<Kept, ExportError> {
        let (width, height) = (picture.size.0.cast_signed(), picture.size.1.cast_signed());
        let pictures = i32::try_from(self.pictures.len()).map_err(std::io::Error::other)?;
        let next = FIRST + pictures * 2;
        let (id, mask) = (Ref::new(next), Ref::new(next + 1));
        let (rgb, alpha) = picture.finish()?;
        let mut chunk = Chunk::new();
        let mut image = chunk.image_xobject(mask, &alpha);
        image.filter(Filter::FlateDecode);
        image.width(width).height(height).bits_per_component(8);
        image.color_space().device_gray();
        image.finish();
        self.object(mask, &chunk)?;
        let mut chunk = Chunk::new();
        let mut image = chunk.image_xobject(id, &rgb);
        image.filter(Filter::FlateDecode);
        image.width(width).height(height).bits_per_component(8).s_mask(mask);
        image.color_space().icc_based(PROFILE);
        image.finish();
        self.object(id, &chunk)?;
        self.pictures.push(id);
        Ok(Kept(self.pictures.len() - 1))
    }

    /// Shows a print whose upper left corner would lie at (0, 0) and whose size is `size`, mm, through `place`.
    pub fn show(&mut self, kept: Kept, size: PhysicalSize, place: Affine) {
        // A picture fills the unit square, y up.
        let (width, height) = (size.width.mm(), size.height.mm());
        let place = place * Affine::new([width, 0.0, 0.0, -height, 0.0, height]);
        self.content.save_state();
        self.content.transform(place.as_coeffs().map(|value| value as f32));
        self.content.x_object(Name(format!("P{}", kept.0).as_bytes()));
        self.content.restore_state();
    }

    /// Fills a path, mm, by the nonzero rule.
    pub fn fill(&mut self, path: &BezPath, place: Affine, color: Color) {
        let Color { r, g, b } = color;
        let [r, g, b] = [r, g, b].map(|channel| f32::from(channel) / 255.0);
        self.content.set_fill_rgb(r, g, b);
        let content = &mut self.content;
        let mut last = kurbo::Point::ZERO;
        for element in place * path {
            let pair = |point: kurbo::Point| (point.x as f32, point.y as f32);
            match element {
                PathEl::MoveTo(to) => drop(content.move_to(pair(to).0, pair(to).1)),
                PathEl::LineTo(to) => drop(content.line_to(pair(to).0, pair(to).1)),
                PathEl::QuadTo(..) | PathEl::CurveTo(..) => {
                    let (one, two, to) = match element {
                        PathEl::QuadTo(by, to) => (last.lerp(by, 2.0 / 3.0), to.lerp(by, 2.0 / 3.0), to),
                        PathEl::CurveTo(one, two, to) => (one, two, to),
                        _ => continue,
                    };
                    let ((x1, y1), (x2, y2), (x3, y3)) = (pair(one), pair(two), pair(to));
                    content.cubic_to(x1, y1, x2, y2, x3, y3);
                }
                PathEl::ClosePath => drop(content.close_path()),
            }
            last = element.end_point().unwrap_or(last);
        }
        content.fill_nonzero();
    }

    /// Ends the file.
    ///
    /// # Errors
    /// Fails if the file does.
    pub fn finish(mut self, title: &str, artwork_hash: &str) -> Result<(), ExportError> {
        let contents = deflated(&std::mem::replace(&mut self.content, Content::new()).finish())?;
        let mut chunk = Chunk::new();
        chunk.stream(CONTENTS, &contents).filter(Filter::FlateDecode);
        self.object(CONTENTS, &chunk)?;
        let mut chunk = Chunk::new();
        chunk.icc_profile(PROFILE, &deflated(&srgb_profile())?).n(3).filter(Filter::FlateDecode);
        self.object(PROFILE, &chunk)?;
        let mut chunk = Chunk::new();
        self.page(&mut chunk);
        self.object(PAGE, &chunk)?;
        let mut chunk = Chunk::new();
        chunk.pages(TREE).kids([PAGE]).count(1);
        self.object(TREE, &chunk)?;
        let mut chunk = Chunk::new();
        chunk.indirect(CATALOG).dict().pair(Name(b"Type"), Name(b"Catalog")).pair(Name(b"Pages"), TREE);
        self.object(CATALOG, &chunk)?;
        let mut chunk = Chunk::new();
        let mut info = chunk.indirect(INFO).dict();
        info.pair(Name(b"Title"), TextStr(title)).pair(Name(b"Producer"), TextStr("Platen"));
        info.pair(Name(HASH_KEYWORD.as_bytes()), TextStr(artwork_hash));
        info.finish();
        self.object(INFO, &chunk)?;
        let at = self.at;
        let mut table = format!("xref\n0 {}\n0000000000 65535 f\r\n", self.offsets.len() + 1);
        for offset in &self.offsets {
            table += &format!("{offset:010} 00000 n\r\n");
        }
        let id = self.hasher.finalize().to_hex()[..32].to_owned();
        table +=
            &format!("trailer\n<</Size {} /Root 1 0 R /Info 5 0 R /ID [<{id}> <{id}>]>>\n", self.offsets.len() + 1);
        table += &format!("startxref\n{at}\n%%EOF\n");
        self.bytes(table.as_bytes())?;
        Ok(self.out.flush()?)
    }

    fn page(&self, chunk: &mut Chunk) {
        let mut page = chunk.page(PAGE);
        let side = |mm: f64| (mm * POINTS_PER_MM / self.unit) as f32;
        let sheet = Rect::new(0.0, 0.0, side(self.size.width.mm()), side(self.size.height.mm()));
        page.parent(TREE).media_box(sheet).trim_box(sheet).contents(CONTENTS);
        if self.unit > 1.0 {
            page.user_unit(self.unit as f32);
        }
        let mut resources = page.resources();
        let mut spaces = resources.color_spaces();
        spaces.insert(Name(b"DefaultRGB")).start::<pdf_writer::writers::ColorSpace<'_>>().icc_based(PROFILE);
        spaces.finish();
        let mut objects = resources.x_objects();
        for (index, picture) in self.pictures.iter().enumerate() {
            objects.pair(Name(format!("P{index}").as_bytes()), *picture);
        }
    }
}

fn deflated(bytes: &[u8]) -> Result<Vec<u8>, ExportError> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
