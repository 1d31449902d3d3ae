//! Trainings and general advisories.

use freigabe_domain::{
    advisory::GeneralAdvisory,
    gathering::{CalendarEvent, CalendarOf, Participant},
    ids::{AdvisoryId, SupplementaryAgreementId, TrainingId},
    instant::Instant,
    store::{AdvisoryStore, Cursor, Page, PageRequest, StoreError, TrainingStore},
    training::{Audience, Training, TrainingState},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::PARTNERS,
};

fn stands_in(training: &Training, of: &CalendarOf) -> bool {
    match of {
        CalendarOf::Public => training.terms.public,
        CalendarOf::Participant(Participant::Office(own), above) => {
            let addressed = match &training.terms.audience {
                Audience::All => true,
                Audience::Offices(offices) => offices.contains(own),
                Audience::Direktion(office) => office == own || above.contains(office),
            };
            addressed || training.office.as_ref() == Some(own)
        }
        CalendarOf::Participant(own, _) => training.host.as_ref() == Some(own),
    }
}

impl<'tx> TrainingStore<'tx> for MemoryTx<'tx> {
    async fn insert_training(&mut self, training: &Training) -> Result<(), StoreError> {
        self.only(PARTNERS, "insert_training")?;
        let all = &mut self.writable()?.trainings;
        all.insert(training.id, training.clone());
        Ok(())
    }

    async fn training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError> {
        self.only(PARTNERS, "training")?;
        Ok(self.state.trainings.get(&id).cloned())
    }

    async fn lock_training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError> {
        self.only(PARTNERS, "lock_training")?;
        self.store.wait_for_row();
        Ok(self.state.trainings.get(&id).cloned())
    }

    async fn trainings(
        &mut self,
        state: Option<TrainingState>,
        request: PageRequest,
    ) -> Result<Page<Training>, StoreError> {
        self.only(PARTNERS, "trainings")?;
        let mut all: Vec<Training> = self.state.trainings.values().cloned().collect();
        all.retain(|one| state.is_none_or(|state| one.state == state));
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.opened_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_training(&mut self, training: &Training, _: usize) -> Result<(), StoreError> {
        self.only(PARTNERS, "update_training")?;
        let all = &mut self.writable()?.trainings;
        let row = all.get_mut(&training.id);
        let row = row.filter(|row| row.version + 1 == training.version);
        *row.ok_or(affected("update_training"))? = training.clone();
        Ok(())
    }

    async fn takes_part(&mut self, participant: &Participant) -> Result<bool, StoreError> {
        self.only(PARTNERS, "takes_part")?;
        let id = participant.organisation();
        Ok(id.is_some_and(|id| self.state.organisations.contains_key(&id)))
    }

    async fn has_supplementary_agreement(
        &mut self,
        _: SupplementaryAgreementId,
    ) -> Result<bool, StoreError> {
        self.only(PARTNERS, "has_supplementary_agreement")?;
        Ok(false)
    }

    async fn trainings_in_calendar(
        &mut self,
        of: &CalendarOf,
        since: Instant,
        limit: u16,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let all = self.state.trainings.values();
        let own = all.filter(|training| stands_in(training, of));
        let mut events: Vec<CalendarEvent> = own.filter_map(Training::in_calendar).collect();
        events.retain(|event| event.span.ends_at() > since);
        events.sort_by_key(|event| (event.span, event.uid.clone()));
        events.truncate(usize::from(limit));
        Ok(events)
    }
}

impl<'tx> AdvisoryStore<'tx> for MemoryTx<'tx> {
    async fn insert_advisory(&mut self, advisory: &GeneralAdvisory) -> Result<(), StoreError> {
        self.only(PARTNERS, "insert_advisory")?;
        let all = &mut self.writable()?.advisories;
        all.insert(advisory.id, advisory.clone());
        Ok(())
    }

    async fn advisory(&mut self, id: AdvisoryId) -> Result<Option<GeneralAdvisory>, StoreError> {
        self.only(PARTNERS, "advisory")?;
        Ok(self.state.advisories.get(&id).cloned())
    }

    async fn lock_advisory(
        &mut self,
        id: AdvisoryId,
    ) -> Result<Option<GeneralAdvisory>, StoreError> {
        self.store.wait_for_row();
        self.advisory(id).await
    }

    async fn advisories(
        &mut self,
        request: PageRequest,
    ) -> Result<Page<GeneralAdvisory>, StoreError> {
        self.only(PARTNERS, "advisories")?;
        let mut all: Vec<GeneralAdvisory> = self.state.advisories.values().cloned().collect();
        all.retain(|one| one.withdrawn_at.is_none());
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.published_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn withdraw_advisory(&mut self, id: AdvisoryId, at: Instant) -> Result<(), StoreError> {
        self.only(PARTNERS, "withdraw_advisory")?;
        let all = &mut self.writable()?.advisories;
        let row = all.get_mut(&id).filter(|one| one.withdrawn_at.is_none());
        row.ok_or(affected("withdraw_advisory"))?.withdrawn_at = Some(at);
        Ok(())
    }
}
