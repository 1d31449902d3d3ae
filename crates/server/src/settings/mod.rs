//! Settings: defaults, then the file, then the environment, then the command line; what comes later wins.

mod database;
mod issuers;
mod load;
mod log;
mod overrides;
#[cfg(test)]
mod tests;
mod tls;

use std::{
    net::SocketAddr,
    num::{NonZeroU32, NonZeroUsize},
    path::PathBuf,
    time::Duration,
};

use freigabe_http::Network;
use serde::{Deserialize, Serialize};

pub use self::{
    database::{Database, DatabaseUrl, DatabaseUrlError},
    issuers::TrustedIssuerSettings,
    load::{DEFAULT_FILE, SettingsError, Sources, load, unknown_variables},
    log::parse_log_origin,
    overrides::{CommonFlags, ServeFlags},
    tls::{ClientCertificatePolicy, ProxyAddressHeader},
};

/// Everything that can be set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Address of the database.
    pub database_url: DatabaseUrl,
    /// Address and port on which the server listens.
    pub listen: SocketAddr,
    /// The address by which partners reach the server; also the issuer of its tokens. Without one, `http://` (`https://` with
    /// a TLS certificate) and the address on which it listens.
    pub public_url: Option<String>,
    /// A file that holds the server's TLS certificate and its chain, in PEM. Without one the server speaks plain HTTP.
    pub tls_certificate_file: Option<PathBuf>,
    /// A file that holds the key of that certificate, in PEM.
    pub tls_key_file: Option<PathBuf>,
    /// A file with the authorities whose client certificates are taken, in PEM.
    pub tls_client_ca_file: Option<PathBuf>,
    /// Which client certificates are taken.
    pub tls_client_certificates: Option<ClientCertificatePolicy>,
    /// The header in which a proxy says which certificate its client showed (RFC 9440).
    pub proxy_client_certificate_header: Option<String>,
    /// The header in which a proxy says from which address its client comes.
    pub proxy_address_header: Option<ProxyAddressHeader>,
    /// From whom these two headers are believed.
    pub proxy_addresses: Vec<Network>,
    /// The master key in base64; taken from the environment only.
    pub master_key: Option<Secret>,
    /// A file that holds the master key.
    pub master_key_file: Option<PathBuf>,
    /// A file that holds the key with which access tokens are signed: Ed25519, PKCS#8, PEM.
    pub token_signing_key_file: Option<PathBuf>,
    /// Files with other keys of this issuer, whose tokens are taken as well: the next one before it signs, or the last one
    /// until its tokens have ended.
    pub token_other_key_files: Vec<PathBuf>,
    /// How long an access token is good for.
    pub token_lifetime_seconds: u32,
    /// Which access tokens are good enough.
    pub token_binding: TokenBinding,
    /// Other issuers whose tokens are taken.
    pub trusted_issuers: Vec<TrustedIssuerSettings>,
    /// Networks of one's own from which key sets may be fetched, of issuers and of clients; otherwise from public
    /// addresses only.
    pub key_set_networks: Vec<Network>,
    /// A file with authorities of one's own, in PEM, that vouch for the servers from which key sets are fetched.
    pub key_set_ca_file: Option<PathBuf>,
    /// Requests that one client may send in a minute.
    pub rate_limit_per_client: NonZeroU32,
    /// Requests that may come from one network address in a minute. Behind a proxy all come from its address,
    /// unless it says from which they come.
    pub rate_limit_per_address: NonZeroU32,
    /// Of these, requests for tokens.
    pub rate_limit_sign_ins: NonZeroU32,
    /// Threads that answer requests; as many as there are processors without one.
    pub workers: Option<NonZeroUsize>,
    /// What is logged: `error`, `warn`, `info`, `debug`, `trace`, or directives such as `info,sqlx=warn`.
    pub log_level: String,
    /// How it is logged.
    pub log_format: LogFormat,
    /// The name of the disclosure log (C2SP tlog-checkpoint: its origin): a host of one's own and a path, without a scheme.
    /// Without one, host and port of `public_url` and `/log`. A log keeps the name that it began with.
    pub log_origin: Option<String>,
    /// A file that holds the key with which checkpoints of the log and receipts are signed: Ed25519, PKCS#8, PEM.
    pub log_signing_key_file: Option<PathBuf>,
    /// Files with further keys that sign beside it, so that a key can be replaced while verifiers know either.
    pub log_other_key_files: Vec<PathBuf>,
    /// A file that says which witnesses must cosign before a checkpoint is published (C2SP tlog-policy).
    pub log_policy_file: Option<PathBuf>,
    /// How long after one checkpoint the next is signed at the earliest, in seconds.
    pub log_checkpoint_interval_seconds: u64,
    /// Within which time a receipt promises that its leaf is in the log, in seconds.
    pub log_merge_deadline_seconds: u64,
    /// Whether a message is only handed out once its collection is in a cosigned checkpoint.
    pub log_before_disclose: bool,
    /// After how many seconds without a cosigned checkpoint nothing is released or collected any more; never without one.
    pub log_quorum_timeout_seconds: Option<u64>,
    /// How many events may wait for the log before calls that write are put off. Withdrawals never are.
    pub log_backlog_limit: NonZeroU32,
    /// How many years after the year in which a consent ended its evidence is kept (§§ 195, 199 BGB).
    pub consent_evidence_years: u16,
    /// For how many days an entry of the directory of counselling centres counts as confirmed. The agreement names no time.
    pub directory_confirmation_days: u16,
    /// After how many hours a centre that was asked for help and has not answered is reminded. The agreement names no time.
    pub involvement_reminder_hours: u16,
    /// Within how many hours a centre that was asked for help is to answer; then the coordination is told. The agreement names no time.
    pub involvement_answer_hours: u16,
    /// After how many hours a centre that has not acknowledged a security notice is reminded. The agreement names no time.
    pub security_notice_reminder_hours: u16,
    /// The same of an urgent one. The agreement names no time.
    pub security_notice_urgent_reminder_hours: u16,
    /// For how many days it counts that an office or a centre has confirmed its contacts for the other. The agreement names no time.
    pub contact_pair_confirmation_days: u16,
    /// How often expired consents are marked, and unanswered offers followed up. No consent depends on it: an expired one
    /// authorises nothing, marked or not.
    pub expiry_interval_seconds: u64,
    /// How long requests under way may take when the server is told to stop; at most 10 s.
    pub shutdown_timeout_seconds: u64,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Which access tokens are good enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum TokenBinding {
    /// Only tokens that are bound to whoever uses them (RFC 9449).
    #[default]
    Required,
    /// Plain bearer tokens as well, for development: whoever steals one can use it.
    Development,
}

