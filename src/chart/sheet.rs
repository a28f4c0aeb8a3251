//! A chart as pages, in true millimetres, and as plates of the same pages.

use std::io::Write;
use std::sync::Arc;

use kurbo::{BezPath, Point, Rect, Shape as _, Stroke};

use crate::assets::fonts::Fonts;
use crate::chart::{Chart, ChartError, Ground, Patch};
use crate::color::Color;
use crate::export::pdf::{Document, Element, Mark, Page, Role, Shape};
use crate::export::separations::{self, PlateStream};
use crate::proof::Paper;
use crate::proof::lettering::{Room, Setter, Style};
use crate::scene::FillRule;
use crate::shop::Shop;

/// Margin at the sides, mm.
const MARGIN: f64 = 12.0;
/// Where patches begin, mm from the top.
const TOP: f64 = 32.0;
/// Where they end, mm from the bottom.
const BOTTOM: f64 = 18.0;
/// Patches in a row: an ink with three tones and the full one, on white and on cloth.
const COLUMNS: usize = 8;
/// A patch, mm: instruments look at a spot of 2 to 8 mm.
const PATCH: (f64, f64) = (20.0, 11.0);
/// From the top of a row to that of the next, mm: three lines stand below each patch.
const ROW: f64 = 18.0;
/// Length of the line that shows whether the page was printed in its size, mm.
const SCALE: f64 = 100.0;
/// Resolution of plates, dots per inch: patches have straight edges and nobody reads at these.
const PLATE_DPI: f64 = 144.0;

const WORDS: Color = Color::new(0x1c, 0x1c, 0x1e);
const LINE: Color = Color::new(0x9a, 0x9a, 0xa0);
const WHITE: Color = Color::new(248, 248, 246);

/// Where a patch lies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    /// Index of the page.
    pub page: usize,
    /// Its rectangle, mm from the page's top left.
    pub rect: Rect,
}

/// Where each patch of a chart lies, in its order. Equal paper, equal places.
#[must_use]
pub fn places(chart: &Chart, paper: Paper) -> Vec<Place> {
    let size = paper.size();
    let rows = ((size.height.mm() - TOP - BOTTOM) / ROW).floor().max(1.0) as usize;
    let pitch = (size.width.mm() - 2.0 * MARGIN) / COLUMNS as f64;
    let mut places = Vec::with_capacity(chart.patches.len());
    let (mut cell, mut last): (usize, Option<&Patch>) = (0, None);
    for patch in &chart.patches {
        // An ink, and all garments, begin a row.
        if last.is_some_and(|last| group(last) != group(patch)) {
            cell = cell.next_multiple_of(COLUMNS);
        }
        last = Some(patch);
        let (row, column) = (cell / COLUMNS, cell % COLUMNS);
        let (x, y) = (MARGIN + column as f64 * pitch, TOP + (row % rows) as f64 * ROW);
        places.push(Place { page: row / rows, rect: Rect::new(x, y, x + PATCH.0, y + PATCH.1) });
        cell += 1;
    }
    places
}

/// Indices of the pages on which anything is printed.
#[must_use]
pub fn inked_pages(chart: &Chart, paper: Paper) -> Vec<usize> {
    let places = places(chart, paper);
    let inked = chart.patches.iter().zip(&places).filter(|(patch, _)| matches!(patch, Patch::Ink { .. }));
    let mut pages: Vec<usize> = inked.map(|(_, place)| place.page).collect();
    pages.dedup();
    pages
}

/// What stands together.
fn group(patch: &Patch) -> &str {
    match patch {
        Patch::Cloth | Patch::Underbase => "",
        Patch::Ink { ink, .. } => ink,
        Patch::Garment { .. } => "/",
    }
}

