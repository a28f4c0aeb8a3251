//! The only clock of the service.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Milliseconds since 1970 in UTC. Rows say when they were written; no render depends on it.
#[must_use]
pub fn now_ms() -> i64 {
    i64::try_from(OffsetDateTime::now_utc().unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

/// A time as RFC 3339 writes it, in UTC.
#[must_use]
pub fn rfc3339(ms: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000);
    time.ok().and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

/// The first day that is not over in every time zone, `2026-12-24`.
#[must_use]
pub(super) fn day_everywhere(ms: i64) -> String {
    const HALF_A_DAY_MS: i64 = 12 * 3_600_000;
    rfc3339(ms - HALF_A_DAY_MS).chars().take(10).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_in_utc() {
        assert_eq!(rfc3339(951_782_399_999), "2000-02-28T23:59:59.999Z");
        assert_eq!(day_everywhere(951_782_399_999 + 12 * 3_600_000), "2000-02-28", "it is noon of the 29th, in UTC");
        assert_eq!(rfc3339(1_795_661_761_250), "2026-11-26T02:56:01.25Z");
    }
}
