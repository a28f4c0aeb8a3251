//! Lettering: from words to outlines, boxes and carets.
//!
//! [`set`] makes one result that the editor, the preview and the print all start from. Shaping, bidirectional order
//! and line breaks are the layout engine's; outlines, bends, rings, bodies and shadows are drawn here, in millimetres
//! and independent of any resolution.

use std::ops::Range;
use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape};

use crate::assets::fonts::{FontError, Fonts};
use crate::assets::{Budget, OutlinesExceeded};
use crate::cancel::Cancel;
use crate::color::Color;
use crate::design::{self, Emoji, WarpKind};
use crate::scene::{FillRule, Item, Paint};

mod bend;
mod effect;
mod emoji;
mod layout;
mod outline;
mod stack;
mod warp;

use layout::{Cell, Row, Sheet};
use outline::Outlines;
use stack::Stack;
use warp::{Bend, Track};

/// Most characters of one text.
pub const MAX_CHARACTERS: usize = 2000;
/// Most lines of one text, after wrapping.
pub const MAX_LINES: usize = 200;
/// Most glyphs of one text: a hostile font may turn one letter into many.
pub const MAX_GLYPHS: usize = 8000;
/// Most path elements of one text's outlines.
pub const MAX_PATH_ELEMENTS: usize = 2_000_000;

/// What the texts of one request share while they are set.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// Charged with the outlines of every text before they are drawn.
    pub budget: &'a Budget,
    /// Looked at between lines, and while bodies are swept.
    pub cancel: &'a Cancel,
}

/// Turns a colour of the document into the one to draw.
pub type ColorOf<'a> = &'a dyn Fn(&design::Paint) -> Color;

/// A text, set. Millimetres, y down; the origin is the centre of `frame`, which the layer's `x` and `y` place.
#[derive(Debug, Clone)]
pub struct Lettering {
    /// What to draw: shadow, body, rings from the outermost, letters, colour emoji.
    pub items: Vec<Item>,
    /// What carets step over, line by line, each line from left to right as it was before a bend.
    pub clusters: Vec<Cluster>,
    /// The places between clusters, line by line, each line in reading order: one more than its clusters.
    pub carets: Vec<Caret>,
    /// The lines from the top.
    pub lines: Vec<Line>,
    /// The layout box: from the first line's ascent to the last one's descent, as wide as the widest line without the
    /// space at its end. Of a bent text: the bounds of the bent box; for `circle`, of the whole circle.
    pub frame: Rect,
    /// Bounds of what is inked, with rings, body and shadow. Empty at the origin if nothing is.
    pub ink: Rect,
    /// Em size after `fit_width`, mm.
    pub em: f64,
    /// Characters that no font has, each once. They are left out.
    pub missing: Vec<char>,
    /// What is set in other faces than the design's own, in the order in which it occurs: one for each face.
    pub lent: Vec<Lent>,
    /// BLAKE3 of each font file that the text needed, the design's own first.
    pub faces: Vec<[u8; 32]>,
}

/// Letters that a font lacks, and the face that they are set in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lent {
    /// The family that the design names.
    pub lacking: String,
    /// The face, such as `Noto Sans 700`.
    pub face: String,
    /// What is set in it, letters with their marks, each once.
    pub letters: Vec<String>,
}

/// What a caret steps over: a letter with its accents, an emoji, a piece of a ligature.
#[derive(Debug, Clone)]
pub struct Cluster {
    /// Bytes of the words.
    pub range: Range<usize>,
    /// Its outlines where they land. A ligature's lie in its first cluster.
    pub path: BezPath,
    /// Top left, top right, bottom right and bottom left of its box, bent with the text.
    pub quad: [Point; 4],
    /// Whether it runs from right to left.
    pub rtl: bool,
}

/// A place where a caret may stand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Caret {
    /// Byte of the words before which it stands.
    pub position: usize,
    /// Its upper end.
    pub top: Point,
    /// Its lower end.
    pub bottom: Point,
}

