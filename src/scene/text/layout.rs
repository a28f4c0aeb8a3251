//! From words to glyphs in lines: shaping, bidirectional order, wrapping, alignment and the scale of the result.

use std::borrow::Cow;
use std::ops::Range;

use parley::{FontContext, FontFamily, FontFamilyName, Layout, LayoutContext, StyleProperty};
use skrifa::MetadataProvider;
use skrifa::instance::{LocationRef, Size};
use unicode_script::{Script, UnicodeScript};

use crate::assets::fonts::Fonts;
use crate::design::{self, Align, Fit};
use crate::scene::text::stack::Stack;
use crate::scene::text::{MAX_GLYPHS, MAX_LINES, TextError};

/// Em size while shaping. Results are scaled in `f64`, so that nothing depends on the size on the cloth.
const EM: f32 = 1000.0;

/// Lines narrower than this share of an em are not scaled to a width: a lone accent would become a wall.
const MIN_FIT_WIDTH: f64 = 0.01;

/// The narrowest letters that a condensed text has, as a share of their width: narrower ones have stems that look wrong
/// beside their bars.
const NARROWEST: f64 = 0.75;

/// A text in millimetres before any bend, centred on its layout box.
pub(super) struct Sheet {
    /// Em size after fitting, mm.
    pub(super) em: f64,
    /// Width of letters as a share of that which their font gives them.
    pub(super) narrow: f64,
    /// Widest line, mm.
    pub(super) width: f64,
    /// From the first line's ascent to the last line's descent, mm.
    pub(super) height: f64,
    /// The lines from the top.
    pub(super) rows: Vec<Row>,
}

/// One line.
pub(super) struct Row {
    /// Bytes of the words, with the break at its end.
    pub(super) range: Range<usize>,
    /// Whether its paragraph runs from right to left.
    pub(super) rtl: bool,
    /// Height of the baseline, mm.
    pub(super) baseline: f64,
    /// Upper edge, mm.
    pub(super) top: f64,
    /// Lower edge, mm.
    pub(super) bottom: f64,
    /// Height of the design's capitals, mm.
    pub(super) cap_top: f64,
    /// Left edge of what is not trailing space, mm.
    pub(super) left: f64,
    /// Right edge of what is not trailing space, mm.
    pub(super) right: f64,
    /// Clusters from left to right.
    pub(super) cells: Vec<Cell>,
}

/// One cluster: what a caret steps over.
pub(super) struct Cell {
    /// Bytes of the words.
    pub(super) range: Range<usize>,
    /// Left edge, mm.
    pub(super) left: f64,
    /// Right edge, mm.
    pub(super) right: f64,
    /// Edges of the ligature whose glyphs it holds; its own if it is none, mm.
    pub(super) span: (f64, f64),
    /// Whether it runs from right to left.
    pub(super) rtl: bool,
    /// Whether its letters join their neighbours.
    pub(super) joined: bool,
    /// Its glyphs; those of a ligature stand in the ligature's first cluster.
    pub(super) glyphs: Vec<Glyph>,
}

/// One glyph.
pub(super) struct Glyph {
    /// Index into the stack.
    pub(super) face: usize,
    /// The font's id.
    pub(super) id: u16,
    /// Origin, mm.
    pub(super) x: f64,
    /// Origin, mm.
    pub(super) y: f64,
}

