//! Pixel buffers and the loops over them.

pub mod blend;
pub mod blur;
pub mod buffer;
pub mod dilate;
pub mod distance;
pub mod sample;
pub mod shrink;
pub mod stroke;

use std::sync::{Arc, Mutex, OnceLock};

use crate::pixels::buffer::Buffer;
use crate::pixels::shrink::Shrinker;

/// An image of premultiplied sRGB pixels, four bytes each (red, green, blue, alpha), rows from the top.
///
/// "Premultiplied" is in the encoded values, as browsers and vello do it: red, green and blue never exceed alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixmap {
    width: u32,
    height: u32,
    data: Buffer,
    smaller: Smaller,
}

/// Smaller copies, made when they are first asked for. They add nothing, so that all are equal and copies begin without.
#[derive(Default)]
struct Smaller {
    half: OnceLock<Box<Pixmap>>,
    /// That for the place that was asked for last.
    placed: Mutex<Option<(PlaceName, Arc<Pixmap>)>>,
}

/// Names what a smaller copy shows: numbers that decide each of its pixels.
pub(crate) type PlaceName = [u64; 4];

impl Clone for Smaller {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Smaller {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Smaller {}

impl Pixmap {
    /// A transparent image. The caller has checked the size against `assets::Limits`.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, data: Buffer::zeroed(width as usize * height as usize * 4), smaller: Smaller::default() }
    }

    /// As [`Pixmap::new`], but with anything in its pixels: the caller writes all of them.
    #[must_use]
    pub(crate) fn unfilled(width: u32, height: u32) -> Self {
        Self {
            width,
            height,
            data: Buffer::unfilled(width as usize * height as usize * 4),
            smaller: Smaller::default(),
        }
    }

    /// Takes premultiplied bytes, or gives `None` if their number is not `width * height * 4`.
    #[must_use]
    pub fn from_premultiplied(width: u32, height: u32, data: Vec<u8>) -> Option<Self> {
        (data.len() == width as usize * height as usize * 4).then(|| Self {
            width,
            height,
            data: data.into(),
            smaller: Smaller::default(),
        })
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// The premultiplied bytes, row by row.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// The premultiplied bytes, row by row.
    #[must_use]
    pub fn data_mut(&mut self) -> &mut [u8] {
        self.smaller = Smaller::default();
        &mut self.data
    }

    /// The premultiplied bytes, without a copy.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data.into_vec()
    }

    /// The means of two by two pixels, rounded; `None` if a side is odd. It is kept, and so is its own half: up to a third of this
    /// one's memory in all.
    #[must_use]
    pub fn half(&self) -> Option<&Self> {
        let has_half = self.width.is_multiple_of(2) && self.height.is_multiple_of(2) && !self.data.is_empty();
        has_half.then(|| &**self.smaller.half.get_or_init(|| Box::new(self.halved())))
    }

    /// The copy of that name, made by `make` unless it is the one that was asked for last. The caller asks only for copies
    /// that are no larger than this one.
    pub(crate) fn smaller(&self, name: PlaceName, make: impl FnOnce() -> Self) -> Arc<Self> {
        if let Ok(kept) = self.smaller.placed.lock()
            && let Some((of, copy)) = &*kept
            && *of == name
        {
            return Arc::clone(copy);
        }
        // Not under the lock: what makes it may run on the threads that wait for it.
        let copy = Arc::new(make());
        debug_assert!(copy.data.len() <= self.data.len(), "a copy is smaller");
        if let Ok(mut kept) = self.smaller.placed.lock() {
            *kept = Some((name, Arc::clone(&copy)));
        }
        copy
    }

    fn halved(&self) -> Self {
        let mut half = Self::new(self.width / 2, self.height / 2);
        let (row, half_row) = (self.width as usize * 8, self.width as usize * 2);
        let mut shrinker = Shrinker::new(self.width, 2);
        for (rows, means) in self.data.chunks_exact(row).zip(half.data.chunks_exact_mut(half_row)) {
            shrinker.shrink(rows, means);
        }
        half
    }

    /// The pixel at `(x, y)`, or `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 4;
        self.data[start..start + 4].try_into().ok()
    }
}

impl std::fmt::Debug for Pixmap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Pixmap({} x {})", self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_holds_the_means_of_four_and_follows_changes() {
        let data = (0..6 * 2 * 4_u8).collect();
        let mut pixmap = Pixmap::from_premultiplied(6, 2, data).unwrap();
        let half = pixmap.half().unwrap();
        assert_eq!((half.width(), half.height()), (3, 1));
        // of the bytes 0, 4, 24 and 28
        assert_eq!(half.pixel(0, 0), Some([14, 15, 16, 17]));
        assert!(half.half().is_none());
        assert_eq!(pixmap, pixmap.clone());
        pixmap.data_mut().fill(9);
        assert_eq!(pixmap.half().unwrap().pixel(2, 0), Some([9; 4]));
    }

    #[test]
    fn the_copy_that_was_used_last_is_not_made_again() {
        let mut pixmap = Pixmap::new(4, 4);
        let made = std::cell::Cell::new(0);
        let ask = |pixmap: &Pixmap, name: u64| {
            pixmap.smaller([name; 4], || {
                made.set(made.get() + 1);
                Pixmap::new(1, 1)
            });
            made.get()
        };
        assert_eq!([1, 1, 2, 2, 1].map(|name| ask(&pixmap, name)), [1, 1, 2, 2, 3]);
        pixmap.data_mut().fill(1);
        assert_eq!(ask(&pixmap, 1), 4, "the pixels are others");
    }
}