/// One line of a text.
#[derive(Debug, Clone)]
pub struct Line {
    /// Bytes of the words, with the break at its end.
    pub range: Range<usize>,
    /// Its part of [`Lettering::clusters`].
    pub clusters: Range<usize>,
    /// Its part of [`Lettering::carets`].
    pub carets: Range<usize>,
    /// Whether its paragraph runs from right to left.
    pub rtl: bool,
    /// Width without the space at its end, before a bend, mm.
    pub width: f64,
    /// Left and right end of the baseline.
    pub baseline: [Point; 2],
}

/// Why a text cannot be set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// The library has no such family.
    #[error("there is no font family {family:?}")]
    UnknownFamily {
        /// What the design asks for.
        family: String,
    },
    /// A font file cannot be used.
    #[error(transparent)]
    Font(#[from] FontError),
    /// More characters than [`MAX_CHARACTERS`].
    #[error("the text has {characters} characters, more than the limit of {MAX_CHARACTERS}")]
    TooManyCharacters {
        /// How many.
        characters: usize,
    },
    /// More lines than [`MAX_LINES`].
    #[error("the text has {lines} lines, more than the limit of {MAX_LINES}")]
    TooManyLines {
        /// How many.
        lines: usize,
    },
    /// More glyphs than [`MAX_GLYPHS`].
    #[error("the font makes more than {MAX_GLYPHS} glyphs of the text")]
    TooManyGlyphs,
    /// More outline than [`MAX_PATH_ELEMENTS`].
    #[error("the outlines of the text have more than {MAX_PATH_ELEMENTS} pieces; shorten it or take a plainer font")]
    TooIntricate,
    /// With the texts and shapes before it, more outline than the request may have.
    #[error(transparent)]
    OverBudget(#[from] OutlinesExceeded),
    /// Nobody waits for it any more.
    #[error("the work was called off")]
    CalledOff,
}

impl TextError {
    /// What to do about it, where that is not plain.
    #[must_use]
    pub const fn hint(&self) -> Option<&'static str> {
        match self {
            Self::OverBudget(_) => Some(
                "shorten the text or leave out its body, shadow or rings: each of them draws every letter again, and \
                 bodies and warps of ornate letters take the most",
            ),
            _ => None,
        }
    }
}

/// Sets `words`, which are the text of `text` with its fields filled in.
///
/// # Errors
///
/// When the family is unknown, a font file cannot be used, a limit or the budget is passed, or the work was called off. A
/// character that no font has is not an error: it is left out and reported in [`Lettering::missing`].
pub fn set(
    text: &design::Text,
    words: &str,
    color_of: ColorOf<'_>,
    fonts: &Fonts,
    effort: Effort<'_>,
) -> Result<Lettering, TextError> {
    let characters = words.chars().count();
    if characters > MAX_CHARACTERS {
        return Err(TextError::TooManyCharacters { characters });
    }
    let stack = stack::choose(text, words, fonts)?;
    let sheet = layout::lay_out(text, words, fonts, &stack)?;
    let (bend, frame) = bend_and_frame(text, &sheet);
    let drawing = Drawing {
        words,
        sheet: &sheet,
        bend,
        effort,
        outlines: Outlines::new(&stack)?,
        fill: color_of(&text.fill),
        colored: text.emoji == Emoji::Color,
        letters: None,
        silhouette: BezPath::new(),
        pictures: Vec::new(),
        lettering: Lettering {
            items: Vec::new(),
            clusters: Vec::new(),
            carets: Vec::new(),
            lines: Vec::new(),
            frame,
            ink: Rect::ZERO,
            em: sheet.em,
            missing: stack.missing.clone(),
            lent: Vec::new(),
            faces: stack.entries.iter().map(|entry| entry.face.digest()).collect::<Result<_, _>>()?,
        },
        stack: &stack,
    };
    drawing.draw(text, color_of)
}

/// How large the letters of `words` are once they fit their width, mm: [`Lettering::em`] without drawing them.
///
/// # Errors
///
/// As [`set`], but for what only drawing meets.
pub fn fitted_size(text: &design::Text, words: &str, fonts: &Fonts) -> Result<f64, TextError> {
    let characters = words.chars().count();
    if characters > MAX_CHARACTERS {
        return Err(TextError::TooManyCharacters { characters });
    }
    let stack = stack::choose(text, words, fonts)?;
    Ok(layout::lay_out(text, words, fonts, &stack)?.em)
}

