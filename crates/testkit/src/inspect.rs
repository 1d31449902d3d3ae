//! A look into the database, past the application.

use std::collections::BTreeMap;

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement,
};
use uuid::Uuid;

/// What requests that were refused may change all the same: the log, and the assertions that were used for signing in.
const LOG: &[&str] = &["events", "event_terms", "used_assertions"];

/// Looks into the database.
#[derive(Debug)]
pub struct Inspector {
    database: DatabaseConnection,
}

impl Inspector {
    /// Opens a connection of its own.
    pub(crate) async fn open(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        Self {
            database: Database::connect(options)
                .await
                .expect("a look into the database"),
        }
    }

    /// Whether the content of a disclosure is stored, sealed.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn holds_content_of(&self, disclosure: Uuid) -> bool {
        let sql = match self.backend() {
            DbBackend::Sqlite => "SELECT COUNT(*) AS n FROM contents WHERE disclosure_id = ?",
            _ => "SELECT COUNT(*) AS n FROM contents WHERE disclosure_id = $1",
        };
        self.number(Statement::from_sql_and_values(
            self.backend(),
            sql,
            [disclosure.into()],
        ))
        .await
            > 0
    }

    /// How many rows each table has that a refused request must not change.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn rows(&self) -> BTreeMap<String, i64> {
        let mut rows = BTreeMap::new();
        for table in self.tables().await {
            if !LOG.contains(&table.as_str()) {
                let sql = format!("SELECT COUNT(*) AS n FROM {table}");
                let count = self
                    .number(Statement::from_string(self.backend(), sql))
                    .await;
                rows.insert(table, count);
            }
        }
        rows
    }

    /// How many rows a table has.
    ///
    /// # Panics
    /// When there is no such table.
    pub async fn rows_in(&self, table: &str) -> i64 {
        let sql = format!("SELECT COUNT(*) AS n FROM {table}");
        self.number(Statement::from_string(self.backend(), sql))
            .await
    }

    async fn tables(&self) -> Vec<String> {
        let sql = match self.backend() {
            DbBackend::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            _ => {
                "SELECT CAST(table_name AS TEXT) AS name FROM information_schema.tables WHERE table_schema = 'public'"
            }
        };
        let rows = self
            .database
            .query_all_raw(Statement::from_string(self.backend(), sql))
            .await;
        let rows = rows.expect("the list of tables");
        rows.iter()
            .map(|row| row.try_get("", "name").expect("a table's name"))
            .collect()
    }

    async fn number(&self, statement: Statement) -> i64 {
        let row = self
            .database
            .query_one_raw(statement)
            .await
            .expect("an answer of the database");
        row.expect("a row").try_get("", "n").expect("a number")
    }

    fn backend(&self) -> DbBackend {
        self.database.get_database_backend()
    }
}