/// A secret text; `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Default for Settings {
    fn default() -> Self {
        let limits = freigabe_http::RateLimits::default();
        Self {
            database_url: DatabaseUrl::new("sqlite://freigabe.db"),
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            tls_certificate_file: None,
            tls_key_file: None,
            tls_client_ca_file: None,
            tls_client_certificates: None,
            proxy_client_certificate_header: None,
            proxy_address_header: None,
            proxy_addresses: Vec::new(),
            master_key: None,
            master_key_file: None,
            token_signing_key_file: None,
            token_other_key_files: Vec::new(),
            token_lifetime_seconds: 300,
            token_binding: TokenBinding::default(),
            trusted_issuers: Vec::new(),
            key_set_networks: Vec::new(),
            key_set_ca_file: None,
            rate_limit_per_client: limits.per_client,
            rate_limit_per_address: limits.per_address,
            rate_limit_sign_ins: limits.sign_ins_per_address,
            workers: None,
            log_level: "info".to_owned(),
            log_format: LogFormat::Text,
            log_origin: None,
            log_signing_key_file: None,
            log_other_key_files: Vec::new(),
            log_policy_file: None,
            log_checkpoint_interval_seconds: 1,
            log_merge_deadline_seconds: 60,
            log_before_disclose: false,
            log_quorum_timeout_seconds: None,
            log_backlog_limit: NonZeroU32::new(65_536).unwrap_or(NonZeroU32::MAX),
            consent_evidence_years: 3,
            directory_confirmation_days: 365,
            involvement_reminder_hours: 4,
            involvement_answer_hours: 24,
            security_notice_reminder_hours: 72,
            security_notice_urgent_reminder_hours: 4,
            contact_pair_confirmation_days: 365,
            expiry_interval_seconds: 60,
            shutdown_timeout_seconds: 10,
        }
    }
}

impl Settings {
    /// The address by which partners reach a server that listens on `bound`; never with a slash at its end.
    #[must_use]
    pub fn public_url_for(&self, bound: SocketAddr) -> String {
        match &self.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if self.tls_certificate_file.is_some() => format!("https://{bound}"),
            None => format!("http://{bound}"),
        }
    }

    /// How long requests under way may take when the server is told to stop.
    #[must_use]
    pub const fn shutdown_timeout(&self) -> Duration {
        Duration::from_secs(self.shutdown_timeout_seconds)
    }

    /// How often the server does what it does by itself.
    #[must_use]
    pub const fn expiry_interval(&self) -> Duration {
        Duration::from_secs(self.expiry_interval_seconds)
    }

    /// The number of threads that answer requests.
    #[must_use]
    pub fn worker_count(&self) -> usize {
        self.workers
            .or_else(|| std::thread::available_parallelism().ok())
            .map_or(1, NonZeroUsize::get)
    }
}
