//! Referral notices (agreement, point 2; § 406j StPO): an office told a presumed affected person about help.
//!
//! It says that somebody was told, in which language, how, when, and about which centres. It says nothing about the person: there
//! is no field for it, and no text that could hold it. Whether she wants help, and whatever else she decides, is nobody's business here.

use time::Duration;

use crate::{
    directory::LanguageCode,
    error::InvalidInput,
    ids::{CentreId, ReferralNoticeId},
    instant::Instant,
    leaflet::Leaflet,
    office::OfficeId,
    vocabulary::{Language, vocabulary},
};

vocabulary! {
    /// How somebody was told.
    ReferralMedium as "medium of a referral" {
        Spoken = "spoken", "im Gespräch", "in a talk";
        Interpreted = "interpreted", "im Gespräch mit Sprachmittlung", "in a talk with an interpreter";
        Leaflet = "leaflet", "Merkblatt ausgehändigt", "leaflet handed out";
        Link = "link", "Merkblatt oder Suche gezeigt", "leaflet or search shown on a screen";
        CallTogether = "call_together", "gemeinsam angerufen", "centre called together";
    }
}

impl ReferralMedium {
    /// Whether a leaflet was used, of which a version can be told.
    #[must_use]
    pub const fn shows_a_leaflet(self) -> bool {
        matches!(self, Self::Leaflet | Self::Link)
    }
}

/// What an office says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReferral {
    /// When it was, by the office's clock; kept to the minute, so that it names nobody.
    pub told_at: Instant,
    /// In which language.
    pub language: LanguageCode,
    /// How.
    pub medium: ReferralMedium,
    /// Which version of the leaflet in that language, if one was used.
    pub leaflet_version: Option<u32>,
    /// About which centres of the directory.
    pub centres: Vec<CentreId>,
}

/// How far an office's clock may be ahead of the database's.
const CLOCKS_DIFFER_BY: Duration = Duration::minutes(5);

impl NewReferral {
    /// Everything that makes no sense when it is recorded at `now`, all at once.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let mut faults = Vec::new();
        let mut fault = |pointer: &str, detail: &str| {
            faults.push(InvalidInput {
                pointer: pointer.to_owned(),
                detail: detail.to_owned(),
            });
        };
        if self.told_at > now.plus(CLOCKS_DIFFER_BY) {
            fault("/told_at", "lies in the future");
        }
        if self.centres.is_empty() {
            fault("/centres", "must name at least one centre");
        }
        for (index, centre) in self.centres.iter().enumerate() {
            if self.centres.iter().take(index).any(|other| other == centre) {
                fault(&format!("/centres/{index}"), "stands twice");
            }
        }
        let known = Language::from_code(self.language.code()).map(Leaflet::in_language);
        let detail = match (self.leaflet_version, known) {
            (None, _) => None,
            (Some(_), _) if !self.medium.shows_a_leaflet() => {
                Some("is told only where the medium is a leaflet or a link")
            }
            (Some(_), Err(_)) => Some("there is no leaflet in this language"),
            (Some(version), Ok(leaflet)) => (!(1..=leaflet.text().version).contains(&version))
                .then_some("there is no such version of the leaflet in this language"),
        };
        if let Some(detail) = detail {
            fault("/leaflet_version", detail);
        }
        faults
    }
}

/// A recorded referral.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReferralNotice {
    /// Its identifier.
    pub id: ReferralNoticeId,
    /// The office that told.
    pub office: OfficeId,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// What it says.
    pub referral: NewReferral,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn referral() -> NewReferral {
        NewReferral {
            told_at: Instant::from_unix_micros(0),
            language: LanguageCode::parse("ro").unwrap(),
            medium: ReferralMedium::Leaflet,
            leaflet_version: Some(1),
            centres: vec![CentreId::from_uuid(Uuid::from_u128(1))],
        }
    }

    fn pointers(referral: &NewReferral) -> Vec<String> {
        let faults = referral.faults(Instant::from_unix_micros(0));
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn what_makes_no_sense_is_told_all_at_once() {
        assert_eq!(pointers(&referral()), Vec::<String>::new());
        let clocks_differ = NewReferral {
            told_at: Instant::from_unix_micros(0).plus(CLOCKS_DIFFER_BY),
            ..referral()
        };
        assert_eq!(pointers(&clocks_differ), Vec::<String>::new());
        let nonsense = NewReferral {
            told_at: clocks_differ.told_at.plus(Duration::microseconds(1)),
            medium: ReferralMedium::Spoken,
            centres: Vec::new(),
            ..referral()
        };
        assert_eq!(
            pointers(&nonsense),
            ["/told_at", "/centres", "/leaflet_version"]
        );
        let unknown = NewReferral {
            leaflet_version: Some(1_000),
            ..referral()
        };
        assert_eq!(pointers(&unknown), ["/leaflet_version"]);
        let in_no_language = NewReferral {
            language: LanguageCode::parse("ja").unwrap(),
            ..referral()
        };
        assert_eq!(pointers(&in_no_language), ["/leaflet_version"]);
        let centre = CentreId::from_uuid(Uuid::from_u128(1));
        let twice = NewReferral {
            centres: vec![centre, centre],
            ..referral()
        };
        assert_eq!(pointers(&twice), ["/centres/1"]);
    }
}
