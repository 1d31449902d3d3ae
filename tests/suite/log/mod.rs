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

use std::collections::BTreeMap;

use freigabe_domain::exchange::{Application, LogDesk as _};
use freigabe_ledger::{Commitment, Hash, bundle, leaf_hash, merkle::CompactRange};
use freigabe_storage::SqlStore;
use freigabe_testkit::{TestStore, database::connect, store::ORIGIN};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};

/// What the tables hold of the log, read past the application.
#[derive(Debug)]
struct Stored {
    /// Commitments of all events.
    events: Vec<Commitment>,
    /// Commitments of those that wait.
    pending: Vec<Commitment>,
    /// By generation: commitments in the order of their noted places, which have no gap.
    leaves: BTreeMap<i64, Vec<Commitment>>,
    /// By generation: size and root.
    heads: BTreeMap<i64, (u64, Hash)>,
    /// By generation: entries in the order of the bundles.
    entries: BTreeMap<i64, Vec<Vec<u8>>>,
}

impl Stored {
    async fn of(test: &TestStore) -> Self {
        Self::at(&test.database.url).await
    }

    async fn at(url: &str) -> Self {
        let connection = connect(url, 1).await;
        let events = commitments(&connection, "SELECT commitment FROM events").await;
        let pending = commitments(&connection, "SELECT commitment FROM log_pending").await;
        let mut leaves: BTreeMap<i64, Vec<Commitment>> = BTreeMap::new();
        let noted = "SELECT generation, leaf_index, commitment FROM log_leaves ORDER BY generation, leaf_index";
        for row in rows(&connection, noted).await {
            let generation: i64 = row.try_get("", "generation").unwrap();
            let place: i64 = row.try_get("", "leaf_index").unwrap();
            let of_generation = leaves.entry(generation).or_default();
            assert_eq!(
                place,
                of_generation.len() as i64,
                "a gap between the noted places"
            );
            of_generation.push(commitment(&row));
        }
        let mut heads = BTreeMap::new();
        for row in rows(&connection, "SELECT generation, size, root FROM log_heads").await {
            let size: i64 = row.try_get("", "size").unwrap();
            let root: Vec<u8> = row.try_get("", "root").unwrap();
            let root = Hash::try_from(root.as_slice()).unwrap();
            heads.insert(row.try_get("", "generation").unwrap(), (size as u64, root));
        }
        let mut entries: BTreeMap<i64, Vec<Vec<u8>>> = BTreeMap::new();
        let bundles =
            "SELECT generation, bundle, entries FROM log_entries ORDER BY generation, bundle";
        for row in rows(&connection, bundles).await {
            let generation: i64 = row.try_get("", "generation").unwrap();
            let bytes: Vec<u8> = row.try_get("", "entries").unwrap();
            let found = bundle::entries(&bytes)
                .unwrap()
                .into_iter()
                .map(<[u8]>::to_vec);
            entries.entry(generation).or_default().extend(found);
        }
        connection.close().await.unwrap();
        Self {
            events,
            pending,
            leaves,
            heads,
            entries,
        }
    }

    /// Every event is in a tree exactly once, or waits exactly once; places, entries and heads say the same.
    #[track_caller]
    fn is_whole(&self) {
        let mut known: Vec<Commitment> = self.leaves.values().flatten().copied().collect();
        known.extend(&self.pending);
        let sorted = |mut all: Vec<Commitment>| {
            all.sort_unstable_by_key(|commitment| *commitment.as_bytes());
            all
        };
        assert_eq!(
            sorted(known),
            sorted(self.events.clone()),
            "each event exactly once"
        );
        for (generation, (size, root)) in &self.heads {
            let leaves = self.leaves.get(generation).cloned().unwrap_or_default();
            assert_eq!(
                leaves.len() as u64,
                *size,
                "as many leaves as the head says"
            );
            let mut range = CompactRange::new();
            let none = Vec::new();
            let entries = self.entries.get(generation).unwrap_or(&none);
            // A former log's last bundle may go on with entries that nobody saw.
            for (entry, commitment) in entries.iter().zip(&leaves) {
                assert_eq!(&entry[4..], commitment.as_bytes(), "entry and place");
                range.append(leaf_hash(entry));
            }
            assert_eq!(range.end(), *size, "as many entries as the head says");
            assert_eq!(range.root().unwrap(), *root, "the root over the entries");
        }
    }

    /// As [`Self::is_whole`], and nothing waits, of an installation that has continued its log.
    #[track_caller]
    fn is_whole_of_ended(&self) {
        self.is_complete();
        assert_eq!(self.heads.len(), 2);
    }

    /// As [`Self::is_whole`], and nothing waits.
    #[track_caller]
    fn is_complete(&self) {
        self.is_whole();
        assert_eq!(self.pending.len(), 0, "nothing waits");
    }
}

fn commitment(row: &QueryResult) -> Commitment {
    let bytes: Vec<u8> = row.try_get("", "commitment").unwrap();
    Commitment::try_from(bytes.as_slice()).unwrap()
}

async fn commitments(connection: &DatabaseConnection, sql: &str) -> Vec<Commitment> {
    rows(connection, sql).await.iter().map(commitment).collect()
}

async fn rows(connection: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    connection.query_all_raw(statement).await.unwrap()
}

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
