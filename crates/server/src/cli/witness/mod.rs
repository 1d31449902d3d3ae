//! `freigabe witness`

mod key;
mod serve;
mod settings;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use freigabe_witness::Store;

use super::{Failure, warn};

/// Run a witness of the disclosure log: a process of its own, with a memory of its own
///
/// A witness watches that a log only grows. The log shows it each checkpoint; it cosigns one only if that follows from the
/// largest that it cosigned before, and remembers it. When the police and the network each run one and both must cosign, nobody
/// can show them different logs, nor take anything out of the log again.
///
/// It needs no account, no database and none of an installation's settings; it learns nothing but hashes.
#[derive(Debug, Subcommand)]
#[command(after_long_help = "\
Begin, on a machine that the operator of the log does not rule over:
  freigabe witness key generate witness.key --name witness.hafenlicht.example
  freigabe witness init --store witness.db
  freigabe witness serve --key witness.key --store witness.db --log VKEY

VKEY is what `freigabe log key` prints at the log's operator. What `witness key generate` prints goes into
the operator's log_policy_file, with the address at which the witness is reached.")]
pub(super) enum Witness {
    Serve(serve::Serve),
    Init(Init),
    #[command(subcommand)]
    Key(key::Key),
}

/// Make the empty store of a new witness
///
/// Once, before its first start. A witness whose store is lost must not begin with an empty one: it would cosign what it refused
/// before. It ends with its key, and another begins with another key.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe witness init --store /var/lib/freigabe-witness/witness.db")]
pub(super) struct Init {
    /// Where to make it: a SQLite file
    #[arg(long, value_name = "FILE", default_value = "witness.db")]
    store: PathBuf,
}

impl Witness {
    pub(super) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Serve(serve) => serve.run().await,
            Self::Init(Init { store }) => {
                Store::create(&store).await?;
                warn(&format!("made {}", store.display()));
                Ok(())
            }
            Self::Key(key) => key.run(),
        }
    }
}
