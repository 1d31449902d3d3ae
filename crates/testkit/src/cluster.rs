//! PostgreSQL servers of a test's own, made with the programs of the server that all tests share: for what would disturb others.

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::{
    TestDatabase,
    database::{connect, server},
    disk::Disk,
    postmaster::{Account, Postmaster, answers},
};

/// Where servers have their data. Not under a home folder, which the server's account may not enter.
pub const FOLDER: &str = "/tmp";
/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// A test's data live for seconds, and nobody cuts the power.
const SETTINGS: &str = "listen_addresses = '127.0.0.1'\nmax_connections = 60\nshared_buffers = 32MB\nfsync = off\n\
     timezone = 'UTC'\nwal_level = replica\nhot_standby = on\n";

/// A server, its data in a folder of its own.
#[derive(Debug)]
pub struct Cluster {
    programs: PathBuf,
    account: Account,
    folder: PathBuf,
    port: u16,
    child: Option<Child>,
    disk: Option<Arc<Disk>>,
}

impl Cluster {
    /// Starts an empty server.
    ///
    /// # Panics
    /// When there is none to be had.
    pub async fn start() -> Self {
        Self::begin(None).await
    }

    /// Starts an empty server that sees the disk below [`FOLDER`] as it is here.
    ///
    /// # Panics
    /// When there is none to be had.
    pub async fn on(disk: Arc<Disk>) -> Self {
        Self::begin(Some(disk)).await
    }

    async fn begin(disk: Option<Arc<Disk>>) -> Self {
        let mut cluster = Self::prepare(disk).await;
        let made = cluster
            .command("initdb")
            .args([
                "--username=postgres",
                "--auth=trust",
                "--no-sync",
                "--encoding=UTF8",
                "--locale=C",
            ])
            .arg("--pgdata")
            .arg(cluster.data())
            .output();
        let made = made.expect("initdb");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        cluster.configure();
        cluster.run().await;
        cluster
    }

    /// Starts a copy that follows this server. From then on no commit here is answered that is not there.
    ///
    /// # Panics
    /// When it does not follow.
    pub async fn standby(&self) -> Self {
        let mut standby = Self::prepare(None).await;
        let copied = standby
            .command("pg_basebackup")
            .args([
                "--write-recovery-conf",
                "--checkpoint=fast",
                "--no-sync",
                "--dbname",
            ])
            .arg(format!("{} application_name=standby", self.conninfo()))
            .arg("--pgdata")
            .arg(standby.data())
            .output();
        let copied = copied.expect("pg_basebackup");
        assert!(
            copied.status.success(),
            "{}",
            String::from_utf8_lossy(&copied.stderr)
        );
        standby.configure();
        standby.run().await;
        self.execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
            .await;
        self.execute("SELECT pg_reload_conf()").await;
        let following = "SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'";
        for _ in 0..200 {
            if self.number(following).await == 1 {
                return standby;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("the standby does not follow");
    }

    /// Takes over from a server that is gone: goes on as a server of its own, at its address.
    ///
    /// # Panics
    /// When it does not.
    pub async fn take_over_from(&mut self, gone: &mut Self) {
        self.promote().await;
        self.stand_in_for(gone).await;
    }

    /// Stands at the address of a server that is gone, as what it is: a copy can only be read.
    ///
    /// # Panics
    /// When it does not start there.
    pub async fn stand_in_for(&mut self, gone: &mut Self) {
        assert!(gone.child.is_none(), "it still runs");
        self.kill();
        (self.port, gone.port) = (gone.port, self.port);
        self.configure();
        self.run().await;
    }

    /// Makes a copy a server of its own.
    ///
    /// # Panics
    /// When it does not become one.
    pub async fn promote(&self) {
        self.execute("SELECT pg_promote(true, 60)").await;
        self.execute("ALTER SYSTEM RESET synchronous_standby_names")
            .await;
    }

    /// Kills it: `SIGKILL`.
    ///
    /// # Panics
    /// When it does not run.
    pub fn kill(&mut self) {
        let mut child = self.child.take().expect("a running server");
        child.kill().expect("a killed server");
        child.wait().expect("a server that is gone");
    }

    /// Whether it ended by itself.
    ///
    /// # Panics
    /// When its state can't be seen.
    pub fn has_ended(&mut self) -> bool {
        let Some(child) = &mut self.child else {
            return true;
        };
        let ended = child.try_wait().expect("its state").is_some();
        if ended {
            self.child = None;
        }
        ended
    }

    /// Starts it again, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub async fn run(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let began = std::time::Instant::now();
        loop {
            let log = fs::File::create(self.folder.join("server.log")).expect("a log");
            let mut child = self
                .command("postgres")
                .arg("-D")
                .arg(self.data())
                .stderr(Stdio::from(log))
                .spawn()
                .expect("a started server");
            while child.try_wait().expect("its state").is_none() {
                if answers(&self.url("postgres")).await {
                    self.child = Some(child);
                    return;
                }
                assert!(began.elapsed() < PATIENCE, "PostgreSQL does not answer");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            // What a killed one left is still in use.
            assert!(began.elapsed() < PATIENCE, "PostgreSQL does not start");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// A migrated database on it.
    ///
    /// # Panics
    /// When it can't be made.
    pub async fn database(&self) -> TestDatabase {
        self.execute("CREATE DATABASE freigabe").await;
        let url = self.url("freigabe");
        freigabe_storage::migrate(&url)
            .await
            .expect("a migrated database");
        TestDatabase::at(&url)
    }

    fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    fn conninfo(&self) -> String {
        format!("host=127.0.0.1 port={} user=postgres", self.port)
    }

    async fn execute(&self, sql: &str) {
        let database = connect(&self.url("postgres"), 1).await;
        database.execute_unprepared(sql).await.expect("a statement");
        database.close().await.expect("the connection closed");
    }

    async fn number(&self, sql: &str) -> i64 {
        let database = connect(&self.url("postgres"), 1).await;
        let asked = Statement::from_string(DbBackend::Postgres, sql);
        let row = database
            .query_one_raw(asked)
            .await
            .expect("an answer")
            .expect("a row");
        database.close().await.expect("the connection closed");
        row.try_get_by_index(0).expect("a number")
    }

    async fn prepare(disk: Option<Arc<Disk>>) -> Self {
        let shared = Postmaster::of(&server()).await;
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let port = listener.local_addr().expect("its number").port();
        let folder =
            Path::new(FOLDER).join(format!("freigabe-cluster-{}-{port}", std::process::id()));
        fs::create_dir(&folder).expect("a folder");
        let cluster = Self {
            programs: shared.programs(),
            account: shared.account(),
            folder,
            port,
            child: None,
            disk,
        };
        cluster.account.own(&cluster.folder);
        cluster
    }

    fn configure(&self) {
        let path = self.data().join("postgresql.auto.conf");
        let before = fs::read_to_string(&path).unwrap_or_default();
        let kept: String = before
            .lines()
            .filter(|line| line.starts_with("primary_conninfo") && self.child.is_none())
            .map(|line| format!("{line}\n"))
            .collect();
        let sockets = self.folder.display();
        let text = format!(
            "{kept}{SETTINGS}port = {}\nunix_socket_directories = '{sockets}'\n",
            self.port
        );
        fs::write(&path, text).expect("written settings");
        self.account.own(&path);
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        self.account.run_under(&mut command);
        if let Some(disk) = &self.disk {
            disk.under(&mut command);
        }
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
        let _ = fs::remove_dir_all(&self.folder);
    }
}