/// The bend of a sheet, if it has one, and the frame of the result, centred on the origin.
fn bend_and_frame(text: &design::Text, sheet: &Sheet) -> (Option<Bend>, Rect) {
    let flat = Rect::new(-sheet.width / 2.0, -sheet.height / 2.0, sheet.width / 2.0, sheet.height / 2.0);
    let Some((warp, mut bend)) = text.warp.and_then(|warp| Some((warp, Bend::new(warp, sheet)?))) else {
        return (None, flat);
    };
    if let Some(circle) = bend.whole_circle() {
        return (Some(bend), circle);
    }
    let bounds = if warp.kind == WarpKind::Arc {
        let row = |row: &Row| bend::bounds(&bend, bend.track(row), Rect::new(row.left, row.top, row.right, row.bottom));
        sheet.rows.iter().map(row).reduce(|a, b| a.union(b)).unwrap_or(flat)
    } else {
        bend::bounds(&bend, Track { pivot: 0.0 }, flat)
    };
    bend.center(bounds);
    (Some(bend), bounds - bounds.center().to_vec2())
}

/// A text while it is drawn.
struct Drawing<'a, 'f> {
    words: &'a str,
    sheet: &'a Sheet,
    stack: &'a Stack<'f>,
    bend: Option<Bend>,
    effort: Effort<'a>,
    outlines: Outlines<'f>,
    fill: Color,
    colored: bool,
    /// The outlines that are filled; `None` as long as they are the silhouette, as they are without pictures.
    letters: Option<BezPath>,
    silhouette: BezPath,
    pictures: Vec<Item>,
    lettering: Lettering,
}

impl Drawing<'_, '_> {
    fn draw(mut self, text: &design::Text, color_of: ColorOf<'_>) -> Result<Lettering, TextError> {
        let sheet = self.sheet;
        for row in &sheet.rows {
            if self.effort.cancel.is_set() {
                return Err(TextError::CalledOff);
            }
            self.draw_row(row)?;
        }
        let silhouette = Arc::new(self.silhouette);
        let (items, ink) = effect::behind(text, &silhouette, color_of, self.effort)?;
        let mut lettering = self.lettering;
        lettering.items = items;
        let letters_ink = (!silhouette.elements().is_empty()).then(|| silhouette.bounding_box());
        lettering.ink = [ink, letters_ink].into_iter().flatten().reduce(|a, b| a.union(b)).unwrap_or(Rect::ZERO);
        let path = self.letters.map_or(silhouette, Arc::new);
        if !path.elements().is_empty() {
            let paint = Paint::Solid(self.fill, 1.0);
            lettering.items.push(Item::Fill { path, rule: FillRule::NonZero, paint });
        }
        lettering.items.extend(self.pictures);
        Ok(lettering)
    }

    fn draw_row(&mut self, row: &Row) -> Result<(), TextError> {
        let track = self.bend.as_ref().map_or(Track { pivot: 0.0 }, |bend| bend.track(row));
        let (first_cluster, first_caret) = (self.lettering.clusters.len(), self.lettering.carets.len());
        for cell in &row.cells {
            let path = self.draw_cell(track, cell)?;
            self.effort.budget.charge_outlines(path.elements().len() as u64)?;
            self.silhouette.extend(path.iter());
            if self.silhouette.elements().len() > MAX_PATH_ELEMENTS {
                return Err(TextError::TooIntricate);
            }
            let at = |x, y| self.place(track, Point::new(x, y));
            let quad = [
                at(cell.left, row.top),
                at(cell.right, row.top),
                at(cell.right, row.bottom),
                at(cell.left, row.bottom),
            ];
            self.lettering.clusters.push(Cluster { range: cell.range.clone(), path, quad, rtl: cell.rtl });
        }
        self.add_carets(row, track);
        let baseline = [row.left, row.right].map(|x| self.place(track, Point::new(x, row.baseline)));
        self.lettering.lines.push(Line {
            range: row.range.clone(),
            clusters: first_cluster..self.lettering.clusters.len(),
            carets: first_caret..self.lettering.carets.len(),
            rtl: row.rtl,
            width: row.right - row.left,
            baseline,
        });
        Ok(())
    }

