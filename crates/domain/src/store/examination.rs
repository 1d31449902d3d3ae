//! What a transaction can tell auditors about events together with their leaves.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use std::ops::Range;

use super::{Cursor, Page, PageRequest, StoreError};
use crate::{
    audit::{AuditQuery, EventCount, LeafRange, LoggedLeaf, Period},
    instant::Instant,
    log::Generation,
};

/// Events with their leaves, and numbers of events.
pub trait ExaminationStore<'tx> {
    /// How many events of a period there are, by operation and outcome in their vocabularies' order.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_events(&mut self, period: Period) -> Result<Vec<EventCount>, StoreError>;

    /// When the first event that is still there happened.
    ///
    /// # Errors
    /// When the store fails.
    async fn first_event(&mut self) -> Result<Option<Instant>, StoreError>;

    /// How many leaves of the log have no event any more. Exact where nothing is written meanwhile: in a transaction that
    /// only reads.
    ///
    /// # Errors
    /// When the store fails.
    async fn erased_events(&mut self) -> Result<u64, StoreError>;

    /// The leaves at these places (a few hundred at most) whose events are still there, in the order of the log. Their years
    /// are among `years`.
    ///
    /// # Errors
    /// When the store fails.
    async fn kept_between(
        &mut self,
        generation: Generation,
        places: Range<u64>,
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError>;

    /// The leaves at these places (a few hundred at most) whose events are still there. Their years are among `years`.
    ///
    /// # Errors
    /// When the store fails.
    async fn kept_at(
        &mut self,
        generation: Generation,
        places: &[u64],
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError>;

    /// How many leaves of a part of the log have their events.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_kept(&mut self, population: LeafRange) -> Result<u64, StoreError>;

    /// The leaves of a part of the log whose events match, the newest events first; where each page ends is told by the
    /// event's time and id.
    ///
    /// # Errors
    /// When the store fails.
    async fn matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        page: PageRequest,
    ) -> Result<Page<LoggedLeaf>, StoreError>;

    /// How many of them there are after a position, counted up to `most`; and where counting goes on, if it does.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        after: Option<Cursor>,
        most: u16,
    ) -> Result<(u64, Option<Cursor>), StoreError>;
}
