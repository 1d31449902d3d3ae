//! What the benchmarks of `tests/benches` share: a bar that shows how far they are, and a table that holds what was measured
//! against its limit.

use std::{
    fs,
    path::PathBuf,
    process::{Command, ExitCode},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

/// What a number must not be beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// Nothing is asked of it.
    None,
    /// At most this.
    AtMost(f64),
    /// At least this.
    AtLeast(f64),
}

impl Limit {
    fn holds(self, measured: f64) -> bool {
        match self {
            Self::None => true,
            Self::AtMost(most) => measured <= most,
            Self::AtLeast(least) => measured >= least,
        }
    }

    fn written(self, unit: &str) -> String {
        match self {
            Self::None => String::new(),
            Self::AtMost(most) => format!("at most {}", number(most, unit)),
            Self::AtLeast(least) => format!("at least {}", number(least, unit)),
        }
    }
}

/// What came of a benchmark.
#[derive(Debug)]
pub struct Table {
    title: String,
    rows: Vec<[String; 4]>,
    broken: usize,
}

impl Table {
    /// Nothing was measured yet.
    #[must_use]
    pub fn new(title: impl Into<String>) -> Self {
        Self {
            title: title.into(),
            rows: Vec::new(),
            broken: 0,
        }
    }

    /// Adds what was measured. `besides` says what else there is to know about it.
    pub fn row(
        &mut self,
        what: impl Into<String>,
        limit: Limit,
        measured: f64,
        unit: &str,
        besides: impl Into<String>,
    ) {
        let mut measured_text = number(measured, unit);
        if !limit.holds(measured) {
            self.broken += 1;
            measured_text.push_str("  BROKEN");
        }
        self.rows.push([
            what.into(),
            limit.written(unit),
            measured_text,
            besides.into(),
        ]);
    }

    /// Prints the table. The status is 1 if a limit is broken.
    #[expect(clippy::print_stdout, reason = "a benchmark speaks on standard output")]
    pub fn finish(self) -> ExitCode {
        println!("\n{}\n", self.title);
        let heads = ["", "limit", "measured", ""].map(str::to_owned);
        let width = |column: usize| {
            let cells = self.rows.iter().chain([&heads]);
            cells.map(|row| row[column].chars().count()).max()
        };
        let widths = [0, 1, 2].map(|column| width(column).unwrap_or(0));
        for [what, limit, measured, besides] in [&heads].into_iter().chain(&self.rows) {
            let [first, second, third] = widths;
            let line = format!("{what:first$}   {limit:second$}   {measured:third$}   {besides}");
            println!("{}", line.trim_end());
        }
        if self.broken == 0 {
            println!("\nevery limit holds");
            ExitCode::SUCCESS
        } else {
            println!("\nBROKEN limits: {}", self.broken);
            ExitCode::FAILURE
        }
    }
}

fn number(value: f64, unit: &str) -> String {
    let digits = match value.abs() {
        large if large >= 100.0 => 0,
        medium if medium >= 10.0 => 1,
        _ => 2,
    };
    format!("{value:.digits$} {unit}").trim_end().to_owned()
}

/// A bar on standard error, where somebody looks.
///
/// # Panics
/// Never: the template is a fixed one.
#[must_use]
pub fn progress(length: u64, what: impl Into<String>) -> ProgressBar {
    let template = "{msg:34} {bar:30} {human_pos} of {human_len}, {eta} left";
    let style = ProgressStyle::with_template(template).expect("a template");
    ProgressBar::new(length)
        .with_style(style)
        .with_message(what.into())
}

/// The middle one of several; the upper middle of an even number of them.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn median(all: &[f64]) -> f64 {
    percentile(all, 0.5)
}

/// What so large a part of them does not exceed: `0.99` for p99.
///
/// # Panics
/// When there are none.
#[must_use]
pub fn percentile(all: &[f64], part: f64) -> f64 {
    let mut sorted = all.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let index = (sorted.len() as f64 * part).floor() as usize;
    sorted[index.min(sorted.len() - 1)]
}

/// In milliseconds.
#[must_use]
pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// The program as it is delivered (`deploy/Containerfile`), built if need be.
///
/// # Panics
/// When it can't be built.
#[must_use]
pub fn built_program() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = [
        "build",
        "--profile",
        "dist",
        "--locked",
        "-p",
        "freigabe-server",
    ];
    let status = Command::new(cargo).args(build).status();
    assert!(status.expect("cargo").success(), "the program is built");
    // This program is …/release/deps/log_verify-….
    let own = std::env::current_exe().expect("this program");
    let builds = own.ancestors().nth(3).expect("the folder of builds");
    let program = format!("freigabe{}", std::env::consts::EXE_SUFFIX);
    builds.join("dist").join(program)
}

/// Memory of a process that is its own and in use, in MB.
#[derive(Debug, Clone, Copy)]
pub struct Memory {
    /// Now.
    pub now: f64,
    /// The most so far.
    pub peak: f64,
}

/// What a process takes, as Linux tells it; none where there is no such process, or another system.
#[must_use]
pub fn memory_of(process: u32) -> Option<Memory> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let of = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
        Some(kibibytes * 1_024.0 / 1e6)
    };
    Some(Memory {
        now: of("VmRSS:")?,
        peak: of("VmHWM:")?,
    })
}