    fn add_carets(&mut self, row: &Row, track: Track) {
        let mut cells: Vec<&Cell> = row.cells.iter().collect();
        cells.sort_by_key(|cell| cell.range.start);
        let leading = |cell: &&Cell| (cell.range.start, if cell.rtl { cell.right } else { cell.left });
        let mut places: Vec<_> = cells.iter().map(leading).collect();
        places.push(match cells.last() {
            Some(last) => (last.range.end, if last.rtl { last.left } else { last.right }),
            None => (row.range.start, row.left),
        });
        for (position, x) in places {
            let [top, bottom] = [row.top, row.bottom].map(|y| self.place(track, Point::new(x, y)));
            self.lettering.carets.push(Caret { position, top, bottom });
        }
    }

    fn place(&self, track: Track, point: Point) -> Point {
        self.bend.as_ref().map_or(point, |bend| bend.map(track, point))
    }

    /// Draws the glyphs of a cluster and returns their outlines.
    fn draw_cell(&mut self, track: Track, cell: &Cell) -> Result<BezPath, TextError> {
        let mut outline = BezPath::new();
        let mut pictures = BezPath::new();
        for glyph in &cell.glyphs {
            let entry = &self.stack.entries[glyph.face];
            if glyph.id == 0 {
                let lacking = self.words[cell.range.clone()].chars();
                for character in lacking.filter(|&it| !stack::is_invisible(it) && !entry.covers(it)) {
                    if !self.lettering.missing.contains(&character) {
                        self.lettering.missing.push(character);
                    }
                }
                continue;
            }
            self.note_lent(glyph.face, cell);
            let em = (self.sheet.em * self.sheet.narrow, self.sheet.em);
            let to_mm = self.outlines.placement(glyph.face, Point::new(glyph.x, glyph.y), em);
            if self.colored {
                let middle = Point::new(f64::midpoint(cell.span.0, cell.span.1), track.pivot);
                let rigid = self.bend.as_ref().map_or(Affine::IDENTITY, |bend| bend::rigid(bend, track, middle));
                let id = (glyph.face, glyph.id);
                if let Some(picture) = emoji::paint(&entry.font, &mut self.outlines, id, rigid * to_mm, self.fill) {
                    self.effort.budget.charge_outlines(emoji::elements(&picture.items))?;
                    self.pictures.extend(picture.items);
                    pictures.extend(picture.silhouette.iter());
                    continue;
                }
            }
            let path = outline::oriented(to_mm * self.outlines.glyph(glyph.face, glyph.id).clone());
            outline.extend(path.iter());
        }
        let mut outline = self.bend_outline(track, cell, outline);
        if !pictures.elements().is_empty() {
            self.letters.get_or_insert_with(|| self.silhouette.clone());
        }
        if let Some(letters) = &mut self.letters {
            letters.extend(outline.iter());
        }
        outline.extend(pictures.iter());
        Ok(outline)
    }

    /// Notes that a cell is set in another face than the design's own.
    fn note_lent(&mut self, face: usize, cell: &Cell) {
        let letters = &self.words[cell.range.clone()];
        if face == 0 || letters.chars().all(stack::is_invisible) {
            return;
        }
        let (own, entry) = (&self.stack.entries[0], &self.stack.entries[face]);
        let (lent, name) = (&mut self.lettering.lent, entry.family.name_of(entry.face));
        let place = lent.iter().position(|known| known.face == name).unwrap_or_else(|| {
            lent.push(Lent { lacking: own.family.name.clone(), face: name, letters: Vec::new() });
            lent.len() - 1
        });
        if !lent[place].letters.iter().any(|known| known == letters) {
            lent[place].letters.push(letters.to_owned());
        }
    }

    fn bend_outline(&self, track: Track, cell: &Cell, outline: BezPath) -> BezPath {
        match &self.bend {
            Some(bend) if bend.turns_letters() && !cell.joined && !self.stack.connected => {
                let middle = Point::new(f64::midpoint(cell.span.0, cell.span.1), track.pivot);
                bend::rigid(bend, track, middle) * outline
            }
            Some(bend) => bend::path(bend, track, &outline),
            None => outline,
        }
    }
}

#[cfg(test)]
mod tests;
