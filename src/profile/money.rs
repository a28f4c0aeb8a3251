//! Amounts of money: whole minor units of one currency, never fractions.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use schemars::JsonSchema;
use serde::Serialize;

/// An amount in the minor unit of the shop's currency, such as cents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, JsonSchema)]
#[serde(transparent)]
#[schemars(inline)]
pub struct Money(pub i64);

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// So many times the amount.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(whole(i128::from(self.0) * i128::from(count)))
    }

    /// `part` of `whole` parts of the amount, rounded to the nearest minor unit; a half goes away from zero. No part of
    /// nothing is nothing.
    #[must_use]
    pub fn share(self, part: u64, of: u64) -> Self {
        if of == 0 {
            return Self::ZERO;
        }
        let product = i128::from(self.0) * i128::from(part);
        let of = i128::from(of);
        let magnitude = (product.abs() * 2 + of) / (of * 2);
        Self(whole(magnitude * product.signum()))
    }

    /// So many hundredths of the amount, rounded as [`Money::share`].
    #[must_use]
    pub fn percent(self, percent: u32) -> Self {
        self.share(u64::from(percent), 100)
    }
}

/// Limits on prices and quantities keep every amount far inside the type; a program that passes them gets the bound.
fn whole(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN + 1 } else { i64::MAX })
}

impl Add for Money {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Money {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Money {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Money {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sum for Money {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

/// The currency of all amounts of a shop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Currency {
    /// Its code (ISO 4217), such as `USD`.
    #[schemars(regex(pattern = "^[A-Z]{3}$"))]
    pub code: String,
    /// Digits behind the point: 2 where 100 minor units make one, 0 where there are none.
    #[schemars(range(min = 0, max = 3))]
    pub digits: u32,
}

impl Currency {
    /// An amount as people write it, such as `-12.50`.
    #[must_use]
    pub fn number(&self, amount: Money) -> String {
        let unit = 10_u64.pow(self.digits.min(3));
        let magnitude = amount.0.unsigned_abs();
        let sign = if amount.0 < 0 { "-" } else { "" };
        let (major, minor) = (magnitude / unit, magnitude % unit);
        match self.digits.min(3) as usize {
            0 => format!("{sign}{major}"),
            digits => format!("{sign}{major}.{minor:0digits$}"),
        }
    }

    /// An amount with its currency, such as `12.50 USD`.
    #[must_use]
    pub fn show(&self, amount: Money) -> String {
        format!("{} {}", self.number(amount), self.code)
    }

    /// An amount in hundredths, as the catalogue has surcharges, in this currency's minor unit.
    #[must_use]
    pub fn from_hundredths(&self, hundredths: u32) -> Money {
        Money(i64::from(hundredths)).share(10_u64.pow(self.digits.min(3)), 100)
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str, digits: u32) -> Currency {
        Currency { code: code.to_owned(), digits }
    }

    #[test]
    fn halves_go_away_from_zero() {
        for (amount, percent, rounded) in
            [(150, 15, 23), (-150, 15, -23), (149, 15, 22), (10, 5, 1), (9, 5, 0), (0, 35, 0)]
        {
            assert_eq!(Money(amount).percent(percent), Money(rounded), "{percent} % of {amount}");
        }
        assert_eq!(Money(100).share(1, 0), Money::ZERO);
    }

    #[test]
    fn amounts_are_written_with_the_digits_of_their_currency() {
        let shown = |code, digits, amount| currency(code, digits).show(Money(amount));
        assert_eq!(shown("USD", 2, 123_405), "1234.05 USD");
        assert_eq!(shown("USD", 2, -5), "-0.05 USD");
        assert_eq!(shown("JPY", 0, 1500), "1500 JPY");
        assert_eq!(shown("KWD", 3, 1500), "1.500 KWD");
    }

    #[test]
    fn hundredths_become_minor_units() {
        assert_eq!(currency("EUR", 2).from_hundredths(250), Money(250));
        assert_eq!(currency("JPY", 0).from_hundredths(250), Money(3), "2.50 is no amount in yen");
        assert_eq!(currency("KWD", 3).from_hundredths(250), Money(2500));
    }

    proptest! {
        #[test]
        fn a_share_is_at_most_half_a_unit_off(amount in -1_000_000_000_i64..1_000_000_000, part in 0..1000_u64, of in 1..1000_u64) {
            let share = i128::from(Money(amount).share(part, of).0) * i128::from(of);
            let exact = i128::from(amount) * i128::from(part);
            prop_assert!((share - exact).abs() * 2 <= i128::from(of));
        }
    }
}
