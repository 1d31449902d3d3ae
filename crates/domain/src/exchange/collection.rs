//! The addressed office lists, collects and acknowledges.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::{Application, earlier, unchanged};
use crate::{
    access::OfficeCaller,
    audit::{self, Event, Logged, LoggedAs, Operation},
    consent::ConsentStatus,
    disclosure::{
        AuthorizeError, Disclosure, DisclosureRecord, DisclosureState, Refused, Released,
        SealReason,
    },
    error::Error,
    handover::{CaseAtOffice, case_at_office},
    ids::{DisclosureId, EventId, OrganisationId},
    office::{Matter, OfCentre, OfficeId, resolve},
    store::prelude::*,
    store::{
        Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work, unit_of_work_releasing,
    },
};

/// A disclosure as the addressed office may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeView(DisclosureRecord);

impl OfficeView {
    /// What the office sees, if it may see the disclosure at all: one that was taken back or sealed before the office
    /// collected it does not exist for the office.
    fn of(record: DisclosureRecord, caller: &OfficeCaller) -> Option<Self> {
        let visible = match record.state {
            DisclosureState::Held | DisclosureState::Collected | DisclosureState::Acknowledged => {
                true
            }
            DisclosureState::Recalled | DisclosureState::Sealed => false,
        };
        (visible && record.recipient == *caller.office()).then_some(Self(record))
    }

    /// The record; it holds no content.
    #[must_use]
    pub const fn record(&self) -> &DisclosureRecord {
        &self.0
    }
}

/// What an office does with messages for it.
#[async_trait(?Send)]
pub trait CollectionDesk {
    /// What waits for the office, oldest first. A page can be shorter than asked for, though others follow: what an agreement has made
    /// another office's since does not wait here (point 9).
    ///
    /// # Errors
    /// The store's failure.
    async fn inbox(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<OfficeView>, Error>;

    /// A message for the office, without content.
    ///
    /// # Errors
    /// No such message; the store's failure.
    async fn addressed_disclosure(
        &self,
        caller: &OfficeCaller,
        id: DisclosureId,
    ) -> Result<OfficeView, Error>;

    /// Collects a message: the consent is asked again, in the transaction that records the collection; only then is the
    /// content opened, and only after the commit does it leave. Until it is acknowledged it can be collected again, and
    /// the consent is asked each time. Whatever stands against it, the office learns only that there is nothing.
    ///
    /// # Errors
    /// No such message, or none any more; acknowledged already; the store's failure.
    async fn collect_disclosure(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<Disclosure<Released>>, Error>;

    /// Acknowledges that the content arrived; it is then destroyed here.
    ///
    /// # Errors
    /// No such message; not collected, or acknowledged already; the store's failure.
    async fn acknowledge_disclosure(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<OfficeView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> CollectionDesk for Application<S> {
    async fn inbox(
        &self,
        caller: &OfficeCaller,
        page: PageRequest,
    ) -> Result<Page<OfficeView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let Page { items, next } = tx.inbox(caller.office(), now, page).await?;
                let mut competences = Competences::default();
                let mut shown = Vec::with_capacity(items.len());
                for record in items {
                    if competences.of(tx, &record).await? || was_taken_over(tx, &record).await? {
                        shown.push(OfficeView(record));
                    }
                }
                Ok(Page { items: shown, next })
            },
        )
        .await
    }

    async fn addressed_disclosure(
        &self,
        caller: &OfficeCaller,
        id: DisclosureId,
    ) -> Result<OfficeView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let view = tx
                    .disclosure(id)
                    .await?
                    .and_then(|record| OfficeView::of(record, caller));
                let view = view.ok_or(Error::NotFound)?;
                if !is_shown(tx, &view.0).await? {
                    return Err(Error::NotFound);
                }
                Ok(view)
            },
        )
        .await;
        self.logged(caller, "getDisclosure", outcome).await
    }

    async fn collect_disclosure(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<Disclosure<Released>>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work_releasing(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx, _brand| {
                let view = tx
                    .disclosure(id)
                    .await?
                    .and_then(|record| OfficeView::of(record, caller));
                let OfficeView(record) = view.ok_or(Error::NotFound)?;
                self.expect_cosigned(tx).await?;
                if record.state == DisclosureState::Acknowledged {
                    return Err(Error::InvalidState(
                        "acknowledged messages are not kept; ask the centre to send it again",
                    ));
                }
                // A repeated request is no exception: its key only proves that it is the same request.
                let repeated = earlier(tx, request).await?.is_some();
                match Disclosure::collection(record.clone()).authorize(tx).await {
                    Ok(authorized) => {
                        let recorded = authorized
                            .record(tx, caller.as_ref(), self.entropy())
                            .await?;
                        if !repeated {
                            let LoggedAs { leaf, at } = *recorded.logged_as();
                            tx.remember_request(request, id.as_uuid(), &leaf, at)
                                .await?;
                        }
                        Ok(Ok(recorded))
                    }
                    Err(AuthorizeError::Refused(refused)) => {
                        self.refuse_collection(tx, caller, &record, &refused)
                            .await?;
                        Ok(Err(()))
                    }
                    // INVARIANT: a disclosure's consent exists and is its centre's (foreign keys).
                    Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                    Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
                }
            },
        )
        .await;
        let released = self
            .logged(caller, "collectDisclosure", outcome)
            .await?
            .map_err(|()| Error::Withheld)?;
        let LoggedAs { leaf, at } = *released.logged_as();
        if self.log.rules.before_disclose {
            self.until_published(&leaf.commitment).await?;
            self.still_allowed(caller, released.record()).await?;
        }
        // Each collection is an event of its own, a repeated one too.
        Ok(Logged::new(released, leaf, at))
    }

    async fn acknowledge_disclosure(
        &self,
        caller: &OfficeCaller,
        request: &RequestKey,
        id: DisclosureId,
    ) -> Result<Logged<OfficeView>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let view = tx
                    .disclosure(id)
                    .await?
                    .and_then(|record| OfficeView::of(record, caller));
                let OfficeView(record) = view.ok_or(Error::NotFound)?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| OfficeView(record)));
                }
                if !is_shown(tx, &record).await? {
                    return Err(Error::NotFound);
                }
                let at = tx.now().await?;
                let closed = tx
                    .close(
                        id,
                        DisclosureState::Collected,
                        DisclosureState::Acknowledged,
                        at,
                    )
                    .await?;
                if !closed {
                    let raced = record.state == DisclosureState::Collected;
                    let otherwise = "only a collected message can be acknowledged, once";
                    return Err(unchanged(raced, otherwise));
                }
                let event = Event::new(
                    EventId::fresh(at, self.entropy())?,
                    at,
                    Operation::DisclosureAcknowledged,
                )
                .by(caller.as_ref())
                .about_disclosure(&record);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                let acknowledged = OfficeView(DisclosureRecord {
                    state: DisclosureState::Acknowledged,
                    closed_at: Some(at),
                    ..record
                });
                Ok(Logged::new(acknowledged, leaf, at))
            },
        )
        .await;
        self.logged(caller, "acknowledgeDisclosure", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// Asks the consent once more, after the time that the log took. What is no longer allowed is refused, in the log too,
    /// and stays here.
    async fn still_allowed(
        &self,
        caller: &OfficeCaller,
        record: &DisclosureRecord,
    ) -> Result<(), Error> {
        let allowed = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| match Disclosure::collection(record.clone())
                .authorize(tx)
                .await
            {
                Ok(_) => Ok(true),
                Err(AuthorizeError::Refused(refused)) => {
                    self.refuse_collection(tx, caller, record, &refused).await?;
                    Ok(false)
                }
                Err(AuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                Err(AuthorizeError::Store(error)) => Err(Error::Store(error)),
            },
        )
        .await?;
        if allowed {
            Ok(())
        } else {
            Err(Error::Withheld)
        }
    }

    /// Logs the refusal and, where the consent is over for good, seals the message with it.
    async fn refuse_collection<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &OfficeCaller,
        record: &DisclosureRecord,
        refused: &Refused,
    ) -> Result<(), Error> {
        let over = match refused.head.status_at(refused.at) {
            ConsentStatus::Expired => Some(SealReason::Expired),
            ConsentStatus::Withdrawn => Some(SealReason::Withdrawn),
            _ => None,
        };
        if let (Some(reason), DisclosureState::Held) = (over, record.state) {
            tx.seal(&[record.id], reason, refused.at).await?;
        }
        let event = Event::new(
            EventId::fresh(refused.at, self.entropy())?,
            refused.at,
            Operation::DisclosureCollected,
        )
        .by(caller.as_ref())
        .about_disclosure(record)
        .refused(&refused.head, &refused.refusals);
        audit::append(tx, self.entropy(), event).await?;
        Ok(())
    }
}

