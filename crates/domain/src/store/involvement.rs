//! Referral notices and involvements (agreement, points 2 and 3).

use super::{Page, PageRequest, StoreError};
use crate::{
    disclosure::Pseudonym,
    ids::{CaseId, InvolvementId, InvolvementOfferId, OrganisationId, ReferralNoticeId},
    instant::Instant,
    involvement::{HelpNeeded, Involvement, InvolvementOffer},
    office::OfficeId,
    referral::ReferralNotice,
};

/// Referral notices.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait ReferralStore<'tx> {
    /// Stores a new notice.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_referral(&mut self, notice: &ReferralNotice) -> Result<(), StoreError>;

    /// A notice.
    ///
    /// # Errors
    /// When the store fails.
    async fn referral(
        &mut self,
        id: ReferralNoticeId,
    ) -> Result<Option<ReferralNotice>, StoreError>;

    /// An office's notices, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn referrals(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<ReferralNotice>, StoreError>;
}

/// Involvements and what centres were asked.
#[expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]
pub trait InvolvementStore<'tx> {
    /// The pairwise pseudonym, for a centre, of the person of an office's case.
    ///
    /// # Errors
    /// When the store fails.
    async fn pseudonym_for_centre(
        &mut self,
        case: CaseId,
        centre: OrganisationId,
    ) -> Result<Pseudonym, StoreError>;

    /// Stores a new involvement; which help is needed is sealed under the case's key.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_involvement(
        &mut self,
        involvement: &Involvement,
        needed: &HelpNeeded,
    ) -> Result<(), StoreError>;

    /// Which help is needed, for those of these involvements that are there; opened.
    ///
    /// # Errors
    /// When the store fails, or what is sealed can't be opened.
    async fn help_needed(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<(InvolvementId, HelpNeeded)>, StoreError>;

    /// An involvement. Nothing that is sealed is opened for it.
    ///
    /// # Errors
    /// When the store fails.
    async fn involvement(&mut self, id: InvolvementId) -> Result<Option<Involvement>, StoreError>;

    /// Those of these involvements that are there.
    ///
    /// # Errors
    /// When the store fails.
    async fn involvements_by_id(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<Involvement>, StoreError>;

    /// An involvement whose row is held alone until the end of the transaction.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_involvement(
        &mut self,
        id: InvolvementId,
    ) -> Result<Option<Involvement>, StoreError>;

    /// An office's involvements, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn involvements(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<Involvement>, StoreError>;

    /// Writes where a held involvement stands now; who it is about and what is needed stay as they were.
    ///
    /// # Errors
    /// When the store fails, or there is no such row.
    async fn update_involvement(&mut self, involvement: &Involvement) -> Result<(), StoreError>;

    /// Stores new offers.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_offers(&mut self, offers: &[InvolvementOffer]) -> Result<(), StoreError>;

    /// An offer.
    ///
    /// # Errors
    /// When the store fails.
    async fn offer(
        &mut self,
        id: InvolvementOfferId,
    ) -> Result<Option<InvolvementOffer>, StoreError>;

    /// What was asked within these involvements, in the order of their times.
    ///
    /// # Errors
    /// When the store fails.
    async fn offers_within(
        &mut self,
        involvements: &[InvolvementId],
    ) -> Result<Vec<InvolvementOffer>, StoreError>;

    /// What a centre was asked, newest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn offers_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError>;

    /// Writes what was answered, and who was reminded or told.
    ///
    /// # Errors
    /// When the store fails, or there is no such row.
    async fn update_offer(&mut self, offer: &InvolvementOffer) -> Result<(), StoreError>;

    /// Offers that wait, and whose reminder or escalation is due at `now`; at most `limit`.
    ///
    /// # Errors
    /// When the store fails.
    async fn due_offers(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<InvolvementOfferId>, StoreError>;

    /// Offers that wait although the coordination was told, in the order in which they were made.
    ///
    /// # Errors
    /// When the store fails.
    async fn unanswered_offers(
        &mut self,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError>;
}
