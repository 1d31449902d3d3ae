//! Contact consents and contact details.

use freigabe_domain::{
    consent::ConsentStatus,
    contact::{
        ContactCollectionPermit, ContactConsent, ContactContent, ContactRecord,
        ContactReleasePermit, ContactState, LockedContactConsent,
    },
    disclosure::SealReason,
    ids::{ContactConsentId, ContactDetailsId, OrganisationId},
    instant::Instant,
    store::{ContactStore, Cursor, Lock, Page, PageRequest, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::{CENTRE, CENTRE_OFFICE, OFFICE_UPKEEP, UPKEEP},
};

fn position(record: &ContactRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

impl MemoryTx<'_> {
    /// Changes details if they meet a condition.
    fn change_contact(
        &mut self,
        id: ContactDetailsId,
        when: impl Fn(&ContactRecord) -> bool,
        change: impl Fn(&mut ContactRecord),
        destroys: bool,
    ) -> Result<bool, StoreError> {
        let Some((record, content)) = self.writable()?.contact_details.get_mut(&id) else {
            return Ok(false);
        };
        if !when(record) {
            return Ok(false);
        }
        change(record);
        if destroys {
            *content = None;
        }
        Ok(true)
    }
}

impl<'tx> ContactStore<'tx> for MemoryTx<'tx> {
    async fn insert_contact_consent(
        &mut self,
        consent: &LockedContactConsent,
    ) -> Result<(), StoreError> {
        self.only_office(&consent.head.office, "insert_contact_consent")?;
        let consents = &mut self.writable()?.contact_consents;
        consents.insert(consent.head.id, consent.clone());
        Ok(())
    }

    async fn lock_contact_consent(
        &mut self,
        id: ContactConsentId,
        _: Lock,
    ) -> Result<Option<LockedContactConsent>, StoreError> {
        self.only(CENTRE_OFFICE, "lock_contact_consent")?;
        self.store.wait_for_row();
        Ok(self.state.contact_consents.get(&id).cloned())
    }

    async fn lock_contact_head(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<ContactConsent>, StoreError> {
        self.only(OFFICE_UPKEEP, "lock_contact_head")?;
        let found = self.state.contact_consents.get(&id);
        Ok(found.map(|consent| consent.head.clone()))
    }

    async fn contact_consent(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<LockedContactConsent>, StoreError> {
        self.only(CENTRE_OFFICE, "contact_consent")?;
        Ok(self.state.contact_consents.get(&id).cloned())
    }

    async fn end_contact_consent(&mut self, consent: &ContactConsent) -> Result<(), StoreError> {
        self.only(OFFICE_UPKEEP, "end_contact_consent")?;
        let known = self.writable()?.contact_consents.get_mut(&consent.id);
        let known = known.filter(|known| known.head.status != ConsentStatus::Withdrawn);
        known.ok_or(affected("end_contact_consent"))?.head = consent.clone();
        Ok(())
    }

    async fn contact_consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ContactConsentId>, StoreError> {
        self.only(UPKEEP, "contact_consents_past_their_end")?;
        let all = self.state.contact_consents.values();
        let mut past: Vec<_> = all
            .filter(|one| one.head.status == ConsentStatus::Given && one.head.valid_until <= now)
            .map(|one| (one.head.valid_until, one.head.id))
            .collect();
        past.sort_unstable();
        past.truncate(usize::from(limit));
        Ok(past.into_iter().map(|(_, id)| id).collect())
    }

    async fn hold_contact(&mut self, permit: &ContactReleasePermit<'tx>) -> Result<(), StoreError> {
        self.only_office(&permit.record().office, "hold_contact")?;
        let row = (permit.record().clone(), Some(permit.content().clone()));
        let details = &mut self.writable()?.contact_details;
        details.insert(permit.record().id, row);
        Ok(())
    }

    async fn open_contact(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<Option<ContactContent>, StoreError> {
        self.only(CENTRE, "open_contact")?;
        let found = self.state.contact_details.get(&permit.record().id);
        Ok(found.and_then(|(_, content)| content.clone()))
    }

    async fn mark_contact_collected(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        let at = permit.at();
        let waits = |record: &ContactRecord| {
            matches!(record.state, ContactState::Held | ContactState::Collected)
        };
        let collect = |record: &mut ContactRecord| {
            record.state = ContactState::Collected;
            record.collected_at.get_or_insert(at);
        };
        let marked = self.change_contact(permit.record().id, waits, collect, false)?;
        marked.then_some(()).ok_or(StoreError::Conflict)
    }

    async fn contact_details(
        &mut self,
        id: ContactDetailsId,
    ) -> Result<Option<ContactRecord>, StoreError> {
        self.only(CENTRE_OFFICE, "contact_details")?;
        let found = self.state.contact_details.get(&id);
        Ok(found.map(|(record, _)| record.clone()))
    }

    async fn contact_details_under(
        &mut self,
        consent: ContactConsentId,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        self.only(OFFICE_UPKEEP, "contact_details_under")?;
        let all = self.state.contact_details.values();
        let mut under: Vec<_> = all
            .filter(|(record, _)| record.consent == consent)
            .map(|(record, _)| record.clone())
            .collect();
        under.sort_by_key(position);
        Ok(under)
    }

    async fn contact_details_for(
        &mut self,
        centre: OrganisationId,
        now: Instant,
        request: PageRequest,
    ) -> Result<Page<ContactRecord>, StoreError> {
        self.only_centre(centre, "contact_details_for")?;
        let in_force = |record: &ContactRecord| {
            let consent = self.state.contact_consents.get(&record.consent);
            consent.is_some_and(|consent| {
                consent.head.valid_from <= now
                    && consent.head.status_at(now) == ConsentStatus::Given
            })
        };
        let all = self.state.contact_details.values();
        let concerns = all
            .map(|(record, _)| record)
            .filter(|record| record.organisation == centre)
            .filter(|record| match record.state {
                ContactState::Held => in_force(record),
                ContactState::Collected | ContactState::Acknowledged => true,
                ContactState::Sealed => false,
            });
        let concerns = concerns.cloned().collect();
        Ok(page(concerns, Order::OldestFirst, request, position))
    }

    async fn seal_contact(
        &mut self,
        id: ContactDetailsId,
        reason: SealReason,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let held = |record: &ContactRecord| record.state == ContactState::Held;
        let seal = |record: &mut ContactRecord| {
            record.state = ContactState::Sealed;
            record.seal_reason = Some(reason);
            record.closed_at = Some(at);
        };
        self.change_contact(id, held, seal, true)
    }

    async fn acknowledge_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let collected = |record: &ContactRecord| record.state == ContactState::Collected;
        let acknowledge = |record: &mut ContactRecord| {
            record.state = ContactState::Acknowledged;
            record.closed_at = Some(at);
        };
        self.change_contact(id, collected, acknowledge, true)
    }

    async fn ask_to_erase_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let seen = |record: &ContactRecord| {
            record.collected_at.is_some() && record.erasure_asked_at.is_none()
        };
        let ask = |record: &mut ContactRecord| record.erasure_asked_at = Some(at);
        self.change_contact(id, seen, ask, true)
    }

    async fn note_contact_erased(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let asked = |record: &ContactRecord| {
            record.erasure_asked_at.is_some() && record.erased_at.is_none()
        };
        let note = |record: &mut ContactRecord| record.erased_at = Some(at);
        self.change_contact(id, asked, note, false)
    }
}
