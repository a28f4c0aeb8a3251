//! The pages of one design on one colour of a garment.

use std::sync::Arc;

use kurbo::Rect;

use crate::cancel::Cancel;
use crate::color::Color;
use crate::export::pdf::Role;
use crate::prepress::preflight::Severity;
use crate::proof::flow::{Align, Flow, INK, MARGIN, MUTED, Spot};
use crate::proof::lettering::{Block, Room, Style, unbroken};
use crate::proof::measure::{capitalized, from_where, place_words, row_words, size_words};
use crate::proof::table::{Column, table};
use crate::proof::{Paper, Print, Proof, ProofError, Remark, RosterRow, RowPlace, Section, Swatch, View, short};

/// Words of an error; 6.5 to 1 on white.
pub(super) const ERROR: Color = Color::new(0xb3, 0x26, 0x1e);
/// Words of a warning; 5 to 1 on white.
const WARNING: Color = Color::new(0x95, 0x5c, 0x00);
/// Line around a colour, so that white and cream are seen on paper.
const SWATCH_LINE: Color = Color::new(0xb0, 0xb0, 0xb6);
/// Side of a colour's square, mm.
const SWATCH: f64 = 3.0;
/// Colours that are shown of a print.
const MAX_SWATCHES: usize = 12;
/// Dyes that are shown of a garment.
const MAX_DYES: usize = 4;
/// Findings that are told.
const MAX_REMARKS: usize = 100;
/// Fields with a column of their own; the others share one.
const MAX_FIELD_COLUMNS: usize = 4;
/// Space between two columns or pictures, mm.
const GUTTER: f64 = 6.0;
/// Side of a ticket's code, mm.
const CODE: f64 = 24.0;
/// Width of the labels beside values, mm.
const LABELS: f64 = 20.0;

/// Draws section `index`, at the top of a page.
pub(super) fn draw(flow: &mut Flow<'_>, proof: &Proof, index: usize, cancel: &Cancel) -> Result<(), ProofError> {
    let section = &proof.sections[index];
    flow.begin_section(&section.title);
    head(flow, proof, index)?;
    facts(flow, section)?;
    marks(flow, section)?;
    if let Some(warning) = &proof.heading.warning {
        flow.y += 4.0;
        let block = flow.setter.set(Style::STRONG, warning, Room { width: flow.width(), lines: 12 })?;
        flow.paragraph(Role::Paragraph, &block, ERROR);
    }
    if let Some(note) = proof.heading.note.as_ref().filter(|note| index == 0 && !note.trim().is_empty()) {
        flow.y += 5.0;
        labeled_note(flow, note)?;
    }
    flow.y += GUTTER;
    pictures(flow, section)?;
    sizes(flow, section, cancel)?;
    for print in &section.prints {
        self::print(flow, print, section, proof.heading.paper)?;
    }
    findings(flow, section)?;
    if !section.roster.is_empty() {
        roster(flow, section, proof.heading.paper, cancel)?;
    }
    Ok(())
}

/// What it is, in large letters.
fn head(flow: &mut Flow<'_>, proof: &Proof, index: usize) -> Result<(), ProofError> {
    let section = &proof.sections[index];
    let kicker = match (index, proof.sections.len()) {
        (_, 1) if proof.heading.ticket.is_some() => "JOB TICKET".to_owned(),
        (_, count) if proof.heading.ticket.is_some() => format!("JOB TICKET \u{b7} DESIGN {} OF {count}", index + 1),
        (0, _) => "PROOF FOR APPROVAL".to_owned(),
        (_, count) => format!("DESIGN {} OF {count}", index + 1),
    };
    let kicker = flow.setter.line(Style::LABEL, &kicker)?;
    flow.paragraph(Role::Paragraph, &kicker, MUTED);
    let code = proof.heading.ticket.as_ref();
    let aside = code.map_or(0.0, |_| CODE + GUTTER);
    if let Some(code) = code {
        let right = MARGIN + flow.width();
        flow.code(code, Rect::new(right - CODE, flow.y, right, flow.y + CODE));
    }
    let below = flow.y + if code.is_some() { CODE } else { 0.0 };
    let room = Room { width: flow.width() - aside, lines: 2 };
    let overall =
        proof.heading.title.as_ref().filter(|title| (index == 0 || code.is_some()) && **title != section.title);
    let title = flow.setter.set(Style::TITLE, overall.unwrap_or(&section.title), room)?;
    flow.paragraph(Role::Heading(1), &title, INK);
    if overall.is_some() {
        let block = flow.setter.set(Style::SUBTITLE, &section.title, room)?;
        flow.paragraph(Role::Heading(2), &block, INK);
    }
    flow.y = flow.y.max(below) + 4.0;
    Ok(())
}

