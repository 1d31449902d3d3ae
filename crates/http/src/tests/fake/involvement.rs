//! Referrals and involvements, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CentreCaller, CoordinationCaller, OfficeCaller},
    audit::Logged,
    exchange::{
        EscalationDesk, Found, InvolvementDesk, InvolvementView, OfferDesk, OfferView, ReferralDesk,
    },
    ids::{CentreId, InvolvementId, InvolvementOfferId, ReferralNoticeId},
    instant::Instant,
    involvement::{ContactMode, InvolvementOffer, NewInvolvement, OfferAnswer},
    referral::{NewReferral, ReferralNotice},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<InvolvementView>, Error>;

#[async_trait(?Send)]
impl ReferralDesk for FakeExchange {
    async fn note_referral(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewReferral,
    ) -> Result<Logged<ReferralNotice>, Error> {
        self.fail()
    }

    async fn referral(
        &self,
        _: &OfficeCaller,
        _: ReferralNoticeId,
    ) -> Result<ReferralNotice, Error> {
        self.fail()
    }

    async fn referrals(
        &self,
        _: &OfficeCaller,
        _: PageRequest,
    ) -> Result<Page<ReferralNotice>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl InvolvementDesk for FakeExchange {
    async fn note_involvement(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewInvolvement,
    ) -> Changed {
        self.fail()
    }

    async fn involvement(
        &self,
        _: &OfficeCaller,
        _: InvolvementId,
    ) -> Result<InvolvementView, Error> {
        self.fail()
    }

    async fn involvements(
        &self,
        _: &OfficeCaller,
        _: PageRequest,
    ) -> Result<Page<InvolvementView>, Error> {
        self.fail()
    }

    async fn suggestions(
        &self,
        _: &OfficeCaller,
        _: InvolvementId,
        _: u16,
    ) -> Result<Found, Error> {
        self.fail()
    }

    async fn offer_involvement(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: InvolvementId,
        _: &[CentreId],
    ) -> Changed {
        self.fail()
    }

    async fn agree_contact(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: InvolvementId,
        _: ContactMode,
        _: Option<Instant>,
    ) -> Changed {
        self.fail()
    }

    async fn close_involvement(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: InvolvementId,
    ) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl OfferDesk for FakeExchange {
    async fn offers(&self, _: &CentreCaller, _: PageRequest) -> Result<Page<OfferView>, Error> {
        self.fail()
    }

    async fn offer(&self, _: &CentreCaller, _: InvolvementOfferId) -> Result<OfferView, Error> {
        self.fail()
    }

    async fn answer_offer(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: InvolvementOfferId,
        _: OfferAnswer,
    ) -> Result<Logged<OfferView>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl EscalationDesk for FakeExchange {
    async fn follow_up_offers(&self) -> Result<usize, Error> {
        self.fail()
    }

    async fn unanswered_offers(
        &self,
        _: &CoordinationCaller,
        _: PageRequest,
    ) -> Result<Page<InvolvementOffer>, Error> {
        self.fail()
    }
}
