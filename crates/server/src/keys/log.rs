//! The keys that sign the disclosure log, and the policy that says which witnesses must cosign it.

use std::path::{Path, PathBuf};

use freigabe_domain::entropy::Entropy;
use freigabe_ledger::{NoteSigner, Policy};
use zeroize::Zeroizing;

use super::{Found, KeysError, beside, made, secret_file, signing};
use crate::settings::{Database, Settings};

/// Largest policy that is read: 32 logs, witnesses and groups fit many times.
const LONGEST_POLICY: usize = 64 * 1024;

/// The log's key file beside a SQLite database.
#[must_use]
pub fn log_key_beside(database: &Path) -> PathBuf {
    beside(database, ".log.key")
}

/// All keys that sign the log with this name: first its own, then those of a replacement under way. With SQLite and none
/// configured, the one beside the database, which is made if there is none and nothing was signed yet (`begun`).
///
/// Without its own key there is none at all: commands go on without, a server does not start ([`expect_signers`]).
///
/// # Errors
/// When a file can't be used.
pub fn signers(
    settings: &Settings,
    database: &Database,
    origin: &str,
    begun: bool,
    entropy: &dyn Entropy,
) -> Result<Found<Vec<NoteSigner>>, KeysError> {
    let generate =
        || signing::generate(entropy).map_err(|error| KeysError::Generation(error.to_string()));
    let mut notice = None;
    let own = match (&settings.log_signing_key_file, database) {
        (Some(path), _) => read(path)?,
        (None, Database::Postgres) => {
            let key = Vec::new();
            return Ok(Found { key, notice });
        }
        (None, Database::SqliteMemory) => signing::from_pem(&generate()?)
            .map_err(|error| KeysError::Generation(error.to_string()))?,
        (None, Database::SqliteFile(file)) => {
            let path = log_key_beside(file);
            if begun && !path.exists() {
                let key = Vec::new();
                return Ok(Found { key, notice });
            }
            if !path.exists() && made(&path, &generate()?)? {
                notice = Some(format!(
                    "made the key that signs the disclosure log, {}: keep a copy in a safe place; whoever loses it has to begin another log",
                    path.display()
                ));
            }
            read(&path)?
        }
    };
    let mut key = vec![signer(origin, &own)?];
    for path in &settings.log_other_key_files {
        key.push(signer(origin, &read(path)?)?);
    }
    Ok(Found { key, notice })
}

/// Makes sure that a server can sign.
///
/// # Errors
/// When the log's key is not there, with what to do about it.
pub fn expect_signers(signers: &[NoteSigner], database: &Database) -> Result<(), KeysError> {
    if !signers.is_empty() {
        return Ok(());
    }
    Err(match database {
        Database::SqliteFile(file) => KeysError::LogKeyMissing(log_key_beside(file)),
        _ => KeysError::NotConfigured {
            what: "key that signs the disclosure log",
            setting: "log_signing_key_file",
            kind: "--log-signing",
        },
    })
}

/// The policy that the settings name.
///
/// # Errors
/// When it can't be read, or does not fit what else is set: no server could ever do what it asks for.
pub fn policy(settings: &Settings, signers: &[NoteSigner]) -> Result<Option<Policy>, KeysError> {
    let Some(path) = &settings.log_policy_file else {
        return Ok(None);
    };
    let unusable = |problem: String| KeysError::Policy {
        path: path.clone(),
        problem,
    };
    let file = std::fs::read(path).map_err(|error| unusable(error.to_string()))?;
    if file.len() > LONGEST_POLICY {
        return Err(unusable("is too long to be a policy".to_owned()));
    }
    let policy = Policy::parse(&file).map_err(|error| unusable(error.to_string()))?;
    fits(settings, signers, &policy).map_err(unusable)?;
    Ok(Some(policy))
}

fn fits(settings: &Settings, signers: &[NoteSigner], policy: &Policy) -> Result<(), String> {
    let waits = settings.log_before_disclose || settings.log_quorum_timeout_seconds.is_some();
    if policy.quorum().is_none() && waits {
        return Err(
            "asks for no witness (quorum none), but log_before_disclose or log_quorum_timeout_seconds wait for some; \
             name a quorum, or remove those settings"
                .to_owned(),
        );
    }
    for witness in policy.witnesses() {
        let reachable = |url: &String| url.starts_with("https://") || url.starts_with("http://");
        if witness.url.as_ref().is_some_and(|url| !reachable(url)) {
            return Err(format!(
                "the address of witness {} must begin with https:// or http://",
                witness.name
            ));
        }
    }
    let with_address = policy
        .witnesses()
        .iter()
        .filter(|witness| witness.url.is_some());
    if !policy.is_quorum(with_address.map(|witness| witness.name.as_str())) {
        return Err(
            "too few witnesses have an address, so the quorum could never be reached; write it behind their keys: \
             witness NAME VKEY https://…"
                .to_owned(),
        );
    }
    let known = |signer: &NoteSigner| policy.log_keys().any(|key| key == signer.verifier());
    if let Some(own) = signers.first()
        && !policy.logs().is_empty()
        && !signers.iter().any(known)
    {
        return Err(format!(
            "names logs, but not this one; add the line: log {}",
            own.verifier()
        ));
    }
    Ok(())
}

fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeysError> {
    signing::from_pem(&secret_file::read(path)?).map_err(|error| KeysError::Signing {
        path: path.to_owned(),
        problem: error.to_string(),
    })
}

