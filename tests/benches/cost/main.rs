//! What the whole costs, held against what it must cost at least: `cargo xtask bench`.
//!
//! The *program* is the one that is delivered: it is called over HTTP, by clients that sign in and prove each request, it seals
//! contents, and keeps its log meanwhile. The *floor* repeats the statements of the same operation in the same transaction over
//! the driver alone: no HTTP, tokens, encryption, or log. Each is a process of its own. They take turns in short rounds on the same
//! database, since a machine is not the same from minute to minute; what counts is the median of the rounds, and of that the ratio.
//! `pgbench` repeats the same statements once more, where there is one.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "what goes wrong here ends the benchmark; identifiers and times of a floor are nobody's"
)]

mod apart;
mod floor;
mod growth;
mod lasting;
mod load;
#[path = "../log_queries/fill.rs"]
mod log_events;
mod machine;
mod operation;
mod pgbench;
mod program;
mod recording;
mod report;
mod scene;
mod stored;

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use clap::Parser;
use freigabe_testkit::{
    Backend,
    bench::{built_program, progress},
};

use self::{
    apart::FloorProcess,
    load::{Subjects, run},
    operation::{Operation, Subject},
    pgbench::Pgbench,
    program::Program,
    recording::Recording,
    report::Measured,
    scene::Scene,
};

/// What the whole costs, held against what it must cost at least.
#[derive(Debug, Parser)]
struct Options {
    /// `postgres`, `sqlite`, or both. PostgreSQL is the server named by FREIGABE_TEST_POSTGRES
    #[arg(long, env = "FREIGABE_BENCH_DATABASES", value_delimiter = ',', default_values_t = ["postgres".to_owned(), "sqlite".to_owned()])]
    databases: Vec<String>,
    /// Clients at once, one measurement for each
    #[arg(long, env = "FREIGABE_BENCH_CLIENTS", value_delimiter = ',', default_values_t = [1, 8, 32])]
    clients: Vec<usize>,
    /// Rounds, of which each has all sides
    #[arg(long, env = "FREIGABE_BENCH_ROUNDS", default_value_t = 5)]
    rounds: usize,
    /// Seconds of one side in one round
    #[arg(long, env = "FREIGABE_BENCH_SECONDS", default_value_t = 4)]
    seconds: u64,
    /// Only operations whose name has this in it: release, collection, withdrawal, check, audit query
    #[arg(long, default_value = "")]
    only: String,
    /// The program, if it need not be built
    #[arg(long, env = "FREIGABE_BENCH_PROGRAM", value_name = "FILE")]
    program: Option<PathBuf>,
    /// PostgreSQL's pgbench, if it is neither on the path nor where Debian puts it
    #[arg(long, env = "FREIGABE_BENCH_PGBENCH", value_name = "FILE")]
    pgbench: Option<PathBuf>,
    /// Compares release and collection in databases with so many stored messages, instead of everything else; the first is what
    /// the others are held against. 10000,10000000 takes half an hour and 35 GB for each database
    #[arg(
        long,
        env = "FREIGABE_BENCH_STORED",
        value_delimiter = ',',
        value_name = "MESSAGES"
    )]
    stored: Vec<u64>,
    /// Lets 32 clients do everything in turns for so long, instead of everything else, and watches the program's memory
    #[arg(long, env = "FREIGABE_BENCH_LASTING", value_name = "MINUTES")]
    lasting: Option<u64>,
    /// Writes the result there as well, in Markdown
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
    /// Is the floor on this database, for the benchmark that started it
    #[arg(long, hide = true, value_name = "URL")]
    floor: Option<String>,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

impl Options {
    fn backends(&self) -> Vec<Backend> {
        let wanted = |backend: &Backend| {
            let name = report::name(*backend).to_lowercase();
            self.databases
                .iter()
                .any(|one| name.starts_with(one.as_str()))
        };
        let all = [Backend::Postgres, Backend::Sqlite].into_iter();
        all.filter(wanted).collect()
    }
}

/// Subjects that are made for each second of an operation that uses them up. A round that has used up all of them is over.
const A_SECOND: usize = 700;

