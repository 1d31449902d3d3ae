//! The log as the tables hold it, read past the application.

use std::collections::BTreeMap;

use freigabe_ledger::{Commitment, Hash, bundle, leaf_hash, merkle::CompactRange};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, QueryResult, Statement};

use crate::{TestStore, database::connect};

/// What the tables hold of the log.
#[derive(Debug)]
pub struct StoredLog {
    /// Commitments of all events.
    pub events: Vec<Commitment>,
    /// Commitments of those that wait.
    pub pending: Vec<Commitment>,
    /// By generation: commitments in the order of their noted places.
    pub leaves: BTreeMap<i64, Vec<Commitment>>,
    /// By generation: size and root.
    pub heads: BTreeMap<i64, (u64, Hash)>,
    /// By generation: entries in the order of the bundles.
    pub entries: BTreeMap<i64, Vec<Vec<u8>>>,
}

impl StoredLog {
    /// What a test's database holds.
    ///
    /// # Panics
    /// When it does not answer, or there is a gap between the noted places.
    pub async fn of(test: &TestStore) -> Self {
        Self::at(&test.database.url).await
    }

    /// What the database at this address holds.
    ///
    /// # Panics
    /// When it does not answer, or there is a gap between the noted places.
    pub async fn at(url: &str) -> Self {
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
    ///
    /// # Errors
    /// What is not so.
    ///
    /// # Panics
    /// When an entry is no leaf.
    pub fn whole(&self) -> Result<(), String> {
        let mut known: Vec<Commitment> = self.leaves.values().flatten().copied().collect();
        known.extend(&self.pending);
        let sorted = |mut all: Vec<Commitment>| {
            all.sort_unstable_by_key(|commitment| *commitment.as_bytes());
            all
        };
        if sorted(known) != sorted(self.events.clone()) {
            return Err("not each event is in a tree, or waits, exactly once".to_owned());
        }
        for (generation, (size, root)) in &self.heads {
            let leaves = self.leaves.get(generation).cloned().unwrap_or_default();
            if leaves.len() as u64 != *size {
                return Err(format!("{} leaves, and the head says {size}", leaves.len()));
            }
            let mut range = CompactRange::new();
            let none = Vec::new();
            let entries = self.entries.get(generation).unwrap_or(&none);
            // A former log's last bundle may go on with entries that nobody saw.
            for (entry, commitment) in entries.iter().zip(&leaves) {
                if &entry[4..] != commitment.as_bytes() {
                    return Err("an entry and its noted place differ".to_owned());
                }
                range.append(leaf_hash(entry));
            }
            if range.end() != *size || range.root().expect("a root") != *root {
                return Err("the head is not that of the entries".to_owned());
            }
        }
        Ok(())
    }

    /// As [`Self::whole`], and nothing waits.
    ///
    /// # Errors
    /// What is not so.
    ///
    /// # Panics
    /// When an entry is no leaf.
    pub fn complete(&self) -> Result<(), String> {
        self.whole()?;
        if self.pending.is_empty() {
            Ok(())
        } else {
            Err(format!("{} events wait", self.pending.len()))
        }
    }

    /// Holds that it is [`Self::whole`].
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn is_whole(&self) {
        self.whole().expect("a whole log");
    }

    /// Holds that it is [`Self::complete`].
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn is_complete(&self) {
        self.complete().expect("a complete log");
    }

    /// Holds that it is [`Self::complete`], of an installation that has continued its log.
    ///
    /// # Panics
    /// When it is not.
    #[track_caller]
    pub fn is_whole_of_ended(&self) {
        self.is_complete();
        assert_eq!(self.heads.len(), 2);
    }
}

/// The commitment in a row.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn commitment(row: &QueryResult) -> Commitment {
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
