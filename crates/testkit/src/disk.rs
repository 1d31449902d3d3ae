//! A disk that falls ill while a server writes to it, and recovers: full, or only to be read.
//!
//! To fill a real one, or to take it away, needs rights that tests don't have everywhere. `disk/ailing.c` stands before the C
//! library in the server's process instead, and answers its calls as the system does on such a disk.

use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::database::unique_name;

/// What goes before the C library.
const SOURCE: &str = include_str!("disk/ailing.c");

/// The disk under a folder, as servers see it that were started with [`Self::under`].
#[derive(Debug)]
pub struct Disk {
    folder: PathBuf,
}

/// What is wrong with a disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ailment {
    /// No file can become longer.
    Full,
    /// Nothing can be written.
    ReadOnly,
}

impl Disk {
    /// The disk that this folder lies on; it is well. What is needed is kept in a new folder there.
    ///
    /// # Panics
    /// When the C compiler is missing, or the folder can't be written.
    #[must_use]
    pub fn below(folder: &Path) -> Self {
        let folder = folder.join(format!("disk-{}", unique_name()));
        fs::create_dir(&folder).expect("a folder");
        let source = folder.join("ailing.c");
        fs::write(&source, SOURCE).expect("a written file");
        let compiler = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
        let compiled = Command::new(&compiler)
            .args(["-std=gnu11", "-O2", "-shared", "-fPIC", "-o"])
            .args([&folder.join("ailing.so"), &source])
            .output()
            .unwrap_or_else(|error| panic!("{compiler}, which C programs are made with: {error}"));
        let said = String::from_utf8_lossy(&compiled.stderr);
        assert!(compiled.status.success(), "{said}");
        // A database's server runs under another account.
        let readable = fs::Permissions::from_mode(0o755);
        fs::set_permissions(&folder, readable).expect("a folder that all may read");
        Self { folder }
    }

    /// Lets a command, and all that it starts, see the disk as it is here.
    pub(crate) fn under(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", self.folder.join("ailing.so"))
            .env("AILING_DISK", self.ailment());
    }

    /// From here on something is wrong with it.
    ///
    /// # Panics
    /// When that can't be told.
    pub fn falls_ill(&self, ailment: Ailment) {
        let word = match ailment {
            Ailment::Full => "full",
            Ailment::ReadOnly => "read-only",
        };
        fs::write(self.ailment(), word).expect("a written file");
    }

    /// From here on all is well.
    ///
    /// # Panics
    /// When that can't be told.
    pub fn recovers(&self) {
        let _ = fs::remove_file(self.ailment());
    }

    fn ailment(&self) -> PathBuf {
        self.folder.join("ailment")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}
