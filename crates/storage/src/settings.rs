//! How a store is opened.

use std::sync::{Arc, atomic::AtomicI64};

use freigabe_domain::entropy::Entropy;
use sea_orm::Statement;

use crate::MasterKey;

/// Is told of each statement after the database carried it out, with its values. For tests and benchmarks, which count
/// statements and repeat them; a server has none, since the values are what it protects.
pub type StatementObserver = Arc<dyn Fn(&Statement) + Send + Sync>;

/// Which clock judges validity.
#[derive(Debug, Clone, Default)]
pub enum DatabaseClock {
    /// The database's own.
    #[default]
    Database,
    /// The database's own, shifted by so many microseconds: lets tests stand on either side of midnight.
    Shifted(Arc<AtomicI64>),
}

/// Settings of a store.
#[derive(Clone)]
#[non_exhaustive]
pub struct StoreSettings {
    /// `sqlite://…`, `sqlite::memory:` or `postgres://…`.
    pub url: String,
    /// The key that wraps the cases' keys.
    pub master_key: MasterKey,
    /// Source of keys and nonces.
    pub entropy: Arc<dyn Entropy>,
    /// Which clock judges validity.
    pub clock: DatabaseClock,
    /// Is told of each statement.
    pub observer: Option<StatementObserver>,
    /// At most so many connections (PostgreSQL), or readers (SQLite has one writer besides).
    pub connections: u32,
}

impl StoreSettings {
    /// The usual settings for a database.
    #[must_use]
    pub fn new(url: impl Into<String>, master_key: MasterKey, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            url: url.into(),
            master_key,
            entropy,
            clock: DatabaseClock::Database,
            observer: None,
            connections: 8,
        }
    }
}

impl std::fmt::Debug for StoreSettings {
    /// Without the URL: it may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoreSettings")
            .field("connections", &self.connections)
            .finish_non_exhaustive()
    }
}
