//! Clients that do an operation again and again, and what came of it.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use freigabe_testkit::bench::{millis, percentile};
use serde::{Deserialize, Serialize};

use crate::{machine, operation::Subject};

/// Whoever carries out an operation: the program, or its floor.
pub(crate) trait Side: Send + Sync + 'static {
    /// Once, as the client with this number. What goes wrong ends the benchmark.
    fn once(&self, client: usize, subject: Subject) -> impl Future<Output = ()> + Send;
}

/// What came of one round.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Run {
    /// How many there were.
    pub(crate) operations: usize,
    /// Operations in a second.
    pub(crate) rate: f64,
    /// Milliseconds.
    pub(crate) p50: f64,
    /// Milliseconds.
    pub(crate) p99: f64,
    /// Milliseconds of processor time for each operation: of everything that ran on the machine.
    pub(crate) busy: f64,
}

/// What is left to be done, by all clients together.
#[derive(Serialize, Deserialize)]
pub(crate) struct Subjects {
    all: Vec<Subject>,
    uses_up: bool,
    next: AtomicUsize,
}

impl Subjects {
    pub(crate) fn new(all: Vec<Subject>, uses_up: bool) -> Self {
        let next = AtomicUsize::new(0);
        Self { all, uses_up, next }
    }

    pub(crate) fn all(&self) -> &[Subject] {
        &self.all
    }

    fn take(&self) -> Option<Subject> {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        match self.uses_up {
            true => self.all.get(number).copied(),
            false => self.all.get(number % self.all.len()).copied(),
        }
    }
}

/// Lets so many clients go on until the time is over, or nothing is left to be done.
pub(crate) async fn run<S: Side>(
    side: &Arc<S>,
    clients: usize,
    span: Duration,
    subjects: Subjects,
) -> Run {
    let subjects = Arc::new(subjects);
    let busy = machine::busy();
    let began = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let (side, subjects) = (Arc::clone(side), Arc::clone(&subjects));
            tokio::spawn(async move {
                let mut times = Vec::new();
                while began.elapsed() < span {
                    let Some(subject) = subjects.take() else {
                        break;
                    };
                    let began = Instant::now();
                    side.once(client, subject).await;
                    times.push(millis(began.elapsed()));
                }
                times
            })
        })
        .collect();
    let mut times = Vec::new();
    for task in tasks {
        times.extend(task.await.expect("a client"));
    }
    let seconds = began.elapsed().as_secs_f64();
    let number = times.len() as f64;
    Run {
        operations: times.len(),
        rate: number / seconds,
        p50: percentile(&times, 0.5),
        p99: percentile(&times, 0.99),
        busy: (machine::busy() - busy) * 1_000.0 / number,
    }
}
