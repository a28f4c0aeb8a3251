//! Raster pictures: sharp when magnified, filtered when reduced, antialiased at their borders.
//!
//! A picture may be large and placed hundreds of times, so that none of its places copies it: what is turned or reduced
//! is the part that is being drawn.

use std::borrow::Cow;
use std::sync::{Arc, Mutex};

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use kurbo::{Affine, Point, Rect, Vec2};

use crate::artwork::region::Region;
use crate::pixels::sample::{Taps, cubic, filtered};
use crate::pixels::{Pixmap, blend};

/// How far, in pixels, a corner may be off before a picture counts as turned.
const UPRIGHT_PX: f64 = 1e-3;
/// Side of the squares of the raster that a reduced, turned picture is drawn in: large beside the margin that each
/// reads, small enough that a square's part of the picture is not much more than what shows in it.
const TILE_PX: i32 = 128;

/// A picture at its place.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    pixels: Cow<'a, Pixmap>,
    lie: Lie,
    /// All that an upright picture fills, where it is no larger than the picture.
    small: Option<Arc<Pixmap>>,
    bounds: Region,
    resizers: Mutex<Vec<Resizer>>,
}

#[derive(Debug)]
enum Lie {
    /// Its sides run along the raster's: where it lies once the raster is turned as the picture is, in pixels.
    Upright(Rect, Turn),
    /// Turned or slanted; where the picture is drawn smaller than it is, the units are the pixels of a smaller one.
    Free(Slant),
}

/// A rectangle that is turned or slanted: how to get back from pixels of the raster.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slant {
    /// From pixels of the raster to units of the rectangle, which reaches from (0, 0) to `size`.
    back: Affine,
    size: (f64, f64),
    /// Units of the rectangle's two axes to pixels of the raster, measured across its sides.
    depth: (f64, f64),
}

impl<'a> Placed<'a> {
    /// A picture whose pixels `to_px` maps to pixels of the raster; `None` if nothing of it is seen within `area`.
    pub(super) fn new(pixels: Cow<'a, Pixmap>, to_px: Affine, area: Region) -> Option<Self> {
        let size = Rect::new(0.0, 0.0, f64::from(pixels.width()), f64::from(pixels.height()));
        let rect = to_px.transform_rect_bbox(size);
        let bounds = Region::around(snapped(rect)).intersect(area);
        if bounds.is_empty() || size.area() == 0.0 || !to_px.is_finite() || to_px.determinant().abs() < 1e-12 {
            return None;
        }
        let [a, b, c, d, ..] = to_px.as_coeffs();
        let slight = |along_x: f64, along_y: f64| {
            (along_x * size.x1).abs() < UPRIGHT_PX && (along_y * size.y1).abs() < UPRIGHT_PX
        };
        let lie = if slight(b, c) {
            let turn = Turn { mirrored: a < 0.0, upside_down: d < 0.0, swapped: false };
            Lie::Upright(turn.rect(snapped(rect)), turn)
        } else if slight(a, d) {
            let turn = Turn { mirrored: c < 0.0, upside_down: b < 0.0, swapped: true };
            Lie::Upright(turn.rect(snapped(rect)), turn)
        } else {
            let (to_px, size) = reduced((pixels.width(), pixels.height()), to_px);
            Lie::Free(Slant::new(to_px, size))
        };
        Some(Self { pixels, lie, small: None, bounds, resizers: Mutex::default() })
    }

    /// As it is, but drawn once: frames of a drag show the same pictures at the same sizes, and all but one at the same
    /// places, so that the reduced pixels are kept with the picture, for where they lie on the raster's grid.
    pub(super) fn kept(mut self) -> Self {
        self.small = self.small();
        self
    }

    fn small(&self) -> Option<Arc<Pixmap>> {
        let Lie::Upright(rect, _) = &self.lie else { return None };
        let whole = filled(*rect);
        if whole.is_empty() || whole.bytes() > self.pixels.data().len() {
            return None;
        }
        let name = [rect.x0 - f64::from(whole.x0), rect.y0 - f64::from(whole.y0), rect.width(), rect.height()];
        Some(self.pixels.smaller(name.map(f64::to_bits), || {
            let mut small = Pixmap::unfilled(whole.width(), whole.height());
            self.resize(*rect, whole, small.data_mut());
            small
        }))
    }

    pub(super) fn bounds(&self) -> Region {
        self.bounds
    }

