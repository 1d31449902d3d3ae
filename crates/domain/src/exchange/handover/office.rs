//! What an office does: hand over, and follow what became of it.

use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::{
    access::{Caller, OfficeCaller},
    audit::{self, Event, Logged, Operation},
    disclosure::DisclosureState,
    error::Error,
    exchange::{
        Application,
        collection::in_force,
        earlier,
        known_person::{Messages, known_person},
    },
    handover::{AccompanyingMessage, Handler, Handover, NewHandover, case_at_office},
    ids::{CaseId, ConsentId, EventId, HandoverId, OrganisationId},
    instant::Instant,
    known_person::KnownPerson,
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
                if let Some(made) = made_before(tx, caller, request).await? {
                    return Ok(made);
                }
                let office = caller.office();
                let (_, known) = person_of(tx, caller, &new).await?;
                hold_consents(tx, known.case, office).await?;
                // Meanwhile the same request may have come first, or the centre have taken back what the office knew the person from.
                if let Some(made) = made_before(tx, caller, request).await? {
                    return Ok(made);
                }
                let (centre, known) = person_of(tx, caller, &new).await?;
                let latest = tx.latest_handover(known.case, office).await?;
                if latest
                    .as_ref()
                    .is_some_and(|latest| latest.office == *office)
                {
                    return Err(Error::InvalidState(
                        "your office has handed this case over already",
                    ));
                }
                may_take_over(tx, office, &new.to).await?;
                let (turn, at) = Handover::next(latest.as_ref(), tx.now().await?);
                let handover = Handover {
                    id: HandoverId::fresh(at, self.entropy())?,
                    office: office.clone(),
                    centre,
                    known,
                    to: new.to.clone(),
                    handed_over_at: at,
                    turn,
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

/// The handover that the same request made before.
async fn made_before<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    request: &RequestKey,
) -> Result<Option<Logged<HandoverView>>, Error> {
    let Some(earlier) = earlier(tx, request).await? else {
        return Ok(None);
    };
    let found = tx.handover(HandoverId::from_uuid(earlier.value)).await?;
    let view = own(tx, caller, found).await?;
    Ok(Some(earlier.map(|_| view)))
}

/// The person whose case is to be handed over, and her centre.
async fn person_of<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    new: &NewHandover,
) -> Result<(OrganisationId, KnownPerson), Error> {
    let from = new.known_from;
    known_person(tx, caller, from, "/known_from", Messages::Addressed).await
}

/// Holds the consents under which something is there for the office: a collection that has begun ends first, and whatever comes after it
/// finds the handover.
async fn hold_consents<'tx, T: Tx<'tx>>(
    tx: &mut T,
    case: CaseId,
    office: &OfficeId,
) -> Result<(), Error> {
    let records = tx.live_disclosures_for(case, office).await?;
    let consents: BTreeSet<ConsentId> = records.iter().map(|record| record.consent).collect();
    for consent in consents {
        tx.lock_head(consent).await?;
    }
    Ok(())
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
        return Err(Error::invalid(pointer, "this is your own office"));
    }
    match tx.office(next).await? {
        Some(known) if known.active => Ok(()),
        Some(_) => Err(Error::invalid(pointer, "this office is no longer active")),
        None => Err(Error::invalid(pointer, "there is no such office")),
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
    let (case, office) = (handover.case(), caller.office());
    let is_back = case_at_office(tx, case, office).await?.handler().is_none();
    let mut messages = Vec::new();
    for record in tx.live_disclosures_for(case, office).await? {
        // What waits is the office's to collect once the case is back.
        if is_back && record.state == DisclosureState::Held {
            continue;
        }
        let in_force = in_force(tx, &record).await?;
        messages.extend(AccompanyingMessage::of(&record, in_force));
    }
    Ok(HandoverView { handover, messages })
}
