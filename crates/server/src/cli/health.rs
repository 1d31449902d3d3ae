//! `freigabe health`

use clap::Args;
use freigabe_client::Client;

use super::{Failure, say};

/// Ask a running server whether it is ready
///
/// Exit status 0 when it answers and reaches its database, 1 otherwise. For health checks of containers, where there is
/// neither a shell nor curl.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe health --server http://127.0.0.1:8080")]
pub(super) struct Health {
    /// Address of the server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    server: String,
}

impl Health {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let ready = Client::anonymous(self.server.as_str())?
            .get_readiness()
            .await;
        let health = ready.map_err(|error| Failure::new(format!("{}: {error}", self.server)))?;
        say(&health.status)?;
        Ok(())
    }
}
