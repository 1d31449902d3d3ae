//! Settings on the command line.

use std::{net::SocketAddr, num::NonZeroUsize, path::PathBuf};

use clap::Args;
use serde::Serialize;

use super::{DatabaseUrl, LogFormat, TokenBinding};

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
    /// default: http:// and the address it listens on]
    #[arg(long, value_name = "URL", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,

    /// File that holds the key with which tokens are signed: Ed25519, PKCS#8, PEM [environment:
    /// FREIGABE_TOKEN_SIGNING_KEY_FILE; default with SQLite: a file beside the database]
    #[arg(long, value_name = "FILE", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_signing_key_file: Option<PathBuf>,

    /// Which access tokens are good enough [environment: FREIGABE_TOKEN_BINDING; default: required]
    #[arg(long, value_name = "WHICH", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_binding: Option<TokenBinding>,

    /// Threads that answer requests [environment: FREIGABE_WORKERS; default: one for each processor]
    #[arg(long, value_name = "NUMBER", help_heading = "Settings")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workers: Option<NonZeroUsize>,
}
