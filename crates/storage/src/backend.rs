//! Everything that differs between SQLite and PostgreSQL, and nothing else.

mod append;
mod erase;
mod pools;
mod proof;

use freigabe_domain::{
    access::ClientId,
    store::{Mode, Scope},
};
use sea_orm::{
    ColumnTrait, DbBackend, IntoSimpleExpr as _, SqliteTransactionMode, Statement,
    TransactionOptions, sea_query::Expr,
};

pub use self::pools::reserve_sqlite_file;
pub(crate) use self::{
    append::{NewEvent, append},
    erase::{clean, drop_year, hold_year},
    pools::{Pools, Role, check_owner, check_role, check_version, connect, connect_once},
    proof::count_requests,
};
use crate::{OpenError, access::hash_of};

/// Which database a URL means.
pub(crate) fn of_url(url: &str) -> Result<DbBackend, OpenError> {
    if url.starts_with("sqlite:") {
        Ok(DbBackend::Sqlite)
    } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        Ok(DbBackend::Postgres)
    } else {
        Err(OpenError::UnknownDatabase)
    }
}

/// How a transaction begins. A writer on SQLite takes the write lock at once: a row lock is silently nothing there. On
/// PostgreSQL it sees each statement's latest committed state, which is how its connections begin, and relies on the rows it
/// locks.
pub(crate) fn transaction(backend: DbBackend, mode: Mode) -> TransactionOptions {
    let mode = match (backend, mode) {
        (DbBackend::Sqlite, Mode::Read) => Some(SqliteTransactionMode::Deferred),
        (DbBackend::Sqlite, _) => Some(SqliteTransactionMode::Immediate),
        (_, _) => None,
    };
    TransactionOptions {
        isolation_level: None,
        access_mode: None,
        sqlite_transaction_mode: mode,
    }
}

/// What a transaction says before everything else: a reader on PostgreSQL that it sees one state, whatever is committed
/// meanwhile, and changes nothing. One statement, where the options of a transaction would make two.
pub(crate) const fn opening_statement(backend: DbBackend, mode: Mode) -> Option<&'static str> {
    match (backend, mode) {
        (DbBackend::Postgres, Mode::Read) => {
            Some("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        }
        (_, _) => None,
    }
}

/// Whether a statement that locks a row may have to wait for it, and then sees what is newer than the rest of what it saw.
pub(crate) fn waits_for_rows(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}

/// Whether the database holds rows back by itself.
pub(crate) fn has_row_security(backend: DbBackend) -> bool {
    backend == DbBackend::Postgres
}

/// Tells the database for whom this transaction is carried out, until its end; nothing on SQLite, which could do nothing
/// with it. What a scope does not have is empty, so that nothing is left over from anywhere.
pub(crate) fn scope_statement(backend: DbBackend, scope: &Scope, mode: Mode) -> Option<Statement> {
    if !has_row_security(backend) {
        return None;
    }
    let name = match scope {
        Scope::Centre { .. } => "centre",
        Scope::Office { .. } => "office",
        Scope::Coordination { .. } => "coordination",
        Scope::Auditor { .. } => "auditor",
        Scope::Denied { .. } => "denied",
        Scope::SignIn { .. } => "sign_in",
        Scope::Admission => "admission",
        Scope::Registration { .. } => "registration",
        Scope::Operator { .. } => "operator",
        Scope::Upkeep => "upkeep",
        Scope::Directory => "directory",
        Scope::Sequencer => "sequencer",
        Scope::Eraser => "eraser",
    };
    let client = match scope {
        Scope::Centre { client, .. }
        | Scope::Office { client, .. }
        | Scope::Coordination { client }
        | Scope::Auditor { client }
        | Scope::SignIn { client } => client.as_str(),
        Scope::Denied { client } | Scope::Operator { client } => {
            client.as_ref().map_or("", ClientId::as_str)
        }
        Scope::Admission
        | Scope::Registration { .. }
        | Scope::Upkeep
        | Scope::Directory
        | Scope::Sequencer
        | Scope::Eraser => "",
    };
    let invitation = match scope {
        Scope::Registration { secret } => hexadecimal(&hash_of(secret)),
        _ => String::new(),
    };
    let organisation = match scope {
        Scope::Centre { organisation, .. } => organisation.to_string(),
        _ => String::new(),
    };
    let (office, holder) = match scope {
        Scope::Office {
            office,
            organisation,
            ..
        } => (office.as_str(), organisation.to_string()),
        _ => ("", String::new()),
    };
    // What auditors ask for is in a million events or in one: a plan must know which.
    let plans = match scope {
        Scope::Auditor { .. } => "force_custom_plan",
        _ => "auto",
    };
    // Its log is written in order: whoever waits for a later commit waits for this one too.
    let waits = match mode {
        Mode::Provisional => "off",
        Mode::Read | Mode::Write | Mode::RepeatableWrite => "on",
    };
    Some(Statement::from_sql_and_values(
        backend,
        "SELECT set_config('freigabe.scope', $1, true), set_config('freigabe.organisation', $2, true), \
         set_config('freigabe.office', $3, true), set_config('freigabe.client', $4, true), \
         set_config('freigabe.invitation', $5, true), set_config('plan_cache_mode', $6, true), \
         set_config('synchronous_commit', $7, true), set_config('freigabe.holder', $8, true)",
        [
            name.into(),
            organisation.into(),
            office.into(),
            client.into(),
            invitation.into(),
            plans.into(),
            waits.into(),
            holder.into(),
        ],
    ))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The database's clock in microseconds, read when the statement runs (not when the transaction began). SQLite has milliseconds.
pub(crate) const fn clock_sql(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => {
            "SELECT CAST(round(unixepoch('subsec') * 1000.0) AS INTEGER) * 1000 AS now"
        }
        _ => "SELECT CAST(floor(extract(epoch FROM clock_timestamp()) * 1000000) AS BIGINT) AS now",
    }
}

/// The placeholder of a statement's parameter, counted from 1.
pub(crate) fn parameter(backend: DbBackend, number: usize) -> String {
    match backend {
        DbBackend::Sqlite => "?".to_owned(),
        _ => format!("${number}"),
    }
}

/// A text by which rows are sorted and listed further, compared by its bytes. PostgreSQL otherwise sorts as the language of the
/// installation does, in which marks and capital letters may not count.
pub(crate) fn by_bytes<C: ColumnTrait>(backend: DbBackend, column: C) -> Expr {
    let column = column.into_simple_expr();
    match backend {
        DbBackend::Sqlite => column,
        _ => Expr::cust_with_expr("$1 COLLATE \"C\"", column),
    }
}

/// A join whose first table is read first. PostgreSQL knows how many rows there are and finds the order by itself.
pub(crate) const fn join_in_this_order(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "CROSS JOIN",
        _ => "JOIN",
    }
}

