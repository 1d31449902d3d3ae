//! `freigabe retention run`

use std::{process::ExitCode, time::Duration};

use clap::Args;
use freigabe_domain::erasure::ErasureTarget;

use super::{
    OfYear, by_year,
    carry_out::{Patience, carry_out, clean_up, until_reported},
    open,
};
use crate::{
    cli::{Failure, say, signals::Signals, warn},
    settings::CommonFlags,
    wiring::Eraser,
};

/// Erase the events whose year is over
///
/// Without --execute nothing is changed: it is only said what would be. An erasure is announced in the log; when a published
/// checkpoint covers the announcement, payload and salt of the events go, and the log says that it is done. On PostgreSQL a year is
/// dropped as a whole. Whatever was announced before and not carried out is carried out as well. Then the files of the database
/// are cleaned of what the erased events left in them.
///
/// May be stopped at any moment and run again. A timer should run it each day (deploy/freigabe-retention.timer), or it runs on by
/// itself with --watch.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe retention run
  freigabe retention run --execute
  freigabe retention run --execute --watch")]
pub(in crate::cli) struct Run {
    /// Erase; otherwise only say what would be
    #[arg(long)]
    execute: bool,
    /// Go on, and look again after some hours
    #[arg(long, requires = "execute")]
    watch: bool,
    /// Hours between two looks
    #[arg(long, value_name = "HOURS", default_value_t = 24, requires = "watch", value_parser = clap::value_parser!(u64).range(1..=24 * 31))]
    every: u64,
    /// Seconds to wait until an announcement is published
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    wait: u64,
    #[command(flatten)]
    common: CommonFlags,
}

impl Run {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let (_, eraser) = open(self.common.clone(), self.execute).await?;
        let outcome = self.rounds(&eraser).await;
        eraser.close().await;
        outcome
    }

    async fn rounds(&self, eraser: &Eraser) -> Result<ExitCode, Failure> {
        if !self.watch {
            return self.round(eraser).await;
        }
        let mut signals = Signals::listen()?;
        let hours = Duration::from_secs(self.every.saturating_mul(3_600));
        loop {
            tokio::select! {
                // What is cut off here goes on the next time.
                () = signals.any() => return Ok(ExitCode::SUCCESS),
                outcome = self.round(eraser) => if let Err(failure) = outcome {
                    // What could not be done today is done another day.
                    warn(&failure.to_string());
                },
            }
            tokio::select! {
                () = signals.any() => return Ok(ExitCode::SUCCESS),
                () = tokio::time::sleep(hours) => {}
            }
        }
    }

    async fn round(&self, eraser: &Eraser) -> Result<ExitCode, Failure> {
        let desk = eraser.desk();
        let (now, years) = by_year(desk).await?;
        let over: Vec<OfYear> = years
            .into_iter()
            .filter(|of| of.year < now.year())
            .collect();
        let mut targets: Vec<ErasureTarget> =
            over.iter().map(|of| ErasureTarget::Year(of.year)).collect();
        let begun = desk.announced().await?;
        targets.extend(begun.iter().map(|known| known.plan.target));
        targets.sort_unstable();
        targets.dedup();
        for of in &over {
            say(&planned(of, self.execute))?;
        }
        for target in &targets {
            if let ErasureTarget::Case(case) = target {
                say(&format!("case {case}: announced, and not carried out yet"))?;
            }
        }
        if targets.is_empty() {
            say("nothing is to be erased")?;
        }
        if !self.execute {
            if !targets.is_empty() {
                say("nothing was changed; --execute erases")?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let patience = Patience::of(self.wait);
        // One that can't be carried out holds up none of the others, nor the cleaning after those that were.
        let mut failures = Vec::new();
        for target in targets {
            if let Err(failure) = carry_out(desk, target, patience).await {
                failures.push(failure.to_string());
            }
        }
        until_reported(desk, patience).await?;
        let cleaned = clean_up(desk).await?;
        if failures.is_empty() {
            return Ok(cleaned);
        }
        Err(Failure::new(failures.join("; ")))
    }
}

fn planned(of: &OfYear, execute: bool) -> String {
    let verb = if execute { "to erase" } else { "would erase" };
    let mut line = format!(
        "{}: {verb} {} events ({} operations, § 76(4) BDSG; {} consent evidence, end of its period)",
        of.year,
        of.count(),
        of.operations,
        of.evidence
    );
    if of.waiting > 0 {
        line.push_str(&format!("; {} of them are not in the log yet", of.waiting));
    }
    line
}
