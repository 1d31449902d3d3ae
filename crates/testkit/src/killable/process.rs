//! The process that serves, as whoever started it sees it.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdin, Command, Stdio},
    thread,
    time::Duration,
};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use tokio::{sync::mpsc, time::timeout};

use super::{Order, Word};
use crate::{disk::Disk, node::Installation, planted::Planted};

/// How long the process may take to say something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running process. It is killed when this goes.
pub(crate) struct Process {
    pub(crate) url: String,
    child: Child,
    orders: ChildStdin,
    words: mpsc::UnboundedReceiver<Word>,
}

impl Process {
    /// Starts a program that calls [`super::main`], and lets it serve this installation, on that disk if one is named.
    pub(crate) async fn start(
        program: &Path,
        installation: &Installation,
        disk: Option<&Disk>,
    ) -> Self {
        let mut command = Command::new(program);
        command
            .env(super::CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        if let Some(disk) = disk {
            disk.under(&mut command);
        }
        let mut child = command.spawn().expect("a process");
        let orders = child.stdin.take().expect("its input");
        let output = BufReader::new(child.stdout.take().expect("its output"));
        let (said, words) = mpsc::unbounded_channel();
        thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                let word = serde_json::from_str(&line).expect("a word");
                if said.send(word).is_err() {
                    return;
                }
            }
        });
        let mut process = Self {
            url: String::new(),
            child,
            orders,
            words,
        };
        process.order(&Order::Serve {
            database_url: installation.database_url.clone(),
            master_key: installation.master_key.to_base64().to_string(),
            token_key: BASE64_STANDARD.encode(&installation.token_key),
            shift_micros: installation.shift.micros(),
            planted: installation.planted.as_ref().map(Planted::mistake),
        });
        match process.word().await {
            Word::Serving { url } => process.url = url,
            other => panic!("it said {other:?} instead of serving"),
        }
        process
    }

    pub(crate) fn order(&mut self, order: &Order) {
        let line = serde_json::to_string(order).expect("JSON");
        writeln!(self.orders, "{line}").expect("a process that listens");
    }

    pub(crate) async fn word(&mut self) -> Word {
        let word = timeout(PATIENCE, self.words.recv()).await;
        word.expect("a word in time").expect("a process that lives")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().expect("a killed process");
        self.child.wait().expect("a process that is gone");
    }
}
