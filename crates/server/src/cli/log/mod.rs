//! `freigabe log`

mod status;

use clap::{Args, Subcommand};

use super::{Failure, quiet_settings, say, warn};
use crate::{
    keys,
    settings::{self, CommonFlags, Settings},
    wiring::{Installation, Pending, StartError},
};

/// Look after the disclosure log: its key, how far it is, and how it goes on when its key is lost
#[derive(Debug, Subcommand)]
pub(super) enum Log {
    Key(Key),
    Status(status::Status),
    Restart(Restart),
}

/// Print the public key of the log, for witnesses and verifiers
///
/// One line for each key that signs (C2SP signed-note), the log's own first: during a replacement there are several. Private
/// keys are made with `freigabe key generate --log-signing FILE`; with SQLite the first is made by itself.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe log key")]
pub(super) struct Key {
    #[command(flatten)]
    common: CommonFlags,
}

/// Begin the next log, because the key of this one is lost
///
/// Without its key a log can't go on: nobody could tell another key from a stranger's. The next log has another name; its first
/// leaf says which log it continues, at which size and root. What was published of this one stays readable. Events that nobody
/// ever saw in a signed checkpoint go into the next one.
///
/// Stop all servers first. Afterwards give them another key and the new name (log_origin), and tell witnesses and verifiers.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe key generate --log-signing /etc/freigabe/log.2.key
  freigabe log restart --origin freigabe.example/log/2")]
pub(super) struct Restart {
    /// Name of the next log, different from all before
    #[arg(long, value_name = "NAME", value_parser = settings::parse_log_origin)]
    origin: String,
    #[command(flatten)]
    common: CommonFlags,
}

impl Log {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Key(key) => key.run().await,
            Self::Status(status) => status.run().await,
            Self::Restart(restart) => restart.run().await,
        }
    }
}

/// An installation whose log may be in any state: the policy is not asked for.
async fn open(common: CommonFlags) -> Result<(Settings, Installation), Failure> {
    let mut settings = quiet_settings(common)?;
    settings.log_policy_file = None;
    settings.log_before_disclose = false;
    settings.log_quorum_timeout_seconds = None;
    let installation = Installation::open(&settings, Pending::ApplyToSqlite).await?;
    installation.notices.iter().for_each(|notice| warn(notice));
    Ok((settings, installation))
}

impl Key {
    async fn run(self) -> Result<(), Failure> {
        let (settings, installation) = open(self.common).await?;
        let database = settings.database_url.database().map_err(StartError::from)?;
        let signers = &installation.exchange.log_rules().signers;
        let complete = keys::log::expect_signers(signers, &database);
        let keys: Vec<String> = signers
            .iter()
            .map(|signer| signer.verifier().to_string())
            .collect();
        installation.close().await;
        complete?;
        for key in keys {
            say(&key)?;
        }
        Ok(())
    }
}

impl Restart {
    async fn run(self) -> Result<(), Failure> {
        let (_, installation) = open(self.common).await?;
        let continued = installation.exchange.continue_log(&self.origin).await;
        installation.close().await;
        let head = continued?;
        say(&format!("log {} is named {}", head.generation, head.origin))?;
        warn(
            "give every server a new log_signing_key_file and, if log_origin is set, this name; with SQLite a new key is made \
             at the next start where the lost one was; then tell witnesses and verifiers the new key (freigabe log key)",
        );
        Ok(())
    }
}
