//! Points in time, in whole microseconds: the finest unit that SQLite and PostgreSQL both keep.

use serde::{Deserialize, Serialize, de};
use time::{Duration, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// A point in time (UTC, microseconds since 1970). Truncated once, here, so that a commitment over it is the same
/// before and after a round trip through either database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

/// A time outside the years 1970–9999, or not RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a time between the years 1970 and 9999 in RFC 3339 form")]
pub struct InstantError;

/// 9999-12-31T23:59:59.999999Z
const LATEST: i64 = 253_402_300_799_999_999;

impl Instant {
    /// The time that lies `micros` microseconds after the Unix epoch; clamped to the years 1970–9999.
    #[must_use]
    pub const fn from_unix_micros(micros: i64) -> Self {
        if micros < 0 {
            Self(0)
        } else if micros > LATEST {
            Self(LATEST)
        } else {
            Self(micros)
        }
    }

    /// Microseconds since the Unix epoch.
    #[must_use]
    pub const fn as_unix_micros(self) -> i64 {
        self.0
    }

    /// Milliseconds since the Unix epoch.
    #[must_use]
    pub fn as_unix_millis(self) -> u64 {
        u64::try_from(self.0 / 1_000).unwrap_or(0)
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn as_unix_seconds(self) -> i64 {
        self.0 / 1_000_000
    }

    /// Truncates a date and time to microseconds.
    ///
    /// # Errors
    /// Outside the years 1970–9999.
    pub fn from_datetime(datetime: OffsetDateTime) -> Result<Self, InstantError> {
        let micros = i64::try_from(datetime.unix_timestamp_nanos().div_euclid(1_000))
            .map_err(|_| InstantError)?;
        if (0..=LATEST).contains(&micros) {
            Ok(Self(micros))
        } else {
            Err(InstantError)
        }
    }

    /// The same as a date and time in UTC.
    #[must_use]
    pub fn to_datetime(self) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000)
            .unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    /// Reads RFC 3339, with any offset.
    ///
    /// # Errors
    /// When the text is something else, or outside the years 1970–9999.
    pub fn parse(text: &str) -> Result<Self, InstantError> {
        let datetime = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| InstantError)?;
        // Not `to_offset`, which panics where UTC lies in the year 10000.
        let utc = datetime
            .checked_to_offset(UtcOffset::UTC)
            .ok_or(InstantError)?;
        Self::from_datetime(utc)
    }

    /// Later by a duration (earlier, when it is negative); clamped to the years 1970–9999.
    #[must_use]
    pub fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.whole_microseconds()).unwrap_or(i64::MAX);
        Self::from_unix_micros(self.0.saturating_add(micros))
    }

    /// The beginning of its minute.
    #[must_use]
    pub const fn minute(self) -> Self {
        Self(self.0 - self.0 % 60_000_000)
    }

    /// The calendar year in UTC.
    #[must_use]
    pub fn year(self) -> u16 {
        u16::try_from(self.to_datetime().year()).unwrap_or(u16::MAX)
    }
}

impl std::fmt::Display for Instant {
    /// RFC 3339 in UTC, always with six decimals, so that texts compare like times.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let t = self.to_datetime();
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z",
            t.year(),
            u8::from(t.month()),
            t.day(),
            t.hour(),
            t.minute(),
            t.second(),
            t.microsecond()
        )
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(de::Error::custom)
    }
}

/// The clock of this node, for what only concerns this node (token lifetimes). Consent is judged by the database's
/// clock instead: see [`crate::store::Tx::now`].
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nanoseconds_are_cut_off_once_and_round_trip() {
        let read = Instant::parse("2026-11-24T08:00:00.123456789+01:00").unwrap();
        assert_eq!(read.to_string(), "2026-11-24T07:00:00.123456Z");
        assert_eq!(Instant::parse(&read.to_string()), Ok(read));
    }

    #[test]
    fn times_outside_the_calendar_are_refused_not_wrapped() {
        assert_eq!(Instant::parse("1969-12-31T23:59:59Z"), Err(InstantError));
        assert_eq!(Instant::parse("yesterday"), Err(InstantError));
        assert_eq!(
            Instant::parse("9999-12-31T23:59:59-01:00"),
            Err(InstantError)
        );
        assert_eq!(
            Instant::from_unix_micros(i64::MAX).to_string(),
            "9999-12-31T23:59:59.999999Z"
        );
        assert_eq!(
            Instant::from_unix_micros(5)
                .plus(Duration::days(-1))
                .as_unix_micros(),
            0
        );
    }
}
