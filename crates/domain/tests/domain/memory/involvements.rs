//! Referral notices and involvements.

use freigabe_domain::{
    disclosure::Pseudonym,
    ids::{CaseId, InvolvementId, InvolvementOfferId, OrganisationId, ReferralNoticeId},
    instant::Instant,
    involvement::{HelpNeeded, Involvement, InvolvementOffer, OfferStanding},
    office::OfficeId,
    referral::ReferralNotice,
    store::{Cursor, InvolvementStore, Page, PageRequest, ReferralStore, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, hash_of, page},
    scope::{CENTRE_OFFICE, CENTRE_OFFICE_UPKEEP, COORDINATION, OFFICE, UPKEEP},
};

impl<'tx> ReferralStore<'tx> for MemoryTx<'tx> {
    async fn insert_referral(&mut self, notice: &ReferralNotice) -> Result<(), StoreError> {
        self.only_office(&notice.office, "insert_referral")?;
        self.writable()?.referrals.insert(notice.id, notice.clone());
        Ok(())
    }

    async fn referral(
        &mut self,
        id: ReferralNoticeId,
    ) -> Result<Option<ReferralNotice>, StoreError> {
        self.only(OFFICE, "referral")?;
        Ok(self.state.referrals.get(&id).cloned())
    }

    async fn referrals(
        &mut self,
        office: &OfficeId,
        request: PageRequest,
    ) -> Result<Page<ReferralNotice>, StoreError> {
        self.only_office(office, "referrals")?;
        let all = self.state.referrals.values();
        let own = all.filter(|notice| notice.office == *office).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, |notice| {
            Cursor {
                at: notice.recorded_at,
                id: notice.id.as_uuid(),
            }
        }))
    }
}

fn position(offer: &InvolvementOffer) -> Cursor {
    Cursor {
        at: offer.offered_at,
        id: offer.id.as_uuid(),
    }
}

impl MemoryTx<'_> {
    fn waits(&self, offer: &InvolvementOffer) -> bool {
        let of = self.state.involvements.get(&offer.involvement);
        of.is_some_and(|(of, _)| offer.standing(of) == OfferStanding::Open)
    }
}

impl<'tx> InvolvementStore<'tx> for MemoryTx<'tx> {
    async fn pseudonym_for_centre(
        &mut self,
        case: CaseId,
        centre: OrganisationId,
    ) -> Result<Pseudonym, StoreError> {
        self.only(OFFICE, "pseudonym_for_centre")?;
        Ok(Pseudonym::from_bytes(hash_of((case, centre))))
    }

    async fn insert_involvement(
        &mut self,
        involvement: &Involvement,
        needed: &HelpNeeded,
    ) -> Result<(), StoreError> {
        self.only_office(&involvement.office, "insert_involvement")?;
        let row = (involvement.clone(), needed.clone());
        self.writable()?.involvements.insert(involvement.id, row);
        Ok(())
    }

    async fn help_needed(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<(InvolvementId, HelpNeeded)>, StoreError> {
        self.only(CENTRE_OFFICE, "help_needed")?;
        let all = self.state.involvements.iter();
        Ok(all
            .filter(|(id, _)| ids.contains(id))
            .map(|(id, (_, needed))| (*id, needed.clone()))
            .collect())
    }

    async fn involvement(&mut self, id: InvolvementId) -> Result<Option<Involvement>, StoreError> {
        self.only(CENTRE_OFFICE, "involvement")?;
        Ok(self.state.involvements.get(&id).map(|(of, _)| of.clone()))
    }

    async fn involvements_by_id(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<Involvement>, StoreError> {
        self.only(CENTRE_OFFICE, "involvements_by_id")?;
        let all = self.state.involvements.values();
        Ok(all
            .filter(|(of, _)| ids.contains(&of.id))
            .map(|(of, _)| of.clone())
            .collect())
    }

    async fn lock_involvement(
        &mut self,
        id: InvolvementId,
    ) -> Result<Option<Involvement>, StoreError> {
        self.only(CENTRE_OFFICE_UPKEEP, "lock_involvement")?;
        self.store.wait_for_row();
        Ok(self.state.involvements.get(&id).map(|(of, _)| of.clone()))
    }

    async fn involvements(
        &mut self,
        office: &OfficeId,
        request: PageRequest,
    ) -> Result<Page<Involvement>, StoreError> {
        self.only_office(office, "involvements")?;
        let all = self.state.involvements.values().map(|(of, _)| of);
        let own = all.filter(|of| of.office == *office).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, |of| {
            Cursor {
                at: of.opened_at,
                id: of.id.as_uuid(),
            }
        }))
    }

    async fn update_involvement(&mut self, involvement: &Involvement) -> Result<(), StoreError> {
        self.only(CENTRE_OFFICE, "update_involvement")?;
        let row = self.writable()?.involvements.get_mut(&involvement.id);
        let (of, _) = row.ok_or(affected("update_involvement"))?;
        *of = involvement.clone();
        Ok(())
    }

    async fn insert_offers(&mut self, offers: &[InvolvementOffer]) -> Result<(), StoreError> {
        self.only(OFFICE, "insert_offers")?;
        let known = &mut self.writable()?.offers;
        known.extend(offers.iter().map(|offer| (offer.id, offer.clone())));
        Ok(())
    }

    async fn offer(
        &mut self,
        id: InvolvementOfferId,
    ) -> Result<Option<InvolvementOffer>, StoreError> {
        Ok(self.state.offers.get(&id).cloned())
    }

    async fn offers_within(
        &mut self,
        involvements: &[InvolvementId],
    ) -> Result<Vec<InvolvementOffer>, StoreError> {
        self.only(OFFICE, "offers_within")?;
        let all = self.state.offers.values();
        let mut within: Vec<_> = all
            .filter(|offer| involvements.contains(&offer.involvement))
            .cloned()
            .collect();
        within.sort_by_key(position);
        Ok(within)
    }

    async fn offers_to(
        &mut self,
        centre: OrganisationId,
        request: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        self.only_centre(centre, "offers_to")?;
        let all = self.state.offers.values();
        let own = all.filter(|offer| offer.organisation == centre).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, position))
    }

    async fn update_offer(&mut self, offer: &InvolvementOffer) -> Result<(), StoreError> {
        let row = self.writable()?.offers.get_mut(&offer.id);
        *row.ok_or(affected("update_offer"))? = offer.clone();
        Ok(())
    }

    async fn due_offers(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<InvolvementOfferId>, StoreError> {
        self.only(UPKEEP, "due_offers")?;
        let all = self.state.offers.values();
        let mut due: Vec<_> = all
            .filter(|offer| self.waits(offer))
            .filter(|offer| offer.is_to_be_reminded(now) || offer.is_to_be_escalated(now))
            .map(|offer| (offer.remind_at, offer.id))
            .collect();
        due.sort_unstable();
        due.truncate(usize::from(limit));
        Ok(due.into_iter().map(|(_, id)| id).collect())
    }

    async fn unanswered_offers(
        &mut self,
        request: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        self.only(COORDINATION, "unanswered_offers")?;
        let all = self.state.offers.values();
        let told = all
            .filter(|offer| self.waits(offer) && offer.escalated_at.is_some())
            .cloned();
        Ok(page(told.collect(), Order::OldestFirst, request, position))
    }
}
