//! The PostgreSQL server that tests run on, killed and started again: only for who has it alone.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::PathBuf,
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
    owner: (u32, u32),
    child: Option<Child>,
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
        let owner = (field(&status, "Uid:")[0], field(&status, "Gid:")[0]);
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
            owner,
            child: None,
        }
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
        let began = tokio::time::Instant::now();
        loop {
            let mut child = self.spawn();
            while child.try_wait().expect("its state").is_none() {
                if self.answers().await {
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
            .stderr(Stdio::null())
            .process_group(0);
        if fs::metadata("/proc/self").is_ok_and(|own| is_root(&own)) {
            command.uid(self.owner.0).gid(self.owner.1);
        }
        command.spawn().expect("a started server")
    }

    async fn answers(&self) -> bool {
        let mut options = ConnectOptions::new(&self.url);
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
}

fn is_root(own: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    own.uid() == 0
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
