//! Whatever is changed in the database since the last checkpoint, it is not signed; and nothing is built upon it.

use freigabe_domain::{
    Error,
    exchange::{LogDesk as _, UpkeepDesk as _},
    log::{LogError, LogFault},
};
use freigabe_testkit::{Backend, TestStore, on_both_databases, stored_log::StoredLog};

use super::{let_happen, sequence_all};

/// A log of which a part is signed and a part, of several tiles, is not.
async fn half_signed(test: &TestStore) -> u64 {
    let_happen(test, 300).await;
    sequence_all(&test.application).await;
    let signed = test
        .application
        .sign_checkpoint(&[])
        .await
        .unwrap()
        .unwrap();
    let_happen(test, 900).await;
    sequence_all(&test.application).await;
    signed.size
}

/// Changes one byte of a value.
fn flip(backend: Backend, table: &str, column: &str, byte: usize, row: &str) -> String {
    let changed = match backend {
        Backend::Sqlite => format!(
            "CAST(substr({column}, 1, {byte}) || CASE hex(substr({column}, {next}, 1)) WHEN '00' THEN X'01' ELSE X'00' END \
             || substr({column}, {next} + 1) AS BLOB)",
            next = byte + 1
        ),
        Backend::Postgres => {
            format!("set_byte({column}, {byte}, get_byte({column}, {byte}) # 1)")
        }
    };
    format!("UPDATE {table} SET {column} = {changed} WHERE {row}")
}

/// It is refused, for this reason, twice, and the node is not ready; what was changed back is signed.
async fn is_refused(test: &TestStore, expected: impl Fn(&LogFault) -> bool) {
    for _ in 0..2 {
        let outcome = test.application.sign_checkpoint(&[]).await;
        let Err(Error::Log(LogError::Fault(fault))) = outcome else {
            panic!("it was to be refused: {outcome:?}");
        };
        assert!(expected(&fault), "refused for another reason: {fault}");
    }
    assert_eq!(
        test.number("SELECT count(*) FROM log_checkpoints").await,
        1,
        "nothing was signed"
    );
    let ready = test.application.ready().await;
    assert!(
        matches!(ready, Err(Error::Log(LogError::Fault(_)))),
        "{ready:?}"
    );
}

