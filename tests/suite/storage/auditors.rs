//! What auditors read: nobody waits for it, and nobody is shown it before that is logged (decision 0026).

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use freigabe_domain::{
    Error,
    access::AuditorCaller,
    exchange::{Application, LogDesk as _},
    ids::{ConsentId, EventId},
    store::{StoreError, Tx as _},
};
use freigabe_testkit::{
    TestStore,
    machine::MachineEntropy,
    on_both_databases,
    over::{Hooks, Over, SqlTx},
    store::log_rules,
};

use crate::support::audit::{ask_everything, newest_event};

const USES: &str = "SELECT count(*) FROM events WHERE operation LIKE 'audit%'";

fn over<H: Hooks>(test: &TestStore, hooks: H) -> Application<Over<H>> {
    let store = Over::new(test.store.clone(), hooks);
    Application::new(store, Arc::new(MachineEntropy)).with_log(log_rules())
}

/// The newest event of a log of a consent and a message, with its leaf published.
async fn published(test: &TestStore, auditor: &AuditorCaller) -> EventId {
    test.release(test.consent(1).await.head.id).await;
    let event = newest_event(test, auditor).await;
    test.application.sequence().await.unwrap();
    test.application.sign_checkpoint(&[]).await.unwrap();
    event
}

on_both_databases! {
    async fn nobody_waits_for_what_an_auditor_reads(test: TestStore) {
        let auditor = test.auditor().await;
        let event = published(&test, &auditor).await;
        let consent = test.consent(2).await.head.id;
        let test = Arc::new(test);
        let meanwhile = Meanwhile { test: Arc::clone(&test), consent, written: Arc::default() };
        let uses = test.number(USES).await;
        let asked = ask_everything(&over(&test, meanwhile), &auditor, event).await;
        let number = i64::try_from(asked.len()).unwrap();
        for (what, outcome) in asked {
            outcome.expect(what);
        }
        // Whether the leaf of a proof is published is read in a third transaction.
        assert_eq!(test.number("SELECT count(*) FROM disclosures").await, 1 + number + 1);
        assert_eq!(test.number(USES).await, uses + number);
    }

    async fn what_was_read_and_could_not_be_logged_is_not_shown(test: TestStore) {
        let auditor = test.auditor().await;
        let event = published(&test, &auditor).await;
        let uses = test.number(USES).await;
        for (what, outcome) in ask_everything(&over(&test, FullLog), &auditor, event).await {
            assert!(matches!(outcome, Err(Error::Store(StoreError::Unavailable(_)))), "{what}: {outcome:?}");
        }
        assert_eq!(test.number(USES).await, uses);
    }
}

/// A message is released before a transaction ends that has written no event.
#[derive(Clone)]
struct Meanwhile {
    test: Arc<TestStore>,
    consent: ConsentId,
    written: Arc<AtomicBool>,
}

impl Hooks for Meanwhile {
    fn before(&self, method: &'static str) -> Result<(), StoreError> {
        if method == "append" {
            self.written.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    async fn commit(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
        if !self.written.swap(false, Ordering::SeqCst) {
            self.test.release(self.consent).await;
        }
        transaction.commit().await
    }
}

/// Events can be read, and none can be written.
#[derive(Clone)]
struct FullLog;

impl Hooks for FullLog {
    fn before(&self, method: &'static str) -> Result<(), StoreError> {
        match method {
            "append" => Err(StoreError::Unavailable("full".to_owned())),
            _ => Ok(()),
        }
    }
}
