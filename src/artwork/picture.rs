//! Raster pictures: sharp when magnified, filtered when reduced, antialiased at their borders.

use std::borrow::Cow;
use std::sync::Mutex;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};
use kurbo::{Affine, Point, Rect};

use crate::artwork::region::Region;
use crate::pixels::sample::{Taps, cubic, filtered};
use crate::pixels::{Pixmap, blend};

/// How far, in pixels, a corner may be off before a picture counts as turned.
const UPRIGHT_PX: f64 = 1e-3;

/// A picture at its place.
#[derive(Debug)]
pub(super) struct Placed<'a> {
    pixels: Cow<'a, Pixmap>,
    lie: Lie,
    bounds: Region,
    resizers: Mutex<Vec<Resizer>>,
}

#[derive(Debug)]
enum Lie {
    /// Its sides run along the raster's: where it lies, in pixels of the raster.
    Upright(Rect),
    /// Turned or slanted.
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
    pub(super) fn new(pixels: &'a Pixmap, to_px: Affine, area: Region) -> Option<Self> {
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
        let resizers = Mutex::default();
        if slight(b, c) {
            let pixels = turned(pixels, Turn { swapped: false, mirrored: a < 0.0, upside_down: d < 0.0 });
            Some(Self { pixels, lie: Lie::Upright(snapped(rect)), bounds, resizers })
        } else if slight(a, d) {
            let pixels = turned(pixels, Turn { swapped: true, mirrored: c < 0.0, upside_down: b < 0.0 });
            Some(Self { pixels, lie: Lie::Upright(snapped(rect)), bounds, resizers })
        } else {
            let (pixels, to_px) = reduced(pixels, to_px);
            let size = (f64::from(pixels.width()), f64::from(pixels.height()));
            Some(Self { pixels, lie: Lie::Free(Slant::new(to_px, size)), bounds, resizers })
        }
    }

    pub(super) fn bounds(&self) -> Region {
        self.bounds
    }

    /// Draws `part`, which lies within the bounds, into `target`, replacing all of it.
    pub(super) fn draw(&self, part: Region, target: &mut [u8]) -> bool {
        match &self.lie {
            Lie::Upright(rect) => self.draw_upright(*rect, part, target),
            Lie::Free(slant) => self.draw_free(slant, part, target),
        }
        true
    }

    fn draw_upright(&self, rect: Rect, part: Region, target: &mut [u8]) {
        let whole = Region {
            x0: rect.x0.ceil() as i32,
            y0: rect.y0.ceil() as i32,
            x1: rect.x1.floor() as i32,
            y1: rect.y1.floor() as i32,
        };
        let inner = whole.intersect(part);
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
        let columns: Vec<_> = (part.x0..part.x1)
            .map(|x| {
                let is_border = inner.is_empty() || x < inner.x0 || x >= inner.x1;
                (is_border, is_border.then(|| across.taps(x)))
            })
            .collect();
        for y in part.y0..part.y1 {
            let is_border_row = inner.is_empty() || y < inner.y0 || y >= inner.y1;
            let (row_taps, row_coverage) = down.taps(y);
            let row = target[part.row_of(part, y)].as_chunks_mut::<4>().0;
            for ((x, pixel), (is_border, taps)) in (part.x0..).zip(row).zip(&columns) {
                if *is_border || is_border_row {
                    let made;
                    let (column_taps, coverage) = match taps {
                        Some(taps) => taps,
                        None => {
                            made = across.taps(x);
                            &made
                        }
                    };
                    *pixel = filtered(&self.pixels, column_taps, &row_taps, coverage * row_coverage);
                }
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
        for (y, row) in (part.y0..).zip(target.chunks_exact_mut(part.width() as usize * 4)) {
            for (x, pixel) in (part.x0..).zip(row.as_chunks_mut::<4>().0) {
                let at = slant.back * Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                let coverage = slant.coverage(at);
                *pixel = if coverage > 0.0 { cubic(&self.pixels, at.x, at.y, coverage) } else { [0; 4] };
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

#[derive(Clone, Copy)]
struct Turn {
    /// Columns become rows.
    swapped: bool,
    mirrored: bool,
    upside_down: bool,
}

fn turned(pixels: &Pixmap, turn: Turn) -> Cow<'_, Pixmap> {
    if !turn.swapped && !turn.mirrored && !turn.upside_down {
        return Cow::Borrowed(pixels);
    }
    let (width, height) = (pixels.width() as usize, pixels.height() as usize);
    let (across, down) = if turn.swapped { (height, width) } else { (width, height) };
    let source = pixels.data().as_chunks::<4>().0;
    let mut result = Pixmap::new(across as u32, down as u32);
    for (index, pixel) in result.data_mut().as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let (mut x, mut y) = (index % across, index / across);
        if turn.mirrored {
            x = across - 1 - x;
        }
        if turn.upside_down {
            y = down - 1 - y;
        }
        *pixel = if turn.swapped { source[x * width + y] } else { source[y * width + x] };
    }
    Cow::Owned(result)
}

/// A picture that is drawn smaller than it is, made about as small first.
fn reduced(pixels: &Pixmap, to_px: Affine) -> (Cow<'_, Pixmap>, Affine) {
    let [a, b, c, d, ..] = to_px.as_coeffs();
    let side = |size: u32, scale: f64| (f64::from(size) * scale.min(1.0)).ceil().max(1.0) as u32;
    let size = (side(pixels.width(), (a * a + b * b).sqrt()), side(pixels.height(), (c * c + d * d).sqrt()));
    if size == (pixels.width(), pixels.height()) {
        return (Cow::Borrowed(pixels), to_px);
    }
    let mut small = Pixmap::new(size.0, size.1);
    resize(&mut Resizer::new(), pixels, size, small.data_mut(), &options());
    let back = Affine::scale_non_uniform(
        f64::from(pixels.width()) / f64::from(size.0),
        f64::from(pixels.height()) / f64::from(size.1),
    );
    (Cow::Owned(small), to_px * back)
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
