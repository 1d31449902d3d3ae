//! What events say about points 8 and 10: supplementary agreements, prevention days, and where the police name the network. Codes, identifiers
//! and versions; no text.

use serde::Serialize;

use super::Event;
use crate::{
    ids::{MediaReferenceId, PreventionEventId, SupplementaryAgreementId},
    media::{MediaCheck, MediaReference},
    prevention::{InvitationAnswer, PreventionEvent},
    supplementary::SupplementaryAgreement,
};

/// What they are about; what is none of them is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(super) struct Fields {
    #[serde(skip_serializing_if = "Option::is_none")]
    supplementary_agreement: Option<SupplementaryAgreementId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prevention_event: Option<PreventionEventId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    media_reference: Option<MediaReferenceId>,
}

impl Fields {
    pub(super) const NONE: Self = Self {
        supplementary_agreement: None,
        prevention_event: None,
        media_reference: None,
    };
}

impl Event {
    /// About a supplementary agreement.
    #[must_use]
    pub const fn about_supplementary_agreement(
        mut self,
        agreement: &SupplementaryAgreement,
    ) -> Self {
        self.prevention.supplementary_agreement = Some(agreement.id);
        self
    }

    /// About a prevention day, as it is afterwards, and the supplementary agreement that it rests on.
    #[must_use]
    pub const fn about_prevention_event(mut self, event: &PreventionEvent) -> Self {
        self.prevention.prevention_event = Some(event.id);
        self.prevention.supplementary_agreement = event.costs.agreement();
        self.entry_version = Some(event.version);
        self
    }

    /// With what somebody who was invited answered.
    #[must_use]
    pub const fn with_reply(mut self, answer: InvitationAnswer) -> Self {
        self.answer = Some(answer.code());
        self
    }

    /// About where the police name the network.
    #[must_use]
    pub const fn about_media_reference(mut self, reference: &MediaReference) -> Self {
        self.prevention.media_reference = Some(reference.id);
        self
    }

    /// With what was found there.
    #[must_use]
    pub const fn with_media_check(mut self, check: &MediaCheck) -> Self {
        self.answer = Some(check.found.code());
        self
    }
}
