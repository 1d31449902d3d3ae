//! What becomes of release and collection when there is much: the program over a database with many stored messages and over one
//! with few, in turns, so that both have the same minutes of the machine.

use std::{path::Path, sync::Arc};

use freigabe_testkit::{
    Backend,
    bench::{median, progress},
};

use crate::{
    Options,
    load::{Run, run},
    log_events,
    operation::{Operation, Subject},
    program::{Callers, Program},
    report::{Limit, name},
    scene::Scene,
    span, stored, subjects,
};

/// By the time with the fewest.
const TIME: Limit = Limit::AtMost(1.3);

/// An installation with so many messages.
struct Grown {
    messages: u64,
    scene: Scene,
    program: Program,
    known: Vec<Subject>,
}

impl Grown {
    async fn start(backend: Backend, program: &Path, messages: u64) -> Self {
        let scene = Scene::with_events(backend, async |database| {
            log_events::fill(database, backend, messages).await;
        })
        .await;
        stored::store(&scene, messages).await;
        Self {
            messages,
            known: Subject::some(&scene).await,
            program: Program::start(program, &scene).await,
            scene,
        }
    }
}

/// The table, and how many limits are broken.
pub(crate) async fn compare(
    options: &Options,
    backends: &[Backend],
    program: &Path,
) -> (String, usize) {
    let mut text = "| database | operation | clients | stored messages | 1/s | p50, ms | p99, ms | time by the first's |\n\
        | --- | --- | --: | --: | --: | --: | --: | --- |\n"
        .to_owned();
    let mut broken = 0;
    for backend in backends {
        let mut all = Vec::new();
        for messages in &options.stored {
            all.push(Grown::start(*backend, program, *messages).await);
        }
        let operations = [Operation::Release, Operation::Collection];
        let steps = operations.len() * options.clients.len() * options.rounds;
        let bar = progress(steps as u64, name(*backend));
        for operation in operations {
            for clients in &options.clients {
                let runs = measure(options, &all, operation, *clients, || bar.inc(1)).await;
                let time = |runs: &[Run]| {
                    median(&runs.iter().map(|run| 1.0 / run.rate).collect::<Vec<_>>())
                };
                let first = time(&runs[0]);
                for (grown, runs) in all.iter().zip(&runs) {
                    let by_first = TIME.hold(time(runs) / first, &mut broken);
                    let of =
                        |part: fn(&Run) -> f64| median(&runs.iter().map(part).collect::<Vec<_>>());
                    text.push_str(&format!(
                        "| {} | {operation} | {clients} | {} | {:.0} | {:.1} | {:.1} | {by_first} |\n",
                        name(*backend),
                        grown.messages,
                        of(|run| run.rate),
                        of(|run| run.p50),
                        of(|run| run.p99),
                    ));
                }
            }
        }
        bar.finish_and_clear();
        for grown in all {
            grown.program.stop();
            grown.scene.finish().await.remove().await;
        }
    }
    (text, broken)
}

async fn measure(
    options: &Options,
    all: &[Grown],
    operation: Operation,
    clients: usize,
    step: impl Fn(),
) -> Vec<Vec<Run>> {
    let mut callers: Vec<Arc<Callers>> = Vec::new();
    for grown in all {
        let signed_in = grown
            .program
            .clients(&grown.scene, operation, clients)
            .await;
        callers.push(Arc::new(signed_in));
    }
    let mut runs = vec![Vec::new(); all.len()];
    for round in 0..options.rounds {
        for turn in 0..all.len() {
            // None is always the first.
            let one = (round + turn) % all.len();
            let Grown { scene, known, .. } = &all[one];
            let subjects = subjects(options, scene, known, operation).await;
            runs[one].push(run(&callers[one], clients, span(options), subjects).await);
        }
        step();
    }
    runs
}
