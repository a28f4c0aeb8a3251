//! Pages that fill from the top: words, lines, boxes and pictures in the frame that every page has.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape as _, Stroke};

use crate::assets::fonts::Fonts;
use crate::color::Color;
use crate::design::Form;
use crate::export::pdf::{Bookmark, Document, Element, Jpeg, Mark, Page, Role, Shape};
use crate::proof::ProofError;
use crate::proof::lettering::{Block, Room, Setter, Style};
use crate::scene::FillRule;
use crate::scene::shape::outline;
use crate::units::PhysicalSize;

/// Left and right margin, mm.
pub(super) const MARGIN: f64 = 20.0;
/// Where the content of a page begins, mm from the top.
const TOP: f64 = 28.0;
/// Where the content of a page ends, mm from the bottom.
const BOTTOM: f64 = 22.0;
/// Baseline of the head, mm from the top.
const HEAD: f64 = 15.0;
/// Baseline of the foot, mm from the bottom.
const FOOT: f64 = 11.0;
/// Width of a hairline, mm.
const HAIRLINE: f64 = 0.15;

/// Words.
pub(super) const INK: Color = Color::new(0x1c, 0x1c, 0x1e);
/// Words of second rank; 5.3 to 1 on white.
pub(super) const MUTED: Color = Color::new(0x6a, 0x6a, 0x70);
/// Lines.
pub(super) const LINE: Color = Color::new(0xcf, 0xcf, 0xd4);

/// What stands at the head and foot of a page.
#[derive(Debug, Clone, Default)]
pub(super) struct Frame {
    /// Head, left.
    pub(super) shop: String,
    /// Head, right.
    pub(super) order: String,
    /// Foot, left.
    pub(super) date: String,
}

/// How a line stands in its room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// Pages while they are filled.
pub(super) struct Flow<'a> {
    pub(super) setter: Setter<'a>,
    size: PhysicalSize,
    document: Document,
    frames: Vec<Frame>,
    /// What the next pages have at head and foot.
    pub(super) frame: Frame,
    /// Where the next thing goes, mm from the top.
    pub(super) y: f64,
    /// The element that new ones are parts of.
    parent: Option<usize>,
}

impl<'a> Flow<'a> {
    pub(super) fn new(fonts: &'a Fonts, size: PhysicalSize) -> Self {
        Self {
            setter: Setter::new(fonts),
            size,
            document: Document::default(),
            frames: Vec::new(),
            frame: Frame::default(),
            y: 0.0,
            parent: None,
        }
    }

    /// Width between the margins, mm.
    pub(super) const fn width(&self) -> f64 {
        self.size.width.mm() - 2.0 * MARGIN
    }

    /// Height of an empty page's content, mm.
    pub(super) const fn height(&self) -> f64 {
        self.size.height.mm() - TOP - BOTTOM
    }

    /// What is left of the page, mm.
    pub(super) const fn left(&self) -> f64 {
        self.size.height.mm() - BOTTOM - self.y
    }

    /// Begins a page.
    pub(super) fn new_page(&mut self) {
        self.document.pages.push(Page { size: self.size, marks: Vec::new() });
        self.frames.push(self.frame.clone());
        self.y = TOP;
    }

    /// Begins a page unless `height` mm are left on this one; says whether it did.
    pub(super) fn make_room(&mut self, height: f64) -> bool {
        let is_full = self.document.pages.is_empty() || height > self.left() + 0.001;
        if is_full {
            self.new_page();
        }
        is_full
    }

    /// Begins a section of the document, which the reader lists under `title`.
    pub(super) fn begin_section(&mut self, title: &str) {
        let page = self.document.pages.len().saturating_sub(1);
        self.document.bookmarks.push(Bookmark { title: title.to_owned(), page });
        self.parent = None;
        self.parent = Some(self.element(Role::Section));
    }

    /// A new element of the section.
    pub(super) fn element(&mut self, role: Role) -> usize {
        self.child(self.parent, role)
    }

    /// A new element within another.
    pub(super) fn child(&mut self, parent: Option<usize>, role: Role) -> usize {
        self.document.elements.push(Element { role, parent, alt: String::new() });
        self.document.elements.len() - 1
    }

    fn mark(&mut self, element: Option<usize>, shape: Shape) {
        if let Some(page) = self.document.pages.last_mut() {
            page.marks.push(Mark { element, shape });
        }
    }

    /// Draws one line of a block with its top at `y`, in the room from `x` on.
    pub(super) fn draw_line(&mut self, element: Option<usize>, block: &Block, index: usize, at: Spot) {
        let Some((words, width)) = block.lines.get(index) else { return };
        let left = match at.align {
            Align::Left => at.x,
            Align::Right => at.x + at.width - width,
        };
        let origin = Point::new(left, at.y + block.style.ascent());
        let (words, em) = (Arc::clone(words), block.style.em());
        self.mark(element, Shape::Words { words, origin, em, color: at.color });
    }

    /// Draws a block with its top at `at.y`.
    pub(super) fn draw(&mut self, element: Option<usize>, block: &Block, at: Spot) {
        for index in 0..block.lines.len() {
            let y = at.y + index as f64 * block.style.line_height();
            self.draw_line(element, block, index, Spot { y, ..at });
        }
    }

    /// Words across the page from `self.y` on, over as many pages as they need.
    pub(super) fn paragraph(&mut self, role: Role, block: &Block, color: Color) {
        let element = self.element(role);
        for index in 0..block.lines.len() {
            self.make_room(block.style.line_height());
            let at = Spot { x: MARGIN, y: self.y, width: self.width(), align: Align::Left, color };
            self.draw_line(Some(element), block, index, at);
            self.y += block.style.line_height();
        }
    }

