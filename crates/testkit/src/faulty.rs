//! A store that fails once, at a method that is chosen: what a database does that is busy, gone, or interrupted.

use std::sync::{Arc, Mutex, PoisonError};

use freigabe_domain::store::{StoreError, Tx as _};

use crate::over::{Hooks, SqlTx};

/// How it fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Another transaction is in the way, once (SQLSTATE 40001).
    Conflict,
    /// Another transaction is in the way, each time from there on.
    Conflicts,
    /// The database can't be reached, once.
    Unavailable,
    /// The connection breaks during the commit, which takes place.
    CommitUnknownDone,
    /// The connection breaks during the commit, which does not take place.
    CommitUnknownUndone,
}

/// The hooks of such a store.
#[derive(Debug, Clone, Default)]
pub struct Faulty(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    calls: usize,
    armed: Option<(usize, Fault)>,
    committed: bool,
    failed: Option<Failed>,
}

/// Where it failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failed {
    /// At which method.
    pub at: &'static str,
    /// A transaction had been committed before.
    pub after_commit: bool,
}

impl Faulty {
    /// Counts anew, and fails at the call with this number, if one is given; the commit is a call.
    pub fn arm(&self, at: Option<(usize, Fault)>) {
        *self.state() = State {
            armed: at,
            ..State::default()
        };
    }

    /// How many calls there were.
    #[must_use]
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// Where it failed first, if it did.
    #[must_use]
    pub fn failed(&self) -> Option<Failed> {
        self.state().failed
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What shall go wrong at this call.
    fn fault(&self, method: &'static str) -> Option<Fault> {
        let mut state = self.state();
        state.calls += 1;
        let (at, fault) = state.armed?;
        let strikes = match fault {
            Fault::Conflicts => state.calls >= at,
            // Only a commit's outcome can be unknown.
            Fault::CommitUnknownDone | Fault::CommitUnknownUndone => {
                state.calls == at && method == "commit"
            }
            Fault::Conflict | Fault::Unavailable => state.calls == at,
        };
        if strikes && state.failed.is_none() {
            let after_commit = state.committed;
            state.failed = Some(Failed {
                at: method,
                after_commit,
            });
        }
        strikes.then_some(fault)
    }
}

impl Hooks for Faulty {
    fn before(&self, method: &'static str) -> Result<(), StoreError> {
        match self.fault(method) {
            Some(Fault::Conflict | Fault::Conflicts) => Err(StoreError::Conflict),
            Some(Fault::Unavailable) => {
                Err(StoreError::Unavailable("gone for a moment".to_owned()))
            }
            Some(Fault::CommitUnknownDone | Fault::CommitUnknownUndone) | None => Ok(()),
        }
    }

    fn pauses(&self) -> bool {
        false
    }

    async fn commit(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
        match self.fault("commit") {
            Some(Fault::Conflict | Fault::Conflicts) => {
                transaction.rollback().await?;
                Err(StoreError::Conflict)
            }
            Some(Fault::Unavailable) => {
                transaction.rollback().await?;
                Err(StoreError::Unavailable("gone for a moment".to_owned()))
            }
            Some(Fault::CommitUnknownDone) => {
                transaction.commit().await?;
                Err(StoreError::CommitUnknown)
            }
            Some(Fault::CommitUnknownUndone) => {
                transaction.rollback().await?;
                Err(StoreError::CommitUnknown)
            }
            None => {
                transaction.commit().await?;
                self.state().committed = true;
                Ok(())
            }
        }
    }
}
