//! Straight pixels, and the ways in which the operations on them walk over a picture.

use std::ops::Range;

use crate::design::Crop;
use crate::pixels::{Pixmap, blend};

/// Pixels whose alpha is below this (of 255) count as empty when margins are trimmed: 1 %, invisible on cloth, but
/// enough to let the noise of a soft eraser not hold the margin.
const TRIM_ALPHA: u8 = 3;

/// Straight sRGB, four bytes a pixel.
pub(super) struct Straight {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) data: Vec<[u8; 4]>,
}

impl Straight {
    /// The cropped part; its edges are rounded to whole pixels and hold at least one.
    pub(super) fn crop(pixels: &Pixmap, crop: Option<&Crop>) -> Self {
        let (columns, rows) = cropped(pixels, crop);
        let (width, height) = (columns.len(), rows.len());
        let mut data = vec![[0; 4]; width * height];
        let lines = pixels.data().chunks_exact(pixels.width() as usize * 4).skip(rows.start);
        for (line, row) in lines.zip(data.chunks_exact_mut(width)) {
            blend::unpremultiply(&line[columns.start * 4..columns.end * 4], row.as_flattened_mut());
        }
        Self { width, height, data }
    }

    /// The part within the transparent margins, or `None` if there is nothing else.
    pub(super) fn trim(self) -> Option<Self> {
        let solid = |pixel: &[u8; 4]| pixel[3] >= TRIM_ALPHA;
        let row_is_solid = |row: &usize| self.data[row * self.width..(row + 1) * self.width].iter().any(solid);
        let top = (0..self.height).find(row_is_solid)?;
        let bottom = (0..self.height).rev().find(row_is_solid)?;
        let (mut left, mut right) = (self.width, 0);
        for row in self.data[top * self.width..(bottom + 1) * self.width].chunks_exact(self.width) {
            if let (Some(first), Some(last)) = (row.iter().position(solid), row.iter().rposition(solid)) {
                left = left.min(first);
                right = right.max(last);
            }
        }
        let data = self.data[top * self.width..(bottom + 1) * self.width]
            .chunks_exact(self.width)
            .flat_map(|row| &row[left..=right])
            .copied()
            .collect();
        Some(Self { width: right - left + 1, height: bottom - top + 1, data })
    }

    pub(super) fn into_pixmap(self) -> Pixmap {
        let mut data = self.data.into_flattened();
        blend::premultiply(&mut data);
        Pixmap::from_premultiplied(self.width as u32, self.height as u32, data).expect("every pixel is four bytes")
    }

    /// What `of` says about the colour of each pixel, and `transparent` where there is none. Flat areas repeat one
    /// colour for long, so `of` is asked once for each run.
    pub(super) fn by_color<T: Copy>(&self, transparent: T, of: impl Fn([u8; 3]) -> T) -> Vec<T> {
        let mut last: Option<([u8; 3], T)> = None;
        let classify = |&[r, g, b, a]: &[u8; 4]| {
            if a == 0 {
                return transparent;
            }
            match last {
                Some((color, known)) if color == [r, g, b] => known,
                _ => last.insert(([r, g, b], of([r, g, b]))).1,
            }
        };
        self.data.iter().map(classify).collect()
    }
}

/// The pixels at most `reach` columns and rows away from the one at `idx`, itself included: a range of indices for each
/// row of a picture of `width` by `height`.
pub(super) fn around(
    (width, height): (usize, usize),
    idx: usize,
    reach: usize,
) -> impl Iterator<Item = Range<usize>> + use<> {
    let (x, y) = (idx % width, idx / width);
    let (left, right) = (x.saturating_sub(reach), (x + reach + 1).min(width));
    (y.saturating_sub(reach)..(y + reach + 1).min(height)).map(move |row| row * width + left..row * width + right)
}

/// The columns and rows that a crop leaves.
pub(super) fn cropped(pixels: &Pixmap, crop: Option<&Crop>) -> (Range<usize>, Range<usize>) {
    match crop {
        Some(crop) => (span(crop.x, crop.width, pixels.width()), span(crop.y, crop.height, pixels.height())),
        None => (0..pixels.width() as usize, 0..pixels.height() as usize),
    }
}

/// Whole pixels from `start` on for `length`, both fractions of `side`; within the picture and at least one.
fn span(start: f64, length: f64, side: u32) -> Range<usize> {
    let to_px = |fraction: f64| (fraction * f64::from(side)).round().clamp(0.0, f64::from(side)) as usize;
    let first = to_px(start).min(side as usize - 1);
    first..to_px(start + length).max(first + 1)
}

/// A sum of colours.
pub(super) fn add(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] + b[0], a[1] + b[1], a[2] + b[2]]
}

/// A difference of colours.
pub(super) fn sub(a: [f32; 3], b: [f32; 3]) -> [f32; 3] {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

/// How far a difference of colours goes along another.
pub(super) fn dot(a: [f32; 3], b: [f32; 3]) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// The square of the length of a difference of colours.
pub(super) fn length2(a: [f32; 3]) -> f32 {
    dot(a, a)
}