/// Garment, colour, technique and quantity beside each other.
fn facts(flow: &mut Flow<'_>, section: &Section) -> Result<(), ProofError> {
    flow.rule(flow.width());
    flow.y += 2.5;
    let pieces = section.quantity();
    let quantity = match pieces {
        0 => String::new(),
        1 => "1 piece".to_owned(),
        n => format!("{n} pieces"),
    };
    let facts = [
        ("Garment", section.garment.as_str()),
        ("Color", &section.color),
        ("Technique", &section.technique),
        ("Quantity", &quantity),
    ];
    let width = (flow.width() - 3.0 * GUTTER) / 4.0;
    let label_height = Style::LABEL.line_height();
    let mut tallest: f64 = 0.0;
    for (index, (label, value)) in facts.into_iter().enumerate().filter(|(_, (_, value))| !value.is_empty()) {
        let x = MARGIN + index as f64 * (width + GUTTER);
        let element = flow.element(Role::Paragraph);
        let block = flow.setter.line(Style::LABEL, label)?;
        flow.draw(Some(element), &block, Spot::left(x, flow.y, MUTED));
        let y = flow.y + label_height;
        let mut indent = 0.0;
        if label == "Color" {
            for dye in section.dyes.iter().take(MAX_DYES) {
                swatch(flow, *dye, x + indent, y);
                indent += SWATCH;
            }
            indent += 1.6;
        }
        let value = flow.setter.set(Style::BODY, value, Room { width: width - indent, lines: 2 })?;
        flow.draw(Some(element), &value, Spot::left(x + indent, y, INK));
        tallest = tallest.max(value.height());
    }
    flow.y += label_height + tallest + 2.5;
    flow.rule(flow.width());
    Ok(())
}

/// What is told of the lines, a label in front of each.
fn marks(flow: &mut Flow<'_>, section: &Section) -> Result<(), ProofError> {
    for (label, value) in &section.marks {
        let room = Room { width: flow.width() - LABELS, lines: 12 };
        let value = Value::Words(flow.setter.set(Style::STRONG, value, room)?);
        flow.make_room(value.height(room.width));
        flow.y += 1.5;
        labeled(flow, label, &value, MARGIN, room.width)?;
    }
    Ok(())
}

/// The square of a colour beside a line of body text whose top is at `y`.
fn swatch(flow: &mut Flow<'_>, color: Color, x: f64, y: f64) {
    let top = y + (Style::BODY.line_height() - SWATCH) / 2.0;
    flow.outlined(Rect::new(x, top, x + SWATCH, top + SWATCH), Some(color), SWATCH_LINE);
}

fn labeled_note(flow: &mut Flow<'_>, note: &str) -> Result<(), ProofError> {
    let label = flow.setter.line(Style::LABEL, "Note")?;
    flow.paragraph(Role::Paragraph, &label, MUTED);
    let block = flow.setter.set(Style::BODY, note, Room { width: flow.width(), lines: 40 })?;
    flow.paragraph(Role::Paragraph, &block, INK);
    Ok(())
}

