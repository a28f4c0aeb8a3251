//! SVG from strangers: checked before it is parsed, again before it is drawn, and written anew, so that everything
//! behind this module sees paths, gradients and decoded pictures only.

mod cost;
mod doctype;
mod recolor;
mod references;
mod scan;
mod styles;
mod text;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use resvg::{tiny_skia, usvg};
use usvg::{ImageHrefResolver, ImageKind, Options, Tree, WriteOptions, roxmltree};

use crate::assets::error::{AssetError, within};
use crate::assets::fonts::Fonts;
use crate::assets::limits::Limits;
use crate::assets::raster;
use crate::assets::svg::text::Lettering;
use crate::pixels::Pixmap;

pub use cost::DrawingCost;
pub(crate) use recolor::{recolor, tint};

/// A picture made of paths, safe to draw.
pub(super) struct Imported {
    pub(super) tree: Arc<Tree>,
    pub(super) source: String,
    pub(super) cost: DrawingCost,
    /// BLAKE3 of every font that its text is set in.
    pub(super) faces: Vec<[u8; 32]>,
    pub(super) notes: Vec<String>,
}

/// Stack of the thread that parses: parsers recurse along nested elements and references.
const STACK_BYTES: usize = 64 << 20;

/// Whether `bytes` start like an SVG: after a byte order mark and white space comes `<`, and `<svg` follows soon.
#[must_use]
pub fn is_svg(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    // A long comment or document type may push the root element out of the head.
    text.starts_with(b"<")
        && (find(text, b"<svg") || find(text, b":svg") || text.starts_with(b"<!") || text.starts_with(b"<?"))
}

fn find(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

/// Reads an uploaded SVG. Text becomes outlines of `fonts`; the system's are never looked at.
///
/// It runs on a thread with a large stack and is drawn once at a small size, so that a panic of the parser or the
/// renderer is an error here. That cannot stop a runaway allocation: the estimate before drawing has to.
pub(super) fn import(bytes: &[u8], fonts: Option<&Fonts>, limits: &Limits) -> Result<Imported, AssetError> {
    within("bytes of the SVG", bytes.len() as u64, limits.svg.bytes as u64)?;
    let source = std::str::from_utf8(bytes).map_err(|error| damaged(&error))?;
    on_large_stack(|| {
        scan::check(source, &limits.svg)?;
        let pictures = Pictures { limits, known: Mutex::default() };
        let lettering = Lettering::new(fonts);
        let tree = parse(source, &lettering, &pictures)?;
        let cost = cost::check(&tree, &limits.svg)?;
        let lost_text = fonts.is_none() && source.contains("<text");
        let source = tree.to_string(&WriteOptions { indent: usvg::Indent::None, ..WriteOptions::default() });
        drop(tree);
        let tree = reparse(&source)?;
        draw_now(&tree, 64.0);
        let mut notes = pictures.notes();
        notes.extend(lettering.notes());
        if lost_text {
            notes.push("the text in the SVG was left out, since there are no fonts: convert it to outlines".to_owned());
        }
        Ok(Imported { tree: Arc::new(tree), source, cost, faces: lettering.faces(), notes })
    })
}

/// Parses a source that [`import`] wrote. Its pictures are PNG files of ours.
pub(super) fn reparse(source: &str) -> Result<Tree, AssetError> {
    let options = Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|mime, data, _| (mime == "image/png").then_some(ImageKind::PNG(data))),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    };
    Tree::from_str(source, &options).map_err(|error| damaged(&error))
}

fn parse(source: &str, lettering: &Lettering<'_>, pictures: &Pictures<'_>) -> Result<Tree, AssetError> {
    let limits = pictures.limits;
    let options = Options {
        resources_dir: None,
        font_resolver: lettering.resolver(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_, data, _| pictures.resolve(&data)),
            resolve_string: Box::new(|_, _| {
                pictures.note("a picture outside the file was left out");
                None
            }),
        },
        ..Options::default()
    };
    let xml = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    let document = roxmltree::Document::parse_with_options(source, xml)
        .map_err(|error| damaged(&usvg::Error::ParsingFailed(error)))?;
    references::check(&document, &limits.svg)?;
    let tree = Tree::from_xmltree(&document, &options).map_err(|error| damaged(&error))?;
    match pictures.first_error() {
        Some(error) => Err(error),
        None => Ok(tree),
    }
}

