//! What a witness remembers: for each log the largest checkpoint that it cosigned. Nothing else is kept.
//!
//! **A witness is its memory.** One that forgot would cosign a shorter tree after a longer one. So a store is made once, on
//! purpose, and one that is missing is never made anew by itself; a change is on disk before anybody hears of it; and the check
//! against what is there and the change are one transaction, however many processes share the file.

use std::{
    fs::OpenOptions,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    Row as _, Sqlite, SqlitePool, Transaction,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};

/// Says in the file's head that it is a witness's store ("FgWt").
const APPLICATION_ID: i64 = 0x4667_5774;
/// Oldest SQLite that may be used: 3.51.3 mends the loss of commits at a WAL reset.
const OLDEST_SQLITE: (u32, u32, u32) = (3, 51, 3);
const PATIENCE: Duration = Duration::from_secs(5);

const TABLE: &str = "CREATE TABLE seen ( \
    origin TEXT NOT NULL PRIMARY KEY, \
    size INTEGER NOT NULL CHECK (size >= 0), \
    root BLOB NOT NULL CHECK (length(root) = 32), \
    note TEXT NOT NULL, \
    at INTEGER NOT NULL \
    ) STRICT";

/// The largest checkpoint of a log that this witness cosigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The log's name.
    pub origin: String,
    /// Its size.
    pub size: u64,
    /// The root of its tree.
    pub root: [u8; 32],
    /// The checkpoint as the log signed it, and this witness.
    pub note: String,
    /// When it was cosigned, in seconds since 1970.
    pub at: u64,
}

/// Why a store can't be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is none.
    #[error(
        "the store {} is missing. A witness that forgot what it saw can be deceived, so no new one is made by itself: put the \
         file back. At the very first start make it with: freigabe witness init --store {}",
        .0.display(),
        .0.display()
    )]
    Missing(PathBuf),
    /// There is something where one should be made.
    #[error("{} exists already and is not overwritten; choose another name or move it away", .0.display())]
    Exists(PathBuf),
    /// A file of another kind.
    #[error("{} is no store of a witness", .0.display())]
    Foreign(PathBuf),
    /// SQLite is older than what is tested.
    #[error("SQLite is version {0}; at least 3.51.3 is needed")]
    TooOld(String),
    /// The file system said no.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// The database said no.
    #[error("the store can't be used: {0}")]
    Database(#[from] sqlx::Error),
    /// What was about to be replaced is not there any more: another process uses the store in another way.
    #[error("the store changed under a transaction")]
    Changed,
    /// What is stored makes no sense.
    #[error("the store holds a value that no witness wrote")]
    Damaged,
}

/// A witness's memory, in a SQLite file.
#[derive(Debug, Clone)]
pub struct Store {
    pool: SqlitePool,
}

impl Store {
    /// Makes an empty store, readable by its owner only.
    ///
    /// # Errors
    /// When there is a file of that name already, or it can't be written.
    pub async fn create(path: &Path) -> Result<(), StoreError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(path).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Exists(path.to_owned()),
            _ => io_error(path)(error),
        })?;
        let pool = connect(path).await?;
        let made = make(&pool).await;
        pool.close().await;
        if made.is_err() {
            // Half a store helps nobody; what is said is why it could not be made.
            let _ = std::fs::remove_file(path);
        }
        made?;
        sync_folder(path).map_err(io_error(path))
    }

    /// Opens a store.
    ///
    /// # Errors
    /// When there is none, or it is something else.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        if !path.is_file() {
            return Err(StoreError::Missing(path.to_owned()));
        }
        let pool = connect(path).await?;
        let version: String = sqlx::query_scalar("SELECT sqlite_version()")
            .fetch_one(&pool)
            .await?;
        if version_of(&version) < Some(OLDEST_SQLITE) {
            return Err(StoreError::TooOld(version));
        }
        let kind: i64 = sqlx::query_scalar("PRAGMA application_id")
            .fetch_one(&pool)
            .await
            .map_err(|_| StoreError::Foreign(path.to_owned()))?;
        if kind == APPLICATION_ID {
            Ok(Self { pool })
        } else {
            Err(StoreError::Foreign(path.to_owned()))
        }
    }

    /// Takes the next checkpoint of a log, if `decide` says so: it is shown what was seen last, while nobody else can change
    /// it, and gives what is to be remembered from now on, or a refusal. What it gives is on disk when this returns.
    ///
    /// # Errors
    /// When the store fails; then nothing has changed, as far as anybody was told.
    pub async fn advance<R>(
        &self,
        origin: &str,
        decide: impl FnOnce(Option<&Seen>) -> Result<Seen, R>,
    ) -> Result<Result<Seen, R>, StoreError> {
        let mut transaction = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let last = latest(&mut transaction, origin).await?;
        let next = match decide(last.as_ref()) {
            Ok(next) => next,
            Err(refusal) => {
                transaction.rollback().await?;
                return Ok(Err(refusal));
            }
        };
        remember(&mut transaction, last.as_ref(), &next).await?;
        transaction.commit().await?;
        Ok(Ok(next))
    }

    /// What was seen of a log.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn seen(&self, origin: &str) -> Result<Option<Seen>, StoreError> {
        let row = sqlx::query("SELECT origin, size, root, note, at FROM seen WHERE origin = ?")
            .bind(origin)
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(read).transpose()
    }

    /// What was seen of every log, by name.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn all(&self) -> Result<Vec<Seen>, StoreError> {
        let rows = sqlx::query("SELECT origin, size, root, note, at FROM seen ORDER BY origin")
            .fetch_all(&self.pool)
            .await?;
        rows.iter().map(read).collect()
    }

    /// Closes the file.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

