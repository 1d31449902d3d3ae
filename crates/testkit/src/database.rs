//! A fresh, migrated database for each test, copied from a template that is made once for each build.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use sea_orm::{
    ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement,
};

/// Which database a test runs on. Every test runs on both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// A SQLite file.
    Sqlite,
    /// A database on the PostgreSQL server named by `FREIGABE_TEST_POSTGRES`.
    Postgres,
}

/// Names the server for tests on PostgreSQL.
const POSTGRES: &str = "FREIGABE_TEST_POSTGRES";

/// A database of one test's own.
#[derive(Debug)]
pub struct TestDatabase {
    /// Its URL.
    pub url: String,
    file: Option<PathBuf>,
}

impl TestDatabase {
    /// A fresh, migrated database.
    ///
    /// # Panics
    /// When there is none to be had; in particular for PostgreSQL without `FREIGABE_TEST_POSTGRES`.
    pub async fn fresh(backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => sqlite().await,
            Backend::Postgres => postgres().await,
        }
    }

    /// A database without any table. On PostgreSQL it belongs to a login of its own that is no superuser, as in an
    /// installation; the URL is that login's, and the one beside it the administrator's, whom no rule binds.
    ///
    /// # Panics
    /// When there is none to be had.
    pub async fn empty(backend: Backend) -> (Self, String) {
        match backend {
            Backend::Sqlite => {
                let folder = std::env::temp_dir().join("freigabe-tests");
                fs::create_dir_all(&folder).expect("a folder for test databases");
                let file = folder.join(format!("test-{}.db", unique_name()));
                let url = format!("sqlite://{}", file.display());
                let file = Some(file);
                let database = Self {
                    url: url.clone(),
                    file,
                };
                (database, url)
            }
            Backend::Postgres => {
                let login = OwnLogin::with("CREATEROLE").await;
                let database = Self {
                    url: login.url,
                    file: None,
                };
                (database, login.administrator)
            }
        }
    }

    /// A migrated database on the PostgreSQL server that was kept.
    #[must_use]
    pub fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            file: None,
        }
    }

    /// Removes it. What tests leave on the PostgreSQL server goes with the server, but a benchmark's database is large.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn remove(self) {
        if self.file.is_some() {
            return;
        }
        let (_, path) = self.url.rsplit_once('/').expect("a URL with a path");
        let name = path.split('?').next().unwrap_or(path);
        let admin = connect(&server(), 1).await;
        run(&admin, &format!("DROP DATABASE {name} WITH (FORCE)")).await;
        admin.close().await.expect("the connection closed");
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some(file) = &self.file {
            for suffix in ["", "-wal", "-shm"] {
                let _ = fs::remove_file(format!("{}{suffix}", file.display()));
            }
        }
    }
}

async fn sqlite() -> TestDatabase {
    let folder = std::env::temp_dir().join("freigabe-tests");
    fs::create_dir_all(&folder).expect("a folder for test databases");
    let template = folder.join(format!("template-{}.db", build_id()));
    let lock = fs::File::create(folder.join("template.lock")).expect("a lock file");
    lock.lock().expect("the lock on the template");
    if !template.exists() {
        remove_old_templates(&folder);
        let unfinished = template.with_extension("unfinished");
        let _ = fs::remove_file(&unfinished);
        freigabe_storage::migrate(&format!("sqlite://{}", unfinished.display()))
            .await
            .expect("a migrated template");
        fs::rename(&unfinished, &template).expect("the finished template");
    }
    let file = folder.join(format!("test-{}.db", unique_name()));
    fs::copy(&template, &file).expect("a copy of the template");
    lock.unlock().expect("the lock given back");
    TestDatabase {
        url: format!("sqlite://{}", file.display()),
        file: Some(file),
    }
}

