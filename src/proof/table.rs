//! Tables that go on over pages.

use std::sync::Arc;

use crate::cancel::Cancel;
use crate::color::Color;
use crate::export::pdf::Role;
use crate::proof::ProofError;
use crate::proof::flow::{Align, Flow, INK, MARGIN, MUTED, Spot};
use crate::proof::lettering::{Block, Room, Style};

/// Space between columns, mm.
const GUTTER: f64 = 4.0;
/// Space above and below the words of a row, mm.
const PADDING: f64 = 1.1;
/// What a column is wider than its widest word at least, mm: sums of widths are rounded.
const HAIR: f64 = 0.05;
/// Letters of a cell that are measured: more fill every column.
const LETTERS: usize = 40;
/// Most lines of a cell.
const MAX_CELL_LINES: usize = 4;

/// A column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// What stands above it.
    pub(super) title: String,
    /// Its share of the width that is there.
    pub(super) share: f64,
    /// How its words stand.
    pub(super) align: Align,
    /// How its words look.
    pub(super) style: Style,
}

impl Column {
    /// A column of plain words.
    pub(super) fn new(title: impl Into<String>, share: f64, align: Align) -> Self {
        Self { title: title.into(), share, align, style: Style::BODY }
    }
}

/// A row, set.
struct Row {
    cells: Vec<Arc<Block>>,
    height: f64,
}

/// Rows that stay together at the beginning and at the end of a table: fewer alone on a page are overlooked.
const TOGETHER: usize = 3;

/// Draws a table of a width, mm, from `flow.y` on, with a heading above it if there is one. Rows stay whole, and the head
/// stands on every page.
pub(super) fn table(
    flow: &mut Flow<'_>,
    heading: Option<&str>,
    (columns, rows): (&[Column], &[Vec<String>]),
    width: f64,
    cancel: &Cancel,
) -> Result<(), ProofError> {
    let places = places(flow, (columns, rows), width)?;
    let titles: Vec<String> = columns.iter().map(|column| column.title.clone()).collect();
    let head = set(flow, columns, &places, &titles, Some(Style::LABEL))?;
    let mut set_rows = Vec::with_capacity(rows.len());
    for words in rows {
        if cancel.is_set() {
            return Err(ProofError::CalledOff);
        }
        set_rows.push(set(flow, columns, &places, words, None)?);
    }
    let height = |rows: &[Row]| rows.iter().map(|row| row.height).sum::<f64>();
    // Of fewer than twice as many, either end would have too few.
    let n_first = if set_rows.len() < 2 * TOGETHER { set_rows.len() } else { TOGETHER };
    let first = head.height + height(&set_rows[..n_first]);
    match heading {
        Some(words) => flow.heading(words, first)?,
        None => drop(flow.make_room(first)),
    }
    let table = flow.element(Role::Table);
    draw(flow, columns, &places, (&head, table), (Role::HeaderCell, MUTED));
    for (index, row) in set_rows.iter().enumerate() {
        let is_near_the_end = index + TOGETHER == set_rows.len();
        let together = if is_near_the_end { height(&set_rows[index..]) } else { row.height };
        if flow.make_room(together) {
            draw(flow, columns, &places, (&head, table), (Role::HeaderCell, MUTED));
        }
        draw(flow, columns, &places, (row, table), (Role::Cell, INK));
    }
    Ok(())
}

/// Left edge and width of each column, mm: its share, unless a word would be broken and other columns have room to spare.
fn places(
    flow: &mut Flow<'_>,
    (columns, rows): (&[Column], &[Vec<String>]),
    width: f64,
) -> Result<Vec<(f64, f64)>, ProofError> {
    let shares: f64 = columns.iter().map(|column| column.share).sum();
    let room = width - GUTTER * columns.len().saturating_sub(1) as f64;
    let mut widths: Vec<f64> = columns.iter().map(|column| room * column.share / shares).collect();
    // How much wider each is than its words, and how much narrower than its widest one.
    let (mut spare, mut lacking) = (vec![0.0; columns.len()], vec![0.0; columns.len()]);
    for (index, column) in columns.iter().enumerate() {
        let cells = || rows.iter().filter_map(|row| row.get(index).map(String::as_str));
        let title = flow.setter.line(Style::LABEL, &column.title)?.width();
        let lines = longest(flow, column.style, cells().flat_map(str::lines))?.max(title);
        // What is longer is no name, and breaks all the same.
        let words = cells().flat_map(|cell| cell.split([' ', '\n'])).filter(|word| word.chars().count() <= LETTERS);
        let words = longest(flow, column.style, words)?;
        spare[index] = (widths[index] - lines - HAIR).max(0.0);
        lacking[index] = if words > widths[index] { words + HAIR - widths[index] } else { 0.0 };
    }
    let sum = |all: &[f64]| all.iter().sum::<f64>();
    let moved = sum(&spare).min(sum(&lacking));
    if moved > 0.0 {
        let (given, taken) = (moved / sum(&spare), moved / sum(&lacking));
        for (width, (spare, lacking)) in widths.iter_mut().zip(spare.iter().zip(&lacking)) {
            *width += lacking * taken - spare * given;
        }
    }
    let mut x = MARGIN;
    let place = |width: f64| {
        let place = (x, width);
        x += width + GUTTER;
        place
    };
    Ok(widths.into_iter().map(place).collect())
}

