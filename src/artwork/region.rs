//! Rectangles of whole pixels.

use kurbo::Rect;

/// A rectangle of whole pixels of the raster; empty if a far side is not beyond the near one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) x0: i32,
    pub(super) y0: i32,
    pub(super) x1: i32,
    pub(super) y1: i32,
}

impl Region {
    /// Everywhere: what a group that changes even what it does not cover touches.
    pub(super) const ALL: Self = Self { x0: i32::MIN / 2, y0: i32::MIN / 2, x1: i32::MAX / 2, y1: i32::MAX / 2 };
    /// Nowhere.
    pub(super) const EMPTY: Self = Self { x0: 0, y0: 0, x1: 0, y1: 0 };

    /// `height` whole rows of a raster of `width` pixels, from row `top`.
    pub(super) fn rows(width: u32, top: u32, height: u32) -> Self {
        Self { x0: 0, y0: top.cast_signed(), x1: width.cast_signed(), y1: (top + height).cast_signed() }
    }

    /// The pixels that `rect` touches; empty if it is not finite.
    pub(super) fn around(rect: Rect) -> Self {
        if !rect.is_finite() {
            return Self::EMPTY;
        }
        let whole = |value: f64| value.clamp(-1e9, 1e9) as i32;
        Self {
            x0: whole(rect.x0.floor()),
            y0: whole(rect.y0.floor()),
            x1: whole(rect.x1.ceil()),
            y1: whole(rect.y1.ceil()),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    pub(super) fn intersect(self, other: Self) -> Self {
        let common = Self {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        if common.is_empty() { Self::EMPTY } else { common }
    }

    /// The smallest region around both; an empty one adds nothing.
    pub(super) fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// Larger by `margin` pixels on every side.
    pub(super) fn grow(self, margin: i32) -> Self {
        if self.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.saturating_sub(margin),
            y0: self.y0.saturating_sub(margin),
            x1: self.x1.saturating_add(margin),
            y1: self.y1.saturating_add(margin),
        }
    }

    pub(super) fn width(self) -> u32 {
        self.x1.saturating_sub(self.x0).max(0) as u32
    }

    pub(super) fn height(self) -> u32 {
        self.y1.saturating_sub(self.y0).max(0) as u32
    }

    /// Bytes of its pixels.
    pub(super) fn bytes(self) -> usize {
        self.width() as usize * self.height() as usize * 4
    }

    /// Where in this region's bytes the row `y` of `part`, a region inside this one, lies.
    pub(super) fn row_of(self, part: Self, y: i32) -> std::ops::Range<usize> {
        let start = ((y - self.y0) as usize * self.width() as usize + (part.x0 - self.x0) as usize) * 4;
        start..start + part.width() as usize * 4
    }
}
