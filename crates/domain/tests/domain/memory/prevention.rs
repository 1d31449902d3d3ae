//! Prevention days, and where the police name the network.

use freigabe_domain::{
    gathering::Participant,
    ids::{MediaReferenceId, PreventionEventId},
    instant::Instant,
    media::{MediaCheck, MediaReference},
    prevention::{Invitation, InvitationReply, PreventionEvent, PreventionState},
    store::{Cursor, MediaQuery, MediaStore, Page, PageRequest, PreventionStore, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::{OFFICE, PARTNERS},
};

impl<'tx> PreventionStore<'tx> for MemoryTx<'tx> {
    async fn insert_prevention_event(&mut self, event: &PreventionEvent) -> Result<(), StoreError> {
        self.only_office(&event.office, "insert_prevention_event")?;
        let all = &mut self.writable()?.prevention_events;
        all.insert(event.id, event.clone());
        Ok(())
    }

    async fn prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError> {
        self.only(PARTNERS, "prevention_event")?;
        Ok(self.state.prevention_events.get(&id).cloned())
    }

    async fn lock_prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError> {
        self.only(PARTNERS, "lock_prevention_event")?;
        self.store.wait_for_row();
        Ok(self.state.prevention_events.get(&id).cloned())
    }

    async fn prevention_events(
        &mut self,
        state: Option<PreventionState>,
        request: PageRequest,
    ) -> Result<Page<PreventionEvent>, StoreError> {
        self.only(PARTNERS, "prevention_events")?;
        let mut all: Vec<_> = self.state.prevention_events.values().cloned().collect();
        all.retain(|one| state.is_none_or(|state| one.state == state));
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.planned_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_prevention_event(
        &mut self,
        event: &PreventionEvent,
        before: u64,
        invited: &[Invitation],
    ) -> Result<(), StoreError> {
        self.only_office(&event.office, "update_prevention_event")?;
        let all = &mut self.writable()?.prevention_events;
        let row = all.get_mut(&event.id).filter(|one| one.version == before);
        let row = row.ok_or(affected("update_prevention_event"))?;
        (row.version, row.state, row.closed_at) = (event.version, event.state, event.closed_at);
        row.invitations.extend(invited.iter().cloned());
        Ok(())
    }

    async fn answer_invitation(
        &mut self,
        id: PreventionEventId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError> {
        self.only_participant(who, "answer_invitation")?;
        let row = self.writable()?.prevention_events.get_mut(&id);
        let mut all = row.into_iter().flat_map(|row| &mut row.invitations);
        let own = all.find(|one| one.to == *who);
        own.ok_or(affected("answer_invitation"))?.reply = Some(reply);
        Ok(())
    }
}

impl<'tx> MediaStore<'tx> for MemoryTx<'tx> {
    async fn insert_media_reference(
        &mut self,
        reference: &MediaReference,
    ) -> Result<(), StoreError> {
        self.only_office(&reference.office, "insert_media_reference")?;
        let all = &mut self.writable()?.media_references;
        all.insert(reference.id, reference.clone());
        Ok(())
    }

    async fn media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError> {
        self.only(PARTNERS, "media_reference")?;
        Ok(self.state.media_references.get(&id).cloned())
    }

    async fn lock_media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError> {
        self.only(OFFICE, "lock_media_reference")?;
        self.store.wait_for_row();
        Ok(self.state.media_references.get(&id).cloned())
    }

    async fn media_references(
        &mut self,
        query: &MediaQuery,
        request: PageRequest,
    ) -> Result<Page<MediaReference>, StoreError> {
        self.only(PARTNERS, "media_references")?;
        let mut all: Vec<_> = self.state.media_references.values().cloned().collect();
        all.retain(|one| {
            let last = one.checked.map_or(one.added_at, |check| check.at);
            one.removed_at.is_none()
                && query
                    .office
                    .as_ref()
                    .is_none_or(|office| one.office == *office)
                && query
                    .stale
                    .is_none_or(|(stale, until)| (last <= until) == stale)
        });
        Ok(page(all, Order::NewestFirst, request, |one| Cursor {
            at: one.added_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn check_media_reference(
        &mut self,
        id: MediaReferenceId,
        check: &MediaCheck,
    ) -> Result<(), StoreError> {
        let row = self.writable()?.media_references.get_mut(&id);
        let row = row.filter(|one| one.removed_at.is_none());
        row.ok_or(affected("check_media_reference"))?.checked = Some(*check);
        Ok(())
    }

    async fn remove_media_reference(
        &mut self,
        id: MediaReferenceId,
        at: Instant,
    ) -> Result<(), StoreError> {
        let row = self.writable()?.media_references.get_mut(&id);
        let row = row.filter(|one| one.removed_at.is_none());
        row.ok_or(affected("remove_media_reference"))?.removed_at = Some(at);
        Ok(())
    }
}