/// The views, two beside each other.
fn pictures(flow: &mut Flow<'_>, section: &Section) -> Result<(), ProofError> {
    let per_row = section.views.len().clamp(1, 2);
    let width = (flow.width() - GUTTER) / 2.0;
    let caption_height = 1.5 + Style::LABEL.line_height();
    for row in section.views.chunks(per_row) {
        let ratio = |view: &View| f64::from(view.picture.height_px) / f64::from(view.picture.width_px.max(1));
        let tallest = row.iter().map(ratio).fold(0.0, f64::max) * width;
        // A view that is taller than the page is shown smaller.
        let shrunk = (((flow.height() - caption_height) / tallest.max(1.0)).min(1.0)) * width;
        let height = tallest * shrunk / width;
        flow.make_room(height + caption_height);
        for (index, view) in row.iter().enumerate() {
            let x = MARGIN + index as f64 * (width + GUTTER);
            let place = Rect::new(x, flow.y, x + shrunk, flow.y + shrunk * ratio(view));
            let what = if view.is_printed { "with its print" } else { "not printed" };
            let alt = format!("{}, {} in {}, {what}", view.name, section.garment, section.color);
            flow.picture(&view.picture, place, alt);
            let side = if view.is_printed {
                format!("{}, on size {}", view.name, section.shown_size)
            } else {
                format!("{}, no print", view.name)
            };
            let block = flow.setter.set(Style::LABEL, &side, Room { width, lines: 1 })?;
            let element = flow.element(Role::Paragraph);
            flow.draw(Some(element), &block, Spot::left(x, flow.y + height + 1.5, MUTED));
        }
        flow.y += height + caption_height + 2.0;
    }
    Ok(())
}

/// How many of each size.
fn sizes(flow: &mut Flow<'_>, section: &Section, cancel: &Cancel) -> Result<(), ProofError> {
    const PER_ROW: usize = 8;
    const WIDTH: f64 = 17.0;
    if section.quantity() == 0 {
        return Ok(());
    }
    let n_rows = section.sizes.len().div_ceil(PER_ROW);
    for (index, sizes) in section.sizes.chunks(PER_ROW).enumerate() {
        let mut columns: Vec<Column> = sizes.iter().map(|(size, _)| Column::new(size, 1.0, Align::Left)).collect();
        let mut row: Vec<String> = sizes.iter().map(|(_, quantity)| quantity.to_string()).collect();
        if index + 1 == n_rows && section.sizes.len() > 1 {
            let total = Column { style: Style::STRONG, ..Column::new("Total", 1.0, Align::Left) };
            columns.push(total);
            row.push(section.quantity().to_string());
        }
        let width = (columns.len() as f64 * WIDTH).min(flow.width());
        let heading = if index == 0 { Some("Sizes") } else { None };
        table(flow, heading, (&columns, &[row]), width, cancel)?;
    }
    Ok(())
}

/// A colour and its name, or a name alone.
type Chip = (Option<Color>, Arc<Block>);

/// What stands beside a label.
enum Value {
    Words(Arc<Block>),
    Swatches(Vec<Chip>),
}

