//! Auditors query the log; their queries are in it.

use async_trait::async_trait;

use super::Application;
use crate::{
    access::{AuditorCaller, Caller, CountingCaller},
    audit::{
        self, AuditQuery, CalendarMonth, Denial, Event, EventCounts, Operation, Period, Retention,
        StoredEvent,
    },
    error::Error,
    ids::EventId,
    instant::Instant,
    store::prelude::*,
    store::{Mode, Page, PageRequest, Scope, Store, Tx, unit_of_work},
};

/// The log, for auditors and for the edge. Whatever is asked is an event, so it waits while too many events wait for the log
/// ([`LogError::Backlog`](crate::log::LogError::Backlog)). A denial is logged in any case.
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

    /// How many events of the log were erased. That it was asked is logged before the answer.
    ///
    /// # Errors
    /// The store's failure.
    async fn audit_gone(&self, caller: &AuditorCaller) -> Result<u64, Error>;

    /// How many events there are from a moment (else the first event) until before another (else now), by month,
    /// operation and outcome. That it was asked is logged before the answer.
    ///
    /// # Errors
    /// The store's failure.
    async fn audit_counts(
        &self,
        caller: &CountingCaller,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<EventCounts, Error>;

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
        self.expect_room()?;
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
        self.expect_room()?;
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

    async fn audit_gone(&self, caller: &AuditorCaller) -> Result<u64, Error> {
        self.expect_room()?;
        let scope = Scope::from(caller);
        // Read first: counting takes long, and nobody should wait for it.
        let gone = unit_of_work(
            &self.store,
            &scope,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| Ok(tx.erased_events().await?),
        )
        .await?;
        let query = AuditQuery {
            retention: Some(Retention::Gone),
            ..AuditQuery::default()
        };
        let hits = usize::try_from(gone).unwrap_or(usize::MAX);
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| self.log_query(tx, caller, &query, hits).await,
        )
        .await?;
        Ok(gone)
    }

    async fn audit_counts(
        &self,
        caller: &CountingCaller,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<EventCounts, Error> {
        self.expect_room()?;
        let scope = Scope::from(caller);
        let counts = unit_of_work(
            &self.store,
            &scope,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let now = tx.now().await?;
                let first = tx.first_event().await?.unwrap_or(now);
                // There is nothing to be counted outside of these.
                let until = until.map_or(now, |until| until.min(now));
                let from = from.map_or(first, |from| from.max(first)).min(until);
                let period = Period { from, until };
                Ok(EventCounts {
                    period,
                    months: counted(tx, period).await?,
                    gone: tx.erased_events().await?,
                })
            },
        )
        .await?;
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let event = self
                    .use_of_log(tx, caller, Operation::AuditCounted)
                    .await?
                    .of_counts(counts.period, counts.total());
                audit::append(tx, self.entropy(), event).await?;
                Ok(())
            },
        )
        .await?;
        Ok(counts)
    }

    async fn record_denial(&self, denial: Denial) -> Result<(), Error> {
        self.log_denial(&denial).await
    }
}

/// Month by month: each statement reads a bounded part of the log.
async fn counted<'tx, T: Tx<'tx>>(
    tx: &mut T,
    period: Period,
) -> Result<Vec<(CalendarMonth, Vec<audit::EventCount>)>, Error> {
    let mut months = Vec::new();
    let mut month = CalendarMonth::of(period.from);
    while month.begins() < period.until {
        let from = month.begins().max(period.from);
        let until = month.next().begins().min(period.until);
        let counts = tx.count_events(Period { from, until }).await?;
        if !counts.is_empty() {
            months.push((month, counts));
        }
        month = month.next();
    }
    Ok(months)
}

impl<S: Store> Application<S> {
    /// The event of a use of the log by this caller, now.
    pub(super) async fn use_of_log<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: impl AsRef<Caller>,
        operation: Operation,
    ) -> Result<Event, Error> {
        let at = tx.now().await?;
        let id = EventId::fresh(at, self.entropy())?;
        Ok(Event::new(id, at, operation).by(caller.as_ref()))
    }

    pub(super) async fn log_query<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        caller: &AuditorCaller,
        query: &AuditQuery,
        hits: usize,
    ) -> Result<(), Error> {
        let event = self
            .use_of_log(tx, caller, Operation::AuditQueried)
            .await?
            .of_query(query, hits);
        audit::append(tx, self.entropy(), event).await?;
        Ok(())
    }
}
