//! Identifiers: one type each, so that they can't be mixed up.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{entropy::Entropy, entropy::EntropyError, instant::Instant};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// A new `UUIDv7` (RFC 9562) whose time part is the database's `at`.
            ///
            /// # Errors
            /// When the source of randomness fails.
            pub fn fresh(at: Instant, entropy: &dyn Entropy) -> Result<Self, EntropyError> {
                uuid_v7(at, entropy).map(Self)
            }

            /// Wraps an identifier that came from a partner or the database.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The identifier as a UUID.
            #[must_use]
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

id! {
    /// An organisation that takes part: a centre, an office, the coordination, an auditor, an operator.
    OrganisationId,
    /// One person's case at one centre.
    CaseId,
    /// A consent record (`record_id` in ISO/IEC TS 27560).
    ConsentId,
    /// One message of a centre to a police office (agreement, point 4).
    DisclosureId,
    /// A notice to an office that something it collected was withdrawn.
    WithdrawalNoticeId,
    /// An event of the disclosure log.
    EventId,
    /// A counselling centre in the directory (agreement, point 2). Not who takes part in the exchange: most centres stand in the
    /// directory long before, or without ever doing so.
    CentreId,
    /// What a counselling centre offers at one place, in the directory.
    ServiceId,
    /// An office's note that somebody was told about help (agreement, point 2).
    ReferralNoticeId,
    /// One person for whom an office asks centres for help (agreement, point 3).
    InvolvementId,
    /// What one centre was asked within an involvement.
    InvolvementOfferId,
    /// What a person allowed an office to tell a centre about herself.
    ContactConsentId,
    /// Contact details of a person, for one centre.
    ContactDetailsId,
    /// One version of an office's security notice to centres (agreement, point 5).
    SecurityNoticeId,
    /// A regional agreement (agreement, point 9).
    RegionalAgreementId,
    /// An office and a centre that know whom to call (agreement, point 9).
    ContactPairId,
    /// The handover of a case by an office.
    HandoverId,
}

fn uuid_v7(at: Instant, entropy: &dyn Entropy) -> Result<Uuid, EntropyError> {
    let mut random = [0_u8; 10];
    entropy.fill(&mut random)?;
    Ok(uuid::Builder::from_unix_timestamp_millis(at.as_unix_millis(), &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SequentialEntropy;

    #[test]
    fn fresh_ids_are_version_7_and_sort_by_the_databases_time() {
        let entropy = SequentialEntropy::starting_at(7);
        let early = ConsentId::fresh(Instant::from_unix_micros(1_000_000), &entropy).unwrap();
        let late = ConsentId::fresh(Instant::from_unix_micros(2_000_000), &entropy).unwrap();
        assert_eq!(early.as_uuid().get_version_num(), 7);
        assert!(early < late);
    }
}