/// Lays `words` out, each paragraph on its own: each has its own direction.
pub(super) fn lay_out(text: &design::Text, words: &str, fonts: &Fonts, stack: &Stack<'_>) -> Result<Sheet, TextError> {
    let n_paragraphs = words.split('\n').count();
    if n_paragraphs > MAX_LINES {
        return Err(TextError::TooManyLines { lines: n_paragraphs });
    }
    let mut engine = stack.font_context()?;
    let mut rows = Vec::new();
    let mut n_glyphs = 0;
    let mut start = 0;
    for paragraph in words.split('\n') {
        let joined = joined_ranges(paragraph);
        let layout =
            fonts.with_layout_context(|context| shape(text, paragraph, stack, &joined, (context, &mut engine)));
        if rows.len() + layout.len() > MAX_LINES {
            return Err(TextError::TooManyLines { lines: rows.len() + layout.len() });
        }
        for line in layout.lines() {
            let row = read_line(&line, paragraph, stack, &joined, text.tracking);
            n_glyphs += row.cells.iter().map(|cell| cell.glyphs.len()).sum::<usize>();
            if n_glyphs > MAX_GLYPHS {
                return Err(TextError::TooManyGlyphs);
            }
            rows.push(row.behind(start));
        }
        start += paragraph.len() + 1;
        if let Some(last) = rows.last_mut() {
            last.range.end = start.min(words.len());
        }
    }
    Ok(arrange(text, stack, rows))
}

impl Row {
    /// The row of a paragraph that begins at byte `start` of the words.
    fn behind(mut self, start: usize) -> Self {
        let moved = |range: &Range<usize>| range.start + start..range.end + start;
        self.range = moved(&self.range);
        self.cells.iter_mut().for_each(|cell| cell.range = moved(&cell.range));
        self
    }
}

fn shape(
    text: &design::Text,
    words: &str,
    stack: &Stack<'_>,
    joined: &[Range<usize>],
    (context, fonts): (&mut LayoutContext<()>, &mut FontContext),
) -> Layout<()> {
    let named = |index| FontFamilyName::Named(Cow::Owned(Stack::engine_name(index)));
    let families: Vec<_> = (0..stack.entries.len()).map(named).collect();
    let mut builder = context.ranged_builder(fonts, words, 1.0, false);
    builder.push_default(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&families))));
    builder.push_default(StyleProperty::FontSize(EM));
    if text.tracking != 0.0 {
        builder.push_default(StyleProperty::LetterSpacing(text.tracking as f32 * EM / 1000.0));
        for range in joined {
            builder.push(StyleProperty::LetterSpacing(0.0), range.clone());
        }
    }
    if let Some(emoji) = stack.emoji() {
        let mut emoji_first = families.clone();
        emoji_first[..=emoji].rotate_right(1);
        for range in emoji_ranges(words) {
            builder.push(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&emoji_first))), range);
        }
        let mut emoji_last = families.clone();
        emoji_last[emoji..].rotate_left(1);
        for range in symbol_ranges(words, stack) {
            builder.push(StyleProperty::FontFamily(FontFamily::List(Cow::Borrowed(&emoji_last))), range);
        }
    }
    let mut layout = builder.build(words);
    let max_advance = text.max_width.map(|width| (width / text.size * f64::from(EM)) as f32);
    layout.break_all_lines(max_advance);
    layout
}