async fn latest(
    transaction: &mut Transaction<'_, Sqlite>,
    origin: &str,
) -> Result<Option<Seen>, StoreError> {
    let row = sqlx::query("SELECT origin, size, root, note, at FROM seen WHERE origin = ?")
        .bind(origin)
        .fetch_optional(&mut **transaction)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Puts `next` in the place of `last`, and of nothing else.
async fn remember(
    transaction: &mut Transaction<'_, Sqlite>,
    last: Option<&Seen>,
    next: &Seen,
) -> Result<(), StoreError> {
    let (size, at) = (signed(next.size)?, signed(next.at)?);
    let done = match last {
        None => {
            sqlx::query("INSERT INTO seen (size, root, note, at, origin) VALUES (?, ?, ?, ?, ?)")
                .bind(size)
                .bind(next.root.as_slice())
                .bind(&next.note)
                .bind(at)
                .bind(&next.origin)
                .execute(&mut **transaction)
                .await?
        }
        Some(last) => {
            sqlx::query(
                "UPDATE seen SET size = ?, root = ?, note = ?, at = ? \
                 WHERE origin = ? AND size = ? AND root = ? AND size <= ?",
            )
            .bind(size)
            .bind(next.root.as_slice())
            .bind(&next.note)
            .bind(at)
            .bind(&next.origin)
            .bind(signed(last.size)?)
            .bind(last.root.as_slice())
            .bind(size)
            .execute(&mut **transaction)
            .await?
        }
    };
    // INVARIANT: what is remembered of a log never gets smaller, and follows from what was remembered before.
    if done.rows_affected() == 1 {
        Ok(())
    } else {
        Err(StoreError::Changed)
    }
}

fn read(row: &SqliteRow) -> Result<Seen, StoreError> {
    let unsigned = |column: &str| -> Result<u64, StoreError> {
        u64::try_from(row.try_get::<i64, _>(column)?).map_err(|_| StoreError::Damaged)
    };
    let root: Vec<u8> = row.try_get("root")?;
    Ok(Seen {
        origin: row.try_get("origin")?,
        size: unsigned("size")?,
        root: root.try_into().map_err(|_| StoreError::Damaged)?,
        note: row.try_get("note")?,
        at: unsigned("at")?,
    })
}

/// SQLite counts to 2^63.
fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|_| StoreError::Damaged)
}

async fn connect(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(false)
        .journal_mode(SqliteJournalMode::Wal)
        // An answered checkpoint is on disk.
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE)
        .pragma("trusted_schema", "OFF");
    let pool = SqlitePoolOptions::new()
        // One writes at a time anyway.
        .max_connections(1)
        .acquire_timeout(PATIENCE)
        // With either of the two the pool of sqlx 0.9.0 may lose a core and a thread (sqlx issue 3645).
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await;
    pool.map_err(|error| match &error {
        sqlx::Error::Database(refusal) if refusal.code().as_deref() == Some("26") => {
            StoreError::Foreign(path.to_owned())
        }
        _ => StoreError::Database(error),
    })
}

