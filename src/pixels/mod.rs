//! Pixel buffers and the loops over them.

pub mod blend;
pub mod blur;
pub mod buffer;
pub mod sample;
pub mod shrink;

use crate::pixels::buffer::Buffer;

/// An image of premultiplied sRGB pixels, four bytes each (red, green, blue, alpha), rows from the top.
///
/// "Premultiplied" is in the encoded values, as browsers and vello do it: red, green and blue never exceed alpha.
#[derive(Clone, PartialEq, Eq)]
pub struct Pixmap {
    width: u32,
    height: u32,
    data: Buffer,
}

impl Pixmap {
    /// A transparent image. The caller has checked the size against `assets::Limits`.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height, data: vec![0; width as usize * height as usize * 4].into() }
    }

    /// As [`Pixmap::new`], but with anything in its pixels: the caller writes all of them.
    #[must_use]
    pub(crate) fn unfilled(width: u32, height: u32) -> Self {
        Self { width, height, data: Buffer::unfilled(width as usize * height as usize * 4) }
    }

    /// Takes premultiplied bytes, or gives `None` if their number is not `width * height * 4`.
    #[must_use]
    pub fn from_premultiplied(width: u32, height: u32, data: Vec<u8>) -> Option<Self> {
        (data.len() == width as usize * height as usize * 4).then(|| Self { width, height, data: data.into() })
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
        &mut self.data
    }

    /// The premultiplied bytes, without a copy.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data.into_vec()
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