    /// Draws `part`, which lies within the bounds, into `target`, replacing all of it.
    pub(super) fn draw(&self, part: Region, target: &mut [u8]) -> bool {
        match &self.lie {
            Lie::Upright(rect, turn) if turn.is_none() => self.draw_upright(*rect, part, target),
            Lie::Upright(rect, turn) => {
                let mut pixels = vec![0; part.bytes()];
                self.draw_upright(*rect, turn.region(part), &mut pixels);
                turn.back(&pixels, part, target);
            }
            Lie::Free(slant) => self.draw_free(slant, part, target),
        }
        true
    }

    fn draw_upright(&self, rect: Rect, part: Region, target: &mut [u8]) {
        let whole = filled(rect);
        let inner = whole.intersect(part);
        if let Some(small) = &self.small {
            for y in inner.y0..inner.y1 {
                target[part.row_of(inner, y)].copy_from_slice(&small.data()[whole.row_of(inner, y)]);
            }
            self.draw_border(rect, part, inner, target);
            return;
        }
        if inner == part {
            self.resize(rect, inner, target);
            return;
        }
        if !inner.is_empty() {
            let mut pixels = vec![0; inner.bytes()];
            self.resize(rect, inner, &mut pixels);
            for y in inner.y0..inner.y1 {
                target[part.row_of(inner, y)].copy_from_slice(&pixels[inner.row_of(inner, y)]);
            }
        }
        self.draw_border(rect, part, inner, target);
    }

    /// The pixels of `part` outside `inner`: those that the picture's border crosses.
    fn draw_border(&self, rect: Rect, part: Region, inner: Region, target: &mut [u8]) {
        let across = Axis { start: rect.x0, end: rect.x1, pixels: self.pixels.width() };
        let down = Axis { start: rect.y0, end: rect.y1, pixels: self.pixels.height() };
        // an empty region has its sides at 0, where the picture may be
        let is_inner = |at: i32, from: i32, to: i32| !inner.is_empty() && (from..to).contains(&at);
        let outer = (part.x0..part.x1).filter(|x| !is_inner(*x, inner.x0, inner.x1));
        let columns: Vec<_> = outer.map(|x| (x, across.taps(x))).collect();
        for y in part.y0..part.y1 {
            let (row_taps, row_coverage) = down.taps(y);
            let row = target[part.row_of(part, y)].as_chunks_mut::<4>().0;
            let mut draw = |x: i32, (column_taps, coverage): &(Taps, f32)| {
                row[(x - part.x0) as usize] = filtered(&self.pixels, column_taps, &row_taps, coverage * row_coverage);
            };
            columns.iter().for_each(|(x, taps)| draw(*x, taps));
            if !is_inner(y, inner.y0, inner.y1) {
                (inner.x0..inner.x1).for_each(|x| draw(x, &across.taps(x)));
            }
        }
    }

    fn resize(&self, rect: Rect, part: Region, target: &mut [u8]) {
        let across = cut(rect.x0, rect.width(), f64::from(self.pixels.width()), (part.x0, part.x1));
        let down = cut(rect.y0, rect.height(), f64::from(self.pixels.height()), (part.y0, part.y1));
        let options = options().crop(across.0, down.0, across.1, down.1);
        let mut resizer = self.resizers.lock().ok().and_then(|mut kept| kept.pop()).unwrap_or_default();
        resize(&mut resizer, &self.pixels, (part.width(), part.height()), target, &options);
        if let Ok(mut kept) = self.resizers.lock() {
            kept.push(resizer);
        }
    }

    fn draw_free(&self, slant: &Slant, part: Region, target: &mut [u8]) {
        let (width, height) = slant.size;
        if slant.size == (f64::from(self.pixels.width()), f64::from(self.pixels.height())) {
            slant.sample(&self.pixels, Vec2::ZERO, (part, part), target);
            return;
        }
        let whole = Rect::new(0.0, 0.0, width, height);
        let mut pixels = Vec::new();
        for y0 in (part.y0..part.y1).step_by(TILE_PX as usize) {
            for x0 in (part.x0..part.x1).step_by(TILE_PX as usize) {
                let tile = Region { x0, y0, x1: x0 + TILE_PX, y1: y0 + TILE_PX }.intersect(part);
                let read = slant.read_by(tile).intersect(Region::around(whole));
                pixels.clear();
                pixels.resize(read.bytes(), 0);
                if !read.is_empty() {
                    self.resize(whole, read, &mut pixels);
                }
                let small = Pixmap::from_premultiplied(read.width(), read.height(), std::mem::take(&mut pixels))
                    .expect("a region has four bytes for each pixel");
                slant.sample(&small, Vec2::new(read.x0.into(), read.y0.into()), (tile, part), target);
                pixels = small.into_data();
            }
        }
    }
}

