//! A year of events goes as a whole where the database keeps it apart, and files are cleaned of what deleted rows left.

use std::time::Duration;

use freigabe_domain::{
    erasure::{TraceLeft, Traces},
    store::StoreError,
};
use sea_orm::{
    ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
};

use crate::failure::failed;

/// Tables that are cut by expiry year, in the order in which writers take them.
const CUT: [&str; 2] = ["events", "event_terms"];
/// Tables of which rows go when a case goes.
const OF_CASES: [&str; 16] = [
    "cases",
    "consents",
    "consent_revisions",
    "consent_events",
    "disclosures",
    "contents",
    "withdrawal_notices",
    "involvements",
    "involvement_offers",
    "contact_consents",
    "contact_details",
    "contact_contents",
    "security_notices",
    "security_notice_deliveries",
    "handovers",
    "requests",
];
/// How often is tried to find a moment in which nobody reads, and how long is waited between.
const TRIES: u32 = 40;
const BETWEEN: Duration = Duration::from_millis(250);

/// Takes hold of the year's own tables, so that nothing is added to them; false if it has none. Whoever reads goes on.
pub(crate) async fn hold_year(
    transaction: &DatabaseTransaction,
    year: u16,
) -> Result<bool, StoreError> {
    if transaction.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    for table in CUT {
        if !exists(transaction, &format!("{table}_{year}")).await? {
            return Ok(false);
        }
    }
    for table in CUT {
        let sql = format!("LOCK TABLE {table}_{year} IN SHARE MODE");
        transaction.execute_unprepared(&sql).await.map_err(failed)?;
    }
    Ok(true)
}

/// Drops the year's own tables. From here to the end of the transaction nobody reads or writes events: it is to end at once.
pub(crate) async fn drop_year(
    transaction: &DatabaseTransaction,
    year: u16,
) -> Result<(), StoreError> {
    for table in CUT {
        let sql = format!("LOCK TABLE ONLY {table} IN ACCESS EXCLUSIVE MODE");
        transaction.execute_unprepared(&sql).await.map_err(failed)?;
    }
    for table in CUT {
        let sql = format!("DROP TABLE {table}_{year}");
        transaction.execute_unprepared(&sql).await.map_err(failed)?;
    }
    Ok(())
}

async fn exists<C: sea_orm::ConnectionTrait>(
    database: &C,
    table: &str,
) -> Result<bool, StoreError> {
    let backend = database.get_database_backend();
    let sql = "SELECT to_regclass($1) IS NOT NULL AS there";
    let statement = Statement::from_sql_and_values(backend, sql, [table.into()]);
    let row = database.query_one_raw(statement).await.map_err(failed)?;
    row.map_or(Ok(false), |row| row.try_get("", "there").map_err(failed))
}

/// Cleans the files. `database` is a connection of its own, on which nothing else is done.
pub(crate) async fn clean(
    database: &DatabaseConnection,
    traces: &Traces,
) -> Result<Vec<TraceLeft>, StoreError> {
    match database.get_database_backend() {
        DbBackend::Sqlite => clean_sqlite(database).await,
        _ => clean_postgres(database, traces).await,
    }
}

