//! Two-level pictures as fax machines code them: Group 4 (ITU-T T.6), which films are kept in.
//!
//! The tables of codes are the `fax` crate's, whose coder takes pixel by pixel; this one finds the changes of colour in
//! whole words and is many times faster on films, which are mostly empty. The tests hold one against the other.

use fax::Bits;
use fax::maps::{black, white};

/// Codes the rows of a strip. Rows are one bit a pixel, the first pixel the highest bit; 1 is black.
#[derive(Debug)]
pub struct Coder {
    width: usize,
    bytes: Vec<u8>,
    /// Bits that are not yet a byte, the oldest highest of `count`.
    pending: u64,
    count: u32,
    above: Vec<u32>,
    row: Vec<u32>,
}

/// Changes behind the last one, so that none need be looked for with care.
const BEYOND: usize = 4;

impl Coder {
    /// A new strip of rows of `width` pixels.
    #[must_use]
    pub fn new(width: usize) -> Self {
        Self { width, bytes: Vec::new(), pending: 0, count: 0, above: vec![width as u32; BEYOND], row: Vec::new() }
    }

    /// Codes the next row.
    pub fn row(&mut self, bits: &[u8]) {
        self.row.clear();
        changes(bits, self.width, &mut self.row);
        self.row.extend([self.width as u32; BEYOND]);
        self.code();
        std::mem::swap(&mut self.row, &mut self.above);
    }

    /// The coded strip.
    #[must_use]
    pub fn finish(mut self) -> Vec<u8> {
        self.write(0x001, 12);
        self.write(0x001, 12);
        self.write(0, (8 - self.count % 8) % 8);
        self.flush();
        self.bytes
    }

    fn code(&mut self) {
        let width = i64::from(self.width as u32);
        let (row, above) = (std::mem::take(&mut self.row), std::mem::take(&mut self.above));
        // The pixel from which on nothing is coded yet; the first is an imaginary white one.
        let mut from = -1_i64;
        let (mut next, mut other) = (0_usize, 0_usize);
        let mut is_black = false;
        while from < width {
            // Both lists hold changes to black at even places.
            while other > 0 && i64::from(above[other - 1]) > from {
                other -= 1;
            }
            while i64::from(above[other]) <= from && i64::from(above[other]) < width
                || (other % 2 == 1) != is_black && i64::from(above[other]) < width
            {
                other += 1;
            }
            let (first, b1, b2) = (i64::from(row[next]), i64::from(above[other]), i64::from(above[other + 1]));
            if b2 < first {
                self.write(0b0001, 4);
                from = b2;
                continue;
            }
            if let Some((code, length)) = vertical(first - b1) {
                self.write(code, length);
                (from, is_black) = (first, !is_black);
                next += usize::from(first < width);
                continue;
            }
            let second = i64::from(row[next + 1]);
            self.write(0b001, 3);
            self.run(is_black, first - from.max(0));
            self.run(!is_black, second - first);
            from = second;
            next += usize::from(first < width) + usize::from(second < width);
        }
        (self.row, self.above) = (row, above);
    }

    /// The code of a run.
    fn run(&mut self, is_black: bool, length: i64) {
        let table = if is_black { &black::ENTRIES } else { &white::ENTRIES };
        let mut left = length as usize;
        while left >= 2560 {
            self.entry(table[63 + 40].1);
            left -= 2560;
        }
        if left >= 64 {
            self.entry(table[63 + left / 64].1);
            left %= 64;
        }
        self.entry(table[left].1);
    }

    fn entry(&mut self, bits: Bits) {
        self.write(bits.data, u32::from(bits.len));
    }

    fn write(&mut self, code: u16, length: u32) {
        self.pending = self.pending << length | u64::from(code);
        self.count += length;
        if self.count >= 32 {
            self.flush();
        }
    }

    /// Moves whole bytes out.
    fn flush(&mut self) {
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.pending >> self.count) as u8);
        }
    }
}

/// The code for a change that is at most three pixels beside the one above.
const fn vertical(off: i64) -> Option<(u16, u32)> {
    Some(match off {
        0 => (0b1, 1),
        1 => (0b011, 3),
        2 => (0b00_0011, 6),
        3 => (0b000_0011, 7),
        -1 => (0b010, 3),
        -2 => (0b00_0010, 6),
        -3 => (0b000_0010, 7),
        _ => return None,
    })
}

/// Where the colour changes: to black at even places, to white at odd ones.
fn changes(bits: &[u8], width: usize, found: &mut Vec<u32>) {
    let mut last = 0_u64;
    let mut at = 0;
    let mut word = |value: u64, at: usize| {
        let mut changed = value ^ (value >> 1 | last << 63);
        last = value & 1;
        while changed != 0 {
            let place = changed.leading_zeros();
            changed &= !(1 << (63 - place));
            let place = at + place as usize;
            if place < width {
                found.push(place as u32);
            }
        }
    };
    let (words, rest) = bits.as_chunks::<8>();
    for bytes in words {
        word(u64::from_be_bytes(*bytes), at);
        at += 64;
    }
    if !rest.is_empty() {
        let mut bytes = [0; 8];
        bytes[..rest.len()].copy_from_slice(rest);
        word(u64::from_be_bytes(bytes), at);
    }
}

#[cfg(test)]
mod tests {
    use fax::encoder::Encoder;
    use fax::{Color, VecWriter};
    use proptest::prelude::*;

    use super::*;

    fn is_black(bits: &[u8], x: usize) -> bool {
        bits[x / 8] >> (7 - x % 8) & 1 == 1
    }

    proptest! {
        #[test]
        fn it_codes_what_the_decoder_reads_and_no_longer_than_the_plain_coder(
            width in prop_oneof![1..400_usize, 2_500..6_000_usize],
            seeds in prop::collection::vec((any::<u64>(), prop_oneof![1..60_u32, 600..1_500_u32]), 1..12),
        ) {
            let stride = width.div_ceil(8);
            let rows: Vec<Vec<u8>> = seeds.iter().map(|(seed, run)| {
                let (mut row, mut state, mut left, mut black) = (vec![0_u8; stride], *seed, 0, false);
                for x in 0..width {
                    if left == 0 {
                        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                        left = (state >> 33) as u32 % (run * 4) + 1;
                        black = !black;
                    }
                    left -= 1;
                    row[x / 8] |= u8::from(black) << (7 - x % 8);
                }
                row
            }).collect();
            let mut coder = Coder::new(width);
            let mut plain = Encoder::new(VecWriter::new());
            for row in &rows {
                coder.row(row);
                let pixels = (0..width).map(|x| if is_black(row, x) { Color::Black } else { Color::White });
                plain.encode_line(pixels, width as u32).unwrap();
            }
            let coded = coder.finish();
            let twin = plain.finish().unwrap().finish();
            let mut read: Vec<Vec<u8>> = Vec::new();
            fax::decoder::decode_g4(coded.iter().copied(), width as u32, Some(rows.len() as u32), |line| {
                let mut row = vec![0_u8; stride];
                fax::decoder::pels(line, width as u32).enumerate().for_each(|(x, color)| {
                    row[x / 8] |= u8::from(color == Color::Black) << (7 - x % 8);
                });
                read.push(row);
            });
            prop_assert_eq!(read, rows);
            prop_assert!(coded.len() <= twin.len() + 1, "{} bytes, {} by the plain coder", coded.len(), twin.len());
        }
    }
}