/// The chart as a document: patches in their colours, each with its number and name.
///
/// # Errors
/// If the shop's fonts cannot set the words, or an ink is not the shop's.
pub fn document(chart: &Chart, shop: &Shop, paper: Paper) -> Result<Document, ChartError> {
    let places = places(chart, paper);
    let count = places.last().map_or(1, |place| place.page + 1);
    let mut writer = Writer::new(&shop.fonts, paper, count);
    writer.document.title = format!("Color chart: {}", chart.shop);
    writer.document.author.clone_from(&chart.shop);
    writer.document.language = "en".to_owned();
    let section = writer.element(None, Role::Section);
    for page in 0..count {
        writer.frame(chart, (page, count), section)?;
    }
    for (index, (patch, place)) in chart.patches.iter().zip(&places).enumerate() {
        let path = place.rect.to_path(0.01);
        if let Some(color) = printed(patch, shop)? {
            writer.fill(place.page, path.clone(), color);
        }
        writer.outline(place.page, path);
        let label = format!("{} {patch}", index + 1);
        let below = (place.rect.x0, place.rect.y1 + 0.6);
        let element = writer.element(Some(section), Role::Paragraph);
        writer.words(place.page, (Style::PATCH, &label), below, (PATCH.0 + 2.0, element))?;
    }
    Ok(writer.document)
}

/// The colour of a patch in the file; `None` where only cloth shows.
fn printed(patch: &Patch, shop: &Shop) -> Result<Option<Color>, ChartError> {
    let Patch::Ink { ink, tone, .. } = patch else { return Ok(None) };
    let Color { r, g, b } = shop.catalog.ink(ink)?.color;
    // A tone is mixed with the paper as artwork is blended: in encoded sRGB.
    let mixed = |channel: u8| (255.0 - (255.0 - f64::from(channel)) * f64::from(*tone) / 100.0).round() as u8;
    Ok(Some(Color::new(mixed(r), mixed(g), mixed(b))))
}

/// Pages in the making.
struct Writer<'a> {
    document: Document,
    setter: Setter<'a>,
    paper: Paper,
}

impl<'a> Writer<'a> {
    fn new(fonts: &'a Fonts, paper: Paper, count: usize) -> Self {
        let pages = (0..count).map(|_| Page { size: paper.size(), marks: Vec::new() });
        let document = Document { pages: pages.collect(), ..Document::default() };
        Self { document, setter: Setter::new(fonts), paper }
    }

    fn element(&mut self, parent: Option<usize>, role: Role) -> usize {
        self.document.elements.push(Element { role, parent, alt: String::new() });
        self.document.elements.len() - 1
    }

    /// What every page says: whose chart it is, of which profile, and whether it has its size.
    fn frame(&mut self, chart: &Chart, (page, count): (usize, usize), section: usize) -> Result<(), ChartError> {
        let (width, height) = (self.paper.size().width.mm(), self.paper.size().height.mm());
        let wide = width - 2.0 * MARGIN;
        let heading = self.element(Some(section), Role::Heading(1));
        let title = format!("{}: color chart", chart.shop);
        self.words(page, (Style::SUBTITLE, &title), (MARGIN, 10.0), (wide, heading))?;
        let date = chart.date.iter().map(|date| format!("  \u{b7}  {date}")).collect::<String>();
        let hash = chart.profile_hash();
        let facts = format!("Profile {}{date}  \u{b7}  {} / {count}", &hash[..12], page + 1);
        let lines = [
            facts.as_str(),
            "Print it in its size. Read each patch more than once, bare cloth of each garment too, and fill in the table.",
        ];
        for (index, line) in lines.into_iter().enumerate() {
            let element = self.element(Some(section), Role::Paragraph);
            self.words(page, (Style::LABEL, line), (MARGIN, 17.5 + 4.2 * index as f64), (wide, element))?;
        }
        let y = height - 10.0;
        let mut line = BezPath::new();
        for (from, to) in [((0.0, 0.0), (SCALE, 0.0)), ((0.0, -1.5), (0.0, 1.5)), ((SCALE, -1.5), (SCALE, 1.5))] {
            line.move_to((MARGIN + from.0, y + from.1));
            line.line_to((MARGIN + to.0, y + to.1));
        }
        let shape = Shape::Stroke { path: line, style: Stroke::new(0.2), color: WORDS };
        self.document.pages[page].marks.push(Mark { element: None, shape });
        let element = self.element(Some(section), Role::Paragraph);
        self.words(page, (Style::LABEL, "This line is 100 mm long"), (MARGIN + SCALE + 3.0, y - 2.0), (60.0, element))
    }

