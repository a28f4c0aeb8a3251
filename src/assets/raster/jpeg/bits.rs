//! The bits of a scan and its Huffman codes (ITU-T T.81, annexes C and F.2.2).

/// Bits that one look into a table decides; longer codes are rare.
const LOOK: u32 = 9;
/// The longest code.
const LONGEST: u32 = 16;
/// Bytes behind the last block that are taken for an encoder's slip.
const SLACK: usize = 2;

/// A Huffman table.
pub(super) struct Table {
    /// For the next nine bits: the length and the symbol of the code that they start with, or a length of 0.
    short: Box<[(u8, u8); 1 << LOOK]>,
    /// For each length: the code behind the last one of that length, moved up to sixteen bits.
    end: [u32; LONGEST as usize + 1],
    /// For each length: what to add to a code to get the index of its symbol.
    offset: [i32; LONGEST as usize + 1],
    symbols: Vec<u8>,
}

impl Table {
    /// A table of `counts[n - 1]` codes with n bits for each n; `None` if there are more codes than those bits can tell.
    pub(super) fn new(counts: [u8; 16], symbols: &[u8]) -> Option<Self> {
        let mut short = Box::new([(0, 0); 1 << LOOK]);
        let (mut end, mut offset) = ([0; LONGEST as usize + 1], [0; LONGEST as usize + 1]);
        let (mut code, mut index) = (0_u32, 0_usize);
        for length in 1..=LONGEST {
            let count = usize::from(counts[length as usize - 1]);
            offset[length as usize] = i32::try_from(index).ok()? - i32::try_from(code).ok()?;
            if code as usize + count > 1 << length {
                return None;
            }
            for symbol in symbols.get(index..index + count)? {
                if length <= LOOK {
                    let first = (code << (LOOK - length)) as usize;
                    short[first..first + (1 << (LOOK - length))].fill((length as u8, *symbol));
                }
                code += 1;
            }
            index += count;
            end[length as usize] = code << (LONGEST - length);
            code <<= 1;
        }
        Some(Self { short, end, offset, symbols: symbols.to_vec() })
    }
}

/// Reads bits up to the next marker.
pub(super) struct Bits<'a> {
    data: &'a [u8],
    at: usize,
    /// The next bits, from the highest on; zeros below them.
    buffer: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    pub(super) const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0, buffer: 0, count: 0 }
    }

    /// The next `size` bits, 16 at most; `None` if a marker comes first.
    pub(super) fn take(&mut self, size: u32) -> Option<u32> {
        if self.count < size {
            self.refill();
            if self.count < size {
                self.count = 0;
                return None;
            }
        }
        if size == 0 {
            return Some(0);
        }
        let bits = (self.buffer >> (64 - size)) as u32;
        self.drop(size);
        Some(bits)
    }

    /// The next symbol; `None` if no code fits, or if a marker cuts it: then nothing is left.
    pub(super) fn symbol(&mut self, table: &Table) -> Option<u8> {
        if self.count < LONGEST {
            self.refill();
        }
        let (length, symbol) = table.short[(self.buffer >> (64 - LOOK)) as usize];
        let (length, symbol) = if length > 0 {
            (u32::from(length), symbol)
        } else {
            let next = (self.buffer >> 48) as u32;
            let length = (LOOK + 1..=LONGEST).find(|length| next < table.end[*length as usize])?;
            let code = i32::try_from(next >> (LONGEST - length)).ok()?;
            (length, *table.symbols.get(usize::try_from(code + table.offset[length as usize]).ok()?)?)
        };
        if length > self.count {
            self.count = 0;
            return None;
        }
        self.drop(length);
        Some(symbol)
    }

    /// Whether all bits up to the next marker are used.
    pub(super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Whether more than filling comes before the next marker.
    pub(super) fn surplus(&mut self) -> bool {
        let mut bytes = self.count / 8;
        let mut ink = self.buffer << (self.count % 8) != 0;
        while bytes as usize <= SLACK || !ink {
            (self.buffer, self.count) = (0, 0);
            self.refill();
            if self.count == 0 {
                return false;
            }
            bytes += self.count / 8;
            ink |= self.buffer != 0;
        }
        true
    }

    /// Steps over the restart marker `wanted`, if it comes next.
    pub(super) fn restart(&mut self, wanted: u8) -> bool {
        (self.buffer, self.count) = (0, 0);
        let mut at = self.at;
        while self.data.get(at) == Some(&0xff) {
            at += 1;
        }
        let found = at > self.at && self.data.get(at) == Some(&wanted);
        if found {
            self.at = at + 1;
        }
        found
    }

    /// Where the next marker stands, once all bits are read.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    const fn drop(&mut self, size: u32) {
        self.buffer <<= size;
        self.count -= size;
    }

    fn refill(&mut self) {
        while self.count <= 56 {
            let Some(&byte) = self.data.get(self.at) else { return };
            if byte == 0xff {
                // A zero is stuffed behind each such byte; anything else is a marker.
                if self.data.get(self.at + 1) != Some(&0) {
                    return;
                }
                self.at += 1;
            }
            self.at += 1;
            self.buffer |= u64::from(byte) << (56 - self.count);
            self.count += 8;
        }
    }
}
