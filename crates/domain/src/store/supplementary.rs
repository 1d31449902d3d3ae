//! Supplementary agreements.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    gathering::Participant,
    ids::{OrganisationId, SupplementaryAgreementId},
    instant::Instant,
    regional::AgreementStanding,
    supplementary::SupplementaryAgreement,
};

/// Supplementary agreements (agreement, point 10). Partners and the coordination read all of them; a party confirms for itself, and ends.
pub trait SupplementaryStore<'tx> {
    /// As what these organisations take part: those of them that are centres or the coordination, in any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn of_network(&mut self, ids: &[OrganisationId]) -> Result<Vec<Participant>, StoreError>;

    /// The network's coordination: each organisation that is.
    ///
    /// # Errors
    /// When the store fails.
    async fn coordination(&mut self) -> Result<Vec<OrganisationId>, StoreError>;

    /// Stores a proposal with its parties and their shares.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_supplementary_agreement(
        &mut self,
        agreement: &SupplementaryAgreement,
    ) -> Result<(), StoreError>;

    /// An agreement.
    ///
    /// # Errors
    /// When the store fails, or its shares don't add up.
    async fn supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError>;

    /// The same, its row held alone; none where it is nothing of the caller's. Confirming and ending wait for each other.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError>;

    /// All agreements, or those that stand so at `now`; newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn supplementary_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<SupplementaryAgreement>, StoreError>;

    /// A party confirms, which it has not done before; the row is held.
    ///
    /// # Errors
    /// When the store fails, or there is no such party that has not confirmed.
    async fn confirm_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        party: &Participant,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// A party ends an agreement that nobody has ended; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was ended before.
    async fn end_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        by: &Participant,
        at: Instant,
    ) -> Result<(), StoreError>;
}
