//! Where settings come from, and what is wrong with them.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use figment::{
    Figment, Metadata, Profile, Provider,
    providers::Serialized,
    value::{Dict, Map, Value},
};
use freigabe_http::{Network, TrustedIssuerError};
use serde::{Deserialize, Serialize};

use super::{
    ClientCertificatePolicy, CommonFlags, DatabaseUrl, DatabaseUrlError, LogFormat,
    ProxyAddressHeader, ServeFlags, Settings, TokenBinding, TrustedIssuerSettings, log, tls,
};
use crate::keys::secret_file;

/// The file that is read when none is named and it exists.
pub const DEFAULT_FILE: &str = "freigabe.toml";

const PREFIX: &str = "FREIGABE_";

/// Where settings come from besides the defaults.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Environment variables.
    pub environment: BTreeMap<String, String>,
    /// The command line, for all commands.
    pub common: CommonFlags,
    /// The command line, for the server.
    pub serve: ServeFlags,
}

impl Sources {
    /// The process's environment, and flags.
    #[must_use]
    pub fn of_process(common: CommonFlags, serve: ServeFlags) -> Self {
        let readable = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        Self {
            environment: std::env::vars_os().filter_map(readable).collect(),
            common,
            serve,
        }
    }
}

/// Why there are no settings. Each message says what to do.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A named file is not there or can't be read.
    #[error("the settings file {} can't be read: {error}", path.display())]
    FileUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A file with a fault.
    #[error("the settings file {} has a fault: {problem}", path.display())]
    FileInvalid {
        /// The file.
        path: PathBuf,
        /// What is wrong, and where.
        problem: String,
    },
    /// A value of the wrong kind.
    #[error("{0}")]
    Value(Box<figment::Error>),
    /// Something that fits no kind of database.
    #[error(transparent)]
    Database(#[from] DatabaseUrlError),
    /// Two settings that exclude each other.
    #[error("{0} and {1} are both set; keep one of them")]
    Both(&'static str, &'static str),
    /// A secret file that can't be used.
    #[error(transparent)]
    SecretFile(#[from] secret_file::SecretFileError),
    /// An issuer that can't be trusted as it is described.
    #[error("trusted_issuers, {issuer}: {error}")]
    Issuer {
        /// Which.
        issuer: String,
        /// Why not.
        error: TrustedIssuerError,
    },
    /// An issuer that two describe.
    #[error("trusted_issuers, {0}: stands twice, or is this server's own")]
    NamedTwice(String),
    /// A setting with a value that makes no sense.
    #[error("{name} {problem}")]
    Senseless {
        /// Which.
        name: &'static str,
        /// Why, and what to do.
        problem: &'static str,
    },
}

/// What may stand in the file. The master key may not: it belongs in a file of its own or the environment.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url: Option<DatabaseUrl>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_url_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    listen: Option<std::net::SocketAddr>,
    #[serde(skip_serializing_if = "Option::is_none")]
    public_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_certificate_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_key_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tls_client_certificates: Option<ClientCertificatePolicy>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_client_certificate_header: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    proxy_address_header: Option<ProxyAddressHeader>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    proxy_addresses: Vec<Network>,
    #[serde(skip_serializing_if = "Option::is_none")]
    master_key_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_signing_key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    token_other_key_files: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_lifetime_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_binding: Option<TokenBinding>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    trusted_issuers: Vec<TrustedIssuerSettings>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    key_set_networks: Vec<Network>,
    #[serde(skip_serializing_if = "Option::is_none")]
    key_set_ca_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit_per_client: Option<std::num::NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit_per_address: Option<std::num::NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rate_limit_sign_ins: Option<std::num::NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    workers: Option<std::num::NonZeroUsize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_level: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_format: Option<LogFormat>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_origin: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_signing_key_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    log_other_key_files: Vec<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_policy_file: Option<PathBuf>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_checkpoint_interval_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_merge_deadline_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_before_disclose: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_quorum_timeout_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    log_backlog_limit: Option<std::num::NonZeroU32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consent_evidence_years: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    directory_confirmation_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    involvement_reminder_hours: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    involvement_answer_hours: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_notice_reminder_hours: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    security_notice_urgent_reminder_hours: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact_pair_confirmation_days: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expiry_interval_seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shutdown_timeout_seconds: Option<u64>,
}

/// Puts the settings together and checks them.
///
/// # Errors
/// A file, variable or flag that can't be understood.
pub fn load(sources: &Sources) -> Result<Settings, SettingsError> {
    let environment = Environment::of(&sources.environment);
    let file = read_file(sources)?;
    let url = database_url(sources, &environment, &file)?;
    let merged = Figment::from(Serialized::defaults(Settings::default()))
        .merge(Serialized::defaults(&file))
        .merge(environment)
        .merge(Serialized::defaults(&sources.common))
        .merge(Serialized::defaults(&sources.serve));
    let mut settings: Settings = merged
        .extract()
        .map_err(|error| SettingsError::Value(Box::new(error)))?;
    settings.database_url = url;
    check(&settings)?;
    Ok(settings)
}

