//! How long a verifier takes: `cargo bench -p freigabe-tests --bench log_verify`.
//!
//! Writes an export of a million events with their payloads, and lets the program verify it as an auditor would:
//! `freigabe verify FILE`, on two cores. Allowed are ten seconds and 200 MB. The floor, in the same run, is reading the file
//! and hashing each of its bytes once, on one core: a verifier decodes and hashes them as well, and reads JSON twice.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "what goes wrong here ends the benchmark"
)]

mod export;

use std::{
    fs::{self, File},
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, ExitCode, Stdio},
    time::{Duration, Instant},
};

use clap::Parser;
use freigabe_testkit::bench::{
    Limit, Table, built_program, median, memory_of, percentile, progress,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// How often the memory of the program is looked at: the system keeps the peak, so only the last moment can be missed.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How long verifying an export takes, and how much memory.
#[derive(Debug, Parser)]
struct Options {
    /// Events in the export
    #[arg(long, env = "FREIGABE_BENCH_EVENTS", default_value_t = 1_000_000)]
    events: u64,
    /// How often it is verified
    #[arg(long, env = "FREIGABE_BENCH_ROUNDS", default_value_t = 5)]
    rounds: usize,
    /// The program, if it need not be built
    #[arg(long, env = "FREIGABE_BENCH_PROGRAM", value_name = "FILE")]
    program: Option<PathBuf>,
    /// Passed on by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let program = options.program.clone().unwrap_or_else(built_program);
    let folder = std::env::temp_dir().join(format!("freigabe-verify-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the export");
    let status = measured(&options, &program, &folder);
    fs::remove_dir_all(&folder).expect("the folder removed");
    status
}

fn measured(options: &Options, program: &Path, folder: &Path) -> ExitCode {
    let (file, report) = (folder.join("log.ndjson"), folder.join("report.json"));
    let bar = progress(options.events, "events written");
    export::write(&file, options.events, |index| {
        if index % 1_000 == 0 {
            bar.set_position(index);
        }
    })
    .expect("an export");
    bar.finish_and_clear();
    let bytes = fs::metadata(&file).expect("the export").len();
    let cores = on_two_cores();
    let bar = progress(options.rounds as u64, "verified");
    let (mut seconds, mut floors, mut peaks) = (Vec::new(), Vec::new(), Vec::new());
    let mut busy = Vec::new();
    for _ in 0..options.rounds {
        floors.push(hashed(&file));
        let run = verified(program, &file, &report);
        seconds.push(run.seconds);
        busy.push(run.busy);
        peaks.extend(run.peak);
        expect_sound(&report, options.events);
        bar.inc(1);
    }
    bar.finish_and_clear();
    let title = format!(
        "freigabe verify on {} events ({} MB), {cores}",
        options.events,
        bytes / 1_000_000
    );
    let mut table = Table::new(title);
    let spread = |all: &[f64]| {
        let (least, most) = (percentile(all, 0.0), percentile(all, 1.0));
        format!("{least:.2} to {most:.2} in {} rounds", all.len())
    };
    // For other sizes than the one that the limits were made for.
    let limit = |most: f64| match options.events {
        1_000_000 => Limit::AtMost(most),
        _ => Limit::None,
    };
    let (time, floor) = (median(&seconds), median(&floors));
    table.row("time", limit(10.0), time, "s", spread(&seconds));
    let what = "processor time";
    table.row(
        what,
        Limit::None,
        median(&busy),
        "s",
        "of both cores together",
    );
    let what = "floor: every byte hashed once";
    table.row(what, Limit::None, floor, "s", spread(&floors));
    table.row("time by floor", Limit::None, time / floor, "", "");
    if peaks.is_empty() {
        table.row(
            "peak memory",
            Limit::None,
            f64::NAN,
            "",
            "not told by this system",
        );
    } else {
        let most = percentile(&peaks, 1.0);
        table.row(
            "peak memory",
            Limit::AtMost(200.0),
            most,
            "MB",
            spread(&peaks),
        );
    }
    table.finish()
}

/// One verification.
struct Run {
    seconds: f64,
    /// Processor time, in seconds. If the run took much more than half of it, something else was running.
    busy: f64,
    /// In MB.
    peak: Option<f64>,
}

fn verified(program: &Path, file: &Path, report: &Path) -> Run {
    let (began, busy_before) = (Instant::now(), busy());
    let mut child = Command::new(program)
        .arg("verify")
        .arg(file)
        .arg("--key")
        .arg(export::signer().verifier().to_string())
        .args(["--at", export::VERIFIED_AT, "--format", "json", "--output"])
        .arg(report)
        .stdin(Stdio::null())
        .spawn()
        .expect("the program");
    let mut peak = None;
    loop {
        if let Some(status) = child.try_wait().expect("the program's end") {
            let seconds = began.elapsed().as_secs_f64();
            assert!(status.success(), "the export is verified: {status}");
            return Run {
                seconds,
                busy: busy() - busy_before,
                peak,
            };
        }
        peak = memory_of(child.id()).map(|memory| memory.peak).or(peak);
        std::thread::sleep(LOOK_EVERY);
    }
}

/// Processor time of all programs that this one started and that have ended, in seconds.
fn busy() -> f64 {
    use nix::sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike as _,
    };
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("the processor time");
    let micros = usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    micros as f64 / 1e6
}

#[track_caller]
fn expect_sound(report: &Path, events: u64) {
    let report = fs::read(report).expect("a report");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    assert_eq!(report["verified"], true);
    assert_eq!(report["leaves"]["open"], events, "{report}");
}

fn hashed(file: &Path) -> f64 {
    let began = Instant::now();
    let mut input = File::open(file).expect("the export");
    let mut buffer = vec![0; 1 << 20];
    let mut hash = Sha256::new();
    loop {
        match input.read(&mut buffer).expect("the export") {
            0 => break,
            read => hash.update(&buffer[..read]),
        }
    }
    std::hint::black_box(hash.finalize());
    began.elapsed().as_secs_f64()
}

/// Leaves this process, and what it starts, two cores.
#[cfg(target_os = "linux")]
fn on_two_cores() -> String {
    use nix::{
        sched::{CpuSet, sched_getaffinity, sched_setaffinity},
        unistd::Pid,
    };
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("the cores");
    let mut two = CpuSet::new();
    let cores = (0..CpuSet::count()).filter(|core| allowed.is_set(*core).unwrap_or(false));
    let mut number = 0;
    for core in cores.take(2) {
        two.set(core).expect("a core");
        number += 1;
    }
    sched_setaffinity(this, &two).expect("two cores");
    format!("on {number} cores")
}

#[cfg(not(target_os = "linux"))]
fn on_two_cores() -> String {
    "on all cores: this system can't be told to use two".to_owned()
}
