//! The PostgreSQL server that tests run on: what it is made of, and killed and started again by whoever has it alone.

use std::{
    fs,
    os::unix::{fs::MetadataExt as _, process::CommandExt as _},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DbBackend, Statement};

use crate::database::connect;

/// How long it may take until it answers again.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server on this machine, with all that is needed to start it again as it was.
#[derive(Debug)]
pub struct Postmaster {
    url: String,
    pid: u32,
    program: PathBuf,
    arguments: Vec<String>,
    folder: PathBuf,
    account: Account,
    child: Option<Child>,
}

/// As whom the server runs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Lets a command run as this account, if we may choose.
    pub(crate) fn run_under(self, command: &mut Command) {
        command.process_group(0);
        if we_are_root() {
            command.uid(self.uid).gid(self.gid);
        }
    }

    /// Hands a file or folder of ours over to this account.
    pub(crate) fn own(self, path: &Path) {
        if we_are_root() {
            let owned = std::os::unix::fs::chown(path, Some(self.uid), Some(self.gid));
            owned.expect("another owner");
        }
    }
}

fn we_are_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

impl Postmaster {
    /// The server at this address, which must run on this machine, under our account or while we are root.
    ///
    /// # Panics
    /// When it does not.
    pub async fn of(url: &str) -> Self {
        let database = connect(url, 1).await;
        let asked = Statement::from_string(DbBackend::Postgres, "SELECT pg_backend_pid() AS pid");
        let row = database.query_one_raw(asked).await;
        let row = row.expect("an answer").expect("a row");
        let backend: i32 = row.try_get("", "pid").expect("a number");
        let status = read(&format!("/proc/{backend}/status"));
        database.close().await.expect("the connection closed");
        let pid = field(&status, "PPid:")[0];
        let account = Account {
            uid: field(&status, "Uid:")[0],
            gid: field(&status, "Gid:")[0],
        };
        let arguments = read(&format!("/proc/{pid}/cmdline"));
        let arguments = arguments
            .split('\0')
            .filter(|argument| !argument.is_empty());
        let link = |name: &str| fs::read_link(format!("/proc/{pid}/{name}")).expect("a link");
        Self {
            url: url.to_owned(),
            pid,
            program: link("exe"),
            arguments: arguments.skip(1).map(str::to_owned).collect(),
            folder: link("cwd"),
            account,
            child: None,
        }
    }

    /// The folder of the server's programs.
    pub(crate) fn programs(&self) -> PathBuf {
        let folder = self.program.parent().expect("a folder");
        folder.to_owned()
    }

    /// As whom it runs.
    pub(crate) const fn account(&self) -> Account {
        self.account
    }

    /// Kills it: `SIGKILL`. Its own processes end as soon as they notice.
    ///
    /// # Panics
    /// When it can't be killed.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("a killed server");
            child.wait().expect("a server that is gone");
            return;
        }
        let killed = Command::new("kill")
            .args(["-KILL", &self.pid.to_string()])
            .status();
        assert!(
            killed.expect("a signal sent").success(),
            "it can't be killed"
        );
    }

    /// Starts it again, and waits until it answers.
    ///
    /// # Panics
    /// When it does not.
    pub async fn start(&mut self) {
        let began = std::time::Instant::now();
        loop {
            let mut child = self.spawn();
            while child.try_wait().expect("its state").is_none() {
                if answers(&self.url).await {
                    self.child = Some(child);
                    return;
                }
                tokio::time::sleep(Duration::from_millis(20)).await;
                assert!(
                    began.elapsed() < PATIENCE,
                    "PostgreSQL does not answer again"
                );
            }
            // What the killed one left is still in use.
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert!(
                began.elapsed() < PATIENCE,
                "PostgreSQL does not start again"
            );
        }
    }

    fn spawn(&self) -> Child {
        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        self.account.run_under(&mut command);
        command.spawn().expect("a started server")
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        // It goes on running. Whoever kills it later finds that it is gone only if somebody has waited for it.
        if let Some(mut child) = self.child.take() {
            std::thread::spawn(move || child.wait());
        }
    }
}

/// Whether a server answers at this address.
pub(crate) async fn answers(url: &str) -> bool {
    let mut options = ConnectOptions::new(url);
    options
        .max_connections(1)
        .sqlx_logging(false)
        .connect_timeout(Duration::from_secs(1))
        .acquire_timeout(Duration::from_secs(1))
        .idle_timeout(None)
        .max_lifetime(None);
    match Database::connect(options).await {
        Ok(database) => {
            let answered = database.execute_unprepared("SELECT 1").await.is_ok();
            answered && database.close().await.is_ok()
        }
        Err(_) => false,
    }
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn field(status: &str, name: &str) -> Vec<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let numbers = line
        .unwrap_or_else(|| panic!("no {name}"))
        .split_whitespace();
    numbers
        .map(|number| number.parse().expect("a number"))
        .collect()
}
