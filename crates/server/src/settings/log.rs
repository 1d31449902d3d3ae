//! Settings of the disclosure log, as far as they depend on each other.

use std::time::Duration;

use super::{Settings, SettingsError};

/// Longest origin that cosignatures allow (C2SP tlog-cosignature).
const LONGEST_ORIGIN: usize = 255;
const NO_ORIGIN: &str = "must be a host of yours and a path, such as freigabe.example/log: without https://, spaces and plus signs, at most 255 characters";

impl Settings {
    /// The name that a new log gets: what is set, and otherwise host and port by which partners reach the server, and `/log`.
    /// The name must not change with each start, so a port that the system chooses is left out.
    #[must_use]
    pub fn log_origin(&self) -> String {
        if let Some(origin) = &self.log_origin {
            return origin.clone();
        }
        let url = self.public_url_for(self.listen);
        let without_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let host = without_scheme.split('/').next().unwrap_or(without_scheme);
        format!("{}/log", host.strip_suffix(":0").unwrap_or(host))
    }

    /// How long after one checkpoint the next is signed at the earliest.
    #[must_use]
    pub const fn log_checkpoint_interval(&self) -> Duration {
        Duration::from_secs(self.log_checkpoint_interval_seconds)
    }
}

pub(super) fn check(settings: &Settings) -> Result<(), SettingsError> {
    let senseless = |name, problem| Err(SettingsError::Senseless { name, problem });
    if settings
        .log_origin
        .as_deref()
        .is_some_and(|origin| !is_origin(origin))
    {
        return senseless("log_origin", NO_ORIGIN);
    }
    if !(1..=10).contains(&settings.log_checkpoint_interval_seconds) {
        return senseless(
            "log_checkpoint_interval_seconds",
            "must be between 1 and 10",
        );
    }
    if !(30..=86_400).contains(&settings.log_merge_deadline_seconds) {
        return senseless(
            "log_merge_deadline_seconds",
            "must be between 30 and 86400: a receipt must not promise what a short failure breaks",
        );
    }
    if settings.log_backlog_limit.get() < 1_024 {
        return senseless("log_backlog_limit", "must be at least 1024");
    }
    if !(3..=30).contains(&settings.consent_evidence_years) {
        return senseless(
            "consent_evidence_years",
            "must be between 3 (the limitation period of §§ 195, 199 BGB) and 30",
        );
    }
    if settings.log_policy_file.is_none() {
        if settings.log_before_disclose {
            return senseless(
                "log_before_disclose",
                "waits for witnesses, but none are named; set log_policy_file as well",
            );
        }
        if settings.log_quorum_timeout_seconds.is_some() {
            return senseless(
                "log_quorum_timeout_seconds",
                "waits for witnesses, but none are named; set log_policy_file as well",
            );
        }
    }
    if let Some(seconds) = settings.log_quorum_timeout_seconds
        && !(5..=604_800).contains(&seconds)
    {
        return senseless(
            "log_quorum_timeout_seconds",
            "must be between 5 and 604800 (a week)",
        );
    }
    let signing = settings.log_signing_key_file.as_ref();
    if signing.is_some_and(|file| settings.log_other_key_files.contains(file)) {
        return senseless(
            "log_other_key_files",
            "names the file of log_signing_key_file too, which signs already; remove it there",
        );
    }
    Ok(())
}

/// The name of a log, from the command line.
///
/// # Errors
/// When it can't be one; what is wrong.
pub fn parse_log_origin(text: &str) -> Result<String, &'static str> {
    if is_origin(text) {
        Ok(text.to_owned())
    } else {
        Err(NO_ORIGIN)
    }
}

/// Whether a text may name a log: it stands in the first line of checkpoints, and as the name of its key.
fn is_origin(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= LONGEST_ORIGIN
        && !text.contains("://")
        && !text.contains('+')
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}
