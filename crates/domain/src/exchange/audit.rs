//! Auditors query the log; their queries are in it.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::AuditorCaller,
    audit::{self, AuditQuery, Denial, Event, Operation, StoredEvent},
    error::Error,
    ids::EventId,
    store::prelude::*,
    store::{Mode, Page, PageRequest, Scope, Store, Tx, unit_of_work},
};

/// The log, for auditors and for the edge.
#[async_trait(?Send)]
pub trait AuditDesk {
    /// Events that match, newest first. The query is logged in the same transaction.
    ///
    /// # Errors
    /// The store's failure.
    async fn audit_events(
        &self,
        caller: &AuditorCaller,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, Error>;

    /// One event. Reading it is logged in the same transaction.
    ///
    /// # Errors
    /// No such event; the store's failure.
    async fn audit_event(&self, caller: &AuditorCaller, id: EventId) -> Result<StoredEvent, Error>;

    /// Logs a denied access.
    ///
    /// # Errors
    /// The store's failure.
    async fn record_denial(&self, denial: Denial) -> Result<(), Error>;
}

#[async_trait(?Send)]
impl<S: Store> AuditDesk for Application<S> {
    async fn audit_events(
        &self,
        caller: &AuditorCaller,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.events(query, page).await?;
                self.log_query(tx, caller, query, found.items.len()).await?;
                Ok(found)
            },
        )
        .await
    }

    async fn audit_event(&self, caller: &AuditorCaller, id: EventId) -> Result<StoredEvent, Error> {
        let outcome = unit_of_work(
            &self.store,
            &Scope::from(caller),
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.event(id).await?.ok_or(Error::NotFound)?;
                self.log_query(
                    tx,
                    caller,
                    &AuditQuery {
                        event: Some(id),
                        ..AuditQuery::default()
                    },
                    1,
                )
                .await?;
                Ok(found)
            },
        )
        .await;
        self.logged(caller, "getAuditEvent", outcome).await
    }

    async fn record_denial(&self, denial: Denial) -> Result<(), Error> {
        self.log_denial(&denial).await
    }
}

impl<S: Store> Application<S> {
    pub(super) async fn log_query<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &AuditorCaller,
        query: &AuditQuery,
        hits: usize,
    ) -> Result<(), Error> {
        let at = tx.now().await?;
        let event = Event::new(
            EventId::fresh(at, self.entropy())?,
            at,
            Operation::AuditQueried,
        )
        .by(caller.as_ref())
        .of_query(query, hits);
        audit::append(tx, self.entropy(), event).await?;
        Ok(())
    }
}
