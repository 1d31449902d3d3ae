//! Regional agreements, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{Partner, PartnerOrCoordination},
    audit::Logged,
    exchange::{RegionalAgreementView, RegionalDesk},
    ids::RegionalAgreementId,
    regional::{AgreementStanding, NewRegionalAgreement},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<RegionalAgreementView>, Error>;

#[async_trait(?Send)]
impl RegionalDesk for FakeExchange {
    async fn propose_regional_agreement(
        &self,
        _: &Partner,
        _: &RequestKey,
        _: NewRegionalAgreement,
    ) -> Changed {
        self.fail()
    }

    async fn regional_agreement(
        &self,
        _: &PartnerOrCoordination,
        _: RegionalAgreementId,
    ) -> Result<RegionalAgreementView, Error> {
        self.fail()
    }

    async fn regional_agreements(
        &self,
        _: &PartnerOrCoordination,
        _: Option<AgreementStanding>,
        _: PageRequest,
    ) -> Result<Page<RegionalAgreementView>, Error> {
        self.fail()
    }

    async fn confirm_regional_agreement(
        &self,
        _: &Partner,
        _: &RequestKey,
        _: RegionalAgreementId,
    ) -> Changed {
        self.fail()
    }

    async fn end_regional_agreement(
        &self,
        _: &Partner,
        _: &RequestKey,
        _: RegionalAgreementId,
    ) -> Changed {
        self.fail()
    }
}