/// The width of the widest of some texts on a line each, mm, of those with most letters: a roster has a thousand.
fn longest<'t>(flow: &mut Flow<'_>, style: Style, texts: impl Iterator<Item = &'t str>) -> Result<f64, ProofError> {
    const MEASURED: usize = 8;
    let mut all: Vec<&str> = texts.collect();
    all.sort_by_key(|text| (std::cmp::Reverse(text.chars().count()), *text));
    all.dedup();
    let mut widest: f64 = 0.0;
    for text in all.into_iter().take(MEASURED) {
        let start: String = text.chars().take(LETTERS).collect();
        widest = widest.max(flow.setter.line(style, &start)?.width());
    }
    Ok(widest)
}

fn set(
    flow: &mut Flow<'_>,
    columns: &[Column],
    places: &[(f64, f64)],
    words: &[String],
    style: Option<Style>,
) -> Result<Row, ProofError> {
    let mut cells = Vec::with_capacity(words.len());
    for ((column, (_, width)), words) in columns.iter().zip(places).zip(words) {
        let room = Room { width: *width, lines: MAX_CELL_LINES };
        cells.push(flow.setter.set(style.unwrap_or(column.style), words, room)?);
    }
    let tallest = cells.iter().map(|cell| cell.height()).fold(0.0, f64::max);
    Ok(Row { cells, height: tallest + 2.0 * PADDING })
}

fn draw(
    flow: &mut Flow<'_>,
    columns: &[Column],
    places: &[(f64, f64)],
    (row, table): (&Row, usize),
    (role, color): (Role, Color),
) {
    let element = flow.child(Some(table), Role::Row);
    let first = columns.iter().zip(&row.cells).map(|(_, cell)| cell.style.ascent()).fold(0.0, f64::max);
    for ((column, (x, width)), cell) in columns.iter().zip(places).zip(&row.cells) {
        let element = flow.child(Some(element), role);
        // Words of different sizes stand on one line.
        let y = flow.y + PADDING + first - cell.style.ascent();
        flow.draw(Some(element), cell, Spot { x: *x, y, width: *width, align: column.align, color });
    }
    flow.y += row.height;
    flow.rule(places.last().map_or(0.0, |(x, width)| x + width - MARGIN));
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::assets::fonts::Fonts;
    use crate::units::PhysicalSize;

    #[test]
    fn a_word_that_would_break_takes_what_other_columns_have_to_spare() {
        let fonts = Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fonts")).unwrap();
        let mut flow = Flow::new(&fonts, PhysicalSize::from_mm(210.0, 297.0));
        let columns = ["Name", "More"].map(|title| Column::new(title, 1.0, Align::Left));
        let width = 44.0;
        let mut widths = |rows: &[[&str; 2]]| -> Vec<f64> {
            let rows: Vec<Vec<String>> = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
            let places = places(&mut flow, (&columns, &rows), width).unwrap();
            let (x, last) = places[1];
            assert!((x + last - MARGIN - width).abs() < 1e-9, "the table is as wide as it was");
            places.into_iter().map(|(_, width)| width).collect()
        };
        assert_eq!(widths(&[["LI", "x"], ["NG", ""]]), [20.0, 20.0], "nothing breaks");
        let given = widths(&[["SCHWARZENEGGER", ""], ["LI", ""]]);
        let long = "EXTRAORDINARILY";
        assert_eq!(widths(&[[long, long]]), [20.0, 20.0], "nothing is to spare");
        let endless = "x".repeat(60);
        assert_eq!(widths(&[[&endless, ""]]), [20.0, 20.0], "it breaks anyhow");
        let mut lines = |width: f64| {
            let room = Room { width, lines: MAX_CELL_LINES };
            flow.setter.set(Style::BODY, "SCHWARZENEGGER", room).unwrap().lines.len()
        };
        assert!(lines(20.0) > 1 && lines(given[0]) == 1, "{given:?}");
    }
}
