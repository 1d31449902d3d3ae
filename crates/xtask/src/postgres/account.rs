//! As whom the server runs: never as root, which PostgreSQL refuses.

use std::os::unix::fs::chown;
use std::path::Path;
use std::process::Command;

use crate::debian;
use crate::failure::Failure;
use crate::process;

/// The account that the server's programs run under.
pub(super) enum Account {
    /// Ours.
    Own,
    /// Another, because we are root.
    Other {
        /// Its name, for `runuser`.
        name: &'static str,
        /// Its number, for handing over a folder.
        uid: u32,
    },
}

impl Account {
    /// Our own account, or as root `postgres` where there is one, else `nobody`.
    pub(super) fn choose() -> Result<Self, Failure> {
        if !debian::are_we_root()? {
            return Ok(Self::Own);
        }
        ["postgres", "nobody"]
            .into_iter()
            .find_map(|name| {
                Some(Self::Other {
                    name,
                    uid: uid(&[name])?,
                })
            })
            .ok_or_else(|| {
                Failure::missing(
                    "as root, tests need an account `postgres` or `nobody` to run PostgreSQL under",
                )
            })
    }

    /// What to put before a command line so that it runs under this account.
    pub(super) fn prefix(&self) -> &[&str] {
        match self {
            Self::Own => &[],
            Self::Other {
                name: "postgres", ..
            } => &["runuser", "-u", "postgres", "--"],
            Self::Other { .. } => &["runuser", "-u", "nobody", "--"],
        }
    }

    /// A command under this account.
    pub(super) fn command(&self, program: &Path) -> Command {
        match self.prefix() {
            [] => Command::new(program),
            [first, rest @ ..] => {
                let mut command = Command::new(first);
                command.args(rest).arg(program);
                command
            }
        }
    }

    /// Hands a folder of ours over to this account.
    pub(super) fn own(&self, folder: &Path) -> std::io::Result<()> {
        match self {
            Self::Own => Ok(()),
            Self::Other { uid, .. } => chown(folder, Some(*uid), None),
        }
    }
}

fn uid(of: &[&str]) -> Option<u32> {
    let printed = process::read(Command::new("id").arg("-u").args(of)).ok()?;
    printed.trim().parse().ok()
}
