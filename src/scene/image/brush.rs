//! What was kept or erased of a picture by hand.
//!
//! Strokes are drawn one over the other into a map of decisions, antialiased, and the picture is mixed by it: where a
//! stroke keeps, the pixels of the file are back, and where it erases there are none. On large pictures the map is
//! coarser than the picture, so that the edge of a stroke is soft instead of costing much.

use resvg::tiny_skia::{FillRule, LineCap, LineJoin, Mask, Path, PathBuilder, Rect, Stroke, Transform};

use crate::design::{BrushMode, BrushStroke, Crop};
use crate::pixels::Pixmap;
use crate::scene::image::straight::{self, Straight};

/// The longer side of the map at most, px.
const MAP_PX: f64 = 2048.0;
/// The longer side of the whole picture in the map's pixels at most, where a crop leaves little of it: what draws the
/// strokes counts no further than twice that.
const REACH_PX: f64 = 16_384.0;

/// Bytes that are held for each pixel besides those of removing the background: a copy of the picture. The map and a
/// stroke take less than removing did, which is over by then.
pub(super) const BYTES_PER_PIXEL: u64 = 4;

/// Where the whole picture lies about the part that a crop leaves, px of the file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    origin: (f64, f64),
    size: (f64, f64),
}

impl Place {
    pub(super) fn new(pixels: &Pixmap, crop: Option<&Crop>) -> Self {
        let (columns, rows) = straight::cropped(pixels, crop);
        Self {
            origin: (columns.start as f64, rows.start as f64),
            size: (f64::from(pixels.width()), f64::from(pixels.height())),
        }
    }
}

/// Paints `strokes` over `picture`, of which `whole` has the pixels from before anything was removed.
pub(super) fn paint(picture: &mut Straight, whole: &[[u8; 4]], strokes: &[BrushStroke], place: &Place) {
    let part = picture.width.max(picture.height) as f64;
    let scale = (MAP_PX / part).min(REACH_PX / place.size.0.max(place.size.1)).min(1.0);
    let side = |pixels: usize| ((pixels as f64 * scale).ceil() as usize).max(1);
    let mut map = Map::new(side(picture.width), side(picture.height));
    for stroke in strokes {
        if let Some(outline) = outline(stroke, place, scale) {
            map.paint(stroke.mode, &outline);
        }
    }
    let width = picture.width;
    for (row, (pixels, whole)) in picture.data.chunks_exact_mut(width).zip(whole.chunks_exact(width)).enumerate() {
        let down = Between::new(row, scale, map.height);
        for (column, (pixel, whole)) in pixels.iter_mut().zip(whole).enumerate() {
            let [decided, kept] = map.at(&Between::new(column, scale, map.width), &down);
            if decided > 0.0 {
                *pixel = mixed(*pixel, 1.0 - decided, *whole, kept);
            }
        }
    }
}

/// What a stroke covers, in pixels of the map.
fn outline(stroke: &BrushStroke, place: &Place, scale: f64) -> Option<Path> {
    let at = |[x, y]: [f64; 2]| {
        let px = |share: f64, size: f64, origin: f64| ((share * size - origin) * scale) as f32;
        (px(x, place.size.0, place.origin.0), px(y, place.size.1, place.origin.1))
    };
    let radius = (stroke.radius * place.size.0 * scale) as f32;
    let (first, rest) = stroke.points.split_first()?;
    if rest.iter().all(|point| point == first) {
        let (x, y) = at(*first);
        return PathBuilder::from_circle(x, y, radius);
    }
    let mut line = PathBuilder::new();
    let (x, y) = at(*first);
    line.move_to(x, y);
    rest.iter().map(|point| at(*point)).for_each(|(x, y)| line.line_to(x, y));
    let (line_cap, line_join) = (LineCap::Round, LineJoin::Round);
    line.finish()?.stroke(&Stroke { width: 2.0 * radius, line_cap, line_join, ..Stroke::default() }, 1.0)
}

/// What was decided by hand: for each pixel how much of it was, and how much of it is kept, of 255.
struct Map {
    width: usize,
    height: usize,
    data: Vec<[u8; 2]>,
}

impl Map {
    fn new(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![[0; 2]; width * height] }
    }

    fn paint(&mut self, mode: BrushMode, outline: &Path) {
        // Only the pixels about the stroke are drawn.
        let Some(all) = Rect::from_xywh(0.0, 0.0, self.width as f32, self.height as f32) else { return };
        let Some(touched) =
            outline.bounds().round_out().map(|rect| rect.to_rect()).and_then(|rect| rect.intersect(&all))
        else {
            return;
        };
        let (left, top) = (touched.left() as usize, touched.top() as usize);
        let Some(mut mask) = Mask::new(touched.width() as u32, touched.height() as u32) else { return };
        let shift = Transform::from_translate(-touched.left(), -touched.top());
        mask.fill_path(outline, FillRule::Winding, true, shift);
        let columns = mask.width() as usize;
        let keep = if mode == BrushMode::Keep { 255 } else { 0 };
        for (row, covered) in mask.data().chunks_exact(columns).enumerate() {
            let start = (top + row) * self.width + left;
            for (pixel, &cover) in self.data[start..start + columns].iter_mut().zip(covered) {
                let over = |below: u8, above: u32| {
                    let cover = u32::from(cover);
                    ((u32::from(below) * (255 - cover) + above * cover + 127) / 255) as u8
                };
                *pixel = [over(pixel[0], 255), over(pixel[1], keep)];
            }
        }
    }

    /// How much is decided and how much kept, 0 to 1.
    fn at(&self, across: &Between, down: &Between) -> [f32; 2] {
        let row = |y: usize| {
            let [one, other] = [across.first, across.second].map(|x| self.data[y * self.width + x]);
            [0, 1].map(|value| f32::from(one[value]) + (f32::from(other[value]) - f32::from(one[value])) * across.share)
        };
        let (upper, lower) = (row(down.first), row(down.second));
        [0, 1].map(|value| (upper[value] + (lower[value] - upper[value]) * down.share) / 255.0)
    }
}

/// Two neighboring pixels of the map and how far on the way from the first to the second it is.
struct Between {
    first: usize,
    second: usize,
    share: f32,
}

impl Between {
    /// Where the middle of pixel `at` of the picture lies in a map of `count` pixels.
    fn new(at: usize, scale: f64, count: usize) -> Self {
        let place = ((at as f64 + 0.5) * scale - 0.5).clamp(0.0, (count - 1) as f64);
        let first = place as usize;
        Self { first, second: (first + 1).min(count - 1), share: (place - first as f64) as f32 }
    }
}

/// So much of one pixel and so much of another.
fn mixed(one: [u8; 4], share: f32, other: [u8; 4], more: f32) -> [u8; 4] {
    let (a, b) = (f32::from(one[3]) * share, f32::from(other[3]) * more);
    let alpha = a + b;
    if alpha < 0.5 {
        return [0; 4];
    }
    let channel = |index: usize| ((f32::from(one[index]) * a + f32::from(other[index]) * b) / alpha).round() as u8;
    [channel(0), channel(1), channel(2), alpha.round().min(255.0) as u8]
}
