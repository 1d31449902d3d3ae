//! Prevention days, and where the police name the network.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::{Page, PageRequest, StoreError};
use crate::{
    gathering::Participant,
    ids::{MediaReferenceId, PreventionEventId},
    instant::Instant,
    media::{MediaCheck, MediaReference},
    office::OfficeId,
    prevention::{Invitation, InvitationReply, PreventionEvent, PreventionState},
};

/// Which places are wanted where the police name the network.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MediaQuery {
    /// Those that this office keeps.
    pub office: Option<OfficeId>,
    /// Those that were last looked at, or added, then or before: stale ones; with `false` the others.
    pub stale: Option<(bool, Instant)>,
}

/// Prevention days (agreement, point 8). Partners and the coordination read all of them; an office changes its own, and whoever is invited
/// answers for itself.
pub trait PreventionStore<'tx> {
    /// Stores what an office plans. Nobody is invited yet.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_prevention_event(&mut self, event: &PreventionEvent) -> Result<(), StoreError>;

    /// A prevention day with its invitations.
    ///
    /// # Errors
    /// When the store fails.
    async fn prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError>;

    /// The same, held against changes by others; none where the caller is neither its office nor invited.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_prevention_event(
        &mut self,
        id: PreventionEventId,
    ) -> Result<Option<PreventionEvent>, StoreError>;

    /// All of them, or those that stand so; the last planned first.
    ///
    /// # Errors
    /// When the store fails.
    async fn prevention_events(
        &mut self,
        state: Option<PreventionState>,
        page: PageRequest,
    ) -> Result<Page<PreventionEvent>, StoreError>;

    /// State, end and version of an event that is held and was at `before`, with these invited besides.
    ///
    /// # Errors
    /// When the store fails, or it was not at that version.
    async fn update_prevention_event(
        &mut self,
        event: &PreventionEvent,
        before: u64,
        invited: &[Invitation],
    ) -> Result<(), StoreError>;

    /// Somebody who is invited answers; the event is held.
    ///
    /// # Errors
    /// When the store fails, or they are not invited.
    async fn answer_invitation(
        &mut self,
        id: PreventionEventId,
        who: &Participant,
        reply: InvitationReply,
    ) -> Result<(), StoreError>;
}

/// Where the police name the network (agreement, point 8). Partners and the coordination read all of it; an office keeps its own.
pub trait MediaStore<'tx> {
    /// Stores one.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_media_reference(
        &mut self,
        reference: &MediaReference,
    ) -> Result<(), StoreError>;

    /// One of them, removed or not.
    ///
    /// # Errors
    /// When the store fails.
    async fn media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError>;

    /// The same, its row held alone; none where it is another office's.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_media_reference(
        &mut self,
        id: MediaReferenceId,
    ) -> Result<Option<MediaReference>, StoreError>;

    /// Those that were not removed, the last added first.
    ///
    /// # Errors
    /// When the store fails.
    async fn media_references(
        &mut self,
        query: &MediaQuery,
        page: PageRequest,
    ) -> Result<Page<MediaReference>, StoreError>;

    /// Somebody has looked; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was removed.
    async fn check_media_reference(
        &mut self,
        id: MediaReferenceId,
        check: &MediaCheck,
    ) -> Result<(), StoreError>;

    /// Its office no longer keeps it; the row is held.
    ///
    /// # Errors
    /// When the store fails, or it was removed before.
    async fn remove_media_reference(
        &mut self,
        id: MediaReferenceId,
        at: Instant,
    ) -> Result<(), StoreError>;
}
