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

#[cfg(test)]
mod tests {
    use sea_orm::{ConnectionTrait as _, Statement};

    use super::*;
    use crate::backend::Role;

    #[tokio::test]
    async fn one_writer_waits_for_the_disk_and_the_other_does_not() {
        let file = std::env::temp_dir().join(format!("freigabe-turn-{}.db", std::process::id()));
        let url = format!("sqlite://{}", file.display());
        let pools = backend::connect(&url, 1, Role::Owner, true).await.unwrap();
        let (full, normal) = (2, 1);
        for (pool, waits) in [(&pools.writer, full), (&pools.provisional, normal)] {
            let pragma = Statement::from_string(DbBackend::Sqlite, "PRAGMA synchronous");
            let row = pool.query_one_raw(pragma).await.unwrap().unwrap();
            assert_eq!(row.try_get_by_index::<i32>(0).unwrap(), waits);
        }
        for pool in [pools.reader, pools.provisional, pools.writer] {
            pool.close().await.unwrap();
        }
        std::fs::remove_file(file).unwrap();
    }

    #[tokio::test]
    async fn writers_of_a_sqlite_database_take_turns_and_readers_wait_for_nobody() {
        let turn = Turn::of("sqlite://x.db");
        let taken = turn.take(Mode::Provisional).await.unwrap();
        assert!(taken.is_some());
        assert!(turn.take(Mode::Read).await.unwrap().is_none());
        let next = turn.take(Mode::Write);
        let early = timeout(Duration::from_millis(20), next).await;
        assert!(early.is_err(), "it waits");
        drop(taken);
        assert!(turn.take(Mode::Write).await.unwrap().is_some());
    }

    #[tokio::test]
    async fn nobody_waits_on_postgresql() {
        let turn = Turn::of("postgres://localhost/x");
        assert!(turn.take(Mode::Write).await.unwrap().is_none());
    }
}
