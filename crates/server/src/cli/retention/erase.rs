//! `freigabe retention erase`

use std::process::ExitCode;

use clap::Args;
use freigabe_domain::{erasure::ErasureTarget, ids::CaseId};
use uuid::Uuid;

use super::{
    carry_out::{Patience, carry_out, clean_up, until_reported},
    open,
};
use crate::{
    cli::{Failure, say},
    settings::CommonFlags,
    wiring::Eraser,
};

/// Erase one person's case, her key included
///
/// For a person who may have her data erased (Art. 17 GDPR; § 58(2) BDSG). Gone are afterwards: the case with its key, its consents,
/// messages and notices, every event of the log about it, and every search of the log for it. The centre names the case by the
/// case_id that its system was given. All of its consents must have ended, and each office that collected something must have
/// answered its withdrawal notice; what the offices keep is theirs to erase.
///
/// Without --execute nothing is changed: it is only said whether it could be.
#[derive(Debug, Args)]
#[command(after_long_help = "\
Examples:
  freigabe retention erase 019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff
  freigabe retention erase 019a6b2e-7c40-7e11-9d3f-5a2b8c4d6eff --execute")]
pub(in crate::cli) struct Erase {
    /// The case
    #[arg(value_name = "CASE")]
    case: Uuid,
    /// Erase; otherwise only say whether it could be
    #[arg(long)]
    execute: bool,
    /// Seconds to wait until the announcement is published
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    wait: u64,
    #[command(flatten)]
    common: CommonFlags,
}

impl Erase {
    pub(super) async fn run(self) -> Result<ExitCode, Failure> {
        let (_, eraser) = open(self.common.clone(), self.execute).await?;
        let outcome = self.erase(&eraser).await;
        eraser.close().await;
        outcome
    }

    async fn erase(&self, eraser: &Eraser) -> Result<ExitCode, Failure> {
        let (desk, case) = (eraser.desk(), CaseId::from_uuid(self.case));
        let standing = desk
            .case_standing(case)
            .await
            .map_err(|error| match error {
                freigabe_domain::Error::NotFound => Failure::new(
                    "there is no such case: it was never here, or it is erased already",
                ),
                other => other.into(),
            })?;
        standing.expect_ended()?;
        if !self.execute {
            say("the case can be erased; nothing was changed; --execute erases it")?;
            return Ok(ExitCode::SUCCESS);
        }
        let patience = Patience::of(self.wait);
        carry_out(desk, ErasureTarget::Case(case), patience).await?;
        until_reported(desk, patience).await?;
        clean_up(desk).await
    }
}
