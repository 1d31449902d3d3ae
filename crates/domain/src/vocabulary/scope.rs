//! The dimensions of what a person allows.

use serde::{Deserialize, Serialize};

use super::vocabulary;

vocabulary! {
    /// What the office may use the information for.
    Purpose as "purpose" {
        CriminalInvestigation = "criminal_investigation", "Strafverfolgung", "criminal investigation";
        DangerPrevention = "danger_prevention", "Gefahrenabwehr", "prevention of danger";
        VictimProtection = "victim_protection", "Schutz der betroffenen Person", "protection of the affected person";
    }
}

vocabulary! {
    /// What the office may do.
    Action as "action" {
        Collect = "collect", "abholen und verwenden", "collect and use";
        OnwardTransfer = "onward_transfer", "an andere Stellen weitergeben", "transfer onward to other bodies";
    }
}

vocabulary! {
    /// Kinds of personal data that a general scope never covers: the person must have named them (Art. 9 GDPR, §§ 48, 51 BDSG).
    ExpressScope as "express scope" {
        Identity = "identity", "Identität", "identity";
        Health = "health", "Gesundheit", "health";
        SexualLife = "sexual_life", "Sexualleben", "sexual life";
        ResidenceStatus = "residence_status", "Aufenthaltsstatus", "residence status";
        FamilyAbroad = "family_abroad", "Familie im Ausland", "family abroad";
        RegionOfStay = "region_of_stay", "Aufenthaltsregion", "region of stay";
        ShelterAddress = "shelter_address", "Adresse der Schutzunterkunft", "address of the shelter";
    }
}

/// A set of express scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct ExpressScopes(u8);

impl ExpressScopes {
    /// The set without members.
    pub const NONE: Self = Self(0);

    const fn bit(scope: ExpressScope) -> u8 {
        1 << (scope as u8)
    }

    /// Whether the scope is in the set.
    #[must_use]
    pub const fn contains(self, scope: ExpressScope) -> bool {
        self.0 & Self::bit(scope) != 0
    }

    /// Whether the set has no members.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The set with one more member.
    #[must_use]
    pub const fn with(self, scope: ExpressScope) -> Self {
        Self(self.0 | Self::bit(scope))
    }

    /// Members of either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Members of this set that the other one lacks.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The members, in the vocabulary's order.
    pub fn iter(self) -> impl Iterator<Item = ExpressScope> {
        ExpressScope::ALL
            .iter()
            .copied()
            .filter(move |scope| self.contains(*scope))
    }
}

impl FromIterator<ExpressScope> for ExpressScopes {
    fn from_iter<I: IntoIterator<Item = ExpressScope>>(scopes: I) -> Self {
        scopes.into_iter().fold(Self::NONE, Self::with)
    }
}

impl Serialize for ExpressScopes {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for ExpressScopes {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::<ExpressScope>::deserialize(deserializer).map(Self::from_iter)
    }
}
