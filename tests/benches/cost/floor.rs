//! The floor: the statements of an operation in one transaction, over the driver alone.

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend,
    SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use uuid::Uuid;

use crate::{load::Side, operation::Subject, recording::Recording};

/// Statements that are repeated.
pub(crate) struct Floor {
    connection: DatabaseConnection,
    recording: Recording,
    keys: std::sync::atomic::AtomicU64,
}

impl Floor {
    /// With a connection for each client; SQLite has one writer, as in the program. What is set for a connection is what the program
    /// sets: durability, how often its pages are copied, overwriting what is deleted, the role and the planner on PostgreSQL.
    pub(crate) async fn open(url: &str, clients: usize, recording: Recording) -> Self {
        let mut options = ConnectOptions::new(url);
        options
            .sqlx_logging(false)
            .idle_timeout(None)
            .max_lifetime(None);
        if DbBackend::Sqlite.is_prefix_of(url) {
            options.max_connections(1).test_before_acquire(false);
            options.map_sqlx_sqlite_opts(|sqlite| {
                sqlite
                    .foreign_keys(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full)
                    .pragma("wal_autocheckpoint", "4000")
                    .pragma("secure_delete", "ON")
                    .pragma("trusted_schema", "OFF")
            });
        } else {
            let connections = u32::try_from(clients).expect("few clients");
            options
                .max_connections(connections)
                .test_before_acquire(false);
            options.map_sqlx_postgres_opts(|postgres| {
                postgres.options([
                    ("role", "freigabe_app"),
                    ("enable_seqscan", "off"),
                    ("jit", "off"),
                    ("timezone", "UTC"),
                ])
            });
        }
        let connection = Database::connect(options).await.expect("a connection");
        let keys = std::sync::atomic::AtomicU64::new(1);
        Self {
            connection,
            recording,
            keys,
        }
    }

    pub(crate) async fn close(&self) {
        let closed = self.connection.close_by_ref().await;
        closed.expect("the connection closed");
    }

    fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// As the program begins one.
    fn transaction(&self) -> TransactionOptions {
        let immediate =
            (self.backend() == DbBackend::Sqlite).then_some(SqliteTransactionMode::Immediate);
        TransactionOptions {
            sqlite_transaction_mode: immediate,
            ..TransactionOptions::default()
        }
    }
}

impl Side for Floor {
    async fn once(&self, _: usize, subject: Subject) {
        let fresh = Uuid::now_v7();
        let number = self.keys.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let key = format!("floor-{:011}-{}", number, fresh.simple());
        let transaction = self
            .connection
            .begin_with_options(self.transaction())
            .await
            .expect("begun");
        for step in &self.recording.steps {
            let statement = step.fill(self.backend(), &subject, fresh, &key);
            if step.asks() {
                let rows = transaction.query_all_raw(statement).await.expect("rows");
                std::hint::black_box(rows);
            } else {
                let done = transaction.execute_raw(statement).await.expect("done");
                assert_eq!(done.rows_affected(), 1, "{}", step.sql);
            }
        }
        transaction.commit().await.expect("committed");
    }
}
