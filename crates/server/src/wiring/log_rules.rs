//! How this installation keeps its log: what is set, and what the database says already.

use freigabe_domain::{
    entropy::Entropy,
    exchange::LogDesk,
    log::{LogRules, RetentionSchedule},
};
use time::Duration;

use super::StartError;
use crate::{
    keys::{self, Found},
    settings::{Database, Settings},
};

/// The rules, with what the operator should be told. A log keeps the name that it began with, whatever is set; commands that
/// only look or add go on without a key. A server asks [`expect_complete`].
pub(super) async fn of(
    settings: &Settings,
    database: &Database,
    log: &dyn LogDesk,
    entropy: &dyn Entropy,
) -> Result<Found<LogRules>, StartError> {
    let head = log.logs().await.map_err(StartError::Log)?.pop();
    let begun = log
        .signed_checkpoint()
        .await
        .map_err(StartError::Log)?
        .is_some();
    let origin = head.map_or_else(|| settings.log_origin(), |head| head.origin);
    let signers = keys::log::signers(settings, database, &origin, begun, entropy)?;
    let policy = keys::log::policy(settings, &signers.key)?;
    let seconds = |seconds: u64| Duration::seconds(i64::try_from(seconds).unwrap_or(i64::MAX));
    let rules = LogRules {
        origin,
        signers: signers.key,
        policy,
        merge_deadline: seconds(settings.log_merge_deadline_seconds),
        before_disclose: settings.log_before_disclose,
        quorum_timeout: settings.log_quorum_timeout_seconds.map(seconds),
        backlog_limit: u64::from(settings.log_backlog_limit.get()),
        schedule: RetentionSchedule {
            evidence_years: settings.consent_evidence_years,
        },
    };
    Ok(Found {
        key: rules,
        notice: signers.notice,
    })
}

/// A server signs, and under the name that is set.
pub(super) fn expect_complete(
    settings: &Settings,
    database: &Database,
    rules: &LogRules,
) -> Result<(), StartError> {
    if let Some(configured) = &settings.log_origin
        && *configured != rules.origin
    {
        return Err(StartError::LogName {
            configured: configured.clone(),
            stored: rules.origin.clone(),
        });
    }
    Ok(keys::log::expect_signers(&rules.signers, database)?)
}
