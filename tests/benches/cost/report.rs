//! What came of it, beside what was wanted, as a table for people and for `docs/evidence`.

use std::fmt::Write as _;

use freigabe_testkit::{Backend, bench::median};

use crate::{load::Run, operation::Operation};

/// All rounds of one operation with so many clients on one database.
pub(crate) struct Measured {
    pub(crate) backend: Backend,
    pub(crate) operation: Operation,
    pub(crate) clients: usize,
    pub(crate) program: Vec<Run>,
    pub(crate) floor: Vec<Run>,
    pub(crate) pgbench: Vec<Run>,
}

/// What a row must keep to. Release and collection alone have limits.
struct Wanted {
    /// Of the floor's throughput, at least.
    rate: Option<f64>,
    /// Of the floor's p99, at most.
    p99: Option<f64>,
}

impl Measured {
    fn wanted(&self) -> Wanted {
        let (rate, p99) = match (self.operation, self.backend, self.clients) {
            (Operation::Release | Operation::Collection, Backend::Postgres, 8) => {
                (Some(0.7), Some(2.0))
            }
            (Operation::Release | Operation::Collection, Backend::Postgres, 32) => {
                (Some(0.5), Some(2.0))
            }
            (Operation::Release | Operation::Collection, Backend::Sqlite, _) => (Some(0.8), None),
            _ => (None, None),
        };
        Wanted { rate, p99 }
    }

    fn row(&self) -> (String, usize) {
        let of = |runs: &[Run], part: fn(&Run) -> f64| {
            median(&runs.iter().map(part).collect::<Vec<_>>())
        };
        let mut broken = 0;
        let mut held = |measured: f64, wanted: Option<f64>, least: bool| match wanted {
            None => format!("{measured:.2}"),
            Some(limit) => {
                let holds = if least {
                    measured >= limit
                } else {
                    measured <= limit
                };
                broken += usize::from(!holds);
                let sign = if least { "≥" } else { "≤" };
                let verdict = if holds { "" } else { ", **missed**" };
                format!("{measured:.2} ({sign} {limit}{verdict})")
            }
        };
        let (program, floor) = (&self.program, &self.floor);
        let rates = of(program, |run| run.rate) / of(floor, |run| run.rate);
        let tails = of(program, |run| run.p99) / of(floor, |run| run.p99);
        let wanted = self.wanted();
        let (rates, tails) = (
            held(rates, wanted.rate, true),
            held(tails, wanted.p99, false),
        );
        let pgbench = match self.pgbench.as_slice() {
            [] => String::new(),
            runs => format!("{:.0}", of(runs, |run| run.rate)),
        };
        let row = format!(
            "| {} | {} | {} | {:.0} | {:.0} | {pgbench} | {rates} | {:.1} / {:.1} | {:.1} / {:.1} | {tails} | {:.2} | {:.2} / {:.2} |",
            name(self.backend),
            self.operation,
            self.clients,
            of(program, |run| run.rate),
            of(floor, |run| run.rate),
            of(program, |run| run.p50),
            of(floor, |run| run.p50),
            of(program, |run| run.p99),
            of(floor, |run| run.p99),
            of(program, |run| run.busy) / of(floor, |run| run.busy),
            of(program, |run| run.busy),
            of(floor, |run| run.busy),
        );
        (row, broken)
    }
}

/// Its name in tables.
pub(crate) const fn name(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "SQLite",
        Backend::Postgres => "PostgreSQL",
    }
}

/// The table, and how many limits are broken.
pub(crate) fn table(all: &[Measured]) -> (String, usize) {
    let mut text = "| database | operation | clients | program, 1/s | floor, 1/s | pgbench, 1/s | program by floor | p50, ms | p99, ms | p99 by floor's | processor by floor's | processor, ms |\n\
        | --- | --- | --: | --: | --: | --: | --- | --- | --- | --- | --: | --- |\n"
        .to_owned();
    let mut broken = 0;
    for measured in all {
        let (row, misses) = measured.row();
        writeln!(text, "{row}").expect("written");
        broken += misses;
    }
    (text, broken)
}
