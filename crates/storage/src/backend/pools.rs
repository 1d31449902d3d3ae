//! Opening the connections, and making sure of what is at their other end.

use std::{fmt::Display, fs::OpenOptions, io, path::Path, str::FromStr as _, time::Duration};

use freigabe_domain::store::StoreError;
use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, DbErr,
    RuntimeErr, Statement,
};
use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{has_row_security, of_url};
use crate::OpenError;

/// Oldest SQLite that may be used: 3.51.3 mends the loss of commits at a WAL reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
/// Oldest PostgreSQL that is tested.
const OLDEST_POSTGRES: u32 = 15;
/// The role as which the server works on PostgreSQL, whoever signed in: it owns nothing and may do what
/// `m0005_row_security` says.
const APPLICATION: &str = "freigabe_app";

/// As whom to work on PostgreSQL. SQLite knows no roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    /// As whoever signs in: the owner of the tables, who migrates.
    Owner,
    /// As [`APPLICATION`].
    Application,
}

impl Role {
    /// A plan is kept until its tables were looked at again. One that was made while they were nearly empty would read all of them
    /// when they are full, and there is an index for whatever a server asks.
    const fn reads_whole_tables(self) -> &'static str {
        match self {
            Self::Owner => "on",
            Self::Application => "off",
        }
    }

    /// A server's statements are short, or something is wrong. The owner moves and deletes whole tables.
    const fn statement_timeout(self) -> &'static str {
        match self {
            Self::Owner => "0",
            Self::Application => "15s",
        }
    }
}

/// Connections for writing and for reading; the same on PostgreSQL.
pub(crate) struct Pools {
    pub(crate) writer: DatabaseConnection,
    pub(crate) reader: DatabaseConnection,
}

/// Opens the pools. SQLite gets one writer, since more only stand in each other's way, and each would have to forget the pages it
/// knows whenever another wrote; and readers beside it. A database in memory is one connection, or it would be several databases.
pub(crate) async fn connect(
    url: &str,
    connections: u32,
    role: Role,
    create: bool,
) -> Result<Pools, OpenError> {
    match of_url(url)? {
        DbBackend::Sqlite if url.contains(":memory:") => {
            let mut options = sqlite_options(url, create, Use::Write);
            options.max_connections(1);
            let only = open(options).await?;
            Ok(Pools {
                writer: only.clone(),
                reader: only,
            })
        }
        DbBackend::Sqlite => {
            if create {
                reserve_file(url)?;
            }
            let mut writer = sqlite_options(url, create, Use::Write);
            writer.max_connections(1);
            let writer = open(writer).await?;
            let mut reader = sqlite_options(url, false, Use::Read);
            reader.max_connections(connections.max(1));
            Ok(Pools {
                writer,
                reader: open(reader).await?,
            })
        }
        _ => {
            let pool = open(postgres_options(url, connections, role)).await?;
            Ok(Pools {
                writer: pool.clone(),
                reader: pool,
            })
        }
    }
}

/// Makes the empty file of a SQLite database.
fn reserve_file(url: &str) -> Result<(), OpenError> {
    // In memory under a name there is no file.
    if url.contains("mode=memory") {
        return Ok(());
    }
    let refused =
        |error: &dyn Display| OpenError::Unreachable(StoreError::Unavailable(error.to_string()));
    let options = SqliteConnectOptions::from_str(url).map_err(|error| refused(&error))?;
    let file = options.get_filename();
    reserve_sqlite_file(file).map_err(|error| refused(&format_args!("{}: {error}", file.display())))
}

/// Makes an empty file with mode 0600, unless it is there already: a database that holds pseudonyms and who wrote to whom is
/// nobody else's to read. SQLite gives the files that it puts beside it the same mode.
///
/// # Errors
/// When the file system says no.
pub fn reserve_sqlite_file(file: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(file) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

async fn open(options: ConnectOptions) -> Result<DatabaseConnection, OpenError> {
    Database::connect(options)
        .await
        .map_err(|error| role_refused(&error).unwrap_or_else(|| unreachable(error)))
}

fn unreachable(error: DbErr) -> OpenError {
    OpenError::Unreachable(crate::failure::failed(error))
}

/// PostgreSQL refuses a connection as a role that there is not (22023) or that is not for this login (42501). It has these
/// codes for other reasons too, so the message must name the role.
fn role_refused(error: &DbErr) -> Option<OpenError> {
    let DbErr::Conn(RuntimeErr::SqlxError(error)) = error else {
        return None;
    };
    let refusal = error.as_database_error()?;
    match refusal.code()?.as_ref() {
        _ if !refusal.message().contains(APPLICATION) => None,
        "22023" => Some(OpenError::NoRole(APPLICATION)),
        "42501" => Some(OpenError::NotInRole(APPLICATION)),
        _ => None,
    }
}

fn common_options(url: &str) -> ConnectOptions {
    let mut options = ConnectOptions::new(url);
    // Statements are never logged: their values are what this system protects.
    options.sqlx_logging(false).min_connections(1);
    options
        .connect_timeout(Duration::from_secs(5))
        .acquire_timeout(Duration::from_secs(5));
    // With either of the two the pool of sqlx 0.9.0 looks after its idle connections in the background, and once in a
    // while never stops looking: a core and a thread are lost for good (sqlx issue 3645, mended after 0.9.0).
    options.idle_timeout(None).max_lifetime(None);
    options
}

/// What SQLite's connections are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Use {
    Write,
    /// On PostgreSQL a transaction that only reads can't write; here it is the connection that can't.
    Read,
}

