//! Whose turn it is to write to a SQLite database.
//!
//! Its writers are two connections, one that waits for the disk at each commit and one that does not. SQLite lets one of them
//! write at a time, and the other look again after a while, longer each time: who comes late waits long. Here they queue.

use std::{sync::Arc, time::Duration};

use freigabe_domain::store::{Mode, StoreError};
use sea_orm::DbBackend;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

use crate::backend;

/// As long as for a connection.
const LONGEST: Duration = Duration::from_secs(5);

/// The writers' queue; none on PostgreSQL, which locks rows.
pub(crate) struct Turn(Option<Arc<Semaphore>>);

/// Ends with the transaction.
pub(crate) type TurnTaken = OwnedSemaphorePermit;

impl Turn {
    pub(crate) fn of(url: &str) -> Self {
        let sqlite = matches!(backend::of_url(url), Ok(DbBackend::Sqlite));
        Self(sqlite.then(|| Arc::new(Semaphore::new(1))))
    }

    /// Waits for it. Who only reads needs none.
    pub(crate) async fn take(&self, mode: Mode) -> Result<Option<TurnTaken>, StoreError> {
        match &self.0 {
            Some(queue) if mode != Mode::Read => {
                let taken = timeout(LONGEST, Arc::clone(queue).acquire_owned()).await;
                let unavailable = || StoreError::Unavailable("too many wait to write".to_owned());
                // INVARIANT: the queue is never closed.
                taken
                    .ok()
                    .and_then(Result::ok)
                    .map(Some)
                    .ok_or_else(unavailable)
            }
            _ => Ok(None),
        }
    }
}
