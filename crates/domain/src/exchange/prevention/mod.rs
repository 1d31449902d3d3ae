//! Prevention days (agreement, point 8): an office plans one and invites the network, whoever is invited answers for itself, and the office says
//! what became of it.

mod invited;
mod media;

use async_trait::async_trait;

pub use self::{
    invited::NewInvitations,
    media::{MediaDesk, MediaReferenceView, NewMediaReference},
};
use crate::{
    access::{OfficeCaller, PartnerOrCoordination},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier, supplementary::expect_cost_bearing},
    gathering::Participant,
    ids::{EventId, PreventionEventId},
    instant::Instant,
    prevention::{
        Invitation, InvitationAnswer, InvitationReply, NewPreventionEvent, PreventionEvent,
        PreventionState, PreventionStateError,
    },
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

impl From<PreventionStateError> for Error {
    fn from(PreventionStateError(detail): PreventionStateError) -> Self {
        Self::InvalidState(detail)
    }
}

/// Prevention days (agreement, point 8). They are no secret among the partners.
#[async_trait(?Send)]
pub trait PreventionDesk {
    /// An office plans one. Nobody is invited with that.
    ///
    /// # Errors
    /// A time that is over; costs that rest on nothing; a reused key; the store's failure.
    async fn plan_prevention_event(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewPreventionEvent,
    ) -> Result<Logged<PreventionEvent>, Error>;

    /// One of them.
    ///
    /// # Errors
    /// There is none; the store's failure.
    async fn prevention_event(
        &self,
        caller: &PartnerOrCoordination,
        id: PreventionEventId,
    ) -> Result<PreventionEvent, Error>;

    /// All of them, or those that stand so; the last planned first.
    ///
    /// # Errors
    /// The store's failure.
    async fn prevention_events(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<PreventionState>,
        page: PageRequest,
    ) -> Result<Page<PreventionEvent>, Error>;

    /// Its office invites the network, as the day was read at `version`. Who is invited already is left as it is.
    ///
    /// # Errors
    /// No such event, or another office's; it is no longer planned, or over; nobody new; [`Error::Stale`] when it was changed meanwhile; the
    /// store's failure.
    async fn invite_prevention_event(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
        who: NewInvitations,
    ) -> Result<Logged<PreventionEvent>, Error>;

    /// Whoever is invited answers for itself, or anew.
    ///
    /// # Errors
    /// No such event, or the caller is not invited; it is no longer planned, or over; a reused key; the store's failure.
    async fn reply_to_prevention_event(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PreventionEventId,
        answer: InvitationAnswer,
    ) -> Result<Logged<PreventionEvent>, Error>;

    /// Its office says that it was held, once it has begun.
    ///
    /// # Errors
    /// As for inviting; it has not begun.
    async fn record_prevention_event_held(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
    ) -> Result<Logged<PreventionEvent>, Error>;