/// Since when the newest log lacks a published checkpoint, and when the oldest waiting event happened. PostgreSQL shows
/// nobody but the sequencer what waits, and everybody how long it has.
pub(crate) const fn log_lag_sql(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => {
            "SELECT (SELECT unpublished_since FROM log_heads ORDER BY generation DESC LIMIT 1) AS unpublished_since, \
             (SELECT min(at) FROM log_pending) AS oldest_pending"
        }
        _ => {
            "SELECT (SELECT unpublished_since FROM log_heads ORDER BY generation DESC LIMIT 1) AS unpublished_since, \
             freigabe_oldest_pending() AS oldest_pending"
        }
    }
}

/// How the database explains its plan.
pub(crate) const fn explain_prefix(backend: DbBackend) -> &'static str {
    match backend {
        DbBackend::Sqlite => "EXPLAIN QUERY PLAN ",
        _ => "EXPLAIN ",
    }
}

/// Fills in the types of a schema statement.
pub(crate) fn ddl(backend: DbBackend, statement: &str) -> String {
    let types: [(&str, &str, &str); 10] = [
        ("{text}", "TEXT", "TEXT"),
        ("{int}", "INTEGER", "INTEGER"),
        ("{smallint}", "INTEGER", "SMALLINT"),
        ("{bigint}", "INTEGER", "BIGINT"),
        ("{bool}", "INTEGER", "BOOLEAN"),
        ("{real}", "REAL", "DOUBLE PRECISION"),
        ("{uuid}", "BLOB", "UUID"),
        ("{bytes}", "BLOB", "BYTEA"),
        // SQLite: check types as PostgreSQL does.
        ("{strict}", " STRICT", ""),
        // And keep the rows in the key's own tree.
        ("{keyed}", " STRICT, WITHOUT ROWID", ""),
    ];
    types
        .iter()
        .fold(statement.to_owned(), |text, (name, sqlite, postgres)| {
            text.replace(
                name,
                if backend == DbBackend::Sqlite {
                    sqlite
                } else {
                    postgres
                },
            )
        })
}
