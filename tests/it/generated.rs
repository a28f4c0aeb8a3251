//! Text of test files that are too large to be kept. The library's own tests include this file as well.

use std::fmt::Write as _;

/// What `part` gives for the numbers below `n`, one behind the other.
pub(crate) fn repeated(n: usize, part: impl Fn(usize) -> String) -> String {
    (0..n).fold(String::new(), |mut all, i| {
        let _ = write!(all, "{}", part(i));
        all
    })
}

/// A PNG file as a data URL.
pub(crate) fn data_url(bytes: &[u8]) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = "data:image/png;base64,".to_owned();
    for part in bytes.chunks(3) {
        let bits = part.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - part.len()));
        for digit in 0..4 {
            let known = digit <= part.len();
            out.push(if known { char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize]) } else { '=' });
        }
    }
    out
}
