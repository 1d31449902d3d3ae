//! From a database's errors to the domain's few.

use freigabe_domain::store::StoreError;
use sea_orm::{DbErr, RuntimeErr};
use sqlx::postgres::{PgDatabaseError, PgSeverity};

/// What a failed statement means.
pub(crate) fn failed(error: DbErr) -> StoreError {
    match &error {
        DbErr::ConnectionAcquire(_) => StoreError::Unavailable(NO_CONNECTION.to_owned()),
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => of_sqlx(e),
        other => StoreError::Defect(other.to_string()),
    }
}

/// Whether the connection itself was lost.
pub(crate) fn is_lost(error: &StoreError) -> bool {
    matches!(error, StoreError::Unavailable(reason) if reason == LOST)
}

/// What a failed commit means: unless the database itself said no, nobody knows.
pub(crate) fn commit_failed(error: DbErr) -> StoreError {
    match failed(error) {
        lost if is_lost(&lost) => StoreError::CommitUnknown,
        other => other,
    }
}

/// A pool tells a server that does not answer from one whose connections are all in use by waiting, and so not at all.
const NO_CONNECTION: &str =
    "no connection to the database could be had in time: it does not answer, or all are in use";
const LOST: &str = "the connection to the database was lost";

fn of_sqlx(error: &sqlx::Error) -> StoreError {
    match error {
        sqlx::Error::Database(database) => {
            match database.try_downcast_ref::<PgDatabaseError>() {
                // It ends all its processes, whatever they were about, and begins anew.
                Some(postgres) if matches!(postgres.severity(), PgSeverity::Panic) => {
                    StoreError::Unavailable(LOST.to_owned())
                }
                Some(postgres) if system_forbids(postgres) => {
                    StoreError::Unavailable("the database's files can't be written".to_owned())
                }
                _ => of_code(
                    database.code().as_deref().unwrap_or_default(),
                    database.message(),
                ),
            }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(LOST.to_owned()),
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
            StoreError::Unavailable(NO_CONNECTION.to_owned())
        }
        other => StoreError::Defect(other.to_string()),
    }
}

/// PostgreSQL says "insufficient privilege" (42501) of our role, which is a defect here, and in the same words of the files that
/// the system did not let it open or write: a disk that can only be read. It differs in who of its sources says so.
fn system_forbids(error: &PgDatabaseError) -> bool {
    const OF_FILES: [&str; 7] = [
        "buffile.c",
        "fd.c",
        "md.c",
        "relmapper.c",
        "slru.c",
        "storage.c",
        "xlog.c",
    ];
    error.code() == "42501" && error.file().is_some_and(|file| OF_FILES.contains(&file))
}

/// Codes: SQLSTATE on PostgreSQL (five characters), extended result codes on SQLite (decimal numbers).
fn of_code(code: &str, message: &str) -> StoreError {
    if let (true, Ok(number)) = (code.len() < 5, code.parse::<u32>()) {
        return of_sqlite_code(number, message);
    }
    match code {
        // Serialisation failure, deadlock; a unique key taken by a transaction at the same moment.
        // What a row refers to was erased at the same moment (23503).
        "40001" | "40P01" | "23505" | "23503" => StoreError::Conflict,
        // Lock or statement ran into its time limit.
        "55P03" | "57014" => StoreError::Unavailable("the database took too long".to_owned()),
        // The server shuts down or cut the connection.
        "57P01" | "57P02" | "57P03" | "25P03" => StoreError::Unavailable(LOST.to_owned()),
        // A standby, or a server set to read only.
        "25006" => StoreError::Unavailable("the database is read-only".to_owned()),
        other if other.starts_with("08") => StoreError::Unavailable(LOST.to_owned()),
        // Insufficient resources (disk full, too many connections), or errors of the system below.
        other if other.starts_with("53") || other.starts_with("58") => {
            StoreError::Unavailable("the database lacks resources".to_owned())
        }
        _ => StoreError::Defect(format!("{code}: {message}")),
    }
}

fn of_sqlite_code(code: u32, message: &str) -> StoreError {
    match (code, code & 0xff) {
        // SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_UNIQUE
        (1555 | 2067, _) => StoreError::Conflict,
        // SQLITE_BUSY, SQLITE_LOCKED
        (_, 5 | 6) => StoreError::Conflict,
        // SQLITE_READONLY, SQLITE_IOERR, SQLITE_FULL, SQLITE_CANTOPEN
        (_, 8 | 10 | 13 | 14) => {
            StoreError::Unavailable("the database file can't be written".to_owned())
        }
        _ => StoreError::Defect(format!("{code}: {message}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conflicts_are_told_from_trouble_and_from_defects() {
        for code in [
            "40001", "40P01", "23505", "23503", "5", "517", "2067", "1555",
        ] {
            assert!(matches!(of_code(code, ""), StoreError::Conflict), "{code}");
        }
        for code in [
            "53100", "57P01", "25006", "08006", "13", "10", "1290", "8", "14",
        ] {
            assert!(
                matches!(of_code(code, ""), StoreError::Unavailable(_)),
                "{code}"
            );
        }
        for code in ["42P01", "1", "787", "23514"] {
            assert!(matches!(of_code(code, ""), StoreError::Defect(_)), "{code}");
        }
    }
}