/// Reads a line in units of the shaping size, the first cluster at 0, baseline at 0.
fn read_line(
    line: &parley::Line<'_, ()>,
    words: &str,
    stack: &Stack<'_>,
    joined: &[Range<usize>],
    tracking: f64,
) -> Row {
    // An empty text is shaped as one space, which is not in it.
    let range = line.text_range();
    let range = range.start.min(words.len())..range.end.min(words.len());
    let mut cells: Vec<Cell> = Vec::new();
    let mut x = 0.0;
    for run in line.runs() {
        let blob = run.font().data.id();
        let face = stack.entries.iter().position(|entry| entry.face.blob().is_ok_and(|it| it.id() == blob));
        // Where a ligature's glyphs begin: its pieces lie beside each other, the one that holds the glyphs first in
        // reading order.
        let mut ligature_left = None;
        for cluster in run.visual_clusters() {
            let advance = f64::from(cluster.advance());
            let right = x + advance;
            let mut span = (x, right);
            if cluster.is_ligature_continuation() {
                if run.is_rtl() {
                    ligature_left.get_or_insert(x);
                } else if let Some(first) = cells.iter_mut().rev().find(|cell| !cell.glyphs.is_empty()) {
                    first.span.1 = right;
                }
            } else {
                span.0 = ligature_left.take().unwrap_or(x);
            }
            let glyphs = face.map_or_else(Vec::new, |face| read_glyphs(&cluster, span.0, face));
            let bytes = cluster.text_range();
            if !matches!(
                words.get(bytes.clone()).unwrap_or("\n"),
                "\n" | "\r" | "\r\n" | "\u{85}" | "\u{2028}" | "\u{2029}"
            ) {
                let joined = joined.iter().any(|range| range.contains(&bytes.start));
                cells.push(Cell { range: bytes, left: x, right, span, rtl: run.is_rtl(), joined, glyphs });
            }
            x = right;
        }
    }
    let visible_end = range.start + words[range.clone()].trim_end().len();
    let visible = || cells.iter().filter(|cell| cell.range.start < visible_end);
    let left = visible().map(|cell| cell.left).reduce(f64::min).unwrap_or(0.0);
    // The engine adds the tracking after each letter; after the last one it is not wanted.
    let edge = |cell: &Cell| cell.right - if cell.joined { 0.0 } else { tracking * f64::from(EM) / 1000.0 };
    let right = visible().map(edge).reduce(f64::max).unwrap_or(0.0).max(left);
    let rtl = first_strong_is_rtl(words);
    Row { range, rtl, baseline: 0.0, top: 0.0, bottom: 0.0, cap_top: 0.0, left, right, cells }
}

fn read_glyphs(cluster: &parley::Cluster<'_, ()>, left: f64, face: usize) -> Vec<Glyph> {
    let mut x = left;
    let mut glyphs = Vec::new();
    for glyph in cluster.glyphs() {
        if let Ok(id) = u16::try_from(glyph.id) {
            glyphs.push(Glyph { face, id, x: x + f64::from(glyph.x), y: f64::from(glyph.y) });
        }
        x += f64::from(glyph.advance);
    }
    glyphs
}

/// Scales lines to millimetres, aligns them and centres the whole.
fn arrange(text: &design::Text, stack: &Stack<'_>, mut rows: Vec<Row>) -> Sheet {
    let unit = text.size / f64::from(EM);
    let natural = rows.iter().map(|row| row.right - row.left).fold(0.0, f64::max) * unit;
    let (fit, narrow) = match (text.fit_width, text.fit) {
        (Some(wanted), _) if natural < MIN_FIT_WIDTH * text.size || wanted <= 0.0 => (1.0, 1.0),
        (Some(wanted), Fit::Shrink) => ((wanted / natural).min(1.0), 1.0),
        (Some(wanted), Fit::Fill) => (wanted / natural, 1.0),
        (Some(wanted), Fit::Condense) => {
            let narrow = (wanted / natural).clamp(NARROWEST, 1.0);
            ((wanted / (natural * narrow)).min(1.0), narrow)
        }
        (None, _) => (1.0, 1.0),
    };
    let (unit, em, width) = (unit * fit, text.size * fit, natural * fit * narrow);
    let scale = unit * narrow;
    let metrics = stack.entries[0].font.metrics(Size::new(1.0), LocationRef::default());
    let (ascent, descent) = (f64::from(metrics.ascent) * em, f64::from(metrics.descent.abs()) * em);
    let capital = metrics.cap_height.filter(|height| *height > 0.0).map_or(0.7, f64::from) * em;
    let leading = text.leading * em;
    let height = ascent + descent + leading * rows.len().saturating_sub(1) as f64;
    for (index, row) in rows.iter_mut().enumerate() {
        let row_width = (row.right - row.left) * scale;
        let left = match text.align {
            Align::Left => -width / 2.0,
            Align::Center => -row_width / 2.0,
            Align::Right => width / 2.0 - row_width,
        };
        let (shift, baseline) = (left - row.left * scale, -height / 2.0 + ascent + leading * index as f64);
        (row.left, row.right) = (left, left + row_width);
        (row.baseline, row.top, row.bottom) = (baseline, baseline - ascent, baseline + descent);
        row.cap_top = baseline - capital;
        for cell in &mut row.cells {
            (cell.left, cell.right) = (cell.left * scale + shift, cell.right * scale + shift);
            cell.span = (cell.span.0 * scale + shift, cell.span.1 * scale + shift);
            for glyph in &mut cell.glyphs {
                (glyph.x, glyph.y) = (glyph.x * scale + shift, glyph.y * unit + baseline);
            }
        }
    }
    Sheet { em, narrow, width, height, rows }
}

