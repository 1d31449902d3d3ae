//! The floor as a process of its own, so that its memory can be told as the program's is: this benchmark once more, which takes
//! orders on standard input, each a line of JSON, and answers each round with a line.
//!
//! In one thing the two are not alike. The program's clients run in the benchmark's process, and what they keep is not counted as the
//! program's; the floor has no clients, its process asks by itself. So its memory also holds what is to be done in a round and how long
//! each operation took: less than 1 MB.

use std::{
    io::{BufRead as _, BufReader, Write as _, stdin},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use freigabe_testkit::bench::{Memory, memory_of};
use serde::{Deserialize, Serialize};

use crate::{
    floor::Floor,
    load::{Run, Subjects, run},
    recording::Recording,
};

/// What the process is told.
#[derive(Serialize, Deserialize)]
enum Order {
    /// To repeat these statements from now on, with so many connections.
    Repeat {
        clients: usize,
        recording: Recording,
    },
    /// To let so many clients go on until the time is over, or nothing is left to be done; and to say what came of it.
    Round {
        clients: usize,
        span: Duration,
        subjects: Subjects,
    },
}

/// A running floor; stopped when it is dropped.
pub(crate) struct FloorProcess {
    child: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl FloorProcess {
    /// Starts it on a database, with one connection and nothing to repeat.
    pub(crate) fn start(url: &str) -> Self {
        let own = std::env::current_exe().expect("this program");
        let mut child = Command::new(own)
            .args(["--floor", url])
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the floor's process");
        let answers = child.stdout.take().expect("its output");
        Self {
            orders: child.stdin.take(),
            answers: BufReader::new(answers),
            child,
        }
    }

    /// What it repeats from now on.
    pub(crate) fn repeat(&mut self, clients: usize, recording: Recording) {
        self.tell(&Order::Repeat { clients, recording });
    }

    /// One round.
    pub(crate) fn run(&mut self, clients: usize, span: Duration, subjects: Subjects) -> Run {
        self.tell(&Order::Round {
            clients,
            span,
            subjects,
        });
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("an answer");
        serde_json::from_str(&answer).expect("what came of the floor's round")
    }

    /// The memory that it takes.
    pub(crate) fn memory(&self) -> Memory {
        memory_of(self.child.id()).expect("Linux, which tells the memory of a running program")
    }

    /// Lets go of the database.
    pub(crate) fn stop(mut self) {
        self.orders = None;
        let status = self.child.wait().expect("the floor's end");
        assert!(status.success(), "the floor ended well: {status}");
    }

    fn tell(&mut self, order: &Order) {
        let line = serde_json::to_string(order).expect("an order in JSON");
        let orders = self.orders.as_mut().expect("a floor that was not stopped");
        writeln!(orders, "{line}").expect("a floor that listens");
    }
}

impl Drop for FloorProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the process does, until nobody gives it orders any more.
pub(crate) async fn serve(url: &str) {
    let mut floor = Arc::new(Floor::open(url, 1, Recording::default()).await);
    for line in stdin().lines() {
        let order = serde_json::from_str(&line.expect("a line")).expect("an order");
        match order {
            Order::Repeat { clients, recording } => {
                floor.close().await;
                floor = Arc::new(Floor::open(url, clients, recording).await);
            }
            Order::Round {
                clients,
                span,
                subjects,
            } => {
                let run = run(&floor, clients, span, subjects).await;
                println!("{}", serde_json::to_string(&run).expect("JSON"));
            }
        }
    }
    floor.close().await;
}