/// What was deleted is overwritten already (`secure_delete`). Left is the write-ahead log, which is emptied when nobody reads from
/// it.
async fn clean_sqlite(database: &DatabaseConnection) -> Result<Vec<TraceLeft>, StoreError> {
    for _ in 0..TRIES {
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let statement = Statement::from_string(DbBackend::Sqlite, sql);
        let row = database.query_one_raw(statement).await.map_err(failed)?;
        let busy: i64 = match row {
            Some(row) => row.try_get_by_index(0).map_err(failed)?,
            None => 0,
        };
        if busy == 0 {
            return Ok(Vec::new());
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(vec![TraceLeft::Reader])
}

/// A deleted row stays in its file until the table is written anew; its values may stay in the planner's statistics; and the
/// write-ahead log has both the row and whatever was written about it.
async fn clean_postgres(
    database: &DatabaseConnection,
    traces: &Traces,
) -> Result<Vec<TraceLeft>, StoreError> {
    let mut left = Vec::new();
    let unseen = nobody_sees_what_was_before(database).await?;
    let mut tables: Vec<String> = Vec::new();
    for year in &traces.years {
        for table in CUT {
            let own = format!("{table}_{year}");
            let rest = format!("{table}_default");
            tables.push(if exists(database, &own).await? {
                own
            } else {
                rest
            });
        }
    }
    if traces.cases {
        tables.extend(OF_CASES.map(str::to_owned));
    }
    tables.extend(["log_pending", "erasures"].map(str::to_owned));
    tables.sort_unstable();
    tables.dedup();
    // Of the tables as a whole there are statistics besides those of their parts.
    let all = CUT.map(|table| (table.to_owned(), format!("ANALYZE {table}")));
    let anew = tables
        .into_iter()
        .map(|table| (table.clone(), format!("VACUUM (FULL, ANALYZE) {table}")));
    for (table, sql) in anew.chain(all) {
        left.extend(match carried_out(database, &sql).await? {
            Attempt::Done => None,
            Attempt::InUse => Some(TraceLeft::InUse(table)),
            Attempt::NotAllowed => Some(TraceLeft::NotAllowed(TABLES_ANEW)),
        });
    }
    // What was known of the rows before stays until nobody sees that either.
    if !(unseen && nobody_sees_what_was_before(database).await?) {
        left.push(TraceLeft::Snapshot);
    }
    // Without the right this would be passed over with a warning that nobody sees.
    let owned = "SELECT pg_has_role(datdba, 'USAGE') AS yes FROM pg_database WHERE datname = current_database()";
    let statistics = "VACUUM (FULL) pg_catalog.pg_statistic";
    left.extend(if !yes(database, owned).await? {
        Some(TraceLeft::NotAllowed(STATISTICS_ANEW))
    } else if carried_out(database, statistics).await? == Attempt::Done {
        None
    } else {
        Some(TraceLeft::InUse("pg_statistic".to_owned()))
    });
    left.extend(empty_wal(database).await?);
    Ok(left)
}

/// Waits until no transaction of this database sees what was there before this moment: a table that is written anew keeps deleted rows
/// that somebody may still see. False when one was there all the time.
async fn nobody_sees_what_was_before(database: &DatabaseConnection) -> Result<bool, StoreError> {
    let sql = "SELECT CAST(pg_current_xact_id() AS TEXT) AS now";
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = database.query_one_raw(statement).await.map_err(failed)?;
    let row = row.ok_or_else(|| StoreError::Defect("a transaction has no number".to_owned()))?;
    let now: String = row.try_get("", "now").map_err(failed)?;
    // The oldest that runs anywhere, since those that begin now see no further back; and the oldest that anybody here still sees.
    let question = format!(
        "SELECT pg_snapshot_xmin(pg_current_snapshot()) >= CAST('{now}' AS xid8) AND NOT EXISTS ( \
         SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() \
         AND age(backend_xmin) > age(CAST(CAST('{now}' AS xid8) AS xid))) AS yes"
    );
    for _ in 0..TRIES {
        if yes(database, &question).await? {
            return Ok(true);
        }
        tokio::time::sleep(BETWEEN).await;
    }
    Ok(false)
}

/// What a login may lack the right to.
const TABLES_ANEW: &str = "write tables anew (VACUUM FULL)";
const STATISTICS_ANEW: &str = "write the planner's statistics anew (VACUUM FULL pg_statistic, as the owner of the database), which may hold pseudonyms";
const WAL_ENDED: &str =
    "end a file of the write-ahead log and begin another (CHECKPOINT, pg_switch_wal)";

/// Three checkpoints with a change of file between them: nothing before the first is needed any more after the last.
async fn empty_wal(database: &DatabaseConnection) -> Result<Option<TraceLeft>, StoreError> {
    for sql in [
        "CHECKPOINT",
        "SELECT pg_switch_wal()",
        "CHECKPOINT",
        "SELECT pg_switch_wal()",
        "CHECKPOINT",
    ] {
        if carried_out(database, sql).await? == Attempt::NotAllowed {
            return Ok(Some(TraceLeft::NotAllowed(WAL_ENDED)));
        }
    }
    let recycled = yes(
        database,
        "SELECT current_setting('wal_recycle') = 'on' AS yes",
    )
    .await?;
    Ok(recycled.then_some(TraceLeft::Recycled))
}

/// The answer to a question.
async fn yes(database: &DatabaseConnection, sql: &str) -> Result<bool, StoreError> {
    let statement = Statement::from_string(DbBackend::Postgres, sql);
    let row = database.query_one_raw(statement).await.map_err(failed)?;
    row.map_or(Ok(false), |row| row.try_get("", "yes").map_err(failed))
}

/// What came of a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attempt {
    Done,
    /// Something was in its way all the time.
    InUse,
    /// The login may not.
    NotAllowed,
}

async fn carried_out(database: &DatabaseConnection, sql: &str) -> Result<Attempt, StoreError> {
    for _ in 0..3 {
        match database.execute_unprepared(sql).await {
            Ok(_) => return Ok(Attempt::Done),
            Err(error) => match code(&error).as_deref() {
                // insufficient_privilege
                Some("42501") => return Ok(Attempt::NotAllowed),
                // lock_not_available, deadlock_detected
                Some("55P03" | "40P01") => {}
                _ => return Err(failed(error)),
            },
        }
    }
    Ok(Attempt::InUse)
}

fn code(error: &DbErr) -> Option<String> {
    let (DbErr::Exec(runtime) | DbErr::Query(runtime)) = error else {
        return None;
    };
    let sea_orm::RuntimeErr::SqlxError(error) = runtime else {
        return None;
    };
    let code = error.as_database_error()?.code()?;
    Some(code.into_owned())
}
