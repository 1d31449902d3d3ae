//! The demonstration's folder: made anew each time, and nobody else's is ever touched.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::cli::Failure;

/// Says that a folder is a demonstration's.
const MARKER: &str = ".freigabe-demo";
const MARKER_TEXT: &str =
    "This folder belongs to `freigabe demo`, which makes it anew each time.\n";
const CLIENTS: &str = "clients";
const DATABASE: &str = "freigabe.db";

/// A fresh folder.
#[derive(Debug)]
pub(super) struct Directory(PathBuf);

impl Directory {
    /// Makes the folder, or empties an earlier demonstration's of what that had put there.
    pub(super) fn prepare(path: &Path) -> Result<Self, Failure> {
        // Absolute, so that what is shown can be pasted anywhere.
        let made = std::path::absolute(path).and_then(|path| {
            let directory = Self(path);
            directory.make_anew()?;
            Ok(directory)
        });
        made.map_err(|error| {
            Failure::new(format!(
                "the folder {} can't be used: {error}",
                path.display()
            ))
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    pub(super) fn database(&self) -> PathBuf {
        self.0.join(DATABASE)
    }

    pub(super) fn master_key(&self) -> PathBuf {
        self.0.join("master.key")
    }

    pub(super) fn signing_key(&self) -> PathBuf {
        self.0.join("token.key")
    }

    pub(super) fn log_key(&self) -> PathBuf {
        self.0.join("log.key")
    }

    /// Where a client's private key lies.
    pub(super) fn client_key(&self, client_id: &str) -> PathBuf {
        self.0.join(CLIENTS).join(format!("{client_id}.jwk"))
    }

    fn make_anew(&self) -> io::Result<()> {
        fs::create_dir_all(&self.0)?;
        let marked = self.0.join(MARKER).is_file();
        let empty = fs::read_dir(&self.0)?.next().is_none();
        if !marked && !empty {
            return Err(io::Error::other(
                "it holds something that is not a demonstration's, and is left alone; choose another with --directory",
            ));
        }
        if marked {
            self.remove_what_was_ours()?;
        }
        fs::write(self.0.join(MARKER), MARKER_TEXT)?;
        fs::create_dir_all(self.0.join(CLIENTS))
    }

    /// Removes what a demonstration makes, by name; whatever else somebody put there stays.
    fn remove_what_was_ours(&self) -> io::Result<()> {
        let database = format!("{DATABASE}-");
        let keys = format!("{DATABASE}.");
        for entry in fs::read_dir(&self.0)? {
            let entry = entry?;
            let name = entry.file_name();
            let name = name.to_string_lossy();
            let ours = name == DATABASE
                || name.starts_with(&database)
                || name.starts_with(&keys)
                || matches!(name.as_ref(), "master.key" | "token.key" | "log.key");
            if ours && entry.file_type()?.is_file() {
                fs::remove_file(entry.path())?;
            }
        }
        let clients = self.0.join(CLIENTS);
        if clients.is_dir() {
            for entry in fs::read_dir(clients)? {
                let entry = entry?;
                let is_key = entry
                    .path()
                    .extension()
                    .is_some_and(|ending| ending == "jwk");
                if is_key && entry.file_type()?.is_file() {
                    fs::remove_file(entry.path())?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_folder_of_somebody_else_is_left_alone() {
        let scratch = Scratch::new("demo-foreign");
        fs::write(scratch.path().join("thesis.txt"), "mine").unwrap();
        let failure = Directory::prepare(scratch.path()).unwrap_err().to_string();
        assert!(failure.contains("left alone"), "{failure}");
        assert_eq!(fs::read_dir(scratch.path()).unwrap().count(), 1);
    }

    #[test]
    fn an_earlier_demonstration_is_made_anew_and_keeps_what_is_not_its_own() {
        let scratch = Scratch::new("demo-again");
        let path = scratch.path().join("demo");
        let directory = Directory::prepare(&path).unwrap();
        fs::write(directory.database(), "old").unwrap();
        fs::write(path.join("freigabe.db-wal"), "old").unwrap();
        fs::write(path.join("freigabe.db.master.key"), "old").unwrap();
        fs::write(directory.client_key("old"), "old").unwrap();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        Directory::prepare(&path).unwrap();
        let mut left: Vec<String> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        left.sort();
        assert_eq!(left, [MARKER, CLIENTS, "notes.txt"]);
        assert!(!directory.client_key("old").exists());
    }
}
