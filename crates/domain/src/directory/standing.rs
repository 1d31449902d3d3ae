//! Whether what stands in the directory was confirmed, and when.

use time::Duration;

use crate::{instant::Instant, vocabulary::vocabulary};

vocabulary! {
    /// How far an entry can be relied on.
    EntryStanding as "standing of an entry" {
        Confirmed = "confirmed", "von der Koordination bestätigt", "confirmed by the coordination";
        Changed = "changed", "seit der letzten Bestätigung geändert", "changed since it was last confirmed";
        Overdue = "overdue", "Bestätigung liegt zu lange zurück", "confirmed too long ago";
        NeverConfirmed = "never_confirmed", "noch nie bestätigt", "never confirmed";
    }
}

/// The coordination confirmed an entry as it was then (HSDS `assured_date`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assurance {
    /// When.
    pub at: Instant,
    /// Which version of the entry.
    pub version: u64,
}

/// How long a confirmation is good for. The agreement names no time: this is the installation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConfirmationRules {
    /// From the moment of the confirmation.
    pub lasts: Duration,
}

impl Default for ConfirmationRules {
    /// A year.
    fn default() -> Self {
        Self {
            lasts: Duration::days(365),
        }
    }
}

impl ConfirmationRules {
    /// The standing of an entry that is now at `version`.
    #[must_use]
    pub fn standing(
        self,
        version: u64,
        assurance: Option<Assurance>,
        now: Instant,
    ) -> EntryStanding {
        match assurance {
            None => EntryStanding::NeverConfirmed,
            Some(assurance) if assurance.version != version => EntryStanding::Changed,
            Some(assurance) if assurance.at.plus(self.lasts) <= now => EntryStanding::Overdue,
            Some(_) => EntryStanding::Confirmed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_confirmation_is_of_one_version_and_lasts_so_long() {
        let rules = ConfirmationRules {
            lasts: Duration::days(1),
        };
        let at = Instant::from_unix_micros(0);
        let assurance = Some(Assurance { at, version: 3 });
        let before_its_end = at.plus(Duration::days(1) - Duration::microseconds(1));
        for (version, assurance, now, standing) in [
            (3, assurance, before_its_end, EntryStanding::Confirmed),
            (
                3,
                assurance,
                at.plus(Duration::days(1)),
                EntryStanding::Overdue,
            ),
            (4, assurance, at, EntryStanding::Changed),
            (3, None, at, EntryStanding::NeverConfirmed),
        ] {
            assert_eq!(rules.standing(version, assurance, now), standing);
        }
        assert_eq!(ConfirmationRules::default().lasts, Duration::days(365));
    }
}
