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
    let places = places(columns, width);
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

/// Left edge and width of each column, mm.
fn places(columns: &[Column], width: f64) -> Vec<(f64, f64)> {
    let shares: f64 = columns.iter().map(|column| column.share).sum();
    let room = width - GUTTER * columns.len().saturating_sub(1) as f64;
    let mut x = MARGIN;
    let mut place = |column: &Column| {
        let place = (x, room * column.share / shares);
        x += place.1 + GUTTER;
        place
    };
    columns.iter().map(&mut place).collect()
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
