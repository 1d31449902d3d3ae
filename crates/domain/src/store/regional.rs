//! Regional agreements.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    ids::RegionalAgreementId,
    instant::Instant,
    office::{OfficeId, Postcode},
    regional::{AgreementStanding, Party, RegionalAgreement},
};

/// Regional agreements (agreement, point 9). Partners and the coordination read all of them; a party confirms for itself, and ends.
/// Competence asks for them in [`OfficeStore::jurisdiction`](super::OfficeStore::jurisdiction).
pub trait RegionalStore<'tx> {
    /// Stores a proposal with its parties and all that it says.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_regional_agreement(
        &mut self,
        agreement: &RegionalAgreement,
    ) -> Result<(), StoreError>;

    /// An agreement, with what replaces it.
    ///
    /// # Errors
    /// When the store fails.
    async fn regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError>;

    /// The same, its row held alone; none where it is nothing of the caller's. Confirming and ending wait for each other.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError>;

    /// All agreements, or those that stand so at `now`; newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn regional_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<RegionalAgreement>, StoreError>;

    /// A party confirms, which it has not done before; the row is held.
    ///
    /// # Errors
    /// When the store fails, or there is no such party that has not confirmed.
    async fn confirm_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        party: &Party,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// A party ends an agreement that nobody has ended; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was ended before.
    async fn end_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        by: &Party,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// The agreements in force at `now` that say something about deadlines, of which the office is a party; for a place only those
    /// whose area contains it. In any order.
    ///
    /// # Errors
    /// When the store fails.
    async fn deadlines_agreed(
        &mut self,
        office: &OfficeId,
        place: Option<&Postcode>,
        now: Instant,
    ) -> Result<Vec<RegionalAgreement>, StoreError>;
}
