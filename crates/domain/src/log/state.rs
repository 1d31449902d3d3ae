//! What this process knows of the log beyond the database.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use freigabe_ledger::Hash;

use super::{Generation, LogFault, StoredCheckpoint};

/// What this process knows of the log. Another node need not know it: each guards itself.
#[derive(Debug, Default)]
pub(crate) struct LogState {
    backlog: AtomicU64,
    /// Whether enough witnesses have said what they saw, since this process began.
    vouched: AtomicBool,
    /// The newest checkpoint that this process signed or saw signed: a database that was put back can't hide it.
    newest: Mutex<Option<Watermark>>,
    fault: Mutex<Option<LogFault>>,
}

/// A checkpoint that nothing may fall behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Watermark {
    pub(crate) generation: Generation,
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

impl LogState {
    pub(crate) fn backlog(&self) -> u64 {
        self.backlog.load(Ordering::Relaxed)
    }

    pub(crate) fn set_backlog(&self, events: u64) {
        self.backlog.store(events, Ordering::Relaxed);
    }

    pub(crate) fn is_vouched(&self) -> bool {
        self.vouched.load(Ordering::SeqCst)
    }

    pub(crate) fn vouch(&self) {
        self.vouched.store(true, Ordering::SeqCst);
    }

    pub(crate) fn newest(&self) -> Option<Watermark> {
        *lock(&self.newest)
    }

    /// Keeps the larger of two.
    pub(crate) fn saw(&self, checkpoint: &StoredCheckpoint) {
        let seen = Watermark {
            generation: checkpoint.generation,
            size: checkpoint.size,
            root: checkpoint.root,
        };
        let mut newest = lock(&self.newest);
        let newer =
            |known: Watermark| (known.generation, known.size) < (seen.generation, seen.size);
        if newest.is_none_or(newer) {
            *newest = Some(seen);
        }
    }

    pub(crate) fn fault(&self) -> Option<LogFault> {
        lock(&self.fault).clone()
    }

    pub(crate) fn set_fault(&self, fault: Option<LogFault>) {
        *lock(&self.fault) = fault;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing panics while it holds one of them, and what is in them is whole at any moment.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
