//! Red, green and blue to brightness and two colours.

use fearless_simd::{Simd, SimdBase, SimdInto, u8x16};

use super::Chroma;

/// The samples of a tile, and room to make them.
#[derive(Debug)]
pub(super) struct Samples {
    /// Width and height in pixels.
    pub(super) size: (usize, usize),
    pub(super) brightness: Vec<u8>,
    /// Blue and red beside the brightness, as coarse as they are coded.
    pub(super) colors: [Vec<u8>; 2],
    /// The same for every pixel of two rows, where they are coded coarser.
    rows: [Vec<u8>; 2],
    line: Vec<u32>,
    chroma: Chroma,
}

impl Samples {
    pub(super) fn new(size: (usize, usize), chroma: Chroma) -> Self {
        let (width, height) = size;
        let area = width * height;
        let (colors, rows) = match chroma {
            Chroma::Full => (area, 0),
            Chroma::Halved => (area / 4, width * 2),
        };
        Self {
            size,
            brightness: vec![0; area],
            colors: [(); 2].map(|()| vec![0; colors]),
            rows: [(); 2].map(|()| vec![0; rows]),
            line: vec![0; width],
            chroma,
        }
    }

    /// Samples along a row of `colors`.
    pub(super) fn color_width(&self) -> usize {
        match self.chroma {
            Chroma::Full => self.size.0,
            Chroma::Halved => self.size.0 / 2,
        }
    }

    /// Takes the rows of a tile, each from its first pixel to the end of the picture, of which `inside` pixels belong to
    /// the tile; the last of them is repeated.
    #[inline(always)]
    pub(super) fn fill<'a, S: Simd>(&mut self, simd: S, rows: impl Iterator<Item = &'a [u8]>, inside: usize) {
        let width = self.size.0;
        let [blue, red] = &mut self.colors;
        for (y, rgb) in rows.take(self.size.1).enumerate() {
            let (seen, beside) = self.line.split_at_mut(inside);
            gather(simd, rgb, seen);
            beside.fill(seen[inside - 1]);
            let row = y * width..(y + 1) * width;
            let brightness = &mut self.brightness[row.clone()];
            match self.chroma {
                Chroma::Full => split(&self.line, brightness, &mut blue[row.clone()], &mut red[row]),
                Chroma::Halved => {
                    let [blues, reds] = &mut self.rows;
                    let row = y % 2 * width..(y % 2 + 1) * width;
                    split(&self.line, brightness, &mut blues[row.clone()], &mut reds[row]);
                    if y % 2 == 1 {
                        let row = y / 2 * (width / 2)..(y / 2 + 1) * (width / 2);
                        halve(blues, &mut blue[row.clone()]);
                        halve(reds, &mut red[row]);
                    }
                }
            }
        }
    }
}

/// Makes one number of every pixel's three bytes. `rgb` may go on after the last pixel.
#[inline(always)]
fn gather<S: Simd>(simd: S, rgb: &[u8], pixels: &mut [u32]) {
    // the fourth byte of each number is never looked at
    let order: u8x16<S> = [0, 1, 2, 2, 3, 4, 5, 5, 6, 7, 8, 8, 9, 10, 11, 11].simd_into(simd);
    let n_fours = (pixels.len() / 4).min(rgb.len().saturating_sub(4) / 12);
    let (fours, rest) = pixels.split_at_mut(n_fours * 4);
    for (idx, four) in fours.as_chunks_mut::<4>().0.iter_mut().enumerate() {
        let bytes = u8x16::from_slice(simd, &rgb[idx * 12..idx * 12 + 16]).swizzle_dyn_within_blocks(order);
        let bytes: [u8; 16] = bytes.into();
        for (pixel, bytes) in four.iter_mut().zip(bytes.as_chunks::<4>().0) {
            *pixel = u32::from_le_bytes(*bytes);
        }
    }
    for (pixel, [r, g, b]) in rest.iter_mut().zip(rgb[n_fours * 12..].as_chunks::<3>().0) {
        *pixel = u32::from_le_bytes([*r, *g, *b, 0]);
    }
}

/// JFIF's brightness and colours, in 65536ths.
#[inline(always)]
fn split(pixels: &[u32], brightness: &mut [u8], blue: &mut [u8], red: &mut [u8]) {
    const HALF: i32 = 0x7fff;
    const MIDDLE: i32 = 128 << 16;
    let targets = brightness.iter_mut().zip(blue).zip(red);
    for (pixel, ((brightness, blue), red)) in pixels.iter().zip(targets) {
        let pixel = pixel.cast_signed();
        let (r, g, b) = (pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255);
        *brightness = ((19595 * r + 38470 * g + 7471 * b + HALF) >> 16) as u8;
        *blue = ((-11059 * r - 21709 * g + 32768 * b + MIDDLE + HALF) >> 16) as u8;
        *red = ((32768 * r - 27439 * g - 5329 * b + MIDDLE + HALF) >> 16) as u8;
    }
}

/// The means of two by two samples of two rows; halves are rounded down and up in turn, so that nothing brightens.
#[inline(always)]
fn halve(rows: &[u8], means: &mut [u8]) {
    let (above, below) = rows.split_at(rows.len() / 2);
    let pairs = above.as_chunks::<2>().0.iter().zip(below.as_chunks::<2>().0);
    for (x, (mean, (above, below))) in means.iter_mut().zip(pairs).enumerate() {
        let sum = |pair: &[u8; 2]| u16::from(pair[0]) + u16::from(pair[1]);
        *mean = ((sum(above) + sum(below) + 1 + (x & 1) as u16) >> 2) as u8;
    }
}