/// Removes templates of other builds that nobody can be using any more.
fn remove_old_templates(folder: &Path) {
    const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let changed = entry.metadata().and_then(|metadata| metadata.modified());
        let is_old = changed.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > A_DAY));
        if is_old && entry.file_name().to_string_lossy().starts_with("template-") {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The server that all tests share.
pub(crate) fn server() -> String {
    std::env::var(POSTGRES).unwrap_or_else(|_| {
        panic!("{POSTGRES} is not set: run the tests with `cargo xtask test`, which starts a PostgreSQL for them")
    })
}

async fn postgres() -> TestDatabase {
    let server = server();
    let admin = connect(&server, 1).await;
    let template = format!("freigabe_template_{}", build_id());
    // One test makes the template; the others wait for it here.
    run(&admin, "SELECT pg_advisory_lock(4711)").await;
    let exists = Statement::from_sql_and_values(
        DbBackend::Postgres,
        "SELECT 1 AS one FROM pg_database WHERE datname = $1",
        [template.as_str().into()],
    );
    if admin
        .query_one_raw(exists)
        .await
        .expect("the list of databases")
        .is_none()
    {
        let unfinished = format!("{template}_unfinished");
        run(
            &admin,
            &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
        )
        .await;
        // Sorted as in a German dictionary, where marks hardly count: many an installation is set up like that.
        run(
            &admin,
            &format!("CREATE DATABASE {unfinished} TEMPLATE template0 ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'de-DE-u-ka-shifted'"),
        )
        .await;
        freigabe_storage::migrate(&with_database(&server, &unfinished))
            .await
            .expect("a migrated template");
        run(
            &admin,
            &format!("ALTER DATABASE {unfinished} RENAME TO {template}"),
        )
        .await;
    }
    let name = format!("freigabe_test_{}", unique_name());
    run(
        &admin,
        &format!("CREATE DATABASE {name} TEMPLATE {template}"),
    )
    .await;
    run(&admin, "SELECT pg_advisory_unlock(4711)").await;
    admin
        .close()
        .await
        .expect("the administrator's connection closed");
    TestDatabase {
        url: with_database(&server, &name),
        file: None,
    }
}

/// A login of its own on the PostgreSQL server with these attributes (`CREATEROLE`, or nothing), and an empty database that
/// belongs to it.
#[derive(Debug)]
pub struct OwnLogin {
    /// The login's name.
    pub name: String,
    /// The URL of the empty database, for this login.
    pub url: String,
    /// The URL of the empty database, for the administrator.
    pub administrator: String,
}

impl OwnLogin {
    /// Makes both.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn with(attributes: &str) -> Self {
        let server = server();
        let name = format!("freigabe_login_{}", unique_name());
        let admin = connect(&server, 1).await;
        run(
            &admin,
            &format!("CREATE ROLE {name} LOGIN PASSWORD 'secret' {attributes}"),
        )
        .await;
        run(&admin, &format!("CREATE DATABASE {name} OWNER {name}")).await;
        admin.close().await.expect("the connection closed");
        let administrator = with_database(&server, &name);
        Self {
            url: with_login(&administrator, &name),
            administrator,
            name,
        }
    }

    /// The URL of another database, for this login.
    #[must_use]
    pub fn at(&self, database: &TestDatabase) -> String {
        self.at_url(&database.url)
    }

    /// The URL of the database at this URL, for this login.
    #[must_use]
    pub fn at_url(&self, url: &str) -> String {
        with_login(url, &self.name)
    }
}

fn with_login(url: &str, name: &str) -> String {
    let (scheme, rest) = url.split_once("://").expect("a URL");
    let server = rest.split_once('@').map_or(rest, |(_, server)| server);
    format!("{scheme}://{name}:secret@{server}")
}

/// Connections of a test's own, past the application.
///
/// # Panics
/// When the database does not answer.
pub async fn connect(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(connections)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(10))
        // As the store does, and for its reason: the pool's own upkeep may never end.
        .idle_timeout(None)
        .max_lifetime(None);
    Database::connect(options)
        .await
        .expect("a database that answers")
}

/// Which node has the right to ask the witnesses of the newest log, and until when, in microseconds since 1970; none before
/// anybody asked.
///
/// # Panics
/// When the database does not answer.
pub async fn cosigning_lease(url: &str) -> Option<(uuid::Uuid, i64)> {
    let database = connect(url, 1).await;
    let newest = "SELECT lease_holder, lease_until FROM log_heads ORDER BY generation DESC LIMIT 1";
    let statement = Statement::from_string(database.get_database_backend(), newest);
    let row = database.query_one_raw(statement).await;
    let row = row.expect("an answer of the database")?;
    database.close().await.expect("the connection closed");
    let holder: Option<uuid::Uuid> = row.try_get("", "lease_holder").expect("a holder");
    let until: Option<i64> = row.try_get("", "lease_until").expect("a time");
    holder.zip(until)
}

/// Carries out statements past the application.
///
/// # Panics
/// When the database refuses.
pub async fn run(database: &DatabaseConnection, sql: &str) {
    database
        .execute_unprepared(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
}

/// The server's URL with another database.
fn with_database(server: &str, name: &str) -> String {
    let (base, query) = server
        .split_once('?')
        .map_or((server, String::new()), |(b, q)| (b, format!("?{q}")));
    let end = base.rfind('/').expect("a URL with a path");
    format!("{}/{name}{query}", base.split_at(end).0)
}

/// Tells one build of the tests from another, so that a template never outlives its migrations.
fn build_id() -> String {
    let program = std::env::current_exe().expect("the test program");
    let metadata = fs::metadata(&program).expect("the test program's metadata");
    let changed = metadata
        .modified()
        .expect("its time")
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    format!("{:x}_{:x}", changed.as_nanos(), metadata.len())
}

pub(crate) fn unique_name() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let program = std::time::UNIX_EPOCH
        .elapsed()
        .map_or(0, |since| since.as_nanos());
    format!(
        "{}_{}_{program:x}",
        std::process::id(),
        NEXT.fetch_add(1, Ordering::Relaxed)
    )
}
