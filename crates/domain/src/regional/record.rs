//! The record of an agreement.

use std::fmt;

use super::{AgreementArea, Deviations, Precedence};
use crate::{
    ids::{CentreId, OrganisationId, RegionalAgreementId},
    instant::Instant,
    office::OfficeId,
    text::ShortText,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where an agreement stands at a moment.
    AgreementStanding as "standing of an agreement" {
        Proposed = "proposed", "vorgeschlagen: wartet auf Bestätigung", "proposed: waits for confirmation";
        Confirmed = "confirmed", "von allen bestätigt, gilt noch nicht", "confirmed by all, and not in force yet";
        InForce = "in_force", "in Kraft", "in force";
        Ended = "ended", "beendet", "ended";
    }
}

/// Who makes an agreement.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Party {
    /// A police office.
    Office(OfficeId),
    /// A counselling centre.
    Centre(OrganisationId),
}

impl Party {
    /// The office, if it is one.
    #[must_use]
    pub const fn office(&self) -> Option<&OfficeId> {
        match self {
            Self::Office(office) => Some(office),
            Self::Centre(_) => None,
        }
    }

    /// The centre, if it is one.
    #[must_use]
    pub const fn centre(&self) -> Option<OrganisationId> {
        match self {
            Self::Office(_) => None,
            Self::Centre(centre) => Some(*centre),
        }
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Office(office) => office.fmt(f),
            Self::Centre(centre) => centre.fmt(f),
        }
    }
}

/// A party of an agreement, and whether it said yes to exactly this text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementParty {
    /// Who.
    pub party: Party,
    /// The entry in the directory by which a centre was named.
    pub entry: Option<CentreId>,
    /// When it confirmed. Whoever proposes has confirmed with that.
    pub confirmed_at: Option<Instant>,
}

/// That a party ended an agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgreementEnd {
    /// Who.
    pub by: Party,
    /// When.
    pub at: Instant,
}

/// That another agreement comes in the place of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replacement {
    /// The new one.
    pub by: RegionalAgreementId,
    /// When it came, or will come, into force: from then on the former one is over, whatever becomes of the new one.
    pub at: Instant,
}

/// A regional agreement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegionalAgreement {
    /// Its identifier.
    pub id: RegionalAgreementId,
    /// What it is called.
    pub title: ShortText,
    /// Where the signed text lies.
    pub reference: Option<ShortText>,
    /// At least one office and one centre, in the order in which they were named, offices first.
    pub parties: Vec<AgreementParty>,
    /// Where it holds.
    pub area: AgreementArea,
    /// From when on.
    pub valid_from: Instant,
    /// Until when, if that was agreed.
    pub valid_until: Option<Instant>,
    /// How it stands to the federal default.
    pub precedence: Precedence,
    /// What is different.
    pub deviations: Deviations,
    /// The agreement in whose place it comes.
    pub replaces: Option<RegionalAgreementId>,
    /// Who proposed it.
    pub proposed_by: Party,
    /// When.
    pub proposed_at: Instant,
    /// That a party ended it.
    pub ended: Option<AgreementEnd>,
    /// That another one came, or will come, in its place. Told from that one, and stored nowhere else.
    pub replaced: Option<Replacement>,
}

impl RegionalAgreement {
    /// Whether this is one of its parties.
    #[must_use]
    pub fn binds(&self, party: &Party) -> bool {
        self.parties.iter().any(|one| one.party == *party)
    }

    /// Whether this party has confirmed it.
    #[must_use]
    pub fn is_confirmed_by(&self, party: &Party) -> bool {
        let confirmed = |one: &AgreementParty| one.party == *party && one.confirmed_at.is_some();
        self.parties.iter().any(confirmed)
    }

    /// When the last party confirmed it; none as long as one is missing.
    #[must_use]
    pub fn confirmed_at(&self) -> Option<Instant> {
        let times: Option<Vec<Instant>> = self.parties.iter().map(|one| one.confirmed_at).collect();
        times?.into_iter().max()
    }

    /// When it came, or comes, into force: all have confirmed, its time has begun, and nobody ended it before.
    #[must_use]
    pub fn begins_at(&self) -> Option<Instant> {
        let confirmed = self.confirmed_at()?;
        let ended_before = self
            .ended
            .as_ref()
            .is_some_and(|end| end.at <= self.valid_from);
        (!ended_before).then(|| confirmed.max(self.valid_from))
    }

    /// Where it stands at `now`, by the database's clock.
    #[must_use]
    pub fn standing(&self, now: Instant) -> AgreementStanding {
        let ends = [
            self.ended.as_ref().map(|end| end.at),
            self.valid_until,
            self.replaced.map(|replaced| replaced.at),
        ];
        if ends.into_iter().flatten().any(|end| end <= now) {
            AgreementStanding::Ended
        } else if self.confirmed_at().is_none_or(|confirmed| now < confirmed) {
            AgreementStanding::Proposed
        } else if now < self.valid_from {
            AgreementStanding::Confirmed
        } else {
            AgreementStanding::InForce
        }
    }

    /// Once a party has confirmed it.
    #[must_use]
    pub fn confirmed_by(mut self, party: &Party, at: Instant) -> Self {
        for one in &mut self.parties {
            if one.party == *party {
                one.confirmed_at = Some(at);
            }
        }
        self
    }

    /// Once a party has ended it.
    #[must_use]
    pub fn ended_by(self, by: Party, at: Instant) -> Self {
        Self {
            ended: Some(AgreementEnd { by, at }),
            ..self
        }
    }

    /// Once others are known that come in its place: the first that begins does.
    #[must_use]
    pub fn replaced_by<'a>(self, others: impl IntoIterator<Item = &'a Self>) -> Self {
        let own = others
            .into_iter()
            .filter(|other| other.replaces == Some(self.id));
        let begin = own.filter_map(|other| Some((other.begins_at()?, other.id)));
        let replaced = begin.min().map(|(at, by)| Replacement { by, at });
        Self { replaced, ..self }
    }
}

#[cfg(test)]
mod tests;
