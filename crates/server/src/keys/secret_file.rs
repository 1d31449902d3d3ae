//! Files that hold secrets: made once, readable by their owner only, and never overwritten.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use zeroize::Zeroizing;

/// Longest secret file that is read; each holds a single key or address.
const LONGEST: u64 = 64 * 1024;

/// Why a secret file can't be used. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SecretFileError {
    /// Others than its owner may read it.
    #[error(
        "{} may be read by everyone on this machine (mode {mode:04o}); run: chmod 600 {}",
        path.display(),
        path.display()
    )]
    OpenToEveryone {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It is there already.
    #[error("{} exists already and is not overwritten; choose another name or move it away", .0.display())]
    Exists(PathBuf),
    /// The file system said no.
    #[error("{}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        error: io::Error,
    },
}

impl SecretFileError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + '_ {
        |error| Self::Io {
            path: path.to_owned(),
            error,
        }
    }
}

/// Reads a secret file, unless everyone may read it.
///
/// # Errors
/// When it is missing, unreadable, not a text, too long, or open to everyone.
pub fn read(path: &Path) -> Result<Zeroizing<String>, SecretFileError> {
    let file = File::open(path).map_err(SecretFileError::io(path))?;
    refuse_open_to_everyone(&file, path)?;
    let mut text = Zeroizing::new(String::new());
    file.take(LONGEST)
        .read_to_string(&mut text)
        .map_err(SecretFileError::io(path))?;
    Ok(text)
}

#[cfg(unix)]
fn refuse_open_to_everyone(file: &File, path: &Path) -> Result<(), SecretFileError> {
    use std::os::unix::fs::PermissionsExt as _;
    let metadata = file.metadata().map_err(SecretFileError::io(path))?;
    let mode = metadata.permissions().mode() & 0o7777;
    // The group may read: service managers hand credentials over that way.
    if mode & 0o007 == 0 {
        Ok(())
    } else {
        Err(SecretFileError::OpenToEveryone {
            path: path.to_owned(),
            mode,
        })
    }
}

#[cfg(not(unix))]
fn refuse_open_to_everyone(_file: &File, _path: &Path) -> Result<(), SecretFileError> {
    Ok(())
}

/// Writes a new secret file with mode 0600. It appears under its name whole or not at all, and survives a crash of the
/// machine from the moment this returns.
///
/// # Errors
/// When there is such a file already, or the file system says no.
pub fn create(path: &Path, secret: &str) -> Result<(), SecretFileError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".new-{}", std::process::id()));
    let temporary = path.with_file_name(name);
    let result = write_new(&temporary, secret)
        .map_err(SecretFileError::io(path))
        .and_then(|()| {
            // A hard link fails where the name is taken; a rename would replace what is there.
            fs::hard_link(&temporary, path).map_err(|error| match error.kind() {
                io::ErrorKind::AlreadyExists => SecretFileError::Exists(path.to_owned()),
                _ => SecretFileError::io(path)(error),
            })
        });
    // Whatever came of it, the temporary name goes; a leftover does no harm but confuse.
    let _ = fs::remove_file(&temporary);
    result?;
    sync_folder(path).map_err(SecretFileError::io(path))
}

fn write_new(path: &Path, secret: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(secret.as_bytes())?;
    file.sync_all()
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(folder)?.sync_all()
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_secret_file_is_its_owners_alone_and_is_never_overwritten() {
        let scratch = Scratch::new("secret-file");
        let path = scratch.path().join("key");
        create(&path, "first").unwrap();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
        assert_eq!(mode, 0o600);
        assert!(matches!(
            create(&path, "second"),
            Err(SecretFileError::Exists(_))
        ));
        assert_eq!(read(&path).unwrap().as_str(), "first");
        let left = fs::read_dir(scratch.path()).unwrap().count();
        assert_eq!(left, 1, "no temporary file may stay");
    }

    #[test]
    fn a_file_that_everyone_may_read_is_refused_with_the_command_to_run() {
        let scratch = Scratch::new("open-file");
        let path = scratch.path().join("key");
        create(&path, "secret").unwrap();
        for mode in [0o604, 0o644, 0o666, 0o601] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let message = read(&path).unwrap_err().to_string();
            let command = format!("chmod 600 {}", path.display());
            assert!(message.contains(&command), "{message}");
            assert!(message.contains(&format!("{mode:04o}")), "{message}");
        }
        for mode in [0o400, 0o440, 0o600, 0o640] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            assert!(read(&path).is_ok(), "{mode:04o}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        let message = read(Path::new("/nonexistent/key")).unwrap_err().to_string();
        assert!(message.starts_with("/nonexistent/key: "), "{message}");
    }
}
