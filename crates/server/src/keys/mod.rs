//! The keys of an installation: the master key, which wraps the key of every case, the key that signs tokens, and the one that
//! signs the disclosure log ([`log`]). And, where the server ends TLS itself, the key of its certificate ([`tls`]).
//!
//! None is ever in the database. With SQLite and nothing configured they are made at the first start, beside the
//! database; with PostgreSQL, where several nodes must have the same, they must be configured.

pub mod log;
pub mod secret_file;
pub mod signing;
pub mod tls;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use freigabe_domain::{
    entropy::{Entropy, EntropyError},
    instant::Clock,
};
use freigabe_http::KeySets;
use freigabe_storage::MasterKey;
use zeroize::Zeroizing;

use self::secret_file::SecretFileError;
use crate::settings::{Database, Settings};

/// A key, and what the operator should be told about it.
pub struct Found<K> {
    /// The key.
    pub key: K,
    /// What to tell: that it was made just now, and what follows from that.
    pub notice: Option<String>,
}

/// Why there are no keys. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    /// The authorities of servers with key sets can't be used.
    #[error("key_set_ca_file, {}: {problem}", path.display())]
    Authorities {
        /// The file.
        path: PathBuf,
        /// Why.
        problem: String,
    },
    /// A file can't be used.
    #[error(transparent)]
    File(#[from] SecretFileError),
    /// The master key is not one.
    #[error(
        "{place} does not hold a master key: {problem}; make one with: freigabe key generate --master FILE"
    )]
    Master {
        /// Where it was looked for.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// The signing key is not one.
    #[error("{}: {problem}", path.display())]
    Signing {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        problem: String,
    },
    /// With PostgreSQL nothing is made by itself.
    #[error(
        "with PostgreSQL the {what} must be configured, the same on every node: set {setting} (make one with: freigabe key generate {kind} FILE)"
    )]
    NotConfigured {
        /// Which key.
        what: &'static str,
        /// How to configure it.
        setting: &'static str,
        /// How to make it.
        kind: &'static str,
    },
    /// A database without its key.
    #[error(
        "the database {} exists but its master key {} is missing. Without that key its content can't be read, so no new one is made: put the file back, or set master_key_file to where it is now",
        database.display(),
        key.display()
    )]
    Missing {
        /// The database.
        database: PathBuf,
        /// Where its key should be.
        key: PathBuf,
    },
    /// A log without the key that signed it.
    #[error(
        "the disclosure log is there, but not the key that signed it, {}. Put the file back, or set log_signing_key_file to where it is now. If the key is lost, begin the next log: freigabe log restart --origin NAME",
        .0.display()
    )]
    LogKeyMissing(PathBuf),
    /// The policy about witnesses can't be used.
    #[error("log_policy_file, {}: {problem}", path.display())]
    Policy {
        /// The file.
        path: PathBuf,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// The log's name is none.
    #[error(
        "log_origin {0:?} can't be the name of a log; set another, such as freigabe.example/log"
    )]
    LogName(String),
    /// No randomness for a new key.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
    /// A new key could not be made.
    #[error("a new key could not be made: {0}")]
    Generation(String),
}

/// The master key's file beside a SQLite database.
#[must_use]
pub fn master_key_beside(database: &Path) -> PathBuf {
    beside(database, ".master.key")
}

/// The signing key's file beside a SQLite database.
#[must_use]
pub fn signing_key_beside(database: &Path) -> PathBuf {
    beside(database, ".token.key")
}

fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.file_name().unwrap_or_default().to_owned();
    name.push(ending);
    database.with_file_name(name)
}

