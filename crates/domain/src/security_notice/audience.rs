//! Whom a notice is addressed to, and therefore who it may be about.

use std::collections::BTreeSet;

use crate::{
    ids::{CentreId, OrganisationId},
    known_person::{KnownFrom, KnownPerson},
    office::Land,
    vocabulary::vocabulary,
};

vocabulary! {
    /// What a notice is about.
    SecurityNoticeKind as "kind of security notice" {
        ThreatPerson = "threat_person", "Gefährdung einer betroffenen Person", "threat to an affected person";
        ThreatCounsellor = "threat_counsellor", "Gefährdung von Beratenden", "threat to counsellors";
        ThreatCentre = "threat_centre", "Gefährdung einer Fachberatungsstelle", "threat to a centre";
        ThreatFamily = "threat_family", "Gefährdung der Familie", "threat to a family";
        OriginCountryChange = "origin_country_change", "Entwicklung im Herkunftsland", "development in a country of origin";
        SuspectReleased = "suspect_released", "beschuldigte Person auf freiem Fuß", "suspect released";
        ProtectionChanged = "protection_changed", "Schutzmaßnahmen geändert", "protection changed";
        ContactOfficerChanged = "contact_officer_changed", "Ansprechperson der Polizei gewechselt", "contact officer changed";
        Handover = "handover", "Abgabe des Verfahrens", "case handed over";
    }
}

/// A country, ISO 3166-1 alpha-2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// Not a country's code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a country code of ISO 3166-1 alpha-2, in capitals")]
pub struct CountryCodeError;

impl CountryCode {
    /// Reads a code: two capitals. Which of them are given out, the standard's agency says from year to year.
    ///
    /// # Errors
    /// When it is anything else.
    pub fn parse(text: &str) -> Result<Self, CountryCodeError> {
        match *text.as_bytes() {
            [first, second] if first.is_ascii_uppercase() && second.is_ascii_uppercase() => {
                Ok(Self([first, second]))
            }
            _ => Err(CountryCodeError),
        }
    }
}

impl std::fmt::Display for CountryCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self([first, second]) = self;
        write!(f, "{}{}", char::from(*first), char::from(*second))
    }
}

/// What a notice to several centres can be about. No member has room for a person: that is the rule of point 5.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublicSubject {
    /// Counsellors.
    Counsellors,
    /// Centres.
    Centres,
    /// A country, mostly one of origin.
    Country(CountryCode),
}

/// What a notice to one centre is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CentreSubject {
    /// A person.
    Person(KnownPerson),
    /// A person's family.
    Family(KnownPerson),
    /// The centre's counsellors.
    Counsellors,
    /// The centre.
    Centre,
}

impl CentreSubject {
    /// The person that it is about, herself or by her family.
    #[must_use]
    pub const fn known(&self) -> Option<&KnownPerson> {
        match self {
            Self::Person(known) | Self::Family(known) => Some(known),
            Self::Counsellors | Self::Centre => None,
        }
    }
}

/// Whom a notice is addressed to, and what it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// One centre.
    Centre {
        /// The organisation that it is.
        organisation: OrganisationId,
        /// What it is about.
        subject: CentreSubject,
    },
    /// Centres that are, or help, in one of these Länder.
    Region {
        /// At least one.
        laender: BTreeSet<Land>,
        /// What it is about.
        subject: PublicSubject,
    },
    /// Every centre that takes part.
    All {
        /// What it is about.
        subject: PublicSubject,
    },
}

impl Audience {
    /// The person that it is about.
    #[must_use]
    pub const fn known(&self) -> Option<&KnownPerson> {
        match self {
            Self::Centre { subject, .. } => subject.known(),
            Self::Region { .. } | Self::All { .. } => None,
        }
    }

    /// The one centre that it is addressed to.
    #[must_use]
    pub const fn only(&self) -> Option<OrganisationId> {
        match self {
            Self::Centre { organisation, .. } => Some(*organisation),
            Self::Region { .. } | Self::All { .. } => None,
        }
    }
}

/// Whom an office wants to tell, before it is known who that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewAudience {
    /// The centre that knows this person, about her.
    Person(KnownFrom),
    /// The centre that knows this person, about her family.
    Family(KnownFrom),
    /// The centre that keeps this entry of the directory, about its counsellors.
    Counsellors(CentreId),
    /// The centre that keeps this entry of the directory, about itself.
    Centre(CentreId),
    /// Centres of these Länder.
    Region {
        /// At least one.
        laender: BTreeSet<Land>,
        /// What it is about.
        subject: PublicSubject,
    },
    /// Every centre that takes part.
    All {
        /// What it is about.
        subject: PublicSubject,
    },
}

impl NewAudience {
    /// Whether a notice of this kind can be about that.
    #[must_use]
    pub const fn suits(&self, kind: SecurityNoticeKind) -> bool {
        use SecurityNoticeKind as Kind;
        match kind {
            Kind::ThreatPerson | Kind::Handover => matches!(self, Self::Person(_)),
            Kind::SuspectReleased => matches!(self, Self::Person(_) | Self::Family(_)),
            Kind::ThreatFamily => matches!(self, Self::Family(_)),
            Kind::ThreatCounsellor => matches!(
                self,
                Self::Counsellors(_)
                    | Self::Region {
                        subject: PublicSubject::Counsellors,
                        ..
                    }
                    | Self::All {
                        subject: PublicSubject::Counsellors
                    }
            ),
            Kind::ThreatCentre => matches!(
                self,
                Self::Centre(_)
                    | Self::Region {
                        subject: PublicSubject::Centres,
                        ..
                    }
                    | Self::All {
                        subject: PublicSubject::Centres
                    }
            ),
            Kind::OriginCountryChange => matches!(
                self,
                Self::Person(_)
                    | Self::Family(_)
                    | Self::Region {
                        subject: PublicSubject::Country(_),
                        ..
                    }
                    | Self::All {
                        subject: PublicSubject::Country(_)
                    }
            ),
            Kind::ProtectionChanged | Kind::ContactOfficerChanged => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::ids::DisclosureId;

    /// About one person's own affairs.
    const fn is_personal(kind: SecurityNoticeKind) -> bool {
        use SecurityNoticeKind as Kind;
        matches!(
            kind,
            Kind::ThreatPerson | Kind::ThreatFamily | Kind::SuspectReleased | Kind::Handover
        )
    }

    #[test]
    fn nothing_personal_suits_an_audience_of_several_centres() {
        let subjects = [
            PublicSubject::Counsellors,
            PublicSubject::Centres,
            PublicSubject::Country(CountryCode::parse("RO").unwrap()),
        ];
        for kind in SecurityNoticeKind::ALL {
            for subject in subjects {
                let laender = BTreeSet::from([Land::Hamburg]);
                for audience in [
                    NewAudience::All { subject },
                    NewAudience::Region { laender, subject },
                ] {
                    assert!(!(is_personal(*kind) && audience.suits(*kind)), "{kind}");
                }
            }
            let from = KnownFrom::Disclosure(DisclosureId::from_uuid(Uuid::nil()));
            let personal = [NewAudience::Person(from), NewAudience::Family(from)];
            let suits = personal.iter().any(|audience| audience.suits(*kind));
            assert!(suits || !is_personal(*kind), "{kind} has no subject");
        }
    }

    #[test]
    fn a_country_is_two_capitals() {
        assert_eq!(CountryCode::parse("RO").unwrap().to_string(), "RO");
        for bad in ["", "R", "ro", "ROU", "Ö", "R1"] {
            assert_eq!(CountryCode::parse(bad), Err(CountryCodeError), "{bad}");
        }
    }
}
