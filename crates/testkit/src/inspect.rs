//! A look into the database, past the application.

use std::collections::BTreeMap;

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use uuid::Uuid;

use crate::database::connect;

/// What requests that were refused may change all the same: the log, and the assertions that were used for signing in.
const LOG: &[&str] = &[
    "events",
    "event_terms",
    "used_assertions",
    "client_requests",
    "log_pending",
    "log_heads",
    "log_entries",
    "log_tiles",
    "log_leaves",
    "log_checkpoints",
];

/// What came with the installation and no use case writes, and what signing in writes.
const NOT_COMPARED: &[&str] = &[
    "postcodes",
    "places",
    "offices",
    "direktion_areas",
    "seaql_migrations",
    "used_assertions",
    "client_requests",
];

/// Rows of each table, in an order of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents(BTreeMap<String, Vec<String>>);

impl Contents {
    /// By how many rows each table grew or shrank since `before`; tables that did neither are left out.
    #[must_use]
    pub fn growth_since(&self, before: &Self) -> BTreeMap<&str, i64> {
        let count = |contents: &Self, table: &str| {
            let rows = contents.0.get(table).map_or(0, Vec::len);
            i64::try_from(rows).expect("few rows")
        };
        let tables = self.0.keys().map(String::as_str);
        tables
            .map(|table| (table, count(self, table) - count(before, table)))
            .filter(|(_, growth)| *growth != 0)
            .collect()
    }
}

/// Looks into the database.
#[derive(Debug)]
pub struct Inspector {
    database: DatabaseConnection,
}

/// Every row of every table that use cases write, of the database at this address.
///
/// # Panics
/// When it does not answer.
pub(crate) async fn contents_at(url: &str) -> Contents {
    let inspector = Inspector::open(url).await;
    let contents = inspector.contents().await;
    inspector.close().await;
    contents
}

impl Inspector {
    /// Opens a connection of its own.
    pub(crate) async fn open(url: &str) -> Self {
        Self {
            database: connect(url, 1).await,
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

    /// The names of a table's columns.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn columns_of(&self, table: &str) -> Vec<String> {
        let sql = match self.backend() {
            DbBackend::Sqlite => format!("SELECT name FROM pragma_table_xinfo('{table}')"),
            _ => format!(
                "SELECT CAST(column_name AS TEXT) AS name FROM information_schema.columns WHERE table_name = '{table}'"
            ),
        };
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.database.query_all_raw(statement).await;
        let rows = rows.expect("the columns").into_iter();
        rows.map(|row| row.try_get("", "name").expect("a name"))
            .collect()
    }

    /// Every row of every table that use cases write.
    pub(crate) async fn contents(&self) -> Contents {
        let mut contents = BTreeMap::new();
        for table in self.tables().await {
            if !NOT_COMPARED.contains(&table.as_str()) {
                let rows = self.rows_of(&table).await;
                contents.insert(table, rows);
            }
        }
        Contents(contents)
    }

    pub(crate) async fn close(self) {
        self.database.close().await.expect("the look closed");
    }

    async fn rows_of(&self, table: &str) -> Vec<String> {
        let row = match self.backend() {
            DbBackend::Sqlite => {
                let columns = format!("SELECT name FROM pragma_table_xinfo('{table}')");
                let columns = self.texts(columns, "name").await;
                let quoted: Vec<String> = columns.iter().map(|c| format!("quote({c})")).collect();
                quoted.join(" || '|' || ")
            }
            _ => format!("CAST({table} AS TEXT)"),
        };
        let mut rows = self
            .texts(format!("SELECT {row} AS written FROM {table}"), "written")
            .await;
        rows.sort_unstable();
        rows
    }

    async fn texts(&self, sql: String, column: &str) -> Vec<String> {
        let statement = Statement::from_string(self.backend(), sql);
        let rows = self.database.query_all_raw(statement).await;
        let rows = rows.expect("an answer of the database");
        let texts = rows.iter().map(|row| row.try_get("", column));
        texts.map(|text| text.expect("a text")).collect()
    }

    async fn tables(&self) -> Vec<String> {
        let sql = match self.backend() {
            DbBackend::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            _ => {
                // A partition's rows are its table's.
                "SELECT CAST(relname AS TEXT) AS name FROM pg_class WHERE relnamespace = to_regnamespace('public') \
                 AND relkind IN ('r', 'p') AND NOT relispartition"
            }
        };
        self.texts(sql.to_owned(), "name").await
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