on_both_databases! {
    async fn what_fits_together_is_signed(test: TestStore) {
        half_signed(&test).await;
        assert!(test.application.sign_checkpoint(&[]).await.unwrap().is_some());
        test.application.ready().await.unwrap();
        StoredLog::of(&test).await.is_complete();
    }

    async fn a_changed_entry_is_not_signed(test: TestStore) {
        let signed = half_signed(&test).await;
        // In the bundle that was begun, one that is full, and the last.
        let last = test.number("SELECT max(bundle) FROM log_entries").await;
        for bundle in [signed as i64 / 256, signed as i64 / 256 + 1, last] {
            let row = format!("bundle = {bundle}");
            for byte in [0, 4, 5, 37] {
                let keep = "CREATE TABLE kept AS SELECT * FROM log_entries";
                test.execute(keep).await.unwrap();
                let change = flip(test.backend, "log_entries", "entries", byte, &row);
                assert_eq!(test.execute(&change).await.unwrap(), 1);
                is_refused(&test, |fault| {
                    matches!(fault, LogFault::Bundle { .. } | LogFault::Place { .. } | LogFault::Tile { .. })
                }).await;
                restore(&test, "log_entries", "entries", "bundle").await;
            }
        }
        assert!(test.application.sign_checkpoint(&[]).await.unwrap().is_some());
        test.application.ready().await.unwrap();
    }

    async fn a_changed_tile_is_not_signed(test: TestStore) {
        let signed = half_signed(&test).await;
        let last = test.number("SELECT max(tile) FROM log_tiles WHERE level = 0").await;
        for (level, tile) in [(0, signed as i64 / 256), (0, signed as i64 / 256 + 1), (0, last), (1, 0)] {
            let row = format!("level = {level} AND tile = {tile}");
            for byte in [0, 31] {
                test.execute("CREATE TABLE kept AS SELECT * FROM log_tiles").await.unwrap();
                let change = flip(test.backend, "log_tiles", "hashes", byte, &row);
                assert_eq!(test.execute(&change).await.unwrap(), 1);
                is_refused(&test, |fault| {
                    matches!(
                        fault,
                        LogFault::Tile { .. } | LogFault::NotContinued { .. } | LogFault::Bundle { .. } | LogFault::Tree { .. }
                    )
                }).await;
                restore(&test, "log_tiles", "hashes", "level, tile").await;
            }
        }
        assert!(test.application.sign_checkpoint(&[]).await.unwrap().is_some());
    }

    async fn a_removed_tile_or_bundle_is_not_signed(test: TestStore) {
        half_signed(&test).await;
        test.execute("DELETE FROM log_tiles WHERE level = 0 AND tile = 2").await.unwrap();
        is_refused(&test, |fault| matches!(fault, LogFault::Tile { level: 0, index: 2 })).await;
        test.execute("DELETE FROM log_entries WHERE bundle = 2").await.unwrap();
        is_refused(&test, |fault| matches!(fault, LogFault::Bundle { .. })).await;
    }

    async fn a_changed_head_is_not_signed_and_not_built_upon(test: TestStore) {
        half_signed(&test).await;
        let change = flip(test.backend, "log_heads", "root", 7, "generation = 0");
        assert_eq!(test.execute(&change).await.unwrap(), 1);
        is_refused(&test, |fault| matches!(fault, LogFault::Tree { .. })).await;
        let_happen(&test, 3).await;
        let sequenced = test.application.sequence().await;
        assert!(matches!(sequenced, Err(Error::Log(LogError::Fault(LogFault::Tree { .. })))), "{sequenced:?}");
        assert_eq!(test.number("SELECT count(*) FROM log_pending").await, 3, "they still wait");
    }

    async fn a_head_of_another_size_is_not_signed(test: TestStore) {
        half_signed(&test).await;
        for size in ["size - 1", "size + 2", "0"] {
            test.execute(&format!("UPDATE log_heads SET lease_until = NULL, size = {size}")).await.unwrap();
            let outcome = test.application.sign_checkpoint(&[]).await;
            assert!(matches!(outcome, Err(Error::Log(LogError::Fault(_)))), "{size}: {outcome:?}");
            let back = match size {
                "size - 1" => "size + 1",
                "size + 2" => "size - 2",
                _ => "1",
            };
            test.execute(&format!("UPDATE log_heads SET size = {back}")).await.unwrap();
        }
    }

    async fn a_changed_place_is_not_signed(test: TestStore) {
        let signed = half_signed(&test).await;
        let row = format!("leaf_index = {}", signed + 400);
        let change = flip(test.backend, "log_leaves", "commitment", 3, &row);
        assert_eq!(test.execute(&change).await.unwrap(), 1);
        is_refused(&test, |fault| *fault == LogFault::Place { index: signed + 400 }).await;
    }

    async fn a_changed_checkpoint_is_not_signed_upon(test: TestStore) {
        half_signed(&test).await;
        let change = flip(test.backend, "log_checkpoints", "root", 0, "size > 0");
        test.execute("CREATE TABLE kept AS SELECT * FROM log_checkpoints").await.unwrap();
        assert_eq!(test.execute(&change).await.unwrap(), 1);
        is_refused(&test, |fault| matches!(fault, LogFault::Checkpoint { .. })).await;
        restore(&test, "log_checkpoints", "root", "size").await;
        for (what, by) in [("example", "exemple"), ("\n\n", "\nx\n\n"), ("— ", "- ")] {
            test.execute("CREATE TABLE kept AS SELECT * FROM log_checkpoints").await.unwrap();
            let change = format!("UPDATE log_checkpoints SET note = replace(note, '{what}', '{by}')");
            assert_eq!(test.execute(&change).await.unwrap(), 1);
            is_refused(&test, |fault| matches!(fault, LogFault::Checkpoint { .. })).await;
            restore(&test, "log_checkpoints", "note", "size").await;
        }
        let forged = "UPDATE log_checkpoints SET note = substr(note, 1, length(note) - 8) || 'AAAAAAA' || substr(note, length(note))";
        test.execute(forged).await.unwrap();
        is_refused(&test, |fault| matches!(fault, LogFault::Checkpoint { .. })).await;
    }

    async fn a_checkpoint_of_another_tree_is_not_signed_upon(test: TestStore) {
        // What a database holds that was put together from two.
        half_signed(&test).await;
        test.execute("UPDATE log_checkpoints SET size = size + 1").await.unwrap();
        is_refused(&test, |fault| matches!(fault, LogFault::Checkpoint { .. })).await;
    }
}

/// Puts a column back from the table `kept`, and drops that.
async fn restore(test: &TestStore, table: &str, column: &str, key: &str) {
    let back = format!(
        "UPDATE {table} SET {column} = (SELECT kept.{column} FROM kept WHERE ({keys}) = ({ours}))",
        keys = prefixed("kept", key),
        ours = prefixed(table, key),
    );
    test.execute(&back).await.unwrap();
    test.execute("DROP TABLE kept").await.unwrap();
}

fn prefixed(table: &str, columns: &str) -> String {
    let columns = columns
        .split(", ")
        .map(|column| format!("{table}.{column}"));
    columns.collect::<Vec<_>>().join(", ")
}
