//! Contact consents and contact details (agreement, point 3).

use super::{Lock, Page, PageRequest, StoreError};
use crate::{
    contact::{
        ContactCollectionPermit, ContactConsent, ContactContent, ContactRecord,
        ContactReleasePermit, LockedContactConsent,
    },
    disclosure::SealReason,
    ids::{ContactConsentId, ContactDetailsId, OrganisationId},
    instant::Instant,
};

/// Contact consents and contact details.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait ContactStore<'tx> {
    /// Stores a new consent; its terms are sealed under the case's key.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_contact_consent(
        &mut self,
        consent: &LockedContactConsent,
    ) -> Result<(), StoreError>;

    /// Takes a consent's row until the end of the transaction, and opens its terms. Never from a replica.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn lock_contact_consent(
        &mut self,
        id: ContactConsentId,
        lock: Lock,
    ) -> Result<Option<LockedContactConsent>, StoreError>;

    /// A consent's row, held alone, without opening anything sealed: a withdrawal must not depend on a key.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_contact_head(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<ContactConsent>, StoreError>;

    /// A consent with its terms, not held.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn contact_consent(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<LockedContactConsent>, StoreError>;

    /// Ends a held consent that is given: writes its status, when it was withdrawn, and its new commitment.
    ///
    /// # Errors
    /// When the store fails, or it was not given.
    async fn end_contact_consent(&mut self, consent: &ContactConsent) -> Result<(), StoreError>;

    /// Given consents whose validity is over at `now`; at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ContactConsentId>, StoreError>;

    /// Stores released details, sealed under the case's key.
    ///
    /// # Errors
    /// When the store fails.
    async fn hold_contact(&mut self, permit: &ContactReleasePermit<'tx>) -> Result<(), StoreError>;

    /// Opens the permit's details; none when they were destroyed.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn open_contact(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<Option<ContactContent>, StoreError>;

    /// Marks the permit's details as collected at the permit's time; collected ones stay so.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when they are neither held nor collected any more.
    async fn mark_contact_collected(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<(), StoreError>;

    /// Details, without content.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_details(
        &mut self,
        id: ContactDetailsId,
    ) -> Result<Option<ContactRecord>, StoreError>;

    /// All details that rest on a consent, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_details_under(
        &mut self,
        consent: ContactConsentId,
    ) -> Result<Vec<ContactRecord>, StoreError>;

    /// What concerns a centre: held under a given consent that is valid at `now`, collected, acknowledged, or to be erased; oldest
    /// first.
    ///
    /// # Errors
    /// When the store fails.
    async fn contact_details_for(
        &mut self,
        centre: OrganisationId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<ContactRecord>, StoreError>;

    /// Seals held details for good and destroys what they say. False when they were not held.
    ///
    /// # Errors
    /// When the store fails.
    async fn seal_contact(
        &mut self,
        id: ContactDetailsId,
        reason: SealReason,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Acknowledges collected details and destroys what they say. False when they were not in the state `Collected`.
    ///
    /// # Errors
    /// When the store fails.
    async fn acknowledge_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Asks the centre to erase what it collected, and destroys what is still here. False when it was not collected, or asked before.
    ///
    /// # Errors
    /// When the store fails.
    async fn ask_to_erase_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Notes that the centre erased what it collected. False when nobody asked it to, or it said so before.
    ///
    /// # Errors
    /// When the store fails.
    async fn note_contact_erased(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError>;
}