impl Slant {
    /// A rectangle of `size` units that the invertible `to_px` maps to pixels of the raster.
    pub(super) fn new(to_px: Affine, size: (f64, f64)) -> Self {
        let back = to_px.inverse();
        let [a, b, c, d, ..] = back.as_coeffs();
        Self { back, size, depth: ((a * a + c * c).sqrt().recip(), (b * b + d * d).sqrt().recip()) }
    }

    /// Draws `tile`, which lies in `part`, into `target`, which holds that. `pixels` are those of the rectangle from
    /// `origin` on, as far as [`Slant::read_by`] says; where there are none, nothing is seen.
    fn sample(&self, pixels: &Pixmap, origin: Vec2, (tile, part): (Region, Region), target: &mut [u8]) {
        let is_empty = pixels.data().is_empty();
        for y in tile.y0..tile.y1 {
            let row = target[part.row_of(tile, y)].as_chunks_mut::<4>().0;
            for (x, pixel) in (tile.x0..).zip(row) {
                let at = self.back * Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let coverage = if is_empty { 0.0 } else { self.coverage(at) };
                let at = at - origin;
                *pixel = if coverage > 0.0 { cubic(pixels, at.x, at.y, coverage) } else { [0; 4] };
            }
        }
    }

    /// The units that pixels of `tile` read, borders and the reach of the cubic included.
    fn read_by(&self, tile: Region) -> Region {
        let tile = Rect::new(tile.x0.into(), tile.y0.into(), tile.x1.into(), tile.y1.into());
        let margin = |depth: f64| 2.0 + 0.5 / depth;
        Region::around(self.back.transform_rect_bbox(tile).inflate(margin(self.depth.0), margin(self.depth.1)))
    }

    /// How much of the pixel around a point of the raster lies inside, 0 to 1.
    pub(super) fn coverage_at(&self, x: f64, y: f64) -> f32 {
        self.coverage(self.back * Point::new(x, y))
    }

    fn coverage(&self, at: Point) -> f32 {
        let along = |at: f64, size: f64, depth: f64| {
            let near = (at * depth + 0.5).clamp(0.0, 1.0);
            let far = ((size - at) * depth + 0.5).clamp(0.0, 1.0);
            (near + far - 1.0).max(0.0)
        };
        (along(at.x, self.size.0, self.depth.0) * along(at.y, self.size.1, self.depth.1)) as f32
    }
}

/// One side of an upright picture: from `start` to `end` pixels of the raster.
struct Axis {
    start: f64,
    end: f64,
    pixels: u32,
}

impl Axis {
    /// What the raster's pixel `at` reads, and how much of it is covered.
    fn taps(&self, at: i32) -> (Taps, f32) {
        let (from, to) = (f64::from(at).max(self.start), f64::from(at + 1).min(self.end));
        let step = f64::from(self.pixels) / (self.end - self.start);
        (Taps::new(((from + to) / 2.0 - self.start) * step, step), (to - from).clamp(0.0, 1.0) as f32)
    }
}

/// How the raster is turned to lie as a picture does: mirrored, then its columns become rows.
#[derive(Debug, Clone, Copy)]
struct Turn {
    mirrored: bool,
    upside_down: bool,
    swapped: bool,
}

impl Turn {
    const fn is_none(self) -> bool {
        !self.mirrored && !self.upside_down && !self.swapped
    }

    /// A rectangle of the raster in the turned one, which is mirrored at its origin.
    fn rect(self, rect: Rect) -> Rect {
        let (across, down) = (if self.mirrored { -1.0 } else { 1.0 }, if self.upside_down { -1.0 } else { 1.0 });
        let Rect { x0, y0, x1, y1 } = Affine::scale_non_uniform(across, down).transform_rect_bbox(rect);
        if self.swapped { Rect::new(y0, x0, y1, x1) } else { Rect::new(x0, y0, x1, y1) }
    }

    /// A region of the raster in the turned one.
    fn region(self, region: Region) -> Region {
        let Region { x0, y0, x1, y1 } = region;
        let (x0, x1) = if self.mirrored { (-x1, -x0) } else { (x0, x1) };
        let (y0, y1) = if self.upside_down { (-y1, -y0) } else { (y0, y1) };
        if self.swapped { Region { x0: y0, y0: x0, x1: y1, y1: x1 } } else { Region { x0, y0, x1, y1 } }
    }

