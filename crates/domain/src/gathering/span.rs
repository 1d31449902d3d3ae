//! When something takes place.

use crate::instant::Instant;

/// Not a time from and until.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must lie after the beginning, by at most {days} days", days = Span::MOST_DAYS)]
pub struct SpanError;

/// From when until when: some time, at most [`Span::MOST_DAYS`] days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    // INVARIANT: `starts_at < ends_at`, not longer than the most (`Span::new`).
    starts_at: Instant,
    ends_at: Instant,
}

impl Span {
    /// A year and a day: a campaign is the longest of them.
    pub const MOST_DAYS: i64 = 366;

    /// Checks and wraps.
    ///
    /// # Errors
    /// When the end does not lie after the beginning, or too long after it.
    pub fn new(starts_at: Instant, ends_at: Instant) -> Result<Self, SpanError> {
        let most = starts_at.plus(time::Duration::days(Self::MOST_DAYS));
        if starts_at < ends_at && ends_at <= most {
            Ok(Self { starts_at, ends_at })
        } else {
            Err(SpanError)
        }
    }

    /// From when on.
    #[must_use]
    pub const fn starts_at(self) -> Instant {
        self.starts_at
    }

    /// Until when.
    #[must_use]
    pub const fn ends_at(self) -> Instant {
        self.ends_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_has_a_length_and_an_end() {
        let at = |days: i64| Instant::from_unix_micros(days * 86_400_000_000);
        assert_eq!(Span::new(at(1), at(1)), Err(SpanError));
        assert_eq!(Span::new(at(2), at(1)), Err(SpanError));
        assert_eq!(Span::new(at(1), at(368)), Err(SpanError));
        let year = Span::new(at(1), at(367)).unwrap();
        assert_eq!((year.starts_at(), year.ends_at()), (at(1), at(367)));
    }
}
