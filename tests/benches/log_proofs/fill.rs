//! A log of many leaves, written in bulk: what the sequencer would have written, without the events.

use freigabe_domain::log::LogHead;
use freigabe_ledger::{
    Commitment, Leaf, LeafClass,
    tile::{Appended, Appender, Tiles, tiles_for_append},
};
use freigabe_testkit::{
    Backend, TestDatabase,
    bench::progress,
    database::{connect, run},
    store::ORIGIN,
};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, Value};
use sha2::{Digest as _, Sha256};

/// Leaves of one statement: whole tiles of the two lowest levels.
const BATCH: u64 = 65_536;

/// The leaf at this index.
pub(crate) fn leaf(index: u64) -> Leaf {
    Leaf {
        class: LeafClass::Operations,
        expiry_year: 2028,
        commitment: Commitment::from_bytes(Sha256::digest(index.to_be_bytes()).into()),
    }
}

/// Fills an empty log, of which no checkpoint is signed yet.
pub(crate) async fn fill(database: &TestDatabase, backend: Backend, leaves: u64) {
    let connection = connect(&database.url, 1).await;
    for setting in settings(backend) {
        run(&connection, setting).await;
    }
    let mut head = LogHead::empty(freigabe_domain::log::Generation::FIRST, ORIGIN.to_owned());
    insert_head(&connection, &head).await;
    let bar = progress(leaves, format!("leaves on {backend:?}"));
    let (mut edge, mut last) = (Tiles::new(), Vec::new());
    if backend == Backend::Sqlite {
        run(&connection, "BEGIN").await;
    }
    while head.size < leaves {
        let until = leaves.min(head.size + BATCH);
        let mut appender = Appender::new(head.size, &edge, &last).expect("the tree's edge");
        let mut commitments = Vec::new();
        for index in head.size..until {
            let leaf = leaf(index);
            commitments.extend(leaf.commitment.as_bytes());
            appender.append(&leaf);
        }
        let grown = appender.finish();
        insert_leaves(&connection, backend, head.size, commitments).await;
        insert_tree(&connection, backend, &grown).await;
        (edge, last) = next_edge(edge, &grown);
        (head.size, head.root) = (grown.size, grown.root);
        bar.set_position(head.size);
    }
    update_head(&connection, backend, &head).await;
    if backend == Backend::Sqlite {
        run(&connection, "COMMIT").await;
    }
    bar.finish_and_clear();
    run(
        &connection,
        if backend == Backend::Sqlite {
            "ANALYZE"
        } else {
            "VACUUM ANALYZE"
        },
    )
    .await;
    connection.close().await.expect("closed");
}

/// For filling, which is begun anew if anything goes wrong.
fn settings(backend: Backend) -> &'static [&'static str] {
    match backend {
        Backend::Sqlite => &[
            "PRAGMA journal_mode = OFF",
            "PRAGMA synchronous = OFF",
            "PRAGMA cache_size = -3000000",
        ],
        Backend::Postgres => &[
            "SET synchronous_commit = off",
            "SET statement_timeout = 0",
            // Each leaf's log is known to be there.
            "SET session_replication_role = replica",
        ],
    }
}

/// What the next leaves are added to.
fn next_edge(mut edge: Tiles, grown: &Appended) -> (Tiles, Vec<u8>) {
    edge.update(grown);
    let mut next = Tiles::new();
    for tile in tiles_for_append(grown.size) {
        next.insert(tile, edge.get(tile).expect("a tile of the edge").to_vec());
    }
    let last = grown
        .bundles
        .last()
        .filter(|_| !grown.size.is_multiple_of(256));
    (next, last.map_or_else(Vec::new, |(_, bytes)| bytes.clone()))
}

async fn insert_leaves(
    connection: &DatabaseConnection,
    backend: Backend,
    first: u64,
    commitments: Vec<u8>,
) {
    let number = commitments.len() / 32;
    let sql = match backend {
        Backend::Sqlite => {
            "WITH RECURSIVE s(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM s WHERE n < ?3 - 1) \
             INSERT INTO log_leaves (commitment, generation, leaf_index) \
             SELECT substr(?1, n * 32 + 1, 32), 0, ?2 + n FROM s"
        }
        Backend::Postgres => {
            "INSERT INTO log_leaves (commitment, generation, leaf_index) \
             SELECT substring($1 FROM n * 32 + 1 FOR 32), 0, $2 + n \
             FROM generate_series(0, CAST($3 AS INTEGER) - 1) AS s (n)"
        }
    };
    let values = [commitments.into(), signed(first), signed(number as u64)];
    execute(connection, sql, values.to_vec()).await;
}

async fn insert_tree(connection: &DatabaseConnection, backend: Backend, grown: &Appended) {
    let tiles = grown.tiles.iter().map(|(tile, hashes)| {
        let level = i16::from(tile.level);
        vec![
            0_i64.into(),
            level.into(),
            signed(tile.index),
            hashes.clone().into(),
        ]
    });
    let tiles: Vec<_> = tiles.collect();
    let sql = format!(
        "INSERT INTO log_tiles (generation, level, tile, hashes) VALUES {} \
         ON CONFLICT (generation, level, tile) DO UPDATE SET hashes = excluded.hashes",
        places(backend, tiles.len(), 4)
    );
    execute(connection, &sql, tiles.concat()).await;
    let bundles = grown
        .bundles
        .iter()
        .map(|(bundle, entries)| vec![0_i64.into(), signed(*bundle), entries.clone().into()]);
    let bundles: Vec<_> = bundles.collect();
    let sql = format!(
        "INSERT INTO log_entries (generation, bundle, entries) VALUES {}",
        places(backend, bundles.len(), 3)
    );
    execute(connection, &sql, bundles.concat()).await;
}

async fn insert_head(connection: &DatabaseConnection, head: &LogHead) {
    let (origin, root) = (&head.origin, hexadecimal(head.root.as_bytes()));
    let root = match connection.get_database_backend() {
        sea_orm::DbBackend::Sqlite => format!("x'{root}'"),
        _ => format!("decode('{root}', 'hex')"),
    };
    let sql = format!(
        "INSERT INTO log_heads (generation, origin, size, root) VALUES (0, '{origin}', 0, {root})"
    );
    run(connection, &sql).await;
}

async fn update_head(connection: &DatabaseConnection, backend: Backend, head: &LogHead) {
    let sql = match backend {
        Backend::Sqlite => "UPDATE log_heads SET size = ?, root = ?, unpublished_since = 1",
        Backend::Postgres => "UPDATE log_heads SET size = $1, root = $2, unpublished_since = 1",
    };
    let root = head.root.as_bytes().to_vec().into();
    execute(connection, sql, vec![signed(head.size), root]).await;
}

/// Placeholders of so many rows.
fn places(backend: Backend, rows: usize, columns: usize) -> String {
    let row = |row: usize| {
        let column = |column: usize| match backend {
            Backend::Sqlite => "?".to_owned(),
            Backend::Postgres => format!("${}", row * columns + column + 1),
        };
        let columns: Vec<_> = (0..columns).map(column).collect();
        format!("({})", columns.join(", "))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(", ")
}

fn signed(number: u64) -> Value {
    i64::try_from(number).expect("a small number").into()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn execute(connection: &DatabaseConnection, sql: &str, values: Vec<Value>) {
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    connection.execute_raw(statement).await.expect("written");
}
