//! Bounds of an order.

/// Lines of an order.
pub const LINES: usize = 500;
/// Pieces of one line.
pub const PIECES: u32 = 100_000;
/// Characters of an address or a note.
pub const TEXT_CHARS: usize = 2000;
/// Characters of an address for mail (RFC 5321: 64 before the at sign, 255 behind it, less what a path adds).
pub const EMAIL_CHARS: usize = 254;
/// Characters of a telephone number.
pub const PHONE_CHARS: usize = 40;
/// Preflight rules that are accepted.
pub const ACCEPTED: usize = 32;
