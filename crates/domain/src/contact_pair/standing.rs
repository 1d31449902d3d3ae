//! Where pairs stand, which follows from the dates of their halves and the clock.

use time::Duration;

use super::{HalfDates, Halves};
use crate::{instant::Instant, office::Office, vocabulary::vocabulary};

vocabulary! {
    /// Where a pair stands.
    PairStanding as "standing of a contact pair" {
        Current = "current", "aktuell", "current";
        Incomplete = "incomplete", "unvollständig", "incomplete";
        Stale = "stale", "nicht mehr bestätigt", "no longer confirmed";
    }
}

vocabulary! {
    /// What an office without a current pair lacks.
    ContactGap as "missing contact" {
        NoPair = "no_pair", "keine Ansprechstellen angelegt", "no pair";
        Incomplete = "incomplete", "die andere Seite fehlt noch", "the other side is still missing";
        Stale = "stale", "nicht mehr bestätigt", "no longer confirmed";
    }
}

/// Where a pair stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimedStanding {
    /// Both halves are there, and confirmed.
    Current {
        /// Until then, unless both sides confirm again.
        until: Instant,
    },
    /// One half is missing.
    Incomplete {
        /// Since the other was written; not known where there is none.
        since: Option<Instant>,
    },
    /// Both halves are there, and at least one was not confirmed for too long.
    Stale {
        /// Since then.
        since: Instant,
    },
}

impl TimedStanding {
    /// As a code, without its time.
    #[must_use]
    pub const fn code(self) -> PairStanding {
        match self {
            Self::Current { .. } => PairStanding::Current,
            Self::Incomplete { .. } => PairStanding::Incomplete,
            Self::Stale { .. } => PairStanding::Stale,
        }
    }
}

/// For how long a confirmation counts. The agreement names no time: this is the installation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ContactPairRules {
    /// After this a half that was not confirmed again no longer counts.
    pub confirm_within: Duration,
}

impl Default for ContactPairRules {
    /// A year.
    fn default() -> Self {
        Self {
            confirm_within: Duration::days(365),
        }
    }
}

impl ContactPairRules {
    /// Where a pair with these halves stands at `now`.
    #[must_use]
    pub fn standing(&self, halves: Halves, now: Instant) -> TimedStanding {
        let (Some(office), Some(centre)) = (halves.office, halves.centre) else {
            let only = halves.office.or(halves.centre);
            let since = only.map(|half: HalfDates| half.since);
            return TimedStanding::Incomplete { since };
        };
        let until = office
            .confirmed_at
            .min(centre.confirmed_at)
            .plus(self.confirm_within);
        if until > now {
            TimedStanding::Current { until }
        } else {
            TimedStanding::Stale { since: until }
        }
    }

    /// What was confirmed after this still counts at `now`: the same line as [`ContactPairRules::standing`] draws.
    #[must_use]
    pub fn confirmed_after(&self, now: Instant) -> Instant {
        now.plus(-self.confirm_within)
    }

    /// What an office lacks whose pairs have these halves, none of them current at `now`, and since when. A pair that once was current
    /// tells more than one that never was; of several the office was served longest by the last.
    #[must_use]
    pub fn gap(&self, pairs: &[Halves], now: Instant) -> (ContactGap, Option<Instant>) {
        let standings = || pairs.iter().map(|halves| self.standing(*halves, now));
        let stale = standings().filter_map(|standing| match standing {
            TimedStanding::Stale { since } => Some(since),
            _ => None,
        });
        if let Some(since) = stale.max() {
            return (ContactGap::Stale, Some(since));
        }
        let incomplete = standings().filter_map(|standing| match standing {
            TimedStanding::Incomplete { since } => Some(since),
            _ => None,
        });
        match incomplete.min() {
            Some(since) => (ContactGap::Incomplete, since),
            None => (ContactGap::NoPair, None),
        }
    }
}

/// An office that has no current pair.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeWithoutContact {
    /// The office.
    pub office: Office,
    /// What it lacks.
    pub gap: ContactGap,
    /// Since when; not where there never was a pair.
    pub since: Option<Instant>,
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000_000;

    const fn day(number: i64) -> Instant {
        Instant::from_unix_micros(number * DAY)
    }

    fn half(since: i64, confirmed: i64) -> HalfDates {
        HalfDates::first(day(since)).confirmed(day(confirmed))
    }

    fn both(office: HalfDates, centre: HalfDates) -> Halves {
        Halves {
            office: Some(office),
            centre: Some(centre),
        }
    }

    fn one(office: HalfDates) -> Halves {
        Halves {
            office: Some(office),
            centre: None,
        }
    }

    const RULES: ContactPairRules = ContactPairRules {
        confirm_within: Duration::days(30),
    };

    #[test]
    fn a_pair_is_current_as_long_as_both_halves_are_confirmed() {
        let halves = both(half(10, 20), half(12, 12));
        let until = day(42);
        assert_eq!(
            RULES.standing(halves, day(41)),
            TimedStanding::Current { until }
        );
        // At the very end it is over.
        assert_eq!(
            RULES.standing(halves, until),
            TimedStanding::Stale { since: until }
        );
        let incomplete = TimedStanding::Incomplete {
            since: Some(day(10)),
        };
        assert_eq!(RULES.standing(one(half(10, 99)), day(41)), incomplete);
    }

    #[test]
    fn the_line_for_the_store_is_the_same_as_that_of_the_standing() {
        let halves = both(half(10, 20), half(12, 12));
        for now in [41, 42, 43] {
            let line = RULES.confirmed_after(day(now));
            let both = [halves.office, halves.centre];
            let by_line = both
                .into_iter()
                .flatten()
                .all(|half| half.confirmed_at > line);
            let standing = RULES.standing(halves, day(now)).code();
            assert_eq!(by_line, standing == PairStanding::Current, "day {now}");
        }
    }

    #[test]
    fn a_gap_tells_the_last_pair_that_counted_before_any_that_never_did() {
        let now = day(100);
        assert_eq!(RULES.gap(&[], now), (ContactGap::NoPair, None));
        let begun = [one(half(60, 99)), one(half(50, 99))];
        assert_eq!(
            RULES.gap(&begun, now),
            (ContactGap::Incomplete, Some(day(50)))
        );
        let stale = [
            both(half(1, 40), half(1, 50)),
            both(half(1, 20), half(1, 60)),
            one(half(5, 99)),
        ];
        assert_eq!(RULES.gap(&stale, now), (ContactGap::Stale, Some(day(70))));
    }
}