#[tokio::main(worker_threads = 2)]
async fn main() -> ExitCode {
    let options = Options::parse();
    if let Some(url) = &options.floor {
        apart::serve(url).await;
        return ExitCode::SUCCESS;
    }
    let program = options.program.clone().unwrap_or_else(built_program);
    let pgbench = Pgbench::find(options.pgbench.as_deref());
    if pgbench.is_none() {
        eprintln!("no pgbench here: its column stays empty");
    }
    let mut lines = vec![machine::facts()];
    let backends = options.backends();
    let (table, broken) = if let Some(minutes) = options.lasting {
        lasting::watch(&options, &backends, &program, minutes).await
    } else if options.stored.is_empty() {
        let mut all = Vec::new();
        for backend in backends {
            let pgbench = pgbench.as_ref().filter(|_| backend == Backend::Postgres);
            lines.push(measure(&options, backend, &program, pgbench, &mut all).await);
        }
        report::table(&all)
    } else {
        growth::compare(&options, &backends, &program).await
    };
    let text = format!("{table}\n{}\n", lines.join(".\n\n"));
    println!("\n{text}");
    if let Some(file) = &options.write {
        std::fs::write(file, &text).expect("the result written");
    }
    match broken {
        0 => ExitCode::SUCCESS,
        _ => {
            println!("missed: {broken}");
            ExitCode::FAILURE
        }
    }
}

/// All operations on one database. Says how the program started, and what memory it and the floor took.
async fn measure(
    options: &Options,
    backend: Backend,
    program: &Path,
    pgbench: Option<&Pgbench>,
    all: &mut Vec<Measured>,
) -> String {
    let scene = Scene::set(backend).await;
    let program = Program::start(program, &scene).await;
    let mut floor = FloorProcess::start(&scene.database.url);
    // What it needed to start is given back after some seconds.
    tokio::time::sleep(Duration::from_secs(10)).await;
    let idle = [program.memory(), floor.memory()];
    let known = Subject::some(&scene).await;
    let operations: Vec<_> = Operation::ALL
        .into_iter()
        .filter(|operation| operation.to_string().contains(&options.only))
        .collect();
    let steps = operations.len() * options.clients.len() * options.rounds;
    let bar = progress(steps as u64, report::name(backend));
    for operation in operations {
        for clients in &options.clients {
            let case = Case {
                options,
                scene: &scene,
                known: &known,
                operation,
                clients: *clients,
            };
            let step = || bar.inc(1);
            all.push(case.measure(&program, &mut floor, pgbench, step).await);
        }
    }
    bar.finish_and_clear();
    let memory = report::memory(idle, [program.memory(), floor.memory()]);
    let start = program.start.as_secs_f64() * 1_000.0;
    program.stop();
    floor.stop();
    let database = scene.finish().await;
    database.remove().await;
    format!(
        "{}: ready {start:.0} ms after its start; {memory}",
        report::name(backend)
    )
}

/// One operation with so many clients.
struct Case<'a> {
    options: &'a Options,
    scene: &'a Scene,
    known: &'a [Subject],
    operation: Operation,
    clients: usize,
}

impl Case<'_> {
    async fn measure(
        &self,
        program: &Program,
        floor: &mut FloorProcess,
        pgbench: Option<&Pgbench>,
        step: impl Fn(),
    ) -> Measured {
        let (scene, operation, clients) = (self.scene, self.operation, self.clients);
        let recording = Recording::take(scene, operation, &self.known[0]).await;
        floor.repeat(clients, recording.clone());
        let callers = Arc::new(program.clients(scene, operation, clients).await);
        let mut measured = Measured {
            backend: scene.backend,
            operation,
            clients,
            statements: recording.steps.len(),
            program: Vec::new(),
            floor: Vec::new(),
            pgbench: Vec::new(),
        };
        for round in 0..self.options.rounds {
            // None is always the first.
            for turn in 0..3 {
                match (round + turn) % 3 {
                    0 => {
                        let subjects = subjects(self.options, scene, self.known, operation).await;
                        measured
                            .program
                            .push(run(&callers, clients, span(self.options), subjects).await);
                    }
                    1 => {
                        let subjects = subjects(self.options, scene, self.known, operation).await;
                        measured
                            .floor
                            .push(floor.run(clients, span(self.options), subjects));
                    }
                    _ => {
                        if let Some(pgbench) = pgbench {
                            let subjects =
                                subjects(self.options, scene, self.known, operation).await;
                            let seconds = (!operation.uses_up()).then_some(self.options.seconds);
                            let url = &scene.database.url;
                            let run =
                                pgbench.run(url, &recording, subjects.all(), clients, seconds);
                            measured.pgbench.push(run.await);
                        }
                    }
                }
            }
            step();
        }
        measured
    }
}

fn span(options: &Options) -> Duration {
    Duration::from_secs(options.seconds)
}

/// Something to be done for one side in one round; the log has caught up with what came before, so that it is nobody
/// else's burden.
async fn subjects(
    options: &Options,
    scene: &Scene,
    known: &[Subject],
    operation: Operation,
) -> Subjects {
    let mut all = known.to_vec();
    if operation.uses_up() {
        let number = usize::try_from(options.seconds).expect("some seconds") * A_SECOND;
        all = operation.subjects(scene, known, number).await;
    }
    while scene.waiting().await > 0 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    scene.checkpoint().await;
    Subjects::new(all, operation.uses_up())
}