/// Everything about one print.
fn print(flow: &mut Flow<'_>, print: &Print, section: &Section, paper: Paper) -> Result<(), ProofError> {
    let width = (flow.width() - GUTTER) / 2.0;
    let room = Room { width: width - LABELS, lines: 8 };
    let mut left = Vec::new();
    let ink = print.artwork.map_or_else(|| "Nothing is printed".to_owned(), |size| size_words(size, paper));
    // Names differ in size and place: what is pictured is the first row.
    let has_rows = section.roster.len() > 1;
    let first = section.roster.first().filter(|_| has_rows);
    let first = first.map(|row| format!(" ({} {})", row.kind(), row.called(0))).unwrap_or_default();
    left.push(("Size", Value::Words(flow.setter.set(Style::STRONG, &format!("{ink}{first}"), room)?)));
    if !print.places.is_empty() {
        let mut words = place_words(&print.places, paper);
        if section.roster.iter().any(|row| !row.places.is_empty()) && has_rows {
            "See names and numbers: each line has its own".clone_into(&mut words);
        }
        left.push(("Position", Value::Words(flow.setter.set(Style::BODY, &words, Room { lines: 16, ..room })?)));
    }
    let area = format!("{} on size {}", size_words(print.area_size, paper), section.shown_size);
    left.push(("Print area", Value::Words(flow.setter.set(Style::BODY, &area, room)?)));
    let resolution = match print.dpi {
        Some(dpi) => format!("Pictures at {dpi:.0} dots per inch"),
        None => "Paths only, sharp at any size".to_owned(),
    };
    left.push(("Resolution", Value::Words(flow.setter.set(Style::BODY, &resolution, room)?)));
    let mut right = vec![("Colors", Value::Swatches(swatches(flow, print, room)?))];
    if !print.fonts.is_empty() {
        let fonts = print.fonts.iter().map(|font| unbroken(font)).collect::<Vec<_>>().join(", ");
        right.push(("Fonts", Value::Words(flow.setter.set(Style::BODY, &fonts, room)?)));
    }
    let of_sizes = |(sizes, hash): &(Vec<String>, String)| match print.artworks.len() {
        1 => hash.clone(),
        _ => format!("{hash}  {}", sizes.join(", ")),
    };
    let hashes = print.artworks.iter().map(of_sizes).collect::<Vec<_>>().join("\n");
    let hash = flow.setter.set(Style::HASH, &hashes, Room { width: flow.width() - LABELS, lines: 16 })?;
    let columns = [left, right];
    let height = |column: &Vec<(&str, Value)>| column.iter().map(|(_, value)| value.height(room.width) + 1.2).sum();
    let tallest = columns.iter().map(height).fold(0.0, f64::max);
    flow.heading(&format!("Print: {}", print.area), tallest + hash.height() + 4.0)?;
    flow.rule(flow.width());
    flow.y += 2.0;
    let top = flow.y;
    for (index, column) in columns.iter().enumerate() {
        let x = MARGIN + index as f64 * (width + GUTTER);
        flow.y = top;
        for (label, value) in column {
            labeled(flow, label, value, x, room.width)?;
            flow.y += 1.2;
        }
    }
    flow.y = top + tallest;
    labeled(flow, "Artwork", &Value::Words(hash), MARGIN, flow.width() - LABELS)?;
    Ok(())
}

/// The colours of a print as squares with names.
fn swatches(flow: &mut Flow<'_>, print: &Print, room: Room) -> Result<Vec<Chip>, ProofError> {
    let room = Room { width: room.width - SWATCH - 1.6, lines: 1 };
    let mut chips = Vec::new();
    for Swatch { name, color } in print.colors.iter().take(MAX_SWATCHES) {
        chips.push((Some(*color), flow.setter.set(Style::BODY, name, room)?));
    }
    if let Some(more) = print.colors.len().checked_sub(MAX_SWATCHES).filter(|more| *more > 0) {
        chips.push((None, flow.setter.set(Style::BODY, &format!("and {more} more"), room)?));
    }
    if print.has_pictures {
        let words = if chips.is_empty() { "Pictures in full color" } else { "and pictures in full color" };
        chips.push((None, flow.setter.set(Style::BODY, words, room)?));
    }
    Ok(chips)
}

/// Draws a label with its value at `flow.y` and moves below it.
fn labeled(flow: &mut Flow<'_>, label: &str, value: &Value, x: f64, width: f64) -> Result<(), ProofError> {
    let element = flow.element(Role::Paragraph);
    let block = flow.setter.line(Style::LABEL, label)?;
    // Label and value stand on one line.
    let ascent = value.style().ascent();
    flow.draw(Some(element), &block, Spot::left(x, flow.y + ascent - Style::LABEL.ascent(), MUTED));
    match value {
        Value::Words(words) => flow.draw(Some(element), words, Spot::left(x + LABELS, flow.y, INK)),
        Value::Swatches(chips) => {
            for ((color, name), (dx, dy)) in chips.iter().zip(chip_places(chips, width)) {
                let (mut x, y) = (x + LABELS + dx, flow.y + dy);
                if let Some(color) = color {
                    swatch(flow, *color, x, y);
                    x += SWATCH + 1.6;
                }
                flow.draw(Some(element), name, Spot::left(x, y, INK));
            }
        }
    }
    flow.y += value.height(width);
    Ok(())
}

