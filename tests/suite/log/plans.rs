//! What the log asks in each round costs the same however long the log is.

use freigabe_testkit::{Backend, TestStore, on_both_databases};
use sea_orm::{ConnectionTrait as _, Statement};

/// In the shape in which the store asks it.
const ASKED: &[&str] = &[
    "SELECT at, event_id FROM log_pending ORDER BY at, event_id LIMIT 4096",
    "SELECT min(at) FROM log_pending",
    "SELECT generation, level, tile, hashes FROM log_tiles WHERE (generation = 0 AND level = 0 AND tile = 17) \
     OR (generation = 0 AND level = 1 AND tile = 3)",
    "SELECT generation, bundle, entries FROM log_entries WHERE generation = 0 AND bundle >= 70 AND bundle < 75 ORDER BY bundle",
    "SELECT commitment, generation, leaf_index FROM log_leaves WHERE commitment = {blob}",
    "SELECT commitment, generation, leaf_index FROM log_leaves WHERE generation = 0 AND leaf_index >= 100 AND leaf_index < 300 \
     ORDER BY leaf_index",
    "SELECT * FROM log_checkpoints WHERE generation = 0 ORDER BY size DESC LIMIT 1",
    "SELECT * FROM log_checkpoints WHERE generation = 0 AND size = 17 ORDER BY size DESC LIMIT 1",
    "SELECT * FROM log_checkpoints WHERE generation = 0 AND published_at IS NOT NULL ORDER BY size DESC LIMIT 1",
];

on_both_databases! {
    async fn the_logs_own_questions_use_their_indexes(test: TestStore) {
        let (series, blob) = match test.backend {
            Backend::Sqlite => (
                "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 40000)",
                "CAST(printf('%032d', n) AS BLOB)",
            ),
            Backend::Postgres => (
                "WITH s(n) AS (SELECT generate_series(1, 40000))",
                "CAST(lpad(CAST(n AS TEXT), 32, '0') AS BYTEA)",
            ),
        };
        let id = if test.backend == Backend::Sqlite { blob } else { "CAST(lpad(CAST(n AS TEXT), 32, '0') AS UUID)" };
        for fill in [
            format!("WITH s(n) AS (SELECT 1) INSERT INTO log_heads (generation, origin, size, root) SELECT 0, 'x', 0, {blob} FROM s"),
            format!("{series} INSERT INTO log_pending SELECT n, {id}, 1, 2027, {blob} FROM s"),
            format!("{series} INSERT INTO log_tiles SELECT 0, n % 3, n, {blob} FROM s"),
            format!("{series} INSERT INTO log_entries SELECT 0, n, {blob} FROM s"),
            format!("{series} INSERT INTO log_leaves SELECT {blob}, 0, n FROM s"),
            format!("{series} INSERT INTO log_checkpoints SELECT 0, n, {blob}, 'x', n, CASE WHEN n < 20000 THEN n END FROM s"),
            "ANALYZE".to_owned(),
        ] {
            test.execute(&fill).await.unwrap();
        }
        let connection = test.connection().await;
        let (explain, column) = match test.backend {
            Backend::Sqlite => ("EXPLAIN QUERY PLAN", "detail"),
            Backend::Postgres => ("EXPLAIN", "QUERY PLAN"),
        };
        let some = if test.backend == Backend::Sqlite { "X'00'" } else { "'\\x00'" };
        for asked in ASKED {
            let asked = format!("{explain} {}", asked.replace("{blob}", some));
            let statement = Statement::from_string(connection.get_database_backend(), asked.as_str());
            let plan = connection.query_all_raw(statement).await.unwrap();
            let plan: Vec<String> = plan.iter().map(|row| row.try_get("", column).unwrap()).collect();
            let scans = |line: &String| match test.backend {
                Backend::Sqlite => line.contains("SCAN") && !line.contains("INDEX") || line.contains("TEMP B-TREE"),
                Backend::Postgres => line.contains("Seq Scan") || line.contains("Sort"),
            };
            assert!(!plan.iter().any(scans), "{asked} reads a whole table: {plan:#?}");
        }
        connection.close().await.unwrap();
    }
}
