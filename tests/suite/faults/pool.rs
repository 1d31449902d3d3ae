//! All connections to the database are in use.

use std::{sync::Arc, time::Duration};

use freigabe_domain::{
    Error,
    entropy::SequentialEntropy,
    exchange::Application,
    store::{Mode, Scope, Store, StoreError, prelude::*, unit_of_work},
};
use freigabe_storage::SqlStore;
use freigabe_testkit::{Backend, TestStore, on_both_databases, store::log_rules};

use super::deeds::{Deed, Scene};

/// Longer than a request waits for a connection.
const IN_USE: Duration = Duration::from_secs(7);

on_both_databases! {
    async fn when_all_connections_are_in_use_a_request_is_told_so_and_nothing_is_done(test: TestStore) {
        let mut settings = test.settings(&test.database.url);
        settings.connections = 2;
        let store = SqlStore::open(settings).await.unwrap();
        let entropy = Arc::new(SequentialEntropy::starting_at(0x9001));
        let application = Application::new(store.clone(), entropy).with_log(log_rules());
        let scene = Scene::set(&test, Deed::Release, 1).await;
        let deed = async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            let refused = scene.act(&test, &application).await;
            let untouched = scene.is_untouched(&test).await;
            (refused, untouched)
        };
        // SQLite has one writer.
        let others = if test.backend == Backend::Sqlite { 1 } else { 2 };
        let (first, second, (refused, untouched)) = tokio::join!(
            use_one(&test, &store, others > 0),
            use_one(&test, &store, others > 1),
            deed,
        );
        first.unwrap();
        second.unwrap();
        assert!(matches!(refused, Err(Error::Store(StoreError::Unavailable(_)))), "{refused:?}");
        assert!(untouched);
        scene.act(&test, &application).await.unwrap();
        assert!(!scene.is_untouched(&test).await);
    }
}

/// Holds a connection for a while.
async fn use_one(test: &TestStore, store: &SqlStore, really: bool) -> Result<(), Error> {
    if !really {
        return Ok(());
    }
    let scope = Scope::from(test.centre());
    unit_of_work(
        store,
        &scope,
        Mode::Write,
        async |tx: &mut <SqlStore as Store>::Tx<'_>| {
            let _ = tx.now().await?;
            tokio::time::sleep(IN_USE).await;
            Ok(())
        },
    )
    .await
}