fn read_file(sources: &Sources) -> Result<FileSettings, SettingsError> {
    let named = sources.common.config.clone().or_else(|| {
        let named = sources.environment.get("FREIGABE_CONFIG");
        named.filter(|path| !path.is_empty()).map(PathBuf::from)
    });
    let path = match named {
        Some(path) => path,
        None if Path::new(DEFAULT_FILE).is_file() => PathBuf::from(DEFAULT_FILE),
        None => return Ok(FileSettings::default()),
    };
    let text = std::fs::read_to_string(&path).map_err(|error| SettingsError::FileUnreadable {
        path: path.clone(),
        error,
    })?;
    toml::from_str(&text).map_err(|error: toml::de::Error| {
        let hint = if error.message().contains("`master_key`") {
            "\nThe master key may not stand here: put it in a file of its own and name that with master_key_file."
        } else {
            ""
        };
        SettingsError::FileInvalid {
            path,
            problem: format!("{}{hint}", error.to_string().trim_end()),
        }
    })
}

/// The database's address: from the flag, else the environment, else the file, else the default. At each of these
/// places it may stand in a file of its own, so that a password can be handed over as a secret.
fn database_url(
    sources: &Sources,
    environment: &Environment,
    file: &FileSettings,
) -> Result<DatabaseUrl, SettingsError> {
    if let Some(url) = &sources.common.database_url {
        return Ok(url.clone());
    }
    let named = environment.get("database_url").map(DatabaseUrl::new);
    let usual = sources.environment.get("DATABASE_URL");
    let usual = usual.filter(|url| !url.is_empty()).map(DatabaseUrl::new);
    let secret = environment.get("database_url_file").map(PathBuf::from);
    let (url, secret) = match (named, secret) {
        (Some(_), Some(_)) => {
            return Err(SettingsError::Both(
                "FREIGABE_DATABASE_URL",
                "FREIGABE_DATABASE_URL_FILE",
            ));
        }
        (None, None) => (usual, None),
        given => given,
    };
    let (url, secret) = if url.is_none() && secret.is_none() {
        if file.database_url.is_some() && file.database_url_file.is_some() {
            return Err(SettingsError::Both("database_url", "database_url_file"));
        }
        (file.database_url.clone(), file.database_url_file.clone())
    } else {
        (url, secret)
    };
    let url = match (url, secret) {
        (Some(url), _) => url,
        (None, Some(path)) => DatabaseUrl::new(secret_file::read(&path)?.trim()),
        (None, None) => Settings::default().database_url,
    };
    Ok(url)
}

fn check(settings: &Settings) -> Result<(), SettingsError> {
    let senseless = |name, problem| Err(SettingsError::Senseless { name, problem });
    settings.database_url.database()?;
    if settings.master_key.is_some() && settings.master_key_file.is_some() {
        return Err(SettingsError::Both(
            "FREIGABE_MASTER_KEY",
            "master_key_file",
        ));
    }
    match &settings.public_url {
        None if settings.listen.ip().is_unspecified() => {
            return senseless(
                "public_url",
                "must be set when listen takes every address: partners need one by which they reach the server, such as https://freigabe.example",
            );
        }
        Some(url) if !is_web_address(url) => {
            return senseless(
                "public_url",
                "must be an address such as https://freigabe.example, without a query or a fragment",
            );
        }
        _ => {}
    }
    if !(1..=3_650).contains(&settings.directory_confirmation_days) {
        return senseless("directory_confirmation_days", "must be between 1 and 3650");
    }
    if !(1..=720).contains(&settings.involvement_answer_hours) {
        return senseless("involvement_answer_hours", "must be between 1 and 720");
    }
    if !(1..=settings.involvement_answer_hours).contains(&settings.involvement_reminder_hours) {
        return senseless(
            "involvement_reminder_hours",
            "must be at least 1, and at most involvement_answer_hours",
        );
    }
    if !(1..=2_160).contains(&settings.security_notice_reminder_hours) {
        return senseless(
            "security_notice_reminder_hours",
            "must be between 1 and 2160",
        );
    }
    let urgent = settings.security_notice_urgent_reminder_hours;
    if !(1..=settings.security_notice_reminder_hours).contains(&urgent) {
        return senseless(
            "security_notice_urgent_reminder_hours",
            "must be at least 1, and at most security_notice_reminder_hours",
        );
    }
    if !(1..=3_650).contains(&settings.contact_pair_confirmation_days) {
        return senseless(
            "contact_pair_confirmation_days",
            "must be between 1 and 3650",
        );
    }
    if settings.expiry_interval_seconds == 0 {
        return senseless("expiry_interval_seconds", "must be at least 1");
    }
    if !(60..=3600).contains(&settings.token_lifetime_seconds) {
        return senseless("token_lifetime_seconds", "must be between 60 and 3600");
    }
    if !(1..=10).contains(&settings.shutdown_timeout_seconds) {
        return senseless("shutdown_timeout_seconds", "must be between 1 and 10");
    }
    settings.issuers()?;
    log::check(settings)?;
    tls::check(settings)
}