    /// Its office calls it off.
    ///
    /// # Errors
    /// As for inviting.
    async fn cancel_prevention_event(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
    ) -> Result<Logged<PreventionEvent>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> PreventionDesk for Application<S> {
    async fn plan_prevention_event(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewPreventionEvent,
    ) -> Result<Logged<PreventionEvent>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = PreventionEventId::from_uuid(earlier.value);
                    let known = tx.prevention_event(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                if new.span.ends_at() <= at {
                    return Err(Error::invalid("/ends_at", "lies in the past"));
                }
                let office = Participant::Office(caller.office().clone());
                expect_cost_bearing(tx, new.costs, &office, Some(new.span), "/costs").await?;
                let id = PreventionEventId::fresh(at, self.entropy())?;
                let event = PreventionEvent::planned(id, caller.office().clone(), new.clone(), at);
                tx.insert_prevention_event(&event).await?;
                let operation = Operation::PreventionEventPlanned;
                let entry = self.prevention_entry(caller, operation, &event, at)?;
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(event, leaf, at))
            },
        )
        .await
    }

    async fn prevention_event(
        &self,
        caller: &PartnerOrCoordination,
        id: PreventionEventId,
    ) -> Result<PreventionEvent, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.prevention_event(id).await?;
                found.ok_or(Error::NotFound)
            },
        )
        .await;
        self.logged(caller, "getPreventionEvent", outcome).await
    }

    async fn prevention_events(
        &self,
        caller: &PartnerOrCoordination,
        state: Option<PreventionState>,
        page: PageRequest,
    ) -> Result<Page<PreventionEvent>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.prevention_events(state, page).await?),
        )
        .await
    }

    async fn invite_prevention_event(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
        who: NewInvitations,
    ) -> Result<Logged<PreventionEvent>, Error> {
        let change = async |tx: &mut S::Tx<'_>, event: PreventionEvent, at| {
            let who = invited::participants(tx, &who).await?;
            Ok(event.inviting(who, at)?)
        };
        let operation = Operation::PreventionEventInvited;
        let outcome = self
            .changed_prevention(caller, id, version, operation, change)
            .await;
        self.logged(caller, "invitePreventionEvent", outcome).await
    }

    async fn reply_to_prevention_event(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PreventionEventId,
        answer: InvitationAnswer,
    ) -> Result<Logged<PreventionEvent>, Error> {
        let outcome = self.replied(caller, request, id, answer).await;
        self.logged(caller, "replyToPreventionEvent", outcome).await
    }

    async fn record_prevention_event_held(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
    ) -> Result<Logged<PreventionEvent>, Error> {
        let change =
            async |_: &mut S::Tx<'_>, event: PreventionEvent, at| Ok((event.held(at)?, Vec::new()));
        let operation = Operation::PreventionEventHeld;
        let outcome = self
            .changed_prevention(caller, id, version, operation, change)
            .await;
        self.logged(caller, "recordPreventionEventHeld", outcome)
            .await
    }

    async fn cancel_prevention_event(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
    ) -> Result<Logged<PreventionEvent>, Error> {
        let change = async |_: &mut S::Tx<'_>, event: PreventionEvent, at| {
            Ok((event.cancelled(at)?, Vec::new()))
        };
        let operation = Operation::PreventionEventCancelled;
        let outcome = self
            .changed_prevention(caller, id, version, operation, change)
            .await;
        self.logged(caller, "cancelPreventionEvent", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// What an office changes about its own prevention day, as it was read at that version.
    async fn changed_prevention(
        &self,
        caller: &OfficeCaller,
        id: PreventionEventId,
        version: Option<u64>,
        operation: Operation,
        change: impl AsyncFn(
            &mut S::Tx<'_>,
            PreventionEvent,
            Instant,
        ) -> Result<(PreventionEvent, Vec<Invitation>), Error>,
    ) -> Result<Logged<PreventionEvent>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_prevention_event(id).await?;
                let own = held.filter(|event| event.office == *caller.office());
                let before = own.ok_or(Error::NotFound)?;
                if version != Some(before.version) {
                    return Err(Error::Stale);
                }
                let at = tx.now().await?;
                let version = before.version;
                let (after, invited) = change(tx, before, at).await?;
                tx.update_prevention_event(&after, version, &invited)
                    .await?;
                let entry = self.prevention_entry(caller, operation, &after, at)?;
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                Ok(Logged::new(after, leaf, at))
            },
        )
        .await
    }

    async fn replied(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: PreventionEventId,
        answer: InvitationAnswer,
    ) -> Result<Logged<PreventionEvent>, Error> {
        self.expect_room()?;
        let who = caller.participant();
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_prevention_event(id).await?;
                let invited = held.filter(|event| event.invitation_of(&who).is_some());
                let event = invited.ok_or(Error::NotFound)?;
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| event));
                }
                let reply = InvitationReply { answer, at };
                let event = event.replied(&who, reply)?;
                tx.answer_invitation(id, &who, reply).await?;
                let operation = Operation::PreventionEventReplied;
                let entry = self.prevention_entry(caller, operation, &event, at)?;
                let entry = entry.with_reply(answer);
                let leaf = audit::append(tx, self.entropy(), entry).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(event, leaf, at))
            },
        )
        .await
    }

    fn prevention_entry(
        &self,
        caller: impl AsRef<crate::access::Caller>,
        operation: Operation,
        event: &PreventionEvent,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_prevention_event(event))
    }
}
