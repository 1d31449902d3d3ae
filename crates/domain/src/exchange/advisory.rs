//! General advisories (agreement, point 6): published by whoever takes part, read by all who do, taken back by their author.

use async_trait::async_trait;

use crate::{
    access::PartnerOrCoordination,
    advisory::{GeneralAdvisory, NewAdvisory},
    audit::{self, Event, Logged, Operation},
    error::Error,
    exchange::{Application, earlier},
    ids::{AdvisoryId, EventId},
    instant::Instant,
    store::prelude::*,
    store::{Mode, Page, PageRequest, RequestKey, Scope, Store, unit_of_work},
};

/// General advisories.
#[async_trait(?Send)]
pub trait AdvisoryDesk {
    /// Publishes one.
    ///
    /// # Errors
    /// What makes no sense; a reused key; the store's failure.
    async fn publish_advisory(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewAdvisory,
    ) -> Result<Logged<GeneralAdvisory>, Error>;

    /// One of them, also when it was taken back.
    ///
    /// # Errors
    /// No such advisory; the store's failure.
    async fn advisory(
        &self,
        caller: &PartnerOrCoordination,
        id: AdvisoryId,
    ) -> Result<GeneralAdvisory, Error>;

    /// Those that nobody took back; newest first.
    ///
    /// # Errors
    /// The store's failure.
    async fn advisories(
        &self,
        caller: &PartnerOrCoordination,
        page: PageRequest,
    ) -> Result<Page<GeneralAdvisory>, Error>;

    /// Its author takes it back.
    ///
    /// # Errors
    /// No such advisory, or not the caller's; it was taken back before; a reused key; the store's failure.
    async fn withdraw_advisory(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: AdvisoryId,
    ) -> Result<Logged<GeneralAdvisory>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> AdvisoryDesk for Application<S> {
    async fn publish_advisory(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        new: NewAdvisory,
    ) -> Result<Logged<GeneralAdvisory>, Error> {
        self.expect_room()?;
        let faults = new.faults();
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    let id = AdvisoryId::from_uuid(earlier.value);
                    let known = tx.advisory(id).await?.ok_or(Error::NotFound)?;
                    return Ok(earlier.map(|_| known));
                }
                let advisory = GeneralAdvisory {
                    id: AdvisoryId::fresh(at, self.entropy())?,
                    content: new.clone(),
                    published_by: caller.participant(),
                    published_at: at,
                    withdrawn_at: None,
                };
                tx.insert_advisory(&advisory).await?;
                let operation = Operation::AdvisoryPublished;
                let event = self.advisory_event(caller, operation, &advisory, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, advisory.id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(advisory, leaf, at))
            },
        )
        .await
    }

    async fn advisory(
        &self,
        caller: &PartnerOrCoordination,
        id: AdvisoryId,
    ) -> Result<GeneralAdvisory, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| tx.advisory(id).await?.ok_or(Error::NotFound),
        )
        .await;
        self.logged(caller, "getAdvisory", outcome).await
    }

    async fn advisories(
        &self,
        caller: &PartnerOrCoordination,
        page: PageRequest,
    ) -> Result<Page<GeneralAdvisory>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.advisories(page).await?),
        )
        .await
    }

    async fn withdraw_advisory(
        &self,
        caller: &PartnerOrCoordination,
        request: &RequestKey,
        id: AdvisoryId,
    ) -> Result<Logged<GeneralAdvisory>, Error> {
        let by = caller.participant();
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                let held = tx.lock_advisory(id).await?;
                let own = held.filter(|advisory| advisory.published_by == by);
                let advisory = own.ok_or(Error::NotFound)?;
                let at = tx.now().await?;
                if let Some(earlier) = earlier(tx, request).await? {
                    return Ok(earlier.map(|_| advisory));
                }
                if advisory.withdrawn_at.is_some() {
                    return Err(Error::InvalidState("this advisory was withdrawn before"));
                }
                tx.withdraw_advisory(id, at).await?;
                let advisory = GeneralAdvisory {
                    withdrawn_at: Some(at),
                    ..advisory
                };
                let operation = Operation::AdvisoryWithdrawn;
                let event = self.advisory_event(caller, operation, &advisory, at)?;
                let leaf = audit::append(tx, self.entropy(), event).await?;
                tx.remember_request(request, id.as_uuid(), &leaf, at)
                    .await?;
                Ok(Logged::new(advisory, leaf, at))
            },
        )
        .await;
        self.logged(caller, "withdrawAdvisory", outcome).await
    }
}

impl<S: Store> Application<S> {
    fn advisory_event(
        &self,
        caller: &PartnerOrCoordination,
        operation: Operation,
        advisory: &GeneralAdvisory,
        at: Instant,
    ) -> Result<Event, Error> {
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation)
            .by(caller.as_ref())
            .about_advisory(advisory))
    }
}
