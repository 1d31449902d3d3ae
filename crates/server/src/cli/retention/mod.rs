//! `freigabe retention`

mod carry_out;
mod erase;
mod run;
mod status;

use std::process::ExitCode;

use clap::Subcommand;
use freigabe_domain::{exchange::RetentionDesk, instant::Instant};
use freigabe_ledger::LeafClass;

use super::{Failure, quiet_settings, warn};
use crate::{
    settings::{CommonFlags, Settings},
    wiring::Eraser,
};

/// Erase what was kept long enough, and what a person may have erased
///
/// Events of the disclosure log are kept until the end of their year: the year after the one in which they were made (§ 76(4)
/// BDSG), evidence of consent for a period of its own (consent_evidence_years). Erased are payload and salt; the leaves stay, so
/// that the log can still be verified, and the log says what was erased and why.
///
/// On PostgreSQL these commands need the login that owns the tables, as `freigabe migrate` does; the server's role can't erase.
#[derive(Debug, Subcommand)]
pub(super) enum Retention {
    Status(status::Status),
    Run(run::Run),
    Erase(erase::Erase),
}

impl Retention {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        match self {
            Self::Status(status) => status.run().await,
            Self::Run(run) => run.run().await,
            Self::Erase(erase) => erase.run().await,
        }
    }
}

/// The settings, and the installation that they name; it keeps the log meanwhile if something is to be announced.
async fn open(common: CommonFlags, keep_log: bool) -> Result<(Settings, Eraser), Failure> {
    let settings = quiet_settings(common)?;
    let eraser = Eraser::open(&settings, keep_log).await?;
    eraser.notices.iter().for_each(|notice| warn(notice));
    Ok((settings, eraser))
}

/// Events of one expiry year that are there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct OfYear {
    year: u16,
    operations: u64,
    evidence: u64,
    /// Those that are not in the log yet.
    waiting: u64,
}

impl OfYear {
    const fn count(self) -> u64 {
        self.operations.saturating_add(self.evidence)
    }
}

/// What there is by expiry year, ascending, and the database's time.
async fn by_year(desk: &dyn RetentionDesk) -> Result<(Instant, Vec<OfYear>), Failure> {
    let (now, groups) = desk.kept().await?;
    let mut years: Vec<OfYear> = Vec::new();
    for group in groups {
        let same = |last: &&mut OfYear| last.year == group.expiry_year;
        if years.last_mut().filter(same).is_none() {
            years.push(OfYear {
                year: group.expiry_year,
                ..OfYear::default()
            });
        }
        let Some(last) = years.last_mut() else {
            continue;
        };
        let number = match group.class {
            LeafClass::Operations => &mut last.operations,
            LeafClass::ConsentEvidence => &mut last.evidence,
        };
        *number = number.saturating_add(group.count);
        if group.places.is_none() {
            last.waiting = last.waiting.saturating_add(group.count);
        }
    }
    Ok((now, years))
}

/// A class, for people.
const fn class_name(class: LeafClass) -> &'static str {
    match class {
        LeafClass::Operations => "operations",
        LeafClass::ConsentEvidence => "consent evidence",
    }
}

/// Of which class, for people.
fn of_class(class: Option<LeafClass>) -> &'static str {
    class.map_or("all classes", class_name)
}
