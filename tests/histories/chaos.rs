//! Kills what the histories run on: servers, and the database.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use freigabe_testkit::{Fleet, postmaster::Postmaster, random::Choices};
use tokio::time::sleep;

/// What is killed, and how often.
#[derive(Debug, Clone, Copy, Default)]
pub struct Chaos {
    /// From one killed server to the next, on average; none is killed if nothing is said.
    pub servers_every: Option<Duration>,
    /// From one killed database to the next, on average; none is killed if nothing is said.
    pub database_every: Option<Duration>,
}

/// How often something was killed and started again.
#[derive(Debug, Default)]
pub struct Killed {
    /// Servers.
    pub servers: AtomicU64,
    /// The database's server.
    pub databases: AtomicU64,
}

/// Kills until it is told to stop; then everything runs again.
pub async fn kill(
    fleet: Arc<Fleet>,
    chaos: Chaos,
    seed: u64,
    killed: Arc<Killed>,
    stop: Arc<AtomicBool>,
) {
    let servers = async {
        let Some(every) = chaos.servers_every else {
            return;
        };
        let mut choices = Choices::seeded(seed);
        while !stop.load(Ordering::SeqCst) {
            sleep(about(every, &mut choices)).await;
            let node = choices.below(fleet.nodes());
            if fleet.kill(node) {
                sleep(about(Duration::from_millis(5), &mut choices)).await;
                fleet.start_again(node).await;
                killed.servers.fetch_add(1, Ordering::SeqCst);
            }
        }
    };
    let database = async {
        let Some(every) = chaos.database_every else {
            return;
        };
        let mut choices = Choices::seeded(!seed);
        let mut postmaster = Postmaster::of(fleet.database_url()).await;
        while !stop.load(Ordering::SeqCst) {
            sleep(about(every, &mut choices)).await;
            postmaster.kill();
            sleep(about(Duration::from_millis(20), &mut choices)).await;
            postmaster.start().await;
            killed.databases.fetch_add(1, Ordering::SeqCst);
        }
    };
    tokio::join!(servers, database);
}

/// Between nothing and twice as long.
fn about(mean: Duration, choices: &mut Choices) -> Duration {
    let micros = usize::try_from(mean.as_micros().saturating_mul(2)).unwrap_or(usize::MAX);
    Duration::from_micros(u64::try_from(choices.below(micros)).unwrap_or(0))
}
