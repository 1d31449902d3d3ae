//! One place where the police name the network.

use time::Duration;

use crate::{
    directory::WebAddress,
    gathering::ShortGeneralText,
    ids::{CentreId, MediaReferenceId},
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Whether the network is still named there.
    MediaFound as "finding" {
        Live = "yes", "noch da", "still there";
        Gone = "no", "nicht mehr da", "no longer there";
        Unknown = "unknown", "unbekannt", "unknown";
    }
}

vocabulary! {
    /// Who looked.
    MediaCheckedBy as "way of checking" {
        Hand = "hand", "von Hand", "by hand";
        Program = "program", "durch das Programm", "by the program";
    }
}

/// Where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MediaPlace {
    /// A page on the web.
    Page(WebAddress),
    /// A leaflet.
    Leaflet {
        /// What it is called.
        title: ShortGeneralText,
        /// Where it lies.
        lies_at: ShortGeneralText,
    },
}

/// Who is named there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaSubject {
    /// The network's coordination: the KOK.
    Coordination,
    /// A counselling centre, by its entry in the directory as it was then.
    Centre(CentreId),
}

/// That somebody looked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaCheck {
    /// What was found.
    pub found: MediaFound,
    /// Who looked.
    pub by: MediaCheckedBy,
    /// When.
    pub at: Instant,
}

/// Where the police name the network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MediaReference {
    /// Its identifier.
    pub id: MediaReferenceId,
    /// The office that keeps it.
    pub office: OfficeId,
    /// Where.
    pub place: MediaPlace,
    /// Who is named.
    pub names: MediaSubject,
    /// Since when it is known here.
    pub added_at: Instant,
    /// The last look.
    pub checked: Option<MediaCheck>,
    /// That its office no longer keeps it.
    pub removed_at: Option<Instant>,
}

impl MediaReference {
    /// Whether it is still there, as far as anybody knows.
    #[must_use]
    pub fn still_live(&self) -> MediaFound {
        self.checked
            .map_or(MediaFound::Unknown, |check| check.found)
    }
}

/// When somebody should look again. The agreement names no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MediaRules {
    /// After this a look no longer counts.
    pub check_within: Duration,
}

impl Default for MediaRules {
    /// 180 days.
    fn default() -> Self {
        Self {
            check_within: Duration::days(180),
        }
    }
}

impl MediaRules {
    /// What was last looked at, or added, then or before is stale at `now`.
    #[must_use]
    pub fn stale_until(&self, now: Instant) -> Instant {
        now.plus(-self.check_within)
    }

    /// Whether somebody should look again.
    #[must_use]
    pub fn is_stale(&self, reference: &MediaReference, now: Instant) -> bool {
        let last = reference
            .checked
            .map_or(reference.added_at, |check| check.at);
        last <= self.stale_until(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_stale_when_nobody_has_looked_for_too_long() {
        let at = |days: i64| Instant::from_unix_micros(days * 86_400_000_000);
        let mut reference = MediaReference {
            id: MediaReferenceId::from_uuid(uuid::Uuid::nil()),
            office: OfficeId::parse("bpoli-kiel").unwrap(),
            place: MediaPlace::Page(WebAddress::parse("https://www.example.org/").unwrap()),
            names: MediaSubject::Coordination,
            added_at: at(0),
            checked: None,
            removed_at: None,
        };
        let rules = MediaRules::default();
        assert!(!rules.is_stale(&reference, at(179)));
        assert!(rules.is_stale(&reference, at(180)));
        assert_eq!(reference.still_live(), MediaFound::Unknown);
        reference.checked = Some(MediaCheck {
            found: MediaFound::Live,
            by: MediaCheckedBy::Hand,
            at: at(100),
        });
        assert!(!rules.is_stale(&reference, at(279)));
        assert!(rules.is_stale(&reference, at(280)));
        assert_eq!(reference.still_live(), MediaFound::Live);
    }
}
