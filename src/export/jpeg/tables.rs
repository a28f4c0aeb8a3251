//! The tables of a JPEG, read from its own header, so that what is coded fits what decoders are told.

use super::segments;

/// Coefficients along a side of a block.
pub(super) const SIDE: usize = 8;
const DQT: u8 = 0xdb;
const DHT: u8 = 0xc4;

/// Where the coefficients of the zigzag order lie in a block, row by row (ITU-T T.81, figure 5).
pub(super) const ZIGZAG: [u8; 64] = [
    0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21,
    28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54,
    47, 55, 62, 63,
];

/// What brightness and colours are coded with.
#[derive(Debug)]
pub(super) struct Tables {
    pub(super) brightness: Channel,
    pub(super) color: Channel,
}

/// What one kind of channel is coded with.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub(super) divisors: Divisors,
    /// Codes of differences between means, by their size in bits.
    pub(super) means: Codes,
    /// Codes of coefficients, by the zeros before them (high nibble) and their size in bits.
    pub(super) details: Codes,
}

/// Huffman codes and their lengths in bits; length 0 for symbols without a code.
pub(super) type Codes = [(u32, u32); 256];

/// The steps of the coefficients, as factors for whole numbers: `(size + correction) * reciprocal >> SHIFT` is the
/// rounded quotient.
#[derive(Debug, Clone)]
pub(super) struct Divisors {
    pub(super) reciprocals: [[i32; SIDE]; SIDE],
    pub(super) corrections: [[i32; SIDE]; SIDE],
}

impl Divisors {
    pub(super) const SHIFT: u32 = 15;

    /// Of steps in the zigzag order; the transform's results are eight times too large.
    fn new(steps: &[u8]) -> Self {
        let mut divisors = Self { reciprocals: [[0; SIDE]; SIDE], corrections: [[0; SIDE]; SIDE] };
        for (step, place) in steps.iter().zip(ZIGZAG) {
            let divisor = i32::from(*step) * 8;
            let (quotient, rest) = ((1 << Self::SHIFT) / divisor, (1 << Self::SHIFT) % divisor);
            // a reciprocal that was rounded down takes more of a correction, one that was rounded up none
            let (reciprocal, correction) = match rest {
                0 => (quotient, divisor / 2),
                rest if rest <= divisor / 2 => (quotient, divisor / 2 + 1),
                _ => (quotient + 1, divisor / 2),
            };
            let (row, column) = (usize::from(place) / SIDE, usize::from(place) % SIDE);
            divisors.reciprocals[row][column] = reciprocal;
            divisors.corrections[row][column] = correction;
        }
        divisors
    }
}

impl Tables {
    /// Of a header whose first tables are for brightness and whose second are for colours.
    pub(super) fn of_header(head: &[u8]) -> Self {
        let contents = |marker: u8| {
            let segments = segments(head).filter(move |segment| segment.marker == marker);
            segments.map(|segment| &head[segment.start + 4..segment.end])
        };
        let divisors: Vec<Divisors> = contents(DQT).map(|table| Divisors::new(&table[1..])).collect();
        let codes: Vec<Codes> = contents(DHT).map(|table| codes(&table[1..17], &table[17..])).collect();
        let channel = |idx: usize| Channel {
            divisors: divisors[idx].clone(),
            means: codes[2 * idx],
            details: codes[2 * idx + 1],
        };
        Self { brightness: channel(0), color: channel(1) }
    }
}

/// The codes of a table (T.81, annex C): how many there are of each length, and their symbols.
fn codes(counts: &[u8], symbols: &[u8]) -> Codes {
    let mut codes = [(0, 0); 256];
    let mut symbols = symbols.iter();
    let mut code = 0;
    for (length, count) in (1..).zip(counts) {
        for symbol in symbols.by_ref().take(usize::from(*count)) {
            codes[usize::from(*symbol)] = (code, length);
            code += 1;
        }
        code <<= 1;
    }
    codes
}
