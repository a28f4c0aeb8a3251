//! When a mail may go out.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// A moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(pub Timestamp);

impl Moment {
    /// From milliseconds since 1970, if it is a moment of the calendar.
    #[must_use]
    pub fn from_ms(ms: i64) -> Option<Self> {
        Timestamp::from_millisecond(ms).ok().map(Self)
    }

    /// Milliseconds since 1970.
    #[must_use]
    pub fn ms(self) -> i64 {
        self.0.as_millisecond()
    }

    /// The day, in UTC.
    #[must_use]
    pub fn date(self) -> Date {
        self.0.to_zoned(TimeZone::UTC).date()
    }

    /// Whole days from an earlier moment to this one; below 0 if it is later.
    #[must_use]
    pub fn days_since(self, earlier: Self) -> i64 {
        self.0.duration_since(earlier.0).as_hours().div_euclid(24)
    }

    /// So many days later.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0.checked_add((days.clamp(0, 100_000) * 24).hours()).unwrap_or(Timestamp::MAX))
    }

    /// Seconds since 1970.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.as_second()
    }
}

impl std::fmt::Display for Moment {
    /// As RFC 3339 has it, in UTC.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Reads a moment: `2026-05-01T09:30:00Z` with any offset, or a day, which begins in UTC.
#[must_use]
pub fn moment(text: &str) -> Option<Moment> {
    let text = text.trim();
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(Moment(timestamp));
    }
    // Only what is written as a day is one; a time without an offset would be guessed.
    if text.len() != 10 {
        return None;
    }
    text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok().map(|zoned| Moment(zoned.timestamp()))
}

/// Hours in which no mail should come, by the clock of the recipient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    /// When they begin.
    pub from: Time,
    /// When they end; earlier than `from` if that is on the next day.
    pub to: Time,
}

impl Quiet {
    /// The first moment from `now` on that is not in quiet hours where the recipient lives.
    #[must_use]
    pub fn first_after(&self, now: Moment, zone: &TimeZone) -> Moment {
        let local = now.0.to_zoned(zone.clone());
        let time = local.time();
        let over_midnight = self.to < self.from;
        let quiet =
            if over_midnight { time >= self.from || time < self.to } else { time >= self.from && time < self.to };
        if !quiet {
            return now;
        }
        let tomorrow = over_midnight && time >= self.from;
        let date = if tomorrow { local.date().tomorrow().unwrap_or(local.date()) } else { local.date() };
        date.to_datetime(self.to).to_zoned(zone.clone()).map_or(now, |end| Moment(end.timestamp()))
    }
}

/// A zone by its name, from the list that is built in.
#[must_use]
pub(super) fn zone(name: &str) -> Option<TimeZone> {
    TimeZone::get(name.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read_and_others_refused() {
        assert_eq!(moment("2026-05-01").unwrap().to_string(), "2026-05-01T00:00:00Z");
        assert_eq!(moment(" 2026-05-01T09:30:00+02:00 ").unwrap().to_string(), "2026-05-01T07:30:00Z");
        for wrong in ["", "01.05.2026", "2026-02-30", "2026-05-01T09:30:00", "yesterday", "5/1/2026"] {
            assert_eq!(moment(wrong), None, "{wrong}");
        }
        let day = |text: &str| moment(text).unwrap();
        assert_eq!(day("2026-06-01").days_since(day("2025-06-20")), 346);
        assert_eq!(day("2026-06-01").days_since(day("2026-06-01T01:00:00Z")), -1);
    }

    #[test]
    fn quiet_hours_end_by_the_recipients_clock() {
        let quiet = Quiet { from: Time::constant(20, 0, 0, 0), to: Time::constant(8, 0, 0, 0) };
        let next = |now: &str, name: &str| quiet.first_after(moment(now).unwrap(), &zone(name).unwrap()).to_string();
        assert_eq!(next("2026-06-01T12:00:00Z", "Europe/Berlin"), "2026-06-01T12:00:00Z");
        assert_eq!(next("2026-06-01T18:00:00Z", "Europe/Berlin"), "2026-06-02T06:00:00Z");
        assert_eq!(next("2026-06-01T05:59:59Z", "Europe/Berlin"), "2026-06-01T06:00:00Z");
        assert_eq!(next("2026-06-01T06:00:00Z", "Europe/Berlin"), "2026-06-01T06:00:00Z");
        assert_eq!(next("2026-06-01T18:00:00Z", "America/New_York"), "2026-06-01T18:00:00Z");
        // The clocks go back in this night: eight o'clock is an hour later in UTC.
        assert_eq!(next("2026-10-24T20:00:00Z", "Europe/Berlin"), "2026-10-25T07:00:00Z");
        let noon = Quiet { from: Time::constant(12, 0, 0, 0), to: Time::constant(14, 0, 0, 0) };
        assert_eq!(
            noon.first_after(moment("2026-06-01T13:00:00Z").unwrap(), &TimeZone::UTC).to_string(),
            "2026-06-01T14:00:00Z"
        );
    }
}