    /// A heading with room for `following` mm behind it on the same page.
    pub(super) fn heading(&mut self, words: &str, following: f64) -> Result<(), ProofError> {
        let room = Room { width: self.width(), lines: 2 };
        let block = self.setter.set(Style::HEADING, words, room)?;
        if !self.make_room(GAP + block.height() + 1.5 + following) {
            self.y += GAP;
        }
        self.paragraph(Role::Heading(2), &block, INK);
        self.y += 1.5;
        Ok(())
    }

    /// A hairline at `self.y` from the left margin on, `width` mm long.
    pub(super) fn rule(&mut self, width: f64) {
        let mut path = BezPath::new();
        path.move_to((MARGIN, self.y));
        path.line_to((MARGIN + width, self.y));
        self.mark(None, Shape::Stroke { path, style: Stroke::new(HAIRLINE), color: LINE });
    }

    /// A line to write on.
    pub(super) fn blank_line(&mut self, x0: f64, x1: f64, y: f64) {
        let mut path = BezPath::new();
        path.move_to((x0, y));
        path.line_to((x1, y));
        self.mark(None, Shape::Stroke { path, style: Stroke::new(0.25), color: MUTED });
    }

    /// A box with a hairline around it.
    pub(super) fn outlined(&mut self, place: Rect, fill: Option<Color>, line: Color) {
        let path = place.to_path(0.1);
        if let Some(color) = fill {
            let rule = FillRule::NonZero;
            self.mark(None, Shape::Fill { path: path.clone(), rule, color, opacity: 1.0 });
        }
        self.mark(None, Shape::Stroke { path, style: Stroke::new(HAIRLINE), color: line });
    }

    /// A QR code that says `text`; one that no code can hold is left out.
    pub(super) fn code(&mut self, text: &str, place: Rect) {
        let form = Form::Qr { text: text.to_owned(), width: place.width() };
        let Ok((path, rule)) = outline(&form, str::to_owned) else { return };
        let element = self.element(Role::Figure);
        self.document.elements[element].alt = format!("QR code: {text}");
        let path = Affine::translate(place.center().to_vec2()) * path;
        self.mark(Some(element), Shape::Fill { path, rule, color: INK, opacity: 1.0 });
    }

    /// A picture.
    pub(super) fn picture(&mut self, jpeg: &Arc<Jpeg>, place: Rect, alt: String) {
        let element = self.element(Role::Figure);
        self.document.elements[element].alt = alt;
        self.mark(Some(element), Shape::Picture { jpeg: Arc::clone(jpeg), place });
    }

    /// How the file is called, and so on; its pages stay as they are.
    pub(super) fn describe(&mut self, describe: impl FnOnce(&mut Document)) {
        describe(&mut self.document);
    }

    /// The document, its pages with head, foot and number.
    pub(super) fn finish(mut self) -> Result<Document, ProofError> {
        let total = self.document.pages.len();
        let frames = std::mem::take(&mut self.frames);
        let (width, height) = (self.width(), self.size.height.mm());
        for (index, frame) in frames.iter().enumerate() {
            let order = self.setter.set(Style::LABEL, &frame.order, Room { width: width * 0.62, lines: 1 })?;
            let room = Room { width: (width - order.width() - 6.0).max(10.0), lines: 1 };
            let shop = self.setter.set(Style::STRONG, &frame.shop, room)?;
            let number = self.setter.line(Style::LABEL, &format!("{} / {total}", index + 1))?;
            let date = self.setter.set(Style::LABEL, &frame.date, Room { width: width - 40.0, lines: 1 })?;
            let mut marks = Vec::new();
            let mut line = |block: &Block, baseline: f64, align: Align, color: Color| {
                if let Some((words, length)) = block.lines.first() {
                    let x = if align == Align::Right { MARGIN + width - length } else { MARGIN };
                    let (words, em) = (Arc::clone(words), block.style.em());
                    let shape = Shape::Words { words, origin: Point::new(x, baseline), em, color };
                    marks.push(Mark { element: None, shape });
                }
            };
            line(&shop, HEAD, Align::Left, INK);
            line(&order, HEAD, Align::Right, MUTED);
            line(&date, height - FOOT, Align::Left, MUTED);
            line(&number, height - FOOT, Align::Right, MUTED);
            let mut path = BezPath::new();
            path.move_to((MARGIN, HEAD + 3.5));
            path.line_to((MARGIN + width, HEAD + 3.5));
            marks
                .push(Mark { element: None, shape: Shape::Stroke { path, style: Stroke::new(HAIRLINE), color: LINE } });
            self.document.pages[index].marks.splice(0..0, marks);
        }
        Ok(self.document)
    }
}

/// Space above a heading, mm.
pub(super) const GAP: f64 = 8.0;

/// Where words go.
#[derive(Debug, Clone, Copy)]
pub(super) struct Spot {
    /// Left edge of the room, mm.
    pub(super) x: f64,
    /// Top of the first line, mm.
    pub(super) y: f64,
    /// Width of the room, mm; only needed for words at its right.
    pub(super) width: f64,
    /// Where in the room.
    pub(super) align: Align,
    /// Colour of the words.
    pub(super) color: Color,
}

impl Spot {
    /// At the left of a place.
    pub(super) const fn left(x: f64, y: f64, color: Color) -> Self {
        Self { x, y, width: 0.0, align: Align::Left, color }
    }
}
