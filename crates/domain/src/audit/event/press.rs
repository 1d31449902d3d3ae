//! What events say about press releases (point 7): which version, its digest, who approved it for which side. Never what it says.

use serde::Serialize;

use super::Event;
use crate::{
    gathering::{Participant, Side},
    ids::{OrganisationId, PressReleaseId},
    instant::Instant,
    office::OfficeId,
    press::{ApprovalEvidence, PressApproval, StoredPressRelease, TextDigest},
};

/// About one version of a press release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct PressNote {
    id: PressReleaseId,
    version: u32,
    sha256: TextDigest,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<u32>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    approvals: Vec<ApprovalNote>,
}

/// Who approved it, for which side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct ApprovalNote {
    side: Side,
    #[serde(skip_serializing_if = "Option::is_none")]
    office: Option<OfficeId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    organisation: Option<OrganisationId>,
    version: u32,
    at: Instant,
}

impl ApprovalNote {
    fn of(approval: &PressApproval) -> Self {
        Self {
            side: approval.side(),
            office: approval.by.office().cloned(),
            organisation: Participant::organisation(&approval.by),
            version: approval.version,
            at: approval.at,
        }
    }
}

impl Event {
    /// About a press release, and its latest version.
    #[must_use]
    pub fn about_press_release(mut self, release: &StoredPressRelease) -> Self {
        self.press_release = Some(PressNote {
            id: release.id,
            version: release.latest.number,
            sha256: release.latest.sha256,
            comment: None,
            approvals: Vec::new(),
        });
        self
    }

    /// About this comment on it, by its number, and the version that it is on.
    #[must_use]
    pub const fn with_press_comment(mut self, comment: u32) -> Self {
        if let Some(note) = &mut self.press_release {
            note.comment = Some(comment);
        }
        self
    }

    /// With an approval that was given.
    #[must_use]
    pub fn with_press_approval(mut self, approval: &PressApproval) -> Self {
        if let Some(note) = &mut self.press_release {
            note.approvals.push(ApprovalNote::of(approval));
        }
        self
    }

    /// With both approvals that a publication rests on.
    #[must_use]
    pub fn resting_on_approvals(self, evidence: &ApprovalEvidence) -> Self {
        self.with_press_approval(&evidence.police)
            .with_press_approval(&evidence.network)
    }
}
