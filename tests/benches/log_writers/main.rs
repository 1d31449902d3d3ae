//! What the log costs those who write: `cargo bench -p freigabe-tests --bench log_writers`, with a durable PostgreSQL
//! (`cargo xtask cluster --durable`, and its address in `FREIGABE_TEST_POSTGRES`).
//!
//! Clients release disclosures as fast as they can: once as it is, while the sequencer puts the events into the tree and signs
//! it in the same process; and once in a second database, where the very same transaction leaves out the writing of its event
//! ([`Silent`]), which is the floor. Both take turns in short rounds, since a machine is not the same from minute to minute.
//! Allowed is a quarter: the median with the log is at least 0.75 of the median without.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong here ends the benchmark"
)]

use std::{
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use freigabe_domain::{
    access::CentreCaller,
    entropy::SequentialEntropy,
    exchange::{Application, LogDesk as _, ReleaseDesk as _},
    ids::ConsentId,
    store::{IdempotencyKey, RequestKey, Store},
};
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestStore,
    bench::{Limit, Table, median, millis, percentile, progress},
    over::Over,
    silent::Silent,
    store::{good_draft, log_rules, master_key},
};
use sea_orm::{ConnectionTrait as _, Statement};
use tokio::{
    runtime::{Builder, Handle},
    task::LocalSet,
    time::sleep,
};

/// As the server does.
const SEQUENCE_EVERY: Duration = Duration::from_millis(250);
const SIGN_EVERY: Duration = Duration::from_secs(1);
/// Of the clients' consents, so that they rarely meet at one.
const CONSENTS: u32 = 256;

/// Throughput of releases, with the log and without.
#[derive(Debug, Parser)]
struct Options {
    /// Clients at once, one measurement for each
    #[arg(long, env = "FREIGABE_BENCH_CLIENTS", value_delimiter = ',', default_values_t = [8, 32])]
    clients: Vec<usize>,
    /// Rounds, of which each has both variants
    #[arg(long, env = "FREIGABE_BENCH_ROUNDS", default_value_t = 7)]
    rounds: usize,
    /// Seconds of one variant in one round
    #[arg(long, env = "FREIGABE_BENCH_SECONDS", default_value_t = 8)]
    seconds: u64,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let most = options.clients.iter().copied().max().unwrap_or(1);
    let connections = u32::try_from(most).expect("few clients") + 3;
    let (logged, unlogged) = runtime.block_on(async {
        let logged = Variant::start(connections, |store| store).await;
        (
            logged,
            Variant::start(connections, |store| Over::new(store, Silent)).await,
        )
    });
    let mut table = Table::new("Releases with the log, measured against the same without it");
    let rounds = options.rounds * 2 * options.clients.len();
    let bar = progress(rounds.try_into().expect("few rounds"), "rounds");
    for clients in &options.clients {
        let span = Duration::from_secs(options.seconds);
        let (mut with, mut without) = (Vec::new(), Vec::new());
        let mut backlogs = Vec::new();
        for round in 0..options.rounds {
            // Neither is always the first.
            for turn in [round % 2, (round + 1) % 2] {
                if turn == 0 {
                    let keeper = Keeper::start(&logged, runtime.handle().clone());
                    with.push(logged.run(runtime.handle(), *clients, span));
                    backlogs.push(keeper.stop());
                } else {
                    without.push(unlogged.run(runtime.handle(), *clients, span));
                }
                bar.inc(1);
            }
        }
        let rate = |all: &[Run]| median(&all.iter().map(|run| run.rate).collect::<Vec<_>>());
        let latency = |all: &[Run]| median(&all.iter().map(|run| run.p99).collect::<Vec<_>>());
        let spread = |all: &[Run]| {
            let rates: Vec<f64> = all.iter().map(|run| run.rate).collect();
            let (least, most) = (percentile(&rates, 0.0), percentile(&rates, 1.0));
            format!("{least:.0} to {most:.0} in {} rounds", rates.len())
        };
        let name = |what: &str| format!("{clients} clients: {what}");
        for (what, runs) in [("with the log", &with), ("without it", &without)] {
            let besides = format!("{}; p99 {:.1} ms", spread(runs), latency(runs));
            table.row(name(what), Limit::None, rate(runs), "tx/s", besides);
        }
        table.row(
            name("the one by the other"),
            Limit::AtLeast(0.75),
            rate(&with) / rate(&without),
            "",
            "of the medians",
        );
        let waiting = percentile(&backlogs, 1.0);
        table.row(
            name("events that wait"),
            Limit::None,
            waiting,
            "",
            "at most, at the end of a round",
        );
    }
    bar.finish_and_clear();
    table.finish()
}

/// One of the two, with a database of its own.
struct Variant<S> {
    test: TestStore,
    application: Arc<Application<S>>,
    consents: Vec<ConsentId>,
    requests: Arc<AtomicU64>,
}

/// What came of one round.
struct Run {
    rate: f64,
    p99: f64,
}

