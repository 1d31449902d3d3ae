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
        sqlx::Error::Database(database) => match database.try_downcast_ref::<PgDatabaseError>() {
            Some(error) => of_postgres(
                error.severity(),
                error.code(),
                error.file(),
                error.message(),
            ),
            None => of_sqlite(
                database.code().as_deref().unwrap_or_default(),
                database.message(),
            ),
        },
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

/// Sources of PostgreSQL that open and write its files.
const OF_FILES: [&str; 7] = [
    "buffile.c",
    "fd.c",
    "md.c",
    "relmapper.c",
    "slru.c",
    "storage.c",
    "xlog.c",
];

/// An SQLSTATE; `file` is which of PostgreSQL's sources says so.
fn of_postgres(severity: PgSeverity, code: &str, file: Option<&str>, message: &str) -> StoreError {
    if matches!(severity, PgSeverity::Panic) {
        // It ends all its processes, whatever they were about, and begins anew.
        return StoreError::Unavailable(LOST.to_owned());
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
        // Insufficient privilege: of our role, which is a defect; or, in the same words, to open or write a file, since its disk
        // can only be read.
        "42501" if file.is_some_and(|file| OF_FILES.contains(&file)) => {
            StoreError::Unavailable("the database's files can't be written".to_owned())
        }
        _ => StoreError::Defect(format!("{code}: {message}")),
    }
}

/// An extended result code, as a decimal number.
fn of_sqlite(code: &str, message: &str) -> StoreError {
    let number = code.parse::<u32>().unwrap_or_default();
    match (number, number & 0xff) {
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

/// Exactly one row was touched.
pub(crate) fn exactly_one(operation: &'static str, affected: u64) -> Result<(), StoreError> {
    match affected {
        1 => Ok(()),
        affected => Err(StoreError::Affected {
            operation,
            affected,
        }),
    }
}

/// Whether the one row was touched; that none was is no error.
pub(crate) fn at_most_one(operation: &'static str, affected: u64) -> Result<bool, StoreError> {
    match affected {
        0 => Ok(false),
        affected => exactly_one(operation, affected).map(|()| true),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn postgres(code: &str, file: &str) -> StoreError {
        of_postgres(PgSeverity::Error, code, Some(file), "")
    }

    #[test]
    fn conflicts_are_told_from_trouble_and_from_defects() {
        let all = |codes: &[&str], of: fn(&str) -> StoreError| -> Vec<StoreError> {
            codes.iter().map(|code| of(code)).collect()
        };
        let on_postgres = |codes: &[&str]| all(codes, |code| postgres(code, "heapam.c"));
        let on_sqlite = |codes: &[&str]| all(codes, |code| of_sqlite(code, ""));
        let conflicts = [
            on_postgres(&["40001", "40P01", "23505", "23503"]),
            on_sqlite(&["5", "517", "2067", "1555"]),
        ];
        for error in conflicts.iter().flatten() {
            assert!(matches!(error, StoreError::Conflict), "{error}");
        }
        let troubles = [
            on_postgres(&["53100", "57P01", "25006", "08006", "58030"]),
            on_sqlite(&["13", "10", "778", "1290", "8", "14"]),
        ];
        for error in troubles.iter().flatten() {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error}");
        }
        let defects = [
            on_postgres(&["42P01", "23514", "42501", ""]),
            on_sqlite(&["1", "787", ""]),
        ];
        for error in defects.iter().flatten() {
            assert!(matches!(error, StoreError::Defect(_)), "{error}");
        }
    }

    #[test]
    fn a_file_that_cannot_be_written_is_no_missing_right_of_ours() {
        for file in ["md.c", "fd.c", "xlog.c"] {
            let error = postgres("42501", file);
            assert!(
                matches!(error, StoreError::Unavailable(_)),
                "{file}: {error}"
            );
        }
        // A table's right, a row's, and whoever does not say.
        for file in ["aclchk.c", "execMain.c", ""] {
            let error = postgres("42501", file);
            assert!(matches!(error, StoreError::Defect(_)), "{file}: {error}");
        }
    }

    #[test]
    fn of_a_server_that_panics_nobody_knows_what_it_committed() {
        for code in ["42501", "53100", "XX000"] {
            let error = of_postgres(PgSeverity::Panic, code, Some("xlog.c"), "");
            assert!(is_lost(&error), "{code}: {error}");
            let error = of_postgres(PgSeverity::Error, code, Some("xlog.c"), "");
            assert!(!is_lost(&error), "{code}: {error}");
        }
    }
}
