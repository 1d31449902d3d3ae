//! The connection is lost after every statement, in truth: PostgreSQL ends its side of it.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use freigabe_domain::{
    Error, entropy::SequentialEntropy, exchange::Application, store::StoreError,
};
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestStore,
    on_both::run,
    store::{log_rules, master_key},
};
use sea_orm::{ConnectionTrait as _, Database, Statement};

use super::deeds::{Deed, Scene};

/// Ends every other connection to a database once so many statements were carried out.
#[derive(Default)]
struct Scissors {
    statements: AtomicUsize,
    cut_after: AtomicUsize,
}

impl Scissors {
    fn set(&self, cut_after: usize) {
        self.cut_after.store(cut_after, Ordering::SeqCst);
        self.statements.store(0, Ordering::SeqCst);
    }

    fn snip(&self, url: &str) {
        let number = self.statements.fetch_add(1, Ordering::SeqCst) + 1;
        if number != self.cut_after.load(Ordering::SeqCst) {
            return;
        }
        let url = url.to_owned();
        // The statement's own thread waits until it is cut.
        let cutting = std::thread::spawn(move || {
            run(async move {
                let database = Database::connect(&url).await.unwrap();
                let ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                     WHERE datname = current_database() AND pid <> pg_backend_pid()";
                database.execute_unprepared(ended).await.unwrap();
                database.close().await.unwrap();
            });
        });
        cutting.join().expect("cut");
    }
}

#[test]
fn a_connection_that_is_lost_after_any_statement_leaves_a_deed_whole_or_undone() {
    run(async {
        let test = TestStore::start(Backend::Postgres).await;
        let scissors = Arc::new(Scissors::default());
        let (cutter, url) = (Arc::clone(&scissors), test.database.url.clone());
        let entropy = Arc::new(SequentialEntropy::starting_at(0x5C15));
        let mut settings = StoreSettings::new(&url, master_key(), entropy.clone());
        settings.observer = Some(Arc::new(move |_: &Statement| cutter.snip(&url)));
        let store = SqlStore::open(settings).await.unwrap();
        let application = Application::new(store, entropy).with_log(log_rules());
        let (mut number, mut undone) = (0, 0);
        for deed in Deed::ALL {
            number += 1;
            let scene = Scene::set(&test, deed, number).await;
            scissors.set(usize::MAX);
            scene.act(&test, &application).await.unwrap();
            let statements = scissors.statements.load(Ordering::SeqCst);
            let whole = scene.growth(&test).await;
            assert!(statements > 4, "{deed:?} takes {statements} statements");
            for statement in 1..=statements {
                number += 1;
                let scene = Scene::set(&test, deed, number).await;
                scissors.set(statement);
                let outcome = scene.act(&test, &application).await;
                scissors.set(usize::MAX);
                let growth = scene.growth(&test).await;
                match outcome {
                    Ok(()) => assert_eq!(growth, whole, "{deed:?}, after statement {statement}"),
                    Err(Error::Store(StoreError::Unavailable(_) | StoreError::CommitUnknown)) => {
                        undone += usize::from(growth.is_empty());
                        assert!(
                            growth.is_empty() || growth == whole,
                            "{deed:?}, after statement {statement}: {growth:?}"
                        );
                    }
                    Err(error) => panic!("{deed:?}, after statement {statement}: {error}"),
                }
                // The pool finds a connection again by itself.
                scene.act(&test, &application).await.unwrap();
                let again = scene.growth(&test).await;
                for (table, rows) in &whole {
                    assert!(again.get(table) >= Some(rows), "{deed:?}: {again:?}");
                }
            }
        }
        println!("cut {number} times, {undone} deeds were undone");
        assert!(undone > 40);
    });
}
