//! How long the proof for one event takes in a large log: `cargo bench -p freigabe-tests --bench log_proofs`, with the address
//! of a PostgreSQL in `FREIGABE_TEST_POSTGRES` (`cargo xtask cluster`).
//!
//! Fills the log of both databases with ten million leaves, has it signed, which recomputes every tile and the root from the
//! entries, and asks how far random leaves have come: where the leaf stands, the checkpoint that covers it, and the tiles that
//! the proof needs. Each proof is verified. Allowed are 5 ms for 99 of 100. The floor, in the same run, is a transaction that
//! asks the database for the time and nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what goes wrong here ends the benchmark"
)]

mod fill;

use std::{process::ExitCode, sync::Arc, time::Instant};

use clap::Parser;
use freigabe_domain::{
    entropy::{Entropy as _, SequentialEntropy},
    exchange::{Application, LogDesk as _},
    log::LeafState,
    store::{Mode, Scope, Store, prelude::*, unit_of_work},
};
use freigabe_ledger::merkle::verify_inclusion;
use freigabe_storage::{SqlStore, StoreSettings};
use freigabe_testkit::{
    Backend, TestDatabase,
    bench::{Limit, Table, millis, percentile, progress},
    store::{log_rules, master_key},
};

/// How long the proof for one event takes.
#[derive(Debug, Parser)]
struct Options {
    /// Leaves of the log
    #[arg(long, env = "FREIGABE_BENCH_LEAVES", default_value_t = 10_000_000)]
    leaves: u64,
    /// Proofs that are asked for
    #[arg(long, env = "FREIGABE_BENCH_PROOFS", default_value_t = 5_000)]
    proofs: usize,
    /// `sqlite`, `postgres`, or both
    #[arg(long, env = "FREIGABE_BENCH_DATABASES", value_delimiter = ',', default_values_t = ["postgres".to_owned(), "sqlite".to_owned()])]
    databases: Vec<String>,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let mut table = Table::new(format!(
        "Proofs for events of a log with {} leaves",
        options.leaves
    ));
    for name in &options.databases {
        let backend = match name.as_str() {
            "sqlite" => Backend::Sqlite,
            "postgres" => Backend::Postgres,
            other => panic!("{other} is no database that Freigabe knows"),
        };
        runtime.block_on(measure(&options, backend, &mut table));
    }
    table.finish()
}

async fn measure(options: &Options, backend: Backend, table: &mut Table) {
    let database = TestDatabase::fresh(backend).await;
    fill::fill(&database, backend, options.leaves).await;
    let entropy = Arc::new(SequentialEntropy::starting_at(1949));
    let settings = StoreSettings::new(&database.url, master_key(), entropy.clone());
    let store = SqlStore::open(settings).await.expect("the store opens");
    let application = Application::new(store.clone(), entropy.clone()).with_log(log_rules());
    let began = Instant::now();
    let signed = application.sign_checkpoint(&[]).await.expect("signed");
    let signing = began.elapsed().as_secs_f64();
    let root = signed.expect("a log that was not signed yet").root;
    let bar = progress(options.proofs as u64, format!("proofs on {backend:?}"));
    let (mut times, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..options.proofs {
        floors.push(floor(&store).await);
        let mut random = [0; 8];
        entropy.fill(&mut random).expect("randomness");
        let index = u64::from_le_bytes(random) % options.leaves;
        let leaf = fill::leaf(index);
        let began = Instant::now();
        let state = application.leaf_state(&leaf.commitment).await;
        times.push(millis(began.elapsed()));
        let LeafState::Included(proven) = state.expect("a state") else {
            panic!("the leaf {index} is not in the log");
        };
        let (size, hash) = (options.leaves, leaf.leaf_hash());
        assert_eq!(proven.place.index, index);
        verify_inclusion(index, size, hash, &proven.proof, root).expect("a proof");
        bar.inc(1);
    }
    bar.finish_and_clear();
    let name = |what: &str| format!("{backend:?}: {what}");
    let besides = format!(
        "median {:.2} ms, slowest {:.2} ms of {}",
        percentile(&times, 0.5),
        percentile(&times, 1.0),
        times.len()
    );
    let p99 = percentile(&times, 0.99);
    table.row(name("proof, p99"), Limit::AtMost(5.0), p99, "ms", besides);
    let besides = format!("median {:.2} ms", percentile(&floors, 0.5));
    let p99 = percentile(&floors, 0.99);
    table.row(
        name("floor: one statement, p99"),
        Limit::None,
        p99,
        "ms",
        besides,
    );
    let besides = "every leaf recomputed, once";
    table.row(name("signing"), Limit::None, signing, "s", besides);
    store.close().await.expect("closed");
    database.remove().await;
}

async fn floor(store: &SqlStore) -> f64 {
    let began = Instant::now();
    let now = unit_of_work(
        store,
        &Scope::Sequencer,
        Mode::Read,
        async |tx: &mut <SqlStore as Store>::Tx<'_>| Ok(tx.now().await?),
    );
    let _ = now.await.expect("the time");
    millis(began.elapsed())
}
