//! Handovers.

use freigabe_domain::{
    handover::Handover,
    ids::{CaseId, HandoverId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, HandoverStore, Page, PageRequest, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, page},
    scope::{CENTRE, CENTRE_OFFICE},
};

const fn position(handover: &Handover) -> Cursor {
    Cursor {
        at: handover.handed_over_at,
        id: handover.id.as_uuid(),
    }
}

impl MemoryTx<'_> {
    fn latest(&self, case: CaseId, office: &OfficeId) -> Option<&Handover> {
        let concerns = |one: &&Handover| {
            one.case() == case && (one.office == *office || one.to.office() == Some(office))
        };
        let of_office = self.state.handovers.iter().filter(concerns);
        of_office.max_by_key(|one| (one.handed_over_at, one.id))
    }

    /// Whether this office gave a case away, and did not get it back.
    pub(super) fn was_handed_over(&self, case: CaseId, office: &OfficeId) -> bool {
        let latest = self.latest(case, office);
        latest.is_some_and(|latest| latest.office == *office)
    }
}

impl<'tx> HandoverStore<'tx> for MemoryTx<'tx> {
    async fn insert_handover(&mut self, handover: &Handover) -> Result<(), StoreError> {
        self.only_office(&handover.office, "insert_handover")?;
        self.writable()?.handovers.push(handover.clone());
        Ok(())
    }

    async fn handover(&mut self, id: HandoverId) -> Result<Option<Handover>, StoreError> {
        self.only(CENTRE_OFFICE, "handover")?;
        let mut all = self.state.handovers.iter();
        Ok(all.find(|one| one.id == id).cloned())
    }

    async fn handovers_by(
        &mut self,
        office: &OfficeId,
        request: PageRequest,
    ) -> Result<Page<Handover>, StoreError> {
        self.only_office(office, "handovers_by")?;
        let all = self.state.handovers.iter();
        let own = all.filter(|one| one.office == *office).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, position))
    }

    async fn handovers_told_to(
        &mut self,
        centre: OrganisationId,
        request: PageRequest,
    ) -> Result<Page<Handover>, StoreError> {
        self.only_centre(centre, "handovers_told_to")?;
        let all = self.state.handovers.iter();
        let own = all.filter(|one| one.centre == centre).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, position))
    }

    async fn latest_handover(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Option<Handover>, StoreError> {
        self.only(CENTRE_OFFICE, "latest_handover")?;
        Ok(self.latest(case, office).cloned())
    }

    async fn acknowledge_handover(
        &mut self,
        id: HandoverId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.only(CENTRE, "acknowledge_handover")?;
        let mut all = self.writable()?.handovers.iter_mut();
        let open = all.find(|one| one.id == id && one.acknowledged_at.is_none());
        let found = open.map(|one| one.acknowledged_at = Some(at));
        Ok(found.is_some())
    }
}