    fn fill(&mut self, page: usize, path: BezPath, color: Color) {
        let shape = Shape::Fill { path, rule: FillRule::NonZero, color, opacity: 1.0 };
        self.document.pages[page].marks.push(Mark { element: None, shape });
    }

    fn outline(&mut self, page: usize, path: BezPath) {
        let shape = Shape::Stroke { path, style: Stroke::new(0.1), color: LINE };
        self.document.pages[page].marks.push(Mark { element: None, shape });
    }

    /// Sets words from a place on, in one line, or in as many as there is room for below a patch.
    fn words(
        &mut self,
        page: usize,
        (style, words): (Style, &str),
        (x, y): (f64, f64),
        (width, element): (f64, usize),
    ) -> Result<(), ChartError> {
        let lines = if style == Style::PATCH { 3 } else { 1 };
        let block = self.setter.set(style, words, Room { width, lines })?;
        for (index, (words, _)) in block.lines.iter().enumerate() {
            let origin = Point::new(x, y + style.ascent() + style.line_height() * index as f64);
            let shape = Shape::Words { words: Arc::clone(words), origin, em: style.em(), color: WORDS };
            self.document.pages[page].marks.push(Mark { element: Some(element), shape });
        }
        Ok(())
    }
}

/// The rectangles of a plate, each with its tone, percent.
type Patches = Vec<(Rect, u32)>;

/// Writes a page of the chart as plates: the white below, and each ink that has a patch on the page, in its own `Separation`
/// colour space. Plates have no words: the pages of the document say which patch lies where.
///
/// # Errors
/// If an ink is not the shop's, or `out` fails.
pub fn plates(chart: &Chart, shop: &Shop, (paper, page): (Paper, usize), out: impl Write) -> Result<(), ChartError> {
    let (mut below, mut inks): (Patches, Vec<(&str, Patches)>) = (Vec::new(), Vec::new());
    let places = places(chart, paper);
    for (patch, place) in chart.patches.iter().zip(&places).filter(|(_, place)| place.page == page) {
        match patch {
            Patch::Underbase => below.push((place.rect, 100)),
            Patch::Ink { ink, tone, ground } => {
                if *ground == Ground::Underbase {
                    below.push((place.rect, 100));
                }
                match inks.last_mut().filter(|(last, _)| *last == ink.as_str()) {
                    Some((_, patches)) => patches.push((place.rect, *tone)),
                    None => inks.push((ink, vec![(place.rect, *tone)])),
                }
            }
            Patch::Cloth | Patch::Garment { .. } => {}
        }
    }
    let mut made = vec![plate("White below", WHITE, &below, paper)?];
    for (id, patches) in inks {
        let ink = shop.catalog.ink(id)?;
        made.push(plate(&ink.name, ink.color, &patches, paper)?);
    }
    let title = format!("Color chart: {}, plates of page {}", chart.shop, page + 1);
    Ok(separations::write((made, &[]), paper.size(), (&title, ""), out)?)
}

fn plate(name: &str, color: Color, patches: &Patches, paper: Paper) -> Result<PlateStream, ChartError> {
    let px = |mm: f64| (mm * PLATE_DPI / 25.4).round() as usize;
    let (width, height) = (px(paper.size().width.mm()), px(paper.size().height.mm()));
    let mut stream = PlateStream::new(name, color, (width, height));
    let mut row = vec![0; width];
    for y in 0..height {
        row.fill(0);
        for (rect, tone) in patches.iter().filter(|(rect, _)| (px(rect.y0)..px(rect.y1)).contains(&y)) {
            row[px(rect.x0)..px(rect.x1)].fill((f64::from(*tone) * 2.55).round() as u8);
        }
        stream.row(&row)?;
    }
    Ok(stream)
}
