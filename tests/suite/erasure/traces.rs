//! What is erased can't be found in the files of the database any more, nor in its write-ahead log.

use std::{
    fs,
    path::{Path, PathBuf},
};

use freigabe_domain::{
    erasure::{ErasureTarget, TraceLeft},
    exchange::RetentionDesk as _,
};
use freigabe_testkit::{Backend, TestStore, on_both::run, on_both_databases};
use memchr::memmem;
use sea_orm::{ConnectionTrait as _, Statement, TransactionTrait as _, Value};

use super::{TWO_YEARS, a_closed_case, erase, settle};

/// Bytes that are to be found before, and must not be found afterwards.
#[derive(Debug, Default)]
struct Canaries(Vec<(String, Vec<u8>)>);

impl Canaries {
    fn add(&mut self, name: impl Into<String>, bytes: Vec<u8>) {
        assert!(bytes.len() >= 16, "long enough not to be met by chance");
        self.0.push((name.into(), bytes));
    }

    /// Those that are found in the database's files, with the file.
    fn found(&self, files: &[PathBuf]) -> Vec<String> {
        let mut found = Vec::new();
        for file in files {
            // Files come and go.
            let Ok(content) = fs::read(file) else {
                continue;
            };
            for (name, bytes) in &self.0 {
                if memmem::find(&content, bytes).is_some() {
                    found.push(format!("{name} in {}", file.display()));
                }
            }
        }
        found
    }

    /// The names of those that are found nowhere.
    fn missing(&self, files: &[PathBuf]) -> Vec<String> {
        let found = self.found(files).join("\n");
        let names = self.0.iter().map(|(name, _)| name.clone());
        names
            .filter(|name| !found.contains(name.as_str()))
            .collect()
    }
}

/// Everything in it is its own: other tests of the same server write to the same files.
struct Unlike(TestStore);

impl Unlike {
    async fn start(backend: Backend) -> Self {
        Self(TestStore::start_unlike_others(backend).await)
    }
}

/// Every file in which this database keeps anything.
async fn files(test: &TestStore) -> Vec<PathBuf> {
    if test.backend == Backend::Sqlite {
        let file = test.database.url.trim_start_matches("sqlite://");
        let with = |suffix: &str| PathBuf::from(format!("{file}{suffix}"));
        return ["", "-wal", "-shm", "-journal"].map(with).to_vec();
    }
    let folder = text(test, "SELECT current_setting('data_directory') AS value").await;
    let own =
        "SELECT CAST(oid AS TEXT) AS value FROM pg_database WHERE datname = current_database()";
    let own = text(test, own).await;
    let folder = Path::new(&folder);
    let mut all = Vec::new();
    for part in [
        folder.join("base").join(own),
        folder.join("global"),
        folder.join("pg_wal"),
    ] {
        for entry in fs::read_dir(part)
            .expect("a folder of the server")
            .flatten()
        {
            all.push(entry.path());
        }
    }
    all
}

async fn text(test: &TestStore, sql: &str) -> String {
    let connection = test.connection().await;
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    let value = row.try_get("", "value").unwrap();
    connection.close().await.unwrap();
    value
}

async fn blobs(test: &TestStore, sql: &str, values: Vec<Value>) -> Vec<Vec<u8>> {
    let connection = test.connection().await;
    let backend = connection.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let rows = connection.query_all_raw(statement).await.unwrap();
    let all = rows.iter().map(|row| row.try_get("", "value").unwrap());
    let all = all.collect();
    connection.close().await.unwrap();
    all
}

/// Everything is in the tables' files, and the planner has looked at it.
async fn written(test: &TestStore) {
    let statements: &[&str] = match test.backend {
        Backend::Sqlite => &["PRAGMA optimize"],
        Backend::Postgres => &["ANALYZE", "CHECKPOINT"],
    };
    for sql in statements {
        test.execute(sql).await.unwrap();
    }
}

async fn clean(test: &TestStore) {
    let eraser = test.eraser().await;
    // Tests beside this one may be reading just now, in a database of their own.
    let left = eraser.clean_up().await.unwrap();
    assert_eq!(left, Some(Vec::new()), "nothing stood in the way");
    assert_eq!(eraser.clean_up().await.unwrap(), None, "done");
    eraser.store().close().await.unwrap();
}

/// Payloads and salts of events that meet a condition.
async fn of_events(test: &TestStore, canaries: &mut Canaries, condition: &str) {
    for column in ["payload", "salt"] {
        let sql = format!("SELECT {column} AS value FROM events WHERE {condition}");
        for (number, bytes) in blobs(test, &sql, Vec::new()).await.into_iter().enumerate() {
            canaries.add(format!("{column} {number} of {condition}"), bytes);
        }
    }
}