/// Where each chip goes, in lines that are filled from the left.
fn chip_places(chips: &[Chip], width: f64) -> Vec<(f64, f64)> {
    const STEP: f64 = 20.6;
    let (mut x, mut y) = (0.0, 0.0);
    let place = |(color, name): &Chip| {
        let length = name.width() + if color.is_some() { SWATCH + 1.6 } else { 0.0 };
        if x > 0.0 && x + length > width {
            x = 0.0;
            y += Style::BODY.line_height();
        }
        let place = (x, y);
        // Steps of one width make columns of short names.
        x += ((length + 1.5) / STEP).ceil() * STEP;
        place
    };
    chips.iter().map(place).collect()
}

impl Value {
    fn style(&self) -> Style {
        match self {
            Self::Words(words) => words.style,
            Self::Swatches(_) => Style::BODY,
        }
    }

    /// Height in a room of a width, mm.
    fn height(&self, width: f64) -> f64 {
        match self {
            Self::Words(words) => words.height(),
            Self::Swatches(chips) => {
                let last = chip_places(chips, width).last().map_or(0.0, |(_, y)| *y);
                last + Style::BODY.line_height()
            }
        }
    }
}

/// What preflight said.
fn findings(flow: &mut Flow<'_>, section: &Section) -> Result<(), ProofError> {
    const HEADING: &str = "Findings";
    let room = Room { width: flow.width(), lines: 3 };
    let shown = section.findings.iter().take(MAX_REMARKS).map(|remark| Finding::set(flow, remark));
    let shown: Vec<Finding> = shown.collect::<Result<_, _>>()?;
    flow.heading(HEADING, 2.0 + shown.first().map_or(Style::BODY.line_height() * 3.0, Finding::height))?;
    flow.rule(flow.width());
    flow.y += 2.0;
    if shown.is_empty() {
        let words = "Nothing was found. Place, size, resolution, letters, colors and technique were checked.";
        let block = flow.setter.set(Style::BODY, words, room)?;
        flow.paragraph(Role::Paragraph, &block, INK);
        return Ok(());
    }
    shown.iter().for_each(|finding| finding.draw(flow));
    if let Some(more) = section.findings.len().checked_sub(MAX_REMARKS).filter(|more| *more > 0) {
        let block = flow.setter.set(Style::BODY, &format!("And {more} more."), room)?;
        flow.paragraph(Role::Paragraph, &block, MUTED);
    }
    Ok(())
}

/// A remark, set.
struct Finding {
    word: (Arc<Block>, Color),
    blocks: Vec<(Arc<Block>, Color)>,
}

impl Finding {
    fn set(flow: &mut Flow<'_>, remark: &Remark) -> Result<Self, ProofError> {
        let (word, color) = match remark.severity {
            Severity::Error => ("Error", ERROR),
            Severity::Warning => ("Warning", WARNING),
            Severity::Note => ("Note", MUTED),
        };
        let room = Room { width: flow.width() - LABELS, lines: 6 };
        let word = (flow.setter.line(Style::STRONG, word)?, color);
        let mut blocks = vec![(flow.setter.set(Style::BODY, &remark.message, room)?, INK)];
        if let Some(fix) = &remark.fix {
            blocks.push((flow.setter.set(Style::BODY, fix, room)?, MUTED));
        }
        blocks.push((flow.setter.set(Style::LABEL, &remark.about, Room { lines: 2, ..room })?, MUTED));
        Ok(Self { word, blocks })
    }

