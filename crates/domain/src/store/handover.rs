//! Handovers (agreement, point 9).

use super::{Page, PageRequest, StoreError};
use crate::{
    handover::Handover,
    ids::{CaseId, HandoverId, OrganisationId},
    instant::Instant,
    office::OfficeId,
};

/// Handovers of cases.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait HandoverStore<'tx> {
    /// Stores a handover. Two of the same office and case at the same moment conflict.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_handover(&mut self, handover: &Handover) -> Result<(), StoreError>;

    /// A handover.
    ///
    /// # Errors
    /// When the store fails.
    async fn handover(&mut self, id: HandoverId) -> Result<Option<Handover>, StoreError>;

    /// What an office handed over, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn handovers_by(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<Handover>, StoreError>;

    /// What a centre is told of, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn handovers_told_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<Handover>, StoreError>;

    /// The latest handover of a case by this office or to it.
    ///
    /// # Errors
    /// When the store fails.
    async fn latest_handover(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Option<Handover>, StoreError>;

    /// Notes that the centre acknowledged. False when it had already.
    ///
    /// # Errors
    /// When the store fails.
    async fn acknowledge_handover(
        &mut self,
        id: HandoverId,
        at: Instant,
    ) -> Result<bool, StoreError>;
}