    /// Puts the pixels of the turned region of `part` where they belong in `target`, which holds `part`.
    fn back(self, turned: &[u8], part: Region, target: &mut [u8]) {
        let source = turned.as_chunks::<4>().0;
        let (width, height) = (part.width() as usize, part.height() as usize);
        for (y, row) in target.chunks_exact_mut(width * 4).enumerate() {
            let y = if self.upside_down { height - 1 - y } else { y };
            for (x, pixel) in row.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                let x = if self.mirrored { width - 1 - x } else { x };
                *pixel = if self.swapped { source[x * height + y] } else { source[y * width + x] };
            }
        }
    }
}

/// For a picture of `size` pixels that is drawn smaller than it is: the size that it is made first, and the map from
/// there to the raster.
fn reduced(size: (u32, u32), to_px: Affine) -> (Affine, (f64, f64)) {
    let [a, b, c, d, ..] = to_px.as_coeffs();
    let (width, height) = (f64::from(size.0), f64::from(size.1));
    let side = |size: f64, scale: f64| (size * scale.min(1.0)).ceil().max(1.0);
    let small = (side(width, (a * a + b * b).sqrt()), side(height, (c * c + d * d).sqrt()));
    (to_px * Affine::scale_non_uniform(width / small.0, height / small.1), small)
}

/// The pixels that lie within a rectangle with all of their area.
fn filled(rect: Rect) -> Region {
    Region {
        x0: rect.x0.ceil() as i32,
        y0: rect.y0.ceil() as i32,
        x1: rect.x1.floor() as i32,
        y1: rect.y1.floor() as i32,
    }
}

fn options() -> ResizeOptions {
    ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom)).use_alpha(false)
}

fn resize(resizer: &mut Resizer, from: &Pixmap, (width, height): (u32, u32), to: &mut [u8], options: &ResizeOptions) {
    // One pixel type, said here: a call that chooses it at run time compiles all fifteen of them, which was half of what the compiler had to do for this crate.
    let source = TypedImageRef::<U8x4>::from_buffer(from.width(), from.height(), from.data())
        .expect("a pixmap has four bytes for each pixel");
    let mut target =
        TypedImage::<U8x4>::from_buffer(width, height, to).expect("the target has four bytes for each pixel");
    resizer.resize_typed(&source, &mut target, options).expect("the cut lies inside");
    blend::cap_at_alpha(to);
}

/// Start and length, in pixels of a picture, of what the raster's pixels `from..to` show.
fn cut(start: f64, length: f64, pixels: f64, (from, to): (i32, i32)) -> (f64, f64) {
    let step = pixels / length;
    let first = ((f64::from(from) - start) * step).clamp(0.0, pixels * (1.0 - 1e-9));
    let mut size = f64::from(to - from) * step;
    if first + size > pixels {
        size = pixels - first;
        while first + size > pixels {
            size = size.next_down();
        }
    }
    (first, size)
}