/// The raster pictures inside one SVG, each decoded once however often it is drawn.
struct Pictures<'a> {
    limits: &'a Limits,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    #[expect(clippy::rc_buffer, reason = "the SVG library takes pictures as Arc<Vec<u8>>")]
    by_hash: BTreeMap<[u8; 32], Option<Arc<Vec<u8>>>>,
    pixels: u64,
    notes: Vec<String>,
    error: Option<AssetError>,
}

impl Pictures<'_> {
    /// Decodes a picture under the limits of an upload and hands it on as a PNG of ours; whatever is wrong with it
    /// stops the import.
    fn resolve(&self, data: &[u8]) -> Option<ImageKind> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.error.is_some() {
            return None;
        }
        let hash = *blake3::hash(data).as_bytes();
        if let Some(png) = known.by_hash.get(&hash) {
            return png.clone().map(ImageKind::PNG);
        }
        let png = match self.normalize(data, &mut known) {
            Ok(png) => Some(Arc::new(png)),
            Err(error) => {
                known.error = Some(error);
                None
            }
        };
        known.by_hash.insert(hash, png.clone());
        png.map(ImageKind::PNG)
    }

    fn normalize(&self, data: &[u8], known: &mut Known) -> Result<Vec<u8>, AssetError> {
        within("pictures inside the SVG", known.by_hash.len() as u64 + 1, self.limits.svg.images as u64)?;
        let format = raster::Format::of(data)
            .ok_or(AssetError::Refused { what: "a picture that is not PNG, JPEG, WebP or GIF" })?;
        let left = self.limits.svg.image_pixels.saturating_sub(known.pixels);
        let limits = Limits { pixels: self.limits.pixels.min(left), ..*self.limits };
        let decoded = raster::decode(format, data, &limits)?;
        known.pixels += u64::from(decoded.pixels.width()) * u64::from(decoded.pixels.height());
        known.notes.extend(decoded.notes);
        Ok(raster::to_png(&decoded.pixels))
    }

    fn note(&self, note: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if !known.notes.iter().any(|present| present == note) {
            known.notes.push(note.to_owned());
        }
    }

    fn notes(&self) -> Vec<String> {
        std::mem::take(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner).notes)
    }

    fn first_error(&self) -> Option<AssetError> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).error.clone()
    }
}

/// Draws so that the longer side has `longest` pixels, 1 to 1024.
pub(super) fn draw(tree: &Tree, longest: f32) -> Result<Pixmap, AssetError> {
    on_large_stack(|| Ok(draw_now(tree, longest)))
}

fn draw_now(tree: &Tree, longest: f32) -> Pixmap {
    let size = tree.size();
    let longest = longest.clamp(1.0, 1024.0);
    let scale = longest / size.width().max(size.height());
    let side = |length: f32| (length * scale).ceil().clamp(1.0, longest) as u32;
    let (width, height) = (side(size.width()), side(size.height()));
    let mut canvas = tiny_skia::Pixmap::new(width, height).expect("both sides are between 1 and 1024");
    resvg::render(tree, tiny_skia::Transform::from_scale(scale, scale), &mut canvas.as_mut());
    Pixmap::from_premultiplied(width, height, canvas.take()).expect("the canvas has four bytes for each pixel")
}

/// Runs `job` on a thread of its own; a panic in it is an error.
fn on_large_stack<T: Send>(job: impl FnOnce() -> Result<T, AssetError> + Send) -> Result<T, AssetError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("svg".to_owned())
            .stack_size(STACK_BYTES)
            .spawn_scoped(scope, job)
            .map_err(|error| damaged(&error))?;
        thread.join().unwrap_or_else(|_| Err(damaged(&"the renderer gave up")))
    })
}

fn damaged(reason: &dyn std::fmt::Display) -> AssetError {
    AssetError::Damaged { format: "SVG", reason: reason.to_string() }
}