fn sqlite_options(url: &str, create: bool, only: Use) -> ConnectOptions {
    let mut options = common_options(url);
    options.test_before_acquire(false);
    options.map_sqlx_sqlite_opts(move |sqlite| {
        sqlite
            .create_if_missing(create)
            .foreign_keys(true)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged write is on disk.
            .synchronous(SqliteSynchronous::Full)
            .auto_vacuum(SqliteAutoVacuum::Incremental)
            .busy_timeout(Duration::from_secs(5))
            // Pages are copied from the log of writes into the database when there are so many (16 MB), not a quarter of them:
            // most are written again and again.
            .pragma("wal_autocheckpoint", "4000")
            // What is deleted is overwritten, not only unlinked.
            .pragma("secure_delete", "ON")
            .pragma("trusted_schema", "OFF")
            .pragma("query_only", if only == Use::Read { "ON" } else { "OFF" })
            .optimize_on_close(only == Use::Write, None)
    });
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.before_acquire(|connection, _| Box::pin(is_at_rest(connection)))
    });
    options
}

/// Whether a connection that is to be used again is in no transaction, as far as sqlx knows. SQLite ends a transaction by itself
/// when the disk is full or fails; the rollback then fails, and sqlx goes on counting one. What began on such a connection would
/// be nested in it, and its commit would be none: answered, and gone. It is closed instead, and another opened.
async fn is_at_rest(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // A rollback that was still under way is over: a connection is asked for a sign of life before it is put back.
    Ok(!connection.is_in_transaction())
}

fn postgres_options(url: &str, connections: u32, role: Role) -> ConnectOptions {
    let mut options = common_options(url);
    options
        .max_connections(connections.max(2))
        .test_before_acquire_if_idle_for(Duration::from_secs(5));
    options.map_sqlx_postgres_opts(move |postgres| {
        let postgres = match role {
            Role::Owner => postgres,
            // As a setting of the connection's beginning it is what `RESET ROLE` goes back to.
            Role::Application => postgres.options([("role", APPLICATION)]),
        };
        postgres.application_name("freigabe").options([
            // A stuck node must not hold a consent's row against a withdrawal.
            ("idle_in_transaction_session_timeout", "10s"),
            // Writers say nothing else when they begin.
            ("default_transaction_isolation", "read committed"),
            ("default_transaction_read_only", "off"),
            ("lock_timeout", "5s"),
            ("statement_timeout", role.statement_timeout()),
            // An acknowledged write is on disk.
            ("synchronous_commit", "on"),
            ("timezone", "UTC"),
            ("enable_seqscan", role.reads_whole_tables()),
            // Policies look dear to the planner; compiling a query that reads a few rows would cost more than it.
            ("jit", "off"),
        ])
    });
    options
}

/// One connection of its own, as the owner of the tables.
pub(crate) async fn connect_once(url: &str) -> Result<DatabaseConnection, OpenError> {
    let mut options = match of_url(url)? {
        DbBackend::Sqlite => sqlite_options(url, false, Use::Write),
        _ => postgres_options(url, 1, Role::Owner),
    };
    options.max_connections(1);
    open(options).await
}

/// Refuses databases that are older than what is tested.
pub(crate) async fn check_version(database: &DatabaseConnection) -> Result<(), OpenError> {
    let (sql, oldest) = match database.get_database_backend() {
        DbBackend::Sqlite => ("SELECT sqlite_version() AS version", "SQLite 3.51.3"),
        _ => (
            "SELECT current_setting('server_version_num') AS version",
            "PostgreSQL 15",
        ),
    };
    let version = text(database, sql).await.map_err(unreachable)?;
    let recent = match database.get_database_backend() {
        DbBackend::Sqlite => sqlite_version(&version) >= Some(OLDEST_SQLITE),
        _ => version
            .parse::<u32>()
            .is_ok_and(|number| number / 10_000 >= OLDEST_POSTGRES),
    };
    if recent {
        Ok(())
    } else {
        Err(OpenError::TooOld {
            found: version,
            oldest,
        })
    }
}

