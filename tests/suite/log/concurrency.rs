//! Many writers, and several nodes that sequence and sign what they write.

use std::{rc::Rc, sync::Arc, time::Duration};

use freigabe_domain::{
    audit::{Denial, DenialReason},
    entropy::{Entropy, SequentialEntropy},
    exchange::{Application, AuditDesk as _, LogDesk as _},
    log::LogRules,
};
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestStore,
    on_both::run,
    store::{log_rules, master_key},
    stored_log::StoredLog,
};

use super::sequence_all;

/// Another node of the same installation.
pub(super) async fn another_node(test: &TestStore) -> Application<SqlStore> {
    node_with(test, log_rules()).await
}

/// Another node, which keeps the log by these rules.
pub(super) async fn node_with(test: &TestStore, rules: LogRules) -> Application<SqlStore> {
    let number = test.number("SELECT count(*) FROM events").await;
    let entropy: Arc<dyn Entropy> =
        Arc::new(SequentialEntropy::starting_at(0x5EED_0000 + number as u64));
    let mut settings = StoreSettings::new(&test.database.url, master_key(), Arc::clone(&entropy));
    settings.connections = 20;
    let store = SqlStore::open(settings).await.unwrap();
    Application::new(store, entropy).with_log(rules)
}

/// Writers on each of two nodes.
const WRITERS: usize = 16;
/// Events of each writer.
const EVENTS: usize = 40;

#[test]
fn of_32_writers_and_two_nodes_that_sequence_each_event_is_in_the_tree_once() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let before = test.number("SELECT count(*) FROM events").await;
        let mut threads = Vec::new();
        for node in 0..2_u64 {
            let url = test.database.url.clone();
            // A node is a process of its own; here it is a thread with its own connections.
            threads.push(std::thread::spawn(move || {
                run(async move {
                    let entropy: Arc<dyn Entropy> =
                        Arc::new(SequentialEntropy::starting_at(0xBEE_0000 + node));
                    let mut settings = StoreSettings::new(&url, master_key(), Arc::clone(&entropy));
                    settings.connections = 20;
                    let store = SqlStore::open(settings).await.unwrap();
                    let node = Application::new(store.clone(), entropy).with_log(log_rules());
                    let node = Rc::new(node);
                    let work = tokio::task::LocalSet::new();
                    work.run_until(async {
                        let keeping = tokio::task::spawn_local(keep(Rc::clone(&node)));
                        let writers: Vec<_> = (0..WRITERS)
                            .map(|_| tokio::task::spawn_local(write(Rc::clone(&node))))
                            .collect();
                        for writer in writers {
                            writer.await.unwrap();
                        }
                        // Stopped wherever it is; its transaction is rolled back.
                        keeping.abort();
                        assert!(keeping.await.unwrap_err().is_cancelled());
                    })
                    .await;
                    store.close().await.unwrap();
                });
            }));
        }
        for thread in threads {
            thread.join().expect("a node that ended well");
        }
        let written = (2 * WRITERS * EVENTS) as i64;
        let stored = StoredLog::of(&test).await;
        stored.is_whole();
        assert_eq!(stored.events.len() as i64, before + written);
        let early = stored.leaves[&0].len();
        assert!(early > 0, "sequenced while they were written");
        sequence_all(&test.application).await;
        test.application.sign_checkpoint(&[]).await.unwrap();
        StoredLog::of(&test).await.is_complete();
        println!("{written} events of 32 writers: {early} leaves before they were done");
    });
}

async fn write(node: Rc<Application<SqlStore>>) {
    for _ in 0..EVENTS {
        node.record_denial(denial()).await.unwrap();
    }
}

async fn keep(node: Rc<Application<SqlStore>>) {
    loop {
        node.sequence().await.unwrap();
        node.sign_checkpoint(&[]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(3)).await;
    }
}

fn denial() -> Denial {
    Denial {
        caller: None,
        attempted: "getConsent",
        reason: DenialReason::NoToken,
        unrecorded_before: 0,
    }
}
