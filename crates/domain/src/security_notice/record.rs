//! The record of a notice.

use time::Duration;

use super::{Audience, NewAudience, SecurityNoticeKind, ThreatAssessment};
use crate::{
    error::InvalidInput, ids::SecurityNoticeId, instant::Instant, office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// How soon a centre must know.
    Urgency as "urgency" {
        Routine = "routine", "regulär", "routine";
        Urgent = "urgent", "dringend", "urgent";
    }
}

vocabulary! {
    /// Where a notice stands.
    SecurityNoticeState as "state of a security notice" {
        Current = "current", "gültig", "current";
        Superseded = "superseded", "durch neuere Fassung ersetzt", "superseded by a later version";
        Withdrawn = "withdrawn", "zurückgezogen", "withdrawn";
    }
}

/// When a centre is reminded of what it has not acknowledged. The agreement names no times: these are the installation's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoticeRules {
    /// Of a routine notice, after it was issued.
    pub remind_after: Duration,
    /// Of an urgent one.
    pub remind_urgent_after: Duration,
}

impl Default for NoticeRules {
    /// Three days; four hours when it is urgent.
    fn default() -> Self {
        Self {
            remind_after: Duration::hours(72),
            remind_urgent_after: Duration::hours(4),
        }
    }
}

impl NoticeRules {
    /// When a centre is reminded of a notice that is issued at `at`.
    #[must_use]
    pub fn remind_at(&self, urgency: Urgency, at: Instant) -> Instant {
        at.plus(match urgency {
            Urgency::Routine => self.remind_after,
            Urgency::Urgent => self.remind_urgent_after,
        })
    }
}

/// What a version says of itself: all but whom it is addressed to, which stays as it is from version to version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeVersion {
    /// How soon centres must know.
    pub urgency: Urgency,
    /// From when on it holds.
    pub valid_from: Instant,
    /// Until when it holds, unless something newer is said.
    pub valid_until: Instant,
    /// What it says.
    pub assessment: ThreatAssessment,
}

impl NoticeVersion {
    /// Everything that makes no sense when it is issued at `now`.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let mut faults = Vec::new();
        if self.valid_until <= self.valid_from {
            faults.push(InvalidInput::new(
                "/valid_until".to_owned(),
                "must lie after valid_from",
            ));
        } else if self.valid_until <= now {
            faults.push(InvalidInput::new(
                "/valid_until".to_owned(),
                "lies in the past",
            ));
        }
        faults.extend(self.assessment.naming_somebody().map(|statement| {
            let pointer = format!("/assessment/statements/{statement}/text");
            InvalidInput::new(
                pointer,
                "must not contain a pseudonym: who a notice is about is said by its audience alone",
            )
        }));
        faults
    }
}

/// What an office issues.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewSecurityNotice {
    /// What it is about.
    pub kind: SecurityNoticeKind,
    /// Whom it is addressed to.
    pub audience: NewAudience,
    /// What it says.
    pub version: NoticeVersion,
}

impl NewSecurityNotice {
    /// Everything that makes no sense when it is issued at `now`.
    #[must_use]
    pub fn faults(&self, now: Instant) -> Vec<InvalidInput> {
        let mut faults = self.version.faults(now);
        if !self.audience.suits(self.kind) {
            faults.push(InvalidInput {
                pointer: "/audience".to_owned(),
                detail: format!(
                    "a notice of the kind {} can't be about this subject: what concerns one person goes to the one centre that knows her",
                    self.kind
                ),
            });
        }
        faults
    }
}

/// One version of a notice, without what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityNotice {
    /// The version's identifier.
    pub id: SecurityNoticeId,
    /// The identifier of its first version: the same for all of them.
    pub series: SecurityNoticeId,
    /// Counted from one.
    pub version: u32,
    /// The office that issued it.
    pub office: OfficeId,
    /// What it is about.
    pub kind: SecurityNoticeKind,
    /// How soon centres must know.
    pub urgency: Urgency,
    /// Whom it is addressed to.
    pub audience: Audience,
    /// From when on it holds.
    pub valid_from: Instant,
    /// Until when.
    pub valid_until: Instant,
    /// When it was issued.
    pub issued_at: Instant,
    /// Where it stands.
    pub state: SecurityNoticeState,
    /// When it was superseded or withdrawn.
    pub ended_at: Option<Instant>,
}

impl SecurityNotice {
    /// Whether nothing newer was said and its time is not over.
    #[must_use]
    pub fn holds_at(&self, now: Instant) -> bool {
        self.state == SecurityNoticeState::Current && now < self.valid_until
    }

    /// Once it no longer holds.
    #[must_use]
    pub fn ended(self, state: SecurityNoticeState, at: Instant) -> Self {
        Self {
            state,
            ended_at: Some(at),
            ..self
        }
    }
}