/// Whether a message exists for its office: one that is held does as long as its consent is in force, and the office has the case and is
/// competent.
async fn is_shown<'tx, T: Tx<'tx>>(tx: &mut T, record: &DisclosureRecord) -> Result<bool, Error> {
    if record.state != DisclosureState::Held {
        return Ok(true);
    }
    let here = match case_at_office(tx, record.case, &record.recipient).await? {
        CaseAtOffice::GivenAway(_) => false,
        // Whoever took the case over handles it, whatever else is said of it.
        CaseAtOffice::TakenOver => true,
        CaseAtOffice::Untouched => Competences::default().of(tx, record).await?,
    };
    Ok(here && in_force(tx, record).await?)
}

/// Whether a message's case was handed over to the office that it waits for.
async fn was_taken_over<'tx, T: Tx<'tx>>(
    tx: &mut T,
    record: &DisclosureRecord,
) -> Result<bool, Error> {
    let here = case_at_office(tx, record.case, &record.recipient).await?;
    Ok(here == CaseAtOffice::TakenOver)
}

/// Whether offices are competent for what waits for them, as the gate would find it now; each question is asked once.
#[derive(Default)]
struct Competences(BTreeMap<(OrganisationId, OfficeId, Matter), bool>);

impl Competences {
    async fn of<'tx, T: Tx<'tx>>(
        &mut self,
        tx: &mut T,
        record: &DisclosureRecord,
    ) -> Result<bool, Error> {
        let DisclosureRecord {
            centre,
            recipient,
            matter,
            ..
        } = record;
        let question = (*centre, recipient.clone(), matter.clone());
        if let Some(known) = self.0.get(&question) {
            return Ok(*known);
        }
        let of = OfCentre {
            centre: *centre,
            at: tx.now().await?,
        };
        let facts = tx.jurisdiction(matter, Some(of)).await?;
        let competent =
            resolve(matter, &facts).is_ok_and(|found| found.admits(recipient).is_some());
        self.0.insert(question, competent);
        Ok(competent)
    }
}

/// Whether a message's consent is in force, for showing it at all.
pub(super) async fn in_force<'tx, T: Tx<'tx>>(
    tx: &mut T,
    record: &DisclosureRecord,
) -> Result<bool, Error> {
    let now = tx.now().await?;
    let consent = tx.consent(record.consent).await?;
    Ok(consent.is_some_and(|c| {
        let begun = c.head.valid_from.is_some_and(|from| from <= now);
        begun && c.head.status_at(now) == ConsentStatus::Given
    }))
}