on_both_databases! {
    async fn a_year(unlike: Unlike) {
        let test = unlike.0;
        let auditor = test.auditor().await;
        a_closed_case(&test, &auditor, 1).await;
        settle(&test.application).await;
        written(&test).await;
        let mut canaries = Canaries::default();
        of_events(&test, &mut canaries, "expiry_year = 2027").await;
        assert!(canaries.0.len() > 10);
        assert_eq!(canaries.missing(&files(&test).await), Vec::<String>::new(), "the search finds what is there");

        test.advance(TWO_YEARS);
        let eraser = test.eraser().await;
        erase(&eraser, ErasureTarget::Year(2027)).await;
        eraser.store().close().await.unwrap();
        clean(&test).await;
        assert_eq!(canaries.found(&files(&test).await), Vec::<String>::new());
    }

    async fn a_case(unlike: Unlike) {
        let test = unlike.0;
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        let other = a_closed_case(&test, &auditor, 2).await;
        settle(&test.application).await;
        written(&test).await;
        let mut canaries = Canaries::default();
        let id = case.as_uuid();
        let of_case = match test.backend {
            Backend::Sqlite => format!("hex(case_id) = '{}'", id.simple().to_string().to_uppercase()),
            Backend::Postgres => format!("case_id = '{id}'"),
        };
        of_events(&test, &mut canaries, &of_case).await;
        canaries.add("the case's identifier as bytes", id.as_bytes().to_vec());
        canaries.add("the case's identifier as text", id.to_string().into_bytes());
        let condition = of_case.replace("case_id", "id");
        for column in ["wrapped_key", "sealed_references", "lookup"] {
            let sql = format!("SELECT {column} AS value FROM cases WHERE {condition}");
            for bytes in blobs(&test, &sql, Vec::new()).await {
                canaries.add(column, bytes);
            }
        }
        let sql = format!("SELECT sealed_terms AS value FROM consent_revisions WHERE consent_id IN (SELECT id FROM consents WHERE {of_case})");
        for bytes in blobs(&test, &sql, Vec::new()).await {
            canaries.add("sealed terms", bytes);
        }
        let as_text = format!("SELECT person AS value FROM cases WHERE {condition}");
        canaries.add("the pseudonym in the log", text(&test, &as_text).await.into_bytes());
        let as_text = format!("SELECT person_for_recipient AS value FROM disclosures WHERE {of_case}");
        canaries.add("the pseudonym for the office", text(&test, &as_text).await.into_bytes());
        assert!(canaries.0.len() > 15);
        assert_eq!(canaries.missing(&files(&test).await), Vec::<String>::new(), "the search finds what is there");
        let mut others = Canaries::default();
        others.add("the other case", other.as_uuid().as_bytes().to_vec());

        let eraser = test.eraser().await;
        erase(&eraser, ErasureTarget::Case(case)).await;
        eraser.store().close().await.unwrap();
        clean(&test).await;
        let files = files(&test).await;
        assert_eq!(canaries.found(&files), Vec::<String>::new());
        assert_eq!(others.missing(&files), Vec::<String>::new(), "nothing else is gone");
    }
}

/// A row is copied when a table is written anew as long as somebody may still see it.
#[test]
fn who_began_to_read_before_the_erasure_is_waited_for_or_told() {
    run(async {
        let test = TestStore::start_unlike_others(Backend::Postgres).await;
        let auditor = test.auditor().await;
        let case = a_closed_case(&test, &auditor, 1).await;
        // Of a table that is empty the planner keeps what it knew.
        a_closed_case(&test, &auditor, 2).await;
        settle(&test.application).await;
        written(&test).await;
        let mut canaries = Canaries::default();
        canaries.add("the case's identifier", case.as_uuid().as_bytes().to_vec());
        let readers = test.connection().await;
        let reader = readers.begin().await.unwrap();
        for sql in [
            "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
            "SELECT count(*) FROM offices",
        ] {
            reader.execute_unprepared(sql).await.unwrap();
        }
        let eraser = test.eraser().await;
        erase(&eraser, ErasureTarget::Case(case)).await;
        let left = eraser.clean_up().await.unwrap();
        assert_eq!(left, Some(vec![TraceLeft::Snapshot]));
        assert!(!canaries.found(&files(&test).await).is_empty());

        let cleaned = async {
            let left = eraser.clean_up().await.unwrap();
            assert_eq!(left, Some(Vec::new()), "nothing stood in the way");
        };
        let ends = async {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            reader.rollback().await.unwrap();
        };
        tokio::join!(cleaned, ends);
        eraser.store().close().await.unwrap();
        assert_eq!(canaries.found(&files(&test).await), Vec::<String>::new());
    });
}
