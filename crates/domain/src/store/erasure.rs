//! What a transaction can do to erase events, and whatever else there is about a case.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use freigabe_ledger::Commitment;

use super::StoreError;
use crate::{
    erasure::{
        CaseStanding, Erasure, ErasurePlan, ErasureTarget, EventOfCase, KeptGroup, ReportedErasure,
        TraceLeft, Traces,
    },
    ids::{CaseId, EventId},
    instant::Instant,
};

/// Erasures. Only within [`super::Scope::Eraser`]; on PostgreSQL only as the owner of the tables. No part of [`super::Tx`]: what
/// partners ask for can't reach it.
pub trait ErasureStore<'tx> {
    /// Events that are there, by expiry year, class and log, ascending, those that wait last; of this year alone, if one is
    /// named.
    ///
    /// # Errors
    /// When the store fails.
    async fn kept_groups(&mut self, year: Option<u16>) -> Result<Vec<KeptGroup>, StoreError>;

    /// Takes hold of all events of a year, and tells what there is; none if they are not kept apart from those of other years
    /// and have to be deleted one by one.
    ///
    /// # Errors
    /// When the store fails.
    async fn kept_apart(&mut self, year: u16) -> Result<Option<Vec<KeptGroup>>, StoreError>;

    /// Drops what [`ErasureStore::kept_apart`] holds, which leaves no traces in other tables.
    ///
    /// # Errors
    /// When the store fails.
    async fn drop_year(&mut self, year: u16) -> Result<(), StoreError>;

    /// Events of this year and of the plan's class, log and ranges, at most `most`.
    ///
    /// # Errors
    /// When the store fails.
    async fn events_of_plan(
        &mut self,
        plan: &ErasurePlan,
        year: u16,
        most: u64,
    ) -> Result<Vec<EventId>, StoreError>;

    /// Deletes events with what they are searched by. Their years are among `years`.
    ///
    /// # Errors
    /// [`StoreError::Affected`] when one of them was not there.
    async fn erase_events(&mut self, events: &[EventId], years: &[u16]) -> Result<(), StoreError>;

    /// How a case stands; none if there is no such case.
    ///
    /// # Errors
    /// When the store fails.
    async fn case_standing(&mut self, case: CaseId) -> Result<Option<CaseStanding>, StoreError>;

    /// The same, the case and its consents held alone until the end.
    ///
    /// # Errors
    /// When the store fails.
    async fn hold_case(&mut self, case: CaseId) -> Result<Option<CaseStanding>, StoreError>;

    /// All events about a case: what happened, and who searched the log for it, its consents, or its person if this is the
    /// only case that she has.
    ///
    /// # Errors
    /// When the store fails.
    async fn events_of_case(&mut self, case: CaseId) -> Result<Vec<EventOfCase>, StoreError>;

    /// Deletes a case with its key, its consents, messages and notices, and the requests that made them.
    ///
    /// # Errors
    /// [`StoreError::Affected`] when it was not there.
    async fn erase_case(&mut self, case: CaseId) -> Result<(), StoreError>;

    /// Remembers what was announced.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody else just announced the same.
    async fn insert_erasure(&mut self, erasure: &Erasure) -> Result<(), StoreError>;

    /// What was announced and is not done, oldest first.
    ///
    /// # Errors
    /// When the store fails.
    async fn announced_erasures(
        &mut self,
        target: Option<ErasureTarget>,
    ) -> Result<Vec<Erasure>, StoreError>;

    /// The same, held alone until the end.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_announced(&mut self, target: ErasureTarget) -> Result<Vec<Erasure>, StoreError>;

    /// Forgets an announcement that was never carried out.
    ///
    /// # Errors
    /// [`StoreError::Affected`] when there is none.
    async fn forget_erasure(&mut self, intent: &Commitment) -> Result<(), StoreError>;

    /// Notes that an erasure is done, and by which event it is reported; forgets which case it was of.
    ///
    /// # Errors
    /// [`StoreError::Affected`] when there is none, or it was done before.
    async fn finish_erasure(
        &mut self,
        intent: &Commitment,
        done: &Commitment,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// Erasures that are done, and after which nothing was cleaned yet.
    ///
    /// # Errors
    /// When the store fails.
    async fn uncleaned_erasures(&mut self) -> Result<Vec<ReportedErasure>, StoreError>;

    /// Notes that files were cleaned after this erasure.
    ///
    /// # Errors
    /// When the store fails.
    async fn note_cleaned(&mut self, intent: &Commitment, at: Instant) -> Result<(), StoreError>;
}

/// A store that can clean the files of its database.
pub trait Clean {
    /// Removes what deleted rows left in the files: table files are written anew, the write-ahead log is emptied. Returns why
    /// something may be left.
    ///
    /// # Errors
    /// When the store fails.
    async fn clean(&self, traces: &Traces) -> Result<Vec<TraceLeft>, StoreError>;
}
