//! How many events there are: what may be known without knowing any of them.

use serde::{Serialize, Serializer};
use time::{Date, Month, OffsetDateTime};

use super::{Operation, Outcome};
use crate::instant::Instant;

/// A calendar month in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CalendarMonth {
    year: i32,
    month: u8,
}

impl CalendarMonth {
    /// The month in which a moment lies.
    #[must_use]
    pub fn of(at: Instant) -> Self {
        let at = at.to_datetime();
        Self {
            year: at.year(),
            month: u8::from(at.month()),
        }
    }

    /// The one after it.
    #[must_use]
    pub const fn next(self) -> Self {
        if self.month >= 12 {
            Self {
                year: self.year + 1,
                month: 1,
            }
        } else {
            Self {
                year: self.year,
                month: self.month + 1,
            }
        }
    }

    /// Its first moment; the last moment there is, if it lies beyond the calendar.
    #[must_use]
    pub fn begins(self) -> Instant {
        Month::try_from(self.month)
            .ok()
            .and_then(|month| Date::from_calendar_date(self.year, month, 1).ok())
            .and_then(|date| {
                Instant::from_datetime(OffsetDateTime::new_utc(date, time::Time::MIDNIGHT)).ok()
            })
            .unwrap_or(Instant::from_unix_micros(i64::MAX))
    }
}

impl std::fmt::Display for CalendarMonth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

/// Which time is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// From this moment.
    pub from: Instant,
    /// Until before this moment.
    pub until: Instant,
}

/// A number of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EventCount {
    /// What was done.
    pub operation: Operation,
    /// How it went.
    pub outcome: Outcome,
    /// How often.
    pub count: u64,
}

/// How many events there are in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventCounts {
    /// The period.
    pub period: Period,
    /// By month, then operation and outcome; what never happened is left out.
    pub months: Vec<(CalendarMonth, Vec<EventCount>)>,
    /// Events of all times that were erased.
    pub gone: u64,
}

impl EventCounts {
    /// All that were counted.
    #[must_use]
    pub fn total(&self) -> u64 {
        let counts = self.months.iter().flat_map(|(_, counts)| counts);
        counts.map(|counted| counted.count).sum()
    }
}

impl Serialize for CalendarMonth {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_at_midnight_utc_and_december_is_followed_by_january() {
        let month = CalendarMonth::of(Instant::parse("2026-12-31T23:59:59Z").unwrap());
        assert_eq!(month.to_string(), "2026-12");
        assert_eq!(
            month.begins(),
            Instant::parse("2026-12-01T00:00:00Z").unwrap()
        );
        assert_eq!(month.next().to_string(), "2027-01");
        assert_eq!(
            month.next().begins(),
            Instant::parse("2027-01-01T00:00:00Z").unwrap()
        );
        let last = CalendarMonth::of(Instant::from_unix_micros(i64::MAX));
        assert_eq!(
            last.next().begins(),
            Instant::from_unix_micros(i64::MAX),
            "the calendar's end"
        );
    }
}
