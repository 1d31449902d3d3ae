//! Security notices (agreement, point 5).

use super::{Lock, Page, PageRequest, StoreError};
use crate::{
    ids::{OrganisationId, SecurityNoticeId},
    instant::Instant,
    office::OfficeId,
    security_notice::{NoticeDelivery, SecurityNotice, ThreatAssessment},
};

/// Security notices, and what became of them at each centre.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait SecurityNoticeStore<'tx> {
    /// Every centre that takes part, in the order of their identifiers.
    ///
    /// # Errors
    /// When the store fails.
    async fn centres_taking_part(&mut self) -> Result<Vec<OrganisationId>, StoreError>;

    /// Stores a new version; what it says is sealed under a key of its own.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_security_notice(
        &mut self,
        notice: &SecurityNotice,
        assessment: &ThreatAssessment,
    ) -> Result<(), StoreError>;

    /// A version. Nothing that is sealed is opened for it.
    ///
    /// # Errors
    /// When the store fails.
    async fn security_notice(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<SecurityNotice>, StoreError>;

    /// A version whose row is held until the end of the transaction: its office changes it alone, centres go by it side by side.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_security_notice(
        &mut self,
        id: SecurityNoticeId,
        lock: Lock,
    ) -> Result<Option<SecurityNotice>, StoreError>;

    /// Those of these versions that are there.
    ///
    /// # Errors
    /// When the store fails.
    async fn security_notices_by_id(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<SecurityNotice>, StoreError>;

    /// An office's versions, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn security_notices(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<SecurityNotice>, StoreError>;

    /// What a version says; none once it was withdrawn.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn threat_assessment(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<ThreatAssessment>, StoreError>;

    /// Writes that a held version no longer holds. Of a withdrawn one, what it said and its key are destroyed.
    ///
    /// # Errors
    /// When the store fails, or there is no such row.
    async fn end_security_notice(&mut self, notice: &SecurityNotice) -> Result<(), StoreError>;

    /// Stores whom a new version is addressed to.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_deliveries(&mut self, deliveries: &[NoticeDelivery]) -> Result<(), StoreError>;

    /// What became of these versions, by notice and centre.
    ///
    /// # Errors
    /// When the store fails.
    async fn deliveries_of(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<NoticeDelivery>, StoreError>;

    /// What became of a version at one centre; its row is held alone until the end of the transaction.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_delivery(
        &mut self,
        id: SecurityNoticeId,
        centre: OrganisationId,
    ) -> Result<Option<NoticeDelivery>, StoreError>;

    /// What a centre was told, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn deliveries_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<NoticeDelivery>, StoreError>;

    /// Writes what became of a held one; whom it is for stays as it was.
    ///
    /// # Errors
    /// When the store fails, or there is no such row.
    async fn update_delivery(&mut self, delivery: &NoticeDelivery) -> Result<(), StoreError>;

    /// Those of current notices that still hold at `now`, and of which a reminder is due; at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn due_deliveries(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<(SecurityNoticeId, OrganisationId)>, StoreError>;
}
