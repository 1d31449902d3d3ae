//! Who consents: the person, or a representative for a minor, together with the young person's assent.

use serde::{Deserialize, Serialize};

use crate::{
    instant::Instant,
    text::{Reference, ShortText},
    vocabulary::vocabulary,
};

vocabulary! {
    /// Whether the person can consent alone.
    Capacity as "capacity" {
        Full = "full", "volljährig und einwilligungsfähig", "adult who can consent";
        Minor = "minor", "minderjährig", "minor";
        Represented = "represented", "volljährig, in dieser Sache rechtlich betreut", "adult under guardianship in this matter";
    }
}

vocabulary! {
    /// On what legal ground somebody represents the person.
    RepresentativeBasis as "basis of representation" {
        ParentalCustody = "parental_custody", "elterliche Sorge", "parental custody";
        Guardianship = "guardianship", "Vormundschaft", "guardianship of a minor";
        SupplementaryCarer = "supplementary_carer", "Ergänzungspflegschaft", "court-appointed supplementary carer";
        LegalGuardian = "legal_guardian", "rechtliche Betreuung", "legal guardian of an adult";
        YouthWelfareOffice = "youth_welfare_office", "Inobhutnahme durch das Jugendamt", "taken into care by the youth welfare office";
    }
}

impl RepresentativeBasis {
    /// Whether somebody on this ground can speak for a person of this capacity: parents, guardians and the youth welfare
    /// office for minors (§§ 1629, 1789, 1809 BGB; § 42 SGB VIII), a legal guardian for adults (§ 1823 BGB).
    #[must_use]
    pub const fn represents(self, capacity: Capacity) -> bool {
        match capacity {
            Capacity::Full => false,
            Capacity::Minor => !matches!(self, Self::LegalGuardian),
            Capacity::Represented => matches!(self, Self::LegalGuardian),
        }
    }
}

/// Whether the represented person agrees, as far as able.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case", deny_unknown_fields)]
pub enum Assent {
    /// Agreed.
    Given {
        /// When.
        at: Instant,
    },
    /// Disagreed: then nothing is allowed, whatever the representative says.
    Refused,
    /// Too young or otherwise unable to form a will; the centre says why.
    NotAble {
        /// The centre's reason.
        reason: ShortText,
    },
    /// Nothing was recorded.
    NotRecorded,
}

/// Who gave the consent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Grantor {
    /// The affected person.
    Person,
    /// A representative.
    Representative {
        /// Legal ground of the representation.
        basis: RepresentativeBasis,
        /// The centre's reference for the representative.
        representative: Reference,
        /// Whether the representative is suspected in the case. Such a representative never counts.
        suspected: bool,
        /// The represented person's assent.
        assent: Assent,
    },
}
