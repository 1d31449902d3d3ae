//! `freigabe retention status`

use std::process::ExitCode;

use clap::Args;
use freigabe_domain::erasure::ErasureTarget;

use super::{OfYear, by_year, of_class, open};
use crate::{
    cli::{Failure, output::table, say},
    settings::CommonFlags,
};

/// Tell how many events are kept until when, and what is to be erased
///
/// Only reads.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Example:
  freigabe retention status")]
pub(in crate::cli) struct Status {
    #[command(flatten)]
    common: CommonFlags,
}

impl Status {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let (_, eraser) = open(self.common, false).await?;
        let found = async {
            let (now, years) = by_year(eraser.desk()).await?;
            Ok::<_, Failure>((now, years, eraser.desk().announced().await?))
        };
        let found = found.await;
        eraser.close().await;
        let (now, years, announced) = found?;
        if years.is_empty() {
            say("there are no events")?;
        } else {
            let heading = [
                "kept until the end of",
                "operations",
                "consent evidence",
                "",
            ];
            let rows = years.iter().map(|of| row(of, now.year()));
            table(heading, rows)?;
        }
        for erasure in &announced {
            let plan = &erasure.plan;
            let what = match plan.target {
                ErasureTarget::Year(year) => format!("{year}, {}", of_class(plan.class)),
                ErasureTarget::Case(case) => format!("case {case}"),
            };
            say(&format!(
                "announced on {} and not carried out: {what}, {} events",
                erasure.announced_at, plan.count
            ))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(of: &OfYear, now: u16) -> [String; 4] {
    let over = if of.year < now {
        "over: freigabe retention run --execute"
    } else {
        ""
    };
    [
        of.year.to_string(),
        of.operations.to_string(),
        of.evidence.to_string(),
        over.to_owned(),
    ]
}
