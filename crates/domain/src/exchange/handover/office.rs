//! What an office does: hand over, and follow what became of it.

use async_trait::async_trait;

use crate::{
    access::{Caller, OfficeCaller},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{
        Application,
        collection::in_force,
        earlier,
        known_person::{Messages, invalid, known_person},
    },
    handover::{AccompanyingMessage, Handler, Handover, NewHandover, current_handler},
    ids::{EventId, HandoverId},
    instant::Instant,
    office::OfficeId,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// A handover as the office that made it sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandoverView {
    /// The handover.
    pub handover: Handover,
    /// The messages of the case that are for this office, and what becomes of each; oldest first.
    pub messages: Vec<AccompanyingMessage>,
}

/// Handovers of an office (agreement, point 9).
#[async_trait(?Send)]
pub trait HandoverDesk {
    /// Hands a case over. From then on nothing of it can be collected here, and nothing be released to this office. Who takes it over
    /// is a new recipient, and learns nothing by it.
    ///
    /// # Errors
    /// A person whom the office does not know from there; a case that it has handed over already; no such office, itself, or one that
    /// is no longer active; a reused key; the store's failure.
    async fn hand_over(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewHandover,
    ) -> Result<Logged<HandoverView>, Error>;

    /// One of the office's handovers.
    ///
    /// # Errors
    /// No such handover; the store's failure.
    async fn handover(&self, caller: &OfficeCaller, id: HandoverId) -> Result<HandoverView, Error>;

    /// The office's handovers, newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn handovers(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<Handover>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> HandoverDesk for Application<S> {
    async fn hand_over(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        new: NewHandover,
    ) -> Result<Logged<HandoverView>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = HandoverId::from_uuid(earlier.value);
                    let found = tx.handover(id).await?;
                    let view = own(tx, caller, found).await?;
                    return Ok(earlier.map(|_| view));
                }
                let office = caller.office();
                let (centre, known) = known_person(
                    tx,
                    caller,
                    new.known_from,
                    "/known_from",
                    Messages::Addressed,
                )
                .await?;
                if current_handler(tx, known.case, office).await?.is_some() {
                    return Err(Error::InvalidState(
                        "your office has handed this case over already",
                    ));
                }
                may_take_over(tx, office, &new.to).await?;
                let at = tx.now().await?;
                let handover = Handover {
                    id: HandoverId::fresh(at, self.entropy())?,
                    office: office.clone(),
                    centre,
                    known,
                    to: new.to.clone(),
                    handed_over_at: at,
                    acknowledged_at: None,
                };
                tx.insert_handover(&handover).await?;
                let operation = Operation::CaseHandedOver;
                let event = self.handover_event(caller.as_ref(), operation, &handover, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, handover.id.as_uuid(), &leaf, at)
                    .await?;
                let view = own(tx, caller, Some(handover)).await?;
                Ok(Logged::new(view, leaf, at))
            },
        )
        .await
    }

    async fn handover(&self, caller: &OfficeCaller, id: HandoverId) -> Result<HandoverView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.handover(id).await?;
                own(tx, caller, found).await
            },
        )
        .await;
        self.logged(caller, "getHandover", outcome).await
    }

    async fn handovers(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<Handover>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.handovers_by(caller.office(), page).await?),
        )
        .await
    }
}

impl<S: Store> Application<S> {
    /// An event about a handover.
    pub(super) fn handover_event(
        &self,
        caller: &Caller,
        operation: Operation,
        handover: &Handover,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller)
            .about_handover(handover))
    }
}

/// Refuses what is no other office, or one that does not take part any more.
async fn may_take_over<'tx, T: Tx<'tx>>(
    tx: &mut T,
    office: &OfficeId,
    to: &Handler,
) -> Result<(), Error> {
    let Handler::Office(next) = to else {
        return Ok(());
    };
    let pointer = "/to/office";
    if next == office {
        return Err(invalid(pointer, "this is your own office"));
    }
    match tx.office(next).await? {
        Some(known) if known.active => Ok(()),
        Some(_) => Err(invalid(pointer, "this office is no longer active")),
        None => Err(invalid(pointer, "there is no such office")),
    }
}

/// With what becomes of its messages, if it is the office's.
async fn own<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    found: Option<Handover>,
) -> Result<HandoverView, Error> {
    let own = found.filter(|handover| handover.office == *caller.office());
    let handover = own.ok_or(Error::NotFound)?;
    let records = tx
        .live_disclosures_for(handover.case(), caller.office())
        .await?;
    let mut messages = Vec::with_capacity(records.len());
    for record in &records {
        messages.extend(AccompanyingMessage::of(record, in_force(tx, record).await?));
    }
    Ok(HandoverView { handover, messages })
}
