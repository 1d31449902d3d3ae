//! The server's programs: found, or installed where that is one command, or asked for.

use std::path::PathBuf;
use std::process::Command;

use crate::debian;
use crate::failure::Failure;
use crate::process;

/// The oldest major version that Freigabe is tested on.
const OLDEST: u32 = 15;

const PROGRAMS: [&str; 2] = ["initdb", "pg_ctl"];

/// Where Debian and Ubuntu keep the programs, one folder per major version, outside PATH.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// Programs of a server that is new enough.
pub(super) struct Installation {
    folder: PathBuf,
    version: String,
}

impl Installation {
    /// Finds the programs; installs them on Debian and Ubuntu when there are none.
    pub(super) fn find_or_install() -> Result<Self, Failure> {
        if let Some(found) = Self::find() {
            return Ok(found);
        }
        if !debian::is_here() {
            return Err(Failure::missing(format!(
                "tests need PostgreSQL {OLDEST} or newer: install its server so that initdb and pg_ctl are on PATH, \
                 or name a server with --postgres-url"
            )));
        }
        eprintln!("PostgreSQL's server is not installed; installing Debian's package `postgresql`");
        debian::install(&["postgresql"])?;
        Self::find().ok_or_else(|| {
            Failure::missing(format!(
                "this system's PostgreSQL is older than {OLDEST}: install a newer one so that initdb and pg_ctl are \
                 on PATH, or name a server with --postgres-url"
            ))
        })
    }

    fn find() -> Option<Self> {
        let on_path = process::folder_on_path(&PROGRAMS);
        let configured = process::read(Command::new("pg_config").arg("--bindir"))
            .ok()
            .map(|folder| PathBuf::from(folder.trim()));
        on_path
            .into_iter()
            .chain(configured)
            .chain(debian_folders())
            .find_map(Self::in_folder)
    }

    fn in_folder(folder: PathBuf) -> Option<Self> {
        if !PROGRAMS
            .iter()
            .all(|program| folder.join(program).is_file())
        {
            return None;
        }
        let printed = process::read(Command::new(folder.join("initdb")).arg("--version")).ok()?;
        let version = version(&printed)?.to_owned();
        (major(&version)? >= OLDEST).then_some(Self { folder, version })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }
}

/// Newest first.
fn debian_folders() -> Vec<PathBuf> {
    let mut found: Vec<(u32, PathBuf)> = std::fs::read_dir(DEBIAN_FOLDER)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The version in what `initdb --version` prints, `initdb (PostgreSQL) 15.18 (…)`.
fn version(printed: &str) -> Option<&str> {
    printed.split_whitespace().nth(2)
}

/// The number before the first thing that is no digit, so that `18beta1` counts as 18.
fn major(version: &str) -> Option<u32> {
    let end = version
        .find(|character: char| !character.is_ascii_digit())
        .unwrap_or(version.len());
    version.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_initdb_prints() {
        for (printed, text, number) in [
            (
                "initdb (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n",
                "15.18",
                15,
            ),
            ("initdb (PostgreSQL) 18beta1\n", "18beta1", 18),
            ("initdb (PostgreSQL) 9.6.24\n", "9.6.24", 9),
        ] {
            assert_eq!(version(printed), Some(text));
            assert_eq!(major(text), Some(number));
        }
        assert_eq!(version("nonsense"), None);
        assert_eq!(major("devel"), None);
    }
}
