//! Regional agreements.

use freigabe_domain::{
    ids::RegionalAgreementId,
    instant::Instant,
    office::{AgreedOffice, OfCentre, OfficeId, Place, Postcode, Task},
    regional::{AgreementStanding, Party, RegionalAgreement},
    store::{Cursor, Page, PageRequest, RegionalStore, Scope, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::{CENTRE_OFFICE, OFFICE, PARTNERS},
};
use crate::given;

impl MemoryTx<'_> {
    /// All of them, each with what replaces it.
    fn agreements(&self) -> Vec<RegionalAgreement> {
        let all = &self.state.regional_agreements;
        all.values()
            .map(|one| one.clone().replaced_by(all.values()))
            .collect()
    }

    pub(super) fn agreed_offices(
        &self,
        place: &Place,
        task: Task,
        of: OfCentre,
    ) -> Result<Vec<AgreedOffice>, StoreError> {
        self.only(CENTRE_OFFICE, "agreements of a centre")?;
        let party = Party::Centre(of.centre);
        let offices = given::offices();
        let agreed = |one: RegionalAgreement| {
            let named = one.deviations.competent_offices.get(&task)?;
            Some(AgreedOffice {
                office: offices.iter().find(|office| office.id == *named)?.clone(),
                precedence: one.precedence,
                rank: one.rank(Some(&place.postcode)),
            })
        };
        let applies = |one: &RegionalAgreement| {
            one.binds(&party)
                && one.standing(of.at) == AgreementStanding::InForce
                && one.area.contains(Some(place.land), &place.postcode)
        };
        let all = self.agreements().into_iter();
        Ok(all.filter(applies).filter_map(agreed).collect())
    }

    /// Only the party itself does this.
    fn only_party(&self, party: &Party, what: &str) -> Result<(), StoreError> {
        let own = match (&self.scope, party) {
            (Scope::Centre { organisation, .. }, Party::Centre(centre)) => organisation == centre,
            (Scope::Office { office, .. }, Party::Office(other)) => office == other,
            _ => false,
        };
        let defect = || StoreError::Defect(format!("{what} is nothing for {:?}", self.scope));
        own.then_some(()).ok_or_else(defect)
    }
}

impl<'tx> RegionalStore<'tx> for MemoryTx<'tx> {
    async fn insert_regional_agreement(
        &mut self,
        agreement: &RegionalAgreement,
    ) -> Result<(), StoreError> {
        self.only_party(&agreement.proposed_by, "insert_regional_agreement")?;
        let all = &mut self.writable()?.regional_agreements;
        all.insert(agreement.id, agreement.clone());
        Ok(())
    }

    async fn regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        self.only(PARTNERS, "regional_agreement")?;
        Ok(self.agreements().into_iter().find(|one| one.id == id))
    }

    async fn lock_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        self.only(CENTRE_OFFICE, "lock_regional_agreement")?;
        self.store.wait_for_row();
        Ok(self.agreements().into_iter().find(|one| one.id == id))
    }

    async fn regional_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        request: PageRequest,
    ) -> Result<Page<RegionalAgreement>, StoreError> {
        self.only(PARTNERS, "regional_agreements")?;
        let mut all = self.agreements();
        all.retain(|one| standing.is_none_or(|standing| one.standing(now) == standing));
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.proposed_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn confirm_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        party: &Party,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only_party(party, "confirm_regional_agreement")?;
        let all = &mut self.writable()?.regional_agreements;
        let row = all.get_mut(&id).filter(|one| one.binds(party));
        let row = row.filter(|one| !one.is_confirmed_by(party));
        let row = row.ok_or(affected("confirm_regional_agreement"))?;
        *row = row.clone().confirmed_by(party, at);
        Ok(())
    }

    async fn end_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        by: &Party,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only_party(by, "end_regional_agreement")?;
        let all = &mut self.writable()?.regional_agreements;
        let row = all.get_mut(&id).filter(|one| one.ended.is_none());
        let row = row.ok_or(affected("end_regional_agreement"))?;
        *row = row.clone().ended_by(by.clone(), at);
        Ok(())
    }

    async fn deadlines_agreed(
        &mut self,
        office: &OfficeId,
        place: Option<&Postcode>,
        now: Instant,
    ) -> Result<Vec<RegionalAgreement>, StoreError> {
        self.only(OFFICE, "deadlines_agreed")?;
        let known = given::place();
        let land = place.filter(|postcode| **postcode == known.postcode);
        let land = land.map(|_| known.land);
        let party = Party::Office(office.clone());
        let mut all = self.agreements();
        all.retain(|one| {
            let says = one.deviations.offers.is_some() || one.deviations.notices.is_some();
            let there = place.is_none_or(|place| one.area.contains(land, place));
            says && there && one.binds(&party) && one.standing(now) == AgreementStanding::InForce
        });
        Ok(all)
    }
}
