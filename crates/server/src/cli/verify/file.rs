//! An export in a file: read on one thread, checked on several, put together in order.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, IsTerminal as _, Read as _},
    num::NonZeroUsize,
    path::Path,
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread,
};

use freigabe_domain::audit::EventReader;
use freigabe_ledger::{
    export::MAX_LINE,
    verify::{Checked, Checker, Setup, Verification},
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{Failure, Verified, about};

/// Lines that are handed over at a time.
const BATCH: usize = 256;
/// Batches that wait for a thread, or from one, at most: bounds the memory.
const WAITING: usize = 4;
/// Of a longer line only the beginning is read: it is a fault, whatever it says.
const LONGEST: u64 = MAX_LINE as u64 + 2;

/// Verifies the export in this file.
pub(super) fn verify(path: &Path, setup: &Setup) -> Result<Verified, Failure> {
    let file = File::open(path).map_err(|error| about(path, error))?;
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let progress = bar(length, "{bytes} of {total_bytes}, {eta} left");
    let mut input = BufReader::with_capacity(1 << 20, file);
    let first = line(&mut input).map_err(|error| about(path, error))?;
    let mut verification = Verification::begin(setup, &first).map_err(|error| {
        about(
            path,
            format_args!("{error}; it is no export that `freigabe export` wrote as NDJSON"),
        )
    })?;
    let checkpoint = verification.header().checkpoint.clone();
    let read = lines(&mut input, &mut verification, &progress);
    progress.finish_and_clear();
    read.map_err(|error| about(path, error))?;
    Ok(Verified {
        report: verification.finish(),
        checkpoint,
    })
}

/// All other lines.
fn lines(
    input: &mut (impl BufRead + Send),
    verification: &mut Verification,
    progress: &ProgressBar,
) -> io::Result<()> {
    let threads = thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let checker = verification.checker();
    thread::scope(|scope| {
        let mut workers = Vec::with_capacity(threads);
        for _ in 0..threads {
            let (send, work) = sync_channel::<Vec<Vec<u8>>>(WAITING);
            let (give, results) = sync_channel::<Vec<Checked>>(WAITING);
            let checker = checker.clone();
            scope.spawn(move || check(&checker, &work, &give));
            workers.push((send, results));
        }
        let (senders, results): (Vec<_>, Vec<_>) = workers.into_iter().unzip();
        let reader = scope.spawn(move || hand_out(input, &senders, progress));
        // Batches come back from the threads in turn, as they went out.
        'all: loop {
            for results in &results {
                let Ok(batch) = results.recv() else {
                    break 'all;
                };
                for checked in batch {
                    verification.accept(checked);
                }
            }
        }
        reader
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("reading ended by a defect")))
    })
}

fn check(checker: &Checker, work: &Receiver<Vec<Vec<u8>>>, give: &SyncSender<Vec<Checked>>) {
    for batch in work {
        let checked = batch
            .iter()
            .map(|line| checker.check(line, &EventReader))
            .collect();
        if give.send(checked).is_err() {
            break;
        }
    }
}

fn hand_out(
    input: &mut impl BufRead,
    senders: &[SyncSender<Vec<Vec<u8>>>],
    progress: &ProgressBar,
) -> io::Result<()> {
    for sender in senders.iter().cycle() {
        let mut batch = Vec::with_capacity(BATCH);
        let mut bytes = 0_u64;
        while batch.len() < BATCH {
            let line = line(input)?;
            if line.is_empty() {
                break;
            }
            bytes = bytes.saturating_add(u64::try_from(line.len()).unwrap_or(u64::MAX));
            batch.push(line);
        }
        progress.inc(bytes);
        let last = batch.len() < BATCH;
        if sender.send(batch).is_err() || last {
            break;
        }
    }
    Ok(())
}

/// The next line with its line feed; empty at the end.
fn line(input: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    input.by_ref().take(LONGEST).read_until(b'\n', &mut line)?;
    Ok(line)
}

/// A progress bar on standard error; none where nobody looks.
pub(super) fn bar(length: u64, template: &str) -> ProgressBar {
    let target = if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(length), target);
    match ProgressStyle::with_template(&format!("{{bar:40}} {template}")) {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
