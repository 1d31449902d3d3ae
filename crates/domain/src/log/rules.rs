//! How an installation keeps its log.

use freigabe_ledger::{
    note::{Note, NoteSigner, Signature},
    policy::Policy,
};
use time::Duration;

/// How an installation keeps its log.
#[derive(Debug)]
pub struct LogRules {
    /// Its name in checkpoints (C2SP tlog-checkpoint): a URL without a scheme, as `log.example.org/freigabe`.
    pub origin: String,
    /// Keys that sign checkpoints and receipts, all of them each time, so that one can take another's place. The first
    /// is the log's own. Without any, nothing is signed.
    pub signers: Vec<NoteSigner>,
    /// Which witnesses must cosign a checkpoint before it is published. None: the signed one is published at once.
    pub policy: Option<Policy>,
    /// Within this time after an event its leaf is in a published checkpoint; receipts promise it.
    pub merge_deadline: Duration,
    /// Whether a collected message is handed out only once its event is in a published checkpoint.
    pub before_disclose: bool,
    /// For how long the log may lack a published checkpoint before nothing is released or collected any more.
    pub quorum_timeout: Option<Duration>,
    /// With more waiting events nothing is taken on, except withdrawals.
    pub backlog_limit: u64,
    /// How long events are kept.
    pub schedule: RetentionSchedule,
}

impl LogRules {
    /// The usual rules for a log with this name, without keys and witnesses.
    #[must_use]
    pub fn new(origin: impl Into<String>) -> Self {
        Self {
            origin: origin.into(),
            signers: Vec::new(),
            policy: None,
            merge_deadline: Duration::seconds(60),
            before_disclose: false,
            quorum_timeout: None,
            backlog_limit: 65_536,
            schedule: RetentionSchedule::default(),
        }
    }

    /// Whether enough witnesses cosigned the checkpoint in this note.
    pub(super) fn is_satisfied(&self, note: &Note) -> bool {
        let policy = self.policy.as_ref();
        policy.is_none_or(|policy| policy.is_cosigned(note).unwrap_or(false))
    }

    /// Whether these witnesses, by their names in the policy, are enough.
    pub(super) fn is_quorum<'n>(&self, witnesses: impl IntoIterator<Item = &'n str>) -> bool {
        let policy = self.policy.as_ref();
        policy.is_none_or(|policy| policy.is_quorum(witnesses))
    }

    /// Whether this line is a valid cosignature, by one of the policy's witnesses, of the checkpoint with this text.
    pub(super) fn is_cosignature(&self, text: &str, signature: &Signature) -> bool {
        let witnesses = self.policy.iter().flat_map(Policy::witnesses);
        let mut valid = witnesses.filter_map(|witness| witness.verifier.verify(text, signature));
        valid.next().is_some()
    }
}

impl Default for LogRules {
    /// Of an installation that was not given a name for its log.
    fn default() -> Self {
        Self::new("freigabe.invalid/log")
    }
}

/// How long events are kept. Those that are no evidence of consent are erased after the year that follows the one in which
/// they were made, which is the law's (§ 76(4) BDSG) and can't be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionSchedule {
    /// Evidence of consent: so many years after the one in which the consent ends, or in which the event was made, if that
    /// is later (§§ 195, 199 BGB: 3).
    pub evidence_years: u16,
}

impl RetentionSchedule {
    /// The usual one.
    pub const USUAL: Self = Self { evidence_years: 3 };
}

impl Default for RetentionSchedule {
    fn default() -> Self {
        Self::USUAL
    }
}