impl<S: Store + Send + Sync + 'static> Variant<S> {
    async fn start(connections: u32, of: impl FnOnce(SqlStore) -> S) -> Self {
        let test = TestStore::start(Backend::Postgres).await;
        expect_durable(&test).await;
        let mut consents = Vec::new();
        for number in 0..CONSENTS {
            consents.push(test.consent(number).await.head.id);
        }
        let entropy = Arc::new(SequentialEntropy::starting_at(1949));
        let mut settings = StoreSettings::new(&test.database.url, master_key(), entropy.clone());
        settings.connections = connections;
        let store = SqlStore::open(settings).await.expect("the store opens");
        let application = Application::new(of(store), entropy).with_log(log_rules());
        Self {
            test,
            application: Arc::new(application),
            consents,
            requests: Arc::default(),
        }
    }

    /// Lets so many clients release for so long. They are spread over threads as a server's connections are.
    fn run(&self, handle: &Handle, clients: usize, span: Duration) -> Run {
        // What earlier rounds left to be written is not this one's burden.
        handle
            .block_on(self.test.execute("CHECKPOINT"))
            .expect("a checkpoint");
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(clients);
        let began = Instant::now();
        let times: Vec<f64> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|thread| {
                    let own = (thread..clients).step_by(threads);
                    scope.spawn(move || self.releases(handle, own, began + span))
                })
                .collect();
            let joined = workers.into_iter().map(|worker| worker.join());
            joined.flat_map(|times| times.expect("releases")).collect()
        });
        Run {
            rate: times.len() as f64 / span.as_secs_f64(),
            p99: percentile(&times, 0.99),
        }
    }

    /// How long each release took that ended in time.
    fn releases(
        &self,
        handle: &Handle,
        clients: impl Iterator<Item = usize>,
        until: Instant,
    ) -> Vec<f64> {
        let local = LocalSet::new();
        let clients: Vec<_> = clients
            .map(|client| {
                let work = release_until(
                    Arc::clone(&self.application),
                    self.test.centre().clone(),
                    self.consents.clone(),
                    Arc::clone(&self.requests),
                    client,
                    until,
                );
                local.spawn_local(work)
            })
            .collect();
        handle.block_on(local.run_until(async {
            let mut times = Vec::new();
            for client in clients {
                times.extend(client.await.expect("a client"));
            }
            times
        }))
    }
}

async fn release_until<S: Store>(
    application: Arc<Application<S>>,
    centre: CentreCaller,
    consents: Vec<ConsentId>,
    requests: Arc<AtomicU64>,
    client: usize,
    until: Instant,
) -> Vec<f64> {
    let mut times = Vec::new();
    for consent in consents.iter().cycle().skip(client * 7) {
        let number = requests.fetch_add(1, Ordering::Relaxed);
        let request = RequestKey {
            client: centre.as_ref().client.clone(),
            key: IdempotencyKey::parse(&format!("release-{number}")).unwrap(),
            fingerprint: [7; 32],
        };
        let began = Instant::now();
        let released = application
            .release_disclosure(&centre, &request, good_draft(*consent))
            .await;
        released.expect("released");
        if Instant::now() >= until {
            break;
        }
        times.push(millis(began.elapsed()));
    }
    times
}

/// Sequences and signs on a thread of its own, as the server's keeper of the log does.
struct Keeper {
    stop: Arc<AtomicBool>,
    thread: thread::JoinHandle<f64>,
}

impl Keeper {
    fn start(variant: &Variant<SqlStore>, handle: Handle) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let (application, stopped) = (Arc::clone(&variant.application), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            let local = LocalSet::new();
            let (signer, stopping) = (Arc::clone(&application), Arc::clone(&stopped));
            local.spawn_local(async move {
                while !stopping.load(Ordering::Relaxed) {
                    sleep(SIGN_EVERY).await;
                    let _ = signer.sign_checkpoint(&[]).await.expect("signed");
                }
            });
            handle.block_on(local.run_until(async {
                while !stopped.load(Ordering::Relaxed) {
                    let round = application.sequence().await.expect("sequenced");
                    if round.added == 0 || round.backlog == 0 {
                        sleep(SEQUENCE_EVERY).await;
                    }
                }
                let waiting = application.pending_events().await.expect("a number");
                // The other variant's turn begins with nothing left to do.
                while application.sequence().await.expect("sequenced").backlog > 0 {}
                u32::try_from(waiting).map_or(f64::MAX, f64::from)
            }))
        });
        Self { stop, thread }
    }

    fn stop(self) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().expect("the keeper of the log")
    }
}

/// Commits that are not on disk would make the log's share look larger than it is, and mean nothing.
async fn expect_durable(test: &TestStore) {
    let connection = test.connection().await;
    let show = Statement::from_string(connection.get_database_backend(), "SHOW fsync");
    let row = connection.query_one_raw(show).await.unwrap().unwrap();
    let fsync: String = row.try_get_by_index(0).unwrap();
    connection.close().await.unwrap();
    assert_eq!(
        fsync, "on",
        "this PostgreSQL does not write durably: start it with `cargo xtask cluster --durable`"
    );
}
