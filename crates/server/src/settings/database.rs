//! The address of the database.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Address of the database. It may hold a password, so `Debug` and `Display` leave that out.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

/// Which database an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A SQLite file of this machine.
    SqliteFile(PathBuf),
    /// SQLite in memory: gone when the program ends.
    SqliteMemory,
    /// PostgreSQL 15 or newer, or something compatible.
    Postgres,
}

/// Not an address of a database that Freigabe speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "database_url must begin with sqlite: or postgres://, for example sqlite://freigabe.db or postgres://freigabe@db.example/freigabe"
)]
pub struct DatabaseUrlError;

impl DatabaseUrl {
    /// Wraps an address without looking at it; [`DatabaseUrl::database`] does.
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// The address with whatever password it holds.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Which database it leads to.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn database(&self) -> Result<Database, DatabaseUrlError> {
        if self.0.starts_with("postgres://") || self.0.starts_with("postgresql://") {
            return Ok(Database::Postgres);
        }
        let rest = self.0.strip_prefix("sqlite:").ok_or(DatabaseUrlError)?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        if path == ":memory:" || query.split('&').any(|pair| pair == "mode=memory") {
            Ok(Database::SqliteMemory)
        } else if path.is_empty() {
            Err(DatabaseUrlError)
        } else {
            Ok(Database::SqliteFile(PathBuf::from(path)))
        }
    }
}

impl std::fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown = self.0.split_once("://").and_then(|(scheme, rest)| {
            let (account, host) = rest.rsplit_once('@')?;
            let (user, _password) = account.split_once(':')?;
            Some(format!("{scheme}://{user}:***@{host}"))
        });
        let shown = shown.as_deref().unwrap_or(&self.0);
        // A password may stand among the parameters as well.
        f.write_str(shown.split_once('?').map_or(shown, |(before, _)| before))
    }
}

impl std::fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

impl std::str::FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;
    fn from_str(text: &str) -> Result<Self, DatabaseUrlError> {
        let url = Self::new(text);
        url.database().map(|_| url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_where_they_say() {
        let leads = |text: &str| DatabaseUrl::new(text).database();
        let file = |path: &str| Ok(Database::SqliteFile(PathBuf::from(path)));
        assert_eq!(leads("sqlite://freigabe.db"), file("freigabe.db"));
        assert_eq!(leads("sqlite:freigabe.db"), file("freigabe.db"));
        assert_eq!(
            leads("sqlite:///var/lib/freigabe/f.db?mode=rwc"),
            file("/var/lib/freigabe/f.db")
        );
        assert_eq!(leads("sqlite::memory:"), Ok(Database::SqliteMemory));
        assert_eq!(leads("sqlite://x?mode=memory"), Ok(Database::SqliteMemory));
        assert_eq!(leads("postgresql://u@h/d"), Ok(Database::Postgres));
        for refused in ["", "sqlite:", "mysql://h/d", "freigabe.db"] {
            assert_eq!(leads(refused), Err(DatabaseUrlError), "{refused:?}");
        }
    }

    #[test]
    fn no_password_is_ever_shown() {
        for (url, shown) in [
            (
                "postgres://freigabe:s3cret@db.example/freigabe",
                "postgres://freigabe:***@db.example/freigabe",
            ),
            (
                "postgres://f:s3c@ret@db.example/freigabe?sslmode=verify-full&password=s3cret",
                "postgres://f:***@db.example/freigabe",
            ),
            ("sqlite://freigabe.db", "sqlite://freigabe.db"),
        ] {
            let url = DatabaseUrl::new(url);
            assert_eq!(url.to_string(), shown);
            assert!(!format!("{url:?}").contains("s3c"));
        }
    }
}
