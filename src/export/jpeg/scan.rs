//! Coefficients to bits (ITU-T T.81, annex F.1.2).

use std::sync::Arc;

use super::block::Block;
use super::tables::{Channel, ZIGZAG};

/// The coded bits of a tile.
#[derive(Debug, Default)]
pub(super) struct Scan {
    bytes: Vec<u8>,
    /// Bits that are not among the bytes yet, in the low `count` bits.
    waiting: u64,
    count: u32,
}

/// Where the coefficients of a block lie in the zigzag order.
static PLACES: [u8; 64] = {
    let mut places = [0; 64];
    let mut place = 0;
    while place < 64 {
        places[ZIGZAG[place] as usize] = place as u8;
        place += 1;
    }
    places
};

/// A run of this many zeros has a code of its own.
const ZEROS: u32 = 16;

impl Scan {
    /// Codes a block after one of the same channel whose mean was `last`.
    #[inline(always)]
    pub(super) fn block(&mut self, block: &Block, last: &mut i32, channel: &Channel) {
        let values = block.values.as_flattened();
        self.number(values[0] - *last, 0, &channel.means);
        *last = values[0];
        let mut found = block.full & !1;
        let mut full = 0_u64;
        while found != 0 {
            full |= 1 << PLACES[found.trailing_zeros() as usize % 64];
            found &= found - 1;
        }
        let last_is_full = full >> 63 == 1;
        let mut place = 0;
        while full != 0 {
            let next = full.trailing_zeros();
            full &= full - 1;
            let mut zeros = next - place - 1;
            place = next;
            while zeros >= ZEROS {
                self.code(channel.details[0xf0]);
                zeros -= ZEROS;
            }
            self.number(values[usize::from(ZIGZAG[next as usize % 64])], zeros, &channel.details);
        }
        if !last_is_full {
            self.code(channel.details[0]);
        }
    }

    /// A number after some zeros: the code of its size, then its bits.
    #[inline(always)]
    fn number(&mut self, value: i32, zeros: u32, codes: &[(u32, u32); 256]) {
        let size = 32 - value.unsigned_abs().leading_zeros();
        // of a negative number those of the one below
        let bits = (value + (value >> 31)).cast_unsigned() & ((1 << size) - 1);
        let (code, length) = codes[(zeros << 4 | size) as usize % 256];
        self.code((code << size | bits, length + size));
    }

    /// At most 32 bits.
    #[inline(always)]
    fn code(&mut self, (bits, length): (u32, u32)) {
        self.waiting = self.waiting << length | u64::from(bits);
        self.count += length;
        if self.count >= 32 {
            self.count -= 32;
            let word = (self.waiting >> self.count) as u32;
            // no byte is 0xff
            if word & 0x8080_8080 & !word.wrapping_add(0x0101_0101) == 0 {
                self.bytes.extend_from_slice(&word.to_be_bytes());
            } else {
                word.to_be_bytes().iter().for_each(|byte| self.byte(*byte));
            }
        }
    }

    /// A byte that could begin a marker is followed by a zero.
    fn byte(&mut self, byte: u8) {
        self.bytes.push(byte);
        if byte == 0xff {
            self.bytes.push(0);
        }
    }

    /// The bytes so far, filled up with ones; the next tile begins.
    pub(super) fn take(&mut self) -> Arc<[u8]> {
        let missing = self.count.next_multiple_of(8) - self.count;
        self.code(((1 << missing) - 1, missing));
        while self.count > 0 {
            self.count -= 8;
            self.byte((self.waiting >> self.count) as u8);
        }
        self.waiting = 0;
        let bytes = self.bytes.as_slice().into();
        self.bytes.clear();
        bytes
    }
}