async fn text(database: &DatabaseConnection, sql: &str) -> Result<String, DbErr> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    match database.query_one_raw(statement).await? {
        Some(row) => row.try_get("", "version"),
        None => Ok(String::new()),
    }
}

fn sqlite_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => Some((major, minor, patch)),
        _ => None,
    }
}

/// Refuses a role to which the database's rules don't apply: one that passes over row-level security, or that owns the
/// tables and so could give itself every right.
pub(crate) async fn check_role(database: &DatabaseConnection) -> Result<(), OpenError> {
    let backend = database.get_database_backend();
    if !has_row_security(backend) {
        return Ok(());
    }
    let sql = "SELECT count(*) AS bound FROM pg_roles r WHERE r.rolname = current_user \
               AND NOT r.rolsuper AND NOT r.rolbypassrls AND NOT EXISTS ( \
               SELECT FROM pg_class c WHERE c.relnamespace = to_regnamespace('public') AND c.relkind = 'r' \
               AND pg_has_role(r.oid, c.relowner, 'MEMBER'))";
    let row = database
        .query_one_raw(Statement::from_string(backend, sql))
        .await;
    let bound = row.and_then(|row| row.map_or(Ok(0), |row| row.try_get::<i64>("", "bound")));
    match bound.map_err(unreachable)? {
        0 => Err(OpenError::UnboundRole(APPLICATION)),
        _ => Ok(()),
    }
}

/// Refuses a login that the tables don't belong to: it would find nothing to erase, and nothing would say why.
pub(crate) async fn check_owner(database: &DatabaseConnection) -> Result<(), OpenError> {
    let backend = database.get_database_backend();
    if !has_row_security(backend) {
        return Ok(());
    }
    // Its rules are made for the owner that there was when they were made.
    let sql = "SELECT pg_has_role(c.relowner, 'USAGE') AND NOT EXISTS ( \
                   SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'eraser_reads' \
                       AND p.polroles <> '{0}' AND NOT pg_has_role(p.polroles[1], 'USAGE')) AS owned \
               FROM pg_class c WHERE c.oid = to_regclass('events')";
    let row = database
        .query_one_raw(Statement::from_string(backend, sql))
        .await;
    // Where there are no tables yet, that is what will be told.
    let owned = row.and_then(|row| row.map_or(Ok(true), |row| row.try_get("", "owned")));
    if owned.map_err(unreachable)? {
        Ok(())
    } else {
        Err(OpenError::NotOwner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_pool_looks_after_idle_connections() {
        let pools = [
            sqlite_options("sqlite://x.db", true, Use::Write),
            sqlite_options("sqlite://x.db", false, Use::Read),
            postgres_options("postgres://localhost/x", 8, Role::Application),
        ];
        for options in pools {
            let periods = (options.get_idle_timeout(), options.get_max_lifetime());
            assert_eq!(periods, (Some(None), Some(None)));
        }
    }

    async fn number(pool: &DatabaseConnection, sql: &str) -> i64 {
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let row = pool.query_one_raw(statement).await.unwrap();
        row.unwrap().try_get_by_index(0).unwrap()
    }

    #[tokio::test]
    async fn sqlites_writer_waits_for_the_disk_and_copies_pages_when_there_are_many() {
        let file = std::env::temp_dir().join(format!("freigabe-writer-{}.db", std::process::id()));
        let url = format!("sqlite://{}", file.display());
        let pools = connect(&url, 1, Role::Owner, true).await.unwrap();
        let full = 2;
        assert_eq!(number(&pools.writer, "PRAGMA synchronous").await, full);
        assert_eq!(
            number(&pools.writer, "PRAGMA wal_autocheckpoint").await,
            4_000
        );
        for pool in [pools.reader, pools.writer] {
            pool.close().await.unwrap();
        }
        std::fs::remove_file(file).unwrap();
    }

    #[tokio::test]
    async fn sqlite_is_built_to_prepare_each_statement_once() {
        let pools = connect("sqlite::memory:", 1, Role::Owner, true).await;
        let pools = pools.unwrap();
        for (name, used) in [
            ("ENABLE_QPSG", 1),
            ("ENABLE_MEMORY_MANAGEMENT", 0),
            ("DEFAULT_MEMSTATUS=0", 1),
        ] {
            let sql = format!("SELECT sqlite_compileoption_used('{name}')");
            assert_eq!(number(&pools.writer, &sql).await, used, "{name}");
        }
        pools.reader.close().await.unwrap();
    }
}