fn signer(origin: &str, key: &[u8]) -> Result<NoteSigner, KeysError> {
    let seed = signing::seed(key).map_err(|error| KeysError::Generation(error.to_string()))?;
    NoteSigner::from_seed(origin, &seed).map_err(|_| KeysError::LogName(origin.to_owned()))
}

#[cfg(test)]
mod tests {
    use freigabe_domain::entropy::SequentialEntropy;
    use freigabe_ledger::CosignatureSigner;

    use super::*;
    use crate::{scratch::Scratch, settings::DatabaseUrl};

    const ORIGIN: &str = "log.example/freigabe";

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
    fn sqlite_makes_the_logs_key_once_and_never_for_a_log_that_was_signed() {
        let scratch = Scratch::new("log-key");
        let (settings, database, file) = sqlite(&scratch);
        let entropy = SequentialEntropy::starting_at(1);
        let none = signers(&settings, &database, ORIGIN, true, &entropy).unwrap();
        assert!(none.key.is_empty() && !log_key_beside(&file).exists());
        let message = expect_signers(&none.key, &database)
            .unwrap_err()
            .to_string();
        assert!(message.contains("f.db.log.key"), "{message}");
        assert!(message.contains("freigabe log restart"), "{message}");

        let first = signers(&settings, &database, ORIGIN, false, &entropy).unwrap();
        assert!(first.notice.unwrap().contains("f.db.log.key"));
        assert_eq!(first.key[0].verifier().name(), ORIGIN);
        expect_signers(&first.key, &database).unwrap();
        let second = signers(&settings, &database, ORIGIN, true, &entropy).unwrap();
        assert_eq!(second.notice, None);
        assert_eq!(second.key[0].verifier(), first.key[0].verifier());
    }

    #[test]
    fn all_keys_of_a_replacement_sign_and_the_own_one_is_first() {
        let scratch = Scratch::new("log-keys");
        let (mut settings, database, _) = sqlite(&scratch);
        let entropy = SequentialEntropy::starting_at(1);
        for name in ["own", "next"] {
            let pem = signing::generate(&entropy).unwrap();
            secret_file::create(&scratch.path().join(name), &pem).unwrap();
        }
        settings.log_signing_key_file = Some(scratch.path().join("own"));
        settings.log_other_key_files = vec![scratch.path().join("next")];
        let both = signers(&settings, &database, ORIGIN, true, &entropy).unwrap();
        assert_eq!(both.key.len(), 2);
        settings.log_signing_key_file = Some(scratch.path().join("next"));
        settings.log_other_key_files = Vec::new();
        let next = signers(&settings, &database, ORIGIN, true, &entropy).unwrap();
        assert_eq!(next.key[0].verifier(), both.key[1].verifier());
    }

    #[test]
    fn postgres_makes_no_key_and_says_what_to_set() {
        let settings = Settings {
            database_url: DatabaseUrl::new("postgres://f@localhost/f"),
            ..Settings::default()
        };
        let entropy = SequentialEntropy::starting_at(1);
        let none = signers(&settings, &Database::Postgres, ORIGIN, false, &entropy).unwrap();
        assert!(none.key.is_empty());
        let message = expect_signers(&none.key, &Database::Postgres).unwrap_err();
        let message = message.to_string();
        assert!(message.contains("set log_signing_key_file"), "{message}");
        assert!(message.contains("--log-signing FILE"), "{message}");
    }

    #[test]
    fn a_policy_that_no_server_could_satisfy_is_refused_with_what_to_do() {
        let scratch = Scratch::new("log-policy");
        let own = NoteSigner::from_seed(ORIGIN, &[1; 32]).unwrap();
        let stranger = NoteSigner::from_seed("other.example", &[2; 32]).unwrap();
        let witness = CosignatureSigner::from_seed("witness.example", &[3; 32]).unwrap();
        let vkey = witness.verifier();
        let path = scratch.path().join("policy");
        let load = |text: String, before_disclose: bool| {
            std::fs::write(&path, text).unwrap();
            let settings = Settings {
                log_policy_file: Some(path.clone()),
                log_before_disclose: before_disclose,
                ..Settings::default()
            };
            policy(&settings, std::slice::from_ref(&own)).map_err(|error| error.to_string())
        };
        let good = format!("witness police {vkey} https://w.example\nquorum police\n");
        assert!(load(good.clone(), true).unwrap().is_some());
        let with_log = format!("log {}\n{good}", own.verifier());
        assert!(load(with_log, true).is_ok());
        for (text, before_disclose, told) in [
            (
                format!("log {}\n{good}", stranger.verifier()),
                false,
                "add the line: log log.example",
            ),
            (
                good.replace(" https://w.example", ""),
                false,
                "have an address",
            ),
            (
                good.replace("https:", "ftp:"),
                false,
                "must begin with https://",
            ),
            ("quorum none\n".to_owned(), true, "quorum none"),
            ("nonsense\n".to_owned(), false, "log_policy_file"),
        ] {
            let problem = load(text.clone(), before_disclose).unwrap_err();
            assert!(problem.contains(told), "{text}: {problem}");
        }
        assert!(load("quorum none\n".to_owned(), false).is_ok());
    }

    #[test]
    fn the_example_policy_is_one() {
        let path = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../deploy/policy/example.policy"
        );
        let settings = Settings {
            log_policy_file: Some(PathBuf::from(path)),
            log_before_disclose: true,
            ..Settings::default()
        };
        let policy = policy(&settings, &[]).unwrap().unwrap();
        assert!(policy.is_quorum(["police", "network"]));
        assert!(!policy.is_quorum(["police"]) && !policy.is_quorum(["network"]));
    }
}