async fn make(pool: &SqlitePool) -> Result<(), StoreError> {
    let mut transaction = pool.begin_with("BEGIN IMMEDIATE").await?;
    sqlx::query(TABLE).execute(&mut *transaction).await?;
    // A PRAGMA takes no parameters; this is 0x46675774.
    sqlx::query("PRAGMA application_id = 1181177716")
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(())
}

fn version_of(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.split('.').map(str::parse::<u32>);
    match (parts.next(), parts.next(), parts.next()) {
        (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch))) => Some((major, minor, patch)),
        _ => None,
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> StoreError + '_ {
    |error| StoreError::Io {
        path: path.to_owned(),
        error,
    }
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn checkpoint(size: u64, root: u8) -> Seen {
        Seen {
            origin: "log.example".to_owned(),
            size,
            root: [root; 32],
            note: format!("note {size}"),
            at: 1_800_000_000 + size,
        }
    }

    async fn new_store(scratch: &Scratch) -> Store {
        let path = scratch.path().join("w.db");
        Store::create(&path).await.unwrap();
        Store::open(&path).await.unwrap()
    }

    #[actix_web::test]
    async fn what_was_seen_is_there_again_after_a_restart() {
        let scratch = Scratch::new("store-restart");
        let store = new_store(&scratch).await;
        for size in [3, 3, 9] {
            let next = checkpoint(size, 1);
            let kept = store
                .advance::<()>("log.example", |_| Ok(next.clone()))
                .await;
            assert_eq!(kept.unwrap(), Ok(next));
        }
        store.close().await;
        let store = Store::open(&scratch.path().join("w.db")).await.unwrap();
        assert_eq!(
            store.seen("log.example").await.unwrap(),
            Some(checkpoint(9, 1))
        );
        assert_eq!(store.seen("other.example").await.unwrap(), None);
        assert_eq!(store.all().await.unwrap().len(), 1);
    }

    #[actix_web::test]
    async fn a_refusal_changes_nothing_and_a_store_never_goes_back() {
        let scratch = Scratch::new("store-back");
        let store = new_store(&scratch).await;
        let first = checkpoint(5, 1);
        store
            .advance::<()>("log.example", |_| Ok(first.clone()))
            .await
            .unwrap()
            .unwrap();
        let refused = store
            .advance("log.example", |last| {
                assert_eq!(last, Some(&first));
                Err("no")
            })
            .await;
        assert_eq!(refused.unwrap(), Err("no"));
        // Whoever decides wrongly is stopped by the statement itself.
        let back = store
            .advance::<()>("log.example", |_| Ok(checkpoint(4, 1)))
            .await;
        assert!(matches!(back, Err(StoreError::Changed)), "{back:?}");
        assert_eq!(store.seen("log.example").await.unwrap(), Some(first));
    }

    #[actix_web::test]
    async fn several_processes_on_one_store_see_each_others_checkpoints() {
        let scratch = Scratch::new("store-shared");
        let store = new_store(&scratch).await;
        let other = Store::open(&scratch.path().join("w.db")).await.unwrap();
        store
            .advance::<()>("log.example", |_| Ok(checkpoint(5, 1)))
            .await
            .unwrap()
            .unwrap();
        let refused = other
            .advance("log.example", |last| Err(last.map(|seen| seen.size)))
            .await;
        assert_eq!(refused.unwrap(), Err(Some(5)));
    }

    #[actix_web::test]
    async fn a_missing_store_is_not_made_by_itself_and_none_is_overwritten() {
        let scratch = Scratch::new("store-missing");
        let path = scratch.path().join("w.db");
        let missing = Store::open(&path).await.unwrap_err().to_string();
        assert!(missing.contains("freigabe witness init"), "{missing}");
        assert!(!path.exists());
        Store::create(&path).await.unwrap();
        assert!(matches!(
            Store::create(&path).await,
            Err(StoreError::Exists(_))
        ));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = std::fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode, 0o600, "the store is its owner's alone");
        }
        let foreign = scratch.path().join("foreign");
        std::fs::write(
            &foreign,
            "this is a letter, long enough to be read as the head of a file\n".repeat(99),
        )
        .unwrap();
        let error = Store::open(&foreign).await.unwrap_err();
        assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
        let empty = scratch.path().join("empty");
        std::fs::write(&empty, "").unwrap();
        let error = Store::open(&empty).await.unwrap_err();
        assert!(matches!(error, StoreError::Foreign(_)), "{error:?}");
    }

    #[test]
    fn the_number_in_the_files_head_is_the_one_that_is_written() {
        assert_eq!(APPLICATION_ID, 1_181_177_716);
    }
}
