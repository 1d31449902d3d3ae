//! Handovers, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CentreCaller, OfficeCaller},
    audit::Logged,
    disclosure::DisclosureRecord,
    exchange::{HandoverDesk, HandoverView, RedirectionDesk, ToldHandover, ToldHandoverDesk},
    handover::{Handover, NewHandover},
    ids::{DisclosureId, HandoverId},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

#[async_trait(?Send)]
impl HandoverDesk for FakeExchange {
    async fn hand_over(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewHandover,
    ) -> Result<Logged<HandoverView>, Error> {
        self.fail()
    }

    async fn handover(&self, _: &OfficeCaller, _: HandoverId) -> Result<HandoverView, Error> {
        self.fail()
    }

    async fn handovers(&self, _: &OfficeCaller, _: PageRequest) -> Result<Page<Handover>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ToldHandoverDesk for FakeExchange {
    async fn told_handovers(
        &self,
        _: &CentreCaller,
        _: PageRequest,
    ) -> Result<Page<Handover>, Error> {
        self.fail()
    }

    async fn told_handover(&self, _: &CentreCaller, _: HandoverId) -> Result<ToldHandover, Error> {
        self.fail()
    }

    async fn acknowledge_handover(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: HandoverId,
    ) -> Result<Logged<ToldHandover>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl RedirectionDesk for FakeExchange {
    async fn redirect_disclosure(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: DisclosureId,
    ) -> Result<Logged<DisclosureRecord>, Error> {
        self.fail()
    }
}
