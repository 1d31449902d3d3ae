//! Supplementary agreements, prevention days, and where the police name the network: they fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{OfficeCaller, PartnerOrCoordination},
    audit::Logged,
    exchange::{
        MediaDesk, MediaReferenceView, NewInvitations, NewMediaReference, PreventionDesk,
        SupplementaryAgreementView, SupplementaryDesk,
    },
    ids::{MediaReferenceId, PreventionEventId, SupplementaryAgreementId},
    media::{MediaCheckedBy, MediaFound},
    office::OfficeId,
    prevention::{InvitationAnswer, NewPreventionEvent, PreventionEvent, PreventionState},
    regional::AgreementStanding,
    store::{Page, PageRequest, RequestKey},
    supplementary::NewSupplementaryAgreement,
};

use super::FakeExchange;

type Agreed = Result<Logged<SupplementaryAgreementView>, Error>;
type Changed = Result<Logged<PreventionEvent>, Error>;
type Noted = Result<Logged<MediaReferenceView>, Error>;

#[async_trait(?Send)]
impl SupplementaryDesk for FakeExchange {
    async fn propose_supplementary_agreement(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: NewSupplementaryAgreement,
    ) -> Agreed {
        self.fail()
    }

    async fn supplementary_agreement(
        &self,
        _: &PartnerOrCoordination,
        _: SupplementaryAgreementId,
    ) -> Result<SupplementaryAgreementView, Error> {
        self.fail()
    }

    async fn supplementary_agreements(
        &self,
        _: &PartnerOrCoordination,
        _: Option<AgreementStanding>,
        _: PageRequest,
    ) -> Result<Page<SupplementaryAgreementView>, Error> {
        self.fail()
    }

    async fn confirm_supplementary_agreement(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: SupplementaryAgreementId,
    ) -> Agreed {
        self.fail()
    }

    async fn end_supplementary_agreement(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: SupplementaryAgreementId,
    ) -> Agreed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl PreventionDesk for FakeExchange {
    async fn plan_prevention_event(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewPreventionEvent,
    ) -> Changed {
        self.fail()
    }

    async fn prevention_event(
        &self,
        _: &PartnerOrCoordination,
        _: PreventionEventId,
    ) -> Result<PreventionEvent, Error> {
        self.fail()
    }

    async fn prevention_events(
        &self,
        _: &PartnerOrCoordination,
        _: Option<PreventionState>,
        _: PageRequest,
    ) -> Result<Page<PreventionEvent>, Error> {
        self.fail()
    }

    async fn invite_prevention_event(
        &self,
        _: &OfficeCaller,
        _: PreventionEventId,
        _: Option<u64>,
        _: NewInvitations,
    ) -> Changed {
        self.fail()
    }

    async fn reply_to_prevention_event(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PreventionEventId,
        _: InvitationAnswer,
    ) -> Changed {
        self.fail()
    }

    async fn record_prevention_event_held(
        &self,
        _: &OfficeCaller,
        _: PreventionEventId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }

    async fn cancel_prevention_event(
        &self,
        _: &OfficeCaller,
        _: PreventionEventId,
        _: Option<u64>,
    ) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl MediaDesk for FakeExchange {
    async fn add_media_reference(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewMediaReference,
    ) -> Noted {
        self.fail()
    }

    async fn media_reference(
        &self,
        _: &PartnerOrCoordination,
        _: MediaReferenceId,
    ) -> Result<MediaReferenceView, Error> {
        self.fail()
    }

    async fn media_references(
        &self,
        _: &PartnerOrCoordination,
        _: Option<OfficeId>,
        _: Option<bool>,
        _: PageRequest,
    ) -> Result<Page<MediaReferenceView>, Error> {
        self.fail()
    }

    async fn record_media_reference_check(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: MediaReferenceId,
        _: (MediaFound, MediaCheckedBy),
    ) -> Noted {
        self.fail()
    }

    async fn remove_media_reference(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: MediaReferenceId,
    ) -> Noted {
        self.fail()
    }
}