/// Bytes of the letters that join their neighbours: space between them would tear strokes apart.
fn joined_ranges(words: &str) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    for (start, character) in words.char_indices() {
        let end = start + character.len_utf8();
        let goes_on = ranges.last().is_some_and(|last| last.end == start);
        let sticks =
            matches!(character, '\u{200C}' | '\u{200D}' | '\u{640}') || character.script() == Script::Inherited;
        if is_joined(character.script()) || goes_on && sticks {
            match ranges.last_mut() {
                Some(last) if goes_on => last.end = end,
                _ => ranges.push(start..end),
            }
        }
    }
    ranges
}

/// Whether the letters of a script hang together, by joined forms or by a head line.
fn is_joined(script: Script) -> bool {
    matches!(
        script,
        Script::Arabic
            | Script::Syriac
            | Script::Mongolian
            | Script::Phags_Pa
            | Script::Nko
            | Script::Mandaic
            | Script::Manichaean
            | Script::Psalter_Pahlavi
            | Script::Sogdian
            | Script::Hanifi_Rohingya
            | Script::Adlam
            | Script::Chorasmian
            | Script::Old_Uyghur
            | Script::Devanagari
            | Script::Bengali
            | Script::Gurmukhi
            | Script::Modi
            | Script::Sharada
            | Script::Tirhuta
            | Script::Siddham
    )
}

/// Bytes of the sequences that a variation selector asks to show as emoji.
fn emoji_ranges(words: &str) -> Vec<Range<usize>> {
    let belongs_to_next = |character: char| matches!(character, '\u{200D}' | '\u{FE0F}' | '\u{1F3FB}'..='\u{1F3FF}');
    words
        .match_indices('\u{FE0F}')
        .filter_map(|(selector, found)| {
            let mut before = words[..selector].char_indices().rev();
            let (mut start, base) = before.next()?;
            if base.is_ascii() && !words[selector + found.len()..].starts_with('\u{20E3}') {
                return None;
            }
            let mut joins = false;
            for (position, character) in before {
                if !joins && character != '\u{200D}' {
                    break;
                }
                joins = belongs_to_next(character);
                start = position;
            }
            Some(start..selector + found.len())
        })
        .collect()
}

/// Bytes of the characters that a variation selector asks to show as symbols, and that some face has as such.
fn symbol_ranges(words: &str, stack: &Stack<'_>) -> Vec<Range<usize>> {
    let asked = words.match_indices('\u{FE0E}').filter_map(|(selector, found)| {
        let (start, base) = words[..selector].char_indices().next_back()?;
        stack.has_symbol(base).then_some(start..selector + found.len())
    });
    asked.collect()
}

/// Whether the first character with a direction runs from right to left.
fn first_strong_is_rtl(paragraph: &str) -> bool {
    let strong = paragraph.chars().find(|character| character.is_alphabetic());
    strong.is_some_and(|character| {
        matches!(
            character.script(),
            Script::Arabic
                | Script::Hebrew
                | Script::Syriac
                | Script::Thaana
                | Script::Nko
                | Script::Adlam
                | Script::Hanifi_Rohingya
                | Script::Mandaic
                | Script::Samaritan
        )
    })
}
