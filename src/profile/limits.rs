//! What a profile may hold. The reader and the JSON Schema take their figures from here.

/// Bytes of a profile: 256 kB.
pub const BYTES: usize = 256_000;
/// Characters of an id.
pub const ID_CHARS: usize = 64;
/// Characters of a name or a contact.
pub const NAME_CHARS: usize = 200;
/// Inks on the shelf.
pub const INKS: usize = 500;
/// Presses.
pub const PRESSES: usize = 50;
/// Entries of a map: garments, techniques, colours, sizes.
pub const ENTRIES: usize = 1000;
/// Breaks, and ways to have it sooner.
pub const TIERS: usize = 50;
/// Screens of one press.
pub const HEADS: u32 = 24;
/// The longest trap, micrometres.
pub const TRAP_UM: u32 = 1000;
/// The least and the most that process inks may come to, percent.
pub const TOTAL_INK: (u32, u32) = (100, 400);
/// The largest amount, minor units.
pub const AMOUNT: u32 = 10_000_000;
/// The largest quantity of a break.
pub const QUANTITY: u32 = 10_000_000;
/// The largest discount, percent.
pub const DISCOUNT: u32 = 90;
/// The most working days until an order is ready.
pub const DAYS: u32 = 365;
/// The largest surcharge for having it sooner, percent.
pub const RUSH: u32 = 500;
