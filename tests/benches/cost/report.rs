//! What came of it, beside what was wanted, as a table for people and for `docs/evidence`.

use std::fmt::Write as _;

use freigabe_testkit::{
    Backend,
    bench::{Memory, median},
};

use crate::{load::Run, operation::Operation};

/// All rounds of one operation with so many clients on one database.
pub(crate) struct Measured {
    pub(crate) backend: Backend,
    pub(crate) operation: Operation,
    pub(crate) clients: usize,
    /// In the transaction that the floor repeats.
    pub(crate) statements: usize,
    pub(crate) program: Vec<Run>,
    pub(crate) floor: Vec<Run>,
    pub(crate) pgbench: Vec<Run>,
}

/// What a number must keep to.
#[derive(Clone, Copy)]
pub(crate) enum Limit {
    AtLeast(f64),
    AtMost(f64),
}

impl Limit {
    /// The number as it stands in a table, beside its limit. One that does not keep to it is counted.
    pub(crate) fn hold(self, measured: f64, broken: &mut usize) -> String {
        let (holds, sign, limit) = match self {
            Self::AtLeast(limit) => (measured >= limit, "≥", limit),
            Self::AtMost(limit) => (measured <= limit, "≤", limit),
        };
        *broken += usize::from(!holds);
        let verdict = if holds { "" } else { ", **missed**" };
        format!("{measured:.2} ({sign} {limit}{verdict})")
    }
}

impl Measured {
    /// What the throughput by the floor's and the p99 by the floor's must keep to. Release and collection alone have limits.
    const fn limits(&self) -> (Option<Limit>, Option<Limit>) {
        use Limit::{AtLeast, AtMost};
        match (self.operation, self.backend, self.clients) {
            (Operation::Release | Operation::Collection, Backend::Postgres, 8) => {
                (Some(AtLeast(0.7)), Some(AtMost(2.0)))
            }
            (Operation::Release | Operation::Collection, Backend::Postgres, 32) => {
                (Some(AtLeast(0.5)), Some(AtMost(2.0)))
            }
            (Operation::Release | Operation::Collection, Backend::Sqlite, _) => {
                (Some(AtLeast(0.8)), None)
            }
            _ => (None, None),
        }
    }

    fn row(&self, broken: &mut usize) -> String {
        let of = |runs: &[Run], part: fn(&Run) -> f64| {
            median(&runs.iter().map(part).collect::<Vec<_>>())
        };
        let mut held = |measured: f64, limit: Option<Limit>| match limit {
            None => format!("{measured:.2}"),
            Some(limit) => limit.hold(measured, broken),
        };
        let (program, floor) = (&self.program, &self.floor);
        let rates = of(program, |run| run.rate) / of(floor, |run| run.rate);
        let tails = of(program, |run| run.p99) / of(floor, |run| run.p99);
        let (rate, p99) = self.limits();
        let (rates, tails) = (held(rates, rate), held(tails, p99));
        let pgbench = match self.pgbench.as_slice() {
            [] => String::new(),
            runs => format!("{:.0}", of(runs, |run| run.rate)),
        };
        format!(
            "| {} | {} | {} | {} | {:.0} | {:.0} | {pgbench} | {rates} | {:.1} / {:.1} | {:.1} / {:.1} | {tails} | {:.2} | {:.2} / {:.2} |",
            name(self.backend),
            self.operation,
            self.clients,
            self.statements,
            of(program, |run| run.rate),
            of(floor, |run| run.rate),
            of(program, |run| run.p50),
            of(floor, |run| run.p50),
            of(program, |run| run.p99),
            of(floor, |run| run.p99),
            of(program, |run| run.busy) / of(floor, |run| run.busy),
            of(program, |run| run.busy),
            of(floor, |run| run.busy),
        )
    }
}

/// Its name in tables.
pub(crate) const fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}

/// The memory of the program without a client and after all rounds, each beside the floor's.
pub(crate) fn memory(idle: [Memory; 2], after: [Memory; 2]) -> String {
    let beside = |both: [Memory; 2], part: fn(Memory) -> f64| {
        let [program, floor] = both.map(part);
        format!(
            "{program:.0} MB ({:.2} of the floor's {floor:.0})",
            program / floor
        )
    };
    format!(
        "memory without a client {}, after all rounds {}, at most {}",
        beside(idle, |memory| memory.now),
        beside(after, |memory| memory.now),
        beside(after, |memory| memory.peak),
    )
}

/// The table, and how many limits are broken.
pub(crate) fn table(all: &[Measured]) -> (String, usize) {
    let mut text = "| database | operation | clients | statements | program, 1/s | floor, 1/s | pgbench, 1/s | program by floor | p50, ms | p99, ms | p99 by floor's | processor by floor's | processor, ms |\n\
        | --- | --- | --: | --: | --: | --: | --: | --- | --- | --- | --- | --: | --- |\n"
        .to_owned();
    let mut broken = 0;
    for measured in all {
        writeln!(text, "{}", measured.row(&mut broken)).expect("written");
    }
    (text, broken)
}
