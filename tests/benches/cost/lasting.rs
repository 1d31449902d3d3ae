//! What memory the program takes while clients ask without a pause for as long as one likes: all operations in turns.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use freigabe_testkit::{
    Backend,
    bench::{median, progress},
};

use crate::{
    Options,
    load::run,
    operation::{Operation, Subject},
    program::Program,
    report::{Limit, name},
    scene::Scene,
    subjects,
};

/// In megabytes.
const MEMORY: Limit = Limit::AtMost(150.0);
/// The last quarter by the second one; the first is for warming up.
const GROWTH: Limit = Limit::AtMost(1.1);
/// Clients at once.
const CLIENTS: usize = 32;
/// Rows of the table.
const ROWS: usize = 12;

/// What was seen after a round.
#[derive(Clone, Copy)]
struct Look {
    at: Duration,
    done: usize,
    memory: f64,
    peak: f64,
}

/// The table, and how many limits are broken.
pub(crate) async fn watch(
    options: &Options,
    backends: &[Backend],
    program: &Path,
    minutes: u64,
) -> (String, usize) {
    let mut text = "| database | minutes | operations | memory, MB | at most so far, MB |\n\
        | --- | --: | --: | --: | --: |\n"
        .to_owned();
    let mut broken = 0;
    for backend in backends {
        let looks = load(options, *backend, program, minutes).await;
        for row in 1..=ROWS {
            let look = looks[(row * looks.len()).div_ceil(ROWS) - 1];
            text.push_str(&format!(
                "| {} | {:.0} | {} | {:.1} | {:.1} |\n",
                name(*backend),
                look.at.as_secs_f64() / 60.0,
                look.done,
                look.memory,
                look.peak
            ));
        }
        let quarter = |number: usize| {
            let part = &looks[number * looks.len() / 4..(number + 1) * looks.len() / 4];
            median(&part.iter().map(|look| look.memory).collect::<Vec<_>>())
        };
        text.push_str(&format!(
            "| {} | all | | last quarter by the second: {} | {} |\n",
            name(*backend),
            GROWTH.hold(quarter(3) / quarter(1), &mut broken),
            MEMORY.hold(looks[looks.len() - 1].peak, &mut broken),
        ));
    }
    (text, broken)
}

/// Lets the clients ask. Looks at the memory after each round.
async fn load(options: &Options, backend: Backend, program: &Path, minutes: u64) -> Vec<Look> {
    let scene = Scene::set(backend).await;
    let program = Program::start(program, &scene).await;
    let known = Subject::some(&scene).await;
    let (began, whole) = (Instant::now(), Duration::from_secs(minutes * 60));
    let bar = progress(whole.as_secs(), name(backend));
    let mut looks = Vec::new();
    let mut done = 0;
    while began.elapsed() < whole || looks.len() < ROWS {
        for operation in Operation::ALL {
            let prepared = subjects(options, &scene, &known, operation).await;
            // They sign in again: a token lasts for an hour.
            let callers = program.clients(&scene, operation, CLIENTS).await;
            let span = crate::span(options);
            let round = run(&callers.into(), CLIENTS, span, prepared).await;
            done += round.operations;
            let memory = program.memory();
            looks.push(Look {
                at: began.elapsed(),
                done,
                memory: memory.now,
                peak: memory.peak,
            });
            bar.set_position(began.elapsed().as_secs());
        }
    }
    bar.finish_and_clear();
    program.stop();
    scene.finish().await.remove().await;
    looks
}
