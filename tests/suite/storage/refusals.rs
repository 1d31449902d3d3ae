//! By which kind of rule a database refused a statement: a case that fails for another reason than the one it names says nothing.

use freigabe_testkit::TestStore;
use sea_orm::{DbErr, RuntimeErr};

/// What the tables are guarded by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    Check,
    Unique,
    Foreign,
    NotNull,
}

/// Which rule a statement broke: by the number of the error on PostgreSQL, and by SQLite's extended code.
fn broken(error: &DbErr) -> Option<Rule> {
    let (DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error))) =
        error
    else {
        return None;
    };
    match error.as_database_error()?.code()?.as_ref() {
        "23514" | "275" => Some(Rule::Check),
        "23505" | "2067" | "1555" => Some(Rule::Unique),
        "23503" | "787" => Some(Rule::Foreign),
        "23502" | "1299" => Some(Rule::NotNull),
        _ => None,
    }
}

/// The database does not take this, by a rule of this kind.
pub(super) async fn assert_refused(test: &TestStore, why: &str, rule: Rule, statement: &str) {
    match test.execute(statement).await {
        Ok(rows) => panic!("{why}, but the database took (in {rows} rows): {statement}"),
        Err(error) => {
            assert_eq!(broken(&error), Some(rule), "{why}: {statement}: {error}");
        }
    }
}
