//! The record of a pair, without what its halves say.

use super::Side;
use crate::{
    ids::{CentreId, ContactPairId, OrganisationId},
    instant::Instant,
    office::OfficeId,
};

/// Since when a half is there, and how it came to be as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HalfDates {
    /// Counts its changes, from one.
    pub version: u64,
    /// When it was written first.
    pub since: Instant,
    /// When it was last changed.
    pub changed_at: Instant,
    /// When its side last said that it holds; never before it was changed.
    pub confirmed_at: Instant,
}

impl HalfDates {
    /// Of a half that is written for the first time.
    #[must_use]
    pub const fn first(at: Instant) -> Self {
        Self {
            version: 1,
            since: at,
            changed_at: at,
            confirmed_at: at,
        }
    }

    /// Once it was changed, which confirms it as well.
    #[must_use]
    pub fn changed(self, at: Instant) -> Self {
        let changed_at = at.max(self.changed_at);
        Self {
            version: self.version.saturating_add(1),
            changed_at,
            ..self
        }
        .confirmed(changed_at)
    }

    /// Once its side said that it still holds. A database's clock that was set back takes nothing back.
    #[must_use]
    pub fn confirmed(self, at: Instant) -> Self {
        Self {
            confirmed_at: at.max(self.confirmed_at),
            ..self
        }
    }
}

/// The halves of a pair that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Halves {
    /// The office's.
    pub office: Option<HalfDates>,
    /// The centre's.
    pub centre: Option<HalfDates>,
}

impl Halves {
    /// The half of this side.
    #[must_use]
    pub const fn of(&self, side: Side) -> Option<HalfDates> {
        match side {
            Side::Office => self.office,
            Side::Centre => self.centre,
        }
    }

    /// With this half on this side.
    #[must_use]
    pub const fn with(self, side: Side, half: HalfDates) -> Self {
        match side {
            Side::Office => Self {
                office: Some(half),
                ..self
            },
            Side::Centre => Self {
                centre: Some(half),
                ..self
            },
        }
    }
}

/// An office and a centre that know whom to call. There is at most one pair of both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactPair {
    /// Its identifier.
    pub id: ContactPairId,
    /// The office.
    pub office: OfficeId,
    /// The centre, as an organisation that takes part.
    pub centre: OrganisationId,
    /// When it was opened.
    pub opened_at: Instant,
    /// Its halves.
    pub halves: Halves,
}

/// With whom a pair is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OtherSide {
    /// By an office, with the centre that keeps this entry of the directory.
    Centre(CentreId),
    /// By a centre, with this office.
    Office(OfficeId),
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(micros: i64) -> Instant {
        Instant::from_unix_micros(micros)
    }

    #[test]
    fn a_change_confirms_and_a_confirmation_changes_nothing() {
        let first = HalfDates::first(at(5));
        let confirmed = first.confirmed(at(7));
        assert_eq!(
            (
                confirmed.version,
                confirmed.changed_at,
                confirmed.confirmed_at
            ),
            (1, at(5), at(7))
        );
        let changed = confirmed.changed(at(9));
        assert_eq!(
            (
                changed.version,
                changed.since,
                changed.changed_at,
                changed.confirmed_at
            ),
            (2, at(5), at(9), at(9))
        );
    }

    #[test]
    fn a_clock_that_was_set_back_takes_nothing_back() {
        let half = HalfDates::first(at(5)).confirmed(at(9));
        assert_eq!(half.confirmed(at(7)), half);
        let changed = half.changed(at(3));
        assert_eq!((changed.changed_at, changed.confirmed_at), (at(5), at(9)));
    }
}
