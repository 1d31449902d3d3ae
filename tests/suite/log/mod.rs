//! The log as a tree: each event exactly once, nothing signed that does not fit together, whatever comes between.

mod before_disclose;
mod behind;
mod carried_over;
mod concurrency;
mod continued;
mod killed;
mod plans;
mod sequencing;
mod signing;
mod tampering;

use freigabe_domain::exchange::{Application, LogDesk as _};
use freigabe_storage::SqlStore;
use freigabe_testkit::{TestStore, store::ORIGIN};

/// Puts everything that waits into the tree; how many rounds it took.
pub(crate) async fn sequence_all(application: &Application<SqlStore>) -> usize {
    let mut rounds = 0;
    loop {
        rounds += 1;
        if application.sequence().await.unwrap().backlog == 0 {
            return rounds;
        }
    }
}

/// Lets so many events happen by themselves: rows as an older installation would have left them, and their places in the
/// queue.
async fn let_happen(test: &TestStore, events: u32) {
    let_happen_until(test, events, 2027).await;
}

/// The same, expiring at the end of another year.
pub(crate) async fn let_happen_until(test: &TestStore, events: u32, year: u16) {
    let first = test.number("SELECT count(*) FROM events").await;
    let (series, id, blob) = match test.backend {
        freigabe_testkit::Backend::Sqlite => (
            format!(
                "WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {first} + {events} - 1)"
            ),
            "CAST(printf('%016d', n) AS BLOB)",
            "CAST(printf('%032d', n) AS BLOB)",
        ),
        freigabe_testkit::Backend::Postgres => (
            format!("WITH s(n) AS (SELECT generate_series({first}, {first} + {events} - 1))"),
            "CAST(lpad(CAST(n AS TEXT), 32, '0') AS UUID)",
            "CAST(lpad(CAST(n AS TEXT), 32, '0') AS BYTEA)",
        ),
    };
    for insert in [
        format!(
            "{series} INSERT INTO events (id, at, operation, outcome, payload, salt, commitment, class, expiry_year) \
             SELECT {id}, CAST(n AS BIGINT), 'access_denied', 'denied', {blob}, {blob}, {blob}, 1, {year} FROM s"
        ),
        format!(
            "{series} INSERT INTO log_pending (at, event_id, class, expiry_year, commitment) \
             SELECT CAST(n AS BIGINT), {id}, 1, {year}, {blob} FROM s"
        ),
    ] {
        assert_eq!(test.execute(&insert).await.unwrap(), u64::from(events));
    }
}

/// The first line of a checkpoint of these tests.
fn names_the_log(note: &str) -> bool {
    note.lines().next() == Some(ORIGIN)
}
