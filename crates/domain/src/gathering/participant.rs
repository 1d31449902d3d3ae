//! Who takes part, and on which side.

use crate::{
    access::{Partner, PartnerOrCoordination},
    ids::OrganisationId,
    office::OfficeId,
    regional::Party,
    vocabulary::vocabulary,
};

vocabulary! {
    /// The two sides of the agreement.
    Side as "side" {
        /// The Bundespolizei.
        Police = "police", "Bundespolizei", "federal police";
        /// The KOK and its member centres.
        Network = "network", "KOK und Fachberatungsstellen", "KOK and counselling centres";
    }
}

/// Whoever takes part in what both sides do together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Participant {
    /// An office of the Bundespolizei.
    Office(OfficeId),
    /// A counselling centre.
    Centre(OrganisationId),
    /// The network's coordination.
    Coordination(OrganisationId),
}

impl Participant {
    /// Its side.
    #[must_use]
    pub const fn side(&self) -> Side {
        match self {
            Self::Office(_) => Side::Police,
            Self::Centre(_) | Self::Coordination(_) => Side::Network,
        }
    }

    /// The office, if it is one.
    #[must_use]
    pub const fn office(&self) -> Option<&OfficeId> {
        match self {
            Self::Office(office) => Some(office),
            Self::Centre(_) | Self::Coordination(_) => None,
        }
    }

    /// The organisation, if it is of the network.
    #[must_use]
    pub const fn organisation(&self) -> Option<OrganisationId> {
        match self {
            Self::Office(_) => None,
            Self::Centre(organisation) | Self::Coordination(organisation) => Some(*organisation),
        }
    }
}

impl PartnerOrCoordination {
    /// As whom it takes part.
    #[must_use]
    pub fn participant(&self) -> Participant {
        match self {
            Self::Partner(partner) => partner.participant(),
            Self::Coordination(caller) => Participant::Coordination(caller.as_ref().organisation),
        }
    }
}

impl Partner {
    /// As whom it takes part.
    #[must_use]
    pub fn participant(&self) -> Participant {
        match self.party() {
            Party::Office(office) => Participant::Office(office),
            Party::Centre(organisation) => Participant::Centre(organisation),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offices_are_police_and_the_others_the_network() {
        let organisation = OrganisationId::from_uuid(uuid::Uuid::from_u128(7));
        let office = Participant::Office(OfficeId::parse("bpoli-kiel").unwrap());
        assert_eq!((office.side(), office.organisation()), (Side::Police, None));
        assert!(office.office().is_some());
        for other in [
            Participant::Centre(organisation),
            Participant::Coordination(organisation),
        ] {
            assert_eq!(
                (other.side(), other.organisation()),
                (Side::Network, Some(organisation))
            );
            assert!(other.office().is_none());
        }
    }
}
