//! `freigabe media`

mod ask;
mod check;

use clap::Subcommand;

use super::Failure;

/// Look whether the network is still named where the police name it
///
/// For a police office: the pages on the web that it keeps (agreement, point 8). A server never asks the web for them, whoever calls it;
/// only this command does, and only with --execute.
#[derive(Debug, Subcommand)]
pub(super) enum Media {
    Check(check::Check),
}

impl Media {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Check(check) => check.run().await,
        }
    }
}
