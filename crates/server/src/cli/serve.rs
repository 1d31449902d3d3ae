//! `freigabe serve`

use clap::Args;

use super::{Failure, signals::Signals};
use crate::{
    logging,
    settings::{self, CommonFlags, ServeFlags, Sources},
    wiring::{self, Installation, Pending, RunningServer},
};

/// Run the server
///
/// Answers until it gets SIGTERM or SIGINT (Ctrl-C); requests under way are then finished. A SQLite database is created
/// and brought up to date by itself. With PostgreSQL, which other nodes may be using, run `freigabe migrate` first or
/// give --migrate.
///
/// The keys of an installation are never in its database. With SQLite they are made at the first start, in files beside
/// it: keep a copy of the master key, for without it nobody can read the content. With PostgreSQL they must be
/// configured, the same on every node.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe serve
  freigabe serve --config /etc/freigabe/freigabe.toml
  FREIGABE_PUBLIC_URL=https://freigabe.example freigabe serve --listen 0.0.0.0:8080
  FREIGABE_DATABASE_URL_FILE=/run/secrets/database_url freigabe serve --migrate")]
pub(super) struct Serve {
    /// Apply pending migrations to a PostgreSQL database as well
    #[arg(long)]
    migrate: bool,
    #[command(flatten)]
    common: CommonFlags,
    #[command(flatten)]
    serve: ServeFlags,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let sources = Sources::of_process(self.common, self.serve);
        let settings = settings::load(&sources)?;
        logging::init(&settings)?;
        for name in settings::unknown_variables(&sources.environment) {
            tracing::warn!("{name} is not a setting and is ignored");
        }
        let pending = if self.migrate {
            Pending::Apply
        } else {
            Pending::ApplyToSqlite
        };
        let installation = Installation::open(&settings, pending).await?;
        let server = wiring::start(&settings, installation).await?;
        for notice in &server.notices {
            tracing::warn!("{notice}");
        }
        tracing::info!(
            address = %server.addr,
            public_url = %server.url,
            database = %settings.database_url,
            "freigabe {} is ready; documentation: {}/docs/",
            env!("CARGO_PKG_VERSION"),
            server.url
        );
        until_told_to_stop(server).await
    }
}

/// Serves until a signal comes, then finishes what is under way.
pub(crate) async fn until_told_to_stop(mut server: RunningServer) -> Result<(), Failure> {
    let mut signals = Signals::listen()?;
    tokio::select! {
        () = signals.any() => {}
        ended = server.ended() => {
            ended?;
            return Err(Failure::new("the server ended by itself"));
        }
    }
    tracing::info!("stopping: requests under way are finished");
    server.stop().await;
    Ok(())
}
