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
    /// Events that match, newest first. The query is logged before the answer.
    ///
    /// # Errors
    /// The store's failure.
    async fn audit_events(
        &self,
        caller: &AuditorCaller,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, Error>;

    /// One event. That it was read is logged before the answer.
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
        self.read_and_log(
            caller,
            Operation::AuditQueried,
            async |tx: &mut S::Tx<'_>| Ok(tx.events(query, page).await?),
            |event, found| event.of_query(query, found.items.len()),
        )
        .await
    }

    async fn audit_event(&self, caller: &AuditorCaller, id: EventId) -> Result<StoredEvent, Error> {
        let outcome = self
            .read_and_log(
                caller,
                Operation::AuditQueried,
                async |tx: &mut S::Tx<'_>| tx.event(id).await?.ok_or(Error::NotFound),
                |event, _| event.of_query(&AuditQuery::of_event(id), 1),
            )
            .await;
        self.logged(caller, "getAuditEvent", outcome).await
    }

    async fn audit_gone(&self, caller: &AuditorCaller) -> Result<u64, Error> {
        let query = AuditQuery {
            retention: Some(Retention::Gone),
            ..AuditQuery::default()
        };
        self.read_and_log(
            caller,
            Operation::AuditQueried,
            async |tx: &mut S::Tx<'_>| Ok(tx.erased_events().await?),
            |event, gone| event.of_query(&query, usize::try_from(*gone).unwrap_or(usize::MAX)),
        )
        .await
    }

    async fn audit_counts(
        &self,
        caller: &CountingCaller,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Result<EventCounts, Error> {
        self.read_and_log(
            caller,
            Operation::AuditCounted,
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
            |event, counts| event.of_counts(counts.period, counts.total()),
        )
        .await
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
    /// Reads for an auditor, and logs that it was read. These are two transactions: the first only reads, so that nobody waits
    /// for what auditors read, however much that is. Nobody is shown it before the second, which says what was read, is
    /// committed.
    pub(super) async fn read_and_log<C, R, F>(
        &self,
        caller: &C,
        operation: Operation,
        read: F,
        use_of_log: impl Fn(Event, &R) -> Event,
    ) -> Result<R, Error>
    where
        C: AsRef<Caller>,
        Scope: for<'c> From<&'c C>,
        F: for<'a, 'tx> AsyncFn(&'a mut S::Tx<'tx>) -> Result<R, Error>,
    {
        self.expect_room()?;
        let scope = Scope::from(caller);
        let found = unit_of_work(&self.store, &scope, Mode::Read, read).await?;
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                let id = EventId::fresh(at, self.entropy())?;
                let event = Event::new(id, at, operation).by(caller.as_ref());
                audit::append(tx, self.entropy(), use_of_log(event, &found)).await
            },
        )
        .await?;
        Ok(found)
    }
}
