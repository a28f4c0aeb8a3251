//! The recomposed proof: plates, inks and cloth together, as the press prints them.

use crate::prepress::separate::{Rows, layered};
use crate::shop::press::SeparationJob;

/// Widest proof, pixels.
const WIDEST: usize = 1800;

/// A proof in the making: the plates averaged down by a whole factor.
#[derive(Debug)]
pub(super) struct Proof {
    factor: usize,
    width: usize,
    height: usize,
    line: Vec<u8>,
    sums: Vec<u32>,
    rows: usize,
    pub(super) rgb: Vec<u8>,
}

impl Proof {
    pub(super) fn new((width, height): (usize, usize)) -> Self {
        let factor = width.div_ceil(WIDEST).max(1);
        let (small, rows) = (width.div_ceil(factor), height.div_ceil(factor));
        let rgb = Vec::with_capacity(small * rows * 3);
        Self { factor, width: small, height: rows, line: vec![0; width * 3], sums: vec![0; small * 4], rows: 0, rgb }
    }

    /// Width and height of what comes out.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    pub(super) fn take(&mut self, job: &SeparationJob<'_>, rows: &Rows<'_>) {
        for row in 0..rows.rows {
            layered(&job.print, rows, row, &mut self.line);
            for (pixels, sums) in self.line.chunks(self.factor * 3).zip(self.sums.as_chunks_mut::<4>().0) {
                for pixel in pixels.as_chunks::<3>().0 {
                    for (sum, channel) in sums.iter_mut().zip(pixel) {
                        *sum += u32::from(*channel);
                    }
                    sums[3] += 1;
                }
            }
            self.rows += 1;
            if self.rows == self.factor || rows.top + row + 1 == rows.height {
                for sums in self.sums.as_chunks_mut::<4>().0 {
                    let count = sums[3].max(1);
                    self.rgb.extend(sums[..3].iter().map(|sum| ((sum + count / 2) / count) as u8));
                    *sums = [0; 4];
                }
                self.rows = 0;
            }
        }
    }
}
