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
    /// Sums of channels, down the rows that go into one.
    sums: Vec<u32>,
    rows: usize,
    pub(super) rgb: Vec<u8>,
}

impl Proof {
    pub(super) fn new((width, height): (usize, usize)) -> Self {
        let factor = width.div_ceil(WIDEST).max(1);
        let (small, rows) = (width.div_ceil(factor), height.div_ceil(factor));
        let rgb = Vec::with_capacity(small * rows * 3);
        Self { factor, width: small, height: rows, line: vec![0; width * 3], sums: vec![0; width * 3], rows: 0, rgb }
    }

    /// Width and height of what comes out.
    pub(super) const fn size(&self) -> (usize, usize) {
        (self.width, self.height)
    }

    pub(super) fn take(&mut self, job: &SeparationJob<'_>, rows: &Rows<'_>) {
        for row in 0..rows.rows {
            layered(&job.print, rows, row, &mut self.line);
            self.sums.iter_mut().zip(&self.line).for_each(|(sum, channel)| *sum += u32::from(*channel));
            self.rows += 1;
            if self.rows == self.factor || rows.top + row + 1 == rows.height {
                for sums in self.sums.chunks(self.factor * 3) {
                    let pixels = sums.as_chunks::<3>().0;
                    let count = (pixels.len() * self.rows) as u32;
                    let sum = |channel: usize| pixels.iter().map(|pixel| pixel[channel]).sum::<u32>();
                    self.rgb.extend([0, 1, 2].map(|channel| ((sum(channel) + count / 2) / count) as u8));
                }
                self.sums.fill(0);
                self.rows = 0;
            }
        }
    }
}
