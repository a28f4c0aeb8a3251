//! What goes with the sheets: what to cut, in which order to press, and what it costs. Nothing says when it was made.

use serde_json::{Value, json};

use crate::batch::lists::table;
use crate::batch::orders::Orders;
use crate::gangsheet::pack::{Place, Turn};
use crate::gangsheet::paint::Job;
use crate::gangsheet::pieces::{Piece, Pieces};
use crate::gangsheet::sheets::{Laid, Sheet};
use crate::profile::{Currency, Money};
use crate::units::{Length, MM_PER_INCH};

/// What film costs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Billing {
    /// Sheets are billed in whole steps of this.
    pub step: Length,
    /// What so much film costs; none if the shop does not say.
    pub price: Option<(Money, Length)>,
}

impl Billing {
    /// In how many steps a sheet of so many inches is billed, at so many inches a pixel.
    #[must_use]
    pub fn steps(&self, length_in: f64, inch: f64) -> f64 {
        // A length of whole pixels may pass a step by less than one.
        ((length_in - inch) / self.step.inches()).ceil().max(1.0)
    }

    /// What so many inches cost.
    fn cost(&self, billed_in: f64) -> Option<Money> {
        let thousandths = |inches: f64| (inches * 1000.0).round() as u64;
        self.price.map(|(money, of)| money.share(thousandths(billed_in), thousandths(of.inches())))
    }
}

/// A sheet in figures.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// Width, inches.
    pub width_in: f64,
    /// Length, inches.
    pub length_in: f64,
    /// The length that is billed, inches.
    pub billed_in: f64,
    /// How much of it pieces cover, percent: their rectangles, or the shapes of a nested sheet.
    pub fill: f64,
    /// What it costs.
    pub cost: Option<Money>,
}

/// Reckons a sheet up.
#[must_use]
pub fn figures(job: &Job<'_>, sheet: &Sheet, billing: &Billing) -> Figures {
    let inch = 1.0 / job.dpi.get();
    let (width, length) = job.size(sheet);
    let (width_in, length_in) = (f64::from(width) * inch, f64::from(length) * inch);
    let area = |index: usize| match job.shapes.filter(|_| sheet.nested) {
        Some(shapes) => shapes.of(index).area(shapes.grid) as f64,
        None => f64::from(job.pieces.pieces[index].size.width) * f64::from(job.pieces.pieces[index].size.height),
    };
    let covered: f64 = sheet.pieces.iter().map(|(index, _)| area(*index)).sum();
    let billed_in = billing.steps(length_in, inch) * billing.step.inches();
    let cost = billing.cost(billed_in);
    Figures { width_in, length_in, billed_in, fill: 100.0 * covered / (f64::from(width) * f64::from(length)), cost }
}

/// The file with the paths around the pieces of a nested sheet, which is numbered from 1.
#[must_use]
pub fn paths(number: usize, ending: &str) -> String {
    format!("sheet-{number}-cut.{ending}")
}

/// Every piece where it lies, sheet by sheet from the beginning of the roll: for the knife.
#[must_use]
pub fn cut_list(job: &Job<'_>, sheets: &[Sheet]) -> Vec<u8> {
    let head = [
        "sheet",
        "piece",
        "order_id",
        "line",
        "area",
        "copy",
        "x_in",
        "y_in",
        "width_in",
        "height_in",
        "turned",
        "degrees",
        "paths",
        "x_mm",
        "y_mm",
        "width_mm",
        "height_mm",
    ];
    let inches = |px: u32| format!("{:.3}", f64::from(px) / job.dpi.get());
    let mm = |px: u32| format!("{:.2}", f64::from(px) * MM_PER_INCH / job.dpi.get());
    let rows = each(job.pieces, sheets).map(|(number, piece, place)| {
        let (width, height) = lying(piece, place);
        let line = &job.orders.lines[piece.line];
        vec![
            number.to_string(),
            piece.id.clone(),
            line.order_id.to_string(),
            line.line.to_string(),
            job.pieces.prints[piece.print].area.clone(),
            piece.copy.to_string(),
            inches(place.x + job.edge),
            inches(place.y + job.edge),
            inches(width),
            inches(height),
            (if place.turn == Turn::None { "" } else { "yes" }).to_owned(),
            place.turn.degrees().to_string(),
            if sheets[number - 1].nested { paths(number, "svg") } else { String::new() },
            mm(place.x + job.edge),
            mm(place.y + job.edge),
            mm(width),
            mm(height),
        ]
    });
    table([head.map(str::to_owned).to_vec()].into_iter().chain(rows))
}

