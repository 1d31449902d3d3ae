//! Lock, decide, record in one transaction: all of it or nothing, and once.

use std::cell::Cell;

use freigabe_domain::{
    Error,
    audit::{self, Event, Operation},
    entropy::SequentialEntropy,
    ids::EventId,
    store::{Mode, Scope, StoreError, prelude::*, unit_of_work},
};

use crate::memory::{Fault, MemoryStore, MemoryTx};

/// Runs work that appends one event; returns its result and how often it was run.
fn append_one(store: &MemoryStore, mode: Mode) -> (Result<(), Error>, u32) {
    let entropy = SequentialEntropy::starting_at(1);
    let runs = Cell::new(0);
    let work = async |tx: &mut MemoryTx<'_>| {
        runs.set(runs.get() + 1);
        let at = tx.now().await?;
        let event = Event::new(EventId::fresh(at, &entropy)?, at, Operation::ClientAdded);
        audit::append(tx, &entropy, event).await?;
        Ok(())
    };
    let result = pollster::block_on(unit_of_work(
        store,
        &Scope::Operator { client: None },
        mode,
        work,
    ));
    (result, runs.get())
}

#[test]
fn a_conflict_is_tried_again_and_the_effect_happens_once() {
    for mode in [Mode::Write, Mode::RepeatableWrite] {
        let store = MemoryStore::new();
        store.fail([Fault::Conflict; 3]);
        let (result, runs) = append_one(&store, mode);
        assert!(result.is_ok(), "{result:?}");
        assert_eq!((runs, store.pauses()), (4, 3));
        assert_eq!((store.committed().log.len(), store.commits()), (1, 1));
    }
}

#[test]
fn a_conflict_that_never_ends_is_given_up_with_nothing_done() {
    let store = MemoryStore::new();
    store.fail([Fault::Conflict; 100]);
    let (result, runs) = append_one(&store, Mode::Write);
    assert!(matches!(result, Err(Error::Store(StoreError::Conflict))));
    assert_eq!((runs, store.pauses()), (10, 9));
    assert!(store.committed().log.is_empty());
}

#[test]
fn an_unknown_commit_is_tried_again_only_by_work_that_recognises_itself() {
    for fault in [Fault::Lost, Fault::Unheard] {
        let store = MemoryStore::new();
        store.fail([fault]);
        let (result, runs) = append_one(&store, Mode::Write);
        assert!(matches!(
            result,
            Err(Error::Store(StoreError::CommitUnknown))
        ));
        assert_eq!((runs, store.pauses()), (1, 0));

        let store = MemoryStore::new();
        store.fail([fault]);
        let (result, runs) = append_one(&store, Mode::RepeatableWrite);
        assert!(result.is_ok(), "{result:?}");
        assert_eq!((runs, store.pauses()), (2, 1));
    }
}

#[test]
fn what_no_repetition_can_mend_is_not_repeated() {
    let store = MemoryStore::new();
    store.fail([Fault::Full]);
    let (result, runs) = append_one(&store, Mode::RepeatableWrite);
    assert!(matches!(
        result,
        Err(Error::Store(StoreError::Unavailable(_)))
    ));
    assert_eq!(runs, 1);
    assert!(store.committed().log.is_empty());
}

#[test]
fn an_error_leaves_nothing_behind() {
    let store = MemoryStore::new();
    let entropy = SequentialEntropy::starting_at(1);
    let work = async |tx: &mut MemoryTx<'_>| -> Result<(), Error> {
        let at = tx.now().await?;
        let event = Event::new(EventId::fresh(at, &entropy)?, at, Operation::ClientAdded);
        audit::append(tx, &entropy, event).await?;
        Err(Error::Stale)
    };
    let result = pollster::block_on(unit_of_work(
        &store,
        &Scope::Operator { client: None },
        Mode::Write,
        work,
    ));
    assert!(matches!(result, Err(Error::Stale)));
    assert_eq!((store.committed().log.len(), store.commits()), (0, 0));
}

#[test]
fn reading_is_no_writing() {
    let store = MemoryStore::new();
    let (result, _) = append_one(&store, Mode::Read);
    assert!(matches!(result, Err(Error::Store(StoreError::Defect(_)))));
}
