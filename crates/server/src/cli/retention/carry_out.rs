//! An erasure from its announcement to its end, told on the way.

use std::{
    io::{self, IsTerminal as _},
    process::ExitCode,
    time::Duration,
};

use freigabe_domain::{
    erasure::{Erasure, ErasureTarget, Taken, TraceLeft},
    exchange::RetentionDesk,
};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::{Failure, say, warn};

/// Between two looks whether an announcement is published.
const BETWEEN_LOOKS: Duration = Duration::from_millis(500);
/// Looks whether events have entered the log.
const MOST_LOOKS: u32 = 20;
/// Times that an erasure is announced anew because something was added to it meanwhile.
const ANNOUNCEMENTS: u32 = 5;

/// How long to wait for a published checkpoint.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(Duration);

impl Patience {
    pub(super) const fn of(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

/// Announces, waits, erases. A failure says what it is about.
pub(super) async fn carry_out(
    desk: &dyn RetentionDesk,
    target: ErasureTarget,
    patience: Patience,
) -> Result<(), Failure> {
    let outcome = erase(desk, target, patience).await;
    outcome.map_err(|failure| Failure::new(format!("{}: {failure}", name(target))))
}

async fn erase(
    desk: &dyn RetentionDesk,
    target: ErasureTarget,
    patience: Patience,
) -> Result<(), Failure> {
    for _ in 0..ANNOUNCEMENTS {
        let announced = announced(desk, target).await?;
        until_published(desk, target, &announced, patience).await?;
        if let Some(gone) = take(desk, target, &announced).await? {
            say(&format!("{}: erased {gone} events", name(target)))?;
            return Ok(());
        }
        warn(&format!(
            "{}: something was added since it was announced; announcing it again",
            name(target)
        ));
    }
    Err(Failure::new(
        "something is added again and again; nothing was erased",
    ))
}

/// Events that were just made enter the log within a second.
async fn announced(
    desk: &dyn RetentionDesk,
    target: ErasureTarget,
) -> Result<Vec<Erasure>, Failure> {
    for _ in 0..MOST_LOOKS {
        if let Some(announced) = desk.announce(target).await? {
            return Ok(announced);
        }
        tokio::time::sleep(BETWEEN_LOOKS).await;
    }
    Err(Failure::new(
        "not all of it is in the log yet, and nothing was erased. Is a server running (freigabe log status)? Run this again later",
    ))
}

async fn until_published(
    desk: &dyn RetentionDesk,
    target: ErasureTarget,
    announced: &[Erasure],
    patience: Patience,
) -> Result<(), Failure> {
    let spinner = progress(None);
    spinner.set_message(format!(
        "{}: announced; waiting for a published checkpoint",
        name(target)
    ));
    let wait = async {
        for erasure in announced {
            while !desk.is_announcement_published(&erasure.intent).await? {
                spinner.tick();
                tokio::time::sleep(BETWEEN_LOOKS).await;
            }
        }
        Ok::<_, Failure>(())
    };
    let outcome = tokio::time::timeout(patience.0, wait).await;
    spinner.finish_and_clear();
    outcome.unwrap_or_else(|_| {
        Err(Failure::new(format!(
            "announced, but no published checkpoint covers the announcement after {} s. Nothing was erased. Is a server \
             running, and are the witnesses (freigabe log status)? Run this command again to go on",
            patience.0.as_secs()
        )))
    })
}

/// How many events went; none if another announcement is needed.
async fn take(
    desk: &dyn RetentionDesk,
    target: ErasureTarget,
    announced: &[Erasure],
) -> Result<Option<u64>, Failure> {
    let bar = progress(Some(
        announced.iter().map(|erasure| erasure.plan.count).sum(),
    ));
    let mut gone = 0_u64;
    loop {
        match desk.carry_out(target).await? {
            Taken::Some(some) => {
                gone = gone.saturating_add(some);
                bar.set_position(gone);
            }
            Taken::Last(last) => {
                bar.finish_and_clear();
                return Ok(Some(gone.saturating_add(last)));
            }
            Taken::Changed => {
                bar.finish_and_clear();
                return Ok(None);
            }
            // Somebody else was faster.
            Taken::Nothing => {
                bar.finish_and_clear();
                return Ok(Some(gone));
            }
        }
    }
}

/// Until the log says in a published checkpoint what was erased. What is verified before that hears of the announcement only.
pub(super) async fn until_reported(
    desk: &dyn RetentionDesk,
    patience: Patience,
) -> Result<(), Failure> {
    let spinner = progress(None);
    spinner.set_message("waiting for a published checkpoint with the report");
    let wait = async {
        while !desk.are_reports_published().await? {
            spinner.tick();
            tokio::time::sleep(BETWEEN_LOOKS).await;
        }
        Ok::<_, Failure>(())
    };
    let outcome = tokio::time::timeout(patience.0, wait).await;
    spinner.finish_and_clear();
    outcome.unwrap_or_else(|_| {
        warn(
            "erased, but no published checkpoint covers the report of it yet: is a server running?",
        );
        Ok(())
    })
}

/// Cleans the database's files, and tells what may be left in them.
pub(super) async fn clean_up(desk: &dyn RetentionDesk) -> Result<ExitCode, Failure> {
    let spinner = progress(None);
    spinner.set_message("cleaning the files of the database");
    spinner.enable_steady_tick(BETWEEN_LOOKS);
    let left = desk.clean_up().await;
    spinner.finish_and_clear();
    let Some(left) = left? else {
        return Ok(ExitCode::SUCCESS);
    };
    for trace in &left {
        warn(&trace.to_string());
    }
    if left.iter().any(TraceLeft::is_passing) {
        return Err(Failure::new(
            "erased, but the files of the database are not clean of it yet: run `freigabe retention run --execute` again",
        ));
    }
    say(
        "the files of the database are clean of what was erased, as far as this program reaches; backups are not",
    )?;
    Ok(ExitCode::SUCCESS)
}

fn name(target: ErasureTarget) -> String {
    match target {
        ErasureTarget::Year(year) => year.to_string(),
        ErasureTarget::Case(case) => format!("case {case}"),
    }
}

/// A bar up to a number, or a spinner; nothing where nobody looks.
fn progress(until: Option<u64>) -> ProgressBar {
    let (bar, style) = match until {
        Some(until) => (
            ProgressBar::new(until),
            ProgressStyle::with_template("{bar:40} {human_pos} of {human_len} events, {eta} left"),
        ),
        None => (
            ProgressBar::new_spinner(),
            ProgressStyle::with_template("{spinner} {msg}"),
        ),
    };
    if !io::stderr().is_terminal() {
        bar.set_draw_target(ProgressDrawTarget::hidden());
    }
    if let Ok(style) = style {
        bar.set_style(style);
    }
    bar
}
