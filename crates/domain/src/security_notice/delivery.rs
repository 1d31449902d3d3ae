//! What became of a notice at one of the centres that it is addressed to.

use super::Urgency;
use crate::{
    ids::{CaseId, OrganisationId, SecurityNoticeId},
    instant::Instant,
    office::OfficeId,
    vocabulary::vocabulary,
};

vocabulary! {
    /// As what somebody acknowledges a notice.
    AcknowledgingRole as "acknowledging role" {
        Management = "management", "Leitung", "management";
        SecurityOfficer = "security_officer", "Sicherheitsbeauftragte Person", "security officer";
        OnCallCounsellor = "on_call_counsellor", "Bereitschaft", "counsellor on call";
        Counsellor = "counsellor", "Beratende Person", "counsellor";
    }
}

impl AcknowledgingRole {
    /// Whether it answers for the centre as an urgent notice demands: somebody who can see to it at once.
    #[must_use]
    pub const fn may_acknowledge(self, urgency: Urgency) -> bool {
        match urgency {
            Urgency::Routine => true,
            Urgency::Urgent => match self {
                Self::Management | Self::SecurityOfficer | Self::OnCallCounsellor => true,
                Self::Counsellor => false,
            },
        }
    }
}

/// A notice at one centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoticeDelivery {
    /// The notice.
    pub notice: SecurityNoticeId,
    /// The office that issued it.
    pub office: OfficeId,
    /// The centre.
    pub organisation: OrganisationId,
    /// The case of the person that it is about.
    pub case: Option<CaseId>,
    /// When it was issued.
    pub issued_at: Instant,
    /// When the centre is reminded, unless it has acknowledged.
    pub remind_at: Instant,
    /// When the centre's client first listed it.
    pub delivered_at: Option<Instant>,
    /// When its content was first read.
    pub read_at: Option<Instant>,
    /// When it was reminded.
    pub reminded_at: Option<Instant>,
    /// When it was acknowledged, and as what.
    pub acknowledged: Option<(Instant, AcknowledgingRole)>,
}

impl NoticeDelivery {
    /// Whether a reminder is due at `now`, as long as the notice is current.
    #[must_use]
    pub fn is_to_be_reminded(&self, now: Instant) -> bool {
        self.acknowledged.is_none() && self.reminded_at.is_none() && self.remind_at <= now
    }

    /// Once it was listed; the first time counts.
    #[must_use]
    pub fn delivered(self, at: Instant) -> Self {
        Self {
            delivered_at: self.delivered_at.or(Some(at)),
            ..self
        }
    }

    /// Once its content was read; the first time counts.
    #[must_use]
    pub fn read(self, at: Instant) -> Self {
        Self {
            read_at: self.read_at.or(Some(at)),
            ..self.delivered(at)
        }
    }
}
