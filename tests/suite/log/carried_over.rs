//! An older installation's events are carried over as they are, and enter the tree.

use std::sync::Arc;

use freigabe_domain::{
    entropy::{Entropy, SequentialEntropy},
    exchange::{Application, LogDesk as _},
};
use freigabe_storage::{SqlStore, StoreSettings, migrate, migrate_first};
use freigabe_testkit::{
    Backend, TestDatabase,
    database::connect,
    on_both_databases,
    store::{log_rules, master_key},
    stored_log::StoredLog,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};

use super::sequence_all;

/// Migrations before the log was a tree.
const BEFORE: u32 = 6;

/// An empty database that belongs to whoever migrates it.
struct Older {
    backend: Backend,
    database: TestDatabase,
    administrator: String,
}

impl Older {
    async fn start(backend: Backend) -> Self {
        let (database, administrator) = TestDatabase::empty(backend).await;
        Self {
            backend,
            database,
            administrator,
        }
    }
}

on_both_databases! {
    async fn an_older_databases_events_are_carried_over_and_sequenced(older: Older) {
        let url = &older.database.url;
        assert_eq!(migrate_first(url, BEFORE).await.unwrap().len(), 6);
        let connection = connect(&older.administrator, 1).await;
        let (id, blob, series) = match older.backend {
            Backend::Sqlite => (
                "CAST(printf('%016d', n) AS BLOB)",
                "CAST(printf('%032d', n) AS BLOB)",
                "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 5000)",
            ),
            Backend::Postgres => (
                "CAST(lpad(CAST(n AS TEXT), 32, '0') AS UUID)",
                "CAST(lpad(CAST(n AS TEXT), 32, '0') AS BYTEA)",
                "WITH s(n) AS (SELECT generate_series(1, 5000))",
            ),
        };
        let payload = match older.backend {
            Backend::Sqlite => "CAST('{}' AS BLOB)",
            Backend::Postgres => "CAST('{}' AS BYTEA)",
        };
        // Years with a partition of their own, and years without.
        let insert = format!(
            "{series} INSERT INTO events SELECT {id}, 1000 + n, 'consent_recorded', 'done', NULL, NULL, {id}, {id}, NULL, \
             {payload}, {blob}, {blob}, 1 + n % 2, 2025 + n % 30 FROM s"
        );
        connection.execute_unprepared(&insert).await.unwrap();
        let insert = format!(
            "{series} INSERT INTO event_terms SELECT 'person', 'x', 1000 + n, {id} FROM s WHERE n % 3 = 0"
        );
        connection.execute_unprepared(&insert).await.unwrap();
        let events = "SELECT id, at, operation, outcome, actor, recipient, case_id, consent_id, disclosure_id, payload, salt, \
                      commitment, class, expiry_year FROM events";
        let terms = "SELECT dimension, value, at, event_id FROM event_terms";
        let before = (all(&connection, events).await, all(&connection, terms).await);
        assert_eq!((before.0.len(), before.1.len()), (5_000, 1_666));

        assert_eq!(migrate(url).await.unwrap(), [
            "m0007_log", "m0008_log_dimensions", "m0009_erasures", "m0010_common_terms", "m0011_latest_year",
            "m0012_proofs_by_upkeep", "m0013_eraser_by_role", "m0014_admission",
            "m0015_messages_of_a_consent", "m0016_directory", "m0017_involvements",
            "m0018_security_notices", "m0019_handovers", "m0020_contact_pairs", "m0021_regional_agreements", "m0022_details_of_an_offer",
            "m0023_rests_on_its_basis",
        ]);
        assert_eq!((all(&connection, events).await, all(&connection, terms).await), before);
        let wrong = "SELECT event_id AS id FROM event_terms t WHERE NOT EXISTS (SELECT 1 FROM events e \
                     WHERE e.id = t.event_id AND e.expiry_year = t.expiry_year)";
        assert!(all(&connection, wrong).await.is_empty(), "a term is kept as long as its event");
        if older.backend == Backend::Postgres {
            let apart = "SELECT id FROM events WHERE CAST(tableoid AS regclass) <> CASE \
                         WHEN expiry_year BETWEEN 2026 AND 2040 \
                         THEN CAST('events_' || expiry_year AS regclass) ELSE CAST('events_default' AS regclass) END";
            assert!(all(&connection, apart).await.is_empty(), "each in its year");
        }

        let entropy: Arc<dyn Entropy> = Arc::new(SequentialEntropy::starting_at(3));
        let settings = StoreSettings::new(url, master_key(), Arc::clone(&entropy));
        let store = SqlStore::open(settings).await.unwrap();
        let application = Application::new(store.clone(), entropy).with_log(log_rules());
        assert_eq!(sequence_all(&application).await, 2);
        let signed = application.sign_checkpoint(&[]).await.unwrap().unwrap();
        assert_eq!(signed.size, 5_000);
        StoredLog::at(&older.administrator).await.is_complete();
        store.close().await.unwrap();
        connection.close().await.unwrap();
    }
}

/// All rows as text, in an order of their own.
async fn all(connection: &DatabaseConnection, sql: &str) -> Vec<String> {
    let columns = sql
        .trim_start_matches("SELECT ")
        .split(" FROM ")
        .next()
        .unwrap();
    let written = match connection.get_database_backend() {
        DbBackend::Sqlite => {
            let names = columns
                .split(", ")
                .map(|name| name.rsplit(' ').next().unwrap());
            let quoted: Vec<String> = names.map(|name| format!("quote({name})")).collect();
            quoted.join(" || '|' || ")
        }
        _ => "CAST(found AS TEXT)".to_owned(),
    };
    let sql = format!("SELECT {written} AS written FROM ({sql}) AS found ORDER BY 1");
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter()
        .map(|row| row.try_get("", "written").unwrap())
        .collect()
}