/// The configured master key. With SQLite and none configured, the one beside the database; it is made with the
/// database's file, which like it is its owner's alone to read.
///
/// # Errors
/// When it is missing or can't be used.
pub fn master(
    settings: &Settings,
    database: &Database,
    entropy: &dyn Entropy,
) -> Result<Found<MasterKey>, KeysError> {
    let configured = |key| Found { key, notice: None };
    let found = if let Some(key) = &settings.master_key {
        read_master_key("FREIGABE_MASTER_KEY", key.reveal()).map(configured)
    } else if let Some(path) = &settings.master_key_file {
        read_master_key(&path.display().to_string(), &secret_file::read(path)?).map(configured)
    } else {
        match database {
            Database::Postgres => Err(KeysError::NotConfigured {
                what: "master key",
                setting: "master_key_file or FREIGABE_MASTER_KEY",
                kind: "--master",
            }),
            Database::SqliteMemory => Ok(Found {
                key: MasterKey::generate(entropy)?,
                notice: Some(
                    "the database is in memory: everything in it is gone when the program ends"
                        .to_owned(),
                ),
            }),
            Database::SqliteFile(file) => master_beside(file, entropy),
        }
    }?;
    if let Database::SqliteFile(file) = database {
        freigabe_storage::reserve_sqlite_file(file).map_err(SecretFileError::io(file))?;
    }
    Ok(found)
}

fn master_beside(database: &Path, entropy: &dyn Entropy) -> Result<Found<MasterKey>, KeysError> {
    let path = master_key_beside(database);
    let mut notice = None;
    if !path.exists() {
        if fs::metadata(database).is_ok_and(|metadata| metadata.len() > 0) {
            return Err(KeysError::Missing {
                database: database.to_owned(),
                key: path,
            });
        }
        let key = MasterKey::generate(entropy)?.to_base64();
        if made(&path, &format!("{}\n", *key))? {
            notice = Some(format!(
                "made the master key {}: keep a copy in a safe place apart from the database; whoever loses it loses all content",
                path.display()
            ));
        }
    }
    let key = read_master_key(&path.display().to_string(), &secret_file::read(&path)?)?;
    Ok(Found { key, notice })
}

/// The configured key that signs access tokens (Ed25519, PKCS#8, DER). With SQLite and none configured, the one beside the
/// database, made if there is none.
///
/// # Errors
/// When it is missing or can't be used.
pub fn token_signing(
    settings: &Settings,
    database: &Database,
    entropy: &dyn Entropy,
) -> Result<Found<Zeroizing<Vec<u8>>>, KeysError> {
    let generate =
        || signing::generate(entropy).map_err(|error| KeysError::Generation(error.to_string()));
    let mut notice = None;
    let path = match (&settings.token_signing_key_file, database) {
        (Some(path), _) => path.clone(),
        (None, Database::Postgres) => {
            return Err(KeysError::NotConfigured {
                what: "key that signs access tokens",
                setting: "token_signing_key_file",
                kind: "--token-signing",
            });
        }
        (None, Database::SqliteMemory) => {
            let key = signing::from_pem(&generate()?)
                .map_err(|error| KeysError::Generation(error.to_string()))?;
            return Ok(Found { key, notice });
        }
        (None, Database::SqliteFile(file)) => {
            let path = signing_key_beside(file);
            if !path.exists() && made(&path, &generate()?)? {
                notice = Some(format!(
                    "made the key that signs access tokens, {}: if it is lost, clients only have to sign in again",
                    path.display()
                ));
            }
            path
        }
    };
    let key = token_key(&path)?;
    Ok(Found { key, notice })
}

/// The other keys of this issuer, which sign nothing here.
///
/// # Errors
/// When one is missing or can't be used.
pub fn other_token_keys(settings: &Settings) -> Result<Vec<Zeroizing<Vec<u8>>>, KeysError> {
    let files = settings.token_other_key_files.iter();
    files.map(|path| token_key(path)).collect()
}

