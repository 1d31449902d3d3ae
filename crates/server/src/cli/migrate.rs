//! `freigabe migrate`

use clap::Args;

use super::{Failure, quiet_settings, say, warn};
use crate::{
    keys,
    settings::{CommonFlags, Database, Settings},
    system::OsEntropy,
    wiring::StartError,
};

/// Create the tables, or bring them up to date
///
/// Applies every migration that the database does not have yet, in order. Running it again changes nothing.
///
/// On PostgreSQL it is run by the owner of the tables. It makes the role freigabe_app, as which the server works, if the
/// cluster has none, and grants it what it needs.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe migrate --dry-run
  freigabe migrate --database-url postgres://owner@db.example/freigabe")]
pub(super) struct Migrate {
    /// Only say what would be applied
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    common: CommonFlags,
}

impl Migrate {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = quiet_settings(self.common)?;
        let database = settings.database_url.database().map_err(StartError::from)?;
        if database == Database::SqliteMemory {
            return Err(Failure::new(
                "a database in memory is gone when this command ends; there is nothing to migrate",
            ));
        }
        if self.dry_run {
            return dry_run(&settings, &database).await;
        }
        if database != Database::Postgres {
            // A SQLite database never exists without its key.
            let master = keys::master(&settings, &database, &OsEntropy)?;
            master.notice.iter().for_each(|notice| warn(notice));
        }
        let applied = freigabe_storage::migrate(settings.database_url.reveal())
            .await
            .map_err(|error| unusable(&settings, error))?;
        for name in &applied {
            say(&format!("applied {name}"))?;
        }
        say(&format!(
            "{} is up to date ({} applied now)",
            settings.database_url,
            applied.len()
        ))?;
        Ok(())
    }
}

async fn dry_run(settings: &Settings, database: &Database) -> Result<(), Failure> {
    // Asking a SQLite file that is not there would create it.
    let url = match database {
        Database::SqliteFile(path) if !path.exists() => "sqlite::memory:",
        _ => settings.database_url.reveal(),
    };
    let status = freigabe_storage::migration_status(url)
        .await
        .map_err(|error| unusable(settings, error))?;
    let pending = status.iter().filter(|(_, applied)| !applied).count();
    for (name, applied) in &status {
        let word = if *applied { "applied" } else { "pending" };
        say(&format!("{word} {name}"))?;
    }
    say(&format!(
        "{}: {pending} pending, nothing was changed",
        settings.database_url
    ))?;
    Ok(())
}

fn unusable(settings: &Settings, error: freigabe_storage::OpenError) -> Failure {
    Failure::from(StartError::Database {
        url: settings.database_url.clone(),
        error,
    })
}
