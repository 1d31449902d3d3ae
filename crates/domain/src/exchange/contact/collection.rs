//! A centre collects the contact details of a person whom it helps, acknowledges them, and erases them when she takes her consent back.

use async_trait::async_trait;

use crate::{
    access::CentreCaller,
    audit::{self, Event, Logged, LoggedAs, Operation},
    consent::ConsentStatus,
    contact::{
        ContactAuthorizeError, ContactDetails, ContactRecord, ContactRefused, ContactState,
        Released,
    },
    disclosure::SealReason,
    error::Error,
    exchange::{Application, earlier, unchanged},
    ids::{ContactDetailsId, EventId},
    instant::Instant,
    store::prelude::*,
    store::{
        Mode, Page, PageRequest, RequestKey, Scope, Store, Tx, unit_of_work,
        unit_of_work_releasing_contact,
    },
};

/// Contact details as the centre that they are for sees them: without what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactView(ContactRecord);

impl ContactView {
    /// What is stored.
    #[must_use]
    pub const fn record(&self) -> &ContactRecord {
        &self.0
    }

    fn of(record: ContactRecord, caller: &CentreCaller) -> Option<Self> {
        (record.organisation == caller.centre() && record.state != ContactState::Sealed)
            .then_some(Self(record))
    }
}

/// Contact details for a centre (agreement, point 3).
#[async_trait(?Send)]
pub trait ContactInboxDesk {
    /// What concerns the centre: what waits and may be collected now, what it has collected, what it is asked to erase; oldest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn contact_inbox(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<ContactView>, Error>;

    /// One of them, without what it says.
    ///
    /// # Errors
    /// No such details; the store's failure.
    async fn addressed_contact(
        &self,
        caller: &CentreCaller,
        id: ContactDetailsId,
    ) -> Result<ContactView, Error>;