    fn height(&self) -> f64 {
        self.blocks.iter().map(|(block, _)| block.height()).sum()
    }

    fn draw(&self, flow: &mut Flow<'_>) {
        flow.make_room(self.height());
        let element = flow.element(Role::Paragraph);
        let (word, color) = &self.word;
        flow.draw(Some(element), word, Spot::left(MARGIN, flow.y, *color));
        for (block, color) in &self.blocks {
            flow.draw(Some(element), block, Spot::left(MARGIN + LABELS, flow.y, *color));
            flow.y += block.height();
        }
        flow.y += 2.5;
    }
}

impl RosterRow {
    /// What rows like this are.
    const fn kind(&self) -> &'static str {
        if self.name.is_empty() { "row" } else { "line" }
    }

    /// What it is called, or its place.
    fn called(&self, index: usize) -> String {
        if self.name.is_empty() { (index + 1).to_string() } else { self.name.clone() }
    }
}

/// One row for each order line of a design with fields.
fn roster(flow: &mut Flow<'_>, section: &Section, paper: Paper, cancel: &Cancel) -> Result<(), ProofError> {
    let n_own = section.fields.len().min(MAX_FIELD_COLUMNS);
    let kind = section.roster.first().map_or("row", RosterRow::kind);
    let mut columns = vec![Column::new(capitalized(kind), 9.0, Align::Left)];
    columns.extend(section.fields[..n_own].iter().map(|field| Column::new(field, 32.0, Align::Left)));
    if section.fields.len() > n_own {
        columns.push(Column::new("More", 32.0, Align::Left));
    }
    columns.push(Column::new("Size", 12.0, Align::Left));
    columns.push(Column::new("Pieces", 12.0, Align::Right));
    let areas: Vec<&str> =
        section.roster.first().iter().flat_map(|row| &row.artworks).map(|(area, _)| area.as_str()).collect();
    let title = format!("Artwork ({})", areas.join(", "));
    let hashes = Column {
        style: Style::HASH,
        ..Column::new(title, 22.0 + 24.0 * (areas.len().min(2) as f64 - 1.0), Align::Left)
    };
    // The areas that any row has something on, in the order of the first that does.
    let mut places: Vec<&RowPlace> = Vec::new();
    for place in section.roster.iter().flat_map(|row| &row.places) {
        if !places.iter().any(|known| known.area == place.area) {
            places.push(place);
        }
    }
    let of_area = |place: &&RowPlace| {
        Column::new(format!("{}: {}, size", place.area, from_where(place.place.anchor)), 42.0, Align::Left)
    };
    if places.is_empty() {
        columns.push(hashes);
    } else {
        columns.extend(places.iter().map(of_area));
    }
    let rows = section.roster.iter().enumerate();
    let rows: Vec<Vec<String>> = rows.map(|(index, row)| cells(index, row, section, (&places, paper))).collect();
    table(flow, Some("Names and numbers"), (&columns, &rows), flow.width(), cancel)
}

fn cells(index: usize, row: &RosterRow, section: &Section, (places, paper): (&[&RowPlace], Paper)) -> Vec<String> {
    let n_own = section.fields.len().min(MAX_FIELD_COLUMNS);
    let mut cells = vec![row.called(index)];
    cells.extend(row.values.iter().take(n_own).cloned());
    if section.fields.len() > n_own {
        let more = section.fields.iter().zip(&row.values).skip(n_own);
        cells.push(more.map(|(field, value)| format!("{field}: {value}")).collect::<Vec<_>>().join("\n"));
    }
    cells.push(row.size.clone());
    cells.push(row.quantity.to_string());
    if places.is_empty() {
        cells.push(row.artworks.iter().map(|(_, hash)| short(hash)).collect::<Vec<_>>().join(" "));
    }
    cells.extend(places.iter().map(|place| {
        let own = row.places.iter().find(|own| own.area == place.area);
        own.map(|own| row_words(own, paper)).unwrap_or_default()
    }));
    cells
}
