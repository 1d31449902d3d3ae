//! Starting the server, and making sure that it goes away.

use std::fs::DirBuilder;
use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::DirBuilderExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::account::Account;
use super::installation::Installation;
use crate::failure::Failure;
use crate::process;

/// How often a port that was free a moment ago may turn out to be taken.
const ATTEMPTS: u32 = 5;

/// What the keeper does once our end of its standard input is closed: `$1` is the folder, the rest a `pg_ctl`
/// command line without its verb.
const KEEPER: &str = r#"
folder=$1; shift
trap '' INT TERM HUP
cat >/dev/null
"$@" --mode=immediate stop
rm -rf -- "$folder"
"#;

/// Settings for every cluster, after the ones that `initdb` writes.
const SETTINGS: &str = "
listen_addresses = '127.0.0.1'
max_connections = 200
shared_buffers = 256MB
timezone = 'UTC'
# Old files of the write-ahead log are removed and not used again: nothing that was erased is found in them.
wal_recycle = off
";

/// The data live for minutes, and tests kill our server, not this one.
const NOT_DURABLE: &str = "
fsync = off
full_page_writes = off
";

/// A PostgreSQL server in a temporary folder, on a free port of the loopback interface, open to who can reach it.
///
/// It is stopped and its folder removed by a keeper: a shell that waits for the end of its standard input, which we
/// hold. Dropping this value closes it and waits for the keeper; and should we be killed outright, the system closes
/// it for us.
pub(crate) struct Cluster {
    url: String,
    version: String,
    _keeper: Keeper,
}

impl Cluster {
    /// Starts a server. With `durable`, it writes through to the disk.
    pub(crate) fn start(durable: bool) -> Result<Self, Failure> {
        let installation = Installation::find_or_install()?;
        let account = Account::choose()?;
        let folder = make_folder(&account)?;
        let keeper = Keeper::start(&installation, &account, &folder)?;
        let site = Site {
            installation: &installation,
            account: &account,
            folder: &folder,
        };
        site.initialise(durable)?;
        let port = site.start_server()?;
        Ok(Self {
            url: format!("postgres://postgres@127.0.0.1:{port}/postgres"),
            version: installation.version().to_owned(),
            _keeper: keeper,
        })
    }

    /// The superuser's URL of the server.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The server's version.
    pub(crate) fn version(&self) -> &str {
        &self.version
    }
}

/// The parts that set-up works with.
struct Site<'a> {
    installation: &'a Installation,
    account: &'a Account,
    folder: &'a Path,
}

impl Site<'_> {
    fn initialise(&self, durable: bool) -> Result<(), Failure> {
        // Only Linux can be counted on to have this locale.
        let locale = if cfg!(target_os = "linux") {
            "C.UTF-8"
        } else {
            "C"
        };
        process::read(
            self.program("initdb")
                .arg("--pgdata")
                .arg(self.data())
                .args(["--no-sync", "--username=postgres", "--auth=trust"])
                .args(["--encoding=UTF8", &format!("--locale={locale}")]),
        )?;
        let sockets = self.folder.display();
        let durability = if durable { "" } else { NOT_DURABLE };
        let settings = format!("{SETTINGS}unix_socket_directories = '{sockets}'\n{durability}");
        let path = self.data().join("postgresql.conf");
        std::fs::OpenOptions::new()
            .append(true)
            .open(&path)
            .and_then(|mut file| file.write_all(settings.as_bytes()))
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))
    }

    /// Starts the server and returns its port.
    fn start_server(&self) -> Result<u16, Failure> {
        let log = self.folder.join("server.log");
        let mut attempt = 1;
        loop {
            let port = free_port()?;
            let started = process::read(
                self.program("pg_ctl")
                    .arg("--pgdata")
                    .arg(self.data())
                    .arg("--log")
                    .arg(&log)
                    .args([
                        "--wait",
                        "--timeout=60",
                        "--options",
                        &format!("-p {port}"),
                        "start",
                    ]),
            );
            let Err(failure) = started else {
                return Ok(port);
            };
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            if attempt == ATTEMPTS || !said.contains("could not bind") {
                return Err(Failure::new(format!("{failure}\n{}", said.trim_end())));
            }
            attempt += 1;
            let _ = std::fs::remove_file(&log);
        }
    }

    fn program(&self, name: &str) -> Command {
        let mut command = self.account.command(&self.installation.program(name));
        command.current_dir(self.folder);
        without_postgres_variables(&mut command);
        command
    }

    fn data(&self) -> PathBuf {
        data_in(self.folder)
    }
}

fn data_in(folder: &Path) -> PathBuf {
    folder.join("data")
}

/// The caller's settings for PostgreSQL's programs are about other servers.
fn without_postgres_variables(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("PG") {
            command.env_remove(name);
        }
    }
}

fn free_port() -> Result<u16, Failure> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| Failure::new(format!("no free port on 127.0.0.1: {error}")))
}

/// A new folder that the account owns and can get at. The usual place may lie inside a home folder that it cannot
/// enter; then one of the others will do.
fn make_folder(account: &Account) -> Result<PathBuf, Failure> {
    let places = [std::env::temp_dir(), "/tmp".into(), "/var/tmp".into()];
    for place in &places {
        for number in 0..100 {
            let folder = place.join(format!("freigabe-pg-{}-{number}", std::process::id()));
            // Fails when it exists, so nobody can put a folder of their own in our way.
            if DirBuilder::new().mode(0o700).create(&folder).is_err() {
                continue;
            }
            let usable = account.own(&folder).is_ok()
                && process::succeeds(
                    account
                        .command(Path::new("test"))
                        .args(["-w", &folder.to_string_lossy()]),
                );
            if usable {
                return Ok(folder);
            }
            let _ = std::fs::remove_dir(&folder);
            break;
        }
    }
    Err(Failure::new(format!(
        "PostgreSQL's account can use no temporary folder (tried {}, /tmp and /var/tmp)",
        std::env::temp_dir().display()
    )))
}

/// The process that cleans up after us.
struct Keeper(Child);

impl Keeper {
    fn start(
        installation: &Installation,
        account: &Account,
        folder: &Path,
    ) -> Result<Self, Failure> {
        let mut command = Command::new("sh");
        command
            .args(["-c", KEEPER, "sh"])
            .arg(folder)
            .args(account.prefix())
            .arg(installation.program("pg_ctl"))
            .arg("--pgdata")
            .arg(data_in(folder))
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            // Ctrl-C goes to our group of processes, and this one has to outlive it.
            .process_group(0);
        without_postgres_variables(&mut command);
        command.spawn().map(Self).map_err(|error| {
            let _ = std::fs::remove_dir(folder);
            Failure::new(format!("cannot start a shell: {error}"))
        })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        if let Err(error) = self.0.wait() {
            eprintln!("lost sight of the clean-up of PostgreSQL: {error}");
        }
    }
}
