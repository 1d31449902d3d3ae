//! Supplementary agreements.

use std::collections::BTreeSet;

use freigabe_domain::{
    gathering::Participant,
    ids::{OrganisationId, SupplementaryAgreementId},
    instant::Instant,
    regional::AgreementStanding,
    store::{Cursor, Page, PageRequest, Scope, StoreError, SupplementaryStore},
    supplementary::SupplementaryAgreement,
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::PARTNERS,
};

/// Nobody is registered here: this is the coordination.
const COORDINATION: u128 = 0xC0;

impl MemoryTx<'_> {
    /// Only the participant itself does this.
    pub(super) fn only_participant(
        &self,
        participant: &Participant,
        what: &str,
    ) -> Result<(), StoreError> {
        let own = match (&self.scope, participant) {
            (Scope::Centre { organisation, .. }, Participant::Centre(other))
            | (Scope::Coordination { organisation, .. }, Participant::Coordination(other)) => {
                organisation == other
            }
            (Scope::Office { office, .. }, Participant::Office(other)) => office == other,
            _ => false,
        };
        let defect = || StoreError::Defect(format!("{what} is nothing for {:?}", self.scope));
        own.then_some(()).ok_or_else(defect)
    }
}

impl<'tx> SupplementaryStore<'tx> for MemoryTx<'tx> {
    async fn of_network(&mut self, ids: &[OrganisationId]) -> Result<Vec<Participant>, StoreError> {
        self.only(PARTNERS, "of_network")?;
        let all = self.state.centres.entries.values();
        let keepers: BTreeSet<_> = all.filter_map(|centre| centre.organisation).collect();
        let coordination = self.coordination().await?;
        let known = ids.iter().filter_map(|id| {
            if keepers.contains(id) {
                Some(Participant::Centre(*id))
            } else if coordination.contains(id) {
                Some(Participant::Coordination(*id))
            } else {
                None
            }
        });
        Ok(known.collect())
    }

    async fn coordination(&mut self) -> Result<Vec<OrganisationId>, StoreError> {
        self.only(PARTNERS, "coordination")?;
        let id = uuid::Uuid::from_u128(COORDINATION);
        Ok(vec![OrganisationId::from_uuid(id)])
    }

    async fn insert_supplementary_agreement(
        &mut self,
        agreement: &SupplementaryAgreement,
    ) -> Result<(), StoreError> {
        self.only_participant(&agreement.proposed_by, "insert_supplementary_agreement")?;
        let all = &mut self.writable()?.supplementary_agreements;
        all.insert(agreement.id, agreement.clone());
        Ok(())
    }

    async fn supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError> {
        self.only(PARTNERS, "supplementary_agreement")?;
        Ok(self.state.supplementary_agreements.get(&id).cloned())
    }

    async fn lock_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError> {
        self.only(PARTNERS, "lock_supplementary_agreement")?;
        self.store.wait_for_row();
        Ok(self.state.supplementary_agreements.get(&id).cloned())
    }

    async fn supplementary_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        request: PageRequest,
    ) -> Result<Page<SupplementaryAgreement>, StoreError> {
        self.only(PARTNERS, "supplementary_agreements")?;
        let all = self.state.supplementary_agreements.values();
        let mut all: Vec<_> = all.cloned().collect();
        all.retain(|one| standing.is_none_or(|standing| one.standing(now) == standing));
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.proposed_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn confirm_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        party: &Participant,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only_participant(party, "confirm_supplementary_agreement")?;
        let all = &mut self.writable()?.supplementary_agreements;
        let row = all.get_mut(&id).filter(|one| one.binds(party));
        let row = row.filter(|one| !one.is_confirmed_by(party));
        let row = row.ok_or(affected("confirm_supplementary_agreement"))?;
        *row = row.clone().confirmed_by(party, at);
        Ok(())
    }

    async fn end_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        by: &Participant,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only_participant(by, "end_supplementary_agreement")?;
        let all = &mut self.writable()?.supplementary_agreements;
        let row = all.get_mut(&id).filter(|one| one.ended.is_none());
        let row = row.ok_or(affected("end_supplementary_agreement"))?;
        *row = row.clone().ended_by(by.clone(), at);
        Ok(())
    }
}