fn is_web_address(text: &str) -> bool {
    let after_scheme = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    after_scheme.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(['?', '#', '@', ' ', '"', '<', '>'])
    })
}

/// The variables that are settings.
#[derive(Debug, Clone)]
struct Environment(BTreeMap<&'static str, String>);

/// How the text of a variable is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    /// `true` or `false`.
    Truth,
    /// Several texts with commas between them.
    List,
}

/// Settings that may stand in the environment.
const VARIABLES: &[(&str, Kind)] = &[
    ("database_url", Kind::Text),
    ("database_url_file", Kind::Text),
    ("listen", Kind::Text),
    ("public_url", Kind::Text),
    ("tls_certificate_file", Kind::Text),
    ("tls_key_file", Kind::Text),
    ("tls_client_ca_file", Kind::Text),
    ("tls_client_certificates", Kind::Text),
    ("proxy_client_certificate_header", Kind::Text),
    ("proxy_address_header", Kind::Text),
    ("proxy_addresses", Kind::List),
    ("master_key", Kind::Text),
    ("master_key_file", Kind::Text),
    ("token_signing_key_file", Kind::Text),
    ("token_other_key_files", Kind::List),
    ("token_lifetime_seconds", Kind::Number),
    ("token_binding", Kind::Text),
    ("key_set_networks", Kind::List),
    ("key_set_ca_file", Kind::Text),
    ("rate_limit_per_client", Kind::Number),
    ("rate_limit_per_address", Kind::Number),
    ("rate_limit_sign_ins", Kind::Number),
    ("workers", Kind::Number),
    ("log_level", Kind::Text),
    ("log_format", Kind::Text),
    ("log_origin", Kind::Text),
    ("log_signing_key_file", Kind::Text),
    ("log_other_key_files", Kind::List),
    ("log_policy_file", Kind::Text),
    ("log_checkpoint_interval_seconds", Kind::Number),
    ("log_merge_deadline_seconds", Kind::Number),
    ("log_before_disclose", Kind::Truth),
    ("log_quorum_timeout_seconds", Kind::Number),
    ("log_backlog_limit", Kind::Number),
    ("consent_evidence_years", Kind::Number),
    ("directory_confirmation_days", Kind::Number),
    ("involvement_reminder_hours", Kind::Number),
    ("involvement_answer_hours", Kind::Number),
    ("security_notice_reminder_hours", Kind::Number),
    ("security_notice_urgent_reminder_hours", Kind::Number),
    ("contact_pair_confirmation_days", Kind::Number),
    ("expiry_interval_seconds", Kind::Number),
    ("shutdown_timeout_seconds", Kind::Number),
];

impl Environment {
    /// An empty variable counts as not set, as in a compose file that passes one on.
    fn of(variables: &BTreeMap<String, String>) -> Self {
        let set = VARIABLES.iter().filter_map(|(key, _)| {
            let value = variables.get(&format!("{PREFIX}{}", key.to_uppercase()))?;
            (!value.is_empty()).then(|| (*key, value.clone()))
        });
        Self(set.collect())
    }

    fn get(&self, key: &str) -> Option<&String> {
        self.0.get(key)
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("the environment").interpolater(|_, keys| {
            let name = keys.join("_").to_uppercase();
            format!("{PREFIX}{name}")
        })
    }

    fn data(&self) -> Result<Map<Profile, Dict>, figment::Error> {
        let kind = |key: &str| VARIABLES.iter().find(|(name, _)| *name == key);
        let value = |key: &str, text: &String| -> Value {
            match (kind(key), text.parse::<u64>()) {
                (Some((_, Kind::Number)), Ok(number)) => Value::from(number),
                (Some((_, Kind::Truth)), _) => match text.parse::<bool>() {
                    Ok(truth) => Value::from(truth),
                    Err(_) => Value::from(text.as_str()),
                },
                (Some((_, Kind::List)), _) => {
                    let items = text.split(',').map(|item| item.trim().to_owned());
                    Value::from(items.collect::<Vec<String>>())
                }
                _ => Value::from(text.as_str()),
            }
        };
        let dict = self
            .0
            .iter()
            .map(|(key, text)| ((*key).to_owned(), value(key, text)))
            .collect();
        Ok(Profile::Default.collect(dict))
    }
}

/// Names of variables that begin like settings and are none: most likely misspelt.
#[must_use]
pub fn unknown_variables(environment: &BTreeMap<String, String>) -> Vec<&str> {
    let known = |name: &str| {
        name == "FREIGABE_CONFIG"
            || name.starts_with("FREIGABE_TEST_")
            // Those of `freigabe witness`, which has nothing to do with an installation.
            || name.starts_with("FREIGABE_WITNESS_")
            || VARIABLES
                .iter()
                .any(|(key, _)| name.strip_prefix(PREFIX) == Some(key.to_uppercase().as_str()))
    };
    environment
        .keys()
        .map(String::as_str)
        .filter(|name| name.starts_with(PREFIX) && !known(name))
        .collect()
}
