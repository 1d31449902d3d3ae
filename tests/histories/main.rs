//! Many histories against real servers: `cargo run --release -p freigabe-tests --bin histories -- --help`.

#![allow(
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program for the command line"
)]

use std::{
    process::ExitCode,
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use clap::{Parser, ValueEnum};
use freigabe_testkit::{Backend, bench::progress, killable};
use freigabe_tests::histories::{
    campaign::{Campaign, Outcome},
    chaos::Chaos,
};

/// Lets clients release, collect, revise, withdraw and hand over at the same time, kills what they run on, and holds what they saw
/// against the log and the database.
///
/// Each history is one person's consent and what two clients of the centre and two of an office do under it, and in half of
/// them two of another office, to which the case is handed over. It has a seed; what is wrong is told with the seed, and `--seed` begins with that one. PostgreSQL is the server named by
/// FREIGABE_TEST_POSTGRES (`cargo xtask cluster`). Ctrl-C lets the histories that have begun end, and reports.
#[derive(Debug, Parser)]
#[command(name = "histories")]
struct Options {
    /// Which database
    #[arg(long, value_enum, default_value_t = Kind::Sqlite)]
    database: Kind,
    /// Servers over it; SQLite has one
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=8))]
    nodes: u8,
    /// How many histories
    #[arg(long, default_value_t = 1_000)]
    histories: u64,
    /// How many of them at the same time; each has four or six clients
    #[arg(long, default_value_t = 8)]
    at_once: u8,
    /// How many on one database, before the whole log is looked at and a fresh one is taken
    #[arg(long, default_value_t = 2_000)]
    in_a_round: u64,
    /// The first history's seed; the others' follow
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Kills a server with SIGKILL about every so many milliseconds
    #[arg(long, value_name = "MS")]
    kill_servers_every: Option<u64>,
    /// Kills PostgreSQL with SIGKILL about every so many milliseconds: only where nothing else uses it
    #[arg(long, value_name = "MS")]
    kill_database_every: Option<u64>,
    /// Ends as soon as servers and database were killed so many times together, even if histories are left
    #[arg(long, value_name = "TIMES")]
    until_killed: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    Sqlite,
    Postgres,
}

fn main() -> ExitCode {
    if killable::is_child() {
        killable::main();
        return ExitCode::SUCCESS;
    }
    let options = Options::parse();
    if options.database == Kind::Sqlite && options.kill_database_every.is_some() {
        eprintln!(
            "SQLite has no server of its own to kill; --kill-servers-every kills what writes it"
        );
        return ExitCode::from(2);
    }
    let campaign = options.campaign();
    let outcome = Arc::new(Outcome::default());
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    let (Ok(runtime), Ok(program)) = (runtime, std::env::current_exe()) else {
        eprintln!("can't start");
        return ExitCode::FAILURE;
    };
    let bar = progress(campaign.histories, "histories");
    let asked = Arc::clone(&outcome);
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            eprintln!("no further history is begun");
            asked.enough.store(true, Ordering::SeqCst);
        }
    });
    runtime.block_on(campaign.carry_out(&program, &outcome, |outcome| {
        bar.set_position(outcome.histories.load(Ordering::SeqCst));
    }));
    bar.finish_and_clear();
    report(&campaign, &outcome, began.elapsed())
}

impl Options {
    fn campaign(&self) -> Campaign {
        let backend = match self.database {
            Kind::Sqlite => Backend::Sqlite,
            Kind::Postgres => Backend::Postgres,
        };
        Campaign {
            backend,
            nodes: if backend == Backend::Sqlite {
                1
            } else {
                usize::from(self.nodes)
            },
            histories: self.histories,
            at_once: usize::from(self.at_once),
            in_a_round: self.in_a_round,
            seed: self.seed,
            chaos: Chaos {
                servers_every: self.kill_servers_every.map(Duration::from_millis),
                database_every: self.kill_database_every.map(Duration::from_millis),
            },
            planted: None,
            until_killed: self.until_killed,
        }
    }
}

fn report(campaign: &Campaign, outcome: &Outcome, took: Duration) -> ExitCode {
    let number = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::SeqCst);
    println!("| | |\n| --- | --- |");
    for (what, how_much) in [
        ("database", format!("{:?}", campaign.backend)),
        ("servers", campaign.nodes.to_string()),
        (
            "histories at the same time, each with four or six clients",
            campaign.at_once.to_string(),
        ),
        ("seeds", format!("from {}", campaign.seed)),
        ("histories", number(&outcome.histories).to_string()),
        ("requests", number(&outcome.requests).to_string()),
        (
            "of these without an answer",
            number(&outcome.unanswered).to_string(),
        ),
        (
            "answers with content",
            number(&outcome.collections).to_string(),
        ),
        (
            "histories with a withdrawal",
            number(&outcome.withdrawn).to_string(),
        ),
        (
            "of these with content given",
            number(&outcome.raced).to_string(),
        ),
        (
            "histories with a handover",
            number(&outcome.handed_over).to_string(),
        ),
        ("redirections", number(&outcome.redirected).to_string()),
        (
            "answers with content to the second office",
            number(&outcome.reached).to_string(),
        ),
        (
            "servers killed",
            number(&outcome.killed.servers).to_string(),
        ),
        (
            "databases killed",
            number(&outcome.killed.databases).to_string(),
        ),
        ("time", format!("{} s", took.as_secs())),
    ] {
        println!("| {what} | {how_much} |");
    }
    let wrong = outcome.wrong();
    println!("| violations | {} |", wrong.len());
    for (seed, faults) in &wrong {
        eprintln!("\nseed {seed}:");
        for fault in faults {
            eprintln!("  {fault}");
        }
    }
    if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