    /// Collects: the consent is asked again, in the transaction that records the collection; only then are the details opened, and
    /// only after the commit do they leave. Until they are acknowledged they can be collected again, and the consent is asked each
    /// time. Whatever stands against it, the centre learns only that there is nothing.
    ///
    /// # Errors
    /// No such details, or none any more; acknowledged already; the store's failure.
    async fn collect_contact(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactDetails<Released>>, Error>;

    /// Acknowledges that the details arrived; they are then destroyed here.
    ///
    /// # Errors
    /// No such details; not collected, or acknowledged already; the store's failure.
    async fn acknowledge_contact(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error>;

    /// Says that the centre erased what it had collected, after it was asked to.
    ///
    /// # Errors
    /// No such details; nobody asked it to, or it said so before; the store's failure.
    async fn confirm_contact_erased(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ContactInboxDesk for Application<S> {
    async fn contact_inbox(
        &self,
        caller: &CentreCaller,
        page: PageRequest,
    ) -> Result<Page<ContactView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let found = tx.contact_details_for(caller.centre(), now, page).await?;
                Ok(Page {
                    items: found.items.into_iter().map(ContactView).collect(),
                    next: found.next,
                })
            },
        )
        .await
    }

    async fn addressed_contact(
        &self,
        caller: &CentreCaller,
        id: ContactDetailsId,
    ) -> Result<ContactView, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let view = addressed(tx, caller, id).await?;
                if view.0.state == ContactState::Held && !in_force(tx, &view.0).await? {
                    return Err(Error::NotFound);
                }
                Ok(view)
            },
        )
        .await;
        self.logged(caller, "getContactDetails", outcome).await
    }

    async fn collect_contact(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactDetails<Released>>, Error> {
        self.expect_room()?;
        let outcome = unit_of_work_releasing_contact(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx, _brand| {
                let ContactView(record) = addressed(tx, caller, id).await?;
                self.expect_cosigned(tx).await?;
                if record.state == ContactState::Acknowledged {
                    return Err(Error::InvalidState(
                        "acknowledged details are not kept; ask the office to tell them again",
                    ));
                }
                // A repeated request is no exception: its key only proves that it is the same request.
                let repeated = earlier(tx, request).await?.is_some();
                match ContactDetails::collection(record.clone())
                    .authorize(tx)
                    .await
                {
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
                    Err(ContactAuthorizeError::Refused(refused)) => {
                        self.refuse_contact_collection(tx, caller, &record, &refused)
                            .await?;
                        Ok(Err(()))
                    }
                    // INVARIANT: details have a consent of their office (foreign keys).
                    Err(ContactAuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                    Err(ContactAuthorizeError::Store(error)) => Err(Error::Store(error)),
                }
            },
        )
        .await;
        let released = self
            .logged(caller, "collectContactDetails", outcome)
            .await?
            .map_err(|()| Error::Withheld)?;
        let LoggedAs { leaf, at } = *released.logged_as();
        if self.log.rules.before_disclose {
            self.until_published(&leaf.commitment).await?;
            self.contact_still_allowed(caller, released.record())
                .await?;
        }
        // Each collection is an event of its own, a repeated one too.
        Ok(Logged::new(released, leaf, at))
    }

    async fn acknowledge_contact(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error> {
        self.expect_room()?;
        let change = async |tx: &mut S::Tx<'_>, record: ContactRecord, at| {
            if record.state == ContactState::Held && !in_force(tx, &record).await? {
                return Err(Error::NotFound);
            }
            if !tx.acknowledge_contact(id, at).await? {
                let raced = record.state == ContactState::Collected;
                let otherwise = "only collected details can be acknowledged, once";
                return Err(unchanged(raced, otherwise));
            }
            Ok(ContactRecord {
                state: ContactState::Acknowledged,
                closed_at: Some(at),
                ..record
            })
        };
        let operation = Operation::ContactAcknowledged;
        let outcome = self
            .changed_contact(caller, request, id, operation, change)
            .await;
        self.logged(caller, "acknowledgeContactDetails", outcome)
            .await
    }

    async fn confirm_contact_erased(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error> {
        let change = async |tx: &mut S::Tx<'_>, record: ContactRecord, at| {
            if !tx.note_contact_erased(id, at).await? {
                let raced = record.erasure_asked_at.is_some() && record.erased_at.is_none();
                let otherwise = "nobody asked to erase these, or that was said already";
                return Err(unchanged(raced, otherwise));
            }
            Ok(ContactRecord {
                erased_at: Some(at),
                ..record
            })
        };
        let operation = Operation::ContactErased;
        let outcome = self
            .changed_contact(caller, request, id, operation, change)
            .await;
        self.logged(caller, "confirmContactErasure", outcome).await
    }
}

impl<S: Store> Application<S> {
    /// Changes details that are for the centre, once for each key, and logs it.
    async fn changed_contact(
        &self,
        caller: &CentreCaller,
        request: &RequestKey,
        id: ContactDetailsId,
        operation: Operation,
        change: impl AsyncFn(&mut S::Tx<'_>, ContactRecord, Instant) -> Result<ContactRecord, Error>,
    ) -> Result<Logged<ContactView>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let ContactView(record) = addressed(tx, caller, id).await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| ContactView(record)));
                }
                let at = tx.now().await?;
                let record = change(tx, record, at).await?;
                let event = Event::new(EventId::fresh(at, self.entropy())?, at, operation)
                    .by(caller.as_ref())
                    .about_contact(&record);
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(ContactView(record), leaf, at))
            },
        )
        .await
    }

    /// Asks the consent once more, after the time that the log took. What is no longer allowed is refused, in the log too, and
    /// stays here.
    async fn contact_still_allowed(
        &self,
        caller: &CentreCaller,
        record: &ContactRecord,
    ) -> Result<(), Error> {
        let allowed = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| match ContactDetails::collection(record.clone())
                .authorize(tx)
                .await
            {
                Ok(_) => Ok(true),
                Err(ContactAuthorizeError::Refused(refused)) => {
                    self.refuse_contact_collection(tx, caller, record, &refused)
                        .await?;
                    Ok(false)
                }
                Err(ContactAuthorizeError::NoSuchConsent) => Err(Error::NotFound),
                Err(ContactAuthorizeError::Store(error)) => Err(Error::Store(error)),
            },
        )
        .await?;
        if allowed {
            Ok(())
        } else {
            Err(Error::Withheld)
        }
    }

    /// Logs the refusal and, where the consent is over for good, seals what is held with it.
    async fn refuse_contact_collection<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &CentreCaller,
        record: &ContactRecord,
        refused: &ContactRefused,
    ) -> Result<(), Error> {
        let over = match refused.consent.status_at(refused.at) {
            ConsentStatus::Expired => Some(SealReason::Expired),
            ConsentStatus::Withdrawn => Some(SealReason::Withdrawn),
            _ => None,
        };
        if let (Some(reason), ContactState::Held) = (over, record.state) {
            tx.seal_contact(record.id, reason, refused.at).await?;
        }
        self.refuse_contact(tx, caller.as_ref(), Operation::ContactCollected, refused)
            .await
    }
}

async fn addressed<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &CentreCaller,
    id: ContactDetailsId,
) -> Result<ContactView, Error> {
    let found = tx.contact_details(id).await?;
    let addressed = found.and_then(|record| ContactView::of(record, caller));
    addressed.ok_or(Error::NotFound)
}

/// Whether the consent of what is held is still in force, for showing it at all.
async fn in_force<'tx, T: Tx<'tx>>(tx: &mut T, record: &ContactRecord) -> Result<bool, Error> {
    let now = tx.now().await?;
    let consent = tx.contact_consent(record.consent).await?;
    Ok(consent.is_some_and(|consent| {
        consent.head.valid_from <= now && consent.head.status_at(now) == ConsentStatus::Given
    }))
}