/// Every piece in the order in which it is pressed: by garment, size and colour, so that each pile is fetched once.
#[must_use]
pub fn press_order(orders: &Orders, pieces: &Pieces, sheets: &[Sheet]) -> Vec<u8> {
    let head = [
        "turn", "garment", "size", "color", "order_id", "line", "area", "piece", "sheet", "due", "ship_to", "fields",
        "place",
    ];
    let mut rows: Vec<(usize, Vec<String>)> = each(pieces, sheets)
        .map(|(number, piece, _)| {
            let line = &orders.lines[piece.line];
            let texts: [&str; 13] = [
                &piece.turn.to_string(),
                &line.opened.design.garment,
                &line.size,
                &line.color,
                &line.order_id,
                &line.line,
                &pieces.prints[piece.print].area,
                &piece.id,
                &number.to_string(),
                line.due.as_deref().unwrap_or_default(),
                &line.ship_to,
                &line.fields.said().collect::<Vec<_>>().join(" / "),
                piece.place.as_deref().unwrap_or_default(),
            ];
            (piece.turn, texts.map(str::to_owned).to_vec())
        })
        .collect();
    rows.sort();
    table([head.map(str::to_owned).to_vec()].into_iter().chain(rows.into_iter().map(|(_, row)| row)))
}

/// Everything about the sheets, as JSON. `files` are those of each sheet.
#[must_use]
pub fn report(
    job: &Job<'_>,
    laid: &Laid,
    (billing, currency): (&Billing, &Currency),
    files: &[Vec<String>],
) -> Vec<u8> {
    let sheets = &laid.sheets;
    let round = |value: f64| (value * 1000.0).round() / 1000.0;
    let mm = |px: u32| round(f64::from(px) * MM_PER_INCH / job.dpi.get());
    let all: Vec<Figures> = sheets.iter().map(|sheet| figures(job, sheet, billing)).collect();
    let listed: Vec<Value> = sheets
        .iter()
        .zip(&all)
        .zip(files)
        .map(|((sheet, figures), files)| {
            let pieces = sheet.pieces.iter().map(|(index, place)| {
                let piece = &job.pieces.pieces[*index];
                let ((width, height), line) = (lying(piece, *place), &job.orders.lines[piece.line]);
                json!({
                    "id": piece.id, "row": line.row, "turn": piece.turn, "artwork": job.pieces.prints[piece.print].hash,
                    "x_mm": mm(place.x + job.edge), "y_mm": mm(place.y + job.edge), "width_mm": mm(width),
                    "height_mm": mm(height), "turned": place.turn != Turn::None,
                    "degrees": place.turn.degrees(), "due": line.due,
                })
            });
            json!({
                "files": files, "width_in": round(figures.width_in), "length_in": round(figures.length_in),
                "billed_in": round(figures.billed_in), "width_mm": round(figures.width_in * MM_PER_INCH),
                "length_mm": round(figures.length_in * MM_PER_INCH),
                "billed_mm": round(figures.billed_in * MM_PER_INCH), "fill_percent": round(figures.fill),
                "nested": sheet.nested,
                "cost": figures.cost.map(|cost| currency.number(cost)), "pieces": pieces.collect::<Vec<_>>(),
            })
        })
        .collect();
    let refused: Vec<Value> = job
        .pieces
        .refused
        .iter()
        .map(|(index, why)| json!({ "row": job.orders.lines[*index].row, "reason": why }))
        .collect();
    let cost = all.iter().map(|figures| figures.cost).sum::<Option<Money>>();
    let billed_in: f64 = all.iter().map(|figures| figures.billed_in).sum();
    let inches = |px: u64| round(px as f64 / job.dpi.get());
    let nesting = laid.nesting.map(|nesting| {
        json!({
            "taken": nesting.is_taken, "nested_in": inches(nesting.shapes), "rectangles_in": inches(nesting.rectangles),
        })
    });
    let report = json!({
        "version": 1, "dpi": job.dpi.get(), "sheets": listed, "pieces": job.pieces.pieces.len(),
        "billed_in": round(billed_in), "billed_mm": round(billed_in * MM_PER_INCH),
        "cost": cost.map(|cost| currency.number(cost)), "currency": currency.code,
        "nesting": nesting, "refused": refused, "issues": job.orders.issues,
    });
    let mut bytes = serde_json::to_vec_pretty(&report).unwrap_or_default();
    bytes.push(b'\n');
    bytes
}

/// Every piece with the number of its sheet, from 1.
fn each<'a>(pieces: &'a Pieces, sheets: &'a [Sheet]) -> impl Iterator<Item = (usize, &'a Piece, Place)> + 'a {
    sheets.iter().enumerate().flat_map(move |(sheet, found)| {
        found.pieces.iter().map(move |(index, place)| (sheet + 1, &pieces.pieces[*index], *place))
    })
}

/// Width and length of a piece on its sheet.
const fn lying(piece: &Piece, place: Place) -> (u32, u32) {
    place.turn.sides((piece.size.width, piece.size.height))
}
