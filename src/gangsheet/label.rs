//! What stands beside a piece on the film: a QR code with its id, and two lines for people.

use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect, Shape as _};
use qrcode::{Color as Module, EcLevel, QrCode};

use crate::color::Color;
use crate::gangsheet::pieces::GangError;
use crate::press::label;
use crate::scene::{ArtworkHash, FillRule, Item, LayerFacts, Paint, Scene, SceneLayer};
use crate::shop::Shop;
use crate::units::{Dpi, PhysicalSize};

/// Side of a module of the code, mm, before it is made whole pixels.
const MODULE: f64 = 0.34;
/// Modules that stay free around the code. It lies on a white ground of its own.
const QUIET: usize = 2;
/// Size of the letters, mm, and between two baselines.
const EM: f64 = 2.6;
const LEADING: f64 = 3.6;
/// Between the code and the letters, and around these, mm.
const PAD: f64 = 1.0;
/// The least and the most room for letters, mm.
const ROOM: (f64, f64) = (30.0, 62.0);

/// What a label says.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Words {
    /// The piece's id: in the code, and the first line.
    pub id: String,
    /// The second line.
    pub about: String,
}

/// Width and height of a label in pixels, beside a print of so many.
///
/// # Errors
/// If no code holds the id.
pub fn size(id: &str, beside: u32, dpi: Dpi) -> Result<(u32, u32), GangError> {
    let (side, _) = code(id, dpi)?;
    let px = |mm: f64| (mm * dpi.px_per_mm()).ceil() as u32;
    let room = beside.saturating_sub(side + px(PAD) * 2).clamp(px(ROOM.0), px(ROOM.1));
    Ok((side + px(PAD) * 2 + room, side.max(px(LEADING * 2.0 + PAD))))
}

/// Draws a label of a [`size`].
///
/// # Errors
/// If the words cannot be set.
pub fn scene(shop: &Shop, words: &Words, (width, height): (u32, u32), dpi: Dpi) -> Result<Scene, GangError> {
    let (side, modules) = code(&words.id, dpi)?;
    let mm = 1.0 / dpi.px_per_mm();
    let (wide, high) = (f64::from(width) * mm, f64::from(height) * mm);
    let ground = Rect::new(0.0, 0.0, wide, high).to_path(0.1);
    let mut ink = modules;
    let left = f64::from(side) * mm + PAD;
    for (index, line) in [&words.id, &words.about].into_iter().enumerate() {
        let (path, _) = label::line(shop, line, EM, wide - left - PAD)?;
        let baseline = high / 2.0 - 0.7 + LEADING * index as f64;
        ink.extend(Affine::translate((left, baseline)) * path);
    }
    let fill = |path: BezPath, color| Item::Fill {
        path: Arc::new(path),
        rule: FillRule::NonZero,
        paint: Paint::Solid(color, 1.0),
    };
    let layer = SceneLayer {
        id: "label".to_owned(),
        pointer: String::new(),
        items: vec![fill(ground, Color::WHITE), fill(ink, Color::BLACK)],
        frame: [Point::ZERO; 4],
        ink: Rect::new(0.0, 0.0, wide, high),
        facts: LayerFacts::default(),
    };
    Ok(Scene { size: PhysicalSize::from_mm(wide, high), layers: vec![layer], finish: None, hash: ArtworkHash([0; 32]) })
}

/// Side of a code in pixels with what stays free around it, and its dark modules in mm: each of whole pixels.
fn code(id: &str, dpi: Dpi) -> Result<(u32, BezPath), GangError> {
    let code = QrCode::with_error_correction_level(id, EcLevel::M).map_err(|_| GangError::Id(id.to_owned()))?;
    let count = code.width();
    let module = (MODULE * dpi.px_per_mm()).round().max(1.0);
    let mut path = BezPath::new();
    let mm = module / dpi.px_per_mm();
    for (row, modules) in code.to_colors().chunks(count).enumerate() {
        let mut from = 0;
        for run in modules.chunk_by(|one, other| one == other) {
            if run[0] == Module::Dark {
                let (x, y) = ((from + QUIET) as f64 * mm, (row + QUIET) as f64 * mm);
                path.extend(Rect::new(x, y, x + run.len() as f64 * mm, y + mm).to_path(0.1));
            }
            from += run.len();
        }
    }
    Ok(((count + QUIET * 2) as u32 * module as u32, path))
}
