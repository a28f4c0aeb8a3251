//! The letters of a document: each outline once, and each character once for readers that search.

use std::collections::BTreeMap;

use kurbo::{BezPath, Shape as _};
use pdf_writer::types::{SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish as _, Name, Pdf, Rect, Ref, Str};

use crate::export::pdf::content::letter_operators;
use crate::export::pdf::deflated;

/// Characters that one font has room for.
const CODES: usize = 256;

/// Every outline and every character that was used.
#[derive(Debug, Default)]
pub(super) struct Alphabet {
    /// Operators of each outline, and its number.
    known: BTreeMap<Vec<u8>, usize>,
    /// Bounds of each outline, thousandths of an em.
    bounds: Vec<kurbo::Rect>,
    codes: BTreeMap<(String, i32), usize>,
}

/// How a character is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Code {
    /// Number of the font.
    pub(super) font: usize,
    /// Its byte in that font.
    pub(super) byte: u8,
    /// How far it goes, thousandths of an em.
    pub(super) width: i32,
}

/// What pages call an outline.
pub(super) fn outline_name(index: usize) -> Vec<u8> {
    format!("L{index}").into_bytes()
}

/// What pages call a font.
pub(super) fn font_name(index: usize) -> Vec<u8> {
    format!("F{index}").into_bytes()
}

impl Alphabet {
    /// The number of an outline, given in ems.
    pub(super) fn outline(&mut self, path: &BezPath) -> usize {
        let next = self.bounds.len();
        let number = *self.known.entry(letter_operators(path)).or_insert(next);
        if number == next {
            self.bounds.push(kurbo::Affine::scale(1000.0).transform_rect_bbox(path.bounding_box()));
        }
        number
    }

    /// The code of a character that is `width` thousandths of an em wide.
    pub(super) fn code(&mut self, text: &str, width: i32) -> Code {
        let next = self.codes.len();
        let number = *self.codes.entry((text.to_owned(), width)).or_insert(next);
        Code { font: number / CODES, byte: (number % CODES) as u8, width }
    }

    /// Writes the outlines as objects, in the order of their numbers.
    pub(super) fn write_outlines(&self, pdf: &mut Pdf, next: &mut Ref) -> Vec<Ref> {
        let mut outlines: Vec<(&Vec<u8>, usize)> = self.known.iter().map(|(bytes, number)| (bytes, *number)).collect();
        outlines.sort_by_key(|(_, number)| *number);
        let write = |(bytes, number): (&Vec<u8>, usize)| {
            let id = next.bump();
            let data = deflated(bytes);
            let bounds = self.bounds[number].inflate(2.0, 2.0).expand();
            let mut outline = pdf.form_xobject(id, &data);
            outline.filter(Filter::FlateDecode);
            outline.matrix([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
            outline.bbox(Rect::new(bounds.x0 as f32, bounds.y0 as f32, bounds.x1 as f32, bounds.y1 as f32));
            outline.resources().finish();
            outline.finish();
            id
        };
        outlines.into_iter().map(write).collect()
    }

    /// Writes the fonts whose glyphs are empty: they only say which characters stand where.
    pub(super) fn write_fonts(&self, pdf: &mut Pdf, next: &mut Ref) -> Vec<Ref> {
        let mut codes: Vec<(&(String, i32), usize)> = self.codes.iter().map(|(key, number)| (key, *number)).collect();
        codes.sort_by_key(|(_, number)| *number);
        let mut procedures = BTreeMap::new();
        for ((_, width), _) in &codes {
            procedures.entry(*width).or_insert_with(|| {
                let id = next.bump();
                pdf.stream(id, format!("{width} 0 d0").as_bytes());
                id
            });
        }
        let font = |chunk: &[(&(String, i32), usize)]| {
            let (id, map) = (next.bump(), next.bump());
            let system = SystemInfo { registry: Str(b"Adobe"), ordering: Str(b"UCS"), supplement: 0 };
            let mut unicode = UnicodeCmap::<u8>::new(Name(b"Adobe-Identity-UCS"), system);
            for (byte, ((text, _), _)) in (0..=u8::MAX).zip(chunk) {
                unicode.pair_with_multiple(byte, text.chars());
            }
            pdf.stream(map, &deflated(&unicode.finish().into_vec())).filter(Filter::FlateDecode);
            let names: Vec<Vec<u8>> = (0..chunk.len()).map(|code| format!("c{code}").into_bytes()).collect();
            let mut font = pdf.type3_font(id);
            font.bbox(Rect::new(0.0, -250.0, 1000.0, 1000.0)).matrix([0.001, 0.0, 0.0, 0.001, 0.0, 0.0]);
            let glyphs = names
                .iter()
                .zip(chunk)
                .filter_map(|(name, ((_, width), _))| Some((Name(name), *procedures.get(width)?)));
            font.char_procs().pairs(glyphs);
            font.encoding_custom().differences().consecutive(0, names.iter().map(|name| Name(name)));
            font.first_char(0).last_char((chunk.len() - 1) as u8);
            font.widths(chunk.iter().map(|((_, width), _)| *width as f32));
            font.resources().finish();
            font.to_unicode(map);
            font.finish();
            id
        };
        codes.chunks(CODES).map(font).collect()
    }
}
