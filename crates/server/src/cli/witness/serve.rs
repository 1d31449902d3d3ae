//! `freigabe witness serve`

use std::{net::TcpListener, sync::Arc};

use clap::Args;
use freigabe_ledger::NoteVerifier;
use freigabe_witness::{Store, Witness};

use super::{key, settings::WitnessFlags};
use crate::{
    cli::{Failure, signals::Signals},
    logging,
    system::SystemClock,
};

/// Run a witness
///
/// Answers until it gets SIGTERM or SIGINT (Ctrl-C); requests under way are then finished. What it has cosigned is on disk
/// before it says so.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe witness serve --key witness.key --store witness.db --log VKEY
  freigabe witness serve --config /etc/freigabe-witness/witness.toml

It answers POST /add-checkpoint (c2sp.org/tlog-witness), GET /seen and GET /seen/SHA256-OF-THE-LOGS-NAME,
GET /health/live and /health/ready.")]
pub(in crate::cli) struct Serve {
    #[command(flatten)]
    flags: WitnessFlags,
}

impl Serve {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let settings = self.flags.settings()?;
        logging::start(&settings.log_level, settings.log_format)?;
        let signer = key::read(&settings.key_file)?;
        let mut logs = Vec::new();
        for vkey in &settings.logs {
            let log = NoteVerifier::parse(vkey).map_err(|error| {
                Failure::new(format!(
                    "{vkey:?} is no key of a log: {error}; its operator prints it with: freigabe log key"
                ))
            })?;
            logs.push(log);
        }
        let store = Store::open(&settings.store).await?;
        let listen = settings.listen;
        let listener = TcpListener::bind(listen).map_err(|error| {
            Failure::new(format!(
                "can't listen on {listen}: {error}; choose another address with --listen"
            ))
        })?;
        let address = listener.local_addr()?;
        let verifier = signer.verifier().to_string();
        let witness = Arc::new(Witness::new(signer, logs, store, Arc::new(SystemClock)));
        let server = freigabe_witness::server(Arc::clone(&witness), listener)?;
        let handle = server.handle();
        let mut server = tokio::spawn(server);
        tracing::info!(
            %address,
            key = %verifier,
            store = %settings.store.display(),
            "freigabe {} witnesses {} logs",
            env!("CARGO_PKG_VERSION"),
            witness.logs().count()
        );
        let mut signals = Signals::listen()?;
        tokio::select! {
            () = signals.any() => {}
            ended = &mut server => {
                ended.map_err(std::io::Error::other)??;
                return Err(Failure::new("the witness ended by itself"));
            }
        }
        tracing::info!("stopping: requests under way are finished");
        handle.stop(true).await;
        witness.close().await;
        Ok(())
    }
}