fn token_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    signing::from_pem(&secret_file::read(path)?).map_err(|error| KeysError::Signing {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

/// Makes a key file; false when another process made it first, and then that one counts.
fn made(path: &Path, secret: &str) -> Result<bool, KeysError> {
    match secret_file::create(path, secret) {
        Ok(()) => Ok(true),
        Err(SecretFileError::Exists(_)) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn read_master_key(place: &str, text: &str) -> Result<MasterKey, KeysError> {
    MasterKey::from_base64(text.trim()).map_err(|error| KeysError::Master {
        place: place.to_owned(),
        problem: error.to_string(),
    })
}

/// Key sets of others, fetched as the settings say.
///
/// # Errors
/// When the file of authorities is missing or can't be used.
pub fn key_sets(settings: &Settings, clock: Arc<dyn Clock>) -> Result<KeySets, KeysError> {
    let key_sets = KeySets::new(settings.key_set_networks.clone(), clock);
    let Some(path) = &settings.key_set_ca_file else {
        return Ok(key_sets);
    };
    let unusable = |problem: String| KeysError::Authorities {
        path: path.clone(),
        problem,
    };
    let pem = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    key_sets
        .trusting(&pem)
        .map_err(|error| unusable(error.to_string()))
}

#[cfg(test)]
mod tests {
    use freigabe_domain::entropy::SequentialEntropy;

    use super::*;
    use crate::{scratch::Scratch, settings::DatabaseUrl};

    fn sqlite(scratch: &Scratch) -> (Settings, Database, PathBuf) {
        let file = scratch.path().join("f.db");
        let settings = Settings {
            database_url: DatabaseUrl::new(format!("sqlite://{}", file.display())),
            ..Settings::default()
        };
        let database = settings.database_url.database().unwrap();
        (settings, database, file)
    }

    #[test]
    fn sqlite_makes_its_keys_once_and_says_where_they_lie() {
        let scratch = Scratch::new("keys-made");
        let (settings, database, file) = sqlite(&scratch);
        let entropy = SequentialEntropy::starting_at(1);
        let first = master(&settings, &database, &entropy).unwrap();
        let notice = first.notice.unwrap();
        assert!(notice.contains("f.db.master.key"), "{notice}");
        assert!(notice.contains("loses all content"), "{notice}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(&file).unwrap().permissions().mode() & 0o7777;
            assert_eq!(mode, 0o600, "the database is its owner's alone");
        }
        fs::write(&file, "now there is something in the database").unwrap();
        let second = master(&settings, &database, &entropy).unwrap();
        assert_eq!(second.notice, None);
        assert_eq!(*first.key.to_base64(), *second.key.to_base64());

        let first = token_signing(&settings, &database, &entropy).unwrap();
        assert!(first.notice.unwrap().contains("f.db.token.key"));
        let second = token_signing(&settings, &database, &entropy).unwrap();
        assert_eq!((second.notice, second.key), (None, first.key));
    }

    #[test]
    fn a_database_without_its_key_gets_no_new_one() {
        let scratch = Scratch::new("keys-missing");
        let (settings, database, file) = sqlite(&scratch);
        fs::write(&file, "a database").unwrap();
        let error = master(&settings, &database, &SequentialEntropy::starting_at(1)).err();
        assert!(
            matches!(error, Some(KeysError::Missing { .. })),
            "{error:?}"
        );
        assert!(!master_key_beside(&file).exists());
    }

    #[test]
    fn postgres_makes_no_keys_and_says_what_to_set() {
        let settings = Settings {
            database_url: DatabaseUrl::new("postgres://f@localhost/f"),
            ..Settings::default()
        };
        let entropy = SequentialEntropy::starting_at(1);
        let error = master(&settings, &Database::Postgres, &entropy).err();
        let message = error.unwrap().to_string();
        assert!(message.contains("set master_key_file"), "{message}");
        assert!(
            message.contains("freigabe key generate --master FILE"),
            "{message}"
        );
        let error = token_signing(&settings, &Database::Postgres, &entropy).err();
        let message = error.unwrap().to_string();
        assert!(message.contains("set token_signing_key_file"), "{message}");
    }

    #[test]
    fn a_master_key_of_the_wrong_form_is_refused_without_repeating_it() {
        let settings = Settings {
            master_key: Some(crate::settings::Secret::new("not-a-key-but-secret")),
            ..Settings::default()
        };
        let entropy = SequentialEntropy::starting_at(1);
        let error = master(&settings, &Database::SqliteMemory, &entropy);
        let message = error.err().unwrap().to_string();
        assert!(message.starts_with("FREIGABE_MASTER_KEY does not hold a master key"));
        assert!(!message.contains("not-a-key"), "{message}");
    }
}
