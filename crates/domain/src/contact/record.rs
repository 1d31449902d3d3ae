//! Contact consents and contact details as they are stored: plain facts, no authority.

use freigabe_ledger::Commitment;

use super::{ContactItemKind, ContactTerms};
use crate::{
    consent::ConsentStatus,
    disclosure::{Pseudonym, SealReason},
    ids::{
        CaseId, CentreId, ContactConsentId, ContactDetailsId, InvolvementId, InvolvementOfferId,
        OrganisationId,
    },
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// Where contact details stand.
    ContactState as "state of contact details" {
        Held = "held", "zur Abholung bereit", "held for collection";
        Collected = "collected", "abgeholt", "collected";
        Acknowledged = "acknowledged", "Empfang bestätigt", "acknowledged";
        Sealed = "sealed", "versiegelt", "sealed";
    }
}

/// A contact consent: the row on which releases, collections and the withdrawal meet. Only what was allowed is recorded: that a person
/// said no is nobody's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactConsent {
    /// Its identifier.
    pub id: ContactConsentId,
    /// The involvement.
    pub involvement: InvolvementId,
    /// The office that recorded it.
    pub office: OfficeId,
    /// The person's case at the office.
    pub case: CaseId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// `Given`, `Withdrawn` or `Expired`.
    pub status: ConsentStatus,
    /// When it was recorded.
    pub recorded_at: Instant,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Instant>,
    /// Beginning of its validity.
    pub valid_from: Instant,
    /// End of its validity.
    pub valid_until: Instant,
    /// Commitment of the log event that recorded the latest change: what a release relies on.
    pub commitment: Commitment,
}

impl ContactConsent {
    /// The status as the clock sees it.
    #[must_use]
    pub fn status_at(&self, now: Instant) -> ConsentStatus {
        match self.status {
            ConsentStatus::Given if now >= self.valid_until => ConsentStatus::Expired,
            status => status,
        }
    }
}

/// A contact consent whose row this transaction holds, with its terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockedContactConsent {
    /// The row.
    pub head: ContactConsent,
    /// What was allowed.
    pub terms: ContactTerms,
}

/// Contact details, but for what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRecord {
    /// Their identifier.
    pub id: ContactDetailsId,
    /// The consent that they rest on.
    pub consent: ContactConsentId,
    /// The involvement.
    pub involvement: InvolvementId,
    /// The office that tells.
    pub office: OfficeId,
    /// The person's case at the office.
    pub case: CaseId,
    /// The offer that was accepted.
    pub offer: InvolvementOfferId,
    /// The centre's entry in the directory.
    pub centre: CentreId,
    /// The organisation that may collect.
    pub organisation: OrganisationId,
    /// The person's pseudonym in the log.
    pub person: Pseudonym,
    /// The person's pseudonym for the centre.
    pub person_for_centre: Pseudonym,
    /// Which details.
    pub kinds: Vec<ContactItemKind>,
    /// Where they stand.
    pub state: ContactState,
    /// Why they were sealed.
    pub seal_reason: Option<SealReason>,
    /// When they were released.
    pub released_at: Instant,
    /// When they were collected.
    pub collected_at: Option<Instant>,
    /// When they were acknowledged or sealed.
    pub closed_at: Option<Instant>,
    /// When the centre was told that the person took her consent back after it had collected.
    pub erasure_asked_at: Option<Instant>,
    /// When the centre said that it erased them.
    pub erased_at: Option<Instant>,
}

/// What a withdrawal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactWithdrawal {
    /// The consent afterwards.
    pub consent: ContactConsent,
    /// Details that were never collected, and now never will be.
    pub sealed: usize,
    /// Details that a centre had collected, and is asked to erase.
    pub to_erase: usize,
}