/// Sides that miss a whole pixel by less than rounding can tell lie on it.
fn snapped(rect: Rect) -> Rect {
    let snap = |value: f64| if (value - value.round()).abs() < 1e-6 { value.round() } else { value };
    Rect::new(snap(rect.x0), snap(rect.y0), snap(rect.x1), snap(rect.y1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::rotation;

    /// Smooth, with an edge, and different at every side.
    fn picture(width: u32, height: u32) -> Pixmap {
        let pixel = |index: u32| {
            let (x, y) = (index % width, index / width);
            let alpha = if x * 3 > width * 2 && y * 2 > height { 90 } else { 255 };
            [x * 230 / width, y * 200 / height, (x + y) * 100 / (width + height), 255].map(|v| (v * alpha / 255) as u8)
        };
        Pixmap::from_premultiplied(width, height, (0..width * height).flat_map(pixel).collect()).unwrap()
    }

    fn drawn(placed: &Placed<'_>, part: Region) -> Vec<u8> {
        let mut target = vec![7; part.bytes()];
        placed.draw(part, &mut target);
        target
    }

    fn assert_near(a: &[u8], b: &[u8], what: &dyn std::fmt::Debug) {
        let most = a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(a.len() == b.len() && most <= Some(1), "{what:?}: {most:?}");
    }

    const AREA: Region = Region { x0: 0, y0: 0, x1: 200, y1: 300 };

    #[test]
    fn no_way_of_lying_copies_the_picture() {
        let source = picture(60, 40);
        for angle in [0.0, 0.3, 1.0, 2.0, 3.0].map(|quarters| quarters * std::f64::consts::FRAC_PI_2) {
            for (across, down) in [(0.4, 0.4), (-0.4, 0.4), (0.4, -0.4), (-3.0, -3.0)] {
                let to_px =
                    Affine::translate((100.0, 150.0)) * rotation(angle) * Affine::scale_non_uniform(across, down);
                let placed = Placed::new(Cow::Borrowed(&source), to_px, AREA).unwrap();
                assert!(matches!(placed.pixels, Cow::Borrowed(_)), "{angle} {across} {down}");
            }
        }
    }

    #[test]
    fn a_turned_picture_looks_as_if_it_had_been_turned_before() {
        let source = picture(61, 40);
        let twin = |turn: Turn| {
            let (width, height) = if turn.swapped { (40, 61) } else { (61, 40) };
            let mut turned = Pixmap::new(width, height);
            turn.back(source.data(), Region::rows(width, 0, height), turned.data_mut());
            turned
        };
        for scale in [0.23, 0.9, 1.0, 2.7] {
            for (mirrored, upside_down, swapped) in [
                (true, false, false),
                (false, true, false),
                (true, true, false),
                (true, false, true),
                (false, true, true),
            ] {
                let turn = Turn { mirrored, upside_down, swapped };
                let turned = twin(turn);
                let upright = Affine::translate((20.3, 31.6)) * Affine::scale(scale);
                // From the picture to its turned twin.
                let (width, height) = (f64::from(turned.width()), f64::from(turned.height()));
                let swap = if swapped { Affine::new([0.0, 1.0, 1.0, 0.0, 0.0, 0.0]) } else { Affine::IDENTITY };
                let across = if mirrored { Affine::new([-1.0, 0.0, 0.0, 1.0, width, 0.0]) } else { Affine::IDENTITY };
                let down = if upside_down { Affine::new([1.0, 0.0, 0.0, -1.0, 0.0, height]) } else { Affine::IDENTITY };
                let placed = Placed::new(Cow::Borrowed(&source), upright * across * down * swap, AREA).unwrap();
                let twin = Placed::new(Cow::Borrowed(&turned), upright, AREA).unwrap();
                assert_eq!(placed.bounds(), twin.bounds());
                for part in [twin.bounds(), Region { y0: 37, y1: 41, ..twin.bounds() }] {
                    assert_near(&drawn(&placed, part), &drawn(&twin, part), &(scale, turn));
                }
            }
        }
    }

    #[test]
    fn a_picture_that_is_kept_looks_as_it_does_anew() {
        let source = picture(300, 200);
        for (at, across, down) in
            [((20.3, 31.6), 0.23, 0.41), ((190.5, 31.0), -0.9, 0.9), ((20.0, 130.0), 1.0, 1.0), ((0.2, 0.2), 3.0, 3.0)]
        {
            let to_px = Affine::translate(at) * Affine::scale_non_uniform(across, down);
            let anew = Placed::new(Cow::Borrowed(&source), to_px, AREA).unwrap();
            let kept = || Placed::new(Cow::Borrowed(&source), to_px, AREA).unwrap().kept();
            let frames = [kept(), kept()];
            for part in [anew.bounds(), Region { y0: 40, y1: 47, ..anew.bounds() }] {
                assert_near(&drawn(&frames[0], part), &drawn(&anew, part), &(at, across));
                assert_eq!(drawn(&frames[0], part), drawn(&frames[1], part));
            }
            match [&frames[0].small, &frames[1].small] {
                [Some(first), Some(second)] => assert!(across <= 1.0 && Arc::ptr_eq(first, second), "it is made once"),
                _ => assert!(across > 1.0, "only what is reduced is kept"),
            }
        }
    }

    #[test]
    fn a_reduced_picture_looks_as_if_it_had_been_reduced_before() {
        let source = picture(700, 900);
        for (angle, scale) in [(0.1, 0.3), (0.8, 0.21), (2.5, 0.04), (4.0, 0.93)] {
            let to_px = Affine::translate((90.0, 120.0)) * rotation(angle) * Affine::scale(scale);
            let placed = Placed::new(Cow::Borrowed(&source), to_px, AREA).unwrap();
            let (small_to_px, (width, height)) = reduced((700, 900), to_px);
            let mut small = Pixmap::new(width as u32, height as u32);
            let size = (small.width(), small.height());
            resize(&mut Resizer::new(), &source, size, small.data_mut(), &options());
            let part = placed.bounds();
            let mut twin = vec![7; part.bytes()];
            Slant::new(small_to_px, (width, height)).sample(&small, Vec2::ZERO, (part, part), &mut twin);
            assert_near(&drawn(&placed, part), &twin, &(angle, scale));
        }
    }
}
