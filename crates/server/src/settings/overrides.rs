//! Settings on the command line.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use clap::Args;
use freigabe_http::Network;
use serde::Serialize;

use super::{ClientCertificatePolicy, DatabaseUrl, LogFormat, ProxyAddressHeader, TokenBinding};

/// Settings that every command takes.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct CommonFlags {
    /// Settings file; without it freigabe.toml, if there is one [environment: FREIGABE_CONFIG]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    #[serde(skip)]
    pub config: Option<PathBuf>,

    /// Database, such as sqlite://freigabe.db or postgres://user@host/name; passwords are better put in the
    /// environment or a file [environment: FREIGABE_DATABASE_URL or DATABASE_URL, FREIGABE_DATABASE_URL_FILE;
    /// default: sqlite://freigabe.db]
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub database_url: Option<DatabaseUrl>,

    /// File that holds the master key [environment: FREIGABE_MASTER_KEY_FILE, or FREIGABE_MASTER_KEY for the key
    /// itself; default with SQLite: a file beside the database]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_key_file: Option<PathBuf>,

    /// What to log: error, warn, info, debug, trace, or directives such as info,sqlx=warn [environment:
    /// FREIGABE_LOG_LEVEL; default: info]
    #[arg(long, value_name = "LEVEL", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_level: Option<String>,

    /// How to log [environment: FREIGABE_LOG_FORMAT; default: text]
    #[arg(long, value_name = "FORMAT", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_format: Option<LogFormat>,
}

/// Settings that only the server takes.
#[derive(Debug, Clone, Default, Args, Serialize)]
pub struct ServeFlags {
    /// Address and port to listen on; port 0 takes a free one [environment: FREIGABE_LISTEN; default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listen: Option<SocketAddr>,

    /// Address by which partners reach the server, also the issuer of its tokens [environment: FREIGABE_PUBLIC_URL;
    /// default: http:// or https:// and the address it listens on]
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,

    /// File that holds the TLS certificate and its chain, in PEM; without it the server speaks plain HTTP, for a proxy that
    /// ends TLS. A new one is taken without a restart [environment: FREIGABE_TLS_CERTIFICATE_FILE]
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_certificate_file: Option<PathBuf>,

    /// File that holds the key of the TLS certificate, in PEM [environment: FREIGABE_TLS_KEY_FILE]
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_key_file: Option<PathBuf>,

    /// Which certificates of clients to take; none is ever required [environment: FREIGABE_TLS_CLIENT_CERTIFICATES;
    /// default: ca with --tls-client-ca-file, otherwise none]
    #[arg(long, value_name = "WHICH", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_certificates: Option<ClientCertificatePolicy>,

    /// File that holds the authorities whose client certificates are taken, in PEM [environment:
    /// FREIGABE_TLS_CLIENT_CA_FILE]
    #[arg(long, value_name = "FILE", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tls_client_ca_file: Option<PathBuf>,

    /// Header in which a proxy says which certificate its client showed (RFC 9440), such as client-cert [environment:
    /// FREIGABE_PROXY_CLIENT_CERTIFICATE_HEADER]
    #[arg(long, value_name = "NAME", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_client_certificate_header: Option<String>,

    /// Header in which a proxy says from which address its client comes [environment: FREIGABE_PROXY_ADDRESS_HEADER]
    #[arg(long, value_name = "WHICH", help_heading = "TLS")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proxy_address_header: Option<ProxyAddressHeader>,

    /// Addresses or networks of the proxies from which these headers are believed, with commas between them [environment:
    /// FREIGABE_PROXY_ADDRESSES]
    #[arg(
        long,
        value_name = "ADDRESSES",
        value_delimiter = ',',
        help_heading = "TLS"
    )]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub proxy_addresses: Vec<Network>,

    /// File that holds the key with which tokens are signed: Ed25519, PKCS#8, PEM [environment:
    /// FREIGABE_TOKEN_SIGNING_KEY_FILE; default with SQLite: a file beside the database]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_signing_key_file: Option<PathBuf>,

    /// Name of the disclosure log, its origin [environment: FREIGABE_LOG_ORIGIN; default: host and port of the public URL
    /// and /log]
    #[arg(long, value_name = "NAME", help_heading = "Disclosure log")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_origin: Option<String>,

    /// File that holds the key with which the log is signed: Ed25519, PKCS#8, PEM [environment:
    /// FREIGABE_LOG_SIGNING_KEY_FILE; default with SQLite: a file beside the database]
    #[arg(long, value_name = "FILE", help_heading = "Disclosure log")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_signing_key_file: Option<PathBuf>,

    /// File that says which witnesses must cosign the log (C2SP tlog-policy) [environment: FREIGABE_LOG_POLICY_FILE]
    #[arg(long, value_name = "FILE", help_heading = "Disclosure log")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_policy_file: Option<PathBuf>,

    /// Which access tokens are good enough [environment: FREIGABE_TOKEN_BINDING; default: required]
    #[arg(long, value_name = "WHICH", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_binding: Option<TokenBinding>,

    /// Threads that answer requests [environment: FREIGABE_WORKERS; default: one for each processor]
    #[arg(long, value_name = "NUMBER", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<NonZeroUsize>,
}
